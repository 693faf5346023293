"""What installs the archives: a script for a shell, a Homebrew formula, and the context of a container image. Each is a file of
`packaging/` in which `@NAME@` stands for what the release says. The archives are there already."""

from . import packing
from .release import ROOT


def make(release, out):
    given = {
        "VERSION": release.version,
        "DOWNLOAD": release.download,
        "REPOSITORY": release.repository,
        "DESCRIPTION": release.description,
        "LICENSE": ", ".join(f'"{name}"' for name in release.license.split(" OR ")),
    }
    yield write(out / "install.sh", "install.sh", given, program=True)
    systems = "".join(
        f"""
  on_{platform.brew["os"]} do
    on_{platform.brew["cpu"]} do
      url "{release.download}/{platform.archive}"
      sha256 "{packing.sha256((out / platform.archive).read_bytes())}"
    end
  end
"""
        for platform in release.platforms
    )
    yield write(out / "probe-test-runner.rb", "formula.rb", given | {"PLATFORMS": systems.strip("\n")})
    yield write(out / "image/Dockerfile", "Dockerfile", {})
    for platform in release.platforms:
        yield packing.put(out / "image" / platform.docker / "probe", platform.binary, program=True)


def write(path, template, given, program=False):
    text = (ROOT / "packaging" / template).read_text()
    for name, value in given.items():
        text = text.replace(f"@{name}@", value)
    return packing.put(path, text.encode(), program)
