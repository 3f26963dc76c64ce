"""Losses that predict several numbers for each value: quantiles, a mean and a deviation.

What evaluation says is computed here a second time from what predict writes and from the file.
"""
import csv
import io
import json
import math
import random
import re
import statistics

import pytest

from program import USAGE, rondo, train, write
from sine import HORIZON, ROWS, SINE, TEST

TRAIN = 280


def config_of(loss):
    return re.sub("loss: .*", f"loss: {loss}", SINE).replace("epochs: 25", "epochs: 12")


def write_noisy():
    """A sine with noise that no model can know; returns the values of column b."""
    numbers = random.Random(4)
    values = [500 + 100 * math.sin(2 * math.pi * row / 12) + numbers.gauss(0, 40) for row in range(ROWS)]
    lines = [f'"day {row}",{math.cos(2 * math.pi * row / 12)!r},{value!r}' for row, value in enumerate(values)]
    write("sine.csv", "\n".join(["date,a,b", *lines]) + "\n")
    return values


def predicted(run):
    """Columns of what predict writes of the test split, by name."""
    rows = list(csv.DictReader(io.StringIO(rondo("predict", run, "--split", "test", "--format", "csv")[0])))
    return {name: [float(row[name]) for row in rows] for name in rows[0] if name.startswith("b")}


def targets(values):
    """Of step k (from 1) of every window of the test split, in their order."""
    first = ROWS - TEST
    return {k: [values[row + k] for row in range(first - 1, ROWS - HORIZON)] for k in range(1, HORIZON + 1)}


def evaluated(run):
    return json.loads(rondo("evaluate", run, "--split", "test", "--json")[0])


@pytest.mark.parametrize("levels", [[0.1, 0.5, 0.9], [0.25, 0.75]])
def test_quantiles(levels):
    values = write_noisy()
    write("c.yaml", config_of(f"{{name: quantile, options: {{levels: {levels}}}}}"))
    train("c.yaml", "run")
    columns, wanted, scale = predicted("run"), targets(values), statistics.pstdev(values[:TRAIN])
    assert list(columns) == [f"b+{k}_quantile_{q}" for q in levels for k in range(1, HORIZON + 1)]
    losses, inside = [], []
    for k, actual in wanted.items():
        for q in levels:
            losses += [max(q * (t - x), (q - 1) * (t - x)) / scale
                       for x, t in zip(columns[f"b+{k}_quantile_{q}"], actual, strict=True)]
        outer = [columns[f"b+{k}_quantile_{q}"] for q in (levels[0], levels[-1])]
        inside += [low <= t <= high for low, t, high in zip(outer[0], actual, outer[1])]
    of = evaluated("run")
    assert abs(of["loss"] - statistics.mean(losses)) < 1e-4
    assert abs(of["metrics"]["coverage"] - statistics.mean(inside)) < 1e-6
    assert levels[-1] - levels[0] - 0.2 < of["metrics"]["coverage"] < levels[-1] - levels[0] + 0.2
    head = rondo("predict", "run", "sine.csv")[0].splitlines()[0]
    assert head == "step," + ",".join(f"b_quantile_{q}" for q in levels)


def test_mean_and_deviation():
    values = write_noisy()
    write("c.yaml", config_of("{name: gaussian_negative_log_likelihood}"))
    train("c.yaml", "run")
    columns, wanted, scale = predicted("run"), targets(values), statistics.pstdev(values[:TRAIN])
    losses, deviations = [], []
    for k, actual in wanted.items():
        for x, s, t in zip(columns[f"b+{k}_mean"], columns[f"b+{k}_deviation"], actual, strict=True):
            losses.append(math.log(2 * math.pi * (s / scale) ** 2) / 2 + ((x - t) / s) ** 2 / 2)
            deviations.append(s)
    assert abs(evaluated("run")["loss"] - statistics.mean(losses)) < 1e-4
    assert 25 < statistics.mean(deviations) < 80, "the noise has a deviation of 40"
    rows = rondo("predict", "run", "sine.csv")[0].splitlines()
    assert rows[0] == "step,b_mean,b_deviation"
    assert all(300 < float(row.split(",")[1]) < 700 and 10 < float(row.split(",")[2]) < 120 for row in rows[1:])


def test_bad_levels():
    write_noisy()
    for levels, place in [("[0.5, 1.5]", "list"), ("[]", "list"), ("{a: 1}", "mapping"), ("[0.5, half]", "list")]:
        write("c.yaml", config_of(f"{{name: quantile, options: {{levels: {levels}}}}}"))
        _, error = rondo("check", "c.yaml", expect=USAGE)
        assert f"loss.options.levels: a {place} is not a list of 1 to 16 numbers, each in (0, 1)" in error, error
