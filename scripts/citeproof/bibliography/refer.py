"""Reads refer, the format of .enw files and of EndNote's export as text, in which a tag such as %A begins each field.

Reads EndNote's "Show All Fields" too, in which a name such as "Author:" does. Never stops at a bad record, and never
raises.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import exports, works
from citeproof.bibliography.lines import Line, column_of, fields, numbered
from citeproof.bibliography.model import Bibliography, Fault, Field, Record
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(r"[\s\ufeff]*(%[0-9A-Zf?@!#$&()*+^<>\[\]=~{}-])(?:[ \t\u00a0]+(.*)|\Z)")
_LABEL = re.compile(r"\ufeff?([A-Z][A-Za-z'\u2019 /.-]{1,40}?|DOI|URL|ISBN|ISSN):(?:[ \t](.*)|\Z)")

FIELDS: dict[str, str] = {
    "%A": "author",
    "%B": "secondary-title",
    "%C": "place",
    "%D": "year",
    "%E": "secondary-author",
    "%G": "language",
    "%H": "translator",
    "%I": "publisher",
    "%J": "periodical",
    "%K": "keyword",
    "%M": "accession",
    "%N": "number",
    "%O": "note",
    "%P": "first-page",
    "%Q": "translated-title",
    "%R": "doi",
    "%S": "tertiary-title",
    "%T": "title",
    "%U": "url",
    "%V": "volume",
    "%W": "provider",
    "%X": "abstract",
    "%Y": "tertiary-author",
    "%Z": "note",
    "%1": "custom-1",
    "%2": "custom-2",
    "%3": "custom-3",
    "%4": "custom-4",
    "%6": "number-of-volumes",
    "%7": "edition",
    "%8": "date",
    "%9": "work-type",
    "%?": "subsidiary-author",
    "%@": "isbn",
    "%!": "short-title",
    "%#": "custom-5",
    "%$": "custom-6",
    "%]": "custom-7",
    "%&": "section",
    "%(": "original-publication",
    "%*": "reviewed-item",
    "%[": "access-date",
    "%~": "database",
}
"""Tag → field of an exported work."""

LABELS: dict[str, str] = {
    "abstract": "abstract",
    "academic department": "",
    "access date": "access-date",
    "accession number": "accession",
    "album title": "secondary-title",
    "alternate journal": "abbreviation",
    "article number": "custom-7",
    "artist": "author",
    "author": "author",
    "book title": "secondary-title",
    "city": "place",
    "composer": "author",
    "conference location": "place",
    "conference name": "secondary-title",
    "country": "place",
    "database provider": "provider",
    "date": "date",
    "degree": "volume",
    "director": "author",
    "dictionary title": "secondary-title",
    "doi": "doi",
    "edition": "edition",
    "editor": "secondary-author",
    "electronic resource number": "doi",
    "encyclopedia title": "secondary-title",
    "institution": "publisher",
    "interviewer": "secondary-author",
    "inventor": "author",
    "isbn": "isbn",
    "issn": "isbn",
    "issue": "number",
    "journal": "periodical",
    "keywords": "keyword",
    "language": "language",
    "magazine": "periodical",
    "name of database": "database",
    "newspaper": "periodical",
    "notes": "note",
    "number": "number",
    "number of pages": "first-page",
    "number of volumes": "number-of-volumes",
    "original publication": "original-publication",
    "pages": "first-page",
    "place published": "place",
    "publisher": "publisher",
    "programmer": "author",
    "report number": "isbn",
    "reporter": "author",
    "reviewed item": "reviewed-item",
    "secondary title": "secondary-title",
    "section": "section",
    "series author": "tertiary-author",
    "series editor": "tertiary-author",
    "series title": "tertiary-title",
    "short title": "short-title",
    "thesis type": "work-type",
    "title": "title",
    "translated author": "translator",
    "translated title": "translated-title",
    "translator": "subsidiary-author",
    "type": "work-type",
    "type of article": "work-type",
    "type of medium": "work-type",
    "type of work": "work-type",
    "university": "publisher",
    "url": "url",
    "version": "edition",
    "volume": "volume",
    "year": "year",
}
"""Name of a field in "Show All Fields" → field of an exported work."""

_OTHER_LABELS = frozenset(
    [
        "author address",
        "caption",
        "call number",
        "custom 1",
        "custom 2",
        "custom 3",
        "epub date",
        "file attachments",
        "label",
        "last updated date",
        "legal note",
        "nihmsid",
        "notes",
        "original contents",
        "pmcid",
        "record number",
        "reference type",
        "reprint edition",
        "research notes",
        "start page",
        "figure",
        "last modified date",
        "added to library",
    ]
)


def read(file: str, text: str) -> Bibliography:
    """Read the records of a refer file, or of EndNote's "Show All Fields".

    The key of a record is its label (%F); one without gets the key that `exports.made_key` makes. Tags that stand
    several times are the fields %A, %A/2, %A/3 and so on of the record.
    """
    begins = re.search(r"^\ufeff?(?:%0 |Reference Type:[ \t])", text, re.MULTILINE)
    if begins and not begins[0].endswith("%0 "):
        reads = [_shown(file, lines) for lines in _labelled(text)]
    else:
        reads = [_record(file, lines) for lines in _records(text)]
    if not reads and text.strip(" \t\r\n\ufeff"):
        fault = Fault(
            "",
            Place(file, 1, 1),
            "no EndNote record is in this file: no line begins with \u201c%0\u201d or another of its tags",
            "export the bibliography again, as RIS or EndNote XML",
        )
        return exports.bibliography("refer", [], [fault])
    return exports.bibliography("refer", reads)


def _records(text: str) -> list[list[Line]]:
    """Divide the lines into records.

    A record begins with %0, which stands behind the title in files of bepress; where that is missing, with the title or
    author after an empty line if the record before has a title already.
    """
    records: list[list[Line]] = []
    after_empty = True
    for line in numbered(text):
        found = _TAG.fullmatch(line.text)
        if not found:
            after_empty = not line.text.strip()
            if records:
                records[-1].append(line)
            continue
        start = line.start + (found.start(2) if found[2] is not None else len(line.text))
        tagged = Line(line.number, line.start, line.text, found[1], start)
        tags = {one.tag for one in records[-1]} if records else set()
        begins_bare = after_empty and "%T" in tags and tagged.tag in {"%A", "%T", "%F", "%D"}
        begins = tagged.tag == "%0" and tags and ("%0" in tags or after_empty)
        if not records or begins or begins_bare:
            records.append([])
        records[-1].append(tagged)
        after_empty = False
    return records


def _record(file: str, lines: list[Line]) -> exports.Read:
    held = fields(file, lines)
    values: dict[str, list[str]] = {}
    for name, one in held.items():
        tag = name.partition("/")[0]
        if one.value and tag in FIELDS:
            values.setdefault(FIELDS[tag], []).append(one.value)
    stated = held["%0"].value if "%0" in held else ""
    return _read(file, lines, held, values, stated, held["%F"].value if "%F" in held else "")


def _read(
    file: str, lines: list[Line], held: dict[str, Field], values: dict[str, list[str]], stated: str, key: str
) -> exports.Read:
    kind = works.kind(stated)
    works.arrange(values, kind)
    last = lines[-1]
    record = Record(
        " ".join(key.split()),
        stated,
        Place(file, lines[0].number, column_of(lines[0])),
        held,
        lines[0].start,
        last.start + len(last.text),
    )
    return exports.Read(record, works.Work(kind, values), tuple(_slips(record)))


def _slips(record: Record) -> Iterator[exports.Slip]:
    if record.type and works.kind(record.type) == "generic" and record.type.lower() not in works.TYPES:
        yield exports.Slip(
            record.place,
            f"is of the type {record.type}, which EndNote does not have",
            "write one of its types, such as Journal Article, Book or Web Page",
        )


def _labelled(text: str) -> list[list[Line]]:
    records: list[list[Line]] = []
    for line in numbered(text):
        found = _LABEL.fullmatch(line.text)
        label = found[1].lower().replace("\u2019", "'").strip(" '") if found else ""
        if not found or not (label in LABELS or label in _OTHER_LABELS):
            if records:
                records[-1].append(line)
            continue
        start = line.start + (found.start(2) if found[2] is not None else len(line.text))
        if label == "reference type" or not records:
            records.append([])
        records[-1].append(Line(line.number, line.start, line.text, label, start))
    return records


def _shown(file: str, lines: list[Line]) -> exports.Read:
    held = fields(file, lines)
    values: dict[str, list[str]] = {}
    for name, one in held.items():
        meant = LABELS.get(name.partition("/")[0], "")
        if one.value and meant:
            values.setdefault(meant, []).extend(_people(one.value) if meant.endswith("author") else [one.value])
    stated = held["reference type"].value if "reference type" in held else ""
    key = next((held[name].value for name in ("label", "record number") if name in held and held[name].value), "")
    return _read(file, lines, held, values, stated, key)


def _people(value: str) -> list[str]:
    """Divide a list such as "Smith, A. B., Jones, C. and Miller, D.", which EndNote prints in one line."""
    people: list[str] = []
    for part in re.split(r"\n|;|\s+(?:and|&)\s+", value):
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        if len(pieces) > 2 and len(pieces) % 2 == 0:  # noqa: PLR2004
            people += [f"{pieces[at]}, {pieces[at + 1]}" for at in range(0, len(pieces), 2)]
        elif part.strip(" ,"):
            people.append(part.strip())
    return people
