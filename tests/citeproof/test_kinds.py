"""Supplements, masked copies and the choices of the command line, from whole builds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import html

from citeproof import document
from citeproof.leaks import Identity, Name
from citeproof.project import Project, parts_of
from citeproof.stages import cite, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"
SUPPLEMENT = f"""\
---
title: More of It
---

After @tbl-one comes @tbl-more [@berg2002].

{TABLE}
: More {{#tbl-more}}
"""


def text_of(page: Path) -> str:
    return " ".join(html.document_fromstring(page.read_bytes()).text_content().replace("\u00a0", " ").split())


@pytest.fixture
def pair(paper: Callable[..., Path]) -> Path:
    path = paper(f"See @tbl-one and @tbl-more [@ames2001].\n\n{TABLE}\n: One {{#tbl-one}}\n")
    (path.parent / "supplement.md").write_text(SUPPLEMENT, "utf-8")
    return path


def test_paper_and_supplement_refer_to_each_other_and_have_lists_of_their_own(
    pair: Path, citeproof: Callable[..., Run]
) -> None:
    found = citeproof("build", "--to", "html")
    assert found.status == 0, found.err
    assert "built dist/paper.html dist/proof.html dist/proof.json dist/supplement.html" in found.err
    paper, supplement = (text_of(pair.parent / "dist" / f"{name}.html") for name in ("paper", "supplement"))
    assert "See Table 1 and Table S1 (Ames, 2001)." in paper
    assert "After Table 1 comes Table S1 (Berg & Cole, 2002)." in supplement
    assert "Two things at once" not in paper
    assert "One thing after another" not in supplement


def test_a_supplement_takes_authors_and_bibliography_from_its_paper(pair: Path, citeproof: Callable[..., Run]) -> None:
    assert citeproof("build", "--to", "html").status == 0
    assert "More of It Dee Dunn" in text_of(pair.parent / "dist" / "supplement.html")
    inherited = read.inherited(Project(pair, pair.parent))
    assert inherited == "author: Dee Dunn\nbibliography: references.bib\n", "the title is the paper's own"


def test_a_fault_in_a_supplements_front_matter_keeps_its_place(pair: Path, citeproof: Callable[..., Run]) -> None:
    (pair.parent / "supplement.md").write_text("---\ntitle: A: B\n---\n\nText.\n", "utf-8")
    found = citeproof("check")
    assert found.status == 1
    assert "supplement.md:2:9: error F001" in found.err


def test_a_lost_reference_to_the_other_part_is_an_error(pair: Path, citeproof: Callable[..., Run]) -> None:
    (pair.parent / "supplement.md").write_text(SUPPLEMENT.replace("@tbl-one", "@tbl-none"), "utf-8")
    found = citeproof("check")
    assert found.status == 1
    assert "supplement.md:5:7: error X001: @tbl-none" in found.err


def test_a_paper_without_a_supplement_is_one_part(paper: Callable[..., Path]) -> None:
    project = Project(paper("Text."), paper("Text.").parent)
    assert parts_of(project) == (project,)


def test_a_new_supplement_is_built_though_the_paper_is_unchanged(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper(f"See @tbl-one [@ames2001].\n\n{TABLE}\n: One {{#tbl-one}}\n")
    assert citeproof("build", "--to", "html").status == 0
    (path.parent / "supplement.md").write_text(SUPPLEMENT, "utf-8")
    assert citeproof("build", "--to", "html").status == 0
    assert (path.parent / "dist" / "supplement.html").is_file()
    assert "nothing has changed" in citeproof("build", "--to", "html").err


def test_of_several_papers_in_a_folder_only_paper_md_has_the_supplement(pair: Path) -> None:
    other = pair.parent / "other.md"
    other.write_text("Text.\n", "utf-8")
    assert len(parts_of(Project(pair, pair.parent))) == 2
    assert len(parts_of(Project(other, pair.parent))) == 1
    other.rename(pair.parent / "notes.txt")
    alone = pair.rename(pair.parent / "sleep.md")
    assert len(parts_of(Project(alone, pair.parent))) == 2


MASKED_FRONT = """\
---
title: A Paper
author:
  - name: Zoë van der Veld
    orcid: 0000-0002-1825-0097
    email: zoe@veld.example
    affiliation: Department of Sleep, University of Nowhere
bibliography: references.bib
---

"""


@pytest.mark.parametrize("where", ["command line", "front matter"])
def test_a_masked_copy_has_neutral_names_and_a_manifest_that_tells_nothing(
    where: str, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    front = MASKED_FRONT if where == "command line" else MASKED_FRONT.replace("---\n\n", "apa: {masked: true}\n---\n\n")
    path = paper("As @ames2001 says.", front=front)
    found = citeproof("build", *(["--masked"] if where == "command line" else []), "--to", "html,docx")
    assert found.status == 0, found.err
    folder = path.parent / "dist" / ("masked" if where == "command line" else "")
    assert (folder / "manuscript.html").is_file()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["papers"], manifest["inputs"], manifest["findings"]) == ([], {}, [])
    assert "Veld" not in (folder / "manuscript.html").read_text("utf-8")


def test_a_name_left_in_a_masked_copy_is_an_error_and_nothing_is_written(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("Zoë van der Veld saw it [@ames2001].", front=MASKED_FRONT)
    found = citeproof("build", "--masked", "--to", "html")
    assert found.status == 1
    assert "manuscript.html: error M001" in found.err
    assert not list((path.parent / "dist" / "masked").glob("*.html"))


def test_who_wrote_a_paper_is_read_from_any_shape(paper: Callable[..., Path]) -> None:
    path = paper("Text.", front=MASKED_FRONT)
    assert cite.identity(Project(path, path.parent)) == Identity(
        (Name("Zoë", "van der Veld"),),
        ("zoe@veld.example",),
        ("0000-0002-1825-0097",),
        ("University of Nowhere",),
    )


@pytest.mark.parametrize(
    ("whole", "given", "family"),
    [
        ("Ann Lee", "Ann", "Lee"),
        ("Martin Luther King, Jr.", "Martin Luther", "King"),
        ("Maria da Costa", "Maria", "da Costa"),
        ("Plato", "", "Plato"),
        ("María-José de la Cruz y Soto", "María-José", "de la Cruz y Soto"),
    ],
)
def test_a_name_is_split_before_its_particle_or_last_word(
    whole: str, given: str, family: str, paper: Callable[..., Path]
) -> None:
    path = paper("Text.", front=f'---\ntitle: A Paper\nauthor: ["{whole}"]\n---\n\n')
    assert cite.identity(Project(path, path.parent)).names == (Name(given, family),)


def test_choices_of_the_command_line_win_over_the_front_matter(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper(
        "Text [@ames2001].", front="---\ntitle: A Paper\nauthor: A. Bee\napa: {mode: thesis, paper: a4}\n---\n\n"
    )
    assert citeproof("build", "--to", "html", "--mode", "manuscript", "--font", "calibri").status == 0
    page = (path.parent / "dist" / "paper.html").read_text("utf-8")
    assert 'id="contents"' not in page
    assert "Calibri" in page
    choices = json.loads((path.parent / "dist" / "manifest.json").read_text("utf-8"))["choices"]
    assert (choices["mode"], choices["font"]) == ("manuscript", "calibri")


def test_a_font_that_apa_does_not_approve_is_wrong_use(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper("Text.")
    found = citeproof("build", "--font", "Comic Sans")
    assert found.status == 2
    assert "--font does not know 'Comic Sans'" in found.err
    assert "Times New Roman" in found.err


def test_the_manifest_says_which_face_the_pdf_has(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper("Text [@ames2001].")
    assert citeproof("build", "--to", "pdf", "--font", "Georgia").status == 0
    manifest = json.loads((path.parent / "dist" / "manifest.json").read_text("utf-8"))
    assert manifest["font"] == {"asked": "Georgia", "pdf": "TeX Gyre Schola"}


@pytest.mark.parametrize(
    ("front", "masked"),
    [("apa: {masked: true}", True), ("mask: yes", True), ("apa: {masked: false}", False), ("apa: masked", False)],
)
def test_a_front_matter_may_ask_for_a_masked_copy(front: str, masked: bool, paper: Callable[..., Path]) -> None:
    path = paper("Text.", front=f"---\ntitle: A Paper\nauthor: []\n{front}\n---\n\n")
    assert document.is_masked(read.read(Project(path, path.parent)).document) is masked
