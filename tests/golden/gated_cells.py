#!/usr/bin/env python3
"""Makes the golden files of more published cells, as published_cells.py does and with its help: LSTM
and GRU with norms or other gates inside, cells of differential equations, cells without recurrent
products.

Run it from anywhere:
    python3 tests/golden/gated_cells.py
"""
import torch
from torch import sigmoid, tanh
from torch.nn.functional import hardtanh, layer_norm, logsigmoid, relu

from published_cells import CELLS, PER_UNIT, SHARED, make, row

torch.manual_seed(30)

LSTM = ["input_gate", "forget_gate", "candidate", "output_gate"]
GRU = ["reset_gate", "update_gate", "candidate"]


def norm(x):
    return layer_norm(x, x.shape, eps=1e-5)


def joined(p, names, what):
    return torch.cat([p.own(f"{name}_{what}") for name in names])


def layer_norm_lstm(p, x, h, c, t):
    from_input, from_hidden = (torch.cat([product(k, y) for k in "ifgo"])
                               for product, y in ((p.W, x), (p.U, h)))
    sums = joined(p, LSTM, "input_gain") * norm(from_input) + joined(p, LSTM, "bias") \
        + joined(p, LSTM, "recurrent_gain") * norm(from_hidden)
    i, f, g, o = sums.chunk(4)
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return [sigmoid(o) * tanh(p.own("cell_gain") * norm(c) + p.own("cell_bias")), c]


def layer_norm_gru(p, x, h, t):
    gates = GRU[:2]
    sums = joined(p, gates, "bias") \
        + joined(p, gates, "input_gain") * norm(torch.cat([p.W("r", x), p.W("z", x)])) \
        + joined(p, gates, "recurrent_gain") * norm(torch.cat([p.U("r", h), p.U("z", h)]))
    r, z = sigmoid(sums).chunk(2)
    recurrent = p.own("candidate_recurrent_gain") * norm(p.U("n", h)) + p.own("candidate_recurrent_bias")
    n = tanh(p.own("candidate_input_gain") * norm(p.W("n", x)) + p.own("candidate_bias") + r * recurrent)
    return [(1 - z) * h + z * n]


def janet(p, x, h, t, beta=1.0):
    s = p.both("f", x, h)
    return [sigmoid(s) * h + (1 - sigmoid(s - beta)) * tanh(p.both("n", x, h))]


def slstm(p, x, h, c, n, m, t, exponential=False):
    log_i, f = p.both("i", x, h), p.both("f", x, h)
    log_f = f if exponential else logsigmoid(f)
    largest = torch.maximum(log_f + m, log_i)
    i, f = torch.exp(log_i - largest), torch.exp(log_f + m - largest)
    c, n = f * c + i * tanh(p.both("z", x, h)), f * n + i
    return [sigmoid(p.both("o", x, h)) * (c / n), c, n, largest]


def min_lstm(p, x, h, t, normalized=True):
    f, i = sigmoid(p.W("f", x)), sigmoid(p.W("i", x))
    if normalized:
        f, i = f / (f + i), i / (f + i)
    return [f * h + i * p.W("n", x)]


def qrnn(p, x, h, c, *last, pooling="fo"):
    *last, _ = last  # the time
    sums = dict(zip("zfoi", (p.W(name, x) + before for name, before in zip("zfoi", last))))
    f, z = sigmoid(sums["f"]), tanh(sums["z"])
    c = f * c + (sigmoid(sums["i"]) if pooling == "ifo" else 1 - f) * z
    h = c if pooling == "f" else sigmoid(sums["o"]) * c
    return [h, c, *(p.W("V" + name, x) for name in sums)]


def light_gru(p, x, h, t, activation=relu):
    z = sigmoid(p.both("z", x, h))
    return [z * h + (1 - z) * activation(p.both("n", x, h))]


def phased(p, x, h, c, clock, t, leak=0.001):
    # the paper's shift s, in steps
    period, ratio = p.own("period"), p.own("ratio")
    phase = torch.remainder(clock - p.own("shift") * period, period) / period
    k = torch.where(phase < ratio / 2, 2 * phase / ratio,
                    torch.where(phase < ratio, 2 - 2 * phase / ratio, leak * phase))
    i, f, o = (sigmoid(p.both(name, x, h)) for name in "ifo")
    new_c = f * c + i * tanh(p.both("g", x, h))
    return [k * o * tanh(new_c) + (1 - k) * h, k * new_c + (1 - k) * c, clock + 1]


def expressive(p, x, y, z, t, dt=1.0):
    step, slow = (dt * (0.5 + 0.5 * tanh(p.both(name, x, y) / 2)) for name in "12")
    z = (1 - step) * z + step * tanh(p.both("z", x, y))
    return [(1 - slow) * y + slow * tanh(p.both("y", x, z)), z]


def oscillators(p, x, y, z, t, dt=0.042, gamma=2.7, epsilon=4.7):
    z = z + dt * (tanh(p.both("y", x, y) + p.U("z", z)) - gamma * y - epsilon * z)
    return [y + dt * z, z]


def hard_lstm(p, x, h, c, t, slope=0.2):
    i, f, o = (hardtanh(slope * p.both(name, x, h) + 0.5, 0.0, 1.0) for name in "ifo")
    c = f * c + i * tanh(p.both("g", x, h))
    return [o * tanh(c), c]


def integration_lstm(p, x, h, c, t):
    def gate(name, long_name):
        wx, uh = p.W(name, x), p.U(name, h)
        alpha, beta_1, beta_2, bias = (p.own(f"{long_name}_{what}")
                                       for what in ("alpha", "beta_1", "beta_2", "bias"))
        return alpha * wx * uh + beta_1 * uh + beta_2 * wx + bias

    i, f, g, o = (gate(*names) for names in zip("ifgo", LSTM))
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return [sigmoid(o) * tanh(c), c]


