"""Judges, as a parser sees it, the web page that plain pandoc writes with filters/defaults/html.yaml."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pypandoc
import pytest
from lxml import etree, html
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
DEFAULTS = ROOT / "filters" / "defaults"

TITLE = 'Mind & Body: A \\< B "Quoted" *in vivo*'
# A cited document in the shape that the common step hands to every format (filters/title-page.lua).
PAPER = f"""\
---
title: '{TITLE}'
author: [Ann Béla, 'Carl "CD" Diaz']
keywords: [working memory, 'shift & "work"']
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

A note at <https://example.org/some/registration>.
:::
::::

:::: {{#abstract-page .abstract-page}}
# Abstract {{#abstract .section-label .unnumbered}}

::: abstract
An abstract.
:::
::: keywords
*Keywords:* working memory
:::
::::

# {TITLE}[]{{#introduction}} {{#text-title .section-label .text-title .unnumbered}}

Opening, citing [@smith2020] and [the start](#introduction).[^1]

# Method

## Participants

### Recruitment

#### Level Four

Runs on.

##### Who Came?

Runs on.

#### Before a List

- one

> A quotation.

$$E = mc^2$$

``` r
x <- 1
```

| Measure | *M* |
|:--------|----:|
| Sleep   | 1.2 |

: Means by "Group"

![A Figure Title](box.png){{alt="A blue \\"box\\""}}

Remote: ![a chart](https://example.org/chart.png).

Address: <https://example.org/some/long/path?with=query>.

# References {{#references .section-label .unnumbered}}

::: {{#refs .references .csl-bib-body .hanging-indent}}
:::

[^1]: A footnote.
"""
BIBLIOGRAPHY = """\
[{"id": "smith2020", "type": "article-journal", "title": "A title", "author": [{"family": "Smith", "given": "A."}],
  "issued": {"date-parts": [[2020]]}, "DOI": "10.1000/xyz"}]
"""
STYLE = """\
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
  <info><title>t</title><id>t</id><updated>2026-01-01T00:00:00+00:00</updated></info>
  <citation><layout prefix="(" suffix=")"><names variable="author"/></layout></citation>
  <bibliography hanging-indent="true"><layout><names variable="author"/><text variable="DOI" prefix=" https://doi.org/"/>
  </layout></bibliography>
</style>
"""


@dataclass(frozen=True)
class Page:
    """A web page as its text, with the questions that the tests ask of it."""

    text: str
    warnings: str

    @cached_property
    def tree(self) -> html.HtmlElement:
        return html.document_fromstring(self.text)

    def all(self, path: str) -> list[html.HtmlElement]:
        return self.tree.xpath(path)

    def one(self, path: str) -> html.HtmlElement:
        (found,) = self.all(path)
        return found

    @cached_property
    def css(self) -> str:
        return re.sub(r"/\*.*?\*/", "", "\n".join(style.text for style in self.all("//style")), flags=re.DOTALL)

    @cached_property
    def print_css(self) -> str:
        return self.css[self.css.index("@media print") :]


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def build(folder: Path, text: str, *options: str) -> Page:
    """Write a document as a web page with plain pandoc and the defaults file."""
    (folder / "paper.md").write_text(text, encoding="utf-8")
    (folder / "refs.json").write_text(BIBLIOGRAPHY, encoding="utf-8")
    (folder / "style.csl").write_text(STYLE, encoding="utf-8")
    Image.new("RGB", (60, 40), "navy").save(folder / "box.png")
    pandoc = pypandoc.get_pandoc_path()
    cite = ["--citeproc", "--csl=style.csl", "--bibliography=refs.json", "-M", "link-citations=true"]
    subprocess.run([pandoc, *cite, "paper.md", "-t", "json", "-o", "cited.json"], cwd=folder, check=True)
    written = subprocess.run(
        [pandoc, "-f", "json", "-d", DEFAULTS / "html.yaml", *options, "cited.json", "-o", "paper.html"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return Page((folder / "paper.html").read_text(encoding="utf-8"), written.stderr)


RUNNING_HEAD = '</style> & "X" \\ $5 #1 @ {}'


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return build(tmp_path_factory.mktemp("html"), PAPER, "-M", f"running-head={RUNNING_HEAD}")


def test_the_title_is_the_only_first_heading(page: Page) -> None:
    assert text_of(page.one("//h1")) == "Mind & Body: A < B “Quoted” in vivo"
    assert page.one("//h1/em").text == "in vivo"
    assert page.one("//body/header//h1") is not None


def test_no_heading_level_is_skipped(page: Page) -> None:
    levels = [int(heading.tag[1]) for heading in page.all("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert all(following <= level + 1 for level, following in pairwise(levels))
    assert max(levels) == 6


def test_the_page_has_a_banner_and_a_main_landmark_and_a_link_that_skips_to_it(page: Page) -> None:
    assert page.one("/html/body/header") is not None
    main = page.one("/html/body/main")
    assert page.one("/html/body/*[1]").get("href") == f"#{main.get('id')}"


def test_the_page_says_its_language_title_authors_and_keywords(page: Page) -> None:
    assert page.tree.get("lang") == "en-GB"
    assert page.one("//title").text == "Mind & Body: A < B “Quoted” in vivo"
    assert page.all("//meta[@name='author']/@content") == ["Ann Béla", "Carl “CD” Diaz"]
    assert page.all("//meta[@name='keywords']/@content") == ["working memory, shift & “work”"]


def test_the_title_over_the_text_is_for_print_only(page: Page) -> None:
    title = page.one("//main//p[contains(@class, 'text-title')]")
    assert title.get("hidden") is not None
    assert ".text-title { display: block" in page.print_css
    opening = page.one("//p[starts-with(., 'Opening')]")
    assert not opening.xpath("ancestor-or-self::*[@hidden or contains(@class, 'text-title')]")


def test_every_link_inside_the_page_lands_on_one_id_that_is_not_hidden(page: Page) -> None:
    targets = [target[1:] for target in page.all("//a/@href") if target.startswith("#")]
    assert {"ref-smith2020", "introduction", "fn1"} <= set(targets)
    for target in targets:
        assert not page.one(f"//*[@id='{target}']").xpath("ancestor-or-self::*[@hidden]"), target


def test_a_citation_links_to_its_entry(page: Page) -> None:
    assert page.one("//*[contains(@class, 'citation')]/a").get("href") == "#ref-smith2020"
    assert "csl-entry" in page.one("//*[@id='refs']/*[@id='ref-smith2020']").get("class")


def test_sections_are_nested_and_named_by_their_headings(page: Page) -> None:
    assert text_of(page.one("//main/section[@id='method']/h2")) == "Method"
    assert text_of(page.one("//section[@id='method']/section[@id='participants']/h3")) == "Participants"


def test_run_in_headings_stay_headings_and_end_in_a_stop(page: Page) -> None:
    assert [text_of(heading) for heading in page.all("//h5|//h6")] == ["Level Four.", "Who Came?", "Before a List."]
    assert [text_of(heading) for heading in page.all("//h5[contains(@class, 'alone')]")] == ["Before a List."]


def test_the_page_loads_nothing_from_elsewhere(page: Page) -> None:
    assert not page.all("//script|//link|//iframe|//object|//embed|//video|//audio|//base")
    assert all(source.startswith("data:") for source in page.all("//*/@src"))
    assert "url(" not in page.css
    assert "@import" not in page.css


def test_an_image_on_the_web_becomes_a_link_with_a_warning(page: Page) -> None:
    assert page.one("//a[@href='https://example.org/chart.png']").text == "a chart"
    assert "the image https://example.org/chart.png lies on the web" in page.warnings


def test_images_keep_their_alternative_text(page: Page) -> None:
    assert page.all("//img/@alt") == ['A blue "box"']


def test_a_table_scrolls_by_itself_and_by_keyboard(page: Page) -> None:
    region = page.one("//table/parent::div")
    assert (region.get("role"), region.get("tabindex"), region.get("aria-label")) == ("region", "0", "Means by “Group”")
    assert re.search(r"\.table-scroll \{[^}]*overflow-x: auto", page.css)


def test_formulas_are_mathml(page: Page) -> None:
    assert len(page.all("//*[local-name()='math']")) == 1


def test_an_address_may_break_after_its_marks_and_reads_as_before(page: Page) -> None:
    links = page.all("//a[starts-with(@href, 'https://example.org/some')]")
    assert len(links) == 2
    for link in links:
        assert link.text_content() == link.get("href")
        assert link.xpath("wbr")


@pytest.mark.parametrize(
    ("rule", "declaration"),
    [
        ("P1", r"@page \{\s*size: 8\.5in 11in;\s*margin: 1in;"),
        ("P2", r"html \{ font-size: var\(--size\); line-height: var\(--pitch\); \}"),
        ("P2", r"blockquote p \{ margin: 0; text-indent: 0; \}"),
        ("Q2", r"blockquote p \+ p \{ text-indent: var\(--indent\); \}"),
        ("P4", r"\bp, li, [^{]*\{[^}]*hyphens: none;"),
        ("P5", r"--indent: 0\.5in;[^}]*\}"),
        ("P5", r"\bp \{ text-indent: var\(--indent\); \}"),
        ("P6", r"@top-right \{[^}]*content: counter\(page\)"),
        ("P8", r"main :is\(section, nav\):has\(> \.section-label\), \.own-page \{ break-before: page; \}"),
        ("A1", r"\.abstract p \{ text-indent: 0; \}"),
        ("Q1", r"blockquote \{ padding-inline-start: var\(--indent\); \}"),
        ("R2", r"\.csl-entry \{ padding-inline-start: var\(--indent\); text-indent: calc\(-1 \* var\(--indent\)\); \}"),
        ("B6", r"thead \{ display: table-header-group; \}"),
    ],
)
def test_print_has_the_rule_of_an_apa_paper(page: Page, rule: str, declaration: str) -> None:
    assert re.search(declaration, page.css[page.css.index("@page") :]), rule


def test_no_side_is_named_left_or_right_so_that_the_page_can_be_turned_round(page: Page) -> None:
    named = re.findall(r"(?:margin|padding|border)-(?:left|right)|(?:text-align|float): (?:left|right)", page.css)
    assert named == []


def test_the_running_head_reads_as_written_whatever_is_in_it(page: Page) -> None:
    (literal,) = re.findall(r'@top-left \{ content: "([^"]*)"', page.css)
    decoded = re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), literal)
    assert decoded == RUNNING_HEAD
    assert len(page.all("//style")) == 1


def test_a_paper_without_parts_still_has_its_title_and_landmarks(tmp_path: Path) -> None:
    page = build(tmp_path, "---\ntitle: Bare & plain\n---\n\nText.")
    assert text_of(page.one("/html/body/header/h1")) == "Bare & plain"
    assert text_of(page.one("/html/body/main")) == "Text."
    assert "@top-left { content" not in page.css


@pytest.mark.parametrize("source", ["page", "floats"])
def test_the_page_is_well_nested(source: str, request: pytest.FixtureRequest) -> None:
    page = request.getfixturevalue(source)
    parser = etree.HTMLParser(recover=True)
    etree.fromstring(page.text.encode(), parser)
    mistakes = [error.message for error in parser.error_log if "Tag" not in error.message]
    assert mistakes == []


def channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "mark", "code"])
@pytest.mark.parametrize("ink", ["ink", "link", "soft"])
def test_text_has_a_contrast_of_at_least_four_and_a_half(page: Page, scheme: int, ground: str, ink: str) -> None:
    colours = [dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in re.findall(r":root \{([^}]*)\}", page.css)]
    lighter, darker = sorted((luminance(colours[scheme][name]) for name in (ground, ink)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


# Parts that floats.lua, cross-references.lua, appendices.lua and order-of-parts.lua build.
FLOATS = """\
---
title: T
author: [Ann Béla, Carl Diaz]
lang: {lang}
---

::: {{#contents .contents}}
# Contents {{#contents-label .section-label .unnumbered}}

::: {{.contents-entry level="1"}}
[References](#references)
:::
:::

# T {{#text-title .section-label .text-title .unnumbered}}

Text.[^1] See [Table 1](#tbl-means){{.cross-reference part="label"}}, [Equation 1](#eq-line){{.cross-reference}} and
[nothing](#nowhere).

::::: {{#tbl-means .float .table .wide number="1" label="Table 1" orientation="landscape" own-page="true"}}
::: float-number
Table 1
:::
::: float-title
Means by *Group*
:::

+---------+---------------+
|         | Sleep         |
|         +-------+-------+
|         | *M*   | *SD*  |
+=========+=======+=======+
| Young   | 1     | 2     |
+---------+-------+-------+
| Old     | -3    | 4     |
+---------+-------+-------+

::: float-note
*Note.* Of all.

\\**p* < .05.
:::
:::::

::::: {{#fig-one .float .figure number="1" label="Figure 1"}}
::: float-number
Figure 1
:::
::: float-title
A Box
:::

![](box.png)
:::::

[$$y = a + b_1 x_1 + b_2 x_2 + e$$]{{#eq-line .equation number="1"}}

# References {{#references .section-label .unnumbered}}

::: {{#refs .references .csl-bib-body}}
::: {{#ref-smith2020 .csl-entry}}
Smith, A. (2020). A title.

::: annotation
First.

Second.
:::
:::
:::

::::: {{#tbl-end .float .table number="2" label="Table 2" own-page="true"}}
::: float-number
Table 2
:::

| Measure | *M* |
|:--------|----:|
| Sleep   | 1.2 |
:::::

# Appendix {{#appendix .section-label .appendix .unnumbered}}

More.[^2]

[^1]: The first.

[^2]: The second.
"""


@pytest.fixture(scope="module")
def floats(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return build(tmp_path_factory.mktemp("floats"), FLOATS.format(lang="en"))


def test_number_and_title_stand_above_a_table_and_the_notes_below(floats: Page) -> None:
    parts = floats.all("//figure[@id='tbl-means']/*")
    assert [part.tag for part in parts] == ["figcaption", "div", "div"]
    assert [text_of(line) for line in parts[0]] == ["Table 1", "Means by Group"]
    assert [text_of(note) for note in parts[2]] == ["Note. Of all.", "*p < .05."]


def test_a_number_is_bold_and_a_title_italic(floats: Page) -> None:
    assert ".float-number { font-weight: bold; }" in floats.css
    assert ".float-title { font-style: italic; }" in floats.css


def test_every_column_and_every_row_of_a_table_has_its_head_marked(floats: Page) -> None:
    heads = floats.all("//figure[@id='tbl-means']//th")
    assert [(text_of(head), head.get("scope")) for head in heads] == [
        ("", None),
        ("Sleep", "colgroup"),
        ("M", "col"),
        ("SD", "col"),
        ("Young", "row"),
        ("Old", "row"),
    ]
    assert heads[0].get("role") == "cell"


def test_column_heads_are_centred_and_the_stub_keeps_to_the_start(floats: Page) -> None:
    assert floats.all("//figure[@id='tbl-end']//th/@class") == ["to-start", "to-center", "to-start"]
    assert floats.all("//figure[@id='tbl-end']//td/@class") == ["to-end"]
    assert ".to-center { text-align: center; }" in floats.css


def test_no_rule_of_a_table_stands_upright(page: Page) -> None:
    rules = re.findall(r"(?:^|\})\s*((?:table|thead|tbody|th|td|tr)[^{}]*)\{([^}]*border[^}]*)\}", page.css)
    assert any("thead" in selector for selector, _ in rules)
    for _, declarations in rules:
        borders = re.findall(r"border[\w-]*", declarations)
        assert set(borders) <= {"border-collapse", "border-top", "border-bottom"}


def test_a_table_of_a_float_scrolls_in_a_region_that_has_its_number_and_title_for_a_name(floats: Page) -> None:
    region = floats.one("//figure[@id='tbl-means']/div[@role='region']")
    assert (region.get("tabindex"), region.get("aria-label")) == ("0", "Table 1. Means by Group")


def test_a_float_in_landscape_has_a_page_of_that_form_to_itself(floats: Page) -> None:
    assert set(floats.one("//figure[@id='tbl-means']").get("class").split()) >= {"wide", "landscape", "own-page"}
    assert ".landscape { page: landscape; }" in floats.print_css
    assert "@page landscape { size: 11in 8.5in; }" in floats.css
    assert ".own-page { break-after: page; }" in floats.print_css


def test_an_image_without_words_of_its_own_has_those_of_its_title(floats: Page) -> None:
    assert floats.all("//figure[@id='fig-one']//img/@alt") == ["A Box"]


def test_an_equation_has_its_number_in_parentheses_after_it(floats: Page) -> None:
    equation = floats.one("//*[@id='eq-line']")
    assert text_of(equation.xpath("*")[-1]) == "(1)"
    assert re.search(r"\.equation \{ display: flex;", floats.css)
    assert ".equation-number { flex: 1 0 0; min-width: max-content; text-align: end; }" in floats.css


def test_a_long_equation_scrolls_by_itself_and_by_keyboard(floats: Page) -> None:
    scrolling = floats.one("//*[@id='eq-line']/*[*[local-name()='math']]")
    assert (scrolling.get("tabindex"), scrolling.get("aria-label")) == ("0", "Equation 1")


def test_cross_references_are_links_and_one_that_leads_nowhere_is_text_with_a_warning(floats: Page) -> None:
    assert floats.all("//a[contains(@class, 'cross-reference')]/@href") == ["#tbl-means", "#eq-line"]
    assert not floats.all("//a[@href='#nowhere']")
    assert "and nothing." in text_of(floats.one("//main//p[starts-with(., 'Text.')]"))
    assert 'a link leads to "#nowhere", and there is nothing of that id' in floats.warnings


def test_footnotes_come_after_the_references_then_the_tables_at_the_end_then_the_appendices(floats: Page) -> None:
    parts = floats.all("//main/*[@id='text-title']/following-sibling::*")
    assert [part.get("id") for part in parts] == ["references", "footnotes", "tbl-end", "appendix"]


def test_footnotes_lead_there_and_back_in_their_order(floats: Page) -> None:
    section = floats.one("//section[@role='doc-endnotes']")
    assert [text_of(note).rstrip(" ↩︎") for note in section.xpath("ol/li")] == ["The first.", "The second."]
    for number in ("1", "2"):
        call = floats.one(f"//a[@role='doc-noteref'][@href='#fn{number}']")
        back = floats.one(f"//li[@id='fn{number}']//a[@role='doc-backlink']")
        assert (text_of(call), back.get("href")) == (number, f"#{call.get('id')}")


def test_a_note_to_the_title_is_the_first_and_stands_once(tmp_path: Path) -> None:
    text = """\
---
title: A Title[^a]
---

:::: {#title-page .title-page}
::: title
A Title[^a]
:::
::::

Text.[^b]

[^a]: To the title.

[^b]: To the text.
"""
    page = build(tmp_path, text)
    assert page.one("//header//h1/a").get("href") == "#fn1"
    assert [text_of(note).rstrip(" ↩︎") for note in page.all("//section//li")] == ["To the title.", "To the text."]
    assert page.one("//title").text == "A Title"


def test_the_paragraphs_of_an_annotation_stay_paragraphs_below_their_entry(floats: Page) -> None:
    annotation = floats.one("//*[@id='ref-smith2020']/*[contains(@class, 'annotation')]")
    assert [text_of(paragraph) for paragraph in annotation.xpath("p")] == ["First.", "Second."]


@pytest.mark.parametrize(
    ("language", "footnotes", "back", "skip"),
    [
        ("de-DE", "Fußnoten", "Zurück zum Text (1)", "Zum Text"),
        ("ar", "الحواشي", "العودة إلى النص (1)", "انتقل إلى النص"),
    ],
)
def test_what_the_page_itself_says_is_in_its_language(
    tmp_path: Path, language: str, footnotes: str, back: str, skip: str
) -> None:
    page = build(tmp_path, FLOATS.format(lang=language))
    assert page.tree.get("lang") == language
    assert text_of(page.one("//section[@id='footnotes']/h2")) == footnotes
    assert page.one("//li[@id='fn1']//a[@role='doc-backlink']").get("aria-label") == back
    assert text_of(page.one("/html/body/*[1]")) == skip


def test_arabic_runs_from_right_to_left_with_its_page_header_turned_round(tmp_path: Path) -> None:
    page = build(tmp_path, FLOATS.format(lang="ar"), "-M", "running-head=HEAD")
    assert page.tree.get("dir") == "rtl"
    assert '@top-right { content: "HEAD"; }' in page.css
    assert "@top-left { content: counter(page); }" in page.css


def test_a_number_in_a_table_of_arabic_keeps_its_sign_before_it(tmp_path: Path) -> None:
    page = build(tmp_path, FLOATS.format(lang="ar"))
    assert page.one("//td[normalize-space()='-3']/span").get("dir") == "ltr"


def test_english_says_nothing_of_direction(floats: Page) -> None:
    assert floats.tree.get("dir") is None
    assert not floats.all("//td//*[@dir]")


@pytest.mark.parametrize(
    ("font", "first", "size", "pitch"),
    [  # APA 2.19 and, for the pitch, Word's double spacing of each
        ("Times New Roman", '"Times New Roman"', "12pt", 27.6),
        ("Georgia", "Georgia", "11pt", 25.0),
        ("Calibri", "Calibri", "11pt", 26.9),
        ("Arial", "Arial", "11pt", 25.3),
        ("Lucida Sans Unicode", '"Lucida Sans Unicode"', "10pt", 30.8),
        ("Computer Modern", '"CMU Serif"', "10pt", 24.0),
    ],
)
def test_each_approved_font_has_its_size_and_pitch(
    tmp_path: Path, font: str, first: str, size: str, pitch: float
) -> None:
    page = build(tmp_path, "Text.", "-M", "title=T", "-M", f"apa-font={font}")
    last = page.css.rindex(":root {")
    chosen = dict(re.findall(r"--(\w+): ([^;]+);", page.css[last : page.css.index("}", last)]))
    assert chosen["font"].startswith(first)
    assert chosen["size"] == size
    assert float(chosen["pitch"].removesuffix("pt")) == pytest.approx(pitch, abs=0.2)
    assert re.search(rf"@top-right \{{ font: {re.escape(size)} {re.escape(first)}", page.css)


def test_a4_is_a_choice(tmp_path: Path) -> None:
    page = build(tmp_path, "Text.", "-M", "title=T", "-M", "apa-paper=a4")
    sizes = re.findall(r"@page \{\s*size: ([^;]+);", page.css)
    assert sizes[-1] == "210mm 297mm"
    assert page.css.rindex("--page-height: 297mm") > page.css.rindex("--page-height: 11in")


def test_a_journal_prints_in_two_columns_and_a_manuscript_in_one(tmp_path: Path) -> None:
    page = build(tmp_path, "Text.", "-M", "title=T", "-M", "apa-mode=journal")
    assert page.one("/html/body").get("class").split()[0] == "journal"
    assert re.search(r"\.journal main \{ columns: 2;", page.print_css)
    assert "--size: 10pt; --pitch: 12pt;" in page.css


@pytest.mark.parametrize(("spacing", "share"), [("one-and-a-half", "0.75"), ("double", "1")])
def test_tables_can_be_set_wider(tmp_path: Path, spacing: str, share: str) -> None:
    page = build(tmp_path, "Text.", "-M", "title=T", "-M", f"apa-table-spacing={spacing}")
    assert f"tables-{spacing}" in page.one("/html/body").get("class").split()
    assert f".tables-{spacing} {{ --table-share: {share}; }}" in page.print_css


def test_reference_managers_find_title_and_authors(floats: Page) -> None:
    assert floats.all("//meta[@name='citation_title']/@content") == ["T"]
    assert floats.all("//meta[@name='citation_author']/@content") == ["Ann Béla", "Carl Diaz"]


def test_a_masked_page_names_nobody_in_its_head(tmp_path: Path) -> None:
    page = build(tmp_path, FLOATS.format(lang="en").replace("author: [Ann Béla, Carl Diaz]\n", ""))
    names = page.all("//meta/@name")
    assert "viewport" in names
    assert not [name for name in names if name == "author" or name.startswith("citation_")]


def test_a_student_paper_has_its_parts_on_the_title_page_and_no_running_head(tmp_path: Path) -> None:
    parts = {"course": "PSY 101", "instructor": "Dr. Dunn", "due-date": "May 1, 2026", "word-count": "Word count: 9"}
    divs = "\n\n".join(f"::: {name}\n{text}\n:::" for name, text in parts.items())
    text = f":::: {{#title-page .title-page}}\n{divs}\n::::\n\nText."
    page = build(tmp_path, text, "-M", "apa-mode=student", "-M", "title=T")
    for name, text in parts.items():
        assert text_of(page.one(f"/html/body/header/div[@class='{name}']")) == text
    assert "@top-left { content" not in page.css


def test_footnotes_on_a_page_of_their_own_have_a_way_back(tmp_path: Path) -> None:
    text = """\
Text.^[1](#fn-1){.footnote-call}^

# Footnotes {#footnotes .section-label .unnumbered}

::: {#fn-1 .footnote-entry}
^1^ The note.
:::
"""
    page = build(tmp_path, text, "-M", "title=T")
    call = page.one("//a[@href='#fn-1'][@role='doc-noteref']")
    back = page.one("//section[@role='doc-endnotes']//*[@id='fn-1']//a[@role='doc-backlink']")
    assert back.get("href") == f"#{call.get('id')}"


def test_contents_are_a_named_landmark_with_lists_in_lists(tmp_path: Path) -> None:
    text = """\
::: {#contents .contents}
# Contents {#label .section-label .unnumbered}

::: {.contents-entry level="1"}
[One](#one)
:::
::: {.contents-entry level="2"}
[Two](#two)
:::
::: {.contents-entry level="1"}
[Three](#three)
:::
:::

# One

## Two

# Three
"""
    page = build(tmp_path, text, "-M", "title=T")
    assert page.one("//main/nav").get("aria-label") == "Contents"
    assert text_of(page.one("//nav/h2[@id='label']")) == "Contents"
    assert [text_of(item.find("a")) for item in page.all("//nav/ul/li")] == ["One", "Three"]
    assert text_of(page.one("//nav/ul/li[a[@href='#one']]/ul/li")) == "Two"


def test_figures_within_a_figure_stand_side_by_side(tmp_path: Path) -> None:
    text = """\
::::: {#fig-two .float .figure number="1" label="Figure 1"}
::: float-number
Figure 1
:::

![Left](box.png){alt="a box"}

![Right](box.png){alt="the same box"}
:::::
"""
    page = build(tmp_path, text, "-M", "title=T")
    inner = page.all("//figure[@id='fig-two']/div[@class='sub-figures']/figure")
    assert [text_of(figure.find("figcaption")) for figure in inner] == ["Left", "Right"]
    assert re.search(r"\.sub-figures \{ display: flex;", page.css)


def test_the_letter_of_an_appendix_and_its_title_stand_on_lines_of_their_own(tmp_path: Path) -> None:
    heading = '<h1 id="a" class="section-label appendix">Appendix A<br>Materials</h1>'
    command = [pypandoc.get_pandoc_path(), "-d", DEFAULTS / "html.yaml", "-f", "html", "-M", "title=T"]
    written = subprocess.run(command, cwd=tmp_path, input=heading, check=True, capture_output=True, text=True)
    heading = Page(written.stdout, "").one("//section[@id='a']/h2")
    assert (heading.text, heading.find("br").tail.strip()) == ("Appendix A", "Materials")


def test_who_asks_for_colours_of_his_own_still_sees_where_a_link_led(page: Page) -> None:
    assert re.search(r"@media \(forced-colors: active\) \{\s*:target[^{]*\{ outline:", page.css)
