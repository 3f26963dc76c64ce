"""Per-class figures, class weights, starting from a trained model.

Figures are counted here from what `predict` writes, with formulas of this file's own.
"""
import json
import random
import shutil

from program import USAGE, journal, rondo, same, train, values_of, write

# ctest: together

# Nine of ten texts are of the class "plain"; the rest are "rare" or "odd".
IMBALANCED = """
behavior_version: 1
seed: 5
task: classification
data:
  format: table
  path: train.csv
  options: {text: text, label: label}
  split: {valid: 0.2, test: test.csv}
  batch_size: 16
model:
  input: {embedding: 6}
  layers: [{cell: gru, hidden: 8}]
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 3}
output: {folder: run}
"""

TAGS = """
behavior_version: 1
seed: 2
task: tagging
data: {format: columns, split: {train: train.txt, valid: valid.txt}, batch_size: 8}
model: {input: {embedding: 8}, layers: [{cell: lstm, hidden: 12, bidirectional: true}]}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 3}
output: {folder: run}
"""


def make_texts(count, seed):
    numbers = random.Random(seed)
    lines = ["text,label"]
    for _ in range(count):
        label = numbers.choices(["plain", "rare", "odd"], [18, 1, 1])[0]
        words = [numbers.choice("abcdef") for _ in range(numbers.randrange(2, 6))]
        if label != "plain" or numbers.random() < 0.15:
            words[numbers.randrange(len(words))] = {"plain": "x", "rare": "x", "odd": "y"}[label]
        lines.append(f"{' '.join(words)},{label}")
    return "\n".join(lines) + "\n"


def make_tagged(count, seed):
    numbers = random.Random(seed)
    lines = []
    for _ in range(count):
        for _ in range(numbers.randrange(3, 9)):
            word = numbers.choice(["red", "green", "dog", "cat", "runs", "well"])
            tag = {"red": "ADJ", "green": "ADJ", "dog": "N", "cat": "N", "runs": "V"}.get(word, "ADV")
            lines.append(f"{word} {numbers.choice(['N', 'V']) if numbers.random() < 0.2 else tag}")
        lines.append("")
    return "\n".join(lines)


def figures(gold, predicted):
    """By class: precision, recall, F1, support; and the macro mean of F1."""
    table = {}
    for label in sorted(set(gold) | set(predicted)):
        right = sum(g == p == label for g, p in zip(gold, predicted))
        answered, there = predicted.count(label), gold.count(label)
        precision, recall = right / answered if answered else 0, right / there if there else 0
        f1 = 2 * precision * recall / (precision + recall) if right else 0
        table[label] = (precision, recall, f1, there)
    return table, sum(row[2] for row in table.values()) / len(table)


def near(a, b):
    return abs(a - b) < 1e-9


def check_figures(run, split, gold, predicted):
    """Evaluate's figures are those counted from the predictions."""
    table, macro = figures(gold, predicted)
    result = json.loads(rondo("evaluate", run, "--split", split, "--json")[0])
    assert set(result["classes"]) == set(table), f"{result['classes']} against {table}"
    for label, (precision, recall, f1, support) in table.items():
        told = result["classes"][label]
        assert (near(told["precision"], precision) and near(told["recall"], recall) and
                near(told["f1"], f1) and told["support"] == support), f"{label}: {told}"
    assert near(result["metrics"]["macro_f1"], macro) and near(result["macro"]["f1"], macro), (
        f"{result['metrics']} against {macro}")
    weighted = sum(row[2] * row[3] for row in table.values()) / len(gold)
    assert near(result["weighted"]["f1"], weighted), f"{result['weighted']} against {weighted}"
    names, counts = result["confusion"]["classes"], result["confusion"]["counts"]
    for i, true in enumerate(names):
        for j, answer in enumerate(names):
            there = sum(g == true and p == answer for g, p in zip(gold, predicted))
            assert counts[i][j] == there, f"{true} taken for {answer}: {counts[i][j]}, not {there}"
    accuracy = sum(g == p for g, p in zip(gold, predicted)) / len(gold)
    assert near(result["metrics"]["accuracy"], accuracy), "accuracy"
    text, _ = rondo("evaluate", run, "--split", split)
    for word in ["support", "(macro)", "(weighted)", "true \\ predicted", *table]:
        assert word in text, f"no {word} in {text}"


