"""What predict answers is what evaluate counts, for every task and format.

Right answers are known here, from the planted data; most models are hardly trained, so
that they answer wrongly, too, and would answer the unknown symbol if that were possible.
"""
import json
import math
import os
import random
import struct

from program import FAILED, USAGE, arrays, rondo, train, write
from small_models import FILES, hdf5_config, level_file, levels, ragged


def metrics(run, *arguments):
    return json.loads(rondo("evaluate", run, "--split", "test", "--json", *arguments)[0])["metrics"]


def answers(run, *arguments):
    """Of all steps or sequences."""
    return [line for line in rondo("predict", run, "--split", "test", *arguments)[0].splitlines() if line]


def check_share(run, gold, predicted, name="accuracy"):
    right = sum(a == b for a, b in zip(gold, predicted, strict=True))
    share = metrics(run)[name]
    assert abs(right / len(gold) - share) < 1e-9, f"{run}: predict has {right} of {len(gold)}, evaluate {share}"
    return share


def output_count(run):
    return len(arrays(run, "/parameters")["/parameters/readout/biases"])


# --- tests ---------------------------------------------------------------------------------------------

def test_classes_from_zero():
    """Ids 0 and 1 are classes; as many outputs as classes; all are answered."""
    names = ["good", "too small", "too big"]
    gold = level_file("zero.h5", [0, 1, 2], names)
    write("zero.yaml", hdf5_config("zero.h5"))
    train("zero.yaml", "zero")
    predicted = answers("zero")
    share = check_share("zero", [names[id] for id in gold], predicted)
    assert share > 0.9 and set(predicted) == set(names), f"{share} {set(predicted)}"
    assert output_count("zero") == 3, "outputs that no class has"
    gold = level_file("two.h5", [0, 1], ["no", "yes"])
    write("two.yaml", hdf5_config("two.h5"))
    train("two.yaml", "two")
    assert check_share("two", [["no", "yes"][id] for id in gold], answers("two")) > 0.9, "two classes"


def test_classes_without_names():
    """The ids that occur are the classes, with or without gaps; -1 is none."""
    for run, ids in {"plain": [0, 1, 2], "gaps": [1, 5, 700]}.items():
        gold = level_file(f"{run}.h5", ids, None)
        write(f"{run}.yaml", hdf5_config(f"{run}.h5"))
        _, error = train(f"{run}.yaml", run)
        assert f"the classes are the ids that occur, {ids[0]} to {ids[-1]}, 3 in all" in error, error
        assert check_share(run, list(map(str, gold)), answers(run)) > 0.9, run
        assert output_count(run) == 3, "outputs that no class has"
    level_file("mask.h5", [-1, 0, 1], None)
    write("mask.yaml", hdf5_config("mask.h5"))
    _, error = train("mask.yaml", "mask", expect=FAILED)
    assert "class -1; without names in /vocabulary/targets classes are numbered 0 to" in error, error


def test_classes_with_reserved_names():
    """A dictionary that begins with the two symbols keeps its meaning: they are never answered."""
    names = ["<UNK>", "<EOS>", "low", "high"]
    gold = level_file("old.h5", [2, 3], names)
    write("old.yaml", hdf5_config("old.h5", epochs=1))
    train("old.yaml", "old", "--set", "train.max_steps=1", "--set", "optimizer.learning_rate=1.0e-9")
    assert output_count("old") == 4, "outputs"
    for seed in range(5):
        train("old.yaml", f"old-{seed}", "--set", "train.max_steps=1", "--set", f"seed={seed}")
        predicted = answers(f"old-{seed}")
        check_share(f"old-{seed}", [names[id] for id in gold], predicted)
        assert set(predicted) <= {"low", "high"}, str(set(predicted))


def test_other_names():
    """A file with its classes in another order is read by name; a class that the model lacks is refused."""
    level_file("d.h5", [0, 1, 2], ["a", "b", "c"])
    write("d.yaml", hdf5_config("d.h5"))
    train("d.yaml", "run")
    before = metrics("run")["accuracy"]
    level_file("d.h5", [2, 0, 1], ["b", "c", "a"])  # the same classes under other ids
    assert metrics("run", "--other-data")["accuracy"] == before > 0.9, f"{before}"
    level_file("d.h5", [0, 1, 2], ["a", "b", "x"])
    _, error = rondo("evaluate", "run", "--split", "test", "--other-data", expect=FAILED)
    assert '/test/targets: sequence ' in error and 'the model knows no class "x"' in error, error


