"""Takes a paper's tree apart, once: text, headings, floats, images, raw pieces and citations, each with its place.

Pure, from pandoc's JSON and the manuscript's text; judges nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from citeproof import places, source
from citeproof.document import (
    CITED_HERE,
    ITALIC,
    ITALIC_END,
    NOT_TEXT,
    SUBSCRIPT,
    SUBSCRIPT_END,
    SUPERSCRIPT,
    SUPERSCRIPT_END,
    Citation,
    Float,
    Heading,
    Passage,
    Raw,
    plain,
)
from citeproof.findings import Place
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from citeproof.document import Json, Kind

LONG_QUOTATION = 40
"""Words from which on a quotation is set as a block (APA 8.27)."""

_EQUATION = late(r"\{#(eq-[^\s}]+)\}")
_GIVEN = late(r"\{[^{}]*\}|<[a-z][^<>]*>", re.IGNORECASE)
_IDENTIFIER = late(r"#([^\s{}#\"'=<>]+)|(?<=[\s{])id=[\"']?([^\s\"'{}<>]+)")
_NUMBERED_BY_NAME = late(r"(fig|tbl)-")
_ATX = late(r"^[ \t>]*(#+)(?:[ \t]+(.*?))?[ \t]*$", re.MULTILINE)
_SETEXT = late(r"^[ \t>]*(\S.*)\n[ \t>]*(=+|-+)[ \t]*$", re.MULTILINE)
_CAPTION = late(r"^[ \t>]*(?:[Tt]able)?:[ \t]*(\S.*)$", re.MULTILINE)
_ABSTRACTS = {"abstract", "impact-statement", "author-note"}
_TYPED_APPENDIX = late(
    r"(?:Appendix|Anhang|Annexe|Apéndice|Apêndice|Bijlage|付録|附录|ملحق)(?:\s*(?:[A-Z]|\d+)\b)?"
    r"\s*(?:[:.\uff1a\u2013\u2014-]|\Z)",
    re.IGNORECASE,
)
_APPENDICES = {"appendices", "anhänge", "annexes", "apéndices", "apêndices", "bijlagen", "ملاحق"}
_WORD = late(r"[^\W_]+(?:['\u2019.-][^\W_]+)*")
_QUOTATION = late(r"(?<!\w)“[^“”]+”")
_FIRST_WORDS = 6
"""Words by which a passage is looked for in the manuscript."""


def words(text: str) -> list[str]:
    """Give the words of a text, hyphenated ones as one, numbers included."""
    return _WORD.findall(text)


def _bare(text: str) -> str:
    """Give the letters and digits of a text, for comparing it with its markup."""
    return "".join(char for char in text.casefold() if char.isalnum())


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it stands in the tree."""

    target: str
    place: Place
    described: bool
    titled: bool
    attributes: tuple[tuple[str, str], ...] = ()
    """`width` and `height`, as typed."""


