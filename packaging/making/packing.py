"""Archives whose bytes depend on what is put in alone: no time, no user, a fixed order."""

import gzip
import hashlib
import io
import pathlib
import tarfile
import zipfile

# Zip knows no earlier time.
EPOCH = (1980, 1, 1, 0, 0, 0)


def tar(entries: dict, programs: set) -> bytes:
    """A compressed tar of `entries`, by name; `programs` can be executed."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in sorted(entries.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o755 if name in programs else 0o644
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), 9, mtime=0)


def zip_of(entries: dict, programs: set) -> bytes:
    """A zip of `entries`, in the order given; `programs` can be executed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if name in programs else 0o100644) << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def put(path: pathlib.Path, content: bytes, program: bool = False) -> pathlib.Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755 if program else 0o644)
    return path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
