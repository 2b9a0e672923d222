"""What has befallen a work, in every way in which it is recorded: the table of `registries` for retractions."""

from __future__ import annotations

from typing import Any

import pytest
from services import Services

from citeproof.registries.judge import judge
from citeproof.registries.model import Event, Verdict
from citeproof.registries.questions import next_questions

DOI = "10.1000/ames"


def work(doi: str = DOI, title: str = "One thing after another in sleep", **more: Any) -> dict[str, Any]:
    """Give a work as Crossref has it."""
    return {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "author": [{"family": "Ames", "given": "Ann"}],
        "issued": {"date-parts": [[2001, 3]]},
        "container-title": ["Journal of Things"],
        "volume": "1",
        "page": "1-2",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def update(kind: str, doi: str, date: tuple[int, ...] = (2003, 5, 1), source: str = "publisher") -> dict[str, Any]:
    """Give what stands in an `update-to` or `updated-by`."""
    return {"type": kind, "DOI": doi, "source": source, "label": kind.title(), "updated": {"date-parts": [list(date)]}}


def entry(doi: str = DOI, title: str = "One thing after another in sleep") -> dict[str, Any]:
    """Give the entry of a paper that cites it."""
    found = {
        "id": "ames2001",
        "type": "article-journal",
        "title": title,
        "author": [{"family": "Ames", "given": "A."}],
        "issued": {"date-parts": [[2001]]},
        "container-title": "Journal of Things",
        "volume": "1",
        "page": "1–2",
    }
    return found | ({"DOI": doi} if doi else {})


NOTICE = "10.1000/notice"
RETRACTED, CONCERN, CORRECTED = {Event.RETRACTED}, {Event.CONCERN}, {Event.CORRECTED}

CASES: dict[str, tuple[dict[str, Any], set[Event]]] = {
    "nothing has happened": (work(), set()),
    "retracted: updated-by alone, as one well-known case has it": (
        work(updated_by=[update("retraction", NOTICE)]), RETRACTED),
    "retracted, told by Retraction Watch": (
        work(updated_by=[update("retraction", NOTICE, source="retraction-watch")]), RETRACTED),
    "retracted, told by both": (
        work(updated_by=[update("retraction", NOTICE), update("retraction", NOTICE, source="retraction-watch")]), RETRACTED),
    "withdrawn": (work(updated_by=[update("withdrawal", NOTICE)]), {Event.WITHDRAWN}),
    "removed": (work(updated_by=[update("removal", NOTICE)]), {Event.WITHDRAWN}),
    "retracted in place: an update-to at its own DOI": (work(update_to=[update("retraction", DOI)]), RETRACTED),
    "retracted in place, DOI in other letters": (work(update_to=[update("retraction", DOI.upper())]), RETRACTED),
    "a partial retraction": (work(updated_by=[update("partial_retraction", NOTICE)]), RETRACTED),
    "a concern": (work(updated_by=[update("expression_of_concern", NOTICE)]), CONCERN),
    "a concern, written with spaces": (work(updated_by=[update("Expression of Concern", NOTICE)]), CONCERN),
    "a concern, then a retraction": (
        work(updated_by=[update("expression_of_concern", NOTICE), update("retraction", "10.1000/n2", (2005, 1))]),
        CONCERN | RETRACTED),
    "a correction": (work(updated_by=[update("correction", NOTICE)]), CORRECTED),
    "an erratum": (work(updated_by=[update("erratum", NOTICE)]), CORRECTED),
    "a corrigendum": (work(updated_by=[update("corrigendum", NOTICE)]), CORRECTED),
    "a new version, which is none of these": (work(updated_by=[update("new_version", NOTICE)]), set()),
    "reinstated later": (
        work(updated_by=[update("retraction", NOTICE), update("reinstatement", "10.1000/back", (2004, 1, 1))]),
        {Event.REINSTATED}),
    "reinstated, then retracted again": (
        work(updated_by=[update("retraction", NOTICE), update("reinstatement", "10.1000/b", (2004, 1, 1)),
                         update("retraction", "10.1000/n2", (2006, 1, 1))]),
        {Event.REINSTATED, Event.RETRACTED}),
    "the notice itself": (work(update_to=[update("retraction", "10.1000/other")]), {Event.IS_NOTICE}),
    "the notice itself, whose publisher deposited both directions": (
        work(update_to=[update("retraction", "10.1000/other", source="retraction-watch")],
             updated_by=[update("retraction", "10.1000/other")]),
        {Event.IS_NOTICE}),
    "a retracted work, whose publisher deposited both directions": (
        work(update_to=[update("retraction", NOTICE)],
             updated_by=[update("retraction", NOTICE), update("retraction", NOTICE, source="retraction-watch")]),
        RETRACTED),
    "a retracted work with both directions and nobody else's word": (
        work(update_to=[update("retraction", NOTICE)], updated_by=[update("retraction", NOTICE)]), RETRACTED),
    "a correction of another work": (work(update_to=[update("correction", "10.1000/other")]), set()),
    "RETRACTED in its title, and nobody else's word": (
        work(title="RETRACTED: One thing after another in sleep"), {Event.CALLED_RETRACTED}),
    "RETRACTED ARTICLE in its title, and told": (
        work(title="RETRACTED ARTICLE: One thing after another in sleep", updated_by=[update("retraction", NOTICE)]), RETRACTED),
    "a title about retractions": (work(title="Retracted papers and one thing after another in sleep"), set()),
    "a preprint with a published version": (
        work(relation={"is-preprint-of": [{"id-type": "doi", "id": "10.1000/printed", "asserted-by": "subject"}]}),
        {Event.PUBLISHED}),
    "a published work with a preprint": (
        work(relation={"has-preprint": [{"id-type": "doi", "id": "10.1000/pre", "asserted-by": "object"}]}), set()),
    "a relation that is no map": (work(relation=[]), set()),
    "an update without a type": (work(updated_by=[{"DOI": NOTICE}]), set()),
}  # fmt: skip


def judged(services: Services, item: dict[str, Any]) -> Any:
    """Ask all that there is to ask, and judge."""
    answers: list[Any] = []
    while questions := next_questions(item, answers):
        answers += [services.answer(question) for question in questions]
    return judge(item, answers)


@pytest.mark.parametrize(("registered", "events"), CASES.values(), ids=CASES)
def test_what_has_befallen_a_work_is_known(registered: dict[str, Any], events: set[Event]) -> None:
    title = registered["title"][0] if "about retractions" in str(registered) else "One thing after another in sleep"
    title = registered["title"][0] if registered["title"][0].startswith("Retracted papers") else title
    judgement = judged(Services([registered], without_pubmed=(DOI,)), entry(title=title))
    assert judgement.verdict is Verdict.VERIFIED
    assert {notice.event for notice in judgement.notices} == events


IN_PUBMED = {
    "a publication type": ("<PublicationType>Retracted Publication</PublicationType>", RETRACTED),
    "a comment": ('<CommentsCorrections RefType="RetractionIn"><PMID>99</PMID></CommentsCorrections>', RETRACTED),
    "both": (
        "<PublicationType>Retracted Publication</PublicationType>"
        '<CommentsCorrections RefType="RetractionIn"><PMID>99</PMID></CommentsCorrections>',
        RETRACTED,
    ),
    "a concern": (
        '<CommentsCorrections RefType="ExpressionOfConcernIn"><PMID>99</PMID></CommentsCorrections>',
        CONCERN,
    ),
    "an erratum": ('<CommentsCorrections RefType="ErratumIn"><PMID>99</PMID></CommentsCorrections>', CORRECTED),
    "a notice": (
        '<CommentsCorrections RefType="RetractionOf"><PMID>98</PMID></CommentsCorrections>',
        {Event.IS_NOTICE},
    ),
    "a comment on it": ('<CommentsCorrections RefType="CommentIn"><PMID>97</PMID></CommentsCorrections>', set()),
}


@pytest.mark.parametrize(("said", "events"), IN_PUBMED.values(), ids=IN_PUBMED)
def test_what_only_pubmed_tells_counts_too(said: str, events: set[Event]) -> None:
    judgement = judged(Services([work()], pubmed_extra={DOI: said}), entry())
    assert {notice.event for notice in judgement.notices} == events
    assert judgement.verdict is Verdict.VERIFIED


def test_a_doi_with_a_comma_is_asked_for_alone() -> None:
    doi = "10.1000/s0140,6736(97)11096-0"
    judgement = judged(Services([work(doi, updated_by=[update("retraction", NOTICE)])]), entry(doi))
    assert {notice.event for notice in judgement.notices} == RETRACTED


def test_a_work_without_a_doi_is_found_and_then_looked_up() -> None:
    """The list of a search may lack what the record itself says."""
    judgement = judged(Services([work(updated_by=[update("retraction", NOTICE)])]), entry(doi=""))
    assert {notice.event for notice in judgement.notices} == RETRACTED


def test_without_a_record_a_work_is_not_called_clean() -> None:
    judgement = judged(Services([]), entry(doi=""))
    assert (judgement.verdict, judgement.notices) == (Verdict.NOT_FOUND, ())
