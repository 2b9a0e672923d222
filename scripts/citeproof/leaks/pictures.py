"""Takes out of a picture what its file says of itself: EXIF, IPTC, XMP, and the texts of PNG, GIF, TIFF and WebP.

Never decodes its pixels.
"""

from __future__ import annotations

import contextlib
import io
import struct
import warnings
import zlib
from typing import TYPE_CHECKING, Any

from citeproof.leaks.pieces import Piece, Raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citeproof.leaks.pieces import Part, Sort

_IFDS = {0x8769: "EXIF", 0x8825: "GPS", 0xA005: "EXIF"}
"""Directories that stand apart (CIPA DC-008, 4.6.3)."""
_IPTC = {
    5: "title",
    25: "keywords",
    80: "by-line",
    85: "by-line title",
    90: "city",
    105: "headline",
    110: "credit",
    115: "source",
    116: "copyright",
    118: "contact",
    120: "caption",
    122: "writer",
}
"""Fields of IPTC's record 2 (IIM 4.2, chapter 6)."""
_XMP_TAG, _IPTC_TAG = 0x02BC, 0x83BB
"""Where a TIFF holds XMP and IPTC."""
_PNG = b"\x89PNG\r\n\x1a\n"
_LONGEST_TEXT = 1 << 24


def is_picture(raw: bytes) -> bool:
    """Tell by its first bytes whether a file is a picture made of pixels."""
    return raw.startswith((_PNG, b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")) or (
        raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"
    )


def unpack(where: str, raw: bytes) -> Iterator[Part]:
    """Give what a picture says of itself, and its bytes as they are."""
    if raw.startswith(_PNG):
        yield from _png(where, raw)
    else:
        yield from _by_pillow(where, raw)
    yield Raw(where, "image", raw, rest=where)


def _png(where: str, raw: bytes) -> Iterator[Part]:
    """Give the texts of a PNG (PNG 3, 11.3.3), which may stand before its pixels or behind."""
    at = len(_PNG)
    while at + 8 <= len(raw):
        size, kind = struct.unpack(">I4s", raw[at : at + 8])
        held = raw[at + 8 : at + 8 + size]
        at += size + 12
        keyword, _, rest = held.partition(b"\0")
        name = f"{where}, PNG {keyword.decode('latin-1')[:80]}".removeprefix(", ")
        if kind == b"tEXt":
            yield Piece(name, "image", f"{keyword.decode('latin-1')}\n{rest.decode('latin-1')}")
        elif kind == b"zTXt":
            yield Piece(name, "image", f"{keyword.decode('latin-1')}\n{_inflated(rest[1:]).decode('latin-1')}")
        elif kind == b"iTXt" and len(rest) > 1:
            packed, rest = rest[0], rest[2:].split(b"\0", 2)[-1]
            text = _inflated(rest) if packed else rest
            yield from _told(name, f"{keyword.decode('latin-1')}\n", text)
        elif kind == b"eXIf":
            yield from _exif(where, held)


def _inflated(raw: bytes) -> bytes:
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj().decompress(raw, _LONGEST_TEXT)
    return b""


def _exif(where: str, raw: bytes) -> Iterator[Part]:
    from PIL import Image  # noqa: PLC0415

    exif = Image.Exif()
    with contextlib.suppress(Exception):  # damaged: the bytes are searched all the same
        exif.load(raw if raw.startswith(b"Exif\0\0") else b"Exif\0\0" + raw)
        yield from _tags(where, exif)


def _by_pillow(where: str, raw: bytes) -> Iterator[Part]:
    from PIL import Image, IptcImagePlugin  # noqa: PLC0415

    # Damaged, or no picture: the bytes are searched all the same.
    with warnings.catch_warnings(action="ignore"), contextlib.suppress(Exception), Image.open(io.BytesIO(raw)) as image:
        yield from _tags(where, image.getexif())
        for key, value in (IptcImagePlugin.getiptcinfo(image) or {}).items():
            name = _IPTC.get(int(key[1]), f"{key[0]}:{key[1]}")
            for one in value if isinstance(value, list) else [value]:
                yield from _told(_joined(where, f"IPTC {name}"), "", one)
        for field, value in image.info.items():
            if field in {"exif", "icc_profile", "photoshop"}:
                continue
            name = "the metadata (XMP)" if str(field).lower() in {"xmp", "xml:com.adobe.xmp"} else f"the {field}"
            if isinstance(value, (str, bytes)):
                yield from _told(_joined(where, name), "", value)


def _joined(where: str, what: str) -> str:
    return f"{where}, {what}" if where else what


def _tags(where: str, exif: Any) -> Iterator[Part]:
    """Give the tags of EXIF and TIFF, each by its name."""
    from PIL.ExifTags import TAGS  # noqa: PLC0415

    directories: list[tuple[str, Mapping[int, Any]]] = [("EXIF", exif)]
    for number, name in _IFDS.items():
        with contextlib.suppress(Exception):
            directories.append((name, exif.get_ifd(number)))
    for name, directory in directories:
        for tag, value in directory.items():
            if tag == _XMP_TAG:
                place = _joined(where, "the metadata (XMP)")
            else:
                place = _joined(where, f"{name} {TAGS.get(tag, tag)}")
            if isinstance(value, (str, bytes)):
                yield from _told(place, "", value, wide=str(TAGS.get(tag, "")).startswith("XP"))
            elif isinstance(value, tuple) and tag == _IPTC_TAG:
                with contextlib.suppress(struct.error):
                    yield Raw(_joined(where, "IPTC"), "image", struct.pack(f"<{len(value)}I", *value))
            elif isinstance(value, tuple) and value and all(isinstance(one, int) and 0 <= one < 256 for one in value):  # noqa: PLR2004
                yield from _told(place, "", bytes(value), wide=True)


def _told(where: str, before: str, value: str | bytes, *, wide: bool = False, sort: Sort = "image") -> Iterator[Part]:
    """Give a value as text, in the encodings that it may be in."""
    if isinstance(value, str):
        with contextlib.suppress(UnicodeError):  # Pillow reads as Latin-1 what many programs write as UTF-8
            value = value.encode("latin-1").decode()
        yield Piece(where, sort, before + value)
    elif wide:  # Microsoft's tags XPTitle, XPAuthor and so on hold UTF-16
        yield Piece(where, sort, value.decode("utf-16-le", "ignore"))
    elif value.lstrip()[:1] == b"<":
        yield from _xmp(where, value)
    else:
        value = value.removeprefix(b"UNICODE\0").removeprefix(b"ASCII\0\0\0")
        yield Piece(where, sort, before + value[:_LONGEST_TEXT].decode("utf-8", "replace"))
        yield Raw(where, sort, value)


def _xmp(where: str, raw: bytes) -> Iterator[Part]:
    from citeproof.leaks import markup  # noqa: PLC0415

    yield from markup.xml(where, "image", raw.strip(b"\0 \r\n"))
