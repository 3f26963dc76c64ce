#!/usr/bin/env python3
"""Inputs that the fuzzers start from: seeds.py RONDO FOLDER. Also mutates them, with numbers that never change, for
builds without libFuzzer: seeds.py RONDO FOLDER --mutants N."""
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEPARATOR = b"\x1e"

TEXTS = [  # by the form's number in text.c
    (0, b"the cat sat on the mat\nand the dog did not\n" * 3),
    (1, "Straße und Wege\nein zweiter Satz\n\nnoch einer\nfünf\nsechs\n".encode() * 3),
    (2, b"# a comment\nEU B-ORG\nrejects O\n\nGerman B-MISC\ncall O\n\n-DOCSTART- O\n\n" * 6),
    (2, b"1\tA\ta\tX\n1-2\tAb\t_\t_\n2\tb\tb\tY\n2.1\tc\tc\tZ\n\n" * 8),
    (3, b"running VBG\nRuns VBZ\n\nB2B NN\n\n" * 8),
    (4, b"a A\nb B\n\n" + SEPARATOR + b"a A\nc C\n\n"),
    (5, b'text,label\n"a, ""b""\nc",good\nplain text,bad\n' + b"one two,good\nthree,bad\n" * 8),
    (6, b"first;x\nsecond;y\n" * 10),
    (7, b"one two\tein zwei\nthree\tdrei\n" * 10),
    (8, b"load,temp\n" + b"".join(b"%d,%d.5\n" % (i % 7, i) for i in range(60))),
    (9, b"id,date,load,temp\n" + b"".join(b"a,2020-01-%02d,%d,NA\n" % (i + 1, i % 5) for i in range(30)) +
     b"".join(b"b,2020-02-%02d,%d,1\n" % (i + 1, i % 3) for i in range(25))),
    (10, b"60 64 67; 62; ; 65\n60; 61 62\n" * 6),
    (11, struct.pack(">BBBBIII", 0, 0, 8, 3, 12, 2, 2) + bytes(31 + i % 80 for i in range(48)) + SEPARATOR +
     struct.pack(">BBBBI", 0, 0, 8, 1, 12) + bytes(i % 3 for i in range(12))),
]

TINY = """behavior_version: 1
data: {path: words.txt, sequences: line, batch_size: 4}
model: {input: {embedding: 2}, layers: [{cell: gru, hidden: 2}]}
optimizer: {name: sgd}
train: {epochs: 1}
"""


SWEEPS = ["""base: c.yaml
set: {train: {threads: 5}, data.vocabulary.unknown: "12", data.separator: "a, b: c"}
variants:
  'a "b": c': {model.layers: [{cell: rnn, hidden: 2}, {cell: gru, hidden: 3}]}
  lstm:
axes: {model.layers.0.hidden: [64, 128], optimizer.learning_rate: [1.0e-3, .5]}
search: {trials: 3, seed: 2, draw: {data.batch_size: {log_integer: [1, 64]}, loss.name: {choice: [a, "b"]},
         train.weight_noise: {uniform: [-1, 2.5]}, clip.norm: {log_uniform: [1e-3, 10]}, train.log_every: {integer: [0, 9]},
         model.input.noise: {one_minus_log_uniform: [-1, 0.5]}}}
budget: {parameters: 250000, solve: [model.layers.0.dropout, model.layers.1.hidden], seconds: 2.5}
seeds: [3, 1, 2]
vary: [data, masks]
halving: {metric: valid loss, keep: 1/3, rungs: [1, 3, 9]}
compare: {metric: test macro_f1, baseline: lstm, margin: 0.01}
output: {folder: here}
""", """base: ../c.yaml
budget: {tokens: 1e6}
seeds: 10
set: {}
""", """{"format": 1, "name": "s", "base": "b.yaml", "metric": null, "baseline": "v",
"margin": 0.5, "vary": ["order", "data"], "halving": {"metric": "valid loss", "keep_part": 1, "keep_of": 3, "rungs": [1, 3]},
"budget": {"parameters": 5, "tokens": 0, "seconds": 2.5}, "search": true,
"variants": [{"name": "v", "parameters": 12, "set": {"a.b": 3, "c": "[1, x]"}, "drawn": {"a.b": 3}},
{"name": "w", "parameters": 1, "set": {}, "drawn": {}}],
"runs": [{"number": 1, "variant": "v", "seed": 1, "folder": "001-v-seed1", "set": ["a.b=3", "seed=1"]},
{"number": 2, "variant": "w", "seed": 1, "folder": "002-w-seed1", "set": ["seed=1"]}]}
"""]


