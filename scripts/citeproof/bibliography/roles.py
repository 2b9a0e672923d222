"""The roles of people in a work as APA prints them behind their names (9.10), from annotations of biblatex-apa.

Tables only, and how an annotation is looked up in them; reads no entry.
"""

from __future__ import annotations

import re

_ROLES = {
    "writer": ("Writer", "Writers", "Writer"),
    "director": ("Director", "Directors", "Dir."),
    "execproducer": ("Executive Producer", "Executive Producers", "Exec. Prod."),
    "execdirector": ("Executive Director", "Executive Directors", "Exec. Dir."),
    "producer": ("Producer", "Producers", "Producer"),
    "host": ("Host", "Hosts", "Host"),
    "chair": ("Chair", "Chairs", "Chair"),
    "guestexpert": ("Guest Expert", "Guest Experts", "Guest Expert"),
    "guest": ("Guest", "Guests", "Guest"),
    "narrator": ("Narrator", "Narrators", "Narr."),
    "editor": ("Ed.", "Eds.", "Ed."),
    "translator": ("Trans.", "Trans.", "Trans."),
    "illustrator": ("Illus.", "Illus.", "Illus."),
    "pi": ("Principal Investigator", "Principal Investigators", "Principal Investigator"),
    "executiveproducer": ("Executive Producer", "Executive Producers", "Exec. Prod."),
    "executivedirector": ("Executive Director", "Executive Directors", "Exec. Dir."),
}
"""Role → what is printed behind one name, behind several, and where it stands behind a name in its natural order."""

_ORDER = tuple(_ROLES)


def said(annotation: str, *, several: bool = False, short: bool = False) -> str:
    """Give the words for a role or roles ("writer,director" → "Writer & Director"), "" for none.

    A role that is in no table is printed as it stands, its first letter a capital.
    """
    roles = [role for part in re.split(r"\s*(?:,|;|&|\band\b)\s*", annotation) if (role := part.strip(' "{}'))]
    known = [_key(role) for role in roles]
    if all(known):
        roles = sorted(roles, key=lambda role: _ORDER.index(_key(role)))
    return " & ".join(_words(role, several=several, short=short) for role in dict.fromkeys(roles))


def of_names(count: int, annotations: dict[int, str]) -> list[str]:
    """Give what is printed behind each of a number of names; annotation 0 is that of the whole list.

    A role that all of them share stands once, behind the last name (APA 9.10 and 10.12, Example 86).
    """
    each = {annotations.get(place, "") for place in range(1, count + 1)}
    shared = annotations.get(0, "") or (each.pop() if len(each) == 1 else "")
    if shared:
        return [*[""] * (count - 1), said(shared, several=count > 1)]
    return [said(annotations.get(place, "")) for place in range(1, count + 1)]


def _key(role: str) -> str:
    word = re.sub(r"[\s\-_]+", "", role).lower()
    if word in _ROLES:
        return word
    return word.removesuffix("s") if word.removesuffix("s") in _ROLES else ""


def _words(role: str, *, several: bool, short: bool) -> str:
    if key := _key(role):
        one, many, brief = _ROLES[key]
        return brief if short else many if several else one
    return role[:1].upper() + role[1:]
