"""Measures the rules in the DOCX: the properties that its XML comes to, and where LibreOffice sets its lines."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest import approx
from rules import Edit, rule
from shown import NAMES, Paragraph, W, text_of

if TYPE_CHECKING:
    from shown import Docx, Line, Pdf

STYLES = "filters/templates/docx/word/styles.xml"
PAGE = "filters/templates/docx/word/document.xml"
HEADER = "filters/templates/docx/word/header1.xml"
SETTINGS = "filters/templates/docx/word/settings.xml"
WRITER = "filters/writers/apa-docx.lua"
LAYOUT = "filters/docx-layout.lua"
TITLE = "filters/title-page.lua"
FRONT = "filters/front-matter.lua"
FLOATS = "filters/floats.lua"
ORDER = "filters/order-of-parts.lua"
LABELS = "filters/apa/labels.lua"
GROUPS = "filters/group-abbreviations.lua"
PAPER = "tests/apa/specimen/paper.md"
BIBLIOGRAPHY = "tests/apa/specimen/references.bib"
MEANS = "tests/apa/specimen/figures/means.svg"

# Word counts in twentieths of a point, and the size of letters in half points.
INCH = 1440
HALF_INCH = INCH // 2
TEXT_WIDTH = 12240 - 2 * INCH
DOUBLE = 480  # of lines, in 240ths (ECMA-376, 17.3.1.33)
SIZE = "24"
PITCH = 27.6  # points; Word's double spacing of 12-pt Times New Roman
LINE = PITCH * 20

# LibreOffice's page, in points.
LEFT, RIGHT, TOP, BOTTOM = 72.0, 540.0, 72.0, 720.0
MIDDLE = (LEFT + RIGHT) / 2
INDENT = 36.0

HEAD = "SPECIMEN OF EVERY PART"
PAPER_TITLE = "A Specimen of Every Part of a Paper: Each Rule of Layout in Its Place"


@dataclass(frozen=True, slots=True)
class InStyle(Edit):
    """A violation in one style of the DOCX, known by its name."""

    style: str = ""

    def apply(self, text: str) -> str:
        """Give the text with the edit made in the style."""
        found = re.search(rf'<w:style [^>]*>\s*<w:name w:val="{self.style}"/>.*?</w:style>', text, re.DOTALL)
        assert found, f"there is no style {self.style!r}"
        return text.replace(found[0], Edit.apply(self, found[0]))


def style(name: str, old: str, new: str) -> Edit:
    return InStyle(STYLES, old, new, name)


def without(name: str) -> Edit:
    """Let a filter do nothing."""
    return Edit(f"filters/{name}.lua", "return { {", "return {} or { {")


# The XML, read --------------------------------------------------------------------------------------------------------


def spacing(paragraph: Paragraph) -> tuple[str, str, str, str]:
    """Its line spacing and what is added before and after it."""
    names = ("line", "lineRule", "before", "after")
    return tuple(paragraph.get(f"w:spacing/@w:{name}", "0") for name in names)  # type: ignore[return-value]


def indents(paragraph: Paragraph) -> tuple[int, int, int]:
    """Indents of the whole from the left and from the right, and of its first line; a hanging one is below zero."""
    left, right, first, hanging = (
        int(paragraph.get(f"w:ind/@w:{name}", "0")) for name in ("left", "right", "firstLine", "hanging")
    )
    return left, right, first - hanging


def alignment(paragraph: Paragraph) -> str:
    return paragraph.get("w:jc/@w:val", "left")


def is_heading(paragraph: Paragraph, where: str, *, italic: bool = False) -> None:
    assert paragraph.is_on("b"), f"{paragraph.text!r} is not bold"
    assert paragraph.is_on("i") is italic, f"{paragraph.text!r}"
    assert paragraph.run("w:sz/@w:val") == SIZE
    assert paragraph.run("w:color/@w:val", "auto") in {"auto", "000000", ""}
    assert alignment(paragraph) == where


def runs(paragraph: Paragraph, *, superscript: bool) -> list[str]:
    """Give the texts of its runs that are raised, or of those that are not."""
    found = []
    for run in paragraph.element.iter(f"{W}r"):
        raised = paragraph._of_run(run, "w:vertAlign/@w:val") == "superscript"
        if raised is superscript and text_of(run):
            found.append(text_of(run))
    return found


def section_headers(docx: Docx) -> list[tuple[Any, Paragraph]]:
    """Each section with its page header; a section that has none of its own fails."""
    found = []
    for section in docx.sections:
        references = section.xpath("./w:headerReference[@w:type='default']/@r:id", namespaces=NAMES)
        assert len(references) == 1, "a section has no page header"
        assert section.find(f"{W}titlePg") is None, "the first page has a header of its own"
        part = docx.tree(f"word/{docx.target(references[0])}")
        (paragraph,) = (Paragraph(docx, element) for element in part.iter(f"{W}p"))
        found.append((section, paragraph))
    return found


def size_of(section: Any) -> tuple[int, int]:
    size = section.find(f"{W}pgSz")
    return int(size.get(f"{W}w")), int(size.get(f"{W}h"))


def margins_of(section: Any) -> dict[str, int]:
    margins = section.find(f"{W}pgMar")
    return {name: int(margins.get(f"{W}{name}")) for name in ("top", "right", "bottom", "left", "gutter")}


def begins_page(paragraph: Paragraph) -> bool:
    """Whether a page begins with it: by a break of its own, or since a section ends before it."""
    before = next(paragraph.element.itersiblings(f"{W}p", f"{W}tbl", preceding=True), None)
    ends = before is not None and before.find(f"{W}pPr/{W}sectPr") is not None
    return paragraph.has("pageBreakBefore") or ends


def fields(element: Any) -> list[str]:
    """Give the instructions of the fields within an element."""
    found = element.xpath(".//w:fldSimple/@w:instr", namespaces=NAMES)
    return [" ".join(each.split()) for each in [*found, *(node.text for node in element.iter(f"{W}instrText"))]]


def between(docx: Docx, first: str, last: str) -> list[Paragraph]:
    """Give the paragraphs from the one that begins with `first` up to the one before `last`."""
    start = docx.index(first)
    return list(docx.paragraphs[start : docx.index(last, start)])


def whole(docx: Docx, text: str, after: int = -1) -> Paragraph:
    """Give the first paragraph that says this and no more."""
    found = [each for n, each in enumerate(docx.paragraphs) if each.text == text and n > after]
    assert found, f"no paragraph is {text!r}"
    return found[0]


def table(docx: Docx, label: str) -> Any:
    """Give the table below a number such as `Table 1`."""
    number = whole(docx, label)
    return next(number.element.itersiblings(f"{W}tbl"))


def rows(docx: Docx, tbl: Any) -> list[list[list[Paragraph]]]:
    """Give the paragraphs of each cell of each row."""
    return [
        [[Paragraph(docx, p) for p in cell.iter(f"{W}p")] for cell in row.iter(f"{W}tc")] for row in tbl.iter(f"{W}tr")
    ]


def is_marked_as_head(row: Any) -> bool:
    mark = row.find(f"{W}trPr/{W}tblHeader")
    return mark is not None and mark.get(f"{W}val", "true") not in {"0", "false", "off"}


def places(text: str, *words: str) -> list[int]:
    """Where each of the words stands in the text."""
    for each in words:
        assert each in text, f"{each!r} is missing"
    return [text.index(each) for each in words]


def labels_in_order(docx: Docx, *beginnings: str) -> list[Paragraph]:
    """Paragraphs that begin so; each is looked for behind the one before."""
    found, at = [], -1
    for beginning in beginnings:
        at = docx.index(beginning, at)
        found.append(docx.paragraphs[at])
    return found


def entries(docx: Docx) -> list[str]:
    return [paragraph.text for paragraph in docx.styled("Bibliography")]


def entry(docx: Docx, beginning: str) -> str:
    found = [text for text in entries(docx) if text.startswith(beginning)]
    assert found, f"no entry begins with {beginning!r}"
    return found[0]


# LibreOffice's lines, read --------------------------------------------------------------------------------------------


def pitches(lines: list[Line]) -> list[float]:
    """Give the distances between the baselines of lines that follow each other on one page."""
    return [
        after.baseline - before.baseline for before, after in itertools.pairwise(lines) if after.page == before.page
    ]


def lines_between(pdf: Pdf, first: str, last: str) -> list[Line]:
    """Lines of the text from the one that begins with `first` up to the one before `last`, without footnotes."""
    start = pdf.index(first)
    lines = pdf.body[start : pdf.index(last, start)]
    return [line for line in lines if line.size == approx(12, abs=0.1)]


def line_of(pdf: Pdf, text: str) -> Line:
    found = [line for line in pdf.body if line.text == text]
    assert found, f"no line is {text!r}"
    return found[0]


# Page -----------------------------------------------------------------------------------------------------------------


@rule(
    "P1",
    "docx",
    breaks=(Edit(PAGE, 'w:right="1440"', 'w:right="1080"'), Edit(PAGE, 'w:gutter="0"', 'w:gutter="360"')),
)
def each_section_has_margins_of_one_inch(docx: Docx) -> None:
    for section in docx.sections:
        assert margins_of(section) == {"top": INCH, "right": INCH, "bottom": INCH, "left": INCH, "gutter": 0}


@rule("P1", "libreoffice", breaks=Edit(PAGE, 'w:left="1440"', 'w:left="1584"'))
def text_keeps_to_margins_of_one_inch(pdf: Pdf) -> None:
    for page in pdf.pages:
        lines = pdf.on(page.page_number)
        assert all(line.x0 >= LEFT - 0.5 and line.x1 <= float(page.width) - 72 + 0.5 for line in lines)
        assert all(line.baseline <= float(page.height) - 72 + 0.5 for line in lines)
    text = lines_between(pdf, "The rules of layout were", "Method")
    assert min(line.x0 for line in text) == approx(LEFT, abs=0.6)
    assert max(line.x1 for line in text) > RIGHT - 30  # a ragged line still comes near to it


TEXT = (
    "Author",
    "Affiliation",
    "Author Note Label",
    "Author Note",
    "Section Label",
    "Abstract",
    "Keywords",
    "Body Text",
    "First Paragraph",
    "heading 1",
    "heading 2",
    "heading 3",
    "heading 4",
    "heading 5",
    "Block Text",
    "Block Text Continued",
    "List Paragraph",
    "Equation",
    "Bibliography",
)


@rule(
    "P2",
    "docx",
    breaks=(
        Edit(STYLES, 'w:line="$leading$"', 'w:line="360"'),
        style("Block Text", "<w:pPr>", '<w:pPr><w:spacing w:line="240"/>'),
        style("Bibliography", "<w:pPr>", '<w:pPr><w:spacing w:after="240"/>'),
        style("heading 2", "<w:pPr>", '<w:pPr><w:spacing w:before="240"/>'),
    ),
)
def all_text_is_double_spaced_with_nothing_between_paragraphs(docx: Docx) -> None:
    for name in TEXT:
        for paragraph in docx.styled(name):
            assert spacing(paragraph) == (str(DOUBLE), "auto", "0", "0"), paragraph.text


@rule("P2", "libreoffice", breaks=style("Body Text", "<w:pPr>", '<w:pPr><w:spacing w:after="120"/>'))
def lines_are_double_spaced_everywhere(pdf: Pdf) -> None:
    for first, last in (
        ("This paper exists to be measured", "A Specimen of Every"),
        ("The rules of layout were", "Recruitment"),
        ("The margins of a page are the frame", "The effect was defined"),
        ("American Psychological Association. (2020)", "Appendix A"),
    ):
        found = pitches(lines_between(pdf, first, last))
        assert len(found) > 3
        assert all(pitch == approx(PITCH, abs=0.3) for pitch in found), found


@rule(
    "P3",
    "docx",
    breaks=(
        Edit("filters/apa/fonts.lua", "size = 12", "size = 11"),
        style("Bibliography", "<w:pPr>", '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/></w:rPr><w:pPr>'),
        style("footnote text", "<w:rPr>", '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>'),
    ),
)
def the_font_is_12_point_times_by_name(docx: Docx) -> None:
    notes = [Paragraph(docx, each) for each in docx.all("//w:footnote//w:p", "word/footnotes.xml")]
    for paragraph in [*docx.paragraphs, *notes]:
        for run in paragraph.element.iter(f"{W}r"):
            if text_of(run).strip():
                assert paragraph._of_run(run, "w:rFonts/@w:ascii") == "Times New Roman", paragraph.text
                assert paragraph._of_run(run, "w:rFonts/@w:hAnsi") == "Times New Roman", paragraph.text
                assert paragraph in notes or paragraph._of_run(run, "w:sz/@w:val") == SIZE, paragraph.text
    assert not docx.all("//@w:asciiTheme", "word/styles.xml")  # a theme would win over the name (ECMA-376, 17.3.2.26)


@rule("P3", "docx", variant="Calibri", breaks=Edit("filters/apa/fonts.lua", "docx = 'Calibri'", "docx = 'Carlito'"))
def another_font_is_taken_by_name_in_its_size(docx: Docx) -> None:
    for paragraph in [*docx.styled("Body Text"), *docx.styled("heading 1"), *docx.styled("Bibliography")]:
        assert paragraph.run("w:rFonts/@w:ascii") == "Calibri"
        assert paragraph.run("w:sz/@w:val") == "22"  # 11 points (2.19)


@rule("P3", "docx", breaks=Edit(WRITER, "  if masked then\n", "  kept.lang = 'de-DE'\n  if masked then\n"))
def the_file_says_its_language(docx: Docx) -> None:
    assert docx.all("//w:docDefaults//w:lang/@w:val", "word/styles.xml") == ["en-US"]
    assert docx.all("//dc:language/text()", "docProps/core.xml") == ["en-US"]


@rule(
    "P4",
    "docx",
    breaks=(
        style("Normal", 'jc w:val="left"', 'jc w:val="both"'),
        Edit(SETTINGS, 'autoHyphenation w:val="0"', 'autoHyphenation w:val="1"'),
        Edit(PAPER, "one of everything that", "one of every\u00adthing that"),
    ),
)
def the_right_edge_is_ragged_and_no_word_is_divided(docx: Docx) -> None:
    for name in ("Abstract", "Body Text", "First Paragraph", "Block Text", "List Paragraph", "Bibliography"):
        assert {alignment(paragraph) for paragraph in docx.styled(name)} == {"left"}
    assert docx.all("//w:autoHyphenation/@w:val", "word/settings.xml") in ([], ["0"], ["false"])
    assert "\u00ad" not in docx.text
    assert not docx.all("//w:softHyphen")


@rule(
    "P5",
    "docx",
    breaks=(
        style("Body Text", 'firstLine="$indent$"', 'firstLine="360"'),
        style("First Paragraph", "<w:qFormat/>", '<w:qFormat/><w:pPr><w:ind w:firstLine="0"/></w:pPr>'),
    ),
)
def paragraphs_are_indented_also_after_a_heading(docx: Docx) -> None:
    seen = 0
    for before, paragraph in itertools.pairwise(docx.paragraphs):
        if paragraph.style in {"Body Text", "First Paragraph"} and before.style not in {"heading 4", "heading 5"}:
            assert indents(paragraph) == (0, 0, HALF_INCH), paragraph.text
            seen += before.style.startswith("heading")
    assert seen >= 5  # of them stand right after a heading


@rule("P5", "libreoffice", breaks=style("Body Text", 'firstLine="$indent$"', 'firstLine="0"'))
def first_lines_begin_half_an_inch_in(pdf: Pdf) -> None:
    for beginning in ("The rules of layout were", "A group wrote", "The sections below go", "People were invited"):
        assert pdf.line(beginning).x0 == approx(LEFT + INDENT, abs=0.6)
    assert pdf.body[pdf.index("The rules of layout were") + 1].x0 == approx(LEFT, abs=0.6)


@rule(
    "P6",
    "docx",
    breaks=(
        Edit(HEADER, " PAGE ", " NUMPAGES "),
        style("header", 'tab w:val="right"', 'tab w:val="center"'),
        Edit(PAGE, "<w:cols ", '<w:pgNumType w:start="2"/><w:cols '),
        style("Header Turned", 'w:pos="$turned-width$"', 'w:pos="$text-width$"'),
    ),
)
def each_section_numbers_its_pages_at_a_right_tab(docx: Docx) -> None:
    for section, header in section_headers(docx):
        assert fields(header.element) == ["PAGE"]
        before, tab, number = header.text.partition("\t")
        assert (tab, number) == ("\t", "1")
        assert "\t" not in before
        width = size_of(section)[0] - 2 * INCH
        assert int(header.get('w:tabs/w:tab[@w:val="right"]/@w:pos', "0")) == width
        assert not section.xpath("./w:pgNumType/@w:start", namespaces=NAMES)


@rule("P6", "libreoffice", breaks=Edit(HEADER, "<w:tab/>", ""))
def every_page_carries_its_number_at_the_right(pdf: Pdf) -> None:
    for number, page in enumerate(pdf.pages, 1):
        (header,) = [line for line in pdf.lines if line.page == number and line.baseline <= 66]
        assert header.text.split()[-1] == str(number)
        assert header.x1 == approx(float(page.width) - 72, abs=0.6)


@rule(
    "P7",
    "docx",
    breaks=(
        Edit(FRONT, "text.upper(unlabelled)", "unlabelled"),
        Edit(HEADER, "$running-head$", f'<w:fldSimple w:instr=" TITLE "><w:r><w:t>{HEAD}</w:t></w:r></w:fldSimple>'),
        Edit(
            PAPER,
            "running-head: Specimen of Every Part",
            "running-head: Specimen of Every Part of a Paper in Its Right Place",
        ),
    ),
)
def the_running_head_is_text_in_capitals(docx: Docx) -> None:
    for _, header in section_headers(docx):
        words = header.text.partition("\t")[0]
        assert words == words.upper()
        assert len(words) <= 50
        assert words.startswith(HEAD)
        assert alignment(header) == "left"
        assert not [each for each in fields(header.element) if each != "PAGE"]  # Word online shows no other (2.18)


@rule(
    "P7",
    "docx",
    breaks=(
        Edit(PAGE, "<w:cols ", "<w:titlePg/><w:cols "),
        Edit(WRITER, "set(header, 'r:id', TURNED_HEADER)", "set(header, 'w:type', 'first')"),
        Edit(SETTINGS, "<w:defaultTabStop", "<w:evenAndOddHeaders/><w:defaultTabStop"),
    ),
)
def each_section_has_the_running_head_on_every_page(docx: Docx) -> None:
    assert len(docx.sections) >= 3  # before, on and after the turned page
    assert {header.text for _, header in section_headers(docx)} == {f"{HEAD}\t1"}
    assert not docx.all("//w:evenAndOddHeaders", "word/settings.xml")


@rule(
    "P7",
    "docx",
    variant="lines",
    breaks=(
        Edit(WRITER, "if measures.choices['line-numbers'] then", "if false then"),
        Edit(WRITER, "['w:restart'] = 'continuous'", "['w:restart'] = 'newPage'"),
        Edit(
            WRITER,
            "if measures.choices['line-numbers'] then",
            "if measures.choices['line-numbers'] then\n"
            "    table.remove(holder, select(2, child(holder, 'w:headerReference')))",
        ),
    ),
)
def with_line_numbers_each_section_keeps_its_header(docx: Docx) -> None:
    for section, header in section_headers(docx):
        assert header.text == f"{HEAD}\t1"
        numbers = section.xpath("./w:lnNumType[@w:countBy='1']/@w:restart", namespaces=NAMES)
        assert numbers == ["continuous"]
    assert not [each for each in docx.styled("Body Text") if each.has("suppressLineNumbers")]


@rule("P7", "libreoffice", breaks=Edit(HEADER, "$running-head$", ""))
def every_page_carries_the_running_head_at_the_left(pdf: Pdf) -> None:
    for number in range(1, len(pdf.pages) + 1):
        assert pdf.headers[number] == f"{HEAD} {number}"
        assert next(line for line in pdf.lines if line.page == number).x0 == approx(LEFT, abs=0.6)


@rule(
    "P7",
    "libreoffice",
    variant="lines",
    breaks=Edit(WRITER, "['w:restart'] = 'continuous'", "['w:restart'] = 'newPage'"),
)
def line_numbers_run_on_in_the_margin_below_the_header(pdf: Pdf) -> None:
    numbers = []
    for line in pdf.body:
        beyond = "".join(char["text"] for char in line.chars if char["x1"] < LEFT)
        numbers += [int(beyond)] if beyond else []
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 150
    assert all(pdf.headers[page] == f"{HEAD} {page}" for page in pdf.headers)


PARTS = ("Abstract", PAPER_TITLE, "References", "Appendix A", "Appendix B")


@rule(
    "P8",
    "docx",
    breaks=(without("order-of-parts"), style("Section Label", "<w:pageBreakBefore/>", "")),
)
def the_parts_stand_in_their_order_each_on_a_new_page(docx: Docx) -> None:
    assert docx.paragraphs[0].style == "Title"
    labels = labels_in_order(docx, *PARTS)
    assert [label.text.partition("\n")[0] for label in docx.styled("Section Label")] == list(PARTS)
    assert all(label.style == "Section Label" and begins_page(label) for label in labels)


AT_THE_END = (
    "References",
    "Footnotes",
    "Table 1",
    "Table 2",
    "Table 3",
    "Table 4",
    "Figure 1",
    "Figure 2",
    "Appendix A",
)


@rule(
    "P8",
    "docx",
    variant="end",
    breaks=(
        Edit(ORDER, "has_class(block, 'table')", "has_class(block, 'figure')"),
        Edit(LAYOUT, "block.attributes['own-page'] == 'true'", "false"),
    ),
)
def at_the_end_each_part_follows_on_a_page_of_its_own(docx: Docx) -> None:
    start = docx.paragraphs.index(whole(docx, "References"))
    found, at = [], start - 1
    for label in AT_THE_END:
        at = docx.index(label, at)
        found.append(docx.paragraphs[at])
    assert [paragraph.text.partition("\n")[0] for paragraph in found] == list(AT_THE_END)
    assert all(begins_page(paragraph) for paragraph in found)


@rule("P8", "libreoffice", variant="end", breaks=Edit(LAYOUT, "block.attributes['own-page'] == 'true'", "false"))
def at_the_end_each_part_heads_a_page(pdf: Pdf) -> None:
    pages = [line_of(pdf, label).page for label in AT_THE_END]
    assert pages == sorted(set(pages))
    assert [pdf.on(page)[0].text for page in pages] == list(AT_THE_END)


@rule("P9", "docx", variant="a4", breaks=Edit(WRITER, "a4 = { width = 11906", "a4 = { width = 12240"))
def a4_is_a_choice_with_the_same_margins(docx: Docx) -> None:
    for section, header in section_headers(docx):
        assert sorted(size_of(section)) == [11906, 16838]  # 210 by 297 mm
        assert set(margins_of(section).values()) == {INCH, 0}
        assert int(header.get('w:tabs/w:tab[@w:val="right"]/@w:pos', "0")) == size_of(section)[0] - 2 * INCH


# Title page and abstract ----------------------------------------------------------------------------------------------


@rule(
    "T1",
    "docx",
    breaks=(
        style("Title", 'w:before="$three-lines$" w:after="$line$"', 'w:before="240" w:after="$line$"'),
        style("Title", 'w:before="$three-lines$" w:after="$line$"', 'w:before="$three-lines$" w:after="0"'),
        style("Title", 'jc w:val="center"', 'jc w:val="left"'),
        style("Title", "<w:b/>", ""),
    ),
)
def the_title_stands_three_to_four_lines_down_centred_and_bold(docx: Docx) -> None:
    (title,) = docx.styled("Title")
    assert title.text == PAPER_TITLE
    is_heading(title, "center")
    assert 3 * LINE <= int(title.get("w:spacing/@w:before")) <= 4 * LINE
    assert int(title.get("w:spacing/@w:after")) == LINE  # one blank double-spaced line


@rule("T1", "libreoffice", breaks=style("Title", 'w:before="$three-lines$"', 'w:before="$line$"'))
def the_title_is_set_three_to_four_lines_down(pdf: Pdf) -> None:
    title = pdf.on(1)[0]
    first_line = pdf.on(3)[0].baseline  # a page begins with it
    assert 3 <= (title.baseline - first_line) / PITCH + 0.01 <= 4.02
    assert title.middle == approx(MIDDLE, abs=1)
    assert title.bold
    assert pdf.line("Zélia Quirós-Hartwig").baseline - title.baseline == approx(2 * PITCH, abs=1)


@rule(
    "T2",
    "docx",
    breaks=(
        Edit(LABELS, "conjunction = 'and'", "conjunction = '&'"),
        Edit(FRONT, "(words.serial_comma and ',' or '')", "''"),
    ),
)
def the_byline_has_the_names_with_commas_and_a_final_and(docx: Docx) -> None:
    (byline,) = docx.styled("Author")
    names = "".join(runs(byline, superscript=False))
    assert names == "Zélia Quirós-Hartwig, Bram van der Vliet, and Ada Okonkwo-Lindqvist"
    assert alignment(byline) == "center"
    assert not byline.is_on("b")


@rule(
    "T3",
    "docx",
    breaks=(
        Edit(FRONT, "pandoc.Superscript(tostring(index))", "pandoc.Str(tostring(index))"),
        style("Affiliation", 'jc w:val="center"', 'jc w:val="left"'),
    ),
)
def affiliations_stand_below_with_superscript_numbers(docx: Docx) -> None:
    assert [each.style for each in docx.paragraphs[1:4]] == ["Author", "Affiliation", "Affiliation"]
    first, second = docx.styled("Affiliation")
    for line, number, name in (
        (first, "1", "Department of Typographic Psychology, Nowhere University"),
        (second, "2", "Institute of Imagined Measures"),
    ):
        assert runs(line, superscript=True) == [number]
        assert line.text == number + name
        assert alignment(line) == "center"
    assert [text.replace(" ", "") for text in runs(docx.styled("Author")[0], superscript=True)] == ["1", "1,2", "2"]


@rule(
    "T4",
    "docx",
    variant="student",
    breaks=(Edit(TITLE, "add 'due-date'", ""), Edit(FRONT, "'student'", "'pupil'")),
)
def a_student_paper_has_course_instructor_and_date_and_no_head_or_note(docx: Docx) -> None:
    page = list(docx.paragraphs[: docx.index("Abstract")])
    assert [each.text for each in page[-3:]] == [
        "PSY 7001: Writing for Journals",
        "Dr. Ingrid Solberg",
        "November 2, 2026",
    ]
    assert page[0].text == PAPER_TITLE
    assert all(alignment(each) == "center" for each in page)
    assert not [each for each in docx.paragraphs if each.style.startswith("Author Note")]
    assert {header.text for _, header in section_headers(docx)} == {"\t1"}


@rule(
    "T5",
    "docx",
    breaks=(
        style("Author Note Label", 'pageBreakBefore w:val="0"', 'pageBreakBefore w:val="1"'),
        style("Author Note", 'basedOn w:val="BodyText"', 'basedOn w:val="Normal"'),
        style("Author Note Label", "<w:pPr>", '<w:pPr><w:jc w:val="left"/>'),
        Edit(FRONT, "'deceased', 'disclosures'", "'deceased', 'gratitude', 'disclosures'"),
    ),
)
def the_author_note_stands_on_the_title_page_in_its_order(docx: Docx) -> None:
    (label,) = docx.styled("Author Note Label")
    assert label.text == "Author Note"
    is_heading(label, "center")
    assert not label.has("pageBreakBefore")
    note = docx.styled("Author Note")
    assert docx.paragraphs[docx.paragraphs.index(label) + 1] is note[0]
    assert all(indents(each) == (0, 0, HALF_INCH) and alignment(each) == "left" for each in note)
    text = " ".join(each.text for each in note)
    order = ("0000-0002-1825-0097", "is now at", "no known conflict", "We thank", "Correspondence concerning")
    found = places(text, *order)
    assert found == sorted(found)


@rule("T5", "libreoffice", breaks=Edit(LAYOUT, "LOWER_HALF = 13 / 23", "LOWER_HALF = 10 / 23"))
def the_author_note_stands_in_the_lower_half_of_the_title_page(pdf: Pdf) -> None:
    label = pdf.line("Author Note")
    assert label.page == 1
    assert label.baseline > 792 / 2
    assert label.bold
    assert label.middle == approx(MIDDLE, abs=1)
    assert pdf.on(2)[0].text == "Abstract"  # all of the note has its place on page 1
    assert pdf.line("We have no known conflict").x0 == approx(LEFT + INDENT, abs=0.6)


IDENTITY = (
    "Quirós",
    "Quiros",
    "Hartwig",
    "van der Vliet",
    "Okonkwo",
    "Lindqvist",
    "Nowhere University",
    "Imagined Measures",
    "0000-0002-1825-0097",
    "0000-0001-5109-3700",
    "nowhere.example",
    "Achterberg",
)


@rule(
    "T6",
    "docx",
    variant="masked",
    breaks=(
        without("masked"),
        Edit(PAPER, "[[@quiros2019]]{.masked} measured", "Bram van der Vliet of Nowhere University measured"),
        Edit(WRITER, "kept.author = nil", "kept.author = 'Bram van der Vliet'"),
    ),
)
def a_masked_copy_names_nobody_in_any_part(docx: Docx) -> None:
    for name, part in docx.parts.items():
        told = name + part.decode("utf-8", "replace")
        assert not [each for each in IDENTITY if each.lower() in told.lower()], name
    assert "In our own work, [masked] measured" in docx.text.replace("([masked])", "[masked]")
    assert not [
        each for each in docx.all("//dc:creator/text() | //cp:lastModifiedBy/text()", "docProps/core.xml") if each
    ]


@rule(
    "T6",
    "docx",
    breaks=(
        Edit(WRITER, "PROPERTIES = { 'title', 'author', ", "PROPERTIES = { 'title', "),
        Edit(WRITER, "PROPERTIES = { 'title', ", "PROPERTIES = { "),
    ),
)
def an_open_copy_says_its_title_authors_and_keywords(docx: Docx) -> None:
    told = {
        name: docx.all(f"//{name}/text()", "docProps/core.xml") for name in ("dc:title", "dc:creator", "cp:keywords")
    }
    assert told == {
        "dc:title": [PAPER_TITLE],
        "dc:creator": ["Zélia Quirós-Hartwig; Bram van der Vliet; Ada Okonkwo-Lindqvist"],
        "cp:keywords": ["layout, measurement, APA Style, accessibility"],
    }
    assert "docProps/custom.xml" not in docx.parts


@rule(
    "A1",
    "docx",
    breaks=(
        style("Abstract", "<w:qFormat/>", '<w:qFormat/><w:pPr><w:ind w:firstLine="720"/></w:pPr>'),
        Edit(PAPER, "appendices. A test\n", "appendices.\n\n  A test\n"),
        Edit(LABELS, "abstract = 'Abstract'", "abstract = 'Summary'"),
        style("Section Label", "<w:pageBreakBefore/>", ""),
    ),
)
def the_abstract_has_its_page_and_one_paragraph_without_indent(docx: Docx) -> None:
    label, text, keywords = docx.paragraphs[(at := docx.index("Abstract")) : at + 3]
    assert label.text == "Abstract"
    is_heading(label, "center")
    assert begins_page(label)
    assert text.text.startswith("This paper exists")
    assert text.text.endswith("2020).")
    assert indents(text) == (0, 0, 0)
    assert keywords.text.startswith("Keywords")
    assert begins_page(docx.styled("Section Label")[1])


@rule(
    "A2",
    "docx",
    breaks=(
        Edit(TITLE, "pandoc.Emph(language.words.keywords", "pandoc.Strong(language.words.keywords"),
        style("Keywords", 'firstLine="$indent$"', 'firstLine="0"'),
        Edit(TITLE, "pandoc.Inlines(language.comma)", "pandoc.Inlines('; ')"),
    ),
)
def keywords_stand_below_in_italics_and_indented(docx: Docx) -> None:
    (line,) = docx.styled("Keywords")
    assert line.text == "Keywords: layout, measurement, APA Style, accessibility"
    assert indents(line) == (0, 0, HALF_INCH)
    italic = [text_of(run) for run in line.element.iter(f"{W}r") if line.run_is_on(run, "i")]
    assert "".join(italic).strip() == "Keywords:"


@rule("A3", "docx", breaks=Edit(TITLE, "meta['impact-statement']", "meta['impact']"))
def the_impact_statement_stands_below_the_abstract(docx: Docx) -> None:
    statement = docx.paragraph("A manuscript that follows the rules")
    assert docx.index("Keywords") < docx.paragraphs.index(statement) < docx.index(PAPER_TITLE, 1)
    assert not begins_page(statement)


# Headings -------------------------------------------------------------------------------------------------------------


@rule(
    "H1",
    "docx",
    breaks=(
        style("heading 1", 'jc w:val="center"', 'jc w:val="left"'),
        style("heading 1", "<w:b/>", ""),
        style("heading 1", "<w:rPr>", '<w:rPr><w:sz w:val="32"/>'),
        style("heading 1", "<w:rPr>", '<w:rPr><w:color w:val="2F5496"/>'),
    ),
)
def level_1_is_centred_and_bold(docx: Docx) -> None:
    headings = docx.styled("heading 1")
    assert {"Method", "Results", "Discussion"} <= {each.text for each in headings}
    for heading in headings:
        is_heading(heading, "center")
        assert indents(heading) == (0, 0, 0)


@rule(
    "H2",
    "docx",
    breaks=(style("heading 2", 'jc w:val="left"', 'jc w:val="center"'), style("heading 2", "<w:rPr>", "<w:rPr><w:i/>")),
)
def level_2_is_at_the_left_and_bold(docx: Docx) -> None:
    headings = docx.styled("heading 2")
    assert [each.text for each in headings] == ["Participants", "Materials", "Limitations"]
    for heading in headings:
        is_heading(heading, "left")
        assert indents(heading) == (0, 0, 0)


@rule(
    "H3",
    "docx",
    breaks=(style("heading 3", "<w:i/>", ""), style("heading 3", "<w:pPr>", '<w:pPr><w:ind w:firstLine="720"/>')),
)
def level_3_is_at_the_left_bold_and_italic(docx: Docx) -> None:
    (heading,) = docx.styled("heading 3")
    assert heading.text == "Recruitment"
    is_heading(heading, "left", italic=True)
    assert indents(heading) == (0, 0, 0)


def runs_in(docx: Docx, name: str, words: str, text: str, *, italic: bool) -> None:
    """See that the heading's mark is hidden as in Word's style separator (ECMA-376, 17.3.2.36): the text goes on."""
    (heading,) = docx.styled(name)
    assert heading.text == f"{words}."
    is_heading(heading, "left", italic=italic)
    assert indents(heading) == (0, 0, HALF_INCH)
    mark = heading.element.find(f"{W}pPr/{W}rPr")
    assert mark is not None
    assert mark.find(f"{W}vanish") is not None
    assert mark.find(f"{W}specVanish") is not None
    following = docx.paragraphs[docx.paragraphs.index(heading) + 1]
    assert following.text.startswith(f" {text}")
    assert not following.is_on("b")
    assert not following.is_on("i")


@rule(
    "H4",
    "docx",
    breaks=(
        style("heading 4", "<w:b/>", ""),
        style("heading 4", 'firstLine="$indent$"', 'firstLine="0"'),
        Edit(LAYOUT, "header.content:insert(pandoc.Str '.')", ""),
        Edit(WRITER, "set_property(mark, new 'w:specVanish')", ""),
    ),
)
def level_4_runs_into_its_paragraph(docx: Docx) -> None:
    runs_in(docx, "heading 4", "Letters of Invitation", "The letter named", italic=False)


@rule(
    "H5",
    "docx",
    breaks=(style("heading 5", "<w:i/>", ""), Edit(LAYOUT, "header.content:insert(1, RUN_IN)", "")),
)
def level_5_runs_into_its_paragraph_in_italics(docx: Docx) -> None:
    runs_in(docx, "heading 5", "Reminders by Telephone", "Two reminders", italic=True)


def is_set_in_line(pdf: Pdf, heading: str, text: str, *, italic: bool) -> None:
    line = pdf.line(heading)
    assert line.text.startswith(f"{heading}. {text}")
    assert line.x0 == approx(LEFT + INDENT, abs=0.6)
    bold = [char for char in line.chars if "Bold" in char["fontname"]]
    assert "".join(char["text"] for char in bold).replace(" ", "") == f"{heading}.".replace(" ", "")
    assert all(("Italic" in char["fontname"]) is italic for char in bold)
    following = pdf.body[pdf.index(heading) + 1]
    assert following.x0 == approx(LEFT, abs=0.6)
    assert following.baseline - line.baseline == approx(PITCH, abs=0.3)


@rule("H4", "libreoffice", breaks=Edit(WRITER, "set_property(mark, new 'w:specVanish')", ""))
def level_4_stays_in_the_line_of_its_text(pdf: Pdf) -> None:
    is_set_in_line(pdf, "Letters of Invitation", "The letter named", italic=False)


@rule("H5", "libreoffice", breaks=Edit(WRITER, "with_indent_of_its_heading(node, measures)\n", "\n"))
def level_5_stays_in_the_line_of_its_text(pdf: Pdf) -> None:
    is_set_in_line(pdf, "Reminders by Telephone", "Two reminders", italic=True)
    gap = [char["x1"] for char in pdf.line("Reminders by Telephone").chars if "Bold" in char["fontname"]]
    first = next(char for char in pdf.line("Reminders by Telephone").chars if "Bold" not in char["fontname"])
    assert first["x0"] - max(gap) < 6  # one space, and not the indent of the paragraph


@rule(
    "H6",
    "docx",
    breaks=(
        Edit(PAPER, "\nThe rules of layout were written", "\n# Introductory Words\n\nThe rules of layout were written"),
        Edit(TITLE, "return label(inlines, 'text-title', 'text-title')", "return pandoc.Para(inlines)"),
    ),
)
def the_title_heads_the_text(docx: Docx) -> None:
    at = docx.index(PAPER_TITLE, 1)
    title, text = docx.paragraphs[at : at + 2]
    assert title.text == PAPER_TITLE
    is_heading(title, "center")
    assert title.get("w:outlineLvl/@w:val") == "0"
    assert text.text.startswith("The rules of layout")


LEVELS = ("Method", "Participants", "Recruitment", "Letters of Invitation.", "Reminders by Telephone.")


@rule(
    "H7",
    "docx",
    breaks=(
        style("heading 4", 'outlineLvl w:val="3"', 'outlineLvl w:val="9"'),
        Edit(LAYOUT, "header.level = math.min(header.level, DEEPEST_HEADING)", "header.level = 3"),
    ),
)
def each_heading_has_its_outline_level(docx: Docx) -> None:
    found = [docx.paragraph(words) for words in LEVELS]
    assert [each.get("w:outlineLvl/@w:val") for each in found] == ["0", "1", "2", "3", "4"]
    assert [each.style for each in found] == [f"heading {level}" for level in range(1, 6)]


@rule("H7", "libreoffice", breaks=style("heading 5", 'outlineLvl w:val="4"', 'outlineLvl w:val="9"'))
def run_in_headings_are_in_the_outline(pdf: Pdf) -> None:
    outline = {title: level for level, title, *_ in pdf.document.doc.get_outlines()}
    assert [outline.get(words) for words in LEVELS] == [1, 2, 3, 4, 5], outline


# Quotations, lists, notes, formulas -----------------------------------------------------------------------------------


@rule(
    "Q1",
    "docx",
    breaks=(
        style("Block Text", 'w:left="$indent$"', 'w:left="$indent$" w:right="$indent$"'),
        style("Block Text", 'w:left="$indent$"', 'w:left="0"'),
        Edit(PAPER, "> The margins of a page", '> "The margins of a page" are'),
    ),
)
def a_block_quotation_is_half_an_inch_in_from_the_left_only(docx: Docx) -> None:
    (quotation,) = docx.styled("Block Text")
    assert quotation.text.startswith("The margins of a page")
    assert indents(quotation) == (HALF_INCH, 0, 0)
    assert spacing(quotation)[0] == str(DOUBLE)


@rule("Q1", "libreoffice", breaks=style("Block Text", 'w:left="$indent$"', 'w:left="$indent$" w:right="$indent$"'))
def a_block_quotation_is_as_wide_as_the_text_to_the_right(pdf: Pdf) -> None:
    lines = lines_between(pdf, "The margins of a page are the frame", "A frame that is too narrow")
    assert all(line.x0 == approx(LEFT + INDENT, abs=0.6) for line in lines)
    assert max(line.x1 for line in lines) > RIGHT - INDENT + 6


@rule(
    "Q2",
    "docx",
    breaks=(
        style("Block Text Continued", ' w:firstLine="$indent$"', ""),
        Edit(LAYOUT, "seen > 1 and styled('Block Text Continued'", "seen > 2 and styled('Block Text Continued'"),
    ),
)
def its_second_paragraph_begins_half_an_inch_further_in(docx: Docx) -> None:
    second = docx.paragraph("A frame that is too narrow")
    assert indents(second) == (HALF_INCH, 0, HALF_INCH)


@rule("Q2", "libreoffice", breaks=style("Block Text Continued", ' w:firstLine="$indent$"', ""))
def its_second_paragraph_is_set_half_an_inch_further_in(pdf: Pdf) -> None:
    second = pdf.index("A frame that is too narrow")
    assert pdf.body[second].x0 == approx(LEFT + 2 * INDENT, abs=0.6)
    assert pdf.body[second + 1].x0 == approx(LEFT + INDENT, abs=0.6)


@rule("Q3", "docx", breaks=Edit(PAPER, "it. [@cohen1988, p. 12]", "it [@cohen1988, p. 12]."))
def its_citation_follows_the_final_mark(docx: Docx) -> None:
    assert docx.paragraph("A frame that is too narrow").text.endswith("who pays for it. (Cohen, 1988, p. 12)")


def list_format(docx: Docx, paragraph: Paragraph) -> tuple[str, str]:
    """How a list counts, and what it prints for that."""
    number, level = paragraph.get("w:numPr/w:numId/@w:val"), paragraph.get("w:numPr/w:ilvl/@w:val")
    assert number, f"{paragraph.text!r} is in no list"
    abstract = docx.all(f"//w:num[@w:numId='{number}']/w:abstractNumId/@w:val", "word/numbering.xml")[0]
    (found,) = docx.all(
        f"//w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='{level}']", "word/numbering.xml"
    )
    return found.find(f"{W}numFmt").get(f"{W}val"), found.find(f"{W}lvlText").get(f"{W}val")


@rule(
    "L1",
    "docx",
    breaks=(
        Edit(PAPER, "- pages with", "1. pages with"),
        Edit(PAPER, "1. read the page,", "a. read the page,"),
        Edit(PAPER, "(a) a method", "(1) a method"),
        Edit(LAYOUT, "OrderedList = list, ", "OrderedList = function (l) return l.content[1] end, "),
    ),
)
def lists_are_lettered_in_a_sentence_and_bulleted_or_numbered_as_paragraphs(docx: Docx) -> None:
    sentence = "(a) a method with its materials, (b) results in tables and figures, and (c) a discussion"
    assert sentence in docx.paragraph("The rules of layout").text
    bulleted, numbered = docx.styled("List Paragraph")[:3], docx.styled("List Paragraph")[3:]
    assert [each.text.split()[0] for each in numbered] == ["read", "answered", "rated"]
    assert {list_format(docx, each)[0] for each in bulleted} == {"bullet"}
    assert {list_format(docx, each) for each in numbered} == {("decimal", "%1.")}


NOTES_IN_LINE = Edit(
    LAYOUT,
    "return { { Pandoc = lay_out } }",
    "return { { Note = function (n) return pandoc.utils.blocks_to_inlines(n.content) end }, { Pandoc = lay_out } }",
)


@rule(
    "F1",
    "docx",
    breaks=(
        NOTES_IN_LINE,
        style("footnote reference", 'vertAlign w:val="superscript"', 'vertAlign w:val="baseline"'),
        Edit(PAPER, "left margin.[^first]", "left margin[^first]."),
    ),
)
def footnotes_are_words_own_called_by_superscript_numbers(docx: Docx) -> None:
    calls = docx.all("//w:body//w:footnoteReference")
    notes = docx.all("//w:footnote[not(@w:type)]", "word/footnotes.xml")
    assert [call.get(f"{W}id") for call in calls] == [note.get(f"{W}id") for note in notes]
    assert [text_of(note).strip()[:22] for note in notes] == ["A footnote belongs at ", "The second footnote ci"]
    for call in calls:
        paragraph = Paragraph(docx, next(call.iterancestors(f"{W}p")))
        assert paragraph._of_run(call.getparent(), "w:vertAlign/@w:val") == "superscript"
        before = "".join(text_of(run) for run in call.getparent().itersiblings(f"{W}r", preceding=True))
        assert text_of(call.getparent().getprevious()).endswith((".", ",")), before
    for note in notes:
        assert note.findall(f".//{W}footnoteRef")
        assert Paragraph(docx, note.find(f"{W}p")).style == "footnote text"


@rule("F1", "docx", variant="end", breaks=(without("order-of-parts"), style("Footnote Entry", "BodyText", "Normal")))
def footnotes_may_follow_the_references(docx: Docx) -> None:
    label = docx.paragraph("Footnotes")
    is_heading(label, "center")
    assert begins_page(label)
    first, second = docx.styled("Footnote Entry")
    assert first.text.startswith("1 A footnote belongs")
    assert second.text.startswith("2 The second footnote")
    assert runs(first, superscript=True)[0].strip() == "1"
    assert {indents(each) for each in (first, second)} == {(0, 0, HALF_INCH)}
    assert docx.paragraphs.index(label) > docx.index("World Health Organization. (2019)")
    call = docx.paragraph("The sections below go down")
    assert runs(call, superscript=True) == ["1"]
    assert not docx.all("//w:footnoteReference")


@rule("F1", "libreoffice", breaks=NOTES_IN_LINE)
def footnotes_stand_at_the_foot_of_their_page(pdf: Pdf) -> None:
    calls = [line for line in pdf.body if "begins at the left margin." in line.text]
    assert calls
    call = calls[0]
    assert call.chars[-1]["text"] == "1"
    assert call.chars[-1]["size"] < 10
    notes = [line for line in pdf.on(call.page) if line.text.startswith("1 A footnote belongs at the foot")]
    assert notes == [pdf.on(call.page)[-1]]
    assert notes[0].baseline > BOTTOM - PITCH


@rule(
    "E1",
    "docx",
    breaks=(
        style("Equation", 'tab w:val="center"', 'tab w:val="left"'),
        style("Equation", 'w:val="right" w:pos="$column-width$"', 'w:val="right" w:pos="7200"'),
        Edit(LAYOUT, "TAB, pandoc.Str '('", "TAB, pandoc.Str '['"),
    ),
)
def an_equation_stands_at_a_centred_tab_and_its_number_at_a_right_one(docx: Docx) -> None:
    numbers = []
    for paragraph in docx.styled("Equation"):
        assert int(paragraph.get('w:tabs/w:tab[@w:val="center"]/@w:pos', "0")) == TEXT_WIDTH // 2
        assert int(paragraph.get('w:tabs/w:tab[@w:val="right"]/@w:pos', "0")) == TEXT_WIDTH
        before, formula, number = paragraph.text.split("\t")
        assert not before
        assert formula
        assert paragraph.element.xpath("./m:oMath", namespaces=NAMES)  # in the line, where tabs act
        numbers.append(number)
    assert numbers == ["(1)", "(A1)"]


@rule("E1", "libreoffice", breaks=style("Equation", 'tab w:val="center"', 'tab w:val="left"'))
def an_equation_is_centred_with_its_number_at_the_right(pdf: Pdf) -> None:
    (line,) = [line for line in pdf.body if line.text.endswith("(1)") and line.x1 == approx(RIGHT, abs=0.6)]
    near = [char for char in pdf.pages[line.page - 1].chars if abs(792 - char["matrix"][5] - line.baseline) < 12]
    formula = [char for char in near if char["x1"] < RIGHT - 60 and char["text"].strip()]
    middle = (min(char["x0"] for char in formula) + max(char["x1"] for char in formula)) / 2
    assert middle == approx(MIDDLE, abs=6)


@rule(
    "N1",
    "docx",
    breaks=(
        Edit(PAPER, "*t*(118) = 2.41, *p* = .017", "t(118) = 2.41, p = .017"),
        Edit(PAPER, "*p* = .017", "*p*=.017"),
        Edit(PAPER, "*p* = .017", "*p* = 0.017"),
        Edit(PAPER, "α = .81", "*α* = .81"),
    ),
)
def statistics_are_italic_with_spaces_and_without_a_leading_zero(docx: Docx) -> None:
    paragraph = docx.paragraph("The ragged arrangement was read faster")
    assert "t(118) = 2.41, p = .017, d = 0.44, and the ratings were reliable, α = .81." in paragraph.text
    italic = [text_of(run) for run in paragraph.element.iter(f"{W}r") if paragraph.run_is_on(run, "i")]
    assert italic == ["t", "p", "d"]


# Tables and figures ---------------------------------------------------------------------------------------------------

CAPTIONS = (
    ("Table 1", "Table", "Characteristics of the Sample by Arrangement"),
    ("Figure 1", "Figure", "Mean Reading Time by Arrangement"),
)


@rule(
    "B1",
    "docx",
    breaks=(
        Edit(FLOATS, "part('float-title', title)", "part('float-name', title)"),
        style("Table Number", "<w:b/>", ""),
        style("Figure Title", "<w:i/>", ""),
        style("Table Title", "<w:pPr>", '<w:pPr><w:jc w:val="center"/>'),
        Edit(LAYOUT, "blocks:insert(styled(word .. ' Title', ", "blocks:insert(1, styled(word .. ' Title', "),
    ),
)
def number_and_title_stand_above_on_lines_of_their_own(docx: Docx) -> None:
    for label, kind, words in CAPTIONS:
        at = docx.paragraphs.index(whole(docx, label))
        number, title, below = docx.paragraphs[at : at + 3]
        assert number.style == f"{kind} Number"
        is_heading(number, "left")
        assert title.text == words
        assert title.style == f"{kind} Title"
        assert title.is_on("i")
        assert not title.is_on("b")
        for each in (number, title):
            assert alignment(each) == "left"
            assert indents(each) == (0, 0, 0)
            assert each.has("keepNext")
            assert spacing(each)[0] == str(DOUBLE)
        table_or_image = below.element.xpath("ancestor::w:tbl | .//w:drawing", namespaces=NAMES)
        assert table_or_image, f"{below.text!r} stands below the title of {label}"


@rule(
    "B1",
    "docx",
    breaks=(
        Edit(LAYOUT, "instruction = 'SEQ '", "instruction = 'QUOTE '"),
        Edit(LAYOUT, "counted[sequence] = tonumber(digits)", ""),
    ),
)
def numbers_are_words_own_and_count_on(docx: Docx) -> None:
    counted: dict[str, int] = {}
    for paragraph in docx.paragraphs:
        if paragraph.style in {"Table Number", "Figure Number", "Equation"}:
            (instruction,) = fields(paragraph.element)
            name, sequence, *switches = instruction.split()
            assert name == "SEQ", instruction
            counted[sequence] = counted.get(sequence, 0) + 1
            assert "\\r" not in switches, "the number is set and not counted"
            (field,) = paragraph.element.iter(f"{W}fldSimple")
            assert text_of(field) == str(counted[sequence])
    assert counted == {"Table": 4, "Figure": 2, "Equation": 1, "Table_A": 1, "Equation_A": 1, "Figure_B": 1}


@rule("B1", "libreoffice", breaks=Edit(FLOATS, "part('float-title', title)", "part('float-name', title)"))
def number_and_title_are_set_above_at_the_left(pdf: Pdf) -> None:
    for label, _, words in CAPTIONS:
        number, title = line_of(pdf, label), line_of(pdf, words)
        assert number.bold
        assert title.italic
        assert not title.bold
        assert number.x0 == approx(LEFT, abs=0.6)
        assert title.x0 == approx(LEFT, abs=0.6)
        assert title.baseline - number.baseline == approx(PITCH, abs=0.3)


def ruled(holder: Any) -> set[str]:
    """Give the sides on which a table's style or a cell has a rule."""
    return {
        each.tag.removeprefix(W)
        for each in holder
        if each.get(f"{W}val") not in {"nil", "none"} and each.tag.startswith(W)
    }


