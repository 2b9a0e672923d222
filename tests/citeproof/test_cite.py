"""Citing: citeproc and the common filters make the one document that every format is written from."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from citeproof import styles
from citeproof.errors import InternalError
from citeproof.project import Project
from citeproof.stages import cite, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Example

    from citeproof.document import CitedDocument
    from citeproof.findings import Finding


def cited(path: Path) -> tuple[CitedDocument, list[Finding]]:
    project = Project(path, path.parent)
    return cite.cite(project, read.read(project), styles.find("apa", path.parent), path.parent)


def test_each_citation_is_set_and_linked_to_its_entry(example: Example) -> None:
    assert [(item.text, item.links, item.in_note) for item in example.cited.citations] == [
        ("Ames (2001)", (("2001", "ames2001"),), False),
        (
            "(Ames, 2001; Berg & Cole, 2002, p. 3)",
            (("Ames, 2001", "ames2001"), ("Berg & Cole, 2002, p. 3", "berg2002")),
            False,
        ),
        ("(Berg & Cole, 2002)", (("Berg & Cole, 2002", "berg2002"),), True),
        ("(Ames, 2001)", (("Ames, 2001", "ames2001"),), False),
    ]


def test_the_reference_list_holds_what_is_cited_and_no_more(example: Example) -> None:
    assert {key: text.split("(")[0] for key, text in example.cited.references.items()} == {
        "ames2001": "Ames, A. ",
        "berg2002": "Berg, B., & Cole, C. ",
    }


def test_a_bibliography_that_is_only_beside_the_paper_is_used(paper: Callable[..., Path]) -> None:
    found, remarks = cited(paper("As @ames2001.", front="---\ntitle: T\n---\n\n"))
    assert list(found.references) == ["ames2001"]
    assert remarks == []


def test_a_citation_that_the_reference_list_lacks_is_an_error_at_its_place(
    paper: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = cite.document.as_cited
    monkeypatch.setattr(cite.document, "as_cited", lambda *given: replace(real(*given), references={"berg2002": "B."}))
    _, remarks = cited(paper("As @ames2001 and @berg2002."))
    assert [str(found) for found in remarks] == [
        (
            "paper.md:7:4: error C005: @ames2001 is cited, and the reference list lacks it\n"
            "    its entry may be hurt: look at it in the bibliography"
        ),
    ]


def test_a_filter_that_refuses_the_paper_is_an_error_of_the_paper(
    paper: Callable[..., Path], pandoc_fails: Callable[[int, str], None]
) -> None:
    pandoc_fails(83, "Error running filter x.lua:\n no such table")
    found, remarks = cited(paper("As @ames2001."))
    assert [str(finding) for finding in remarks] == [
        "paper.md: error P002: a filter refuses the paper: Error running filter x.lua: no such table"
    ]
    assert found.citations == ()


def test_a_refusal_with_a_place_is_told_at_that_place(
    paper: Callable[..., Path],
    pandoc_fails: Callable[[int, str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    said = "t.csv:3: error: a row is short\n    fill it up\n    or cut it\nError running filter csv-tables.lua"
    pandoc_fails(83, said)
    expected = "t.csv:3:1: error P003: a row is short\n    fill it up\n    or cut it"
    path = paper("As @ames2001.")
    assert [str(finding) for finding in cited(path)[1]] == [expected]
    monkeypatch.chdir(tmp_path.parent)
    assert [str(finding) for finding in cited(path)[1]] == [f"{tmp_path.name}/{expected}"]


def test_a_style_without_a_reference_list_links_no_citation(paper: Callable[..., Path], tmp_path: Path) -> None:
    own = tmp_path / "own.csl"
    apa = (styles.find("apa", tmp_path).path).read_text("utf-8")
    own.write_text(re.sub(r"(?s)<bibliography.*</bibliography>", "", apa), "utf-8")
    path = paper("As said [@ames2001].")
    project = Project(path, tmp_path)
    found, remarks = cite.cite(project, read.read(project), styles.find("own.csl", tmp_path), tmp_path)
    assert remarks == []
    assert [(item.text, item.links) for item in found.citations] == [("(Ames, 2001)", ())]


@pytest.mark.parametrize("variable", ["abstract", "title"])
def test_an_abstract_is_handed_on_to_a_style_that_prints_it(
    paper: Callable[..., Path], tmp_path: Path, variable: str
) -> None:
    (tmp_path / "own.csl").write_text(
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info><title>Own</title>'
        '<id>own</id></info><citation><layout><text variable="title"/></layout></citation>'
        f'<bibliography><layout><text variable="{variable}"/></layout></bibliography></style>',
        "utf-8",
    )
    path = paper("As said [@bell].")
    (path.parent / "references.bib").write_text("@book{bell, title = {One}, abstract = {All of it}}\n", "utf-8")
    project = Project(path, tmp_path)
    found, _ = cite.cite(project, read.read(project), styles.find("own.csl", tmp_path), tmp_path)
    assert found.references == {"bell": {"abstract": "All of it", "title": "One"}[variable]}
    told = json.loads((tmp_path / "references.json").read_text("utf-8"))
    assert [("abstract" in item) for item in told] == [variable == "abstract"]


def test_any_other_failure_of_pandoc_is_ours(
    paper: Callable[..., Path], pandoc_fails: Callable[[int, str], None]
) -> None:
    pandoc_fails(99, "boom")
    with pytest.raises(InternalError, match=r"^pandoc failed while citing \(status 99\): boom$"):
        cited(paper("As @ames2001."))


def test_the_cited_document_names_no_folder_of_this_machine(example: Example) -> None:
    assert str(example.project.folder.parent) not in json.dumps(json.loads(example.cited.json)["blocks"])
