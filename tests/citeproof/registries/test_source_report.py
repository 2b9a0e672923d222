"""The six references of the source report, asked of services that answer as the real ones would.

Three are registered as they were typed: each gets its DOI proposed; "post-traumatic" for "posttraumatic" is the same word,
and a work that came online in the year before its issue has no other year. One is a real work with a title cut short and
another one's journal, volume, issue and pages: it differs, and the registered values are given. Two were found nowhere. A
real work of Jennifer Dore's of the same year is shown beside the first of them, and is never put in its place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from services import Services, served

from citeproof.registries import client
from citeproof.registries.model import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run


def article(
    doi: str, title: str, subtitle: str, journal: str, short: str, place: tuple[str, str, str], **more: Any
) -> Any:
    """Give a journal article in Crossref's shape."""
    volume, issue, page = place
    names = [name.split(", ") for name in more.pop("authors")]
    return {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "subtitle": [subtitle] if subtitle else [],
        "author": [{"family": family, "given": given, "sequence": "additional"} for family, given in names],
        "container-title": [journal],
        "short-container-title": [short],
        "volume": volume,
        "issue": issue,
        "page": page,
        **{name.replace("_", "-"): {"date-parts": [list(date)]} for name, date in more.items()},
    }


FEDER = (
    "Feder, Adriana; Parides, Michael K.; Murrough, James W.; Perez, Andrew M.; Morgan, Julia E.; Saxena, Shireen; "
    "Kirkwood, Katherine; aan het Rot, Marije; Lapidus, Kyle A. B.; Wan, Le-Ben; Iosifescu, Dan; Charney, Dennis S."
)
WORKS = [
    article(
        "10.1038/mp.2017.255", "Mechanisms of ketamine action as an antidepressant", "", "Molecular Psychiatry",
        "Mol Psychiatry", ("23", "4", "801-811"), authors=["Zanos, Panos", "Gould, Todd D."],
        published_online=(2018, 3, 13), published_print=(2018, 4), issued=(2018, 3, 13),
    ),
    article(
        "10.1002/hup.2475", "The use of ketamine as an antidepressant: a systematic review and meta-analysis", "",
        "Human Psychopharmacology: Clinical and Experimental", "Human Psychopharmacology", ("30", "3", "152-163"),
        authors=["Coyle, Caoimhe M.", "Laws, Keith R."], published_online=(2015, 4, 6), published_print=(2015, 5),
        issued=(2015, 4, 6),
    ),
    article(
        "10.1111/j.1360-0443.2011.03576.x", "Ketamine use: a review", "", "Addiction", "Addiction", ("107", "1", "27-38"),
        authors=["Morgan, Celia J. A.", "Curran, H. Valerie"], published_online=(2011, 7, 22), published_print=(2012, 1),
        issued=(2011, 7, 22),
    ),
    article(
        "10.1001/jamapsychiatry.2014.62",
        "Efficacy of Intravenous Ketamine for Treatment of Chronic Posttraumatic Stress Disorder",
        "A Randomized Clinical Trial", "JAMA Psychiatry", "JAMA Psychiatry", ("71", "6", "681"),
        authors=FEDER.split("; "), published_print=(2014, 6, 1), issued=(2014, 6, 1),
    ),
    article(
        "10.1080/02791072.2019.1587556",
        "Ketamine Assisted Psychotherapy (KAP): Patient Demographics, Clinical Data and Outcomes in Three Large Practices "
        "Administering Ketamine with Psychotherapy", "", "Journal of Psychoactive Drugs", "", ("51", "2", "189-198"),
        authors=["Dore, Jennifer", "Turnipseed, Brent"], published_online=(2019, 3, 27), published_print=(2019, 3, 15),
        issued=(2019, 3, 15),
    ),
    article(
        "10.1234/another.2019", "A trial of something else altogether", "", "Journal of Psychopharmacology", "",
        ("33", "4", "421-429"), authors=["Reed, Ann"], published_print=(2019, 4), issued=(2019, 4),
    ),
]  # fmt: skip

