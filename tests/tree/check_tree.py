#!/usr/bin/env python3
"""Holds the source tree to what framework/README.md promises: layers include downwards only, each
foreign library has one wrapper, threads start in one place, files stay within their size; and every config
that reads files says whose they are."""
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LAYERS = ["base", "threads", "statistics", "plugin", "config", "data", "model", "store", "session", "infer", "evaluate", "api", "train",
          "analyze", "bench", "sweep", "compare", "command"]
WRAPPERS = {  # header -> how the paths of its wrapper begin
    "blis.h": "framework/base/product",
    "omp.h": "framework/base/parallel",
    "pthread.h": "framework/base/background",
    "hdf5.h": "framework/base/hdf5",
    "yaml.h": "framework/config/yaml",
    "zlib.h": "framework/base/gzip",
    "utf8proc.h": "framework/data/text/letters",
    "dlfcn.h": "framework/plugin/library",
    "events.pb-c.h": "framework/store/events",
}
PLUGIN_HEADERS = {"rondo/cell.h", "rondo/loss.h", "rondo/optimizer.h", "rondo/pointwise.h",
                  "rondo/plugin.h", "rondo/real.h", "rondo/communicator.h", "rondo/row_norm.h",
                  "rondo/schedule.h", "rondo/autodiff.h"}
SYSTEM_HEADERS_OF_PLUGINS = {"math.h", "stdbool.h", "stddef.h", "stdint.h", "string.h"}
TOP_LEVEL = {"framework", "plugins", "configs", "datasets", "tests", "tools", "docs", "cmake", "CMakeLists.txt", "CMakePresets.json",
             "README.md", "LICENSE", "pytest.ini"}
MOST_LINES = 480
MAP_LINES = 60
MENTIONED = {"config/tasks", "evaluate/metrics"}  # in the row of the folder above
# The struct of the whole config: one key, one field.
LONGER = {"framework/config/experiment.h": 640}
WITHOUT_SOURCE = {"reference.yaml", "quickstart.yaml"}  # reads nothing; a word list that Debian packages
# What datasets/get reads of a head.
PROVENANCE = {"Source": r"[\w.-]+\.\w+/[^, ]+, \S", "Licence": r"\w",
              "sha256 of [^ ,:]+(, unpacked)?": r"[0-9a-f]{64}$"}
KINDS = {"task": "framework/config/tasks/", "format": "framework/data/formats/",
         "metric": "framework/evaluate/metrics/", "schedule": "plugins/schedules/"}
# What a data set of time series knows is for all (data/forecasting.h); how one format knows it is not.
PRIVATE_TO_FORMATS = re.compile(r"\brondo_series\w*|data/formats/series\w*")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
THREADS = re.compile(r"^\s*#\s*pragma\s+omp\s+(parallel|for|task|sections)\b")


def source_files(folder):
    for path, _, names in os.walk(os.path.join(ROOT, folder)):
        for name in sorted(names):
            if name.endswith((".c", ".h")):
                yield os.path.relpath(os.path.join(path, name), ROOT)


def lines_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read().splitlines()


