"""Every JSON that the program writes is JSON. Python reads it strictly: UTF-8, no NaN, no key twice, and nothing
in a name that steers a terminal, whatever names and numbers there are."""
import json
import os
import re
import subprocess

from experiments import STREAM, make_data
from program import RONDO, rondo, train, write
from sine import SINE, write_sine

EVIL = "\x1b[2J\x9b1m\u202e \"q\" \\ \u2028ü"
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")

CLASSIFIER = """
behavior_version: 1
seed: 3
task: classification
data:
  format: table
  path: table.csv
  options: {text: text, label: label}
  unit: character
  split: {valid: 0.2, test: 0.2}
  batch_size: 5
model:
  input: {embedding: 4}
  layers: [{cell: gru, hidden: 5}]
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 2}
"""

SWEEP = """
base: c.yaml
seeds: 2
variants:
  gru: {}
  wild: {optimizer.name: sgd, optimizer.learning_rate: 1.0e+38, clip.norm: 0}
output: {folder: sweep}
"""


def no_constant(name):
    raise AssertionError(f"{name} is not JSON")


def once(pairs):
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), f"a key twice: {names}"
    return dict(pairs)


def strict(output):
    text = output.decode("utf-8") if isinstance(output, bytes) else output
    assert not STEERS.search(text), f"{text!r}"
    return json.loads(text, parse_constant=no_constant, object_pairs_hook=once)


def strict_lines(text):
    return [strict(line) for line in text.splitlines()]


def strict_journal(run):
    with open(f"{run}/metrics.jsonl", "rb") as file:
        return [strict(line) for line in file]


def test_classifier():
    """Names of classes come back as they were; a file's name that is not UTF-8 does as far as it can."""
    label = '"' + EVIL.replace('"', '""') + '"'
    write("table.csv", "text,label\n" + "".join(f"hello,{label}\nworld,b\n" for _ in range(30)))
    write("c.yaml", CLASSIFIER)
    train("c.yaml", "run")
    assert len(strict_journal("run")) > 4, "hardly a record"
    found = strict(rondo("evaluate", "run", "--split", "test", "--json")[0])
    assert set(found["classes"]) == {EVIL, "b"} == set(found["confusion"]["classes"]), str(found)
    for name in (b"bad\xff\xc0\xaf\x1b.csv", EVIL.encode()):
        os.link("table.csv", name)
        output = subprocess.run([RONDO, "evaluate", "run", name, "--json"], capture_output=True, check=True).stdout
        assert strict(output)["file"] == name.decode("utf-8", "replace"), repr(output)
    output, _ = rondo("evaluate", "run", "table.csv", "table.csv", "--json")
    assert [record.get("files") for record in strict_lines(output)] == [None, None, 2], output
    rows = strict_lines(rondo("predict", "run", "table.csv", "--format", "json", "--probabilities", "all")[0])
    assert len(rows) == 60 and all(set(row["probabilities"]) == {EVIL, "b"} for row in rows), str(rows[0])


def test_tagger():
    write("e.tsv", f"a\tB-{EVIL}\nb\tO\n\n" + "a\tB-Y\nb\tO\nc\tO\n\n" * 50)
    write("c.yaml", STREAM.split("task:")[0] + """task: tagging
data: {format: columns, path: e.tsv, split: {valid: 0.2}, batch_size: 4}
model:
  input: {embedding: 4}
  layers: [{cell: gru, hidden: 5}]
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 1}
""")
    train("c.yaml", "run")
    strict_journal("run")
    found = strict(rondo("evaluate", "run", "e.tsv", "--json")[0])
    assert set(found["entities"]) == {EVIL, "Y"}, str(found["entities"])
    rows = strict_lines(rondo("predict", "run", "e.tsv", "--format", "json")[0])
    assert len(rows) == 152, str(len(rows))


def test_language_model():
    make_data()
    write("c.yaml", STREAM)
    train("c.yaml", "run", "--set", "train.max_steps=12")
    strict_journal("run")
    strict(rondo("evaluate", "run", "--json")[0])
    found = strict(rondo("score", "run", "--text", f"cat {EVIL}\na", "--json")[0])
    symbols = [token["symbol"] for line in found["lines"] for token in line["tokens"]]
    assert "".join(symbols).startswith("cat "), str(found)


def test_forecasts():
    """Columns have names that nobody would choose."""
    name = "\"q\" \\ ü"
    write_sine()
    with open("sine.csv", encoding="utf-8") as file:
        rows = file.read().split("\n", 1)[1]
    write("sine.csv", 'date,a,"' + name.replace('"', '""') + f'"\n{rows}')
    write("c.yaml", SINE.replace("[a, b]", json.dumps(["a", name])).replace("[b]", json.dumps([name])))
    train("c.yaml", "run", "--set", "train.epochs=1")
    strict_journal("run")
    found = strict(rondo("evaluate", "run", "--split", "test", "--json")[0])
    assert set(found["forecast"]["model"]["columns"]) == {name}, str(found["forecast"])
    rows = strict_lines(rondo("predict", "run", "--split", "test", "--format", "json")[0])
    assert rows and all(any(name in key for key in row["values"]) for row in rows), str(rows[:1])


def test_many_runs():
    """Runs that fail, runs whose figures are not finite, and none at all."""
    make_data()
    write("c.yaml", STREAM.replace("train: {epochs: 4", "train: {epochs: 1"))
    write("s.yaml", SWEEP)
    listed = strict(rondo("sweep", "s.yaml", "--list", "--json")[0])
    assert len(listed) == 4 and all(row["value"] is None for row in listed), str(listed)
    rondo("sweep", "s.yaml", expect=None)
    listed = strict(rondo("sweep", "s.yaml", "--list", "--json")[0])
    assert [row["value"] is None for row in listed].count(True) == 2, str(listed)
    assert all(row["reason"] for row in listed if row["value"] is None), str(listed)
    strict(rondo("sweep", "s.yaml", "--list", "--pending", "--json")[0])
    strict(rondo("compare", "sweep", "--json")[0])
    for row in listed:
        if os.path.exists(f"sweep/{row['folder']}/metrics.jsonl"):
            strict_journal(f"sweep/{row['folder']}")


def test_benchmarks():
    make_data()
    write("c.yaml", STREAM)
    strict(rondo("bench", "c.yaml", "--steps", "2", "--json")[0])
    strict(rondo("bench", "--grid", "--quick", "--json", "--cells", "rnn", "--hidden", "8", "--batch", "2",
                 "--shape", "full", "--phases")[0])
