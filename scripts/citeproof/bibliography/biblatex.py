"""Maps an entry of BibTeX, biblatex or biblatex-apa to the work that it means, as a CSL item.

What is true of the work goes into CSL's variables as apa.csl of 2026-02-07 expects them; what other styles cannot use
goes into the few variables that model.py names. Legal works are read by `legal`. Never looks at a file, never judges.

Sources: the biblatex manual (2.1 on types, 2.2 on fields, 4.9.2 on strings), biblatex-apa's data model and style, the
Publication Manual (9.7 to 9.42, chapter 10). 10.1:14 means Example 14, in section 10.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from citeproof.bibliography import (
    containers,
    dates,
    descriptions,
    elsewhere,
    kinds,
    latex,
    numbering,
    related,
    roles,
    status,
    titles,
    work_type,
    zotero,
)
from citeproof.bibliography import text as texts
from citeproof.bibliography.fields import Fields, is_group
from citeproof.patterns import late

if TYPE_CHECKING:
    from citeproof.bibliography.model import Item, Record


def item(record: Record, dialect: str) -> Item:
    """Give the work that an entry means; `dialect` is bibtex or biblatex."""
    if record.type in kinds.LEGAL:
        from citeproof.bibliography import legal  # noqa: PLC0415  (few bibliographies need it)

        return legal.item(record)
    entry = Fields(record, dialect)
    made: Item = {"id": record.key, "type": work_type.work_type(entry)}
    _names(entry, made)
    _dates(entry, made)
    containers.name_work(entry, made)
    numbering.number(entry, made)
    _publishers(entry, made)
    _event(entry, made)
    _addresses(entry, made)
    status.set_status(entry, made)
    descriptions.describe(entry, made)
    related.relate(entry, made)
    _rest(entry, made)
    if made["type"] == "motion_picture" and made.get("genre") == "Video":
        zotero.name_site_of_video(made)
    elsewhere.say(entry, made)
    return {name: value for name, value in made.items() if value not in ("", None, [], {})}


# --- who made it ----------------------------------------------------------------------------------------------------

_NAMES = {
    "translator": "translator",
    "narrator": "narrator",
    "execproducer": "executive-producer",
    "execdirector": "director",
    "with": "contributor",
    "bookauthor": "container-author",
    "illustrator": "illustrator",
    "director": "director",
    "producer": "producer",
    "composer": "composer",
    "performer": "performer",
    "interviewer": "interviewer",
    "recipient": "recipient",
}
"""Field with names → variable of CSL."""

_EDITORS = {
    "": "editor",
    "editor": "editor",
    "compiler": "compiler",
    "chair": "chair",
    "chairs": "chair",
    "organizer": "organizer",
    "organiser": "organizer",
    "director": "director",
    "series": "collection-editor",
    "serieseditor": "collection-editor",
    "translator": "translator",
    "illustrator": "illustrator",
    "producer": "producer",
    "execproducer": "executive-producer",
    "host": "host",
    "narrator": "narrator",
    "performer": "performer",
    "composer": "composer",
    "scriptwriter": "script-writer",
    "interviewer": "interviewer",
    "curator": "curator",
    "contributor": "contributor",
    "collaborator": "contributor",
}
"""`editortype` → variable of CSL; other types (founder, continuator, redactor, reviser …) are editors."""

_NOBODY = frozenset({"", "anon", "noauthor", "unknown"})
"""What exports write where a work names no author; "Anonymous" may be how it is signed (APA 9.12)."""


def _names(entry: Fields, made: Item) -> None:
    people = entry.names("author")
    if people and work_type.is_wikipedia(entry) and made["type"] == "entry-encyclopedia":
        people = []
    if len(people) == 1 and kinds.squeezed(str(people[0].get("literal") or people[0].get("family"))) in _NOBODY:
        people = []
    made["author"] = people
    for name, variable in _NAMES.items():
        if entry.has(name):
            made[variable] = entry.names(name)
    for name in ("editor", "editora", "editorb", "editorc"):
        if entry.has(name):
            variable = _editor(entry, made, name)
            made[variable] = [*made.get(variable, []), *entry.names(name)]
    if entry.type == "performance" and not people:
        made["author"] = made.pop("performer", [])
    if not made["author"] and not made.get("editor") and entry.type in {"manual", "report"}:
        groups = entry.listed("organization") or entry.listed("institution")
        made["author"] = [{"literal": group} for group in groups]
    if not made["author"] and entry.has("holder") and entry.type == "software":
        made["author"] = entry.names("holder")
    _annotated(entry, made)


def _editor(entry: Fields, made: Item, name: str) -> str:
    variable = _EDITORS.get(kinds.squeezed(entry.text(f"{name}type")), "editor")
    return "editor" if variable == "organizer" and made["type"] in {"book", "chapter"} else variable


def _annotated(entry: Fields, made: Item) -> None:
    """Give names their roles and user names (APA 9.8, 9.10)."""
    for name in ("author", "editor"):
        count = len(made.get(name, []))
        if found := entry.annotations(name, "role"):
            each = roles.of_names(count, found)
            made[f"{name}-role"] = "; ".join(each) if any(each) else ""
    if found := entry.annotations("author", "username"):
        shared = found.get(0, "")
        each = [found.get(place, "") for place in range(1, len(made["author"]) + 1)]
        if shared and each:
            each[-1] = each[-1] or shared
        made["author-username"] = "; ".join(each) if any(each) else ""
    if short := latex.split(entry.raw("shortauthor")):
        made["shortauthor"] = " and ".join(latex.plain(one) for one in short)


# --- when -----------------------------------------------------------------------------------------------------------


def _dates(entry: Fields, made: Item) -> None:
    issued = entry.issued()
    if "literal" not in issued or not status.state_of(str(issued["literal"])):
        made["issued"] = issued
    is_serial = made["type"] in {"article-magazine", "article-newspaper"} or entry.has("number")
    if is_serial and entry.type == "article" and (season := entry.issued_by_season()):
        made["issued"] = season  # APA 9.14; the only name of a journal's issue stays with its volume
    if entry.has("origdate"):
        made["original-date"] = dates.date(entry.raw("origdate"))
    if entry.has("eventdate") and (days := dates.date(entry.raw("eventdate"))) != issued:
        made["event-date"] = days
    if accessed := _accessed(entry):
        made["accessed"] = accessed


_ACCESSED = late(
    r"(?:online;?\s*)?(?:last\s+)?(?:accessed|retrieved|visited|checked|viewed)(?:\s+on|\s*:)?\s+"
    r"(\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|[^\]\[();]*?\d{4})\b",
    re.IGNORECASE,
)


def _accessed(entry: Fields) -> dict[str, Any] | None:
    if entry.has("urldate"):
        return dates.date(re.sub(r"(?<=\d)TZ\s*\Z", "", entry.raw("urldate")))  # Zotero has written 2018-08-08TZ
    if entry.has("urlyear"):
        return dates.of(entry.raw("urlyear"), entry.raw("urlmonth"), entry.raw("urlday"))
    found = _ACCESSED.search(f"{entry.text('note')} {entry.text('howpublished')}")
    if not found:
        return None
    said = dates.date(found[1].replace("-", " ") if re.match(r"\d{1,2}-[A-Za-z]", found[1]) else found[1])
    return said if said and "date-parts" in said else None


# --- where it came out ----------------------------------------------------------------------------------------------


def _publishers(entry: Fields, made: Item) -> None:
    publisher, institution, organization = (entry.listed(name) for name in ("publisher", "institution", "organization"))
    if entry.has("unique-id"):  # Web of Science's
        publisher = [titles.publisher(one) for one in publisher]
    places = entry.listed("address" if _has_two_places(entry) else "location")
    if made["type"] == "article":
        made["publisher"] = work_type.archive(entry)
        return
    if entry.type == "thesis":
        _university(entry, made, publisher, institution or organization)
    elif made["type"] == "manuscript":
        groups = [*([entry.text("venue")] if entry.has("venue") else []), *institution, *organization, *publisher]
        made["publisher"] = ", ".join(dict.fromkeys(groups or _as_published(entry)))
    else:
        groups = list(dict.fromkeys([*institution, *(publisher or organization)]))
        if made["type"] in {"webpage", "post"}:
            groups = list(dict.fromkeys([*institution, *organization, *publisher]))
        if not groups and entry.type in {"booklet", "misc"}:
            groups = _as_published(entry) if made["type"] != "speech" else []
        if groups in (["Author"], ["Authors"]):  # so APA 6 put it
            groups = [one["literal"] for one in made["author"] if one.get("literal")]
        made["publisher"] = "; ".join(groups)
    _place(entry, made, places)


def _has_two_places(entry: Fields) -> bool:
    """Tell whether an entry has its conference's place for `location`, as ACM exports it, beside the publisher's."""
    return entry.type == "inproceedings" and bool(entry.record.text("location") and entry.record.text("address"))


def _as_published(entry: Fields) -> list[str]:
    """Give who published a work in the words of `howpublished`, if they say that."""
    said = entry.text("howpublished").strip("[]. ")
    is_address = re.search(r"https?:|www\.|accessed|retrieved|available", said, re.IGNORECASE)
    is_state = status.state_of(said) or kinds.squeezed(said) in work_type.UNPUBLISHED
    return [said] if said and not is_address and not is_state and not kinds.describes(said) else []


def _university(entry: Fields, made: Item, publisher: list[str], university: list[str]) -> None:
    """Name the university of a thesis and the database that has published it (APA 10.6)."""
    made["publisher"] = ", ".join(university or publisher)
    made["archive"] = "; ".join(publisher) if university else ""
    if (
        not made["archive"]
        and entry.has("eprint")
        and not entry.has("eprinttype")
        and not entry.text("eprint").isdecimal()
        and not work_type.ARXIV.fullmatch(entry.verbatim("eprint"))
    ):
        made["archive"] = entry.text("eprint")


def _place(entry: Fields, made: Item, places: list[str]) -> None:
    """Keep the place; an institution that stands as one is the publisher's parent, or the holder (APA 9.29, 9.31)."""
    place = ", ".join(places)
    if not place:
        return
    if made["type"] == "graphic" and not made.get("publisher"):
        holder, _, rest = place.partition(",")
        made["archive"], made["archive-place"] = holder.strip(), rest.strip()
    elif entry.type not in {
        "book",
        "collection",
        "inbook",
        "incollection",
        "thesis",
        "article",
        "inproceedings",
    } and is_group(place):
        made["publisher"] = ", ".join(filter(None, (place, made.get("publisher", ""))))
    elif made["type"] != "speech":
        made["publisher-place"] = "; ".join(places)


