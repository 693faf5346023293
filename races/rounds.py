"""Rounds: a command on empty caches, how many tests did not pass, what the output says of it, and how often something was made.

Knows the words of test runners, and how `probe` sets off its own lines from those of others.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field

from projects import JOBS, Project
from serve import Compilers, Server

# How many tests have passed, in the words of whoever ran them.
PASSED = {
    "node": r"^(?:#|ℹ) pass (\d+)",
    "vitest": r"^\s*Tests\s+(?:\d+ failed \| )?(\d+) passed",
    "jest": r"^Tests:\s+(?:\d+ failed, )?(\d+) passed",
    "mocha": r"^\s*(\d+) passing",
    "pytest": r"(\d+) passed",
    "deno": r"(\d+) passed \|",
    "nextest": r"Summary .*?(\d+) passed",
}

# What is said where something was not whole, the most telling first; the rest of a line is of no interest.
WORDS = [
    "SIGBUS", "SIGSEGV", "signal 7", "signal 11", "core dumped", "Bus error", "Segmentation fault", "crashed",
    "file too short", "invalid ELF header", "does not define module export function", "file not recognized", "ld returned 1",
    "ETXTBSY", "Text file busy", "EACCES", "Permission denied", "Exec format error", "End-of-central-directory",
    "end of central directory", "File is not a zip file", "Bad magic number", "BadZipFile", "unexpected end of file", "Checksum",
    "Cannot unlock", "ENOENT", "No such file or directory", "FileNotFoundError", "EEXIST", "File exists", "FileExistsError",
    "The browser folder", "premature end", "EOFError", "ReadError", "is corrupt", "IO Error", "ninja: error",
]

# Where toolchains are, which are no caches.
KEPT = {"RUSTUP_HOME": ".rustup", "CARGO_HOME": ".cargo", "NPM_CONFIG_USERCONFIG": ".npmrc"}

# A line that `probe` says: words in capitals that end in the twelfth column.
SAID = re.compile(r"^(?=.{11}\S )\s*[A-Z][A-Z ]{2,11} ")


@dataclass
class Count:
    """What the rounds of one kind came to."""

    rounds: int = 0
    tests: int = 0
    died: int = 0
    bad: int = 0
    # Deaths in rounds in which `probe` has named what was raced for, and rounds in which it said so before the command.
    named: int = 0
    foretold: int = 0
    once: int = 0
    made: int = 0
    words: Counter = field(default_factory=Counter)
    seconds: float = 0.0


class Track:
    """Runs the rounds of one project."""

    def __init__(self, project: Project, server: Server, compilers: Compilers, probe: str, logs: pathlib.Path):
        self.project, self.server, self.compilers, self.probe, self.logs = project, server, compilers, probe, logs
        logs.mkdir(parents=True, exist_ok=True)

    def rounds(self, kind: str, number: int) -> Count:
        count = Count()
        for index in range(1, number + 1):
            self.round(kind, index, count)
        return count

    def round(self, kind: str, index: int, count: Count):
        project, case = self.project, self.project.case
        project.refresh()
        with tempfile.TemporaryDirectory(prefix="races-") as home:
            env = project.environment(caches(pathlib.Path(home), project), self.compilers.folder)
            if kind == "lines":
                project.add_lines()
            command = case["command"]
            if kind in ("run", "lines") and not (kind == "lines" and case.get("cure") == "exec"):
                command = [self.probe, "run", f"-j{JOBS}", "--race-retries", "0", "--report", f"tap={home}/results.tap"]
            elif kind != "without":
                command = [self.probe, "--", *command]
            begun = ""
            self.server.take_gets(), self.compilers.take_builds()
            started = time.monotonic()
            if kind == "run":
                begun = execute([self.probe, "init"], project.place, env)[1]
            code, text = execute(command, project.place, env)
            count.seconds += time.monotonic() - started
            gets, builds = self.server.take_gets(), self.compilers.take_builds()
            results = pathlib.Path(home, "results.tap")
            passed = self.passed(results.read_text() if results.exists() else None, text)
        manifest = project.place / "probe.toml"
        begun += manifest.read_text() if kind == "run" and manifest.exists() else ""
        log = self.logs / f"{kind}-{index}.log"
        log.write_text(f"{begun}\n$ {' '.join(map(str, command))}\n{text}\n[exit code {code}; {passed} passed; {gets}; {builds} builds]\n")
        died = project.tests - min(passed, project.tests)
        wanted = case.get("builds", 0)
        is_named = named(text, case.get("names", [project.name]))
        count.rounds += 1
        count.tests += project.tests
        count.died += died
        count.bad += died > 0 or code != 0
        count.named += died if is_named else 0
        count.foretold += foretold(text, case.get("names", [project.name]))
        count.made += sum(gets.values()) + builds
        counted = {path for path in self.server.bodies if not path.startswith(tuple(self.server.uncounted))}
        count.once += set(gets) == counted and all(times == 1 for times in gets.values()) and builds == wanted
        if died:
            count.words.update(word for word in WORDS if word in text)

    def passed(self, tap: str | None, text: str) -> int:
        """How many tests passed: by the report of `probe run`, else by what the runner printed last."""
        if tap is not None:
            points = [line for line in tap.splitlines() if re.match(r"(not )?ok ", line) and " - @preload:" not in line]
            good = [line for line in points if line.startswith("ok ") and "# SKIP" not in line]
            if len(points) >= self.project.tests:
                return len(good)
            # One test of `probe` is all of them.
            if points and good == points:
                return self.project.tests
        found = re.findall(PASSED[self.project.case["runner"]], text, re.MULTILINE)
        return int(found[-1]) if found else 0


def caches(home: pathlib.Path, project: Project) -> dict[str, str]:
    """An empty home, and a directory for temporary files in it; of Deno's cache, the modules are there."""
    (home / "tmp").mkdir()
    variables = {"HOME": str(home), "TMPDIR": str(home / "tmp")}
    own = pathlib.Path(os.environ["HOME"])
    for name, place in KEPT.items():
        if name not in os.environ and (own / place).exists():
            variables[name] = str(own / place)
    for modules in ("remote", "npm", "registries"):
        known = project.place.with_name(f"{project.name}.deno") / modules
        if known.exists():
            shutil.copytree(known, home / ".cache/deno" / modules)
    return variables


def execute(command, place: pathlib.Path, env: dict[str, str]) -> tuple[int, str]:
    """Exit code and output; what does not end is ended with all that it started."""
    started = subprocess.Popen(
        command, cwd=place, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        out, _ = started.communicate(timeout=240)
        return started.returncode, out.decode(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(started.pid, signal.SIGKILL)
        out, _ = started.communicate()
        return 124, out.decode(errors="replace") + "\n[did not end]"


def said(text: str, stops: bool = False) -> list[str]:
    """The lines of `probe`: from words in capitals to the last line that is set in as far, and warnings with theirs. With `stops`,
    those before the first line of anybody else."""
    lines, inside = [], False
    for line in text.splitlines():
        if SAID.match(line) or re.match(r"^(?:warning|note|hint|help): ", line) or line.lstrip().startswith(("⚠", "!")):
            inside = True
        elif not line.startswith("             "):
            inside = False
        if inside:
            lines.append(line)
        elif stops:
            break
    return lines


def named(text: str, names: list[str]) -> bool:
    """Whether `probe` has named what was raced for: by its library or its path, and not only as detected."""
    return any(re.search(name, line) for line in said(text) for name in names)


def foretold(text: str, names: list[str]) -> bool:
    """Whether a line of `probe` before all others names it."""
    return any(re.search(name, line) for line in said(text, stops=True) for name in names)
