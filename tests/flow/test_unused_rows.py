"""Rows of a large embedding that a minibatch does not use: sgd and adagrad leave them as they are, without touching
them.

A weight decay of 1e-300 is 0 in single precision, but not for the plan of the optimizer: such a run goes through every
row, and every bit must be the same.
"""
import random

import numpy
import pytest

from program import train, values_of, write

WIDTH = 13
MODEL = """
behavior_version: 1
seed: 3
task: language_model
data: {path: text.txt, unit: word, sequences: stream, split: {valid: 0.1}, batch_size: 3, truncated_bptt: 7}
model:
  input: {embedding: 13, dropout: 0.1, unknown_rate: 0.05}
  layers: [{cell: gru, hidden: 10, dropout: 0.1}]
clip: {norm: 0.4}
train: {max_steps: 40}
"""
OPTIMIZERS = {"sgd": "{name: sgd, learning_rate: 0.5", "adagrad": "{name: adagrad, learning_rate: 0.1"}


@pytest.fixture(autouse=True)
def words(folder):
    """A few words are frequent, most are there once or twice."""
    del folder
    numbers = random.Random(1)
    write("text.txt", "\n".join(" ".join(f"w{int(numbers.paretovariate(0.4)) % 997}" for _ in range(9))
                                for _ in range(200)) + "\n")


def config(name, optimizer, more=""):
    write(name, MODEL + f"optimizer: {OPTIMIZERS[optimizer]}, {more}" + "}\n")


def parameters(run):
    found = values_of(f"{run}/checkpoints/latest.h5", "/parameters")
    assert found
    return found


def embedding(run):
    found = [values for name, values in parameters(run).items() if "embedding" in name]
    assert len(found) == 1
    return numpy.array(found[0]).reshape(-1, WIDTH)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_same_bits(optimizer):
    """As a run through all rows, with any threads, and resumed."""
    config("some.yaml", optimizer)
    config("all.yaml", optimizer, "options: {weight_decay: 1.0e-300}")
    train("some.yaml", "some", "--threads", "2")
    train("all.yaml", "all", "--threads", "1")
    train("some.yaml", "parts", "--set", "train.max_steps=11", "--threads", "1")
    train("some.yaml", "parts", "--resume", "--threads", "1")
    assert parameters("some") == parameters("all")
    assert parameters("some") == parameters("parts")


def test_first_step():
    """No more rows move than the first minibatch has words."""
    config("c.yaml", "sgd")
    plain = ["--set", "model.input.unknown_rate=0", "--set", "train.max_steps=1"]
    train("c.yaml", "start", *plain, "--set", "optimizer.learning_rate=1e-30")
    train("c.yaml", "moved", *plain)
    before, after = embedding("start"), embedding("moved")
    moved = {row for row in range(len(before)) if not numpy.array_equal(before[row], after[row])}
    assert len(before) > 200 and 5 < len(moved) <= 3 * 7, f"{len(moved)} of {len(before)}"
