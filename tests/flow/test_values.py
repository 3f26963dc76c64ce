"""Sequences of numbers in CSV, and standardised values."""
import os
import random
import statistics

from program import FAILED, USAGE, digest, named_values, rondo, same, train, write

# ctest: together

CONFIG = """
behavior_version: 1
seed: 5
task: classification
data:
  format: value_table
  path: long.csv
  standardize: inputs
  options: {inputs: [x, y], targets: kind, id: who}
  split: {valid: 0.2, test: 0.2}
  batch_size: 8
model:
  layers: [{cell: gru, hidden: 8}]
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 8, log_every: 0}
output: {folder: run}
"""


def sequences(count=60):
    """Steps of two columns of very different sizes, a class and a number that they tell."""
    random.seed(1)
    made = []
    for i in range(count):
        up = i % 2
        steps = [(1e6 + 1e3 * (k if up else -k) + random.random(), 1e-3 * random.random())
                 for k in range(4 + i % 5)]
        made.append((f"s{i}", steps, "up" if up else "down", 500 + 100 * up))
    return made


def write_long(made):
    rows = [f"{who},{x!r},{y!r},{kind},{number}" for who, steps, kind, number in made for x, y in steps]
    write("long.csv", "who,x,y,kind,number\n" + "\n".join(rows) + "\n")


def check_numbers(text, wanted, tolerance):
    """A line for each sequence, with a number near the one that made it."""
    answers = [float(line) for line in text.splitlines()]
    assert len(answers) == len(wanted), f"{len(answers)} answers, {len(wanted)} sequences"
    assert all(abs(a - number) < tolerance for a, number in zip(answers, wanted)), (answers, wanted)


def test_forms():
    """One long table with ids, rows of a sequence apart or together, and a file each: the same run; and
    what is standardised is the training split alone."""
    made = sequences()
    write_long(made)
    write("c.yaml", CONFIG)
    train("c.yaml", "long")
    answers = rondo("predict", "long", "--split", "test")[0].split()
    assert answers == [kind for _, _, kind, _ in made[48:]], answers
    scales = named_values("long/checkpoints/latest.h5", "/schema/columns")
    for column in 0, 1:
        numbers = [step[column] for _, steps, _, _ in made[:36] for step in steps]
        for name, value in ("mean", statistics.fmean(numbers)), ("deviation", statistics.pstdev(numbers)):
            found = scales[name][column]
            assert abs(found - value) <= 1e-5 * abs(value), f"{name}: {found}, by hand {value}"
    os.mkdir("parts")
    for who, steps, _, _ in made:
        write(f"parts/{who}.csv", "y;x\n" + "\n".join(f"{y!r};{x!r}" for x, y in steps) + "\n")
    write("list.csv", "file,kind\n" + "\n".join(f"parts/{w}.csv,{kind}" for w, _, kind, _ in made) + "\n")
    write("d.yaml", CONFIG.replace("id: who", "file: file").replace("long.csv", "list.csv"))
    train("d.yaml", "list")
    assert rondo("predict", "list", "--split", "test")[0].split() == answers, "a file each"
    write_long(made[:48] + [(w, [(x * 7, y - 3) for x, y in steps], k, n) for w, steps, k, n in made[48:]])
    train("c.yaml", "test_changed")
    same("long", "test_changed")
    write_long([(w, [(x * 7, y - 3) for x, y in steps], k, n) for w, steps, k, n in made[:1]] + made[1:])
    train("c.yaml", "train_changed")
    assert digest("long") != digest("train_changed"), "the first sequence does not reach the scales"


def test_hdf5():
    """The same numbers from HDF5 are standardised alike."""
    write_long(sequences())
    write("c.yaml", CONFIG)
    train("c.yaml", "table")
    rondo("export", "c.yaml", "--set", "data.standardize=none", "--output", "x.h5")
    head, rest = CONFIG.split("  format: value_table")
    tail = rest[rest.index("  batch_size"):]
    write("h.yaml", head + "  format: hdf5\n  path: x.h5\n  standardize: inputs\n" + tail
          .replace("model:", "model:\n  input: values\n  pooling: last"))
    train("h.yaml", "hdf5")
    assert digest("table").splitlines()[0] == digest("hdf5").splitlines()[0], f"{digest('table')}{digest('hdf5')}"
    assert rondo("predict", "table", "--split", "test")[0] == rondo("predict", "hdf5", "--split", "test")[0], (
        "predictions")


def test_regression():
    """Numbers of sequences come back in their own units."""
    made = sequences()
    write_long(made)
    config = CONFIG.replace("classification", "regression").replace("targets: kind", "targets: number")
    write("c.yaml", config.replace("standardize: inputs", "standardize: all")
          .replace("optimizer:", "loss: {name: mean_squared_error}\noptimizer:"))
    train("c.yaml", "run", "--set", "train.epochs=15")
    check_numbers(rondo("predict", "run", "--split", "test")[0], [number for _, _, _, number in made[48:]], 25)


def test_files():
    """Numbers that are predicted for a file are in the same units as those for a split of the run, whether the
    file has targets or not; next steps, too."""
    made = sequences()
    wanted = [number for _, _, _, number in made[48:]]
    write_long(made)
    config = (CONFIG.replace("classification", "regression").replace("targets: kind", "targets: number")
              .replace("optimizer:", "loss: {name: mean_squared_error}\noptimizer:"))
    write("c.yaml", config)
    rondo("export", "c.yaml", "--set", "data.standardize=none", "--output", "x.h5")
    head, rest = config.split("  format: value_table")
    tail = rest[rest.index("  batch_size"):]
    numbers = head + "  format: hdf5\n  path: x.h5\n  standardize: all\n" + tail
    write("h.yaml", numbers.replace("model:", "model:\n  input: values\n  pooling: last"))
    train("h.yaml", "hdf5")
    split = rondo("predict", "hdf5", "--split", "test")[0]
    check_numbers(split, wanted, 50)
    assert rondo("predict", "hdf5", "x.h5", "--split", "test")[0] == split, "a file of arrays"
    write("t.yaml", config.replace("standardize: inputs", "standardize: all"))
    train("t.yaml", "table")
    rows = open("long.csv", encoding="utf-8").read().splitlines()
    write("new.csv", "\n".join([rows[0]] + [row for row in rows[1:] if int(row.split(",")[0][1:]) >= 48]) + "\n")
    write("bare.csv", "\n".join(row.rsplit(",", 2)[0] for row in open("new.csv", encoding="utf-8").read().splitlines()) + "\n")
    split = rondo("predict", "table", "--split", "test")[0]
    check_numbers(split, wanted, 50)
    for name in "new.csv", "bare.csv":
        assert rondo("predict", "table", name)[0] == split, name


def test_refused():
    write_long(sequences(10))
    write("c.yaml", CONFIG)
    for key, value, words in (("data.options.id", None, "data.options.id"),
                              ("data.options.inputs", "[x, kind]", "is not a finite number"),
                              ("data.options.targets", "x", "a sequence has one"),
                              ("data.standardize", "all", "classes cannot be standardized")):
        text = CONFIG.replace(", id: who", "") if value is None else CONFIG
        write("c.yaml", text)
        sets = [] if value is None else ["--set", f"{key}={value}"]
        _, error = rondo("check", "c.yaml", *sets,
                         expect=FAILED if "not a" in words or "has one" in words else USAGE)
        assert words in error, f"{key}: {error}"
