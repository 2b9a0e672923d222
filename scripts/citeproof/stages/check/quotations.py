"""Judges how quotations are set, by their length (APA 8.26, 8.27), and whether they say where they stand (APA 8.25)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof import styles
from citeproof.document import meta_strings
from citeproof.findings import warning
from citeproof.passages import LONG_QUOTATION, words
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Citation, Manuscript, Passage
    from citeproof.findings import Finding, Place
    from citeproof.styles import Style

_WITHOUT_SPACES = ("zh", "ja", "th", "km", "lo", "my")
"""Languages whose words cannot be counted by the spaces between them."""


def quotations(manuscript: Manuscript) -> Iterator[Finding]:
    """Find quotations that are set the other way than their length demands (Q001).

    Of block quotations, only one paragraph that ends in a citation in parentheses is judged: others may be
    an epigraph, verse, instructions or the like.
    """
    if next(iter(meta_strings(manuscript.document, "lang")), "en").lower().startswith(_WITHOUT_SPACES):
        return
    for passage in manuscript.passages:
        for start, end, place in passage.quoted:
            count = len(words(passage.text[start:end]))
            if place:
                yield warning(
                    "Q001",
                    place,
                    f"this quotation has {count} words and stands in the text",
                    f"make it a block quotation, each line with > before it and without quotation marks: "
                    f"{LONG_QUOTATION} words are enough (APA 8.27)",
                )
        if passage.kind == "quotation" and passage.parenthetical and passage.place:
            count = len(words(passage.text))
            if count < LONG_QUOTATION:
                yield warning(
                    "Q001",
                    passage.place,
                    f"this block quotation has {count} word{'' if count == 1 else 's'}",
                    f"put it into the text, in quotation marks: a block has {LONG_QUOTATION} words or more (APA 8.26)",
                )


# --- where in a work it stands ----------------------------------------------------------------------------------------

FEWEST_QUOTED = 8
"""Words from which on what stands in marks is taken for a quotation, and not for a term, a title or a word of irony."""

_IN_MARKS = late(r"“[^“”„]+”|„[^“”„]+[“”]|«[^«»]+»")
_SENTENCE_END = late(r"[.?!]['\u2019”»)]*(?=\s+[^\Wa-z\d_]|\s+[“„«(]|\s*\Z)")
_ABBREVIATED = late(
    r"(?:\b(?:e\.g|i\.e|cf|al|vs|pp?|St|Dr|Mr|Mrs|Ms|Prof|No|Vol|Fig|ed|eds|approx|z\. ?B|bzw)|\b[A-Z])\.\Z"
)
_TYPED_PLACE = late(
    r"(?:[(\[]\s*(?:@,?\s*)?|@,\s*)"
    r"(?:pp?\.|paras?\.|chap|sec|S\.|Abs\.|p\u00e1g|\d+:\d\d|\d{1,4}(?:[-\u2013]\d{1,4})?\)|[\w ]* section)",
    re.IGNORECASE,
)
"""A place that is typed: in parentheses of its own behind a citation, or right behind one, "(@smith, p. 3)"."""

_NO_QUOTATION = late(
    r"\b(?:items?|questions?|asked|asks|statements?|instructions?|prompts?|labell?ed|entitled|titled|called|termed|named"
    r"|title|articles?|papers?|chapters?|books?|essays?|songs?|poems?|films?|series|talks?|lectures?|editorials?|heading"
    r"|scale|slogan|motto|rated|responded|answered|read|from|to|e\.g\.|such as|example|option|scenario|vignette)"
    r"\W*(?:was|were|is|are|with)?\W*\Z",
    re.IGNORECASE,
)
"""What comes before titles, items of a scale and the like: words in marks that no page needs to be named for."""

_MOSTLY = 0.6
"""Part of the longer words that have a capital in a title."""


def quotations_without_place(manuscript: Manuscript, style: Style | None = None) -> Iterator[Finding]:
    """Find quotations whose citation does not say where in the work they stand (C013).

    Judged is a quotation of eight words or more in the same sentence as its citation, and a block quotation that ends
    in its citation. Titles, items, instructions and answers are none. Only APA's styles are taken at their word.
    """
    if style is not None and not styles.is_apa(style):
        return
    if next(iter(meta_strings(manuscript.document, "lang")), "en").lower().startswith(_WITHOUT_SPACES):
        return
    cited = {citation.place: citation for citation in manuscript.citations}
    told: set[Place] = set()
    for passage in manuscript.passages:
        for citation in _without_place(passage, cited):
            if citation.place not in told:
                told.add(citation.place)
                yield warning(
                    "C013",
                    citation.place,
                    f"@{citation.key} is quoted, and where in the work the words stand is not said",
                    _remedy(citation),
                )


def _remedy(citation: Citation) -> str:
    form = f"@{citation.key} [p. 3]" if citation.narrative else f"[@{citation.key}, p. 3]"
    return f"give the page, or para. 3 where there are none: {form} (APA 8.25, 8.28)"


def _without_place(passage: Passage, cited: dict[Place, Citation]) -> Iterator[Citation]:
    """Give the citations of quotations in a passage that have no locator."""
    here = [(at, cited[place]) for at, _, place in passage.calls if place and place in cited]
    if not here:
        return
    if passage.kind in {"quotation", "quoted"}:
        last = here[-1][1]
        if passage.parenthetical and not last.locator and len(words(passage.text)) >= FEWEST_QUOTED:
            yield last
        return
    if passage.kind not in {"text", "note"}:
        return
    for found in _IN_MARKS.finditer(passage.text):
        if not _is_quotation(passage.text, found):
            continue
        if (behind := _directly_behind(passage.text, found.end(), here)) and not behind.narrative:
            if not behind.locator and not _TYPED_PLACE.search(passage.text, found.end(), found.end() + 40):
                yield behind
            continue
        first, last_at = _sentence(passage.text, *found.span())
        inside = [(at, one) for at, one in here if first <= at < last_at and _is_beside(passage.text, found, at)]
        if (
            not inside
            or any(one.locator for _, one in inside)
            or _TYPED_PLACE.search(passage.text, first, last_at + 40)
        ):
            continue
        later = [one for at, one in inside if at >= found.end()]
        yield later[0] if later else inside[-1][1]


def _is_beside(text: str, quotation: re.Match[str], at: int) -> bool:
    """Tell whether no semicolon stands between a quotation and a citation, which is not within the quoted words."""
    start, end = quotation.span()
    return ";" not in (text[end:at] if at >= end else text[at:start]) and not start <= at < end


def _directly_behind(text: str, end: int, here: list[tuple[int, Citation]]) -> Citation | None:
    """Give the citation that follows a quotation at once: of several in its brackets one with a locator, if any has."""
    at = end + len(text[end:]) - len(text[end:].lstrip(" \u00a0,.;"))
    found = [one for where, one in here if where == at]
    return next((one for one in found if one.locator), found[0] if found else None)


def _is_quotation(text: str, found: re.Match[str]) -> bool:
    said = words(found[0])
    if len(said) < FEWEST_QUOTED or _NO_QUOTATION.search(text[max(0, found.start() - 40) : found.start()]):
        return False
    if found[0].rstrip("”“»").endswith("?"):  # an item of a scale, or a title
        return False
    long = [word for word in said[1:] if len(word) > 3]  # noqa: PLR2004  (APA 6.17)
    capitals = sum(word[0].isupper() for word in long)
    return not long or capitals / len(long) < _MOSTLY


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Give where the sentence begins and ends in which a quotation stands; the end within its marks is none."""
    first = 0
    for found in _SENTENCE_END.finditer(text, 0, start):
        if not _ABBREVIATED.search(text[: found.start() + 1]):
            first = found.end()
    last = len(text)
    for found in _SENTENCE_END.finditer(text, end):
        if not _ABBREVIATED.search(text[: found.start() + 1]):
            last = found.end()
            break
    if text[end - 2] in ".?!" and (word := re.match(r"\s+([^\W\d_])", text[end:])) and word[1].isupper():
        last = end  # the mark within ends the sentence
    return first, last
