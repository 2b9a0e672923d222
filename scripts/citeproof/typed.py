"""Finds citations that were typed by hand, such as "(Smith, 2020)" or "Smith and Lee (2020)", in a manuscript's text.

Looks at the text as typed, where each piece has its place; whether a piece is prose after all, pandoc's tree must say.
Knows no bibliography and judges nothing. Pure functions.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from citeproof import places, source
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Work:
    """A work as it is typed: who wrote it, when, and where in it one should look."""

    names: tuple[str, ...]
    """Its authors, each as typed; of "Smith et al." the first."""
    whole: str
    """All of its authors as typed, since the name of a group may have commas and "and" in it."""
    year: str
    """Four digits, "n.d." or "in press"; without the letter that tells two works of one year apart."""
    start: int
    end: int
    et_al: bool = False
    joined: str = ""
    """What stands between the last two authors: "&", "and" or the like."""
    comma: bool = True
    """Whether a comma stands before the year, as APA has it."""
    rest: str = ""
    """What follows the year, such as ", p. 3"."""
    before: str = ""
    """What introduces it, such as "see also"."""
    secondary: bool = False
    """Whether one of two works that "as cited in" joins."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in one pair of parentheses, or in a sentence with the year in parentheses: `narrative`."""

    works: tuple[Work, ...]
    start: int
    end: int
    narrative: bool = False
    possessive: str = ""
    alone: bool = True
    """Whether nothing else than these works stands in the parentheses."""
    before: str = ""
    """What stands in the parentheses before the first work, such as "see"."""
    shorter: tuple[Work, ...] = ()
    """In a sentence, the same work with fewer words before the year: "However, Smith" may be Smith."""


# --- prose ------------------------------------------------------------------------------------------------------------

_FIELD = late(r"^([\w-]+)[ \t]*:", re.MULTILINE)
_PROSE_FIELDS = frozenset({"abstract", "impact-statement", "author-note"})
"""Fields of the front matter that are paragraphs (as passages.py reads them)."""

_NO_PROSE = late(
    r"<[a-z/!?][^<>]*>"  # a tag, or an address in angle brackets
    r"|\b(?:https?|ftp|doi):[^\s<>()\[\]]+|\bwww\.[^\s<>()\[\]]+"
    r"|(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \n]+\"[^\"\n]*\")?\)"  # where a link leads
    r"|(?<=[\])`])\{[^{}\n]*\}|\{[#.][^{}\n]*\}"  # attributes
    r"|\$\$.+?\$\$|(?<![\\$\w])\$(?![\s$])[^$\n]*(?<!\s)\$(?![\d$])",  # formulas
    re.DOTALL | re.IGNORECASE,
)
_HEADING = late(r"^[ \t>]*#{1,6}[ \t][^\n]*|^[^\n]+\n(?==+[ \t]*$|-+[ \t]*$)", re.MULTILINE)
_INDENTED = late(r"(?P<before>(?:^|(?<=\n))[^\n]*\n)(?:[ \t]*\n)+(?P<code>(?:(?:[ ]{4}|\t)[^\n]*(?:\n|\Z))+)")
"""Lines that are code if the line before them begins no list, note or definition."""
_NO_CODE_BELOW = late(r"[ ]{4}|\t|[ ]{0,3}(?:[-*+:~]|\(?(?:\d+|[A-Za-z#]|[ivx]+|@[\w-]*)[.)]|\[\^)[ \t:\w]")
_QUOTED_LINE = late(r"^(?:[ ]{0,3}>)+", re.MULTILINE)
_LINE_END = late(r"(?<=\S)([ \t]*)\n(?=[ \t]*\S)")
_ENTITIES = (("\\&", " &"), ("&amp;", "&    "), ("&nbsp;", "      "), ("\\ ", "  "), ("\u00a0", " "), ("\u202f", " "))
_EMPHASIZED = late(r"[*_](et al\.?,?)[*_]")


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


@functools.lru_cache(maxsize=2)  # whoever reads a paper asks several times
def prose(text: places.Source) -> str:
    """Give a manuscript's prose: each letter in its place, all else blank, paragraphs in one line each.

    Headings, which name works as titles do, code, formulas, addresses and attributes are blank; so is the front matter
    but for its paragraphs. What stands in quotation marks or in a block quotation is there.
    """
    view = source.outside_code(text)
    for first, last in _indented_code(text.text):
        view = view[:first] + re.sub(r"[^\n]", " ", view[first:last]) + view[last:]
    view = _HEADING.sub(_blank, view)
    view = _with_front_matter(text, view)
    view = _NO_PROSE.sub(_blank, view)
    view = _QUOTED_LINE.sub(_blank, view)
    for typed, plain in _ENTITIES:
        view = view.replace(typed, plain)
    view = _EMPHASIZED.sub(r"  \1", view)
    return _LINE_END.sub(r"\1 ", view).replace("\t", " ")


def _indented_code(text: str) -> Iterator[tuple[int, int]]:
    """Find the lines that are code by their indent; below a list, a note or a definition they may be anything."""
    for found in _INDENTED.finditer(text):
        if found["before"].strip() and not _NO_CODE_BELOW.match(found["before"]):
            yield found.span("code")


