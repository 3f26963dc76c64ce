#!/usr/bin/env python3
"""Makes losses.h5: losses and gradients of a few rows by PyTorch in double precision.

torch.nn has huber, mean_absolute_error, hinge and gaussian_negative_log_likelihood; the gradients of focal and
quantile come from autograd over their definitions. test_losses.c does the same with rondo.

Needs PyTorch, NumPy and h5py. Run it from anywhere:  python3 tests/golden/losses.py
"""
import os

import h5py
import numpy
import torch

torch.manual_seed(8)
torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))
ROWS, WIDTH = 6, 5


def focal(gamma):
    def loss(x, y):
        log = torch.log_softmax(x, 1).gather(1, y[:, None])[:, 0]
        return -(1 - log.exp()) ** gamma * log
    return loss


def pinball(levels):
    def loss(x, t):
        parts = x.reshape(ROWS, len(levels), WIDTH)
        level = torch.tensor(levels)[None, :, None]
        error = t[:, None, :] - parts
        return torch.maximum(level * error, (level - 1) * error).mean((1, 2))
    return loss


def gaussian(least):
    def loss(x, t):
        variance = torch.nn.functional.softplus(x[:, WIDTH:]) + least
        by_torch = torch.nn.GaussianNLLLoss(full=True, reduction="none", eps=least / 2)
        return by_torch(x[:, :WIDTH], t, variance).mean(1)
    return loss


def of_torch(module, **options):
    def loss(x, t):
        values = module(reduction="none", **options)(x, t)
        return values.mean(1) if values.dim() > 1 else values
    return loss


# name: (loss, options, parts of a prediction, whether targets are classes, function)
CASES = {
    "huber": ("huber", "", 1, False, of_torch(torch.nn.HuberLoss)),
    "huber_narrow": ("huber", "delta=0.3", 1, False, of_torch(torch.nn.HuberLoss, delta=0.3)),
    "mean_absolute_error": ("mean_absolute_error", "", 1, False, of_torch(torch.nn.L1Loss)),
    "quantile": ("quantile", "", 3, False, pinball([0.1, 0.5, 0.9])),
    "quantile_two": ("quantile", "levels=0.05,0.7", 2, False, pinball([0.05, 0.7])),
    "gaussian": ("gaussian_negative_log_likelihood", "", 2, False, gaussian(1e-6)),
    "gaussian_wide": ("gaussian_negative_log_likelihood", "minimum_variance=0.1", 2, False, gaussian(0.1)),
    "hinge": ("hinge", "", 1, True, of_torch(torch.nn.MultiMarginLoss)),
    "hinge_squared": ("hinge", "margin=0.5 squared=true", 1, True,
                      of_torch(torch.nn.MultiMarginLoss, margin=0.5, p=2)),
    "focal": ("focal", "", 1, True, focal(2)),
    "focal_half": ("focal", "gamma=0.5", 1, True, focal(0.5)),
    "focal_none": ("focal", "gamma=0", 1, True, focal(0)),
}


def main():
    with h5py.File(os.path.join(FOLDER, "losses.h5"), "w") as file:
        file.attrs["made_with"] = "PyTorch " + torch.__version__
        file.create_dataset("cases", data=list(CASES), dtype=h5py.string_dtype())
        for name, (loss, options, parts, is_class, function) in CASES.items():
            x = (2 * torch.randn(ROWS, parts * WIDTH)).requires_grad_()
            target = torch.randint(0, WIDTH, (ROWS,)) if is_class else torch.randn(ROWS, WIDTH)
            losses = function(x, target)
            losses.sum().backward()
            group = file.create_group(name)
            group.attrs.update({"loss": loss, "options": options, "parts": parts})
            group["prediction"] = x.detach().numpy()
            group["target"] = target.numpy().astype(numpy.int32 if is_class else numpy.float64)
            group["losses"] = losses.detach().numpy()
            group["gradient"] = x.grad.numpy()


if __name__ == "__main__":
    main()
