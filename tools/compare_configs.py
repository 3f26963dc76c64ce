#!/usr/bin/env python3
"""Times rondo and PyTorch at training shipped configs: the same network on the same data, whole updates, as users see it.

    tools/compare_configs.py --data FOLDER                        # all configs of the table, one thread
    tools/compare_configs.py --data FOLDER --threads 2 jsb_lstm   # one of them, two threads
    tools/compare_configs.py --data FOLDER --precision bfloat16   # train.precision bfloat16, and autocast in PyTorch

Each turn trains with rondo, then with PyTorch (tools/pytorch_training.py: data of `rondo export`): two whole epochs with
their validation where an epoch is short, some updates of one elsewhere. A turn's figure is the ratio of their steps of
sequences ("tokens") per second, and a config's the median of the turns. With one thread both are measured by
processor time, and other programs disturb little; with several by the clock. Start-up is in neither: of rondo the
difference between a long and a short training counts.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

TOOLS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, TOOLS)
import pytorch_training  # noqa: E402
from pytorch_environment import run_inside  # noqa: E402

# Files below --data or numbers of sequences, and updates of one turn, all of equally many tokens; EPOCHS: whole epochs.
EPOCHS = 0
FEW = 64  # sequences of a split that is only evaluated, where that would take longer than the updates
JSB = {"data.path": "jsb_chorales"}
CONFIGS = {
    "ptb_small": ({"data.split.train": "ptb/ptb.train.txt", "data.split.valid": "ptb/ptb.valid.txt",
                   "data.split.test": "ptb/ptb.test.txt"}, 60),
    "char_lm": ({"data.path": "tinyshakespeare/input.txt"}, 25),
    "smnist_gru": ({"data.split.train": "mnist/train-images-idx3-ubyte.gz", "data.split.valid": FEW,
                    "data.split.test": FEW}, 12),
    "atis": ({"data.split.train": "atis/train", "data.split.valid": "atis/valid", "data.split.test": "atis/test"}, EPOCHS),
    "jsb_lstm": (JSB, EPOCHS),
    "jsb_gru": (JSB, EPOCHS),
    "jsb_rnn": (JSB, EPOCHS),
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("configs", nargs="*", metavar="CONFIG", help="names of configs (default: all of the table)")
    parser.add_argument("--data", required=True, help="the folder that holds the data sets")
    parser.add_argument("--rondo", default=os.path.join(TOOLS, "..", "build", "rondo"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--results", metavar="FILE", help="JSON, written after every config")
    parser.add_argument("--venv", help="folder of a virtual environment that is kept (default: a temporary one)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    unknown = [name for name in arguments.configs if name not in CONFIGS]
    if unknown:
        parser.error(f"{unknown[0]}: not one of {', '.join(CONFIGS)}")
    return arguments


def seconds_of_rondo(arguments, config, settings, scratch, length):
    """Of a training of that length, with start-up."""
    words = [word for setting in (*settings, length, f"train.precision={arguments.precision}")
             for word in ("--set", setting)]
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([arguments.rondo, "train", config, "--threads", str(arguments.threads), "--overwrite", "--quiet",
                    "--output", scratch, *words], check=True, capture_output=True)
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return processor if arguments.threads == 1 else end - begin


def turn_of_rondo(arguments, config, settings, scratch, count):
    lengths = ("train.epochs=3", "train.epochs=1") if count == EPOCHS else \
        (f"train.max_steps={2 * count}", f"train.max_steps={count}")
    long, short = (seconds_of_rondo(arguments, config, settings, scratch, length) for length in lengths)
    return long - short


def turn_of_pytorch(arguments, run, updates, count):
    """Tokens and seconds."""
    clock = time.process_time if arguments.threads == 1 else time.monotonic
    begin = clock()
    tokens = run.epoch() + run.epoch() if count == EPOCHS else sum(next(updates) for _ in range(count))
    return tokens, clock() - begin


def compare(arguments, name, scratch):
    config = os.path.join(TOOLS, "..", "configs", name + ".yaml")
    values, count = CONFIGS[name]
    settings = [f"{key}={os.path.join(arguments.data, value) if isinstance(value, str) else value}"
                for key, value in values.items()]
    exported = os.path.join(scratch, name + ".h5")
    pytorch_training.export(arguments.rondo, config, exported, settings)
    resolved = pytorch_training.resolved(arguments.rondo, config, settings)
    run = pytorch_training.Run(resolved, pytorch_training.Data(exported, resolved["task"]),
                               arguments.precision == "bfloat16")
    os.remove(exported)
    updates = run.train()
    for _ in range(3):
        next(updates)
    turns = []
    for _ in range(arguments.turns):
        tokens, theirs = turn_of_pytorch(arguments, run, updates, count)
        ours = turn_of_rondo(arguments, config, settings, os.path.join(scratch, "run"), count)
        turns.append((tokens / ours, tokens / theirs))
    record = {"config": name, "threads": arguments.threads, "precision": arguments.precision,
              "rondo": statistics.median(ours for ours, _ in turns),
              "pytorch": statistics.median(theirs for _, theirs in turns),
              "times": statistics.median(ours / theirs for ours, theirs in turns),
              "least": min(ours / theirs for ours, theirs in turns), "most": max(ours / theirs for ours, theirs in turns)}
    print("{config}: rondo {rondo:.0f} tokens/s, PyTorch {pytorch:.0f}: {times:.2f} ({least:.2f} to {most:.2f})"
          .format(**record), flush=True)
    return record


def machine(rondo):
    smallest = subprocess.run([rondo, "bench", "--grid", "--quick", "--json", "--cells", "rnn", "--hidden", "8",
                               "--batch", "2", "--length", "4", "--steps", "1"], check=True, capture_output=True)
    return json.loads(smallest.stdout)["machine"]


def main():
    arguments = parse_arguments()
    if not arguments.inside:
        return run_inside(__file__, arguments.venv, others=pytorch_training.MODULES)
    import torch
    torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    results = {"machine": machine(arguments.rondo), "torch": torch.__version__, "cases": []}
    with tempfile.TemporaryDirectory() as scratch:
        for name in arguments.configs or CONFIGS:
            results["cases"].append(compare(arguments, name, scratch))
            if arguments.results:
                with open(arguments.results, "w", encoding="utf-8") as file:
                    json.dump(results, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
