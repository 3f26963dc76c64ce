"""The ledger and the workers of sweeps."""
import glob
import json
import math
import os
import random
import resource
import shutil
import signal
import subprocess
import time

import pytest

from experiments import STREAM
from program import DONE, FAILED, RONDO, STOPPED, USAGE, digest, journal, rondo, write

pytestmark = pytest.mark.usefixtures("text_and_tags")

# ctest: TIMEOUT 600

SWEEP = """
base: base.yaml
variants:
  lstm: {}
  gru: {model.layers.0.cell: gru}
  wide: {model.layers.1.hidden: 17}
seeds: 2
output: {folder: out}
"""

HALVING = """
base: base.yaml
axes: {optimizer.learning_rate: [0.03, 0.003, 0.0003], model.layers.1.hidden: [5, 13]}
seeds: 2
output: {folder: %s}
"""
RUNGS, KEEP = [1, 2, 4], 3


def run_folders(folder="out"):
    return sorted(glob.glob(f"{folder}/runs/*"))


def listed(file="s.yaml", *arguments):
    return json.loads(rondo("sweep", file, "--list", "--json", *arguments)[0])


def states(file="s.yaml", *arguments):
    return {row["run"]: row["state"] for row in listed(file, *arguments)}


def plan(folder="out"):
    """plan.yaml is JSON, too."""
    with open(f"{folder}/plan.yaml", encoding="utf-8") as file:
        return json.load(file)


def outcome(folder):
    with open(f"{folder}/outcome.yaml", encoding="utf-8") as file:
        lines = dict(line.rstrip("\n").split(": ", 1) for line in file)
    return {key: value if key == "state" else json.loads(value) for key, value in lines.items()}


def same_run(a, b):
    for name in "latest.h5", "best.h5":
        assert digest(a, name) == digest(b, name), f"{name} of {a} and {b} differ"
    assert journal(a) == journal(b), f"the journals of {a} and {b} differ"


def start(*arguments, **more):
    return subprocess.Popen([RONDO, "sweep", "s.yaml", *arguments], stderr=subprocess.PIPE,
                            text=True, **more)


def children(process):
    """Processes of the program that it started: not those that read HDF5 files for them."""
    output = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(process.pid)],
                            capture_output=True, text=True, check=False).stdout
    return [int(line.split()[0]) for line in output.splitlines() if "--worker" in line]


