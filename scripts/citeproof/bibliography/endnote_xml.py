"""Reads EndNote XML, the format in which EndNote, Zotero, JabRef and others export to each other.

Each record is parsed on its own, so that one that is broken leaves the others whole. Entities that a file declares are
never resolved, and nothing is fetched. Never raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citeproof.bibliography import exports, works
from citeproof.bibliography import text as texts
from citeproof.bibliography.model import Bibliography, Fault, Field, Record
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_RECORD = re.compile(r"<((?:[\w.-]+:)?record)(?=[\s>])[^>]*>")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):")

FIELDS: dict[str, str] = {
    "abstract": "abstract",
    "access-date": "access-date",
    "accession-num": "accession",
    "alt-periodical/full-title": "abbreviation",
    "alt-title": "abbreviation",
    "authors/author": "author",
    "custom1": "custom-1",
    "custom2": "custom-2",
    "custom3": "custom-3",
    "custom4": "custom-4",
    "custom5": "custom-5",
    "custom6": "custom-6",
    "custom7": "custom-7",
    "edition": "edition",
    "electronic-resource-num": "doi",
    "isbn": "isbn",
    "issue": "number",
    "keyword": "keyword",
    "language": "language",
    "meeting-place": "custom-1",
    "notes": "note",
    "num-vols": "number-of-volumes",
    "number": "number",
    "orig-pub": "original-publication",
    "pages": "first-page",
    "periodical/abbr-1": "abbreviation",
    "periodical/full-title": "periodical",
    "pub-dates/date": "date",
    "pub-location": "place",
    "publisher": "publisher",
    "related-urls/url": "url",
    "remote-database-name": "database",
    "remote-database-provider": "provider",
    "report-id": "isbn",
    "reviewed-item": "reviewed-item",
    "secondary-authors/author": "secondary-author",
    "secondary-title": "secondary-title",
    "section": "section",
    "short-title": "short-title",
    "subsidiary-authors/author": "subsidiary-author",
    "tertiary-authors/author": "tertiary-author",
    "tertiary-title": "tertiary-title",
    "title": "title",
    "translated-authors/author": "translator",
    "translated-title": "translated-title",
    "volume": "volume",
    "web-urls/url": "url",
    "work-type": "work-type",
    "year": "year",
}
"""Element, with the one around it where that tells more → field of an exported work."""

_RICH = frozenset({"title", "secondary-title", "tertiary-title", "short-title", "translated-title"})
_CONTAINERS = frozenset(
    """
    contributors authors secondary-authors tertiary-authors subsidiary-authors translated-authors titles periodical
    alt-periodical dates pub-dates copyright-dates keywords urls related-urls web-urls pdf-urls text-urls image-urls
    foreign-keys
    """.split()  # noqa: SIM905  (words read best as a line)
)
NUMBERS = {
    "2": "artwork", "3": "audiovisual material", "4": "bill", "5": "book section", "6": "book", "7": "case",
    "8": "catalog", "9": "computer program", "10": "conference proceedings", "12": "web page", "13": "generic",
    "14": "hearing", "17": "journal article", "19": "magazine article", "20": "map", "21": "film or broadcast",
    "23": "newspaper article", "25": "patent", "26": "personal communication", "27": "report", "28": "edited book",
    "31": "statute", "32": "thesis", "34": "unpublished work", "36": "manuscript", "37": "figure",
    "38": "chart or table", "39": "equation", "43": "electronic article", "44": "electronic book",
    "45": "online database", "46": "government document", "47": "conference paper", "48": "online multimedia",
    "49": "classical work", "50": "legal rule or regulation", "51": "ancient text", "52": "dictionary",
    "53": "encyclopedia", "54": "grant", "55": "aggregated database", "56": "blog", "57": "serial", "58": "standard",
    "59": "dataset", "60": "electronic book section", "61": "music",
}  # fmt: skip
"""Number of a reference type → its name, which older exports leave out."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """The text of a record in its file, and where it begins."""

    start: int
    line: int
    column: int
    text: str
    is_closed: bool


def read(file: str, text: str) -> Bibliography:
    """Read the records of an EndNote XML file.

    The key of a record is its number in the library (`key`, else `rec-number`), as pandoc has it, else its label; one
    that has none of them gets the key that `exports.made_key` makes. Elements that stand several times are the fields
    author, author/2, author/3 and so on of the record.
    """
    reads = [_record(file, piece) for piece in _pieces(text)]
    if not reads and text.strip(" \t\r\n\ufeff"):
        fault = Fault(
            "",
            Place(file, 1, 1),
            "no EndNote record is in this file: it has no element \u201crecord\u201d",
            "export the library again as XML",
        )
        return exports.bibliography("endnote-xml", [], [fault])
    return exports.bibliography("endnote-xml", reads)


def _pieces(text: str) -> Iterator[_Piece]:
    """Cut the records out of a file: from each start tag to its end tag, or to the next start tag if it has none."""
    starts = list(_RECORD.finditer(text))
    counted, line = 0, 1
    for index, found in enumerate(starts):
        limit = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        end = text.find(f"</{found[1]}", found.end(), limit)
        close = text.find(">", end, limit) if end >= 0 else -1
        is_closed = close >= 0
        line += text.count("\n", counted, found.start())
        counted = found.start()
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        piece = text[found.start() : close + 1 if is_closed else limit]
        yield _Piece(found.start(), line, column, piece, is_closed)


def _record(file: str, piece: _Piece) -> exports.Read:
    root, error = _parsed(piece)
    held: dict[str, Field] = {}
    values: dict[str, list[str]] = {}
    if root is not None:
        _walk(file, piece, root, held, values)
    number = held["ref-type"].value if "ref-type" in held else ""
    stated = _type_name(root) if root is not None else ""
    kind = works.kind(stated or NUMBERS.get(number, ""))
    works.arrange(values, kind)
    key = next((held[name].value for name in ("key", "rec-number", "label") if name in held and held[name].value), "")
    place = Place(file, piece.line, piece.column)
    record = Record(
        " ".join(key.split()), stated or number, place, held, piece.start, piece.start + len(piece.text.rstrip())
    )
    slips = []
    if not piece.is_closed:
        what = "is cut off: its end tag </record> is missing"
        slips.append(exports.Slip(place, what, "export the library again; what stands before was read", hurts=True))
    elif error:
        line, said, is_small = error
        what = f"is not well-formed XML: {said}"
        remedy = "take the character out, or export again" if is_small else "mend the record here, or export it again"
        slips.append(exports.Slip(Place(file, piece.line + line - 1, 1), what, remedy, hurts=not is_small))
    return exports.Read(record, works.Work(kind, values), tuple(slips))


def _parsed(piece: _Piece) -> tuple[Any, tuple[int, str, bool] | None]:
    """Parse a record; give its element if any, and what is wrong: the line, in words, and whether only a letter is."""
    from lxml import etree  # noqa: PLC0415  (only XML needs it)

    prefixes = "".join(
        f' xmlns:{prefix}="{prefix}"' for prefix in sorted(set(_PREFIX.findall(piece.text))) if prefix != "xml"
    )
    source = f"<records{prefixes}>{piece.text}</records>".encode("utf-8", "replace")
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.fromstring(source, parser)[0], None
    except (etree.XMLSyntaxError, IndexError) as fault:
        line = getattr(fault, "lineno", 1) or 1
        said = re.sub(r" line \d+(?= and)|, line \d.*", "", str(getattr(fault, "msg", ""))) or "it is empty"
    recovering = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(source, recovering)
    is_small = bool(re.search(r"[Cc]har|Entity|EntityRef|xmlParse(?:Entity|CharRef)", said))
    return (root[0] if root is not None and len(root) else None), (line, said, is_small)


def _name(element: Any) -> str:
    """Give the name of an element without its namespace; "" for a comment or an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _type_name(root: Any) -> str:
    for element in root.iter():
        if _name(element) == "ref-type":
            return str(element.get("name") or "").strip()
    return ""


