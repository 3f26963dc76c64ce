#!/usr/bin/env python3
"""Makes the golden files of cells with fewer values than units in a gate or a state, and of the linear
recurrent unit in complex numbers, as published_cells.py does and with its help.

ON-LSTM is written as the authors' code has it: units as a matrix of chunks. The narrow context of SCRN
starts with other numbers in the units of a group, of which its readers take the mean.

Run it from anywhere:
    python3 tests/golden/narrow_cells.py
"""
import torch
from torch import exp, sigmoid, softmax, tanh
from torch.nn.functional import gelu

from by_hand import INPUT
from published_cells import CELLS, PER_UNIT, make, row

torch.manual_seed(32)


def cumax(x):
    return softmax(x, -1).cumsum(-1)


def ordered(p, x, h, c, t, units, chunk=1):
    chunks = units // chunk

    def master(name):
        if chunk == 1:
            return p.both(name, x, h)
        name = {"F": "master_forget_gate", "I": "master_input_gate"}[name]
        return x @ p.own(f"input_weights_{name}").reshape(INPUT, chunks) + p.own(f"biases_{name}") \
            + h @ p.own(f"recurrent_weights_{name}").reshape(units, chunks)

    def in_chunks(name):
        return p.both(name, x, h).reshape(chunks, chunk)

    keep, enter = cumax(master("F"))[:, None], 1 - cumax(master("I"))[:, None]
    i, f, g, o = sigmoid(in_chunks("i")), sigmoid(in_chunks("f")), tanh(in_chunks("g")), sigmoid(in_chunks("o"))
    overlap = keep * enter
    forget = f * overlap + (keep - overlap)
    put = i * overlap + (enter - overlap)
    c = forget * c.reshape(chunks, chunk) + put * g
    return [(o * tanh(c)).reshape(units), c.reshape(units)]


def narrow(p, x, y, h, s, t, units, group):
    count = units // group
    entered = x @ p.own("input_weights_context_input").reshape(INPUT, count)
    s = 0.05 * entered.repeat_interleave(group) + 0.95 * s
    means = s.reshape(count, group).mean(-1)

    def of_context(name):
        return means @ p.own(f"recurrent_weights_{name}_from_context").reshape(count, units)

    h = sigmoid(of_context("hidden") + p.both("A", x, h))
    return [p.U("U", h) + of_context("output") + p.bias("U"), h, s]


def linear(p, x, y, re, im, t, phi=lambda y: y):
    transition = exp(torch.complex(-exp(p.own("nu_log")), exp(p.own("theta_log"))))
    entered = torch.complex(p.W("B_re", x), p.W("B_im", x))
    s = transition * torch.complex(re, im) + exp(p.own("gamma_log")) * entered
    read = torch.complex(p.part("recurrent_weights", "U", "C_re"), p.part("recurrent_weights", "U", "C_im"))
    return [phi((s @ read).real + p.W("D", x)), s.real, s.imag]


def ordered_row(units, chunk):
    gates, names = units // chunk, ("master_forget_gate", "master_input_gate")
    own = {f"{what}_{name}": (count, -1, 1) for name in names for what, count in
           (("input_weights", INPUT * gates), ("recurrent_weights", units * gates), ("biases", gates))}
    blocks = "i f g o" if chunk > 1 else "i f g o F I"
    return row(ordered, blocks, blocks, blocks, states="hidden cell", units=units, chunk=chunk,
               options=f"chunk={chunk}", own=own if chunk > 1 else {})


def narrow_row(units, group):
    count = units // group
    return row(narrow, "A", "A U", "A U", states="output hidden context", units=units, group=group,
               options=f"context_group={group}",
               own={"input_weights_context_input": (INPUT * count, -1, 1),
                    "recurrent_weights_hidden_from_context": (count * units, -1, 1),
                    "recurrent_weights_output_from_context": (count * units, -1, 1)})


def linear_row(**arguments):
    return row(linear, "B_re B_im D", "C_re C_im", "", states="output real imaginary", **arguments,
               own={"nu_log": (PER_UNIT, -2, 0), "theta_log": (PER_UNIT, -1, 1.8),
                    "gamma_log": (PER_UNIT, -1, 0)})


CELLS.update({
    "ordered_neurons_lstm": ordered_row(5, 1),
    "ordered_neurons_lstm/chunks": ordered_row(6, 2),
    "ordered_neurons_lstm/two": ordered_row(6, 3),
    "scrn/narrow": narrow_row(6, 3),
    "scrn/half": narrow_row(4, 2),
    "lru": linear_row(),
    "lru/gelu": linear_row(options="activation=gelu", phi=lambda y: gelu(y, approximate="tanh")),
})
CASES = {
    "cells_ordered": (("ordered_neurons_lstm", 5), ("ordered_neurons_lstm/chunks", 6)),
    "cells_narrow": (("ordered_neurons_lstm/two", 6), ("scrn/narrow", 6)),
    "cells_narrow_context": (("scrn/half", 4), ("scrn/narrow", 6)),
    "cells_complex": (("lru", 4), ("lru/gelu", 3)),
}

if __name__ == "__main__":
    for name, cells in CASES.items():
        make(name, cells)
