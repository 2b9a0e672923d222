"""Opens a finished PDF, DOCX or HTML and tells what is in it: text, links, where they land, and all it says in order.

Trusts nothing that a writer said; reads the files as a reader's program would. Judges nothing.
"""

from __future__ import annotations

import bisect
import ctypes
import functools
import hashlib
import itertools
import re
import unicodedata
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from citeproof.document import FORMULA
from citeproof.said import CALL, CELL, HEADING, MARK, NOTE, PARAGRAPH, Said, fold, is_seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from citeproof.document import CitedDocument


@dataclass(frozen=True, slots=True)
class Opened:
    """What an artefact holds, whatever its format: its text, its citation links, and what stands where they land."""

    pages: tuple[str, ...]
    """The text of each page, folded (see `fold`); one page for what has none."""
    links: dict[str, str]
    """Key → the texts of all links to its entry, joined in reading order, folded."""
    landings: dict[str, str]
    """Key → the text that begins where the link lands, folded; a key is absent if its link lands nowhere."""
    entries: dict[str, int]
    """Key → how many places bear its name; formats that name places only."""
    visual: bool = False
    """True if letters written from right to left make the order of words and brackets that of the eye, as in a PDF."""
    said: tuple[Said, ...] = ()
    """Headings, paragraphs and cells, in order; none if the file does not tell them apart."""
    notes: tuple[Said, ...] = ()
    """Footnotes, in order."""
    declared: Declared | None = None
    """What a PDF says of itself."""
    people: tuple[str, ...] | None = None
    """The names of the authors, in order, where a format holds them as data; None for those that print them."""
    ways_back: dict[str, bool] | None = None
    """Key → whether each link behind its entry leads to a citation of it; a key is absent if there is no such link.
    None for formats without such links: what shows a PDF or a Word document goes back by itself."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a PDF says of itself (ISO 32000-1, 14.3, 14.8 and 14.9; ISO 14289-1, 5)."""

    tagged: bool
    title: str
    language: str
    universal_access: bool
    """True if it says that it keeps to PDF/UA."""


def begin(text: str) -> str:
    """Give the letters of a text up to its first formula."""
    return only_letters(fold(text).partition(FORMULA)[0])


def only_letters(text: str) -> str:
    """Leave only letters and digits: brackets and stops stand elsewhere in lines that run from right to left."""
    return re.sub(r"[\W_]+", "", text)


def agreement(one: str, other: str) -> int:
    """Count the characters that two texts begin with in common."""
    shorter = min(len(one), len(other))
    if one[:shorter] == other[:shorter]:
        return shorter
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)


