#!/usr/bin/env python3
"""Measures the races of real software, and what is left of them with `probe`.

    measure.py [--rounds N] [--columns LIST] [--add] [--probe PROGRAM] [--work DIRECTORY] [CASE…]

Every directory below `cases` is a project as a user of that package has it, with 8 tests and the command that its owner types,
all of them at a time. What the package fetches or compiles at its first use, a server on loopback serves, and nothing else is asked
for but packages, once, from their registries. Each round starts after a checkout and an installation, on an empty home. Columns:

    without  the command
    run      `probe init && probe run`, without an edited line
    exec     `probe -- COMMAND`, without a manifest
    lines    `probe run` with the `probe.toml` of the case (`cure = "exec"`: `probe -- COMMAND` with it)

Keeps what the rounds came to in `results.json` of the work directory, and prints the tables of `docs/races.md`; `logs` there has
what every round printed. Exits with 1 if a test failed with lines, or a death of any column with `probe` was not named.

Keys of `case.toml`:
    about     what is measured
    group     "package" (default), "own" code that no preset can know, "deno", or "control"
    command   what the project's owner types; @JOBS@ is how many tests run at once, @SERVER@ the server's address, in all files
    runner    whose words say how many tests have passed
    names     patterns for the library or the path: one in a line of `probe` names it
    serve     by path: "library", "program" or "newer" (a program), or { zip = { NAME = … } }, { tar = … }, { deb = … }, { gz = … },
              { text = … }, { file = PATTERN }, { source = FILE OF A CASE }, { sha256 = PATH or engine }, { sums = [PATH] },
              { jsr = [PATH] }
    uncounted beginnings of paths that are no engine: descriptions and digests
    builds    how many native files the tests compile where there are none; the compilers on its PATH then count
    env       variables of all commands
    tools     packages of npm with programs that their users have installed
    setup     commands that are run once, when the packages are there
    before    commands before each round
    fresh     patterns of what tests make in the project's directory
    also      files of other cases
    upgrade   { from = VERSION, to = VERSION, serve = … }: caches of one version are there, and another is asked for, in all files
              and variables; its program then says `engine 2.0.0`
"""

import argparse
import pathlib
import sys
import tempfile

from projects import CASES, HERE, Project
from rounds import Track, caches, execute
from serve import Compilers, Packer, Server, engines
from table import COLUMNS, Results

def measure(name: str, arguments, server: Server, built, compilers: Compilers, results: Results) -> bool:
    """Measures one case. Whether `probe` did what it promises."""
    work = results.path.parent
    project = Project(name, work, server)
    case = project.case
    pack(project, server, built, case.get("serve", {}))
    project.prepare()
    pack(project, server, built, case.get("serve", {}))
    track = Track(project, server, compilers, arguments.probe, work / "logs" / name)
    has_lines = (project.source / "probe.toml").exists()
    about = {
        "about": case["about"],
        "group": case.get("group", "package"),
        "declared": project.manifest_lines() if has_lines else 0,
    }
    good = True
    for column in arguments.columns:
        if column == "lines" and not has_lines:
            continue
        count = track.rounds(column, arguments.rounds)
        results.put(name, about, column, count, arguments.add)
        if column != "without":
            good &= count.died == count.named and (column != "lines" or count.died == 0)
        said = f"{count.died} of {count.tests} died, {count.named} named; {count.made / count.rounds:.1f} made; {count.seconds / count.rounds:.1f} s a round"
        print(f"    {name}: {column}: {said}", file=sys.stderr, flush=True)
    if "upgrade" in case and "lines" in arguments.columns:
        good &= upgrade(project, server, built, arguments.probe)
    return good


def pack(project: Project, server: Server, built, serve: dict):
    """What the server answers from now on. Files of packages are served once they are installed."""
    packer = Packer(built, server, project.place)
    of_packages = [path for path, content in serve.items() if "'file'" in str(content) and not project.is_ready()]
    server.bodies = packer.all({path: content for path, content in serve.items() if path not in of_packages})
    server.uncounted = set(project.case.get("uncounted", []))


def upgrade(project: Project, server: Server, built, probe: str) -> bool:
    """Asks for one version and then, with the caches of that still there, for another. Whether `probe` got that."""
    asked = project.case["upgrade"]
    versions = asked["from"], asked["to"]
    server.bodies |= Packer(built, server, project.place).all(asked["serve"])
    used = {}
    for title, command in {"without": project.case["command"], "with": [probe, "--", *project.case["command"]]}.items():
        project.refresh()
        project.write_files()
        if title == "with":
            project.add_lines()
        with tempfile.TemporaryDirectory(prefix="races-") as home:
            env = project.environment(caches(pathlib.Path(home), project))
            # One test alone would do; the others race for it without `probe`, which is not what is asked here.
            execute(command, project.place, env)
            project.write_files(versions)
            manifest = project.place / "probe.toml"
            if manifest.exists():
                manifest.write_text(manifest.read_text().replace(*versions))
            env = {key: value.replace(*versions) for key, value in env.items()}
            code, text = execute(command, project.place, env)
        used[title] = "the new one" if "engine 2.0.0" in text and code == 0 else "the old one" if "engine 1.0.0" in text else f"exit code {code}"
    project.write_files()
    print(f"    {project.name}: after the upgrade without probe: {used['without']}; with probe: {used['with']}", file=sys.stderr, flush=True)
    return used["with"] == "the new one"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--columns", type=lambda text: text.split(","), default=COLUMNS)
    parser.add_argument("--add", action="store_true", help="to what was measured before")
    parser.add_argument("--probe", default=str(HERE.parent / "target/release/probe"))
    parser.add_argument("--work", type=pathlib.Path, default=HERE.parent / "target/races")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    results = Results(work / "results.json")
    names = arguments.cases or sorted(path.name for path in CASES.iterdir())
    built, server, compilers = engines(work), Server(), Compilers(work)
    good = [measure(name, arguments, server, built, compilers, results) for name in names]
    print(results.tables())
    sys.exit(0 if all(good) else 1)


main()
