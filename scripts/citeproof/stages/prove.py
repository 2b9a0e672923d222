"""Puts the proof together: every citation in its sentence, the work that it means, and what is known of that work.

Pure. In two steps: a draft of what the cited document holds, made while the files are written, and the proof, once it
is known where in them each citation stands. A draft may be of an abridged paper: only its words are put back.
"""

from __future__ import annotations

import bisect
import itertools
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from citeproof import sentences
from citeproof.abridged import Form
from citeproof.document import meta_strings, plain
from citeproof.findings import Place, Severity
from citeproof.said import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from citeproof.allowed import Allowed
    from citeproof.document import Json, Manuscript
    from citeproof.findings import Finding

FORM = Form("", sentences.PARAGRAPH_END)
"""How paragraphs stand in a restored text here."""

_FORMULA, _CALL = "\ufffc", "\ufff9"
"""Stand in a text before and behind a formula, and where a note is called: what each format writes in its own way."""


class Section(NamedTuple):
    """A heading of the cited document; level 0 is what stands before the first one."""

    level: int
    text: str
    anchor: str
    lists: bool = False
    """Whether it is that of the reference list."""


class Paragraph(NamedTuple):
    """A piece of text that cites: what it is, the number of its section, its words and the numbers of its citations."""

    kind: str
    section: int
    pieces: tuple[str | int, ...]


class Mention(NamedTuple):
    """A citation as it is printed."""

    text: str
    keys: tuple[str, ...]
    in_brackets: bool
    group: str
    """In what part of a paper it is: only there its place in the source is looked for."""
    noted: str = ""
    """What of it stands in a note: styles of notes print it there."""
    places: tuple[int, ...] = ()
    """For each key the number of its place among the draft's; -1 if that is not certain."""
    anchor: str = ""
    """The identifier of its first link in the page (filters/html-layout.lua)."""


class Listed(NamedTuple):
    """An entry of the reference list: its text, where letters in it are set in italics, and its link."""

    text: str
    italics: tuple[tuple[int, int], ...] = ()
    address: str = ""
    """What its last link leads to: the work's DOI, or where it can be had."""


