"""What needs h5py and NumPy: docs/checkpoint.md against checkpoints, remarks on HDF5 data."""
import json
import os
import re
import subprocess
import zlib

import pytest

from experiments import STREAM, TAGGER
from program import RONDO, ROOT, rondo, train, write

# ctest: together

pytestmark = pytest.mark.usefixtures("text_and_tags")

h5py = pytest.importorskip("h5py")
np = pytest.importorskip("numpy")

PAGE = os.path.join(ROOT, "docs", "checkpoint.md")

LSTM = """
behavior_version: 1
task: language_model
data: {path: text.txt, unit: character, batch_size: 6, truncated_bptt: 11, split: {valid: 0.1}}
model: {input: {embedding: 9}, layers: [{cell: lstm, hidden: 12}, {cell: lstm, hidden: 7}]}
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 2}
output: {folder: run}
"""


def snippet():
    with open(PAGE, encoding="utf-8") as file:
        code, = re.findall(r"```python\n(.*?)```", file.read(), re.S)
    return code


def test_forward_pass():
    """The page's lines, run as they stand there, give the probabilities of `rondo score`, to 1e-5."""
    write("c.yaml", LSTM)
    train("c.yaml", "run")
    names = {}
    exec(compile(snippet(), PAGE, "exec"), names)
    for text in "abcd a", "cab", "a?b":
        scored = json.loads(rondo("score", "run", "--text", text, "--json")[0])
        expected = [token["log_probability"] for token in scored["lines"][0]["tokens"]]
        found = names["log_probabilities"]("run/checkpoints/best.h5", text)
        assert len(found) == len(expected) == len(text) + 1, f"{found} {expected}"
        for a, b in zip(found, expected):
            assert abs(a - b) < 1e-5, f"{text}: {found}, but rondo says {expected}"


def test_described_shapes():
    """What `rondo describe cell` says of every cell are the arrays of a checkpoint, their shapes and no
    others; gates are as many as columns."""
    inputs = 9
    # by hand: of an antisymmetric U what is above its diagonal; of modules of 1, 1, 1 and 2 units themselves and later ones
    forms = {"antisymmetric_rnn": {"recurrent_weights_candidate": (10,)},
             "orthogonal_rnn": {"recurrent_weights_hidden": (10,)},
             "clockwork": {"recurrent_weights_activation": (1 * 5 + 1 * 4 + 1 * 3 + 2 * 2,)}}
    listed, _ = rondo("list")
    cells = re.findall(r"^\s*cell\s+(\w+)", listed, re.M)
    assert {"lstm", "gru", "rnn"} <= set(cells), listed
    for cell in cells:
        described, _ = rondo("describe", "cell", cell)
        section = described.split("\nparameters, ")[1].split("\n\n")[0]
        rows = re.findall(r"^    (\w+) +\[([^\]]*)\]  *(.*)$", section, re.M)
        for hidden in 5, inputs:  # some add the input, so that it has to be as wide
            write("c.yaml", LSTM.replace("[{cell: lstm, hidden: 12}, {cell: lstm, hidden: 7}]",
                                         f"[{{cell: {cell}, hidden: {hidden}}}]").replace("epochs: 2", "max_steps: 1"))
            checked = subprocess.run([RONDO, "check", "c.yaml"], capture_output=True, text=True, check=False)
            if "write hidden: 9" not in checked.stderr:
                break
        train("c.yaml", cell)
        with h5py.File(f"{cell}/checkpoints/latest.h5", "r") as file:
            stored = {name: data.shape for name, data in file["parameters/layers/0/forward"].items()}
        shapes = dict(forms.get(cell, {}))
        assert re.findall(r"^    (\w+)  numbers of", section, re.M) == list(shapes), f"{cell}: {section}"
        for name, shape, gates in rows:
            numbers = [re.sub("input", str(inputs), part) for part in shape.split(", ")]
            numbers = [re.sub(r"^(\d+ )?hidden$", lambda m: str(hidden * int(m[1] or 1)), part)
                       for part in numbers]
            shapes[name] = tuple(map(int, numbers))
            if gates:
                assert len(gates.split(" | ")) * hidden == shapes[name][-1], f"{cell}: {name}: {gates}"
        assert shapes == stored, f"{cell}: described {shapes}, stored {stored}"


