"""Measures the rules in the page: styles as Chromium computes them, and lines of the PDF that it prints, in points.

A page on a screen is no sheet of paper: it has no page header, no double spacing and no second title over the text.
Such rules hold for the page as it is printed, and are measured there (`chromium`: styles for paper; `print`: sheets).
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from pytest import approx
from rules import Edit, rule

if TYPE_CHECKING:
    from shown import Line, Page, Pdf

STYLES = "filters/templates/apa.css"
TEMPLATE = "filters/templates/apa.html5"
LAYOUT = "filters/html-layout.lua"
TITLE = "filters/title-page.lua"
FRONT = "filters/front-matter.lua"
FLOATS = "filters/floats.lua"
ORDER = "filters/order-of-parts.lua"
LABELS = "filters/apa/labels.lua"
FONTS = "filters/apa/fonts.lua"
PAPER = "tests/apa/specimen/paper.md"
SUPPLEMENT = "tests/apa/specimen/supplement.md"
BIBLIOGRAPHY = "tests/apa/specimen/references.bib"
CHART = "tests/apa/specimen/figures/means.svg"

LEFT, RIGHT, TOP, BOTTOM = 72.0, 540.0, 72.0, 720.0
MIDDLE = (LEFT + RIGHT) / 2
INDENT = 36.0
PITCH = 27.6  # Word's double spacing of 12-pt Times New Roman
ALPHA = "\N{GREEK SMALL LETTER ALPHA}"
PIXEL = 0.75  # Chromium puts each line on a whole pixel of CSS

THE_TITLE = "A Specimen of Every Part of a Paper: Each Rule of Layout in Its Place"
HEAD = "SPECIMEN OF EVERY PART"


def css(old: str, new: str) -> Edit:
    """Give a violation in the style sheet."""
    return Edit(STYLES, old, new)


def written(old: str, new: str) -> Edit:
    """Give a violation by the author of the paper."""
    return Edit(PAPER, old, new)


def without(name: str) -> Edit:
    """Give the violation that a filter does nothing."""
    return Edit(f"filters/{name}.lua", "return { {", "return {} or { {")


HEADINGS_AT_THE_LEFT = css("h2 { font-size: 1.3em; text-align: center; }", "h2 { font-size: 1.3em; }")
TITLE_PAGE_AT_THE_LEFT = css(
    ".title-page h1, .title-page > div:not(.author-note) p { text-align: center; }",
    ".title-page h1 { text-align: center; }",
)
NO_NEW_PAGES = css(
    "main :is(section, nav):has(> .section-label), .own-page { break-before: page; }",
    ".own-page { break-before: page; }",
)
SIGNS_ON_THE_LINE = css("sup, sub { line-height: 0;", "sup { vertical-align: baseline; } sup, sub { line-height: 0;")


def every(page: Page, selector: str, **wanted: str) -> None:
    """Each element that the selector finds, and there is one, has these computed styles; `text_align` is text-align."""
    for name, value in wanted.items():
        found = page.every(selector, name.replace("_", "-"))
        assert found, f"the page has no {selector}"
        assert set(found) == {value}, f"{name} of {selector} is {set(found)}"


def heading(page: Page, selector: str, *, italic: bool = False) -> None:
    """Each is bold, italic or not, and in the size of the text."""
    every(page, selector, font_weight="700", font_style="italic" if italic else "normal", font_size="16px")  # 12 pt


def between(pdf: Pdf, first: str, last: str) -> list[Line]:
    """Give the lines from the one that begins with `first` up to the one before `last`."""
    start = pdf.index(first)
    return list(pdf.body[start : pdf.index(last, start)])


def pitches(lines: list[Line]) -> list[float]:
    """Give the distances between the baselines of lines that follow each other on one page."""
    return [
        after.baseline - before.baseline for before, after in itertools.pairwise(lines) if after.page == before.page
    ]


def line_that_says(pdf: Pdf, words: str, after: int = -1) -> Line:
    """Give the first line that says this and no more."""
    found = next((line for index, line in enumerate(pdf.body) if index > after and line.text == words), None)
    assert found, f"no line says {words!r}"
    return found


def is_centred_heading(line: Line) -> None:
    assert line.bold, f"{line.text!r} is not bold: {line.fonts}"
    assert not line.italic
    assert line.size == approx(12, abs=0.1)
    assert line.middle == approx(MIDDLE, abs=1)


# Page -----------------------------------------------------------------------------------------------------------------


@rule("P1", "print", breaks=(css("margin: 1in;", "margin: 0.8in;"), css("margin: 1in;", "margin: 1in 1in 1in 1.25in;")))
def text_keeps_to_margins_of_one_inch(pdf: Pdf) -> None:
    for page in pdf.pages:
        width, height = float(page.width), float(page.height)
        lines = pdf.on(page.page_number)
        assert all(line.x0 >= LEFT - 0.6 and line.x1 <= width - 72 + 0.6 for line in lines)
        assert all(TOP < line.baseline <= height - 72 + 0.6 for line in lines)
    text = between(pdf, "The rules of layout were", "Method")
    assert min(line.x0 for line in text) == approx(LEFT, abs=0.6)
    assert max(line.x1 for line in text) > RIGHT - 30  # a ragged line still comes near to it


@rule(
    "P2",
    "chromium",
    breaks=(
        Edit(FONTS, "pitch = 27.6", "pitch = 18.4"),
        css("line-height: var(--pitch); margin: 0;", "line-height: var(--pitch); margin: 0 0 6pt;"),
        css("h1, h2, h3, h4, h5, h6, .title-page h1,", "h1, h3, h4, h5, h6, .title-page h1,"),
        css("blockquote p { margin: 0;", "blockquote p { margin: 0 0 8pt;"),
    ),
)
def every_paragraph_is_double_spaced_without_space_around_it(page: Page) -> None:
    """On paper; lines on a screen are closer, and parts are set off by space."""
    for selector in ("main p", "main h2", "main h3", "main h4", "blockquote", "li", ".csl-entry", ".title-page p"):
        every(page, selector, line_height="36.8px", margin_top="0px", margin_bottom="0px")  # 27.6 pt


@rule(
    "P2",
    "print",
    breaks=(
        Edit(FONTS, "pitch = 27.6", "pitch = 18.4"),
        css(
            ".csl-entry { padding-inline-start: var(--indent);",
            ".csl-entry { margin-bottom: 6pt; padding-inline-start: var(--indent);",
        ),
        css("sup, sub { line-height: 0;", "sup, sub { line-height: 5;"),
    ),
)
def lines_are_double_spaced_everywhere(pdf: Pdf) -> None:
    for first, last in (
        ("This paper exists", THE_TITLE),
        ("The rules of layout", "Table 1"),
        ("The margins of a page", "1. read"),
        ("American Psychological Association. (2020)", "Footnotes"),
    ):
        found = pitches([line for line in between(pdf, first, last) if not re.match(r"[a*] |Note\.", line.text)])
        assert found
        assert all(pitch == approx(PITCH, abs=PIXEL) for pitch in found), found


@rule(
    "P3",
    "chromium",
    breaks=(
        Edit(FONTS, "size = 12", "size = 11"),
        css("th, td, table p { font-size: var(--size);", "th, td, table p { font-size: 10pt;"),
        Edit(FONTS, 'stack = \'"Times New Roman", ', "stack = 'Garamond, "),
        css(".float-title { font-style: italic; }", ".float-title { font-style: italic; font-family: Arial; }"),
    ),
)
def all_words_are_in_12_point_times_new_roman(page: Page) -> None:
    for selector in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "th", "td", ".csl-entry"):
        every(page, selector, font_size="16px")  # 12 pt
        assert all(family.startswith('"Times New Roman", ') for family in page.every(selector, "font-family"))


@rule(
    "P3",
    "chromium",
    variant="Calibri",
    breaks=(
        Edit(FONTS, "stack = 'Calibri, ", "stack = 'Garamond, "),
        Edit(FONTS, "size = 11, pitch = 26.9", "size = 12, pitch = 26.9"),
    ),
)
def another_approved_font_is_taken_by_name(page: Page) -> None:
    """Double spacing in Word is twice the height that the font asks for: for 11-pt Calibri 26.9 pt."""
    every(page, "main p", line_height="35.8667px")
    for selector in ("h1", "h2", "h5", "p", "li", "td", ".csl-entry"):
        assert page.points(selector, "font-size") == approx(11, abs=0.01)
        assert all(family.startswith("Calibri, ") for family in page.every(selector, "font-family"))


@rule(
    "P3",
    "print",
    breaks=css(
        'font: 12pt "Times New Roman", "TeX Gyre Termes", Tinos, "Liberation Serif", Times, serif; color: #000; white-space: nowrap; content',
        "font: 12pt Arial !important; color: #000; white-space: nowrap; content",
    ),
)
def the_page_header_is_in_the_font_of_the_text(pdf: Pdf) -> None:
    text = between(pdf, "The rules of layout were", "Method")
    fonts = {font for line in text for font in line.fonts}
    assert len(fonts) == 1
    for line in pdf.lines:
        if line.baseline < TOP - 6:
            assert line.fonts == fonts
            assert line.size == approx(12, abs=0.1)


@rule(
    "P4",
    "chromium",
    breaks=(
        css("h5, h6 { text-align: start; hyphens: manual; }", "h5, h6 { text-align: justify; hyphens: manual; }"),
        css("widows: 2; hyphens: none;", "widows: 2; hyphens: auto;"),
    ),
)
def text_is_flush_left_and_undivided(page: Page) -> None:
    for selector in ("main section > p:not(.text-title)", "blockquote p", "li", ".footnotes p"):
        every(page, selector, text_align="start", hyphens="none")
    every(page, ".csl-entry", text_align="start", hyphens="none")


@rule(
    "P4",
    "screen",
    breaks=css("h5, h6 { text-align: start; hyphens: manual; }", "h5, h6 { text-align: start; hyphens: auto; }"),
)
def nothing_is_divided_on_a_screen(page: Page) -> None:
    for selector in ("main p", "li", "td", "h2"):
        every(page, selector, hyphens="manual")


@rule("P4", "print", breaks=css("h5, h6 { text-align: start;", "h5, h6 { text-align: justify;"))
def the_right_edge_is_ragged(pdf: Pdf) -> None:
    lines = between(pdf, "A group wrote the rules down", "Method")[:-1]
    ends = [line.x1 for line in lines]
    assert max(ends) - min(ends) > 3  # points; justified lines all end at one place


@rule(
    "P5",
    "print",
    breaks=(
        css("p { text-indent: var(--indent); }", "p + p { text-indent: var(--indent); }"),
        css("--indent: 0.5in;", "--indent: 0.25in;"),
    ),
)
def paragraphs_are_indented_also_after_a_heading(pdf: Pdf) -> None:
    for beginning in (
        "The rules of layout were",
        "A group wrote the rules",
        "The sections below go down",
        "People were invited",
        "Ragged lines were read",
    ):
        assert pdf.line(beginning).x0 == approx(LEFT + INDENT, abs=0.6)
    assert pdf.body[pdf.index("The rules of layout were") + 1].x0 == approx(LEFT, abs=0.6)


def headers(pdf: Pdf) -> list[list[Line]]:
    """Give the lines of each page header."""
    return [
        [line for line in pdf.lines if line.page == page.page_number and line.baseline < TOP - 6] for page in pdf.pages
    ]


@rule(
    "P6",
    "print",
    breaks=(
        css("content: counter(page);", "content: counter(page, lower-roman);"),
        css("@top-right {", "@top-center {"),
        css("@page landscape {", "@page landscape { @top-right { content: none; }"),
    ),
)
def every_page_carries_its_number_at_the_right(pdf: Pdf) -> None:
    for number, lines in enumerate(headers(pdf), 1):
        assert len(lines) == 1
        assert lines[0].text.split()[-1] == str(number)
        assert lines[0].x1 == approx(float(pdf.pages[number - 1].width) - 72, abs=0.6)


@rule(
    "P7",
    "print",
    breaks=(
        Edit(TEMPLATE, "$else$left$endif$", "$else$center$endif$"),
        Edit(FRONT, "text.upper(unlabelled)", "unlabelled"),
        Edit(LAYOUT, "css_literal(running_head)", "css_literal('Running head: ' .. running_head)"),
        written(
            "running-head: Specimen of Every Part",
            "running-head: Specimen of Every Part of a Paper in the Style of APA",
        ),
    ),
)
def every_page_carries_the_running_head_at_the_left(pdf: Pdf) -> None:
    for number, lines in enumerate(headers(pdf), 1):
        head = lines[0].text.removesuffix(f" {number}")
        assert len(head) <= 50
        assert head == HEAD
        assert lines[0].x0 == approx(LEFT, abs=0.6)


PARTS = [
    "title-page",
    "abstract-page",
    "text-title",
    "sec-method",
    "references",
    "footnotes",
    "apx-items",
    "apx-letter",
]


@rule(
    "P8",
    "chromium",
    breaks=(
        Edit(ORDER, "doc.blocks = blocks .. floats .. appendices", "doc.blocks = appendices .. blocks .. floats"),
        Edit(
            LAYOUT,
            "blocks = pandoc.structure.make_sections(text) .. floats .. pandoc.structure.make_sections(appendices)",
            "blocks = pandoc.structure.make_sections(appendices) .. floats .. pandoc.structure.make_sections(text)",
        ),
    ),
)
def the_parts_stand_in_their_order(page: Page) -> None:
    assert [identifier for identifier in page.attributes("[id]", "id") if identifier in PARTS] == PARTS


def in_order(pdf: Pdf, *words: str) -> list[Line]:
    """Lines that say this; each is looked for behind the one before."""
    found: list[Line] = []
    for say in words:
        found.append(line_that_says(pdf, say, pdf.body.index(found[-1]) if found else -1))
    return found


@rule(
    "P8",
    "print",
    breaks=(
        NO_NEW_PAGES,
        Edit(LAYOUT, "{ 'section-label', 'unnumbered', 'footnotes' }", "{ 'unnumbered', 'footnotes' }"),
    ),
)
def each_part_begins_a_page(pdf: Pdf) -> None:
    lines = in_order(pdf, THE_TITLE, "Abstract", THE_TITLE, "References", "Footnotes", "Appendix A", "Appendix B")
    assert [line.page for line in lines[:3]] == [1, 2, 3]
    for line in lines:
        assert pdf.on(line.page)[0] == line


@rule(
    "P8",
    "print",
    variant="end",
    breaks=(
        Edit(ORDER, "has_class(block, 'table')", "has_class(block, 'figure')"),
        Edit(
            LAYOUT,
            "return slice(1, floats - 1), slice(floats, appendices - 1), slice(appendices, #blocks)",
            "return slice(1, floats - 1), slice(appendices, #blocks), slice(floats, appendices - 1)",
        ),
    ),
)
def at_the_end_footnotes_come_before_tables_before_figures_before_appendices(pdf: Pdf) -> None:
    lines = in_order(
        pdf, "References", "Footnotes", "Table 1", "Table 2", "Table 3", "Table 4", "Figure 1", "Figure 2", "Appendix A"
    )
    pages = [line.page for line in lines]
    assert pages == sorted(set(pages)), "each begins a page of its own"


@rule(
    "P9",
    "print",
    variant="a4",
    breaks=(
        Edit(LAYOUT, "a4 = { '210mm', '297mm' }", "a4 = { '8.5in', '11in' }"),
        css("margin: 1in;", "margin: 20mm;"),
    ),
)
def a4_is_a_choice_with_the_same_margins(pdf: Pdf) -> None:
    for page in pdf.pages:
        sides = sorted((float(page.width), float(page.height)))
        assert sides == [approx(595.28, abs=PIXEL), approx(841.89, abs=PIXEL)]  # 210 by 297 mm
    text = between(pdf, "The rules of layout were", "Method")
    assert min(line.x0 for line in text) == approx(LEFT, abs=0.6)
    assert 595.28 - 72 - 30 < max(line.x1 for line in text) <= 595.28 - 72 + 0.6


# Title page and abstract ----------------------------------------------------------------------------------------------


@rule(
    "T1",
    "print",
    breaks=(
        css("padding: calc(3 * var(--pitch)) 0 0;", "padding: calc(1 * var(--pitch)) 0 0;"),
        css("{ margin-bottom: var(--pitch); text-indent: 0; }", "{ margin-bottom: 0; text-indent: 0; }"),
        css(
            ".title-page h1, .title-page > div:not(.author-note) p { text-align: center; }",
            ".title-page > div:not(.author-note) p { text-align: center; }",
        ),
        css(".title-page h1 { font-size: 1.6em;", ".title-page h1 { font-weight: normal; font-size: 1.6em;"),
    ),
)
def the_title_stands_three_to_four_lines_down_centred_and_bold(pdf: Pdf) -> None:
    title, byline = pdf.on(1)[:2]
    assert title.text == THE_TITLE
    is_centred_heading(title)
    first_line = line_that_says(pdf, "Abstract").baseline  # what a page begins with
    assert 3 <= round((title.baseline - first_line) / PITCH, 1) <= 4
    assert byline.baseline - title.baseline == approx(2 * PITCH, abs=PIXEL)  # one blank double-spaced line between


WITHOUT_NUMBERS = "e => Array.from(e.childNodes).filter(n => n.nodeName != 'SUP').map(n => n.textContent).join('')"


@rule(
    "T2",
    "chromium",
    breaks=(
        Edit(LABELS, "conjunction = 'and'", "conjunction = '&'"),
        Edit(LABELS, "serial_comma = true", "serial_comma = false"),
        TITLE_PAGE_AT_THE_LEFT,
    ),
)
def the_byline_has_the_names_with_commas_and_a_final_and(page: Page) -> None:
    names = " ".join(page.tab.eval_on_selector(".byline p", WITHOUT_NUMBERS).split())
    assert names == "Zélia Quirós-Hartwig, Bram van der Vliet, and Ada Okonkwo-Lindqvist"
    every(page, ".byline p", text_align="center", text_indent="0px", font_weight="400")


@rule(
    "T3",
    "chromium",
    breaks=(
        Edit(FRONT, "pandoc.Superscript(tostring(index))", "pandoc.Str(tostring(index))"),
        Edit(FRONT, "pandoc.Superscript(pandoc.Inlines(table.concat(author.numbers, ', ')))", "pandoc.Superscript '1'"),
        TITLE_PAGE_AT_THE_LEFT,
        SIGNS_ON_THE_LINE,
        Edit(
            TITLE,
            "part('affiliation', pandoc.List(meta.affiliation):map(pandoc.Para))",
            "part('affiliation', { pandoc.Para(meta.affiliation[1]) })",
        ),
    ),
)
def affiliations_stand_centred_below_the_byline_with_superscript_numbers(page: Page) -> None:
    assert page.texts(".byline sup") == ["1", "1, 2", "2"]
    lines = page.texts(".byline + .affiliation p")
    assert lines == ["1Department of Typographic Psychology, Nowhere University", "2Institute of Imagined Measures"]
    assert page.texts(".affiliation sup") == ["1", "2"]
    every(page, ".affiliation p", text_align="center", text_indent="0px")
    every(page, ".title-page sup", vertical_align="super")
    assert page.points(".affiliation sup", "font-size") < 12


@rule(
    "T4",
    "print",
    variant="student",
    breaks=(
        Edit(TITLE, "    add 'due-date'\n", ""),
        Edit(FRONT, "not is_student and author_note(", "author_note("),
        Edit(FRONT, "not is_student and running_head(", "running_head("),
        TITLE_PAGE_AT_THE_LEFT,
    ),
)
def a_student_paper_has_course_instructor_and_date_and_no_head_or_note(pdf: Pdf) -> None:
    lines = pdf.on(1)
    assert [line.text for line in lines[-3:]] == [
        "PSY 7001: Writing for Journals",
        "Dr. Ingrid Solberg",
        "November 2, 2026",
    ]
    assert lines[-4].text == "2Institute of Imagined Measures"
    assert all(line.middle == approx(MIDDLE, abs=1) for line in lines)
    assert "Author Note" not in pdf.text
    assert pdf.headers == {number: str(number) for number in range(1, len(pdf.pages) + 1)}


NOTE_ORDER = [
    "orcid.org/0000-0002-1825-0097",
    "orcid.org/0000-0001-5109-3700",
    "is now at",
    "no known conflict",
    "We thank",
    "Correspondence concerning",
]


@rule(
    "T5",
    "print",
    breaks=(
        css(".title-page .author-note { margin-top: auto; }", ".title-page .author-note { margin-top: 0; }"),
        HEADINGS_AT_THE_LEFT,
        css(
            ".author-note { margin-top: 2rem;",
            ".author-note p { text-indent: 0 !important; } .author-note { margin-top: 2rem;",
        ),
        Edit(
            FRONT,
            "  blocks:insert(status_paragraph(authors, written, language))\n  blocks:extend(note_as_written(written, apart and note_parts_of_statements() or {}))\n",
            "  blocks:extend(note_as_written(written, apart and note_parts_of_statements() or {}))\n  blocks:insert(status_paragraph(authors, written, language))\n",
        ),
        Edit(LABELS, "author_note = 'Author Note'", "author_note = 'Notes'"),
    ),
)
def the_author_note_stands_in_the_lower_half_in_its_order(pdf: Pdf) -> None:
    label = line_that_says(pdf, "Author Note")
    is_centred_heading(label)
    assert label.page == 1
    assert label.baseline > 792 / 2
    note = pdf.on(1)[pdf.on(1).index(label) + 1 :]
    text = " ".join(line.text for line in note)
    places = [text.index(words) for words in NOTE_ORDER]
    assert places == sorted(places)
    for beginning in ("Zélia Quirós-Hartwig http", "Ada Okonkwo", "We have no", "We thank", "Correspondence"):
        assert next(line for line in note if line.text.startswith(beginning)).x0 == approx(LEFT + INDENT, abs=0.6)


IDENTITY = (
    "Quir",
    "Hartwig",
    "der Vliet",
    "Okonkwo",
    "Lindqvist",
    "Nowhere University",
    "Imagined Measures",
    "Polytechnic",
    "1825-0097",
    "5109-3700",
    "nowhere.example",
    "Achterberg",
    "quiros2019",
)


@rule(
    "T6",
    "chromium",
    variant="masked",
    breaks=(
        without("masked"),
        written("measured margins", "of Nowhere University measured margins"),
        Edit(
            "filters/masked.lua",
            "  'acknowledgments', 'acknowledgements', 'acknowledgment', 'acknowledgement', 'author contributions'",
            "  'author contributions'",
        ),
        Edit(
            TEMPLATE,
            "<title>$pagetitle$</title>",
            '<title>$pagetitle$</title><meta name="generator" content="Hartwig">',
        ),
    ),
)
def a_masked_copy_names_nobody(page: Page) -> None:
    source = re.sub(r"base64,[\w+/=]+", "", page.source)  # letters of a picture's bytes are no names
    for name in IDENTITY:
        assert name not in source
    assert not page.texts("meta[name=author], meta[name^=citation_]")
    assert "In our own work, [masked] measured margins." in page.text
    assert page.texts("header > *")[0] == THE_TITLE
    assert len(page.texts("header > *")) == 1


@rule(
    "A1",
    "chromium",
    breaks=(
        css(".abstract p { text-indent: 0; }", ""),
        written("and appendices. A test\n", "and appendices.\n\n  A test\n"),
        HEADINGS_AT_THE_LEFT,
        Edit(LABELS, "abstract = 'Abstract'", "abstract = 'Summary'"),
    ),
)
def the_abstract_is_one_paragraph_without_indent(page: Page) -> None:
    assert page.texts("#abstract > h2") == ["Abstract"]
    heading(page, "#abstract > h2")
    every(page, "#abstract > h2", text_align="center", text_indent="0px")
    assert len(page.texts(".abstract p")) == 1
    every(page, ".abstract p", text_indent="0px", text_align="start")


@rule(
    "A1",
    "print",
    breaks=(NO_NEW_PAGES, Edit(LAYOUT, 'class="section-label text-title" hidden', 'class="text-title" hidden')),
)
def the_abstract_has_a_page_of_its_own(pdf: Pdf) -> None:
    lines = pdf.on(2)
    assert lines[0].text == "Abstract"
    assert lines[1].x0 == approx(LEFT, abs=0.6)
    assert lines[-1].text == "shows that a program can see to the rules."


@rule(
    "A2",
    "chromium",
    breaks=(
        Edit(TITLE, "pandoc.Emph", "pandoc.Strong"),
        Edit(TITLE, "comma = marks.comma or ', '", "comma = marks.comma or '; '"),
        css(".abstract p { text-indent: 0; }", ".abstract-page p { text-indent: 0; }"),
        written("APA Style, accessibility]", "APA Style, accessibility.]"),
    ),
)
def keywords_stand_below_in_italics_and_indented(page: Page) -> None:
    assert page.texts(".abstract + .keywords p") == ["Keywords: layout, measurement, APA Style, accessibility"]
    assert page.texts(".keywords em") == ["Keywords:"]
    every(page, ".keywords em", font_style="italic")
    every(page, ".keywords p", font_style="normal")
    assert page.points(".keywords p", "text-indent") == approx(INDENT)


@rule(
    "A3",
    "chromium",
    breaks=(
        Edit(TITLE, "if meta['impact-statement'] then", "if meta.impact then"),
        Edit(
            TITLE,
            "parts:insert(part('impact-statement', meta['impact-statement']))",
            "parts:insert(1, part('impact-statement', meta['impact-statement']))",
        ),
    ),
)
def the_impact_statement_stands_below_the_abstract(page: Page) -> None:
    (statement,) = page.texts("#abstract .impact-statement") or [""]
    assert statement.startswith("A manuscript that follows the rules of layout")
    assert page.box(".impact-statement")["top"] >= page.box(".abstract")["bottom"] - 1


# Headings -------------------------------------------------------------------------------------------------------------

LEVELS = {
    "h2": ["Method", "Results", "Discussion", "Acknowledgments"],
    "h3": ["Participants", "Materials", "Limitations"],
    "h4": ["Recruitment"],
    "h5": ["Letters of Invitation."],
    "h6": ["Reminders by Telephone."],
}


@rule(
    "H1",
    "chromium",
    breaks=(
        HEADINGS_AT_THE_LEFT,
        css("h2 { font-size: 1.3em;", "h2 { font-weight: normal; font-size: 1.3em;"),
        css("h1, h2, h3, h4, h5, h6, .title-page h1,", "h1, h3, h4, h5, h6, .title-page h1,"),
    ),
)
def level_1_is_centred_and_bold(page: Page) -> None:
    """On paper; on a screen headings are larger than the text."""
    heading(page, "main h2")
    every(page, "main h2", text_align="center", text_indent="0px", display="block")


@rule("H1", "screen", breaks=HEADINGS_AT_THE_LEFT)
def level_1_is_centred_on_a_screen_too(page: Page) -> None:
    every(page, "main h2", text_align="center", font_weight="700", font_style="normal")


@rule(
    "H2",
    "chromium",
    breaks=(
        css("h3 { font-size: 1.15em; }", "h3 { font-size: 1.15em; text-align: center; }"),
        css("h3 { font-size: 1.15em; }", "h3 { font-size: 1.15em; font-weight: normal; }"),
        css("p { text-indent: var(--indent); }", "p, h3 { text-indent: var(--indent); }"),
    ),
)
def level_2_is_at_the_left_and_bold(page: Page) -> None:
    heading(page, "main h3")
    every(page, "main h3", text_align="start", text_indent="0px", padding_left="0px", display="block")


@rule(
    "H3",
    "chromium",
    breaks=(
        css("h4 { font-size: 1.05em; font-style: italic; }", "h4 { font-size: 1.05em; }"),
        css("p { text-indent: var(--indent); }", "p, h4 { text-indent: var(--indent); }"),
    ),
)
def level_3_is_at_the_left_bold_and_italic(page: Page) -> None:
    heading(page, "main h4", italic=True)
    every(page, "main h4", text_align="start", text_indent="0px", padding_left="0px", display="block")


def runs_in(pdf: Pdf, words: str, text: str, *, italic: bool) -> None:
    """Measure that heading and text share a line: the one indented, bold, with a period; the other back to the margin."""
    line = pdf.line(words)
    assert line.text.startswith(f"{words}. {text}")
    assert line.x0 == approx(LEFT + INDENT, abs=0.6)
    bold = [char for char in line.chars if "Bold" in char["fontname"]]
    assert "".join(char["text"] for char in bold) == f"{words}.".replace(" ", "")
    assert all(("Italic" in char["fontname"]) is italic for char in bold)
    assert pdf.body[pdf.body.index(line) + 1].x0 == approx(LEFT, abs=0.6)


@rule(
    "H4",
    "print",
    breaks=(
        css("h5, h6 { display: inline;", "h6 { display: inline; } h5, h6 {"),
        css("h5, h6 { margin-inline-start: var(--indent); }", ""),
        Edit(LAYOUT, "block.content:insert(pandoc.Str '.')", "block.content:insert(pandoc.Space())"),
        css("h5 + p, h6 + p { display: inline; }", ""),
    ),
)
def level_4_runs_into_its_paragraph(pdf: Pdf) -> None:
    runs_in(pdf, "Letters of Invitation", "The letter named", italic=False)


@rule("H4", "screen", breaks=css("h5 + p, h6 + p { display: inline; }", ""))
def level_4_runs_into_its_paragraph_on_a_screen_too(page: Page) -> None:
    every(page, "h5, h5 + p", display="inline")
    every(page, "h5", font_weight="700", font_style="normal")


@rule(
    "H5",
    "print",
    breaks=(
        css("h6 { font-style: italic; }", ""),
        css("h5, h6 { margin-inline-start: var(--indent); }", "h5 { margin-inline-start: var(--indent); }"),
    ),
)
def level_5_runs_into_its_paragraph_in_italics(pdf: Pdf) -> None:
    runs_in(pdf, "Reminders by Telephone", "Two reminders", italic=True)


@rule(
    "H6",
    "print",
    breaks=(
        css(
            ".text-title { display: block; font-weight: bold; text-align: center;", ".text-title { text-align: center;"
        ),
        css(".text-title { display: block; font-weight: bold;", ".text-title { display: block;"),
        css(
            ".text-title { display: block; font-weight: bold; text-align: center;",
            ".text-title { display: block; font-weight: bold;",
        ),
        written("The rules of layout were written", "# Opening\n\nThe rules of layout were written"),
    ),
)
def the_title_heads_the_text(pdf: Pdf) -> None:
    """On paper; on a screen the title stands once, over the whole page."""
    title, text = pdf.on(3)[:2]
    assert title.text == THE_TITLE
    is_centred_heading(title)
    assert text.text.startswith("The rules of layout were written")


@rule(
    "H6",
    "screen",
    breaks=(
        css(".text-title { display: none; }", ".text-title { display: block; }"),
        Edit(LAYOUT, "result:extend(text_title(block))", "result:insert(block)"),
    ),
)
def on_a_screen_the_title_stands_once_and_no_other_heading_opens_the_text(page: Page) -> None:
    assert page.texts("h1") == [THE_TITLE]
    every(page, ".text-title", display="none")
    assert page.texts("#text-title :is(h1, h2, h3, h4, h5, h6)") == []


@rule(
    "H7",
    "chromium",
    breaks=(
        Edit(LAYOUT, "math.min(header.level + 1, 6)", "math.min(header.level + 1, 5)"),
        written("#### Letters of Invitation\n", "**Letters of Invitation.**\n"),
    ),
)
def run_in_headings_keep_their_outline_level(page: Page) -> None:
    """Since the title is h1, APA's levels 1 to 5 are h2 to h6."""
    for name, words in LEVELS.items():
        assert page.texts(f"main {name}:not(.section-label)") == words
    every(page, "section > h5, section > h6", visibility="visible")


