"""Counts the words of a cited document, part by part, as they are printed, and says of each number what is in it.

What a word is: what stands between spaces, as Word counts, so that `t(46) = 2.31` is three words, and `and/or`,
`well-being` and a formula are one each. Punctuation that stands alone is no word, though Word counts it: French sets
its marks off with spaces, and so do many writers their dashes. A sign that stands alone (=, <, &) is one, or statistics
would count less here than in Word, where a journal looks. In Chinese and Japanese, which set no spaces, each letter is
a word, and a mark ends one. filters/word-count.lua, which counts for the title page without this package, goes by the
same rule and the same tables; a test compares them.

Pure functions over pandoc's JSON; opens nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from citeproof.document import FORMULA, meta_strings, plain

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any

SPACES = (
    *((0x9, 0xD), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
)
"""What stands between words: the white space of Unicode (property White_Space)."""

SINGLE_LETTERS = (
    *((0x3005, 0x3007), (0x3041, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF)),
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF)),
)
"""Letters of Chinese and Japanese, each of which is a word."""

SINGLE_MARKS = (
    *((0x3001, 0x3004), (0x3008, 0x303F), (0x30A0, 0x30A0), (0x30FB, 0x30FB)),
    *((0xFF01, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65)),
)
"""Their marks, which are no words and end one."""

PUNCTUATION = (
    *((0x21, 0x22), (0x27, 0x29), (0x2C, 0x2F), (0x3A, 0x3B), (0x3F, 0x3F), (0x5B, 0x5D), (0x5F, 0x5F), (0x7B, 0x7B)),
    *((0x7D, 0x7D), (0xA1, 0xA1), (0xAB, 0xAB), (0xAD, 0xAD), (0xB7, 0xB7), (0xBB, 0xBB), (0xBF, 0xBF)),
    *((0x5BE, 0x5BE), (0x60C, 0x60C), (0x61B, 0x61B), (0x61F, 0x61F), (0x200B, 0x200F), (0x2010, 0x2027)),
    *((0x202A, 0x202E), (0x2039, 0x203A), (0x203C, 0x203D), (0x2045, 0x2046), (0x2060, 0x206F), (0xFE00, 0xFE0F)),
    *((0xFEFF, 0xFEFF), (0xFFF9, 0xFFF9)),
)
"""Marks that make no word by themselves, and signs that nobody sees."""


def _set(*tables: tuple[tuple[int, int], ...]) -> str:
    """Write tables of characters as the inside of a pattern's brackets."""
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for table in tables for first, last in table)


_ENDS = _set(SPACES, SINGLE_LETTERS, SINGLE_MARKS)
_WORD = re.compile(f"[{_set(SINGLE_LETTERS)}]|[{_set(PUNCTUATION)}]*[^{_ENDS}{_set(PUNCTUATION)}][^{_ENDS}]*")


def words(text: str) -> int:
    """Count the words of a text; what a word is stands above."""
    return sum(1 for _ in _WORD.finditer(text))


def characters(text: str) -> int:
    """Count the characters of a text with its spaces, several in a row as one, an accented letter as one."""
    return len(unicodedata.normalize("NFC", " ".join(text.split())))


class Part(StrEnum):
    """The parts of a paper: each printed word is counted in one of them, and the title, which stands twice, once."""

    TITLE = "title"
    TITLE_PAGE = "title page"
    AUTHOR_NOTE = "author note"
    ABSTRACT = "abstract"
    KEYWORDS = "keywords"
    IMPACT_STATEMENT = "impact statement"
    CONTENTS = "contents"
    BODY = "body"
    FOOTNOTES = "footnotes"
    CODE = "code"
    TABLES = "tables"
    TABLE_TITLES = "table titles and notes"
    FIGURE_TITLES = "figure titles and notes"
    REFERENCES = "references"
    APPENDICES = "appendices"
    LABELS = "labels"


WHAT = {
    Part.TITLE: "once, though it stands over the text again",
    Part.TITLE_PAGE: "its other lines: authors, affiliations, course, date, word count; footnotes of the title",
    Part.AUTHOR_NOTE: "without its label",
    Part.ABSTRACT: "without its label",
    Part.KEYWORDS: "without their label",
    Part.IMPACT_STATEMENT: "as it is printed",
    Part.CONTENTS: "contents and lists of a thesis, without the page numbers",
    Part.BODY: "paragraphs, lists, block quotations, headings, with their citations as printed",
    Part.FOOTNOTES: "those of the body",
    Part.CODE: "displayed in the body or its footnotes",
    Part.TABLES: "the cells, outside appendices",
    Part.TABLE_TITLES: "numbers, titles and notes of tables, outside appendices",
    Part.FIGURE_TITLES: "numbers, titles and notes of figures, outside appendices",
    Part.REFERENCES: "the entries of the list",
    Part.APPENDICES: "all in them: headings, text, tables, figures, footnotes",
    Part.LABELS: "what is set for you: Abstract, Keywords, Author Note, References, Footnotes",
}
"""Part → what is in it."""

