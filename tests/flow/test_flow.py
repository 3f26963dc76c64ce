"""Whole runs of the program on tiny data.

Each test gets an empty folder. Runs are compared by the bytes of all parameters, optimizer slots and
carried states in their checkpoints (tests/flow/digest.c), never by printed digits.
"""
import json
import os
import random
import re
import signal
import subprocess
import time

import pytest

from conlleval import conlleval
from experiments import ENTITIES, LAYERS, LINES, STREAM, TAGGER, columns_text, make_entity_files
from program import (DONE, FAILED, RONDO, STOPPED, USAGE, arrays, columns, digest, journal, rondo, same, shell, train,
                     write)

pytestmark = pytest.mark.usefixtures("text_and_tags")

MUSIC = """
behavior_version: 1
seed: 10
task: forecasting
data:
  format: piano_roll
  path: music
  batch_size: 4
model:
  layers: [{cell: gru, hidden: 24}]
loss: {name: sigmoid_cross_entropy}
optimizer: {name: adam, learning_rate: 2.0e-2}
train: {epochs: 60, log_every: 0}
output: {folder: run}
"""


# --- tests ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("config", [STREAM, LINES, TAGGER], ids=["stream", "lines", "tagger"])
def test_threads(config):
    """Same bytes for 1, 2, 3 and 5 threads, and for a number that changes while it trains; for a stream,
    for lines, for a bidirectional tagger."""
    write("c.yaml", config)
    train("c.yaml", "run-1", "--threads", "1")
    for count in "2", "3", "5", "0":
        train("c.yaml", f"run-{count}", "--threads", count)
        same("run-1", f"run-{count}")
        assert journal("run-1") == journal(f"run-{count}"), "the metrics differ"


def test_resume():
    """n steps, then n more after --resume, with other threads, equal 2n steps; within an epoch."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole", "--set", "train.max_steps=46")
    train("c.yaml", "parts", "--set", "train.max_steps=23", "--threads", "1")
    assert digest("whole") != digest("parts"), "nothing happened between step 23 and 46"
    train("c.yaml", "parts", "--set", "train.max_steps=46", "--resume", "--threads", "3")
    same("whole", "parts")
    train("c.yaml", "parts", "--set", "train.max_steps=46", "--resume")
    same("whole", "parts")
    write("t.yaml", TAGGER)
    train("t.yaml", "t-whole")
    train("t.yaml", "t-parts", "--set", "train.max_steps=31")
    train("t.yaml", "t-parts", "--resume")
    same("t-whole", "t-parts")


def test_layer_options():
    """All options of layers together: threads and an interruption change nothing, and the network
    learns; its own config, parameters and states tell of them."""
    write("c.yaml", LAYERS)
    train("c.yaml", "whole", "--threads", "1")
    train("c.yaml", "three", "--threads", "3")
    same("whole", "three")
    train("c.yaml", "parts", "--set", "train.max_steps=31")
    train("c.yaml", "parts", "--resume", "--threads", "3")
    same("whole", "parts")
    train("whole/config.yaml", "again")
    same("whole", "again")
    valid = [record["loss"] for record in journal("whole") if record["kind"] == "valid"]
    assert valid[-1] < 0.8 * valid[0], f"did not learn: {valid}"
    first, _ = rondo("evaluate", "whole", "--split", "test", "--json")
    again, _ = rondo("evaluate", "whole", "--split", "test", "--json", "--threads", "3")
    assert json.loads(first)["loss"] == json.loads(again)["loss"], f"{first}{again}"
    output, _ = rondo("check", "c.yaml")
    for text in ("layers/1/backward/recurrent_weights          [5, 15]", "layers/0/layer_norm/gains",
                 "cell: gru", "recurrent_dropout: 0.1", "residual: true"):
        assert text in output, f"rondo check does not say {text}:\n{output}"
    for key, value in {"recurrent_dropout": 0.25, "zoneout.cell": 0.25, "dropout_kind": "element",
                       "backward.hidden": 7}.items():
        _, error = train("c.yaml", "whole", "--resume", "--set", f"model.layers.1.{key}={value}",
                         "--set", "model.layers.1.residual=false", expect=USAGE)
        assert f"model.layers.1.{key}: " in error, error


def test_resume_refuses_another_config():
    write("c.yaml", STREAM)
    train("c.yaml", "run", "--set", "train.max_steps=5")
    before = digest("run")
    _, error = train("c.yaml", "run", "--resume", "--set", "optimizer.learning_rate=0.1",
                     expect=USAGE)
    assert "optimizer.learning_rate" in error, error
    _, error = train("c.yaml", "run", expect=USAGE)
    assert "--resume" in error and "--overwrite" in error, error
    write("text.txt", "another text entirely\n" * 100)
    _, error = train("c.yaml", "run", "--resume", expect=USAGE)
    assert "data" in error, error
    assert before == digest("run"), "a refused command changed the checkpoint"


def start_slow_run(output, *arguments):
    return subprocess.Popen([RONDO, "train", "c.yaml", "--output", output, "--resume", *arguments],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


SLOW = ["--set", "train.epochs=12", "--set", "model.layers.0.hidden=96"]


def test_stop_signal():
    """SIGTERM and SIGINT: a checkpoint, exit status 3, and nothing lost."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole", *SLOW)
    for number in (signal.SIGTERM, signal.SIGINT):
        process = start_slow_run("stopped", *SLOW)
        while process.poll() is None and not (os.path.exists("stopped/lock") and
                                              os.path.exists("stopped/metrics.jsonl")):
            time.sleep(0.01)
        time.sleep(0.1)
        process.send_signal(number)
        process.communicate(timeout=60)
        assert process.returncode in (STOPPED, DONE), f"exit status {process.returncode}"
        assert os.path.exists("stopped/checkpoints/latest.h5"), "no checkpoint"
    train("c.yaml", "stopped", "--resume", *SLOW)
    same("whole", "stopped")
    assert journal("whole") == journal("stopped"), "the metrics differ"


