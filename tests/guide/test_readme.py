"""README's first config and its commands, run as they are but for a small network and one epoch."""
import os
import re

from page import Block, PageError
from program import BUILD, ROOT
from run_page import environment, run_commands

# ctest: together

SMALL = " --set train.epochs=1 --set model.layers.0.hidden=16"


def first_config(text):
    """The file that README names, what is in it, and the commands below it."""
    match = re.search(r"Save this as `(\S+)`[^\n]*\n\n```yaml\n(.*?)```\n\n((?:    [^\n]*\n)+)", text, re.S)
    if not match:
        raise PageError("there is no first config")
    return match[1], match[2], [line.strip() for line in match[3].splitlines()]


def test_readme(folder):
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        text = file.read()
    name, config, commands = first_config(text)
    for file_name, contents in (name, config), (re.search(r"path: (\S+)", config)[1], 4 * text):
        with open(file_name, "w", encoding="utf-8") as file:
            file.write(contents)
    verbs = [command.split()[1] for command in commands]
    assert {"check", "train", "sample", "score"} <= set(verbs), f"verbs of the first config: {verbs}"
    said = {}
    for command, verb in zip(commands, verbs):
        block = Block("sh", "", 0)
        block.lines.append(command.replace("build/rondo", "rondo", 1) + (SMALL if verb == "train" else ""))
        said[verb] = run_commands(folder, block, environment(BUILD))
        print(said[verb])
    for run in re.findall(r"runs/[\w-]+", config + " ".join(commands)):
        assert os.path.exists(f"{run}/checkpoints/best.h5"), f"{run} was not trained"
    prime, scored = (re.search(rf'{option} "(.*?)"', " ".join(commands))[1] for option in ("--prime", "--text"))
    assert said["sample"].startswith(prime), said["sample"]
    numbers = [float(line.split()[-1]) for line in said["score"].splitlines()[1:len(scored) + 2]]
    count, total = re.search(r"^total +(\d+) +\d+ +(\S+)", said["score"], re.M).groups()
    assert int(count) == len(scored) + 1 and abs(sum(numbers) - float(total)) < 1e-4, said["score"]
