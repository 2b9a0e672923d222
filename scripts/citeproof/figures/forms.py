"""Says in which form a figure is handed to the writer of a format, so that all who open the file see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citeproof.figures.making import Wanted

if TYPE_CHECKING:
    from citeproof.figures.files import Figure

_SHOWN = {
    # Typst 0.15 opens these; a PDF within one would cost the whole file its claim to be PDF/UA-1.
    "pdf": {"PNG", "JPEG", "GIF", "WEBP", "SVG"},
    # Word opens TIFF, too, but other programs for DOCX do not; SVG from 2016 on, beside a picture for all others.
    "docx": {"PNG", "JPEG", "GIF", "SVG"},
    # HTML: what every browser shows within a page.
    "html": {"PNG", "JPEG", "GIF", "WEBP", "SVG", "BMP"},
}
"""Output → the formats of image files that are shown in it as they are."""

_ENDINGS = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg"),
    "GIF": (".gif",),
    "WEBP": (".webp",),
    "SVG": (".svg",),
    "BMP": (".bmp",),
}
"""What the name of a file ends with, by which pandoc and Typst know it."""


def form(figure: Figure, output: str) -> str:
    """Name the format that a figure is to be made into for an output (pdf, docx or html), as `Wanted` has it.

    "" says that it is shown as it is; "copy": that it is, under a name that ends as its content wants it.
    """
    if figure.format not in _SHOWN[output]:
        return "svg" if figure.kind == "vector" else "png"
    if figure.turned and output == "docx":  # Word shows the pixels as they lie in the file
        return "jpeg" if figure.format == "JPEG" else "png"
    return "" if figure.path.suffix.lower() in _ENDINGS[figure.format] else "copy"


def wanted(name: str, width_in: float | None = None) -> Wanted:
    """Give what a figure is to be made into, by what `form` named; the page shows through it."""
    made: dict[str, Wanted] = {
        "png": Wanted("png", width_in=width_in, alpha=True),
        "jpeg": Wanted("jpeg", width_in=width_in),
        "svg": Wanted("svg"),
    }
    return made[name]


def ending(figure: Figure, made: str) -> str:
    """Give the end of the name of what a figure is made into."""
    return _ENDINGS[figure.format][0] if made == "copy" else f".{made}"
