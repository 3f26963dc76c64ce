"""A Slurm of one node of our own, and what the tests of sweeps on it share."""
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RONDO = os.path.abspath(sys.argv[1])
TIMES = ("tokens_per_second", "seconds", "data_wait")


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def run(*command, expect=0, **options):
    """stdout of a program; expect None: whatever its status."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=options.pop("timeout", 300),
                            **options)
    if expect is not None and result.returncode != expect:
        raise AssertionError(f"{' '.join(command)}: status {result.returncode}, expected {expect}\n"
                             f"{result.stdout}{result.stderr}")
    return result.stdout


class Slurm:
    """Started with `CPUS` processors, real or not; ended with everything that runs in it."""

    def __init__(self, folder, cpus):
        self.folder = os.path.abspath(folder)
        run(f"{HERE}/slurm/up", self.folder, str(cpus),
            env=dict(os.environ, SLURM_TEST_PORT=str(free_ports())))
        self.environment = dict(os.environ, SLURM_CONF=f"{self.folder}/slurm.conf",
                                PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
        self.node = run("hostname", "-s").strip()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        run(f"{HERE}/slurm/down", self.folder, expect=None)
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
        return run(*command, expect=expect, env=self.environment, timeout=60)

    def tasks(self, states="PENDING,RUNNING,COMPLETING,SUSPENDED"):
        """{"17_0": "RUNNING", ..}; None where slurmctld does not answer."""
        result = subprocess.run(["squeue", "-h", "-r", "-t", states, "-o", "%i %T"], text=True,
                                capture_output=True, env=self.environment, timeout=60)
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
        check(time.monotonic() < limit, complaint)
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


def journal(run_folder):
    """What the run recorded, without what depends on the clock."""
    kept = []
    with open(f"{run_folder}/metrics.jsonl", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            kept.append(json.dumps({k: v for k, v in record.items() if k not in TIMES}, sort_keys=True))
    return kept


def digests(folder, digest):
    """{run: what must not depend on how the sweep was run}: parameters, optimizer, state, records."""
    files = sorted(glob.glob(f"{folder}/runs/*/checkpoints/best.h5") +
                   glob.glob(f"{folder}/runs/*/checkpoints/latest.h5"))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        sums = list(pool.map(lambda file: run(digest, file, "/parameters", "/optimizer", "/state"), files))
    found = {os.path.relpath(file, folder): text for file, text in zip(files, sums)}
    for run_folder in sorted(glob.glob(f"{folder}/runs/*")):
        found[os.path.basename(run_folder)] = hashlib.sha256("\n".join(journal(run_folder)).encode()).hexdigest()
    return found


def main(test):
    """Runs it in a folder of its own; keeps the folder where it fails and RONDO_KEEP is set."""
    folder = tempfile.mkdtemp(prefix="rondo-cluster-")
    os.chdir(folder)
    try:
        test()
        keep = False
    except BaseException:
        keep = bool(os.environ.get("RONDO_KEEP"))
        if keep:
            print("kept:", folder)
        raise
    finally:
        os.chdir("/")
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    print("ok")
