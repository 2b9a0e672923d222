"""Measures the APA 7 layout rules in the PDF that plain pandoc (filters/defaults/typst.yaml) and Typst make.

Positions are points from the top left corner of a US Letter page (612 by 792); a line's place is that of its baseline.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
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
<div id="ref-doi:10.1/a_b" class="csl-entry">
Odd, O. (2001). {FILLER}
</div>

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

    @cached_property
    def document(self) -> pdfplumber.PDF:
        return pdfplumber.open(io.BytesIO(self.content))

    @cached_property
    def lines(self) -> list[Line]:
        """List the lines of the text, page headers excepted; characters of 12 pt say where a line stands."""
        found = []
        for page in self.document.pages:
            rows: dict[float, list[dict[str, Any]]] = defaultdict(list)
            for character in page.chars:
                if character["size"] > 11.9 and character["bottom"] > TOP:
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
    return Pdf(content)


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
                assert character["top"] >= TOP, character
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
    text = paper.lines[paper.lines.index(paper.line("Opening")) : paper.lines.index(paper.line("Who Came?"))]
    references = paper.lines[paper.lines.index(paper.line("Odd, O.")) :]
    for chosen in (text, references):
        pairs = [(one, two) for one, two in pairwise(chosen) if one.page == two.page]
        assert len(pairs) >= 5
        for one, two in pairs:
            assert two.baseline - one.baseline == pytest.approx(PITCH, abs=0.3), two.text


@pytest.mark.parametrize(
    "start",
    ["Opening", "Second paragraph", "After level one", "After level two", "After level three", "Level Four.",
     "Who Came?", "Note of the authors", "Keywords:"],
)  # fmt: skip
def test_first_lines_are_indented_half_an_inch_after_headings_too(paper: Pdf, start: str) -> None:
    assert paper.line(start).left == pytest.approx(INDENT, abs=0.5)
    if start != "Keywords:":
        assert paper.after(paper.line(start)).left == pytest.approx(LEFT, abs=0.5)


def test_the_abstract_is_not_indented(paper: Pdf) -> None:
    assert paper.line("Abstract begins").left == pytest.approx(LEFT, abs=0.5)


def test_a_block_quotation_is_indented_on_the_left_only(paper: Pdf) -> None:
    first, second = paper.line("Quoted words"), paper.line("Second quoted")
    assert first.left == pytest.approx(INDENT, abs=0.5)
    assert paper.after(first).left == pytest.approx(INDENT, abs=0.5)
    assert second.left == pytest.approx(INDENT + 36, abs=0.5)
    block = paper.lines[paper.lines.index(first) : paper.lines.index(paper.line("Method"))]
    assert max(line.right for line in block) > RIGHT - 36


def test_the_right_edge_is_ragged_with_no_word_divided(paper: Pdf) -> None:
    start = paper.lines.index(paper.line("Opening"))
    rights = {round(line.right) for line in paper.lines[start : start + 8]}
    assert len(rights) > 3
    assert not [line.text for line in paper.lines if line.text.endswith(("\u00ad", "-", "\u2010"))
                and "https" not in line.text and "/" not in line.text]  # fmt: skip


def test_the_running_head_and_the_number_are_on_every_page(paper: Pdf) -> None:
    for page in paper.document.pages:
        assert paper.header(page.page_number) == [*RUNNING_HEAD.split(), str(page.page_number)]


def test_the_running_head_begins_at_the_left_margin_and_the_number_ends_at_the_right(paper: Pdf) -> None:
    for page in paper.document.pages:
        words = page.crop((0, 0, 612, TOP)).extract_words()
        assert words[0]["x0"] == pytest.approx(LEFT, abs=0.5)
        assert words[-1]["x1"] == pytest.approx(RIGHT, abs=0.5)


def test_a_paper_without_a_running_head_has_the_number_alone(tmp_path: Path) -> None:
    assert build(tmp_path, "Text.").header(1) == ["1"]


def test_the_title_stands_three_lines_down_bold_and_centred(paper: Pdf) -> None:
    title = paper.lines[0]
    assert title.text.startswith("The Cost & Benefit of “Sleep” #1 @ $5: A _Study_ \\ [In Vivo]")
    assert TOP + 3 * PITCH <= title.baseline <= TOP + 4 * PITCH
    assert title.fonts() == {"TeXGyreTermes-Bold"}
    assert (title.left + title.right) / 2 == pytest.approx(306, abs=1)


def test_one_blank_line_comes_before_the_byline(paper: Pdf) -> None:
    assert paper.line("Ann Béla").baseline - paper.lines[0].baseline == pytest.approx(2 * PITCH, abs=0.3)


def test_the_title_page_keeps_its_order(paper: Pdf) -> None:
    texts = [line.text for line in paper.lines if line.page == 1]
    assert "Ann Béla" in texts[1]
    assert "University A" in texts[2]
    assert "Institute B" in texts[3]
    assert texts[4] == "Author Note"


def test_the_author_note_stands_in_the_lower_half(paper: Pdf) -> None:
    assert paper.line("Author Note").baseline > 792 / 2


def test_a_long_author_note_flows_on_to_the_next_page(tmp_path: Path) -> None:
    long_note = PAPER.replace("Note of the authors. ", "Note of the authors. " + FILLER * 8)
    paper = build(tmp_path, long_note)
    assert paper.line("Author Note").page == 1
    assert paper.line("Abstract begins").page == 3


def test_abstract_text_and_references_begin_pages(paper: Pdf) -> None:
    first_of_page = {}
    for line in paper.lines:
        first_of_page.setdefault(line.page, line.text)
    assert first_of_page[2] == "Abstract"
    assert first_of_page[3].startswith("The Cost & Benefit")
    assert paper.line("References").text == first_of_page[paper.line("References").page]


@pytest.mark.parametrize(
    ("start", "font", "centred"),
    [
        ("Method", "TeXGyreTermes-Bold", True),
        ("Participants", "TeXGyreTermes-Bold", False),
        ("Recruitment", "TeXGyreTermes-BoldItalic", False),
        ("References", "TeXGyreTermes-Bold", True),
    ],
)
def test_headings_look_as_their_level_says(paper: Pdf, start: str, font: str, centred: bool) -> None:
    heading = paper.line(start)
    assert heading.fonts() == {font}
    assert (heading.left == pytest.approx(LEFT, abs=0.5)) is not centred
    assert ((heading.left + heading.right) / 2 == pytest.approx(306, abs=1)) is centred


@pytest.mark.parametrize(
    ("words", "font"),
    [("Level Four. Runs on", "TeXGyreTermes-Bold"), ("Who Came? Runs on", "TeXGyreTermes-BoldItalic")],
)
def test_headings_of_level_four_and_five_stand_in_the_line_of_their_text(paper: Pdf, words: str, font: str) -> None:
    line = paper.line(words)
    assert line.characters[0]["fontname"].endswith(font)
    assert line.characters[len(words) - 1]["fontname"].endswith("TeXGyreTermes-Regular")


def test_reference_entries_hang_half_an_inch(paper: Pdf) -> None:
    for start in ("Odd, O.", "Smith, A."):
        assert paper.line(start).left == pytest.approx(LEFT, abs=0.5)
        assert paper.after(paper.line(start)).left == pytest.approx(INDENT, abs=0.5)


def test_fonts_are_embedded_and_the_text_is_times_of_twelve_points(paper: Pdf) -> None:
    sizes = {round(character["size"], 1) for line in paper.lines for character in line.characters}
    assert sizes == {12.0}
    for start in ("Opening", "After level", "Odd, O.", "Quoted words"):
        for line in (line for line in paper.lines if line.text.startswith(start)):
            assert line.fonts() == {"TeXGyreTermes-Regular"}
    for page in paper.document.pages:
        assert all("+" in character["fontname"] for character in page.chars)  # a subset that is in the file


def test_citations_land_on_the_first_line_of_their_entry(paper: Pdf) -> None:
    landings = paper.links[paper.line("Opening").page]
    for start in ("Odd, O.", "Smith, A."):
        entry = paper.line(start)
        assert [
            place for page, place in landings if page == entry.page and entry.baseline - 25 < place <= entry.baseline
        ], start


def test_a_link_to_the_replaced_introduction_lands_on_the_title_over_the_text(paper: Pdf) -> None:
    title = next(line for line in paper.lines if line.page == 3)
    assert [1 for page, place in paper.links[3] if page == 3 and abs(place - title.baseline) < PITCH]


def test_addresses_are_live(paper: Pdf) -> None:
    addresses = {annotation["uri"] for page in paper.document.pages for annotation in page.annots if annotation["uri"]}
    assert {LONG_ADDRESS, "https://doi.org/10.1000/xyz"} <= addresses


def test_what_typst_would_read_as_markup_stays_as_written(paper: Pdf) -> None:
    assert paper.line("Escapes").text.startswith("Escapes: a--b, c...d, -1 and")


def test_the_document_says_its_title_authors_keywords_and_language(paper: Pdf) -> None:
    metadata = paper.document.metadata
    assert metadata["Title"] == "The Cost & Benefit of “Sleep” #1 @ $5: A _Study_ \\ [In Vivo]"
    assert metadata["Author"] == "Ann Béla “AB”, Carl #2 & Diaz"
    assert metadata["Keywords"] == "working memory, shift & work, say “so”"
    assert paper.document.doc.catalog["Lang"] == b"en-GB"


def test_the_document_is_tagged_with_the_words_for_its_images(paper: Pdf) -> None:
    assert paper.document.doc.catalog["MarkInfo"] is not None
    assert {'A blue "box"', "E = mc^2"} <= set(alternatives(paper.document.structure_tree))


def alternatives(elements: list[dict[str, Any]]) -> list[str]:
    found = []
    for element in elements:
        if "alt_text" in element:
            found.append(element["alt_text"])
        found += alternatives(element.get("children", []))
    return found


def test_headings_of_every_level_are_bookmarks(paper: Pdf) -> None:
    with pypdfium2.PdfDocument(paper.content) as document:
        bookmarks = [(mark.level, mark.get_title()) for mark in document.get_toc()]
    assert (0, "Abstract") in bookmarks
    assert (0, "Method") in bookmarks
    assert (1, "Participants") in bookmarks
    assert (2, "Recruitment") in bookmarks
    assert (3, "Level Four") in bookmarks
    assert (4, "Who Came?") in bookmarks


def test_a_paper_passes_as_pdf_ua_1(tmp_path: Path) -> None:
    assert build(tmp_path, PAPER, *AS_OPTION, standards=["ua-1"]).content.startswith(b"%PDF-1.7")


def test_two_builds_give_the_same_bytes(tmp_path: Path, paper: Pdf) -> None:
    assert build(tmp_path, PAPER, *AS_OPTION).content == paper.content


def test_images_are_found_when_pandoc_names_their_copies(tmp_path: Path) -> None:
    manuscript, workshop = tmp_path / "manuscript", tmp_path / "workshop"
    (manuscript / "figures").mkdir(parents=True)
    workshop.mkdir()
    Image.new("RGB", (60, 40), "navy").save(manuscript / "figures" / "a box.png")
    paper = build(
        workshop,
        '![Title](<figures/a box.png>){alt="A box"}',
        f"--resource-path={manuscript}",
        "--extract-media=media",
    )
    assert len(paper.document.pages[0].images) == 1


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("[text](#nowhere)", 'a link leads to "#nowhere", and there is nothing of that id'),
        ("[a]{#twice} [b]{#twice} [c](#twice)", 'the id "twice" stands twice; links lead to the first'),
        ("![box](https://example.org/box.png)", "the image https://example.org/box.png lies on the web"),
    ],
)
def test_what_typst_would_refuse_is_set_with_a_warning(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, warning: str
) -> None:
    assert build(tmp_path, text).lines
    assert warning in capfd.readouterr().err


def test_text_of_any_script_is_set(tmp_path: Path) -> None:
    assert build(tmp_path, "Text العربية 日本語 שלום ไทย Ελληνικά Кириллица.").lines
