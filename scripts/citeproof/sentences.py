"""Finds the sentence that a part of a paragraph stands in, in any language; in doubt it is a longer one.

Pure. What must not be cut, such as a citation as it is printed, is told by where it begins and ends.
"""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PARAGRAPH_END = "\u2029"
"""Ends a paragraph within a text (Unicode's own paragraph separator), and so a sentence."""

_SHORT = (
    "abb abschn al anm approx art aufl bd bzw ca cap cf cfr ch chap chaps cit col cp d.h dept dr e.g ed eds eq"
    " esp est et ex f fasc ff fig figs fol gen hg hrsg i.e ibid inc jr kap lic ltd mme mr mrs ms n.b nn no nos"
    " nr núm op p p.ej par phil pp pr prof pág págs resp rev s s.a sec sect seq sog sr sra ss st t.d tab trad"
    " trans u.a univ v vgl viz vol vols vs vv z.b z.t zit éd übers"
)
_ABBREVIATIONS = frozenset(_SHORT.split())
"""Words behind which a full stop does not end a sentence."""

_ORDINALS = frozenset(
    ["cs", "da", "de", "et", "eu", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "sk", "sl", "sr", "tr"]
)
"""Languages that write "3rd" as "3."."""

_IN_BRACKETS = "\ue000"
_IN_THE_SENTENCE = "\ue001"
"""Stand for each character of a citation: of one in brackets or in a note, and of one that the sentence says."""

_CLOSING = "\"'\u2019\u201d\u00bb\u203a)\\]"
_OPENING = "\"'\u2018\u201c\u201e\u00ab\u2039(\\[\u00bf\u00a1"
_CITED = rf"(?:\s*{_IN_BRACKETS})*"
_END = re.compile(
    rf"(?:(?P<mark>[.?!\u2026\u061f\u06d4\u0964]+)[{_CLOSING}]*{_CITED}[^\S{PARAGRAPH_END}]+"
    rf"(?=[{_OPENING}]*(?P<next>[^\s{_OPENING}{_IN_BRACKETS}])))"
    rf"|(?:[\u3002\uff01\uff1f]+[\u300d\u300f\uff09{_CLOSING}]*{_CITED}\s*)"
    rf"|{PARAGRAPH_END}"
)
_LAST_WORD = re.compile(r"[^\s(\[\u2013\u2014/]*$")


_LONGEST = 12
"""Characters in which a word is looked for that ends no sentence."""


def ends(text: str, kept: Iterable[tuple[int, int, bool]] = (), language: str = "en") -> list[int]:
    """Give where sentences of a text begin, from the second one on.

    `kept` says what no sentence ends in: beginning, end, and whether it stands in brackets, so that it belongs to the
    sentence that it follows. `language` is a tag of BCP 47.
    """
    masked = _masked(text, kept)
    has_ordinals = language.partition("-")[0].lower() in _ORDINALS
    return [
        found.end()
        for found in _END.finditer(masked)
        if found["mark"] is None or _ends_here(masked, found, has_ordinals)
    ]


def _masked(text: str, kept: Iterable[tuple[int, int, bool]]) -> str:
    pieces: list[str] = []
    at = 0
    for first, last, in_brackets in sorted(kept):
        if first >= at:
            pieces += [text[at:first], (_IN_BRACKETS if in_brackets else _IN_THE_SENTENCE) * (last - first)]
            at = last
    return "".join([*pieces, text[at:]])


def _ends_here(text: str, found: re.Match[str], has_ordinals: bool) -> bool:
    if found["next"].islower():
        return False
    if found["mark"] != ".":
        return True
    end = found.start("mark")
    word = _LAST_WORD.search(text[max(end - _LONGEST, 0) : end])
    before = word[0] if word else ""
    if len(before) == 1 and before.lower() != before.upper():  # an initial, or half of "z. B."; few sentences end so
        return False
    if before.isdigit() and has_ordinals and len(before) <= 2:  # noqa: PLR2004
        return False
    return before.lower().lstrip("\"'\u2018\u201c\u201e\u00ab") not in _ABBREVIATIONS


def around(text: str, first: int, last: int, beginnings: Sequence[int]) -> tuple[str, str]:
    """Give what stands before and behind text[first:last] in its sentence; `beginnings` is what `ends` gave."""
    index = bisect.bisect_right(beginnings, first)
    start = beginnings[index - 1] if index else 0
    following = bisect.bisect_left(beginnings, max(last, first + 1))
    end = beginnings[following] if following < len(beginnings) else len(text)
    return text[start:first].lstrip(), text[last:end].rstrip().rstrip(PARAGRAPH_END).rstrip()
