"""Reads CSL JSON, and what Zotero, Better BibTeX and Crossref write of their own in JSON, as CSL items.

An item comes out as citeproc needs it, whoever wrote it: dates as numbers, names as lists, DOIs bare, fields that stand
in Zotero's Extra in their variables. One broken item never costs the others. Never changes a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof.bibliography import csl_item, json_text, zotero
from citeproof.bibliography.lines import Places
from citeproof.bibliography.model import UNVERIFIED, Bibliography, Entry, Fault, Field, Item, Record
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EXPORT = "export it as CSL JSON (Zotero: \u201cBetter CSL JSON\u201d or \u201cCSL JSON\u201d)"


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as it was read: its data, the fields with their places, and where it stands."""

    data: Item
    fields: dict[str, Field]
    place: Place
    start: int
    end: int
    key: str = ""
    """The key that its place in the file gives it, if it has none of its own."""
    broken: Fault | None = None


_LISTS = ("references", "items", "message")
_HEADS = re.compile(
    r'\{\s*"(?:id|type|title|DOI|URL|author|abstract|accessed|archive|issued|indexed|citation-key|citationKey|citekey|'
    r'itemType|itemID|itemKey|key|reference-count)"\s*:'
)
"""Where an object begins that is an entry of a bibliography, not a name or a date."""
_SURE = frozenset({"id", "type", "itemType", "citation-key", "citationKey", "title", "issued", "author", "DOI"})


def read(file: str, text: str) -> Bibliography:
    """Read CSL JSON: a list of items, `{"items": […]}` or `{"references": […]}`, items by key, one item, JSON lines.

    Items of Zotero's API and of Better BibTeX's own JSON, and works as Crossref's API gives them, become CSL items.
    """
    lines = Places(file, text)
    found, is_plain_list = _found(text)
    if found is None:
        what = "this is not a list of CSL items" if text.strip("\ufeff \t\r\n") else "the file is empty"
        return Bibliography("csl-json", faults=(Fault("", Place(file, 1, 1), what, EXPORT),))
    faults = [Fault("", lines.place(at), what, remedy, hurts=False) for at, what, remedy in found.slips]
    if not is_plain_list and found.objects:
        what = "the entries stand here without a list around them"
        faults.append(
            Fault("", lines.place(found.objects[0].start), what, "put [ before and ] behind them", hurts=False)
        )
    reads = [one for each in found.objects if (one := _entry(each, text, lines)) is not None]
    return collected("csl-json", file, reads, faults)


def _found(text: str) -> tuple[json_text.Found | None, bool]:
    """Find the entries of a JSON text, and whether they stand in a list as they should; None if it holds no list."""
    begin = re.compile(r"[\s\ufeff]*").match(text)
    at = begin.end() if begin else 0
    if text.startswith("[", at):
        return json_text.objects(text, at, _HEADS), True
    if not text.startswith("{", at):
        return None, True
    return _in_object(text, at, inner=False)


def _in_object(text: str, at: int, *, inner: bool) -> tuple[json_text.Found | None, bool]:
    """Find the entries of an object: a list in it, items by key, or itself and what stands behind it."""
    slips = json_text.Found()
    whole = json_text.read_object(text, at, slips, _HEADS)
    is_item = bool(_SURE & whole.members.keys())
    for name in _LISTS:
        value = whole.members[name].value if name in whole.members else None
        if isinstance(value, list) and (name != "message" or not is_item):
            return json_text.objects(text, whole.members[name].start, _HEADS), True
        if isinstance(value, dict) and not is_item and not inner:
            return _in_object(text, whole.members[name].start, inner=True)[0], True
    if inner and is_item:
        return json_text.Found([whole], slips.slips), True
    if whole.broken and (opened := re.compile(r'"(?:references|items)"\s*:\s*(?=\[)').search(text, at)):
        return json_text.objects(text, opened.end(), _HEADS), True
    if is_item or whole.broken:
        return json_text.objects(text, at, _HEADS), False
    by_key = json_text.Found(slips=slips.slips)
    for name, member in whole.members.items():
        if isinstance(member.value, dict):
            one = json_text.read_object(text, member.start, by_key, _HEADS)
            if _SURE & one.members.keys():
                by_key.objects.append(_named(one, name, member))
    return (by_key, True) if by_key.objects else (None, True)


def _named(one: json_text.Object, name: str, member: json_text.Member) -> json_text.Object:
    if "id" in one.members:
        return one
    named = json_text.Member("id", name, member.named, member.named, member.named)
    return json_text.Object({"id": named, **one.members}, one.start, one.end, one.broken, one.broken_at)


_KEY_NAMES = ("citation-key", "citationKey", "citekey", "id", "key", "itemKey")
_KEY_IN_TEXT = re.compile(r'"(citation-key|citationKey|citekey|id)"\s*:\s*(?:"((?:[^"\\\n]|\\.)*)"|(\d+))')


def _entry(one: json_text.Object, text: str, lines: Places) -> Read | None:
    """Make an entry of an object; None for what is no work, such as Zotero's attachments."""
    members = dict(one.members)
    if (data := members.get("data")) is not None and isinstance(data.value, dict) and "itemType" in data.value:
        inner = json_text.read_object(text, data.start, json_text.Found(), _HEADS)
        members = {name: member for name, member in members.items() if name in {"key", "citationKey"}} | dict(
            inner.members
        )
    value = {name: member.value for name, member in members.items()}
    if zotero.is_item(value) and value["itemType"] in zotero.NOT_WORKS:
        return None
    if one.broken:
        return _broken_entry(one, text, lines)
    fields = {
        name: Field(
            name,
            member.value if isinstance(member.value, str) else text[member.start : member.end],
            lines.place(member.start),
            member.start,
            member.end,
        )
        for name, member in members.items()
    }
    named = next(
        (members[name].named for name in _KEY_NAMES if name in members and value[name] == _key(value)), one.start
    )
    return Read(value, fields, lines.place(named), one.start, one.end)