# Quotations, lists, notes, formulas -----------------------------------------------------------------------------------


@rule(
    "Q1",
    "print",
    breaks=(
        css("  blockquote { padding-inline-start: var(--indent); }", "  blockquote { padding-inline: var(--indent); }"),
        css("  blockquote { padding-inline-start: var(--indent); }", ""),
        written("> The margins of a page", '> "The margins of a page'),
    ),
)
def a_block_quotation_is_half_an_inch_in_from_the_left_only(pdf: Pdf) -> None:
    lines = between(pdf, "The margins of a page are the frame", "A frame that is too narrow")
    assert all(line.x0 == approx(LEFT + INDENT, abs=0.6) for line in lines)
    assert max(line.x1 for line in lines) > RIGHT - INDENT + 6  # as far right as the text


@rule(
    "Q1",
    "chromium",
    breaks=(
        css("  blockquote { padding-inline-start: var(--indent); }", "  blockquote { padding-inline: var(--indent); }"),
        written("> The margins of a page", "The margins of a page"),
    ),
)
def its_right_edge_is_that_of_the_text_and_it_has_40_words(page: Page) -> None:
    assert page.points("blockquote", "padding-left") == approx(INDENT)
    assert page.box("blockquote p")["right"] == approx(page.box("#materials > p")["right"])
    (quotation,) = page.texts("blockquote")
    assert len(quotation.split()) >= 40


