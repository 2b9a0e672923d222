"""What a paper says, piece by piece, as every format must say it again: headings, paragraphs, cells, notes, in order.

Pure functions over pandoc's JSON; what stands in a finished file is read by `opened`, and compared by `parity`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from citeproof.document import FORMULA, plain
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any

HEADING, PARAGRAPH, CELL, NOTE, MARK = "heading", "paragraph", "cell", "note", "mark"
"""Kinds of pieces. A mark is what a PDF writes before the item of a list: a bullet, a number, or the term defined."""

CALL = "\ufff9"
"""Stands where a footnote is called, whatever sign calls it (U+FFF9)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of text as a finished file has it: its kind, its text, and the level of a heading."""

    kind: str
    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A piece of text that a finished file must have."""

    kind: str
    """What it must be there; "" if that is left to the format."""
    name: str
    """What a message calls it."""
    text: str
    """A formula in it stands as FORMULA."""
    level: int = 0
    pattern: re.Pattern[str] | None = None
    """How its folded text may read, where formats differ: a formula that pandoc cannot convert, an image on the web."""
    group: int = 0
    """What belongs together and may stand elsewhere as a whole: a table with its title. 0: must stand in its place."""
    joins: bool = False
    """True if it may run on in the piece before it."""
    breaks: bool = False
    """True if it may come in several pieces."""
    optional: bool = False
    """True if it may be left out: the title over the text, which a printed article has once only, above its columns."""


@dataclass(frozen=True, slots=True)
class Paper:
    """All that a finished file must say, in order."""

    flow: tuple[Due, ...]
    notes: tuple[Due, ...]
    own_markup: bool = False
    """True if the author wrote blocks in the format's own markup, whose text nobody else has."""


_UNSEEN = late(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ufffe\x02\u2010\u2011-]+")


def fold(text: str) -> str:
    """Reduce a text to what no format changes: compatibility forms unified, no white space, no hyphens.

    Hyphens go because a PDF does not tell one at a line's end from one that the line break made. Signs that steer
    the direction or the form of letters go as well.
    """
    spaceless = "".join(unicodedata.normalize("NFKC", text).split())
    if spaceless.isascii():
        return spaceless.replace("-", "").replace("\x02", "")
    return _UNSEEN.sub("", spaceless)


def is_seen(text: str) -> bool:
    """Tell whether `fold` leaves anything of a text."""
    first = text[:1]
    return (first.isascii() and first.isalnum()) or bool(fold(text))


def due(document: Json, name: str) -> Paper:
    """Tell what the cited document makes the format `name` say ("pdf", "docx", "html")."""
    reader = _Reader(_RAW[name], _AS_DATA.get(name, frozenset()), nested=name == "jats")
    reader.blocks(document["blocks"], _Here())
    return Paper(tuple(reader.flow), tuple(reader.notes), reader.own_markup)


# --- the cited document, read in order --------------------------------------------------------------------------------

