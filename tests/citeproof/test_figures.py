"""Figures: what image files are, how large they are printed, what is made of them, and which colours are alike."""

from __future__ import annotations

import contextlib
import io
import random
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
import typst
from lxml import etree
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from citeproof import figures
from citeproof.figures import colours

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SVG = 'xmlns="http://www.w3.org/2000/svg"'
RED, WHITE = (255, 0, 0), (255, 255, 255)


def raster(path: Path, mode: str = "RGB", size: tuple[int, int] = (60, 40), **options: Any) -> Path:
    """Write a raster whose left half is red (grey: dark)."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    image.convert(mode).save(path, **options)
    return path


def drawing(path: Path, attributes: str = 'width="4in" height="2in"', inside: str = "") -> Path:
    path.write_text(f'<svg {SVG} {attributes}><rect width="50%" height="100%" fill="red"/>{inside}</svg>', "utf-8")
    return path


def pdf(path: Path, pages: int = 1) -> Path:
    """Write a PDF of 288 by 144 points, whose left half is red, with a word in it."""
    page = "#rect(width: 144pt, height: 144pt, fill: rgb(255, 0, 0), inset: 0pt)[Word]"
    markup = '#set document(author: "Ann Lee")\n#set page(width: 288pt, height: 144pt, margin: 0pt)\n'
    path.write_bytes(typst.compile((markup + "#pagebreak()\n".join([page] * pages)).encode()))
    return path


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


# --- what a file is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tiff", "a.gif", "a.webp", "a.bmp"])
def test_a_raster_is_known_by_its_content_and_has_pixels(tmp_path: Path, name: str) -> None:
    figure = figures.inspect(raster(tmp_path / name))
    known = {"jpg": "JPEG"}.get(name[2:], name[2:].upper())
    assert (figure.format, figure.kind, figure.width, figure.height) == (known, "raster", 60, 40)
    renamed = (tmp_path / name).rename(tmp_path / "b.png")
    assert figures.inspect(renamed).format == known


@pytest.mark.parametrize(
    ("mode", "colour", "alpha"),
    [("1", "grey", False), ("L", "grey", False), ("LA", "grey", True), ("RGB", "rgb", False), ("RGBA", "rgb", True)],
)
def test_a_raster_says_what_its_values_are(tmp_path: Path, mode: str, colour: str, *, alpha: bool) -> None:
    figure = figures.inspect(raster(tmp_path / "a.png", mode))
    assert (figure.colour, figure.alpha) == (colour, alpha)


def test_cmyk_and_a_transparent_colour_of_a_palette_are_known(tmp_path: Path) -> None:
    assert figures.inspect(raster(tmp_path / "a.jpg", "CMYK")).colour == "cmyk"
    figure = figures.inspect(raster(tmp_path / "a.png", "P", transparency=0))
    assert (figure.colour, figure.alpha) == ("rgb", True)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tiff"])
def test_a_raster_tells_its_resolution_and_nothing_if_it_has_none(tmp_path: Path, name: str) -> None:
    assert figures.inspect(raster(tmp_path / name, dpi=(600, 600))).dpi == pytest.approx(600, abs=0.1)
    assert figures.inspect(raster(tmp_path / name)).dpi is None


def test_a_photograph_taken_on_its_side_is_as_wide_as_it_is_shown(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Exif 2.3: the right side of the pixels is the picture's foot
    figure = figures.inspect(raster(tmp_path / "a.jpg", exif=exif))
    assert (figure.width, figure.height, figure.turned) == (40, 60, True)


@pytest.mark.parametrize(("orientation", "turned"), [(1, False), (2, True), (3, True), (6, True), (8, True)])
def test_a_png_may_say_how_it_lies(tmp_path: Path, orientation: int, *, turned: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    figure = figures.inspect(raster(tmp_path / "a.png", exif=exif))
    assert figure.turned is turned
    assert (figure.width, figure.height) == ((40, 60) if orientation > 4 else (60, 40))


def test_pages_and_frames_are_counted(tmp_path: Path) -> None:
    frames = [Image.new("L", (9, 9), shade) for shade in (0, 99, 200)]
    frames[0].save(tmp_path / "a.tiff", save_all=True, append_images=frames[1:])
    assert figures.inspect(tmp_path / "a.tiff").pages == 3
    assert figures.inspect(pdf(tmp_path / "a.pdf", 2)).pages == 2


def test_a_page_of_a_pdf_has_its_size_in_points(tmp_path: Path) -> None:
    figure = figures.inspect(pdf(tmp_path / "a.pdf"))
    assert (figure.format, figure.kind, figure.width, figure.height) == ("PDF", "vector", 288, 144)


@pytest.mark.parametrize(
    ("attributes", "width", "height"),
    [
        ('width="96" height="48"', 72, 36),  # CSS Values and Units 3, section 6.2: 96 px are an inch
        ('width="2.54cm" height="25.4mm"', 72, 72),
        ('width="36pt" height="3pc"', 36, 36),
        ('viewBox="0 0 192 96"', 144, 72),
        ('viewBox="0,0,192,96" width="1in"', 72, 36),
        ('viewBox="0 0 192 96" height="1in"', 144, 72),
        ('viewBox="0 0 192 96" width="100%" height="100%"', 144, 72),
    ],
)
def test_a_drawing_has_the_size_that_it_says(tmp_path: Path, attributes: str, width: float, height: float) -> None:
    figure = figures.inspect(drawing(tmp_path / "a.svg", attributes))
    assert (figure.format, figure.kind) == ("SVG", "vector")
    assert (figure.width, figure.height) == pytest.approx((width, height))


@pytest.mark.parametrize("start", ["\ufeff", "\ufeff<?xml version='1.0'?>\r\n", "<!-- made by hand -->\r\n"])
def test_a_drawing_may_begin_with_a_mark_or_a_comment(tmp_path: Path, start: str) -> None:
    (tmp_path / "a.svg").write_text(f'{start}<svg {SVG} width="96" height="96"/>', "utf-8")
    assert figures.inspect(tmp_path / "a.svg").width == 72
    assert opened(figures.made(tmp_path / "a.svg", figures.Wanted("png"))).size == (300, 300)


def test_a_pdf_that_is_locked_says_so(tmp_path: Path) -> None:
    # ISO 32000-1, 7.6.3: the standard handler, with a user password that is not empty.
    key = "0" * 64
    parts = [
        "/Type /Catalog /Pages 2 0 R",
        "/Type /Pages /Kids [3 0 R] /Count 1",
        "/Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]",
        f"/Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4",
    ]
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(f"{len(text):010} 00000 n \n")
        text += f"{number} 0 obj\n<< {part} >>\nendobj\n"
    table = f"xref\n0 5\n0000000000 65535 f \n{''.join(places)}"
    end = f"trailer\n<< /Root 1 0 R /Size 5 /Encrypt 4 0 R /ID [<{key}> <{key}>] >>\nstartxref\n{len(text)}\n%%EOF\n"
    (tmp_path / "b.pdf").write_text(text + table + end, "ascii")
    with pytest.raises(figures.FigureError, match="it is locked by a password") as told:
        figures.inspect(tmp_path / "b.pdf")
    assert told.value.hint == "export it again without one"


# --- how large it is printed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "inches"),
    [
        ({"width": "3in"}, 3),
        ({"width": "7.62cm"}, 3),
        ({"width": "76.2mm"}, 3),
        ({"width": "288"}, 3),  # pandoc manual: px, at 96 for each inch
        ({"width": "288px"}, 3),
        ({"width": "50%"}, 3.25),
        ({"height": "1in"}, 1.5),
        ({"width": "3in", "height": "9in"}, 3),
        ({"width": "20in"}, 6.5),
        ({}, 6.5),
        ({"width": "wide"}, 6.5),
    ],
)
def test_an_image_is_printed_as_wide_as_it_says_and_the_text_lets_it(
    tmp_path: Path, attributes: dict[str, str], inches: float
) -> None:
    figure = figures.inspect(raster(tmp_path / "a.png", size=(900, 600)))
    assert figures.printed_width(attributes, 6.5, figure) == pytest.approx(inches)


def test_an_image_has_its_own_size_where_nothing_is_said(tmp_path: Path) -> None:
    at_300 = figures.inspect(raster(tmp_path / "a.png", size=(900, 600), dpi=(300, 300)))
    assert figures.printed_width({}, 6.5, at_300) == pytest.approx(3, abs=0.001)
    assert figures.printed_width({}, 6.5, figures.inspect(drawing(tmp_path / "a.svg"))) == pytest.approx(4)


def test_an_image_is_not_printed_higher_than_the_page(tmp_path: Path) -> None:
    high = figures.inspect(raster(tmp_path / "a.png", size=(300, 900)))
    assert figures.printed_width({"width": "6in"}, 6.5, high) == pytest.approx(3)


def test_the_resolution_follows_from_the_width_in_print(tmp_path: Path) -> None:
    figure = figures.inspect(raster(tmp_path / "a.png", size=(640, 400)))
    assert figures.resolution(figure, 6.5) == pytest.approx(98.46, abs=0.01)
    assert figures.resolution(figures.inspect(drawing(tmp_path / "a.svg")), 6.5) is None


# --- what is made of it -----------------------------------------------------------------------------------------------

SOURCES = ["a.png", "a.jpg", "a.tiff", "a.gif", "a.webp", "a.svg", "a.pdf"]


def source(folder: Path, name: str) -> Path:
    make = {"svg": drawing, "pdf": pdf}.get(name[2:], raster)
    return make(folder / name)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("wanted", ["tiff", "png", "jpeg", "pdf"])
def test_each_figure_becomes_each_file_and_always_the_same(tmp_path: Path, name: str, wanted: Any) -> None:
    path = source(tmp_path, name)
    asked = figures.Wanted(wanted, width_in=2)
    content = figures.made(path, asked)
    assert figures.made(path, asked) == content
    (tmp_path / f"made.{wanted}").write_bytes(content)
    made = figures.inspect(tmp_path / f"made.{wanted}")
    assert made.format == wanted.upper()
    if wanted == "pdf":
        assert made.width == pytest.approx(144, abs=0.1)
    else:
        pixels = opened(content).convert("RGB")
        assert pixels.getpixel((made.width // 4, made.height * 3 // 4)) == pytest.approx(RED, abs=3)
        assert pixels.getpixel((made.width * 3 // 4, made.height * 3 // 4)) == pytest.approx(WHITE, abs=3)


def test_a_tiff_is_packed_without_loss_and_says_its_resolution_in_print(tmp_path: Path) -> None:
    image = opened(figures.made(raster(tmp_path / "a.png", size=(640, 400)), figures.Wanted("tiff", width_in=6.5)))
    tags = image.tag_v2  # TIFF 6.0: 259 Compression (5 is LZW), 282 XResolution, 296 ResolutionUnit (2 is inch)
    assert (tags[259], tags[296]) == (5, 2)
    assert float(tags[282]) == pytest.approx(640 / 6.5, abs=0.001)


@pytest.mark.parametrize("wanted", ["tiff", "png", "jpeg"])
def test_a_raster_is_given_no_pixels_that_it_does_not_have(tmp_path: Path, wanted: Any) -> None:
    path = raster(tmp_path / "a.png", dpi=(72, 72))
    image = opened(figures.made(path, figures.Wanted(wanted, dpi=600, width_in=3)))
    assert image.size == (60, 40)
    assert image.info["dpi"][0] == pytest.approx(20, abs=0.5)


@pytest.mark.parametrize("name", ["a.svg", "a.pdf"])
@pytest.mark.parametrize(("dpi", "width_in"), [(300, 3.5), (600, 1), (1200, 2.3), (72, 6.5)])
def test_a_drawing_has_the_pixels_that_are_asked_for(tmp_path: Path, name: str, dpi: int, width_in: float) -> None:
    image = opened(figures.made(source(tmp_path, name), figures.Wanted("tiff", dpi=dpi, width_in=width_in)))
    assert image.size == pytest.approx((round(dpi * width_in), dpi * width_in / 2), abs=1)
    assert image.width == round(dpi * width_in)
    assert image.info["dpi"][0] == pytest.approx(dpi, abs=0.01)


def test_a_drawing_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(figures.FigureError, match="it would have 65,000 by 32,500 pixels"):
        figures.made(drawing(tmp_path / "a.svg"), figures.Wanted("png", dpi=10_000, width_in=6.5))


@pytest.mark.parametrize("wanted", ["tiff", "png", "jpeg", "pdf"])
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tiff", "a.pdf"])
def test_what_a_file_says_of_its_author_is_left_behind(tmp_path: Path, name: str, wanted: Any) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Ann Lee"  # Artist
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Ann Lee")
    options: dict[str, Any] = {
        "jpg": {"exif": exif, "comment": b"Ann Lee", "xmp": b"<x:xmpmeta>Ann Lee</x:xmpmeta>"},
        "png": {"pnginfo": text, "exif": exif},
        "tiff": {"exif": exif, "description": "Ann Lee"},
    }.get(name.partition(".")[2], {})
    path = pdf(tmp_path / name) if name.endswith("pdf") else raster(tmp_path / name, **options)
    assert b"Ann Lee" in path.read_bytes()
    content = figures.made(path, figures.Wanted(wanted))
    assert b"Ann Lee" not in content
    assert b"Ann Lee".decode().encode("utf-16-be") not in content
    if wanted != "pdf":
        assert set(opened(content).info) <= {
            "dpi",
            "compression",
            "resolution",
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
        }


def test_what_is_transparent_is_white_unless_a_png_may_stay_so(tmp_path: Path) -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 10, 20))
    image.save(tmp_path / "a.png")
    for wanted in ("tiff", "png", "jpeg"):
        made = opened(figures.made(tmp_path / "a.png", figures.Wanted(wanted)))
        assert made.mode == "RGB"
        assert made.getpixel((17, 17)) == pytest.approx(WHITE, abs=2)
    clear = opened(figures.made(tmp_path / "a.png", figures.Wanted("png", alpha=True)))
    assert (clear.mode, clear.getpixel((15, 5))[3]) == ("RGBA", 0)


def test_a_transparent_colour_of_a_palette_is_white(tmp_path: Path) -> None:
    image = Image.new("P", (20, 20), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.paste(1, (0, 0, 10, 20))
    image.save(tmp_path / "a.png", transparency=0)
    made = opened(figures.made(tmp_path / "a.png", figures.Wanted("tiff")))
    assert (made.getpixel((15, 5)), made.getpixel((5, 5))) == (WHITE, RED)


def test_grey_of_sixteen_bits_keeps_its_shades(tmp_path: Path) -> None:
    Image.new("I;16", (9, 9), 30_000).save(tmp_path / "a.png")
    made = opened(figures.made(tmp_path / "a.png", figures.Wanted("tiff")))
    assert (made.mode, made.getpixel((4, 4))) == ("L", 117)  # 30,000 of 65,535 are 116.7 of 255


def test_a_photograph_is_set_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise: what is on the left comes to the top
    raster(tmp_path / "a.tiff", exif=exif)
    made = opened(figures.made(tmp_path / "a.tiff", figures.Wanted("png")))
    assert made.size == (40, 60)
    assert (made.getpixel((20, 10)), made.getpixel((20, 50))) == (RED, WHITE)
    assert 0x0112 not in made.getexif()


def test_grey_is_made_of_colours_by_their_luma(tmp_path: Path) -> None:
    made = opened(figures.made(raster(tmp_path / "a.png"), figures.Wanted("tiff", colour="grey")))
    assert (made.mode, made.getpixel((5, 5)), made.getpixel((50, 5))) == ("L", 76, 255)  # ITU-R BT.601: 0.299 of 255


def test_colours_of_a_profile_are_brought_to_srgb(tmp_path: Path) -> None:
    # sRGB's own profile with red and green changed for each other, and another name.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tXYZ", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tXYZ", b"gXYZ", 1)
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "RGBs".encode("utf-16-be"))
    raster(tmp_path / "a.png", icc_profile=swapped)
    assert opened(figures.made(tmp_path / "a.png", figures.Wanted("png"))).getpixel((5, 5)) == pytest.approx(
        (0, 255, 0), abs=2
    )
    for harmless in (profile, b"no profile"):
        raster(tmp_path / "b.png", icc_profile=harmless)
        assert opened(figures.made(tmp_path / "b.png", figures.Wanted("png"))).getpixel((5, 5)) == RED


def test_cmyk_becomes_srgb(tmp_path: Path) -> None:
    made = opened(figures.made(raster(tmp_path / "a.jpg", "CMYK", quality=100), figures.Wanted("tiff")))
    assert made.mode == "RGB"
    assert made.getpixel((10, 20)) == pytest.approx(RED, abs=3)


def test_a_drawing_stays_one_in_a_pdf_with_the_font_that_is_carried(tmp_path: Path) -> None:
    drawing(tmp_path / "a.svg", inside='<text x="9" y="40" font-family="Arial" font-size="20">Means</text>')
    document = pypdfium2.PdfDocument(figures.made(tmp_path / "a.svg", figures.Wanted("pdf")))
    page = document[0]
    assert page.get_size() == pytest.approx((288, 144), abs=0.1)
    assert page.get_textpage().get_text_range() == "Means"
    kinds = {each.type for each in page.get_objects(max_depth=9)}
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds


def test_a_pdf_becomes_a_drawing_of_shapes_with_its_size(tmp_path: Path) -> None:
    content = figures.made(pdf(tmp_path / "a.pdf", 2), figures.Wanted("svg"))
    root = etree.fromstring(content)
    kinds = {etree.QName(each).localname for each in root.iter(etree.Element)}
    assert "path" in kinds
    assert "image" not in kinds
    (tmp_path / "b.svg").write_bytes(content)
    made = figures.inspect(tmp_path / "b.svg")
    assert (made.width, made.height) == (288, 144)
    image = opened(figures.made(tmp_path / "b.svg", figures.Wanted("png", width_in=2)))
    assert (image.getpixel((150, 250)), image.getpixel((450, 250))) == (RED, WHITE)


@pytest.mark.parametrize("name", ['a "quoted" name.pdf', "Größe, 図 1.pdf", "a%20b#c.pdf"])
def test_a_pdf_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = pdf(tmp_path / name)
    for wanted in ("svg", "pdf", "png"):
        assert figures.made(path, figures.Wanted(wanted))


@pytest.mark.parametrize(
    ("name", "held", "wanted", "why"),
    [
        ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n", "png", "it is EPS"),
        ("a.png", b"", "tiff", "the file is empty"),
        ("a.png", b"nothing", "tiff", "it is no image of a known kind"),
        ("a.pdf", b"%PDF-1.7\n", "png", "it is damaged"),
        ("a.svg", b"<svg", "png", "its XML is broken"),
        ("a.svg", f'<svg {SVG} width="9" height="9"><image href="b.png"/></svg>'.encode(), "png", "it cannot be drawn"),
    ],
)
def test_what_cannot_be_made_says_why(tmp_path: Path, name: str, held: bytes, wanted: Any, why: str) -> None:
    (tmp_path / name).write_bytes(held)
    with pytest.raises(figures.FigureError, match=why) as told:
        figures.made(tmp_path / name, figures.Wanted(wanted))
    assert "export" in told.value.hint


def test_pixels_that_are_numbers_without_a_range_are_refused(tmp_path: Path) -> None:
    Image.new("F", (9, 9), 0.5).save(tmp_path / "a.tiff")
    with pytest.raises(figures.FigureError, match="32-bit floating point"):
        figures.made(tmp_path / "a.tiff", figures.Wanted("png"))


def test_a_raster_does_not_become_a_drawing(tmp_path: Path) -> None:
    with pytest.raises(figures.FigureError, match="it has pixels, and SVG is for drawings"):
        figures.made(raster(tmp_path / "a.png"), figures.Wanted("svg"))


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_that_is_cut_short_or_changed_is_told_and_no_fault_of_ours(tmp_path: Path, name: str) -> None:
    whole = source(tmp_path, name).read_bytes()
    chance = random.Random(name)  # noqa: S311  (nothing is secret)
    for _ in range(25):
        harmed = bytearray(whole[: chance.randrange(1, len(whole))] if chance.random() < 0.5 else whole)
        for _ in range(chance.randrange(6)):
            harmed[chance.randrange(len(harmed))] = chance.randrange(256)
        (tmp_path / name).write_bytes(harmed)
        for wanted in ("tiff", "pdf"):
            with contextlib.suppress(figures.FigureError):
                figures.made(tmp_path / name, figures.Wanted(wanted, dpi=30, width_in=1))


# --- colours ----------------------------------------------------------------------------------------------------------

OKABE_AND_ITO = ("#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
"""Okabe and Ito (2008), "Color Universal Design": made to be told apart by all."""

TOL = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")
"""Tol (2021), "Colour schemes", the bright one: colour-blind safe."""

TABLEAU = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728")
"""The first colours of Matplotlib's default, in which green cannot be told from orange or red."""


