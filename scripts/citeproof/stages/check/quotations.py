"""Judges how quotations are set: 40 words or more as a block, shorter ones in the text (APA 8.26, 8.27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citeproof.document import meta_strings
from citeproof.findings import warning
from citeproof.passages import LONG_QUOTATION, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Manuscript
    from citeproof.findings import Finding

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
