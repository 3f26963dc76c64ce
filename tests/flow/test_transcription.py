"""Label sequences without alignment: learned, decoded and counted alike, with the same bytes whatever the threads and
after a resume; from generated values, pairs of texts and HDF5."""
import json
import random

import h5py
import numpy
import pytest

from program import FAILED, USAGE, digest, journal, rondo, same, train, write

# ctest: together

DIGITS = """
behavior_version: 1
seed: 4
task: transcription
data:
  format: generated
  options: {name: digits, count: 400, valid: 60, test: 60, symbols: 4, length: 4, noise: 0.3}
  batch_size: 10
model:
  input: values
  layers: [{cell: gru, hidden: 24, bidirectional: true}]
loss: {name: ctc}
optimizer: {name: adam, learning_rate: 1.0e-2}
clip: {norm: 5}
train: {epochs: 8, monitor: label_error_rate}
output: {folder: run, checkpoint_every: {steps: 30}}
"""

PAIRS = """
behavior_version: 1
task: transcription
data:
  format: pairs
  path: spelt.tsv
  unit: character
  target_unit: word
  split: {valid: 0.1, test: 0.1}
  batch_size: 10
model:
  input: one_hot
  layers: [{cell: lstm, hidden: 32, bidirectional: true}]
loss: {name: ctc}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 10}
output: {folder: run}
"""

WORDS = ("zero", "one", "two", "three", "four")


def make_pairs():
    """Digits spelt without blanks: "onetwotwo" is 1 2 2; one line has none."""
    numbers = random.Random(3)
    lines = [[numbers.randrange(len(WORDS)) for _ in range(numbers.randrange(1, 5))] for _ in range(400)]
    spelt = ["".join(WORDS[i] for i in line) for line in lines]
    write("spelt.tsv", "hm\t\n" + "".join(f"{text}\t{' '.join(map(str, line))}\n" for text, line in zip(spelt, lines)))
    return lines, spelt


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, before = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y)))
    return row[-1]


def known_of(file, split):
    """Label sequences of an exported split, as texts."""
    with h5py.File(file) as data:
        names = [name.decode() for name in data["vocabulary/targets"]]
        offsets, labels = data[f"{split}/target_offsets"][:], data[f"{split}/targets"][:]
    return [[names[i] for i in labels[a:b]] for a, b in zip(offsets, offsets[1:])]


def test_learns():
    """Rates of evaluate are those of what predict answers, counted here; every form of answer is the same."""
    write("c.yaml", DIGITS)
    train("c.yaml", "run")
    rondo("export", "c.yaml", "--output", "digits.h5")
    known = known_of("digits.h5", "test")
    assert [] in known and any(a == b for line in known for a, b in zip(line, line[1:])), "no edge among the strings"
    answered = [line.split() for line in rondo("predict", "run", "--split", "test")[0].split("\n")[:-1]]
    errors = [edit_distance(a, b) for a, b in zip(known, answered)]
    found = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    assert len(known) == len(answered) == 60
    assert abs(found["metrics"]["label_error_rate"] - sum(errors) / sum(map(len, known))) < 1e-12, found
    assert abs(found["metrics"]["sequence_error_rate"] - sum(e > 0 for e in errors) / 60) < 1e-12, found
    assert found["metrics"]["label_error_rate"] < 0.15 and 0 < found["loss"] < 3, found
    tests = [record for record in journal("run") if record["kind"] == "test"]
    assert tests[-1]["label_error_rate"] == found["metrics"]["label_error_rate"]
    valid = [record for record in journal("run") if record["kind"] == "valid"]
    assert len(valid) == 8 and all("label_error_rate" in record for record in valid)
    lines = [json.loads(line) for line in rondo("predict", "run", "--split", "test", "--format", "json")[0].splitlines()]
    assert [line["labels"] for line in lines] == answered and lines[0]["sequence"] == 1
    table = [line.split(",") for line in rondo("predict", "run", "--split", "test", "--format", "csv")[0].splitlines()]
    assert table[0] == ["sequence", "position", "label"]
    assert [[label for s, _, label in table[1:] if int(s) == i + 1] for i in range(60)] == answered
    rondo("predict", "run", "--split", "test", "--format", "hdf5", "--output", "answers.h5")
    with h5py.File("answers.h5") as file:
        names, offsets, labels = [name.decode() for name in file["names"]], file["offsets"][:], file["labels"][:]
    assert [[names[i] for i in labels[a:b]] for a, b in zip(offsets, offsets[1:])] == answered


