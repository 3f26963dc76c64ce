"""One new file is the only edit, for a cell, a schedule, a format, a task or a metric: a copy of the tree is
configured, then the files are put there, none of which knows another, then the program and its plugins are built
without configuring by hand. It lists and describes what is new, checks its options, trains with it, goes on after a
stop, evaluates and predicts."""
import filecmp
import json
import os
import random
import re
import shlex
import shutil
import subprocess

import pytest

from building import KIT_DOUBLE, check_plugin, cmake, configure, copy_template
from program import DIGEST, DONE, FAILED, ROOT, STOPPED, USAGE, read, run, write

# ctest: together TIMEOUT 1200

HERE = os.path.join(ROOT, "tests", "outside")
ADDED = {"framework/config/tasks": ["sequence_regression.c"],
         "framework/data/formats": ["fasta.c", "wide_series.c"],
         "framework/evaluate/metrics": ["kappa.c", "top_3_accuracy.c"],
         "plugins/schedules": ["every_other.c"]}
ADDED_PLUGINS = ["cell_mycell", "schedule_every_other", "schedule_myschedule"]
# Those that the configs below name; all are built elsewhere.
PLUGINS = ["cell_gru", "loss_mean_squared_error", "loss_softmax_cross_entropy", "optimizer_adam", "optimizer_sgd",
           "schedule_constant", *ADDED_PLUGINS]
DOUBLE = os.path.exists(KIT_DOUBLE)


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """The build folder of the copy."""
    folder = tmp_path_factory.mktemp("copy")
    tree, build = f"{folder}/tree", f"{folder}/build"
    for name in "cmake", "framework", "plugins":
        shutil.copytree(f"{ROOT}/{name}", f"{tree}/{name}")
    shutil.copy(f"{ROOT}/CMakeLists.txt", tree)
    configure(tree, build, "-DRONDO_TESTS=OFF", f"-DRONDO_DOUBLE={'ON' if DOUBLE else 'OFF'}")
    copy_template("cell", f"{tree}/plugins/cells/mycell.c")
    copy_template("schedule", f"{tree}/plugins/schedules/myschedule.c")
    for place, files in ADDED.items():
        for file in files:
            shutil.copy(f"{HERE}/{file}", f"{tree}/{place}")
    # The program first, which finds the new files: their plugins are targets only then.
    names = [*PLUGINS, *(f"{name}_double" for name in ADDED_PLUGINS if DOUBLE)]
    for targets in ["rondo"], [f"rondo_{name}" for name in names]:
        cmake("--build", build, "--parallel", "2", "--target", *targets)
    yield build
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def rondo(build):
    """`rondo COMMAND` of the copy ends with this status, and what it says on both streams has each of the patterns."""
    def call(command, *patterns, expect=DONE):
        said = run(f"{build}/rondo", *shlex.split(command), expect=expect, stderr=subprocess.STDOUT)
        for pattern in patterns:
            assert re.search(pattern, said), f"rondo {command}: no {pattern} in\n{said}"
        return said
    return call


def evaluated(build, *arguments):
    return json.loads(run(f"{build}/rondo", "evaluate", *arguments, "--json"))


def rates(folder):
    with open(f"{folder}/metrics.jsonl", encoding="utf-8") as file:
        return [record["learning_rate"] for record in map(json.loads, file) if record["kind"] == "train"]


def same_files(*names):
    for name in names[1:]:
        assert filecmp.cmp(names[0], name, shallow=False), f"{names[0]} and {name} differ"


SCHEDULED = """
behavior_version: 1
data: {format: generated, generator: {name: reber, count: 8, valid: 4, test: 4}, batch_size: 4}
model: {input: one_hot, layers: [{cell: mycell, hidden: 4}]}
optimizer: {name: sgd, learning_rate: 1.0}
schedule: {name: myschedule, options: {power: 1.0}}
train: {epochs: 4, log_every: 1}
output: {folder: run, checkpoint_every: {steps: 1}}
"""


def test_cell_and_schedules(build, rondo):
    for file in "cells/mycell.so", "schedules/myschedule.so", "schedules/every_other.so":
        check_plugin(build, file)
    write("c.yaml", SCHEDULED)
    rondo("list", r"schedule +myschedule +.*/schedules/myschedule\.so")
    rondo("describe schedule myschedule", r"power: 0\.9\n")
    rondo("check c.yaml", "parameters")
    rondo("check c.yaml --set schedule.options.powr=2", "myschedule allows: power; did you mean power", expect=USAGE)
    rondo("train c.yaml --set train.max_minutes=1e-9", expect=STOPPED)
    rondo("train c.yaml --resume")
    assert rates("run") == [1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]

    # One with a state: what it remembers of the validations is there after a stop, too.
    rondo("describe schedule every_other", "state kept between validations: seen")
    other = "--set 'schedule={name: every_other}' --output other"
    rondo(f"train c.yaml {other} --set train.max_steps=5", "step 5")
    rondo(f"train c.yaml {other} --resume", "resuming .* step 5")
    assert rates("other") == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]


