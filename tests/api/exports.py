#!/usr/bin/env python3
"""librondo.so exports what its header has, and nothing else: exports.py NM LIBRARY HEADER."""
import re
import subprocess
import sys

PUBLIC = re.compile(r"^RONDO_API [^(]*?\b(rondo_\w+)\(", re.M)


def exported(nm, library):
    lines = subprocess.run([nm, "-D", "--defined-only", library], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


def main():
    nm, library, header = sys.argv[1:]
    with open(header, encoding="utf-8") as file:
        text = file.read()
    public, found = set(PUBLIC.findall(text)), exported(nm, library)
    problems = [f"{name}: in the header, and not exported" for name in sorted(public - found)]
    problems += [f"{name}: exported, and not in the header" for name in sorted(found - public)]
    if text.count("\nRONDO_API ") != len(public):
        problems.append(f"{text.count(chr(10) + 'RONDO_API ')} functions, of which {len(public)} were read")
    print(*problems, f"{len(public)} functions, {len(problems)} problems", sep="\n")
    return 1 if problems or len(public) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
