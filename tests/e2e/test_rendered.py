"""What other programs show of the built paper: LibreOffice of the DOCX, Chromium of the page, poppler of the PDF."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]


def run(*command: str, **options: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "citeproof", "build", str(ROOT / "manuscript"), "--output", str(folder), "-q")
    return folder


@pytest.fixture(scope="module")
def paper(built):
    return next(built.glob("*.pdf")).stem


@pytest.fixture(scope="module")
def word_pdf(built, paper, tmp_path_factory):
    folder = tmp_path_factory.mktemp("libreoffice")
    profile = (folder / "profile").as_uri()
    run(
        "soffice",
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(built / f"{paper}.docx"),
    )
    return folder / f"{paper}.pdf"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    assert program, "this test needs chromium or google-chrome: install it and run again"

    def start(*arguments: str) -> None:
        run(
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
            *arguments,
        )

    return start


def lines(page) -> list[list[dict]]:
    """Group a page's words into lines by their baseline, top to bottom."""
    found: dict[int, list[dict]] = {}
    for word in page.extract_words():
        found.setdefault(round(word["bottom"]), []).append(word)
    return [found[bottom] for bottom in sorted(found)]


def test_the_pdf_and_libreoffice_show_the_same_number_of_pages(built, paper, word_pdf):
    with pdfplumber.open(built / f"{paper}.pdf") as one, pdfplumber.open(word_pdf) as other:
        assert abs(len(one.pages) - len(other.pages)) <= max(1, len(one.pages) // 20)


@pytest.mark.parametrize("made_by", ["typst", "libreoffice", "chromium"])
def test_every_page_carries_its_number_and_the_running_head_inside_the_margins(
    built, paper, word_pdf, chromium, made_by, tmp_path
):
    path = {"typst": built / f"{paper}.pdf", "libreoffice": word_pdf}.get(made_by, tmp_path / "page.pdf")
    if made_by == "chromium":
        chromium("--no-pdf-header-footer", f"--print-to-pdf={path}", (built / f"{paper}.html").as_uri())
    with pdfplumber.open(path) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            head, *body = lines(page)
            words = [word["text"] for word in head]
            assert words[-1] == str(number), f"page {number} begins with {words}"
            assert " ".join(words[:-1]).isupper()
            assert head[0]["x0"] == pytest.approx(72, abs=1.5)
            assert head[-1]["x1"] == pytest.approx(540, abs=1.5)
            for line in body:
                assert line[0]["x0"] >= 71, line  # APA 2.22: 1 in = 72 pt
                assert line[-1]["x1"] <= 541, line


def test_libreoffice_sets_the_text_double_spaced(word_pdf):
    with pdfplumber.open(word_pdf) as pdf:
        bottoms = [line[0]["bottom"] for line in lines(pdf.pages[1])[1:]]
    pitches = [after - before for before, after in itertools.pairwise(bottoms)]
    assert pitches
    for pitch in pitches:
        assert pitch == pytest.approx(27.6, abs=0.4)  # APA 2.21: Word's double spacing of 12-pt Times


def test_libreoffice_hangs_the_reference_list(word_pdf):
    with pdfplumber.open(word_pdf) as pdf:
        page = next(page for page in reversed(pdf.pages) if "References" in page.extract_text())
        starts = {round(line[0]["x0"]) for line in lines(page)[2:]}
    assert starts <= {72, 108}
    assert 72 in starts


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_page_fits_its_window(built, paper, width, tmp_path):
    probe = tmp_path / "probe.html"
    page = (built / f"{paper}.html").read_text("utf-8")
    script = "<script>document.title = 'width ' + document.documentElement.scrollWidth + ' of ' + innerWidth</script>"
    probe.write_text(page.replace("</body>", f"{script}</body>"), "utf-8")
    out = tmp_path / "dom.txt"
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))))
    # A frame of the width under test: headless windows do not go below 500 pixels.
    frame = tmp_path / "frame.html"
    frame.write_text(
        f"<iframe src='{probe.as_uri()}' style='width:{width}px;height:900px;border:0'></iframe>"
        "<script>onload = () => document.title = frames[0].document.title</script>",
        "utf-8",
    )
    text = run(
        program,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--allow-file-access-from-files",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=3000",
        "--dump-dom",
        frame.as_uri(),
    )
    out.write_text(text, "utf-8")
    shown = re.search(r"width (\d+) of (\d+)", text)
    assert shown, text[:500]
    assert int(shown[2]) == width
    assert int(shown[1]) <= width


def test_the_pages_are_not_blank_when_rendered_to_pictures(built, paper, tmp_path):
    run("pdftoppm", "-r", "40", "-png", str(built / f"{paper}.pdf"), str(tmp_path / "page"))
    pictures = sorted(tmp_path.glob("page*.png"))
    assert pictures
    for picture in pictures:
        with Image.open(picture) as image:
            dark, light = image.convert("L").getextrema()
            assert dark < 100, f"{picture.name} shows no text"
            assert light == 255


def test_a_screenshot_of_the_page_shows_text(built, paper, chromium, tmp_path):
    shot = tmp_path / "shot.png"
    chromium(f"--screenshot={shot}", "--window-size=1000,1400", (built / f"{paper}.html").as_uri())
    with Image.open(shot) as image:
        assert len(image.convert("L").getcolors() or []) > 16


def test_poppler_finds_every_reference_link(built, paper):
    page = (built / f"{paper}.html").read_text("utf-8")
    addresses = set(re.findall(r'href="(https://doi\.org/[^"]+)"', page))
    with pdfplumber.open(built / f"{paper}.pdf") as pdf:
        linked = {link["uri"] for page in pdf.pages for link in page.hyperlinks if link.get("uri")}
    assert addresses <= linked
    assert run("pdftotext", str(built / f"{paper}.pdf"), "-").strip()
