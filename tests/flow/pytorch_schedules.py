#!/usr/bin/env python3
"""Makes fixtures/pytorch_schedules.json: learning rates of torch.optim.lr_scheduler, update by update.

Needs PyTorch: python3 tests/flow/pytorch_schedules.py. A case of `rates` has the rate of each update of EPOCHS epochs of
MINIBATCHES updates, for a learning rate of 1; a case of `plateaus` the factor after each of its validation losses.
"""
import json
import os
import random

import torch
from torch.optim import lr_scheduler

EPOCHS, MINIBATCHES = 6, 5
SCHEDULES = [
    {"name": "constant"},
    {"name": "exponential", "factor": 0.7},
    {"name": "exponential", "factor": 0.5, "after_epochs": 1},
    {"name": "exponential", "factor": 0.8, "after_epochs": 3},
    {"name": "step", "factor": 0.6, "every_epochs": 1},
    {"name": "step", "factor": 0.5, "every_epochs": 2},
    {"name": "step", "factor": 0.5, "every_epochs": 4},
    {"name": "cosine"},
    {"name": "cosine", "minimum": 0.25},
]
WARMUPS = [0, 2, 7]


def optimizer():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)


def rate(made):
    return made.param_groups[0]["lr"]


def step(made, schedule, times=1):
    for _ in range(times):
        made.step()
        schedule.step()


def named(options):
    """One rate an update. PyTorch's exponential schedule begins to fall in its second epoch, which is
    after_epochs 1."""
    made, rates = optimizer(), []
    name = options["name"]
    if name == "cosine":
        schedule = lr_scheduler.CosineAnnealingLR(made, T_max=EPOCHS * MINIBATCHES,
                                                  eta_min=options.get("minimum", 0))
        for _ in range(EPOCHS * MINIBATCHES):
            rates.append(rate(made))
            step(made, schedule)
        return rates
    if name == "step":
        schedule = lr_scheduler.StepLR(made, options["every_epochs"], options["factor"])
    elif name == "exponential":
        schedule = lr_scheduler.ExponentialLR(made, options["factor"])
    else:
        schedule = lr_scheduler.ConstantLR(made, factor=1)
    after = options.get("after_epochs", 0) if name == "exponential" else 1
    step(made, schedule, after == 0)
    for epoch in range(1, EPOCHS + 1):
        rates += [rate(made)] * MINIBATCHES
        step(made, schedule, epoch >= after)
    return rates


def warm_up(steps):
    if steps < 2:
        return [1.0] * EPOCHS * MINIBATCHES
    made, rates = optimizer(), []
    schedule = lr_scheduler.LinearLR(made, start_factor=1 / steps, total_iters=steps - 1)
    for _ in range(EPOCHS * MINIBATCHES):
        rates.append(rate(made))
        step(made, schedule)
    return rates


def plateau(losses, factor, patience, minimum):
    """PyTorch lets `patience` bad epochs pass and reduces at the next; rondo at the patience-th."""
    made, rates = optimizer(), []
    schedule = lr_scheduler.ReduceLROnPlateau(made, factor=factor, patience=patience - 1, threshold=0,
                                              threshold_mode="abs", min_lr=minimum, eps=0)
    for loss in losses:
        made.step()
        schedule.step(loss)
        rates.append(rate(made))
    return rates


def main():
    rates = [{"schedule": {**options, "warmup_steps": steps},
              "rates": [a * b for a, b in zip(named(options), warm_up(steps))]}
             for options in SCHEDULES for steps in WARMUPS]
    numbers, plateaus = random.Random(4), []
    for factor, patience, minimum in (0.5, 1, 0), (0.5, 2, 0), (0.7, 3, 0), (0.5, 1, 0.2), (0.3, 4, 0.01):
        losses = [round(2 / (1 + 0.02 * i) + numbers.choice([0, 0.25, 0.5, 0.5]), 2) for i in range(60)]
        plateaus.append({"factor": factor, "patience": patience, "minimum": minimum, "losses": losses,
                         "rates": plateau(losses, factor, patience, minimum)})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "pytorch_schedules.json")
    with open(path, "w", encoding="utf-8") as file:
        lines = {"rates": rates, "plateaus": plateaus}
        file.write("{" + ",\n".join(f'"{key}": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]"
                                    for key, cases in lines.items()) + "}\n")


main()
