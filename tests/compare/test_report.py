"""The report of a comparison. Its numbers are computed a second time here, from the journals that the
sweeps of synthetic.py consist of."""
import json
import os
import re
import shutil
import statistics
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

import synthetic
from program import read, rondo
from reports import (GREFF, HOSTILE, REASON, TITLE, make_cells, make_data_sets, make_halving, make_hostile, make_many,
                     make_search, page)

# ctest: together

APPENDIX = "<!-- appendix"
T_9 = 2.2621571628540993  # 97.5 % quantile of Student's t with 9 degrees of freedom
SVG = "{http://www.w3.org/2000/svg}"


def parse(text):
    """The page as a tree: it is well-formed XML too."""
    return ElementTree.fromstring(text.replace("<!DOCTYPE html>", ""))


def text_of(element):
    return "".join(element.itertext())


def journals(folder):
    """{run's number: (its plan, its best validation loss, its test loss)}, of runs that have one."""
    found = {}
    for run in json.loads(read(f"{folder}/plan.yaml"))["runs"]:
        path = f"{folder}/runs/{run['folder']}/metrics.jsonl"
        if os.path.exists(path):
            lines = [json.loads(line) for line in read(path).splitlines()]
            found[run["number"]] = (run, min(line["loss"] for line in lines if line["kind"] == "valid"),
                                    next(line["loss"] for line in lines if line["kind"] == "test"))
    return found


# --- tests ---

def test_scheduling():
    """The same runs, made elsewhere, at another time, in another order."""
    first = page(make_cells("sweeps/one", schedule=1))
    second = page(make_cells("other/two", schedule=2))
    assert first.count(APPENDIX) == 1, "no appendix"
    assert first.split(APPENDIX)[0] == second.split(APPENDIX)[0], "two reports of the same runs differ"
    assert first != second, "the appendix does not tell the machines"
    assert page("sweeps/one") == first, "the second report of a sweep differs from the first"
    without = page("sweeps/one", "--no-appendix")
    assert without == page("other/two", "--no-appendix"), "reports without an appendix differ"
    for folder in ("sweeps/one", "other/two"):
        rondo("compare", folder, "--figures", f"{folder}-figures", "--no-appendix")
    names = os.listdir("sweeps/one-figures")
    assert "seeds.tsv" in names and "time.tsv" not in names, f"figures without an appendix: {names}"
    for name in names:
        assert read(f"sweeps/one-figures/{name}") == read(f"other/two-figures/{name}"), (
            f"{name} of the same runs differ")
    for word in ("node-a", "Linux", "econds"):
        assert word in first.split(APPENDIX)[1], f"the appendix does not tell: {word}"
        assert word not in first.split(APPENDIX)[0] and word not in without, f"{word} outside of the appendix"


def test_size():
    assert len(page(make_many()).encode()) <= 300_000, "300 runs: more than 300 kB"
    assert len(page(make_search()).encode()) <= 360_000, "360 trials: more than 360 kB"


ELEMENTS = {"html", "head", "meta", "title", "style", "body", "header", "main", "section", "nav", "figure",
            "figcaption", "h1", "h2", "p", "ul", "li", "a", "b", "small", "sub", "br", "code", "div", "table",
            "caption", "thead", "tbody", "tr", "th", "td", "svg", "desc", "g", "path", "rect", "text", "clipPath"}


