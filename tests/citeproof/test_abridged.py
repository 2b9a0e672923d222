"""The abridged text: what it leaves out, where its places are, and that a paper is cited from it as from the whole."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import abridged, pandoc, styles
from citeproof.places import Source
from citeproof.project import Project
from citeproof.source import outside_code
from citeproof.stages import cite, read

if TYPE_CHECKING:
    from pathlib import Path

LONG = "the children slept well in the first week after the training and they did so in the second week, too"


def shorter(text: str) -> abridged.Abridged:
    return abridged.abridge(text, outside_code(Source("paper.md", text)))


def test_leaves_three_words_at_either_end() -> None:
    found = shorter(f"{LONG} [@lee].\n")
    (stand_in,) = found.words
    assert found.text == f"the children slept {stand_in} second week, too [@lee].\n"
    assert found.words[stand_in] == "well in the first week after the training and they did so in the"


def test_leaves_out_the_last_words_of_a_paragraph() -> None:
    found = shorter(f"{LONG}.\n")
    (stand_in,) = found.words
    assert found.text == f"the children slept {stand_in}\n"


def test_leaves_out_the_paragraphs_that_follow_if_they_are_nothing_but_words() -> None:
    text = f"{LONG}.\n\nOne more, the 5th.\n\nAnd another\none?\n\nA fourth (with marks).\n"
    found = shorter(text)
    (stand_in,) = found.words
    assert found.text == f"the children slept {stand_in}\n\nA fourth (with marks).\n"
    assert found.restore(f"<p>{stand_in}</p>", abridged.HTML).endswith(
        "second week, too.</p>\n<p>One more, the 5th.</p>\n<p>And another one?</p>"
    )
    assert found.fits(f"<p>{stand_in}</p>", abridged.HTML)
    assert not found.fits(f"<p>{stand_in} </p>", abridged.HTML)
    assert found.stands_in(stand_in)
    assert not found.stands_in("")


@pytest.mark.parametrize(
    "following",
    [
        "Note. One more.",
        "I. Only one.",
        "2019 was one.",
        "A one.",
        "As Table 2 says",
        "See figure\n2 too",
        "One",
        "- One more.",
        "One: more.",
        "::: one\n\nOne more\n\n:::",
    ],
)
def test_a_paragraph_that_may_be_something_else_stays(following: str) -> None:
    assert shorter(f"{LONG}.\n\n{following}\n").text.endswith(f"\n\n{following}\n")


def test_puts_the_words_back_in_one_line() -> None:
    text = f"{LONG},\n{LONG}.\n"
    found = shorter(text)
    assert found.text.count("\n") == 1
    assert found.restore(found.text) == text[:-1].replace("\n", " ") + "\n"


def test_goes_on_over_the_end_of_a_sentence() -> None:
    assert len(shorter(f"{LONG}. {LONG.capitalize()}.\n").words) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "(American Association of People Who Count Many Words in Long Names, 2020)",
        "(Ames, Berg, Cole, Dunn, Else, Falk, Gaal, and Hess, in press)",
        "(see what Ames and all of the others have said of it long ago, n.d.)",
        "American Association of People Who Count Many Words in Long Names (2020)",
        "Ames, Berg, Cole, Dunn, Else, Falk, Gaal, and Hess (in press)",
    ],
)
def test_leaves_the_words_of_a_citation_that_is_typed_by_hand(typed: str) -> None:
    found = shorter(f"{LONG} {typed} {LONG}.\n")
    assert found.words
    assert typed in found.text


def test_leaves_a_quotation_that_may_be_cited_and_where_its_sentence_ends() -> None:
    text = f"As @lee says, {LONG}. Then {LONG}: “{LONG}. {LONG}.”\n"
    found = shorter(text)
    assert found.words
    assert found.text.count(".") == text.count(".")
    assert f"“{LONG}. {LONG}.”" in found.text
    assert f"“{LONG}. {LONG}.”" not in shorter(text.replace("@lee", "Lee")).text


@pytest.mark.parametrize(
    "text",
    [
        f"# {LONG}",
        f"- {LONG}",
        f"1. {LONG}",
        f"> {LONG}",
        f"    {LONG}",
        f"| {LONG}",
        f": {LONG}",
        f"Table: {LONG}",
        f"[1]: {LONG}",
        f"[{LONG}]",
        f"[a [{LONG}] b]",
        f"`{LONG}`",
        f"${LONG}$",
        f"\\emph {LONG}",
        f"<b>{LONG}</b>",
        f"Word  and {LONG}",
        f"Word | {LONG}",
        f"{LONG}\n=====",
        f"{LONG}\n: what it means",
        f"{LONG}{{.class}}",
        f"```\n{LONG}\n```",
        f"<!--\n\n{LONG}\n\n-->",
        f"---\nabstract: >\n  {LONG}\n---",
        f"Word\n\n---\n\n{LONG}",
        f"<pre>\n\n{LONG}\n\n</pre>",
        f"\\begin{{table}}\n\n{LONG}\n\n\\end{{table}}",
        "a b c d e f g",
        "日本語の文章はここにある",
    ],
)
def test_leaves_alone_what_may_be_something_else_than_prose(text: str) -> None:
    found = shorter(f"{text}\n")
    assert (found.text, found.words) == (f"{text}\n", {})


@pytest.mark.parametrize(
    ("between", "margin"),
    [
        ("@lee2020", "second week, too @lee2020 the children slept"),
        ("[@lee2020]", "second week, too [@lee2020] the children slept"),
        ("*p*", "second week, too *p* the children slept"),
        ("(or", "second week, too (or the children"),
        ("12", "second week, too 12 the children slept well in "),
        ("Table 2,", "week, too Table 2, the children slept well in "),
        ("don't", "week, too don't the children"),
        ("vs.", "week, too vs. the children slept"),
        ("e.g.,", "week, too e.g., the children slept"),
    ],
)
def test_stops_before_what_may_be_looked_at(between: str, margin: str) -> None:
    found = shorter(f"{LONG} {between} {LONG}\n")
    assert len(found.words) == 2
    assert margin in found.text


@pytest.mark.parametrize(
    "word", ["retracted", "RETRACTION", "Withdrawn", "W\u0131thdrawn", "zurückgezogen", "rétracté"]
)
def test_leaves_alone_a_paragraph_that_may_say_that_a_work_was_retracted(word: str) -> None:
    words = "they went to the house by the sea and they stayed there until the end of that summer"
    assert shorter(f"As @a said, {words}.\n").words
    assert not shorter(f"As @a said, {words} and it was {word} and {words}.\n").words


@pytest.mark.parametrize("short", ["cf.", "Cf.", "(cf.", "vs.", "ed."])
def test_a_short_word_with_a_full_stop_ends_no_sentence(short: str) -> None:
    words = "they went to the house by the sea"
    assert len(shorter(f"@a and they say that {words} {short} that {words}.\n").words) == 2
    assert len(shorter(f"@a and they say that {words} abcd{short[-3:].lower()} that {words}.\n").words) == 1


def test_a_stand_in_is_nowhere_in_the_text() -> None:
    found = shorter(f"Qza qqza qqqz.\n\n{LONG}.\n")
    assert list(found.words) == ["qqqqza"]


def test_an_edit_within_a_run_leaves_the_text_as_it_was() -> None:
    one, other = shorter(f"{LONG}. [@lee]\n"), shorter(f"{LONG.replace('training', 'new training of sleep')}. [@lee]\n")
    assert one.text == other.text
    assert one.words != other.words


def test_offsets_lead_to_the_same_character() -> None:
    text = f"{LONG} [@a]\n\n{LONG} [@b, p. 3], {LONG}.\n"
    found = shorter(text)
    for mark in "[@],.":
        short, whole = ([i for i, c in enumerate(t) if c == mark] for t in (found.text, text))
        led = [found.offset(at) for at in short]
        assert set(led) <= set(whole)
        assert [text[at : at + 3] for at in led] == [found.text[at : at + 3] for at in short]


# --- a whole paper ----------------------------------------------------------------------------------------------------

WORDS = LONG.replace(",", "").split()
BETWEEN = (
    "[@lee2020]", "@lee2020", "[see @lee2020, pp. 3--4; @who2019]", "(see @lee2020)", "In 2020, @lee2020", "@who2019",
    "[@who2019]", "@lee2020's", "@lee2020 [p. 3]", "as cited in @lee2020", "[@smith2001a, as cited in @lee2020]",
    "(n = 5 [@lee2020])", "[@smith2001a; @smith2001b]", "[e.g., a claim; @lee2020]", "^[A note on @lee2020 and more.]",
    "“so”", "*et al.*", "don't", "“well,", "Table @tbl-one", "(", ")", "vs.", "a---b", "12", "3 %",
    ", p < .05,", "'", '"',
)  # fmt: skip
LIBRARY = """
@article{lee2020, author={Lee, Ann}, title={One}, date={2020}, journaltitle={J}, volume={1}, pages={1--2}, doi={10.1/a}}
@book{who2019, author={{World Health Organization}}, shortauthor={WHO}, title={Two}, date={2019}, publisher={WHO}}
@article{smith2001a, author={Smith, J.}, title={Three}, date={2001}, journaltitle={J}, volume={1}, pages={1--2}}
@article{smith2001b, author={Smith, J.}, title={Four}, date={2001}, journaltitle={J}, volume={1}, pages={3--4}}
"""
TABLE = "\n| A | B |\n|---|---|\n| 1 | 2 |\n\n: A title {#tbl-one}\n\n"


def merged(node: Any) -> Any:
    """Give pandoc's JSON with the words and spaces that stand together as one text."""
    if isinstance(node, dict):
        return {name: merged(value) for name, value in node.items()}
    if not isinstance(node, list):
        return node
    result: list[Any] = []
    for item in node:
        text = item["c"] if (kind := item.get("t") if isinstance(item, dict) else None) == "Str" else " "
        if kind not in {"Str", "Space", "SoftBreak"}:
            result.append(merged(item))
        elif result and isinstance(result[-1], tuple):
            result[-1] = (result[-1][0] + text,)
        else:
            result.append((text,))
    return result


