"""`install.sh`, from a directory and over HTTP: what it does, and each thing that can be in its way."""

import http.server
import os
import shutil
import signal
import subprocess
import threading

from .support import HERE, Case, binary, files_of, packages, version

ARCHIVE = f"probe-test-runner-{HERE}.tar.gz"
NOBODY = 65534


class Install(Case):
    def setUp(self):
        super().setUp()
        self.to = self.home / ".local/bin"
        self.release = self.directory / "release"

    def install(self, code=0, shell="sh", download=None, **more):
        """Runs the script with a shell."""
        run = {name: more.pop(name) for name in ["user", "umask"] if name in more}
        given = {"PROBE_DOWNLOAD": str(download or packages()), **more}
        env = {name: value for name, value in self.environment(**given).items() if value is not None}
        return self.run_in(self.directory, *shell.split(), packages() / "install.sh", code=code, env=env, **run)

    def check_nothing_left(self):
        self.assertEqual([path.name for path in self.to.glob("*")], [])

    def test_it_installs_and_says_what_to_add_to_path(self):
        for shell in ["sh", "bash", "busybox sh", "zsh"]:
            if not shutil.which(shell.split()[0]):
                continue
            shutil.rmtree(self.to, ignore_errors=True)
            said = self.install(shell=shell)
            self.assertEqual((self.to / "probe").read_bytes(), binary().read_bytes())
            self.assertEqual([path.name for path in self.to.iterdir()], ["probe"], "nothing else is left there")
            self.assertIn(f"probe {version()} is installed as {self.to}/probe\n", said)
            self.assertIn(f'It is not in PATH yet: add to ~/.profile   export PATH="{self.to}:$PATH"', said)
        self.assertIn("~/.zshrc", self.install(SHELL="/bin/zsh"))
        self.assertIn(f"fish_add_path {self.to}", self.install(SHELL="/usr/bin/fish"))
        path = f"{self.to}:{os.environ['PATH']}"
        self.assertNotIn("PATH", self.install(PATH=path))
        other = self.directory / "other"
        other.mkdir()
        (other / "probe").symlink_to("/bin/true")
        self.assertIn(f"Another probe comes before it in PATH: {other}/probe", self.install(PATH=f"{other}:{path}"))

    def test_it_installs_where_it_is_told_to(self):
        to = self.directory / "a place/with blanks"
        said = self.install(PROBE_INSTALL_DIR=str(to), HOME=None)
        self.assertIn(f"installed as {to}/probe", said)
        self.assertEqual(self.run_in(to, "./probe", "--version"), f"probe {version()}\n")
        self.assertIn("HOME is not set: say by PROBE_INSTALL_DIR where probe goes", self.install(code=1, HOME=None))

    def test_it_fetches_by_curl_or_wget(self):
        address = self.serve(files_of(packages()))
        for tool, other in [("curl", "wget"), ("wget", "curl")]:
            self.tool(tool, "--version")
            path = self.path_without(other)
            self.assertIn("is installed as", self.install(download=address, PATH=path))
            (self.to / "probe").unlink()
            said = self.install(code=1, download=f"{address}/none", PATH=path)
            self.assertIn(f"cannot fetch {address}/none/{ARCHIVE}", said)
            self.check_nothing_left()
        said = self.install(code=1, download=address, PATH=self.path_without("curl", "wget"))
        self.assertIn("neither curl nor wget is installed", said)
        said = self.install(code=1, PATH=self.path_without("sha256sum", "shasum", "openssl"))
        self.assertIn("nothing can check the sum: install sha256sum", said)
        self.check_nothing_left()

    def path_without(self, *tools) -> str:
        """A PATH with the programs of this machine, but for some."""
        directory = self.directory / "-".join(["without", *tools])
        directory.mkdir(exist_ok=True)
        for name in ["sh", "cat", "chmod", "cp", "curl", "cut", "gzip", "mkdir", "mktemp", "mv", "openssl", "rm", "sha256sum", "shasum", "tar", "uname", "wget"]:
            program = shutil.which(name)
            if program and name not in tools and not (directory / name).exists():
                (directory / name).symlink_to(program)
        return str(directory)

    def test_other_programs_check_the_sum_as_well(self):
        for tools in [("sha256sum",), ("sha256sum", "shasum")]:
            if shutil.which("shasum" if len(tools) == 1 else "openssl"):
                self.assertIn("is installed as", self.install(PATH=self.path_without(*tools)))
                (self.to / "probe").unlink()

    def test_a_wrong_sum_installs_nothing(self):
        self.release.mkdir()
        shutil.copy(packages() / f"{ARCHIVE}.sha256", self.release)
        whole = (packages() / ARCHIVE).read_bytes()
        self.to.mkdir(parents=True)
        for content in [whole[:-1], whole[: len(whole) // 2], b"<html>not found</html>", b""]:
            (self.release / ARCHIVE).write_bytes(content)
            (self.to / "probe").write_text("the one before")
            said = self.install(code=1, download=self.release)
            self.assertIn("it was cut or changed on its way; nothing was installed", said)
            self.assertEqual((self.to / "probe").read_text(), "the one before")
            self.assertEqual([path.name for path in self.to.iterdir()], ["probe"])
        (self.release / ARCHIVE).write_bytes(whole)
        (self.release / f"{ARCHIVE}.sha256").write_text("")
        self.assertIn("nothing was installed", self.install(code=1, download=self.release))
        (self.release / f"{ARCHIVE}.sha256").unlink()
        said = self.install(code=1, download=self.release)
        self.assertIn(f"there is no `{self.release}/{ARCHIVE}.sha256`", said)

    def test_a_probe_that_runs_is_replaced_and_goes_on(self):
        self.install()
        (self.directory / "probe.toml").write_text("")
        before = (self.to / "probe").stat().st_ino
        command = [self.to / "probe", "exec", "--", "sh", "-c", "echo here; read line; exit 7"]
        with subprocess.Popen(
            command, cwd=self.directory, env=self.environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as running:
            self.assertEqual(running.stdout.readline(), "here\n")
            self.install()
            self.assertNotEqual((self.to / "probe").stat().st_ino, before)
            running.stdin.write("go on\n")
            running.stdin.close()
            self.assertEqual(running.wait(60), 7)
        self.assertEqual(self.run_in(self.to, "./probe", "--version"), f"probe {version()}\n")

    def test_a_directory_that_cannot_be_written_is_named(self):
        self.to.mkdir(parents=True)
        closed = self.directory / "closed"
        closed.mkdir(0o555)
        # Root may write everywhere.
        more = {"user": NOBODY} if os.geteuid() == 0 else {}
        said = self.install(code=1, PROBE_INSTALL_DIR=str(closed), **more)
        self.assertIn(f"cannot write to `{closed}`: set PROBE_INSTALL_DIR to a directory that you may write to", said)
        said = self.install(code=1, PROBE_INSTALL_DIR=str(closed / "below"), **more)
        self.assertIn(f"cannot make `{closed}/below`: set PROBE_INSTALL_DIR", said)
        self.assertEqual(list(closed.iterdir()), [])
        (self.to / "probe").mkdir()
        self.assertIn(f"`{self.to}/probe` is a directory: move it away", self.install(code=1))

    def test_another_system_is_told_what_there_is(self):
        for system, machine, reason in [
            ("Darwin", "arm64", "there is no probe for Darwin, only for Linux"),
            ("Linux", "riscv64", "there is no probe for Linux on riscv64, only for x86_64 and aarch64"),
        ]:
            fake = self.directory / machine
            fake.mkdir()
            (fake / "uname").write_text(f'#!/bin/sh\n[ "$1" = -s ] && echo {system} || echo {machine}\n')
            (fake / "uname").chmod(0o755)
            self.assertIn(reason, self.install(code=1, PATH=f"{fake}:{os.environ['PATH']}"))
            self.check_nothing_left()

    def test_a_signal_leaves_nothing(self):
        def slow(*arguments):
            started.set()
            done.wait(60)

        started, done = threading.Event(), threading.Event()
        handler = type("Slow", (http.server.BaseHTTPRequestHandler,), {"do_GET": slow})
        address = self.serve(handler)
        env = self.environment(PROBE_DOWNLOAD=address)
        running = subprocess.Popen(["sh", packages() / "install.sh"], env=env, start_new_session=True, stderr=subprocess.DEVNULL)
        self.assertTrue(started.wait(60))
        os.killpg(running.pid, signal.SIGTERM)
        self.assertIn(running.wait(60), [143, -signal.SIGTERM])
        done.set()
        self.check_nothing_left()
        self.assertEqual([path.name for path in self.to.iterdir()], [])
