"""Takes archives apart: zip and what is made of it (DOCX, XLSX, PPTX, ODT, EPUB), tar, gzip, bzip2, xz.

An archive that unpacks to more than any paper needs is not followed to its end, and that is told.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from citeproof.leaks.markup import joined
from citeproof.leaks.pieces import Piece, Raw, TooMuchError, Unsearched, read_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from citeproof.leaks.pieces import Limits, Part, Sort

    Unpack = Callable[[str, str, Sort, bytes, Limits], Iterator[Part]]

_MOST_MEMBERS = 20_000
_IN_UTF8 = 0x800
"""The flag of a zip's member whose name is in UTF-8 (APPNOTE 4.4.4, bit 11)."""
_PROPERTIES = re.compile(
    r"docProps/|(?:word|xl|ppt)/(?:settings|comments|people|persons|commentAuthors)|customXml/|(?:.*/)?_rels/|meta\.xml|settings\.xml"
)


def is_office(names: list[str]) -> bool:
    """Tell a document of an office program (OPC or OpenDocument) from an archive of files."""
    return "[Content_Types].xml" in names or "mimetype" in names


def members(where: str, archive: zipfile.ZipFile, limits: Limits) -> Iterator[tuple[str, bytes] | Unsearched]:
    """Give the files of a zip with their bytes; what cannot be read is told."""
    infos = archive.infolist()
    if len(infos) > _MOST_MEMBERS:
        yield Unsearched(where, f"it holds more than {_MOST_MEMBERS:,} files")
        infos = infos[:_MOST_MEMBERS]
    for info in infos:
        if info.is_dir():
            continue
        if info.flag_bits & 1:
            yield Unsearched(joined(where, info.filename), "a password protects it")
            continue
        try:
            with archive.open(info) as file:
                yield info.filename, read_all(file.read, limits)
        except TooMuchError as fault:
            yield Unsearched(joined(where, info.filename), str(fault))
            if limits.left < 0:
                return
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, NotImplementedError) as fault:
            yield Unsearched(joined(where, info.filename), f"it is damaged ({fault})")


def _otherwise(name: str) -> str:
    """Give a name without that flag in UTF-8, as many programs write it all the same."""
    try:
        return name.encode("cp437").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return ""


def remarks(where: str, archive: zipfile.ZipFile, sort: Sort) -> Iterator[Part]:
    """Give what a zip says besides its files: their names, comments and extra fields (APPNOTE 4.3.12, 4.4)."""
    yield Piece(joined(where, "the archive's comment"), "property", archive.comment.decode("utf-8", "replace"))
    for info in archive.infolist()[:_MOST_MEMBERS]:
        name = info.filename
        its_sort: Sort = "image" if "media/" in name else sort
        others = "" if info.flag_bits & _IN_UTF8 else f"\n{_otherwise(name)}"
        yield Piece(joined(where, f"the name of its part {name}"), its_sort, name + others)
        if info.comment:
            text = info.comment.decode("utf-8", "replace")
            yield Piece(joined(where, f"the comment on its part {name}"), "property", text)
        if info.extra:
            yield Raw(joined(where, f"an extra field of its part {name}"), "property", info.extra)


def unpack_zip(where: str, raw: bytes, limits: Limits, inner: Unpack) -> Iterator[Part]:
    """Give what is in a zip; `inner` unpacks a file within it."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, struct.error, ValueError) as fault:
        yield Unsearched(where, f"the archive is damaged ({fault})")
        yield Raw(where, "property", raw)
        return
    with archive:
        office = is_office(archive.namelist())
        yield from remarks(where, archive, "property" if office else "file")
        for member in members(where, archive, limits):
            if isinstance(member, Unsearched):
                yield member
                continue
            name, held = member
            sort: Sort = "property" if not office or _PROPERTIES.match(name) else "text"
            yield from inner(joined(where, name), name, sort, held, limits)
        yield Raw(where, "property", _between(raw, archive), rest=where)


def _between(raw: bytes, archive: zipfile.ZipFile) -> bytes:
    """Give the bytes of a zip that are no file's: heads, and what may be hidden between files."""
    kept, at = [], 0
    for info in sorted(archive.infolist(), key=lambda one: one.header_offset):
        head = raw[info.header_offset : info.header_offset + 30]
        lengths = struct.unpack("<HH", head[26:30]) if len(head) == 30 else (0, 0)  # noqa: PLR2004
        first = info.header_offset + 30 + sum(lengths)
        if first >= at:
            kept.append(raw[at:first])
            at = first + info.compress_size
    return b"".join([*kept, raw[at:]])


def unpack_tar(where: str, raw: bytes, limits: Limits, inner: Unpack) -> Iterator[Part]:
    """Give what is in a tar, with the owners of its files (POSIX.1-1988 ustar)."""
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as archive:
            for number, info in enumerate(archive):
                if number >= _MOST_MEMBERS:
                    yield Unsearched(where, f"it holds more than {_MOST_MEMBERS:,} files")
                    return
                yield Piece(joined(where, f"the name of its part {info.name}"), "file", f"{info.name}\n{info.linkname}")
                for owner in (info.uname, info.gname):
                    yield Piece(
                        joined(where, f"the owner of its part {info.name}"), "property", f"/home/{owner}\n{owner}"
                    )
                for key, value in info.pax_headers.items():
                    yield Piece(joined(where, f"the header {key} of its part {info.name}"), "property", str(value))
                file = archive.extractfile(info) if info.isfile() else None
                if file:
                    held = read_all(file.read, limits)
                    yield from inner(joined(where, info.name), info.name, "property", held, limits)
    except TooMuchError as fault:
        yield Unsearched(where, str(fault))
    except (tarfile.TarError, OSError, EOFError, ValueError) as fault:
        yield Unsearched(where, f"the archive is damaged ({fault})")
        yield Raw(where, "property", raw)


def is_packed(raw: bytes) -> bool:
    """Tell whether a file is one that gzip, bzip2 or xz packed."""
    return raw.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"))


def unpack_packed(where: str, name: str, sort: Sort, raw: bytes, limits: Limits, inner: Unpack) -> Iterator[Part]:
    """Give what is in a file that gzip, bzip2 or xz packed; gzip keeps the name that it had (RFC 1952, 2.3.1)."""
    if raw.startswith(b"\x1f\x8b") and len(raw) > 10:  # noqa: PLR2004
        yield Raw(joined(where, "the head of the packed file"), "property", raw[:1000])
    try:
        held = _inflated(raw, limits)
    except TooMuchError as fault:
        yield Unsearched(where, str(fault))
        return
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as fault:
        yield Unsearched(where, f"it is damaged ({fault})")
        yield Raw(where, sort, raw)
        return
    bare = re.sub(r"\.(?:t?gz|bz2|xz)$", "", name)
    yield from inner(where, bare, sort, held, limits)


def _inflated(raw: bytes, limits: Limits) -> bytes:
    if raw.startswith(b"\x1f\x8b"):
        import gzip  # noqa: PLC0415

        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as file:
            return read_all(file.read, limits)
    if raw.startswith(b"BZh"):
        with bz2.BZ2File(io.BytesIO(raw)) as file:
            return read_all(file.read, limits)
    with lzma.LZMAFile(io.BytesIO(raw)) as packed:
        return read_all(packed.read, limits)
