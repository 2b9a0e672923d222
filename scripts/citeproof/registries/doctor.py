"""Asks the live services for works that are known, and says what has come otherwise than when this was written.

What the services answer was learnt from recorded answers. Each case goes the whole way: question, answer, verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof.registries.answers import State
from citeproof.registries.client import ask_about
from citeproof.registries.judge import judge
from citeproof.registries.model import Event, Source, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.bibliography.model import Item
    from citeproof.registries.client import Client


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is known of a work: what it shows, its entry, and what is to come of it."""

    what: str
    item: Item
    verdict: Verdict
    answering: tuple[Source, ...]
    """The services that must have answered."""
    event: Event | None = None


def _article(title: str, family: str, year: int, **more: str) -> Item:
    return {
        "id": "known",
        "type": "article-journal",
        "title": title,
        "author": [{"family": family, "given": ""}, {"literal": "others"}],
        "issued": {"date-parts": [[year]]},
        **more,
    }


_KNOWN = "Mechanisms of ketamine action as an antidepressant"
CASES = (
    Case(
        "Crossref and PubMed have a work under its DOI",
        _article(_KNOWN, "Zanos", 2018, DOI="10.1038/mp.2017.255"),
        Verdict.VERIFIED,
        (Source.CROSSREF, Source.PUBMED),
    ),
    Case(
        "Crossref finds a work by its title and author",
        _article(_KNOWN, "Zanos", 2018),
        Verdict.VERIFIED,
        (Source.CROSSREF,),
    ),
    Case(
        "doi.org says of a DOI that nobody has registered it",
        _article(
            "A work that is not there for a test of this program", "Nemo", 2018, DOI="10.1038/citeproof-not-there"
        ),
        Verdict.NO_SUCH_DOI,
        (),
    ),
    Case(
        "DataCite has a preprint under its DOI",
        _article("Attention is all you need", "Vaswani", 2017, DOI="10.48550/arxiv.1706.03762") | {"type": "article"},
        Verdict.VERIFIED,
        (Source.DATACITE,),
    ),
    Case(
        "a retraction is told",
        _article(
            "Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive developmental disorder in "
            "children",
            "Wakefield",
            1998,
            DOI="10.1016/S0140-6736(97)11096-0",
        ),
        Verdict.VERIFIED,
        (Source.CROSSREF,),
        Event.RETRACTED,
    ),
)


def examine(client: Client) -> Iterator[tuple[str, str]]:
    """Ask for each known work; gives what it shows, and what came otherwise ("" if nothing did)."""
    answers = dict(ask_about([case.item for case in CASES], client))
    for number, case in enumerate(CASES):
        judgement = judge(case.item, answers[number])
        silent = [source.value for source in case.answering if (source, State.HERE.value) not in judgement.asked]
        if judgement.verdict is not case.verdict:
            told = f": {judgement.because}" if judgement.because else ""
            yield case.what, f"{judgement.verdict.value} came, not {case.verdict.value}{told}"
        elif silent:
            yield case.what, f"{' and '.join(silent)} did not answer as expected"
        elif case.event and case.event not in {notice.event for notice in judgement.notices}:
            yield case.what, f"no word of it came: {case.event.value}"
        else:
            yield case.what, ""