def fast(p, x, h, t, activation=tanh):
    return [sigmoid(p.own("alpha")) * activation(p.both("n", x, h)) + sigmoid(p.own("beta")) * h]


GAIN, SMALL = (PER_UNIT, 0.5, 1.5), (PER_UNIT, -1, 1)


def of_each(names, **ranges):
    return {f"{name}_{what}": ends for what, ends in ranges.items() for name in names}


PHASES = {"period": (PER_UNIT, 2, 6), "shift": (PER_UNIT, 0, 1), "ratio": (PER_UNIT, 0.3, 0.9)}
TWO = {"alpha": (SHARED, -1, 0), "beta": (SHARED, 0, 1)}
CELLS.update({
    "layer_norm_lstm": row(layer_norm_lstm, "i f g o", "i f g o", states="hidden cell", own={
        **of_each(LSTM, input_gain=GAIN, recurrent_gain=GAIN, bias=SMALL),
        "cell_gain": GAIN, "cell_bias": SMALL}),
    "layer_norm_gru": row(layer_norm_gru, "r z n", "r z n", own={
        **of_each(GRU, input_gain=GAIN, recurrent_gain=GAIN, bias=SMALL),
        "candidate_recurrent_bias": SMALL}),
    "janet": row(janet, "f n", "f n", "f n"),
    "janet/beta": row(janet, "f n", "f n", "f n", options="beta=0.3", beta=0.3),
    "slstm": row(slstm, "i f z o", "i f z o", "i f z o", states="hidden cell normalizer stabilizer"),
    "slstm/exponential": row(slstm, "i f z o", "i f z o", "i f z o",
                             states="hidden cell normalizer stabilizer",
                             options="forget_gate=exponential", exponential=True),
    "min_lstm": row(min_lstm, "f i n", "", "f i n"),
    "min_lstm/plain": row(min_lstm, "f i n", "", "f i n", options="normalized=false",
                          normalized=False),
    "qrnn": row(qrnn, "z f o Vz Vf Vo", "", "z f o",
                states="hidden cell candidate_sum forget_sum output_sum"),
    "qrnn/f": row(qrnn, "z f Vz Vf", "", "z f", states="hidden cell candidate_sum forget_sum",
                  options="pooling=f", pooling="f"),
    "qrnn/ifo": row(qrnn, "z f o i Vz Vf Vo Vi", "", "z f o i",
                    states="hidden cell candidate_sum forget_sum output_sum input_sum",
                    options="pooling=ifo", pooling="ifo"),
    "li_gru": row(light_gru, "z n", "z n", "z n"),
    "li_gru/tanh": row(light_gru, "z n", "z n", "z n", options="activation=tanh", activation=tanh),
    "phased_lstm": row(phased, "i f g o", "i f g o", "i f g o", states="hidden cell clock",
                       own=PHASES),
    "phased_lstm/leak": row(phased, "i f g o", "i f g o", "i f g o", states="hidden cell clock",
                            own=PHASES, options="leak=0.1", leak=0.1),
    "lem": row(expressive, "1 2 z y", "1 2 z y", "1 2 z y", states="hidden memory"),
    "lem/dt": row(expressive, "1 2 z y", "1 2 z y", "1 2 z y", states="hidden memory",
                  options="dt=0.4", dt=0.4),
    "co_rnn": row(oscillators, "y", "y z", "y", states="hidden velocity"),
    "co_rnn/slow": row(oscillators, "y", "y z", "y", states="hidden velocity",
                       options="dt=0.3,gamma=1.5,epsilon=0.7", dt=0.3, gamma=1.5, epsilon=0.7),
    "hard_sigmoid_lstm": row(hard_lstm, "i f g o", "i f g o", "i f g o", states="hidden cell"),
    "multiplicative_integration_lstm": row(
        integration_lstm, "i f g o", "i f g o", states="hidden cell",
        own=of_each(LSTM, alpha=GAIN, beta_1=SMALL, beta_2=SMALL, bias=SMALL)),
    "fast_rnn": row(fast, "n", "n", "n", own=TWO),
    "fast_rnn/relu": row(fast, "n", "n", "n", own=TWO, options="activation=relu", activation=relu),
})
# file: forward and backward (row of CELLS, hidden)
CASES = {
    "cells_layer_norm": (("layer_norm_lstm", 5), ("layer_norm_gru", 4)),
    "cells_exponential_gates": (("slstm/exponential", 3), ("slstm", 4)),
    "cells_min_lstm": (("min_lstm/plain", 4), ("min_lstm", 3)),
    "cells_forget_gate_alone": (("janet/beta", 3), ("janet", 4)),
    "cells_quasi_recurrent": (("qrnn/ifo", 3), ("qrnn", 4)),
    "cells_quasi_and_light": (("qrnn/f", 4), ("li_gru", 3)),
    "cells_light_and_fast": (("li_gru/tanh", 4), ("fast_rnn", 3)),
    "cells_fast_and_hard": (("fast_rnn/relu", 4), ("hard_sigmoid_lstm", 3)),
    "cells_phased": (("phased_lstm/leak", 4), ("phased_lstm", 3)),
    "cells_expressive": (("lem/dt", 3), ("lem", 4)),
    "cells_oscillators": (("co_rnn/slow", 3), ("co_rnn", 4)),
    "cells_integration": (("multiplicative_integration_lstm", 4), ("hard_sigmoid_lstm", 3)),
}


if __name__ == "__main__":
    for case, pair in CASES.items():
        make(case, pair)
