"""librondo gives what the program prints, to the last digit: use_model.c asks it, and prints the same tables."""
import json
import os
import random
import subprocess

import pytest

from experiments import ENTITIES, LINES, STREAM, TAGGER, columns_text, make_data, make_entity_files
from pairs import EVERYTHING
from pairs import make_data as make_pairs
from program import BUILD, DONE, FAILED, USAGE, rondo, train, write
from sine import SINE, write_sine
from small_models import FILES, hdf5_config, level_file, levels, ragged

USE = os.path.join(BUILD, "tests", "api", "use_model")


def use(*arguments, input="", expect=DONE):
    """(stdout, stderr) of the other program."""
    result = subprocess.run([USE, *arguments], input=input, capture_output=True, text=True, timeout=250,
                            check=False)
    assert result.returncode == expect, (
        f"use_model {' '.join(arguments)}: exit status {result.returncode}, expected {expect}\n"
        f"{result.stdout}{result.stderr}")
    return result.stdout, result.stderr


def refusal(*arguments, input="", expect=USAGE):
    """The one line that says no."""
    output, error = use(*arguments, input=input, expect=expect)
    assert output == "" and len(error.splitlines()) == 1, f"{output}{error}"
    return error


def table_of(run, *arguments):
    return rondo("predict", run, *arguments, "--format", "csv", "--probabilities", "all")[0]


def check(run, form, input, expected):
    """Whole, in two threads and, where the model can, step by step."""
    head, *rows = expected.splitlines()
    assert use(run, "predict", form, input=input)[0] == expected, "whole"
    twice = use(run, "predict", form, "threads", input=input)[0]
    assert twice.splitlines() == [head, *rows, *rows], "two threads"


def check_stream(run, form, input):
    whole = use(run, "predict", form, input=input)[0]
    steps = use(run, "predict", form, "stream", input=input)[0]
    assert len(whole.splitlines()) > 2 and steps == whole, "step by step"
    head, *rows = whole.splitlines()
    assert use(run, "predict", form, "streams", input=input)[0].splitlines() == [head, *rows, *rows], "two streams"


def copy_tagger(cell, *sets):
    """A tagger that reads forwards only, barely trained."""
    make_data()
    write("t.yaml", TAGGER.replace("bidirectional: true, ", "").replace(", bidirectional: true", ""))
    train("t.yaml", "run", "--set", "train.max_steps=3", "--set", f"model.layers.0.cell={cell}", *sets)


# --- predictions -----------------------------------------------------------------------------------------

WORDS = "cat sees dog\nfüchsin calls bird likes cat unheard dog sees\nbird\n"


def test_tags():
    """Both directions, which a stream does not have."""
    make_data()
    write("t.yaml", TAGGER)
    train("t.yaml", "run")
    write("new.txt", WORDS)
    check("run", "words", WORDS, table_of("run", "new.txt", "--lines"))
    assert "layer 0 of this model reads sequences from there" in use("run", "predict", "words", "stream", input=WORDS,
                                                                     expect=USAGE)[1]
    output, error = use("run/checkpoints/latest.h5", "describe")
    assert output == ("task tagging\nreads symbols 9 <UNK>\npredicts classes 4 V\nfor steps\nfeatures 0\n"
                      "last is 3\n"), output
    assert error == ""


def test_features():
    """Of words; the words themselves in lower case."""
    make_entity_files()
    write("c.yaml", ENTITIES.replace("  batch_size: 4", """  batch_size: 4
  vocabulary: {lowercase: true}
  features:
    - {kind: suffix, length: 2, embedding: 4}
    - {kind: shape, embedding: 3}""").replace(", bidirectional: true", ""))
    train("c.yaml", "run", "--set", "train.max_steps=20")
    text = "mr Jordan said\nin PARIS near the unheard-of Garcia\n"
    write("new.txt", text)
    check("run", "words", text, table_of("run", "new.txt", "--lines"))
    check_stream("run", "words", text)


def test_crf():
    """A loss that answers whole sequences."""
    make_data()
    write("t.yaml", TAGGER + "loss: {name: crf}\n")
    train("t.yaml", "run", "--set", "train.max_steps=20")
    write("new.txt", WORDS)
    check("run", "words", WORDS, table_of("run", "new.txt", "--lines"))