# --- a format of texts ---

CLASSIFIED = """
behavior_version: 1
seed: 3
task: classification
data:
  format: fasta
  path: train.fasta
  split: {valid: valid.fasta, test: test.fasta}
  options: {class_field: 3}
  batch_size: 5
model: {input: one_hot, layers: [{cell: gru, hidden: 8}]}
optimizer: {name: adam, learning_rate: 0.02}
train: {epochs: 8}
"""


def write_sequences(file, count, seed):
    """Two kinds of sequences by turns, poor and rich in G and C; a record has two lines of letters."""
    numbers, text = random.Random(seed), ""
    for i in range(1, count + 1):
        name, letters = ("poor", "AAATTTCG") if i % 2 else ("rich", "CCCGGGAT")
        text += f">s{i} plasmid  {name}\n{''.join(numbers.choices(letters, k=12 + i % 5))}\nAT\n"
    write(file, text)


def test_format(rondo):
    for seed, (name, count) in enumerate((("train", 60), ("valid", 20), ("test", 20))):
        write_sequences(f"{name}.fasta", count, seed)
    write("t.yaml", CLASSIFIED)
    check_format(rondo)

    # Stopped within the third epoch of 12 steps and gone on with: all numbers are those of the whole run.
    rondo("train t.yaml --output whole", r"epoch 8  step 96  valid loss [0-9.]+ accuracy ")
    rondo("train t.yaml --output parts --set train.max_steps=30", "step 30 ")
    checkpoint = "checkpoints/latest.h5", "/parameters", "/optimizer", "/state"
    whole, half = (run(DIGEST, f"{folder}/{checkpoint[0]}", *checkpoint[1:]) for folder in ("whole", "parts"))
    rondo("train t.yaml --output parts --resume", "resuming .* step 30", "step 96  valid")
    assert whole == run(DIGEST, f"parts/{checkpoint[0]}", *checkpoint[1:]) != half
    check_answers(rondo)


def check_format(rondo):
    rondo("list", r"format +fasta +built in")
    rondo("describe format fasta", "FASTA: sequences of letters", "Pearson & Lipman", "class_field: 2\n",
          r"integer in \[1, 1000\]")
    rondo("describe --all", "one of columns, fasta, generated,", "options of fasta:\n *# - class_field: 2 -- which")

    # Six symbols are the letters and two that every dictionary has; of the classes, likewise, two of four.
    rondo("check t.yaml", "format: fasta", "class_field: 3\n", r"input_weights +\[6, 24\]", r"readout/biases +\[4\]")
    rondo("check t.yaml --set data.options.class_field=2", r"readout/biases +\[3\]")
    for setting, reason in [
            ("data.format=fatsa", "did you mean 'fasta'"),
            ("data.options.clas_field=3", r"data\.options\.clas_field: unknown option; fasta allows: class_field; "
                                          r"did you mean class_field\?"),
            ("data.options.window=3", r"data\.options\.window: only for data\.format series, wide_series; this config "
                                     "has fasta"),
            ("data.options.class_field=0", r'"0" is not an integer in \[1, 1000\]'),
            ("data.unit=word", r"data\.unit: not for data\.format fasta"),
            ("task=tagging", r"data\.format fasta has none")]:
        rondo(f"check t.yaml --set {setting}", reason, expect=USAGE)
    rondo("train t.yaml --output refused --set data.options.class_field=4",
          r"train\.fasta:1: the header has no field 4", expect=FAILED)


def check_answers(rondo):
    """What is predicted is what evaluate counts, and a file need not know the classes."""
    write("unknown.fasta", re.sub("poor|rich", "unknown", read("test.fasta")))
    rondo("predict whole test.fasta --output answers")
    rondo("predict whole unknown.fasta --output again")
    rondo("predict whole --split test --output split")
    same_files("answers", "again", "split")
    answers = read("answers").splitlines()
    classes = [line.split()[-1] for line in read("test.fasta").splitlines() if line.startswith(">")]
    assert len(answers) == len(classes) == 20, answers
    correct = [answer for answer, expected in zip(answers, classes) if answer == expected]
    assert len(correct) >= 16, f"{len(correct)} of 20 are right, where 10 are by chance"
    for arguments in "--split test", "test.fasta":
        rondo(f"evaluate whole {arguments}",
              *(rf"{name} [ 0-9.]+ 10 +{answers.count(name)} +{correct.count(name)}\n" for name in ("poor", "rich")))
    for verb in "evaluate", "predict":
        rondo(f"{verb} whole test.fasta --split test", r"--split test: a file of data\.format fasta holds no splits",
              expect=USAGE)


