"""A submission package in other programs: LibreOffice opens its manuscript, pdfLaTeX compiles its source."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pdfplumber
import pytest

ROOT = Path(__file__).parents[2]
SOUND = ROOT / "tests" / "manuscripts" / "submission"


def run(*command: str | Path, **options: object) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, timeout=240, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-2000:]}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Make the package for a journal and unpack its archive, as a portal does."""

    def make(journal: str) -> Path:
        folder = tmp_path_factory.mktemp(journal)
        run(sys.executable, "-m", "citeproof", "submit", SOUND, "--journal", journal, "--output", folder, "-q")
        unpacked = folder / "unpacked"
        with zipfile.ZipFile(folder / f"submission-{journal}.zip") as archive:
            archive.extractall(unpacked)
        return unpacked

    return make


def as_pdf(path: Path, folder: Path) -> Path:
    profile = (folder / "profile").as_uri()
    options = (f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", folder)
    run("soffice", *options, path)
    return folder / f"{path.stem}.pdf"


def test_the_manuscript_opens_with_line_numbers_and_running_head(package, tmp_path):
    with pdfplumber.open(as_pdf(package("plos-one") / "Manuscript.docx", tmp_path)) as pdf:
        numbers = []
        for page in pdf.pages:
            words = page.extract_words()
            head = " ".join(word["text"] for word in words if word["bottom"] < 72)
            assert head.startswith("SLEEP AND THE RECALL OF WORD PAIRS"), head
            # Line numbers stand in the left margin, which is an inch wide (APA 2.22).
            numbers += [int(word["text"]) for word in words if word["x1"] < 72 and word["top"] > 72]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 50


def test_the_title_page_for_editors_is_one_page_and_the_letter_has_no_running_head(package, tmp_path):
    made = package("apa")
    with pdfplumber.open(as_pdf(made / "title-page.docx", tmp_path)) as pdf:
        words = " ".join(page.extract_text() for page in pdf.pages)
    assert "Ines Falkenrath" in words
    assert "Author Note" in words
    assert "Method" not in words
    with pdfplumber.open(as_pdf(made / "cover-letter.docx", tmp_path)) as pdf:
        (page,) = pdf.pages
        assert "SLEEP AND THE RECALL" not in page.extract_text()


def test_the_source_for_latex_compiles_from_the_archive_alone(package):
    made = package("arxiv")
    (made / "paper.pdf").unlink()  # the one that citeproof made
    for _ in range(2):
        run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex", cwd=made)
    with pdfplumber.open(made / "paper.pdf") as pdf:
        text = " ".join(page.extract_text() for page in pdf.pages)
        assert sum(len(page.curves) + len(page.rects) for page in pdf.pages) >= 2  # the bars of the figure
    assert "Two Nights of Sleep" in text
    assert "Cohen, J. (1992)" in text


def test_a_tiff_has_its_resolution_in_another_reader(package):
    raw = (next(iter(package("plos-one").glob("Fig1.tif")))).read_bytes()
    # The fields of its directory, read by the specification (TIFF 6.0, section 2 and page 38): 282, 283 and 296.
    order = "little" if raw[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(raw[at : at + size], order)

    directory = number(4, 4)
    fields = {number(directory + 2 + 12 * n, 2): directory + 2 + 12 * n for n in range(number(directory, 2))}
    for tag in (282, 283):
        at = number(fields[tag] + 8, 4)
        assert number(at, 4) / number(at + 4, 4) == pytest.approx(300)
    assert number(fields[296] + 8, 2) == 2  # inches
    assert (number(fields[256] + 8, 2), number(fields[257] + 8, 2)) == (1200, 780)
    assert not re.search(rb"Falkenrath|Software", raw)
