#!/usr/bin/env python3
"""What the runs of a sweep would cost with PyTorch: study_pytorch.py SWEEP_FOLDER [--runs N] [--venv FOLDER].

Takes N finished runs of the sweep, spread over its variants, and trains the same network on the same data for an epoch with
PyTorch, one process of one thread. Only runs whose cells PyTorch has; of an LSTM's options it has none, so that a variant
costs there what the plain LSTM does. An epoch is the training split with its updates and the validation split, as in rondo;
of three the fastest counts. What rondo took is in the run's outcome.yaml: both are processor time, and an epoch of
rondo's is measured again, in turn with PyTorch's, so that other programs slow down both.

PyTorch comes from PyPI into a virtual environment as in compare_pytorch.py.
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
import pytorch_training  # noqa: E402
from pytorch_environment import run_inside  # noqa: E402


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
        return all(layer["cell"] in pytorch_training.LAYERS for layer in yaml.safe_load(file)["model"]["layers"])


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


def pytorch_epoch(run):
    """Processor seconds."""
    before = time.process_time()
    run.epoch()
    return time.process_time() - before


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
        return run_inside(__file__, arguments.venv, others=pytorch_training.MODULES)
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
            exported = os.path.join(scratch, "data.h5")
            pytorch_training.export(arguments.rondo, path, exported)
            run = pytorch_training.Run(config, pytorch_training.Data(exported, config["task"]))
            run.epoch()
            pairs = [(rondo_epoch(arguments, path, os.path.join(scratch, "run")), pytorch_epoch(run)) for _ in range(3)]
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
