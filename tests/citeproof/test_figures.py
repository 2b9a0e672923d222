"""Figures: what image files are, how large they are printed, what is made of them, and which colours are alike."""

from __future__ import annotations

import pytest
from lxml import etree

from citeproof import figures


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
