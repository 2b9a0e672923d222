"""A book is found by its number where its title alone does not tell it, and by no number that is none."""

from __future__ import annotations

from typing import Any

import pytest
from services import Services

from citeproof.bibliography.text import isbn13
from citeproof.registries.judge import judge
from citeproof.registries.model import Judgement, Verdict
from citeproof.registries.questions import next_questions

NUMBER = "9781433832161"
BOOK = {
    "DOI": "10.1037/0000165-000",
    "type": "book",
    "title": ["Sleep, memory, and the years after: A guide for those who ask"],
    "author": [{"family": "Ames", "given": "Ann"}],
    "issued": {"date-parts": [[2012]]},
    "publisher": "North Press",
    "ISBN": [NUMBER, "9781433832178"],
}
OTHERS = [
    BOOK | {"DOI": f"10.1037/000016{n}-000", "title": [f"Sleep and memory in those years, volume {n}"], "ISBN": []}
    for n in range(6)
]
CHAPTER = BOOK | {"DOI": "10.1037/0000165-003", "type": "book-chapter", "title": ["How people ask"]}


def entry(**fields: Any) -> dict[str, Any]:
    """Give the entry of a book that is typed in short."""
    return {
        "id": "ames",
        "type": "book",
        "title": "Sleep, memory and the years after it: A guide for all who ask",
        "author": [{"family": "Ames", "given": "A."}],
        "issued": {"date-parts": [[2016]]},
        "publisher": "North Press",
        **fields,
    }


def judged(item: dict[str, Any]) -> tuple[Judgement, list[str]]:
    services = Services([*OTHERS, CHAPTER, BOOK])
    answers: list[Any] = []
    while due := next_questions(item, answers):
        answers += map(services.answer, due)
    return judge(item, answers), services.asked


@pytest.mark.parametrize("number", [NUMBER, "978-1-4338-3216-1", "1-4338-3216-X", "978 1 4338 3217 8"])
def test_a_book_is_found_by_its_number(number: str) -> None:
    found, asked = judged(entry(ISBN=number))
    assert found.work is not None
    assert found.work.identifier == BOOK["DOI"]
    assert {one.field for one in found.differences} == {"title", "issued"}
    assert any(f"filter=isbn:{isbn13(number)}" in question for question in asked)


def test_without_it_the_same_entry_is_not_checked() -> None:
    found, asked = judged(entry())
    assert found.verdict is Verdict.NOT_CHECKED
    assert not any("isbn" in question for question in asked)


def test_a_number_alone_makes_no_work_of_another() -> None:
    found, _ = judged(entry(ISBN=NUMBER, title="Dreams of birds", author=[{"family": "Zorn", "given": "Z."}]))
    assert found.verdict is Verdict.NOT_CHECKED
    assert found.work is None


def test_a_number_that_cannot_be_one_is_not_asked_for() -> None:
    _, asked = judged(entry(ISBN="978-1-4338-3216-2"))
    assert not any("isbn" in question for question in asked)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("9781433832161", "9781433832161"),
        ("978-1-4338-3216-1", "9781433832161"),
        ("978\u20111\u20114338\u20113216\u20111", "9781433832161"),
        ("ISBN: 978 1 4338 3216 1", "9781433832161"),
        ("143383216X", "9781433832161"),
        ("1-4338-3216-x", "9781433832161"),
        ("0306406152", "9780306406157"),
        ("9781433832162", ""),
        ("1433832161", ""),
        ("0306406153", ""),
        ("1234567890123", ""),
        ("none", ""),
        ("", ""),
    ],
)
def test_a_number_of_ten_places_is_one_of_thirteen_and_a_wrong_one_is_none(typed: str, number: str) -> None:
    assert isbn13(typed) == number
