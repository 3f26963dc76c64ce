#!/usr/bin/env python3
"""Makes the golden files bfloat16_*.h5: networks whose products have operands of bfloat16.

As golden.py, in double precision by PyTorch, but every matrix product, forward and backward, rounds both
operands to bfloat16 (to nearest, ties to even) and nothing else. An operand so near the middle between two
bfloat16 that single precision could round it to the other one would make the comparison a matter of luck:
seeds are tried until there is none.

Needs PyTorch, NumPy and h5py. Run it from anywhere:
    python3 tests/golden/rounded_operands.py
"""
import os

import h5py
import numpy
import torch

FOLDER = os.path.dirname(os.path.abspath(__file__))
LENGTHS = [7, 6, 6, 3, 1]
INPUT, HIDDEN, CLASSES = 5, 7, 4
MARGIN = 4e-6  # times what single precision is off by, some 1e-7

torch.set_default_dtype(torch.float64)


class Margin:
    least = numpy.inf


def rounded(x):
    """x in bfloat16; notes how near the closest element is to the middle between two of them."""
    spacing = 2.0 ** (torch.floor(torch.log2(x.abs().clamp(min=1e-30))) - 7)
    places = x / spacing
    middle = (places - torch.floor(places) - 0.5).abs() / places.abs().clamp(min=1)
    Margin.least = min(Margin.least, float(torch.where(x == 0, 1.0, middle).min()))
    return torch.round(places) * spacing


class Product(torch.autograd.Function):
    @staticmethod
    def forward(context, a, b):
        context.save_for_backward(a, b)
        return rounded(a) @ rounded(b)

    @staticmethod
    def backward(context, gradient):
        a, b = context.saved_tensors
        return rounded(gradient) @ rounded(b).T, rounded(a).T @ rounded(gradient)


def lstm_step(gates, recurrent, state):
    h, c = state
    i, f, g, o = (gates + Product.apply(h, recurrent["recurrent_weights"])).chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def gru_step(gates, recurrent, state):
    """Reset after the product."""
    h, = state
    x_r, x_z, x_n = gates.chunk(3, 1)
    h_r, h_z, h_n = Product.apply(h, recurrent["recurrent_weights"]).chunk(3, 1)
    r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * (h_n + recurrent["recurrent_biases"]))
    return ((1 - z) * n + z * h,)


CELLS = {"lstm": (lstm_step, 4, ["hidden", "cell"], "lstm", ""),
         "gru": (gru_step, 3, ["hidden"], "gru", "reset_after=true")}


def numbers(*shape, scale=1.0):
    """Of single precision, so that rondo begins with the same."""
    return (torch.randn(shape) * scale).float().double().requires_grad_()


def run(step, parameters, x, states):
    """Outputs of all steps, packed; rows end by their lengths."""
    biases, outputs, first = parameters["biases"], [], 0
    for t in range(LENGTHS[0]):
        rows = sum(length > t for length in LENGTHS)
        gates = biases + Product.apply(x[first:first + rows], parameters["input_weights"])
        states = step(gates, parameters, tuple(state[:rows] for state in states))
        outputs.append(states[0])
        first += rows
    return torch.cat(outputs)


def compute(name, seed):
    step, gates, state_names, _, _ = CELLS[name]
    torch.manual_seed(seed)
    Margin.least = numpy.inf
    layers = []
    for layer in range(2):
        width = INPUT if layer == 0 else HIDDEN
        made = {"input_weights": numbers(width, gates * HIDDEN, scale=0.5),
                "recurrent_weights": numbers(HIDDEN, gates * HIDDEN, scale=0.5),
                "biases": numbers(gates * HIDDEN, scale=0.3)}
        if name == "gru":
            made["recurrent_biases"] = numbers(HIDDEN, scale=0.3)
        layers.append((made, [numbers(len(LENGTHS), HIDDEN) for _ in state_names]))
    readout = {"weights": numbers(HIDDEN, CLASSES), "biases": numbers(CLASSES)}
    tokens = sum(LENGTHS)
    x, targets = numbers(tokens, INPUT), torch.randint(0, CLASSES, (tokens,))
    output = x
    for parameters, states in layers:
        output = run(step, parameters, output, states)
    prediction = readout["biases"] + Product.apply(output, readout["weights"])
    loss = torch.nn.functional.cross_entropy(prediction, targets, reduction="sum")
    loss.backward()
    return {"layers": layers, "readout": readout, "x": x, "targets": targets, "prediction": prediction,
            "loss": loss}


def write(name, made, seed):
    _, _, state_names, cell, options = CELLS[name]
    with h5py.File(os.path.join(FOLDER, f"bfloat16_{name}.h5"), "w") as file:
        file.attrs.update(cell=cell, options=options, input="values", layers=2, bidirectional=0, seed=seed,
                          pooling="none", made_with="PyTorch " + torch.__version__)
        file["lengths"] = numpy.array(LENGTHS, dtype=numpy.int64)
        file["input_values"] = made["x"].detach().numpy()
        file["targets"] = made["targets"].numpy().astype(numpy.int32)
        file["prediction"] = made["prediction"].detach().numpy()
        file["loss"] = float(made["loss"].detach())

        def write_both(where, tensor, values="parameters", gradients="gradients"):
            file[f"{values}/{where}"] = tensor.detach().numpy()
            file[f"{gradients}/{where}"] = tensor.grad.numpy()
        for layer, (parameters, states) in enumerate(made["layers"]):
            for key, tensor in parameters.items():
                write_both(f"layers/{layer}/forward/{key}", tensor)
            for key, tensor in zip(state_names, states):
                write_both(f"layers/{layer}/forward/{key}", tensor, "initial", "initial_gradients")
        for key, tensor in made["readout"].items():
            write_both(f"readout/{key}", tensor)


for cell_name in CELLS:
    number = 1
    while True:
        result = compute(cell_name, number)
        if Margin.least > MARGIN:
            break
        number += 1
    write(cell_name, result, number)
    print(f"bfloat16_{cell_name}: seed {number}, no operand nearer than {Margin.least:.1e} to a middle")
