"""Generated tasks and rondo inspect, as whole runs. Bars are what a
network that has learnt the task reaches and one that has not does not."""
import json
import math
import os
import re
import xml.etree.ElementTree

from program import USAGE, columns, digest, journal, named_values, rondo, same, shell, train, write

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

CONFIG = """
behavior_version: 1
seed: 4
task: {task}
data:
  format: generated
  options: {generator}
  batch_size: {rows}
model:
  input: {input}
  layers: [{{cell: {cell}, hidden: {hidden}}}]
optimizer: {{name: adam, learning_rate: {rate}}}
clip: {{norm: 1}}
train: {{epochs: {epochs}}}
"""


def configure(name, **values):
    write(name, CONFIG.format(**values))


def evaluate(run, split="test"):
    output, _ = rondo("evaluate", run, "--split", split, "--json")
    return json.loads(output)


# --- tests ---------------------------------------------------------------------------------------------

def test_reber():
    """An LSTM learns the embedded Reber grammar: more than 99 % of the strings legal throughout."""
    configure("c.yaml", task="language_model", generator="{name: reber, count: 1000, valid: 100, "
              "test: 300}", rows=10, input="one_hot", cell="lstm", hidden=14, rate=0.02, epochs=8)
    train("c.yaml", "run")
    metrics = evaluate("run")["metrics"]
    assert metrics["legal_sequences"] > 0.99, str(metrics)
    valid = [record for record in journal("run") if record["kind"] == "valid"]
    assert valid[0]["legal_sequences"] < 0.9, f"learnt too early to show anything: {valid[0]}"
    assert columns("run", "valid")["legal_sequences"][-1] > 0.98, str(columns("run", "valid"))
    train("c.yaml", "cut", "--set", "data.truncated_bptt=6", "--set", "train.epochs=1")
    assert "legal_sequences" in evaluate("cut")["metrics"], "strings that training cuts are not judged"
    train("c.yaml", "long", "--set", "data.truncated_bptt=200")
    assert evaluate("long")["metrics"] == metrics, "a limit that no string reaches changes figures"


def test_agreement():
    """Far from its noun an RNN loses the verb's number; an LSTM keeps it."""
    configure("c.yaml", task="language_model", generator="{name: agreement, length: 16, count: "
              "3000, valid: 200, test: 500}", rows=20, input="{embedding: 32}", cell="lstm",
              hidden=48, rate=0.01, epochs=6)
    train("c.yaml", "lstm")
    train("c.yaml", "rnn", "--set", "model.layers.0.cell=rnn")
    lstm, rnn = evaluate("lstm")["metrics"], evaluate("rnn")["metrics"]
    far = "agreement_15_to_16"
    assert lstm["agreement_0_to_4"] > 0.97 and lstm[far] > 0.9, f"{lstm} {rnn}"
    assert rnn["agreement_0_to_4"] > 0.55 and rnn[far] < 0.75, f"{lstm} {rnn}"


def test_copy():
    """A GRU gives back three symbols after ten blanks, far below the loss of who remembers nothing."""
    configure("c.yaml", task="tagging", generator="{name: copy, length: 10, copied: 3, symbols: 4, "
              "count: 2000, valid: 100, test: 200}", rows=10, input="one_hot", cell="gru", hidden=32,
              rate=0.01, epochs=10)
    train("c.yaml", "run")
    baseline = 3 * math.log(4) / 16
    first = [record for record in journal("run") if record["kind"] == "valid"][0]
    assert first["loss"] > baseline / 2, f"learnt too early to show anything: {first}"
    assert evaluate("run")["loss"] < baseline / 10, str(evaluate("run"))


def test_adding():
    """A GRU adds two of twenty numbers; new sequences in each epoch, and resumed they are the same ones."""
    configure("c.yaml", task="regression", generator="{name: adding, length: 20, count: 1000, resample_each_epoch: "
              "true, valid: 200, test: 500}", rows=20, input="values", cell="gru", hidden=24,
              rate=0.01, epochs=16)
    loss = ["--set", "loss.name=mean_squared_error"]
    train("c.yaml", "run", *loss)
    assert evaluate("run")["loss"] < 0.01, str(evaluate("run"))
    train("c.yaml", "parts", *loss, "--set", "train.max_steps=73", "--threads", "1")
    train("c.yaml", "parts", *loss, "--resume", "--threads", "3")
    same("run", "parts")
    text, _ = rondo("export", "c.yaml", *loss, "--split", "valid")
    assert len(text.splitlines()) == 200 * 21 - 1, text[:200]
    targets = [float(line.split("\t")[1]) for line in text.splitlines() if line and line[-1] != "\t"]
    sums = [float(line) for line in rondo("predict", "run", "--split", "valid")[0].splitlines()]
    error = sum((a - b) ** 2 for a, b in zip(sums, targets, strict=True)) / len(sums)
    loss_there = json.loads(rondo("evaluate", "run", "--json")[0])["loss"]
    assert abs(error - loss_there) < 1e-6, f"{error}, but evaluate says {loss_there}"
    output, _ = rondo("inspect", "gradients", "run")
    assert re.search(r"\(best\) +0  forward .* 19 ", output), output
    _, error = rondo("inspect", "gradients", "run", "--position", "1", expect=USAGE)
    assert "one prediction per sequence" in error, error


