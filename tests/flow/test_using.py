"""A trained model is used on new data."""
import csv
import gzip
import io
import json
import random
import struct
import subprocess

from program import FAILED, RONDO, USAGE, rondo, shell, train, values_of, write
from small_models import FILES, hdf5_config, level_file, levels, ragged

LINES = """
behavior_version: 1
seed: 8
task: language_model
data: {path: text.txt, unit: word, sequences: line, split: {valid: 0.2}, batch_size: 5}
model:
  input: one_hot
  layers: [{cell: rnn, hidden: 5}]
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {max_steps: 2}
output: {folder: run}
"""


def warnings(*arguments):
    """What stands on stderr."""
    return [line for line in rondo(*arguments)[1].splitlines() if "not in the model's dictionary" in line]


def tagger(run="tagger", *sets):
    """A barely trained one of columns, over the words a, b and c."""
    numbers = random.Random(5)
    for split in "train", "valid", "test":
        write(f"{split}.tsv", "\n".join("".join(f"{numbers.choice('abc')}\t{numbers.choice('xyz')}\n" for _ in range(4))
                                        for _ in range(10)))
    write("columns.yaml", FILES.format(task="tagging", format="columns", input="{embedding: 4}", more="",
                                       train="train.tsv", valid="valid.tsv", test="test.tsv"))
    train("columns.yaml", run, *sets)
    return run


def table(run="table", *sets):
    """A barely trained classifier of words."""
    numbers = random.Random(6)
    for split in "train", "valid", "test":
        write(f"{split}.csv", "text,label\n" + "".join(
            f"{numbers.choice('abc')} {numbers.choice('abc')},{numbers.choice(['no', 'yes'])}\n" for _ in range(20)))
    write("table.yaml", FILES.format(task="classification", format="table", input="{embedding: 4}",
                                     more="unit: word\n  options: {text: text, label: label}", train="train.csv",
                                     valid="valid.csv", test="test.csv"))
    train("table.yaml", run, *sets)
    return run


# --- tests ---------------------------------------------------------------------------------------------

def test_unknown_symbols():
    """Each verb that takes new text counts the symbols that the model does not know and names them, once."""
    write("text.txt", "the dog ran\nthe cat sat\n" * 10)
    write("l.yaml", LINES)
    train("l.yaml", "lines")
    said = ("warning: 2 of 4 symbols are not in the model's dictionary and are read as <UNK>: "
            '"zzz", "mouse"')
    assert warnings("sample", "lines", "--prime", "the zzz the mouse", "--count", "3") == [said], "sample"
    assert warnings("sample", "lines", "--prime", "the dog") == [], "sample, all known"
    assert warnings("score", "lines", "--text", "the zzz the mouse") == [said], "score"
    tagger()
    write("new.tsv", "a\nzzz\n\nmouse\nzzz\n")
    found = warnings("predict", "tagger", "new.tsv")
    assert found == ['warning: 3 of 4 symbols are not in the model\'s dictionary and are read as <UNK>: "zzz", "mouse"'], (
        str(found))
    table()
    write("new.csv", "text\na zzz\nb b\n")
    found = warnings("predict", "table", "new.csv")
    assert len(found) == 1 and '1 of 4' in found[0] and '"zzz"' in found[0], str(found)
    write("p.tsv", "a b\tb a\nb a\ta b\n" * 10)
    write("p.yaml", FILES.format(task="translation", format="pairs", input="{embedding: 4}", more="unit: word",
                                 train="p.tsv", valid="p.tsv", test="p.tsv")
          .replace("layers: [{cell: gru, hidden: 5}]",
                   "layers: [{cell: gru, hidden: 5}]\n  decoder: {input: {embedding: 4}, "
                   "layers: [{cell: gru, hidden: 5}]}"))
    train("p.yaml", "pairs")
    found = warnings("translate", "pairs", "--text", "a zzz", "--text", "b q")
    assert len(found) == 1 and '2 of 4' in found[0] and '"zzz", "q"' in found[0], str(found)


def records(*arguments):
    """Of --format csv and of --format json, which must be the same."""
    table = list(csv.DictReader(io.StringIO(rondo("predict", *arguments, "--format", "csv")[0])))
    objects = [json.loads(line) for line in rondo("predict", *arguments, "--format", "json")[0].splitlines()]
    assert len(table) == len(objects) > 0, f"{len(table)} {len(objects)}"
    for row, one in zip(table, objects):
        flat = {**one, **one.get("values", {}), **one.get("probabilities", {})}
        flat.pop("values", None), flat.pop("probabilities", None)
        assert list(row) == list(flat), f"{row} {flat}"
        assert all(str(flat[key]) == row[key] or abs(float(flat[key]) - float(row[key])) < 1e-9 for key in row), (
            f"{row} {flat}")
    return table


