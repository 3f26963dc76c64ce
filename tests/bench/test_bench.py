"""rondo bench on tiny sizes. What it counts and how it reports, never how fast it is: a busy machine must not
fail a test."""
import json
import math
import os
import re
import signal
import subprocess
import time

import pytest

import compare_pytorch
import performance_tables
from building import build_project, copy_lstm
from experiments import TAGGER, make_data
from pairs import EVERYTHING
from pairs import make_data as make_pairs
from program import BUILD, FAILED, RONDO, STOPPED, USAGE, rondo, write
from small_models import FILES

CASE_KEYS = {"name", "cell", "hidden", "batch", "length", "layers", "bidirectional", "ragged",
             "threads", "seconds_per_step", "gflops", "peak_gflops", "share_of_peak",
             "tokens_per_second", "exchange_nanoseconds", "evenness"}
PHASES = ["gather", "input product", "recurrent product", "element-wise", "readout and loss",
          "weight gradients", "pack weights", "update", "data"]

CONFIG = """
behavior_version: 1
task: language_model
data:
  path: text.txt
  sequences: line
  split: {valid: 0.1}
  batch_size: 5
model:
  input: {embedding: 6}
  layers: [{cell: lstm, hidden: 16}, {cell: gru, hidden: 9}]
optimizer: {name: sgd, learning_rate: 0.1, options: {momentum: 0.9}}
output: {folder: runs/deep/run}
"""


def write_data():
    write("text.txt", "".join("abc de"[i % 6] * (1 + i * 7 % 11) + "\n" for i in range(80)))
    write("c.yaml", CONFIG)


def check_case(case):
    assert CASE_KEYS <= set(case), f"missing: {CASE_KEYS - set(case)}"
    for key in ("seconds_per_step", "gflops", "peak_gflops", "share_of_peak", "tokens_per_second",
                "tokens_per_step"):
        assert case[key] > 0, f"{key}: {case[key]}"
    assert 0 <= case["disturbance"] <= 1, str(case)


def test_config():
    """Keys, and figures that must agree with each other and with `rondo check`."""
    write_data()
    before = sorted(os.listdir("."))
    output, _ = rondo("bench", "c.yaml", "--steps", "7", "--threads", "2", "--json")
    result = json.loads(output)
    assert sorted(os.listdir(".")) == before, f"left behind: {sorted(os.listdir('.'))}"
    assert len(result["cases"]) == 1, output
    case = result["cases"][0]
    check_case(case)
    assert case["steps"] == 7 and case["threads"] == 2 and case["layers"] == 2, output
    assert case["cell"] == "lstm" and case["hidden"] == 16 and case["batch"] == 5, output
    assert case["ragged"], "lines of different lengths are ragged"
    checked, _ = rondo("check", "c.yaml")
    flops = float(re.search(r"FLOPs: (\S+) per token \(training\)", checked)[1])
    ratio = 1e9 * case["gflops"] / case["tokens_per_second"] / flops
    assert abs(ratio - 1) < 1e-3, f"FLOPs of bench are {ratio} of those of check"
    assert [phase["name"] for phase in case["phases"]] == PHASES, output
    total = sum(phase["seconds"] for phase in case["phases"]) + case["waiting_seconds"]
    assert abs(total / case["profiled_seconds"] - 1) < 1e-3, f"phases: {total}: {output}"
    assert case["waiting_seconds"] > -1e-3 * case["profiled_seconds"], output
    for name in "input product", "recurrent product", "weight gradients", "readout and loss":
        assert case["phases"][PHASES.index(name)]["gflops"] > 0, f"{name}: {output}"
    assert 1 <= case["recurrence_threads"] <= 2, output
    for key in "peak_memory_bytes", "planned_memory_bytes", "start_up_seconds", "checkpoint_seconds":
        assert result[key] > 0, f"{key}: {output}"
    assert set(result["machine"]) >= {"processor", "processors", "products", "vectors"}, output
    text, _ = rondo("bench", "c.yaml", "--steps", "2", "--set", "model.layers.0.cell=rnn")
    for word in ["share of peak", "checkpoint", "waiting", "BLIS", *PHASES[:6]]:
        assert word in text, f"{word} is not in\n{text}"


