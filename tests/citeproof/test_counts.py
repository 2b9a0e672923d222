"""The word count: what a word is, which part it belongs to, and that page, Word file and PDF hold what was counted."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeproof import counts, parity, resources, said, styles
from citeproof.counts import Part, words
from citeproof.document import meta_strings, plain
from citeproof.opened import OPENERS
from citeproof.project import Project
from citeproof.said import CELL, HEADING, NOTE, fold
from citeproof.stages import cite, read, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

    from citeproof.document import CitedDocument
    from citeproof.opened import Opened

TESTS = Path(__file__).parents[1]

# --- a word -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Sleep helps.", 2),
        ("t(46) = 2.31, p < .05", 6),
        ("A & B", 3),
        ("and/or well-being 2019\u20132020 memory\u2014all", 4),
        ("p.\u00a03 N\u202f=\u20094", 5),
        ("\u00ab\u00a0oui\u00a0\u00bb \u2013 \u2026 !", 1),
        ("one\u200btwo", 1),
        ("\u200b", 0),
        ("\ufffc and \ufffc-axis", 3),
        ("don\u2019t (stop)", 2),
        ("\u7761\u7720\u3068\u8a18\u61b6\u3002\u5b9f\u9a13\uff08SPSS\uff09\u3002", 8),
        ("2020\u5e743\u6708\u3001\u201c\u4e2d\u6587\u201d", 6),
        ("\u30a2\u30fb\u30a4\u30fc", 3),
        ("\uc218\uba74\uacfc \uae30\uc5b5", 2),
    ],
    ids=[
        "nothing",
        "a stop",
        "signs",
        "an ampersand",
        "slashes and dashes",
        "spaces that do not break",
        "punctuation alone",
        "a space that nobody sees",
        "nothing seen",
        "formulas",
        "apostrophes and brackets",
        "Japanese",
        "Chinese with digits",
        "a middle dot",
        "Korean has spaces",
    ],
)
def test_a_word_is_what_stands_between_spaces_or_a_chinese_or_japanese_letter(text: str, count: int) -> None:
    assert words(text) == count


LETTERS = st.one_of(
    st.sampled_from(
        "ab1=&-.,!\u00a0 \u202f\u2009\u3000\t\u2014\u201c\u201d\u7761\u3002\u30fb\u30a2\uff08\uff21\u00ab\u200b\u0301"
    ),
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufffc"),
)
TEXTS = st.text(LETTERS, max_size=30)


@given(TEXTS, TEXTS)
def test_texts_with_a_space_between_have_the_words_of_both(one: str, other: str) -> None:
    assert words(f"{one} {other}") == words(one) + words(other)


@given(st.text(st.characters(categories=("L", "N"), max_codepoint=0x2FF), min_size=1))
def test_letters_and_digits_in_a_row_are_one_word(text: str) -> None:
    assert words(text) == words(f"({text}).") == 1


def test_no_character_is_of_two_kinds() -> None:
    tables = (counts.SPACES, counts.SINGLE_LETTERS, counts.SINGLE_MARKS, counts.PUNCTUATION)
    ranges = sorted(each for table in tables for each in table)
    assert all(first <= last for first, last in ranges)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ranges))


# --- the title page ---------------------------------------------------------------------------------------------------

EMPTY: list[Any] = ["", [], []]


def _element(kind: str, *content: Any) -> dict[str, Any]:
    return {"t": kind, "c": content[0] if len(content) == 1 else list(content)}


def _header(level: int, classes: list[str], inlines: Any) -> dict[str, Any]:
    return _element("Header", level, ["", classes, []], inlines)


def _division(classes: list[str], blocks: Any) -> dict[str, Any]:
    return _element("Div", ["refs" if "references" in classes else "", classes, []], blocks)


STRINGS = TEXTS.filter(bool).map(lambda text: _element("Str", text))
INLINES = st.recursive(
    st.lists(
        st.one_of(
            STRINGS,
            st.sampled_from([{"t": "Space"}, {"t": "LineBreak"}]),
            STRINGS.map(lambda one: _element("Code", EMPTY, one["c"])),
            st.just(_element("Math", {"t": "InlineMath"}, "x = y + z")),
            st.just(_element("RawInline", "html", "<b> not seen")),
            st.just(_element("Image", EMPTY, [_element("Str", "not seen")], ["x.png", ""])),
        ),
        max_size=4,
    ),
    lambda inner: st.lists(
        st.one_of(
            STRINGS,
            st.just({"t": "Space"}),
            inner.map(lambda inlines: _element("Emph", inlines)),
            inner.map(lambda inlines: _element("Span", EMPTY, inlines)),
            inner.map(lambda inlines: _element("Link", EMPTY, inlines, ["#x", ""])),
            st.just(_element("Link", ["", ["footnote-call"], []], [_element("Str", "1")], ["#fn-none", ""])),
            inner.map(lambda inlines: _element("Quoted", {"t": "DoubleQuote"}, inlines)),
            inner.map(lambda inlines: _element("Note", [_element("Para", inlines)])),
            inner.map(lambda inlines: _element("Cite", [], inlines)),
        ),
        max_size=4,
    ),
    max_leaves=6,
)
LEAVES = st.one_of(
    INLINES.map(lambda inlines: _element("Para", inlines)),
    INLINES.map(lambda inlines: _element("Plain", inlines)),
    INLINES.map(lambda inlines: _element("LineBlock", [inlines, inlines])),
    TEXTS.map(lambda text: _element("CodeBlock", EMPTY, text)),
    st.just(_element("RawBlock", "html", "<p>not seen")),
    st.tuples(st.integers(1, 3), st.sampled_from([[], ["appendix"], ["section-label"]]), INLINES).map(
        lambda told: _header(*told)
    ),
)
BLOCKS = st.lists(
    st.recursive(
        LEAVES,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda blocks: _element("BlockQuote", blocks)),
            st.lists(inner, max_size=3).map(lambda blocks: _element("BulletList", [blocks, blocks])),
            st.lists(inner, max_size=3).map(
                lambda blocks: _element("OrderedList", [1, {"t": "Decimal"}, {"t": "Period"}], [blocks])
            ),
            st.tuples(INLINES, st.lists(inner, max_size=2)).map(
                lambda told: _element("DefinitionList", [[told[0], [told[1]]]])
            ),
            st.tuples(
                st.sampled_from(
                    [
                        *([], ["float", "table"], ["float", "figure"], ["references"], ["contents"]),
                        *(["title"], ["abstract"], ["keywords"], ["author-note"]),  # in the text an author's own
                    ]
                ),
                st.lists(inner, max_size=3),
            ).map(lambda told: _division(*told)),
        ),
        max_leaves=5,
    ),
    max_size=6,
)


def _printed(blocks: Any) -> dict[str, Any]:
    """Give a document as word-count.lua leaves it."""
    document = {
        "pandoc-api-version": [1, 23, 1],
        "meta": {"word-count": {"t": "MetaBool", "c": True}, "title": {"t": "MetaInlines", "c": []}},
        "blocks": blocks,
    }
    done = subprocess.run(
        [
            pypandoc.get_pandoc_path(),
            *("-f", "json", "-t", "json", "--lua-filter", str(resources.root() / "filters" / "word-count.lua")),
        ],
        input=json.dumps(document).encode(),
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def _number_on_title_page(document: Any) -> int:
    return int("".join(meta_strings(document, "word-count")).replace(",", ""))


@settings(max_examples=60)
@given(BLOCKS)
def test_the_number_on_the_title_page_is_that_of_the_text_whatever_stands_in_it(blocks: Any) -> None:
    document = _printed(blocks)
    assert _number_on_title_page(document) == counts.count(document).sums["text"]


@given(BLOCKS)
def test_the_parts_together_are_all_that_a_finished_file_must_say(blocks: Any) -> None:
    """The reader of `said` knows nothing of parts: what it finds must be in one of them, and in no other."""
    due = said.due({"meta": {}, "blocks": blocks}, "docx")
    assert _sum([*due.flow, *due.notes]) == counts.count({"meta": {}, "blocks": blocks}).sums["everything"]


@settings(max_examples=20)
@given(st.lists(TEXTS.filter(bool), min_size=20, max_size=20))
def test_the_filter_has_the_same_rule_for_a_word(texts: list[str]) -> None:
    document = _printed([_element("Para", [_element("Str", text)]) for text in texts])
    assert _number_on_title_page(document) == sum(map(words, texts))


def test_the_filter_has_the_same_kind_for_every_character_at_the_ends_of_a_table() -> None:
    ends = [
        chr(code)
        for table in (counts.SPACES, counts.SINGLE_LETTERS, counts.SINGLE_MARKS, counts.PUNCTUATION)
        for first, last in table
        for code in (first - 1, first, last, min(last + 1, 0x10FFFF))
    ]
    for alone in (True, False):  # "a" before it and behind it tells what ends a word from what makes none
        document = _printed([_element("Para", [_element("Str", one if alone else f"a{one}a")]) for one in ends])
        assert _number_on_title_page(document) == sum(words(one if alone else f"a{one}a") for one in ends)


# --- the parts --------------------------------------------------------------------------------------------------------

FRONT = """\
---
title: Sleep and Memory^[A note on the title.]
running-head: Sleep
author:
  - name: Dee Dunn
    affiliation: Example University
