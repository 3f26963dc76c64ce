"""Is it the data of training, and where is it now.

Runs of every format are evaluated on data that changed, on files of their own, with the other splits gone, and after
a move; resumed runs are compared by digest with one that was never interrupted. What evaluate says of several files
is added up here a second time.
"""
import gzip
import json
import os
import random
import shutil
import struct
import subprocess

from program import RONDO, USAGE, digest, rondo, train, write

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures")

NAMES = """
behavior_version: 1
task: language_model
data: {path: names.txt, unit: character, sequences: line, split: {valid: 0.1, test: 0.1%s}, batch_size: 32}
model: {input: one_hot, layers: [{cell: gru, hidden: 12}]}
optimizer: {name: adam, learning_rate: 5.0e-3}
train: {epochs: 2}
output: {folder: run}
"""

MODELS = {
    "lines": """task: language_model
data: {%s, unit: word, sequences: line, batch_size: 4}
model: {input: {embedding: 4}, layers: [{cell: gru, hidden: 5}]}""",
    "stream": """task: language_model
data: {%s, unit: character, batch_size: 2, truncated_bptt: 9}
model: {input: {embedding: 4}, layers: [{cell: gru, hidden: 5}]}""",
    "columns": """task: tagging
data: {%s, format: columns, batch_size: 4, features: [{kind: suffix, length: 1, embedding: 2}]}
model: {input: {embedding: 4}, layers: [{cell: gru, hidden: 5}]}""",
    "parallel": """task: tagging
data: {%s, format: parallel_tags, batch_size: 4}
model: {input: {embedding: 4}, layers: [{cell: gru, hidden: 5}]}""",
    "table": """task: classification
data: {%s, format: table, batch_size: 4}
model: {input: {embedding: 4}, layers: [{cell: gru, hidden: 5}]}""",
    "pairs": """task: translation
data: {%s, format: pairs, unit: word, batch_size: 4}
model:
  input: {embedding: 4}
  layers: [{cell: gru, hidden: 5}]
  decoder: {layers: [{cell: gru, hidden: 5}]}""",
    "roll": """task: forecasting
data: {%s, format: piano_roll, batch_size: 4}
model: {layers: [{cell: gru, hidden: 5}]}
loss: {name: sigmoid_cross_entropy}""",
    "series": """task: forecasting
data: {%s, format: series, options: {targets: [x], window: 5, horizon: 2, season: 3}, batch_size: 4}
model: {layers: [{cell: gru, hidden: 5}]}
loss: {name: mean_squared_error}""",
    "idx": """task: classification
data: {%s, format: idx, options: {sequence: rows}, batch_size: 4}
model: {layers: [{cell: gru, hidden: 5}]}""",
}
SPLITS = {"train": 24, "valid": 9, "test": 7}
OF_NUMBERS = ("roll", "series", "idx")
STANDARD_INPUT = ("lines", "stream", "columns", "table", "pairs", "roll", "series")


def make_names(count=200):
    """Names that are all different, sorted by nothing."""
    numbers = random.Random(3)
    names = {}
    while len(names) < count:
        names["".join(numbers.choice("abcdeilmnorst") for _ in range(numbers.randrange(3, 9)))] = 1
    return list(names)


def sentence(numbers):
    return [numbers.choice(["the", "cat", "dog", "sees", "likes", "a", "bird"])
            for _ in range(numbers.randrange(2, 6))]


def write_images(path, numbers, count):
    head = struct.pack(">HBBIII", 0, 8, 3, count, 3, 2)
    with open(path, "wb") as file:
        file.write(head + bytes(numbers.randrange(256) for _ in range(count * 6)))
    with open(path.replace("images", "labels").replace("idx3", "idx1"), "wb") as file:
        file.write(struct.pack(">HBBI", 0, 8, 1, count) + bytes(i % 3 for i in range(count)))