@dataclass(slots=True)
class Parts:
    """What a paper consists of, in reading order."""

    citations: list[Citation] = field(default_factory=list)
    """Every key that pandoc takes for a citation, cross-references included."""
    pictures: list[Picture] = field(default_factory=list)
    raws: list[Raw] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    floats: list[Float] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    referable: set[str] = field(default_factory=set)
    """The identifiers that filters/cross-references.lua knows."""
    named: dict[str, tuple[Place, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A passage that is being read."""

    kind: Kind
    float_number: int | None
    pieces: list[str] = field(default_factory=list)
    size: int = 0
    calls: list[tuple[int, str, Place | None]] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.pieces.append(text)
        self.size += len(text)


_AROUND = {
    "Emph": (ITALIC, ITALIC_END),
    "Subscript": (SUBSCRIPT, SUBSCRIPT_END),
    "Superscript": (SUPERSCRIPT, SUPERSCRIPT_END),
    "Strong": ("", ""),
    "Underline": ("", ""),
    "Strikeout": ("", ""),
    "SmallCaps": ("", ""),
}
_SPACES = {"Space", "SoftBreak", "LineBreak"}


class _Finder:
    """Finds in the manuscript's text what pandoc gives without a place, each piece after the one before it."""

    def __init__(self, text: places.Source) -> None:
        self.text = text
        self.outside = source.outside_code(text)
        self._seen: dict[str, int] = {}
        self._headings = sorted(self._typed_headings())
        self._heading = 0
        self._caption = 0

    def named(self) -> dict[str, tuple[Place, ...]]:
        """Find where each identifier is given: in braces, or in an HTML tag."""
        found: dict[str, list[Place]] = {}
        for around in _GIVEN.finditer(self.outside):
            tag = around[0].startswith("<")
            for name in _IDENTIFIER.finditer(around[0]):
                if not (tag and name[1]):
                    found.setdefault(name[1] or name[2], []).append(self.text.place(around.start() + name.start()))
        return {name: tuple(places) for name, places in found.items()}

    def next(self, needle: str, *, also: str = "") -> int | None:
        """Give the offset of the next occurrence of a piece of the text, in either form of it, in reading order."""
        first_line = needle.split("\n", 1)[0]
        start = self._seen.get(first_line, 0)
        hits = [
            (offset, form)
            for form in (first_line, also)
            if form and (offset := source.prose_offset(self.text, form, start)) is not None
        ]
        if not hits:
            return None
        offset, form = min(hits)
        self._seen[first_line] = offset + len(form)
        return offset

    def place(self, offset: int | None) -> Place:
        """Turn an offset into a place; the head of the file if it is not known."""
        return Place(self.text.file, 1, 1) if offset is None else self.text.place(offset)

    def _typed_headings(self) -> Iterator[tuple[int, int, str]]:
        for found in _ATX.finditer(self.outside):
            yield found.start(1), len(found[1]), _bare(re.sub(r"\{[^{}]*\}\s*$", "", found[2] or ""))
        for found in _SETEXT.finditer(self.outside):
            yield found.start(1), 1 if found[2][0] == "=" else 2, _bare(re.sub(r"\{[^{}]*\}\s*$", "", found[1]))

    def heading(self, level: int, text: str) -> Place:
        """Find the next line that is typed as this heading; failing that, the next one of its level."""
        wanted = _bare(text)
        first = None
        for index in range(self._heading, len(self._headings)):
            offset, depth, typed = self._headings[index]
            if depth != level:
                continue
            if wanted and typed.startswith(wanted):
                break
            first = first or (index, offset)
        else:
            if not first:
                return self.place(None)
            index, offset = first
        self._heading = index + 1
        return self.text.place(offset)

    def caption(self, text: str) -> Place:
        """Find the next caption of a table that begins with these words."""
        wanted = _bare(" ".join(words(text)[:_FIRST_WORDS]))
        for found in _CAPTION.finditer(self.outside, self._caption):
            if _bare(found[1]).startswith(wanted):
                self._caption = found.end()
                return self.text.place(found.start(1))
        return self.place(None)

    def beginning(self, text: str, before: str) -> Place | None:
        """Find the words with which a text begins, after what `before` matches; None if they are not there."""
        first = re.findall(r"[^\W_]+", text.partition(CITED_HERE)[0])[:_FIRST_WORDS]
        if not first:
            return None
        pattern = re.compile(rf"(?:{before})[\W_]*?" + r"[\W_]+".join(map(re.escape, first)))
        at = -1
        while (at := self.outside.find(first[0], at + 1)) >= 0:  # what is before it has no letters
            start = at
            while start and not self.outside[start - 1].isalnum():
                start -= 1
            found = next((found for n in range(start, at) if (found := pattern.match(self.outside, n))), None)
            if found:
                return self.text.place(found.start())
        return None


class _Reader:
    """Walks a tree once."""

    def __init__(
        self, probe: source.Probe, text: places.Source, restore: Callable[[str], str], *, supplement: bool
    ) -> None:
        self.parts = Parts()
        self.find = _Finder(text)
        self.parts.named = self.find.named()
        self._probe = probe
        self._text = text
        self._restore = restore
        self._open = _Open("field", None)
        self._muted = 0
        self._first_image: int | None = None
        self._parts_of_float: set[str] = set()
        self._prefix_of_text = self._prefix = "S" if supplement else ""
        self._appendices = 0
        self._in_group = False
        self._counts: dict[tuple[str, str], int] = {}
        self._inline: dict[str, Callable[[Json], None]] = {
            "Cite": self.cite,
            "Code": self.code,
            "Image": self.image,
            "Link": self.link,
            "Math": self.formula,
            "Note": self.note,
            "Quoted": self.quotation,
            "RawInline": self.raw,
            "Span": self.span,
        }
        self._block: dict[str, Callable[[Json, Kind, int | None], None]] = {
            "BlockQuote": self.block_quotation,
            "BulletList": self.items,
            "CodeBlock": lambda content, *_: self.identifier(content[0][0]),
            "DefinitionList": self.definitions,
            "Div": self.division,
            "Figure": self.figure,
            "LineBlock": self.verse,
            "OrderedList": lambda content, *rest: self.items(content[1], *rest),
            "Para": self.paragraph,
            "Plain": self.paragraph,
            "RawBlock": lambda content, *_: self.raw(content),
            "Table": self.table,
        }

    # --- passages

    def meta(self, value: Json, name: str) -> None:
        """Read a field of the front matter."""
        kind: Kind = "abstract" if name in _ABSTRACTS else "field"
        if value["t"] == "MetaInlines":
            self.passage(value["c"], kind)
        elif value["t"] == "MetaBlocks":
            self.blocks(value["c"], kind)
        elif value["t"] == "MetaList":
            for item in value["c"]:
                self.meta(item, name)
        elif value["t"] == "MetaMap":
            for item in value["c"].values():
                self.meta(item, name)

    def passage(self, inlines: Json, kind: Kind, float_number: int | None = None) -> str:
        """Read inlines as a passage of their own and give its text."""
        before, self._open = self._open, _Open(kind, float_number)
        here, at = self._open, len(self.parts.passages)
        self.inlines(inlines)
        self._open = before
        text = "".join(here.pieces)
        numbers = [(index, self.find.place(offset)) for index, offset in self._probe.numbers_in(text)]
        if numbers:
            text = self._probe.restore(text)
        if not self._muted:
            place = self.find.beginning(text, r"(?m:^[ \t]*>)") if kind == "quotation" else None
            read = Passage(
                kind,
                text,
                tuple(numbers),
                tuple(here.calls),
                tuple(self.quotations(text)) if kind == "text" else (),
                place,
                float_number,
                bool(inlines) and _is_in_parentheses(inlines),
            )
            self.parts.passages.insert(at, read)
        return text

    def quotations(self, text: str) -> Iterator[tuple[int, int, Place | None]]:
        """Find the long quotations in a passage: beginning, end and place of each."""
        for found in _QUOTATION.finditer(text):
            if len(words(found[0])) >= LONG_QUOTATION:
                yield *found.span(), self.find.beginning(found[0], '["“]')

    def inlines(self, inlines: Json) -> None:
        """Read inlines into the open passage."""
        here, restore = self._open, self._restore
        after_formula = False
        for item in inlines:
            kind = item["t"]
            if kind in _SPACES:
                here.say(" ")
                continue
            if kind == "Str":
                named = _EQUATION.match(item["c"]) if after_formula else None
                if named:
                    self.identifier(named[1])
                    self.parts.referable.add(self._probe.restore(named[1]))
                here.say(restore(item["c"][named.end() :] if named else item["c"]))
            elif kind in _AROUND:
                before, after = _AROUND[kind]
                here.say(before)
                self.inlines(item["c"])
                here.say(after)
            else:
                self._inline[kind](item.get("c"))
            after_formula = kind == "Math" and _is_displayed(item)

    def code(self, content: Json) -> None:
        """Read a piece of code, whose words are none of the paper's."""
        self.identifier(content[0][0])
        self._open.say(NOT_TEXT)

    def formula(self, _: Json) -> None:
        """Read a formula."""
        self._open.say(NOT_TEXT)

    def span(self, content: Json) -> None:
        """Read words that carry attributes, or an equation."""
        name, inlines = content[0][0], content[1]
        self.identifier(name)
        said = [item for item in inlines if item["t"] not in _SPACES]
        if name.startswith("eq-") and [item["t"] for item in said] == ["Math"] and _is_displayed(said[0]):
            self.parts.referable.add(self._probe.restore(name))
        self.inlines(inlines)

    def link(self, content: Json) -> None:
        """Read a link; one within the paper is a reference."""
        (name, classes, _), inlines, (target, _) = content
        self.identifier(name)
        if target.startswith("#"):
            self._open.calls.append((self._open.size, target[1:], None))
        if {"uri", "email"} & set(classes):  # an address that stands as it is
            self._open.say(NOT_TEXT)
        else:
            self.inlines(inlines)

    def note(self, content: Json) -> None:
        """Read a footnote: passages of their own."""
        here = self._open
        kind: Kind = "note" if here.kind in {"text", "heading", "quotation", "quoted"} else here.kind
        self.blocks(content, kind, float_number=here.float_number)

    def quotation(self, content: Json) -> None:
        """Read what stands in quotation marks."""
        left, right = ("“", "”") if content[0]["t"] == "DoubleQuote" else ("\u2018", "\u2019")
        self._open.say(left)
        self.inlines(content[1])
        self._open.say(right)

    def cite(self, content: Json) -> None:
        """Read a citation: its keys with their places. What else stands in its brackets is no text of the paper."""
        here = self._open
        first: Place | None = None
        bracketed = bool(content[1]) and str(content[1][0].get("c", "")).startswith("[")
        for item in content[0]:
            key, offset = self._probe.keys.get(item["citationId"], (item["citationId"], -1))
            place = self.find.place(offset if offset >= 0 else None)
            first = first or place
            locator = self._probe.restore(plain(item["citationSuffix"])).strip() if item["citationSuffix"] else ""
            narrative = item["citationMode"]["t"] == "AuthorInText"
            self.parts.citations.append(Citation(key, place, narrative, locator, first, bracketed))
            here.calls.append((here.size, key, place))
            self._muted += 1
            self.passage(item["citationPrefix"], "field")
            self.passage(item["citationSuffix"], "field")
            self._muted -= 1
        here.say(CITED_HERE)

    def identifier(self, name: str, *, of_float: bool = False) -> None:
        """Note that an element carries a name; that of a table, figure or image may be one to refer to."""
        if name and not self._muted:
            name = self._probe.restore(name)
            self.parts.identifiers.append(name)
            if of_float:
                self._parts_of_float.add(name)

    def raw(self, content: Json) -> None:
        """Note a piece in another markup language."""
        kind, text = content[0], self._probe.restore(content[1])
        self.parts.raws.append(Raw(kind, text, self.find.place(self.find.next(text))))

    # --- images and floats

    def image(self, content: Json, caption: Json = None) -> None:
        """Note an image; `caption` is that of the figure that it makes."""
        attributes, inlines, (target, _) = content
        target = self._probe.restore(target)
        offset = self.find.next(target, also=unquote(target))
        said = {name for name, _ in attributes[2]} & {"alt", "fig-alt"}
        titled = caption is not None
        # pandoc puts the attribute `alt` of a figure into the image's inlines, and else the caption (3.9).
        described = inlines != caption if titled else bool(inlines)
        if titled and not described and offset is not None:
            described = bool(re.match(r"[^\n{]*\)\s*\{[^}]*\balt\s*=", self._text.text[offset + len(target) :]))
        size = tuple((name, value) for name, value in attributes[2] if name in {"width", "height"})
        self.parts.pictures.append(Picture(target, self.find.place(offset), bool(described or said), titled, size))
        if self._first_image is None:
            self._first_image = offset
        self.identifier(attributes[0], of_float=True)
        if inlines != caption:
            self._muted += 1
            self.passage(inlines, "field")
            self._muted -= 1

    def float_of(self, block: Json) -> tuple[Literal["table", "figure"], str] | None:
        """Give the kind and identifier of a numbered table or figure, as filters/floats.lua numbers them."""
        kind, content = block["t"], block.get("c")
        if kind in {"Para", "Plain"}:
            if len(content) == 1 and content[0]["t"] == "Image":
                name, target = content[0]["c"][0][0], content[0]["c"][2][0]
                if _NUMBERED_BY_NAME.match(name):
                    return ("table" if _is_csv(target) else "figure"), name
            return None
        if kind not in {"Table", "Figure", "Div"}:
            return None
        name = content[0][0]
        by_name = _NUMBERED_BY_NAME.match(name)
        if kind == "Table":
            return ("table", name) if content[1][1] or by_name else None
        if kind == "Figure":
            return ("table" if any(_is_csv(target) for target in _targets(content[2])) else "figure"), name
        if by_name and content[1]:
            return ("table" if by_name[1] == "tbl" else "figure"), name
        return None

    def float(self, block: Json, kind: Literal["table", "figure"], name: str) -> None:
        """Read a table or figure and give it its number."""
        at = len(self.parts.floats)
        self._first_image, self._parts_of_float = None, set()
        key = (kind, self._prefix)
        self._counts[key] = self._counts.get(key, 0) + 1
        number = f"{self._prefix}{self._counts[key]}"
        # Its place is known when it has been read; until then its head stands for it.
        self.parts.floats.append(Float(kind, number, name, self.find.place(None), frozenset()))
        self.block(block, "caption", at_top=False, float_number=at)
        name = self._probe.restore(name)
        if name in self.parts.named:
            place = self.parts.named[name][0]
        elif self._first_image is not None:
            place = self.find.place(self._first_image)
        else:
            place = self.find.caption(self._probe.restore(plain(block["c"][1][1]) if block["t"] == "Table" else ""))
        held = frozenset(self._parts_of_float | {name}) - {""}
        self.parts.floats[at] = Float(kind, number, name, place, held)
        self.parts.referable |= held

    # --- blocks

    def blocks(self, blocks: Json, kind: Kind, *, at_top: bool = False, float_number: int | None = None) -> None:
        """Read blocks one after another."""
        for block in blocks:
            numbered = self.float_of(block) if kind == "text" and float_number is None else None
            if numbered:
                self.float(block, *numbered)
            else:
                self.block(block, kind, at_top=at_top, float_number=float_number)

    def block(self, block: Json, kind: Kind, *, at_top: bool, float_number: int | None) -> None:
        """Read one block and what stands in it."""
        if block["t"] == "Header":
            self.header(block["c"], kind, at_top=at_top)
        elif block["t"] in self._block:
            self._block[block["t"]](block["c"], kind, float_number)

    def paragraph(self, content: Json, kind: Kind, float_number: int | None) -> None:
        """Read a paragraph."""
        self.passage(content, kind, float_number)

    def division(self, content: Json, kind: Kind, float_number: int | None) -> None:
        """Read blocks that carry attributes."""
        self.identifier(content[0][0])
        self.blocks(content[1], kind, float_number=float_number)

    def items(self, content: Json, kind: Kind, float_number: int | None) -> None:
        """Read a list."""
        for item in content:
            self.blocks(item, kind, float_number=float_number)

    def definitions(self, content: Json, kind: Kind, float_number: int | None) -> None:
        """Read a list of terms."""
        for term, definitions in content:
            self.passage(term, kind, float_number)
            self.items(definitions, kind, float_number)

    def verse(self, content: Json, kind: Kind, float_number: int | None) -> None:
        """Read lines that stay lines."""
        for line in content:
            self.passage(line, "quoted" if kind == "text" else kind, float_number)

    def block_quotation(self, content: Json, kind: Kind, float_number: int | None) -> None:
        """Read a block quotation, in which a table or figure is numbered too."""
        alone = len(content) == 1 and content[0]["t"] == "Para"
        for block in content:
            numbered = self.float_of(block) if kind == "text" and float_number is None else None
            if numbered:
                self.float(block, *numbered)
            else:
                quoting: Kind = ("quotation" if alone else "quoted") if kind == "text" else kind
                self.block(block, quoting, at_top=False, float_number=float_number)

    def header(self, content: Json, kind: Kind, *, at_top: bool) -> None:
        """Read a heading; one of level 1 may begin an appendix."""
        level, (name, classes, _), inlines = content
        self.identifier(name)
        text = self.passage(inlines, "heading")
        if kind in {"text", "caption"}:
            self.parts.headings.append(Heading(level, text, self.find.heading(level, text.replace(CITED_HERE, ""))))
        if name.startswith("sec-"):
            self.parts.referable.add(self._probe.restore(name))
        if at_top:
            self.section(level, text, self._probe.restore(name), classes)

    def section(self, level: int, text: str, name: str, classes: list[str]) -> None:
        """Begin an appendix, or go back to the text, where a heading of the highest level says so."""
        in_group = self._in_group and level == 2  # noqa: PLR2004  (under "Appendices" each one has level 2)
        if level == 1:
            self._in_group = text.strip().casefold() in _APPENDICES
            self._prefix = self._prefix_of_text
        named = name.startswith("apx-") or (name.startswith("appendix-") and name != _slug(text))
        if in_group or (level == 1 and (named or "appendix" in classes or _TYPED_APPENDIX.match(text))):
            self._appendices += 1
            self._prefix = _letters(self._appendices)
            self.parts.referable.add(name)

    def figure(self, content: Json, kind: Kind, float_number: int | None) -> None:
        """Read a figure: its title, then its images."""
        (name, _, _), (_, caption), blocks = content
        self.identifier(name, of_float=True)
        self.blocks(caption, "caption", float_number=float_number)
        title = caption[0]["c"] if len(caption) == 1 and caption[0]["t"] in {"Para", "Plain"} else None
        for block in blocks:
            if title is not None and block["t"] in {"Para", "Plain"} and [i["t"] for i in block["c"]] == ["Image"]:
                self.image(block["c"][0]["c"], title)
            else:
                self.block(block, kind, at_top=False, float_number=float_number)

    def table(self, content: Json, _: Kind, float_number: int | None) -> None:
        """Read a table: its title, then its cells."""
        (name, _, _), (_, caption), _, head, bodies, foot = content
        self.identifier(name, of_float=True)
        self.blocks(caption, "caption", float_number=float_number)
        rows = [*head[1], *(row for body in bodies for part in (body[2], body[3]) for row in part), *foot[1]]
        for _, cells in rows:
            for cell in cells:
                self.blocks(cell[4], "cell", float_number=float_number)


def _is_csv(target: str) -> bool:
    return target.lower().endswith((".csv", ".tsv"))


def _is_displayed(formula: Json) -> bool:
    return bool(formula["c"][0]["t"] == "DisplayMath")


def _slug(text: str) -> str:
    """Give the identifier that pandoc makes of a heading's words, near enough."""
    return re.sub(r"[^\w.-]", "", re.sub(r"\s+", "-", text.strip().lower()))


def _targets(blocks: Json) -> Iterator[str]:
    for block in blocks:
        if block["t"] in {"Para", "Plain"}:
            yield from (item["c"][2][0] for item in block["c"] if item["t"] == "Image")


def _letters(number: int) -> str:
    """Give A to Z, then AA, AB and so on."""
    letters = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def _is_in_parentheses(inlines: Json) -> bool:
    """Tell whether inlines end in a citation in parentheses that no dash introduces, as an epigraph's would."""
    last = inlines[-1]
    if last["t"] != "Cite" or last["c"][0][0]["citationMode"]["t"] == "AuthorInText":
        return False
    before = next((item for item in reversed(inlines[:-1]) if item["t"] not in _SPACES), {"t": "", "c": ""})
    return before["t"] != "Str" or not before["c"].endswith(("\u2014", "\u2013", "-"))


def read(
    document: Json,
    probe: source.Probe,
    text: places.Source,
    restore: Callable[[str], str] = str,
    *,
    supplement: bool = False,
) -> Parts:
    """Take the tree that pandoc made of a probe apart.

    `restore` puts back the words that the probe lacks (Abridged.restore). `supplement` says that tables and figures are
    numbered S1, S2.
    """
    reader = _Reader(probe, text, restore, supplement=supplement)
    for name, value in document["meta"].items():
        reader.meta(value, name)
    reader.blocks(document["blocks"], "text", at_top=True)
    parts = reader.parts
    # A title comes twice if an image's alternative text repeats it, and so do its citations.
    parts.citations = list(dict.fromkeys(parts.citations))
    return parts
