"""Places and offsets in a file, and the lines of formats that put a tag before each value (RIS, refer, PubMed)."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from citeproof.bibliography.model import Field
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end: number from 1, offset in the file, text; if it has a tag, that and its value's offset."""

    number: int
    start: int
    text: str
    tag: str = ""
    value_start: int = -1


@dataclass(slots=True)
class Places:
    """The places of offsets in a text."""

    file: str
    text: str
    numbers: Sequence[int] | None = None
    """For each line of the text, that of the file, where the text is an excerpt of it; None for the whole file."""
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, offset: int) -> Place:
        """Give the line and column, from 1, of an offset; a byte order mark does not count."""
        line = bisect.bisect_right(self.starts, offset)
        column = offset - self.starts[line - 1] + 1
        if self.numbers:
            return Place(self.file, self.numbers[line - 1], column)
        return Place(self.file, line, column - (line == 1 and column > 1 and self.text.startswith("\ufeff")))


def numbered(text: str) -> Iterator[Line]:
    """Give the lines of a text, whatever ends them."""
    for number, found in enumerate(_LINE.finditer(text), 1):
        if found[0]:
            yield Line(number, found.start(), found[1])


def column_of(line: Line) -> int:
    """Give the column at which the text of a line begins; a byte order mark does not count."""
    bare = line.text.removeprefix("\ufeff")
    return len(bare) - len(bare.lstrip()) + 1


def fields(file: str, lines: Sequence[Line]) -> dict[str, Field]:
    """Give the fields of a record; those of a tag that stands again are called AU/2, AU/3 and so on.

    A line without a tag goes on with the value before; the lines of a value are divided by a line feed.
    """
    made: dict[str, Field] = {}
    counts: dict[str, int] = {}
    index = 0
    while index < len(lines):
        line = lines[index]
        more = index + 1
        while more < len(lines) and not lines[more].tag:
            more += 1
        while more > index + 1 and not lines[more - 1].text.strip():
            more -= 1
        last = lines[more - 1]
        end = last.start + len(last.text.rstrip())
        start = min(line.value_start, line.start + len(line.text.rstrip()) if more == index + 1 else line.value_start)
        pieces = [line.text[line.value_start - line.start :], *(one.text for one in lines[index + 1 : more])]
        value = "\n".join(piece.strip() for piece in pieces).strip()
        counts[line.tag] = counts.get(line.tag, 0) + 1
        name = line.tag if counts[line.tag] == 1 else f"{line.tag}/{counts[line.tag]}"
        column = line.value_start - line.start + 1 - line.text.startswith("\ufeff")
        made[name] = Field(name, value, Place(file, line.number, column), start, max(start, end))
        index = more
        while index < len(lines) and not lines[index].tag:
            index += 1
    return made