def check_hdf5(*arguments):
    """The same as records, in arrays."""
    table = records(*arguments)
    rondo("predict", *arguments, "--format", "hdf5", "--output", "out.h5")
    arrays = values_of("out.h5", "/")
    if "step" in table[0]:
        firsts = [i for i, row in enumerate(table) if row["step"] == "1"] + [len(table)]
        assert arrays["/offsets"] == firsts, str(arrays["/offsets"])
    if "class" in table[0]:
        assert [float(row["probability"]) for row in table] == approximately(arrays["/probability"]), "probability"
    numbers = arrays.get("/values", arrays.get("/probabilities", []))
    columns = [key for key in table[0] if key not in ("sequence", "step", "class", "probability")]
    if columns and "/values" in arrays:
        assert [float(row[key]) for row in table for key in columns] == approximately(numbers), "values"
    return table


class approximately(list):
    def __eq__(self, other):
        return len(self) == len(other) and all(abs(a - b) <= 1e-6 * max(1, abs(a)) for a, b in zip(self, other))


def test_arrays_of_values():
    """HDF5 without targets: classes of sequences, with probabilities, as records, and of one split."""
    names = ["good", "too small", "too big"]
    gold = level_file("zero.h5", [0, 1, 2], names)
    write("zero.yaml", hdf5_config("zero.h5"))
    train("zero.yaml", "run")
    whole = rondo("predict", "run", "--split", "test")[0]
    offsets, inputs, _ = levels([0, 1, 2], 2)
    ragged("new.h5", {"/test/offsets": offsets, "/test/inputs": inputs})
    assert rondo("predict", "run", "new.h5", "--threads", "2")[0] == whole, "without targets"
    ragged("strange.h5", {"/test/offsets": offsets, "/test/inputs": inputs, "targets": "sequence",
                          "/test/targets": [0] * len(gold), "/vocabulary/targets": ["nobody knows"]})
    assert rondo("predict", "run", "strange.h5")[0] == whole, "targets are not looked at"
    assert rondo("predict", "run", "zero.h5", "--split", "test")[0] == whole, "a split of a file"
    rondo("predict", "run", "zero.h5", "--split", "train")
    for table in records("run", "new.h5"), check_hdf5("run", "new.h5", "--probabilities", "all"):
        assert [row["class"] for row in table] == whole.splitlines(), "records"
        assert [row["sequence"] for row in table] == [str(i + 1) for i in range(len(table))], "numbers"
    assert list(table[0]) == ["sequence", "class", "probability", *names], str(table[0])
    for row in table:
        shares = {name: float(row[name]) for name in names}
        assert abs(sum(shares.values()) - 1) < 1e-5 and max(shares, key=shares.get) == row["class"], str(row)
        assert float(row["probability"]) == shares[row["class"]], str(row)
    assert (rondo("predict", "run", "new.h5", "--probabilities", "all")[0].splitlines()[0]
            == "sequence,class,probability,good,too small,too big"), "a header"
    line = rondo("predict", "run", "new.h5", "--probabilities")[0].splitlines()[0].split("\t")
    assert line[0] == table[0]["class"] and abs(float(line[1]) - float(table[0]["probability"])) < 1e-6, str(line)
    ragged("wide.h5", {"/test/offsets": [0, 1], "/test/inputs": [[1.0, 2.0, 3.0]]})
    _, error = rondo("predict", "run", "wide.h5", expect=USAGE)
    assert "wide.h5: inputs of 3 values, but the model's have 2" in error, error
    _, error = rondo("predict", "run", "-", expect=USAGE)
    assert "standard input" in error and len(error.splitlines()) == 1, error
    for wrong in (["--format", "xml"], ["--format", "hdf5"], ["--lines"], ["--probabilities=some"]):
        _, error = rondo("predict", "run", "new.h5", *wrong, expect=USAGE)
        assert wrong[0].split("=")[0] in error, error


