"""Searches every byte of a masked copy for who wrote it: names, e-mail addresses, ORCID iDs, institutions.

A copy for masked review names its authors nowhere: not in the text, not in a file's properties, not in the links, not
in the pictures or in what picture files say of themselves. Reads the files unpacked; changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import gzip
import io
import re
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citeproof.findings import Place, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from citeproof.findings import Finding


@dataclass(frozen=True, slots=True)
class Name:
    """An author's name; a group has a family name only."""

    given: str
    family: str

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells who wrote a paper."""

    names: tuple[Name, ...] = ()
    emails: tuple[str, ...] = ()
    orcids: tuple[str, ...] = ()
    """ORCID iDs, as numbers or as addresses."""
    institutions: tuple[str, ...] = ()
    """Names of the institutions alone, without department and city."""


_TEXT, _IMAGE, _FILE, _PROPERTY = "text", "image", "file", "property"

_REMEDIES = {
    _TEXT: "reword it, or put it into a span that a masked copy leaves out: [...]{.masked}\n"
    "if it stands in a citation of your own work, add its key to `masked-citations`",
    _IMAGE: "take it out of the picture and of what the picture file says of itself, and save it anew",
    _FILE: "give the paper a file name that names nobody",
    _PROPERTY: "if it does not come from the front matter, this is a fault of citeproof: please report it",
}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text from somewhere in a file; `binary` if it may be no text at all."""

    where: str
    sort: str
    text: str
    binary: bool = False


@dataclass(frozen=True, slots=True)
class _Needle:
    """One thing to look for, in texts without accents and, unless `cased`, without capitals."""

    what: str
    pattern: re.Pattern[str]
    cased: bool = False
    sure: bool = True
    """False for a family name with initials, which somebody else may bear."""
    in_binary: bool = True


def leaks(artefacts: dict[str, Path], identity: Identity, images: Iterable[Path] = ()) -> list[Finding]:
    """Name what in the artefacts (format → file) tells who wrote the paper.

    `images` are the files of its figures: the words of a PDF among them are shapes in the artefacts, and still seen.

    M001: a name, an address, an iD or an institution. M002: a family name with initials, as reference lists have it,
    which may be an author's or somebody else's. Each is told once for each file, with the places where it stands.
    """
    needles = list(_needles(identity))
    findings = []
    unpacked = [
        (path, (_Piece("its name", _FILE, path.name), *_UNPACK[name](path))) for name, path in artefacts.items()
    ]
    unpacked += [(path, (piece,)) for path in dict.fromkeys(images) if (piece := _drawn(path))]
    for path, pieces in unpacked:
        found: dict[tuple[str, bool], list[_Piece]] = defaultdict(list)
        for piece in pieces:
            cased = _without_accents(piece.text)
            folded = cased.casefold()
            for needle in needles:
                if piece.binary and not needle.in_binary:
                    continue
                if needle.pattern.search(cased if needle.cased else folded):
                    found[needle.what, needle.sure].append(piece)
        findings += [_finding(Place(path.name), what, places, sure=sure) for (what, sure), places in found.items()]
    return findings


_NAMED_PLACES = 3
"""Places that a message names."""


def _finding(place: Place, what: str, pieces: list[_Piece], *, sure: bool) -> Finding:
    where = list(dict.fromkeys(piece.where for piece in pieces))
    shown = "; ".join(where[:_NAMED_PLACES]) + (
        f"; and {len(where) - _NAMED_PLACES} more" * (len(where) > _NAMED_PLACES)
    )
    remedy = "\n".join(_REMEDIES[sort] for sort in dict.fromkeys(piece.sort for piece in pieces))
    if sure:
        return error("M001", place, f"the masked copy holds {what}: {shown}", remedy)
    remedy = f"if it is somebody else of that name, let it stand\n{remedy}"
    return warning("M002", place, f"the masked copy may name an author, with initials ({what}): {shown}", remedy)


# --- what to look for -------------------------------------------------------------------------------------------------

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "\u0131": "i",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
    }
)
"""Letters that Unicode does not take apart into a letter and an accent."""
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BETWEEN = r"[\W_]+"
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
_SHORTEST_IN_BINARY = 8
"""Letters below which a find among bytes that are no text may be chance."""
_LONGEST_ACRONYM = 5
"""Letters up to which an institution in capitals is looked for in capitals only: MIT is not the German "mit"."""


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", _UNSEEN.sub("", text).translate(_LETTERS))
    return "".join(char for char in parts if not unicodedata.combining(char))


