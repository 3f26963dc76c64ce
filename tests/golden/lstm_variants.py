#!/usr/bin/env python3
"""Makes the golden files lstm_<variant>.h5: the LSTM of Greff et al. 2017 (arXiv:1503.04069, section 3 and
the variants of section 4) as a plain NumPy loop in double precision.

Gradients are derivatives by a complex step (Squire & Trapp 1998): with every number moved by 1e-200 i in
turn, the imaginary part of the loss is the derivative to the last digit, without any derivation written
down. Arrays and names are those of golden.py.

Needs NumPy and h5py. Run it from anywhere:
    python3 tests/golden/lstm_variants.py [VARIANT...]
"""
import os
import sys

import h5py
import numpy

FOLDER = os.path.dirname(os.path.abspath(__file__))
LENGTHS = [7, 6, 6, 3, 1]
ROWS, STEPS = len(LENGTHS), LENGTHS[0]
INPUT, HIDDEN, CLASSES = 5, 7, 4
STEP = 1e-200

VARIANTS = {
    "vanilla": "peephole=true",
    "no_input_gate": "peephole=true,without=input_gate",
    "no_forget_gate": "peephole=true,without=forget_gate",
    "no_output_gate": "peephole=true,without=output_gate",
    "no_input_activation": "peephole=true,without=input_activation",
    "no_output_activation": "peephole=true,without=output_activation",
    "coupled": "peephole=true,coupled_gates=true",
    "no_peepholes": "",
    "full_gate_recurrence": "",
}
GATES = ("input", "forget", "output")


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))


def gates_of(variant):
    missing = {"no_input_gate": "input", "coupled": "input", "no_forget_gate": "forget",
               "no_output_gate": "output"}.get(variant)
    return [gate for gate in ("input", "forget", "candidate", "output") if gate != missing]


def draw(variant, generator):
    gates = gates_of(variant)
    width = len(gates) * HIDDEN
    recurrent = width + (9 * HIDDEN if variant == "full_gate_recurrence" else 0)
    prefix = "layers/0/forward/"
    arrays = {prefix + "input_weights": generator.normal(size=(INPUT, width)) * 0.5,
              prefix + "recurrent_weights": generator.normal(size=(HIDDEN, recurrent)) * 0.5,
              prefix + "biases": generator.normal(size=width) * 0.5}
    if variant != "no_peepholes":
        arrays.update({f"{prefix}{gate}_peephole": generator.normal(size=HIDDEN) * 0.5
                       for gate in gates if gate != "candidate"})
    arrays["readout/weights"] = generator.normal(size=(HIDDEN, CLASSES)) * 0.5
    arrays["readout/biases"] = generator.normal(size=CLASSES) * 0.5
    return arrays


def states_of(variant):
    return ["hidden", "cell", *(GATES if variant == "full_gate_recurrence" else ())]


def step(variant, p, x, before):
    """One time step of all rows."""
    gates = gates_of(variant)
    prefix = "layers/0/forward/"
    h, c, *gates_before = before
    recurrent = p[prefix + "recurrent_weights"]
    width = len(gates) * HIDDEN
    blocks = x @ p[prefix + "input_weights"] + h @ recurrent[:, :width] + p[prefix + "biases"]
    block = dict(zip(gates, numpy.split(blocks, len(gates), axis=1)))
    for number, value in enumerate(gates_before):
        first = width + 3 * number * HIDDEN
        for name, part in zip(GATES, numpy.split(value @ recurrent[:, first:first + 3 * HIDDEN], 3, axis=1)):
            block[name] = block[name] + part

    def gate(name, cell):
        if name not in block:
            return 1.0
        peephole = p.get(f"{prefix}{name}_peephole", 0.0)
        return sigmoid(block[name] + peephole * cell)

    i, f = gate("input", c), gate("forget", c)
    if variant == "coupled":
        i = 1 - f
    g = block["candidate"] if variant == "no_input_activation" else numpy.tanh(block["candidate"])
    new = g * i + c * f
    out = new if variant == "no_output_activation" else numpy.tanh(new)
    o = gate("output", new)
    return [out * o, new, *([i, f, o] if gates_before else [])]


def predict(variant, p, initial, values):
    states = [initial[f"layers/0/forward/{state}"] for state in states_of(variant)]
    rows = []
    for t in range(STEPS):
        alive = sum(length > t for length in LENGTHS)
        states = step(variant, p, values[t, :alive], [state[:alive] for state in states])
        rows.append(states[0] @ p["readout/weights"] + p["readout/biases"])
    return numpy.concatenate(rows)


def loss_of(prediction, targets):
    """Sum of cross entropies; no absolute values, so that it has a derivative for complex numbers."""
    shifted = prediction - prediction.real.max(axis=1, keepdims=True)
    return numpy.sum(numpy.log(numpy.exp(shifted).sum(axis=1)) - shifted[numpy.arange(len(targets)), targets])


def derivatives(arrays, evaluate):
    found = {}
    for name, array in arrays.items():
        gradient = numpy.zeros(array.shape)
        for place in numpy.ndindex(array.shape):
            moved = array.astype(complex)
            moved[place] += 1j * STEP
            gradient[place] = evaluate(name, moved).imag / STEP
        found[name] = gradient
    return found


def packed(padded):
    return numpy.concatenate([padded[t, : sum(length > t for length in LENGTHS)] for t in range(STEPS)])


def make(variant, options):
    generator = numpy.random.default_rng(list(VARIANTS).index(variant))
    p = draw(variant, generator)
    initial = {f"layers/0/forward/{state}": generator.normal(size=(ROWS, HIDDEN)) for state in states_of(variant)}
    values = generator.normal(size=(STEPS, ROWS, INPUT))
    targets = packed(generator.integers(0, CLASSES, (STEPS, ROWS)))
    prediction = predict(variant, p, initial, values)

    def loss_with(name, moved):
        return loss_of(predict(variant, {**p, name: moved} if name in p else p,
                               {**initial, name: moved} if name in initial else initial, values), targets)

    with h5py.File(os.path.join(FOLDER, f"lstm_{variant}.h5"), "w") as file:
        cell = "lstm_full_gate_recurrence" if variant == "full_gate_recurrence" else "lstm"
        file.attrs.update({"cell": cell, "options": options, "input": "values", "layers": 1,
                           "bidirectional": 0, "pooling": "none", "made_with": "NumPy " + numpy.__version__})
        file["lengths"] = numpy.array(LENGTHS, dtype=numpy.int64)
        file["inputs"] = numpy.zeros(len(targets), dtype=numpy.int32)
        file["input_values"] = packed(values)
        file["targets"] = targets.astype(numpy.int32)
        file["prediction"] = prediction
        file["loss"] = loss_of(prediction, targets)
        for group, arrays in (("parameters", p), ("gradients", derivatives(p, loss_with)), ("initial", initial),
                              ("initial_gradients", derivatives(initial, loss_with))):
            for name, array in arrays.items():
                file[f"{group}/{name}"] = array


if __name__ == "__main__":
    for each in sys.argv[1:] or VARIANTS:
        make(each, VARIANTS[each])
