"""The page that shows the proof: one file, valid, readable in every light and width, and closed to hostile text."""

# ruff: noqa: E501  (a page's markup and its data read best in a line)

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from citeproof import proof_page, resources
from citeproof.abridged import NOTHING
from citeproof.stages import prove
from citeproof.stages.prove import Draft, Listed, Made, Mention, Paragraph, Section, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Run

STYLE = (resources.root() / "filters" / "templates" / "proof.css").read_text("utf-8")
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> & \"quoted\" 'too' \u202e\x07\ud800]]>"
ADDRESS = "https://doi.org/10.1/x"


def standing(name: str, **more: Any) -> dict[str, Any]:
    told = {"standing": name, "because": "", "registered": "", "differences": [], "remarks": [], "candidates": []}
    return {**told, "standing there": None, "notices": [], "asked": {}, "asked on": "", "by hand": None, **more}


def everything(text: str, address: str = ADDRESS) -> dict[str, Any]:
    """Give the proof of a paper, and of its supplement, in which this text stands wherever one may."""
    other = {"work": text, "link": address}
    told = standing(
        "differs",
        **{
            "because": text,
            "registered": address,
            "differences": [{"field": text, "have": text, "registered": text}],
            "remarks": [text],
            "candidates": [other],
            "standing there": other,
            "notices": [{"event": text, "identifier": text, "date": text, "source": text}],
            "asked": {text: text},
            "asked on": text,
            "by hand": {"because": text, "evidence": address, "date": text},
        },
    )
    works = [
        *(Work(f"{text}{name}", -1, address, False, False, Listed(f"{text} {name}", ((0, 3),)), standing(name)) for name in prove.STANDINGS),
        Work(text, -1, address, True, False, Listed(text, ((1, 3),)), told),
    ]  # fmt: skip
    paragraphs = tuple(Paragraph("note", 1, (text, n, text)) for n in range(len(works)))
    mentions = tuple(Mention(text, (work.key,), False, "text", noted=text) for work in works)
    draft = Draft(
        "paper", text, text, (Section(0, "", ""), Section(1, text, text)), paragraphs, mentions, tuple(works), True, ()
    )
    files = {"html": f"{text}.html".replace("/", ""), "pdf": "paper.pdf"}
    made = [Made(one, NOTHING.restore, files) for one in (draft, _as_supplement(draft))]
    found = {
        "code": "C003",
        "severity": "warning",
        "file": text,
        "line": 3,
        "column": 2,
        "message": text,
        "remedy": text,
    }
    passed_over = {"allowed": [found | {"because": text}], "turned off": 2}
    return prove.proof(made, (), str) | {"findings": [found, found | {"severity": "error"}]} | passed_over


def _as_supplement(draft: Draft) -> Draft:
    return Draft.from_data(draft.as_data() | {"part": "supplement"}, ())


def page_of(told: dict[str, Any]) -> Any:
    return html.document_fromstring(proof_page.page(told, "proof.json", STYLE).decode())


@pytest.fixture(scope="module")
def page() -> Any:
    return page_of(everything("Plain words"))


def text_of(node: Any) -> str:
    return " ".join(node.text_content().split())


# --- one file, whole ---------------------------------------------------------------------------------------------------


def test_the_page_asks_nobody_for_anything() -> None:
    raw = proof_page.page(everything("Plain words"), "proof.json", STYLE).decode()
    root = html.document_fromstring(raw)
    assert not root.xpath(
        "//script | //link | //img | //iframe | //object | //embed | //form | //base | //@src | //@srcset"
    )
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_page_is_well_formed_and_each_name_stands_once() -> None:
    raw = proof_page.page(everything("Plain words"), "proof.json", STYLE).decode()
    assert raw.startswith("<!DOCTYPE html>\n<html lang=")
    assert list(_unclosed(raw)) == []
    root = html.document_fromstring(raw)
    names = root.xpath("//@id")
    assert len(names) == len(set(names))
    assert all(" " not in name or name.startswith(("work-", "supplement-work-")) for name in names)


_VOID = {"meta", "br", "wbr", "hr"}


def _unclosed(raw: str) -> Iterator[str]:
    """Give the tags that are not closed by their own."""
    waiting: list[str] = []
    wrong: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            assert len(attrs) == len(dict(attrs))
            if tag not in _VOID:
                waiting.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if not waiting or waiting.pop() != tag:
                wrong.append(tag)

    Reader().feed(raw)
    yield from (*wrong, *waiting)


