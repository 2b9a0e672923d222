"""RIS as databases and reference managers write it: records, places, keys, recovery; and works as APA prints them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeproof import programs, resources
from citeproof.bibliography import csl_json, ris, variants

if TYPE_CHECKING:
    from pathlib import Path

    from citeproof.bibliography.model import Bibliography

ARTICLE = """\
TY  - JOUR
AU  - Okafor, Ngozi B.
AU  - Lindqvist, Per
TI  - Sleep and memory in shift workers
JO  - Journal of Sleep Studies
VL  - 12
IS  - 3
SP  - 101
EP  - 118
PY  - 2019
DO  - 10.1000/jss.2019.12
ID  - okafor2019
ER  -
"""


def read(text: str) -> Bibliography:
    return ris.read("r.ris", text)


def work(text: str) -> dict[str, Any]:
    held = read(text)
    assert not held.hurt
    (item,) = held.items.values()
    return dict(item)


def record(kind: str, *lines: str) -> str:
    return "\n".join([f"TY  - {kind}", *lines, "ER  - ", ""])


def told(held: Bibliography) -> list[tuple[str, str]]:
    return [(str(fault.place), fault.what) for fault in held.faults]


def test_a_record_gives_its_work_with_its_place() -> None:
    held = read("\n" + ARTICLE)
    assert [(entry.key, str(entry.place)) for entry in held.entries] == [("okafor2019", "r.ris:2:1")]
    assert held.items["okafor2019"] == {
        "id": "okafor2019",
        "type": "article-journal",
        "author": [{"family": "Okafor", "given": "Ngozi B."}, {"family": "Lindqvist", "given": "Per"}],
        "title": "Sleep and memory in shift workers",
        "container-title": "Journal of Sleep Studies",
        "issued": {"date-parts": [[2019]]},
        "volume": "12",
        "issue": "3",
        "page": "101\u2013118",
        "DOI": "10.1000/jss.2019.12",
    }
    assert told(held) == []


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_fields_keep_their_places_and_offsets_whatever_ends_the_lines(ends: str, mark: str) -> None:
    text = mark + ARTICLE.replace("\n", ends)
    (found,) = read(text).records
    assert list(found.fields)[:4] == ["TY", "AU", "AU/2", "TI"]
    assert str(found.fields["AU/2"].place) == "r.ris:3:7"
    for field in found.fields.values():
        assert text[field.start : field.end] == field.value
    assert text[found.start : found.end].strip("\ufeff").startswith("TY  - JOUR")
    assert found.text("ID") == "okafor2019"


@pytest.mark.parametrize(
    "line",
    ["TY  - BOOK", "TY - BOOK", "TY  -BOOK", "TY -BOOK", "TY- BOOK", "  TY  - BOOK", "TY  \u2013 BOOK", "TY  -  BOOK"],
)
def test_a_tag_is_known_however_many_spaces_stand_around_its_hyphen(line: str) -> None:
    held = work(f"{line}\nAU - Roe, R.\nTI  -Minds\nPB  - Press\nPY - 2001\nER -\n")
    assert (held["type"], held["title"], held["author"]) == ("book", "Minds", [{"family": "Roe", "given": "R."}])


def test_texts_of_several_lines_are_read_whole_and_an_abstract_may_hold_what_looks_like_a_tag() -> None:
    held = read(
        record(
            "JOUR",
            "TI  - A title that",
            "goes on",
            "AU  - Roe, R.",
            "N2  - First.",
            "",
            "An - afterthought: 2 - 1",
            "ME - too",
        )
    )
    (item,) = held.items.values()
    assert item["title"] == "A title that goes on"
    assert item["abstract"] == "First.\nAn - afterthought: 2 - 1\nME - too"


def test_keywords_may_stand_in_one_field_line_by_line_and_mark_a_work_as_unverified() -> None:
    held = read(record("JOUR", "TI  - A", "KW  - sleep", "Unverified", "KW  - memory"))
    (item,) = held.items.values()
    assert item["keyword"] == "sleep, Unverified, memory"
    assert held.entries[0].unverified


def test_a_missing_end_is_said_and_costs_nothing() -> None:
    held = read(ARTICLE.replace("ER  -\n", "") + ARTICLE.replace("okafor2019", "second"))
    assert list(held.items) == ["okafor2019", "second"]
    assert told(held) == [("r.ris:12:1", "the entry okafor2019 has no end: its line ER is missing")]
    assert not held.faults[0].hurts


def test_a_missing_type_is_said_and_the_work_is_read() -> None:
    held = read("AU  - Roe, R.\nTI  - Minds\nJO  - Mind\nVL  - 2\nER  - \n" + ARTICLE)
    assert [item["type"] for item in held.items.values()] == ["article-journal", "article-journal"]
    assert told(held) == [("r.ris:1:1", "the entry Roe does not say what it is: its line TY is missing")]


def test_a_type_that_ris_does_not_have_is_said() -> None:
    held = read(record("JRNL", "AU  - Roe, R.", "TI  - Minds", "T2  - Mind", "VL  - 2", "PY  - 2001"))
    assert held.items["Roe_2001"]["type"] == "article-journal"
    assert told(held) == [("r.ris:1:1", "the entry Roe_2001 is of the type JRNL, which RIS does not have")]


def test_a_record_without_title_and_author_is_hurt_and_the_others_stay() -> None:
    held = read(ARTICLE + record("JOUR", "PY  - 2001", "ID  - empty") + ARTICLE.replace("okafor2019", "third"))
    assert list(held.items) == ["okafor2019", "third"]
    assert [entry.key for entry in held.hurt] == ["empty"]
    assert told(held) == [("r.ris:14:1", "the entry empty cannot be used: it has neither a title nor an author")]


def test_fields_behind_the_end_belong_to_the_record_before() -> None:
    held = read(
        "Provider: A Database\nContent: text\n\n"
        + record("JOUR", "TI  - A", "AU  - Roe, R.", "PY  - 2001")
        + "M3  - doi:10.1000/1\n"
    )
    assert held.items["Roe_2001"]["DOI"] == "10.1000/1"
    assert told(held) == []


def test_a_file_without_records_is_a_fault_and_an_empty_one_is_not() -> None:
    assert told(read("Reference Type: Book\n")) == [
        ("r.ris:1:1", "no RIS record is in this file: no line begins with \u201cTY  -\u201d")
    ]
    assert read(" \n\n").faults == ()


def test_unknown_tags_are_kept_in_the_record_and_are_no_fault() -> None:
    held = read(record("JOUR", "TI  - A", "AU  - Roe, R.", "ZZ  - something"))
    assert held.records[0].text("ZZ") == "something"
    assert held.faults == ()


# Keys


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["AU  - Roe, R.", "AU  - van Dam, A.", "TI  - A", "PY  - 2001"], "Roe_van_2001"),
        (["A1  - Roe, R.", "T1  - A", "Y1  - 2001/03/12/"], "Roe_2001"),
        (["AU  - Roe, R.", "TI  - A"], "Roe"),
        (["A2  - Roe, R.", "TI  - A", "PY  - 2001"], "Roe_2001"),
        (["TI  - The <i>mind</i> of a child", "PY  - 2001"], "The_mind_of_2001"),
        (["AU  - Roe, R.", "TI  - A", "PY  - 2001", "ID  - 77"], "77"),
        (["AU  - Roe, R.", "TI  - A", "PY  - 2001", "LB  - roe-a"], "roe-a"),
    ],
)
def test_a_record_without_a_key_gets_that_of_pandoc_or_of_its_title(lines: list[str], key: str) -> None:
    assert list(read(record("BOOK", *lines)).items) == [key]


def test_a_made_key_that_is_taken_gets_a_letter_and_later_records_change_no_earlier_key() -> None:
    one = record("BOOK", "AU  - Roe, R.", "TI  - A", "PY  - 2001")
    assert list(read(one * 3).items) == ["Roe_2001", "Roe_2001a", "Roe_2001b"]
    assert list(read(one + record("BOOK", "TI  - B", "ID  - Roe_2001")).items) == ["Roe_2001a", "Roe_2001"]


def test_a_key_that_stands_twice_means_its_first_entry() -> None:
    held = read(ARTICLE + ARTICLE.replace("Sleep", "Waking"))
    assert held.items["okafor2019"]["title"].startswith("Sleep")
    assert [(entry.key, str(entry.place), str(first)) for entry, first in held.doubled] == [
        ("okafor2019", "r.ris:14:1", "r.ris:1:1")
    ]


# Fields


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Roe, Richard, Jr.", {"family": "Roe", "given": "Richard", "suffix": "Jr."}),
        ("Roe, Jr., Richard", {"family": "Roe", "given": "Richard", "suffix": "Jr."}),
        ("Roe, RJ", {"family": "Roe", "given": "R. J."}),
        ("Roe, R.J.", {"family": "Roe", "given": "R. J."}),
        ("Dam, A. van", {"family": "Dam", "given": "A.", "non-dropping-particle": "van"}),
        ("World Health Organization", {"literal": "World Health Organization"}),
        ("Statistics Norway,", {"literal": "Statistics Norway"}),
        ("O&apos;Neil, M&uuml;", {"family": "O'Neil", "given": "M\u00fc"}),
        ("Liu R.", {"family": "Liu", "given": "R."}),
        ("Adler D.G.", {"family": "Adler", "given": "D. G."}),
        ("Adler, D.G., d.adler@example.org", {"family": "Adler", "given": "D. G."}),
        ("Office U.S.", {"literal": "Office U.S."}),
    ],
)
def test_names_are_read_as_exports_write_them(name: str, expected: dict[str, str]) -> None:
    held = work(record("JOUR", "TI  - A", "AU  - Doe, Jane", f"AU  - {name}"))
    assert held["author"][1] == expected


def test_names_without_commas_are_persons_where_no_name_has_one() -> None:
    held = work(record("CONF", "TI  - A", "AU  - J. A. Doe", "AU  - Maria Roe", "AU  - Open Science Collaboration"))
    assert held["author"] == [
        {"family": "Doe", "given": "J. A."},
        {"family": "Roe", "given": "Maria"},
        {"literal": "Open Science Collaboration"},
    ]


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (["PY  - 2019", "DA  - 2019/03/12/"], [[2019, 3, 12]]),
        (["PY  - 2019", "DA  - 2019///Spring"], [[2019, 21]]),
        (["PY  - 2019///", "DA  - 2020/01/05/"], [[2019]]),
        (["PY  - 2019", "DA  - Mar 12"], [[2019, 3, 12]]),
        (["PY  - 2019", "DA  - 2019/02/03/2019- -21"], [[2019, 2, 3]]),
        (["Y1  - 2019/00/00"], [[2019]]),
        (["DA  - 2019-03-12"], [[2019, 3, 12]]),
        (["PY  - 2019", "DA  - May-Jun"], [[2019, 5], [2019, 6]]),
        (["PY  - 1826-1827"], [[1826], [1827]]),
        (["PY  - 2018", "Y1  - 18-23 June 2018"], [[2018, 6, 18], [2018, 6, 23]]),
    ],
)
def test_dates_are_read_as_exports_write_them(lines: list[str], parts: list[list[int]]) -> None:
    assert work(record("NEWS", "TI  - A", *lines))["issued"] == {"date-parts": parts}


def test_a_work_in_press_has_a_status_and_no_date() -> None:
    held = work(record("INPR", "TI  - A", "AU  - Roe, R.", "PY  - In press"))
    assert held["status"] == "in press"
    assert "issued" not in held


@pytest.mark.parametrize(
    ("lines", "page", "number"),
    [
        (["SP  - 12", "EP  - 19"], "12\u201319", None),
        (["SP  - 12-19", "EP  - 19"], "12\u201319", None),
        (["SP  - 1187-95"], "1187\u20131195", None),
        (["SP  - 12"], "12", None),
        (["SP  - e0209899"], "e0209899", "e0209899"),
        (["SP  - 103778"], "103778", "103778"),
        (["C7  - Article 104"], "104", "104"),
        (["C7  - 104", "SP  - 1", "EP  - 15"], "1\u201315", "104"),
        (["SP  - S12", "EP  - S19"], "S12\u2013S19", None),
    ],
)
def test_pages_and_article_numbers_are_told_apart(lines: list[str], page: str, number: str | None) -> None:
    held = work(record("JOUR", "TI  - A", "JO  - B", "VL  - 3", *lines))
    assert (held.get("page"), variants.for_apa(held).get("number")) == (page, number)


@pytest.mark.parametrize(
    "line",
    [
        "DO  - 10.1000/abc(1)2",
        "DO  - doi:10.1000/abc(1)2",
        "DO  - https://doi.org/https://doi.org/10.1000/abc(1)2",
        "DO  - https://doi-org.proxy.lib.example.edu/10.1000/abc(1)2",
        "M3  - doi: 10.1000/abc(1)2",
        "UR  - http://dx.doi.org/10.1000/abc(1)2",
    ],
)
def test_a_doi_comes_bare_wherever_it_stands(line: str) -> None:
    held = work(record("JOUR", "TI  - A", line))
    assert held["DOI"] == "10.1000/abc(1)2"
    assert "URL" not in held


def test_the_first_address_that_readers_can_follow_is_taken() -> None:
    held = work(
        record(
            "RPRT",
            "TI  - A",
            "UR  - https://search.ebscohost.com/login.aspx?direct=true&db=psyh&AN=1",
            "UR  - https://example.org/a?b=1&c=2 and https://example.org/b",
            "L1  - internal-pdf://1/a.pdf",
        )
    )
    assert held["URL"] == "https://example.org/a?b=1&c=2"


def test_titles_keep_their_case_and_markup_and_lose_the_full_stop() -> None:
    held = work(
        record(
            "JOUR",
            "TI  - The &lt;i&gt;Homo sapiens&lt;/i&gt; Effect on CO<sub>2</sub> &amp; p < .05 levels.",
            "JO  - B",
        )
    )
    assert held["title"] == "The <i>Homo sapiens</i> Effect on CO<sub>2</sub> & p < .05 levels"


def test_isbn_and_issn_are_told_apart() -> None:
    held = work(record("CHAP", "TI  - A", "SN  - 978-3-16-148410-0 (print)", "SN  - 0302-9743"))
    assert (held["ISBN"], held["ISSN"]) == ("978-3-16-148410-0", "0302-9743")


@pytest.mark.parametrize(
    ("lines", "roles"),
    [
        (["AU  - Roe, R.", "A2  - Doe, D."], {"author": "Roe", "editor": "Doe"}),
        (["AU  - Roe, R.", "A2  - Doe, D.", "T2  - A Series"], {"author": "Roe", "collection-editor": "Doe"}),
        (["A2  - Doe, D.", "A3  - Roe, R."], {"collection-editor": "Doe", "editor": "Roe"}),
        (["AU  - Roe, R.", "A4  - Doe, D."], {"author": "Roe", "translator": "Doe"}),
        (["AU  - Roe, R.", "ED  - Doe, D."], {"author": "Roe", "editor": "Doe"}),
    ],
)
def test_the_people_of_a_book_have_the_roles_that_its_exporter_meant(lines: list[str], roles: dict[str, str]) -> None:
    held = work(record("BOOK", "TI  - A", *lines))
    found = {
        name: held[name][0]["family"]
        for name in ("author", "editor", "collection-editor", "translator")
        if name in held
    }
    assert found == roles


@pytest.mark.parametrize("kind", sorted(ris.KINDS))
def test_every_type_becomes_one_of_csl(kind: str) -> None:
    from citeproof.bibliography import csl_item  # noqa: PLC0415

    held = read(record(kind, "AU  - Roe, R.", "TI  - A", "T2  - B", "PY  - 2001"))
    assert held.faults == ()
    assert next(iter(held.items.values()))["type"] in csl_item.TYPES


# As printed: the expected strings are worked out by hand from the manual's chapter 10.

PRINTED = [
    (
        """\
