"""Whole runs on tiny data with one class a sequence.

The bars are such that a network reaches them only when it has read the whole sequence.
"""
import csv
import gzip
import json
import random
import struct

from program import USAGE, digest, journal, rondo, same, train, write

# The first word decides; the others come from the same list.
FIRST = """
behavior_version: 1
seed: 3
task: classification
data:
  format: table
  path: first.csv
  options: {text: sentence, label: class}
  split: {valid: 0.15, test: 0.15}
  batch_size: 20
model:
  input: {embedding: 8}
  layers: [{cell: gru, hidden: 16}]
optimizer: {name: adam, learning_rate: 1.0e-2}
clip: {norm: 1.0}
train: {epochs: 10, early_stopping: {patience: 5}}
output: {folder: run, checkpoint_every: {epochs: 1, steps: 7}}
"""

IMAGES = """
behavior_version: 1
seed: 4
task: classification
data:
  format: idx
  split: {train: train-images-idx3-ubyte.gz, valid: 0.2, test: t10k-images-idx3-ubyte}
  options: {sequence: rows}
  batch_size: 25
model:
  layers: [{cell: lstm, hidden: 12}]
optimizer: {name: adam, learning_rate: 2.0e-2}
clip: {norm: 1.0}
train: {epochs: 12}
output: {folder: run}
"""


def make_sentences():
    numbers = random.Random(11)
    good, bad = ["fine", "lovely", "great"], ["awful", "dull", "grim"]
    lines = ["number,sentence,class"]
    for i in range(800):
        kind = numbers.randrange(2)
        words = [numbers.choice([bad, good][kind])]
        words += [numbers.choice(good + bad) for _ in range(numbers.randrange(0, 9))]
        lines.append(f'{i},"{" ".join(words)}",{["bad", "good"][kind]}')
    return "\n".join(lines) + "\n"


def make_images(images, count, seed):
    """A bright line at one of four heights or widths of 8 x 8 noise, its place the class."""
    numbers = random.Random(seed)
    labels, pixels = bytearray(), bytearray()
    for _ in range(count):
        label = numbers.randrange(4)
        image = [numbers.randrange(120) for _ in range(64)]
        for i in range(8):
            image[8 * (2 * label) + i if label < 2 else 8 * i + 2 * label] = 255
        labels.append(label)
        pixels += bytes(image)
    header = struct.pack(">BBBBIII", 0, 0, 8, 3, count, 8, 8)
    store = gzip.compress if images.endswith(".gz") else bytes
    with open(images, "wb") as file:
        file.write(store(header + pixels))
    with open(images.replace("images", "labels").replace("idx3", "idx1"), "wb") as file:
        file.write(store(struct.pack(">BBBBI", 0, 0, 8, 1, count) + labels))


def accuracy(run, split="test", *arguments):
    output, _ = rondo("evaluate", run, "--split", split, "--json", *arguments)
    result = json.loads(output)
    return result["metrics"]["accuracy"], result


# --- tests ---------------------------------------------------------------------------------------------

def test_text_classification():
    """Each way to pool reaches 95 %; what evaluate says is what training saw."""
    write("first.csv", make_sentences())
    write("c.yaml", FIRST)
    for name, sets in {"last": [], "max": ["model.pooling=max"],
                       "mean": ["model.pooling=mean", "model.layers.0.bidirectional=true"]}.items():
        train("c.yaml", name, *[part for text in sets for part in ("--set", text)])
        share, result = accuracy(name)
        assert share >= 0.95, f"{name}: test accuracy {share}"
        assert result["sequences"] == 120 and result["tokens"] > 120, str(result)
        best = min(record["loss"] for record in journal(name) if record["kind"] == "valid")
        assert accuracy(name, "valid")[1]["loss"] == best, "evaluate does not give the best loss"
    output, _ = rondo("check", "c.yaml")
    assert "pooling: last" in output and "more per sequence" in output, output
    rondo("bench", "c.yaml", "--steps", "3")
    _, error = rondo("sample", "last", expect=USAGE)
    assert "only language models" in error, error


