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
from itertools import groupby, pairwise
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
    size: float = 12.0
    """Points of the text; what is smaller stands in no line."""

    @cached_property
    def document(self) -> pdfplumber.PDF:
        return pdfplumber.open(io.BytesIO(self.content))

    @cached_property
    def lines(self) -> list[Line]:
        """List the lines of the text, page headers excepted; characters of the text's size say where a line stands."""
        found = []
        for page in self.document.pages:
            rows: dict[float, list[dict[str, Any]]] = defaultdict(list)
            for character in page.chars:
                if character["size"] > self.size - 0.1 and character["bottom"] > TOP:
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


def fonts() -> list[str]:
    """Find the folders of the font packages without importing them: they would import a typesetter."""
    folders = []
    for name in ("texgyretermes", "texgyreheros", "texgyreschola", "carlito", "dejavusans"):
        specification = importlib.util.find_spec(f"rinoh_typeface_{name}")
        assert specification is not None
        assert specification.submodule_search_locations is not None
        folders.append(specification.submodule_search_locations[0])
    return folders


def build(folder: Path, text: str, *options: str, standards: list[str] | None = None, size: float = 12.0) -> Pdf:
    """Set a cited document as PDF with plain pandoc, the defaults file and Typst."""
    (folder / "paper.md").write_text(text, encoding="utf-8")
    (folder / "breaks.lua").write_text(BREAKS, encoding="utf-8")
    Image.new("RGB", (60, 40), "navy").save(folder / "box.png")
    Image.new("RGB", (1500, 2500), "teal").save(folder / "poster.png")
    subprocess.run(
        [pypandoc.get_pandoc_path(), "-L", "breaks.lua", "-d", DEFAULTS / "typst.yaml", *options, "paper.md",
         "-o", "paper.typ"],
        cwd=folder,
        check=True,
    )  # fmt: skip
    content = typst.compile(
        (folder / "paper.typ").read_bytes(),
        root=str(folder),
        font_paths=fonts(),
        ignore_system_fonts=True,
        timestamp=STAMP,
        **({"pdf_standards": standards} if standards else {}),
    )
    return Pdf(content, size)


# Markdown has no break of the line in a heading; the common step makes one for an appendix. [/]{.break} stands for it.
BREAKS = "function Span(s) if s.classes:includes 'break' then return pandoc.LineBreak() end end"

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


# ---- Tables and figures (chapter 7 of the manual), in the shape that filters/floats.lua gives them


def table_of(rows: str, *, attributes: str = "", number: str = "1", note: str = "*Note.* General note.") -> str:
    return f"""\
:::: {{#tbl-{number} .float .table number="{number}" label="Table {number}" {attributes}}}
::: float-number
Table {number}
:::
::: float-title
Means by Group
:::
{rows}

::: float-note
{note}
:::
::::
"""


def figure_of(body: str, *, attributes: str = "", classes: str = "", number: str = "1") -> str:
    return f"""\
:::: {{#fig-{number} .float .figure {classes} number="{number}" label="Figure {number}" {attributes}}}
::: float-number
Figure {number}
:::
::: float-title
Title of the Figure
:::
{body}

::: float-note
*Note.* Below the image.
:::
::::
"""


