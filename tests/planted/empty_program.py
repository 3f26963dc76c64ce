#!/usr/bin/env python3
"""No test passes on a program that prints nothing, writes nothing and succeeds: empty_program.py BUILD [PYTEST-OPTION...].

The tests in Python run in a copy of the build folder, made of links, in which such a program stands in place of rondo.
Run by a python3 that has pytest.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
EMPTY = "#!/bin/sh\nexit 0\n"
# What these test is not rondo.
OTHER_PROGRAMS = ("tests/flow/test_datasets.py",  # datasets/get
                  "tests/guide/test_runner.py",  # the runner of the guide's pages
                  "tests/abi",  # tools/abi
                  # programs and plugins that they build themselves
                  *(f"tests/outside/test_{name}.py" for name in ("installed", "only_edit", "subdirectory", "templates")),
                  "tests/cluster")  # engines that only some machines have


def empty_build(build, folder):
    for name in os.listdir(build):
        if name not in ("rondo", "rondo_double"):
            os.symlink(os.path.join(build, name), os.path.join(folder, name))
            continue
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(EMPTY)
        os.chmod(path, 0o755)


def main():
    build = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        empty_build(build, folder)
        command = [sys.executable, "-m", "pytest", "-q", "-rp", "--tb=no", "-p", "no:cacheprovider", f"--build={folder}",
                   *(f"--ignore={os.path.join(ROOT, path)}" for path in OTHER_PROGRAMS), *sys.argv[2:]]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    failed = re.search(r"(\d+) failed", result.stdout)
    passed = re.findall(r"^PASSED (.*)$", result.stdout, re.M)
    if not failed:
        print(result.stdout, result.stderr)
    print(*passed, f"{failed[1] if failed else 0} tests fail on an empty program, {len(passed)} pass", sep="\n")
    return 1 if passed or not failed else 0


if __name__ == "__main__":
    sys.exit(main())