def write_format(name, path, seed, count):
    """`count` sequences (rows of a series: ten times as many) of a format."""
    numbers = random.Random(seed)
    lines = [sentence(numbers) for _ in range(count)]
    tags = [[word[0].upper() for word in line] for line in lines]
    if name in ("lines", "stream"):
        write(path, "".join(" ".join(line) + "\n" for line in lines))
    elif name == "columns":
        write(path, "\n".join("".join(f"{w} {t}\n" for w, t in zip(line, tag))
                              for line, tag in zip(lines, tags)))
    elif name == "parallel":
        os.makedirs(path)
        for file, side in (("seq.in", lines), ("seq.out", tags)):
            write(f"{path}/{file}", "".join(" ".join(line) + "\n" for line in side))
    elif name == "table":
        write(path, "text,label\n" + "".join(f"{' '.join(line)},{len(line) % 2}\n" for line in lines))
    elif name == "pairs":
        write(path, "".join(f"{' '.join(line)}\t{' '.join(reversed(line))}\n" for line in lines))
    elif name == "roll":
        write(path, "".join(" ".join(str(60 + len(word)) for word in line) + "\n" for line in lines))
    elif name == "series":
        write(path, "x,y\n" + "".join(f"{numbers.uniform(0, 9):.3f},1\n" for _ in range(10 * count)))
    else:
        write_images(path, numbers, count)


def path_of(name, split):
    return f"{split}-images-idx3" if name == "idx" else f"{split}.txt"


def train_format(name, folder=".", epochs=1):
    """Data files of all splits in `folder`, and the run `name` that saw them."""
    for seed, (split, count) in enumerate(SPLITS.items()):
        write_format(name, f"{folder}/{path_of(name, split)}", seed, count)
    files = ", ".join(f"{split}: {folder}/{path_of(name, split)}" for split in SPLITS)
    write(f"{name}.yaml", "behavior_version: 1\n" + MODELS[name] % f"split: {{{files}}}" +
          f"\noptimizer: {{name: adam, learning_rate: 0.01}}\ntrain: {{epochs: {epochs}}}\n")
    train(f"{name}.yaml", name)


def results(text):
    """Of each line of JSON what does not depend on the clock."""
    found = [json.loads(line) for line in text.splitlines()]
    for result in found:
        result.pop("seconds")
    return found


def evaluate(*arguments):
    found = results(rondo("evaluate", *arguments, "--json")[0])
    assert found, f"{arguments}: nothing was said"
    return found


def figures(result):
    return {key: value for key, value in result.items() if key not in ("file", "split")}


def refused(*arguments):
    """Exit status 2 and one line."""
    output, error = rondo(*arguments, expect=USAGE)
    assert output == "" and error.count("\n") == 1, f"{arguments}: {output}{error}"
    return error


# --- other data ----------------------------------------------------------------------------------------

def test_leak():
    """Sorted, or with a row taken out or replaced, one file gives a "test" split with sequences of training:
    every verb says so and refuses; in its old order it is taken again."""
    names = make_names()
    write("names.txt", "\n".join(names) + "\n")
    write("c.yaml", NAMES % ", order: random")
    train("c.yaml", "run")
    before = evaluate("run", "--split", "test")
    train_lines = set(rondo("export", "c.yaml")[0].splitlines())
    write("other.txt", "abc\ndef\n")
    output, warning = rondo("evaluate", "run", "--set", "data.split.test=other.txt", "--json")
    assert results(output)[0]["other_data"] and results(output)[0]["tokens"] == 8, output
    assert "warning: run: the data are not those it was trained with: test: " in warning, warning
    for changed in sorted(names), names[1:], ["zzz"] + names[1:]:
        write("names.txt", "\n".join(changed) + "\n")
        test_lines = rondo("export", "c.yaml", "--split", "test")[0].splitlines()
        leaked = sum(line in train_lines for line in test_lines)
        now = f"{len(test_lines)} sequences"
        if changed[0] == "zzz" and leaked == 0:
            continue  # only a line of training is another: the test split is what it was
        assert leaked > 5, f"the case does not leak: {leaked}"
        for verb in (["evaluate", "run", "--split", "test"], ["predict", "run", "--split", "test"],
                     ["inspect", "gradients", "run", "--split", "test"]):
            if verb[0] == "predict":
                continue  # not of a language model
            error = refused(*verb)
            assert "test: 20 sequences, " in error and now in error and "--other-data" in error, error
        error = refused("train", "c.yaml", "--output", "run", "--resume", "--set", "train.epochs=3")
        assert "cannot resume" in error and "train: 160 sequences" in error, error
        output, warning = rondo("evaluate", "run", "--split", "test", "--other-data", "--json")
        assert "warning: run: the data are not those" in warning, warning
        assert results(output)[0]["other_data"] is True, output
        rondo("inspect", "gradients", "run", "--other-data", "--output", "look")
    write("names.txt", "\n".join(names) + "\n")
    assert evaluate("run", "--split", "test") == before, "the old data give another result"


