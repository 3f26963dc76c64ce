#!/usr/bin/env python3
"""Makes residuals.txt beside it: test losses of 60 runs that differ in nothing but the seed, the noise
that test_calibration.c resamples.

    python3 tests/statistics/residuals.py build/rondo
"""
import json
import os
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
CONFIG = os.path.join(FOLDER, "..", "..", "configs", "reber.yaml")
SETTINGS = ["train.epochs=4", "data.options.count=500", "data.options.valid=200", "data.options.test=500"]
SEEDS = 60


def test_loss(program, folder, seed):
    settings = [f"--set={setting}" for setting in [*SETTINGS, f"seed={seed}"]]
    subprocess.run([program, "train", CONFIG, *settings, "--output", folder, "--threads", "1"],
                   check=True, capture_output=True)
    out = subprocess.run([program, "evaluate", folder, "--split", "test", "--json"], check=True,
                         capture_output=True, text=True).stdout
    return json.loads(out)["loss"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        losses = [test_loss(sys.argv[1], os.path.join(folder, str(seed)), seed) for seed in range(1, SEEDS + 1)]
    with open(os.path.join(FOLDER, "residuals.txt"), "w", encoding="utf-8") as file:
        file.write(f"# Test losses of configs/reber.yaml with {', '.join(SETTINGS)}, seeds 1 to {SEEDS}\n"
                   "# (residuals.py).\n")
        file.writelines(f"{loss:.9g}\n" for loss in losses)


if __name__ == "__main__":
    main()
