"""Sweep folders as a finished sweep leaves them, without training: their numbers are drawn from a fixed seed,
so that reports over hundreds of runs can be tested in seconds."""
import json
import math
import os
import random

CONFIG = """behavior_version: 1
seed: {seed}
task: language_model
seeds:
data:
  format: generated
  batch_size: 20
  options: {{name: reber, count: 2000, valid: 500, test: 1000}}
model:
  layers:
    - cell: {cell}
      hidden: {hidden}
loss: {{name: softmax_cross_entropy}}
optimizer: {{name: adam, learning_rate: {rate}}}
train: {{epochs: {epochs}, monitor: loss}}
output: {{folder: {folder}}}
"""
# Test loss, its spread over seeds, parameters.
CELLS = {"rnn": (0.52, 0.020, 1157), "lstm": (0.45, 0.012, 4245), "gru": (0.455, 0.011, 3221)}
UNITS = {"model": {"parameters": "1", "training_flops": "FLOP/token", "epoch_tokens": "tokens"},
         "epoch": {"loss": "nats", "gradient_norm": "1", "seconds": "s"},
         "valid": {"loss": "nats", "accuracy": "1", "seconds": "s"},
         "test": {"loss": "nats", "accuracy": "1", "seconds": "s", "checkpoint_step": "updates",
                  "checkpoint_epoch": "epochs"}}
SHORT = {"model.layers.0.cell": "cell", "model.layers.0.hidden": "hidden",
         "optimizer.learning_rate": "rate"}


def variant(name, cell="lstm", drawn=None, shift=0.0, **settings):
    """A variant of a plan; `shift` moves its results."""
    return {"name": name, "set": {"model.layers.0.cell": cell, **settings}, "drawn": drawn or {},
            "cell": cell, "shift": shift}


def cells():
    return [variant(cell, cell) for cell in CELLS]


def search(names, trials, seed=1):
    """Trials whose results depend on the learning rate most of all."""
    numbers = random.Random(seed)
    found = []
    for i, name in enumerate(names):
        for trial in range(1, trials + 1):
            rate = 10 ** numbers.uniform(-4, -1)
            hidden = numbers.randint(8, 256)
            noise = numbers.uniform(0, 0.3)
            shift = 0.06 * (math.log10(rate) + 2.4) ** 2 - 0.0001 * hidden + 0.01 * i
            found.append(variant(f"{name} trial {trial}", "lstm",
                                 {"optimizer.learning_rate": float(f"{rate:.5g}"),
                                  "model.layers.0.hidden": hidden,
                                  "train.weight_noise": float(f"{noise:.4f}")}, shift,
                                 **{"model.layers.0.options.forget_bias": float(i)}))
    return found


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def journal(one, seed, epochs, numbers, seconds, data):
    """metrics.jsonl of a run that came to its end."""
    loss, spread, parameters = CELLS[one["cell"]]
    lines = []

    def add(kind, epoch, **values):
        if not any(line.startswith(f'{{"kind": "units", "of": "{kind}"') for line in lines):
            lines.append(json.dumps({"kind": "units", "of": kind, **UNITS.get(kind, {})}))
        lines.append(json.dumps({"kind": kind, "step": 100 * epoch, "epoch": epoch, **values}))

    shared = random.Random(seed).gauss(0, spread)
    final = loss + one["shift"] + shared + numbers.gauss(0, spread / 2)
    hidden = one["drawn"].get("model.layers.0.hidden", 32)
    add("model", 0, parameters=parameters + 40 * hidden, training_flops=6 * parameters, epoch_tokens=26142)
    add("data", 0, train_sequences=2000, train_tokens=26142, train_fingerprint=7540729495372295 + data,
        valid_sequences=500, valid_tokens=6550, valid_fingerprint=2572795471999155 + data, test_sequences=1000,
        test_tokens=13209, test_fingerprint=5603148752420422 + data)
    best = None
    for epoch in range(1, epochs + 1):
        valid = final + 0.9 * math.exp(-0.6 * epoch) + numbers.gauss(0, 0.004) + 0.001 * max(0, epoch - 12)
        add("epoch", epoch, loss=valid - 0.01 * epoch / epochs, gradient_norm=math.exp(numbers.gauss(-epoch / 9, 0.2)),
            seconds=seconds)
        add("valid", epoch, loss=valid, accuracy=1 - valid / 2, seconds=seconds / 10)
        if best is None or valid < best[0]:
            best = (valid, epoch)
    test = best[0] + 0.004 + numbers.gauss(0, 0.003)
    add("test", epochs, loss=test, accuracy=1 - test / 2, seconds=seconds / 5, checkpoint_step=100 * best[1],
        checkpoint_epoch=best[1])
    return "\n".join(lines) + "\n"


