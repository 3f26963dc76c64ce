"""Small synthetic data sets in the formats of the configs' own: what tests/campaign --short
trains on. Each has a rule that can be learnt within seconds, so a result means something."""
import csv
import datetime
import gzip
import math
import os
import random
import struct

SUBJECTS = {"cat": "is", "dog": "is", "boy": "is", "cats": "are", "dogs": "are", "boys": "are"}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def sentence(rng):
    """Words with one rule: the verb agrees with the noun before it."""
    noun = rng.choice(sorted(SUBJECTS))
    words = ["the", noun, SUBJECTS[noun], rng.choice(["full", "here", "old"])]
    return words + (["and"] + sentence(rng) if rng.random() < 0.2 else [])


def sentences(rng, count):
    return "".join(" ".join(sentence(rng)) + "\n" for _ in range(count))


def tinyshakespeare(folder):
    write(f"{folder}/tinyshakespeare/input.txt", sentences(random.Random(1), 1500))


def ptb(folder):
    rng = random.Random(2)
    for split, count in ("train", 1500), ("valid", 200), ("test", 200):
        text = "".join(f" {line} \n" for line in sentences(rng, count).splitlines())
        write(f"{folder}/ptb/ptb.{split}.txt", text)
        lines = (" ".join("_" if c == " " else c for c in line.strip()) for line in text.splitlines())
        with gzip.open(f"{folder}/ptb/ptb.char.{split}.txt.gz", "wt", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)


def names(folder):
    rng = random.Random(3)
    syllables = ["an", "be", "lo", "mi", "ra", "to"]
    write(f"{folder}/names/names.txt",
          "".join("".join(rng.choices(syllables, k=rng.randint(1, 3))) + "\n" for _ in range(2500)))


def jsb_chorales(folder):
    """Chords that follow one another in a ring, from a random start."""
    rng = random.Random(4)
    ring = [[48, 60, 64], [50, 62, 65], [52, 64, 67], [53, 65, 69], [55, 67, 71]]
    for split, count in ("train", 60), ("valid", 15), ("test", 15):
        lines = []
        for _ in range(count):
            start, length = rng.randrange(5), rng.randint(10, 30)
            lines.append(" ".join(",".join(map(str, ring[(start + t) % 5])) for t in range(length)))
        write(f"{folder}/jsb_chorales/JSB_Chorales.{split}.txt", "\n".join(lines) + "\n")


def images(path, count, rng):
    """Images of 8 x 8 with a bright band whose place is the class."""
    labels = [rng.randrange(4) for _ in range(count)]
    pixels = bytearray()
    for label in labels:
        for row in range(8):
            for _ in range(8):
                bright = row // 2 == label
                pixels.append(rng.randrange(200, 256) if bright else rng.randrange(0, 60))
    with gzip.open(path + "-images-idx3-ubyte.gz", "wb") as file:
        file.write(struct.pack(">IIII", 0x803, count, 8, 8) + bytes(pixels))
    with gzip.open(path + "-labels-idx1-ubyte.gz", "wb") as file:
        file.write(struct.pack(">II", 0x801, count) + bytes(labels))


def mnist(folder):
    rng = random.Random(5)
    os.makedirs(f"{folder}/mnist", exist_ok=True)
    images(f"{folder}/mnist/train", 6000, rng)
    images(f"{folder}/mnist/t10k", 300, rng)


def sst2(folder):
    """A sentence is positive where good words outnumber bad ones."""
    rng = random.Random(6)
    for split, count in ("train", 1200), ("dev", 200), ("test", 200):
        lines = []
        for _ in range(count):
            label = rng.randrange(2)
            words = rng.choices(["the", "film", "is", "a", "story"], k=rng.randint(2, 12))
            mood = rng.choice(["great", "fine", "moving"] if label else ["dull", "bad", "flat"])
            words.insert(rng.randrange(len(words)), mood)
            lines.append(" ".join(words) + f"\t{label}\n")
        write(f"{folder}/sst2/{split}.tsv", "".join(lines))


def slots(rng):
    """Flights: a city is an origin after "from", a destination after "to"; two words or one."""
    words, tags = [], []
    for preposition, tag in (("from", "fromloc"), ("to", "toloc")):
        words += [rng.choice(["flights", "fly", "go"]), preposition]
        tags += ["O", "O"]
        city = rng.choice([["boston"], ["new", "york"], ["denver"], ["san", "francisco"]])
        words += city
        tags += ["B-" + tag] + ["I-" + tag] * (len(city) - 1)
    return words, tags


def atis(folder):
    rng = random.Random(7)
    for split, count in ("train", 600), ("valid", 80), ("test", 80):
        pairs = [slots(rng) for _ in range(count)]
        write(f"{folder}/atis/{split}/seq.in", "".join(" ".join(w) + "\n" for w, _ in pairs))
        write(f"{folder}/atis/{split}/seq.out", "".join(" ".join(t) + "\n" for _, t in pairs))
        write(f"{folder}/atis/{split}/label", "flight\n" * count)


def ud_english_ewt_pos(folder):
    """Words whose ending decides the tag, most of them seen once."""
    rng = random.Random(8)
    endings = {"ing": "VERB", "ness": "NOUN", "ly": "ADV", "ous": "ADJ"}
    for split, count in ("train", 500), ("dev", 80), ("test", 80):
        lines = []
        for _ in range(count):
            for _ in range(rng.randint(3, 9)):
                ending = rng.choice(sorted(endings))
                stem = "".join(rng.choices("abdeklmnoprstu", k=5))
                lines.append(f"{stem}{ending}\t{endings[ending]}\tX\n")
            lines.append("\n")
        write(f"{folder}/ud_english_ewt_pos/en_ewt.{split}.pos.tsv", "".join(lines))


def date_normalization(folder):
    rng = random.Random(9)
    lines = []
    for _ in range(3000):
        day, month = rng.randint(10, 28), rng.randint(10, 12)
        lines.append(f"{day}.{month}.".ljust(12) + f"_{month}-{day}".ljust(8) + "\n")
    write(f"{folder}/date_normalization/date.txt", "".join(lines))


def timeseries(folder):
    rng = random.Random(10)
    os.makedirs(f"{folder}/timeseries", exist_ok=True)
    with open(f"{folder}/timeseries/daily-min-temperatures.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Date", "Temp"])
        for t in range(3650):
            value = 10 + 5 * math.sin(2 * math.pi * t / 30) + rng.gauss(0, 0.3)
            day = datetime.date(1981, 1, 1) + datetime.timedelta(days=t)
            rows.writerow([day.isoformat(), f"{value:.2f}"])
    with open(f"{folder}/timeseries/ETTh1.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["date", "HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"])
        for t in range(17420):
            wave = [math.sin(2 * math.pi * (t + 3 * k) / 24) + 0.5 * math.sin(t / 50 + k) for k in range(7)]
            hour = datetime.datetime(2016, 7, 1) + datetime.timedelta(hours=t)
            rows.writerow([hour.isoformat(" ")] + [f"{w + rng.gauss(0, 0.1):.4f}" for w in wave])


ALL = (tinyshakespeare, ptb, names, jsb_chorales, mnist, sst2, atis, ud_english_ewt_pos,
       date_normalization, timeseries)


def make(folder):
    for one in ALL:
        one(folder)