def test_text_classification_is_repeatable():
    """Same bytes for any thread count, from a gzipped file, and when resumed within an epoch."""
    write("first.csv", make_sentences())
    write("c.yaml", FIRST)
    sets = ["--set", "train.epochs=3", "--set", "model.pooling=max", "--set",
            "model.layers.0={cell: lstm, hidden: 9, bidirectional: true, dropout: 0.2}"]
    train("c.yaml", "whole", *sets, "--threads", "1")
    for threads in "2", "3":
        train("c.yaml", f"threads-{threads}", *sets, "--threads", threads)
        same("whole", f"threads-{threads}")
    train("c.yaml", "parts", *sets, "--set", "train.max_steps=37")
    assert digest("parts") != digest("whole"), "nothing happened after step 37"
    train("c.yaml", "parts", *sets, "--resume")
    same("whole", "parts")
    with gzip.open("first.csv.gz", "wb") as file:
        file.write(make_sentences().encode())
    train("c.yaml", "gzipped", *sets, "--set", "data.path=first.csv.gz")
    same("whole", "gzipped")
    with open("first.csv.gz", "rb") as file:
        start = file.read(2000)
    with open("first.csv.gz", "wb") as file:
        file.write(start)
    _, error = train("c.yaml", "cut", *sets, "--set", "data.path=first.csv.gz", expect=1)
    assert "first.csv.gz: gzip data is cut short" in error, error


def test_predicted_classes():
    """One label a record, those that evaluate counts; without a column of labels too."""
    write("first.csv", make_sentences())
    write("test.csv", "\n".join(make_sentences().splitlines()[:200]) + "\n")
    write("c.yaml", FIRST)
    train("c.yaml", "run", "--set", "data.split.test=test.csv", "--set", "train.epochs=3",
          "--set", "data.split.valid=0.2")
    whole, _ = rondo("predict", "run", "--split", "test", "--threads", "1")
    with open("test.csv", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    right = [row[2] == label for row, label in zip(rows, whole.splitlines(), strict=True)]
    assert abs(sum(right) / len(right) - accuracy("run")[0]) < 1e-9, "predict and evaluate differ"
    assert rondo("predict", "run", "test.csv", "--threads", "3")[0] == whole, "threads"
    write("texts.csv", "sentence\n" + "".join(f'"{row[1]}"\n' for row in rows))
    assert rondo("predict", "run", "texts.csv")[0] == whole, "without a column of labels"
    output, _ = rondo("predict", "run", "texts.csv", "--probabilities")
    for line, label in zip(output.splitlines(), whole.splitlines(), strict=True):
        assert line.split("\t")[0] == label and 0.5 <= float(line.split("\t")[1]) <= 1, line
    write("empty.csv", 'sentence\n"fine"\n" "\n')
    _, error = rondo("predict", "run", "empty.csv", expect=1)
    assert "empty.csv:3:1: the text is empty" in error, error
    _, error = rondo("predict", "run", "c.yaml", expect=USAGE)
    assert "data.options.text" in error, error


def test_image_classification():
    """Sequences of rows, of permuted pixels, and one step with the whole image."""
    make_images("train-images-idx3-ubyte.gz", 500, 1)
    make_images("t10k-images-idx3-ubyte", 100, 2)
    write("i.yaml", IMAGES)
    for name, sets in {"rows": [], "image": ["data.options.sequence=image"]}.items():
        train("i.yaml", name, *[part for text in sets for part in ("--set", text)])
        share, result = accuracy(name)
        assert share >= 0.95, f"{name}: test accuracy {share}"
        assert result["sequences"] == 100, str(result)
        assert result["tokens"] == (800 if name == "rows" else 100), str(result)
        predicted = rondo("predict", name, "--split", "test")[0].splitlines()
        labels = [line.split("\t")[1] for line in
                  rondo("export", "i.yaml", "--split", "test", "--set",
                        "data.options.sequence=image")[0].splitlines() if line]
        right = sum(a == b for a, b in zip(predicted, labels, strict=True))
        assert right == round(100 * share), f"{name}: {right} of {len(labels)}, but {share}"
    train("i.yaml", "pixels", "--set", "data.options={sequence: pixels, permutation: 5}", "--set",
          "train.epochs=2")
    losses = [record["loss"] for record in journal("pixels") if record["kind"] == "epoch"]
    assert losses[1] < losses[0], f"pixels: {losses}"
    assert accuracy("pixels")[1]["tokens"] == 6400, "an image is not 64 steps"