def bars(path: Path, colours_of: Sequence[str], **options: Any) -> Path:
    image = Image.new("RGB", (1000, 700), "white")
    draw = ImageDraw.Draw(image)
    draw.line((20, 650, 980, 650), fill="black", width=3)
    for place, colour in enumerate(colours_of):
        draw.rectangle((40 + 110 * place, 500 - 60 * place, 120 + 110 * place, 648), fill=colour)
    image.save(path, **options)
    return path


def lines(path: Path, colours_of: Sequence[str], width: float) -> Path:
    drawn = [f'<line x1="0" x2="468" y1="{y}" y2="{y}" stroke="#e5e5e5" stroke-width="0.5"/>' for y in (50, 150, 250)]
    for place, colour in enumerate(colours_of):
        chance = random.Random(place)  # noqa: S311  (nothing is secret)
        heights = [chance.randint(20, 280) for _ in range(9)]
        points = " ".join(f"{20 + step * 50},{height}" for step, height in enumerate(heights))
        drawn.append(f'<polyline fill="none" stroke="{colour}" stroke-width="{width}" points="{points}"/>')
    path.write_text(
        f'<svg {SVG} width="468pt" height="300pt" viewBox="0 0 468 300">{"".join(drawn)}</svg>', encoding="utf-8"
    )
    return path


