"""Names: BibTeX's three forms, biblatex's extended one, particles, suffixes, initials, groups, annotations, CSL mended.

What is expected follows the manuals of BibTeX (names in the style-hacking guide, "First von Last") and biblatex (data
model, extended name format, annotations), the CSL 1.0.2 specification (particles) and the APA manual (9.7 to 9.12).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof.bibliography import names

if TYPE_CHECKING:
    from pathlib import Path


def person(family: str, given: str = "", particle: str = "", suffix: str = "") -> dict[str, Any]:
    made = {"family": family, "given": given, "non-dropping-particle": particle, "suffix": suffix}
    return {part: text for part, text in made.items() if text}


def group(name: str) -> dict[str, Any]:
    return {"literal": name}


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Ludwig van Beethoven", person("Beethoven", "Ludwig", "van")),
        ("van Beethoven, Ludwig", person("Beethoven", "Ludwig", "van")),
        ("da Costa, Maria", person("Costa", "Maria", "da")),
        ("de la Cruz, Maria", person("Cruz", "Maria", "de la")),
        ("von der Leyen, Ursula", person("Leyen", "Ursula", "von der")),
        ("Jean d'Alembert", person("Alembert", "Jean", "d'")),
        ("al-Hassan, Ali", person("Hassan", "Ali", "al-")),
        ("ʿAbd al-Raḥmān al-Kawakibi", person("Kawakibi", "ʿAbd al-Raḥmān", "al-")),
        ("Gerard 't Hooft", person("Hooft", "Gerard", "\u2019t")),
        ("van 't Hoff, J. H.", person("Hoff", "J. H.", "van \u2019t")),
        ("De Vries, S. A.", person("De Vries", "S. A.")),
        ("Van Gogh, V.", person("Van Gogh", "V.")),
        ("Y. S. Ben-Porath", person("Ben-Porath", "Y. S.")),
        ("St. John, K.", person("St. John", "K.")),
        ("G{\\'o}mez Calero, C.", person("Gómez Calero", "C.")),
        ("Drummond de Andrade, Carlos", person("Drummond de Andrade", "Carlos")),
        ("Ana da Costa e Silva", person("Costa e Silva", "Ana", "da")),
        ("Jos{\\'e} Ortega y Gasset", person("Ortega y Gasset", "José")),
        ("bell hooks", person("hooks", "bell")),
        ("Donald~E. Knuth", person("Knuth", "Donald E.")),
        ("Karel \\v Capek", person("Čapek", "Karel")),
        ("{\\'E}mile Durkheim", person("Durkheim", "Émile")),
        ("{\\O}rsted, {\\'A}", person("Ørsted", "Á")),
        ("Plato", person("Plato")),
        ("Epocrates\\relax", person("Epocrates")),
        ("王, 小明", person("王", "小明")),
        ("{de Vries}, Jan", person("de Vries", "Jan")),
        ("Maria {de la} Cruz", person("Cruz", "Maria", "de la")),
    ],
)
def test_a_person_s_name_is_divided(value: str, name: dict[str, Any]) -> None:
    assert names.names(value) == [name]


@pytest.mark.parametrize(
    "value",
    [
        "King, Jr., Martin Luther",
        "King, Martin Luther, Jr.",
        "King Jr., Martin Luther",
        "King, Martin Luther Jr",
        "Martin Luther King, Jr.",
        "Martin Luther King Jr.",
    ],
)
def test_a_suffix_is_found_in_any_place(value: str) -> None:
    assert names.names(value) == [person("King", "Martin Luther", suffix="Jr.")]


def test_numerals_are_suffixes_of_people_but_not_of_monarchs() -> None:
    assert names.names("Smith III, John and John Smith III and Elizabeth II") == [
        person("Smith", "John", suffix="III"),
        person("Smith", "John", suffix="III"),
        person("Elizabeth II"),
    ]


@pytest.mark.parametrize(
    ("value", "given"),
    [
        ("SM McCauley", "S. M."),
        ("McCauley, SM", "S. M."),
        ("J.J. Thomson", "J. J."),
        ("H-K Ho", "H-K"),
        ("Bedenel, Alan-Louis.", "Alan-Louis"),
        ("Smith, Chr.", "Chr."),
        ("Nguyen, Van A.", "Van A."),
        ("MCCAULEY, SM", "SM"),
    ],
)
def test_initials_are_divided_where_citeproc_would_lose_them(value: str, given: str) -> None:
    assert names.names(value)[0]["given"] == given


@pytest.mark.parametrize("value", ["{World Health Organization}", "{{World Health Organization}}"])
def test_a_name_in_braces_is_a_group(value: str) -> None:
    assert names.names(value) == [group("World Health Organization")]


def test_a_list_is_divided_at_and_outside_braces() -> None:
    assert names.names("{Barnes and Noble} and Ruiz, Ana\nand others") == [
        group("Barnes and Noble"),
        person("Ruiz", "Ana"),
        group("others"),
    ]


@pytest.mark.parametrize("value", ["Smith, J.; Jones, K. L.", "Smith, J., Jones, K. L.", "Smith, J. and Jones, K. L."])
def test_semicolons_and_commas_in_place_of_and_divide_whole_names(value: str) -> None:
    assert names.names(value) == [person("Smith", "J."), person("Jones", "K. L.")]


@pytest.mark.parametrize("value", ["", "{}", "{", ",", "others", "et al."])
def test_what_names_nobody_gives_no_name(value: str) -> None:
    assert names.names(value) == []


def test_biblatex_s_extended_format() -> None:
    value = (
        "given=Hans, family=Harman, prefix=von, useprefix=true and given={Ana Mar{\\'\\i}a}, family={de la Cruz} and "
        '"family={World Health Organization}" and given=Simon, prefix=de, family=Beumont, useprefix=false, suffix=Jr'
    )
    assert names.names(value) == [
        person("Harman", "Hans", "von"),
        person("de la Cruz", "Ana María"),
        group("World Health Organization"),
        {"family": "Beumont", "given": "Simon", "dropping-particle": "de", "suffix": "Jr."},
    ]


def test_without_useprefix_particles_are_dropped() -> None:
    assert names.names("Ludwig van Beethoven", useprefix=False) == [
        {"family": "Beethoven", "given": "Ludwig", "dropping-particle": "van"}
    ]


def test_annotations_are_read_by_the_number_of_the_name() -> None:
    assert names.annotations("1=writer;2=writer; 3 = director") == {1: "writer", 2: "writer", 3: "director"}
    assert names.annotations('1="@APA\\_Style";2={a;b};4:family="x"; ="all"') == {1: "@APA_Style", 2: "a;b", 0: "all"}
    assert names.annotations("nothing") == {}


@pytest.mark.parametrize(
    ("name", "better"),
    [
        (person("Vries", "S. A. de"), person("Vries", "S. A.", "de")),
        (person("Oertzen", "Timo von"), person("Oertzen", "Timo", "von")),
        (person("Kolk", "B. A. van der"), person("Kolk", "B. A.", "van der")),
        (person("de Vries", "S. A."), person("Vries", "S. A.", "de")),
        (person("d\u2019Alembert", "J."), person("Alembert", "J.", "d\u2019")),
        (person("al-Hassan", "A."), person("Hassan", "A.", "al-")),
        (person("'t Hooft", "G."), person("Hooft", "G.", "\u2019t")),
        (person("King Jr.", "M. L."), person("King", "M. L.", suffix="Jr.")),
        (person("King, Jr", "M. L."), person("King", "M. L.", suffix="Jr.")),
        (person("King", "Martin Luther, Jr."), person("King", "Martin Luther", suffix="Jr.")),
        (person("Smith", "John 3rd"), person("Smith", "John", suffix="III")),
        (person("McCauley", "SM"), person("McCauley", "S. M.")),
        (person("Petrov", "IV"), person("Petrov", "I. V.")),
        (person("Ruiz, Ana"), person("Ruiz", "Ana")),
        (person("et al."), group("others")),
        (person("al.", "et"), group("others")),
        (group("and others"), group("others")),
    ],
)
def test_parts_that_an_export_left_in_the_wrong_place_are_moved(name: dict[str, Any], better: dict[str, Any]) -> None:
    assert names.mended(name) == better


@pytest.mark.parametrize(
    "name",
    [
        person("De Vries", "S. A."),
        person("Del Toro", "G."),
        person("Da Vinci"),
        person("van"),
        person("van der", "A."),
        person("Nguyen", "Van"),
        person("Nguyễn", "Văn A"),
        person("Silva", "João P. e"),
        person("Smith", "Mary ann"),
        person("Elizabeth II"),
        person("Costa", "M.", "da"),
        person("DE VRIES", "SA"),
        person("hooks", "bell"),
        person("de la cruz", "m."),
        person("O\u2019Neill", "E."),
        person("Müller-Lyer", "F. C."),
        group("World Health Organization"),
        {"family": "Beethoven", "given": "L.", "dropping-particle": "van"},
        {"given": "Madonna"},
        {},
    ],
)
def test_a_name_that_is_in_order_stays(name: dict[str, Any]) -> None:
    assert names.mended(name) == name


WORDS = [
    "de",
    "van",
    "der",
    "von",
    "d'",
    "al-Ali",
    "Jr.",
    "III",
    "SM",
    "J.",
    "A.-L.",
    "Ana",
    "ann",
    "Ruiz",
    "RUIZ",
    ",",
    "e",
    "'t",
]
PART = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join) | st.text(max_size=10)


@given(
    st.dictionaries(
        st.sampled_from(["family", "given", "suffix", "non-dropping-particle", "dropping-particle", "literal"]), PART
    )
)
def test_mending_twice_changes_nothing_more(name: dict[str, str]) -> None:
    once = names.mended(name)
    assert names.mended(once) == once


@given(
    st.sampled_from(["Ruiz", "Lee", "Mac", "Van", "Ben", "Others", "Colleagues", "Etal", "Group"]),
    st.lists(
        st.sampled_from(["Ann", "J.", "I.", "Iii", "Jr", "Sr", "Van", "De", "Bin", "Et", "And"]), min_size=1, max_size=3
    ),
    st.booleans(),
)
def test_a_name_as_most_are_typed_is_read_as_any_other(family: str, given_names: list[str], useprefix: bool) -> None:
    value = f"{family}, {' '.join(given_names)}"
    assert names._name(value, useprefix=useprefix) == names._name_in_parts(value, useprefix=useprefix)


@given(st.text())
def test_any_text_is_a_list_of_names(text: str) -> None:
    for name in names.names(text):
        assert name == {"literal": names.OTHERS} or name.get("family") or name.get("literal")
    names.annotations(text)


@given(st.lists(st.tuples(*[st.sampled_from(["Ruiz", "Lee", "Ōno", "Smith-Jones"])] * 2), min_size=1, max_size=40))
def test_every_name_of_a_list_is_there_in_order(people: list[tuple[str, str]]) -> None:
    assert names.names(" and ".join(f"{family}, {given}" for family, given in people)) == [
        person(family, given) for family, given in people
    ]


def test_citeproc_prints_the_parts_as_apa_does(tmp_path: Path) -> None:
    """APA 9.8: particles stand before the family name, suffixes behind the initials."""
    value = (
        "da Costa, Maria and al-Hassan, Ali and Gerard 't Hooft and King, Jr., M. L. and SM McCauley and Alan-Louis. Li"
    )
    item = {"id": "a", "type": "book", "title": "T", "author": names.names(value), "issued": {"date-parts": [[2020]]}}
    works, style = tmp_path / "r.json", tmp_path / "p.csl"
    works.write_text(json.dumps([item]), encoding="utf-8")
    style.write_text(STYLE, encoding="utf-8")
    said = pypandoc.convert_text(
        "[@a]",
        "plain",
        "markdown",
        extra_args=["--citeproc", f"--bibliography={works}", f"--csl={style}", "--wrap=none"],
    )
    assert said.split("\n\n")[1].strip() == (
        "da Costa, M., al-Hassan, A., \u2019t Hooft, G., King, M. L., Jr., McCauley, S. M., Li, A.-L."
    )


STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"
 demote-non-dropping-particle="never"><info><title>t</title><id>t</id><updated>2020-01-01T00:00:00Z</updated></info>
 <citation><layout><names variable="author"/></layout></citation>
 <bibliography><layout><names variable="author"><name name-as-sort-order="all" initialize-with=". "
 delimiter=", "/></names></layout></bibliography></style>"""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Rush AJ", person("Rush", "A. J.")),
        ("Wisniewski SR", person("Wisniewski", "S. R.")),
        ("Smith J", person("Smith", "J")),
        ("van Dyck R", person("Dyck", "R", "van")),
        ("O'Brien TP", person("O'Brien", "T. P.")),
        ("Smith, JR", person("Smith", "J. R.")),
        ("Smith, SR", person("Smith", "S. R.")),
        ("Pius X", person("X", "Pius")),
        ("King, Jr.", person("King", suffix="Jr.")),
        ("Luther King, JR", person("King", "Luther", suffix="Jr.")),
    ],
)
def test_initials_behind_the_family_name_are_no_family_name(value: str, name: dict[str, Any]) -> None:
    assert names.names(value) == [name]


@pytest.mark.parametrize(
    "value", ["Brugger J.H. and de Wit A.", "Brugger J.H., de Wit A.", "Brugger J. H. and de Wit A."]
)
def test_initials_with_periods_behind_the_family_name_are_no_family_name(value: str) -> None:
    assert names.names(value) == [person("Brugger", "J. H."), person("Wit", "A.", "de")]


@pytest.mark.parametrize("value", ["John F. Kennedy", "J. F. Kennedy", "Kennedy, J. F."])
def test_initials_before_the_family_name_stay_there(value: str) -> None:
    assert names.names(value)[0]["family"] == "Kennedy"
