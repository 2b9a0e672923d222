"""Panels of a figure stand side by side as on the page, in one picture."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from citeproof import figures
from citeproof.figures.joining import rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("widths", "wanted"),
    [
        ([3.0], [[0]]),
        ([3.0, 3.0], [[0, 1]]),
        ([3.2, 3.2], [[0, 1]]),
        ([3.4, 3.2], [[0], [1]]),
        ([2.0, 2.0, 2.0, 2.0], [[0, 1, 2], [3]]),
        ([6.5, 6.5], [[0], [1]]),
    ],
)
def test_panels_stand_in_a_row_as_far_as_the_text_is_wide(widths: list[float], wanted: list[list[int]]) -> None:
    assert rows(widths) == wanted


def test_panels_keep_their_shapes_and_stand_on_one_line(tmp_path: Path) -> None:
    Image.new("RGB", (300, 600), (200, 0, 0)).save(tmp_path / "high.png")
    Image.new("RGB", (600, 300), (0, 0, 200)).save(tmp_path / "wide.png")
    panels = [(tmp_path / "high.png", 1.0), (tmp_path / "wide.png", 2.0)]
    with Image.open(io.BytesIO(figures.joined(panels, figures.Wanted("png", dpi=300)))) as picture:
        assert picture.size == (300 + 30 + 600, 600)
        assert picture.getpixel((10, 10)) == (200, 0, 0)
        assert picture.getpixel((400, 10)) == (255, 255, 255)
        assert picture.getpixel((400, 590)) == (0, 0, 200)
    assert figures.joined_width([1.0, 2.0]) == pytest.approx(3.1)


def test_the_same_panels_give_the_same_bytes(tmp_path: Path) -> None:
    Image.new("L", (90, 90), 100).save(tmp_path / "one.png")
    panels = [(tmp_path / "one.png", 0.5)] * 3
    wanted = figures.Wanted("tiff", dpi=300)
    assert figures.joined(panels, wanted) == figures.joined(panels, wanted)
