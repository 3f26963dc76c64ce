"""train.precision: products of bfloat16, what is recorded of them, and what follows from it."""
import os
import re
import subprocess

import h5py
import pytest

from experiments import STREAM
from program import (DONE, DOUBLE, USAGE, bfloat16_is_slow, digest, has_bfloat16, journal, rondo, same, train,
                     write)

pytestmark = pytest.mark.usefixtures("text_and_tags")

BFLOAT16 = ["--set", "train.precision=bfloat16"]


def text(attribute):
    return attribute.decode() if isinstance(attribute, bytes) else attribute


def need_bfloat16():
    """Ends the test where this processor does not have it: then a line says what is missing, and auto trains
    with float32."""
    write("c.yaml", STREAM.replace("epochs: 4", "epochs: 2"))
    if has_bfloat16():
        return
    for verb in "train", "check", "bench":
        _, error = rondo(verb, "c.yaml", *BFLOAT16, expect=USAGE)
        assert "train.precision: bfloat16 needs" in error and "AVX512_BF16" in error, error
    output, _ = rondo("check", "c.yaml", "--set", "train.precision=auto")
    assert "# products: BLIS" in output, output
    pytest.skip("a processor without AVX512_BF16")


def test_bfloat16():
    """It is another computation than float32, near it, the same for any number of threads, and auto takes
    it where it is faster; evaluation agrees with the run's own, and a resumed run with one that was not stopped."""
    need_bfloat16()
    train("c.yaml", "float32")
    train("c.yaml", "one", *BFLOAT16, "--threads", "1")
    train("c.yaml", "three", *BFLOAT16, "--threads", "3")
    same("one", "three")
    assert digest("one") != digest("float32")
    _, log = train("c.yaml", "auto", "--set", "train.precision=auto")
    same("float32" if bfloat16_is_slow() else "one", "auto")
    warning = "products of bfloat16 take longer on this processor"
    assert warning not in log, log
    assert (warning in open("one/log.txt", encoding="utf-8").read()) == bfloat16_is_slow()
    losses = [[record["loss"] for record in journal(run) if record["kind"] == "valid"]
              for run in ("float32", "one")]
    assert losses[0] != losses[1] and max(abs(a / b - 1) for a, b in zip(*losses)) < 0.02, losses
    with h5py.File("one/checkpoints/latest.h5") as file:
        assert text(file.attrs["kernel"]) == "bfloat16 avx512_bf16"
    assert "bfloat16 avx512_bf16 (chosen by train.precision)" in open("one/log.txt", encoding="utf-8").read()
    output, _ = rondo("evaluate", "one", "--latest", "--split", "valid")
    assert float(re.search(r"loss +([\d.]+)", output)[1]) == pytest.approx(losses[1][-1], abs=1e-3), output
    train("c.yaml", "cut", *BFLOAT16, "--set", "train.max_steps=7")
    train("c.yaml", "cut", *BFLOAT16, "--resume")
    same("one", "cut")


def test_precision_is_kept():
    """A run goes on in the precision that it was begun with."""
    need_bfloat16()
    train("c.yaml", "run", *BFLOAT16, "--set", "train.max_steps=7")
    _, error = train("c.yaml", "run", "--resume", expect=USAGE)
    assert "train.precision" in error and "bfloat16" in error, error


def test_grid():
    """The grid is measured in either precision, and a wrong one is refused before anything runs."""
    grid = ["bench", "--grid", "--quick", "--cells", "rnn", "--hidden", "8", "--batch", "2", "--length", "3",
            "--shape", "full", "--steps", "1"]
    _, error = rondo(*grid, "--precision", "half", expect=USAGE)
    assert '--precision: "half" is not one of float32, bfloat16' in error, error
    assert "BLIS" in rondo(*grid, "--json", "--precision", "float32")[0]
    need_bfloat16()
    assert "bfloat16 avx512_bf16" in rondo(*grid, "--json", "--precision", "bfloat16")[0]


@pytest.mark.skipif(not os.path.exists(DOUBLE), reason="no build in double precision")
def test_double_build():
    """The build for double precision says that it has no such products; auto computes as it always does."""
    write("c.yaml", STREAM.replace("epochs: 4", "epochs: 1, max_steps: 3"))
    for arguments, status in (BFLOAT16, USAGE), (["--set", "train.precision=auto"], DONE):
        result = subprocess.run([DOUBLE, "train", "c.yaml", "--output", "run", *arguments], capture_output=True,
                                text=True, timeout=250)
        assert result.returncode == status, result.stderr
        lacks = "train.precision: bfloat16 needs the build for single precision"
        assert (lacks in result.stderr) == (status == USAGE), result.stderr
        assert os.path.exists("run") == (status == DONE)
