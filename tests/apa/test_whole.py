"""The specimen as a whole: three formats that say the same, open to all readers, and a masked copy that names nobody."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pdfua
import pytest
from axe_playwright_python.sync_playwright import Axe
from specimen import ROOT, SPECIMEN

from citeproof import cli

if TYPE_CHECKING:
    from pathlib import Path

    from shown import Browser
    from specimen import Specimen

GOOD = sorted(path.name for path in (ROOT / "tests" / "manuscripts" / "good").iterdir())

MODES = {
    "manuscript": (),
    "student": ("--mode", "student"),
    "journal": ("--mode", "journal"),
    "thesis": ("--mode", "thesis"),
    "a4-with-line-numbers": ("--paper", "a4", "--line-numbers"),
    "masked": ("--masked",),
    "georgia": ("--font", "Georgia"),
}

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("mode", MODES)
def test_the_specimen_builds_without_a_word_and_its_formats_say_the_same(
    mode: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build compares PDF, DOCX and HTML with the paper; a difference would be an error V007 and end it with 1."""
    status = cli.main(["build", str(SPECIMEN), "--output", str(tmp_path), "--format", "json", *MODES[mode]])
    told = json.loads(capsys.readouterr().out)
    assert (status, told["findings"]) == (0, [])
    stem = "manuscript" if mode == "masked" else "paper"
    wanted = {f"{name}.{suffix}" for name in (stem, "supplement") for suffix in ("pdf", "docx", "html")}
    wanted |= set() if mode == "masked" else {"proof.html", "proof.json"}
    assert {path.name for path in tmp_path.iterdir()} == wanted | {"manifest.json", "SHA256SUMS"}


@pytest.mark.parametrize("variant", ["paper", "student", "journal", "thesis", "end", "masked", "supplement"])
def test_the_pdf_passes_pdf_ua(paper: Specimen, variant: str) -> None:
    pdf = paper.built(variant, "pdf")
    report = pdfua.validate(pdf)
    assert [str(finding) for finding in report.findings] == []
    assert b"pdfuaid" in pdf.read_bytes(), "the PDF says of itself that it is PDF/UA-1 (ISO 14289-1, 5)"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize("variant", ["paper", "thesis", "journal", "masked", "supplement"])
def test_axe_finds_no_violation_in_the_page(
    paper: Specimen, browser: Browser, variant: str, width: int, dark: bool
) -> None:
    tab = browser.tab(width, dark=dark)
    tab.goto(paper.built(variant, "html").as_uri())
    found = Axe().run(tab, options={"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}})
    tab.close()
    assert found.response["passes"], "axe has looked at the page"
    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("proof")
    assert cli.main(["build", str(SPECIMEN), "--output", str(folder), "--to", "html", "-q"]) == 0
    return folder / "proof.html"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_axe_finds_no_violation_in_the_proof_which_does_not_run_over_its_window(
    proof: Path, browser: Browser, width: int, dark: bool
) -> None:
    tab = browser.tab(width, dark=dark)
    tab.goto(proof.as_uri())
    found = Axe().run(tab, options={"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()
    assert found.response["passes"], "axe has looked at the page"
    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_page_does_not_run_over_its_window(paper: Specimen, browser: Browser, width: int) -> None:
    tab = browser.tab(width)
    tab.goto(paper.built("paper", "html").as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


def unpacked(path: Path) -> bytes:
    """Give the bytes of a file, and those of every file in it."""
    raw = path.read_bytes()
    if path.suffix == ".docx":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            raw += b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    return raw


NAMES = (
    "Zélia", "Quirós", "Hartwig", "Bram", "van der Vliet", "Vliet", "Okonkwo", "Lindqvist", "Achterberg",
    "nowhere.example", "0000-0002-1825-0097", "0000-0001-5109-3700", "Nowhere University", "Typographic Psychology",
    "Imagined Measures", "Fictional Polytechnic",
)  # fmt: skip


def test_no_byte_of_a_masked_copy_names_an_author(tmp_path: Path) -> None:
    assert cli.main(["build", str(SPECIMEN), "--output", str(tmp_path), "--masked", "-q"]) == 0
    files = sorted(tmp_path.iterdir())
    assert len(files) == 8
    for path in files:
        raw = unpacked(path)
        if path.suffix == ".pdf":
            import pikepdf  # noqa: PLC0415

            with pikepdf.open(path) as pdf:
                raw += b"".join(o.read_bytes() for o in pdf.objects if isinstance(o, pikepdf.Stream) and "/Filter" in o)
        for name in NAMES:
            for coded in (name.encode(), name.encode("utf-16-be"), name.encode("utf-16-le")):
                assert coded not in raw, f"{name} stands in {path.name}"


def test_an_unmasked_copy_names_them(tmp_path: Path) -> None:
    """What the search of a masked copy looks for is there to be found."""
    assert cli.main(["build", str(SPECIMEN), "--output", str(tmp_path), "-q", "--to", "docx,html"]) == 0
    raw = unpacked(tmp_path / "paper.docx") + (tmp_path / "paper.html").read_bytes()
    assert [name for name in NAMES if name.encode() not in raw] == []


@pytest.mark.parametrize("name", GOOD)
def test_the_formats_of_every_good_paper_say_the_same(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["build", str(ROOT / "tests" / "manuscripts" / "good" / name), "--output", str(tmp_path)]
    if name == "chinese":  # no built-in font has its characters; the DOCX and the page need none
        command += ["--to", "docx,html"]
    assert cli.main([*command, "--format", "json"]) == 0
    assert [item for item in json.loads(capsys.readouterr().out)["findings"] if item["code"].startswith("V")] == []