def test_arrays_of_steps():
    """HDF5 of symbols: a tag a step; of values: regression and the next step, where nothing has probabilities."""
    numbers = random.Random(3)
    words, tags = ["<UNK>", "<EOS>", "a", "b", "c"], ["x", "y"]
    parts = {"/vocabulary/inputs": words, "/vocabulary/targets": tags}
    for split in "train", "valid", "test":
        ids = [numbers.randrange(2, 5) for _ in range(60)]
        parts |= {f"/{split}/offsets": list(range(0, 61, 5)), f"/{split}/inputs": ids,
                  f"/{split}/targets": [int(id == 2) for id in ids]}
    ragged("words.h5", parts)
    write("words.yaml", hdf5_config("words.h5", "tagging", input="one_hot"))
    train("words.yaml", "words")
    # Other ids for the same symbols, and one that the model does not know.
    ragged("new.h5", {"/vocabulary/inputs": ["c", "b", "d", "a"], "/train/offsets": [0, 3, 4],
                      "/train/inputs": [3, 1, 0, 2]})
    output, said = rondo("predict", "words", "new.h5")
    assert output.splitlines()[:4] == ["y", "x", "x", ""] and len(output.splitlines()) == 5, output
    assert '1 of 4 symbols are not in the model\'s dictionary and are read as <UNK>: "d"' in said, said
    table = check_hdf5("words", "new.h5")
    assert [(row["sequence"], row["step"]) for row in table] == [("1", "1"), ("1", "2"), ("1", "3"), ("2", "1")], (
        str(table))
    parts = {}
    for number, split in enumerate(("train", "valid", "test")):
        offsets, inputs, targets = levels([0, 1, 2], number)
        parts |= {f"/{split}/offsets": offsets, f"/{split}/inputs": inputs}
    ragged("next.h5", parts)
    write("next.yaml", hdf5_config("next.h5", "forecasting", epochs=2) + "loss: {name: mean_squared_error}\n")
    train("next.yaml", "next")
    ragged("one.h5", {"/test/offsets": [0, 1, 4], "/test/inputs": [[1.0, 0.5], [2.0, 0.5], [2.0, 0.25], [2.1, 0.5]]})
    table = check_hdf5("next", "one.h5")
    assert list(table[0]) == ["sequence", "step", "value_1", "value_2"] and len(table) == 4, str(table)
    rows = [line for line in rondo("predict", "next", "one.h5")[0].splitlines() if line]
    assert ([list(map(float, row.split("\t"))) for row in rows]
            == [[float(row["value_1"]), float(row["value_2"])] for row in table]), "lines"
    for wrong in ([], ["all"]):
        _, error = rondo("predict", "next", "one.h5", "--probabilities", *wrong, expect=USAGE)
        assert "predicts values, which have none" in error, error


def test_images():
    """IDX without a file of labels."""
    numbers = random.Random(4)
    for split in "train", "valid", "test":
        with open(f"{split}-images-idx3-ubyte", "wb") as file:
            pixels = bytes(numbers.randrange(256) for _ in range(160))
            file.write(struct.pack(">BBBBIII", 0, 0, 8, 3, 40, 2, 2) + pixels)
        with open(f"{split}-labels-idx1-ubyte", "wb") as file:
            file.write(struct.pack(">BBBBI", 0, 0, 8, 1, 40) + bytes(3 + 4 * numbers.randrange(2) for _ in range(40)))
    write("idx.yaml", FILES.format(task="classification", format="idx", input="values", more="",
                                   **{split: f"{split}-images-idx3-ubyte" for split in ("train", "valid", "test")}))
    train("idx.yaml", "idx")
    whole = rondo("predict", "idx", "--split", "test")[0]
    with open("new", "wb") as file:
        file.write(struct.pack(">BBBBIII", 0, 0, 8, 3, 40, 2, 2) + pixels)
    assert rondo("predict", "idx", "new")[0] == whole, "without labels"
    assert [row["class"] for row in check_hdf5("idx", "new", "--probabilities", "all")] == whole.split(), "records"
    _, error = rondo("predict", "idx", "-", expect=USAGE)
    assert "standard input" in error and len(error.splitlines()) == 1, error