def hold(text):
    """What every page has to be, whatever its runs are called."""
    tree = parse(text)
    tags = {element.tag for element in tree.iter()}
    assert tags <= ELEMENTS, f"elements {tags - ELEMENTS}"
    for element in tree.iter():
        for name, value in element.items():
            assert not name.startswith("on") and name not in ("src", "srcset", "style", "xmlns"), f"attribute {name}"
            assert "url(" not in value or value.startswith("url(#"), f"{name}={value}"
    for word in ("http:", "https:", "@import", "javascript:"):
        assert not any(word in value for element in tree.iter() for _, value in element.items()), word
    style = text_of(tree.find(".//style"))
    assert "url(" not in style and "@import" not in style, "the style sheet fetches something"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"ids twice: {[i for i in ids if ids.count(i) > 1][:3]}"
    for link in tree.iter("a"):
        assert link.get("href")[0] == "#" and link.get("href")[1:] in ids, f"{link.get('href')} leads nowhere"
    for head in tree.iter("thead"):
        assert all(cell.get("scope") == "col" for cell in head.iter("th")), "a header without scope"
    for svg in tree.iter("svg"):
        assert svg[0].tag == "title" and svg[1].tag == "desc" and svg[0].text and svg[1].text, (
            "a figure without title and description")
        assert set(svg.get("aria-labelledby").split()) == {svg[0].get("id"), svg[1].get("id")}, "not labelled"
    assert len(list(tree.iter("h1"))) == 1, "not one main heading"
    assert all(text_of(section[0]) and section[0].tag == "h2" for section in tree.iter("section")), "headings"
    assert os.getcwd() not in text, "an absolute path"
    return tree


def test_page():
    for make in (make_cells, make_search, make_hostile):
        hold(page(os.path.abspath(make())))


def test_hostile():
    tree = hold(page(make_hostile()))
    shown = [name.replace("\u202e", "\ufffd") for name in HOSTILE]
    assert text_of(tree.find(".//h1")) == TITLE, "the title is not the sweep's name"
    rows = [text_of(row[0]) for row in tree.find(".//section[@id='variants']").iter("tr")][1:]
    assert rows == shown, f"variants {rows}"
    assert REASON in text_of(tree.find(".//tr[@id='run-003']")), "the reason of a failure"
    assert "halted" in text_of(tree.find(".//tr[@id='run-007']")), "a halted run"
    assert "18 done, 1 halted, 1 failed" in text_of(tree.find(".//header")), "how many runs failed"
    assert "no exact test can reach 5" in text_of(tree.find(".//header")), "nothing is said of few seeds"
    for text in tree.find(".//figure[@id='figure-seeds']").iter("text"):
        assert len(text_of(text)) < 60, f"a long name in a figure: {text_of(text)}"


def test_halving():
    """Which rungs there were, and where each run ended."""
    tree = hold(page(make_halving()))
    section = tree.find(".//section[@id='halving']")
    rows = [[text_of(cell) for cell in row] for row in section.iter("tr")]
    assert rows == [["Rung", "Epochs", "Runs that reached it", "Ended here", "Failed before it"],
                    ["1", "1", "8", "5", "1"], ["2", "3", "3", "1", "0"], ["3", "9", "1", "1", "1"]], (
        f"rungs {rows}")
    caption = text_of(section.find(".//caption"))
    assert "ranked by valid loss at its last epoch, and 1/3 of them continued" in caption, caption
    assert "halted after rung 2" in text_of(tree.find(".//tr[@id='run-007']")), "the rung of a run"
    assert "#halving" in [link.get("href") for link in tree.find(".//nav")], "nothing leads to the rungs"
    assert tree.find(".//figure[@id='figure-differences']") is None, "a figure of differences that nobody has"
    assert "id=\"halving\"" not in page(make_cells()), "rungs without a halving"


def test_effects():
    """Each share of variance stands with its interval, and the caption says whose they are."""
    folder = make_search()
    section = hold(page(folder)).find(".//section[@id='search']")
    caption = text_of(section.find(".//caption"))
    assert (all(word in caption for word in ("piecewise linear", "leave-one-out", "95 % jackknife interval"))
            and "corrected for chance" not in caption), caption
    groups = {group["name"]: group["effects"] for group in json.loads(rondo("compare", folder, "--json")[0])["searches"]}
    rows = [[text_of(cell) for cell in row] for row in section.iter("tr")]
    assert [row[0] for row in rows[1:]] == list(groups), f"{rows}"
    for row in rows[1:]:
        for effect in groups[row[0]]:
            cell = row[rows[0].index(effect["key"])]
            wanted = f"{effect['share']:.2f} ({effect['low']:.2f} to {effect['high']:.2f})p "
            assert cell.startswith(wanted), f"{row[0]}, {effect['key']}: {cell}, not {wanted}"
            assert (effect["low"] <= effect["share"] <= effect["high"] and effect["low"] < effect["high"] or
                    effect["share"] == 0), f"{effect}"


