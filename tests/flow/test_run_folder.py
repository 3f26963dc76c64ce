"""What a run does with its folder, with signals and with time."""
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import time

import pytest

from experiments import STREAM, TAGGER
from program import DONE, FAILED, RONDO, STOPPED, USAGE, digest, journal, rondo, same, shell, train, write

pytestmark = pytest.mark.usefixtures("text_and_tags")
from running import LONG, contents, start


def stop(process):
    """From here on nothing is written."""
    process.send_signal(signal.SIGSTOP)
    while True:
        with open(f"/proc/{process.pid}/stat", encoding="utf-8") as file:
            if file.read().rpartition(")")[2].split()[0] in ("T", "Z"):
                return
        time.sleep(0.001)


def finish(process, expect):
    _, error = process.communicate(timeout=100)
    assert process.returncode == expect, f"exit status {process.returncode}, not {expect}: {error}"
    return error


# --- tests ---------------------------------------------------------------------------------------------

def test_second_process():
    """A second training in the folder names the first and writes nothing; other verbs may read."""
    write("c.yaml", LONG)
    process = start("c.yaml", "--output", "run")
    stop(process)  # it counts all the same
    before = contents("run")
    for arguments in (["c.yaml"], ["c.yaml", "--set", "seed=2"], ["c.yaml", "--resume"],
                      ["c.yaml", "--overwrite"], ["run/config.yaml", "--overwrite"]):
        _, error = train(arguments[0], "run", *arguments[1:], expect=USAGE)
        assert f"process {process.pid} on host {socket.gethostname()} " in error, error
        assert "--output" in error and len(error.splitlines()) == 1, error
    os.symlink("run", "same")
    train("c.yaml", "same", expect=USAGE)
    train("c.yaml", "./same/../run/", expect=USAGE)
    rondo("evaluate", "run")
    rondo("sample", "run", "--count", "1", "--length", "5")
    rondo("inspect", "gradients", "run", "--sequences", "1", "--output", "elsewhere")
    assert contents("run") == before, "something was written"
    process.send_signal(signal.SIGCONT)
    process.terminate()
    finish(process, STOPPED)
    assert "lock" not in os.listdir("run"), str(os.listdir("run"))


def test_before_the_data():
    """A folder in use is found before the data are read; a new one is not made where they fail."""
    write("c.yaml", LONG)
    process = start("c.yaml", "--output", "run", wait_for="run/lock")
    os.rename("text.txt", "moved.txt")
    _, error = train("c.yaml", "run", expect=USAGE)
    assert "is in use" in error, error
    train("c.yaml", "new", expect=USAGE)
    assert not os.path.exists("new"), "a folder was made in vain"
    process.kill()
    process.communicate()


