"""What rondo export gives other programs of a run's metrics."""
import csv
import io
import json
import math
import os
import struct
import time

import pytest

from experiments import LINES, STREAM
from program import FAILED, USAGE, rondo, train, write

pytestmark = pytest.mark.usefixtures("text_and_tags")

# ctest: together

EVENTS = "board/events.out.tfevents.0000000000.rondo"
FIELDS = {"wall_time", "step", "epoch", "kind"}


def records(run):
    with open(f"{run}/metrics.jsonl", encoding="utf-8") as file:
        return [record for record in map(json.loads, file) if record["kind"] != "units"]


def curves(run):
    """Records that TensorBoard gets: not those of the run's start, whose fingerprints are no floats."""
    return [record for record in records(run) if record["kind"] not in ("model", "data")]


def crc32c(data):
    """Bit by bit, as a division of polynomials, highest power first; written for this test."""
    register = 0xFFFFFFFF
    for byte in data:
        for bit in range(8):
            incoming = byte >> bit & 1
            outgoing = register >> 31
            register = register << 1 & 0xFFFFFFFF
            if incoming ^ outgoing:
                register ^= 0x1EDC6F41
    return int(f"{register:032b}"[::-1], 2) ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15) + (crc << 17) + 0xA282EAD8) % 2 ** 32


def framed(path):
    """The payloads of a record file, with both sums checked."""
    with open(path, "rb") as file:
        data = file.read()
    assert masked(b"\0" * 32) == ((0x8A9136AA >> 15 | 0x8A9136AA << 17) + 0xA282EAD8) % 2 ** 32, (
        "the test's own sum is wrong")
    payloads = []
    while data:
        length, = struct.unpack("<Q", data[:8])
        assert struct.unpack("<I", data[8:12])[0] == masked(data[:8]), "the length's sum is wrong"
        payload = data[12:12 + length]
        assert len(payload) == length, "the last record is torn"
        assert struct.unpack("<I", data[12 + length:16 + length])[0] == masked(payload), "the payload's sum is wrong"
        payloads.append(payload)
        data = data[16 + length:]
    return payloads


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def fields(data):
    """A message of Protocol Buffers as [(number, value)]: integer, bytes of 4 or 8, bytes."""
    at, found = 0, []
    while at < len(data):
        key, at = varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            assert kind in (1, 2, 5), f"wire type {kind}"
            size, at = {1: (8, at), 5: (4, at)}.get(kind) or varint(data, at)
            value, at = data[at:at + size], at + size
        found.append((number, value))
    return found


def parse(path):
    """[(wall time, step, {tag: value})] of an event file."""
    payloads = framed(path)
    first = dict(fields(payloads[0]))
    assert first.keys() == {1, 3} and first[3] == b"brain.Event:2", f"{first}"
    events = []
    for payload in payloads[1:]:
        event = dict(fields(payload))
        assert event.keys() <= {1, 2, 5}, f"{event}"
        values = {}
        for number, value in fields(event[5]):
            assert number == 1, "a summary has values only"
            scalar = dict(fields(value))
            assert scalar.keys() == {1, 2}, f"{scalar}"
            values[scalar[1].decode()] = struct.unpack("<f", scalar[2])[0]
        events.append((struct.unpack("<d", event[1])[0], event.get(2, 0), values))
    return events


def as_float(value):
    """What is null in JSON is no number; TensorBoard's scalars are single floats."""
    return math.nan if value is None else struct.unpack("<f", struct.pack("<f", value))[0]


def same_number(a, b):
    return a == b or math.isnan(a) and math.isnan(b)


def check_events(run, path, began, ended):
    wanted, events = curves(run), parse(path)
    assert len(events) == len(wanted) > 10, f"{len(events)} events of {len(wanted)} records"
    last = 0
    for record, (wall_time, step, values) in zip(wanted, events):
        assert step == record["step"], f"step {step}: {record}"
        expected = {f"{record['kind']}/{name}": as_float(value) for name, value in record.items()
                    if name not in FIELDS}
        assert expected.keys() == values.keys(), f"{values}: {record}"
        for tag, value in values.items():
            assert same_number(value, expected[tag]), f"{tag} {value}: {record}"
        assert began - 2 <= wall_time <= ended + 2 and wall_time >= last, f"{wall_time} of {began} .. {ended}"
        last = wall_time


