"""Says what is to be asked next about an entry, given the answers so far: nothing, if no answer could change a verdict.

Pure. The addresses are those of the services' public interfaces, without their hosts (`client.BASES`).
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from citeproof.registries import answers as read
from citeproof.registries.answers import State
from citeproof.registries.entry import authors_of, doi_of, isbn_of, pmid_of, said, title_of, year_of
from citeproof.registries.identify import identify, is_claimed
from citeproof.registries.model import Question, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citeproof.bibliography.model import Item
    from citeproof.registries.model import Answer, Work

CSL_JSON = "application/vnd.citationstyles.csl+json"


class Kind(enum.Enum):
    """What a question is for."""

    RECORD = "the record of an identifier"
    HANDLE = "whether a DOI is registered at all"
    SEARCH = "works by their title and author"
    PLACE = "the work at a journal's volume and page"


def kind_of(question: Question) -> Kind:
    """Tell what a question is for."""
    path = question.path
    if question.source is Source.DOI:
        return Kind.HANDLE if path.startswith("api/handles/") else Kind.RECORD
    if question.source is Source.PUBMED:
        return Kind.RECORD if path.startswith("efetch") else Kind.PLACE if "%5BPagination%5D" in path else Kind.SEARCH
    return Kind.SEARCH if path.startswith("works?") else Kind.RECORD


# --- what is listed --------------------------------------------------------------------------------------------------

_LISTED = frozenset({"article-journal"})
"""Types of which the services list all but a few: that none has such a work says something."""
_SEARCHED = _LISTED | {
    "article",
    "book",
    "chapter",
    "paper-conference",
    "report",
    "thesis",
    "dataset",
    "entry-encyclopedia",
    "review",
}


def is_listed(item: Item) -> bool:
    """Tell whether a work of this kind that no service has is missing where it should be."""
    return item.get("type") in _LISTED


# --- what is asked ---------------------------------------------------------------------------------------------------


def next_questions(item: Item, answers: Sequence[Answer]) -> tuple[Question, ...]:
    """Give what is to be asked now: all of it may be asked at once. Empty: there is nothing more to ask."""
    asked = {answer.question for answer in answers}
    return tuple(dict.fromkeys(one for one in _due(item, answers) if one not in asked))


def _due(item: Item, answers: Sequence[Answer]) -> Iterator[Question]:
    """Give all that is to be asked by now, what has been asked included."""
    doi, pmid = doi_of(item), pmid_of(item)
    states = {answer.question: read.state(answer) for answer in answers}
    found = [work for answer in answers for work in read.works(answer)]
    for answer in answers:
        if answer.question.source is Source.PUBMED and (numbers := read.identifiers(answer)):
            yield _pubmed_records(numbers[:_MOST])
    if doi:
        yield from _by_doi(doi, states)
        if item.get("type") in _LISTED:
            yield _pubmed_search(f"{doi}[doi]")
    elif pmid:
        yield _pubmed_records([pmid.removeprefix("pmid:")])
    named = [work for work in found if doi in (work.identifier, *work.other_identifiers) or work.identifier == pmid]
    settled = any(is_claimed(item, work) for work in named) if doi or pmid else False
    if settled or item.get("type") not in _SEARCHED or not title_of(item):
        return
    if (doi or pmid) and not named and not _is_unregistered(doi, states):
        return  # the record may still come
    yield from _searched(item, found, states)


def _searched(item: Item, found: Sequence[Work], states: dict[Question, State]) -> Iterator[Question]:
    """Give what finds a work by what an entry says of it, and what helps to understand that there is none."""
    yield from _searches(item)
    meant = identify(item, found)
    for work in meant:
        if work.doi and len(meant) <= _MOST:
            yield _record(Source.CROSSREF, work.doi)
    if not meant and all(search in states for search in _searches(item)):
        yield from _around(item)


_MOST = 3
"""Works whose records are asked for after a search."""
_ROWS = 5
_ROWS_OF_BOOK = 50
"""A book's number finds its chapters, too."""
_SELECT = (
    "DOI,type,title,subtitle,original-title,short-title,author,editor,issued,published-print,published-online,created,"
    "container-title,short-container-title,volume,issue,page,article-number,ISSN,ISBN,update-to,relation"
)


