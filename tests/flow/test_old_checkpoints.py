"""Checkpoints that an earlier build wrote are used as they were by it.

A test is one model, hardly trained, of one task and format. fixtures/checkpoints has its checkpoint of three
steps, and what the earlier build answered from it, and after three more steps. This build must give the same
answers: from the old file, from the file it writes when it goes on with the old one, and from one of its own.
Numbers may differ as roundings of another processor do; all else is compared as text.

`PYTHONPATH=tests/support RONDO_BUILD=FOLDER python3 tests/flow/test_old_checkpoints.py` writes the fixtures anew with
another build, which is wanted only when a kind of model is added: made at commit d6b398f, in /tmp/old-run.
"""
import gzip
import json
import math
import os
import re
import shutil
import struct
import zlib

import pytest

from program import DONE, FAILED, rondo, train, write
from small_models import ragged

# ctest: together

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "checkpoints")
FIRST, LAST = 3, 6

HEAD = """
behavior_version: 1
seed: 5
task: {task}
"""

TAIL = """
optimizer: {{name: adam, learning_rate: {rate}}}
train: {{max_steps: {steps}, log_every: 0}}
output: {{folder: run}}
"""

JSON = ["evaluate", "run", "--latest", "--split", "test", "--json"]
PREDICT = ["predict", "run", "--latest", "--split", "test"]


def draw(name, i, count):
    """A number below count that no version of Python draws otherwise."""
    return zlib.crc32(f"{name} {i}".encode()) % count


def words(name, i, choices, most):
    return [choices[draw(name, f"{i} {j}", len(choices))] for j in range(1 + draw(name, i, most))]


def real(name, i):
    return draw(name, i, 1000) / 500 - 1


# --- data ----------------------------------------------------------------------------------------------

def text():
    write("text.txt", "".join(" ".join(words("text", i, ["the", "dog", "ran", "füchsin", "a"], 5)) + "\n" for i in range(60)))
    write("new.txt", "the dog zzz ran\nmouse\n")


def labelled():
    lines = [f"{['up', 'down', 'odd'][draw('label', i, 3)]}\t{''.join(words('letters', i, 'abcdef', 7))}" for i in range(60)]
    write("lines.tsv", "".join(line + "\n" for line in lines))
    write("new.tsv", "up\tabc\ndown\tfzz\n")


def columns(entities):
    names = ["paris", "mr", "jordan", "the", "in"]
    for split, count in ("train", 30), ("valid", 8), ("test", 10):
        lines = []
        for i in range(count):
            for word in words(split, i, names, 5):
                tag = "B-NAME" if word in ("paris", "jordan") else "O"
                lines.append(f"{word} {word[0]} {tag if entities else word[-1].upper()}")
            lines.append("")
        write(f"{split}.txt", "\n".join(lines))
    write("new.txt", "paris p\nzzz z\n\nmr m\n")


def arrays(targets, names=None, per_sequence=False):
    """Steps of two values; targets(step number) of each step or of each sequence's number."""
    parts = {"targets": "sequence"} if per_sequence else {}
    if names:
        parts["/vocabulary/targets"] = names
    for split, count in ("train", 24), ("valid", 6), ("test", 8):
        offsets = [0]
        for i in range(count):
            offsets.append(offsets[-1] + 1 + draw(split, i, 4))
        rows = [[100 + 10 * real(f"{split} x", r), real(f"{split} y", r)] for r in range(offsets[-1])]
        parts |= {f"/{split}/offsets": offsets, f"/{split}/inputs": rows}
        parts[f"/{split}/targets"] = [targets(f"{split} {i}") for i in range(count if per_sequence else offsets[-1])]
    ragged("data.h5", parts)


def tables():
    rows = [f"s{i},{100 + 10 * real('x', f'{i} {j}')!r},{real('y', f'{i} {j}')!r},{['low', 'high'][draw('kind', i, 2)]}"
            for i in range(40) for j in range(2 + draw("steps", i, 3))]
    write("long.csv", "who,x,y,kind\n" + "".join(row + "\n" for row in rows))
    write("new.csv", "who,x,y\na,101.5,0.25\na,99,-0.5\nb,104,0\n")


