"""What `packaging/build` makes of binaries, and what it refuses."""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import tarfile

from .support import HERE, OTHER, ROOT, Case, binary, build, packages, version


class Build(Case):
    def test_the_archive_has_the_program_its_manual_and_completions(self):
        archive = packages() / f"probe-test-runner-{HERE}.tar.gz"
        self.run_in(packages(), "sha256sum", "--check", "--strict", f"{archive.name}.sha256")
        with tarfile.open(archive) as opened:
            opened.extractall(self.directory, filter="data")
        folder = self.directory / archive.name.removesuffix(".tar.gz")
        self.assertEqual((folder / "probe").read_bytes(), binary().read_bytes())
        self.assertEqual(stat.S_IMODE((folder / "probe").stat().st_mode), 0o755)
        pages = {page.name for page in folder.glob("man/*/*")}
        self.assertLessEqual({"probe.1", "probe-run.1", "probe-exit-codes.7"}, pages)
        self.assertIn("probe", (folder / "completions/probe.bash").read_text())
        self.run_in(folder, "bash", "-n", "completions/probe.bash")
        for name in ["completions/probe.fish", "completions/_probe", "LICENSE-MIT", "LICENSE-APACHE", "README.md"]:
            self.assertTrue((folder / name).stat().st_size, name)
        for name in ["completions/probe.fish", "completions/_probe", "man/man1/probe-run.1"]:
            self.assertNotIn(os.environ.get("HOME", "/home"), (folder / name).read_text(), "a path of whoever built it")

    def test_the_same_binaries_make_the_same_bytes(self):
        small = self.directory / "probe"
        # Compressing the real one twice would tell no more.
        small.write_text(f'#!/bin/sh\nexec {binary()} "$@"\n')
        small.chmod(0o755)
        digests = []
        for name in ["one", "two"]:
            made = build(self.directory / name, "--repository", "https://example.org/probe", f"{HERE}={small}")
            self.assertEqual(made.returncode, 0, made.stderr)
            files = sorted(path for path in (self.directory / name).rglob("*") if path.is_file())
            digests.append([(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files])
        self.assertEqual(*digests)
        self.assertGreater(len(digests[0]), 7)

    def test_what_cannot_be_packaged_is_refused_with_a_reason(self):
        wrong = self.directory / "wrong"
        wrong.write_text("#!/bin/sh\necho probe 0.0.7\n")
        wrong.chmod(0o755)
        dumb = self.directory / "dumb"
        dumb.write_text("not for this machine")
        (self.directory / "full").mkdir()
        (self.directory / "full/file").write_text("")
        cases = [
            ("out", ["sparc-sun-solaris=probe"], "is not TARGET=BINARY"),
            ("out", [HERE], "is not TARGET=BINARY"),
            ("out", [f"{HERE}=/nowhere/probe"], "there is no file `/nowhere/probe`"),
            ("out", [f"{HERE}={dumb}", f"{HERE}={dumb}"], "is given twice"),
            ("out", [f"{HERE}={dumb}"], "none of the binaries runs here"),
            ("out", [f"{HERE}={wrong}"], f"says `probe 0.0.7`, and Cargo.toml has version {version()}"),
            ("full", [f"{HERE}={binary()}"], "full` is not empty"),
        ]
        for out, arguments, reason in cases:
            made = build(self.directory / out, *arguments)
            self.assertEqual(made.returncode, 1, arguments)
            self.assertIn(reason, made.stderr)
            self.assertNotIn("Traceback", made.stderr)
        self.assertFalse((self.directory / "out").exists())

    def test_the_formula_has_the_sums_of_the_archives(self):
        formula = (packages() / "probe-test-runner.rb").read_text()
        self.assertNotRegex(formula, r"@[A-Z]+@")
        for target in [HERE, OTHER]:
            name = f"probe-test-runner-{target}.tar.gz"
            digest = hashlib.sha256((packages() / name).read_bytes()).hexdigest()
            url = f"https://example.org/probe/releases/download/v{version()}/{name}"
            self.assertRegex(formula, re.escape(f'url "{url}"') + r"\s+" + re.escape(f'sha256 "{digest}"'))
        # What the formula installs is in the archive.
        with tarfile.open(packages() / name) as archive:
            names = {entry.name.partition("/")[2] for entry in archive}
        for file in re.findall(r'install "([^"]+)"', formula):
            self.assertIn(file, names)
        if shutil.which("ruby"):
            self.run_in(self.directory, "ruby", "-c", packages() / "probe-test-runner.rb")

    def test_the_image_is_one_file_and_has_its_program_for_each_platform(self):
        image = packages() / "image"
        lines = (image / "Dockerfile").read_text().splitlines()
        copies = [line for line in lines if line.startswith("COPY")]
        self.assertEqual(copies, ["COPY ${TARGETARCH}/probe /probe"])
        self.assertIn("FROM scratch", lines)
        for architecture in ["amd64", "arm64"]:
            said = subprocess.check_output([image / architecture / "probe", "--version"], text=True)
            self.assertEqual(said, f"probe {version()}\n")

    def test_binstall_and_the_scripts_know_the_same_archives(self):
        manifest = (ROOT / "runner-cli/Cargo.toml").read_text()
        url = re.search(r'pkg-url = "([^"]+)"', manifest)[1]
        inside = re.search(r'bin-dir = "([^"]+)"', manifest)[1]
        script = (packages() / "install.sh").read_text()
        self.assertIn("PROBE_DOWNLOAD:-https://example.org/probe/releases/download/", script)
        for target in [HERE, OTHER]:
            given = {"repo": "https://example.org/probe", "version": version(), "target": target, "bin": "probe", "binary-ext": ""}
            filled, path = url, inside
            for name, value in given.items():
                filled = filled.replace(f"{{ {name} }}", value)
                path = path.replace(f"{{ {name} }}", value)
            archive = packages() / filled.rpartition("/")[2]
            self.assertTrue(filled.startswith(f"https://example.org/probe/releases/download/v{version()}/"), filled)
            with tarfile.open(archive) as opened:
                self.assertTrue(opened.getmember(path).mode & 0o100)
            self.assertIn(target.partition("-")[0] + "-$system", script)
