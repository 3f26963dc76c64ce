"""A Slurm of one node of our own, and what the tests of sweeps on it share."""
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import time

import pytest

from program import ROOT, RONDO, build_option, digest, records, run, write

SLURM = os.path.join(ROOT, "tests", "cluster", "slurm")
cluster_only = pytest.mark.skipif(not build_option("RONDO_CLUSTER_TESTS"), reason="RONDO_CLUSTER_TESTS is off")

BASE = """
behavior_version: 1
seed: 1
task: language_model
data:
  format: generated
  options: {name: reber, count: 400, valid: 100, test: 100}
  batch_size: 20
model:
  input: one_hot
  layers: [{cell: lstm, hidden: 12, dropout: 0.1}]
optimizer: {name: adam, learning_rate: 1.0e-2}
clip: {norm: 1}
train: {epochs: 12}
output: {checkpoint_every: {epochs: 2}}
"""


def write_sweep(file, text, folder="."):
    """A sweep file, and base.yaml, of which it is a sweep."""
    write(f"{folder}/base.yaml", BASE)
    write(f"{folder}/{file}", text)


class Slurm:
    """Started with `CPUS` processors, real or not; ended with everything that runs in it."""

    def __init__(self, folder, cpus):
        self.folder = os.path.abspath(folder)
        run(f"{SLURM}/up", self.folder, str(cpus),
            env=dict(os.environ, SLURM_TEST_PORT=str(free_ports())))
        self.environment = dict(os.environ, SLURM_CONF=f"{self.folder}/slurm.conf",
                                PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
        self.node = run("hostname", "-s").strip()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        run(f"{SLURM}/down", self.folder, expect=None)
        for process in self.processes():  # of a node that was down
            os.kill(process, signal.SIGKILL)

    def processes(self):
        """Everything that a job of this Slurm has started and that is still there."""
        mark = f"SLURM_CONF={self.folder}/slurm.conf".encode()
        for path in glob.glob("/proc/[0-9]*/environ"):
            try:
                with open(path, "rb") as file:
                    if mark in file.read().split(b"\0"):
                        yield int(path.split("/")[2])
            except OSError:
                pass

    def call(self, *command, expect=0):
        """expect None: whatever its status, and also where there is no answer in time: scancel asks for minutes about
        a job that is about to change its state."""
        try:
            return run(*command, expect=expect, env=self.environment, timeout=60 if expect is not None else 20)
        except subprocess.TimeoutExpired:
            if expect is not None:
                raise
            return ""

    def tasks(self, states="PENDING,RUNNING,COMPLETING,SUSPENDED"):
        """{"17_0": "RUNNING", ..}; None where slurmctld does not answer."""
        try:
            result = subprocess.run(["squeue", "-h", "-r", "-t", states, "-o", "%i %T"], text=True,
                                    capture_output=True, env=self.environment, timeout=20)
        except subprocess.TimeoutExpired:
            return None
        if result.returncode != 0:
            return None
        return dict(line.split() for line in result.stdout.splitlines())

    def controller(self):
        """The number of slurmctld's process, which it writes a moment after its start."""
        with open(f"{self.folder}/slurmctld.pid", encoding="utf-8") as file:
            return int(file.read())

    def start_controller(self):
        self.call("slurmctld", "-f", f"{self.folder}/slurm.conf")
        until(lambda: self.tasks() is not None, 30, "slurmctld does not answer")


def free_ports():
    """The first of two that nobody listens on."""
    for port in range(16817, 17817, 2):
        try:
            with socket.create_server(("", port)), socket.create_server(("", port + 1)):
                return port
        except OSError:
            pass
    raise AssertionError("no free ports")


def until(condition, seconds, complaint):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, complaint
        time.sleep(0.1)


def workers(sweep):
    """Processes that work on a sweep, started in this folder: {number: command line}."""
    found = {}
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                words = file.read().decode(errors="replace").split("\0")
            is_here = os.readlink(path.replace("cmdline", "cwd")) == os.getcwd()
        except OSError:
            continue
        if is_here and words[0] == RONDO and "--worker" in words and sweep in words:
            found[int(path.split("/")[2])] = words
    return found


def outcomes(folder):
    """{run folder: its outcome as text, "" where it has none}, of all runs of the plan."""
    with open(f"{folder}/plan.yaml", encoding="utf-8") as file:
        runs = [run["folder"] for run in json.load(file)["runs"]]
    found = {}
    for name in runs:
        try:
            with open(f"{folder}/runs/{name}/outcome.yaml", encoding="utf-8") as file:
                found[name] = file.read()
        except OSError:
            found[name] = ""
    return found


def states(folder):
    """{run folder: done, failed, halted or "" (nothing is known)}"""
    return {name: (re.search(r"\bstate\b\W+(\w+)", text) or ["", ""])[1]
            for name, text in outcomes(folder).items()}


def reasons(folder):
    return {name: (re.search(r"\breason\b\W+(.*)", text) or ["", ""])[1]
            for name, text in outcomes(folder).items() if "failed" in text}


def digests(folder):
    """{run: what must not depend on how the sweep was run}: parameters, optimizer, state, records."""
    folders = sorted(glob.glob(f"{folder}/runs/*"))
    files = [(run, name) for run in folders for name in ("best.h5", "latest.h5")
             if os.path.exists(f"{run}/checkpoints/{name}")]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        found = dict(zip(files, pool.map(lambda file: digest(*file), files)))
    for run in folders:
        text = "\n".join(json.dumps(record, sort_keys=True) for record in records(run))
        found[run, "records"] = hashlib.sha256(text.encode()).hexdigest()
    return {(os.path.basename(run), name): text for (run, name), text in found.items()}