TY  - JOUR
AU  - Burke, Ana
AU  - Kato, K. L.
TI  - Owning a body
JO  - PLoS ONE
VL  - 14
IS  - 1
SP  - e0201234
PY  - 2019
DO  - 10.1000/pone.1
""",
        (
            "Burke, A., & Kato, K. L. (2019). Owning a body. PLoS ONE, 14(1), Article e0201234. "
            "https://doi.org/10.1000/pone.1"
        ),
    ),
    (
        """\
TY  - BOOK
AU  - Marsh, Lisa S.
TI  - Therapy for all
PB  - Mind Press
CY  - Boston
PY  - 2018
ET  - 2nd ed.
""",
        "Marsh, L. S. (2018). Therapy for all (2nd ed.). Mind Press.",
    ),
    (
        """\
TY  - EDBOOK
AU  - Hale, Jamie
AU  - Orr, Mo
TI  - Veterans and care
PB  - Routes
PY  - 2017
""",
        "Hale, J., & Orr, M. (Eds.). (2017). Veterans and care. Routes.",
    ),
    (
        """\
TY  - CHAP
AU  - Bell, K. F.
A2  - Ito, G. Y.
A2  - Hay, P. A.
TI  - Change at home
T2  - Handbook of therapy
ET  - 2
SP  - 287
EP  - 314
PB  - Mind Press
PY  - 2019
""",
        (
            "Bell, K. F. (2019). Change at home. In G. Y. Ito & P. A. Hay (Eds.), Handbook of therapy (2nd ed., "
            "pp. 287\u2013314). Mind Press."
        ),
    ),
    (
        """\
