"""Takes a PDF apart: the text of its pages, what it says of itself, its streams unpacked, and the files within it."""

from __future__ import annotations

import base64
import contextlib
import io
import re
import zlib
from typing import TYPE_CHECKING

from citeproof.leaks.markup import joined
from citeproof.leaks.pieces import BETWEEN, Piece, Raw, TooMuchError, Unsearched, inflated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from citeproof.leaks.pieces import Limits, Part, Sort

    Unpack = Callable[[str, str, Sort, bytes, Limits], Iterator[Part]]


def unpack(where: str, raw: bytes, limits: Limits, inner: Unpack) -> Iterator[Part]:
    """Give what is in a PDF; `inner` unpacks a file within it."""
    import pypdfium2 as pdfium  # noqa: PLC0415

    try:
        document = pdfium.PdfDocument(raw)
        pages = len(document)
    except pdfium.PdfiumError as fault:
        why = "a password protects it" if "password" in str(fault).lower() else "it is damaged"
        yield Unsearched(where, f"{why}: its pages cannot be read")
        yield from _streams(where, raw, limits, inner)
        return
    try:
        for number in range(pages):
            with contextlib.suppress(pdfium.PdfiumError):
                yield Piece(joined(where, f"page {number + 1}"), "text", _text(document, number))
        for name, value in document.get_metadata_dict().items():
            if value:
                yield Piece(joined(where, f"the property {name}"), "property", value)
        for number in range(document.count_attachments()):
            with contextlib.suppress(pdfium.PdfiumError):
                attachment = document.get_attachment(number)
                name = attachment.get_name()
                place = joined(where, f"the attachment {name}")
                yield Piece(f"the name of {place}", "file", name)
                data = bytes(attachment.get_data())
                limits.left -= len(data)
                yield from inner(place, name, "property", data, limits)
        if re.search(rb"/Encrypt\b", raw):  # what it holds is readable only without
            out = io.BytesIO()
            document.save(out, flags=_REMOVE_SECURITY)
            raw = out.getvalue()
    finally:
        document.close()
    yield from _streams(where, raw, limits, inner)


_REMOVE_SECURITY = 3
"""PDFium's FPDF_REMOVE_SECURITY."""


def _text(document: object, number: int) -> str:
    page = document[number]  # type: ignore[index]
    try:
        text = page.get_textpage()
        try:
            return str(text.get_text_range())
        finally:
            text.close()
    finally:
        page.close()


# --- strings ----------------------------------------------------------------------------------------------------------

_STRING = re.compile(
    rb"(?:/([A-Za-z]+)[\s\[]*)?(?:"
    rb"\(((?:\\.|[^\\()]++|\((?:\\.|[^\\()]++|\((?:\\.|[^\\()]++)*+\))*+\))*+)\)"
    rb"|<([0-9A-Fa-f\s]{4,}+)>)",
    re.DOTALL,
)
_SAYING = re.compile(rb"(?:/(?:ActualText|Alt|Contents)|<<\s*/E)\s*[(<]")
"""Stands in the content of a page where it says something besides what it shows (ISO 32000-1, 14.9)."""
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_OTHER = "a string"
_KINDS = {
    "ActualText": "the text behind a character (ActualText)",
    "Alt": "an alternative text",
    "E": "an expansion of an abbreviation",
    "Contents": "an annotation",
    "RC": "an annotation",
    "Subj": "an annotation's subject",
    "T": "the author of an annotation, or a form field",
    "TU": "a form field",
    "V": "the value of a form field",
    "DV": "the value of a form field",
    "URI": "a link",
    "F": "the name of a file",
    "UF": "the name of a file",
    "Desc": "the description of a file",
    "Title": "a bookmark or the title",
    "Names": "a named place",
    "Dests": "a named place",
    "Author": "the property Author",
    "Creator": "the property Creator",
    "Producer": "the property Producer",
    "Keywords": "the property Keywords",
    "Subject": "the property Subject",
}
"""Where a string stands, by the key before it (ISO 32000-1, tables 28, 44, 153, 164, 206, 220, 317, 323)."""
_PDF_LETTERS = str.maketrans(
    {0x95: "Ł", 0x96: "Œ", 0x97: "Š", 0x98: "Ÿ", 0x99: "Ž", 0x9A: "\u0131", 0x9B: "ł", 0x9C: "œ", 0x9D: "š", 0x9E: "ž"}
)
"""Letters of PDFDocEncoding that Latin-1 has not (ISO 32000-1, D.2)."""


