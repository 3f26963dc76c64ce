#!/usr/bin/env python3
"""The hostile sweep: hostile.py RONDO DIGEST [SEED]. 200 runs by 4 workers on a real Slurm, and 50 events that
a cluster is known for, drawn with a seed: workers killed, jobs cancelled, requeued, warned, the node down, the
controller killed, the disk full. What comes out is the same, byte for byte, as by one process with one
thread that nobody disturbed."""
import collections
import random

from harness import *  # pylint: disable=wildcard-import,unused-wildcard-import

DIGEST = os.path.abspath(sys.argv[2])
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
RUNS, WORKERS, EVENTS = 200, 4, 50
SPREAD = 0.7  # of the runs are done at the last event: it still finds workers, on a fast machine, too
PATIENCE = 3  # seconds
DISK = 400 << 20  # bytes of the disk that gets full

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
        self.counts, self.idle_since = {}, time.monotonic()

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
            check(time.monotonic() < limit, f"no worker for {kind.__name__}: {self.why_none()}")
            time.sleep(self.rng.uniform(0, 0.5))
            did = kind()
            self.release()
            self.submit()
        self.counts[kind.__name__] = self.counts.get(kind.__name__, 0) + 1
        done = list(states("sweep").values()).count("done")
        print(f"event {number:2}  {time.monotonic() - START:5.1f} s  {kind.__name__:16} {did}  ({done} done)",
              flush=True)


def mount():
    """A disk of its own for a sweep, that can be filled; needs root."""
    os.mkdir("sweep")
    result = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", "sweep"],
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
            check("No space left" in reason, f"failed, but not for want of space: {reason}")
        if not left:
            return
        slurm.call(RONDO, "sweep", "hostile.yaml", "--slurm", "--array", str(WORKERS))
    check(False, f"not done: {left}")


def sweep_files():
    for name, text in ("base.yaml", BASE), ("hostile.yaml", SWEEP):
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)


def undisturbed():
    """One process, one thread, beside the other sweep."""
    os.mkdir("quiet")
    os.chdir("quiet")
    sweep_files()
    mount()
    with open("log", "w", encoding="utf-8") as log:
        process = subprocess.Popen([RONDO, "sweep", "hostile.yaml", "--worker", "--threads", "1"],
                                   stdout=log, stderr=log)
    os.chdir("..")
    return process


def tables(folder):
    """What rondo compare says of the sweep in a folder, but for the report's appendix of times."""
    said = {"table": run(RONDO, "compare", "sweep", cwd=folder),
            "csv": run(RONDO, "compare", "sweep", "--csv", cwd=folder)}
    run(RONDO, "compare", "sweep", "--html", "report.html", "--no-appendix", cwd=folder)
    with open(f"{folder}/report.html", encoding="utf-8") as file:
        said["report"] = file.read()
    return said


def compare():
    quiet, hostile = digests("quiet/sweep", DIGEST), digests("noisy/sweep", DIGEST)
    check(len(quiet) == 3 * RUNS, f"{len(quiet)} digests")
    differ = sorted(key for key in quiet | hostile if quiet.get(key) != hostile.get(key))
    check(not differ, f"{len(differ)} differ: {differ[:10]}")
    for name, text in tables("quiet").items():
        other = tables("noisy")[name]
        check(text == other, f"the {name} differs")
        print(f"{name}: {len(text)} characters, the same")


def hostile():
    rng, home = random.Random(SEED), os.getcwd()
    quiet = undisturbed()
    try:
        os.mkdir("noisy")
        os.chdir("noisy")
        sweep_files()
        mount()
        with Slurm("../slurm", WORKERS) as slurm:
            print(slurm.call(RONDO, "sweep", "hostile.yaml", "--slurm", "--array", str(WORKERS)).strip())
            operator = Operator(slurm, rng)
            for number, kind in enumerate(operator.kinds(), 1):
                operator.disturb(number, kind)
            print("events:", operator.counts, flush=True)
            finish(slurm, operator)
        os.chdir(home)
        print(f"all done after {time.monotonic() - START:.0f} s", flush=True)
        quiet.wait(timeout=300)
        check(quiet.returncode == 0, f"the undisturbed sweep: status {quiet.returncode}")
        print(f"the undisturbed one after {time.monotonic() - START:.0f} s", flush=True)
        compare()
    finally:
        os.chdir(home)
        quiet.kill()
        quiet.wait()
        for folder in "noisy/sweep", "quiet/sweep":
            if os.path.ismount(folder):
                run("umount", "-l", folder, expect=None)


START = time.monotonic()
if __name__ == "__main__":
    main(hostile)