class Writer:
    """Gathers pieces: text that runs on goes into one, until the piece is ended."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.flow: list[Said] = []
        self.notes: list[Said] = []
        self._text: list[str] = []

    def text(self, text: str | None) -> None:
        """Add text to the piece."""
        if text:
            self._text.append(text)

    def end(self, kind: str = PARAGRAPH, level: int = 0) -> None:
        """End the piece; nothing if it holds nothing that is seen."""
        text = " ".join("".join(self._text).split())
        self._text = []
        if is_seen(text):
            (self.notes if kind == NOTE else self.flow).append(Said(kind, text, level))

    def apart(self, read: Callable[[], None], kind: str) -> None:
        """Make one piece of all that is gathered while `read` runs."""
        kept, self.flow = self.flow, []
        waiting, self._text = self._text, []
        read()
        self.end()
        inner, self.flow = self.flow, kept
        self._text = [" ".join(piece.text for piece in inner if piece.kind != MARK)]
        self.end(kind)
        self._text = waiting


# --- HTML -------------------------------------------------------------------------------------------------------------

_HEADING_TAGS = {f"h{level}": max(level - 1, 0) for level in range(1, 7)}
"""The page's only h1 is its title; APA's levels 1 to 5 are h2 to h6."""
_BLOCK_TAGS = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
        ),
        *("figcaption", "figure", "footer", "form", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    }
)
_UNSEEN_TAGS = frozenset({"script", "style", "head", "template", "svg", "button", "annotation", "noscript"})
_UNSEEN_CLASSES = frozenset({"footnote-back", "skip-link", "ways-back"})


def open_html(path: Path, _cited: CitedDocument) -> Opened:
    """Open a page."""
    from lxml import etree  # noqa: PLC0415  (each format loads what it needs; lxml.html would make each element twice)

    root = etree.fromstring(path.read_bytes(), parser=etree.HTMLParser(encoding="utf-8"))
    text_of = etree.XPath("string()", smart_strings=False)
    for hidden in [*root.iter("script", "style", "head")]:
        _drop(hidden)
    links: dict[str, str] = defaultdict(str)
    anchors = [anchor for anchor in root.iter("a") if anchor.get("href", "").startswith("#ref-")]
    for anchor in anchors:
        links[anchor.get("href").removeprefix("#ref-")] += fold(text_of(anchor))
    ways_back = _ways_back(root, {anchor.get("id"): anchor.get("href") for anchor in anchors if anchor.get("id")})
    landings, entries = {}, Counter[str]()
    for target in root.iter(etree.Element):
        if not target.get("id", "").startswith("ref-"):
            continue
        key = target.get("id").removeprefix("ref-")
        entries[key] += 1
        landings[key] = fold(text_of(target))
    writer = Writer()
    _read_element(root, writer)
    writer.end()
    return Opened(
        (fold(text_of(root)),),
        links,
        landings,
        entries,
        said=tuple(writer.flow),
        notes=tuple(writer.notes),
        ways_back=ways_back,
    )


def _ways_back(root: Any, cited: dict[str, str]) -> dict[str, bool]:
    """Follow the links behind each entry of a page, and take them out of it: they are no part of what it says.

    `cited` says where each citation leads, by its identifier.
    """
    found: dict[str, bool] = {}
    for links in [span for span in root.iter("span") if span.get("class") == "ways-back"]:
        names = (above.get("id", "") for above in links.iterancestors())
        entry = next((name for name in names if name.startswith("ref-")), "")
        at = {cited.get(link.get("href", "").removeprefix("#")) for link in links.iter("a")}
        found[entry.removeprefix("ref-")] = at == {f"#{entry}"}
        _drop(links)
    return found


def _drop(element: Any) -> None:
    """Take an element out of its page; what stands behind it stays."""
    above, before = element.getparent(), element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        above.text = (above.text or "") + element.tail
    above.remove(element)


def _read_element(element: Any, writer: Writer) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""  # a comment has no name
    classes = set(element.get("class", "").split()) if tag else set()
    if not tag or tag in _UNSEEN_TAGS or classes & _UNSEEN_CLASSES:
        return
    if tag == "math":
        writer.text(FORMULA)
    elif element.get("role") == "doc-noteref":
        writer.text(CALL)
    elif tag in {"td", "th"}:
        writer.end()
        writer.apart(lambda: _read_children(element, writer), CELL)
    elif tag in _HEADING_TAGS:
        writer.end()
        _read_children(element, writer)
        writer.end(HEADING, _HEADING_TAGS[tag])
    elif tag == "input":  # the box of a task
        writer.text("\u2612" if element.get("checked") is not None else "\u2610")
    elif "footnotes" in classes and element.get("role") == "doc-endnotes":
        writer.end()
        for note in element.iterfind(".//li[@id]"):
            writer.apart(lambda note=note: _read_children(note, writer), NOTE)  # type: ignore[misc]
    elif tag in _BLOCK_TAGS:
        writer.end()
        _read_children(element, writer)
        writer.end()
    else:
        _read_children(element, writer)
        writer.text(" " if tag == "br" else None)


def _read_children(element: Any, writer: Writer) -> None:
    writer.text(element.text)
    for child in element:
        _read_element(child, writer)
        writer.text(child.tail)


# --- DOCX -------------------------------------------------------------------------------------------------------------

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


_TEXTS = (f"{_WORD}t", f"{_MATH}t")
_SIGNS = {f"{_WORD}noBreakHyphen": "-", f"{_WORD}tab": " ", f"{_WORD}br": " ", f"{_WORD}p": " "}


def _word_text(node: Any) -> str:
    pieces = []
    for element in node.iter(*_TEXTS, *_SIGNS):
        tag = element.tag
        pieces.append(element.text or "" if tag in _TEXTS else _SIGNS[tag])
    return "".join(pieces)


_LONGEST_BOOKMARK = 40
"""Characters that Word allows in a bookmark's name (ECMA-376, 17.13.6.2)."""