_TEXT = (Part.BODY, Part.FOOTNOTES)
SUMS = {
    "text": _TEXT,
    "text with abstract": (*_TEXT, Part.ABSTRACT),
    "text, abstract and references": (*_TEXT, Part.ABSTRACT, Part.REFERENCES),
    "everything": tuple(Part),
}
"""What journals set limits for → the parts that are added. "text" is the number on the title page."""

WITHIN = {
    "headings": "of the body",
    "in-text citations": "words of the citations in the text, footnotes of citations whole",
}
"""What is told apart within parts → where."""

NUMBER_OF = {
    "citations": "in the text; two works in one pair of parentheses are two",
    "references": "entries of the list",
    "tables": "with a number, those of appendices too",
    "figures": "with a number, those of appendices too",
    "footnotes": "of all parts",
    "keywords": "",
}
"""What is counted besides words → which of them."""

CHARACTERS = {
    "title": "without footnotes",
    "running head": "as printed at the top of each page",
    "abstract": "without label and footnotes",
}
"""What is counted in characters, with spaces → what of it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in a paper or in its supplement."""

    words: dict[Part, int]
    """All parts, with 0 for one that is not there."""
    within: dict[str, int]
    """Words that some of the parts hold, told apart (see WITHIN)."""
    number_of: dict[str, int]
    """How many there are (see NUMBER_OF)."""
    characters: dict[str, int]
    """With spaces (see CHARACTERS)."""

    @property
    def sums(self) -> dict[str, int]:
        """Add up the parts as journals do."""
        return {name: sum(self.words[part] for part in parts) for name, parts in SUMS.items()}

    def as_dict(self) -> dict[str, dict[str, int]]:
        """Give the counts as plain data."""
        return {
            "words": {part.value: count for part, count in self.words.items()},
            "within": dict(self.within),
            "sums": self.sums,
            "number of": dict(self.number_of),
            "characters": dict(self.characters),
        }


def count(document: Json) -> Counts:
    """Count a document that has been through citeproc and the common filters."""
    blocks = document["blocks"]
    reader = _Reader(_footnotes_at_the_end(blocks))
    part = Part.BODY
    for at, block in enumerate(blocks):
        part = _part_from(blocks, at, part)
        reader.block(block, _Here(part, label=part is Part.REFERENCES and _heads_references(blocks, at)))
    reader.number_of["keywords"] = len(meta_strings(document, "keywords")) if reader.words[Part.KEYWORDS] else 0
    return Counts(
        {part: reader.words[part] for part in Part},
        {name: reader.words[name] for name in WITHIN},
        {name: reader.number_of[name] for name in NUMBER_OF},
        {
            "title": characters(" ".join(reader.texts[Part.TITLE])),
            "running head": characters(" ".join(meta_strings(document, "running-head"))),
            "abstract": characters(" ".join(reader.texts[Part.ABSTRACT])),
        },
    )


def in_sections(document: Json, wanted: Callable[[str], bool]) -> int:
    """Count the words of the text, footnotes included, in those sections of level 1 whose heading is wanted.

    What stands before the first of them, the introduction (APA 2.27), has the heading "". Appendices have theirs.
    """
    blocks, kept, heading, is_list = document["blocks"], [], "", False
    for at, block in enumerate(blocks):
        if block["t"] == "Header" and block["c"][0] == 1 and "text-title" not in _classes(block):
            heading = plain(block["c"][2]).strip()
            is_list = _heads_references(blocks, at)
        elif block["t"] == "Div" and _PAGES.keys() & set(_classes(block)):
            continue
        if not is_list and wanted(heading):
            kept.append(block)
    counted = count({**document, "blocks": kept})
    return counted.sums["text"] + counted.words[Part.APPENDICES]


# --- which part a block of the paper belongs to -----------------------------------------------------------------------


def _classes(block: Json) -> list[str]:
    at = {"Div": 0, "Header": 1}.get(block["t"])
    return [] if at is None else list(block["c"][at][1])


def _is_reference_list(block: Json) -> bool:
    return bool(block["t"] == "Div" and block["c"][0][0] == "refs")


