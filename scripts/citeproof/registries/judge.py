"""Says what follows from the answers for an entry: which registered work it is, and in which fields they differ.

Pure, in two steps. `identify` finds the work that is meant, and may overlook what is typed wrong; `audit` then
compares field by field, and overlooks nothing but what records are known to have otherwise. A high likeness of titles
identifies; it does not prove that a title is right.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from citeproof.registries import answers as read
from citeproof.registries.answers import State
from citeproof.registries.compare import (
    first_page,
    last_page,
    likeness,
    other_words,
    same_container,
    same_number,
    same_person,
    same_title,
)
from citeproof.registries.entry import authors_of, doi_of, pages_of, pmid_of, said, title_of, year_of
from citeproof.registries.identify import (
    LIKELY,
    SHOWN,
    identify,
    is_claimed,
    is_near_year,
    is_of_another_type,
    nearest,
    stands_there,
)
from citeproof.registries.model import Difference, Event, Judgement, Person, Source, Verdict, Work
from citeproof.registries.questions import Kind, is_listed, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from citeproof.bibliography.model import Item
    from citeproof.registries.model import Answer, Notice


def judge(item: Item, answers: Sequence[Answer]) -> Judgement:
    """Judge an entry by the answers to the questions of `questions.next_questions`."""
    asked = tuple(_asked(answers))
    by_doi = [work for answer in answers if kind_of(answer.question) is Kind.RECORD for work in read.works(answer)]
    found = merged(work for answer in answers for work in read.works(answer))
    doi, pmid = doi_of(item), pmid_of(item)
    claimed = [
        work for work in merged(by_doi) if doi in (work.identifier, *work.other_identifiers) or work.identifier == pmid
    ]
    judgement = _of_claimed(item, answers, claimed, found) if doi or pmid else _of_searched(item, answers, found)
    return replace(judgement, asked=asked, notices=tuple(_notices(judgement.work, found)) if judgement.work else ())


def _asked(answers: Sequence[Answer]) -> Iterator[tuple[Source, str]]:
    """Say of each service whether it answered: one answer that is missing is a silence."""
    for source in Source:
        states = [read.state(answer) for answer in answers if answer.question.source is source]
        if states:
            worst = State.NONE if State.NONE in states else State.HERE if State.HERE in states else State.ABSENT
            yield source, worst.value


def _of_claimed(item: Item, answers: Sequence[Answer], claimed: Sequence[Work], found: Sequence[Work]) -> Judgement:
    """Judge an entry that names a DOI or a PubMed number."""
    doi = doi_of(item) or pmid_of(item)
    if claimed:
        work = claimed[0]
        if is_claimed(item, work):
            return _audited(item, work)
        meant = identify(item, [one for one in found if one.identifier != work.identifier])
        because = f"the {_called(doi)} belongs to: {_shown(work)}"
        if _is_container(item, work):
            because = f"the {_called(doi)} is that of the whole {work.title}"
        return Judgement(Verdict.OTHER_WORK, because, work, candidates=tuple(meant[:1]))
    lookups = {
        answer.question.source: read.state(answer) for answer in answers if kind_of(answer.question) is Kind.RECORD
    }
    registered = [read.state(answer) for answer in answers if kind_of(answer.question) is Kind.HANDLE]
    if State.ABSENT in registered or (not doi_of(item) and lookups.get(Source.PUBMED) is State.ABSENT):
        meant = identify(item, found)
        return Judgement(Verdict.NO_SUCH_DOI, f"nobody has registered the {_called(doi)}", candidates=tuple(meant[:1]))
    if State.HERE in registered:
        return Judgement(Verdict.NOT_CHECKED, f"the {_called(doi)} is registered, and its agency gave no record of it")
    return Judgement(Verdict.NOT_CHECKED, _silence(answers))


def _silence(answers: Sequence[Answer]) -> str:
    """Say who did not answer, and why if that is known."""
    silent: dict[Source, str] = {}
    for answer in answers:
        if read.state(answer) is State.NONE:
            why = answer.fault or f"status {answer.status}"
            silent.setdefault(answer.question.source, f"{answer.question.source.value} did not answer: {why}")
    return "; ".join(silent.values())


def _called(identifier: str) -> str:
    return f"DOI {identifier}" if identifier.startswith("10.") else f"PubMed number {identifier.removeprefix('pmid:')}"


def _of_searched(item: Item, answers: Sequence[Answer], found: Sequence[Work]) -> Judgement:
    """Judge an entry that names no identifier: it has been searched for."""
    if not answers:
        return Judgement(Verdict.NOT_CHECKED, "works of this kind are not registered where citeproof asks")
    meant = identify(item, found)
    if len(meant) == 1:
        return _audited(item, meant[0])
    if meant:
        return Judgement(Verdict.AMBIGUOUS, f"it may be each of {len(meant)} works", candidates=tuple(meant[:SHOWN]))
    states = [read.state(answer) for answer in answers]
    if State.NONE in states:
        return Judgement(Verdict.NOT_CHECKED, _silence(answers), candidates=tuple(nearest(item, found)))
    standing = next((work for work in found if stands_there(item, work)), None)
    near = tuple(work for work in nearest(item, found) if work != standing)
    if not is_listed(item):
        because = "the services that were asked do not list all works of this kind"
        return Judgement(Verdict.NOT_CHECKED, because, candidates=near, standing_there=standing)
    return Judgement(Verdict.NOT_FOUND, "no service that was asked has it", candidates=near, standing_there=standing)


def _is_container(item: Item, work: Work) -> bool:
    container = said(item, "container-title")
    return bool(container) and likeness(container, work.titles) >= LIKELY


def merged(found: Iterable[Work]) -> list[Work]:
    """List works, those of several services once: Crossref's record first, with the notices of all."""
    merged: dict[str, Work] = {}
    for work in sorted(found, key=lambda one: _ORDER.index(one.source)):
        key = work.doi or work.identifier
        if key not in merged:
            merged[key] = work
            continue
        first = merged[key]
        further = [one for one in (work.identifier, *work.other_identifiers) if one != first.identifier]
        merged[key] = replace(
            first,
            titles=tuple(dict.fromkeys((*first.titles, *work.titles))),
            years=tuple(dict.fromkeys((*first.years, *work.years))),
            containers=tuple(dict.fromkeys((*first.containers, *work.containers))),
            authors=first.authors if len(first.authors) >= len(work.authors) else work.authors,
            volume=first.volume or work.volume,
            issue=first.issue or work.issue,
            pages=first.pages if last_page(first.pages) or not work.pages else work.pages,
            notices=tuple(dict.fromkeys((*first.notices, *work.notices))),
            other_identifiers=tuple(dict.fromkeys((*first.other_identifiers, *further))),
        )
    return list(merged.values())


