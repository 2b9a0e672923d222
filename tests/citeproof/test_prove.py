"""The proof: every citation in its sentence, where it stands, the work it means, and what needs attention first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from citeproof import document, opened
from citeproof.abridged import NOTHING
from citeproof.findings import Place, error, warning
from citeproof.stages import prove
from citeproof.stages.prove import Draft, Listed, Made, Mention, Paragraph, Section, Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

    from citeproof.document import Manuscript


def proved(folder: Path) -> Any:
    return json.loads((folder / "proof.json").read_text("utf-8"))


def sentence(place: dict[str, Any]) -> str:
    said = place["sentence"]
    return f"{said['before']}[{said['citation']}]{said['after']}"


def where(place: dict[str, Any]) -> str:
    told = place["place"]
    return f"{told['file']}:{told['line']}:{told['column']}" if told else ""


EVERYWHERE = """\
---
title: A Paper
author: Dee Dunn
abstract: |
  It is known [@berg2002].
author-note: |
  Parts were told before [@ames2001].
bibliography: references.bib
---

Before any heading, @ames2001 said so. Another sentence.

# Method

One thing. Two things, e.g. A and B [@ames2001; @berg2002]. A third.[^1]

## Details

> Words of another, long enough to be set apart. [@berg2002, p. 3]

| A          | B |
|:-----------|--:|
| @ames2001  | 1 |

