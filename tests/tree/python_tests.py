#!/usr/bin/env python3
"""Every test that pytest finds is run by a ctest: python_tests.py PYTHON CTEST BUILD. tests/CMakeLists.txt reads the
functions of a file as text, and pytest by importing it: where they disagree, a test would never run."""
import json
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def output_of(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def found_by_pytest(python, build):
    """{file: its functions}, but for files that only some builds run."""
    text = output_of(python, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "--build", build, "tests")
    found = {}
    for file, function in re.findall(r"^(\S+\.py)::(\w+)", text, re.M):
        path = os.path.join(ROOT, file)
        with open(path, encoding="utf-8") as module:
            if not re.search(r"^# ctest: (if|LABELS cluster)\b", module.read(), re.M):
                found.setdefault(path, set()).add(function)
    return found


def run_by_ctest(ctest, build):
    """{file: its functions, "" for all of them}"""
    run = {}
    for test in json.loads(output_of(ctest, "--test-dir", build, "--show-only=json-v1"))["tests"]:
        file, _, function = test.get("command", [""])[-1].partition("::")
        if file.endswith(".py"):
            run.setdefault(file, set()).add(function.partition("[")[0])
    return run


def main():
    python, ctest, build = sys.argv[1:]
    found, run = found_by_pytest(python, build), run_by_ctest(ctest, build)
    lost = [f"{file}::{function}: no ctest runs it" for file, functions in found.items() for function in functions
            if not {"", function} & run.get(file, set())]
    print(*lost, f"{sum(map(len, found.values()))} test functions, {len(lost)} lost", sep="\n")
    return 1 if lost or not found else 0


if __name__ == "__main__":
    sys.exit(main())
