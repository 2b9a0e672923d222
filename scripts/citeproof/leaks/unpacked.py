"""Unpacks a file down to texts and bytes, whatever it is: told by its first bytes, a text by its name's ending."""

from __future__ import annotations

import base64
import binascii
import re
import urllib.parse
from typing import TYPE_CHECKING

from citeproof.leaks import archives, markup, pdf, pictures
from citeproof.leaks.folding import from_rtf
from citeproof.leaks.markup import DATA, joined
from citeproof.leaks.pieces import Piece, Raw, Unsearched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.leaks.pieces import Limits, Part, Sort

_CLOSED = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR"}
"""Archives that are not opened."""
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(rb"\s*(?:<\?xml|<!--|<!DOCTYPE|<svg|<article|<x:xmpmeta)")


def unpack(where: str, name: str, sort: Sort, raw: bytes, limits: Limits) -> Iterator[Part]:
    """Give the texts and bytes of a file and of all that is in it.

    `where` names it within what is unpacked; "" for what is unpacked itself.
    """
    if limits.deepest < 0:
        yield Unsearched(where, "archives are packed into each other too deep")
        return
    if raw[:1024].lstrip().startswith(b"%PDF-") or b"%PDF-" in raw[:1024]:
        yield from pdf.unpack(where, raw, limits, unpack)
    elif raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        limits.deepest -= 1
        yield from archives.unpack_zip(where, raw, limits, unpack)
        limits.deepest += 1
    elif archives.is_packed(raw):
        limits.deepest -= 1
        yield from archives.unpack_packed(where, name, sort, raw, limits, unpack)
        limits.deepest += 1
    elif raw[257:262] == b"ustar":
        limits.deepest -= 1
        yield from archives.unpack_tar(where, raw, limits, unpack)
        limits.deepest += 1
    elif pictures.is_picture(raw):
        yield from pictures.unpack(where, raw)
    elif kind := next((kind for sign, kind in _CLOSED.items() if raw.startswith(sign)), ""):
        yield Unsearched(where, f"a {kind} archive cannot be opened")
        yield Raw(where, sort, raw)
    else:
        yield from _text(where, name.casefold(), sort, raw, limits)


# --- texts ------------------------------------------------------------------------------------------------------------

_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LEAST_ZEROS = 0.3
_MOST_CONTROLS = 0.005
"""How many bytes of a text may be control characters, which stray into texts that programs write."""


