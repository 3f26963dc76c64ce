#!/usr/bin/env python3
"""What the documents say of the program it has: every `rondo VERB --option` and every key of a config that they name.
check_program.py RONDO."""
import os
import re
import subprocess
import sys

from check_docs import ROOT, documents

COMMAND = re.compile(r"(?<![\w/])(?:build/)?rondo ([a-z]+)((?: [^`|\n]*)?)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
KEY = re.compile(r"`(?:--set )?((?:data|model|loss|optimizer|clip|schedule|train|output|seeds)(?:\.[a-z_0-9]+)+)[:=`]")
OF_OTHERS = {"--map-by", "--bind-to", "--array", "--partition", "--time", "--mem", "--cpus-per-task", "--mpi"}
HISTORY = "CHANGELOG.md"  # names what was


def output_of(rondo, *words):
    return subprocess.run([rondo, *words], capture_output=True, text=True, check=True).stdout


def options_of(rondo):
    """Options by verb, as --help has them."""
    verbs = re.findall(r"^  ([a-z]+)  ", output_of(rondo, "--help"), re.M)
    return {verb: set(OPTION.findall(output_of(rondo, verb, "--help"))) for verb in verbs}


def keys_of(rondo):
    """Every key of the reference, those in comments too; entries of lists without their number."""
    keys, stack = set(), []
    for line in output_of(rondo, "describe", "--all").splitlines():
        match = re.match(r"^( *)(?:# |- )?(?:- )?([a-z_0-9]+):(?: |$)", line)
        if not match:
            continue
        depth = len(match[1]) + (2 if line.lstrip().startswith("- ") else 0)
        while stack and stack[-1][0] >= depth:
            stack.pop()
        stack.append((depth, match[2]))
        keys.add(".".join(name for _, name in stack))
    return keys


def is_key(keys, name):
    name = re.sub(r"\.\d+(?=\.|$)", "", name)
    if ".options." in name or name in keys:  # options are those of a plugin
        return True
    return any(key.startswith(name + ".") for key in keys)


def problems_of(path, options, keys):
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines, 1):
        place = f"{os.path.relpath(path, ROOT)}:{number}"
        for verb, rest in COMMAND.findall(line):
            for option in OPTION.findall(rest.split("#")[0]) if verb in options else []:
                if option not in options[verb] | OF_OTHERS:
                    yield f"{place}: rondo {verb} has no {option}"
        for name in KEY.findall(line):
            if not name.endswith((".txt", ".py")) and not is_key(keys, name):
                yield f"{place}: there is no key {name}"


def main():
    options, keys = options_of(sys.argv[1]), keys_of(sys.argv[1])
    paths = [path for path in documents() if os.path.basename(path) != HISTORY]
    problems = [problem for path in paths for problem in problems_of(path, options, keys)]
    print("\n".join(problems + [f"{len(options)} verbs, {len(keys)} keys, {len(paths)} documents, {len(problems)} problems"]))
    return 1 if problems or len(options) < 10 or len(keys) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
