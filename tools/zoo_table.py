#!/usr/bin/env python3
"""docs/zoo.md: every cell with its equations, source, size, speed and scores.

    tools/zoo_table.py --measured SWEEP BENCH.json..   # docs/zoo/cells.csv from measurements, then the page
    tools/zoo_table.py                                 # the page from docs/zoo/cells.csv and `rondo describe`
    tools/zoo_table.py --check                         # says whether the page is up to date

SWEEP is the folder of configs/sweeps/zoo.yaml; BENCH.json holds cases of

    rondo bench --grid --quick --json --threads 1 --hidden 128 --batch 64 --shape full --cells LIST

of which the middle one of a cell counts.
"""
import argparse
import csv
import glob
import json
import os
import re
import statistics
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PAGE = os.path.join(ROOT, "docs", "zoo.md")
MEASURED = os.path.join(ROOT, "docs", "zoo", "cells.csv")
TASKS = ("jsb", "adding", "copy")
COLUMNS = ["cell", "share_of_peak", "tokens_per_second", "units", "training_flops"] + [
    f"{task}_{figure}" for task in TASKS for figure in ("mean", "sd", "runs")]

PAGE_TEXT = """# The zoo

{count} recurrent cells, each in one file of [`plugins/cells/`](../plugins/cells), with the same three tasks, about
{parameters} parameters each. Every cell has gradients that agree with differences in double precision, and is
trained here with the defaults of its options. `rondo describe cell NAME` prints what this page says of a cell, and its
options.

* **Parameters** of a layer of *n* units that reads *m* inputs, with the cell's default options.
* **FLOP**: floating-point operations per token of one training step with the chorales, forward and backward; equal
  parameters are not equal work, because gates may share weights or have none.
* **Peak**: share of the peak of the processor's matrix products, 128 units, 64 sequences of 50 steps, one thread;
  **tokens**: thousands of tokens per second of the same steps. A cell with few products reaches a smaller share, and is
  faster nevertheless.
* **JSB**: four-part chorales by Bach, test loss in nats per step after at most 40 epochs. **Adding**: the sum of two
  marked numbers out of 100, mean squared error; who always answers 1 has 0.167. **Copy**: ten symbols after 30 blanks,
  cross-entropy in nats per step; who has no memory has {copy_baseline}. Means of three seeds, and the standard deviation.
  Lower is better.

The scores say what a cell does without a search: one learning rate, Adam, one layer, few epochs. Three seeds order
nobody: `rondo compare` on the folder of this sweep says which differences are established, and the studies of [three
cells](studies/chung2014.md) and of [parts of the LSTM](studies/greff2017.md) compare as papers do. Repeat it with

    datasets/get jsb_lstm
    build/rondo sweep configs/sweeps/zoo.yaml      # {runs} runs, half an hour on two cores

{table}

## Equations

{cells}"""

COPY_BASELINE = "0.416"  # 10 ln 8 / 50: only the last ten of 50 steps have something to remember, one of 8 symbols


def output_of(rondo, *words):
    return subprocess.run([rondo, *words], capture_output=True, text=True, check=True).stdout


def sections_of(text):
    """What `rondo describe cell` prints: headings without the colon, and the lines below them."""
    sections, lines = {}, None
    for line in text.splitlines():
        heading = re.match(r"(\w[^:,;]*)[:,;]", line)
        if heading:
            lines = sections.setdefault(heading[1], [])
        elif lines is not None and line.strip():
            lines.append(line[4:])
    return sections


def describe(rondo, cell):
    text = output_of(rondo, "describe", "cell", cell)
    summary, sections = text.splitlines()[0].split(": ", 1)[1], sections_of(text)
    return {"cell": cell, "summary": summary, "equations": "\n".join(sections["equations"]),
            "source": " ".join(sections["source"]), "parameters": parameters_of(sections["parameters"])}


def parameters_of(lines):
    """Number of parameters as a polynomial in n units and m inputs: "4mn + 4n² + 4n"."""
    counts, forms = {}, []
    for line in lines:
        shape = re.search(r"\[([^]]*)\]", line)
        if not shape:
            forms.append(form_of(line))
            continue
        factors, count = [], 1
        for size in shape[1].split(","):
            *times, what = size.split()
            count *= int(times[0]) if times else 1
            if what.isdigit():
                count *= int(what)
            else:
                factors.append({"input": "m", "hidden": "n"}[what])
        power = {"mn": "mn", "nn": "n²"}.get("".join(sorted(factors)), "".join(factors))
        counts[power] = counts.get(power, 0) + count
    terms = [power for power in ("mn", "n²", "m", "n", "") if power in counts]
    assert len(terms) == len(counts), counts
    written = [f"{counts[power] if counts[power] > 1 or not power else ''}{power}" for power in terms]
    return " + ".join(written[:1] + forms + written[1:])


