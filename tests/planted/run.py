#!/usr/bin/env python3
"""Plants bugs one at a time and sees whether a test notices.

    tests/planted/run.py FOLDER [--only TEXT] [--again]
    tests/planted/run.py --check BUILD

FOLDER gets a clone of this repository's HEAD and a build of its own; nothing here is touched. For each bug of bugs.py
the text is replaced, what its tests need is built, they run, and the text comes back. results.json in FOLDER keeps what
was found, so that a run that was stopped goes on; --again forgets it. A clone that fails a test without any bug would
notice everything: that is seen first. --check builds nothing: it says which bugs do not apply to the tree any more, and
which tests BUILD does not have.
"""
import argparse
import json
import os
import re
import subprocess
import sys

from bugs import BUGS, TESTS

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def run(*command, folder):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def clone(folder):
    tree = os.path.join(folder, "tree")
    if not os.path.exists(tree):
        subprocess.run(["git", "clone", "-q", SOURCE, tree], check=True)
    head = run("git", "rev-parse", "HEAD", folder=SOURCE).stdout.strip()
    subprocess.run(["git", "fetch", "-q", SOURCE, head], cwd=tree, check=True)
    subprocess.run(["git", "checkout", "-q", "-f", head], cwd=tree, check=True)
    return tree


def path_of(tree, file):
    return os.path.join(tree, "framework", file)


def stale(tree):
    """Bugs whose text does not stand exactly once in their file."""
    found = []
    for name, file, text, _, _ in BUGS:
        path = path_of(tree, file)
        count = open(path, encoding="utf-8").read().count(text) if os.path.exists(path) else 0
        if count != 1:
            found.append(f"{name}: {file} has its text {count} times")
    return found


def missing(tree, folder, groups):
    """Names of tests that the build does not have."""
    listed = run("ctest", "--test-dir", folder, "-N", folder=tree).stdout
    names = re.findall(r"Test +#\d+: (\S+)", listed)
    return sorted({f"no test has the name {expression}" for group in groups for expression in TESTS[group][1]
                   if not any(re.fullmatch(expression, name) for name in names)})


def build(tree, groups):
    targets = sorted({target for group in groups for target in TESTS[group][0]})
    result = run("ninja", "-C", "build", *targets, folder=tree)
    return None if result.returncode == 0 else result.stdout[-2000:]


def failures(tree, groups):
    """Names of the tests that fail."""
    expression = "|".join(f"^{name}$" for group in groups for name in TESTS[group][1])
    result = run("ctest", "--test-dir", "build", "-R", expression, "-j", "2", "--timeout", "280", folder=tree)
    lines = result.stdout.split("The following tests FAILED:")
    return sorted(line.split()[2] for line in lines[1].splitlines() if " - " in line) if len(lines) > 1 else []


def plant(tree, bug):
    name, file, text, instead, tests = bug
    path, groups = path_of(tree, file), tests.split()
    with open(path, encoding="utf-8") as source:
        original = source.read()
    with open(path, "w", encoding="utf-8") as source:
        source.write(original.replace(text, instead))
    try:
        error = build(tree, groups)
        return {"error": error} if error else {"failed": failures(tree, groups)}
    finally:
        with open(path, "w", encoding="utf-8") as source:
            source.write(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="with --check: of a build")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    if arguments.check:
        gone = stale(SOURCE) + missing(SOURCE, os.path.abspath(arguments.folder), TESTS)
        print(*gone, f"{len(BUGS)} bugs, {len(gone)} problems", sep="\n")
        sys.exit(1 if gone else 0)
    os.makedirs(arguments.folder, exist_ok=True)
    tree = clone(os.path.abspath(arguments.folder))
    gone = stale(tree)
    if gone:
        sys.exit("\n".join(gone))
    results, path = {}, os.path.join(arguments.folder, "results.json")
    if os.path.exists(path) and not arguments.again:
        results = json.load(open(path, encoding="utf-8"))
    subprocess.run(["cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DRONDO_TESTS=ON"], cwd=tree, check=True,
                   stdout=subprocess.DEVNULL)
    chosen = [bug for bug in BUGS if arguments.only in bug[0] and bug[0] not in results]
    groups = sorted({group for bug in chosen for group in bug[4].split()})
    if chosen:
        absent = missing(tree, "build", groups)
        if absent:
            sys.exit("\n".join(absent))
        error = build(tree, groups)
        failed = [] if error else failures(tree, groups)
        if error or failed:
            sys.exit(f"without any bug: {error or failed}")
    for bug in chosen:
        results[bug[0]] = plant(tree, bug)
        told = results[bug[0]]
        print(f"{bug[0]}: {told.get('failed') or told.get('error') or 'NOT NOTICED'}", flush=True)
        json.dump(results, open(path, "w", encoding="utf-8"), indent=1)
    unseen = [name for name, told in results.items() if not told.get("failed")]
    print(f"{len(results) - len(unseen)} of {len(results)} noticed" + "".join(f"\n  not: {name}" for name in unseen))
    sys.exit(1 if unseen else 0)


if __name__ == "__main__":
    main()
