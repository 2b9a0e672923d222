"""Judges keys that are almost cited: without an @, with one that pandoc does not read, or run on to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof import typed
from citeproof.findings import error
from citeproof.places import Source
from citeproof.source import words_with_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.abridged import Abridged
    from citeproof.document import Citation, Manuscript
    from citeproof.findings import Finding, Place

_LEADS_ON = re.compile(
    r"\b(?:see|also|cf|in|by|of|and|as|from|with|that|the|siehe|vgl|von|voir|de|para)\Z", re.IGNORECASE
)
"""A word that is none of an address, and may have lost the space behind it."""


def _is_no_word(key: str) -> bool:
    """Tell a key such as smith2020 or doe_sleep from a word or a number that may stand in any text."""
    return bool(re.search(r"[\d_:]", key)) and any(char.isalpha() for char in key)


_KEY = r"(?:\w(?:\w|[:.#$%&+?<>~/-](?=\w))*)"
_INVISIBLE = r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]"
_WITHIN_WORD = re.compile(rf"(?<=\w)@\{{?(?P<key>{_KEY})")
_APART = re.compile(rf"(?<![\w\\@])@(?P<gap>[ ]{{1,2}}|{_INVISIBLE}+|\[)(?P<key>{_KEY})")
_WIDE = re.compile(rf"[\uff20\ufe6b] ?(?P<key>{_KEY})")
_BARE = re.compile(
    rf"(?<![\w\]!\[\\^@])\[(?:(?:see|cf\.|e\.g\.,|see also) )?-?(?P<key>{_KEY})(?:, [^\[\]@]{{1,40}}|;[^\[\]]*)?\]"
)
_GOES_ON = re.compile(r"[/@#=(}]|\.\w")
"""What makes a word the beginning of a file's name, an address or a piece of code."""
_IS_MEANT = re.compile(r".?\[…\][(\[:{]|\\\[….*|.*…\\.?", re.DOTALL)
"""A key that is the whole name of a link, or that stands beside a backslash."""
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


def near_keys(manuscript: Manuscript) -> Iterator[Finding]:
    """Find keys at hand that have no @, none that pandoc reads, or none of their own (C009)."""
    short = manuscript.abridged
    known = frozenset(entry.key for entry in manuscript.entries)
    view = typed.prose(Source(manuscript.head.file, short.text))
    cited = {citation.place: citation for citation in manuscript.citations}
    text = _Text(view, short.text, known, cited, short, manuscript.text)
    yield from _within_words(text)
    yield from _apart(text)
    yield from _without_at(text, manuscript)
    yield from _in_sentence(text, manuscript)
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
            yield error(
                "C009",
                text.place(found.start()),
                f"@{key} stands directly behind a word, and pandoc reads no citation there",
                f"put a space between: {word} @{key}",
            )


def _apart(text: _Text) -> Iterator[Finding]:
    for found, key in text.keys(_APART):
        if found["gap"].isspace() and not _is_no_word(key) and text.view[found.start() - 1 : found.start()] != "[":
            continue
        what = "a bracket" if found["gap"] == "[" else "a space" if found["gap"].isspace() else "an invisible character"
        yield error(
            "C009",
            text.place(found.start()),
            f"between @ and {key} stands {what}, and pandoc reads no citation there",
            f"write [@{key}], or @{key} in the sentence",
        )
    for found, key in text.keys(_WIDE):
        yield error(
            "C009",
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
            yield error(
                "C009",
                text.place(found.start()),
                f"{key} stands in brackets without an @, and is printed as it is",
                f"write [@{key}]",
            )


def _in_sentence(text: _Text, manuscript: Manuscript) -> Iterator[Finding]:
    told = {found.start("key") for pattern in (_APART, _WIDE, _BARE) for found, _ in text.keys(pattern)}
    for start, end in words_with_year(text.view):
        key = text.view[start:end]
        if key not in text.known or start in told or _GOES_ON.match(text.view, end):
            continue
        around = f"{text.typed[max(0, start - 2) : start]}…{text.typed[end : end + 2]}"
        if not _IS_MEANT.fullmatch(around) and _is_printed(text, key, end, manuscript):
            yield error(
                "C009",
                text.place(start),
                f"{key} stands in the sentence without an @, and is printed as it is",
                f"write @{key}, or [@{key}] in parentheses",
            )


def _is_printed(text: _Text, key: str, end: int, manuscript: Manuscript) -> bool:
    """Tell whether a key is a word of a passage, or of what stands before or behind a citation in its brackets."""
    return (
        any(key in passage.text for passage in manuscript.passages)
        or any(key in citation.locator for citation in manuscript.citations)
        or bool(re.match(r"[^\[\]\n]*@", text.view[end:]))
    )


def _run_on(text: _Text) -> Iterator[Finding]:
    for brackets in _IN_BRACKETS.finditer(text.view):
        for found in _RUN_ON.finditer(brackets[0]):
            first, second = found["first"], found["second"]
            start = brackets.start() + found.start()
            before = text.cited.get(text.place(start + found[0].index("@")))
            where = text.place(start + found[0].rindex("@"))
            if {first, second} <= text.known and before and not before.narrative and where in text.cited:
                yield error(
                    "C009",
                    where,
                    f"no semicolon stands between @{first} and @{second}: "
                    f"pandoc takes the second for words behind the first",
                    f"write [@{first}; @{second}]",
                )
