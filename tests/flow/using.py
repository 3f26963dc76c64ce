#!/usr/bin/env python3
"""A trained model is used on new data: using.py RONDO DIGEST RAGGED TEST.

As tests/flow/flow.py; small files and models come from answers.py.
"""
import random

from answers import FILES, hdf5_config, ragged
from flow import check, main, rondo, train, write

LINES = """
behavior_version: 1
seed: 8
task: language_model
data: {path: text.txt, unit: word, example: line, split: {valid: 0.2}, batch_size: 5}
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
                                     more="unit: word\n  table: {text: text, label: label}", train="train.csv",
                                     valid="valid.csv", test="test.csv"))
    train("table.yaml", run, *sets)
    return run


# --- tests ---------------------------------------------------------------------------------------------

def unknown_symbols():
    """Each verb that takes new text counts the symbols that the model does not know and names them, once."""
    write("text.txt", "the dog ran\nthe cat sat\n" * 10)
    write("l.yaml", LINES)
    train("l.yaml", "lines")
    said = ("warning: 2 of 4 symbols are not in the model's dictionary and are read as <UNK>: "
            '"zzz", "mouse"')
    check(warnings("sample", "lines", "--prime", "the zzz the mouse", "--count", "3") == [said], "sample")
    check(warnings("sample", "lines", "--prime", "the dog") == [], "sample, all known")
    check(warnings("score", "lines", "--text", "the zzz the mouse") == [said], "score")
    tagger()
    write("new.tsv", "a\nzzz\n\nmouse\nzzz\n")
    found = warnings("predict", "tagger", "new.tsv")
    check(found == ['warning: 3 of 4 symbols are not in the model\'s dictionary and are read as <UNK>: "zzz", "mouse"'],
          str(found))
    table()
    write("new.csv", "text\na zzz\nb b\n")
    found = warnings("predict", "table", "new.csv")
    check(len(found) == 1 and '1 of 4' in found[0] and '"zzz"' in found[0], str(found))
    write("p.tsv", "a b\tb a\nb a\ta b\n" * 10)
    write("p.yaml", FILES.format(task="translation", format="pairs", input="{embedding: 4}", more="unit: word",
                                 train="p.tsv", valid="p.tsv", test="p.tsv")
          .replace("layers: [{cell: gru, hidden: 5}]",
                   "layers: [{cell: gru, hidden: 5}]\n  decoder: {input: {embedding: 4}, "
                   "layers: [{cell: gru, hidden: 5}]}"))
    train("p.yaml", "pairs")
    found = warnings("translate", "pairs", "--text", "a zzz", "--text", "b q")
    check(len(found) == 1 and '2 of 4' in found[0] and '"zzz", "q"' in found[0], str(found))


if __name__ == "__main__":
    main([unknown_symbols])
