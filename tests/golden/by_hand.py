#!/usr/bin/env python3
"""Makes the golden files of what PyTorch has no module for: its operations and its derivatives, in
double precision, of networks written out step by step and sequence by sequence. Different cells in
the two directions, cells that PyTorch does not have, dropout by sequence, recurrent dropout,
zoneout, layer norm, residual layers.

What is dropped follows from rondo's counter-based random numbers (framework/base/random.h), which
are computed here anew; so both programs drop the same. Arrays and names are those of golden.py.

Needs PyTorch, NumPy and h5py (Debian: python3-torch python3-h5py). Run it from anywhere:
    python3 tests/golden/by_hand.py
"""
import os

import h5py
import numpy
import torch

torch.manual_seed(21)
torch.set_default_dtype(torch.float64)

FOLDER = os.path.dirname(os.path.abspath(__file__))
LENGTHS = [7, 6, 6, 3, 1]
ROWS, STEPS = len(LENGTHS), LENGTHS[0]
INPUT, CLASSES, SYMBOLS = 5, 4, 11
SEED, UPDATE = 3, 1
DROPOUT, RECURRENT_DROPOUT, ZONEOUT = 4, 9, 10  # purposes

# name -> forward and backward (cell, hidden), and what is dropped: None, or the probabilities
REGULARISED = {"dropout": 0.3, "recurrent_dropout": 0.4, "zoneout": [0.2, 0.35]}
CASES = {
    "mixed_directions": ([("lstm", 7), ("gru", 4)], None),
    "lstm_regularised": ([("lstm", 7), ("lstm", 7)], REGULARISED),
    "gru_regularised": ([("gru", 6)], REGULARISED),
    "minimal_cells": ([("gru_simplified", 4), ("minimal_gated_unit", 3)], None),
    "more_cells": ([("mut3", 3), ("multiplicative_lstm", 4)], None),
}
BLOCKS = {"lstm": 4, "gru": 3, "gru_simplified": 2, "minimal_gated_unit": 2, "mut3": 3,
          "multiplicative_lstm": 5}
WITH_CELL_STATE = ["lstm", "multiplicative_lstm"]


def words(purpose, index):
    """Philox4x32-10 (Salmon et al. 2011) of (seed, purpose, update, index)."""
    counter = [index & 0xFFFFFFFF, index >> 32, UPDATE, purpose << 24]
    key = [SEED, 0]
    for _ in range(10):
        low, high = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [(high >> 32) ^ counter[1] ^ key[0], high & 0xFFFFFFFF,
                   (low >> 32) ^ counter[3] ^ key[1], low & 0xFFFFFFFF]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return counter


