"""Dates: ISO 8601-2 as biblatex writes it, BibTeX's fields, free text, and what pandoc makes of the result.

What is expected follows ISO 8601-2 (EDTF, as biblatex's manual lists it: 2.3.8), the CSL 1.0.2 specification (date
variables) and pandoc 3.9, whose `biblatex` reader gives the same for every form that it takes.
"""

from __future__ import annotations

import json
from typing import Any

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof.bibliography import dates


def at(*moments: list[int], circa: bool = False) -> dict[str, Any]:
    return {"date-parts": list(moments), **({"circa": True} if circa else {})}


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("1954", at([1954])),
        ("2018-03", at([2018, 3])),
        ("1995-05-21", at([1995, 5, 21])),
        ("2017-05-01T10:00:00", at([2017, 5, 1])),
        ("2017-21", at([2017, 21])),
        ("2017-24", at([2017, 24])),
        ("1826/1827", at([1826], [1827])),
        ("2018-12-30/2019-01-02", at([2018, 12, 30], [2019, 1, 2])),
        ("2018-01/2018-03", at([2018, 1], [2018, 3])),
        ("2018/", at([2018], [0])),
        ("2018/..", at([2018], [0])),
        ("../2010", at([0], [2010])),
        ("/2010", at([0], [2010])),
        ("1990~", at([1990], circa=True)),
        ("1990%", at([1990], circa=True)),
        ("1990?", at([1990])),
        ("1990~/1995", at([1990], [1995], circa=True)),
        ("199X", at([1990], [1999])),
        ("19XX", at([1900], [1999])),
        ("199u", at([1990], [1999])),
        ("2004-XX", at([2004])),
        ("2004-06-XX", at([2004, 6])),
        ("0000", at([-1])),
        ("-0044-03-15", at([-45, 3, 15])),
        ("-0349", at([-350])),
        ("y-17000", at([-17001])),
        ("{1954}", at([1954])),
    ],
)
def test_a_date_of_iso_8601_2(value: str, date: dict[str, Any]) -> None:
    assert dates.date(value) == date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("c. 1900", at([1900], circa=True)),
        ("{circa 1900}", at([1900], circa=True)),
        (r"\textasciitilde 1900", at([1900], circa=True)),
        ("ca. 350 B.C.E.", at([-350], circa=True)),
        ("350 BC", at([-350])),
        ("-350", at([-350])),
        ("--350", at([-350])),
        ("A.D. 79", at([79])),
        ("5 B.C.-10 A.D.", at([-5], [10])),
        ("350-340 B.C.E.", at([-350], [-340])),
        ("1990--1995", at([1990], [1995])),
        ("1990-95", at([1990], [1995])),
        ("c2005", at([2005])),
        ("[1923]", at([1923])),
        ("2018a", at([2018])),
        ("12 March 2018", at([2018, 3, 12])),
        ("March 12, 2018", at([2018, 3, 12])),
        ("March 12th, 2018", at([2018, 3, 12])),
        ("Sept. 2018", at([2018, 9])),
        ("2018 Jan-Feb", at([2018, 1], [2018, 2])),
        ("2018 Dec-2019 Jan", at([2018, 12], [2019, 1])),
        ("June 2018 \u2013 July 2019", at([2018, 6], [2019, 7])),
        ("May 5-7, 2018", at([2018, 5, 5], [2018, 5, 7])),
        ("5--7 May 2018", at([2018, 5, 5], [2018, 5, 7])),
        ("Spring 2018", at([2018, 21])),
        ("2018 Fall", at([2018, 23])),
        ("2018/3/5", at([2018, 3, 5])),
        ("12/31/2018", at([2018, 12, 31])),
        ("31/12/2018", at([2018, 12, 31])),
        ("5.3.2018", at([2018, 3, 5])),
    ],
)
def test_a_date_as_people_write_it(value: str, date: dict[str, Any]) -> None:
    assert dates.date(value) == date


def test_of_a_day_and_a_month_in_unknown_order_only_the_year_is_kept() -> None:
    assert dates.date("3/4/2018") == at([2018])