def test_kill():
    """kill -9 at random moments, again and again, then --resume: the run that was never killed."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole", *SLOW)
    moments = random.Random(3)
    kills = 0
    for _ in range(60):
        process = start_slow_run("killed", *SLOW)
        try:
            process.communicate(timeout=moments.uniform(0.02, 0.5))
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
    train("c.yaml", "killed", "--resume", *SLOW)
    assert kills >= 3, f"killed only {kills} times: the run is too short for this test"
    same("whole", "killed")
    assert digest("whole", "best.h5") == digest("killed", "best.h5"), "the best checkpoints differ"
    assert journal("whole") == journal("killed"), "the metrics differ"


def test_damaged_checkpoint():
    """A latest.h5 cut short is noticed; the generation before it serves, with a warning."""
    write("c.yaml", STREAM)
    train("c.yaml", "whole")
    train("c.yaml", "cut", "--set", "train.max_steps=30")
    with open("cut/checkpoints/latest.h5", "r+b") as file:
        file.truncate(os.path.getsize("cut/checkpoints/latest.h5") // 2)
    _, error = train("c.yaml", "cut", "--resume")
    assert "latest" in error and "warning" in error.lower(), error
    same("whole", "cut")


def test_evaluate_and_sample():
    write("c.yaml", STREAM)
    train("c.yaml", "run")
    output, _ = rondo("evaluate", "run", "--split", "test", "--json")
    result = json.loads(output)
    assert result["split"] == "test" and 0 < result["loss"] < 3.3, output
    assert set(result) == {"split", "loss", "metrics", "tokens", "seconds"}, output
    assert abs(2.718281828459045 ** result["loss"] - result["metrics"]["perplexity"]) < 1e-6, output
    valid = [record for record in journal("run") if record["kind"] == "valid"]
    best = min(record["loss"] for record in valid)
    output, _ = rondo("evaluate", "run", "--json")
    assert json.loads(output)["loss"] == best, "evaluate does not give the best epoch's loss"
    first, _ = rondo("sample", "run", "--length", "80", "--seed", "3", "--prime", "cat ")
    again, _ = rondo("sample", "run", "--length", "80", "--seed", "3", "--prime", "cat ",
                     "--threads", "3")
    other, _ = rondo("sample", "run", "--length", "80", "--seed", "4", "--prime", "cat ")
    assert first == again and first != other, "samples do not follow the seed"
    assert first.startswith("cat ") and len(first) == 85 and "<UNK>" not in first, repr(first)
    coldest = [rondo("sample", "run", "--temperature", "0", "--seed", seed)[0] for seed in "12"]
    assert coldest[0] == coldest[1], "temperature 0 is not deterministic"
    write("l.yaml", LINES)
    train("l.yaml", "lines")
    output, _ = rondo("sample", "lines", "--count", "7")
    assert len(output.splitlines()) == 7, repr(output)


def test_sample_filters():
    """top-k, top-p and the unknown symbol; one sample of many is the sample alone."""
    write("l.yaml", LINES)
    train("l.yaml", "lines")
    common = "sample", "lines", "--count", "40", "--length", "12"
    coldest = rondo(*common, "--temperature", "0")[0]
    assert len(set(coldest.splitlines())) == 1, coldest
    for filters in ["--top-k", "1"], ["--top-p", "0"], ["--top-p", "1e-9", "--top-k", "5"]:
        assert rondo(*common, *filters)[0] == coldest, f"{filters} is not the most probable symbol"
    plain = rondo(*common)[0]
    assert rondo(*common, "--top-k", "0", "--top-p", "1")[0] == plain, "no filter is a filter"
    assert rondo(*common, "--top-k", "3", "--threads", "3")[0] == rondo(*common, "--top-k", "3")[0] != plain, (
        "--top-k 3")
    assert rondo(*common, "--top-p", "0.5")[0] != plain, "--top-p 0.5"
    hot = "--temperature", "50"
    assert "<UNK>" not in rondo(*common, *hot)[0], "the unknown symbol was drawn"
    assert "<UNK>" in rondo(*common, *hot, "--allow-unknown")[0], "the unknown symbol was not drawn"
    alone = rondo("sample", "lines", "--length", "12")[0]
    assert alone == plain.splitlines()[0] + "\n", f"{alone} is not the first of {plain}"
    for wrong in ["--top-p", "1.5"], ["--top-k", "-1"]:
        _, error = rondo("sample", "lines", *wrong, expect=USAGE)
        assert wrong[0] in error and "[0, " in error, error


def test_sample_stream():
    """A symbol is on stdout as soon as it is drawn; --until-end stops a stream at a line's end."""
    write("c.yaml", STREAM)
    train("c.yaml", "run")
    process = subprocess.Popen([RONDO, "sample", "run", "--length", "10000000", "--prime", "cat"],
                               stdout=subprocess.PIPE, bufsize=0)
    text = b""
    while len(text) < 60:
        byte = process.stdout.read(1)
        assert byte, f"the sample ended after {text!r}"
        text += byte
    assert process.poll() is None, "the sample had ended before its beginning was read"
    process.kill()
    process.communicate()
    whole = rondo("sample", "run", "--length", "200", "--prime", "cat")[0]
    assert text.decode("utf-8", "ignore") == whole[: len(text.decode("utf-8", "ignore"))], whole
    line = rondo("sample", "run", "--length", "200", "--prime", "cat", "--until-end")[0]
    assert "\n" in whole[:-1] and line == whole[: whole.index("\n") + 1], f"{line!r} {whole!r}"