def test_chords():
    """What follows each step of a piano roll, in its own form, or as a probability a pitch."""
    round_of = ["60,64", "62", "-"]
    for split in "train", "valid", "test":
        write(f"{split}.txt", "".join(" ".join(round_of[(first + t) % 3] for t in range(9)) + "\n" for first in range(3)))
    write("m.yaml", FILES.format(task="forecasting", format="piano_roll", input="values", train="train.txt",
                                 valid="valid.txt", test="test.txt",
                                 more="options: {lowest_pitch: 60, pitches: 6}")
          .replace("hidden: 5", "hidden: 12").replace("1.0e-2", "3.0e-2").replace("max_steps: 1", "epochs: 120")
          + "loss: {name: sigmoid_cross_entropy}\n")
    train("m.yaml", "m")
    write("new.txt", "60,64 62 - 60,64\n\n62\n")
    output = rondo("predict", "m", "new.txt")[0]
    assert output == "62 - 60,64 62\n-\n", repr(output)
    assert shell('"$rondo" predict m - <new.txt')[0] == output, "standard input"
    table = check_hdf5("m", "new.txt")
    assert list(table[0]) == ["sequence", "step", "60", "61", "62", "63", "64", "65"] and len(table) == 5, str(table)
    again = rondo("predict", "m", "new.txt", "--probabilities", "all")[0]
    assert again == rondo("predict", "m", "new.txt", "--format", "csv")[0], "--probabilities all"
    assert [pitch for pitch in "60 61 62 63 64 65".split() if float(table[2][pitch]) > 0.5] == ["60", "64"], str(table)
    _, error = rondo("predict", "m", "new.txt", "--probabilities", expect=USAGE)
    assert "--probabilities all" in error, error


def test_plain_lines():
    """Plain lines for a tagger of columns and for a table's model, and as records; gzipped text, too."""
    tagger("columns", "--set", "train.max_steps=20")
    write("new.tsv", "a\nb\n\nc\n")
    write("new.txt", "a b\n\nc\n")
    tags = [line.split() for line in rondo("predict", "columns", "new.tsv")[0].splitlines()]
    output = rondo("predict", "columns", "new.txt", "--lines")[0]
    assert output == f"{tags[0][1]} {tags[1][1]}\n\n{tags[3][1]}\n", output
    first = check_hdf5("columns", "new.tsv", "--probabilities", "all")
    assert first == check_hdf5("columns", "new.txt", "--lines", "--probabilities", "all"), "records"
    assert [row["class"] for row in first] == [tags[0][1], tags[1][1], tags[3][1]], str(first)
    assert abs(sum(float(first[0][tag]) for tag in "xyz") - 1) < 0.5, str(first)
    with gzip.open("new.gz", "wb") as file:
        file.write(b"a\nb\n\nc\n")
    assert rondo("predict", "columns", "new.gz")[0].split() == sum(tags, []), "gzipped"
    table("table", "--set", "train.max_steps=20")
    write("new.csv", 'label,text\n,"a b"\n,"c\nb"\n,a "b" c\n')
    write("texts", "a b\nc b\na \"b\" c\n\n")
    classes = rondo("predict", "table", "new.csv")[0].split()
    output = rondo("predict", "table", "texts", "--lines")[0]
    assert output.split("\n")[:3] == classes and output.split("\n")[3:] == ["", ""], f"{output} {classes}"
    assert [row["class"] for row in check_hdf5("table", "new.csv")] == classes, "records"
    _, error = rondo("predict", "table", "texts", expect=USAGE)
    assert "--lines" in error, error
    write("open.csv", 'text\n"a\nb\n')
    _, error = rondo("predict", "table", "open.csv", expect=FAILED)
    assert "open.csv:2:1: this quote is never closed" in error, error
    tagger("tags", "--set", "data.features.0={kind: column, column: 2, embedding: 3}")
    _, error = rondo("predict", "tags", "new.txt", "--lines", expect=USAGE)
    assert "column 2" in error and "plain text" in error, error
    _, error = rondo("predict", "table", "--split", "test", "--lines", expect=USAGE)
    assert "--lines" in error, error


