"""The program that is tested, and what it leaves: run it, read its checkpoints and metrics.

RONDO_BUILD names the build folder; tests/conftest.py sets it, before any test is read.
"""
import json
import os
import re
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.abspath(os.environ.get("RONDO_BUILD") or os.path.join(ROOT, "build"))
RONDO, DOUBLE = os.path.join(BUILD, "rondo"), os.path.join(BUILD, "rondo_double")
# Of tests/flow: it digests checkpoints; it packs HDF5; it writes ragged files.
DIGEST, PACKED, RAGGED = (os.path.join(BUILD, "tests", "flow", name) for name in ("digest", "packed", "ragged"))
DONE, FAILED, USAGE, STOPPED = 0, 1, 2, 3


def build_option(name):
    """What the build was configured with; empty where it is off."""
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as file:
        value = re.search(rf"^{name}:\w+=(.*)$", file.read(), re.M)
    return "" if not value or value[1].upper() in ("OFF", "NO", "FALSE", "0", "N") else value[1]


def has_bfloat16():
    """Whether this processor multiplies numbers of bfloat16."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return "avx512_bf16" in file.read()


def bfloat16_is_slow():
    """Whether it multiplies those of float32 faster (base/product_choice.h)."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return has_bfloat16() and "AuthenticAMD" not in file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def run(*command, expect=DONE, timeout=250, stderr=subprocess.PIPE, **options):
    """stdout of any program; expect None: whatever its status."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, text=True, timeout=timeout, check=False,
                            **options)
    assert expect in (None, result.returncode), (
        f"{' '.join(map(str, command))}: exit status {result.returncode}, expected {expect}\n"
        f"{result.stdout}{result.stderr or ''}")
    return result.stdout


def rondo(*arguments, expect=DONE):
    """Runs the program; returns (stdout, stderr). expect None: any failure."""
    result = subprocess.run([RONDO, *arguments], capture_output=True, text=True, timeout=250)
    if result.returncode != expect and (expect is not None or result.returncode == DONE):
        raise AssertionError(f"rondo {' '.join(arguments)}: exit status {result.returncode}, "
                             f"expected {expect}\n{result.stdout}\n{result.stderr}")
    return result.stdout, result.stderr


def shell(command, expect=DONE):
    """The program as `$rondo`; returns (stdout, stderr) of what is not closed."""
    result = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=250,
                            env={**os.environ, "rondo": RONDO})
    assert result.returncode == expect, (
        f"{command}: exit status {result.returncode}, expected " f"{expect}\n{result.stdout}{result.stderr}")
    return result.stdout, result.stderr


def train(config, output, *arguments, expect=DONE):
    return rondo("train", config, "--output", output, *arguments, expect=expect)


def digest(run, name="latest.h5"):
    return subprocess.run([DIGEST, f"{run}/checkpoints/{name}", "/parameters", "/optimizer",
                           "/state"], capture_output=True, text=True, check=True).stdout


def same(a, b):
    assert digest(a) == digest(b), f"{a} and {b} differ:\n{digest(a)}{digest(b)}"


def values_of(path, group):
    """Arrays of a group of an HDF5 file as {path: numbers}."""
    output = subprocess.run([DIGEST, "--values", path, group], capture_output=True, text=True,
                            check=True).stdout
    lines = [line.split() for line in output.splitlines()]
    return {words[0]: [float(word) for word in words[1:]] for words in lines}


def arrays(run, group):
    return values_of(f"{run}/checkpoints/latest.h5", group)


def named_values(path, group):
    """Arrays of a group of an HDF5 file as {last part of the path: numbers}."""
    return {full.rsplit("/", 1)[1]: numbers for full, numbers in values_of(path, group).items()}


def columns(run, kind):
    """A group of metrics.h5 as {name: numbers}."""
    return named_values(f"{run}/metrics.h5", f"/{kind}")


def records(run):
    """All of metrics.jsonl, without what depends on the clock."""
    found = []
    with open(f"{run}/metrics.jsonl", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            for key in ("tokens_per_second", "seconds", "data_wait", "rank_wait", "rank_sums"):
                record.pop(key, None)
            found.append(record)
    return found


def journal(run):
    """Records of the run itself, without the units that they are in."""
    return [record for record in records(run) if record["kind"] != "units"]
