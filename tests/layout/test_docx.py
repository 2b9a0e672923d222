"""Measures the APA 7 layout rules in the XML of the DOCX that plain pandoc writes with filters/defaults/docx.yaml."""

from __future__ import annotations

import io
import os
import re
import subprocess
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pypandoc
import pytest
from lxml import etree
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = ROOT / "filters" / "defaults"

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = {
    "w": W,
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "dc": "http://purl.org/dc/elements/1.1/",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
}

# A cited document in the shape that the common step hands to every format (filters/title-page.lua).
PAPER = """\
---
title: 'Mind & Body: A \\< B "Quoted" *in vivo*'
author: [Ann Béla, Carl D. Diaz]
keywords: [working memory, attention]
lang: en-US
bibliography: /home/ann/private/references.bib
abstract: 'An abstract with a footnote.^[Once only.]'
---

:::: {#title-page .title-page}
::: title
Mind & Body: A \\< B "Quoted" *in vivo*
:::
::: byline
Ann Béla^1^ and Carl D. Diaz^2^
:::
::: affiliation
^1^ Department of Psychology, University A

^2^ Institute B
:::
::: author-note
# Author Note {#author-note .section-label .unnumbered}

We have no known conflict of interest to disclose.
:::
::::

:::: {#abstract-page .abstract-page}
# Abstract {#abstract .section-label .unnumbered}

::: abstract
An abstract.
:::
::: keywords
*Keywords:* working memory, attention
:::
::::

# Mind & Body {#text-title .section-label .text-title .unnumbered}

First paragraph, which cites [Smith (2020)](#ref-smith2020).[^1]

Second paragraph.

# Method

## Participants

### Recruitment

Text.

#### Level four

Text that runs on.

##### Who Came?

Text that runs on.

#### Level four before a list

- one

- two

> A block quotation.
>
> Its second paragraph.

$$E = mc^2$$

| Measure | *M* |
|:--------|----:|
| A       | 1.2 |

: Means

![A figure title](box.png){alt="A blue box"}

# References {#references .section-label .unnumbered}

::: {#refs .references .csl-bib-body .hanging-indent line-spacing=2}
::: {#ref-smith2020 .csl-entry}
Smith, A. (2020). A title. <https://doi.org/10.1000/xyz>
:::
:::

[^1]: A footnote.
"""


# Paragraphs that show nothing and only keep a distance or the end of a section.
UNSEEN = {"TitlePageSpacer", "SectionEnd", "TableEnd"}


def attribute(element: etree._Element, name: str) -> str | None:
    """Return a w: attribute of an element."""
    return element.get(f"{{{W}}}{name}")