@rule(
    "B2",
    "docx",
    breaks=(
        style("Table", "<w:tblBorders>", '<w:tblBorders><w:insideV w:val="single" w:sz="4"/>'),
        style("Table", "<w:tblBorders>", '<w:tblBorders><w:insideH w:val="single" w:sz="4"/>'),
        style("Table", "<w:tcBorders>", '<w:tcBorders><w:bottom w:val="nil"/></w:tcBorders><w:tcBorders>'),
        Edit(WRITER, "  with_rules(rows)\n", ""),
    ),
)
def a_table_has_three_horizontal_rules_and_no_vertical_one(docx: Docx) -> None:
    borders = docx.all("//w:style[@w:styleId='Table']/w:tblPr/w:tblBorders", "word/styles.xml")[0]
    assert ruled(borders) == {"top", "bottom"}
    below_head = docx.all(
        "//w:style[@w:styleId='Table']/w:tblStylePr[@w:type='firstRow']//w:tcBorders", "word/styles.xml"
    )[0]
    assert ruled(below_head) == {"bottom"}
    tables = docx.all("//w:tbl[w:tblPr/w:tblStyle/@w:val='Table']")
    assert len(tables) == 5
    for tbl in tables:
        assert tbl.find(f"{W}tblPr/{W}tblLook").get(f"{W}firstRow") == "1"
        assert tbl.find(f"{W}tblPr/{W}tblBorders") is None
        for own in tbl.iter(f"{W}tcBorders"):
            assert ruled(own) <= {"bottom"}
            assert is_marked_as_head(next(own.iterancestors(f"{W}tr")))
    # The rule stands below the last of two rows of heads, and below what spans columns.
    first, second, *_ = table(docx, "Table 3").iter(f"{W}tr")
    drawn = [[ruled(own) for own in row.iter(f"{W}tcBorders")] for row in (first, second)]
    assert drawn == [[set(), {"bottom"}, {"bottom"}], [{"bottom"}] * 7]


