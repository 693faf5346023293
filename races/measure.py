#!/usr/bin/env python3
"""Measures the races of real software, and what is left of them with probe.

    measure.py [--rounds N] [--probe PROGRAM] [--work DIRECTORY] [CASE…]

Every directory below `cases` is a test of its own: what it fetches or compiles at its first use, a server on loopback
serves, and nothing else is asked for but packages, once, from their registries. `probe race` runs 16 copies of the test,
8 at a time, so many rounds, each on empty caches; then the same with probe, with the case's `probe.toml`. Prints a row of
`docs/races.md` for each case, and to standard error the words of each kind of death. Exits with 1 if a copy failed with
probe, or if something was not fetched or compiled just once in a round.

Keys of `case.toml`:
    about     what is measured
    npm, pip  packages, with their versions
    also      files of other cases
    setup     commands that are run once before
    command   the test
    env       its variables; @SERVER@ is the address of the server, which is also in RACES_SERVER
    serve     by path: "library", "program" or "newer" (a program), an archive of them ({ zip = { NAME = … } }, { tar = … }), or { text = … }
    builds    how many native files the test compiles where there are none; the compilers on its PATH then count
    fresh     what the test caches in its own directory
    runner    the command is a runner that runs the 16 tests itself: a round is one copy of it
    upgrade   { from = VERSION, to = VERSION, serve = … }: what a test uses whose caches are still there when another
              version is asked for, in all files of the case and in `env`; its program then says `engine 2.0.0`
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
import tempfile
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
            try:
                self.wfile.write(body)
            except ConnectionError:
                pass  # Whoever asked has died, which is what is measured.

    def log_message(self, *_):
        pass


def engines(work: pathlib.Path) -> dict[str, bytes]:
    """The engine as a library, as a program and as that of the next version, built once."""
    built = {}
    kinds = {"library": ["-fPIC", "-shared"], "program": [], "newer": ['-DENGINE_VERSION="2.0.0"']}
    for name, flags in kinds.items():
        path = work / name
        if not path.exists():
            subprocess.run(["cc", "-O1", "-s", *flags, "-o", path, HERE / "engine.c"], check=True)
        built[name] = path.read_bytes()
    return built


COMPILERS = ["cc", "gcc", "c++", "g++", "clang", "clang++", "x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc"]
# Stands for a compiler, is it, and notes whenever it is asked for a library.
COMPILER = """#!/bin/sh
case " $* " in *' -shared '*) echo "$0" >> '{log}' ;; esac
exec '{compiler}' "$@"
"""


class Compilers:
    """Compilers that count the libraries which they link."""

    def __init__(self, work: pathlib.Path):
        self.folder, self.log = work / "compilers", work / "builds.log"
        self.folder.mkdir(exist_ok=True)
        self.log.write_text("")
        for name in COMPILERS:
            if compiler := shutil.which(name):
                program = self.folder / name
                program.write_text(COMPILER.format(log=self.log, compiler=compiler))
                program.chmod(0o755)

    def take_builds(self) -> int:
        """How many libraries were linked since the last call."""
        built = len(self.log.read_text().splitlines())
        self.log.write_text("")
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
    for file in [*source.iterdir(), *(HERE / "cases" / name for name in case.get("also", []))]:
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
    if case.get("cure") == "run" or case.get("runner"):
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
    tools = {"node": "Node", "deno": "Deno", "python3": "Python", "sh": "Rust", "cargo": "cargo-nextest"}
    said_by = {"sh": ["rustc"], "cargo": ["cargo", "nextest"]}
    program = case["command"][0]
    path = f"{place}/node_modules/.bin:{place}/python/bin:{os.environ['PATH']}"
    said = subprocess.run(
        [*said_by.get(program, [shutil.which(program, path=path)]), "--version"],
        capture_output=True, text=True, check=True,
    ).stdout
    number = next(word for word in said.split() if word.lstrip("v")[0].isdigit())
    return f"{tools[program]} {number.lstrip('v')}"


def row(name: str, arguments, server: Server, built, compilers: Compilers, work: pathlib.Path) -> bool:
    """Measures one case and prints its row. Whether probe did what it promises."""
    source = HERE / "cases" / name
    case = tomllib.loads((source / "case.toml").read_text())
    place = work / name
    prepare(case, source, place, server)
    server.bodies = {path: body(content, built, server) for path, content in case.get("serve", {}).items()}
    builds = case.get("builds", 0)
    programs = [place / "node_modules/.bin", place / "python/bin", *([compilers.folder] if builds else []), os.environ["PATH"]]
    env = dict(os.environ, RACES_SERVER=server.url, PATH=":".join(map(str, programs)))
    env |= {key: value.replace("@SERVER@", server.url) for key, value in case.get("env", {}).items()}
    rounds, probe = arguments.rounds, arguments.probe

    server.take_gets(), compilers.take_builds()
    size = (1, 1) if case.get("runner") else (COPIES, JOBS)
    without = measure(probe, case["command"], rounds, size, case, place, env)
    # Before rounds of several copies the command runs once alone.
    alone = 1 if size != (1, 1) else 0
    asked = sum(server.take_gets().values()) + compilers.take_builds() - alone * (len(server.bodies) + builds)
    if case.get("cure") == "run":
        cure, size = [probe, "run", f"-j{JOBS}", "--race-retries", "0"], (1, 1)
    else:
        cure = [probe, "exec", "--", *case["command"]]
    with_probe = measure(probe, cure, rounds, size, case, place, env)
    fetched, compiled = server.take_gets(), compilers.take_builds()

    deaths = "; ".join(f"{death['count']} × {death['kind']}" for death in without["deaths"])
    copies = f"{without['copies']} runs" if case.get("runner") else without["copies"]
    with_alone = rounds + (1 if size != (1, 1) else 0)
    once = all(fetched.get(path) == with_alone for path in server.bodies) and compiled == builds * with_alone
    once = once and len(fetched) == len(server.bodies)
    packages = ", ".join([versions(place, case), *case.get("npm", []), *case.get("pip", [])])
    lines = manifest_lines(source)
    failed = with_probe["failed"]
    counted = "one" if once else f"{sum(fetched.values()) + compiled} in {with_alone} rounds"
    cells = [
        case["about"], packages, f"{asked / rounds:.1f}",
        f"{without['failed']} of {copies}", f"{without['bad_rounds']} of {rounds}", deaths.replace("|", "\\|") or "–",
        f"{failed} of {COPIES * rounds}" if size[0] == COPIES else f"{failed} of {rounds} runs",
        counted, str(lines),
    ]
    print("| " + " | ".join(cells) + " |", flush=True)
    for death in without["deaths"] + with_probe["deaths"]:
        print(f"    {name}: {death['kind']}: {death['words']}", file=sys.stderr, flush=True)
    return failed == 0 and once and ("upgrade" not in case or upgrade(case, source, place, server, built, probe, env))


def upgrade(case: dict, source: pathlib.Path, place: pathlib.Path, server: Server, built, probe: str, env) -> bool:
    """Asks for one version and then, with the caches of that still there, for another. Whether probe got that."""
    asked = case["upgrade"]
    server.bodies |= {path: body(content, built, server) for path, content in asked["serve"].items()}
    newer = {key: value.replace(asked["from"], asked["to"]) for key, value in env.items()}
    used = {}
    for title, command in {"without": case["command"], "with": [probe, "exec", "--", *case["command"]]}.items():
        prepare(case, source, place, server)
        with tempfile.TemporaryDirectory() as home:
            caches = {"HOME": home, "XDG_CACHE_HOME": f"{home}/.cache", "PROBE_STORE": f"{home}/store"}
            subprocess.run(command, cwd=place, env=env | caches, check=True, capture_output=True)
            for file in source.iterdir():
                copied = place / file.name
                copied.write_text(copied.read_text().replace(asked["from"], asked["to"]))
            ended = subprocess.run(command, cwd=place, env=newer | caches, capture_output=True, text=True)
        used[title] = "the new one" if "engine 2.0.0" in ended.stdout and ended.returncode == 0 else "the old one"
        if "engine 1.0.0" not in ended.stdout and used[title] == "the old one":
            used[title] = f"exit code {ended.returncode}"
    print(f"    {place.name}: after the upgrade without probe: {used['without']}; with probe: {used['with']}", file=sys.stderr, flush=True)
    return used["with"] == "the new one"


def manifest_lines(source: pathlib.Path) -> int:
    """Lines that say something of libraries: the rest of the suite is there for the tests in any case."""
    libraries, _, suite = (source / "probe.toml").read_text().partition("[suite.")
    needs = [line for line in suite.splitlines() if line.startswith("needs")]
    return len(needs) + sum(1 for line in libraries.splitlines() if line.strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--probe", default=str(HERE.parent / "target/dist/probe"))
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parent / "target/races")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    names = arguments.cases or sorted(path.name for path in (HERE / "cases").iterdir())
    built, server, compilers = engines(work), Server(), Compilers(work)
    titles = ["case", "versions", "made a round", "died", "bad rounds", "of what", "with probe", "made", "lines"]
    print("| " + " | ".join(titles) + " |\n" + "|---" * len(titles) + "|", flush=True)
    good = [row(name, arguments, server, built, compilers, work) for name in names]
    sys.exit(0 if all(good) else 1)


main()
