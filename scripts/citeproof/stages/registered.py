"""Follows each cited work to its registered record: asks the services, or replays what they answered before.

Replaying needs no network and no clock: findings follow from the entries and the ledger beside the paper.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from citeproof.abridged import SAYS_RETRACTED
from citeproof.document import meta_value
from citeproof.findings import Place, error, warning
from citeproof.registries import ledger
from citeproof.registries.answers import State, state
from citeproof.registries.judge import judge
from citeproof.registries.ledger import Kept, Ledger
from citeproof.registries.model import Event, Source, Verdict, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from citeproof.bibliography import Item, Record
    from citeproof.document import Manuscript
    from citeproof.findings import Finding
    from citeproof.registries.client import Client
    from citeproof.registries.ledger import ByHand, Standing
    from citeproof.registries.model import Answer, Difference, Work

RECORDS, RETRACTIONS = 30, 7
"""Days after which a record, and the word that a work still stands, are asked for again."""


def works(*manuscripts: Manuscript) -> dict[str, Item]:
    """Give the works that a paper and its supplement cite, by key, in the order in which they are cited first.

    After `nocite: @*` these are all.
    """
    found: dict[str, Item] = {}
    for manuscript in manuscripts:
        cited = dict.fromkeys(citation.key for citation in manuscript.citations)
        for items in (*(held.items for held in manuscript.held), _in_front_matter(manuscript)):
            keys = [*cited, *items] if "*" in cited else cited
            found |= {key: items[key] for key in keys if key in items and key not in found}
    return found


def _in_front_matter(manuscript: Manuscript) -> dict[str, Item]:
    """Give the works of the front matter's own `references`, which pandoc reads as CSL YAML (pandoc manual)."""
    told = manuscript.document["meta"].get("references", {})
    works = meta_value(told) if told.get("t") == "MetaList" else []
    items = [work for work in works if isinstance(work, dict) and work.get("id")] if isinstance(works, list) else []
    return {str(item["id"]): item | _with_year(item.get("issued")) for item in items}


def _with_year(issued: object) -> dict[str, object]:
    """Give a date as CSL JSON has it: of "2020-03", of a map with the year in it, or of a list of such maps."""
    if isinstance(issued, list):
        issued = issued[0] if issued else None
    if isinstance(issued, dict):
        issued = issued.get("year") or issued.get("date-parts") or issued.get("raw")
    year = re.search(r"\b(1\d{3}|20\d\d)\b", str(issued or ""))
    return {"issued": {"date-parts": [[int(year[1])]]}} if year else {"issued": {}}


def standings(items: Mapping[str, Item], kept: Ledger) -> dict[str, Standing]:
    """Say how each of the works stands by what is kept of it."""
    return {key: ledger.standing(item, kept.kept.get(key)) for key, item in items.items()}


# --- asking ----------------------------------------------------------------------------------------------------------


def ask(
    items: Mapping[str, Item],
    folder: Path,
    client: Client,
    is_older: Callable[[str, int], bool],
    tell: Callable[[str], None],
    max_age: int | None = None,
) -> Ledger:
    """Ask for each of the works whose entry has changed or whose answers are old, and keep what came in `folder`.

    `is_older` says whether a date is more than so many days ago. `max_age` counts in the place of RECORDS and
    RETRACTIONS. Gives all that came. What could not be judged because somebody did not answer is not kept: the work
    keeps the answers that it had, or has none. Raises OSError if the disk refuses.
    """
    from citeproof.registries.client import ask_about  # noqa: PLC0415  (what asks is loaded only to ask)

    held = ledger.read(folder)
    kept = {key: one for key, one in held.kept.items() if key in items}
    due = [key for key, item in items.items() if _is_due(item, kept.get(key), is_older, max_age)]
    tell(f"asking for {len(due)} work{'' if len(due) == 1 else 's'}")
    try:
        for done, (number, answers) in enumerate(ask_about([items[key] for key in due], client), 1):
            key = due[number]
            before = kept.get(key)
            tell(f"asked for {done} of {len(due)} works")
            if before and _is_silent(items[key], answers):
                continue
            is_same = before is not None and before.entry == digest(items[key])
            kept[key] = Kept(digest(items[key]), answers, before.by_hand if before and is_same else None)
    finally:  # who stops it keeps what came so far
        lasting = {key: one for key, one in kept.items() if one.by_hand or not _is_silent(items[key], one.answers)}
        if held.faults:
            ledger.set_aside(folder)
        if lasting or held.kept or held.faults:
            ledger.write(folder, lasting, items)
    return Ledger(kept)


def _is_due(item: Item, kept: Kept | None, is_older: Callable[[str, int], bool], max_age: int | None) -> bool:
    if kept is None or kept.entry != digest(item) or not kept.date:
        return True
    if _is_silent(item, kept.answers):
        return True
    tells_of_retractions = any(answer.question.source in {Source.CROSSREF, Source.PUBMED} for answer in kept.answers)
    days = max_age if max_age is not None else RETRACTIONS if tells_of_retractions else RECORDS
    return is_older(kept.date, days)


