"""Retractions, notices and preprints as Crossref has them of real works, with all that is odd in the records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from citeproof.registries.answers import works
from citeproof.registries.judge import judge
from citeproof.registries.model import Answer, Event, Question, Source
from citeproof.registries.questions import doi_of

RECORDS = {one["DOI"]: one for one in json.loads(Path(__file__).with_name("retractions.json").read_text("utf-8"))}
DUE: dict[str, set[Event]] = {
    "10.1016/s0140-6736(97)11096-0": {Event.RETRACTED, Event.CORRECTED},
    "10.1016/s0140-6736(10)60175-4": {Event.IS_NOTICE},
    # The publisher deposited both directions, on the work and on its notice.
    "10.1016/s0140-6736(20)31180-6": {Event.RETRACTED, Event.CONCERN, Event.CORRECTED},
    "10.1016/s0140-6736(20)31324-6": {Event.IS_NOTICE},
    # Only the title of the record told of the retraction when it was taken down.
    "10.1056/nejmoa2007621": {Event.CONCERN, Event.CALLED_RETRACTED},
    "10.1007/s00132-015-3148-2": {Event.RETRACTED},
    "10.1007/s11277-021-09072-0": {Event.RETRACTED},
    "10.1538/expanim.54.1": {Event.RETRACTED},
    "10.1016/j.micpro.2021.104006": {Event.RETRACTED, Event.CORRECTED},
    "10.1109/icetce.2011.5774727": {Event.RETRACTED},
    "10.1103/physrevd.109.023023": {Event.CORRECTED},
    # One notice, a retraction to Retraction Watch and an erratum to the publisher.
    "10.1016/j.apsusc.2007.01.131": {Event.RETRACTED, Event.CORRECTED},
    "10.1126/science.1112286": {Event.RETRACTED},
    "10.1177/1758835920922055": {Event.RETRACTED},
    "10.1007/s11356-024-33074-7": {Event.IS_NOTICE},
    "10.1038/s41586-020-2012-7": set(),
    "10.1158/1078-0432.ccr-15-3036": set(),
    "10.1364/opticaopen.29459153.v1": {Event.PUBLISHED},
    "10.1177/03010066251384492": set(),
    "10.5506/aphyspolb.56.3-a17": set(),
    "10.1111/jofi.12868": {Event.CALLED_RETRACTED},
    "10.1038/nature00870": {Event.RETRACTED},
}


def test_each_record_has_its_expectation() -> None:
    assert set(DUE) == set(RECORDS)


@pytest.mark.parametrize("doi", DUE)
def test_a_recorded_work_has_the_notices_that_it_has(doi: str) -> None:
    record: dict[str, Any] = RECORDS[doi]
    body = json.dumps({"status": "ok", "message-type": "work", "message": record}).encode()
    answer = Answer(Question(Source.CROSSREF, f"works/{doi}"), "", "2026-11-27", 200, body)
    work = works(answer)[0]
    item = {"id": "one", "type": "article-journal", "title": work.title, "DOI": doi}
    assert doi_of(item) == doi
    assert {notice.event for notice in judge(item, [answer]).notices} == DUE[doi]
