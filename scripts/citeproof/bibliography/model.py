"""What a bibliography holds as values: records with places, faults, CSL items. Reads nothing and judges nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citeproof.findings import Place

Item = dict[str, Any]
"""A work as CSL JSON (CSL 1.0.2, Appendix III and IV), as pandoc's `csljson` reader takes it.

Texts may hold `<i>`, `<b>`, `<sup>`, `<sub>`, `<span style="font-variant: small-caps;">`, `<span class="nocase">` (its
letters keep their case in every style) and `<span class="nodecor">`. Beyond the standard an item may hold these, which
other programs pass over:

`author-role`, `editor-role`   a role for each name, in order, divided by ";": "Writer; Writer; Director" (APA 9.10)
`author-username`              a user name for each, in order, divided by ";": "@APA_Style" (APA 9.8)
`shortauthor`                  abbreviation of a group author (APA 8.21)
`legal-citation`               everything between the title and the address of a legal work (APA 11.2)
`legal-narrative`              what the sentence calls a legal work: "Senate Report No. 114-154" (APA 11.6, 11.9)
`legal-parenthetical`          what parentheses call it if not as the list does: "S. Resolution 438" (APA 11.6)
`apa-NAME`, `apa-without`      what only APA says of a work (citeproof.bibliography.variants)
`retrieval`                    "1" if the work is made to change: its date of retrieval is printed (APA 9.16)
"""


UNVERIFIED = "unverified"
"""The keyword with which an author says that nobody could find the work."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a bibliography: its key, where it stands, and whether its author marked it as unverified."""

    key: str
    place: Place
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entry as it stands in its file.

    `value` is the text without its delimiters, in the markup of the format (LaTeX in BibTeX), strings (`@string`) put
    in and pieces joined; `start` and `end` are the offsets in the decoded file of the value with its delimiters, -1 if
    it was inherited from another entry.
    """

    name: str
    value: str
    place: Place
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Record:
    """An entry as it stands in its file: its type and fields by the format's own names, in lower case for BibTeX.

    `start` and `end` are offsets in the decoded file. `related` holds the entries that its field `related` names.
    """

    key: str
    type: str
    place: Place
    fields: Mapping[str, Field]
    start: int = -1
    end: int = -1
    related: tuple[Record, ...] = ()

    def text(self, *names: str) -> str:
        """Give the value of the first of the fields that is there and not empty; "" if none is."""
        for name in names:
            field = self.fields.get(name)
            if field is not None and field.value:
                return field.value
        return ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong in a bibliography's file; `key` is "" if it belongs to no entry.

    If it `hurts`, its entry cannot be used as it is: an error where the work is cited, else a warning.
    """

    key: str
    place: Place
    what: str
    remedy: str
    hurts: bool = True
    code: str = "B002"


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What one file holds. A key stands for its first entry; further ones under the same key are `doubled`."""

    format: str
    """bibtex, biblatex, csl-json, csl-yaml, ris, endnote-xml, refer, pubmed or wos."""
    entries: tuple[Entry, ...] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    """Key → the work; an entry that is hurt has none."""
    records: tuple[Record, ...] = ()
    """The entries as they stand, in order, doubled ones included; empty where the format has no records of its own."""
    doubled: tuple[tuple[Entry, Place], ...] = ()
    """(the later entry, the place of the first)."""
    hurt: tuple[Entry, ...] = ()
    """Entries that cannot be used, with the key that they seem to have."""
    faults: tuple[Fault, ...] = ()
    in_part: bool = False
    """Whether only those entries of the file were read that a paper may need."""