TY  - THES
AU  - Hardy, Kim
TI  - Leading schools
PB  - University of Here
M3  - Unpublished doctoral dissertation
PY  - 2014
""",
        "Hardy, K. (2014). Leading schools [Unpublished doctoral dissertation]. University of Here.",
    ),
    (
        """\
TY  - THES
AU  - Mira, C.
TI  - Foster youth
PB  - College of There
M1  - Ph.D.
PY  - 2019
AN  - 27542
DB  - ProQuest Dissertations & Theses Global
UR  - https://example.org/27542
""",
        (
            "Mira, C. (2019). Foster youth (Publication No. 27542) [Doctoral dissertation, College of There]. "
            "ProQuest Dissertations & Theses Global. https://example.org/27542"
        ),
    ),
    (
        """\
TY  - RPRT
AU  - National Sleep Agency
TI  - Taking time
SN  - NSA Publication No. 18-2059
PB  - Department of Rest
PY  - 2018
UR  - https://example.org/time.pdf
""",
        (
            "National Sleep Agency. (2018). Taking time (NSA Publication No. 18-2059). Department of Rest. "
            "https://example.org/time.pdf"
        ),
    ),
    (
        """\
TY  - NEWS
AU  - Gray, Ben
TI  - Life elsewhere
T2  - The Daily Post
PY  - 2017
DA  - 2017/12/04/
""",
        "Gray, B. (2017, December 4). Life elsewhere. The Daily Post.",
    ),
    (
        """\
