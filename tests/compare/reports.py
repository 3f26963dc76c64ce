"""Sweeps of synthetic.py that reports are made of."""
import synthetic
from program import read, rondo


def page(folder, *options):
    rondo("compare", folder, "--html", "report.html", *options)
    return read("report.html")


def make_cells(folder="cells", schedule=0):
    synthetic.sweep(folder, synthetic.cells(), range(1, 11), baseline="lstm", margin=0.01, schedule=schedule)
    return folder


def make_many(folder="many"):
    synthetic.sweep(folder, synthetic.cells(), range(1, 101), baseline="lstm", margin=0.01)
    return folder


GREFF = ["vanilla", "no input gate", "no forget gate", "no output gate", "no input activation",
         "no output activation", "coupled gates", "no peepholes", "full gate recurrence"]


def make_search(folder="search"):
    synthetic.sweep(folder, synthetic.search(GREFF, 40), [1], is_search=True, epochs=12, name="nine variants")
    return folder


HOSTILE = ["</text></svg><script>alert(1)</script>", "a very long name of a variant " * 8 + "end",
           "größe=模型 \u202etxt", "it's \"quoted\" & <b>", "x" * 200]
TITLE = "</title></h1><script>alert(2)</script>"
REASON = "reber.yaml:3:1: <img src=x onerror=alert(3)> & more"


def make_hostile(folder="hostile"):
    variants = [synthetic.variant(name, cell) for name, cell in zip(HOSTILE, ["rnn", "lstm", "gru", "gru", "lstm"])]
    synthetic.sweep(folder, variants, range(1, 5), epochs=8, name=TITLE,
                    states={3: ("failed", REASON, 0), 7: ("halted", "", 1)})
    return folder


def make_halving(folder="halving"):
    """Nine runs on rungs of 1, 3 and 9 epochs: one fails before the first, one after the second, one comes to the end."""
    states = {number: ("halted", "", 1) for number in (1, 2, 4, 5, 6)}
    states |= {3: ("failed", "no room", 0), 7: ("halted", "", 2), 9: ("failed", "no room", 2)}
    synthetic.sweep(folder, synthetic.cells(), [1, 2, 3], epochs=9, states=states,
                    halving={"metric": "valid loss", "keep_part": 1, "keep_of": 3, "rungs": [1, 3, 9]})
    return folder


def make_data_sets():
    """Four variants on six data sets, a sweep each."""
    folders = [f"sets/{name}" for name in ("atis", "dates", "jsb", "names", "ptb", "reber")]
    for number, folder in enumerate(folders):
        shifts = {"rnn": 0.3, "lstm": 0.0, "gru": 0.004 * (-1) ** number, "bi <b>": 0.1 - 0.004 * number}
        variants = [synthetic.variant(name, "rnn" if name == "rnn" else "lstm", shift=shift)
                    for name, shift in shifts.items()]
        synthetic.sweep(folder, variants, range(1, 7), epochs=6, data=number)
    return folders
