"""A series with two periods, and a model that forecasts it."""
import math

from program import write

ROWS, TEST, SEASON, HORIZON = 420, 80, 12, 3

SINE = f"""
behavior_version: 1
seed: 11
task: forecasting
data:
  format: series
  path: sine.csv
  options: {{inputs: [a, b], targets: [b], window: 24, horizon: {HORIZON}, season: {SEASON}}}
  split: {{train: 280, valid: 60, test: {TEST}}}
  batch_size: 32
model:
  layers: [{{cell: gru, hidden: 16}}]
loss: {{name: mean_squared_error}}
optimizer: {{name: adam, learning_rate: 1.0e-2}}
clip: {{norm: 1.0}}
train: {{epochs: 25, log_every: 0}}
output: {{folder: run}}
"""


def b(row):
    """Two periods that never meet: neither naive forecast is right."""
    return 50 + 10 * math.sin(2 * math.pi * row / SEASON) + 8 * math.sin(2 * math.pi * row / 7.3)


def write_sine(first_day=None):
    lines = ["date,a,b"]
    for row in range(ROWS):
        value = first_day if row == 0 and first_day is not None else b(row)
        lines.append(f'"day {row}",{math.cos(2 * math.pi * row / 7.3)!r},{value!r}')
    write("sine.csv", "\n".join(lines) + "\n")
