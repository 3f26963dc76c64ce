"""Damaged and made-up HDF5 files.

Tests named flips_* change one bit of a file again and again and look how the program ends: never by a
crash, never with much more memory than the whole file takes, and with one line that says no or the older
generation of a checkpoint. RONDO_FLIPS says how many bits (default 60; 10000 take a quarter of an hour).
"""
import collections
import gzip
import os
import random
import re
import subprocess
import zlib

import pytest

from program import DIGEST, DONE, FAILED, PACKED, RONDO, USAGE, digest, rondo, train, write

# ctest: TIMEOUT 3600
FLIPS = int(os.environ.get("RONDO_FLIPS", "60"))
SEAL = 57  # bytes, of framework/base/seal.h
MORE_MEMORY = 128 << 10  # kB that a damaged file may take above a whole one

MODEL = """
behavior_version: 1
seed: 1234567
task: language_model
data: {path: text.txt, batch_size: 2, truncated_bptt: 8, split: {valid: 0.2}}
model: {layers: [{cell: gru, hidden: 5}]}
optimizer: {name: adam}
train: {epochs: 3}
output: {folder: run}
"""

TAGGER = """
behavior_version: 1
task: tagging
data: {format: hdf5, path: data.h5, batch_size: 2}
model: {input: one_hot, layers: [{cell: gru, hidden: 3}]}
optimizer: {name: adam}
"""


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def write_bytes(path, data):
    """In place of what is there: generations may be links to one file."""
    if os.path.exists(path):
        os.unlink(path)
    with open(path, "wb") as file:
        file.write(data)


def run(*command):
    """(exit status, or - signal; lines of standard error; kB of memory at most, of the program or a process
    that it started)"""
    with open("error.txt", "w+", encoding="utf-8", errors="replace") as error:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=error)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        error.seek(0)
        return process.returncode, error.read().splitlines(), usage.ru_maxrss


def flip(path, command, judge):
    """Runs the command for the file at path, whole and with one bit changed; judge(status, lines) says what
    came of it, or None where it may not be. Prints how often what came. The first byte is of the signature of
    HDF5, without which nothing can be read."""
    whole = read_bytes(path)
    status, lines, memory = run(*command)
    assert status == DONE, "\n".join(lines)
    outcomes, most = collections.Counter(), 0
    for place in [0] + [random.Random(number).randrange(8 * len(whole)) for number in range(FLIPS)]:
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        write_bytes(path, data)
        status, lines, taken = run(*command)
        outcome = judge(status, lines)
        assert outcome and len(lines) < 5, f"bit {place}: exit status {status}\n" + "\n".join(lines)
        assert taken < memory + MORE_MEMORY, f"bit {place}: {taken} kB, {memory} kB for the whole file"
        assert place >= 8 or outcome != "read", "read without its signature"
        outcomes[outcome] += 1
        most = max(most, taken - memory)
    write_bytes(path, whole)
    print(f"{path} ({len(whole)} bytes), {FLIPS} flips: {dict(outcomes)}; at most {most} kB more")
    return outcomes


def refused_or_read(name, *statuses):
    """One line that names the file, or it is read."""
    def judge(status, lines):
        if status == DONE:
            return "read"
        return "refused" if status in statuses and len(lines) == 1 and name in lines[0] else None
    return judge


def older_or_whole(status, lines):
    if status != DONE:
        return None
    warned = any("latest.h5" in line and "trying the checkpoint before it" in line for line in lines)
    return "older generation" if warned else "read"


def unseal(path):
    data = read_bytes(path)
    assert data[-SEAL:].startswith(b"rondo seal: "), f"{path} has no seal"
    write_bytes(path, data[:-SEAL])


def make_text():
    numbers = random.Random(2)
    write("text.txt", "".join(numbers.choice("abcde \n") for _ in range(400)))


def make_run():
    write("c.yaml", MODEL)
    train("c.yaml", "run", "--threads", "1")


def make_data(repeat=1):
    subprocess.run([PACKED, "data.h5", str(repeat)], check=True)
    write("t.yaml", TAGGER)


# --- tests ---------------------------------------------------------------------------------------------

@pytest.fixture(autouse=True)
def data(folder):
    make_text()


LATEST = "run/checkpoints/latest.h5"
EVALUATE = [RONDO, "evaluate", "run", "--latest", "--threads", "1"]


def test_flips_checkpoint():
    """The seal notices every bit but those of its own mark."""
    make_run()
    outcomes = flip(LATEST, EVALUATE, older_or_whole)
    assert outcomes["older generation"] > 0.95 * FLIPS, str(outcomes)


def test_flips_checkpoint_without_seal():
    make_run()
    unseal(LATEST)
    outcomes = flip(LATEST, EVALUATE, older_or_whole)
    assert outcomes["older generation"] > 0.2 * FLIPS, str(outcomes)


def test_flips_only_checkpoint():
    """Nothing to fall back to, and the file is read without a check of its own first."""
    make_run()
    os.rename(LATEST, "run/checkpoints/best.h5")
    unseal("run/checkpoints/best.h5")
    outcomes = flip("run/checkpoints/best.h5", [RONDO, "evaluate", "run", "--threads", "1"],
                    refused_or_read("best.h5", FAILED))
    assert outcomes["refused"] > 0.2 * FLIPS, str(outcomes)


