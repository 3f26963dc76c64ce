"""Encoder-decoders through the program."""
import json
import os

import pytest

from pairs import EVERYTHING, make_data
from program import USAGE, digest, journal, rondo, same, train, write

# ctest: together

LEARNS = """
behavior_version: 1
seed: 3
task: translation
data:
  format: pairs
  path: turned.tsv
  unit: character
  split: {valid: 0.1, test: 0.1, order: random}
  batch_size: 32
model:
  input: {embedding: 16}
  layers: [{cell: gru, hidden: 64}]
  decoder: {layers: [{cell: gru, hidden: 64}], attention: dot}
optimizer: {name: adam, learning_rate: 5.0e-3}
clip: {norm: 5.0}
train: {epochs: 12, decoded_sequences: 50}
output: {folder: run}
"""


@pytest.fixture(autouse=True)
def data(folder):
    make_data()


def test_learns():
    """>= 95 % of sources that it never saw; the same figure from every place that gives one."""
    write("c.yaml", LEARNS)
    train("c.yaml", "run")
    result = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    exact = result["metrics"]["exact_match"]
    assert exact >= 0.95, f"exact match {exact}"
    tests = [record for record in journal("run") if record["kind"] == "test"]
    assert tests[-1]["exact_match"] == exact, f"{tests[-1]} and {result}"
    assert len([r for r in journal("run") if r["kind"] == "valid" and "exact_match" in r]) == 12, (
        "not every evaluation has an exact match")
    with open("turned.tsv", encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("\t") for line in file][:60]
    write("sources.txt", "".join(source + "\n" for source, _ in pairs))
    found = rondo("translate", "run", "sources.txt")[0].splitlines()
    assert len(found) == len(pairs), found
    right = sum(target == line for (_, target), line in zip(pairs, found))
    assert right >= 0.95 * len(pairs), f"{right} of {len(pairs)}"
    for arguments in (["--threads", "3", "--batch", "7"], ["--beam", "1", "--alpha", "2"]):
        assert rondo("translate", "run", "sources.txt", *arguments)[0].splitlines() == found, (
            f"{arguments} changed a greedy target")
    for beam in (["--beam", "4"], ["--beam", "4", "--penalty", "power", "--alpha", "1"]):
        wide = rondo("translate", "run", "sources.txt", *beam)[0].splitlines()
        right = sum(target == line for (_, target), line in zip(pairs, wide))
        assert right >= 0.95 * len(pairs), f"{beam}: {right} of {len(pairs)}"
        alone = [rondo("translate", "run", "--text", source, *beam)[0].rstrip("\n")
                 for source, _ in pairs[:5]]
        assert alone == wide[:5], f"{beam}: {alone}, beside others {wide[:5]}"
    both = rondo("translate", "run", "--text", " ab ", "--text", "", "--text", "cd")[0]
    assert both == f"{found_for('ab')}\n\n{found_for('cd')}\n", both
    assert len(rondo("translate", "run", "--text", "abcd", "--length", "2")[0]) <= 3, "--length"


def found_for(source):
    return rondo("translate", "run", "--text", source)[0].rstrip("\n")


def test_threads_and_resume():
    """The same bytes for any thread count and after --resume, with all that can be random."""
    write("c.yaml", EVERYTHING)
    train("c.yaml", "whole", "--threads", "1")
    for count in "2", "3":
        train("c.yaml", f"threads-{count}", "--threads", count)
        same("whole", f"threads-{count}")
        assert journal("whole") == journal(f"threads-{count}"), "the metrics differ"
    train("c.yaml", "parts", "--set", "train.max_steps=23")
    assert digest("whole") != digest("parts"), "nothing happened between step 23 and 40"
    train("c.yaml", "parts", "--resume", "--threads", "2")
    same("whole", "parts")
    forced = "--set", "train.scheduled_sampling={decay: none}"
    train("c.yaml", "forced", *forced)
    assert digest("whole") != digest("forced"), "scheduled sampling changed nothing"
    output, _ = rondo("check", "c.yaml")
    assert "decoding" in output and "bridge/1/cell/weights" in output, output
    rondo("bench", "c.yaml", "--steps", "3")


def test_refused():
    write("c.yaml", EVERYTHING)
    train("c.yaml", "run", "--set", "train.max_steps=2")
    for arguments, part in {
        (): "one of them",
        ("c.yaml", "--text", "a"): "one of them",
        ("nowhere.txt",): "nowhere.txt",
        ("--text", "a", "--penalty", "long"): "one of wu, power",
        ("--text", "a", "--beam", "0"): "--beam",
    }.items():
        _, error = rondo("translate", "run", *arguments, expect=None)
        assert part in error and error.count("\n") <= 2, error
    _, error = rondo("sample", "run", expect=USAGE)
    assert "language models" in error, error
    with open("turned.tsv", "a", encoding="utf-8") as file:
        file.write("abc\n")
    _, error = train("c.yaml", "broken", expect=1)
    assert "turned.tsv:2001: no separator" in error, error
    assert not os.path.exists("broken/checkpoints"), "something was written"
