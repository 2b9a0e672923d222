"""pandoc's document as Python sees it: walking its JSON, its citations, links, images and raw pieces, its plain text.

Pure functions over pandoc's JSON (pandoc-types 1.23); never runs anything.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from citeproof.abridged import JSON, NOTHING, Abridged, Form
from citeproof.places import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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
    """The document as values, with all of its words, those joined that stand beside each other (see `joined`)."""
    abridged: Abridged = NOTHING
    """The text that it was made of, with the words that `json` lacks."""

    def parsed(self) -> Json:
        """Give the document as values, with all of its words."""
        return json.loads(restored(self.json, self.abridged))

    def looked_through(self) -> Json:
        """Give the document as values, with all of its words, joined."""
        return self.whole or _values(restored(self.json, self.abridged))

    def in_short(self) -> Json:
        """Give the document as values, abridged as `json` is, its words joined."""
        return _values(self.json) if self.abridged.words else self.looked_through()


def _values(raw: bytes) -> Json:
    return json.loads(joined(raw.decode()))


def joined(text: str) -> str:
    """Make one word of several with spaces between them, in pandoc's JSON; who reads them as a text reads the same.

    Most of a paper is words, and most of the time that Python needs for it is spent on each of them.
    """
    return _BETWEEN_WORDS.sub(" ", text.replace('{"t":"SoftBreak"}', '{"t":"Space"}'))


_BETWEEN_WORDS = re.compile(
    r"""
    "\},\{"t":"Space"\},\{"t":"Str","c":"
    (?<!Space"\},\{"t":"Space"\},\{"t":"Str","c":")  # behind another space, or a break,
    (?<!Break"\},\{"t":"Space"\},\{"t":"Str","c":")  # there is no word that goes on
    """,
    re.VERBOSE,
)


def restored(raw: bytes, abridged: Abridged, form: Form = JSON) -> bytes:
    """Put the words back into what was made of an abridged text (UTF-8), by itself the cited document."""
    return abridged.restore(raw.decode(), form).encode() if abridged.words else raw


def as_cited(raw: bytes, abridged: Abridged = NOTHING, read: tuple[Path, ...] = ()) -> CitedDocument:
    """Read the JSON that the common filters gave."""
    whole = _values(restored(raw, abridged))
    found = _Reader()
    found.look(whole["blocks"])
    return CitedDocument(
        raw,
        tuple(one.cited() for one in found.citations),
        found.listed(),
        letters("".join(found.pieces)),
        read,
        whole,
        abridged,
    )


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
    pieces: list[str] = []
    _gather(node if isinstance(node, list) else [node], pieces, notes, formula)
    return "".join(pieces)


def _gather(items: list[Json], pieces: list[str], notes: bool, formula: str | None) -> None:
    """Gather the text of several; most are words and the spaces between them."""
    for item in items:
        if not isinstance(item, dict):
            if isinstance(item, list):
                _gather(item, pieces, notes, formula)
            continue
        kind: Json = item.get("t")
        content: Json = item.get("c")
        if kind == "Str":
            pieces.append(content)
        elif kind in _SPACES:
            pieces.append(_SPACES[kind])
        elif kind in _SECOND:  # the first are attributes, the works cited, or marks of a kind
            left, right = _QUOTES[content[0]["t"]] if kind == "Quoted" else ("", "")
            pieces.append(left)
            _gather(content[1], pieces, notes, formula)
            pieces.append(right)
        elif kind in {"Code", "Math", "CodeBlock"}:
            pieces.append(content[1] if kind != "Math" or formula is None else formula)
        elif kind not in {"Note", "RawInline", "RawBlock"} or (kind == "Note" and notes):
            _gather(content if isinstance(content, list) else [content], pieces, notes, formula)
            if kind in {"Para", "Plain", "Header"}:
                pieces.append(" ")


_SECOND = frozenset({"Cite", "Div", "Image", "Link", "Quoted", "Span"})
"""Elements whose content is the second of what they hold."""


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
    found = _Reader()
    found.look(document["blocks"])
    return tuple(one.cited() for one in found.citations)


class _Open:
    """A citation, and what is found in it."""

    def __init__(self, content: Json, *, in_note: bool, in_link: bool) -> None:
        self.keys, self.inlines = content
        self.in_note = in_note
        self.in_link = in_link
        self.links: list[Json] = []

    def cited(self) -> Cited:
        """Give it as a reader has it."""
        return Cited(
            tuple(key["citationId"] for key in self.keys),
            plain(self.inlines, notes=True, formula=FORMULA).strip(),
            tuple((_without_links(link[1]), link[2][0].removeprefix("#ref-")) for link in self.links),
            self.in_note,
        )


class _Reader:
    """Walks a cited document once, since walking is what takes time, and gathers all that is looked for."""

    def __init__(self) -> None:
        self.citations: list[_Open] = []
        self.entries: dict[str, Json] = {}
        """Key → blocks, of the reference list."""
        self.pieces: list[str] = []
        """The text that is set in a text font: everything but math and pictures' descriptions."""
        self._open: tuple[_Open, ...] = ()
        """The citations around what is looked at."""
        self._in_note = self._in_link = self._in_image = False

    def listed(self) -> dict[str, str]:
        """Give the reference list: key → text of the entry."""
        return {key: plain(blocks, formula=FORMULA).strip() for key, blocks in self.entries.items()}

    def look(self, values: Iterable[Json]) -> None:
        """Look at elements, and at values among them that are none."""
        pieces = self.pieces
        for value in values:
            if isinstance(value, list):
                self.look(value)
            if not isinstance(value, dict):
                continue
            kind: Json = value.get("t")
            if kind == "Str":
                pieces.append(value["c"])
            elif kind is None:
                self.look(value.values())
            elif "c" in value:
                self._look_into(kind, value["c"])

    def _look_into(self, kind: str, content: Json) -> None:  # noqa: C901  (a case each)
        match kind:
            case "Code" | "CodeBlock":
                self.pieces.append(content[1])
            case "Cite":
                self._cite(content)
            case "Link":
                for one in self._open if content[2][0].startswith("#ref-") else ():
                    if not one.in_link:
                        one.links.append(content)
                before, self._in_link = self._in_link, True
                self.look(content[1])
                self._in_link = before
            case "Note":
                for one in self._open:
                    one.in_note = True
                before, self._in_note = self._in_note, True
                self.look(content)
                self._in_note = before
            case "Image":
                before, self._in_image = self._in_image, True
                self.look(content[1])
                self._in_image = before
            case "Div":
                if content[0][0].startswith("ref-") and "csl-entry" in content[0][1]:
                    self.entries[content[0][0].removeprefix("ref-")] = content[1]
                self.look(content[1])
            case "Span" | "Quoted":
                self.look(content[1])
            case _:
                self.look(content if isinstance(content, list) else [content])

    def _cite(self, content: Json) -> None:
        self.look(content[0])
        before = self._open
        if not self._in_image:
            self.citations.append(_Open(content, in_note=self._in_note, in_link=self._in_link))
            self._open = (*before, self.citations[-1])
        self.look(content[1])
        self._open = before


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
    found = _Reader()
    found.look(document["blocks"])
    return found.listed()


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
