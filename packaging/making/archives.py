"""An archive for each platform: the program, manual pages, completions, licences; beside it its sum, as `sha256sum -c` reads it."""

from . import packing
from .release import ROOT


def make(release, out):
    for platform in release.platforms:
        archive = archive_of(release, platform)
        yield packing.put(out / platform.archive, archive)
        line = f"{packing.sha256(archive)}  {platform.archive}\n"
        yield packing.put(out / f"{platform.archive}.sha256", line.encode())


def archive_of(release, platform) -> bytes:
    entries = {"probe": platform.binary, "CHANGELOG.md": (ROOT / "CHANGELOG.md").read_bytes()}
    entries |= release.documents() | release.texts
    folder = platform.archive.removesuffix(".tar.gz")
    entries = {f"{folder}/{name}": content for name, content in entries.items()}
    return packing.tar(entries, {f"{folder}/probe"})
