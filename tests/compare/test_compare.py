"""`rondo compare` on planted figures. Expected numbers are SciPy's (1.17.1), computed apart and written here."""
import csv
import io
import json
import math
import os
import random
import re
import shutil
import statistics

import plant
from program import FAILED, USAGE, rondo

# ctest: together

# Test losses of three variants over ten shared seeds.
LOSSES = {"a": [8.421, 8.437, 8.402, 8.455, 8.419, 8.430, 8.411, 8.448, 8.426, 8.415],
          "b": [8.412, 8.425, 8.407, 8.431, 8.409, 8.424, 8.405, 8.436, 8.418, 8.404],
          "c": [8.470, 8.442, 8.481, 8.459, 8.466, 8.490, 8.447, 8.475, 8.468, 8.452]}
# scipy.stats.t: mean -+ t.ppf(0.975, 9) * std(ddof=1) / sqrt(10)
INTERVALS = {"a": (8.426400000000001, 8.414581807388737, 8.438218192611265),
             "b": (8.4171, 8.408933574347945, 8.425266425652055),
             "c": (8.465, 8.454140598374087, 8.475859401625913)}


def told(*arguments):
    """Output for people, with single blanks: tables are padded, notes wrapped."""
    return " ".join(rondo("compare", *arguments)[0].split())


def near(value, wanted, what, tolerance=1e-12):
    assert math.isclose(float(value), wanted, rel_tol=tolerance), f"{what}: {value}, expected {wanted}"


def table(*arguments):
    """CSV as [{name of column: text}]."""
    output, _ = rondo("compare", *arguments, "--csv")
    return list(csv.DictReader(io.StringIO(output)))


def refused(*arguments, says):
    output, errors = rondo("compare", *arguments, expect=USAGE)
    assert output == "", f"printed all the same: {output}"
    assert errors.count("\n") == 1, f"not one line: {errors}"
    for text in says:
        assert text in errors, f"{text!r} is not in {errors}"


def three(folder="cells", **options):
    """The sweep of LOSSES, complete."""
    variants = {name: {"model.layers.0.cell": cell} for name, cell in zip("abc", ("lstm", "gru", "rnn"))}
    folders = plant.sweep(folder, variants, range(1, 11), **options)
    for (name, seed), run in folders.items():
        value = LOSSES[name][seed - 1]
        plant.run(run, [value + 0.5, value + 0.1, value + 0.2], value, seed=seed,
                  cell=variants[name]["model.layers.0.cell"])
        plant.outcome(run, "done", seconds=1.5, cpu_seconds=1.25, threads=1, host="somewhere", kernel="zen3",
                      version="0.1.0")
    return folders


def test_intervals():
    """Means and t intervals over seeds; the best epoch; what is printed of a run."""
    three()
    rows = table("cells")
    assert [row["variant"] for row in rows] == ["a", "b", "c"], str(rows)
    for row in rows:
        for key, wanted in zip(("test", "test_low", "test_high"), INTERVALS[row["variant"]]):
            near(row[key], wanted, f"{row['variant']} {key}")
            near(row[key.replace("test", "value")], wanted, f"{row['variant']} value")
        near(row["best_valid"], INTERVALS[row["variant"]][0] + 0.1, "the second epoch is the best")
        assert (row["runs"], row["parameters"], row["training_flops"], row["hidden"]) == ("10", "1817", "7008", "16"), (
            str(row))
    runs = table("cells", "--table", "runs")
    assert len(runs) == 30 and all(run["best_epoch"] == "2" and run["state"] == "done" for run in runs), str(runs)
    one = [run for run in runs if run["variant"] == "b" and run["seed"] == "7"][0]
    near(one["test"], 8.405, "test of b with seed 7")
    near(one["best_valid"], 8.505, "its best valid loss")
    assert one["repeat"] == "rondo train base.yaml --set model.layers.0.cell=gru --set seed=7 --output 020-b-seed7", (
        one["repeat"])
    assert one["run"] == "20" and float(one["tokens"]) == 3000, str(one)
    output = told("cells")
    assert "8.4171 [8.4089, 8.4253]" in output, output


def test_same_bytes():
    """Neither the order in which folders were made nor that of the arguments changes a byte; times do not
    either."""
    folders = three()
    faces = [[], ["--csv"], ["--markdown"], ["--latex"], ["--json"], ["--csv", "--table", "runs"], ["--table", "pairs"]]
    before = [rondo("compare", "cells", *face)[0] for face in faces]
    # the mean of b; its loss with the seventh seed; the difference of the means of b and c
    for figure, text in zip(["8.4171"] * 5 + [",8.405,", "-0.0479"], before):
        assert figure in text, f"{figure} is not in {text}"
    order = sorted(folders.items())
    random.Random(1).shuffle(order)
    os.rename("cells", "old")
    os.makedirs("cells/runs")
    shutil.copy("old/plan.yaml", "cells")
    for number, (_, run) in enumerate(order):
        shutil.copytree(run.replace("cells", "old", 1), run)
        plant.outcome(run, "done", seconds=3.0 * number, cpu_seconds=2.0, threads=1 + number, host=f"host{number}",
                      kernel="haswell", version="0.1.0")
    assert [rondo("compare", "cells", *face)[0] for face in faces] == before, "bytes differ"
    runs = sorted(run for _, run in order)
    plain = rondo("compare", *runs)[0]
    assert "8.4171" in plain, plain
    assert rondo("compare", *reversed(runs))[0] == plain, "the order of arguments shows"


