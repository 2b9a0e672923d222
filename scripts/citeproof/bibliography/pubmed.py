"""Reads PubMed's own format: .nbib files, and the .txt files that PubMed saves ("PMID- 30922926").

The fields are those of the MEDLINE/PubMed Data Element Descriptions. ERIC exports in this format too, with its own
fields. Never stops at a bad record, and never raises.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import exports, works
from citeproof.bibliography.lines import Line, column_of, fields, numbered
from citeproof.bibliography.model import Bibliography, Fault, Record
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citeproof.bibliography.model import Field

_TAG = re.compile(r"\ufeff?(?=.{4} ?-)([A-Z][A-Z0-9]{1,3}) {0,2}-(?:(?: |(?<=PMID-)(?=\d))(.*)|\Z)", re.DOTALL)

FIELDS: dict[str, str] = {
    "AB": "abstract",
    "CI": "",
    "CTI": "tertiary-title",
    "DP": "year",
    "EN": "edition",
    "IP": "number",
    "IS": "isbn",
    "ISBN": "isbn",
    "ISSN": "isbn",
    "JT": "periodical",
    "LA": "language",
    "MH": "keyword",
    "OT": "keyword",
    "PB": "publisher",
    "TA": "abbreviation",
    "VI": "volume",
    "VTI": "volume-title",
}
"""Tag → field of an exported work, where the value goes as it stands."""


def read(file: str, text: str) -> Bibliography:
    """Read the records of a PubMed file; the key of a record is its PubMed number (PMID), else its number in ERIC.

    Tags that stand several times are the fields FAU, FAU/2, FAU/3 and so on of the record.
    """
    reads = [_record(file, lines) for lines in _records(text)]
    if not reads and text.strip(" \t\r\n\ufeff"):
        fault = Fault(
            "",
            Place(file, 1, 1),
            "no PubMed record is in this file: no line begins with \u201cPMID-\u201d",
            "save the citations again in the format PubMed (.nbib)",
        )
        return exports.bibliography("pubmed", [], [fault])
    return exports.bibliography("pubmed", reads)


def _records(text: str) -> list[list[Line]]:
    """Divide the lines into records: at PMID, at ERIC's first tag, and at an empty line before any other tag."""
    records: list[list[Line]] = []
    after_empty = True
    for line in numbered(text):
        found = _TAG.fullmatch(line.text)
        if not found:
            after_empty = after_empty or not line.text.strip()
            if records:
                records[-1].append(line)
            continue
        start = line.start + (found.start(2) if found[2] is not None else len(line.text))
        start += len(found[2] or "") - len((found[2] or "").lstrip())
        held = {one.tag for one in records[-1]} if records else set()
        begins = found[1] == "PMID" and ("PMID" in held or "TI" in held)
        begins = begins or (found[1] == "OWN" and "TI" in held and "PMID" not in held)
        if not records or begins or (after_empty and "PMID" in held and "TI" in held):
            records.append([])
        records[-1].append(Line(line.number, line.start, line.text, found[1], start))
        after_empty = False
    return records


def _record(file: str, lines: list[Line]) -> exports.Read:
    held = fields(file, lines)

    def every(*tags: str) -> list[str]:
        return [
            " ".join(one.value.split()) for name, one in held.items() if name.partition("/")[0] in tags and one.value
        ]

    types = {one.lower() for one in every("PT")}
    values: dict[str, list[str]] = {}
    for tag, meant in FIELDS.items():
        if meant and (found := every(tag)):
            values.setdefault(meant, []).extend(found)
    values["isbn"] = [re.sub(r"\s*\((?:Electronic|Print|Linking)\)", "", one) for one in values.get("isbn", [])]
    values["keyword"] = [one.replace("*", "") for one in values.get("keyword", [])]
    values["author"] = _authors(held)
    values["editor"] = every("FED") or [_comma(one) for one in every("ED")]
    values["title"], values["translated-title"] = _titles(every("TI"), every("TT"))
    values["periodical"] = [_periodical(one) for one in values.get("periodical", [])]
    values["place"] = every("PL") if "BTI" in held else []
    if not values.get("year") and (published := every("DEP")):
        values["year"] = [re.sub(r"(\d{4})(\d\d)(\d\d)", r"\1-\2-\3", published[0])]
    _addresses(values, every("LID", "AID"), every("PG"))
    eric = next((one for one in every("OID") if _OF_ERIC.fullmatch(one)), "")
    kind = _kind_in_eric(eric, types) if eric else _kind(values, every("BTI"), types)
    if eric and kind != "journal article":
        values["url"] = [f"https://eric.ed.gov/?id={eric}"]
    pmid = [number[0] for one in every("PMID") if (number := re.match(r"\d+", one))]
    pmc = every("PMC")
    more: dict[str, object] = {}
    if pmid:
        more["PMID"] = pmid[0]
    if pmc:
        more["PMCID"] = pmc[0]
    more |= _said_of_it(types, values, every("PST"))
    first, last = lines[0], lines[-1]
    record = Record(
        pmid[0] if pmid else eric,
        "; ".join(every("PT")),
        Place(file, first.number, column_of(first)),
        held,
        first.start,
        last.start + len(last.text),
    )
    return exports.Read(record, works.Work(kind, values), tuple(_slips(record, types)), more)


