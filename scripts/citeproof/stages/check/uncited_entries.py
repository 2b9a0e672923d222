"""Judges whether each entry of a bibliography that was made for this paper is cited (APA 8.4)."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from citeproof.findings import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.bibliography.model import Bibliography
    from citeproof.document import Manuscript
    from citeproof.findings import Finding, Place

_NAMING = ("crossref", "xdata", "xref", "related", "entryset")
"""Fields that name other entries (biblatex 3.20, 2.2.3)."""

_INCLUDED = "meta-analysis"
"""The keyword of studies that a meta-analysis includes, which are listed without a citation (APA 9.52)."""

_NAMED = 5
"""Keys that a message names."""


def uncited_entries(manuscript: Manuscript, also_cited: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Find entries that are never cited (C011), told once for each bibliography, at the first of them.

    Nothing is said of a file of which half or more is not cited, for that is a library, of one that was read in part,
    and of a paper that lists everything (`nocite: '@*'`). An entry counts as cited wherever a key stands behind an @.
    """
    cited = {*manuscript.mentioned, *(one.key for one in manuscript.citations), *also_cited, *_listed(manuscript)}
    if "*" in cited:
        return
    for held in manuscript.held:
        if held.in_part or not held.entries:
            continue
        used = cited | _named(held)
        works: dict[Place, list[str]] = {}
        for entry in held.entries:
            works.setdefault(entry.place, []).append(entry.key)
        uncited = {place: keys[0] for place, keys in works.items() if used.isdisjoint(keys)}
        if not uncited or 2 * len(uncited) >= len(works):
            continue
        keys = list(uncited.values())
        more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
        place = min(uncited)
        yield warning(
            "C011",
            place,
            f"{len(keys)} of the {len(works)} entries of {PurePath(place.file).name} "
            f"{'is' if len(keys) == 1 else 'are'} never cited: {', '.join(keys[:_NAMED])}{more}",
            "cite them or take them out (APA 8.4); works that are to be listed without a citation are named "
            "in the front matter: nocite: '@key'",
        )


def _named(held: Bibliography) -> set[str]:
    """Give the entries that other entries need, and those that a meta-analysis includes."""
    found: set[str] = set()
    for record in held.records:
        for name in _NAMING:
            if name in record.fields:
                found.update(key.strip() for key in record.fields[name].value.split(","))
        if _INCLUDED in record.text("keywords", "keyword", "KW", "note"):
            found.add(record.key)
    if not held.records:
        found.update(key for key, item in held.items.items() if _INCLUDED in str(item.get("keyword", "")))
    return found


def _listed(manuscript: Manuscript) -> set[str]:
    """Give the words of the front matter's lists of studies."""
    found: set[str] = set()
    waiting = [manuscript.document["meta"].get("apa"), manuscript.document["meta"].get("meta-analysis-studies")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if value.get("t") == "Str":
                found.update(value["c"].replace(",", " ").replace(";", " ").replace("@", " ").split())
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            found.add(value)
    return found