def test_tensorboard():
    """Read back by hand; and written anew, not beside, when the run went on."""
    write("c.yaml", STREAM)
    began = time.time()
    train("c.yaml", "run", "--set", "train.max_steps=31")
    rondo("export", "run", "--tensorboard", "board")
    before = parse(EVENTS)
    train("c.yaml", "run", "--resume")
    rondo("export", "run", "--tensorboard", "board")
    check_events("run", EVENTS, began, time.time())
    assert os.listdir("board") == [os.path.basename(EVENTS)], f"{os.listdir('board')}"
    assert len(parse(EVENTS)) > len(before), "the second export has no more"
    kinds = {tag.split("/")[0] for _, _, values in parse(EVENTS) for tag in values}
    assert kinds == {"train", "epoch", "valid", "test"}, f"{kinds}"


def test_event_accumulator():
    """TensorBoard itself reads the same: tools/test --all runs this with a python that has one."""
    event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    write("c.yaml", STREAM)
    train("c.yaml", "run")
    rondo("export", "run", "--tensorboard", "board")
    board = event_accumulator.EventAccumulator("board", size_guidance={"scalars": 0})
    board.Reload()
    wanted = {}
    for record in curves("run"):
        for name, value in record.items():
            if name not in FIELDS:
                wanted.setdefault(f"{record['kind']}/{name}", []).append((record["step"], value))
    assert set(board.Tags()["scalars"]) == set(wanted), f"{board.Tags()}"
    for tag, values in wanted.items():
        found = board.Scalars(tag)
        assert [event.step for event in found] == [step for step, _ in values], tag
        assert all(same_number(event.value, as_float(value)) for event, (_, value) in zip(found, values)), tag


def test_csv_of_a_run():
    """Every value of every record reads back as the same double; to a file as to stdout."""
    write("c.yaml", LINES)
    train("c.yaml", "run")
    with open("run/metrics.jsonl", "a", encoding="utf-8") as file:
        file.write('{"kind": "train", "step": 900, "epoch": 9, "loss": null, "a, b": 0.1}\n{"kind"')
    text, _ = rondo("export", "run", "--csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    wanted = records_before_the_torn_one("run")
    assert len(rows) == len(wanted) > 5, f"{len(rows)} rows of {len(wanted)} records"
    for row, record in zip(rows, wanted):
        assert None not in row and None not in row.values(), f"a line is too long or short: {row}"
        for name, text_of_value in row.items():
            value = record.get(name, "")
            if name == "wall_time":
                assert time.time() - 1000 < float(text_of_value) < time.time() + 2, text_of_value
            elif name == "kind" or value == "":
                assert text_of_value == value, f"{name}: {row}"
            elif value is None:
                assert text_of_value == "nan", f"{name}: {row}"
            else:
                assert float(text_of_value) == value, f"{name}: {row}"
        assert record.keys() <= row.keys(), f"{record.keys() - row.keys()} missing"
    rondo("export", "run", "--csv", "--output", "run.csv", "--tensorboard", "board")
    with open("run.csv", encoding="utf-8") as file:
        assert file.read() == text, "the file has something else than stdout"
    assert len(parse(EVENTS)) == sum(row["kind"] not in ("model", "data") for row in rows), "both at once"


def records_before_the_torn_one(run):
    with open(f"{run}/metrics.jsonl", encoding="utf-8") as file:
        lines = file.read().split("\n")[:-1]
    return [record for record in map(json.loads, lines) if record["kind"] != "units"]


def test_refused():
    """One line each, status 2, and nothing is made."""
    write("c.yaml", STREAM)
    os.makedirs("empty")
    train("c.yaml", "run", "--set", "train.max_steps=5")
    for arguments, text in [
            (["c.yaml", "--csv"], "c.yaml: --csv exports the metrics of a run, and this is no run folder"),
            (["run"], "run: is a folder; --csv or --tensorboard DIR export the metrics of a run; "
             "for its data give run/config.yaml"),
            (["run", "--csv", "--split", "test"], "--split: is for the data of a config, not for a run"),
            (["run", "--csv", "--set", "seed=2"], "--set: is for the data of a config, not for a run"),
            (["run", "--tensorboard", "board", "--output", "x"], "--output: is for --csv, or for a config"),
            (["empty", "--tensorboard", "board"], "empty: is not a run folder: it has no metrics.jsonl"),
            (["missing", "--csv"], "missing: --csv exports the metrics of a run, and this is no run folder")]:
        output, error = rondo("export", *arguments, expect=USAGE)
        assert error == f"rondo: {text}\n" and output == "", f"{arguments}: {output}{error}"
        assert not os.path.exists("board"), f"{arguments}: something was written"
    write("file", "")
    _, error = rondo("export", "run", "--tensorboard", "file", expect=None)
    assert error.count("\n") == 1 and "file" in error, error
    _, error = rondo("export", "run", "--csv", "--output", "missing/x.csv", expect=FAILED)
    assert error.count("\n") == 1 and "missing/x.csv" in error, error