@dataclass(frozen=True)
class Docx:
    """A DOCX as its bytes, with the questions that the tests ask of it."""

    content: bytes

    @cached_property
    def parts(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def xml(self, part: str) -> etree._Element:
        return etree.fromstring(self.parts[part])

    @cached_property
    def document(self) -> etree._Element:
        return self.xml("word/document.xml")

    @cached_property
    def styles(self) -> etree._Element:
        return self.xml("word/styles.xml")

    def style(self, identifier: str) -> etree._Element:
        (found,) = self.styles.xpath(f"//w:style[@w:styleId='{identifier}']", namespaces=NAMESPACES)
        return found

    def lineage(self, identifier: str) -> list[etree._Element]:
        """List the style, the style it is based on, and so on."""
        chain = [self.style(identifier)]
        while based := chain[-1].xpath("w:basedOn/@w:val", namespaces=NAMESPACES):
            chain.append(self.style(based[0]))
        return chain

    def property(self, identifier: str, element: str, name: str = "val") -> str | None:
        """Look a property up in a style and those it is based on; "" is a property that is on without a value."""
        for style in self.lineage(identifier):
            for found in style.xpath(f"w:pPr/w:{element} | w:rPr/w:{element}", namespaces=NAMESPACES):
                value = attribute(found, name)
                if value is not None or name == "val":
                    return value or ""
        return None

    def paragraphs(self, style: str) -> list[etree._Element]:
        return self.document.xpath(f"//w:p[w:pPr/w:pStyle/@w:val='{style}']", namespaces=NAMESPACES)

    def texts(self, style: str) -> list[str]:
        return [text_of(paragraph) for paragraph in self.paragraphs(style)]


def text_of(element: etree._Element) -> str:
    return "".join(piece.text or "" for piece in element.iter(f"{{{W}}}t"))


def build(folder: Path, text: str, *options: str, environment: dict[str, str] | None = None, umask: int = -1) -> Docx:
    """Write a cited document as DOCX with plain pandoc and the defaults file."""
    (folder / "paper.md").write_text(text, encoding="utf-8")
    Image.new("RGB", (60, 40), "navy").save(folder / "box.png")
    subprocess.run(
        [pypandoc.get_pandoc_path(), *options, "-d", DEFAULTS / "docx.yaml", "paper.md", "-o", "paper.docx"],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        check=True,
        umask=umask,
    )
    return Docx((folder / "paper.docx").read_bytes())


@pytest.fixture(scope="module")
def docx(tmp_path_factory: pytest.TempPathFactory) -> Docx:
    return build(tmp_path_factory.mktemp("docx"), PAPER, "-M", "running-head=MIND & BODY: A < B")


# The page


def test_the_page_is_us_letter_with_one_inch_margins(docx: Docx) -> None:  # P1, 2.22
    (section,) = docx.document.xpath("//w:sectPr", namespaces=NAMESPACES)
    size, margins = (section.find(f"{{{W}}}{name}") for name in ("pgSz", "pgMar"))
    assert (attribute(size, "w"), attribute(size, "h")) == ("12240", "15840")
    assert [attribute(margins, side) for side in ("top", "right", "bottom", "left")] == ["1440"] * 4


@pytest.mark.parametrize(
    "style",
    [
        *("Normal", "BodyText", "FirstParagraph", "BlockText", "BlockTextContinued", "ListParagraph", "Bibliography"),
        *("Author", "Affiliation", "AuthorNote", "Abstract", "Keywords"),
        *("Heading1", "Heading2", "Heading3", "Heading4", "Heading5", "SectionLabel", "AuthorNoteLabel"),
    ],
)
def test_text_is_double_spaced_with_nothing_between_paragraphs(docx: Docx, style: str) -> None:  # P2, 2.21
    assert docx.property(style, "spacing", "line") == "480"
    assert docx.property(style, "spacing", "lineRule") == "auto"
    assert docx.property(style, "spacing", "before") == "0"
    assert docx.property(style, "spacing", "after") == "0"


def test_times_new_roman_12_is_named_and_no_theme_font_is(docx: Docx) -> None:  # P3, 2.19
    fonts = docx.styles.xpath("/w:styles/w:docDefaults//w:rFonts", namespaces=NAMESPACES)[0]
    assert set(fonts.attrib.values()) == {"Times New Roman"}
    assert docx.styles.xpath("/w:styles/w:docDefaults//w:sz/@w:val", namespaces=NAMESPACES) == ["24"]
    for part in ("word/styles.xml", "word/document.xml", "word/header1.xml", "word/footnotes.xml"):
        assert b"Theme=" not in docx.parts[part]


def test_only_footnotes_and_code_and_unseen_paragraphs_have_another_size(docx: Docx) -> None:  # P3
    sized = docx.styles.xpath("//w:style[w:rPr/w:sz]/@w:styleId", namespaces=NAMESPACES)
    assert set(sized) == {"FootnoteText", "VerbatimChar"} | UNSEEN


def test_no_text_is_coloured(docx: Docx) -> None:
    assert set(docx.styles.xpath("//w:color/@w:val", namespaces=NAMESPACES)) <= {"000000"}
    assert not docx.document.xpath("//w:color", namespaces=NAMESPACES)


def test_text_is_ragged_right_and_not_hyphenated(docx: Docx) -> None:  # P4, 2.23
    assert docx.property("BodyText", "jc") == "left"
    assert not docx.styles.xpath("//w:jc[@w:val='both']", namespaces=NAMESPACES)
    hyphenation = docx.xml("word/settings.xml").find(f"{{{W}}}autoHyphenation")
    assert hyphenation is not None
    assert attribute(hyphenation, "val") == "0"


@pytest.mark.parametrize("style", ["BodyText", "FirstParagraph", "AuthorNote", "Keywords", "Heading4", "Heading5"])
def test_paragraphs_begin_half_an_inch_in(docx: Docx, style: str) -> None:  # P5, 2.24
    assert docx.property(style, "ind", "firstLine") == "720"


def test_the_header_holds_running_head_and_page_number_at_a_right_tab(docx: Docx) -> None:  # P6, P7, 2.18
    header = docx.xml("word/header1.xml")
    assert text_of(header).startswith("MIND & BODY: A < B")
    assert [field.text.strip() for field in header.iter(f"{{{W}}}instrText")] == ["PAGE"]
    tab = docx.style("Header").find(f".//{{{W}}}tabs/{{{W}}}tab")
    assert (attribute(tab, "val"), attribute(tab, "pos")) == ("right", "9360")
    relation = docx.document.xpath("//w:headerReference[@w:type='default']/@r:id", namespaces=NAMESPACES)[0]
    relations = docx.xml("word/_rels/document.xml.rels")
    assert [entry.get("Target") for entry in relations if entry.get("Id") == relation] == ["header1.xml"]
    assert not docx.document.xpath("//w:titlePg", namespaces=NAMESPACES)


def test_an_arabic_running_head_is_marked_as_right_to_left(tmp_path: Path) -> None:
    header = build(tmp_path, "Text.", "-M", "running-head=دراسة الانتباه").xml("word/header1.xml")
    assert header.xpath("//w:r[w:t='دراسة الانتباه']/w:rPr/w:rtl", namespaces=NAMESPACES)


def test_without_a_running_head_the_page_number_stays(tmp_path: Path) -> None:
    header = build(tmp_path, "Text.").xml("word/header1.xml")
    assert text_of(header) == "1"
    assert header.xpath("//w:tab", namespaces=NAMESPACES)


def test_each_section_label_but_the_author_note_begins_a_page(docx: Docx) -> None:  # P8, 2.17
    assert docx.texts("SectionLabel") == ["Abstract", "Mind & Body", "References"]
    assert docx.property("SectionLabel", "pageBreakBefore") == ""
    assert docx.texts("AuthorNoteLabel") == ["Author Note"]
    assert docx.property("AuthorNoteLabel", "pageBreakBefore") == "0"


# The title page and the abstract


def test_the_title_stands_once_three_lines_down_bold_and_centred(docx: Docx) -> None:  # T1, 2.4
    assert docx.texts("Title") == ["Mind & Body: A < B “Quoted” in vivo"]
    assert docx.property("Title", "b") == ""
    assert docx.property("Title", "jc") == "center"
    assert docx.property("Title", "spacing", "before") == str(3 * 552)
    assert docx.property("Title", "spacing", "after") == "552"  # one double-spaced line, 27.6 pt


def test_byline_and_affiliations_are_centred(docx: Docx) -> None:  # T2, T3
    assert docx.texts("Author") == ["Ann Béla1 and Carl D. Diaz2"]
    assert len(docx.texts("Affiliation")) == 2
    assert docx.property("Author", "jc") == docx.property("Affiliation", "jc") == "center"


def test_the_author_note_begins_in_the_lower_half(docx: Docx) -> None:  # T5, 2.7
    (spacer,) = docx.paragraphs("TitlePageSpacer")
    space = int(spacer.xpath("w:pPr/w:spacing/@w:before", namespaces=NAMESPACES)[0])
    lines_above = 3 + 1 + 1 + 1 + 2  # blank, title, blank, byline, affiliations
    assert space + lines_above * 552 >= 12960 / 2
    assert docx.texts("AuthorNote") == ["We have no known conflict of interest to disclose."]


def test_the_author_note_of_a_paper_without_authors_begins_in_the_lower_half_too(tmp_path: Path) -> None:  # T5, 2.7
    start, end = PAPER.index("::: byline"), PAPER.index("::: author-note")
    document = build(tmp_path, PAPER[:start] + PAPER[end:])
    assert not document.texts("Author")
    (spacer,) = document.paragraphs("TitlePageSpacer")
    space = int(spacer.xpath("w:pPr/w:spacing/@w:before", namespaces=NAMESPACES)[0])
    lines_above = 3 + 1  # blank, title; the title's own space after merges with the space here
    # A line to spare, since LibreOffice takes up to one off at the top of a page.
    assert space + lines_above * 552 >= 12960 / 2 + 552


def test_a_long_author_note_gets_no_space_and_may_run_over(tmp_path: Path) -> None:
    note = "We thank many people. " * 150
    document = build(tmp_path, PAPER.replace("We have no known conflict of interest to disclose.", note))
    assert not document.paragraphs("TitlePageSpacer")


def test_the_abstract_is_not_indented(docx: Docx) -> None:  # A1, 2.9
    assert docx.texts("Abstract") == ["An abstract."]
    assert docx.property("Abstract", "ind", "firstLine") is None


# Text


@pytest.mark.parametrize(
    ("style", "alignment", "italic", "level"),
    [
        ("Heading1", "center", None, "0"),
        ("Heading2", "left", None, "1"),
        ("Heading3", "left", "", "2"),
        ("Heading4", "left", None, "3"),
        ("Heading5", "left", "", "4"),
        ("SectionLabel", "center", None, "0"),
    ],
)
def test_headings_are_bold_and_keep_their_outline_level(
    docx: Docx, style: str, alignment: str, italic: str | None, level: str
) -> None:  # H1 to H5, 2.27
    assert docx.property(style, "b") == ""
    assert docx.property(style, "i") == italic
    assert docx.property(style, "jc") == alignment
    assert docx.property(style, "outlineLvl") == level


def test_run_in_headings_end_in_one_stop_and_hide_their_paragraph_mark(docx: Docx) -> None:  # H4, H5, H7
    assert docx.texts("Heading4") == ["Level four.", "Level four before a list."]
    assert docx.texts("Heading5") == ["Who Came?"]
    hidden = [bool(p.xpath("w:pPr/w:rPr/w:specVanish", namespaces=NAMESPACES)) for p in docx.paragraphs("Heading4")]
    assert hidden == [True, False]  # nothing can run on before a list
    assert b"run-in" not in docx.parts["word/document.xml"]


def test_a_space_parts_a_run_in_heading_from_its_text(
    docx: Docx,
) -> None:  # H4: at the heading's end LibreOffice drops it
    for heading in docx.paragraphs("Heading5") + docx.paragraphs("Heading4")[:1]:
        (following,) = heading.xpath("following::w:p[1]", namespaces=NAMESPACES)
        assert text_of(following) == " Text that runs on."


def test_the_text_of_a_run_in_heading_is_not_indented_twice(docx: Docx) -> None:  # H4, H7
    (heading,) = docx.paragraphs("Heading5")
    (indent,) = heading.xpath("following::w:p[1]/w:pPr/w:ind", namespaces=NAMESPACES)
    # Word takes the measure in characters, LibreOffice the other: 3 characters of 12 pt are 0.5 in.
    assert (attribute(indent, "firstLineChars"), attribute(indent, "firstLine")) == ("300", "0")


def test_a_bookmark_of_a_run_in_heading_stays_in_its_paragraph(
    docx: Docx,
) -> None:  # H7: else LibreOffice lowers the heading
    (heading,) = docx.paragraphs("Heading5")
    (bookmark,) = heading.xpath("w:bookmarkStart[@w:name='who-came']", namespaces=NAMESPACES)
    assert heading.xpath(f"w:bookmarkEnd[@w:id='{attribute(bookmark, 'id')}']", namespaces=NAMESPACES)


def test_a_block_quotation_is_indented_from_the_left_only(docx: Docx) -> None:  # Q1, Q2, 8.27
    assert docx.texts("BlockText") == ["A block quotation."]
    assert docx.texts("BlockTextContinued") == ["Its second paragraph."]
    assert docx.property("BlockText", "ind", "left") == "720"
    assert docx.property("BlockText", "ind", "right") is None
    assert docx.property("BlockTextContinued", "ind", "firstLine") == "720"


def test_list_items_are_double_spaced_and_numbered_by_word(docx: Docx) -> None:  # L1
    assert docx.texts("ListParagraph") == ["one", "two"]
    assert all(p.xpath("w:pPr/w:numPr", namespaces=NAMESPACES) for p in docx.paragraphs("ListParagraph"))


def test_a_footnote_is_a_footnote_of_the_word_processor_and_stands_once(docx: Docx) -> None:  # F1, 2.13
    notes = docx.xml("word/footnotes.xml").xpath("//w:footnote[not(@w:type)]", namespaces=NAMESPACES)
    assert [text_of(note).strip() for note in notes] == ["A footnote."]
    assert len(docx.document.xpath("//w:footnoteReference", namespaces=NAMESPACES)) == 1


def test_a_displayed_equation_is_an_equation_of_the_word_processor(docx: Docx) -> None:
    assert docx.document.xpath("//m:oMathPara/m:oMath", namespaces=NAMESPACES)


# Tables and figures


def test_a_table_has_horizontal_rules_only(docx: Docx) -> None:  # B2, 7.17
    style = docx.style("Table")
    assert {border.tag.split("}")[1] for border in style.iterfind(f".//{{{W}}}tblBorders/*")} == {"top", "bottom"}
    assert style.xpath("w:tblStylePr[@w:type='firstRow']//w:tcBorders/w:bottom", namespaces=NAMESPACES)
    assert not docx.document.xpath("//w:tbl//w:tcBorders/w:left | //w:tbl//w:tblBorders", namespaces=NAMESPACES)


def test_column_heads_are_centred_and_repeated_and_cells_single_spaced(docx: Docx) -> None:  # B3, B6
    assert docx.texts("TableHead") == ["Measure", "M"]
    assert docx.texts("TableText") == ["A", "1.2"]
    assert docx.property("TableText", "spacing", "line") == "240"
    assert all(p.xpath("w:pPr/w:jc/@w:val", namespaces=NAMESPACES) == ["center"] for p in docx.paragraphs("TableHead"))
    assert docx.document.xpath("//w:tr[1]/w:trPr/w:tblHeader", namespaces=NAMESPACES)


def test_captions_stand_above_in_italics(docx: Docx) -> None:  # B1
    order = docx.document.xpath("//w:p[.//wp:inline or w:pPr/w:pStyle/@w:val='ImageCaption']", namespaces=NAMESPACES)
    assert text_of(order[0]) == "A figure title"
    assert docx.property("ImageCaption", "i") == docx.property("TableCaption", "i") == ""


def test_a_figure_has_its_alternative_text_and_no_path(docx: Docx) -> None:
    assert docx.document.xpath("//wp:docPr/@descr", namespaces=NAMESPACES) == ["A blue box"]
    assert docx.document.xpath("//pic:cNvPr/@descr", namespaces=NAMESPACES) == ["image1.png"]


def test_images_are_not_mixed_up_when_an_author_uses_the_names_of_the_file(tmp_path: Path) -> None:
    Image.new("RGB", (10, 10), "red").save(tmp_path / "image1.png")
    document = build(tmp_path, "![](box.png) ![](image1.png)")
    pictures = [content for name, content in document.parts.items() if name.startswith("word/media/")]
    assert {Image.open(io.BytesIO(picture)).size for picture in pictures} == {(60, 40), (10, 10)}


# References and links


def test_references_hang_by_half_an_inch(docx: Docx) -> None:  # R2, 2.12
    assert docx.property("Bibliography", "ind", "left") == "720"
    assert docx.property("Bibliography", "ind", "hanging") == "720"
    (entry,) = docx.paragraphs("Bibliography")
    assert not entry.xpath("w:pPr/w:ind | w:pPr/w:spacing", namespaces=NAMESPACES)


def test_a_citation_leads_to_its_entry(docx: Docx) -> None:
    assert docx.document.xpath("//w:hyperlink/@w:anchor", namespaces=NAMESPACES) == ["ref-smith2020"]
    (bookmark,) = docx.document.xpath("//w:bookmarkStart[@w:name='ref-smith2020']", namespaces=NAMESPACES)
    following = bookmark.xpath("following::w:p[1]", namespaces=NAMESPACES)[0]
    assert text_of(following).startswith("Smith, A.")


def test_a_doi_is_a_live_link_that_looks_like_the_text(docx: Docx) -> None:  # R5, 9.35
    assert len(docx.document.xpath("//w:hyperlink/@r:id", namespaces=NAMESPACES)) == 1
    assert b'Target="https://doi.org/10.1000/xyz"' in docx.parts["word/_rels/document.xml.rels"]
    assert docx.property("Hyperlink", "u") == "none"


# The file


def test_every_style_that_is_used_exists(docx: Docx) -> None:
    known = set(docx.styles.xpath("//w:style/@w:styleId", namespaces=NAMESPACES))
    for name, content in docx.parts.items():
        if name.startswith("word/") and name.endswith(".xml"):
            for kind in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link"):
                used = etree.fromstring(content).xpath(f"//w:{kind}/@w:val", namespaces=NAMESPACES)
                assert set(used) <= known, name


def test_the_properties_are_the_papers_and_nothing_else(docx: Docx) -> None:
    core = docx.xml("docProps/core.xml")
    assert core.findtext("dc:title", namespaces=NAMESPACES) == "Mind & Body: A < B “Quoted” in vivo"
    assert core.findtext("dc:creator", namespaces=NAMESPACES) == "Ann Béla; Carl D. Diaz"
    assert core.findtext("cp:keywords", namespaces=NAMESPACES) == "working memory, attention"
    assert core.findtext("dc:language", namespaces=NAMESPACES) == "en-US"
    assert "docProps/custom.xml" not in docx.parts
    assert b"custom" not in docx.parts["[Content_Types].xml"] + docx.parts["_rels/.rels"]


def test_neither_paths_nor_the_tools_name_stay_in_the_file(docx: Docx) -> None:
    for name, content in docx.parts.items():
        assert not re.search(rb"pandoc|/home/|<!--", content), name


def test_the_language_of_the_paper_is_that_of_the_text(tmp_path: Path) -> None:
    document = build(tmp_path, "Text.", "-M", "lang=de-DE")
    assert document.styles.xpath("//w:docDefaults//w:lang/@w:val", namespaces=NAMESPACES) == ["de-DE"]


def test_a_paper_that_names_nobody_gets_no_byline_and_no_creator(tmp_path: Path) -> None:  # 9.12
    document = build(tmp_path, "---\nauthor: []\ntitle: T\n---\n\n:::: title-page\n::: title\nT\n:::\n::::\n\nText.\n")
    assert document.texts("Author") == []
    assert not document.xml("docProps/core.xml").findtext("dc:creator", namespaces=NAMESPACES)


def test_a_paper_from_right_to_left_keeps_its_paragraph_style(tmp_path: Path) -> None:
    document = build(tmp_path, "---\nlang: ar\ndir: rtl\n---\n\n# عنوان\n\nفقرة.\n\nفقرة.\n")
    assert len(document.paragraphs("BodyText")) == 2
    assert document.document.xpath("//w:p/w:pPr/w:bidi", namespaces=NAMESPACES)


def test_two_builds_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    builds = []
    for zone, umask in (("UTC", 0o022), ("Asia/Tokyo", 0o077)):
        folder = tmp_path / zone.replace("/", "-")
        folder.mkdir()
        environment = {"SOURCE_DATE_EPOCH": "1700000000", "TZ": zone}
        builds.append(build(folder, PAPER, environment=environment, umask=umask).content)
    assert builds[0] == builds[1]


def test_a_reference_document_of_ones_own_is_taken_with_a_warning(tmp_path: Path) -> None:
    pandoc = pypandoc.get_pandoc_path()
    printing = [pandoc, "--print-default-data-file", "reference.docx"]
    (tmp_path / "own.docx").write_bytes(subprocess.run(printing, capture_output=True, check=True).stdout)
    result = subprocess.run(
        [pandoc, "-d", DEFAULTS / "docx.yaml", "--reference-doc=own.docx", "-M", "running-head=A", "-o", "paper.docx"],
        cwd=tmp_path,
        input="Text.",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "the running head is not written into it" in result.stderr


# Floats, cross-references, equations, appendices: a cited document in the shape of floats.lua and cross-references.lua

FLOATS = """\
---
title: T
lang: en-US
---

See [Table\u00a01](#tbl-a){.cross-reference part="label"}, Figures [1](#fig-a){.cross-reference part="number"},
[Equation\u00a01](#eq-a){.cross-reference part="label"}, [Table\u00a0A1](#tbl-z){.cross-reference part="label"},
[Appendix\u00a0A](#app){.cross-reference part="label"}, [Method](#method){.cross-reference part="title"},
[elsewhere](#method){.cross-reference part="title"}.[^1]

[^1]: See [Table\u00a01](#tbl-a){.cross-reference part="label"}.

# Method {#method}

:::: {#tbl-a .float .table number="1" label="Table 1"}
::: float-number
Table 1
:::
::: float-title
Means *in vivo*
:::

+------+---------+
|      | Group   |
| Name +----+----+
|      | M  | SD |
+:=====+===:+===:+
| one  | 1  | 2  |
+------+----+----+
| two  | 3  | 4  |
+------+----+----+

::: float-note
*Note.* General.

^a^ Specific.

\\**p* < .05.
:::
::::

:::: {#fig-a .float .figure number="1" label="Figure 1"}
::: float-number
Figure 1
:::
::: float-title
A Box
:::

![](box.png)

::: float-note
*Note.* Blue.
:::
::::

[$$x = 1$$]{#eq-a .equation number="1"}

Before the turned page.

:::: {#tbl-b .float .table number="2" label="Table 2" orientation="landscape"}
::: float-number
Table 2
:::

| a | b |
|---|---|
| 1 | 2 |
::::

:::: {#fig-b .float .figure number="2" label="Figure 2" own-page="true"}
::: float-number
Figure 2
:::

![](box.png){alt="Its own words"}
::::

After the page of the figure.

# Appendix ABREAKMaterials {#app .section-label .appendix .unnumbered}

:::: {#tbl-z .float .table number="A1" label="Table A1"}
::: float-number
Table A1
:::
::: float-title
More
:::

| a | b |
|---|---|
| 1 | 2 |
::::

[$$y = 1$$]{#eq-z .equation number="A1"}
"""

LINE_BREAK = """\
function Str (word)
  local before, after = word.text:match '^(.*)BREAK(.*)$'
  if before then return { pandoc.Str(before), pandoc.LineBreak(), pandoc.Str(after) } end
end
"""


def build_floats(folder: Path, *options: str, text: str = FLOATS) -> Docx:
    """Write FLOATS, whose heading of the appendix has a line break that Markdown cannot say."""
    (folder / "break.lua").write_text(LINE_BREAK, encoding="utf-8")
    return build(folder, text, "--lua-filter=break.lua", *options)


@pytest.fixture(scope="module")
def floats(tmp_path_factory: pytest.TempPathFactory) -> Docx:
    return build_floats(tmp_path_factory.mktemp("floats"), "-M", "running-head=HEAD")


def fields(element: etree._Element) -> list[tuple[str, str]]:
    """List the simple fields: what each does, and the text that it shows."""
    found = element.iter(f"{{{W}}}fldSimple")
    return [((attribute(field, "instr") or "").strip(), text_of(field)) for field in found]


def bookmarked(document: Docx, name: str) -> str:
    """Return the text between the two ends of a bookmark within one paragraph."""
    (start,) = document.document.xpath(f"//w:bookmarkStart[@w:name='{name}']", namespaces=NAMESPACES)
    pieces = []
    for node in start.itersiblings():
        if node.tag == f"{{{W}}}bookmarkEnd" and attribute(node, "id") == attribute(start, "id"):
            return "".join(pieces)
        pieces.append(text_of(node))
    raise AssertionError(f"{name} has no end in its paragraph")


def section_of(paragraph: etree._Element) -> etree._Element:
    """Return the properties of the section that a paragraph stands in."""
    return paragraph.xpath("(descendant::w:sectPr | following::w:sectPr)[1]", namespaces=NAMESPACES)[0]


def test_number_title_and_notes_have_styles_of_their_own(floats: Docx) -> None:  # B1, B4, 7.10 to 7.14, 7.24 to 7.28
    assert floats.texts("TableNumber") == ["Table\u00a01", "Table\u00a02", "Table\u00a0A1"]
    assert floats.texts("FigureNumber") == ["Figure\u00a01", "Figure\u00a02"]
    assert floats.texts("TableTitle") == ["Means in vivo", "More"]
    assert floats.texts("FigureTitle") == ["A Box"]
    assert floats.texts("TableNote") == ["Note. General.", "a Specific.", "*p < .05."]
    assert floats.texts("FigureNote") == ["Note. Blue."]


@pytest.mark.parametrize("kind", ["Table", "Figure"])
def test_the_number_is_bold_and_the_title_italic_and_both_keep_with_what_follows(floats: Docx, kind: str) -> None:  # B1
    assert (floats.property(f"{kind}Number", "b"), floats.property(f"{kind}Number", "i")) == ("", None)
    assert (floats.property(f"{kind}Title", "b"), floats.property(f"{kind}Title", "i")) == (None, "")
    for style in (f"{kind}Number", f"{kind}Title"):
        assert floats.property(style, "keepNext") == ""
        assert floats.property(style, "jc") == "left"
        assert floats.property(style, "ind", "firstLine") is None
        assert floats.property(style, "spacing", "line") == "480"


def test_italics_within_an_italic_title_are_upright(floats: Docx) -> None:
    (title,) = (p for p in floats.paragraphs("TableTitle") if "vivo" in text_of(p))
    assert title.xpath("w:r[contains(w:t, 'vivo')]/w:rPr/w:i/@w:val", namespaces=NAMESPACES) == ["0"]


def test_a_notes_first_paragraph_is_kept_with_the_last_row_and_rows_are_kept_whole(floats: Docx) -> None:  # B4, B6
    rows = floats.document.xpath("(//w:tbl)[1]/w:tr", namespaces=NAMESPACES)
    kept = [bool(row.xpath(".//w:pPr/w:keepNext", namespaces=NAMESPACES)) for row in rows]
    assert kept == [False, False, False, True]
    assert all(row.xpath("w:trPr/w:cantSplit", namespaces=NAMESPACES) for row in floats.document.iter(f"{{{W}}}tr"))
    assert floats.property("TableHead", "keepNext") == ""


def test_rules_stand_below_a_spanning_head_and_below_the_last_heads_only(floats: Docx) -> None:  # B2, 7.17
    def rules(row: etree._Element) -> list[str]:
        return row.xpath("w:tc/w:tcPr/w:tcBorders/w:bottom/@w:val", namespaces=NAMESPACES)

    first, second, *body = floats.document.xpath("(//w:tbl)[1]/w:tr", namespaces=NAMESPACES)
    assert rules(first) == ["nil", "single"]
    assert rules(second) == ["single"] * 3
    assert [rules(row) for row in body] == [[], []]
    assert not floats.document.xpath("//w:tcBorders/*[not(self::w:bottom)]", namespaces=NAMESPACES)
    assert first.xpath("w:trPr/w:tblHeader", namespaces=NAMESPACES)
    assert second.xpath("w:trPr/w:tblHeader", namespaces=NAMESPACES)


def test_spans_stay(floats: Docx) -> None:
    assert floats.document.xpath("(//w:tbl)[1]//w:gridSpan[@w:val>1]/@w:val", namespaces=NAMESPACES) == ["2"]
    assert floats.document.xpath("(//w:tbl)[1]//w:vMerge/@w:val", namespaces=NAMESPACES)[0] == "restart"


def test_a_table_is_described_by_its_title(floats: Docx) -> None:
    assert floats.document.xpath("//w:tblCaption/@w:val", namespaces=NAMESPACES) == ["Means in vivo", "More"]


@pytest.mark.parametrize(("choice", "line"), [("single", "240"), ("one-and-a-half", "360"), ("double", "480")])
def test_the_lines_of_a_table_are_as_far_apart_as_the_author_says(tmp_path: Path, choice: str, line: str) -> None:  # B3
    document = build(tmp_path, "Text.", "-M", f"apa-table-spacing={choice}")
    assert document.property("TableText", "spacing", "line") == line


def test_numbers_are_counted_by_word(floats: Docx) -> None:
    counted = [(code, text) for code, text in fields(floats.document) if code.startswith("SEQ")]
    assert counted == [
        (r"SEQ Table \* ARABIC", "1"),
        (r"SEQ Figure \* ARABIC", "1"),
        (r"SEQ Equation \* ARABIC", "1"),
        (r"SEQ Table \* ARABIC", "2"),
        (r"SEQ Figure \* ARABIC", "2"),
        (r"SEQ Table_A \* ARABIC", "1"),
        (r"SEQ Equation_A \* ARABIC", "1"),
    ]


def test_a_number_that_is_not_the_next_one_is_set_in_its_field(tmp_path: Path) -> None:
    document = build_floats(tmp_path, text=FLOATS.replace('number="2" label="Table 2"', 'number="5" label="Table 5"'))
    assert (r"SEQ Table \* ARABIC \r 5", "5") in fields(document.document)


def test_cross_references_repeat_what_their_bookmarks_hold(floats: Docx) -> None:
    references = [(code.split()[1], text) for code, text in fields(floats.document) if code.startswith("REF")]
    assert [text for _, text in references] == [
        "Table\u00a01", "1", "1", "Table\u00a0A1", "Appendix\u00a0A", "Method"
    ]  # fmt: skip
    for name, text in references:
        assert bookmarked(floats, name).replace("\u00a0", " ") == text.replace("\u00a0", " ")
    ((code, text),) = fields(floats.xml("word/footnotes.xml"))
    assert bookmarked(floats, code.split()[1]) == text == "Table\u00a01"


def test_a_cross_reference_in_other_words_stays_a_link(floats: Docx) -> None:
    links = floats.document.xpath("//w:hyperlink[@w:anchor]", namespaces=NAMESPACES)
    assert [(text_of(link), attribute(link, "anchor")) for link in links] == [("elsewhere", "method")]


def test_names_of_bookmarks_are_legal_and_none_is_there_twice(tmp_path: Path) -> None:
    long = "tbl-" + "ü-very-long-" * 6
    text = "".join(
        f"::: {{#{long}{end} .float .table number={n} label='Table {n}'}}\n:::: float-number\nTable {n}\n::::\n:::\n\n"
        for n, end in ((1, "a"), (2, "b"), (3, "ä"))
    )
    names = build(tmp_path, text).document.xpath("//w:bookmarkStart/@w:name", namespaces=NAMESPACES)
    ours = [name for name in names if name.startswith("_Ref")]
    assert len(ours) == 6
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"\w{1,40}", name, re.ASCII) for name in ours)


