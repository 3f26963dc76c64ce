#!/usr/bin/env python3
"""What a sweep costs beside its runs: measure.py RONDO [--runs N] [--mixed].

Times are no test: other programs have the processors, too. So the processor's time is told beside the time of
the clock. A run of the embedded Reber grammar of about a quarter of a second is trained N times by
`rondo sweep`, and some of them by `rondo train` alone, one after another: their mean is the ideal. With --mixed
the runs differ in size by a factor of thirty.
"""
import argparse
import glob
import json
import os
import resource
import subprocess
import tempfile
import time

BASE = """
behavior_version: 1
seed: 1
task: language_model
data:
  format: generated
  options: {name: reber, count: 800, valid: 100, test: 200}
  batch_size: 20
model:
  input: one_hot
  layers: [{cell: lstm, hidden: 16}]
optimizer: {name: adam, learning_rate: 1.0e-2}
clip: {norm: 1}
train: {epochs: %d}
"""
MIXED = "axes: {train.epochs: [1, 2, 4, 8, 16], model.layers.0.hidden: [8, 16, 32, 48]}\n"


def used():
    """Processor seconds of all processes that this one has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(*words):
    before, began = used(), time.monotonic()
    subprocess.run(words, check=True, capture_output=True)
    return time.monotonic() - began, used() - before


def outcomes():
    for path in glob.glob("out/runs/*/outcome.yaml"):
        with open(path, encoding="utf-8") as file:
            yield {line.split(": ")[0]: line.split(": ", 1)[1].strip() for line in file}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("rondo")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--alone", type=int, default=20)
    parser.add_argument("--mixed", action="store_true")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.rondo)
    processors = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("base.yaml", "w", encoding="utf-8") as file:
            file.write(BASE % arguments.epochs)
        with open("s.yaml", "w", encoding="utf-8") as file:
            seeds = max(1, arguments.runs // 20) if arguments.mixed else arguments.runs
            file.write(f"base: base.yaml\n{MIXED if arguments.mixed else ''}seeds: {seeds}\n"
                       "output: {folder: out}\n")
        wall, cpu = timed(program, "sweep", "s.yaml")
        ends = list(outcomes())
        held = sum(float(end["seconds"]) for end in ends)
        work = sum(float(end["cpu_seconds"]) for end in ends)
        count = len(ends)
        print(f"sweep: {count} runs, {wall:.1f} s of {processors} processors, {cpu:.1f} s of their time; "
              f"{count / wall:.1f} runs/s")
        print(f"workers had a run in hand {100 * held / (processors * wall):.1f} % of the time; "
              f"of the processor's time {100 * work / cpu:.1f} % was the runs', "
              f"{1000 * (cpu - work) / count:.1f} ms a run were not")
        if arguments.mixed:
            return
        with open("out/plan.yaml", encoding="utf-8") as file:
            runs = json.load(file)["runs"][:arguments.alone]
        alone_wall = alone_cpu = 0
        for number, run in enumerate(runs):
            sets = [word for text in run["set"] for word in ("--set", text)]
            seconds = timed(program, "train", "base.yaml", *sets, "--threads", "1", "--output", f"alone{number}")
            alone_wall += seconds[0] / len(runs)
            alone_cpu += seconds[1] / len(runs)
        print(f"rondo train alone: {1000 * alone_wall:.0f} ms a run, {1000 * alone_cpu:.0f} ms of the processor; "
              f"in the sweep {1000 * wall * processors / count:.0f} and {1000 * cpu / count:.0f}")
        print(f"sweep / ideal: {wall * processors / count / alone_wall:.3f} by the clock, "
              f"{cpu / count / alone_cpu:.3f} by the processor's time")


if __name__ == "__main__":
    main()
