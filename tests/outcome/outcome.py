#!/usr/bin/env python3
"""What a run says of its own outcome, and what it may not take to say it: outcome.py RONDO DIGEST TEST.

As tests/flow/flow.py, from which the helpers come.
"""
import json
import os
import random
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))
from flow import (DONE, RONDO, STREAM, TAGGER, USAGE, check, columns, journal, main, make_data, rondo, train,
                  write)

CLASSIFIER = """
behavior_version: 1
seed: 3
task: classification
data:
  format: table
  path: table.csv
  table: {text: text, label: label}
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


def kernels():
    """With every number of kernels rondo runs, or one line says why it cannot: never an abort. Numbers of
    other machines' kernels, or of none, are among them; BLIS reads text as 0."""
    write("c.yaml", STREAM.replace("epochs: 4", "epochs: 1, max_steps: 3"))
    grid = ["bench", "--grid", "--quick", "--cells", "rnn", "--hidden", "8", "--batch", "2", "--length",
            "3", "--shape", "full", "--steps", "1"]
    runnable = []
    for value in [*map(str, range(-1, 30)), "99", "-7", "4294967296"]:
        status, output, error = with_kernels(value, *grid)
        check(status in (DONE, USAGE), f"{value}: exit status {status}: {error}")
        if status == DONE:
            check("rnn-h8" in output, output)
            runnable.append(value)
            continue
        check(error.startswith(f"rondo: BLIS_ARCH_TYPE={value}: ") and error.count("\n") == 1, error)
        check(output == "", output)
        check(with_kernels(value, "check", "c.yaml") == (status, "", error), error)
    check("-1" in runnable and len(runnable) > 1, f"these ran: {runnable}")
    for value in runnable[-2:]:
        for arguments in (["train", "c.yaml", "--output", f"run{value}"], ["evaluate", f"run{value}"],
                          ["sample", f"run{value}", "--length", "5"], ["check", "c.yaml"]):
            status, _, error = with_kernels(value, *arguments)
            check(status == DONE, f"{value}: {arguments}: {error}")
    for value in "zen99", "3x", " ":
        status, _, error = with_kernels(value, *grid)
        check(status == USAGE and f"BLIS_ARCH_TYPE={value}: not a number" in error, error)
    check(with_kernels("", *grid)[0] == DONE, "empty is as unset")
    check(with_kernels("99", "train", "--help")[0] == DONE, "help needs no kernels")


def check_takes_no_weights():
    """A model of 4.3 billion weights is checked without one of them: neither memory nor time is there."""
    write("c.yaml", STREAM.replace("hidden: 21", "hidden: 32768").replace("hidden: 13", "hidden: 9"))
    with subprocess.Popen([RONDO, "check", "c.yaml"], stdout=subprocess.PIPE) as process:
        output = process.stdout.read().decode()
        status, usage = os.wait4(process.pid, 0)[1:]
        process.returncode = os.waitstatus_to_exitcode(status)
    check(process.returncode == DONE, f"exit status {process.returncode}")
    count = int(re.search(r"# parameters: (\d+)", output)[1])
    check(count > 4e9, output)
    check(usage.ru_maxrss < 1 << 20, f"{usage.ru_maxrss} KiB for {count} parameters")


def end_record():
    """The test figures at the end are of the best checkpoint: the line, the journal and metrics.h5 tell
    which, whatever the last step was."""
    write("c.yaml", STREAM.replace("5.0e-3", "0.3").replace("epochs: 4", "epochs: 5"))
    _, log = train("c.yaml", "run")
    records = journal("run")
    valid = [record for record in records if record["kind"] == "valid"]
    best = min(valid, key=lambda record: record["loss"])
    check(best["step"] < valid[-1]["step"], f"the last epoch is the best: {valid}")
    record, = (record for record in records if record["kind"] == "test")
    check(record["step"] == valid[-1]["step"] and record["epoch"] == 5, str(record))
    check(record["checkpoint_step"] == best["step"], f"{record} is of {best}")
    check(record["checkpoint_epoch"] == best["epoch"], f"{record} is of {best}")
    held = columns("run", "test")
    check(held["checkpoint_step"] == [best["step"]] and held["step"] == [record["step"]], str(held))
    line = f"epoch {best['epoch']}  step {best['step']}  test loss {record['loss']:.4f}"
    with open("run/log.txt", encoding="utf-8") as file:
        for text in log, file.read():
            check(re.search(re.escape(line) + r".*\(the best checkpoint\)", text), f"no {line}:\n{text}")
    evaluated = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    check(abs(evaluated["loss"] - record["loss"]) < 1e-6, f"{evaluated} {record}")
    _, again = train("c.yaml", "run", "--resume")
    check(line in again, again)
    write("no_valid.yaml", STREAM.replace("valid: 0.1", "valid: 0").replace("name: plateau, factor: 0.5, "
                                                                     "patience: 1", "name: constant"))
    _, log = train("no_valid.yaml", "last")
    record, = (record for record in journal("last") if record["kind"] == "test")
    check(record["checkpoint_step"] == record["step"] and record["checkpoint_epoch"] == 4, str(record))
    check("(after the last update)" in log, log)


def perplexity():
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
            check((name in figures) == wanted, f"{config}: {figures}")
            check((name in text) == wanted and (name in log) == wanted, f"{config}: {text}{log}")
            for record in journal(config[0]):
                check((name in record) == wanted, f"{config}: {record}")
        check("accuracy" in figures, str(figures))
    for config, nearest in ("c.yaml", "loss, accuracy"), ("t.yaml", "loss, accuracy"):
        _, error = rondo("check", config, "--set", "train.best_by=perplexity", expect=USAGE)
        check(f'"perplexity" is not one of {nearest}' in error, error)
    rondo("check", "l.yaml", "--set", "train.best_by=perplexity")


if __name__ == "__main__":
    main([kernels, check_takes_no_weights, end_record, perplexity], make_data)
