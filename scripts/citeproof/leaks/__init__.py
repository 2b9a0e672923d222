"""Searches every byte of a masked copy, or of a whole package, for who wrote it.

A copy for masked review names its authors nowhere: not in the text, not in a file's properties, not in the links, not
in the pictures or in what picture files say of themselves. Reads the files unpacked; changes nothing.
"""

from __future__ import annotations

import itertools
import zipfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof.findings import Place, error, warning
from citeproof.leaks import archives, phrases, told
from citeproof.leaks.drawings import words
from citeproof.leaks.identity import Identity, Name, together
from citeproof.leaks.needles import MAYBE, needles
from citeproof.leaks.pieces import Limits, Piece, Raw, Unsearched
from citeproof.leaks.search import Find, Searcher
from citeproof.leaks.unpacked import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from citeproof.findings import Finding
    from citeproof.leaks.pieces import Part

__all__ = ["Identity", "Name", "drawings", "leaks", "masked_citations", "own_works", "scan", "together", "who_wrote"]

own_works = phrases.own_works
who_wrote = told.who_wrote
masked_citations = told.masked_citations

_REMEDIES = {
    "text": "reword it, or put it into a span that a masked copy leaves out: [...]{.masked}\n"
    "if it stands in a citation of your own work, add its key to `masked-citations`",
    "image": "take it out of the picture and of what the picture file says of itself, and save it anew",
    "file": "give the paper a file name that names nobody",
    "property": "take it out of what the file says of itself; if citeproof made the file, and it does not come from\n"
    "the front matter, please report it",
}
_GIVEN_FILE = "take it out of the file, or leave the file out of the package"
_NAMED_PLACES = 3
"""Places that a message names."""


def leaks(artefacts: Mapping[str, Path], who: Identity) -> list[Finding]:
    """Name what in the artefacts (format → file) tells who wrote the paper.

    M001: a name, an address, an iD or an institution. M002: what may be an author's or somebody else's, such as a
    family name with initials. M003: the number of a grant. M004: an address or an account that leads to an author.
    M005: a sentence of the acknowledgments. M007: a part of a file that could not be searched. Each is told once for
    each file, with the places where it stands.
    """
    searcher = Searcher(needles(who))
    found = [one for path in artefacts.values() for one in _search(path.name, path.read_bytes(), searcher)]
    return [replace(one, place=Place(one.place.file)) for one in found]  # nobody edits a line of a finished file


def scan(package: Mapping[str, Path] | Path, who: Identity) -> list[Finding]:
    """Name what in a package tells who wrote the paper: in its files, in their names, and in those of its folders.

    `package` is a folder, a zip, or its files by their paths in it. The findings are those of `leaks`, and M006: a text
    that speaks of a work of the authors' as theirs. A place in a text has line and column. Raises OSError if a file
    cannot be read.
    """
    searcher = Searcher(needles(who))
    speaks = phrases.Speaker(who)
    findings: list[Finding] = []
    for name, raw in _files(package, searcher, findings):
        findings += _search(name, raw, searcher, speaks)
    return findings


def drawings(figures: Iterable[Path], who: Identity) -> list[Finding]:
    """Name what the words in drawings tell: where a masked copy shows them, they may be shapes or pixels.

    The findings are those of `leaks`, each at the author's own file. Raises OSError if a file cannot be read.
    """
    searcher = Searcher(needles(who))
    return [
        finding
        for path in dict.fromkeys(figures)
        if (text := words(path))
        for finding in _judged(path.name, [Piece("the words in the drawing", "image", text)], searcher)
    ]


def _files(
    package: Mapping[str, Path] | Path, searcher: Searcher, findings: list[Finding]
) -> Iterator[tuple[str, bytes]]:
    """Give the files of a package with their names in it; what a zip says besides becomes findings."""
    if not isinstance(package, Path):
        for name, path in package.items():
            yield name, path.read_bytes()
        return
    if package.is_dir():
        for path in sorted(package.rglob("*")):
            name = path.relative_to(package).as_posix()
            if path.is_symlink():
                yield name, str(path.readlink()).encode()
            elif path.is_file():
                yield name, path.read_bytes()
        return
    limits = Limits()
    with zipfile.ZipFile(package) as archive:
        remarks = [
            part
            for part in archives.remarks("", archive, "file")
            if (isinstance(part, Piece) and "name of its part" not in part.where) or isinstance(part, Raw)
        ]
        findings += _judged(package.name, [Piece("its name", "file", package.name), *remarks], searcher)
        for member in archives.members("", archive, limits):
            if isinstance(member, Unsearched):
                findings.append(_unsearched(Place(package.name), member))
            else:
                yield member