def test_symbols_in_place_of_classes():
    """Classes from 0 under names that begin with the two symbols: two of them would never be answered."""
    level_file("d.h5", [0, 1, 2], ["<UNK>", "<EOS>", "good", "too small", "too big"])
    write("d.yaml", hdf5_config("d.h5"))
    _, error = train("d.yaml", "run", expect=FAILED)
    assert '/train/targets: sequence ' in error and 'which is never answered; number the classes from 2, or from 0' in error, (
        error)


def test_tags_from_zero():
    """Tags of steps, whose first ids are tags of entities, too."""
    names = ["B-LOC", "I-LOC", "O"]
    gold = level_file("tags.h5", [0, 1, 2], names, per_step=True)
    write("tags.yaml", hdf5_config("tags.h5", "tagging"))
    train("tags.yaml", "tags")
    assert check_share("tags", [names[id] for id in gold], answers("tags")) > 0.9, "tags"
    result = rondo("evaluate", "tags", "--split", "test")[0]
    assert "LOC" in result, "B-LOC is no entity: " + result


def test_symbols_from_zero():
    """Inputs numbered from 0: fine for a tagger, refused where a symbol would never be sampled."""
    words = ["a", "b", "c"]
    numbers = random.Random(3)
    parts = {"/vocabulary/inputs": words, "/vocabulary/targets": ["x", "y"]}
    for split in "train", "valid", "test":
        ids = [numbers.randrange(3) for _ in range(60)]
        gold = [int(id == 0) for id in ids]
        parts |= {f"/{split}/offsets": list(range(0, 61, 5)), f"/{split}/inputs": ids, f"/{split}/targets": gold}
    ragged("words.h5", parts)
    write("words.yaml", hdf5_config("words.h5", "tagging", input="one_hot"))
    train("words.yaml", "words")
    assert check_share("words", ["xy"[id] for id in gold], answers("words")) == 1, "words"
    _, error = train("words.yaml", "rate", "--set", "model.input={embedding: 3, unknown_rate: 0.1}", expect=USAGE)
    assert "model.input.unknown_rate" in error and '"a"' in error, error
    ragged("text.h5", {name: values for name, values in parts.items() if "targets" not in name})
    write("text.yaml", hdf5_config("text.h5", "language_model", input="one_hot"))
    _, error = train("text.yaml", "text", expect=FAILED)
    assert "id 0 is the unknown symbol of a language model" in error and "begin at 2" in error, error


def sentences(count, seed, tags):
    numbers = random.Random(seed)
    return [[(numbers.choice("abc"), numbers.choice(tags)) for _ in range(numbers.randrange(1, 6))]
            for _ in range(count)]


def test_tags_that_training_lacks():
    """Columns and parallel tags: an unknown tag is an error, also of a model that would answer 'unknown'."""
    parts = {"train": sentences(20, 1, "xyz"), "valid": sentences(5, 2, "xyz"), "test": sentences(40, 3, "xzu")}
    for split, lines in parts.items():
        write(f"{split}.tsv", "\n".join("".join(f"{w}\t{t}\n" for w, t in line) for line in lines))
        os.makedirs(split, exist_ok=True)
        write(f"{split}/seq.in", "".join(" ".join(w for w, _ in line) + "\n" for line in lines))
        write(f"{split}/seq.out", "".join(" ".join(t for _, t in line) + "\n" for line in lines))
    gold = [tag for line in parts["test"] for _, tag in line]
    for name, end in {"columns": ".tsv", "parallel_tags": ""}.items():
        write(f"{name}.yaml", FILES.format(task="tagging", format=name, more="", input="{embedding: 4}",
                                           **{split: split + end for split in parts}))
        for seed in range(3):
            run = f"{name}-{seed}"
            train(f"{name}.yaml", run, "--set", f"seed={seed}")
            output = rondo("predict", run, "--split", "test")[0].split()
            predicted = output[2::3] if name == "columns" else output
            assert set(predicted) <= set("xyz"), str(set(predicted))
            check_share(run, gold, predicted)