TY  - MGZN
AU  - Shaw, N. K.
TI  - Our kin
T2  - Science Today
PY  - 2019
DA  - 2019/09//
VL  - 321
IS  - 3
SP  - 36
EP  - 41
""",
        "Shaw, N. K. (2019, September). Our kin. Science Today, 321(3), 36\u201341.",
    ),
    (
        """\
TY  - BLOG
AU  - Klein, Mike
TI  - Free will
T2  - Mindful
PY  - 2018
DA  - 2018/09/15/
UR  - https://example.org/w
""",
        "Klein, M. (2018, September 15). Free will. Mindful. https://example.org/w",
    ),
    (
        """\
TY  - ELEC
AU  - Lee, Chris
TI  - Anxiety
T2  - Health Pages
DA  - 2018/03//
UR  - https://example.org/x
""",
        "Lee, C. (2018, March). Anxiety. Health Pages. https://example.org/x",
    ),
    (
        """\
TY  - CPAPER
AU  - Fisk, A.
TI  - Music for all
T2  - Autumn Conference on Music
CY  - Oslo, Norway
M3  - Conference session
PY  - 2017
DA  - July 12-15
""",
        (
            "Fisk, A. (2017, July 12\u201315). Music for all [Conference session]. Autumn Conference on Music, Oslo, "
            "Norway."
        ),
    ),
    (
        """\
