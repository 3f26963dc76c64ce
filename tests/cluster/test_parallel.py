"""GNU parallel as the engine of a sweep: all runs in a first pass, none in a second, and the same bytes as by a
worker."""
import os

from harness import cluster_only, digests, write_sweep
from program import RONDO, run

# ctest: together
# ctest: LABELS cluster TIMEOUT 1200 RUN_SERIAL ON
pytestmark = cluster_only

SWEEP = """
base: base.yaml
set: {train.epochs: 2}
axes: {model.layers.0.hidden: [4, 6]}
seeds: 4
output: {folder: sweep}
"""


def pass_of(log):
    """Commands that parallel ran, with their statuses."""
    pending = run(RONDO, "sweep", "sizes.yaml", "--list", "--pending")
    run("parallel", "-j2", "--will-cite", "--joblog", log, RONDO, "sweep", "sizes.yaml", "--run",
        input=pending)
    with open(log, encoding="utf-8") as file:
        return [line.split("\t")[6] for line in file.read().splitlines()[1:]], pending


def test_parallel():
    for folder in "pool", "engine":
        os.mkdir(folder)
        write_sweep("sizes.yaml", SWEEP, folder)
    run(RONDO, "sweep", "sizes.yaml", cwd="pool")
    os.chdir("engine")
    statuses, pending = pass_of("first")
    assert statuses == ["0"] * 8, f"{statuses} of {pending}"
    statuses, pending = pass_of("second")
    assert statuses == [] and pending == "", f"{statuses} of {pending}"
    run(RONDO, "sweep", "sizes.yaml", "--run", "3")  # status 0 when it is done
    os.chdir("..")
    pool = digests("pool/sweep")
    assert len(pool) == 8 * 3 and pool == digests("engine/sweep")
