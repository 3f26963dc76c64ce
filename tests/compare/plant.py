"""Run folders and sweeps with planted figures: what `rondo train` and `rondo sweep` would have left, written
here by hand, so that what `rondo compare` computes of them is known beforehand."""
import json
import os

CONFIG = """behavior_version: 1
seed: {seed}
task: language_model
seeds:
  initialization: {seed}
  order: {seed}
  masks: {seed}
  data: {data_seed}
data:
  path: {path}
  batch_size: {batch}
model:
  layers:
    - cell: {cell}
      hidden: {hidden}
loss:
  name: {loss}
optimizer:
  name: adam
  learning_rate: {rate}
train:
  epochs: {epochs}
  max_steps: 0
  threads: {threads}
  monitor: {monitor}
  early_stopping:
    patience: {patience}
output:
  folder: {folder}
"""


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def run(folder, valid, test, *, seed=1, data_seed=1, cell="lstm", hidden=16, rate=0.01, batch=20, epochs=None,
        loss="softmax_cross_entropy", monitor="loss", patience=0, threads=0, path="/somewhere/text.txt",
        parameters=1817, flops=7008, fingerprints=(11, 22, 33), figure="loss", seconds=0.5, more=None, norm=None,
        unit="nats"):
    """`valid`: a figure an epoch. `test`: of the best checkpoint; None: training has not ended, or there is no
    test split. `more`: further figures, {name: (of each epoch, of the test split)}."""
    epochs = epochs or len(valid)
    write(f"{folder}/config.yaml", CONFIG.format(**{**locals(), "folder": json.dumps(folder)}))
    more = more or {}
    best = min(range(len(valid)), key=lambda i: valid[i]) if valid else 0
    lines = [{"kind": "units", "of": "model", "parameters": "1", "training_flops": "FLOP/token", "epoch_tokens": "tokens"},
             {"kind": "model", "step": 0, "epoch": 0, "parameters": parameters, "training_flops": flops, "epoch_tokens": 1000}]
    if fingerprints:
        data = {"kind": "data", "step": 0, "epoch": 0}
        for split, fingerprint in zip(("train", "valid", "test"), fingerprints):
            data |= {f"{split}_sequences": 10, f"{split}_tokens": 100, f"{split}_fingerprint": fingerprint}
        lines.append(data)
    for kind in "epoch", "valid", "test":
        lines.append({"kind": "units", "of": kind, figure: unit, **{name: "1" for name in more}, "seconds": "s"})
    for epoch, value in enumerate(valid, 1):
        at = {"step": 50 * epoch, "epoch": epoch}
        further = {name: figures[0][epoch - 1] for name, figures in more.items()}
        lines.append({"kind": "epoch", **at, figure: value, **further, "gradient_norm": norm or 0.5, "learning_rate": rate,
                      "tokens_per_second": 1000.0, "seconds": seconds, "data_wait": 0.0})
        lines.append({"kind": "valid", **at, figure: value, **further, "tokens_per_second": 1000.0, "seconds": seconds})
    if test is not None:
        further = {name: figures[1] for name, figures in more.items()}
        lines.append({"kind": "test", "step": 50 * len(valid), "epoch": len(valid), figure: test, **further,
                      "seconds": seconds, "checkpoint_step": 50 * (best + 1), "checkpoint_epoch": best + 1})
    write(f"{folder}/metrics.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    if valid:
        write(f"{folder}/checkpoints/latest.h5", "")


def sweep(folder, variants, seeds, *, name="cells", metric="test loss", baseline=None, margin=0, search=False,
          halving=None, vary=("initialization", "order", "masks"), drawn=None):
    """plan.yaml of {name: {key: value}}; returns {(variant, seed): folder of the run}."""
    drawn = drawn or {}
    rows, runs, folders = [], [], {}
    for variant, settings in variants.items():
        of_search = drawn.get(variant, {})
        rows.append({"name": variant, "parameters": 1817, "set": {**settings, **of_search}, "drawn": of_search})
    for seed in seeds:
        for variant, settings in variants.items():
            number = len(runs) + 1
            inner = f"{number:03}-{variant.replace(' ', '-')}-seed{seed}"
            sets = [f"{key}={value}" for key, value in {**settings, **drawn.get(variant, {})}.items()] + [f"seed={seed}"]
            runs.append({"number": number, "variant": variant, "seed": seed, "folder": inner, "set": sets})
            folders[variant, seed] = f"{folder}/runs/{inner}"
    plan = {"format": 1, "name": name, "base": "base.yaml", "metric": metric, "baseline": baseline, "margin": margin,
            "vary": list(vary), "halving": halving, "budget": None, "search": search, "variants": rows, "runs": runs}
    write(f"{folder}/plan.yaml", json.dumps(plan, indent=1))
    return folders


def outcome(folder, state, reason=None, **more):
    write(f"{folder}/outcome.yaml", json.dumps({"state": state, "reason": reason, "epochs": 3, **more}))