def _search(file: str, raw: bytes, searcher: Searcher, speaks: phrases.Speaker | None = None) -> Iterator[Finding]:
    yield from _judged(file, itertools.chain([Piece("its name", "file", file)], _parts(file, raw)), searcher, speaks)


def _parts(file: str, raw: bytes) -> Iterator[Part]:
    """Unpack a file; one that is damaged in a way that nobody foresaw is searched as it is."""
    try:
        yield from unpack("", file, "text", raw, Limits())
    except Exception as fault:  # noqa: BLE001  (any way in which a file does not open is the finding)
        yield Unsearched("", f"it is damaged ({type(fault).__name__})")
        yield Raw("", "property", raw)


def _judged(
    file: str, parts: Iterable[Part], searcher: Searcher, speaks: phrases.Speaker | None = None
) -> Iterator[Finding]:
    """Search the parts of a file, and say of each thing that is found once where it stands."""
    found: dict[tuple[str, str], list[Find]] = defaultdict(list)
    for part in parts:
        if isinstance(part, Unsearched):
            yield _unsearched(Place(file), part)
            continue
        for find in searcher.search(part):
            code, what = find.needle.code, find.needle.what
            if isinstance(part, Piece) and part.listed and find.needle.who:
                code, what = MAYBE, f"name an author among those of a cited work ({find.needle.who})"
            found[code, what].append(find)
        if speaks and isinstance(part, Piece) and not part.listed and part.rest is None:
            yield from speaks.findings(file, part)
    sure = {
        (find.needle.who, find.piece.where)
        for (code, _), finds in found.items()
        if code != MAYBE
        for find in finds
        if find.needle.who
    }
    for (code, what), finds in found.items():
        # "Lee, A." beside "Ann Lee" adds nothing.
        kept = [find for find in finds if code != MAYBE or (find.needle.who, find.piece.where) not in sure]
        if kept:
            yield _finding(file, code, what, kept)


def _finding(file: str, code: str, what: str, finds: list[Find]) -> Finding:
    exact = [find.piece.where for find in finds if find.piece.rest is None]
    told = [
        find for find in finds if find.piece.rest is None or not any(one.startswith(find.piece.rest) for one in exact)
    ]
    where = list(dict.fromkeys(map(_where, told)))
    with_lines = [find for find in finds if find.line and not find.piece.where]
    place = Place(file, with_lines[0].line, with_lines[0].column) if with_lines else Place(file)
    shown = "; ".join(where[:_NAMED_PLACES]) + (
        f"; and {len(where) - _NAMED_PLACES} more" * (len(where) > _NAMED_PLACES)
    )
    sorts = dict.fromkeys(find.piece.sort for find in told)
    remedy = "\n".join(_REMEDIES[sort] for sort in sorts)
    held = f"the masked copy holds {what}: {shown}"
    match code:
        case "M001":
            return error("M001", place, held, remedy)
        case "M003":
            return error("M003", place, held, f"a masked copy says nothing of who paid for the work\n{remedy}")
        case "M004":
            hint = "give reviewers an address that names nobody, such as a view-only link of OSF (?view_only=...)"
            return error("M004", place, held, f"{hint}\n{remedy}")
        case "M005":
            return error(
                "M005", place, held, f"acknowledgments stand on the title page, apart from a masked copy\n{remedy}"
            )
    other = "if it is somebody else's" if what.startswith("lead") else "if it is somebody else of that name"
    remedy = f"{other}, let it stand\n{remedy}"
    return warning("M002", place, f"the masked copy may {what}: {shown}", remedy)


def _where(find: Find) -> str:
    if find.piece.where:
        return find.piece.where
    if find.line:
        return f"line {find.line}"
    return "its bytes" if isinstance(find.piece, Raw) else "its text"


def _unsearched(place: Place, part: Unsearched) -> Finding:
    what = f"{part.where} cannot" if part.where else "the file cannot"
    return error("M007", place, f"{what} be searched for the authors: {part.why}", _GIVEN_FILE)
