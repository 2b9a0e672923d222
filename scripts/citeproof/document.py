"""pandoc's document as Python sees it: walking its JSON, its citations, links, images and raw pieces, its plain text.

Pure functions over pandoc's JSON (pandoc-types 1.23); never runs anything.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from citeproof.abridged import JSON, NOTHING, Abridged, Form
from citeproof.places import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from citeproof.bibliography.model import Bibliography, Entry, Item
    from citeproof.findings import Finding, Place

Json = Any

NO_TEXT = Source("", "")


@dataclass(frozen=True, slots=True)
class Citation:
    """One key cited at one place."""

    key: str
    place: Place
    narrative: bool = False
    locator: str = ""
    """What stands behind the key in the same brackets, such as ", p. 3"."""
    first: Place | None = None
    """The place of the first key of the same brackets, or of the key before them."""
    bracketed: bool = True
    """Whether brackets stand around the whole citation."""


@dataclass(frozen=True, slots=True)
class Call:
    """A reference to a table, figure, equation, section or appendix by its identifier, at one place."""

    identifier: str
    place: Place


@dataclass(frozen=True, slots=True)
class Image:
    """An image that the paper shows: the target as typed, and the file it means (None for an address)."""

    target: str
    path: Path | None
    place: Place
    described: bool = True
    """Whether it has alternative text, or is said to need none."""
    titled: bool = False
    """Whether it is a figure with a title, which stands in where alternative text is missing."""
    attributes: tuple[tuple[str, str], ...] = ()
    """What it says of its `width` and `height`, as typed."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A piece of text in another markup language that stands in the manuscript."""

    format: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, its level from 1 on, and its text as in a passage."""

    level: int
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Float:
    """A table or figure that carries a number (APA 7.8, 7.22)."""

    kind: Literal["table", "figure"]
    number: str
    """Such as 1, A1 in an appendix, or S1 in a supplement."""
    identifier: str
    place: Place
    identifiers: frozenset[str]
    """Its own identifier and those of its parts: a reference to any of them calls it out."""


ITALIC, ITALIC_END, SUBSCRIPT, SUBSCRIPT_END, SUPERSCRIPT, SUPERSCRIPT_END = "\ue000\ue001\ue002\ue003\ue004\ue005"
"""Stand in a passage's text around what is set so: characters that Unicode leaves to private use."""

NOT_TEXT = "\ufffc"
"""Stands in a passage's text for a formula or a piece of code (U+FFFC)."""

CITED_HERE = "@"
"""Stands in a passage's text for a citation or a cross-reference."""


