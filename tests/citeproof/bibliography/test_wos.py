"""Web of Science's plain text: records, places, people, kinds of works, names that stand in capitals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof.bibliography import csl_json, variants, wos

if TYPE_CHECKING:
    from citeproof.bibliography.model import Bibliography

ARTICLE = """\
PT J
AU Okafor, NB
   Lindqvist, P
AF Okafor, Ngozi B.
   Lindqvist, Per
CA Talk Study Grp
TI Sleep and memory in shift workers: A study
   of talk
SO JOURNAL OF SLEEP AND TALK
LA English
DT Article
DE sleep; memory
AB An abstract.
CR Abel B, 2001, J TALK, V1, P2
   ER is no end here
PU AMER PSYCHOLOGICAL ASSOC
PI WASHINGTON
SN 0000-0019
J9 J SLEEP TALK
JI J. Sleep Talk
PD SEP 12
PY 2019
VL 12
IS 3
BP 101
EP 118
DI 10.1000/jst.2019.12
PM 30000001
UT WOS:000000000000001
ER
"""
HEAD = "\ufeffFN Clarivate Analytics Web of Science\nVR 1.0\n"


def read(text: str) -> Bibliography:
    return wos.read("w.txt", text)


def work(*lines: str) -> dict[str, Any]:
    held = read("\n".join([*lines, "UT WOS:1", "ER", ""]))
    return dict(held.items["WOS:1"])


def told(held: Bibliography) -> list[tuple[str, str]]:
    return [(str(fault.place), fault.what) for fault in held.faults]


def test_a_record_gives_its_work_with_its_place() -> None:
    held = read(HEAD + ARTICLE + "\nEF")
    assert told(held) == []
    assert [(entry.key, str(entry.place)) for entry in held.entries] == [("WOS:000000000000001", "w.txt:3:1")]
    item = dict(held.items["WOS:000000000000001"])
    for name in ("keyword", "abstract", "publisher", "publisher-place", "container-title-short", "language"):
        item.pop(name)
    assert item == {
        "id": "WOS:000000000000001",
        "type": "article-journal",
        "author": [
            {"family": "Okafor", "given": "Ngozi B."},
            {"family": "Lindqvist", "given": "Per"},
            {"literal": "Talk Study Grp"},
        ],
        "title": "Sleep and memory in shift workers: A study of talk",
        "container-title": "Journal of Sleep and Talk",
        "issued": {"date-parts": [[2019, 9, 12]]},
        "volume": "12",
        "issue": "3",
        "page": "101\u2013118",
        "ISSN": "0000-0019",
        "DOI": "10.1000/jst.2019.12",
        "PMID": "30000001",
    }


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_fields_keep_their_places_and_offsets_whatever_ends_the_lines(ends: str) -> None:
    text = (HEAD + ARTICLE).replace("\n", ends)
    record = read(text).records[0]
    assert {name: text[field.start : field.end] for name, field in record.fields.items() if name in {"TI", "VL"}} == {
        "TI": f"Sleep and memory in shift workers: A study{ends}   of talk",
        "VL": "12",
    }
    assert record.fields["AF"].value == "Okafor, Ngozi B.\nLindqvist, Per"
    assert str(record.fields["VL"].place) == "w.txt:25:4"


def test_several_records_are_told_apart_with_and_without_their_beginnings() -> None:
    second = ARTICLE.replace("PT J\n", "").replace("0001\nER", "0002\nER")
    assert list(read(HEAD + ARTICLE + "\n" + second + "\nEF\n").items) == [
        "WOS:000000000000001",
        "WOS:000000000000002",
    ]


def test_a_record_without_an_end_is_told_and_costs_no_other() -> None:
    held = read(ARTICLE.replace("\nER\n", "\n") + "\n" + ARTICLE.replace("0001\nER", "0002\nER"))
    assert list(held.items) == ["WOS:000000000000001", "WOS:000000000000002"]
    assert told(held) == [
        ("w.txt:29:1", "the entry WOS:000000000000001 has no end: its line ER is missing"),
    ]


def test_a_record_without_a_number_gets_the_key_that_its_authors_make() -> None:
    assert list(read(ARTICLE.replace("UT WOS:000000000000001\n", "")).items) == ["Okafor_Lindqvist_Talk_2019"]


@pytest.mark.parametrize(
    ("lines", "author"),
    [
        (["AU Nguyen, CD", "AF Chi Dinh Nguyen"], {"family": "Nguyen", "given": "Chi Dinh"}),
        (["AU Wang, Y", "AF Wang Ying"], {"family": "Wang", "given": "Ying"}),
        (["AU Wang, Y"], {"family": "Wang", "given": "Y"}),
        (["BA Roe, R", "BF Roe, Richard"], {"family": "Roe", "given": "Richard"}),
    ],
)
def test_names_are_divided(lines: list[str], author: dict[str, str]) -> None:
    assert work("PT J", *lines, "TI A", "SO TALK", "PY 2001")["author"] == [author]


def test_names_in_one_line_are_divided_and_nobody_is_no_author() -> None:
    assert [one["family"] for one in work("PT J", "AU Roe, R; Doe, D", "TI A")["author"]] == ["Roe", "Doe"]
    assert "author" not in work("PT J", "AU [Anonymous]", "TI A")


@pytest.mark.parametrize(
    ("lines", "type_", "container"),
    [
        (["PT J", "DT Article; Proceedings Paper", "CT A conference"], "article-journal", "The Talk"),
        (["PT B", "DT Proceedings Paper", "BP 1"], "paper-conference", "The Talk"),
        (["PT S", "DT Proceedings Paper", "SE Notes on Talk", "PU TALK PRESS"], "paper-conference", "The Talk"),
        (["PT B", "DT Article; Book Chapter", "BP 1"], "chapter", "The Talk"),
        (["PT S", "DT Review; Book Chapter"], "chapter", "The Talk"),
        (["PT B", "DT Book"], "book", None),
        (["PT P"], "patent", None),
    ],
)
def test_the_type_tells_what_a_work_is(lines: list[str], type_: str, container: str | None) -> None:
    item = work(*lines, "AU Roe, R", "BE Doe, D", "TI A title", "SO The Talk", "PY 2001")
    assert (item["type"], item.get("container-title")) == (type_, container)
    assert item["title"] == "A title"


def test_a_book_has_its_publisher_in_usual_letters() -> None:
    item = work("PT B", "DT Book", "AU Roe, R", "TI Talk", "SO TALK", "PU AMER PSYCHOLOGICAL ASSOC", "PY 2001")
    assert item["publisher"] == "American Psychological Association"


def test_an_article_that_is_first_online_says_so() -> None:
    item = work("PT J", "AU Roe, R", "TI A", "SO TALK", "EA MAR 2020")
    assert (item["issued"], item["status"]) == ({"date-parts": [[2020]]}, "Advance online publication")


def test_an_article_number_takes_the_place_of_pages() -> None:
    made = work("PT J", "AU Roe, R", "TI A", "SO PLOS ONE", "JI PLoS One", "AR e0152643")
    assert variants.for_apa(made)["number"] == "e0152643"
    assert made["page"] == "e0152643"  # few styles know of numbers


def test_a_retracted_article_is_told() -> None:
    held = read("PT J\nAU Roe, R\nTI A\nDT Article; Retracted Publication\nUT WOS:1\nER\n")
    assert told(held) == [("w.txt:4:4", "the entry WOS:1 is retracted")]


def test_a_file_without_records_is_a_fault_and_an_empty_one_is_not() -> None:
    assert told(read("FN Clarivate\nVR 1.0\nEF")) == [
        ("w.txt:1:1", "no record of Web of Science is in this file: no line begins with \u201cPT\u201d")
    ]
    assert read("\n").faults == ()


@given(
    st.lists(st.sampled_from([*ARTICLE.splitlines(), "EF", "", "   x", "\ufeffFN x", "PT", "ER ", "\x0c"])).map(
        "\n".join
    )
)
def test_reading_never_raises_and_says_something_of_every_text(text: str) -> None:
    held = read(text)
    assert held.entries or held.hurt or held.faults or not text.strip(" \t\r\n\ufeff\x0c")


@given(st.lists(st.sampled_from(ARTICLE.splitlines())).map("\n".join))
def test_items_written_as_json_and_read_again_are_the_same(text: str) -> None:
    items = dict(read(text).items)
    assert csl_json.read("w.json", json.dumps(list(items.values()))).items == items
