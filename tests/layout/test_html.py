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

A note.
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
    link = page.one("//a[starts-with(@href, 'https://example.org/some')]")
    assert link.text_content() == link.get("href")
    assert link.xpath("wbr")


def test_reference_entries_hang_half_an_inch_in_print(page: Page) -> None:
    assert re.search(r"\.csl-entry \{ padding-inline-start: 0.5in; text-indent: -0.5in; \}", page.print_css)


@pytest.mark.parametrize(
    "rule",
    [
        r"@page \{\s*size: 8\.5in 11in;\s*margin: 1in;",
        r"@top-right \{[^}]*content: counter\(page\)",
        r"html \{ font-size: 12pt; line-height: 27\.6pt; \}",
        r"\bp \{ text-indent: 0\.5in; \}",
        r"\.abstract p \{ text-indent: 0; \}",
        r"main section:has\(> \.section-label\) \{ break-before: page; \}",
        r"blockquote \{ padding-inline-start: 0\.5in; margin: 0; \}",
    ],
)
def test_print_has_the_rule_of_an_apa_paper(page: Page, rule: str) -> None:
    assert re.search(rule, page.print_css)


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


def test_the_page_is_well_nested(page: Page) -> None:
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
