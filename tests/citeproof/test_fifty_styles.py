"""What is done for APA stays with APA: fifty other styles cite and list as with plain pandoc, from the same CSL JSON.

The styles are drawn by hand across note, numeric, label and author-date, the big families, and nine languages. The
bibliography has a work of every kind that our filters or our overlay know of, with the fields that are ours alone.
The paper's own layout (title page, heading of the list, order of the parts) stands outside what is compared: every
citation and every entry, its letters, italics, links and places. The paper names no language, so that a style of
another language writes its own words. One difference is allowed, and said in `pieces`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import programs, resources, styles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOTE = [
    "bluebook-law-review",
    "chicago-notes",
    "chicago-notes-bibliography",
    "chicago-shortened-notes-bibliography",
    "infoclio-fr-nocaps",
    "juristische-schulung",
    "lluelles",
    "mcgill-en",
    "mcgill-fr",
    "new-harts-rules-notes",
    "oscola",
    "society-of-biblical-literature-fullnote-bibliography",
]
NUMERIC = [
    "acm-sig-proceedings",
    "american-chemical-society",
    "american-institute-of-physics",
    "american-medical-association",
    "american-medical-association-10th-edition",
    "biomed-central",
    "bmj",
    "cell",
    "chinese-gb7714-2005-numeric",
    "elsevier-vancouver",
    "gost-r-7-0-5-2008-numeric",
    "ieee",
    "iso690-numeric-fr",
    "nature",
    "nlm-citation-sequence",
    "plos",
    "pnas",
    "royal-society-of-chemistry",
    "science",
    "sist02",
    "springer-mathphys-brackets",
    "springer-vancouver-brackets",
    "the-lancet",
]
LABEL = ["american-mathematical-society-label", "din-1505-2-alphanumeric"]
AUTHOR_DATE = [
    "american-political-science-association",
    "american-sociological-association",
    "associacao-brasileira-de-normas-tecnicas",
    "chicago-author-date",
    "din-1505-2",
    "elsevier-harvard",
    "harvard-cite-them-right",
    "iso690-author-date-cs",
    "iso690-author-date-es",
    "modern-language-association",
    "sage-harvard",
    "springer-basic-author-date",
    "zeitschrift-fur-soziologie",
]
STYLES = [*NOTE, *NUMERIC, *LABEL, *AUTHOR_DATE]
HOW_MANY = 50
MARKS = {"DoubleQuote": ("\u201c", "\u201d"), "SingleQuote": ("\u2018", "\u2019")}

PAPER = """\
---
title: A paper
lang: LANGUAGE
---

# Method

It is so [@group]; @episode found it [see @episode, p. 3; also @case, p. 12]. @post and @patent say so.

Again [@episode; @translated; @handbook], and [-@translated, pp. 4--6] once more [@translated, p. 7].[^1] As @same2015a
and @same2015b have it [@same2015a; @same2015b; @talk]. In a note of @talk.[^2]

# Results

> A block [@group, chap. 2].

Laws [@case; @act; @bill; @treaty; @rule], data [@data], *emphasis [@film]*, and all the rest [@report; @press; @web;
@series; @thesis; @review; @undated; @classic; @letter; @many; @soon].