ROWS = """\
| Measure of some length | Score A | *SD* |
|---|---|--:|
| Sleep | 1.23 | 4.5 |
| Wake | 6.78 | 9.0 |
"""
LONG = "| Measure | *M* |\n|---|---|\n" + "".join(f"| Row {number:02} | {number}.1 |\n" for number in range(1, 61))
SPANNED = """\
+---------+---------------+---------------+
| Measure | Women         | Men           |
|         +-------+-------+-------+-------+
|         | Mw    | SDw   | Mm    | SDm   |
+:========+:=====:+:=====:+:=====:+:=====:+
| Sleep   | 1.2   | 3.4   | 5.6   | 7.8   |
+---------+-------+-------+-------+-------+
| Neither | 9.1           | 9.2           |
+---------+---------------+---------------+
"""
NOTES = """\
*Note.* General note. And more of it, so that it needs a second line, which is double-spaced and flush with the first.

^a^ Specific note.

\\* *p* < .05.
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Pdf:
    text = f"Before.\n\n{table_of(ROWS, note=NOTES)}\nAfter."
    return build(tmp_path_factory.mktemp("pdf"), text, *AS_OPTION)


def word(pdf: Pdf, text: str, page: int = 1) -> dict[str, Any]:
    """Find the one word on a page that reads so."""
    (found,) = (word for word in pdf.document.pages[page - 1].extract_words() if word["text"] == text)
    return found


def middle(found: dict[str, Any]) -> float:
    return (found["x0"] + found["x1"]) / 2


def rules(pdf: Pdf, page: int = 1) -> list[dict[str, Any]]:
    """List the rules on a page from its top, the one above footnotes not among them."""
    drawn = [*pdf.document.pages[page - 1].lines, *pdf.document.pages[page - 1].rects]
    return sorted((rule for rule in drawn if rule["top"] > TOP), key=lambda rule: rule["top"])


def test_a_number_is_bold_and_its_title_italic_on_the_next_line_both_flush_left(table: Pdf) -> None:
    number, title = table.line("Table 1"), table.line("Means by Group")
    assert number.fonts() == {"TeXGyreTermes-Bold"}
    assert title.fonts() == {"TeXGyreTermes-Italic"}
    assert number.left == pytest.approx(LEFT, abs=0.5)
    assert title.left == pytest.approx(LEFT, abs=0.5)
    assert title.baseline - number.baseline == pytest.approx(PITCH, abs=0.3)


def test_a_blank_line_keeps_a_table_off_the_text(table: Pdf) -> None:
    before, number = table.line("Before."), table.line("Table 1")
    assert number.baseline - before.baseline == pytest.approx(2 * PITCH, abs=0.3)
    assert table.line("After.").baseline - table.line("* p").baseline == pytest.approx(2 * PITCH, abs=0.3)


def test_notes_stand_below_the_table_flush_left_and_double_spaced(table: Pdf) -> None:
    general = table.line("Note. General")
    assert general.baseline > rules(table)[-1]["top"]
    assert general.characters[0]["fontname"].endswith("Italic")
    lines = table.lines[table.lines.index(general) : table.lines.index(table.line("After."))]
    assert len(lines) == 4
    assert [line.left for line in lines] == pytest.approx([LEFT, LEFT, lines[2].left, LEFT], abs=0.5)
    for one, two in pairwise(lines):
        assert two.baseline - one.baseline == pytest.approx(PITCH, abs=0.3)


def test_a_table_has_a_rule_above_and_below_its_heads_and_below_its_body_and_no_other(table: Pdf) -> None:
    above, below, last = rules(table)
    head, first, end = (table.line(start).baseline for start in ("Measure", "Sleep", "Wake"))
    assert above["top"] < head < below["top"] < first < end < last["top"]
    for rule in (above, below, last):
        assert rule["x0"] == pytest.approx(LEFT, abs=0.5)
        assert rule["bottom"] - rule["top"] < 1
        assert (rule["x0"], rule["x1"]) == pytest.approx((above["x0"], above["x1"]), abs=0.5)


def test_heads_and_cells_are_centred_but_for_the_stub_and_where_the_author_says_otherwise(table: Pdf) -> None:
    assert middle(word(table, "Measure")) > middle(word(table, "Sleep"))  # the stub's head is centred over the stub
    assert word(table, "Sleep")["x0"] == pytest.approx(word(table, "Wake")["x0"], abs=0.5)
    head = (word(table, "Score")["x0"] + word(table, "A")["x1"]) / 2
    assert middle(word(table, "1.23")) == pytest.approx(head, abs=0.5)
    assert middle(word(table, "6.78")) == pytest.approx(head, abs=0.5)
    assert word(table, "4.5")["x1"] == pytest.approx(word(table, "9.0")["x1"], abs=0.5)


def test_a_head_over_several_columns_is_centred_over_them_with_a_rule_of_their_width(tmp_path: Path) -> None:
    paper = build(tmp_path, table_of(SPANNED))
    for spanner, left, right in (("Women", "Mw", "SDw"), ("Men", "Mm", "SDm")):
        between = (middle(word(paper, left)) + middle(word(paper, right))) / 2
        assert middle(word(paper, spanner)) == pytest.approx(between, abs=3)
    whole = [rule for rule in rules(paper) if rule["x0"] < LEFT + 1]
    parts = [rule for rule in rules(paper) if rule["x0"] > LEFT + 1]
    assert (len(whole), len(parts)) == (3, 2)
    assert all(whole[0]["top"] < part["top"] < whole[1]["top"] for part in parts)
    assert parts[0]["x1"] < parts[1]["x0"] or parts[1]["x1"] < parts[0]["x0"]
    # A cell of the body may span columns too.
    assert middle(word(paper, "9.1")) == pytest.approx(middle(word(paper, "Women")), abs=3)


@pytest.mark.parametrize(("spacing", "factor"), [("single", 0.5), ("one-and-a-half", 0.75), ("double", 1)])
def test_the_rows_of_a_table_are_spaced_as_the_author_chooses(tmp_path: Path, spacing: str, factor: float) -> None:
    rows = ROWS + "| " + "A long stub " * 12 + "| 1 | 2 |\n| Last | 1 | 2 |\n"
    paper = build(tmp_path, table_of(rows), "-M", f"apa-table-spacing={spacing}")
    body = [line for line in paper.lines if rules(paper)[1]["top"] < line.baseline < rules(paper)[2]["top"]]
    gaps = [two.baseline - one.baseline for one, two in pairwise(body)]
    assert gaps[0] == pytest.approx(factor * PITCH, abs=0.3)  # Sleep, Wake
    assert len(gaps) >= 4
    assert gaps[2:-1] == pytest.approx([factor * PITCH] * (len(gaps) - 3), abs=0.3)  # the lines of one cell


def test_a_long_table_repeats_its_head_and_has_its_note_after_its_end(tmp_path: Path) -> None:
    paper = build(tmp_path, FILLER + "\n\n" + table_of(LONG) + "\nAfter.")
    pages = {line.page for line in paper.lines if line.text.startswith("Row")}
    assert len(pages) > 1
    for page in pages:
        lines = [line.text for line in paper.lines if line.page == page]
        (head,) = (number for number, line in enumerate(lines) if line.startswith("Measure"))
        assert lines[head + 1].startswith("Row"), page
    assert paper.line("Table 1").page == paper.line("Means by").page == paper.line("Row 01").page
    assert paper.line("Note.").page == paper.line("Row 60").page
    assert paper.line("Note.").baseline > paper.line("Row 60").baseline
    assert [line.text for line in paper.lines].count("Means by Group") == 1


def test_a_table_that_fits_on_a_page_stays_whole(tmp_path: Path) -> None:
    rows = "\n".join(LONG.splitlines()[:26])
    paper = build(tmp_path, (FILLER + "\n\n") * 3 + table_of(rows))
    assert {line.page for line in paper.lines if line.text.startswith(("Table", "Means", "Row", "Note"))} == {2}


def test_a_landscape_table_has_a_wide_page_of_its_own_with_the_page_header_kept(tmp_path: Path) -> None:
    paper = build(tmp_path, f"Before.\n\n{table_of(ROWS, attributes='orientation=landscape')}\nAfter.", *AS_OPTION)
    assert [(page.width, page.height) for page in paper.document.pages] == [(612, 792), (792, 612), (612, 792)]
    words = paper.document.pages[1].crop((0, 0, 792, TOP)).extract_words()
    assert [word["text"] for word in words] == [*RUNNING_HEAD.split(), "2"]
    assert words[-1]["x1"] == pytest.approx(720, abs=0.5)
    assert (paper.line("Before.").page, paper.line("Table 1").page, paper.line("After.").page) == (1, 2, 3)


def test_floats_with_pages_of_their_own_share_them_with_nothing(tmp_path: Path) -> None:
    floats = table_of(ROWS, attributes="own-page=true") + figure_of("![](box.png)", attributes="own-page=true")
    paper = build(tmp_path, f"Before.\n\n{floats}\nAfter.")
    starts = ("Before.", "Table 1", "Figure 1", "After.")
    assert [paper.line(start).page for start in starts] == [1, 2, 3, 4]
    assert len(paper.document.pages) == 4


def test_a_float_inside_a_list_stays_there_whatever_page_it_asks_for(tmp_path: Path) -> None:
    inside = table_of(ROWS, attributes="own-page=true orientation=landscape").replace("\n", "\n    ")
    paper = build(tmp_path, f"-   Item\n\n    {inside}\n")
    assert [(page.width, page.height) for page in paper.document.pages] == [(612, 792)]


def test_a_figure_has_its_number_and_title_above_and_its_note_below(tmp_path: Path) -> None:
    paper = build(tmp_path, f"Before.\n\n{figure_of('![](box.png)')}\nAfter.")
    (image,) = paper.document.pages[0].images
    assert paper.line("Figure 1").baseline < paper.line("Title of").baseline < image["top"]
    assert image["bottom"] < paper.line("Note.").baseline
    assert image["x0"] == pytest.approx(LEFT, abs=0.5)


def test_an_image_is_no_larger_than_the_page_leaves_room_for_and_is_kept_whole(tmp_path: Path) -> None:
    paper = build(tmp_path, FILLER + "\n\n" + figure_of("![](poster.png)") + "\n![](poster.png)\n")
    assert paper.line("Figure 1").page == paper.line("Note.").page == 2
    images = [(page.page_number, image) for page in paper.document.pages for image in page.images]
    assert [number for number, _ in images] == [2, 3]
    for _, image in images:
        assert image["x0"] >= LEFT - 0.5
        assert image["x1"] <= RIGHT + 0.5
        assert image["top"] >= TOP - 0.5
        assert image["bottom"] <= BOTTOM + 0.5
        assert (image["bottom"] - image["top"]) / (image["x1"] - image["x0"]) == pytest.approx(2500 / 1500, abs=0.01)


def test_parts_of_a_figure_keep_titles_of_their_own_below_them(tmp_path: Path) -> None:
    parts = "![First part](box.png){#fig-a}\n\n![Second part](box.png){#fig-b}\n"
    paper = build(tmp_path, figure_of(parts) + "\nSee [it](#fig-b).")
    first, second = sorted(paper.document.pages[0].images, key=lambda image: image["top"])
    assert first["bottom"] < paper.line("First part").baseline < second["top"]
    assert second["bottom"] < paper.line("Second part").baseline < paper.line("Note.").baseline


def elements(tree: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List the elements of a tag tree, parents first."""
    return [found for element in tree for found in (element, *elements(element.get("children", [])))]