@rule(
    "Q2",
    "print",
    breaks=(
        css("  blockquote p + p { text-indent: var(--indent); }", "  blockquote p + p { text-indent: 0; }"),
        css("  blockquote p { margin: 0; text-indent: 0; }", ""),
    ),
)
def its_second_paragraph_begins_half_an_inch_further_in(pdf: Pdf) -> None:
    assert pdf.line("The margins of a page").x0 == approx(LEFT + INDENT, abs=0.6)
    second = pdf.index("A frame that is too narrow")
    assert pdf.body[second].x0 == approx(LEFT + 2 * INDENT, abs=0.6)
    assert pdf.body[second + 1].x0 == approx(LEFT + INDENT, abs=0.6)


@rule("Q3", "chromium", breaks=written("it. [@cohen1988, p. 12]", "it [@cohen1988, p. 12]."))
def its_citation_follows_the_final_mark(page: Page) -> None:
    assert page.texts("blockquote p")[-1].endswith("who pays for it. (Cohen, 1988, p. 12)")


@rule(
    "L1",
    "chromium",
    breaks=(
        written("(a) a method", "1. a method"),
        css("  ul, ol { margin: 0;", "  ul, ol { list-style: none; margin: 0;"),
        written("1. read the page,", "a. read the page,"),
        written("- pages with text alone,\n", "pages with text alone,\n"),
    ),
)
def lists_are_lettered_in_a_sentence_and_bulleted_or_numbered_as_paragraphs(page: Page) -> None:
    assert "(a) a method with its materials, (b) results in tables and figures, and (c) a discussion." in page.text
    assert page.texts("#materials > ul > li") == [
        "pages with text alone,",
        "pages with a table, and",
        "pages with a figure.",
    ]
    assert page.texts("#materials > ol > li") == ["read the page,", "answered three questions, and", "rated the page."]
    every(page, "#materials > ul > li", list_style_type="disc", display="list-item")
    every(page, "#materials > ol > li", list_style_type="decimal", display="list-item")


