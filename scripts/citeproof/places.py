"""The text of a file, or of several that stand in each other, and the file, line and column of each character."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field

from citeproof.findings import Place


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that stands in some file: where it begins in the text, and its place in the file."""

    start: int
    place: Place


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file, line ends made LF and a byte-order mark taken off, with its name for messages.

    Files may be included: then the text is theirs, too, and made of pieces (see `included`).
    """

    file: str
    text: str
    pieces: tuple[Piece, ...] = ()
    _starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        object.__setattr__(self, "_starts", starts)

    def place(self, offset: int) -> Place:
        """Turn an offset into the text, in characters, into a place."""
        line = bisect.bisect_right(self._starts, offset)
        column = offset - self._starts[line - 1] + 1
        if not self.pieces:
            return Place(self.file, line, column)
        piece = self.pieces[bisect.bisect_right(self.pieces, offset, key=lambda one: one.start) - 1]
        lines = line - bisect.bisect_right(self._starts, piece.start)
        column = column if lines else piece.place.column + offset - piece.start
        return Place(piece.place.file, piece.place.line + lines, column)

    def place_in_line(self, line: int, column: int) -> Place:
        """Turn a line and a column of the whole text, both from 1 on, into a place."""
        return self.place(min(self._starts[min(line, len(self._starts)) - 1] + column - 1, len(self.text)))

    def offset(self, place: Place) -> int:
        """Turn a place that `place` gave into an offset."""
        if not self.pieces:
            return self._starts[place.line - 1] + place.column - 1
        ends = [*(piece.start for piece in self.pieces[1:]), len(self.text) + 1]
        for piece, end in zip(self.pieces, ends, strict=True):
            lines = place.line - piece.place.line
            if piece.place.file != place.file or lines < 0:
                continue
            line = bisect.bisect_right(self._starts, piece.start) - 1 + lines
            if line >= len(self._starts):
                continue
            found = self._starts[line] + place.column - 1 if lines else piece.start + place.column - piece.place.column
            if piece.start <= found < end:
                return found
        return len(self.text)