@rule(
    "B3",
    "docx",
    breaks=(
        Edit(LAYOUT, "'AlignCenter'", "'AlignRight'"),
        Edit(PAPER, "| Characteristic   | Ragged     |", "|                  | Ragged     |"),
        Edit(PAPER, "|:-----------------|-----------:|-----------:|", "|-----------------:|-----------:|-----------:|"),
        Edit(WRITER, "single = 240", "single = 180"),
    ),
)
def every_column_has_a_centred_head_and_the_stub_is_at_the_left(docx: Docx) -> None:
    head, *body = rows(docx, table(docx, "Table 1"))
    assert [cell[0].text for cell in head] == ["Characteristic", "Ragged", "Justified"]
    assert {alignment(cell[0]) for cell in head} == {"center"}
    assert len(body) == 3
    assert {alignment(row[0][0]) for row in body} == {"left"}
    for paragraph in docx.paragraphs:
        if paragraph.style in {"Table Head", "Table Text"}:
            line, lineRule, before, after = spacing(paragraph)  # noqa: N806  (Word's name)
            assert (lineRule, before, after) == ("auto", "0", "0")
            assert 240 <= int(line) <= DOUBLE


HEADS_UNMARKED = Edit(
    WRITER,
    "  with_rules(rows)\n",
    "  with_rules(rows)\n  for _, row in ipairs(rows) do table.remove(row, select(2, child(row, 'w:trPr'))) end\n",
)