def test_tables_are_tagged_with_caption_heads_and_cells(table: Pdf) -> None:
    (tagged,) = (element for element in table.document.structure_tree[0]["children"] if element["type"] == "Table")
    kinds = [element["type"] for element in elements([tagged])]
    assert kinds[:2] == ["Table", "Caption"]
    assert (kinds.count("TH"), kinds.count("TD"), kinds.count("TR")) == (3, 6, 3)


def test_figures_are_tagged_with_a_caption_and_the_words_for_their_image(tmp_path: Path) -> None:
    told = '![](box.png){alt="A blue box"}\n\n![](box.png)\n\n![](box.png){alt=""}'
    paper = build(tmp_path, "# Heading\n\n" + figure_of(told), "-M", "title=T", standards=["ua-1"])
    tagged = elements(paper.document.structure_tree)
    assert [element["type"] for element in tagged].count("Caption") == 1
    # The second takes its words from the title, the third is decoration.
    assert alternatives(paper.document.structure_tree) == ["A blue box", "Title of the Figure"]


def test_a_cross_reference_lands_on_the_number_that_it_names(tmp_path: Path) -> None:
    paper = build(
        tmp_path,
        f'See [Table 1](#tbl-1){{.cross-reference part="label"}}.\n\n{table_of(ROWS, attributes="own-page=true")}',
    )
    ((page, place),) = paper.links[1]
    assert page == 2
    assert paper.line("Table 1").baseline - PITCH < place <= paper.line("Table 1").baseline


