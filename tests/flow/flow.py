"""For scripts that are no pytest modules: SCRIPT RONDO DIGEST TEST runs the test of that name."""
import os
import sys
import tempfile

os.environ["RONDO_BUILD"] = os.path.dirname(os.path.abspath(sys.argv[1]))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from experiments import *  # noqa: E402, F403
from program import *  # noqa: E402, F403


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def main(tests, prepare=None):
    """Runs the test that the command line names, in a folder of its own; prepare() writes its data."""
    chosen = [test for test in tests if test.__name__ == sys.argv[3]]
    if not chosen:
        sys.exit(f"no test {sys.argv[3]}; there are {[test.__name__ for test in tests]}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        if prepare:
            prepare()
        chosen[0]()
        os.chdir("/")
    print("ok", sys.argv[3])
