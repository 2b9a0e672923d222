"""CSL JSON and CSL YAML: entries with places, broken ones beside whole ones, keys, items in the form that CSL wants."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof.bibliography import csl_item, csl_json, csl_yaml, zotero

if TYPE_CHECKING:
    from pathlib import Path

    from citeproof.bibliography.model import Bibliography, Item

BOOK = '{"id": "b", "type": "book", "title": "B", "issued": {"date-parts": [[2001]]}}'


def read(text: str) -> Bibliography:
    return csl_json.read("r.json", text)


def told(held: Bibliography) -> list[str]:
    return [f"{fault.place}: {fault.what}; {fault.remedy}" for fault in held.faults]


def item(**fields: Any) -> Item:
    made, wrong = csl_item.made({"id": "a", "type": "book", **fields})
    assert wrong == []
    return made


# Places


@pytest.mark.parametrize("around", ["%s", '{"items": %s}', '{"references": %s, "x": 1}'])
def test_every_value_is_known_by_its_place_and_offsets(around: str) -> None:
    text = (
        around
        % '[\n  {"id": "ä1", "type": "book",\n   "title": "T\\u00fc", "author": [{"family": "X"}], "volume": 3}\n]'
    )
    (record,) = read(text).records
    assert (record.key, record.type) == ("ä1", "book")
    assert text[record.start : record.end].startswith('{"id"')
    assert {name: text[field.start : field.end] for name, field in record.fields.items()} == {
        "id": '"ä1"',
        "type": '"book"',
        "title": '"T\\u00fc"',
        "author": '[{"family": "X"}]',
        "volume": "3",
    }
    assert record.fields["title"].value == "Tü"
    assert record.fields["author"].value == '[{"family": "X"}]'
    assert str(record.fields["title"].place) == "r.json:3:13"


def test_a_later_entry_under_the_same_key_is_doubled() -> None:
    held = read(f"[{BOOK},\n{BOOK}]")
    assert [(str(later.place), str(first)) for later, first in held.doubled] == [("r.json:2:2", "r.json:1:3")]
    assert len(held.records) == 2


def test_the_mark_of_an_unverified_work_is_seen() -> None:
    text = json.dumps(
        [{"id": key, "type": "book", "keyword": word} for key, word in (("a", "x, Unverified"), ("b", "x"))]
    )
    assert [entry.unverified for entry in read(text).entries] == [True, False]


# Broken files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"id": "a", "type": "book", "issued": 1999} §BOOK]', "a comma is missing before this entry"),
        ('[{"id": "a", "type": "book", "issued": 1999,§}, BOOK]', "a comma stands behind the last field"),
        ('[{"id": "a", "type": "book"}, BOOK§,]', "a comma stands behind the last entry"),
        ('[{"id": "a", "type": "book"}, §, BOOK]', "a comma stands here with nothing before it"),
        ('[{"id": "a", "type": "book" §"issued": 1999}, BOOK]', "a comma is missing before this field"),
        ('[{"id": "a", "type": "book", §"type": "book"}, BOOK]', "the field type stands twice"),
        ('[{"id": "a", "type": "book", "title": "A§\n b"}, BOOK]', "a line break or tab stands in the field title"),
        ('[{"id": "a", "type": "book", "title": "A§\t b"}, BOOK]', "a line break or tab stands in the field title"),
        ('[{"id": "a", "type": "book", "title": §"50\\% "}, BOOK]', "a backslash stands alone in the field title"),
        ('[{"id": "a", "type": "book", "volume": §NaN}, BOOK]', "the field volume holds a number that is none (NaN)"),
        ('[{"id": "a", "type": "book"}, §5, BOOK]', "\u201c5,\u201d stands where an entry should begin"),
        ('§{"id": "a", "type": "book"}\nBOOK', "the entries stand here without a list around them"),
        ('[{"id": "a", "type": "book"}, BOOK§', "the list is never closed"),
    ],
)
def test_a_slip_is_said_with_its_place_and_costs_nothing(text: str, said: str) -> None:
    marked = text.replace("BOOK", BOOK)
    held = read(marked.replace("§", ""))
    assert list(held.items) == ["a", "b"]
    (fault,) = held.faults
    assert (fault.what, fault.hurts, str(fault.place)) == (said, False, f"r.json:1:{marked.index('§') + 1}")


@pytest.mark.parametrize(
    ("entry", "place", "what"),
    [
        ('{"id": "a", "title": "The "big" one"}', "1:29", 'behind its field title stands “big"”'),
        ('{"id": "a", "title": "The big one,\n "type": "book"}', "2:3", "behind its field title stands"),
        ('{"id": "a", "title": }', "1:23", "the value of its field title is not JSON"),
        ('{"id": "a", title: "x"}', "1:14", "“title:” stands where a field's name in quotation marks belongs"),
        ('{"id": "a", "title" "x"}', "1:22", "a colon is missing behind “title”"),
    ],
)
def test_a_broken_entry_is_hurt_and_its_neighbours_are_read(entry: str, place: str, what: str) -> None:
    whole = '{"id": "c", "type": "book", "author": [{"family": "X"}, {"family": "Y"}]}'
    held = read(f"[{entry}, {whole}, {BOOK}]")
    assert list(held.items) == ["c", "b"]
    assert [entry.key for entry in held.hurt] == ["a"]
    (fault,) = held.faults
    assert (str(fault.place), fault.key, fault.hurts) == (f"r.json:{place}", "a", True)
    assert fault.what.startswith(f"the entry a cannot be read: {what}")
    assert fault.remedy.startswith("mend the entry: look for a missing comma")


def test_a_file_that_was_cut_off_keeps_its_whole_entries() -> None:
    held = read(f'[{BOOK},\n {{"id": "z", "title": "cut o')
    assert list(held.items) == ["b"]
    assert told(held) == [
        (
            "r.json:2:23: the entry z cannot be read: the quotation mark of its field title is never closed; "
            "mend the entry: look for a missing comma, brace or quotation mark just before this place"
        )
    ]


@pytest.mark.parametrize("text", ["3", "{}", '{"items": 3}', '"x"', "null", "no JSON"])
def test_what_is_no_list_of_works_is_an_error(text: str) -> None:
    held = read(text)
    assert told(held) == [
        ("r.json:1:1: this is not a list of CSL items; export it as CSL JSON (Zotero: “Better CSL JSON” or “CSL JSON”)")
    ]
    assert held.faults[0].hurts


def test_an_empty_file_is_an_error_and_an_empty_list_is_not() -> None:
    assert told(read(" \n"))[0].startswith("r.json:1:1: the file is empty")
    assert read("[]").faults == ()


def test_entries_without_any_author_or_date_are_remarked() -> None:
    held = read('[{"id": "a", "type": "book", "title": "A"}, {"id": "b", "type": "book", "title": "B"}]')
    (fault,) = held.faults
    assert (fault.what, fault.hurts) == ("none of the 2 entries of this file has an author or a date", False)


@given(st.text() | st.text(alphabet='[]{}",:\\ \nidtypeNa1'))
def test_no_text_makes_reading_fail(text: str) -> None:
    read(text)
    csl_yaml.read("r.yaml", text)


# Keys


def keyed(**fields: Any) -> Bibliography:
    return read(json.dumps([{"type": "book", "issued": 2001, **fields}]))


def test_a_key_may_be_a_number() -> None:
    assert list(keyed(id=12).items) == ["12"]


@pytest.mark.parametrize("own", ["http://zotero.org/users/1/items/ABCD2345", "1/ABCD2345", 7])
def test_the_citation_key_is_the_key_where_the_id_is_the_library_s(own: object) -> None:
    assert list(keyed(id=own, **{"citation-key": "smith2020"}).items) == ["smith2020"]
    assert list(keyed(id=own, note="Citation Key: smith2020").items) == ["smith2020"]


def test_an_id_that_an_author_gave_is_the_key() -> None:
    assert list(keyed(id="smith", **{"citation-key": "smith2020"}).items) == ["smith"]


def test_a_key_with_a_space_cannot_be_cited() -> None:
    (fault,) = keyed(id="Smith 2020").faults
    assert (fault.what, fault.hurts) == ("the key “Smith 2020” cannot be cited in Markdown", False)


def test_keys_that_need_braces_are_told_once() -> None:
    held = read(json.dumps([{"id": f"a,{n}", "type": "book", "issued": 2000} for n in range(3)]))
    (fault,) = held.faults
    assert (fault.what, fault.remedy) == ("the key a,0 and 2 more must be cited in braces", "write @{a,0}")


def test_an_entry_without_an_id_is_told() -> None:
    (only,) = told(keyed())
    assert only == "r.json:1:2: this entry has no id, so that no one can cite it; give it one, such as id: smith2020"


# Items


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("10.1037/rev0000126", "10.1037/rev0000126"),
        ("https://doi.org/10.1037/rev0000126", "10.1037/rev0000126"),
        ("doi:10.1037/rev0000126 ", "10.1037/rev0000126"),
        ("https://doi.org/https://doi.org/10.1037/rev0000126", "10.1037/rev0000126"),
        ("https://doi-org.proxy.example.edu/10.1037/rev0000126", "10.1037/rev0000126"),
    ],
)
def test_a_doi_is_bare(given: str, made: str) -> None:
    assert item(DOI=given)["DOI"] == made


def test_an_address_that_is_a_doi_is_one() -> None:
    assert item(URL="https://doi.org/10.1037/rev0000126") == {"id": "a", "type": "book", "DOI": "10.1037/rev0000126"}
    assert item(URL="https://example.org/x")["URL"] == "https://example.org/x"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"raw": "2019-03"}, {"date-parts": [[2019, 3]]}),
        ({"literal": "March 5, 2019"}, {"date-parts": [[2019, 3, 5]]}),
        ("2019-01-03", {"date-parts": [[2019, 1, 3]]}),
        ("2019", {"date-parts": [[2019]]}),
        (2019, {"date-parts": [[2019]]}),
        ({"date-parts": [["2019", "03"]], "season": ""}, {"date-parts": [[2019, 3]]}),
        ({"date-parts": [[2019]], "season": "Spring"}, {"date-parts": [[2019, 21]]}),
        ({"date-parts": [["1885"]], "season": "circa"}, {"date-parts": [[1885]], "circa": True}),
        ({"date-parts": [["2009"]], "season": "2014"}, {"date-parts": [[2009], [2014]]}),
        ({"date-parts": [["2017"]], "season": "present"}, {"date-parts": [[2017], [0]]}),
        ({"date-parts": [["2017"]], "season": "Easter"}, {"date-parts": [[2017]]}),
        ({"date-parts": [[2019, 1], [2020, 2]]}, {"date-parts": [[2019, 1], [2020, 2]]}),
        ({"date-parts": [2019, 2, 3]}, {"date-parts": [[2019, 2, 3]]}),
        ({"year": 2019, "month": 1}, {"date-parts": [[2019, 1]]}),
        ([{"year": "2019"}, {"year": "2020"}], {"date-parts": [[2019], [2020]]}),
        ({"literal": "circa 1590"}, {"date-parts": [[1590]], "circa": True}),
        ({"date-parts": [[1590]], "circa": 1}, {"date-parts": [[1590]], "circa": True}),
        ("2017/..", {"date-parts": [[2017], [0]]}),
        ({"literal": "Ming dynasty"}, {"literal": "Ming dynasty"}),
    ],
)
def test_a_date_in_any_form_is_a_date(given: object, made: object) -> None:
    assert item(issued=given)["issued"] == made


@pytest.mark.parametrize("given", ["n.d.", {"literal": "no date"}, {"date-parts": [[]]}, {}])
def test_no_date_is_none(given: object) -> None:
    assert "issued" not in csl_item.made({"id": "a", "type": "book", "issued": given})[0]


def test_a_status_that_stands_as_the_date_is_a_status() -> None:
    assert item(issued={"literal": "In press"}) == {"id": "a", "type": "book", "status": "in press"}


def test_a_date_that_is_none_is_told() -> None:
    (only,) = told(keyed(id="a", issued={"date-parts": [[None]]}))
    assert only == "r.json:1:29: a: the date of issued cannot be read; write it as 2019-03-05, 2019-03 or 2019"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (
            [{"family": "Vries", "given": "S. A. de"}],
            [{"family": "Vries", "given": "S. A.", "non-dropping-particle": "de"}],
        ),
        (
            [{"family": "King", "given": "Martin Luther, Jr."}],
            [{"family": "King", "given": "Martin Luther", "suffix": "Jr."}],
        ),
        ({"literal": "Team"}, [{"literal": "Team"}]),
        ("Smith, John and Doe, Jane", [{"family": "Smith", "given": "John"}, {"family": "Doe", "given": "Jane"}]),
        ([{"name": "Team", "sequence": "first", "affiliation": []}], [{"literal": "Team"}]),
        ([{"family": "Ames", "given": ""}, {"literal": "et al."}], [{"family": "Ames"}]),
        ([{"family": "M&uuml;ller", "given": "<i>J.</i>"}], [{"family": "Müller", "given": "J."}]),
        ([{}, None, {"given": "Plato"}], [{"literal": "Plato"}]),
    ],
)
def test_names_in_any_form_are_names(given: object, made: object) -> None:
    assert item(author=given)["author"] == made


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"given": "Pete, Dir."}, {"given": "Pete", "suffix": "Dir.", "comma-suffix": True}),
        ({"given": "Pete", "suffix": "Ed."}, {"given": "Pete", "suffix": "Ed.", "comma-suffix": True}),
        ({"given": "Pete, Jr."}, {"given": "Pete", "suffix": "Jr."}),
        ({"given": "Pete"}, {"given": "Pete"}),
    ],
)
def test_the_role_of_a_reviewed_maker_stands_behind_a_comma(given: dict[str, str], made: dict[str, object]) -> None:
    (name,) = item(**{"reviewed-author": [{"family": "Docter", **given}]})["reviewed-author"]
    assert name == {"family": "Docter", **made}


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("A &amp; B", "A & B"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ("H<inf>2</inf>O and <jats:italic>E. coli</jats:italic>", "H<sub>2</sub>O and <i>E. coli</i>"),
        ("<sc>bce</sc>", '<span style="font-variant:small-caps;">bce</span>'),
        ('<span class="nocase">iPhone</span> use', '<span class="nocase">iPhone</span> use'),
        ("a\u00a0b\n c", "a b c"),
        ("\"Quoted\" and 'so'", "\"Quoted\" and 'so'"),
        ("La peste [The plague]", 'La peste <span class="nodecor">[The plague]</span>'),
    ],
)
def test_a_title_is_csl_s_rich_text(given: str, made: str) -> None:
    assert item(title=given)["title"] == made


def test_a_title_that_is_a_description_is_one() -> None:
    assert item(type="dataset", title="[Unpublished raw data on sleep]")["genre"] == "Unpublished raw data on sleep"


@pytest.mark.parametrize(
    ("name", "given", "made"),
    [
        ("page", "123-145", "123\u2013145"),
        ("page", "pp. 12--15", "12\u201315"),
        ("volume", 12, "12"),
        ("volume", "1-2", "1\u20132"),
        ("issue", "3--4", "3\u20134"),
        ("issue", "S-2", "S-2"),
        ("edition", "2nd ed.", "2"),
        ("edition", "Third edition", "3"),
        ("edition", "Revised edition", "Rev. ed."),
        ("edition", "Summer 2021", "Summer 2021 ed."),
        ("edition", "5th ed., text rev.", "5th ed., text rev."),
        ("ISBN", "978-1 978-2", "978-1"),
        ("annote", "One.\n\nTwo.", "One.\u2029Two."),
    ],
)
def test_numbers_and_notes_have_their_form(name: str, given: object, made: str) -> None:
    assert item(**{name: given})[name] == made


def test_a_first_edition_is_not_named() -> None:
    assert "edition" not in item(edition="First edition")


def test_the_number_of_an_article_is_no_page() -> None:
    made = item(type="article-journal", page="e0209899")
    assert made == {"id": "a", "type": "article-journal", "page": "e0209899"} | {
        "apa-number": "e0209899",
        "apa-without": "page",
    }
    assert item(type="article-journal", page="209")["page"] == "209"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("book-section", "chapter"),
        ("journal-article", "article-journal"),
        ("journalArticle", "article-journal"),
        ("posted-content", "article"),
        ("Book", "book"),
    ],
)
def test_types_of_other_programs_are_csl_s(given: str, made: str) -> None:
    assert item(type=given)["type"] == made


def test_a_type_that_csl_does_not_know_is_told() -> None:
    (only,) = told(keyed(id="a", type="gadget", URL="https://example.org"))
    assert only == (
        "r.json:1:11: a: CSL has no type gadget; it is set as webpage; "
        "write the type that it has, such as article-journal or book"
    )


def test_variables_of_older_csl_have_their_names_of_today() -> None:
    made = item(event="Meeting", shortTitle="S", journalAbbreviation="J.")
    assert (made["event-title"], made["title-short"], made["container-title-short"]) == ("Meeting", "S", "J.")


def test_a_work_as_crossref_gives_it() -> None:
    work = {
        "reference-count": 3,
        "DOI": "10.1234/x",
        "type": "journal-article",
        "title": ["Main"],
        "subtitle": ["Sub"],
        "container-title": ["Journal"],
        "author": [{"given": "A.", "family": "Ames", "sequence": "first", "affiliation": []}],
        "published-print": {"date-parts": [[2019, 3]]},
        "article-number": "e12",
        "source": "Crossref",
    }
    held = read(json.dumps({"status": "ok", "message": work}))
    assert held.items == {
        "10.1234/x": {
            "id": "10.1234/x",
            "type": "article-journal",
            "DOI": "10.1234/x",
            "title": "Main: Sub",
            "container-title": "Journal",
            "author": [{"family": "Ames", "given": "A."}],
            "issued": {"date-parts": [[2019, 3]]},
            "number": "e12",
        }
    }


def test_works_by_key_and_works_of_a_query_are_found() -> None:
    by_key = read('{"a": {"type": "book", "issued": 1999}, "b": {"id": "c", "type": "book"}}')
    assert list(by_key.items) == ["a", "c"]
    queried = read('{"message": {"items": [{"reference-count": 1, "DOI": "10.1234/y", "type": "monograph"}]}}')
    assert list(queried.items) == ["10.1234/y"]


# Laws

words = st.text(max_size=12) | st.sampled_from(
    [
        "<i>x</i>", "&amp;amp;", "de la", "2019", "in press", "Original Date: 1970", "Director: A || B", "type: book",
        "https://doi.org/10.1037/a1", "{:genre: x}", "pp. 1-2", "2nd ed.", "Jr.", "et al.", "a\n\nb", "\u2029x", "e12",
        "https://youtube.com/x", "arXiv: 1706.03762 [cs]", "Citation Key: a", "&lt;b&gt;", "A [@b]", "[x]", "x [y]",
        '<span style="font-variant: small-caps">x</span>', "Vries, Q. de", "10.1000/a b", "<p>", "<",
    ]
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["family", "given", "literal", "raw", "date-parts", "season", "circa", "year", "suffix", "name"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
variables = sorted(zotero.NAMES | zotero.DATES | zotero.TEXTS | {"event", "shortTitle", "custom", "other", "itemType"})
works = st.builds(
    lambda key, kind, fields: {"id": key, "type": kind, **fields},
    words,
    st.sampled_from([*sorted(csl_item.TYPES), "gadget", "film", None]),
    st.dictionaries(st.sampled_from(variables), values, max_size=8),
)


@given(works)
def test_reading_what_was_read_and_written_changes_nothing(work: Item) -> None:
    once, _ = csl_item.made(work)
    twice, wrong = csl_item.made(json.loads(json.dumps(once)))
    assert (twice, wrong) == (once, [])


def test_pandoc_reads_every_item(tmp_path: Path) -> None:
    made: list[Item] = []

    @given(works)
    def gather(work: Item) -> None:
        made.append({**csl_item.made(work)[0], "id": f"k{len(made)}"})

    gather()
    file = tmp_path / "items.json"
    file.write_text(json.dumps(made), encoding="utf-8")
    command = [str(pypandoc.get_pandoc_path()), "-f", "csljson", "-t", "csljson", str(file)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert len(json.loads(done.stdout)) == len(made)


# YAML


def test_yaml_is_read_with_places_whatever_stands_around_the_list() -> None:
    entries = "- id: a1\n  title: Tü *b*\n  volume: 012\n- type: book\n  id: 'b 2'\n"
    for before, after in (("", ""), ("---\nreferences:\n", "...\n"), ("references:\n", ""), ("---\n", "---\n")):
        text = before + entries + after
        held = csl_yaml.read("r.yaml", text)
        line = before.count("\n")
        assert [(entry.key, str(entry.place)) for entry in held.entries] == [
            ("a1", f"r.yaml:{line + 1}:3"),
            ("b 2", f"r.yaml:{line + 5}:3"),
        ]
        fields = {name: text[field.start : field.end] for name, field in held.records[0].fields.items()}
        assert fields == {"id": "a1", "title": "Tü *b*", "volume": "012"}
        assert held.items["a1"]["volume"] == "012"


@pytest.mark.parametrize(
    ("markdown", "rich"),
    [
        ("*E. coli* and _so_", "<i>E. coli</i> and <i>so</i>"),
        ("**bold** H~2~O x^2^", "<b>bold</b> H<sub>2</sub>O x<sup>2</sup>"),
        ("[iPhone]{.nocase} use", '<span class="nocase">iPhone</span> use'),
        ("[bce]{.smallcaps}", '<span style="font-variant:small-caps;">bce</span>'),
        (r"2 \* 3 \_x", "2 * 3 _x"),
        ("1 -- 2 --- 3", "1 \u2013 2 \u2014 3"),
        ("snake_case_name 2*3*4", "snake_case_name 2<i>3</i>4"),
        ("see https://x.org/a_b_c*d*", "see https://x.org/a_b_c*d*"),
        ("a [link](https://x.org)", "a link"),
        ("'straight' \"quotes\"", "'straight' \"quotes\""),
    ],
)
def test_the_markdown_of_yaml_becomes_rich_text(markdown: str, rich: str) -> None:
    text = json.dumps([{"id": "a", "type": "book", "issued": "2001", "title": markdown}])
    assert csl_yaml.read("r.yaml", text).items["a"]["title"] == rich


@pytest.mark.parametrize(
    ("yaml", "made"),
    [
        ("2019-01-03", {"date-parts": [[2019, 1, 3]]}),
        ("{year: 2019, month: 1}", {"date-parts": [[2019, 1]]}),
        ("[{year: 2019}]", {"date-parts": [[2019]]}),
        ("\n    date-parts: [[2019, 2]]", {"date-parts": [[2019, 2]]}),
        ("2019~", {"date-parts": [[2019]], "circa": True}),
        ("2019/2020", {"date-parts": [[2019], [2020]]}),
    ],
)
def test_the_dates_of_yaml_are_dates(yaml: str, made: object) -> None:
    assert csl_yaml.read("r.yaml", f"- id: a\n  type: book\n  issued: {yaml}\n").items["a"]["issued"] == made


def test_a_broken_entry_of_yaml_costs_no_other() -> None:
    text = "references:\n- id: a\n  type: book\n- id: b\n  title: it's: bad\n- id: c\n  type: book\n  issued: 1999\n"
    held = csl_yaml.read("r.yaml", text)
    assert list(held.items) == ["a", "c"]
    assert [(entry.key, str(entry.place)) for entry in held.hurt] == [("b", "r.yaml:4:7")]
    assert told(held) == [
        (
            "r.yaml:5:14: the entry b cannot be read: this is not YAML: mapping values are not allowed here; "
            "mend the entry: put a text that holds a colon, a # or quotation marks in quotation marks"
        )
    ]


@pytest.mark.parametrize("text", ["", "a: 1", "- x", "references: 3"])
def test_yaml_that_is_no_list_of_works_is_told(text: str) -> None:
    held = csl_yaml.read("r.yaml", text)
    assert held.items == {}
    assert len(held.faults) == 1