def test_same_bytes():
    write("c.yaml", DIGITS.replace("count: 400", "count: 100"))
    train("c.yaml", "whole", "--threads", "1")
    answers = {rondo("predict", "whole", "--split", "test", "--threads", threads)[0] for threads in "135"}
    assert len(answers) == 1
    for threads in "2345":
        train("c.yaml", f"with_{threads}", "--threads", threads)
        same("whole", f"with_{threads}")
    for step in (7, 41):
        train("c.yaml", "parts", "--set", f"train.max_steps={step}", "--resume", "--threads", "3")
    train("c.yaml", "parts", "--resume", "--threads", "2")
    same("whole", "parts")


def test_shards():
    """A minibatch cut into shards is the same sum, but for rounding."""
    write("c.yaml", DIGITS.replace("count: 400", "count: 100").replace("epochs: 8", "epochs: 1, log_every: 1"))
    train("c.yaml", "whole")
    train("c.yaml", "cut", "--set", "train.shards=3")
    losses = {run: [record["loss"] for record in journal(run) if record["kind"] == "train"] for run in ("whole", "cut")}
    numpy.testing.assert_allclose(losses["whole"], losses["cut"], rtol=1e-4)


def test_pairs():
    """Text with its labels; a file to be predicted has sources alone, or both."""
    lines, spelt = make_pairs()
    write("c.yaml", PAIRS)
    train("c.yaml", "run")
    found = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    assert found["metrics"]["label_error_rate"] < 0.1, found
    write("sources.txt", "".join(text + "\n" for text in spelt[:50]))
    write("both.txt", "".join(text + "\t0\n" for text in spelt[:50]))
    answered = rondo("predict", "run", "sources.txt")[0]
    assert rondo("predict", "run", "both.txt")[0] == answered
    right = sum(line.split() == list(map(str, known)) for line, known in zip(answered.splitlines(), lines))
    assert right > 40, answered
    train("c.yaml", "searched", "--set", "loss.options.beam=8")
    assert digest("searched", "latest.h5") == digest("run", "latest.h5"), "the search for answers changed training"
    searched = rondo("predict", "searched", "sources.txt")[0]
    assert sum(line.split() == list(map(str, known)) for line, known in zip(searched.splitlines(), lines)) >= right - 1


def test_hdf5():
    """The exported file trains to the same losses, and without targets it is answered."""
    write("c.yaml", DIGITS)
    rondo("export", "c.yaml", "--output", "digits.h5")
    config = DIGITS.replace("format: generated", "format: hdf5\n  path: digits.h5")
    write("h.yaml", "\n".join(line for line in config.splitlines() if "options:" not in line).replace("epochs: 8", "epochs: 2"))
    train("h.yaml", "from_file")
    train("c.yaml", "made", "--set", "train.epochs=2")
    losses = {run: [record["loss"] for record in journal(run) if record["kind"] == "valid"] for run in ("from_file", "made")}
    assert losses["from_file"] == losses["made"], losses
    answered = rondo("predict", "from_file", "digits.h5", "--split", "test")[0]
    assert answered == rondo("predict", "made", "--split", "test")[0]
    with h5py.File("digits.h5", "a") as file:
        file["test/target_offsets"][3] = 0
    _, error = rondo("evaluate", "from_file", "digits.h5", "--split", "test", expect=FAILED)
    assert "target_offsets: entry 3 (0) is less than the one before" in error, error


@pytest.mark.parametrize("sets, words", [
    (["data.truncated_bptt=5"], "must be 0: this loss looks at whole sequences"),
    (["loss.name=softmax_cross_entropy"], "transcription predicts label sequences, which this loss does not take: write ctc"),
    (["loss.name=crf"], "transcription predicts label sequences, which this loss does not take: write ctc"),
    (["model.pooling=last"], "there is a prediction for each step"),
    (["data.options.symbols=11"], "must be at most 10 for generator digits"),
    (["task=tagging"], "tagging needs a class for each step, and data.format generated has none: write other data.options"),
])
def test_what_it_is_not_for(sets, words):
    write("c.yaml", DIGITS)
    _, error = rondo("check", "c.yaml", *[part for text in sets for part in ("--set", text)], expect=USAGE)
    assert words in error, error


def test_too_short():
    """Refused before training, in one line: which sequence, and why."""
    make_pairs()
    with open("spelt.tsv", "a", encoding="utf-8") as file:
        file.write("xy\t1 1\n")
    write("c.yaml", PAIRS.replace("valid: 0.1, test: 0.1", "valid: 0.1"))
    _, error = rondo("train", "c.yaml", expect=USAGE)
    assert "1 of 41 sequences of the valid split are too short for their labels; the first is number 41, of 2 steps" in error, error
    assert "whose 2 labels need 3" in error and error.count("\n") == 1, error
