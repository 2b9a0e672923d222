"""What need not be made again: after an edit of words that nothing is made of, a build gives what a new one would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from citeproof import build, pandoc, reuse
from citeproof.cache import Cache
from citeproof.findings import Place, error
from citeproof.project import Project
from citeproof.stages import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WORDS = "the children slept well in the first week after the training and they did so in the second week, too"
PAPER = f"""---
title: Sleep
author: Ana Ruiz
abstract: One paragraph.
keywords: [sleep]
bibliography: references.bib
---

# One

Indeed {WORDS} [@lee]. Then {WORDS}
and {WORDS}. As @lee [p. 3] says, {WORDS}, and *{WORDS}*, "{WORDS} and {WORDS}".

See Figure 7, where {WORDS}.

![A title](dot.svg){{#fig-dot alt="A dot"}}

As @fig-dot shows, {WORDS}.
"""
LIBRARY = "@book{lee, author = {Lee, Ann}, title = {Things}, publisher = {Press}, date = {2001}}\n"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="5" cy="5" r="4"/></svg>\n'


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(read, "_SHORT", 0)
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "paper.md").write_text(PAPER, "utf-8")
    (folder / "references.bib").write_text(LIBRARY, "utf-8")
    (folder / "dot.svg").write_text(DOT, "utf-8")
    return Project(folder / "paper.md", folder / "dist", cache=Cache(tmp_path / "cache"))


@pytest.fixture
def cited(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the defaults files that pandoc is run with."""
    runs: list[str] = []
    real = pandoc.start

    def start(defaults: str, *rest: object, **more: object) -> object:
        runs.extend((*(name for name in more.get("first", ()) if name != "figures"), defaults))  # type: ignore[attr-defined]
        return real(defaults, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(pandoc, "start", start)
    return runs


def quiet(_: str) -> None:
    """Hear a step and say nothing."""


def edit(project: Project, old: str, new: str) -> None:
    text = project.paper.read_text("utf-8")
    assert old in text
    project.paper.write_text(text.replace(old, new, 1), "utf-8")


def built(project: Project) -> tuple[dict[str, bytes], list[str]]:
    """Build, and give what stands in the output folder and what was found."""
    outcome = build.build(project, quiet)
    return {path.name: path.read_bytes() for path in outcome.outputs}, [str(one) for one in outcome.findings]


def built_anew(project: Project, tmp_path: Path) -> tuple[dict[str, bytes], list[str]]:
    """Do as `built` in another folder, from nothing."""
    outcome = build.build(Project(project.paper, tmp_path / "anew", project.formats), quiet, force=True)
    return {path.name: path.read_bytes() for path in outcome.outputs}, [str(one) for one in outcome.findings]


def test_new_words_are_put_into_what_was_written(paper: Project, cited: list[str], tmp_path: Path) -> None:
    _, found = built(paper)
    assert any("Q001" in one for one in found)
    assert set(cited) == {"common", "cited", "html", "typst", "docx"}
    cited.clear()
    edit(paper, "children slept well in the first week", "children slept, as we know, very well in the one")
    edit(paper, "Figure 7, where the children slept well in", "Figure 7, where the children slept well even in")
    files, found = built(paper)
    assert cited == ["docx"]
    assert b"slept, as we know, very well in the one after" in files["paper.html"]
    assert (files, found) == built_anew(paper, tmp_path)


def test_new_words_are_put_into_what_the_run_that_cited_wrote(paper: Project, cited: list[str], tmp_path: Path) -> None:
    edit(paper, '![A title](dot.svg){#fig-dot alt="A dot"}\n\nAs @fig-dot shows', "As we see")
    built(paper)
    assert "cited typst" in " ".join(cited)
    cited.clear()
    edit(paper, "children slept well in the first week", "children slept, as we know, very well in the one")
    files, found = built(paper)
    assert cited == ["docx"]
    assert (files, found) == built_anew(paper, tmp_path)


def proved(files: dict[str, bytes]) -> list[tuple[str, str, list[int]]]:
    """Give each citation of the proof as its sentence, its line and column, and its pages."""
    citations = json.loads(files["proof.json"])["parts"][0]["citations"]
    return [
        (
            "{before}[{citation}]{after}".format(**one["sentence"]),
            "{line}:{column}".format(**one["place"]),
            one["pages"],
        )
        for one in citations
    ]


def test_the_proof_has_the_new_words_places_and_pages(paper: Project, cited: list[str], tmp_path: Path) -> None:
    edit(paper, f', "{WORDS} and {WORDS}"', "")  # near a quotation the ends of sentences are looked at by a check
    files, _ = built(paper)
    first, second = proved(files)
    assert first == (f"Indeed {WORDS} [(Lee, 2001)].", f"11:{len(f'Indeed {WORDS} [@')}", [3])
    assert second[0].startswith("As [Lee (2001, p. 3)] says, the children")
    assert second[1:] == (f"12:{len(f'and {WORDS}. As @')}", [3])
    cited.clear()
    edit(
        paper,
        "Indeed the children slept well in the first week",
        "Indeed the children slept well.\nThey did in the week",
    )
    many = "\n\n".join(["And there was more of the same to be said of it. " * 30 + "So it was."] * 4)
    edit(paper, "in the first week after the training and they did so in the second week, too\nand", "so\nand")
    files, _ = built(paper)
    assert cited == ["docx"]
    assert files == built_anew(paper, tmp_path)[0]
    first, second = proved(files)
    rest = WORDS.partition("first week ")[2]
    assert first == (f"They did in the week {rest} [(Lee, 2001)].", f"12:{len(f'They did in the week {rest} [@')}", [3])
    assert second[1:] == (f"13:{len(f'and {WORDS}. As @')}", [3])
    edit(paper, "# One\n", f"# Before\n\n{many}\n\n# One\n")  # a whole build
    built(paper)
    cited.clear()
    edit(paper, "So it was.", f"{'And there was more of the same to be said of it. ' * 60}So it stays.")
    files, _ = built(paper)
    assert cited == ["docx"]
    assert files == built_anew(paper, tmp_path)[0]
    assert all(pages > [5] for _, _, pages in proved(files))


def test_a_sentence_of_the_proof_ends_with_its_paragraph_though_one_word_stood_for_both(paper: Project) -> None:
    edit(paper, "# One\n\n", f"# One\n\nThings [@lee] that {WORDS}\n\nThen {WORDS}.\n\n")
    short = read.in_short(paper)
    assert short
    assert any("\n\n" in words for words in short[1].words.values())
    files, _ = built(paper)
    assert proved(files)[0][0] == f"Things [(Lee, 2001)] that {WORDS}"


@pytest.mark.parametrize("formats", [("html",), ("pdf", "docx", "html")])
def test_so_are_new_paragraphs(paper: Project, cited: list[str], tmp_path: Path, formats: tuple[str, ...]) -> None:
    paper = Project(paper.paper, paper.output, formats, cache=paper.cache)
    built(paper)
    cited.clear()
    with paper.paper.open("a", encoding="utf-8") as file:
        file.write("\nOne more sentence, the 5th.\n\nAnd in 2019\nof 12 there were three more; so it was. And again!\n")
    files, found = built(paper)
    assert cited == [name for name in formats if name == "docx"]
    assert b"<p>One more sentence, the 5th.</p>\n<p>And in 2019 of 12 there were" in files["paper.html"]
    assert (files, found) == built_anew(paper, tmp_path)
    edit(paper, "\nOne more sentence, the 5th.\n", "")
    assert built(paper) == built_anew(paper, tmp_path)


def test_a_page_alone_needs_no_pandoc(paper: Project, cited: list[str], tmp_path: Path) -> None:
    paper = Project(paper.paper, paper.output, ("html",), cache=paper.cache)
    built(paper)
    cited.clear()
    edit(paper, "well in the first week", "well in the very first week")
    files = built(paper)
    assert cited == []
    assert files == built_anew(paper, tmp_path)


def test_a_finding_is_told_where_it_stands_now(paper: Project) -> None:
    _, before = built(paper)
    edit(paper, "Then the children slept well", "Then the children slept\nwell")
    _, after = built(paper)
    where = [next(one.split(": ")[0].split(":")[1:] for one in found if "Q001" in one) for found in (before, after)]
    assert [int(line) for line, _ in where] == [12, 13]


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("paper.md", lambda text: text.replace("[@lee]", "[@lee, p. 5]", 1)),
        ("paper.md", lambda text: text.replace("title: Sleep", "title: Sleeping")),
        ("paper.md", lambda text: text + "\nOne more: a list.\n\n- Of this.\n"),
        ("references.bib", lambda text: text.replace("Things", "Other things")),
        ("dot.svg", lambda text: text.replace('r="4"', 'r="3"')),
    ],
)
def test_anything_else_is_made_anew(
    paper: Project, cited: list[str], tmp_path: Path, file: str, change: Callable[[str], str]
) -> None:
    built(paper)
    cited.clear()
    path = paper.folder / file
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    edit(paper, "well in the first week", "well in the very first week")
    files = built(paper)
    assert "common" in cited
    assert files == built_anew(paper, tmp_path)


def test_the_length_of_a_quotation_is_judged_anew(paper: Project) -> None:
    _, before = built(paper)
    edit(paper, f'"{WORDS} and {WORDS}"', f'"{WORDS} and so on"')
    _, after = built(paper)
    assert [sum("Q001" in one for one in found) for found in (before, after)] == [1, 0]


def test_what_is_judged_wrong_is_left_to_a_whole_build(paper: Project) -> None:
    before, _ = built(paper)
    edit(paper, "well in the first week", "well in the very first week")
    wrong = error("V006", Place("paper.pdf"), "no font has it")
    assert reuse.reworded(paper, quiet, lambda *_: [wrong]) is None
    assert {path.name: path.read_bytes() for path in paper.output.iterdir()} == before


def test_words_behind_a_number_are_looked_at_by_a_check(paper: Project, cited: list[str], tmp_path: Path) -> None:
    edit(paper, "See Figure 7, where", "Look at Figure 1 in the old book, where")
    built(paper)
    cited.clear()
    edit(paper, "Figure 1 in the old book", "Figure 1 in the online supplement")
    files = built(paper)
    assert "common" in cited
    assert files == built_anew(paper, tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("(Leo and all of the many others in his group, 2001)", "(Lee, 2001)", "C007"),
        ("Leo, Berg, Cole, Dunn, Else, and Falk (2001)", "Lee, Berg, Cole, Dunn, Else, and Falk (2001)", "C007"),
        (f'"{WORDS}." Then {WORDS} [@lee]', f'"{WORDS}," then {WORDS} [@lee]', "C013"),
    ],
)
def test_words_of_a_typed_citation_and_the_ends_of_sentences_are_looked_at_by_a_check(
    paper: Project, before: str, after: str, code: str
) -> None:
    (paper.folder / "references.bib").write_text(
        "@book{lee, author = {Lee, Ann}, title = {Things}, publisher = {Press}, date = {2001}}\n"
        if "Cole" not in after
        else "@book{lee, author = {Lee, A. and Berg, B. and Cole, C. and Dunn, D. and Else, E. and Falk, F.},"
        " title = {Things}, publisher = {Press}, date = {2001}}\n",
        "utf-8",
    )
    edit(paper, "# One\n\n", f"# One\n\nWords {WORDS} {before}, {WORDS}.\n\n")
    _, found = built(paper)
    assert not any(f" {code}: " in one for one in found)
    edit(paper, before, after)
    _, found = built(paper)
    assert any(f" {code}: " in one for one in found)


