"""What a browser makes of a report. Needs chromium; pages and pictures
stay in report/ of the build folder."""
import json
import os
import re
import subprocess
import tempfile
import zlib

import pytest

import reports
from program import BUILD, build_option, read, rondo

# ctest: if RONDO_BROWSER TIMEOUT 600

CHROMIUM = build_option("RONDO_BROWSER")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="RONDO_BROWSER is off")
A4 = (595, 842)  # points
PRINTED = 688  # pixels: the width of an A4 page between margins of 14 mm
# Measures the page it stands in and leaves what it found in an element.
MEASURE = """<script>
addEventListener('load', () => {
  const found = {width: document.documentElement.scrollWidth, window: innerWidth, clipped: [], overlapping: [],
                 faint: [], wide: [], broken: [], twice: [], texts: 0,
                 requests: performance.getEntriesByType('resource').length};
  const slack = 1, ids = new Set();
  for (const element of document.querySelectorAll('[id]')) {
    if (ids.has(element.id)) found.twice.push(element.id);
    ids.add(element.id);
  }
  for (const link of document.querySelectorAll('a'))
    if (!link.getAttribute('href').startsWith('#') || !ids.has(link.getAttribute('href').slice(1)))
      found.broken.push(link.getAttribute('href'));
  for (const svg of document.querySelectorAll('svg')) {
    const outer = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
    found.texts += texts.length;
    texts.forEach(([text, box], i) => {
      if (box.left < outer.left - slack || box.right > outer.right + slack || box.top < outer.top - slack ||
          box.bottom > outer.bottom + slack) found.clipped.push(text);
      for (const [other, rect] of texts.slice(i + 1)) {
        const x = Math.min(box.right, rect.right) - Math.max(box.left, rect.left);
        const y = Math.min(box.bottom, rect.bottom) - Math.max(box.top, rect.top);
        if (x > slack && y > 3) found.overlapping.push(text + ' | ' + other);
      }
    });
  }
  for (const box of document.querySelectorAll('.wide, td, th'))
    if (box.scrollWidth > box.clientWidth + 1) found.wide.push(box.textContent.slice(0, 60));
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const said = new Set();
  for (const element of document.querySelectorAll('h1, h2, p, li, td, th, a, small, figcaption, caption, text')) {
    const style = getComputedStyle(element);
    const colour = element.tagName === 'text' ? style.fill : style.color;
    if (1.05 / (light(colour) + 0.05) < 4.5) said.add(element.tagName + ' ' + colour);
  }
  found.faint = [...said];
  const out = document.createElement('pre');
  out.id = 'measured';
  out.textContent = JSON.stringify(found);
  document.body.append(out);
});
</script>"""


def chromium(*arguments, profile):
    """Whatever it was asked for goes to standard output."""
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
               "--no-first-run", "--disable-background-networking", "--disable-component-update",
               f"--user-data-dir={profile}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr[-500:]}"
    return done.stdout


def measure(page, width, profile):
    """What the script above finds in the page, in a window of that width."""
    copy = os.path.abspath("measured.html")
    with open(copy, "w", encoding="utf-8") as file:
        file.write(page.replace("</body>", MEASURE + "</body>"))
    dom = chromium("--virtual-time-budget=5000", "--dump-dom", f"--window-size={width},900",
                   f"file://{copy}", profile=profile)
    found = re.search(r'<pre id="measured">(.*?)</pre>', dom, re.S)
    assert found, f"the page of {len(page)} bytes did not run to its end"
    return json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def hold(found, where, tables=True):
    """All that a page has to be in any window."""
    for what in ("clipped", "overlapping", "faint", "broken", "twice") + (("wide",) if tables else ()):
        assert not found[what], f"{where}: {what}: {found[what][:5]}"
    assert found["width"] <= found["window"], f"{where}: {found['width']} wide in {found['window']}"
    assert found["requests"] == 0, f"{where}: {found['requests']} requests"
    assert found["texts"] > 20, f"{where}: {found['texts']} texts in figures"


def pixels_of(path):
    """The distinct bytes of a PNG's rows: a page that stayed empty has few."""
    with open(path, "rb") as file:
        data = file.read()
    body, at = b"", 8
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        if data[at + 4:at + 8] == b"IDAT":
            body += data[at + 8:at + 8 + size]
        at += size + 12
    return len(set(zlib.decompress(body)))


def look(name, page, folder):
    """One report on a screen, on a telephone's, and printed."""
    with tempfile.TemporaryDirectory() as profile:
        hold(measure(page, 1100, profile), f"{name} on a screen")
        hold(measure(page, 620, profile), f"{name} in a narrow window", tables=False)
        printed = page.replace("@media print", "@media all")
        hold(measure(printed, PRINTED, profile), f"{name} printed")
        path, picture, paper = (os.path.join(folder, f"{name}.{end}") for end in ("html", "png", "pdf"))
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
        chromium(f"--screenshot={picture}", "--window-size=1100,1600", f"file://{path}", profile=profile)
        assert pixels_of(picture) > 100, f"{picture} is empty"
        chromium(f"--print-to-pdf={paper}", "--no-pdf-header-footer", f"file://{path}", profile=profile)
        with open(paper, "rb") as file:
            sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", file.read())
        assert sizes and all(abs(float(size[i]) - A4[i]) < 2 for size in sizes for i in (0, 1)), (
            f"{paper}: pages of {set(sizes)}")


@pytest.fixture
def kept():
    """Keeps the pages and pictures of them."""
    path = os.path.join(BUILD, "report")
    os.makedirs(path, exist_ok=True)
    return path


def test_cells(kept):
    look("cells", reports.page(reports.make_cells()), kept)


def test_search(kept):
    look("search", reports.page(reports.make_search()), kept)


def test_hostile(kept):
    look("hostile", reports.page(reports.make_hostile()), kept)


def test_halving(kept):
    look("halving", reports.page(reports.make_halving()), kept)


def test_many(kept):
    look("many", reports.page(reports.make_many()), kept)


def test_ranks(kept):
    rondo("compare", "--data-sets", *reports.make_data_sets(), "--html", "ranks.html")
    look("ranks", read("ranks.html"), kept)


def test_sees(kept):
    """The measurements are worth something: each fault that is put in is found."""
    page = reports.page(reports.make_cells())
    faults = {"clipped": ("</svg>", '<text x="955" y="20">much too far right</text></svg>'),
              "overlapping": ("</svg>", '<text x="300" y="90">one</text><text x="302" y="92">two</text></svg>'),
              "faint": ("</h1>", '</h1><p style="color:#aaa">pale</p>'),
              "broken": ("</h1>", '</h1><a href="#nowhere">x</a>'),
              "twice": ("</h1>", '</h1><i id="runs"></i>'),
              "wide": ("</h1>", '</h1><div class="wide"><div style="width:3000px">x</div></div>')}
    with tempfile.TemporaryDirectory() as profile:
        for what, (at, instead) in faults.items():
            found = measure(page.replace(at, instead, 1), 1100, profile)
            assert found[what], f"{what} was not seen"
        found = measure(page.replace("</h1>", '</h1><div style="width:3000px">x</div>', 1), 1100, profile)
        assert found["width"] > found["window"], "a page that is too wide was not seen"
