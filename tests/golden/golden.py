#!/usr/bin/env python3
"""Makes the golden files beside it: whole networks computed by PyTorch in double precision.

Each file holds inputs, targets, starting states and parameters of one small network, and what
PyTorch says of them: predictions, the sum of losses, the gradient of that sum with respect to every
parameter and starting state. test_golden.c computes the same with rondo.

Parameters are laid out as in framework/model/network.h: weights [inputs, outputs], one array a
direction, the two biases of PyTorch added where rondo has one.

Needs PyTorch, NumPy and h5py (Debian: python3-torch python3-h5py). Run it from anywhere:
    python3 tests/golden/golden.py [NAME]...      # all files, or only these
"""
import os
import sys

import h5py
import numpy
import torch

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)

FOLDER = os.path.dirname(os.path.abspath(__file__))
LENGTHS = [7, 6, 6, 3, 1]
INPUT, HIDDEN, CLASSES, SYMBOLS = 5, 7, 4, 11

# Further embeddings beside that of the symbols: how many symbols each has, and their width.
FEATURES, FEATURE_WIDTH = 5, 3

# name -> (PyTorch module, its options, rondo cell, rondo options, input: symbols through an embedding, the
# same with the readout tied to it, the same with further embeddings beside it, or values; and, where there
# is one prediction per sequence, how its steps are pooled)
CASES = {
    "lstm": (torch.nn.LSTM, {"num_layers": 1}, "lstm", "", "values"),
    "lstm_deep_bidirectional": (torch.nn.LSTM, {"num_layers": 2, "bidirectional": True},
                                "lstm", "", "embedding"),
    "lstm_projection": (torch.nn.LSTM, {"num_layers": 1, "proj_size": 3}, "lstm", "projection=3",
                        "values"),
    "lstm_projection_deep": (torch.nn.LSTM,
                             {"num_layers": 2, "bidirectional": True, "proj_size": 4},
                             "lstm", "projection=4", "embedding"),
    "pooling_projection": (torch.nn.LSTM, {"num_layers": 2, "bidirectional": True, "proj_size": 2},
                           "lstm", "projection=2", "embedding", "last"),
    "gru_reset_after": (torch.nn.GRU, {"num_layers": 1}, "gru", "reset_after=true", "values"),
    "gru_deep_bidirectional": (torch.nn.GRU, {"num_layers": 2, "bidirectional": True},
                               "gru", "reset_after=true", "embedding"),
    "rnn_tanh": (torch.nn.RNN, {"num_layers": 2}, "rnn", "activation=tanh", "values"),
    "rnn_relu_bidirectional": (torch.nn.RNN,
                               {"num_layers": 1, "bidirectional": True, "nonlinearity": "relu"},
                               "rnn", "activation=relu", "embedding"),
    "lstm_tied": (torch.nn.LSTM, {"num_layers": 2}, "lstm", "", "tied"),
    "pooling_last": (torch.nn.LSTM, {"num_layers": 2, "bidirectional": True}, "lstm", "", "embedding",
                     "last"),
    "pooling_mean": (torch.nn.GRU, {"num_layers": 1, "bidirectional": True}, "gru",
                     "reset_after=true", "values", "mean"),
    "pooling_max": (torch.nn.LSTM, {"num_layers": 1}, "lstm", "", "values", "max"),
    "lstm_features": (torch.nn.LSTM, {"num_layers": 1, "bidirectional": True}, "lstm", "",
                      "features"),
}


# name -> (PyTorch module, encoder bidirectional, rondo cell, its options, context at every step,
# attention); a bidirectional encoder has projections behind it, any other one hands its states over
PAIRS = {
    "lstm_encoder_decoder": (torch.nn.LSTM, True, "lstm", "", True, "none"),
    "gru_encoder_decoder": (torch.nn.GRU, False, "gru", "reset_after=true", False, "none"),
    "lstm_attention": (torch.nn.LSTM, True, "lstm", "", False, "general"),
    "gru_attention": (torch.nn.GRU, False, "gru", "reset_after=true", False, "dot"),
}
SOURCE_LENGTHS = [2, 6, 1, 4, 6]


def packed(padded, lengths=LENGTHS):
    """[T, B, ...] to packed rows, time-major: the rows alive at each step, one step after another."""
    return torch.cat([padded[t, : sum(length > t for length in lengths)]
                      for t in range(lengths[0])])