def test_an_equation_stands_in_the_middle_with_its_number_at_the_right_margin(floats: Docx) -> None:  # E1, 6.46
    (equation, of_appendix) = floats.paragraphs("Equation")
    tabs = floats.style("Equation").findall(f".//{{{W}}}tab")
    assert [(attribute(tab, "val"), attribute(tab, "pos")) for tab in tabs] == [("center", "4680"), ("right", "9360")]
    order = [node.tag.split("}")[1] for node in equation.xpath("w:r/w:tab | m:oMath", namespaces=NAMESPACES)]
    assert order == ["tab", "oMath", "tab"]
    assert text_of(equation) == "(1)"
    assert text_of(of_appendix) == "(A1)"


def test_a_figure_without_words_of_its_own_is_described_by_its_title(floats: Docx) -> None:
    assert floats.document.xpath("//wp:docPr/@descr", namespaces=NAMESPACES) == ["A Box", "Its own words"]


def test_an_appendix_is_one_heading_of_two_lines_on_a_new_page(floats: Docx) -> None:  # X1, 2.14
    (label,) = floats.paragraphs("SectionLabel")
    assert len(label.xpath("w:r/w:br", namespaces=NAMESPACES)) == 1
    assert text_of(label) == "Appendix AMaterials"
    assert floats.property("SectionLabel", "pageBreakBefore") == ""