def _words(text: str) -> list[str]:
    """Give the words of a name, as they are looked for."""
    return re.findall(r"[^\W_]+", _without_accents(text).casefold())


def _is_unspaced(text: str) -> bool:
    """Tell whether a text is in a script that puts no spaces between words, as Chinese names are."""
    return any(
        "\u1100" <= char <= "\u11ff" or "\u2e80" <= char <= "\ud7ff" or "\uf900" <= char <= "\ufaff" for char in text
    )


def _phrase(words: list[str]) -> str:
    """Give the pattern of words one after the other, whatever stands between them."""
    if _is_unspaced("".join(words)):
        return r"[\W_]*".join(map(re.escape, words))
    return _BEGIN + _BETWEEN.join(map(re.escape, words)) + _END


def _needle(what: str, words: list[str], pattern: str = "") -> _Needle:
    """Make a needle for a thing that these words, or this pattern with these words in it, give away."""
    size = len("".join(words))
    in_binary = size >= _SHORTEST_IN_BINARY or _is_unspaced("".join(words))
    return _Needle(what, re.compile(pattern or _phrase(words)), in_binary=in_binary)


def _needles(identity: Identity) -> Iterator[_Needle]:
    for name in identity.names:
        yield from _name_needles(name)
    for email in identity.emails:
        if email.strip():
            pattern = r"\s*".join(map(re.escape, email.strip().casefold()))  # a line may end in it
            yield _Needle(f"the e-mail address {email}", re.compile(pattern))
    for orcid in identity.orcids:
        digits = re.sub("[^0-9x]", "", orcid.casefold().rpartition("/")[2])
        if digits:
            pattern = r"(?<!\d)" + r"[\W_]*".join(digits) + r"(?!\d)"
            yield _Needle(f"the ORCID iD {orcid}", re.compile(pattern))
    for institution in identity.institutions:
        words, what = _words(institution), f"the institution {institution}"
        if institution.isupper() and institution.isalpha() and len(institution) <= _LONGEST_ACRONYM:
            pattern = _BEGIN + re.escape(_without_accents(institution)) + _END
            yield _Needle(what, re.compile(pattern), cased=True, in_binary=False)
        elif words:
            yield _needle(what, words)


def _name_needles(name: Name) -> Iterator[_Needle]:
    """Look for a name in either order, with or without what stands between, and with initials."""
    given, family = _words(name.given), _words(name.family)
    what = f"the name {name}"
    if not family:
        return
    yield _needle(what, [*given, *family])
    if not given:
        return
    known_by_initials = all(len(word) == 1 for word in given) and not _is_unspaced(name.given)
    if not known_by_initials:
        yield _needle(what, [*family, *given])
    if _is_unspaced(name.given + name.family):
        return
    first, initial, last = re.escape(given[0]), re.escape(given[0][0]), _BETWEEN.join(map(re.escape, family))
    if len(given[0]) > 1:  # Ann Lee, Ann M. Lee; Lee, Ann
        middle = "|".join([*map(re.escape, given[1:]), "[a-z]"])
        around = rf"{_BEGIN}{first}(?:{_BETWEEN}(?:{middle})){{0,3}}{_BETWEEN}{last}{_END}"
        yield _needle(what, [given[0], *family], around)
        yield _needle(what, [*family, given[0]])
    unsure = [(rf"{_BEGIN}{last},\s*{initial}\.", False)]  # Lee, A. M.
    if not known_by_initials:  # A. M. Lee
        unsure.append((rf"{_BEGIN}{initial}\.(?:[\s-]*[a-z]\.)*\s*{last}{_END}", False))
    capitals = "".join(word[0] for word in given).upper()
    as_written = _BETWEEN.join(re.escape(word) for word in re.findall(r"[^\W_]+", _without_accents(name.family)))
    # Lee AM, as in numeric styles; "Lee A" alone could begin a sentence.
    unsure.append((rf"{_BEGIN}{as_written} {capitals}" + (_END if len(capitals) > 1 else "(?=[.,:;])"), True))
    for pattern, cased in unsure:
        yield _Needle(str(name), re.compile(pattern), cased, sure=False, in_binary=False)


