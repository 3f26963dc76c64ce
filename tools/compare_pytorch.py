#!/usr/bin/env python3
"""Times rondo and PyTorch at training the same recurrent networks on this machine, case by case.

    tools/compare_pytorch.py                          # a selection; half an hour
    tools/compare_pytorch.py --full                   # the whole grid of `rondo bench --grid`; hours
    tools/compare_pytorch.py --cells lstm --hidden 128,512 --batch 64 --threads 2

A case is x [T, B, hidden] -> layers -> linear to 32 -> mean squared error; a step is forward, backward
and an update by Adam, in single precision or, with --precision bfloat16, with products of bfloat16 on both
sides: `train.precision: bfloat16` in rondo, and in PyTorch the model in bfloat16 as a whole ("cast") or the
products that autocast chooses, whichever is faster. For every case each way PyTorch has is tried first (padded
or packed where sequences are ragged, oneDNN on and off, every thread count up to --threads), in
several rounds. Then rondo and the fastest of them take turns; which of PyTorch's ways counts is
decided by all turns. Where PyTorch's step takes more than a second, neither side tries fewer threads (none
of the grid's cases from a tenth of a second on was fastest with them), nor PyTorch TorchScript (what it
saves a step is little then). Each turn gives the ratio of the median steps, and the case's figure is the
median of these ratios. Start-up of either is not in the times.

A busy machine spoils this: steps that are longer than a time slice of the system are interrupted more
often than shorter ones, so the slower program looks slower than it is. What other programs used is
measured with each case, and the table says which cases not to trust. It also marks cases in which
the processors shared no cache (*apart*).

PyTorch comes from PyPI into a virtual environment: a temporary one, or --venv FOLDER, which is kept
and used again.
"""
import argparse
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import time
import warnings

TOOLS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, TOOLS)
import performance_tables  # noqa: E402
from pytorch_environment import run_inside  # noqa: E402

OUTPUTS = 32
TRIALS, TRIAL_SECONDS, TURN_SECONDS = 3, 0.15, 0.6
FAR_BEHIND, NEAR_BEST, MOST_FINALISTS = 2.5, 1.3, 4
LONG_STEP = 1.0  # seconds; a moment's noise is small beside it: such cases get fewer trials and turns
MOST_LONG_FINALISTS = 2
GRID = {"cells": ["rnn", "gru", "lstm", "lstm_peephole"], "hidden": [64, 128, 256, 512, 1024],
        "batch": [16, 64], "length": [50, 100], "layers": [1, 2], "directions": [1, 2],
        "shape": ["full", "ragged"]}
