#!/usr/bin/env python3
"""Makes crf.h5: a linear-chain CRF by adding up all paths, in NumPy.

The loss is the logarithm of a sum over every path; gradients are differences of how often a step or a pair of
neighbours has a class over all paths, by their probabilities, and in the target. The answer is the path of the
largest score.

Needs NumPy and h5py. Run it from anywhere:  python3 tests/golden/crf.py
"""
import itertools
import os

import h5py
import numpy

FOLDER = os.path.dirname(os.path.abspath(__file__))
CLASSES = 4


def solve(x, transitions, starts, ends, target):
    steps = len(x)
    paths = numpy.array(list(itertools.product(range(CLASSES), repeat=steps)))
    scores = numpy.array([starts[path[0]] + ends[path[-1]] + sum(x[t, path[t]] for t in range(steps))
                          + sum(transitions[path[t - 1], path[t]] for t in range(1, steps)) for path in paths])
    largest = scores.max()
    total = largest + numpy.log(numpy.exp(scores - largest).sum())
    weights = numpy.exp(scores - total)
    weights[numpy.flatnonzero((paths == target).all(1))[0]] -= 1
    d = {name: numpy.zeros_like(value) for name, value in
         {"prediction": x, "transitions": transitions, "starts": starts, "ends": ends}.items()}
    for path, weight in zip(paths, weights):
        for t in range(steps):
            d["prediction"][t, path[t]] += weight
            if t > 0:
                d["transitions"][path[t - 1], path[t]] += weight
        d["starts"][path[0]] += weight
        d["ends"][path[-1]] += weight
    loss = total - scores[numpy.flatnonzero((paths == target).all(1))[0]]
    return loss, d, paths[scores.argmax()]


def main():
    numbers = numpy.random.default_rng(17)
    with h5py.File(os.path.join(FOLDER, "crf.h5"), "w") as file:
        for name, steps, scale in [("one", 1, 1), ("two", 2, 1), ("six", 6, 1), ("sharp", 5, 20)]:
            values = {"prediction": scale * numbers.normal(size=(steps, CLASSES)),
                      "transitions": scale * numbers.normal(size=(CLASSES, CLASSES)),
                      "starts": numbers.normal(size=CLASSES), "ends": numbers.normal(size=CLASSES)}
            target = numbers.integers(0, CLASSES, steps)
            loss, d, answer = solve(values["prediction"], values["transitions"], values["starts"], values["ends"],
                                    target)
            for key, value in values.items():
                file[f"{name}/{key}"] = value
                file[f"{name}/d_{key}"] = d[key]
            file[f"{name}/loss"] = [loss]
            file[f"{name}/target"] = target.astype(numpy.int32)
            file[f"{name}/answer"] = answer.astype(numpy.int32)


if __name__ == "__main__":
    main()