def drawn(purpose, place, place_bit, row, width, rate):
    """For each of `width` units of a row: 1 with probability `rate`, else 0."""
    draws = (width + 3) // 4
    numbers = [words(purpose, place << place_bit | (row * draws + unit // 4))[unit % 4]
               for unit in range(width)]
    return torch.tensor([1.0 if number < int(rate * 2**32) else 0.0 for number in numbers])


def kept(dropped, rate):
    return (1 - dropped) / (1 - rate)


class Direction:
    """One cell through one sequence; parameters in rondo's layout."""

    def __init__(self, number, layer, reverse, cell, hidden, inputs):
        self.number, self.cell, self.hidden, self.reverse = number, cell, hidden, reverse
        self.name = f"layers/{layer}/{'backward' if reverse else 'forward'}/"
        gates = BLOCKS[cell] * hidden
        self.parameters = {"input_weights": 0.5 * torch.randn(inputs, gates),
                           "recurrent_weights": 0.5 * torch.randn(hidden, gates),
                           "biases": 0.5 * torch.randn(gates)}
        if cell == "multiplicative_lstm":
            self.parameters["recurrent_biases"] = 0.5 * torch.randn(hidden)
        self.states = ["hidden", "cell"] if cell in WITH_CELL_STATE else ["hidden"]
        self.initial = [torch.randn(ROWS, hidden) for _ in self.states]
        for array in [*self.parameters.values(), *self.initial]:
            array.requires_grad_(True)

    def step(self, x, states, factors):
        """New states; the equations are those at the head of plugins/cells/*.c."""
        from_input = (x @ self.parameters["input_weights"] + self.parameters["biases"]).split(
            self.hidden)
        weights = self.parameters["recurrent_weights"].split(self.hidden, dim=1)
        h = states[0]

        def gate(number, source, function=torch.sigmoid):
            return function(from_input[number] + (source * factors) @ weights[number])

        def memory(first, source):
            i, f, o = gate(first, source), gate(first + 1, source), gate(first + 3, source)
            c = f * states[1] + i * gate(first + 2, source, torch.tanh)
            return [o * torch.tanh(c), c]

        if self.cell == "lstm":
            return memory(0, h)
        if self.cell == "multiplicative_lstm":
            beside = (h * factors) @ weights[0] + self.parameters["recurrent_biases"]
            return memory(1, from_input[0] * beside)
        if self.cell == "gru_simplified":
            update = gate(0, h)
            return [update * gate(1, h, torch.tanh) + (1 - update) * h]
        if self.cell == "minimal_gated_unit":
            f = gate(0, h)
            return [(1 - f) * h + f * gate(1, f * h, torch.tanh)]
        r, z = gate(0, h), gate(1, torch.tanh(h) if self.cell == "mut3" else h)
        n = gate(2, r * h, torch.tanh)
        return [n * z + h * (1 - z)] if self.cell == "mut3" else [(1 - z) * n + z * h]

    def mix(self, row, t, before, made, rates, training):
        """Zoneout."""
        states = []
        for number, (old, new, rate) in enumerate(zip(before, made, rates)):
            place = self.number * 4 + number
            share = drawn(ZONEOUT, place, 54, t * ROWS + row, self.hidden, rate) if training else rate
            states.append(share * old + (1 - share) * new)
        return states

    def run(self, row, inputs, rates, training):
        """inputs: one tensor a step; gives the outputs in the same order."""
        states = [state[row] for state in self.initial]
        factors = torch.ones(self.hidden)
        if rates and training:
            rate = rates["recurrent_dropout"]
            factors = kept(drawn(RECURRENT_DROPOUT, self.number, 56, row, self.hidden, rate), rate)
        outputs = {}
        for t in reversed(range(len(inputs))) if self.reverse else range(len(inputs)):
            made = self.step(inputs[t], states, factors)
            states = self.mix(row, t, states, made, rates["zoneout"], training) if rates else made
            outputs[t] = states[0]
        return [outputs[t] for t in range(len(inputs))]


class Network:
    def __init__(self, directions, rates):
        self.rates, self.layers, self.norms = rates, [], []
        self.embedding = torch.randn(SYMBOLS, INPUT)
        width, number = INPUT, 0
        for layer in range(2):
            self.layers.append([])
            for reverse, (cell, hidden) in enumerate(directions):
                self.layers[-1].append(Direction(number, layer, bool(reverse), cell, hidden, width))
                number += 1
            width = sum(hidden for _, hidden in directions)
            self.norms.append({"gains": 1 + 0.3 * torch.randn(width),
                               "biases": 0.3 * torch.randn(width)})
        self.readout = {"weights": 0.5 * torch.randn(width, CLASSES),
                        "biases": 0.5 * torch.randn(CLASSES)}
        for array in [self.embedding, *self.readout.values(),
                      *(array for norm in self.norms for array in norm.values())]:
            array.requires_grad_(True)

    def drop(self, x, row, place, training):
        """Dropout by sequence."""
        if not self.rates or not training:
            return x
        rate = self.rates["dropout"]
        return x * kept(drawn(DROPOUT, place, 56, row, len(x), rate), rate)

    def predict(self, row, symbols, training):
        steps = [self.drop(self.embedding[symbol], row, 0, training) for symbol in symbols]
        for number, (directions, norm) in enumerate(zip(self.layers, self.norms)):
            runs = [d.run(row, steps, self.rates, training) for d in directions]
            outputs = [torch.cat(parts) for parts in zip(*runs)]
            if self.rates:
                outputs = [torch.nn.functional.layer_norm(y, y.shape, norm["gains"], norm["biases"])
                           for y in outputs]
            outputs = [self.drop(y, row, number + 1, training) for y in outputs]
            if self.rates and number > 0:
                outputs = [y + x for y, x in zip(outputs, steps)]
            steps = outputs
        return torch.stack([y @ self.readout["weights"] + self.readout["biases"] for y in steps])

    def arrays(self):
        named = {"embedding/weights": self.embedding}
        for number, directions in enumerate(self.layers):
            for d in directions:
                named.update({d.name + key: array for key, array in d.parameters.items()})
            if self.rates:
                named.update({f"layers/{number}/layer_norm/{key}": array
                              for key, array in self.norms[number].items()})
        named.update({"readout/" + key: array for key, array in self.readout.items()})
        return named

    def states(self):
        return {d.name + name: state for directions in self.layers for d in directions
                for name, state in zip(d.states, d.initial)}


def packed(rows):
    """Rows of unequal length to packed rows, time-major."""
    return torch.stack([rows[b][t] for t in range(STEPS) for b in range(ROWS) if LENGTHS[b] > t])


def loss_of(predictions, targets):
    return torch.nn.functional.cross_entropy(packed(predictions), packed(targets), reduction="sum")


def write(file, group, arrays, kind):
    for name, array in arrays.items():
        value = array.detach() if kind == "value" else array.grad
        file.create_dataset(f"{group}/{name}", data=numpy.ascontiguousarray(value.numpy()))


def make(name, directions, rates):
    network = Network(directions, rates)
    symbols = [torch.randint(0, SYMBOLS, (length,)) for length in LENGTHS]
    targets = [torch.randint(0, CLASSES, (length,)) for length in LENGTHS]
    evaluated = [network.predict(row, symbols[row], False) for row in range(ROWS)]
    loss = loss_of([network.predict(row, symbols[row], True) for row in range(ROWS)], targets)
    loss.backward()
    backward = directions[1] if len(directions) > 1 else ("", 0)
    probabilities = [0, 0, 0, 0]
    if rates:
        probabilities = [rates["dropout"], rates["recurrent_dropout"], *rates["zoneout"]]
    with h5py.File(os.path.join(FOLDER, name + ".h5"), "w") as file:
        file.attrs["cell"] = directions[0][0]
        file.attrs["hidden"] = directions[0][1]
        file.attrs["options"] = ""
        file.attrs["backward_cell"] = backward[0]
        file.attrs["backward_hidden"] = backward[1]
        file.attrs["input"] = "embedding"
        file.attrs["layers"] = 2
        file.attrs["bidirectional"] = int(len(directions) > 1)
        file.attrs["made_with"] = "PyTorch " + torch.__version__
        file["probabilities"] = numpy.array(probabilities, dtype=numpy.float64)
        file["lengths"] = numpy.array(LENGTHS, dtype=numpy.int64)
        file["inputs"] = packed(symbols).numpy().astype(numpy.int32)
        file["targets"] = packed(targets).numpy().astype(numpy.int32)
        file["prediction"] = packed(evaluated).detach().numpy()
        file["loss"] = loss_of(evaluated, targets).item()
        file["training_loss"] = loss.item()
        write(file, "parameters", network.arrays(), "value")
        write(file, "gradients", network.arrays(), "gradient")
        write(file, "initial", network.states(), "value")
        write(file, "initial_gradients", network.states(), "gradient")


if __name__ == "__main__":
    for case, description in CASES.items():
        make(case, *description)