SELECTION = {**GRID, "length": [50], "layers": [1], "directions": [1]}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rondo", default=os.path.join(TOOLS, "..", "build", "rondo"),
                        help="the program (default: build/rondo)")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)),
                        help="threads of rondo, most threads of PyTorch (default: all processors)")
    parser.add_argument("--turns", type=int, default=5, help="turns of each case (default: 5)")
    parser.add_argument("--full", action="store_true", help="the whole grid")
    for name, values in GRID.items():
        parser.add_argument(f"--{name}", metavar="LIST", help=",".join(map(str, values)))
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32",
                        help="what products multiply (default: float32)")
    parser.add_argument("--results", metavar="FILE",
                        help="JSON, written after every case; cases that it has are not run again")
    parser.add_argument("--venv", metavar="FOLDER",
                        help="virtual environment with PyTorch; made where it is not there")
    parser.add_argument("--torch", default="torch>=2", metavar="REQUIREMENT",
                        help="what pip installs (default: torch>=2)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


# --- cases ----------------------------------------------------------------------------------------------

def chosen(arguments, name):
    text = getattr(arguments, name)
    if text is None:
        return (GRID if arguments.full else SELECTION)[name]
    numbers = name not in ("cells", "shape")
    return [int(item) if numbers else item for item in text.split(",")]


def cases_of(arguments):
    lists = [chosen(arguments, name) for name in GRID]
    for cell, hidden, batch, length, layers, directions, shape in itertools.product(*lists):
        yield {"cell": cell, "hidden": hidden, "batch": batch, "length": length, "layers": layers,
               "bidirectional": directions == 2, "ragged": shape == "ragged"}


def name_of(case):
    return (f"{case['cell']}-h{case['hidden']}-b{case['batch']}-t{case['length']}-l{case['layers']}"
            f"{'-bi' if case['bidirectional'] else ''}{'-ragged' if case['ragged'] else ''}")


def lengths_of(case):
    """As framework/bench/benchmark_case.h: quantiles of the uniform distribution on 1 .. length."""
    batch, length = case["batch"], case["length"]
    if not case["ragged"]:
        return [length] * batch
    return [1 + (2 * (batch - b) - 1) * length // (2 * batch) for b in range(batch)]


# --- rondo ----------------------------------------------------------------------------------------------

def threads_of_rondo(arguments, long):
    """All processors: as in training, rondo uses as many of them as are fastest, like PyTorch here."""
    every = arguments.threads == len(os.sched_getaffinity(0))
    return 0 if every and not long else arguments.threads


def run_rondo(arguments, case, long=False):
    """The entry of `cases` that rondo prints for this case, and the machine it names."""
    command = [arguments.rondo, "bench", "--grid", "--quick", "--json",
               "--cells", case["cell"], "--hidden", str(case["hidden"]),
               "--batch", str(case["batch"]), "--length", str(case["length"]),
               "--layers", str(case["layers"]), "--directions", "2" if case["bidirectional"] else "1",
               "--shape", "ragged" if case["ragged"] else "full",
               "--precision", arguments.precision,
               "--threads", str(threads_of_rondo(arguments, long))]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: {result.stderr.strip()}")
    document = json.loads(result.stdout)
    entry = document["cases"][0]
    tokens = entry["tokens_per_step"]
    if entry["name"] != name_of(case) or tokens != sum(lengths_of(case)):
        sys.exit(f"{entry['name']}: rondo did not run the same case: {tokens:.0f} tokens a step, "
                 f"expected {sum(lengths_of(case))}")
    return entry, document["machine"]


# --- PyTorch --------------------------------------------------------------------------------------------

def peephole_steps(torch):
    """One direction of a peephole LSTM over all steps; PyTorch has none of its own."""
    def steps(inputs, recurrent, peep_i, peep_f, peep_o):
        # type: (Tensor, Tensor, Tensor, Tensor, Tensor) -> Tensor
        h = inputs.new_zeros(inputs.size(1), recurrent.size(0))
        c = torch.zeros_like(h)
        outputs = []
        for x in inputs.unbind(0):  # inputs[t] would make a gradient of all steps at every step
            i, f, g, o = torch.addmm(x, h, recurrent).chunk(4, 1)
            i = torch.sigmoid(i + peep_i * c)
            f = torch.sigmoid(f + peep_f * c)
            c = f * c + i * torch.tanh(g)
            o = torch.sigmoid(o + peep_o * c)
            h = o * torch.tanh(c)
            outputs.append(h)
        return torch.stack(outputs)
    return steps


def peephole_model(torch, case, steps):
    class Peephole(torch.nn.Module):
        def __init__(self):
            super().__init__()
            hidden, directions = case["hidden"], 2 if case["bidirectional"] else 1
            self.tracks = torch.nn.ModuleList()
            for layer in range(case["layers"]):
                width = hidden if layer == 0 else hidden * directions
                for _ in range(directions):
                    track = torch.nn.Module()
                    track.input = torch.nn.Linear(width, 4 * hidden)
                    track.recurrent = torch.nn.Parameter(
                        torch.randn(hidden, 4 * hidden) / math.sqrt(hidden))
                    track.peepholes = torch.nn.Parameter(torch.zeros(3, hidden))
                    self.tracks.append(track)
            self.directions = directions

        def forward(self, x):
            for first in range(0, len(self.tracks), self.directions):
                outputs = []
                for d in range(self.directions):
                    track = self.tracks[first + d]
                    y = track.input(x.flip(0) if d else x)
                    y = steps(y, track.recurrent, *track.peepholes)
                    outputs.append(y.flip(0) if d else y)
                x = torch.cat(outputs, 2) if self.directions > 1 else outputs[0]
            return x, None
    return Peephole()


def make_model(torch, case, scripted):
    if case["cell"] == "lstm_peephole":
        steps = peephole_steps(torch)
        return peephole_model(torch, case, torch.jit.script(steps) if scripted else steps)
    kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[case["cell"]]
    return kind(case["hidden"], case["hidden"], case["layers"], bidirectional=case["bidirectional"])


class TorchCase:
    """A case in one of PyTorch's forms (padded or packed, scripted or not, in a precision), ready to make
    steps."""

    def __init__(self, torch, case, packed, scripted, precision):
        torch.manual_seed(1)
        self.autocast = precision == "autocast"
        dtype = torch.bfloat16 if precision == "cast" else torch.float32
        self.torch, self.packed, self.lengths = torch, packed, lengths_of(case)
        self.last_seconds = None
        self.rnn = make_model(torch, case, scripted).to(dtype)
        self.readout = torch.nn.Linear(case["hidden"] * (2 if case["bidirectional"] else 1), OUTPUTS).to(dtype)
        parameters = [*self.rnn.parameters(), *self.readout.parameters()]
        self.optimizer = torch.optim.Adam(parameters, fused=True)
        steps, batch = self.lengths[0], case["batch"]
        self.x = (torch.rand(steps, batch, case["hidden"]) * 2 - 1).to(dtype)
        self.target = (torch.rand(steps, batch, OUTPUTS) * 2 - 1).to(dtype)
        self.mask = None
        if case["ragged"]:
            lengths = torch.tensor(self.lengths)
            self.mask = (torch.arange(steps)[:, None] < lengths[None, :]).to(dtype)[:, :, None]
        if packed:
            pack = torch.nn.utils.rnn.pack_padded_sequence
            self.x = pack(self.x, lengths)
            self.target = pack(self.target, lengths).data

    def loss(self):
        output, _ = self.rnn(self.x)
        if self.packed:
            return self.torch.nn.functional.mse_loss(self.readout(output.data), self.target)
        prediction = self.readout(output)
        if self.mask is None:
            return self.torch.nn.functional.mse_loss(prediction, self.target)
        squares = (prediction - self.target).square() * self.mask
        return squares.sum() / (sum(self.lengths) * OUTPUTS)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        with self.torch.autocast("cpu", dtype=self.torch.bfloat16, enabled=self.autocast):
            loss = self.loss()
        loss.backward()
        self.optimizer.step()

    def seconds(self, path, budget, least):
        """Median seconds of a step, of at least so many steps; the first is not counted, but where
        steps are long and this form has made one, on whatever path."""
        self.torch.set_num_threads(path["threads"])
        times = []
        with self.torch.backends.mkldnn.flags(enabled=path["onednn"]):
            if self.last_seconds is None or self.last_seconds < LONG_STEP:
                self.step()
            end = time.perf_counter() + budget
            while len(times) < least or time.perf_counter() < end:
                started = time.perf_counter()
                self.step()
                times.append(time.perf_counter() - started)
        self.last_seconds = times[-1]
        return statistics.median(times)


def paths_of(case, threads, precision):
    """Every way of PyTorch's to train this case in that precision. oneDNN has no part in single products, of which the
    peephole LSTM is made."""
    peephole = case["cell"] == "lstm_peephole"
    for count in range(threads, 0, -1):
        for onednn in (True,) if peephole else (True, False):
            for packed in (False, True) if case["ragged"] and not peephole else (False,):
                for scripted in (False, True) if peephole else (False,):
                    for form in ("cast", "autocast") if precision == "bfloat16" else ("float32",):
                        yield {"threads": count, "onednn": onednn, "packed": packed,
                               "scripted": scripted, "precision": form}


def form_of(path):
    return path["packed"], path["scripted"], path["precision"]


def describe(case, path):
    words = [f"{path['threads']} thread{'s' if path['threads'] > 1 else ''}"]
    if case["ragged"]:
        words.append("packed" if path["packed"] else "padded")
    words.append("oneDNN" if path["onednn"] else "no oneDNN")
    if path["scripted"]:
        words.append("TorchScript")
    if path["precision"] != "float32":
        words.append(path["precision"])
    return ", ".join(words)


class Quiet:
    """How much of the machine programs other than this one and its children use."""

    def __init__(self):
        self.before = self.now()

    @staticmethod
    def now():
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(word) for word in file.readline().split()[1:9]]
        busy = (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")  # but idle, iowait
        return time.perf_counter(), busy - sum(os.times()[:4])

    def disturbance(self):
        started, others = self.before
        now, others_now = self.now()
        processors = len(os.sched_getaffinity(0))
        return min(1.0, max(0.0, (others_now - others) / ((now - started) * processors)))


class Opponent:
    """PyTorch at one case, on the paths that may be its fastest."""

    def __init__(self, torch, case, threads, precision):
        self.forms, self.long = {}, False
        paths = list(paths_of(case, threads, precision))
        for path in paths:
            if form_of(path) not in self.forms:
                self.forms[form_of(path)] = TorchCase(torch, case, *form_of(path))
        self.paths = self.finalists(paths)
        self.times = [[] for _ in self.paths]

    def seconds(self, path, budget, least):
        return self.forms[form_of(path)].seconds(path, budget, least)

    def finalists(self, paths):
        """The paths near the best. Rounds go over all of them, so that a moment in which the machine
        was busy cannot throw out the fastest; one that is far behind even at its best is dropped."""
        best, most = [self.seconds(paths[0], 0, 1)], MOST_FINALISTS
        self.long = best[0] > LONG_STEP
        if self.long:
            paths = [path for path in paths if path["threads"] == paths[0]["threads"]
                     and not path["scripted"]]
            most = MOST_LONG_FINALISTS
        best += [math.inf] * (len(paths) - 1)
        for trial in range(TRIALS):
            if trial > 0 and min(best) > LONG_STEP:
                break
            for i, path in enumerate(paths):
                if trial == 0 or best[i] <= FAR_BEHIND * min(best):
                    best[i] = min(best[i], self.seconds(path, TRIAL_SECONDS * (trial > 0), 1))
        near = [i for i in range(len(paths)) if best[i] <= NEAR_BEST * min(best)]
        return [paths[i] for i in sorted(near, key=lambda i: best[i])[:most]]

    def take_turn(self):
        for path, times in zip(self.paths, self.times):
            long = self.forms[form_of(path)].last_seconds > LONG_STEP
            times.append(self.seconds(path, TURN_SECONDS / len(self.paths), 2 if long else 3))

    def fastest(self):
        return min(range(len(self.paths)), key=lambda i: statistics.median(self.times[i]))


# --- taking turns ---------------------------------------------------------------------------------------

def compare(torch, arguments, case):
    opponent = Opponent(torch, case, arguments.threads, arguments.precision)
    rondo_times, exchanges, evennesses, used = [], [], [], []
    machine, turns, quiet = None, arguments.turns, Quiet()
    while len(rondo_times) < turns:
        rondo_first = len(rondo_times) % 2 == 0
        if not rondo_first:
            opponent.take_turn()
        entry, machine = run_rondo(arguments, case, opponent.long)
        rondo_times.append(entry["seconds_per_step"])
        exchanges.append(entry["exchange_nanoseconds"])
        evennesses.append(entry["evenness"])
        used.append(entry["threads_used"])
        if rondo_first:
            opponent.take_turn()
        if opponent.times[0][0] > LONG_STEP:
            turns = min(turns, 3)
    best = opponent.fastest()
    ratios = [t / r for t, r in zip(opponent.times[best], rondo_times)]
    return {"name": name_of(case), **case, "threads": arguments.threads,
            "rondo_seconds": statistics.median(rondo_times),
            "torch_seconds": statistics.median(opponent.times[best]),
            "torch_path": describe(case, opponent.paths[best]),
            "ratio": statistics.median(ratios), "ratios": [round(r, 3) for r in ratios],
            "disturbance": round(quiet.disturbance(), 3),
            "exchange_nanoseconds": statistics.median(exchanges),
            "evenness": round(statistics.median(evennesses), 3), "rondo_threads": used}, machine


def load_results(path):
    if path and os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    return {"cases": []}


def save_results(path, results):
    if not path:
        return
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    os.replace(path + ".part", path)


def run_cases(arguments):
    import torch
    warnings.filterwarnings("ignore")  # of paths that PyTorch deprecates, not of wrong results
    torch.set_flush_denormal(True)
    results = load_results(arguments.results)
    known = {(case["name"], case["threads"]) for case in results["cases"]}
    cases = [case for case in cases_of(arguments)
             if (name_of(case), arguments.threads) not in known]
    for number, case in enumerate(cases, 1):
        result, machine = compare(torch, arguments, case)
        results["cases"].append(result)
        results["machine"], results["torch"] = machine, torch.__version__
        save_results(arguments.results, results)
        print(f"{number}/{len(cases)} {result['name']}: rondo {1e3 * result['rondo_seconds']:.3g} ms, "
              f"PyTorch {1e3 * result['torch_seconds']:.3g} ms ({result['torch_path']}), "
              f"{result['ratio']:.2f} times"
              f"{performance_tables.warning(result)}", file=sys.stderr, flush=True)
    print(performance_tables.comparison(results))


def main():
    arguments = parse_arguments()
    if not os.access(arguments.rondo, os.X_OK):
        sys.exit(f"{arguments.rondo}: no such program; build it (tools/build) or name it: --rondo")
    if arguments.inside:
        run_cases(arguments)
        return 0
    return run_inside(__file__, arguments.venv, arguments.torch)


if __name__ == "__main__":
    sys.exit(main())
