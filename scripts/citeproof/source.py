"""The manuscript's text with its places: decoding, lines and columns, stand-ins for keys and numbers, stray fences.

Reads nothing but what it is handed; never changes the text that pandoc sees.
"""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from citeproof.findings import Place, error
from citeproof.patterns import late
from citeproof.places import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from citeproof.findings import Finding

LONGEST_LINE = 200_000
"""Characters. A line beyond this is no paragraph of a paper but a binary or a generated file."""


def decode(file: str, raw: bytes) -> tuple[Source, list[Finding]]:
    """Read bytes as a manuscript's text.

    Gives the source (with what could be read) and what is wrong with it: bytes that are not UTF-8 (S001), no text
    at all (S002), a line that is no paragraph (S003), a NUL (S004).
    """
    body = raw.removeprefix(b"\xef\xbb\xbf")
    findings: list[Finding] = []
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = body[: fault.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        wrong = body[fault.start]
        findings.append(
            error(
                "S001",
                Place(file, line, column),
                f"byte 0x{wrong:02X} is not UTF-8",
                f"{_encoding_guess(raw)}save the file as UTF-8",
            )
        )
        text = body.decode("utf-8", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source = Source(file, text)
    if "\0" in text and not findings:
        findings.append(
            error(
                "S004",
                source.place(text.index("\0")),
                "a NUL character stands in the text",
                "this is not a text file, or it was damaged: save it again as plain text",
            )
        )
    if not text.strip():
        findings.append(
            error(
                "S002",
                Place(file, 1, 1),
                "the file is empty",
                "write the paper here, or start from one that builds: citeproof new DIR",
            )
        )
    for number, line_text in enumerate(text.split("\n"), 1):
        if len(line_text) > LONGEST_LINE:
            findings.append(
                error(
                    "S003",
                    Place(file, number, 1),
                    f"this line is {len(line_text):,} characters long",
                    f"a paragraph of a paper is shorter than {LONGEST_LINE:,}: "
                    "was something else than the manuscript pasted or named?",
                )
            )
    return source, findings


def decode_anyhow(raw: bytes) -> str:
    """Read bytes that are not UTF-8, each line for itself: as UTF-8 if it is that, else as Windows-1252.

    UTF-16 is known by its mark. Line ends are as in `decode`.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", "replace")
    else:
        text = "\n".join(_line(line) for line in raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _encoding_guess(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file looks like UTF-16, as Windows' Notepad can write: "
    return "the file looks like Latin-1 or Windows-1252: "


# --- where pandoc sees citations -------------------------------------------------------------------------------------

_CANDIDATE = late(r"@(?:\{([^{}\s]+)\}|((?:\w|\*)\w*(?:[:.#$%&\-+?<>~/]\w+)*))")
"""What may be a citation key: pandoc's manual, "Citation syntax". Too much is harmless, pandoc decides."""

_EXAMPLE_LABEL = late(r"^[ \t]*\(@(\w[\w-]*)\)", re.MULTILINE)
_ALPHABETS = ((0x1401, 0x166C), (0xA500, 0xA60B))
"""Letters of one column and without case: Canadian Aboriginal syllabics, Vai. The first that the text lacks is used."""

_NUMERALS = tuple(
    chr(code)
    for first, last in (
        (0x10107, 0x10133),
        (0x10140, 0x10178),
        (0x11FC0, 0x11FD4),
        (0x12400, 0x1246E),
        (0x1D2E0, 0x1D2F3),
    )
    for code in range(first, last + 1)
)
"""Numerals of one column that are no letters, so that `<` before one begins no HTML: Aegean, ancient Greek, Tamil
fractions, cuneiform, Mayan."""

_NUMERAL = late("[\U00010107-\U0001d2f3]+")
"""From the first of them to the last: one range is looked for faster than many."""

_CALLED = late(
    r"(?<![^\W\d_])(?:(?:Tables?|Tab\.|Figures?|Figs?\.|Tabellen?|Abbildung(?:en)?|Abb\.|Tableaux?|Tablas?|Figuras?|Tabelas?"
    r"|Tabel|Figuu?r|Figuren)|表|図|图|(?:و|ف|ب|ك|ل|ال)*(?:جدول|شكل))[\s\u00a0~*_\\]{0,3}(?:[A-Z]{0,2})(\d+)",
    re.IGNORECASE,
)
"""A table or figure that may be called out by a typed number, in the languages of filters/apa/labels.lua."""

_COMPARED = late(r"(?:\\?[=<>]|[≤≥]|&[lg]t;)\s{0,2}(?:[-+\u2212\u2013]\s?)?(\d*)[.,]?(\d*)")
_SYMBOL = late(
    r"(?<![\w./@#$-])(?:\\\*)*([*_]{0,3}(?:p|t|F|r|R|M|Mdn|SD|SE|N|n|d|df|z|\u03b1|\u03b7)[*_]{0,3}"
    r"(?:[~^][^~^\s]{1,12}[~^]|²){0,2}[*_]{0,3}(?:\s?\([^()\n]{1,40}\))?\s{0,2})\Z"
)
_LONGEST_SYMBOL = 90
"""Characters before a comparison in which its symbol is looked for."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The text with every candidate's key replaced by letters that stand for its place, of the same length.

    So are the numbers of what may be a typed call-out ("Table 2") or a statistic ("p = .05"), by numerals.
    pandoc parses it as it parses the original; each stand-in that comes back names the one place it came from.
    """

    text: str
    keys: dict[str, tuple[str, int]]
    """Stand-in → (key, offset of its @)."""
    letters: str
    """A regular expression's class of the stand-ins' letters; empty if no key was replaced."""
    numbers: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Stand-in → (digits, offset of the first character of the call-out or statistic)."""
    numerals: str = ""
    """The stand-ins' numerals; empty if no number was replaced."""

    def restore(self, text: str) -> str:
        """Put keys and numbers back into a text that came out of the probe."""
        if self.keys:
            text = re.sub(f"[{self.letters}]+", lambda found: self.keys.get(found[0], (found[0], 0))[0], text)
        if self.numbers:
            text = _NUMERAL.sub(lambda found: self._with_digits(found[0]), text)
        return text

    def _with_digits(self, numerals: str) -> str:
        if numerals in self.numbers:
            return self.numbers[numerals][0]
        # Beside the stand-in stands a numeral of the author's own.
        return re.sub(f"[{self.numerals}]+", lambda found: self.numbers.get(found[0], (found[0], 0))[0], numerals)

    def numbers_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Find the numbers in a text that came out of the probe: index in it, and offset of what they belong to."""
        for found in _NUMERAL.finditer(text) if self.numbers else ():
            if found[0] in self.numbers:
                yield found.start(), self.numbers[found[0]][1]


def _numbers(text: str) -> Iterator[tuple[int, int, int]]:
    """Find the numbers that may belong to a call-out or a statistic: beginning of it, beginning and end of digits."""
    for found in _CALLED.finditer(text):
        yield found.start(), *found.span(1)
    for found in _COMPARED.finditer(text):
        begin = max(0, found.start() - _LONGEST_SYMBOL)
        symbol = _SYMBOL.search(text[begin : found.start()]) if found[1] or found[2] else None
        if symbol:
            longest = 1 if len(found[1]) >= len(found[2]) else 2
            yield begin + symbol.start(1), *found.span(longest)


def _with_numerals(text: str) -> tuple[str, dict[str, tuple[str, int]], str]:
    """Replace each such number by a stand-in of its own; gives the text, the stand-ins, and their characters."""
    free = [numeral for numeral in _NUMERALS if numeral not in text]
    counts: dict[int, Iterator[int]] = {}
    numbers: dict[str, tuple[str, int]] = {}
    pieces, end = [], 0
    for begin, first, last in sorted(_numbers(text), key=lambda found: found[1]):
        count = next(counts.setdefault(last - first, itertools.count()))
        if first < end or count >= len(free) ** (last - first):
            continue
        stand_in = ""
        for _ in range(last - first):
            count, digit = divmod(count, len(free))
            stand_in = free[digit] + stand_in
        numbers[stand_in] = (text[first:last], begin)
        pieces += [text[end:first], stand_in]
        end = last
    return "".join([*pieces, text[end:]]), numbers, "".join(free) if numbers else ""


def probe(source: Source, offset: Callable[[int], int] = int) -> Probe:
    """Replace each key that may be cited, and each number that may need a place, by a stand-in of its own.

    `offset` turns an offset into this text into one into the text that places are told in, if that is another.
    """
    text, marked, numerals = _with_numerals(source.text)
    marked = {stand_in: (digits, offset(begin)) for stand_in, (digits, begin) in marked.items()}
    labels = set(_EXAMPLE_LABEL.findall(source.text))
    alphabet = next((a for a in _ALPHABETS if not re.search(f"[{chr(a[0])}-{chr(a[1])}]", text)), None)
    if alphabet is None:
        return Probe(text, {}, "", marked, numerals)
    letters = [chr(code) for code in range(alphabet[0], alphabet[1] + 1)]
    numbers: dict[int, Iterator[int]] = {}
    keys: dict[str, tuple[str, int]] = {}

    def stand_in(match: re.Match[str]) -> str:
        key = source.text[slice(*match.span(1 if match[1] else 2))]  # a number in it may have a stand-in
        count = next(numbers.setdefault(len(key), itertools.count()))
        if key in labels or count >= len(letters) ** len(key) or key == "*":
            return match[0]
        digits = ""
        for _ in key:
            count, digit = divmod(count, len(letters))
            digits = letters[digit] + digits
        keys[digits] = (key, offset(match.start()))
        return f"@{{{digits}}}" if match[1] else f"@{digits}"

    return Probe(_CANDIDATE.sub(stand_in, text), keys, f"{letters[0]}-{letters[-1]}", marked, numerals)


# --- what pandoc would misread in silence ----------------------------------------------------------------------------

_FENCE = late(r"^[ \t>]*(`{3,}|~{3,})[ \t]*(.*?)[ \t]*$")
_ATTRIBUTES = late(
    r"^\{[ \t]*(?:=[\w-]+|(?:(?:[#.][^\s{}=,]+|-|[\w:.-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\"'{},]+))[ \t]*)+)\}$"
)
_WORD_AND_ATTRIBUTES = late(r"^[^\s`{}]+(?:[ \t]*(\{.*\}))?$")
_SHORTCODE = late(r"\{\{<\s*(\S+)\s*(.*?)>\}\}")
_R_INLINE = late(r"(?<!`)`(r|\{r\}|python|\{python\})[ \t]+([^`\n]+)`(?!`)")
_CODE_SPAN = late(r"(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = late(r"<!--.*?-->", re.DOTALL)
FRONT_MATTER = late(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
"""The front matter, if it stands at the top of the file; its YAML is the first group."""


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _fence_is_known(info: str) -> bool:
    if not info:
        return True
    if info.startswith("{"):
        return bool(_ATTRIBUTES.match(info))
    word = _WORD_AND_ATTRIBUTES.match(info)
    return word is not None and (word[1] is None or bool(_ATTRIBUTES.match(word[1])))


def fences(lines: list[str]) -> Iterator[tuple[int, str, str, int | None]]:
    """Find the fenced code blocks: number of the first line, fence, its head, number of the last line if it is closed.

    What comes after a fence that nothing closes is not looked at.
    """
    number = 0
    while number < len(lines):
        if "```" not in lines[number] and "~~~" not in lines[number]:
            number += 1
            continue
        opened = _FENCE.match(lines[number])
        if not opened or (opened[1][0] == "`" and "`" in opened[2]):
            number += 1
            continue
        mark = opened[1]
        closing = re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$")
        end = next((n for n in range(number + 1, len(lines)) if closing.match(lines[n])), None)
        yield number, mark, opened[2], end
        if end is None:
            return
        number = end + 1


def without_comments(source: Source) -> str:
    """Give the text with comments blanked, all else in its place."""
    return _COMMENT.sub(lambda found: _blank(found[0]), source.text)


def comments(source: Source) -> Iterator[re.Match[str]]:
    """Find the comments of a text, also in its front matter; what stands in code is none."""
    words = _COMMENT.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), source.text)
    outside = _without_code(words)
    yield from (found for found in _COMMENT.finditer(source.text) if outside[found.start()] == "x")


@functools.lru_cache(maxsize=2)  # whoever reads a paper asks several times, of it and of its abridged text
def outside_code(source: Source) -> str:
    """Give the text with front matter, comments, fenced code and code spans blanked, all else in its place."""
    return _without_code(FRONT_MATTER.sub(lambda found: _blank(found[0]), without_comments(source)))


def _without_code(text: str) -> str:
    lines = text.split("\n")
    for number, _, _, end in fences(lines):
        last = len(lines) - 1 if end is None else end
        lines[number : last + 1] = map(_blank, lines[number : last + 1])
    return _CODE_SPAN.sub(lambda found: _blank(found[0]), "\n".join(lines))


def stray_markup(source: Source) -> list[Finding]:
    """Find what pandoc would take for something else without a word.

    L003: a code fence whose braces pandoc does not read, such as knitr's `{r plot, echo=FALSE}`, which turns code into
    prose and prose into code. L005: a fence that nothing closes. L004: an include or another shortcode that no
    program has expanded. L006: inline code that no program has run.
    """
    findings: list[Finding] = []
    lines = without_comments(source).split("\n")
    offsets = list(itertools.accumulate((len(line) + 1 for line in lines), initial=0))
    for number, mark, info, end in fences(lines):
        at = source.place(offsets[number] + lines[number].index(mark))
        if not _fence_is_known(info):
            findings.append(
                error(
                    "L003",
                    at,
                    f"pandoc does not read {info} as the head of a code block: code and prose change places here",
                    "write ```{.r} for code to be shown, or run the paper through knitr or Quarto first "
                    "and build the Markdown that comes out",
                )
            )
        elif end is None:
            findings.append(
                error("L005", at, "this code fence is never closed", f"close it with a line that says {mark}")
            )
        if end is not None:
            lines[number : end + 1] = map(_blank, lines[number : end + 1])
    prose = "\n".join(lines)
    for found in _CODE_SPAN.finditer(prose):
        if not _R_INLINE.fullmatch(found[0]):  # code that is shown, such as ``a `r 1` b``, was not meant to run
            continue
        findings.append(
            error(
                "L006",
                source.place(found.start()),
                f"the code {found[0]} was not run",
                "it would be printed as it stands: run the paper through knitr or Quarto first",
            )
        )
    prose = _CODE_SPAN.sub(lambda found: _blank(found[0]), prose)
    for found in _SHORTCODE.finditer(prose):
        what = f"{found[1]} {found[2]}".strip()
        findings.append(
            error(
                "L004",
                source.place(found.start()),
                f"the shortcode {{{{< {what} >}}}} was not expanded",
                "an include is followed where it stands alone in its line: {{< include FILE >}}"
                if found[1] == "include"
                else "paste the text that it stands for, or let Quarto expand it first",
            )
        )
    return findings


_EXAMPLE = late(
    r"""(?: (?:\A | ^[ \t>]*\n | ^[#]{1,6}[ \t][^\n]*\n)    # the start, an empty line, or a heading
            [ ]{0,3} (?:>[ ]?)* (?:(?:[-*+]|\d+[.)])[ ]+)?
        |   ^[ >]* (?:[-*+]|\d+[.)])[ ] [^\n]*\n              # an item, and the next one
            [ >]* (?:[-*+]|\d+[.)])[ ]+ )
        (\(@([\w-]+)\) | @([\w-]+)[.)]) (?=\s|\Z)""",
    re.MULTILINE | re.VERBOSE,
)
"""The label of a numbered example where a list may begin, with its key."""
_LABEL = late(r"^[ >*+\d.)-]*\(?@[\w-]+[.)](?=\s|\Z)", re.MULTILINE)
"""Such a label wherever a line begins: most papers have none, and need not be searched for where a list may begin."""


def numbered_examples(source: Source, keys: set[str], parts: Collection[str] = ()) -> Iterator[Finding]:
    """Find citations that pandoc takes for the labels of numbered examples (its extension `example_lists`).

    C006: `(@key)` or `@key.` at the start of a paragraph or an item. Each other @key of the paper would become that
    example's number. `keys` are those of the bibliography, and `parts` are the identifiers of tables, figures and their
    like; any other label is one.
    """
    text = outside_code(source)
    for found in _EXAMPLE.finditer(text) if _LABEL.search(text) else ():
        key = found[2] or found[3]
        if key in keys:
            yield error(
                "C006",
                source.place(found.start(1)),
                f"{found[1]} at the start of a paragraph is the label of a numbered example: "
                f"each @{key} would become its number",
                f"to cite the work, write [@{key}] or @{{{key}}}; for an example, take a label that is no key",
            )
        elif key in parts:
            yield error(
                "C006",
                source.place(found.start(1)),
                f"{found[1]} at the start of a paragraph is the label of a numbered example: "
                f"each @{key} would become its number",
                f"to refer to the part, write @{{{key}}}; for an example, take a label that names no part",
            )


_DATED = late(r"(?<![\w@])(?:1[5-9]|20)\d\d(?!\d)|\bn\.\s?d\.|\bin\s+press\b|\bforthcoming\b")
_NEAR = late(
    r"\w@|[\uff20\ufe6b]|@[ \[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]|@[^\s;\[\]]+,? ?-?@"
    r"|\[(?:(?:see|cf\.|e\.g\.,|see also) )?-?[^\W\d_][^\[\]@\s]*[\d_:]"
)
_YEAR = late(r"(?:1[5-9]|20)\d\d")
_REST_OF_WORD = late(r"(?:\w|[:-](?=\w))*")
_NO_WORD_BEHIND = frozenset("@{#/.:\\-")


def may_be_cited_by_hand(text: str) -> bool:
    """Tell whether a year stands in a text, or what stands for one: else it need not be searched further."""
    return _DATED.search(text) is not None


def may_be_nearly_cited(text: str) -> bool:
    """Tell whether something may stand in a text that is almost a citation, such as `@ key`."""
    return _NEAR.search(text) is not None or any(True for _ in words_with_year(text))


def words_with_year(text: str) -> Iterator[tuple[int, int]]:
    """Find words that are made as most keys are, of a name and a year, and that no @ precedes: beginning and end.

    The year is looked for, for few words have one.
    """
    for found in _YEAR.finditer(text):
        start = found.start()
        while start and (text[start - 1].isalnum() or text[start - 1] in "_:-"):
            start -= 1
        is_name = text[start : start + 2].isalpha() and start + 2 <= found.start()
        if is_name and not (start and text[start - 1] in _NO_WORD_BEHIND):
            rest = _REST_OF_WORD.match(text, found.end())
            yield start, rest.end() if rest else found.end()


def prose_offset(source: Source, needle: str, start: int = 0) -> int | None:
    """Find a piece of the manuscript's text at or after `start`; None if it is not there as typed."""
    found = source.text.find(needle, start)
    return found if found >= 0 else None
