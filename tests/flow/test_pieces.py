"""Sequences that data.truncated_bptt cuts."""
import json
import os
import random
import signal
import subprocess
import time

from program import RONDO, USAGE, digest, journal, rondo, same, train, write

# The first word tells the tag of every word after it.
FIRST_WORD = """
behavior_version: 1
seed: 3
task: tagging
data:
  format: columns
  split: {train: train.txt, valid: valid.txt, test: valid.txt}
  batch_size: 16
  truncated_bptt: 4
model:
  input: {embedding: 8}
  layers: [{cell: lstm, hidden: 16}]
optimizer: {name: adam, learning_rate: 2.0e-2}
train: {epochs: 6, log_every: 0}
output: {folder: run}
"""

LINES = """
behavior_version: 1
seed: 4
task: language_model
data:
  path: text.txt
  unit: character
  sequences: line
  split: {valid: 0.1, test: 0.1, order: random}
  batch_size: 6
  truncated_bptt: 5
model:
  input: {embedding: 6, dropout: 0.1}
  layers: [{cell: lstm, hidden: 9, dropout: 0.2, recurrent_dropout: 0.1}, {cell: gru, hidden: 7}]
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 3, log_every: 5}
output: {folder: run}
"""


def make_sentences(count, seed):
    numbers = random.Random(seed)
    sentences = []
    for _ in range(count):
        tag = numbers.choice("AB")
        words = [f"start{tag}"] + numbers.choices("uvwxyz", k=numbers.randrange(3, 22))
        sentences.append([(word, tag) for word in words])
    return sentences


def write_sentences(path, sentences):
    write(path, "\n".join("".join(f"{word}\t{tag}\n" for word, tag in s) for s in sentences))


def make_files():
    valid = make_sentences(60, 2)
    write_sentences("train.txt", make_sentences(300, 1))
    write_sentences("valid.txt", valid)
    return valid


def predicted_tags(*arguments):
    text = rondo("predict", *arguments)[0]
    return [[line.split("\t")[-1] for line in part.splitlines()] for part in
            text.rstrip("\n").split("\n\n")]


def share_right(sentences, tags, first, end):
    pairs = [(token[1], tag) for sentence, line in zip(sentences, tags)
             for token, tag in list(zip(sentence, line))[first:end]]
    return sum(gold == tag for gold, tag in pairs) / len(pairs)


def test_first_word():
    """What the first piece has read counts in the last: in training, evaluation and prediction; in
    columns and from HDF5."""
    valid = make_files()
    write("c.yaml", FIRST_WORD)
    train("c.yaml", "run")
    assert json.loads(rondo("evaluate", "run", "--json")[0])["metrics"]["accuracy"] == 1, "evaluate"
    tags = predicted_tags("run", "valid.txt")
    assert [len(line) for line in tags] == [len(sentence) for sentence in valid], "lines are lost"
    for first, end in (0, 4), (4, 8), (8, 30):
        share = share_right(valid, tags, first, end)
        assert share == 1, f"steps {first} to {end}: {share} right"
    rondo("export", "c.yaml", "--output", "data.h5")
    write("h.yaml", FIRST_WORD.replace("format: columns", "format: hdf5\n  path: data.h5").replace(
        "  split: {train: train.txt, valid: valid.txt, test: valid.txt}\n", ""))
    train("h.yaml", "h")
    same("run", "h")
    result = json.loads(rondo("evaluate", "h", "--split", "test", "--json")[0])
    assert result["metrics"]["accuracy"] == 1, str(result)


def test_whole_sequences():
    """A limit that no sequence reaches gives the bytes of whole sequences; a smaller one does not."""
    make_files()
    write("c.yaml", FIRST_WORD)
    short = ["--set", "train.epochs=2"]
    train("c.yaml", "whole", *short, "--set", "data.truncated_bptt=0")
    train("c.yaml", "long", *short, "--set", "data.truncated_bptt=22")
    train("c.yaml", "cut", *short)
    same("whole", "long")
    assert journal("whole") == journal("long"), "the metrics differ"
    assert digest("whole") != digest("cut"), "nothing was cut"


def kill_after(config, run, step):
    """Kills a run without warning once a checkpoint of that step or later is there."""
    process = subprocess.Popen([RONDO, "train", config, "--output", run, "--quiet"])
    path, deadline = f"{run}/metrics.jsonl", time.time() + 100
    while time.time() < deadline and process.poll() is None:
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                if f'"step":{step}' in file.read().replace(" ", ""):
                    break
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_resume():
    """Wherever a run is interrupted, within a group of sequences too, it goes on to the same bytes;
    with any number of threads."""
    numbers = random.Random(5)
    write("text.txt", "".join("".join(numbers.choices("abc ", k=numbers.randrange(1, 30))) + "x\n"
                              for _ in range(90)))
    for more in [], ["--set", "data.batch_tokens=20"], ["--set", "data.shuffle=false"]:
        write("c.yaml", LINES)
        train("c.yaml", "whole", "--threads", "1", "--overwrite", *more)
        steps = max(record["step"] for record in journal("whole"))
        assert steps > 3 * 90 / 6, f"{steps} steps: nothing was cut"
        for stop in 20, 21:
            train("c.yaml", "parts", "--set", f"train.max_steps={stop}", "--overwrite", *more)
            train("c.yaml", "parts", "--resume", "--threads", "3", *more)
            same("whole", "parts")
    write("c.yaml", LINES.replace("folder: run", "folder: run, checkpoint_every: {steps: 7}"))
    train("c.yaml", "whole", "--overwrite")
    kill_after("c.yaml", "killed", 25)
    train("c.yaml", "killed", "--resume")
    same("whole", "killed")
    assert journal("whole") == journal("killed"), "the metrics differ"


def test_pieces_alone():
    """carry_state false: training starts each piece from zero, as runs did before states were
    carried; such a run resumes with its own config only, and is evaluated whole."""
    make_files()
    write("c.yaml", FIRST_WORD)
    alone = ["--set", "data.carry_state=false"]
    _, error = train("c.yaml", "whole", *alone, "--set", "train.epochs=2")
    assert "warning: data.carry_state: false" in error, error
    train("c.yaml", "parts", *alone, "--set", "train.max_steps=30")
    _, error = train("c.yaml", "parts", "--resume", expect=USAGE)
    assert "data.carry_state" in error, error
    train("parts/config.yaml", "parts", "--resume", "--set", "train.max_steps=1000000",
          "--set", "train.epochs=2")
    same("whole", "parts")
    rondo("evaluate", "whole")


def test_refused():
    make_files()
    write("c.yaml", FIRST_WORD)
    _, error = rondo("check", "c.yaml", "--set", "model.layers.0.bidirectional=true", expect=USAGE)
    assert ("model.layers.0.bidirectional: cannot read from the end of a sequence that "
            "data.truncated_bptt cuts" in error), error
    _, error = rondo("check", "c.yaml", "--set", "data.truncated_bptt=0", "--set",
                     "data.carry_state=true", expect=USAGE)
    assert "data.carry_state: whole sequences have no state to carry" in error, error