@rule(
    "F1",
    "chromium",
    breaks=(
        Edit(LAYOUT, "pandoc.Link({ pandoc.Superscript(number) }", "pandoc.Link({ pandoc.Str(number) }"),
        written("at the left margin.[^first]", "at the left margin[^first]."),
        SIGNS_ON_THE_LINE,
    ),
)
def footnotes_are_called_by_superscript_numbers_behind_the_mark(page: Page) -> None:
    """No sheet of a printed page has a foot for notes: they stand after the references."""
    assert page.texts(".footnote-ref sup") == ["1", "2"]
    every(page, ".footnote-ref sup", vertical_align="super")
    before = page.tab.eval_on_selector_all(".footnote-ref", "all => all.map(e => e.previousSibling.textContent.trim())")
    assert all(text.endswith(".") for text in before)
    for call, note in zip(
        page.attributes(".footnote-ref", "href"), ("A footnote belongs", "The second footnote"), strict=True
    ):
        assert page.texts(f"li{call}")[0].startswith(note)


def footnotes_have_their_page(pdf: Pdf) -> None:
    label = line_that_says(pdf, "Footnotes")
    is_centred_heading(label)
    first, second = pdf.on(label.page)[1:3]
    assert pdf.on(label.page)[0] == label
    for number, line in enumerate((first, second), 1):
        assert re.match(rf"{number} ?(A footnote belongs|The second footnote)", line.text)
        assert line.x0 == approx(LEFT + INDENT, abs=0.6)
        call, letter = line.chars[:2]
        assert call["size"] < 10
        assert call["matrix"][5] > letter["matrix"][5] + 2  # raised