def _bookmark(key: str) -> str:
    """Give the bookmark of an entry as pandoc's DOCX writer names it: a name too long for Word becomes its digest."""
    name = f"ref-{key}"
    if len(name) <= _LONGEST_BOOKMARK:
        return name
    return "X" + hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[1:]


def open_docx(path: Path, cited: CitedDocument) -> Opened:
    """Open a Word document."""
    from lxml import etree  # noqa: PLC0415

    keys = {_bookmark(key): key for item in cited.citations for key in item.keys}
    links: dict[str, str] = defaultdict(str)
    landings: dict[str, str] = {}
    entries = Counter[str]()
    text = ""
    with zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
        if broken:
            raise zipfile.BadZipFile(f"its part {broken} is damaged")
        held = set(archive.namelist())
        parts = {
            name: etree.fromstring(archive.read(f"word/{name}.xml"))
            for name in ("document", "footnotes", "styles")
            if f"word/{name}.xml" in held
        }
    for name in ("document", "footnotes"):
        if name not in parts:
            continue
        text += _word_text(parts[name])
        for link in parts[name].iter(f"{_WORD}hyperlink"):
            key = keys.get(link.get(f"{_WORD}anchor", ""))
            if key is not None:
                links[key] += fold(_word_text(link))
        for mark in parts[name].iter(f"{_WORD}bookmarkStart"):
            key = keys.get(mark.get(f"{_WORD}name", ""))
            if key is not None:
                entries[key] += 1
                landings[key] = fold(_word_text(_paragraph_at(mark)))
    reader = _WordReader(_outline_levels(parts.get("styles")), parts.get("footnotes"))
    reader.read(parts["document"])
    reader.writer.end()
    return Opened(
        (fold(text),),
        links,
        landings,
        entries,
        said=tuple(reader.writer.flow),
        notes=tuple(reader.writer.notes),
    )


def _paragraph_at(mark: Any) -> Any:
    """Give the paragraph that a bookmark stands in, or the next one after it."""
    inside = next(mark.iterancestors(f"{_WORD}p"), None)
    return inside if inside is not None else next(mark.itersiblings(f"{_WORD}p"), mark)


_BODY_TEXT_LEVEL = 9
"""The outline level of what is no heading (ECMA-376, 17.3.1.20)."""


def _outline_levels(styles: Any) -> dict[str, int]:
    """Give the outline level of each paragraph style that has one, or that rests on one that has."""
    if styles is None:
        return {}
    own: dict[str, int] = {}
    base: dict[str, str] = {}
    for style in styles.iter(f"{_WORD}style"):
        name = style.get(f"{_WORD}styleId", "")
        level, rests_on = style.find(f".//{_WORD}outlineLvl"), style.find(f"{_WORD}basedOn")
        if level is not None:
            own[name] = int(level.get(f"{_WORD}val", _BODY_TEXT_LEVEL))
        if rests_on is not None:
            base[name] = rests_on.get(f"{_WORD}val", "")
    levels = {}
    for name in {*own, *base}:
        at, seen = name, {""}
        while at not in own and at not in seen:
            seen.add(at)
            at = base.get(at, "")
        levels[name] = own.get(at, _BODY_TEXT_LEVEL)
    return levels