# ---- Equations (6.46)

EQUATION = (
    'See [Equation 1](#eq-x){.cross-reference part="label"}. Here it is:\n'
    '[$$d = M_1 - M_2$$]{#eq-x .equation number="1"}\nwhere *M* is a mean. ' + FILLER + "\n\nNext."
)


def test_an_equation_is_centred_with_its_number_at_the_right_margin(tmp_path: Path) -> None:
    paper = build(tmp_path, EQUATION)
    number = word(paper, "(1)")
    assert number["x1"] == pytest.approx(RIGHT, abs=0.5)
    formula = [
        character for character in paper.document.pages[0].chars
        if character["fontname"].endswith("NewCMMath-Book") and character["x1"] < 500
    ]  # fmt: skip
    left, right = min(character["x0"] for character in formula), max(character["x1"] for character in formula)
    assert (left + right) / 2 == pytest.approx(306, abs=2)
    ((_, place),) = paper.links[1]
    assert number["top"] - PITCH < place < number["bottom"]


def test_a_sentence_goes_on_after_its_equation_without_an_indent(tmp_path: Path) -> None:
    paper = build(tmp_path, EQUATION)
    assert paper.line("See").left == pytest.approx(INDENT, abs=0.5)
    assert paper.line("where").left == pytest.approx(LEFT, abs=0.5)
    assert paper.line("Next.").left == pytest.approx(INDENT, abs=0.5)


