"""The format of a bibliography is found by what stands in it; what is none is told with what it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import bibliography
from citeproof.bibliography import Bibliography

BIB = "% note\n@book{a, title = {T}, year = 2000}\n"
RIS = "TY  - BOOK\nID  - a\nTI  - T\nPY  - 2000\nER  - \n"
ENW = "%0 Book\n%A Smith, A.\n%D 2000\n%T T\n%F a\n"
NBIB = "PMID- 12345678\nTI  - T\nAU  - Smith A\nDP  - 2000\nPT  - Journal Article\n"
WOS = "PT B\nDT Book\nAU Roe, R\nTI T\nPY 2000\nUT WOS:1\nER\n"
JSON = '[{"id": "a", "type": "book", "title": "T"}]'
YAML = "---\nreferences:\n- id: a\n  type: book\n  title: T\n...\n"
XML = (
    '<?xml version="1.0" encoding="UTF-8"?><xml><records><record><ref-type name="Book">6</ref-type><titles><title>T'
    "</title></titles><dates><year>2000</year></dates></record></records></xml>"
)
FILES = {
    ".bib": (BIB, "biblatex"),
    ".ris": (RIS, "ris"),
    ".enw": (ENW, "refer"),
    ".nbib": (NBIB, "pubmed"),
    ".ciw": (WOS, "wos"),
    ".json": (JSON, "csl-json"),
    ".yaml": (YAML, "csl-yaml"),
    ".xml": (XML, "endnote-xml"),
}


def read(suffix: str, text: str) -> Bibliography:
    return bibliography.read(f"r{suffix}", suffix, text)


def told(held: Bibliography) -> list[str]:
    return [f"{fault.place}: {fault.code}: {fault.what}\n    {fault.remedy}" for fault in held.faults]


@pytest.mark.parametrize("suffix", FILES)
def test_each_format_is_read_under_its_own_ending(suffix: str) -> None:
    text, format_ = FILES[suffix]
    held = read(suffix, text)
    assert held.format == format_
    assert [item["title"] for item in held.items.values()] == ["T"]
    assert not any("ends in" in fault.what for fault in held.faults)


@pytest.mark.parametrize("suffix", FILES)
@pytest.mark.parametrize("beginning", ["", "\ufeff", "\n\n", "\ufeff  \n"])
def test_each_format_is_known_without_its_ending(suffix: str, beginning: str) -> None:
    text, format_ = FILES[suffix]
    held = read(".txt", beginning + text)
    assert (held.format, len(held.items)) == (format_, 1)
    assert not any("ends in" in fault.what for fault in held.faults)


@pytest.mark.parametrize(
    ("suffix", "text", "message"),
    [
        (".bib", RIS, "this is RIS, though the file's name ends in .bib\n    name it r.ris; it was read as what it is"),
        (
            ".bib",
            JSON,
            "this is JSON, though the file's name ends in .bib\n    name it r.json; it was read as what it is",
        ),
        (
            ".json",
            BIB,
            "this is BibTeX, though the file's name ends in .json\n    name it r.bib; it was read as what it is",
        ),
        (
            ".ris",
            NBIB,
            (
                "this is PubMed's format, though the file's name ends in .ris\n"
                "    name it r.nbib; it was read as what it is"
            ),
        ),
        (
            ".bib",
            ENW,
            (
                "this is EndNote's tagged format (refer), though the file's name ends in .bib\n"
                "    name it r.enw; it was read as what it is"
            ),
        ),
    ],
)
def test_a_file_under_a_wrong_ending_is_read_and_told(suffix: str, text: str, message: str) -> None:
    held = read(suffix, text)
    assert told(held)[0] == f"r{suffix}:1:1: B002: {message}"
    assert not held.faults[0].hurts
    assert len(held.items) == 1


def test_the_first_entry_tells_the_format() -> None:
    assert read(".txt", "@book{a, title = {T}, abstract = {\nTY  - BOOK\n}}").format == "biblatex"
    assert (
        read(".txt", "Provider: X\nDatabase: Y\n\nTY  - BOOK\nTI  - T\nAB  - as\n@book{a, title = {T}}\nER  - ").format
        == "ris"
    )


EXPORT = "export the bibliography as BibTeX, RIS or CSL JSON, or name the right file in the front matter"
PAGE = "download the file itself and not the page that shows it (in GitHub: Raw), or export the bibliography again"


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("<!DOCTYPE html>\n<html><body>@article{a}</body></html>", "a web page", PAGE),
        ("<html>", "a web page", PAGE),
        ("<!-- saved -->\n<HTML>", "a web page", PAGE),
        ("<!DOCTYPE html>\n<html><body><pre>\n@article{a,\n title = {T &amp; U}}\n</pre>", "a web page", PAGE),
        ("\n  <head><title>Sign in</title>", "a web page", PAGE),
        ("PK\x03\x04\x14\x00", "a Word document, a spreadsheet or a ZIP archive", EXPORT),
        ("{\\rtf1\\ansi", "a document in Rich Text Format", EXPORT),
        ("%PDF-1.7", "a PDF", EXPORT),
        ("404: Not Found", "an error message", "download the bibliography again"),
        ("DOI Not Found\n", "an error message", "download the bibliography again"),
        ('<?xml version="1.0"?>\n<Error><Code>AccessDenied', "an error message", "download the bibliography again"),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:abc\n",
            "a pointer to a file that Git LFS keeps",
            "fetch the file itself: git lfs pull",
        ),
        (
            '\ufeff"Authors","Author full names","Author(s) ID","Title"\n"Roe, R."',
            "Scopus's table (CSV)",
            "export the records from Scopus as BibTeX or RIS instead",
        ),
        (
            "\ufeffPT\tAU\tBA\tBE\nJ\tRoe, R\t\t",
            "Web of Science's table",
            "export the records from Web of Science as a plain text file, RIS or BibTeX instead",
        ),
        (
            "PMID,Title,Authors\n1,T,R",
            "PubMed's table (CSV)",
            "save the citations in the format PubMed (.nbib) instead",
        ),
        (
            "<PubmedArticleSet>\n<PubmedArticle>",
            "PubMed's XML",
            "save the citations in the format PubMed (.nbib) instead",
        ),
        (
            "harry:\n    type: Book\n    title: T\n    author: Rowe, J. K.\n",
            "Typst's own format (Hayagriva)",
            "give the works as BibTeX, which Typst reads too",
        ),
        (
            "cff-version: 1.2.0\ntitle: T\nauthors:\n  - family-names: Roe\n",
            "a CITATION.cff",
            "take the BibTeX of the repository (in GitHub: Cite this repository)",
        ),
        ('"Key","Item Type","Publication Year"\n"A","book","2000"', "a table (CSV)", EXPORT),
        ("\x01\x00\x02", "no text", EXPORT),
    ],
)
@pytest.mark.parametrize("suffix", [".bib", ".txt"])
def test_a_file_of_another_kind_is_told_by_what_it_is(suffix: str, text: str, what: str, remedy: str) -> None:
    held = read(suffix, text)
    assert told(held) == [f"r{suffix}:1:1: B002: this is {what}, not a bibliography\n    {remedy}"]
    assert held.faults[0].hurts
    assert (held.entries, dict(held.items)) == ((), {})


def test_a_bibliography_may_name_a_page_in_a_note_before_its_first_entry() -> None:
    assert len(read(".bib", "% from <html> pages; 404 is no page\n@book{a, title = {T}}").items) == 1


def test_a_text_that_is_no_bibliography_is_told() -> None:
    assert told(read(".txt", "Smith, A. (2000). T. Publisher.")) == [
        (
            "r.txt:1:1: B002: this is no bibliography that can be read\n"
            "    export the bibliography as BibTeX, RIS or CSL JSON, or name the right file in the front matter"
        )
    ]


@pytest.mark.parametrize(
    "text", ["", "\n", "% nothing yet\n", "Smith, A. (2000). T.", '@string{a = "b"}', "@comment{x}"]
)
def test_a_file_without_an_entry_is_told(text: str) -> None:
    assert told(read(".bib", text)) == [
        (
            "r.bib:1:1: B003: the bibliography holds no entry\n"
            "    export it again, or name the right file under bibliography: in the front matter"
        )
    ]


def test_the_ending_tells_bibtex_from_biblatex() -> None:
    assert [read(suffix, BIB).format for suffix in (".bib", ".biblatex", ".bibtex")] == [
        "biblatex",
        "biblatex",
        "bibtex",
    ]


CSL = [
    {"id": "a1", "type": "book", "title": "T"},
    {"id": "b2", "type": "book", "keyword": "x, unverified"},
    {"id": "a1", "type": "book"},
    {"type": "book"},
]


@pytest.mark.parametrize(
    "wrap", [lambda items: items, lambda items: {"items": items}, lambda items: {"references": items}]
)
def test_csl_json_is_read_with_places(wrap: object) -> None:
    text = json.dumps(wrap(CSL), indent=1)  # type: ignore[operator]
    held = read(".json", text)
    assert [(entry.key, entry.unverified) for entry in held.entries] == [("a1", False), ("b2", True)]
    ((again, first),) = held.doubled
    assert (again.key, first) == ("a1", held.entries[0].place)
    assert first.line < held.entries[1].place.line < again.place.line


def test_csl_yaml_is_read_with_places() -> None:
    held = read(".yaml", "---\nreferences:\n- id: a1\n  title: T\n- title: U\n  id: b2\n...\n")
    assert [(entry.key, str(entry.place)) for entry in held.entries] == [("a1", "r.yaml:3:3"), ("b2", "r.yaml:6:3")]


@pytest.mark.parametrize("text", ["3", "{}", '{"items": 3}', '"x"', "null"])
def test_json_that_is_no_list_of_works_is_told(text: str) -> None:
    (fault,) = read(".json", text).faults
    assert (str(fault.place), fault.what, fault.hurts) == ("r.json:1:1", "this is not a list of CSL items", True)


def test_json_that_is_broken_is_told_as_json() -> None:
    held = read(".json", '[\n {"id": }\n]')
    assert held.format == "csl-json"
    assert held.faults


@given(st.text(), st.sampled_from([*FILES, ".txt", ""]))
def test_no_text_makes_reading_fail(text: str, suffix: str) -> None:
    assert isinstance(bibliography.read("r", suffix, text), Bibliography)


@given(st.sampled_from([text for text, _ in FILES.values()]), st.data(), st.sampled_from([*FILES, ".txt"]))
def test_no_damage_to_a_bibliography_makes_reading_fail(text: str, data: st.DataObject, suffix: str) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 9, len(text))))
    damaged = text[:start] + data.draw(st.text(max_size=3)) + text[end:]
    assert isinstance(bibliography.read("r", suffix, damaged), Bibliography)


def test_names_of_files_are_shown_without_their_folder() -> None:
    held = bibliography.read("x/r.bib", ".bib", RIS)
    assert "name it r.ris;" in held.faults[0].remedy