def test_plain_runs():
    """Without a sweep: grouped by what differs, named by it, seeds apart; nothing was declared."""
    for seed in 1, 2, 3:
        for hidden in 64, 128, 16:
            plant.run(f"h{hidden}-{seed}", [2.0, 1.0 + hidden / 1000 + seed / 100], 1.5, seed=seed, hidden=hidden,
                      threads=seed, path=f"/elsewhere/{seed}.txt")
    names = [f"h{hidden}-{seed}" for seed in (3, 1, 2) for hidden in (128, 16, 64)]
    rows = table(*names)
    assert [row["variant"] for row in rows] == ["hidden=16", "hidden=64", "hidden=128"], str(rows)
    assert all(row["runs"] == "3" for row in rows), str(rows)
    os.makedirs("runs")
    for name in names:
        shutil.copytree(name, f"runs/{name}")
    assert [(row["variant"], row["value"]) for row in table("runs")] == [(row["variant"], row["value"]) for row in rows], (
        "a folder of runs")
    output = told(*names)
    assert "not declared before" in output and "a seed varies initialization, order and masks" in output, output
    plant.run("other", [1.0], 1.5, epochs=2, cell="gru", hidden=16, batch=7)
    rows = table(*names, "other")
    assert [row["variant"] for row in rows] == ["batch_size=7 cell=gru hidden=16", "batch_size=20 cell=lstm hidden=16",
                                                "batch_size=20 cell=lstm hidden=64",
                                                "batch_size=20 cell=lstm hidden=128"], str(rows)


def test_older_configs():
    """Runs whose configs have the keys of older builds are of the same variant; other values are another one."""
    old = "schedule: {{name: {}, factor: {}, every_epochs: 3}}\n"
    new = "schedule: {{name: {}, options: {{factor: {}, every_epochs: 3}}}}\n"
    for seed, text in (1, old), (2, new), (3, old):
        for factor in 0.5, 0.7:
            folder = f"f{factor}-{seed}"
            plant.run(folder, [2.0, 1.0 + factor + seed / 100], 1.5, seed=seed)
            with open(f"{folder}/config.yaml", encoding="utf-8") as file:
                config = re.sub(r"^schedule:.*\n(  .*\n)*", "", file.read(), flags=re.M)
            if text == old:  # resolved configs had the keys of all formats, with their defaults
                config = config.replace("data:\n  path", "data:\n  separator: tab\n  series:\n    window: 24\n  path")
                assert "window" in config, config
            plant.write(f"{folder}/config.yaml", config + text.format("step", factor))
    rows = table(*(f"f{factor}-{seed}" for seed in (1, 2, 3) for factor in (0.5, 0.7)))
    assert [(row["variant"], row["runs"]) for row in rows] == [("factor=0.5", "3"), ("factor=0.7", "3")], str(rows)


def t_two_sided(t, df):
    """p of Student's t: 1 minus the integral of the density from -t to t, by Simpson's rule."""
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    steps = 20000
    values = [scale * (1 + (t * i / steps) ** 2 / df) ** (-(df + 1) / 2) for i in range(steps + 1)]
    return 1 - 2 * t / steps / 3 * (values[0] + values[-1] + 4 * sum(values[1:-1:2]) + 2 * sum(values[2:-1:2]))


def test_unshared():
    """Variants of different seeds: Welch's test as information, and no verdict whatever it says."""
    values = {"lstm": [1.10, 1.12, 1.13, 1.09, 1.11, 1.14], "gru": [1.15, 1.19, 1.13, 1.24, 1.12]}
    names = []
    for cell, losses in values.items():
        for number, value in enumerate(losses):
            names.append(f"{cell}{number}")
            plant.run(names[-1], [value], value, seed=number + (100 if cell == "gru" else 1), cell=cell)
    pair, = json.loads(rondo("compare", *names, "--json")[0])["pairs"]
    one, other = values[pair["variant"].split("=")[1]], values[pair["compared_with"].split("=")[1]]
    squares = [statistics.variance(sample) / len(sample) for sample in (one, other)]
    error, difference = math.sqrt(sum(squares)), statistics.fmean(one) - statistics.fmean(other)
    df = sum(squares) ** 2 / sum(square ** 2 / (len(sample) - 1) for square, sample in zip(squares, (one, other)))
    found = pair["unpaired"]
    assert (found["runs"], found["compared_with_runs"]) == (len(one), len(other)), str(found)
    near(found["difference"], difference, "difference of means", 1e-9)
    near(found["p_welch"], t_two_sided(abs(difference) / error, df), "p of Welch's test", 1e-7)
    near((found["low"] + found["high"]) / 2, difference, "middle of the interval", 1e-9)
    near(t_two_sided((found["high"] - found["low"]) / 2 / error, df), 0.05, "level of the interval", 1e-7)
    assert (pair["seeds"], pair["verdict"], pair["p_t"]) == (0, "too few runs", None), str(pair)
    output = told(*names)
    assert "p (Welch)" in output and "the basis of no verdict" in output and "nothing can be established" in output, output
    rondo("compare", *names, "--html", "report.html")
    with open("report.html", encoding="utf-8") as file:
        assert "For information, without a verdict: difference " in file.read(), "the report is silent on it"
    plant.run("gru1", [1.19], 1.19, seed=1, cell="gru")  # shares a seed now
    assert json.loads(rondo("compare", *names, "--json")[0])["pairs"][0]["unpaired"] is None, (
        "of a pair that shares a seed")
    assert "Welch" not in told(*names), told(*names)


