"""Whole runs on generated time series.

What the program says of naive forecasts is computed here a second time, from the file.
"""
import json
import math

from program import USAGE, columns, digest, rondo, same, train, write
from sine import HORIZON, ROWS, SEASON, SINE, TEST, b, write_sine


def naive_errors(back):
    """Mean absolute and root mean squared error; row + k is forecast as row + k - back(k)."""
    errors = [abs(b(row + k) - b(row + k - back(k)))
              for row in range(ROWS - TEST - 1, ROWS - HORIZON) for k in range(1, HORIZON + 1)]
    return (sum(errors) / len(errors),
            math.sqrt(sum(error * error for error in errors) / len(errors)))


def evaluate(run, *arguments):
    return json.loads(rondo("evaluate", run, "--split", "test", "--json", *arguments)[0])


def near(a, b, tolerance):
    return abs(a - b) <= tolerance * max(1, abs(b))


def test_sine():
    """Better by far than both naive forecasts, which are what they must be; in the series' units."""
    write_sine()
    write("s.yaml", SINE)
    _, log = train("s.yaml", "run")
    result = evaluate("run")
    forecast = result["forecast"]
    for name, back in {"persistence": lambda k: k, "seasonal_naive": lambda k: SEASON}.items():
        expected = naive_errors(back)
        there = forecast[name]["columns"]["b"]
        assert near(there["mean_absolute_error"], expected[0], 1e-9), f"{name}: {there} {expected}"
        assert near(there["root_mean_squared_error"], expected[1], 1e-9), f"{name}: {there}"
        assert forecast["model"]["columns"]["b"]["root_mean_squared_error"] < 0.25 * expected[1], f"{name}: {forecast}"
    standardized = forecast["model"]["standardized"]
    assert near(standardized["root_mean_squared_error"] ** 2, result["loss"], 1e-5), str(result)
    assert near(standardized["mean_absolute_error"], result["metrics"]["mean_absolute_error"], 1e-5), str(result)
    assert result["sequences"] == TEST - HORIZON + 1, str(result)
    assert "better than persistence" in log and "better than seasonal_naive" in log, log
    record = columns("run", "forecast")
    assert near(record["persistence_mean_absolute_error_in_units"][0],
                forecast["persistence"]["columns"]["b"]["mean_absolute_error"], 1e-12), str(record)
    assert near(record["model_root_mean_squared_error"][0], standardized["root_mean_squared_error"], 1e-12), str(record)
    _, error = rondo("sample", "run", expect=USAGE)
    assert "only language models" in error and len(error.splitlines()) == 1, error


def test_numbers_of_the_run():
    """A trained model reads by the means and deviations of its run, whatever the file's first rows say
    now; a run that goes on must find the data it began with."""
    write_sine()
    write("s.yaml", SINE)
    train("s.yaml", "run", "--set", "train.max_steps=20")
    before = evaluate("run")
    write_sine(first_day=1e6)
    after = evaluate("run")
    for figures in before, after:
        figures.pop("seconds")
    assert before == after, f"{before}\n{after}"
    train("s.yaml", "other", "--set", "train.max_steps=20")
    assert digest("run") != digest("other"), "the first row does not reach the standardisation"
    _, error = train("s.yaml", "run", "--resume", expect=USAGE)
    assert "the data set is not the one" in error, error


def test_repeatable():
    """Step by step, differences: the same bytes with other threads and in two parts; less than what a
    forecast without a model is off."""
    write_sine()
    write("s.yaml", SINE)
    for name, sets in {"steps": ["model.pooling=none"],
                       "last": ["data.options.difference=last"],
                       "season": ["data.options.difference=season", "model.pooling=mean"]}.items():
        arguments = [part for text in sets for part in ("--set", text)]
        train("s.yaml", name, *arguments, "--threads", "1")
        train("s.yaml", f"{name}-parts", *arguments, "--set", "train.max_steps=37", "--threads", "3")
        train("s.yaml", f"{name}-parts", *arguments, "--resume", "--threads", "2")
        same(name, f"{name}-parts")
        forecast = evaluate(name)["forecast"]
        errors = {who: forecast[who]["standardized"]["root_mean_squared_error"] for who in forecast}
        assert errors["model"] < 0.7 * min(errors["persistence"], errors["seasonal_naive"]), f"{name}: {errors}"


def test_future():
    """What follows the last row of a file: near what really follows, and the same as when a split's
    window ends there."""
    write_sine()
    write("s.yaml", SINE)
    lines = open("sine.csv", encoding="utf-8").read().splitlines()
    first = ROWS - TEST
    write("past.csv", "\n".join(lines[:1 + first]) + "\n")
    write("short.csv", "\n".join(lines[:20]) + "\n")
    for name, sets in {"window": [], "steps": ["model.pooling=none"],
                       "season": ["data.options.difference=season"]}.items():
        train("s.yaml", name, *[part for text in sets for part in ("--set", text)])
        head, *rows = rondo("predict", name, "past.csv")[0].splitlines()
        assert head == "step,b" and [row.split(",")[0] for row in rows] == ["1", "2", "3"], head
        values = [row.split(",")[1] for row in rows]
        for k, value in enumerate(values):
            assert abs(float(value) - b(first + k)) < 2, f"{name}: step {k + 1}: {value} {b(first + k)}"
        split = [line for line in rondo("predict", name, "--split", "test")[0].splitlines() if line]
        assert len(split) == TEST - HORIZON + 1, f"{name}: {len(split)} lines"
        # Windows of steps begin elsewhere: their first prediction is made after one step.
        assert name == "steps" or split[0].split("\t") == values, f"{name}: {split[0]} {values}"
    _, error = rondo("predict", "window", "short.csv", expect=USAGE)
    assert "19 rows" in error and "at least 24" in error, error


