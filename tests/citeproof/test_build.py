"""Whole builds: an error anywhere means that nothing is touched, and the same paper gives the same bytes."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from citeproof import build, resources
from citeproof.findings import Place, error
from citeproof.project import Project
from citeproof.stages import cite, verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_a_build_gives_three_files_with_manifest_and_checksums(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("As @ames2001 says [@berg2002].")
    found = citeproof("build")
    assert found.status == 0
    assert found.err.splitlines()[-2:] == [
        "2 citations of 2 works, each resolves",
        "built dist/paper.docx dist/paper.html dist/paper.pdf dist/proof.html dist/proof.json",
    ]
    assert set(hashes(path.parent / "dist")) == {
        *("SHA256SUMS", "manifest.json"),
        *("paper.docx", "paper.html", "paper.pdf"),
        *("proof.html", "proof.json"),
    }


def test_a_second_build_elsewhere_gives_the_same_bytes(
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = paper("As @ames2001 says [@berg2002].")
    assert citeproof("build", "--force").status == 0
    other = tmp_path / "far" / "away"
    other.mkdir(parents=True)
    for name in (path.name, "references.bib"):
        (other / name).write_bytes((tmp_path / name).read_bytes())
    monkeypatch.chdir("/")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    assert citeproof("build", other, "--output", other / "out").status == 0
    assert hashes(other / "out") == hashes(tmp_path / "dist")


def test_an_error_means_that_nothing_is_built_and_nothing_touched(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("As @ames2001 says.")
    assert citeproof("build", "--to", "html").status == 0
    before = hashes(path.parent / "dist")
    paper("As @amse2001 says.")
    found = citeproof("build", "--to", "html")
    assert found.status == 1
    assert found.err.splitlines()[-1] == "1 error: nothing was built, and what was there stays"
    assert hashes(path.parent / "dist") == before


@pytest.mark.parametrize("stage", ["cite", "verify"])
def test_an_error_of_a_later_stage_means_the_same(
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    path = paper("As @ames2001 says.")
    fault = error("V002", Place("paper.html"), "it is not there")
    if stage == "cite":
        real = cite.cite
        monkeypatch.setattr(cite, "cite", lambda *given: (real(*given)[0], [fault]))
    else:
        monkeypatch.setattr(verify, "verify", lambda *_, **__: [fault])
    found = citeproof("build", "--to", "html")
    assert found.status == 1
    assert "paper.html: error V002: it is not there\n" in found.err
    assert list((path.parent / "dist").iterdir()) == []


@pytest.mark.parametrize("field", ["csl", "citation-style"])
def test_the_papers_own_style_is_used_unless_another_is_asked_for(
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    field: str,
) -> None:
    front = f"---\ntitle: T\nauthor: D\nbibliography: references.bib\n{field}: ieee\n---\n\n"
    path = paper("As said [@ames2001].", front=front)
    page = path.parent / "dist" / "paper.html"
    assert citeproof("build", "--to", "html").status == 0
    assert ">[1]<" in page.read_text("utf-8").replace("</a>", "<").replace('">', ">") or "[1]" in page.read_text(
        "utf-8"
    )
    assert citeproof("build", "--to", "html", "--style", "apa").status == 0
    assert "(Ames, 2001)" not in page.read_text("utf-8")  # the link stands between the parentheses
    assert "Ames, 2001</a>)" in page.read_text("utf-8")


def test_checking_writes_nothing(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper("As @ames2001 says.")
    found = citeproof("check")
    assert (found.status, found.err) == (0, "1 citation of 1 work, each resolves\n")
    assert sorted(file.name for file in path.parent.iterdir()) == ["paper.md", "references.bib"]


def test_the_starter_paper_builds_at_once_and_names_nothing_missing(
    tmp_path: Path,
    citeproof: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    found = citeproof("new", "my")
    assert found.status == 0
    assert found.err == f"wrote {Path('my/paper.md')} and {Path('my/references.bib')}; now: citeproof build my\n"
    assert {path.name for path in Path("my").iterdir()} >= {
        path.name for path in resources.starter().iterdir() if path.is_file()
    }
    built = citeproof("build", "my")
    assert built.status == 0
    assert "warning" not in built.err


def test_an_unverified_work_is_told_and_the_paper_is_built(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(
        "As @a2000 says.", bibliography="@book{a2000, author={A, B}, title={T}, date={2000}, keywords={unverified}}\n"
    )
    found = citeproof("build", "--to", "html")
    assert found.status == 0
    assert found.err.splitlines()[-2] == "1 citation of 1 work, each resolves; 1 warning"


REPLY = """\
---
title: A Reply to @ames2001
author: Dee Dunn
abstract: As @berg2002 [p. 3] says.
author-note: Thanks to @berg2002.
keywords: [sleep, "@ames2001"]
bibliography: references.bib
---

# About @ames2001

Text [@ames2001; @berg2002].[^1]

[^1]: See @berg2002 [and @ames2001, too].
"""


def test_a_paper_that_answers_another_names_it_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paper.md").write_text(REPLY, "utf-8")
    (tmp_path / "references.bib").write_text(
        "@book{ames2001, author = {Ames, Ann}, title = {Sleep}, publisher = {Press}, date = {2001}}\n"
        "@book{berg2002, author = {Berg, Bo}, title = {Memory}, publisher = {Press}, date = {2002}}\n",
        "utf-8",
    )
    outcome = build.build(Project(tmp_path / "paper.md", tmp_path / "dist"), lambda _: None)
    assert [str(one) for one in outcome.findings if one.severity == "error"] == []
    page = (tmp_path / "dist" / "paper.html").read_text("utf-8")
    assert "<title>A Reply to Ames (2001)</title>" in page
    assert '<meta name="keywords" content="sleep, Ames (2001)">' in page
    back = re.findall(r'href="#(citation-\d-of-\w+)"', page)
    assert sorted(back) == sorted(re.findall(r'id="(citation-\d-of-\w+)"', page))
    assert (
        len(back) == 6 + 4
    )  # title page, title over the text, keyword, heading, text, note; author note, abstract, text, note
