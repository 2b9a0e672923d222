"""Judges whether references lead to tables, figures and sections, and whether each table and figure is called out."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof.document import CITED_HERE
from citeproof.findings import error, warning
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citeproof.document import Float, Manuscript, Passage
    from citeproof.findings import Finding, Place

_KINDS = {
    "fig": ("a figure", "give the figure that name: ![Title](file.png){#NAME}"),
    "tbl": ("a table", "give the table that name, at the end of its title: {#NAME}"),
    "eq": ("an equation", "give the equation that name, behind its closing $$: {#NAME}"),
    "sec": ("a section", "give the section that name, at the end of its heading: {#NAME}"),
    "apx": ("an appendix", "give the appendix that name, at the end of its heading: {#NAME}"),
}

_NUMBER = r"(?:S|[A-Z]{1,2})?\d+"
_LIST = (
    rf"{_NUMBER}[a-zA-Z]?(?![\w%]|\.\d)"
    rf"(?:(?:\s*(?:,|;|&|[-\u2013\u2014]|\b(?:and|or|to|through|und|oder|bis|et|ou|à|y|o|a|e|en|of|tot)\b|[と、和至]|و)\s*)+"
    rf"{_NUMBER}[a-zA-Z]?(?![\w%]|\.\d))*"
)
_TYPED = late(
    rf"(?<![^\W\d_])(?:(?:(?P<tables>Tables|Tabellen|Tableaux|Tablas|Tabelas)|(?P<table>Table|Tab\.|Tabelle|Tableau|Tabla|Tabela"
    rf"|Tabel|表|(?:و|ف|ب|ك|ل|ال)*جدول))|(?:(?P<figures>Figures|Figs\.|Abbildungen|Figuras|Figuren)|(?P<figure>Figure|Fig\."
    rf"|Abbildung|Abb\.|Figura|Figuur|図|图|(?:و|ف|ب|ك|ل|ال)*شكل)))[\s\u00a0]*(?P<numbers>{_LIST})",
    re.IGNORECASE,
)
"""A typed call-out, in the languages of filters/apa/labels.lua: word, number or numbers."""

_IN_ANOTHER_WORK = late(
    rf"[\s,]*(?:in|of|from|by|von|aus|de|dans|van|uit)\s+(?:{CITED_HERE}|their|his|her|the original"
    r"|(?:the |an? )?(?:online )?suppl|\w+ (?:et al|and|&)|[A-Z]\w+ \()"
)
_OF_ANOTHER_WORK = late(
    rf"(?:{CITED_HERE}(?:['\u2019]s|,)?|\)['\u2019]s|['\u2019]s \(\d{{4}}[a-z]?\)|\b(?:their|his|her))\s+\Z",
    re.IGNORECASE,
)


def cross_references(manuscript: Manuscript, elsewhere: Mapping[str, str]) -> Iterator[Finding]:
    """Find references that lead nowhere (X001), floats never called out (X002) or too late (X003), names twice (X004).

    `elsewhere` maps the identifiers of the paper's other part to their labels.
    """
    yield from _lost(manuscript, elsewhere)
    yield from _given_twice(manuscript)
    # What a supplement numbers is called out in the paper, in an order of its own.
    floats = [held for held in manuscript.floats if not held.number.startswith("S")]
    if floats:
        mentions = list(_mentions(manuscript))
        yield from _never_mentioned(floats, manuscript, mentions)
        yield from _out_of_order(floats, manuscript, mentions)


def _lost(manuscript: Manuscript, elsewhere: Mapping[str, str]) -> Iterator[Finding]:
    known = {*manuscript.referable, *elsewhere}
    for call in manuscript.calls:
        name = call.identifier
        if name in known:
            continue
        kind, remedy = _KINDS[name.partition("-")[0].lower()]
        yield error(
            "X001",
            call.place,
            f"@{name} refers to {kind} that is not in the paper",
            _suggestion(name, known) or remedy.replace("NAME", name),
        )


def _suggestion(name: str, known: set[str]) -> str:
    folded = {one.casefold(): one for one in known}
    if name.casefold() in folded:
        return f"did you mean @{folded[name.casefold()]}? Upper and lower case count in identifiers"
    # What stands before the hyphen is alike for all of a kind; the rest must be alike, too.
    kind, _, rest = name.partition("-")
    rests = {one.partition("-")[2]: one for one in sorted(known) if one.partition("-")[0] == kind.lower()}
    near = [rests[one] for one in difflib.get_close_matches(rest, list(rests), n=3, cutoff=0.6)]
    return "did you mean " + " or ".join(f"@{one}" for one in near) + "?" if near else ""


def _given_twice(manuscript: Manuscript) -> Iterator[Finding]:
    for name, times in Counter(manuscript.identifiers).items():
        places = manuscript.named.get(name, ())
        if times == 1 or not places:  # none is given by the author: pandoc named two headings
            continue
        first = f"; the first is at {places[0]}" if len(places) > 1 else ""
        yield error(
            "X004",
            places[min(1, len(places) - 1)],
            f"the identifier {name} stands for a second element{first}",
            "give one of them another: a reference would lead to the first, whichever was meant",
        )


# --- call-outs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mention:
    """A table or figure mentioned at one place."""

    float_number: int
    passage: Passage
    place: Place | None
    counts: bool
    """Whether the order of numbers may be judged by it."""


def _never_mentioned(floats: list[Float], manuscript: Manuscript, mentions: list[_Mention]) -> Iterator[Finding]:
    mentioned = {item.float_number for item in mentions if item.passage.float_number != item.float_number}
    for index, held in enumerate(manuscript.floats):
        if held not in floats or index in mentioned:
            continue
        label = f"{held.kind.capitalize()} {held.number}"
        if held.identifier.startswith(("fig-", "tbl-")):
            remedy = f"call it out: @{held.identifier} (APA 7.5)"
        else:
            prefix = "fig" if held.kind == "figure" else "tbl"
            remedy = (
                f"call it out: {label}, or @{prefix}-name with {{#{prefix}-name}} at the end of its title (APA 7.5)"
            )
        yield warning("X002", held.place, f"{label} is never mentioned in the text", remedy)


def _out_of_order(floats: list[Float], manuscript: Manuscript, mentions: list[_Mention]) -> Iterator[Finding]:
    first: dict[int, int] = {}
    for at, item in enumerate(mentions):
        if item.counts:
            first.setdefault(item.float_number, at)
    for index, at in first.items():
        held, place = manuscript.floats[index], mentions[at].place
        earlier = [
            other
            for other in range(index)
            if held in floats and _series(manuscript.floats[other]) == _series(held) and first.get(other, -1) > at
        ]
        if earlier and place:
            kind = held.kind.capitalize()
            yield warning(
                "X003",
                place,
                f"{kind} {held.number} is mentioned before {kind} {manuscript.floats[earlier[0]].number}",
                f"move the {held.kind}s or the sentences: numbers follow the order of first mention (APA 7.8)",
            )


def _series(held: Float) -> tuple[str, str]:
    return held.kind, held.number.rstrip("0123456789")


def _mentions(manuscript: Manuscript) -> Iterator[_Mention]:
    """List every mention of a table or figure of the paper, by identifier or by typed number, in reading order."""
    by_identifier: dict[str, list[int]] = {}
    for index, held in enumerate(manuscript.floats):
        for name in held.identifiers:
            by_identifier.setdefault(name, []).append(index)
    by_number: dict[tuple[str, str], int] = {
        (held.kind, held.number): index for index, held in enumerate(manuscript.floats)
    }
    for passage in manuscript.passages:
        found: list[tuple[int, int, _Mention]] = []
        in_text = passage.kind == "text"
        for at, name, place in passage.calls:
            indexes = by_identifier.get(name, [])
            judged = in_text and place is not None and len(indexes) == 1
            found += [(at, 0, _Mention(index, passage, place, judged)) for index in indexes]
        starts = dict(passage.numbers)
        for typed in _TYPED.finditer(passage.text):
            kind = "table" if typed["table"] or typed["tables"] else "figure"
            elsewhere = _IN_ANOTHER_WORK.match(passage.text, typed.end()) or _OF_ANOTHER_WORK.search(
                passage.text[max(0, typed.start() - 20) : typed.start()]
            )
            place = next((starts[at] for at in range(*typed.span("numbers")) if at in starts), None)
            for order, number in enumerate(_expanded(typed["numbers"])):
                if (kind, number) in by_number:
                    # A word in the singular takes one number; what follows may be another (Table 1 and 3 figures).
                    judged = in_text and not elsewhere and (order == 0 or bool(typed["tables"] or typed["figures"]))
                    found.append((typed.start(), order, _Mention(by_number[kind, number], passage, place, judged)))
        yield from (mention for _, _, mention in sorted(found, key=lambda item: item[:2]))


def _expanded(numbers: str) -> list[str]:
    """Give each number of a list such as "1, 2, and 4 to 6"."""
    found: list[str] = []
    end = 0
    for number in re.finditer(_NUMBER, numbers, re.IGNORECASE):
        letters, digits = re.match(r"(\D*)(\d+)", number[0].upper()).groups()  # type: ignore[union-attr]
        if found and re.fullmatch(
            r"\s*(?:[-\u2013\u2014]|to|through|bis|à|a|tot|至)\s*", numbers[end : number.start()]
        ):
            before = re.match(r"(\D*)(\d+)", found[-1])
            if before and before[1] == letters:
                found += [
                    f"{letters}{between}"
                    for between in range(int(before[2]) + 1, min(int(digits), int(before[2]) + 99))
                ]
        found.append(f"{letters}{int(digits)}")
        end = number.end()
    return found