SPELT = """
behavior_version: 1
task: transcription
data: {format: pairs, path: spelt.tsv, unit: character, target_unit: word, split: {valid: 0.1}, batch_size: 10}
model: {input: one_hot, layers: [{cell: lstm, hidden: 24, bidirectional: true}]}
loss: {name: ctc}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 4}
"""


def answers_of_best_paths(steps):
    """Labels of each sequence from its probabilities: the best class of each step, without repetitions and blanks."""
    head, *rows = (line.split(",") for line in steps.splitlines())
    paths = {}
    for sequence, _, *probabilities in rows:
        probabilities = list(map(float, probabilities))
        assert abs(sum(probabilities) - 1) < 1e-5
        paths.setdefault(sequence, []).append(head[2:][probabilities.index(max(probabilities))])
    return {sequence: [name for before, name in zip(["<EOS>", *path], path) if name not in (before, "<EOS>")]
            for sequence, path in paths.items()}


@pytest.mark.parametrize("beam", [1, 8])
def test_label_sequences(beam):
    """Answers to whole sequences, some without labels, one label, or two equal ones; and what is predicted for steps."""
    numbers, names = random.Random(3), ("zero", "one", "two", "three")
    lines = [[numbers.randrange(4) for _ in range(numbers.randrange(1, 5))] for _ in range(300)]
    write("spelt.tsv", "hm\t\n" * 9 + "".join(
        f"{''.join(names[i] for i in line)}\t{' '.join(map(str, line))}\n" for line in lines))
    write("c.yaml", SPELT)
    train("c.yaml", "run", "--set", f"loss.options.beam={beam}")
    text = "onetwotwo\nhm\nthree\n" + "".join("".join(names[i] for i in line) + "\n" for line in lines[:30])
    write("new.txt", text)
    table = rondo("predict", "run", "new.txt", "--format", "csv")[0]
    check("run", "text", text, table)
    answers = {}
    for sequence, _, label in (line.split(",") for line in table.splitlines()[1:]):
        answers.setdefault(sequence, []).append(label)
    assert answers["1"] == ["1", "2", "2"] and "2" not in answers and answers["3"] == ["3"], table
    if beam == 1:
        paths = answers_of_best_paths(use("run", "predict", "text", "steps", input=text)[0])
        assert {sequence: path for sequence, path in paths.items() if path} == answers
    predicts, each = use("run", "describe")[0].splitlines()[2:4]
    assert predicts.startswith("predicts labels 6 ") and each == "for steps"


@pytest.mark.parametrize("pooling", ["last", "mean"])
def test_classes_of_texts(pooling):
    numbers = random.Random(6)
    for split in "train", "valid", "test":
        write(f"{split}.csv", "text,label\n" + "".join(
            f"{numbers.choice('abc')} {numbers.choice('abc')},{numbers.choice(['no', 'yes'])}\n" for _ in range(20)))
    write("table.yaml", FILES.format(task="classification", format="table", input="{embedding: 4}", more="unit: word",
                                     train="train.csv", valid="valid.csv", test="test.csv"))
    train("table.yaml", "run", "--set", f"model.pooling={pooling}")
    text = "a b\nc b a a\nq\n"
    write("new.txt", text)
    check("run", "text", text, table_of("run", "new.txt", "--lines"))
    _, warned = use("run", "predict", "text", input=text)
    assert warned == 'warning: 1 of 1 symbols are not in the model\'s dictionary and are read as <UNK>: "q"\n', warned
    if pooling == "last":
        check_stream("run", "text", text)
    else:
        assert "model.pooling" in use("run", "predict", "text", "stream", input=text, expect=USAGE)[1]


@pytest.mark.parametrize("standardize", ["none", "inputs"])
def test_classes_of_values(standardize):
    level_file("data.h5", [0, 1, 2], ["low", "middle", "high"])
    write("v.yaml", hdf5_config("data.h5"))
    train("v.yaml", "run", "--set", f"data.standardize={standardize}")
    offsets, steps, _ = levels([0, 1, 2], 2)
    text = ""
    for s, end in enumerate(offsets[1:]):
        text += "".join(" ".join(map(repr, step)) + "\n" for step in steps[offsets[s]:end]) + "\n"
    check("run", "values", text, table_of("run", "--split", "test"))
    check_stream("run", "values", text)


