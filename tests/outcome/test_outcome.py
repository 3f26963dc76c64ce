"""What a run says of its own outcome, and what it may not take to say it.

PLUGINS is the folder of the plugins that are made for it (leaky.c).
"""
import json
import os
import random
import re
import subprocess

import pytest

from experiments import LINES, STREAM, TAGGER
from program import BUILD, DONE, FAILED, RONDO, USAGE, columns, journal, rondo, train, write

pytestmark = pytest.mark.usefixtures("text_and_tags")

PLUGINS = os.path.join(BUILD, "tests", "outcome", "plugins")
PLATEAU = re.search(r"^schedule: (.*)$", STREAM, re.M)[1]

CLASSIFIER = """
behavior_version: 1
seed: 3
task: classification
data:
  format: table
  path: table.csv
  options: {text: text, label: label}
  split: {valid: 0.2, test: 0.2}
  batch_size: 10
model:
  input: {embedding: 6}
  layers: [{cell: gru, hidden: 8}]
  pooling: last
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 3}
output: {folder: run}
"""


def write_table(labels=("a", "b", "c"), count=200):
    numbers = random.Random(5)
    lines = ["text,label"]
    for _ in range(count):
        label = numbers.choice(labels)
        words = [label * 2] + [numbers.choice(["x", "y", "z"]) for _ in range(numbers.randrange(1, 5))]
        numbers.shuffle(words)
        lines.append(f"{' '.join(words)},{label}")
    write("table.csv", "\n".join(lines) + "\n")


def with_kernels(value, *arguments):
    """Exit status and all output of rondo where BLIS is told which kernels to take."""
    result = subprocess.run([RONDO, *arguments], capture_output=True, text=True, timeout=250,
                            env={**os.environ, "BLIS_ARCH_TYPE": value})
    return result.returncode, result.stdout, result.stderr


def test_kernels():
    """With every number of kernels rondo runs, or one line says why it cannot: never an abort. Numbers of
    other machines' kernels, or of none, are among them; BLIS reads text as 0."""
    write("c.yaml", STREAM.replace("epochs: 4", "epochs: 1, max_steps: 3"))
    grid = ["bench", "--grid", "--quick", "--cells", "rnn", "--hidden", "8", "--batch", "2", "--length",
            "3", "--shape", "full", "--steps", "1"]
    runnable = []
    for value in [*map(str, range(-1, 30)), "99", "-7", "4294967296"]:
        status, output, error = with_kernels(value, *grid)
        assert status in (DONE, USAGE), f"{value}: exit status {status}: {error}"
        if status == DONE:
            assert "rnn-h8" in output, output
            runnable.append(value)
            continue
        assert error.startswith(f"rondo: BLIS_ARCH_TYPE={value}: ") and error.count("\n") == 1, error
        assert output == "", output
        assert with_kernels(value, "check", "c.yaml") == (status, "", error), error
    assert "-1" in runnable and len(runnable) > 1, f"these ran: {runnable}"
    for value in runnable[-2:]:
        for arguments in (["train", "c.yaml", "--output", f"run{value}"], ["evaluate", f"run{value}"],
                          ["sample", f"run{value}", "--length", "5"], ["check", "c.yaml"]):
            status, _, error = with_kernels(value, *arguments)
            assert status == DONE, f"{value}: {arguments}: {error}"
    for value in "zen99", "3x", " ":
        status, _, error = with_kernels(value, *grid)
        assert status == USAGE and f"BLIS_ARCH_TYPE={value}: not a number" in error, error
    assert with_kernels("", *grid)[0] == DONE, "empty is as unset"
    assert with_kernels("99", "train", "--help")[0] == DONE, "help needs no kernels"


