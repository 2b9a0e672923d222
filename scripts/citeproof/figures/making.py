"""Makes of a figure the file that is wanted: its bytes, the same on every machine, and nothing but the picture in them.

What a file says of who made it, when and with what (Exif, XMP, texts) is left behind, so that a masked copy stays one.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from citeproof import resources
from citeproof.figures.files import FigureError, claimed_dpi, inspect, opened
from citeproof.figures.sizes import TEXT_WIDTH

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from citeproof.figures.files import Figure


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a figure is to become."""

    format: Literal["tiff", "png", "jpeg", "pdf", "svg"]
    dpi: float = 300
    """Pixels per inch that a drawing is given. A raster keeps its own pixels: more of them would be made up."""
    width_in: float | None = None
    """Inches that it is printed wide; None: its own size, of a drawing at most the text's."""
    colour: Literal["rgb", "grey"] = "rgb"
    """rgb: sRGB."""
    alpha: bool = False
    """Whether a PNG stays transparent where the figure is; it is white there otherwise, and in any other raster."""


_MOST_PIXELS = 178_956_970
"""Pillow's own limit for what it opens (twice MAX_IMAGE_PIXELS): what is made must open again."""

_CANNOT = "export it as PDF, SVG or PNG: {} cannot be opened here"


def made(path: Path, wanted: Wanted) -> bytes:
    """Give the bytes of the file that is wanted, of the first page or frame of an image file.

    A raster is not given more pixels than it has; its file says how many it has per inch at `width_in`. Raises
    FigureError for what `inspect` refuses, for EPS and for SVG of a raster, OSError if the file cannot be read.
    """
    figure = inspect(path)
    if figure.format == "EPS":
        raise FigureError("it is EPS", _CANNOT.format("EPS"))
    if wanted.format == "svg":
        return _as_svg(figure)
    if wanted.format == "pdf":
        return _as_pdf(figure, wanted)
    if figure.kind == "vector":
        width = wanted.width_in or min(figure.width / 72, TEXT_WIDTH)
        return saved(_drawn(figure, width, wanted), wanted, wanted.dpi)
    with opened(path) as image:
        claimed = claimed_dpi(image)
        clean = _clean(image, wanted)
    return saved(clean, wanted, clean.width / wanted.width_in if wanted.width_in else claimed)


def pixels(figure: Figure, across: int) -> Image:
    """Give a figure as RGB pixels on white: a raster with its own, a drawing with so many across."""
    if figure.kind == "vector":
        return _drawn(figure, across / 300, Wanted("png"))
    with opened(figure.path) as image:
        return _clean(image, Wanted("png")).convert("RGB")


# --- rasters ----------------------------------------------------------------------------------------------------------

_DEEP = {"I;16", "I;16B", "I;16L", "I;16N", "I"}
"""Modes of Pillow's for grey of 16 bits; Image.convert would cut their values off at 255."""


def _clean(image: Image, wanted: Wanted) -> Image:
    """Give the pixels upright, in sRGB or grey, and nothing else of the file."""
    from PIL import ImageOps  # noqa: PLC0415

    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in _DEEP:
        upright = upright.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    elif upright.mode == "F":
        raise FigureError(
            "its pixels are numbers without a known range (32-bit floating point)", "export it with 8 bits for each"
        )
    transparent = upright.has_transparency_data
    if upright.mode in {"1", "L"} and not transparent:
        return _grey(upright)
    if upright.mode not in {"RGB", "RGBA", "CMYK"}:
        upright = upright.convert("RGBA" if transparent else "RGB")
    elif upright.mode == "RGB" and transparent:
        upright = upright.convert("RGBA")
    return _flat(_in_srgb(upright, profile), wanted)


def _grey(image: Image) -> Image:
    from PIL import Image as Images  # noqa: PLC0415

    bare = Images.new("L", image.size)
    bare.paste(image.convert("L"))
    return bare


