"""Writing: three files from the one cited document, the same bytes each time, and failures that are ours."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pypandoc
import pytest
from PIL import Image

from citeproof import pandoc, resources
from citeproof.errors import InternalError
from citeproof.stages import write

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Example

    from citeproof.document import CitedDocument


def test_only_the_formats_that_are_asked_for_are_written(example: Example, tmp_path: Path) -> None:
    said: list[str] = []
    artefacts, remarks = write.write(replace(example.project, formats=("html",)), example.cited, tmp_path, said.append)
    assert artefacts == {"html": tmp_path / "paper.html"}
    assert (said, remarks) == (["wrote paper.html"], [])
    assert not list(tmp_path.glob("*.pdf"))


def test_the_same_document_gives_the_same_bytes_in_another_folder(
    example: Example,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    again, _ = write.write(example.project, example.cited, tmp_path, lambda _: None)
    assert {name: path.read_bytes() == example.artefacts[name].read_bytes() for name, path in again.items()} == {
        "pdf": True,
        "docx": True,
        "html": True,
    }


@pytest.mark.parametrize("name", ["pdf", "docx", "html"])
def test_a_writer_that_fails_is_our_fault(
    example: Example, tmp_path: Path, pandoc_fails: Callable[[int, str], None], name: str
) -> None:
    pandoc_fails(1, "boom")
    with pytest.raises(InternalError, match=rf"^pandoc failed while writing paper\.{name} \(status 1\): boom$"):
        write.write(replace(example.project, formats=(name,)), example.cited, tmp_path, lambda _: None)


def test_markup_that_typst_refuses_is_our_fault(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_defaults: str, _source: str, output: Path, *_: Any, **__: Any) -> SimpleNamespace:
        output.write_text("#nonsense()")
        return SimpleNamespace(end=lambda: (None, []), body=None)

    monkeypatch.setattr(pandoc, "start", start)
    with pytest.raises(InternalError, match=r"^Typst could not set the PDF: unknown variable: nonsense$"):
        write.write(replace(example.project, formats=("pdf",)), example.cited, tmp_path, lambda _: None)


def test_typst_giving_no_pdf_is_our_fault(example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typst  # noqa: PLC0415

    monkeypatch.setattr(typst, "compile", lambda *_, **__: None)
    with pytest.raises(InternalError, match=r"^Typst gave no PDF$"):
        write.write(replace(example.project, formats=("pdf",)), example.cited, tmp_path, lambda _: None)


def cited_as(example: Example, markdown: str) -> CitedDocument:
    """Give the example's cited document with another text in it."""
    return replace(example.cited, json=pypandoc.convert_text(markdown, "json", "markdown").encode())


def written(example: Example, markdown: str, folder: Path) -> tuple[bytes, list[str]]:
    """Write a PDF of some Markdown; give it, and what was remarked."""
    project = replace(example.project, formats=("pdf",))
    Image.new("RGB", (4, 4)).save(project.folder / "box.png")
    made, findings = write.write(
        project, cited_as(example, f"---\ntitle: T\n---\n\n{markdown}"), folder, lambda _: None
    )
    place = f"{project.shown(project.paper)}: "
    return made["pdf"].read_bytes(), [str(finding).removeprefix(place) for finding in findings]


def test_the_pdf_says_that_it_is_pdf_ua_1(example: Example) -> None:
    assert b"pdfuaid:part" in example.artefacts["pdf"].read_bytes()


@pytest.mark.parametrize(
    ("markdown", "reason", "remedy"),
    [
        (
            "# One\n\n![](box.png)",
            "an image says nowhere in words what it shows",
            'write them: ![Title](file.png){alt="..."}',
        ),
        (
            "# One\n\n### Three",
            "headings go from level 1 to level 3",
            "leave out no level: ## follows #, and ### follows ##",
        ),
        ("## Two", "the first heading is not of level 1", "begin with a # heading"),
        (
            "Text 日 here.",
            "no font has the characters 日",
            "install a font that has them and add --system-fonts",
        ),
    ],
)
def test_what_hinders_pdf_ua_is_a_warning_p004_and_the_pdf_is_made(
    example: Example, tmp_path: Path, markdown: str, reason: str, remedy: str
) -> None:
    content, remarks = written(example, markdown, tmp_path)
    assert content.startswith(b"%PDF-")
    assert b"pdfuaid:part" not in content
    assert remarks == [
        f"warning P004: the PDF is not PDF/UA-1, which readers with a screen reader need: {reason}\n    {remedy}"
    ]


def test_what_hinders_pdf_ua_twice_is_said_once(example: Example, tmp_path: Path) -> None:
    _, (remark,) = written(example, "# One 日\n\n![](box.png)\n\n![](box.png)", tmp_path)
    assert remark.count("in words what it shows") == 1
    assert remark.count("no font has") == 1


def test_a_new_refusal_of_typst_is_told_in_its_own_words(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typst  # noqa: PLC0415

    def refuse(*_: Any, pdf_standards: list[str], **__: Any) -> bytes:
        if pdf_standards:
            refusal = typst.TypstError("PDF/UA-1 error: something new")
            refusal.message, refusal.diagnostic = "PDF/UA-1 error: something new", ""
            raise refusal
        return b"%PDF-"

    monkeypatch.setattr(typst, "compile", refuse)
    content, (remark,) = written(example, "Text.", tmp_path)
    assert content == b"%PDF-"
    assert remark.endswith("need: PDF/UA-1 error: something new")


MARKUP = '#let font = ("Georgia", "TeX Gyre Schola", "Libertinus Serif",)'


@pytest.mark.parametrize(
    ("families", "used"),
    [
        (["Libertinus Serif", "TeX Gyre Schola"], "TeX Gyre Schola"),
        (["TeX Gyre Schola", "georgia"], "Georgia"),
        ([], "Libertinus Serif"),
    ],
)
def test_the_face_of_the_pdf_is_the_first_that_is_there(families: list[str], used: str) -> None:
    assert write.face_of(MARKUP, families) == ("Georgia", used)


def test_markup_without_a_font_is_our_fault() -> None:
    with pytest.raises(InternalError, match=r"^the markup of the PDF names no font$"):
        write.face_of("text(size: 11pt)", [])


def test_the_face_that_stood_in_is_told_after_writing(example: Example, tmp_path: Path) -> None:
    project = replace(example.project, formats=("pdf",))
    assert write.typeface(project, tmp_path) is None
    write.write(project, example.cited, tmp_path, lambda _: None)
    assert write.typeface(project, tmp_path) == ("Times New Roman", "TeX Gyre Termes")


def test_every_stand_in_has_four_faces_and_no_others() -> None:
    names = [path.stem.lower() for path in resources.font_files()]
    assert len(names) == len(set(names)) == 20
    assert {"carlito-bolditalic", "dejavusans", "dejavusans-boldoblique", "texgyreheros-italic"} <= set(names)
    assert not [name for name in names if "condensed" in name or "light" in name or "heroscn" in name]


def test_a_wheel_carries_the_fonts_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fonts").mkdir()
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    assert resources.font_folders() == (tmp_path / "fonts",)


def test_the_font_packages_are_those_that_are_pinned() -> None:
    told = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8"))
    pinned = [name.partition("==")[0].replace("-", "_") for name in told["dependency-groups"]["fonts"]]
    assert tuple(pinned) == resources.FONT_PACKAGES
    assert set(told["dependency-groups"]["fonts"]) <= set(told["build-system"]["requires"])
