"""A virtual environment with PyTorch from PyPI, for the scripts here that compare with it."""
import os
import subprocess
import sys
import tempfile


def install(folder, requirement, others):
    """The environment's Python, made or completed where something is missing."""
    python = os.path.join(folder, "bin", "python")
    if os.path.exists(python):
        check = subprocess.run([python, "-c", "import torch, " + ", ".join(others.values())], capture_output=True,
                               check=False)
        if check.returncode == 0:
            return python
    print(f"installing {requirement} from PyPI into {folder} (some gigabytes)", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement, *others],
                   check=True)
    return python


def run_inside(script, venv, requirement="torch>=2", others=None):
    """Runs the script again with --inside, in the folder `venv` or, without one, in a temporary environment; its
    exit status. `others`: what is installed beside PyTorch, and the module that it brings."""
    others = others or {"numpy": "numpy"}
    if venv:
        python = install(os.path.abspath(venv), requirement, others)
        return subprocess.run([python, os.path.abspath(script), "--inside", *sys.argv[1:]], check=False).returncode
    with tempfile.TemporaryDirectory(prefix="rondo-pytorch-") as folder:
        return run_inside(script, folder, requirement, others)