def test_links_within_the_page_land_in_it(page: Any) -> None:
    names = set(page.xpath("//@id"))
    assert {one[1:] for one in page.xpath("//a/@href[starts-with(., '#')]")} <= names
    assert {one for names in page.xpath("//@aria-labelledby") for one in names.split()} <= names


def test_the_page_has_landmarks_a_language_and_a_way_past_its_head(page: Any) -> None:
    assert page.get("lang") == "en"
    assert [len(page.xpath(f"//{name}")) for name in ("header", "nav", "main", "footer", "h1")] == [1, 1, 1, 1, 1]
    first = page.xpath("//body//a")[0]
    assert (first.get("href"), first.get("class")) == ("#main", "skip-link")
    assert page.xpath("//nav/@aria-label")
    assert page.xpath("//title")[0].text == "Proof of citations: Plain words"


def test_headings_leave_out_no_level(page: Any) -> None:
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


def test_tables_name_their_rows_and_columns(page: Any) -> None:
    for table in page.xpath("//table"):
        assert table.xpath("./thead/tr/th[@scope='col']")
        assert all(row.xpath("./th[@scope='row']") for row in table.xpath("./tbody/tr"))


# --- what it says -------------------------------------------------------------------------------------------------------


def test_each_state_has_a_sign_and_a_name_besides_its_colour(page: Any) -> None:
    called = {text_of(one) for one in page.xpath("//*[contains(@class, 'standing')]")}
    assert called == {f"{sign} {name}:" for _, sign, name, _ in proof_page.STANDINGS.values()}
    assert set(proof_page.STANDINGS) == set(prove.STANDINGS)
    legend = {text_of(one) for one in page.xpath("//dl[@class='legend']//dt")}
    assert legend == {f"{sign} {name}" for _, sign, name, _ in proof_page.STANDINGS.values()}


def test_nothing_on_the_page_calls_a_work_false(page: Any) -> None:
    for word in ("fake", "invented", "hallucinat", "fraud"):
        assert word not in text_of(page).lower()


def test_the_map_says_in_numbers_what_its_bars_show(page: Any) -> None:
    (row,) = page.xpath("(//table[@class='map'])[1]/tbody/tr")
    assert [text_of(cell) for cell in row] == ["Plain words", "10", "10"]
    assert row.xpath(".//*[@class='bar']/@aria-hidden") == ["true"]


@pytest.mark.parametrize(
    ("event", "said", "colour"),
    [
        ("retracted", "This work was retracted", "wrong"),
        ("expression of concern", "An expression of concern was published about this work", "wrong"),
        ("corrected", "A correction of this work was published", "look"),
    ],
)
def test_a_notice_says_what_was_when_who_tells_it_and_where(event: str, said: str, colour: str) -> None:
    notice = {"event": event, "identifier": "10.1000/r(1)", "date": "2020-05-04", "source": "crossref"}
    told = everything("Plain words")
    works = [one | {"notices": [notice]} for one in told["parts"][0]["works"]]
    told["parts"][0]["works"] = works
    shown = page_of(told).xpath(f"//article[contains(@class, '{colour}')]/p[@class='notice {colour}']")[0]
    assert (
        text_of(shown).replace("\xa0", " ") == f"{said} on 4 May 2020, as Crossref says: https://doi.org/10.1000/r(1)."
    )
    assert shown.xpath(".//a/@href") == ["https://doi.org/10.1000/r(1)"]


def test_a_page_of_the_pdf_is_a_link_to_it() -> None:
    told = everything("Plain words")
    told["parts"][0]["citations"][0]["pages"] = [3, 4]
    (link,) = page_of(told).xpath("//a[contains(., 'of the PDF')]")
    assert (link.get("href"), text_of(link)) == ("paper.pdf#page=3", "pages 3\u20134 of the PDF")


def test_a_paper_that_cites_nothing_says_so() -> None:
    draft = Draft("paper", "T", "en", (Section(0, "", ""),), (), (), (), False, ())
    said = text_of(page_of(prove.proof([Made(draft, NOTHING.restore)], (), str)))
    assert "This paper cites nothing." in said