_ORDER = (Source.CROSSREF, Source.DATACITE, Source.DOI, Source.PUBMED)


# --- field by field --------------------------------------------------------------------------------------------------


def _audited(item: Item, work: Work) -> Judgement:
    differences, remarks = audit(item, work)
    if not differences:
        return Judgement(Verdict.VERIFIED, "", work, remarks=remarks)
    fields = [_CALLED.get(one.field, one.field) for one in differences]
    because = f"{_listed(fields)} {'is' if len(fields) == 1 and fields[0] not in _MANY else 'are'} registered otherwise"
    return Judgement(Verdict.DIFFERS, because, work, differences, remarks)


_CALLED = {"container-title": "journal", "author": "authors", "issued": "year", "page": "pages"}
_MANY = frozenset({"authors", "pages"})


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def audit(item: Item, work: Work) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """Compare an entry with the registered work: the fields that differ, and what is other and no fault."""
    differences: list[Difference] = []
    remarks: list[str] = []
    if is_of_another_type(item, work):
        differences.append(Difference("type", str(item.get("type")), work.type))
    if work.titles and not same_title(title_of(item), work.titles):
        differences.append(Difference("title", *_titles_apart(item, work)))
    _audit_authors(item, work, differences, remarks)
    _audit_year(item, work, differences, remarks)
    container = said(item, "container-title")
    if (
        container
        and work.containers
        and work.type not in _WITHOUT_CONTAINER
        and not _same_journal(item, container, work)
    ):
        differences.append(Difference("container-title", container, work.containers[0]))
    for name, registered in (("volume", work.volume), ("issue", work.issue)):
        have = said(item, name)
        if have and registered and not same_number(have, registered):
            differences.append(Difference(name, have, registered))
        elif registered and not have and work.type == "article-journal":
            remarks.append(f"its {name} is {registered}")
    _audit_pages(item, work, differences, remarks)
    if work.doi and not doi_of(item):
        remarks.append(f"its DOI is {work.doi}")
    return tuple(differences), tuple(remarks)