TY  - DATA
AU  - Open Poll Center
TI  - Panel wave 26
M3  - Data set
PY  - 2018
ET  - V2
PB  - Data House
""",
        "Open Poll Center. (2018). Panel wave 26 (Version 2) [Data set]. Data House.",
    ),
    (
        """\
TY  - COMP
AU  - Boren, M.
TI  - Meta tool
ET  - 3.3.070
PB  - Stats
M3  - Computer software
PY  - 2014
""",
        "Boren, M. (2014). Meta tool (Version 3.3.070) [Computer software]. Stats.",
    ),
    (
        """\
TY  - MPCT
AU  - Foreman, Milo
TI  - The cuckoo
PB  - Artists
PY  - 1975
""",
        "Foreman, M. (Director). (1975). The cuckoo [Film]. Artists.",
    ),
    (
        """\
TY  - JOUR
AU  - Chávez, V.
TI  - La memoria
TT  - Memory
JF  - Clínica
VL  - 28
SP  - 155
EP  - 161
PY  - 2018
""",
        "Ch\u00e1vez, V. (2018). La memoria [Memory]. Cl\u00ednica, 28, 155\u2013161.",
    ),
    (
        """\
TY  - JOUR
AU  - Quill, Norma
TI  - Going abroad
M3  - Editorial
JF  - Nursing
VL  - 27
IS  - 3
SP  - 209
PY  - 2016
""",
        "Quill, N. (2016). Going abroad [Editorial]. Nursing, 27(3), 209.",
    ),
    (
        """\
TY  - INPR
AU  - Pax, T.
TI  - Buying and selling
T2  - Review of Choice
PY  - in press
""",
        "Pax, T. (in press). Buying and selling. Review of Choice.",
    ),
    (
        """\