# --- a format of time series: the numbers are those of `series`, which reads the same values from another form ---

FORECAST = """
behavior_version: 1
seed: 3
task: forecasting
data:
  format: wide_series
  options: {window: 6, horizon: 3}
  path: train.txt
  split: {valid: valid.txt, test: test.txt}
  batch_size: 10
model: {layers: [{cell: gru, hidden: 6}], pooling: last}
loss: {name: mean_squared_error}
optimizer: {name: adam, learning_rate: 0.02}
train: {epochs: 4}
"""
BUILT_IN = FORECAST.replace("wide_series", "series").replace(".txt", ".csv").replace(
    "horizon: 3", "horizon: 3, id: series, targets: value, standardize: false")


def write_series(file, rows, shift):
    """Two saws of other teeth, as lines and as rows of a table."""
    wide, long = "", "series,value\n"
    for name in "tooth", "jag":
        values = [f"0.{(row + shift) % len(name) * 5 + row % 2}" for row in range(1, rows + 1)]
        wide += f"{name} {' '.join(values)}\n"
        long += "".join(f"{name},{value}\n" for value in values)
    write(f"{file}.txt", wide)
    write(f"{file}.csv", long)


def test_forecast(build, rondo):
    for shift, (name, rows) in enumerate((("train", 60), ("valid", 20), ("test", 24), ("recent", 11))):
        write_series(name, rows, shift)
    write("wide.yaml", FORECAST)
    write("built_in.yaml", BUILT_IN)
    check_series(rondo)

    # The errors of model and naive forecast are metrics that training can watch.
    found = {}
    for name in "wide", "built_in":
        rondo(f"train {name}.yaml --output {name} --set train.monitor=model_root_mean_squared_error",
              "the model is better than persistence")
        found[name] = evaluated(build, name, "--split", "test")
    for key in "loss", "forecast":
        assert found["wide"][key] == found["built_in"][key], key
    assert re.search("persistence.*columns.*value", json.dumps(found["wide"]["forecast"])), found
    rondo("evaluate wide recent.txt", "persistence", r"value +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+\n")
    check_forecasts(rondo)


def check_series(rondo):
    rondo("list formats", r"format +wide_series +built in")
    rondo("describe format wide_series", "time series, one per line", "window: 8\n", "horizon: 1\n")
    rondo("check wide.yaml", "format: wide_series", "horizon: 3\n")
    for setting, reason in [
            ("data.options.widow=4", r"unknown option; wide_series allows: window, horizon; did you mean window\?"),
            ("data.options.season=4", r"only for data\.format series; this config has wide_series"),
            ("task=tagging", r"data\.format wide_series has none")]:
        rondo(f"check wide.yaml --set {setting}", reason, expect=USAGE)
    rondo("train wide.yaml --output refused --set data.options.horizon=15", r"valid\.txt:1: 20 values; at least 21",
          expect=FAILED)


def check_forecasts(rondo):
    """What follows each line, and what was predicted of a split, in every form."""
    for form in "", "csv", "json":
        options = form and f"--format {form}"
        for name, ending in ("wide", "txt"), ("built_in", "csv"):
            rondo(f"predict {name} recent.{ending} {options} --output {name}.recent{form}")
            rondo(f"predict {name} --split test {options} --output {name}.test{form}")
        same_files(f"wide.recent{form}", f"built_in.recent{form}")
        same_files(f"wide.test{form}", f"built_in.test{form}")
    rows = "".join(f"{name},{step},.+\n" for name in ("tooth", "jag") for step in (1, 2, 3))
    assert re.fullmatch(f"series,step,value\n{rows}", read("wide.recent")), read("wide.recent")
    rondo("predict wide --split test --format csv", r"sequence,value\+1,value\+2,value\+3\n")
    write("short.txt", "tooth 0.1 0.2 0.3\n")
    rondo("predict wide short.txt", r"short\.txt:1: 3 values; at least 6 are needed", expect=FAILED)


# --- metrics ---

TAGGED = """
behavior_version: 1
seed: 3
task: tagging
data:
  format: generated
  generator: {name: copy, length: 4, copied: 2, symbols: 6, count: 200, valid: 40, test: 40}
  batch_size: 10
model: {input: one_hot, layers: [{cell: gru, hidden: 12}]}
optimizer: {name: adam, learning_rate: 0.01}
train: {epochs: 4, monitor: top_3_accuracy}
"""


def validations(folder):
    with open(f"{folder}/metrics.jsonl", encoding="utf-8") as file:
        return [record for record in map(json.loads, file) if record["kind"] == "valid"]