def strings(raw: bytes) -> Iterator[tuple[str, str]]:
    """Give the text strings in a piece of PDF (ISO 32000-1, 7.3.4 and 7.9.2), each with what it is."""
    for key, literal, figures in _STRING.findall(raw):
        if figures:
            digits = re.sub(rb"\s", b"", figures).decode()
            held = bytes.fromhex(digits + "0" * (len(digits) % 2))
        else:
            held = _ESCAPED.sub(_unescaped, literal) if b"\\" in literal else literal
        if not held:
            continue
        kind = _KINDS.get(key.decode(), _OTHER)
        if held.startswith(b"\xfe\xff"):
            yield kind, held[2:].decode("utf-16-be", "ignore")
        elif held.startswith(b"\xff\xfe"):
            yield kind, held[2:].decode("utf-16-le", "ignore")
        elif held.startswith(b"\xef\xbb\xbf"):
            yield kind, held[3:].decode("utf-8", "ignore")
        else:
            yield kind, held.decode("latin-1").translate(_PDF_LETTERS)


def _unescaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    if sign[0] in b"01234567":
        return bytes([int(sign, 8) & 0xFF])
    return _ESCAPES.get(sign, sign)


def _strings(where: str, raw: bytes) -> Iterator[Part]:
    by_kind: dict[str, dict[str, None]] = {}
    for kind, text in strings(raw):
        if len(text) > 1:
            by_kind.setdefault(kind, {})[text] = None
    for kind, texts in by_kind.items():
        sort: Sort = "property" if kind.startswith("the property") else "text"
        yield Piece(joined(where, kind), sort, BETWEEN.join(texts), rest=where if kind == _OTHER else None)


# --- streams ----------------------------------------------------------------------------------------------------------


def _streams(where: str, raw: bytes, limits: Limits, inner: Unpack) -> Iterator[Part]:
    outside, at = [], 0
    for found in re.finditer(rb"stream\r?\n", raw):
        if found.start() < at:  # in what the last one held
            continue
        dictionary = raw[at : found.start()].rpartition(b" obj")[2]
        length = re.search(rb"/Length\s+(\d+)(?!\s+\d+\s+R)", dictionary)
        end = found.end() + int(length[1]) if length else -1
        if end < 0 or not re.match(rb"\s*endstream", raw[end : end + 20]):
            end = raw.find(b"endstream", found.end())
            end = len(raw) if end < 0 else end
        outside.append(raw[at : found.start()])
        yield from _stream(where, dictionary, raw[found.end() : end], limits, inner)
        at = end + len(b"endstream")
    yield from _strings(where, b"".join([*outside, raw[at:]]))


def _stream(where: str, dictionary: bytes, raw: bytes, limits: Limits, inner: Unpack) -> Iterator[Part]:
    """Give what a stream says: metadata, objects, an image as it was."""
    if re.search(rb"/Type\s*/EmbeddedFile", dictionary):
        return  # an attachment, looked into by its name
    try:
        raw = _decoded(dictionary, raw, limits)
    except TooMuchError as fault:
        yield Unsearched(where, str(fault))
        return
    if b"<x:xmpmeta" in raw[:4000] or b"<rdf:RDF" in raw[:4000]:
        from citeproof.leaks import markup  # noqa: PLC0415

        yield from markup.xml(joined(where, "the metadata (XMP)"), "property", raw)
        return
    if re.search(rb"/Subtype\s*/Image", dictionary) or raw[:3] == b"\xff\xd8\xff":
        if raw[:3] == b"\xff\xd8\xff" or raw[:12] == b"\0\0\0\x0cjP  \r\n":
            yield from inner(joined(where, "an image"), "", "image", raw, limits)
    elif b"/ObjStm" in dictionary or _SAYING.search(raw):
        yield from _strings(where, raw)
    if not re.search(rb"/Subtype\s*/Image|/Type\s*/XRef|/Length1|/FontFile|/N\s+[134]\b(?!\s*\d)", dictionary):
        yield Raw(joined(where, "a stream"), "property", raw, rest=where)


def _decoded(dictionary: bytes, raw: bytes, limits: Limits) -> bytes:
    """Undo the filters of a stream, as far as they hide letters (ISO 32000-1, 7.4).

    What is damaged stays as it is. Raises TooMuchError if it unpacks to more than the limits allow.
    """
    for name in re.findall(rb"/(FlateDecode|Fl|ASCII85Decode|A85|ASCIIHexDecode|AHx)\b", dictionary):
        with contextlib.suppress(zlib.error, ValueError):
            if name.startswith(b"Fl"):
                raw = inflated(raw, limits)
            elif name in {b"ASCII85Decode", b"A85"}:
                raw = base64.a85decode(raw.strip().removesuffix(b"~>"))
            else:
                raw = bytes.fromhex(re.sub(rb"[^0-9A-Fa-f]", b"", raw.partition(b">")[0]).decode())
    return raw
