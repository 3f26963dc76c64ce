"""Optimizers that evaluate with other weights than they train: in validation, checkpoints, evaluation, after a resume."""
import os
import re
import subprocess

import numpy
import pytest

from experiments import STREAM, TAGGER
from program import DOUBLE, USAGE, digest, rondo, same, train, values_of, write

pytestmark = pytest.mark.usefixtures("text_and_tags")

OPTIMIZERS = {
    "schedule_free": "{name: schedule_free, learning_rate: 1.0e-2}",
    "asgd": "{name: asgd, learning_rate: 0.5, options: {patience: 1}}",
    "asgd_at_once": "{name: asgd, learning_rate: 0.5, options: {trigger: step, start_after: 3}}",
}


def config_of(text, optimizer):
    if optimizer == "weight_average":
        return text.replace("train: {", "train: {weight_average: 0.9, ")
    return re.sub(r"optimizer: .*", f"optimizer: {OPTIMIZERS[optimizer]}", text)


def weights_of(run):
    """Those to evaluate with and those of training, by name of the parameter."""
    path = f"{run}/checkpoints/latest.h5"
    return [{name.split(prefix)[1]: numpy.array(values) for name, values in values_of(path, prefix).items()}
            for prefix in ("/parameters", "/optimizer/training_weights")]


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS, "weight_average"])
def test_resume(optimizer):
    """A run in parts, with other threads, has the bytes of one that was never stopped."""
    write("c.yaml", config_of(STREAM, optimizer))
    train("c.yaml", "whole")
    for step in (9, 31, 46):
        train("c.yaml", "parts", "--set", f"train.max_steps={step}", "--resume", "--threads", "2")
    train("c.yaml", "parts", "--resume")
    same("whole", "parts")
    assert digest("whole", "best.h5") == digest("parts", "best.h5")


@pytest.mark.parametrize("optimizer", ["schedule_free", "asgd_at_once", "weight_average"])
def test_what_is_evaluated(optimizer):
    """The best checkpoint evaluates to the figure that training told of it, and holds both sets of weights."""
    write("c.yaml", config_of(TAGGER, optimizer))
    _, log = train("c.yaml", "run")
    told = float(re.search(r"best validation loss ([0-9.]+)", log).group(1))
    output, _ = rondo("evaluate", "run", "--split", "valid")
    assert abs(float(re.search(r"loss\s+([0-9.]+)", output).group(1)) - told) < 1e-4, (told, output)
    evaluated, trained = weights_of("run")
    assert evaluated.keys() == trained.keys()
    assert any(numpy.abs(evaluated[name] - trained[name]).max() > 1e-4 for name in evaluated)


def test_other_optimizers_have_none():
    write("c.yaml", TAGGER)
    train("c.yaml", "run")
    assert {name.split("/")[2] for name in values_of("run/checkpoints/latest.h5", "/optimizer")} == {"momentum"}


def test_average_by_hand():
    """The average of the checkpoint is the mean of the weights that each step left, as checkpoints of every step hold
    them."""
    text = config_of(STREAM, "asgd_at_once").replace("output: {folder: run, checkpoint_every: {epochs: 1, steps: 10}, "
                                                      "keep_checkpoints: 3}", "output: {folder: run}")
    write("c.yaml", text)
    weights = {}
    for step in range(5, 9):
        train("c.yaml", "run", "--set", f"train.max_steps={step}", "--resume")
        weights[step] = weights_of("run")
    name = "/layers/1/forward/recurrent_weights"
    average, last = (of[name] for of in weights[8])
    mean = numpy.mean([weights[step][1][name] for step in range(5, 9)], 0)
    assert numpy.abs(average - mean).max() < 1e-6
    assert numpy.abs(average - last).max() > 1e-3


def test_weight_average_by_hand():
    """As torch.optim.swa_utils.AveragedModel with get_ema_multi_avg_fn(0.9): a copy of the weights after the first update,
    then a <- 0.9 a + 0.1 p; the trained weights are those of a run without it. In double precision, to 1e-12."""
    if not os.path.exists(DOUBLE):
        pytest.skip("RONDO_DOUBLE is off")
    text = TAGGER.replace("train: {epochs: 3}", "train: {epochs: 3, weight_average: 0.9}")
    write("c.yaml", text)
    average = None
    for step in range(1, 9):
        for run, sets in (("run", []), ("plain", ["--set", "train.weight_average=0"])):
            arguments = ["train", "c.yaml", "--output", run, "--set", f"train.max_steps={step}", "--resume", *sets]
            subprocess.run([DOUBLE, *arguments], check=True, capture_output=True)
        evaluated, trained = weights_of("run")
        plain = {name.split("/parameters")[1]: numpy.array(values) for name, values in
                 values_of("plain/checkpoints/latest.h5", "/parameters").items()}
        average = average and {name: 0.9 * average[name] + 0.1 * trained[name] for name in trained} or trained
        assert evaluated.keys() == trained.keys() == plain.keys()
        for name in trained:
            assert (trained[name] == plain[name]).all(), name
            numpy.testing.assert_allclose(evaluated[name], average[name], rtol=0, atol=1e-12)
    assert any(numpy.abs(average[name] - trained[name]).max() > 1e-3 for name in average)


def test_two_sets_of_evaluation_weights():
    write("c.yaml", config_of(config_of(TAGGER, "schedule_free"), "weight_average"))
    _, error = rondo("check", "c.yaml", expect=USAGE)
    assert "train.weight_average: must be 0: optimizer schedule_free evaluates with weights of its own" in error, error
