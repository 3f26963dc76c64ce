"""What the verb sweep says, refuses and writes."""
import glob
import json
import os
import re
import resource
import shutil
import subprocess

import pytest

import synthetic_data
from program import DONE, ROOT, RONDO, STOPPED, USAGE, digest, has_bfloat16, rondo, write

BASE = """
behavior_version: 1
seed: 4
task: language_model
data:
  format: generated
  options: {name: reber, count: 200, valid: 40, test: 40}
  batch_size: 10
model: {input: one_hot, layers: [{cell: lstm, hidden: 8, dropout: 0.2}]}
optimizer: {name: adam}
train: {epochs: 2}
"""

SWEEP = """
base: base.yaml
set: {train.epochs: 1}
variants:
  gru: {model.layers.0.cell: gru}
  lstm: {model.layers.0.cell: lstm}
seeds: 2
compare: {metric: test loss, baseline: lstm, margin: 0.01}
output: {folder: out}
"""


def prepare():
    os.mkdir("files")
    write("files/base.yaml", BASE)


def plan():
    """plan.yaml is JSON, too: read by another reader than the one that the framework has."""
    with open("out/plan.yaml", encoding="utf-8") as file:
        return json.load(file)


def refuse(text, *parts, lines=1):
    """Status 2, so many lines, and nothing left behind."""
    write("files/s.yaml", text)
    before = sorted(os.listdir(".")), sorted(os.listdir("files"))
    for option in (["--check"], []):
        result = subprocess.run([RONDO, "sweep", "files/s.yaml", *option], capture_output=True,
                                text=True, timeout=100)
        assert result.returncode == USAGE, f"exit status {result.returncode}: {result.stderr}"
        assert result.stderr.count("\n") == lines, (
            f"{result.stderr.count(chr(10))} lines, not " f"{lines}:\n{result.stderr}")
        for part in parts:
            assert part in result.stderr, f"no {part!r} in\n{result.stderr}"
        assert not result.stdout, result.stdout
    assert (sorted(os.listdir(".")), sorted(os.listdir("files"))) == before, "something was written"


@pytest.fixture(autouse=True)
def data(folder):
    prepare()


def test_bad_input():
    refuse("base: none.yaml\noutput: {folder: out}\n",
           "files/s.yaml:1:1: base: files/none.yaml: no such file; the path is relative to the "
           "sweep file")
    refuse("base: base.yaml\naxes: {model.layers.0.hiden: [8, 16]}\nseeds: 50\n",
           "files/s.yaml:2:31: model.layers.0.hiden: unknown key; allowed: ",
           "did you mean hidden?")
    refuse("base: base.yaml\naxes: {train.epochs: [3, 4, 3]}\n",
           "files/s.yaml:2:29: axes.train.epochs: 3 is given twice in this list: two runs would be "
           "the same")
    refuse("base: base.yaml\nvariants:\n  a: {model.layers.0.hidden: 8}\n  b: {train.epochs: 2}\n",
           'files/s.yaml:4:7: variants "a" and "b" are the same runs: leave one out')
    refuse("base: base.yaml\ncompare: {metric: test f1}\n",
           'files/s.yaml:2:11: compare.metric: no run has "test f1": figures are loss, ')
    refuse("base: base.yaml\nhalving: {metric: valid los, keep: 1/3, rungs: [1, 2]}\n",
           'files/s.yaml:2:11: halving.metric: no run has "valid los"', "did you mean valid loss?")
    refuse("base: base.yaml\nset: {data.format: text, data.path: gone.txt}\n",
           "files/s.yaml:1:1: base: ", "gone.txt")
    refuse("base: base.yaml\nset: {train.epoch: 2, clip.nrm: 1}\nvary: [ordr]\nseeds: -1\n",
           "files/s.yaml:3:8: vary: ", "files/s.yaml:4:8: seeds: ", lines=2)
    refuse("base: base.yaml\nset: {train.epoch: 2}\nvariants: {a: {clip.nrm: 1}, b: {}}\n",
           "files/s.yaml:2:7: train.epoch: unknown key",
           'files/s.yaml:3:16: clip.nrm: unknown key; allowed: norm', '(variant "a")', lines=2)
    refuse("base: base.yaml\noutput: {folder: /somewhere}\n",
           "files/s.yaml:2:10: output.folder: ", "--output FOLDER")
    os.mkdir("out")
    write("out/thesis.tex", "")
    refuse("base: base.yaml\noutput: {folder: out}\n",
           'out: holds "thesis.tex" but no sweep; choose another folder (output.folder, --output)')
    assert os.listdir("out") == ["thesis.tex"], "something was written"


