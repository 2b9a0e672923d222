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
        [pypandoc.get_pandoc_path(), "-d", DEFAULTS / "docx.yaml", *options, "paper.md", "-o", "paper.docx"],
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


def test_only_footnotes_and_code_and_the_spacer_have_another_size(docx: Docx) -> None:  # P3
    sized = docx.styles.xpath("//w:style[w:rPr/w:sz]/@w:styleId", namespaces=NAMESPACES)
    assert set(sized) == {"FootnoteText", "VerbatimChar", "TitlePageSpacer"}


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
    assert docx.texts("Heading4") == ["Level four. ", "Level four before a list."]
    assert docx.texts("Heading5") == ["Who Came? "]
    hidden = [bool(p.xpath("w:pPr/w:rPr/w:specVanish", namespaces=NAMESPACES)) for p in docx.paragraphs("Heading4")]
    assert hidden == [True, False]  # nothing can run on before a list
    assert b"run-in" not in docx.parts["word/document.xml"]


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
    assert len(docx.xml("docProps/custom.xml")) == 0


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