def test_figures():
    """Other figures than the loss, which way is better, and epochs chosen by another one."""
    for seed in range(1, 4):
        for cell, gain in ("lstm", 0.1), ("gru", 0.0):
            accuracy = ([0.5, 0.7 + gain + seed / 100, 0.6], 0.65 + gain + seed / 100)
            plant.run(f"{cell}{seed}", [3.0, 2.0, 1.0], 1.1, seed=seed, cell=cell, monitor="accuracy",
                      more={"accuracy": accuracy})
    names = [f"{cell}{seed}" for cell in ("lstm", "gru") for seed in (1, 2, 3)]
    rows = {row["variant"]: row for row in table(*names, "--metric", "test accuracy")}
    near(rows["cell=lstm"]["value"], 0.77, "mean of 0.76, 0.77, 0.78")
    near(rows["cell=lstm"]["best_valid"], 0.82, "valid accuracy at epoch 2, which has the best accuracy")
    output = told(*names, "--metric", "test accuracy")
    assert "higher is better" in output and "best valid accuracy" in output, output
    rows = {row["variant"]: row for row in table(*names, "--metric", "valid loss")}
    near(rows["cell=gru"]["value"], 2.0, "the loss of the epoch with the best accuracy")
    rows = {row["variant"]: row for row in table(*names, "--metric", "train loss")}
    near(rows["cell=gru"]["value"], 2.0, "the training loss of that epoch")
    refused(*names, "--metric", "test acuracy", says=["metric: no run has a test acuracy", "test accuracy", "did you mean"])
    refused(*names, "--metric", "accuracy", says=["metric:", "test loss"])
    refused(*names, "--metric", "train gradient_norm", says=["train gradient_norm"])


def test_unfinished():
    """A sweep at work: what is missing is counted, what failed is named, the others are compared."""
    folders = three()
    shutil.rmtree(folders["a", 10])
    plant.outcome(folders["b", 9], "failed", reason="epoch 2: the loss is not finite; see log.txt")
    stopped = folders["c", 8]
    os.remove(f"{stopped}/outcome.yaml")
    plant.run(stopped, [9.0], None, seed=8, cell="rnn", epochs=3)
    output = told("cells")
    for text in ("27 of 30 runs count", "unfinished: 2 of 30 runs", "1 stopped", "1 not begun",
                 "failed: 026-b-seed9: epoch 2: the loss is not finite; see log.txt"):
        assert text in output, f"{text!r} is not in\n{output}"
    rows = {row["variant"]: row for row in table("cells")}
    assert [rows[name]["runs"] for name in "abc"] == ["9", "9", "9"], str(rows)
    near(rows["a"]["value"], sum(LOSSES["a"][:9]) / 9, "mean without the missing run")
    states = {run["folder"]: run["state"] for run in table("cells", "--table", "runs")}
    assert ([states[os.path.basename(folder)] for folder in (folders["a", 10], folders["b", 9], stopped)] ==
            ["missing", "failed", "stopped"]), str(states)


def test_newer_program():
    """A sweep that was finished by a program with an option more; and one whose run was changed."""
    folders = three()
    before = told("cells")
    for seed in (9, 10):
        with open(f"{folders['b', seed]}/config.yaml", "a", encoding="utf-8") as file:
            file.write("new_section: {new_option: nothing}\n")
    assert told("cells") == before, told("cells")
    plant.run(folders["b", 10], [9.0], 9.0, seed=10, cell="gru", hidden=17)
    refused("cells", says=["are both of variant b, but differ in model.layers.0.hidden"])


def test_halving():
    """Runs that were not promoted are no part of a mean."""
    folders = three(halving={"metric": "valid loss", "keep_part": 1, "keep_of": 3, "rungs": [1, 3]})
    for seed in range(1, 11):
        plant.run(folders["c", seed], [0.001], 0.001, seed=seed, cell="rnn", epochs=1)
        plant.outcome(folders["c", seed], "halted", rung=1)
    output = told("cells")
    assert "halving: 10 runs ended at an earlier rung and are not compared with the 20 of the last" in output, output
    rows = {row["variant"]: row for row in table("cells")}
    assert (rows["c"]["runs"], rows["c"]["value"], rows["a"]["runs"]) == ("0", "", "10"), str(rows)
    rungs = json.loads(rondo("compare", "cells", "--json")[0])["rungs"]
    assert rungs == [{"epochs": 1, "reached": 30, "ended": 10, "failed": 0},
                     {"epochs": 3, "reached": 20, "ended": 20, "failed": 0}], str(rungs)