def test_expected():
    """The best of n has its band: of few groups in one panel, of many each in its own, in the table both."""
    synthetic.sweep("few", synthetic.search(GREFF[:2], 40), [1], is_search=True, epochs=12)
    for folder, panels in (("few", 1), (make_search(), 9)):
        figure = hold(page(folder)).find(".//figure[@id='figure-expected']")
        assert "Bands: pointwise 95 % jackknife intervals" in text_of(figure.find("figcaption")), "caption of the best of n"
        groups = json.loads(rondo("compare", folder, "--json", "--figures", f"{folder}-figures")[0])["searches"]
        bands = [path for path in figure.iter("path") if path.get("fill-opacity") == ".16"]
        assert len(bands) == len(groups), f"{folder}: {len(bands)} bands of {len(groups)}"
        rows = [line.split("\t") for line in read(f"{folder}-figures/expected.tsv").splitlines() if line][1:]
        assert len({row[0] for row in rows}) == panels, f"{folder}: not {panels} panels"
        for group in groups:
            drawn = [row for row in rows if row[2] == "band" and group["name"] in (row[0], row[1])]
            wanted = [[n, low, high] for n, (low, high) in
                      enumerate(zip(group["expected_best_low"], group["expected_best_high"]), 1) if low is not None]
            assert [[float(row[3]), float(row[5]), float(row[6])] for row in drawn] == wanted and len(wanted) == 13, (
                f"{group['name']}: {drawn}, not {wanted}")


def decimals_of(text):
    return len(text.partition(".")[2])


def test_numbers():
    """Means, intervals and single values, computed again."""
    folder = make_cells()
    runs, tree = journals(folder), hold(page(folder))
    hashes = {run["number"]: run["config"] for run in json.loads(rondo("compare", folder, "--json")[0])["runs"]}
    assert len({hash[:8] for hash in hashes.values()}) == 30 and all(len(hash) == 16 for hash in hashes.values()), (
        f"{hashes}")
    for number, (run, valid, test) in runs.items():
        cells = [text_of(cell) for cell in tree.find(f".//tr[@id='run-{number:03d}']")]
        assert cells[:3] == [str(number), run["variant"], str(run["seed"])], f"entry of run {number}: {cells}"
        assert cells[4] == f"{valid:.{decimals_of(cells[4])}f}", f"run {number}: {cells[4]}, not {valid}"
        assert cells[5] == f"{test:.{decimals_of(cells[5])}f}", f"run {number}: {cells[5]}, not {test}"
        assert cells[6] == hashes[number][:8], f"run {number}: config {cells[6]}, not {hashes[number]}"
        assert (f"--set seed={run['seed']} " in cells[7] and f"--set {run['set'][0]}" in cells[7]
                and cells[7].startswith("rondo train reber.yaml")), f"command {cells[7]}"
    for row in list(tree.find(".//section[@id='variants']").iter("tr"))[1:]:
        cells = [text_of(cell) for cell in row]
        values = [test for run, _, test in runs.values() if run["variant"] == cells[0]]
        half = T_9 * statistics.stdev(values) / len(values) ** 0.5
        digits, mean = decimals_of(cells[7]), statistics.fmean(values)
        assert digits >= 3, f"{cells[7]} hides the differences"
        assert cells[7] == f"{mean:.{digits}f}", f"{cells[0]}: mean {cells[7]}, not {mean}"
        assert cells[8] == f"{mean - half:.{digits}f} to {mean + half:.{digits}f}", (
            f"{cells[0]}: {cells[8]}, not +- {half}")


def number(text):
    return float(text.replace("−", "-"))