TY  - CASE
TI  - Low v. High
T2  - U.S.
VL  - 347
SP  - 483
DA  - 1954/05/17/
""",
        "Low v. High, 347 U.S. 483 (1954).",
    ),
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Key → reference, of all the works of PRINTED, each under the number of its place."""
    folder = tmp_path_factory.mktemp("printed")
    text = "".join(f"{lines}ID  - w{at}\nER  - \n" for at, (lines, _) in enumerate(PRINTED))
    (folder / "r.json").write_text(json.dumps([variants.for_apa(one) for one in read(text).items.values()]), "utf-8")
    return references(folder)


def references(folder: Path) -> dict[str, str]:
    (folder / "p.md").write_text("---\nnocite: '@*'\nsuppress-bibliography: false\n---\n", "utf-8")
    style = str(resources.styles() / "apa.csl")
    command = [
        programs.pandoc_path(),
        "p.md",
        "--citeproc",
        "--csl",
        style,
        "--bibliography",
        "r.json",
        "--wrap=none",
        "-t",
        "html",
    ]
    from lxml import html  # noqa: PLC0415

    page = html.fromstring(programs.run(command, cwd=folder).output.decode())
    entries = page.xpath("//*[starts-with(@id, 'ref-')]")
    return {entry.get("id").removeprefix("ref-"): " ".join(entry.text_content().split()) for entry in entries}


@pytest.mark.parametrize("at", range(len(PRINTED)), ids=[lines[6:10] for lines, _ in PRINTED])
def test_a_record_prints_as_apa_has_it(printed: dict[str, str], at: int) -> None:
    assert printed[f"w{at}"] == PRINTED[at][1]


# Laws

_TAGS = [
    "TY  - JOUR",
    "AU  - Roe, R.",
    "TI  - A",
    "ER  - ",
    "DA  - ",
    "PY  - ",
    "SP  - ",
    "KW  - ",
    "UR  - https://",
    "TY - ",
    "A2  - ",
]
_PIECES = st.one_of(
    st.sampled_from(_TAGS), st.text(max_size=12), st.sampled_from(["\n", "\r\n", " ", "\ufeff", "ID  - "])
)


@given(st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text()))
def test_reading_never_raises_and_says_something_of_every_text(text: str) -> None:
    held = read(text)
    assert held.records or held.faults or not text.strip(" \t\r\n\ufeff")


@given(st.lists(_PIECES, max_size=40).map("\n".join))
def test_items_written_as_json_and_read_again_are_the_same(text: str) -> None:
    items = dict(read(text).items)
    again = csl_json.read("r.json", json.dumps(list(items.values())))
    assert dict(again.items) == {key: item for key, item in items.items() if key in again.items}
    assert len(again.items) == len(items)


_WORDS = st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=0x24F), min_size=1, max_size=10)


@st.composite
def sound_records(draw: st.DrawFn) -> str:
    lines = [f"AU  - {draw(_WORDS)}, {draw(_WORDS)}" for _ in range(draw(st.integers(1, 4)))]
    lines += [
        f"TI  - {' '.join(draw(st.lists(_WORDS, min_size=1, max_size=6)))}",
        f"PY  - {draw(st.integers(1500, 2030))}",
    ]
    lines += [
        f"{tag}  - {draw(_WORDS)}"
        for tag in draw(st.lists(st.sampled_from(["JO", "VL", "IS", "PB", "AB", "N1"]), unique=True))
    ]
    return record(draw(st.sampled_from(["JOUR", "BOOK", "CHAP", "RPRT"])), *lines)


@given(
    st.lists(sound_records(), min_size=1, max_size=4),
    st.sampled_from(["ER  - \n", "TY  - JOUR\nPY  - 2001\n", "TY  - \n\x00\n", "gone wrong\n"]),
)
def test_one_damaged_record_costs_no_other(records: list[str], damage: str) -> None:
    for at in range(len(records) + 1):
        whole = read("".join(records))
        hurt = read("".join([*records[:at], damage, *records[at:]]))
        assert [dict(item, id="") for item in hurt.items.values()] == [
            dict(item, id="") for item in whole.items.values()
        ]


@settings(max_examples=10)
@given(st.lists(sound_records(), min_size=1, max_size=8))
def test_what_pandoc_reads_is_read_under_the_same_keys(
    tmp_path_factory: pytest.TempPathFactory, records: list[str]
) -> None:
    text = "".join(records)
    command = [programs.pandoc_path(), "-f", "ris", "-t", "csljson"]
    done = programs.run(command, cwd=tmp_path_factory.getbasetemp(), stdin=text.encode())
    assert done.status == 0
    theirs = {item["id"]: item for item in json.loads(done.output)}
    ours = read(text).items
    assert set(theirs) == set(ours)
    for key, item in theirs.items():
        assert len(item["author"]) == len(ours[key]["author"])
        assert item["title"] == ours[key]["title"]
        assert item["issued"] == ours[key]["issued"]


