"""Runs against a second trainer in plain Python.

What happens over epochs (the rate, clipping, windows of records, validation, patience, the best checkpoint, what a
resumed run goes on with) is compared everywhere else with itself: resumed with not resumed, threads with one
thread. A wrong rule compares equal. Here the network, its gradient and every rule of a run are written a second
time, from the help texts, with nothing of rondo's but the weights that it starts with.
"""
import json
import math
import os

import pytest

import program
from program import DONE, STOPPED, columns, train, values_of, write

# ctest: if RONDO_DOUBLE

TEXTS = {"train": "abacabadabacabaeabacabadabcabafabacabadabaca", "valid": "eabacadababdcabafcabaabb",
         "test": "bacddababdcabafca"}
ROWS, STEPS = 2, 5
PYTORCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", "pytorch_schedules.json")

CONFIG = """
behavior_version: 1
seed: 3
data: {path: text.txt, batch_size: 2, truncated_bptt: 5, split: {train: 44, valid: 24, test: 17}}
model: {input: one_hot, layers: [{cell: rnn, hidden: 3}]}
optimizer: {name: sgd, learning_rate: %(rate)r}
clip: {norm: %(clip)r}
schedule: %(schedule)s
train:
  epochs: %(epochs)d
  log_every: 3
  monitor: %(monitor)s
  early_stopping: {patience: %(patience)d, min_delta: %(min_delta)r}
output: {folder: run, keep_checkpoints: 2, checkpoint_every: {epochs: 0, steps: 7}}
"""

