"""Puts the files that a paper includes into its text: `{{< include FILE >}}`, alone in a line, as Quarto has it.

Places in what comes of it are those in the files. An include that cannot be followed stays as it is, and is told.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof import source
from citeproof.findings import Place, error
from citeproof.patterns import late
from citeproof.places import Piece, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from citeproof.findings import Finding

_INCLUDE = late(
    r"^(?P<code>\{\{<[ \t]*include[ \t]+(?:\"(?P<quoted>[^\"\n]+)\"|(?P<plain>[^\s\"]+))[ \t]*>\}\})[ \t]*$",
    re.MULTILINE,
)
"""Within an item of a list, where it is indented, the text that came in its place would end the list."""
_DEEPEST = 20
"""Files that one may be in, each included by the one before."""


def may_include(text: str) -> bool:
    """Tell whether a text may include a file."""
    return "{{<" in text


@dataclass(frozen=True, slots=True)
class Whole:
    """A text with all that it includes, the files that were read for it, and what is wrong with the rest."""

    text: Source
    files: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: frozenset[Place] = frozenset()
    """Where the includes stand that could not be followed."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """Where included files are looked for: beside the paper, then beside the file that includes them."""

    path: Path
    shown: Callable[[Path], str]

    def find(self, name: str, within: Path) -> Path:
        """Give the path of a file; one with a slash before it is looked for from the paper's folder on, too."""
        relative = name.lstrip("/")
        places = [Path(name)] if Path(name).is_absolute() else []
        places += [self.path / relative, within.parent / relative]
        return next((path for path in places if path.is_file()), self.path / relative)


def whole(text: Source, paper: Path, shown: Callable[[Path], str]) -> Whole:
    """Put in what a paper includes, and what that includes.

    Paths are seen from the paper's folder, as Quarto sees them, else from the file that names them. `shown` gives a
    path as messages have it. L004: an include that cannot be followed, or whose file has front matter of its own.
    """
    if not may_include(text.text):
        return Whole(text)
    pieces: list[tuple[str, Place]] = []
    files: list[Path] = []
    findings: list[Finding] = []
    refused: set[Place] = set()
    _put(text, (paper,), _Folder(paper.parent, shown), pieces, files, findings, refused)
    if not files:
        return Whole(text, (), tuple(findings), frozenset(refused))
    parts, start = [], 0
    for piece, place in pieces:
        parts.append(Piece(start, place))
        start += len(piece)
    joined = Source(text.file, "".join(piece for piece, _ in pieces), tuple(parts))
    return Whole(joined, tuple(dict.fromkeys(files)), tuple(findings), frozenset(refused))


def _put(
    text: Source,
    within: tuple[Path, ...],
    folder: _Folder,
    pieces: list[tuple[str, Place]],
    files: list[Path],
    findings: list[Finding],
    refused: set[Place],
) -> None:
    """Add the pieces of a text, in order; `within` are the files that it stands in, itself the last of them."""
    outside = source.outside_code(text)
    end = 0
    for found in _INCLUDE.finditer(outside):
        name = found["quoted"] or found["plain"]
        place = text.place(found.start("code"))
        path = folder.find(name, within[-1])
        inner, wrong = _opened(path, name, place, within, folder)
        findings += wrong
        if inner is None:
            refused.add(place)
            continue
        files.append(path)
        pieces.append((text.text[end : found.start()], text.place(end)))
        _put(inner, (*within, path), folder, pieces, files, findings, refused)
        end = found.end()
    pieces.append((text.text[end:], text.place(end)))


def _opened(
    path: Path, name: str, place: Place, within: tuple[Path, ...], folder: _Folder
) -> tuple[Source | None, list[Finding]]:
    """Read a file that is included at a place; None if it cannot be put in, and why."""

    def refused(what: str, remedy: str, at: Place = place) -> tuple[None, list[Finding]]:
        return None, [error("L004", at, what, remedy)]

    if os.path.realpath(path) in {os.path.realpath(one) for one in within}:
        return refused(f"{name} includes itself", "take this line out, or the one that leads here")
    if len(within) > _DEEPEST:
        return refused(f"{name} would be in {len(within)} files at once", "include it from one nearer to the paper")
    try:
        raw = path.read_bytes()
    except OSError as fault:
        there = isinstance(fault, FileNotFoundError)
        what = "is not there" if there else f"cannot be read: {fault.strerror}"
        return refused(f"the included {name} {what}", f"it is looked for beside the paper, as {folder.shown(path)}")
    text, wrong = source.decode(folder.shown(path), raw)
    wrong = [one for one in wrong if one.code != "S002"]  # an empty file is nothing, and no harm
    if any(one.code in {"S003", "S004"} for one in wrong):
        return None, wrong
    if source.FRONT_MATTER.match(text.text):
        return refused(
            f"{name}, which {place} includes, has front matter of its own",
            "take it out: only the paper's own counts",
            Place(text.file, 1, 1),
        )
    return text, wrong
