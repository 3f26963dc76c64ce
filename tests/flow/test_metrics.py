"""Which metric chooses. Whole runs whose best epoch by one metric is not the
best one by another, and not the last."""
import json

import pytest

from program import USAGE, journal, rondo, train, write
from sine import HORIZON, ROWS, SEASON, SINE, TEST, b, write_sine

SENTENCES = """
behavior_version: 1
seed: 4
task: language_model
data:
  format: generated
  generator: {name: agreement, length: 12, count: 300, valid: 60, test: 60}
  batch_size: 20
model:
  input: {embedding: 12}
  layers: [{cell: gru, hidden: 24}]
optimizer: {name: adam, learning_rate: 3.0e-2}
clip: {norm: 1}
train: {epochs: 8, log_every: 0}
"""


def validations(run):
    return [record for record in journal(run) if record["kind"] == "valid"]


def chosen(run):
    """The epoch whose checkpoint the run was tested with."""
    return [record for record in journal(run) if record["kind"] == "test"][-1]["checkpoint_epoch"]


def best_epoch(run, metric, choose):
    """The first of the best ones."""
    values = [record[metric] for record in validations(run)]
    return 1 + values.index(choose(values))


def evaluate(run, split="valid"):
    return json.loads(rondo("evaluate", run, "--split", split, "--json")[0])


def runs_that_tell(config, metric, others, *arguments):
    """Runs by seed until their best epoch by the metric is neither the last one nor best by another."""
    telling = 0
    for seed in range(1, 9):
        run = f"{metric}-{seed}"
        train(config, run, "--set", f"train.monitor={metric}", "--set", f"seed={seed}", *arguments)
        yield run
        best = chosen(run)
        telling += best != len(validations(run)) and all(best != best_epoch(run, *other)
                                                         for other in others)
        if telling == 2:
            return
    assert telling > 0, f"no run of eight tells what chose its epoch: {metric}"


# --- tests ---------------------------------------------------------------------------------------------

def test_higher_is_better():
    """The checkpoint of the epoch with the highest agreement, not of the lowest loss."""
    write("a.yaml", SENTENCES)
    for run in runs_that_tell("a.yaml", "agreement", [("loss", min), ("agreement", min)]):
        best = best_epoch(run, "agreement", max)
        assert chosen(run) == best, f"{run}: epoch {chosen(run)}, not {best}: {validations(run)}"
        told = evaluate(run)["metrics"]["agreement"]
        assert told == max(record["agreement"] for record in validations(run)), f"{run}: {told}"


@pytest.mark.parametrize("metric", ["mean_absolute_error", "model_mean_absolute_error_in_units"])
def test_lower_is_better(metric):
    """The checkpoint of the epoch with the lowest error, whichever name and unit it has."""
    write_sine()
    write("s.yaml", SINE)
    for run in runs_that_tell("s.yaml", metric, [(metric, max)], "--set", "train.epochs=10",
                              "--set", "optimizer.learning_rate=0.05"):
        best = best_epoch(run, metric, min)
        assert chosen(run) == best, f"{run}: epoch {chosen(run)}, not {best}: {validations(run)}"


def test_early_stopping():
    """It ends when the highest agreement is `patience` validations old."""
    write("a.yaml", SENTENCES)
    train("a.yaml", "run", "--set", "train.monitor=agreement", "--set", "train.epochs=40",
          "--set", "train.early_stopping.patience=2")
    best, waited, epochs = -1, 0, 0
    for record in validations("run"):
        assert waited < 2, f"epoch {epochs} was the last by hand: {validations('run')}"
        waited = 0 if record["agreement"] > best else waited + 1
        best = max(best, record["agreement"])
        epochs += 1
    assert waited == 2 and epochs < 40, f"{waited} waited after epoch {epochs}: {validations('run')}"


