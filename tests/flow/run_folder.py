#!/usr/bin/env python3
"""What a run does with its folder, with signals and with time: run_folder.py RONDO DIGEST TEST."""
import os
import re
import resource
import signal
import socket
import subprocess
import time

from flow import (DONE, FAILED, RONDO, STOPPED, STREAM, USAGE, check, digest, journal, main, make_data,
                  rondo, same, train, write)

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
        check(process.poll() is None, f"ended: {process.poll()}")
        check(time.monotonic() < until, f"{wait_for} does not come")
        time.sleep(0.01)
    return process


def finish(process, expect):
    _, error = process.communicate(timeout=100)
    check(process.returncode == expect, f"exit status {process.returncode}, not {expect}: {error}")
    return error


# --- tests ---------------------------------------------------------------------------------------------

def second_process():
    """A second training in the folder names the first and writes nothing; other verbs may read."""
    write("c.yaml", LONG)
    process = start("c.yaml", "--output", "run")
    process.send_signal(signal.SIGSTOP)  # what it writes stands still, and it still counts
    before = contents("run")
    for arguments in (["c.yaml"], ["c.yaml", "--set", "seed=2"], ["c.yaml", "--resume"],
                      ["c.yaml", "--overwrite"], ["run/config.yaml", "--overwrite"]):
        _, error = train(arguments[0], "run", *arguments[1:], expect=USAGE)
        check(f"process {process.pid} on host {socket.gethostname()} " in error, error)
        check("--output" in error and len(error.splitlines()) == 1, error)
    os.symlink("run", "same")
    train("c.yaml", "same", expect=USAGE)
    train("c.yaml", "./same/../run/", expect=USAGE)
    rondo("evaluate", "run")
    rondo("sample", "run", "--count", "1", "--length", "5")
    rondo("inspect", "gradients", "run", "--sequences", "1", "--output", "elsewhere")
    check(contents("run") == before, "something was written")
    process.send_signal(signal.SIGCONT)
    process.terminate()
    finish(process, STOPPED)
    check("lock" not in os.listdir("run"), str(os.listdir("run")))


def before_the_data():
    """A folder in use is found before the data are read; a new one is not made where they fail."""
    write("c.yaml", LONG)
    process = start("c.yaml", "--output", "run", wait_for="run/lock")
    os.rename("text.txt", "moved.txt")
    _, error = train("c.yaml", "run", expect=USAGE)
    check("is in use" in error, error)
    train("c.yaml", "new", expect=USAGE)
    check(not os.path.exists("new"), "a folder was made in vain")
    process.kill()
    process.communicate()


def killed_lock():
    """What a killed process held is free at once, and its half-written files go."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole")
    process = start("c.yaml", "--output", "run", "--set", "train.epochs=100000")
    process.kill()
    process.communicate()
    gone = process.pid
    check("lock" in os.listdir("run"), str(os.listdir("run")))
    stale = [f"run/{name}.tmp-{gone}" for name in ("config.yaml", "metrics.h5", "metrics.jsonl", "lock",
                                                   "checkpoints/latest.h5", "checkpoints/latest-2.h5",
                                                   "checkpoints/best.h5")]
    others = ["run/notes.tmp-1", f"run/mine.h5.tmp-{gone}", "run/config.yaml.tmp-x",
              f"run/checkpoints/mine.h5.tmp-{gone}", f"run/latest.h5.tmp-{gone}",
              f"run/metrics.h5.tmp-{os.getpid()}"]
    for path in stale + others:
        write(path, "x")
    _, error = train("c.yaml", "run", expect=USAGE)
    check("already holds a run" in error, error)
    check([path for path in stale + others if os.path.exists(path)] == others, str(contents("run").keys()))
    train("c.yaml", "run", "--resume")
    same("whole", "run")
    check([path for path in others if not os.path.exists(path)] == [], "another's files are gone")


def taken_over():
    """A run whose lock is gone writes no checkpoint any more."""
    write("c.yaml", LONG)
    process = start("c.yaml", "--output", "run")
    process.send_signal(signal.SIGSTOP)
    os.rename("run/lock", "away")
    write("run/lock", "another's")
    before = digest("run")
    process.send_signal(signal.SIGCONT)
    error = finish(process, FAILED)
    check("run/lock is no longer this process's" in error, error)
    check(digest("run") == before, "a checkpoint was written")
    with open("run/lock", encoding="utf-8") as file:
        check(file.read() == "another's", "another's lock was removed")


def race():
    """Of many that start at once in a new folder one trains."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole")
    processes = [subprocess.Popen([RONDO, "train", "c.yaml", "--output", "run", "--threads", "1"],
                                  stderr=subprocess.PIPE, text=True) for _ in range(6)]
    errors = [(process.communicate(timeout=100)[1], process.returncode) for process in processes]
    check(sorted(code for _, code in errors) == [DONE] + 5 * [USAGE], str(errors))
    check(all("is in use" in error or "already holds a run" in error
              for error, code in errors if code == USAGE), str(errors))
    same("whole", "run")
    check(journal("whole") == journal("run"), "the journals differ")