def decoded(raw: bytes) -> str | None:
    """Read bytes as text in the encoding that they seem to have (UTF-8, 16 or 32, Latin-1); None if they are none."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    head = raw[:4000]
    for encoding, first in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros = head[first::2].count(0)
        if len(head) > 8 and zeros > _LEAST_ZEROS * len(head) and not head[1 - first :: 2].count(0):  # noqa: PLR2004
            return raw.decode(encoding, "replace")
    if len(_CONTROL.findall(head)) > len(head) * _MOST_CONTROLS:
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        if fault.end >= len(raw) - 3 and fault.start > len(raw) - 4:  # cut within a letter
            return raw.decode("utf-8-sig", "replace")
        high = sum(byte > 0x7F for byte in head)  # noqa: PLR2004
        return None if _CONTROL.search(raw) or high > len(head) / 3 else raw.decode("cp1252", "replace")


def _text(where: str, name: str, sort: Sort, raw: bytes, limits: Limits) -> Iterator[Part]:
    """Give a text, and the pictures and other files that stand in it; bytes that are none as they are."""
    text = decoded(raw)
    if text is None:
        yield Raw(where, sort, raw)
        return
    if "\0" in text or _CONTROL.search(raw[:4000]):
        yield Raw(where, sort, raw, rest=where)
    text = re.sub("\r\n?", "\n", text)
    utf8 = raw if b"\0" not in raw[:4000] else text.encode()
    is_page = _PAGE.match(utf8[:4000]) is not None or name.endswith((".html", ".htm"))
    is_xml = _XML.match(utf8[:4000]) is not None or name.endswith((".xml", ".rels", ".svg", ".jats"))
    if len(utf8) > _LONGEST_TREE and (is_page or is_xml):
        yield Piece(where, sort, text, lines=True)
        yield Piece(where, sort, re.sub("<[^<>]*>", "", text), rest=where)
    elif is_page:
        yield from markup.page(where, utf8)
        yield Piece(where, "text", DATA.sub("", text), lines=True, rest=where)
    elif is_xml:
        is_picture = b"<svg" in utf8[:4000] or name.endswith(".svg")
        yield from markup.xml(where, "image" if is_picture else sort, utf8 if raw is utf8 else _without_encoding(utf8))
        yield Piece(where, "image" if is_picture else sort, _references_blanked(text), lines=True, rest=where)
    elif text.startswith("{\\rtf"):
        yield Piece(where, sort, from_rtf(text))
    else:
        yield from _by_name(where, name, sort, text)
    yield from _embedded(where, text, limits)


_LONGEST_TREE = 20_000_000
"""Bytes from which on markup is searched as text, with its tags and without: a tree of it would fill the memory."""


def _without_encoding(utf8: bytes) -> bytes:
    return re.sub(rb"(<\?xml[^>]*?)\s+encoding=[\"'][^\"']*[\"']", rb"\1", utf8, count=1)


def _blanked(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _references_blanked(text: str) -> str:
    return re.sub(r"<ref-list\b.*?</ref-list>", _blanked, text, flags=re.DOTALL)


_LISTS = {
    ".bib": re.compile(
        r"\b(?:author|editor|translator|shortauthor|bookauthor|introduction|commentator|annotator|namea|nameb|editora)"
        r"\s*=\s*(?:\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}|\"[^\"]*\")",
        re.IGNORECASE,
    ),
    ".ris": re.compile(r"^(?:A[U1-4]|ED|TA)  - [^\n]*", re.MULTILINE),
    ".enw": re.compile(r"^%[AEY?] [^\n]*", re.MULTILINE),
    ".nbib": re.compile(r"^(?:AU|FAU|FED|ED) *- [^\n]*", re.MULTILINE),
}
"""Where a bibliography names the authors of works, by the ending of its name."""
_CSL = re.compile(r"\"(?:issued|container-title|citation-key)\"\s*:")


def _by_name(where: str, name: str, sort: Sort, text: str) -> Iterator[Part]:
    """Give a text as it stands; the authors of cited works apart, where a file lists them."""
    ending = name[name.rfind(".") :]
    if fields := _LISTS.get(ending):
        yield Piece(where, sort, fields.sub(_blanked, text), lines=True)
        kept, at = [], 0
        for found in fields.finditer(text):
            kept += [re.sub(r"[^\n]", " ", text[at : found.start()]), found[0]]
            at = found.end()
        yield Piece(where, sort, "".join(kept), lines=True, listed=True)
    else:
        yield Piece(where, sort, text, lines=True, listed=ending == ".json" and _CSL.search(text) is not None)


_ATTRIBUTE = re.compile(r"<([\w:-]+)\b[^<>]*\s([\w:-]+)\s*=\s*[\"']?$")
_BEFORE = 500
"""Characters in which the element is looked for that a data: address stands in."""


def _holder(text: str, at: int) -> str:
    """Say what holds the data: address at an offset, as far as it is an attribute or a style."""
    if found := _ATTRIBUTE.search(text[max(at - _BEFORE, 0) : at]):
        return f"the image in the attribute {found[2].rpartition(':')[2]} of {found[1].rpartition(':')[2]}"
    return "the image in the style" if text.rfind("<style", 0, at) > text.rfind("</style", 0, at) else ""


_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/]{4}[\r\n]{0,2}){5,}+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?(?![A-Za-z0-9+/])"
)
_LONG_BASE64 = 200


def _embedded(where: str, text: str, limits: Limits) -> Iterator[Part]:
    """Give the files that stand in a text as data: addresses or in base64."""
    for number, found in enumerate(DATA.finditer(text) if "data:" in text else (), 1):
        kind, content = found.groups()
        held = urllib.parse.unquote_to_bytes(content)
        if kind.endswith(";base64"):
            try:
                held = base64.b64decode(held + b"=" * (-len(held) % 4))
            except binascii.Error:
                continue
        limits.left -= len(held)
        place = joined(where, _holder(text, found.start()) or f"the data: address {number}")
        limits.deepest -= 1
        yield from unpack(place, "", "image", held, limits)
        limits.deepest += 1
    for found in _BASE64.finditer(text):
        if text.startswith(";base64,", max(found.start() - 8, 0)):
            continue
        try:
            held = base64.b64decode(found[0], validate=False)
        except binascii.Error:
            continue
        long = len(found[0]) >= _LONG_BASE64 or pictures.is_picture(held)
        said = decoded(held)
        if said is None and not long:
            continue
        place = joined(where, f"base64 in line {text.count(chr(10), 0, found.start()) + 1}")
        if said is not None and not long:
            yield Piece(place, "property", said)
        else:
            limits.left -= len(held)
            limits.deepest -= 1
            yield from unpack(place, "", "image", held, limits)
            limits.deepest += 1
