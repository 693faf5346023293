"""What all packages of a release share: version, texts, binaries. Knows no kind of package."""

import dataclasses
import pathlib
import subprocess
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = "probe-test-runner"
# What stands in Cargo.toml as long as nobody hosts the project.
NOBODY = "OWNER"


class Mistake(Exception):
    """What whoever calls the script can mend."""


@dataclasses.dataclass(frozen=True)
class Platform:
    """A platform of platforms.toml, and its binary."""

    target: str
    node: dict
    wheel: list
    brew: dict
    docker: str
    binary: bytes

    @property
    def archive(self) -> str:
        """The name of its archive. It has no version, so that the newest release has a constant address."""
        return f"{NAME}-{self.target}.tar.gz"


@dataclasses.dataclass(frozen=True)
class Release:
    version: str
    description: str
    license: str
    repository: str
    keywords: list
    platforms: list
    # Manual pages and completions, by their names in an archive.
    texts: dict

    @property
    def download(self) -> str:
        """Where the files of this release are."""
        return f"{self.repository}/releases/download/v{self.version}"

    def documents(self) -> dict:
        """What every package brings besides the binary."""
        names = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "README.md"]
        return {name: (ROOT / name).read_bytes() for name in names}


def read(binaries: list, repository: str | None) -> Release:
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]
    described = tomllib.loads((ROOT / "runner-cli/Cargo.toml").read_text())["package"]
    known = tomllib.loads((ROOT / "packaging/platforms.toml").read_text())["platform"]
    paths = {}
    for argument in binaries:
        target, _, path = argument.partition("=")
        if not path or target not in [platform["target"] for platform in known]:
            names = ", ".join(platform["target"] for platform in known)
            raise Mistake(f"`{argument}` is not TARGET=BINARY, with one of {names}")
        if target in paths:
            raise Mistake(f"`{target}` is given twice")
        if not pathlib.Path(path).is_file():
            raise Mistake(f"there is no file `{path}`")
        paths[target] = pathlib.Path(path).resolve()
    version = workspace["version"]
    return Release(
        version=version,
        description=described["description"],
        license=workspace["license"],
        repository=repository or workspace["repository"],
        keywords=workspace["keywords"],
        platforms=[
            Platform(binary=paths[platform["target"]].read_bytes(), **platform)
            for platform in known
            if platform["target"] in paths
        ],
        texts=texts(runs_here(paths.values(), version)),
    )


def runs_here(paths, version: str) -> pathlib.Path:
    """A binary that this machine can run; each that it can run must have the version."""
    found = None
    for path in paths:
        try:
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        if said.split() != ["probe", version]:
            raise Mistake(f"`{path}` says `{said.strip()}`, and Cargo.toml has version {version}")
        found = found or path
    if found is None:
        raise Mistake("none of the binaries runs here, and one must write the manual pages and completions")
    return found


def texts(probe: pathlib.Path) -> dict:
    made = {}
    with tempfile.TemporaryDirectory() as directory:
        # Nothing of whoever runs this may reach a text.
        clean = {"PATH": "/usr/bin:/bin", "HOME": directory}

        def run(*words):
            return subprocess.run([probe, *words], capture_output=True, check=True, cwd=directory, env=clean).stdout

        run("man", "--directory", "man")
        for page in sorted(pathlib.Path(directory, "man").glob("man?/*")):
            made[f"man/{page.parent.name}/{page.name}"] = page.read_bytes()
        for shell, name in [("bash", "probe.bash"), ("fish", "probe.fish"), ("zsh", "_probe")]:
            made[f"completions/{name}"] = run("completions", shell)
    return made
