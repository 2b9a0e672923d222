"""PubMed's format (.nbib): records, places, translated titles, abbreviated pages, what kind of article it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import bibliography
from citeproof.bibliography import csl_json, pubmed, variants

if TYPE_CHECKING:
    from citeproof.bibliography.model import Bibliography

ARTICLE = """\
PMID- 30000001
OWN - NLM
STAT- MEDLINE
IS  - 1091-6490 (Electronic)
IS  - 0027-8424 (Print)
VI  - 120
IP  - 17
DP  - 2023 Apr 25
TI  - Symbiosis between readers and
      very long books.
PG  - 123-30
LID - 10.1000/read.2023 [doi]
AB  - An abstract that
      goes on.
FAU - Pe\u00f1alver, Enrique J
AU  - Pe\u00f1alver EJ
FAU - van der Meer, Anna
AU  - van der Meer A
CN  - Reading Study Group
LA  - eng
PT  - Journal Article
TA  - J Read
JT  - Journal of reading (Baltimore, Md.)
PMC - PMC1000001
OT  - *books
AID - S0001 [pii]
AID - 10.1000/read.2023 [doi]
SO  - J Read. 2023 Apr 25;120(17):123-30. doi: 10.1000/read.2023.
"""


def read(text: str) -> Bibliography:
    return pubmed.read("p.nbib", text)


def work(*lines: str) -> dict[str, Any]:
    held = read("\n".join(["PMID- 1", *lines, ""]))
    return dict(held.items["1"])


def told(held: Bibliography) -> list[tuple[str, str]]:
    return [(str(fault.place), fault.what) for fault in held.faults]


def test_a_record_gives_its_work_under_its_number() -> None:
    held = read("\n" + ARTICLE)
    assert [(entry.key, str(entry.place)) for entry in held.entries] == [("30000001", "p.nbib:2:1")]
    assert held.items["30000001"] == {
        "id": "30000001",
        "type": "article-journal",
        "author": [
            {"family": "Pe\u00f1alver", "given": "Enrique J"},
            {"family": "Meer", "given": "Anna", "non-dropping-particle": "van der"},
            {"literal": "Reading Study Group"},
        ],
        "title": "Symbiosis between readers and very long books",
        "container-title": "Journal of reading",
        "container-title-short": "J Read",
        "issued": {"date-parts": [[2023, 4, 25]]},
        "volume": "120",
        "issue": "17",
        "page": "123\u2013130",
        "DOI": "10.1000/read.2023",
        "ISSN": "1091-6490",
        "PMID": "30000001",
        "PMCID": "PMC1000001",
        "abstract": "An abstract that goes on.",
        "keyword": "books",
        "language": "en",
    }
    assert told(held) == []


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_fields_keep_their_places_and_offsets(ends: str) -> None:
    text = "\ufeff" + ARTICLE.replace("\n", ends)
    (found,) = read(text).records
    assert str(found.fields["FAU/2"].place) == "p.nbib:17:7"
    for field in found.fields.values():
        assert text[field.start : field.end].split() == field.value.split()


def test_a_title_in_brackets_is_the_translation_of_the_original() -> None:
    both = work("TI  - [Reading well].", "TT  - Bien leer.", "LA  - spa")
    assert both["title"] == 'Bien leer <span class="nodecor">[Reading well]</span>'
    assert both["language"] == "es"
    assert work("TI  - [Reading well].")["title"] == '<span class="nodecor">[Reading well]</span>'


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("1187-95; discussion 1196", "1187\u20131195"),
        ("S12-9", "S12\u2013S19"),
        ("S1-5", "S1\u2013S5"),
        ("12-1-12-14", "12-1\u201312-14"),
        ("1-12", "1\u201312"),
        ("5", "5"),
    ],
)
def test_abbreviated_pages_are_completed(pages: str, expected: str) -> None:
    assert work("TI  - A.", "JT  - B", f"PG  - {pages}")["page"] == expected


@pytest.mark.parametrize("lines", [["PG  - 9", "LID - 9"], ["LID - e80092"], ["PG  - e2217872120"]])
def test_an_article_number_is_no_page(lines: list[str]) -> None:
    number = lines[0].partition("- ")[2]
    assert variants.for_apa(work("TI  - A.", "JT  - B", *lines))["number"] == number


@pytest.mark.parametrize(
    ("stated", "parts"),
    [
        ("2019 Mar 12", [[2019, 3, 12]]),
        ("2019 Mar", [[2019, 3]]),
        ("2019 Mar-Apr", [[2019, 3], [2019, 4]]),
        ("2018 Dec-2019 Jan", [[2018, 12], [2019, 1]]),
        ("2019 Spring", [[2019, 21]]),
        ("2019", [[2019]]),
    ],
)
def test_dates_are_read(stated: str, parts: list[list[int]]) -> None:
    assert work("TI  - A.", f"DP  - {stated}")["issued"] == {"date-parts": parts}


def test_records_before_2002_have_short_names_only() -> None:
    held = work("TI  - A.", "AU  - Hamb GW Jr", "AU  - de la Cruz J", "AU  - O'Brien-Ames KLM")
    assert held["author"] == [
        {"family": "Hamb", "given": "G. W.", "suffix": "Jr."},
        {"family": "Cruz", "given": "J", "non-dropping-particle": "de la"},
        {"family": "O'Brien-Ames", "given": "K. L. M."},
    ]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Journal of sleep : the official journal of the Sleep Society", "The Journal of sleep"),
        ("Sleep (Oxford, England : 1990)", "Sleep"),
        ("Cyberthings : journal of research", "Cyberthings: journal of research"),
        ("Encephale = The brain", "Encephale"),
    ],
)
def test_what_libraries_add_to_the_title_of_a_journal_is_taken_off(title: str, expected: str) -> None:
    assert work("TI  - A.", f"JT  - {title}")["container-title"] == expected


def test_editorials_and_letters_say_what_they_are() -> None:
    assert work("TI  - A.", "JT  - B", "PT  - Editorial")["genre"] == "Editorial"
    assert work("TI  - A.", "JT  - B", "PT  - Letter", "PT  - Comment")["genre"] == "Letter to the editor"
    assert "genre" not in work("TI  - A.", "JT  - B", "PT  - Journal Article", "PT  - Review")


def test_an_article_ahead_of_print_says_so() -> None:
    assert work("TI  - A.", "JT  - B", "PST - aheadofprint")["status"] == "Advance online publication"


def test_a_preprint_has_its_server_as_publisher() -> None:
    held = work("TI  - A.", "JT  - bioRxiv : the preprint server for biology", "PT  - Preprint")
    assert (held["type"], held["publisher"]) == ("article", "bioRxiv")


def test_books_and_chapters_are_told_from_articles() -> None:
    chapter = work(
        "TI  - A part.",
        "BTI - The whole.",
        "PB  - Press",
        "PL  - Bethesda (MD)",
        "FED - Roe, Ann",
        "PT  - Book Chapter",
    )
    assert (chapter["type"], chapter["title"], chapter["container-title"]) == ("chapter", "A part", "The whole")
    assert chapter["editor"] == [{"family": "Roe", "given": "Ann"}]
    assert work("BTI - The whole.", "PT  - Book")["type"] == "book"


def test_a_retracted_article_is_said() -> None:
    held = read(ARTICLE.replace("TA  -", "PT  - Retracted Publication\nRIN - J Read. 2024;1(1):2. PMID: 3\nTA  -"))
    assert told(held) == [("p.nbib:21:7", "the entry 30000001 is retracted: J Read. 2024;1(1):2. PMID: 3")]
    assert not held.faults[0].hurts


def test_a_record_without_its_number_is_said_and_read() -> None:
    held = read(ARTICLE + "\nOWN - NLM\nTI  - Cut.\nFAU - Roe, R\nDP  - 2001\n")
    assert list(held.items) == ["30000001", "Roe_2001"]
    assert told(held) == [("p.nbib:30:1", "the entry Roe_2001 has no PubMed number: its line PMID is missing")]


def test_an_empty_record_is_hurt_and_the_others_stay() -> None:
    held = read(ARTICLE + "\nPMID- 2\nOWN - NLM\n\n" + ARTICLE.replace("30000001", "3"))
    assert list(held.items) == ["30000001", "3"]
    assert [entry.key for entry in held.hurt] == ["2"]


def test_a_file_without_records_is_a_fault() -> None:
    assert told(read("Nothing here\n")) == [
        ("p.nbib:1:1", "no PubMed record is in this file: no line begins with \u201cPMID-\u201d")
    ]


_PIECES = st.one_of(
    st.sampled_from(
        ["PMID- 1", "TI  - [A].", "TT  - B", "FAU - ", "AU  - ", "DP  - ", "PG  - ", "LID - ", "JT  - a : b"]
    ),
    st.sampled_from(["\n", "\r\n", " ", "\ufeff", "      ", "PT  - Editorial"]),
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


ERIC = """\

