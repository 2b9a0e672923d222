"""What the builds of a submission share: each is made once of equal values, and what a part of a paper says stays."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import pandoc, shared, styles, submit
from citeproof.cache import Cache
from citeproof.project import Project
from citeproof.stages import cite, read

if TYPE_CHECKING:
    from citeproof.findings import Finding

SUBMISSION = Path(__file__).parents[1] / "manuscripts" / "submission"


# --- what is shared ---------------------------------------------------------------------------------------------------


def test_what_is_made_of_equal_values_is_made_once(tmp_path: Path) -> None:
    several = shared.Shared(tmp_path)
    made = [shared.once(several, ("sum", values), object) for values in ([1, 2], [1, 2], [2, 1])]
    assert made[0] is made[1]
    assert made[2] is not made[0]
    assert shared.once(None, 1, object) is not shared.once(None, 1, object)


def test_what_fails_is_made_again(tmp_path: Path) -> None:
    several = shared.Shared(tmp_path)
    with pytest.raises(ZeroDivisionError):
        shared.once(several, "one", lambda: 1 // 0)
    assert shared.once(several, "one", lambda: 1) == 1


# --- the parts of one cited document ----------------------------------------------------------------------------------

FRONT = """\
---
title: "A Paper on 'Things'"
author: {name: Ann Ames, affiliation: Nowhere, email: a@b.example, corresponding: true}
lang: de-DE
abstract: As @one2001 says.
highlights: ["It is \\"so\\" [@one2001]."]
impact-statement: It matters.
ethics: As @two2002 asks [@stated2003, p. 3].
funding: Paid by "nobody".
checklist: {jars: {"1": "See \\"Method\\" and @listed2004", "2": "#fig-one", "3": "#sec-x"}}
bibliography: references.bib
---

As @two2002 and the @who2005 say [@one2001; @who2005].^[A note, see [@two2002].]

# A Section {#sec-x}

See @fig-one and @tbl-one.

![One](one.png){#fig-one alt="One"}

a    b
---  ---
1    2

: Things [@one2001] {#tbl-one}
"""
BIBLIOGRAPHY = """\
@book{one2001, author = {One, A.}, title = {One}, date = {2001}, publisher = {P}}
@book{two2002, author = {One, B.}, title = {Two}, date = {2002}, publisher = {P}}
@book{stated2003, author = {Stated, C.}, title = {Three}, date = {2003}, publisher = {P}}
@book{listed2004, author = {Listed, D.}, title = {Four}, date = {2004}, publisher = {P}}
@book{who2005, author = {{World Health Organization}}, shortauthor = {WHO}, title = {Five}, date = {2005}}
"""
TOLD: dict[str, Any] = {
    "journal": "A Journal",
    "statement-titles": {"ethics": "Ethics of It"},
    "checklist": {
        "name": "A List",
        "items": [
            {"number": "1", "what": "Is it?", "where": 'See "Method" and @listed2004'},
            {"number": "2", "what": "Where?", "where": "#fig-one"},
            {"number": "3", "what": "What?", "where": "#sec-x"},
        ],
    },
}
WHEN_CITED = {"words": "1,234", "tables": "1", "figures": "1", "references": "4", "draft": "A draft: it isn't done."}
EXTRACTS = (
    "whole",
    "title-page",
    "abstract",
    "highlights",
    "impact-statement",
    "statements",
    "tables",
    "figure-legends",
    "cover-letter",
    "checklist",
)


def document(project: Project, folder: Path) -> tuple[Any, list[Finding]]:
    """Cite a paper into a folder; gives the document without the places of the files of ours, and what was remarked."""
    folder.mkdir()
    style = styles.find("apa", project.folder)
    found, remarks = cite.cite(project, read.read(project), style, folder)
    document = json.loads(found.json)
    for name in ("csl", "bibliography"):
        document["meta"].pop(name, None)
    return document, remarks


def of_its_own(project: Project) -> Project:
    """Give the project of a build that shares nothing: it is told all at once."""
    return replace(project, told=json.dumps({"submission": TOLD | WHEN_CITED}) + "\n")


def of_several(project: Project, folder: Path) -> Project:
    folder.mkdir()
    return replace(
        project,
        told=json.dumps({"submission": TOLD}) + "\n",
        told_when_cited=json.dumps({"submission-when-cited": WHEN_CITED}) + "\n",
        shared=shared.Shared(folder),
    )


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List what pandoc is started for: the name of the defaults file, or "reading"."""
    found: list[str] = []
    real = pandoc.programs.start

    def start(command: list[str], **more: Any) -> object:
        named = ["reading"] if pandoc.FROM in command else []
        found.extend([Path(one).stem for one in command if one.endswith(".yaml")][:1] or named)
        return real(command, **more)

    monkeypatch.setattr(pandoc.programs, "start", start)
    return found


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "paper.md").write_text(FRONT, "utf-8")
    (folder / "references.bib").write_text(BIBLIOGRAPHY, "utf-8")
    (folder / "one.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder / "paper.md"


@pytest.mark.parametrize("statements", ["author-note", "sections", "apart"])
@pytest.mark.parametrize("masked", ["true", "false"])
def test_each_part_is_what_a_build_of_its_own_makes(
    paper: Path, tmp_path: Path, statements: str, masked: str, started: list[str]
) -> None:
    choices = {"statements": statements, "masked": masked, "figures": "apart", "line-numbers": "true"}
    project = Project(paper, tmp_path / "dist", choices=tuple(choices.items()), masked=masked == "true", cache=Cache())
    several = of_several(project, tmp_path / "shared")
    for extract in EXTRACTS:
        part = {"choices": tuple((choices | {"extract": extract}).items())}
        alone = document(replace(of_its_own(project), **part), tmp_path / f"alone-{extract}")
        started.clear()
        together = document(replace(several, **part), tmp_path / f"together-{extract}")
        assert together == alone, extract
        assert started.count("common") == (extract in {"whole", "statements"}), extract


@pytest.mark.parametrize(
    ("choice", "values"),
    [("tables", ["apart", "shown"]), ("figures", ["apart", "shown"]), ("line-numbers", ["true", "false"])],
)
def test_a_choice_for_one_file_is_not_one_for_the_next(
    paper: Path, tmp_path: Path, choice: str, values: list[str], started: list[str]
) -> None:
    project = Project(paper, tmp_path / "dist", cache=Cache())
    several = of_several(project, tmp_path / "shared")
    for value in values:
        part = {"choices": ((choice, value), ("extract", "whole"))}
        alone = document(replace(of_its_own(project), **part), tmp_path / f"alone-{value}")
        assert document(replace(several, **part), tmp_path / f"together-{value}") == alone
    assert started.count("common") == 3


def test_what_is_remarked_of_the_paper_is_remarked_of_each_part(paper: Path, tmp_path: Path) -> None:
    text = paper.read_text("utf-8").replace("lang: de-DE", "apa: {font: Comic}").replace("highlights:", "hints:")
    paper.write_text(text, "utf-8")
    several = of_several(Project(paper, tmp_path / "dist", cache=Cache()), tmp_path / "shared")
    told = [
        [finding.message for finding in document(replace(several, choices=(("extract", name),)), tmp_path / name)[1]]
        for name in ("abstract", "highlights")
    ]
    assert ["Comic" in said[0] for said in told] == [True, True]
    assert told[1][1:] == ['the paper has nothing for the part "highlights".']
    assert told[0][1:] == []


# --- a submission -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("journal", "cited", "parts", "read"),
    [
        # One for judging and the title page, one for both masked files, one for the letter.
        ("apa", 3, 5, 2),
        # The letter and the statements have a document of their own.
        ("plos-one", 2, 5, 1),
        # The manuscript is judged under the common titles of its statements.
        ("journal-of-affective-disorders", 3, 5, 1),
        ("student-paper", 1, 3, 1),
    ],
)
def test_files_that_are_cited_alike_are_cited_once(
    tmp_path: Path, started: list[str], journal: str, cited: int, parts: int, read: int
) -> None:
    shutil.copytree(SUBMISSION, tmp_path / "paper")
    project = Project(tmp_path / "paper" / "paper.md", tmp_path / "dist", cache=Cache())
    assert submit.submit(project, journal, lambda _: None).folder
    counted = [started.count(what) for what in ("reading", "common", "part", "names")]
    assert counted == [read, cited, parts, 1]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ZeroDivisionError])
