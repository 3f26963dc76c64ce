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
    block = Block("sh", "", 0)
    for command, verb in zip(commands, verbs):
        block.lines.append(command.replace("build/rondo", "rondo", 1) + (SMALL if verb == "train" else ""))
    print(run_commands(folder, block, environment(BUILD)))