def test_values():
    """Targets that are standardised come back in their units."""
    numbers = random.Random(3)
    parts, text = {"targets": "sequence"}, ""
    for split in "train", "valid", "test":
        offsets, inputs, targets = [0], [], []
        for _ in range(30):
            steps = [[numbers.gauss(5, 2), numbers.gauss(-100, 30)] for _ in range(numbers.randrange(1, 6))]
            inputs += steps
            offsets.append(len(inputs))
            targets.append([sum(step[0] for step in steps) + 1000])
            if split == "test":
                text += "".join(" ".join(map(repr, step)) + "\n" for step in steps) + "\n"
        parts |= {f"/{split}/offsets": offsets, f"/{split}/inputs": inputs, f"/{split}/targets": targets}
    ragged("data.h5", parts)
    write("v.yaml", hdf5_config("data.h5", task="regression", pooling="pooling: last")
          + "loss: {name: mean_squared_error}\n")
    train("v.yaml", "run", "--set", "data.standardize=all")
    expected = rondo("predict", "run", "--split", "test", "--format", "csv")[0]
    check("run", "values", text, expected)
    check_stream("run", "values", text)
    assert float(expected.splitlines()[1].split(",")[1]) > 900, expected


@pytest.mark.parametrize("loss", ["mean_squared_error", "gaussian_negative_log_likelihood"])
def test_forecasts(loss):
    """The last window of a series, and a deviation beside its mean."""
    write_sine()
    write("s.yaml", SINE.replace("mean_squared_error", loss))
    train("s.yaml", "run", "--set", "train.max_steps=10")
    with open("sine.csv", encoding="utf-8") as file:
        rows = [line.rsplit(",", 2)[1:] for line in file.read().splitlines()[1:]]
    output = use("run", "predict", "values", input="".join(f"{a} {b}\n" for a, b in rows[-24:]))[0]
    names, values = (line.split(",")[1:] for line in output.splitlines())
    forecast = rondo("predict", "run", "sine.csv")[0].splitlines()
    columns = forecast[0].split(",")[1:]
    for line in forecast[1:]:
        step, *numbers = line.split(",")
        for column, number in zip(columns, numbers, strict=True):
            name, _, part = column.partition("_")
            assert values[names.index(f"{name}+{step}" + (f"_{part}" if part else ""))] == number, f"{line}\n{output}"


def test_differences():
    """What a model reads besides its steps, a caller cannot give."""
    write_sine()
    write("s.yaml", SINE.replace("horizon", "difference: last, horizon", 1))
    train("s.yaml", "run", "--set", "train.max_steps=1")
    assert "data.options.difference" in refusal("run", "predict", "values", input="1 2\n")


def test_every_cell():
    """Step by step is the whole sequence, with every cell that there is: what depends on time is in its state."""
    make_data()
    names = [line.split()[1] for line in rondo("list", "cell")[0].splitlines() if line.startswith("cell ")]
    assert len(names) > 40, names
    write("t.yaml", TAGGER.replace("bidirectional: true, ", "").replace(", bidirectional: true", ""))
    for name in names:
        sets = [part for layer in (0, 1) for part in ("--set", f"model.layers.{layer}={{cell: {name}, hidden: 8}}")]
        train("t.yaml", "run", "--overwrite", "--set", "train.max_steps=2", *sets)
        write("new.txt", WORDS)
        assert use("run", "predict", "words", input=WORDS)[0] == table_of("run", "new.txt", "--lines"), name
        check_stream("run", "words", WORDS)


# --- texts -----------------------------------------------------------------------------------------------

def check_score(run, text, *classes):
    options = ["--class", *classes] if classes else []
    shown = json.loads(rondo("score", run, "--text", text, "--json", *options)[0])
    first, *each = use(run, "score", text, *classes)[0].splitlines()
    symbols, unknown, total = first.split()
    assert (int(symbols), int(unknown)) == (shown["symbols"], shown["unknown"])
    assert f"{float(total):.9g}" == f"{shown['log_probability']:.9g}"
    tokens = [token["log_probability"] for line in shown["lines"] for token in line["tokens"]]
    assert [f"{float(number):.9g}" for number in each] == [f"{number:.9g}" for number in tokens]


