"""Reads RIS, the format in which most databases and reference managers export (RIS Format Specifications, 2011).

Takes what real files do beside the specification: one space or none where two belong, no end of record, texts of
several lines, empty lines. Never stops at a bad record, and never raises.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import exports, titles, works
from citeproof.bibliography.lines import Line, column_of, fields, numbered
from citeproof.bibliography.model import Bibliography, Fault, Field, Record
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(
    r"[\s\ufeff]*([A-Z][A-Z0-9]|[A-Z]{3,6}(?=  - ))(?P<gap>[ \t\u00a0]*)(?P<dash>[-\u2010-\u2015\u2212])(?P<value>.*)",
    re.DOTALL,
)

KINDS: dict[str, str] = {
    "ABST": "abstract",
    "ADVS": "audiovisual material",
    "AGGR": "aggregated database",
    "ANCIENT": "ancient text",
    "ART": "artwork",
    "BILL": "bill",
    "BLOG": "blog",
    "BOOK": "book",
    "CASE": "case",
    "CHAP": "book section",
    "CHART": "chart or table",
    "CLSWK": "classical work",
    "COMP": "computer program",
    "CONF": "conference proceedings",
    "CPAPER": "conference paper",
    "CTLG": "catalog",
    "DATA": "dataset",
    "DBASE": "online database",
    "DICT": "dictionary",
    "EBOOK": "electronic book",
    "ECHAP": "electronic book section",
    "EDBOOK": "edited book",
    "EJOUR": "electronic article",
    "ELEC": "web page",
    "ENCYC": "encyclopedia",
    "EQUA": "equation",
    "FIGURE": "figure",
    "GEN": "generic",
    "GOVDOC": "government document",
    "GRANT": "grant",
    "GRNT": "grant",
    "HEAR": "hearing",
    "ICOMM": "personal communication",
    "INPR": "in press article",
    "INTV": "interview",
    "JFULL": "journal",
    "JOUR": "journal article",
    "LEGAL": "legal rule or regulation",
    "MANSCPT": "manuscript",
    "MAP": "map",
    "MGZN": "magazine article",
    "MPCT": "film or broadcast",
    "MULTI": "online multimedia",
    "MUSIC": "music",
    "NEWS": "newspaper article",
    "PAMP": "pamphlet",
    "PAT": "patent",
    "PCOMM": "personal communication",
    "PODCAST": "podcast",
    "RPRT": "report",
    "SER": "serial",
    "SLIDE": "slide",
    "SOUND": "sound recording",
    "STAND": "standard",
    "STAT": "statute",
    "THES": "thesis",
    "UNBILL": "unenacted bill",
    "UNPB": "unpublished work",
    "UNPD": "unpublished work",
    "VIDEO": "video recording",
    "WEB": "web page",
}
"""Reference type of RIS → EndNote's name of it."""

FIELDS: dict[str, str] = {
    "A1": "author",
    "A2": "secondary-author",
    "A3": "tertiary-author",
    "A4": "subsidiary-author",
    "AB": "abstract",
    "AN": "accession",
    "AU": "author",
    "C1": "custom-1",
    "C2": "custom-2",
    "C3": "custom-3",
    "C4": "custom-4",
    "C5": "custom-5",
    "C6": "custom-6",
    "C7": "article-number",
    "C8": "custom-8",
    "CP": "number",
    "CT": "title",
    "CY": "place",
    "DA": "date",
    "DB": "database",
    "DO": "doi",
    "DOI": "doi",
    "DP": "provider",
    "ED": "editor",
    "EP": "last-page",
    "ET": "edition",
    "IS": "number",
    "J1": "abbreviation",
    "J2": "abbreviation",
    "JA": "abbreviation",
    "JF": "periodical",
    "JI": "abbreviation",
    "JO": "periodical",
    "KW": "keyword",
    "LA": "language",
    "LK": "url",
    "M1": "misc-1",
    "M3": "work-type",
    "N1": "note",
    "N2": "abstract",
    "NV": "number-of-volumes",
    "OP": "original-publication",
    "PB": "publisher",
    "PP": "place",
    "PU": "publisher",
    "PY": "year",
    "RI": "reviewed-item",
    "SE": "section",
    "SN": "isbn",
    "SP": "first-page",
    "ST": "short-title",
    "SV": "docket",
    "T1": "title",
    "T2": "secondary-title",
    "T3": "tertiary-title",
    "TA": "translator",
    "TI": "title",
    "TT": "translated-title",
    "UR": "url",
    "VL": "volume",
    "VO": "volume",
    "Y1": "year",
    "Y2": "access-date",
}
"""Tag → field of an exported work."""

_OTHER_TAGS = frozenset(
    """
    AD AV BN CA CL CN CR DS ER FD H1 H2 ID IP L1 L2 L3 L4 LB LL M2 N3 NO OL PA PM PMID RD RN RP SF T4 TY U1 U2 U3 U4
    U5 WT WV BT C9 CH DI FT GN ISSN LG LN M4 OT PG PT SL SO SR TP VI WP X1 XT YR Y3 Z9
    """.split()  # noqa: SIM905  (words read best as a line)
)
_KNOWN = frozenset(FIELDS) | _OTHER_TAGS
"""Tags that are taken for one even where the line is not written as the specification says."""


