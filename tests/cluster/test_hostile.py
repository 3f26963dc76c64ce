"""The hostile sweep: 200 runs by 4 workers on a real Slurm, and 50 events that a cluster is known for, drawn with a
seed (RONDO_HOSTILE_SEED, default 1): workers killed, jobs cancelled, requeued, warned, the node down, the controller
killed, the disk full. What comes out is the same, byte for byte, as by one process with one thread that nobody
disturbed."""
import collections
import os
import random
import signal
import subprocess
import time

from harness import Slurm, cluster_only, digests, reasons, states, until, workers, write_sweep
from program import RONDO, read, run

# Events are printed as they come: a test that is ended says how far it got.
# ctest: together
# ctest: LABELS cluster TIMEOUT 1200 RUN_SERIAL ON ENVIRONMENT_MODIFICATION PYTEST_ADDOPTS=set:--capture=no
pytestmark = cluster_only

SEED = int(os.environ.get("RONDO_HOSTILE_SEED", "1"))
RUNS, WORKERS, EVENTS = 200, 4, 50
SPREAD = 0.7  # of the runs are done at the last event: it still finds workers, on a fast machine, too
PATIENCE = 3  # seconds
DISK = 400 << 20  # bytes of the disk that gets full

SWEEP = f"""
base: base.yaml
variants:
  rnn: {{model.layers.0.cell: rnn}}
  gru: {{model.layers.0.cell: gru}}
  lstm: {{model.layers.0.cell: lstm}}
  wide: {{model.layers.0.cell: lstm, model.layers.0.hidden: 20}}
seeds: {RUNS // 4}
compare: {{metric: test loss, baseline: rnn, margin: 0.01}}
output: {{folder: sweep}}
"""


