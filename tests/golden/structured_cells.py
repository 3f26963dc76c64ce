#!/usr/bin/env python3
"""Makes the golden files of cells whose recurrent weights are a function of the stored numbers, or not
trained, as published_cells.py does and with its help: Dale's signs, orthogonal by the Cayley transform,
a reservoir.

Run it from anywhere:
    python3 tests/golden/structured_cells.py
"""
import torch
from torch import relu, sigmoid, tanh

from by_hand import INPUT
from published_cells import CELLS, PER_UNIT, make, row

torch.manual_seed(31)


def signed(p, x, r, c, t, units=4, excitatory=3, activation=relu):
    signs = torch.tensor([1.0] * excitatory + [-1.0] * (units - excitatory))
    weights = torch.diag(signs) @ relu(p.own("recurrent_weights_drive").reshape(units, units))
    c = (1 - p.own("leak")) * c + p.own("leak") * (p.W("a", x) + r @ weights)
    return [activation(c), c]


def orthogonal(p, x, h, t, units=4, negative=2):
    above = torch.triu_indices(units, units, 1)
    a = torch.zeros(units, units).index_put(tuple(above), p.own("recurrent_weights_hidden"))
    a, one = a - a.T, torch.eye(units)
    signs = torch.diag(torch.tensor([-1.0] * negative + [1.0] * (units - negative)))
    weights = torch.linalg.solve(one + a, (one - a) @ signs)
    z = p.W("z", x) + weights @ h
    return [torch.sign(z) * relu(abs(z) + p.own("threshold"))]


def reservoir(p, x, h, t, units=4, radius=0.9, leak=1.0):
    recurrent = p.own("recurrent_weights_hidden").reshape(units, units)
    z = x @ p.own("frozen_input_weights").reshape(-1, units) + p.own("frozen_biases")
    return [(1 - leak) * h + leak * tanh(z + radius * (h @ recurrent))]


def signed_row(units, **arguments):
    return row(signed, "a", "", "a", states="rate current", units=units, **arguments,
               own={"leak": (PER_UNIT, 0.1, 0.9), "recurrent_weights_drive": (units * units, -1, 1)})


def orthogonal_row(units, **arguments):
    return row(orthogonal, "z", "", "", units=units, **arguments,
               own={"threshold": (PER_UNIT, -0.2, 0.2),
                    "recurrent_weights_hidden": (units * (units - 1) // 2, -1, 1)})


def reservoir_row(units, **arguments):
    return row(reservoir, "", units=units, **arguments,
               own={"frozen_input_weights": (INPUT * units, -1, 1), "frozen_biases": (PER_UNIT, -1, 1),
                    "recurrent_weights_hidden": (units * units, -1, 1)})


CELLS.update({
    "leaky_rate/dale": signed_row(4, options="dale=true"),
    "leaky_rate/tanh": signed_row(3, options="dale=true,activation=tanh,excitatory=0.5",
                                  excitatory=2, activation=tanh),
    "orthogonal_rnn": orthogonal_row(4),
    "orthogonal_rnn/one": orthogonal_row(5, options="negative=0.2", negative=1),
    "echo_state": reservoir_row(4),
    "echo_state/leak": reservoir_row(3, options="radius=1.2,leak=0.3", radius=1.2, leak=0.3),
})
CASES = {
    "cells_signed": (("leaky_rate/dale", 4), ("leaky_rate/tanh", 3)),
    "cells_orthogonal": (("orthogonal_rnn", 4), ("orthogonal_rnn/one", 5)),
    "cells_frozen": (("echo_state", 4), ("echo_state/leak", 3)),
}

if __name__ == "__main__":
    for name, cells in CASES.items():
        make(name, cells)
