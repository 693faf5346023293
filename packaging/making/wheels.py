"""PyPI: a wheel for each platform, whose one script is the program itself, so that no Python runs between."""

import base64
import hashlib

from . import packing
from .release import NAME

# `uvx` and `pipx run` call what is named as the package. A second copy of the program would double the wheel.
ALIAS = b"""#!/bin/sh
self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
exec "${self%/*}/probe" "$@"
"""


def make(release, out):
    name = f"{NAME.replace('-', '_')}-{release.version}"
    for platform in release.platforms:
        info = f"{name}.dist-info"
        entries = {
            f"{name}.data/scripts/probe": platform.binary,
            f"{name}.data/scripts/{NAME}": ALIAS,
        }
        programs = set(entries)
        documents = release.documents()
        for file in sorted(documents):
            if file.startswith("LICENSE"):
                entries[f"{info}/licenses/{file}"] = documents[file]
        entries[f"{info}/METADATA"] = metadata(release, documents)
        tags = "".join(f"Tag: py3-none-{tag}\n" for tag in platform.wheel)
        wheel = f"Wheel-Version: 1.0\nGenerator: packaging/build\nRoot-Is-Purelib: false\n{tags}"
        entries[f"{info}/WHEEL"] = wheel.encode()
        entries[f"{info}/RECORD"] = record(entries, f"{info}/RECORD")
        file = f"{name}-py3-none-{'.'.join(platform.wheel)}.whl"
        yield packing.put(out / file, packing.zip_of(entries, programs))


def metadata(release, documents) -> bytes:
    licenses = "".join(f"License-File: {file}\n" for file in sorted(documents) if file.startswith("LICENSE"))
    head = (
        f"Metadata-Version: 2.4\nName: {NAME}\nVersion: {release.version}\nSummary: {release.description}\n"
        f"License-Expression: {release.license}\n{licenses}Keywords: {','.join(release.keywords)}\n"
        f"Project-URL: Repository, {release.repository}\nRequires-Python: >=3.7\n"
        "Description-Content-Type: text/markdown\n\n"
    )
    return head.encode() + documents["README.md"]


def record(entries, own) -> bytes:
    def line(name, content):
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        return f"{name},sha256={digest},{len(content)}\n"

    return ("".join(line(*entry) for entry in entries.items()) + f"{own},,\n").encode()
