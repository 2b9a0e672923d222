"""Compares titles, names, journals, volumes and pages of an entry with registered ones, as people write them.

Pure. Says whether two agree; what follows from that is for `judge`. What is allowed here was seen in real records:
initials glued together, journals cut short, consortia in bylines, damaged letters, years of the printed issue.
"""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citeproof.registries.model import Person

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon"
)
_WRITTEN_OUT = ("ss", "ae", "oe", "o", "d", "d", "l", "th", "i")
_LETTERS = {ord("\u03b1") + n: name for n, name in enumerate(_GREEK.split())} | {
    ord("\u03c6"): "phi",
    ord("\u03c7"): "chi",
    ord("\u03c8"): "psi",
    ord("\u03c9"): "omega",
    **{ord(letter): plain for letter, plain in zip("ßæœøđðłþ\u0131", _WRITTEN_OUT, strict=True)},
}
"""Letters that lose no mark and are written out: those that name receptors and waves, and those of the North."""
_NOT_A_TITLE = re.compile(
    r"^\W*(?:notice of retraction|retracted|withdrawn|removed)(?: article| paper| chapter)?\W*(?:[:\]\u2014]| - )\s*"
    r"|\s*[\[(](?:retracted|published correction|published erratum|formula: see text)[^\])]*[\])]",
    re.IGNORECASE,
)