# ---- Contents, annotations, appendices, footnotes at the end

THESIS = f"""\
:::: {{#contents .contents}}
# Contents {{#contents-label .section-label .unnumbered}}

::: {{.contents-entry level="1"}}
[Method](#method)
:::
::: {{.contents-entry level="2"}}
[{"A Long Heading " * 8}](#long)
:::
::::

# Text {{#text-title .section-label .text-title .unnumbered}}

{(FILLER + chr(10) + chr(10)) * 6}

# Method

Text.

## {"A Long Heading " * 8} {{#long}}

Text.
"""


def test_the_contents_give_the_page_of_each_heading_at_the_right_margin_and_lead_there(tmp_path: Path) -> None:
    paper = build(tmp_path, THESIS)
    entry = paper.after(paper.line("Contents"))
    assert entry.text.startswith("Method....")
    assert entry.left == pytest.approx(LEFT, abs=0.5)
    assert entry.right == pytest.approx(RIGHT, abs=0.5)
    (page,) = (line.page for line in paper.lines if line.text == "Method")
    assert entry.text.endswith(str(page))
    assert page > 2
    assert page in {landed for landed, _ in paper.links[1]}


def test_an_entry_of_a_lower_level_is_indented_and_breaks_its_lines(tmp_path: Path) -> None:
    paper = build(tmp_path, THESIS)
    entry = paper.after(paper.line("Contents"), 2)
    assert entry.left == pytest.approx(LEFT + 18, abs=0.5)
    further = paper.after(entry)
    assert further.left > entry.left
    assert further.right == pytest.approx(RIGHT, abs=0.5)


def test_an_annotation_stands_half_an_inch_in_below_its_entry(tmp_path: Path) -> None:
    paper = build(
        tmp_path,
        f"::::: {{#refs .references}}\n:::: {{#ref-a .csl-entry}}\nOdd, O. (2001). {FILLER}\n\n::: annotation\n"
        f"First. {FILLER}\n\nSecond. {FILLER}\n:::\n::::\n:::::\n",
    )
    assert paper.line("First.").left == pytest.approx(INDENT, abs=0.5)
    assert paper.after(paper.line("First.")).left == pytest.approx(INDENT, abs=0.5)
    assert paper.line("Second.").left == pytest.approx(INDENT + 36, abs=0.5)
    assert paper.after(paper.line("Second.")).left == pytest.approx(INDENT, abs=0.5)


def test_an_appendix_begins_a_page_with_label_and_title_each_on_a_line(tmp_path: Path) -> None:
    paper = build(
        tmp_path,
        "Text.\n\n# Appendix A[/]{.break}Items of the Scale {#app .section-label .appendix .unnumbered}\n\nText.",
    )
    label, title = paper.line("Appendix A"), paper.line("Items of the Scale")
    assert (label.page, label.text) == (2, "Appendix A")
    assert title.baseline - label.baseline == pytest.approx(PITCH, abs=0.3)
    for line in (label, title):
        assert line.fonts() == {"TeXGyreTermes-Bold"}
        assert (line.left + line.right) / 2 == pytest.approx(306, abs=1)
    with pypdfium2.PdfDocument(paper.content) as document:
        assert [mark.get_title() for mark in document.get_toc()] == ["Appendix A Items of the Scale"]


def test_footnotes_at_the_end_have_a_page_and_are_linked_from_their_calls(tmp_path: Path) -> None:
    paper = build(
        tmp_path,
        f"Text.^[1](#fn-1){{.footnote-call}}^\n\n# Footnotes {{#footnotes .section-label .unnumbered}}\n\n"
        f"::: {{#fn-1 .footnote-entry}}\n^1^ The footnote. {FILLER}\n:::\n",
    )
    assert paper.line("Footnotes").page == 2
    footnote = paper.after(paper.line("Footnotes"))
    assert "The footnote." in footnote.text
    assert footnote.left == pytest.approx(INDENT + 6, abs=3)  # the number before it is smaller than the text
    assert paper.after(footnote).left == pytest.approx(LEFT, abs=0.5)
    ((page, _),) = paper.links[1]
    assert page == 2