def test_metric(build, rondo):
    """Recorded, resumed and compared; it chooses the best epoch."""
    write("t.yaml", TAGGED)
    rondo("list", r"metric +top_3_accuracy +built in")
    rondo("describe metric top_3_accuracy", "among the three most probable", "hits / all", "an external project",
          "higher is better")
    rondo("check t.yaml --set train.monitor=top3_accuracy", "did you mean top_3_accuracy.", expect=USAGE)
    rondo("check t.yaml", "monitor: top_3_accuracy")
    rondo("train t.yaml --output whole", r"valid loss .* top_3_accuracy 0\.", r"best validation top_3_accuracy 0\.")
    rondo("train t.yaml --output parts --set train.epochs=2", "step 40 ")
    rondo("train t.yaml --output parts --resume", "resuming", r"best validation top_3_accuracy 0\.")
    rondo("evaluate whole --split test", r"\ntop_3_accuracy +0\.")
    rondo("compare whole --metric 'valid top_3_accuracy' --json", '"higher_is_better": true')

    whole, parts = validations("whole"), validations("parts")
    values = [record["top_3_accuracy"] for record in whole]
    assert values == [record["top_3_accuracy"] for record in parts] and len(values) == 4, f"{whole}\n{parts}"
    assert all(record["top_3_accuracy"] >= record["accuracy"] for record in whole), whole
    assert evaluated(build, "whole")["metrics"]["top_3_accuracy"] == max(values) > 0, whole


def test_metric_of_pairs_of_classes(rondo):
    """By hand, from what the classes' table says of each class."""
    write("t.yaml", TAGGED)
    rondo("describe metric kappa", "Cohen")
    rondo("train t.yaml --output kappa --set train.monitor=kappa", r"best validation kappa 0\.")
    said = rondo("evaluate kappa --split test", r"\nkappa +0\.\d\d\d")
    shown = re.search(r"\nkappa +(0\.\d+)", said)[1]
    rows = [tuple(map(int, row)) for row in re.findall(r"(?:[01]\.\d+ +){3}(\d+) +(\d+) +(\d+)\n", said)]
    total, right = sum(there for there, _, _ in rows), sum(correct for _, _, correct in rows)
    by_chance = sum(there * answered for there, answered, _ in rows)
    assert total > 0, said
    by_hand = (total * right - by_chance) / (total * total - by_chance)
    assert shown == f"{by_hand:.{len(shown) - 2}f}", f"{by_hand} by hand\n{said}"


# --- a task ---

SUMS = """
behavior_version: 1
seed: 3
task: sequence_regression
data:
  format: generated
  options: {name: adding, length: 6, count: 60, valid: 20, test: 20}
  batch_size: 10
model: {layers: [{cell: gru, hidden: 6}]}
loss: {name: mean_squared_error}
optimizer: {name: adam, learning_rate: 0.02}
train: {epochs: 4}
"""


def test_task(build, rondo):
    """The numbers are those of the built-in task, which allows what this one does not."""
    write("t.yaml", SUMS)
    rondo("list tasks", r"task +sequence_regression +built in")
    rondo("describe task sequence_regression", "for each whole sequence", r"f\(x_1 .. x_T\)")
    rondo("describe metric mean_absolute_error", "mean_squared_error .*regression, sequence_regression")
    rondo("check t.yaml", "task: sequence_regression", "pooling: last")
    for setting, reason in [
            ("task=sequence_regresion", "did you mean 'sequence_regression'"),
            ("model.pooling=none", r"needs model\.pooling last, mean or max"),
            ("data.options.name=reber", "sequence_regression needs target values for each sequence, and "
                                        r"data\.format generated has none"),
            ("loss.name=softmax_cross_entropy", "sequence_regression predicts values, which this loss does not take: "
                                                "write mean_squared_error"),
            ("data.tag_scheme=iob1", r"data\.tag_scheme: only for task tagging; this config has sequence_regression")]:
        rondo(f"check t.yaml --set {setting}", reason, expect=USAGE)

    rondo("train t.yaml --output whole", r"epoch 4  step 24  valid loss [0-9.]+ root_mean_squared_error ")
    rondo("train t.yaml --output parts --set train.max_steps=13", "step 13 ")
    rondo("train t.yaml --output parts --resume", "resuming", "step 24  valid")
    rondo("train t.yaml --output built_in --set task=regression")
    runs = "whole", "parts", "built_in"
    losses = [evaluated(build, name)["loss"] for name in runs]
    assert losses == losses[:1] * 3
    for name in runs:
        rondo(f"predict {name} --split test --output {name}.txt")
    same_files(*(f"{name}.txt" for name in runs))
    assert len(read("whole.txt").splitlines()) == 20
