"""rondo sweep --slurm where there is no Slurm. Programs called sbatch and scontrol take down
what they are told; the batch script itself is run by bash, as slurmd would."""
import os
import signal
import subprocess
import time

import pytest

from experiments import LINES, make_data
from program import FAILED, RONDO, STOPPED, USAGE, rondo, write

SWEEP = """
base: base.yaml
seeds: 3
output: {folder: sweep}
"""
ENDS_WHEN_WARNED = """#!/usr/bin/env python3
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
print("up", flush=True)
signal.sigwait([signal.SIGUSR1])
os._exit(3)
"""
LONG = SWEEP + "set: {train.epochs: 100000}\n"


def prepare():
    make_data()
    write("base.yaml", LINES)
    os.makedirs("bin")
    # scontrol gets another warning while it works.
    for name, first, more in ("sbatch", "", "echo 4711"), ("scontrol", "kill -USR1 $$", ""):
        write(f"bin/{name}", f'#!/bin/sh\n{first}\necho "$@" >>said.{name}\n{more}\n')
        os.chmod(f"bin/{name}", 0o755)


def said(name):
    if not os.path.exists(f"said.{name}"):
        return ""
    with open(f"said.{name}", encoding="utf-8") as file:
        return file.read()


def start():
    """The script, as task 2 of array 7; a run of its has a checkpoint."""
    environment = dict(os.environ, SLURM_ARRAY_JOB_ID="7", SLURM_ARRAY_TASK_ID="2", SLURM_JOB_ID="7",
                       SLURM_CPUS_PER_TASK="2")
    # pylint: disable-next=consider-using-with
    return subprocess.Popen(["bash", "sweep/sweep.sbatch"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, env=environment, start_new_session=True)


def wait_for_checkpoint(process):
    limit = time.monotonic() + 60
    while not os.path.exists("sweep/runs/001-base-seed1/checkpoints/latest.h5"):
        assert process.poll() is None and time.monotonic() < limit, "no checkpoint"
        time.sleep(0.05)


@pytest.fixture(autouse=True)
def data(folder, monkeypatch):
    prepare()
    monkeypatch.setenv("PATH", f"{folder}/bin", prepend=os.pathsep)


def test_array():
    """What is submitted, and that a task of it trains all runs."""
    write("s.yaml", SWEEP)
    output, error = rondo("sweep", "s.yaml", "--slurm", "--", "--mem", "1G")
    assert output == "job 4711: 3 workers; rondo watch sweep\n", output + error
    assert said("sbatch") == "--parsable sweep/sweep.sbatch\n", said("sbatch")
    assert os.path.exists("sweep/plan.yaml") and os.path.isdir("sweep/slurm"), "no plan, no folder of logs"
    with open("sweep/sweep.sbatch", encoding="utf-8") as file:
        script = file.read()
    assert "#SBATCH --array=0-2\n" in script and "#SBATCH --mem 1G\n" in script, script
    assert "'--worker') " not in script and f"'{os.path.realpath(RONDO)}'" in script, script
    process = start()
    output, error = process.communicate(timeout=120)
    assert process.returncode == 0 and "worker ended: status 0, job 7_2, restart 0" in output, output + error
    assert said("scontrol") == "", said("scontrol")
    assert rondo("sweep", "s.yaml", "--list", "--pending")[0] == "", "runs are left"
    rondo("sweep", "s.yaml", "--slurm", "--array", "9")
    with open("sweep/sweep.sbatch", encoding="utf-8") as file:
        assert "#SBATCH --array=0-8\n" in file.read(), "--array"


def test_signals():
    """Warned, also twice: status 3 of the worker puts this task back. Ended by Slurm, which tells script and
    worker: it does not."""
    write("s.yaml", LONG)
    rondo("sweep", "s.yaml", "--slurm")
    for numbers, group, back in [([signal.SIGUSR1], False, True), ([signal.SIGUSR1] * 3, False, True),
                                 ([signal.SIGTERM], True, False), ([signal.SIGTERM], False, False)]:
        write("said.scontrol", "")
        process = start()
        wait_for_checkpoint(process)
        time.sleep(0.3)
        for number in numbers:
            if group:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
            time.sleep(0.01)
        output, error = process.communicate(timeout=60)
        assert "worker ended: status 3, job 7_2" in output, output + error
        assert said("scontrol") == ("requeue 7_2\n" if back else ""), f"{numbers}: {said('scontrol')}"
        assert process.returncode == (0 if back else STOPPED), f"status {process.returncode}"


def test_status_of_worker():
    """Warned again and again while the worker ends: its status arrives. bash loses it one time in five where `wait`
    is interrupted then."""
    write("s.yaml", SWEEP)
    rondo("sweep", "s.yaml", "--slurm")
    write("worker", ENDS_WHEN_WARNED)
    os.chmod("worker", 0o755)
    with open("sweep/sweep.sbatch", encoding="utf-8") as file:
        script = file.read()
    assert script.count(f"'{os.path.realpath(RONDO)}'") == 1, script
    write("sweep/sweep.sbatch", script.replace(f"'{os.path.realpath(RONDO)}'", f"'{os.path.realpath('worker')}'"))
    for _ in range(4):
        processes = [start() for _ in range(12)]
        for process in processes:
            assert process.stdout.readline() == "up\n", "no worker"
        for _ in range(10):
            for process in processes:
                process.send_signal(signal.SIGUSR1)
        for process in processes:
            output, error = process.communicate(timeout=60)
            assert output == "worker ended: status 3, job 7_2, restart 0\n", output + error


def test_refused(monkeypatch):
    """One line each; without sbatch the script is there all the same."""
    write("s.yaml", SWEEP)
    for arguments, text in [
            (["--array", "2"], "--array needs --slurm"),
            (["--", "--mem"], "--mem: unexpected; options of sbatch need --slurm"),
            (["--slurm", "--worker"], "--worker and --slurm cannot be combined"),
            (["--slurm", "--threads", "2"],
             "--threads: workers under Slurm have as many as -- --cpus-per-task says"),
            (["--slurm", "--", "--comment=a\nb"], '"--comment=a\\x0ab": a line break cannot stand in sweep.sbatch')]:
        output, error = rondo("sweep", "s.yaml", *arguments, expect=USAGE)
        assert output == "" and error == f"rondo: {text}\n", f"{arguments}: {output}{error}"
    assert not os.path.exists("sweep/sweep.sbatch"), "something was written"
    os.unlink("bin/sbatch")
    monkeypatch.setenv("PATH", f"{os.getcwd()}/bin")
    output, error = rondo("sweep", "s.yaml", "--slurm", expect=FAILED)
    assert (output == "" and error == "rondo: sbatch: there is none here; sweep/sweep.sbatch is written: submit it "
            "with sbatch on a machine with Slurm\n"), error
    assert os.path.getsize("sweep/sweep.sbatch") > 500, "no script"
