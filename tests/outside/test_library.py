"""Programs of others with an installed librondo: in C and C++, shared and static, by find_package and by pkg-config.
Each prints what `rondo` prints, or what the program of tests/api does."""
import glob
import json
import os
import shlex
import shutil
import subprocess

import pytest

from building import COMPILER, VERSION, build_project, install
from program import BUILD, ROOT, rondo, run, train, write

# ctest: together TIMEOUT 1200

SOURCE = os.path.join(ROOT, "tests", "api", "use_model.c")
NEW = "one two\nthree one one\n"
MODEL = """
behavior_version: 1
seed: 2
task: language_model
data: {path: text.txt, unit: word, sequences: line, split: {valid: 0.2}, batch_size: 8}
model: {input: {embedding: 6}, layers: [{cell: lstm, hidden: 10}, {cell: gru, hidden: 7}]}
optimizer: {name: adam, learning_rate: 0.01}
train: {epochs: 2}
"""
PROGRAMS = """find_package(rondo @VERSION@ EXACT REQUIRED)
find_package(Threads REQUIRED)
include(CheckLanguage)
check_language(CXX)
set(sources in_c.c)
if(CMAKE_CXX_COMPILER)
  enable_language(CXX)
  list(APPEND sources in_cxx.cc)
endif()
foreach(source IN LISTS sources)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} rondo::rondo Threads::Threads)
  add_executable(${name}_static ${source})
  target_link_libraries(${name}_static rondo::rondo_static Threads::Threads)
endforeach()
""".replace("@VERSION@", VERSION)


class Model:
    """A trained model, and what is said with it."""

    def __init__(self, folder):
        self.run = f"{folder}/run"
        write(f"{folder}/text.txt", "one two three\ntwo three one\nthree one two two\n" * 41)
        write(f"{folder}/m.yaml", MODEL)
        assert "epoch 2" in "".join(train(f"{folder}/m.yaml", self.run))
        self.sampled = rondo("sample", self.run, "--seed", "5", "--prime", "one two")[0]
        self.scored = json.loads(rondo("score", self.run, "--text", "one two three", "--json")[0])["log_probability"]
        # The program is tested in tests/api, where it is linked with the library of the build folder.
        self.predicted = run(f"{BUILD}/tests/api/use_model", self.run, "predict", "text", input=NEW)

    def check(self, program, **environment):
        """The other program, with this environment beside the test's, says the same."""
        env = {name: value for name, value in os.environ.items() if name != "RONDO_PLUGINS"}

        def use(*arguments):
            result = subprocess.run([program, self.run, *arguments], input=NEW, capture_output=True, text=True,
                                    timeout=250, env={**env, **environment}, check=False)
            assert (result.returncode, result.stderr) == (0, ""), f"{program} {' '.join(arguments)}: {result}"
            return result.stdout

        assert use("sample", "5", "1", "0", "one two") == self.sampled
        assert f"{float(use('score', 'one two three').split()[2]):.9g}" == f"{self.scored:.9g}"
        assert use("predict", "text") == use("predict", "text", "stream") == self.predicted
        head, *rows = self.predicted.splitlines()
        assert head.startswith("sequence,step,class")
        assert use("predict", "text", "threads").splitlines() == [head, *rows, *rows]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    yield Model(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def prefix(model, tmp_path_factory):
    """Installed only where there is a model to try it with."""
    folder = tmp_path_factory.mktemp("prefix")
    install(folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def libraries(prefix):
    """The folder of librondo, above that of rondo.pc."""
    (file,) = glob.glob(f"{prefix}/**/rondo.pc", recursive=True)
    return os.path.dirname(os.path.dirname(file))


def test_find_package(model, prefix, libraries):
    os.mkdir("project")
    for name in "in_c.c", "in_cxx.cc":
        shutil.copy(SOURCE, f"project/{name}")
    build_project("project", PROGRAMS, f"-DCMAKE_PREFIX_PATH={prefix}")
    # The shared library finds the plugins beside it; a static one is in a program that lies elsewhere.
    for name in "in_c", "in_cxx":
        if name == "in_c" or os.path.exists(f"project/build/{name}"):
            model.check(f"project/build/{name}")
            model.check(f"project/build/{name}_static", RONDO_PLUGINS=f"{libraries}/rondo/plugins")


def test_pkg_config(model, libraries):
    def ask(*arguments):
        environment = {**os.environ, "PKG_CONFIG_PATH": f"{libraries}/pkgconfig"}
        return run("pkg-config", *arguments, "rondo", env=environment).strip()

    def build(output, flags):
        run(COMPILER, "-std=c11", "-D_XOPEN_SOURCE=700", SOURCE, "-o", output, *shlex.split(flags), "-pthread")

    assert ask("--modversion") == VERSION
    plugins = ask("--variable=plugindir")
    assert os.path.exists(f"{plugins}/cells/lstm.so"), plugins
    build("shared", ask("--cflags", "--libs"))
    model.check("./shared", LD_LIBRARY_PATH=libraries)
    build("static", ask("--cflags", "--libs", "--static").replace("-lrondo", "-l:librondo.a"))
    model.check("./static", RONDO_PLUGINS=plugins)
    assert "librondo" not in run("ldd", "./static"), "the static program needs librondo.so"