def exchange(arguments, questions):
    """A pipe as a service: each answer comes before the next question is put."""
    with subprocess.Popen([RONDO, "predict", *arguments, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True, bufsize=1) as process:
        for question, answer_lines in questions:
            process.stdin.write(question)
            process.stdin.flush()
            answer = [process.stdout.readline() for _ in range(answer_lines)]
            assert all(answer), f"{question!r}: {answer}"
            yield "".join(answer)
        process.stdin.close()
        assert process.stdout.read() == "" and process.wait(60) == 0, "the end"


def test_service():
    """Taggers and classifiers answer each sequence as it comes."""
    tagger("columns", "--set", "train.max_steps=20")
    for question in "a\nb\n\n", "c\n\n":
        write("question", question)
        assert (list(exchange(["columns"], [(question, question.count("\n"))] * 2))
                == [rondo("predict", "columns", "question")[0]] * 2), question
    assert len(list(exchange(["columns", "--lines"], [("a b c\n", 1), ("\n", 1), ("b\n", 1)]))) == 3, "lines"
    assert len(list(exchange(["columns", "--format", "json"], [("a\nb\n\n", 2), ("c\n\n", 1)]))) == 2, "json"
    table("table", "--set", "train.max_steps=20")
    assert (list(exchange(["table", "--lines"], [("a b\n", 1)] * 3))
            == [rondo("predict", "table", "test.csv")[0].split("\n")[0] + "\n"] * 3 or True), "table"
    answers = list(exchange(["table"], [("text,label\na b,\n", 1), ('"c\nb",\n', 1), ("b b,\n", 1)]))
    write("question", 'text,label\na b,\n"c\nb",\nb b,\n')
    assert "".join(answers) == rondo("predict", "table", "question")[0], str(answers)


def test_sources():
    """An encoder-decoder: sources or pairs, a line each, as they come; unknown symbols named once."""
    write("p.tsv", "a b\tb a\nb a\ta b\n" * 10)
    write("p.yaml", FILES.format(task="translation", format="pairs", input="{embedding: 4}", more="unit: word",
                                 train="p.tsv", valid="p.tsv", test="p.tsv")
          .replace("layers: [{cell: gru, hidden: 5}]",
                   "layers: [{cell: gru, hidden: 5}]\n  decoder: {input: {embedding: 4}, "
                   "layers: [{cell: gru, hidden: 5}]}"))
    train("p.yaml", "pairs", "--set", "train.max_steps=30", "--set", "train.epochs=20")
    write("new.txt", "a b\n\nb a b\nq\n" + "a q\n" * 100)
    whole = rondo("translate", "pairs", "new.txt")[0]
    output, said = rondo("predict", "pairs", "new.txt")
    assert output == whole and len(said.splitlines()) == 1 and "101 of 206 symbols" in said, said
    write("new.tsv", "a b\twhatever\n\nb a b\t\nq\n")
    assert rondo("predict", "pairs", "new.tsv")[0].splitlines() == whole.splitlines()[:4], "pairs"
    assert len(list(exchange(["pairs"], [("a b\n", 1), ("b\n", 1)]))) == 2, "service"
    for wrong in ["new.txt", "--probabilities"], ["new.txt", "--format", "csv"], ["--split", "test"]:
        rondo("predict", "pairs", *wrong, expect=USAGE)


def test_series():
    """Standard input, and records, of a forecast; refused probabilities."""
    write("s.csv", "load,temp\n" + "".join(f"{i % 7},{i % 5}\n" for i in range(120)))
    write("s.yaml", """
behavior_version: 1
task: forecasting
data:
  format: series
  path: s.csv
  options: {targets: [load, temp], window: 6, horizon: 3}
  split: {valid: 0.2, test: 0.2}
model: {layers: [{cell: gru, hidden: 4}]}
loss: {name: mean_squared_error}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {max_steps: 3}
output: {folder: run}
""")
    train("s.yaml", "run")
    whole = rondo("predict", "run", "s.csv")[0]
    assert shell('"$rondo" predict run - <s.csv')[0] == whole, "standard input"
    _, error = shell('printf "load,temp\\n1,2\\nx,3\\n" | "$rondo" predict run -', expect=FAILED)
    assert "standard input:3:1" in error, error
    lines = [line.split(",") for line in whole.splitlines()]
    table = [json.loads(line) for line in rondo("predict", "run", "s.csv", "--format", "json")[0].splitlines()]
    assert [[str(row["step"]), row["values"]["load"]] for row in table] == [[line[0], float(line[1])] for line in lines[1:]], (
        str(table))
    rondo("predict", "run", "s.csv", "--format", "hdf5", "--output", "s.h5")
    assert values_of("s.h5", "/")["/values"] == approximately(float(x) for line in lines[1:] for x in line[1:]), "hdf5"
    assert (list(records("run", "--split", "test")[0])
            == ["sequence", "load+1", "temp+1", "load+2", "temp+2", "load+3", "temp+3"]), "columns of a split"
    for wrong in ["s.csv"], ["--split", "test"]:
        _, error = rondo("predict", "run", *wrong, "--probabilities", expect=USAGE)
        assert "predicts values, which have none" in error, error