FACTORS = {
    "constant": lambda s, run: 1,
    "exponential": lambda s, run: s["factor"] ** max(run.epoch - s.get("after_epochs", 0), 0),
    "step": lambda s, run: s["factor"] ** ((run.epoch - 1) // s["every_epochs"]),
    "cosine": lambda s, run: s.get("minimum", 0) + (1 - s.get("minimum", 0)) * (
        1 + math.cos(math.pi * (run.step - 1) / run.total)) / 2,
    "plateau": lambda s, run: s["factor"] ** run.reductions,
    "newbob": lambda s, run: s["factor"] ** run.reductions,
    "inverse_square_root": lambda s, run: min(
        1, ((s.get("after_steps") or s.get("warmup_steps") or 1) / run.step) ** 0.5),
    "cosine_restarts": lambda s, run: restarts(s, run),
    "one_cycle": lambda s, run: one_cycle(s, run),
}


def half_cosine(start, end, share):
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def restarts(schedule, run):
    """Periods are laid end to end until the update is in one."""
    first, length = 0, schedule["period_epochs"] * run.minibatches
    while run.step > first + length:
        first, length = first + length, length * schedule.get("period_factor", 1)
    return half_cosine(1, schedule.get("minimum", 0), (run.step - 1 - first) / length)


def one_cycle(schedule, run):
    """With the defaults of the help."""
    start, end = schedule.get("start", 0.04), schedule.get("end", 4e-6)
    top, last, now = schedule.get("rise", 0.3) * run.total - 1, run.total - 1, run.step - 1
    part = (start, 1, now / top) if now <= top else (1, end, (now - top) / (last - top))
    if schedule.get("shape") == "linear":
        return part[0] + (part[1] - part[0]) * part[2]
    return half_cosine(*part)


# --- the network ---------------------------------------------------------------------------------------

class Network:
    """h_t = tanh(W[x_t] + b + h_{t-1} U), p_t = softmax(h_t R + c); matrices are lists of rows."""

    def __init__(self, arrays):
        hidden = len(arrays["/parameters/layers/0/forward/biases"])

        def rows(name, width):
            numbers = arrays[f"/parameters/{name}"]
            return [numbers[i:i + width] for i in range(0, len(numbers), width)]

        self.b = rows("layers/0/forward/biases", hidden)
        self.W = rows("layers/0/forward/input_weights", hidden)
        self.U = rows("layers/0/forward/recurrent_weights", hidden)
        self.c = rows("readout/biases", len(self.W))
        self.R = rows("readout/weights", len(self.W))

    def parts(self):
        return [self.b, self.W, self.U, self.c, self.R]

    def copy(self):
        made = Network.__new__(Network)
        made.b, made.W, made.U, made.c, made.R = [[row[:] for row in part] for part in self.parts()]
        return made

    def like(self):
        made = self.copy()
        for part in made.parts():
            for row in part:
                row[:] = [0.0] * len(row)
        return made

    def step(self, x, before):
        pre = [self.W[x][j] + self.b[0][j] + sum(before[i] * self.U[i][j] for i in range(len(before)))
               for j in range(len(before))]
        h = [math.tanh(v) for v in pre]
        logits = [self.c[0][k] + sum(h[i] * self.R[i][k] for i in range(len(h)))
                  for k in range(len(self.c[0]))]
        top = max(logits)
        total = sum(math.exp(v - top) for v in logits)
        return h, [math.exp(v - top) / total for v in logits]

    def row(self, inputs, targets, state, gradient):
        """One row of a minibatch; adds to `gradient`. Returns the sums and the last state."""
        states, shares, loss, right = [state], [], 0.0, 0
        for x, y in zip(inputs, targets):
            h, p = self.step(x, states[-1])
            states.append(h)
            shares.append(p)
            loss -= math.log(p[y])
            right += max(range(len(p)), key=p.__getitem__) == y
        if gradient:
            self.back(inputs, targets, states, shares, gradient)
        return loss, right, states[-1]

    def back(self, inputs, targets, states, shares, g):
        hidden = range(len(states[0]))
        later = [0.0 for _ in hidden]
        for t in range(len(inputs) - 1, -1, -1):
            d = [p - (k == targets[t]) for k, p in enumerate(shares[t])]
            h, before = states[t + 1], states[t]
            dh = [sum(d[k] * self.R[i][k] for k in range(len(d))) + later[i] for i in hidden]
            da = [dh[i] * (1 - h[i] ** 2) for i in hidden]
            for k, value in enumerate(d):
                g.c[0][k] += value
                for i in hidden:
                    g.R[i][k] += h[i] * value
            for j in hidden:
                g.b[0][j] += da[j]
                g.W[inputs[t]][j] += da[j]
                for i in hidden:
                    g.U[i][j] += before[i] * da[j]
            later = [sum(da[j] * self.U[i][j] for j in hidden) for i in hidden]


# --- the run -------------------------------------------------------------------------------------------

def streams(ids):
    """Parallel streams of (input, target), the longer first."""
    pairs = list(zip(ids[:-1], ids[1:]))
    shorter, longer = divmod(len(pairs), ROWS)
    cut, start = [], 0
    for row in range(ROWS):
        cut.append(pairs[start:start + shorter + (row < longer)])
        start += len(cut[-1])
    return cut


class Sums:
    def __init__(self):
        self.loss = self.norm = 0.0
        self.tokens = self.right = self.steps = self.clipped = 0

    def add(self, loss, right, tokens):
        self.loss += loss
        self.right += right
        self.tokens += tokens

    def figures(self):
        loss = self.loss / self.tokens
        return {"loss": loss, "accuracy": self.right / self.tokens, "perplexity": math.exp(loss),
                "bits_per_symbol": loss / math.log(2)}

    def record(self, rate):
        return {**self.figures(), "gradient_norm": self.norm / self.steps,
                "clip_rate": self.clipped / self.steps, "learning_rate": rate}


class Course:
    """A run from its first update to its end: `records`, `networks` after each step, `best_step`."""

    def __init__(self, network, ids, settings):
        self.network, self.ids, self.settings = network.copy(), ids, settings
        self.streams = streams(ids["train"])
        self.minibatches = -(-max(map(len, self.streams)) // STEPS)
        self.total = settings["epochs"] * self.minibatches
        self.schedule = {**settings["schedule"], **settings["schedule"].get("options", {})}
        self.step, self.epoch, self.reductions = 1, 1, 0
        self.waited = self.plateau_waited = 0
        self.before = None
        self.best, self.best_step, self.reference = math.inf, None, math.inf
        self.records, self.networks, self.improvements = [], [network.copy()], []

    def add(self, kind, step, epoch, figures):
        self.records.append({"kind": kind, "step": step, "epoch": epoch, **figures})

    def rate(self):
        factor = max(FACTORS[self.schedule["name"]](self.schedule, self),
                     self.schedule.get("minimum", 0))
        rise = min(1, self.step / max(self.schedule.get("warmup_steps", 0), 1))
        return self.settings["rate"] * factor * rise

    def update(self, number, states, windows):
        gradient, tokens, loss, right = self.network.like(), 0, 0.0, 0
        for row, pairs in enumerate(self.streams):
            piece = pairs[number * STEPS:(number + 1) * STEPS]
            if not piece:
                continue
            more, hits, states[row] = self.network.row(*zip(*piece), states[row], gradient)
            loss, right, tokens = loss + more, right + hits, tokens + len(piece)
        numbers = [v / tokens for part in gradient.parts() for row in part for v in row]
        norm = math.sqrt(sum(v * v for v in numbers))
        clip = self.settings["clip"]
        clipped = 0 < clip < norm
        scale = self.rate() * (clip / norm if clipped else 1) / tokens
        for part, slopes in zip(self.network.parts(), gradient.parts()):
            for row, slope in zip(part, slopes):
                row[:] = [v - scale * s for v, s in zip(row, slope)]
        for window in windows:
            window.add(loss, right, tokens)
            window.norm += norm
            window.steps += 1
            window.clipped += clipped

    def evaluate(self, network, split):
        sums = Sums()
        for pairs in streams(self.ids[split]):
            loss, right, _ = network.row(*zip(*pairs), [0.0] * len(network.U), None)
            sums.add(loss, right, len(pairs))
        return sums.figures()

    def judge(self, figures):
        """Patience and the plateau go by a gain of more than min_delta on the last that was enough, the
        best checkpoint by any gain."""
        name, least = self.settings["monitor"], self.settings["min_delta"]
        cost = -figures[name] if name == "accuracy" else figures[name]
        improved = cost < self.reference - least
        if improved:
            self.reference = cost
        self.improvements.append(improved)
        self.waited = 0 if improved else self.waited + 1
        self.plateau_waited = 0 if improved else self.plateau_waited + 1
        if cost < self.best:
            self.best, self.best_step = cost, self.step
        if self.schedule["name"] == "plateau" and self.plateau_waited == self.schedule["patience"]:
            self.reductions += 1
            self.plateau_waited = 0
        if self.schedule["name"] == "newbob":
            self.newbob(cost)

    def newbob(self, cost):
        gained = self.before is None or self.before - cost >= self.schedule["min_delta"] * abs(self.before)
        if not gained or (self.reductions > 0 and self.schedule.get("ramp", True)):
            self.reductions += 1
        self.before = cost

    def run_epoch(self, window):
        epoch, states = Sums(), [[0.0] * len(self.network.U) for _ in range(ROWS)]
        for number in range(self.minibatches):
            rate = self.rate()
            self.update(number, states, [epoch, window])
            self.networks.append(self.network.copy())
            if self.step % 3 == 0:
                self.add("train", self.step, self.epoch, window.record(rate))
                window.__init__()
            if number + 1 < self.minibatches:
                self.step += 1
        self.add("epoch", self.step, self.epoch, epoch.record(rate))
        figures = self.evaluate(self.network, "valid")
        self.add("valid", self.step, self.epoch, figures)
        self.judge(figures)

    def train(self):
        """To the end; returns itself."""
        window = Sums()
        while True:
            self.run_epoch(window)
            over = 0 < self.settings["patience"] <= self.waited
            if over or self.epoch == self.settings["epochs"]:
                break
            self.epoch += 1
            self.step += 1
        best = self.evaluate(self.networks[self.best_step], "test")
        self.add("test", self.step, self.epoch, {**best, "checkpoint_step": self.best_step,
                                                 "checkpoint_epoch": self.best_step // self.minibatches})
        return self


# --- comparison ----------------------------------------------------------------------------------------

CLOCK = ("tokens_per_second", "seconds", "data_wait")


def prepare():
    write("text.txt", "".join(TEXTS.values()))


def ids_of():
    """0 and 1 are the unknown and the end symbol; then by falling count in the training split, ties in
    the order of bytes."""
    symbols = sorted(set(TEXTS["train"]), key=lambda s: (-TEXTS["train"].count(s), s))
    number = {symbol: 2 + i for i, symbol in enumerate(symbols)}
    return {split: [number[symbol] for symbol in text] for split, text in TEXTS.items()}


def settings_of(**changes):
    return {"rate": 2.0, "clip": 0.5, "schedule": {"name": "constant"}, "epochs": 6, "monitor": "loss",
            "patience": 0, "min_delta": 0.0, **changes}


def start(settings):
    """Writes the config; returns the network that every run starts with."""
    write("c.yaml", CONFIG % {**settings, "schedule": json.dumps(settings["schedule"])})
    if not os.path.exists("first"):
        train("c.yaml", "first", "--set", "optimizer.learning_rate=0", "--set", "train.max_steps=1")
    return Network(values_of("first/checkpoints/latest.h5", "/parameters"))


def near(a, b):
    return abs(a - b) <= 1e-9 * max(1, abs(b))


def compare_records(run, expected_records):
    """The journal; returns it."""
    with open(f"{run}/metrics.jsonl", encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    records = [r for r in records if r["kind"] not in ("units", "model", "data")]
    for record, expected in zip(records, expected_records):
        names = set(expected) | (set(CLOCK) if "learning_rate" in expected else set(CLOCK[:2]))
        assert set(record) == names, f"{sorted(record)}, expected {sorted(names)}"
        for name, value in expected.items():
            right = record[name] == value if isinstance(value, (str, int)) else near(record[name], value)
            assert right, f"{record['kind']} of step {record['step']}: {name} is {record[name]}, by hand {value}"
    assert len(records) == len(expected_records), f"{len(records)} records, {len(expected_records)} by hand"
    return records


def compare_columns(run, records):
    """metrics.h5 is the journal."""
    for kind in "train", "epoch", "valid", "test":
        held = columns(run, kind)
        for name in held:
            assert held[name] == [r[name] for r in records if r["kind"] == kind], f"metrics.h5 {kind} {name}"


def compare_parameters(path, network):
    """Every number of a checkpoint."""
    found = Network(values_of(path, "/parameters"))
    for part, expected in zip(found.parts(), network.parts()):
        for row, numbers in zip(part, expected):
            assert all(map(near, row, numbers)), f"{path}: {row}, by hand {numbers}"


def compare(run, course):
    compare_columns(run, compare_records(run, course.records))
    compare_parameters(f"{run}/checkpoints/latest.h5", course.networks[course.step])
    compare_parameters(f"{run}/checkpoints/best.h5", course.networks[course.best_step])


def follow(*needs, **changes):
    """Trains and compares; `needs` say what the course must have in it to be a test."""
    settings = settings_of(**changes)
    course = Course(start(settings), ids_of(), settings).train()
    train("c.yaml", "run", "--overwrite", "--threads", "1")
    compare("run", course)
    for need in needs:
        assert need(course), f"{changes}: this course is no test: {[r for r in course.records if r['kind'] == 'valid']}"
    return course


# --- tests ---------------------------------------------------------------------------------------------

@pytest.fixture(autouse=True)
def data(folder, double_program, monkeypatch):
    monkeypatch.setattr(program, "RONDO", double_program)
    prepare()


def test_columns_of_metrics():
    """Every figure of every record, over windows that end within epochs and minibatches of unequal size, where
    some updates are clipped and others are not."""
    course = follow(lambda c: any(0 < r["clip_rate"] < 1 for r in c.records if r["kind"] == "train"),
                    lambda c: any(0 < r["clip_rate"] < 1 for r in c.records if r["kind"] == "epoch"))
    model, data = columns("run", "model"), columns("run", "data")
    hidden, symbols = len(course.network.U), len(course.network.W)
    numbers = sum(len(row) for part in course.network.parts() for row in part)
    products = 2 * (hidden * hidden + hidden * symbols)
    expected = {"parameters": numbers, "training_flops": 3 * products, "epoch_tokens": len(TEXTS["train"]) - 1}
    assert all(model[name] == [value] for name, value in expected.items()), f"{model}, by hand {expected}"
    for split, text in TEXTS.items():
        assert data[f"{split}_sequences"] == [1] and data[f"{split}_tokens"] == [len(text) - 1], str(data)
    for split in "valid", "test":
        write("text.txt", "".join(text[:-1] + "d" if name == split else text for name, text in TEXTS.items()))
        train("c.yaml", "other", "--overwrite", "--set", "train.max_steps=1")
        other = columns("other", "data")
        moved = {name for name in TEXTS if other[f"{name}_fingerprint"] != data[f"{name}_fingerprint"]}
        assert moved == {split}, f"another last symbol of the {split} split is another {moved}"


def test_speed():
    """tokens_per_second times seconds are the tokens of the window, or of the split; windows follow one another."""
    follow()
    train, epoch, valid = (columns("run", kind) for kind in ("train", "epoch", "valid"))

    def tokens(held):
        return [round(a * b, 6) for a, b in zip(held["tokens_per_second"], held["seconds"])]
    sizes = [10, 10, 10, 10, 3]
    windows = [sum(sizes[step % 5] for step in range(end - 3, end)) for end in map(int, train["step"])]
    assert tokens(train) == windows, f"{tokens(train)}, by hand {windows}"
    assert tokens(epoch) == [sum(sizes)] * 6 and tokens(valid) == [len(TEXTS["valid"]) - 1] * 6, (
        f"{tokens(epoch)} {tokens(valid)}")
    assert all(0 <= wait <= 1 for wait in train["data_wait"] + epoch["data_wait"]), "data_wait"


SCHEDULES = [
    {"name": "constant"},
    {"name": "exponential", "factor": 0.7},
    {"name": "exponential", "factor": 0.5, "after_epochs": 2},
    {"name": "exponential", "factor": 0.3, "after_epochs": 1, "minimum": 0.1},
    {"name": "step", "factor": 0.6, "every_epochs": 1},
    {"name": "step", "factor": 0.5, "every_epochs": 2},
    {"name": "cosine"},
    {"name": "cosine", "minimum": 0.25},
    {"name": "plateau", "factor": 0.5, "patience": 1},
    {"name": "plateau", "factor": 0.5, "patience": 2, "minimum": 0.3},
    {"name": "cosine_restarts", "options": {"period_epochs": 2}},
    {"name": "cosine_restarts", "options": {"period_epochs": 1, "period_factor": 2, "minimum": 0.25}},
    {"name": "inverse_square_root"},
    {"name": "inverse_square_root", "options": {"after_steps": 7}},
    {"name": "one_cycle"},
    {"name": "one_cycle", "options": {"rise": 0.5, "start": 0.25, "end": 0.125, "shape": "linear"}},
    {"name": "newbob", "options": {"factor": 0.5, "min_delta": 0.1}},
    {"name": "newbob", "options": {"factor": 0.7, "min_delta": 0.2, "ramp": False, "minimum": 0.3}},
]


def test_schedules():
    """Each, alone and with a warm-up that ends within the first epoch or after it; some as they were written before
    their keys were options."""
    for number, schedule in enumerate(SCHEDULES):
        for warmup in 0, (4, 12)[number % 2]:
            follow(schedule={**schedule, "warmup_steps": warmup})


def reductions(improvements, patience, forgives=True, starts_anew=True):
    """How often a plateau was reduced before each validation; by wrong rules, too."""
    waited = count = 0
    counts = []
    for improved in improvements:
        counts.append(count)
        waited = waited + 1 if not improved else 0 if forgives else waited
        if waited >= patience:
            count += 1
            waited = 0 if starts_anew else waited
    return counts


def test_plateaus():
    """Courses in which an improvement ends the waiting, and so does a reduction."""
    for rate, least, patience, epochs, minimum in (2.0, 0.02, 2, 12, 0.0), (3.5, 0.0, 3, 16, 0.7):
        course = follow(lambda c: reductions(c.improvements, patience, forgives=False) !=
                        reductions(c.improvements, patience) !=
                        reductions(c.improvements, patience, starts_anew=False),
                        rate=rate, epochs=epochs, min_delta=least,
                        schedule={"name": "plateau", "factor": 0.8, "patience": patience, "minimum": minimum})
        rates = [r["learning_rate"] for r in course.records if r["kind"] == "epoch"]
        expected = [rate * max(0.8 ** n, minimum) for n in reductions(course.improvements, patience)]
        assert all(map(near, rates, expected)), f"{rates}, by hand {expected}"


def test_pytorch():
    """Rates of torch.optim.lr_scheduler (pytorch_schedules.py): update by update of each schedule, alone and with
    warm-ups; of a plateau the rule that is compared with rondo in `schedules`."""
    with open(PYTORCH, encoding="utf-8") as file:
        golden = json.load(file)
    for case in golden["rates"]:
        settings = settings_of(rate=1.0, schedule=case["schedule"])
        start(settings)
        train("c.yaml", "run", "--overwrite", "--threads", "1", "--set", "train.log_every=1")
        found = columns("run", "train")["learning_rate"]
        assert len(found) == len(case["rates"]) and all(map(near, found, case["rates"])), (
            f"{case['schedule']}: {found}, PyTorch {case['rates']}")
    for case in golden["plateaus"]:
        schedule = {"name": "plateau", **{name: case[name] for name in ("factor", "patience", "minimum")}}
        settings = settings_of(rate=1.0, schedule=schedule)
        course = Course(start(settings), ids_of(), settings)
        for loss, expected in zip(case["losses"], case["rates"]):
            course.judge({"loss": loss})
            assert near(course.rate(), expected), f"{schedule}: {course.rate()}, PyTorch {expected}"
        assert course.reductions > 2, f"{schedule}: this course is no test"


STOPS = [("loss", 0.0, 1), ("loss", 0.0, 2), ("loss", 0.02, 2), ("accuracy", 0.0, 1), ("accuracy", 0.05, 2),
         ("perplexity", 0.1, 3)]


def test_early_stopping():
    """Patience with and without a minimum improvement, by a figure that falls and by one that rises; the test split
    is looked at with the best checkpoint, which is not the last."""
    for monitor, least, patience in STOPS:
        follow(lambda c: c.epoch < 20 and (least > 0 or c.best_step < c.step),
               rate=3.0, epochs=20, monitor=monitor, patience=patience, min_delta=least)


ONE_STEP = ("--resume", "--threads", "1", "--set", "train.max_minutes=1e-9")


def test_resumed_after_every_step():
    """A process for every update: whatever a checkpoint does not hold is lost each time. Sums of windows, the best
    figure and its step, both patiences, reductions and positions come out as by hand. A process that was killed
    before it had marked the best is put right by the next."""
    resume_after_every_step(rate=5.0, schedule={"name": "plateau", "factor": 0.5, "patience": 2, "warmup_steps": 8})


def test_resumed_newbob():
    """What newbob measures the next validation against, and how often it has reduced the rate."""
    resume_after_every_step(rate=5.0, schedule={"name": "newbob", "warmup_steps": 8,
                                                "options": {"factor": 0.5, "min_delta": 0.05, "ramp": False}})


def resume_after_every_step(**changes):
    settings = settings_of(epochs=14, patience=3, min_delta=0.05, **changes)
    course = Course(start(settings), ids_of(), settings).train()
    assert course.reductions > 1 and course.epoch < 14 and course.best_step < course.step, (
        f"this course is no test: {course.reductions} {course.epoch} {course.best_step} {course.step}")
    for step in range(1, course.step + 1):
        train("c.yaml", "run", *ONE_STEP, expect=STOPPED if step < course.step else DONE)
        compare_parameters("run/checkpoints/latest.h5", course.networks[step])
        so_far = [r for r in course.records if r["step"] <= step and (r["kind"] != "test" or step == course.step)]
        compare_records("run", so_far)
        if step == course.best_step:
            os.remove("run/checkpoints/best.h5")
    compare("run", course)
    train("c.yaml", "run", *ONE_STEP)
    compare("run", course)


def test_which_checkpoints():
    """Every so many steps, after every so many epochs, where validation was the best, and at the end; the newest
    first, and no more than are kept."""
    for steps, epochs in (7, 0), (0, 2), (4, 3), (0, 0):
        settings = settings_of(rate=3.0, epochs=7)
        course = Course(start(settings), ids_of(), settings).train()
        train("c.yaml", "run", "--overwrite", "--threads", "1", "--set", "output.keep_checkpoints=100", "--set",
              f"output.checkpoint_every={{steps: {steps}, epochs: {epochs}}}")
        bests, best = set(), math.inf
        for record in course.records:
            if record["kind"] == "valid" and record["loss"] < best:
                best = record["loss"]
                bests.add(record["step"])
        due = [step for step in range(1, course.step + 1)
               if step == course.step or step in bests or (steps and step % steps == 0) or
               (epochs and step % (epochs * course.minibatches) == 0)]
        assert 25 not in due or steps, f"this course is no test: {due}"
        names = ["latest.h5"] + [f"latest-{i}.h5" for i in range(1, len(due))]
        found = sorted(os.listdir("run/checkpoints"))
        assert found == sorted([*names, "best.h5"]), f"{due}: {found}"
        for name, step in zip(names, reversed(due)):
            compare_parameters(f"run/checkpoints/{name}", course.networks[step])
        train("c.yaml", "run", "--overwrite", "--set", f"output.checkpoint_every.steps={steps}")
        assert sorted(os.listdir("run/checkpoints")) == ["best.h5", "latest-1.h5", "latest.h5"], "two are kept"


def test_evaluated_as_they_are():
    """What training does to weights and inputs is not done when they are evaluated: the last validation is that of the
    last checkpoint's weights, the test that of the best one's."""
    settings = settings_of()
    course = Course(start(settings), ids_of(), settings)
    sets = ("train.weight_noise=0.2", "model.input.unknown_rate=0.1", "model.input.dropout=0.2",
            "model.layers.0.dropout=0.3", "model.layers.0.recurrent_dropout=0.2", "train.epochs=3")
    for alone in [*[[each] for each in sets[:-1]], sets]:
        train("c.yaml", "run", "--overwrite", "--threads", "1", *[word for each in alone for word in ("--set", each)])
        for kind, name in ("valid", "latest"), ("test", "best"):
            network = Network(values_of(f"run/checkpoints/{name}.h5", "/parameters"))
            for figure, value in course.evaluate(network, kind).items():
                found = columns("run", kind)[figure][-1]
                assert near(found, value), f"{alone}: {kind} {figure} is {found}, by hand {value}"


def test_ends():
    """A run ends after max_steps, within an epoch, where it is validated once more, but its best is one of whole epochs;
    and after max_seconds of update steps, also of steps that were made before it was resumed."""
    settings = settings_of()
    course = Course(start(settings), ids_of(), settings).train()
    train("c.yaml", "run", "--set", "train.max_steps=12")
    compare_parameters("run/checkpoints/latest.h5", course.networks[12])
    until = [r for r in course.records if r["step"] <= 12]
    best = min((r for r in until if r["kind"] == "valid"), key=lambda r: r["loss"])["step"]
    for kind, step in ("valid", 12), ("test", best):
        more = {"checkpoint_step": best, "checkpoint_epoch": best // course.minibatches} if kind == "test" else {}
        until.append({"kind": kind, "step": 12, "epoch": 2, **course.evaluate(course.networks[step], kind), **more})
    compare_records("run", until)
    for _ in range(2):
        train("c.yaml", "timed", "--resume", "--set", "train.max_seconds=1e-9")
        compare_parameters("timed/checkpoints/latest.h5", course.networks[1])
    train("c.yaml", "free", "--set", "train.max_seconds=1e6")
    compare_parameters("free/checkpoints/latest.h5", course.networks[course.step])