def pairs(path: Path, *seen: str) -> set[frozenset[str]]:
    return {frozenset((one.first, one.second)) for one in figures.colour_faults(path) if one.seen in seen}


@pytest.mark.parametrize("palette", [OKABE_AND_ITO, TOL], ids=["Okabe and Ito", "Tol"])
@pytest.mark.parametrize("name", ["bars.png", "bars.jpg", "lines.svg"])
def test_colours_made_for_colour_blind_readers_raise_no_alarm(
    tmp_path: Path, palette: tuple[str, ...], name: str
) -> None:
    path = lines(tmp_path / name, palette, 1.5) if name == "lines.svg" else bars(tmp_path / name, palette)
    assert pairs(path, "protan", "deutan") == set()


@pytest.mark.parametrize("width", [0.75, 1.5, 3])
def test_lines_that_some_readers_cannot_tell_apart_are_found_thin_or_thick(tmp_path: Path, width: float) -> None:
    path = lines(tmp_path / "a.svg", TABLEAU, width)
    assert pairs(path, "protan", "deutan") == {frozenset(("#ff7f0e", "#2ca02c")), frozenset(("#2ca02c", "#d62728"))}


def test_bars_that_some_readers_cannot_tell_apart_are_found_with_who_cannot(tmp_path: Path) -> None:
    path = bars(tmp_path / "a.png", TABLEAU)
    assert pairs(path, "protan") == {frozenset(("#ff7f0e", "#2ca02c"))}
    assert pairs(path, "deutan") == {frozenset(("#2ca02c", "#d62728"))}
    assert pairs(path, "grey") == {frozenset(("#1f77b4", "#d62728"))}  # L* 47.9 and 46.8