def _flat(image: Image, wanted: Wanted) -> Image:
    """Lay an image on white, unless it may stay transparent; grey, if that is wanted."""
    from PIL import Image as Images  # noqa: PLC0415

    if image.mode == "RGBA" and wanted.alpha and wanted.format == "png":
        bare = Images.new("RGBA", image.size)
        bare.paste(image)
        return bare
    bare = Images.new("RGB", image.size, "white")
    bare.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return bare.convert("L") if wanted.colour == "grey" else bare


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    """Bring colours to sRGB by the profile of the file (ICC.1); without one they are taken for sRGB."""
    from PIL import ImageCms  # noqa: PLC0415

    bare = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.getOpenProfile(io.BytesIO(profile))
            if "sRGB" not in (ImageCms.getProfileDescription(source) or ""):
                srgb = ImageCms.createProfile("sRGB")
                return cast("Image", ImageCms.profileToProfile(image, source, srgb, outputMode=bare))
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that cannot be read, or is one for other colours, says nothing
    return image.convert(bare)


def saved(image: Image, wanted: Wanted, dpi: float | None) -> bytes:
    """Give the bytes of a raster file; `dpi` is what it says of its resolution, None: nothing."""
    file = io.BytesIO()
    said = {"dpi": (dpi, dpi)} if dpi else {}
    match wanted.format:
        case "tiff":
            # LZW is what journals name; 317 is the tag Predictor (TIFF 6.0, section 14), which makes shades smaller.
            image.save(file, "TIFF", compression="tiff_lzw", tiffinfo={317: 2}, **said)
        case "jpeg":
            density = {"dpi": (round(dpi), round(dpi))} if dpi else {}  # JFIF 1.02 has whole numbers only
            image.save(file, "JPEG", quality=95, subsampling=0, **density)
        case _:
            image.save(file, "PNG", **said)
    return file.getvalue()


# --- drawings ---------------------------------------------------------------------------------------------------------


def _drawn(figure: Figure, width_in: float, wanted: Wanted) -> Image:
    """Give a drawing in pixels, so many inches wide at the resolution that is wanted."""
    across = max(round(width_in * wanted.dpi), 1)
    down = max(round(across * figure.height / figure.width), 1)
    if across * down > _MOST_PIXELS:
        raise FigureError(
            f"it would have {across:,} by {down:,} pixels", "print it smaller, or ask for fewer pixels per inch"
        )
    from PIL import Image as Images  # noqa: PLC0415

    if figure.format == "PDF":
        return _flat(_pdf_pixels(figure, across), wanted)
    markup = _page(f"{across * 72 / wanted.dpi}pt", "drawing.svg", "100%", "none" if wanted.alpha else "white")
    content = _set({"main.typ": markup, "drawing.svg": _svg_text(figure)}, "png", wanted.dpi)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Images.DecompressionBombWarning)  # it is as large as it was asked to be
        with Images.open(io.BytesIO(content)) as image:
            return _flat(image.convert("RGBA"), wanted)


def _pdf_pixels(figure: Figure, across: int) -> Image:
    import pypdfium2  # noqa: PLC0415

    try:
        with pypdfium2.PdfDocument(figure.path) as document:
            # What is left of a pixel is rounded up.
            scale = (across - 0.01) / figure.width
            return cast("Image", document[0].render(scale=scale, draw_annots=False).to_pil().convert("RGB"))
    except pypdfium2.PdfiumError as fault:
        raise FigureError(f"it is damaged ({fault})", "export it again, as PNG, JPEG, SVG or PDF") from fault


def _as_svg(figure: Figure) -> bytes:
    """Give a drawing as SVG, with its letters as shapes if it was a PDF."""
    if figure.kind == "raster":
        raise FigureError("it has pixels, and SVG is for drawings", "ask for PNG")
    if figure.format == "SVG":
        return _svg_text(figure)
    import base64  # noqa: PLC0415

    content = _set(_page("auto", figure.path.name, "auto"), "svg", 72, figure.path.parent)
    # Typst makes a page that holds the drawing as an SVG of its own, in which a point of the PDF is a px (Typst 0.15).
    inner = re.search(rb'href="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)"', content)
    if not inner:
        return content
    from lxml import etree  # noqa: PLC0415  (only a drawing needs it)

    root = etree.fromstring(base64.b64decode(inner[1]))
    root.set("width", f"{figure.width:g}pt")
    root.set("height", f"{figure.height:g}pt")
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _as_pdf(figure: Figure, wanted: Wanted) -> bytes:
    """Give a figure as PDF of one page, as large as it is."""
    if figure.format == "PDF":
        width = f"{wanted.width_in}in" if wanted.width_in else "auto"
        page = _page(width, figure.path.name, "100%" if wanted.width_in else "auto")
        return _set(page, "pdf", 72, figure.path.parent)
    if figure.format == "SVG":
        text, width_in = _svg_text(figure), wanted.width_in or figure.width / 72
    else:
        text, width_in = _wrapped(figure, wanted)
    return _set({"main.typ": _page(f"{width_in}in", "drawing.svg", "100%"), "drawing.svg": text}, "pdf", 72)