def test_one_split_changed():
    """A new test file: the test split is refused and named, the others are what they were."""
    for name in "columns", "table", "idx", "series":
        train_format(name)
        valid = evaluate(name, "--split", "valid")
        write_format(name, path_of(name, "test"), 77, SPLITS["test"] + 1)
        error = refused("evaluate", name, "--split", "test")
        assert "test: " in error and "valid: " not in error and "train: " not in error, error
        error = refused("predict", name, "--split", "test")
        assert "--other-data" in error, error
        assert evaluate(name, "--split", "valid") == valid, f"{name}: valid changed"
        assert "other_data" not in valid[0], str(valid)
        output, warning = rondo("predict", name, "--split", "test", "--other-data")
        assert output and "warning: " in warning, warning
        error = refused("train", f"{name}.yaml", "--output", name, "--resume")
        assert "cannot resume" in error and "test: " in error and "train: " not in error, error
        for split in SPLITS:
            path = path_of(name, split)
            os.remove(path)


def test_old_checkpoints():
    """A checkpoint from before there were fingerprints of splits (one of all data): compared as a whole, and
    it goes on."""
    words = ["in", "paris", "mr", "jordan", "the"]
    for name, count, shift in (("train", 40, 0), ("valid", 12, 3), ("test", 12, 5)):
        lines = []
        for i in range(count):
            for j in range(2 + (i * 7 + shift) % 4):
                word = words[(i * 3 + j * (shift + 1)) % 5]
                lines.append(f"{word} {'B-NAME' if word in ('paris', 'jordan') else 'O'}")
            lines.append("")
        write(f"{name}.txt", "\n".join(lines))
    os.makedirs("run/checkpoints")
    with gzip.open(f"{FIXTURES}/before_fingerprints.h5.gz") as packed:
        with open("run/checkpoints/latest.h5", "wb") as file:
            file.write(packed.read())
    test = evaluate("run", "--split", "test")[0]
    assert abs(test["loss"] - 1.1415812067378908) < 1e-6 and test["tokens"] == 42, str(test)
    assert figures(evaluate("run", "test.txt")[0]) == figures(test), "the file gives another result"
    write("c.yaml", """behavior_version: 1
task: tagging
data: {format: columns, split: {train: train.txt, valid: valid.txt, test: test.txt}, batch_size: 8}
model: {input: {embedding: 4}, layers: [{cell: gru, hidden: 5}]}
optimizer: {name: sgd, learning_rate: 0.1}
train: {epochs: 3}
""")
    _, log = train("c.yaml", "run", "--resume", "--other-kernel")
    assert "resuming run/checkpoints/latest.h5 at step 10" in log, log
    shutil.rmtree("run")
    os.makedirs("run/checkpoints")
    with gzip.open(f"{FIXTURES}/before_fingerprints.h5.gz") as packed:
        with open("run/checkpoints/latest.h5", "wb") as file:
            file.write(packed.read())
    write("train.txt", "paris O\n\nmr O\n")
    _, error = rondo("evaluate", "run", "--split", "test", expect=USAGE)
    assert "one fingerprint of all splits" in error and "--other-data" in error, error
    _, error = train("c.yaml", "run", "--resume", "--other-kernel", expect=USAGE)
    assert "cannot resume: the data set is not" in error, error
    os.remove("train.txt")
    os.remove("valid.txt")
    _, error = rondo("evaluate", "run", "--split", "test", expect=USAGE)
    assert "train.txt: cannot open" in error and "--other-data" in error, error
    alone = evaluate("run", "--split", "test", "--other-data")[0]
    assert alone["loss"] == test["loss"], str(alone)