def test_labels_that_training_lacks():
    """The same of tables and of images."""
    for split, labels in {"train": "no yes", "valid": "no yes", "test": "no maybe"}.items():
        numbers = random.Random(split)
        gold = [numbers.choice(labels.split()) for _ in range(40)]
        write(f"{split}.csv", "text,label\n" + "".join(f"{numbers.choice('abc')} b,{label}\n" for label in gold))
    write("table.yaml", FILES.format(task="classification", format="table", input="{embedding: 4}",
                                     more="options: {text: text, label: label}", train="train.csv",
                                     valid="valid.csv", test="test.csv"))
    for seed in range(3):
        train("table.yaml", f"table-{seed}", "--set", f"seed={seed}", "--set", "data.unit=word")
        predicted = answers(f"table-{seed}")
        assert set(predicted) <= {"no", "yes"}, str(set(predicted))
        check_share(f"table-{seed}", gold, predicted)
    for split, labels in {"train": [3, 7], "valid": [3, 7], "test": [3, 9]}.items():
        numbers = random.Random(split)
        digits = [numbers.choice(labels) for _ in range(40)]
        with open(f"{split}-images-idx3-ubyte", "wb") as file:
            file.write(struct.pack(">BBBBIII", 0, 0, 8, 3, 40, 2, 2) + bytes(numbers.randrange(256) for _ in range(160)))
        with open(f"{split}-labels-idx1-ubyte", "wb") as file:
            file.write(struct.pack(">BBBBI", 0, 0, 8, 1, 40) + bytes(digits))
    write("idx.yaml", FILES.format(task="classification", format="idx", input="values", more="",
                                   **{split: f"{split}-images-idx3-ubyte" for split in ("train", "valid", "test")}))
    for seed in range(3):
        train("idx.yaml", f"idx-{seed}", "--set", f"seed={seed}")
        predicted = answers(f"idx-{seed}")
        assert set(predicted) <= {"3", "7"}, str(set(predicted))
        check_share(f"idx-{seed}", list(map(str, digits)), predicted)


def test_values():
    """Regression of sequences and of steps, and forecasts of music: the figures of the outputs themselves."""
    for per_step in False, True:
        parts = {} if per_step else {"targets": "sequence"}
        for number, split in enumerate(("train", "valid", "test")):
            offsets, inputs, targets = levels([0, 1, 2], number)
            if per_step:
                targets = [t for s, t in enumerate(targets) for _ in range(offsets[s], offsets[s + 1])]
            gold = [[t - 0.5, 2.0 * t] for t in targets]
            parts |= {f"/{split}/offsets": offsets, f"/{split}/inputs": inputs, f"/{split}/targets": gold}
        run = "steps" if per_step else "sequences"
        ragged(f"{run}.h5", parts)
        write(f"{run}.yaml", hdf5_config(f"{run}.h5", "regression", epochs=3,
                                         pooling="pooling: none" if per_step else "pooling: last"))
        train(f"{run}.yaml", run, "--set", "loss.name=mean_squared_error")
        rows = [list(map(float, line.split("\t"))) for line in answers(run)]
        error = sum((a - b) ** 2 for r, g in zip(rows, gold, strict=True) for a, b in zip(r, g)) / len(gold)
        loss = json.loads(rondo("evaluate", run, "--split", "test", "--json")[0])["loss"]
        assert any(math.isclose(error / k, loss, rel_tol=1e-5) for k in (1, 2, 4)), f"{run}: {error} {loss}"


def test_music():
    """Frame accuracy, and the loss, of the probabilities that predict gives."""
    numbers = random.Random(4)
    chords = ["60,64", "62", "-", "60", "64,65"]
    for split in "train", "valid", "test":
        lines = [[numbers.choice(chords) for _ in range(9)] for _ in range(12)]
        write(f"{split}.txt", "".join(" ".join(line) + "\n" for line in lines))
    gold = [{int(p) - 60 for p in chord.split(",") if p != "-"} for line in lines for chord in line[1:]]
    write("m.yaml", FILES.format(task="forecasting", format="piano_roll", input="values", train="train.txt",
                                 valid="valid.txt", test="test.txt",
                                 more="options: {lowest_pitch: 60, pitches: 6}")
          + "loss: {name: sigmoid_cross_entropy}\n")
    train("m.yaml", "m", "--set", "train.max_steps=40", "--set", "train.epochs=30")
    rows = [list(map(float, line.split("\t"))) for line in answers("m")]
    right = wrong = loss = 0
    for row, pitches in zip(rows, gold, strict=True):
        for pitch, p in enumerate(row):
            right += p > 0.5 and pitch in pitches
            wrong += (p > 0.5) != (pitch in pitches)
            loss -= math.log(p if pitch in pitches else 1 - p)
    found = metrics("m")
    assert abs(right / (right + wrong) - found["frame_accuracy"]) < 1e-9, f"{right} {wrong} {found}"
    said = json.loads(rondo("evaluate", "m", "--split", "test", "--json")[0])["loss"]
    assert math.isclose(loss / len(gold), said, rel_tol=1e-5), f"{loss / len(gold)} {said}"


