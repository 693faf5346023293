#!/usr/bin/env python3
"""Lets system calls of an import fail, or kills it at them, one by one.

    inject.py [--runs N] [--program PROGRAM] [--keep]

A server on loopback gives a file, and an archive with a folder in it. The example `folder` imports the one or the other, into a store
alone or to a place, too, under strace, which lets the N-th call of one kind fail with EIO, ENOSPC, EACCES, EMFILE or EINTR, or
kills the process there. Calls before the first one that touches the store are the system's loader's, and are left out. After each run:

    torn      something under a name that somebody looks for is not whole
    stuck     the next import, with nothing injected, does not succeed
    litter    something is left beside the place after that

Prints how many runs there were of each kind, and how they ended. Exits with 1 if any of these is not 0, and with 2 if something is
missing that this needs: Linux, strace, and permission to trace.
"""

import argparse
import collections
import hashlib
import http.server
import io
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What each error is let happen to: calls that can fail with it, or that a program may believe cannot fail.
CALLS = {
    "EIO": ["read", "pread64", "write", "fsync", "openat", "getdents64", "copy_file_range", "fstat", "statx"],
    "ENOSPC": ["write", "fsync", "linkat", "mkdir", "openat", "rename", "renameat2", "ftruncate", "fallocate"],
    "EACCES": ["openat", "linkat", "rename", "renameat2", "mkdir", "chmod", "fchmod", "unlink", "unlinkat", "rmdir"],
    "EMFILE": ["openat", "socket", "fcntl"],
    "EINTR": ["read", "write", "openat", "flock", "fsync", "recvfrom", "sendto", "connect"],
    "SIGKILL": ["write", "fsync", "openat", "linkat", "rename", "renameat2", "mkdir", "fchmod", "flock", "unlink", "close"],
}
# No run takes longer, in seconds: an import that waits for ever is a fault, too.
PATIENCE = 60

FILE = random.Random(1).randbytes(700_000)
FOLDER = {"one": random.Random(2).randbytes(200_000), "sub/two": b"two" * 1000, "sub/deep/three": b"3", "empty": b""}


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in FOLDER.items():
            packed.writestr(f"pkg/{name}", content)
    return out.getvalue()


def serve():
    bodies = {"/file": FILE, "/pkg.zip": archive()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = bodies[self.path]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                pass  # It was killed.

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class Scene:
    """A store and perhaps a place, in a directory of their own."""

    def __init__(self, work, number, shape, placed):
        self.root = work / f"{number}"
        self.root.mkdir()
        self.shape = shape
        self.beside = self.root / "place"
        self.place = self.beside / "it" if placed else None

    def command(self, program, url):
        what = [f"{url}/file", ""] if self.shape == "file" else [f"{url}/pkg.zip", "pkg/"]
        place = [str(self.place)] if self.place else []
        return [str(program), str(self.root / "store"), *what, *place]

    def torn(self):
        """What is not whole under a name that somebody looks for."""
        places = [self.place] if self.place and self.place.exists() else []
        files = self.root / "store" / "files"
        if files.is_dir():
            shelves = [shelf for shelf in files.iterdir() if not shelf.name.startswith(".probe-")]
            places += [published for shelf in shelves for published in shelf.iterdir()]
        return [place for place in places if not self.is_whole(place)]

    def is_whole(self, place):
        if self.shape == "file":
            return place.is_file() and place.read_bytes() == FILE
        there = {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}
        return there == FOLDER

    def litter(self):
        if not self.place:
            return []
        return [path for path in self.beside.iterdir() if path != self.place]


def run(command, **more):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, **more)
    except subprocess.TimeoutExpired:
        return None


def counted(scene, program, url):
    """How many calls of each kind a whole import makes, and how many of them before it touches its store."""
    log = scene.root / "trace"
    run(["strace", "-f", "-qq", "-o", str(log), *scene.command(program, url)])
    before, calls = None, collections.Counter()
    for line in log.read_text(errors="replace").splitlines():
        if before is None and str(scene.root / "store") in line and "execve(" not in line:
            before = calls.copy()
        found = re.match(r"\d+ +(\w+)\(", line)
        if found:
            calls[found[1]] += 1
    return before or collections.Counter(), calls