def _event(entry: Fields, made: Item) -> None:
    title = titles.join(entry.rich("eventtitle"), entry.rich("eventsubtitle"))
    if entry.has("eventtitleaddon") and title:
        title = f"{title}, {entry.rich('eventtitleaddon')}"
    place = entry.text("venue") if made["type"] != "manuscript" else ""
    if not place and _has_two_places(entry):
        place = latex.plain(entry.record.text("location"))
    if not title and made["type"] == "speech" and (found := work_type.presented(entry)):
        title = found["where"].strip()
    if made["type"] == "speech" and not place and not is_group(entry.text("location")):
        place = ", ".join(entry.listed("location"))
    if made["type"] == "speech" and not title and made.get("publisher") and entry.type == "presentation":
        title, made["publisher"] = made["publisher"], ""
    made["event-title"], made["event-place"] = title, place
    made["event"] = title  # its name before CSL 1.0.2, which most styles still use


def _addresses(entry: Fields, made: Item) -> None:
    url = entry.url()
    named = entry.verbatim("doi")
    doi = (
        texts.doi(named)
        or texts.short_doi(named)
        or (texts.doi(url) if texts.is_doi_address(url) or "doi.org" in url else "")
    )
    if not doi:
        doi = texts.doi(entry.verbatim("ee")) if "doi.org" in entry.verbatim("ee") else ""
    made["DOI"] = doi
    if (doi and texts.is_doi_address(url)) or texts.is_behind_a_login(url):  # the DOI says the same; nobody can follow
        url = ""
    made["URL"] = url or ("" if doi else _url_of_eprint(entry, made))
    if made["URL"]:
        if _is_made_to_change(entry, made):
            made["retrieval"] = "1"
    else:
        made.pop("accessed", None)


