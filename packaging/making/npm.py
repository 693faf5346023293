"""npm: a package for each platform that has its binary, and one that has none and names all of them as optional, of which
every package manager installs the one that fits."""

import json

from . import packing
from .release import NAME, ROOT


def make(release, out):
    shared = {
        "version": release.version,
        "license": release.license,
        "repository": {"type": "git", "url": f"git+{release.repository}.git"},
        "homepage": f"{release.repository}#readme",
    }
    names = {}
    for platform in release.platforms:
        system = platform.node
        name = f"{NAME}-{system['os']}-{system['cpu']}"
        names[name] = release.version
        about = {
            "name": name,
            "description": f"The program of {NAME} for {system['os']} on {system['cpu']}",
            "os": [system["os"]],
            "cpu": [system["cpu"]],
            # Yarn would leave it in its archive, where it cannot be executed.
            "preferUnplugged": True,
        }
        yield package(out, about | shared, release, {"bin/probe": platform.binary})
    about = {
        "name": NAME,
        "description": release.description,
        "keywords": release.keywords,
        # The second is what `npx`, `pnpm dlx` and `deno run npm:` take of a package that is not installed.
        "bin": {"probe": "bin/probe.js", NAME: "bin/probe.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": names,
    }
    shim = (ROOT / "packaging/npm/probe.js").read_bytes()
    yield package(out, about | shared, release, {"bin/probe.js": shim})


def package(out, about, release, programs):
    entries = programs | release.documents()
    entries["package.json"] = (json.dumps(about, indent=2) + "\n").encode()
    entries = {f"package/{name}": content for name, content in entries.items()}
    archive = packing.tar(entries, {f"package/{name}" for name in programs})
    return packing.put(out / f"{about['name']}-{about['version']}.tgz", archive)