def test_pairs():
    folder = make_cells()
    runs, tree = journals(folder), hold(page(folder))
    by_seed = {(run["variant"], run["seed"]): test for run, _, test in runs.values()}
    rows = list(tree.find(".//section[@id='pairs']").iter("tr"))[1:]
    assert len(rows) == 2, f"{len(rows)} pairs"
    for row in rows:
        cells = [text_of(cell) for cell in row]
        first = cells[0].split(" − ")[0]
        differences = [by_seed[first, seed] - by_seed["lstm", seed] for seed in range(1, 11)]
        mean, half = statistics.fmean(differences), T_9 * statistics.stdev(differences) / 10 ** 0.5
        unit = 10 ** -decimals_of(cells[2])
        low, high = map(number, cells[3].split(" to "))
        assert abs(number(cells[2]) - mean) <= unit and abs(low - mean + half) <= unit and abs(high - mean - half) <= unit, (
            f"{cells[0]}: {cells[2:4]}, not {mean} +- {half}")
    verdicts = [text_of(item) for item in tree.find(".//ul[@class='verdicts']")]
    assert verdicts[0].startswith("rnn is worse than lstm."), verdicts[0]
    assert len(verdicts) == 2 and "over 10 seeds" in verdicts[1], verdicts[1]


def test_dots():
    """Every run is a dot where its value is, which says what it is and leads to its entry."""
    folder = make_cells()
    runs, tree = journals(folder), parse(page(folder))
    figure = tree.find(".//figure[@id='figure-seeds']/svg")
    places, differences = {}, 0
    for link in figure.iter("a"):
        found = re.fullmatch(r"#run-(\d+)", link.get("href"))
        if not found:
            continue
        title, x = text_of(link.find("title")), float(re.match(r"M([\d.]+)", link.find("path").get("d"))[1])
        run, _, test = runs[int(found[1])]
        assert title.startswith(f"run {run['number']}, seed {run['seed']}: "), title
        if abs(number(title.split(": ")[1]) - test) < 1e-3:
            places.setdefault(run["number"], (test, x))
        else:
            differences += 1
    assert len(places) == 30 and differences == 20, f"{len(places)} dots, {differences} differences"
    (low, left), (high, right) = min(places.values()), max(places.values())
    for test, x in places.values():
        expected = left + (test - low) * (right - left) / (high - low)
        assert abs(x - expected) < 0.2, f"{test} stands at {x}, not at {expected}"


def test_colours():
    """Series that share a figure differ in more than colour."""
    for make in (make_cells, make_search):
        for svg in parse(page(make())).iter("svg"):
            lines = [(path.get("stroke"), path.get("stroke-dasharray")) for path in svg.iter("path")
                     if path.get("fill") == "none" and path.get("stroke-width") == "2"]
            colours = {}
            for colour, dash in lines:
                colours.setdefault(dash, set()).add(colour)
            assert all(len(names) <= 3 for names in colours.values()), f"{svg[0].text}: dashes {colours}"


def test_figures():
    """Each figure as a file, a table and a script; what the table says is what the journals say."""
    folder = make_cells()
    rondo("compare", folder, "--figures", "new/figures")
    names = sorted({name.rpartition(".")[0] for name in os.listdir("new/figures")})
    assert names == ["curves", "norms", "quality", "seeds", "time"], f"figures {names}"
    for name in names:
        svg = ElementTree.parse(f"new/figures/{name}.svg").getroot()
        assert svg.tag == f"{SVG}svg" and svg.find(f".//{SVG}a") is None, f"{name}.svg"
        rows = [line.split("\t") for line in read(f"new/figures/{name}.tsv").splitlines() if line]
        assert len(rows) > 3 and all(len(row) == 8 for row in rows), f"{name}.tsv"
    rows = [line.split("\t") for line in read("new/figures/seeds.tsv").splitlines() if line][1:]
    dots = sorted(float(row[3]) for row in rows if row[0] == "Runs" and row[2] == "dot")
    assert dots == sorted(test for _, _, test in journals(folder).values()), "values of seeds.tsv"


def test_gnuplot():
    """The scripts run without a word and draw what the tables hold."""
    if not shutil.which("gnuplot"):
        pytest.skip("no gnuplot")
    for make in (make_cells, make_search, make_hostile):
        folder = make()
        rondo("compare", folder, "--figures", f"figures-{folder}")
        os.chdir(f"figures-{folder}")
        for script in [name for name in os.listdir(".") if name.endswith(".gp")]:
            done = subprocess.run(["gnuplot", script], capture_output=True, text=True, timeout=100)
            assert done.returncode == 0 and not done.stderr, f"{script}: {done.stderr}"
            drawn = read(script.replace(".gp", ".gnuplot.svg"))
            ElementTree.fromstring(drawn)
            count = sum("\tdot\t" in line for line in read(script.replace(".gp", ".tsv")).splitlines())
            assert drawn.count("<use ") + drawn.count("<circle ") >= count, f"{script}: fewer than {count} marks"
        os.chdir("..")


