#!/usr/bin/env python3
"""Measured figures: docs/performance/*.csv, and the summary of them in docs/performance.md.

    tools/performance_tables.py                          # writes the summary into docs/performance.md
    tools/performance_tables.py --check                  # says whether it is up to date
    tools/performance_tables.py --print                  # all tables, case by case, on stdout
    tools/performance_tables.py --add NAME FILE.json..   # docs/performance/NAME.csv from measurements

NAME says what was measured, all of it on one machine:

    grid      build/rondo bench --grid --json --threads N > grid.json
    active    build/rondo bench --grid --json --quick --threads 1 --batch 8,16,32,64 > active.json
    speedup   build/rondo bench --grid --json --speedup > speedup.json
    pytorch   tools/compare_pytorch.py --results pytorch.json
    bfloat16  tools/compare_pytorch.py --precision bfloat16 --results bfloat16.json
    configs   tools/compare_configs.py --data FOLDER --results float32.json, and with --precision bfloat16

Of a case that was measured several times the middle run counts, those with and without a common cache each for
themselves; of speedups the mean of all, weighted by their number of pairs.
"""
import argparse
import csv
import functools
import json
import math
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
DOCUMENT = os.path.join(ROOT, "docs", "performance.md")
RESULTS = os.path.join(ROOT, "docs", "performance")


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else float("nan")


def table(titles, rows):
    lines = ["| " + " | ".join(titles) + " |",
             "|---|" + "---:|" * (len(titles) - 1)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)


def number(value):
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def machine(results):
    m = results["machine"]
    if isinstance(m, str):
        return m
    text = (f"{m['processor']}, {m['processors']} processors; {m['products']}; element-wise code: "
            f"{m['vectors']}")
    return text + (f"; PyTorch {results['torch']}" if "torch" in results else "") + "."


TOLERABLE = 0.05  # of the machine, used by other programs
FEW_PAIRS = 9  # below which a median of pairs is uncertain
EVEN = 0.93  # the slowest processor in times of the fastest, from which on they count as equally fast
COMMON_CACHE = 100  # nanoseconds for a thread to see what another has written; more: no common cache


def apart(case):
    return case.get("exchange_nanoseconds", 0) > COMMON_CACHE


def apart_sentence(cases):
    """Where the processors were while a case of several threads was measured."""
    known = [case for case in cases if case["threads"] > 1 and "exchange_nanoseconds" in case]
    names = {case["name"] for case in known if apart(case)}
    if not known:
        return ""
    if not names:
        return " Threads shared a cache in every case."
    return (f" Threads shared no cache in at least one run of {len(names)} of the "
            f"{len({case['name'] for case in known})} cases with several; those runs are marked *apart*.")


def uneven_sentence(cases):
    known = [case for case in cases if case["threads"] > 1 and "evenness" in case]
    uneven = [case["evenness"] for case in known if case["evenness"] < EVEN]
    if not uneven:
        return ""
    return (f" In {len(uneven)} of the {len(known)} cases where that was looked at the slowest processor "
            f"did less than {100 * EVEN:.0f} % of what the fastest did (the least {100 * min(uneven):.0f} %).")


def warning(case):
    disturbance = case.get("disturbance", 0)
    return "" if disturbance <= TOLERABLE else f" (others used {100 * disturbance:.0f} %)"


def case_name(case):
    return case["name"] + (" *apart*" if apart(case) else "")


def busy_sentence(cases):
    """What keeps disturbed figures from being quoted."""
    busy = [case["disturbance"] for case in cases if warning(case)]
    if not busy:
        return f"Other programs used at most {100 * TOLERABLE:.0f} % of the machine meanwhile."
    return (f"**Not to be quoted:** other programs used up to {100 * max(busy):.0f} % of the machine, more "
            f"than {100 * TOLERABLE:.0f} % in {len(busy)} of {len(cases)} cases. That slows long steps "
            "more than short ones.")