@pytest.mark.parametrize("at", ["citing", "putting new words"])
@pytest.mark.parametrize("file", ["paper.md", "references.bib"])
def test_what_is_saved_while_a_build_runs_is_in_the_next(paper: Project, tmp_path: Path, at: str, file: str) -> None:
    if at != "citing":
        built(paper)
        edit(paper, "well in the first week", "well in the very first week")

    def save(step: str) -> None:
        if step.startswith(at):
            path = paper.folder / file
            path.write_text(
                path.read_text("utf-8").replace("training", "teaching").replace("Things", "Theses"), "utf-8"
            )

    build.build(paper, save)
    again = build.build(paper, quiet)
    assert again.fresh
    assert built(paper) == built_anew(paper, tmp_path)


def test_a_supplement_is_another_text(paper: Project, cited: list[str], tmp_path: Path) -> None:
    (paper.folder / "supplement.md").write_text(f"---\ntitle: More\n---\n\n# One\n\nIndeed {WORDS} [@lee].\n", "utf-8")
    built(paper)
    cited.clear()
    for name in ("paper.md", "supplement.md"):
        path = paper.folder / name
        path.write_text(path.read_text("utf-8").replace("well in the first", "ill in the last", 1), "utf-8")
    files, found = built(paper)
    assert cited == ["docx", "docx"]
    assert b"ill in the last" in files["supplement.html"]
    assert (files, found) == built_anew(paper, tmp_path)


def test_what_was_damaged_in_the_cache_is_not_used(paper: Project, cited: list[str], tmp_path: Path) -> None:
    built(paper)
    assert paper.cache.folder is not None
    (kept,) = (paper.cache.folder / "1" / "drafts").iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"second week", b"SECOND WEEK"))
    cited.clear()
    edit(paper, "well in the first week", "well in the very first week")
    files = built(paper)
    assert "common" in cited
    assert files == built_anew(paper, tmp_path)