def test_killed_lock():
    """What a killed process held is free at once, and its half-written files go."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole")
    process = start("c.yaml", "--output", "run", "--set", "train.epochs=100000")
    process.kill()
    process.communicate()
    gone = process.pid
    assert "lock" in os.listdir("run"), str(os.listdir("run"))
    stale = [f"run/{name}.tmp-{gone}" for name in ("config.yaml", "metrics.h5", "metrics.jsonl", "lock",
                                                   "checkpoints/latest.h5", "checkpoints/latest-2.h5",
                                                   "checkpoints/best.h5")]
    others = ["run/notes.tmp-1", f"run/mine.h5.tmp-{gone}", "run/config.yaml.tmp-x",
              f"run/checkpoints/mine.h5.tmp-{gone}", f"run/latest.h5.tmp-{gone}",
              f"run/metrics.h5.tmp-{os.getpid()}"]
    for path in stale + others:
        write(path, "x")
    _, error = train("c.yaml", "run", expect=USAGE)
    assert "already holds a run" in error, error
    assert [path for path in stale + others if os.path.exists(path)] == others, str(contents("run").keys())
    train("c.yaml", "run", "--resume")
    same("whole", "run")
    assert [path for path in others if not os.path.exists(path)] == [], "another's files are gone"


def test_taken_over():
    """A run whose lock is gone writes no checkpoint any more."""
    write("c.yaml", LONG)
    process = start("c.yaml", "--output", "run")
    stop(process)
    while [name for name in contents("run") if ".tmp-" in name]:  # one that is being written counts
        process.send_signal(signal.SIGCONT)
        time.sleep(0.002)
        stop(process)
    os.rename("run/lock", "away")
    write("run/lock", "another's")
    before = digest("run")
    process.send_signal(signal.SIGCONT)
    error = finish(process, FAILED)
    assert "run/lock is no longer this process's" in error, error
    assert digest("run") == before, "a checkpoint was written"
    with open("run/lock", encoding="utf-8") as file:
        assert file.read() == "another's", "another's lock was removed"


def test_race():
    """Of many that start at once in a new folder one trains."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole")
    processes = [subprocess.Popen([RONDO, "train", "c.yaml", "--output", "run", "--threads", "1"],
                                  stderr=subprocess.PIPE, text=True) for _ in range(6)]
    errors = [(process.communicate(timeout=100)[1], process.returncode) for process in processes]
    assert sorted(code for _, code in errors) == [DONE] + 5 * [USAGE], str(errors)
    assert all("is in use" in error or "already holds a run" in error for error, code in errors if code == USAGE), (
        str(errors))
    same("whole", "run")
    assert journal("whole") == journal("run"), "the journals differ"


def test_signals():
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
        assert "stopped by a signal" in error and "--resume" in error, error
    train("c.yaml", "cut", "--set", "train.max_steps=5")
    process = start("c.yaml", "--output", "cut", "--resume", "--set", "train.max_steps=100000",
                    "--set", "train.epochs=100000", wait_for="cut/checkpoints/latest-1.h5")
    process.send_signal(signal.SIGUSR1)
    finish(process, STOPPED)
    records = [record for record in journal("cut") if record["kind"] == "train"]
    whole = [record for record in journal("whole") if record["kind"] == "train"]
    assert records[:len(whole)] == whole[:len(records)], "another course"


def test_ignored_signals():
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
            assert time.monotonic() < until, "stands still"
            time.sleep(0.01)
        assert process.poll() is None, f"{name} ended it"
        process.terminate()
        finish(process, STOPPED)


def test_processor_time():
    """`ulimit -t`: SIGXCPU comes every second from the limit on."""
    write("c.yaml", LONG)
    process = subprocess.Popen(
        [RONDO, "train", "c.yaml", "--output", "run", "--threads", "1"], stderr=subprocess.PIPE,
        text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 20)))
    error = finish(process, STOPPED)
    assert "stopped by a signal" in error, error
    rondo("evaluate", "run", "--latest")