def test_check_takes_no_weights():
    """A model of 4.3 billion weights is checked without one of them: neither memory nor time is there."""
    write("c.yaml", STREAM.replace("hidden: 21", "hidden: 32768").replace("hidden: 13", "hidden: 9"))
    with subprocess.Popen([RONDO, "check", "c.yaml"], stdout=subprocess.PIPE) as process:
        output = process.stdout.read().decode()
        status, usage = os.wait4(process.pid, 0)[1:]
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == DONE, f"exit status {process.returncode}"
    count = int(re.search(r"# parameters: (\d+)", output)[1])
    assert count > 4e9, output
    assert usage.ru_maxrss < 1 << 20, f"{usage.ru_maxrss} KiB for {count} parameters"


def test_end_record():
    """The test figures at the end are of the best checkpoint: the line, the journal and metrics.h5 tell
    which, whatever the last step was."""
    write("c.yaml", STREAM.replace("5.0e-3", "0.3").replace("epochs: 4", "epochs: 5"))
    _, log = train("c.yaml", "run")
    records = journal("run")
    valid = [record for record in records if record["kind"] == "valid"]
    best = min(valid, key=lambda record: record["loss"])
    assert best["step"] < valid[-1]["step"], f"the last epoch is the best: {valid}"
    record, = (record for record in records if record["kind"] == "test")
    assert record["step"] == valid[-1]["step"] and record["epoch"] == 5, str(record)
    assert record["checkpoint_step"] == best["step"], f"{record} is of {best}"
    assert record["checkpoint_epoch"] == best["epoch"], f"{record} is of {best}"
    held = columns("run", "test")
    assert held["checkpoint_step"] == [best["step"]] and held["step"] == [record["step"]], str(held)
    line = f"epoch {best['epoch']}  step {best['step']}  test loss {record['loss']:.4f}"
    with open("run/log.txt", encoding="utf-8") as file:
        for text in log, file.read():
            assert re.search(re.escape(line) + r".*\(the best checkpoint\)", text), f"no {line}:\n{text}"
    evaluated = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    assert abs(evaluated["loss"] - record["loss"]) < 1e-6, f"{evaluated} {record}"
    _, again = train("c.yaml", "run", "--resume")
    assert line in again, again
    write("no_valid.yaml", STREAM.replace("valid: 0.1", "valid: 0").replace(PLATEAU, "{name: constant}"))
    _, log = train("no_valid.yaml", "last")
    record, = (record for record in journal("last") if record["kind"] == "test")
    assert record["checkpoint_step"] == record["step"] and record["checkpoint_epoch"] == 4, str(record)
    assert "(after the last update)" in log, log


def test_perplexity():
    """Perplexity and bits per symbol are told of language models, not of classes, tags and values."""
    write_table()
    write("c.yaml", CLASSIFIER)
    write("t.yaml", TAGGER)
    write("l.yaml", STREAM)
    for config, wanted in ("c.yaml", False), ("t.yaml", False), ("l.yaml", True):
        _, log = train(config, config[0], "--set", "train.epochs=1", "--set", "train.log_every=1")
        figures = json.loads(rondo("evaluate", config[0], "--json")[0])["metrics"]
        text, _ = rondo("evaluate", config[0])
        for name in "perplexity", "bits_per_symbol":
            assert (name in figures) == wanted, f"{config}: {figures}"
            assert (name in text) == wanted and (name in log) == wanted, f"{config}: {text}{log}"
            for record in (r for r in journal(config[0]) if r["kind"] not in ("model", "data")):
                assert (name in record) == wanted, f"{config}: {record}"
        assert "accuracy" in figures, str(figures)
    for config, nearest in ("c.yaml", "loss, accuracy"), ("t.yaml", "loss, accuracy"):
        _, error = rondo("check", config, "--set", "train.monitor=perplexity", expect=USAGE)
        assert f'"perplexity" is not one of {nearest}' in error, error
    rondo("check", "l.yaml", "--set", "train.monitor=perplexity")


def leaky_config(layers, task=STREAM):
    """The config with other layers, on a cell that makes a NaN where its options say."""
    start, end = task.index("  layers:"), task.index("optimizer:")
    return task[:start] + f"  layers: {layers}\n" + task[end:]