def test_score():
    """Probabilities of a text, a file, standard input: the evaluation's figures, for people and as JSON."""
    write("l.yaml", LINES.replace("split: {valid: 0.1, order: random}", "split: {valid: valid.txt}"))
    write("valid.txt", "cat sees dog\n\nzebra likes cat\ndog\n")
    train("l.yaml", "run")
    evaluated = json.loads(rondo("evaluate", "run", "--json")[0])
    output, _ = rondo("score", "run", "--file", "valid.txt", "--json")
    scored = json.loads(output)
    assert scored["symbols"] == evaluated["tokens"] == 10 and scored["unknown"] == 1, output
    assert abs(scored["log_probability"] / 10 + evaluated["loss"]) < 1e-5, output
    assert abs(scored["perplexity"] / evaluated["metrics"]["perplexity"] - 1) < 1e-5, output
    assert abs(scored["bits_per_symbol"] - evaluated["metrics"]["bits_per_symbol"]) < 1e-5, output
    assert [line["line"] for line in scored["lines"]] == [1, 3, 4], output
    assert abs(sum(line["log_probability"] for line in scored["lines"]) - scored["log_probability"]) < 1e-9, output
    assert "tokens" not in scored["lines"][0], output
    assert shell('"$rondo" score run --file - --json --threads 3 < valid.txt')[0] == output, output
    text = json.loads(rondo("score", "run", "--text", "zebra likes cat", "--json")[0])
    tokens = text["lines"][0].pop("tokens")
    assert [token["symbol"] for token in tokens] == ["<UNK>", "likes", "cat", "<EOS>"], str(tokens)
    assert {**scored["lines"][1], "line": 1} == text["lines"][0], str(text)
    output, _ = rondo("score", "run", "--text", "zebra")
    assert "<UNK>" in output and "<EOS>" in output and "total" in output, output
    output, _ = rondo("score", "run", "--file", "valid.txt", "--tokens")
    assert output.count("log-probability") == 6, output
    _, error = rondo("score", "run", expect=USAGE)
    assert "--text" in error and "--file" in error, error
    _, error = rondo("score", "run", "--file", "nowhere.txt", expect=USAGE)
    assert "nowhere.txt" in error, error
    _, error = rondo("score", "run", "--text", "", expect=USAGE)
    assert "no symbols" in error, error
    shell('"$rondo" score run --file - < /dev/null', expect=FAILED)
    shell('"$rondo" score run --file - <&-', expect=FAILED)


VECTORS = """6 9
cat 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9
dog -0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 -0.9
sees 0.3 0.2 -0.3 0.4 0.5 0.6 0.7 0.8 0.9
likes 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9
zebra 0 0 0 0 0 0 0 0 0
<eos> 1 1 1 1 1 1 1 1 1
"""


def test_pretrained():
    """An embedding from a file: needed at the start only; frozen it stays as it is, whoever resumes."""
    write("c.yaml", STREAM.replace("unit: character", "unit: word")
          .replace("embedding: 9,", "embedding: 9, pretrained: vectors.txt, frozen: true,"))
    write("vectors.txt", VECTORS)
    output, _ = rondo("check", "c.yaml")
    assert "5 of 9 symbols" in output and "1 of them by their lowercase" in output, output
    _, error = train("c.yaml", "whole")
    assert "5 of 9 symbols (55.6 %)" in error and "vectors.txt" in error, error
    train("c.yaml", "start", "--set", "train.max_steps=1")
    train("c.yaml", "free", "--set", "model.input.frozen=false")
    values, start, free = (arrays(run, "/parameters")["/parameters/embedding/weights"]
                           for run in ("whole", "start", "free"))
    assert values == start != free, f"{values} {start} {free}"
    assert not [name for name in arrays("whole", "/optimizer") if "embedding" in name], "frozen slots"
    assert [name for name in arrays("free", "/optimizer") if "embedding" in name], "no slots"
    rows = {tuple(round(value, 6) for value in values[i: i + 9]) for i in range(0, len(values), 9)}
    for line in VECTORS.splitlines()[1:]:
        word, numbers = line.split()[0], tuple(float(number) for number in line.split()[1:])
        assert (numbers in rows) == (word != "zebra"), f"{word}: {rows}"
    train("c.yaml", "parts", "--set", "train.max_steps=23")
    os.remove("vectors.txt")
    train("c.yaml", "parts", "--resume", "--threads", "3")
    same("whole", "parts")
    for verb in "evaluate", "sample":
        rondo(verb, "parts")
    _, error = train("c.yaml", "out", expect=USAGE)
    assert "vectors.txt" in error and not os.path.exists("out"), error
    write("vectors.txt", VECTORS.replace("0.9\ndog", "x\ndog"))
    _, error = train("c.yaml", "out", expect=FAILED)
    assert "vectors.txt:2:37: " in error and not os.path.exists("out"), error
    rondo("check", "c.yaml", expect=FAILED)


def test_regularized():
    """Noise on weights and inputs, and a tied readout: the same bytes for any thread count, and after a resume."""
    write("c.yaml", STREAM.replace("hidden: 13", "hidden: 9").replace(
        "train: {", "train: {weight_noise: 0.05, ").replace(
            "input: {", "input: {noise: 0.1, ").replace("model:", "model:\n  readout: {tied: true}"))
    train("c.yaml", "whole", "--threads", "1")
    train("c.yaml", "parts", "--set", "train.max_steps=23", "--threads", "3")
    train("c.yaml", "parts", "--resume", "--threads", "2")
    same("whole", "parts")
    assert "/parameters/readout/weights" not in arrays("whole", "/parameters"), "not tied"
    train("c.yaml", "quiet", "--set", "train.weight_noise=0")
    assert digest("whole") != digest("quiet"), "the noise does nothing"
    loss = json.loads(rondo("evaluate", "whole", "--json")[0])["loss"]
    assert loss == json.loads(rondo("evaluate", "whole", "--json")[0])["loss"] < 3.2, str(loss)
    _, error = train("c.yaml", "parts", "--resume", "--set", "train.weight_noise=0.1", expect=USAGE)
    assert "train.weight_noise" in error, error
    train("c.yaml", "clear", "--set", "model.input.noise=0")
    assert digest("whole") != digest("clear"), "the noise on inputs does nothing"
    _, error = train("c.yaml", "parts", "--resume", "--set", "model.input.noise=0.2", expect=USAGE)
    assert "model.input.noise" in error, error