def _wrapped(figure: Figure, wanted: Wanted) -> tuple[bytes, float]:
    """Put a raster into an SVG, which Typst takes without a file; give its width in inches, too."""
    import base64  # noqa: PLC0415

    with opened(figure.path) as image:
        clean = _clean(image, wanted)
    width_in = wanted.width_in or clean.width / (figure.dpi or 72)
    png = base64.b64encode(saved(clean, Wanted("png"), None)).decode()
    size = f'width="{clean.width}" height="{clean.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<image {size} style="image-rendering: optimizeSpeed" href="data:image/png;base64,{png}"/></svg>'
    ).encode(), width_in


def _svg_text(figure: Figure) -> bytes:
    """Give an SVG with the fonts that are carried, in UTF-8 as Typst wants it."""
    return with_carried_fonts(figure.path.read_bytes())


def _page(width: str, name: str, image_width: str, fill: str = "none") -> bytes:
    """Give the markup of a page that holds one image and is as large as that."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    page = f"#set page(width: {width}, height: auto, margin: 0pt, fill: {fill})"
    return f'{page}\n#image("{quoted}", width: {image_width})'.encode()


def _set(
    source: bytes | dict[str, bytes], output: Literal["pdf", "png", "svg"], ppi: float, folder: Path | None = None
) -> bytes:
    """Let Typst set a page: by itself, or beside the files of a folder, which it reads only."""
    import typst  # noqa: PLC0415  (a large library)

    try:
        content = typst.compile(  # type: ignore[misc]  # its types leave out files that are handed over
            source,
            root=folder,
            font_paths=list(resources.font_folders()),
            ignore_system_fonts=True,
            timestamp=0,
            format=output,
            ppi=ppi,
            pdf_tags=False,
        )
    except (typst.TypstError, RuntimeError) as fault:
        what = getattr(fault, "message", str(fault))
        raise FigureError(f"it cannot be drawn ({what})", "export it again, as PNG, JPEG, SVG or PDF") from fault
    return content[0] if isinstance(content, list) else content


# --- the fonts of drawings -------------------------------------------------------------------------------------------

_CARRIED = {
    "TeX Gyre Termes": {"serif", "times", "times new roman", "liberation serif", "georgia", "cambria"},
    "Carlito": {"calibri"},
    "DejaVu Sans Mono": {"monospace", "courier", "courier new", "consolas", "menlo"},
}
"""Face that the PDF carries → the families that it stands in for in drawings; for every other it is SANS_SERIF."""

SANS_SERIF = "TeX Gyre Heros"
"""What words in figures are set in (APA 7.26 wants a sans serif); it has Arial's metrics."""

_FAMILY = re.compile(r"(font-family\s*:\s*)([^;}]+)")


def with_carried_fonts(svg: bytes) -> bytes:
    """Let each family that a drawing (SVG) names be followed by the carried face that stands in for it.

    Typst would take any font for a family that it does not have, one with serifs too. What is no XML is given as it is.
    """
    from lxml import etree  # noqa: PLC0415  (only a drawing needs it)

    try:
        root = etree.fromstring(svg)
    except etree.XMLSyntaxError:
        return svg

    def extended(families: str) -> str:
        names = [name.strip().strip("'\"").casefold() for name in families.split(",")]
        faces = (face for name in names for face, stands_for in _CARRIED.items() if name in stands_for)
        return f"{families.rstrip()}, '{next(faces, SANS_SERIF)}'"

    for element in root.iter(etree.Element):
        if element.get("font-family"):
            element.set("font-family", extended(element.get("font-family")))
        if "font-family" in element.get("style", ""):
            element.set("style", _FAMILY.sub(lambda found: found[1] + extended(found[2]), element.get("style")))
        if etree.QName(element).localname == "style" and element.text:
            element.text = _FAMILY.sub(lambda found: found[1] + extended(found[2]), element.text)
    if not root.get("font-family"):
        root.set("font-family", f"'{SANS_SERIF}'")
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