def test_colours_in_a_jpeg_are_found_in_spite_of_its_noise(tmp_path: Path) -> None:
    faults = figures.colour_faults(bars(tmp_path / "a.jpg", TABLEAU, quality=70))
    assert {one.seen for one in faults} == {"protan", "deutan", "grey"}


def test_shades_of_grey_raise_no_alarm(tmp_path: Path) -> None:
    assert figures.colour_faults(bars(tmp_path / "a.png", ("#222222", "#777777", "#bbbbbb"))) == ()


def test_photographs_and_heat_maps_are_not_judged(tmp_path: Path) -> None:
    ramp = Image.linear_gradient("L").resize((600, 400))
    Image.merge("RGB", (ramp, ramp.transpose(Image.Transpose.FLIP_TOP_BOTTOM), ramp)).save(tmp_path / "a.png")
    assert figures.colour_faults(tmp_path / "a.png") == ()
    noise = [Image.effect_noise((600, 400), 80) for _ in range(3)]
    Image.merge("RGB", noise).save(tmp_path / "a.jpg")
    assert figures.colour_faults(tmp_path / "a.jpg") == ()


def test_eps_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "a.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    assert figures.colour_faults(tmp_path / "a.eps") == ()


@pytest.mark.parametrize(("seen", "left"), [("protan", (0.152286, 0.114503, 0)), ("deutan", (0.367322, 0.280085, 0))])
def test_red_is_seen_as_machado_oliveira_and_fernandes_say(seen: Any, left: tuple[float, ...]) -> None:
    # Machado, Oliveira and Fernandes (2009), table of matrices, severity 1.0: the first column, in linear light.
    red = colours._as_seen(colours._colour(RED), seen).convert("srgb-linear")
    assert red.coords() == pytest.approx(left, abs=0.001)