def test_step():
    """Single steps of a config and of a run: what was counted, and figures that agree with each other and with
    `rondo check`."""
    write_data()
    output, _ = rondo("bench", "c.yaml", "--step", "--steps", "20", "--threads", "1", "--json")
    case, = json.loads(output)["cases"]
    assert (case["batch"], case["length"], case["steps"], case["threads"]) == (1, 1, 20, 1), output
    assert (case["cell"], case["hidden"], case["layers"]) == ("lstm", 16, 2), output
    assert 0 < case["median_microseconds"] <= case["percentile_99_microseconds"], output
    assert 0 < case["steps_per_second"] * case["median_microseconds"] < 20e6, output
    checked, _ = rondo("check", "c.yaml")
    flops = float(re.search(r"(\S+) per token \(forward\)", checked)[1])
    assert abs(2 * case["weight_bytes"] / 4 / flops - 1) < 1e-3, output + checked
    rondo("train", "c.yaml", "--set", "train.epochs=1")
    text, _ = rondo("bench", "runs/deep/run", "--step", "--steps", "3")
    for word in ["step by step", "99th percentile", "steps/s", "GB/s", "median of 3"]:
        assert word in text, f"{word} is not in\n{text}"
    _, error = rondo("bench", "runs/deep/run", "--step", "--set", "seed=2", expect=USAGE)
    assert "--set" in error, error


@pytest.mark.parametrize("model, words", [
    ("both directions", "--step: a model that reads from the end has no single steps"),
    ("pooling", "--step: a model with pooling has no single steps"),
    ("encoder", "--step: a model with an encoder has no single steps")])
def test_no_steps(model, words):
    """What needs a sequence as a whole is not timed step by step."""
    if model == "encoder":
        make_pairs()
        write("c.yaml", EVERYTHING)
    elif model == "both directions":
        make_data()
        write("c.yaml", TAGGER)
    else:
        for split in "train", "valid", "test":
            write(f"{split}.csv", "text,label\n" + "ab,no\nba,yes\n" * 9)
        write("c.yaml", FILES.format(task="classification", format="table", input="{embedding: 4}", more="unit: character",
                                     train="train.csv", valid="valid.csv", test="test.csv"))
    output, error = rondo("bench", "c.yaml", "--step", "--steps", "3", expect=USAGE)
    assert output == "" and words in error, output + error


def test_grid():
    """Every combination once, in order, with the tokens its lengths say."""
    output, _ = rondo("bench", "--grid", "--quick", "--json", "--hidden", "8,12", "--batch", "3",
                      "--length", "5", "--directions", "1,2", "--threads", "2", "--steps", "2")
    cases = json.loads(output)["cases"]
    expected = [f"{cell}-h{hidden}-b3-t5-l1{direction}{shape}"
                for cell in ("rnn", "gru", "lstm", "lstm_peephole") for hidden in (8, 12)
                for direction in ("", "-bi") for shape in ("", "-ragged")]
    assert [case["name"] for case in cases] == expected, output
    for case in cases:
        check_case(case)
        assert case["steps"] == 2 and case["layers"] == 1, str(case)
        assert case["bidirectional"] == ("-bi" in case["name"]), str(case)
        assert case["ragged"] == case["name"].endswith("-ragged"), str(case)
    text, _ = rondo("bench", "--grid", "--quick", "--cells", "gru", "--hidden", "8", "--batch", "2",
                    "--shape", "full", "--phases", "--threads", "1", "--steps", "1")
    assert "gru-h8-b2-t50-l1 " in text and "recurrent product" in text, text
    assert "times as fast as one" not in text and "speedup" not in output, text + output