# Sections, paper, line numbers


def test_a_wide_table_turns_its_page_and_keeps_the_header(floats: Docx) -> None:  # B6
    before, turned, after = floats.document.xpath("//w:sectPr", namespaces=NAMESPACES)
    sizes = [section.find(f"{{{W}}}pgSz") for section in (before, turned, after)]
    assert [(attribute(s, "w"), attribute(s, "h"), attribute(s, "orient")) for s in sizes] == [
        ("12240", "15840", None),
        ("15840", "12240", "landscape"),
        ("12240", "15840", None),
    ]
    (number,) = (p for p in floats.paragraphs("TableNumber") if text_of(p) == "Table\u00a02")
    assert section_of(number) is turned
    (text,) = (p for p in floats.document.iter(f"{{{W}}}p") if text_of(p).startswith("Before"))
    assert section_of(text) is before


def test_every_section_has_running_head_and_page_number_up_to_its_margin(floats: Docx) -> None:  # P6, P7
    relations = {entry.get("Id"): entry.get("Target") for entry in floats.xml("word/_rels/document.xml.rels")}
    sections = floats.document.xpath("//w:sectPr", namespaces=NAMESPACES)
    headers = [
        relations[section.xpath("w:headerReference[@w:type='default']/@r:id", namespaces=NAMESPACES)[0]]
        for section in sections
    ]
    assert headers == ["header1.xml", "header2.xml", "header1.xml"]
    for name, style, width in (("header1.xml", "Header", "9360"), ("header2.xml", "HeaderTurned", "12960")):
        header = floats.xml(f"word/{name}")
        assert text_of(header).startswith("HEAD")
        assert "PAGE" in header.xpath("string(//w:instrText)", namespaces=NAMESPACES)
        assert header.xpath("//w:pStyle/@w:val", namespaces=NAMESPACES) == [style]
        assert attribute(floats.style(style).findall(f".//{{{W}}}tab")[-1], "pos") == width


