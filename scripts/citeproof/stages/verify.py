"""Judges the finished PDF, DOCX and HTML: every citation lands on its entry, and each file says what the paper says.

What is in a file is read by `opened`; here it is judged against the cited document.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from citeproof import document, parity, said
from citeproof.document import FORMULA, letters
from citeproof.findings import Place, error
from citeproof.opened import OPENERS, agreement, begin, only_letters
from citeproof.said import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import Any

    from citeproof.document import CitedDocument
    from citeproof.findings import Finding
    from citeproof.opened import Declared, Opened

_SHOWN = 12
"""Characters that a message shows."""

_REPORT = "this is a fault of citeproof: please report it with the paper"


def verify(
    cited: CitedDocument,
    artefacts: dict[str, Path],
    *,
    universal_access: bool = False,
    seen: Callable[[str, Opened], None] = lambda _name, _opened: None,
) -> list[Finding]:
    """Judge each artefact (format → file) against the cited document; `universal_access`: the PDF was set as PDF/UA-1.

    `seen` is handed what is in each file, so that nobody has to open it again.

    V001: the file cannot be opened. V002: a citation's text is missing. V003: a citation is not linked to its entry.
    V004: a link lands on nothing, or not on its entry. V005: an entry is missing from the reference list.
    V006: the PDF's fonts lack characters of the paper. V007: the file says something else than the paper.
    V008: the PDF does not say of itself what assistive technology needs: tags, title, language, PDF/UA. V009: an entry
    of the page does not lead back to where its work is cited.
    """
    findings = []
    whole = cited.looked_through()
    for name, path in artefacts.items():
        place = Place(path.name)
        try:
            opened = _opener(name)(path, cited)
        except Exception as fault:  # noqa: BLE001  (any way in which a file does not open is the finding)
            findings.append(error("V001", place, f"the finished file cannot be opened: {fault}", "please report it"))
            continue
        seen(name, opened)
        if opened.declared is not None:
            findings += list(_judge_declared(opened.declared, whole, place, universal_access=universal_access))
        # Every font has ASCII: where one of its letters is missing, text is, and the judges below name it.
        lacking = cited.letters - letters("".join(opened.pages)) if name == "pdf" else frozenset()
        missing = sorted(letter for letter in lacking if not letter.isascii())
        if missing:
            findings.append(_no_glyphs(missing, place))
            continue
        findings += list(_judge(cited, opened, place))
        if opened.people is not None:
            findings += list(_judge_people(opened.people, whole, place))
        if opened.declared is None or opened.declared.tagged:
            due = said.due(whole, name)
            findings += parity.differences(due, opened.said, opened.notes, place, visual=opened.visual)
    return findings


def _opener(name: str) -> Callable[[Path, CitedDocument], Opened]:
    """Give what opens a format; what few papers are made into is loaded for them only."""
    if name in OPENERS:
        return OPENERS[name]
    from citeproof import opened_markup  # noqa: PLC0415

    return opened_markup.OPENERS[name]


def _judge_people(people: tuple[str, ...], whole: Any, place: Place) -> Iterator[Finding]:
    """Judge who a file says wrote the paper."""
    due = document.meta_strings(whole, "author")
    if [only_letters(fold(name)) for name in people] != [only_letters(fold(name)) for name in due]:
        names = [", ".join(each) or "nobody" for each in (people, due)]
        yield error("V007", place, f"it names {names[0]} as its authors, not {names[1]}", _REPORT)


def _judge_declared(declared: Declared, whole: Any, place: Place, *, universal_access: bool) -> Iterator[Finding]:
    """Judge what a PDF says of itself; an error each time, since every build promises it."""
    title = "".join(document.meta_strings(whole, "title"))
    held = whole["meta"].get("title", {"c": []})["c"]
    titles = {
        only_letters(fold(title)),
        only_letters(fold(document.plain(held, formula=""))),
    }  # a formula may be left out
    language = next(iter(document.meta_strings(whole, "lang")), "en")
    lacks = {
        "its tags": not declared.tagged,
        f"its title, {title}": only_letters(fold(declared.title)) not in titles,
        f"its language, {language}": _primary(declared.language) != _primary(language),
        "that it keeps to PDF/UA-1": universal_access and not declared.universal_access,
    }
    for what, so in lacks.items():
        if so:
            yield error("V008", place, f"the PDF does not declare {what}", _REPORT)


def _primary(language: str) -> str:
    """Give the language of a tag such as en-US (BCP 47, 2.2.1); what is no tag is English, as the layouts have it."""
    primary = re.split("[-_]", language.strip().lower())[0]
    return primary if re.fullmatch("[a-z]{2,3}", primary) or not language else "en"


def _judge(cited: CitedDocument, opened: Opened, place: Place) -> Iterator[Finding]:
    originals: dict[str, str] = {}
    read: list[str] = []
    for item in cited.citations:
        text = fold(item.text)
        originals.setdefault(text, item.text)
        if text and not item.in_note:
            read.append(text)
    whole = "".join(opened.pages)
    in_order = Counter[str]() if opened.visual else _found_in_order(whole, read)
    for text, count in Counter(read).items():
        if in_order[text] >= count:
            continue
        original = originals[text]
        found = _count(opened.pages, whole, original, count, visual=opened.visual)
        if found < count:
            yield error("V002", place, f"the citation {original} stands {found} times in it, not {count}", _REPORT)
    yield from _judge_links(cited, opened, place)
    entries = [fold(text) for text in cited.references.values()]
    at = max(whole.find(entries[0]), 0) if entries else 0
    in_order = Counter[str]() if opened.visual else _found_in_order(whole, entries, at)
    for (key, text), entry in zip(cited.references.items(), entries, strict=True):
        if not in_order[entry] and not _count(opened.pages, whole, text, 1, visual=opened.visual):
            yield error("V005", place, f"the entry of @{key} is not in its reference list as it should read", _REPORT)


_NEAR = 50_000
"""Characters in which the next citation, or the next entry, is looked for first."""


def _found_in_order(whole: str, texts: Iterable[str], at: int = 0) -> Counter[str]:
    """Count the texts that stand in a whole one after the other, from an offset on, as a paper has them.

    Nearly all do. Only for those that do not need the whole be searched.
    """
    found = Counter[str]()
    for text in texts:
        place = whole.find(text, at, at + _NEAR) if text and FORMULA not in text else -1
        if place >= 0:
            found[text] += 1
            at = place + len(text)
    return found


def _judge_links(cited: CitedDocument, opened: Opened, place: Place) -> Iterator[Finding]:
    linked: dict[str, list[str]] = defaultdict(list)
    for item in cited.citations:
        for text, key in item.links:
            linked[key].append(fold(text))
    for key, texts in linked.items():
        # A format may link more than asked for: the DOI within a note, which HTML cannot link once more.
        due, there = "".join(texts), opened.links.get(key, "")
        if due != there and Counter(only_letters(due)) - Counter(only_letters(there)):
            yield error("V003", place, f"not all citations of @{key} ({len(texts)}) are linked to its entry", _REPORT)
            continue
        entry = begin(cited.references.get(key, ""))[:_LANDED]
        landing = opened.landings.get(key)
        if landing is None:
            yield error("V004", place, f"the link of @{key} lands nowhere", _REPORT)
        elif opened.entries.get(key, 1) != 1:
            yield error("V004", place, f"{opened.entries[key]} places bear the name of the entry @{key}", _REPORT)
        elif not landing or key not in cited.references or not _begin_alike(entry, landing):
            yield error("V004", place, f"the link of @{key} does not land on its entry", _REPORT)
        elif opened.ways_back is not None and not opened.ways_back.get(key, False):
            yield error("V009", place, f"the entry of @{key} does not lead back to where it is cited", _REPORT)


_LANDED = 30
"""Letters in which an entry and what stands where its link lands must agree."""


def _begin_alike(entry: str, landing: str) -> bool:
    letters_there = "".join(itertools.islice((char for char in landing if char.isalnum()), _LANDED))
    return agreement(entry, letters_there) == min(len(entry), len(letters_there))


def _no_glyphs(missing: list[str], place: Place) -> Finding:
    shown = " ".join(missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
    return error(
        "V006",
        place,
        f"the PDF cannot show {len(missing)} of the paper's characters: {shown}",
        "no built-in font has them: install one that does and add --system-fonts, or leave the PDF out: --to docx,html",
    )


def _count(pages: tuple[str, ...], whole: str, text: str, wanted: int, *, visual: bool = False) -> int:
    """Count a text in pages, which are `whole` together; one that runs over the end of a page counts too.

    A formula in it may be anything. Where the order is that of the eye, each of its words is counted.
    """
    if visual:
        words = {fold(word) for word in re.findall(r"\w+", text)} - {""}
        return min((sum(page.count(word) for page in pages) for word in words), default=wanted)
    text = fold(text)
    if FORMULA in text:
        return len(re.findall(".{0,400}?".join(map(re.escape, text.split(FORMULA))), whole))
    if (found := whole.count(text)) >= wanted:
        return found
    found = sum(page.count(text) for page in pages)
    if found < wanted:
        for page, following in itertools.pairwise(pages):
            found += any(following.startswith(text[n:]) and text[:n] in page for n in range(1, len(text)))
    return found
