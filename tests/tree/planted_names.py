#!/usr/bin/env python3
"""check_tree.py must be able to fail: a copy of the tree in which one file names a format, task, metric or
schedule that is not its own is refused at that line, and the copy as it is, and lines that only look so,
are not."""
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PLANTED = [
    ("framework/train/trainer.c", 'if (strcmp(task->head.name, "tagging") == 0) return true;'),
    ("framework/config/conditions_table.c", '{"train.log_every", KEY("task", "translation"), NULL},'),
    ("framework/session/session.c", "extern const rondo_format rondo_format_series;"),
    ("framework/command/predict.c", 'bool is_music = strcmp(data->format->head.name, "piano_roll") == 0;'),
    ("framework/command/predict.c", 'if (strcmp(format->head.name, "text") == 0) return;'),
    ("framework/infer/predictor.c", "case RONDO_FORMAT_SERIES:"),
    ("framework/evaluate/report.c", 'if (strcmp(row->name, "exact_match") == 0) continue;'),
    ("framework/train/trainer.c", 'bool higher = strcmp(train->monitor, "f1") == 0;'),
    ("framework/sweep/ledger.c", 'bool least = strcmp(metric, "loss") == 0;'),
    ("framework/evaluate/evaluate.c", "if (metric == &rondo_metric_macro_f1) return;"),
    ("framework/evaluate/metrics/f1.c", 'static const char *const other = "macro_f1";'),
    ("framework/train/schedule.c", 'if (strcmp(schedule->head.name, "step") == 0) return 1;'),
    ("framework/config/validate.c", 'refuse(v, "schedule.name", "task", "plateau");'),
    ("framework/evaluate/forecast.c", "static const rondo_series *series;"),
    ("framework/infer/split_outputs.c", "struct rondo_series_table;"),
    ("framework/command/predict_forecast.c", '#include "data/formats/series.h"'),
    ("framework/data/dataset_read.c", "extern void rondo_series_read(struct rondo_series *series);"),
    ("plugins/schedules/newbob.c", 'static const char *const other = "plateau";'),
]
HARMLESS = [
    ("framework/evaluate/forecast.c", "static const rondo_figure_series *line;"),
    ("framework/data/formats/value_table.c", "static const rondo_series_table *table;"),
    ("framework/train/trainer.c", "/* strcmp(task->head.name, \"tagging\"), schedule \"plateau\" */"),
    ("framework/command/watch.c", 'const char *figure = "loss", *column = "f1", *unit = "step";'),
]


def refused(tree):
    """Every line of the check's output that names a file."""
    result = subprocess.run([sys.executable, os.path.join(tree, "tests", "tree", "check_tree.py")],
                            capture_output=True, text=True, check=False)
    lines = result.stdout.splitlines()
    assert (result.returncode != 0) == (len(lines) > 1), result.stdout + result.stderr
    return lines[:-1]


def batches():
    """All lines, so that no file has two in one batch."""
    left = PLANTED + HARMLESS
    while left:
        batch = {path: line for path, line in reversed(left)}  # the first of each file
        left = [(path, line) for path, line in left if batch[path] != line]
        yield batch


def check(tree, batch):
    texts = {}
    for path, line in batch.items():
        with open(os.path.join(tree, path), encoding="utf-8") as file:
            texts[path] = file.read()
        with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
            file.write(texts[path] + line + "\n")
    told = refused(tree)
    for path, line in batch.items():
        number = texts[path].count("\n") + 1
        found = any(problem.startswith(f"{path}:{number}: ") for problem in told)
        assert found == ((path, line) in PLANTED), f"{path}: {line}: {told}"
        with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
            file.write(texts[path])


def main():
    with tempfile.TemporaryDirectory() as tree:
        for name in "framework", "plugins", "configs", "tests/tree":
            shutil.copytree(os.path.join(ROOT, name), os.path.join(tree, name))
        as_it_is = refused(tree)
        assert as_it_is == [], "the tree as it is: " + "\n".join(as_it_is)
        for batch in batches():
            check(tree, batch)
    print(f"{len(PLANTED)} planted names are refused")


if __name__ == "__main__":
    main()