_UNREAD = frozenset(
    {"Fallback", "pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "sdtPr", "del", "moveFrom"},
)
_READ = frozenset({"t", "oMath", "noBreakHyphen", "tab", "br", "cr", "p", "tc", "footnoteReference"})
"""Elements that are more than what stands in them."""


@functools.cache
def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


class _WordReader:
    """Reads the parts of a Word document in order; a footnote where its mark stands."""

    def __init__(self, levels: dict[str, int], footnotes: Any) -> None:
        self.writer = Writer()
        self._levels = levels
        found = [] if footnotes is None else footnotes.iter(f"{_WORD}footnote")
        self._notes = {note.get(f"{_WORD}id"): note for note in found}

    def read(self, node: Any) -> None:
        for child in node:
            self._element(child)

    def _element(self, element: Any) -> None:
        name = _local_name(element.tag) if isinstance(element.tag, str) else ""
        if name in _UNREAD:
            return
        match name if name in _READ else "":
            case "t" if element.tag.startswith(_WORD):
                self.writer.text(element.text)
            case "oMath":
                self.writer.text(FORMULA)
            case "noBreakHyphen":
                self.writer.text("-")
            case "tab" | "br" | "cr":
                self.writer.text(" ")
            case "p" if element.tag.startswith(_WORD):
                self.writer.end()  # a paragraph may stand in another, in a text box
                self.read(element)
                level = self._level(element)
                self.writer.end(PARAGRAPH if level >= _BODY_TEXT_LEVEL else HEADING, (level + 1) % 10)
            case "tc":
                self.writer.end()
                self.writer.apart(lambda: self.read(element), CELL)
            case "footnoteReference":
                self.writer.text(CALL)
                note = self._notes.get(element.get(f"{_WORD}id"))
                if note is not None:
                    self.writer.apart(lambda: self.read(note), NOTE)
            case _:
                self.read(element)

    def _level(self, paragraph: Any) -> int:
        properties = paragraph.find(f"{_WORD}pPr")
        if properties is None:
            return _BODY_TEXT_LEVEL
        own, style = properties.find(f"{_WORD}outlineLvl"), properties.find(f"{_WORD}pStyle")
        if own is not None:
            return int(own.get(f"{_WORD}val", _BODY_TEXT_LEVEL))
        return (
            self._levels.get(style.get(f"{_WORD}val", ""), _BODY_TEXT_LEVEL) if style is not None else _BODY_TEXT_LEVEL
        )


# --- PDF --------------------------------------------------------------------------------------------------------------


def open_pdf(path: Path, cited: CitedDocument) -> Opened:
    """Open a PDF."""
    import pypdfium2 as pdfium  # noqa: PLC0415

    document = pdfium.PdfDocument(path)
    try:
        return _open_pdf(document, {key: begin(text) for key, text in cited.references.items()}, path.read_bytes())
    finally:
        document.close()


_HEADER = 66
"""Points from the top edge that hold the running head and page number; the text begins at 72 (APA 2.22)."""


def _open_pdf(document: Any, entries: dict[str, str], raw: bytes) -> Opened:
    """Read links by their rectangles: the text under each, and the text from the point where it lands.

    Typst writes no names into its links, only points (PDF 32000-1, 12.3.2.2), so that the entry a link means is told by
    what stands at that point.
    """
    held = list(document)
    texts = [page.get_textpage() for page in held]
    sizes = [page.get_size() for page in held]
    pages = [
        fold(text.get_text_bounded(0, 0, size[0], size[1] - _HEADER)) for text, size in zip(texts, sizes, strict=True)
    ]
    visual = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in set().union(*pages))
    nearest = _nearest(entries)
    landed: dict[_Landing, str] = {}
    keys: dict[_Landing, str] = {}
    links: dict[str, str] = defaultdict(str)
    landings: dict[str, str] = {}
    for number, page in enumerate(held):
        for box, target in _inner_links(document, page):
            if target not in landed:
                # Below its top: Typst lets a link land 10 pt above what it means. And from its left edge on: in two
                # columns others' lines stand beside it.
                page_index, top, left = target
                width = sizes[page_index][0]
                beneath = texts[page_index].get_text_bounded(0 if visual else left - 1, 0, width, top - 10)
                landed[target] = fold(beneath)
                there = only_letters(landed[target])
                if visual:
                    keys[target] = max(entries, key=lambda key: _share(entries[key], there), default="")
                    if _share(entries.get(keys[target], ""), there) > _SAME_LETTERS:
                        landed[target] = there = entries[keys[target]]
                else:
                    keys[target] = nearest(there)
                entry = entries.get(keys[target], "")
                if agreement(entry, there) < min(len(entry), 8):
                    keys[target] = ""
            key = keys[target]
            if key:
                left, bottom, right, top = box
                # A rectangle touches the letters and lines around it: a little less on each side keeps to its own.
                links[key] += fold(texts[number].get_text_bounded(left + 0.6, bottom + 2, right - 0.6, top - 2))
                landings[key] = landed[target]
    writer = Writer()
    _read_tag(_tag_tree(held, texts), writer)
    writer.end()
    return Opened(
        tuple(pages),
        links,
        landings,
        {},
        visual,
        said=tuple(writer.flow),
        notes=tuple(writer.notes),
        declared=_declared(document, raw),
    )