def check_files(gold, predicted):
    """Counts of several files add up."""
    lines = make_texts(200, 2).splitlines()
    write("a.csv", "\n".join(lines[:121]) + "\n")
    write("b.csv", "\n".join(lines[:1] + lines[121:]) + "\n")
    output, _ = rondo("evaluate", "run", "a.csv", "b.csv", "--json")
    table, macro = figures(gold, predicted)
    result = json.loads(output.splitlines()[-1])
    assert near(result["metrics"]["macro_f1"], macro), f"{result['metrics']} against {macro}"
    for label, row in table.items():
        assert result["classes"][label]["support"] == row[3], f"{label}: {result['classes']}"


def test_classifier():
    write("train.csv", make_texts(400, 1))
    write("test.csv", make_texts(200, 2))
    write("c.yaml", IMBALANCED)
    train("c.yaml", "run", "--set", "train.monitor=macro_f1", "--set", "train.epochs=6")
    predicted = rondo("predict", "run", "--split", "test")[0].split()
    gold = [line.split(",")[1] for line in make_texts(200, 2).splitlines()[1:]]
    check_figures("run", "test", gold, predicted)
    valid = [record for record in journal("run") if record["kind"] == "valid"]
    check_files(gold, predicted)
    best = max(record["macro_f1"] for record in valid)
    told = json.loads(rondo("evaluate", "run", "--json")[0])["metrics"]["macro_f1"]
    assert near(told, best), f"monitor macro_f1 kept {told}, the best epoch had {best}"
    _, error = rondo("check", "c.yaml", "--set", "train.monitor=macrof1", expect=USAGE)
    assert "did you mean macro_f1?" in error, error


def test_tagger():
    write("train.txt", make_tagged(60, 1))
    write("valid.txt", make_tagged(40, 2))
    write("c.yaml", TAGS)
    train("c.yaml", "run")
    rows = [line.split() for line in
            rondo("predict", "run", "--split", "valid")[0].splitlines() if line]
    check_figures("run", "valid", [row[1] for row in rows], [row[2] for row in rows])


def loss_of(run):
    return json.loads(rondo("evaluate", run, "--json")[0])["loss"]


def readout_of(run):
    parameters = values_of(f"{run}/checkpoints/best.h5", "/parameters")
    return next(values for name, values in parameters.items() if name.endswith("readout/weights"))


def test_start_from():
    """Weights come by symbol and class: the loss is that of the run started from, whatever the order of the
    dictionaries; what does not fit is named and starts as usual."""
    write("train.txt", make_tagged(60, 1))
    write("valid.txt", make_tagged(40, 2))
    # New words, and other frequencies: every dictionary has another order.
    write("more.txt", "bird N\nfly V\n\n" + "well ADV\nruns V\n\n" * 300 + make_tagged(60, 1))
    write("c.yaml", TAGS)
    train("c.yaml", "source")
    still = ["--set", "train.start_from=source", "--set", "optimizer.learning_rate=1e-30", "--set",
             "train.epochs=1"]
    _, log = train("c.yaml", "again", *still)
    assert abs(loss_of("again") - loss_of("source")) < 1e-6, "the same data"
    assert "in part" not in log and "not taken" not in log, log
    _, log = train("c.yaml", "more", *still, "--set", "data.split.train=more.txt")
    assert abs(loss_of("more") - loss_of("source")) < 1e-6, "another order"
    assert "embedding/weights (8 of 10 symbols)" in log, log
    _, log = train("c.yaml", "cell", *still, "--set",
                   "model.layers.0={cell: gru, hidden: 12, bidirectional: true}")
    assert "layers/0/forward/input_weights (another cell or width there)" in log, log
    assert "readout/weights" not in log, log
    assert readout_of("source") == readout_of("cell"), "the readout of another cell's model"
    for layers in "[{cell: lstm, hidden: 12, bidirectional: true}, {cell: lstm, hidden: 5}]", \
                  "[{cell: lstm, hidden: 9, bidirectional: true}]":
        _, log = train("c.yaml", "shape", *still, "--overwrite", "--set", f"model.layers={layers}")
        assert "readout/weights (another shape there)" in log, log
    _, error = train("c.yaml", "none", *still, "--set", "train.start_from=nowhere", expect=USAGE)
    assert "train.start_from: " in error and "nowhere" in error, error


def test_start_from_and_resume():
    """What a run starts from is read once."""
    write("train.txt", make_tagged(60, 1))
    write("valid.txt", make_tagged(40, 2))
    write("c.yaml", TAGS)
    train("c.yaml", "source")
    train("c.yaml", "whole", "--set", "train.start_from=source")
    train("c.yaml", "parts", "--set", "train.start_from=source", "--set", "train.max_steps=9")
    shutil.rmtree("source")
    train("c.yaml", "parts", "--resume")
    same("whole", "parts")
