"""Projects that tests build with cmake, as somebody else would build them, and plugins that come of it."""
import os
import shutil

from program import BUILD, ROOT, build_option, read, run, write

COMPILER, VERSION = build_option("CMAKE_C_COMPILER"), build_option("CMAKE_PROJECT_VERSION")
KIT, KIT_DOUBLE = os.path.join(BUILD, "rondo_kit"), os.path.join(BUILD, "rondo_kit_double")
HEAD = "cmake_minimum_required(VERSION 3.22)\nproject(outside LANGUAGES C)\n"


def cmake(*arguments):
    return run(build_option("CMAKE_COMMAND"), *arguments, timeout=1200)


def configure(source, build, *options):
    cmake("-S", source, "-B", build, f"-DCMAKE_C_COMPILER={COMPILER}", *options)


def build_project(folder, text, *options):
    """A project outside the tree, whose CMakeLists.txt ends with these lines, in <folder>/build."""
    write(f"{folder}/CMakeLists.txt", HEAD + text)
    configure(folder, f"{folder}/build", *options)
    cmake("--build", f"{folder}/build", "--parallel", "2")


def install(prefix):
    cmake("--install", BUILD, "--prefix", str(prefix))


def copy_template(kind, path, name="TEMPLATE"):
    folder = {"loss": "losses"}.get(kind, f"{kind}s")
    shutil.copy(os.path.join(ROOT, "plugins", folder, f"{name}.c.txt"), path)


def copy_lstm(path):
    """lstm.c under another name, mylstm."""
    source = read(os.path.join(ROOT, "plugins", "cells", "lstm.c"))
    for old, new in ("rondo_plugin_lstm", "rondo_plugin_mylstm"), ('.name = "lstm"', '.name = "mylstm"'):
        assert old in source, f"lstm.c does not have {old}"
        source = source.replace(old, new)
    write(path, source)


def check_plugin(build, file, kit=KIT, kit_double=KIT_DOUBLE):
    """A plugin that was built passes its kit, in every precision that rondo has."""
    run(kit, f"{build}/plugins/{file}")
    if os.path.exists(KIT_DOUBLE):
        run(kit_double, f"{build}/plugins-double/{file}")
    else:
        assert not os.path.exists(f"{build}/plugins-double"), "rondo was not built in double precision"
