"""What is kept of the answers: replayed without a network, told when it is old, stale or damaged, and never believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from services import Reply, Services, served

from citeproof.registries import client
from citeproof.registries.model import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Run

AMES = {
    "DOI": "10.1000/ames",
    "type": "journal-article",
    "title": ["One thing after another"],
    "author": [{"family": "Ames", "given": "Ann"}],
    "issued": {"date-parts": [[2001]]},
    "container-title": ["Journal of Things"],
    "volume": "1",
    "page": "1-2",
}
RETRACTED = AMES | {"updated-by": [{"type": "retraction", "DOI": "10.1000/notice", "source": "publisher"}]}
CONCERN = AMES | {"updated-by": [{"type": "expression_of_concern", "DOI": "10.1000/notice", "source": "publisher"}]}
TEXT = "As @ames2001 says.\n"


class Web:
    """The services, which a test can change while they are served."""

    def __init__(self) -> None:
        self.services = Services([AMES], without_pubmed=("10.1000/ames",))
        self.asked = 0
        self.dead = False

    def reply(self, source: str, path: str, accept: str) -> Reply:
        """Answer, or be out of order."""
        self.asked += 1
        return Reply(503, b"") if self.dead else self.services.reply(source, path, accept)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    here = Web()
    monkeypatch.setattr(client, "_PER_SECOND", dict.fromkeys(Source, 1e6))
    monkeypatch.setattr(client, "_LISTS_PER_SECOND", 1e6)
    monkeypatch.setattr(client, "_ATTEMPTS", 1)
    with served(here.reply) as address:
        for name in ("crossref", "datacite", "doi", "pubmed"):
            monkeypatch.setenv(f"CITEPROOF_{name.upper()}_URL", f"{address}{name}")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795737600")  # 2026-11-27
        yield here


def ledger(folder: Path) -> Any:
    """Read the ledger of a paper."""
    return json.loads((folder / "citations.lock.json").read_text("utf-8"))


def warned(run: Run) -> list[str]:
    """List what was said of registered works."""
    return [line for line in run.err.splitlines() if " R00" in line]


def test_a_work_that_is_registered_as_typed_is_verified(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(TEXT)
    found = citeproof("verify")
    assert (found.status, warned(found)) == (0, [])
    assert found.err.splitlines()[-2:] == ["@ames2001: verified", "1 verified"]


@pytest.mark.parametrize(
    "changed", ["volume       = {2}", "title        = {Another thing altogether}", "volume = {1}, issue = {4}"]
)
def test_an_entry_that_was_changed_since_is_stale(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run], changed: str
) -> None:
    folder = paper(TEXT).parent
    citeproof("verify")
    bibliography = folder / "references.bib"
    name = changed.split("=", maxsplit=1)[0].strip()
    lines = [
        changed + "," if line.strip().startswith(name) else line
        for line in bibliography.read_text("utf-8").splitlines()
    ]
    bibliography.write_text("\n".join(lines), "utf-8")
    found = citeproof("check")
    assert warned(found) == [
        "references.bib:1:1: warning R006: the entry of @ames2001 has changed since it was asked for"
    ]
    assert found.status == 0
    asked = web.asked
    citeproof("verify")
    assert web.asked > asked


@pytest.mark.parametrize("changed", ["  % a comment\n", "", "  KEYWORDS = {mine},\n  abstract = {All of it},\n"])
def test_what_says_nothing_of_the_work_makes_no_entry_stale(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run], changed: str
) -> None:
    folder = paper(TEXT).parent
    citeproof("verify")
    bibliography = folder / "references.bib"
    text = bibliography.read_text("utf-8").replace("  volume  ", f"{changed}  volume  ").replace("  ", "\t")
    bibliography.write_text(text, "utf-8")
    assert warned(citeproof("check")) == []


def test_an_outage_loses_nothing_and_fails_nothing(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    folder = paper(TEXT).parent
    web.dead = True
    first = citeproof("verify")
    assert (first.status, warned(first)) == (0, [])
    silence = "; ".join(f"{name} did not answer: status 503" for name in ("crossref", "pubmed", "doi.org"))
    assert f"@ames2001: not checked ({silence})" in first.err
    assert not (folder / "citations.lock.json").exists()
    web.dead = False
    assert "1 verified" in citeproof("verify").err
    web.dead = True
    kept = ledger(folder)
    again = citeproof("verify", "--max-age", "0")
    assert (again.status, "1 verified" in again.err) == (0, True)
    assert ledger(folder)["works"]["ames2001"]["verdict"] == kept["works"]["ames2001"]["verdict"]


@pytest.mark.parametrize(("day", "asks"), [("1795737600", False), ("1796256000", False), ("1796515200", True)])
def test_what_was_answered_a_week_ago_is_asked_for_again(
    web: Web,
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
    day: str,
    asks: bool,
) -> None:
    paper(TEXT)
    citeproof("verify")
    asked = web.asked
    monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
    citeproof("verify")
    assert (web.asked > asked) == asks
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1799000000")
    asked = web.asked
    citeproof("verify", "--max-age", "365")
    assert web.asked == asked


def test_offline_nobody_is_asked(web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    paper(TEXT)
    found = citeproof("verify", "--offline")
    assert (found.status, web.asked) == (0, 0)
    assert "@ames2001: not checked (nobody has asked for it yet)" in found.err


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        (TEXT, True),
        ("As @ames2001 said before it was retracted.\n", False),
        ("The study was retracted [@ames2001].\n", False),
        ("It was retracted.\n\nAs @ames2001 says.\n", True),
        ("Die Arbeit wurde zurückgezogen [@ames2001].\n", False),
    ],
)
def test_a_retracted_work_stops_the_build_unless_the_paragraph_says_so(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run], text: str, stops: bool
) -> None:
    folder = paper(text).parent
    web.services.works[:] = [RETRACTED]
    citeproof("verify")
    built = citeproof("build", "--to", "html")
    assert built.status == int(stops)
    assert (folder / "dist" / "paper.html").is_file() is not stops
    if stops:
        place = text.index("@ames2001") - text.rfind("\n", 0, text.index("@ames2001"))
        line = 7 + text[: text.index("@ames2001")].count("\n")
        assert (
            f"paper.md:{line}:{place}: error R007: @ames2001 was retracted (10.1000/notice), and the text does not say so\n"
            "    do without it, or say in the paragraph that it was retracted\n"
        ) in built.err


def test_an_expression_of_concern_is_its_own_warning(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(TEXT)
    web.services.works[:] = [CONCERN]
    citeproof("verify")
    built = citeproof("build", "--to", "html")
    assert built.status == 0
    assert warned(built) == [
        "paper.md:7:4: warning R008: an expression of concern was published about @ames2001 (10.1000/notice)"
    ]


def test_a_person_can_decide_and_has_to_say_why(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    folder = paper(TEXT).parent
    web.services.works[:] = [AMES | {"volume": "3"}]
    assert warned(citeproof("verify"))
    assert citeproof("verify", "--accept", "ames2001").status == 2
    asked = web.asked
    found = citeproof(
        "verify", "--accept", "ames2001", "--because", "the printed issue says 1", "--evidence", "https://a.org/1"
    )
    assert (found.status, warned(found), web.asked) == (0, [], asked)
    assert "@ames2001: accepted by hand (the printed issue says 1)" in found.err
    assert ledger(folder)["works"]["ames2001"]["by hand"] == {
        "because": "the printed issue says 1",
        "date": "2026-11-27",
        "evidence": "https://a.org/1",
    }
    assert warned(citeproof("check")) == []
    bibliography = folder / "references.bib"
    bibliography.write_text(bibliography.read_text("utf-8").replace("One thing", "Two things"), "utf-8")
    assert "has changed since it was asked for" in warned(citeproof("check"))[0]
    citeproof("verify")
    assert "by hand" not in ledger(folder)["works"]["ames2001"]
    unknown = citeproof("verify", "--accept", "nobody", "--because", "x")
    assert (unknown.status, "the paper cites no work as @nobody" in unknown.err) == (2, True)


def damaged_body(folder: Path) -> None:
    """Change an answer."""
    path = next((folder / "citations.lock").iterdir())
    path.write_bytes(path.read_bytes().replace(b"thing", b"sting"))


def missing_body(folder: Path) -> None:
    """Lose the answers."""
    for path in (folder / "citations.lock").iterdir():
        path.unlink()


def half(folder: Path) -> None:
    """Cut the ledger off."""
    path = folder / "citations.lock.json"
    path.write_text(path.read_text("utf-8")[:200], "utf-8")


def merged(folder: Path) -> None:
    """Leave the marks of a merge in it."""
    path = folder / "citations.lock.json"
    path.write_text("<<<<<<< HEAD\n" + path.read_text("utf-8"), "utf-8")


def another_version(folder: Path) -> None:
    """Let it be of a later version."""
    path = folder / "citations.lock.json"
    path.write_text(path.read_text("utf-8").replace('"version": 1', '"version": 2'), "utf-8")


def no_map(folder: Path) -> None:
    """Let it be something else."""
    (folder / "citations.lock.json").write_text("[1, 2]", "utf-8")


@pytest.mark.parametrize("damage", [damaged_body, missing_body, half, merged, another_version, no_map])
def test_a_damaged_ledger_is_told_and_can_be_made_anew(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run], damage: Callable[[Path], None]
) -> None:
    folder = paper(TEXT).parent
    citeproof("verify")
    damage(folder)
    found = citeproof("check")
    assert found.status == 1
    assert [line.split(": ")[1] for line in warned(found)] == ["error R009"]
    assert warned(found)[0].startswith("citations.lock.json: ")
    before = (folder / "citations.lock.json").read_text("utf-8")
    again = citeproof("verify")
    assert (again.status, warned(again)) == (0, [])
    assert (folder / "citations.lock.json~").read_text("utf-8") == before, "a person's verdict may be in it"


def test_a_verdict_in_the_file_is_not_believed(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    folder = paper(TEXT).parent
    web.services.works[:] = [AMES | {"volume": "3"}]
    citeproof("verify")
    path = folder / "citations.lock.json"
    path.write_text(path.read_text("utf-8").replace('"differs"', '"verified"'), "utf-8")
    assert warned(citeproof("check"))


def test_a_changed_ledger_is_a_new_build_and_an_unchanged_one_is_none(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(TEXT)
    citeproof("build", "--to", "html")
    assert "nothing has changed" in citeproof("build", "--to", "html").err
    web.services.works[:] = [CONCERN]
    citeproof("verify")
    built = citeproof("build", "--to", "html")
    assert ("nothing has changed" in built.err, len(warned(built))) == (False, 1)
    again = citeproof("build", "--to", "html")
    assert ("nothing has changed" in again.err, warned(again)) == (True, warned(built))


def test_works_that_are_cited_no_more_leave_the_ledger(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    folder = paper("As @ames2001 and @berg2002 say.\n").parent
    citeproof("verify")
    assert set(ledger(folder)["works"]) == {"ames2001", "berg2002"}
    paper(TEXT)
    citeproof("verify")
    assert set(ledger(folder)["works"]) == {"ames2001"}
    named = {answer["sha256"][:16] for answer in ledger(folder)["works"]["ames2001"]["answers"] if answer["sha256"]}
    assert {path.name for path in (folder / "citations.lock").iterdir()} == named


def test_a_book_that_nobody_lists_is_not_called_missing(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper("As @berg2002 says.\n")
    found = citeproof("verify")
    assert (found.status, warned(found)) == (0, [])
    assert "@berg2002: not checked (the services that were asked do not list all works of this kind)" in found.err


def test_a_folder_that_cannot_be_written_is_told(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paper(TEXT).parent
    (folder / "citations.lock").write_text("a file", "utf-8")
    found = citeproof("verify")
    assert found.status == 2
    assert not (folder / "citations.lock.json").exists()


def test_a_doi_of_another_work_is_told_with_the_one_that_may_be_meant(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(TEXT)
    other = AMES | {"title": ["Quite a different matter"], "author": [{"family": "Zhu", "given": "Bo"}], "volume": "9"}
    web.services.works[:] = [other, AMES | {"DOI": "10.1000/real"}]
    found = citeproof("verify")
    assert (
        "references.bib:1:1: warning R002: @ames2001: the DOI 10.1000/ames belongs to: Zhu (2001), Quite a different matter\n"
        "    the work itself may be Ames, Ann (2001), One thing after another. Journal of Things, 1, 1-2. https://doi.org/10.1000/real\n"
        "    correct the identifier, or the entry\n"
    ) in found.err


def test_a_doi_that_is_not_registered_is_told(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(TEXT)
    web.services.works[:] = [AMES | {"DOI": "10.1000/real"}]
    found = citeproof("verify")
    assert (
        "references.bib:1:1: warning R003: @ames2001: nobody has registered the DOI 10.1000/ames\n"
        "    the work itself may be Ames, Ann (2001), One thing after another. Journal of Things, 1, 1-2. https://doi.org/10.1000/real\n"
        "    look it up at the publisher's\n"
    ) in found.err


def test_a_doi_of_another_agency_is_registered_and_not_checked(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(TEXT)
    web.services.works.clear()
    web.services.elsewhere = ("10.1000/ames",)
    found = citeproof("verify")
    assert (found.status, warned(found)) == (0, [])
    assert "not checked (the DOI 10.1000/ames is registered, and its agency gave no record of it)" in found.err


def test_two_works_that_may_be_meant_are_both_named(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    folder = paper(TEXT).parent
    bibliography = folder / "references.bib"
    bibliography.write_text(bibliography.read_text("utf-8").replace("  doi          = {10.1000/ames},\n", ""), "utf-8")
    web.services.works[:] = [AMES, AMES | {"DOI": "10.1000/twin"}]
    found = citeproof("verify")
    assert (
        "references.bib:1:1: warning R005: @ames2001: it may be each of 2 works\n"
        "    one is Ames, Ann (2001), One thing after another. Journal of Things, 1, 1-2. https://doi.org/10.1000/ames\n"
        "    one is Ames, Ann (2001), One thing after another. Journal of Things, 1, 1-2. https://doi.org/10.1000/twin\n"
        "    add the DOI of the one that is meant\n"
    ) in found.err


def test_a_policy_weighs_what_registries_say(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper(TEXT)
    web.services.works[:] = [AMES | {"volume": "3"}]
    assert citeproof("verify").status == 1
    text = path.read_text("utf-8")
    path.write_text(text.replace("bibliography:", "citeproof: {findings: {R001: error}}\nbibliography:"), "utf-8")
    built = citeproof("build", "--to", "html")
    assert built.status == 1
    assert "error R001" in built.err
    path.write_text(text.replace("bibliography:", "citeproof: {findings: {R: off}}\nbibliography:"), "utf-8")
    found = citeproof("verify", "--offline")
    assert (found.status, warned(found)) == (0, [])
    assert "@ames2001: differs" in found.err
    bibliography = path.parent / "references.bib"
    path.write_text(text, "utf-8")
    bibliography.write_text(
        f"% citeproof: allow R001 because the page says 1\n{bibliography.read_text('utf-8')}", "utf-8"
    )
    checked = citeproof("check", "--format", "json")
    assert (checked.status, [one["code"] for one in checked.told["allowed"]]) == (0, ["R001"])


def test_who_stops_the_asking_keeps_what_came_so_far(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paper("As @ames2001 and @berg2002 say.\n").parent
    real = client.ask_about

    def stopped(*arguments: Any) -> Iterator[Any]:
        asked = real(*arguments, at_once=1)
        yield next(asked)
        asked.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(client, "ask_about", stopped)
    assert citeproof("verify").status == 130
    assert set(ledger(folder)["works"]) == {"ames2001"}
    monkeypatch.setattr(client, "ask_about", real)
    citeproof("verify")
    assert set(ledger(folder)["works"]) == {"ames2001", "berg2002"}


@pytest.mark.parametrize(
    "issued", ["2001", "2001-03-01", "{year: 2001}", "[{year: 2001, month: 3}]", "{date-parts: [[2001, 3]]}"]
)
def test_works_of_the_front_matter_are_asked_for_too(
    web: Web, paper: Callable[..., Path], citeproof: Callable[..., Run], issued: str
) -> None:
    path = paper("As @own says.\n")
    own = (
        "references:\n- id: own\n  type: article-journal\n  title: One thing after another\n"
        f"  author:\n  - family: Ames\n    given: Ann\n  issued: {issued}\n  container-title: Journal of Things\n  volume: 3\n"
    )
    path.write_text(path.read_text("utf-8").replace("bibliography:", f"{own}bibliography:"), "utf-8")
    found = citeproof("verify")
    assert warned(found)[0].startswith(
        "paper.md:5:7: warning R001: @own is not as it is registered (https://doi.org/10.1000/ames): volume"
    )