def make_configs(folder):
    files = [*ROOT.glob("configs/*.yaml"), *ROOT.glob("tests/config/good/*.yaml"),
             *ROOT.glob("tests/config/bad/*.yaml")]
    for i, path in enumerate(sorted(files)):
        data = path.read_bytes()
        if len(data) < 20000:
            (folder / f"{i}").write_bytes(data)


def make_texts(folder):
    for i, (form, data) in enumerate(TEXTS):
        (folder / f"{i}").write_bytes(bytes([form]) + data)


def make_sweeps(folder):
    for i, data in enumerate(SWEEPS + [path.read_text() for path in ROOT.glob("configs/sweeps/*.yaml")]):
        (folder / f"{i}").write_text(data)


def make_hdf5(rondo, ragged, checkpoint):
    with tempfile.TemporaryDirectory() as place:
        def run(*arguments):
            subprocess.run([rondo, *arguments], cwd=place, check=True, capture_output=True)
        pathlib.Path(place, "words.txt").write_text("abc\nbcd\ncde\nab\nfe\nda\n" * 4)
        pathlib.Path(place, "c.yaml").write_text(TINY)
        run("export", "c.yaml", "--output", "symbols.h5")
        run("export", str(ROOT / "configs/adding.yaml"), "--output", "values.h5", "--set",
            "data.generator={name: adding, count: 4, valid: 2, test: 2, length: 5}")
        run("train", "c.yaml", "--output", "run", "--quiet")
        for name in "symbols", "values":
            os.replace(f"{place}/{name}.h5", ragged / name)
        os.replace(f"{place}/run/checkpoints/latest.h5", checkpoint / "latest")


def mutate(data, numbers):
    data = bytearray(data)
    for _ in range(numbers.choice([1, 1, 2, 4, 16])):
        at = numbers.randrange(len(data)) if data else 0
        how = numbers.randrange(5)
        if how == 0 and data:
            data[at] ^= 1 << numbers.randrange(8)
        elif how == 1 and data:
            data[at] = numbers.choice([0, 9, 10, 30, 34, 44, 45, 58, 127, 128, 255])
        elif how == 2:
            del data[at:at + numbers.randrange(1, 9)]
        elif how == 3:
            data[at:at] = data[at:at + numbers.randrange(1, 40)]
        else:
            data = data[:at]
    return bytes(data)


def main():
    rondo, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    kinds = {name: folder / name for name in ("config", "text", "ragged", "checkpoint",
                                               "sweep")}
    for place in kinds.values():
        place.mkdir(parents=True, exist_ok=True)
    make_configs(kinds["config"])
    make_texts(kinds["text"])
    make_sweeps(kinds["sweep"])
    make_hdf5(rondo, kinds["ragged"], kinds["checkpoint"])
    if "--mutants" not in sys.argv:
        return
    numbers = random.Random(1)
    for name in "config", "text", "sweep":
        seeds = sorted(kinds[name].iterdir())
        for i in range(int(sys.argv[sys.argv.index("--mutants") + 1])):
            data = mutate(numbers.choice(seeds).read_bytes(), numbers)
            (kinds[name] / f"mutant-{i}").write_bytes(data)


main()
