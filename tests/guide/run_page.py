"""Runs a page of docs/guide as a reader would: writes its files, runs its commands in an empty folder and compares
what comes with what the page shows."""
import os
import shutil
import subprocess

from page import PageError, compare_output, read_page

SECONDS = 280


def environment(build):
    """What docs/guide/README.md tells the reader to set, and nothing of the caller's that changes rondo."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RONDO_")}
    return kept | {"PATH": build + os.pathsep + os.environ["PATH"], "RONDO_BUILD": build, "LC_ALL": "C.UTF-8"}


def write_file(folder, block):
    path = os.path.join(folder, block.argument)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(block.lines) + "\n")


def run_commands(folder, block, variables):
    done = subprocess.run(["sh", "-eu", "-c", "\n".join(block.lines)], cwd=folder, env=variables, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=SECONDS, check=False)
    if done.returncode != 0:
        raise PageError(f"line {block.line}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def run_page(path, build, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(path, encoding="utf-8") as file:
        blocks = read_page(file.read())
    output = ""
    for block in blocks:
        if block.is_commands():
            output = run_commands(folder, block, environment(build))
        elif block.is_output():
            problem = compare_output(block, output)
            if problem:
                raise PageError(f"{problem}\nwhat came:\n{output}")
        else:
            write_file(folder, block)
