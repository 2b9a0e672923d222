"""Searches texts and bytes for needles: quick where nothing is to be found, exact about the place where something is.

Pure. Texts are searched in windows, so that a long one costs no more memory than a short one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof.leaks.folding import is_unspaced, readings, without_accents
from citeproof.leaks.pieces import Piece, Raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from citeproof.leaks.needles import Needle

_WINDOW = 4_000_000
"""Characters, or bytes, that are searched at once."""
_OVERLAP = 2_000
"""Characters that two windows share: no find is longer."""
_MOST_FINDS = 20
"""Places of one thing in one text that are told apart."""


@dataclass(frozen=True, slots=True)
class Find:
    """A needle found in a piece; line and column, from 1 on, if the piece has lines of the file (else 0)."""

    needle: Needle
    piece: Piece | Raw
    line: int = 0
    column: int = 0


def windows(text: str) -> Iterator[tuple[int, str]]:
    """Cut a long text into windows that overlap, each with the number of the lines before it.

    They begin with a line, unless lines are very long.
    """
    begin = line = 0
    while len(text) - begin > _WINDOW:
        end = begin + _WINDOW
        yield line, text[begin:end]
        following = text.rfind("\n", end - 2 * _OVERLAP, end - _OVERLAP) + 1 or end - _OVERLAP
        line += text.count("\n", begin, following)
        begin = following
    yield line, text[begin:] if begin else text


class Searcher:
    """Searches for a set of needles."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._by_hint: dict[str, list[int]] = defaultdict(list)
        self._needles = list(needles)
        for number, needle in enumerate(self._needles):
            for hint in needle.hints or ("",):
                self._by_hint[hint].append(number)
        self._by_form: dict[bytes, list[int]] = defaultdict(list)
        for number, needle in enumerate(self._needles):
            for form in _encoded(needle.written or needle.hints) if needle.in_binary else ():
                self._by_form[form].append(number)

    def search(self, piece: Piece | Raw) -> Iterator[Find]:
        """Find each needle that is in a piece; each place once, and no more than a few places of each."""
        if isinstance(piece, Raw):
            yield from self._search_bytes(piece)
            return
        seen: set[tuple[str, str, int, int]] = set()
        for line, window in windows(piece.text):
            for needle, its_line, column in self._in_text(window, piece.sort, lines=piece.lines):
                found = (needle.code, needle.what, line + its_line if its_line else 0, column)
                if found not in seen:
                    seen.add(found)
                    yield Find(needle, piece, found[2], column)

    def _in_text(self, text: str, sort: str, *, lines: bool, binary: bool = False) -> Iterator[tuple[Needle, int, int]]:
        for number, reading in enumerate(readings(text)):
            cased = without_accents(reading(text))
            folded = cased.casefold()
            numbers = {number for hint, numbers in self._by_hint.items() if hint in folded for number in numbers}
            for index in sorted(numbers):
                needle = self._needles[index]
                if (binary and not needle.in_binary) or (needle.sorts is not None and sort not in needle.sorts):
                    continue
                subject = cased if needle.cased else folded
                for count, found in enumerate(_finds(needle, subject, folded)):
                    if needle.judge and len(cased) == len(subject) and not needle.judge(cased, *found.span()):
                        continue
                    if not lines:
                        yield needle, 0, 0
                        break
                    yield needle, *place_of(text, subject, found.start(), reading, exact=number == 0)
                    if count >= _MOST_FINDS:
                        break

    def _search_bytes(self, piece: Raw) -> Iterator[Find]:
        """Look for what gives needles away as bytes, and read what stands around it as text in each encoding."""
        seen: set[tuple[str, str]] = set()
        for begin in range(0, max(len(piece.data), 1), _WINDOW - _OVERLAP):
            raw = piece.data[begin : begin + _WINDOW].lower()
            for form, numbers in self._by_form.items():
                wanted = [self._needles[number] for number in numbers]
                if all((one.code, one.what) in seen for one in wanted):
                    continue
                spaced = not any(is_unspaced(one.hints[0]) for one in wanted if one.hints)
                for near in _around(raw, piece.data, begin, form):
                    text = _OTHER_SCRIPTS.sub(" ", near) if spaced else near
                    for needle, _, _ in self._in_text(text, piece.sort, lines=False, binary=True):
                        if (needle.code, needle.what) not in seen:
                            seen.add((needle.code, needle.what))
                            yield Find(needle, piece)