def _drawn(path: Path) -> _Piece | None:
    """Give the words of a figure that is a PDF, of its first page, which is the one that is shown."""
    with path.open("rb") as file:
        if file.read(5) != b"%PDF-":
            return None
    import pypdfium2  # noqa: PLC0415  (few masked papers have such a figure)

    with pypdfium2.PdfDocument(path) as document:
        return _Piece("the words in the drawing", _IMAGE, document[0].get_textpage().get_text_range())


# --- the files, unpacked ----------------------------------------------------------------------------------------------


def _bytes(where: str, raw: bytes) -> Iterator[_Piece]:
    """Give what bytes of an embedded file say: as text in each encoding, and what an image says of itself."""
    if raw[:2] == b"\x1f\x8b":
        with contextlib.suppress(OSError, EOFError, zlib.error):
            raw = gzip.decompress(raw)
    head = raw[:1000].lstrip().lower()
    if head.startswith((b"<?xml", b"<svg", b"<!doctype svg")):
        yield from _xml(where, _IMAGE, raw)
        return
    for encoding in ("latin-1", "utf-8", "utf-16-le", "utf-16-be"):
        yield _Piece(where, _IMAGE, raw.decode(encoding, "ignore"), binary=True)
    yield from _image(where, raw)


def _image(where: str, raw: bytes) -> Iterator[_Piece]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(raw)) as image:
            image.load()  # a PNG may hold texts after its pixels
            told = [*image.info.values(), *image.getexif().values()]
            for directory in (0x8769, 0x8825):  # Exif and GPS, which stand apart (CIPA DC-008, 4.6.3)
                told += image.getexif().get_ifd(directory).values()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return
    for value in told:
        if isinstance(value, str):
            yield _Piece(where, _IMAGE, value)
        elif isinstance(value, bytes):
            for encoding in ("utf-8", "utf-16-le"):
                yield _Piece(where, _IMAGE, value.decode(encoding, "ignore"), binary=True)


_PARAGRAPHS = frozenset(
    {"p", "tc", "tr", "sdt", "txbxContent", "comment", "footnote", "endnote", "text", "tab", "br", "cr"}
)
"""Elements that begin anew, in Word's XML and in SVG."""
_RUNS = frozenset({"t", "instrText", "delText", "tspan"})
"""Elements whose text goes on in the next one."""


def _xml(where: str, sort: str, raw: bytes) -> Iterator[_Piece]:
    """Give the texts and the attributes of XML; the text of a paragraph is whole, however many runs it is in."""
    from lxml import etree  # noqa: PLC0415

    try:
        root = etree.fromstring(raw, parser=etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError:
        yield _Piece(where, sort, raw.decode("utf-8", "ignore"))
        return
    words: list[str] = []
    for element in root.iter():
        tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        text = element.text or ""
        apart = "\n" if tag in _PARAGRAPHS or (text.strip() and tag not in _RUNS) else ""
        words += [apart, text, (element.tail or "").strip("\n")]
        for name, value in element.attrib.items() if tag else ():
            where_it_is = f"{where}, attribute {name.rpartition('}')[2]} of {tag}"
            yield _Piece(where_it_is, sort, value + "\n" + urllib.parse.unquote(value))
            if "data:" in value:
                yield from _data(f"the image in {where_it_is}", value)
    yield _Piece(where, sort, "".join(words))


_PROPERTIES = re.compile(r"docProps/|word/settings|word/comments|word/people|customXml/|_rels/")


def _docx(path: Path) -> Iterator[_Piece]:
    with zipfile.ZipFile(path) as archive:
        yield _Piece("the archive's comment", _PROPERTY, archive.comment.decode("utf-8", "ignore"))
        for part in archive.infolist():
            raw = archive.read(part)
            name = part.filename
            yield _Piece(f"the name of its part {name}", _IMAGE if "media/" in name else _PROPERTY, name)
            if name.endswith((".xml", ".rels")):
                yield from _xml(name, _PROPERTY if _PROPERTIES.match(name) else _TEXT, raw)
            else:
                yield from _bytes(name, raw)


_DATA = re.compile(r"data:([^,\"'()\s]*),([^\"'()\s]+)")


def _data(where: str, text: str) -> Iterator[_Piece]:
    """Give what the files say that stand in the page as data: addresses (RFC 2397)."""
    for kind, content in _DATA.findall(text):
        raw = urllib.parse.unquote_to_bytes(content)
        if kind.endswith(";base64"):
            try:
                raw = base64.b64decode(raw + b"=" * (-len(raw) % 4))
            except binascii.Error:
                continue
        yield from _bytes(where, raw)


def _html(path: Path) -> Iterator[_Piece]:
    from lxml import html  # noqa: PLC0415

    root = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    for element in list(root.getroottree().iter()):
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag:
            yield _Piece("a comment", _TEXT, element.text or "")
            continue
        for name, value in element.attrib.items():
            where = f"the attribute {name} of {tag}"
            if "data:" in value:
                yield from _data(f"the image in {where}", value)
            kept = _DATA.sub("", value)
            yield _Piece(where, _TEXT, kept + "\n" + urllib.parse.unquote(kept))
        if tag in {"style", "script"}:
            yield from _data(f"the image in the {tag}", element.text or "")
            yield _Piece(f"the {tag}", _PROPERTY, _DATA.sub("", _unescaped_css(element.text or "")))
        elif tag == "title":
            yield _Piece("the title of the page", _PROPERTY, element.text or "")
        elif tag == "br":
            element.tail = "\n" + (element.tail or "")
    for element in root.xpath("//head | //style | //script"):
        element.drop_tree()
    yield _Piece("the text", _TEXT, root.text_content())


def _unescaped_css(text: str) -> str:
    return re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)


