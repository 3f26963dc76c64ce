"""rondo watch beside runs that go on."""
import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import termios
import time

import pytest

from experiments import LINES, STREAM
from program import RONDO, STOPPED, USAGE, columns, rondo, train, write
from running import LONG, contents, start

pytestmark = pytest.mark.usefixtures("text_and_tags")

# ctest: together

PLAIN = dict(os.environ, LC_ALL="C", TERM="dumb")
UNICODE = dict(os.environ, LC_ALL="C.UTF-8", TERM="xterm")


def once(folder, *arguments, env=None):
    return subprocess.run([RONDO, "watch", folder, "--once", *arguments], capture_output=True, text=True,
                          check=True, env=env or PLAIN).stdout


def journal(run):
    path = f"{run}/metrics.jsonl"
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def wait_until(condition, what):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, f"in vain: {what}"
        time.sleep(0.02)


def test_one_view():
    """What it says of a run that ended is what the journal says; nothing in the folder changes."""
    write("c.yaml", STREAM)
    train("c.yaml", "run", "--set", "train.epochs=3")
    before = contents("run")
    view = once("run")
    lines = view.splitlines()
    steps = re.findall(r'"kind": "test", "step": (\d+)', open("run/metrics.jsonl").read())[-1]
    assert lines[0] == "run  done", view
    assert lines[1] == f"epoch 3/3  step {steps}/{steps}  [####################]  100 %", view
    with open("run/metrics.jsonl", encoding="utf-8") as file:
        text = file.read()
    for kind in "valid", "test":
        loss = re.findall(rf'"kind": "{kind}".*?"loss": ([^,]+)', text)[-1]
        assert re.search(rf"^{kind} +loss {float(loss):.4g} ", view, re.MULTILINE), view
    assert "loss   .. train   x valid" in view and "epoch" in lines[-1], view
    assert all(len(line) <= 80 or line.startswith(("train", "valid", "test")) for line in lines), view
    assert view.isascii(), "not plain characters"
    assert "⠒⠒ train   ○ valid" in once("run", env=UNICODE), "no Unicode where the locale has it"
    assert once("run", "--ascii", env=UNICODE) == view, "--ascii"
    assert "accuracy   .. train" in once("run", "--figure", "accuracy"), "--figure"
    assert contents("run") == before, "something was written"


def test_half_written():
    """A torn last line is not there yet; a damaged one is passed over; killed is not done."""
    write("c.yaml", LONG)
    process = start("c.yaml", "--output", "run", "--quiet")
    assert once("run").startswith("run  running on "), once("run")
    process.kill()
    process.communicate()
    assert once("run").startswith("run  stopped: "), once("run")
    with open("run/metrics.jsonl", "a", encoding="utf-8") as file:
        file.write('nonsense\n{"kind": "train", "step": 99999999, "epoch": 1, "lo')
    assert "99999999" not in once("run"), "a torn line was read"
    with open("run/metrics.jsonl", "a", encoding="utf-8") as file:
        file.write('ss": 12345.0}\n')
    assert "step 99999999" in once("run") and "loss 1.234e+04" in once("run"), once("run")


def test_lines_of_a_log():
    """Started before the run, without a terminal: a line an epoch; it ends with the run. A run that is
    killed and resumed does not end it."""
    write("c.yaml", LONG)
    with subprocess.Popen([RONDO, "watch", "run", "--every", "0.1"], stdout=subprocess.PIPE, text=True,
                          env=PLAIN) as watcher:
        assert watcher.stdout.readline() == "waiting  \n", "does not wait for a folder to come"
        process = start("c.yaml", "--output", "run", "--quiet")
        wait_until(lambda: '"kind": "train"' in journal("run"), "a record of the training")
        process.terminate()
        process.communicate()
        assert process.returncode == STOPPED, f"status {process.returncode}"
        lines = iter(watcher.stdout.readline, "")
        assert any(line.startswith("stopped  epoch ") for line in lines), "does not say that it stopped"
        steps = columns("run", "train")["step"][-1] + 130
        train("c.yaml", "run", "--resume", "--set", f"train.max_steps={steps:.0f}")
        output, _ = watcher.communicate(timeout=60)
    assert watcher.returncode == 0, f"status {watcher.returncode}"
    last = output.splitlines()[-1]
    assert re.match(rf"done  epoch \d+/100000  step {steps:.0f}  train loss [\d.]+  valid loss [\d.]+", last), output
    assert "\x1b" not in output, "control sequences in a log"


def terminal(folder, columns, rows, until, stop=None):
    """Everything that it draws on a terminal of that size, until something stands there."""
    process, descriptor = pty.fork()
    if process == 0:
        os.execve(RONDO, [RONDO, "watch", folder, "--every", "0.1"], UNICODE)
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    drawn = b""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            drawn += os.read(descriptor, 65536)
        except OSError:
            break
        if stop and until in drawn.decode(errors="ignore"):
            os.kill(process, stop)
            stop = None
    _, status = os.waitpid(process, 0)
    os.close(descriptor)
    return drawn.decode(), status