def test_diverged():
    """A run that ran away does not hide the others, one without a number is no dot."""
    folder = make_cells()
    runs = {run["number"]: f"{folder}/runs/{run['folder']}/metrics.jsonl" for run, _, _ in journals(folder).values()}
    for number, value in ((4, 1e6), (5, None)):
        lines = [json.loads(line) for line in read(runs[number]).splitlines()]
        for line in lines:
            if line["kind"] in ("valid", "test", "epoch") and line.get("epoch", 0) > 3:
                line["loss"] = value
            if line["kind"] == "test":
                line["loss"] = value
        synthetic.write(runs[number], "".join(json.dumps(line) + "\n" for line in lines))
    tree = hold(page(folder))
    figure = tree.find(".//figure[@id='figure-seeds']")
    links = [link.get("href") for link in figure.iter("a")]
    assert "too far away to be shown" in text_of(figure), text_of(figure)[-200:]
    assert "#run-007" in links and "#run-004" not in links and "#run-005" not in links, f"dots of {links}"
    spread = [float(path.get("d")[1:].split()[0]) for link in figure.iter("a") for path in link.iter("path")
              if link.get("href").startswith("#run")]
    assert max(spread[:20]) - min(spread[:20]) > 150, "the others are pressed together"
    for path in tree.iter("path"):
        assert "nan" not in path.get("d") and "inf" not in path.get("d"), f"path {path.get('d')[:60]}"


def test_ranks():
    """Mean ranks, and which groups of variants the critical difference leaves together."""
    folders = make_data_sets()
    rondo("compare", "--data-sets", *folders, "--html", "ranks.html", "--figures", "figures")
    tree, ranks = hold(read("ranks.html")), {}
    for folder in folders:
        means = {}
        for run, _, test in journals(folder).values():
            means.setdefault(run["variant"], []).append(test)
        order = sorted(means, key=lambda name: statistics.fmean(means[name]))
        for rank, name in enumerate(order, 1):
            ranks.setdefault(name, []).append(rank)
    ranks = {name: statistics.fmean(values) for name, values in ranks.items()}
    shown = {text_of(row[0]): text_of(row[1]) for row in list(tree.find(".//section[@id='values']").iter("tr"))[1:]}
    assert shown == {name: f"{rank:.2f}" for name, rank in ranks.items()}, f"{shown}, not {ranks}"
    critical = 2.569032 * (4 * 5 / (6 * 6)) ** 0.5  # q of Demsar 2006, table 5, for 4 variants
    assert f"critical difference {critical:.2f} (Nemenyi" in text_of(tree.find(".//figure[@id='figure-ranks']")), (
        "difference")
    values, groups = sorted(ranks.values()), []
    for i, low in enumerate(values):
        high = max(value for value in values if value - low < critical)
        if high > low and (not groups or high > groups[-1][1]):
            groups.append((low, high))
    rows = [line.split("\t") for line in read("figures/ranks.tsv").splitlines() if "bar of x" in line]
    drawn = [(float(row[5]) + 0.03, float(row[6]) - 0.03) for row in rows]
    assert (len(groups) >= 2 and all(abs(a - b) < 1e-9 for one, other in zip(drawn, groups) for a, b in zip(one, other))
            and len(drawn) == len(groups)), f"groups {drawn}, not {groups}"
    assert os.path.exists("figures/data-sets.gp"), "no figure of the data sets"


def test_refused():
    """A place that cannot be written to, and nothing half-written."""
    folder = make_cells()
    for options in (["--html", "nowhere/report.html"], ["--figures", f"{folder}/plan.yaml/figures"]):
        _, said = rondo("compare", folder, *options, expect=1)
        assert len(said.strip().splitlines()) == 1 and options[1].split("/")[0] in said, f"{options}: {said}"
    assert not os.path.exists("nowhere") and not os.path.exists("report.html"), "something was left"