@rule("B3", "docx", breaks=HEADS_UNMARKED)
def heads_are_marked_as_heads(docx: Docx) -> None:
    for label, number in (("Table 1", 1), ("Table 2", 1), ("Table 3", 2), ("Table 4", 1), ("Table A1", 1)):
        marked = [is_marked_as_head(row) for row in table(docx, label).iter(f"{W}tr")]
        assert marked[: number + 1] == [True] * number + [False], label
        assert sum(marked) == number


@rule(
    "B3",
    "docx",
    breaks=Edit("filters/docx-layout.lua", "index > 1 and 'AlignCenter'", "index > 9 and 'AlignCenter'"),
)
def columns_that_nobody_aligned_are_centred_but_for_the_stub(docx: Docx) -> None:
    assert docx.paragraph("1.6").get("w:jc/@w:val") == "center"
    assert docx.paragraph("With a figure").get("w:jc/@w:val") == "left"


@rule(
    "B4",
    "docx",
    breaks=(
        Edit(FLOATS, "pandoc.Emph { pandoc.Str(words.note .. '.') }", "pandoc.Str(words.note .. '.')"),
        Edit(
            FLOATS,
            "by_kind.general .. by_kind.specific .. by_kind.probability",
            "by_kind.probability .. by_kind.specific .. by_kind.general",
        ),
        Edit(PAPER, "^a^ Age was told by 118 participants.\n\n", "^a^ Age was told by 118 participants.\n"),
        Edit(LAYOUT, "styled(word .. ' Note', ", "styled('Body Text', "),
    ),
)
def notes_stand_below_each_kind_on_its_own_line(docx: Docx) -> None:
    at = docx.index("Note. N = 120")
    general, specific, probability = docx.paragraphs[at : at + 3]
    assert {each.style for each in (general, specific, probability)} == {"Table Note"}
    italic = [text_of(run) for run in general.element.iter(f"{W}r") if general.run_is_on(run, "i")]
    assert italic == ["Note.", "N"]
    assert specific.text == "a Age was told by 118 participants."
    assert runs(specific, superscript=True) == ["a"]
    assert probability.text == "* p < .05."
    assert {indents(each) for each in (general, specific, probability)} == {(0, 0, 0)}
    assert general.element.getprevious().tag == f"{W}tbl"
    assert docx.paragraph("Note. Error bars").style == "Figure Note"


