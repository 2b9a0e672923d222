"""Measures the rules in the PDF: where its lines stand, in points, in which font, and on which page."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from pytest import approx
from rules import Edit, rule

if TYPE_CHECKING:
    from shown import Line, Pdf

PAGE = "filters/templates/apa.typst"
FUNCTIONS = "filters/templates/functions.typ"
LAYOUT = "filters/typst-layout.lua"
TITLE = "filters/title-page.lua"
FRONT = "filters/front-matter.lua"
PAPER = "tests/apa/specimen/paper.md"
BIBLIOGRAPHY = "tests/apa/specimen/references.bib"

LEFT, RIGHT, TOP, BOTTOM = 72.0, 540.0, 72.0, 720.0
MIDDLE = (LEFT + RIGHT) / 2
INDENT = 36.0
PITCH = 27.6  # Word's double spacing of 12-pt Times New Roman


def pitches(lines: list[Line]) -> list[float]:
    """The distances between the baselines of lines that follow each other on one page."""
    return [
        after.baseline - before.baseline for before, after in itertools.pairwise(lines) if after.page == before.page
    ]


def between(pdf: Pdf, first: str, last: str) -> list[Line]:
    """The lines from the one that begins with `first` up to the one before `last`."""
    start = pdf.index(first)
    return list(pdf.body[start : pdf.index(last, start)])


def is_heading(line: Line, *, italic: bool = False) -> None:
    assert line.bold, f"{line.text!r} is not bold: {line.fonts}"
    assert line.italic is italic, f"{line.text!r} is in {line.fonts}"
    assert line.size == approx(12, abs=0.1)


# Page -------------------------------------------------------------------------------------------------------------------


@rule(
    "P1",
    "pdf",
    breaks=(
        Edit(PAGE, "margin: 1in", "margin: (rest: 1in, right: 0.8in)"),
        Edit(PAGE, "margin: 1in", "margin: (rest: 1in, left: 1.2in)"),
    ),
)
def text_keeps_to_margins_of_one_inch(pdf: Pdf) -> None:
    for page in pdf.pages:
        wide = page.width > page.height
        right = (792.0 if wide else 612.0) - 72
        lines = pdf.on(page.page_number)
        assert all(line.x0 >= LEFT - 0.5 and line.x1 <= right + 0.5 for line in lines)
        assert all(line.baseline <= (612 if wide else 792) - 72 + 0.5 for line in lines)
    text = between(pdf, "The rules of layout were", "Method")
    assert min(line.x0 for line in text) == approx(LEFT, abs=0.6)
    assert max(line.x1 for line in text) > RIGHT - 60  # a ragged line still comes near to it


@rule(
    "P2",
    "pdf",
    breaks=(
        Edit(PAGE, "#let line-gap = pitch", "#let line-gap = 4pt + pitch"),
        Edit(FUNCTIONS, "spacing: line-gap, first-line-indent: indented", "spacing: 14pt, first-line-indent: indented"),
    ),
)
def lines_are_double_spaced_everywhere(pdf: Pdf) -> None:
    text = [line for line in between(pdf, "The rules of layout were", "Recruitment") if line.size > 11]
    quotation = between(pdf, "The margins of a page are the frame", "There were three kinds")
    entries = between(pdf, "American Psychological Association. (2020)", "Cohen, J. (1988)")
    abstract = between(pdf, "This paper exists to be measured", "A Specimen of Every")
    for group in (text, quotation, entries, abstract):
        found = pitches(group)
        assert found
        assert all(pitch == approx(PITCH, abs=0.3) for pitch in found), found


@rule("P3", "pdf", breaks=Edit("filters/apa/fonts.lua", "size = 12", "size = 11"))
def the_font_is_12_point_times_and_embedded(pdf: Pdf) -> None:
    text = between(pdf, "The rules of layout were", "Method")
    assert {font for line in text for font in line.fonts} == {
        "TeXGyreTermes-Regular"
    }  # with the metrics of Times New Roman
    assert all(line.size == approx(12, abs=0.01) for line in text)
    names = {char["fontname"] for page in pdf.pages for char in page.chars}
    assert all(re.match(r"[A-Z]{6}\+", name) for name in names), names  # a subset in the file (PDF 32000-1, 9.6.4)


@rule(
    "P3", "pdf", variant="Calibri", breaks=Edit("filters/apa/fonts.lua", "face = 'Carlito'", "face = 'TeX Gyre Termes'")
)
def another_font_is_taken_by_name(pdf: Pdf) -> None:
    text = between(pdf, "The rules of layout were", "Method")
    assert {font for line in text for font in line.fonts} == {"Carlito"}  # with the metrics of Calibri
    assert all(line.size == approx(11, abs=0.01) for line in text)


@rule(
    "P4",
    "pdf",
    breaks=(
        Edit(FUNCTIONS, "justify: false", "justify: true"),
        Edit(PAGE, "hyphenate: false", "hyphenate: true, costs: (hyphenation: 0%)"),
    ),
)
def the_right_edge_is_ragged_and_no_word_is_divided(pdf: Pdf) -> None:
    text = between(pdf, "The rules of layout were", "Method")
    ends = {round(line.x1) for line in text}
    assert len(ends) > len(text) / 2
    assert max(ends) - min(list(ends)[:-1]) > 3  # points; a justified text ends at one place
    paragraph = between(pdf, "A group wrote the rules down", "Method")
    assert len({round(line.x1) for line in paragraph[:-1]}) > 1
    assert not [line.text for line in text if re.search(r"[a-z][-\u00ad\u2010]$", line.text)]


@rule(
    "P5",
    "pdf",
    breaks=Edit(
        FUNCTIONS, "#let indented = (amount: half-inch, all: true)", "#let indented = (amount: half-inch, all: false)"
    ),
)
def paragraphs_are_indented_also_after_a_heading(pdf: Pdf) -> None:
    first = pdf.index("The rules of layout were")
    assert pdf.body[first].x0 == approx(LEFT + INDENT, abs=0.6)
    assert pdf.body[first + 1].x0 == approx(LEFT, abs=0.6)
    assert pdf.line("A group wrote the rules").x0 == approx(LEFT + INDENT, abs=0.6)
    assert pdf.line("The sections below go down").x0 == approx(LEFT + INDENT, abs=0.6)
    assert pdf.line("People were invited").x0 == approx(LEFT + INDENT, abs=0.6)


@rule(
    "P6",
    "pdf",
    breaks=(
        Edit(PAGE, 'context counter(page).display("1")', 'context counter(page).display("i")'),
        Edit(PAGE, "h(1fr)\n    context counter", "h(1em)\n    context counter"),
    ),
)
def every_page_carries_its_number_at_the_right(pdf: Pdf) -> None:
    for number, page in enumerate(pdf.pages, 1):
        header = [line for line in pdf.lines if line.page == number and line.baseline <= 66]
        assert len(header) == 1
        assert header[0].text.split()[-1] == str(number)
        assert header[0].x1 == approx(float(page.width) - 72, abs=0.6)


@rule("P7", "pdf", breaks=Edit(PAGE, "$if(typst-running-head)$$typst-running-head$$endif$\n    h(1fr)", "h(1fr)"))
def every_page_carries_the_running_head_at_the_left(pdf: Pdf) -> None:
    for number in range(1, len(pdf.pages) + 1):
        assert pdf.headers[number] == f"SPECIMEN OF EVERY PART {number}"
        assert next(line for line in pdf.lines if line.page == number).x0 == approx(LEFT, abs=0.6)


@rule("P7", "pdf", breaks=Edit(FRONT, "text.upper(unlabelled)", "unlabelled"))
def the_running_head_is_in_capitals_without_a_label(pdf: Pdf) -> None:
    assert "SPECIMEN OF EVERY PART" in pdf.headers[2]
    assert "Running head" not in pdf.headers[1]


def in_order(pdf: Pdf, *beginnings: str) -> list[int]:
    """The pages on which lines begin so; each is looked for behind the one before."""
    pages, at = [], -1
    for beginning in beginnings:
        at = pdf.index(beginning, at)
        pages.append(pdf.body[at].page)
    return pages


@rule(
    "P8",
    "pdf",
    breaks=(
        Edit(PAGE.replace("templates/apa.typst", "order-of-parts.lua"), "return { {", "return {} or { {"),
        Edit(LAYOUT, "'#pagebreak(weak: true)'", "''"),
    ),
)
def the_parts_stand_in_their_order_each_on_a_new_page(pdf: Pdf) -> None:
    pages = in_order(
        pdf, "A Specimen of Every", "Abstract", "A Specimen of Every", "References", "Appendix A", "Appendix B"
    )
    assert pages[:3] == [1, 2, 3]
    assert pages == sorted(set(pages))
    for page in pages[1:]:
        assert pdf.on(page)[0].text.startswith(("Abstract", "A Specimen", "References", "Appendix"))


@rule("P8", "pdf", variant="end", breaks=Edit("filters/order-of-parts.lua", "'table'", "'figure'"))
def at_the_end_footnotes_come_before_tables_before_figures_before_appendices(pdf: Pdf) -> None:
    pages = in_order(
        pdf, "References", "Footnotes", "Table 1", "Table 2", "Table 3", "Table 4", "Figure 1", "Figure 2", "Appendix A"
    )
    assert pages == sorted(set(pages)), "each begins a page of its own"


@rule("P9", "pdf", variant="a4", breaks=Edit(LAYOUT, "'a4'", "'us-letter'"))
def a4_is_a_choice_with_the_same_margins(pdf: Pdf) -> None:
    page = pdf.pages[0]
    assert (float(page.width), float(page.height)) == (approx(595.28, abs=0.5), approx(841.89, abs=0.5))  # 210 × 297 mm
    text = between(pdf, "The rules of layout were", "Method")
    assert min(line.x0 for line in text) == approx(LEFT, abs=0.6)
    assert max(line.x1 for line in text) <= 595.28 - 72 + 0.5


# Title page and abstract ----------------------------------------------------------------------------------------------


@rule(
    "T1",
    "pdf",
    breaks=(
        Edit(FUNCTIONS, "v(3 * pitch)", "v(1 * pitch)"),
        Edit(FUNCTIONS, "centred(strong(body))", "centred(body)"),
        Edit(FUNCTIONS, "centred(strong(body))\n  v(pitch)", "centred(strong(body))"),
    ),
)
def the_title_stands_three_to_four_lines_down_centred_and_bold(pdf: Pdf) -> None:
    title = pdf.on(1)[0]
    assert title.text.startswith("A Specimen of Every Part of a Paper")
    first_line = TOP + PITCH - 9.6  # the baseline of the first line of a page, within a few points
    assert 3 <= (title.baseline - first_line + 8) / PITCH <= 4.5
    assert title.middle == approx(MIDDLE, abs=1)
    is_heading(title)
    byline = pdf.line("Zélia Quirós-Hartwig")
    assert byline.baseline - title.baseline == approx(2 * PITCH, abs=1)  # one blank double-spaced line between


@rule("T2", "pdf", breaks=Edit("filters/apa/labels.lua", "conjunction = 'and'", "conjunction = '&'"))
def the_byline_has_the_names_with_commas_and_a_final_and(pdf: Pdf) -> None:
    byline = pdf.line("Zélia Quirós-Hartwig")
    letters = "".join(char["text"] for char in byline.chars if char["size"] > 10)  # no superscripts
    assert letters.replace(" ", "") == "ZéliaQuirós-Hartwig,BramvanderVliet,andAdaOkonkwo-Lindqvist"
    assert byline.middle == approx(MIDDLE, abs=2)


@rule("T3", "pdf", breaks=Edit(FRONT, "pandoc.Superscript(tostring(index))", "pandoc.Str(tostring(index))"))
def affiliations_stand_below_with_superscript_numbers(pdf: Pdf) -> None:
    at = pdf.index("Zélia Quirós-Hartwig")
    first, second = pdf.body[at + 1 : at + 3]
    assert first.text.replace(" ", "") == "1DepartmentofTypographicPsychology,NowhereUniversity"
    assert second.text.replace(" ", "") == "2InstituteofImaginedMeasures"
    for line in (first, second):
        assert line.middle == approx(MIDDLE, abs=2)
        assert line.chars[0]["size"] < 10
        assert line.chars[0]["matrix"][5] > line.chars[2]["matrix"][5] + 2  # raised


@rule("T4", "pdf", variant="student", breaks=(Edit(TITLE, "'due-date'", "'due-day'"), Edit(FRONT, "student", "pupil")))
def a_student_paper_has_course_instructor_and_date_and_no_head_or_note(pdf: Pdf) -> None:
    texts = [line.text for line in pdf.on(1)]
    wanted = ["PSY 7001: Writing for Journals", "Dr. Ingrid Solberg", "November 2, 2026"]
    assert [text for text in texts if text in wanted] == wanted
    assert texts[-1] == wanted[-1]
    assert "Author Note" not in texts
    assert all(pdf.headers[number] == str(number) for number in pdf.headers)
    assert all(line.middle == approx(MIDDLE, abs=2) for line in pdf.on(1))


@rule(
    "T5",
    "pdf",
    breaks=(
        Edit(FUNCTIONS, "#let author-note(body) = {\n  v(1fr)", "#let author-note(body) = {\n  v(0pt)"),
        Edit(FUNCTIONS, "#show heading.where(level: 1): set align(center)", ""),
    ),
)
def the_author_note_stands_in_the_lower_half_in_its_order(pdf: Pdf) -> None:
    label = pdf.line("Author Note")
    is_heading(label)
    assert label.page == 1
    assert label.middle == approx(MIDDLE, abs=1)
    assert label.baseline > 792 / 2
    note = pdf.on(1)[pdf.on(1).index(label) + 1 :]
    text = " ".join(line.text for line in note)
    order = ["orcid.org/0000-0002-1825-0097", "is now at", "no known conflict", "We thank", "Correspondence concerning"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert all(
        line.x0 == approx(LEFT + INDENT, abs=0.6)
        for line in note
        if line.text.startswith(("Zélia Quirós-Hartwig http", "We "))
    )


IDENTITY = (
    "Quirós",
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
    "pdf",
    variant="masked",
    breaks=(
        Edit("filters/masked.lua", "return { {", "return {} or { {"),
        Edit(PAPER, "[[@quiros2019]]{.masked} measured", "Bram van der Vliet of Nowhere University measured"),
    ),
)
def a_masked_copy_names_nobody(pdf: Pdf) -> None:
    told = pdf.text + " ".join(pdf.headers.values()) + str(pdf.document.metadata)
    raw = pdf.path.read_bytes().decode("latin-1")
    for name in IDENTITY:
        assert name not in told
        assert name not in raw
    assert "In our own work, [masked] measured" in pdf.text.replace("( [masked] )", "[masked]")


@rule(
    "A1",
    "pdf",
    breaks=Edit(
        FUNCTIONS,
        "#let abstract-text(body) = {\n  set par(first-line-indent: not-indented)",
        "#let abstract-text(body) = {",
    ),
)
def the_abstract_has_its_page_and_no_indent(pdf: Pdf) -> None:
    label, *rest = pdf.on(2)
    assert label.text == "Abstract"
    is_heading(label)
    assert label.middle == approx(MIDDLE, abs=1)
    text = rest[: next(n for n, line in enumerate(rest) if line.text.startswith("Keywords:"))]
    assert all(line.x0 == approx(LEFT, abs=0.6) for line in text)
    assert not any(line.text.startswith("The rules of layout") for line in rest)


@rule("A2", "pdf", breaks=Edit(TITLE, "pandoc.Emph", "pandoc.Strong"))
def keywords_stand_below_in_italics_and_indented(pdf: Pdf) -> None:
    line = pdf.line("Keywords:")
    assert line.text == "Keywords: layout, measurement, APA Style, accessibility"
    assert line.x0 == approx(LEFT + INDENT, abs=0.6)
    label = [char for char in line.chars if char["x1"] <= line.x0 + 50][:9]
    assert all("Italic" in char["fontname"] for char in label)
    assert "Italic" not in line.chars[-1]["fontname"]


@rule("A3", "pdf", breaks=Edit(TITLE, "meta['impact-statement']", "meta['impact']"))
def the_impact_statement_stands_below_the_abstract(pdf: Pdf) -> None:
    assert pdf.line("A manuscript that follows the rules").page == 2
    assert pdf.index("A manuscript that follows") > pdf.index("This paper exists")


# Headings -------------------------------------------------------------------------------------------------------------


@rule(
    "H1",
    "pdf",
    breaks=(
        Edit(FUNCTIONS, "#show heading.where(level: 1): set align(center)", ""),
        Edit(FUNCTIONS, 'size: size, weight: "bold"', 'size: size, weight: "regular"'),
        Edit(FUNCTIONS, "#show heading: set text(size: size", "#show heading: set text(size: 1.2 * size"),
    ),
)
def level_1_is_centred_and_bold(pdf: Pdf) -> None:
    for words in ("Method", "Results", "Discussion"):
        line = pdf.exact(words)
        is_heading(line)
        assert line.middle == approx(MIDDLE, abs=1)


@rule(
    "H2",
    "pdf",
    breaks=Edit(
        FUNCTIONS,
        "#show heading.where(level: 1): set align(center)",
        "#show heading.where(level: 2): set align(center)",
    ),
)
def level_2_is_at_the_left_and_bold(pdf: Pdf) -> None:
    for words in ("Participants", "Materials", "Limitations"):
        line = pdf.exact(words)
        is_heading(line)
        assert line.x0 == approx(LEFT, abs=0.6)


@rule("H3", "pdf", breaks=Edit(FUNCTIONS, '#show heading.where(level: 3): set text(style: "italic")', ""))
def level_3_is_at_the_left_bold_and_italic(pdf: Pdf) -> None:
    line = pdf.exact("Recruitment")
    is_heading(line, italic=True)
    assert line.x0 == approx(LEFT, abs=0.6)


def runs_in(pdf: Pdf, heading: str, text: str, *, italic: bool) -> None:
    line = pdf.line(heading)
    assert line.text.startswith(f"{heading}. {text}")
    assert line.x0 == approx(LEFT + INDENT, abs=0.6)
    bold = [char for char in line.chars if "Bold" in char["fontname"]]
    assert "".join(char["text"] for char in bold).replace(" ", "") == f"{heading}.".replace(" ", "")
    assert all(("Italic" in char["fontname"]) is italic for char in bold)
    assert pdf.body[pdf.index(heading) + 1].x0 == approx(LEFT, abs=0.6)


@rule(
    "H4",
    "pdf",
    breaks=(
        Edit(
            FUNCTIONS,
            "#show heading.where(level: 4): it => it.body + it.supplement",
            "#show heading.where(level: 4): it => it.body",
        ),
        Edit(PAPER, "#### Letters of Invitation", "### Letters of Invitation"),
    ),
)
def level_4_runs_into_its_paragraph(pdf: Pdf) -> None:
    runs_in(pdf, "Letters of Invitation", "The letter named", italic=False)


@rule("H5", "pdf", breaks=Edit(FUNCTIONS, '#show heading.where(level: 5): set text(style: "italic")', ""))
def level_5_runs_into_its_paragraph_in_italics(pdf: Pdf) -> None:
    runs_in(pdf, "Reminders by Telephone", "Two reminders", italic=True)


@rule(
    "H6",
    "pdf",
    breaks=Edit(PAPER, "The rules of layout were written", "# Introductory Words\n\nThe rules of layout were written"),
)
def the_title_heads_the_text(pdf: Pdf) -> None:
    title, text = pdf.on(3)[:2]
    assert title.text.startswith("A Specimen of Every Part of a Paper")
    is_heading(title)
    assert title.middle == approx(MIDDLE, abs=1)
    assert text.text.startswith("The rules of layout")


@rule(
    "H7",
    "pdf",
    breaks=Edit(
        FUNCTIONS,
        "#let run-in(level, stop, body) = heading(level: level, supplement: stop, body)",
        "#let run-in(level, stop, body) = strong(body + stop)",
    ),
)
def run_in_headings_are_in_the_outline(pdf: Pdf) -> None:
    outline = {title: level for level, title, *_ in pdf.document.doc.get_outlines()}
    levels = [
        outline.get(words)
        for words in ("Method", "Participants", "Recruitment", "Letters of Invitation", "Reminders by Telephone")
    ]
    assert levels == [1, 2, 3, 4, 5], outline


# Quotations, lists, notes, formulas -----------------------------------------------------------------------------------


@rule(
    "Q1",
    "pdf",
    breaks=(
        Edit(
            FUNCTIONS, "inset: from-start(half-inch), width: 100%, above", "inset: (x: half-inch), width: 100%, above"
        ),
        Edit(
            FUNCTIONS, "inset: from-start(half-inch), width: 100%, above", "inset: from-start(0pt), width: 100%, above"
        ),
    ),
)
def a_block_quotation_is_half_an_inch_in_from_the_left_only(pdf: Pdf) -> None:
    lines = between(pdf, "The margins of a page are the frame", "A frame that is too narrow")
    assert all(line.x0 == approx(LEFT + INDENT, abs=0.6) for line in lines)
    assert max(line.x1 for line in lines) > RIGHT - INDENT + 6  # as far right as the text
    assert not lines[0].text.startswith(("“", '"'))


@rule(
    "Q2",
    "pdf",
    breaks=Edit(
        FUNCTIONS,
        "set par(first-line-indent: later-ones-indented)\n  it.body",
        "set par(first-line-indent: not-indented)\n  it.body",
    ),
)
def its_second_paragraph_begins_half_an_inch_further_in(pdf: Pdf) -> None:
    second = pdf.index("A frame that is too narrow")
    assert pdf.body[second].x0 == approx(LEFT + 2 * INDENT, abs=0.6)
    assert pdf.body[second + 1].x0 == approx(LEFT + INDENT, abs=0.6)


@rule("Q3", "pdf", breaks=Edit(PAPER, "it. [@cohen1988, p. 12]", "it [@cohen1988, p. 12]."))
def its_citation_follows_the_final_mark(pdf: Pdf) -> None:
    assert "who pays for it. (Cohen, 1988, p. 12) There were" in pdf.text


@rule(
    "L1",
    "pdf",
    breaks=(Edit(PAPER, "- pages with text alone,\n", "* * *\n"), Edit(PAPER, "1. read the page,", "read the page,")),
)
def lists_are_bulleted_and_numbered_as_paragraphs(pdf: Pdf) -> None:
    assert "(a) a method with its materials, (b) results in tables and figures, and (c) a discussion" in pdf.text
    for bullet in ("• pages with text alone,", "• pages with a table, and", "• pages with a figure."):
        pdf.line(bullet)
    steps = [pdf.line(step) for step in ("1. read the page,", "2. answered three questions, and", "3. rated the page.")]
    assert all(pitch == approx(PITCH, abs=0.4) for pitch in pitches(steps))


@rule(
    "F1",
    "pdf",
    breaks=Edit(
        LAYOUT,
        "return { { Pandoc = layout } }",
        "return { { Note = function (n) return pandoc.Span(pandoc.utils.blocks_to_inlines(n.content)) end }, { Pandoc = layout } }",
    ),
)
def footnotes_stand_at_the_foot_of_their_page(pdf: Pdf) -> None:
    call = pdf.holding("begins at the left margin.")
    assert call.chars[-1]["text"] == "1"
    assert call.chars[-1]["size"] < 10
    note = pdf.holding("A footnote belongs at the foot")
    assert note.page == call.page
    assert note.baseline > 650  # the text area ends at 720
    assert note == pdf.on(note.page)[-1] or pdf.on(note.page)[-1].page == note.page


@rule("F1", "pdf", variant="end", breaks=Edit("filters/order-of-parts.lua", "return { {", "return {} or { {"))
def footnotes_may_follow_the_references(pdf: Pdf) -> None:
    label = pdf.line("Footnotes")
    is_heading(label)
    lines = pdf.on(label.page)
    assert lines[0] == label
    assert re.match(r"^1 ?A footnote belongs", lines[1].text)
    assert lines[1].x0 == approx(LEFT + INDENT, abs=0.6)


@rule(
    "E1",
    "pdf",
    breaks=(
        Edit(PAPER, "{#eq-effect}", ""),
        Edit(FUNCTIONS, "number-align: end + horizon", "number-align: start + horizon"),
    ),
)
def an_equation_is_centred_with_its_number_at_the_right(pdf: Pdf) -> None:
    numbers = [line for line in pdf.body if line.text.rstrip().endswith("(1)") and line.x1 > RIGHT - 2]
    assert len(numbers) == 1
    number = numbers[0]
    formula = [
        char
        for char in pdf.pages[number.page - 1].chars
        if abs(792 - char["matrix"][5] - number.baseline) < 12
        and "Math" in char["fontname"]
        and char["x0"] < number.x1 - 40
    ]
    assert formula
    left, right = min(char["x0"] for char in formula), max(char["x1"] for char in formula)
    assert (left + right) / 2 == approx(MIDDLE, abs=12)


@rule("N1", "pdf", breaks=Edit(PAPER, "*t*(118) = 2.41, *p* = .017", "t(118)=2.41, p=0.017"))
def statistics_are_italic_with_spaces_and_without_a_leading_zero(pdf: Pdf) -> None:
    line = pdf.holding("was read faster")
    assert "t(118) = 2.41, p = .017, d" in line.text
    for char, after in itertools.pairwise(line.chars):
        if (char["text"], after["text"]) in {("t", "("), ("p", "=")}:
            assert "Italic" in char["fontname"]
    assert "Italic" not in next(char for char in line.chars if char["text"] == "8")["fontname"]


# Tables and figures ---------------------------------------------------------------------------------------------------


def head_of(pdf: Pdf, label: str) -> tuple[Line, Line, Line]:
    """The number, the title and what follows them."""
    at = pdf.exact_index(label)
    return pdf.body[at], pdf.body[at + 1], pdf.body[at + 2]


@rule(
    "B1",
    "pdf",
    breaks=(
        Edit("filters/floats.lua", "'float-title'", "'float-name'"),
        Edit("filters/floats.lua", "'float-number'", "'float-label'"),
    ),
)
def number_and_title_stand_above_on_lines_of_their_own(pdf: Pdf) -> None:
    for label, title in (
        ("Table 1", "Characteristics of the Sample by Arrangement"),
        ("Figure 1", "Mean Reading Time by Arrangement"),
    ):
        number, name, _ = head_of(pdf, label)
        is_heading(number)
        assert number.x0 == name.x0 == approx(LEFT, abs=0.6)
        assert name.text == title
        assert name.italic
        assert not name.bold
        assert name.baseline - number.baseline == approx(PITCH, abs=0.4)


def table_rules(pdf: Pdf, label: str, last: str) -> tuple[list[float], list[Line]]:
    """Where the horizontal rules of a table stand below the page's top, and the table's lines."""
    at = pdf.exact_index(label)
    lines = list(pdf.body[at + 2 : pdf.index(last, at)])
    page = pdf.pages[lines[0].page - 1]
    top, bottom = lines[0].baseline - 20, lines[-1].baseline + 14
    strokes = [edge for edge in page.edges if top < edge["top"] < bottom]
    assert not [edge for edge in strokes if edge["orientation"] == "v" and edge["height"] > 2], "a vertical rule"
    heights: list[float] = []
    for edge in sorted(
        (edge for edge in strokes if edge["orientation"] == "h" and edge["width"] > 20), key=lambda edge: edge["top"]
    ):
        if not heights or edge["top"] - heights[-1] > 2:
            heights.append(edge["top"])
    return heights, lines


@rule("B2", "pdf", breaks=(Edit(FUNCTIONS, "#set table(stroke: none", "#set table(stroke: 0.5pt"),))
def a_table_has_three_horizontal_rules_and_no_vertical_one(pdf: Pdf) -> None:
    heights, lines = table_rules(pdf, "Table 1", "Note.")
    assert len(heights) == 3
    head, first, *_, last = lines
    assert heights[0] < head.baseline < heights[1] < first.baseline
    assert last.baseline < heights[2]


@rule(
    "B3",
    "pdf",
    breaks=(
        Edit(FUNCTIONS, "align: center + bottom", "align: end + bottom"),
        Edit(LAYOUT, "(index == 1 and 'start' or 'center')", "'center'"),
    ),
)
def every_column_has_a_centred_head_and_the_stub_is_at_the_left(pdf: Pdf) -> None:
    at = pdf.exact_index("Reading Time, Errors, and Ratings by Arrangement and Kind of Page")
    words = pdf.pages[pdf.body[at].page - 1].extract_words()
    (time, *_), (cell, *_) = ([word for word in words if word["text"] == text] for text in ("Time", "41"))
    assert time["x1"] < cell["x1"] - 3, "the head stands in the middle of a column whose numbers stand at the right"
    _, lines = table_rules(pdf, "Table 4", "Note.")
    assert lines[0].text == "Kind of page Ragged Justified"
    stub = [line for line in lines[1:] if line.text.startswith(("Text alone", "With a"))]
    assert len(stub) == 3
    assert len({round(line.x0) for line in stub}) == 1
    gaps = pitches(stub)
    assert all(13 <= gap <= PITCH + 0.3 for gap in gaps), gaps  # single- to double-spaced


@rule(
    "B4",
    "pdf",
    breaks=(
        Edit(
            "filters/apa/labels.lua", "note = 'Note', appendix = 'Appendix'", "note = 'Remark', appendix = 'Appendix'"
        ),
        Edit(PAPER, "^a^ Age was told", "Age was told"),
    ),
)
def notes_stand_below_each_kind_on_its_own_line(pdf: Pdf) -> None:
    at = pdf.index("Note. N = 120.")
    general, specific, probability = pdf.body[at : at + 3]
    assert "Italic" in general.chars[0]["fontname"]
    assert specific.text.replace(" ", "").startswith("aAgewastold")
    assert specific.chars[0]["size"] < 10
    assert probability.text.startswith("* p < .05")
    assert {round(line.x0) for line in (general, specific, probability)} == {72}


@rule("B5", "pdf", breaks=(Edit(PAPER, "@tbl-sample shows the sample", "A table shows the sample"),))
def each_is_called_out_before_it_stands_and_numbered_in_order(pdf: Pdf) -> None:
    labels = ["Table 1", "Table 2", "Table 3", "Table 4", "Figure 1", "Figure 2"]
    for label in labels:
        place = pdf.exact_index(label)
        before = " ".join(line.text for line in pdf.body[:place])
        assert re.search(rf"{label}\b", before) or label == "Table 2", label
    tables = [line.text for line in pdf.body if re.fullmatch(r"Table \d", line.text)]
    assert tables == sorted(tables)
    assert "Participants Table 1 shows the sample." in pdf.text


@rule(
    "B6",
    "pdf",
    breaks=(
        Edit(LAYOUT, "orientation", "direction"),
        Edit(FUNCTIONS, "#set table(", "#set table.header(repeat: false)\n#set table("),
    ),
)
def a_long_table_repeats_its_head_and_a_wide_one_turns(pdf: Pdf) -> None:
    pages = [line.page for line in pdf.body if line.text == "Item Wording Mean"]
    assert len(pages) >= 2
    assert pages == list(range(pages[0], pages[0] + len(pages)))
    page = pdf.pages[pdf.exact("Table 3").page - 1]
    assert page.width > page.height
    assert pdf.headers[page.page_number] == f"SPECIMEN OF EVERY PART {page.page_number}"


@rule(
    "B7",
    "pdf",
    breaks=Edit("tests/apa/specimen/figures/means.svg", 'font-family="Arial, sans-serif"', 'font-family="serif"'),
)
def words_in_a_figure_have_no_serifs_and_can_be_read(pdf: Pdf) -> None:
    page = pdf.pages[pdf.exact("Figure 1").page - 1]
    words = [char for char in page.chars if "Termes" not in char["fontname"]]
    text = "".join(char["text"] for char in words)
    assert "Ragged" in text
    assert "Justified" in text.replace("ﬁ", "fi")
    assert {char["fontname"].partition("+")[2] for char in words} == {"TeXGyreHeros-Regular"}  # for Arial
    assert all(8 <= char["size"] <= 14.5 for char in words)


# References and citations ---------------------------------------------------------------------------------------------


@rule("R1", "pdf", breaks=(Edit("filters/apa/labels.lua", "references = 'References'", "references = 'Bibliography'"),))
def the_list_has_its_label_on_a_new_page(pdf: Pdf) -> None:
    label = pdf.exact("References")
    is_heading(label)
    assert label.middle == approx(MIDDLE, abs=1)
    assert pdf.on(label.page)[0] == label


def entries_of(pdf: Pdf) -> list[Line]:
    start = pdf.exact_index("References")
    end = pdf.exact_index("Appendix A", start)
    return list(pdf.body[start + 1 : end])


@rule(
    "R2",
    "pdf",
    breaks=Edit(
        FUNCTIONS,
        "#let reference-entry(body) = par(hanging-indent: half-inch",
        "#let reference-entry(body) = par(hanging-indent: 0pt",
    ),
)
def entries_hang_by_half_an_inch(pdf: Pdf) -> None:
    lines = entries_of(pdf)
    starts = {round(line.x0) for line in lines}
    assert starts == {72, 108}
    assert all(pitch == approx(PITCH, abs=0.3) for pitch in pitches(lines))
    assert next(line for line in lines if line.text.startswith("American Psychological")).x0 == approx(LEFT, abs=0.6)


def references_text(pdf: Pdf) -> str:
    return " ".join(line.text for line in entries_of(pdf))


@rule(
    "R3",
    "pdf",
    breaks=Edit(BIBLIOGRAPHY, "Kalnay, E. and Kanamitsu, M. and Kistler, R. and Collins, W. and ", "Kalnay, E. and "),
)
def of_22_authors_19_and_the_last_are_named(pdf: Pdf) -> None:
    text = references_text(pdf)
    entry = text[text.index("Kalnay, E.") : text.index("(1996)")]
    names = re.findall(r"[A-Z][\w'’-]+, (?:[A-Z]\. ?-?)+", entry)
    assert len(names) == 20, names  # 19 and the last
    assert re.search(r"\.,? ?(\. ?\. ?\.|…) ?[A-Z][\w]+, [A-Z]", entry)
    assert "&" not in entry


ORDER = (
    "American Psychological Association. (2020)", "Baddeley, A. D. (1966)", "Baddeley, A. D., & Hitch", "Cohen, J. (1988)", "Cohen, J. (1992)", "Kahneman, D., & Tversky, A. (1979a)", "Kahneman, D., & Tversky, A. (1979b)", "Miller, E. K., & Cohen", "Miller, G. A. (1956)", "Sandoval, I. (n.d.-a). The lines", "Sandoval, I. (n.d.-b). Pages", "Sandoval, I. (2015)", "Sandoval, I. (in press)", "World Health Organization. (2019)",
)  # fmt: skip


@rule(
    "R4",
    "pdf",
    breaks=(
        Edit(BIBLIOGRAPHY, "Baddeley, Alan D.}", "Zaddeley, Alan D.}"),
        Edit("filters/apa/order.lua", "'^the%s+'", "'^thy%s+'"),
    ),
)
def entries_stand_in_the_manuals_order(pdf: Pdf) -> None:
    text = references_text(pdf)
    places = [text.find(beginning) for beginning in ORDER]
    assert -1 not in places
    assert places == sorted(places)


@rule("R5", "pdf", breaks=(Edit(BIBLIOGRAPHY, "10.1037/0033-2909.112.1.155", ""),))
def dois_are_live_links(pdf: Pdf) -> None:
    linked = {link.get("uri") for page in pdf.pages for link in page.hyperlinks}
    assert "https://doi.org/10.1037/0033-2909.112.1.155" in linked
    assert "https://doi.org/10.1126/science.185.4157.1124" in linked
    before_address = re.sub(r"Retrieved \w+ \d+, \d+, from", "", references_text(pdf))  # a page that changes keeps it
    assert "Retrieved from" not in before_address
    assert "doi:" not in before_address.lower()


ENTRIES = (
    "American Psychological Association", "Baddeley", "Cohen", "Cronbach", "Eriksen", "Faul", "Kahneman", "Kalnay", "Kapoor",
    "Lambert", "Lindner", "Merriam-Webster", "Miller", "Open Science Collaboration", "Quirós-Hartwig", "Sandoval", "Simmons",
    "Stroop", "Tversky", "van Zomeren", "World Health Organization",
)  # fmt: skip


@rule(
    "R6",
    "pdf",
    variant="meta-analysis",
    breaks=(
        Edit("filters/meta-analysis.lua", "return { {", "return {} or { {"),
        Edit(BIBLIOGRAPHY, "{attention, meta-analysis}", "{attention}"),
    ),
)
def included_studies_have_an_asterisk_and_the_list_says_so(pdf: Pdf) -> None:
    lines = entries_of(pdf)
    assert lines[0].text.startswith(
        "References marked with an asterisk indicate studies included in the meta-analysis."
    )
    marked = [line.text.lstrip("* ")[:7] for line in lines if line.text.startswith("*")]
    assert marked == ["Eriksen", "Simon, ", "Stroop,"]


@rule(
    "R8",
    "pdf",
    variant="annotated",
    breaks=(
        Edit("filters/annotations.lua", "return { {", "return {} or { {"),
        Edit(
            FUNCTIONS,
            "inset: from-start(half-inch), width: 100%, {\n  set par(first-line-indent",
            "inset: from-start(0pt), width: 100%, {\n  set par(first-line-indent",
        ),
    ),
)
def annotations_stand_below_their_entries_half_an_inch_in(pdf: Pdf) -> None:
    first = pdf.index("Words that sound alike are hard")
    assert pdf.body[first].x0 == approx(LEFT + INDENT, abs=0.6)
    assert pdf.body[first + 1].x0 == approx(LEFT + INDENT, abs=0.6) or pdf.body[first + 1].text.startswith("Baddeley")
    assert pdf.index("Baddeley, A. D. (1966)") < first < pdf.index("Baddeley, A. D., & Hitch")


@rule(
    "R7",
    "pdf",
    breaks=(
        Edit(PAPER, "[@lindnerpress] follow", "(Lindner, in press) follow"),
        Edit(PAPER, "bibliography: references.bib", "bibliography: references.bib\nnocite: '@rosenthal1979'"),
    ),
)
def every_citation_has_its_entry_and_every_entry_its_citation(pdf: Pdf) -> None:
    text = pdf.text[: pdf.text.rindex("References American")].replace("- ", "-")  # a hyphen at a line's end
    for entry in ENTRIES:
        assert entry in references_text(pdf), f"{entry} has no entry"
        assert entry in text, f"{entry} is not cited"
    for line in entries_of(pdf):
        if line.x0 < LEFT + 1 and (found := re.match(r"(?:van )?[A-Z][\w-]+", line.text)):
            assert found[0].split()[-1] in text, f"{line.text} is not cited"


@rule(
    "C1",
    "pdf",
    breaks=(
        Edit(
            "filters/in-text-citations.lua",
            "conjunction = has_words and terms.conjunction or symbol",
            "conjunction = symbol",
        ),
    ),
)
def two_are_named_three_are_et_al_and_and_stands_in_the_sentence(pdf: Pdf) -> None:
    assert "Tversky and Kahneman (1974) described" in pdf.text
    assert "(Kahneman & Tversky, 1979b" in pdf.text
    assert "van Zomeren et al. (2008)" in pdf.text
    assert "Cronbach and Meehl (1955)" in pdf.text


@rule(
    "C2",
    "pdf",
    breaks=Edit(BIBLIOGRAPHY, "Kapoor, C. and Bloom, A. and Zucker, R.", "Kapoor, C. and Other, A. and Zucker, R."),
)
def colliding_forms_take_as_many_names_as_it_needs(pdf: Pdf) -> None:
    assert "(Kapoor, Bloom, Montez, et al., 2017; Kapoor, Bloom, Zucker, et al., 2017)" in pdf.text


@rule("C3", "pdf", breaks=Edit(BIBLIOGRAPHY, "Miller, Earl K.", "Muller, Earl K."))
def first_authors_of_one_surname_take_initials(pdf: Pdf) -> None:
    assert "(E. K. Miller & Cohen, 2001; G. A. Miller, 1956)" in pdf.text


@rule("C4", "pdf", breaks=Edit(PAPER, "[@kahneman1979intuitive; @kahneman1979prospect]", "[@kahneman1979prospect]"))
def the_same_authors_and_year_take_letters(pdf: Pdf) -> None:
    assert "(Kahneman & Tversky, 1979a, 1979b)" in pdf.text
    assert "Kahneman, D., & Tversky, A. (1979a)" in references_text(pdf)


@rule("C5", "pdf", breaks=Edit("filters/group-abbreviations.lua", "return { {", "return {} or { {"))
def a_group_is_spelt_out_at_first_and_short_afterwards(pdf: Pdf) -> None:
    assert "(American Psychological Association [APA], 2020; Cohen, 1992, p. 155)" in pdf.text
    assert "A group wrote the rules down (APA, 2020)" in pdf.text
    assert "(World Health Organization [WHO], 2019)" in pdf.text
    assert "American Psychological Association. (2020)" in references_text(pdf)


@rule(
    "C6",
    "pdf",
    breaks=Edit(
        PAPER,
        "[@kahneman1979prospect; see\nalso @baddeley1974; @miller1956]",
        "[see also @baddeley1974; @kahneman1979prospect; @miller1956]",
    ),
)
def what_follows_see_also_comes_last(pdf: Pdf) -> None:
    assert "(Kahneman & Tversky, 1979b; see also Baddeley & Hitch, 1974; G. A. Miller, 1956)" in pdf.text


@rule("C7", "pdf", breaks=Edit(PAPER, "[@simmons2011, p. 1360]", "[@simmons2011]"))
def a_quotation_carries_its_page(pdf: Pdf) -> None:
    assert re.search(r"one that nobody notices” \(Simmons et al\., 2011, p\. 1360\)", pdf.text)


# Appendices -----------------------------------------------------------------------------------------------------------


@rule("X1", "pdf", breaks=(Edit("filters/appendices.lua", "return { {", "return {} or { {"),))
def appendices_have_letters_pages_and_numbers_of_their_own(pdf: Pdf) -> None:
    for label, title in (("Appendix A", "Items of the Interview"), ("Appendix B", "Letter to the Participants")):
        at = pdf.exact_index(label)
        first, second = pdf.body[at : at + 2]
        assert second.text == title
        assert pdf.on(first.page)[0] == first
        for line in (first, second):
            is_heading(line)
            assert line.middle == approx(MIDDLE, abs=1)
    assert [line.text for line in pdf.body if re.fullmatch(r"(Table|Figure) [A-Z]\d", line.text)] == [
        "Table A1",
        "Figure B1",
    ]
    assert any(line.text.endswith("(A1)") for line in pdf.body)