def test_not_finite_place():
    """A NaN that a cell makes is told by layer, direction, time step, stage and gate or state: what the
    planted cell was asked for, with any number of threads. Where forward is whole, the gradient's place."""
    leaky = "{{cell: leaky, hidden: 7, options: {{where: {}, step: {}}}{}}}"
    gru = "{cell: gru, hidden: 7}"
    for where, step, words in [
            ("update", 3, "layers/1/forward (cell leaky), time step 3 of 11, stage 1: gate update_gate"),
            ("kept", 1, "layers/1/forward (cell leaky), time step 1 of 11, stage 2: intermediate kept"),
            ("candidate", 11, "layers/1/forward (cell leaky), time step 11 of 11, stage 2: gate candidate"),
            ("hidden", 5, "layers/1/forward (cell leaky), time step 5 of 11: state hidden"),
            ("gradient", 4, "layers/1/forward (cell leaky), time step 11 of 11, stage 2: the gradient of "
                            "gate candidate")]:
        write("c.yaml", leaky_config(f"[{gru}, {leaky.format(where, step, '')}, {gru}]"))
        for threads in "1", "2":
            _, error = train("c.yaml", "run", "--plugins", PLUGINS, "--threads", threads, "--overwrite",
                             expect=FAILED)
            kind = "gradient" if where == "gradient" else "loss"
            assert f"step 1: the {kind} is not finite, first in {words}; " in error, f"{words}: {error}"
    tagger = leaky_config(f"[{leaky.format('update', 2, ', bidirectional: true')}]", TAGGER)
    write("t.yaml", tagger.replace("bidirectional: true", "bidirectional: true, options: {where: nowhere}, "
                                   "backward: {options: {where: update, step: 2}}")
          .replace("options: {where: update, step: 2}, bid", "bid"))
    _, error = train("t.yaml", "t", "--plugins", PLUGINS, expect=FAILED)
    place = re.search(r"first in layers/0/backward \(cell leaky\), time step (\d+) of (\d+), stage 1: gate "
                      "update_gate", error)
    assert place and int(place[1]) == int(place[2]) - 1, error
    write("c.yaml", leaky_config(f"[{leaky.format('update', 3, '')}]"))
    _, error = rondo("bench", "c.yaml", "--steps", "2", "--plugins", PLUGINS, expect=FAILED)
    assert "first in layers/0/forward (cell leaky), time step 3 of 11, stage 1: gate update_gate" in error, error
    # Training ends before the step that breaks: evaluation tells the place.
    lines = "".join("ab\n" if i < 72 else "abcabcabc\n" for i in range(80))
    write("lines.txt", lines)
    write("e.yaml", leaky_config(f"[{leaky.format('update', 7, '')}]", LINES).replace("text.txt", "lines.txt")
          .replace("unit: word", "unit: character").replace(", order: random", "").replace("{min_count: 2}", "{}"))
    _, log = train("e.yaml", "e", "--plugins", PLUGINS)
    place = "layers/0/forward (cell leaky), time step 7 of 10, stage 1: gate update_gate"
    assert log.count(f"warning: the valid loss is not finite, first in {place}") == 2, log
    assert "the run diverged: its last validation loss is not finite" in log, log
    _, error = rondo("evaluate", "e", "--plugins", PLUGINS)
    assert f"warning: the valid loss is not finite, first in {place}" in error, error
    write("c.yaml", leaky_config(f"[{leaky.format('nowhere', 1, '')}]"))
    train("c.yaml", "whole", "--plugins", PLUGINS)


def test_exploding():
    """Steps that are too large: the parameter that they broke is named, or the first layer that overflows;
    the run's last checkpoint is whole."""
    write("c.yaml", STREAM)
    for rate in "1.0e38", "1.0e300":
        _, error = train("c.yaml", f"boom{rate}", "--set",
                         f"optimizer={{name: sgd, learning_rate: {rate}}}", "--set", "clip.norm=0",
                         expect=FAILED)
        place = re.search(r"not finite, first in (parameter [\w/]+ itself|"
                          r"(?:the gradient|layers/\d/forward \(cell)[^;]*|the readout or the loss \w+); ", error)
        assert place, error
        assert len(error.strip().splitlines()[-1]) < 300, error


