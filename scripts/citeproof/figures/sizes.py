"""Says how wide a figure is printed, and at how many pixels per inch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citeproof.figures.files import Figure

TEXT_WIDTH = 6.5
"""Inches between the margins of a letter page (APA 2.22: an inch on each side)."""

COLUMN_WIDTH = 3.125
"""Inches of one of the two columns of a paper in the mode `journal`: a quarter of an inch is between them."""

TEXT_HEIGHT = 9.0

_UNSAID = 72
"""Pixels per inch of a raster that claims nothing, as Typst and pandoc's writer of DOCX take it."""

_INCHES = {"in": 1.0, "inch": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72, "pc": 1 / 6, "px": 1 / 96, "": 1 / 96}
"""Unit of `width=` and `height=` → inches (pandoc manual, "link_attributes"; its option `--dpi` is 96)."""

_SAID = re.compile(r"\s*(\d+\.?\d*|\.\d+)\s*(%|[a-z]*)\s*", re.IGNORECASE)


def printed_width(
    attributes: Mapping[str, str], text_width_in: float, figure: Figure, text_height_in: float = TEXT_HEIGHT
) -> float:
    """Say how wide a figure is printed, in inches, by the attributes of its Image element in pandoc's document.

    As in the PDF and the DOCX: what `width` says, else what follows from `height`, else its own size; never wider than
    the text, nor higher than the page.
    """
    ratio = figure.width / figure.height if figure.width and figure.height else 0.0
    width, height = _inches(attributes.get("width"), text_width_in), _inches(attributes.get("height"), text_height_in)
    if not width:
        own = figure.width / (72 if figure.kind == "vector" else figure.dpi or _UNSAID)
        width = height * ratio if height and ratio else own or text_width_in
    width = min(width, text_width_in)
    return min(width, text_height_in * ratio) if ratio else width


def resolution(figure: Figure, printed_width_in: float) -> float | None:
    """Give the pixels per inch of a raster that is printed so wide; None for a drawing, which has no pixels."""
    return None if figure.kind == "vector" else figure.width / printed_width_in


def _inches(said: str | None, whole: float) -> float:
    """Give a width or height in inches; `whole` is what 100 % are of. 0 where nothing, or nothing known, is said."""
    found = _SAID.fullmatch(said or "")
    if not found:
        return 0.0
    if found[2] == "%":
        return float(found[1]) / 100 * whole
    return float(found[1]) * _INCHES.get(found[2].lower(), 0.0)
