#!/usr/bin/env python3
"""GNU parallel as the engine of a sweep: parallel.py RONDO DIGEST. All runs in a first pass, none in a second,
and the same bytes as by a worker."""
from harness import *  # pylint: disable=wildcard-import,unused-wildcard-import
from hostile import BASE, DIGEST

SWEEP = """
base: base.yaml
set: {train.epochs: 2}
axes: {model.layers.0.hidden: [4, 6]}
seeds: 4
output: {folder: sweep}
"""


def pass_of(log):
    """Commands that parallel ran, with their statuses."""
    pending = run(RONDO, "sweep", "hostile.yaml", "--list", "--pending")
    run("parallel", "-j2", "--will-cite", "--joblog", log, RONDO, "sweep", "hostile.yaml", "--run",
        input=pending)
    with open(log, encoding="utf-8") as file:
        return [line.split("\t")[6] for line in file.read().splitlines()[1:]], pending


def parallel():
    for folder in "pool", "engine":
        os.mkdir(folder)
        for name, text in ("base.yaml", BASE), ("hostile.yaml", SWEEP):
            with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                file.write(text)
    run(RONDO, "sweep", "hostile.yaml", cwd="pool")
    os.chdir("engine")
    statuses, pending = pass_of("first")
    check(statuses == ["0"] * 8, f"{statuses} of {pending}")
    statuses, pending = pass_of("second")
    check(statuses == [] and pending == "", f"{statuses} of {pending}")
    check(run(RONDO, "sweep", "hostile.yaml", "--run", "3") is not None, "status 0 when it is done")
    os.chdir("..")
    check(digests("pool/sweep", DIGEST) == digests("engine/sweep", DIGEST), "they differ")


if __name__ == "__main__":
    main(parallel)