def images():
    for split, count in ("train", 24), ("valid", 6), ("test", 8):
        pixels = bytes(draw(split, i, 256) for i in range(count * 4))
        with open(f"{split}-images-idx3-ubyte", "wb") as file:
            file.write(struct.pack(">BBBBIII", 0, 0, 8, 3, count, 2, 2) + pixels)
        with open(f"{split}-labels-idx1-ubyte", "wb") as file:
            file.write(struct.pack(">BBBBI", 0, 0, 8, 1, count) + bytes([3, 7, 9][draw(split, -i, 3)] for i in range(count)))


def series():
    rows = [f"{2000 + k // 12}-{k % 12 + 1:02d}-01,{shop},{20 * (shop == 'west') + 5 * math.sin(k / 2):.6f},"
            f"{math.cos(k / 3):.6f},{k % 7}" for k in range(40) for shop in ("north", "west")]
    write("panel.csv", "month,shop,a,b,c\n" + "".join(row + "\n" for row in rows))
    write("past.csv", "month,shop,a,b,c\n" + "".join(row + "\n" for row in rows[:60]))


def chords():
    for split, count in ("train", 20), ("valid", 6), ("test", 6):
        write(f"{split}.txt", "".join(" ".join(words(split, i, ["60,64", "62", "-", "60", "64,65"], 8) + ["60"]) + "\n"
                                      for i in range(count)))


def pairs():
    sources = ["".join(words("source", i, "abcd", 4)) for i in range(60)]
    write("pairs.tsv", "".join(f"{source}\t{source[::-1].upper()}\n" for source in sources))
    write("same.tsv", "".join(f"{source}\t{source[::-1]}\n" for source in sources))
    write("sources.txt", "ab\ncxd\n")


# --- models: config, data, and what is asked of each ----------------------------------------------------

GRU = "model: {input: {embedding: 3}, layers: [{cell: gru, hidden: 4}]}"
PAIRS = """model:
  input: {embedding: 3}
  layers: [{cell: gru, hidden: 4, bidirectional: true}]
  decoder: {input: {embedding: 3}, layers: [{cell: gru, hidden: 4}], attention: general}"""