# --- what databases write --------------------------------------------------------------------------------------------


def article(*lines: str, kind: str = "JOUR") -> dict[str, Any]:
    text = "\n".join([f"TY  - {kind}", "ID  - a", "TI  - A title", *lines, "ER  - ", ""])
    return dict(read(text).items["a"])


def test_a_tag_of_more_letters_is_one_of_its_own() -> None:
    held = read("Provider: X\n\nTY  - JOUR\nPMID  - 33355555\nID  - a\nT1  - A title\nER  -\n")
    assert held.records[0].type == "JOUR"
    assert held.faults == ()


@pytest.mark.parametrize(
    "lines", [["SP  - No", "EP  - Specified"], ["SP  - No Pagination Specified"], ["SP  - nan", "EP  - nan"]]
)
def test_what_says_that_there_is_no_page_is_no_page(lines: list[str]) -> None:
    assert "page" not in article("JO  - Journal of Talk", "VL  - 2", *lines)


def test_a_page_that_is_first_and_last_is_one() -> None:
    assert article("JO  - Journal of Talk", "SP  - 739-739")["page"] == "739"


def test_people_of_whom_there_is_a_list_in_one_field_are_not_editors() -> None:
    assert "editor" not in article("AU  - Roe, R.", "A2  - Abel, Berg, Cole, Diaz, Eden, Falk", "JO  - Journal of Talk")


def test_a_date_may_be_written_as_one_number() -> None:
    assert article("Y1  - Start date: 20170812")["issued"] == {"date-parts": [[2017, 8, 12]]}


def test_a_volume_may_hold_its_issue() -> None:
    work = article("JO  - Journal of Talk", "VL  - 50(2)")
    assert (work["volume"], work["issue"]) == ("50", "2")


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Nursing Talk (1910-622X)", "Nursing Talk"),
        ("Science & Talk (1982)", "Science & Talk"),
        ("Talk (London, England : 1990)", "Talk"),
        ("Talk : TK : official journal of the Society for Talk", "Talk"),
        ("Talk : theory and practice", "Talk: theory and practice"),
        ("Journal of Talk (General)", "Journal of Talk (General)"),
    ],
)
def test_a_periodical_loses_what_databases_put_behind_its_name(name: str, printed: str) -> None:
    assert article(f"JO  - {name}")["container-title"] == printed


def test_a_title_loses_the_space_before_a_colon_unless_it_is_french() -> None:
    text = "TY  - BOOK\nID  - a\nTI  - Talk : one : two\n{}ER  - \n"
    assert read(text.format("")).items["a"]["title"] == "Talk: one: two"
    assert read(text.format("LA  - fre\n")).items["a"]["title"] == "Talk : one : two"


def test_the_date_of_publication_online_is_no_edition() -> None:
    assert "edition" not in article("JO  - Journal of Talk", "ET  - 2011/05/11")
    assert article("ET  - 2nd", kind="BOOK")["edition"] == "2"


@pytest.mark.parametrize("degree", ["Ed.D.", "Psy.D.", "PsyD", "D.N.P.", "Ph.D."])
def test_each_doctor_s_degree_is_a_doctoral_dissertation(degree: str) -> None:
    assert article("PB  - A University", f"M3  - {degree}", kind="THES")["genre"] == "Doctoral dissertation"


@pytest.mark.parametrize(("kind", "said"), [("RPRT", "146p"), ("BOOK", "XX, 146"), ("BOOK", "146 S.")])
def test_the_number_of_pages_of_a_whole_work_is_no_page(kind: str, said: str) -> None:
    work = article(f"SP  - {said}", kind=kind)
    assert (work["number-of-pages"], work.get("page")) == ("146", None)


def test_a_journal_in_capitals_is_put_into_title_case() -> None:
    work = article("T2  - ABC TALK", "JI  - ABC Talk")
    assert work["container-title"] == "ABC Talk"


