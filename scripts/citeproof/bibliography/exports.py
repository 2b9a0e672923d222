"""Makes a bibliography of the records that a reference manager exported: keys for those without, doubled ones, faults.

Shared by the readers of RIS, refer, EndNote XML, PubMed and Web of Science. Reads no file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from citeproof.bibliography import text as texts
from citeproof.bibliography import works
from citeproof.bibliography.model import UNVERIFIED, Bibliography, Entry, Fault, Item, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from citeproof.bibliography.works import Work
    from citeproof.findings import Place


@dataclass(frozen=True, slots=True)
class Slip:
    """Something that is wrong in a record; `what` goes on from "the entry KEY "."""

    place: Place
    what: str
    remedy: str
    hurts: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A record that was read, and the work in it; the record's key is "" if it has none of its own."""

    record: Record
    work: Work
    slips: tuple[Slip, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)
    """CSL variables that only this format knows of."""


def bibliography(format_: str, reads: Sequence[Read], faults: Iterable[Fault] = ()) -> Bibliography:
    """Put records together: keys for those that have none, the first of each key, the rest as doubled."""
    taken = {read.record.key for read in reads if read.record.key}
    has_commas = any("," in one.rstrip(" ,") for read in reads for one in _people(read))
    entries: dict[str, Entry] = {}
    items: dict[str, Item] = {}
    records, hurt, all_faults = [], [], list(faults)
    doubled: list[tuple[Entry, Place]] = []
    for read in reads:
        key = read.record.key or _free(made_key(read.work), taken)
        taken.add(key)
        record = replace(read.record, key=key)
        words = {word.strip().lower() for value in read.work.all("keyword") for word in re.split("[,;\n]", value)}
        entry = Entry(key, record.place, UNVERIFIED in words)
        records.append(record)
        slips = (*read.slips, *_empty(read))
        all_faults += [
            Fault(key, slip.place, f"the entry {key} {slip.what}", slip.remedy, slip.hurts) for slip in slips
        ]
        if any(slip.hurts for slip in slips):
            hurt.append(entry)
        elif key in entries:
            doubled.append((entry, entries[key].place))
        else:
            entries[key] = entry
            items[key] = works.item(read.work, key, read.more, has_commas=_writes_commas(format_, read, has_commas))
    return Bibliography(
        format_, tuple(entries.values()), items, tuple(records), tuple(doubled), tuple(hurt), tuple(all_faults)
    )


def _people(read: Read) -> list[str]:
    return read.work.all("author", "secondary-author")


def _writes_commas(format_: str, read: Read, has_commas: bool) -> bool:
    """Tell whether a record writes persons as "Family, Given", so that a name without a comma is a group's.

    EndNote's own formats say that a group ends in a comma. RIS says nothing: there the habit of the record counts, else
    that of the file.
    """
    if format_ in {"refer", "endnote-xml"}:
        return False
    if any("," in one.rstrip(" ,") for one in _people(read)):
        return True
    return has_commas and not any(works.is_by_initials(one) for one in _people(read))


def _empty(read: Read) -> Iterator[Slip]:
    if not read.work.first("title", "secondary-title", "periodical") and not read.work.first("author", "editor"):
        yield Slip(
            read.record.place,
            "cannot be used: it has neither a title nor an author",
            "export it again, or give it a title and an author",
            hurts=True,
        )


def made_key(work: Work) -> str:
    """Make the key of a work that has none: Smith_Jones_2019, as pandoc makes it; of its title if it has no author."""
    people = work.all("author") or work.all("editor", "secondary-author", "tertiary-author")
    families = [re.split(r"[,\s]", person)[0] for person in people]
    year = work.first("year", "date")
    if (number := re.search(r"\d{4}", year)) and "/" in year:
        year = number[0]
    if not families:
        families = re.findall(r"[^\W_]+", texts.plain(work.first("title", "secondary-title")))[:3]
    key = "_".join("".join(re.findall(r"[\w:.#$%&+?~/-]", part)) for part in [*families, year] if part)
    return key.strip(":.#$%&+?~/-") or "entry"


def _free(key: str, taken: set[str]) -> str:
    """Put a letter behind a key that is taken: a, b … z, aa …."""
    if key not in taken:
        return key
    number = 0
    while True:
        letters, rest = "", number
        while rest >= 0:
            letters, rest = chr(ord("a") + rest % 26) + letters, rest // 26 - 1
        if key + letters not in taken:
            return key + letters
        number += 1