@rule(
    "F1",
    "print",
    breaks=(
        css("  .footnotes li > p { text-indent: var(--indent); }", "  .footnotes li > p { text-indent: 0; }"),
        css("vertical-align: super; padding-inline-end", "padding-inline-end"),
        Edit(LAYOUT, "'section-label', 'unnumbered', 'footnotes'", "'unnumbered', 'footnotes'"),
    ),
)
def footnotes_stand_on_a_page_after_the_references(pdf: Pdf) -> None:
    footnotes_have_their_page(pdf)
    assert line_that_says(pdf, "Footnotes").page > line_that_says(pdf, "References").page


@rule(
    "F1",
    "print",
    variant="end",
    breaks=(
        Edit(
            ORDER,
            "pandoc.Superscript { pandoc.Str(tostring(number)) }, pandoc.Space()",
            "pandoc.Str(tostring(number)), pandoc.Space()",
        ),
        css("p { text-indent: var(--indent); }", "p:not(.footnote-entry p) { text-indent: var(--indent); }"),
    ),
)
def footnotes_gathered_by_the_author_look_the_same(pdf: Pdf) -> None:
    footnotes_have_their_page(pdf)


@rule(
    "E1",
    "chromium",
    breaks=(
        css('.equation::before { content: ""; flex: 1 1 0; }', ""),
        css(".equation { display: flex;", ".equation { display: block;"),
        Edit(LAYOUT, "'(' .. number .. ')'", "number"),
        written(" {#eq-effect}", ""),
    ),
)
def an_equation_is_centred_with_its_number_at_the_right(page: Page) -> None:
    assert page.texts(".equation-number") == ["(1)", "(A1)"]
    column = page.box("main")
    for equation in ("#eq-effect", "#eq-score"):
        formula, number = page.box(f"{equation} math"), page.box(f"{equation} .equation-number")
        assert (formula["left"] + formula["right"]) / 2 == approx((column["left"] + column["right"]) / 2, abs=1)
        assert number["right"] == approx(column["right"], abs=1)
        assert formula["top"] < (number["top"] + number["bottom"]) / 2 < formula["bottom"]


@rule(
    "N1",
    "chromium",
    breaks=(
        written("*t*(118) = 2.41", "t(118) = 2.41"),
        written("*p* = .017", "*p*=.017"),
        written("*p* = .017", "*p* = 0.017"),
        written(f"{ALPHA} = .81", f"*{ALPHA}* = .81"),
    ),
)
def statistics_are_italic_with_spaces_and_greek_is_upright(page: Page) -> None:
    assert f"t(118) = 2.41, p = .017, d = 0.44, and the ratings were reliable, {ALPHA} = .81." in page.text
    italic = page.texts("#results > p:first-of-type em")
    assert italic == ["t", "p", "d"]
    every(page, "#results > p em", font_style="italic")
    every(page, "#results > p", font_style="normal")


# Tables and figures ---------------------------------------------------------------------------------------------------


@rule(
    "B1",
    "chromium",
    breaks=(
        Edit(FLOATS, "'float-title'", "'float-name'"),
        css(".float-number { font-weight: bold; }", ""),
        css(".float-title { font-style: italic; }", ""),
        css(
            ".float > figcaption { margin-bottom",
            ".float { display: flex; flex-direction: column-reverse; } .float > figcaption { margin-bottom",
        ),
        css(
            ".float > figcaption { margin-bottom",
            "figcaption p { text-align: center !important; } .float > figcaption { margin-bottom",
        ),
        css(
            ".float-number { font-weight: bold; }",
            ".float-number { font-weight: bold; } figcaption > div, figcaption p { display: inline; }",
        ),
        written("![Mean Reading Time by Arrangement]", "![Mean Reading Time by Arrangement!]"),
    ),
)
def number_and_title_stand_above_on_lines_of_their_own(page: Page) -> None:
    numbers, titles = (
        page.texts(".float > figcaption > .float-number p"),
        page.texts(".float > figcaption > .float-title p"),
    )
    assert len(numbers) == len(titles) == 8
    assert {"Table 1", "Figure 1"} <= set(numbers)
    assert {"Characteristics of the Sample by Arrangement", "Mean Reading Time by Arrangement"} <= set(titles)
    every(page, ".float-number p", font_weight="700", font_style="normal", text_align="start", text_indent="0px")
    every(page, ".float-title p", font_weight="400", font_style="italic", text_align="start", text_indent="0px")
    for identifier, content in (("#tbl-sample", "table"), ("#fig-plot", "img")):
        number, title = page.box(f"{identifier} .float-number p"), page.box(f"{identifier} .float-title p")
        assert number["bottom"] <= title["top"] + 1
        assert title["bottom"] <= page.box(f"{identifier} {content}")["top"] + 1
        assert number["left"] == title["left"] == approx(page.box("main")["left"], abs=1)


@rule(
    "B1",
    "print",
    breaks=(
        css(".float-title { font-style: italic; }", ".float-title { font-style: italic; padding-top: 8pt; }"),
        css("li p, dd p, figure p, td p,", "li p, dd p, td p,"),
    ),
)
def the_title_stands_one_double_spaced_line_below_the_number(pdf: Pdf) -> None:
    for label, title in (
        ("Table 1", "Characteristics of the Sample by Arrangement"),
        ("Figure 1", "Mean Reading Time by Arrangement"),
    ):
        number = line_that_says(pdf, label)
        name = pdf.body[pdf.body.index(number) + 1]
        assert name.text == title
        assert number.x0 == approx(LEFT, abs=0.6)
        assert name.x0 == approx(LEFT, abs=0.6)
        assert name.baseline - number.baseline == approx(PITCH, abs=PIXEL)


SIDES = ("top", "right", "bottom", "left")


@rule(
    "B2",
    "chromium",
    breaks=(
        css("thead { border-top: 1px solid var(--ink);", "thead {"),
        css(
            "border-top: 1px solid var(--ink); border-bottom: 1px solid var(--ink); }\ntbody",
            "border-top: 1px solid var(--ink); }\ntbody",
        ),
        css(
            "line-height: var(--table-lines); border-bottom: 1px solid var(--ink);", "line-height: var(--table-lines);"
        ),
        css("th, td { padding: 0.3em 0.6em;", "td { border-left: 1px solid; } th, td { padding: 0.3em 0.6em;"),
        css("th, td { padding: 0.3em 0.6em;", "td { border-bottom: 1px solid; } th, td { padding: 0.3em 0.6em;"),
    ),
)
def a_table_has_three_horizontal_rules_and_no_vertical_one(page: Page) -> None:
    def ruled(selector: str, *sides: str) -> None:
        for side in SIDES:
            styles, colours = page.every(selector, f"border-{side}-style"), page.every(selector, f"border-{side}-color")
            assert set(styles) == {"solid" if side in sides else "none"}, f"{side} of {selector}"
            assert side not in sides or set(colours) == {"rgb(0, 0, 0)"}

    ruled("thead", "top", "bottom")
    ruled("table", "bottom")
    ruled("tbody")
    ruled("tr")
    ruled("td, tbody th, thead th:not([scope=colgroup])")
    ruled("thead th[scope=colgroup]", "bottom")  # a rule below a head over several columns (7.17)