def test_what_was_shared_is_cleared_away_whatever_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    shutil.copytree(SUBMISSION, tmp_path / "paper")
    project = Project(tmp_path / "paper" / "paper.md", tmp_path / "dist", cache=Cache())

    def tell(step: str) -> None:
        if step == "making title-page.docx":
            assert [*temporary.iterdir()]
            raise fault

    with pytest.raises(fault):
        submit.submit(project, "apa", tell)
    assert [*temporary.iterdir()] == []
    assert not [*(tmp_path / "dist").iterdir()]


def lengthened(folder: Path) -> Path:
    """Copy the paper, made so long that it is read in short."""
    shutil.copytree(SUBMISSION, folder / "paper")
    paper = folder / "paper" / "paper.md"
    words = "Whatever is said here is said at some length so that the paper becomes a long one and is read in short. "
    more = "\n\n".join(words * 4 for _ in range(50))
    paper.write_text(paper.read_text("utf-8").replace("# Discussion", f"{more}\n\n# Discussion"), "utf-8")
    return paper


def test_a_long_paper_with_a_supplement_has_its_statements_and_its_letter(tmp_path: Path) -> None:
    paper = lengthened(tmp_path)
    (paper.parent / "supplement.md").write_text("---\ntitle: More\n---\n\nMore [@cohen1992].\n", "utf-8")
    project = Project(paper, tmp_path / "dist", cache=Cache(tmp_path / "cache"))
    made = submit.submit(project, "addiction", lambda _: None, draft=True)
    assert made.folder
    assert {"declarations.docx", "cover-letter.docx"} <= {path.name for path in made.folder.iterdir()}


def test_the_words_of_a_long_paper_are_all_counted_where_a_journal_wants_their_number(tmp_path: Path) -> None:
    paper = lengthened(tmp_path)
    (paper.parent / "mine.toml").write_text(
        'name = "M"\n[sources.g]\ntitle = "G"\nhow = "own"\n[paper]\nword-count = { is = true, source = "g" }\n'
        '[[files]]\npart = "manuscript"\nname = "paper.html"\n',
        "utf-8",
    )
    made = submit.submit(Project(paper, tmp_path / "dist", cache=Cache()), "mine.toml", lambda _: None)
    assert made.folder
    (number,) = re.findall(r"([\d,]+) words|Word count: ([\d,]+)", (made.folder / "paper.html").read_text("utf-8"))
    assert int("".join(number).replace(",", "")) > 4200
