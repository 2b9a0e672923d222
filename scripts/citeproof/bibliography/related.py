"""Says of which work another is a review, comment, translation or reprint (APA 9.40, 10.1:11 and 18, 10.3:43, 10.7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from citeproof.bibliography import kinds, latex, numbering, roles
from citeproof.bibliography import text as texts
from citeproof.bibliography.fields import Fields
from citeproof.patterns import late

if TYPE_CHECKING:
    from citeproof.bibliography.model import Item


def relate(entry: Fields, made: Item) -> None:
    """Put what an entry says of its related entries into an item."""
    kind = kinds.squeezed(entry.text("relatedtype"))
    said = entry.text("relatedstring")
    for record in entry.record.related:
        other = Fields(record)
        if kind == "reviewof" or (not kind and re.match("review", said, re.IGNORECASE)):
            _review(entry, made, other, said or "Review of")
        elif kind == "commenton" or (not kind and re.match("comment", said, re.IGNORECASE)):
            title = other.joined("title", "subtitle")
            _describe(made, f"{said or 'Comment on'} \u201c{title}\u201d")
        elif kind in {"reprintfrom", "reprintof", "reprint", "origpubin"}:
            made["references"] = f"{said or 'Reprinted from'} {_reprinted(other)}"
            _date_of_original(made, other)  # the text cites both years, "(Lee, 1998/2009)" (APA 8.15)
        elif kind in {"translationof", "translatedfrom", "origpubas"}:
            made.setdefault("original-title", latex.rich(other.raw("title")))
            _date_of_original(made, other)
        else:
            continue
        break


def _date_of_original(made: Item, other: Fields) -> None:
    """Give the date of the first publication, unless the entry itself has it."""
    if not made.get("original-date"):
        made["original-date"] = other.issued()


def _describe(made: Item, said: str) -> None:
    """Add a description to a work that may have one."""
    variable = "medium" if made.get("number") else "genre"
    made[variable] = f"{made[variable]}; {said}" if made.get(variable) else said


def _review(entry: Fields, made: Item, other: Fields, said: str) -> None:
    """Say what a review is of (APA 10.7). An episode stands in quotation marks, for which CSL has no variable."""
    work = other.joined("title", "subtitle")
    field = "author" if other.has("author") else "editor"
    people = other.names(field)
    annotated = other.annotations(field, "role")
    is_part = other.has("maintitle", "booktitle", "journaltitle") or "episode" in kinds.squeezed(
        other.text("entrysubtype")
    )
    for place, name in enumerate(people, 1):
        role = annotated.get(place) or (annotated.get(0, "") if place == len(people) else "")
        if not role and field == "editor":
            role = "editor" if place == len(people) else ""
        if words := roles.said(role, short=True):
            name["suffix"] = ", ".join(filter(None, (str(name.get("suffix", "")), words)))
            name["comma-suffix"] = True
    if is_part:
        work = _PLACE_IN_SERIES.sub("", work)  # it belongs to the reference of the episode itself
    if is_part and people:
        _describe(made, f"{said} \u201c{work},\u201d by {_written(people)}")
        return
    if is_part:
        _describe(made, f"{said} \u201c{work}\u201d")
        return
    made["reviewed-title"] = work
    made["reviewed-author"] = people
    what = re.sub(r"\Areview of (?:the )?", "", said, flags=re.IGNORECASE)
    made["reviewed-genre"] = what if what != said and what else ""
    del entry


_PLACE_IN_SERIES = late(r"\s*\((?:<[^<>]*>|[^()<>])*\b(?:season|episode)\b(?:<[^<>]*>|[^()<>])*\)\Z", re.IGNORECASE)
""" "(Season 7, Episode 14)", which may stand behind the title of an episode (APA 10.12, Example 87)."""


def _initials(given: str) -> str:
    parts = re.split(r"(?<=[.\s])\s*|(?=-)", given)
    letters = [f"-{part[1]}." if part.startswith("-") else f"{part[0]}." for part in parts if part.strip("- .")]
    return " ".join(letters).replace(" -", "-")


def _written(people: list[dict[str, Any]], joint: str = ", & ") -> str:
    """Write names as a style writes them in its text: "M. Schur, Writer & Dir."."""
    each = []
    for name in people:
        family = " ".join(
            filter(None, (name.get("non-dropping-particle", ""), name.get("family") or name.get("literal", "")))
        )
        whole = " ".join(filter(None, (_initials(str(name.get("given", ""))), family)))
        each.append(", ".join(filter(None, (whole, str(name.get("suffix", ""))))))
    if len(each) <= 1:
        return "".join(each)
    return f"{each[0]} & {each[1]}" if len(each) == 2 else ", ".join(each[:-1]) + joint + each[-1]  # noqa: PLR2004


def _reprinted(other: Fields) -> str:
    """Write the first publication of a reprinted work as the note on it has it (APA 9.40, 10.1:11, 10.3:43 and 44)."""
    title = other.joined("title", "subtitle")
    issued = other.issued().get("date-parts", [[""]])
    year = str(issued[0][0])
    doi = texts.doi(other.verbatim("doi"))
    address = f"https://doi.org/{doi}" if doi else other.url()
    pages = numbering.pages_of(other)
    publisher = "; ".join(other.listed("publisher"))
    if other.has("journaltitle"):
        volume = numbering.volume_of(other)
        place = (f"<i>{volume}</i>" if volume else "") + (f"[{other.text('number')}]" if other.has("number") else "")
        parts = [f"\u201c{title},\u201d {year}", f"<i>{other.rich('journaltitle')}</i>", place]
        parts.append(f"Article {other.text('eid')}" if other.has("eid") else pages)
        return ", ".join(filter(None, (*parts, address)))
    book = other.joined("booktitle", "booksubtitle")
    label = "" if not pages else f"pp. {pages}" if re.search("[\u2013,]", pages) else f"p. {pages}"
    editors, authors = other.names("editor"), other.names("author")
    makers = (
        [_written(editors), "Eds." if len(editors) > 1 else "Ed."]
        if editors
        else [_written(authors)]
        if authors
        else []
    )
    head = f"\u201c{title},\u201d in <i>{book}</i>" if book else f"<i>{title}</i>"
    by = f"by {', '.join(makers)}" if makers else ""
    return ", ".join(filter(None, (head, label, by, year, publisher, address)))
