"""refer (.enw) and EndNote's "Show All Fields": records, places, keys, recovery."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof.bibliography import csl_json, refer

if TYPE_CHECKING:
    from citeproof.bibliography.model import Bibliography

ARTICLE = """\
%0 Journal Article
%A Zhou, Y.
%A Sleep Study Group,
%A Maria Roe
%T Resting <i>well</i>
%J Journal of Rest
%V 107
%N 2
%P 447-53
%D 2014
%8 Mar 12
%R doi:10.1000/rest.2014
%@ 0045-6535
%K one
two
%X First line

and the last
%F zhou2014
"""

SHOWN = """\
Reference Type:  Journal Article
Record Number: 28
Author: Zhou, Y., Roe, A. B. and Doe, C.
Year: 2014
Title: Resting well: a study
Journal: Journal of Rest
Volume: 107
Pages: 447-453
Type of Article: Article
DOI: 10.1000/rest.2014
Keywords: one
two
Abstract: First line
Results: the last


Reference Type:  Book
Record Number: 29
Author: Roe, A. B.
Title: Minds
Year: 2001
Publisher: Mind Press
"""


def read(text: str) -> Bibliography:
    return refer.read("r.enw", text)


def told(held: Bibliography) -> list[tuple[str, str]]:
    return [(str(fault.place), fault.what) for fault in held.faults]


def test_a_record_gives_its_work_with_its_place() -> None:
    held = read("\n" + ARTICLE)
    assert [(entry.key, str(entry.place)) for entry in held.entries] == [("zhou2014", "r.enw:2:1")]
    assert held.items["zhou2014"] == {
        "id": "zhou2014",
        "type": "article-journal",
        "author": [
            {"family": "Zhou", "given": "Y."},
            {"literal": "Sleep Study Group"},
            {"family": "Roe", "given": "Maria"},
        ],
        "title": "Resting <i>well</i>",
        "container-title": "Journal of Rest",
        "issued": {"date-parts": [[2014, 3, 12]]},
        "volume": "107",
        "issue": "2",
        "page": "447\u2013453",
        "DOI": "10.1000/rest.2014",
        "ISSN": "0045-6535",
        "abstract": "First line\nand the last",
        "keyword": "one, two",
    }
    assert told(held) == []


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_fields_keep_their_places_and_offsets(ends: str) -> None:
    text = "\ufeff" + ARTICLE.replace("\n", ends)
    (found,) = read(text).records
    assert str(found.fields["%A/2"].place) == "r.enw:3:4"
    for field in found.fields.values():
        assert text[field.start : field.end].replace("\r\n", "\n") == field.value


@pytest.mark.parametrize(
    ("stated", "type_"),
    [
        ("Book", "book"),
        ("Book Section", "chapter"),
        ("Conference Proceedings", "paper-conference"),
        ("Thesis", "thesis"),
        ("Web Page", "webpage"),
        ("Newspaper Article", "article-newspaper"),
        ("Online Database", "dataset"),
        ("Computer Program", "software"),
    ],
)
def test_the_type_is_known_by_endnotes_name(stated: str, type_: str) -> None:
    held = read(f"%0 {stated}\n%A Roe, R.\n%T A\n%D 2001\n")
    assert held.items["Roe_2001"]["type"] == type_
    assert held.faults == ()


def test_a_thesis_has_its_degree_in_apas_words() -> None:
    held = read("%0 Thesis\n%A Roe, R.\n%T A\n%I University of Here\n%9 Ph.D.\n%D 1990\n")
    assert held.items["Roe_1990"]["genre"] == "Doctoral dissertation"
    assert held.items["Roe_1990"]["publisher"] == "University of Here"


def test_records_without_a_type_are_divided_by_empty_lines() -> None:
    held = read("%A Roe, R.\n%T A\n%D 2001\n\n%A Doe, D.\n%T B\n%D 2002\n\n" + ARTICLE)
    assert list(held.items) == ["Roe_2001", "Doe_2002", "zhou2014"]


def test_an_unknown_type_is_said_and_the_work_is_read() -> None:
    held = read("%0 Scroll\n%A Roe, R.\n%T A\n%I Press\n%D 2001\n")
    assert held.items["Roe_2001"]["type"] == "book"
    assert told(held) == [("r.enw:1:1", "the entry Roe_2001 is of the type Scroll, which EndNote does not have")]


def test_an_empty_record_is_hurt_and_the_others_stay() -> None:
    held = read("%0 Book\n%F empty\n%D 2001\n\n" + ARTICLE)
    assert list(held.items) == ["zhou2014"]
    assert [entry.key for entry in held.hurt] == ["empty"]


def test_what_endnote_shows_of_all_fields_is_read_too() -> None:
    held = read(SHOWN)
    assert list(held.items) == ["28", "29"]
    item = held.items["28"]
    assert item["author"] == [
        {"family": "Zhou", "given": "Y."},
        {"family": "Roe", "given": "A. B."},
        {"family": "Doe", "given": "C."},
    ]
    assert (item["title"], item["container-title"], item["page"]) == (
        "Resting well: a study",
        "Journal of Rest",
        "447\u2013453",
    )
    assert item["abstract"] == "First line\nResults: the last"
    assert "genre" not in item
    assert held.items["29"]["publisher"] == "Mind Press"
    assert str(held.records[1].fields["title"].place) == "r.enw:20:8"
    assert held.faults == ()


def test_a_file_without_records_is_a_fault() -> None:
    assert told(read("Nothing here\n")) == [
        ("r.enw:1:1", "no EndNote record is in this file: no line begins with \u201c%0\u201d or another of its tags")
    ]
    assert read("\n").faults == ()


_PIECES = st.one_of(
    st.sampled_from(["%0 Journal Article", "%A ", "%T x", "%D ", "%8 ", "%P ", "Reference Type: Book", "Author: "]),
    st.sampled_from(["\n", "\r\n", " ", "\ufeff"]),
    st.text(max_size=12),
)


@given(st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text()))
def test_reading_never_raises_and_says_something_of_every_text(text: str) -> None:
    held = read(text)
    assert held.records or held.faults or not text.strip(" \t\r\n\ufeff")


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_items_written_as_json_and_read_again_are_the_same(text: str) -> None:
    items = dict(read(text).items)
    again = csl_json.read("r.json", json.dumps(list(items.values())))
    assert dict(again.items) == items


@given(st.text(max_size=30), st.integers(0, 2))
def test_one_damaged_record_costs_no_other(damage: str, at: int) -> None:
    records = [ARTICLE, ARTICLE.replace("zhou2014", "second")]
    records.insert(at, f"%0 Book\n%D {damage.replace('%', '')}\n%\n% A\n\n")
    assert {"zhou2014", "second"} <= set(read("".join(records)).items)


def test_the_type_may_stand_behind_the_title_as_in_files_of_bepress() -> None:
    one = "%T One\n%0 Journal Article\n%A Roe, R.\n%B Talk\n%D 2021\n%V 4\n"
    held = read(f"{one}\n\n%T Two\n%0 Journal Article\n%A Doe, D.\n%D 2009\n")
    assert list(held.items) == ["Roe_2021", "Doe_2009"]
    assert [held.items[key]["title"] for key in held.items] == ["One", "Two"]
    assert held.items["Roe_2021"]["container-title"] == "Talk"
    assert held.faults == ()
