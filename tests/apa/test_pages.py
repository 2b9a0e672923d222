"""The PDF and the DOCX, as LibreOffice prints it, come to the same number of pages, but for 1 in 20."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import shown
from specimen import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from specimen import Specimen


def pages(path: Path) -> int:
    return len(shown.Pdf(path).pages)


def differ_little(pdf: int, docx: int) -> None:
    assert abs(pdf - docx) * 20 <= max(pdf, docx), f"the PDF has {pdf} pages and the DOCX {docx}"


def test_the_specimen_has_as_many_pages_in_the_pdf_as_in_the_docx(paper: Specimen) -> None:
    docx = paper.in_libreoffice(paper.built("paper", "docx"))
    differ_little(pages(paper.built("paper", "pdf")), pages(docx))


def test_the_manuscript_has_as_many_pages_in_the_pdf_as_in_the_docx(paper: Specimen, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "manuscript", tmp_path / "manuscript")
    command = [sys.executable, "-m", "citeproof", "build", str(folder), "--output", str(tmp_path / "dist"), "--quiet"]
    subprocess.run([*command, "--to", "pdf,docx"], check=True, capture_output=True)
    (docx,) = (tmp_path / "dist").glob("*.docx")
    differ_little(pages(docx.with_suffix(".pdf")), pages(paper.in_libreoffice(docx)))