# ---- Modes, paper, fonts, line numbers

STUDENT = """\
---
title: Sleep
apa: {mode: student}
---

:::: {#title-page .title-page}
::: title
Sleep
:::
::: byline
Ann Béla
:::
::: affiliation
Department of Psychology, University A
:::
::: course
PSY 101: Introduction
:::
::: instructor
Carl Diaz
:::
::: due-date
March 3, 2026
:::
::: word-count
Word count: 1234
:::
::::

# Sleep {#text-title .section-label .text-title .unnumbered}

Text.
"""


def test_the_title_page_of_a_student_has_course_instructor_date_and_count_in_centred_lines(tmp_path: Path) -> None:
    paper = build(tmp_path, STUDENT)
    lines = [line for line in paper.lines if line.page == 1]
    assert [line.text for line in lines] == [
        "Sleep", "Ann Béla", "Department of Psychology, University A", "PSY 101: Introduction", "Carl Diaz",
        "March 3, 2026", "Word count: 1234",
    ]  # fmt: skip
    for line in lines:
        assert (line.left + line.right) / 2 == pytest.approx(306, abs=1)
    for one, two in pairwise(lines[1:]):
        assert two.baseline - one.baseline == pytest.approx(PITCH, abs=0.3)
    assert [paper.header(page.page_number) for page in paper.document.pages] == [["1"], ["2"]]


WIDE = figure_of("![](poster.png){width=3in}", classes=".wide", number="2")
NARROW = table_of(ROWS, number="3") + "\n"


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Pdf:
    text = PAPER.replace("# Method\n", f"{NARROW}\n{WIDE}\n# Method\n")
    return build(tmp_path_factory.mktemp("pdf"), text, *AS_OPTION, "-M", "apa-mode=journal", size=10)


def column_lines(pdf: Pdf, page: int, left: float, right: float) -> list[str]:
    part = pdf.document.pages[page - 1].crop((left, TOP, right, BOTTOM))
    return (part.extract_text() or "").splitlines()


FIRST_COLUMN, SECOND_COLUMN = (72.0, 297.0), (315.0, 540.0)


def test_a_footnote_of_an_articles_abstract_stands_at_the_foot_of_the_page(tmp_path: Path) -> None:
    text = PAPER.replace("::: abstract\n", "::: abstract\nIt notes.^[Noted in the abstract.] ", 1)
    assert text != PAPER
    pdf = build(tmp_path, text, *AS_OPTION, "-M", "apa-mode=journal", size=10)
    words = {word["text"]: word["bottom"] for word in pdf.document.pages[0].extract_words()}
    assert words["1Noted"] > words["Abstract"] + 200  # the text between them


def test_an_article_is_set_in_two_columns_of_ten_points_on_twelve(article: Pdf) -> None:
    for column in (FIRST_COLUMN, SECOND_COLUMN):
        assert len(column_lines(article, 1, *column)) > 15
    start = next(line for line in article.lines if line.text.startswith("Opening"))
    (size,) = {round(character["size"], 1) for character in start.characters[:20]}
    assert size == 10
    rows = sorted(
        {round(word["bottom"], 1) for word in article.document.pages[0].crop((72, 300, 297, 500)).extract_words()}
    )
    gaps = [two - one for one, two in pairwise(rows)]
    assert sum(gap == pytest.approx(12, abs=0.3) for gap in gaps) >= 8


def test_an_article_begins_with_title_names_and_abstract_across_both_columns(article: Pdf) -> None:
    first = article.document.pages[0]
    title = [character for character in first.chars if character["size"] > 14]
    left, right = min(c["x0"] for c in title), max(c["x1"] for c in title)
    assert (left + right) / 2 == pytest.approx(306, abs=2)
    assert first.extract_text().count("The Cost & Benefit of") == 1
    label = next(found for found in first.extract_words() if found["text"] == "Abstract")
    assert title[0]["top"] < label["top"] < word(article, "Opening")["top"]
    assert middle(label) == pytest.approx(306, abs=2)
    assert word(article, "Opening")["x0"] == pytest.approx(LEFT + 12, abs=0.5)
    gutter = first.crop((FIRST_COLUMN[1] + 1, word(article, "Opening")["top"], SECOND_COLUMN[0] - 1, BOTTOM))
    assert not [character for character in gutter.chars if character["text"].strip()]