FLOATS_OF_TEXT = ("Table 1", "Figure 1", "Table 2", "Table 3", "Table 4", "Figure 2")


@rule(
    "B5",
    "docx",
    breaks=(
        Edit(PAPER, "@tbl-csv comes from", "one comes from"),
        Edit(
            PAPER,
            "@tbl-long holds every item. @tbl-wide compares",
            "@tbl-wide compares. @tbl-long holds every item and",
        ),
    ),
)
def each_is_called_out_before_it_stands_and_numbered_in_that_order(docx: Docx) -> None:
    text = "\n".join(each.text for each in docx.paragraphs if each.style in {"Body Text", "First Paragraph"})
    calls = places(text, *FLOATS_OF_TEXT)
    assert calls == sorted(calls)
    for label in FLOATS_OF_TEXT:
        place = docx.paragraphs.index(whole(docx, label))
        assert label in "\n".join(each.text for each in docx.paragraphs[:place])


@rule(
    "B5",
    "docx",
    breaks=(
        Edit(LAYOUT, "field('REF '", "field('QUOTE '"),
        Edit(
            LAYOUT,
            "names.around(target.label_name, inlines .. ",
            "(function (_, all) return all end)(target.label_name, inlines .. ",
        ),
    ),
)
def call_outs_are_fields_that_repeat_the_number(docx: Docx) -> None:
    held = {}
    for start in docx.all("//w:bookmarkStart"):
        end = f"following::w:bookmarkEnd[@w:id='{start.get(f'{W}id')}']"
        inside = (
            start.xpath(f"following::w:r[{end}][not(ancestor::m:oMath)]", namespaces=NAMES)
            if "_Ref_" in start.get(f"{W}name")
            else []
        )
        held[start.get(f"{W}name")] = "".join(text_of(run) for run in inside)
    seen = set()
    for field in docx.all("//w:fldSimple"):
        name, target, *_ = field.get(f"{W}instr").split()
        if name == "REF":
            assert target in held, f"{target} is nowhere"
            assert text_of(field) == held[target]
            seen.add(text_of(field))
    assert {*FLOATS_OF_TEXT, "Table A1", "Figure B1", "Appendix A", "A1"} <= seen