@pytest.mark.parametrize(
    "address",
    [
        "http://AB1CD2EF.search.serialssolutions.com/?sid=OVID:medline&id=pmid:1",
        "https://sfx.example.edu/local?sid=EMBASE&issn=00000000",
        "http://link.example.edu/?url_ver=Z39.88-2004&genre=article",
        "http://www.embase.com/search/results?subaction=viewrecord&id=L1",
    ],
)
def test_the_address_of_a_library_s_resolver_is_left_out(address: str) -> None:
    assert "URL" not in article("JO  - Journal of Talk", f"UR  - {address}")


def test_the_publisher_of_a_book_in_web_of_science_is_in_usual_letters() -> None:
    assert article("PU  - OXFORD UNIV PRESS", "PI  - OXFORD", kind="BOOK")["publisher"] == "Oxford University Press"
    assert article("PB  - UNESCO", kind="BOOK")["publisher"] == "UNESCO"


@pytest.mark.parametrize("number", ["eag, 7805975", "101676033", "0401664, du5"])
def test_the_number_of_a_journal_in_a_library_is_no_issue(number: str) -> None:
    assert "issue" not in article("JO  - Journal of Talk", "VL  - 2", f"IS  - {number}")


@pytest.mark.parametrize(
    ("said", "volume", "issue"), [("v. 40", "40", None), ("v. v. 176", "176", None), ("v. 7 issue 4", "7", "4")]
)
def test_a_volume_is_its_number(said: str, volume: str, issue: str | None) -> None:
    work = article("JO  - Journal of Talk", f"VL  - {said}")
    assert (work["volume"], work.get("issue")) == (volume, issue)


def test_a_given_name_that_a_program_had_not_is_none() -> None:
    assert article("AU  - Sneha, null")["author"] == [{"literal": "Sneha"}]


@pytest.mark.parametrize("mark", ["eds", "(eds.)", "(ed.)", "ed"])
def test_people_who_are_called_editors_among_the_authors_are_editors(mark: str) -> None:
    work = article("AU  - Asano, Kota", f"AU  - Takada, Mitsuo {mark}", "PB  - Talk", kind="BOOK")
    assert "author" not in work
    assert work["editor"] == [{"family": "Asano", "given": "Kota"}, {"family": "Takada", "given": "Mitsuo"}]


def test_the_pages_of_a_whole_book_are_counted() -> None:
    assert article("SP  - 2-xx, 320", "PB  - Talk", kind="BOOK")["number-of-pages"] == "320"


def test_what_has_an_isbn_and_no_journal_is_a_book() -> None:
    book = article("SN  - 0-521-46674-1", "SP  - x + 497")
    assert (book["type"], book["number-of-pages"], book.get("page")) == ("book", "497", None)
    assert article("SN  - 0258-6150", "SP  - 10")["type"] == "article-journal"
    assert article("SN  - 0-521-46674-1", "T2  - Journal of Talk")["type"] == "article-journal"


def test_a_name_loses_the_word_that_joined_it_to_the_next() -> None:
    assert article("AU  - Adhikari, B. and")["author"] == [{"family": "Adhikari", "given": "B."}]


@pytest.mark.parametrize(
    "authors",
    [
        "Roe, R.; Doe, D. E.",
        "Roe, R., Doe, D. E.",
        "Roe, R., & Doe, D. E.",
        "Roe, R. and Doe, D. E.",
        "Roe, R.\uff1bDoe, D. E.",
    ],
)
def test_people_who_stand_in_one_field_are_divided(authors: str) -> None:
    expected = [{"family": "Roe", "given": "R."}, {"family": "Doe", "given": "D. E."}]
    assert article(f"AU  - {authors}", "JO  - Journal of Talk")["author"] == expected


@pytest.mark.parametrize("name", ["Roe, Richard, Jr.", "Smith & Wesson", "Roe, R. E., III"])
def test_one_name_is_not_divided(name: str) -> None:
    assert len(article(f"AU  - {name}", "JO  - Journal of Talk")["author"]) == 1


@pytest.mark.parametrize(
    ("journal", "archive", "address"),
    [
        ("arXiv preprint arXiv:1706.03762", "arXiv", "https://arxiv.org/abs/1706.03762"),
        ("bioRxiv", "bioRxiv", None),
        ("Available at SSRN", "SSRN", None),
        ("SSRN Electronic Journal", "SSRN", None),
    ],
)
def test_a_preprint_that_stands_as_an_article_is_one(journal: str, archive: str, address: str | None) -> None:
    work = article("AU  - Roe, R.", f"JO  - {journal}", "PY  - 2017")
    assert (work["type"], work["publisher"], work.get("URL")) == ("article", archive, address)
    assert "container-title" not in work