[^1]: In a note [@group; see also @film].
[^2]: And @case again.
"""


def person(family: str, given: str, **more: str) -> dict[str, str]:
    """Give a name of CSL."""
    return {"family": family, "given": given} | more


def on(*ends: list[int], **more: Any) -> dict[str, Any]:
    """Give a date of CSL, or a range."""
    return {"date-parts": list(ends), **more}


FAY, GRAY, HILL = person("Fay", "Carla M."), person("Gray", "Jean-Luc"), person("Hill", "E.")

WORKS: dict[str, dict[str, Any]] = {
    "group": {
        "type": "book",
        "title": "Diagnostic manual of “mental” things",
        "author": [{"literal": "American Group"}],
        "publisher": "American Group; Press",
        "publisher-place": "London",
        "issued": on([2013]),
        "edition": "5",
        "shortauthor": "AG",
        "volume": "II",
    },
    "episode": {
        "type": "broadcast",
        "title": "Who shot <i>Mr. Burns</i>?",
        "container-title": "The Simpsons",
        "author": [person("Oakley", "B."), person("Weinstein", "Josh"), person("King", "M. L.", suffix="Jr.")],
        "author-role": "Writer; Writer; Director",
        "executive-producer": [FAY, GRAY],
        "issued": on([1995, 5, 21]),
        "publisher": "Gracie Films; Twentieth Century",
        "medium": "TV series episode",
        "number": "Season 6, Episode 25",
    },
    "post": {
        "type": "post",
        "title": "Biologists have identified plants",
        "author": [{"literal": "Badlands National Park"}],
        "author-username": "@BadlandsNPS",
        "issued": on([2018, 2, 26]),
        "genre": "Tweet",
        "container-title": "Twitter",
        "URL": "https://example.org/968196500412133379",
    },
    "film": {
        "type": "motion_picture",
        "title": "Thérapie <span class='nodecor'>[Night therapy]</span>",
        "author": [FAY, HILL],
        "author-role": "Host; Host",
        "issued": on([2017]),
        "genre": "Film",
        "medium": "educational DVD",
        "publisher": "WingNut Films",
    },
    "series": {
        "type": "broadcast",
        "title": "Hidden things",
        "editor": [GRAY, HILL],
        "editor-role": "Host; Producer",
        "issued": on([2015], [0]),
        "genre": "Audio podcast",
        "publisher": "NPR",
    },
    "case": {
        "type": "legal_case",
        "title": "Brown v. Board of Education",
        "container-title": "U.S.",
        "volume": "347",
        "page": "483",
        "authority": "U.S. Supreme Court",
        "issued": on([1954]),
        "legal-citation": "347 U.S. 483 (1954)",
        "references": "aff\u2019d, 349 U.S. 294 (1955)",
    },
    "act": {
        "type": "legislation",
        "title": "Fair Play Act of 2009",
        "number": "111-2",
        "container-title": "Stat.",
        "volume": "123",
        "page": "5",
        "issued": on([2009]),
    },
    "bill": {"type": "bill", "number": "1100", "genre": "H.R.", "authority": "113th Cong.", "issued": on([2013])},
    "rule": {
        "type": "regulation",
        "title": "Protection of human subjects",
        "container-title": "C.F.R.",
        "volume": "45",
        "section": "46",
        "submitted": on([2016, 5, 23]),
    },
    "treaty": {
        "type": "treaty",
        "title": "Convention on the Rights of the Child",
        "issued": on([1989, 11, 20]),
        "URL": "https://example.org/crc",
    },
    "patent": {
        "type": "patent",
        "title": "Using metaphors",
        "author": [HILL],
        "number": "9,367,592",
        "authority": "U.S.",
        "issued": on([2016, 6, 14]),
    },
    "translated": {
        "type": "book",
        "title": "The interpretation of dreams",
        "original-title": "Die Traumdeutung",
        "original-publisher": "Deuticke",
        "author": [person("Freud", "Sigmund")],
        "translator": [person("Strachey", "James")],
        "editor": [person("Strachey", "James")],
        "issued": on([2010]),
        "original-date": on([1900]),
        "publisher": "Basic Books",
        "publisher-place": "New York",
    },
    "classic": {
        "type": "classic",
        "title": "Poetics",
        "author": [{"literal": "Aristotle"}],
        "original-author": [HILL],
        "issued": on([-350], circa=True),
    },
    "handbook": {
        "type": "chapter",
        "title": "Gesture: A “review”",
        "author": [person("Berg", "Anna", **{"non-dropping-particle": "van der"}), {"literal": "Group A"}],
        "editor": [FAY, {"literal": "Group B"}],
        "container-title": "Handbook of child psychology",
        "volume": "2",
        "volume-title": "Cognitive processes",
        "edition": "7",
        "page": "339\u2013380",
        "publisher": "John Wiley & Sons",
        "publisher-place": "Hoboken",
        "issued": on([2015]),
        "DOI": "10.1002/9781118963418.childpsy209",
    },
    "same2015a": {
        "type": "article-journal",
        "title": "The zoo",
        "author": [HILL],
        "container-title": "Journal of Things",
        "volume": "12",
        "issue": "3",
        "page": "1\u201320",
        "issued": on([2015]),
        "DOI": "10.1000/182",
    },
    "same2015b": {
        "type": "article-journal",
        "title": "A bee? <span class='nocase'>La abeja</span> <span class='nodecor'>[The bee]</span>",
        "author": [HILL],
        "container-title": "Journal of Things",
        "volume": "12",
        "number": "e0209899",
        "issued": on([2015]),
    },
    "talk": {
        "type": "paper-conference",
        "title": "A talk",
        "author": [FAY],
        "genre": "Paper presentation",
        "event-title": "Convention of Things",
        "event-place": "Chicago, IL",
        "event-date": on([2019, 8, 8], [2019, 8, 11]),
        "issued": on([2019]),
    },
    "data": {
        "type": "dataset",
        "title": "Recidivism outcomes",
        "author": [{"literal": "Youth Authority"}],
        "publisher": "Youth authority",
        "version": "V3",
        "number": "ICPSR 35531",
        "issued": on([2011]),
    },
    "report": {
        "type": "report",
        "title": "Profile of owners",
        "author": [HILL, GRAY],
        "genre": "Issue Brief",
        "number": "1",
        "publisher": "Office of Advocacy",
        "issued": on([2013, 1]),
        "URL": "https://example.org/brief",
    },
    "press": {
        "type": "report",
        "title": "Agency authorizes test",
        "author": [{"literal": "Agency"}],
        "publisher": "Agency",
        "genre": "Press release",
        "issued": on([2019, 2, 14]),
    },
    "web": {
        "type": "webpage",
        "title": "Population clock",
        "author": [{"literal": "Census Bureau"}],
        "container-title": "Census Bureau",
        "URL": "https://example.org/popclock/",
        "issued": on([2019]),
        "accessed": on([2019, 7, 3]),
        "retrieval": "1",
    },
    "undated": {"type": "entry-encyclopedia", "title": "Self-report", "container-title": "Dictionary of Things"},
    "thesis": {
        "type": "thesis",
        "title": "Resistance to authority",
        "author": [GRAY],
        "genre": "Doctoral dissertation",
        "publisher": "University of Things",
        "issued": on([2017]),
    },
    "review": {
        "type": "review-book",
        "title": "Reframing stories",
        "author": [person("Santos", "F.")],
        "reviewed-title": "We are displaced",
        "reviewed-author": [person("Yousafzai", "M.")],
        "container-title": "The New York Times",
        "issued": on([2019, 1, 11]),
    },
    "letter": {
        "type": "personal_communication",
        "author": [person("Frank", "L. K.")],
        "recipient": [person("Ogden", "Robert")],
        "archive": "University Archives",
        "issued": on([1935, 2, 4]),
    },
    "many": {
        "type": "article-journal",
        "title": "Many authors",
        "author": [person(f"Name{letter}", f"{letter}. B.") for letter in "ABCDEFGHIJKLMNOPQRSTUVW"],
        "container-title": "Things",
        "issued": on([2014, 21]),
        "annote": "An annotation.",
    },
    "soon": {
        "type": "article-journal",
        "title": "Not out yet",
        "author": [FAY, HILL],
        "container-title": "Things",
        "status": "in press",
    },
}


def pieces(node: Any, shape: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the texts of a piece of pandoc's JSON, each with the formats that it stands in.

    The allowed difference: filters/quotation-marks.lua sets the marks of the author's own quotations as letters, where
    plain pandoc leaves that to the writer. Both come as the letters that American English has.
    """
    if isinstance(node, list):
        for part in node:
            yield from pieces(part, shape)
    elif node["t"] in {"Space", "SoftBreak"}:
        yield " ", shape
    elif node["t"] == "Str":
        yield node["c"], shape
    elif node["t"] == "Quoted":
        opening, closing = MARKS[node["c"][0]["t"]]
        yield opening, shape
        yield from pieces(node["c"][1], shape)
        yield closing, shape
    else:
        content, name = shaped(node)
        yield from pieces(content, (*shape, name) if name else shape)


