"""The wheels, installed by pip and run by what runs packages that are not installed."""

import base64
import csv
import hashlib
import io
import os
import sys
import zipfile

from .support import HERE, OTHER, Case, binary, packages, version

PASSED = "3 tests run: 3 passed"


def wheels():
    return sorted(packages().glob("*.whl"))


class Wheels(Case):
    def test_pip_installs_and_removes_it(self):
        venv = self.directory / "venv"
        self.run_in(self.directory, sys.executable, "-m", "venv", venv)
        pip = [venv / "bin/pip", "--disable-pip-version-check", "--no-cache-dir"]
        self.run_in(self.directory, *pip, "install", "--no-index", "--find-links", packages(), "probe-test-runner")
        self.assertEqual((venv / "bin/probe").read_bytes(), binary().read_bytes())
        project = self.project()
        env = self.environment(PATH=f"{venv}/bin:{os.environ['PATH']}")
        for name in ["probe", "probe-test-runner"]:
            self.assertIn(PASSED, self.run_in(project, name, "run", env=env))
        # By a link too, as `pipx` and `uv tool` make them.
        (self.home / "linked").symlink_to(venv / "bin/probe-test-runner")
        self.assertEqual(self.run_in(project, self.home / "linked", "--version"), f"probe {version()}\n")
        said = self.run_in(self.directory, *pip, "show", "--verbose", "probe-test-runner")
        self.assertIn(f"Version: {version()}", said)
        self.run_in(self.directory, *pip, "uninstall", "--yes", "probe-test-runner")
        self.assertFalse(list(venv.glob("bin/probe*")))

    def test_each_platform_gets_its_wheel(self):
        for target in [HERE, OTHER]:
            machine = target.partition("-")[0]
            for tag in ["manylinux_2_17", "manylinux2014", "manylinux_2_39", "musllinux_1_2"]:
                to = self.directory / f"{tag}-{machine}"
                # A later system loads what an earlier one does: pip is told all that it would find out there.
                tags = {f"{tag}_{machine}", f"manylinux_2_17_{machine}" if "many" in tag else f"musllinux_1_1_{machine}"}
                platforms = [word for tag in sorted(tags) for word in ("--platform", tag)]
                where = ["--no-index", "--find-links", packages(), "--only-binary=:all:", "--no-deps", "--dest", to]
                self.run_in(self.directory, sys.executable, "-m", "pip", "download", "--quiet", *platforms, *where, "probe-test-runner")
                [wheel] = to.glob("*.whl")
                self.assertIn(machine, wheel.name)
        said = self.run_in(
            self.directory, sys.executable, "-m", "pip", "download", "--platform", "manylinux_2_17_s390x", *where, "probe-test-runner", code=1
        )
        self.assertIn("No matching distribution", said)

    def test_the_record_has_the_digest_of_every_file(self):
        self.assertEqual(len(wheels()), 2)
        for path in wheels():
            with zipfile.ZipFile(path) as wheel:
                self.assertIsNone(wheel.testzip())
                names = wheel.namelist()
                [record] = [name for name in names if name.endswith(".dist-info/RECORD")]
                listed = {row[0]: row[1:] for row in csv.reader(io.StringIO(wheel.read(record).decode()))}
                self.assertEqual(sorted(listed), sorted(names))
                for name in names:
                    content = wheel.read(name)
                    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                    expected = ["", ""] if name == record else [f"sha256={digest}", str(len(content))]
                    self.assertEqual(listed[name], expected, name)
                about = wheel.read(record.replace("RECORD", "WHEEL")).decode()
                # The tags of the name, one a line.
                tags = path.stem.rpartition("-")[2].split(".")
                for tag in tags:
                    self.assertIn(f"Tag: py3-none-{tag}\n", about)

    def test_uvx(self):
        self.tool("uvx", "--version")
        env = self.environment(UV_PYTHON=sys.executable, UV_PYTHON_DOWNLOADS="never")
        uvx = ["uvx", "--offline", "--no-index", "--find-links", packages()]
        project = self.project()
        for words in [["probe-test-runner"], ["--from", "probe-test-runner", "probe"]]:
            self.assertIn(PASSED, self.run_in(project, *uvx, *words, "run", env=env))

    def test_pipx(self):
        self.tool("pipx", "--version")
        # With uv behind it; with pip it would first fetch a newer pip.
        offline = {"UV_OFFLINE": "1", "UV_FIND_LINKS": str(packages()), "UV_PYTHON_DOWNLOADS": "never"}
        env = self.environment(PIPX_HOME=str(self.home / "pipx"), PIPX_BIN_DIR=str(self.home / "bin"), PIPX_DEFAULT_BACKEND="uv", **offline)
        project, python = self.project(), ["--python", sys.executable]
        self.assertIn(PASSED, self.run_in(project, "pipx", "run", *python, "probe-test-runner", "run", env=env))
        self.run_in(project, "pipx", "install", *python, "probe-test-runner", env=env)
        self.assertEqual(self.run_in(project, self.home / "bin/probe", "--version"), f"probe {version()}\n")