Kind = Literal["text", "heading", "caption", "cell", "note", "quotation", "quoted", "abstract", "field"]
"""What a passage is. A `quotation` is a block quotation of one paragraph, `quoted` a part of a longer one or of verse,
a `note` a footnote, a `field` one of the front matter that is not the abstract."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, heading, title, note or cell: its text as a reader has it, and places in it that are known."""

    kind: Kind
    text: str
    numbers: tuple[tuple[int, Place], ...] = ()
    """Index of a number in the text → where the words begin that it belongs to, such as "Table 2" or "p = .05"."""
    calls: tuple[tuple[int, str, Place | None], ...] = ()
    """Index in the text, key or target, and place of each citation, cross-reference and link within the paper."""
    quoted: tuple[tuple[int, int, Place | None], ...] = ()
    """Beginning, end and place of each long quotation in double marks."""
    place: Place | None = None
    """Where a block quotation begins."""
    float_number: int | None = None
    """Index of the float that it belongs to."""
    parenthetical: bool = False
    """Whether it ends in a citation in parentheses."""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Everything that was read: pandoc's document, the entries at hand and the place of each citation."""

    document: Json
    citations: tuple[Citation, ...]
    """Citations of works; cross-references are among `calls`."""
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
    calls: tuple[Call, ...] = ()
    """The cross-references, which pandoc reads as citations."""
    headings: tuple[Heading, ...] = ()
    floats: tuple[Float, ...] = ()
    passages: tuple[Passage, ...] = ()
    """The text in reading order; a footnote comes after the passage that calls it."""
    identifiers: tuple[str, ...] = ()
    """Every identifier that an element carries, as often as it is carried."""
    referable: frozenset[str] = frozenset()
    """Those of tables, figures, equations, sections and appendices that a reference can name."""
    named: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    """Identifier → where the author gave it."""
    references: tuple[Item, ...] = ()
    """The works of all bibliographies as CSL JSON, but for those of the front matter's own `references`."""
    hurt: frozenset[str] = frozenset()
    """Keys of entries that cannot be used as they stand."""
    held: tuple[Bibliography, ...] = ()
    """What each of the bibliographies holds."""
    abridged: Abridged = NOTHING
    """The text as it is cited; empty if the paper could not be read."""
    text: Source = NO_TEXT
    """The text as the author wrote it, all that it includes in it: what places are told in."""
    included: tuple[Path, ...] = ()
    """The files that it includes."""
    mentioned: frozenset[str] = frozenset()
    """Whatever may be a key behind an @ anywhere in the paper and its tables, a citation there or none; `*` for all."""


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
    """As the writers get it: abridged, if the manuscript is."""
    citations: tuple[Cited, ...]
    references: dict[str, str]
    """Key → the text of the entry as set."""
    letters: frozenset[str]
    """Every letter, digit and symbol that its text holds, compatibility forms unified (NFKC)."""
    read: tuple[Path, ...]
    """Files that pandoc read for it."""
    whole: Json = None
    """The document as values, with all of its words."""
    abridged: Abridged = NOTHING
    """The text that it was made of, with the words that `json` lacks."""

    def parsed(self) -> Json:
        """Give the document as values, with all of its words."""
        return self.whole or json.loads(restored(self.json, self.abridged))


def restored(raw: bytes, abridged: Abridged, form: Form = JSON) -> bytes:
    """Put the words back into what was made of an abridged text (UTF-8), by itself the cited document."""
    return abridged.restore(raw.decode(), form).encode() if abridged.words else raw


def as_cited(raw: bytes, abridged: Abridged = NOTHING, read: tuple[Path, ...] = ()) -> CitedDocument:
    """Read the JSON that the common filters gave."""
    whole = json.loads(restored(raw, abridged))
    return CitedDocument(raw, cited(whole), references(whole), letters(prose(whole["blocks"])), read, whole, abridged)


def elements(
    node: Json, *, in_note: bool = False, but_not_in: frozenset[str] = frozenset(), words: bool = True
) -> Iterator[tuple[dict[str, Any], bool]]:
    """Walk every element of a document in reading order, each with whether it stands in a note.

    What stands in an element whose type is among `but_not_in` is left out; so are single words and the spaces between
    them, which are most of a paper, unless `words` are asked for.
    """
    waiting: list[tuple[Json, bool]] = [(node, in_note)]
    while waiting:  # by hand: a generator within a generator passes each element up through every level
        node, in_note = waiting.pop()
        if isinstance(node, dict):
            if "t" not in node:
                waiting += [(value, in_note) for value in reversed(node.values())]
                continue
            yield node, in_note
            kind, content = node["t"], node.get("c")
            if isinstance(content, (list, dict)) and kind not in but_not_in:
                waiting.append((content, in_note or kind == "Note"))
        elif isinstance(node, list):
            left_out = _NOTHING if words else _WORDS
            for item in reversed(node):
                if isinstance(item, list) or (isinstance(item, dict) and item.get("t") not in left_out):
                    waiting.append((item, in_note))


_NOTHING: frozenset[str] = frozenset()
_WORDS = frozenset({"Str", "Space", "SoftBreak", "LineBreak"})
_SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}
_QUOTES = {"SingleQuote": ("\u2018", "\u2019"), "DoubleQuote": ("\u201c", "\u201d")}


FORMULA = "\ufffc"
"""Stands for a formula in a text that is looked for: each format writes formulas in its own way (U+FFFC)."""