def signals():
    """What systems send to have a program end: a checkpoint, exit status 3, and the same bytes when it
    goes on. Repeated ones change nothing."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole")
    for name in "SIGUSR1", "SIGUSR2", "SIGHUP", "SIGXCPU", "SIGTERM", "SIGINT":
        process = start("c.yaml", "--output", name, "--set", "train.epochs=100000",
                        wait_for=f"{name}/checkpoints/latest.h5")
        process.send_signal(getattr(signal, name))
        if name not in ("SIGTERM", "SIGINT"):
            for _ in range(3):
                process.send_signal(getattr(signal, name))
        error = finish(process, STOPPED)
        check("stopped by a signal" in error and "--resume" in error, error)
    train("c.yaml", "cut", "--set", "train.max_steps=5")
    process = start("c.yaml", "--output", "cut", "--resume", "--set", "train.max_steps=100000",
                    "--set", "train.epochs=100000", wait_for="cut/checkpoints/latest-1.h5")
    process.send_signal(signal.SIGUSR1)
    finish(process, STOPPED)
    records = [record for record in journal("cut") if record["kind"] == "train"]
    whole = [record for record in journal("whole") if record["kind"] == "train"]
    check(records[:len(whole)] == whole[:len(records)], "another course")


def ignored_signals():
    """nohup ignores SIGHUP, and so does rondo then; likewise what a batch script ignores."""
    write("c.yaml", LONG)
    for name in "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGXCPU":
        number = getattr(signal, name)
        process = start("c.yaml", "--output", name, wait_for=f"{name}/checkpoints/latest.h5",
                        preexec_fn=lambda: signal.signal(number, signal.SIG_IGN))
        process.send_signal(number)
        steps = len(journal(name))
        until = time.monotonic() + 100
        while len(journal(name)) < steps + 5 and process.poll() is None:
            check(time.monotonic() < until, "stands still")
            time.sleep(0.01)
        check(process.poll() is None, f"{name} ended it")
        process.terminate()
        finish(process, STOPPED)


def processor_time():
    """`ulimit -t`: SIGXCPU comes every second from the limit on."""
    write("c.yaml", LONG)
    process = subprocess.Popen(
        [RONDO, "train", "c.yaml", "--output", "run", "--threads", "1"], stderr=subprocess.PIPE,
        text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 20)))
    error = finish(process, STOPPED)
    check("stopped by a signal" in error, error)
    rondo("evaluate", "run", "--latest")


def max_minutes():
    """Stops as at a signal; may be changed when the run goes on; each process has its own time, and
    makes one step at least."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole", "--set", "train.max_steps=40")
    for step in range(1, 4):
        _, error = train("c.yaml", "run", "--resume", "--set", f"train.max_minutes={step}e-7", "--set",
                         "train.max_steps=40", expect=STOPPED)
        check(f"stopped at step {step}, after train.max_minutes ({step}e-07)" in error
              and "--resume" in error, error)
    train("c.yaml", "run", "--resume", "--set", "train.max_steps=40", "--set", "train.max_minutes=60")
    same("whole", "run")
    check(journal("whole") == journal("run"), "the journals differ")
    train("c.yaml", "done", "--set", "train.max_steps=1", "--set", "train.max_minutes=1e-9")
    for value in "-1", "soon", "1 h":
        _, error = train("c.yaml", "bad", "--set", f"train.max_minutes={value}", expect=USAGE)
        check("train.max_minutes" in error, error)


TESTS = [second_process, before_the_data, killed_lock, taken_over, race, signals, ignored_signals,
         processor_time, max_minutes]

if __name__ == "__main__":
    main(TESTS, make_data)