def _with_front_matter(text: places.Source, view: str) -> str:
    """Put back the fields of the front matter that are paragraphs, without their names."""
    block = source.FRONT_MATTER.match(text.text)
    if not block:
        return view
    starts = [*_FIELD.finditer(block[1])]
    ends = [*(found.start() for found in starts), len(block[1])][1:]
    for found, end in zip(starts, ends, strict=True):
        if found[1] in _PROSE_FIELDS:
            first, last = block.start(1) + found.end(), block.start(1) + end
            view = view[:first] + text.text[first:last] + view[last:]
    return view


# --- citations --------------------------------------------------------------------------------------------------------

_YEAR = (
    r"(?:(?:1[5-9]|20)\d\d(?:/(?:1[5-9]|20)\d\d)?[a-rt-z]?(?![\w%])"  # 1990s is a decade
    r"|n\. ?d\.(?:-[a-z]\b)?|(?:in press|forthcoming)(?:-[a-z])?)"
)
_PARENTHESES = late(rf"(?P<open>[(\[])(?P<inner>[^()\n]{{0,600}}?{_YEAR}[^()\n]{{0,600}}?)[)\]](?![(:])")
_PART = late(rf"(?P<names>.*?[^\s,\d])(?P<comma>,?) +(?P<year>{_YEAR})(?P<rest>(?:[,: ].*)?)\Z", re.DOTALL)
_MORE_YEARS = late(rf",? *(?:and )?({_YEAR}|[a-z](?=,|\Z))")
_ALSO_CITED = late(r",? +(?:as cited in|cited in|zitiert nach|cité dans|citado en) +")
_PARTICLES = r"(?:(?:van|von|vom|der|den|de|del|della|di|da|dos|du|la|le|ter|ten|te|zu|zur|af|al|el|bin|ibn|st\.) )"
_CAPITALIZED = r"(?:[dDlLO]['\u2019])?[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:(?:['\u2019](?!s\b)|[\u2010-])[^\W\d_]+)*"
_BETWEEN = r"(?:(?:of|for|on|the|of the|for the|de|du|des|für|del|di|in) )?"
_NAME = rf"{_PARTICLES}{{0,3}}{_CAPITALIZED}(?: {_BETWEEN}{_CAPITALIZED}){{0,6}}"
_AND = r"(?:&|and|und|et(?! al)|y|e|en|och|og)"
_IS_NAME = late(_NAME)
_NAMED = late(
    rf"(?<![\w@.-])(?P<names>(?:{_NAME}, )*{_NAME}(?:,? {_AND} {_NAME})?)(?P<et>,? et al\.?)?"
    rf"(?P<possessive>['\u2019]s?)?,? \Z"
)
_OPENING = late(rf"\((?P<year>{_YEAR})(?P<rest>(?:[,:;] [^()\n]{{0,200}}|, ?[a-z])?)\)")
_LONGEST = 160
"""Characters before a year in parentheses in which the names are looked for."""
_INITIALS = late(r"(?:[^\W\d_]\.[ -]?)+")
_ABBREVIATION = late(r" \[[^\[\]]*\]")
_GENERATION = frozenset({"Jr.", "Jr", "Sr.", "II", "III", "IV"})
_IS_ELIDED = late(r"[dl]['\u2019]")
_IS_PARTICLE = late(_PARTICLES)
_OPENERS = frozenset(
    {"see", "for", "cf", "compare", "following", "siehe", "vgl", "voir", "véase", "adapted", "but", "in"}
)


def citations(text: places.Source) -> tuple[Typed, ...]:
    """Find what looks like a citation and is none to pandoc, in the order of the text."""
    if not source.may_be_cited_by_hand(text.text):
        return ()
    view = prose(text)
    found = [*_in_parentheses(view), *_in_sentences(view)]
    return tuple(sorted(found, key=lambda one: one.start))


def _in_parentheses(view: str) -> Iterator[Typed]:
    for found in _PARENTHESES.finditer(view):
        inner, start = found["inner"], found.start("inner")
        cut = inner.rfind("[") + 1 if found["open"] == "[" else 0  # only the innermost pair is looked at
        works: list[Work] = []
        alone, before = True, ""
        for part, at in _split(inner[cut:], start + cut):
            read = _works(part, at)
            if read and not works:
                before = view[start + cut : read[0].start].strip()
            works += read
            alone = alone and bool(read)
        if works:
            yield Typed(tuple(works), found.start("inner") - 1 + cut, found.end(), alone=alone, before=before)


def _split(inner: str, at: int) -> Iterator[tuple[str, int]]:
    for part in inner.split(";"):
        yield part, at
        at += len(part) + 1