def _broken_entry(one: json_text.Object, text: str, lines: Places) -> Read:
    raw = text[one.start : one.end]
    keys = {found[1]: (found[2] or found[3], found.start()) for found in reversed(list(_KEY_IN_TEXT.finditer(raw)))}
    key, at = next((keys[name] for name in _KEY_NAMES if name in keys), ("", 0))
    fault = Fault(
        key,
        lines.place(min(one.broken_at, max(len(text) - 1, 0))),
        f"the entry {key or '(without a key)'} cannot be read: {one.broken}",
        "mend the entry: look for a missing comma, brace or quotation mark just before this place",
    )
    return Read({}, {}, lines.place(one.start + at), one.start, one.end, key, fault)


def _key(data: Item) -> str:
    """Give the key of an item: its id, or its citation key where the id is only what the library knows it by.

    Zotero writes an address as the id and, from version 8 on or with Better BibTeX, the citation key beside it.
    """
    if zotero.is_item(data):
        return zotero.key(data)
    own = data.get("id")
    key = str(own).strip() if isinstance(own, (str, int)) and not isinstance(own, bool) else ""
    if key and not _LIBRARY_ID.fullmatch(key):
        return key
    for name in ("citation-key", "citationKey", "citekey"):
        if isinstance(data.get(name), str) and data[name].strip():
            return str(data[name]).strip()
    if isinstance(data.get("note"), str):
        told, _ = zotero.in_extra(data["note"])
        key = next((text for variable, text in told if variable == "citation-key" and text), key)
    doi = data.get("DOI")
    return key or (doi if isinstance(doi, str) and "reference-count" in data else "")


_LIBRARY_ID = re.compile(r"\d+|https?://(?:www\.)?zotero\.org/\S+|(?:\d+/)?[A-Z0-9]{8}")
"""An id that a program gave: a number, or Zotero's address or key of the item."""


_SIMPLE_KEY = re.compile(r"\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*")


def collected(
    format_: str, file: str, reads: Sequence[Read], faults: Sequence[Fault], *, export: str = EXPORT
) -> Bibliography:
    """Put what was read together: the first entry under each key, the later ones as doubled, and what is wrong."""
    said = list(faults)
    entries: dict[str, Entry] = {}
    items: dict[str, Item] = {}
    records: list[Record] = []
    doubled: list[tuple[Entry, Place]] = []
    hurt: list[Entry] = []
    in_braces: list[Entry] = []
    for one in reads:
        key = one.key if one.broken else _key(one.data) or one.key
        if one.broken:
            said.append(one.broken)
            if key:
                hurt.append(Entry(key, one.place))
            continue
        made, wrong = csl_item.made(one.data)
        records.append(
            Record(
                key,
                str(one.data.get("itemType") or one.data.get("type") or ""),
                one.place,
                one.fields,
                one.start,
                one.end,
            )
        )
        for name, what, remedy in wrong:
            place = one.fields[name].place if name in one.fields else one.place
            said.append(Fault(key, place, f"{key or 'this entry'}: {what}", remedy, hurts=False))
        if not key:
            what = "this entry has no id, so that no one can cite it"
            said.append(Fault("", one.place, what, "give it one, such as id: smith2020", hurts=False))
            continue
        entry = Entry(key, one.place, _is_unverified(made.get("keyword", "")))
        if key in entries:
            doubled.append((entry, entries[key].place))
            continue
        entries[key] = entry
        items[key] = {**made, "id": key}
        if fault := _uncitable(entry):
            said.append(fault)
        elif not _SIMPLE_KEY.fullmatch(key):
            in_braces.append(entry)
    if in_braces:
        said.append(_about_braces(in_braces))
    said.extend(_bare(file, items, export))
    said.sort(key=lambda fault: fault.place)
    return Bibliography(
        format_, tuple(entries.values()), items, tuple(records), tuple(doubled), tuple(hurt), tuple(said)
    )


def _bare(file: str, items: Mapping[str, Item], export: str) -> list[Fault]:
    """Say that nothing in a file has an author or a date: it was read as what it is not."""
    if len(items) < 2 or any("issued" in made or zotero.NAMES & made.keys() for made in items.values()):  # noqa: PLR2004
        return []
    what = f"none of the {len(items)} entries of this file has an author or a date"
    return [Fault("", Place(file, 1, 1), what, f"look whether it was exported as it should be: {export}", hurts=False)]


def _uncitable(entry: Entry) -> Fault | None:
    if not re.search(r"\s", entry.key) and _is_balanced(entry.key):
        return None
    what = f"the key \u201c{entry.key}\u201d cannot be cited in Markdown"
    remedy = "give the entry a key of letters, digits and single marks such as - : _ within it"
    return Fault(entry.key, entry.place, what, remedy, hurts=False)


def _about_braces(entries: Sequence[Entry]) -> Fault:
    first = entries[0]
    many = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    remedy = f"write @{{{first.key}}}"
    if "://" in first.key:
        remedy += ", or export with citation keys (Zotero 8, or Better BibTeX: \u201cBetter CSL JSON\u201d)"
    return Fault(first.key, first.place, f"the key {first.key}{many} must be cited in braces", remedy, hurts=False)


def _is_balanced(key: str) -> bool:
    depth = 0
    for char in key:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def _is_unverified(keywords: str) -> bool:
    return UNVERIFIED in {word.strip().lower() for word in re.split(r"[,;\n]", keywords)}