# --- files ---------------------------------------------------------------------------------------------

def test_only_what_is_asked_for():
    """A split is evaluated and predicted with the files of the others gone."""
    for name in MODELS:
        train_format(name)
        before = evaluate(name, "--split", "valid")
        for split in "train", "test":
            path = path_of(name, split)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
        assert evaluate(name, "--split", "valid") == before, f"{name}: {before}"
        assert evaluate(name) == before, f"{name}: valid is the default"
        if name not in ("lines", "stream", "pairs"):
            assert rondo("predict", name, "--split", "valid")[0] != "", name
        _, error = rondo("evaluate", name, "--split", "test", expect=USAGE)
        assert "test" in error and "cannot open" in error, error
        path = path_of(name, "valid")
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def test_files():
    """evaluate RUN FILE gives what evaluate --split gives of that file, for every format of symbols, and from
    standard input; several files, each and all, the sum of them."""
    check_files([name for name in MODELS if name not in OF_NUMBERS])


def test_files_of_numbers():
    """The same of formats of numbers."""
    check_files(OF_NUMBERS)


def check_files(names):
    for name in names:
        train_format(name)
        test, valid = path_of(name, "test"), path_of(name, "valid")
        own = evaluate(name, "--split", "test")[0]
        os.rename(test, "moved-images-idx3" if name == "idx" else "moved")
        if name == "idx":
            os.rename("test-labels-idx1", "moved-labels-idx1")
        moved = "moved-images-idx3" if name == "idx" else "moved"
        alone = evaluate(name, moved)
        assert len(alone) == 1 and alone[0]["file"] == moved and "split" not in alone[0], str(alone)
        assert figures(alone[0]) == figures(own), f"{name}: {alone} instead of {own}"
        by_key = evaluate(name, "--set", f"data.split.test={moved}")[0]
        assert by_key["split"] == "test" and figures(by_key) == figures(own), str(by_key)
        both = evaluate(name, moved, valid)
        assert len(both) == 3 and both[2]["files"] == 2, str(both)
        weights = [part.get("sequences", part["tokens"]) for part in both[:2]]
        if name != "roll" and name != "pairs":
            mean = sum(part["loss"] * weight for part, weight in zip(both, weights)) / sum(weights)
            assert abs(both[2]["loss"] - mean) < 1e-9, f"{name}: {both}"
        assert both[2]["tokens"] == both[0]["tokens"] + both[1]["tokens"], str(both)
        if name in STANDARD_INPUT:
            with open(moved, "rb") as file:
                output = subprocess.run([RONDO, "evaluate", name, "-", "--json"], stdin=file, check=True,
                                        capture_output=True, text=True, timeout=100).stdout
            assert figures(results(output)[0]) == figures(own), f"{name} from standard input: {output}"
        else:
            assert "standard input" in refused("evaluate", name, "-"), "standard input is taken"
        if name == "series":
            write("short", "x\n1\n2\n")
            error = refused("evaluate", name, "short")
            assert "short: " in error and "2 rows" in error, error
        error = refused("evaluate", name, moved, "--split", "test")
        assert "holds no splits; without --split it is evaluated as a whole" in error, error
        for order in ([path_of(name, "train")], [valid, path_of(name, "train")]):
            _, warning = rondo("evaluate", name, *order)
            assert f"{path_of(name, 'train')} holds data that the model was trained on" in warning, warning
            assert valid + " holds" not in warning, warning
        for path in os.listdir("."):
            if path.startswith(("moved", "train", "test", "valid")):
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def test_ragged_files():
    """Of ragged arrays a file may hold several splits; one of another width is refused in one line."""
    train_format("columns")
    rondo("export", "columns.yaml", "--output", "all.h5")
    text = MODELS["columns"].replace("format: columns", "format: hdf5")
    text = text.replace(", features: [{kind: suffix, length: 1, embedding: 2}]", "") % "path: all.h5"
    write("h.yaml", "behavior_version: 1\n" + text +
          "\noptimizer: {name: adam, learning_rate: 0.01}\ntrain: {epochs: 1}\n")
    train("h.yaml", "ragged")
    own = {split: evaluate("ragged", "--split", split)[0] for split in SPLITS}
    os.rename("all.h5", "other.h5")
    for split in SPLITS:
        found = evaluate("ragged", "other.h5", "--split", split)[0]
        assert figures(found) == figures(own[split]) and found["split"] == split, str(found)
    assert figures(evaluate("ragged", "other.h5")[0]) == figures(own["test"]), "not the test split"
    train_format("roll")
    rondo("export", "roll.yaml", "--output", "wide.h5")
    error = refused("evaluate", "ragged", "wide.h5")
    assert "wide.h5: it has no targets" in error, error
    write("r.yaml", "behavior_version: 1\n" + MODELS["roll"].replace("format: piano_roll", "format: hdf5")
          % "path: wide.h5" + "\noptimizer: {name: adam, learning_rate: 0.01}\ntrain: {epochs: 1}\n")
    train("r.yaml", "rolls")
    rondo("export", "roll.yaml", "--output", "narrow.h5", "--set", "data.options.pitches=60")
    error = refused("evaluate", "rolls", "narrow.h5")
    assert "inputs of 60 values, but the model's have 88" in error, error