@rule(
    "B6",
    "docx",
    breaks=(
        HEADS_UNMARKED,
        Edit(LAYOUT, "div.attributes.orientation == 'landscape'", "false"),
        Edit(WRITER, "set(size, 'w:orient', 'landscape')", ""),
    ),
)
def a_long_table_marks_its_head_and_a_wide_one_has_a_turned_section(docx: Docx) -> None:
    head, *body = table(docx, "Table 2").iter(f"{W}tr")
    assert is_marked_as_head(head)
    assert len(body) == 56
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in [head, *body])
    turned = table(docx, "Table 3").xpath("following::w:sectPr", namespaces=NAMES)[0]
    assert turned.find(f"{W}pgSz").get(f"{W}orient") == "landscape"
    assert size_of(turned) == (15840, 12240)
    headers = {size_of(section): header.text for section, header in section_headers(docx)}
    assert headers == {(12240, 15840): f"{HEAD}\t1", (15840, 12240): f"{HEAD}\t1"}
    before = [
        paragraph.text for paragraph in docx.paragraphs if paragraph.element.find(f"{W}pPr/{W}sectPr") is not None
    ]
    assert len(before) == 2  # the turned page and what stands before it


@rule("B6", "libreoffice", breaks=HEADS_UNMARKED)
def a_long_table_repeats_its_head_and_a_wide_one_turns(pdf: Pdf) -> None:
    pages = [line.page for line in pdf.body if line.text == "Item Wording Mean"]
    assert len(pages) >= 2
    assert pages == list(range(pages[0], pages[0] + len(pages)))
    number = line_of(pdf, "Table 3")
    page = pdf.pages[number.page - 1]
    assert page.width > page.height
    header = next(line for line in pdf.lines if line.page == number.page)
    assert header.text == f"{HEAD} {number.page}"
    assert header.x1 == approx(float(page.width) - 72, abs=0.6)