def paper(seed: int) -> str:
    draw = random.Random(seed)  # noqa: S311  (nothing secret)
    pieces = ["---\ntitle: One\nauthor: Ana Ruiz\nbibliography: references.bib\n---\n"]
    for _ in range(12):
        words = [
            draw.choice(BETWEEN)
            if draw.random() < 0.05
            else draw.choice(WORDS) + draw.choice([*[""] * 9, ",", ".", ";"])
            for _ in range(draw.randint(20, 90))
        ]
        pieces.append(
            f"{draw.choice(['', '', '', '# ', '- ', '> '])}Word " + draw.choice([" ", "\n"]).join(words) + ".\n"
        )
    return "\n".join([*pieces, TABLE])


@pytest.mark.parametrize("seed", range(8))
def test_a_paper_is_read_and_cited_as_from_the_whole_text(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "paper.md").write_text(paper(seed), "utf-8")
    (tmp_path / "references.bib").write_text(LIBRARY, "utf-8")
    project = Project(tmp_path / "paper.md", tmp_path)
    style = styles.find("apa" if seed % 4 else "chicago-notes-bibliography", tmp_path)
    monkeypatch.setattr(read, "_SHORT", 0)
    short = read.read(project)
    assert short.abridged.words
    monkeypatch.setattr(abridged, "abridge", lambda text, _: abridged.Abridged(text))
    whole = read.read(project)
    assert replace(short, abridged=abridged.NOTHING, document=None) == replace(
        whole, abridged=abridged.NOTHING, document=None
    )
    (one, remarks), (other, as_remarked) = (cite.cite(project, read, style, tmp_path) for read in (short, whole))
    assert remarks == as_remarked
    assert len(one.json) < len(other.json)
    assert merged(one.parsed()) == merged(other.parsed())


