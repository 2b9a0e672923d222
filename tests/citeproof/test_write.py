"""Writing: three files from the one cited document, the same bytes each time, and failures that are ours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import pandoc
from citeproof.errors import InternalError
from citeproof.stages import write

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Example


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
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(pandoc, "convert", lambda *_, **__: (pandoc.Failure(1, "boom"), []))
    with pytest.raises(InternalError, match=rf"^pandoc failed while writing paper\.{name} \(status 1\): boom$"):
        write.write(replace(example.project, formats=(name,)), example.cited, tmp_path, lambda _: None)


def test_markup_that_typst_refuses_is_our_fault(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def convert(_defaults: str, _source: str, output: Path, *_: Any, **__: Any) -> tuple[None, list[Any]]:
        output.write_text("#nonsense()")
        return None, []

    monkeypatch.setattr(pandoc, "convert", convert)
    with pytest.raises(InternalError, match=r"^Typst could not set the PDF: unknown variable: nonsense$"):
        write.write(replace(example.project, formats=("pdf",)), example.cited, tmp_path, lambda _: None)


def test_typst_giving_no_pdf_is_our_fault(example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typst  # noqa: PLC0415

    monkeypatch.setattr(typst, "compile", lambda *_, **__: None)
    with pytest.raises(InternalError, match=r"^Typst gave no PDF$"):
        write.write(replace(example.project, formats=("pdf",)), example.cited, tmp_path, lambda _: None)