_STRING = re.compile(rb"\(((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*)\)|<([0-9A-Fa-f\s]{4,})>", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


def _pdf(path: Path) -> Iterator[_Piece]:
    import pypdfium2 as pdfium  # noqa: PLC0415

    document = pdfium.PdfDocument(path)
    try:
        for number, page in enumerate(document, 1):
            yield _Piece(f"page {number}", _TEXT, page.get_textpage().get_text_range())
        for name, value in document.get_metadata_dict().items():
            yield _Piece(f"the property {name}", _PROPERTY, value)
    finally:
        document.close()
    raw = path.read_bytes()
    outside, at = [], 0
    for found in re.finditer(rb"stream\r?\n", raw):
        if found.start() < at:  # in what the last one held
            continue
        end = raw.find(b"endstream", found.end())
        end = len(raw) if end < 0 else end
        dictionary = raw[at : found.start()].rpartition(b" obj")[2]
        outside.append(raw[at : found.start()])
        yield from _stream(dictionary, raw[found.end() : end])
        at = end + len(b"endstream")
    for text in _strings(b"".join([*outside, raw[at:]])):
        yield _Piece("a bookmark, a link or a description", _TEXT, text)


def _stream(dictionary: bytes, raw: bytes) -> Iterator[_Piece]:
    """Give what a stream says: metadata, objects, an image as it was."""
    if b"FlateDecode" in dictionary or raw[:1] == b"\x78":
        with contextlib.suppress(zlib.error):
            raw = zlib.decompressobj().decompress(raw)
    if b"<x:xmpmeta" in raw[:2000]:
        yield from _xml("the metadata (XMP)", _PROPERTY, re.sub(rb"<\?xpacket.*?\?>", b"", raw))
    elif b"/Image" in dictionary or raw[:3] == b"\xff\xd8\xff":
        yield from _bytes("an image", raw)
    else:
        for text in _strings(raw):
            yield _Piece("a bookmark, a link or a description", _TEXT, text)
        yield _Piece("a stream", _PROPERTY, raw.decode("latin-1"), binary=True)


def _strings(raw: bytes) -> Iterator[str]:
    """Give the text strings in a piece of PDF (ISO 32000-1, 7.3.4 and 7.9.2)."""
    for literal, figures in _STRING.findall(raw):
        if figures:
            digits = re.sub(rb"\s", b"", figures).decode()
            held = bytes.fromhex(digits + "0" * (len(digits) % 2))
        else:
            held = _ESCAPED.sub(_unescaped, literal)
        if held.startswith(b"\xfe\xff"):
            yield held[2:].decode("utf-16-be", "ignore")
        elif held.startswith(b"\xef\xbb\xbf"):
            yield held[3:].decode("utf-8", "ignore")
        elif held:
            text = held.decode("latin-1")
            yield text + "\n" + urllib.parse.unquote(text)


def _unescaped(found: re.Match[bytes]) -> bytes:
    sign = found[1]
    if sign.isdigit():
        return bytes([int(sign, 8) & 0xFF])
    return _ESCAPES.get(sign, sign)


_UNPACK: dict[str, Any] = {"html": _html, "docx": _docx, "pdf": _pdf}
