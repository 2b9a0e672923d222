"""Findings: how they are told, ordered and kept."""

from __future__ import annotations

import pytest

from citeproof.findings import Finding, Place, Severity, error, has_errors, in_order, warning

PLACE = Place("paper.md", 12, 5)


def test_a_finding_is_told_as_place_severity_code_message_and_below_it_the_remedy() -> None:
    found = error("C001", PLACE, "@smith2020 is cited but is not in references.bib", "did you mean @smyth2020?")
    assert str(found) == (
        "paper.md:12:5: error C001: @smith2020 is cited but is not in references.bib\n    did you mean @smyth2020?"
    )


def test_every_line_of_a_remedy_is_indented() -> None:
    assert str(warning("F002", PLACE, "m", "one\ntwo")) == "paper.md:12:5: warning F002: m\n    one\n    two"


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place("a.md"), "a.md"),
        (Place("a.md", 3), "a.md:3:1"),
        (Place("a.md", 3, 4), "a.md:3:4"),
    ],
)
def test_a_place_is_one_that_an_editor_can_jump_to(place: Place, shown: str) -> None:
    assert str(place) == shown


def test_findings_stand_in_the_order_of_the_text_and_each_is_said_once() -> None:
    late, early = error("A001", Place("p.md", 10, 1), "late"), warning("Z001", Place("p.md", 9, 30), "early")
    assert in_order([late, early, late]) == (early, late)


@pytest.mark.parametrize("make", [error, warning])
def test_a_finding_comes_back_from_plain_data_as_it_was(make: type) -> None:
    found = make("C001", PLACE, "said", "do")
    back = Finding.from_dict(found.as_dict())
    assert back == found
    assert back.severity is found.severity


def test_plain_data_of_a_finding_names_every_part() -> None:
    assert warning("C003", PLACE, "said", "do").as_dict() == {
        "code": "C003",
        "severity": "warning",
        "file": "paper.md",
        "line": 12,
        "column": 5,
        "message": "said",
        "remedy": "do",
    }


def test_a_damaged_record_is_read_as_the_file_as_a_whole() -> None:
    data = error("C001", PLACE, "m").as_dict() | {"line": "x", "column": None}
    assert Finding.from_dict(data).place == Place("paper.md")


def test_only_errors_stop_a_build() -> None:
    assert not has_errors([warning("C003", PLACE, "m")])
    assert has_errors([warning("C003", PLACE, "m"), error("C001", PLACE, "m")])
    assert Severity.ERROR == "error"
