"""Keeps what was worked out once, under a digest of all that it was worked out from; gives back just that, or nothing.

What it holds can be thrown away at any time. A damaged, foreign or renamed file in it counts as not there, and a disk
that is full or read-only only means that nothing is kept: it never raises, and never changes what comes out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

LIMIT = 512 * 1024 * 1024
"""Bytes that a cache may hold; beyond it, what was not used for longest goes."""

_FORM = "1"
"""Folder of the entries: raised when what an entry looks like changes."""

_TAG = "CACHEDIR.TAG"
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55\n# citeproof keeps here what it can work out again.\n"
"""Tells programs that make backups to pass by (Cache Directory Tagging Specification, 0.6)."""


def digest(*inputs: bytes | str) -> str:
    """Give the SHA-256 of several inputs, each with its length, so that no two lists of them look the same."""
    whole = hashlib.sha256()
    for one in inputs:
        raw = one.encode("utf-8", "surrogatepass") if isinstance(one, str) else one
        whole.update(len(raw).to_bytes(8, "big"))
        whole.update(raw)
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries, each named by what it is (`stage`) and what it was worked out from (`key`, see `digest`)."""

    folder: Path | None = None
    """None: nothing is kept."""
    limit: int = LIMIT

    def get(self, stage: str, key: str) -> bytes | None:
        """Give what was put under this key, or None."""
        if self.folder is None:
            return None
        path = self._path(self.folder, stage, key)
        try:
            raw = path.read_bytes()
        except OSError:
            return None
        content = raw[_SEAL_SIZE:]
        if raw[:_SEAL_SIZE] != _seal(stage, key, content):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was used: let others go first
        return content

    def put(self, stage: str, key: str, content: bytes) -> None:
        """Keep something under its key. Whoever reads at the same time gets all of it or nothing."""
        if self.folder is None:
            return
        import tempfile  # noqa: PLC0415  (an unchanged paper keeps nothing)

        path = self._path(self.folder, stage, key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            tag = self.folder / _TAG
            if not tag.exists():
                tag.write_text(_SIGNATURE, encoding="ascii")
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_seal(stage, key, content))
                    file.write(content)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise

    def place(self, stage: str) -> Path:
        """Give the folder of a stage that keeps its entries itself: a filter (filters/apa/kept.lua)."""
        if self.folder is None:
            raise ValueError("nothing is kept")
        return self.folder / _FORM / stage

    def trim(self) -> None:
        """Let go of what was not used for longest, until no more than the limit is held."""
        entries = sorted(self._entries(), reverse=True)
        held = 0
        for _, size, path in entries:
            held += size
            if held > self.limit:
                with contextlib.suppress(OSError):
                    path.unlink()

    def size(self) -> int:
        """Give the number of bytes that are kept."""
        return sum(size for _, size, _ in self._entries())

    def clear(self) -> int:
        """Delete all that is kept; give the number of bytes that it was."""
        import shutil  # noqa: PLC0415

        size = self.size()
        if self.folder is not None:
            shutil.rmtree(self.folder / _FORM, ignore_errors=True)
        return size

    @staticmethod
    def _path(folder: Path, stage: str, key: str) -> Path:
        return folder / _FORM / stage / key

    def _entries(self) -> list[tuple[float, int, Path]]:
        """List the files of all entries: (when last used, bytes, path)."""
        found = []
        for path in (self.folder / _FORM).rglob("*") if self.folder else ():
            with contextlib.suppress(OSError):
                told = path.stat()
                if path.is_file():
                    found.append((told.st_mtime, told.st_size, path))
        return found


def _seal(stage: str, key: str, content: bytes) -> bytes:
    """Give the line that an entry begins with: a file that is damaged, or stands under another name, lacks it."""
    return digest(stage, key, content).encode("ascii") + b"\n"


_SEAL_SIZE = len(_seal("", "", b""))
