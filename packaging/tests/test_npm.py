"""The npm packages, installed from a registry on this machine by each package manager, and what the shim does of Node's."""

import json
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys

from .registry import handler_of
from .support import Case, packages, version

HERE = {"x86_64": "x64", "aarch64": "arm64"}[os.uname().machine]
OTHER = "arm64" if HERE == "x64" else "x64"
PASSED = "3 tests run: 3 passed"
# Tells who started it, and ends by 7 when it is told to.
WAITING = "trap 'exit 7' TERM; echo $PPID; while :; do sleep 0.01; done"


class Npm(Case):
    def setUp(self):
        super().setUp()
        self.address = self.serve(handler_of(packages()))

    def npm_environment(self, **more):
        return self.environment(
            npm_config_registry=f"{self.address}/", npm_config_update_notifier="false", npm_config_fund="false", npm_config_audit="false", **more
        )

    def package(self):
        project = self.project()
        (project / "package.json").write_text('{"name": "project", "version": "1.0.0", "private": true}\n')
        return project

    def check_runs(self, project, *command, **more):
        """The command is `probe`: it runs the tests, and its exit code is what they come to."""
        said = self.run_in(project, *command, "run", **more)
        self.assertIn(PASSED, said)
        (project / "tests/broken.sh").write_text("exit 1\n")
        self.run_in(project, *command, "run", code=100, **more)
        (project / "tests/broken.sh").unlink()

    def test_npm_installs_the_one_package_that_fits(self):
        self.tool("npm", "--version")
        project, env = self.package(), self.npm_environment()
        self.run_in(project, "npm", "install", "--save-dev", "probe-test-runner", env=env)
        modules = project / "node_modules"
        self.assertTrue((modules / f"probe-test-runner-linux-{HERE}/bin/probe").is_file())
        self.assertFalse((modules / f"probe-test-runner-linux-{OTHER}").exists())
        self.check_runs(project, "npx", "--no", "probe", env=env)
        # As a script of the package, and from what the lock file says.
        about = json.loads((project / "package.json").read_text())
        about["scripts"] = {"test": "probe run"}
        (project / "package.json").write_text(json.dumps(about))
        shutil.rmtree(modules)
        self.run_in(project, "npm", "ci", env=env)
        self.assertIn(PASSED, self.run_in(project, "npm", "test", env=env))

    def test_npm_installs_from_files_without_any_registry(self):
        self.tool("npm", "--version")
        project = self.package()
        files = [packages() / f"probe-test-runner{part}-{version()}.tgz" for part in ["", f"-linux-{HERE}"]]
        env = self.environment(npm_config_registry="http://127.0.0.1:9/", npm_config_update_notifier="false")
        self.run_in(project, "npm", "install", "--offline", "--no-audit", "--no-fund", "--save-dev", *files, env=env)
        self.check_runs(project, "npx", "--no", "probe", env=env)

    def test_npx_runs_what_is_not_installed(self):
        self.tool("npm", "--version")
        said = self.run_in(self.package(), "npx", "--yes", "probe-test-runner", "run", env=self.npm_environment())
        self.assertIn(PASSED, said)

    def test_pnpm(self):
        self.tool("pnpm", "--version")
        project, env = self.package(), self.npm_environment(PNPM_HOME=str(self.home / "pnpm"))
        # It asks nobody in the environment for its registry; and how long a package must rest is not what this is about.
        (project / ".npmrc").write_text(f"registry={self.address}/\n")
        (project / "pnpm-workspace.yaml").write_text("minimumReleaseAge: 0\n")
        self.run_in(project, "pnpm", "add", "--save-dev", "probe-test-runner", env=env)
        self.check_runs(project, "pnpm", "exec", "probe", env=env)

    def test_yarn_classic(self):
        yarn = self.yarn("1.")
        # Root's would be in a place that all users share.
        project, env = self.package(), self.npm_environment(YARN_CACHE_FOLDER=str(self.home / "yarn"))
        (project / ".yarnrc").write_text(f'registry "{self.address}"\nyarn-offline-mirror false\n')
        self.run_in(project, *yarn, "add", "--dev", "probe-test-runner", env=env)
        self.check_runs(project, *yarn, "--silent", "probe", env=env)

    def test_yarn_without_node_modules(self):
        yarn = self.yarn("4.")
        project = self.package()
        (project / ".yarnrc.yml").write_text(
            f'npmRegistryServer: "{self.address}"\nunsafeHttpWhitelist: ["127.0.0.1"]\n'
            "enableTelemetry: false\nenableGlobalCache: false\nnpmMinimalAgeGate: 0\n"
        )
        (project / "yarn.lock").write_text("")
        env = self.environment()
        self.run_in(project, *yarn, "add", "--dev", "probe-test-runner", env=env)
        self.assertFalse((project / "node_modules").exists())
        self.check_runs(project, *yarn, "probe", env=env)

    def yarn(self, major):
        """Whichever of the two programs of that name the machine has under which name."""
        tools = pathlib.Path(shutil.which("pnpm") or "/").resolve()
        modules = next((parent for parent in tools.parents if parent.name == "node_modules"), tools.parent)
        script = modules / ("yarn/bin/yarn.js" if major == "1." else "@yarnpkg/cli-dist/bin/yarn.js")
        self.tool("node", script, "--version")
        return ["node", script]

    def test_deno(self):
        self.tool("deno", "--version")
        project = self.project()
        env = self.environment(NPM_CONFIG_REGISTRY=f"{self.address}/", DENO_DIR=str(self.home / "deno"), DENO_NO_UPDATE_CHECK="1")
        self.check_runs(project, "deno", "run", "--quiet", "-A", "--minimum-dependency-age=0", "npm:probe-test-runner", env=env)