: Things, After @berg2002 {#tbl-things}

See @tbl-things.

# Items {#apx-items .appendix}

The items are those of @berg2002.

[^1]: In the note, @berg2002 is cited.
"""


@pytest.fixture
def everywhere(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> Any:
    path = paper(EVERYWHERE.encode())
    assert citeproof("build", "--to", "html").status == 0
    return proved(path.parent / "dist")


def test_each_citation_stands_in_its_sentence_with_its_kind_its_headings_and_its_place(everywhere: Any) -> None:
    told = {
        (sentence(place), place["kind"], " > ".join(place["headings"]), where(place))
        for place in everywhere["parts"][0]["citations"]
    }
    assert told == {
        ("Parts were told before [(Ames, 2001)].", "author note", "Author Note", "paper.md:7:27"),
        ("It is known [(Berg & Cole, 2002)].", "abstract", "Abstract", "paper.md:5:16"),
        ("Before any heading, [Ames (2001)] said so.", "text", "Introduction", "paper.md:11:21"),
        ("Two things, e.g.\u00a0A and B [(Ames, 2001; Berg & Cole, 2002)].", "text", "Method", "paper.md:15:38"),
        ("In the note, [Berg and Cole (2002)] is cited.", "note", "Method", "paper.md:33:20"),
        (
            "Words of another, long enough to be set apart. [(Berg & Cole, 2002, p. 3)]",
            "block quotation",
            "Method > Details",
            "paper.md:19:51",
        ),
        ("Things, After [Berg and Cole (2002)]", "caption", "Method > Details", "paper.md:25:17"),
        ("[Ames (2001)]", "table cell", "Method > Details", "paper.md:23:3"),
        ("The items are those of [Berg and Cole (2002)].", "appendix", "Appendix: Items", "paper.md:31:24"),
    }


def test_a_citation_leads_to_its_own_place_in_the_page(everywhere: Any, tmp_path: Path) -> None:
    page = html.parse(str(tmp_path / "dist" / "paper.html"))
    citations = everywhere["parts"][0]["citations"]
    for place in citations:
        (link,) = page.xpath("//a[@id=$id]", id=place["link"].removeprefix("paper.html#"))
        assert link.get("href") == f"#ref-{place['works'][0]}"
        assert link.text_content() in place["sentence"]["citation"]
        around = link.xpath("ancestor::*[self::p or self::td or self::figcaption or self::div][1]")[0].text_content()
        assert "".join(sentence(place).translate(BRACKETS).split()) in "".join(around.split())
    assert len({place["link"] for place in citations}) == len(citations)


BRACKETS = str.maketrans("", "", "[]")


def test_a_title_that_cites_is_told_once(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper(
        b"---\ntitle: A Reply to @ames2001\nauthor: Dee Dunn\nbibliography: references.bib\n---\n\n"
        b"We answer @ames2001 and @berg2002.\n"
    )
    assert citeproof("build", "--to", "html").status == 0
    told = proved(path.parent / "dist")["parts"][0]["citations"]
    assert [(sentence(place), where(place)) for place in told] == [
        ("A Reply to [Ames (2001)]", "paper.md:2:19"),
        ("We answer [Ames (2001)] and Berg and Cole (2002).", "paper.md:7:11"),
        ("We answer Ames (2001) and [Berg and Cole (2002)].", "paper.md:7:25"),
    ]


def test_a_citation_of_an_included_file_has_its_place_there(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("First @ames2001.\n\n{{< include parts/m.md >}}\n\nLast @ames2001.\n")
    (path.parent / "parts").mkdir()
    (path.parent / "parts" / "m.md").write_text("# M\n\nAs [@berg2002] and @ames2001.\n", "utf-8")
    assert citeproof("build", "--to", "html").status == 0
    told = proved(path.parent / "dist")["parts"][0]["citations"]
    head = path.read_text("utf-8").split("First")[0].count("\n")
    assert [where(place) for place in told] == [
        f"paper.md:{head + 1}:7",
        "parts/m.md:3:5",
        "parts/m.md:3:20",
        f"paper.md:{head + 5}:6",
    ]


def test_the_map_counts_the_citations_and_works_of_each_section_once(everywhere: Any) -> None:
    sections = everywhere["parts"][0]["sections"]
    assert [(one["heading"], one["level"], one["citations"], one["works"]) for one in sections] == [
        ("Author Note", 1, 1, 1),
        ("Abstract", 1, 1, 1),
        ("Introduction", 1, 1, 1),
        ("Method", 1, 3, 2),
        ("Details", 2, 3, 2),
        ("Appendix: Items", 1, 1, 1),
    ]
    assert sum(one["citations"] for one in sections) == everywhere["totals"]["citations"] == 10
    assert everywhere["totals"]["places"] == 9


def test_each_work_has_its_entry_with_italics_its_identifier_its_place_and_all_its_citations(everywhere: Any) -> None:
    part = everywhere["parts"][0]
    work = next(one for one in part["works"] if one["key"] == "ames2001")
    assert work["entry"] == (
        "Ames, A. (2001). One thing after another. Journal of Things, 1, 1\u20132. https://doi.org/10.1000/ames"
    )
    assert [work["entry"][first:last] for first, last in work["italics"]] == ["Journal of Things", "1"]
    assert work["identifier"] == "https://doi.org/10.1000/ames"
    assert work["place"] == {"file": "references.bib", "line": 1, "column": 1}
    assert work["link"] == "paper.html#ref-ames2001"
    assert work["citations"] == [one["id"] for one in part["citations"] if "ames2001" in one["works"]]
    assert len(work["citations"]) == 4


def test_nobody_was_asked_and_so_nothing_is_said_of_the_works(everywhere: Any) -> None:
    totals = everywhere["totals"]
    assert totals["standings"]["not checked"] == totals["works"] == 2
    assert sum(totals["standings"].values()) == 2
    assert totals["last asked"] == ""
    links = {one["link"]: (one["passed"], one["of"], one["not known"]) for one in everywhere["links"]}
    assert list(links) == [
        *("sentence", "key", "entry", "rendered citation", "rendered reference", "registered work", "still standing"),
    ]
    assert {links[name] for name in ("sentence", "key", "entry", "rendered citation", "rendered reference")} == {
        (10, 10, 0)
    }
    assert links["registered work"] == links["still standing"] == (0, 10, 10)


def test_a_build_of_any_format_proves_and_names_only_the_files_that_it_made(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("As @ames2001 says.")
    citeproof("build", "--to", "docx")
    part = proved(path.parent / "dist")["parts"][0]
    assert part["files"] == {"docx": "paper.docx"}
    assert (part["citations"][0]["link"], part["citations"][0]["pages"]) == ("", [])


def test_the_page_in_the_pdf_is_told_for_text_notes_and_tables(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper(EVERYWHERE.replace("# Method", f"{'Words and more words. ' * 400}\n\n# Method").encode())
    assert citeproof("build", "--to", "pdf").status == 0
    citations = proved(path.parent / "dist")["parts"][0]["citations"]
    pages = {sentence(place)[:12]: place["pages"] for place in citations}
    assert pages["Parts were t"] == [1]
    assert pages["It is known "] == [2]
    assert pages["Before any h"] == [3]
    held = opened.open_pdf(path.parent / "dist" / "paper.pdf", _empty()).pages
    for place in citations:
        (page,) = place["pages"]
        assert opened.fold(place["sentence"]["before"][-20:] + place["sentence"]["citation"]) in held[page - 1]
    assert max(place["pages"][0] for place in citations) > 5


def _empty() -> document.CitedDocument:
    return document.CitedDocument(b"", (), {}, frozenset(), ())


def test_a_masked_copy_has_no_proof(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper("As @ames2001 says.")
    citeproof("build", "--masked", "--to", "html")
    assert sorted(one.name for one in (path.parent / "dist" / "masked").iterdir()) == [
        *("SHA256SUMS", "manifest.json", "manuscript.html"),
    ]


def test_a_paper_that_is_called_proof_keeps_its_page(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper("As @ames2001 says.").rename("proof.md")
    citeproof("build", path, "--to", "html")
    assert sorted(one.name for one in (path.absolute().parent / "dist").iterdir()) == [
        *("SHA256SUMS", "citation-proof.html", "citation-proof.json", "manifest.json", "proof.html"),
    ]


def test_a_supplement_is_a_part_of_its_own(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper("As @ames2001 says.")
    (path.parent / "supplement.md").write_text("---\ntitle: More\n---\n\n# Extra\n\nAlso [@berg2002].\n", "utf-8")
    citeproof("build", "--to", "html")
    told = proved(path.parent / "dist")
    assert [(part["part"], part["title"], part["files"]) for part in told["parts"]] == [
        ("paper", "A Paper", {"html": "paper.html"}),
        ("supplement", "More", {"html": "supplement.html"}),
    ]
    (also,) = told["parts"][1]["citations"]
    assert (also["id"], sentence(also), where(also)) == ("s1", "Also [(Berg & Cole, 2002)].", "supplement.md:7:7")
    assert told["totals"]["works"] == 2
    assert told["totals"]["never cited"] == 0, "each of them is cited in one of the two"


def test_entries_that_nobody_cites_are_counted_and_listed_ones_are_works(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("As @ames2001 says.")
    citeproof("build", "--to", "html")
    assert proved(path.parent / "dist")["totals"]["never cited"] == 1
    paper("As @ames2001 says.", front="---\ntitle: A Paper\nbibliography: references.bib\nnocite: '@berg2002'\n---\n\n")
    citeproof("build", "--to", "html")
    told = proved(path.parent / "dist")
    assert told["totals"]["never cited"] == 0
    listed = next(one for one in told["parts"][0]["works"] if one["key"] == "berg2002")
    assert (listed["citations"], listed["entry"][:13]) == ([], "Berg, B., & C")


def test_a_key_of_its_own_besides_that_of_the_entry_means_the_entry(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper(
        "As @older says, and @lee.",
        bibliography="@book{lee, ids = {older}, author = {Lee, Ann}, title = {Things}, publisher = {P}, date = {2001}}",
    )
    citeproof("build", "--to", "html")
    part = proved(path.parent / "dist")["parts"][0]
    assert [(one["works"], where(one)) for one in part["citations"]] == [
        (["lee"], "paper.md:7:4"),
        (["lee"], "paper.md:7:21"),
    ]
    assert [one["key"] for one in part["works"]] == ["lee"]


def test_a_work_of_the_front_matter_has_its_place_there_and_its_address(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    front = (
        "---\ntitle: A Paper\nauthor: D\nreferences:\n- id: lee\n  type: article-journal\n  title: Things\n"
        "  author: [{family: Lee, given: Ann}]\n  issued: 2001\n  container-title: Journal\n  DOI: 10.1000/x\n---\n\n"
    )
    path = paper("As @lee says.", front=front, bibliography="")
    citeproof("build", "--to", "html")
    (work,) = proved(path.parent / "dist")["parts"][0]["works"]
    assert work["identifier"] == "https://doi.org/10.1000/x"
    assert work["place"] == {"file": "paper.md", "line": 5, "column": 7}


def test_citations_of_a_table_from_a_file_have_their_place_in_that_file(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("As @berg2002 and @tbl-one show.\n\n![Things](one.csv){#tbl-one}\n")
    (path.parent / "one.csv").write_text("A,B\n@ames2001,1\n2,[@berg2002]\n", "utf-8")
    assert citeproof("build", "--to", "html").status == 0
    citations = proved(path.parent / "dist")["parts"][0]["citations"]
    assert [(one["works"], where(one), one["kind"]) for one in citations] == [
        (["berg2002"], "paper.md:7:4", "text"),
        (["ames2001"], "one.csv:2:1", "table cell"),
        (["berg2002"], "one.csv:3:4", "table cell"),
    ]


def test_a_style_of_notes_shows_the_note_and_its_page(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("It is so.[@ames2001] And on.")
    citeproof("build", "--to", "pdf", "--style", "chicago-notes")
    (place,) = proved(path.parent / "dist")["parts"][0]["citations"]
    assert place["in a note"]
    assert place["sentence"]["before"] == "It is so."
    assert place["sentence"]["citation"].startswith("Ann Ames, “One Thing After Another,”")
    assert place["pages"] == [2]


def test_of_letters_from_right_to_left_no_page_is_told(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("يقول @ames2001 ذلك.", front="---\ntitle: ورقة\nlang: ar\nbibliography: references.bib\n---\n\n")
    assert citeproof("build", "--to", "pdf").status == 0
    (place,) = proved(path.parent / "dist")["parts"][0]["citations"]
    assert (sentence(place), place["pages"]) == ("يقول [Ames (2001)] ذلك.", [])


def test_the_same_paper_gives_the_same_proof_from_any_folder(
    paper: Callable[..., Path], citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = paper("As @ames2001 and (Nobody, 1999) say, @berg2002 said.")
    citeproof("build", "--to", "html", "--no-cache")
    here = {name: (tmp_path / "dist" / name).read_bytes() for name in ("proof.html", "proof.json")}
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    citeproof("build", path, "--to", "html", "--no-cache", "--output", "there")
    assert here == {name: (tmp_path / "elsewhere" / "there" / name).read_bytes() for name in here}
    assert json.loads(here["proof.json"])["findings"][0]["file"] == "paper.md"
    assert str(tmp_path).encode() not in b"".join(here.values())


def test_what_is_found_about_citations_is_told_and_nothing_else(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("As @ames2001 and (Nobody, 1999) say.\n\n### Too Deep\n\nMore [@berg2002].")
    found = citeproof("build", "--to", "html", "--format", "json").told["findings"]
    assert {one["code"] for one in found} == {"C008", "H002"}
    (told,) = proved(path.parent / "dist")["findings"]
    assert told == next(one for one in found if one["code"] == "C008")


def test_what_its_author_allows_is_told_with_the_reason_and_what_is_turned_off_is_counted(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    front = (
        "---\ntitle: A Paper\nauthor: D\nbibliography: references.bib\nciteproof:\n  findings:\n    C013: off\n---\n\n"
    )
    quoted = '"It is said by many that it is so" [@berg2002].'
    text = f"<!-- citeproof: allow C008 because it is a song -->\nAs @ames2001 and (Nobody, 1999) say.\n\n{quoted}\n"
    path = paper(text, front=front)
    assert citeproof("build", "--to", "html").status == 0
    told = proved(path.parent / "dist")
    assert told["findings"] == []
    assert told["allowed"] == [
        {"code": "C008", "because": "it is a song", "file": "paper.md", "line": 11, "column": 19},
    ]
    assert told["turned off"] == 1
    page = (path.parent / "dist" / "proof.html").read_text("utf-8")
    assert "it is a song" in page
    assert "1 more finding of kinds that" in page


def test_a_mark_of_the_authors_is_shown_where_its_warning_is_not(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    marked = (
        "@book{lee, keywords = {unverified}, author = {Lee, Ann}, title = {Things}, publisher = {P}, date = {2001}}"
    )
    allowed = "<!-- citeproof: allow C003 because the report names it -->\nAs @lee says.\n"
    path = paper(allowed, bibliography=marked)
    citeproof("build", "--to", "html")
    assert proved(path.parent / "dist")["parts"][0]["works"][0]["marked as unverified"]
    assert "as unverified by the author" in (path.parent / "dist" / "proof.html").read_text("utf-8")


# --- places, where the document has been changed ----------------------------------------------------------------------


def test_a_citation_that_a_filter_moved_keeps_its_place_and_none_is_guessed(example: Any) -> None:
    manuscript, cited = example.manuscript, example.cited.parsed()
    blocks = cited["blocks"]
    at = next(n for n, block in enumerate(blocks) if block["t"] == "Para" and "East" not in json.dumps(block))
    moved = [*blocks[:at], blocks[at + 1], blocks[at], *blocks[at + 2 :]]
    doubled = [*blocks[: at + 1], blocks[at], *blocks[at + 1 :]]

    def places(blocks: Any) -> list[tuple[str, str]]:
        draft = _draft(manuscript, cited | {"blocks": blocks})
        told = prove.proof([Made(draft, NOTHING.restore)], (), str)["parts"][0]["citations"]
        return [(one["sentence"]["citation"], where(one).rpartition("paper.md:")[2]) for one in told]

    assert places(blocks) == [
        ("Ames (2001)", "7:4"),
        ("(Ames, 2001; Berg & Cole, 2002, p. 3)", "7:35"),
        ("(Ames, 2001)", "9:27"),
        ("(Berg & Cole, 2002)", "11:21"),
    ]
    assert places(moved) == [
        ("(Ames, 2001)", "9:27"),
        ("(Berg & Cole, 2002)", "11:21"),
        ("Ames (2001)", "7:4"),  # too few words stand before it to know it by, but it alone is left
        ("(Ames, 2001; Berg & Cole, 2002, p. 3)", "7:35"),
    ]
    assert places(doubled)[:4] == [
        ("Ames (2001)", ""),
        ("(Ames, 2001; Berg & Cole, 2002, p. 3)", ""),
        ("Ames (2001)", ""),
        ("(Ames, 2001; Berg & Cole, 2002, p. 3)", ""),
    ]


def _draft(manuscript: Manuscript, cited: Any) -> Draft:
    return prove.draft(manuscript, cited, {}, part="paper", restore=NOTHING.restore, all_read=True)


# --- what needs attention ---------------------------------------------------------------------------------------------


def standing(name: str, **more: Any) -> dict[str, Any]:
    told = {"standing": name, "because": "", "registered": "", "differences": [], "remarks": [], "candidates": []}
    return {**told, "standing there": None, "notices": [], "asked": {}, "asked on": "", "by hand": None, **more}


def made(*works: tuple[str, dict[str, Any] | None], pages: tuple[str, ...] | None = None) -> Made:
    """Give a paper that cites these works one after the other, a sentence for each."""
    paragraphs = tuple(
        Paragraph("text", 1, (f"Here is said number {n} of them by ", n, ".")) for n in range(len(works))
    )
    mentions = tuple(Mention(f"{key} (2001)", (key,), False, "text") for key, _ in works)
    listed = tuple(Work(key, -1, "", False, False, Listed(f"{key}. (2001)."), told) for key, told in works)
    sections = (Section(0, "", ""), Section(1, "One", "one"))
    return Made(Draft("paper", "T", "en", sections, paragraphs, mentions, listed, True, ()), NOTHING.restore, {}, pages)


def test_what_needs_attention_comes_first_and_within_that_what_is_cited_first() -> None:
    notice = {"event": "retracted", "identifier": "10.1/r", "date": "2020-01-01", "source": "crossref"}
    works = [
        ("verified", standing("verified")),
        ("vouched", standing("accepted by a person")),
        ("unasked", None),
        ("marked", None),
        ("stale", standing("changed since")),
        ("two", standing("ambiguous")),
        ("differs", standing("differs")),
        ("lost", standing("no record found")),
        ("later-lost", standing("no record found")),
        ("unregistered", standing("no such DOI")),
        ("another", standing("other work")),
        ("wrong", standing("verified")),
        ("gone", standing("verified", notices=[notice])),
    ]
    here = Place("paper.md", 1, 1)
    found = [
        error("R007", here, "@wrong was retracted, and the text does not say so"),
        warning("C003", here, "@marked is"),
    ]
    part = prove.proof([made(*works)], found, str)["parts"][0]
    assert [work["key"] for work in part["works"]] == [
        *("wrong", "gone", "another", "unregistered", "lost", "later-lost", "differs", "two", "stale"),
        *("marked", "unasked", "vouched", "verified"),
    ]
    assert [work["rank"] for work in part["works"]] == list(range(1, len(works) + 1))


def test_a_finding_is_told_with_the_work_that_it_names() -> None:
    here = Place("paper.md", 1, 1)
    found = [
        warning("C003", here, "@lee:2001-a, is cited"),
        warning("C003", here, "@lee is cited."),
        warning("H001", here, "@lee"),
    ]
    told = prove.proof([made(("lee", None), ("lee:2001-a", None))], found, str)
    assert {work["key"]: [one["message"] for one in work["findings"]] for work in told["parts"][0]["works"]} == {
        "lee": ["@lee is cited."],
        "lee:2001-a": ["@lee:2001-a, is cited"],
    }
    assert [one["code"] for one in told["findings"]] == ["C003", "C003"]


@pytest.mark.parametrize(
    ("told", "registered", "still"),
    [
        (standing("verified", registered="https://doi.org/10.1/x"), (1, 0), (1, 0)),
        (standing("differs", registered="https://doi.org/10.1/x"), (0, 0), (1, 0)),
        (standing("verified", registered="https://doi.org/10.1/x", notices=[{"event": "retracted"}]), (1, 0), (0, 0)),
        (standing("verified", registered="https://doi.org/10.1/x", notices=[{"event": "corrected"}]), (1, 0), (1, 0)),
        (standing("no record found"), (0, 0), (0, 1)),
        (standing("not checked"), (0, 1), (0, 1)),
        (standing("changed since"), (0, 1), (0, 1)),
        (standing("accepted by a person", **{"by hand": {"because": "b", "evidence": "", "date": ""}}), (1, 0), (0, 1)),
    ],
)
def test_the_last_two_links_say_what_is_known_and_what_is_not(
    told: dict[str, Any], registered: tuple[int, int], still: tuple[int, int]
) -> None:
    links = {
        one["link"]: (one["passed"], one["not known"]) for one in prove.proof([made(("lee", told))], (), str)["links"]
    }
    assert (links["registered work"], links["still standing"]) == (registered, still)


def test_a_citation_leads_to_its_entry_where_its_section_has_no_name_in_the_page() -> None:
    one = made(("lee", None))
    named, unnamed = (
        Made(prove.with_anchors(one.draft, page), one.restore, {"html": "my paper.html"})
        for page in ('<h2 class="x" id="one">One</h2>', '<h2>id="one"</h2>')
    )
    links = [prove.proof([each], (), str)["parts"][0]["citations"][0]["link"] for each in (named, unnamed)]
    assert links == ["my%20paper.html#one", "my%20paper.html#ref-lee"]


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_citation_that_runs_over_the_end_of_a_page_stands_on_both() -> None:
    pages = ("Hereissaidnumber0ofthembylee(2001).", "Hereissaidnumber1ofthembybe", "rg(2001).")
    told = prove.proof([made(("lee", None), ("berg", None), pages=pages)], (), str)
    assert [one["pages"] for one in told["parts"][0]["citations"]] == [[1], [2, 3]]


def test_where_it_may_be_either_page_none_is_told() -> None:
    pages = ("Somethingelselee(2001).", "Againlee(2001).")
    (place,) = prove.proof([made(("lee", None), pages=pages)], (), str)["parts"][0]["citations"]
    assert place["pages"] == []


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_a_draft_that_was_kept_gives_the_same_proof() -> None:
    one = made(("lee", standing("verified")), ("berg", None))
    told = json.loads(json.dumps(one.draft.as_data()))
    again = Made(Draft.from_data(told, one.draft.places), one.restore)
    assert prove.as_bytes(prove.proof([again], (), str)) == prove.as_bytes(prove.proof([one], (), str))


def test_the_data_has_a_work_and_a_citation_to_a_line() -> None:
    told = prove.proof([made(("lee", None), ("berg", None))], (), str)
    lines = prove.as_bytes(told).decode().splitlines()
    assert json.loads("\n".join(lines)) == told
    assert sum('"id": "c1"' in line and line.startswith("{") and line.endswith("},") for line in lines) == 1
