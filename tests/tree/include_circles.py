#!/usr/bin/env python3
"""No files include each other in a circle. NAME.c and NAME.h are one unit; a circle of units, in a folder or across
folders, means that none of them can be read, moved or tested without the others: what two need belongs into a
header that includes neither. NAME_private.h is the inside of NAME, so that its include of NAME.h is none; all other
exceptions are stated below, each with its reason."""
import os
import re
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "framework")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
# Headers of a folder for that folder, and why the files that they include may include them.
STATED = {
    "model/input.h": "the input asks dropout for a mask of the embedding, dropout asks the input what the mask is of",
    "model/layer.h": "the buffers of a layer, which every station of a pass reads and the layer hands to each",
    "model/network.h": "the struct of a network, which an encoder-decoder completes while the network is made",
    "model/panels.h": "packed weights: each station names its own, and panels.c packs those of all stations",
    "model/weight_gradient.h": "products that stations leave to be summed by tile, and weight_gradient.c asks them for",
}


def unit_of(path):
    return path.rpartition(".")[0]


def read_units(root):
    """unit -> headers that it includes, of those below root."""
    units, headers = {}, set()
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root)
            if not name.endswith((".c", ".h")):
                continue
            if name.endswith(".h"):
                headers.add(path)
            with open(os.path.join(root, path), encoding="utf-8") as file:
                units.setdefault(unit_of(path), set()).update(INCLUDE.findall(file.read()))
    return {unit: included & headers for unit, included in units.items()}


def counts(unit, header, stated):
    other = unit_of(header)
    is_inside = unit == other + "_private"
    is_stated = header in stated and os.path.dirname(header) == os.path.dirname(unit)
    return unit != other and not is_inside and not is_stated


def find_circles(root, stated):
    """Strongly connected components of more than one unit (Tarjan 1972)."""
    edges = {unit: sorted(unit_of(header) for header in headers if counts(unit, header, stated))
             for unit, headers in read_units(root).items()}
    number, lowest, stack, circles = {}, {}, [], []

    def visit(unit):
        number[unit] = lowest[unit] = len(number)
        stack.append(unit)
        for other in edges[unit]:
            if other not in number:
                visit(other)
            if other in stack:
                lowest[unit] = min(lowest[unit], lowest[other])
        if lowest[unit] == number[unit]:
            at = stack.index(unit)
            circle = sorted(stack[at:])
            del stack[at:]
            if len(circle) > 1:
                circles.append(circle)

    for unit in sorted(edges):
        if unit not in number:
            visit(unit)
    return circles, edges


def check(root, stated):
    circles, edges = find_circles(root, stated)
    for circle in circles:
        arrows = [f"{unit} -> {other}" for unit in circle for other in edges[unit] if other in circle]
        yield f"a circle of includes: {'; '.join(arrows)}"
    for header in sorted(stated):
        if not os.path.exists(os.path.join(root, header)):
            yield f"{header}: is stated here, but is no file"
        elif not find_circles(root, stated - {header})[0]:
            yield f"{header}: is stated here, but no circle goes through it"


# Files that make a circle, or none; "!" states a header.
CIRCLES = {
    "of two headers": {"a/x.h": "a/y.h", "a/y.h": "a/x.h"},
    "of three": {"a/x.h": "a/y.h", "a/y.h": "a/z.h", "a/z.h": "a/x.h"},
    "by way of .c files": {"a/x.c": "a/y.h", "a/x.h": "", "a/y.c": "a/x.h", "a/y.h": ""},
    "across folders": {"a/x.c": "b/y.h", "a/x.h": "", "b/y.h": "a/x.h"},
    "below a folder": {"a/x.c": "a/b/y.h", "a/x.h": "", "a/b/y.h": "a/x.h"},
    "around a private header": {"a/x.c": "a/x_private.h", "a/x.h": "", "a/x_private.h": "a/y.h", "a/y.h": "a/x.h"},
    "stated for another folder": {"a/x.c": "b/y.h", "a/x.h": "", "b/y.h": "a/x.h", "!": "b/y.h"},
    "not there": {"a/x.h": "", "!": "a/x.h"},
}
NONE = {
    "a chain": {"a/x.h": "a/y.h", "a/x.c": "a/x.h", "a/y.h": "b/z.h", "b/z.h": ""},
    "two ways to one header": {"a/x.h": "a/y.h", "a/z.h": "a/y.h", "a/y.h": "", "a/x.c": "a/z.h"},
    "a private header": {"a/x.c": "a/x_private.h", "a/x.h": "", "a/x_private.h": "a/x.h"},
    "a stated header": {"a/x.h": "a/y.h", "a/y.c": "a/x.h", "a/y.h": "", "!": "a/x.h"},
    "a header of the system": {"a/x.h": "unistd.h", "a/x.c": "a/x.h"},
}


def planted(files):
    with tempfile.TemporaryDirectory() as root:
        for path, included in files.items():
            if path == "!":
                continue
            os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(f'#include "{included}"\n' if included else "\n")
        return list(check(root, {files["!"]} if "!" in files else set()))


def main():
    problems = list(check(ROOT, set(STATED)))
    problems += [f"a planted circle passes: {name}" for name, files in CIRCLES.items() if not planted(files)]
    problems += [f"{name} is refused: {planted(files)[0]}" for name, files in NONE.items() if planted(files)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