@functools.lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Reduce a text to small letters without marks and digits, single spaces between words."""
    text = re.sub(r"<[^<>]*>", "", text)
    text = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    text = "".join(char for char in text if not unicodedata.combining(char)).replace("&", " and ")
    text = re.sub(r"['\u2019\u02bc]", "", text)
    return " ".join(re.sub(r"[^\w]+|_", " ", text).split())


def letters(text: str) -> str:
    """Reduce a text to its letters and digits: "post-traumatic" and "posttraumatic" are one."""
    return folded(text).replace(" ", "")


# --- titles ----------------------------------------------------------------------------------------------------------


def likeness(title: str, registered: Sequence[str]) -> float:
    """Tell how alike a title is to the nearest form of a registered one: 0 to 100.

    The plain ratio, and no other. Ratios of sets of words, of parts, and weighted ones find invented titles in
    unrelated real ones.
    """
    own = folded(_bare(title))
    return max((fuzz.ratio(own, folded(_bare(one))) for one in registered), default=0.0) if own else 0.0


def same_title(title: str, registered: Sequence[str]) -> bool:
    """Tell whether a title is a registered one to the letter, but for spaces, hyphens, marks and capitals.

    A registered title may lack its subtitle; a title of one that is registered whole may not, unless it is registered
    without it, too.
    """
    own = letters(_bare(title))
    forms = [letters(_bare(one)) for one in registered]
    if own in forms or _as_numbers(title) in [_as_numbers(one) for one in registered]:
        return True
    main = letters(_bare(re.split(r"[:?!.\u2014]\s", title, maxsplit=1)[0]))
    return len(main) >= _MAIN and main != own and main == forms[0]


_MAIN = 8
"""Letters that the main part of a title has at least where a subtitle may be missing from the record."""
_NUMBERS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}


def _as_numbers(title: str) -> str:
    return "".join(_NUMBERS.get(word, word) for word in folded(_bare(title)).split())


def _bare(title: str) -> str:
    """Give a title without what a publisher puts to it later, and without a sign for a footnote."""
    return re.sub(r"[*\u2020\u2021\u00a7\u00b9]+\s*$", "", _NOT_A_TITLE.sub("", title)).strip()


def other_words(title: str, registered: Sequence[str]) -> tuple[str, str]:
    """Give the words of a title that are others in the nearest registered form, and the words that stand there."""
    nearest = max(registered, key=lambda one: fuzz.ratio(folded(title), folded(one)), default="")
    own, theirs = _words(_bare(title)), _words(_bare(nearest))
    found = difflib.SequenceMatcher(
        None, [folded(word) for word in own], [folded(word) for word in theirs], autojunk=False
    )
    have, due = [], []
    for kind, a, b, c, d in found.get_opcodes():
        if kind != "equal" and letters(" ".join(own[a:b])) != letters(" ".join(theirs[c:d])):
            have.append(" ".join(own[a:b]))
            due.append(" ".join(theirs[c:d]))
    return " … ".join(filter(None, have)), " … ".join(filter(None, due))


def _words(title: str) -> list[str]:
    return [word for word in re.sub(r"<[^<>]*>", "", title).split() if folded(word)]


# --- names -----------------------------------------------------------------------------------------------------------


def same_family(one: str, other: str) -> bool:
    """Tell whether two family names can be one: particles, second names and damaged letters may be missing."""
    a, b = folded(one), folded(other)
    if not a or not b:
        return not a and not b
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
        return True
    first, second = a.split(), b.split()
    # "Rot" for "aan het Rot", "Garcia" for "García Márquez".
    if set(first) <= set(second) or set(second) <= set(first):
        return True
    if re.search(r"[\ufffd?]|Ã.|â€", one + other) or not (one.isascii() and other.isascii()):
        return fuzz.ratio(a.replace(" ", ""), b.replace(" ", "")) >= _DAMAGED
    return _umlauts(a) == b or _umlauts(b) == a


_DAMAGED = 70
"""Likeness of a name to itself with one or two letters that some program has damaged."""


def _umlauts(name: str) -> str:
    return re.sub(r"([aou])e", r"\1", name)


def initials(given: str) -> frozenset[str]:
    """Give the initials of given names, in each way in which they may be meant.

    Letters that are glued together ("ME") are initials already, unless a name is written so ("JAN"); the second half of
    "Jeannie-Marie" may count or not.
    """
    forms = {""}
    for word in re.split(r"[\s.]+", given.strip()):
        halves = [letters for half in re.split(r"[-\u2010\u2011]", word) if (letters := folded(half).replace(" ", ""))]
        if not halves:
            continue
        ways = {"".join(half[0] for half in halves), halves[0][0]}
        if word.isupper() and len(halves) == 1 and len(halves[0]) <= _GLUED:
            ways.add(halves[0])
        forms = {form + way for form in forms for way in ways}
    return frozenset(forms)


_GLUED = 4


def same_given(one: str, other: str) -> bool:
    """Tell whether given names can be those of one person: the initials of one lead those of the other."""
    if not one.strip() or not other.strip():
        return True
    return any(a.startswith(b) or b.startswith(a) for a in initials(one) for b in initials(other))


def same_person(one: Person, other: Person) -> bool:
    """Tell whether two names can be those of one author."""
    if one.is_group or other.is_group:
        a, b = folded(str(one)), folded(str(other))
        return a == b or a in b or b in a or fuzz.ratio(a, b) >= _SAME_GROUP
    if same_family(one.family, other.family) and same_given(one.given, other.given):
        return True
    # Family and given name in each other's place, as records of names from East Asia have them.
    return (
        bool(one.given and other.given)
        and same_family(one.family, other.given)
        and same_family(one.given, other.family)
    )


_SAME_GROUP = 85


# --- journals --------------------------------------------------------------------------------------------------------

_SMALL = frozenset(
    (
        "an",
        "and",
        "at",
        "by",
        "de",
        "der",
        "des",
        "di",
        "du",
        "for",
        "fur",
        "in",
        "la",
        "le",
        "of",
        "on",
        "the",
        "und",
        "y",
    )
)


def same_container(name: str, registered: Sequence[str]) -> bool:
    """Tell whether a journal or book is a registered one: whole, without its subtitle, or cut short (ISO 4)."""
    own = _journal(name)
    return any(_same_journal(own, _journal(one)) or _same_journal(*_mains(name, one)) for one in registered)


def _journal(name: str) -> list[str]:
    name = re.sub(r"\s*[\[(][^\])]*[\])]\s*$", "", name)  # the town: "Brain (Oxford)"
    return [word for word in folded(name).split() if word not in _SMALL]


def _mains(one: str, other: str) -> tuple[list[str], list[str]]:
    """Give two names without subtitles, if exactly one of them has one."""
    parts = [
        re.split(r"\s*[:\u2014]\s+|\s+[-\u2013]\s+|\.\s+(?=[A-Z]\w{3})", name, maxsplit=1) for name in (one, other)
    ]
    if len(parts[0]) == len(parts[1]):
        return [], []
    return _journal(parts[0][0]), _journal(parts[1][0])


def _same_journal(own: list[str], theirs: list[str]) -> bool:
    if not own or not theirs:
        return False
    if own == theirs or "".join(own) == "".join(theirs):
        return True
    if len(own) == len(theirs):
        return all(_abbreviates(a, b) or _abbreviates(b, a) for a, b in zip(own, theirs, strict=True))
    short, long = sorted((own, theirs), key=len)
    return len(short) == 1 and short[0] == "".join(word[0] for word in long) and len(long) >= _ACRONYM


_ACRONYM = 3


def _abbreviates(short: str, long: str) -> bool:
    """Tell whether a word is another one cut short: "psychol" of "psychology", "natl" of "national" (ISO 4)."""
    if long.startswith(short):
        return True
    letters_of = iter(long)
    return (
        short[0] == long[0]
        and len(short) >= _CONTRACTED
        and len(short) < len(long)
        and all(c in letters_of for c in short)
    )


_CONTRACTED = 3


# --- numbers ---------------------------------------------------------------------------------------------------------


def same_number(one: str, other: str) -> bool:
    """Tell whether volumes or issues are one: "07" and "7", "3-4" and "3", "Suppl. 1" and "S1", "IV" and "4"."""
    a, b = _number(one), _number(other)
    return a == b or a.split("-")[0] == b.split("-")[0] or (a in _ROMAN and str(_ROMAN.index(a) + 1) == b)


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


def _number(text: str) -> str:
    text = re.sub(r"[\u2010-\u2015/&]|\bto\b|\band\b", "-", text.casefold().strip())
    text = re.sub(r"\b(?:suppl(?:ement)?|supl)\b\.?", "s", text)
    text = re.sub(r"\b(?:vol|volume|issue|no|number|nr|pt|part)\b\.?", "", text)
    text = re.sub(r"[\s.()_c]+", "", text) if re.search(r"\d", text) else text.strip()
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def first_page(pages: str) -> str:
    """Give the first page of a range, without zeros before it; "" if there is none."""
    found = re.match(r"\s*(?:pp?\.?\s*)?([a-z]*)0*(\d+)([a-z]*)|\s*([ivxlc]+)\b", pages.casefold())
    if not found:
        return folded(pages)
    return found[4] or f"{found[1]}{found[2]}{found[3]}"


def last_page(pages: str) -> str:
    """Give the last page of a range, with the figures that its first page lends it: "152-63" ends on 163."""
    ends = re.split(r"\s*[-\u2010-\u2015]+\s*", pages.strip(), maxsplit=1)
    if len(ends) == 1:
        return ""
    first, last = first_page(ends[0]), first_page(ends[1])
    if first.isdigit() and last.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return last
