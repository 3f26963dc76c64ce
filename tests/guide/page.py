"""A page of docs/guide as a list of blocks: files to write, commands to run, output that must come.

    ```yaml names.yaml      any language and a name: written to that file
    ```sh                   run with `sh -eu` in the page's folder; a status other than 0 fails
    ```text                 directly after sh: lines of its output, in this order
    ```text varies          directly after sh: so many lines come, whatever they say (samples of a model)

Every block of a page is one of these, so nothing on it goes untried. In expected lines "..." alone stands for
lines left out, and "…" within a line for any text. Blanks are compared as one. Integers must be equal; numbers
with a decimal point may differ by a tenth, because matrix products round differently on other processors;
times, speeds and memory may be anything."""
import re

NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
FREE_UNIT = re.compile(r"\s*(?:s|ms|min|minutes|seconds|tokens/s|KiB|MiB|kB|MB)\b")
TOLERANCE = 0.1
FLOOR = 0.005  # figures that are printed as 0.00 or so


class PageError(Exception):
    pass


class Block:
    def __init__(self, kind, argument, line):
        self.kind, self.argument, self.line = kind, argument, line
        self.lines = []

    def is_commands(self):
        return self.kind == "sh" and not self.argument

    def is_output(self):
        return self.kind == "text" and self.argument in ("", "varies")


def fenced_blocks(text):
    block = None
    for number, line in enumerate(text.splitlines(), 1):
        if block is None and line.startswith("```"):
            kind, _, argument = line[3:].strip().partition(" ")
            block = Block(kind, argument, number)
        elif block is not None and line.startswith("```"):
            yield block
            block = None
        elif block is not None:
            block.lines.append(line)
    if block is not None:
        raise PageError(f"line {block.line}: the block has no end")


def paragraph_before(text, line):
    above = text.splitlines()[:line - 1]
    while above and not above[-1].strip():
        above.pop()
    return above[-1] if above else ""


def read_page(text):
    blocks = list(fenced_blocks(text))
    for before, block in zip([None] + blocks, blocks):
        if block.is_commands():
            continue
        if block.is_output():
            if before is None or not before.is_commands():
                raise PageError(f"line {block.line}: output without the commands it is from")
        elif not block.kind or not block.argument:
            raise PageError(f"line {block.line}: a block that is neither a file, commands nor output")
        elif f"`{block.argument}`" not in paragraph_before(text, block.line):
            raise PageError(f"line {block.line}: the line above does not name the file `{block.argument}`")
    if not any(block.is_commands() for block in blocks):
        raise PageError("a page without commands")
    return blocks


def parts(line):
    """Text between numbers, and the numbers with the text behind them."""
    found, end = [], 0
    for match in NUMBER.finditer(line):
        found.append(line[end:match.start()])
        found.append((match[0], bool(FREE_UNIT.match(line, match.end()))))
        end = match.end()
    return found + [line[end:]]


def same_number(shown, came):
    (shown, free), (came, _) = shown, came
    if free:
        return True
    if "." not in shown and "." not in came and "e" not in shown.lower():
        return int(shown) == int(came)
    shown, came = float(shown), float(came)
    return abs(shown - came) <= max(TOLERANCE * abs(shown), FLOOR)


def same_text(shown, came):
    shown, came = parts(shown), parts(came)
    return len(shown) == len(came) and all(
        same_number(a, b) if isinstance(a, tuple) else a == b for a, b in zip(shown, came))


def matches(shown, came):
    shown, came = " ".join(shown.split()), " ".join(came.split())
    if "…" not in shown:
        return same_text(shown, came)
    first, *rest = shown.split("…")
    # What stands before the first wildcard and behind the last is compared as any line; between them, as it is.
    for length in range(len(came) + 1):
        if same_text(first, came[:length]) and matches_rest(rest, came[length:]):
            return True
    return False


def matches_rest(pieces, came):
    *middle, last = pieces
    for piece in middle:
        at = came.find(piece)
        if at < 0:
            return False
        came = came[at + len(piece):]
    return any(same_text(last, came[start:]) for start in range(len(came) + 1))


def missing_line(expected, output):
    """The first expected line that does not come behind those before it, or None."""
    at = 0
    for shown in expected:
        if shown.strip() in ("", "..."):
            continue
        while at < len(output) and not matches(shown, output[at]):
            at += 1
        if at == len(output):
            return shown
        at += 1
    return None


def compare_output(block, output):
    """What is wrong with the output of the commands before the block, or None."""
    lines = [line for line in output.splitlines() if line.strip()]
    if block.argument == "varies":
        shown = [line for line in block.lines if line.strip()]
        if len(shown) != len(lines):
            return f"line {block.line}: {len(shown)} lines shown, {len(lines)} came"
        return None
    missing = missing_line(block.lines, lines)
    return None if missing is None else f"line {block.line}: shown, but it does not come: {missing}"