@rule(
    "B3",
    "chromium",
    breaks=(
        written("| Characteristic   | Ragged     |", "|                  | Ragged     |"),
        Edit(LAYOUT, "keep_to(cell, column == 1 and 'start' or 'center')", "keep_to(cell, sides[column])"),
        Edit(LAYOUT, "keep_to(cell, column == 1 and 'start' or 'center')", "keep_to(cell, 'center')"),
        css("--table-share: 0.5;", "--table-share: 0.4;"),
    ),
)
def every_column_has_a_centred_head_and_the_stub_is_at_the_left(page: Page) -> None:
    columns = page.tab.eval_on_selector_all("table", "all => all.map(t => [...t.rows].at(-1).cells.length)")
    heads = page.tab.eval_on_selector_all(
        "table",
        "all => all.map(t => [...t.tHead.querySelectorAll('[scope=col]')].filter(c => c.textContent.trim()).length)",
    )
    assert heads == columns
    every(page, "thead th:not(:first-child), thead tr + tr th", text_align="center")
    every(page, "thead tr:first-child th:first-child", text_align="start")
    every(page, "#tbl-sample tbody th", text_align="start")
    for height in page.every("td", "line-height"):
        assert PITCH / 2 - 0.1 <= float(height.removesuffix("px")) * 0.75 <= PITCH + 0.1  # single- to double-spaced


@rule(
    "B4",
    "chromium",
    breaks=(
        Edit(
            FLOATS,
            "return by_kind.general .. by_kind.specific .. by_kind.probability",
            "return by_kind.probability .. by_kind.specific .. by_kind.general",
        ),
        Edit(FLOATS, "pandoc.Emph { pandoc.Str(words.note .. '.') }", "pandoc.Str(words.note .. '.')"),
        written("^a^ Age was told by 118 participants.\n\n", "^a^ Age was told by 118 participants.\n"),
        Edit(
            LAYOUT, "  result:extend(body)\n  result:extend(notes)\n", "  result:extend(notes)\n  result:extend(body)\n"
        ),
        css("  .float-note p { text-indent: 0; }", "  .float-note p { text-indent: 0.5in !important; }"),
    ),
)
def notes_stand_below_each_kind_on_its_own_line(page: Page) -> None:
    notes = page.texts("#tbl-sample .float-note > p")
    assert notes == [
        "Note. N = 120. Standard deviations stand in parentheses.",
        "a Age was told by 118 participants.",
        "* p < .05.",
    ]
    assert page.texts("#tbl-sample .float-note > p:first-child > em:first-child") == ["Note."]
    every(page, ".float-note em", font_style="italic")
    every(page, ".float-note p", text_indent="0px", display="block", text_align="start")
    assert page.texts("#tbl-sample .float-note p:nth-child(2) > sup:first-child") == ["a"]
    for identifier, content in (("#tbl-sample", "table"), ("#fig-plot", "img")):
        assert page.box(f"{identifier} .float-note")["top"] >= page.box(f"{identifier} {content}")["bottom"] - 1


CALLS = "all => all.map(e => [e.getAttribute('href'), e.textContent.replace(/\\s/g, ' ')])"


@rule(
    "B5",
    "chromium",
    breaks=(
        written(
            "@tbl-wide compares the arrangements across all pages, @tbl-csv",
            "A table compares the arrangements across all pages, @tbl-csv",
        ),
        written("@tbl-long holds every item. @tbl-wide compares", "@tbl-wide holds every item. @tbl-long compares"),
        Edit(
            FLOATS,
            "state.counts[key] = (state.counts[key] or 0) + 1",
            "state.counts[key] = (state.counts[key] or 0) + 2",
        ),
    ),
)
def each_is_called_out_before_it_stands_and_numbered_in_order(page: Page) -> None:
    """Each call is a link to what it names, and says its number."""
    calls = page.tab.eval_on_selector_all("main a.cross-reference", CALLS)
    first = dict(reversed(calls))
    labels = dict(zip(page.attributes(".float", "id"), page.texts(".float-number"), strict=True))
    assert list(labels.values()) == [
        "Table 1",
        "Figure 1",
        "Table 2",
        "Table 3",
        "Table 4",
        "Figure 2",
        "Table A1",
        "Figure B1",
    ]
    for identifier, label in labels.items():
        assert first.get(f"#{identifier}") == label
    for kind in ("tbl", "fig"):
        mentioned = list(
            dict.fromkeys(target for target, said in calls if target.startswith(f"#{kind}-") and " " in said)
        )
        assert mentioned == [f"#{identifier}" for identifier in labels if identifier.startswith(f"{kind}-")]
    follows = "(all) => all.every(e => e.compareDocumentPosition(document.querySelector(`a[href='#${e.id}']`)) & 2)"
    assert page.tab.eval_on_selector_all(".float", follows), "a call stands behind what it calls"


@rule(
    "B5",
    "print",
    variant="end",
    breaks=(
        css(
            ":has(> .section-label), .own-page { break-before: page; }\n  .own-page { break-after: page; }",
            ":has(> .section-label) { break-before: page; }",
        ),
        Edit(ORDER, "block.attributes['own-page'] = 'true'", "block.attributes['own-page'] = 'false'"),
    ),
)
def at_the_end_each_has_a_page_of_its_own(pdf: Pdf) -> None:
    for label in ("Table 1", "Table 2", "Table 3", "Table 4", "Figure 1", "Figure 2"):
        line = line_that_says(pdf, label)
        assert pdf.on(line.page)[0] == line
        others = [
            other.text
            for other in pdf.on(line.page)[1:]
            if re.fullmatch(r"(Table|Figure) \w+|Appendix A|Footnotes", other.text)
        ]
        assert not others


@rule(
    "B5",
    "chromium",
    variant="supplement",
    breaks=(
        Edit(FLOATS, "== 'supplement' and 'S' or ''", "== 'supplement' and '' or ''"),
        Edit(SUPPLEMENT, "More than @tbl-sample could hold", "More than table 2 could hold"),
        without("cross-references"),
    ),
)
def a_supplement_counts_s1_and_names_the_papers_tables(page: Page) -> None:
    """Items of the paper are named and are no links: they lie in another file."""
    assert page.texts(".float-number") == ["Table S1", "Figure S1"]
    assert "More than Table 1 could hold is in Table S1 and Figure S1, which a reader" in page.text
    assert page.attributes("a.cross-reference", "href") == ["#tbl-more", "#fig-more"]
    assert page.texts("span.cross-reference") == ["Table 1"]


@rule(
    "B6",
    "print",
    breaks=(
        css("  thead { display: table-header-group; }", "  thead { display: table-row-group; }"),
        css("  .landscape { page: landscape; }", ""),
        Edit(LAYOUT, "classes:insert 'landscape'", "classes:insert 'wide'"),
        css("@page landscape {", "@page landscape { @top-right { content: none; }"),
    ),
)
def a_long_table_repeats_its_head_and_a_wide_one_turns(pdf: Pdf) -> None:
    pages = [line.page for line in pdf.body if line.text == "Item Wording Mean"]
    assert len(pages) >= 2
    assert pages == list(range(pages[0], pages[0] + len(pages)))
    for page in pages[1:]:
        assert pdf.on(page)[0].text == "Item Wording Mean"
    wide = line_that_says(pdf, "Table 3").page
    assert [page.page_number for page in pdf.pages if page.width > page.height] == [wide]
    assert pdf.headers[wide] == f"{HEAD} {wide}"


@rule(
    "B7",
    "print",
    breaks=(
        Edit(CHART, 'font-family="Arial, sans-serif"', 'font-family="Liberation Serif, Times New Roman, serif"'),
        Edit(CHART, 'font-size="11"', 'font-size="9"'),
        Edit(CHART, 'font-size="11"', 'font-size="20"'),
        css("img, svg { max-width: 100%;", ".figure img { width: 30%; } img, svg { max-width: 100%;"),
    ),
)
def words_in_a_figure_have_no_serifs_and_can_be_read(pdf: Pdf) -> None:
    """Measured where the figure has come to stand: in the size that it has on the sheet."""
    start = pdf.body.index(line_that_says(pdf, "Figure 1"))
    words = list(pdf.body[start + 2 : pdf.index("Note. Error bars", start)])
    assert "Ragged Justified" in [line.text for line in words]
    serif = {re.split("[-,]", font)[0] for font in pdf.line("The rules of layout").fonts}
    for line in words:
        assert not serif & {re.split("[-,]", font)[0] for font in line.fonts}
        assert all(8 <= char["size"] <= 14 for char in line.chars)