def warnings_of(cases):
    return busy_sentence(cases) + apart_sentence(cases) + uneven_sentence(cases)


# --- rondo bench --grid -------------------------------------------------------------------------------

def by_cell_and_size(title, cases, cell_text):
    """A row for every cell, a column for every hidden size; cell_text makes a text of some cases."""
    sizes = sorted({case["hidden"] for case in cases})
    rows = [[cell] + [cell_text([case for case in cases
                                 if case["cell"] == cell and case["hidden"] == size])
                      for size in sizes]
            for cell in dict.fromkeys(case["cell"] for case in cases)]
    return table([title] + [str(size) for size in sizes], rows)


def least_and_most(values, form):
    texts = list(dict.fromkeys(form.format(value) for value in sorted(values)))
    return " to ".join([texts[0], texts[-1]] if len(texts) > 1 else texts) if texts else ""


def share_text(cases):
    return least_and_most([100 * case["share_of_peak"] for case in cases], "{:.0f}")


def partners(cases, **changes):
    """Ratios of tokens a second: each case that differs from one with `changes` in these alone."""
    def kind(case):
        keys = ("cell", "hidden", "batch", "length", "layers", "bidirectional", "ragged", "threads")
        return *(case[key] for key in keys), case["threads"] > 1 and apart(case)
    speeds = {kind(case): case["tokens_per_second"] for case in cases}
    for case in cases:
        other = {**case, **changes}
        partner = speeds.get(kind(other))
        if partner and other != case:
            yield {**case, "times": case["tokens_per_second"] / partner}


def times_text(cases):
    return least_and_most([case["times"] for case in cases], "{:.2f}")


def share_tables(cases):
    def kind(case):
        return case["threads"], apart(case), case["batch"], case["ragged"]
    for threads, away, batch, ragged in sorted({kind(case) for case in cases}):
        some = [case for case in cases if kind(case) == (threads, away, batch, ragged)]
        yield (f"Share of the peak in %, {threads} thread{'s' if threads > 1 else ''}"
               f"{' apart' if away else ''}, batch {batch}, {'ragged' if ragged else 'full'} "
               f"(least and most of {len(some)} cases):\n\n"
               + by_cell_and_size("hidden", some, share_text))


def ratio_tables(cases):
    for title, ratios in [("Tokens a second with more threads, in times of one thread",
                           list(partners(cases, threads=1))),
                          ("Tokens a second of ragged minibatches, in times of full ones",
                           list(partners(cases, ragged=False)))]:
        for batch, away in sorted({(case["batch"], apart(case)) for case in ratios}):
            some = [case for case in ratios if (case["batch"], apart(case)) == (batch, away)]
            yield (f"{title}, batch {batch}{', threads apart' if away else ''}:\n\n"
                   + by_cell_and_size("hidden", some, times_text))


def case_rows(cases):
    return [[case_name(case), case["threads"], number(1e3 * case["seconds_per_step"]),
             number(case["gflops"]), number(case["peak_gflops"]),
             f"{100 * case['share_of_peak']:.0f} %", f"{case['tokens_per_second']:.0f}"]
            for case in cases]


def grid(results):
    cases = results["cases"]
    return "\n\n".join([machine(results), warnings_of(cases), *share_tables(cases),
                        *ratio_tables(cases),
                        table(["case", "threads", "ms a step", "GFLOP/s", "peak", "share", "tokens/s"],
                              case_rows(cases))])


# --- ragged minibatches and as many active rows -------------------------------------------------------