class Shim(Case):
    """The shim, in a `node_modules` that was unpacked by hand."""

    def setUp(self):
        super().setUp()
        self.modules = self.directory / "node_modules"
        for part in ["", f"-linux-{HERE}"]:
            to = self.modules / f"probe-test-runner{part}"
            to.mkdir(parents=True)
            file = packages() / f"probe-test-runner{part}-{version()}.tgz"
            self.run_in(self.directory, "tar", "-xzf", file, "-C", to, "--strip-components=1")
        self.shim = self.modules / "probe-test-runner/bin/probe.js"
        (self.directory / "probe.toml").write_text("")

    def nodes(self):
        """With what Node has, and as if it could not become another program."""
        self.tool("node", "--version")
        without = self.directory / "without.js"
        without.write_text("delete process.execve;\n")
        can = subprocess.check_output(["node", "-p", "typeof process.execve"], text=True).strip() == "function"
        yield ["node"], can
        yield ["node", "--require", str(without)], False

    def test_it_becomes_the_program_or_passes_signals_and_ends_on(self):
        for node, becomes in self.nodes():
            for sent, code in [(signal.SIGTERM, 7), (None, 3)]:
                script = WAITING if sent else "echo $PPID; exit 3"
                command = [*node, self.shim, "exec", "--", "sh", "-c", script]
                with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=self.directory, env=self.environment(), text=True) as running:
                    parent = int(running.stdout.readline())
                    self.assertEqual(parent == running.pid, becomes, command)
                    if sent:
                        running.send_signal(sent)
                    self.assertEqual(running.wait(60), code, command)

    def test_a_program_that_was_killed_ends_it_by_the_same_signal(self):
        for node, becomes in self.nodes():
            command = [*node, self.shim, "exec", "--", "sh", "-c", "echo $PPID; exec sleep 60"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=self.directory, env=self.environment(), text=True) as running:
                os.kill(int(running.stdout.readline()), signal.SIGKILL)
                self.assertEqual(running.wait(60), -signal.SIGKILL, command)

    def test_ctrl_c_reaches_the_program_once(self):
        # A shell would take two signals that come together for one.
        script = (
            "import os, signal, time; say = lambda word: os.write(1, word); "
            "signal.signal(signal.SIGINT, lambda *_: say(b'TOLD')); say(b'READY'); "
            "end = time.monotonic() + 2\nwhile time.monotonic() < end: time.sleep(0.01)\nsay(b'READY')"
        )
        for node, _ in self.nodes():
            pid, terminal = pty.fork()
            if pid == 0:
                os.chdir(self.directory)
                os.execvpe(node[0], [*node, str(self.shim), "exec", "--", sys.executable, "-c", script], self.environment())
            said = self.read_until(terminal, b"READY")
            os.write(terminal, b"\x03")
            said += self.read_until(terminal, b"READY")
            os.close(terminal)
            os.waitpid(pid, 0)
            self.assertEqual(said.count(b"TOLD"), 1, (node, said))

    def read_until(self, terminal, mark):
        said = b""
        while mark not in said:
            self.assertTrue(select.select([terminal], [], [], 60)[0], said)
            said += os.read(terminal, 4096)
        return said

    def test_words_and_environment_arrive_as_they_are(self):
        words = ["", "two words", "ü$'\"\\", "--", "-x"]
        for node, _ in self.nodes():
            script = 'printf "[%s]" "$LETTER" "$@"'
            said = self.run_in(
                self.directory, *node, self.shim, "exec", "--", "sh", "-c", script, "sh", *words, env=self.environment(LETTER="é\n")
            )
            self.assertEqual(said, "".join(f"[{word}]" for word in ["é\n", *words]))

    def test_what_is_missing_is_named_with_a_way_out(self):
        self.tool("node", "--version")
        elsewhere = self.directory / "elsewhere.js"
        elsewhere.write_text("Object.defineProperty(process, 'platform', { value: 'sunos' });\n")
        said = self.run_in(self.directory, "node", "--require", elsewhere, self.shim, "--version", code=96)
        self.assertIn(f"there is no program for sunos on {HERE}, only for linux on", said)
        program = self.modules / f"probe-test-runner-linux-{HERE}/bin/probe"
        program.chmod(0o644)
        said = self.run_in(self.directory, "node", self.shim, "--version", code=96)
        self.assertIn(f"`{program}` cannot be executed", said)
        program.unlink()
        said = self.run_in(self.directory, "node", self.shim, "--version", code=96)
        self.assertIn(f"the package `probe-test-runner-linux-{HERE}`, which has the program, is not installed", said)
        self.assertIn("--omit=optional", said)
