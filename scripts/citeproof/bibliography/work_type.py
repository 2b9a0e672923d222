"""Decides of what type of CSL 1.0.2 a work is, from the type of its entry and from what the entry holds.

Exports know fewer types than CSL: a newspaper's article, a preprint, a talk and a web page come as @article or @misc.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import kinds, latex
from citeproof.bibliography import text as texts
from citeproof.patterns import late

if TYPE_CHECKING:
    from citeproof.bibliography.fields import Fields

UNPUBLISHED = {
    "submitted": "Manuscript submitted for publication",
    "inpreparation": "Manuscript in preparation",
    "inprep": "Manuscript in preparation",
    "manunpub": "Unpublished manuscript",
    "maninprep": "Manuscript in preparation",
    "mansub": "Manuscript submitted for publication",
    "manuscriptsubmittedforpublication": "Manuscript submitted for publication",
    "submittedforpublication": "Manuscript submitted for publication",
    "underreview": "Manuscript submitted for publication",
    "manuscriptunderreview": "Manuscript submitted for publication",
    "manuscriptinpreparation": "Manuscript in preparation",
    "inprogress": "Manuscript in preparation",
    "unpublishedmanuscript": "Unpublished manuscript",
    "unpublished": "Unpublished manuscript",
}
"""What fields say of a manuscript that no journal names as its own → what APA calls it (10.8)."""


def work_type(entry: Fields) -> str:
    """Give the type of CSL 1.0.2 that a work has."""
    decide = {
        "article": _article_type,
        "audio": _audio_type,
        "inbook": _part_type,
        "incollection": _part_type,
        "inreference": _part_type,
        "inproceedings": _paper_type,
        "manual": _manual_type,
        "misc": _misc_type,
        "online": _online_type,
        "report": _report_type,
        "unpublished": _unpublished_type,
    }.get(entry.type)
    if decide:
        return decide(entry)
    if entry.type == "dataset" and (known := kinds.subtype(entry.text("entrysubtype"))) and known.type == "software":
        return "software"
    if entry.type in {"video", "image", "presentation", "software"}:
        known = kinds.subtype(entry.text("entrysubtype"))
        return known.type if known and known.type else kinds.TYPES[entry.type]
    return kinds.TYPES.get(entry.type, "document")


_TO_THE_MONTH, _TO_THE_DAY = 2, 3


def _article_type(entry: Fields) -> str:
    if archive(entry):
        return "article"
    if unpublished(entry) and not entry.has("volume", "doi"):
        return "manuscript"
    subtype = entry.text("entrysubtype")
    known = kinds.subtype(subtype)
    if known and known.type in {"article-magazine", "article-newspaper", "post-weblog", "broadcast", "interview"}:
        return known.type
    journal = entry.text("journaltitle")
    if subtype and re.search(r"\bblog\b", subtype, re.IGNORECASE):
        return "post-weblog"
    parts = len(entry.issued().get("date-parts", [[]])[0])
    is_bare = not entry.has("volume", "number", "issue", "eid", "doi", "pubstate", "howpublished")
    is_dated = parts == _TO_THE_DAY or (parts == _TO_THE_MONTH and kinds.is_newspaper(journal))
    if kinds.squeezed(subtype) == "nonacademic" or (journal and is_dated and is_bare):
        sections = re.match(r"[A-Z]+\d", entry.text("pages"))
        is_daily = sections or (not entry.has("volume", "number", "issue") and kinds.is_newspaper(journal))
        return "article-newspaper" if is_daily else "article-magazine"
    return "article-journal"


def _audio_type(entry: Fields) -> str:
    known = kinds.subtype(entry.text("entrysubtype") or entry.text("type"))
    if known and known.type:
        return known.type
    return "broadcast" if entry.has("titleaddon") and not kinds.describes(entry.text("titleaddon")) else "song"


def _part_type(entry: Fields) -> str:
    book = entry.text("booktitle") or entry.text("maintitle")
    if entry.type == "inreference" or (kinds.is_reference_work(book) and not entry.has("pages")):
        return kinds.entry_of(book)
    return "chapter"


def _paper_type(entry: Fields) -> str:
    if entry.has("eventtitle") and not entry.has("booktitle", "maintitle", "journaltitle", "pages", "volume"):
        return "speech"
    return "paper-conference"


def _manual_type(entry: Fields) -> str:
    is_package = re.search(
        r"\bpackage version\b|\bcran\.r-project\.org\b", entry.text("note") + entry.verbatim("url"), re.IGNORECASE
    )
    is_r = re.search(r"R Core Team|R Development Core Team", entry.text("author"))
    return "software" if is_package or is_r else "book"


def _misc_type(entry: Fields) -> str:
    subtype = entry.text("entrysubtype")
    known = kinds.subtype(subtype) or kinds.subtype(entry.text("type")) or kinds.subtype(entry.text("howpublished"))
    if known and known.type:
        return known.type
    if archive(entry):
        return "article"
    if is_wikipedia(entry):
        return "entry-encyclopedia"
    if entry.has("eventtitle") or presented(entry):
        return "speech"
    if unpublished(entry):
        return "manuscript"
    if entry.has("journaltitle") and (entry.has("volume", "number", "issue", "eid", "pages", "doi") or not entry.url()):
        return "article-journal"  # else it is the site, as Zotero names it
    if entry.url() and not entry.has("doi"):
        return _online_type(entry)
    return "document"


def _online_type(entry: Fields) -> str:
    if is_wikipedia(entry):
        return "entry-encyclopedia"
    if archive(entry):
        return "article"
    site = site_of(entry)
    subtype = entry.text("entrysubtype")
    if kinds.is_site(site) or (subtype and kinds.is_posted(subtype)):
        return "post"
    return "webpage"


def _report_type(entry: Fields) -> str:
    said = " ".join((entry.text("titleaddon"), entry.text("entrysubtype"), entry.text("type")))
    return "document" if kinds.is_ephemeral(said) else "report"


def _unpublished_type(entry: Fields) -> str:
    said = entry.text("entrysubtype") or entry.text("type") or entry.text("titleaddon")
    known = kinds.subtype(said)
    if known and known.type:
        return known.type
    if entry.has("eventtitle", "eventdate") or presented(entry) or kinds.is_presented(said):
        return "speech"
    return "article" if archive(entry) else "manuscript"


def unpublished(entry: Fields) -> str:
    """Give what APA calls a manuscript of this kind; "" if it is published or in press."""
    for name in ("pubstate", "howpublished", "note", "entrysubtype", "type"):
        said = kinds.squeezed(entry.text(name).strip("[]()., "))
        if said in UNPUBLISHED:
            return UNPUBLISHED[said]
    year = latex.plain(entry.raw("year"))
    return UNPUBLISHED.get(kinds.squeezed(year), "")


ARXIV = late(r"(?:arxiv:)?\s*((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)", re.IGNORECASE)


def archive(entry: Fields) -> str:
    """Give the archive that holds a work which no journal has published (APA 10.8); "" if none does."""
    journal = entry.text("journaltitle")
    if entry.has("booktitle") or (journal and _is_in_journal(entry, journal)):
        return ""
    kind = entry.text("eprinttype")
    named = [
        kind,
        entry.text("eprint"),
        entry.text("howpublished"),
        entry.text("publisher"),
        entry.text("organization"),
    ]
    if not kind and ARXIV.fullmatch(entry.verbatim("eprint")):
        named.append("arXiv")
    if journal:
        named = [
            re.sub(r"\s*(?:preprint|available at)\s*|\s*\barxiv:.*|\s+\d+\Z", "", journal, flags=re.IGNORECASE),
            *named,
        ]
        if journal == "CoRR":
            named.insert(0, "arXiv")
    if entry.text("titleaddon") in kinds.REPOSITORIES.values():
        named.append(entry.text("titleaddon"))
    address = entry.url()
    prefix = texts.doi(entry.verbatim("doi") or address).partition("/")[0]
    is_loose = entry.type in {"article", "misc", "unpublished", "online"} and not journal
    if is_loose and prefix in kinds.PREPRINT_PREFIXES:
        return kinds.PREPRINT_PREFIXES[prefix]
    if is_loose and (found := next((name for part, name in kinds.PREPRINT_SITES.items() if part in address), "")):
        return found
    return next((found for name in named if (found := kinds.repository(name))), "")


def _is_in_journal(entry: Fields, journal: str) -> bool:
    if journal == "CoRR" or re.match(r"arxiv\b|available at ssrn", journal, re.IGNORECASE):
        return False
    return not kinds.repository(journal) or entry.has("volume")


def site_of(entry: Fields) -> str:
    """Give the name of the site on which a work stands: biblatex-apa's `eprint`, Zotero's `titleaddon`."""
    eprint = entry.text("eprint")
    if eprint and not entry.has("eprinttype") and not ARXIV.fullmatch(eprint) and not eprint.isdecimal():
        return eprint
    for name in ("journaltitle", "booktitle", "maintitle"):
        if entry.has(name):
            return entry.text(name)
    addon = entry.text("titleaddon")
    return addon if addon and not entry.has("entrysubtype") and not kinds.describes(addon) else ""


def is_wikipedia(entry: Fields) -> bool:
    """Tell whether an entry is of Wikipedia, as its own export writes it."""
    author, title = entry.text("author"), entry.text("title")
    return ("Wikipedia" in author and re.search(r"\bWikipedia contributors\b", author) is not None) or (
        "Wikipedia" in title
        and re.search(r"(?:---?|\u2013|\u2014)\s*Wikipedia,? (?:The|the) Free Encyclopedia", title) is not None
    )


PRESENTED = late(
    r"\s*\[?(?P<what>[^.\[\]]{0,60}?)\s*(?:to be )?(?:presented|delivered|given|held)\s+"
    r"(?:at|to|on|during)\s+(?:the\s+)?"
    r"(?P<where>[^\[\]]+?)\]?\.?\s*\Z",
    re.IGNORECASE,
)


def presented(entry: Fields) -> re.Match[str] | None:
    """Find "Paper presented at the meeting of …, Place" in what stands for it where `eventtitle` is not known."""
    for name in ("howpublished", "note", "organization", "type"):
        if found := PRESENTED.match(entry.text(name)):
            return found
    return None