CLASSES = """
behavior_version: 1
seed: 5
task: language_model
data:
  format: table
  path: lines.tsv
  unit: character
  options: {header: false, label: 1, text: 2}
  split: {valid: 0.1, test: 0.1, order: random}
  batch_size: 8
model:
  input: {embedding: 10}
  layers: [{cell: gru, hidden: 20}]
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 8}
output: {folder: run}
"""


def test_classes():
    """Generation given a class: lines of each class are of its language; the same letters upwards or
    downwards. The classes are learned whatever stands in the way of the symbols."""
    numbers, letters = random.Random(6), "abcdef"
    lines = []
    for _ in range(600):
        name, step = numbers.choice([("up", 1), ("down", -1)])
        start, length = numbers.randrange(6), numbers.randrange(2, 9)
        lines.append(name + "\t" + "".join(letters[(start + step * i) % 6] for i in range(length)))
    write("lines.tsv", "\n".join(lines) + "\n")
    write("c.yaml", CLASSES)
    for run, sets in {"gru": [], "lstm": ["model.layers.0.cell=lstm"], "one_hot": ["model.input=one_hot"],
                      "tied": ["model.readout.tied=true", "model.layers.0.hidden=10"]}.items():
        train("c.yaml", run, *[part for text in sets for part in ("--set", text)])
        for name, step in ("up", 1), ("down", -1):
            output, _ = rondo("sample", run, "--class", name, "--count", "60", "--top-p", "0.9")
            pairs = [pair for line in output.splitlines() for pair in zip(line, line[1:])]
            right = [a for a, b in pairs if letters[(letters.index(a) + step) % 6] == b]
            assert len(pairs) > 100 and len(right) >= 0.95 * len(pairs), f"{run}, {name}: {output}"
    likely, unlikely = (json.loads(rondo("score", "gru", "--class", name, "--text", "bcdef", "--json")[0])
                        for name in ("up", "down"))
    assert likely["log_probability"] > unlikely["log_probability"] + 2, f"{likely} {unlikely}"
    test = json.loads(rondo("evaluate", "gru", "--split", "test", "--json")[0])
    assert 0 < test["loss"] < 1.2, str(test)
    for verb in ["sample"], ["score", "--text", "abc"]:
        _, error = rondo(verb[0], "gru", "--class", "donw", *verb[1:], expect=USAGE)
        assert "donw" in error and "did you mean down?" in error, error
        _, error = rondo(verb[0], "gru", *verb[1:], expect=USAGE)
        assert "missing" in error and "up" in error and "down" in error, error
    train("c.yaml", "parts", "--set", "train.max_steps=50")
    train("c.yaml", "parts", "--resume", "--threads", "3")
    same("gru", "parts")
    write("l.yaml", LINES)
    train("l.yaml", "plain")
    _, error = rondo("sample", "plain", "--class", "up", expect=USAGE)
    assert "without classes" in error, error


@pytest.mark.parametrize("setting", [
    "model.layers.0.cell=rnn",
    "model.layers.0.cell=gru",
    "model.layers.2={cell: lstm, hidden: 8}",
    "model.layers.0.cell=gru_simplified",
    "model.layers.0.cell=minimal_gated_unit",
    "model.layers.0.cell=mut3",
    "model.layers.0.cell=multiplicative_lstm",
    "model.layers.0.options.peephole=true",
    "model.input=one_hot",
    "optimizer={name: adagrad, learning_rate: 0.05}",
    "data.unit=word",
])
def test_variants(setting):
    """One config, other cells, by --set; each must learn."""
    write("c.yaml", STREAM)
    train("c.yaml", "run", "--set", setting)
    valid = [record["loss"] for record in journal("run") if record["kind"] == "valid"]
    assert len(valid) == 4 and valid[-1] < valid[0], f"did not learn: {valid}"


def test_exit_statuses():
    write("c.yaml", STREAM)
    write("bad.yaml", STREAM.replace("hidden: 21", "hiden: 21").replace("epochs: 4", "epochs: ten"))
    rondo("--help")
    for verb in "train", "evaluate", "predict", "sample", "score", "describe", "list", "check":
        output, _ = rondo(verb, "--help")
        assert output.startswith(f"usage: rondo {verb}"), output
    rondo(expect=USAGE)
    _, error = rondo("trian", "c.yaml", expect=USAGE)
    assert "did you mean train?" in error, error
    _, error = rondo("train", "c.yaml", "--thread", "2", expect=USAGE)
    assert "did you mean --threads?" in error, error
    for verb in "train", "check":
        _, error = rondo(verb, "bad.yaml", expect=USAGE)
        assert "bad.yaml:14:20: " in error and "hidden?" in error and "bad.yaml:19:17: " in error, error
    _, error = train("c.yaml", "out", "--set", "data.path=nowhere.txt", expect=USAGE)
    assert "nowhere.txt" in error, error
    assert not os.path.exists("out"), "a run folder was made for a config that cannot run"
    rondo("evaluate", "nowhere", expect=USAGE)
    rondo("sample", "nowhere", expect=USAGE)
    rondo("describe", "cell", "lsmt", expect=USAGE)
    output, _ = rondo("describe", "cell", "lstm")
    assert "forget_bias" in output and "sigmoid" in output, output
    output, _ = rondo("list")
    assert "lstm" in output and "adam" in output and "softmax_cross_entropy" in output, output
    output, _ = rondo("check", "c.yaml")
    assert "parameters" in output and "FLOPs" in output and "MiB" in output, output
    whole, _ = rondo("check", "c.yaml", "--all")
    for key in "scheduled_sampling:", "decoder:", "tag_scheme:", "standardize:":
        assert key in whole and key not in output, f"{key}\n{output}\n{whole}"
    write("short.yaml", output)
    again, _ = rondo("check", "short.yaml", "--all")
    config, config_again = (text.split("# parameters")[0] for text in (whole, again))
    assert config == config_again, f"{config}\n{config_again}"


