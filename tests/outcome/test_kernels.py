"""Which kernels products are computed with, what is said about it, and what follows from it."""
import os
import re
import subprocess
import zlib

import h5py
import pytest

from experiments import STREAM
from program import BUILD, DONE, RONDO, USAGE, digest, same, write

pytestmark = pytest.mark.usefixtures("text_and_tags")

UNKNOWN = os.path.join(BUILD, "tests", "outcome", "unknown_processor.so")


def run(arguments, **environment):
    """Exit status and output of rondo with these environment variables."""
    known = {key: value for key, value in os.environ.items() if key != "BLIS_ARCH_TYPE"}
    result = subprocess.run([RONDO, *arguments], capture_output=True, text=True, timeout=250,
                            env={**known, **environment})
    return result.returncode, result.stdout, result.stderr


def text(attribute):
    return attribute.decode() if isinstance(attribute, bytes) else attribute


def kernels(**environment):
    """Of `rondo check`: the kernels, and why."""
    status, output, error = run(["check", "c.yaml"], **environment)
    assert status == DONE, error
    return re.search(r"^# products: BLIS \S+ (.*)\n# kernels: (.*)$", output, re.M).groups()


def kernels_that_run():
    """Numbers for BLIS_ARCH_TYPE, by the name of what they choose."""
    found = {}
    for number in range(30):
        status, output, _ = run(["check", "c.yaml"], BLIS_ARCH_TYPE=str(number))
        if status == DONE:
            found[re.search(r"^# products: BLIS \S+ (\S+)", output, re.M)[1]] = str(number)
    return found


@pytest.mark.unsanitized("a library that is preloaded comes before the sanitizer's")
def test_unknown_processor():
    """Where BLIS would take kernels of plain C, rondo takes the best that run here; the choice is recorded
    and is not handed on to other programs. Kernels that the user names stand."""
    write("c.yaml", STREAM.replace("epochs: 4", "epochs: 1, max_steps: 3"))
    runnable = kernels_that_run()
    name, reason = kernels(LD_PRELOAD=UNKNOWN)
    if "chosen by BLIS" in reason and "generic" not in name:
        pytest.skip("this BLIS does not ask by the function that the test replaces")
    best = next((name for name in ("skx", "zen3", "haswell", "sandybridge") if name in runnable), "generic")
    if best != "generic":
        assert name.split()[0] in runnable and name.split()[0] != "generic", name
        assert reason == "chosen by rondo; BLIS takes generic for this processor", reason
    status, _, error = run(["train", "c.yaml", "--output", "run"], LD_PRELOAD=UNKNOWN)
    assert status == DONE and "plain C" not in error, error
    with h5py.File("run/checkpoints/latest.h5") as file:
        assert text(file.attrs["kernel"]).endswith(name) and text(file.attrs["kernel_reason"]) == reason
    assert f"{name} ({reason})" in open("run/log.txt", encoding="utf-8").read()
    listed = run(["list"], LD_PRELOAD=UNKNOWN)[1].splitlines()[-1]
    assert listed.startswith("products") and name in listed and listed.endswith(reason), listed

    generic = runnable["generic"]
    assert kernels(LD_PRELOAD=UNKNOWN, BLIS_ARCH_TYPE=generic) == \
        (name.replace(name.split()[0], "generic"), f"BLIS_ARCH_TYPE={generic}")
    status, _, error = run(["train", "c.yaml", "--output", "slow"], BLIS_ARCH_TYPE=generic)
    assert status == DONE and error.count("plain C") == 1, error


@pytest.mark.unsanitized("a library that is preloaded comes before the sanitizer's")
def test_same_choice():
    """What is chosen does not change from run to run."""
    write("c.yaml", STREAM)
    assert len({kernels(LD_PRELOAD=UNKNOWN) for _ in range(5)}) == 1
    assert len({kernels() for _ in range(5)}) == 1


def test_resume_on_another_kernel():
    """A run is resumed with the kernels it was begun with, unless other bits are accepted; nothing is
    touched by the refusal."""
    write("c.yaml", STREAM.replace("epochs: 4", "epochs: 4, max_steps: 9"))
    other = kernels_that_run()["generic"]
    train = ["train", "c.yaml", "--output", "run"]
    assert run(train)[0] == DONE
    write("c.yaml", STREAM.replace("epochs: 4", "epochs: 4, max_steps: 12"))
    before = digest("run")
    status, _, error = run([*train, "--resume"], BLIS_ARCH_TYPE=other)
    assert status == USAGE and "--other-kernel continues" in error and "BLIS_ARCH_TYPE=" in error, error
    assert before == digest("run")
    status, _, error = run([*train, "--resume", "--other-kernel"], BLIS_ARCH_TYPE=other)
    assert status == DONE and "to rounding, not bit for bit" in error, error
    status, _, error = run([*train, "--other-kernel"])
    assert status == USAGE and "--other-kernel belongs to --resume" in error, error


def replace_sealed(path, old, new):
    """Bytes of a checkpoint, and the seal that belongs to them (docs/checkpoint.md)."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[-57:].startswith(b"rondo seal: crc32 ") and old in data and len(old) == len(new)
    bare = data[:-57].replace(old, new)
    with open(path, "wb") as file:
        file.write(bare + data[-57:-39] + b"%08x" % zlib.crc32(bare) + data[-31:])


def test_resume_where_one_name_rounds_otherwise():
    """An earlier build may have had kernels of the same name that round otherwise: the line says how."""
    write("c.yaml", STREAM.replace("epochs: 4", "epochs: 4, max_steps: 3"))
    assert run(["train", "c.yaml", "--output", "run"])[0] == DONE
    with h5py.File("run/checkpoints/latest.h5") as file:
        now = text(file.attrs["rounding"])
    before = now[:-1] + "?"
    for name in os.listdir("run/checkpoints"):
        replace_sealed(f"run/checkpoints/{name}", now.encode(), before.encode())
    status, _, error = run(["train", "c.yaml", "--output", "run", "--resume"])
    assert status == USAGE and f", rounded as {before}, and this is" in error and f", rounded as {now} (" in error, error


def test_resume_where_products_round_alike():
    """Kernels that round alike continue each other's runs without being told to, with the bits of a run that was
    never interrupted."""
    def attribute(folder, name):
        with h5py.File(f"{folder}/checkpoints/latest.h5") as file:
            return text(file.attrs[name])

    def set_steps(count):
        write("c.yaml", STREAM.replace("epochs: 4", f"epochs: 4, max_steps: {count}"))

    set_steps(12)
    runnable = kernels_that_run()
    for name, number in runnable.items():
        assert run(["train", "c.yaml", "--output", name], BLIS_ARCH_TYPE=number)[0] == DONE
    alike = [name for name in runnable if attribute(name, "rounding").startswith("fused")]
    if len(alike) < 2:
        pytest.skip("one kernel of this rounding runs here at most")
    for name in alike[1:]:
        same(alike[0], name)
    set_steps(7)
    assert run(["train", "c.yaml", "--output", "moved"], BLIS_ARCH_TYPE=runnable[alike[0]])[0] == DONE
    set_steps(12)
    assert not attribute("moved", "kernel").endswith(alike[1])
    status, _, error = run(["train", "c.yaml", "--output", "moved", "--resume"], BLIS_ARCH_TYPE=runnable[alike[1]])
    assert status == DONE and "to rounding" not in error, error
    assert attribute("moved", "rounding") == attribute(alike[0], "rounding")
    same("moved", alike[0])