def test_missing_data():
    """The line says what brings them, where the base is one of a tree with datasets/get."""
    for folder in ("tree", "tree/configs", "tree/datasets"):
        os.mkdir(folder)
    write("tree/datasets/get", "")
    write("tree/configs/one.yaml", "# One.\n# sha256 of a.txt: 0\nbehavior_version: 1\n"
          "data: {path: a.txt}\nmodel: {layers: [{cell: rnn, hidden: 2}]}\n"
          "optimizer: {name: sgd}\n")
    refuse("base: ../tree/configs/one.yaml\naxes: {model.layers.0.hidden: [2, 3]}\n",
           "files/s.yaml:1:1: base: ", "a.txt", "; datasets/get one downloads it")
    # whether there is a test split is not known without them
    refuse("base: ../tree/configs/one.yaml\naxes: {model.layers.0.hidden: [2, 3]}\ncompare: {metric: test loss}\n",
           "files/s.yaml:1:1: base: ", "a.txt", "; datasets/get one downloads it")


def column(text, name):
    """Of the line of a variant in --check's table."""
    line = next(line for line in text.splitlines() if f"  {name}:" in line)
    return line.split()


def test_check_says_what_is_needed():
    """The figures of --check are those of `rondo check` for each run's own config."""
    write("files/s.yaml", SWEEP)
    text, _ = rondo("sweep", "files/s.yaml", "--check")
    assert not os.path.exists("out"), "--check wrote a folder"
    assert "4 runs: 2 variants, 2 seeds" in text, text
    assert "a seed changes: initialization, order, masks" in text, text
    assert "compare: test loss, with lstm, margin 0.01" in text, text
    for name, cell in (("gru", "gru"), ("lstm", "lstm")):
        own, _ = rondo("check", "files/base.yaml", "--set", f"model.layers.0.cell={cell}")
        parameters, memory, unit, flops, *_ = column(text, name)
        assert re.search(rf"# parameters: {parameters}\n", own), f"{name}: {parameters}\n{own}"
        an_epoch = float(re.search(r"FLOPs: ([0-9.e+]+) per epoch", own).group(1))
        assert abs(float(flops) / an_epoch - 1) < 0.01, f"{name}: {flops}, {an_epoch}"
        assert float(memory) > 0 and unit == "MiB", memory
    for run in ("001-gru-seed1", "002-lstm-seed1", "003-gru-seed2", "004-lstm-seed2"):
        assert f"  {run}\n" in text, text


def children_seconds():
    """Of processor: other programs do not count."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def test_check_estimates_time():
    """Within a factor that no busy machine explains away: an estimate in minutes or epochs fails."""
    write("files/s.yaml", "base: base.yaml\nset: {data.options.count: 4000, train.epochs: 3}\n"
                          "output: {folder: out}\n")
    text, _ = rondo("sweep", "files/s.yaml", "--check")
    estimated = float(re.search(r"FLOPs, ([0-9.]+) s with one worker", text).group(1))
    started = children_seconds()
    rondo("train", "files/base.yaml", "--set", "data.options.count=4000", "--set",
          "train.epochs=3", "--set", "train.threads=1", "--output", "run")
    taken = children_seconds() - started
    assert 0.1 < estimated / taken < 20, f"estimated {estimated} s, taken {taken} s"


def sets_of(run):
    return [word for text in run["set"] for word in ("--set", text)]


def test_vary():
    """What a seed changes: the runs of two seeds, trained from the plan's settings alone."""
    def trained(number, varied, rate):
        text = (f"base: base.yaml\nset: {{optimizer.learning_rate: {rate}, train.epochs: 1}}\n"
                f"seeds: [1, 2]\nvary: [{varied}]\n")
        write("files/s.yaml", text)
        folder = f"plan-{varied}-{rate}-{number}"
        rondo("sweep", "files/s.yaml", "--output", folder)
        with open(f"{folder}/plan.yaml", encoding="utf-8") as file:
            run = json.load(file)["runs"][number]
        rondo("train", "files/base.yaml", *sets_of(run), "--output", f"{folder}/by-hand")
        return digest(f"{folder}/by-hand").splitlines()[0]

    for varied in ("order", "masks", "data", "initialization"):
        # A learning rate that is 0 in single precision leaves the parameters as they began.
        same = trained(0, varied, "1.0e-300") == trained(1, varied, "1.0e-300")
        assert same == (varied != "initialization"), f"{varied}: first parameters"
        assert trained(0, varied, "0.01") != trained(1, varied, "0.01"), f"{varied}: no effect"


