#!/usr/bin/env python3
"""Makes events.tfevents with TensorBoard's own writer (pip install tensorboard): what test_events.c
expects of rondo, byte by byte."""
import os

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDS = [  # wall time, step, values
    (1795864733.25, 0, {"train/loss": 0.0}),
    (1795864733.5, 50, {"train/loss": 1.7423249283931597, "train/accuracy": 0.3787573597768826}),
    (1795864734.0, 127, {"valid/loss": float("nan"), "valid/perplexity": float("inf")}),
    (1795864735.0, 128, {"valid/loss": -1e-8}),
    (1795864736.125, 3000000000, {"test/" + "n" * 130: 16777217.0}),
]

with open(f"{HERE}/events.tfevents", "wb") as file:
    writer = RecordWriter(file)
    writer.write(Event(wall_time=1795864733.25, file_version="brain.Event:2").SerializeToString())
    for wall_time, step, values in RECORDS:
        summary = Summary(value=[Summary.Value(tag=t, simple_value=v) for t, v in values.items()])
        writer.write(Event(wall_time=wall_time, step=step, summary=summary).SerializeToString())
