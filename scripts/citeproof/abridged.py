"""The manuscript with each long run of plain words as one word, for pandoc and the filters that need not see them.

Most of a long paper is words that nothing is made of: no citation, name or markup stands near them. pandoc's time is
per word, and so is that of each filter. So long as one word stands for each run in what is read and cited, that time is
saved; then the words come back. What comes out is the same. In doubt a run, a paragraph or the whole paper is left
alone. Pure functions.
"""

from __future__ import annotations

import bisect
import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MARGIN = 3
"""Words at either end of a run that stay as they are: filters look at the words beside a citation."""

_FEWEST = 2
"""Words that are worth a stand-in."""

_LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"
_WORD = f"[{_LETTER}]+(?:-[{_LETTER}]+)*"
_ABBREVIATIONS = (
    "aet aetat al apr aug bk bros ca capt cf ch chap chs co col corp cp dec dr ed eds esp etc fasc feb ff fig figs fl"
    " fol fols fr gen gov hon ill inc incl jan jr jul jun ltd mar mr mrs ms nn no nos nov oct pp pres prof pt rep rev"
    " saec sec sen sep sept sgt sr st univ viz vol vs vv"
)
"""Words behind which a full stop need not end a sentence: behind most of them pandoc sets a no-break space."""

_ABBREVIATED = frozenset(_ABBREVIATIONS.split())
_SHORT_WORD = late(r"\b[A-Za-z]{2,5}\Z")
_LONGEST_SHORT = 5
"""Letters of the longest of them."""

_BETWEEN = r"(?:[,;]|[.?!](?<=[a-z][a-z].))?[ \n]"
_RUN = late(rf"(?<![\w@-]){_WORD}(?:{_BETWEEN}{_WORD}){{{2 * _MARGIN + _FEWEST - 1},}}(?![\w-])")
"""Words between spaces, over the ends of sentences."""

_PARAGRAPH = late(
    rf"(?:(?<=\n\n)|\A)(?:(?:[{_LETTER}(@*_\[\u201c\u2018\"'](?!\s)|\d+(?![\d.)])|[AIa] )[^\n]*(?:\n|\Z))+(?=\n|\Z)"
)
"""Lines that begin with a word, or with markup within a line: no list, table, verse, quotation, heading, definition."""

SAYS_RETRACTED = late(
    r"retract|withdraw|zurückgezogen|rétract|retir(?:ad|é)|ritratt|ingetrokken|撤回|撤稿", re.IGNORECASE
)
"""What says of a work that it was retracted: what registries tell of it is weighed by the paragraph that cites it."""

_RETRACTED = (
    "retract",
    "withdraw",
    "zurückgezogen",
    "rétract",
    "retirad",
    "retiré",
    "ritratt",
    "ingetrokken",
    "撤回",
    "撤稿",
)
"""The same in small letters, which are found much faster; only the i, in Turkish, has others than its small letter."""

_MARKUP = late(r"[\t$`{}|\\\0]|<(?![ =\d.])")
_DEFINED = late(r"(?:[Tt]able)?:|\[[^\]]*\]:")
"""What makes a paragraph none of ours: code, formulas, attributes, other markup, rows of a table, definitions."""