def test_real_halving():
    """What a halving itself leaves: who was promoted, and who ended where."""
    plant.write("reber.yaml", REBER)
    halving = "seeds: 3\nhalving: {metric: valid loss, keep: 1/3, rungs: [1, 2]}"
    plant.write("cells.yaml", SWEEP.replace("set: {train.epochs: 2}\n", "").replace("seeds: 6", halving))
    rondo("sweep", "cells.yaml")
    with open("cells/rung-1.yaml", encoding="utf-8") as file:
        promoted = json.loads(re.search(r"promoted: (\[.*\])", file.read())[1])
    found = json.loads(rondo("compare", "cells", "--json")[0])
    done = [run["number"] for run in found["runs"] if run["state"] == "done"]
    assert len(promoted) == 2 and sorted(promoted) == sorted(done), f"{promoted}: {found['runs']}"
    assert found["rungs"] == [{"epochs": 1, "reached": 6, "ended": 4, "failed": 0},
                              {"epochs": 2, "reached": 2, "ended": 2, "failed": 0}], str(found["rungs"])
    assert {run["rung"] for run in found["runs"] if run["state"] == "halted"} == {1}, str(found["runs"])


def test_hostile():
    """Texts of others neither steer the terminal nor break a table."""
    name = "x\x1b[2J|a,\"b\"&_%"
    folders = plant.sweep("bad", {name: {}, "b": {}}, [1])
    for run in folders.values():
        plant.run(run, [1.0], 1.0)
    plant.outcome(folders["b", 1], "failed", reason="no\nroom \x1b]0;title\x07 \\input{x}")
    for face in [], ["--markdown"], ["--latex"], ["--csv"], ["--json"]:
        output, _ = rondo("compare", "bad", *face)
        assert "\x1b" not in output and "\x07" not in output, repr(output)
        if face == ["--csv"]:
            assert next(csv.DictReader(io.StringIO(output)))["variant"] == name.replace("\x1b", "\\x1b"), output
        if face == ["--latex"]:
            assert "\\&\\_\\%" in output and "\\input" not in output, output
        if face == ["--markdown"]:
            assert "\\|a" in output, output
        if face == ["--json"]:
            assert json.loads(output)["variants"][0]["name"] == name.replace("\x1b", "\\x1b"), output


def test_bad_input():
    """Each mistake is one line with its remedy, and nothing is printed."""
    folders = three(baseline="a")
    os.makedirs("empty")
    plant.write("cells.yaml", "base: x\n")
    plant.write("begun/sweep.yaml", "base: x\n")
    refused("nowhere", says=["nowhere: no such folder"])
    refused("empty", says=["empty: not a run folder"])
    refused("cells.yaml", says=["cells.yaml: name the folder"])
    refused("begun", says=["begun", "has not begun"])
    refused("cells", "--baseline", "aa", says=["baseline: no variant is named \"aa\"", "a; b; c", "did you mean a?"])
    refused("cells", folders["a", 3], says=[folders["a", 3], "are the same run"])
    plant.run("one", [1.0], 1.0)
    plant.run("two", [1.0], 1.0, cell="gru", fingerprints=(11, 22, 34))
    refused("one", "two", says=["runs of different data: the test split of", "one", "two", "--other-data"])
    output = told("one", "two", "--other-data")
    assert "runs saw different data" in output, output
    plant.run("three", [1.0], 1.0, cell="gru", monitor="accuracy")
    refused("one", "three", says=["one", "valid loss", "three", "valid accuracy"])
    plant.sweep("nothing", {"a": {}, "b": {}}, [1, 2])
    refused("nothing", says=["none of its 4 runs has begun"])
    plant.write("cells/plan.yaml", "{\"format\": 1, \"name\": ")
    rondo("compare", "cells", expect=FAILED)
    with open("one/metrics.jsonl", "a", encoding="utf-8") as file:
        file.write("nonsense\n")
    refused("one", says=["one/metrics.jsonl", "damaged", "1 of its lines"])


def test_data_by_seed():
    """Where a seed varies the data too, those of one seed are compared."""
    for seed in 1, 2:
        for cell in "lstm", "gru":
            plant.run(f"{cell}{seed}", [1.0], 1.0, seed=seed, data_seed=seed, cell=cell,
                      fingerprints=(seed, seed, seed))
    output, _ = rondo("compare", "lstm1", "lstm2", "gru1", "gru2")
    assert "masks and data, and so do the data" in output, output
    plant.run("gru2", [1.0], 1.0, seed=2, data_seed=2, cell="gru", fingerprints=(7, 7, 7))
    refused("lstm1", "lstm2", "gru1", "gru2", says=["runs of different data"])


