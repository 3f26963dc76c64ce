#!/usr/bin/env python3
"""Encoder-decoders through the program: translation.py RONDO DIGEST TEST, as flow.py."""
import json
import os
import random

from flow import USAGE, check, digest, journal, main, rondo, same, train, write

LEARNS = """
behavior_version: 1
seed: 3
task: translation
data:
  format: pairs
  path: turned.tsv
  unit: character
  split: {valid: 0.1, test: 0.1, order: random}
  batch_size: 32
model:
  input: {embedding: 16}
  layers: [{cell: gru, hidden: 64}]
  decoder: {layers: [{cell: gru, hidden: 64}], attention: dot}
optimizer: {name: adam, learning_rate: 5.0e-3}
clip: {norm: 5.0}
train: {epochs: 12, decoded_sequences: 50}
output: {folder: run}
"""

EVERYTHING = """
behavior_version: 1
seed: 4
task: translation
data:
  format: pairs
  path: turned.tsv
  split: {valid: 0.05, test: 0.05}
  reverse_source: true
  shared_vocabulary: true
  batch_size: 24
  batch_tokens: 100
model:
  input: {embedding: 9, dropout: 0.1}
  layers:
    - {cell: lstm, hidden: 11, bidirectional: true, dropout: 0.2}
    - {cell: gru, hidden: 13}
  decoder:
    input: one_hot
    context: every_step
    attention: general
    layers:
      - {cell: lstm, hidden: 17, dropout: 0.2}
      - {cell: lstm, hidden: 10}
optimizer: {name: adam, learning_rate: 5.0e-3}
clip: {norm: 1.0}
train:
  max_steps: 40
  log_every: 7
  scheduled_sampling: {decay: linear, k: 1.0, slope: 0.03, minimum: 0.2, choice: sample}
output: {folder: run}
"""


def turned(source):
    """The source from its end, each a twice: another length, and nothing stands where it stood."""
    return source[::-1].replace("a", "aa")


def make_data():
    numbers = random.Random(6)
    sources = ["".join(numbers.choice("abcd") for _ in range(numbers.randrange(1, 6)))
               for _ in range(2000)]
    write("turned.tsv", "".join(f"{source}\t{turned(source)}\n" for source in sources))


def learns():
    """>= 95 % of sources that it never saw; the same figure from every place that gives one."""
    write("c.yaml", LEARNS)
    train("c.yaml", "run")
    result = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    exact = result["metrics"]["exact_match"]
    check(exact >= 0.95, f"exact match {exact}")
    tests = [record for record in journal("run") if record["kind"] == "test"]
    check(tests[-1]["exact_match"] == exact, f"{tests[-1]} and {result}")
    check(len([r for r in journal("run") if r["kind"] == "valid" and "exact_match" in r]) == 12,
          "not every evaluation has an exact match")
    with open("turned.tsv", encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("\t") for line in file][:60]
    write("sources.txt", "".join(source + "\n" for source, _ in pairs))
    found = rondo("translate", "run", "sources.txt")[0].splitlines()
    check(len(found) == len(pairs), found)
    right = sum(target == line for (_, target), line in zip(pairs, found))
    check(right >= 0.95 * len(pairs), f"{right} of {len(pairs)}")
    for arguments in (["--threads", "3", "--batch", "7"], ["--beam", "1", "--alpha", "2"]):
        check(rondo("translate", "run", "sources.txt", *arguments)[0].splitlines() == found,
              f"{arguments} changed a greedy target")
    for beam in (["--beam", "4"], ["--beam", "4", "--penalty", "power", "--alpha", "1"]):
        wide = rondo("translate", "run", "sources.txt", *beam)[0].splitlines()
        right = sum(target == line for (_, target), line in zip(pairs, wide))
        check(right >= 0.95 * len(pairs), f"{beam}: {right} of {len(pairs)}")
        alone = [rondo("translate", "run", "--text", source, *beam)[0].rstrip("\n")
                 for source, _ in pairs[:5]]
        check(alone == wide[:5], f"{beam}: {alone}, beside others {wide[:5]}")
    both = rondo("translate", "run", "--text", " ab ", "--text", "", "--text", "cd")[0]
    check(both == f"{found_for('ab')}\n\n{found_for('cd')}\n", both)
    check(len(rondo("translate", "run", "--text", "abcd", "--length", "2")[0]) <= 3, "--length")


def found_for(source):
    return rondo("translate", "run", "--text", source)[0].rstrip("\n")


def threads_and_resume():
    """The same bytes for any thread count and after --resume, with all that can be random."""
    write("c.yaml", EVERYTHING)
    train("c.yaml", "whole", "--threads", "1")
    for count in "2", "3":
        train("c.yaml", f"threads-{count}", "--threads", count)
        same("whole", f"threads-{count}")
        check(journal("whole") == journal(f"threads-{count}"), "the metrics differ")
    train("c.yaml", "parts", "--set", "train.max_steps=23")
    check(digest("whole") != digest("parts"), "nothing happened between step 23 and 40")
    train("c.yaml", "parts", "--resume", "--threads", "2")
    same("whole", "parts")
    forced = "--set", "train.scheduled_sampling={decay: none}"
    train("c.yaml", "forced", *forced)
    check(digest("whole") != digest("forced"), "scheduled sampling changed nothing")
    output, _ = rondo("check", "c.yaml")
    check("decoding" in output and "bridge/1/cell/weights" in output, output)
    rondo("bench", "c.yaml", "--steps", "3")


def refused():
    write("c.yaml", EVERYTHING)
    train("c.yaml", "run", "--set", "train.max_steps=2")
    for arguments, part in {
        (): "one of them",
        ("c.yaml", "--text", "a"): "one of them",
        ("nowhere.txt",): "nowhere.txt",
        ("--text", "a", "--penalty", "long"): "one of wu, power",
        ("--text", "a", "--beam", "0"): "--beam",
    }.items():
        _, error = rondo("translate", "run", *arguments, expect=None)
        check(part in error and error.count("\n") <= 2, error)
    _, error = rondo("sample", "run", expect=USAGE)
    check("language models" in error, error)
    with open("turned.tsv", "a", encoding="utf-8") as file:
        file.write("abc\n")
    _, error = train("c.yaml", "broken", expect=1)
    check("turned.tsv:2001: no separator" in error, error)
    check(not os.path.exists("broken/checkpoints"), "something was written")


if __name__ == "__main__":
    main([learns, threads_and_resume, refused], make_data)