def one_bias(weights, direction, hidden, values):
    """rondo's biases of one direction from PyTorch's b_ih and b_hh (`values`: add, or gradients)."""
    b_ih, b_hh = values
    if not isinstance(weights, torch.nn.GRU):
        return {"biases": b_ih + b_hh if direction == "value" else b_ih}
    beside = b_hh[2 * hidden:]
    if direction == "value":
        added = torch.cat([b_ih[: 2 * hidden] + b_hh[: 2 * hidden], b_ih[2 * hidden:]])
    else:
        added = b_ih
    return {"biases": added, "recurrent_biases": beside}


def recurrent_arrays(module, kind):
    """Names and arrays of a recurrent module, values or gradients, in rondo's layout."""
    def pick(name):
        parameter = getattr(module, name)
        return parameter.detach() if kind == "value" else parameter.grad
    arrays = {}
    for layer in range(module.num_layers):
        for suffix, name in [("", "forward"), ("_reverse", "backward")][: 1 + module.bidirectional]:
            part = f"l{layer}{suffix}"
            prefix = f"layers/{layer}/{name}/"
            arrays[prefix + "input_weights"] = pick(f"weight_ih_{part}").T
            arrays[prefix + "recurrent_weights"] = pick(f"weight_hh_{part}").T
            if module.proj_size > 0:
                arrays[prefix + "projection_weights"] = pick(f"weight_hr_{part}").T
            biases = (pick(f"bias_ih_{part}"), pick(f"bias_hh_{part}"))
            for key, value in one_bias(module, kind, module.hidden_size, biases).items():
                arrays[prefix + key] = value
    return arrays


def state_arrays(module, states, kind):
    """Starting states (or their gradients) under the names of rondo's carried states."""
    arrays = {}
    directions = 1 + module.bidirectional
    for name, state in zip(["hidden", "cell"], states):
        for index in range(state.shape[0]):
            direction = ["forward", "backward"][index % directions]
            value = state.detach() if kind == "value" else state.grad
            arrays[f"layers/{index // directions}/{direction}/{name}"] = value[index]
    return arrays


def write(file, group, arrays):
    for name, array in arrays.items():
        file.create_dataset(f"{group}/{name}", data=numpy.ascontiguousarray(array.numpy()))


def pooled(output, hidden, bidirectional, pooling):
    """One vector a sequence from packed outputs and the final hidden states h_n."""
    if pooling == "last":
        return torch.cat([hidden[-2], hidden[-1]], 1) if bidirectional else hidden[-1]
    padded, _ = torch.nn.utils.rnn.pad_packed_sequence(output)
    rows = [padded[:length, row] for row, length in enumerate(LENGTHS)]
    return torch.stack([row.mean(0) if pooling == "mean" else row.max(0).values for row in rows])


