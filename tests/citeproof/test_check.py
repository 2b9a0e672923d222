"""Judging a paper before anything is written: citations, front matter, images, and text that a writer would drop."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from citeproof.project import FORMATS, Project
from citeproof.stages import check as checking
from citeproof.stages import read as reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def told(path: Path, formats: tuple[str, ...] = FORMATS) -> list[str]:
    project = Project(path, path.parent / "dist", formats)
    return [str(finding) for finding in checking.check(reading.read(project), formats)]


def png() -> bytes:
    held = io.BytesIO()
    Image.effect_noise((60, 40), 50).save(held, "PNG")
    return held.getvalue()


# --- citations --------------------------------------------------------------------------------------------------------


def test_a_paper_whose_citations_all_have_entries_has_no_finding(paper: Callable[..., Path]) -> None:
    assert told(paper("As @ames2001 says [@berg2002, p. 3].")) == []


def test_a_misspelt_key_is_an_error_with_a_suggestion(paper: Callable[..., Path]) -> None:
    assert told(paper("As @amse2001 says.")) == [
        "paper.md:7:4: error C001: @amse2001 is cited but is not in references.bib\n    did you mean @ames2001?",
    ]


def test_a_key_in_other_letters_case_is_an_error_that_says_so(paper: Callable[..., Path]) -> None:
    assert told(paper("As @Ames2001 says.")) == [
        (
            "paper.md:7:4: error C001: @Ames2001 is cited but is not in references.bib\n"
            "    did you mean @ames2001? Upper and lower case count in keys"
        ),
    ]


def test_a_key_like_no_other_is_an_error_that_says_what_an_at_sign_is(paper: Callable[..., Path]) -> None:
    assert told(paper("As @zzz says.")) == [
        (
            "paper.md:7:4: error C001: @zzz is cited but is not in references.bib\n"
            "    add the entry, or mend the key; an @ that is no citation is written \\@"
        ),
    ]


def test_a_citation_without_any_bibliography_says_how_to_name_one(paper: Callable[..., Path]) -> None:
    assert told(paper("As @zzz says.", front="---\ntitle: T\nauthor: D\n---\n", bibliography="")) == [
        (
            "paper.md:5:4: error C001: @zzz is cited but is not in any bibliography\n"
            "    name the bibliography in the front matter: bibliography: references.bib"
        ),
    ]


def test_every_bad_citation_is_told_in_one_run_in_the_order_of_the_text(paper: Callable[..., Path]) -> None:
    assert [line.split(" ")[0] for line in told(paper("@x1 [@x2; @ames2001; @x3]\n\n@x1"))] == [
        "paper.md:7:1:",
        "paper.md:7:6:",
        "paper.md:7:22:",
        "paper.md:9:1:",
    ]


def test_citing_every_entry_by_a_star_needs_no_entry_of_that_name(paper: Callable[..., Path]) -> None:
    assert told(paper("x", front="---\ntitle: T\nauthor: D\nbibliography: references.bib\nnocite: '@*'\n---\n")) == []


def test_an_unverified_work_is_a_warning_wherever_it_is_cited(paper: Callable[..., Path]) -> None:
    marked = "@book{lost2000,\n title = {T}, keywords = {unverified}}\n"
    assert told(paper("As @lost2000 says.", bibliography=marked)) == [
        (
            "paper.md:7:4: warning C003: @lost2000 is cited and marked as unverified in references.bib:1:1\n"
            "    nobody has found this work: find it and give its data, or say in the text how it is known"
        ),
    ]


def test_a_citation_of_a_hurt_entry_names_the_entry(paper: Callable[..., Path]) -> None:
    hurt = "@book{bad2000,\n title = {T}\n date = {2000}\n}\n"
    found = told(paper("As @bad2000 says.", bibliography=hurt))
    assert found[0] == (
        "paper.md:7:4: error C004: @bad2000 is cited but its entry at references.bib:1:1 cannot be read\n"
        "    mend the entry"
    )
    assert found[1].startswith("references.bib:1:1: error B002: ")


def test_an_unreadable_bibliography_is_one_error_and_not_one_for_each_citation(paper: Callable[..., Path]) -> None:
    found = told(paper("@a1 @a2 @a3", bibliography=""))
    assert len(found) == 1
    assert " error B001: " in found[0]


# --- front matter -----------------------------------------------------------------------------------------------------


def test_a_paper_without_title_and_author_is_told_both(paper: Callable[..., Path]) -> None:
    assert told(paper("Text.", front="")) == [
        (
            "paper.md:1:1: warning F002: the paper has no title\n"
            '    say it in the front matter, at the top of the file:\n    ---\n    title: "…"\n    ---'
        ),
        (
            "paper.md:1:1: warning F003: the front matter names no author\n"
            "    add author: and the names; author: [] says that there is none to name"
        ),
    ]


def test_a_paper_that_says_it_has_no_author_is_believed(paper: Callable[..., Path]) -> None:
    assert told(paper("Text.", front="---\ntitle: T\nauthor: []\n---\n")) == []


@pytest.mark.parametrize("name", ["running-head", "running_head", "short-title", "shorttitle"])
def test_a_running_head_beyond_50_characters_is_an_error_with_its_first_50(
    paper: Callable[..., Path], name: str
) -> None:
    front = f"---\ntitle: T\nauthor: D\n{name}: {'Abcdefghi ' * 5}x\n---\n"
    assert told(paper("Text.", front=front)) == [
        f"paper.md:4:{len(name) + 3}: error F004: the running head has 51 characters; "
        "at most 50 are allowed (APA 2.18)\n"
        f"    the first 50 are: {'Abcdefghi ' * 5}".rstrip(),
    ]
    assert told(paper("Text.", front=front.replace("x\n---", "\n---"))) == []


def test_after_broken_front_matter_nothing_more_is_guessed(paper: Callable[..., Path]) -> None:
    (only,) = told(paper("@zzz", front="---\ntitle: One: Two\n---\n"))
    assert " error F001: " in only


# --- images -----------------------------------------------------------------------------------------------------------


def image(paper: Callable[..., Path], name: str, held: bytes | None) -> str:
    path = paper(f"![C]({name})")
    if held is not None:
        (path.parent / name).write_bytes(held)
    return "\n".join(told(path))


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("a.png", png()),
        ("a.svg", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("b.svg", b"<svg/>"),
        ("a.pdf", b"%PDF-1.7\n"),
    ],
)
def test_images_that_can_be_read_are_fine(paper: Callable[..., Path], name: str, held: bytes) -> None:
    assert image(paper, name, held) == ""


def test_a_missing_image_is_an_error_that_names_the_nearest_file(paper: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "figure1.png").write_bytes(png())
    assert image(paper, "figure2.png", None) == (
        "paper.md:7:6: error I001: the image figure2.png is not there\n    did you mean figure1.png?"
    )


def test_a_missing_image_like_no_other_says_where_it_is_looked_for(paper: Callable[..., Path]) -> None:
    assert image(paper, "zzzzz.png", None) == (
        "paper.md:7:6: error I001: the image zzzzz.png is not there\n    it is looked for beside the paper"
    )
    assert image(paper, "figs/zzzzz.png", None) == (
        "paper.md:7:6: error I001: the image figs/zzzzz.png is not there\n"
        "    there is no folder figs either; it is looked for beside the paper"
    )


@pytest.mark.parametrize(
    ("name", "held", "why"),
    [
        ("a.png", b"", "the file is empty"),
        ("a.png", b"not a picture", "it is no image of a known kind"),
        ("a.svg", b"<svg", "its XML is broken (Couldn't find end of Start Tag svg line 1, line 1, column 5)"),
        ("a.svg", b"<html/>", "it is XML, but not SVG"),
    ],
)
def test_an_image_that_cannot_be_read_is_an_error_that_says_why(
    paper: Callable[..., Path],
    name: str,
    held: bytes,
    why: str,
) -> None:
    assert image(paper, name, held) == (
        f"paper.md:7:6: error I002: the image {name} cannot be read: {why}\n"
        "    export it again, as PNG, JPEG, SVG or PDF"
    )


def test_an_image_that_is_cut_short_is_damaged(paper: Callable[..., Path]) -> None:
    assert image(paper, "a.png", png()[:700]).startswith(
        "paper.md:7:6: error I002: the image a.png cannot be read: it is damaged ("
    )


def test_a_folder_in_an_images_place_cannot_be_read(paper: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    assert image(paper, "a.png", None) == (
        "paper.md:7:6: error I002: the image a.png cannot be read: Is a directory\n"
        "    check the file and its permissions"
    )


def test_an_image_on_the_web_is_an_error_because_a_build_uses_no_network(paper: Callable[..., Path]) -> None:
    assert image(paper, "https://example.org/a.png", None) == (
        "paper.md:7:6: error I003: the image https://example.org/a.png is on the web\n"
        "    download it and name the file: a build uses no network, and what is there can change"
    )


def test_an_image_within_the_text_needs_no_file(paper: Callable[..., Path]) -> None:
    assert image(paper, "data:image/gif;base64,R0lGODlhAQABAAAAACw=", None) == ""


def test_a_table_in_a_file_is_looked_for_but_not_opened_as_an_image(paper: Callable[..., Path]) -> None:
    assert image(paper, "t.csv", b"a,b\n") == ""
    assert image(paper, "u.csv", None) == (
        "paper.md:7:6: error I001: the table u.csv is not there\n    it is looked for beside the paper"
    )


# --- text that a writer of pandoc drops in silence --------------------------------------------------------------------


def test_latex_that_the_formats_would_lose_is_an_error(paper: Callable[..., Path]) -> None:
    assert told(paper("A \\textbf{bold} claim.")) == [
        (
            "paper.md:7:3: error L001: the LaTeX \\textbf{bold} would be missing from the PDF, DOCX and HTML\n"
            "    write it in Markdown: math between $ or $$, tables and figures in pandoc's syntax, citations as [@key]"
        ),
    ]


def test_only_the_formats_that_are_asked_for_count(paper: Callable[..., Path]) -> None:
    path = paper("A `#v(1em)`{=typst} space.")
    assert told(path, ("pdf",)) == []
    assert told(path, ("pdf", "docx", "html")) == [
        (
            "paper.md:7:4: warning L002: a piece of raw typst is missing from the DOCX and HTML\n"
            "    write it in Markdown, or give each format its own piece"
        ),
    ]


def test_latex_that_only_moves_things_about_is_a_warning(paper: Callable[..., Path]) -> None:
    assert told(paper("One.\n\n\\newpage\n\nTwo.")) == [
        (
            "paper.md:9:1: warning L002: the LaTeX \\newpage has no effect in the PDF, DOCX and HTML\n"
            "    take it out: the layout sees to pages and spaces"
        ),
    ]


def test_html_is_a_warning_where_it_has_no_effect(paper: Callable[..., Path]) -> None:
    path = paper("A `<br>`{=html} here.")
    assert told(path) == [
        (
            "paper.md:7:4: warning L002: the HTML <br> has no effect in the PDF and DOCX\n"
            "    write it in Markdown, which every format understands"
        ),
    ]
    assert told(path, ("html",)) == []


@pytest.mark.parametrize(
    "text", ["<!-- a note -->", '<div class="x">\n\nText.\n\n</div>', "<span>a</span>", "</b>", "$\\alpha$"]
)
def test_comments_and_bare_containers_raise_no_alarm(paper: Callable[..., Path], text: str) -> None:
    assert told(paper(text)) == []


def test_a_long_piece_is_shown_by_its_beginning(paper: Callable[..., Path]) -> None:
    (only,) = told(paper("\\footnote{" + "x" * 80 + "}"))
    assert f"the LaTeX \\footnote{{{'x' * 49}… would be missing" in only


def test_what_the_source_holds_of_knitr_and_quarto_is_part_of_the_judgement(paper: Callable[..., Path]) -> None:
    codes = [
        line.split(" ")[2] for line in told(paper("```{r a, b=c}\nx\n```\n\n{{< include x >}} `r 1`\n\n```\nopen\n"))
    ]
    assert codes == ["L003:", "L004:", "L006:", "L005:"]