def _url_of_eprint(entry: Fields, made: Item) -> str:
    """Make the address of a work in an archive that gives it one by its number (biblatex manual, 3.14.7)."""
    eprint = entry.verbatim("eprint")
    kind = kinds.squeezed(entry.text("eprinttype"))
    if number := re.match(r"arXiv:(.+)", str(made.get("number", ""))):
        return f"https://arxiv.org/abs/{number[1]}"
    if not eprint:
        return ""
    heads = {
        "jstor": "https://www.jstor.org/stable/",
        "hdl": "https://hdl.handle.net/",
        "googlebooks": "https://books.google.com/books?id=",
        "arxiv": "https://arxiv.org/abs/",
    }
    return heads[kind] + eprint if kind in heads and (kind != "arxiv" or made["type"] != "article-journal") else ""


def _is_made_to_change(entry: Fields, made: Item) -> bool:
    """Tell whether a dated work is made to change (APA 9.16, 10.1:14): an article with just a year and an address."""
    if (
        made["type"] != "article-journal"
        or not made.get("accessed")
        or entry.has("issn", "pubstate", "howpublished", "pmid")
    ):
        return False
    moments = made.get("issued", {}).get("date-parts", [[]])
    is_year = len(moments) == 1 and len(moments[0]) == 1
    return is_year and not any(made.get(name) for name in ("volume", "issue", "number", "page", "DOI"))


