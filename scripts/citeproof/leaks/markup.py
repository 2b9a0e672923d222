"""Takes pages and XML apart: texts, attributes, comments, processing instructions, and the files that stand in them.

What is read of a Word document's parts, of SVG, of JATS and of metadata is read here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from citeproof.leaks.pieces import BETWEEN, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.leaks.pieces import Part, Sort

_PARAGRAPHS = frozenset(
    {"p", "tc", "tr", "sdt", "txbxContent", "comment", "footnote", "endnote", "text", "tab", "br", "cr", "c", "si"}
)
"""Elements that begin anew, in Word's XML, in sheets and in SVG."""
_RUNS = frozenset({"t", "instrText", "delText", "tspan", "span", "italic", "bold", "sc", "i", "b"})
"""Elements whose text goes on in the next one."""
_LISTED = frozenset({"ref-list", "ref", "Bibliography", "Sources"})
"""Elements that name the authors of cited works (JATS; Word's sources)."""

DATA = re.compile(r"data:([^,\"'()\s<>]*),([^\"'()\s<>]+)")
"""A file that stands in a page as an address (RFC 2397): its kind and its content."""


def joined(where: str, what: str) -> str:
    """Name a part of a part."""
    return f"{where}, {what}" if where else what


def xml(where: str, sort: Sort, raw: bytes) -> Iterator[Part]:
    """Give the texts and the attributes of XML; the text of a paragraph is whole, however many runs it is in."""
    from lxml import etree  # noqa: PLC0415

    raw = re.sub(rb"<\?xpacket.*?\?>", b"", raw)  # around metadata, where it may stand before the declaration
    parser = etree.XMLParser(resolve_entities=False, huge_tree=True, load_dtd=False, no_network=True)
    try:
        root = etree.fromstring(raw, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        yield Piece(where, sort, raw.decode("utf-8", "ignore"))
        return
    prolog = raw.partition(b"<!DOCTYPE")[2].partition(b"<" + root.tag.rpartition("}")[2].encode())[0]
    if prolog:
        yield Piece(joined(where, "the document type"), sort, prolog.decode("utf-8", "ignore"))
    around = [*root.itersiblings(preceding=True), *root.itersiblings()]
    yield from _tree(where, sort, root, around)


def _tree(where: str, sort: Sort, root: Any, around: list[Any]) -> Iterator[Part]:
    from lxml import etree  # noqa: PLC0415

    words: list[str] = []
    attributes: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    listed: set[Any] = set()
    cited: list[str] = []
    comments: list[str] = []
    for element in [*around, *root.iter()]:
        if element.tag is etree.Comment:
            comments.append(element.text or "")
            words.append(element.tail or "")
            continue
        if element.tag is etree.ProcessingInstruction:
            name = joined(where, f"the processing instruction {element.target}")
            yield Piece(name, sort, f"{element.target} {element.text or ''}")
            words.append(element.tail or "")
            continue
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        text = element.text or "" if tag else ""
        parent = element.getparent()
        if tag in _LISTED or parent in listed:
            listed.add(element)
        apart = "\n" if tag in _PARAGRAPHS or (text.strip() and tag not in _RUNS) else ""
        (cited if element in listed else words).extend((apart, text))
        (cited if parent in listed else words).append((element.tail or "").strip("\n"))
        for name, value in element.attrib.items() if tag else ():
            if len(value) > 1 and not value.isdigit():
                attributes[name.rpartition("}")[2], tag][DATA.sub("", value)] = None
    for (name, tag), values in attributes.items():
        yield Piece(joined(where, f"attribute {name} of {tag}"), sort, BETWEEN.join(values))
    for comment in comments:
        yield Piece(joined(where, "a comment"), sort, comment)
    if cited:
        yield Piece(joined(where, "the references"), sort, "".join(cited), listed=True)
    yield Piece(where, sort, "".join(words))


def page(where: str, raw: bytes) -> Iterator[Part]:
    """Give the texts, attributes and comments of a page."""
    from lxml import etree, html  # noqa: PLC0415

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = html.document_fromstring(raw, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # empty
        return
    attributes: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for element in list(root.getroottree().iter()):
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag:
            yield Piece(joined(where, "a comment"), "text", element.text or "")
            continue
        for name, value in element.attrib.items():
            attributes[name, tag][DATA.sub("", value)] = None
        if tag in {"style", "script"}:
            text = element.text or ""
            yield Piece(
                joined(where, f"the {tag}"), "property", DATA.sub("", text if tag == "script" else _unescaped_css(text))
            )
        elif tag == "title":
            yield Piece(joined(where, "the title of the page"), "property", element.text or "")
        elif tag == "br":
            element.tail = "\n" + (element.tail or "")
    for (name, tag), values in attributes.items():
        yield Piece(joined(where, f"the attribute {name} of {tag}"), "text", BETWEEN.join(values))
    for element in root.xpath("//head | //style | //script"):
        element.drop_tree()
    yield Piece(joined(where, "the text"), "text", root.text_content())


def _unescaped_css(text: str) -> str:
    return re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)
