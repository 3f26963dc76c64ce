#!/bin/sh
# replay.sh PYTHON RONDO HARNESS KIND: the seeds of that kind, and mutants of them, through a harness built with replay.c.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$1" "$here/seeds.py" "$2" "$place/seeds" --mutants 400
mkdir "$place/work"
cd "$place/work"
"$3" "$place/seeds/$4"/*
