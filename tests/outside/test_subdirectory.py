"""Another project has rondo as a subdirectory: it gets the program and the function for plugins, but neither tests nor
double precision, unless it asks for them."""
import os

from building import KIT, VERSION, cmake, configure, copy_template
from program import ROOT, run, write

# ctest: together TIMEOUT 1200

PROJECT = f"""cmake_minimum_required(VERSION 3.22)
project(outer VERSION 7.8.9 LANGUAGES C)
enable_testing()
add_subdirectory({ROOT} inner)
rondo_add_plugin(cell mycell mycell.c)
"""


def test_subdirectory():
    os.mkdir("project")
    copy_template("cell", "project/mycell.c")
    write("project/CMakeLists.txt", PROJECT)
    # No optimization: what is built is not measured.
    configure("project", "build", "-DCMAKE_BUILD_TYPE=Debug")
    cmake("--build", "build", "--parallel", "2")
    run(KIT, "build/plugins/cells/mycell.so")
    for unasked in "rondo_double", "tests":
        assert not os.path.exists(f"build/inner/{unasked}"), f"{unasked} was built, and nobody asked for it"

    # The program finds its own plugins beside itself, and the other project's where it is told.
    listed = run("build/inner/rondo", "list", env={**os.environ, "RONDO_PLUGINS": os.path.abspath("build/plugins")})
    assert "lstm" in listed and "mycell" in listed, listed
    assert run("build/inner/rondo", "--version") == f"rondo {VERSION}\n"

    # Both can be asked for, and find their files.
    configure("project", "tested", "-DCMAKE_BUILD_TYPE=Debug", "-DRONDO_TESTS=ON")
    assert os.path.exists("tested/inner/tests/tree/CTestTestfile.cmake"), "RONDO_TESTS=ON brought no tests"
