"""Judges how statistics are written in the text: italics, spaces, zeros (APA 6.36, 6.44, 6.45)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.document import (
    ITALIC,
    ITALIC_END,
    SUBSCRIPT,
    SUBSCRIPT_END,
    SUPERSCRIPT,
    SUPERSCRIPT_END,
)
from citeproof.findings import warning
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Manuscript
    from citeproof.findings import Finding

_STATISTIC = late(
    rf"(?<![\w.\\/@#&{ITALIC}-])(?P<italic>{ITALIC}?)(?P<symbol>p|t|F|r|R|M|Mdn|SD|SE|N|n|d|df|z|\u03b1|\u03b7){ITALIC_END}?"
    rf"(?P<index>(?:{SUBSCRIPT}[^{SUBSCRIPT_END}]*{SUBSCRIPT_END}|{SUPERSCRIPT}[^{SUPERSCRIPT_END}]*{SUPERSCRIPT_END}|²)*)"
    rf"{ITALIC_END}?(?P<df>\s?\(\s*\d[^()]{{0,40}}\))?(?P<before>\s*)(?P<sign>[=<>≤≥])(?P<after>\s*)"
    rf"(?P<minus>[-\u2212\u2013]\s?)?(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d*\.\d+|\d+)"
    rf"(?![\w%°]|[.,]\d|\s?[/:\u00d7*^]|{SUPERSCRIPT})"
)
_UNIT = late(
    r"\s?(?:[kcm\u00b5\u03bcn]?m|m?s|min|hr?|k?Hz|[km]?g|ml|l|L|deg|degrees|V|mV|T|pixels|px|cd|seconds?|minutes?"
    r"|hours?|days?|weeks?|months?|years?)\b"
)
_ALPHA, _ETA = "\u03b1\u03b7"
_WITHOUT_UNIT = frozenset({"t", "F", "r", "d", "z", "N", "n", _ALPHA})
"""What has no unit; with one, the letter stands for a time, a distance or the like."""

_UPRIGHT = frozenset({_ALPHA, _ETA})
"""Greek symbols, which are not italic (APA 6.44)."""

_AT_MOST_ONE = frozenset({"p", "r", _ALPHA, "R²", f"{_ETA}²"})
"""What cannot be greater than 1 and is therefore written without a zero before the point (APA 6.36)."""


def statistics_in_text(manuscript: Manuscript) -> Iterator[Finding]:
    """Find statistics that are not written as APA writes them (N001), each with the form that is due."""
    for passage in manuscript.passages:
        if passage.kind not in {"text", "note", "abstract"} or not passage.numbers:
            continue
        starts = dict(passage.numbers)
        for found in _STATISTIC.finditer(passage.text):
            place = next((starts[at] for at in range(*found.span("number")) if at in starts), None)
            if place is None or not _is_statistic(found):
                continue
            told = _judged(found)
            if told:
                yield warning("N001", place, *told)


def _name(found: re.Match[str]) -> str:
    squared = any(mark in found["index"] for mark in ("²", f"{SUPERSCRIPT}2{SUPERSCRIPT_END}"))
    return found["symbol"] + ("²" if squared else "")


def _is_statistic(found: re.Match[str]) -> bool:
    """Tell a statistic from a variable, a quantity or a piece of code that looks like one."""
    text, name, number = found.string, _name(found), found["number"]
    before = text[max(0, found.start() - 24) : found.start()]
    decimal = "." in number
    if (name in _WITHOUT_UNIT and _UNIT.match(text, found.end())) or re.search(r"(?:\w\(|\d\s)\Z", before):
        return False
    if text.count("“", 0, found.start()) > text.count("”", 0, found.start()):  # as it stands in the source
        return False
    small = decimal and float(number) <= 1
    clear = {
        "p": small,
        "t": bool(found["df"]),
        "F": bool(found["df"]) and "," in (found["df"] or ""),
        "r": small or (bool(found["df"]) and decimal),
        "R²": small,
        f"{_ETA}²": small,
        _ALPHA: small,
        "M": not found["df"],
        "Mdn": True,
        "SD": True,
        "SE": True,
        "N": not decimal,
        "n": not decimal,
        "d": decimal and not found["df"],
        "df": True,
        "z": decimal and not re.search(r"\by\W{0,3}=", before),
    }
    return clear.get(name, False)


def _judged(found: re.Match[str]) -> tuple[str, str] | None:
    """Give what is wrong with a statistic, and how it is written; None if nothing is."""
    symbol, name, sign, number = found["symbol"], _name(found), found["sign"], found["number"]
    is_zero = name == "p" and sign in "=<≤" and float(number) == 0
    in_italics = found.string.count(ITALIC, 0, found.start()) > found.string.count(ITALIC_END, 0, found.start())
    wanted, sections = [], {"6.36"} if is_zero else set()
    if not (found["italic"] or in_italics or symbol in _UPRIGHT):
        wanted.append(f"an italic {symbol}")
        sections.add("6.44")
    if not (found["before"] and found["after"]):
        wanted.append(f"spaces around {sign}")
        sections.add("6.45")
    if number.startswith("0.") and name in _AT_MOST_ONE and not is_zero:
        wanted.append("no zero before the point, for it cannot be greater than 1")
        sections.add("6.36")
    faults = ["says that a probability is zero"] if is_zero else []
    if wanted:
        faults.append("wants " + (", ".join(wanted[:-1]) + " and " if wanted[1:] else "") + wanted[-1])
    if not faults:
        return None
    number = number.removeprefix("0") if name in _AT_MOST_ONE and number.startswith("0.") else number
    due = "< .001" if is_zero else f"{sign} {(found['minus'] or '').strip()}{number}"
    symbol = symbol if symbol in _UPRIGHT else f"*{symbol}*"
    due = f"{symbol}{_typed(found['index'])}{_typed(found['df'] or '')} {due}"
    return f"“{_typed(found[0])}” {' and '.join(faults)}", f"write {due} (APA {', '.join(sorted(sections))})"


def _typed(text: str) -> str:
    """Write a piece of a passage as Markdown has it."""
    for mark, typed in (
        (ITALIC, "*"),
        (ITALIC_END, "*"),
        (SUBSCRIPT, "~"),
        (SUBSCRIPT_END, "~"),
        (SUPERSCRIPT, "^"),
        (SUPERSCRIPT_END, "^"),
    ):
        text = text.replace(mark, typed)
    return " ".join(text.split())