def active(results):
    """Lengths spread over 1 .. T leave half of the rows active, on average."""
    cases = results["cases"]
    parts = [machine(results), warnings_of(cases)]
    for batch in sorted({case["batch"] for case in cases}):
        some = [case for case in partners(cases, ragged=False, batch=batch // 2)
                if case["ragged"] and case["batch"] == batch]
        if some:
            parts.append(f"Tokens a second of ragged minibatches of {batch} sequences, in times of full ones "
                         f"of {batch // 2}:\n\n" + by_cell_and_size("hidden", some, times_text))
    return "\n\n".join(parts)


# --- rondo bench --grid --speedup ---------------------------------------------------------------------

def pooled_case(runs):
    case = {**runs[0], "disturbance": max(run.get("disturbance", 0) for run in runs),
            "speedup_uneven_pairs": sum(run.get("speedup_uneven_pairs", 0) for run in runs)}
    for key in "speedup", "speedup_apart":
        known = [(run[key], run[f"{key}_pairs"]) for run in runs if key in run]
        pairs = sum(count for _, count in known)
        if pairs:
            case[key] = sum(times * count for times, count in known) / pairs
            case[f"{key}_pairs"] = pairs
    return case


def pooled(runs):
    """Several runs of each case as one: the mean of their medians, each by its number of pairs."""
    cases = {}
    for run in runs:
        cases.setdefault(run["name"], []).append(run)
    return [pooled_case(same) for same in cases.values()]


def speedup_text(key, cases):
    texts = [f"{case[key]:.2f}" + (f" ({case[f'{key}_pairs']})" if case[f"{key}_pairs"] < FEW_PAIRS else "")
             for case in cases]
    return ", ".join(sorted(texts))


def uncounted(cases):
    counts = {kind: sum(case.get(f"speedup{kind}_pairs", 0) for case in cases)
              for kind in ("", "_apart", "_uneven")}
    return ("Pairs while processors changed or were not equally fast count for neither: "
            f"{counts['_uneven']} of {sum(counts.values())}. In brackets: how many pairs, where "
            f"fewer than {FEW_PAIRS}.")


def speedup(results):
    """Pairs of all threads and one, round by round, in one process."""
    cases = results["cases"]
    parts = [machine(results), busy_sentence(cases), uncounted(cases)]
    for key, where in ("speedup", ""), ("speedup_apart", " apart"):
        known = [case for case in cases if key in case]
        for batch, ragged in sorted({(case["batch"], case["ragged"]) for case in known}):
            some = [case for case in known if (case["batch"], case["ragged"]) == (batch, ragged)]
            parts.append(f"Times as fast as one thread, {some[0]['threads']} threads{where}, batch "
                         f"{batch}, {'ragged' if ragged else 'full'}:\n\n"
                         + by_cell_and_size("hidden", some, functools.partial(speedup_text, key)))
    return "\n\n".join(parts)


# --- tools/compare_pytorch.py -------------------------------------------------------------------------

def summary_row(title, cases):
    ratios = [case["ratio"] for case in cases]
    return [title, len(cases), f"{geometric_mean(ratios):.2f}", f"{min(ratios):.2f}",
            f"{max(ratios):.2f}"]


def comparison_summary(cases):
    rows = [summary_row("all", cases)]
    for cell in dict.fromkeys(case["cell"] for case in cases):
        rows.append(summary_row(cell, [case for case in cases if case["cell"] == cell]))
    for hidden in sorted({case["hidden"] for case in cases}):
        rows.append(summary_row(f"{hidden} units", [case for case in cases if case["hidden"] == hidden]))
    for title, ragged in [("full", False), ("ragged", True)]:
        some = [case for case in cases if case["ragged"] == ragged]
        if some:
            rows.append(summary_row(title, some))
    for title, wanted in [("threads share a cache", False), ("threads apart", True)]:
        some = [case for case in cases if apart(case) == wanted]
        if some and len(some) < len(cases):
            rows.append(summary_row(title, some))
    return table(["rondo faster, times", "cases", "geometric mean", "least", "most"], rows)


def comparison(results):
    cases = results["cases"]
    if not cases:
        return "No cases."
    rows = [[case_name(case), case["threads"], number(1e3 * case["rondo_seconds"]),
             number(1e3 * case["torch_seconds"]), f"{case['ratio']:.2f}",
             f"{min(case['ratios']):.2f} to {max(case['ratios']):.2f}", case["torch_path"]]
            for case in cases]
    titles = ["case", "threads", "rondo, ms", "PyTorch, ms", "times", "of turns", "PyTorch's fastest path"]
    slower = [case["name"] for case in cases if case["ratio"] < 1]
    verdict = f"Slower than PyTorch: {', '.join(slower)}." if slower else "No case is slower."
    return "\n\n".join([machine(results), warnings_of(cases), comparison_summary(cases), verdict,
                        table(titles, rows)])


# --- tools/compare_configs.py -------------------------------------------------------------------------

def config_row(name, cases):
    row = [f"`{name}`"]
    for precision in "float32", "bfloat16":
        case = next((case for case in cases if case["config"] == name and case["precision"] == precision), None)
        row += [number(case["rondo"]), f"{case['times']:.2f}"] if case else ["-", "-"]
    return row


def configs(results):
    cases = results["cases"]
    titles = ["config", "float32, tokens/s", "times PyTorch", "bfloat16, tokens/s", "times PyTorch"]
    return table(titles, [config_row(name, cases) for name in dict.fromkeys(case["config"] for case in cases)])


# --- the document -------------------------------------------------------------------------------------

def middle_runs(cases):
    """One run of each case: the one whose step is in the middle."""
    runs = {}
    for case in cases:
        runs.setdefault((case["name"], case["threads"], apart(case)), []).append(case)
    for some in runs.values():
        some.sort(key=lambda case: case.get("seconds_per_step", 0))
    return [{**some[(len(some) - 1) // 2], "runs": len(some)} for some in runs.values()]


# Of each name: how several runs of a case become one, what writes the tables, and the columns of its file.
COMMON = ("name", "threads", "disturbance", "exchange_nanoseconds", "evenness")
STEPS = COMMON + ("seconds_per_step", "gflops", "peak_gflops", "share_of_peak", "tokens_per_second", "runs")
PAIRS = ("name", "threads", "disturbance", "speedup", "speedup_pairs", "speedup_apart", "speedup_apart_pairs",
         "speedup_uneven_pairs")
TURNS = COMMON + ("rondo_seconds", "torch_seconds", "ratio", "ratios", "torch_path")
CONFIGS = ("config", "threads", "precision", "rondo", "pytorch", "times", "least", "most")
TABLES = {"grid": (middle_runs, grid, STEPS), "active": (middle_runs, active, STEPS),
          "speedup": (pooled, speedup, PAIRS), "pytorch": (middle_runs, comparison, TURNS),
          "bfloat16": (middle_runs, comparison, TURNS), "configs": (list, configs, CONFIGS)}
TEXTS = ("name", "torch_path", "config", "precision")
CASE = re.compile(r"(?P<cell>\w+)-h(?P<hidden>\d+)-b(?P<batch>\d+)-t(?P<length>\d+)-l(?P<layers>\d+)"
                  r"(?P<bidirectional>-bi)?(?P<ragged>-ragged)?")


def to_text(value):
    if isinstance(value, list):
        return " ".join(map(to_text, value))
    return f"{value:.5g}" if isinstance(value, float) else value


def from_text(column, text):
    if column in TEXTS:
        return text
    if column == "ratios":
        return [float(ratio) for ratio in text.split()]
    return float(text) if "." in text or "e" in text else int(text)


def shape_of(name):
    parts = CASE.fullmatch(name).groupdict()
    return {key: int(value) if key in ("hidden", "batch", "length", "layers")
            else value if key == "cell" else bool(value) for key, value in parts.items()}


def write_csv(path, results, columns):
    """One line that says which machine it was, then a line per case."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(f"# {machine(results)}\n")
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(columns)
        for case in results["cases"]:
            lines.writerow([to_text(case.get(column, "")) for column in columns])


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        text = file.readline().removeprefix("# ").strip()
        cases = [{column: from_text(column, value) for column, value in row.items() if value != ""}
                 for row in csv.DictReader(file)]
    return {"machine": text, "cases": [{**(shape_of(case["name"]) if "name" in case else {}), **case}
                                       for case in cases]}


def read_measurements(paths, combine):
    """Files that bench or compare_pytorch.py wrote, as one."""
    results = {"cases": []}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            more = json.load(file)
        if results.get("machine", more["machine"]) != more["machine"]:
            sys.exit(f"{path}: measured on another machine than the files before")
        results = {**more, "cases": results["cases"] + more["cases"]}
    return {**results, "cases": combine(results["cases"])}


def file_of(name):
    return os.path.join(RESULTS, name + ".csv")


def range_text(values, form):
    return least_and_most(values, form) or "-"


def mean_and_least(cases):
    ratios = [case["ratio"] for case in cases]
    return f"{geometric_mean(ratios):.2f} ({min(ratios):.2f})" if ratios else "-"


def summary_row_of(title, grid_cases, pairs, *turns):
    shares = [100 * case["share_of_peak"] for case in grid_cases]
    speedups = [case["speedup"] for case in pairs if "speedup" in case]
    return [title, range_text(shares, "{:.0f}"), range_text(speedups, "{:.2f}"),
            *(mean_and_least([case for case in cases if case["ragged"] == ragged])
              for cases in turns for ragged in (False, True))]


def summary():
    """The tables of docs/performance.md: batch 64, full minibatches, but for the comparisons with PyTorch."""
    measured = {name: read_csv(file_of(name)) for name in ("grid", "speedup", "pytorch", "bfloat16", "configs")}
    grid_cases = [case for case in measured["grid"]["cases"]
                  if case["threads"] == 1 and case["batch"] == 64 and not case["ragged"]]
    pairs = [case for case in measured["speedup"]["cases"] if case["batch"] == 64 and not case["ragged"]]
    turns, rounded = measured["pytorch"]["cases"], measured["bfloat16"]["cases"]
    rows = [summary_row_of(f"{size}", *([case for case in cases if case["hidden"] == size]
                                        for cases in (grid_cases, pairs, turns, rounded)))
            for size in sorted({case["hidden"] for case in turns})]
    rows.append(summary_row_of("all", [], [], turns, rounded))
    return "\n\n".join([measured["pytorch"]["machine"],
                        table(["units", "% of the peak, one thread", "two threads, times one",
                               "times PyTorch float32, full", "ragged", "times PyTorch bfloat16, full", "ragged"],
                              rows),
                        busy_sentence(grid_cases + pairs + turns + rounded), configs(measured["configs"])])


def filled(text):
    pattern = re.compile(r"(<!-- begin summary -->\n).*?(<!-- end summary -->)", re.DOTALL)
    if not pattern.search(text):
        sys.exit(f"{DOCUMENT}: no place for the summary")
    return pattern.sub(lambda match: match[1] + "\n" + summary() + "\n\n" + match[2], text)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--add", nargs="+", metavar=("NAME", "FILE"), help="measurements to take over")
    parser.add_argument("--print", action="store_true", help="print all tables")
    parser.add_argument("--check", action="store_true", help="fail where docs/performance.md is out of date")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    if arguments.add:
        name, *paths = arguments.add
        if name not in TABLES or not paths:
            sys.exit(f"--add {name}: give one of {', '.join(TABLES)}, then files")
        combine, _, columns = TABLES[name]
        write_csv(file_of(name), read_measurements(paths, combine), columns)
    if arguments.print:
        for name, (_, writer, _) in TABLES.items():
            print(f"## {name}\n\n{writer(read_csv(file_of(name)))}\n")
        return 0
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    if arguments.check:
        return 0 if filled(text) == text else f"{DOCUMENT}: out of date; run tools/performance_tables.py"
    text = filled(text)
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