MODELS = {
    "stream": ("language_model", text, """
data: {path: text.txt, unit: character, split: {valid: 0.1, test: 0.2}, batch_size: 3, truncated_bptt: 7}
model: {input: {embedding: 3}, layers: [{cell: lstm, hidden: 4}, {cell: gru, hidden: 3}]}""",
               [JSON, ["sample", "run", "--latest", "--length", "40", "--prime", "the z"],
                ["score", "run", "--latest", "--file", "new.txt", "--json"],
                ["evaluate", "run", "new.txt", "--latest", "--json"]]),
    "lines": ("language_model", text, """
data: {path: text.txt, unit: word, sequences: line, vocabulary: {unknown: "[UNK]", end: "[END]"}, split: {valid: 0.1, test: 0.2},
  batch_size: 5}
model: {input: one_hot, layers: [{cell: rnn, hidden: 4}]}""",
              [JSON, ["sample", "run", "--latest", "--count", "5"],
               ["score", "run", "--latest", "--file", "new.txt", "--tokens"],
               ["evaluate", "run", "new.txt", "--latest", "--json"]]),
    "classes": ("language_model", labelled, """
data: {format: table, path: lines.tsv, unit: character, table: {header: false, label: 1, text: 2},
  split: {valid: 0.1, test: 0.2, order: random}, batch_size: 4}
""" + GRU, [JSON, ["sample", "run", "--latest", "--count", "3", "--class", "down"],
            ["score", "run", "--latest", "--class", "odd", "--text", "abz", "--json"]]),
    "entities": ("tagging", lambda: columns(True), """
data: {format: columns, target_column: 3, split: {train: train.txt, valid: valid.txt, test: test.txt}, batch_size: 4,
  features: [{kind: suffix, length: 2, embedding: 2}, {kind: column, column: 2, embedding: 2}]}
model: {input: {embedding: 3}, layers: [{cell: gru, hidden: 4, bidirectional: true}]}""",
                 [JSON, PREDICT, ["predict", "run", "--latest", "new.txt", "--probabilities"],
                  ["evaluate", "run", "--latest", "test.txt", "--json"]]),
    "tag_names": ("tagging", lambda: columns(False), """
data: {format: columns, target_column: 3, tag_scheme: none, split: {train: train.txt, valid: valid.txt, test: test.txt}, batch_size: 4}
""" + GRU, [JSON, PREDICT, ["predict", "run", "--latest", "new.txt"]]),
    "hdf5_tags": ("tagging", lambda: arrays(lambda i: draw(f"tag {i}", 0, 3), ["B-LOC", "I-LOC", "O"]), """
data: {format: hdf5, path: data.h5, batch_size: 4}
model: {input: values, layers: [{cell: gru, hidden: 4}]}""",
                  [JSON, PREDICT, ["predict", "run", "--latest", "data.h5", "--split", "valid", "--format", "csv"]]),
    "hdf5_classes": ("classification", lambda: arrays(lambda i: draw(f"class {i}", 0, 2), ["bad", "good"], True), """
data: {format: hdf5, path: data.h5, batch_size: 4}
model: {input: values, layers: [{cell: gru, hidden: 4}], pooling: last}""", [JSON, PREDICT + ["--probabilities", "all"]]),
    "texts": ("classification", labelled, """
data: {format: table, path: lines.tsv, unit: character, table: {header: false, label: 1, text: 2},
  split: {valid: 0.1, test: 0.2}, batch_size: 4}
model: {input: {embedding: 3}, layers: [{cell: gru, hidden: 4}], pooling: mean}""",
              [JSON, PREDICT, ["predict", "run", "--latest", "new.tsv", "--probabilities", "all"]]),
    "value_table": ("classification", tables, """
data: {format: value_table, path: long.csv, standardize: inputs, value_table: {inputs: [x, y], targets: kind, id: who},
  split: {valid: 0.2, test: 0.2}, batch_size: 4}
model: {layers: [{cell: gru, hidden: 4}]}""", [JSON, PREDICT, ["predict", "run", "--latest", "new.csv", "--format", "csv"]]),
    "images": ("classification", images, """
data: {format: idx, split: {train: train-images-idx3-ubyte, valid: valid-images-idx3-ubyte, test: test-images-idx3-ubyte},
  batch_size: 4}
model: {layers: [{cell: gru, hidden: 4}]}""", [JSON, PREDICT]),
    "regression": ("regression", lambda: arrays(lambda i: [500 + 100 * real(f"u {i}", 0), real(f"v {i}", 0)]), """
data: {format: hdf5, path: data.h5, standardize: all, batch_size: 4}
model: {input: values, layers: [{cell: gru, hidden: 4}], pooling: none}
loss: {name: mean_squared_error}""", [JSON, PREDICT]),
    "series": ("forecasting", series, """
data: {format: series, path: panel.csv,
  series: {inputs: [a, c], targets: [b, a], window: 6, horizon: 2, time: month, id: shop, season: 12, difference: last},
  split: {valid: 0.2, test: 0.2}, batch_size: 8}
model: {layers: [{cell: gru, hidden: 4}]}
loss: {name: mean_squared_error}""",
               [JSON, PREDICT, ["predict", "run", "--latest", "past.csv"]]),
    "series_steps": ("forecasting", series, """
data: {format: series, path: panel.csv, series: {targets: [b], window: 6, horizon: 1, time: month, id: shop, standardize: false},
  split: {valid: 0.2, test: 0.2}, batch_size: 8}
model: {layers: [{cell: gru, hidden: 4}], pooling: none}
loss: {name: mean_squared_error}""", [JSON, PREDICT, ["predict", "run", "--latest", "past.csv"]]),
    "music": ("forecasting", chords, """
data: {format: piano_roll, piano_roll: {lowest_pitch: 60, pitches: 6}, split: {train: train.txt, valid: valid.txt, test: test.txt},
  batch_size: 4}
model: {layers: [{cell: gru, hidden: 4}]}
loss: {name: sigmoid_cross_entropy}""", [JSON, PREDICT, ["predict", "run", "--latest", "valid.txt"]]),
    "reber": ("language_model", lambda: None, """
data: {format: generated, generator: {name: reber, count: 20, valid: 6, test: 6}, batch_size: 4}
model: {input: one_hot, layers: [{cell: gru, hidden: 4}]}""", [JSON, ["sample", "run", "--latest", "--count", "2"]]),
    "translation": ("translation", pairs, f"""
data: {{format: pairs, path: pairs.tsv, unit: character, split: {{valid: 0.1, test: 0.2}}, batch_size: 4}}
{PAIRS}""", [JSON, ["translate", "run", "--latest", "sources.txt", "--beam", "2"]]),
    "shared": ("translation", pairs, f"""
data: {{format: pairs, path: same.tsv, unit: character, shared_vocabulary: true, split: {{valid: 0.1, test: 0.2}}, batch_size: 4}}
{PAIRS}""", [JSON, ["translate", "run", "--latest", "sources.txt"]]),
}