def test_against():
    """Each case in turns with another cell: what that takes, and the ratio of the two with its range."""
    output, _ = rondo("bench", "--grid", "--quick", "--json", "--cells", "rnn,gru", "--hidden", "8", "--batch", "3",
                      "--length", "5", "--shape", "full", "--threads", "1", "--steps", "2", "--against", "lstm")
    cases = json.loads(output)["cases"]
    assert [case["cell"] for case in cases] == ["rnn", "gru"], output
    for case in cases:
        check_case(case)
        against = case["against"]
        assert against["cell"] == "lstm" and against["seconds_per_step"] > 0, str(case)
        assert 0 < against["lowest"] <= against["times_as_fast"] <= against["highest"], str(case)
    text, _ = rondo("bench", "--grid", "--quick", "--cells", "rnn", "--hidden", "8", "--batch", "2",
                    "--shape", "full", "--threads", "1", "--steps", "1", "--against", "lstm")
    assert "times as fast as lstm, which takes " in text, text


def test_speedup():
    """Pairs with one thread, only where asked for; the threads are then as many as were given."""
    sizes = ["bench", "--grid", "--quick", "--cells", "gru", "--hidden", "8", "--batch", "2", "--shape",
             "full", "--speedup", "--steps", "3"]
    output, _ = rondo(*sizes, "--threads", "2", "--json")
    case, = json.loads(output)["cases"]
    check_case(case)
    pairs = sum(case.get(f"speedup{kind}_pairs", 0) for kind in ("", "_apart", "_uneven"))
    assert pairs == 3 and case["threads_used"] == 2 and case["steps"] == 3, output
    for key in "speedup", "speedup_apart":
        assert case.get(key, 1) > 0, output
    text, _ = rondo(*sizes, "--threads", "2")
    for line in text.splitlines()[2:]:
        assert re.search(r"2 threads: \d+\.\d\d times as fast as one.* pairs\)$|not counted: \d+ pairs "
                         r"while processors changed or were not equally fast$", line), text
    output, _ = rondo(*sizes, "--threads", "1", "--json")
    case, = json.loads(output)["cases"]
    assert case.get("speedup_pairs", 0) + case.get("speedup_uneven_pairs", 0) == 3, output


def test_stopped():
    """A signal ends a grid between two steps; the cases that were done are not lost."""
    sizes = ["--cells", "gru", "--hidden", ",".join(map(str, range(8, 40))), "--batch", "2,3,4"]
    for form, number in ("--json", signal.SIGTERM), (None, signal.SIGINT):
        arguments = [RONDO, "bench", "--grid", "--quick", *sizes, *([form] if form else [])]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            time.sleep(2)
            process.send_signal(number)
            output, error = process.communicate(timeout=60)
        assert process.returncode == STOPPED, f"exit status {process.returncode}: {error}"
        numbers = re.search(r"stopped by a signal after (\d+) of (\d+) cases", error)
        done, count = map(int, numbers.groups())
        shown = (output.count("gru-h") if not form else
                 len(json.loads(output)["cases"]) if output else 0)
        assert count == 192 and shown == done < count, f"{done} of {count}, but {shown} are shown"


GRID_WITH_COPY = ["bench", "--grid", "--quick", "--json", "--cells", "mylstm,lstm", "--hidden", "8",
                  "--batch", "2", "--length", "4", "--shape", "full", "--steps", "2"]


def build_copy_of_lstm():
    """The LSTM under another name, built outside the tree, as an external project would. Returns its plugins."""
    os.mkdir("outside")
    copy_lstm("outside/mylstm.c")
    build_project("outside", "find_package(rondo REQUIRED)\nrondo_add_plugin(cell mylstm mylstm.c)\n",
                  f"-Drondo_DIR={BUILD}")
    return os.path.abspath("outside/build/plugins")


def test_outside_cell():
    """A plugin built outside the tree stands in the grid, beside the shipped cell it was copied from:
    the same products."""
    plugins = build_copy_of_lstm()
    cases = json.loads(rondo(*GRID_WITH_COPY, "--plugins", plugins)[0])["cases"]
    assert [case["cell"] for case in cases] == ["mylstm", "lstm"], str(cases)
    for case in cases:
        check_case(case)
    flops = [case["gflops"] / case["tokens_per_second"] for case in cases]
    assert abs(flops[0] / flops[1] - 1) < 1e-3, f"the copy has other products: {flops}"
    write_data()
    output, _ = rondo("bench", "c.yaml", "--steps", "2", "--json", "--plugins", plugins, "--set",
                      "model.layers.0.cell=mylstm")
    assert json.loads(output)["cases"][0]["cell"] == "mylstm", output