def _works(part: str, at: int) -> list[Work]:
    """Read one part of what stands between semicolons; two works if one is cited as cited in the other."""
    if "@" in part or "*" in part or "_" in part:
        return []
    second = _ALSO_CITED.search(part)
    if second and (first := _work(part[: second.start()], at)):
        later = _work(part[second.end() :], at + second.end())
        return [replace(one, secondary=True) for one in (first, later) if one]
    work = _work(part, at)
    if not work:
        return []
    if second or re.search(r"\bcited in\b", part):
        return [replace(work, secondary=True)]
    works = [work]
    rest = work.rest
    while more := _MORE_YEARS.match(rest):  # (Smith, 2019, 2020)
        rest = rest[more.end() :]
        if len(more[1]) > 1:
            year = work.end - len(rest) - len(more[1])
            works.append(replace(work, year=_bare_year(more[1]), rest=rest, start=year))
    return works


def _bare_year(year: str) -> str:
    year = year.replace("n. d.", "n.d.").replace("forthcoming", "in press")
    return re.sub(r"(?<=\d)[a-z]\Z|-[a-z]\Z", "", year)


def _work(part: str, at: int) -> Work | None:
    found = _PART.match(part)
    if not found:
        return None
    raw = found["names"]
    skipped = _introduction(raw)
    read = _names(raw[skipped:])
    if read is None:
        return None
    names, et_al, joined = read
    return Work(
        names,
        raw[skipped:].strip(),
        _bare_year(found["year"]),
        at + skipped,
        at + len(part.rstrip()),
        et_al,
        joined,
        bool(found["comma"]),
        found["rest"].rstrip(),
        raw[:skipped].strip(),
    )


def _introduction(raw: str) -> int:
    """Count the characters before the first name: "see also", "e.g.,", "for a review, see"."""
    at = len(raw) - len(raw.lstrip())
    for word in re.finditer(r"\S+ *", raw):
        said = word[0].strip()
        is_name = said[0].isupper() or _IS_PARTICLE.match(f"{said} ") or _IS_ELIDED.match(said)
        if is_name and said.strip(",.:").casefold() not in _OPENERS:
            break
        at = word.end()
    return at


def _names(raw: str) -> tuple[tuple[str, ...], bool, str] | None:
    """Read authors: the names, whether "et al." follows, and what joins the last two; None if they are no names."""
    text = " ".join(_ABBREVIATION.sub("", raw).split())
    et_al = re.search(r",? et al\.?\Z", text)
    text = text[: et_al.start()] if et_al else text
    joined = re.findall(rf" ({_AND}) ", text)
    pieces = [piece.strip() for piece in re.split(rf",? {_AND} |, ", text)]
    names = []
    for piece in pieces:
        if piece in _GENERATION or _INITIALS.fullmatch(piece):
            continue
        name = piece[initials.end() :] if (initials := _INITIALS.match(piece)) else piece
        if not _is_name(name):
            return None
        names.append(name)
    return (tuple(names), bool(et_al), joined[-1] if joined else "") if names else None


def _is_name(text: str) -> bool:
    found = _IS_NAME.fullmatch(text)
    return bool(found) and any(char.isupper() or not char.islower() for char in text) and len(text) > 1


def _in_sentences(view: str) -> Iterator[Typed]:
    for found in _OPENING.finditer(view):
        begin = max(0, view.rfind("\n", 0, found.start()) + 1, found.start() - _LONGEST)
        window, offsets = _single_spaced(view[begin : found.start()])
        named = _NAMED.search(window)
        if not named:
            continue
        year, rest = _bare_year(found["year"]), found["rest"].strip()
        works = []
        for at in _beginnings(named["names"]):
            said = named["names"][at:]
            read = _names(said)
            if read:
                first = begin + offsets[named.start("names") + at]
                works.append(Work(read[0], said, year, first, found.end(), bool(named["et"]), read[2], rest=rest))
        if works:
            whole, *shorter = works
            possessive = named["possessive"] or ""
            yield Typed(
                (whole,), whole.start, found.end(), narrative=True, possessive=possessive, shorter=tuple(shorter)
            )


def _beginnings(names: str) -> Iterator[int]:
    """Give where the first of several names may begin: with each of its words, or with the second name.

    A list whose last name follows a comma has three names, and loses none of them.
    """
    first, comma, others = names.partition(", ")
    ends = len(first) if comma or not (joined := re.search(rf",? {_AND} ", names)) else joined.start()
    yield 0
    yield from (word.end() for word in re.finditer(r" ", names[:ends]))
    if comma and not re.search(rf", {_AND} ", names):
        second = len(first) + 2
        yield from (second + at for at in _beginnings(others))


def _single_spaced(text: str) -> tuple[str, list[int]]:
    """Give a text with one space for each run of them, and for each character where it stood."""
    kept = [at for at, char in enumerate(text) if char != " " or not at or text[at - 1] != " "]
    return "".join(text[at] for at in kept), [*kept, len(text)]


MOST_SOUGHT = 20
"""Names that are looked for in a large bibliography, one search each."""


def sought(text: places.Source) -> tuple[str, ...]:
    """Give the names by which entries of works that are typed by hand can be found in a large file.

    Only names that every format writes as they are: letters without accents. The first ones, if they are many.
    """
    names = (work.names[0].split(" ")[-1] for found in citations(text) for work in found.works)
    plain = [name for name in names if name.isascii() and len(name) > 2]  # noqa: PLR2004  (two letters are anywhere)
    return tuple(dict.fromkeys(plain))[:MOST_SOUGHT]
