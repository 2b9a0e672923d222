"""Takes out of a large BibTeX file the entries that a paper needs, each in its own lines, without reading the others.

A library of 40,000 works is read for the hundred that are cited: one search finds the heads of all entries, and only
what lies between two heads is handed on, with what it inherits and names, and with the strings. In any doubt whether
an entry can be told from its neighbours there is no excerpt, and the file must be read whole. Judges nothing.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mmap
    from collections.abc import Iterable, Iterator

_HEAD = re.compile(rb"@[ \t]*([A-Za-z][\w-]*)\s*[{(](?=\s*([^\s,{}()=]*))")
"""How an entry begins: its type and its key."""

_NAMED = re.compile(rb"""\b(?:crossref|xdata|related|xref|entryset)\s*=\s*[{"]([^{}"]*)[}"]""", re.IGNORECASE)
"""Fields that name other entries (biblatex 3.20, 2.2.3)."""

_ALIASES = re.compile(rb"""(?:ids|IDS|Ids)\s*=\s*[{"]([^{}"]*)[}"]""")
"""Further keys of an entry (biblatex 3.20, 2.2.3)."""

_BRACES = re.compile(rb"\\.|[{}]", re.DOTALL)


class DoubtError(Exception):
    """An entry that is wanted cannot be told from its neighbours: the file must be read whole."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a file, as a text whose lines know their numbers in the file."""

    raw: bytes
    numbers: tuple[int, ...]
    """For each line of it, the line of the file, from 1."""


@dataclass(slots=True)
class Library:
    """The heads of the entries of a BibTeX file, in order, and those of its strings and comments."""

    raw: bytes | mmap.mmap
    starts: list[int] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    """The key behind each head; empty for strings and their like."""
    strings: list[int] = field(default_factory=list)
    of_key: dict[bytes, list[int]] = field(default_factory=dict)
    """Key → the places of its heads among all."""
    inner: dict[bytes, list[int]] = field(default_factory=dict)
    """Key → the entries in which something stands that looks like its head: a further entry, or words."""
    of_alias: dict[bytes, list[int]] | None = None
    """The same for further keys; looked for when a key is not that of an entry."""

    def __post_init__(self) -> None:
        """Find the heads. One in the middle of a line belongs to the entry before, as does what is commented out."""
        for found in _HEAD.finditer(self.raw):
            before = self.raw[self.raw.rfind(b"\n", 0, found.start()) + 1 : found.start()].removeprefix(b"\xef\xbb\xbf")
            kind, key, number = found[1].lower(), found[2], len(self.starts)
            if before.strip():
                if number and b"%" not in before:
                    self.inner.setdefault(key, []).append(number - 1)
                continue
            is_entry = kind not in {b"string", b"preamble", b"comment"}
            self.starts.append(found.start())
            self.keys.append(key if is_entry else b"")
            if is_entry:
                self.of_key.setdefault(key, []).append(number)
            elif kind == b"string":
                self.strings.append(number)

    def excerpt(self, wanted: Iterable[str], words: Iterable[str] = ()) -> Excerpt:
        """Give the entries under these keys, those in which one of the words stands, and what all of them need.

        A key that stands for nothing gives nothing. Raises DoubtError.
        """
        chosen = set(self.strings)
        waiting = [number for key in wanted for number in self._found(key.encode("utf-8", "replace"))]
        waiting += [number for word in words for number in self._holding(word.encode())]
        while waiting:
            number = waiting.pop()
            if number in chosen:
                continue
            chosen.add(number)
            piece = self._piece(number)
            for key in _listed(_NAMED, piece):
                if key not in self.of_key:
                    raise DoubtError
                waiting += self._found(key)
            for key in _listed(_ALIASES, piece):  # another entry may have it as its own
                waiting += self._found(key)
        for number in sorted(chosen):
            if not all(_is_balanced(self._piece(one)) for one in {max(number - 1, 0), number}):
                raise DoubtError
        return self._excerpt(sorted(chosen))

    def entries(self) -> Iterator[tuple[str, int, int]]:
        """List the keys of all entries, each with line and column of its head."""
        line, counted = 1, 0
        for start, key in zip(self.starts, self.keys, strict=True):
            line += self.raw[counted:start].count(b"\n")
            counted = start
            if key:
                yield key.decode("utf-8", "replace"), line, self._column(start)

    def _found(self, key: bytes) -> list[int]:
        """Find the entries of a key, or else those that have it as a further one."""
        if key in self.of_key:
            return [*self.of_key[key], *self.inner.get(key, ())]
        if self.of_alias is None:
            self.of_alias = {}
            for found in _ALIASES.finditer(self.raw) if self.starts else ():
                number = max(bisect.bisect_right(self.starts, found.start()) - 1, 0)
                for alias in found[1].split(b","):
                    self.of_alias.setdefault(alias.strip(), []).append(number)
        return [*self.of_alias.get(key, ()), *self.inner.get(key, ())]

    def _holding(self, word: bytes) -> Iterator[int]:
        at = self.raw.find(word)
        while at >= 0:
            number = bisect.bisect_right(self.starts, at) - 1
            if number >= 0:
                yield number
            at = self.raw.find(word, self._end(number))

    def _end(self, number: int) -> int:
        return self.starts[number + 1] if number + 1 < len(self.starts) else len(self.raw)

    def _piece(self, number: int) -> bytes:
        return self.raw[self.starts[number] : self._end(number)]

    def _column(self, start: int) -> int:
        line = self.raw.rfind(b"\n", 0, start) + 1
        return start - line + 1 - (3 if line == 0 and self.raw[:3] == b"\xef\xbb\xbf" else 0)

    def _excerpt(self, chosen: list[int]) -> Excerpt:
        pieces: list[bytes] = []
        numbers: list[int] = []
        line, counted = 1, 0
        for number in chosen:
            start = self.starts[number]
            line += self.raw[counted:start].count(b"\n")
            counted = start
            piece = b" " * (self._column(start) - 1) + self._piece(number).rstrip() + b"\n"
            pieces.append(piece)
            numbers += range(line, line + piece.count(b"\n"))
        return Excerpt(b"".join(pieces), (*numbers, line))


def _listed(fields: re.Pattern[bytes], piece: bytes) -> Iterator[bytes]:
    """Give the keys that stand in such fields, with commas between them."""
    for found in fields.finditer(piece):
        yield from filter(None, (word.strip() for word in found[1].split(b",")))


def _is_balanced(piece: bytes) -> bool:
    depth = 0
    for mark in _BRACES.findall(piece):
        depth += (mark == b"{") - (mark == b"}")
        if depth < 0:
            return False
    return depth == 0