def test_unknown_cell():
    """A cell that no folder of plugins has is refused before anything runs."""
    output, error = rondo(*GRID_WITH_COPY, expect=USAGE)
    assert "mylstm" in error and "did you mean 'lstm'?" in error, error
    assert output == "", "nothing may run before all cells are known"


def test_bad_arguments():
    write_data()
    for arguments, words in [
            ([], ["CONFIG is missing", "--grid"]),
            (["c.yaml", "--grid"], ["--grid takes no config"]),
            (["--grid", "--set", "seed=2"], ["--set"]),
            (["c.yaml", "--hidden", "64"], ["--hidden", "belong to --grid"]),
            (["c.yaml", "--quick"], ["--quick"]),
            (["c.yaml", "--speedup"], ["--speedup"]),
            (["--grid", "--hidden", "0"], ["--hidden", "0", "is not an integer in [1, "]),
            (["--grid", "--hidden", "64,,128"], ["--hidden", "comma"]),
            (["--grid", "--hidden", ""], ["--hidden", "comma"]),
            (["--grid", "--batch", "many"], ["--batch", "many"]),
            (["--grid", "--directions", "3"], ["--directions", "[1, 2]"]),
            (["--grid", "--shape", "square"], ["--shape", "full, ragged"]),
            (["--grid", "--cells", "lstn"], ["lstn", "did you mean 'lstm'?"]),
            (["--grid", "--cells", ",".join(["lstm"] * 100 + ["lstn"])], ["lstn", "did you mean 'lstm'?"]),
            (["--grid", "--cells", ",".join(["lstm"] * 129)], ["--cells: more than 128 values"]),
            (["--grid", "--cells", "../lstm"], ["../lstm"]),
            (["--grid", "--against", "lstn"], ["lstn", "did you mean 'lstm'?"]),
            (["--grid", "--against", "lstm", "--phases"], ["--against", "--phases"]),
            (["c.yaml", "--against", "lstm"], ["--against", "belong to --grid"]),
            (["--grid", "--stps", "2"], ["did you mean --steps?"]),
            (["--grid", "--step"], ["--step", "--grid"]),
            (["nowhere.yaml", "--step"], ["nowhere.yaml"]),
            (["--grid", "--steps", "-1"], ["--steps", "-1"]),
            (["nowhere.yaml"], ["nowhere.yaml"]),
            (["c.yaml", "--set", "model.layers.0.hiden=3"], ["did you mean hidden?"])]:
        output, error = rondo("bench", *arguments, expect=USAGE)
        assert output == "", f"{arguments}: {output}"
        for word in words:
            assert word in error, f"{arguments}: {word} is not in {error}"
    output, _ = rondo("bench", "--help")
    assert output.startswith("usage: rondo bench"), output


def test_not_finite():
    """Steps that only look at broken numbers are not worth timing."""
    write_data()
    output, error = rondo("bench", "c.yaml", "--steps", "50", "--set", "optimizer.learning_rate=1e38",
                          "--set", "clip.norm=0", expect=FAILED)
    assert "not finite" in error and output == "", error