def losses(folder, values, **options):
    """A complete sweep of one epoch with these test losses, {variant: one a seed}."""
    folders = plant.sweep(folder, {name: {} for name in values}, range(1, 1 + len(next(iter(values.values())))), **options)
    for (name, seed), run in folders.items():
        plant.run(run, [values[name][seed - 1]], values[name][seed - 1], seed=seed)
        plant.outcome(run, "done")
    return folders


def test_pairs():
    """All pairs: differences, both tests, Holm over the family of three, effects, verdicts."""
    three()
    rows = {(row["variant"], row["compared_with"]): row for row in table("cells", "--table", "pairs")}
    assert list(rows) == [("a", "b"), ("a", "c"), ("b", "c")], str(list(rows))
    # scipy: ttest_rel and its confidence_interval, permutation_test with all samples, Holm by hand
    wanted = {("a", "b"): (0.009299999999999819, 0.004174107385057139, 0.014425892614942499, 0.002659668318338343,
                           0.00390625, 0.002659668318338343, 1.1866377301571214, 0.1, "worse"),
              ("a", "c"): (-0.0386000000000001, -0.05503488272976742, -0.022165117270232782, 0.00048541951154240567,
                           0.001953125, 0.0009708390230848113, -1.5361209182476077, 1.0, "better"),
              ("b", "c"): (-0.04789999999999992, -0.06020492435628676, -0.03559507564371309, 1.0200441199220869e-05,
                           0.001953125, 3.060132359766261e-05, -2.5460168482677643, 1.0, "better")}
    for names, numbers in wanted.items():
        row = rows[names]
        for key, number in zip(("difference", "difference_low", "difference_high", "p_t", "p_exact", "p_holm", "g_z",
                                "p_better"), numbers):
            near(row[key], number, f"{names} {key}", 1e-9)
        assert (row["verdict"], row["seeds"], row["more_seeds"]) == (numbers[-1], "10", "0"), str(row)
    output = told("cells")
    assert "over the family of 3 pairs;" in output and "sign-flip test over all flips" in output, output
    assert "declared before the runs: metric, all pairs" in output, output


def test_baseline():
    """With a declared baseline and margin: another family, equivalence, and what is not established."""
    spread = {"e": [.001, -.001, .002, -.002, .001, -.001, .0005, -.0005, .0015, -.001],
              "f": [.011, -.004, .012, -.006, .001, .009, .0105, -.0095, .0015, -.005]}
    values = {**LOSSES, **{name: [x + d for x, d in zip(LOSSES["a"], changes)] for name, changes in spread.items()}}
    losses("cells", values, baseline="a", margin=0.005)
    rows = {row["variant"]: row for row in table("cells")}
    verdicts = {name: row["verdict"] for name, row in rows.items()}
    assert verdicts == {"a": "", "b": "better", "c": "worse", "e": "equivalent within the margin",
                        "f": "not established"}, str(verdicts)
    # scipy: ttest_rel times Holm's factors 4 (c), 3 (b), 2 (f), 1 (e); ttest_1samp against -+0.005, the larger p
    for name, holm, effect in (("c", 4 * 0.00048541951154240567, 1.5361209182476077),
                               ("b", 3 * 0.002659668318338343, -1.1866377301571214), ("f", 2 * 0.44196931299641457, 0.23253119230781194)):
        near(rows[name]["p_holm"], holm, f"{name} Holm", 1e-9)
        near(rows[name]["g_z"], effect, f"{name} effect", 1e-9)
    near(rows["e"]["p_tost"], 4 * 4.3092407627784207e-07, "equivalence of e, the smallest of four", 1e-9)
    assert int(rows["f"]["more_seeds"]) > 0 and rows["e"]["more_seeds"] == "0", str(rows["f"])
    output = told("cells")
    for text in ("declared before the runs: metric, baseline a, margin 0.005", "over the family of 4 pairs with the baseline",
                 f"about {rows['f']['more_seeds']} more seeds", "optimistic"):
        assert text in output, f"{text!r} is not in\n{output}"
    output = told("cells", "--baseline", "b")
    assert "not declared before" in output, output
    others = table("cells", "--baseline", "b", "--table", "pairs")
    assert [row["variant"] for row in others] == list("acef") and {row["compared_with"] for row in others} == {"b"}, (
        str(others))


def test_baseline_case():
    """A baseline that axes cross: each variant against the one whose name has the same end; families of two."""
    values = {"a hidden=1": LOSSES["a"], "b hidden=1": LOSSES["b"], "a hidden=2": LOSSES["c"], "b hidden=2": LOSSES["b"],
              "c hidden=3": LOSSES["c"]}
    losses("cells", values, baseline="a")
    rows = {row["variant"]: row for row in table("cells", "--table", "pairs")}
    assert ({name: row["compared_with"] for name, row in rows.items()} ==
            {"b hidden=1": "a hidden=1", "b hidden=2": "a hidden=2"}), str(rows)
    # scipy: as in pairs(), with Holm's factors 1 and 2
    near(rows["b hidden=1"]["p_holm"], 0.002659668318338343, "Holm of the larger", 1e-9)
    near(rows["b hidden=2"]["p_holm"], 2 * 1.0200441199220869e-05, "Holm of the smaller", 1e-9)
    assert "baseline a" in told("cells") and "over the family of 2 pairs with the baseline" in told("cells"), (
        told("cells"))
    refused("cells", "--baseline", "c hidden=1", says=["no variant is named \"c hidden=1\""])


