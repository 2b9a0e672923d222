"""Names a work and what it is a part of: journal, book and volume, series, album, symposium, app, website."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import kinds, latex, titles, work_type

if TYPE_CHECKING:
    from citeproof.bibliography.fields import Fields
    from citeproof.bibliography.model import Item

_VOLUME = re.compile(r"Vol(?:ume|\.)?\s*(\d+|[IVXLC]+)[.:,]?\s*(.*)", re.DOTALL)


def name_work(entry: Fields, made: Item) -> None:
    """Put the titles of a work and of what it is a part of into an item."""
    made["title"] = _title(entry, made)
    if entry.has("shorttitle"):
        made["title-short"] = entry.titled("shorttitle")
    {
        "article": _in_journal,
        "audio": _in_series,
        "inbook": _in_book,
        "incollection": _in_book,
        "inreference": _in_book,
        "inproceedings": _in_book,
        "misc": _on_site,
        "online": _on_site,
        "performance": _in_series,
        "periodical": _as_issue,
        "presentation": _in_session,
        "software": _in_app,
        "unpublished": _in_session,
        "video": _in_series,
    }.get(entry.type, _of_volumes)(entry, made)
    if entry.has("shortjournal"):
        made["container-title-short"] = entry.rich("shortjournal")


def _title(entry: Fields, made: Item) -> str:
    own = entry.joined("title", "subtitle")
    if made["type"] == "post":
        own = titles.join(*(entry.cased(entry.raw(name), raises=False) for name in ("title", "subtitle")))
    if made["type"] == "software" and (named := re.match(r"\{*([A-Za-z][\w.]*)\}*:\s+", entry.raw("title"))):
        rest = titles.join(entry.cased(entry.raw("title")[named.end() :]), entry.titled("subtitle"))
        own = f'<span class="nocase">{named[1]}</span>: {rest}'  # lme4 keeps its small letter
    if entry.type == "proceedings" and not own:
        own = entry.joined("booktitle", "booksubtitle")
    if work_type.is_wikipedia(entry):
        own = re.sub(r"\s*(?:---?|\u2013|\u2014)\s*(?:<[^>]*>)?Wikipedia\b.*\Z", "", own)
    if not entry.has("origtitle"):
        return own
    original = latex.rich(entry.raw("origtitle"))
    if entry.has("translator", "origdate"):
        made["original-title"] = original
        return own
    translation = titles.sentence_case(titles.join(latex.rich(entry.raw("title")), latex.rich(entry.raw("subtitle"))))
    return bracketed(original, translation) if translation else original


def bracketed(title: str, addition: str) -> str:
    """Put something in brackets behind a title, upright (APA 9.21, 9.38)."""
    return f'{title} <span class="nodecor">[{addition}]</span>'.lstrip()


def _in_journal(entry: Fields, made: Item) -> None:
    if made["type"] == "article":
        return
    if made["type"] != "manuscript":  # APA 10.8: the journal is not named before it accepts the manuscript
        made["container-title"] = journal(entry)
    made["collection-title"] = _series_of_journal(entry.rich("series"))
    if entry.has("issuetitle") and made["type"] != "manuscript":
        made["volume-title"] = titles.join(entry.titled("issuetitle"), entry.titled("issuesubtitle"))


def journal(entry: Fields) -> str:
    """Give the name of the journal in which an article stands, or to which it was submitted."""
    name = titles.join(entry.rich("journaltitle"), entry.rich("journalsubtitle"))
    return _foreign(titles.periodical(name, entry.text("shortjournal", "journal-iso", "abbrev_source_title")))


def _foreign(journal: str) -> str:
    """Keep the small words of German and French in the name of a journal, which citeproc takes for English ones."""
    if "<" in journal:
        return journal
    return re.sub(r" (der|des|die|du|et|f\u00fcr|les|sur|und|zur)(?= )", r' <span class="nocase">\1</span>', journal)


def _series_of_journal(said: str) -> str:
    """Give the series of a journal, which biblatex takes as a number or by the name of one of its own words too."""
    if said.isdecimal():
        ending = "th" if said[-2:] in {"11", "12", "13"} else {"1": "st", "2": "nd", "3": "rd"}.get(said[-1], "th")
        return f"{said}{ending} series"
    return {"newseries": "New series", "oldseries": "Old series"}.get(said, said)


def _as_issue(entry: Fields, made: Item) -> None:
    """Map an issue: biblatex calls it `issuetitle` and its journal `title`, biblatex-apa `title` and `journaltitle`."""
    if entry.has("journaltitle"):
        made["container-title"] = titles.join(entry.rich("journaltitle"), entry.rich("journalsubtitle"))
        return
    journal = titles.join(entry.rich("title"), entry.rich("subtitle"))
    if entry.has("issuetitle"):
        made["container-title"] = journal
        made["title"] = entry.joined("issuetitle", "issuesubtitle")
    elif made.get("editor"):
        made["container-title"] = journal
        made["title"] = ""
    else:
        made["title"] = journal


def _in_book(entry: Fields, made: Item) -> None:
    """Name the book, and the volume of it, in which a part stands (APA 10.3)."""
    is_serial = made["type"] == "paper-conference" and not made.get("editor")
    book = (
        titles.join(entry.rich("booktitle"), entry.rich("booksubtitle"))
        if is_serial
        else entry.joined("booktitle", "booksubtitle")
    )
    if not book and entry.has("journaltitle"):
        book = entry.rich("journaltitle")
    if is_serial and not book and not entry.has("maintitle") and entry.has("series"):
        made["container-title"] = entry.rich("series")  # all that the entry says of the proceedings
        return
    if work_type.is_wikipedia(entry) and not book:
        book = "Wikipedia"
    book = _with_addon(entry, book, "booktitleaddon")
    main = entry.joined("maintitle", "")
    if not main or latex.plain(entry.raw("maintitle")) == latex.plain(entry.raw("booktitle")):
        made["container-title"] = book
    else:
        _volume(entry, made, "container-title", _with_addon(entry, main, "maintitleaddon"), book)
    _series(entry, made)


def _of_volumes(entry: Fields, made: Item) -> None:
    """Name a book, and the volume of it (APA 10.2, Example 30)."""
    main = entry.joined("maintitle", "")
    if main and latex.plain(entry.raw("maintitle")) != latex.plain(entry.raw("title")):
        _volume(entry, made, "title", _with_addon(entry, main, "maintitleaddon"), made["title"])
    if entry.type in {"report", "dataset", "image", "thesis"} and entry.has("booktitle"):
        made["container-title"] = entry.joined("booktitle", "booksubtitle")
    _series(entry, made)


def _volume(entry: Fields, made: Item, variable: str, main: str, volume: str) -> None:
    """Put the title of the whole work into a variable and that of the volume behind it."""
    numbered = _VOLUME.fullmatch(latex.plain(entry.raw("mainsubtitle")))
    if numbered and not entry.has("volume"):
        made["volume"] = numbered[1]
        volume = volume or numbered[2]
    else:
        main = titles.join(main, entry.titled("mainsubtitle"))
    made[variable] = main
    made["volume-title"] = volume


def _with_addon(entry: Fields, title: str, name: str) -> str:
    return bracketed(title, entry.titled(name)) if entry.has(name) and title else title


def _series(entry: Fields, made: Item) -> None:
    name = "issue" if entry.type == "report" and entry.has("issue") else "series"
    if entry.has(name):
        made["collection-title"] = entry.rich(name)


def _in_series(entry: Fields, made: Item) -> None:
    """Name the series, album or podcast of which a recording is a part (APA 10.12, 10.13)."""
    main = entry.joined("maintitle", "mainsubtitle") or entry.joined("booktitle", "booksubtitle")
    addon = entry.text("titleaddon")
    if not main and addon and not entry.has("entrysubtype") and not kinds.describes(addon):
        main = entry.titled("titleaddon")  # Zotero's title of the program
    made["container-title"] = _with_addon(entry, main, "maintitleaddon") if made["type"] == "song" else main
    if entry.has("series"):
        made["collection-title"] = entry.rich("series")


def _in_session(entry: Fields, made: Item) -> None:
    """Name the symposium to which something is a contribution (APA 10.5, Example 63)."""
    made["container-title"] = entry.joined("maintitle", "mainsubtitle") or entry.joined("booktitle", "booksubtitle")
    _series(entry, made)


def _in_app(entry: Fields, made: Item) -> None:
    """Name the app of which an entry is cited (APA 10.10, Example 80)."""
    if entry.has("appentry"):
        made["container-title"], made["title"] = made["title"], entry.titled("appentry")
    elif entry.has("booktitle"):
        made["container-title"] = entry.joined("booktitle", "booksubtitle")
    _series(entry, made)


def _on_site(entry: Fields, made: Item) -> None:
    if made["type"] == "article":
        return
    if made["type"] in {"entry-encyclopedia", "article-journal", "speech"}:
        (_in_session if made["type"] == "speech" else _in_journal if made["type"] == "article-journal" else _in_book)(
            entry, made
        )
        return
    site = work_type.site_of(entry)
    fields = ("eprint", "journaltitle", "booktitle", "maintitle", "titleaddon")
    made["container-title"] = next((entry.rich(name) for name in fields if site and entry.text(name) == site), "")
    _series(entry, made)