def test_tables():
    """The document's tables are made from what the program prints; busy machines are named."""
    output, _ = rondo("bench", "--grid", "--quick", "--json", "--cells", "rnn", "--hidden", "8",
                      "--batch", "2", "--length", "4", "--steps", "1")
    results = json.loads(output)
    assert results["cases"][0]["tokens_per_step"] == 2 * 4, output
    for case in results["cases"]:
        case["disturbance"], case["threads"], case["exchange_nanoseconds"] = 0.01, 2, 30
        case["evenness"] = 1
    text = performance_tables.grid(results)
    assert "| rnn-h8-b2-t4-l1-ragged |" in text and "at most 5 %" in text, text
    assert "shared a cache in every case" in text and "slowest processor" not in text, text
    results["cases"][0].update(exchange_nanoseconds=170, evenness=0.62)
    text = performance_tables.grid(results)
    assert "of 1 of the 2 cases" in text and "| rnn-h8-b2-t4-l1 *apart* |" in text, text
    assert "In 1 of the 2 cases" in text and "the least 62 %" in text, text
    columns = performance_tables.TABLES["grid"][2]
    performance_tables.write_csv("grid.csv", results, columns)
    kept = performance_tables.read_csv("grid.csv")
    for before, after in zip(results["cases"], kept["cases"], strict=True):
        for key in CASE_KEYS:
            same = math.isclose(before[key], after[key], rel_tol=1e-4) if isinstance(before[key], float) \
                else before[key] == after[key]
            assert same, f"{key}: {before} {after}"
    runs = [{**results["cases"][1], "seconds_per_step": seconds} for seconds in (3.0, 1.0, 2.0)]
    middle = performance_tables.middle_runs([results["cases"][0], *runs])
    assert [case["seconds_per_step"] for case in middle[1:]] == [2.0] and middle[1]["runs"] == 3, str(middle)
    pairs = {"speedup": 1.9, "speedup_pairs": 7, "speedup_apart": 1.6, "speedup_apart_pairs": 4}
    more = {"speedup": 1.6, "speedup_pairs": 14, "speedup_uneven_pairs": 5, "disturbance": 0.2}
    runs = [{**results["cases"][1], **kinds} for kinds in (pairs, more)]
    text = performance_tables.speedup({**results, "cases": performance_tables.pooled(runs)})
    for words in ["2 threads, batch 2, ragged", "| rnn | 1.70 |", "2 threads apart", "| rnn | 1.60 (4) |",
                  "neither: 5 of 30", "up to 20 %"]:
        assert words in text, text
    results["cases"][0]["disturbance"] = 0.4
    text = performance_tables.grid(results)
    assert "Not to be quoted" in text and "40 %" in text, text
    case = {"name": "rnn-h8", "cell": "rnn", "hidden": 8, "ragged": False, "threads": 1,
            "rondo_seconds": 0.001, "torch_seconds": 0.002, "torch_path": "1 thread", "disturbance": 0}
    results["torch"] = "2.0"
    results["cases"] = [{**case, "ratio": 4.0, "ratios": [3.0, 4.0, 4.5]},
                        {**case, "name": "rnn-h9", "ratio": 0.5, "ratios": [0.4, 0.5, 0.6]}]
    text = performance_tables.comparison(results)
    assert "| all | 2 | 1.41 | 0.50 | 4.00 |" in text and "| 8 units | 2 | 1.41 |" in text, text
    assert "Slower than PyTorch: rnn-h9." in text, text


def test_same_case():
    """The two programs of a comparison run the same case: run_rondo fails where tokens differ."""
    class arguments:
        rondo, threads, precision = RONDO, 1, "float32"
    for batch, length in (1, 1), (3, 7), (16, 5):
        for ragged in False, True:
            case = {"cell": "lstm_peephole", "hidden": 8, "batch": batch, "length": length,
                    "layers": 2, "bidirectional": True, "ragged": ragged}
            entry, machine = compare_pytorch.run_rondo(arguments, case)
            assert entry["name"] == compare_pytorch.name_of(case), str(entry)
            assert machine["processors"] >= 1, str(machine)
    lengths = compare_pytorch.lengths_of({"batch": 4, "length": 10, "ragged": True})
    assert lengths == [9, 7, 4, 2], str(lengths)


def test_bound_threads(monkeypatch):
    """A user who binds threads to processors still has all of these: the program's second start once
    saw only the one that its first was bound to."""
    monkeypatch.setenv("OMP_PROC_BIND", "true")
    output, _ = rondo("bench", "--grid", "--quick", "--json", "--cells", "rnn", "--hidden", "8",
                      "--batch", "2", "--shape", "full")
    assert json.loads(output)["cases"][0]["threads"] == len(os.sched_getaffinity(0)), output
