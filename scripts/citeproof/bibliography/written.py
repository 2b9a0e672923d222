"""Writes works as other programs take them: CSL JSON, and RIS (RIS Format Specifications, 2011). Pure.

BibTeX is pandoc's to write, from the CSL JSON that this module gives.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from citeproof.bibliography.model import Item

_OURS = re.compile(r"apa-|other-ids$|note$|annote$|abstract$|keyword$")
"""Variables that are ours alone, or an author's own remarks, which go to no journal."""


def standard(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Give works with the variables of CSL 1.0.2 that tell of the work, without an author's notes on it."""
    return [{name: value for name, value in item.items() if not _OURS.match(name)} for item in items]


def csl_json(items: Iterable[Item]) -> str:
    """Write works as CSL JSON."""
    return json.dumps(standard(items), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


_TYPES = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "article": "UNPB",
    "book": "BOOK",
    "chapter": "CHAP",
    "dataset": "DATA",
    "entry": "DICT",
    "entry-dictionary": "DICT",
    "entry-encyclopedia": "ENCYC",
    "event": "CPAPER",
    "figure": "FIGURE",
    "graphic": "ART",
    "hearing": "HEAR",
    "interview": "PCOMM",
    "legal_case": "CASE",
    "legislation": "STAT",
    "manuscript": "UNPB",
    "map": "MAP",
    "motion_picture": "VIDEO",
    "paper-conference": "CPAPER",
    "patent": "PAT",
    "personal_communication": "PCOMM",
    "post": "BLOG",
    "post-weblog": "BLOG",
    "regulation": "LEGAL",
    "report": "RPRT",
    "software": "COMP",
    "song": "SOUND",
    "speech": "CPAPER",
    "standard": "STAND",
    "thesis": "THES",
    "webpage": "ELEC",
}
"""Type of CSL → reference type of RIS; GEN for any other."""

_NAMES = (("author", "AU"), ("editor", "ED"), ("collection-editor", "A3"), ("translator", "A4"))
_TEXTS = (
    ("title", "TI"),
    ("container-title", "T2"),
    ("collection-title", "T3"),
    ("container-title-short", "J2"),
    ("volume", "VL"),
    ("issue", "IS"),
    ("edition", "ET"),
    ("publisher", "PB"),
    ("publisher-place", "CY"),
    ("number", "M1"),
    ("genre", "M3"),
    ("ISBN", "SN"),
    ("ISSN", "SN"),
    ("DOI", "DO"),
    ("URL", "UR"),
    ("language", "LA"),
)
"""Variable of CSL → tag of RIS, in the order in which they are written."""

_MARKUP = re.compile(r"</?(?:i|b|sub|sup|sc|span)\b[^>]*>")


def ris(items: Iterable[Item]) -> str:
    """Write works as RIS: CRLF line ends, as the specification wants them, UTF-8, one record after the other."""
    return "".join(line + "\r\n" for item in standard(items) for line in _record(item))


def _record(item: dict[str, Any]) -> Iterator[str]:
    yield f"TY  - {_TYPES.get(str(item.get('type', '')), 'GEN')}"
    yield f"ID  - {item['id']}"
    for variable, tag in _NAMES:
        for name in item.get(variable) or []:
            yield f"{tag}  - {_name(name)}"
    for variable, tag in (("issued", "PY"), ("issued", "DA"), ("accessed", "Y2")):
        if date := _date(item.get(variable), whole=tag != "PY"):
            yield f"{tag}  - {date}"
    for variable, tag in _TEXTS:
        if text := " ".join(_MARKUP.sub("", str(item.get(variable) or "")).split()):
            yield f"{tag}  - {text}"
    first, _, last = re.sub(r"\s*[-\u2010-\u2015]+\s*", "-", str(item.get("page") or "")).partition("-")
    for tag, page in (("SP", first), ("EP", last)):
        if page:
            yield f"{tag}  - {page}"
    yield "ER  - "
    yield ""


def _name(name: dict[str, str]) -> str:
    """Give a name as RIS has it: family, given, suffix. A particle belongs to the family name."""
    if "literal" in name:
        return name["literal"]
    particles = [name.get("dropping-particle", ""), name.get("non-dropping-particle", "")]
    family = " ".join(part for part in (*particles, name.get("family", "")) if part)
    return ", ".join(part for part in (family, name.get("given", ""), name.get("suffix", "")) if part)


def _date(value: Any, *, whole: bool) -> str:
    """Give the year of a date, or YYYY/MM/DD/; "" if there is none."""
    parts = [str(part) for part in ((value or {}).get("date-parts") or [[]])[0]]
    if not parts or not parts[0].lstrip("-").isdigit():
        return ""
    if not whole:
        return parts[0].zfill(4)
    month, day = (parts[1:2] or [""])[0], (parts[2:3] or [""])[0]
    return f"{parts[0].zfill(4)}/{month.zfill(2) if month else ''}/{day.zfill(2) if day else ''}/" if month else ""
