"""tools/abi, on a copy of the headers with a change: it refuses what would break programs or plugins that are there."""
import os
import re
import shutil
import subprocess

import pytest

from program import ROOT, read, write

# ctest: together
HEADERS = "framework/include/rondo"

RESERVED = r"^    const void \*reserved\[(\d+)\];\n"


def one_less_reserved(found):
    number = int(found[1])
    return found[0].replace(f"reserved[{number}]", f"reserved[{number - 1}]").replace(
        "    const void", "    int (*more)(void);\n    const void")


HARMLESS = {
    "nothing": [],
    "a function more": [("rondo.h", "^RONDO_API void rondo_free", "RONDO_API void rondo_more(int x);\n\\g<0>"),
                        ("api/model.c", r"\Z", "\nvoid rondo_more(int x)\n{\n    (void)x;\n}\n")],
    "an enumerator more": [("error.h", "^    RONDO_STOPPED = 3", "    RONDO_MORE = 4,\n\\g<0>")],
    "options that grow": [("rondo.h", "^} rondo_sample_options;", "    int32_t more; } rondo_sample_options;")],
    "a plugin that grows": [("cell.h", "^} rondo_cell;", "    const void *more; } rondo_cell;")],
    "a field in the place of reserved ones": [("loss.h", RESERVED + "} rondo_loss;", one_less_reserved)],
    "the same of a gate, of which a plan has several": [("cell.h", RESERVED + "} rondo_cell_gate;", one_less_reserved)],
    "what is hidden": [("api/private.h", "^    rondo_session session;", "\\g<0>\n    int more;")],
}

BREAKING = {
    "a function less": [("rondo.h", "^RONDO_API void rondo_free.*$", ""), ("api/model.c", "^void rondo_free", "static \\g<0>")],
    "another type of result": [("rondo.h", "int64_t rondo_stream_state_size", "int32_t rondo_stream_state_size"),
                               ("api/stream.c", "^int64_t rondo_stream_state_size", "int32_t rondo_stream_state_size")],
    "another number": [("error.h", "RONDO_USAGE = 2", "RONDO_USAGE = 5")],
    "another size": [("error.h", "RONDO_ERROR_SIZE = 8192", "RONDO_ERROR_SIZE = 4096")],
    "a field between others": [("rondo.h", "^    bool latest; ", "    bool early;\n    double x;\n\\g<0>")],
    "steps that grow, which have no size": [("rondo.h", "^} rondo_steps;", "    const double *more; } rondo_steps;")],
    "a field between others of a tile": [("cell.h", "^    int64_t first_unit;", "    int64_t more;\n\\g<0>")],
    "a stage that grows, of which a plan has several": [("cell.h", "^} rondo_cell_stage;", "    const void *more; } rondo_cell_stage;")],
    "another type of a field": [("plugin.h", r"^    const void \*extension;", "    const char *extension;")],
}


@pytest.fixture
def tree(folder):
    """What runs tools/abi there."""
    if not shutil.which("abidiff"):
        pytest.skip("no abidiff: Debian's abigail-tools")
    for path in "framework", "cmake", "tests/abi", "tools":
        shutil.copytree(os.path.join(ROOT, path), path)
    write("tools/install_packages", "#!/bin/sh\n")

    def run(*arguments):
        return subprocess.run(["./tools/abi", *arguments], capture_output=True, text=True, check=False)
    return run


def change(changes):
    for path, pattern, replacement in changes:
        path = os.path.join("framework" if "/" in path else HEADERS, path)
        text, count = re.subn(pattern, replacement, read(path), count=1, flags=re.M)
        assert count == 1, f"{pattern} is not in {path}"
        write(path, text)


@pytest.mark.parametrize("what", HARMLESS)
def test_harmless(tree, what):
    change(HARMLESS[what])
    result = tree()
    assert result.returncode == 0 and result.stdout.count("compatible with tests/abi/") == 2, result.stdout


@pytest.mark.parametrize("what", BREAKING)
def test_breaking(tree, what):
    change(BREAKING[what])
    result = tree()
    assert result.returncode == 1 and "raise its version" in result.stdout, result.stdout


def test_raised(tree):
    """With another version there is nothing to compare with, until --renew has written it."""
    change(BREAKING["another number"])
    assert tree("--renew").returncode == 1, "renewed over what is not compatible"
    write("cmake/RondoLibrary.cmake", read("cmake/RondoLibrary.cmake").replace("SOVERSION 0)", "SOVERSION 1)"))
    change([("plugin.h", r"(#define RONDO_ABI_VERSION\s+)2u", "\\g<1>3u")])
    result = tree()
    assert result.returncode == 1 and "library-1.abi is missing" in result.stdout, result.stdout
    assert tree("--renew").returncode == 0
    result = tree()
    assert result.returncode == 0 and "plugins 3: compatible" in result.stdout, result.stdout
