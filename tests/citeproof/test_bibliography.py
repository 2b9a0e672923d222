"""Bibliographies: entries with places, keys that stand twice, the mark "unverified", faults that name themselves."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import bibliography
from citeproof.bibliography import Bibliography


def bib(text: str) -> Bibliography:
    return bibliography.read("r.bib", ".bib", text)


def told(held: Bibliography) -> list[str]:
    return [str(finding) for finding in held.findings]


def test_entries_are_known_by_key_and_place() -> None:
    held = bib('% note\n@article{a1,\n title = {T}\n}\n\n  @BOOK{b:2, title = "T" # { and U}, year = 2001}\n')
    assert [(entry.key, str(entry.place)) for entry in held.entries] == [("a1", "r.bib:2:1"), ("b:2", "r.bib:6:3")]
    assert told(held) == []


def test_strings_comments_and_preambles_are_no_entries() -> None:
    held = bib('@string{jt = "J"}\n@comment{x}\n@preamble{"p"}\n@book{a, title = jt, date = {2001}}\n')
    assert [entry.key for entry in held.entries] == ["a"]
    assert told(held) == []


def test_an_entry_whose_field_lacks_its_comma_is_an_error_that_names_the_field() -> None:
    held = bib("@book{a,\n  title = {T}\n  author = {A, B},\n}\n")
    assert told(held) == [
        (
            "r.bib:1:1: error B002: the entry a cannot be read: after its field title "
            "something stands that does not belong there\n"
            "    look for a missing comma at the end of that field"
        ),
    ]
    assert [entry.key for entry in held.hurt] == ["a"]


def test_an_entry_with_a_brace_that_is_never_closed_is_an_error_and_the_others_are_still_read() -> None:
    held = bib("@book{a,\n  title = {T,\n  date = {2001},\n}\n\n@book{b,\n title = {U}}\n")
    assert told(held) == [
        (
            "r.bib:1:1: error B002: the entry a cannot be read: a brace or quotation mark is opened and never closed\n"
            "    mend the entry: look for a missing comma, brace or quotation mark, or a field that stands twice"
        ),
    ]
    assert [entry.key for entry in held.hurt] == ["a"]
    assert [entry.key for entry in held.entries] == ["b"]


def test_a_field_that_stands_twice_is_named() -> None:
    (only,) = told(bib("@book{a,\n  title = {T},\n  title = {U},\n}\n"))
    assert only.startswith("r.bib:1:1: error B002: the entry a cannot be read: the field title stands twice\n")


def test_a_second_entry_under_a_key_is_told_with_the_place_of_the_first() -> None:
    held = bib("@book{a, title = {T}}\n@book{a, title = {U}}\n@book{b, title={V}}\n")
    assert [(entry.key, str(entry.place), str(first)) for entry, first in held.doubled] == [
        ("a", "r.bib:2:1", "r.bib:1:1")
    ]
    assert [entry.key for entry in held.entries] == ["a", "b"]


@pytest.mark.parametrize("keywords", ["{unverified}", "{a, Unverified }", '"x; unverified"', "{ {unverified} }"])
def test_an_author_can_mark_an_entry_as_unverified(keywords: str) -> None:
    assert bib(f"@book{{a, title = {{T}}, keywords = {keywords}}}").entries[0].unverified


@pytest.mark.parametrize("keywords", ["{}", "{verified}", "{unverified claims}", "{not unverified yet}"])
def test_other_keywords_are_no_such_mark(keywords: str) -> None:
    assert not bib(f"@book{{a, title = {{T}}, keywords = {keywords}}}").entries[0].unverified


CSL = [
    {"id": "a1", "type": "book", "title": "T"},
    {"id": "b2", "keyword": "x, unverified"},
    {"id": "a1"},
    {"type": "book"},
    3,
]


@pytest.mark.parametrize(
    "wrap", [lambda items: items, lambda items: {"items": items}, lambda items: {"references": items}]
)
def test_csl_json_is_read_with_places(wrap: object) -> None:
    text = json.dumps(wrap(CSL), indent=1)  # type: ignore[operator]
    held = bibliography.read("r.json", ".json", text)
    assert [(entry.key, entry.unverified) for entry in held.entries] == [("a1", False), ("b2", True)]
    ((again, first),) = held.doubled
    for place, key in (
        (held.entries[0].place, "a1"),
        (first, "a1"),
        (again.place, "a1"),
        (held.entries[1].place, "b2"),
    ):
        assert text.split("\n")[place.line - 1][place.column - 1 :].startswith(f'"id": "{key}"')
    assert first.line < again.place.line


def test_csl_yaml_is_read_with_places() -> None:
    held = bibliography.read("r.yaml", ".yaml", "---\nreferences:\n- id: a1\n  title: T\n- title: U\n  id: b2\n...\n")
    assert [(entry.key, str(entry.place)) for entry in held.entries] == [("a1", "r.yaml:3:3"), ("b2", "r.yaml:6:3")]


def test_json_that_is_none_is_an_error_with_its_place() -> None:
    assert told(bibliography.read("r.json", ".json", '[\n {"id": }\n]')) == [
        "r.json:2:9: error B002: this is not JSON: Expecting value\n    export the bibliography again, or mend it here",
    ]


def test_yaml_that_is_none_is_an_error_with_its_place() -> None:
    (only,) = told(bibliography.read("r.yaml", ".yaml", "references:\n- id: a: b\n"))
    assert only == (
        "r.yaml:2:8: error B002: this is not YAML: mapping values are not allowed here\n"
        "    export the bibliography again, or mend it here"
    )


@pytest.mark.parametrize("text", ["3", "{}", '{"items": 3}', '"x"', "null"])
def test_json_that_is_no_list_of_works_is_an_error(text: str) -> None:
    assert told(bibliography.read("r.json", ".json", text)) == [
        (
            "r.json:1:1: error B002: this is not a list of CSL items\n"
            "    export it as CSL JSON (Zotero: “CSL JSON”, not “Better BibTeX JSON”)"
        ),
    ]


def test_other_kinds_are_left_to_pandoc() -> None:
    assert bibliography.read("r.ris", ".ris", "TY  - BOOK") == Bibliography((), (), (), ())


@given(st.text() | st.text(alphabet='@{}()",=#\n bookatitle1%'))
def test_no_text_makes_reading_bibtex_fail(text: str) -> None:
    assert isinstance(bib(text), Bibliography)


@given(
    st.lists(st.from_regex(r"[A-Za-z][A-Za-z0-9:_-]{0,8}", fullmatch=True), unique_by=str.lower, max_size=8), st.data()
)
def test_entries_stand_where_they_were_written(keys: list[str], data: st.DataObject) -> None:
    lines, expected = [], []
    for key in keys:
        lines += [""] * data.draw(st.integers(0, 2))
        expected.append((key, len(lines) + 1))
        lines += [f"@book{{{key},", "  title = {T {U}},", "}"]
    assert [(entry.key, entry.place.line) for entry in bib("\n".join(lines)).entries] == expected