def warnings(text):
    return [line[len("warning: "):] for line in text.splitlines() if line.startswith("warning: ")]


def test_nothing_learned():
    """A run that learned nothing says so in one line: steps too large or too small, targets that do not
    follow from inputs; with and without validation; classes, values, texts. One that learned does not."""
    write_table()
    write("l.yaml", STREAM)
    write("c.yaml", CLASSIFIER)
    numbers = random.Random(3)
    write("t.csv", "x,y\n" + "".join(f"{numbers.random():.3f},{numbers.gauss(0, 1):.3f}\n" for _ in range(600)))
    noise = random.Random(4)
    write("noise.csv", "text,label\n" + "".join(f"{noise.choice('abc')} {noise.choice('abc')},"
                                                f"{noise.choice('pq')}\n" for _ in range(400)))
    series = """
behavior_version: 1
task: forecasting
data: {format: series, path: t.csv, options: {inputs: [x], targets: [y], horizon: 2, window: 6, stride: 3}, batch_size: 20}
model: {layers: [{cell: gru, hidden: 4}]}
loss: {name: mean_squared_error}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 2}
output: {folder: run}
"""
    write("s.yaml", series)
    huge = "optimizer={name: adam, learning_rate: 1.0e30}"
    tiny = "optimizer={name: adam, learning_rate: 1.0e-30}"
    for config, sets, learned in [
            ("l.yaml", [huge], False), ("l.yaml", [tiny], False), ("l.yaml", [], True),
            ("l.yaml", [huge, "data.split.valid=0", "schedule.name=constant"], False),
            ("l.yaml", ["data.split.valid=0", "schedule.name=constant"], True),
            ("l.yaml", [huge, "train.max_steps=3"], False),
            ("l.yaml", ["loss.options.label_smoothing=0.3"], True),
            ("c.yaml", [huge], False), ("c.yaml", [tiny], False), ("c.yaml", ["train.epochs=8"], True),
            ("c.yaml", ["data.path=noise.csv", "train.epochs=1"], False), ("s.yaml", [], False)]:
        arguments = [word for text in sets for word in ("--set", text)]
        _, log = train(config, "run", "--overwrite", *arguments)
        told = [line for line in warnings(log) if line.startswith("nothing was learned: ")]
        assert len(told) == (0 if learned else 1), f"{config} {sets}: {log}"
        if told and config == "c.yaml":
            assert told[0].endswith("that of a model that ignores its input"), told[0]
    # By hand: two classes, one in four; the entropy of the training split at the validation split.
    write("by_hand.csv", "text,label\n" + "a b,p\na b,p\na b,p\na b,q\n" * 100)
    _, log = train("c.yaml", "run", "--overwrite", "--set", "data.path=by_hand.csv", "--set", huge)
    told, = [line for line in warnings(log) if line.startswith("nothing was learned: ")]
    entropy = float(re.search(r"is not below ([\d.e+-]+), that of", told)[1])
    assert abs(entropy - 0.5623) < 0.02, told


def test_diverged():
    """A run that had learned and then lost it is told of, one that learned to the end is not."""
    write("c.yaml", STREAM.replace(PLATEAU, "{name: constant}")
          .replace("norm: 1.0", "norm: 0").replace("adam, learning_rate: 5.0e-3", "sgd, learning_rate: 0.5"))
    _, log = train("c.yaml", "run", "--set", "train.epochs=3")
    assert not any("diverged" in line for line in warnings(log)), log
    # A warm-up to steps that are far too large: learned on the way, lost at its end.
    write("d.yaml", STREAM.replace(PLATEAU, "{name: constant, warmup_steps: 360}").replace("5.0e-3", "0.5"))
    _, log = train("d.yaml", "lost", "--set", "train.epochs=8")
    told = [line for line in warnings(log) if line.startswith("the run diverged: ")]
    assert len(told) == 1 and "far above the best" in told[0], log