def test_max_minutes():
    """Stops as at a signal; may be changed when the run goes on; each process has its own time, and
    makes one step at least."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole", "--set", "train.max_steps=40")
    for step in range(1, 4):
        _, error = train("c.yaml", "run", "--resume", "--set", f"train.max_minutes={step}e-7", "--set",
                         "train.max_steps=40", expect=STOPPED)
        assert f"stopped at step {step}, after train.max_minutes ({step}e-07)" in error and "--resume" in error, error
    train("c.yaml", "run", "--resume", "--set", "train.max_steps=40", "--set", "train.max_minutes=60")
    same("whole", "run")
    assert journal("whole") == journal("run"), "the journals differ"
    train("c.yaml", "done", "--set", "train.max_steps=1", "--set", "train.max_minutes=1e-9")
    for value in "-1", "soon", "1 h":
        _, error = train("c.yaml", "bad", "--set", f"train.max_minutes={value}", expect=USAGE)
        assert "train.max_minutes" in error, error


def test_links():
    """An untrusted run folder: nothing is written through a symbolic link."""
    write("c.yaml", STREAM)
    train("c.yaml", "start", "--set", "train.max_steps=12")
    write("precious", "text")
    os.mkdir("elsewhere")
    names = ["log.txt", "metrics.jsonl", "metrics.h5", "config.yaml", "lock", "checkpoints",
             "checkpoints/latest.h5", "checkpoints/latest-1.h5", "checkpoints/best.h5"]
    for name in names:
        for target in ("precious", "nowhere"):
            shutil.rmtree("run", ignore_errors=True)
            shutil.copytree("start", "run")
            path = f"run/{name}"
            if name == "checkpoints":
                shutil.rmtree(path)
            elif os.path.exists(path):
                os.remove(path)
            link = os.path.abspath(target if name != "checkpoints" else "elsewhere")
            os.symlink(link, path)
            before = contents("run")
            for how in "--resume", "--overwrite":
                _, error = train("c.yaml", "run", how, expect=USAGE)
                assert f"{path}: is a symbolic link" in error and len(error.splitlines()) == 1, error
                assert contents("run") == before, f"{name}: something was written"
            assert (open("precious").read() == "text" and not os.path.exists("nowhere")
                    and os.listdir("elsewhere") == []), f"{name}: written through"
    os.symlink("start", "run-elsewhere")  # the folder itself is the user's word
    train("c.yaml", "run-elsewhere", "--resume", "--set", "train.max_steps=14")
    os.symlink(os.path.abspath("elsewhere"), "start/inspect")
    _, error = rondo("inspect", "gradients", "start", "--sequences", "1", expect=USAGE)
    assert "start/inspect: is a symbolic link" in error and os.listdir("elsewhere") == [], error


def test_pipes():
    """Nobody waits for the writer of a pipe that has a file's name."""
    write("c.yaml", STREAM)
    train("c.yaml", "start", "--set", "train.max_steps=12")
    read = {"log.txt": "cannot open", "metrics.jsonl": "is not a regular file",
            "checkpoints/latest.h5": "is not a regular file"}
    for name, text in read.items():
        shutil.rmtree("run", ignore_errors=True)
        shutil.copytree("start", "run")
        os.remove(f"run/{name}")
        os.mkfifo(f"run/{name}")
        ended = subprocess.run([RONDO, "train", "c.yaml", "--output", "run", "--resume"], capture_output=True, text=True,
                               check=False, timeout=60)
        assert ended.returncode == FAILED and ended.stderr.startswith(f"rondo: run/{name}: {text}"), (
            f"{name}: {ended.returncode}, {ended.stderr}")


def test_foreign_files():
    """Folders that hold something else than a run are left as they are; runs of all ages are known."""
    write("c.yaml", STREAM)
    short = ["--set", "train.max_steps=3"]
    others = {"notes": {"notes.txt": "mine"},
              "project": {"config.yaml": "lr: 0.1\n", "checkpoints/epoch=1.ckpt": "x", "metrics.csv": "x"},
              "keras": {"config.yaml": "lr: 0.1\n", "checkpoints/best.h5": "x", "checkpoints/latest.h5": "x",
                        "train.py": "x"},
              "log": {"log.txt": "x"}, "config": {"config.yaml": STREAM}, "locked": {"lock": "4711\n"},
              "journal": {"metrics.jsonl": "{}\n", "config.yaml": "a: b\n", "x": ""}}
    for folder, files in others.items():
        for name, text in files.items():
            os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
            write(f"{folder}/{name}", text)
        before = contents(folder)
        for how in [], ["--overwrite"], ["--resume"]:
            _, error = train("c.yaml", folder, *how, expect=USAGE)
            assert "--output" in error or "move it away" in error, error
            assert len(error.splitlines()) == 1, error
        assert contents(folder) == before, f"{folder}: something was written"
    os.mkdir("mine")
    write("mine/config.yaml", STREAM.replace("path: text.txt", "path: ../text.txt")
          .replace("folder: run,", "folder: .,"))
    before = contents("mine")
    shell('cd mine && exec "$rondo" train config.yaml', expect=USAGE)
    assert contents("mine") == before, "the user's own config was overwritten"
    os.mkdir("empty")
    write("empty/.gitignore", "*\n")
    train("c.yaml", "empty", *short)
    os.mkdir("output")
    shell('exec "$rondo" train c.yaml --output output --set train.max_steps=3 >output/o.txt 2>&1')
    train("c.yaml", "run", *short)
    write("run/notes.txt", "beside the run's own files there may be others")
    for gone in ["metrics.jsonl", "config.yaml", "log.txt", "metrics.h5"]:
        train("c.yaml", "run", "--resume", *short)
        os.remove(f"run/{gone}")
        train("c.yaml", "run", "--resume", *short)
    for gone in ["metrics.jsonl", "config.yaml", "log.txt", "metrics.h5"]:
        os.remove(f"run/{gone}")
    train("c.yaml", "run", "--resume", *short)
    os.makedirs("old/checkpoints")  # ended before its first checkpoint
    write("old/log.txt", "2026-01-01 00:00:00 epoch 1\n")
    train("c.yaml", "old", *short)


