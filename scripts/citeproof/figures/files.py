"""Says what an image file is: its format, size, colours and pages; by its content, whatever its name says."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from citeproof.errors import CiteproofError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element
    from PIL.Image import Image


class FigureError(CiteproofError):
    """An image file cannot be read, or cannot be made into what is wanted; `hint` says what its author can do."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An image file as it is shown: upright, if the file says that it was taken on its side."""

    path: Path
    format: str
    """PNG, JPEG, TIFF, GIF, WEBP, BMP, ... as Pillow calls them; SVG, PDF or EPS."""
    kind: Literal["raster", "vector"]
    width: float
    """Pixels of a raster, points (1/72 inch) of a drawing; so is `height`. 0 for EPS: it is not opened."""
    height: float
    dpi: float | None = None
    """Pixels per inch that a raster claims; None if it claims nothing that can be meant."""
    colour: Literal["rgb", "grey", "cmyk"] = "rgb"
    """What the values of a raster are; a palette is one of rgb. Nothing is said of drawings."""
    alpha: bool = False
    """Whether pixels can be transparent."""
    pages: int = 1
    turned: bool = False
    """Whether the file holds the pixels on their side, and says so (Exif 2.3, tag Orientation)."""
    outside: tuple[str, ...] = ()
    """The pictures and drawings that an SVG would take from elsewhere; Typst refuses them, and no page shows them."""


_LEAST_DPI = 10
"""A file that claims fewer pixels per inch says nothing: Pillow gives 1 where a TIFF has no unit."""

