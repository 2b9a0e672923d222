"""Reads Web of Science's plain text: savedrecs.txt, .ciw and .isi files, in which a tag such as AU begins each field.

The fields are those of the Web of Science Core Collection Field Tags. Never stops at a bad record, and never raises.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import exports, titles, works
from citeproof.bibliography.lines import Line, column_of, fields, numbered
from citeproof.bibliography.model import Bibliography, Fault, Record
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citeproof.bibliography.model import Field

_TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: (.*)|[ \t]*\Z)", re.DOTALL)
_OF_THE_FILE = frozenset({"FN", "VR", "EF"})
"""Tags that stand before the first record and behind the last."""

FIELDS: dict[str, str] = {
    "AB": "abstract",
    "AR": "article-number",
    "BN": "isbn",
    "BP": "first-page",
    "CL": "event-place",
    "EI": "isbn",
    "EP": "last-page",
    "IS": "number",
    "JI": "abbreviation",
    "LA": "language",
    "PI": "place",
    "PU": "publisher",
    "PY": "year",
    "SE": "tertiary-title",
    "SN": "isbn",
    "VL": "volume",
}
"""Tag → field of an exported work, where the value goes as it stands."""


def read(file: str, text: str) -> Bibliography:
    """Read the records of a file of Web of Science; the key of a record is its number there (UT, as in WOS:000123).

    Tags that stand several times are the fields AU, AU/2 and so on of the record; the lines of a value are divided by
    a line feed.
    """
    reads = [_record(file, lines) for lines in _records(text)]
    if not reads and text.strip(" \t\r\n\ufeff"):
        fault = Fault(
            "",
            Place(file, 1, 1),
            "no record of Web of Science is in this file: no line begins with \u201cPT\u201d",
            "export the records again as a plain text file, RIS or BibTeX",
        )
        return exports.bibliography("wos", [], [fault])
    return exports.bibliography("wos", reads)


def _records(text: str) -> list[list[Line]]:
    """Divide the lines into records: at PT, and at any tag behind the end of a record (ER)."""
    records: list[list[Line]] = []
    has_ended = True
    for line in numbered(text):
        found = _TAG.fullmatch(line.text)
        if not found:
            if records and not has_ended:
                records[-1].append(line)
            continue
        if found[1] in _OF_THE_FILE and (has_ended or found[1] == "EF"):
            continue
        value = found[2] or ""
        start = line.start + len(line.text) - len(value.lstrip())
        if found[1] == "PT" or (has_ended and found[1] != "ER"):
            records.append([])
        if records and not (has_ended and found[1] == "ER"):
            records[-1].append(Line(line.number, line.start, line.text, found[1], start))
        has_ended = found[1] == "ER"
    return [lines for lines in records if any(line.tag not in {"PT", "ER"} for line in lines if line.tag)]


def _record(file: str, lines: list[Line]) -> exports.Read:
    held = fields(file, [line for line in lines if line.tag != "ER"])

    def text(tag: str) -> str:
        return " ".join(held[tag].value.split()) if tag in held else ""

    types = {one.strip().lower() for one in text("DT").split(";") if one.strip()}
    kind = _kind(text("PT").upper(), types, held)
    values: dict[str, list[str]] = {meant: [] for meant in FIELDS.values()}
    for tag, meant in FIELDS.items():
        if text(tag):
            values[meant].append(text(tag))
    values["author"] = _people(held, "AF", "AU") + _groups(held, "CA")
    if not values["author"]:
        values["author"] = _people(held, "BF", "BA") + _groups(held, "GP")
    values["editor"] = _people(held, "BE", "ED")
    values["title"] = [text("TI")]
    values["secondary-title" if kind in _IN_BOOKS else "periodical"] = [text("SO")] if kind != "book" else []
    if kind == "book" and not text("TI"):
        values["title"] = [text("SO")]
    values["publisher"] = [titles.publisher(one) for one in values["publisher"]]
    values["doi"] = [text("DI") or (text("D2") if kind == "book" else "")]
    values["keyword"] = [word for tag in ("DE", "ID") for word in re.split(r";\s*", text(tag)) if word]
    values["date"] = [text("PD")] if text("PD") else []
    if not values["year"] and (early := re.search(r"\d{4}", text("EA"))):
        values["year"] = [early[0]]
    if not values["first-page"] and text("PS"):
        values["first-page"] = [text("PS")]
    values["work-type"] = ["letter"] if types == {"letter"} else []
    more: dict[str, object] = {}
    if text("PM").isdigit():
        more["PMID"] = text("PM")
    if text("EA") and not (text("VL") or text("BP") or text("AR")):
        more["status"] = "Advance online publication"
    last = lines[-1]
    place = Place(file, lines[0].number, column_of(lines[0]))
    record = Record(text("UT"), text("DT") or text("PT"), place, held, lines[0].start, last.start + len(last.text))
    return exports.Read(record, works.Work(kind, values), tuple(_slips(file, lines, types, record)), more)


_IN_BOOKS = frozenset({"book section", "conference paper"})


def _kind(publication: str, types: set[str], held: Mapping[str, Field]) -> str:
    """Tell what a work is by the type of its publication (PT) and its own (DT)."""
    if publication == "P":
        return "patent"
    if publication == "J":
        return "journal article"
    is_part = bool(types & {"book chapter", "article", "review", "editorial material"}) or "BP" in held
    if "proceedings paper" in types or (publication == "C" and "CT" in held):
        return "conference paper"
    if publication in {"B", "S", "C"} and "book" not in types and is_part:
        return "book section"
    return "book" if publication in {"B", "S", "C"} else "journal article"


def _people(held: Mapping[str, Field], full: str, short: str) -> list[str]:
    """Give people by their full names, if there are as many of these as of the short ones."""
    long, brief = _lines(held, full), _lines(held, short)
    if len(long) < len(brief):
        return brief
    return [_divided(one, brief[at]) if at < len(brief) else one for at, one in enumerate(long)]


def _divided(name: str, brief: str) -> str:
    """Divide "Chi Dinh Nguyen" or "Wang Ying" as the short form of the name tells: "Nguyen, CD", "Wang, Y"."""
    family, comma, _ = brief.partition(",")
    if "," in name or not comma:
        return name
    found = re.fullmatch(rf"{re.escape(family)} (.+)|(.+) {re.escape(family)}", name, re.IGNORECASE)
    return f"{family}, {found[1] or found[2]}" if found else name


def _lines(held: Mapping[str, Field], tag: str) -> list[str]:
    value = held[tag].value if tag in held else ""
    people = [one.strip() for one in re.split(r"\n|;", value)]
    return [one for one in people if one and one.lower() not in {"[anonymous]", "anonymous", "anon"}]


def _groups(held: Mapping[str, Field], tag: str) -> list[str]:
    return [one.rstrip(" .,") + "," for one in _lines(held, tag)]


def _slips(file: str, lines: list[Line], types: set[str], record: Record) -> Iterator[exports.Slip]:
    if not any(line.tag == "ER" for line in lines):
        last = next((line for line in reversed(lines) if line.text.strip()), lines[-1])
        yield exports.Slip(
            Place(file, last.number, 1),
            "has no end: its line ER is missing",
            "close the record with a line \u201cER\u201d, and see whether anything was cut off",
        )
    if types & {"retracted publication", "retraction"}:
        yield exports.Slip(
            record.fields["DT"].place,
            "is retracted",
            "see whether you still want to cite it; if so, say in the text that it is retracted",
        )