def test_output_folder():
    """Only the command line names an output folder that is absolute or leads upwards. The config of a
    run lies in such a folder, and may name it."""
    away = os.path.abspath("away/run")
    short = ["--set", "train.max_steps=3"]
    os.mkdir("here")
    os.chdir("here")
    for number, folder in enumerate([away, "../away/run", "runs/../../away/run", "a/.."]):
        write("c.yaml", STREAM.replace("path: text.txt", "path: ../text.txt")
              .replace("folder: run,", f"folder: {folder},"))
        write("e.yaml", "extends: c.yaml\nseed: 3\n")
        for config, name in ("c.yaml", "c.yaml"), ("e.yaml", "./c.yaml"):
            for verb in ["train", config, *short], ["check", config], ["bench", config]:
                _, error = rondo(*verb, expect=USAGE)
                assert error.startswith(f"{name}:20:18: output.folder: ") and "--output" in error, error
                assert len(error.splitlines()) == 1, error
        rondo("check", "c.yaml", "--set", "output.folder=../away/run")
        train("c.yaml", f"given{number}", *short)
        rondo("train", "c.yaml", *short, "--set", f"output.folder=../away/{number}")
        assert os.path.exists(f"../away/{number}/config.yaml"), "not where the command line says"
    assert not os.path.exists(away) and not os.path.exists("runs"), str(os.listdir(".."))
    write("....yaml", STREAM.replace("path: text.txt", "path: ../text.txt").replace(
        "output: {folder: run, ", "output: {"))
    rondo("check", "....yaml")
    train("c.yaml", away, *short)
    rondo("train", f"{away}/config.yaml", *short, "--overwrite")
    rondo("train", f"{away}/config.yaml", "--set", "train.max_steps=5", "--resume")
    os.chdir(away)
    rondo("train", "config.yaml", *short, "--overwrite")
    shutil.copy("config.yaml", "../copied.yaml")
    rondo("train", "../copied.yaml", *short, "--overwrite", expect=USAGE)
    train("../copied.yaml", "../again", *short)
    assert digest(away) == digest("../again"), "the config of a run gives another one"


def steps_of(run):
    return [record for record in journal(run) if record["kind"] in ("train", "epoch")]


