"""The doctor: says of services that answer as they were recorded that they do, and of others what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from services import Reply, Services, served

from citeproof.registries import client
from citeproof.registries.doctor import CASES
from citeproof.registries.model import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

ZANOS = {
    "DOI": "10.1038/mp.2017.255",
    "type": "journal-article",
    "title": ["Mechanisms of ketamine action as an antidepressant"],
    "author": [{"family": "Zanos", "given": "Panos"}, {"family": "Gould", "given": "Todd D."}],
    "issued": {"date-parts": [[2018, 3, 13]]},
    "container-title": ["Molecular Psychiatry"],
}
WAKEFIELD = {
    "DOI": "10.1016/s0140-6736(97)11096-0",
    "type": "journal-article",
    "title": [
        "RETRACTED: Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive developmental disorder in children"
    ],
    "author": [{"family": "Wakefield", "given": "AJ"}],
    "issued": {"date-parts": [[1998, 2]]},
    "updated-by": [{"type": "retraction", "DOI": "10.1016/s0140-6736(10)60175-4", "source": "retraction-watch"}],
}
VASWANI = {
    "doi": "10.48550/arxiv.1706.03762",
    "titles": [{"title": "Attention Is All You Need"}],
    "creators": [{"name": "Vaswani, Ashish", "familyName": "Vaswani", "givenName": "Ashish", "nameType": "Personal"}],
    "publicationYear": 2017,
    "types": {"resourceTypeGeneral": "Preprint"},
    "publisher": "arXiv",
}


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    here = Services([ZANOS, WAKEFIELD], [VASWANI])
    monkeypatch.setattr(client, "_PER_SECOND", dict.fromkeys(Source, 1e6))
    monkeypatch.setattr(client, "_LISTS_PER_SECOND", 1e6)
    monkeypatch.setattr(client, "_ATTEMPTS", 1)

    def reply(source: str, path: str, accept: str) -> Reply:
        return here.replies.get("of", here.reply)(source, path, accept)

    with served(reply) as address:
        for name in ("crossref", "datacite", "doi", "pubmed"):
            monkeypatch.setenv(f"CITEPROOF_{name.upper()}_URL", f"{address}{name}")
        yield here


def test_services_that_answer_as_they_were_recorded_are_well(services: Services, citeproof: Callable[..., Run]) -> None:
    found = citeproof("doctor")
    assert (found.status, found.err.splitlines()) == (0, [f"{case.what}: as expected" for case in CASES])


def test_a_retraction_that_is_told_no_more_is_named(services: Services, citeproof: Callable[..., Run]) -> None:
    services.works[1] = {name: value for name, value in WAKEFIELD.items() if name != "updated-by"}
    found = citeproof("doctor")
    assert found.status == 1
    assert found.err.splitlines()[-1] == "a retraction is told: no word of it came: retracted"


def test_an_answer_of_another_shape_is_named(services: Services, citeproof: Callable[..., Run]) -> None:
    def drifted(source: str, path: str, accept: str) -> Reply:
        if source == "doi" and path.startswith("api/handles/"):
            return Reply(404, b'{"code": 100}')
        return services.reply(source, path, accept)

    services.replies["of"] = drifted
    found = citeproof("doctor")
    assert found.status == 1
    lines = dict(line.split(": ", 1) for line in found.err.splitlines())
    told = lines["doi.org says of a DOI that nobody has registered it"]
    assert told.startswith("not checked came, not no such DOI: doi.org did not answer: status 404")
    assert lines["Crossref and PubMed have a work under its DOI"] == "as expected"


def test_without_a_network_it_says_so_of_each(
    services: Services, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    services.replies["of"] = lambda *_: Reply(502, b"<html>Bad gateway</html>", "text/html")
    found = citeproof("doctor")
    assert found.status == 1
    assert len(found.err.splitlines()) == len(CASES)
    assert all("not checked came" in line for line in found.err.splitlines())
