"""Figures of every kind in one paper, as poppler, LibreOffice, an older Word and a browser show them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import typst
from PIL import Image

COLOURS = {
    "a.png": (255, 0, 0),
    "b.jpg": (0, 0, 255),
    "c.tiff": (0, 128, 0),
    "d.gif": (255, 0, 255),
    "e.webp": (0, 200, 255),
    "f.bmp": (128, 64, 0),
    "g.svg": (255, 160, 0),
    "h.pdf": (96, 0, 160),
    "i.tif": (0, 255, 0),
    "named-png.png": (160, 160, 0),
}
"""A figure, all of one colour, and what its pixels must be: none is near another."""

TURNED = "turned.jpg"
"""A photograph that lies on its side in its file: as it is shown, the upper half is black and the lower one white."""

NEAR = 60
"""Steps of 255, for all three values together, that packing and colour profiles may change."""


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


def draw(folder: Path) -> None:
    for name, colour in COLOURS.items():
        if name.endswith(".svg"):
            fill = "#{:02x}{:02x}{:02x}".format(*colour)
            svg = f'<rect width="200" height="100" fill="{fill}"/></svg>'
            (folder / name).write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">{svg}')
        elif name.endswith(".pdf"):
            markup = f"#set page(width: 200pt, height: 100pt, margin: 0pt, fill: rgb{colour})\n#sym.space"
            (folder / name).write_bytes(typst.compile(markup.encode()))
        else:
            kind = {"i.tif": "TIFF", "named-png.png": "JPEG"}.get(name)  # the last one's name says what it is not
            mode = "CMYK" if name == "i.tif" else "RGB"
            options = {"lossless": True} if name == "e.webp" else {"quality": 95} if kind == "JPEG" else {}
            Image.new("RGB", (400, 200), colour).convert(mode).save(folder / name, kind, **options)
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.new("L", (400, 200), 255)
    lying.paste(0, (0, 0, 200, 200))
    lying.save(folder / TURNED, exif=exif)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    (folder / "figs").mkdir()
    draw(folder / "figs")
    names = [*COLOURS, TURNED]
    shown = "\n\n".join(
        f'![File {number}](figs/{name}){{#fig-{number} alt="A rectangle" width=1.2in}}'
        for number, name in enumerate(names)
    )
    calls = ", ".join(f"@fig-{number}" for number in range(len(names)))
    text = f"---\ntitle: Figures\nauthor: []\n---\n\nSee {calls}.\n\n{shown}\n"
    (folder / "paper.md").write_text(text, "utf-8")
    run(sys.executable, "-m", "citeproof", "build", str(folder), "--output", str(folder / "dist"), "-q")
    return folder / "dist"


def pages_of(pdf: Path) -> list[Image.Image]:
    stem = pdf.with_suffix("")
    run("pdftoppm", "-r", "50", "-png", str(pdf), str(stem))
    return [Image.open(path).convert("RGB") for path in sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))]


def by_libreoffice(docx: Path, folder: Path) -> list[Image.Image]:
    profile = (folder / "profile").as_uri()
    options = (f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder))
    run("soffice", *options, str(docx))
    return pages_of(folder / docx.with_suffix(".pdf").name)


def without_drawings(docx: Path, path: Path) -> Path:
    """Write a DOCX without the extension that names an SVG: what a Word before 2016 reads of it."""
    with zipfile.ZipFile(docx) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = re.sub(rb"<a:extLst>.*?</a:extLst>", b"", content, flags=re.DOTALL)
            new.writestr(name, content)
    return path


def by_browser(page: Path, folder: Path) -> list[Image.Image]:
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    assert program, "this test needs chromium or google-chrome: install it and run again"
    shot = folder / "shot.png"
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
    place = (f"--user-data-dir={folder / 'profile'}", "--window-size=900,5000", f"--screenshot={shot}", page.as_uri())
    run(program, *options, *place)
    return [Image.open(io.BytesIO(shot.read_bytes())).convert("RGB")]


@pytest.fixture(scope="module", params=["poppler", "libreoffice", "an older word", "a browser"])
def shown(built, tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("shown")
    match request.param:
        case "poppler":
            return pages_of(Path(shutil.copy(built / "paper.pdf", folder)))
        case "libreoffice":
            return by_libreoffice(built / "paper.docx", folder)
        case "an older word":
            return by_libreoffice(without_drawings(built / "paper.docx", folder / "old.docx"), folder)
        case _:
            return by_browser(built / "paper.html", folder)


@pytest.mark.parametrize("name", COLOURS)
def test_a_figure_of_each_kind_is_shown(shown, name):
    # 1.2 in by 0.6 in are 60 by 30 pixels of 50 for each inch; a browser shows more of them.
    pixels = sum(
        count
        for page in shown
        for count, rgb in page.getcolors(1 << 24)
        if sum(abs(is_there - wanted) for is_there, wanted in zip(rgb, COLOURS[name], strict=True)) <= NEAR
    )
    assert pixels >= 1500


def test_a_photograph_that_lies_in_its_file_is_upright(shown):
    # Black, twice as wide as the figure is high: 60 by 60 pixels of 50 for each inch, in one piece.
    for page in shown:
        black = page.convert("L").point(lambda value: 255 if value < 30 else 0)
        for box in (black.crop((0, top, black.width, top + 1)).getbbox() for top in range(black.height)):
            if box and box[2] - box[0] >= 55 and black.crop((box[0], 0, box[2], black.height)).histogram()[255] > 3000:
                return
    pytest.fail("no page shows the black half over the white one")


def test_the_pdf_keeps_its_claim_to_be_accessible_and_its_drawings(built):
    content = (built / "paper.pdf").read_bytes()
    assert b"pdfuaid:part" in content


def test_two_builds_give_the_same_bytes(built, tmp_path):
    again = tmp_path / "again"
    run(sys.executable, "-m", "citeproof", "build", str(built.parent), "--output", str(again), "--force", "-q")
    for name in ("paper.pdf", "paper.docx", "paper.html"):
        assert (again / name).read_bytes() == (built / name).read_bytes()
