"""A tagger with a conditional random field: the same bytes with any threads and after a resume; the best path is what
evaluate counts and predict answers."""
import json

import numpy
import pytest

from experiments import ENTITIES, TAGGER, make_entity_files
from program import USAGE, digest, rondo, same, train, values_of, write

CRF = "loss: {name: crf}\noutput:"


@pytest.mark.usefixtures("text_and_tags")
def test_same_bytes():
    write("c.yaml", TAGGER.replace("output:", CRF))
    train("c.yaml", "whole")
    for step in (7, 20):
        train("c.yaml", "parts", "--set", f"train.max_steps={step}", "--resume", "--threads", "3")
    train("c.yaml", "parts", "--resume", "--threads", "2")
    same("whole", "parts")
    names = {name.split("/")[-1] for name in values_of("whole/checkpoints/latest.h5", "/parameters/loss")}
    assert names == {"transitions", "starts", "ends"}
    learned = values_of("whole/checkpoints/latest.h5", "/parameters/loss")
    assert all(numpy.abs(values).max() > 1e-3 for values in learned.values()), learned


def test_answers():
    """Accuracy of evaluate is the share of right answers of predict, on a task in which neighbours tell."""
    make_entity_files()
    write("c.yaml", ENTITIES.replace("output:", CRF))
    train("c.yaml", "run")
    pairs = [line.split() for line in rondo("predict", "run", "test.txt")[0].splitlines() if line.strip()]
    right = [gold == answer for _, gold, answer in pairs]
    found = json.loads(rondo("evaluate", "run", "--split", "test", "--json")[0])
    assert len(right) > 50 and abs(found["metrics"]["accuracy"] - sum(right) / len(right)) < 1e-9, found
    assert found["loss"] > 0 and digest("run", "best.h5")


def test_what_it_is_not_for():
    make_entity_files()
    for sets, words in [(["data.truncated_bptt=3"], "must be 0: this loss looks at whole sequences"),
                        (["loss.options.class_weights=balanced"], "must be none: this loss is of whole sequences")]:
        write("c.yaml", ENTITIES.replace("output:", CRF))
        _, error = rondo("check", "c.yaml", *[part for text in sets for part in ("--set", text)], expect=USAGE)
        assert words in error, error
