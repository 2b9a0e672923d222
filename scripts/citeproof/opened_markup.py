"""Opens a finished JATS article and tells what is in it, as `opened` does of PDF, DOCX and HTML. Judges nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from citeproof.document import FORMULA
from citeproof.opened import Opened, Writer
from citeproof.said import CALL, CELL, HEADING, MARK, NOTE, PARAGRAPH, fold

if TYPE_CHECKING:
    from pathlib import Path

    from citeproof.document import CitedDocument


def identifier(text: str) -> str:
    """Write an identifier as the layout filters do (filters/apa/xml.lua): letters, figures, and . - _ stay."""
    safe = re.sub(r"[^A-Za-z0-9._-]", lambda found: f"_x{ord(found[0]):X}_", text)
    return safe if re.match(r"[A-Za-z_]", safe) else f"_{safe}"


# --- JATS -------------------------------------------------------------------------------------------------------------

_UNSEEN = frozenset(
    {
        *("alt-text", "alt-title", "contrib-group", "element-citation", "funding-group", "institution-id", "meta-name"),
        "tex-math",
    }
)
"""Elements whose text stands elsewhere, too, or for programs only."""

_BLOCKS = frozenset(
    {
        *("abstract", "aff", "app", "article-meta", "author-notes", "back", "body", "caption", "corresp"),
        *("custom-meta", "def-list"),
        *("def", "def-item", "disp-quote", "fig", "front", "list", "list-item", "p", "preformat", "ref", "ref-list"),
        *("sec", "table", "table-wrap", "table-wrap-foot", "tbody", "term", "tfoot", "thead", "title-group", "tr"),
        *("article-title", "verse-group", "verse-line", "boxed-text", "floats-group", "app-group", "note", "kwd-group"),
    }
)


def open_jats(path: Path, cited: CitedDocument) -> Opened:
    """Open a JATS article."""
    from lxml import etree  # noqa: PLC0415  (each format loads what it needs)

    root = etree.fromstring(path.read_bytes(), parser=etree.XMLParser(load_dtd=False, no_network=True, huge_tree=True))
    keys = {identifier(f"ref-{key}"): key for item in cited.citations for key in item.keys}
    keys |= {identifier(f"ref-{key}"): key for key in cited.references}
    links: dict[str, str] = defaultdict(str)
    for link in root.iter("xref"):
        key = keys.get(link.get("rid", "")) if link.get("ref-type") == "bibr" else None
        if key is not None:
            links[key] += fold("".join(link.itertext()))
    landings: dict[str, str] = {}
    entries = Counter[str]()
    for entry in root.iter("ref"):
        key = keys.get(entry.get("id", ""))
        if key is not None:
            entries[key] += 1
            landings[key] = fold("".join("".join(part.itertext()) for part in entry.iter("label", "mixed-citation")))
    for about in root.iterfind("front/article-meta"):  # JATS has all abstracts before the keywords, the paper has not
        about.extend([*about.iterfind("abstract[@abstract-type]")])
    reader = _JatsReader()
    reader.read(root, 0)
    writer = reader.writer
    writer.end()
    whole = "".join(fold(piece.text) for piece in (*writer.flow, *writer.notes))
    return Opened(
        (whole,),
        links,
        landings,
        entries,
        said=tuple(writer.flow),
        notes=tuple(writer.notes),
        people=tuple(_person(each) for each in root.iterfind("front/article-meta/contrib-group/contrib")),
    )


def _person(contributor: Any) -> str:
    """Give the name of a contributor as it is printed: given name first."""
    parts = [contributor.findtext(f".//{tag}") or "" for tag in ("given-names", "surname", "suffix", "collab")]
    return " ".join(part for part in parts if part)


class _JatsReader:
    """Reads an article in order: a piece for each heading, paragraph, cell and note."""

    def __init__(self) -> None:
        self.writer = Writer()

    def read(self, element: Any, depth: int) -> None:
        """Read what is in an element; `depth` is the number of sections that it stands in."""
        self.writer.text(element.text)
        for child in element:
            self._element(child, depth)
            self.writer.text(child.tail)

    def _element(self, element: Any, depth: int) -> None:  # noqa: C901, PLR0912, PLR0915  (a case each)
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if not tag or tag in _UNSEEN:
            return
        parent = element.getparent().tag
        match tag:
            case "inline-formula" | "disp-formula":
                self.writer.text(FORMULA)
            case "xref" if element.get("ref-type") == "fn":
                self.writer.text(CALL)
            case "td" | "th":
                self._end()
                self.writer.apart(lambda: self.read(element, depth), CELL)
            case "fn" if parent == "fn-group" and element.getparent().find("title") is None:
                self.writer.apart(lambda: self._note(element, depth), NOTE)
            case "sec" | "app":
                self._block(element, depth + 1)
            case "label" if parent == "app":
                self._end()
                self.read(element, depth)
                self.writer.text(" ")  # the title goes on
            case "title" if parent in {"sec", "app"}:
                if parent == "sec":
                    self._end()
                self.read(element, depth)
                self.writer.end(HEADING, depth)
            case "title" if parent in {"ref-list", "fn-group"}:
                self._end()
                self.read(element, depth)
                self.writer.end(HEADING, 1)
            case "title" if parent == "kwd-group":
                self.read(element, depth)
                self.writer.text(": ")
            case "label" if parent == "list-item":
                self.read(element, depth)
                self.writer.end(MARK)
            case "title" | "label" if parent in {"caption", "table-wrap", "fig"}:
                self._block(element, depth)
            case "kwd":
                self.read(element, depth)
                following = element.getnext()
                self.writer.text(", " if following is not None else None)
            case "break":
                self.writer.text(" ")
            case "fn" if parent == "fn-group":
                self._end()
                self._numbered(element, depth)
            case "fn":
                self._block(element, depth)
            case _ if tag in _BLOCKS:
                self._block(element, depth)
            case _:
                self.read(element, depth)

    def _block(self, element: Any, depth: int) -> None:
        self._end()
        self.read(element, depth)
        self._end()

    def _numbered(self, element: Any, depth: int) -> None:
        """Read a footnote on a page of its own, whose sign runs on in its first paragraph."""
        for child in element:
            if child.tag == "label":
                self.writer.text("".join(child.itertext()))
            else:
                self.read(child, depth)
                self._end()

    def _note(self, element: Any, depth: int) -> None:
        """Read a footnote without the sign that it begins with."""
        for child in element:
            if child.tag != "label":
                self._element(child, depth)

    def _end(self) -> None:
        self.writer.end(PARAGRAPH)


OPENERS = {"jats": open_jats}
"""Format → what opens it, as in `opened`."""
