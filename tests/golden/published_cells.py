#!/usr/bin/env python3
"""Makes the golden files of published cells that PyTorch does not have, two in a file, one in each
direction of one layer: PyTorch's operations and derivatives, in double precision, of the equations as
the papers have them, with parameters under names of their own. Only where these lie in rondo's arrays
is known here, not how its cells compute.

A cell is a row of CELLS: the names of what multiplies the input (W), of what multiplies a state or
what is made of it (U), of the biases b and of those that stand with U alone (b2), its states, the
output first, its own parameters (name: (how many, lowest start, highest start)), and one step.

Needs PyTorch, NumPy and h5py (Debian: python3-torch python3-h5py). Run it from anywhere:
    python3 tests/golden/published_cells.py
"""
import os

import h5py
import numpy
import torch
from torch import exp, relu, sigmoid, tanh

from by_hand import CLASSES, FOLDER, INPUT, LENGTHS, ROWS, SYMBOLS, loss_of, packed, write

torch.manual_seed(29)
PER_UNIT, SHARED = "hidden", 1


class Parameters:
    """W(name, x) = x W_name + b_name and U(name, h) = h U_name + b2_name, biases where there are any."""

    def __init__(self, row, hidden, inputs):
        self.row, self.hidden = row, hidden
        self.arrays = {}
        self.add("input_weights", (inputs,), row["W"])
        self.add("recurrent_weights", (hidden,), row.get("U", []))
        self.add("biases", (), row.get("b", []))
        self.add("recurrent_biases", (), row.get("b2", []))
        for name, (width, low, high) in row.get("own", {}).items():
            count = hidden if width == PER_UNIT else width
            self.arrays[name] = low + (high - low) * torch.rand(count)
        for array in self.arrays.values():
            array.requires_grad_(True)

    def add(self, name, shape, blocks):
        if blocks:
            self.arrays[name] = 0.5 * torch.randn(*shape, len(blocks) * self.hidden)

    def part(self, array, kind, name):
        number = self.row[kind].index(name)
        return self.arrays[array].narrow(-1, number * self.hidden, self.hidden)

    def bias(self, name):
        return self.part("biases", "b", name)

    def W(self, name, x):
        product = x @ self.part("input_weights", "W", name)
        return product + self.bias(name) if name in self.row.get("b", []) else product

    def U(self, name, h):
        product = h @ self.part("recurrent_weights", "U", name)
        return product + self.part("recurrent_biases", "b2", name) if name in self.row.get("b2", []) \
            else product

    def both(self, name, x, h):
        return self.W(name, x) + self.U(name, h)

    def own(self, name):
        return self.arrays[name]


def atr(p, x, h, t):
    content, past = p.W("p", x), p.U("p", h)
    i, f = sigmoid(content + past), sigmoid(content - past)
    return [i * content + f * h]


def additive(p, x, h, c, t):
    c = sigmoid(p.both("i", x, h)) * p.W("n", x) + sigmoid(p.both("f", x, h)) * c
    return [tanh(c), c]


def mut1(p, x, h, t, project=True):
    z, r = sigmoid(p.W("z", x)), sigmoid(p.both("r", x, h))
    entered = tanh(p.W("y", x) if project else x)
    return [tanh(p.U("n", r * h) + entered + p.bias("n")) * z + h * (1 - z)]


def mut2(p, x, h, t):
    z, r = sigmoid(p.both("z", x, h)), sigmoid(x + p.U("r", h) + p.bias("r"))
    return [tanh(p.U("n", r * h) + p.W("n", x)) * z + h * (1 - z)]


def ugrnn(p, x, h, t):
    g = sigmoid(p.both("g", x, h))
    return [g * h + (1 - g) * tanh(p.both("n", x, h))]


def scrn(p, x, y, h, s, t):
    s = 0.05 * p.W("B", x) + 0.95 * s
    h = sigmoid(p.U("P", s) + p.both("A", x, h))
    return [p.U("U", h) + p.U("V", s) + p.bias("U"), h, s]


