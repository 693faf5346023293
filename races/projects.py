"""A case as a project of somebody who uses the package: its files, its packages installed, many tests made of one.

A file with an `@` in its name is a test, of which there are `TESTS`, with a number for it. Knows nothing of how a project is run.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tomllib

from serve import Server

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE / "cases"
TESTS, JOBS = 8, 8
# Variables that would lead away from the home, which most people have not, and those of a CI system.
UNSET = [
    "CI", "DENO_DIR", "FORCE_COLOR", "GITHUB_ACTIONS", "TEMP", "TMP", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
]
# What is about the case and no part of the project.
OURS = {"case.toml", "probe.toml", "served"}


class Project:
    """A case in a directory of its own."""

    def __init__(self, name: str, work: pathlib.Path, server: Server):
        self.name, self.server = name, server
        self.source = CASES / name
        self.case = tomllib.loads(self.fill((self.source / "case.toml").read_text()))
        self.place = work / name
        self.tools = work / "tools"
        self.tests = self.case.get("tests", TESTS)
        self.compilers, self.marker = work / "compilers", work / f"{name}.ready"

    def fill(self, text: str) -> str:
        for name, value in {"SERVER": self.server.url, "JOBS": JOBS}.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    def prepare(self):
        """Everything in its place, packages installed: done again only where something has changed."""
        self.place.mkdir(parents=True, exist_ok=True)
        self.write_files()
        npm = ["npm", "install", "--no-audit", "--no-fund", "--silent"]
        for tool in self.case.get("tools", []):
            folder = self.tools / tool.replace("/", "+")
            if not folder.exists():
                folder.mkdir(parents=True)
                self.do([*npm, "--prefix", folder, tool])
        if (self.source / "package.json").exists() and not (self.place / "node_modules").exists():
            # As with pnpm, and wherever it is said in `.npmrc`, what a package would run at its installation is not run.
            self.do([*npm, "--ignore-scripts"])
        requirements = [self.place / name for name in ("requirements.txt", "requirements-dev.txt")]
        if any(file.exists() for file in requirements) and not (self.place / ".venv").exists():
            self.do([sys.executable, "-m", "venv", ".venv"])
            for file in requirements:
                if file.exists():
                    self.do([".venv/bin/pip", "install", "--quiet", "-r", file.name])
        if not self.is_ready():
            for command in self.case.get("setup", []):
                self.do(command, env=self.environment({}, self.compilers))
            self.marker.touch()

    def is_ready(self) -> bool:
        """Whether everything is installed."""
        return self.marker.exists()

    def do(self, command, env=None):
        subprocess.run(command, check=True, cwd=self.place, stdout=subprocess.DEVNULL, env=env)

    def write_files(self, replaced: tuple[str, str] = ("", "")):
        """The project's files; `replaced` says what stands for something else in all of them."""
        files = [(file, file.relative_to(self.source)) for file in self.source.rglob("*")]
        files += [(CASES / also, pathlib.Path(pathlib.Path(also).name)) for also in self.case.get("also", [])]
        for file, name in files:
            if not file.is_file() or name.parts[0] in OURS:
                continue
            numbers = range(1, self.tests + 1) if "@" in str(name) else [""]
            for stale in set(self.place.glob(str(name).replace("@", "*"))) - {
                self.place / str(name).replace("@", str(number)) for number in numbers
            }:
                stale.unlink()
            for number in numbers:
                to = self.place / str(name).replace("@", str(number))
                text = self.fill(file.read_text()).replace("@NUMBER@", str(number))
                text = text.replace(*replaced) if replaced[0] else text
                to.parent.mkdir(parents=True, exist_ok=True)
                if not to.exists() or to.read_text() != text:
                    to.write_text(text)

    def environment(self, more: dict[str, str], compilers: pathlib.Path | None = None) -> dict[str, str]:
        """The user's environment with the case's variables, and the programs of the project's own environment."""
        programs = [compilers] if compilers and self.case.get("builds") else []
        programs += [self.place / ".venv/bin"]
        programs += [self.tools / tool.replace("/", "+") / "node_modules/.bin" for tool in self.case.get("tools", [])]
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PROBE_")}
        for name in UNSET:
            ours.pop(name, None)
        path = ":".join(map(str, [*programs, os.environ["PATH"]]))
        return ours | {"NO_COLOR": "1", "RACES_SERVER": self.server.url, "PATH": path} | self.case.get("env", {}) | more

    def refresh(self):
        """As it is after a checkout and an installation: what tests and `probe` make in it is not there."""
        for pattern in [".probe", "probe.lock", "probe.toml", *self.case.get("fresh", [])]:
            for path in self.place.glob(pattern):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for command in self.case.get("before", []):
            self.do(command)

    def add_lines(self):
        """The manifest with the case's own lines."""
        (self.place / "probe.toml").write_text(self.fill((self.source / "probe.toml").read_text()))

    def manifest_lines(self) -> int:
        """How many lines that manifest has about libraries: the rest of a suite is there for its tests in any case."""
        libraries, _, suite = (self.source / "probe.toml").read_text().partition("[suite.")
        needs = [line for line in suite.splitlines() if line.startswith("needs")]
        return len(needs) + sum(1 for line in libraries.splitlines() if line.strip() and not line.startswith("#"))
