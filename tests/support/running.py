"""Runs that go on while a test looks at them."""
import os
import subprocess
import time

from experiments import STREAM
from program import RONDO

# An epoch has some 60 steps; only a signal or a limit ends it.
LONG = STREAM.replace("train: {epochs: 4, log_every: 7}", "train: {epochs: 100000, log_every: 7}")


def contents(folder):
    """Everything in a folder: {path: bytes, or where a link leads}."""
    found = {}
    for path, folders, names in os.walk(folder):
        for name in folders + names:
            full = os.path.join(path, name)
            if os.path.islink(full):
                found[full] = os.readlink(full)
            elif os.path.isfile(full):
                with open(full, "rb") as file:
                    found[full] = file.read()
            else:
                found[full] = "folder"
    return found


def start(*arguments, wait_for="run/checkpoints/latest.h5", **options):
    """A process that trains; it has got as far as that file."""
    process = subprocess.Popen([RONDO, "train", *arguments], stderr=subprocess.PIPE, text=True,
                               **options)
    until = time.monotonic() + 100
    while not os.path.exists(wait_for):
        assert process.poll() is None, f"ended: {process.poll()}"
        assert time.monotonic() < until, f"{wait_for} does not come"
        time.sleep(0.01)
    return process