def make(name, module_class, options, cell, cell_options, input_kind, pooling="none"):
    steps, rows = LENGTHS[0], len(LENGTHS)
    tied = input_kind == "tied"
    feature_count = 2 if input_kind == "features" else 0
    hidden, classes = (INPUT, SYMBOLS) if tied else (HIDDEN, CLASSES)
    module = module_class(INPUT + feature_count * FEATURE_WIDTH, hidden, **options)
    directions = 1 + module.bidirectional
    width = module.proj_size or hidden
    readout = torch.nn.Linear(width * directions, classes)
    embedding = torch.nn.Embedding(SYMBOLS, INPUT)
    if tied:
        readout.weight = embedding.weight
    symbols = torch.randint(0, SYMBOLS, (steps, rows))
    values = torch.randn(steps, rows, INPUT)
    targets = torch.randint(0, classes, (steps, rows))
    states = [torch.randn(module.num_layers * directions, rows, size, requires_grad=True)
              for size in ([width, hidden] if isinstance(module, torch.nn.LSTM) else [hidden])]

    features = [torch.randint(0, FEATURES, (steps, rows)) for _ in range(feature_count)]
    tables = [torch.nn.Embedding(FEATURES, FEATURE_WIDTH) for _ in features]

    inputs = values
    if input_kind != "values":
        inputs = torch.cat([embedding(symbols)] + [table(feature) for table, feature
                                                   in zip(tables, features)], dim=-1)
    sequence = torch.nn.utils.rnn.pack_padded_sequence(inputs, LENGTHS)
    start = tuple(states) if len(states) == 2 else states[0]
    output, end = module(sequence, start)
    hidden = end[0] if isinstance(module, torch.nn.LSTM) else end
    if pooling == "none":
        prediction, wanted = readout(output.data), packed(targets)
    else:
        prediction, wanted = readout(pooled(output, hidden, module.bidirectional, pooling)), targets[0]
    loss = torch.nn.functional.cross_entropy(prediction, wanted, reduction="sum")
    loss.backward()

    with h5py.File(os.path.join(FOLDER, name + ".h5"), "w") as file:
        file.attrs["cell"] = cell
        file.attrs["options"] = cell_options
        file.attrs["input"] = input_kind
        file.attrs["layers"] = module.num_layers
        file.attrs["bidirectional"] = int(module.bidirectional)
        file.attrs["pooling"] = pooling
        file.attrs["made_with"] = "PyTorch " + torch.__version__
        file["lengths"] = numpy.array(LENGTHS, dtype=numpy.int64)
        file["inputs"] = packed(symbols).numpy().astype(numpy.int32)
        file["input_values"] = packed(values).numpy()
        file["targets"] = wanted.numpy().astype(numpy.int32)
        file["prediction"] = prediction.detach().numpy()
        file["loss"] = float(loss)
        write(file, "parameters", recurrent_arrays(module, "value"))
        write(file, "gradients", recurrent_arrays(module, "gradient"))
        write(file, "parameters/readout", {"biases": readout.bias.detach()})
        write(file, "gradients/readout", {"biases": readout.bias.grad})
        if not tied:
            write(file, "parameters/readout", {"weights": readout.weight.detach().T})
            write(file, "gradients/readout", {"weights": readout.weight.grad.T})
        for index, (table, feature) in enumerate(zip(tables, features)):
            file[f"features/{index}"] = packed(feature).numpy().astype(numpy.int32)
            write(file, f"parameters/features/{index}", {"weights": table.weight.detach()})
            write(file, f"gradients/features/{index}", {"weights": table.weight.grad})
        if input_kind != "values":
            write(file, "parameters/embedding", {"weights": embedding.weight.detach()})
            write(file, "gradients/embedding", {"weights": embedding.weight.grad})
        write(file, "initial", state_arrays(module, states, "value"))
        write(file, "initial_gradients", state_arrays(module, states, "gradient"))


def projections(bridge, kind):
    arrays = {}
    for name, linear in bridge.items():
        weights, biases = linear.weight, linear.bias
        arrays[f"bridge/0/{name}/weights"] = (weights if kind == "value" else weights.grad).detach().T
        arrays[f"bridge/0/{name}/biases"] = (biases if kind == "value" else biases.grad).detach()
    return arrays


def attend(states, sources, keys, weights):
    """Luong et al. 2015 for each row apart: states [T, B, H], sources [S, B, C]."""
    rows = []
    for row, length in enumerate(SOURCE_LENGTHS):
        source, state = sources[:length, row], states[:, row]
        scores = state @ (source if keys is None else source @ keys).T
        context = torch.softmax(scores, dim=-1) @ source
        rows.append(torch.tanh(torch.cat([context, state], dim=-1) @ weights))
    return torch.stack(rows, dim=1)


def pair_arrays(encoder, decoder, embeddings, bridge, readout, attention, kind):
    """All parameters of an encoder-decoder, or their gradients, under rondo's names."""
    arrays = {"encoder/" + name: array for name, array in recurrent_arrays(encoder, kind).items()}
    for name, array in recurrent_arrays(decoder, kind).items():
        if name == "layers/0/forward/input_weights" and array.shape[0] > INPUT:
            arrays["decoder/context_weights"] = array[INPUT:]
            array = array[:INPUT]
        arrays["decoder/" + name] = array
    arrays.update(projections(bridge, kind))
    for name, parameter in [("encoder/embedding/weights", embeddings[0].weight),
                            ("decoder/embedding/weights", embeddings[1].weight),
                            ("readout/weights", readout.weight), ("readout/biases", readout.bias)]:
        array = (parameter if kind == "value" else parameter.grad).detach()
        arrays[name] = array.T if name == "readout/weights" else array
    for name, parameter in attention.items():
        arrays[f"attention/{name}"] = (parameter if kind == "value" else parameter.grad).detach()
    return arrays