def sweep(folder, variants, seeds, baseline=None, margin=None, is_search=False, epochs=20, schedule=0,
          states=None, name="cells", data=0, halving=None):
    """Writes the folder. `schedule` changes only what depends on when and where runs were made; `states`
    gives {number: (state, reason, rung)} to runs that did not come to their end; `data` numbers the data set."""
    runs, clock = [], random.Random(schedule)
    for seed in seeds:
        for one in variants:
            number = len(runs) + 1
            label = "".join(c if c.isalnum() and c.isascii() or c in "=-" else "-" for c in one["name"])[:40]
            settings = {**one["set"], **one["drawn"], "seed": seed}
            runs.append({"number": number, "variant": one["name"], "seed": seed,
                         "folder": f"{number:03d}-{label}-seed{seed}",
                         "set": [f"{key}={value}" for key, value in settings.items()]})
    plan = {"format": 1, "name": name, "base": "reber.yaml", "metric": "test loss", "baseline": baseline,
            "margin": margin or 0, "vary": ["initialization", "order", "masks"], "halving": halving,
            "budget": None, "search": is_search,
            "variants": [{"name": one["name"], "parameters": CELLS[one["cell"]][2],
                          "set": {**one["set"], **one["drawn"]}, "drawn": one["drawn"]} for one in variants],
            "runs": runs}
    write(f"{folder}/plan.yaml", json.dumps(plan, indent=1, ensure_ascii=False) + "\n")
    by_name = {one["name"]: one for one in variants}
    order = runs[:]
    clock.shuffle(order)
    for run in order:
        write_run(f"{folder}/runs/{run['folder']}", run, by_name[run["variant"]], epochs, clock,
                  (states or {}).get(run["number"]), data)


def write_run(folder, run, one, epochs, clock, outcome, data):
    settings = {SHORT.get(text.split("=")[0]): text.split("=")[1] for text in run["set"]}
    write(f"{folder}/config.yaml",
          CONFIG.format(seed=run["seed"], cell=one["cell"], hidden=settings.get("hidden", 32),
                        rate=settings.get("rate", 0.01), epochs=epochs, folder=run["folder"]))
    seconds = clock.uniform(0.1, 0.3)
    host = clock.choice(["node-a", "node-b"])
    common = (f"threads: {clock.choice([1, 2])}\nseconds: {seconds * epochs:.3f}\n"
              f"cpu_seconds: {seconds * epochs * 0.9:.3f}\nhost: {host}\nkernel: Linux 6.1\nversion: 1.0\n")
    if outcome:
        write(f"{folder}/outcome.yaml", f"state: {outcome[0]}\nrung: {outcome[2]}\nepochs: 0\nreason: {json.dumps(outcome[1])}\n{common}")
        return
    numbers = random.Random(run["number"] * 7919 + 13 + 1000003 * data)
    write(f"{folder}/metrics.jsonl", journal(one, run["seed"], epochs, numbers, seconds, data))
    write(f"{folder}/outcome.yaml", f"state: done\nrung: 0\nepochs: {epochs}\nreason: ''\n{common}")