@pytest.mark.parametrize("config", [STREAM, LINES], ids=["stream", "lines"])
def test_language_model(config):
    make_data()
    write("l.yaml", config)
    train("l.yaml", "run", "--set", "train.max_steps=20")
    check_score("run", "cat sees dog\nbird likes füchsin")
    assert use("run", "sample", "3", "1", "40", "cat")[0] == rondo("sample", "run", "--seed", "3", "--length", "40",
                                                                   "--prime", "cat")[0]
    several = rondo("sample", "run", "--seed", "4", "--length", "30", "--count", "3")[0]
    assert "".join(use("run", "sample", "4", "3", "30")[0].split("\n")) == "".join(several.split("\n"))
    check_stream("run", "text", "cat sees\ndog\nbird likes cat sees\n")
    assert "class: this model was trained without classes" in refusal("run", "score", "cat", "b")


def test_translation():
    make_pairs()
    write("p.yaml", EVERYTHING)
    train("p.yaml", "run")
    sources = "abcd\n\nba\nddca\n"
    write("new.txt", sources)
    assert use("run", "translate", input=sources)[0] == rondo("predict", "run", "new.txt")[0]
    assert "rondo_model_translate" in refusal("run", "predict", "text", input="ab\n")


# --- errors ----------------------------------------------------------------------------------------------

def test_no_model():
    assert refusal("nothing", "describe") == "nothing: cannot open: No such file or directory\n"
    os.mkdir("empty")
    assert "no checkpoint here" in refusal("empty", "describe")
    copy_tagger("gru")
    assert "config.yaml: is not an HDF5 file, or a damaged one" in refusal("run/config.yaml", "describe", expect=FAILED)


def test_damaged():
    """A bit that is wrong is found by the checksum; without one, a reader that crashes is another process."""
    copy_tagger("gru")
    with open("run/checkpoints/latest.h5", "rb") as file:
        whole = file.read()
    for place in range(100, len(whole), len(whole) // 23):
        with open("bad.h5", "wb") as file:
            file.write(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1:])
        assert refusal("bad.h5", "describe", expect=FAILED).startswith("bad.h5: damaged: ")
    with open("short.h5", "wb") as file:
        file.write(whole[:len(whole) // 2])
    assert refusal("short.h5", "describe", expect=FAILED).startswith("short.h5: ")


def test_wrong_input():
    copy_tagger("gru")
    assert "values: this model reads symbols" in refusal("run", "predict", "values", input="1 2 3 4 5 6 7 8 9\n")
    assert refusal("run", "score", "cat") == "only language models can score a text\n"
    assert refusal("run", "sample", "1", "1", "5") == "only language models can be sampled\n"
    assert "rondo_model_find_input" in refusal("run", "predict", "text", input="cat\n")
    assert "only models of task translation" in refusal("run", "translate", input="cat\n")
    level_file("data.h5", [0, 1, 2], ["low", "middle", "high"])
    write("v.yaml", hdf5_config("data.h5"))
    train("v.yaml", "values", "--set", "train.max_steps=1")
    assert "no texts" in refusal("values", "predict", "text", input="a\n")
    assert refusal("values", "predict", "values", input="1 2\n3 nan\n") == "values[3]: not a finite number\n"


def test_misuse():
    """Calls that are wrong are told how, and nothing happens."""
    copy_tagger("gru")
    output, error = use("run", "misuse")
    assert output == "" and error.splitlines() == [
        "symbols: missing; this model reads them",
        "lengths[1]: must be 1 or more, is 0",
        "sequences: must not be below 0, is -1",
        "symbols[1]: 9 is not one of 0 .. 8",
        "values: this model reads symbols",
        "rows: must be in 1 .. 16777216, is 0",
        "options.size: 0, not 80: start with RONDO_SAMPLE_OPTIONS",
        "options.temperature: must be in 0 .. 100, is -1",
        "beam: must be in 1 .. 1000, is 0"], error