def test_a_paper_without_turned_pages_has_one_header(docx: Docx) -> None:
    assert [name for name in docx.parts if "header" in name] == ["word/header1.xml"]


def test_a_float_with_a_page_of_its_own_and_what_follows_begin_pages(floats: Docx) -> None:  # B5
    (figure,) = (p for p in floats.paragraphs("FigureNumber") if text_of(p) == "Figure\u00a02")
    (text,) = (p for p in floats.document.iter(f"{{{W}}}p") if text_of(p).startswith("After"))
    assert not floats.paragraphs("FigureNumber")[0].xpath("w:pPr/w:pageBreakBefore", namespaces=NAMESPACES)
    assert text.xpath("w:pPr/w:pageBreakBefore", namespaces=NAMESPACES)
    assert figure.xpath("w:pPr/w:spacing/@w:before", namespaces=NAMESPACES) == ["0"]


def test_a4_has_the_same_margins_and_the_page_number_at_the_right_one(tmp_path: Path) -> None:  # P9
    document = build_floats(tmp_path, "-M", "apa-paper=a4")
    sizes = document.document.xpath("//w:sectPr/w:pgSz", namespaces=NAMESPACES)
    assert [(attribute(s, "w"), attribute(s, "h")) for s in sizes] == [
        ("11906", "16838"),
        ("16838", "11906"),
        ("11906", "16838"),
    ]
    assert set(document.document.xpath("//w:pgMar/@w:left | //w:pgMar/@w:top", namespaces=NAMESPACES)) == {"1440"}
    assert attribute(document.style("Header").find(f".//{{{W}}}tab"), "pos") == str(11906 - 2880)
    assert attribute(document.style("HeaderTurned").findall(f".//{{{W}}}tab")[-1], "pos") == str(16838 - 2880)