def test_a_warning_that_names_a_line_names_the_authors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_SHORT", 0)
    (tmp_path / "paper.md").write_text(f"---\ntitle: One\n---\n\n{LONG}\n{LONG}.\n\n[a]: b.md\n[a]: c.md\n", "utf-8")
    project = Project(tmp_path / "paper.md", tmp_path)
    _, remarks = cite.cite(project, read.read(project), styles.find("apa", tmp_path), tmp_path)
    assert [remark.place.line for remark in remarks] == [9]


def test_a_masked_paper_is_read_word_by_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_SHORT", 0)
    (tmp_path / "paper.md").write_text(f"---\ntitle: One\nmask: true\n---\n\n{LONG}.\n", "utf-8")
    found = read.read(Project(tmp_path / "paper.md", tmp_path)).abridged
    assert found.words == {}


@pytest.mark.parametrize(
    ("front", "is_counted"),
    [
        ("word-count: true", True),
        ("wordcount: yes", True),
        ("apa: {word-count: true}", True),
        ("'word-count': 'true'", True),
        ("word-count: 4,321", False),
        ('word-count: "4,321"', False),
    ],
)
def test_a_paper_whose_words_are_to_be_counted_is_read_word_by_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, front: str, *, is_counted: bool
) -> None:
    monkeypatch.setattr(read, "_SHORT", 0)
    (tmp_path / "paper.md").write_text(f"---\ntitle: One\n{front}\n---\n\n{LONG}.\n", "utf-8")
    project = Project(tmp_path / "paper.md", tmp_path)
    manuscript = read.read(project)
    assert (manuscript.abridged.words == {}) == is_counted
    found, _ = cite.cite(project, manuscript, styles.find("apa", tmp_path), tmp_path)
    printed = "20" if is_counted else "4,321"
    assert found.parsed()["meta"]["word-count"] == {"t": "MetaString", "c": printed}


def test_gives_the_whole_text_back() -> None:
    text = f"{LONG}\n{LONG} [@lee]\n\n{LONG}.\n"
    assert len(shorter(text).words) == 2
    assert shorter(text).whole() == text


def test_offsets_come_back() -> None:
    text = f"{LONG} [@a]\n\n{LONG} [@b], {LONG}.\n"
    found = shorter(text)
    assert [found.offset(here) for at in range(len(text)) if (here := found.offset_here(at)) is not None] == [
        at for at in range(len(text)) if found.offset_here(at) is not None
    ]
    assert found.offset_here(text.index("[@b]")) == found.text.index("[@b]")
    assert found.offset_here(text.index("training")) is None


def test_pandoc_reads_it_as_the_whole(tmp_path: Path) -> None:
    text = f"{LONG} *{LONG}* (“{LONG}”)\n{LONG}. {LONG.capitalize()}? {LONG.capitalize()}\n"
    found = shorter(text)
    assert len(found.words) == 4
    short, whole = (pandoc.parse(one, tmp_path) for one in (found.text, text))
    assert isinstance(short, str)
    assert isinstance(whole, str)
    assert merged(json.loads(found.restore(short))) == merged(json.loads(whole))
