"""Packages made of a binary, in a place of their own, and projects to run them in. Nothing here reaches beyond this machine.

PROBE_BINARY names the binary (default: what `.ci/cross` or cargo has built). With PROBE_CI_TOOLS=1 a missing tool is a failure.
"""

import functools
import http.server
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = f"{os.uname().machine}-unknown-linux-musl"
OTHER = "aarch64-unknown-linux-musl" if HERE.startswith("x86_64") else "x86_64-unknown-linux-musl"

# What runs for as long as the tests do.
_scratch = tempfile.TemporaryDirectory(prefix="probe-packaging-")
SCRATCH = pathlib.Path(_scratch.name)
SCRATCH.chmod(0o755)

@functools.cache
def binary() -> pathlib.Path:
    built = [
        os.environ.get("PROBE_BINARY"),
        ROOT / "target/cross/bin" / HERE / "probe",
        ROOT / "target/dist/probe",
        ROOT / "target/release/probe",
        ROOT / "target/debug/probe",
    ]
    for path in built:
        if path and pathlib.Path(path).is_file():
            return pathlib.Path(path).resolve()
    raise FileNotFoundError("no binary of probe: build one, or name it by PROBE_BINARY")


@functools.cache
def version() -> str:
    return subprocess.check_output([binary(), "--version"], text=True).split()[1]


def build(out, *arguments):
    """Runs `packaging/build`."""
    command = [ROOT / "packaging/build", "--out", out, *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@functools.cache
def packages() -> pathlib.Path:
    """A directory with all packages. The binary for the other architecture is one that no test may ever see run."""
    other = SCRATCH / "other"
    other.write_text(f"#!/bin/sh\n[ \"$1\" = --version ] && echo 'probe {version()}' || echo 'the wrong binary'\n")
    other.chmod(0o755)
    out = SCRATCH / "packages"
    made = build(out, "--repository", "https://example.org/probe", f"{HERE}={binary()}", f"{OTHER}={other}")
    assert made.returncode == 0, made.stderr
    return out


class Case(unittest.TestCase):
    """A test with a directory and an environment that has nothing of the user's."""

    maxDiff = None

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(dir=SCRATCH, prefix="case-"))
        self.directory.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.home = self.directory / "home"
        self.home.mkdir()

    def environment(self, **more):
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", **more}

    def run_in(self, directory, *command, code=0, **more):
        """Runs a command, which must end with `code`; its two outputs as one text."""
        environment = more.pop("env", None) or self.environment()
        done = subprocess.run(
            [str(word) for word in command],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            **more,
        )
        self.assertEqual(done.returncode, code, f"{command}\n{done.stdout}")
        return done.stdout

    def project(self) -> pathlib.Path:
        """A copy of the example with three tests that are scripts, and a manifest."""
        project = self.directory / "project"
        shutil.copytree(ROOT / "testdata/shell", project)
        self.run_in(project, binary(), "init")
        return project

    def tool(self, *command) -> None:
        """Skips the test where the tool is not to be had."""
        try:
            subprocess.run(command, capture_output=True, check=True, env=os.environ)
        except (OSError, subprocess.CalledProcessError):
            if os.environ.get("PROBE_CI_TOOLS") == "1":
                self.fail(f"PROBE_CI_TOOLS=1 wants `{command[0]}`")
            self.skipTest(f"`{command[0]}` is not installed")

    def serve(self, handler) -> str:
        """The address of a server on this machine, for as long as the test runs."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}"


def files_of(directory):
    """A handler that serves the files of a directory, and says nothing."""

    class Files(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(directory))

        def log_message(self, *_):
            pass

    return Files
