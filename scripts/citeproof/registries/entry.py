"""Reads what an entry says of its work, as plain text: title, names, year, identifiers. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography.text import doi as bare_doi
from citeproof.bibliography.text import isbn13, plain
from citeproof.registries.compare import folded
from citeproof.registries.model import Person

if TYPE_CHECKING:
    from citeproof.bibliography.model import Item


def said(item: Item, name: str) -> str:
    """Give a field as plain text; "" if it is not there."""
    return plain(str(item.get(name) or ""))


def title_of(item: Item) -> str:
    """Give the title, without the brackets of a translated one."""
    return said(item, "title").strip("[] ")


def authors_of(item: Item) -> tuple[list[Person], bool]:
    """Give the authors of an entry (its editors, if it has none), and whether "et al." cuts them off."""
    people = []
    for one in item.get("author") or item.get("editor") or []:
        family = " ".join(
            str(one[name]) for name in ("dropping-particle", "non-dropping-particle", "family") if one.get(name)
        )
        if family:
            people.append(Person(plain(family), plain(str(one.get("given", "")))))
        elif one.get("literal"):
            people.append(Person(plain(str(one["literal"])), is_group=True))
    cut = bool(people) and people[-1].is_group and folded(people[-1].family) in {"others", "et al", "et al others"}
    return (people[:-1] if cut else people), cut


def year_of(item: Item) -> int:
    """Give the year, 0 if there is none."""
    parts = (item.get("issued") or {}).get("date-parts") or [[0]]
    first = parts[0][0] if parts[0] else 0
    return int(first) if str(first).lstrip("-").isdigit() else 0


def pages_of(item: Item) -> str:
    """Give the pages, or the article number."""
    return said(item, "page") or said(item, "number")


def doi_of(item: Item) -> str:
    """Give an entry's DOI in small letters, that of its arXiv number if it has no other; "" if it names none."""
    found = bare_doi(said(item, "DOI"))
    if found.startswith("10."):
        return found.lower()
    told = " ".join(str(item.get(name, "")) for name in ("number", "URL", "archive_location", "archive"))
    arxiv = re.search(
        r"arxiv(?:\.org/(?:abs|pdf)/|[:.\s]\s*)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", told, re.IGNORECASE
    )
    return f"10.48550/arxiv.{arxiv[1].lower()}" if arxiv else ""


def isbn_of(item: Item) -> str:
    """Give an entry's ISBN as thirteen digits; "" if it names none, or one that cannot be."""
    return isbn13(str(item.get("ISBN", "")))


def pmid_of(item: Item) -> str:
    """Give an entry's PubMed number as "pmid:123"; "" if it names none."""
    found = re.fullmatch(r"\s*(?:PMID:?\s*)?(\d{1,9})\s*", str(item.get("PMID", "")))
    return f"pmid:{found[1]}" if found else ""