def wait_for(condition, text, seconds=60, process=None):
    """process: what brings it about, and does not end by itself before."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {text}"
        assert process is None or process.poll() is None, f"the program ended: {text}"
        time.sleep(0.02)


def has_records(folder):
    return any("\"epoch\"" in open(path, encoding="utf-8").read()
               for path in glob.glob(f"{folder}/metrics.jsonl"))


def send(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def disturb(numbers, seconds, arguments):
    """Runs the sweep while workers, and sometimes the program that has them, get signals at random."""
    fatal = [signal.SIGKILL, signal.SIGTERM, signal.SIGUSR1, signal.SIGXCPU]
    end = time.monotonic() + seconds
    events = 0
    while time.monotonic() < end:
        sweep = start(*arguments)
        while sweep.poll() is None and time.monotonic() < end:
            time.sleep(numbers.uniform(0.05, 0.5))
            workers = children(sweep)
            if numbers.random() < 0.15:
                send(sweep.pid, numbers.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGHUP]))
                events += 1
            elif workers:
                send(numbers.choice(workers), numbers.choice(fatal))
                events += 1
        sweep.send_signal(signal.SIGTERM)
        sweep.communicate(timeout=100)
        if all(state == "done" for state in states(*arguments_of_list(arguments)).values()):
            return events
    return events


def arguments_of_list(arguments):
    return ["s.yaml", *[word for word in arguments if word not in ("--threads", "3", "2")]]


def finish(arguments, most=10):
    for _ in range(most):
        result = subprocess.run([RONDO, "sweep", "s.yaml", *arguments], capture_output=True, text=True,
                                timeout=250, check=False)
        if result.returncode == DONE:
            return
    raise AssertionError(result.stderr)


def test_scheduling():
    """One worker with one thread; three workers that are killed and told to stop at random, with
    reruns; and `rondo train` with the sets of the plan: the same bits."""
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 25"))
    write("s.yaml", SWEEP)
    rondo("sweep", "s.yaml", "--output", "one", "--worker", "--threads", "1")
    events = disturb(random.Random(3), 12, ["--output", "many", "--threads", "3"])
    assert events > 5, f"only {events} signals"
    finish(["--output", "many", "--threads", "3"])
    names = [os.path.basename(path) for path in run_folders("one")]
    assert names == [os.path.basename(path) for path in run_folders("many")] and len(names) == 6, str(names)
    for name in names:
        same_run(f"one/runs/{name}", f"many/runs/{name}")
    assert len({digest(f"one/runs/{name}") for name in names}) == 6, "runs are the same"
    for run in plan("one")["runs"][1:4]:
        sets = [word for text in run["set"] for word in ("--set", text)]
        rondo("train", "base.yaml", *sets, "--output", "alone", "--overwrite")
        same_run(f"one/runs/{run['folder']}", "alone")


def test_sharing():
    """Several workers share a folder; each run is trained once, whoever takes it."""
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 1"))
    write("s.yaml", SWEEP.replace("seeds: 2", "seeds: 5"))
    workers = [start("--worker", "--threads", "1") for _ in range(4)]
    done = []
    for worker in workers:
        error = worker.communicate(timeout=250)[1]
        assert worker.returncode == DONE, error
        done.append([int(line.split()[1].rstrip(":")) for line in error.splitlines()
                     if line.startswith("run ") and line.endswith(": done")])
    assert sorted(sum(done, [])) == list(range(1, 16)), f"trained: {done}"
    assert sum(len(part) > 0 for part in done) > 1, f"one worker did all: {done}"
    assert set(states().values()) == {"done"}, str(states())
    for folder in run_folders():
        text = open(f"{folder}/log.txt", encoding="utf-8").read()
        assert text.count("no checkpoint in") == 1, f"{folder} was begun twice:\n{text}"


def test_takeover():
    """What a killed worker had in hand is taken over at once, and goes on from its checkpoint."""
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 4000"))
    write("s.yaml", SWEEP)
    worker = start("--worker", "--threads", "1")
    first = "out/runs/001-lstm-seed1"
    wait_for(lambda: has_records(first), "an epoch", process=worker)
    wait_for(lambda: os.path.exists(f"{first}/checkpoints/latest.h5"), "its checkpoint", process=worker)
    assert states()[1] == "running", str(states())
    worker.kill()
    worker.communicate()
    wait_for(lambda: states()[1] == "stopped", "a dead process's claim to be free")
    began = time.monotonic()
    worker = start("--run", "1")
    wait_for(lambda: "resuming" in open(f"{first}/log.txt", encoding="utf-8").read(), "the resumption")
    assert time.monotonic() - began < 30, "it waited for a dead process"
    worker.send_signal(signal.SIGUSR1)
    error = worker.communicate(timeout=100)[1]
    assert worker.returncode == STOPPED, error


def test_statuses():
    """--run: 0 done, now or before; 1 failed; 2 no such run; 3 stopped. --list says it."""
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 2"))
    write("s.yaml", SWEEP.replace("wide: {model.layers.1.hidden: 17}",
                                  "wild: {optimizer.learning_rate: 1.0e+38, clip.norm: 0}"))
    assert rondo("sweep", "s.yaml", "--list", "--pending")[0].split() == list("123456"), "pending"
    assert not os.path.exists("out"), "a list wrote something"
    rondo("sweep", "s.yaml", "--run", "2")
    _, error = rondo("sweep", "s.yaml", "--run", "3", expect=FAILED)
    assert error.splitlines()[-1].startswith("rondo: run 3: step "), error
    _, error = rondo("sweep", "s.yaml", "--run", "7", expect=USAGE)
    assert "1 to 6" in error, error
    before = digest("out/runs/002-gru-seed1")
    _, error = rondo("sweep", "s.yaml", "--run", "2")
    assert error.splitlines()[-1] == "run 2: already done", error
    assert digest("out/runs/002-gru-seed1") == before, "it was trained again"
    assert states() == {1: "missing", 2: "done", 3: "failed", 4: "missing", 5: "missing", 6: "missing"}, str(states())
    assert rondo("sweep", "s.yaml", "--list", "--pending")[0].split() == list("13456"), "pending"
    row = listed()[2]
    assert row["pending"] and row["reason"].startswith("step "), str(row)
    for pair in [("--list", "--run=1"), ("--worker", "--check"), ("--json",), ("--pending", "--worker")]:
        rondo("sweep", "s.yaml", *pair, expect=USAGE)
    if shutil.which("parallel"):
        subprocess.run(f"'{RONDO}' sweep s.yaml --list --pending | parallel --will-cite -j2 "
                       f"'{RONDO}' sweep s.yaml --run", shell=True, check=False, capture_output=True)
        assert sorted(states().values()) == ["done"] * 4 + ["failed"] * 2, str(states())


def test_failures():
    """Runs that are not finite, too large for the disk, or without a folder do not stop the others; a rerun
    tries them again."""
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 1"))
    write("s.yaml", SWEEP.replace("wide: {model.layers.1.hidden: 17}",
                                  "wild: {optimizer.learning_rate: 1.0e+38, clip.norm: 0}\n"
                                  "  large: {model.layers.1.hidden: 400}"))
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    sweep = start(preexec_fn=limit)
    error = sweep.communicate(timeout=250)[1]
    assert sweep.returncode == FAILED, error
    found = states()
    assert [found[k] for k in range(1, 9)] == ["done", "done", "failed", "failed"] * 2, str(found)
    assert "4 of 8 runs failed" in error, error
    assert "File too large" in outcome("out/runs/004-large-seed1")["reason"], "no reason"
    for line in outcome("out/runs/003-wild-seed1")["reason"], outcome("out/runs/008-large-seed2")["reason"]:
        assert line and "\n" not in line and line in error, f"{line!r} is not told:\n{error}"
    assert "003-wild-seed1" in open("out/sweep.log", encoding="utf-8").read(), "sweep.log"
    assert rondo("sweep", "s.yaml", "--worker")[1].count("run ") <= 1, "a worker tried what failed"
    _, error = rondo("sweep", "s.yaml", expect=FAILED)
    assert list(states().values()).count("failed") == 2, "the rerun did not try again"
    shutil.rmtree("out/runs/002-gru-seed1")
    shutil.rmtree("out/runs/005-lstm-seed2")
    write("out/runs/002-gru-seed1", "in the way")
    _, error = rondo("sweep", "s.yaml", expect=FAILED)
    assert "002-gru-seed1: exists and is not a folder" in error, error
    assert states()[5] == "done", "the others did not go on"


def test_best_of_list():
    """--list shows the value that a comparison takes: that of the tested checkpoint, not the last epoch's; the
    plan names the base as it is found from here."""
    os.makedirs("studies")
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 6"))
    write("studies/s.yaml", SWEEP.replace("base: base.yaml", "base: ../base.yaml") + "compare: {metric: valid loss}\n")
    rondo("sweep", "studies/s.yaml", "--run", "1")
    folder = "out/runs/001-lstm-seed1"
    lines = [json.loads(line) for line in open(f"{folder}/metrics.jsonl", encoding="utf-8")]
    last = [line for line in lines if line["kind"] == "valid"][-1]
    best = [line for line in lines if line["kind"] == "test"][-1]["checkpoint_epoch"]
    value = next(line["loss"] for line in lines if line["kind"] == "valid" and line["epoch"] == best)
    if best == last["epoch"]:  # then make an earlier epoch the tested one
        best, value = 2, next(line["loss"] for line in lines if line["kind"] == "valid" and line["epoch"] == 2)
        text = open(f"{folder}/metrics.jsonl", encoding="utf-8").read()
        write(f"{folder}/metrics.jsonl", text.replace('"checkpoint_epoch": 6', '"checkpoint_epoch": 2'))
    assert value != last["loss"], "the test needs two values"
    listed_value = listed("studies/s.yaml")[0]["value"]
    assert listed_value == value, f"{listed_value} is not {value} of epoch {best}"
    assert os.path.samefile(plan()["base"], "base.yaml"), plan()["base"]
    os.chdir("studies")
    rondo("sweep", "s.yaml", "--output", "../out", "--run", "2")
    assert os.path.exists("../out/runs/002-gru-seed1/outcome.yaml"), "started from another folder"


def test_unwritable():
    """Three runs in a row that cannot even say that they failed end a worker, which leaves the others free; with
    the disk mended the rest is done."""
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 1"))
    write("s.yaml", SWEEP)
    rondo("sweep", "s.yaml", "--run", "1")
    names = [run["folder"] for run in plan()["runs"]]
    for name in names[1:4]:
        write(f"out/runs/{name}", "in the way")
    _, error = rondo("sweep", "s.yaml", "--worker", "--threads", "1", expect=FAILED)
    assert "3 runs in a row failed without being able to record it" in error and "exists and is not a folder" in error, (
        error)
    assert not os.path.exists(f"out/runs/{names[4]}"), "the worker went on"
    _, error = rondo("sweep", "s.yaml", "--threads", "1", expect=FAILED)
    assert "5 runs are not done" in error, error
    for name in names[1:4]:
        os.remove(f"out/runs/{name}")
    rondo("sweep", "s.yaml", "--threads", "1")
    assert set(states().values()) == {"done"}, str(states())


@pytest.mark.unsanitized("the sanitizer ends a process that crashes without its signal")
def test_crashes():
    """A worker that a crash takes away is replaced; a run that does it twice has failed, and the others are
    done."""
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 1"))
    write("s.yaml", SWEEP.replace("wide: {model.layers.1.hidden: 17}",
                                  "long: {train.epochs: 100000, output.checkpoint_every: {epochs: 0, steps: 0},"
                                  " data.split.valid: 0, schedule.name: constant}"))
    sweep = start("--threads", "2")
    log = "out/runs/003-long-seed1/log.txt"
    for deaths in range(2):
        wait_for(lambda: os.path.exists(log) and
                 open(log, encoding="utf-8").read().count("no checkpoint in") == deaths + 1, "its start",
                 process=sweep)
        wait_for(lambda: os.path.exists("out/runs/003-long-seed1/lock"), "its lock")
        holder = open("out/runs/003-long-seed1/lock", encoding="utf-8").read()
        send(int(holder.split("process: ")[1].split()[0]), signal.SIGSEGV)
    wait_for(lambda: os.path.exists("out/runs/003-long-seed1/outcome.yaml"), "the outcome")
    found = outcome("out/runs/003-long-seed1")
    assert found["state"] == "failed" and "SIGSEGV" in found["reason"], str(found)
    wait_for(lambda: all(states()[run] == "done" for run in (1, 2, 4, 5)), "the others")
    sweep.send_signal(signal.SIGINT)
    error = sweep.communicate(timeout=100)[1]
    assert sweep.returncode == STOPPED, error
    assert states() == {1: "done", 2: "done", 3: "failed", 4: "done", 5: "done", 6: "stopped"}, str(states())


def test_stops():
    """Signals to the program: workers write checkpoints and end; when it is killed itself, too."""
    write("base.yaml", STREAM.replace("epochs: 4", "epochs: 4000"))
    write("s.yaml", SWEEP)
    for number in signal.SIGINT, signal.SIGUSR1, signal.SIGKILL:
        shutil.rmtree("out", ignore_errors=True)
        sweep = start("--threads", "2")
        folders = "out/runs/001-lstm-seed1", "out/runs/002-gru-seed1"
        wait_for(lambda: all(has_records(folder) for folder in folders), "two runs at work", process=sweep)
        workers = children(sweep)
        assert len(workers) == 2, str(workers)
        sweep.send_signal(number)
        sweep.communicate(timeout=100)
        assert sweep.returncode == (-9 if number == signal.SIGKILL else STOPPED), str(sweep.returncode)
        wait_for(lambda: not any(os.path.exists(f"/proc/{worker}") for worker in workers),
                 "workers to end", 20)
        assert [states()[k] for k in (1, 2, 3)] == ["stopped", "stopped", "missing"], str(states())
        assert not glob.glob("out/runs/*/lock"), "a lock was left"


def test_more_threads():
    """When fewer runs than processors are left, they get more threads, and their bits stay."""
    write("base.yaml", STREAM)
    write("s.yaml", "base: base.yaml\nvariants: {short: {train.epochs: 1}, long: {train.epochs: 30}}\n"
                    "seeds: 1\noutput: {folder: out}\n")
    rondo("sweep", "s.yaml", "--threads", "2")
    assert outcome("out/runs/001-short-seed1")["threads"] == 1, "the short run"
    assert outcome("out/runs/002-long-seed1")["threads"] == 2, "the last run did not get two threads"
    rondo("sweep", "s.yaml", "--output", "one", "--worker", "--threads", "1")
    same_run("out/runs/002-long-seed1", "one/runs/002-long-seed1")


def by_hand(folder):
    """The runs that each rung takes on, from the journals of whole runs."""
    runs = {run["number"]: f"{folder}/runs/{run['folder']}" for run in plan(folder)["runs"]}
    entered, kept = sorted(runs), []
    for rung in RUNGS[:-1]:
        losses = {}
        for number in entered:
            records = [record for record in journal(runs[number])
                       if record["kind"] == "valid" and record["epoch"] == rung]
            losses[number] = records[0]["loss"] if records[0]["loss"] is not None else math.inf
        entered = sorted(entered, key=lambda number: (losses[number], number))[:max(1, len(entered) // KEEP)]
        kept.append(sorted(entered))
    return kept


def test_halving():
    """Who is promoted is what Python computes from whole runs; however many workers, and kills; who
    comes to the end has the bits of the whole run."""
    write("base.yaml", STREAM)
    halved = HALVING % "out" + f"halving: {{metric: valid loss, keep: 1/{KEEP}, rungs: {RUNGS}}}\n"
    write("w.yaml", HALVING % "whole" + f"set: {{train.epochs: {RUNGS[-1]}}}\n")
    write("s.yaml", halved)
    rondo("sweep", "w.yaml")
    first, second = by_hand("whole")
    assert len(first) == 4 and len(second) == 1, f"{first} {second}"
    rondo("sweep", "s.yaml", "--output", "one", "--worker", "--threads", "1")
    disturb(random.Random(5), 6, ["--output", "many", "--threads", "3"])
    finish(["--output", "many", "--threads", "3"])
    for folder in "one", "many":
        for run in plan(folder)["runs"]:
            number, name = run["number"], run["folder"]
            found = outcome(f"{folder}/runs/{name}")
            rung = 3 if number in second else 2 if number in first else 1
            expected = ("done", RUNGS[-1]) if rung == 3 else ("halted", RUNGS[rung - 1])
            assert (found["state"], found["epochs"]) == expected, f"{folder} {number}: {found}"
            assert rung == 3 or found["rung"] == rung, f"{folder} {number}: {found}"
        same_run(f"{folder}/runs/{plan(folder)['runs'][second[0] - 1]['folder']}",
                 f"whole/runs/{plan('whole')['runs'][second[0] - 1]['folder']}")
    for run in plan("one")["runs"]:
        same_run(f"one/runs/{run['folder']}", f"many/runs/{run['folder']}")
    assert rondo("sweep", "s.yaml", "--list", "--pending", "--output", "one")[0] == "", "something is to be done"
    before = open("one/rung-1.yaml", encoding="utf-8").read()
    rondo("sweep", "s.yaml", "--output", "one")
    assert before == open("one/rung-1.yaml", encoding="utf-8").read(), "the decision changed"


def test_halving_by_runs():
    """--run alone takes a halving to its end, as often as --list --pending names runs. A run that failed ranks
    last, and is not promoted when it succeeds after the decision."""
    write("base.yaml", STREAM)
    write("s.yaml", HALVING % "out" + f"halving: {{metric: valid loss, keep: 1/{KEEP}, rungs: {RUNGS}}}\n")
    rondo("sweep", "s.yaml", "--output", "whole", "--worker")
    best = next(run for run in listed("s.yaml", "--output", "whole") if run["state"] == "done")
    rondo("sweep", "s.yaml", "--run", str(best["run"]))
    folder = f"out/runs/{best['folder']}"
    write(f"{folder}/outcome.yaml", "state: failed\nreason: \"planted\"\nrung: 0\n")
    rounds = []
    while len(rounds) < 6:
        pending = rondo("sweep", "s.yaml", "--list", "--pending")[0].split()
        assert str(best["run"]) in pending, f"what failed is not to be done: {pending}"
        pending.remove(str(best["run"]))
        if not pending:
            break
        rounds.append(pending)
        for number in pending:
            rondo("sweep", "s.yaml", "--run", number)
    assert [len(pending) for pending in rounds] == [11, 4, 1], str(rounds)
    assert str(best["run"]) not in rounds[1], "a run that failed was promoted"
    ranks = open("out/rung-1.yaml", encoding="utf-8").read()
    assert ranks.rstrip().endswith(f"{{run: {best['run']}, value: null}}"), ranks
    rondo("sweep", "s.yaml")
    assert open("out/rung-1.yaml", encoding="utf-8").read() == ranks, "the decision changed"
    row = next(run for run in listed() if run["run"] == best["run"])
    assert row["state"] == "halted" and row["rung"] == 1, str(row)