def test_distances_are_those_of_ciede2000() -> None:
    # Sharma, Wu and Dalal (2005), table 1, pair 1.
    first = colours._colour(RED).new("lab-d65", [50, 2.6772, -79.7751])
    second = first.new("lab-d65", [50, 0, -82.7485])
    assert first.delta_e(second, method="2000", space="lab-d65") == pytest.approx(2.0425, abs=0.0001)


# --- the fonts of drawings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("families", "face"),
    [
        ("Arial, sans-serif", "TeX Gyre Heros"),
        ("'Some Unknown Font'", "TeX Gyre Heros"),
        ('"Times New Roman"', "TeX Gyre Termes"),
        ("Calibri", "Carlito"),
        ("Courier New, monospace", "DejaVu Sans Mono"),
    ],
)
def test_a_family_in_a_drawing_is_followed_by_the_face_that_stands_in_for_it(families: str, face: str) -> None:
    quoted = families.replace('"', "&quot;")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><text font-family="{quoted}">a</text></svg>'
    root = etree.fromstring(figures.with_carried_fonts(svg.encode()))
    assert root[0].get("font-family") == f"{families}, '{face}'"


def test_families_in_the_styles_of_a_drawing_are_followed_too() -> None:
    style = b"<style>text { font-family: Arial; fill: red }</style>"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg">' + style + b'<text style="font-family:serif;x:1"/></svg>'
    root = etree.fromstring(figures.with_carried_fonts(svg))
    assert root[0].text == "text { font-family: Arial, 'TeX Gyre Heros'; fill: red }"
    assert root[1].get("style") == "font-family:serif, 'TeX Gyre Termes';x:1"
    assert root.get("font-family") == "'TeX Gyre Heros'", "words without a family have no serifs (APA 7.26)"


def test_a_drawing_that_is_no_xml_stays_as_it_is() -> None:
    assert figures.with_carried_fonts(b"<svg") == b"<svg"