def _heads_references(blocks: Json, at: int) -> bool:
    """Say whether a heading is that of the reference list; a sentence on included studies may stand between (9.52)."""
    following = blocks[at + 1 : at + 3]
    if following and "included-studies" in _classes(following[0]):
        following = following[1:]
    return bool(blocks[at]["t"] == "Header" and following and _is_reference_list(following[0]))


def _part_from(blocks: Json, at: int, part: Part) -> Part:
    """Tell the part that goes on from a block of the document on, as title-page.lua parts a paper (APA 2.17)."""
    block = blocks[at]
    if block["t"] != "Header":
        return part
    if "appendix" in _classes(block):
        return Part.APPENDICES
    if _heads_references(blocks, at):
        return Part.REFERENCES
    return Part.BODY if block["c"][0] == 1 else part


def _footnotes_at_the_end(blocks: Json) -> dict[str, Json]:
    """Give the footnotes that stand on a page of their own: target of the call → blocks without the number."""
    notes = {}
    for block in blocks:
        if block["t"] == "Div" and "footnote-entry" in _classes(block):
            first, *rest = block["c"][1]
            notes[f"#{block['c'][0][0]}"] = [{**first, "c": first["c"][1:]}, *rest]
    return notes


# --- the document, read in order --------------------------------------------------------------------------------------

_SPACES = frozenset({"Space", "SoftBreak", "LineBreak"})
_QUOTES = {"SingleQuote": ("\u2018", "\u2019"), "DoubleQuote": ("\u201c", "\u201d")}
_PAGES = {
    "title-page": Part.TITLE_PAGE,
    "abstract-page": Part.ABSTRACT,
    "contents": Part.CONTENTS,
    "included-studies": Part.LABELS,
}
"""Class of a division outside appendices → the part that it is."""

_ON_PAGES = {
    Part.TITLE_PAGE: {"title": Part.TITLE, "author-note": Part.AUTHOR_NOTE},
    Part.ABSTRACT: {"keywords": Part.KEYWORDS, "impact-statement": Part.IMPACT_STATEMENT},
}
"""Part → class of a division in it → the part that this is; elsewhere an author may give such classes."""

_PART_OF_NOTES = {Part.BODY: Part.FOOTNOTES, Part.TITLE: Part.TITLE_PAGE}
"""Part that calls a footnote → the part that it is; any other part holds its own."""


class _Here(NamedTuple):
    """Where the reader is."""

    part: Part
    label: bool = False
    """Whether it is a label that is set for the author."""
    cited: bool = False
    """Whether it is the footnote of a citation, all of which is one."""
    floating: str = ""
    """The kind of the table or figure that it is in."""
    in_note: bool = False


class _Line(NamedTuple):
    """What a run of inlines holds."""

    text: list[str]
    notes: list[tuple[Json, bool]]
    """The footnotes that it calls, each with whether a citation does."""
    citations: list[str]
    keys: list[Json]
    """Each work that is cited, as often as it is."""


