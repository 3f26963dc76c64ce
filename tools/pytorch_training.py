"""The network of a resolved config, and its training, in PyTorch as its users write it: torch.nn's recurrent layers on
padded minibatches, packed where lengths differ. For the scripts here that compare whole runs.

Data come from `rondo export CONFIG --output FILE.h5`. What torch.nn does not have is left out, which is in PyTorch's
favour: recurrent dropout, options of cells, and the rate of unknown words.
"""
import subprocess

LAYERS = {"rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}
MODULES = {"numpy": "numpy", "pyyaml": "yaml", "h5py": "h5py"}  # what the environment has besides PyTorch


def resolved(rondo, config, settings=()):
    """What `rondo check --all` prints: every key of the config."""
    import yaml
    words = [word for setting in settings for word in ("--set", setting)]
    text = subprocess.run([rondo, "check", config, "--all", *words], check=True, capture_output=True, text=True).stdout
    return yaml.safe_load(text[text.index("behavior_version:"):].split("\n\n")[0])


def export(rondo, config, path, settings=()):
    words = [word for setting in settings for word in ("--set", setting)]
    subprocess.run([rondo, "export", config, "--output", path, *words], check=True, capture_output=True)


class Data:
    """Splits of an exported file: lists of (inputs, targets); a stream is one sequence."""

    def __init__(self, path, task):
        import h5py
        self.splits = {}
        with h5py.File(path, "r") as file:
            vocabulary = file.get("vocabulary", {})
            self.symbols = len(vocabulary["inputs"]) if "inputs" in vocabulary else 0
            self.classes = len(vocabulary["targets"]) if "targets" in vocabulary else self.symbols
            for name in ("train", "valid"):
                self.splits[name] = self.read(file[name], task)
        first = self.splits["train"][0][0]
        self.width = first.shape[1] if first.dim() > 1 else 0

    @staticmethod
    def read(group, task):
        import torch
        offsets = group["offsets"][:]
        inputs = torch.from_numpy(group["inputs"][:])
        inputs = inputs if inputs.is_floating_point() else inputs.long()
        targets = torch.from_numpy(group["targets"][:]).long() if "targets" in group else None
        sequences = []
        for i, (start, end) in enumerate(zip(offsets[:-1], offsets[1:])):
            x = inputs[start:end]
            if targets is None:
                sequences.append((x[:-1], x[1:]))
            else:
                sequences.append((x, targets[i] if task == "classification" else targets[start:end]))
        return [pair for pair in sequences if len(pair[0])]


def make_model(config, data):
    """Embedding or one-hot vectors where symbols enter, the layers, dropout behind each, a linear output."""
    import torch
    model = config["model"]
    layers, embedding = model["layers"], model["input"].get("embedding") or 0
    width = embedding or data.symbols or data.width
    outputs = data.classes or data.width

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = torch.nn.Embedding(data.symbols, embedding) if embedding else None
            self.input_dropout = torch.nn.Dropout(model["input"].get("dropout", 0))
            first, depth = layers[0], len(layers)
            both = bool(first.get("bidirectional"))
            self.layers = getattr(torch.nn, LAYERS[first["cell"]])(
                width, first["hidden"], depth, bidirectional=both, dropout=first.get("dropout", 0) if depth > 1 else 0)
            self.dropout = torch.nn.Dropout(layers[-1].get("dropout", 0))
            self.output = torch.nn.Linear(first["hidden"] * (2 if both else 1), outputs)
            self.pooled = model.get("pooling", "none") == "last"

        def forward(self, x, lengths=None, state=None):
            if self.embedding:
                x = self.embedding(x)
            elif data.symbols:
                x = torch.nn.functional.one_hot(x, data.symbols).float()
            x = self.input_dropout(x)
            if lengths is None:
                y, state = self.layers(x, state)
            else:
                packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
                y, state = self.layers(packed)
                y, _ = torch.nn.utils.rnn.pad_packed_sequence(y)
            if self.pooled:
                hidden = state[0] if isinstance(state, tuple) else state
                y = hidden[-1]
            return self.output(self.dropout(y)), state

    return Model()


def make_optimizer(config, model):
    import torch
    optimizer = config["optimizer"]
    options = optimizer.get("options") or {}
    if optimizer["name"] == "sgd":
        return torch.optim.SGD(model.parameters(), optimizer["learning_rate"], options.get("momentum", 0),
                               nesterov=bool(options.get("nesterov")))
    if optimizer["name"] == "rmsprop":
        return torch.optim.RMSprop(model.parameters(), optimizer["learning_rate"])
    return torch.optim.Adam(model.parameters(), optimizer["learning_rate"])


def minibatches(sequences, size):
    """Of whole sequences in random order: inputs, targets, lengths (None where equal), real steps."""
    import torch
    order = torch.randperm(len(sequences)).tolist()
    for i in range(0, len(order), size):
        rows = [sequences[j] for j in order[i:i + size]]
        lengths = torch.tensor([len(row[0]) for row in rows])
        pad = torch.nn.utils.rnn.pad_sequence
        per_step = rows[0][1].dim() > 0
        targets = pad([row[1] for row in rows], padding_value=-100) if per_step else torch.stack([r[1] for r in rows])
        equal = bool((lengths == lengths[0]).all())
        yield pad([row[0] for row in rows]), targets, None if equal else lengths, int(lengths.sum())


def windows(stream, rows, steps):
    """Of a stream that is read in parallel: inputs and targets [steps, rows]."""
    x, y = stream
    length = len(x) // rows
    x, y = (part[:length * rows].view(rows, length).t() for part in (x, y))
    for start in range(0, length, steps):
        yield x[start:start + steps].contiguous(), y[start:start + steps].contiguous()


def loss_of(output, target):
    import torch.nn.functional as f
    if target.is_floating_point():
        real = target[..., :1] > -1
        return (f.binary_cross_entropy_with_logits(output, target, reduction="none") * real).sum() / len(target)
    return f.cross_entropy(output.flatten(0, -2), target.flatten())


class Run:
    """A model that is trained."""

    def __init__(self, config, data, bfloat16=False):
        self.config, self.data, self.bfloat16 = config, data, bfloat16
        self.model = make_model(config, data)
        self.optimizer = make_optimizer(config, self.model)

    def step(self, x, y, lengths=None, state=None):
        import torch
        norm = (self.config.get("clip") or {}).get("norm") or 0
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            output, state = self.model(x, lengths, state)
            loss = loss_of(output.float(), y)
        if self.model.training:
            self.optimizer.zero_grad()
            loss.backward()
            if norm > 0:
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), norm)
            self.optimizer.step()
        return tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()

    def minibatches(self, split):
        """One after another; yields how many steps of sequences each has."""
        data, sequences = self.config["data"], self.data.splits[split]
        if data.get("sequences") == "stream":
            state = None
            for x, y in windows(sequences[0], data["batch_size"], data["truncated_bptt"]):
                state = self.step(x, y, None, state)
                yield x.numel()
        else:
            for x, y, lengths, count in minibatches(sequences, data["batch_size"]):
                self.step(x, y, lengths)
                yield count

    def train(self):
        """Without end."""
        self.model.train()
        while True:
            yield from self.minibatches("train")

    def epoch(self):
        """The training split with its updates, and the validation split; how many steps of sequences were trained."""
        import torch
        self.model.train()
        tokens = sum(self.minibatches("train"))
        self.model.eval()
        with torch.no_grad():
            for _ in self.minibatches("valid"):
                pass
        return tokens