def test_generated():
    """A generated task, whose right answers `rondo export` prints."""
    write("copy.yaml", """
behavior_version: 1
task: tagging
data:
  format: generated
  options: {name: copy, length: 4, copied: 2, symbols: 3, count: 200, valid: 20, test: 50}
  batch_size: 20
model: {input: one_hot, layers: [{cell: gru, hidden: 12}]}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {max_steps: 30}
output: {folder: run}
""")
    train("copy.yaml", "copy")
    gold = [line.split("\t")[1] for line in rondo("export", "copy.yaml", "--split", "test")[0].splitlines() if line]
    check_share("copy", gold, answers("copy"))


def test_series():
    """The mean absolute error of all forecasts of a split, in the units of the file."""
    numbers = random.Random(8)
    rows = [10 * math.sin(i / 3) + numbers.random() for i in range(200)]
    write("s.csv", "load\n" + "".join(f"{value}\n" for value in rows))
    for pooling in "last", "none":
        write("s.yaml", f"""
behavior_version: 1
task: forecasting
data:
  format: series
  path: s.csv
  options: {{targets: [load], window: 8, horizon: 1, standardize: false}}
  split: {{train: 140, valid: 30, test: 30}}
model: {{layers: [{{cell: gru, hidden: 4}}], pooling: {pooling}}}
loss: {{name: mean_squared_error}}
optimizer: {{name: adam, learning_rate: 1.0e-2}}
train: {{max_steps: 5}}
output: {{folder: run}}
""")
        train("s.yaml", pooling)
        found = [float(line) for line in answers(pooling)]
        error = sum((a - b) ** 2 for a, b in zip(found, rows[170:], strict=True)) / 30
        loss = json.loads(rondo("evaluate", pooling, "--split", "test", "--json")[0])["loss"]
        assert any(math.isclose(error / k, loss, rel_tol=1e-4) for k in (1, 2)), f"{pooling}: {error} {loss}"


def test_translations():
    """Exact matches of what translate gives."""
    numbers = random.Random(6)
    for split, count in {"train": 200, "valid": 20, "test": 60}.items():
        sources = ["".join(numbers.choice("ab") for _ in range(numbers.randrange(1, 4))) for _ in range(count)]
        write(f"{split}.tsv", "".join(f"{s}\t{s[::-1]}\n" for s in sources))
    write("t.yaml", FILES.format(task="translation", format="pairs", input="{embedding: 6}", more="unit: character",
                                 train="train.tsv", valid="valid.tsv", test="test.tsv")
          .replace("layers: [{cell: gru, hidden: 5}]",
                   "layers: [{cell: gru, hidden: 16}]\n  decoder: {input: {embedding: 6}, "
                   "layers: [{cell: gru, hidden: 16}]}"))
    train("t.yaml", "t", "--set", "train.max_steps=150", "--set", "train.epochs=10")
    write("sources.txt", "".join(source + "\n" for source in sources))
    output = rondo("translate", "t", "sources.txt", "--beam", "1")[0].splitlines()
    share = check_share("t", [source[::-1] for source in sources], output, "exact_match")
    assert 0 < share, "nothing is right"
    train("t.yaml", "few", "--set", "train.max_steps=4", "--set", "train.epochs=10")
    output = rondo("translate", "few", "sources.txt", "--beam", "1")[0].splitlines()
    check_share("few", [source[::-1] for source in sources], output, "exact_match")
    cut = [text for text, source in zip(output, sources) if text != source[::-1] and source[::-1].startswith(text)]
    assert len(cut) > 5, f"no target that ends early, which is no match: {output}"
