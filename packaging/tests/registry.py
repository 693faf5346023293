"""A registry for npm packages that lie in a directory. Has no other packages, and none that were published."""

import base64
import hashlib
import http.server
import json
import tarfile
import urllib.parse


def handler_of(directory):
    """A handler for `*.tgz` of a directory."""

    class Registry(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = urllib.parse.unquote(self.path).strip("/")
            file = directory / path
            if path.endswith(".tgz") and file.is_file():
                return self.answer(file.read_bytes(), "application/octet-stream")
            # The newest version can be asked for alone.
            name = path.removesuffix("/latest")
            about = describe(directory, name, f"http://{self.headers['Host']}")
            if about is None:
                return self.answer(b"{}", "application/json", 404)
            if name != path:
                [about] = about["versions"].values()
            self.answer(json.dumps(about).encode(), "application/json")

        def answer(self, content, kind, code=200):
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    return Registry


def describe(directory, name, here):
    """What a registry says of the package `name`, or `None`."""
    for file in sorted(directory.glob("*.tgz")):
        with tarfile.open(file) as archive:
            about = json.load(archive.extractfile("package/package.json"))
        if about["name"] != name:
            continue
        content = file.read_bytes()
        about["dist"] = {
            "tarball": f"{here}/{file.name}",
            "shasum": hashlib.sha1(content).hexdigest(),
            "integrity": "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode(),
        }
        version = about["version"]
        times = {version: "2026-01-01T00:00:00.000Z"}
        return {"name": name, "dist-tags": {"latest": version}, "versions": {version: about}, "time": times}
    return None
