#!/usr/bin/env python3
"""Measures the races of real software, and what is left of them with probe.

    measure.py [--rounds N] [--probe PROGRAM] [--work DIRECTORY] [CASE…]

Every directory below `cases` is a test of its own: what it fetches or compiles at its first use, a server on loopback
serves, and nothing else is asked for but packages, once, from their registries. `probe race` runs 16 copies of the test,
8 at a time, so many rounds, each on empty caches; then the same with probe, with the case's `probe.toml`. Prints a row of
`docs/races.md` for each case, and to standard error the words of each kind of death. Exits with 1 if a copy failed with probe, or if something was fetched more than once.

Keys of `case.toml`:
    about     what is measured
    npm, pip  packages, with their versions
    setup     commands that are run once before
    command   the test
    env       its variables; @SERVER@ is the address of the server, which is also in RACES_SERVER
    serve     by path: "library" or "program", an archive of them ({ zip = { NAME = … } }, { tar = … }), or { text = … }
    fresh     what the test caches in its own directory
    cure      "exec" (default): every copy as `probe exec`; "run": `probe run` with 16 test files
"""

import argparse
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import threading
import time
import tomllib
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE = pathlib.Path(__file__).resolve().parent
COPIES, JOBS = 16, 8
# From the request to the answer: what a download takes at least.
LATENCY = 0.3


