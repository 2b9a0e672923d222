"""Findings as SARIF 2.1.0: what code hosts need of it, and nothing that is not so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from conftest import Run

TEXT = "As @nobody says.\n\n# One\n\n<!-- citeproof: allow H001 because the journal wants it -->\n\n### Deep\n\nText.\n"


def test_each_finding_is_a_result_at_its_place(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    paper(TEXT)
    found = citeproof("check", "--format", "sarif")
    assert found.status == 1
    log = found.told
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["tool"]["driver"]["name"] == "citeproof"
    assert run["columnKind"] == "unicodeCodePoints"
    unknown = next(one for one in run["results"] if one["ruleId"] == "C001")
    assert unknown["level"] == "error"
    assert unknown["message"]["text"].startswith("@nobody is cited but is not in references.bib\n")
    (location,) = unknown["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "paper.md"},
        "region": {"startLine": 7, "startColumn": 4},
    }
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {one["ruleId"] for one in run["results"]}


def test_what_is_allowed_is_there_as_suppressed(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    paper(TEXT)
    (run,) = citeproof("check", "--format", "sarif").told["runs"]
    suppressed = [one for one in run["results"] if one.get("suppressions")]
    assert [(one["ruleId"], one["suppressions"][0]) for one in suppressed] == [
        ("H001", {"kind": "inSource", "justification": "the journal wants it"})
    ]


def test_a_file_with_spaces_is_an_address(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper(TEXT)
    path.rename(path.with_name("my paper.md"))
    (run,) = citeproof("check", "my paper.md", "--format", "sarif").told["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20paper.md"


def test_several_papers_make_one_log(
    citeproof: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "paper.md").write_text("---\ntitle: T\nauthor: []\n---\n\nAs @nobody says.\n", "utf-8")
    found = citeproof("build", "one", "two", "--to", "html", "--format", "sarif", "--jobs", "1")
    assert found.status == 1
    (run,) = found.told["runs"]
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
    assert sorted(places) == ["one/paper.md", "two/paper.md"]