def test_few_seeds():
    """Five seeds are too few for anything, however large the difference; six are not."""
    far = {name: [base + seed / 1000 for seed in range(6)] for name, base in (("near", 1.0), ("far", 2.0))}
    far["far"][0] += 0.01
    losses("six", far)
    assert [row["verdict"] for row in table("six", "--table", "pairs")] == ["better"], "six seeds"
    losses("five", {name: values[:5] for name, values in far.items()})
    row = table("five", "--table", "pairs")[0]
    assert row["verdict"] == "not established" and float(row["p_t"]) < 1e-6, str(row)
    near(row["p_exact"], 0.0625, "the least p that five pairs can have")
    output = told("five")
    assert "only 5 shared seeds" in output and "no exact test can reach 5 %" in output, output
    assert "no exact test" not in rondo("compare", "six")[0], "six seeds"
    losses("one", {name: values[:1] for name, values in far.items()})
    assert table("one", "--table", "pairs")[0]["verdict"] == "too few runs", "one seed"


def test_direction():
    """Where more is better, the larger value is."""
    folders = plant.sweep("up", {"high": {}, "low": {}}, range(1, 8), metric="test accuracy")
    for (name, seed), run in folders.items():
        value = (0.9 if name == "high" else 0.5) + seed / 100 + (0.001 if seed == 3 else 0)
        plant.run(run, [1.0], 1.0, seed=seed, more={"accuracy": ([value], value + (0.002 * seed if name == "low" else 0))})
        plant.outcome(run, "done")
    row = table("up", "--table", "pairs")[0]
    assert (row["variant"], row["verdict"], float(row["p_better"])) == ("high", "better", 1.0), str(row)


# scipy.stats.t.ppf(0.975, n - 1)
T_QUANTILES = {25: 2.0638985616280205, 24: 2.0686576104190406}


def band(group, ordered):
    """-+ t times the jackknife's error, from the mean over all sets of n without each trial."""
    count = len(ordered)
    last = count // 3
    for n in range(1, count + 1):
        low, high = group["expected_best_low"][n - 1], group["expected_best_high"][n - 1]
        if n > last:
            assert low is None and high is None, f"a band for the best of {n} of {count}"
            continue
        without = []
        for left_out in range(count):
            rest = ordered[:left_out] + ordered[left_out + 1:]
            without.append(sum(math.comb(count - 2 - i, n - 1) * value for i, value in enumerate(rest)) / math.comb(count - 1, n))
        mean = sum(without) / count
        half = T_QUANTILES[count] * math.sqrt((count - 1) / count * sum((value - mean) ** 2 for value in without))
        near(low, group["expected_best"][n - 1] - half, f"low end of the best of {n}", 1e-9)
        near(high, group["expected_best"][n - 1] + half, f"high end of the best of {n}", 1e-9)


def test_search():
    """Two groups of trials: the best, the best expected of n, and which setting matters."""
    numbers = random.Random(3)
    variants, drawn = {}, {}
    for cell in "lstm", "gru":
        for trial in range(1, 26):
            name = f"{cell} trial{trial}"
            variants[name] = {"model.layers.0.cell": cell}
            drawn[name] = {"optimizer.learning_rate": round(10 ** numbers.uniform(-4, -1), 6),
                           "model.layers.0.hidden": numbers.randint(8, 64), "optimizer.name": numbers.choice(["adam", "sgd"])}
    folders = plant.sweep("search", variants, [1], drawn=drawn, search=True)
    figures = {}
    for (name, _), run in folders.items():
        settings = drawn[name]
        figures[name] = abs(math.log10(settings["optimizer.learning_rate"]) + 2) + numbers.uniform(0, 0.2)
        if name == "gru trial7":
            plant.run(run, [None], None)  # its loss is not finite
        else:
            plant.run(run, [figures[name]], figures[name] + 0.5, cell=name.split()[0], rate=settings["optimizer.learning_rate"],
                      hidden=settings["model.layers.0.hidden"])
        plant.outcome(run, "done")
    output, _ = rondo("compare", "search", "--json")
    groups = {group["name"]: group for group in json.loads(output)["searches"]}
    assert list(groups) == ["lstm", "gru"], str(list(groups))
    for cell, count in ("lstm", 25), ("gru", 24):
        values = {name: value for name, value in figures.items() if name.startswith(cell) and name != "gru trial7"}
        assert groups[cell]["best"] == min(values, key=values.get), groups[cell]["best"]
        ordered = sorted(values.values())
        expected = [sum(math.comb(count - 1 - i, n - 1) * value for i, value in enumerate(ordered)) / math.comb(count, n)
                    for n in range(1, count + 1)]
        assert len(groups[cell]["expected_best"]) == count, str(groups[cell])
        for ours, wanted in zip(groups[cell]["expected_best"], expected):
            near(ours, wanted, f"{cell}: best of n", 1e-10)
        band(groups[cell], ordered)
        effects = {effect["key"]: effect for effect in groups[cell]["effects"]}
        assert groups[cell]["effects"][0]["key"] == "optimizer.learning_rate", str(groups[cell]["effects"])
        assert set(effects) == {"optimizer.learning_rate", "model.layers.0.hidden", "optimizer.name"}, str(effects)
        assert effects["optimizer.learning_rate"]["share"] > 0.6 and effects["optimizer.learning_rate"]["p"] == 1e-4, (
            str(effects))
        assert effects["model.layers.0.hidden"]["share"] < 0.3 and effects["optimizer.name"]["share"] < 0.3, (
            str(effects))
    output = told("search")
    best = groups["lstm"]["best"]
    row = f"lstm 25 {best} hidden={drawn[best]['model.layers.0.hidden']} learning_rate="
    assert row in output and f"1817 {figures[best]:.4g} {figures[best] + 0.5:.4g}" in output, output
    assert "50 trials, each a variant: --table variants" in output and "lstm trial24 1817" not in output, output
    assert "compared with" not in output and "best of 20" in output and "without a finite test loss: 1 run" in output, (
        output)