_RAW = {
    "pdf": frozenset({"typst"}),
    "docx": frozenset({"openxml"}),
    "html": frozenset({"html", "html4", "html5"}),
    "jats": frozenset({"jats"}),
    "latex": frozenset({"latex", "tex"}),
}
"""The raw markup that each format takes."""
_AS_DATA = {"jats": frozenset({"byline", "contents", "text-title"}), "latex": frozenset({"contents"})}
"""Format → the classes of what it does not say in running text: names are data, the rest is made anew."""
_TAGS = late(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_ON_THE_WEB = late(r"[A-Za-z][\w+.-]+://|//")
_DEEPEST = 5
"""Levels of headings that APA has (2.27)."""
_QUOTES = {"SingleQuote": ("\u2018", "\u2019"), "DoubleQuote": ("\u201c", "\u201d")}
_PAGE_NUMBER = r"[.…·]*(?:[0-9]+|[ivxlc]+)?"
"""What may follow an entry of the contents, as a pattern: dots, and the number of a page."""

_TITLE_PAGE, _ABSTRACT_PAGE, _CONTENTS = "part of the title page", "part of the abstract page", "entry of the contents"
_TEXT_TITLE = "title over the text"
_ENTRY = "entry of the reference list"
_NAMES = {
    "title-page": _TITLE_PAGE,
    "abstract-page": _ABSTRACT_PAGE,
    "contents": _CONTENTS,
    "float-number": "number",
    "float-title": "title",
    "float-note": "note",
    "csl-entry": _ENTRY,
    "footnote-entry": "footnote",
}
"""Class of a division → what a message calls a paragraph in it."""
_FREE = frozenset({_TITLE_PAGE, _ABSTRACT_PAGE, _CONTENTS, "number", "title", "note"})
"""Pieces whose kind is left to the format: a title may be a caption, a paragraph or a heading."""
_TOGETHER = frozenset(
    {
        *("title", "byline", "affiliation", "course", "instructor", "due-date", "word-count", "author-note"),
        *("abstract-page", "contents", "float"),
    }
)
"""Classes of divisions that a format may set elsewhere as a whole: a table at the head of a column."""


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the reader is: what a message calls a paragraph, and the properties that its pieces take (see Due)."""

    name: str = PARAGRAPH
    kind: str = PARAGRAPH
    group: int = 0
    joins: bool = False
    breaks: bool = False

    def named(self, name: str) -> _Here:
        """Give a paragraph a nearer name, if it has none."""
        return replace(self, name=name) if self.name == PARAGRAPH else self


@dataclass(slots=True)
class _Text:
    """The text of a run of inlines, as it reads and as a pattern."""

    words: list[str] = field(default_factory=list)
    patterns: dict[int, str] = field(default_factory=dict)
    """Place among the words → the pattern of what may stand for it."""
    breaks: bool = False

    def add(self, text: str) -> None:
        self.words.append(text)

    def add_loose(self, text: str, pattern: str) -> None:
        self.patterns[len(self.words)] = pattern
        self.words.append(text)

    def pattern(self) -> re.Pattern[str] | None:
        if not self.patterns:
            return None
        parts = (self.patterns.get(place) or re.escape(fold(word)) for place, word in enumerate(self.words))
        return re.compile("".join(parts), re.DOTALL)


class _Reader:
    """Walks the blocks of a cited document and writes down what they say."""

    def __init__(self, raw: frozenset[str], as_data: frozenset[str], *, nested: bool) -> None:
        self.flow: list[Due] = []
        self.notes: list[Due] = []
        self.own_markup = False
        self._raw = raw
        self._as_data = as_data
        self._nested = nested
        self._open: list[int] = []
        """Levels of the sections that are open, for formats whose headings have a rank only by those around them."""
        self._groups = 0

    def _new_group(self) -> int:
        self._groups += 1
        return self._groups

    def _apart(self, blocks: Json, group: int) -> list[Due]:
        """Give what blocks say, without writing it down."""
        kept, self.flow = self.flow, []
        self.blocks(blocks, _Here(group=group))
        pieces, self.flow = self.flow, kept
        return pieces

    def _put(self, text: _Text, here: _Here, *, level: int = 0) -> None:
        words = " ".join("".join(text.words).split())
        if not is_seen(words):
            return
        if here.name == _CONTENTS:
            text.add_loose("", _PAGE_NUMBER)
        pattern = text.pattern()
        breaks = here.breaks or text.breaks
        self.flow.append(
            Due(
                here.kind,
                here.name,
                words,
                level,
                pattern,
                here.group,
                here.joins,
                breaks,
                here.name == _TEXT_TITLE,
            )
        )

    def _say(self, inlines: Json, here: _Here, *, level: int = 0) -> None:
        text = _Text()
        self._inlines(inlines, text, here)
        self._put(text, here, level=level)

    # --- inlines ---

    def _inlines(self, inlines: Json, text: _Text, here: _Here) -> None:
        words = text.words
        for inline in inlines:
            kind = inline["t"]
            if kind == "Str":
                words.append(inline["c"])
            elif kind == "Space":
                words.append(" ")
            else:
                self._inline(kind, inline.get("c"), text, here)

    def _inline(self, kind: str, content: Json, text: _Text, here: _Here) -> None:  # noqa: C901, PLR0912  (a case each)
        match kind:
            case "Str":
                text.add(content)
            case "Space" | "SoftBreak":
                text.add(" ")
            case "LineBreak":
                text.add(" ")
                text.breaks = True
            case "Quoted":
                left, right = _QUOTES[content[0]["t"]]
                text.add(left)
                self._inlines(content[1], text, here)
                text.add(right)
            case "Span":
                self._inlines(content[1], text, here)
                number = dict(content[0][2]).get("number")
                if number and "equation" in content[0][1]:  # a format may hold it for a part of the formula
                    text.add_loose("", rf"(?:\(?{re.escape(fold(number))}\)?)?")
            case "Link" if "footnote-call" in content[0][1]:
                text.add_loose(plain(content[1]), rf"(?:{CALL}|{re.escape(fold(plain(content[1])))})")
            case "Link" if content[2][0].partition(":")[0] in {"mailto", "tel"}:  # Typst shows the address without it
                text.add_loose("", "(?:mailto:|tel:)?")
                self._inlines(_without_scheme(content[1]), text, here)
            case "Link" | "Cite":
                self._inlines(content[1], text, here)
            case "Code":
                text.add(content[1])
            case "Math":
                # What pandoc cannot convert comes as TeX.
                text.add_loose(FORMULA, rf"(?:{FORMULA}+|\$*{re.escape(fold(content[1]))}\$*)")
                text.breaks |= content[0]["t"] == "DisplayMath"
            case "Image":
                if _ON_THE_WEB.match(content[2][0]):  # it is not fetched: its caption or its address may stand for it
                    instead = "|".join(re.escape(fold(item)) for item in (plain(content[1]), content[2][0]))
                    text.add_loose("", f"(?:{instead})?")
            case "Note":
                text.add(CALL)
                self.notes += _joined(self._apart(content, here.group), NOTE, "footnote", here.group)
            case "RawInline":
                if content[0] in self._raw and fold(_TAGS.sub("", content[1])):
                    text.add_loose("", ".*?")
            case _:  # Emph, Strong and their like
                self._inlines(content, text, here)

    # --- blocks ---

    def blocks(self, blocks: Json, here: _Here) -> None:
        """Write down what blocks say."""
        for block in blocks:
            self._block(block["t"], block.get("c"), here)

    def _block(self, kind: str, content: Json, here: _Here) -> None:  # noqa: C901, PLR0912  (a case each)
        match kind:
            case "Para" | "Plain":
                self._say(content, here)
            case "Header":
                self._header(content[0], content[1], content[2], here)
            case "LineBlock":
                lines = [inline for line in content for inline in (*line, {"t": "LineBreak"})]
                self._say(lines, here)
            case "CodeBlock":
                text = _Text(breaks=True)
                text.add(content[1])
                self._put(text, here.named("program code"))
            case "BlockQuote":
                self.blocks(content, here.named("paragraph of a quotation"))
            case "BulletList":
                self._items(content, here)
            case "OrderedList":
                self._items(content[1], here)
            case "DefinitionList":
                for term, definitions in content:
                    self._say(term, replace(here, kind="").named("term"))
                    self._items(definitions, replace(here, joins=True))
            case "Table":
                self._table(content, here)
            case "Figure":
                inside = replace(here, group=here.group or self._new_group())
                self.blocks(content[1][1], replace(inside, name="title", kind=""))
                self.blocks(content[2], inside)
            case "Div":
                self._div(content[0][1], content[1], here)
            case "RawBlock":
                self.own_markup |= content[0] in self._raw

    def _header(self, level: int, attributes: Json, inlines: Json, here: _Here) -> None:
        if self._nested:
            if not self._as_data.isdisjoint(attributes[1]) or here.name in {_TITLE_PAGE, _ABSTRACT_PAGE}:
                return  # "Abstract" and "Author Note" are names of elements there
            self._open = [other for other in self._open if other < level] + [level]
            level = len(self._open)
        if "text-title" in attributes[1]:
            self._say(inlines, replace(here, name=_TEXT_TITLE, kind=""))
        elif here.name in {_TITLE_PAGE, _CONTENTS}:  # these labels have their place and no rank
            self._say(inlines, replace(here, name="label", kind=""))
        else:
            self._say(inlines, replace(here, name=HEADING, kind=HEADING), level=min(level, _DEEPEST))

    def _items(self, items: Json, here: _Here) -> None:
        here = here.named("item of a list")
        for blocks in items:
            for number, block in enumerate(blocks):
                self._block(block["t"], block.get("c"), replace(here, joins=here.joins or number > 0))

    def _div(self, classes: list[str], blocks: Json, here: _Here) -> None:
        if not self._as_data.isdisjoint(classes):
            return
        name = next((_NAMES[one] for one in classes if one in _NAMES), here.name)
        together = not here.group and not _TOGETHER.isdisjoint(classes)
        kind = "" if name in _FREE else here.kind
        group = self._new_group() if together else here.group
        joins = here.joins or "float-title" in classes  # number and title may be one caption
        breaks = here.breaks or name == _ENTRY
        self.blocks(blocks, replace(here, name=name, kind=kind, group=group, joins=joins, breaks=breaks))

    def _table(self, content: Json, here: _Here) -> None:
        _, (_, caption), _, (_, head), bodies, (_, foot) = content
        inside = replace(here, group=here.group or self._new_group())
        self.blocks(caption, replace(inside, name="title", kind=""))
        rows = [*head, *(row for body in bodies for part in body[2:] for row in part), *foot]
        for _, cells in rows:
            for cell in cells:
                self.flow += _joined(self._apart(cell[4], inside.group), CELL, "cell of a table", inside.group)


def _without_scheme(inlines: Json) -> Json:
    if len(inlines) == 1 and inlines[0]["t"] == "Str":
        return [{"t": "Str", "c": re.sub("^(?:mailto|tel):", "", inlines[0]["c"])}]
    return inlines


def _joined(pieces: list[Due], kind: str, name: str, group: int) -> Iterator[Due]:
    """Make one piece of all that a footnote or a cell holds."""
    text = " ".join(piece.text for piece in pieces)
    if not text:
        return
    pattern = None
    if any(piece.pattern for piece in pieces):
        parts = (piece.pattern.pattern if piece.pattern else re.escape(fold(piece.text)) for piece in pieces)
        pattern = re.compile("".join(parts), re.DOTALL)
    yield Due(kind, name, text, 0, pattern, group, breaks=True)