TYPED = """\
@article{zanos2018, author = {Zanos, P. and Gould, T. D.}, date = {2018},
  title = {Mechanisms of ketamine action as an antidepressant}, journaltitle = {Molecular Psychiatry},
  volume = {23}, number = {4}, pages = {801--811}}
@article{coyle2015, author = {Coyle, C. M. and Laws, K. R.}, date = {2015},
  title = {The use of ketamine as an antidepressant: {A} systematic review},
  journaltitle = {Expert Review of Neurotherapeutics}, volume = {15}, number = {5}, pages = {611--620}}
@article{dore2019, author = {Dore, J. and others}, date = {2019},
  title = {Ketamine and its effects on the brain: {A} review of the literature},
  journaltitle = {Journal of Psychopharmacology}, volume = {33}, number = {4}, pages = {421--429}}
@article{morgan2012, author = {Morgan, C. J. A. and Curran, H. V.}, date = {2012}, title = {Ketamine use: {A} review},
  journaltitle = {Addiction}, volume = {107}, number = {1}, pages = {27--38}}
@article{baker2010, author = {Baker, J. R. and others}, date = {2010},
  title = {The effects of ketamine on cognition and mood in recreational users},
  journaltitle = {Psychopharmacology}, volume = {210}, number = {3}, pages = {329--338}}
@article{feder2014, author = {Feder, A. and others}, date = {2014},
  title = {Efficacy of intravenous ketamine for treatment of chronic post-traumatic stress disorder: {A} randomized
           clinical trial},
  journaltitle = {JAMA Psychiatry}, volume = {71}, number = {6}, pages = {681--688}}
"""
TEXT = "It was seen [@zanos2018; @coyle2015; @dore2019; @morgan2012; @baker2010; @feder2014].\n"


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Serve the six works' services, and let citeproof ask there."""
    here = Services(WORKS)
    monkeypatch.setattr(client, "_PER_SECOND", dict.fromkeys(Source, 1e6))  # tests do not sleep
    monkeypatch.setattr(client, "_LISTS_PER_SECOND", 1e6)
    with served(here.reply) as address:
        for name in ("crossref", "datacite", "doi", "pubmed"):
            monkeypatch.setenv(f"CITEPROOF_{name.upper()}_URL", f"{address}{name}")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795737600")  # 2026-11-27
        yield here


@pytest.fixture
def report(paper: Callable[..., Path]) -> Path:
    """Give the folder of a paper that cites the six as they were typed."""
    path = paper(TEXT)
    (path.parent / "references.bib").write_text(TYPED, "utf-8")
    return path.parent


def test_the_six_references_come_out_as_they_are(
    services: Services, report: Path, citeproof: Callable[..., Run]
) -> None:
    asked = citeproof("verify", "--format", "json")
    works = asked.told["works"]
    assert {key: work["verdict"] for key, work in works.items()} == {
        "zanos2018": "verified",
        "coyle2015": "differs",
        "dore2019": "no record found",
        "morgan2012": "verified",
        "baker2010": "no record found",
        "feder2014": "verified",
    }
    assert asked.status == 1
    proposed = {
        "zanos2018": "its DOI is 10.1038/mp.2017.255",
        "morgan2012": "its DOI is 10.1111/j.1360-0443.2011.03576.x",
        "feder2014": "its DOI is 10.1001/jamapsychiatry.2014.62",
    }
    for key, remark in proposed.items():
        assert works[key]["differences"] == []
        assert remark in works[key]["remarks"]
    assert works["coyle2015"]["identifier"] == "10.1002/hup.2475"
    assert works["coyle2015"]["differences"] == [
        {"field": "title", "have": "(nothing)", "registered": "and meta-analysis"},
        {
            "field": "container-title",
            "have": "Expert Review of Neurotherapeutics",
            "registered": "Human Psychopharmacology: Clinical and Experimental",
        },
        {"field": "volume", "have": "15", "registered": "30"},
        {"field": "issue", "have": "5", "registered": "3"},
        {"field": "page", "have": "611–620", "registered": "152-163"},
    ]
    # A work of the same author and year is shown, and nothing of it is taken over.
    assert works["dore2019"]["candidates"][0] == "10.1080/02791072.2019.1587556"
    assert (works["dore2019"]["identifier"], works["dore2019"]["remarks"]) == ("", [])
    assert services.asked


def test_they_are_told_in_words_with_what_to_do(
    services: Services, report: Path, citeproof: Callable[..., Run]
) -> None:
    said = citeproof("verify").err
    assert (
        "references.bib:4:1: warning R001: @coyle2015 is not as it is registered (https://doi.org/10.1002/hup.2475): title, "
        "journal, volume, issue and pages are registered otherwise\n"
        "    title: (nothing) here, and meta-analysis registered\n"
        "    journal: Expert Review of Neurotherapeutics here, Human Psychopharmacology: Clinical and Experimental registered\n"
        "    volume: 15 here, 30 registered\n"
        "    issue: 5 here, 3 registered\n"
        "    pages: 611–620 here, 152-163 registered\n"
        "    in the entry: title = {The use of ketamine as an antidepressant: a systematic review and meta-analysis}\n"
        "    in the entry: journaltitle = {Human Psychopharmacology: Clinical and Experimental}\n"
        "    in the entry: volume = {30}\n"
        "    in the entry: number = {3}\n"
        "    in the entry: pages = {152--163}\n"
        '    if the entry is right: citeproof verify --accept coyle2015 --because "…"\n'
    ) in said
    assert (
        "references.bib:7:1: warning R004: @dore2019: no service that was asked has it (asked: crossref, pubmed)\n"
        "    at that journal, volume and page stands Reed, Ann (2019), A trial of something else altogether. "
        "Journal of Psychopharmacology, 33(4), 421-429. https://doi.org/10.1234/another.2019\n"
        "    another work: Dore, Jennifer; Turnipseed, Brent (2019), Ketamine Assisted Psychotherapy (KAP): Patient "
    ) in said
    for word in ("fake", "invented", "hallucinat"):
        assert word not in said