def moments(first, last, wanted):
    """Some numbers of calls, the first and the last among them, spread evenly."""
    span = range(first, last + 1)
    if len(span) <= wanted:
        return list(span)
    return sorted({span[round(at * (len(span) - 1) / (wanted - 1))] for at in range(wanted)})


def plan(work, program, url, runs):
    """Every injection: shape, placed or not, what happens, the call, and which one of its kind."""
    kinds = []
    for number, (shape, placed) in enumerate([("file", False), ("file", True), ("folder", False), ("folder", True)]):
        before, calls = counted(Scene(work, f"count-{number}", shape, placed), program, url)
        for error, names in CALLS.items():
            for name in names:
                if calls[name] > before[name]:
                    kinds.append((shape, placed, error, name, before[name] + 1, calls[name]))
    wanted = 2
    while True:
        made = [(*kind[:4], moment) for kind in kinds for moment in moments(*kind[4:], wanted)]
        more = [(*kind[:4], moment) for kind in kinds for moment in moments(*kind[4:], wanted + 1)]
        if len(made) >= runs or len(more) == len(made):
            return made
        wanted += 1


def needed():
    """What is missing, as a sentence; nothing if all is there."""
    if sys.platform != "linux":
        return "this needs Linux: strace is Linux's"
    if not shutil.which("strace"):
        return "strace is not installed: `apt-get install strace`, or your system's package of that name"
    traced = run(["strace", "-o", "/dev/null", "true"])
    if traced is None or traced.returncode != 0:
        said = traced.stderr.strip() if traced else "it hangs"
        return f"strace may not trace here: {said}"
    return None


def main():
    parser = argparse.ArgumentParser(description="System calls of an import that fail, one by one.")
    parser.add_argument("--runs", type=int, default=400, help="how many, about (400)")
    parser.add_argument("--program", default=ROOT / "target/release/examples/folder", help="the example `folder`")
    parser.add_argument("--keep", action="store_true", help="keep the directories of runs that went wrong")
    options = parser.parse_args()
    missing = needed()
    program = pathlib.Path(options.program).resolve()
    if missing is None and not program.is_file():
        missing = f"`{program}` is not there: `cargo build --release -p probe-loader --examples`"
    if missing:
        print(missing, file=sys.stderr)
        return 2

    work = pathlib.Path(tempfile.mkdtemp(prefix="inject-"))
    url = serve()
    table = collections.defaultdict(collections.Counter)
    wrong = []
    for number, (shape, placed, error, name, moment) in enumerate(plan(work, program, url, options.runs)):
        scene = Scene(work, number, shape, placed)
        what = f"signal={error}" if error.startswith("SIG") else f"error={error}"
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:{what}:when={moment}"]
        injected = run([*inject, *scene.command(program, url)])
        row = table[(f"{shape}{' at a place' if placed else ''}", error)]
        row["runs"] += 1
        if injected is None:
            row["hung"] += 1
        elif injected.returncode in (-9, 137):
            row["killed"] += 1
        else:
            row["imported" if injected.returncode == 0 else "refused"] += 1
        faults = {"torn": scene.torn()}
        again = run(scene.command(program, url))
        faults["stuck"] = [] if again and again.returncode == 0 else [again.stderr if again else "it hangs"]
        faults["torn"] += scene.torn()
        faults["litter"] = scene.litter()
        if injected is None:
            faults["hung"] = ["it hangs"]
        for fault, found in faults.items():
            if found:
                row[fault] += fault != "hung"
                wrong.append(f"{fault}: {shape}, {name}:{what}:when={moment}: {', '.join(map(str, found))}")
        if not options.keep or not any(faults.values()):
            shutil.rmtree(scene.root, ignore_errors=True)

    columns = ["runs", "imported", "refused", "killed", "hung", "torn", "stuck", "litter"]
    print(f"| import | injected | {' | '.join(columns)} |")
    print("|---|---|" + "---:|" * len(columns))
    total = collections.Counter()
    for (shape, error), row in sorted(table.items()):
        total.update(row)
        print(f"| {shape} | {error} | {' | '.join(str(row[column]) for column in columns)} |")
    print(f"| all | | {' | '.join(str(total[column]) for column in columns)} |")
    for line in wrong:
        print(line, file=sys.stderr)
    if not options.keep:
        shutil.rmtree(work, ignore_errors=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
