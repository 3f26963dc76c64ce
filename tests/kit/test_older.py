"""Plugins built with the headers of an earlier revision of the ABI (abi2_0/) train as those of today do."""
import json
import os

import pytest

from program import BUILD, rondo, write

CONFIG = """
behavior_version: 1
data: {format: generated, options: {name: reber, count: 40, valid: 20, test: 20}, batch_size: 10}
model: {input: one_hot, layers: [{cell: older_cell, hidden: 7, options: {has_bias: false}}, {cell: older_cell, hidden: 5}]}
optimizer: {name: older_optimizer, options: {trust: 0.25}}
loss: {name: older_loss, options: {square: 0.2}}
schedule: {name: older_schedule, options: {end: 0.25}}
train: {epochs: 4, log_every: 1}
"""


def numbers_of(run):
    """What training and validation recorded, without times."""
    with open(os.path.join(run, "metrics.jsonl"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.startswith("{")]
    return [{key: line[key] for key in ("kind", "step", "loss", "learning_rate") if key in line}
            for line in lines if line.get("kind") in ("train", "valid")]


@pytest.mark.parametrize("headers", ["older", "today"])
def test_loads(headers):
    output, _ = rondo("describe", "cell", "older_cell", "--plugins", os.path.join(BUILD, "tests/kit/abi2_0", headers, "plugins"))
    assert "update_bias" in output and "peephole" in output, output


def test_trains_to_the_same_numbers():
    write("c.yaml", CONFIG)
    found = {}
    for headers in ("older", "today"):
        rondo("train", "c.yaml", "--output", headers, "--plugins", os.path.join(BUILD, "tests/kit/abi2_0", headers, "plugins"))
        found[headers] = numbers_of(headers)
    assert len(found["older"]) == 20 and found["older"] == found["today"], found
    losses = [line["loss"] for line in found["older"] if line["kind"] == "train"]
    assert losses[-1] < losses[0], losses
