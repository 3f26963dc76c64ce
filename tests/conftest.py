"""What every test in Python has: the build that is tested, and an empty folder of its own to work in."""
import os
import shutil

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
pytest.register_assert_rewrite("program", "running", "building", "harness", "run_page")


def pytest_addoption(parser):
    parser.addoption("--build", metavar="FOLDER", default=os.environ.get("RONDO_BUILD") or os.path.join(ROOT, "build"),
                     help="the build folder whose program is tested: RONDO_BUILD, or build/")


def pytest_configure(config):
    build = os.path.abspath(config.getoption("--build"))
    if not os.access(os.path.join(build, "rondo"), os.X_OK):
        raise pytest.UsageError(f"{build}/rondo: there is no such program; build it by ./tools/build -DRONDO_TESTS=ON, "
                                "or name another build folder by --build")
    os.environ["RONDO_BUILD"] = build  # where tests/support/program.py looks


def pytest_collection_modifyitems(items):
    from program import build_option
    if build_option("RONDO_SANITIZE"):
        for item in items:
            if item.get_closest_marker("memory"):
                item.add_marker(pytest.mark.skip(reason="sanitizers have memory of their own"))
            unsanitized = item.get_closest_marker("unsanitized")
            if unsanitized:
                item.add_marker(pytest.mark.skip(reason=unsanitized.args[0]))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    item.failed = getattr(item, "failed", False) or outcome.get_result().failed


@pytest.fixture(autouse=True)
def folder(request, tmp_path, monkeypatch):
    """Empty, and the working directory. That of a test that failed stays."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    if not request.node.failed:
        os.chdir("/")
        shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture
def text_and_tags(folder):
    """text.txt and tags.tsv, of which experiments.py has the models."""
    from experiments import make_data
    make_data()


@pytest.fixture
def double_program():
    """The program in double precision; where it is not built, the test is left out."""
    from program import DOUBLE
    if not os.path.exists(DOUBLE):
        pytest.skip("RONDO_DOUBLE is off")
    return DOUBLE