def test_flips_metrics():
    """rondo itself does not read them: the reader that rondo's files share does, here."""
    make_run()
    command = [DIGEST, "run/metrics.h5", "/train", "/valid", "/epoch"]
    outcomes = flip("run/metrics.h5", command, refused_or_read("metrics.h5", 1))
    assert outcomes["refused"] > 0.95 * FLIPS, str(outcomes)
    unseal("run/metrics.h5")
    flip("run/metrics.h5", command, refused_or_read("metrics.h5", 1))


def test_flips_exported_data():
    make_data()
    rondo("export", "t.yaml", "--output", "made.h5")
    write("t.yaml", TAGGER.replace("data.h5", "made.h5"))
    command = [RONDO, "check", "t.yaml"]
    outcomes = flip("made.h5", command, refused_or_read("made.h5", USAGE))
    assert outcomes["refused"] > 0.95 * FLIPS, str(outcomes)
    unseal("made.h5")
    flip("made.h5", command, refused_or_read("made.h5", FAILED, USAGE))


def test_flips_foreign_data():
    """Compressed, and without a seal. What packed.c made is read: 40 sequences of 25 steps, two a minibatch."""
    make_data()
    output, _ = rondo("check", "t.yaml")
    assert " per epoch of 1000 tokens in 20 update steps" in output, output
    outcomes = flip("data.h5", [RONDO, "check", "t.yaml"], refused_or_read("data.h5", FAILED, USAGE))
    assert outcomes["refused"] > 0.05 * FLIPS, str(outcomes)


def test_resume_after_a_flip():
    """Training goes on from the older generation and comes to the same end."""
    make_run()
    train("c.yaml", "whole", "--threads", "1", "--set", "train.epochs=4")
    data = bytearray(read_bytes(LATEST))
    data[len(data) * 9 // 10] ^= 1
    write_bytes(LATEST, data)
    _, error = train("c.yaml", "run", "--resume", "--set", "train.epochs=4")
    assert "latest.h5: damaged: its bytes are not those that were written" in error, error
    assert digest("whole") == digest("run"), "another end"


def test_overwrite():
    """--resume says that nothing is left; --overwrite starts anew all the same."""
    make_run()
    folder = "run/checkpoints"
    for name in os.listdir(folder):
        data = read_bytes(os.path.join(folder, name))
        write_bytes(os.path.join(folder, name), data[:len(data) // 2])
    _, error = rondo("train", "c.yaml", "--resume", expect=FAILED)
    assert "run/checkpoints: all" in error and "are damaged" in error, error
    train("c.yaml", "run", "--overwrite", "--threads", "1")
    train("c.yaml", "other", "--threads", "1")
    assert digest("run") == digest("other"), "another result"


def test_claims():
    """A checkpoint whose config claims 20000 units is refused before memory is taken for them."""
    make_run()
    best = "run/checkpoints/best.h5"
    _, _, memory = run(*EVALUATE[:3], "--threads", "1")
    data = read_bytes(best)[:-SEAL]
    forged = data.replace(b"seed: 1234567\n", b"seed: 123\n", 1)
    forged = re.sub(rb"hidden: 5\n", b"hidden: 50000\n", forged, count=1)
    assert len(forged) == len(data) and forged != data, "the config is not where it was expected"
    seal = f"rondo seal: crc32 {zlib.crc32(forged):08x} of {len(forged):020} bytes\n"
    write_bytes(best, forged + seal.encode())
    status, lines, taken = run(*EVALUATE[:3], "--threads", "1")
    assert status == FAILED and len(lines) == 1, "\n".join(lines)
    assert re.search(r"is \[.*\] in the file, \[.*0000.*\] in the model", lines[0]), lines[0]
    assert taken < memory + (32 << 10), f"{taken} kB, {memory} kB for the honest file"


@pytest.mark.memory
def test_bombs():
    """What unpacks to far more than the file's size is refused before it is there, naming the key that lets
    it in: gzipped text, gzipped HDF5 and compressed arrays."""
    write("c.yaml", MODEL.replace("text.txt", "text.gz"))
    line = b"abcde " * 20 + b"\n"
    write_bytes("text.gz", gzip.compress(line * 700000, 6))  # 80 MiB
    make_data(17000)
    write("z.yaml", TAGGER.replace("data.h5", "z.h5"))
    write_bytes("z.h5", gzip.compress(bytes(1 << 27), 6))
    for config, name in ("c.yaml", "text.gz"), ("t.yaml", "data.h5"), ("z.yaml", "z.h5"):
        status, lines, taken = run(RONDO, "check", config)
        assert status == USAGE and len(lines) == 1, "\n".join(lines)
        assert name in lines[0] and "as data.max_bytes" in lines[0], lines[0]
        assert taken < 160 << 10, f"{name}: {taken} kB"
    for config in "c.yaml", "t.yaml":
        rondo("check", config, "--set", "data.max_bytes=100000000")
    _, error = rondo("check", "c.yaml", "--set", "data.max_bytes=1000000", expect=USAGE)
    assert "text.gz: expands to more than the 1000000 bytes that data.max_bytes allows" in error, error
    _, error = rondo("check", "t.yaml", "--set", "data.max_bytes=1000000", expect=USAGE)
    assert "data.h5: /train/inputs: takes more bytes than data.max_bytes allows" in error, error
