"""The source for LaTeX: read back, it says what the paper says, and what is broken in it is named.

That it compiles is seen in tests/e2e.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from citeproof import beside, leaks, opened_markup
from citeproof.figures import FigureError
from citeproof.leaks import Identity, Name
from citeproof.project import Project, find_paper
from citeproof.stages import cite, read, verify, write
from citeproof.styles import find

if TYPE_CHECKING:
    from conftest import Example

    from citeproof.document import CitedDocument

ROOT = Path(__file__).parents[2]
PAPERS = {path.name: path for path in sorted((ROOT / "tests" / "manuscripts" / "good").iterdir()) if path.is_dir()}
PAPERS |= {"specimen": ROOT / "tests" / "apa" / "specimen"}


def made(paper: Path, folder: Path, *choices: tuple[str, str]) -> tuple[Path, CitedDocument, Project]:
    project = Project(find_paper(paper), folder, formats=("latex",), choices=choices)
    manuscript = read.read(project)
    named = manuscript.document["meta"].get("csl")
    style = find(named["c"][0]["c"] if named else "apa", project.folder)
    cited, _ = cite.cite(project, manuscript, style, folder)
    files, _ = write.write(project, cited, folder, lambda _: None)
    return files["latex"], cited, project


@pytest.fixture(scope="session")
def source(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("latex")
    files, remarks = write.write(replace(example.project, formats=("latex",)), example.cited, folder, lambda _: None)
    assert remarks == []
    assert files["latex"].name == "paper.tex"
    return files["latex"]


@pytest.mark.parametrize("name", PAPERS)
def test_a_source_says_what_the_paper_says(name: str, tmp_path: Path) -> None:
    path, cited, _ = made(PAPERS[name], tmp_path)
    assert verify.verify(cited, {"latex": path}) == []


@pytest.mark.parametrize("mode", ["manuscript", "student", "journal", "thesis"])
def test_each_kind_of_paper_has_the_class_in_its_mode(mode: str, tmp_path: Path) -> None:
    path, cited, _ = made(PAPERS["specimen"], tmp_path, ("mode", mode), ("floats", "end"), ("footnotes", "end"))
    assert verify.verify(cited, {"latex": path}) == []
    options = re.search(r"\\documentclass\[([^]]*)\]\{apa7\}", path.read_text("utf-8"))
    assert options is not None
    wanted = {"manuscript": "man", "student": "stu", "journal": "jou", "thesis": "man"}[mode]
    assert options[1].split(",")[0] == wanted


def test_a_source_needs_no_bibliography_program(source: Path) -> None:
    text = source.read_text("utf-8")
    assert "\\hyperref[ref-berg2002]{Berg \\& Cole, 2002, p. 3}" in text
    assert text.count("\\entry{ref-") == 2
    assert not re.search(r"\\(?:cite|bibliography|printbibliography|addbibresource)\b", text)


def test_a_drawing_lies_beside_the_source_as_a_pdf(tmp_path: Path) -> None:
    path, _, project = made(PAPERS["specimen"], tmp_path)
    beside = write.images_beside(project, tmp_path)
    assert [image.name for image in beside] == [
        *(f"paper-image-{n}.pdf" for n in (1, 2, 3)),
        "paper-image-4.png",
    ]
    assert beside[0].read_bytes().startswith(b"%PDF-")
    assert all(image.name in path.read_text("utf-8") for image in beside)


BREAKS = {
    "an entry is gone": (
        (r"\\entry\{ref-berg2002\}%\n[^\n]*\n", ""),
        "V004 the link of @berg2002 lands nowhere",
    ),
    "an entry is another": (
        (r"Two things at once", "Two things apart"),
        "V005 the entry of @berg2002 is not in its reference list as it should read",
    ),
    "a link is gone": (
        (r"\\hyperref\[ref-berg2002\]", r"\\hyperref[nowhere]"),
        "V003 not all citations of @berg2002 (2) are linked to its entry",
    ),
    "a citation is changed": (
        (r"\{Berg \\& Cole, 2002, p\. 3\}", r"{Berg \\& Cole, 2002, p. 4}"),
        "V002 the citation (Ames, 2001; Berg & Cole, 2002, p. 3) stands 0 times in it, not 1",
    ),
    "a note is gone": (
        (r"\\footnote\{[^\n]*?\} Again", " Again"),
        "V007 it lacks the footnote “A note cites (Berg & Cole, 2002).”",
    ),
    "a word is another": (
        (r"They also end", "They also bend"),
        (
            "V007 the paragraph that should read “They also end.[note] Again (Ames, 2001).” "
            "reads “They also bend.[note] Again (Ames, 2001).”"
        ),
    ),
    "an author is another": (
        (r"\\authorsnames\{\{Eve East\}\}", r"\\authorsnames{{Eve West}}"),
        "V007 the part of the title page that should read “Eve East” reads “Eve West”",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_in_a_source_is_named(name: str, example: Example, source: Path, tmp_path: Path) -> None:
    (pattern, instead), what = BREAKS[name]
    text = source.read_text("utf-8")
    broken = re.sub(pattern, instead, text, count=1)
    assert broken != text
    path = tmp_path / "paper.tex"
    path.write_text(broken, "utf-8")
    found = verify.verify(example.cited, {"latex": path})
    assert what in [f"{finding.code} {finding.message}" for finding in found]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it has no beginning or no end"),
        ("\n\\begin{document}\n{\n\\end{document}", "a group in it is not closed"),
        ("\n\\begin{document}\n}\n\\end{document}", "it closes a group that is not open"),
        ("\n\\begin{document}\n\\begin{quote}\n\\end{document}", "its quote is not ended"),
        ("\n\\begin{document}\n\\item[x\n\\end{document}", "a bracket in it is not closed"),
    ],
)
def test_a_source_that_cannot_be_read_is_named(text: str, fault: str, example: Example, tmp_path: Path) -> None:
    path = tmp_path / "paper.tex"
    path.write_text(text, "utf-8")
    [found] = verify.verify(example.cited, {"latex": path})
    assert (found.code, found.message) == ("V001", f"the finished file cannot be opened: {fault}")


def test_an_identifier_is_written_as_the_filters_write_it() -> None:
    # filters/apa/xml.lua has the same rule; its cases show it.
    assert opened_markup.identifier("ref-lee:2020") == "ref-lee_x3A_2020"
    assert opened_markup.identifier("2020") == "_2020"
    assert opened_markup.identifier("ref-müller") == "ref-m_xFC_ller"


def test_an_authors_name_in_a_source_is_a_leak_in_a_comment_too(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "manuscript.tex"
    path.write_text(source.read_text("utf-8").replace("Eve East", "") + "% drawn by Eve East\n", "utf-8")
    [found] = leaks.leaks({"latex": path}, Identity((Name("Eve", "East"),)))
    assert found.message.startswith("the masked copy holds the name Eve East: line ")


def test_an_image_that_cannot_be_made_a_png_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "one.gif"
    broken.write_bytes(b"GIF89a but no more")
    image = beside.Image("one.gif", broken, "paper-image-1.png")
    with pytest.raises(FigureError):
        beside.content(image)


def test_a_drawing_that_cannot_be_drawn_stops_the_build_with_a_word(example: Example, tmp_path: Path) -> None:
    paper = tmp_path / "paper.md"
    paper.write_text("![A](one.svg){#fig-one alt=a}\n", "utf-8")
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='0' height='0'></svg>"
    (tmp_path / "one.svg").write_text(drawing, "utf-8")
    project = replace(example.project, paper=paper, formats=("latex",))
    cited, _ = cite.cite(project, read.read(project), find("apa", tmp_path), tmp_path)
    _, found = write.write(project, cited, tmp_path, lambda _: None)
    assert [finding.code for finding in found] == ["I002"]
    assert found[0].message.startswith("the image one.svg cannot be made one that latex takes: ")
