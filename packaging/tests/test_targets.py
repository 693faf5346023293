"""What `.ci/cross` has built: static, at home in a directory that has nothing else, and right about the other machine's files,
under an emulator."""

import os
import shutil
import struct
import subprocess
import unittest

from .support import ROOT, Case, version

CROSS = ROOT / "target/cross"
ARM = "aarch64-unknown-linux-gnu"
# Makes the kernel run programs for aarch64, in a namespace of its own, and then what follows.
MAGIC = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
MASK = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
EMULATED = (
    "mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc && "
    f"printf ':arm64:M::%s:%s:%s:F' '{MAGIC}' '{MASK}' \"$0\" > /proc/sys/fs/binfmt_misc/register && "
    'exec "$@"'
)
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def built(target):
    path = CROSS / "bin" / target / "probe"
    if not path.is_file():
        raise unittest.SkipTest(f".ci/cross has not built {target}")
    return path


def example(directory):
    """A copy of the README's example, in which nothing is built."""
    project = directory / "race"
    shutil.copytree(ROOT / "testdata/race", project, ignore=shutil.ignore_patterns("cache", "build", ".probe"))
    return project


class Static(Case):
    def test_no_binary_needs_a_file_of_the_system(self):
        targets = sorted(path.name for path in CROSS.glob("bin/*-linux-musl"))
        if not targets:
            self.skipTest(".ci/cross has built nothing")
        for target in targets:
            binary = built(target)
            content = binary.read_bytes()
            self.assertEqual(content[:6], b"\x7fELF\x02\x01")
            machine = {"x86_64": 62, "aarch64": 183}[target.partition("-")[0]]
            self.assertEqual(struct.unpack_from("<H", content, 18)[0], machine)
            offset, (size, count) = struct.unpack_from("<Q", content, 32)[0], struct.unpack_from("<HH", content, 54)
            kinds = [struct.unpack_from("<I", content, offset + number * size)[0] for number in range(count)]
            self.assertNotIn(3, kinds, "a loader is wanted (PT_INTERP)")
            self.assertLess(len(content), 40 << 20)
        here = f"{os.uname().machine}-unknown-linux-musl"
        if here in targets:
            said = subprocess.run(["ldd", built(here)], capture_output=True, text=True, env={"LC_ALL": "C", "PATH": os.environ["PATH"]})
            self.assertRegex(said.stdout + said.stderr, "statically linked|not a dynamic executable")

    def test_it_runs_where_there_is_nothing_but_itself_and_a_test(self):
        root = self.directory / "root"
        # What every container has besides: an empty input, and a place for temporary files.
        (root / "tmp").mkdir(parents=True)
        (root / "dev").mkdir()
        (root / "dev/null").touch()
        shutil.copy(built(f"{os.uname().machine}-unknown-linux-musl"), root / "probe")
        # The test is the one program that is there.
        (root / "probe.toml").write_text('[test.version]\nrun = ["/probe", "--version"]\n')
        enter = ["unshare", "--user", "--map-root-user", "--root", root, "--wd", "/", "/probe"]
        if subprocess.run([*enter, "--version"], capture_output=True).returncode != 0:
            self.skipTest("this kernel gives nobody a root directory of their own")
        for words in [["run"], ["run", "--failed"], ["list"], ["doctor"]]:
            said = self.run_in(root, *enter, *words, env={"HOME": "/"})
            self.assertNotIn("warning", said)
        self.assertIn("1 test run: 1 passed", self.run_in(root, *enter, "run", env={"HOME": "/"}))
        with (root / "probe.toml").open("a") as manifest:
            manifest.write('[test.none]\nrun = ["/none"]\n')
        said = self.run_in(root, *enter, "run", env={"HOME": "/"}, code=100)
        self.assertIn("none: program `/none` does not exist", said)


    def test_it_runs_the_example(self):
        project = example(self.directory)
        binary = built(f"{os.uname().machine}-unknown-linux-musl")
        # The compiler that rustup shows is found by way of the home that it was installed in.
        home = {"HOME": os.environ.get("HOME", "/"), "PROBE_STORE": str(self.directory / "store")}
        said = self.run_in(project, binary, "run", "-j4", env=self.environment() | home)
        self.assertIn("27 tests run: 27 passed", said)


class Arm(Case):
    """aarch64 on another machine: an emulator runs it, and whatever it starts."""

    def setUp(self):
        super().setUp()
        if os.uname().machine == "aarch64":
            self.skipTest("this is aarch64: its tests run as they are")
        self.emulator = shutil.which("qemu-aarch64")
        self.tool("qemu-aarch64", "--version")
        self.binary = built("aarch64-unknown-linux-musl")

    def emulated(self, directory, *command, code=0, **variables):
        enter = [*NAMESPACE, "sh", "-c", EMULATED, self.emulator]
        if subprocess.run([*enter, "true"], capture_output=True).returncode != 0:
            self.skipTest("this kernel lets nobody say what runs programs of another machine (6.7 and newer do)")
        env = self.environment(QEMU_LD_PREFIX=str(CROSS / "arm64/root"), **variables)
        return self.run_in(directory, *enter, *command, code=code, env=env)

    def test_it_says_its_version(self):
        said = self.run_in(self.directory, self.emulator, self.binary, "--version")
        self.assertEqual(said, f"probe {version()}\n")

    def test_it_runs_the_example_with_libraries_for_its_machine(self):
        compiler = CROSS / "arm64/bin"
        if not (compiler / "rustc").exists():
            self.skipTest(".ci/cross has no compiler for aarch64")
        project = example(self.directory)
        path = f"{compiler}:{os.environ['PATH']}"
        said = self.emulated(project, self.binary, "run", "-j4", PATH=path)
        self.assertIn("27 tests run: 27 passed", said)
        libraries = [project / "cache/libengine.so", project / "cache/libcodec.so", project / "build/open"]
        for library in libraries:
            self.assertEqual(struct.unpack_from("<H", library.read_bytes(), 18)[0], 183, library)
        said = self.emulated(project, self.binary, "inspect", libraries[0])
        # And what is for the machine below is for another one.
        host = shutil.which("true")
        said = self.emulated(project, self.binary, "inspect", host, code=1)
        self.assertIn("made for another machine: x86_64 ELF, not linux-aarch64", said)

    def test_the_loader_keeps_its_promises(self):
        listed = CROSS / "bin" / ARM / "loader-tests"
        if not listed.is_file():
            self.skipTest(".ci/cross has not built the tests of the loader")
        for program in listed.read_text().splitlines():
            said = self.emulated(ROOT / "loader", program, "--test-threads", "2")
            print(said.strip().splitlines()[-1], end=" ", flush=True)