def _nearest(entries: dict[str, str]) -> Callable[[str], str]:
    """Give a function that finds the key of the first entry that begins as a text does, for as many letters as any.

    In the order of their letters, such entries stand where the text would stand; "" if there are no entries.
    """
    ranked = sorted((letters, rank, key) for rank, (key, letters) in enumerate(entries.items()))
    sorted_letters = [letters for letters, _, _ in ranked]

    def found(text: str) -> str:
        at = bisect.bisect(sorted_letters, text)
        common = max((agreement(letters, text) for letters in sorted_letters[max(at - 1, 0) : at + 1]), default=0)
        first = bisect.bisect_left(sorted_letters, text[:common])
        alike = itertools.takewhile(lambda one: one[0].startswith(text[:common]), ranked[first:])
        return min(((rank, key) for _, rank, key in alike), default=(0, ""))[1]

    return found


_SAME_LETTERS = 0.9


def _share(entry: str, there: str) -> float:
    """Give the share of an entry's letters that are among as many letters of what stands where a link lands.

    Where lines run from right to left a PDF has their words in the order of the eye, so that only the letters can be
    compared, and not their order.
    """
    missing = Counter(entry) - Counter(there[: len(entry) + 8])
    return 1 - missing.total() / len(entry) if entry else 0.0


_Landing = tuple[int, float, float]
"""Where a link leads: page index, top, left; in points."""


def _inner_links(document: Any, page: Any) -> Iterator[tuple[tuple[float, float, float, float], _Landing]]:
    """List the links within a document: ((left, bottom, right, top), landing), in points."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, position, link):
        target = pdfium.FPDFLink_GetDest(document, link)
        box = pdfium.FS_RECTF()
        if not target or not pdfium.FPDFLink_GetAnnotRect(link, box):
            continue
        has = [pdfium.FPDF_BOOL() for _ in range(3)]
        at = [pdfium.FS_FLOAT() for _ in range(3)]
        if pdfium.FPDFDest_GetLocationInPage(target, *has, *at) and has[1].value:
            index = pdfium.FPDFDest_GetDestPageIndex(document, target)
            left = at[0].value if has[0].value else 0.0
            yield (box.left, box.bottom, box.right, box.top), (index, at[1].value, left)


@dataclass(slots=True)
class _Tag:
    """An element of a PDF's structure tree, with its children by their places: other elements, or text."""

    type: str = ""
    children: dict[int, _Tag | str] = field(default_factory=dict)

    def within(self) -> list[_Tag | str]:
        return [self.children[place] for place in sorted(self.children)]