PANEL = """
behavior_version: 1
seed: 3
task: forecasting
data:
  format: series
  path: panel.csv
  options: {targets: [y], window: 8, horizon: 3, time: month, id: shop, standardize: true}
  split: {valid: 0.2, test: 0.2}
model:
  layers: [{cell: gru, hidden: 8}]
loss: {name: mean_squared_error}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 2, log_every: 0}
output: {folder: run}
"""


def month(k):
    return f"{2015 + k // 12}-{k % 12 + 1:02d}-01"


def panel_rows(names, months):
    return [f"{month(k)},{name},{level + 5 * math.sin(k + level)!r}"
            for k in range(months) for level, name in enumerate(names)]


def test_panel():
    """Several series in one long table, rows by time: each is forecast as if it were alone, with its id
    and the months that follow."""
    names = ["north", 'so"uth, inner', "west"]
    quoted = {name: '"' + name.replace('"', '""') + '"' if '"' in name else name for name in names}
    head = "month,shop,y"
    rows = panel_rows(quoted.values(), 60)
    write("panel.csv", "\n".join([head] + rows) + "\n")
    write("s.yaml", PANEL)
    _, error = train("s.yaml", "run")
    assert "warning" not in error.replace("warning: nothing was learned", ""), error
    lines = rondo("predict", "run", "panel.csv")[0].splitlines()
    assert lines[0] == "shop,month,step,y" and len(lines) == 1 + 3 * 3, lines
    for i, name in enumerate(names):
        write("one.csv", "\n".join([head] + rows[i::3]) + "\n")
        alone = rondo("predict", "run", "one.csv")[0].splitlines()[1:]
        assert lines[1 + 3 * i:4 + 3 * i] == alone, f"{lines} {alone}"
        for k, line in enumerate(alone):
            assert line.startswith(f"{quoted[name]},{month(60 + k)},{k + 1},"), line
    write("new.csv", "\n".join([head] + rows + [f"{month(k)},new,1" for k in range(7)]) + "\n")
    out, error = rondo("predict", "run", "new.csv")
    assert out.splitlines() == lines and '1 of 4 ids have no forecast; "new"' in error, error
    figures = evaluate("run")["forecast"]["persistence"]["columns"]["y"]["mean_absolute_error"]
    values = {name: [float(row.rsplit(",", 1)[1]) for row in rows[i::3]] for i, name in enumerate(names)}
    errors = [abs(v[r + k] - v[r]) for v in values.values() for r in range(47, 57) for k in (1, 2, 3)]
    assert near(figures, sum(errors) / len(errors), 1e-5), f"{figures} {sum(errors) / len(errors)}"


def test_order_of_rows():
    """What the config does not say of time and ids is told in one line, with the key; what it says is
    held against the rows."""
    rows = [f"{month(k)},{math.sin(k)!r}" for k in range(60)]
    cases = {"in order": (rows, "options.time: month"),
             "shuffled": (rows[30:] + rows[:30], "at line 32 it does not rise"),
             "reversed": (rows[::-1], "at line 3 it does not rise"),
             "gap": (rows[:20] + rows[40:], "not all equal")}
    for name, (lines, words) in cases.items():
        write("s.csv", "\n".join(["month,y"] + lines) + "\n")
        write("s.yaml", PANEL.replace("panel.csv", "s.csv").replace(", time: month, id: shop", ""))
        _, error = rondo("check", "s.yaml")
        warnings = [line for line in error.splitlines() if "warning" in line]
        assert len(warnings) == 1 and words in warnings[0], f"{name}: {error}"
        _, error = rondo("check", "s.yaml", "--set", "data.options.time=month",
                         expect=1 if name in ("shuffled", "reversed") else 0)
        assert {"in order": "warning" not in error, "gap": "1 of 39 steps" in error}.get(
             name, "does not come after" in error), f"{name}: {error}"
    write("panel.csv", "\n".join(["month,shop,y"] + panel_rows(["a", "b"], 40)) + "\n")
    write("s.yaml", PANEL.replace(", time: month, id: shop", ""))
    _, error = rondo("check", "s.yaml")
    assert "write data.options: {time: month, id: shop}" in error, error
    write("panel.csv", "\n".join(["shop,y"] + [f"{name},{k}" for name in "abc" for k in range(30)]) + "\n")
    _, error = rondo("check", "s.yaml")
    assert '"data.options.id: shop"' in error, error
