"""datasets/get against a server of this test on the loopback.

Each test has a tree of its own: a copy of datasets/get and configs whose heads say what the server has.
"""
import gzip
import hashlib
import http.server
import os
import shutil
import signal
import subprocess
import threading
import time

import pytest

from program import RONDO, ROOT

# ctest: together

BODY = """behavior_version: 1
data: {path: %s}
model: {layers: [{cell: lstm, hidden: 8}]}
optimizer: {name: adam}
"""


class Handler(http.server.BaseHTTPRequestHandler):
    files, asked = {}, []
    slow = cut = False

    def do_GET(self):
        self.asked.append(self.path)
        body = self.files.get(self.path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        half = len(body) // 2
        try:
            self.wfile.write(body[:half])
            self.wfile.flush()
            if Handler.slow:
                time.sleep(20)
            if not Handler.cut:
                self.wfile.write(body[half:])
        except OSError:
            pass

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def server(folder, monkeypatch):
    """Its files, and the tree of the test."""
    monkeypatch.setattr(Handler, "files", {})
    monkeypatch.setattr(Handler, "asked", [])
    monkeypatch.setattr(Handler, "slow", False)
    monkeypatch.setattr(Handler, "cut", False)
    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("RONDO_DATA_MIRROR", f"http://127.0.0.1:{listening.server_port}")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    os.makedirs("datasets")
    os.makedirs("configs")
    shutil.copy(os.path.join(ROOT, "datasets", "get"), "datasets/get")
    yield
    listening.shutdown()


def serve(path, text):
    body = text if isinstance(text, bytes) else text.encode()
    Handler.files[path] = body
    return body


def sum_of(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


def config(name, source, sums, path="a.txt"):
    head = f"# A test.\n#\n# Source: {source}\n# Licence: none\n"
    head += "".join(f"# sha256 of {file}: {value}\n" for file, value in sums)
    with open(f"configs/{name}.yaml", "w", encoding="utf-8") as file:
        file.write(head + BODY % path)


def get(*arguments, status=0, **environment):
    run = subprocess.run(["datasets/get", *arguments], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, timeout=60,
                         env={**os.environ, **environment})
    assert run.returncode == status, f"status of get {arguments}: {run.stdout}{run.stderr}"
    return run.stdout + run.stderr


def there():
    return sorted(os.path.relpath(os.path.join(folder, name), "configs")
                  for folder, _, names in os.walk("configs") for name in names
                  if not name.endswith(".yaml"))


def read(path):
    with open(os.path.join("configs", path), "rb") as file:
        return file.read()


def test_brings():
    """Files of several folders, in the order of the sums; asked for once."""
    sums = []
    for split in ("train", "valid"):
        for side in ("in", "out"):
            body = serve(f"/github.com/owner/store/raw/v1/d/{split}/seq.{side}", f"{split} {side}\n")
            sums.append((f"d/{split}/seq.{side}", sum_of(body)))
    config("one", "github.com/owner/store@v1, d/{train,valid}/{seq.in,seq.out}", sums)
    config("two", "example.org/files, a.txt", [("a.txt", sum_of(serve("/example.org/files/a.txt", "hello\n")))])
    get("one", "two")
    assert there() == ["a.txt", "d/train/seq.in", "d/train/seq.out", "d/valid/seq.in", "d/valid/seq.out"], "files"
    assert read("d/valid/seq.out") == b"valid out\n", "contents"
    assert len(Handler.asked) == 5, "files asked for"
    assert "a.txt is there" in get("two"), "the second time nothing is brought"
    assert len(Handler.asked) == 5, "files asked for the second time"
    os.remove("configs/d/train/seq.out")
    get("configs/one.yaml")
    assert Handler.asked[5:] == ["/github.com/owner/store/raw/v1/d/train/seq.out"], "what was missing"


def test_leaves_nothing():
    """A wrong sum, a cut transfer, an error of the server; with each tool that is here."""
    body = "x" * 100000
    serve("/github.com/o/r/raw/HEAD/b.txt", body)
    config("wrong", "github.com/o/r, b.txt", [("b.txt", sum_of("another"))])
    config("cut", "github.com/o/r, b.txt", [("b.txt", sum_of(body))])
    config("gone", "github.com/o/r, {no_such,b}.txt", [("n.txt", sum_of("n")), ("b.txt", sum_of(body))])
    tools = [tool for tool in ("curl", "wget", "cmake") if shutil.which(tool)]
    assert tools, "no tool is here"
    for tool in tools:
        said = get("wrong", status=1, RONDO_DATA_TOOL=tool)
        assert f"b.txt: the sha256 is {sum_of(body)}, not {sum_of('another')}" in said, said
        said = get("gone", status=1, RONDO_DATA_TOOL=tool)
        assert "no_such.txt cannot be brought; nothing was written" in said, said
        Handler.cut = True
        get("cut", status=1, RONDO_DATA_TOOL=tool)
        Handler.cut = False
        assert there() == [], f"what {tool} left"
        get("cut", RONDO_DATA_TOOL=tool)
        assert there() == ["b.txt"], f"what {tool} brought"
        os.remove("configs/b.txt")


def test_stops():
    """A signal in the middle leaves nothing; what a kill left goes the next time."""
    serve("/github.com/o/r/raw/HEAD/b.txt", "x" * 100000)
    config("slow", "github.com/o/r, b.txt", [("b.txt", sum_of("x" * 100000))])
    Handler.slow = True
    for number in (signal.SIGTERM, signal.SIGKILL):
        asked = len(Handler.asked)
        with subprocess.Popen(["datasets/get", "slow"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, start_new_session=True) as run:
            while len(Handler.asked) == asked:
                time.sleep(0.01)
            os.killpg(run.pid, number)
            run.wait()
        if number == signal.SIGTERM:
            assert os.listdir("configs") == ["slow.yaml"], "after SIGTERM"
    Handler.slow = False
    get("slow")
    assert sorted(os.listdir("configs")) == ["b.txt", "slow.yaml"], "after all"


def test_keeps():
    """A file of the user's is never overwritten, and nothing is written elsewhere."""
    config("mine", "github.com/o/r, b.txt", [("b.txt", sum_of("theirs"))])
    with open("configs/b.txt", "w", encoding="utf-8") as file:
        file.write("mine")
    assert "is there, but has another sha256" in get("mine", status=1), "another file"
    assert read("b.txt") == b"mine", "the user's file"
    config("out", "github.com/o/r, b.txt", [("../b.txt", sum_of("theirs"))])
    config("root", "github.com/o/r, b.txt", [("/tmp/b.txt", sum_of("theirs"))])
    assert "not a place beside the config" in get("out", status=2), ".."
    assert "not a place beside the config" in get("root", status=2), "absolute"
    assert Handler.asked == [], "nothing was asked for"
    assert "no such config; there are: mine out root" in get("nope", status=2), "names"
    get(status=2)
    get("--nope", status=2)


def test_unpacks():
    packed = gzip.compress(b"pixels")
    serve("/site.org/m/x.gz", packed)
    config("packed", "site.org/m, x.gz", [("x.gz, unpacked", sum_of("pixels"))])
    config("hurt", "site.org/m, y.gz", [("y.gz, unpacked", sum_of("pixels"))])
    serve("/site.org/m/y.gz", packed[:-6])
    get("packed")
    assert read("x.gz") == packed, "stays packed"
    get("hurt", status=1)
    assert there() == ["x.gz"], "files"


def test_makes():
    """Columns, characters and chorales, against what they must be by hand."""
    serve("/g.org/u/t.conllu", "# text = Im Haus\n1-2\tIm\t_\t_\t_\n1\tIn\tin\tADP\tAPPR\n2\tdem\tder\tDET\tART\n"
          "2.1\tweg\t_\tVERB\tV\n3\tHaus\tHaus\tNOUN\tNN\n\n# x\n1\tJa\tja\tINTJ\tITJ\n\n")
    columns = "In\tADP\tAPPR\ndem\tDET\tART\nHaus\tNOUN\tNN\n\nJa\tINTJ\tITJ\n"
    config("pos", "g.org/u, t.conllu, made into columns", [("t.tsv", sum_of(columns))])
    serve("/g.org/u/p.txt", " a bc \n d \n")
    characters = "a _ b c \n d \n "
    config("chars", "g.org/u, p.txt, made into characters", [("p.txt.gz, unpacked", sum_of(characters))])
    serve("/g.org/u/j.json", '{"test": [[[70, 60], [], [128]]], "train": [[[], [5, 40, 3]],\n [[1]]], "valid": [[[2],[]]]}')
    chorales = {"test": "60,70 - 128\n", "train": "- 3,5,40\n1\n", "valid": "2 -\n"}
    config("music", "g.org/u, j.json, made into chorales",
           [(f"j/J.{split}.txt", sum_of(text)) for split, text in chorales.items()])
    get("pos", "chars", "music")
    assert read("t.tsv").decode() == columns, "columns"
    assert gzip.decompress(read("p.txt.gz")).decode() == characters, "characters"
    for split, text in chorales.items():
        assert read(f"j/J.{split}.txt").decode() == text, f"chorales of {split}"


def test_lists():
    """The shipped configs: each that reads files is there, with its terms and what is missing."""
    for name in os.listdir(os.path.join(ROOT, "configs")):
        if name.endswith(".yaml"):
            shutil.copy(os.path.join(ROOT, "configs", name), "configs")
    said = get("--list")
    for name in ("ptb_small", "ptb_char", "atis", "jsb_gru", "pos", "smnist_gru", "sst2", "names", "deep"):
        assert f"\n{name} " in "\n" + said, f"{name} is not listed"
    assert "missing: ptb.train.txt ptb.valid.txt ptb.test.txt" in said, said
    assert "\nreber" not in said and "\nquickstart" not in said, "configs without data are listed"
    assert "needs no data" in get("reber", status=2), "a config without data"


def test_hints():
    """The program names datasets/get where data of a shipped config is missing, only there."""
    config("one", "github.com/o/r, a.txt", [("a.txt", sum_of("a"))])
    with open("configs/own.yaml", "w", encoding="utf-8") as file:
        file.write(BODY % "a.txt")
    for verb in (["check"], ["train"], ["export"], ["bench"]):
        run = subprocess.run([RONDO, *verb, "configs/one.yaml"], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, timeout=60)
        assert run.returncode == 2, f"status of {verb}: {run.stdout}"
        assert "datasets/get one downloads it" in run.stdout and "a.txt" in run.stdout, run.stdout
        assert run.stdout.count("\n") == 1, f"lines of {run.stdout}"
        run = subprocess.run([RONDO, *verb, "configs/one.yaml", "--set", "data.path=other.txt"],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        assert "datasets/get" not in run.stdout and "other.txt" in run.stdout, run.stdout
        run = subprocess.run([RONDO, *verb, "configs/own.yaml"], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, timeout=60)
        assert "datasets/get" not in run.stdout, run.stdout