def test_errors_of_forecasts():
    """What monitor names is a column of the validation; others are measured after training alone. The
    numbers are those of evaluate, and of naive forecasts made here."""
    write_sine()
    write("s.yaml", SINE)
    metric = "model_mean_absolute_error_in_units"
    train("s.yaml", "plain", "--set", "train.epochs=3")
    train("s.yaml", "run", "--set", "train.epochs=3", "--set", f"train.monitor={metric}")
    assert not any(name.startswith("model_") for record in validations("plain") for name in record), (
        str(validations("plain")))
    assert [name for name in validations("run")[0] if name.startswith("model_")] == [metric], str(validations("run"))
    errors = evaluate("run")["forecast"]["model"]["columns"]["b"]
    best = min(record[metric] for record in validations("run"))
    assert errors["mean_absolute_error"] == best, f"{errors} and {best}"
    record = [record for record in journal("run") if record["kind"] == "forecast"][0]
    for name, back in ("persistence", lambda k: k), ("seasonal_naive", lambda k: SEASON):
        off = [abs(b(row + k) - b(row + k - back(k)))
               for row in range(ROWS - TEST - 1, ROWS - HORIZON) for k in range(1, HORIZON + 1)]
        there = record[f"{name}_mean_absolute_error_in_units"]
        assert abs(there - sum(off) / len(off)) < 1e-9, f"{name}: {there}"
    record.pop("kind")
    [plain] = [record for record in journal("plain") if record["kind"] == "forecast"]
    assert list(plain)[1:] == list(record), f"{plain} {record}"


def test_compared():
    """A comparison takes the same names and knows the direction of each; a sweep refuses what no run has."""
    write_sine()
    write("s.yaml", SINE)
    write("a.yaml", SENTENCES)
    for seed in "1", "2":
        train("s.yaml", f"s{seed}", "--set", "train.epochs=2", "--set", f"seed={seed}")
        train("a.yaml", f"a{seed}", "--set", "train.epochs=2", "--set", f"seed={seed}")
    for runs, metric, higher in ("s", "test model_mean_absolute_error", False), (
            "a", "valid agreement", True), ("a", "test perplexity", False):
        told = json.loads(rondo("compare", f"{runs}1", f"{runs}2", "--metric", metric, "--json")[0])
        assert told["higher_is_better"] is higher, f"{metric}: {told['metric']}"
        split, name = metric.split()
        kind = "forecast" if name.startswith("model_") else split
        for run in told["runs"]:
            folder = run["folder"].rsplit("/", 1)[-1]
            value = [record[name] for record in journal(folder) if record["kind"] == kind][
                chosen(folder) - 1 if kind == "valid" else -1]
            assert run["value"] == value, f"{metric}: {run['value']}, not {value}"
    for base, metric, words in (
            ("s", "valid model_mean_absolute_error", "only if train.monitor names it"),
            ("a", "train agreement", "training measures only the loss"),
            ("a", "valid agrement", "did you mean valid agreement?")):
        write("w.yaml", f"base: {base}.yaml\nseeds: 2\n"
              "variants: {a: {}, b: {optimizer.learning_rate: 0.1}}\n"
              f"compare: {{metric: {metric}}}\noutput: {{folder: sweep}}\n")
        _, error = rondo("sweep", "w.yaml", "--check", expect=USAGE)
        assert words in error, error
    _, error = rondo("check", "a.yaml", "--set", "train.monitor=legal_sequences", expect=USAGE)
    assert "is not one of loss, accuracy, perplexity, bits_per_symbol, agreement" in error, error