class _Reader:
    """Walks the blocks of a cited document and counts what they say."""

    def __init__(self, notes_at_the_end: dict[str, Json]) -> None:
        self.words = Counter[str]()
        self.number_of = Counter[str]()
        self.texts: dict[Part, list[str]] = {Part.TITLE: [], Part.ABSTRACT: []}
        self._notes = notes_at_the_end

    # --- inlines ---

    def _say(self, inlines: Json, here: _Here, *, heading: bool = False) -> None:
        line = _Line([], [], [], [])
        self._read(inlines, line, cited=False)
        text = "".join(line.text)
        count = words(text)
        part = Part.LABELS if here.label else here.part
        self.words[part] += count
        if part in self.texts and not here.in_note:
            self.texts[part].append(text)
        if part is Part.BODY and heading:
            self.words["headings"] += count
        if part in _TEXT:
            self.words["in-text citations"] += count if here.cited else sum(map(words, line.citations))
            self.number_of["citations"] += len(line.keys)
        for blocks, cited in line.notes:
            self.number_of["footnotes"] += 1
            of_note = _PART_OF_NOTES.get(part, part)
            self.blocks(blocks, here._replace(part=of_note, label=False, cited=cited, in_note=True))

    def _read(self, inlines: Json, line: _Line, *, cited: bool) -> None:  # noqa: C901  (a case each)
        for inline in inlines:
            kind, content = inline["t"], inline.get("c")
            if kind == "Str":
                line.text.append(content)
            elif kind in _SPACES:
                line.text.append(" ")
            elif kind == "Quoted":
                left, right = _QUOTES[content[0]["t"]]
                line.text.append(left)
                self._read(content[1], line, cited=cited)
                line.text.append(right)
            elif kind == "Code":
                line.text.append(content[1])
            elif kind == "Math":
                line.text.append(FORMULA)
            elif kind == "Note":
                line.notes.append((content, cited))
            elif kind == "Link" and "footnote-call" in content[0][1] and content[2][0] in self._notes:
                line.notes.append((self._notes[content[2][0]], cited))
            elif kind == "Cite":
                begin = len(line.text)
                self._read(content[1], line, cited=True)
                line.citations.append("".join(line.text[begin:]))
                line.keys.extend(content[0])
            elif kind in {"Span", "Link"}:
                self._read(content[1], line, cited=cited)
            elif kind not in {"Image", "RawInline"}:  # Emph, Strong and their like
                self._read(content, line, cited=cited)

    # --- blocks ---

    def blocks(self, blocks: Json, here: _Here) -> None:
        """Count what blocks say."""
        for block in blocks:
            self.block(block, here)

    def block(self, block: Json, here: _Here) -> None:  # noqa: C901, PLR0912  (a case each)
        """Count what a block says."""
        content = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                self._say(content, here)
            case "Header":
                self._heading(content, here)
            case "LineBlock":
                for line in content:
                    self._say(line, here)
            case "CodeBlock":
                self.words[Part.CODE if here.part in _TEXT else here.part] += words(content[1])
            case "BlockQuote":
                self.blocks(content, here)
            case "BulletList":
                for item in content:
                    self.blocks(item, here)
            case "OrderedList":
                for item in content[1]:
                    self.blocks(item, here)
            case "DefinitionList":
                for term, definitions in content:
                    self._say(term, here)
                    for definition in definitions:
                        self.blocks(definition, here)
            case "Table":
                self._table(content, here)
            case "Figure":
                inside = here._replace(part=_unless_appendix(here.part, _titles(here.floating or "figure")))
                self.blocks(content[1][1], inside)
                self.blocks(content[2], inside)
            case "Div":
                self._division(content[0], content[1], here)

    def _heading(self, content: Json, here: _Here) -> None:
        _, (_, classes, _), inlines = content
        if "text-title" in classes:
            if not self.texts[Part.TITLE]:  # it stands on the title page already
                self._say(inlines, here._replace(part=Part.TITLE))
            return
        is_label = here.label or ("section-label" in classes and "appendix" not in classes)
        self._say(inlines, here._replace(label=is_label), heading=True)

    def _table(self, content: Json, here: _Here) -> None:
        _, (_, caption), _, (_, head), bodies, (_, foot) = content
        self.blocks(caption, here._replace(part=_unless_appendix(here.part, _titles(here.floating or "table"))))
        cells = Part.FIGURE_TITLES if here.floating == "figure" else Part.TABLES
        inside = here._replace(part=_unless_appendix(here.part, cells))
        rows = [*head, *(row for body in bodies for part in body[2:] for row in part), *foot]
        for _, row in rows:
            for cell in row:
                self.blocks(cell[4], inside)

    def _division(self, attributes: Json, blocks: Json, here: _Here) -> None:
        identifier, classes, pairs = attributes
        if "footnote-entry" in classes:
            return  # it counts where it is called
        if identifier == "refs":
            self.number_of["references"] += sum("csl-entry" in _classes(block) for block in blocks)
            self.blocks(blocks, _Here(Part.REFERENCES))
        elif "float" in classes:
            kind = "figure" if "figure" in classes else "table"
            self.number_of[f"{kind}s"] += "number" in dict(pairs)
            self.blocks(blocks, here._replace(part=_unless_appendix(here.part, _titles(kind)), floating=kind))
        elif here.part is Part.APPENDICES:
            self.blocks(blocks, here)
        else:
            parts = _PAGES | _ON_PAGES.get(here.part, {})
            part = next((part for name, part in parts.items() if name in classes), here.part)
            if part is Part.KEYWORDS and here.part is Part.ABSTRACT:
                label, *rest = blocks[0]["c"]
                self._say([label], here._replace(label=True))
                blocks = [{**blocks[0], "c": rest}]
            self.blocks(blocks, here._replace(part=part))


def _titles(kind: str) -> Part:
    return Part.FIGURE_TITLES if kind == "figure" else Part.TABLE_TITLES


def _unless_appendix(here: Part, part: Part) -> Part:
    return here if here is Part.APPENDICES else part
