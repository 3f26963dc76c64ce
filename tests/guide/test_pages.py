"""Every page of docs/guide and docs/plugins: its commands run, and what it shows as output comes."""
import os

import pytest

from program import BUILD, DOUBLE, ROOT
from run_page import run_page

# ctest: one per page, in CMakeLists.txt

DOCS = os.path.join(ROOT, "docs")


def pages_of(folder):
    return sorted(name[:-3] for name in os.listdir(os.path.join(DOCS, folder))
                  if name.endswith(".md") and name != "README.md")


@pytest.mark.parametrize("page", pages_of("guide"))
def test_page(page, folder):
    if page == "own_cell" and not os.path.exists(DOUBLE):
        pytest.skip("RONDO_DOUBLE is off, in which the page's cell is checked")
    run_page(os.path.join(DOCS, "guide", f"{page}.md"), BUILD, str(folder / "page"))


@pytest.mark.skipif(not os.path.exists(DOUBLE), reason="RONDO_DOUBLE is off, in which plugins are checked")
@pytest.mark.parametrize("page", pages_of("plugins"))
def test_plugin_page(page, folder):
    run_page(os.path.join(DOCS, "plugins", f"{page}.md"), BUILD, str(folder / "page"))
