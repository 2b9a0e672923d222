"""Judges what an author meant as a citation and pandoc does not read as one, or not as it was meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof import typed
from citeproof.document import CITED_HERE
from citeproof.findings import error
from citeproof.source import Source
from citeproof.stages.check import works

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.abridged import Abridged
    from citeproof.document import Citation, Manuscript
    from citeproof.findings import Finding, Place


def unseen_citations(manuscript: Manuscript) -> Iterator[Finding]:
    """Find brackets that are missing and keys that pandoc passes over (C009).

    An @ with a backslash before it is meant as it stands, and a key in code, in an address or in a formula is none.
    LaTeX's own commands are told as what they are (L001).
    """
    if not manuscript.abridged.text:
        return
    yield from _brackets(manuscript)
    yield from _keys(manuscript)


def _unseen(place: Place, what: str, remedy: str) -> Finding:
    return error("C009", place, what, remedy)


# --- brackets ---------------------------------------------------------------------------------------------------------

_SHORT_PREFIX = re.compile(r"[ ]*(?:[^\W\d_][\w.,\u2019'&-]*[ \u00a0]+){0,6}-?\Z")
"""What may stand between a bracket and the key of a citation: "see also"."""

_SHORT_SUFFIX = re.compile(rf"(?:, [^()\[\]]{{1,60}}|;[^()\[\]]*{CITED_HERE}[^()\[\]]{{0,40}})?\Z")
"""What may stand between a key and the bracket that ends its citation."""


def _brackets(manuscript: Manuscript) -> Iterator[Finding]:
    """Find citations in the sentence beside which a bracket stands that has lost its twin.

    pandoc's citations have no brackets left in a passage's text: whatever is there is printed.
    """
    of_place = {citation.place: citation for citation in manuscript.citations if citation.narrative}
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
        return _unseen(citation.place, what, f"open it before the citation: [@{citation.key}]"), closing
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


def _closed(manuscript: Manuscript, inside: str, citation: Citation) -> Finding | None:
    """Judge brackets that pandoc does not read; those in which words are one part, filters/apa/parentheses.lua does."""
    parts = [part.strip() for part in inside.split(";")]
    keys = {entry.key for entry in manuscript.entries}
    if len(parts) > 1 and all(parts) and not any(part.partition(",")[0].strip() in keys for part in parts):
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
    source = works.source(manuscript)
    found = source.text.rfind(mark, 0, source.offset(citation.place)) if citation.place.line else -1
    if found < 0 or source.text[found - 1 : found] == "\\":
        return None
    return _unseen(source.place(found), what, remedy)


# --- keys -------------------------------------------------------------------------------------------------------------

_LEADS_ON = re.compile(
    r"\b(?:see|also|cf|in|by|of|and|as|from|with|that|the|siehe|vgl|von|voir|de|para)\Z", re.IGNORECASE
)
"""A word that is none of an address, and may have lost the space behind it."""


def _is_no_word(key: str) -> bool:
    """Tell a key such as smith2020 or doe_sleep from a word or a number that may stand in any text."""
    return bool(re.search(r"[\d_:]", key)) and any(char.isalpha() for char in key)


_AT = re.compile(r"@|\uff20|\[[^\[\]@]*[\d_:.-]|\ufe6b")
_KEY = r"(?:\w(?:\w|[:.#$%&+?<>~/-](?=\w))*)"
_INVISIBLE = r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]"
_WITHIN_WORD = re.compile(rf"(?<=\w)@\{{?(?P<key>{_KEY})")
_APART = re.compile(rf"(?<![\w\\@])@(?P<gap>[ ]{{1,2}}|{_INVISIBLE}+|\[)(?P<key>{_KEY})")
_WIDE = re.compile(rf"[\uff20\ufe6b] ?(?P<key>{_KEY})")
_BARE = re.compile(
    rf"(?<![\w\]!\[\\^@])\[(?:(?:see|cf\.|e\.g\.,|see also) )?-?(?P<key>{_KEY})(?:, [^\[\]@]{{1,40}}|;[^\[\]]*)?\]"
)
_OF_LINKS = tuple("([:{")
"""What follows the brackets of a link, of a definition or of words with attributes."""
_IN_BRACKETS = re.compile(r"\[[^\[\]\n]*@[^\[\]\n]*\]")
_RUN_ON = re.compile(rf"-?@\{{?(?P<first>{_KEY})\}}?,? ?-?@\{{?(?P<second>{_KEY})")


@dataclass(frozen=True, slots=True)
class _Text:
    """The prose of a manuscript, and what is known of it."""

    view: str
    typed: str
    known: frozenset[str]
    cited: dict[Place, Citation]
    short: Abridged
    whole: Source

    def place(self, offset: int) -> Place:
        return self.whole.place(self.short.offset(offset))

    def keys(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], str]]:
        """Find a pattern whose group `key` is a key at hand."""
        return ((found, found["key"]) for found in pattern.finditer(self.view) if found["key"] in self.known)


def _keys(manuscript: Manuscript) -> Iterator[Finding]:
    """Find keys at hand that have no @, none that pandoc reads, or none of their own."""
    short = manuscript.abridged
    known = frozenset(entry.key for entry in manuscript.entries)
    if not known or not _AT.search(short.text):
        return
    view = typed.prose(Source(manuscript.head.file, short.text))
    cited = {citation.place: citation for citation in manuscript.citations}
    text = _Text(view, short.text, known, cited, short, works.source(manuscript))
    yield from _within_words(text)
    yield from _apart(text)
    yield from _without_at(text, manuscript)
    yield from _run_on(text)


def _within_words(text: _Text) -> Iterator[Finding]:
    for found, key in text.keys(_WITHIN_WORD):
        before, behind = text.view[: found.start()], text.view[found.end() :]
        # In an address a key is only the beginning of what follows, or stands behind other parts of it.
        if re.match(r"[.@-]\w", behind) or re.search(r"[./:]\S*\Z", before[-60:]):
            continue
        if not _is_no_word(key) and not _LEADS_ON.search(before):
            continue
        if text.place(found.start()) not in text.cited:
            word = re.findall(r"\w+\Z", before[-60:])[0]
            yield _unseen(
                text.place(found.start()),
                f"@{key} stands directly behind a word, and pandoc reads no citation there",
                f"put a space between: {word} @{key}",
            )


def _apart(text: _Text) -> Iterator[Finding]:
    for found, key in text.keys(_APART):
        if found["gap"].isspace() and not _is_no_word(key) and text.view[found.start() - 1 : found.start()] != "[":
            continue
        what = "a bracket" if found["gap"] == "[" else "a space" if found["gap"].isspace() else "an invisible character"
        yield _unseen(
            text.place(found.start()),
            f"between @ and {key} stands {what}, and pandoc reads no citation there",
            f"write [@{key}], or @{key} in the sentence",
        )
    for found, key in text.keys(_WIDE):
        yield _unseen(
            text.place(found.start()),
            f"the {found[0][0]} before {key} is no @ but a character that looks like it",
            f"write [@{key}], or @{key} in the sentence",
        )


def _without_at(text: _Text, manuscript: Manuscript) -> Iterator[Finding]:
    """Find `[key]`, where the key is no word and no number."""
    for found, key in text.keys(_BARE):
        is_link = text.typed[found.end() : found.end() + 1] in _OF_LINKS
        if is_link or not _is_no_word(key):
            continue
        piece = found[0].partition(key)[0] + key
        if any(piece in passage.text for passage in manuscript.passages):
            yield _unseen(
                text.place(found.start()),
                f"{key} stands in brackets without an @, and is printed as it is",
                f"write [@{key}]",
            )


def _run_on(text: _Text) -> Iterator[Finding]:
    for brackets in _IN_BRACKETS.finditer(text.view):
        for found in _RUN_ON.finditer(brackets[0]):
            first, second = found["first"], found["second"]
            start = brackets.start() + found.start()
            before = text.cited.get(text.place(start + found[0].index("@")))
            where = text.place(start + found[0].rindex("@"))
            if {first, second} <= text.known and before and not before.narrative and where in text.cited:
                yield _unseen(
                    where,
                    f"no semicolon stands between @{first} and @{second}: "
                    f"pandoc takes the second for words behind the first",
                    f"write [@{first}; @{second}]",
                )
