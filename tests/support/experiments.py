"""Configs and data on which many tests train: a stream of characters, lines, taggers, entities."""
import os
import random

from program import write

STREAM = """
behavior_version: 1
seed: 7
task: language_model
data:
  path: text.txt
  unit: character
  split: {valid: 0.1, test: 0.1}
  batch_size: 6
  truncated_bptt: 11
model:
  input: {embedding: 9, dropout: 0.1}
  layers:
    - {cell: lstm, hidden: 21, dropout: 0.2, options: {forget_bias: 1.0}}
    - {cell: gru, hidden: 13}
optimizer: {name: adam, learning_rate: 5.0e-3}
clip: {norm: 1.0}
schedule: {name: plateau, options: {factor: 0.5, patience: 1}}
train: {epochs: 4, log_every: 7}
output: {folder: run, checkpoint_every: {epochs: 1, steps: 10}, keep_checkpoints: 3}
"""

LINES = """
behavior_version: 1
seed: 8
task: language_model
data:
  path: text.txt
  unit: word
  sequences: line
  vocabulary: {min_count: 2}
  split: {valid: 0.1, order: random}
  batch_size: 5
model:
  input: one_hot
  layers: [{cell: rnn, hidden: 17}]
optimizer: {name: rmsprop, learning_rate: 1.0e-3}
train: {epochs: 2}
output: {folder: run}
"""

TAGGER = """
behavior_version: 1
seed: 9
task: tagging
data:
  format: columns
  path: tags.tsv
  split: {valid: 0.2, test: 0.2}
  batch_size: 4
model:
  input: {embedding: 8}
  layers:
    - {cell: lstm, hidden: 9, bidirectional: true, dropout: 0.3}
    - {cell: gru, hidden: 7, bidirectional: true}
optimizer: {name: sgd, learning_rate: 0.5, options: {momentum: 0.9}}
train: {epochs: 3}
output: {folder: run}
"""

ENTITIES = """
behavior_version: 1
seed: 10
task: tagging
data:
  format: columns
  split: {train: train.txt, valid: valid.txt, test: test.txt}
  batch_size: 4
model:
  input: {embedding: 8, dropout: 0.2}
  layers: [{cell: lstm, hidden: 8, bidirectional: true}]
optimizer: {name: adam, learning_rate: 0.01}
train: {epochs: 6, monitor: f1, early_stopping: {patience: 2}}
output: {folder: run}
"""

# Everything that a layer can do besides its cell.
LAYERS = """
behavior_version: 1
seed: 10
task: tagging
data:
  format: columns
  path: tags.tsv
  split: {valid: 0.2, test: 0.2}
  batch_size: 4
model:
  input: {embedding: 12, dropout: 0.1, dropout_kind: sequence}
  layers:
    - {cell: lstm, hidden: 6, bidirectional: true, zoneout: {hidden: 0.05, cell: 0.1},
       recurrent_dropout: 0.1, layer_norm: true, residual: true}
    - cell: lstm
      hidden: 7
      bidirectional: true
      backward: {cell: gru, hidden: 5, options: {reset_after: true}}
      dropout: 0.1
      dropout_kind: sequence
      zoneout: {hidden: 0.05}
      residual: true
optimizer: {name: adam, learning_rate: 1.0e-2}
train: {epochs: 3}
output: {folder: run}
"""


def make_data():
    """A text with structure to learn and lines of unequal length; sentences with tags."""
    numbers = random.Random(5)
    nouns, verbs = ["cat", "dog", "bird", "füchsin"], ["sees", "likes", "calls"]
    lines, tagged = [], []
    for _ in range(150):
        words = [(numbers.choice(nouns), "N") if i % 2 == 0 else (numbers.choice(verbs), "V")
                 for i in range(numbers.randrange(1, 9))]
        lines.append(" ".join(word for word, _ in words))
        tagged.append("".join(f"{word}\t{tag}\n" for word, tag in words))
    write("text.txt", "\n".join(lines) + "\n")
    write("tags.tsv", "\n".join(tagged))


def make_entities(count, seed, more=()):
    """Sentences as lists of (word, tag) in IOB2; which entity a name is its neighbours tell."""
    numbers = random.Random(seed)
    names = ["jordan", "paris", "chelsea", "sydney", "diego", "garcia"]
    sentences = []
    for _ in range(count):
        sentence = []
        for _ in range(numbers.randrange(1, 5)):
            name = [numbers.choice(names) for _ in range(numbers.randrange(1, 3))]
            before, kind, after = numbers.choice([("mr", "PER", "said"), ("in", "LOC", "near"),
                                                  ("the", "O", "and"), *more])
            tags = [f"{'B' if i == 0 else 'I'}-{kind}" if kind != "O" else "O"
                    for i in range(len(name))]
            sentence += [(before, "O"), *zip(name, tags), (after, "O")]
        sentences.append(sentence)
    return sentences


def columns_text(sentences, separator=" "):
    return "\n".join("".join(separator.join(token) + "\n" for token in sentence)
                     for sentence in sentences)


def make_entity_files():
    """In the test file also a type that the training split does not have."""
    parts = {"train": make_entities(80, 1), "valid": make_entities(30, 2),
             "test": make_entities(40, 3, [("at", "ORG", "inc")])}
    for name, sentences in parts.items():
        write(f"{name}.txt", columns_text(sentences))
        os.mkdir(name)
        for index, file in enumerate(["seq.in", "seq.out"]):
            write(f"{name}/{file}", "".join(" ".join(token[index] for token in sentence) + "\n"
                                            for sentence in sentences))
    return parts
