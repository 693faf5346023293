"""The server on loopback that everything is fetched from, and what it serves: stand-ins for engines, packed as their packages
are. Knows no case and no probe.
"""

import gzip
import hashlib
import io
import json
import pathlib
import shutil
import subprocess
import tarfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE = pathlib.Path(__file__).resolve().parent
# From the request to the answer: what a download takes at least.
LATENCY = 0.3


class Server(ThreadingHTTPServer):
    """Answers by path, and counts what counts."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: dict[str, bytes] = {}
        # Descriptions, digests and modules: what is asked for as often as somebody likes.
        self.uncounted: set[str] = set()
        self.gets: dict[str, int] = {}
        self.counting = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def take_gets(self) -> dict[str, int]:
        """What was asked for since the last call."""
        with self.counting:
            gets, self.gets = self.gets, {}
        return gets


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        if not self.path.startswith(tuple(self.server.uncounted)):
            with self.server.counting:
                self.server.gets[self.path] = self.server.gets.get(self.path, 0) + 1
            time.sleep(LATENCY)
        self.answer(with_body=True)

    def answer(self, with_body: bool):
        body = self.server.bodies.get(self.path)
        self.send_response(404 if body is None else 200)
        if self.path.endswith((".ts", ".json")):
            kind = "application/typescript" if self.path.endswith(".ts") else "application/json"
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body or b"")))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if with_body and body is not None:
            try:
                self.wfile.write(body)
            except ConnectionError:
                pass  # Whoever asked has died, which is what is measured.

    def log_message(self, *_):
        pass


def engines(work: pathlib.Path) -> dict[str, bytes]:
    """The engine as a library, as a program and as that of the next version, built once."""
    built = {}
    kinds = {"library": ["-fPIC", "-shared"], "program": [], "newer": ['-DENGINE_VERSION="2.0.0"']}
    for name, flags in kinds.items():
        path = work / name
        if not path.exists() or path.stat().st_mtime < (HERE / "engine.c").stat().st_mtime:
            subprocess.run(["cc", "-O1", "-s", *flags, "-o", path, HERE / "engine.c"], check=True)
        built[name] = path.read_bytes()
    return built


class Packer:
    """Makes of what `case.toml` says the bytes that the server answers with."""

    def __init__(self, built: dict[str, bytes], server: Server, place: pathlib.Path):
        self.built, self.server, self.place = built, server, place
        self.packed: dict[str, bytes] = {}

    def all(self, serve: dict) -> dict[str, bytes]:
        self.packed = {}
        for path, content in serve.items():
            self.packed[path] = self.body(content)
        return self.packed

    def body(self, content) -> bytes:
        if isinstance(content, str):
            return self.built[content]
        [(kind, inner)] = content.items()
        match kind:
            case "text":
                return inner.replace("@SERVER@", self.server.url).encode()
            case "file":
                [path] = self.place.glob(inner)
                return path.read_bytes()
            case "source":
                return (HERE / "cases" / inner).read_bytes()
            case "jsr":
                return jsr({path: self.packed[path] for path in inner})
            case "gz":
                return gzip.compress(self.body(inner), compresslevel=1, mtime=0)
            case "zip":
                return self.zip(inner)
            case "tar":
                return self.tar(inner)
            case "deb":
                return deb(self.tar(inner))
            case "sha256":
                body = self.built[inner] if inner in self.built else self.packed[inner]
                return hashlib.sha256(body).hexdigest().encode()
            case "sums":
                lines = [f"{hashlib.sha256(self.packed[path]).hexdigest()} *{path.rsplit('/', 1)[1]}\n" for path in inner]
                return "".join(lines).encode()
        raise SystemExit(f"`{kind}` is no way to serve an engine")

    def zip(self, inner: dict) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, content in inner.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o100755 << 16
                archive.writestr(entry, self.body(content))
        return out.getvalue()

    def tar(self, inner: dict) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as archive:
            for name, content in inner.items():
                body = self.body(content)
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(body), 0o755
                archive.addfile(entry, io.BytesIO(body))
        return out.getvalue()


def jsr(files: dict[str, bytes]) -> bytes:
    """What JSR says of a version whose first file is its module."""
    names = {path: "/" + path.rsplit("/", 1)[1] for path in files}
    manifest = {
        names[path]: {"size": len(body), "checksum": f"sha256-{hashlib.sha256(body).hexdigest()}"} for path, body in files.items()
    }
    return json.dumps({"manifest": manifest, "exports": {".": f".{next(iter(manifest))}"}}).encode()


def deb(data: bytes) -> bytes:
    """A package of Debian, as far as its data: an archive of `ar`."""
    out = io.BytesIO()
    out.write(b"!<arch>\n")
    for name, body in {"debian-binary": b"2.0\n", "data.tar.gz": data}.items():
        out.write(f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(body):<10}`\n".encode())
        out.write(body + b"\n" * (len(body) % 2))
    return out.getvalue()


COMPILERS = ["cc", "gcc", "c++", "g++", "clang", "clang++", "x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc"]
# Stands for a compiler, is it, and notes whenever it is asked for a library.
COMPILER = """#!/bin/sh
case " $* " in *' -shared '*) echo "$0" >> '{log}' ;; esac
exec '{compiler}' "$@"
"""


class Compilers:
    """Compilers that count the libraries which they link."""

    def __init__(self, work: pathlib.Path):
        self.folder, self.log = work / "compilers", work / "builds.log"
        self.folder.mkdir(exist_ok=True)
        self.log.write_text("")
        for name in COMPILERS:
            if compiler := shutil.which(name):
                program = self.folder / name
                program.write_text(COMPILER.format(log=self.log, compiler=compiler))
                program.chmod(0o755)

    def take_builds(self) -> int:
        """How many libraries were linked since the last call."""
        built = len(self.log.read_text().splitlines())
        self.log.write_text("")
        return built