def layer_of(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[1] in LAYERS else None


def check_include(path, quote, header):
    wrapper = WRAPPERS.get(header)
    if wrapper and not path.startswith(wrapper):
        yield f"<{header}> is for {wrapper}*.c only"
    layer = layer_of(path)
    target = header.split("/")[0]
    if layer and quote == '"' and target in LAYERS and LAYERS.index(target) > LAYERS.index(layer):
        yield f'"{header}": {layer}/ may not include {target}/'


def check_framework(path):
    lines = lines_of(path)
    most = LONGER.get(path, MOST_LINES)
    if len(lines) > most:
        yield f"{len(lines)} lines, at most {most}: split it by subject"
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include:
            for problem in check_include(path, include[1], include[2]):
                yield f"{number}: {problem}"
        if THREADS.match(line) and path != "framework/base/parallel.c":
            yield f"{number}: threads are started in framework/base/parallel.c only"


def check_plugin(path):
    if path.startswith("plugins/communicators/"):  # they are wrappers themselves
        return
    for number, line in enumerate(lines_of(path), 1):
        include = INCLUDE.match(line)
        if include and include[2] not in PLUGIN_HEADERS | SYSTEM_HEADERS_OF_PLUGINS:
            yield f"{number}: a plugin includes rondo/ and plain C headers only, not {include[2]}"


def check_config(path):
    lines = lines_of(path)
    if any(re.match(r"\s*format:.*generated", line) for line in lines):
        return
    for name, value in PROVENANCE.items():
        if not any(re.match(f"# {name}: ({value})", line) for line in lines):
            yield f"no line `# {name}: ..` that says so of the data"
    yield from check_files(lines)


def expand(path):
    """a{b,c}d -> abd, acd, as datasets/get does."""
    braces = re.search(r"\{([^{}]*)\}", path)
    if not braces:
        return [path]
    return [found for choice in braces[1].split(",")
            for found in expand(path[:braces.start()] + choice + path[braces.end():])]


def check_files(lines):
    """Every file of the head is one that the config reads, and has its place in the source."""
    source = next((line for line in lines if line.startswith("# Source: ")), "")
    path = source.partition(", ")[2].partition(", made into ")[0]
    files = [match[1] for line in lines if (match := re.match(r"# sha256 of ([^ ,:]+)", line))]
    if len(expand(path)) not in (1, len(files)):
        yield f"the source names {len(expand(path))} files, but there are {len(files)} sums"
    base = next((line.split()[1] for line in lines if line.startswith("extends: ")), None)
    lines = lines + (lines_of(f"configs/{base}") if base else [])
    text = "\n".join(line for line in lines if not line.startswith("#"))
    for file in files:
        names = (file, os.path.dirname(file), file.replace("labels-idx1", "images-idx3"))
        if not any(name and re.search(rf"[ {{]{re.escape(name)}[,}}\n]", text + "\n") for name in names):
            yield f"{file} has a sum, but the config does not read it"


def configs():
    for name in sorted(os.listdir(os.path.join(ROOT, "configs"))):
        if name.endswith(".yaml") and name not in WITHOUT_SOURCE:
            yield f"configs/{name}"


def check_wrappers_exist():
    for wrapper in WRAPPERS.values():
        if not glob.glob(os.path.join(ROOT, wrapper + "*.c")):
            yield f"{wrapper}*.c: the wrapper is missing"


def check_top_level():
    """What git has there; nothing where this is no clone."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=False).stdout
    for name in sorted({path.split("/")[0] for path in listed.splitlines()} - TOP_LEVEL):
        if not name.startswith("."):
            yield f"{name}: does not belong at the top of the tree"


def names_in(kind):
    """What the files of the kind's folder define: {name: its file}."""
    define = re.compile(rf"^const rondo_{kind} rondo_(?:{kind}|plugin)_(\w+) = ", re.MULTILINE)
    return {match[1]: path for path in source_files(KINDS[kind])
            for match in define.finditer("\n".join(lines_of(path)))}


def check_names(kind, advice, others, allowed):
    """What a config can name is known by its name in its own file only, or to {file: names} in `allowed`;
    `others` are names that are other words, too, in quotes: these are looked for in comparisons."""
    names = names_in(kind)
    if not names:
        yield f"{KINDS[kind]}: defines no {kind}"
        return
    any_name = "|".join(names)
    symbol = re.compile(rf"\brondo_{kind}_({any_name})\b", re.IGNORECASE)  # enum constants, too
    quoted = re.compile(rf"\"({'|'.join(set(names) - others)})\"")
    compared = re.compile(rf"\bstrn?cmp\([^;]*\b({kind}|head|monitor)\b[^;]*\"({any_name})\"")
    for path in [*source_files("framework"), *source_files("plugins")]:
        is_inside = path.startswith(KINDS[kind])  # a kind may take several files
        for number, line in enumerate(lines_of(path), 1):
            if line.startswith((" *", "/*")) or is_inside and line.startswith("extern "):
                continue
            found = symbol.search(line)
            if found and names[found[1].lower()] != path:
                yield f"{path}:{number}: {found[0]}: stands in {names[found[1].lower()]} only; {advice}"
            found = quoted.search(line) or compared.search(line)
            name = found and found[found.lastindex]
            is_own = is_inside if kind == "format" else found and names[name] == path
            if found and not is_own and name not in allowed.get(path, set()):
                yield f"{path}:{number}: {found[0]}: {advice}"


def check_named_things():
    yield from check_names("task", "ask what the task needs or predicts (config/task.h)", set(), {
        "framework/config/sections.c": {"language_model"}})  # the default
    yield from check_names("format", "ask what the format provides (config/provides.h)",
                           {"text", "columns", "table", "pairs", "hdf5"},
                           {"framework/config/renames_table.c": set(names_in("format"))})  # whose keys are old
    yield from check_names("metric", "ask the metric or its row (config/metric.h)",
                           {"loss", "precision", "recall", "f1", "agreement"},  # a kind, columns, a generator
                           {"framework/config/validate.c": {"loss"}, "framework/compare/collect_run.c": {"loss"}})
    yield from check_names("schedule", "ask the schedule (rondo/schedule.h)", {"step", "exponential", "cosine"},
                           {"framework/config/sections.c": {"constant"},  # the default
                            "framework/config/renames_table.c": set(names_in("schedule"))})  # whose keys are old


def check_private():
    """No file outside a format's folder knows the inside of time series as one format has them."""
    for path in source_files("framework"):
        if path.startswith(KINDS["format"]):
            continue
        for number, line in enumerate(lines_of(path), 1):
            found = PRIVATE_TO_FORMATS.search(line)
            if found:
                yield f"{path}:{number}: {found[0]}: private to {KINDS['format']}; ask data/forecasting.h"


def check_map(text):
    """The map has a row for every folder, names files that are there, and is one screen."""
    rows = set(re.findall(r"^\| `([\w/]+)/` \|", text, re.MULTILINE))
    folders = {os.path.relpath(path, os.path.join(ROOT, "framework")) for path, _, names in
               os.walk(os.path.join(ROOT, "framework")) if any(name.endswith((".c", ".h")) for name in names)}
    for folder in sorted(folders - {"."} - rows - MENTIONED):
        yield f"no row for {folder}/"
    for folder in sorted(rows - folders):
        yield f"{folder}/ is no folder"
    for path in re.findall(r"`([\w./*]+\.[ch])`", text):
        beside = "/" not in path and glob.glob(os.path.join(ROOT, "framework", "**", path), recursive=True)
        if not glob.glob(os.path.join(ROOT, "framework", path)) and not beside:
            yield f"{path} is no file"
    if len(text.splitlines()) > MAP_LINES:
        yield f"{len(text.splitlines())} lines, at most {MAP_LINES}: one screen"


def check_map_notices(text):
    """Each of these mistakes in the map is found."""
    for name, wrong in {"a folder without a row": text.replace("| `store/` |", "| store |"),
                        "a folder that is none": text.replace("| `store/` |", "| `storage/` |\n| `store/` |"),
                        "a file that is none": text.replace("`product.h`", "`products.h`"),
                        "more than a screen": text + "\n" * MAP_LINES}.items():
        if not [problem for problem in check_map(wrong) if problem not in check_map(text)]:
            yield f"the map may have {name}"


def main():
    map_text = "\n".join(lines_of("framework/README.md"))
    problems = [f"framework/README.md: {problem}" for problem in check_map(map_text)]
    problems += check_map_notices(map_text)
    problems += list(check_wrappers_exist()) + list(check_top_level()) + list(check_named_things()) + list(check_private())
    files = 0
    for path in source_files("framework"):
        files += 1
        problems += [f"{path}:{problem}" for problem in check_framework(path)]
    for path in source_files("plugins"):
        files += 1
        problems += [f"{path}:{problem}" for problem in check_plugin(path)]
    for path in configs():
        files += 1
        problems += [f"{path}: {problem}" for problem in check_config(path)]
    for problem in problems:
        print(problem)
    print(f"{files} files, {len(problems)} problems")
    return 1 if problems or files == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
