"""EndNote XML: records, places, styles as rich text, recovery, entities that are never resolved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import programs
from citeproof.bibliography import csl_json, endnote_xml

if TYPE_CHECKING:
    from pathlib import Path

    from citeproof.bibliography.model import Bibliography

RUN = '<style face="{}" font="default" size="100%">{}</style>'

TITLE = "".join(
    RUN.format(face, text)
    for face, text in [
        ("normal", "The role of "),
        ("italic", "Homo sapiens"),
        ("normal", " in H"),
        ("subscript", "2"),
        ("normal", "O"),
    ]
)

ARTICLE = f"""\
<record>
  <database name="My.enl" path="/x/My.enl">My.enl</database>
  <rec-number>12</rec-number>
  <foreign-keys><key app="EN" db-id="x">12</key></foreign-keys>
  <ref-type name="Journal Article">17</ref-type>
  <contributors>
    <authors><author>{RUN.format("normal", "Roe, Anna B.")}</author><author>Sleep Study Group,</author></authors>
  </contributors>
  <titles>
    <title>{TITLE}</title>
    <secondary-title>{RUN.format("italic", "Ecology of Mind")}</secondary-title>
  </titles>
  <periodical><full-title>Ecology of Mind</full-title><abbr-1>Ecol. Mind</abbr-1></periodical>
  <pages>93-105</pages><volume>18</volume><number>1</number>
  <keywords><keyword>sleep</keyword><keyword>unverified</keyword></keywords>
  <dates><year>1999</year><pub-dates><date>Jan 5</date></pub-dates></dates>
  <isbn>0012-9658</isbn>
  <urls>
    <related-urls><url>https://example.org/a?b=1&amp;c=2</url></related-urls>
    <pdf-urls><url>internal-pdf://1/a.pdf</url></pdf-urls>
  </urls>
  <electronic-resource-num>10.1000/eco.1999</electronic-resource-num>