def _tag_tree(pages: list[Any], texts: list[Any]) -> _Tag:
    """Put together what each page has of the structure tree: PDFium gives it by pages, and keeps the places.

    Headers, footers and line numbers are artifacts: they are in no element, and so left out.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    root = _Tag()
    for page, text in zip(pages, texts, strict=True):
        tree = pdfium.FPDF_StructTree_GetForPage(page)
        if not tree:
            continue
        marked, numbers = _marked_texts(page, text)
        try:
            for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                element = pdfium.FPDF_StructTree_GetChildAtIndex(tree, place)
                if element:
                    _gather(element, root, place, marked, numbers)
        finally:
            pdfium.FPDF_StructTree_Close(tree)
    return root


def _gather(element: Any, parent: _Tag, place: int, marked: dict[int, str], numbers: set[int]) -> None:
    """Put an element and what is in it where it belongs; what marked content it holds leaves `numbers`."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    tag = parent.children.setdefault(place, _Tag())
    if isinstance(tag, str):
        return
    tag.type = tag.type or _utf16(pdfium.FPDF_StructElement_GetType, element)
    count = pdfium.FPDF_StructElement_CountChildren(element)
    if tag.type == "Document":
        _gather_document(element, tag, count, marked, numbers)
        return
    for index in range(count):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
        if child:
            _gather(child, tag, index, marked, numbers)
            continue
        number = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index)
        numbers.discard(number)
        if text := marked.get(number):
            tag.children[index] = text


def _gather_document(element: Any, tag: _Tag, count: int, marked: dict[int, str], numbers: set[int]) -> None:
    """Put the children of a document that are on a page where they belong: elements, most of them on other pages.

    They are looked for around those of the page before, until each number of marked content on the page is in one.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    near = next(reversed(tag.children), 0)
    for step in range(max(near, count - near)):
        found = False
        for index in (near + step, near - 1 - step):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index) if 0 <= index < count else None
            if child:
                found = True
                _gather(child, tag, index, marked, numbers)
        if not found and not numbers:
            return


def _utf16(function: Any, handle: Any, *more: Any) -> str:
    """Call a function of PDFium's that writes a text in UTF-16 into a buffer, with its final zero."""
    buffer = (ctypes.c_ushort * 64)()
    size = function(handle, *more, buffer, ctypes.sizeof(buffer))
    if size > ctypes.sizeof(buffer):
        buffer = (ctypes.c_ushort * size)()
        size = function(handle, *more, buffer, ctypes.sizeof(buffer))
    return ctypes.string_at(buffer, max(size - 2, 0)).decode("utf-16-le", "replace")