OWN - ERIC
TI  - Talk in schools
AU  - Roe, Tom
AU  - Doe, Shawn
OT  - Talk
JT  - Journal of School Talk
SO  - v10 n1 p1-10 2000
AID - http://dx.doi.org/10.1000/123456789
OID - EJ1131633
VI  - 10
IP  - 1
PG  - 1-9
DP  - 2000
LID - http://eric.ed.gov/?id=EJ1131633
AB  - An abstract
ISSN - ISSN-1234-4567
LA  - English
PT  - Journal Articles
PT  - Reports - Research
"""


def test_eric_s_records_have_its_numbers_as_their_keys() -> None:
    document = ERIC.replace("EJ1131633", "ED500000").replace("AID - http://dx.doi.org/10.1000/123456789\n", "")
    held = bibliography.read("e.nbib", ".nbib", ERIC + document.replace("JT  - Journal of School Talk\n", ""))
    assert told(held) == []
    article, report = held.items["EJ1131633"], held.items["ED500000"]
    assert (article["type"], article["DOI"], article.get("URL")) == ("article-journal", "10.1000/123456789", None)
    assert [one["family"] for one in article["author"]] == ["Roe", "Doe"]
    assert (report["type"], report["URL"]) == ("report", "https://eric.ed.gov/?id=ED500000")


def test_a_pubmed_number_is_the_digits_alone() -> None:
    assert list(read("PMID-30000001\nTI  - A.\n\nPMID- 30000002 and more\nTI  - B.\n").items) == [
        "30000001",
        "30000002",
    ]
