#!/usr/bin/env python3
"""Makes entities.txt beside it: what independent programs count in tag sequences, legal or not.

B, I, O and E: the rules of the script conlleval of the CoNLL-2000 shared task (endOfChunk,
startOfChunk and the counters of its main loop), written down here again line by line. Letters of
IOBES and BILOU, which that script does not know: seqeval, whose default mode continues its rules to
them. Where both apply they must agree, which is asserted.

A line of the file: gold tags; predicted tags; entities in gold, in the prediction, in both.
Needs seqeval (https://pypi.org/project/seqeval). Run it from anywhere:
    python3 tests/evaluate/conlleval.py

tests/flow/test_flow.py judges what the program predicts by conlleval() as well.
"""
import os
import random

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "entities.txt")
TYPES = ["PER", "LOC"]


def split(tag):
    letter, _, kind = tag.partition("-")
    return letter, kind


def end_of_chunk(previous, tag, previous_type, kind):
    return ((previous, tag) in {("B", "B"), ("B", "O"), ("I", "B"), ("I", "O"), ("E", "E"),
                                ("E", "I"), ("E", "O")}
            or (previous != "O" and previous != "." and previous_type != kind))


def start_of_chunk(previous, tag, previous_type, kind):
    return ((previous, tag) in {("B", "B"), ("I", "B"), ("O", "B"), ("O", "I"), ("E", "E"),
                                ("E", "I"), ("O", "E")}
            or (tag != "O" and tag != "." and previous_type != kind))


def conlleval(gold, predicted):
    """Counts of one sequence; the empty line behind it is O in both columns."""
    found_gold = found_predicted = correct = 0
    in_correct = False
    last = [("O", ""), ("O", "")]
    for pair in list(zip(gold, predicted)) + [("O", "O")]:
        now = [split(tag) for tag in pair]
        ends = [end_of_chunk(last[i][0], now[i][0], last[i][1], now[i][1]) for i in (0, 1)]
        starts = [start_of_chunk(last[i][0], now[i][0], last[i][1], now[i][1]) for i in (0, 1)]
        if in_correct:
            if ends[0] and ends[1] and last[0][1] == last[1][1]:
                in_correct = False
                correct += 1
            elif ends[0] != ends[1] or now[0][1] != now[1][1]:
                in_correct = False
        if starts[0] and starts[1] and now[0][1] == now[1][1]:
            in_correct = True
        found_gold += starts[0]
        found_predicted += starts[1]
        last = now
    return found_gold, found_predicted, correct + in_correct


def seqeval(gold, predicted):
    from seqeval.metrics.sequence_labeling import get_entities
    spelled = [[tag.replace("L-", "E-").replace("U-", "S-") for tag in tags]
               for tags in (gold, predicted)]
    sets = [set(get_entities(tags)) for tags in spelled]
    return len(sets[0]), len(sets[1]), len(sets[0] & sets[1])


def draw(numbers, letters, length):
    """Any tags in any order, O more often."""
    tags = ["O"] * (2 * len(letters)) + [f"{letter}-{kind}" for letter in letters for kind in TYPES]
    return [numbers.choice(tags) for _ in range(length)]


def alter(numbers, tags, letters):
    return [draw(numbers, letters, 1)[0] if numbers.random() < 0.25 else tag for tag in tags]


def main():
    numbers = random.Random(2000)
    lines = []
    for letters, judges in [("BI", [conlleval, seqeval]), ("IE", [conlleval]),
                            ("BIES", [seqeval]), ("BILU", [seqeval])]:
        for _ in range(60):
            gold = draw(numbers, letters, numbers.randrange(1, 13))
            predicted = alter(numbers, gold, letters)
            counts = {judge(gold, predicted) for judge in judges}
            assert len(counts) == 1, (gold, predicted, counts)
            lines.append(f"{' '.join(gold)};{' '.join(predicted)};"
                         f"{' '.join(str(count) for count in counts.pop())}\n")
    with open(FILE, "w", encoding="utf-8") as file:
        file.writelines(lines)


if __name__ == "__main__":
    main()