ACCURACIES = [[.81, .80, .79, .80], [.92, .90, .90, .85], [.60, .62, .58, .55], [.71, .70, .69, .69],
              [.88, .86, .87, .80], [.50, .50, .48, .47]]


def test_data_sets():
    """Six data sets, four variants, ties: ranks, Friedman, Iman and Davenport, the critical difference of SciPy."""
    for number, row in enumerate(ACCURACIES):
        folders = plant.sweep(f"set{number}", {name: {} for name in "pqrs"}, [1, 2], metric="test accuracy")
        for (name, seed), run in folders.items():
            value = row["pqrs".index(name)] + (0.001 if seed == 1 else -0.001)
            plant.run(run, [1.0], 1.0, seed=seed, more={"accuracy": ([value], value)}, fingerprints=(number, number, number))
            plant.outcome(run, "done")
    names = [f"set{number}" for number in range(6)]
    output, _ = rondo("compare", "--data-sets", *reversed(names))
    flat = " ".join(output.split())
    for text in ("6 data sets, 4 variants; Friedman: chi^2 12.91, p 0.004834; Iman and Davenport: F 12.68, p 0.0002157",
                 "(Nemenyi): 1.915"):
        assert text in flat, f"{text!r} is not in\n{output}"
    rows = {line.split()[0]: line.split()[1:] for line in output.splitlines() if line[:1] in "pqrs" and line[1:2] == " "}
    # 3.67 - 1.25 is above the critical difference, 3 - 1.25 is below
    assert rows == {"p": ["1.25", "s"], "q": ["2.08", "-"], "r": ["3.00", "-"], "s": ["3.67", "-"]}, str(rows)
    assert rondo("compare", "--data-sets", *names)[0] == output, "the order of arguments shows"
    output, _ = rondo("compare", "--data-sets", *names, "--csv")
    rows = {row["variant"]: row for row in csv.DictReader(io.StringIO(output))}
    near(rows["q"]["mean_rank"], 2.0833333333333335, "mean rank of q")
    near(rows["r"]["set4"], 0.87, "mean of r on set4")
    refused("--data-sets", *names[:4], says=["--data-sets: ranks need at least 5 data sets"])
    refused("--data-sets", *names[:5], names[4], says=["set4 and set4 are of the same data"])
    refused("--data-sets", *names, "--json", says=["--data-sets cannot be combined"])
    refused(*names, says=["runs of different data"])
    plant.run("set5/runs/008-s-seed2", [None], None, fingerprints=(5, 5, 5))
    plant.run("set5/runs/004-s-seed1", [None], None, fingerprints=(5, 5, 5))
    refused("--data-sets", *names, says=["set5 has no test accuracy of the variant s"])


REBER = """
behavior_version: 1
seeds: {data: 1}
task: language_model
data: {format: generated, options: {name: reber, count: 200, valid: 20, test: 60}, batch_size: 20}
model: {input: one_hot, layers: [{cell: lstm, hidden: 8}]}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 3}
"""


