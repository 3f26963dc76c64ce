#!/usr/bin/env python3
"""Makes optimizers.h5: where optimizers bring the parameters of three tensors in a few updates.

By torch.optim where it has the optimizer; lion, lamb and schedule_free are written here from the
equations of their papers. Parameters and gradients are fractions that Python and C compute alike, so
that the file holds results only, and of the large tensor, which rondo cuts into slices, one in 29.
test_optimizers.c does the same with rondo.

Needs PyTorch, NumPy and h5py. Run it from anywhere:  python3 tests/golden/optimizers.py
"""
import os

import h5py
import numpy
import torch

torch.set_default_dtype(torch.float64)
FOLDER = os.path.dirname(os.path.abspath(__file__))
STEPS, EVERY = 8, 29
SHAPES = {"embedding": (95, 90), "weights": (6, 5), "biases": (7,)}


def fractions(count, seed):
    return numpy.array([((i * 7919 + seed * 104729) % 2003 - 1001) / 1001 for i in range(count)])


def start():
    return [fractions(int(numpy.prod(shape)), 1 + index).reshape(shape)
            for index, shape in enumerate(SHAPES.values())]


def gradient(step, index, shape):
    return fractions(int(numpy.prod(shape)), 10 * step + index).reshape(shape) / (1 + step % 3)


def run_torch(make, rate, after=lambda optimizer, parameters: parameters):
    parameters = [torch.tensor(p, requires_grad=True) for p in start()]
    optimizer = make(parameters, rate)
    for step in range(1, STEPS + 1):
        for index, parameter in enumerate(parameters):
            parameter.grad = torch.tensor(gradient(step, index, parameter.shape))
        optimizer.step()
    trained = [p.detach().numpy() for p in parameters]
    evaluated = [p.detach().numpy() for p in after(optimizer, parameters)]
    return trained, evaluated


def averages(optimizer, parameters):
    return [optimizer.state[p]["ax"] for p in parameters]


def run_lion(rate, beta1, beta2, decay):
    """Chen et al. 2023, algorithm 2."""
    parameters = start()
    means = [numpy.zeros_like(p) for p in parameters]
    for step in range(1, STEPS + 1):
        for index, p in enumerate(parameters):
            g = gradient(step, index, p.shape)
            update = numpy.sign(beta1 * means[index] + (1 - beta1) * g)
            parameters[index] = p - rate * (update + decay * p)
            means[index] = beta2 * means[index] + (1 - beta2) * g
    return parameters, parameters


def run_lamb(rate, beta1, beta2, epsilon, decay, decay_vectors):
    """You et al. 2020, algorithm 2, phi the identity."""
    parameters = start()
    means = [numpy.zeros_like(p) for p in parameters]
    squares = [numpy.zeros_like(p) for p in parameters]
    for step in range(1, STEPS + 1):
        for index, p in enumerate(parameters):
            g = gradient(step, index, p.shape)
            means[index] = beta1 * means[index] + (1 - beta1) * g
            squares[index] = beta2 * squares[index] + (1 - beta2) * g * g
            ratio = (means[index] / (1 - beta1 ** step)) / (
                numpy.sqrt(squares[index] / (1 - beta2 ** step)) + epsilon)
            direction = ratio + (decay if decay_vectors or p.ndim == 2 else 0) * p
            trust = numpy.linalg.norm(p) / numpy.linalg.norm(direction)
            parameters[index] = p - rate * trust * direction
    return parameters, parameters


def run_schedule_free(rates, beta1, beta2, epsilon, decay):
    """Defazio et al. 2024, algorithm 1, with x, y and z; weights of the average are squares of the
    largest rate so far."""
    z, x = start(), start()
    squares = [numpy.zeros_like(p) for p in z]
    total, largest, y = 0, 0, None
    for step in range(1, STEPS + 1):
        rate = rates(step)
        largest = max(largest, rate)
        total += largest ** 2
        share = largest ** 2 / total
        y = [(1 - beta1) * a + beta1 * b for a, b in zip(z, x)]
        for index in range(len(z)):
            g = gradient(step, index, z[index].shape)
            squares[index] = beta2 * squares[index] + (1 - beta2) * g * g
            root = numpy.sqrt(squares[index] / (1 - beta2 ** step)) + epsilon
            z[index] = z[index] - rate * (g / root + decay * y[index])
            x[index] = (1 - share) * x[index] + share * z[index]
    return [(1 - beta1) * a + beta1 * b for a, b in zip(z, x)], x


