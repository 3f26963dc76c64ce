"""One model by several processes.

The processes are joined by the communicator of tests/support/board.c, which needs no MPI; PLUGINS is the
folder that has it. What MPI adds to it is in tests/cluster/test_mpi.py.
"""
import os
import re
import resource
import shutil
import signal
import subprocess
import time

import pytest

import pairs
from experiments import ENTITIES, LAYERS, LINES, STREAM, TAGGER, make_entity_files
from program import BUILD, DONE, DOUBLE, FAILED, RONDO, STOPPED, USAGE, digest, journal, rondo, train, values_of, write

pytestmark = pytest.mark.usefixtures("text_and_tags")

PLUGINS = os.path.join(BUILD, "tests", "flow", "board")
BOX = 65536
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "one_shard.txt")
NOISY = ["--set", "train.weight_noise=0.01", "--set", "model.input.unknown_rate=0.1", "--set",
         "model.input.noise=0.05"]


class Ranks:
    """`count` processes of one run; by_rank: further arguments, or a limit of file sizes, of one rank."""

    def __init__(self, count, config, output, *arguments, by_rank=None, limits=None):
        board = os.path.abspath(f"board-{time.monotonic_ns()}")
        with open(board, "wb") as file:
            file.truncate(count * count * BOX)
        self.processes = []
        for rank in range(count):
            environment = dict(os.environ, RONDO_BOARD_FILE=board, RONDO_BOARD_RANK=str(rank),
                               RONDO_BOARD_RANKS=str(count))
            more = (by_rank or {}).get(rank, [])
            size = (limits or {}).get(rank)
            self.processes.append(subprocess.Popen(
                [RONDO, "train", config, "--output", output, "--communicator", "board", "--plugins",
                 PLUGINS, "--threads", "1", *arguments, *more],
                env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
                if size is not None else None))

    def end(self, expect=DONE):
        """What rank 0 has written to stderr; of the others nothing is expected."""
        texts = []
        try:
            for process in self.processes:
                texts.append(process.communicate(timeout=120)[1])
        finally:
            for process in self.processes:
                process.kill()
        statuses = [process.returncode for process in self.processes]
        assert set(statuses) == {expect}, f"{statuses}, expected {expect}: {texts}"
        assert not any(texts[1:]), f"a rank above 0 says something: {texts[1:]}"
        return texts[0]


def run_ranks(count, config, output, *arguments, expect=DONE, **more):
    return Ranks(count, config, output, *arguments, **more).end(expect)


def bytes_of(run, name="latest.h5"):
    with open(f"{run}/checkpoints/{name}", "rb") as file:
        return file.read()


def any_ranks(config, shards, *sets):
    """The same files of checkpoints for every number of ranks and of threads, under one folder's name."""
    write("c.yaml", config)
    sets = ("--set", f"train.shards={shards}", *sets)
    expected, told = None, None
    for threads in (1, 2, 3, 4) if config is STREAM else (1, 2):
        train("c.yaml", "run", *sets, "--threads", str(threads), "--overwrite")
        if expected:
            assert bytes_of("run") == expected, f"{threads} threads differ"
        expected, told = bytes_of("run"), journal("run")
    for count in range(1, shards + 1):
        run_ranks(count, "c.yaml", "run", *sets, "--overwrite")
        assert bytes_of("run") == expected, f"{count} ranks of {shards} shards differ"
        assert journal("run") == told, f"{count} ranks: the metrics differ"
    train("c.yaml", "one", *sets, "--set", "train.shards=1")
    assert digest("one") != digest("run"), "shards do nothing"


def test_stream():
    """Rows that carry their states from minibatch to minibatch; as many ranks as shards, and fewer."""
    any_ranks(STREAM, 5, "--set", "train.epochs=1", *NOISY)


def test_lines():
    """Minibatches of fewer rows than shards: their last shards, and whole ranks, have none."""
    write("text.txt", "\n".join(["one two", "two three one", "three", "two two", "one"] * 9))
    any_ranks(LINES, 4, "--set", "data.batch_size=7")


def test_layers():
    any_ranks(LAYERS, 3, "--set", "loss.options.class_weights=balanced")


def test_entities():
    make_entity_files()
    any_ranks(ENTITIES, 4)


def test_pieces():
    """Sequences that are cut: rows end at different minibatches, and stay in their shards."""
    any_ranks(TAGGER, 4, "--set", "data.truncated_bptt=3", "--set", "model.layers.0.bidirectional=false",
              "--set", "model.layers.1.bidirectional=false", "--set", "data.batch_size=6")


