"""Of a large BibTeX file only what a paper needs is read, and that is the same as when all of it is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from citeproof import bibliography
from citeproof.stages import read as reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

FIXTURES = Path(__file__).parents[2] / "bibliographies"


def excerpt(text: str, *wanted: str, words: tuple[str, ...] = ()) -> bibliography.Bibliography | None:
    return bibliography.read_excerpt("r.bib", ".bib", text.encode(), wanted, words)


def agrees(text: str, *wanted: str) -> bool:
    """Tell whether there is an excerpt; if so it must hold of each wanted key what the whole file holds."""
    whole = bibliography.read("r.bib", ".bib", text)
    part = excerpt(text, *wanted)
    if part is None:
        return False
    places = {entry.key: entry for entry in whole.entries}
    found = {entry.key: entry for entry in part.entries}
    for key in wanted:
        assert (key in part.items) == (key in whole.items)
        assert found.get(key) == places.get(key)
        if key in whole.items:
            assert part.items[key] == whole.items[key]
    assert {pair for pair in part.doubled if pair[0].key in wanted} == {p for p in whole.doubled if p[0].key in wanted}
    return True


ENTRY = "@article{{{0}, author = {{Ames, Ann}}, title = {{On {0}}}, journaltitle = {{J}}, date = {{2001}}}}\n"


@pytest.mark.parametrize("name", ["biblatex.bib", "order.bib"])
def test_each_work_of_the_fixtures_is_read_alone_as_it_is_among_all(name: str) -> None:
    text = (FIXTURES / name).read_text("utf-8")
    keys = [entry.key for entry in bibliography.read("r.bib", ".bib", text).entries]
    assert len(keys) > 30
    assert all(agrees(text, key) for key in keys)
    assert agrees(text, *keys)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(ENTRY.format("a") + ENTRY.format("b") + ENTRY.format("c"), "b", id="among others"),
        pytest.param('@string{j = "Journal of Things"}\n@book{a, title = j, date = 2001}\n', "a", id="a string"),
        pytest.param(
            "@inbook{a, crossref = {b}, title = {A}}\n" + ENTRY.format("z") + "@book{b, title = {B}, date = {2001}}\n",
            "a",
            id="inherited from below",
        ),
        pytest.param(
            "@book{b, title = {B}}\n@book{a, title = {A}, related = {b}, relatedtype = {reprintfrom}}\n",
            "a",
            id="related",
        ),
        pytest.param('@xdata{x, publisher = {P}}\n@BOOK{a, title = {A}, XDATA = "x", date = 2001}\n', "a", id="xdata"),
        pytest.param(ENTRY.format("a").replace("date", "ids = {old, older}, date"), "older", id="a further key"),
        pytest.param(ENTRY.format("a").replace("\n", "") + " " + ENTRY.format("b"), "b", id="two in a line"),
        pytest.param("   " + ENTRY.format("a"), "a", id="indented"),
        pytest.param("\ufeff" + ENTRY.format("a"), "a", id="a byte order mark"),
        pytest.param((ENTRY.format("a") + ENTRY.format("b")).replace("\n", "\r\n"), "b", id="CRLF"),
        pytest.param("% " + ENTRY.format("a") + ENTRY.format("b"), "a", id="commented out"),
        pytest.param(ENTRY.format("a") + ENTRY.format("b") + ENTRY.format("a"), "a", id="twice"),
        pytest.param(ENTRY.format("é") + ENTRY.format("b"), "é", id="not ASCII"),
        pytest.param("@article(a, title = {A}, date = 2001)\n" + ENTRY.format("b"), "a", id="in parentheses"),
        pytest.param(ENTRY.format("a"), "nowhere", id="not there"),
        pytest.param(ENTRY.format("a").replace("On a", r"On \{a"), "a", id="an escaped brace"),
    ],
)
def test_an_excerpt_holds_what_the_whole_file_holds(text: str, wanted: str) -> None:
    assert agrees(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("@comment{\n" + ENTRY.format("a") + "}\n" + ENTRY.format("b"), "a", id="in a comment"),
        pytest.param("@article{z, title = {Z\n\n" + ENTRY.format("a"), "a", id="behind one that is never closed"),
        pytest.param("@article{a, title = {A\n\n" + ENTRY.format("b"), "a", id="never closed itself"),
        pytest.param("@book{a, title = {A}, crossref = {gone}}\n", "a", id="what it names is not there"),
        pytest.param("@misc{z, abstract = {He writes\n" + ENTRY.format("a") + "}}\n", "a", id="quoted in an abstract"),
        pytest.param("TY  - JOUR\nTI  - x\nER  -\n", "a", id="RIS under its name"),
        pytest.param('[{"id": "a", "type": "book"}]', "a", id="JSON under its name"),
    ],
)
def test_in_doubt_there_is_no_excerpt(text: str, wanted: str) -> None:
    assert excerpt(text, wanted) is None


PIECES = st.sampled_from(
    [
        *(ENTRY.format(key) for key in "abcde"),
        "@book{f, title = {F}, crossref = {a}}\n",
        "@book{g, title = {G}, date = 2001, related = {b, c}}\n",
        "@comment{jabref-meta: x}\n",
        '@string{s = {S}}\n@misc{h, title = s # " and more", date = 2001}\n',
        "@misc{i, title = {I}, note = {see @article{a, and } there}}\n",
        "@misc{k, title = {never closed\n",
        "@misc{l title = {no comma}}\n",
        "% @misc{m, title = {M}}\n",
        "some words, me@here.org {\n",
        "}\n",
        "\n",
        '@misc{n, title = "N {"} n", date = 2001}\n',
        "  @misc{o,\n\ttitle = {O},\n  ids = {a, p}}",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=8), st.sets(st.sampled_from("abcdefghiklmnop"), min_size=1, max_size=3))
@example(["@misc{k, title = {never closed\n", ENTRY.format("b"), ENTRY.format("a")], {"a"})
def test_whatever_else_is_in_the_file(pieces: list[str], wanted: set[str]) -> None:
    agrees("".join(pieces), *sorted(wanted))


# --- in a paper -------------------------------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Take any file for a large one; gives what was read whole all the same."""
    whole: list[str] = []
    read = bibliography.read
    monkeypatch.setattr(bibliography, "SMALL", 0)
    monkeypatch.setattr(bibliography, "read", lambda *given: (whole.append(given[0]), read(*given))[1])
    assert reading.bibliography is bibliography
    return whole


