"""Judges each citation by itself: whether its key has an entry, and whether it will be printed as it is meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

from citeproof import styles
from citeproof.findings import error, warning
from citeproof.patterns import late
from citeproof.stages.check import works

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citeproof.document import Citation, Manuscript
    from citeproof.findings import Finding
    from citeproof.styles import Style


def citations(manuscript: Manuscript, elsewhere: Mapping[str, str], style: Style | None = None) -> Iterator[Finding]:
    """Find keys without an entry, works marked as unverified, hurt entries, merged citations, and lost locators.

    In this order: C001, C003, C004, C010, C012.
    """
    yield from _keys(manuscript, elsewhere)
    yield from _merged(manuscript)
    yield from _locators(manuscript, style)


def _keys(manuscript: Manuscript, elsewhere: Mapping[str, str]) -> Iterator[Finding]:
    known = {entry.key: entry for entry in manuscript.entries}
    where = " or ".join(path.name for path in manuscript.bibliographies) or "any bibliography"
    unreadable = any(finding.code in {"B001", "B002", "B003"} for finding in manuscript.findings)
    for citation in manuscript.citations:
        if citation.key == "*" or (citation.key in elsewhere and citation.key not in known):
            continue
        entry = known.get(citation.key)
        if entry is None and not (unreadable and not known):
            yield error(
                "C001",
                citation.place,
                f"@{citation.key} is cited but is not in {where}",
                _suggestion(citation, known, manuscript),
            )
        elif entry is not None and entry.key in manuscript.hurt:
            yield error(
                "C004",
                citation.place,
                f"@{citation.key} is cited but its entry at {entry.place} cannot be read",
                "mend the entry",
            )
        elif entry is not None and entry.unverified:
            yield warning(
                "C003",
                citation.place,
                f"@{citation.key} is cited and marked as unverified in {entry.place}",
                "nobody has found this work: find it and give its data, or say in the text how it is known",
            )


def _suggestion(citation: Citation, known: Mapping[str, object], manuscript: Manuscript) -> str:
    key = citation.key
    folded = {each.lower(): each for each in known}
    if key.lower() in folded:
        return f"did you mean @{folded[key.lower()]}? Upper and lower case count in keys"
    if known and (twin := _look_alike(citation, known, manuscript)):
        return twin
    near = difflib.get_close_matches(key, list(known), n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"@{each}" for each in near) + "?"
    if not manuscript.bibliographies:
        return "name the bibliography in the front matter: bibliography: references.bib"
    return "add the entry, or mend the key; an @ that is no citation is written \\@"


# --- characters that look alike ---------------------------------------------------------------------------------------

_TWINS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0455\u0458\u04bb\u0501\u051b\u051d\u043a\u0442\u043c\u0433"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0405\u0408\u04ae"
    "\u03bf\u03b1\u03bd\u03c1\u03b9\u03c5\u03ba\u03c7\u03f2\u03f3"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u0131\u0261\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\u02d0\ua789\u2018\u2019",
    "aeopcxyisjhdqwktmrABEKMHOPCTXYISJYoavpiukxcjABEZHIKMNOPTYXig-------\u00ad::''",
)
"""Letters, hyphens and colons that look like a plain one: Cyrillic, Greek, and those of typesetters."""

_ASIDE = late(r"[^\s@\[\](){};,]+")
"""A key as it seems to a reader, with characters in it at which it ends for pandoc."""


def _without_twins(key: str) -> str:
    seen = "".join(char for char in key if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).translate(_TWINS)).casefold()


def _look_alike(citation: Citation, known: Mapping[str, object], manuscript: Manuscript) -> str:
    """Say which key only looks like the one that is cited, and what is strange in which of them; "" if none does."""
    source = manuscript.text
    typed = citation.key
    if citation.place.line and (found := _ASIDE.match(source.text, source.offset(citation.place) + 1)):
        typed = found[0].rstrip(".:!?'\"\u2019\u201d*_") or citation.key
    twins = {_without_twins(each): each for each in known}
    for form in dict.fromkeys((typed, citation.key)):
        meant = twins.get(_without_twins(form))
        if meant is not None and meant != form:
            if unicodedata.normalize("NFC", form) == unicodedata.normalize("NFC", meant):
                return f"did you mean @{meant}? In one of the two an accent is a character of its own"
            here, there = _strange(form, meant), _strange(meant, form)
            said = [f"The key here has {here}"] if here else []
            said += [f"The key in the bibliography has {there}"] if there else []
            return f"did you mean @{meant}? " + (". ".join(said) or "Upper and lower case count in keys")
    return ""


def _strange(key: str, other: str) -> str:
    """Name the first character of a key that another one lacks and that is no plain one."""
    for char in key:
        if char in other or char.isascii():
            continue
        if unicodedata.category(char) == "Cf":
            return f"an invisible character (U+{ord(char):04X})"
        name = unicodedata.name(char, "")
        twin = _without_twins(char)
        for script in ("Cyrillic", "Greek"):
            if name.startswith(script.upper()):
                return f"a {script} letter that looks like {twin}"
        if twin == "-":
            return f"a hyphen of another kind (U+{ord(char):04X})"
        if name.startswith("FULLWIDTH"):
            return f"a full-width {twin}"
        if "LIGATURE" in name:
            return f"a ligature of {twin}"
        return f"the character {char} (U+{ord(char):04X})"
    return ""


# --- what will be printed in another way than it is meant -------------------------------------------------------------


def _is_mixed(first: Citation, *others: Citation) -> bool:
    """Tell whether one citation in the sentence is followed by others in parentheses at once."""
    return first.narrative and not first.locator and not any(other.narrative for other in others)


_NO_PREFIX = late(r"[\[;]\s*-?\Z")
"""What stands before a key that no words introduce."""


def _merged(manuscript: Manuscript) -> Iterator[Finding]:
    """Find `@a [@b]`, which pandoc takes for one citation.

    With a place or words before the second it is meant so, `@a [p. 3; see @b]`, and with the same authors, `@a1 [@a2]`.
    """
    together: dict[object, list[Citation]] = {}
    for citation in manuscript.citations:
        if citation.first and citation.first.line:
            together.setdefault(citation.first, []).append(citation)
    groups = [group for group in together.values() if len(group) > 1 and _is_mixed(*group)]
    text = manuscript.text if groups else None
    for first, *others in groups:
        group = [first, *others]
        shown = [one for each in group if (one := works.shown(manuscript, each.key))]
        if not text or len(shown) < len(group) or shown[0][0] in {names for names, _ in shown[1:]}:
            continue
        offsets = [text.offset(other.place) for other in others]
        if not all(_NO_PREFIX.search(text.text, max(0, offset - 9), offset) for offset in offsets):
            continue
        (names, year), *rest = shown
        inner = "; ".join([year, *(f"{name.replace(' and ', ' & ')}, {date}" for name, date in rest)])
        keys = "; ".join(f"@{one.key}" for one in others)
        yield warning(
            "C010",
            first.place,
            f"@{first.key} [{keys}] is printed as one citation: {names} ({inner})",
            f"for all of them in parentheses write [@{first.key}; {keys}]; "
            f"for two citations put words between them, or a comma: @{first.key}, [{keys}]",
        )


_LOCATOR = late(
    r"[,\s]*(?:\{|(?:pp?|pages?|chap|chapters?|ch|secs?|sections?|paras?|paragraphs?|vols?|figs?|figures?|nos?|cols?|l|ll|lines?"
    r"|n|nn|notes?|v|vv|verses?|bk|books?|parts?|pts?|\u00a7+|\u00b6+)\.?\s?\d|\d)",
    re.IGNORECASE,
)


def _locators(manuscript: Manuscript, style: Style | None) -> Iterator[Finding]:
    """Find locators if the style prints none; the first is told, with how many there are."""
    found = [citation for citation in manuscript.citations if _LOCATOR.match(citation.locator)]
    if not found or style is None or styles.is_apa(style) or styles.prints_locators(style):
        return
    first, others = found[0], len(found) - 1
    also = f", and so will {others} other{'s' if others > 1 else ''}" if others else ""
    lost = " ".join(first.locator.strip(" ,").split())
    yield warning(
        "C012",
        first.place,
        f"the style {style.name} prints no places in works: “{lost}” of @{first.key} will be missing{also}",
        "say it in the sentence or in a footnote, or take a style that prints pages",
    )
