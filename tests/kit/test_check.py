"""`rondo check PLUGIN.so`: what it prints and says, and one step of a cell against its equations in Python."""
import math
import os
import platform
import re
import shutil

import pytest

from program import BUILD, FAILED, USAGE, build_option, rondo, write

LSTM = os.path.join(BUILD, "plugins/cells/lstm.so")
LSTM_DOUBLE = os.path.join(BUILD, "plugins-double/cells/lstm.so")
BROKEN = os.path.join(BUILD, "tests/kit/broken/plugins-double/cells")
TWIN = os.path.exists(os.path.join(BUILD, "rondo_kit_double"))
needs_twin = pytest.mark.skipif(not TWIN, reason="RONDO_DOUBLE is off")


def read_numbers(text):
    """{key: numbers} of a file for --step, or of what --step prints."""
    lines = [line.split(" = ") for line in text.splitlines() if not line.startswith("#")]
    return {key: [float(number) for number in numbers.split()] for key, numbers in lines}


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def dot(matrix, row, vector):
    return sum(matrix[row * len(vector) + k] * value for k, value in enumerate(vector))


def step_of_lstm(given):
    """Hochreiter & Schmidhuber (1997), Gers et al. (2000), as in torch.nn.LSTMCell."""
    units = int(given["units"][0])
    x, h, c = given["input"], given["initial hidden"], given["initial cell"]

    def sums(gate):
        return [dot(given["W " + gate], u, x) + dot(given["U " + gate], u, h) + given["b " + gate][u] for u in range(units)]

    i, f, o = ([sigmoid(value) for value in sums(gate)] for gate in ("input_gate", "forget_gate", "output_gate"))
    g = [math.tanh(value) for value in sums("candidate")]
    cell = [f[u] * c[u] + i[u] * g[u] for u in range(units)]
    return [o[u] * math.tanh(cell[u]) for u in range(units)], cell


@pytest.mark.parametrize("lstm, bound", [pytest.param(LSTM_DOUBLE, 1e-13, marks=needs_twin), (LSTM, 1e-6)])
def test_one_step_of_an_lstm(lstm, bound):
    output, _ = rondo("check", lstm, "--step-file")
    given = read_numbers(output)
    assert set(map(len, given.values())) == {1, 2, 3, 6, 9}, output
    given = {key: [3 * number for number in numbers] if key not in ("units", "inputs") else numbers
             for key, numbers in given.items()}
    write("step.txt", "# thrice what was there\n" + "".join(
        f"{key} = [{', '.join(str(number) for number in numbers)}]\n".replace(".0]", "]") for key, numbers in given.items()))
    output, _ = rondo("check", lstm, "--step", "step.txt")
    found, (hidden, cell) = read_numbers(output), step_of_lstm(given)
    assert found["state hidden"] == pytest.approx(hidden, abs=bound, rel=bound), output
    assert found["state cell"] == pytest.approx(cell, abs=bound, rel=bound), output
    assert found["before forget_gate"] == pytest.approx(
        [dot(given["W forget_gate"], u, given["input"]) + dot(given["U forget_gate"], u, given["initial hidden"])
         + given["b forget_gate"][u] for u in range(3)], abs=bound, rel=bound), output


@pytest.mark.parametrize("lines, message", [
    ("units = 2\n", "step.txt: inputs and units are not both given"),
    ("inputs = 1\nunits = 1.5\n", "step.txt:2: units: must be a whole number in [1, 1024]"),
    ("inputs = 1\nunits = 1\nW forget = 1\n", "step.txt:3: W forget: no such number; there are: inputs, units, W "),
    ("inputs = 1\nunits = 1\n\ninput = 1 2\n", "step.txt:4: input: has 2 numbers, needed are 1"),
    ("inputs = 1\nunits = 1\ninput = one\n", "step.txt:3: input: is not a list of numbers"),
    ("inputs 1\n", "step.txt:1: inputs 1: no key = numbers"),
])
def test_a_wrong_file(lines, message):
    write("step.txt", lines)
    _, errors = rondo("check", LSTM, "--step", "step.txt", expect=USAGE)
    assert message in errors and errors.count("\n") == 1, errors