def test_a_build_replays_it_and_asks_nobody(services: Services, report: Path, citeproof: Callable[..., Run]) -> None:
    citeproof("verify")
    asked = len(services.asked)
    built = citeproof("build", "--to", "html")
    assert built.status == 0
    assert [line.split(": ")[1] for line in built.err.splitlines() if " R00" in line] == [
        "warning R001", "warning R004", "warning R004",
    ]  # fmt: skip
    assert len(services.asked) == asked
    again = citeproof("verify")
    assert len(services.asked) == asked, "what was answered today is not asked for again"
    assert again.status == 1


def test_the_proof_shows_them_in_the_order_in_which_they_need_attention(
    services: Services, report: Path, citeproof: Callable[..., Run]
) -> None:
    citeproof("verify")
    citeproof("verify", "--accept", "baker2010", "--because", "I hold the issue in my hands")
    citeproof("build", "--to", "html")
    proof = json.loads((report / "dist" / "proof.json").read_text("utf-8"))
    works = {work["key"]: work for work in proof["parts"][0]["works"]}
    assert [(key, work["standing"]) for key, work in works.items()] == [
        ("dore2019", "no record found"),
        ("coyle2015", "differs"),
        ("baker2010", "accepted by a person"),
        ("zanos2018", "verified"),
        ("morgan2012", "verified"),
        ("feder2014", "verified"),
    ]
    assert works["zanos2018"]["registered"] == "https://doi.org/10.1038/mp.2017.255"
    assert [one["field"] for one in works["coyle2015"]["differences"]] == [
        "title",
        "journal",
        "volume",
        "issue",
        "pages",
    ]
    # Another work of the same author and year is shown beside it, and nothing of it is taken over.
    assert works["dore2019"]["candidates"][0]["link"] == "https://doi.org/10.1080/02791072.2019.1587556"
    assert works["dore2019"]["candidates"][0]["work"].startswith("Dore, Jennifer; Turnipseed, Brent (2019), Ketamine")
    assert works["dore2019"]["standing there"]["link"] == "https://doi.org/10.1234/another.2019"
    assert (works["dore2019"]["registered"], works["dore2019"]["identifier"]) == ("", "")
    assert works["baker2010"]["by hand"] == {
        "because": "I hold the issue in my hands", "evidence": "", "date": "2026-11-27",
    }  # fmt: skip
    assert {work["asked on"] for work in works.values()} == {proof["totals"]["last asked"]} == {"2026-11-27"}
    assert works["dore2019"]["asked"] == {"crossref": "answered", "pubmed": "answered"}
    links = {one["link"]: (one["passed"], one["of"], one["not known"]) for one in proof["links"]}
    assert links["registered work"] == (4, 6, 0)
    assert links["still standing"] == (4, 6, 2)
    page = (report / "dist" / "proof.html").read_text("utf-8")
    assert "no service that was asked has it" in page
    for word in ("fake", "invented", "hallucinat"):
        assert word not in page.lower()
    entry = (
        (report / "references.bib").read_text("utf-8").replace("Ketamine use: {A} review", "Ketamine abuse: {A} review")
    )
    (report / "references.bib").write_text(entry, "utf-8")
    citeproof("build", "--to", "html")
    proof = json.loads((report / "dist" / "proof.json").read_text("utf-8"))
    assert proof["totals"]["standings"]["changed since"] == 1


def test_what_was_answered_is_kept_as_it_came(services: Services, report: Path, citeproof: Callable[..., Run]) -> None:
    citeproof("verify")
    text = (report / "citations.lock.json").read_text("utf-8")
    told = json.loads(text)["works"]
    assert list(told) == sorted(told)
    assert told["coyle2015"]["verdict"] == "differs"
    assert told["coyle2015"]["date"] == "2026-11-27"
    first = told["coyle2015"]["answers"][0]
    assert (first["source"], first["status"]) == ("crossref", 200)
    body = (report / "citations.lock" / first["sha256"][:16]).read_bytes()
    assert json.loads(body)["message-type"] == "work-list"
    for path in (report / "citations.lock").iterdir():
        path.unlink()
    (report / "citations.lock.json").unlink()
    citeproof("verify")
    assert (report / "citations.lock.json").read_text("utf-8") == text.replace("\r", "")


def test_of_a_work_that_is_marked_as_unverified_no_more_is_said_than_what_is_near(
    services: Services, report: Path, citeproof: Callable[..., Run]
) -> None:
    bibliography = report / "references.bib"
    marked = bibliography.read_text("utf-8").replace(
        "@article{dore2019,", "@article{dore2019, keywords = {unverified},"
    )
    bibliography.write_text(marked, "utf-8")
    found = citeproof("verify")
    assert "@dore2019: no record found\n    at that journal, volume and page stands Reed, Ann (2019)" in found.err
    assert "\n    another work: Dore, Jennifer; Turnipseed, Brent (2019)" in found.err
    assert "R004: @dore2019" not in found.err
    assert found.err.count("another work: Dore, Jennifer") == 1
