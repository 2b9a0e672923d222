"""pandoc's document as Python sees it: walking its JSON, its citations, links, images and raw pieces, its plain text.

Pure functions over pandoc's JSON (pandoc-types 1.23); never runs anything.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from citeproof.findings import Finding, Place

Json = Any


@dataclass(frozen=True, slots=True)
class Citation:
    """One key cited at one place."""

    key: str
    place: Place
    narrative: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """An image that the paper shows: the target as typed, and the file it means (None for an address)."""

    target: str
    path: Path | None
    place: Place


@dataclass(frozen=True, slots=True)
class Raw:
    """A piece of text in another markup language that stands in the manuscript."""

    format: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a bibliography: its key, where it stands, and whether its author marked it as unverified."""

    key: str
    place: Place
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Everything that was read: pandoc's document, the entries at hand and the place of each citation."""

    document: Json
    citations: tuple[Citation, ...]
    entries: tuple[Entry, ...]
    images: tuple[Image, ...]
    raws: tuple[Raw, ...]
    bibliographies: tuple[Path, ...]
    head: Place
    """Where the front matter stands."""
    findings: tuple[Finding, ...]
    """What reading found wrong."""
    fields: dict[str, Place] = field(default_factory=dict)
    """Name of a front matter field → where its value stands."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation as citeproc set it: its text, and the links in it as (text, key)."""

    keys: tuple[str, ...]
    text: str
    links: tuple[tuple[str, str], ...]
    in_note: bool


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """The document after citeproc, as the three writers get it, and what verify looks for in what they wrote."""

    json: bytes
    citations: tuple[Cited, ...]
    references: dict[str, str]
    """Key → the text of the entry as set."""
    letters: frozenset[str]
    """Every letter, digit and symbol that its text holds, compatibility forms unified (NFKC)."""
    read: tuple[Path, ...]
    """Files that pandoc read for it."""


def elements(
    node: Json, *, in_note: bool = False, but_not_in: frozenset[str] = frozenset()
) -> Iterator[tuple[dict[str, Any], bool]]:
    """Walk every element of a document in reading order, each with whether it stands in a note.

    What stands in an element whose type is among `but_not_in` is left out.
    """
    if isinstance(node, list):
        for item in node:
            yield from elements(item, in_note=in_note, but_not_in=but_not_in)
    elif isinstance(node, dict):
        if "t" in node:
            yield node, in_note
            if node["t"] not in but_not_in:
                yield from elements(node.get("c"), in_note=in_note or node["t"] == "Note", but_not_in=but_not_in)
        else:
            for value in node.values():
                yield from elements(value, in_note=in_note, but_not_in=but_not_in)


_SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}
_QUOTES = {"SingleQuote": ("\u2018", "\u2019"), "DoubleQuote": ("\u201c", "\u201d")}


FORMULA = "\ufffc"
"""Stands for a formula in a text that is looked for: each format writes formulas in its own way (U+FFFC)."""


def plain(node: Json, *, notes: bool = False, formula: str | None = None) -> str:
    """Give the text of inlines or blocks as a reader sees it; notes left out unless asked for.

    A formula comes as its TeX, or as `formula`.
    """
    if isinstance(node, list):
        return "".join(plain(item, notes=notes, formula=formula) for item in node)
    if not isinstance(node, dict):
        return ""
    kind: Json = node.get("t")
    content: Json = node.get("c")
    if kind == "Str":
        return str(content)
    if kind in _SPACES:
        return _SPACES[kind]
    if kind == "Math" and formula is not None:
        return formula
    if kind in {"Code", "Math", "CodeBlock"}:
        return str(content[1])
    if kind == "Quoted":
        left, right = _QUOTES[content[0]["t"]]
        return left + plain(content[1], notes=notes, formula=formula) + right
    if kind == "Note":
        return plain(content, notes=notes, formula=formula) if notes else ""
    if kind in {"RawInline", "RawBlock"}:
        return ""
    text = plain(content, notes=notes, formula=formula)
    return f"{text} " if kind in {"Para", "Plain", "Header"} else text


def prose(blocks: Json) -> str:
    """Give the text of a document that is set in a text font: everything but its math and pictures' descriptions."""
    pieces = []
    for element, _ in elements(blocks):
        if element["t"] == "Str":
            pieces.append(str(element["c"]))
        elif element["t"] in {"Code", "CodeBlock"}:
            pieces.append(str(element["c"][1]))
    return "".join(pieces)


def letters(text: str) -> frozenset[str]:
    """Give the letters, digits and symbols of a text: what a font must have for it."""
    return frozenset(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char)[0] in "LNS")


def meta_strings(document: Json, name: str) -> list[str]:
    """Give a front matter field as a list of texts: [] if absent, one for a single value."""
    value = document["meta"].get(name)
    if value is None:
        return []
    items = value["c"] if value["t"] == "MetaList" else [value]
    return [str(item["c"]) if item["t"] in {"MetaString", "MetaBool"} else plain(item["c"]).strip() for item in items]


def cited(document: Json) -> tuple[Cited, ...]:
    """List the citations of a document that has been through citeproc, in reading order.

    Those in the alternative text of an image are left out: a figure's caption repeats them, and no page shows them.
    A note style links the whole citation, and the DOI in it to the web: the text of such an inner link is no part of
    the outer one's, as a reader has it. A citation within a link of the author's leads where the author says.
    """
    found = []
    free = {id(element) for element, _ in elements(document["blocks"], but_not_in=frozenset({"Image", "Link"}))}
    for element, in_note in elements(document["blocks"], but_not_in=frozenset({"Image"})):
        if element["t"] != "Cite":
            continue
        keys, inlines = element["c"]
        links = []
        for inner, _ in elements(inlines if id(element) in free else []):
            if inner["t"] == "Link" and inner["c"][2][0].startswith("#ref-"):
                links.append((_without_links(inner["c"][1]), inner["c"][2][0].removeprefix("#ref-")))
        noted = in_note or any(inner["t"] == "Note" for inner, _ in elements(inlines))
        found.append(
            Cited(
                tuple(key["citationId"] for key in keys),
                plain(inlines, notes=True, formula=FORMULA).strip(),
                tuple(links),
                noted,
            )
        )
    return tuple(found)


def _without_links(inlines: Json) -> str:
    """Give the text of inlines as `plain` does, links in them left out."""
    return "".join(
        _without_links(item["c"] if item["t"] == "Emph" else item["c"][1])
        if item["t"] in {"Emph", "Span"}
        else plain(item, formula="")
        for item in inlines
        if item["t"] != "Link"
    )


def references(document: Json) -> dict[str, str]:
    """Give the reference list of a cited document: key → text of the entry."""
    entries = {}
    for element, _ in elements(document["blocks"]):
        if element["t"] == "Div" and element["c"][0][0].startswith("ref-") and "csl-entry" in element["c"][0][1]:
            entries[element["c"][0][0].removeprefix("ref-")] = plain(element["c"][1], formula=FORMULA).strip()
    return entries
