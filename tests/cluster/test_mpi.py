"""One model by the processes of mpirun, of Open MPI and of MPICH.

What does not need MPI (which ranks have which shards, what fails together) is in tests/flow/test_shards.py.
"""
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from experiments import STREAM
from harness import cluster_only
from program import DONE, RONDO, STOPPED, USAGE, train, write

# ctest: LABELS cluster TIMEOUT 1200 RUN_SERIAL ON
pytestmark = [pytest.mark.usefixtures("text_and_tags"), cluster_only]

# Root, and more ranks than processors, are nothing that a test could do without.
MPIRUN = {"openmpi": ["mpirun.openmpi", "--allow-run-as-root", "--oversubscribe"], "mpich": ["mpirun.mpich"]}

# Large enough that sums travel while a rank still computes.
WIDE = """
behavior_version: 1
seed: 7
task: language_model
data: {path: text.txt, unit: character, split: {valid: 0.1}, batch_size: 16, truncated_bptt: 20}
model: {input: one_hot, layers: [{cell: lstm, hidden: 200}, {cell: gru, hidden: 150}]}
optimizer: {name: adam, learning_rate: 2.0e-3}
train: {max_steps: 8, log_every: 0}
output: {folder: run}
"""


def command(mpi, count, output, *arguments, more=()):
    return [*MPIRUN[mpi], *more, "-n", str(count), RONDO, "train", "c.yaml", "--output", output, *arguments]


def mpirun(mpi, count, output, *arguments, expect=DONE, more=()):
    # Two processes that MPICH starts and Open MPI initialises may race for Open MPI's session folder.
    for _ in range(5):
        result = subprocess.run(command(mpi, count, output, *arguments, more=more), capture_output=True,
                                text=True, timeout=120)
        if "A call to mkdir was unable to create" not in result.stderr:
            break
    assert result.returncode == expect, f"{mpi}, {count} ranks: {result.returncode}\n{result.stderr}"
    return result.stderr


def bytes_of(run):
    with open(f"{run}/checkpoints/latest.h5", "rb") as file:
        return file.read()


def said(error):
    """Lines of rondo's own; mpirun adds a paragraph of its own to a status that is not 0."""
    return [line for line in error.splitlines() if line.startswith("rondo: ")]


def test_same_bytes():
    """A checkpoint is the same file whatever MPI and number of ranks made it; 3 of 4 shards do not divide."""
    for config in STREAM, WIDE:
        write("c.yaml", config)
        compare_ranks("--set", "train.shards=4", "--set", "train.epochs=2")


def compare_ranks(*sets):
    train("c.yaml", "run", *sets, "--overwrite")
    expected = bytes_of("run")
    for mpi in MPIRUN:
        for count in 1, 2, 3, 4:
            mpirun(mpi, count, "run", *sets, "--overwrite")
            assert bytes_of("run") == expected, f"{mpi}, {count} ranks differ"
            log = open("run/log.txt", encoding="utf-8").read()
            found = f"{count} ranks (" in log and "rank 0 may run on" in log
            assert found == (count > 1), log


def test_resume():
    write("c.yaml", STREAM)
    sets = "--set", "train.shards=3", "--set", "train.epochs=2"
    train("c.yaml", "run", *sets)
    expected = bytes_of("run")
    for first, second in ("openmpi", "mpich"), ("mpich", "openmpi"):
        mpirun(first, 2, "run", *sets, "--overwrite", "--set", "train.max_steps=17")
        mpirun(second, 3, "run", *sets, "--resume")
        assert bytes_of("run") == expected, f"2 ranks of {first}, then 3 of {second} differ"


def start(mpi, count, output, *arguments):
    shutil.rmtree(output, ignore_errors=True)
    process = subprocess.Popen(command(mpi, count, output, *arguments), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    while not os.path.exists(f"{output}/log.txt") or "epoch 2" not in open(f"{output}/log.txt").read():
        assert process.poll() is None, "it ended too early"
        time.sleep(0.01)
    return process


def test_stop():
    """USR1 to mpirun reaches the ranks: a checkpoint, status 3, and another number goes on from it."""
    write("c.yaml", STREAM)
    sets = "--set", "train.shards=3", "--set", "train.epochs=12"
    train("c.yaml", "run", *sets)
    expected = bytes_of("run")
    for mpi in MPIRUN:
        process = start(mpi, 3, "run", *sets)
        process.send_signal(signal.SIGUSR1)
        error = process.communicate(timeout=60)[1]
        assert process.returncode == STOPPED, f"{mpi}: {process.returncode}: {error}"
        found = re.findall(r"^rondo: stopped by a signal at step \d+; continue with --resume$", error, re.M)
        assert len(found) == 1, f"{mpi}: {error}"
        assert not os.path.exists("run/lock"), "the folder is still locked"
        mpirun(mpi, 2, "run", *sets, "--resume")
        assert bytes_of("run") == expected, f"{mpi}: a stopped run goes on with other bytes"


def ranks_of(process):
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/cmdline", encoding="utf-8") as file:
                words = file.read().split("\0")
            with open(f"/proc/{name}/environ", encoding="utf-8") as file:
                variables = dict(line.split("=", 1) for line in file.read().split("\0") if "=" in line)
        except (OSError, UnicodeDecodeError):
            continue
        if words[0] == RONDO and os.path.realpath(f"/proc/{name}/cwd") == os.getcwd():
            rank = variables.get("OMPI_COMM_WORLD_RANK", variables.get("PMI_RANK"))
            if rank is not None:
                found.append((int(rank), int(name)))
    return [number for _, number in sorted(found)]


def test_lost_rank():
    """mpirun ends the job when a rank is killed; nothing is lost that was in a checkpoint."""
    write("c.yaml", STREAM)
    sets = "--set", "train.shards=4", "--set", "train.epochs=12"
    train("c.yaml", "run", *sets)
    expected = bytes_of("run")
    for mpi in MPIRUN:
        for rank in 0, 2:
            process = start(mpi, 3, "run", *sets)
            numbers = ranks_of(process)
            assert len(numbers) == 3, f"{mpi}: {numbers}"
            os.kill(numbers[rank], signal.SIGKILL)
            process.communicate(timeout=30)
            assert process.returncode != DONE, f"{mpi}: {process.returncode}"
            until = time.monotonic() + 10
            while ranks_of(process) and time.monotonic() < until:
                time.sleep(0.1)
            assert not ranks_of(process), f"{mpi}: ranks go on after one was killed"
            mpirun(mpi, 2, "run", *sets, "--resume")
            assert bytes_of("run") == expected, f"{mpi}: rank {rank} was killed, then other bytes"


def test_refused():
    write("c.yaml", STREAM)
    for mpi, other in ("openmpi", "mpich"), ("mpich", "openmpi"):
        error = mpirun(mpi, 3, "new", "--set", "train.shards=2", expect=USAGE)
        assert len(said(error)) == 1 and "train.shards: 2, but there are 3 ranks" in error, error
        error = mpirun(mpi, 2, "new", "--set", "train.shards=2", "--communicator", other, expect=USAGE)
        assert len(said(error)) == 1 and "was built for another MPI" in error, error
        error = mpirun(mpi, 2, "new", "--set", "train.shard=2", expect=USAGE)
        assert len(said(error)) == 1 and "did you mean shards?" in error, error
        assert not os.path.exists("new"), "a folder was made"