def test_export():
    """The data as text and as HDF5; training from either gives the same as from the generator."""
    configure("c.yaml", task="language_model", generator="{name: agreement, length: 9, count: 50, "
              "valid: 10, test: 0}", rows=10, input="one_hot", cell="gru", hidden=8, rate=0.01,
              epochs=2)
    text, _ = rondo("export", "c.yaml")
    again, _ = rondo("export", "c.yaml", "--split", "train")
    assert text == again and len(text.splitlines()) == 50, text
    assert re.fullmatch(r"the \w+ (.* )?(was|were) \w+", text.splitlines()[7]), text
    rondo("export", "c.yaml", "--output", "data.h5")
    train("c.yaml", "generated")
    for name in "train", "valid":
        write(f"{name}.txt", rondo("export", "c.yaml", "--split", name)[0])
    train("c.yaml", "hdf5", "--set", "data={format: hdf5, path: data.h5, sequences: line, unit: word, "
          "batch_size: 10}")
    train("c.yaml", "text", "--set", "data={format: text, unit: word, sequences: line, batch_size: 10, "
          "split: {train: train.txt, valid: valid.txt}}")
    same("generated", "hdf5")
    same("generated", "text")
    configure("t.yaml", task="tagging", generator="{name: copy, length: 3, copied: 2, count: 2}",
              rows=2, input="one_hot", cell="rnn", hidden=4, rate=0.01, epochs=1)
    text, _ = rondo("export", "t.yaml")
    assert re.fullmatch(r"(\d\t_\n){2}(_\t_\n){2}\?\t_\n(_\t\d\n){2}\n(\S\t\S\n){7}", text), text
    _, error = rondo("export", "c.yaml", "--split", "test", expect=USAGE)
    assert "test" in error, error
    rondo("export", "c.yaml", "--split", "tset", expect=USAGE)
    sentences, _ = shell(f'RONDO="$rondo" "{SOURCE}/datasets/agreement" valid --set '
                         'data.options.length=5')
    lines = sentences.splitlines()
    assert len(lines) == 1000 and max(len(line.split()) for line in lines) == 9, sentences[:300]


def test_inspect():
    """Tables, HDF5 and picture of two runs; what they show; arguments that are wrong."""
    configure("c.yaml", task="language_model", generator="{name: agreement, length: 16, count: "
              "400, valid: 70, test: 0}", rows=20, input="{embedding: 8}", cell="lstm", hidden=16,
              rate=0.01, epochs=3)
    train("c.yaml", "lstm", "--set", "model.layers.1={cell: lstm, hidden: 12, dropout: 0.4}",
          "--set", "output.keep_checkpoints=5")
    train("c.yaml", "rnn", "--set", "model.layers.0.cell=rnn")
    before = digest("lstm"), digest("rnn")
    output, _ = rondo("inspect", "gradients", "lstm", "rnn", "--output", "out", "--threads", "1")
    again, _ = rondo("inspect", "gradients", "lstm", "rnn", "--output", "again", "--threads", "3")
    assert before == (digest("lstm"), digest("rnn")), "inspecting changed a run"
    assert output.replace("out/", "again/") == again, "the table depends on the threads"
    assert "forget_gate" in output and "(start)" in output and "(best)" in output, output
    steps = re.findall(r"^  (\d+)(?: \(\w+\))? +1  forward +[\d.e-]+ .*\d$", output, re.M)
    assert steps == ["0", "20", "40", "60"], f"{steps}\n{output}"
    with open("out/gradients.svg", "rb") as a, open("again/gradients.svg", "rb") as b:
        picture = a.read()
        assert picture == b.read(), "the picture depends on the threads"
    assert xml.etree.ElementTree.fromstring(picture).tag.endswith("svg"), "no SVG"
    for text in b"rnn", b"lstm, layer 1", b"distance from the loss (steps)":
        assert text in picture, f"{text} is not in the picture"
    values = named_values("out/gradients.h5", "/runs/1/step_0/layers/0/forward")
    assert values["distance"] == list(range(len(values["norm"]))), str(values)
    assert values["norm"] == values["hidden"] and all(value > 0 for value in values["norm"]), str(values)
    start = named_values("out/gradients.h5", "/runs/0/step_0/layers/0/forward")
    assert start["cell"][0] == 0 < start["hidden"][0] and start["cell"][1] > 0, str(start)
    assert len(start["forget_gate"]) == 2 and 0 <= sum(start["forget_gate"]) <= 1, str(start)
    rondo("inspect", "gradients", "rnn")
    assert os.path.exists("rnn/inspect/gradients.h5"), "nothing in the run's folder"
    _, error = rondo("inspect", "gradients", expect=USAGE)
    assert "RUN is missing" in error, error
    _, error = rondo("inspect", "gradient", "rnn", expect=USAGE)
    assert "gradients" in error, error
    rondo("inspect", "gradients", "nowhere", expect=USAGE)
    rondo("inspect", "gradients", "rnn", "--split", "test", expect=USAGE)
    rondo("inspect", "gradients", "rnn", "--position", "2", expect=USAGE)
    _, error = rondo("inspect", "gradients", "rnn", "--target", "wass", expect=USAGE)
    assert "wass" in error, error
    output, _ = rondo("inspect", "gradients", "rnn", "--target", "was", "--target", "were")
    assert "over 64 sequences" in output, output
    output, _ = rondo("inspect", "gradients", "rnn", "--target", "was")
    assert 10 < int(re.search(r"over (\d+) sequences", output)[1]) < 54, output