@pytest.mark.parametrize(
    ("font", "name", "size"),
    [
        ("Times New Roman", "Times New Roman", "24"),
        ("Georgia", "Georgia", "22"),
        ("Calibri", "Calibri", "22"),
        ("Arial", "Arial", "22"),
        ("Lucida Sans Unicode", "Lucida Sans Unicode", "20"),
        ("Computer Modern", "CMU Serif", "20"),
    ],
)
def test_each_approved_font_is_named_at_its_size(tmp_path: Path, font: str, name: str, size: str) -> None:  # P3
    document = build(tmp_path, "Text.", "-M", f"apa-font={font}")
    defaults = document.styles.find(f"{{{W}}}docDefaults")
    assert set(defaults.find(f".//{{{W}}}rFonts").attrib.values()) == {name}
    assert defaults.xpath(".//w:sz/@w:val | .//w:szCs/@w:val", namespaces=NAMESPACES) == [size, size]
    assert f'typeface="{name}"'.encode() in document.parts["word/theme/theme1.xml"]
    assert document.xml("word/fontTable.xml").xpath("w:font/@w:name", namespaces=NAMESPACES)[0] == name


def test_lines_are_numbered_through_all_sections(tmp_path: Path) -> None:
    document = build_floats(tmp_path, "-M", "apa-line-numbers=true", "-M", "running-head=HEAD")
    sections = document.document.xpath("//w:sectPr", namespaces=NAMESPACES)
    assert len(sections) == 3
    for section in sections:
        numbers = section.find(f"{{{W}}}lnNumType")
        assert (attribute(numbers, "countBy"), attribute(numbers, "restart")) == ("1", "continuous")
        assert section.find(f"{{{W}}}headerReference") is not None
    assert text_of(document.xml("word/header1.xml")).startswith("HEAD")
    for style in UNSEEN:
        assert document.property(style, "suppressLineNumbers") == ""


def test_lines_are_not_numbered_unasked(floats: Docx) -> None:
    assert not floats.document.xpath("//w:lnNumType", namespaces=NAMESPACES)


def test_no_image_is_wider_or_higher_than_its_page(tmp_path: Path) -> None:
    Image.new("RGB", (4000, 500), "navy").save(tmp_path / "wide.png")
    Image.new("RGB", (500, 4000), "navy").save(tmp_path / "high.png")
    text = FLOATS + "\n![](wide.png)\n\n![](high.png)\n"
    document = build_floats(tmp_path, text=text)
    extents = document.document.xpath("//wp:extent", namespaces=NAMESPACES)[-2:]
    (wide, high) = [(int(e.get("cx")), int(e.get("cy"))) for e in extents]
    assert wide[0] == pytest.approx(6.5 * 914400, rel=0.01)
    assert wide[0] / wide[1] == pytest.approx(8, rel=0.01)
    assert high[1] <= 9 * 914400
    assert high[1] / high[0] == pytest.approx(8, rel=0.01)


# Modes


def test_a_students_paper_has_the_page_number_alone_in_its_header(tmp_path: Path) -> None:  # T4, P7
    document = build(tmp_path, PAPER, "-M", "apa-mode=student", "-M", "running-head=HEAD")
    assert text_of(document.xml("word/header1.xml")) == "1"


def test_the_lines_of_a_students_title_page_are_centred(tmp_path: Path) -> None:  # T4
    lines = {"course": "PSY 1", "instructor": "Ingrid", "due-date": "May 5", "word-count": "Word count: 9"}
    parts = "".join(f"::: {name}\n{text}\n:::\n" for name, text in lines.items())
    document = build(tmp_path, f":::: {{#title-page .title-page}}\n{parts}::::\n", "-M", "apa-mode=student")
    for style, text in zip(("Course", "Instructor", "DueDate", "WordCount"), lines.values(), strict=True):
        assert document.texts(style) == [text]
        assert document.property(style, "jc") == "center"


CONTENTS = """\
::::: {#contents .contents}
# Contents {#contents-label .section-label .unnumbered}

::: {.contents-entry level="1"}
[Method](#method)
:::
::: {.contents-entry level="2"}
[Sample](#sample)
:::
:::::

::::: {#list-of-tables .contents}
# List of Tables {#tables-label .section-label .unnumbered}

::: {.contents-entry level="1"}
[Table 1](#tbl-a) Means "of" All
:::
:::::

# Method {#method}

## Sample {#sample}

:::: {#tbl-a .float .table number="1" label="Table 1"}
::: float-number
Table 1
:::
::: float-title
Means "of" All
:::

| a | b |
|---|---|
| 1 | 2 |
::::
"""