class Operator:
    """Who looks after the sweep: submits workers for those that are gone, and does what a cluster does."""

    def __init__(self, slurm, rng):
        self.slurm, self.rng = slurm, rng
        self.counts, self.began = {}, time.monotonic()
        self.idle_since = self.began

    def release(self):
        """What an administrator does: a node that Slurm has drained is resumed (it drains one that is asked to
        start a task whose former process has not ended); tasks that are held for that are released; and those
        that it believes to run, because they ended while the controller was dead, are cancelled."""
        if any(word in self.slurm.call("sinfo", "-h", "-o", "%T", expect=None) for word in ("drain", "down")):
            self.slurm.call("scontrol", "update", f"NodeName={self.slurm.node}", "State=RESUME", expect=None)
        for line in self.slurm.call("squeue", "-h", "-r", "-o", "%i %r", expect=None).splitlines():
            if "held" in line:
                self.slurm.call("scontrol", "release", line.split()[0], expect=None)
        if workers("hostile.yaml"):
            self.idle_since = time.monotonic()
        elif time.monotonic() - self.idle_since > PATIENCE:
            for task, state in (self.slurm.tasks() or {}).items():
                if state == "RUNNING":
                    self.slurm.call("scancel", task, expect=None)

    def submit(self):
        """As many new jobs as there are too few, by the script that the sweep folder has."""
        tasks = self.slurm.tasks()
        missing = WORKERS - len(tasks) if tasks is not None else 0
        if missing > 0:
            self.slurm.call("sbatch", f"--array=0-{missing - 1}", "sweep/sweep.sbatch", expect=None)

    def why_none(self):
        """What the runs, the node and the jobs are waiting for."""
        counts = collections.Counter(states("sweep").values())
        node = self.slurm.call("sinfo", "-h", "-o", "%T %E", expect=None).strip()
        jobs = self.slurm.call("squeue", "-h", "-r", "-o", "%i %T %r", expect=None).splitlines()
        return f"runs {dict(counts)}, node {node}, jobs {jobs}"

    def task(self):
        """One that runs, or None."""
        running = sorted(name for name, state in (self.slurm.tasks() or {}).items() if state == "RUNNING")
        return self.rng.choice(running) if running else None

    # Each returns what it did, or None where there was nothing to do it to.

    def kill_worker(self):
        there = sorted(workers("hostile.yaml"))
        if not there:
            return None
        victim = self.rng.choice(there)
        os.kill(victim, signal.SIGKILL)
        return f"process {victim}"

    def cancel(self):
        task = self.task()
        return task and (self.slurm.call("scancel", task, expect=None), task)[1]

    def requeue(self):
        task = self.task()
        return task and (self.slurm.call("scontrol", "requeue", task, expect=None), task)[1]

    def warn(self):
        task = self.task()
        return task and (self.slurm.call("scancel", "--batch", "--signal=USR1", task, expect=None), task)[1]

    def node_down(self):
        if not workers("hostile.yaml"):
            return None
        self.slurm.call("scontrol", "update", f"NodeName={self.slurm.node}", "State=DOWN", "Reason=test",
                        expect=None)
        time.sleep(self.rng.uniform(0.1, 1))
        self.slurm.call("scontrol", "update", f"NodeName={self.slurm.node}", "State=RESUME", expect=None)
        return self.slurm.node

    def kill_controller(self):
        victim = self.slurm.controller()
        os.kill(victim, signal.SIGKILL)
        time.sleep(self.rng.uniform(0.1, 1))
        self.slurm.start_controller()
        return f"process {victim}"

    def fill_disk(self):
        """Until not a byte goes on it; a moment later there is room again."""
        if not os.path.ismount("sweep"):
            return None
        try:
            with open("sweep/filler", "wb", buffering=0) as file:
                while True:
                    file.write(bytes(1 << 20))
        except OSError as failure:
            said = str(failure)
        time.sleep(self.rng.uniform(0.2, 1))
        os.unlink("sweep/filler")
        return said

    @staticmethod
    def wait_for(done):
        """Until so many runs are done, so that events are spread over the sweep however fast the machine is; but
        not for long: the one before may have left no worker."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit and list(states("sweep").values()).count("done") < done:
            time.sleep(0.1)

    def kinds(self):
        """Each as often as the others, in an order of the seed's."""
        kinds = [self.kill_worker, self.cancel, self.requeue, self.warn, self.node_down,
                 self.kill_controller, self.fill_disk]
        chosen = (kinds * (EVENTS // len(kinds) + 1))[:EVENTS]
        self.rng.shuffle(chosen)
        return chosen

    def disturb(self, number, kind):
        """One event. Where there is no worker for it, it waits for one."""
        self.wait_for(SPREAD * RUNS * number / EVENTS)
        did, limit = None, time.monotonic() + 30
        while not did:
            assert time.monotonic() < limit, f"no worker for {kind.__name__}: {self.why_none()}"
            time.sleep(self.rng.uniform(0, 0.5))
            did = kind()
            self.release()
            self.submit()
        self.counts[kind.__name__] = self.counts.get(kind.__name__, 0) + 1
        done = list(states("sweep").values()).count("done")
        print(f"event {number:2}  {time.monotonic() - self.began:5.1f} s  {kind.__name__:16} {did}  ({done} done)",
              flush=True)


def prepare(folder):
    """The sweep's files, and a disk of its own that can be filled; that needs root."""
    os.makedirs(f"{folder}/sweep")
    write_sweep("hostile.yaml", SWEEP, folder)
    result = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", f"{folder}/sweep"],
                            capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print("no full disk: ", result.stderr.strip())


def at_rest(slurm, operator):
    """No worker is left, because no run is."""
    operator.release()
    return slurm.tasks() == {}


def finish(slurm, operator):
    """All that is left, as its user would: the sweep again, until nothing is missing or failed."""
    for turn in range(6):
        until(lambda: at_rest(slurm, operator), 400, f"jobs do not end: {slurm.tasks()}")
        left = [name for name, state in states("sweep").items() if state != "done"]
        print(f"turn {turn}: {len(left)} left, {len(reasons('sweep'))} of them failed for want of space", flush=True)
        for reason in reasons("sweep").values():
            assert "No space left" in reason, f"failed, but not for want of space: {reason}"
        if not left:
            return
        slurm.call(RONDO, "sweep", "hostile.yaml", "--slurm", "--array", str(WORKERS))
    raise AssertionError(f"not done: {left}")


def undisturbed():
    """One process, one thread, beside the other sweep."""
    prepare("quiet")
    with open("quiet/log", "w", encoding="utf-8") as log:
        return subprocess.Popen([RONDO, "sweep", "hostile.yaml", "--worker", "--threads", "1"], cwd="quiet",
                                stdout=log, stderr=log)


def tables(folder):
    """What rondo compare says of the sweep in a folder, but for the report's appendix of times."""
    said = {"table": run(RONDO, "compare", "sweep", cwd=folder),
            "csv": run(RONDO, "compare", "sweep", "--csv", cwd=folder)}
    run(RONDO, "compare", "sweep", "--html", "report.html", "--no-appendix", cwd=folder)
    return {**said, "report": read(f"{folder}/report.html")}


def compare():
    quiet, noisy = digests("quiet/sweep"), digests("noisy/sweep")
    assert len(quiet) == 3 * RUNS, f"{len(quiet)} digests"
    differ = sorted(key for key in quiet | noisy if quiet.get(key) != noisy.get(key))
    assert not differ, f"{len(differ)} differ: {differ[:10]}"
    expected = tables("quiet")
    for name, text in tables("noisy").items():
        assert text == expected[name], f"the {name} differs"
        print(f"{name}: {len(text)} characters, the same")


def disturbed():
    with Slurm("../slurm", WORKERS) as slurm:
        print(slurm.call(RONDO, "sweep", "hostile.yaml", "--slurm", "--array", str(WORKERS)).strip())
        operator = Operator(slurm, random.Random(SEED))
        for number, kind in enumerate(operator.kinds(), 1):
            operator.disturb(number, kind)
        print("events:", operator.counts, flush=True)
        finish(slurm, operator)


def test_hostile():
    began, home = time.monotonic(), os.getcwd()
    prepare("noisy")
    quiet = undisturbed()
    try:
        os.chdir("noisy")
        disturbed()
        os.chdir(home)
        print(f"all done after {time.monotonic() - began:.0f} s", flush=True)
        quiet.wait(timeout=300)
        assert quiet.returncode == 0, f"the undisturbed sweep: status {quiet.returncode}"
        print(f"the undisturbed one after {time.monotonic() - began:.0f} s", flush=True)
        compare()
    finally:
        os.chdir(home)
        quiet.kill()
        quiet.wait()
        for folder in "noisy/sweep", "quiet/sweep":
            if os.path.ismount(folder):
                run("umount", "-l", folder, expect=None)