# --- the rest -------------------------------------------------------------------------------------------------------

_HISTORY = late(
    r"\(?((?:reprinted|original(?:ly)? |retract|republished|excerpt|accepted|first published).*?)\)?\.?", re.IGNORECASE
)


def _rest(entry: Fields, made: Item) -> None:
    made["language"] = entry.language
    for name, variable in (
        ("isbn", "ISBN"),
        ("issn", "ISSN"),
        ("pmcid", "PMCID"),
        ("shorthand", "citation-label"),
        ("library", "call-number"),
        ("origpublisher", "original-publisher"),
        ("origlocation", "original-publisher-place"),
        ("abstract", "abstract"),
    ):
        made[variable] = entry.text(name)
    is_pubmed = kinds.squeezed(entry.text("eprinttype")) in {"pubmed", "pmid"}
    if made["type"] in {"personal_communication", "manuscript", "graphic"} and not made.get("archive"):
        made["archive"] = made.pop("call-number")  # the library that holds it (APA 9.30)
    made["PMID"] = entry.text("pmid") or (entry.text("eprint") if is_pubmed else "")
    made["keyword"] = entry.text("keywords") or entry.text("keyword")
    made["annote"] = _paragraphs(entry.raw("annotation"))
    _notes(entry, made)


def _notes(entry: Fields, made: Item) -> None:
    note = entry.text("note")
    addendum = entry.text("addendum")
    if not note and not addendum:
        return
    if addendum and _HISTORY.fullmatch(addendum) and not made.get("references"):
        made["references"] = re.sub(r"\A\((.*)\)\.?\Z", r"\1", entry.rich("addendum"))
        addendum = ""
    if entry.type == "report" and re.search(r"\b(?:amended|revised|rev\.|updated|effective|adopted|corrected)\b", note):
        made["edition"] = made.get("edition") or note  # APA 10.4:55
        note = ""
    if package := re.search(r"\bpackage version ([\w.-]+)", note):
        made["version"] = made.get("version") or package[1]
        note = re.sub(r"\bR package version [\w.-]+[,;.]?\s*", "", note)
    used = (
        status.state_of(note)
        or _ACCESSED.search(note)
        or re.search(r"\Ahttps?:|\AZSCC|_eprint:", note)
        or kinds.squeezed(note) in work_type.UNPUBLISHED
    )
    printed = made.get("genre", "") + made.get("medium", "")
    if work_type.PRESENTED.match(note) and made["type"] == "speech":
        used = True
    made["note"] = ". ".join(filter(None, ("" if used or (note and note in printed) else note, addendum)))


def _paragraphs(value: str) -> str:
    """Give an annotation (APA 9.51), its paragraphs divided by U+2029."""
    if not value:
        return ""
    parts = re.split(r"\n[ \t]*\n|\\par\b\s*|\u2029|\\\\\s*\\\\", value)
    return "\u2029".join(said for part in parts if (said := _without_protection(latex.rich(part))))


def _without_protection(rich: str) -> str:
    """Take out the marks of letters whose case is protected: no style changes the case of a text in sentences."""
    closers: list[str] = []
    made: list[str] = []
    for piece in re.split(r"(<[^<>]+>)", rich):
        if piece.startswith("<span"):
            closers.append("" if 'class="nocase"' in piece else "</span>")
            made.append(piece if closers[-1] else "")
        else:
            made.append(closers.pop() if piece == "</span>" and closers else piece)
    return "".join(made)