@rule(
    "B7",
    "docx",
    breaks=(
        Edit(LAYOUT, "Image = found.descriptions and alternative_text or nil,", ""),
        Edit(PAPER, ' alt="A page with a letterhead and four lines of text."', ' alt=""'),
    ),
)
def every_image_is_described(docx: Docx) -> None:
    told = [drawing.get("descr") for drawing in docx.all("//wp:docPr")]
    assert told == [
        "Bar chart of two bars: 41 seconds for the ragged pages and 46 seconds for the justified pages.",
        "A page whose lines end at different places.",
        "A page whose lines all end at the same place.",
        "A page with a letterhead and four lines of text.",
    ]


@rule(
    "B7",
    "libreoffice",
    breaks=(
        Edit(MEANS, 'font-family="Arial, sans-serif"', 'font-family="Liberation Serif"'),
        Edit(MEANS, 'font-size="11"', 'font-size="7"'),
    ),
)
def words_in_a_figure_have_no_serifs_and_can_be_read(pdf: Pdf) -> None:
    start, end = line_of(pdf, "Mean Reading Time by Arrangement"), pdf.line("Note. Error bars")
    assert start.page == end.page
    lines = [line for line in pdf.on(start.page) if start.baseline < line.baseline < end.baseline]
    assert any("Ragged" in line.text for line in lines)
    assert {font for line in lines for font in line.fonts} == {"LiberationSans"}
    assert all(8 <= char["size"] <= 14 for line in lines for char in line.chars)


# References and citations ---------------------------------------------------------------------------------------------


@rule(
    "R1",
    "docx",
    breaks=(
        Edit(LABELS, "references = 'References'", "references = 'Bibliography'"),
        style("Section Label", "<w:pPr>", '<w:pPr><w:jc w:val="left"/>'),
    ),
)
def the_list_has_its_label_on_a_new_page(docx: Docx) -> None:
    first = docx.styled("Bibliography")[0]
    label = docx.paragraphs[docx.paragraphs.index(first) - 1]
    assert label.text == "References"
    is_heading(label, "center")
    assert begins_page(label)


@rule(
    "R2",
    "docx",
    breaks=(
        style("Bibliography", 'w:hanging="$indent$"', 'w:hanging="360"'),
        style("Bibliography", "<w:pPr>", '<w:pPr><w:spacing w:after="240"/>'),
    ),
)
def entries_hang_by_half_an_inch(docx: Docx) -> None:
    for paragraph in docx.styled("Bibliography"):
        assert indents(paragraph) == (HALF_INCH, 0, -HALF_INCH)
        assert spacing(paragraph) == (str(DOUBLE), "auto", "0", "0")


@rule("R2", "libreoffice", breaks=style("Bibliography", 'w:left="$indent$" w:hanging="$indent$"', 'w:left="0"'))
def entries_are_set_with_their_further_lines_half_an_inch_in(pdf: Pdf) -> None:
    lines = lines_between(pdf, "American Psychological Association. (2020)", "Appendix A")
    assert {round(line.x0) for line in lines} == {72, 108}
    assert {round(pdf.line(words).x0) for words in ("Baddeley, A. D. (1966)", "Cohen, J. (1988)", "Stroop, J. R.")} == {
        72
    }
    assert all(pitch == approx(PITCH, abs=0.3) for pitch in pitches(lines))


def names_in(text: str) -> list[str]:
    """Surnames with initials before the year of an entry."""
    return re.findall(r"[A-Z][\w'’-]+, (?:[A-Z]\. ?)+", text.partition(" (")[0])


@rule(
    "R3",
    "docx",
    breaks=(
        Edit(BIBLIOGRAPHY, "Kalnay, E. and Kanamitsu, M. and Kistler, R. and Collins, W. and ", "Kalnay, E. and "),
        Edit(BIBLIOGRAPHY, "Dubois, S. and Evans, T.}", "Dubois, S. and Evans, T. and Fabre, U.}"),
    ),
)
def up_to_20_authors_are_named_and_of_22_the_first_19_and_the_last(docx: Docx) -> None:
    many = entry(docx, "Kalnay, E.")
    assert len(names_in(many)) == 20
    assert ", Leetmaa, A., . . . Joseph, D. (1996)" in many.replace("\u00a0", " ")
    assert "&" not in many
    twenty = entry(docx, "Lambert, A.")
    assert len(names_in(twenty)) == 20
    assert "Dubois, S., & Evans, T. (2018)" in twenty


IN_ORDER = (
    "American Psychological Association. (2020)",
    "Baddeley, A. D. (1966)",  # one author before several
    "Baddeley, A. D., & Hitch",
    "Cohen, J. (1988)",  # by year
    "Cohen, J. (1992)",
    "Kahneman, D., & Tversky, A. (1979a). Intuitive",  # by title
    "Kahneman, D., & Tversky, A. (1979b). Prospect",
    "Lindner, V. (in press)",
    "Miller, E. K., & Cohen",
    "Miller, G. A. (1956)",
    "Sandoval, I. (n.d.-a). The lines",  # by title without its article; without a date first
    "Sandoval, I. (n.d.-b). Pages",
    "Sandoval, I. (2015)",
    "Sandoval, I. (in press)",  # in press last
    "van Zomeren, M.",
    "World Health Organization. (2018",
    "World Health Organization. (2019)",
)


@rule(
    "R4",
    "docx",
    breaks=(
        Edit(BIBLIOGRAPHY, "Baddeley, Alan D.}", "Zaddeley, Alan D.}"),
        Edit(BIBLIOGRAPHY, "pubstate     = {inpress}", "date         = {1950}"),
        Edit("filters/apa/order.lua", "'^the%s+'", "'^thy%s+'"),
        Edit(BIBLIOGRAPHY, "title        = {Intuitive prediction", "title        = {Zealous prediction"),
    ),
)
def entries_stand_in_the_manuals_order(docx: Docx) -> None:
    listed = entries(docx)
    found = places("\n".join(listed), *IN_ORDER)
    assert found == sorted(found)


@rule(
    "R5",
    "docx",
    breaks=(
        Edit(
            LAYOUT,
            "return { { Pandoc = lay_out } }",
            "return { { Link = function (l) return l.target:match '^https' and l.content end }, { Pandoc = lay_out } }",
        ),
        Edit(BIBLIOGRAPHY, "{A power primer}", "{A power primer. Retrieved from a library}"),
    ),
)
def dois_and_addresses_are_live_links(docx: Docx) -> None:
    for paragraph in docx.styled("Bibliography"):
        links = {}
        for link in paragraph.element.iter(f"{W}hyperlink"):
            links[text_of(link)] = docx.target(link.get(f"{{{NAMES['r']}}}id"))
        for address in re.findall(r"https?://\S+", paragraph.text):
            assert address in links, f"{address} is no link"
            assert links[address].startswith("https://")
        assert "doi:" not in paragraph.text.lower()
        # A page that changes has the day of its retrieval (9.16).
        assert "Retrieved from" not in re.sub(r"Retrieved \w+ \d+, \d+, from", "", paragraph.text)
    assert "https://doi.org/10.1037/0033-2909.112.1.155" in entry(docx, "Cohen, J. (1992)")


