#!/usr/bin/env python3
"""Makes schedules.txt beside it: learning rates that PyTorch's schedulers give, update after update.

A case is a line with the section `schedule` of a config, one with the run (updates, updates per epoch, and for
schedules that follow validations the cost of each epoch), and one with a factor for each update. test_schedule.c
compares rondo's. Warm-ups, which PyTorch does not multiply, are multiplied here.

Needs PyTorch: python3 tests/train/schedules.py
"""
import contextlib
import os

import torch
from torch.optim import lr_scheduler as torch_schedulers

COSTS = [5.0, 4.0, 4.0, 4.0, 4.5, 3.5, 3.6, 3.7, 3.8, 3.0, 3.0, 3.0]


def rates(make, updates, per_epoch, each, costs=()):
    """Of every update; `each`: the scheduler goes on with every "update" or every "epoch"."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    seen = []
    for update in range(updates):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        ends = (update + 1) % per_epoch == 0
        if costs and ends:
            scheduler.step(costs[update // per_epoch])
        elif not costs and (each == "update" or ends) and update + 1 < updates:
            scheduler.step()
    return seen


def case(config, make, updates=48, per_epoch=4, each="epoch", costs=(), warmup=0):
    factors = [rate * min(1, (i + 1) / max(warmup, 1)) for i, rate in
               enumerate(rates(make, updates, per_epoch, each, costs))]
    print(config)
    print(updates, per_epoch, *costs)
    print(*map(repr, factors))


def cases():
    s = torch_schedulers
    case("{name: exponential, options: {factor: 0.8, after_epochs: 1}}", lambda o: s.ExponentialLR(o, 0.8))
    case("{name: step, options: {factor: 0.3, every_epochs: 3}}", lambda o: s.StepLR(o, 3, 0.3))
    case("{name: step, warmup_steps: 6, options: {factor: 0.3, every_epochs: 3}}", lambda o: s.StepLR(o, 3, 0.3),
         warmup=6)
    case("{name: cosine}", lambda o: s.CosineAnnealingLR(o, 48), each="update")
    case("{name: cosine, warmup_steps: 7, options: {minimum: 0.2}}", lambda o: s.CosineAnnealingLR(o, 48, 0.2),
         each="update", warmup=7)
    for patience in 1, 2, 3:
        case(f"{{name: plateau, options: {{factor: 0.5, patience: {patience}}}}}",
             lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=patience - 1, threshold=0), costs=COSTS)
    case("{name: plateau, warmup_steps: 20, options: {factor: 0.1, patience: 1, minimum: 0.005}}",
         lambda o: s.ReduceLROnPlateau(o, factor=0.1, patience=0, threshold=0, min_lr=0.005), costs=COSTS, warmup=20)
    case("{name: cosine_restarts, options: {period_epochs: 3}}", lambda o: s.CosineAnnealingWarmRestarts(o, 12),
         each="update")
    case("{name: cosine_restarts, warmup_steps: 3, options: {period_epochs: 2, period_factor: 2, minimum: 0.1}}",
         lambda o: s.CosineAnnealingWarmRestarts(o, 8, 2, 0.1), each="update", warmup=3)
    case("{name: cosine_restarts, options: {period_epochs: 1, period_factor: 3}}",
         lambda o: s.CosineAnnealingWarmRestarts(o, 4, 3), each="update")
    for updates in 48, 10, 11:
        case("{name: one_cycle}", lambda o: s.OneCycleLR(o, 1.0, updates, cycle_momentum=False), updates=updates,
             each="update")
    case("{name: one_cycle, options: {rise: 0.45, start: 0.1, end: 0.02, shape: linear}}",
         lambda o: s.OneCycleLR(o, 1.0, 48, pct_start=0.45, anneal_strategy="linear", div_factor=10,
                                final_div_factor=5, cycle_momentum=False), each="update")
    for after in 1, 9:
        case(f"{{name: inverse_square_root, options: {{after_steps: {after}}}}}",
             lambda o: s.LambdaLR(o, lambda t: max((t + 1) / after, 1) ** -0.5), each="update")
    case("{name: inverse_square_root, warmup_steps: 12}",  # Vaswani et al. 2017, equation 3, over its peak
         lambda o: s.LambdaLR(o, lambda t: min((t + 1) ** -0.5, (t + 1) * 12 ** -1.5) / 12 ** -0.5), each="update")


if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schedules.txt")
    with open(path, "w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        cases()
