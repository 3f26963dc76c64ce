#!/usr/bin/env python3
"""Times single steps of an LSTM with one sequence: rondo bench --step and ONNX Runtime, in turns on this machine.

    tools/compare_onnx.py                       # 128 and 512 units, one thread
    tools/compare_onnx.py --hidden 256 --turns 9

The network reads a one-hot symbol of 65 and predicts the next one: one LSTM layer and a linear output. A turn's figure
is the median of thousands of steps, and the result the median of the turns. ONNX Runtime is called from Python with
bound inputs and outputs, so that nothing is copied; what a call costs besides, measured with one unit, is told too.

Both come from PyPI as in compare_pytorch.py: a temporary virtual environment, or --venv FOLDER.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

TOOLS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, TOOLS)
from pytorch_environment import run_inside  # noqa: E402

SYMBOLS, STEPS = 65, 3000
CONFIG = """
behavior_version: 1
task: language_model
data: {{format: text, path: text.txt, sequences: stream, batch_size: 1, truncated_bptt: 16}}
model: {{input: one_hot, layers: [{{cell: lstm, hidden: {hidden}}}]}}
optimizer: {{name: sgd}}
"""


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rondo", default=os.path.join(TOOLS, "..", "build", "rondo"))
    parser.add_argument("--hidden", default="128,512", help="units (default: 128,512)")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--venv", help="folder of a virtual environment that is kept (default: a temporary one)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def model(hidden):
    """x [1, 1, symbols], h, c [1, 1, hidden] -> logits [1, 1, symbols], h, c."""
    import numpy
    from onnx import TensorProto, helper, numpy_helper
    rng = numpy.random.default_rng(1)
    weights = {"W": (1, 4 * hidden, SYMBOLS), "R": (1, 4 * hidden, hidden), "B": (1, 8 * hidden), "V": (hidden, SYMBOLS)}
    constants = [numpy_helper.from_array(rng.uniform(-0.05, 0.05, shape).astype(numpy.float32), name)
                 for name, shape in weights.items()]

    def value(name, width):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, width])
    graph = helper.make_graph(
        [helper.make_node("LSTM", ["x", "W", "R", "B", "", "h", "c"], ["y", "h_next", "c_next"], hidden_size=hidden),
         helper.make_node("MatMul", ["h_next", "V"], ["logits"])],
        "step", [value("x", SYMBOLS), value("h", hidden), value("c", hidden)],
        [value("logits", SYMBOLS), value("h_next", hidden), value("c_next", hidden)], constants)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()


def turn_of_onnx(hidden):
    """Median microseconds of a step."""
    import numpy
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model(hidden), options, providers=["CPUExecutionProvider"])
    widths = {"x": SYMBOLS, "h": hidden, "c": hidden, "logits": SYMBOLS, "h_next": hidden, "c_next": hidden}
    values = {name: onnxruntime.OrtValue.ortvalue_from_numpy(numpy.full((1, 1, width), 0.01, numpy.float32))
              for name, width in widths.items()}
    binding = session.io_binding()
    for name in "x", "h", "c":
        binding.bind_ortvalue_input(name, values[name])
    for name in "logits", "h_next", "c_next":
        binding.bind_ortvalue_output(name, values[name])
    times = []
    for _ in range(STEPS):
        begin = time.perf_counter()
        session.run_with_iobinding(binding)
        times.append(time.perf_counter() - begin)
    return 1e6 * statistics.median(times[STEPS // 10:])


def turn_of_rondo(rondo, hidden, folder):
    with open(os.path.join(folder, "c.yaml"), "w", encoding="utf-8") as file:
        file.write(CONFIG.format(hidden=hidden))
    done = subprocess.run([os.path.abspath(rondo), "bench", "c.yaml", "--step", "--json", "--threads", "1"],
                          check=True, capture_output=True, cwd=folder)
    return json.loads(done.stdout)["cases"][0]["median_microseconds"]


def main():
    arguments = parse_arguments()
    if not arguments.inside:
        return run_inside(__file__, arguments.venv,
                          others={"numpy": "numpy", "onnx": "onnx", "onnxruntime": "onnxruntime"})
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "text.txt"), "w", encoding="utf-8") as file:
            file.write("".join(chr(ord("0") + number) for number in range(SYMBOLS)) * 40)
        for hidden in map(int, arguments.hidden.split(",")):
            turns = [(turn_of_rondo(arguments.rondo, hidden, folder), turn_of_onnx(hidden), turn_of_onnx(1))
                     for _ in range(arguments.turns)]
            ours, theirs, call = (statistics.median(times) for times in zip(*turns))
            ratio = statistics.median(turn[0] / turn[1] for turn in turns)
            print(f"LSTM {hidden}: rondo {ours:.1f} us, ONNX Runtime {theirs:.1f} us (of which a call {call:.1f}): "
                  f"{ratio:.2f} of its time ({min(t[0] / t[1] for t in turns):.2f} to "
                  f"{max(t[0] / t[1] for t in turns):.2f})", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