class Server(ThreadingHTTPServer):
    """Answers by path, and counts."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: dict[str, bytes] = {}
        self.gets: dict[str, int] = {}
        self.counting = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def take_gets(self) -> dict[str, int]:
        """What was asked for since the last call."""
        with self.counting:
            gets, self.gets = self.gets, {}
        return gets


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        with self.server.counting:
            self.server.gets[self.path] = self.server.gets.get(self.path, 0) + 1
        time.sleep(LATENCY)
        self.answer(with_body=True)

    def answer(self, with_body: bool):
        body = self.server.bodies.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if with_body and body is not None:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def engines(work: pathlib.Path) -> dict[str, bytes]:
    """The engine as a library and as a program, built once."""
    built = {}
    for name, flags in {"library": ["-fPIC", "-shared"], "program": []}.items():
        path = work / name
        if not path.exists():
            subprocess.run(["cc", "-O1", "-s", *flags, "-o", path, HERE / "engine.c"], check=True)
        built[name] = path.read_bytes()
    return built


def body(content, built: dict[str, bytes], server: Server) -> bytes:
    """What the server answers."""
    if isinstance(content, str):
        return built[content]
    [(kind, inner)] = content.items()
    out = io.BytesIO()
    match kind:
        case "text":
            return inner.replace("@SERVER@", server.url).encode()
        case "zip":
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
                for name, engine in inner.items():
                    entry = zipfile.ZipInfo(name)
                    entry.external_attr = 0o100755 << 16
                    archive.writestr(entry, built[engine])
        case "tar":
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
                for name, engine in inner.items():
                    entry = tarfile.TarInfo(name)
                    entry.size, entry.mode = len(built[engine]), 0o755
                    archive.addfile(entry, io.BytesIO(built[engine]))
        case _:
            raise SystemExit(f"`{kind}` is no way to serve an engine")
    return out.getvalue()


def prepare(case: dict, source: pathlib.Path, place: pathlib.Path, server: Server):
    """A copy of the case with its packages in it."""
    place.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        text = file.read_text().replace("@SERVER@", server.url)
        (place / file.name).write_text(text)
    quiet = dict(check=True, cwd=place, stdout=subprocess.DEVNULL)
    if case.get("npm") and not (place / "node_modules").exists():
        (place / "package.json").write_text("{}")
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"]
        subprocess.run([*install, *case["npm"]], **quiet)
    if case.get("pip") and not (place / "python").exists():
        (place / "requirements.txt").write_text("".join(f"{package}\n" for package in case["pip"]))
        subprocess.run([sys.executable, "-m", "venv", "python"], **quiet)
        subprocess.run(["python/bin/pip", "install", "--quiet", "-r", "requirements.txt"], **quiet)
    for command in case.get("setup", []):
        subprocess.run(command, **quiet)
    if case.get("cure") == "run":
        for test in source.glob("test.*"):
            for number in range(1, COPIES + 1):
                (place / f"test-{number}{test.suffix}").write_text(test.read_text())


def measure(probe: str, command: list[str], rounds: int, size: tuple[int, int], case: dict, place, env) -> dict:
    """What `probe race` counts."""
    copies, jobs = size
    fresh = [word for path in case.get("fresh", []) for word in ("--fresh", path)]
    options = ["--rounds", str(rounds), "--copies", str(copies), "--jobs", str(jobs), "--format", "json"]
    race = [probe, "race", *options, *fresh, "--", *command]
    ended = subprocess.run(race, cwd=place, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        return json.loads(ended.stdout)["without_probe"]
    except json.JSONDecodeError:
        raise SystemExit(f"{place.name}: {ended.stderr}")


def versions(place: pathlib.Path, case: dict) -> str:
    tools = {"node": "Node", "deno": "Deno", "python3": "Python", "sh": "Rust"}
    program = case["command"][0]
    path = f"{place}/node_modules/.bin:{place}/python/bin:{os.environ['PATH']}"
    said = subprocess.run(
        ["rustc" if program == "sh" else shutil.which(program, path=path), "--version"],
        capture_output=True, text=True, check=True,
    ).stdout
    number = next(word for word in said.split() if word.lstrip("v")[0].isdigit())
    return f"{tools[program]} {number.lstrip('v')}"


def row(name: str, arguments, server: Server, built, work: pathlib.Path) -> bool:
    """Measures one case and prints its row. Whether probe did what it promises."""
    source = HERE / "cases" / name
    case = tomllib.loads((source / "case.toml").read_text())
    place = work / name
    prepare(case, source, place, server)
    server.bodies = {path: body(content, built, server) for path, content in case.get("serve", {}).items()}
    env = dict(os.environ, RACES_SERVER=server.url, PATH=f"{place}/node_modules/.bin:{place}/python/bin:{os.environ['PATH']}")
    env |= {key: value.replace("@SERVER@", server.url) for key, value in case.get("env", {}).items()}
    rounds, probe = arguments.rounds, arguments.probe

    server.take_gets()
    without = measure(probe, case["command"], rounds, (COPIES, JOBS), case, place, env)
    # Before the rounds the command runs once alone.
    asked = sum(server.take_gets().values()) - len(server.bodies)
    if case.get("cure") == "run":
        cure, size = [probe, "run", f"-j{JOBS}", "--race-retries", "0"], (1, 1)
    else:
        cure, size = [probe, "exec", "--", *case["command"]], (COPIES, JOBS)
    with_probe = measure(probe, cure, rounds, size, case, place, env)
    fetched = server.take_gets()

    deaths = "; ".join(f"{death['count']} × {death['kind']}" for death in without["deaths"])
    copies = without["copies"]
    packages = ", ".join([versions(place, case), *case.get("npm", []), *case.get("pip", [])])
    lines = manifest_lines(source, case)
    once = all(count == rounds + 1 for count in fetched.values()) and len(fetched) == len(server.bodies)
    failed = with_probe["failed"]
    counted = "one" if once else f"{sum(fetched.values())} in {rounds + 1} rounds"
    cells = [
        case["about"], packages, f"{asked / rounds:.1f}" if server.bodies else "–",
        f"{without['failed']} of {copies}", f"{without['bad_rounds']} of {rounds}", deaths.replace("|", "\\|") or "–",
        f"{failed} of {COPIES * rounds}" if size[0] == COPIES else f"{failed} of {rounds} runs",
        counted if server.bodies else "–", str(lines),
    ]
    print("| " + " | ".join(cells) + " |", flush=True)
    for death in without["deaths"] + with_probe["deaths"]:
        print(f"    {name}: {death['kind']}: {death['words']}", file=sys.stderr, flush=True)
    return failed == 0 and (once or not server.bodies)


def manifest_lines(source: pathlib.Path, case: dict) -> int:
    """Lines that say something of libraries: the suite is there for the tests in any case."""
    lines = (source / "probe.toml").read_text().split("[suite.")[0].splitlines()
    return sum(1 for line in lines if line.strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--probe", default=str(HERE.parent / "target/release/probe"))
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parent / "target/races")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    names = arguments.cases or sorted(path.name for path in (HERE / "cases").iterdir())
    built, server = engines(work), Server()
    titles = ["case", "versions", "GETs a round", "died", "bad rounds", "of what", "with probe", "fetches", "lines"]
    print("| " + " | ".join(titles) + " |\n" + "|---" * len(titles) + "|", flush=True)
    good = [row(name, arguments, server, built, work) for name in names]
    sys.exit(0 if all(good) else 1)


main()