# References -----------------------------------------------------------------------------------------------------------


@rule(
    "R1",
    "print",
    breaks=(
        Edit(LABELS, "references = 'References'", "references = 'Bibliography'"),
        NO_NEW_PAGES,
        HEADINGS_AT_THE_LEFT,
        Edit(
            TITLE,
            "for _, class in ipairs { 'section-label', 'unnumbered' } do",
            "for _, class in ipairs { 'unnumbered' } do",
        ),
    ),
)
def the_list_has_its_label_on_a_new_page(pdf: Pdf) -> None:
    label = line_that_says(pdf, "References")
    is_centred_heading(label)
    assert pdf.on(label.page)[0] == label


@rule(
    "R2",
    "print",
    breaks=(
        css("text-indent: calc(-1 * var(--indent)); }", "text-indent: 0; }"),
        css("text-indent: calc(-1 * var(--indent)); }", "text-indent: -0.25in; }"),
        css(
            "  .csl-entry { padding-inline-start: var(--indent);",
            "  .csl-entry { margin-bottom: 12pt; padding-inline-start: var(--indent);",
        ),
    ),
)
def entries_hang_by_half_an_inch_double_spaced(pdf: Pdf) -> None:
    lines = between(pdf, "American Psychological Association. (2020)", "Footnotes")
    assert all(min(abs(line.x0 - LEFT), abs(line.x0 - LEFT - INDENT)) < 0.6 for line in lines)
    for beginning in ("American Psychological", "Baddeley, A. D., &", "World Health"):
        at = pdf.index(beginning, pdf.body.index(lines[0]) - 1)
        assert pdf.body[at].x0 == approx(LEFT, abs=0.6)
        assert pdf.body[at + 1].x0 == approx(LEFT + INDENT, abs=0.6)
    assert all(pitch == approx(PITCH, abs=PIXEL) for pitch in pitches(lines))


@rule("R2", "screen", breaks=css("padding-inline-start: 2rem; text-indent: -2rem;", "padding-inline-start: 2rem;"))
def entries_hang_on_a_screen_too(page: Page) -> None:
    assert page.points(".csl-entry", "text-indent") < 0
    assert page.points(".csl-entry", "padding-left") == -page.points(".csl-entry", "text-indent")


def entry(page: Page, key: str) -> str:
    """Give the entry of a work in the list."""
    found = page.texts(f"#ref-{key}")
    assert len(found) == 1, f"the list has {len(found)} entries of {key}"
    return found[0]


@rule(
    "R3",
    "chromium",
    breaks=(
        Edit(BIBLIOGRAPHY, "Jenne, R. and Joseph, D.}", "Jenne, R. and others}"),
        Edit(BIBLIOGRAPHY, "and Evans, T.}", "and others}"),
    ),
)
def up_to_20_authors_are_named_and_of_22_the_first_19_and_the_last(page: Page) -> None:
    many = entry(page, "kalnay1996").partition(" (1996)")[0]
    assert len(re.findall(r"[A-Z]\w+, [A-Z]\.", many)) == 20
    assert many.replace("\u00a0", " ").endswith("Leetmaa, A., . . . Joseph, D.")
    assert "&" not in many
    twenty = entry(page, "lambert2018").partition(" (2018)")[0]
    assert len(re.findall(r"[A-Z]\w+, [A-Z]\.", twenty)) == 20
    assert twenty.endswith("Dubois, S., & Evans, T.")


SORTED_BY_KEY = """\
  doc = without_dead_links(doc, found)
  doc = doc:walk { Div = function (div)
    if div.identifier == 'refs' then
      div.content:sort(function (a, b) return a.identifier < b.identifier end)
      return div
    end
  end }
"""
LIST_ORDER = [
    "apa2020",
    "baddeley1966",
    "baddeley1974",
    "cohen1988",
    "cohen1992",
    "cronbach1955",
    "eriksen1974",
    "faul2007",
    "kahneman1979intuitive",
    "kahneman1979prospect",
    "kalnay1996",
    "kapoor2017a",
    "kapoor2017b",
    "lambert2018",
    "lindnerpress",
    "merriamsemantics",
    "miller2001",
    "miller1956",
    "nimh2018",
    "osc2015",
    "quiros2019",
    "sandovallines",
    "sandovalpages",
    "sandoval2015",
    "sandovalpress",
    "simmons2011",
    "stroop1935",
    "tversky1974",
    "vanzomeren2008",
    "who2018",
    "who2019",
]


@rule(
    "R4",
    "chromium",
    breaks=(
        Edit(BIBLIOGRAPHY, "{Baddeley, Alan D.}", "{Baddeley, Zoe D.}"),
        Edit(LAYOUT, "  doc = without_dead_links(doc, found)\n", SORTED_BY_KEY),
        Edit(BIBLIOGRAPHY, "The lines made for the test", "The quires made for the test"),
        Edit(BIBLIOGRAPHY, "  pubstate     = {inpress},\n", "  date         = {2014},\n"),
        Edit("filters/apa/order.lua", "'^the%s+'", "'^thy%s+'"),
    ),
)
def entries_stand_in_the_manuals_order(page: Page) -> None:
    """Letter by letter; one author before several; undated first, in press last; else by year, then by title."""
    assert page.attributes(".csl-entry", "id") == [f"ref-{key}" for key in LIST_ORDER]


@rule(
    "R5",
    "chromium",
    breaks=(
        Edit(BIBLIOGRAPHY, "{10.1037/0033-2909.112.1.155}", "{}"),
        Edit(
            BIBLIOGRAPHY,
            "  url         = {https://icd.who.int/},",
            "  note        = {Retrieved from the web},",
        ),
        Edit(
            LAYOUT,
            "local function link(element)\n",
            "local function link(element)\n  if element.target:find 'doi.org' then\n    return pandoc.Span(element.content)\n  end\n",
        ),
    ),
)
def dois_and_addresses_are_live_links(page: Page) -> None:
    address = ".csl-entry a:not(.ways-back a)"
    targets, words = page.attributes(address, "href"), page.texts(address)
    assert targets == words  # what is shown is where it leads
    assert {
        "https://doi.org/10.1037/0033-2909.112.1.155",
        "https://doi.org/10.1126/science.185.4157.1124",
        "https://icd.who.int/",
    } <= set(targets)
    entries = " ".join(page.texts(".csl-entry"))
    assert set(re.findall(r"https?://\S+", entries)) == set(targets)
    assert "doi:" not in entries.lower()
    with_date = [text for text in page.texts(".csl-entry") if "Retrieved" in text]
    assert len(with_date) == 1  # a dictionary's page, which changes
    assert with_date[0].startswith("Merriam-Webster.")


@rule(
    "R5",
    "chromium",
    breaks=css("  .footnote-back, .ways-back { display: none; }", "  .footnote-back { display: none; }"),
)
def no_way_back_is_printed_behind_an_address(page: Page) -> None:
    assert len(page.texts(".csl-entry .ways-back a")) > 0
    every(page, ".ways-back", display="none")


@rule(
    "R6",
    "chromium",
    variant="meta-analysis",
    breaks=(
        Edit(
            "filters/meta-analysis.lua",
            "first.content:insert(1, pandoc.Str '*')",
            "first.content:insert(1, pandoc.Str '')",
        ),
        Edit(
            LABELS,
            "included_studies = 'References marked with an asterisk indicate studies included in the meta-analysis.'",
            "included_studies = 'Studies.'",
        ),
        Edit(BIBLIOGRAPHY, "keywords     = {attention, meta-analysis}", "keywords     = {attention}"),
        Edit("filters/included-studies.lua", "  add_to_nocite(meta, keys)\n  meta", "  meta"),
    ),
)
def included_studies_carry_an_asterisk_that_is_explained(page: Page) -> None:
    assert page.texts("#references > h2 + .included-studies") == [
        "References marked with an asterisk indicate studies included in the meta-analysis."
    ]
    marked = [text.partition(",")[0] for text in page.texts(".csl-entry") if text.startswith("*")]
    assert marked == ["*Eriksen", "*Simon", "*Stroop"]
    assert "(Eriksen & Eriksen, 1974; Stroop, 1935)" in page.text  # none in the text