def test_translations():
    pairs.make_data()
    any_ranks(pairs.EVERYTHING, 3)


def test_resume():
    """Whoever goes on, with whatever number of ranks, ends with the bytes of the run that was whole."""
    write("c.yaml", STREAM)
    sets = "--set", "train.shards=4"
    train("c.yaml", "run", *sets)
    expected = bytes_of("run")
    for counts in [(2, 3, 1), (4, 1, 2), (1, 4, 3)]:
        for count, steps in zip(counts, (13, 29, 0)):
            more = ("--overwrite",) if steps == 13 else ("--resume",)
            run_ranks(count, "c.yaml", "run", *sets, "--set", f"train.max_steps={steps}", *more)
        assert bytes_of("run") == expected, f"{counts} ranks in turn differ"
    error = run_ranks(2, "c.yaml", "run", "--set", "train.shards=2", "--resume", expect=USAGE)
    assert "train.shards" in error and "another config" in error, error


def test_stop():
    """A signal to any one rank stops all, with a checkpoint; train.max_minutes too."""
    write("c.yaml", STREAM)
    sets = "--set", "train.shards=3", "--set", "train.epochs=9"
    train("c.yaml", "run", *sets)
    expected = bytes_of("run")
    for number, rank in (signal.SIGUSR1, 1), (signal.SIGTERM, 2), (signal.SIGUSR2, 0):
        shutil.rmtree("run")
        ranks = Ranks(3, "c.yaml", "run", *sets)
        while not os.path.exists("run/log.txt") or "epoch 2" not in open("run/log.txt").read():
            assert ranks.processes[0].poll() is None, "it ended before it was stopped"
            time.sleep(0.01)
        ranks.processes[rank].send_signal(number)
        error = ranks.end(STOPPED)
        assert re.search(r"^rondo: stopped by a signal at step \d+; continue with --resume$", error, re.M), error
        run_ranks(2, "c.yaml", "run", *sets, "--resume")
        assert bytes_of("run") == expected, "a stopped run goes on with other bytes"
    error = run_ranks(2, "c.yaml", "late", *sets, "--set", "train.max_minutes=0.005", expect=STOPPED)
    assert "after train.max_minutes" in error, error


def test_failures():
    """What fails on one rank fails on all, with one message, and nobody waits."""
    write("c.yaml", STREAM)
    sets = "--set", "train.shards=3"
    for count in 2, 3:
        error = run_ranks(count, "c.yaml", "boom", *sets, "--overwrite", "--set", "clip.norm=0", "--set",
                          "optimizer={name: sgd, learning_rate: 1.0e38}", expect=FAILED)
        found = [line for line in error.splitlines() if "not finite" in line]
        assert len(found) == 1 and "first in" in found[0], error
    for size in 0, 700, 20000:
        error = run_ranks(3, "c.yaml", f"full{size}", *sets, limits={0: size}, expect=FAILED)
        assert "File too large" in error, error
    error = run_ranks(3, "c.yaml", "new", *sets, by_rank={1: ["--data", "nowhere"]}, expect=USAGE)
    assert error.startswith("rondo: rank 1: ") and len(error.splitlines()) == 1, error
    assert not os.path.exists("new"), "a folder was made"
    os.mkdir("other")
    write("other/text.txt", "another text\n" * 90)
    error = run_ranks(3, "c.yaml", "new", *sets, by_rank={2: ["--set", "seed=8"]}, expect=USAGE)
    assert "rank 2 has another config" in error, error
    assert not os.path.exists("new"), "a folder was made"