def test_items():
    """Trained models on the sequences of a split: differences are those of evaluate, McNemar's p is counted here."""
    plant.write("reber.yaml", REBER)
    figures = {}
    for cell in "lstm", "gru":
        rondo("train", "reber.yaml", "--set", f"model.layers.0.cell={cell}", "--output", cell)
        figures[cell] = json.loads(rondo("evaluate", cell, "--split", "test", "--json")[0])
    lines = [line.split() for line in rondo("compare", "--items", "lstm", "gru")[0].splitlines() if line.startswith("lstm ")]
    assert len(lines) == 2, str(lines)
    for line, difference in zip(lines, (figures["lstm"]["loss"] - figures["gru"]["loss"],
                                        figures["lstm"]["metrics"]["accuracy"] - figures["gru"]["metrics"]["accuracy"])):
        near(line[2], difference, "difference", 2e-3)
        assert float(line[3].strip("[,")) <= difference <= float(line[4].strip("]")), str(line)
    only, other = int(lines[1][7]), int(lines[1][8])
    tokens = figures["lstm"]["tokens"]
    near(only - other, round(tokens * (figures["lstm"]["metrics"]["accuracy"] - figures["gru"]["metrics"]["accuracy"])),
         "answers that one alone has right")
    exact = min(1, 2 * sum(math.comb(only + other, k) for k in range(max(only, other), only + other + 1)) / 2 ** (only + other))
    assert abs(float(lines[1][9].replace("<", "0")) - exact) < 1e-4, f"{lines[1]}: {exact}"
    same = [line.split() for line in rondo("compare", "--items", "lstm", "lstm")[0].splitlines() if line.startswith("lstm ")]
    assert same[0][2:6] == ["0", "[0,", "0]", "1.0000"] and same[1][7:10] == ["0", "0", "1.0000"], str(same)
    rondo("train", "reber.yaml", "--set", "seeds.data=2", "--output", "other")
    refused("--items", "lstm", "other", says=["runs of different data: the test splits of lstm and other"])
    refused("--items", "lstm", says=["--items needs two or more runs"])
    refused("--items", "lstm", "gru", "--csv", says=["--items has tables of its own"])
    refused("lstm", "gru", "--split", "valid", says=["--split"])


def test_real_runs():
    """What train itself writes is understood: parameters, data, gradients that were inspected, old runs."""
    plant.write("reber.yaml", REBER)
    for seed in 1, 2:
        for cell in "lstm", "gru":
            rondo("train", "reber.yaml", "--set", f"seed={seed}", "--set", f"model.layers.0.cell={cell}", "--output",
                  f"{cell}{seed}")
    rondo("inspect", "gradients", "lstm1", "--sequences", "8")
    names = ["lstm1", "lstm2", "gru1", "gru2"]
    output = told(*names)
    assert "4 of 4 runs count; a seed varies initialization, order and masks, the data are the same in all runs" in output, (
        output)
    rows = {row["variant"]: row for row in table(*names)}
    for cell in "lstm", "gru":
        checked, _ = rondo("check", "reber.yaml", "--set", f"model.layers.0.cell={cell}")
        row = rows[f"cell={cell}"]
        assert f"# parameters: {row['parameters']}\n" in checked, row["parameters"]
        assert f"FLOPs: {float(row['training_flops']):.4g} per token (training)" in checked, row["training_flops"]
        figures = [json.loads(rondo("evaluate", f"{cell}{seed}", "--split", "test", "--json")[0])["loss"] for seed in (1, 2)]
        near(row["test"], sum(figures) / 2, "mean of evaluate's losses", 1e-12)
    for name in names:
        lines = open(f"{name}/metrics.jsonl", encoding="utf-8").readlines()
        with open(f"{name}/metrics.jsonl", "w", encoding="utf-8") as file:
            file.writelines(line for line in lines if '"model"' not in line and '"data"' not in line)
    old = {row["variant"]: row for row in table(*names)}
    assert [old[name]["parameters"] for name in rows] == [row["parameters"] for row in rows.values()], str(old)
    assert "the data are the same in all runs" in told(*names), "fingerprints of a checkpoint"
    rondo("train", "reber.yaml", "--set", "data.options.count=150", "--output", "other")
    refused("lstm1", "other", says=["runs of different data"])


SWEEP = """
base: reber.yaml
set: {train.epochs: 2}
variants:
  gru: {model.layers.0.cell: gru}
  lstm: {model.layers.0.cell: lstm}
seeds: 6
compare: {metric: test loss, baseline: lstm, margin: 0.5}
output: {folder: cells}
"""


def test_repeated():
    """A sweep's own plan; what is printed as the command that repeats a run, does: same figures, same config."""
    plant.write("reber.yaml", REBER)
    plant.write("cells.yaml", SWEEP)
    rondo("sweep", "cells.yaml")
    runs = []
    with open("cells/plan.yaml", encoding="utf-8") as file:
        plan = json.load(file)
    for run in plan["runs"]:
        if not os.path.exists(f"cells/runs/{run['folder']}/metrics.jsonl"):
            sets = [word for text in run["set"] for word in ("--set", text)]
            rondo("train", plan["base"], *sets, "--output", f"cells/runs/{run['folder']}")
    runs = table("cells", "--table", "runs")
    assert len(runs) == 12 and all(run["state"] == "done" for run in runs), str(runs)
    command = runs[7]["repeat"].split()
    assert command[:3] == ["rondo", "train", "reber.yaml"], str(command)
    rondo(*command[1:])
    again = table(runs[7]["folder"], "--table", "runs")[0]
    for key in "test", "best_valid", "best_epoch", "config", "epochs":
        assert again[key] == runs[7][key], f"{key}: {again[key]} and {runs[7][key]}"
    output = told("cells")
    assert "declared before the runs: metric, baseline lstm, margin 0.5" in output, output
    assert "12 of 12 runs count; a seed varies initialization, order and masks, the data are the same" in output, output
    row = {row["variant"]: row for row in table("cells")}["gru"]
    assert row["seeds"] == "6" and row["verdict"] == "better" and "better, by less than the margin" in output, str(row)
