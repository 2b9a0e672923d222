"""Puts the panels of a figure into one picture, side by side as on the page: portals take one file for each figure."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from citeproof.figures.making import Wanted, made, saved
from citeproof.figures.sizes import TEXT_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL.Image import Image

GAP = 0.1
"""Inches between panels."""


def rows(widths: Sequence[float], text_width_in: float = TEXT_WIDTH) -> list[list[int]]:
    """Part panels into rows as a line of text would hold them, by their widths in inches; gives their indices."""
    found: list[list[int]] = []
    used = 0.0
    for index, width in enumerate(widths):
        if not found or used + GAP + width > text_width_in + GAP / 2:
            found.append([index])
            used = width
        else:
            found[-1].append(index)
            used += GAP + width
    return found


def joined_width(widths: Sequence[float]) -> float:
    """Give the width in inches of the picture that `joined` makes of panels so wide."""
    return max(sum(widths[index] for index in row) + GAP * (len(row) - 1) for row in rows(widths))


def joined(panels: Sequence[tuple[Path, float]], wanted: Wanted) -> bytes:
    """Give the bytes of one raster of several panels, each a file and the inches that it is printed wide.

    Panels of a row stand on one line. All have the resolution that is wanted: a raster with fewer pixels is stretched,
    of which whoever asks must have told. Raises FigureError as `made` does.
    """
    from PIL import Image as Images  # noqa: PLC0415

    pictures = [_panel(path, width, wanted) for path, width in panels]
    gap = round(GAP * wanted.dpi)
    lines = [[pictures[index] for index in row] for row in rows([width for _, width in panels])]
    heights = [max(picture.height for picture in line) for line in lines]
    across = max(sum(picture.width for picture in line) + gap * (len(line) - 1) for line in lines)
    whole = Images.new("RGB", (across, sum(heights) + gap * (len(lines) - 1)), "white")
    top = 0
    for line, height in zip(lines, heights, strict=True):
        left = 0
        for picture in line:
            whole.paste(picture, (left, top + height - picture.height))
            left += picture.width + gap
        top += height + gap
    return saved(whole, wanted, wanted.dpi)


def _panel(path: Path, width_in: float, wanted: Wanted) -> Image:
    from PIL import Image as Images  # noqa: PLC0415

    content = made(path, Wanted("png", wanted.dpi, width_in, wanted.colour))
    with Images.open(io.BytesIO(content)) as image:
        across = max(round(width_in * wanted.dpi), 1)
        size = (across, max(round(across * image.height / image.width), 1))
        return (
            image.convert("RGB").resize(size, Images.Resampling.LANCZOS) if image.size != size else image.convert("RGB")
        )
