"""Opens the finished PDF, DOCX and HTML and judges them: every citation is there, and its link lands on its entry.

Trusts nothing that a writer said; reads the files as a reader's program would.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof.document import FORMULA, letters
from citeproof.findings import Place, error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from citeproof.document import CitedDocument
    from citeproof.findings import Finding


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


_SHOWN = 12
"""Characters that a message shows."""

_REPORT = "this is a fault of citeproof: please report it with the paper"


def fold(text: str) -> str:
    """Reduce a text to what no format changes: compatibility forms unified, no white space, no hyphens.

    Hyphens go because a PDF does not tell one at a line's end from one that the line break made.
    """
    return re.sub(
        r"[\s\u00ad\u200b-\u200f\u2060\ufeff\ufffe\x02\u2010\u2011-]+", "", unicodedata.normalize("NFKC", text)
    )


def verify(cited: CitedDocument, artefacts: dict[str, Path]) -> list[Finding]:
    """Judge each artefact against the cited document.

    V001: the file cannot be opened. V002: a citation's text is missing. V003: a citation is not linked to its entry.
    V004: a link lands on nothing, or not on its entry. V005: an entry is missing from the reference list.
    V006: the PDF's fonts lack characters of the paper.
    """
    findings = []
    for name, path in artefacts.items():
        place = Place(path.name)
        try:
            opened = _OPENERS[name](path, cited)
        except Exception as fault:  # noqa: BLE001  (any way in which a file does not open is the finding)
            findings.append(error("V001", place, f"the finished file cannot be opened: {fault}", "please report it"))
            continue
        # Every font has ASCII: where one of its letters is missing, text is, and the judges below name it.
        lacking = cited.letters - letters("".join(opened.pages)) if name == "pdf" else frozenset()
        missing = sorted(letter for letter in lacking if not letter.isascii())
        if missing:
            findings.append(_no_glyphs(missing, place))
        else:
            findings += list(_judge(cited, opened, place))
    return findings


def _judge(cited: CitedDocument, opened: Opened, place: Place) -> Iterator[Finding]:
    wanted = Counter(fold(item.text) for item in cited.citations if fold(item.text) and not item.in_note)
    for text, count in wanted.items():
        found = _count(opened.pages, text, count, visual=opened.visual)
        if found < count:
            original = next(item.text for item in cited.citations if fold(item.text) == text)
            yield error("V002", place, f"the citation {original} stands {found} times in it, not {count}", _REPORT)
    yield from _judge_links(cited, opened, place)
    for key, text in cited.references.items():
        if not _count(opened.pages, fold(text), 1, visual=opened.visual):
            yield error("V005", place, f"the entry of @{key} is not in its reference list as it should read", _REPORT)


def _judge_links(cited: CitedDocument, opened: Opened, place: Place) -> Iterator[Finding]:
    linked: dict[str, list[str]] = defaultdict(list)
    for item in cited.citations:
        for text, key in item.links:
            linked[key].append(fold(text))
    for key, texts in linked.items():
        # A format may link more than asked for: the DOI within a note, which HTML cannot link once more.
        if Counter(_letters("".join(texts))) - Counter(_letters(opened.links.get(key, ""))):
            yield error("V003", place, f"not all citations of @{key} ({len(texts)}) are linked to its entry", _REPORT)
            continue
        entry = _begin(cited.references.get(key, ""))
        landing = opened.landings.get(key)
        if landing is None:
            yield error("V004", place, f"the link of @{key} lands nowhere", _REPORT)
        elif opened.entries.get(key, 1) != 1:
            yield error("V004", place, f"{opened.entries[key]} places bear the name of the entry @{key}", _REPORT)
        elif (
            not landing
            or key not in cited.references
            or _agreement(entry, _letters(landing)) < min(len(entry), len(_letters(landing)), 30)
        ):
            yield error("V004", place, f"the link of @{key} does not land on its entry", _REPORT)


def _no_glyphs(missing: list[str], place: Place) -> Finding:
    shown = " ".join(missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
    return error(
        "V006",
        place,
        f"the PDF cannot show {len(missing)} of the paper's characters: {shown}",
        "no built-in font has them: install one that does and add --system-fonts, or leave the PDF out: --to docx,html",
    )


def _letters(text: str) -> str:
    """Leave only letters and digits: brackets and stops stand elsewhere in lines that run from right to left."""
    return re.sub(r"[\W_]+", "", text)


def _begin(text: str) -> str:
    """Give the letters of a text up to its first formula."""
    return _letters(fold(text).partition(FORMULA)[0])


def _count(pages: tuple[str, ...], text: str, wanted: int, *, visual: bool = False) -> int:
    """Count a text in pages; one that runs over the end of a page counts too.

    A formula in it may be anything. Where the order is that of the eye, each of its words is counted.
    """
    if visual:
        return min((sum(page.count(word) for page in pages) for word in re.findall(r"\w+", text)), default=wanted)
    if FORMULA in text:
        return len(re.findall(".{0,400}?".join(map(re.escape, text.split(FORMULA))), "".join(pages)))
    found = sum(page.count(text) for page in pages)
    if found < wanted:
        for page, following in itertools.pairwise(pages):
            found += any(following.startswith(text[n:]) and text[:n] in page for n in range(1, len(text)))
    return found


def _html(path: Path, _cited: CitedDocument) -> Opened:
    from lxml import html  # noqa: PLC0415  (each format loads what it needs)

    root = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    for hidden in root.xpath("//script | //style | //head"):
        hidden.drop_tree()
    links: dict[str, str] = defaultdict(str)
    for anchor in root.xpath("//a[starts-with(@href, '#ref-')]"):
        links[anchor.get("href").removeprefix("#ref-")] += fold(anchor.text_content())
    landings, entries = {}, Counter[str]()
    for target in root.xpath("//*[starts-with(@id, 'ref-')]"):
        key = target.get("id").removeprefix("ref-")
        entries[key] += 1
        landings[key] = fold(target.text_content())
    return Opened((fold(root.text_content()),), links, landings, entries)


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def _word_text(node: Any) -> str:
    pieces = []
    for element in node.iter():
        if element.tag in {f"{_WORD}t", f"{_MATH}t"}:
            pieces.append(element.text or "")
        elif element.tag == f"{_WORD}noBreakHyphen":
            pieces.append("-")
        elif element.tag in {f"{_WORD}tab", f"{_WORD}br", f"{_WORD}p"}:
            pieces.append(" ")
    return "".join(pieces)


_LONGEST_BOOKMARK = 40
"""Characters that Word allows in a bookmark's name (ECMA-376, 17.13.6.2)."""