</record>
"""


def book(number: str = "13", inner: str = "<titles><title>Minds</title></titles>") -> str:
    return f'<record><rec-number>{number}</rec-number><ref-type name="Book">6</ref-type>{inner}</record>\n'


def read(records: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> Bibliography:
    return endnote_xml.read("e.xml", f"{head}\n<xml><records>\n{records}</records></xml>\n")


def told(held: Bibliography) -> list[tuple[str, str]]:
    return [(str(fault.place), fault.what) for fault in held.faults]


def test_a_record_gives_its_work_with_its_place() -> None:
    held = read(ARTICLE)
    assert [(entry.key, str(entry.place), entry.unverified) for entry in held.entries] == [("12", "e.xml:3:1", True)]
    assert held.items["12"] == {
        "id": "12",
        "type": "article-journal",
        "author": [{"family": "Roe", "given": "Anna B."}, {"literal": "Sleep Study Group"}],
        "title": "The role of <i>Homo sapiens</i> in H<sub>2</sub>O",
        "container-title": "Ecology of Mind",
        "container-title-short": "Ecol. Mind",
        "issued": {"date-parts": [[1999, 1, 5]]},
        "volume": "18",
        "issue": "1",
        "page": "93\u2013105",
        "DOI": "10.1000/eco.1999",
        "URL": "https://example.org/a?b=1&c=2",
        "ISSN": "0012-9658",
        "keyword": "sleep, unverified",
    }
    assert told(held) == []


def test_fields_keep_their_places_and_offsets() -> None:
    text = f"<xml><records>{ARTICLE}</records></xml>"
    (found,) = endnote_xml.read("e.xml", text).records
    pages = found.fields["pages"]
    assert text[pages.start : pages.end] == "93-105"
    assert str(pages.place) == "e.xml:14:10"
    author = found.fields["author"]
    assert text[author.start : author.end] == RUN.format("normal", author.value)
    assert text[found.start : found.end] == ARTICLE.strip()
    assert found.text("author/2", "title") == "Sleep Study Group,"


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ('name="Edited Book">28', "book"),
        ('name="Book Section">5', "chapter"),
        (">32", "thesis"),
        ('name="Web Page">12', "webpage"),
        ('name="Podcast">62', "broadcast"),
        ('name="Newspaper Article">23', "article-newspaper"),
    ],
)
def test_the_type_is_known_by_name_or_number(type_: str, kind: str) -> None:
    head = type_ if type_.startswith(">") else f" {type_}"
    titles = "<titles><title>A</title><secondary-title>B</secondary-title></titles>"
    held = read(f"<record><rec-number>1</rec-number><ref-type{head}</ref-type>{titles}</record>")
    assert held.items["1"]["type"] == kind


def test_the_authors_of_an_edited_book_are_its_editors() -> None:
    authors = (
        "<contributors><authors><author>Roe, R.</author></authors></contributors><titles><title>A</title></titles>"
    )
    held = read(f'<record><ref-type name="Edited Book">28</ref-type>{authors}<label>roe</label></record>')
    assert held.items["roe"]["editor"] == [{"family": "Roe", "given": "R."}]


def test_a_record_with_a_namespace_is_read() -> None:
    held = read(
        '<e:record xmlns:e="urn:x"><e:rec-number>1</e:rec-number><e:titles><e:title>A</e:title></e:titles></e:record>'
    )
    assert held.items["1"]["title"] == "A"
    assert held.faults == ()


def test_entities_of_a_file_are_never_resolved() -> None:
    bomb = '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    held = read(book("1", "<titles><title>Minds &b; and &f; bodies</title></titles>"), bomb)
    assert held.items["1"]["title"] == "Minds and bodies"
    assert told(held) == [("e.xml:3:1", "the entry 1 is not well-formed XML: Entity 'b' not defined")]
    assert not held.faults[0].hurts


def test_a_broken_record_is_said_with_its_line_and_costs_no_other() -> None:
    broken = book("2", "\n<titles>\n<title>Minds</titles>")
    held = read(book("1") + broken + book("3"))
    assert list(held.items) == ["1", "3"]
    assert [entry.key for entry in held.hurt] == ["2"]
    assert told(held) == [
        ("e.xml:6:1", "the entry 2 is not well-formed XML: Opening and ending tag mismatch: title and titles")
    ]


def test_a_file_that_is_cut_off_keeps_what_stands_before() -> None:
    text = f"<xml><records>{book('1')}{book('2')}"[:-20]
    held = endnote_xml.read("e.xml", text)
    assert list(held.items) == ["1"]
    assert told(held) == [("e.xml:2:1", "the entry 2 is cut off: its end tag </record> is missing")]


def test_a_letter_that_xml_forbids_is_said_and_the_work_is_read() -> None:
    held = read(book("1", "<titles><title>Minds\x02 and bodies</title></titles>"))
    assert "1" in held.items
    assert [fault.hurts for fault in held.faults] == [False]


def test_a_file_without_records_is_a_fault() -> None:
    held = endnote_xml.read("e.xml", "<mods/>")
    assert told(held) == [("e.xml:1:1", "no EndNote record is in this file: it has no element \u201crecord\u201d")]


def test_what_pandoc_reads_is_read_under_the_same_keys(tmp_path: Path) -> None:
    text = f"<xml><records>{ARTICLE}{book()}</records></xml>"
    done = programs.run(
        [programs.pandoc_path(), "-f", "endnotexml", "-t", "csljson"], cwd=tmp_path, stdin=text.encode()
    )
    theirs = {item["id"]: item for item in json.loads(done.output)}
    ours = endnote_xml.read("e.xml", text).items
    assert set(theirs) == set(ours)
    for key, item in theirs.items():
        assert item["type"] == ours[key]["type"]
        assert item["title"] == ours[key]["title"].replace("<i>", "").replace("</i>", "").replace("<sub>2</sub>", "2")
        assert len(item.get("author", [])) == len(ours[key].get("author", []))


_PIECES = st.one_of(
    st.sampled_from(
        ["<record>", "</record>", "<title>", "</title>", "<style face='italic'>", "</style>", "<year>", "&b;"]
    ),
    st.sampled_from(["<a:b>", "<ref-type name='Book'>", "\x02", "<!--", "<![CDATA[", "\n", "<authors><author>"]),
    st.text(max_size=12),
)


@given(st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text()))
def test_reading_never_raises_and_says_something_of_every_text(text: str) -> None:
    held = endnote_xml.read("e.xml", text)
    assert held.records or held.faults or not text.strip(" \t\r\n\ufeff")


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_items_written_as_json_and_read_again_are_the_same(text: str) -> None:
    items = dict(endnote_xml.read("e.xml", text).items)
    again = csl_json.read("r.json", json.dumps(list(items.values())))
    assert dict(again.items) == items


@given(st.text(max_size=30), st.integers(0, 2))
def test_one_damaged_record_costs_no_other(damage: str, at: int) -> None:
    records = [book("1"), book("2")]
    damage = damage.replace("record", "")
    records.insert(at, f"<record><rec-number>9</rec-number><titles><title>{damage}</record>\n")
    assert {"1", "2"} <= set(read("".join(records)).items)


def test_pages_that_stand_as_section_beside_their_number_are_the_pages() -> None:
    record = (
        '<record><rec-number>1</rec-number><ref-type name="Journal Article">17</ref-type><titles><title>T</title>'
        "<secondary-title>Talk</secondary-title></titles><pages>11</pages><section>141-151</section></record>"
    )
    held = endnote_xml.read("e.xml", f"<xml><records>{record}</records></xml>")
    assert held.items["1"]["page"] == "141\u2013151"
