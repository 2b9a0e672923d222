"""Measures the APA 7 layout rules in the PDF that plain pandoc and the Typst package make with filters/defaults/typst.yaml.

Positions are points from the top left corner of a US Letter page (612 by 792); a line's place is that of its baseline.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pdfplumber
import pypandoc
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import typst
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = ROOT / "filters" / "defaults"
STAMP = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)

LEFT, RIGHT, TOP, BOTTOM = 72.0, 540.0, 72.0, 720.0
INDENT = 108.0
PITCH = 27.6
FILLER = "It is a sentence of ordinary words, some short and some considerably longer, that fills the line. " * 4
TITLE = 'The Cost & Benefit of "Sleep" #1 @ $5: A \\_Study\\_ \\\\ [In Vivo]'
LONG_ADDRESS = "https://example.org/" + "a-very-long-part/of-an-address/" * 8 + "end?with=query&more=1#part"

# A cited document in the shape that the common step hands to every format (filters/title-page.lua).
PAPER = f"""\
---
title: '{TITLE}'
author: ['Ann Béla "AB"', 'Carl #2 & Diaz']
keywords: [working memory, 'shift & work', 'say "so"']
lang: en-GB
---

:::: {{#title-page .title-page}}
::: title
{TITLE}
:::
::: byline
Ann Béla^1^ and Carl Diaz^2^
:::
::: affiliation
^1^ University A

^2^ Institute B
:::
::: author-note
# Author Note {{#author-note .section-label .unnumbered}}

Note of the authors. {FILLER}
:::
::::

:::: {{#abstract-page .abstract-page}}
# Abstract {{#abstract .section-label .unnumbered}}

::: abstract
Abstract begins. {FILLER}
:::
::: keywords
*Keywords:* working memory, shift & work
:::
::::

# {TITLE}[]{{#introduction}} {{#text-title .section-label .text-title .unnumbered}}

Opening paragraph, citing [(Smith, 2020)](#ref-smith2020) and [Odd](#ref-doi:10.1/a_b).[^1] {FILLER}

Second paragraph with H~2~O, x^2^, $p < .05$ and [the start](#introduction). {FILLER}

> Quoted words come here. {FILLER}
>
> Second quoted paragraph. {FILLER}

# Method

After level one. {FILLER}

## Participants

After level two. {FILLER}

### Recruitment

After level three. {FILLER}

#### Level Four

Runs on after four. {FILLER}

##### Who Came?

Runs on after five. {FILLER}

- Item one
- Item two

Address: <{LONG_ADDRESS}> and so on.

Escapes: a\\--b, c\\.\\.\\.d, \\-1 and {"long" * 40}.

``` r
{"x = 1; " * 40}
{"y" * 200}
```

$$E = mc^2$$

| Measure | *M* |
|:--------|----:|
| Sleep   | 1.2 |

: Means by Group

![A Figure Title](box.png){{alt="A blue \\"box\\""}}

# References {{#references .section-label .unnumbered}}

::: {{#refs .references .csl-bib-body .hanging-indent}}
::: {{#ref-doi:10.1/a_b .csl-entry}}
Odd, O. (2001). {FILLER}
:::

::: {{#ref-smith2020 .csl-entry}}
Smith, A. (2020). {FILLER} <https://doi.org/10.1000/xyz>
:::
:::

[^1]: A footnote.
"""


@dataclass(frozen=True)
class Line:
    """A line of text on a page."""

    page: int
    text: str
    left: float
    right: float
    baseline: float
    characters: tuple[dict[str, Any], ...]

    def fonts(self) -> set[str]:
        return {character["fontname"].split("+")[1] for character in self.characters if character["text"].strip()}


@dataclass(frozen=True)
class Pdf:
    """A PDF as its bytes, with the questions that the tests ask of it."""

    content: bytes
    path: Path

    @cached_property
    def document(self) -> pdfplumber.PDF:
        return pdfplumber.open(self.path)

    @cached_property
    def lines(self) -> list[Line]:
        """List the lines of the text, page headers excepted; characters of 12 pt say where a line stands."""
        found = []
        for page in self.document.pages:
            rows: dict[float, list[dict[str, Any]]] = defaultdict(list)
            for character in page.chars:
                if character["size"] > 11.9 and character["bottom"] > TOP:  # noqa: PLR2004
                    rows[round(page.height - character["matrix"][5], 1)].append(character)
            for baseline, row in sorted(rows.items()):
                row.sort(key=lambda character: character["x0"])
                shown = [character for character in row if character["text"].strip()]
                if shown:
                    text = "".join(character["text"] for character in row).strip()
                    found.append(
                        Line(page.page_number, text, shown[0]["x0"], shown[-1]["x1"], baseline, tuple(row)),
                    )
        return found

    def line(self, start: str) -> Line:
        """Find the one line that starts so."""
        (found,) = (line for line in self.lines if line.text.startswith(start))
        return found

    def after(self, line: Line, count: int = 1) -> Line:
        return self.lines[self.lines.index(line) + count]

    def header(self, page: int) -> list[str]:
        words = self.document.pages[page - 1].crop((0, 0, 612, TOP)).extract_words()
        return [word["text"] for word in words]

    @cached_property
    def links(self) -> dict[int, list[tuple[int, float]]]:
        """Tell for each page where its links inside the document land: (page, points from its top)."""
        found: dict[int, list[tuple[int, float]]] = defaultdict(list)
        with pypdfium2.PdfDocument(self.content) as document:
            for number in range(len(document)):
                page = document[number]
                for link in page_links(page):
                    destination = pdfium.FPDFLink_GetDest(document, link)
                    if destination:
                        found[number + 1].append(landing(document, destination))
        return found


def page_links(page: pypdfium2.PdfPage) -> list[Any]:
    position, link, links = pdfium.c_int(0), pdfium.FPDF_LINK(), []
    while pdfium.FPDFLink_Enumerate(page, position, link):
        links.append(pdfium.FPDF_LINK.from_buffer_copy(link))
    return links


def landing(document: pypdfium2.PdfDocument, destination: Any) -> tuple[int, float]:
    has_x, has_y, has_zoom = (pdfium.FPDF_BOOL() for _ in range(3))
    x, y, zoom = (pdfium.FS_FLOAT() for _ in range(3))
    pdfium.FPDFDest_GetLocationInPage(destination, has_x, has_y, has_zoom, x, y, zoom)
    index = pdfium.FPDFDest_GetDestPageIndex(document, destination)
    return index + 1, 792 - y.value


def fonts() -> str:
    """Find the folder of the font package without importing it: it would import a typesetter."""
    specification = importlib.util.find_spec("rinoh_typeface_texgyretermes")
    assert specification is not None
    assert specification.submodule_search_locations is not None
    return specification.submodule_search_locations[0]


def build(folder: Path, text: str, *options: str, standards: list[str] | None = None) -> Pdf:
    """Set a cited document as PDF with plain pandoc, the defaults file and Typst."""
    (folder / "paper.md").write_text(text, encoding="utf-8")
    Image.new("RGB", (60, 40), "navy").save(folder / "box.png")
    subprocess.run(
        [pypandoc.get_pandoc_path(), "-d", DEFAULTS / "typst.yaml", *options, "paper.md", "-o", "paper.typ"],
        cwd=folder,
        check=True,
    )
    content = typst.compile(
        (folder / "paper.typ").read_bytes(),
        root=str(folder),
        font_paths=[fonts()],
        ignore_system_fonts=True,
        timestamp=STAMP,
        **({"pdf_standards": standards} if standards else {}),
    )
    (folder / "paper.pdf").write_bytes(content)
    return Pdf(content, folder / "paper.pdf")


RUNNING_HEAD = 'COST & "BENEFIT" #1 @ $5 \\ [X]'
AS_OPTION = ("-M", f"running-head={RUNNING_HEAD}")


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Pdf:
    return build(tmp_path_factory.mktemp("pdf"), PAPER, *AS_OPTION)


def test_pages_are_us_letter(paper: Pdf) -> None:
    assert {(page.width, page.height) for page in paper.document.pages} == {(612, 792)}


def test_text_stays_inside_one_inch_margins(paper: Pdf) -> None:
    for page in paper.document.pages:
        for character in page.chars:
            if character["bottom"] > TOP and character["text"].strip():
                assert character["x0"] >= LEFT - 1, character
                assert character["x1"] <= RIGHT + 0.5, character
                assert TOP <= character["top"], character
                assert character["bottom"] <= BOTTOM + 0.5, character


@pytest.mark.parametrize(
    "start",
    [
        "Abstract begins", "Opening paragraph", "Second paragraph", "Quoted words", "Second quoted", "After level one",
        "After level two", "After level three", "Level Four.", "Who Came?", "Odd, O.",
    ],
)  # fmt: skip
def test_lines_are_double_spaced(paper: Pdf, start: str) -> None:
    first = paper.line(start)
    assert paper.after(first).baseline - first.baseline == pytest.approx(PITCH, abs=0.3)


def test_the_pitch_is_the_same_across_paragraphs_headings_quotations_and_references(paper: Pdf) -> None:
    begin, end = paper.lines.index(paper.line("Opening paragraph")), paper.lines.index(paper.line("Item one"[:4] or ""))\
        if False else paper.lines.index(paper.line("Runs on after five"[:0] or "Who Came?"))
    references = paper.lines.index(paper.line("Odd, O."))
    for chosen in (paper.lines[begin:end], paper.lines[references:]):
        for one, following in zip(chosen, chosen[1:], strict=False):
            if one.page == following.page:
                assert following.baseline - one.baseline == pytest.approx(PITCH, abs=0.3), following.text