_FAR = late(r"<(?:pre|script|style|textarea)\b|\\begin\b", re.IGNORECASE)
_RULE = late(r"\n(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
"""What may make something else of paragraphs far from it: nothing is abridged."""

_NUMBER = r"(?<= )\d+(?:st|nd|rd|th)?"
_PLAIN = late(
    rf"[{_LETTER}]{{2,}}(?:-{_WORD})?(?:,?[ \n](?:{_WORD}|{_NUMBER}))(?:{_BETWEEN}(?:{_WORD}|{_NUMBER}))*[.?!]?\n?\Z"
)
"""A paragraph of nothing but words and numbers, that cannot be an item of a list or a note of a table."""

_MARK = late(r"[@\[(*_:]")
"""What most paragraphs have that are not plain."""

_CALL = late(r"\b(?:tab|fig|abb)\w*[ \n]\d", re.IGNORECASE)
"""A typed call-out of a table or figure, which is looked for."""

_FIRST_WORDS = late(rf"(?:[^ \n]+[ \n]){{{_MARGIN}}}")
_WORDS_BEHIND_NUMBER = late(rf"(?:(?<=\d[ \n])|(?<=\d, )){_FIRST_WORDS.pattern}(?:[^ \n]+[ \n]){{2}}")
"""Behind a typed call-out the checks look at more: "Table 2 in the online supplement"."""

_DIVISION = late(r"^[ \t>]*(?::::|<(?:div|section)\b)", re.IGNORECASE | re.MULTILINE)
"""Where paragraphs may have their meaning by their number, as the title and the note of a figure."""

_QUOTES = late('["\u201c-\u201f\u00ab\u00bb]')
_BRACKETS = late(r"\[[^\[\]]*\]")
"""May be the name of a link or of a heading, which must be the same in two places."""


_TYPED = late(
    r"\([^()]*(?:\d{4}|\bn\.[ \n]?d\.|\bin[ \n]press|\bforthcoming)[^()]*\)"
    r"|(?:(?:[A-ZÀ-ÖØ-Þ][^\s()]*|[a-z]{1,4},?)[ \n])+(?=\((?:\d{4}|n\.|in[ \n]press|forthcoming))"
)
"""What may be a citation that is typed by hand, "(Smith, 2020)" or "Smith (2020)", which the checks look for."""

_SENTENCE_END = late(r"[.?!](?=[ \n]\S)")


@dataclass(frozen=True, slots=True)
class Form:
    """How paragraphs of plain words stand in a text that is made of this one."""

    end: str
    """What a paragraph's last word is followed by."""
    between: str
    """What stands between two of them."""


JSON = Form('"}]}', '"}]},{"t":"Para","c":[{"t":"Str","c":"')
HTML = Form("</p>", "</p>\n<p>")
TYPST = Form("\n", "\n\n")


@dataclass(frozen=True, slots=True)
class Abridged:
    """A text with stand-ins, each a word of small letters that is nowhere in the whole text."""

    text: str
    words: dict[str, str] = field(default_factory=dict)
    """Stand-in → the words that it stands for."""
    _prefix: str = ""
    _ends: tuple[int, ...] = ()
    """Where the stand-ins end."""
    _longer: tuple[int, ...] = ()
    """By how much the whole text is longer up to there."""
    counts: tuple[int, ...] = ()
    """How many words stand for each other one where a quotation may be, whose length is judged (APA 8.27)."""

    def offset(self, offset: int) -> int:
        """Turn an offset into this text into one into the whole text."""
        index = bisect.bisect_right(self._ends, offset)
        return offset + (self._longer[index - 1] if index else 0)

    def offset_here(self, offset: int) -> int | None:
        """Turn an offset into the whole text into one into this text; None for one within words that are left out."""
        index = bisect.bisect_right(range(len(self._ends)), offset, key=lambda n: self._ends[n] + self._longer[n])
        here = offset - (self._longer[index - 1] if index else 0)
        if index == len(self._ends):
            return here
        words = next(itertools.islice(self.words.values(), index, None))
        first = self._ends[index] + self._longer[index] - len(words)
        return here if offset <= first else None

    def whole(self) -> str:
        """Give the whole text, lines as they were."""
        return (
            re.sub(f"{self._prefix}[a-y]+", lambda found: self.words[found[0]], self.text) if self.words else self.text
        )

    def restore(self, text: str, form: Form | None = None) -> str:
        """Put the words back into a text that was made of this one; paragraphs in their form, or all in one line."""
        if not self.words or self._prefix not in text:
            return text
        between = form.between if form else " "

        def put(found: re.Match[str]) -> str:
            words = self.words.get(found[0], found[0])
            return between.join(" ".join(one.split("\n")) for one in words.split("\n\n")) if "\n" in words else words

        return re.sub(f"{self._prefix}[a-y]+", put, text)

    def stands_in(self, text: str) -> bool:
        """Say whether each stand-in is in a text that was made of this one."""
        return not self.words or set(re.findall(f"{self._prefix}[a-y]+", text)) >= self.words.keys()

    def fits(self, text: str, form: Form) -> bool:
        """Say whether a text that was made of this one has paragraphs where stand-ins for several of them are."""
        several = {name for name, words in self.words.items() if "\n\n" in words}
        if not several:
            return True
        found = re.finditer(f"({self._prefix}[a-y]+)({re.escape(form.end)})?", text)
        return all(one[2] for one in found if one[1] in several)


NOTHING = Abridged("")
"""An empty text."""


def abridge(text: str, outside: str) -> Abridged:
    """Abridge a manuscript; `outside` is its text with front matter, comments and code blanked."""
    prefix = _prefix(text)
    pieces: list[str] = []
    words: dict[str, str] = {}
    ends: list[int] = []
    longer: list[int] = []
    counts: list[int] = []
    end = size = 0
    for (first, last, quoting), letters in zip(_runs(outside), _count(), strict=False):
        stand_in = prefix + letters
        pieces += [text[end:first], stand_in]
        size += first - end + len(stand_in)
        end = last
        words[stand_in] = text[first:last]
        ends.append(size)
        longer.append(end - size)
        if quoting:
            counts.append(len(words[stand_in].split()))
    return Abridged("".join([*pieces, text[end:]]), words, prefix, tuple(ends), tuple(longer), tuple(counts))


def _prefix(text: str) -> str:
    """Give letters that stand nowhere in a text."""
    small = text.casefold()
    return next(f"{'q' * n}z" for n in itertools.count(1) if f"{'q' * n}z" not in small)


def _count() -> Iterator[str]:
    """Count in letters, without the z with which a prefix ends."""
    for size in itertools.count(1):
        yield from map("".join, itertools.product("abcdefghijklmnopqrstuvwxy", repeat=size))


def _runs(outside: str) -> Iterator[tuple[int, int, bool]]:
    """Find the words that may be left out: where each run begins and ends, and whether it may be quoted."""
    if _FAR.search(outside) or _RULE.search(f"\n{outside}"):
        return
    joins = not ((":::" in outside or "<" in outside) and _DIVISION.search(outside))
    retracted = _retracted(outside)
    paragraphs = [(found.start(), found[0]) for found in _PARAGRAPH.finditer(outside)]
    passed = 0
    for number, (start, text) in enumerate(paragraphs):
        if start < passed or "  " in text or _MARKUP.search(text) or _DEFINED.match(text):
            continue
        if retracted and _retracted(text, retracted):
            continue
        for first, last, quoted in _runs_of(text):
            end = start + last
            if joins and last == len(text.rstrip()):
                end = passed = _plain_end(outside, end, paragraphs[number + 1 :])
            yield start + first, end, quoted


def _retracted(text: str, words: Iterable[str] = _RETRACTED) -> list[str]:
    """Give which of the words stand in a text that may be found by SAYS_RETRACTED."""
    small = text.replace("\u0130", "i").replace("\u0131", "i").lower()
    return [word for word in words if word in small]


def _short_words(text: str) -> Iterator[tuple[int, str]]:
    """Find the short words that have a full stop: its offset, and the word in small letters."""
    at = text.find(".")
    while at >= 0:
        if found := _SHORT_WORD.search(text, max(at - _LONGEST_SHORT, 0), at):
            yield at, found[0].lower()
        at = text.find(".", at + 1)


def _runs_of(paragraph: str) -> Iterator[tuple[int, int, bool]]:
    """Find the runs of one paragraph; the last one has its last mark, too, if nothing else follows."""
    stops = [at for at, word in _short_words(paragraph) if word in _ABBREVIATED]
    starts = (0, *(at + 1 for at in stops))
    text = "\0".join(paragraph[start:stop] for start, stop in zip(starts, (*stops, None), strict=True))
    while (blanked := _BRACKETS.sub(lambda found: "\0" * len(found[0]), text)) != text:
        text = blanked
    text = _TYPED.sub(lambda found: "\0" * len(found[0]), text) if "(" in text else text
    marks = [mark.start() for mark in _QUOTES.finditer(text)]
    judged = bool(marks) and "@" in text  # a quotation may have its citation in the same sentence (APA 8.25)
    text = _SENTENCE_END.sub("\0", text) if judged else text
    for found in _RUN.finditer(text):
        last = found.end()
        if text[last:].strip() in {"", ".", "?", "!"}:
            last = len(text.rstrip())
        else:
            for _ in range(_MARGIN):
                last = max(text.rfind(" ", 0, last), text.rfind("\n", 0, last))
            last -= 1 if text[last - 1] in ",;.?!" else 0  # it may be what a filter looks for
        quoted = len(marks) % 2 == 1 or bisect.bisect(marks, found.start()) % 2 == 1
        if quoted and judged:
            continue
        first = _WORDS_BEHIND_NUMBER.match(text, found.start()) or _FIRST_WORDS.match(text, found.start())
        if first and first.end() < last:
            yield first.end(), last, quoted


def _plain_end(outside: str, end: int, following: Iterable[tuple[int, str]]) -> int:
    """Say where the plain paragraphs end that follow each other from `end` on."""
    for start, text in following:
        if outside[end:start].strip("\n") or not _is_plain(text):
            break
        end = start + len(text.rstrip())
    return end


def _is_plain(paragraph: str) -> bool:
    if _MARK.search(paragraph):
        return False
    shortened = any(word in _ABBREVIATED for _, word in _short_words(paragraph.rstrip()[:-1]))
    return _PLAIN.match(paragraph) is not None and not shortened and not _CALL.search(paragraph)