_GREY = {"1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "I;16N", "F"}
"""Pillow's modes of one value for each pixel."""

_ORIENTATION = 0x0112
_UPSIDE_DOWN = (2, 3, 4)
"""Mirrored or turned by half a turn; 1 is upright."""
_ON_SIDE = (5, 6, 7, 8)

_AGAIN = "export it again, as PNG, JPEG, SVG or PDF"
_BOMB = "it has more pixels than citeproof opens"
_SMALLER = "make it smaller: a page of 6.5 by 9 inches at 1,200 pixels per inch has 84 million"


def inspect(path: Path) -> Figure:
    """Say what an image file is.

    Reads the head of a raster and the whole of a drawing. Raises FigureError for a file that is no image, is damaged,
    is locked or holds more pixels than Pillow opens (some 179 million), OSError for one that cannot be read at all.
    """
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise FigureError("the file is empty", _AGAIN)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<?xml", b"<svg", b"<!")) or path.suffix.lower() == ".svg":
        return _svg(path)
    if head.startswith(b"%PDF-"):
        return _pdf(path)
    if head.startswith((b"%!PS", b"\xc5\xd0\xd3\xc6")):
        return Figure(path, "EPS", "vector", 0, 0)
    with opened(path) as image:
        # Pillow reads all pixels of a PNG to see whether Exif stands behind them.
        orientation = image.getexif().get(_ORIENTATION) if image.format != "PNG" or "exif" in image.info else None
        width, height = image.size
        if orientation in _ON_SIDE:
            width, height = height, width
        # MPO: a JPEG of a camera that has a second view or a thumbnail behind it (CIPA DC-007).
        name = "JPEG" if image.format == "MPO" else image.format or ""
        return Figure(
            path,
            name,
            "raster",
            width,
            height,
            claimed_dpi(image),
            "cmyk" if image.mode == "CMYK" else "grey" if image.mode in _GREY else "rgb",
            image.has_transparency_data,
            1 if image.format == "MPO" else getattr(image, "n_frames", 1),
            orientation in {*_UPSIDE_DOWN, *_ON_SIDE},
        )


def load(path: Path) -> None:
    """Read all pixels of a raster: raises FigureError if some are missing or damaged."""
    with opened(path) as image:
        image.load()


@contextmanager
def opened(path: Path) -> Iterator[Image]:
    """Open a raster; what goes wrong with it, in here too, is told as FigureError."""
    import warnings  # noqa: PLC0415  (only a raster needs it)

    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  (a large library that only a raster needs)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a size that is still opened, and of damage that Pillow gets over
            with Image.open(path) as image:
                yield image
    except UnidentifiedImageError as fault:
        raise FigureError("it is no image of a known kind", _AGAIN) from fault
    except Image.DecompressionBombError as fault:
        raise FigureError(_BOMB, _SMALLER) from fault
    except FileNotFoundError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as fault:
        raise FigureError(f"it is damaged ({fault})", _AGAIN) from fault


def claimed_dpi(image: Image) -> float | None:
    """Give the pixels per inch that a raster claims across, if it claims any."""
    told = image.info.get("dpi")
    try:
        dpi = float(told[0]) if told else 0.0
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return dpi if _LEAST_DPI <= dpi < float("inf") else None


def _pdf(path: Path) -> Figure:
    import pypdfium2  # noqa: PLC0415  (a large library that only a PDF needs)

    try:
        with pypdfium2.PdfDocument(path) as document:
            pages = len(document)
            width, height = document[0].get_size() if pages else (0, 0)
    except pypdfium2.PdfiumError as fault:
        if "password" in str(fault).lower():
            raise FigureError("it is locked by a password", "export it again without one") from fault
        raise FigureError(f"it is damaged ({fault})", _AGAIN) from fault
    if not (width and height):
        raise FigureError("it has no page", _AGAIN)
    return Figure(path, "PDF", "vector", width, height, pages=pages)


# --- drawings in SVG --------------------------------------------------------------------------------------------------

_POINTS = {"": 0.75, "px": 0.75, "pt": 1, "pc": 12, "in": 72, "cm": 72 / 2.54, "mm": 72 / 25.4}
"""Unit of a length in SVG → points (CSS Values and Units 3, section 6.2: 96 px are an inch)."""

_LENGTH = re.compile(r"\s*\+?(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)\s*([a-z]*)\s*", re.IGNORECASE)


_NOTHING = re.compile(r"\s*(-|0+(\.0*)?(?![\d.]))")
"""A length that is 0 or less."""


def _svg(path: Path) -> Figure:
    from lxml import etree  # noqa: PLC0415  (only a drawing needs it)

    try:
        root = etree.parse(path).getroot()
    except etree.XMLSyntaxError as fault:
        raise FigureError(f"its XML is broken ({fault.msg})", _AGAIN) from fault
    if etree.QName(root).localname != "svg":
        raise FigureError("it is XML, but not SVG", _AGAIN)
    width, height = _size(root)
    return Figure(path, "SVG", "vector", width, height, alpha=True, outside=tuple(dict.fromkeys(_outside(root))))


def _size(root: _Element) -> tuple[float, float]:
    """Give width and height of a drawing in points, by its size, else its view box (SVG 2, section 8.2)."""
    if any(_NOTHING.match(root.get(name, "")) for name in ("width", "height")):
        raise FigureError("it says that it has no width or no height", _AGAIN)
    width, height = _points(root.get("width")), _points(root.get("height"))
    box = [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?|-?\.\d+", root.get("viewBox", ""))]
    across, down = (box[2], box[3]) if len(box) == 4 and box[2] > 0 and box[3] > 0 else (0.0, 0.0)  # noqa: PLR2004
    if width and height:
        return width, height
    if not (across and down):
        return width or 75.0, height or 75.0  # 100 px, as Typst takes a drawing that says nothing of its size
    if width:
        return width, width * down / across
    if height:
        return height * across / down, height
    return across * _POINTS["px"], down * _POINTS["px"]


def _points(length: str | None) -> float:
    """Give a length in points; 0 for none, and for one that depends on where the drawing stands."""
    found = _LENGTH.fullmatch(length or "")
    return float(found[1]) * _POINTS.get(found[2].lower(), 0) if found else 0


def _outside(root: _Element) -> Iterator[str]:
    """Give the files, addresses and parts that images in a drawing are, and the files that it takes symbols from."""
    from lxml import etree  # noqa: PLC0415

    within = {"image": ("data:",), "use": ("#", "data:")}
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        target = element.get("{http://www.w3.org/1999/xlink}href") or element.get("href") or ""
        if name in within and target and not target.startswith(within[name]):
            yield target