@pytest.fixture(scope="module")
def thesis(tmp_path_factory: pytest.TempPathFactory) -> Docx:
    return build(tmp_path_factory.mktemp("thesis"), CONTENTS, "-M", "apa-mode=thesis")


def instructions(element: etree._Element) -> list[str]:
    return [" ".join((code.text or "").split()) for code in element.iter(f"{{{W}}}instrText")]


def test_the_contents_are_a_field_with_an_entry_for_each_heading(thesis: Docx) -> None:
    assert thesis.texts("TOC1") == ["Method"]
    assert thesis.texts("TOC2") == ["Sample"]
    codes = instructions(thesis.document)
    assert codes[0] == r'TOC \b _Text \o "1-2" \h \z \u'
    pages = [code.split()[1] for code in codes if code.startswith("PAGEREF")]
    assert [bookmarked(thesis, name) for name in pages] == ["Method", "Sample", "Table\u00a01"]
    (tab,) = thesis.style("TOC1").findall(f".//{{{W}}}tab")
    assert (attribute(tab, "val"), attribute(tab, "leader"), attribute(tab, "pos")) == ("right", "dot", "9360")


def test_the_contents_list_what_follows_them(thesis: Docx) -> None:
    (start,) = thesis.document.xpath("//w:bookmarkStart[@w:name='_Text']", namespaces=NAMESPACES)
    before, after = (
        {text_of(p) for p in start.xpath(f"{axis}::w:p", namespaces=NAMESPACES)} for axis in ("preceding", "following")
    )
    assert "Contents" in before
    assert {"Method", "Sample"} <= after
    end = thesis.document.xpath(f"//w:bookmarkEnd[@w:id='{attribute(start, 'id')}']", namespaces=NAMESPACES)[0]
    assert not end.xpath("following::w:p", namespaces=NAMESPACES)


def test_the_heading_of_the_contents_is_not_among_them(thesis: Docx) -> None:
    assert thesis.texts("TOCHeading") == ["Contents", "List of Tables"]
    assert thesis.property("TOCHeading", "outlineLvl") == "9"
    assert thesis.property("TOCHeading", "pageBreakBefore") == ""


def test_a_list_of_tables_finds_number_and_title_in_hidden_entries(thesis: Docx) -> None:
    assert thesis.texts("TableofFigures") == ["Table 1 Means “of” All"]
    codes = instructions(thesis.document)
    assert r"TOC \h \z \f t" in codes
    (number,) = thesis.paragraphs("TableNumber")
    assert instructions(number) == ['TC "Table 1 Means “of” All" \\f t \\l 1']


def test_fields_of_many_paragraphs_begin_and_end(thesis: Docx) -> None:
    depth = 0
    for mark in thesis.document.iter(f"{{{W}}}fldChar"):
        depth += {"begin": 1, "separate": 0, "end": -1}[attribute(mark, "fldCharType") or ""]
        assert depth >= 0
    assert depth == 0


def test_a_journals_article_has_its_text_in_two_columns_below_title_and_abstract(tmp_path: Path) -> None:
    document = build(tmp_path, PAPER, "-M", "apa-mode=journal")
    front, text = document.document.xpath("//w:sectPr", namespaces=NAMESPACES)
    assert front.xpath("w:cols/@w:num", namespaces=NAMESPACES) == []
    assert text.xpath("w:cols/@w:num", namespaces=NAMESPACES) == ["2"]
    assert text.xpath("w:type/@w:val", namespaces=NAMESPACES) == ["continuous"]
    assert section_of(document.paragraphs("Abstract")[0]) is front
    assert section_of(document.paragraphs("Author")[0]) is front
    assert section_of(document.paragraphs("Heading1")[0]) is text
    assert document.texts("SectionLabel") == ["Abstract", "References"]  # the title is not said twice
    assert document.property("SectionLabel", "pageBreakBefore") is None
    assert document.styles.xpath("//w:docDefaults//w:sz/@w:val", namespaces=NAMESPACES) == ["20"]
    assert int(document.property("BodyText", "spacing", "line") or 0) < 280


def test_a_wide_float_of_a_journals_article_runs_across_both_columns(tmp_path: Path) -> None:
    document = build_floats(tmp_path, "-M", "apa-mode=journal")
    (number,) = (p for p in document.paragraphs("TableNumber") if text_of(p) == "Table\u00a02")
    assert section_of(number).xpath("w:cols/@w:num", namespaces=NAMESPACES) == []
    (other, *_) = document.paragraphs("TableNumber")
    assert section_of(other).xpath("w:cols/@w:num", namespaces=NAMESPACES) == ["2"]


def test_an_annotation_stands_half_an_inch_in_below_its_entry(tmp_path: Path) -> None:  # R8, 9.51
    text = PAPER.replace(
        "<https://doi.org/10.1000/xyz>\n", "<https://doi.org/10.1000/xyz>\n\n::: annotation\nUseful.\n\nVery.\n:::\n"
    )
    document = build(tmp_path, text)
    assert document.texts("Annotation") == ["Useful."]
    assert document.texts("AnnotationContinued") == ["Very."]
    assert document.property("Annotation", "ind", "left") == "720"
    assert document.property("AnnotationContinued", "ind", "firstLine") == "720"


def test_footnotes_at_the_end_are_set_as_the_text_is(tmp_path: Path) -> None:  # F1, 2.13
    text = "# Footnotes {#footnotes .section-label}\n\n::: {#fn-1 .footnote-entry}\n^1^ Text.\n:::\n"
    document = build(tmp_path, text)
    assert document.texts("FootnoteEntry") == ["1 Text."]
    assert document.property("FootnoteEntry", "spacing", "line") == "480"
    assert document.property("FootnoteEntry", "ind", "firstLine") == "720"


# Language and masking


def test_a_paper_from_right_to_left_has_its_sections_and_tables_so(tmp_path: Path) -> None:
    document = build_floats(tmp_path, "-M", "dir=rtl", "-M", "lang=ar")
    assert len(document.document.xpath("//w:sectPr/w:bidi", namespaces=NAMESPACES)) == 3
    assert len(document.document.xpath("//w:tblPr/w:bidiVisual", namespaces=NAMESPACES)) == 3
    assert document.style("Normal").find(f"{{{W}}}pPr/{{{W}}}bidi") is not None


@pytest.mark.parametrize(("lang", "kind"), [("de-DE", "val"), ("ja", "eastAsia"), ("ar", "bidi")])
def test_the_fonts_follow_the_language_of_the_paper(tmp_path: Path, lang: str, kind: str) -> None:
    document = build(tmp_path, "Text.", "-M", f"lang={lang}")
    for part, path in (("word/styles.xml", "//w:docDefaults//w:lang"), ("word/settings.xml", "//w:themeFontLang")):
        (language,) = document.xml(part).xpath(path, namespaces=NAMESPACES)
        assert attribute(language, kind) == lang


def test_a_masked_copy_names_nobody_in_its_properties(tmp_path: Path) -> None:  # T6
    document = build(tmp_path, "---\ntitle: T\nauthor: [Zélia Quirós]\n---\n\nText.\n", "-M", "apa-masked=true")
    core = document.xml("docProps/core.xml")
    assert not core.findtext("dc:creator", namespaces=NAMESPACES)
    assert not core.findtext("cp:lastModifiedBy", namespaces=NAMESPACES)
    for name, content in document.parts.items():
        assert "Quirós".encode() not in content, name
        assert b"w:rsid " not in content, name