_WITHOUT_CONTAINER = frozenset({"book", "thesis", "report", "article", "dataset", "software"})
"""Types whose registered container is a series, an archive or an institution."""


def _titles_apart(item: Item, work: Work) -> tuple[str, str]:
    have, registered = other_words(title_of(item), work.titles)
    if likeness(title_of(item), work.titles) < LIKELY or not (have or registered):
        return title_of(item), work.title
    return have or "(nothing)", registered or "(nothing)"


def _names(people: Sequence[Person]) -> str:
    return "; ".join(str(one) for one in people)


def _audit_authors(item: Item, work: Work, differences: list[Difference], remarks: list[str]) -> None:
    own, is_cut = authors_of(item)
    registered = list(work.authors)
    if not registered or not own:
        return
    if len(own) != len(registered):  # a consortium stands in the byline of one of the two only
        people = [one for one in registered if not one.is_group]
        registered = people if people and not any(one.is_group for one in own) else registered
    if is_cut:
        if not all(map(same_person, own, registered)):
            differences.append(Difference("author", _names(own), _names(registered[: len(own)])))
        elif len(registered) > len(own):
            remarks.append(f"it has {len(registered)} authors: {_names(registered)}")
        return
    if len(own) == len(registered) and all(map(same_person, own, registered)):
        return
    if len(own) == len(registered) + 1 and all(map(same_person, own[1:], registered)):
        remarks.append(f"{own[0]} is missing in the record")
        return
    wrong = [(a, b) for a, b in zip(own, registered, strict=False) if not same_person(a, b)]
    if len(own) == len(registered) and len(wrong) <= _FEW:
        differences.append(Difference("author", _names([a for a, _ in wrong]), _names([b for _, b in wrong])))
    else:
        differences.append(Difference("author", _names(own), _names(registered)))


_FEW = 3


def _audit_year(item: Item, work: Work, differences: list[Difference], remarks: list[str]) -> None:
    year = year_of(item)
    if not work.years or not year or year in work.years:
        return
    if is_near_year(item, work):
        remarks.append(f"registered for {' and '.join(map(str, work.years))}")
    else:
        differences.append(Difference("issued", str(year), str(work.years[0])))


def _audit_pages(item: Item, work: Work, differences: list[Difference], remarks: list[str]) -> None:
    have = pages_of(item)
    due = work.pages or work.number
    if not due:
        return
    if not have:
        if work.type == "article-journal":
            remarks.append(f"its pages are {due}" if work.pages else f"its article number is {due}")
        return
    number = first_page(work.number)
    begins = first_page(have) in {first_page(due), number, first_page(due).lstrip("e"), f"e{first_page(due)}"}
    ends = not (last_page(have) and last_page(due)) or last_page(have) == last_page(due)
    if not begins or not ends:
        differences.append(Difference("page", have, due))


def _same_journal(item: Item, container: str, work: Work) -> bool:
    own = {number.replace("-", "").upper() for number in str(item.get("ISSN", "")).replace(",", " ").split()}
    theirs = {number.replace("-", "").upper() for number in work.issns}
    short = said(item, "container-title-short")
    return (
        bool(own & theirs)
        or same_container(container, work.containers)
        or bool(short and same_container(short, work.containers))
    )


# --- notices ---------------------------------------------------------------------------------------------------------


def _notices(work: Work, found: Sequence[Work]) -> Iterator[Notice]:
    """Give what has befallen a work: a retraction that was taken back later is none."""
    told = [
        notice for one in found if one.doi == work.doi or one.identifier == work.identifier for notice in one.notices
    ]
    told = list(dict.fromkeys((*work.notices, *told)))
    back = max((one.date for one in told if one.event is Event.REINSTATED), default="")
    over = {Event.RETRACTED, Event.WITHDRAWN, Event.CALLED_RETRACTED, Event.CONCERN}
    has_back = any(one.event is Event.REINSTATED for one in told)
    surely = {one.event for one in told} & {Event.RETRACTED, Event.WITHDRAWN}
    for notice in sorted(told):
        if has_back and notice.event in over and (not notice.date or notice.date <= back or not back):
            continue
        if notice.event is Event.CALLED_RETRACTED and surely:
            continue
        yield notice


def _shown(work: Work) -> str:
    """Name a work in a line."""
    first = work.authors[0].family if work.authors else "no author"
    more = " et al." if len(work.authors) > 1 else ""
    return f"{first}{more} ({work.years[0] if work.years else 'no year'}), {work.title}"