def make_pairs(name, module_class, bidirectional, cell, cell_options, context, rule):
    steps, rows, source_steps = LENGTHS[0], len(LENGTHS), max(SOURCE_LENGTHS)
    width = HIDDEN * (1 + bidirectional)
    encoder = module_class(INPUT, HIDDEN, bidirectional=bidirectional)
    decoder = module_class(INPUT + (width if context else 0), HIDDEN)
    embeddings = torch.nn.Embedding(SYMBOLS, INPUT), torch.nn.Embedding(CLASSES, INPUT)
    names = ["hidden", "cell"] if module_class is torch.nn.LSTM else ["hidden"]
    bridge = {state: torch.nn.Linear(width, HIDDEN) for state in names} if bidirectional else {}
    readout = torch.nn.Linear(HIDDEN, CLASSES)
    sources = torch.randint(0, SYMBOLS, (source_steps, rows))
    symbols = torch.randint(0, CLASSES, (steps, rows))
    targets = torch.randint(0, CLASSES, (steps, rows))

    attention = {}
    if rule == "general":
        attention["key_weights"] = torch.randn(width, HIDDEN, requires_grad=True)
    if rule != "none":
        attention["weights"] = torch.randn(width + HIDDEN, HIDDEN, requires_grad=True)

    read = torch.nn.utils.rnn.pack_padded_sequence(embeddings[0](sources), SOURCE_LENGTHS,
                                                   enforce_sorted=False)
    outputs, last = encoder(read)
    last = last if isinstance(last, tuple) else (last,)
    last = [torch.cat(list(state), dim=-1) for state in last]
    start = [torch.tanh(bridge[state](value)) if bridge else value
             for state, value in zip(names, last)]
    inputs = embeddings[1](symbols)
    if context:
        inputs = torch.cat([inputs, last[0].expand(steps, rows, width)], dim=-1)
    start = [state.unsqueeze(0) for state in start]
    output, _ = decoder(torch.nn.utils.rnn.pack_padded_sequence(inputs, LENGTHS),
                        tuple(start) if len(start) == 2 else start[0])
    seen = output.data
    if attention:
        states, _ = torch.nn.utils.rnn.pad_packed_sequence(output)
        outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(outputs)
        seen = packed(attend(states, outputs, attention.get("key_weights"), attention["weights"]))
    prediction = readout(seen)
    loss = torch.nn.functional.cross_entropy(prediction, packed(targets), reduction="sum")
    loss.backward()

    order = sorted(range(rows), key=lambda row: -SOURCE_LENGTHS[row])
    sorted_lengths = [SOURCE_LENGTHS[row] for row in order]
    with h5py.File(os.path.join(FOLDER, name + ".h5"), "w") as file:
        file.attrs["cell"] = cell
        file.attrs["options"] = cell_options
        file.attrs["bidirectional"] = int(bidirectional)
        file.attrs["context"] = int(context)
        file.attrs["attention"] = ["none", "dot", "general"].index(rule)
        file.attrs["made_with"] = "PyTorch " + torch.__version__
        file["lengths"] = numpy.array(LENGTHS, dtype=numpy.int64)
        file["source_lengths"] = numpy.array(SOURCE_LENGTHS, dtype=numpy.int64)
        file["source_inputs"] = packed(sources[:, order], sorted_lengths).numpy().astype(numpy.int32)
        file["inputs"] = packed(symbols).numpy().astype(numpy.int32)
        file["targets"] = packed(targets).numpy().astype(numpy.int32)
        file["prediction"] = prediction.detach().numpy()
        file["loss"] = float(loss)
        for group, kind in [("parameters", "value"), ("gradients", "gradient")]:
            write(file, group, pair_arrays(encoder, decoder, embeddings, bridge, readout, attention,
                                           kind))


if __name__ == "__main__":
    for case, description in CASES.items():
        if case in sys.argv[1:] or len(sys.argv) == 1:
            make(case, *description)
    for case, description in PAIRS.items():
        if case in sys.argv[1:] or len(sys.argv) == 1:
            make_pairs(case, *description)