def test_missing_classes():
    """Classes without an example in validation or training, and columns that never change, are named in
    one line each; `check` says it, too."""
    write_table(["a", "b", "c", "d", "e", "f", "g", "h"], 300)
    with open("table.csv", encoding="utf-8") as file:
        head, *lines = file.read().splitlines()
    for name, left_out in ("all", ""), ("one", "c"), ("many", "abcefgh"):
        write(f"{name}.csv", "\n".join([head, *(line for line in lines if line[-1] not in left_out)]) + "\n")
    write("c.yaml", CLASSIFIER.replace("path: table.csv", "")
          .replace("{valid: 0.2, test: 0.2}", "{train: all.csv, valid: all.csv}"))
    for name, expected in [
            ("all", []), ("one", ["the validation split has no example of the class c"]),
            ("many", ["the validation split has no example of 7 of 8 classes: "])]:
        for verb in ["check", "c.yaml"], ["train", "c.yaml", "--output", name, "--set", "train.epochs=8"]:
            output, log = rondo(*verb, "--set", f"data.split.valid={name}.csv")
            told = [line for line in warnings(log) if "no example" in line]
            assert len(told) == len(expected), f"{name}: {log}"
            for line, words in zip(told, expected):
                assert line.startswith(words), line
                assert words.endswith("c") or line.endswith(", .."), line
    write("t.yaml", TAGGER)
    _, log = rondo("check", "t.yaml")
    assert warnings(log) == [], log
    write("flat.csv", "load,flat,other\n" + "".join(f"{i % 7},5,{i * i % 11}\n" for i in range(400)))
    write("s.yaml", """
behavior_version: 1
task: forecasting
data: {format: series, path: flat.csv, options: {inputs: [load, flat], targets: [other], horizon: 2, window: 6}}
model: {layers: [{cell: gru, hidden: 4}]}
loss: {name: mean_squared_error}
optimizer: {name: adam}
""")
    _, log = rondo("check", "s.yaml")
    assert warnings(log) == ["input column flat: the same value in all of the training split"], log


def test_unanswered_classes():
    """A class that occurs but is never answered is told of at the end of training and by evaluate, once a
    split; nothing is said where all are answered."""
    rare = "".join(f"x y,{'b' if i % 20 == 0 else 'a'}\n" for i in range(400))
    write("table.csv", "text,label\n" + rare)
    write("c.yaml", CLASSIFIER)
    _, log = train("c.yaml", "run")
    words = "the model never answers 1 of the 2 classes that occur in {}: b"
    for where in "the validation split", "the test split":
        assert warnings(log).count(words.format(where)) == 1, log
    output, error = rondo("evaluate", "run", "--split", "test", "--json")
    assert words.format("what was evaluated") in warnings(error), error
    json.loads(output)
    weights = ["--set", "loss.options.class_weights=balanced", "--set", "optimizer.learning_rate=1.0e30"]
    _, log = train("c.yaml", "run", "--overwrite", *weights)
    entropy = re.search(r"is not below ([\d.e+-]+), that of a model that ignores", log)
    assert entropy and abs(float(entropy[1]) - 0.6931) < 0.01, f"balanced, two classes weigh alike: {log}"
    write_table()
    _, log = train("c.yaml", "run", "--overwrite", "--set", "train.epochs=8")
    assert not any("never answers" in line for line in warnings(log)), log
    write("tags.tsv", "".join(f"x\tN\nx\t{'R' if i % 9 == 0 else 'N'}\nx\tN\n\n" for i in range(150)))
    write("t.yaml", TAGGER)
    _, log = train("t.yaml", "t")
    assert warnings(log).count(words[:-1].format("the test split") + "R") == 1, log