def chaos_free(p, x, h, t):
    return [sigmoid(p.both("f", x, h)) * tanh(h) + sigmoid(p.both("i", x, h)) * tanh(p.W("n", x))]


def bistable(p, x, h, t, neuromodulated=False):
    if neuromodulated:
        a, c = p.both("a", x, h), p.both("c", x, h)
    else:
        a = p.W("a", x) + p.own("feedback_weight") * h
        c = p.W("c", x) + p.own("update_weight") * h
    a, c = 1 + tanh(a), sigmoid(c)
    return [c * h + (1 - c) * tanh(p.W("n", x) + a * h)]


def star(p, x, h, t):
    k = sigmoid(p.both("k", x, h))
    return [tanh((1 - k) * h + k * tanh(p.W("n", x)))]


def light(p, x, h, t):
    f = sigmoid(p.both("f", x, h))
    return [(1 - f) * h + f * tanh(p.W("n", x))]


def minimal(p, x, h, t):
    z = tanh(p.W("z", x))
    u = sigmoid(p.U("h", h) + p.U("z", z) + p.bias("h"))
    return [u * h + (1 - u) * z]


def typed_rnn(p, x, h, t):
    f = sigmoid(p.W("f", x))
    return [f * h + (1 - f) * p.W("z", x)]


def typed(p, x, last):
    z, f, o = (p.W(name, x) + before for name, before in zip("zfo", last))
    return z, sigmoid(f), tanh(o), [p.W("V" + name, x) for name in "zfo"]


def typed_gru(p, x, h, *rest):
    z, f, o, following = typed(p, x, rest[:3])
    return [f * h + z * o, *following]


def typed_lstm(p, x, h, c, *rest):
    z, f, o, following = typed(p, x, rest[:3])
    c = f * c + (1 - f) * z
    return [c * o, c, *following]


def highway(p, x, s, t, depth, coupled):
    for layer in range(depth):
        gates = {}
        for gate in "nt" if coupled else "ntc":
            name = gate + str(layer)
            gates[gate] = p.U(name, s) + (p.W(name, x) if layer == 0 else p.bias(name))
        transform = sigmoid(gates["t"])
        carry = 1 - transform if coupled else sigmoid(gates["c"])
        s = tanh(gates["n"]) * transform + s * carry
    return [s]


def intersection(p, x, y, h, t, project=True):
    passed = p.W("k", x) if project else x
    depth, time = sigmoid(p.both("p", x, h)), sigmoid(p.both("g", x, h))
    return [depth * passed + (1 - depth) * relu(p.both("v", x, h)),
            time * h + (1 - time) * tanh(p.both("n", x, h))]


def fast_grnn(p, x, h, t):
    a = p.both("a", x, h)
    z, n = sigmoid(a + p.own("gate_bias")), tanh(a + p.own("candidate_bias"))
    return [(sigmoid(p.own("zeta")) * (1 - z) + sigmoid(p.own("nu"))) * n + z * h]


def minion(p, x, h, t, update=0.5, reset=0.5, gate=False):
    r = sigmoid(p.both("r", x, h)) if gate else reset
    return [update * h + (1 - update) * tanh(p.W("n", x) + p.U("n", r * h))]


def unicornn(p, x, y, z, t, dt=0.3, alpha=2.0):
    step = dt * (0.5 + 0.5 * tanh(p.own("pace") / 2))
    z = z - step * (tanh(p.own("recurrent_weight") * y + p.W("V", x)) + alpha * y)
    return [y + step * z, z]


def nas(p, x, h, c, t):
    o = {k: p.both(k, x, h) for k in "1235678"}
    first = tanh(tanh(sigmoid(o["1"]) * relu(o["2"])) + c)
    second = tanh(sigmoid(o["3"]) + relu(p.W("4", x) * p.U("4", h)))
    third = tanh(tanh(tanh(o["5"]) * sigmoid(o["6"])) + sigmoid(tanh(o["7"]) + sigmoid(o["8"])))
    c = first * second
    return [tanh(c * third), c]


def simple_gated(p, x, h, t):
    content = p.W("p", x)
    f = sigmoid(content + p.U("p", h) + p.own("forget_bias"))
    return [tanh((1 - f) * content + f * h)]


