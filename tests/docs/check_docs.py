#!/usr/bin/env python3
"""The documents of the tree: links lead somewhere, files and tests they name exist, no commit ids, tables are up to
date. check_docs.py [ROOT]."""
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(sys.argv[1] if __name__ == "__main__" and len(sys.argv) > 1 else
                       os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMIT = re.compile(r"(?<![\w/.-])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?![\w.-])")
NO_COMMITS = ("crc32", "sha256", "PLoS")  # what else is written in such digits
SYSTEM_MESSAGES = ("No space left on device",)  # of the C library
CODE_FILE = re.compile(r"`([\w./-]+/[\w.-]+\.(?:c|h|py|yaml|md|txt|cmake))`")
SYMBOL = re.compile(r"`(rondo_[a-z0-9_]+)(?:\([^`]*\))?`")
OF_READERS = ("cells/mycell.c", "cells/mycell.so")  # what a reader is told to make


def documents():
    for pattern in "*.md", "docs/**/*.md", "framework/*.md", "plugins/*.md", "datasets/*.md", "tests/*.md":
        yield from sorted(glob.glob(os.path.join(ROOT, pattern), recursive=True))


def without_code(text):
    """Fenced blocks blanked, so that line numbers stay."""
    lines, inside = [], False
    for line in text.splitlines():
        fence = line.startswith("```")
        lines.append("" if inside or fence else line)
        inside ^= fence
    return lines


def anchor_of(title):
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def anchors_of(path):
    with open(path, encoding="utf-8") as file:
        titles = [line.lstrip("#").strip() for line in without_code(file.read()) if line.startswith("#")]
    return {anchor_of(title) for title in titles}


def link_problem(path, target):
    if re.match(r"[a-z]+:", target):
        return None
    name, _, anchor = target.partition("#")
    aim = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
    if not os.path.exists(aim):
        return f"{target}: there is no such file"
    if anchor and anchor not in anchors_of(aim):
        return f"{target}: no such heading"
    return None


def names_a_file(path, name):
    """Code is named from the root, from framework/, or beside the document."""
    folders = ROOT, os.path.join(ROOT, "framework"), os.path.join(ROOT, "framework", "include"), os.path.dirname(path)
    return any(os.path.exists(os.path.join(folder, name)) for folder in folders)


def line_problems(path, line):
    for target in LINK.findall(line):
        problem = link_problem(path, target)
        if problem:
            yield problem
    if not any(word in line for word in NO_COMMITS):
        for found in COMMIT.findall(line):
            yield f"{found}: looks like a commit; a document says what is, not when it came"
    of_tree = not any(os.sep + folder + os.sep in path for folder in ("guide", "datasets", os.path.join("docs", "plugins")))
    for name in CODE_FILE.findall(line) if of_tree else []:
        if "NAME" not in name and name not in OF_READERS and not names_a_file(path, name):
            yield f"{name}: there is no such file"


def problems_of(path):
    with open(path, encoding="utf-8") as file:
        lines = without_code(file.read())
    for number, line in enumerate(lines, 1):
        for problem in line_problems(path, line):
            yield f"{os.path.relpath(path, ROOT)}:{number}: {problem}"


def printed_texts():
    """Everything in quotes in the program's source, adjacent literals joined, on one line."""
    texts = []
    for path in glob.glob(os.path.join(ROOT, "framework", "**", "*.[ch]"), recursive=True):
        with open(path, encoding="utf-8") as file:
            source = re.sub(r'"\s*(?:PRI\w+\s*)?\n?\s*"', "", file.read())
        texts += re.findall(r'"((?:[^"\\\n]|\\.)*)"', source)
    return "\n".join(texts).replace('\\"', '"').replace("%%", "%")


def symbol_problems(paths):
    """Functions and other names of the code that documents quote are there."""
    words = set()
    for pattern in "framework/**/*.[ch]", "plugins/**/*.[ch]", "cmake/*", "tests/**/CMakeLists.txt":
        for path in glob.glob(os.path.join(ROOT, pattern), recursive=True):
            with open(path, encoding="utf-8") as file:
                words.update(re.findall(r"rondo_[a-z0-9_]+", file.read()))
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for name in sorted(set(SYMBOL.findall("\n".join(without_code(file.read()))))):
                if name not in words:
                    yield f"{os.path.relpath(path, ROOT)}: {name}: no such name in the code"


def message_problems():
    """Each heading of the troubleshooting page that quotes a message quotes one that the program has."""
    path = os.path.join(ROOT, "docs", "troubleshooting.md")
    with open(path, encoding="utf-8") as file:
        lines = without_code(file.read())
    printed = printed_texts()
    for number, line in enumerate(lines, 1):
        quoted = re.fullmatch(r"### `(.*)`", line)
        for piece in quoted[1].split("…") if quoted else []:
            if len(piece.strip()) > 3 and piece.strip() not in printed and piece not in SYSTEM_MESSAGES:
                yield f"docs/troubleshooting.md:{number}: no message has: {piece.strip()}"


def plugin_problems():
    """plugins/README.md names every cell, loss, optimizer and schedule that is shipped."""
    with open(os.path.join(ROOT, "plugins", "README.md"), encoding="utf-8") as file:
        text = file.read()
    for path in sorted(glob.glob(os.path.join(ROOT, "plugins", "*", "*.c"))):
        folder, name = path.split(os.sep)[-2:]
        if folder != "communicators" and f"`{name[:-2]}`" not in text:
            yield f"plugins/README.md: does not name {folder}/{name}"


def guide_problems():
    """The index of the guide, and that of the pages on plugins, name every page."""
    for folder in "guide", "plugins":
        index = os.path.join(ROOT, "docs", folder, "README.md")
        with open(index, encoding="utf-8") as file:
            named = set(LINK.findall(file.read()))
        for path in sorted(glob.glob(os.path.join(ROOT, "docs", folder, "*.md"))):
            if path != index and os.path.basename(path) not in named:
                yield f"docs/{folder}/README.md: does not name {os.path.basename(path)}"


def decision_problems():
    """The index of decisions links every heading that has a paragraph."""
    index = os.path.join(ROOT, "docs", "decisions.md")
    with open(index, encoding="utf-8") as file:
        text = file.read()
    named = set(LINK.findall(text))
    for line in text[text.find("\n## "):].splitlines():
        if line.strip() and not re.match(r"## \[|\s*\* (\[|\*\*)", line):
            yield f"docs/decisions.md: is an index; docs/decisions/ is the place of: {line[:60]}"
            break
    for path in sorted(glob.glob(os.path.join(ROOT, "docs", "decisions", "*.md"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for title in re.findall(r"^##+ (.+)\n\n(?!#)", text, re.M):
            link = f"decisions/{os.path.basename(path)}#{anchor_of(title)}"
            if link not in named:
                yield f"docs/decisions.md: does not name {link}"


def course_problems():
    """Both languages have the same commands, and their configs exist."""
    commands = {}
    for language in "en", "zh":
        with open(os.path.join(ROOT, "docs", f"course.{language}.md"), encoding="utf-8") as file:
            commands[language] = [line.strip() for line in file if line.startswith("    ")]
    if commands["en"] != commands["zh"]:
        yield "docs/course.en.md and course.zh.md: other commands"
    for name in re.findall(r"configs/\S+", " ".join(commands["en"])):
        if not os.path.exists(os.path.join(ROOT, name)):
            yield f"docs/course.en.md: {name}: there is no such file"


def table_problems():
    done = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "performance_tables.py"), "--check"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        yield done.stderr.strip()


def main():
    paths = list(documents())
    problems = [problem for path in paths for problem in problems_of(path)]
    problems += [*symbol_problems(paths), *message_problems(), *plugin_problems(),
                 *guide_problems(), *course_problems(), *decision_problems(), *table_problems()]
    print("\n".join(problems + [f"{len(paths)} documents, {len(problems)} problems"]))
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