def read(file: str, text: str) -> Bibliography:
    """Read the records of a RIS file.

    A record without an ID or label gets the key that pandoc makes of the families of its authors and its year
    (Smith_Jones_2019, with a letter if that is taken). Tags that stand several times are the fields AU, AU/2, AU/3 … of
    the record.
    """
    reads = [_record(file, lines) for lines in _records(text)]
    if not reads and text.strip(" \t\r\n\ufeff"):
        fault = Fault(
            "",
            Place(file, 1, 1),
            "no RIS record is in this file: no line begins with \u201cTY  -\u201d",
            "export the bibliography again as RIS",
        )
        return exports.bibliography("ris", [], [fault])
    return exports.bibliography("ris", reads)


def _records(text: str) -> list[list[Line]]:
    """Divide the lines into records; a record ends at ER, at the next TY, or with the file.

    Fields between two records belong to the one before, since some sites write more after ER, unless they are a record
    of their own that lacks its type.
    """
    parts: list[list[Line]] = [[]]
    for line in numbered(text):
        tagged = _tagged(line)
        if tagged is None:
            if parts[-1]:
                parts[-1].append(line)
            continue
        if tagged.tag == "TY" and parts[-1]:
            parts.append([])
        parts[-1].append(tagged)
        if tagged.tag == "ER":
            parts.append([])
    records: list[list[Line]] = []
    before: list[Line] = []
    for part in parts:
        tags = {line.tag for line in part if line.tag}
        if "TY" in tags or tags & {"TI", "T1", "AU", "A1"}:
            records.append(before + part)
            before = []
        elif records and tags - {"ER"}:
            records[-1] += part
        elif tags - {"ER"}:
            before += part
    return records


def _tagged(line: Line) -> Line | None:
    """Give a line with its tag, or None for one that goes on with the text before.

    A line in the specification's form has a tag whatever its letters; one that is written loosely only if the tag is
    known, since "An - a dash" may stand in an abstract.
    """
    found = _TAG.fullmatch(line.text)
    if not found:
        return None
    tag, gap, value = found[1], found["gap"], found["value"]
    is_strict = gap == "  " and found["dash"] == "-" and value[:1] in {"", " "}
    if not is_strict and (tag not in _KNOWN or not (gap or tag in {"TY", "ER"}) or len(gap) > 4):  # noqa: PLR2004
        return None
    lead = len(value) - len(value.lstrip())
    start = line.start + found.start("value") + lead
    return Line(line.number, line.start, line.text, tag, start)


def _record(file: str, lines: list[Line]) -> exports.Read:
    first = lines[0]
    place = Place(file, first.number, column_of(first))
    held = fields(file, [line for line in lines if line.tag != "ER"])
    values: dict[str, list[str]] = {}
    for name, one in held.items():
        tag = name.partition("/")[0]
        if one.value and tag in FIELDS:
            values.setdefault(FIELDS[tag], []).append(one.value)
    record_type = held["TY"].value.upper() if "TY" in held else ""
    kind = KINDS.get(record_type, "generic")
    in_nothing = not any(values.get(name) for name in ("periodical", "secondary-title", "abbreviation", "volume"))
    if kind == "journal article" and in_nothing and re.search(r"97[89]|-.+-", " ".join(values.get("isbn", []))):
        kind = "book"  # so CAB Direct calls one, which has an ISBN and no journal
    _arrange(values, held, kind)
    key = next((held[name].value for name in ("ID", "LB") if name in held and held[name].value), "")
    end = lines[-1].start + len(lines[-1].text)
    record = Record(" ".join(key.split()), record_type, place, held, first.start, end)
    work = works.Work(kind, values)
    return exports.Read(record, work, tuple(_slips(file, record, lines)))


def _arrange(values: dict[str, list[str]], held: dict[str, Field], kind: str) -> None:
    """Settle the tags whose meaning goes by the type of the record."""
    if "PU" in held:  # Web of Science's
        values["publisher"] = [titles.publisher(one) for one in values.get("publisher", [])]
    misc = values.pop("misc-1", [])
    if kind == "thesis":
        values.setdefault("work-type", misc)
    elif misc and not values.get("number") and re.fullmatch(r"(?=\D*\d)[\w./() -]{1,20}", misc[0]):
        values["number"] = misc
    if "BT" in held:
        whole = "title" if kind in {"book", "unpublished work", "edited book", "electronic book"} else "secondary-title"
        values.setdefault(whole, []).append(held["BT"].value)
    if kind not in {"journal article", "electronic article", "magazine article", "in press article", "abstract"}:
        article = values.pop("article-number", None)
        if article:
            values["custom-7"] = article
    if kind in {"journal article", "electronic article", "magazine article", "newspaper article", "abstract"}:
        values.pop("edition", None)  # there EndNote has the date of publication online
    years = values.get("year", [])
    if len(years) > 1:
        values["year"] = sorted(years, key=len)[:1]
        values.setdefault("date", []).insert(0, max(years, key=len))
    elif years and re.match(r"\d{4}/", years[0]):
        values.setdefault("date", []).append(years[0])


def _slips(file: str, record: Record, lines: list[Line]) -> Iterator[exports.Slip]:
    if not record.type:
        yield exports.Slip(
            record.place,
            "does not say what it is: its line TY is missing",
            "begin the record with its type, such as \u201cTY  - JOUR\u201d",
        )
    elif record.type not in KINDS:
        yield exports.Slip(
            record.place,
            f"is of the type {record.type}, which RIS does not have",
            "write one of its types, such as JOUR, BOOK, CHAP, RPRT or WEB",
        )
    if not any(line.tag == "ER" for line in lines):
        yield exports.Slip(
            Place(file, lines[-1].number, 1),
            "has no end: its line ER is missing",
            "close the record with a line \u201cER  - \u201d, and see whether anything was cut off",
        )