def limited(size, *arguments, expect):
    """The program, whose files may have so many bytes."""
    result = subprocess.run([RONDO, *arguments], capture_output=True, text=True, timeout=100,
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    assert result.returncode == expect, f"{size}: {arguments}: {result.returncode}: {result.stderr}"
    return result.stderr


def test_file_size():
    """`ulimit -f`: as with a full disk one line, exit status 1, and nothing half-written."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole")
    train("c.yaml", "part", "--set", "train.max_steps=30")
    best = os.path.getsize("whole/checkpoints/latest.h5")
    for size in 0, 100, 700, 3000, best // 2, best - 1:
        shutil.rmtree("run", ignore_errors=True)
        shutil.copytree("part", "run")
        error = limited(size, "train", "c.yaml", "--output", "run", "--resume", expect=FAILED)
        assert "File too large" in error, error
        assert not [name for name in contents("run") if "tmp" in name or name == "run/lock"], (
            str(contents("run").keys()))
        rondo("evaluate", "run", "--latest")
        train("c.yaml", "run", "--resume")
        same("whole", "run")
        assert steps_of("whole") == steps_of("run"), "the journals differ"
        limited(size, "train", "c.yaml", "--output", f"new{size}", expect=FAILED)
    write("t.yaml", TAGGER)
    train("t.yaml", "tagger", "--set", "train.epochs=1")
    write("precious", "text")
    for command in (["predict", "tagger", "tags.tsv", "--output", "precious"],
                    ["export", "t.yaml", "--output", "precious"],
                    ["inspect", "gradients", "whole", "--sequences", "1", "--output", "there"]):
        error = limited(50, *command, expect=FAILED)
        assert "File too large" in error and len(error.splitlines()) == 1, error
        assert open("precious").read() == "text", f"{command}: half-written"
    assert not [name for name in os.listdir(".") if "tmp" in name], str(os.listdir("."))
    assert not os.path.exists("there") or os.listdir("there") == [], "half-written"
    shell('ulimit -f 0; exec "$rondo" check c.yaml >out.txt', expect=FAILED)


def commands():
    """All verbs that `rondo --help` lists."""
    out, _ = rondo("--help")
    return [line.split()[0] for line in out.split("usage:")[1].split("\n") if line.startswith("  ")]


def test_quiet_of_every_command():
    """A command that offers --quiet has to be tried here: what it prints is errors, and what was asked for on stdout."""
    quiet = [verb for verb in commands() if "--quiet" in rondo(verb, "--help")[0]]
    assert len(commands()) > 10 and quiet == ["train"], f"{commands()}, --quiet: {quiet}"
    write("c.yaml", STREAM)
    loud = train("c.yaml", "loud")
    assert loud[1] and not loud[0], f"without --quiet: {loud}"
    for arguments in (), ("--resume",), ("--overwrite", "--threads", "2"), ("--overwrite", "--set", "train.max_steps=3"):
        said = train("c.yaml", "still", "--quiet", *arguments)
        assert said[:2] == ("", ""), f"train --quiet {arguments}: {said}"
    said = train("c.yaml", "still", "--quiet", "--set", "train.monitor=nothing", expect=USAGE)
    assert said[0] == "" and "train.monitor" in said[1] and said[1].count("\n") <= 2, f"{said}"


def test_quiet():
    """--quiet prints errors only; what is left out stands in log.txt."""
    write("c.yaml", STREAM)
    write("text.txt", "ab " * 2000 + "\nzq\n" * 40 + "ab " * 100)
    _, told = train("c.yaml", "told", "--set", "data.split.order=sequential")
    _, error = train("c.yaml", "run", "--quiet", "--set", "data.split.order=sequential")
    assert told != "" and error == "", error
    with open("run/log.txt", encoding="utf-8") as file:
        assert len(file.read().splitlines()) > 3, "nothing in log.txt"
    _, error = train("c.yaml", "run", "--quiet", expect=USAGE)
    assert "already holds a run" in error, error
    train("c.yaml", "run", "--quiet", "--overwrite", "--set", "train.max_steps=25")
    with open("run/checkpoints/latest.h5", "r+b") as file:
        file.seek(3000)
        file.write(b"\xff" * 64)
    _, error = train("c.yaml", "run", "--quiet", "--resume", "--set", "train.max_steps=25")
    assert error == "", f"a warning in spite of --quiet: {error}"
    with open("run/log.txt", encoding="utf-8") as file:
        assert "warning: run/checkpoints/latest.h5" in file.read(), "no warning in log.txt"


def test_small_stack():
    """Where the environment leaves a thread too little room, one line says so."""
    write("c.yaml", STREAM)
    for setting in ("OMP_STACKSIZE=16k", "OMP_STACKSIZE=' 100 K '", "OMP_STACKSIZE=1023",
                    "OMP_STACKSIZE=20000B", "GOMP_STACKSIZE=64k"):
        _, error = shell(f'{setting} "$rondo" train c.yaml --output run', expect=USAGE)
        assert "STACKSIZE" in error and "1024k" in error and len(error.splitlines()) == 1, error
    _, error = shell('ulimit -s 100; exec "$rondo" train c.yaml --output run', expect=USAGE)
    assert "ulimit -s" in error, error
    assert not os.path.exists("run"), "a folder was made"
    for setting in "OMP_STACKSIZE=1024k", "OMP_STACKSIZE=1M", "OMP_STACKSIZE=nonsense", "A=b":
        shell(f'{setting} "$rondo" train c.yaml --quiet --overwrite --threads 2 --output run '
              "--set train.max_steps=3")


def test_control_characters():
    """Names, keys and data that hold control characters reach the terminal and the log escaped."""
    evil = "\x1b]0;x\x07\x1b[2J\x9b1m\u202e"
    write("c.yaml", STREAM)
    write(f"{evil}\n.yaml", STREAM)
    write("table.csv", f'text,"la\x1b[2J\x9bbel\nx"\nhello,a\nworld,b\n')
    write("tags.tsv", f"a\tX{evil}\nb\tY\n\n" * 20 + "c\n\n")
    table = STREAM.replace("path: text.txt", "path: table.csv\n  format: table")
    write("t.yaml", table.replace("task: language_model", "task: classification")
          .replace("table.csv", "table.csv\n  options: {text: text, target: nothing}"))
    write("g.yaml", TAGGER)
    cases = [["train", evil], ["train", f"{evil}\n.yaml", "--set", "seed=x"],
             ["train", "c.yaml", "--set", f"{evil}\n=1"], ["train", "c.yaml", "--set", f"seed={evil}"],
             ["train", "c.yaml", f"--{evil}\n"], ["train", "c.yaml", "--threads", evil], [evil + "\n"],
             ["evaluate", evil], ["describe", "cell", evil], ["train", "t.yaml"], ["train", "g.yaml"],
             ["train", "c.yaml", "--set", f"data.path={evil}"],
             ["train", "c.yaml", "--plugins", evil], ["evaluate", "c.yaml", "--split", evil + "\n"]]
    for case in cases:
        _, error = rondo(*case, expect=None)
        assert error and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", error), f"{case}: {error!r}"
        assert len(error.splitlines()) <= 2, error
    _, error = train("c.yaml", evil, expect=USAGE)  # could not stand in config.yaml
    assert "--output: " in error and not os.path.exists(evil), error
    _, error = train("c.yaml", "ü", "--set", "train.max_steps=12")
    os.rename("ü", f"ü{evil}")
    with open("ü" + evil + "/checkpoints/latest.h5", "r+b") as file:
        file.truncate(3000)
    _, error = rondo("sample", f"ü{evil}", "--latest", "--length", "3")
    assert "ü\\x1b]0;x" in error and "\x1b" not in error, repr(error)
    write("e.tsv", f"a\tB-X\x1b[2J\u202e\nb\tO\n\n" + "a\tB-Y\nb\tO\nc\tO\nd\tO\n\n" * 50)
    train("g.yaml", "tags", "--set", "data.path=e.tsv", "--set", "train.epochs=1")
    output, _ = rondo("evaluate", "tags", "--split", "train")
    assert "X\\x1b[2J\\xe2\\x80\\xae " in output and "\x1b" not in output, repr(output)
    output, _ = rondo("predict", "tags", "e.tsv")
    assert "B-X\x1b[2J\u202e" in output, "what is predicted is data, and stays as it is"