@rule(
    "R6",
    "docx",
    variant="meta-analysis",
    breaks=(
        Edit("filters/meta-analysis.lua", "pandoc.Str '*'", "pandoc.Str '†'"),
        Edit("filters/meta-analysis.lua", "return { explanation(meta), list }", "return { list }"),
        Edit(BIBLIOGRAPHY, "keywords     = {attention, meta-analysis}", "keywords     = {attention}"),
    ),
)
def included_studies_have_an_asterisk_and_a_sentence_says_so(docx: Docx) -> None:
    at = docx.paragraphs.index(whole(docx, "References"))
    sentence = docx.paragraphs[at + 1]
    assert sentence.text == "References marked with an asterisk indicate studies included in the meta-analysis."
    assert indents(sentence) == (0, 0, HALF_INCH)
    marked = [text.split(",")[0] for text in entries(docx) if text.startswith("*")]
    assert marked == ["*Eriksen", "*Simon", "*Stroop"]


@rule(
    "R7",
    "docx",
    breaks=(
        Edit(PAPER, "lang: en-US", "lang: en-US\nnocite: '[@bates2015]'"),
        Edit(PAPER, "[@lindnerpress] follow", "[@lindnerpres] follow"),
        Edit(
            LAYOUT,
            "return { { Pandoc = lay_out } }",
            "return { { Div = function (d) return d.identifier == 'ref-stroop1935' and {} or nil end },"
            " { Pandoc = lay_out } }",
        ),
    ),
)
def every_citation_leads_to_its_entry_and_every_entry_is_cited(docx: Docx) -> None:
    anchors = docx.all("//w:hyperlink/@w:anchor") + docx.all("//w:hyperlink/@w:anchor", "word/footnotes.xml")
    cited = {anchor for anchor in anchors if anchor.startswith("ref-")}
    listed = [name for name in docx.all("//w:bookmarkStart/@w:name") if name.startswith("ref-")]
    assert len(listed) == len(entries(docx))
    assert cited == set(listed)
    assert not re.search(r"\w\?(?=[;)])", docx.text)  # how citeproc prints a key that it does not find


@rule(
    "R8",
    "docx",
    variant="annotated",
    breaks=(
        style("Annotation", 'w:left="$indent$"', 'w:left="0"'),
        without("annotations"),
        style("Annotation", "<w:pPr>", '<w:pPr><w:spacing w:line="240"/>'),
    ),
)
def annotations_stand_below_their_entries_half_an_inch_in(docx: Docx) -> None:
    found = [(before.text, each) for before, each in itertools.pairwise(docx.paragraphs) if each.style == "Annotation"]
    assert [before.partition(" (")[0] for before, _ in found] == ["Baddeley, A. D.", "Cohen, J."]
    assert [each.text[:22] for _, each in found] == ["Words that sound alike", "Gives, in one table, t"]
    for _, each in found:
        assert indents(each) == (HALF_INCH, 0, 0)
        assert spacing(each) == (str(DOUBLE), "auto", "0", "0")


@rule(
    "C1",
    "docx",
    breaks=(
        Edit(
            "filters/in-text-citations.lua",
            "conjunction = has_words and terms.conjunction or symbol",
            "conjunction = symbol",
        ),
        Edit(
            BIBLIOGRAPHY,
            "van Zomeren, Martijn and Postmes, Tom and Spears, Russell",
            "van Zomeren, Martijn and Postmes, Tom",
        ),
    ),
)
def two_are_named_three_are_et_al_and_and_stands_in_the_sentence(docx: Docx) -> None:
    for words in (
        "Tversky and Kahneman (1974) described",
        "(Kahneman & Tversky, 1979b",
        "van Zomeren et al. (2008) gave",
        "Cronbach and Meehl (1955) found",
        "(Simmons et al., 2011, p. 1360)",
    ):
        assert words in docx.text


@rule(
    "C2",
    "docx",
    breaks=Edit(BIBLIOGRAPHY, "Kapoor, C. and Bloom, A. and Zucker", "Kapoor, C. and Other, A. and Zucker"),
)
def colliding_forms_take_as_many_names_as_it_needs(docx: Docx) -> None:
    assert "(Kapoor, Bloom, Montez, et al., 2017; Kapoor, Bloom, Zucker, et al., 2017)" in docx.text


@rule("C3", "docx", breaks=Edit(BIBLIOGRAPHY, "Miller, Earl K.", "Muller, Earl K."))
def first_authors_of_one_surname_take_initials(docx: Docx) -> None:
    assert "(E. K. Miller & Cohen, 2001; G. A. Miller, 1956)" in docx.text
    assert "G. A. Miller (1956) and Cronbach" in docx.text


@rule(
    "C4",
    "docx",
    breaks=(
        Edit(PAPER, "[@kahneman1979intuitive; @kahneman1979prospect]", "[@kahneman1979prospect]"),
        Edit(PAPER, "@sandovalpages; @sandovallines]", "@sandovalpages]"),
    ),
)
def the_same_authors_and_year_take_letters(docx: Docx) -> None:
    assert "(Kahneman & Tversky, 1979a, 1979b)" in docx.text
    assert "(Sandoval, n.d.-a, n.d.-b, 2015, in press)" in docx.text
    assert entry(docx, "Kahneman, D., & Tversky, A. (1979a)")
    assert entry(docx, "Sandoval, I. (n.d.-a)")


@rule(
    "C5",
    "docx",
    breaks=(
        without("group-abbreviations"),
        Edit(
            GROUPS,
            "div.content:walk { traverse = 'topdown', Cite = shorten_in(abbreviations) }",
            "div.content:walk { traverse = 'topdown', Cite = body }",
        ),
        Edit(BIBLIOGRAPHY, "  shortauthor = {NIMH},\n", ""),
    ),
)
def a_group_is_spelt_out_with_its_abbreviation_at_first_and_short_afterwards(docx: Docx) -> None:
    long, short = "(American Psychological Association [APA], 2020", "(APA, 2020)"
    assert long in docx.styled("Abstract")[0].text  # the abstract stands alone
    first, second = docx.styled("Body Text")[:2]
    assert long in first.text
    assert short not in first.text
    assert short in second.text
    assert "(World Health Organization [WHO], 2019)" in second.text
    later = docx.paragraph("Ragged lines were read faster").text
    assert "National Institute of Mental Health (NIMH, 2018) and WHO (2018) say so" in later
    assert entry(docx, "American Psychological Association. (2020)")


@rule(
    "C6",
    "docx",
    breaks=(
        Edit(
            PAPER,
            "[@kahneman1979prospect; see\nalso @baddeley1974; @miller1956]",
            "[see also @baddeley1974; @kahneman1979prospect; @miller1956]",
        ),
        Edit("filters/in-text-citations.lua", "sorts and in_order(items) or items", "items"),
    ),
)
def several_works_stand_in_the_lists_order_and_see_also_comes_last(docx: Docx) -> None:
    assert "(Kahneman & Tversky, 1979b; see also Baddeley & Hitch, 1974; G. A. Miller, 1956)" in docx.text
    assert "(Eriksen & Eriksen, 1974; Stroop, 1935)" in docx.text
    assert "(E. K. Miller & Cohen, 2001; G. A. Miller, 1956)" in docx.text


@rule(
    "C7",
    "docx",
    breaks=(
        Edit(PAPER, "[@simmons2011, p. 1360]", "[@simmons2011]"),
        Edit(PAPER, "[@cohen1988, p. 12]", "[@cohen1988]"),
    ),
)
def a_quotation_carries_its_page(docx: Docx) -> None:
    assert re.search(r"one that nobody notices” \(Simmons et al\., 2011, p\. 1360\)", docx.text)
    quotation = [paragraph for paragraph in docx.paragraphs if paragraph.style.startswith("Block Text")]
    assert re.search(r"\([^()]+, pp?\. \d+\)$", quotation[-1].text)


# Appendices -----------------------------------------------------------------------------------------------------------

APPENDICES = (("Appendix A", "Items of the Interview"), ("Appendix B", "Letter to the Participants"))


@rule(
    "X1",
    "docx",
    breaks=(
        without("appendices"),
        style("Section Label", "<w:pageBreakBefore/>", ""),
        Edit(FLOATS, "state.prefix = letter_of(state.appendices)", ""),
        Edit(
            "filters/appendices.lua",
            "header.content:insert(pandoc.LineBreak())",
            "header.content:insert(pandoc.Space())",
        ),
    ),
)
def appendices_have_letters_pages_and_numbers_of_their_own(docx: Docx) -> None:
    for label, title in APPENDICES:
        heading = whole(docx, f"{label}\n{title}")
        is_heading(heading, "center")
        assert begins_page(heading)
    numbers = [each.text for each in docx.paragraphs if each.style in {"Table Number", "Figure Number"}]
    assert [text for text in numbers if re.search(r"[A-Z]\d$", text)] == ["Table A1", "Figure B1"]
    assert docx.styled("Equation")[-1].text.endswith("\t(A1)")


@rule(
    "X1",
    "libreoffice",
    breaks=Edit(
        "filters/appendices.lua", "header.content:insert(pandoc.LineBreak())", "header.content:insert(pandoc.Space())"
    ),
)
def an_appendix_is_set_on_its_page_with_its_title_below_its_label(pdf: Pdf) -> None:
    for label, title in APPENDICES:
        first = line_of(pdf, label)
        second = pdf.on(first.page)[1]
        assert pdf.on(first.page)[0] == first
        assert second.text == title
        assert first.bold
        assert second.bold
        assert first.middle == approx(MIDDLE, abs=1)
        assert second.middle == approx(MIDDLE, abs=1)
    assert line_of(pdf, "Table A1").bold
    assert line_of(pdf, "Figure B1").bold