def _walk(file: str, piece: _Piece, root: Any, held: dict[str, Field], values: dict[str, list[str]]) -> None:
    """Collect the fields of a record, in order, each with the place of its text."""
    at = 0
    stack = [(child, "") for child in reversed(list(root))]
    while stack:
        element, parent = stack.pop()
        name = _name(element)
        if not name:
            continue
        found = re.compile(rf"<(?:[\w.-]+:)?{re.escape(name)}(?=[\s/>])[^>]*?(/?)>").search(piece.text, at)
        at = found.end() if found else at
        if name in _CONTAINERS:
            stack += [(child, name) for child in reversed(list(element))]
            continue
        end = at
        if found and not found[1]:
            close = re.compile(rf"</(?:[\w.-]+:)?{re.escape(name)}\s*>").search(piece.text, at)
            end = close.start() if close else len(piece.text)
        meant = FIELDS.get(f"{parent}/{name}") or FIELDS.get(name, "")
        if parent in {"pdf-urls", "text-urls", "image-urls", "copyright-dates"}:
            meant = ""
        plain = "".join(element.itertext()).replace("\r", "\n").strip()
        own = parent.removesuffix("s") if name == "author" and parent != "authors" else name
        own = "pub-date" if parent == "pub-dates" else own
        count = 1 + sum(1 for key in held if key.partition("/")[0] == own)
        line = piece.line + piece.text.count("\n", 0, at)
        before = piece.text.rfind("\n", 0, at)
        column = at - before if before >= 0 else piece.column + at
        held[own if count == 1 else f"{own}/{count}"] = Field(
            own, plain, Place(file, line, column), piece.start + at, piece.start + end
        )
        at = end
        if meant and plain:
            values.setdefault(meant, []).append(_rich(element) if name in _RICH else plain)


_FACES = (("italic", "i"), ("bold", "b"), ("superscript", "sup"), ("subscript", "sub"))


def _rich(element: Any) -> str:
    """Give a text with its styles as tags; a style that the whole text has is left out."""
    runs: list[tuple[str, str]] = []

    def collect(node: Any, face: str) -> None:
        runs.append((str(node.text or ""), face) if isinstance(node.tag, str) else ("", face))
        for child in node:
            collect(child, str(child.get("face") or face) if _name(child) == "style" else face)
            runs.append((str(child.tail or ""), face))

    collect(element, "")
    runs = [(text, face) for text, face in runs if text]
    shared = {tag for word, tag in _FACES[:2] if all(word in face for text, face in runs if text.strip())}
    pieces = []
    for text, face in runs:
        tags = [tag for word, tag in _FACES if word in face and tag not in shared]
        pieces.append("".join(f"<{tag}>" for tag in tags) + text + "".join(f"</{tag}>" for tag in reversed(tags)))
    return texts.joined("".join(pieces))
