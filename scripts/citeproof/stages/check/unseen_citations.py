"""Judges what an author meant as a citation and pandoc does not read as one, or not as it was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citeproof import source
from citeproof.document import CITED_HERE
from citeproof.findings import error
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Citation, Manuscript
    from citeproof.findings import Finding, Place


def unseen_citations(manuscript: Manuscript) -> Iterator[Finding]:
    """Find brackets that are missing and keys that pandoc passes over (C009).

    An @ with a backslash before it is meant as it stands, and a key in code, in an address or in a formula is none.
    LaTeX's own commands are told as what they are (L001).
    """
    yield from _brackets(manuscript)
    if source.may_be_nearly_cited(manuscript.abridged.text):
        from citeproof.stages.check.near_keys import near_keys  # noqa: PLC0415  (few papers need it)

        yield from near_keys(manuscript)


# --- brackets ---------------------------------------------------------------------------------------------------------

_SHORT_PREFIX = late(r"[ ]*(?:[^\W\d_][\w.,\u2019'&-]*[ \u00a0]+){0,6}-?\Z")
"""What may stand between a bracket and the key of a citation: "see also"."""

_SHORT_SUFFIX = late(
    rf"(?:, ?(?:[a-z]{{1,5}}\.|\d|[A-Z])[^()\[\]]{{0,60}}|;[^()\[\]]*{CITED_HERE}[^()\[\]]{{0,40}})?\Z"
)
"""What may stand between a key and the bracket that ends its citation."""


def _brackets(manuscript: Manuscript) -> Iterator[Finding]:
    """Find citations in the sentence beside which a bracket stands that has lost its twin.

    pandoc's citations have no brackets left in a passage's text: whatever is there is printed.
    """
    of_place = {citation.place: citation for citation in manuscript.citations if not citation.bracketed}
    told: set[Place] = set()
    for passage in manuscript.passages:
        if not passage.calls or not ("[" in passage.text or "]" in passage.text or "(" in passage.text):
            continue
        text, done = passage.text, -1
        for at, _, place in passage.calls:
            citation = of_place.get(place) if place else None
            if citation is None or at < done or citation.place in told:
                continue
            found, done = _bracket(manuscript, text, at, citation)
            if found:
                told.add(citation.place)
                yield found


def _bracket(manuscript: Manuscript, text: str, at: int, citation: Citation) -> tuple[Finding | None, int]:
    """Judge the brackets around a citation in the sentence; gives what is wrong and how far the text is judged."""
    opening = max(text.rfind("[", 0, at), text.rfind("]", 0, at))
    closing = _first(text, at)
    is_open = opening >= 0 and text[opening] == "["
    if is_open and closing >= 0 and text[closing] == "]":
        return _closed(manuscript, text[opening + 1 : closing], citation), closing
    if is_open and _SHORT_PREFIX.match(text, opening + 1, at):
        what = f"no ] closes the bracket before @{citation.key}, which is printed in the sentence"
        found = _at_mark(manuscript, citation, "[", what, f"close it behind the citation: [@{citation.key}]")
        return found, len(text) if closing < 0 else closing
    if closing >= 0 and text[closing] == "]" and _SHORT_SUFFIX.match(text, at + 1, closing):
        what = f"no [ opens the bracket behind @{citation.key}, which is printed in the sentence"
        return error("C009", citation.place, what, f"open it before the citation: [@{citation.key}]"), closing
    opening = max(text.rfind("(", 0, at), text.rfind(")", 0, at))
    if (
        opening >= 0
        and text[opening] == "("
        and _SHORT_PREFIX.match(text, opening + 1, at)
        and not _is_closed(text, at)
    ):
        what = f"no ) closes the parenthesis before @{citation.key}, which is printed in the sentence"
        remedy = f"write [@{citation.key}]: the parentheses come by themselves"
        return _at_mark(manuscript, citation, "(", what, remedy), len(text)
    return None, at


_WITH_YEAR = late(r"(?:1[5-9]|20)\d\d")


def _closed(manuscript: Manuscript, inside: str, citation: Citation) -> Finding | None:
    """Judge brackets that pandoc does not read; those in which words are one part, filters/apa/parentheses.lua does."""
    parts = [part.strip() for part in inside.split(";")]
    keys = {entry.key for entry in manuscript.entries}
    bare = {part.partition(",")[0] for part in parts} & keys
    if len(parts) > 1 and all(parts) and not bare:
        return None
    if any(_WITH_YEAR.search(key) for key in bare):  # near_keys tells it where it stands
        return None
    what = f"pandoc reads no citation in the brackets around @{citation.key}, which is printed in the sentence"
    remedy = "between two semicolons there must be a key with an @ before it: [@one; see @two, p. 3]"
    return _at_mark(manuscript, citation, "[", what, remedy)


def _first(text: str, at: int) -> int:
    found = [hit for mark in "[]" if (hit := text.find(mark, at + 1)) >= 0]
    return min(found) if found else -1


def _is_closed(text: str, at: int) -> bool:
    depth = 1
    for char in text[at + 1 :]:
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return True
    return False


def _at_mark(manuscript: Manuscript, citation: Citation, mark: str, what: str, remedy: str) -> Finding | None:
    """Tell what is wrong at the mark before a citation; a backslash says that the mark is meant as it stands."""
    text = manuscript.text
    found = text.text.rfind(mark, 0, text.offset(citation.place)) if citation.place.line else -1
    if found < 0 or text.text[found - 1 : found] == "\\":
        return None
    return error("C009", text.place(found), what, remedy)
