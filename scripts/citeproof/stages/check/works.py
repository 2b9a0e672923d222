"""What the checks of citations ask of the works at hand: whose they are, of which year, and what calls them so."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citeproof.document import meta_text
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.bibliography.model import Bibliography, Item, Record
    from citeproof.document import Json, Manuscript

_MARKUP = late(r"<[^<>]*>")
_YEAR = late(r"(?<!\d)\d{4}(?!\d)")
_DATES = ("date", "year", "origdate", "pubstate", "note", "eventdate", "urldate", "issued")
_WITH_FIELDS_OF_BIBTEX = frozenset({"bibtex", "biblatex"})


def folded(name: str) -> str:
    """Give the letters and digits of a name, without accents and in small letters."""
    plain = unicodedata.normalize("NFKD", _MARKUP.sub("", name)).casefold()
    return "".join(char for char in plain if char.isalnum())


@dataclass(frozen=True, slots=True)
class Author:
    """A person or group: the name as citations have it, and all forms in which one may type it, folded."""

    name: str
    forms: frozenset[str]


def authors(item: Item) -> tuple[Author, ...]:
    """Give those under whose names a work is cited: its authors, or else its editors."""
    for role in ("author", "editor", "translator", "director", "composer", "inventor"):
        names: list[dict[str, Any]] = item.get(role) or []
        if names:
            short = str(item.get("shortauthor") or "")
            found = [_author(name, short if len(names) == 1 else "") for name in names]
            return tuple(one for one in found if one.forms)
    return ()


def _author(name: dict[str, Any], short: str) -> Author:
    family = _MARKUP.sub("", str(name.get("family") or name.get("literal") or name.get("given") or ""))
    particle = str(name.get("non-dropping-particle") or "")
    dropped = str(name.get("dropping-particle") or "")
    forms = {family, f"{particle}{family}", f"{dropped}{particle}{family}", f"{dropped}{family}", short}
    return Author(f"{particle} {family}".strip(), frozenset(map(folded, forms)) - {""})


def years(item: Item) -> frozenset[str]:
    """Give the years of a work, that of its first publication too; "n.d." and "in press" as such."""
    issued = json.dumps(item.get("issued") or "")
    first = json.dumps(item.get("original-date") or "")
    found = {*_YEAR.findall(issued)[:1], *_YEAR.findall(first)[:1]}
    status = f"{item.get('status', '')} {issued}".lower()
    if "press" in status or "forthcoming" in status or "accepted" in status:
        found.add("in press")
    return frozenset(found or {"n.d."})


def shown(manuscript: Manuscript, key: str) -> tuple[str, str] | None:
    """Give authors and year of a work as a sentence names them (APA 8.17); None if that cannot be told."""
    item = next((held.items[key] for held in manuscript.held if key in held.items), None)
    named = authors(item) if item else ()
    if not item or not named:
        return None
    date = max(years(item))
    issued = _YEAR.findall(json.dumps(item.get("issued") or ""))
    return _joined([author.name for author in named]), issued[0] if issued else date


def _joined(names: list[str]) -> str:
    if len(names) > 2:  # noqa: PLR2004  (three authors and more)
        return f"{names[0]} et al."
    return " and ".join(names)


def of_year(manuscript: Manuscript, year: str) -> Iterator[tuple[str, Item]]:
    """Give the works at hand that may be of a year, each with its key; a large library's others are not looked at."""
    seen: set[str] = set()
    for held in manuscript.held:
        for key in _candidates(held, year):
            if key not in seen and key in held.items:
                seen.add(key)
                item = held.items[key]
                if year in years(item):
                    yield key, item
    for item in _inline(manuscript.document):
        if item["id"] not in seen and year in years(item):
            yield item["id"], item


def _candidates(held: Bibliography, year: str) -> Iterator[str]:
    if held.format not in _WITH_FIELDS_OF_BIBTEX:
        yield from held.items
        return
    for record in held.records:
        if _may_be_of(record, year):
            yield record.key


def _may_be_of(record: Record, year: str) -> bool:
    if year == "n.d.":
        return not record.text("date", "year")
    said = year if year.isdigit() else "press"
    return any(said in record.fields[name].value.lower() for name in _DATES if name in record.fields)


def _inline(document: Json) -> Iterator[Item]:
    """Give the works of the front matter's own `references`, as far as names and dates go."""
    references = document["meta"].get("references", {})
    for item in references.get("c", []) if references.get("t") == "MetaList" else []:
        plain = _plain(item)
        if isinstance(plain, dict) and "id" in plain:
            for role in ("author", "editor"):
                if isinstance(plain.get(role), dict):
                    plain[role] = [plain[role]]
                if not all(isinstance(name, dict) for name in plain.get(role) or [{}]):
                    plain.pop(role, None)
            yield plain


def _plain(value: Json) -> Any:
    if value["t"] == "MetaMap":
        return {name: _plain(item) for name, item in value["c"].items()}
    if value["t"] == "MetaList":
        return [_plain(item) for item in value["c"]]
    return meta_text(value)
