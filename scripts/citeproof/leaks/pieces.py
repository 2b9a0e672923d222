"""What comes out of a file that is unpacked: texts, bytes, and what could not be looked into."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

Sort = Literal["text", "image", "file", "property"]
"""Where an author would mend it: in the paper's words, a picture, a file's name, or what a file says of itself."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text from somewhere in a file."""

    where: str
    """Such as "word/comments.xml" or "page 3"; empty for the text of the file as it stands."""
    sort: Sort
    text: str
    lines: bool = False
    """Whether its lines are lines of the file."""
    listed: bool = False
    """Whether it names the authors of cited works, among whom an author of the paper may be."""
    rest: str | None = None
    """The place whose other pieces say the same more exactly; None for a piece that stands for itself."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes that may be no text at all."""

    where: str
    sort: Sort
    data: bytes
    rest: str | None = None


@dataclass(frozen=True, slots=True)
class Unsearched:
    """A part of a file that could not be looked into."""

    where: str
    why: str


Part = Piece | Raw | Unsearched

BETWEEN = "\n\u00a61\u00a6\n"
"""Stands between texts that have nothing to do with each other; no name goes on behind it."""

_DEEPEST = 6
_MOST_BYTES = 1 << 30
_LONGEST = 1 << 28


@dataclass(slots=True)
class Limits:
    """How much of one file may be unpacked: an archive that holds more than any paper is not followed to its end."""

    left: int = _MOST_BYTES
    """Bytes."""
    longest: int = _LONGEST
    """Bytes of one member."""
    deepest: int = _DEEPEST
    """Archives within archives."""


class TooMuchError(Exception):
    """An archive holds more than is unpacked."""


def inflated(raw: bytes, limits: Limits) -> bytes:
    """Unpack what zlib packed, as far as it is whole; raises TooMuchError, and zlib.error if it is no such thing."""
    unpacker = zlib.decompressobj()
    head = unpacker.decompress(raw, 1)
    return read_all(lambda size: unpacker.decompress(unpacker.unconsumed_tail, size), limits, head)


def read_all(read: Callable[[int], bytes], limits: Limits, head: bytes = b"") -> bytes:
    """Read to the end, no more than the limits allow; raises TooMuchError, with what they are in words.

    `head` has been read before.
    """
    pieces = [head]
    size = len(head)
    while block := read(1 << 20):
        size += len(block)
        if size > min(limits.left, limits.longest):
            limits.left -= size
            raise TooMuchError(f"it unpacks to more than {min(limits.longest, _MOST_BYTES) >> 20} MB")
        pieces.append(block)
    limits.left -= size
    return b"".join(pieces)
