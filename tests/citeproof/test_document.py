"""pandoc's document as Python sees it: the text that a reader sees, front matter fields, citations as set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from citeproof import document, pandoc


def parse(text: str) -> Any:
    parsed = pandoc.parse(text, Path.cwd())
    assert isinstance(parsed, str)
    return json.loads(parsed)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("One *two*\nthree.", "One two three. "),
        ("\"Quoted\" and 'so'", "“Quoted” and \u2018so\u2019 "),
        ("`code` $x^2$", "code x^2 "),
        ("Text^[A note.] on", "Text on "),
        ("A \\textbf{lost} piece", "A  piece "),
        ("One  \ntwo", "One two "),
        ("# Head\n\nText", "Head Text "),
    ],
)
def test_plain_text_is_what_a_reader_sees(text: str, plain: str) -> None:
    assert document.plain(parse(text)["blocks"]) == plain


def test_notes_are_part_of_the_text_only_if_asked_for() -> None:
    assert document.plain(parse("Text^[A note.] on")["blocks"], notes=True) == "TextA note.  on "


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("one *two*", ["one two"]),
        ("[a, b]", ["a", "b"]),
        ("true", ["True"]),
        ("''", [""]),
    ],
)
def test_a_front_matter_field_is_read_as_a_list_of_texts(value: str, expected: list[str]) -> None:
    assert document.meta_strings(parse(f"---\nfield: {value}\n---\n"), "field") == expected


def test_an_absent_field_is_an_empty_list() -> None:
    assert document.meta_strings(parse("x"), "field") == []


def test_elements_in_a_note_are_told_from_those_in_the_text() -> None:
    walked = [
        (element["c"], noted)
        for element, noted in document.elements(parse("a^[b] c")["blocks"])
        if element["t"] == "Str"
    ]
    assert walked == [("a", False), ("b", True), ("c", False)]


SPACE, BREAK, SOFT = {"t": "Space"}, {"t": "LineBreak"}, {"t": "SoftBreak"}


def word(text: str) -> Any:
    return {"t": "Str", "c": text}


@pytest.mark.parametrize(
    ("inlines", "expected"),
    [
        ([word("a"), SPACE, word("b"), SOFT, word("c")], [word("a b c")]),
        ([word("a"), SPACE, {"t": "Emph", "c": [word("b"), SPACE, word("c")]}, SPACE, word("d")], None),
        ([SPACE, word("a"), SPACE, SPACE, word("b")], [SPACE, word("a"), SPACE, SPACE, word("b")]),
        ([word("a"), BREAK, SPACE, word("b")], [word("a"), BREAK, SPACE, word("b")]),
        ([word("a"), BREAK, word("b"), SPACE, BREAK], [word("a"), BREAK, word("b"), SPACE, BREAK]),
        ([word('"'), SPACE, word('"},{"t":"Space"},{"t":"Str","c":"'), SPACE, word("\\")], None),
        ([{"t": "Code", "c": [["", [], []], '"},{"t":"Space"},{"t":"Str","c":"']}], None),
        ([word("Space"), SPACE, word("Break"), SPACE, word("b")], None),
    ],
)
def test_joined_words_read_as_they_do_apart(inlines: Any, expected: Any) -> None:
    apart = {"blocks": [{"t": "Para", "c": inlines}]}
    joined = json.loads(document.joined(json.dumps(apart, separators=(",", ":"))))
    assert document.plain(joined["blocks"]) == document.plain(apart["blocks"])
    if expected:
        assert joined["blocks"][0]["c"] == expected


CITED = {
    "t": "Cite",
    "c": [
        [{"citationId": "a"}, {"citationId": "b"}],
        [
            {"t": "Str", "c": "("},
            {"t": "Link", "c": [["", [], []], [{"t": "Str", "c": "A"}], ["#ref-a", ""]]},
            {"t": "Str", "c": ";"},
            {"t": "Space"},
            {"t": "Link", "c": [["", [], []], [{"t": "Str", "c": "B"}], ["https://b.org", ""]]},
            {"t": "Str", "c": ")"},
        ],
    ],
}


def test_a_citation_as_set_has_its_keys_its_text_and_its_links_to_entries() -> None:
    (found,) = document.cited({"blocks": [{"t": "Para", "c": [CITED]}]})
    assert (found.keys, found.text, found.links, found.in_note) == (("a", "b"), "(A; B)", (("A", "a"),), False)


def test_a_citation_in_a_note_is_marked_so_whichever_holds_the_other() -> None:
    note = {"t": "Note", "c": [{"t": "Para", "c": [CITED]}]}
    outer = {
        "t": "Cite",
        "c": [[{"citationId": "a"}], [{"t": "Note", "c": [{"t": "Para", "c": [{"t": "Str", "c": "A."}]}]}]],
    }
    found = document.cited({"blocks": [{"t": "Para", "c": [note, outer]}]})
    assert [(item.in_note, item.text) for item in found] == [(True, "(A; B)"), (True, "A.")]


def test_the_reference_list_is_read_by_key_and_nothing_else_is_taken_for_an_entry() -> None:
    def div(name: str, *classes: str) -> Any:
        return {"t": "Div", "c": [[name, list(classes), []], [{"t": "Para", "c": [{"t": "Str", "c": name}]}]]}

    blocks = [{"t": "Div", "c": [["refs", [], []], [div("ref-a", "csl-entry"), div("ref-b")]]}, div("a", "csl-entry")]
    assert document.references({"blocks": blocks}) == {"a": "ref-a"}