def test_the_author_note_of_an_article_stands_at_the_foot_of_the_first_column(article: Pdf) -> None:
    column = column_lines(article, 1, *FIRST_COLUMN)
    assert "Author Note" in column
    assert column.index("Author Note") > next(n for n, line in enumerate(column) if line.startswith("Opening"))


def test_nothing_in_an_article_begins_a_page(tmp_path: Path) -> None:
    floats = figure_of("![](box.png)", attributes="own-page=true")
    text = f"Text.\n\n{floats}\n# References {{#references .section-label .unnumbered}}\n\nEntry.\n"
    assert len(build(tmp_path, text, "-M", "apa-mode=journal").document.pages) == 1


def test_an_article_has_wide_floats_over_both_columns_and_others_in_one(article: Pdf) -> None:
    (wide,) = (image for page in article.document.pages for image in page.images if image["x1"] - image["x0"] > 100)
    assert wide["x1"] - wide["x0"] == pytest.approx(216, abs=1)
    for page in article.document.pages:
        for found in page.extract_words():
            if found["text"] == "Figure" and found["x0"] < LEFT + 1:
                beside = page.crop((SECOND_COLUMN[0], found["top"] + 30, SECOND_COLUMN[1], found["top"] + 90))
                assert not beside.chars
    words = [found for page in article.document.pages for found in page.extract_words() if found["text"] == "Wake"]
    assert [found["x1"] < FIRST_COLUMN[1] or found["x0"] > SECOND_COLUMN[0] for found in words] == [True]


def test_an_article_keeps_running_head_and_page_number(article: Pdf) -> None:
    for page in article.document.pages:
        assert article.header(page.page_number) == [*RUNNING_HEAD.split(), str(page.page_number)]


@pytest.mark.parametrize("mode", ["manuscript", "student", "thesis", "journal"])
def test_headings_look_as_their_level_says_in_every_mode(tmp_path: Path, mode: str) -> None:
    text = "# One\n\nT.\n\n## Two\n\nT.\n\n### Three\n\nT.\n\n#### Four\n\nRuns on.\n\n##### Five\n\nRuns on.\n"
    size = 10.0 if mode == "journal" else 12.0
    paper = build(tmp_path, text, "-M", f"apa-mode={mode}", size=size)
    indent = LEFT + (12 if mode == "journal" else 36)
    middle_of_column = (72 + 297) / 2 if mode == "journal" else 306
    looks = {start: (paper.line(start).characters[0]["fontname"].split("-")[-1], paper.line(start)) for start in
             ("One", "Two", "Three", "Four. Runs", "Five. Runs")}  # fmt: skip
    assert [font for font, _ in looks.values()] == ["Bold", "Bold", "BoldItalic", "Bold", "BoldItalic"]
    assert (looks["One"][1].left + looks["One"][1].right) / 2 == pytest.approx(middle_of_column, abs=1)
    assert looks["Two"][1].left == pytest.approx(LEFT, abs=0.5)
    assert looks["Three"][1].left == pytest.approx(LEFT, abs=0.5)
    assert looks["Four. Runs"][1].left == pytest.approx(indent, abs=0.5)
    assert looks["Five. Runs"][1].left == pytest.approx(indent, abs=0.5)


@pytest.mark.parametrize("mode", ["manuscript", "student", "thesis", "journal"])
def test_a_paper_of_every_mode_passes_as_pdf_ua_1(tmp_path: Path, mode: str) -> None:
    text = PAPER.replace("# Method\n", f"{NARROW}\n{WIDE}\n{table_of(LONG, number='4')}\n{EQUATION}\n\n# Method\n")
    paper = build(tmp_path, text, *AS_OPTION, "-M", f"apa-mode={mode}", standards=["ua-1"])
    assert paper.content.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in paper.content


def test_a4_paper_has_the_same_margins(tmp_path: Path) -> None:
    paper = build(tmp_path, FILLER * 3, "-M", "apa-paper=a4")
    (page,) = paper.document.pages
    assert (page.width, page.height) == (pytest.approx(595.28, abs=0.05), pytest.approx(841.89, abs=0.05))
    assert min(line.left for line in paper.lines) == pytest.approx(LEFT, abs=0.5)
    assert 595.28 - 72 - 60 < max(line.right for line in paper.lines) <= 595.28 - 72 + 0.5