def form_of(line):
    """Number of parameters of a recurrent matrix that is not stored as it is."""
    groups = re.search(r"of (\d+) groups that see later ones", line)
    if groups:
        return f"{(int(groups[1]) + 1) / (2 * int(groups[1])):g}n²"
    assert "upper triangular" in line, line
    return "n(n-1)/2"


def shown(value):
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}" if value >= 0.01 else f"{value:.2g}"


def score(row, task):
    if not row.get(f"{task}_mean"):
        return "-"
    mean, sd = float(row[f"{task}_mean"]), row[f"{task}_sd"]
    return shown(mean) + (f" ± {shown(float(sd))}" if sd else "")


def table(described, measured):
    lines = ["| cell | parameters | units | FLOP | peak | tokens | JSB | adding | copy |",
             "|---|---|---:|---:|---:|---:|---:|---:|---:|"]
    for cell in described:
        row = measured[cell["cell"]]
        lines.append("| " + " | ".join([
            f"[`{cell['cell']}`](#{cell['cell']})", cell["parameters"], row["units"] or "-",
            f"{float(row['training_flops']) / 1000:.0f} k" if row["training_flops"] else "-",
            f"{100 * float(row['share_of_peak']):.0f} %" if row["share_of_peak"] else "-",
            f"{float(row['tokens_per_second']) / 1000:.0f} k" if row["tokens_per_second"] else "-",
            *(score(row, task) for task in TASKS)]) + " |")
    return "\n".join(lines)


def section(cell):
    return (f"### {cell['cell']}\n\n{cell['summary'][0].upper()}{cell['summary'][1:]}.\n\n```\n{cell['equations']}\n```\n\n"
            f"{cell['source']}. [Code](../plugins/cells/{cell['cell']}.c)\n")


def page(rondo):
    with open(MEASURED, encoding="utf-8") as file:
        measured = {row["cell"]: row for row in csv.DictReader(file)}
    described = [describe(rondo, cell) for cell in sorted(measured)]
    scored = [row for row in measured.values() if row["jsb_mean"]]
    return PAGE_TEXT.format(count=len(described), parameters="20,000", copy_baseline=COPY_BASELINE,
                            runs=sum(int(row[f"{task}_runs"] or 0) for row in scored for task in TASKS),
                            table=table(described, measured), cells="\n".join(map(section, described)))


def scores_of(rondo, sweep, task):
    """By cell, what `rondo compare` says of its runs of one task."""
    runs = sorted(glob.glob(os.path.join(sweep, "runs", f"*-{task}-*")))
    compared = json.loads(output_of(rondo, "compare", *runs, "--json"))
    settings = [{setting["key"]: setting["value"] for setting in variant["settings"]} for variant in compared["variants"]]
    return {one["model.layers.0.cell"]: variant for one, variant in zip(settings, compared["variants"])}


def speeds_of(paths):
    cases = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for case in json.load(file)["cases"]:
                cases.setdefault(case["cell"], []).append(case)
    return {cell: {figure: statistics.median_low([case[figure] for case in some])
                   for figure in ("share_of_peak", "tokens_per_second")} for cell, some in cases.items()}


def write_measured(rondo, sweep, benches):
    scores, speeds = {task: scores_of(rondo, sweep, task) for task in TASKS}, speeds_of(benches)
    os.makedirs(os.path.dirname(MEASURED), exist_ok=True)
    with open(MEASURED, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for cell in sorted(set(speeds).union(*scores.values())):
            row = {"cell": cell, **speeds.get(cell, {})}
            for task in TASKS:
                variant = scores[task].get(cell)
                if variant and task == "jsb":
                    row.update(units=variant["hidden"], training_flops=f"{variant['training_flops']:.0f}")
                if variant:
                    test = variant["test"]
                    row.update({f"{task}_mean": test["mean"], f"{task}_sd": test["sd"], f"{task}_runs": test["runs"]})
            writer.writerow(row)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rondo", default=os.path.join(ROOT, "build", "rondo"), help="the program")
    parser.add_argument("--measured", nargs="+", metavar="FOLDER_OR_FILE")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if arguments.measured:
        write_measured(arguments.rondo, arguments.measured[0], arguments.measured[1:])
    text = page(arguments.rondo)
    if arguments.check:
        with open(PAGE, encoding="utf-8") as file:
            if file.read() != text:
                sys.exit("docs/zoo.md is not what tools/zoo_table.py makes of docs/zoo/cells.csv and of the cells: run it")
        return
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