author-note: Thanks to all.
abstract: We slept well.^[Said before.]
keywords: [sleep, long-term memory]
impact-statement: Sleep helps all.
word-count: true
bibliography: references.bib
---

"""
FRONT_OF_A_STYLE = """\
---
title: A Paper
author: Dee Dunn
csl: {}
bibliography: references.bib
---

"""
TEXT = """\
# Method {#sec-method}

As @ames2001 says, things happen [@ames2001; @berg2002, p. 3].^[A footnote cites @ames2001.]

- one item
- $x = 1$

> A block quotation here.

```
not of the text
```

See @tbl-one and @fig-one.

| Group | Mean value |
|-------|-----------:|
| one   | 2.5        |

: Means of Groups {#tbl-one note="All are means."}

![A Line](line.svg){#fig-one alt="Not printed at all"}

# Items {.appendix}

Two words.
"""
COUNTED = {
    "title": 3,  # Sleep and Memory
    "title page": 12,  # Dee Dunn | Example University | Word count: 33 | A note on the title.
    "author note": 3,
    "abstract": 5,  # We slept well. | Said before.
    "keywords": 3,
    "impact statement": 3,
    "contents": 0,
    # Method | As Ames (2001) says, things happen (Ames, 2001; Berg & Cole, 2002, p. 3). | one item | x |
    # A block quotation here. | See Table 1 and Figure 1.
    "body": 1 + 14 + 2 + 1 + 4 + 6,
    "footnotes": 5,  # A footnote cites Ames (2001).
    "code": 4,
    "tables": 5,
    "table titles and notes": 2 + 3 + 4,  # Table 1 | Means of Groups | Note. All are means.
    "figure titles and notes": 2 + 2,
    # Ames, A. (2001). One thing after another. Journal of Things, 1, 1-2. https://doi.org/10.1000/ames
    # Berg, B., & Cole, C. (2002). Two things at once. Press.
    "references": 13 + 11,
    "appendices": 1 + 1 + 2,  # Appendix | Items | Two words.
    "labels": 5,  # Author Note | Abstract | Keywords: | References
}


def test_each_part_is_counted_as_it_is_printed(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper(TEXT, front=FRONT)
    (path.parent / "line.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    found = citeproof("count", "--format", "json")
    assert found.status == 0, found.err
    assert found.told == {
        "status": 0,
        "findings": [],
        "paper": {
            "words": COUNTED,
            "within": {"headings": 1, "in-text citations": 2 + 8 + 2},
            "sums": {
                "text": 33,
                "text with abstract": 38,
                "text, abstract and references": 62,
                "everything": sum(COUNTED.values()),
            },
            "number of": {"citations": 4, "references": 2, "tables": 1, "figures": 1, "footnotes": 3, "keywords": 2},
            "characters": {"title": 16, "running head": 5, "abstract": 14},
        },
    }


def test_a_footnote_that_a_style_makes_of_a_citation_is_citation_as_a_whole(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    front = FRONT_OF_A_STYLE.format("chicago-notes-bibliography")
    paper("It is known [@ames2001].^[Four words, no citation.]", front=front)
    counted = citeproof("count", "--format", "json").told["paper"]
    # Ann Ames, “One Thing After Another,” Journal of Things 1 (2001): 1-2, https://doi.org/10.1000/ames.
    assert (counted["words"]["body"], counted["words"]["footnotes"]) == (3, 13 + 4)
    assert counted["within"]["in-text citations"] == 13
    assert (counted["number of"]["citations"], counted["number of"]["footnotes"]) == (1, 2)


def test_errors_are_told_and_nothing_is_counted(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    paper("As @amse2001 says.")
    found = citeproof("count")
    assert (found.status, found.out) == (1, "")
    assert found.err == (
        "paper.md:7:4: error C001: @amse2001 is cited but is not in references.bib\n"
        "    did you mean @ames2001?\n"
        "1 error: nothing was counted\n"
    )
    told = citeproof("count", "--format", "json").told
    assert (told["status"], [finding["code"] for finding in told["findings"]]) == (1, ["C001"])
    assert "paper" not in told


def test_the_count_of_a_supplement_is_a_second_table(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper("As @ames2001 says, it is so.")
    (path.parent / "supplement.md").write_text("---\ntitle: More of It\n---\n\nFour words stand here.\n")
    found = citeproof("count")
    assert (found.status, found.err) == (0, "")
    first, second = found.out.split("\n\n")
    assert first.startswith("Paper, words\n  title ")
    assert "\n  body                            7  paragraphs, lists, " in first
    assert second.startswith("Supplement, words\n")
    assert "\n  text                            4  body + footnotes\n" in second
    told = citeproof("count", "--format", "json").told
    assert (told["paper"]["sums"]["text"], told["supplement"]["sums"]["text"]) == (7, 4)


def test_the_table_is_aligned_and_leaves_out_what_is_not_there(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper("Three words here.")
    assert citeproof("count").out == (
        "Paper, words\n"
        "  title                          2  once, though it stands over the text again\n"
        "  title page                     2  its other lines: authors, affiliations, course, date, word count;"
        " footnotes of the title\n"
        "  body                           3  paragraphs, lists, block quotations, headings,"
        " with their citations as printed\n"
        "Together\n"
        "  text                           3  body + footnotes\n"
        "  text with abstract             3  body + footnotes + abstract\n"
        "  text, abstract and references  3  body + footnotes + abstract + references\n"
        "  everything                     7  all parts\n"
        "Characters with spaces\n"
        "  title                          7  without footnotes\n"
        "  running head                   7  as printed at the top of each page\n"
    )


def test_a_build_loads_nothing_of_the_count() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, citeproof.cli, citeproof.build; print('citeproof.counts' in sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert said.stdout == "False\n"


# --- whole papers, and the files that are made of them ----------------------------------------------------------------

PAPERS = {path.name: path for path in [*sorted((TESTS / "manuscripts" / "good").iterdir()), TESTS / "apa" / "specimen"]}
NO_FONT = {"chinese"}
"""Papers in letters that no built-in font has."""


def _cited(folder: Path, name: str, *choices: tuple[str, str]) -> tuple[Project, CitedDocument]:
    shutil.copytree(PAPERS[name], folder / name)
    project = Project(folder / name / "paper.md", folder, choices=choices)
    manuscript = read.read(project)
    told = meta_strings(manuscript.document, "csl")
    style = styles.find(told[0] if told else "apa", project.folder)
    return project, cite.cite(project, manuscript, style, folder)[0]


def _written(folder: Path, name: str, form: str) -> tuple[CitedDocument, Opened]:
    project, cited = _cited(folder, name)
    files, _ = write.write(replace(project, formats=(form,)), cited, folder, lambda _: None)
    return cited, OPENERS[form](files[form], cited)


def test_the_contents_of_a_thesis_are_counted_as_they_are_printed(tmp_path: Path) -> None:
    project, cited = _cited(tmp_path, "specimen", ("mode", "thesis"))
    files, _ = write.write(replace(project, formats=("docx",)), cited, tmp_path, lambda _: None)
    opened = OPENERS["docx"](files["docx"], cited)
    counted = counts.count(cited.parsed())
    assert counted.words[Part.CONTENTS] > 0
    whole = _sum([*opened.said, *opened.notes]) - EQUATIONS["specimen"]
    assert whole == counted.sums["everything"] + counted.words[Part.TITLE]


@pytest.mark.parametrize("name", PAPERS)
def test_where_tables_figures_and_footnotes_stand_changes_no_count(name: str, tmp_path: Path) -> None:
    count = ("word-count", "true")
    _, in_place = _cited(tmp_path / "one", name, count)
    _, at_the_end = _cited(tmp_path / "two", name, count, ("floats", "end"), ("footnotes", "end"))
    one, other = (each.parsed() for each in (in_place, at_the_end))
    placed, moved = counts.count(one), counts.count(other)
    heading = any(block["t"] == "Header" and block["c"][1][0] == "footnotes" for block in other["blocks"])
    assert heading == (placed.number_of["footnotes"] > 0)
    assert moved.words == placed.words | {Part.LABELS: placed.words[Part.LABELS] + heading}
    assert (moved.within, moved.number_of, moved.characters) == (placed.within, placed.number_of, placed.characters)
    assert _number_on_title_page(one) == _number_on_title_page(other) == placed.sums["text"]


EQUATIONS = {"specimen": 2}
"""Paper → numbered equations in it. In Word their numbers are words, such as "(1)"; here they belong to the formula."""

IN_APPENDICES = {"specimen": {CELL: 6}}
"""Paper → kind of piece → words in its appendices (Part, Questions, One, 5, Two, 7), which are counted with those."""


def _sum(pieces: Any, kind: str = "") -> int:
    return sum(words(piece.text) for piece in pieces if kind in {"", piece.kind})


@pytest.mark.parametrize("name", PAPERS)
def test_the_word_file_holds_as_many_words_part_by_part(name: str, tmp_path: Path) -> None:
    cited, opened = _written(tmp_path, name, "docx")
    document = cited.parsed()
    counted = counts.count(document)
    had = counted.words
    # The title stands twice in the file and counts once.
    assert _sum([*opened.said, *opened.notes]) == counted.sums["everything"] + had[Part.TITLE] + EQUATIONS.get(name, 0)
    assert _sum(opened.said, CELL) == had[Part.TABLES] + IN_APPENDICES.get(name, {}).get(CELL, 0)
    assert _sum(opened.notes, NOTE) == had[Part.FOOTNOTES]
    title, references = _landmarks(document)
    keys = [fold(piece.text) if piece.kind == HEADING else "" for piece in opened.said]
    begin = len(keys) - 1 - keys[::-1].index(title) + 1
    end = keys.index(references, begin)
    floats = had[Part.TABLES] + had[Part.TABLE_TITLES] + had[Part.FIGURE_TITLES]
    equations = EQUATIONS.get(name, 0) // 2  # one of the two stands in the appendix
    assert _sum(opened.said[begin:end]) == had[Part.BODY] + had[Part.CODE] + floats + equations
    entries = [piece for piece in opened.said[end + 1 :] if fold(piece.text) in _entries(cited)]
    assert len(entries) == counted.number_of["references"]
    assert _sum(entries) == had[Part.REFERENCES]


def _landmarks(document: Any) -> tuple[str, str]:
    """Give the headings between which the text stands, folded: the title over it, and that of the references."""
    headers = [block["c"] for block in document["blocks"] if block["t"] == "Header"]
    title = next(plain(inlines) for _, (_, classes, _), inlines in headers if "text-title" in classes)
    at = next(n for n, block in enumerate(document["blocks"]) if block["t"] == "Div" and block["c"][0][0] == "refs")
    return fold(title), fold(plain(document["blocks"][at - 1]["c"][2]))


def _entries(cited: CitedDocument) -> set[str]:
    return {fold(text) for text in cited.references.values()}


@pytest.mark.parametrize("name", sorted(PAPERS.keys() - NO_FONT - {"arabic-and-hebrew"}))
def test_the_pdf_holds_the_same_words_but_for_spaces_at_the_ends_of_its_lines(name: str, tmp_path: Path) -> None:
    """A PDF writes no space where a line ends, so that two words may be one there, and it writes the marks of lists.

    All else must be the same, word by word: what differs has the same letters. In a paper written from right to left
    a PDF has words and brackets in the order of the eye, which no count of words can follow.
    """
    cited, opened = _written(tmp_path, name, "pdf")
    document = cited.parsed()
    counted = counts.count(document)
    due = said.due(document, "pdf")
    flow = parity._without_marks(due.flow, opened.said)
    there = [word for piece in (*flow, *opened.notes) for word in _words(piece.text)]
    ours = [word for piece in (*due.flow, *due.notes) for word in _words(piece.text)]
    assert len(ours) == counted.sums["everything"] + counted.words[Part.TITLE]
    run_together = 0
    for kind, a, b, c, d in SequenceMatcher(None, ours, there, autojunk=False).get_opcodes():
        if kind != "equal":  # a heading that runs on in its paragraph has a stop in the file
            assert fold("".join(ours[a:b])).rstrip(".") == fold("".join(there[c:d])).rstrip(".")
            run_together += (b - a) - (d - c)
    assert len(there) == len(ours) - run_together
    assert 0 <= run_together <= len(opened.pages) + 2 * (counted.number_of["tables"] + counted.number_of["figures"]) + 2


def _words(text: str) -> list[str]:
    return counts._WORD.findall(text)