def test_a_paper_in_another_language_keeps_its_words_in_it() -> None:
    told = everything("Worte") | {"language": "de-DE"}
    root = page_of(told)
    assert set(root.xpath("//blockquote/@lang | //h1/@lang")) == {"de-DE"}
    assert set(root.xpath("//blockquote/@dir | //*[@class='entry']/@dir")) == {"auto"}


def test_the_link_of_a_citation_leads_to_its_place_and_to_the_words_there(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("# Some Method\n\nIt was - as one knows, twice - well-known to all then [@ames2001; @berg2002].")
    citeproof("build", "--to", "html")
    root = html.parse(str(path.parent / "dist" / "proof.html")).getroot()
    (href,) = set(root.xpath("//*[@class='where']/a/@href"))
    assert href == (
        "paper.html#citation-1-of-ames2001:~:text=well%2Dknown%20to%20all%20then-,%28Ames%2C%202001%3B%20Berg%20%26%20Cole%2C%202002%29"
    )


# --- hostile text -------------------------------------------------------------------------------------------------------


def test_no_text_becomes_markup_and_no_character_is_left_that_a_page_may_not_hold() -> None:
    tame, wild = page_of(everything("Plain words")), page_of(everything(HOSTILE))
    assert [one.tag for one in wild.iter() if isinstance(one.tag, str)] == [
        one.tag for one in tame.iter() if isinstance(one.tag, str)
    ]
    assert not [name for one in wild.iter() for name in one.attrib if name.startswith("on")]
    raw = proof_page.page(everything(HOSTILE), "proof.json", STYLE).decode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", raw)
    assert text_of(wild).count("alert(1)") > 10


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        " https://a.b\njavascript:x",
        "//a.b",
        "https://",
    ],
)
def test_only_addresses_of_the_web_become_links(address: str) -> None:
    hrefs = page_of(everything("Plain words", address)).xpath("//a/@href")
    assert all(one.startswith(("#", "paper.", "Plain%20words", "proof.json", "https://doi.org/")) for one in hrefs)


def test_an_address_of_the_web_is_a_link() -> None:
    hrefs = page_of(everything("Plain words", "http://example.org/a?b=1&c=%22")).xpath("//a/@href")
    assert hrefs.count("http://example.org/a?b=1&c=%22") > 3


def test_a_title_in_the_source_that_is_markup_is_text_in_the_page(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    title = "---\ntitle: 'A \\<script>alert(1)\\</script> Paper'\nbibliography: references.bib\n---\n\n"
    path = paper("As @ames2001 says.", front=title)
    assert citeproof("build", "--to", "html").status == 0
    root = html.parse(str(path.parent / "dist" / "proof.html")).getroot()
    assert text_of(root.find(".//h1")) == "A <script>alert(1)</script> Paper"
    assert not root.xpath("//script")


# --- colours ------------------------------------------------------------------------------------------------------------


def _colours() -> Iterator[dict[str, str]]:
    """Give the colours of the page by their names: in light, in the dark and on paper."""
    for block in re.findall(r":root \{([^}]*)\}", STYLE):
        yield dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))


def _luminance(colour: str) -> float:
    """Give the relative luminance of a colour (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_of_words_stands_out_from_every_ground_in_light_dark_and_print() -> None:
    schemes = list(_colours())
    assert len(schemes) == 3
    for colours in schemes:
        for words in ("ink", "soft", "link", "good", "look", "wrong", "open"):
            for ground in ("paper", "pale"):
                assert _contrast(colours[words], colours[ground]) >= 4.5, (words, ground, colours)
        assert _contrast(colours["ink"], colours["mark"]) >= 4.5


def test_the_proof_of_a_build_is_this_page(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper("As @ames2001 says.")
    citeproof("build", "--to", "html")
    dist = Path(path.parent, "dist")
    told = json.loads((dist / "proof.json").read_text("utf-8"))
    assert (dist / "proof.html").read_bytes() == proof_page.page(told, "proof.json", STYLE)


def test_a_total_keeps_the_capitals_of_a_doi(page: Any) -> None:
    labels = {text_of(one) for one in page.xpath("//dl[@class='figures']//dt")}
    assert any(label.endswith("DOI not registered") for label in labels)
    assert any(label.endswith("no record found") for label in labels)
