"""Judges headings: their levels, and their capitals (APA 2.27, 6.17)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from citeproof.document import CITED_HERE, ITALIC, NOT_TEXT, SUBSCRIPT, SUPERSCRIPT, meta_strings
from citeproof.findings import warning
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Heading, Manuscript
    from citeproof.findings import Finding

DEEPEST = 5
"""Levels of heading that there are (APA 2.27)."""

_MINOR = frozenset(
    [
        *("a", "an", "and", "as", "at", "but", "by", "for", "if", "in", "nor", "of", "off", "on", "or", "per", "so"),
        *("the", "to", "up", "via", "yet"),
    ]
)
"""Words that a heading in title case may have in lower case; APA 6.17 capitalizes those of four letters and more."""

_LONG = 4
"""Letters from which on every word is capitalized (APA 6.17)."""


_NO_PLAIN_WORD = late(f"[{ITALIC}{SUBSCRIPT}{SUPERSCRIPT}{CITED_HERE}{NOT_TEXT}]")


def headings(manuscript: Manuscript) -> Iterator[Finding]:
    """Find skipped levels (H001), too deep a beginning (H002), sentence case (H003), levels below the fifth (H004)."""
    found = manuscript.headings
    if found:
        yield from _first(found)
    for before, heading in pairwise(found):
        if heading.level > before.level + 1:
            skipped = [str(level) for level in range(before.level + 1, heading.level)]
            many = len(skipped) > 1
            yield warning(
                "H001",
                heading.place,
                f"this heading of level {heading.level} follows one of level {before.level}: "
                f"level{'s' if many else ''} {' and '.join(skipped)} {'are' if many else 'is'} skipped",
                f"begin it with {'#' * (before.level + 1)} (APA 2.27)",
            )
    for heading in found:
        if heading.level > DEEPEST:
            yield warning(
                "H004",
                heading.place,
                f"this heading has level {heading.level}; there are {DEEPEST}",
                "give it another level, or make it the first words of its paragraph (APA 2.27)",
            )
    language = next(iter(meta_strings(manuscript.document, "lang")), "en")
    if language.lower().startswith("en"):
        for heading in found:
            if _is_in_sentence_case(heading.text):
                yield warning(
                    "H003",
                    heading.place,
                    f"the heading “{heading.text.strip()}” is in sentence case",
                    f"write it in title case: {in_title_case(heading.text.strip())} (APA 6.17)",
                )


def _first(found: tuple[Heading, ...]) -> Iterator[Finding]:
    first = found[0]
    # The title heads the introduction as a heading of level 1 would, so that level 2 may come first (APA 2.11, 2.27).
    if first.level == 1 or (first.level == 2 and any(heading.level == 1 for heading in found)):  # noqa: PLR2004
        return
    yield warning(
        "H002",
        first.place,
        f"the first heading has level {first.level}",
        "begin main sections such as Method with # and their parts with ## (APA 2.27)",
    )


def _is_in_sentence_case(text: str) -> bool:
    """Tell whether a heading has a first word with a capital, and long words after it that all lack one."""
    if _NO_PLAIN_WORD.search(text):  # a species, a symbol: who knows how it is written
        return False
    first, *others = text.split() or [""]
    letters = [re.sub(r"^\W+|\W+$", "", word) for word in others]
    if not first[:1].isupper() or any(char.isupper() or char.isdigit() for word in letters for char in word):
        return False
    return any(len(word) >= _LONG and word.isalpha() and word not in _MINOR for word in letters)


def in_title_case(text: str) -> str:
    """Write a heading in title case: a capital for the first word, the first after a colon, and all but minor ones."""
    first, *others = text.split(" ")
    written = [first]
    for word in others:
        minor = word in _MINOR and not written[-1].endswith((":", "\u2013", "\u2014", "?", "."))
        written.append(word if minor else _with_capitals(word))
    return " ".join(written)


def _with_capitals(word: str) -> str:
    parts = re.split(r"([-\u2013\u2014/])", word)
    return "".join(re.sub(r"[^\W\d_]", lambda found: found[0].upper(), part, count=1) for part in parts)