def test_refused():
    """Processes that were started together never train each for itself in one folder."""
    program_without_communicators()
    write("c.yaml", STREAM)
    error = run_ranks(3, "c.yaml", "new", "--set", "train.shards=2", expect=USAGE)
    assert error.startswith("rondo: train.shards: 2, but there are 3 ranks"), error
    error = run_ranks(2, "c.yaml", "new", expect=USAGE)
    assert error.startswith("rondo: train.shards: 1, but there are 2 ranks"), error
    for variables in ({"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "{}"},
                      {"PMI_SIZE": "2", "PMI_RANK": "{}"},
                      {"SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "{}"}):
        told = []
        for rank in 0, 1:
            environment = dict(os.environ, **{name: value.format(rank) for name, value in variables.items()})
            result = subprocess.run([os.path.abspath("alone/rondo"), "train", "c.yaml", "--output", "new"],
                                    env=environment, capture_output=True, text=True, timeout=60)
            assert result.returncode == USAGE, f"{variables}: {result.returncode}: {result.stderr}"
            told.append(result.stderr)
        assert "started as 2 processes by" in told[0] and "--communicator none" in told[0], told[0]
        assert len(told[0].splitlines()) == 1 and not told[1], str(told)
        assert not os.path.exists("new"), "a folder was made"
    environment = dict(os.environ, OMPI_COMM_WORLD_SIZE="2", OMPI_COMM_WORLD_RANK="1")
    subprocess.run([RONDO, "train", "c.yaml", "--output", "apart", "--communicator", "none", "--set",
                    "train.max_steps=1"], env=environment, check=True, capture_output=True)
    _, error = rondo("train", "c.yaml", "--output", "new", "--communicator", "bord", "--plugins", PLUGINS,
                     expect=USAGE)
    assert "no communicator 'bord' (did you mean 'board'?)" in error, error
    _, error = rondo("train", "c.yaml", "--output", "new", "--set", "train.shards=1025", expect=USAGE)
    assert "train.shards" in error and "1024" in error, error


def parameters_after(config, shards, *sets):
    write("c.yaml", config)
    subprocess.run([DOUBLE, "train", "c.yaml", "--output", "run", "--overwrite", "--threads", "1",
                    "--set", "train.max_steps=12", "--set", f"train.shards={shards}", *sets],
                   check=True, capture_output=True)
    found = {}
    for group in "/parameters", "/state":
        found.update(values_of("run/checkpoints/latest.h5", group))
    return found


@pytest.mark.usefixtures("double_program")
def test_gradients():
    """In double precision shards only round in another way: twelve updates agree to 1e-12, masks, noise,
    carried states and class weights included."""
    make_entity_files()
    pairs.make_data()
    sgd = "--set", "optimizer={name: sgd, learning_rate: 0.1, options: {momentum: 0.9}}"
    one_way = [f"model.layers.{layer}.bidirectional=false" for layer in (0, 1)]
    cases = {"stream": (STREAM, *NOISY),
             "layers": (LAYERS, "--set", "loss.options.class_weights=balanced"),
             "pieces": (TAGGER, "--set", "data.truncated_bptt=3", "--set", one_way[0], "--set", one_way[1]),
             "sequences": (ENTITIES, "--set", "loss.normalization=sequences"),
             "translation": (pairs.EVERYTHING,)}
    for name, (config, *sets) in cases.items():
        whole = parameters_after(config, 1, *sets, *sgd)
        for shards in 2, 3, 7:
            parts = parameters_after(config, shards, *sets, *sgd)
            assert whole.keys() == parts.keys(), f"{name}: other arrays"
            worst = max((abs(a - b) / max(1, abs(a)), path) for path in whole if kept(name, path)
                        for a, b in zip(whole[path], parts[path]))
            assert worst[0] < 1e-12, f"{name}: {shards} shards: {worst}"


def kept(name, path):
    """Of runs that carry no states the last ones are left at 0 where there are shards."""
    return "/state" not in path or name in ("stream", "pieces")


def program_without_communicators():
    """The program, with all plugins but those that join processes."""
    os.makedirs("alone/plugins")
    os.link(RONDO, "alone/rondo")
    folder = os.path.join(os.path.dirname(RONDO), "plugins")
    for kind in "cells", "losses", "optimizers", "schedules":
        os.symlink(os.path.join(folder, kind), f"alone/plugins/{kind}")


@pytest.mark.unsanitized("these are the bits of an optimized build")
def test_one_shard():
    """One shard has the bits of builds before there were shards (fixtures/one_shard.txt), for the kernels
    that they are known of."""
    golden = dict(re.findall(r"^(\S+ \S+) (\S+)$", open(GOLDEN, encoding="utf-8").read(), re.M))
    pairs.make_data()
    for name, config in ("stream", STREAM), ("layers", LAYERS), ("translation", pairs.EVERYTHING):
        write("c.yaml", config)
        kernel = re.search(r"^# products: (.*)$", rondo("check", "c.yaml")[0], re.M)[1].replace(" ", "_")
        train("c.yaml", "run", "--overwrite", "--set", "train.max_steps=25")
        found = digest("run").replace("\n", ";").replace(" ", "")
        print(kernel, name, found)
        assert golden.get(f"{kernel} {name}", found) == found, f"{kernel} {name}: {found}"