# --- answers -------------------------------------------------------------------------------------------

def configure(name, **values):
    task, data, config, _ = MODELS[name]
    values = {"task": task, "rate": "1.0e-2", "steps": FIRST} | values
    write("c.yaml", HEAD.format(**values) + config + TAIL.format(**values))
    data()


def starting_from():
    """The loss of a run that begins with these weights and learns nothing."""
    shutil.rmtree("started", ignore_errors=True)
    train("c.yaml", "started", "--set", "train.start_from=run", "--set", "train.max_steps=1", "--set",
          "optimizer.learning_rate=1.0e-30")
    return answer(["evaluate", "started", "--split", "test", "--json"])


def answer(command):
    """What stands on stdout, without seconds, and the warnings, which name the symbols that are unknown."""
    output, errors = rondo(*command)
    output = re.sub(r'"seconds": *[^,}]*', '"seconds": 0', output)
    return output.splitlines() + [line for line in errors.splitlines() if "unknown" in line.lower() or "<UNK>" in line]


def ask(name):
    answers = {" ".join(command): answer(command) for command in MODELS[name][3]}
    return answers | {"start_from": starting_from()}


NUMBER = re.compile(r"(-?\d+\.?\d*(?:e[-+]?\d+)?)")


def same_text(a, b):
    """Equal but for roundings of numbers that have a point."""
    left, right = NUMBER.split(a), NUMBER.split(b)
    if len(left) != len(right):
        return False
    for one, other in zip(left, right):
        if one != other and not ("." in one + other and NUMBER.fullmatch(one) and NUMBER.fullmatch(other) and
                                 math.isclose(float(one), float(other), rel_tol=2e-4, abs_tol=2e-5)):
            return False
    return True


def same_value(found, expected):
    """All that was said is still said, in whatever order."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(key in found and same_value(found[key], expected[key]) for key in expected)
    if isinstance(expected, float):
        return isinstance(found, (int, float)) and math.isclose(found, expected, rel_tol=2e-4, abs_tol=2e-5)
    return found == expected


def same_line(found, expected):
    try:
        return same_value(json.loads(found), json.loads(expected))
    except ValueError:
        return same_text(found, expected)


def compare(name, found, expected, when):
    assert found.keys() == expected.keys(), f"{name}: {found.keys()}"
    for command, lines in expected.items():
        there = found[command]
        assert len(there) == len(lines) > 0 and all(map(same_line, there, lines)), (
            f"{when}: rondo {command}\n  gives    {there}\n  expected {lines}")


def put(path):
    """A run folder with this checkpoint alone, which need not lie outside it."""
    with open(path, "rb") as file:
        data = file.read()
    shutil.rmtree("run", ignore_errors=True)
    os.makedirs("run/checkpoints")
    with open("run/checkpoints/latest.h5", "wb") as file:
        file.write(data)


@pytest.mark.parametrize("name", MODELS)
def test_model(name):
    """The three files of the text above: old, gone on with, own."""
    with open(f"{FIXTURES}/answers.json", encoding="utf-8") as file:
        expected = json.load(file)[name]
    configure(name)
    os.makedirs("run/checkpoints")
    with gzip.open(f"{FIXTURES}/{name}.h5.gz") as packed, open("run/checkpoints/latest.h5", "wb") as file:
        shutil.copyfileobj(packed, file)
    compare(name, ask(name), expected["first"], "the old checkpoint")
    _, log = train("c.yaml", "run", "--resume", "--other-kernel", "--set", f"train.max_steps={LAST}")
    assert f"latest.h5 at step {FIRST}" in log, log
    put("run/checkpoints/latest.h5")
    compare(name, ask(name), expected["last"], "gone on with")
    train("c.yaml", "own")
    put("own/checkpoints/latest.h5")
    compare(name, ask(name), expected["first"], "its own checkpoint")


def test_without_a_seal():
    """A program that changed the file cut the seal off: the checksum of its contents is compared, that of the
    earlier build as well as this one's."""
    configure("lines")
    train("c.yaml", "own")
    old = gzip.open(f"{FIXTURES}/lines.h5.gz").read()
    with open("own/checkpoints/latest.h5", "rb") as file:
        new = file.read()
    os.makedirs("run/checkpoints")
    for data in old, new:
        assert data[-57:].startswith(b"rondo seal: crc32"), f"no seal: {data[-57:]}"
        bare = data[:-57]
        spoilt = bare.replace("füchsin".encode(), "füchsln".encode())
        assert bare != spoilt, "the dictionary is not in the file"
        for contents, status in (bare, DONE), (spoilt, FAILED):
            with open("run/checkpoints/latest.h5", "wb") as file:
                file.write(contents)
            _, error = rondo(*JSON, expect=status)
        assert "damaged" in error, error