def test_seconds():
    """train.max_seconds counts update steps over all processes of a run, then the run is done."""
    write("run.yaml", BASE.replace("train: {epochs: 2}",
                                   "train: {epochs: 100000, max_seconds: 0.5, max_minutes: 0.004}"))
    stops = 0
    options = ["--overwrite"]
    while True:
        result = subprocess.run([RONDO, "train", "run.yaml", "--output", "run", *options],
                                capture_output=True, text=True, timeout=100)
        options = ["--resume"]
        if result.returncode != STOPPED:
            break
        stops += 1
        assert stops < 300, "it does not end"
    assert result.returncode == DONE, result.stderr
    told = re.search(r"train.max_seconds reached: ([0-9.]+) s of update steps", result.stderr)
    assert told, result.stderr
    assert 0.5 <= float(told.group(1)) < 1.5, told.group(0)
    assert stops >= 1, "one process made the whole run: nothing was summed"
    # Done is done: a further resume makes no step.
    before = digest("run")
    rondo("train", "run.yaml", "--output", "run", "--resume")
    assert digest("run") == before, "trained on"


SHIPPED = {  # variants, trials of each, seeds
    "studies/atis_depth": (18, 1, 6), "studies/chung2014": (3, 1, 10), "studies/chung2014_rates": (3, 10, 1),
    "studies/greff2017": (9, 40, 1), "studies/precision_atis": (2, 1, 10), "studies/precision_jsb": (2, 1, 10),
    "studies/precision_ptb": (2, 1, 10), "sweeps/cells": (3, 1, 10),
    "sweeps/thousand": (10, 1, 100),
    "sweeps/zoo": (159, 1, 3)}


def test_shipped():
    """Every sweep and study that is shipped plans the runs that it says, with stand-ins for its data."""
    shutil.copytree(os.path.join(ROOT, "configs"), "configs", ignore=lambda folder, names: [
        name for name in names if name not in ("studies", "sweeps") and not name.endswith(".yaml")])
    synthetic_data.make("configs")
    for path in glob.glob("configs/ptb/ptb.char.*"):
        shutil.copy(path, "configs")
    found = {path[len("configs/"):-len(".yaml")] for folder in ("studies", "sweeps")
             for path in glob.glob(f"configs/{folder}/*.yaml")}
    assert found == set(SHIPPED), str(found)
    for name, (variants, trials, seeds) in SHIPPED.items():
        if "precision" in name and not has_bfloat16():
            _, error = rondo("sweep", f"configs/{name}.yaml", "--check", expect=USAGE)
            assert "train.precision: bfloat16 needs" in error, error
            continue
        text, _ = rondo("sweep", f"configs/{name}.yaml", "--check")
        if "precision" in name:  # a step takes another time with each
            assert "2 of 2 different networks" in text, text
        counts = re.search(r"(\d+) runs: (\d+) variants, (\d+) seeds?\n", text)
        assert counts, f"{name}: {text}"
        assert [int(count) for count in counts.groups()] == [variants * trials * seeds, variants * trials, seeds], (
            f"{name}: {counts[0]}")
        assert len(re.findall(r"^  \d{3,}-\S+$", text, re.M)) == variants * trials * seeds, f"{name}: {text}"


def test_documented():
    """The file in docs/sweeps.md is the one in configs/sweeps, and what the page says of it is so."""
    source = ROOT
    with open(os.path.join(source, "docs", "sweeps.md"), encoding="utf-8") as file:
        blocks = re.findall(r"```yaml\n(.*?)```", file.read(), re.S)
    with open(os.path.join(source, "configs", "sweeps", "cells.yaml"), encoding="utf-8") as file:
        assert blocks[0] == file.read(), "docs/sweeps.md has another file"
    text, _ = rondo("sweep", os.path.join(source, "configs", "sweeps", "cells.yaml"), "--check")
    assert "30 runs: 3 variants, 10 seeds" in text and "in sweeps/cells:" in text, text
    # The Reber grammar has 9 symbols: counts of tests/sweep/test_budget.c, each for the largest H.
    for name, count in (("rnn", lambda h: h * h + 19 * h + 9),
                        ("gru", lambda h: 3 * h * h + 39 * h + 9),
                        ("lstm", lambda h: 4 * h * h + 49 * h + 9)):
        width = max(h for h in range(1, 100) if count(h) <= 2000)
        assert int(column(text, name)[0]) == count(width), text
        assert f"model.layers.0.hidden={width}" in column(text, name), text
    # The search of the page.
    write("files/s.yaml", "base: base.yaml\n" + blocks[1])
    text, _ = rondo("sweep", "files/s.yaml", "--check")
    assert "200 runs: 200 variants, 1 seed\n" in text, text
    for rate, hidden in re.findall(r"learning_rate=(\S+) model.layers.0.hidden=(\S+)", text):
        assert 1e-4 <= float(rate) <= 1e-1 and 16 <= int(hidden) <= 256, (rate, hidden)
