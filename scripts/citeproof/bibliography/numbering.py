"""Numbers a work: volume, issue, article number or pages, edition, version, number of a report or in an archive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import text as texts
from citeproof.bibliography import work_type
from citeproof.patterns import late

if TYPE_CHECKING:
    from citeproof.bibliography.fields import Fields
    from citeproof.bibliography.model import Item

_ARTICLE_NUMBER = late(
    r"(?:article|art\.?(?:\s*(?:no|id)\.?)?|artn|id)\s*:?\s*(\S+)|([eE]\d[\w.-]*|CD\d{6})", re.IGNORECASE
)
_NUMBERED_JOURNALS = late(r"(?:Frontiers in|BMC|PLoS|PLOS|Scientific Reports|eLife|Nature Communications)\b")
_NUMBERED_PREFIXES = frozenset({"10.3389", "10.1186", "10.3390", "10.1371", "10.7554", "10.2196"})
"""Registrants of journals that count articles and print no pages: Frontiers, BMC, MDPI, PLOS, eLife, JMIR."""
_FIRST_ARTICLE_NUMBER = 10000


def _article_number(entry: Fields, pages: str) -> str:
    """Give the number of an article that stands as its pages (APA 9.27); "" if it is a page."""
    if found := _ARTICLE_NUMBER.fullmatch(pages):
        return found[1] or found[2]
    if not pages.isdecimal():
        return ""
    prefix = texts.doi(entry.verbatim("doi")).partition("/")[0]
    is_numbered = prefix in _NUMBERED_PREFIXES or _NUMBERED_JOURNALS.match(entry.text("journaltitle"))
    return pages if int(pages) >= _FIRST_ARTICLE_NUMBER or (is_numbered and entry.has("volume")) else ""


def number(entry: Fields, made: Item) -> None:
    """Put volume, issue, pages, edition, version and numbers of a work into an item."""
    if volume := volume_of(entry):
        made["volume"] = volume
    for name, variable in (("part", "part-number"), ("volumes", "number-of-volumes"), ("pagetotal", "number-of-pages")):
        made[variable] = entry.text(name)
    if entry.has("chapter") and entry.type == "article":
        made["section"] = entry.text("chapter")  # Zotero's section of a newspaper
    elif entry.has("chapter"):
        made["chapter-number"] = _arabic(entry.text("chapter"))
    made["edition"] = _edition(entry.text("edition"))
    pages = pages_of(entry)
    if made["type"] in {"article-journal", "article-magazine", "paper-conference", "periodical"}:
        _serial_numbers(entry, made, pages)
    else:
        is_range = re.search(r"\d\s*[\u2013-]\s*\d", pages)
        is_whole = entry.type in _WHOLE and not (is_range and entry.type == "report")
        made["page"] = "" if made["type"] == "article" or is_whole else pages
        if is_whole:
            count = None if is_range and not pages.startswith("1\u2013") else re.search(r"(\d+)\D*\Z", pages)
            made["number-of-pages"] = made["number-of-pages"] or (count[1] if count else "")
        _other_numbers(entry, made)
    if entry.has("version"):
        _version(entry, made)


_WHOLE = frozenset({"book", "collection", "proceedings", "booklet", "manual", "report", "thesis", "reference"})
"""Types of whole works, whose pages APA does not print (10.2); exports such as Zotero's write how many there are."""


def pages_of(entry: Fields) -> str:
    """Give the pages as CSL has them; "" where an export has written that there are none."""
    said = re.sub(r"[-\u2010-\u2015\u2212]{2,}", "\u2013", entry.text("pages"))
    pages = re.sub(r"^p{1,2}\.\s*", "", texts.pages(said)).rstrip("\u2013-+ ")
    return "" if _NOTHING.fullmatch(pages) else pages


_NOTHING = late(
    r"n\.?/?a\.?(?:\s*[-\u2013]\s*n\.?/?a\.?)?|no\.? ?pagination|none|ahead[- ]of[- ]print|\?+", re.IGNORECASE
)
"""What exports write where there is no number."""


def _number(entry: Fields, *names: str) -> str:
    said = entry.text(*names)
    return "" if _NOTHING.fullmatch(said) else said


def volume_of(entry: Fields) -> str:
    """Give the number of the volume, in Arabic numerals."""
    volume = _number(entry, "volume")
    if entry.type == "article" and entry.text("journaltitle") == "CoRR":
        return ""
    return _arabic(re.sub(r"\A(?:vol(?:ume|\.)?)\s*(?=\d|[IVXLC]+\Z)", "", volume, flags=re.IGNORECASE))


