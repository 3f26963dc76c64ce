#!/usr/bin/env python3
"""One type name, one meaning: no struct, union, enum or typedef of the tree is defined twice, in headers or in
files of their own. A forward declaration of one would otherwise be completed by the other, and the compiler says
nothing."""
import os
import re
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FOLDERS = ("framework", "plugins")
NO_CODE = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", re.DOTALL)
TAG = re.compile(r"\b(?:struct|union|enum)\s+(\w+)\s*\{")
NAME_AFTER_BODY = re.compile(r"^\}\s*(\w+)\s*;", re.MULTILINE)  # at the margin: not a member
POINTER = re.compile(r"^typedef\s+[^;{}]*?\(\s*\*\s*(\w+)\s*\)\s*\([^;]*\)\s*;", re.MULTILINE)
ALIAS = re.compile(r"^typedef\s+([^;{}()]*?)\b(\w+)\s*;", re.MULTILINE)


def names_of(text):
    """name -> what it stands for, of the types that a C text defines; an alias stands for another type."""
    text = NO_CODE.sub(" ", text)
    found = {name: None for pattern in (TAG, NAME_AFTER_BODY, POINTER) for name in pattern.findall(text)}
    for meaning, name in ALIAS.findall(text):
        if meaning.split()[-1] != name:  # `typedef struct a a;` defines nothing
            found[name] = meaning.strip()
    return found


def check_type_names(root):
    meanings, files_of = {}, {}
    for folder in FOLDERS:
        for path, _, names in sorted(os.walk(os.path.join(root, folder))):
            for file in sorted(name for name in names if name.endswith((".c", ".h"))):
                whole = os.path.join(path, file)
                with open(whole, encoding="utf-8") as source:
                    for name, meaning in names_of(source.read()).items():
                        meanings.setdefault(name, set()).add(meaning)
                        files_of.setdefault(name, []).append(os.path.relpath(whole, root))
    for name, files in sorted(files_of.items()):
        if len(files) > 1 and (None in meanings[name] or len(meanings[name]) > 1):
            yield f"{name}: a type of {' and of '.join(files)}"


# A second file that must be refused beside the first, or must not.
FIRST = "typedef struct rondo_a {\n    int x;\n} rondo_a;\ntypedef void (*rondo_b)(int);\nenum rondo_c { ONE };\n" \
        "typedef long rondo_e;\n"
REFUSED = {"struct": "struct rondo_a {\n    int y;\n};\n",
           "union": "union rondo_a {\n    int y;\n};\n",
           "typedef": "typedef struct {\n    int y;\n} rondo_a;\n",
           "function": "typedef int (*rondo_b)(void);\n",
           "enum": "enum rondo_c { TWO };\n",
           "plain": "typedef int rondo_c;\n",
           "alias": "typedef int rondo_e;\n"}
ALLOWED = {"forward": "typedef struct rondo_a rondo_a;\nstruct rondo_a;\nvoid f(struct rondo_a *a);\n",
           "comment": "/* struct rondo_a { */ const char *s = \"struct rondo_a {\";\n",
           "same alias": "typedef long rondo_e;\n",
           "other": "typedef struct rondo_d {\n    struct rondo_a a;\n} rondo_d;\n"}


def planted(text):
    with tempfile.TemporaryDirectory() as root:
        for folder, content in (("framework/a", FIRST), ("plugins/b", text)):
            os.makedirs(os.path.join(root, folder))
            with open(os.path.join(root, folder, "x.h"), "w", encoding="utf-8") as file:
                file.write(content)
        return list(check_type_names(root))


def main():
    problems = list(check_type_names(ROOT))
    problems += [f"a second {kind} of a name passes" for kind, text in REFUSED.items() if not planted(text)]
    problems += [f"{kind} is refused: {planted(text)[0]}" for kind, text in ALLOWED.items() if planted(text)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