def test_generated_data_have_no_file():
    write("g.yaml", """behavior_version: 1
task: language_model
data: {format: generated, options: {name: reber, count: 20, valid: 5, test: 5}, batch_size: 4}
model: {input: one_hot, layers: [{cell: gru, hidden: 4}]}
optimizer: {name: adam}
train: {epochs: 1}
""")
    train("g.yaml", "run")
    assert "generated" in refused("evaluate", "run", "new.txt"), "a file was taken"
    assert "generated" in refused("evaluate", "run", "--data", "."), "a folder was taken"
    evaluate("run", "--split", "test")


# --- moved ---------------------------------------------------------------------------------------------

def test_moved_data():
    """The data in another folder: --data, for every verb and for --resume, or --set data.path; what a folder
    of the same names holds must be the same data. Bit for bit the run that never moved."""
    write("names.txt", "\n".join(make_names()) + "\n")
    write("c.yaml", NAMES % "")
    train("c.yaml", "whole", "--set", "train.epochs=3")
    before = evaluate("whole", "--split", "test")
    for way in ("--data", "elsewhere"), ("--set", "data.path=elsewhere/names.txt"):
        train("c.yaml", "run", "--set", "train.epochs=2", "--overwrite")
        os.mkdir("elsewhere")
        os.rename("names.txt", "elsewhere/names.txt")
        error = refused("train", "c.yaml", "--output", "run", "--resume", "--set", "train.epochs=3")
        assert "names.txt: cannot open" in error, error
        train("c.yaml", "run", "--resume", "--set", "train.epochs=3", *way)
        assert digest("run") == digest("whole"), f"{way}: other bytes"
        assert evaluate("run", "--split", "test") == before, "the run does not remember the new place"
        assert evaluate("whole", "--split", "test", "--data", "elsewhere") == before, "evaluate --data"
        os.mkdir("wrong")
        write("wrong/names.txt", "anna\nbob\n" * 100)
        error = refused("evaluate", "whole", "--split", "test", "--data", "wrong")
        assert "the data are not those it was trained with" in error, error
        error = refused("train", "c.yaml", "--output", "whole", "--resume", "--data", "wrong")
        assert "cannot resume: the data set is not" in error, error
        assert evaluate("whole", "--split", "test", "--set", "data.path=elsewhere/names.txt") == before, (
            "evaluate --set data.path")
        error = refused("evaluate", "whole", "--set", "model.layers.0.hidden=3")
        assert "keys are fixed, except data.path" in error, error
        assert "is a file" in refused("evaluate", "whole", "--data", "c.yaml"), "a file was taken"
        assert "nowhere" in refused("evaluate", "whole", "--data", "nowhere"), "no such folder"
        os.rename("elsewhere/names.txt", "names.txt")
        os.rmdir("elsewhere")
        shutil.rmtree("wrong")