LIBRARY = ENTRY.format("ames2001") + "".join(ENTRY.format(f"other{n}") for n in range(50)) + ENTRY.format("last")


def test_a_paper_is_the_same_whether_its_library_is_read_whole_or_not(
    paper: Callable[..., Path], citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paper("As @ames2001 and @last say.", bibliography=LIBRARY).parent
    assert citeproof("build", "--to", "html", "--output", "one").status == 0
    monkeypatch.setattr(bibliography, "SMALL", 0)
    assert citeproof("build", "--to", "html", "--output", "other").status == 0
    assert (folder / "one" / "paper.html").read_bytes() == (folder / "other" / "paper.html").read_bytes()


def test_of_a_large_library_only_what_is_cited_is_read(
    large: list[str], paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    broken = "@misc{broken, title = {T}, title = {T}}\n"
    paper("As @last says.", bibliography=LIBRARY + broken)
    found = citeproof("check")
    assert (found.status, large) == (0, [])
    assert "broken" not in found.err


def test_a_misspelt_key_is_compared_with_all_keys_of_a_large_library(
    large: list[str], paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper("As @other47x says.", bibliography=LIBRARY)
    found = citeproof("check")
    assert found.status == 1
    assert "error C001: @other47x is cited but is not in references.bib\n    did you mean @other47" in found.err
    assert large == []


def test_what_is_wrong_with_a_cited_entry_of_a_large_library_has_its_place(
    large: list[str], paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    bad = "@article{bad, author = {AMES, ANN}, title = {On it}, journaltitle = {J}, date = {2001}, doi = {10.1/x}}\n"
    paper("As @bad says.", bibliography=LIBRARY + bad)
    found = citeproof("check")
    assert re.search(rf"^references\.bib:{LIBRARY.count(chr(10)) + 1}:\d+: warning E\d+", found.err, re.MULTILINE)
    assert large == []


def test_a_group_that_has_a_short_name_is_read_though_nobody_cites_it(
    large: list[str], paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    group = (
        "@book{g, author = {{Group of Things}}, shortauthor = {{GT}}, title = {T}, publisher = {P}, date = {2001}}\n"
    )
    paper("As @last says.", bibliography=LIBRARY + group)
    assert citeproof("check").status == 0
    part = bibliography.read_excerpt("r.bib", ".bib", (LIBRARY + group).encode(), ["last"], ["shortauthor"])
    assert part is not None
    assert [entry.key for entry in part.entries] == ["last", "g"]
    assert large == []


def test_all_of_a_large_library_is_read_where_all_is_cited(
    large: list[str], paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(
        "---\ntitle: T\nauthor: A\nnocite: '@*'\nbibliography: references.bib\n---\n\nText.\n",
        front="",
        bibliography=LIBRARY,
    )
    citeproof("check")
    assert large == ["references.bib"]