def plain(node: Json, *, notes: bool = False, formula: str | None = None) -> str:
    """Give the text of inlines or blocks as a reader sees it; notes left out unless asked for.

    A formula comes as its TeX, or as `formula`.
    """
    if isinstance(node, list):
        return _plain_list(node, notes=notes, formula=formula)
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


def _plain_list(items: list[Json], *, notes: bool, formula: str | None) -> str:
    """Give the text of several; most are words and the spaces between them."""
    pieces: list[str] = []
    for item in items:
        kind: Json = item.get("t") if isinstance(item, dict) else None
        if kind == "Str":
            pieces.append(str(item["c"]))
        elif kind in _SPACES:
            pieces.append(_SPACES[kind])
        else:
            pieces.append(plain(item, notes=notes, formula=formula))
    return "".join(pieces)


def prose(blocks: Json) -> str:
    """Give the text of a document that is set in a text font: everything but its math and pictures' descriptions."""
    pieces: list[str] = []
    _gather_prose(blocks, pieces)
    return "".join(pieces)


def _gather_prose(node: Json, pieces: list[str]) -> None:
    for item in node.values() if isinstance(node, dict) else node:
        if isinstance(item, list):
            _gather_prose(item, pieces)
        elif isinstance(item, dict):
            kind: Json = item.get("t")
            if kind == "Str":
                pieces.append(str(item["c"]))
            elif kind in {"Code", "CodeBlock"}:
                pieces.append(str(item["c"][1]))
            elif isinstance(content := item.get("c") if kind else item, (list, dict)):
                _gather_prose(content, pieces)


def letters(text: str) -> frozenset[str]:
    """Give the letters, digits and symbols of a text: what a font must have for it."""
    return frozenset(
        char for char in set(unicodedata.normalize("NFKC", text)) if unicodedata.category(char)[0] in "LNS"
    )


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
    in_links: set[int] = set()
    images = frozenset({"Image"})
    for element, in_note in elements(document["blocks"], but_not_in=images, words=False):
        if element["t"] == "Link":
            in_links.update(id(inner) for inner, _ in elements(element["c"], but_not_in=images, words=False))
        if element["t"] != "Cite":
            continue
        keys, inlines = element["c"]
        links = []
        noted = in_note
        for inner, _ in elements(inlines, words=False):
            noted = noted or inner["t"] == "Note"
            if inner["t"] == "Link" and id(element) not in in_links and inner["c"][2][0].startswith("#ref-"):
                links.append((_without_links(inner["c"][1]), inner["c"][2][0].removeprefix("#ref-")))
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
    for element, _ in elements(document["blocks"], words=False):
        if element["t"] == "Div" and element["c"][0][0].startswith("ref-") and "csl-entry" in element["c"][0][1]:
            entries[element["c"][0][0].removeprefix("ref-")] = plain(element["c"][1], formula=FORMULA).strip()
    return entries


def meta_text(value: Json) -> str:
    """Give one value of the front matter as text; empty for a list or a map."""
    if value["t"] in {"MetaInlines", "MetaBlocks"}:
        return plain(value["c"]).strip()
    return str(value["c"]) if value["t"] in {"MetaString", "MetaBool"} else ""


def meta_value(value: Json) -> object:
    """Give a value of the front matter as plain data. YAML reads a bare `off` as false."""
    match value["t"]:
        case "MetaMap":
            return {name: meta_value(one) for name, one in value["c"].items()}
        case "MetaList":
            return [meta_value(one) for one in value["c"]]
        case "MetaBool":
            return value["c"]
        case _:
            return meta_text(value)


def meta_map(document: Json, name: str) -> dict[str, str]:
    """Give a front matter field that maps names to texts; empty if it is absent or no map."""
    value = document["meta"].get(name, {"t": ""})
    return {key: meta_text(item) for key, item in value["c"].items()} if value["t"] == "MetaMap" else {}


def is_masked(document: Json) -> bool:
    """Say whether the front matter asks for a masked copy: `masked` in its `apa:` map, or apaquarto's `mask`."""
    told = [meta_map(document, "apa").get("masked", ""), *meta_strings(document, "mask")]
    return any(value.strip().lower() in {"true", "yes", "1"} for value in told)