def test_folders_of_splits():
    """Files in folders of their own keep these folders; flat in one folder they are found by name."""
    train_format("parallel", "a/b")
    before = evaluate("parallel", "--split", "test")
    with open("a/b/test.txt/seq.in", encoding="utf-8") as file:
        words = file.read().split()
    assert before[0]["tokens"] == len(words), f"{before}: {len(words)} words"
    os.rename("a", "gone")
    assert evaluate("parallel", "--split", "test", "--data", "gone/b") == before, "parallel tags"
    for times, name in enumerate(("train", "valid", "test"), 1):
        os.makedirs(f"in/{name}")
        write(f"in/{name}/{name}.txt", "a b c\nb a\nc\n" * times)
    write("c.yaml", "behavior_version: 1\n" + MODELS["lines"] %
          "split: {train: in/train/train.txt, valid: in/valid/valid.txt, test: in/test/test.txt}" +
          "\noptimizer: {name: adam}\ntrain: {epochs: 1}\n")
    train("c.yaml", "run")
    before = evaluate("run", "--split", "test")
    assert before[0]["tokens"] == 3 * (6 + 3), f"{before}: three times 6 words and the ends of 3 lines"
    os.rename("in", "deep")
    assert evaluate("run", "--split", "test", "--data", "deep") == before, "folders below"
    os.mkdir("flat")
    for name in "train", "valid", "test":
        os.rename(f"deep/{name}/{name}.txt", f"flat/{name}.txt")
    assert evaluate("run", "--split", "test", "--data", "flat") == before, "names alone"


def test_copied_run():
    """A project copied whole, run folder and data: found without a word about places, evaluated, and resumed
    from its own config.yaml in the new place, although that names the old one."""
    os.makedirs("old/data")
    os.chdir("old")
    write("data/names.txt", "\n".join(make_names()) + "\n")
    write("c.yaml", (NAMES % "").replace("path: names.txt", "path: data/names.txt"))
    here = os.getcwd()
    train("c.yaml", "whole", "--set", "train.epochs=3")
    rondo("train", "c.yaml", "--set", f"output.folder={here}/runs/r")
    before = evaluate("runs/r", "--split", "test")
    os.chdir("..")
    shutil.copytree("old", "new")
    shutil.rmtree("old/runs")
    os.rename("old/data", "old/gone")
    assert evaluate("new/runs/r", "--split", "test") == before, "the copied run finds no data"
    _, log = rondo("train", "new/runs/r/config.yaml", "--resume", "--set", "train.epochs=3")
    assert "resuming new/runs/r/checkpoints/latest.h5" in log and not os.path.exists("old/runs"), log
    assert digest("new/runs/r") == digest("old/whole"), "other bytes"
    write("new/data/names.txt", "anna\nbob\n" * 100)
    error = rondo("evaluate", "new/runs/r", "--split", "test", expect=USAGE)[1]
    assert "the data are not those" in error, error
