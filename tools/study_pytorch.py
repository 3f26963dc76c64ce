#!/usr/bin/env python3
"""What the runs of a sweep would cost with PyTorch: study_pytorch.py SWEEP_FOLDER [--runs N] [--venv FOLDER].

Takes N finished runs of the sweep, spread over its variants, and trains the same network on the same data for an epoch with
PyTorch, one process of one thread. Only runs whose cells PyTorch has; of an LSTM's options it has none, so that a variant
costs there what the plain LSTM does. An epoch is the training split with its updates and the validation split, as in rondo;
of three the fastest counts. What rondo took is in the run's outcome.yaml: both are processor time, and an epoch of
rondo's is measured again, in turn with PyTorch's, so that other programs slow down both.

Formats: piano_roll and parallel_tags. PyTorch comes from PyPI into a virtual environment as in compare_pytorch.py.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

TOOLS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, TOOLS)
from pytorch_environment import run_inside  # noqa: E402

LAYERS = {"rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("sweep")
    parser.add_argument("--rondo", default=os.path.join(TOOLS, "..", "build", "rondo"))
    parser.add_argument("--runs", type=int, default=6)
    parser.add_argument("--venv", help="folder of a virtual environment that is kept (default: a temporary one)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def has_cells(folder):
    import yaml
    with open(os.path.join(folder, "config.yaml"), encoding="utf-8") as file:
        return all(layer["cell"] in LAYERS for layer in yaml.safe_load(file)["model"]["layers"])


def done_runs(sweep, count):
    import yaml
    with open(os.path.join(sweep, "plan.yaml"), encoding="utf-8") as file:
        plan = json.load(file)["runs"]
    runs = []
    for run in plan:
        folder = os.path.join(sweep, "runs", run["folder"])
        path = os.path.join(folder, "outcome.yaml")
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            outcome = yaml.safe_load(file)
        if outcome["state"] == "done":
            runs.append((run["folder"], folder, outcome))
    known = [run for run in runs if has_cells(run[1])]
    step = max(1, len(known) // count)
    return known[step // 2::step][:count], runs


def split_paths(data):
    """Files of the training and the validation split, as a resolved config names them."""
    splits = data.get("split") or {}
    train = splits["train"] if isinstance(splits.get("train"), str) else data["path"]
    return [train, splits["valid"]]


def read_piano_roll(path):
    import torch
    sequences = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            steps = line.split()
            if len(steps) < 2:
                continue
            roll = torch.zeros(len(steps), 88)
            for t, step in enumerate(steps):
                for pitch in step.split(","):
                    if pitch not in ("-", ""):
                        roll[t, int(pitch) - 21] = 1
            sequences.append((roll[:-1], roll[1:]))
    return sequences


def read_tags(path, dictionaries):
    import torch
    sequences = []
    with open(os.path.join(path, "seq.in"), encoding="utf-8") as words, \
            open(os.path.join(path, "seq.out"), encoding="utf-8") as tags:
        for line, labels in zip(words, tags):
            ids = [[dictionary.setdefault(word, len(dictionary) + 1) for word in text.split()]
                   for dictionary, text in zip(dictionaries, (line, labels))]
            sequences.append(tuple(torch.tensor(i) for i in ids))
    return sequences


def make_model(config, inputs, outputs):
    """Embedding where symbols enter, the stack of layers, and one linear output per step."""
    import torch
    layers = config["model"]["layers"]
    first = layers[0]
    width = config["model"]["input"].get("embedding") or 88

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(inputs, width) if inputs else None
            both = bool(first.get("bidirectional"))
            kind = getattr(torch.nn, LAYERS[first["cell"]])
            self.layers = kind(width, first["hidden"], len(layers), bidirectional=both,
                               dropout=first.get("dropout", 0) if len(layers) > 1 else 0)
            self.dropout = torch.nn.Dropout(first.get("dropout", 0))
            self.output = torch.nn.Linear(first["hidden"] * (2 if both else 1), outputs)

        def forward(self, x, lengths):
            x = self.embedding(x) if self.embedding else x
            if lengths is None:
                return self.output(self.dropout(self.layers(x)[0]))
            packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
            padded, _ = torch.nn.utils.rnn.pad_packed_sequence(self.layers(packed)[0])
            return self.output(self.dropout(padded))

    return Model()


def make_optimizer(config, model):
    import torch
    optimizer = config["optimizer"]
    options = optimizer.get("options") or {}
    if optimizer["name"] == "sgd":
        return torch.optim.SGD(model.parameters(), optimizer["learning_rate"], options.get("momentum", 0),
                               nesterov=bool(options.get("nesterov")))
    if optimizer["name"] == "rmsprop":
        return torch.optim.RMSprop(model.parameters(), optimizer["learning_rate"])
    return torch.optim.Adam(model.parameters(), optimizer["learning_rate"])


def batches_of(sequences, size):
    import torch
    order = torch.randperm(len(sequences)).tolist()
    for i in range(0, len(order), size):
        rows = [sequences[j] for j in order[i:i + size]]
        lengths = torch.tensor([len(row[0]) for row in rows])
        pad = torch.nn.utils.rnn.pad_sequence
        yield pad([row[0] for row in rows]), pad([row[1] for row in rows]), lengths if len(rows) > 1 else None


def loss_of(output, target):
    import torch.nn.functional as f
    if target.dtype.is_floating_point:
        return f.binary_cross_entropy_with_logits(output, target, reduction="sum") / len(target)
    return f.cross_entropy(output.flatten(0, 1), target.flatten(), ignore_index=0)


def epoch(model, optimizer, config, splits):
    import torch
    norm = (config.get("clip") or {}).get("norm") or 0
    model.train()
    for x, y, lengths in batches_of(splits[0], config["data"]["batch_size"]):
        optimizer.zero_grad()
        loss_of(model(x, lengths), y).backward()
        if norm > 0:
            torch.nn.utils.clip_grad_norm_(model.parameters(), norm)
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y, lengths in batches_of(splits[1], config["data"]["batch_size"]):
            loss_of(model(x, lengths), y)


def pytorch_epochs(config):
    """Yields the processor seconds of one epoch after another."""
    data = config["data"]
    paths = split_paths(data)
    if data["format"] == "piano_roll":
        splits, inputs, outputs = [read_piano_roll(path) for path in paths], 0, 88
    else:
        dictionaries = ({}, {})
        splits = [read_tags(path, dictionaries) for path in paths]
        inputs, outputs = (len(dictionary) + 1 for dictionary in dictionaries)
    model = make_model(config, inputs, outputs)
    optimizer = make_optimizer(config, model)
    epoch(model, optimizer, config, splits)
    while True:
        before = time.process_time()
        epoch(model, optimizer, config, splits)
        yield time.process_time() - before


def rondo_epoch(arguments, path, scratch):
    """Processor seconds of one epoch: a third of what four take more than one, so that the start is not in it."""
    seconds = []
    for epochs in (1, 4):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([arguments.rondo, "train", path, "--threads", "1", "--overwrite", "--output", scratch, "--set",
                        f"train.epochs={epochs}"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return (seconds[1] - seconds[0]) / 3


def main():
    arguments = parse_arguments()
    if not arguments.inside:
        return run_inside(__file__, arguments.venv, others={"numpy": "numpy", "pyyaml": "yaml"})
    import torch
    import yaml
    torch.set_num_threads(1)
    chosen, all_runs = done_runs(arguments.sweep, arguments.runs)
    ratios, ours, theirs = [], 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder, outcome in chosen:
            path = os.path.join(folder, "config.yaml")
            with open(path, encoding="utf-8") as file:
                config = yaml.safe_load(file)
            turns = pytorch_epochs(config)
            pairs = [(rondo_epoch(arguments, path, os.path.join(scratch, "run")), next(turns)) for _ in range(3)]
            rondo, pytorch = (min(pair[side] for pair in pairs) for side in (0, 1))
            ratios.append(pytorch / rondo)
            ours += outcome["epochs"] * rondo
            theirs += outcome["epochs"] * pytorch
            print(f"{name}: an epoch {rondo:.3f} s, PyTorch {pytorch:.3f} s: {pytorch / rondo:.2f}; "
                  f"{outcome['epochs']} epochs", flush=True)
    hours = sum(outcome["cpu_seconds"] for _, _, outcome in all_runs) / 3600
    print(f"{len(all_runs)} runs took rondo {hours:.2f} h of processor time; with PyTorch {hours * theirs / ours:.2f} h "
          f"({theirs / ours:.2f} times, by {len(chosen)} runs; single ones {min(ratios):.2f} to {max(ratios):.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
