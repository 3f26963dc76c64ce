#!/usr/bin/env python3
"""Makes ctc.h5: connectionist temporal classification by PyTorch, in double precision.

Losses and gradients with respect to what goes into the softmax are those of torch.nn.functional.ctc_loss behind
log_softmax. Cases: labels that repeat, no label, a label for each step, one step, very sharp and long ones, and a
batch of sequences of unequal lengths. For the small ones all paths are added up as well, and must agree.

Needs PyTorch, NumPy and h5py. Run it from anywhere:  python3 tests/golden/ctc.py
"""
import itertools
import os

import h5py
import numpy
import torch

FOLDER = os.path.dirname(os.path.abspath(__file__))
CLASSES, BLANK = 5, 1

#        name, scale, (steps, labels) of each sequence of a batch
CASES = [("one", 1, [(1, [2])]),
         ("one_empty", 1, [(1, [])]),
         ("empty", 1, [(4, [])]),
         ("full", 1, [(5, [2, 3, 2, 4, 0])]),
         ("repeated", 1, [(6, [3, 3, 2, 2])]),
         ("loose", 2, [(8, [4, 2, 2])]),
         ("sharp", 20, [(7, [2, 4, 4])]),
         ("long", 1, [(60, [2, 3, 3, 4, 0, 0, 2, 2, 2, 4, 3, 4, 3, 2, 0, 4, 4, 3, 2, 3])]),
         ("ragged", 3, [(9, [2, 3, 4]), (7, []), (5, [4, 4, 2]), (2, [3]), (1, [0])])]
MOST_PATHS = 5 ** 6


def said(path):
    merged = [label for label, _ in itertools.groupby(path)]
    return [label for label in merged if label != BLANK]


def by_all_paths(log_y, labels):
    paths = itertools.product(range(CLASSES), repeat=len(log_y))
    return -numpy.logaddexp.reduce([sum(log_y[t, k] for t, k in enumerate(path)) for path in paths
                                    if said(path) == labels])


def best_path(x):
    order = [BLANK] + list(range(BLANK + 1, CLASSES))
    return said([max(order, key=lambda k: (row[k], k == BLANK, -k)) for row in x])


def solve(batch, prediction):
    lengths = torch.tensor([steps for steps, _ in batch])
    x = torch.tensor(prediction, requires_grad=True)
    targets = torch.tensor([label for _, labels in batch for label in labels], dtype=torch.long)
    counts = torch.tensor([len(labels) for _, labels in batch])
    log_y = torch.log_softmax(x, dim=-1)
    losses = torch.nn.functional.ctc_loss(log_y, targets, lengths, counts, blank=BLANK, reduction="none")
    losses.sum().backward()
    for b, (steps, labels) in enumerate(batch):
        if CLASSES ** steps <= MOST_PATHS:
            exact = by_all_paths(log_y[:steps, b].detach().numpy(), labels)
            assert abs(exact - losses[b].item()) < 1e-12 * max(1, exact), (exact, losses[b])
    return losses.detach().numpy(), x.grad.numpy()


def main():
    numbers = numpy.random.default_rng(23)
    with h5py.File(os.path.join(FOLDER, "ctc.h5"), "w") as file:
        for name, scale, batch in CASES:
            longest = max(steps for steps, _ in batch)
            prediction = scale * numbers.normal(size=(longest, len(batch), CLASSES))
            losses, d_prediction = solve(batch, prediction)
            for b, (steps, labels) in enumerate(batch):
                group = file.create_group(f"{name}_{b}")
                group["prediction"] = prediction[:steps, b]
                group["d_prediction"] = d_prediction[:steps, b]
                group["loss"] = [losses[b]]
                group["labels"] = numpy.array(labels + [-1], dtype=numpy.int32)
                group["best_path"] = numpy.array(best_path(prediction[:steps, b]) + [-1], dtype=numpy.int32)


if __name__ == "__main__":
    main()
