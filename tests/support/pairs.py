"""Pairs of a source and its target, and an encoder-decoder with all that one can have."""
import random

from program import write

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
