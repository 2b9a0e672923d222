"""Writing a paper whose figures a format cannot show as they are: what is made, kept, told, and left alone."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from typing import TYPE_CHECKING

import pypdfium2
import pytest
import typst
from lxml import etree
from PIL import Image, ImageChops

from citeproof import document, figures, pandoc
from citeproof.cache import Cache
from citeproof.project import Project
from citeproof.stages import read, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="192" height="96"><rect width="96" height="96" fill="red"/></svg>'
NAMES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}

EMBED = f"{{{NAMES['r']}}}embed"


def tiff(path: Path) -> None:
    Image.new("RGB", (600, 300), "red").save(path, "TIFF")


def pdf(path: Path) -> None:
    path.write_bytes(typst.compile(b"#set page(width: 144pt, height: 72pt, margin: 0pt, fill: red)\n#sym.space"))


@pytest.fixture
def built(paper: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path) -> Callable[..., Path]:
    """Build a paper that shows images, and give the folder of its files."""

    def build(images: str, *options: str) -> Path:
        paper(f"As @ames2001 says.\n\n{images}")
        found = citeproof("build", "--force", *options)
        assert found.status == 0, found.err
        return tmp_path / "dist"

    return build


def pictures_of(page: Path) -> list[tuple[str, bytes]]:
    """Give the kind and the bytes of each picture in a page."""
    found = re.findall(r'<img[^>]* src="data:([^;"]+);base64,([^"]+)"', page.read_text("utf-8"))
    return [(kind, base64.b64decode(content)) for kind, content in found]


def test_a_tiff_is_a_png_of_the_same_pixels_in_page_and_docx(built: Callable[..., Path], tmp_path: Path) -> None:
    tiff(tmp_path / "one.tiff")
    folder = built('![](one.tiff){alt="A" width=1in}')
    ((kind, content),) = pictures_of(folder / "paper.html")
    assert kind == "image/png"
    (tmp_path / "made.png").write_bytes(content)
    with Image.open(tmp_path / "made.png") as image:
        assert (image.size, image.getpixel((9, 9))) == ((600, 300), (255, 0, 0))
    with zipfile.ZipFile(folder / "paper.docx") as docx:
        held = [docx.read(name) for name in docx.namelist() if name.startswith("word/media/")]
    assert held == [content]
    assert b"pdfuaid:part" in (folder / "paper.pdf").read_bytes()


def test_a_pdf_is_a_drawing_in_the_page_and_does_not_cost_the_pdf_its_claim(
    built: Callable[..., Path], tmp_path: Path
) -> None:
    pdf(tmp_path / "one.pdf")
    folder = built('![](one.pdf){alt="A"}')
    ((kind, content),) = pictures_of(folder / "paper.html")
    assert kind == "image/svg+xml"
    assert etree.fromstring(content).get("width") == "144pt"
    assert b"pdfuaid:part" in (folder / "paper.pdf").read_bytes()


def test_a_pdf_keeps_its_size_in_pdf_and_docx(built: Callable[..., Path], tmp_path: Path) -> None:
    pdf(tmp_path / "one.pdf")
    folder = built('![](one.pdf){alt="A"}')
    with pypdfium2.PdfDocument(folder / "paper.pdf") as opened:
        pages = [page.render(scale=1).to_pil().convert("RGB").split() for page in opened]
    boxes = [ImageChops.subtract(red, blue).point(lambda value: value > 99 and 255).getbbox() for red, _, blue in pages]
    ((left, top, right, bottom),) = filter(None, boxes)
    assert (right - left, bottom - top) == pytest.approx((144, 72), abs=1)
    with zipfile.ZipFile(folder / "paper.docx") as docx:
        extents = re.findall(r'<wp:extent cx="(\d+)" cy="(\d+)"', docx.read("word/document.xml").decode())
    # 2 by 1 inches, of 914,400 units each (ECMA-376, part 1, 20.1.2.1)
    assert [(int(across), int(down)) for across, down in extents] == [pytest.approx((1828800, 914400), abs=9144)]


def test_a_drawing_in_the_docx_has_a_picture_of_300_dpi_beside_it(built: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "one.svg").write_text(SVG, "utf-8")
    pdf(tmp_path / "two.pdf")
    text = '![](one.svg){alt="A" width=3in}\n\n![](two.pdf){alt="B"}\n\nA note.[^1]\n\n[^1]: ![](one.svg){alt="C"}'
    folder = built(text, "--to", "docx")
    with zipfile.ZipFile(folder / "paper.docx") as docx:
        shown = []
        for part in ("document", "footnotes"):
            links = etree.fromstring(docx.read(f"word/_rels/{part}.xml.rels"))
            targets = {link.get("Id"): link.get("Target") for link in links}
            for blip in etree.fromstring(docx.read(f"word/{part}.xml")).iterfind(".//a:blip", NAMES):
                drawing = blip.find(".//asvg:svgBlip", NAMES).get(EMBED)
                picture = blip.get(EMBED)
                shown.append((targets[drawing], f"word/{targets[picture]}"))
        kinds = etree.fromstring(docx.read("[Content_Types].xml"))
        typed = {kind.get("PartName"): kind.get("ContentType") for kind in kinds}
        widths = []
        for drawing, picture in shown:
            assert drawing.endswith(".svg")
            assert typed[f"/{picture}"] == "image/png"
            with docx.open(picture) as file, Image.open(file) as image:
                widths.append(image.width)
    # 3 in; 2 in, its own width; and in the note the picture of the same file.
    assert widths == [900, 600, 900]


def test_an_image_in_a_note_is_one_that_the_docx_holds(built: Callable[..., Path], tmp_path: Path) -> None:
    # pandoc issue 10228: what a part embeds is named in the relationships of that part (ECMA-376, part 2, section 9.3).
    Image.new("RGB", (600, 300), "red").save(tmp_path / "one.png")
    folder = built('A [link](https://example.org).[^1]\n\n[^1]: ![](one.png){alt="A"} [More](https://example.com).')
    with zipfile.ZipFile(folder / "paper.docx") as docx:
        links = etree.fromstring(docx.read("word/_rels/footnotes.xml.rels"))
        targets = {link.get("Id"): link.get("Target") for link in links}
        (blip,) = etree.fromstring(docx.read("word/footnotes.xml")).iterfind(".//a:blip", NAMES)
        assert f"word/{targets[blip.get(EMBED)]}" in docx.namelist()
        assert "https://example.com" in targets.values()
        assert len(targets) == len(links)


def test_a_photograph_lies_upright_in_the_docx_and_is_left_alone_in_the_page(
    built: Callable[..., Path], tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (600, 300), "red").save(tmp_path / "one.jpg", exif=exif)
    folder = built('![](one.jpg){alt="A" width=1in}', "--to", "docx,html")
    assert pictures_of(folder / "paper.html") == [("image/jpeg", (tmp_path / "one.jpg").read_bytes())]
    with zipfile.ZipFile(folder / "paper.docx") as docx:
        (name,) = [name for name in docx.namelist() if name.startswith("word/media/")]
        with docx.open(name) as file, Image.open(file) as image:
            assert (image.format, image.size) == ("JPEG", (300, 600))


def test_a_masked_copy_whose_figure_names_the_author_in_shapes_is_refused(
    paper: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "one.pdf").write_bytes(typst.compile(b"Drawn by Eve East"))
    paper('![](one.pdf){alt="A"}', front="---\ntitle: T\nauthor: Eve East\n---\n\n")
    found = citeproof("build", "--masked")
    assert found.status == 1
    assert "one.pdf: error M001: the masked copy holds the name Eve East: the words in the drawing" in found.err


def test_a_file_whose_name_says_what_it_is_not_is_shown(built: Callable[..., Path], tmp_path: Path) -> None:
    Image.new("RGB", (600, 300), "red").save(tmp_path / "one.png", "JPEG")
    assert pictures_of(built('![](one.png){alt="A" width=1in}') / "paper.html") == [
        ("image/jpeg", (tmp_path / "one.png").read_bytes())
    ]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("my figure.tiff", "<my figure.tiff>"),
        ("my figure.tiff", "my%20figure.tiff"),
        ("Größe 図.tiff", "<Größe 図.tiff>"),
        ("شكل.tiff", "شكل.tiff"),
        ("figures/deep/one.TIF", "figures/deep/one.TIF"),
        ("a*b_c_[d].tiff", r"<a*b_c_[d].tiff>"),
    ],
)
def test_a_figure_may_have_any_name(built: Callable[..., Path], tmp_path: Path, name: str, target: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    tiff(tmp_path / name)
    folder = built(f'![]({target}){{alt="A" width=1in}}')
    assert [kind for kind, _ in pictures_of(folder / "paper.html")] == ["image/png"]
    with zipfile.ZipFile(folder / "paper.docx") as docx:
        assert any(name.startswith("word/media/") for name in docx.namelist())


def test_a_figure_of_a_supplement_is_shown_in_the_supplement(built: Callable[..., Path], tmp_path: Path) -> None:
    tiff(tmp_path / "one.tiff")
    (tmp_path / "supplement.md").write_text('---\ntitle: More\n---\n\n![](one.tiff){alt="A" width=1in}\n', "utf-8")
    folder = built("No figure here.", "--to", "html")
    assert [kind for kind, _ in pictures_of(folder / "supplement.html")] == ["image/png"]
    assert pictures_of(folder / "paper.html") == []


def test_two_builds_give_the_same_bytes_with_and_without_what_was_kept(
    built: Callable[..., Path], tmp_path: Path
) -> None:
    tiff(tmp_path / "one.tiff")
    pdf(tmp_path / "two.pdf")
    (tmp_path / "three.svg").write_text(SVG, "utf-8")
    images = '![](one.tiff){alt="A" width=1in}\n\n![](two.pdf){alt="B"}\n\n![](three.svg){alt="C"}'

    def digests(*options: str) -> dict[str, str]:
        folder = built(images, *options)
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}

    first = digests()
    assert digests() == first
    assert digests("--no-cache") == first


def shown(project: Project, folder: Path, images: str) -> tuple[dict[str, Path], list[str]]:
    """Write a text with images, as the stage does; give the files, and what was remarked."""
    text = f"---\ntitle: T\nauthor: []\n---\n\n{images}\n"
    project.paper.write_text(text, "utf-8")
    manuscript = read.read(project)
    raw = pandoc.parse(text, project.folder)
    assert isinstance(raw, str)
    cited = document.as_cited(raw.encode(), manuscript.abridged)
    made, found = write.write(project, cited, folder, lambda _: None, images=manuscript.images)
    return made, [str(one) for one in found]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "paper").mkdir()
    (tmp_path / "work").mkdir()
    return Project(tmp_path / "paper" / "paper.md", tmp_path / "dist", ("html",), cache=Cache(tmp_path / "cache"))


def test_a_paper_whose_figures_are_shown_as_they_are_gets_no_list_and_no_filter(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    real = pandoc.start
    monkeypatch.setattr(
        pandoc, "start", lambda *args, **options: runs.append(options["first"]) or real(*args, **options)
    )
    Image.new("RGB", (600, 300), "red").save(project.folder / "one.png")
    shown(project, tmp_path / "work", '![](one.png){alt="A"}')
    assert runs == [()]
    assert not [*(tmp_path / "work").glob("*figures*")]


def test_what_was_made_of_a_figure_is_kept_until_the_figure_changes(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = figures.made
    monkeypatch.setattr(figures, "made", lambda path, wanted: asked.append(path.name) or real(path, wanted))
    tiff(project.folder / "one.tiff")
    for _ in range(2):
        shown(project, tmp_path / "work", '![](one.tiff){alt="A"}')
        for path in (tmp_path / "work" / "figures").iterdir():
            path.unlink()
    assert asked == ["one.tiff"]
    Image.new("RGB", (600, 300), "blue").save(project.folder / "one.tiff")
    shown(project, tmp_path / "work", '![](one.tiff){alt="A"}')
    assert asked == ["one.tiff", "one.tiff"]


def test_a_figure_that_cannot_be_made_is_an_error_at_its_place_and_its_format_is_not_written(
    project: Project, tmp_path: Path
) -> None:
    Image.new("F", (600, 300), 0.5).save(project.folder / "one.tiff")
    made, found = shown(project, tmp_path / "work", 'Text.\n\n![](one.tiff){alt="A"}')
    assert "\n".join(found) == (
        f"{project.shown(project.paper)}:8:5: error I002: the image one.tiff cannot be shown in the HTML: "
        "its pixels are numbers without a known range (32-bit floating point)\n    export it with 8 bits for each"
    )
    assert not made["html"].exists()


def test_the_list_names_each_file_by_what_it_was_made_from(project: Project, tmp_path: Path) -> None:
    tiff(project.folder / "one.tiff")
    shown(project, tmp_path / "work", '![](one.tiff){alt="A"}')
    told = json.loads((tmp_path / "work" / "paper.figures.html.json").read_text("utf-8"))
    ((address, files),) = told["figure-files"].items()
    assert address == "one.tiff"
    assert re.fullmatch(r"figures/[0-9a-f]{64}\.png", files["file"])
