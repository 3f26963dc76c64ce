"""Small files of arrays, and configs for them and for files of other forms."""
import random
import subprocess

from program import RAGGED

HDF5 = """
behavior_version: 1
seed: 5
task: {task}
data: {{format: hdf5, path: {path}, batch_size: 8}}
model:
  input: {input}
  layers: [{{cell: gru, hidden: 12}}]
  {pooling}
optimizer: {{name: adam, learning_rate: 2.0e-2}}
train: {{epochs: {epochs}, log_every: 0}}
output: {{folder: run}}
"""

FILES = """
behavior_version: 1
seed: 5
task: {task}
data:
  format: {format}
  split: {{train: {train}, valid: {valid}, test: {test}}}
  batch_size: 4
  {more}
model:
  input: {input}
  layers: [{{cell: gru, hidden: 5}}]
optimizer: {{name: adam, learning_rate: 1.0e-2}}
train: {{max_steps: 1, log_every: 0}}
output: {{folder: run}}
"""


def ragged(path, parts):
    """Writes HDF5: of each path a list of ints, of floats, of lists of floats, or of texts."""
    lines = ["attribute rondo_format ragged sequences", "version 1"]
    for name, values in parts.items():
        if isinstance(values, str):
            lines.append(f"attribute {name} {values}")
        elif isinstance(values[0], str):
            lines += [f"text {name} {len(values)}", *values]
        elif isinstance(values[0], list):
            lines.append(f"real {name} {len(values)} {len(values[0])}")
            lines += [" ".join(map(repr, row)) for row in values]
        else:
            lines += [f"int {name} {len(values)}", " ".join(map(str, values))]
    subprocess.run([RAGGED, path], input="\n".join(lines) + "\n", text=True, check=True)


def levels(ids, seed, count=60):
    """Sequences of noise around a level, which tells the class; one class a sequence."""
    numbers = random.Random(seed)
    offsets, inputs, targets = [0], [], []
    for _ in range(count):
        place = numbers.randrange(len(ids))
        for _ in range(numbers.randrange(2, 7)):
            inputs.append([place + 0.2 * numbers.random(), numbers.random()])
        offsets.append(len(inputs))
        targets.append(ids[place])
    return offsets, inputs, targets


def level_file(path, ids, names, per_step=False):
    """The right classes of the test split."""
    parts = {} if per_step else {"targets": "sequence"}
    if names:
        parts["/vocabulary/targets"] = names
    for number, split in enumerate(("train", "valid", "test")):
        offsets, inputs, targets = levels(ids, number)
        if per_step:
            targets = [target for s, target in enumerate(targets)
                       for _ in range(offsets[s], offsets[s + 1])]
        parts |= {f"/{split}/offsets": offsets, f"/{split}/inputs": inputs, f"/{split}/targets": targets}
    ragged(path, parts)
    return targets


def hdf5_config(path, task="classification", **more):
    values = {"path": path, "task": task, "input": "values", "pooling": "", "epochs": 15} | more
    if task == "classification":
        values["pooling"] = "pooling: last"
    return HDF5.format(**values)