PLATEAU = """
data: {format: generated, generator: {name: reber, count: 8, valid: 4, test: 4}, batch_size: 4}
model: {input: one_hot, layers: [{cell: gru, hidden: 4}]}
schedule: %s
optimizer: {name: sgd, learning_rate: 1.0e-30}
train: {epochs: 4, log_every: 0}
output: {folder: run}
"""


def test_plateau():
    """What a plateau has counted goes on, also with its options written in their new place. Weights do not move, so
    no validation but the first improves: with patience 2 the rate is halved after epochs 3, 5, .. The old checkpoint
    is of epoch 4."""
    for number, schedule in enumerate(["{name: plateau, factor: 0.5, patience: 2}",
                                       "{name: plateau, options: {factor: 0.5, patience: 2}}"]):
        write("c.yaml", HEAD.format(task="language_model") + PLATEAU % schedule)
        run = f"run{number}"
        os.makedirs(f"{run}/checkpoints")
        with gzip.open(f"{FIXTURES}/plateau.h5.gz") as packed, open(f"{run}/checkpoints/latest.h5", "wb") as file:
            shutil.copyfileobj(packed, file)
        train("c.yaml", run, "--resume", "--other-kernel", "--set", "train.epochs=8")
        with open(f"{run}/metrics.jsonl", encoding="utf-8") as file:
            epochs = [record for record in map(json.loads, file) if record["kind"] == "epoch"]
        rates = [record["learning_rate"] / 1e-30 for record in epochs]
        assert [round(rate, 9) for rate in rates] == [0.5, 0.25, 0.25, 0.125], f"{schedule}: {rates}"


def make():
    """The fixtures, in /tmp/old-run, whose name the checkpoints keep."""
    answers = {}
    os.makedirs(FIXTURES, exist_ok=True)
    for name in MODELS:
        shutil.rmtree("/tmp/old-run", ignore_errors=True)
        os.mkdir("/tmp/old-run")
        os.chdir("/tmp/old-run")
        configure(name)
        train("c.yaml", "own")
        with open("own/checkpoints/latest.h5", "rb") as file, open(f"{FIXTURES}/{name}.h5.gz", "wb") as packed:
            packed.write(gzip.compress(file.read(), 9, mtime=0))
        put("own/checkpoints/latest.h5")
        first = ask(name)
        train("c.yaml", "run", "--resume", "--set", f"train.max_steps={LAST}")
        put("run/checkpoints/latest.h5")
        answers[name] = {"first": first, "last": ask(name)}
    shutil.rmtree("/tmp/old-run")
    with open(f"{FIXTURES}/answers.json", "w", encoding="utf-8") as file:
        json.dump(answers, file, indent=1, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    make()