def _serial_numbers(entry: Fields, made: Item, pages: str) -> None:
    season = entry.issued_by_season()
    issue = "" if season and made.get("issued") == season else _number(entry, "issue")
    number = _number(entry, "number") or issue
    eid = entry.text("eid")
    if eid:
        eid = re.sub(r"\A(?:article|art\.)\s+(?:no\.\s*)?|\A2-s2\.0-\d+\Z", "", eid, flags=re.IGNORECASE)
    article = eid or (_article_number(entry, pages) if made["type"] in {"article-journal", "paper-conference"} else "")
    made["number"] = article
    made["page"] = "" if pages == article or (article and _ARTICLE_NUMBER.fullmatch(pages)) else pages
    if entry.type == "inproceedings" and entry.has("series"):
        made["collection-number"] = number
    else:
        made["issue"] = number


def _other_numbers(entry: Fields, made: Item) -> None:
    number = _number(entry, "number")
    if made["type"] == "article":
        eprint = work_type.ARXIV.search(
            entry.verbatim("eprint") or f"{entry.text('journaltitle')} {entry.text('volume')}".replace("abs/", " ")
        )
        found = f"arXiv:{eprint[1]}" if eprint and work_type.archive(entry) == "arXiv" else ""
        made["number"] = found or ("" if entry.type == "article" else number)
        made.pop("volume", None)
        return
    is_of_series = made.get("collection-title") and not entry.has("type")
    if made["type"] in {"book", "chapter", "pamphlet", "entry-dictionary", "entry-encyclopedia"} or (
        is_of_series and entry.type in {"report", "unpublished", "misc"}
    ):
        made["collection-number"] = number
    elif made["type"] in {"article-newspaper", "post-weblog"}:
        made["issue"] = number
    else:
        eid = entry.text("eid")
        made["number"] = number or ("" if texts.doi(eid) else eid)


def _version(entry: Fields, made: Item) -> None:
    version = re.sub(r"\A(?:[Vv]ersion|[Vv]er\.)\s*|\Av(?=\d)", "", entry.text("version"))
    is_of_record = entry.type in {"online", "manual"} and _NUMBER_OF_RECORD.fullmatch(version)
    is_version = re.fullmatch(r"\d{1,2}(?:\.\d+)*", version)
    if (made["type"] == "article" and not is_version) or (is_of_record and not made.get("number")):
        made["number"] = made.get("number") or version  # APA 10.8, Example 74, and 10.11, Example 83
    else:
        made["version"] = version


_NUMBER_OF_RECORD = late(r"[A-Z]{2,}-?\d{4,}")
"""The number of a record in a database, such as ED545393, which biblatex-apa takes as the version of a page."""

_ORDINALS = {
    word: str(count)
    for count, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"), 1
    )
}


def _edition(said: str) -> str:
    """Give "2nd", "second" and "2nd ed." as "2", and other words as APA abbreviates them: "Rev. ed." (9.19)."""
    if not said:
        return ""
    text = re.sub(r"\s+", " ", said).strip()
    found = re.fullmatch(r"(\d+)(?:st|nd|rd|th|\.)?(?:\s*ed(?:ition|n|\.)?\.?)?", text, re.IGNORECASE)
    if found:
        return found[1]
    word = re.match(r"\w*", text.lower())
    rest = text[word.end() :].strip() if word else ""
    if word and word[0] in _ORDINALS and re.fullmatch(r"(?:ed(?:ition|n|\.)?\.?)?", rest, re.IGNORECASE):
        return _ORDINALS[word[0]]
    text = re.sub(r"\bedition\b", "ed.", text, flags=re.IGNORECASE)
    text = re.sub(r"\brevised\b", "Rev.", text, flags=re.IGNORECASE)
    return text if not text or re.search(r"\bed\b|\d{4}.{20}", text) else f"{text} ed."


_ROMAN = late(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def _arabic(number: str) -> str:
    """Write a Roman numeral in Arabic ones (APA 9.19); a single letter that may be a letter stays."""
    if not number or not _ROMAN.fullmatch(number) or number in {"C", "D", "L", "M"}:
        return number
    values = [_ROMAN_DIGITS[char] for char in number]
    return str(sum(-here if here < after else here for here, after in zip(values, [*values[1:], 0], strict=True)))