def test_not_finite():
    """A run that explodes stops with one line and keeps its last good checkpoint."""
    write("c.yaml", STREAM)
    train("c.yaml", "run", "--set", "train.max_steps=12")
    before = digest("run")
    arguments = ["--set", "optimizer={name: sgd, learning_rate: 1.0e38}", "--set", "clip.norm=0"]
    _, error = train("c.yaml", "boom", *arguments, expect=FAILED)
    assert "not finite" in error and "step" in error, error
    assert len(error.strip().splitlines()[-1]) < 300, error
    assert before == digest("run"), "another run was touched"


def test_resolved_config():
    """Training a run's own config.yaml gives the same bytes."""
    write("c.yaml", STREAM)
    train("c.yaml", "first", "--set", "train.epochs=2")
    train("first/config.yaml", "second")
    same("first", "second")


@pytest.mark.memory
def test_peak_memory():
    """`check` predicts the peak memory of training within 10 %, of small and of large networks."""
    write("text.txt", "".join(random.Random(5).choices("abcdefgh ", k=100000)))
    for sets in [["data.batch_size=64", "data.truncated_bptt=100", "model.layers.0.hidden=320"],
                 ["data.batch_size=200", "data.truncated_bptt=150", "model.layers.0.cell=rnn"],
                 ["model.layers.0.hidden=1100", "data.batch_size=8", "model.layers.1.hidden=700"]]:
        words = [word for text in sets for word in ("--set", text)]
        write("c.yaml", STREAM)
        plan = rondo("check", "c.yaml", *words)[0]
        predicted = float(re.search(r"^# peak memory: ([0-9.]+) MiB$", plan, re.MULTILINE)[1])
        process = subprocess.Popen([RONDO, "train", "c.yaml", "--output", "run", "--overwrite", *words,
                                    "--set", "train.max_steps=3"], stdout=subprocess.DEVNULL)
        status, usage = os.wait4(process.pid, 0)[1:]
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == DONE, f"exit status {process.returncode}"
        measured = usage.ru_maxrss / 1024
        assert abs(predicted / measured - 1) < 0.1, (
            f"{sets}: predicted {predicted:.1f} MiB, measured {measured:.1f} MiB")


def peak_of(config, *arguments):
    """MiB that a short training holds at most, and what `check` says of it."""
    plan = rondo("check", config, *arguments)[0]
    predicted = float(re.search(r"^# peak memory: ([0-9.]+) MiB$", plan, re.MULTILINE)[1])
    process = subprocess.Popen([RONDO, "train", config, "--output", "run", "--overwrite", "--quiet",
                                *arguments], stdout=subprocess.DEVNULL)
    status, usage = os.wait4(process.pid, 0)[1:]
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == DONE, f"exit status {process.returncode}"
    return usage.ru_maxrss / 1024, predicted


@pytest.mark.memory
def test_text_memory():
    """A text of characters takes little more than two bytes of each while it is read, one then; of
    lines, and of 300 different characters, accordingly more. `check` foretells it."""
    numbers = random.Random(5)
    config = STREAM.replace("{valid: 0.1, test: 0.1}", "{valid: 0}").replace(
        "schedule: {name: plateau, options: {factor: 0.5, patience: 1}}\n", "")
    few, many = "abcdefgh ", [chr(0x4E00 + i) for i in range(300)]
    write("c.yaml", config)
    base = peak_of("c.yaml", "--set", "train.max_steps=2")[0]
    for alphabet, length, sequences, most in ((few, 1 << 24, "stream", 2.3), (few, 1 << 24, "line", 3.0),
                                            (many, 1 << 22, "stream", 4.0)):
        block = "\n".join("".join(numbers.choices(alphabet, k=63)) for _ in range(1 << 8)) + "\n"
        with open("text.txt", "w", encoding="utf-8") as file:
            for _ in range(length >> 14): # piece by piece: a child begins with the peak of its parent
                file.write(block)
        measured, predicted = peak_of("c.yaml", "--set", "train.max_steps=2", "--set",
                                      f"data.sequences={sequences}", "--set", "data.truncated_bptt=20")
        each = (measured - base) * (1 << 20) / length
        assert each < most, f"{len(alphabet)} characters, {sequences}: {each:.2f} bytes each"
        assert abs(predicted / measured - 1) < 0.1, (
            f"{sequences}: predicted {predicted:.1f} MiB, measured {measured:.1f} MiB")


def test_data_wait():
    """How long training waited for data is in the metrics, as a share of the time."""
    write("c.yaml", STREAM)
    train("c.yaml", "run")
    for kind in "train", "epoch":
        waits = columns("run", kind)["data_wait"]
        assert len(waits) > 0 and all(0 <= wait <= 1 for wait in waits), f"{kind}: {waits}"