def _bookmark(key: str) -> str:
    """Give the bookmark of an entry as pandoc's DOCX writer names it: a name too long for Word becomes its digest."""
    name = f"ref-{key}"
    if len(name) <= _LONGEST_BOOKMARK:
        return name
    return "X" + hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[1:]


def _docx(path: Path, cited: CitedDocument) -> Opened:
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
        names = [name for name in ("word/document.xml", "word/footnotes.xml") if name in archive.namelist()]
        for name in names:
            root = etree.fromstring(archive.read(name))
            text += _word_text(root)
            for link in root.iter(f"{_WORD}hyperlink"):
                key = keys.get(link.get(f"{_WORD}anchor", ""))
                if key is not None:
                    links[key] += fold(_word_text(link))
            for mark in root.iter(f"{_WORD}bookmarkStart"):
                key = keys.get(mark.get(f"{_WORD}name", ""))
                if key is not None:
                    entries[key] += 1
                    landings[key] = fold(_word_text(_paragraph_at(mark)))
    return Opened((fold(text),), links, landings, entries)


def _paragraph_at(mark: Any) -> Any:
    """Give the paragraph that a bookmark stands in, or the next one after it."""
    inside = next(mark.iterancestors(f"{_WORD}p"), None)
    return inside if inside is not None else next(mark.itersiblings(f"{_WORD}p"), mark)


def _pdf(path: Path, cited: CitedDocument) -> Opened:
    import pypdfium2 as pdfium  # noqa: PLC0415

    document = pdfium.PdfDocument(path)
    try:
        return _open_pdf(document, {key: _begin(text) for key, text in cited.references.items()})
    finally:
        document.close()


_HEADER = 66
"""Points from the top edge that hold the running head and page number; the text begins at 72 (APA 2.22)."""


def _open_pdf(document: Any, entries: dict[str, str]) -> Opened:
    """Read links by their rectangles: the text under each, and the text from the point where it lands.

    Typst writes no names into its links, only points (PDF 32000-1, 12.3.2.2), so that the entry a link means is told by
    what stands at that point.
    """
    texts = [page.get_textpage() for page in document]
    sizes = [page.get_size() for page in document]
    pages = [
        fold(text.get_text_bounded(0, 0, size[0], size[1] - _HEADER)) for text, size in zip(texts, sizes, strict=True)
    ]
    landed: dict[tuple[int, float], str] = {}
    keys: dict[tuple[int, float], str] = {}
    links: dict[str, str] = defaultdict(str)
    landings: dict[str, str] = {}
    for number, page in enumerate(document):
        for box, target in _inner_links(document, page):
            if target not in landed:
                beneath = texts[target[0]].get_text_bounded(0, 0, sizes[target[0]][0], target[1] + 1)
                landed[target] = fold(beneath)
                there = _letters(landed[target])
                keys[target] = max(entries, key=lambda key: _agreement(entries[key], there), default="")
            key = keys[target]
            if key and _agreement(entries[key], _letters(landed[target])) >= min(len(entries[key]), 8):
                left, bottom, right, top = box
                # A rectangle touches the letters and lines around it: a little less on each side keeps to its own.
                links[key] += fold(texts[number].get_text_bounded(left + 0.6, bottom + 2, right - 0.6, top - 2))
                landings[key] = landed[target]
    visual = any(unicodedata.bidirectional(char) in {"R", "AL"} for page in pages for char in page)
    return Opened(tuple(pages), links, landings, {}, visual)


def _agreement(one: str, other: str) -> int:
    """Count the characters that two texts begin with in common."""
    shorter = min(len(one), len(other))
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)


def _inner_links(document: Any, page: Any) -> Iterator[tuple[tuple[float, float, float, float], tuple[int, float]]]:
    """List the links within a document: ((left, bottom, right, top), (page index, top of the landing)), in points."""
    import ctypes  # noqa: PLC0415

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
            yield (box.left, box.bottom, box.right, box.top), (index, at[1].value)


_OPENERS = {"html": _html, "docx": _docx, "pdf": _pdf}