def test_shapes_of_gates_whose_units_share_weights():
    """By hand, for 6 units and 9 inputs."""
    narrow = {"ordered_neurons_lstm": ("chunk", 3, {
        "input_weights": (9, 24), "recurrent_weights": (6, 24), "biases": (24,),
        **{f"{what}_{gate}": shape for gate in ("master_forget_gate", "master_input_gate") for what, shape in
           (("input_weights", (9, 2)), ("recurrent_weights", (6, 2)), ("biases", (2,)))}}),
              "scrn": ("context_group", 2, {
        "input_weights": (9, 6), "input_weights_context_input": (9, 3), "recurrent_weights": (6, 12), "biases": (12,),
        "recurrent_weights_hidden_from_context": (3, 6), "recurrent_weights_output_from_context": (3, 6)})}
    for cell, (option, group, expected) in narrow.items():
        write("c.yaml", LSTM.replace("[{cell: lstm, hidden: 12}, {cell: lstm, hidden: 7}]",
                                     f"[{{cell: {cell}, hidden: 6, options: {{{option}: {group}}}}}]").replace("epochs: 2", "max_steps: 1"))
        train("c.yaml", cell)
        with h5py.File(f"{cell}/checkpoints/latest.h5", "r") as file:
            stored = {name: data.shape for name, data in file["parameters/layers/0/forward"].items()}
        assert stored == expected, f"{cell}: {stored}"


def test_groups_are_described():
    """Every group, vocabulary and attribute that a checkpoint has stands on the page."""
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    write("l.yaml", STREAM)
    write("t.yaml", TAGGER)
    for config in "l.yaml", "t.yaml":
        train(config, config[0], "--set", "train.epochs=1", "--set", "train.max_steps=2")
        with h5py.File(f"{config[0]}/checkpoints/latest.h5", "r") as file:
            for name in [*file, *file["schema"], *file.attrs, *file["schema"].attrs]:
                assert f"`{name}`" in page or f"/{name}" in page, f"{name} is not on the page"


def test_seal():
    """The seal is what the page says: the last line, a CRC-32 of all bytes before it."""
    write("c.yaml", LSTM)
    train("c.yaml", "run")
    with open("run/checkpoints/latest.h5", "rb") as file:
        contents = file.read()
    line = re.search(rb"\n?(rondo seal: crc32 ([0-9a-f]{8}) of (\d{20}) bytes\n)$", contents)
    assert line, f"no seal at the end: {contents[-80:]}"
    before = contents[:int(line[3])]
    assert f"{zlib.crc32(before):08x}" == line[2].decode(), f"{line[1]}"
    assert len(contents) - len(before) <= len(line[0]), "bytes between what is sealed and the seal"


def test_hdf5_remarks():
    """Of HDF5 data: a class of the vocabulary without an example, and columns that never change, by their
    number as h5py counts."""
    numbers = np.random.default_rng(3)
    with h5py.File("data.h5", "w") as file:
        file.attrs.update(rondo_format="ragged sequences", version=1, targets="sequence")
        file.create_dataset("vocabulary/targets", data=["low", "middle", "high"],
                            dtype=h5py.string_dtype("utf-8"))
        for split, classes in ("train", [0, 2]), ("valid", [0]):
            lengths = numbers.integers(2, 6, 30)
            offsets = np.r_[0, np.cumsum(lengths)]
            values = numbers.normal(size=(offsets[-1], 7)).astype("f4")
            values[:, [1, 4]] = 0.25
            file[f"{split}/offsets"], file[f"{split}/inputs"] = offsets, values
            file[f"{split}/targets"] = numbers.choice(classes, 30)
    write("c.yaml", """
behavior_version: 1
task: classification
data: {format: hdf5, path: data.h5, batch_size: 10}
model: {input: values, layers: [{cell: gru, hidden: 3}], pooling: last}
optimizer: {name: adam}
""")
    _, error = rondo("check", "c.yaml")
    told = [line for line in error.splitlines() if line.startswith("warning: ")]
    assert told == ["warning: the training split has no example of the class middle",
                    "warning: the validation split has no example of the class high",
                    "warning: input columns 1, 4 (counted from 0): the same value in all of the training split"], (
        error)