def _marked_texts(page: Any, text: Any) -> tuple[dict[int, str], set[int]]:
    """Give the text of each marked-content identifier on a page (ISO 32000-1, 14.7.4.3), and all such identifiers."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    found: dict[int, list[str]] = defaultdict(list)
    numbers: set[int] = set()
    buffer = (ctypes.c_ushort * 4096)()
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        thing = pdfium.FPDFPage_GetObject(page, index)
        number = pdfium.FPDFPageObj_GetMarkedContentID(thing)
        if number < 0:
            continue
        numbers.add(number)
        if pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        size = pdfium.FPDFTextObj_GetText(thing, text, buffer, ctypes.sizeof(buffer))
        if size > ctypes.sizeof(buffer):
            buffer = (ctypes.c_ushort * size)()
            size = pdfium.FPDFTextObj_GetText(thing, text, buffer, ctypes.sizeof(buffer))
        found[number].append(ctypes.string_at(buffer, max(size - 2, 0)).decode("utf-16-le", "replace"))
    return {number: "".join(pieces) for number, pieces in found.items()}, numbers


_STRUCTURE = frozenset(
    {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Figure", "", "DocumentFragment", "Aside"}
)
"""Elements that hold blocks."""
_INLINE_TAGS = frozenset({"Span", "Link", "Quote", "Em", "Strong", "Reference", "BibEntry", "Annot", "Sub", "Ruby"})
_HEADING_TAG = re.compile(r"H([1-6])$")


def _read_tag(tag: _Tag, writer: Writer, *, in_blocks: bool = True) -> None:  # noqa: C901, PLR0912  (a case each)
    """Write down what an element says; `in_blocks` if it stands among blocks, not in a line of text."""
    heading = _HEADING_TAG.match(tag.type)
    if heading:
        writer.end()
        _read_tags(tag, writer, in_blocks=False)
        writer.end(HEADING, min(int(heading[1]), 5))
    elif tag.type == "Formula":
        if in_blocks:
            writer.end()
        writer.text(FORMULA)
        if in_blocks:
            writer.end()
    elif tag.type in {"TD", "TH"}:
        writer.end()
        writer.apart(lambda: _read_tags(tag, writer, in_blocks=True), CELL)
    elif tag.type in {"Note", "FENote"}:
        writer.apart(lambda: _read_note(tag, writer), NOTE)
    elif tag.type == "Lbl":  # those of lists are read with their items
        writer.text(CALL)
    elif tag.type == "LI":
        _read_item(tag, writer)
    elif tag.type in _INLINE_TAGS or (tag.type == "Code" and not _holds_paragraphs(tag)):
        _read_tags(tag, writer, in_blocks=in_blocks)
    elif tag.type == "Figure":  # what is written in a picture is a part of the picture
        for child in tag.within():
            if isinstance(child, _Tag) and child.type not in _INLINE_TAGS:
                _read_tag(child, writer)
    else:
        writer.end()
        _read_tags(tag, writer, in_blocks=tag.type in _STRUCTURE)
        writer.end()


def _read_tags(tag: _Tag, writer: Writer, *, in_blocks: bool) -> None:
    for child in tag.within():
        if isinstance(child, str):
            writer.text(child)
        else:
            _read_tag(child, writer, in_blocks=in_blocks)


def _read_note(tag: _Tag, writer: Writer) -> None:
    """Read a footnote without the sign that it begins with, which may stand in its first paragraph."""
    for child in tag.within():
        if isinstance(child, str):
            writer.text(child)
        elif child.type == "P":
            writer.end()
            _read_note(child, writer)
            writer.end()
        elif child.type != "Lbl":
            _read_tag(child, writer, in_blocks=False)


def _read_item(tag: _Tag, writer: Writer) -> None:
    writer.end()
    for child in tag.within():
        if isinstance(child, _Tag) and child.type == "Lbl":
            _read_tags(child, writer, in_blocks=False)
            writer.end(MARK)
        elif isinstance(child, _Tag):
            _read_tag(child, writer)
    writer.end()


def _holds_paragraphs(tag: _Tag) -> bool:
    return any(isinstance(child, _Tag) and child.type == "P" for child in tag.within())


def _declared(document: Any, raw: bytes) -> Declared:
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    return Declared(
        bool(pdfium.FPDFCatalog_IsTagged(document)),
        _utf16(pdfium.FPDF_GetMetaText, document, b"Title"),
        _utf16(pdfium.FPDFCatalog_GetLanguage, document),
        any(re.search(rb"<pdfuaid:part>\s*1\s*<|pdfuaid:part=.1", packet) for packet in _packets(raw)),
    )


def _packets(raw: bytes) -> Iterator[bytes]:
    """Give the descriptions (XMP) in a PDF; they are not compressed (ISO 16684-1, 3)."""
    for found in itertools.islice(re.finditer(rb"<x:xmpmeta.*?</x:xmpmeta>", raw, re.DOTALL), 8):
        yield found[0]


OPENERS = {"html": open_html, "docx": open_docx, "pdf": open_pdf}
"""Format → what opens it; raises whatever its reader raises if the file does not open."""
