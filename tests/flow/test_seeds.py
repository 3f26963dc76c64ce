"""Which seed moves what.

seed is the seed of all that has none of its own under seeds; one of these moves its part and leaves the others as they
are: the starting weights, the division into splits, the order of sequences, and what is drawn for each update.
"""

import pytest

from program import arrays, journal, train, write

pytestmark = pytest.mark.usefixtures("text_and_tags")

# ctest: together

CONFIG = """
behavior_version: 1
seed: 8
task: language_model
data:
  path: text.txt
  unit: word
  sequences: line
  split: {valid: 0.2, test: 0.1, order: random}
  batch_size: 5
model:
  input: {embedding: 6, dropout: 0.2}
  layers: [{cell: rnn, hidden: 7, zoneout: {hidden: 0.1}}]
optimizer: {name: sgd, learning_rate: 0.3}
train: {epochs: 1, log_every: 0, weight_noise: 0.05}
output: {folder: run}
"""

QUIET = ["model.input.dropout=0", "model.layers.0.zoneout.hidden=0", "train.weight_noise=0"]
IN_ORDER = ["data.shuffle=false"]


def parts(*sets):
    """What each seed is of: the weights before the first update, the splits, and the weights after an epoch."""
    arguments = [word for pair in sets for word in ("--set", pair)]
    train("c.yaml", "still", "--overwrite", *arguments, "--set", "optimizer.learning_rate=0", "--set",
          "train.max_steps=1")
    train("c.yaml", "run", "--overwrite", *arguments)
    data = [record for record in journal("run") if record["kind"] == "data"]
    return {"start": arrays("still", "/parameters"), "data": data, "end": arrays("run", "/parameters")}


def same_parts(a, b):
    return {name for name in a if a[name] == b[name]}


def test_each_moves_its_own():
    write("c.yaml", CONFIG)
    base = parts()
    every = [f"seeds.{name}=8" for name in ("initialization", "order", "masks", "data")]
    assert same_parts(base, parts(*every)) == {"start", "data", "end"}, "seed is not the seed of each"
    assert same_parts(base, parts("seed=9", *every)) == {"start", "data", "end"}, "something goes by seed alone"
    for name, left in ("initialization", {"data"}), ("order", {"start", "data"}), ("masks", {"start", "data"}), (
            "data", {"start"}):
        found = same_parts(base, parts(f"seeds.{name}=9"))
        assert found == left, f"seeds.{name} leaves {found}, expected {left}"


def test_each_moves_nothing_else():
    """Where nothing is drawn for updates, or nothing is shuffled, its seed does nothing."""
    write("c.yaml", CONFIG)
    for name, sets in ("masks", QUIET), ("order", IN_ORDER), ("data", ["data.split.order=sequential"]):
        found = same_parts(parts(*sets), parts(*sets, f"seeds.{name}=9"))
        assert found == {"start", "data", "end"}, f"seeds.{name} moves more than its own: {found} stay"


@pytest.mark.parametrize("key, value", [
    ("model.input.dropout", 0.2), ("model.layers.0.zoneout.hidden", 0.1), ("train.weight_noise", 0.05),
    ("model.input.noise", 0.1), ("model.input.unknown_rate", 0.1), ("model.layers.0.dropout", 0.2),
    ("model.layers.0.recurrent_dropout", 0.2)])
def test_each_kind_is_drawn_by_masks(key, value):
    """Dropout, zoneout, weight noise, input noise, unknown symbols, recurrent dropout, each alone."""
    write("c.yaml", CONFIG)
    sets = [*[each for each in QUIET if not each.startswith(f"{key}=")], f"{key}={value}"]
    base = parts(*sets)
    assert same_parts(base, parts(*sets, "seeds.masks=9")) == {"start", "data"}, "seeds.masks"
    assert same_parts(base, parts(*sets, "seeds.masks=8", "seeds.order=8")) == {"start", "data", "end"}, "seeds.order"