def _is_silent(item: Item, answers: Sequence[Answer]) -> bool:
    """Tell whether a work could not be judged because somebody did not answer."""
    unanswered = any(state(answer) is State.NONE for answer in answers)
    return unanswered and judge(item, answers).verdict is Verdict.NOT_CHECKED


def accept(items: Mapping[str, Item], folder: Path, key: str, by_hand: ByHand) -> Path:
    """Keep a person's verdict on one of the works.

    Raises KeyError if the key is that of none of them, OSError if the disk refuses.
    """
    held = ledger.read(folder)
    if held.faults:
        ledger.set_aside(folder)
    before = held.kept.get(key, Kept(digest(items[key])))
    kept = dict(held.kept) | {key: replace(before, entry=digest(items[key]), by_hand=by_hand)}
    return ledger.write(folder, kept, items)


# --- judging ---------------------------------------------------------------------------------------------------------


def findings(
    manuscripts: Sequence[Manuscript],
    kept: Ledger,
    file: str,
    judged: Sequence[Mapping[str, Standing]] | None = None,
) -> Iterator[Finding]:
    """Say what is amiss with cited works by what is kept of them; `file` is the ledger as the author would type it.

    `judged` holds the standings of each manuscript's works, if they are known already.

    R001: an entry differs from its record. R002: its DOI belongs to another work. R003: its DOI is not registered.
    R004: no record was found. R005: it cannot be told which work is meant. R006: it has changed since it was asked for.
    R007: the work was retracted, and the text does not say so. R008: an expression of concern. R009: the ledger is
    damaged. Without a ledger nothing is said: whoever does not ask gets no answers.
    """
    for fault in kept.faults:
        yield error(
            "R009",
            Place(file),
            f"the record of what was asked is damaged: {fault}",
            f"ask again: citeproof verify; as it is now it stays beside it, as {file.rpartition('/')[2]}~",
        )
    for number, manuscript in enumerate(manuscripts if kept.kept else ()):
        stands = judged[number] if judged else standings(works(manuscript), kept)
        yield from _of_manuscript(manuscript, kept, stands)


def _of_manuscript(manuscript: Manuscript, kept: Ledger, judged: Mapping[str, Standing]) -> Iterator[Finding]:
    entries = {entry.key: entry for entry in manuscript.entries}
    records = {record.key: record for held in manuscript.held for record in reversed(held.records)}
    for key, stands in judged.items():
        if key not in kept.kept:
            continue
        place = entries[key].place
        marked = entries[key].unverified
        if stands.is_stale:
            yield warning(
                "R006", place, f"the entry of @{key} has changed since it was asked for", "ask again: citeproof verify"
            )
        elif stands.by_hand is None:
            yield from _of_verdict(key, place, stands, records.get(key), is_marked=marked)
        yield from _of_notices(key, manuscript, stands)


def _of_verdict(
    key: str, place: Place, stands: Standing, record: Record | None, *, is_marked: bool
) -> Iterator[Finding]:
    judgement = stands.judgement
    accepted = f'if the entry is right: citeproof verify --accept {key} --because "…"'
    if judgement.verdict is Verdict.DIFFERS and judgement.work:
        lines = [f"{called(one.field)}: {one.have} here, {one.registered} registered" for one in judgement.differences]
        mend = patch(record, judgement.differences, judgement.work)
        yield warning(
            "R001",
            place,
            f"@{key} is not as it is registered ({shown_identifier(judgement.work)}): {judgement.because}",
            "\n".join([*lines, *(f"in the entry: {line}" for line in mend), accepted]),
        )
    elif judgement.verdict is Verdict.OTHER_WORK:
        meant = [f"the work itself may be {name(work)}" for work in judgement.candidates]
        yield warning(
            "R002", place, f"@{key}: {judgement.because}", "\n".join([*meant, "correct the identifier, or the entry"])
        )
    elif judgement.verdict is Verdict.NO_SUCH_DOI:
        meant = [f"the work itself may be {name(work)}" for work in judgement.candidates]
        yield warning(
            "R003", place, f"@{key}: {judgement.because}", "\n".join([*meant, "look it up at the publisher's"])
        )
    elif judgement.verdict is Verdict.NOT_FOUND and not is_marked:
        yield warning(
            "R004", place, f"@{key}: {judgement.because} ({asked(stands)})", "\n".join([*near(stands), accepted])
        )
    elif judgement.verdict is Verdict.AMBIGUOUS:
        lines = [f"one is {name(work)}" for work in judgement.candidates]
        yield warning(
            "R005", place, f"@{key}: {judgement.because}", "\n".join([*lines, "add the DOI of the one that is meant"])
        )


def near(stands: Standing) -> Iterator[str]:
    """Name what stands in the place of a work that was not found, and what is most like it; none of it is the work."""
    judgement = stands.judgement
    if judgement.standing_there:
        yield f"at that journal, volume and page stands {name(judgement.standing_there)}"
    for work in judgement.candidates:
        yield f"another work: {name(work)}"