optim = torch.optim
# name: (optimizer, options, rate, growth of the rate a step, results)
CASES = {
    "adam_amsgrad": ("adam", "amsgrad=true beta2=0.5 weight_decay=0.01", 0.05, 0, lambda: run_torch(
        lambda p, lr: optim.Adam(p, lr, betas=(0.9, 0.5), weight_decay=0.01, amsgrad=True), 0.05)),
    "adamw_amsgrad": ("adam", "amsgrad=true beta2=0.5 weight_decay=0.1 decoupled=true", 0.05, 0,
                      lambda: run_torch(lambda p, lr: optim.AdamW(
                          p, lr, betas=(0.9, 0.5), weight_decay=0.1, amsgrad=True), 0.05)),
    "adamw_matrices": ("adam", "weight_decay=0.1 decoupled=true decay_vectors=false", 0.05, 0,
                       lambda: run_torch(lambda p, lr: optim.AdamW([
                           {"params": p[:2], "weight_decay": 0.1},
                           {"params": p[2:], "weight_decay": 0}], lr), 0.05)),
    "nadam": ("nadam", "", 0.05, 0, lambda: run_torch(lambda p, lr: optim.NAdam(p, lr), 0.05)),
    "nadam_decay": ("nadam", "momentum_decay=0.5 weight_decay=0.01", 0.05, 0, lambda: run_torch(
        lambda p, lr: optim.NAdam(p, lr, momentum_decay=0.5, weight_decay=0.01), 0.05)),
    "nadam_decoupled": ("nadam", "weight_decay=0.1 decoupled=true", 0.05, 0, lambda: run_torch(
        lambda p, lr: optim.NAdam(p, lr, weight_decay=0.1, decoupled_weight_decay=True), 0.05)),
    "adadelta": ("adadelta", "weight_decay=0.01", 1.0, 0, lambda: run_torch(
        lambda p, lr: optim.Adadelta(p, lr, weight_decay=0.01), 1.0)),
    "asgd": ("asgd", "trigger=step start_after=2 shrinkage=0.01 weight_decay=0.01", 0.1, 0,
             lambda: run_torch(lambda p, lr: optim.ASGD(p, lr, lambd=0.01, t0=2, weight_decay=0.01),
                               0.1, averages)),
    "adafactor": ("adafactor", "weight_decay=0.1", 0.3, 0, lambda: run_torch(
        lambda p, lr: optim.Adafactor(p, lr, eps=(1.1920929e-7, 1e-3), weight_decay=0.1), 0.3)),
    "adafactor_clipped": ("adafactor", "clip=1.1 beta2_decay=0.6", 0.3, 0, lambda: run_torch(
        lambda p, lr: optim.Adafactor(p, lr, beta2_decay=-0.6, eps=(1.1920929e-7, 1e-3), d=1.1), 0.3)),
    "lion": ("lion", "weight_decay=0.1", 0.03, 0, lambda: run_lion(0.03, 0.9, 0.99, 0.1)),
    "lamb": ("lamb", "weight_decay=0.1", 0.05, 0,
             lambda: run_lamb(0.05, 0.9, 0.999, 1e-6, 0.1, True)),
    "lamb_matrices": ("lamb", "weight_decay=0.1 decay_vectors=false beta2=0.9", 0.05, 0,
                      lambda: run_lamb(0.05, 0.9, 0.9, 1e-6, 0.1, False)),
    "schedule_free": ("schedule_free", "weight_decay=0.1", 0.01, 0.01, lambda: run_schedule_free(
        lambda step: 0.01 + 0.01 * (step - 1), 0.9, 0.999, 1e-8, 0.1)),
}


def main():
    with h5py.File(os.path.join(FOLDER, "optimizers.h5"), "w") as file:
        file.attrs["made_with"] = "PyTorch " + torch.__version__
        file.create_dataset("cases", data=list(CASES), dtype=h5py.string_dtype())
        for name, (optimizer, options, rate, growth, results) in CASES.items():
            group = file.create_group(name)
            group.attrs.update({"optimizer": optimizer, "options": options, "rate": rate,
                                "growth": float(growth)})
            for kind, arrays in zip(["trained", "evaluated"], results()):
                for (tensor, shape), array in zip(SHAPES.items(), arrays):
                    every = EVERY if tensor == "embedding" else 1
                    group[f"{kind}/{tensor}"] = numpy.ravel(array)[::every]


if __name__ == "__main__":
    main()
