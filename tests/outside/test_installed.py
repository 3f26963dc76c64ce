"""An installation: its program finds its plugins, completion and manual pages are there, and lstm.c under another
name, in a project of its own, is built against it and conforms."""
import os
import re
import shutil

import pytest

from building import VERSION, build_project, check_plugin, copy_lstm, install
from program import read, run

# ctest: together TIMEOUT 1200


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prefix")
    install(folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_finds_plugins(prefix, monkeypatch):
    """Wherever the installation lies."""
    monkeypatch.delenv("RONDO_PLUGINS", raising=False)
    assert "lstm" in run(f"{prefix}/bin/rondo", "list")


@pytest.mark.parametrize("words,expected", [
    (("rondo", "tra"), "train translate"),
    (("rondo", "train", "--res"), "--resume"),
    (("rondo", "evaluate", "run", "--split", "te"), "test"),
    (("rondo", "describe", "cell", "min_"), "min_gru min_lstm")])
def test_completion(prefix, words, expected):
    """Verbs, options and names come from the program itself."""
    if not shutil.which("bash"):
        pytest.skip("no bash")
    script = f"""source '{prefix}/share/bash-completion/completions/rondo'
COMP_WORDS=({" ".join(words)}) COMP_CWORD={len(words) - 1}
_rondo rondo "{words[-1]}" "{words[-2]}"
echo "${{COMPREPLY[*]}}\""""
    said = run("bash", "-c", script, env={**os.environ, "PATH": f"{prefix}/bin:{os.environ['PATH']}"})
    assert said.strip() == expected


def test_manual(prefix):
    if not shutil.which("help2man"):
        pytest.skip("no help2man")
    page = read(f"{prefix}/share/man/man1/rondo-train.1")
    assert re.search(r"\n\.TP\n.*resume", page) and re.search(r"\n\.B rondo\n.*train", page), page


def test_plugin(prefix):
    os.mkdir("project")
    copy_lstm("project/mylstm.c")
    build_project("project", f"find_package(rondo {VERSION} EXACT REQUIRED)\nrondo_add_plugin(cell mylstm mylstm.c)\n",
                  f"-DCMAKE_PREFIX_PATH={prefix}")
    check_plugin("project/build", "cells/mylstm.so", f"{prefix}/bin/rondo_kit", f"{prefix}/bin/rondo_kit_double")
    run(f"{prefix}/bin/rondo", "check", "project/build/plugins/cells/mylstm.so")
