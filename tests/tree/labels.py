#!/usr/bin/env python3
"""Every ctest has exactly one label, quick, slow or cluster, and a timeout: labels.py CTEST BUILD."""
import json
import subprocess
import sys

LABELS = {"quick", "slow", "cluster"}


def problem_of(test):
    properties = {entry["name"]: entry["value"] for entry in test.get("properties", [])}
    labels = properties.get("LABELS", [])
    if len(labels) != 1 or labels[0] not in LABELS:
        return f"{test['name']}: labels {labels}, wanted is one of {sorted(LABELS)}"
    return None if "TIMEOUT" in properties else f"{test['name']}: no timeout"


def main():
    shown = subprocess.run([sys.argv[1], "--test-dir", sys.argv[2], "--show-only=json-v1"],
                           capture_output=True, text=True, check=True).stdout
    tests = json.loads(shown)["tests"]
    problems = [problem for test in tests if (problem := problem_of(test))]
    print(*problems, f"{len(tests)} tests, {len(problems)} problems", sep="\n")
    return 1 if problems or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
