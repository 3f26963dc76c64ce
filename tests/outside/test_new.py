"""`rondo new`: what it writes works as it stands, for each kind; what it refuses leaves nothing behind."""
import json
import os
import subprocess

import pytest

from program import BUILD, DONE, FAILED, RONDO, USAGE, rondo, run

# ctest: LABELS slow TIMEOUT 1200

FOLDERS = {"cell": "cells", "loss": "losses", "optimizer": "optimizers", "schedule": "schedules"}


def check_new(kind, monkeypatch, *options):
    """The source is built, conforms, trains, and is compared with what rondo has, by the four files alone."""
    name = f"own_{kind}_2"
    said = rondo("new", kind, name, *options)[0]
    assert said.split("\n\n")[0].splitlines() == [f"{name}/{file}" for file in
                                                  (f"{name}.c", "CMakeLists.txt", "train.yaml", "sweep.yaml")], said
    monkeypatch.chdir(name)
    for file in os.listdir("."):
        text = open(file, encoding="utf-8").read()
        assert name in text and f"my{kind}" not in text and "@" not in text.replace("@50", ""), f"{file}:\n{text}"
    run("cmake", "-B", "build", f"-Drondo_DIR={BUILD}")
    run("cmake", "--build", "build")
    assert f"{name}_conforms" in run("ctest", "--test-dir", "build", "-V")
    rondo("train", "train.yaml", "--plugins", "build/plugins")
    with open(f"runs/{name}/metrics.jsonl", encoding="utf-8") as file:
        losses = [row["loss"] for row in map(json.loads, file) if row["kind"] == "train"]
    assert losses[-1] < 0.7 * losses[0], f"{name} learns nothing: {losses}"
    rondo("sweep", "sweep.yaml", "--plugins", "build/plugins")
    table = rondo("compare", f"sweeps/{name}", "--plugins", "build/plugins")[0]
    assert name in table and ("best of 10" if kind == "optimizer" else "verdict") in table, table


@pytest.mark.parametrize("kind", FOLDERS)
def test_new(kind, monkeypatch):
    check_new(kind, monkeypatch)


def test_new_with_autodiff(monkeypatch):
    check_new("cell", monkeypatch, "--with-autodiff")
    with open("own_cell_2.c", encoding="utf-8") as file:
        text = file.read()
    assert '#include "rondo/autodiff.h"' in text and "slope" not in text, text


def test_refusals():
    """One line each, and no folder."""
    for words, status, reason in [
            (("cell", "lstm"), USAGE, 'there is a cell "lstm" already'),
            (("cell", "My-Cell"), USAGE, '"My-Cell": a name has small letters'),
            (("cell", "9lives"), USAGE, '"9lives": a name has small letters'),
            (("cell", "a" * 64), USAGE, "at most 63 of them"),
            (("celll", "mine"), USAGE, "did you mean cell?"),
            (("format", "mine"), USAGE, '"format": write cell, loss, optimizer or schedule'),
            (("loss", "mine", "--with-autodiff"), USAGE, "--with-autodiff is for cells"),
            (("cell",), USAGE, "NAME is missing"),
            (("cell", "mine", "--folder", "no/such/place"), FAILED, "no/such/place: cannot make the folder")]:
        error = rondo("new", *words, expect=status)[1]
        assert reason in error and error.count("\n") <= 2, f"{words}: {error}"
    assert os.listdir(".") == [], os.listdir(".")
    os.mkdir("mine")
    error = rondo("new", "cell", "mine", expect=USAGE)[1]
    assert "mine: is there already" in error, error
    assert os.listdir("mine") == []


def test_full_disk():
    """What cannot be written whole is taken back."""
    command = f"ulimit -f 1; '{RONDO}' new cell mine"
    result = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert result.returncode != DONE and result.stderr.startswith("rondo: "), result
    assert not os.path.exists("mine"), os.listdir("mine")