def _finds(needle: Needle, subject: str, folded: str) -> Iterator[re.Match[str]]:
    """Find a pattern near the letters that must be there; all else need not be looked at."""
    if not needle.hints or len(subject) != len(folded):
        yield from needle.pattern.finditer(subject)
        return
    reach = _REACH + len(needle.pattern.pattern)
    at = 0
    for first, last in _near(folded, needle.hints, reach):
        for found in needle.pattern.finditer(subject, max(first, at), last):
            at = found.end()
            yield found


_REACH = 300
"""Characters around a hint in which the pattern is tried, besides those of the pattern."""


def _near(text: str, hints: Iterable[str], reach: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of a text around any of some words, in order, those that meet as one."""
    spots: list[int] = []
    for hint in hints:
        at = text.find(hint)
        while at >= 0:
            spots.append(at)
            at = text.find(hint, at + reach)
    first = last = -1
    for spot in sorted(spots):
        if spot - reach > last:
            if last >= 0:
                yield first, last
            first = max(spot - reach, 0)
        last = spot + 2 * reach
    if last >= 0:
        yield first, last


_OTHER_SCRIPTS = re.compile("[\u0900-\u1dff\u2c00-\ufaff\U00010000-\U0010ffff]")
"""Letters that bytes which are no text come out as, beside a name in Latin letters."""
_ROUND = 300
"""Bytes around a word that are read as text."""
_MOST_ROUNDS = 200
"""Places in a window where that is done for one word."""


def _around(raw: bytes, original: bytes, begin: int, form: bytes) -> Iterator[str]:
    at, count = raw.find(form), 0
    while at >= 0 and count < _MOST_ROUNDS:
        start = max(begin + at - _ROUND, 0)
        near = original[start : begin + at + len(form) + _ROUND]
        for encoding in ("utf-8", "latin-1"):
            yield near.decode(encoding, "ignore")
        if b"\0" in near:
            for shift in (0, 1):
                yield near[shift:].decode("utf-16-le", "ignore")
                yield near[shift:].decode("utf-16-be", "ignore")
        at, count = raw.find(form, at + 1), count + 1


def _encoded(words: Iterable[str]) -> set[bytes]:
    """Give the bytes of words in each encoding, plain letters small."""
    forms = set[bytes]()
    for word in words:
        forms.add(word.encode())
        forms.add(word.encode("latin-1", "ignore") if len(word.encode("latin-1", "ignore")) == len(word) else b"")
        forms |= {word.encode("utf-16-le").removesuffix(b"\0"), word.encode("utf-16-be").removeprefix(b"\0")}
    return {form.lower() for form in forms if len(form) > 1}


def place_of(text: str, subject: str, offset: int, reading: Callable[[str], str], *, exact: bool) -> tuple[int, int]:
    """Give line and column in a text of a find in one of its readings."""
    line = subject.count("\n", 0, offset) + 1
    within = offset - (subject.rfind("\n", 0, offset) + 1)
    if exact and text.isascii():
        return line, within + 1
    lines = text.split("\n", line)
    if len(lines) < line:
        return line, 1
    typed = lines[line - 1][:_LONGEST_LINE]
    low, high = 0, len(typed)
    while low < high:  # the shortest beginning of the line that holds the first letter of the find
        middle = (low + high) // 2
        if len(without_accents(reading(typed[:middle])).casefold()) > within:
            high = middle
        else:
            low = middle + 1
    return line, max(low, 1)


_LONGEST_LINE = 20_000