# ECMA-376: Word calls a file damaged that breaks these

PROPERTY_ORDER = {
    "pPr": """pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
        suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi
        adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc
        textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr""",
    "rPr": """rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid
        vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign
        rtl cs em lang eastAsianLayout specVanish oMath""",
    "sectPr": """headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType
        pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid""",
    "tblPr": """tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing
        tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription""",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
}
VARIANTS = {
    "plain": (),
    "journal": ("-M", "apa-mode=journal"),
    "rtl": ("-M", "dir=rtl", "-M", "lang=ar", "-M", "apa-line-numbers=true"),
    "a4": ("-M", "apa-paper=a4", "-M", "apa-font=Georgia", "-M", "apa-line-numbers=true"),
}


@pytest.fixture(scope="module", params=VARIANTS)
def any_docx(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Docx:
    body = PAPER.split("---\n", 2)[2]
    own = (
        FLOATS.split("---\n", 2)[2]
        .replace("{#method}", "{#another}")
        .replace("(#method)", "(#another)")
        .replace("[^1]", "[^2]")
    )
    text = f"---\ntitle: T\nrunning-head: HEAD\n---\n\n{CONTENTS.replace('tbl-a', 'tbl-c')}\n{own}\n{body}"
    return build_floats(tmp_path_factory.mktemp("any"), *VARIANTS[request.param], text=text)


def word_parts(document: Docx) -> list[tuple[str, etree._Element]]:
    return [(n, etree.fromstring(c)) for n, c in document.parts.items() if n.startswith("word/") and n.endswith(".xml")]


@pytest.mark.parametrize("holder", PROPERTY_ORDER)
def test_properties_stand_in_the_order_of_the_schema_and_once(any_docx: Docx, holder: str) -> None:
    order = PROPERTY_ORDER[holder].split()
    for part, root in word_parts(any_docx):
        for element in root.iter(f"{{{W}}}{holder}"):
            names = [child.tag.split("}")[1] for child in element]
            assert sorted(names, key=order.index) == names, (part, names)
            assert len(set(names)) == len(names), (part, names)
            text = (element.text or "") + "".join(child.tail or "" for child in element)
            assert not text.strip(), (part, text)


def test_properties_stand_first(any_docx: Docx) -> None:
    pairs = {"p": "pPr", "r": "rPr", "tbl": "tblPr", "tr": "trPr", "tc": "tcPr"}
    for part, root in word_parts(any_docx):
        for owner, holder in pairs.items():
            for found in root.iter(f"{{{W}}}{holder}"):
                parent = found.getparent()
                if parent.tag == f"{{{W}}}{owner}":
                    assert parent.index(found) == 0, (part, holder)


def test_numbers_and_names_of_drawings_and_bookmarks_are_unique(any_docx: Docx) -> None:
    drawings = any_docx.document.xpath("//wp:docPr/@id", namespaces=NAMESPACES)
    starts = any_docx.document.xpath("//w:bookmarkStart/@w:id", namespaces=NAMESPACES)
    names = any_docx.document.xpath("//w:bookmarkStart/@w:name", namespaces=NAMESPACES)
    ends = any_docx.document.xpath("//w:bookmarkEnd/@w:id", namespaces=NAMESPACES)
    assert drawings
    for unique in (drawings, starts, names, ends):
        assert len(set(unique)) == len(unique)
    assert set(starts) == set(ends)


def test_every_relationship_that_is_used_is_there_and_its_part_too(any_docx: Docx) -> None:
    for part, root in word_parts(any_docx):
        used = set(root.xpath("//@r:id | //@r:embed | //@r:link", namespaces=NAMESPACES))
        relations = part.replace("word/", "word/_rels/") + ".rels"
        known = any_docx.xml(relations) if relations in any_docx.parts else []
        assert used <= {entry.get("Id") for entry in known}, part
        for entry in known:
            if entry.get("TargetMode") != "External":
                assert f"word/{entry.get('Target')}" in any_docx.parts, entry.get("Target")


def test_every_part_has_its_kind_and_every_kind_its_part(any_docx: Docx) -> None:
    kinds = any_docx.xml("[Content_Types].xml")
    named = {entry.get("PartName", "").lstrip("/") for entry in kinds if entry.tag.endswith("Override")}
    extensions = {entry.get("Extension") for entry in kinds if entry.tag.endswith("Default")}
    assert named <= set(any_docx.parts)
    for name in set(any_docx.parts) - named:
        assert name.rsplit(".", 1)[-1] in extensions, name


def test_every_style_is_there_in_every_variant(any_docx: Docx) -> None:
    known = set(any_docx.styles.xpath("//w:style/@w:styleId", namespaces=NAMESPACES))
    for part, root in word_parts(any_docx):
        for kind in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link"):
            assert set(root.xpath(f"//w:{kind}/@w:val", namespaces=NAMESPACES)) <= known, part


def test_every_link_and_field_within_the_document_has_its_bookmark(any_docx: Docx) -> None:
    names = set(any_docx.document.xpath("//w:bookmarkStart/@w:name", namespaces=NAMESPACES))
    assert set(any_docx.document.xpath("//w:hyperlink/@w:anchor", namespaces=NAMESPACES)) <= names
    codes = [code for code, _ in fields(any_docx.document)] + instructions(any_docx.document)
    targets = {code.split()[1] for code in codes if code.split()[0] in {"REF", "PAGEREF"}}
    assert targets
    assert targets <= names


def test_measures_are_whole_numbers_and_no_mark_of_ours_stays(any_docx: Docx) -> None:
    for part, root in word_parts(any_docx):
        assert not root.xpath("//processing-instruction()"), part
        for name in (
            "w",
            "h",
            "pos",
            "sz",
            "before",
            "after",
            "line",
            "left",
            "firstLine",
            "firstLineChars",
            "num",
            "space",
        ):
            for value in root.xpath(f"//@w:{name}", namespaces=NAMESPACES):
                assert re.fullmatch(r"-?\d+", value), (part, name, value)
    for extent in any_docx.document.xpath("//wp:extent", namespaces=NAMESPACES):
        assert all(re.fullmatch(r"\d+", value) for value in extent.attrib.values())


def test_a_table_is_never_the_last_of_its_cell_or_next_to_another(any_docx: Docx) -> None:
    for table in any_docx.document.iter(f"{{{W}}}tbl"):
        following = next(node for node in table.itersiblings() if "bookmark" not in node.tag)
        assert following.tag == f"{{{W}}}p"


def test_two_parts_of_one_identifier_keep_one_bookmark(tmp_path: Path) -> None:
    document = build(tmp_path, "::: {#twice}\nOne.\n:::\n\n::: {#twice}\nTwo.\n:::\n\nSee [it](#twice).\n")
    names = document.document.xpath("//w:bookmarkStart/@w:name", namespaces=NAMESPACES)
    assert names == ["twice"]
    assert len(document.document.xpath("//w:bookmarkEnd", namespaces=NAMESPACES)) == 1


def test_two_tables_that_follow_each_other_stay_two(tmp_path: Path) -> None:  # Word makes one of tables that touch
    one = "::: {{#tbl-{0} .float .table number={0} label='Table {0}'}}\n| a |\n|---|\n| 1 |\n:::\n\n"
    document = build(tmp_path, one.format(1) + one.format(2))
    first, _ = document.document.iter(f"{{{W}}}tbl")
    assert first.xpath("following-sibling::w:p[1]/w:pPr/w:pStyle/@w:val", namespaces=NAMESPACES) == ["TableEnd"]
