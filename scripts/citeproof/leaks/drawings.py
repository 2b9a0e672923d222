"""Reads the words of drawings, which are shapes or pixels where a masked copy shows them, and still seen."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def words(path: Path) -> str:
    """Give the words that a drawing (PDF or SVG) shows, of a PDF those of its first page; "" for any other file."""
    with path.open("rb") as file:
        head = file.read(1000).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return _pdf(path)
    return _svg(path) if head.startswith(b"<") else ""


def _pdf(path: Path) -> str:
    import pypdfium2  # noqa: PLC0415  (few masked papers have such a figure)

    with contextlib.suppress(pypdfium2.PdfiumError), pypdfium2.PdfDocument(path) as document:
        return str(document[0].get_textpage().get_text_range())
    return ""


def _svg(path: Path) -> str:
    from lxml import etree  # noqa: PLC0415

    try:
        root = etree.parse(path, parser=etree.XMLParser(resolve_entities=False, huge_tree=True)).getroot()
    except etree.XMLSyntaxError:
        return ""
    texts = root.iter("{*}text")
    return "\n".join(" ".join(" ".join(text.itertext()).split()) for text in texts)