def first_lstm(p, x, h, c, t):
    c = c + sigmoid(p.both("i", x, h)) * (4 * sigmoid(p.both("g", x, h)) - 2)
    return [sigmoid(p.both("o", x, h)) * (2 * sigmoid(c) - 1), c]


def memory_controller(p, x, h, c, v, t):
    i, f, o, m = (sigmoid(p.both(name, x, v)) for name in "ifom")
    c = f * c + i * tanh(p.both("n", x, v))
    return [o * tanh(c), c, m * tanh(c)]


def working_memory(p, x, h, c, t):
    i = sigmoid(p.both("i", x, h) + tanh(p.U("ci", c)))
    f = sigmoid(p.both("f", x, h) + tanh(p.U("cf", c)))
    c = f * c + i * tanh(p.both("g", x, h))
    return [sigmoid(p.both("o", x, h) + tanh(p.U("co", c))) * tanh(c), c]


def clockwork(p, x, h, clock, t, modules=3):
    width = len(h)
    module = [max(m for m in range(modules) if m * width // modules <= unit) for unit in range(width)]
    # what unit j gives to the units of its own module and of faster ones, j after j
    ends = [(m + 1) * width // modules for m in module]
    rows = p.own("recurrent_weights_activation").split(ends)
    U = torch.stack([torch.cat([row, torch.zeros(width - len(row))]) for row in rows])
    period = 2 ** torch.tensor(module)
    # a clock may start anywhere: its period divides the whole steps that it counts
    return [torch.where(torch.floor(clock) % period == 0, tanh(p.W("a", x) + h @ U), h), clock + 1]


def leaky(p, x, rate, current, t):
    leak = p.own("leak")
    current = (1 - leak) * current + leak * p.both("a", x, rate)
    return [relu(current), current]


def gru_d(p, x, h, t):
    h = exp(-relu(p.W("d", x))) * h
    r, z = sigmoid(p.both("r", x, h)), sigmoid(p.both("z", x, h))
    return [(1 - z) * h + z * tanh(p.W("n", x) + p.U("n", r * h))]


def gated_linear(p, x, h, t, project=True):
    y = p.W("y", x) if project else x
    a = sigmoid(p.own("lambda")) ** (8 * sigmoid(p.W("r", x)))
    return [a * h + torch.sqrt(1 - a**2) * (sigmoid(p.W("i", x)) * y)]


def letters(text):
    return text.split()


def row(step, W, U="", b="", b2="", states="hidden", own=None, options="", **arguments):
    return {"step": step, "W": letters(W), "U": letters(U), "b": letters(b), "b2": letters(b2),
            "states": letters(states), "own": own or {}, "options": options, "arguments": arguments}


SMALL = (PER_UNIT, -1, 1)
TYPED = "last_feature last_forget last_output"
CELLS = {
    "atr": row(atr, "p", "p", "p"),
    "recurrent_additive_network": row(additive, "n i f", "i f", "i f", states="hidden cell"),
    "mut1": row(mut1, "r z y", "r n", "r n z"),
    "mut1/input": row(mut1, "r z", "r n", "r n z", options="projection=false", project=False),
    "mut2": row(mut2, "z n", "z r n", "z r n"),
    "ugrnn": row(ugrnn, "n g", "n g", "n g"),
    "scrn": row(scrn, "B A", "P V A U", "A U", states="output hidden context"),
    "chaos_free_network": row(chaos_free, "n f i", "f i", "f i"),
    "bistable_recurrent": row(bistable, "n a c", "", "n a c",
                              own={"feedback_weight": SMALL, "update_weight": SMALL}),
    "bistable_recurrent/nBRC": row(bistable, "n a c", "a c", "n a c",
                                   options="neuromodulated=true", neuromodulated=True),
    "star": row(star, "n k", "k", "n k"),
    "light_recurrent_unit": row(light, "n f", "f", "f"),
    "minimal_rnn": row(minimal, "z", "z h", "z h"),
    "strongly_typed/rnn": row(typed_rnn, "z f", "", "z f", options="form=rnn"),
    "strongly_typed/gru": row(typed_gru, "z f o Vz Vf Vo", "", "z f o", options="form=gru",
                              states="hidden " + TYPED),
    "strongly_typed": row(typed_lstm, "z f o Vz Vf Vo", "", "z f o",
                          states="hidden cell " + TYPED),
    "recurrent_highway": row(highway, "n0 t0", "n0 t0 n1 t1 n2 t2", "n0 t0 n1 t1 n2 t2", depth=3,
                             coupled=True),
    "recurrent_highway/uncoupled": row(highway, "n0 t0 c0", "n0 t0 c0 n1 t1 c1", "n0 t0 c0 n1 t1 c1",
                                       options="depth=2,coupled=false", depth=2, coupled=False),
    "intersection_rnn": row(intersection, "v n p g k", "v n p g", "v n p g",
                            states="output hidden"),
    "intersection_rnn/input": row(intersection, "v n p g", "v n p g", "v n p g",
                                  states="output hidden", options="projection=false", project=False),
    "fast_grnn": row(fast_grnn, "a", "a", own={"gate_bias": SMALL, "candidate_bias": SMALL,
                                               "zeta": (SHARED, 0.5, 1), "nu": (SHARED, -2, -1)}),
    "minion_recurrent_unit": row(minion, "n", "n", "n", options="update=0.3,reset=0.8",
                                 update=0.3, reset=0.8),
    "minion_recurrent_unit/gate": row(minion, "r n", "r n", "r n", options="reset_gate=true",
                                      gate=True),
    "unicornn": row(unicornn, "V", "", "V", states="hidden velocity", options="dt=0.3,alpha=2",
                    own={"recurrent_weight": SMALL, "pace": SMALL}),
    "nas_cell": row(nas, "1 2 3 5 6 7 8 4", "1 2 3 5 6 7 8 4", "1 2 3 5 6 7 8 4", "4",
                    states="hidden cell"),
    "simple_gated_recurrent_network": row(simple_gated, "p", "p", own={"forget_bias": SMALL}),
    "original_lstm": row(first_lstm, "i g o", "i g o", "i g o", states="hidden cell"),
    "memory_controller_lstm": row(memory_controller, "i f n o m", "i f n o m", "i f n o m",
                                  states="hidden cell control"),
    "working_memory_lstm": row(working_memory, "i f g o", "i f g o ci cf co", "i f g o",
                               states="hidden cell"),
    "clockwork": row(clockwork, "a", "", "a", states="hidden clock", options="modules=3",
                     own={"recurrent_weights_activation": (17, -1, 1)}),
    "leaky_rate": row(leaky, "a", "a", "a", states="rate current",
                      own={"leak": (PER_UNIT, 0.1, 0.9)}),
    "gru_d": row(gru_d, "d r z n", "r z n", "d r z n"),
    "rg_lru": row(gated_linear, "r i y", "", "r i", own={"lambda": (PER_UNIT, 1, 4)}),
    "rg_lru/input": row(gated_linear, "r i", "", "r i", own={"lambda": (PER_UNIT, 1, 4)},
                        options="projection=false", project=False),
}
# file: forward and backward (row of CELLS, hidden)
CASES = {
    "cells_input_itself": (("mut1/input", INPUT), ("mut2", INPUT)),
    "cells_highways": (("intersection_rnn/input", INPUT), ("rg_lru/input", INPUT)),
    "cells_twin_gates": (("atr", 4), ("recurrent_additive_network", 3)),
    "cells_mutated": (("mut1", 4), ("ugrnn", 3)),
    "cells_slow_units": (("scrn", 3), ("chaos_free_network", 4)),
    "cells_bistable": (("bistable_recurrent", 4), ("bistable_recurrent/nBRC", 3)),
    "cells_one_gate": (("star", 4), ("light_recurrent_unit", 3)),
    "cells_encoded_input": (("minimal_rnn", 4), ("simple_gated_recurrent_network", 3)),
    "cells_strongly_typed": (("strongly_typed/gru", 3), ("strongly_typed", 3)),
    "cells_linear": (("strongly_typed/rnn", 4), ("rg_lru", 3)),
    "cells_recurrent_highway": (("recurrent_highway", 3), ("recurrent_highway/uncoupled", 3)),
    "cells_shared_product": (("intersection_rnn", 3), ("fast_grnn", 4)),
    "cells_minion": (("minion_recurrent_unit", 4), ("minion_recurrent_unit/gate", 3)),
    "cells_found_and_oscillating": (("nas_cell", 3), ("unicornn", 4)),
    "cells_lstm_relatives": (("memory_controller_lstm", 3), ("working_memory_lstm", 3)),
    "cells_first_lstm": (("original_lstm", 3), ("gru_d", 3)),
    "cells_time_constants": (("clockwork", 5), ("leaky_rate", 4)),
}


class Direction:
    def __init__(self, reverse, name, hidden):
        self.row, self.reverse = CELLS[name], reverse
        self.cell = name.split("/")[0]
        self.name, self.hidden = f"layers/0/{'backward' if reverse else 'forward'}/", hidden
        self.parameters = Parameters(self.row, hidden, INPUT)
        self.initial = [torch.randn(ROWS, hidden).requires_grad_(True) for _ in self.row["states"]]

    def run(self, number, inputs):
        states, outputs = [state[number] for state in self.initial], {}
        for t in reversed(range(len(inputs))) if self.reverse else range(len(inputs)):
            states = self.row["step"](self.parameters, inputs[t], *states, t, **self.row["arguments"])
            outputs[t] = states[0]
        return [outputs[t] for t in range(len(inputs))]


def make(name, cells):
    directions = [Direction(bool(reverse), *cell) for reverse, cell in enumerate(cells)]
    embedding = torch.randn(SYMBOLS, INPUT)
    width = sum(d.hidden for d in directions)
    weights, biases = 0.5 * torch.randn(width, CLASSES), 0.5 * torch.randn(CLASSES)
    parameters = {"embedding/weights": embedding, "readout/weights": weights, "readout/biases": biases}
    for array in parameters.values():
        array.requires_grad_(True)
    parameters.update({d.name + key: array for d in directions
                       for key, array in d.parameters.arrays.items()})
    states = {d.name + key: state for d in directions
              for key, state in zip(d.row["states"], d.initial)}
    symbols = [torch.randint(0, SYMBOLS, (length,)) for length in LENGTHS]
    targets = [torch.randint(0, CLASSES, (length,)) for length in LENGTHS]

    def predict(number):
        steps = [embedding[symbol] for symbol in symbols[number]]
        runs = [d.run(number, steps) for d in directions]
        return torch.stack([torch.cat(parts) @ weights + biases for parts in zip(*runs)])

    predicted = [predict(number) for number in range(ROWS)]
    loss = loss_of(predicted, targets)
    loss.backward()
    for state in states.values():  # an output that no later step reads
        state.grad = torch.zeros_like(state) if state.grad is None else state.grad
    with h5py.File(os.path.join(FOLDER, name + ".h5"), "w") as file:
        for prefix, d in zip(["", "backward_"], directions):
            file.attrs[prefix + "cell"] = d.cell
            file.attrs[prefix + "hidden"] = d.hidden
            file.attrs[prefix + "options"] = d.row["options"]
        file.attrs["input"] = "embedding"
        file.attrs["layers"] = 1
        file.attrs["bidirectional"] = 1
        file.attrs["made_with"] = "PyTorch " + torch.__version__
        file["probabilities"] = numpy.zeros(4)
        file["lengths"] = numpy.array(LENGTHS, dtype=numpy.int64)
        file["inputs"] = packed(symbols).numpy().astype(numpy.int32)
        file["targets"] = packed(targets).numpy().astype(numpy.int32)
        file["prediction"] = packed(predicted).detach().numpy()
        file["loss"] = loss.item()
        write(file, "parameters", parameters, "value")
        write(file, "gradients", parameters, "gradient")
        write(file, "initial", states, "value")
        write(file, "initial_gradients", states, "gradient")


if __name__ == "__main__":
    for case, pair in CASES.items():
        make(case, pair)