def _by_doi(doi: str, states: dict[Question, State]) -> Iterator[Question]:
    crossref, handle, datacite = _record(Source.CROSSREF, doi), _handle(doi), _record(Source.DATACITE, doi)
    yield crossref
    if states.get(crossref) in {State.ABSENT, State.NONE}:
        yield handle
    if states.get(handle) is State.HERE:
        yield datacite
    if states.get(datacite) in {State.ABSENT, State.NONE}:
        yield Question(Source.DOI, _escaped(doi), CSL_JSON)


def _is_unregistered(doi: str, states: dict[Question, State]) -> bool:
    return states.get(_handle(doi)) is State.ABSENT


def _record(source: Source, doi: str) -> Question:
    return Question(source, f"{'dois' if source is Source.DATACITE else 'works'}/{_escaped(doi)}")


def _handle(doi: str) -> Question:
    return Question(Source.DOI, f"api/handles/{_escaped(doi)}")


def _escaped(doi: str) -> str:
    return quote(doi, safe="/:;(),._-")  # the slash stays: doi.org knows no other form


def _searches(item: Item) -> tuple[Question, ...]:
    title, family, year = title_of(item), _family(item), _year(item)
    asked = " ".join(filter(None, (family, year, title, said(item, "container-title"))))
    query = urlencode({"query.bibliographic": asked[:_LONGEST], "rows": _ROWS, "select": _SELECT}, safe=",")
    searches = [Question(Source.CROSSREF, f"works?{query}")]
    if isbn := isbn_of(item):
        query = urlencode({"filter": f"isbn:{isbn}", "rows": _ROWS_OF_BOOK, "select": _SELECT}, safe=",:")
        searches.append(Question(Source.CROSSREF, f"works?{query}"))
    if item.get("type") in _LISTED:
        words = re.sub(r"[^\w\s-]", " ", title).lower()  # AND, OR and NOT would be operators
        searches.append(
            _pubmed_search(f"{' '.join(words.split())}[Title]" + (f" AND {family}[Author]" if family else ""))
        )
    return tuple(searches)


_LONGEST = 600
"""Characters of a search."""


def _around(item: Item) -> Iterator[Question]:
    """Ask for the works of the same author and year, and for what stands at that journal, volume and page."""
    title, family, year = title_of(item), _family(item), _year(item)
    if family and year:
        query = {"query.author": family, "query.bibliographic": title[:_LONGEST], "rows": _ROWS, "select": _SELECT}
        query["filter"] = f"from-pub-date:{year},until-pub-date:{year}"
        yield Question(Source.CROSSREF, f"works?{urlencode(query, safe=',:')}")
    journal, volume, page = (said(item, name) for name in ("container-title", "volume", "page"))
    first = re.split(r"[-\u2010-\u2015]", page)[0].strip()
    if item.get("type") in _LISTED and journal and volume and first:
        yield _pubmed_search(f"{journal}[Journal] AND {volume}[Volume] AND {first}[Pagination]")


def _pubmed_search(term: str) -> Question:
    return Question(
        Source.PUBMED, f"esearch.fcgi?{urlencode({'db': 'pubmed', 'retmode': 'json', 'retmax': _MOST, 'term': term})}"
    )


def _pubmed_records(numbers: Sequence[str]) -> Question:
    query = urlencode({"db": "pubmed", "retmode": "xml", "id": ",".join(numbers)}, safe=",")
    return Question(Source.PUBMED, f"efetch.fcgi?{query}", "application/xml")


def _family(item: Item) -> str:
    authors, _ = authors_of(item)
    return authors[0].family if authors else ""


def _year(item: Item) -> str:
    return str(year_of(item) or "")