@rule(
    "R7",
    "chromium",
    breaks=(
        written("lang: en-US", "lang: en-US\nnocite: '@kahneman2011'"),
        written("[@lindnerpress] follow", "[@lindner2030] follow"),
        Edit(
            LAYOUT,
            "return not dead and doc or doc:walk {\n    Link = function (element)\n      local id",
            "return doc:walk {\n    Cite = function (cite)\n      return cite.content[1].text == '(' and cite.content or nil\n    end,\n    Link = function (element)\n      local id",
        ),
    ),
)
def each_citation_has_its_entry_and_each_entry_its_citation(page: Page) -> None:
    cited = {key for keys in page.attributes(".citation", "data-cites") for key in (keys or "").split()}
    entries = {(identifier or "").removeprefix("ref-") for identifier in page.attributes(".csl-entry", "id")}
    assert cited == entries
    linked = {(target or "").removeprefix("#ref-") for target in page.attributes(".citation a", "href")}
    assert linked == entries


@rule(
    "R8",
    "print",
    variant="annotated",
    breaks=(
        without("annotations"),
        css("  .annotation p { margin: 0; text-indent: 0; }", "  .annotation p { margin: 0; }"),
        css(
            ".csl-entry > * { text-indent: 0; }",
            ".annotation { margin-inline-start: -0.5in !important; } .csl-entry > * { text-indent: 0; }",
        ),
    ),
)
def an_annotation_stands_below_its_entry_half_an_inch_in(pdf: Pdf) -> None:
    entry_at = next(n for n, line in enumerate(pdf.body) if line.text.startswith("Cohen, J. (1992)"))
    start = pdf.index("Gives, in one table, the sample sizes", entry_at)
    end = pdf.index("Cronbach, L. J., &", start)
    assert "https://doi.org/" in " ".join(line.text for line in pdf.body[entry_at:start])
    assert end - start >= 2
    assert all(line.x0 == approx(LEFT + INDENT, abs=0.6) for line in pdf.body[start:end])
    assert "Most readers come for that table" in " ".join(line.text for line in pdf.body[start:end])


# Citations ------------------------------------------------------------------------------------------------------------


@rule(
    "C1",
    "chromium",
    breaks=(
        Edit(
            "filters/in-text-citations.lua",
            "conjunction = has_words and terms.conjunction or symbol",
            "conjunction = symbol",
        ),
        written("@vanzomeren2008 gave", "van Zomeren, Postmes, and Spears (2008) gave"),
        written("[@eriksen1974; @stroop1935]", "(Eriksen and Eriksen, 1974; Stroop, 1935)"),
        Edit(
            BIBLIOGRAPHY,
            "Simmons, Joseph P. and Nelson, Leif D. and Simonsohn, Uri",
            "{Simmons, Nelson, and Simonsohn}",
        ),
    ),
)
def two_are_named_three_are_et_al_and_and_stands_in_the_sentence(page: Page) -> None:
    for words in (
        "Tversky and Kahneman (1974) described",
        "Cronbach and Meehl (1955) found",
        "van Zomeren et al. (2008) gave",
        "Faul et al. (2007) would",
        "(Eriksen & Eriksen, 1974; Stroop, 1935)",
        "(Simmons et al., 2011, p. 1360)",
    ):
        assert words in page.text, words
    citations = page.texts(".citation")
    assert not [text for text in citations if re.search(r"&[^()]*\(", text) or re.search(r"\([^)]* and ", text)]


@rule(
    "C2",
    "chromium",
    breaks=(
        written("[@kapoor2017a; @kapoor2017b]", "(Kapoor et al., 2017; Kapoor et al., 2017)"),
        Edit(BIBLIOGRAPHY, "Kapoor, C. and Bloom, A. and Zucker, R.", "Kapoor, C. and Other, A. and Zucker, R."),
    ),
)
def colliding_forms_take_as_many_names_as_it_needs(page: Page) -> None:
    assert "(Kapoor, Bloom, Montez, et al., 2017; Kapoor, Bloom, Zucker, et al., 2017)" in page.text


@rule(
    "C3",
    "chromium",
    breaks=(
        Edit(BIBLIOGRAPHY, "Miller, Earl K.", "Muller, Earl K."),
        written("What @miller1956 and", "What Miller (1956) and"),
    ),
)
def first_authors_of_one_surname_take_initials(page: Page) -> None:
    assert "(E. K. Miller & Cohen, 2001; G. A. Miller, 1956)" in page.text
    assert "G. A. Miller (1956) and Cronbach" in page.text
    assert not re.search(r"(?<!\. )\bMiller( &|,| \()", " ".join(page.texts(".citation")))


@rule(
    "C4",
    "chromium",
    breaks=(
        written("[@kahneman1979intuitive; @kahneman1979prospect]", "(Kahneman & Tversky, 1979)"),
        written("[@sandovalpress; @sandoval2015; @sandovalpages; @sandovallines]", "(Sandoval, n.d., 2015, in press)"),
        Edit(BIBLIOGRAPHY, "title        = {The lines made for the test}", "title        = {Quires made for the test}"),
    ),
)
def the_same_authors_and_year_take_letters(page: Page) -> None:
    assert "(Kahneman & Tversky, 1979a, 1979b)" in page.text
    assert entry(page, "kahneman1979intuitive").startswith("Kahneman, D., & Tversky, A. (1979a). Intuitive")
    assert entry(page, "kahneman1979prospect").startswith("Kahneman, D., & Tversky, A. (1979b). Prospect")
    assert entry(page, "sandovallines").startswith("Sandoval, I. (n.d.-a). The lines")
    assert entry(page, "sandovalpages").startswith("Sandoval, I. (n.d.-b). Pages")


@rule(
    "C5",
    "chromium",
    breaks=(
        without("group-abbreviations"),
        Edit(BIBLIOGRAPHY, "  shortauthor = {NIMH},\n", ""),
        written("it should [@apa2020].", "it should."),
    ),
)
def a_group_is_spelt_out_at_first_and_short_afterwards(page: Page) -> None:
    """Since an abstract is read by itself, it spells out, too; the text begins anew."""
    abstract, text = page.texts(".abstract")[0], " ".join(page.texts("main > section"))
    assert abstract.endswith("(American Psychological Association [APA], 2020).")
    assert "processors (American Psychological Association [APA], 2020; Cohen, 1992, p. 155)" in text
    assert "wrote the rules down (APA, 2020)" in text
    assert "in view (World Health Organization [WHO], 2019)" in text
    assert "National Institute of Mental Health (NIMH, 2018) and WHO (2018) say so" in text
    assert "(Open Science Collaboration, 2015)" in text  # one that has no short form
    assert text.index("[APA]") == text.rindex("[APA]")


@rule(
    "C6",
    "chromium",
    breaks=(
        Edit("filters/in-text-citations.lua", "sorts and in_order(items) or items", "items"),
        written(
            "[@kahneman1979prospect; see\nalso @baddeley1974; @miller1956]",
            "[see also @baddeley1974; @kahneman1979prospect; @miller1956]",
        ),
    ),
)
def several_works_stand_in_the_lists_order_and_what_follows_see_also_comes_last(page: Page) -> None:
    assert "(Kahneman & Tversky, 1979b; see also Baddeley & Hitch, 1974; G. A. Miller, 1956)" in page.text
    assert "(E. K. Miller & Cohen, 2001; G. A. Miller, 1956)" in page.text  # cited the other way round
    assert "(Sandoval, n.d.-a, n.d.-b, 2015, in press)" in page.text  # cited in another order


@rule(
    "C7",
    "chromium",
    breaks=(written("[@simmons2011, p. 1360]", "[@simmons2011]"), written("[@cohen1988, p. 12]", "[@cohen1988]")),
)
def a_quotation_carries_its_page(page: Page) -> None:
    assert "“a well-made page is one that nobody notices” (Simmons et al., 2011, p. 1360)" in page.text
    assert page.texts("blockquote .citation") == ["(Cohen, 1988, p. 12)"]


# Appendices -----------------------------------------------------------------------------------------------------------


@rule(
    "X1",
    "print",
    breaks=(
        without("appendices"),
        NO_NEW_PAGES,
        HEADINGS_AT_THE_LEFT,
        Edit(FLOATS, "state.prefix = letter_of(state.appendices)", "state.prefix = ''"),
    ),
)
def appendices_have_letters_pages_and_numbers_of_their_own(pdf: Pdf) -> None:
    for label, title in (("Appendix A", "Items of the Interview"), ("Appendix B", "Letter to the Participants")):
        first = line_that_says(pdf, label)
        second = pdf.body[pdf.body.index(first) + 1]
        assert second.text == title
        assert pdf.on(first.page)[0] == first
        is_centred_heading(first)
        is_centred_heading(second)
    assert [line.text for line in pdf.body if re.fullmatch(r"(Table|Figure) [A-Z]\d", line.text)] == [
        "Table A1",
        "Figure B1",
    ]
    assert [line.text for line in pdf.body if line.text.endswith("(A1)") and line.x1 == approx(RIGHT, abs=0.6)]
