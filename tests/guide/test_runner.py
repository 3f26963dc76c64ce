"""A page that drifts fails: the runner on pages with one planted mistake each."""
import os

import pytest

from page import PageError, matches
from run_page import run_page

# ctest: together LABELS quick TIMEOUT 60

GOOD = """# A page

Save this as `data/greeting.txt`:

```text data/greeting.txt
hello
```

```sh
cat data/greeting.txt
echo "epoch 2  step 4  loss 0.500 (0.3 s, 100 tokens/s)"
echo "made up"
```

```text
hello
...
epoch 2 step 4 loss 0.51 (9.1 s, 7 tokens/s)
```

```sh
echo one; echo two
```

```text varies
eins
zwei
```
"""

# What is replaced, by what, and what the report must say.
PLANTED = {
    "another status": ("cat data/greeting.txt", "cat data/greetings.txt", "exit status 1"),
    "a status within a block": ('echo "made up"', "false\necho", "exit status 1"),
    "a line that does not come": ("\nhello\n...", "\ngoodbye\n...", "does not come: goodbye"),
    "lines in another order": ("\nhello\n...\nepoch 2 step 4 loss 0.51 (9.1 s, 7 tokens/s)",
                               "\nepoch 2 step 4 loss 0.51 (9.1 s, 7 tokens/s)\nhello", "does not come: hello"),
    "another integer": ("step 4 loss", "step 5 loss", "does not come: epoch"),
    "a figure that moved": ("loss 0.51", "loss 0.60", "does not come: epoch"),
    "another word": ("loss 0.51", "cost 0.51", "does not come: epoch"),
    "samples that are too few": ("echo one; echo two", "echo one", "2 lines shown, 1 came"),
    "output of nothing": ("```sh\ncat", "```text\ncat", "output without the commands"),
    "a block that is not run": ("```sh\necho one", "```\necho one", "neither a file"),
    "a file that the text does not name": ("`data/greeting.txt`:", "a file:", "does not name the file"),
    "a block without an end": ("eins\nzwei\n```", "eins\nzwei", "has no end"),
}


def report_of(text):
    with open("page.md", "w", encoding="utf-8") as file:
        file.write(text)
    try:
        run_page("page.md", os.getcwd(), os.path.abspath("scratch"))
    except PageError as problem:
        return str(problem)
    return ""


def test_good_page():
    assert report_of(GOOD) == ""


@pytest.mark.parametrize("planted", PLANTED)
def test_planted(planted):
    old, new, expected = PLANTED[planted]
    assert GOOD.count(old) == 1
    assert expected in report_of(GOOD.replace(old, new))


@pytest.mark.parametrize("shown, came, same", [
    ("a … c 1.0", "a b c 1.05", True), ("a … c 1.0", "a b c 2.0", False),
    ("… end", "any end", True), ("start …", "begin x", False),
    ("a…b…c", "a 1 b 2 c", True), ("a…b…c", "a 1 c 2 b", False),
    ("-0.02", "0.02", False), ("x 0.000", "x 0.001", True), ("7.5e+03 x", "7.6e+03 x", True)])
def test_lines(shown, came, same):
    assert matches(shown, came) == same