class Work(NamedTuple):
    """A cited or listed work: its entry in the bibliography and in the reference list, and how it stands."""

    key: str
    place: int
    identifier: str
    marked: bool
    """Whether the author marked its entry as unverified."""
    hurt: bool
    listed: Listed | None
    standing: dict[str, Any] | None
    """As `registered.told` gives it; None if nobody was asked."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One part of a paper, the paper itself or its supplement, as cited."""

    part: str
    title: str
    language: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    mentions: tuple[Mention, ...]
    works: tuple[Work, ...]
    has_list: bool
    """Whether the style prints a reference list."""
    uncited: tuple[str, ...] | None
    """The keys of the entries that are not cited; None if not all entries of the bibliographies were read."""
    places: tuple[Place, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Give the draft as plain data, without its places."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "places"}

    @classmethod
    def from_data(cls, told: dict[str, Any], places: tuple[Place, ...]) -> Draft:
        """Read back what `as_data` gave."""
        works = (Work(*one) for one in told["works"])
        return cls(
            **told
            | {
                "sections": tuple(Section(*one) for one in told["sections"]),
                "paragraphs": tuple(Paragraph(*one) for one in told["paragraphs"]),
                "mentions": tuple(Mention(*one) for one in told["mentions"]),
                "works": tuple(one._replace(listed=Listed(*one.listed) if one.listed else None) for one in works),
                "places": places,
            }
        )


# --- the cited document ----------------------------------------------------------------------------------------------

_WORDS = frozenset({"Str", "Space", "SoftBreak", "LineBreak"})
_QUOTES = {"SingleQuote": ("\u2018", "\u2019"), "DoubleQuote": ("\u201c", "\u201d")}
_FRONT = {
    "title": "title",
    "byline": "authors",
    "affiliation": "affiliations",
    "author-note": "author note",
    "abstract": "abstract",
    "keywords": "keywords",
    "impact-statement": "impact statement",
}
"""Class of a division before the text → what stands in it."""


class _Here(NamedTuple):
    """Where the reader is."""

    kind: str = "text"
    group: str = "text"


class _Reader:
    """Walks the blocks of a cited document once, and writes down what cites."""

    def __init__(self, anchors: Mapping[int, str]) -> None:
        self._anchors = anchors
        self.sections: list[Section] = [Section(0, "", "")]
        self.paragraphs: list[Paragraph] = []
        self.mentions: list[Mention] = []
        self.listed: dict[str, Listed] = {}
        self._in_appendix = False

    def blocks(self, blocks: Json, here: _Here) -> None:  # noqa: C901, PLR0912  (a case each)
        for block in blocks:
            content = block.get("c")
            match block["t"]:
                case "Para" | "Plain":
                    self.paragraph(content, here)
                case "Header":
                    self.heading(content[0], content[1], content[2], here)
                case "LineBlock":
                    self.paragraph([inline for line in content for inline in (*line, {"t": "LineBreak"})], here)
                case "BlockQuote":
                    self.blocks(content, here._replace(kind="block quotation") if here.kind == "text" else here)
                case "BulletList":
                    for item in content:
                        self.blocks(item, here)
                case "OrderedList":
                    for item in content[1]:
                        self.blocks(item, here)
                case "DefinitionList":
                    for term, definitions in content:
                        self.paragraph(term, here)
                        for one in definitions:
                            self.blocks(one, here)
                case "Table":
                    self.table(content)
                case "Figure":
                    self.blocks(content[1][1], _Here("caption", "float"))
                    self.blocks(content[2], _Here("caption", "float"))
                case "Div":
                    self.division(content[0][0], content[0][1], content[1], here)

    def division(self, name: str, classes: Sequence[str], blocks: Json, here: _Here) -> None:
        if name == "refs":
            self.sections[-1] = self.sections[-1]._replace(lists=True)
        if "csl-entry" in classes and name.startswith("ref-"):
            self.listed[name.removeprefix("ref-")] = _listed(blocks)
            blocks = [block for block in blocks if block["t"] == "Div"]  # what annotates an entry may cite
            here = _Here("annotation", "list")
        elif "float" in classes:
            here = _Here("caption", "float")
        elif here.group == "float" and "float-note" in classes:
            here = _Here("note of a table or figure", "float")
        else:
            front = next((one for one in classes if one in _FRONT), "")
            here = _Here(_FRONT[front], f"front {front}") if front and here.group != "float" else here
        self.blocks(blocks, here)

    def table(self, content: Json) -> None:
        _, (_, caption), _, (_, head), bodies, (_, foot) = content
        self.blocks(caption, _Here("caption", "float"))
        for _, cells in [*head, *(row for body in bodies for part in body[2:] for row in part), *foot]:
            for cell in cells:
                self.blocks(cell[4], _Here("table cell", "float"))

    def heading(self, level: int, attributes: Json, inlines: Json, here: _Here) -> None:
        anchor, classes, _ = attributes
        is_appendix = "appendix" in classes
        self._in_appendix = is_appendix or (self._in_appendix and level > 1)
        text = "" if "text-title" in classes else _heading(inlines)
        self.sections.append(Section(level, text, anchor))
        if "text-title" not in classes:  # which says again what the title page says
            self.paragraph(inlines, here._replace(kind="heading"))

    def paragraph(self, inlines: Json, here: _Here) -> None:
        if all(item["t"] in _WORDS for item in inlines):
            return
        pieces: list[str | int] = []
        notes: list[Json] = []
        self.inlines(inlines, pieces, notes, here.group)
        if any(isinstance(piece, int) for piece in pieces):
            joined: list[str | int] = []
            for piece in pieces:
                if isinstance(piece, str) and joined and isinstance(joined[-1], str):
                    joined[-1] += piece
                else:
                    joined.append(piece)
            kind = "appendix" if self._in_appendix and here.kind == "text" else here.kind
            self.paragraphs.append(Paragraph(kind, len(self.sections) - 1, tuple(joined)))
        for note in notes:
            self.blocks(note, _Here("note", "note") if here.group == "text" else _Here("note", here.group))

    def inlines(self, inlines: Json, pieces: list[str | int], notes: list[Json], group: str) -> None:  # noqa: C901
        for item in inlines:
            content = item.get("c")
            match item["t"]:
                case "Str":
                    pieces.append(content)
                case "Space" | "SoftBreak" | "LineBreak":
                    pieces.append(" ")
                case "Cite":
                    keys = tuple(str(key["citationId"]) for key in content[0])
                    said = [" ".join(plain(one, notes=True).split()) for one in _apart(content[1])]
                    text = " ".join(filter(None, said))
                    anchor = self._anchors.get(id(content), "")
                    is_apart = _is_in_brackets(content[1], text)
                    self.mentions.append(Mention(text, keys, is_apart, group, said[1], anchor=anchor))
                    pieces.append(len(self.mentions) - 1)
                case "Quoted":
                    left, right = _QUOTES[content[0]["t"]]
                    pieces.append(left)
                    self.inlines(content[1], pieces, notes, group)
                    pieces.append(right)
                case "Note":
                    pieces.append(_CALL)
                    notes.append(content)
                case "Math":
                    pieces += [_FORMULA, content[1], _FORMULA]
                case "Code":
                    pieces.append(content[1])
                case "Image" | "RawInline":
                    continue
                case "Span" | "Link":
                    self.inlines(content[1], pieces, notes, group)
                case _:  # Emph, Strong and their like
                    self.inlines(content, pieces, notes, group)


def _anchors(blocks: Json) -> dict[int, str]:
    """Give for each citation, by the identity of its content, how the page names its first link to an entry.

    filters/html-layout.lua counts the links to each entry in the order of the document, notes where they are called.
    """
    counts: Counter[str] = Counter()
    found: dict[int, str] = {}

    def look(values: Iterable[Json], owner: int) -> None:
        """Look at elements, and at values among them that are none; `owner` is the citation around them, or 0."""
        for value in values:
            if isinstance(value, list):
                look(value, owner)
            if not isinstance(value, dict) or (kind := value.get("t")) in _WORDS:
                continue
            content: Json = value.get("c") if kind else [*value.values()]
            if kind == "Link" and content[2][0].startswith("#ref-") and not content[0][0]:
                key = content[2][0].removeprefix("#ref-")
                counts[key] += 1
                found.setdefault(owner, f"citation-{counts[key]}-of-{key}")
            if kind in _ATTRIBUTED:
                look(content[1], owner)
            elif isinstance(content, (list, dict)):
                look(content if isinstance(content, list) else [content], id(content) if kind == "Cite" else owner)

    look(blocks, 0)
    return found


_ATTRIBUTED = frozenset({"Div", "Image", "Link", "Span"})


def _apart(inlines: Json) -> tuple[Json, Json]:
    """Tell what a citation says in its sentence from the note that it calls."""
    return [item for item in inlines if item["t"] != "Note"], [item for item in inlines if item["t"] == "Note"]


def _is_in_brackets(inlines: Json, text: str) -> bool:
    return text[:1] in {"(", "[", "\uff08", "\u3014"} or any(item["t"] in {"Superscript", "Note"} for item in inlines)


def _heading(inlines: Json) -> str:
    """Give the text of a heading; that of an appendix has its label on a line of its own (APA 2.14)."""
    lines = [item if item["t"] != "LineBreak" else {"t": "Str", "c": ": "} for item in inlines]
    return " ".join(plain(lines).split())


class _Entry:
    """Gathers the text of an entry of the reference list, and where it is set in italics."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.italics: list[tuple[int, int]] = []
        self.address = ""
        self._size = 0

    def say(self, text: str, *, italic: bool) -> None:
        start, self._size = self._size, self._size + len(text)
        self.pieces.append(text)
        if italic and text:
            runs_on = self.italics and self.italics[-1][1] == start
            first = self.italics.pop()[0] if runs_on else start
            self.italics.append((first, self._size))

    def read(self, node: Json, *, italic: bool) -> None:
        for item in node:
            kind, content = item["t"], item.get("c")
            if kind == "Str":
                self.say(content, italic=italic)
            elif kind in _WORDS:
                self.say(" ", italic=italic)
            elif kind == "Emph":
                self.read(content, italic=not italic)
            elif kind == "Quoted":
                left, right = _QUOTES[content[0]["t"]]
                self.say(left, italic=italic)
                self.read(content[1], italic=italic)
                self.say(right, italic=italic)
            elif kind in {"Span", "Link"}:
                self.address = content[2][0] if kind == "Link" else self.address
                self.read(content[1], italic=italic)
                self.say(" " if "csl-left-margin" in content[0][1] else "", italic=False)
            elif kind in _MARKUP:
                self.read(content, italic=italic)
            elif kind in {"Para", "Plain"}:
                self.read(content, italic=italic)
                self.say(" ", italic=False)
            else:
                self.say(plain(item), italic=italic)


_MARKUP = frozenset({"Strong", "SmallCaps", "Superscript", "Subscript", "Underline", "Strikeout"})


def _listed(blocks: Json) -> Listed:
    """Give an entry of the reference list with its italics; within italics they are turned off (as in CSL)."""
    entry = _Entry()
    entry.read([block for block in blocks if block["t"] in {"Para", "Plain"}], italic=False)
    return Listed("".join(entry.pieces).rstrip(), tuple(entry.italics), entry.address)


def draft(
    manuscript: Manuscript,
    cited: Json,
    standings: Mapping[str, dict[str, Any]],
    *,
    part: str,
    restore: Callable[[str], str],
    all_read: bool,
) -> Draft:
    """Make the draft of one part from the cited document (as values, perhaps abridged).

    `standings` says of each work how it stands. `restore` puts back words that the document lacks. `all_read` says
    whether the bibliographies were read whole.
    """
    reader = _Reader(_anchors(cited["blocks"]))
    reader.blocks(cited["blocks"], _Here())
    items = {str(item["id"]): item for item in manuscript.references}
    main = {key: name for name, item in items.items() for key in str(item.get("other-ids", "")).split()}
    mentions = [one._replace(keys=tuple(main.get(key, key) for key in one.keys)) for one in reader.mentions]
    places: list[Place] = []
    mentions = _placed(mentions, reader.paragraphs, manuscript, main, places, restore)
    keys = list(dict.fromkeys([*(key for one in mentions for key in one.keys), *reader.listed]))
    needed = set(keys)
    entries = {entry.key: entry for entry in manuscript.entries if entry.key in needed}
    works = []
    for key in keys:
        entry = entries.get(key)
        places += [entry.place] if entry else []
        listed = reader.listed.get(key)
        works.append(
            Work(
                key,
                len(places) - 1 if entry else -1,
                _identifier(items.get(key, {})) or (listed.address if listed else ""),
                bool(entry and entry.unverified),
                key in manuscript.hurt,
                listed,
                standings.get(key),
            )
        )
    held = {entry.key for entry in manuscript.entries}
    return Draft(
        part,
        "".join(meta_strings(cited, "title")),
        next(iter(meta_strings(cited, "lang")), "en"),
        tuple(reader.sections),
        tuple(reader.paragraphs),
        tuple(mentions),
        tuple(works),
        bool(reader.listed),
        tuple(sorted(held - needed)) if all_read else None,
        tuple(places),
    )


def _quoted(text: str) -> str:
    """Give a name as a part of an address (RFC 3986)."""
    return quote(text, errors="replace")


def _identifier(item: Mapping[str, Any]) -> str:
    """Give the address of a work by what its entry says: that of its DOI, else its own."""
    if doi := str(item.get("DOI", "")).strip():
        return f"https://doi.org/{quote(doi, safe='/:()._-;', errors='replace')}"
    return str(item.get("URL", "")).strip()


# --- places in the source --------------------------------------------------------------------------------------------

_GROUPS = {
    "text": "text",
    "heading": "text",
    "quotation": "text",
    "quoted": "text",
    "note": "note",
    "caption": "float",
    "cell": "float",
}
"""What a passage of the manuscript is → the group of what it says in the cited document."""

_CONTEXT = 3
"""Words before a citation by which it is known: these stand in an abridged paper, too."""

_FEWEST = 8
"""Letters that are enough to know a place by."""


class _Source(NamedTuple):
    """A key that is cited in the source."""

    group: str
    key: str
    place: Place
    before: str


def _sources(manuscript: Manuscript, main: Mapping[str, str]) -> Iterator[_Source]:
    """List the keys that are cited in the source, in pandoc's order, with where in the paper each is."""
    passages = {
        (place, key): (passage, index)
        for passage in manuscript.passages
        for index, key, place in passage.calls
        if place is not None
    }
    starts = sorted((place, name) for name, place in manuscript.fields.items())
    for item in manuscript.citations:
        key = main.get(item.key, item.key)
        passage, index = passages.get((item.place, item.key), (None, 0))
        if passage is None and item.place.file != manuscript.head.file:  # in the cell of a CSV file
            yield _Source("float", key, item.place, "")
        elif passage is None:
            continue
        elif passage.kind in _GROUPS:
            yield _Source(_GROUPS[passage.kind], key, item.place, _letters(passage.text[:index].rpartition("@")[2]))
        else:
            at = bisect.bisect_right(starts, item.place, key=lambda start: start[0])
            name = starts[at - 1][1] if at else ""
            if name != "nocite":
                yield _Source(f"front {name}", key, item.place, "")


def _letters(text: str) -> str:
    """Give the letters of a text's last words, for comparing it with what a filter may have set otherwise."""
    return "".join(char for char in "".join(text.split()[-_CONTEXT:]).casefold() if char.isalnum())


def _placed(
    mentions: Sequence[Mention],
    paragraphs: Sequence[Paragraph],
    manuscript: Manuscript,
    main: Mapping[str, str],
    places: list[Place],
    restore: Callable[[str], str],
) -> list[Mention]:
    """Find the place in the source of each key that is cited, and add it to `places`.

    Where the source cites the same keys in the same order, these are they. Elsewhere a filter has moved something, or
    left it out: then only what stands behind the same words is taken, and a key that is left over once on both sides.
    """
    sources = list(_sources(manuscript, main))
    wanted: dict[str, list[tuple[int, int]]] = defaultdict(list)  # group → (mention, which of its keys)
    for number, mention in enumerate(mentions):
        wanted[mention.group] += [(number, index) for index in range(len(mention.keys))]
    held: dict[str, list[_Source]] = defaultdict(list)
    for source in sources:
        held[source.group].append(source)
    found: dict[tuple[int, int], Place] = {}
    for group, due in wanted.items():
        there = held[group]
        if [one.key for one in there] == [mentions[number].keys[index] for number, index in due]:
            found |= {one: source.place for one, source in zip(due, there, strict=True)}
    if len(found) < sum(map(len, wanted.values())):
        _place_the_rest(mentions, paragraphs, sources, found, restore)
    taken: dict[Place, int] = {}
    for place in found.values():
        taken.setdefault(place, len(taken))
    places += taken
    return [
        mention._replace(
            places=tuple(
                taken[found[number, index]] if (number, index) in found else -1 for index in range(len(mention.keys))
            )
        )
        for number, mention in enumerate(mentions)
    ]


def _place_the_rest(
    mentions: Sequence[Mention],
    paragraphs: Sequence[Paragraph],
    sources: Sequence[_Source],
    found: dict[tuple[int, int], Place],
    restore: Callable[[str], str],
) -> None:
    """Find those that stand behind the same words, or are left over once on both sides."""
    before = _befores(paragraphs, restore)
    for by_words in (True, False):
        used = set(found.values())
        there: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for source in sources:
            if source.place not in used:
                there[source.key, source.before if by_words else ""].append(source.place)
        due: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for number, index, key in _keys(mentions):
            if (number, index) not in found:
                due[key, before.get(number, "") if by_words else ""].append((number, index))
        enough = _FEWEST if by_words else 0
        for name in filter(there.__contains__, due):
            if len(due[name]) == len(there[name]) == 1 and len(name[1]) >= enough:
                found[due[name][0]] = there[name][0]


def _befores(paragraphs: Sequence[Paragraph], restore: Callable[[str], str]) -> dict[int, str]:
    """Give the letters before each citation, back to the one before it."""
    return {
        right: _letters(restore(left)) if isinstance(left, str) else ""
        for paragraph in paragraphs
        for left, right in itertools.pairwise(("", *paragraph.pieces))
        if isinstance(right, int)
    }


def _keys(mentions: Sequence[Mention]) -> Iterator[tuple[int, int, str]]:
    """List the keys of citations: the number of the citation, which of its keys it is, and the key."""
    for number, mention in enumerate(mentions):
        for index, key in enumerate(mention.keys):
            yield number, index, key


# --- the finished files ----------------------------------------------------------------------------------------------


def with_anchors(made: Draft, page: str) -> Draft:
    """Leave of the anchors of sections and citations only those that a page (HTML) has."""
    import html  # noqa: PLC0415  (not every build makes a page)

    there = {html.unescape(name) for name in re.findall(r'<[a-z][^<>]*? id="([^"<>]*)"', page)}
    sections = tuple(one if one.anchor in there else one._replace(anchor="") for one in made.sections)
    mentions = tuple(one if one.anchor in there else one._replace(anchor="") for one in made.mentions)
    return replace(made, sections=sections, mentions=mentions)


@dataclass(frozen=True, slots=True)
class Made:
    """One part and what was made of it."""

    draft: Draft
    restore: Callable[[str], str]
    """Puts the words back that its draft lacks; paragraphs as in FORM."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Format → name of the file."""
    pages: tuple[str, ...] | None = None
    """The text of each page of the PDF, folded, if it stands there in the order of reading."""


_BEFORE = 60
"""Characters before a citation with which it is looked for in a PDF."""

_NEAR = 50_000
"""Characters of a PDF in which the next citation is looked for first."""


class _Sought(NamedTuple):
    """A citation that is looked for in a PDF: what stands before it, its text, and whether it stands in the flow."""

    before: str
    text: str
    in_order: bool


def _pages(pages: Sequence[str], sought: Sequence[_Sought]) -> list[list[int]]:
    """Give for each citation the numbers of the pages that it stands on, from 1 on; none where that is not certain.

    First each is looked for behind the words that stand before it. Those that are left over are told by their own text
    alone, if it stands there as often as they are.
    """
    whole = "".join(pages)
    starts = [0, *itertools.accumulate(map(len, pages))][:-1]
    found: list[tuple[int, int] | None] = []
    at = 0
    for one in sought:
        known = re.split(f"[{_CALL}{_FORMULA}]", one.before)[-1][-_BEFORE:]
        lead, text = fold(known), fold(one.text)
        needle = lead + text
        start = whole.find(needle, at, at + _NEAR) if text and one.in_order and len(lead) >= _FEWEST else -1
        if start < 0 and text and (len(lead) >= _FEWEST or not one.in_order):
            start = whole.find(needle)
            if start >= 0 and whole.find(needle, start + 1) >= 0:  # it may be either
                start = -1
        if start < 0:
            found.append(None)
            continue
        found.append((start + len(lead), start + len(needle)))
        at = start + len(needle) if one.in_order else at
    left: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(sought):
        if found[number] is None and (text := fold(one.text)):
            left[text].append(number)
    taken = {span[0] for span in found if span}
    for text, numbers in left.items():
        there = [hit.start() for hit in re.finditer(re.escape(text), whole) if hit.start() not in taken]
        if len(there) == len(numbers):
            for number, start in zip(numbers, there, strict=True):
                found[number] = start, start + len(text)
    return [
        [*range(bisect.bisect_right(starts, span[0]), bisect.bisect_right(starts, span[1] - 1) + 1)] if span else []
        for span in found
    ]


# --- the proof -------------------------------------------------------------------------------------------------------

_ORDER = (
    "error or notice",
    "other work",
    "no such DOI",
    "no record found",
    "differs",
    "ambiguous",
    "changed since",
    "not checked",
    "accepted by a person",
    "verified",
)
STANDINGS = (
    *("verified", "accepted by a person", "differs", "other work", "no such DOI", "no record found", "ambiguous"),
    *("changed since", "not checked"),
)
"""How a work may stand."""

_GONE = {"retracted", "withdrawn", "called retracted in its title"}
_FAMILIES = ("C", "R", "V")
"""First letters of the codes of findings that have to do with citations."""

LINKS = (
    ("sentence", "Each citation is shown in the sentence in which a reader meets it."),
    ("key", "Its key is that of exactly one entry in the bibliography."),
    ("entry", "That entry can be read."),
    ("rendered citation", "The citation is printed in its sentence."),
    ("rendered reference", "The work is printed in the reference list."),
    (
        "registered work",
        "A registry holds the work and says the same of it as the entry does, or a person vouches for it.",
    ),
    ("still standing", "The registry tells of no retraction or withdrawal."),
)
"""The seven links from a sentence to a work that still stands, and what each of them means."""


def proof(
    parts: Sequence[Made],
    findings: Iterable[Finding],
    portable: Callable[[str], str],
    allowed: Iterable[Allowed] = (),
    off: Iterable[Finding] = (),
) -> dict[str, Any]:
    """Put the whole proof together, as plain data; `portable` makes a path of a message the same on every machine.

    `findings` are told, the `allowed` ones with their reasons, and those that a policy turned `off` are counted.
    """
    told = [
        {**finding.as_dict(), **{name: portable(getattr(finding, name)) for name in ("message", "remedy")}}
        | {"file": portable(finding.place.file)}
        for finding in findings
        if finding.code.startswith(_FAMILIES)
    ]
    found = _by_key(told, {work.key for made in parts for work in made.draft.works})
    done = [_part(made, found, portable, prefix) for made, prefix in zip(parts, ("c", "s"), strict=False)]
    works = [work for part in done for work in part["works"]]
    places = [place for part in done for place in part["citations"]]
    seen = {work["key"]: work for work in works}
    standings = Counter(work["standing"] for work in seen.values())
    uncited = [None if made.draft.uncited is None else set(made.draft.uncited) for made in parts]
    return {
        "format": 1,
        "title": parts[0].draft.title,
        "language": parts[0].draft.language,
        "totals": {
            "citations": sum(len(place["works"]) for place in places),
            "places": len(places),
            "works": len(seen),
            "standings": {name: standings[name] for name in STANDINGS},
            "notices": sum(len(work["notices"]) for work in seen.values()),
            "errors": sum(one["severity"] == Severity.ERROR for one in told),
            "warnings": sum(one["severity"] == Severity.WARNING for one in told),
            "never cited": None if None in uncited else len(set[str]().union(*filter(None, uncited)) - seen.keys()),
            "last asked": max((work["asked on"] for work in works), default=""),
        },
        "links": _links(done, parts),
        "parts": done,
        "findings": told,
        "allowed": [
            {"code": one.code, "because": one.because, **_place(one.place, portable)}
            for one in allowed
            if one.code.startswith(_FAMILIES)
        ],
        "turned off": sum(one.code.startswith(_FAMILIES) for one in off),
    }


def as_bytes(told: dict[str, Any]) -> bytes:
    """Give a proof as JSON."""
    return f"{_lines(told, _DEEP)}\n".encode("utf-8", "replace")


_DEEP = 4
"""How deep each thing has a line of its own: each work and each citation, and nothing in them."""


def _lines(value: object, deep: int) -> str:
    if deep and value and isinstance(value, dict):
        inner = ",\n".join(
            f"{json.dumps(name, ensure_ascii=False)}: {_lines(one, deep - 1)}" for name, one in value.items()
        )
        return f"{{\n{inner}\n}}"
    if deep and value and isinstance(value, list):
        inner = ",\n".join(_lines(one, deep - 1) for one in value)
        return f"[\n{inner}\n]"
    return json.dumps(value, ensure_ascii=False)


def _by_key(told: Sequence[dict[str, Any]], keys: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Tell which findings name which work."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in told:
        for name in dict.fromkeys(re.findall(r"@\{?([^\s{}\[\]();,]+)", one["message"])):
            key = next((name[:end] for end in range(len(name), 0, -1) if name[:end] in keys), None)
            if key:
                found[key].append(one)
    return found


def _part(
    made: Made, found: Mapping[str, list[dict[str, Any]]], portable: Callable[[str], str], prefix: str
) -> dict[str, Any]:
    """Give one part: its sections, its works by what needs attention, and its citations."""
    drafted = made.draft
    citations = _citations(made, portable, prefix)
    cites: dict[str, list[str]] = defaultdict(list)
    for place in citations:
        for key in dict.fromkeys(place["works"]):
            cites[key].append(place["id"])
    works = []
    for number, work in enumerate(drafted.works):
        told = _work(work, made, found.get(work.key, []), portable) | {"citations": cites[work.key]}
        works.append((_rank(told), number, told))
    works.sort(key=lambda one: one[:2])
    return {
        "part": drafted.part,
        "title": drafted.title,
        "files": dict(made.files),
        "sections": _sections(made, citations),
        "works": [{"rank": rank, **told} for rank, (_, _, told) in enumerate(works, 1)],
        "citations": citations,
    }


def _rank(work: Mapping[str, Any]) -> tuple[int, bool]:
    """Say how much attention a work needs: what is wrong first, and within the same what is remarked on."""
    is_first = work["notices"] or any(one["severity"] == Severity.ERROR for one in work["findings"])
    return _ORDER.index(_ORDER[0] if is_first else work["standing"]), not work["findings"]


def _citations(made: Made, portable: Callable[[str], str], prefix: str) -> list[dict[str, Any]]:
    """Give each citation in its sentence."""
    drafted, restore = made.draft, made.restore
    paths = [[restore(one) for one in path] for path in _paths(drafted.sections)]
    citations: list[dict[str, Any]] = []
    sought: list[_Sought] = []
    for paragraph in drafted.paragraphs:
        text, spans = _put_together(paragraph, drafted.mentions, restore)
        whole = [(first, last, drafted.mentions[number].in_brackets) for number, first, last in spans]
        begins = sentences.ends(text, whole, drafted.language)
        for number, first, last in spans:
            mention = drafted.mentions[number]
            before, after = sentences.around(text, first, last, begins)
            known = [drafted.places[one] for one in mention.places if one >= 0]
            sought.append(
                _Sought("", mention.noted, in_order=False)
                if mention.noted
                else _Sought(text[max(first - 2 * _BEFORE, 0) : first], mention.text, mention.group == "text")
            )
            citations.append(
                {
                    "id": f"{prefix}{number + 1}",
                    "works": list(mention.keys),
                    "sentence": {"before": _shown(before), "citation": mention.text, "after": _shown(after)},
                    "kind": paragraph.kind,
                    "in a note": bool(mention.noted),
                    "headings": paths[paragraph.section],
                    "place": _place(min(known), portable) if known else None,
                    "pages": [],
                    "link": _link(made, paragraph.section, mention),
                }
            )
    if made.pages:
        for told, numbers in zip(citations, _pages(made.pages, sought), strict=True):
            told["pages"] = numbers
    return citations


def _put_together(
    paragraph: Paragraph, mentions: Sequence[Mention], restore: Callable[[str], str]
) -> tuple[str, list[tuple[int, int, int]]]:
    """Give the text of a paragraph, and where in it each citation begins and ends."""
    pieces: list[str] = []
    spans: list[tuple[int, int, int]] = []
    size = 0
    for piece in paragraph.pieces:
        text = restore(piece) if isinstance(piece, str) else mentions[piece].text
        if isinstance(piece, int):
            spans.append((piece, size, size + len(text)))
        pieces.append(text)
        size += len(text)
    return "".join(pieces), spans


def _shown(text: str) -> str:
    """Give a text without the signs that stand in it for others."""
    return re.sub(f"[{_CALL}{_FORMULA}]", "", text)


def _paths(sections: Sequence[Section]) -> list[list[str]]:
    """Give for each section the headings above its text, the highest first."""
    above: list[Section] = []
    paths = []
    for section in sections:
        above = [one for one in above if 0 < one.level < section.level] + [section]
        paths.append([_named(one) for one in above])
    return paths


def _named(section: Section) -> str:
    if section.level == 0:
        return "Title page"
    return section.text or "Introduction"  # which has the paper's title over it (APA 2.27)


def _place(place: Place, portable: Callable[[str], str]) -> dict[str, Any]:
    return {"file": portable(place.file), "line": place.line, "column": max(place.column, 1)}


def _link(made: Made, section: int, mention: Mention) -> str:
    """Give the address of a citation in the page; of its section, or its entry, if it has none of its own."""
    if "html" not in made.files:
        return ""
    anchor = mention.anchor or made.draft.sections[section].anchor
    if not anchor:
        anchor = f"ref-{mention.keys[0]}" if made.draft.has_list and mention.keys else ""
    return f"{_quoted(made.files['html'])}#{_quoted(anchor)}" if anchor else _quoted(made.files["html"])


def _work(work: Work, made: Made, found: Sequence[dict[str, Any]], portable: Callable[[str], str]) -> dict[str, Any]:
    told = work.standing or {}
    html = made.files.get("html", "")
    return {
        "key": work.key,
        "standing": told.get("standing", "not checked"),
        "because": told.get("because", ""),
        "marked as unverified": work.marked,
        "entry": work.listed.text if work.listed else "",
        "italics": [list(one) for one in work.listed.italics] if work.listed else [],
        "identifier": work.identifier,
        "place": _place(made.draft.places[work.place], portable) if work.place >= 0 else None,
        "link": f"{_quoted(html)}#{_quoted(f'ref-{work.key}')}" if html and work.listed else "",
        "registered": told.get("registered", ""),
        "differences": told.get("differences", []),
        "remarks": told.get("remarks", []),
        "candidates": told.get("candidates", []),
        "standing there": told.get("standing there"),
        "notices": told.get("notices", []),
        "asked": told.get("asked", {}),
        "asked on": told.get("asked on", ""),
        "by hand": told.get("by hand"),
        "findings": [{name: one[name] for name in ("code", "severity", "message", "remedy")} for one in found],
        "readable": not work.hurt,
    }


def _sections(made: Made, citations: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Count for each section the citations that stand in it, not those under the headings below it, and the works."""
    drafted = made.draft
    counts: Counter[int] = Counter()
    works: dict[int, set[str]] = defaultdict(set)
    placed = (paragraph.section for paragraph in drafted.paragraphs for one in paragraph.pieces if isinstance(one, int))
    for section, place in zip(placed, citations, strict=True):
        counts[section] += len(place["works"])
        works[section] |= set(place["works"])
    html = made.files.get("html", "")
    return [
        {
            "heading": made.restore(_named(section)),
            "level": section.level,
            "citations": counts[number],
            "works": len(works[number]),
            "link": f"{_quoted(html)}#{_quoted(section.anchor)}" if html and section.anchor else "",
        }
        for number, section in enumerate(drafted.sections)
        if counts[number] or (section.level and not section.lists)
    ]


def _links(done: Sequence[Mapping[str, Any]], parts: Sequence[Made]) -> list[dict[str, Any]]:
    """Count the citations that pass each of the seven links, and those of which that is not known."""
    passed: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    total = listable = 0
    for part, made in zip(done, parts, strict=True):
        works = {work["key"]: work for work in part["works"]}
        for place in part["citations"]:
            for key in place["works"]:
                work = works[key]
                total += 1
                listable += made.draft.has_list
                is_checked = work["standing"] not in {"not checked", "changed since"}
                has_record = work["standing"] in {"verified", "differs"} or (
                    bool(work["by hand"]) and work["registered"]
                )
                passed["sentence"] += 1
                passed["key"] += work["place"] is not None
                passed["entry"] += work["readable"]
                passed["rendered citation"] += bool(place["sentence"]["citation"])
                passed["rendered reference"] += bool(work["entry"])
                passed["registered work"] += work["standing"] in {"verified", "accepted by a person"}
                unknown["registered work"] += not is_checked
                events = {notice["event"] for notice in work["notices"]}
                is_gone = bool(events & _GONE) and "reinstated" not in events
                passed["still standing"] += bool(has_record) and not is_gone
                unknown["still standing"] += not has_record and not is_gone
    return [
        {
            "link": name,
            "means": means,
            "passed": passed[name],
            "of": listable if name == "rendered reference" else total,
            "not known": unknown[name],
        }
        for name, means in LINKS
    ]