@needs_twin
def test_table():
    """Every number of every parameter, input and initial state, with its relative error."""
    output, _ = rondo("check", LSTM, "--table", "--option", "peephole=true")
    rows = [line.split() for line in output.splitlines() if not line.startswith("#")]
    # 4 gates of 3 units and 2 inputs, 3 peepholes, 7 inputs of 2, 3 sequences with 2 states of 3 units
    assert len(rows) == 4 * (3 * 2 + 3 * 3 + 3) + 3 * 3 + 7 * 2 + 3 * 2 * 3, output
    for *name, number, analytic, numeric, relative in rows:
        assert float(relative) < 1e-6 and int(number) >= 0, (name, number, relative)
        assert float(analytic) == pytest.approx(float(numeric), rel=1e-6), (name, number)
    _, errors = rondo("check", LSTM, "--table", "--option", "peepholes=true", expect=USAGE)
    assert errors == "--option peepholes=true: lstm has no option of that name\n", errors


@needs_twin
def test_verdict():
    """What was checked, of both builds; and what was not, where there is no double build."""
    output, _ = rondo("check", LSTM)
    last = output.splitlines()[-1]
    assert re.match(re.escape(LSTM) + r": conforms: \d+ option sets; gradients within 1 % of those of the double build, ", last), last
    assert "plugins-double/cells/lstm.so: conforms: " in output and "; gradients within 1e-6 of differences\n" in output, output
    output, _ = rondo("check", os.path.join(BUILD, "plugins/losses/mean_squared_error.so"))
    assert output.splitlines()[-1].endswith("; gradients within 1 % of those of the double build, " + os.path.realpath(
        os.path.join(BUILD, "plugins-double/losses/mean_squared_error.so"))), output
    os.makedirs("plugins/cells")
    shutil.copy(LSTM, "plugins/cells")
    output, _ = rondo("check", "plugins/cells/lstm.so")
    assert "; in double precision, gradients included, NOT checked: the plugin was not built in " in output.splitlines()[-1], output


@needs_twin
@pytest.mark.skipif(bool(build_option("RONDO_SANITIZE")), reason="a sanitizer ends the process first")
def test_crash():
    """One line says which function of which plugin did what; the status is that of a failure."""
    output, errors = rondo("check", os.path.join(BROKEN, "crash_tape.so"), "--seconds=2", expect=FAILED)
    assert errors == ("FAILED (defaults): cell crash_tape: forward of stage 0 writes the tape, which the cell does not "
                      "declare (tape_count is 0)\n"), errors
    assert output.endswith("crash_tape.so: does not conform\n"), output


@needs_twin
@pytest.mark.skipif(platform.machine() != "x86_64" or "thread" in build_option("RONDO_SANITIZE")
                    or "RONDO_NO_DISPATCH" in build_option("CMAKE_C_FLAGS"), reason="RONDO_VECTORISED does nothing here")
def test_hint():
    output, _ = rondo("check", LSTM, "--alone")
    assert "hint" not in output, output
    output, _ = rondo("check", os.path.join(BROKEN, "sound_cell.so"))
    assert "hint: sound_cell has no function with RONDO_VECTORISED before it" in output, output
    assert output.splitlines()[-1].endswith("gradients within 1e-6 of differences"), output
    output, _ = rondo("check", os.path.join(BROKEN, "sound_one_vectorised.so"))
    assert "hint: sound_one_vectorised has RONDO_VECTORISED before one function only" in output, output


def test_refusals():
    write("c.yaml", "behavior_version: 1\n")
    _, errors = rondo("check", "c.yaml", "--table", expect=USAGE)
    assert "--table: for plugins only: rondo check PLUGIN.so --table" in errors, errors
    _, errors = rondo("check", "absent.so", expect=FAILED)
    assert "plugin absent.so: no such file" in errors, errors
    _, errors = rondo("check", os.path.join(BUILD, "plugins/optimizers/adam.so"), "--step-file", expect=USAGE)
    assert "--table and --step are for cells" in errors, errors