def test_on_a_terminal():
    """Every page fits; Ctrl-C ends it with status 0, and the terminal is as before."""
    write("c.yaml", LONG)
    process = start("c.yaml", "--output", "run", "--quiet")
    try:
        for columns, rows in (60, 20), (100, 30), (40, 8):
            drawn, status = terminal("run", columns, rows, "epoch", signal.SIGINT)
            assert status == 0, f"status {status}"
            assert drawn.startswith("\x1b[?1049h") and "\x1b[?1049l" in drawn, repr(drawn[:80])
            pages = drawn[:drawn.index("\x1b[?25h")].split("\x1b[H\x1b[2J")[2:]
            assert pages, "no page"
            # The size is set after the start: the last page has it.
            lines = pages[-1].split("\r\n")
            assert len(lines) <= rows, f"{len(lines)} lines on {rows}: {pages[-1]}"
            assert max(map(len, lines)) <= columns, pages[-1]
            assert "running on" in pages[-1], pages[-1]
    finally:
        process.kill()
        process.communicate()


SWEEP = """
base: c.yaml
variants:
  few: {model.layers.0.hidden: 4}
  more: {model.layers.0.hidden: 8}
seeds: 3
compare: {metric: valid loss}
output: {folder: sweep}
"""


def last_losses():
    """{variant: last validation losses of its runs}, out of the journals."""
    losses = {}
    for name in sorted(os.listdir("sweep/runs")):
        with open(f"sweep/runs/{name}/metrics.jsonl", encoding="utf-8") as file:
            found = re.findall(r'"kind": "valid".*?"loss": ([^,]+)', file.read())
        losses.setdefault(name.split("-")[1], []).append((float(found[-1]), name))
    return losses


def test_a_sweep():
    """Watched from before its folder is there to its end: counts, the best run, means of variants. One run ends and
    another begins while the runs are looked at; these last so long that most views see no more than there are
    workers."""
    write("c.yaml", LINES)
    write("s.yaml", SWEEP + "set: {train.epochs: 60}\n")
    with subprocess.Popen([RONDO, "watch", "sweep", "--every", "0.1"], stdout=subprocess.PIPE, text=True,
                          env=PLAIN) as watcher:
        assert watcher.stdout.readline() == "waiting  \n", "does not wait for a folder to come"
        rondo("sweep", "s.yaml")
        output, _ = watcher.communicate(timeout=60)
    assert watcher.returncode == 0, f"status {watcher.returncode}"
    losses = last_losses()
    best, name = min(loss for of_variant in losses.values() for loss in of_variant)
    last = f"6 of 6 runs  done 6  running 0  failed 0  best valid loss {best:.4g}: {name}"
    assert output.splitlines()[-1] == last, f"{output}\nnot {last}"
    assert re.search(r"^\d of 6 runs  done \d  running [12]  ", output, re.MULTILINE), output
    before = contents("sweep")
    view = once("sweep")
    assert contents("sweep") == before, "something was written"
    lines = view.splitlines()
    assert lines[0] == "sweep  6 of 6 runs  [####################]  100 %", view
    assert lines[2] == f"best valid loss {best:.4g}: {name}", view
    for variant, of_variant in losses.items():
        mean = sum(loss for loss, _ in of_variant) / 3
        row = [variant, "3/3", "0", "0", f"{mean:.4g}", f"{min(of_variant)[0]:.4g}"]
        assert row in [line.split() for line in lines], f"{row} is not in\n{view}"


def test_a_sweep_with_failures():
    """Reasons are told, and do not steer the terminal; a run that is killed is not running."""
    write("c.yaml", LINES)
    write("s.yaml", SWEEP)
    rondo("sweep", "s.yaml")
    first, second, *_ = sorted(os.listdir("sweep/runs"))
    with open(f"sweep/runs/{first}/outcome.yaml", encoding="utf-8") as file:
        text = file.read()
    assert 'reason: null' in text, text
    write(f"sweep/runs/{first}/outcome.yaml",
          text.replace("done", "failed").replace("null", '"no \\e[2Jspace"', 1))
    os.unlink(f"sweep/runs/{second}/outcome.yaml")
    view = once("sweep")
    assert "done 4  running 0  failed 1  stopped 1" in view, view
    assert f"failed\n  {first}: no \\x1b[2Jspace\n" in view, view


def test_refused():
    """One line each."""
    write("file", "")
    for arguments, text in [
            (["file"], "file: is a file; the folder of a run or of a sweep is watched"),
            (["nothing", "--once"], "nothing: there is no such folder"),
            (["nothing", "--every", "0"],
             '--every: "0" is not a number in [0.1, 3.6e+03]\nsee rondo watch --help')]:
        output, error = rondo("watch", *arguments, expect=USAGE)
        assert output == "" and error == f"rondo: {text}\n", f"{output}{error}"
    os.makedirs("run/metrics.jsonl")
    _, error = rondo("watch", "run", "--once", expect=USAGE)
    assert error == "rondo: run/metrics.jsonl: is not a regular file\n", error
    shutil.rmtree("run")
