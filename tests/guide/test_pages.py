"""Every page of docs/guide: its commands run, and what it shows as output comes."""
import os

import pytest

from program import BUILD, DOUBLE, ROOT
from run_page import run_page

# ctest: one per page, in CMakeLists.txt

GUIDE = os.path.join(ROOT, "docs", "guide")
PAGES = sorted(name[:-3] for name in os.listdir(GUIDE) if name.endswith(".md") and name != "README.md")


@pytest.mark.parametrize("page", PAGES)
def test_page(page, folder):
    if page == "own_cell" and not os.path.exists(DOUBLE):
        pytest.skip("RONDO_DOUBLE is off, in which the page's cell is checked")
    run_page(os.path.join(GUIDE, f"{page}.md"), BUILD, str(folder / "page"))
