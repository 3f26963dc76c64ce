"""A sweep as an array of workers on a real Slurm: a warned task comes back by itself and alone, a cancelled one does
not, and a long run goes on where it was."""
import os
import re
import subprocess
import time

from harness import Slurm, cluster_only, digests, states, until, workers, write_sweep
from program import RONDO, run

# ctest: together
# ctest: LABELS cluster TIMEOUT 1200 RUN_SERIAL ON
pytestmark = cluster_only

# Two runs that take some 20 s each.
SWEEP = """
base: base.yaml
set: {train.epochs: 1200}
seeds: 2
output: {folder: "the sweep"}
"""


def log_of(task):
    job, index = task.split("_")
    with open(f"the sweep/slurm/{job}_{index}.log", encoding="utf-8") as file:
        return file.read()


def steps(run_folder):
    """At which steps it was resumed."""
    with open(f"the sweep/runs/{run_folder}/log.txt", encoding="utf-8") as file:
        return [int(step) for step in re.findall(r"resuming .* at step (\d+)", file.read())]


def two_at_work():
    return len(workers("two.yaml")) == 2 and all(
        os.path.exists(f"the sweep/runs/{name}/checkpoints/latest.h5") for name in states("the sweep"))


def checkpoints():
    return {name: os.stat(f"the sweep/runs/{name}/checkpoints/latest.h5").st_mtime_ns for name in states("the sweep")}


def submit(slurm):
    """Returns at once, with the job's number."""
    began = time.monotonic()
    said = slurm.call(RONDO, "sweep", "two.yaml", "--slurm", "--array", "2", "--", "--time", "30",
                      "--comment=two words")
    assert time.monotonic() - began < 20, "it waits"
    job = re.match(r"job (\d+): 2 workers", said)
    assert job, said
    return job[1]


def warned(slurm, job):
    """USR1 to task 0, whose own number may be that of the array: the other task goes on."""
    others = workers("two.yaml")
    slurm.call("scancel", "--batch", "--signal=USR1", f"{job}_0")
    until(lambda: "worker ended: status 3" in log_of(f"{job}_0"), 30, log_of(f"{job}_0"))
    assert "CANCELLED" not in log_of(f"{job}_1") and "ended" not in log_of(f"{job}_1"), log_of(f"{job}_1")
    until(two_at_work, 60, f"task 0 does not come back: {slurm.tasks()}")
    assert len(set(others) & set(workers("two.yaml"))) == 1, "both were started anew"
    about = slurm.call("scontrol", "show", "job", f"{job}_0")
    assert "Restarts=1" in about and "Comment=two words" in about and "TimeLimit=00:30:00" in about, about


def requeued(slurm, job):
    """By somebody else: it comes back once, not twice."""
    slurm.call("scontrol", "requeue", f"{job}_1")
    until(lambda: "worker ended: status 3" in log_of(f"{job}_1"), 30, log_of(f"{job}_1"))
    until(two_at_work, 60, f"task 1 does not come back: {slurm.tasks()}")
    about = slurm.call("scontrol", "show", "job", f"{job}_1")
    assert "Restarts=1" in about, about


def cancelled(slurm, job):
    """What its user has cancelled stays away; each run has got further than where it was resumed."""
    before = checkpoints()
    until(lambda: not set(before.items()) & set(checkpoints().items()), 60, "no checkpoint comes")
    slurm.call("scancel", job)
    until(lambda: slurm.tasks() == {}, 60, f"{slurm.tasks()}")
    time.sleep(8)  # longer than a requeue takes
    assert slurm.tasks() == {} and not workers("two.yaml"), f"{slurm.tasks()}"
    assert all(state == "" for state in states("the sweep").values()), f"{states('the sweep')}"


def refused(slurm):
    """sbatch's own message, and one line; the script is there."""
    os.unlink("the sweep/sweep.sbatch")
    result = subprocess.run([RONDO, "sweep", "two.yaml", "--slurm", "--", "--partition=none"], text=True,
                            capture_output=True, env=slurm.environment, check=False)
    assert result.returncode == 1 and result.stdout == "", f"{result}"
    assert "invalid partition" in result.stderr and result.stderr.endswith(
        "rondo: sbatch rejected the sweep/sweep.sbatch; its message is above\n"), result.stderr
    assert os.path.exists("the sweep/sweep.sbatch"), "no script"


def test_array():
    os.mkdir("quiet")
    for folder in ".", "quiet":
        write_sweep("two.yaml", SWEEP, folder)
    with Slurm("slurm", 2) as slurm:
        job = submit(slurm)
        until(two_at_work, 60, f"no worker: {slurm.tasks()}")
        warned(slurm, job)
        requeued(slurm, job)
        cancelled(slurm, job)
        refused(slurm)
        submit(slurm)
        until(lambda: set(states("the sweep").values()) == {"done"}, 900, f"{states('the sweep')}")
    for name in states("the sweep"):
        assert len(steps(name)) == 2 and steps(name)[0] < steps(name)[1], f"{name} resumed at {steps(name)}"
    run(RONDO, "sweep", "two.yaml", cwd="quiet", timeout=900)
    assert digests("the sweep") == digests("quiet/the sweep"), "another result"