def shaped(node: Any) -> tuple[Any, str]:
    """Give the content of an element, and what it makes of it; "" if nothing."""
    kind, content = node["t"], node["c"]
    if kind == "Link":
        return content[1], f"Link {content[2][0]}"
    if kind in {"Span", "Div"}:
        return content[1], "" if content[0] == ["", [], []] else f"{kind} {content[0]}"
    if kind == "Cite":
        return content[1], ""
    return content, "" if kind in {"Para", "Plain"} else kind


def joined(node: object) -> list[tuple[str, tuple[str, ...]]]:
    """Give the texts with their formats, neighbours of one format put together."""
    result: list[tuple[str, tuple[str, ...]]] = []
    for text, shape in pieces(node):
        if result and result[-1][1] == shape:
            result[-1] = (result[-1][0] + text, shape)
        else:
            result.append((text, shape))
    return result


def found(node: object) -> Iterator[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """Give each citation by its keys and each entry by its identifier, in the order of the document."""
    if isinstance(node, dict) and node.get("t") == "Cite":
        yield " ".join(citation["citationId"] for citation in node["c"][0]), joined(node)
    elif isinstance(node, dict) and node.get("t") == "Div" and "csl-entry" in node["c"][0][1]:
        yield node["c"][0][0], joined(node)
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from found(part)


def cited(folder: Path, *options: str) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """Cite the paper with these options of pandoc."""
    command = [programs.pandoc_path(), "paper.md", "--bibliography=works.json", *options, "--to=json"]
    done = programs.run(command, cwd=folder)
    assert done.status == 0, done.errors
    return list(found(json.loads(done.output)["blocks"]))


def write_paper(folder: Path, lang: str = "") -> None:
    """Write the paper, which may name its language, and its bibliography."""
    (folder / "paper.md").write_text(PAPER.replace("lang: LANGUAGE\n", f"lang: {lang}\n" if lang else ""), "utf-8")
    (folder / "works.json").write_text(json.dumps([{"id": key} | work for key, work in WORKS.items()]), "utf-8")


@pytest.mark.parametrize("name", STYLES)
def test_another_style_writes_what_plain_pandoc_writes(tmp_path: Path, name: str) -> None:
    write_paper(tmp_path)
    style = styles.find(name, tmp_path)
    csl = tmp_path / "style.csl"
    csl.write_bytes(styles.compose(style))
    ours = cited(tmp_path, f"--defaults={resources.defaults('common')}", f"--csl={csl}")
    plain = cited(tmp_path, "--citeproc", "-Mlink-citations", f"--csl={style.path}")
    assert ours == plain


@pytest.mark.parametrize("name", ["infoclio-fr-nocaps", "mcgill-en", "oscola", "zeitschrift-fur-soziologie"])
def test_so_it_does_in_a_paper_that_names_its_language(tmp_path: Path, name: str) -> None:
    style = styles.find(name, tmp_path)
    lang = re.findall(r'default-locale="([^"]+)"', style.path.read_text("utf-8"))[0]
    write_paper(tmp_path, lang)
    ours = cited(tmp_path, f"--defaults={resources.defaults('common')}", f"--csl={style.path}")
    assert ours == cited(tmp_path, "--citeproc", "-Mlink-citations", f"--csl={style.path}")


def test_the_styles_are_fifty_different_ones_and_none_is_apas() -> None:
    assert len(set(STYLES)) == HOW_MANY
    assert not [name for name in STYLES if name.startswith("apa")]


def test_the_comparison_sees_what_is_done_for_apa(tmp_path: Path) -> None:
    write_paper(tmp_path)
    style = styles.find("apa", tmp_path)
    csl = tmp_path / "style.csl"
    csl.write_bytes(styles.compose(style))
    ours = dict(cited(tmp_path, f"--defaults={resources.defaults('common')}", f"--csl={csl}"))
    plain = dict(cited(tmp_path, "--citeproc", "-Mlink-citations", f"--csl={style.path}"))
    changed = {name.removeprefix("ref-") for name in ours if ours[name] != plain[name]}
    assert changed >= {
        "group",
        "episode",
        "post",
        "film",
        "series",
        "case",
        "talk",
        "data",
        "press",
        "web",
        "translated",
    }
