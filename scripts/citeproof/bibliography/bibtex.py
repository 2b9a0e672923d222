"""Reads BibTeX and biblatex: entries with the places of their fields, strings put in, fields inherited, faults by line.

The entries are found by `bibtex_entries`, and what their fields mean is `biblatex`'s. Never changes a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from citeproof.bibliography import biblatex, bibtex_entries
from citeproof.bibliography.lines import Places
from citeproof.bibliography.model import UNVERIFIED, Bibliography, Entry, Fault, Field, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citeproof.bibliography.bibtex_entries import Block, Found, Raw
    from citeproof.bibliography.model import Item
    from citeproof.findings import Place

Dialect = Literal["bibtex", "biblatex"]

_MONTHS = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
"""The strings that every style of BibTeX defines. They stay as they are: dates.py knows them."""

_NOT_WORKS = frozenset({"xdata", "control", "bibnote"})
"""Types whose entries only hold what others use: they cannot be cited."""


def read(file: str, text: str, *, dialect: Dialect, numbers: Sequence[int] | None = None) -> Bibliography:
    """Read a bibliography; `dialect` says what its types and fields mean, and which of them an entry inherits.

    Of an excerpt of a file, `numbers` gives the file's number of each line.
    """
    found = bibtex_entries.find(text)
    lines = Places(file, text, numbers)
    faults = [*_said(found, lines)]
    strings = _strings(found.blocks, text)
    records: list[Record] = []
    hurt = [Entry(key, lines.place(at)) for key, at in found.broken]
    for block in found.blocks:
        if block.type == "string":
            continue
        record = _record(block, text, lines, strings, faults)
        faults += _odd_key(record)
        if record.type == "set":
            faults.append(
                Fault(record.key, record.place, f"the entry {record.key} is a set of others", "cite the entries in it")
            )
            hurt.append(Entry(record.key, record.place))
        elif not record.fields:
            faults.append(
                Fault(record.key, record.place, f"the entry {record.key} is empty", "fill it in, or take it out")
            )
            hurt.append(Entry(record.key, record.place))
        else:
            records.append(record)
    records = _Heirs(records, dialect, file, faults).all()
    faults.sort(key=lambda fault: fault.place)
    return _bibliography(records, dialect, hurt, faults)


def _bibliography(records: list[Record], dialect: Dialect, hurt: list[Entry], faults: list[Fault]) -> Bibliography:
    entries: list[Entry] = []
    first: dict[str, Record] = {}
    doubled: list[tuple[Entry, Place]] = []
    works = [record for record in records if record.type not in _NOT_WORKS]
    for record in works:
        entry = Entry(record.key, record.place, _is_unverified(record.text("keywords", "keyword")))
        if record.key in first:
            doubled.append((entry, first[record.key].place))
        else:
            first[record.key] = record
            entries.append(entry)
    for record in works:
        for alias in _aliases(record):
            if alias not in first:
                first[alias] = record
                entries.append(Entry(alias, record.place, _is_unverified(record.text("keywords", "keyword"))))
    items = _Items(first, dialect)
    return Bibliography(dialect, tuple(entries), items, tuple(records), tuple(doubled), tuple(hurt), tuple(faults))


class _Items(Mapping[str, "Item"]):
    """The works by key, each made when it is asked for: a paper cites few of the works in a library.

    Under a further key (`ids`) stands the same work, with the `id` of its entry.
    """

    def __init__(self, records: dict[str, Record], dialect: Dialect) -> None:
        self._records = records
        self._dialect = dialect
        self._made: dict[str, Item] = {}

    def __getitem__(self, key: str) -> Item:
        if key not in self._made:
            record = self._records[key]
            mine = [alias for alias in _aliases(record) if self._records.get(alias) is record]
            aliases = " ".join(mine)  # pandoc wants one text
            self._made[key] = biblatex.item(record, self._dialect) | ({"other-ids": aliases} if aliases else {})
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: object) -> bool:
        return key in self._records


def _aliases(record: Record) -> list[str]:
    """Give the further keys under which an entry can be cited (biblatex, 2.2.3)."""
    return [alias for word in record.text("ids").split(",") if (alias := word.strip())]


def _is_unverified(keywords: str) -> bool:
    return UNVERIFIED in {word.strip(' {}"\t\n').lower() for word in re.split(r"[,;]", keywords)}


# --- values ----------------------------------------------------------------------------------------------------------


def _said(found: Found, lines: Places) -> Iterator[Fault]:
    """Turn what is wrong in the text into faults."""
    for trouble in found.troubles:
        place = lines.place(trouble.at)
        look = lines.place(trouble.look).line if trouble.look >= 0 else place.line
        where = f", line {look}" if look != place.line else ""
        yield Fault(trouble.key, place, trouble.what, trouble.remedy + where, trouble.hurts)


def _strings(blocks: list[Block], text: str) -> dict[str, str]:
    """Give the value of each @string by its name; where one is defined twice, the first."""
    strings: dict[str, str] = {}
    for block in blocks:
        for raw in block.fields if block.type == "string" else ():
            strings.setdefault(raw.name, _value(raw, text, strings)[0])
    return strings


def _record(block: Block, text: str, lines: Places, strings: dict[str, str], faults: list[Fault]) -> Record:
    fields: dict[str, Field] = {}
    for raw in block.fields:
        if raw.name in fields:
            if "_" in raw.name:  # a database's own, such as Scopus's funding_details: nothing is made of it
                continue
            what = f"in the entry {block.key} the field {raw.name} stands twice"
            remedy = f"take one of them out: the first, in line {fields[raw.name].place.line}, is used"
            faults.append(Fault(block.key, lines.place(raw.at), what, remedy, hurts=False))
            continue
        value, first, unknown = _value(raw, text, strings)
        place = lines.place(first)
        for name in unknown:
            what = f"in the entry {block.key} the field {raw.name} uses the @string {name}, which nothing defines"
            remedy = "define it, or put the text itself there, in braces"
            faults.append(Fault(block.key, place, what, remedy, hurts=False))
        fields[raw.name] = Field(raw.name, value, place, raw.start, raw.end)
    return Record(block.key, block.type, lines.place(block.start), fields, block.start, block.end)


def _value(raw: Raw, text: str, strings: dict[str, str]) -> tuple[str, int, list[str]]:
    """Give a value without its delimiters, the offset of its first character, and names that no @string defines."""
    start, end = raw.start, raw.end
    if raw.mended is not None:
        return raw.mended, start + 1, []
    parts = [(start, end)] if start < end else []
    has_pieces = text.find("#", start, end) >= 0
    if parts and not has_pieces and text[start] in '{"':
        whole = text[start + 1 : end - 1]
        bare = whole.lstrip()
        return bare.rstrip(), start + 1 + len(whole) - len(bare), []
    for escapes in (True, False) if has_pieces else ():
        found, closed = bibtex_entries.pieces(text, start, end, escapes=escapes)
        if closed and found and found[-1][1] == end:
            parts = found
            break
    values = []
    unknown = []
    for begin, close in parts:
        piece = text[begin:close]
        if piece[0] in '{"':
            values.append(piece[1:-1])
        elif (name := piece.lower()) in strings:
            values.append(strings[name])
        else:
            values.append(" and " if name == "and" else piece)
            if name != "and" and not _MONTHS.fullmatch(name) and piece[0].isalpha() and piece.isidentifier():
                unknown.append(piece)
    value = "".join(values)
    if start < end and text[start] in '{"':
        start += 1 + len(values[0]) - len(values[0].lstrip())
    return value.strip(), start, unknown


# --- keys ------------------------------------------------------------------------------------------------------------

_LOOK_ALIKES = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f", ""),
    "\\": "",
}
"""Characters that are hard to tell from others, or cannot be seen, or have a meaning in Markdown → what to write."""

_BLANK = re.compile(r"\s")


def _odd_key(record: Record) -> Iterator[Fault]:
    """Tell of a key that is hard to cite: nobody sees which characters are in it."""
    key = record.key
    if key.isascii() and not _BLANK.search(key) and "\\" not in key:
        return
    odd = next((char for char in key if char in _LOOK_ALIKES or char.isspace()), "")
    if not odd:
        return
    plain = "".join(_LOOK_ALIKES.get(char, "_" if char.isspace() else char) for char in key)
    name = {"\\": "a backslash", " ": "a space", "\t": "a tab"}.get(
        odd, f"the character U+{ord(odd):04X} ({unicodedata.name(odd, 'nameless').lower()})"
    )
    cannot = "cannot be cited: it holds" if odd.isspace() else "is hard to cite: it holds"
    remedy = f"write it as {plain}, here and where it is cited"
    if not _BLANK.search(key):
        remedy += f", or cite it as @{{{key}}}"
    yield Fault(key, record.place, f"the key {key} {cannot} {name}", remedy, hurts=False)


# --- fields of other entries -----------------------------------------------------------------------------------------

_OWN = frozenset(
    {
        *("ids", "crossref", "xref", "xdata", "entryset", "entrysubtype", "execute", "label", "options", "presort"),
        *("related", "relatedoptions", "relatedstring", "relatedtype", "shorthand", "shorthandintro", "sortkey"),
        *("abstract", "annotation", "annote"),
    }
)
"""Fields that are not inherited (biblatex 3.20, section B), and those that describe one work only."""

_TITLES = ("title", "subtitle", "titleaddon")
_SORTED = frozenset({"shorttitle", "sorttitle", "indextitle", "indexsorttitle"})

_IN_BOOKS = frozenset({"inbook", "bookinbook", "suppbook"})
_IN_COLLECTIONS = frozenset({"incollection", "inreference", "suppcollection"})
_IN_PROCEEDINGS = frozenset({"inproceedings", "conference"})
_PARTS = _IN_BOOKS | _IN_COLLECTIONS | _IN_PROCEEDINGS

_TITLED = {
    **dict.fromkeys([("mvbook", child) for child in ("book", *_IN_BOOKS)], "main"),
    **dict.fromkeys(
        [
            (parent, child)
            for parent in ("mvcollection", "mvreference")
            for child in ("collection", "reference", *_IN_COLLECTIONS)
        ],
        "main",
    ),
    **dict.fromkeys([("mvproceedings", child) for child in ("proceedings", *_IN_PROCEEDINGS)], "main"),
    # biblatex leaves out some of these, such as @incollection in @book, which BibTeX's users write.
    **dict.fromkeys(
        [(parent, child) for parent in ("book", "collection", "reference", "proceedings") for child in _PARTS], "book"
    ),
    **dict.fromkeys([("periodical", child) for child in ("article", "suppperiodical")], "journal"),
}
"""Types of the two entries → what the title of the one is for the other (biblatex 3.20, section B)."""

_SAME = (
    {"date", "year"},
    {"journaltitle", "journal"},
    {"location", "address"},
    {"institution", "school"},
    {"eventdate", "eventyear"},
)
"""Names of one field: one that the entry has keeps out the other."""

_DEEPEST = 20
"""Entries that may inherit one from the other."""


class _Heirs:
    """Gives entries the fields that they have from others, and the entries that they name as related."""

    def __init__(self, records: list[Record], dialect: Dialect, file: str, faults: list[Fault]) -> None:
        self.records = records
        self.dialect = dialect
        self.file = file
        self.faults = faults
        self.first: dict[str, Record] = {}
        for record in records:
            self.first.setdefault(record.key, record)
        self.folded = {key.casefold(): key for key in self.first}
        self.done: dict[int, Record] = {}

    def all(self) -> list[Record]:
        if not any(name in record.fields for record in self.records for name in ("crossref", "xdata", "related")):
            return self.records
        return [replace(self.heir(record, ()), related=tuple(self.related(record))) for record in self.records]

    def related(self, record: Record) -> Iterator[Record]:
        for named in self.named(record, "related"):
            yield self.heir(named, ())

    def named(self, record: Record, name: str) -> Iterator[Record]:
        """Find the entries that a field names."""
        field = record.fields.get(name)
        for key in (word.strip() for word in field.value.split(",")) if field else ():
            if key in self.first:
                yield self.first[key]
            elif key:
                near = self.folded.get(key.casefold())
                self.faults.append(
                    Fault(
                        record.key,
                        field.place if field else record.place,
                        f"the entry {record.key} names the entry {key} as its {name}, which is not in {self.file}",
                        f"did you mean {near}? Upper and lower case count in keys"
                        if near
                        else "put that entry into the same file",
                        hurts=False,
                    )
                )

    def heir(self, record: Record, path: tuple[str, ...]) -> Record:
        """Give an entry with the fields that it inherits; `path` leads to it from the entry that was asked for."""
        if id(record) in self.done:
            return self.done[id(record)]
        fields = dict(record.fields)
        for name in ("xdata", "crossref"):
            if name not in record.fields or record.key in path or len(path) > _DEEPEST:
                continue
            for source in self.named(record, name):
                whole = self.heir(source, (*path, record.key))
                self.inherit(fields, whole, record, plain=name == "xdata")
        heir = replace(record, fields=fields) if len(fields) > len(record.fields) else record
        self.done[id(record)] = heir
        return heir

    def inherit(self, fields: dict[str, Field], source: Record, record: Record, *, plain: bool) -> None:
        prefix = "" if plain else _TITLED.get((source.type, record.type), "")
        taken = set(fields)
        for group in _SAME:
            if not group.isdisjoint(taken):
                taken |= group
        if "date" in fields:
            taken.add("month")
        if not prefix and "title" in fields:
            taken |= {*_TITLES, *_SORTED}
        for field in source.fields.values():
            name, plus, annotation = field.name.partition("+")
            if name in _OWN or (prefix and name in _SORTED):
                continue
            heirs = [prefix + name] if prefix and name in _TITLES else [name]
            if name == "author" and source.type in {"mvbook", "book"} and record.type in _IN_BOOKS and not plain:
                heirs = ["bookauthor", "author"]
            for new in heirs:
                if new not in taken and new + plus + annotation not in fields:
                    fields[new + plus + annotation] = replace(field, name=new + plus + annotation, start=-1, end=-1)