@pytest.mark.parametrize("value", ["", "  ", "n.d.", "nd", "no date", "(n.d.)", "undated", "{}", "..", "????"])
def test_no_date_is_none(value: str) -> None:
    assert dates.date(value) is None
    assert dates.of(value, "mar") is None


@pytest.mark.parametrize("value", ["in press", "forthcoming", "1990s", "19th century", "2017-13-01", "2018-W05"])
def test_text_that_holds_no_date_is_kept_as_it_is(value: str) -> None:
    assert dates.date(value) == {"literal": value}
    assert dates.of(value, "mar") == {"literal": value}


@pytest.mark.parametrize(
    ("month", "day", "moments"),
    [
        ("mar", "", [[2018, 3]]),
        ("March", "", [[2018, 3]]),
        ("03", "", [[2018, 3]]),
        ("{Mar.}", "", [[2018, 3]]),
        ("mar", "5", [[2018, 3, 5]]),
        ("3", "{05}", [[2018, 3, 5]]),
        ("Mar-Apr", "", [[2018, 3], [2018, 4]]),
        ("July--August", "", [[2018, 7], [2018, 8]]),
        ('mar # "/" # apr', "", [[2018, 3], [2018, 4]]),
        ("3/4", "", [[2018, 3], [2018, 4]]),
        ("May and June", "", [[2018, 5], [2018, 6]]),
        ('jan # "~1"', "", [[2018, 1, 1]]),
        ("jan~1", "", [[2018, 1, 1]]),
        ("October 12", "", [[2018, 10, 12]]),
        ("12 October", "", [[2018, 10, 12]]),
        ("June 5--7", "", [[2018, 6, 5], [2018, 6, 7]]),
        ("jan", "3-5", [[2018, 1, 3], [2018, 1, 5]]),
        ("Spring", "", [[2018, 21]]),
        ("winter", "", [[2018, 24]]),
        ("13", "", [[2018]]),
        ("jan", "40", [[2018, 1]]),
        ("soon", "1", [[2018]]),
        ("", "5", [[2018]]),
    ],
)
def test_months_and_days_of_bibtex(month: str, day: str, moments: list[list[int]]) -> None:
    assert dates.of("2018", month, day) == {"date-parts": moments}


def test_a_range_of_years_takes_a_range_of_months() -> None:
    assert dates.of("2017--2018", "dec--jan") == at([2017, 12], [2018, 1])
    assert dates.of("2017/2018", "mar") == at([2017], [2018])
    assert dates.of("2018-05-06", "mar") == at([2018, 5, 6])


@pytest.mark.parametrize(
    "value",
    [
        "2017",
        "2017-03",
        "2017-03-05",
        "2017-21",
        "1826/1827",
        "2017-03/2017-05",
        "2017/",
        "/2010",
        "1990~",
        "-0044-03-15",
    ],
)
def test_pandoc_s_own_reader_of_biblatex_gives_the_same(value: str) -> None:
    entry = f"@article{{a, title = {{T}}, journaltitle = {{J}}, date = {{{value}}}}}"
    (item,) = json.loads(pypandoc.convert_text(entry, "csljson", "biblatex"))
    assert dates.date(value) == item["issued"]


@given(st.dates())
def test_every_day_is_read_back(day: Any) -> None:
    assert dates.date(day.isoformat()) == at([day.year, day.month, day.day])
    assert dates.of(f"{day:%Y}".zfill(4), day.strftime("%b"), str(day.day)) == at([day.year, day.month, day.day])


@given(
    st.text() | st.text(st.sampled_from("0123456789-/.~?X cabBCEJjanMrd,")), st.text(max_size=5), st.text(max_size=3)
)
def test_any_text_is_a_date_a_literal_or_nothing(year: str, month: str, day: str) -> None:
    for made in (dates.date(year), dates.of(year, month, day), dates.of("2018", year, month)):
        if made is None:
            continue
        assert set(made) <= {"date-parts", "circa"} or set(made) == {"literal"}
        for moment in made.get("date-parts", []):
            assert 1 <= len(moment) <= 3
            assert all(isinstance(part, int) for part in moment)