# Sizes from APA 2.19; pitches are twice ascent, descent and line gap of the real font (see filters/apa/fonts.lua).
@pytest.mark.parametrize(
    ("name", "face", "size", "pitch"),
    [
        ("Times New Roman", "TeXGyreTermes-Regular", 12, 24 * 2355 / 2048),
        ("Georgia", "TeXGyreSchola-Regular", 11, 22 * 2327 / 2048),
        ("Calibri", "Carlito", 11, 22 * 2500 / 2048),
        ("Arial", "TeXGyreHeros-Regular", 11, 22 * 2355 / 2048),
        ("Lucida Sans Unicode", "DejaVuSans", 10, 20 * 3147 / 2048),
        ("Computer Modern", "NewCM10-Regular", 10, 24),
    ],
)
def test_each_font_that_apa_approves_has_its_size_and_its_double_spacing(
    tmp_path: Path, name: str, face: str, size: float, pitch: float
) -> None:
    entry = f"::: {{#refs}}\n::: {{#ref-a .csl-entry}}\n{FILLER}\n:::\n:::"
    text = f"# Heading\n\nBegin. {FILLER}\n\n> Quoted. {FILLER}\n\n{entry}"
    paper = build(tmp_path, text, "-M", f"apa-font={name}", size=size)
    begin = paper.line("Begin.")
    assert begin.fonts() == {face}
    assert {round(character["size"], 1) for line in paper.lines for character in line.characters} == {float(size)}
    assert len(paper.lines) > 12
    for one, two in pairwise(paper.lines):
        assert two.baseline - one.baseline == pytest.approx(pitch, abs=0.3)


def test_line_numbers_run_through_the_paper_in_the_margin(tmp_path: Path) -> None:
    paper = build(tmp_path, PAPER, *AS_OPTION, "-M", "apa-line-numbers=true")
    numbers: list[int] = []
    for page in paper.document.pages:
        margin = [word for word in page.crop((0, 0, LEFT - 5, page.height)).extract_words() if word["text"].isdecimal()]
        assert all(word["top"] > TOP for word in margin)  # none beside the page header
        numbers += [int(word["text"]) for word in margin]
    assert numbers == list(range(1, len(numbers) + 1))
    references = [line for line in paper.lines if line.page == paper.line("References").page]
    last = paper.document.pages[references[0].page - 1].crop((0, 0, LEFT - 5, 792)).extract_words()
    assert len(last) == len(references)


def test_lines_have_no_numbers_unless_they_are_asked_for(paper: Pdf) -> None:
    for page in paper.document.pages:
        assert not page.crop((0, 0, LEFT - 5, page.height)).chars


def test_a_paper_written_from_the_right_begins_its_lines_there(tmp_path: Path) -> None:
    words = "هذا نص طويل بالعربية يملأ السطر ويستمر حتى نهاية السطر ثم يعود من جديد " * 3
    entry = f"::: {{#refs}}\n::: {{#ref-a .csl-entry}}\n{words}\n:::\n:::"
    text = f"# المقدمة\n\n{words}\n\n> {words}\n\n{entry}"
    paper = build(tmp_path, text, "-M", "lang=ar", "-M", "dir=rtl")
    rows: dict[float, float] = {}
    for character in paper.document.pages[0].crop((0, TOP, 612, BOTTOM)).chars:
        if character["text"].strip():
            row = round(character["matrix"][5])
            rows[row] = max(rows.get(row, 0), character["x1"])
    rights = [right for _, right in sorted(rows.items(), reverse=True)]
    assert rights[0] < RIGHT - 100  # the heading is centred
    runs = [(edge, len(list(run))) for edge, run in groupby(round(RIGHT - right) for right in rights[1:])]
    # A first line and the rest of its paragraph; a quotation; the first line of an entry and the rest, which hangs.
    assert [edge for edge, _ in runs] == pytest.approx([36, 0, 36, 0, 36], abs=2)
    assert runs[2][1] >= 2


def test_a_masked_paper_names_no_author_in_its_metadata(tmp_path: Path) -> None:
    paper = build(tmp_path, "---\ntitle: Sleep\n---\n\nText.")
    assert paper.document.metadata["Title"] == "Sleep"
    assert "Author" not in paper.document.metadata


def test_a_link_to_nothing_is_text(tmp_path: Path) -> None:
    assert build(tmp_path, "Some [words]() here.").line("Some words here.")