def test_epoch_records():
    """An epoch's record tells with which learning rate it ended, among all else that is promised;
    metrics.h5 holds what the journal holds."""
    write("c.yaml", STREAM.replace("{name: plateau, options: {factor: 0.5, patience: 1}}",
                                   "{name: step, options: {factor: 0.5, every_epochs: 1}}"))
    train("c.yaml", "run")
    epochs = [record for record in journal("run") if record["kind"] == "epoch"]
    rates = [record["learning_rate"] for record in epochs]
    assert [round(rate / 5.0e-3, 9) for rate in rates] == [1, 0.5, 0.25, 0.125], str(rates)
    for name in "loss", "bits_per_symbol", "accuracy", "gradient_norm", "clip_rate":
        assert all(name in record for record in epochs), f"{name} is missing: {epochs[0]}"
    assert columns("run", "epoch")["learning_rate"] == rates, str(columns("run", "epoch"))
    with open("run/metrics.jsonl", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    for kind in "train", "epoch", "valid", "test":
        held = columns("run", kind)
        written = [record for record in records if record["kind"] == kind]
        assert written and set(held) == set(written[0]) - {"kind"}, f"{kind}: {held}"
        for name, numbers in held.items():
            assert numbers == [record[name] for record in written], f"{kind} {name}: {numbers}"


def test_music():
    """A round of chords that begins anywhere: all but the first step is certain, once learnt."""
    numbers = random.Random(6)
    chords = ["60,64,67", "57,60,64", "-", "53,57,60,65", "55,59,62"]
    os.mkdir("music")
    for split, count in ("train", 40), ("valid", 10), ("test", 10):
        lines = []
        for _ in range(count):
            first = numbers.randrange(5)
            lines.append(" ".join(chords[(first + t) % 5] for t in range(numbers.randrange(8, 30))))
        write(f"music/chords.{split}.txt", "\n".join(lines) + "\n")
    write("m.yaml", MUSIC)
    train("m.yaml", "run", "--threads", "1")
    result = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    assert result["loss"] < 0.3, f"88 pitches, nats a step: {result}"
    assert set(result["metrics"]) == {"accuracy", "frame_accuracy"}, str(result)
    assert result["metrics"]["frame_accuracy"] > 0.99, str(result)
    steps = sum(len(line.split()) - 1 for line in open("music/chords.test.txt", encoding="utf-8"))
    assert result["tokens"] == steps, f"{steps} steps but the first of each: {result}"
    train("m.yaml", "parts", "--set", "train.max_steps=83", "--threads", "3")
    train("m.yaml", "parts", "--resume", "--threads", "2")
    same("run", "parts")
    _, error = rondo("sample", "run", expect=USAGE)
    assert "reads values" in error and len(error.splitlines()) == 1, error
    write("music/dev.txt", "60 60\n")
    _, error = train("m.yaml", "other", expect=USAGE)
    assert "chords.valid.txt, dev.txt" in error and len(error.splitlines()) == 1, error
    write("music/dev.txt", "")
    rondo("evaluate", "run")


def test_closed_standard_files():
    """Without standard input, output or error a run's own files get those numbers, not its messages.
    Exit statuses are those of other runs, but for output that is lost."""
    write("c.yaml", STREAM)
    parts = ["--set train.max_steps=20", "--set train.max_steps=30 --resume"]
    for part in parts:
        train("c.yaml", "whole", *part.split())
    files = sorted(name for _, _, names in os.walk("whole") for name in names)
    for number, closing in enumerate(["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"]):
        run = f"closed{number}"
        for part in parts:
            shell(f'exec "$rondo" train c.yaml --output {run} {part} {closing}')
        same("whole", run)
        assert journal("whole") == journal(run), f"{closing}: the metrics differ"
        assert sorted(name for _, _, names in os.walk(run) for name in names) == files, closing
        lost = FAILED if ">&-" in closing.split() else DONE
        for command in "evaluate whole", "sample whole", "check c.yaml", "list", "--version":
            shell(f'exec "$rondo" {command} {closing}', expect=lost)
        shell(f'exec "$rondo" train c.yaml --output {run} {closing}', expect=USAGE)
        shell(f'exec "$rondo" train c.yaml --output boom{number} --set clip.norm=0 '
              f'--set "optimizer={{name: sgd, learning_rate: 1.0e38}}" {closing}', expect=FAILED)
        same("whole", run)
        rondo("evaluate", run)
    _, error = shell('exec "$rondo" list >&-', expect=FAILED)
    assert error == "rondo: standard output cannot be written\n", error


def test_entities():
    """Precision, recall and f1 are those that conlleval gives the predicted file; tags that the
    training split does not have count; the best epoch is chosen by f1."""
    make_entity_files()
    write("c.yaml", ENTITIES)
    _, log = train("c.yaml", "run")
    valid = [record for record in journal("run") if record["kind"] == "valid"]
    assert all({"precision", "recall", "f1"} <= set(record) for record in valid), str(valid[0])
    assert columns("run", "valid")["f1"] == [record["f1"] for record in valid], "metrics.h5"
    best = max(record["f1"] for record in valid)
    assert best > valid[0]["f1"] and f"best validation f1 {best:.4f}" in log, log
    assert json.loads(rondo("evaluate", "run", "--json")[0])["metrics"]["f1"] == best, "not the best"
    result = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    rondo("predict", "run", "--split", "test", "--output", "out.txt")
    totals = [0, 0, 0]
    with open("out.txt", encoding="utf-8") as file:
        for sentence in file.read().split("\n\n"):
            rows = [line.split(" ") for line in sentence.splitlines()]
            counts = conlleval([row[1] for row in rows], [row[2] for row in rows])
            totals = [total + count for total, count in zip(totals, counts)]
    told = result["entities"]
    assert told["ORG"]["gold"] > 0 and told["ORG"]["correct"] == 0, str(told)
    for key, total in zip(["gold", "predicted", "correct"], totals):
        assert sum(kind[key] for kind in told.values()) == total, f"{key} {total}: {told}"
    assert abs(result["metrics"]["precision"] - totals[2] / totals[1]) < 1e-12, str(result)
    assert abs(result["metrics"]["recall"] - totals[2] / totals[0]) < 1e-12, str(result)
    output, _ = rondo("evaluate", "run", "--split", "test")
    assert "LOC " in output and "(all) " in output, output
    train("c.yaml", "pieces", "--set", "data.truncated_bptt=3", "--set", "train.epochs=2", "--set",
          "model.layers.0.bidirectional=false")
    result = json.loads(rondo("evaluate", "pieces", "--split", "test", "--json")[0])
    assert sum(kind["gold"] for kind in result["entities"].values()) == totals[0], (
        "entities are cut where minibatches are")
    _, error = train("c.yaml", "none", "--set", "data.tag_scheme=none", expect=USAGE)
    assert "train.monitor" in error, error
    write("plain.txt", "a X\nb Y\n\n" * 9)
    _, error = train("c.yaml", "none", "--set", "data.split.train=plain.txt", "--set",
                     "data.split.valid=plain.txt", "--set", "data.split.test=0", expect=USAGE)
    assert "train.monitor: there is no f1" in error, error


def test_resume_by_f1():
    """What is best so far is part of the checkpoint."""
    make_entity_files()
    write("c.yaml", ENTITIES)
    train("c.yaml", "whole")
    train("c.yaml", "parts", "--set", "train.max_steps=40")
    train("c.yaml", "parts", "--resume", "--threads", "3")
    same("whole", "parts")
    assert digest("whole", "best.h5") == digest("parts", "best.h5"), "the best checkpoints differ"
    valid = [[record for record in journal(run) if record["kind"] == "valid"]
             for run in ("whole", "parts")]
    assert len(valid[0]) > 2 and valid[0] == valid[1], "the metrics differ"


def test_predict():
    """A file with one column more; comments, empty lines and other columns stay as they are."""
    make_entity_files()
    write("c.yaml", ENTITIES)
    train("c.yaml", "run", "--set", "train.epochs=2")
    text = ("# a comment\n-DOCSTART- -X-\n\nin O\nparis O  \n\n\n# another\nmr O\n# O\nunseen O\n")
    write("file.txt", text)
    output, _ = rondo("predict", "run", "file.txt")
    lines = output.splitlines()
    assert len(lines) == len(text.splitlines()), output
    assert lines[0] == "# a comment" and lines[2] == lines[5] == lines[6] == "", output
    assert lines[1] == "-DOCSTART- -X- O" and lines[7] == "# another", output
    tags = {"O", "B-PER", "I-PER", "B-LOC", "I-LOC"}
    for number in 3, 4, 8, 9, 10:
        words = lines[number].split(" ")
        assert words[:2] == text.splitlines()[number].split() and words[2] in tags, lines[number]
    write("tabs.txt", "in\tO\nparis\tO\n")
    tabs, _ = rondo("predict", "run", "tabs.txt")
    assert tabs.replace("\t", " ").splitlines() == lines[3:5], tabs
    write("words.txt", "in\nparis\n")
    assert (rondo("predict", "run", "words.txt")[0].splitlines()
            == [f"{word} {line.split(' ')[2]}" for word, line in zip(["in", "paris"], lines[3:5])]), (
        "without a column of tags")
    whole, _ = rondo("predict", "run", "--split", "test", "--threads", "1")
    assert rondo("predict", "run", "test.txt", "--threads", "3")[0] == whole, "threads"
    output, _ = shell('"$rondo" predict run - <test.txt')
    assert output == whole, "standard input"
    rondo("predict", "run", "test.txt", "--output", "out.txt")
    with open("out.txt", encoding="utf-8") as file:
        assert file.read() == whole, "--output"
    output, _ = rondo("predict", "run", "test.txt", "--probabilities")
    for line, plain in zip(output.splitlines(), whole.splitlines()):
        assert line.rpartition(" ")[0] == plain, line
        assert not line or 0.15 < float(line.rpartition(" ")[2]) <= 1, line


def test_predict_conllu():
    """Lines of CoNLL-U that are no words pass through unchanged, and are no steps; fields apart by
    something else stay so."""
    rows = "1-2\tdu\t_\n1\tde\tADP\n2\tle\tDET\n3\tvin\tNOUN\n3.1\tbu\tVERB\n\n"
    write("c.conllu", "".join(f"# sent_id = {i}\n{rows}" for i in range(10)))
    write("c.yaml", TAGGER.replace("path: tags.tsv", "path: c.conllu\n  options: {input_column: 2, target_column: 3}"))
    train("c.yaml", "run", "--set", "train.epochs=2")
    given = "# sent_id = a\n" + rows + "1-2\tau\n1\ta\n2\tle\n"
    write("new.conllu", given)
    out = rondo("predict", "run", "new.conllu")[0].splitlines()
    assert len(out) == len(given.splitlines()), out
    for before, after in zip(given.splitlines(), out):
        word = re.match(r"\d+\t", before)
        assert (after.rpartition("\t")[0] == before and after.rpartition("\t")[2] in ("ADP", "DET", "NOUN")
                if word else after == before), f"{before} {after}"
    plain = "\n".join(line for line in given.splitlines() if not re.match(r"\d+[-.]", line)) + "\n"
    write("plain.conllu", plain)
    assert (rondo("predict", "run", "plain.conllu")[0].splitlines()
            == [line for line in out if not re.match(r"\d+[-.]", line)]), "without those lines"
    write("c.txt", "a ||| X\nb ||| Y\n\n" * 10)
    write("d.yaml", TAGGER.replace("path: tags.tsv", "path: c.txt\n  options: {delimiter: ' ||| '}"))
    train("d.yaml", "other", "--set", "train.epochs=1")
    write("new.txt", "b\na\n")
    out = rondo("predict", "other", "new.txt")[0].splitlines()
    assert [re.sub("[XY]$", "?", line) for line in out] == ["b ||| ?", "a ||| ?"], out
    write("c.txt", "a ||| X\nb ||| Y\n\n" * 10)
    _, error = rondo("check", "d.yaml", "--set", "data.options.delimiter=auto")
    assert 'every tag of the training split is "|||"' in error and "data.options.delimiter" in error, error


def test_predict_refuses():
    make_entity_files()
    write("c.yaml", ENTITIES)
    train("c.yaml", "run", "--set", "train.epochs=1", "--set", "data.options.input_column=2",
          "--set", "data.options.target_column=1", "--set", "train.monitor=loss")
    write("bad.txt", "a b\n\nc\n")
    write("out.txt", "precious")
    _, error = rondo("predict", "run", "bad.txt", "--output", "out.txt", expect=FAILED)
    assert "bad.txt:3: no column 2; the line has 1" in error, error
    with open("out.txt", encoding="utf-8") as file:
        assert file.read() == "precious", "a failed command changed its output"
    assert not [name for name in os.listdir(".") if "tmp" in name], str(os.listdir("."))
    with open("latin.txt", "wb") as file:
        file.write(b"a b\nc \xe9\n")
    _, error = rondo("predict", "run", "latin.txt", expect=FAILED)
    assert "latin.txt:2:3: byte 0xE9 is not valid UTF-8" in error, error
    _, error = rondo("predict", "run", "nowhere.txt", expect=USAGE)
    assert "nowhere.txt" in error, error
    rondo("predict", "run", expect=USAGE)
    rondo("predict", "run", "bad.txt", "--split", "test", expect=USAGE)
    rondo("predict", "run", "--split", "tset", expect=USAGE)
    write("l.yaml", LINES)
    train("l.yaml", "lines", "--set", "train.epochs=1")
    _, error = rondo("predict", "lines", "text.txt", expect=USAGE)
    assert "language_model" in error and "sample" in error, error


def test_parallel_tags():
    """Two files line by line are the same data as columns, and predicted the same."""
    make_entity_files()
    write("c.yaml", ENTITIES)
    write("p.yaml", ENTITIES.replace("format: columns", "format: parallel_tags").replace(".txt", ""))
    train("c.yaml", "columns")
    train("p.yaml", "parallel")
    same("columns", "parallel")
    assert journal("columns") == journal("parallel"), "the metrics differ"
    lines = rondo("predict", "parallel", "--split", "test")[0].splitlines()
    sentences = rondo("predict", "columns", "--split", "test")[0].split("\n\n")
    assert lines == [" ".join(line.split()[2] for line in sentence.splitlines()) for sentence in sentences], (
        "predictions differ")
    write("words", "in paris\n\n mr  diego \n")
    output, _ = rondo("predict", "parallel", "words")
    assert [len(line.split(" ")) for line in output.split("\n")] == [2, 1, 2, 1], repr(output)
    assert output.split("\n")[1] == "", repr(output)
    output, _ = rondo("predict", "parallel", "words", "--probabilities")
    assert all(0 < float(tag.rpartition("/")[2]) <= 1 for tag in output.split()), output
    write("test/seq.out", "O\n")
    _, error = train("p.yaml", "broken", expect=FAILED)
    assert "test/seq.out:1: 1 tags, but " in error and "test/seq.in:1" in error, error


FEATURES = ENTITIES.replace("  batch_size: 4", """  batch_size: 4
  features:
    - {kind: suffix, length: 2, embedding: 4}
    - {kind: shape, embedding: 3}
    - {kind: column, column: 3, embedding: 2}""").replace("dropout: 0.2", "unknown_rate: 0.2")


def test_features():
    """The ending of a word tells its tag where the word itself was never seen. Dictionaries of features
    are in the checkpoint; threads and resuming change nothing."""
    numbers = random.Random(6)
    for name, count in [("train", 150), ("valid", 20), ("test", 40)]:
        sentences = []
        for _ in range(count):
            endings = [numbers.choice([("ed", "V"), ("ly", "A"), ("ness", "N")])
                       for _ in range(numbers.randrange(1, 7))]
            sentences.append([("".join(numbers.choice("abcdefg") for _ in range(5)) + ending, tag,
                               numbers.choice("xy")) for ending, tag in endings])
        write(f"{name}.txt", columns_text(sentences))
    write("c.yaml", FEATURES.replace("monitor: f1", "monitor: accuracy"))
    train("c.yaml", "run", "--threads", "1")
    accuracy = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])["metrics"]["accuracy"]
    train("c.yaml", "without", "--set", "data.features=[]")
    less = json.loads(rondo("evaluate", "without", "--split", "test", "--json")[0])["metrics"]["accuracy"]
    assert accuracy > 0.99 and less < 0.6, f"{accuracy} with, {less} without"
    train("c.yaml", "more", "--threads", "3")
    same("run", "more")
    train("c.yaml", "parts", "--set", "train.max_steps=50")
    train("c.yaml", "parts", "--resume")
    same("run", "parts")
    train("run/config.yaml", "again")
    same("run", "again")
    lines = rondo("predict", "run", "--split", "test")[0].splitlines()
    right = [line.split()[1] == line.split()[3] for line in lines if line]
    assert abs(sum(right) / len(right) - accuracy) < 1e-9, "predict and evaluate differ"
    write("short.txt", "walked V\n")
    _, error = rondo("predict", "run", "short.txt", expect=FAILED)
    assert "short.txt:1: no column 3; the line has 2" in error, error
    output, _ = rondo("check", "c.yaml")
    assert "features/2/weights" in output, output


def test_both_directions():
    """The tag of a word is what the next word is: a network that also reads from the end knows it,
    one that reads forward cannot."""
    numbers = random.Random(4)
    sentences = []
    for _ in range(300):
        words = [numbers.choice("abcd") for _ in range(numbers.randrange(3, 10))]
        sentences.append([(word, after.upper()) for word, after in zip(words, words[1:] + ["e"])])
    write("tags.tsv", columns_text(sentences, "\t"))
    write("c.yaml", TAGGER.replace("epochs: 3", "epochs: 8").replace("dropout: 0.3", "dropout: 0")
          .replace("{name: sgd, learning_rate: 0.5, options: {momentum: 0.9}}",
                   "{name: adam, learning_rate: 0.01}"))
    accuracy = {}
    for name in "true", "false":
        train("c.yaml", name, "--set", f"model.layers.0.bidirectional={name}",
              "--set", f"model.layers.1.bidirectional={name}")
        output, _ = rondo("evaluate", name, "--split", "test", "--json")
        accuracy[name] = json.loads(output)["metrics"]["accuracy"]
    assert accuracy["true"] > 0.99 and accuracy["false"] < 0.6, str(accuracy)