def test_parts():
    """A part of a metric chooses as a metric does: of the sentences with a distance, the checkpoint of the
    epoch that is right in most. It is recorded of validations where it is named, and after training always."""
    write("a.yaml", SENTENCES)
    names = ["agreement_0_to_4", "agreement_5_to_9", "agreement_10_to_12"]
    part = names[1]
    for run in runs_that_tell("a.yaml", part, [("agreement", max), (part, min)]):
        best = best_epoch(run, part, max)
        assert chosen(run) == best, f"{run}: epoch {chosen(run)}, not {best}: {validations(run)}"
        told = evaluate(run)["metrics"]
        assert told[part] == max(record[part] for record in validations(run)), f"{run}: {told}"
        assert [name for name in validations(run)[0] if "_to_" in name] == [part], str(validations(run)[0])
        test = [record for record in journal(run) if record["kind"] == "test"][-1]
        assert [name for name in test if "_to_" in name] == [name for name in names if name in told], str(test)
        assert evaluate(run, "test")["metrics"][part] == test[part], str(test)
    told = json.loads(rondo("compare", f"{part}-1", f"{part}-2", "--metric", f"test {part}", "--json")[0])
    assert told["higher_is_better"] is True, str(told["metric"])
    counts = dict.fromkeys(names, 0)
    for sentence in rondo("export", f"{run}/config.yaml", "--split", "test")[0].splitlines():
        between = [word in ("was", "were") for word in sentence.split()].index(True) - 2
        counts[names[between // 5]] += 1
    right = {name: evaluate(run, "test")["metrics"].get(name, 0) * counts[name] for name in names}
    assert all(abs(value - round(value)) < 1e-9 for value in right.values()), f"{right} of {counts}"
    whole = evaluate(run, "test")["metrics"]["agreement"] * sum(counts.values())
    assert abs(sum(right.values()) - whole) < 1e-9, f"{right} of {counts}, {whole} in all"


def test_parts_refused():
    """A name that is near, a part that the config does not have, and one that training does not change."""
    write_sine()
    write("s.yaml", SINE)
    write("a.yaml", SENTENCES)
    for config, name, words in (
            ("a", "agreement_0_to_5", "did you mean agreement_0_to_4?"),
            ("a", "agreement_10_to_14", "did you mean agreement_10_to_12?"),
            ("s", "persistence_mean_absolute_eror", "did you mean persistence_mean_absolute_error?"),
            ("s", "persistence_mean_absolute_error",
             "train.monitor: persistence_mean_absolute_error is the error of forecasts without a model, so "
             "training does not change it: write model_mean_absolute_error"),
            ("s", "seasonal_naive_root_mean_squared_error_in_units",
             "write model_root_mean_squared_error_in_units")):
        _, error = rondo("check", f"{config}.yaml", "--set", f"train.monitor={name}", expect=USAGE)
        assert words in error and len(error.strip().splitlines()) == 1, error
        assert "persistence" not in error.partition("not one of")[2].partition("did you mean")[0], error


def test_described():
    """What a loss plugin makes of its rows, and parts of metrics, are listed and described as metrics are."""
    told, _ = rondo("list", "metrics")
    for name, owner in (("accuracy", "loss softmax_cross_entropy"), ("accuracy", "loss sigmoid_cross_entropy"),
                        ("f1", "built in"), ("agreement_#_to_#", "part of agreement"),
                        ("root_mean_squared_error", "loss mean_squared_error")):
        assert ["metric", name, *owner.split()] in [line.split() for line in told.splitlines()], told
    assert "frame_whole" not in told and "cell " not in told, told
    assert all(line in rondo("list")[0].splitlines() for line in told.splitlines()), told
    for name, lines in (
            ("accuracy", ("unit: 1, higher is better",
                          "softmax_cross_entropy (mean over predictions): classification, language_model, "
                          "tagging, translation",
                          "sigmoid_cross_entropy (mean over predictions): forecasting, regression, tagging")),
            ("perplexity", ("unit: 1, lower is better",
                            "softmax_cross_entropy (exp(loss)): language_model, translation")),
            ("bits_per_symbol", ("unit: bits, lower is better",)),
            ("agreement_5_to_9", ("part of agreement", "unit: 1, higher is better")),
            ("persistence_mean_absolute_error", ("constant during training", "unit: 1, lower is better"))):
        told, _ = rondo("describe", "metric", name)
        for line in lines:
            assert line in told, told
    _, error = rondo("describe", "metric", "acuracy", expect=USAGE)
    assert "no metric 'acuracy' (did you mean 'accuracy'?)" in error and "exact_match" in error, error
    _, error = rondo("list", "metrc", expect=USAGE)
    assert "did you mean metric?" in error, error