_OF_ERIC = re.compile(r"E[JD]\d+")
"""A number in ERIC: EJ for an article, ED for a document."""


def _kind_in_eric(number: str, types: set[str]) -> str:
    """Tell what a work in ERIC is; APA cites its address there unless a journal has it (9.30)."""
    if number.startswith("EJ"):
        return "journal article"
    said = " ".join(types)
    return "thesis" if "dissertations" in said else "book" if "books" in said else "report"


def _authors(held: Mapping[str, Field]) -> list[str]:
    """Give people and groups in their order; full names where the record has them, as it has since 2002."""
    tag = "FAU" if "FAU" in held else "AU"
    people = []
    for name, one in held.items():
        this, value = name.partition("/")[0], " ".join(one.value.split())
        if this == tag and value:
            people.append(value if "," in value else _comma(value) if tag == "AU" else value + ",")
        elif this == "CN" and value:
            people.append(value.rstrip(" .;,") + ",")
    return people


def _comma(value: str) -> str:
    """Put the comma into "Smith JA Jr", PubMed's short form of a name."""
    found = re.fullmatch(r"(.+?) ([A-Z]{1,4})(?: (Jr|Sr|2nd|3rd|4th|II|III|IV))?", value)
    if not found:
        return value if "," in value else value + ","
    return f"{found[1]}, {found[2]}" + (f", {found[3]}" if found[3] else "")


def _titles(given: list[str], original: list[str]) -> tuple[list[str], list[str]]:
    """Tell a title in English from a translation, which PubMed puts in brackets, with the original beside it."""
    if not given:
        return original, []
    found = re.fullmatch(r"\[(.+?)\]\.?", given[0])
    if not found:
        return [_without_stop(given[0])], []
    translation = _without_stop(found[1])
    return ([_without_stop(original[0])], [translation]) if original else ([f"[{translation}]"], [])


def _without_stop(title: str) -> str:
    return title[:-1] if title.endswith(".") and not title.endswith("...") else title


def _periodical(title: str) -> str:
    """Take from a journal's title what libraries add to it: a place, whose organ it is, a title in another language."""
    return works.periodical(re.sub(r"\s*\([^()]*\)\s*\Z", "", title))


def _addresses(values: dict[str, list[str]], identifiers: list[str], pages: list[str]) -> None:
    values["doi"] = [one.removesuffix("[doi]").strip() for one in identifiers if one.endswith("[doi]")]
    values["doi"] += [one for one in identifiers if re.match(r"https?://(?:dx\.)?doi\.org/|doi:", one)]
    if pages:
        first = re.split(r"; (?:discussion|quiz|author reply|passim)", pages[0])[0]
        values["first-page"] = [first]
        if first in identifiers and not re.search(r"\d-", first):
            values["article-number"] = [first]
    elif bare := [one for one in identifiers if not one.endswith("]") and ":" not in one]:
        values["article-number"] = bare[:1]


def _kind(values: dict[str, list[str]], book: list[str], types: set[str]) -> str:
    if book:
        whole = _without_stop(book[0])
        if values["title"]:
            values["secondary-title"] = [whole]
            return "book section"
        values["title"] = [whole]
        return "book"
    if "preprint" in types:
        return "preprint"
    return "journal article"


def _said_of_it(types: set[str], values: dict[str, list[str]], published: list[str]) -> dict[str, object]:
    more: dict[str, object] = {}
    values["work-type"] = [name for name in ("editorial", "letter") if name in types]
    if published[:1] == ["aheadofprint"] and not values.get("volume"):
        more["status"] = "Advance online publication"
    return more


def _slips(record: Record, types: set[str]) -> Iterator[exports.Slip]:
    if not record.key:
        yield exports.Slip(
            record.place,
            "has no PubMed number: its line PMID is missing",
            "save the citation again in the format PubMed (.nbib), and see whether anything was cut off",
        )
    if "retracted publication" in types:
        where = " ".join(record.text("RIN").split())
        yield exports.Slip(
            record.fields["PT"].place,
            "is retracted" + (f": {where}" if where else ""),
            "see whether you still want to cite it; if so, say in the text that it is retracted",
        )