def _of_notices(key: str, manuscript: Manuscript, stands: Standing) -> Iterator[Finding]:
    places = [citation.place for citation in manuscript.citations if citation.key == key]
    citing = [passage.text for passage in manuscript.passages if any(key == called for _, called, _ in passage.calls)]
    for notice in stands.judgement.notices:
        where = f" ({notice.identifier})" if notice.identifier else ""
        if notice.event in {Event.RETRACTED, Event.WITHDRAWN, Event.CALLED_RETRACTED}:
            if not any(SAYS_RETRACTED.search(text) for text in citing):
                yield error(
                    "R007",
                    places[0] if places else manuscript.head,
                    f"@{key} was {notice.event.value}{where}, and the text does not say so",
                    "do without it, or say in the paragraph that it was retracted",
                )
            return
        if notice.event is Event.CONCERN:
            yield warning(
                "R008",
                places[0] if places else manuscript.head,
                f"an expression of concern was published about @{key}{where}",
                "read it, and say what it means for your argument",
            )


def told(stands: Standing) -> dict[str, Any]:
    """Give how a work stands as plain data, in words for a reader who does not know the services."""
    judgement = stands.judgement
    standing = judgement.verdict.value
    because = judgement.because
    if stands.is_stale:
        standing, because = "changed since", "its entry has changed since the registries were asked"
    elif stands.by_hand:
        standing = "accepted by a person"
    is_it = judgement.work is not None and judgement.verdict in {Verdict.VERIFIED, Verdict.DIFFERS}
    return {
        "standing": standing,
        "because": because,
        "registered": shown_identifier(judgement.work) if judgement.work and is_it else "",
        "differences": [
            {"field": called(one.field), "have": one.have, "registered": one.registered}
            for one in judgement.differences
        ],
        "remarks": list(judgement.remarks),
        "candidates": [_told_of(work) for work in judgement.candidates],
        "standing there": _told_of(judgement.standing_there) if judgement.standing_there else None,
        "notices": [
            {"event": one.event.value, "identifier": one.identifier, "date": one.date, "source": one.source}
            for one in judgement.notices
        ],
        "asked": {source.value: answered for source, answered in judgement.asked},
        "asked on": stands.date,
        "by hand": {
            "because": stands.by_hand.because,
            "evidence": stands.by_hand.evidence,
            "date": stands.by_hand.date,
        }
        if stands.by_hand
        else None,
    }


def _told_of(work: Work) -> dict[str, str]:
    address = shown_identifier(work)
    return {"work": name(work).removesuffix(address).rstrip(), "link": address}


# --- words -----------------------------------------------------------------------------------------------------------

_CALLED = {
    "author": "authors",
    "container-title": "journal",
    "issued": "year",
    "page": "pages",
}


def called(field: str) -> str:
    """Name a field of CSL's as an author does."""
    return _CALLED.get(field, field)


def shown_identifier(work: Work) -> str:
    """Give a work's identifier as an address."""
    if work.doi:
        return f"https://doi.org/{work.doi}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{work.identifier.removeprefix('pmid:')}/"


def name(work: Work) -> str:
    """Name a work in a line, so that a reader can look it up."""
    authors = "; ".join(str(one) for one in work.authors[:2]) + ("; …" if len(work.authors) > 2 else "")  # noqa: PLR2004
    place = work.containers[0] if work.containers else ""
    if place and work.volume:
        place += (
            f", {work.volume}" + (f"({work.issue})" if work.issue else "") + (f", {work.pages}" if work.pages else "")
        )
    year = f" ({work.years[0]})" if work.years else ""
    return f"{authors}{year}, {work.title}{f'. {place}' if place else ''}. {shown_identifier(work)}"


def asked(stands: Standing) -> str:
    """Say who was asked."""
    return "asked: " + ", ".join(source.value for source, _ in stands.judgement.asked)


_BIBTEX = {
    "title": ("title",),
    "author": ("author",),
    "issued": ("date", "year"),
    "container-title": ("journaltitle", "journal", "booktitle"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "page": ("pages", "eid"),
}
"""CSL's name of a field → its names in BibTeX and biblatex; the first that an entry has is meant."""


def patch(record: Record | None, differences: tuple[Difference, ...], work: Work) -> list[str]:
    """Give the fields of an entry as the record has them, in the entry's own format; a type is not among them."""
    lines = []
    is_bibtex = record is not None and record.start >= 0 and any(name in record.fields for name in ("title", "author"))
    for one in differences:
        if one.field not in _BIBTEX:
            continue
        value = {
            "title": work.title,
            "author": " and ".join(f"{{{one}}}" if one.is_group else str(one) for one in work.authors),
            "container-title": next(iter(work.containers), ""),
            "page": work.pages.replace("-", "--") or work.number,
        }.get(one.field, one.registered)
        if is_bibtex and record is not None:
            names = _BIBTEX[one.field]
            lines.append(f"{next((name for name in names if name in record.fields), names[0])} = {{{value}}}")
        else:
            lines.append(f"{one.field}: {value}")
    return lines
