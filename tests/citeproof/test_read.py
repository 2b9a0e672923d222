"""Reading a paper: where each citation stands, whatever stands around it, its parts, and what of it cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeproof import bibliography
from citeproof.errors import InternalError, UsageError
from citeproof.project import Project
from citeproof.stages import read as reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from citeproof.document import Manuscript


def read(path: Path) -> Manuscript:
    return reading.read(Project(path, path.parent / "dist"))


def cited(path: Path) -> list[tuple[str, int, int]]:
    return [(item.key, item.place.line, item.place.column) for item in read(path).citations]


def told(path: Path) -> list[str]:
    return [str(finding) for finding in read(path).findings]


BARE = "---\ntitle: T\n---\n"


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "As @ames2001 says [see @berg2002, p. 3; -@ames2001].",
            [("ames2001", 1, 4), ("berg2002", 1, 24), ("ames2001", 1, 42)],
        ),
        ("Braces @{ames2001} hold.", [("ames2001", 1, 8)]),
        ("@{https://example.org/a} and [@{a.b}].", [("https://example.org/a", 1, 1), ("a.b", 1, 31)]),
        ("Year only [-@ames2001].", [("ames2001", 1, 13)]),
        ("Year in the text -@ames2001.", [("ames2001", 1, 19)]),
        ("One [@ames2001.] ends.", [("ames2001", 1, 6)]),
        ("Odd keys [@Doe:2001/x-y_z; @a.b].", [("Doe:2001/x-y_z", 1, 11), ("a.b", 1, 28)]),
        ("\tno\n\n-\tone @ames2001\n", [("ames2001", 3, 7)]),
        ("قال الباحث إن @ames2001 مهم", [("ames2001", 1, 15)]),
        ("😀 Ünï @ames2001", [("ames2001", 1, 7)]),
        ("| A | B |\n|---|---|\n| x | [@ames2001] |\n", [("ames2001", 3, 8)]),
        ("+---+-------------+\n| a | [@ames2001] |\n+---+-------------+\n", [("ames2001", 2, 8)]),
        ("A note.[^1] Then @berg2002.\n\n[^1]: In it @ames2001.\n", [("ames2001", 3, 13), ("berg2002", 1, 18)]),
        ("Inline^[as @ames2001].", [("ames2001", 1, 12)]),
        ('![Cap @ames2001](x.png){alt="a @b"}', [("ames2001", 1, 7)]),
        ("> Quoted\n> [@ames2001]\n", [("ames2001", 2, 4)]),
        ("# On @ames2001\n\nText.", [("ames2001", 1, 6)]),
        ("(@good) An example.\n\nAs (@good) shows, @ames2001.", [("ames2001", 3, 19)]),
        ("The same @ames2001 and again @ames2001.", [("ames2001", 1, 10), ("ames2001", 1, 30)]),
        ("One.\n\n\n\n*[@ames2001]*", [("ames2001", 5, 3)]),
    ],
)
def test_each_citation_is_known_with_the_place_of_its_at_sign(
    paper: Callable[..., Path],
    text: str,
    expected: list[tuple[str, int, int]],
) -> None:
    assert cited(paper(text, front="")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Write to ann@ames2001.org or mail:ann.b@uni.edu.",
        "See <ann@example.org> and <https://example.org/@ames2001>.",
        "Bare https://medium.com/@ames2001/text is an address.",
        "A [link](https://example.org/@ames2001).",
        "Code `@ames2001` and\n\n```\n@ames2001\n```\n",
        "\n    @ames2001 indented\n",
        "An escaped \\@ames2001.",
        "<!-- @ames2001 -->",
        "$x_@ames2001$",
        "(@one) An example of a list.",
    ],
)
def test_an_at_sign_that_is_no_citation_raises_no_false_alarm(paper: Callable[..., Path], text: str) -> None:
    assert cited(paper(text, front="")) == []


def test_citations_in_the_front_matter_have_their_places(paper: Callable[..., Path]) -> None:
    front = "---\ntitle: T\nabstract: |\n  As @ames2001.\nnocite: |\n  @berg2002, @*\n---\n"
    assert sorted(cited(paper("", front=front))) == [("*", 1, 1), ("ames2001", 4, 6), ("berg2002", 6, 3)]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda raw: raw.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(lambda raw: raw.replace(b"\n", b"\r"), id="CR"),
        pytest.param(lambda raw: b"\xef\xbb\xbf" + raw, id="BOM"),
        pytest.param(lambda raw: b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n"), id="BOM and CRLF"),
        pytest.param(lambda raw: raw.rstrip(b"\n"), id="no last line end"),
    ],
)
def test_places_hold_whatever_the_line_ends_and_the_mark(
    paper: Callable[..., Path], change: Callable[[bytes], bytes]
) -> None:
    raw = change((BARE + "\nOne\n[@ames2001]\n\nand @berg2002\n").encode())
    assert cited(paper(raw)) == [("ames2001", 6, 2), ("berg2002", 8, 5)]


def test_a_narrative_citation_is_told_from_one_in_parentheses(paper: Callable[..., Path]) -> None:
    assert [item.narrative for item in read(paper("@ames2001 [@berg2002] [-@ames2001]")).citations] == [
        True,
        False,
        False,
    ]


WORDS = st.sampled_from(["word", "Ünïcode", "قال", "a\\@b", "x@y.org", "*em*", "`@code`", "\n\n", "\n", "-- ", "“q”"])
CITATIONS = st.sampled_from(["@{key}", "[@{key}]", "[see @{key}, p. 3]", "[-@{key}]", "^[as @{key}]", "*@{key}*"])
KEYS = st.from_regex(r"[A-Za-z][a-z]{1,6}[0-9]{4}[a-z]?", fullmatch=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(WORDS, st.tuples(CITATIONS, KEYS)), min_size=1, max_size=25))
def test_every_place_is_exact_in_any_paper(tmp_path_factory: pytest.TempPathFactory, pieces: list[object]) -> None:
    text, expected = "Start", []
    for piece in pieces:
        text += " "
        if isinstance(piece, tuple):
            shape, key = piece
            offset = len(text) + shape.index("@")
            before = text + shape[: shape.index("@")]
            expected.append((key, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1))
            assert (text + shape.replace("{key}", key))[offset] == "@"
            text += shape.replace("{key}", key)
        else:
            text += str(piece)
    path = tmp_path_factory.mktemp("any") / "paper.md"
    path.write_text(text, "utf-8", newline="")
    assert sorted(cited(path)) == sorted(expected)


# --- what cannot be read ----------------------------------------------------------------------------------------------


def test_front_matter_that_is_not_yaml_is_an_error_with_its_place(paper: Callable[..., Path]) -> None:
    (only,) = told(paper("Text.", front="---\ntitle: One: Two\n---\n"))
    assert only.startswith("paper.md:2:11: error F001: the front matter is not YAML: ")
    assert only.endswith('is written in quotation marks: title: "One: Two"')


def test_a_paper_that_is_not_there_or_not_open_to_us_is_wrong_use(paper: Callable[..., Path], tmp_path: Path) -> None:
    paper()
    with pytest.raises(UsageError, match=r"^other\.md cannot be read: No such file or directory$") as caught:
        read(tmp_path / "other.md")
    assert caught.value.hint == "check the file and its permissions"


def test_pandoc_failing_on_a_paper_for_no_reason_of_the_paper_is_our_fault(
    paper: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading.pandoc, "parse", lambda *_: reading.pandoc.Failure(99, "boom"))
    with pytest.raises(InternalError, match=r"^pandoc could not read paper\.md: boom$"):
        read(paper("x"))


def test_a_bibliography_that_is_not_there_is_an_error_where_it_is_named(paper: Callable[..., Path]) -> None:
    assert told(paper("x", bibliography="")) == [
        (
            "paper.md:4:15: error B001: the bibliography references.bib is not there\n"
            "    it is looked for beside the paper, as references.bib"
        ),
    ]


def test_a_bibliography_that_is_a_folder_cannot_be_read(paper: Callable[..., Path], tmp_path: Path) -> None:
    path = paper("x", bibliography="")
    (tmp_path / "references.bib").mkdir()
    assert told(path)[0].startswith(
        "paper.md:4:15: error B001: the bibliography references.bib cannot be read: Is a directory"
    )


def test_references_bib_beside_the_paper_is_taken_if_the_paper_names_none(
    paper: Callable[..., Path], tmp_path: Path
) -> None:
    found = read(paper("x", front=BARE))
    assert found.bibliographies == (tmp_path / "references.bib",)
    assert [entry.key for entry in found.entries] == ["ames2001", "berg2002"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_a_bibliography_in_another_encoding_is_read_and_told(
    paper: Callable[..., Path], tmp_path: Path, encoding: str
) -> None:
    path = paper("As @a.", bibliography="")
    (tmp_path / "references.bib").write_bytes("@book{a,\n title={Über}, author={Lée, A.}}".encode(encoding))
    (only,) = told(path)
    assert "warning S001: byte 0x" in only
    if encoding != "utf-16":
        assert only.startswith("references.bib:2:9: warning S001: byte 0xDC is not UTF-8: such lines are read as ")
    (work,) = read(path).references
    assert (work["title"], work["author"][0]["family"]) == ("Über", "Lée")


def test_only_the_lines_that_are_not_utf_8_are_read_otherwise(paper: Callable[..., Path], tmp_path: Path) -> None:
    path = paper("As @a.", bibliography="")
    entry = ("@book{a, author={Łuk, A.},\n".encode(), "title={Über}}".encode("latin-1"))
    (tmp_path / "references.bib").write_bytes(b"".join(entry))
    (work,) = read(path).references
    assert (work["title"], work["author"][0]["family"]) == ("Über", "Łuk")


def test_a_bibliography_without_entries_is_an_error(paper: Callable[..., Path]) -> None:
    assert told(paper("x", bibliography="% none yet\n")) == [
        (
            "references.bib:1:1: error B003: the bibliography holds no entry\n"
            "    export it again, or name the right file under bibliography: in the front matter"
        ),
    ]


@pytest.mark.parametrize(("text", "severity"), [("As @ames2001.", "error"), ("Nothing.", "warning")])
def test_an_entry_that_is_hurt_stops_the_build_only_if_it_is_cited(
    paper: Callable[..., Path], text: str, severity: str
) -> None:
    broken = "@book{other, title = {T}}\n\n@book{ames2001,\n title = {U\n}\n"
    (only,) = told(paper(text, bibliography=broken))
    assert only.startswith(f"references.bib:3:1: {severity} B002: the entry ames2001 cannot be read: ")


def test_a_fault_that_hurts_nothing_is_said_only_of_a_work_that_is_cited(paper: Callable[..., Path]) -> None:
    twice = "@book{ames2001, title = {T}, title = {U}}\n"
    assert told(paper("Nothing.", bibliography=twice)) == []
    (only,) = told(paper("As @ames2001.", bibliography=twice))
    assert "warning B002: in the entry ames2001 the field title stands twice" in only


def test_only_the_works_that_a_paper_can_need_are_handed_on(paper: Callable[..., Path]) -> None:
    entries = "".join(f"@book{{{key}, title = {{T}}}}\n" for key in ("cited", "in-a-note", "braced/key", "other"))
    entries += "@book{studied, title = {T}, keywords = {meta-analysis}}\n"
    entries += "@book{known, title = {T}, shortauthor = {APA}}\n"
    made = paper('As @cited. [x]{note="See @in-a-note."} `@{braced/key}`', bibliography=entries)
    manuscript = read(made)
    assert [item["id"] for item in manuscript.references] == ["cited", "in-a-note", "braced/key", "studied", "known"]
    assert len(manuscript.entries) == 6


@pytest.mark.parametrize(("text", "severity"), [("As @ames2001.", "error"), ("Nothing.", "warning")])
def test_a_key_that_stands_twice_is_an_error_if_it_is_cited_and_else_a_warning(
    paper: Callable[..., Path],
    text: str,
    severity: str,
) -> None:
    twice = "@book{ames2001,\n title = {T}}\n\n@book{ames2001,\n title = {U}}\n"
    assert told(paper(text, bibliography=twice)) == [
        (
            f"references.bib:4:1: {severity} C002: the key ames2001 stands for a second entry; "
            "the first is at references.bib:1:1\n"
            "    give one of them another key, or delete it: which of the two is cited cannot be told"
        ),
    ]


def test_a_bibliography_is_read_once_however_its_keys_are_made(
    paper: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_files: list[str] = []
    real = bibliography.read
    monkeypatch.setattr(bibliography, "read", lambda file, *rest: read_files.append(file) or real(file, *rest))
    (tmp_path / "references.bib").write_text("@book{lee_so_2020, title = {T}}\n@book{lee, title = {T}}\n", "utf-8")
    found = read(paper("As @lee_so_2020 says.\n"))
    assert [file.rpartition("/")[2] for file in read_files] == ["references.bib"]
    assert found.mentioned == {"lee_so_2020"}


def test_a_key_that_stands_in_two_bibliographies_is_found(paper: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "more.bib").write_text("\n@book{berg2002,\n title = {T}}\n", "utf-8")
    path = paper("@berg2002", front="---\ntitle: T\nbibliography: [references.bib, more.bib]\n---\n")
    assert told(path)[0].startswith(
        "more.bib:2:1: error C002: the key berg2002 stands for a second entry; the first is at references.bib:11:1"
    )


def test_entries_written_in_the_front_matter_count(paper: Callable[..., Path]) -> None:
    front = "---\ntitle: T\nreferences:\n- id: inline1\n  title: A\n  type: book\n- id: 'in:2'\n- note: no id\n---\n"
    found = read(paper("@inline1", front=front, bibliography=""))
    assert [(entry.key, entry.place.line, entry.place.column) for entry in found.entries] == [
        ("inline1", 4, 7),
        ("in:2", 7, 8),
    ]
    assert found.findings == ()


# --- cross-references, floats, headings, text -----------------------------------------------------------------------


def test_a_cross_reference_is_no_citation(paper: Callable[..., Path]) -> None:
    text = "# M {#sec-m}\n\nAs @ames2001, @sec-m and [@fig-a; @berg2002; @fig-none] say.\n\n![T](a.png){#fig-a}\n"
    found = read(paper(text, front=""))
    assert [item.key for item in found.citations] == ["ames2001", "berg2002"]
    assert [(call.identifier, call.place.line, call.place.column) for call in found.calls] == [
        ("sec-m", 3, 15),
        ("fig-a", 3, 27),
        ("fig-none", 3, 46),
    ]


def test_a_key_is_a_cross_reference_before_it_is_a_citation_if_the_paper_holds_what_it_names(
    paper: Callable[..., Path],
) -> None:
    held = "@book{fig-a,\n title = {T}}\n\n@book{ames2001,\n title = {T}}\n"
    found = read(paper("@fig-a @ames2001\n\n![T](a.png){#ames2001}\n", front="", bibliography=held))
    assert [item.key for item in found.citations] == ["fig-a"]
    assert [call.identifier for call in found.calls] == ["ames2001"]


def floats(path: Path) -> list[tuple[str, str, str, int, int]]:
    return [(f.kind, f.number, f.identifier, f.place.line, f.place.column) for f in read(path).floats]


def test_tables_and_figures_are_numbered_each_with_its_place(paper: Callable[..., Path]) -> None:
    text = """\
![One](a.png){#fig-one}

![](b.png)

![Two](t.csv)

| A |
|---|
| 1 |

Table: With *emphasis* and @ames2001

> ![Three](c.png)

::: {.wide}
- item

  ![Four](d.png){.x #plot}
:::

::: {#fig-five}
![Left](e.png){#fig-left}

Five
:::

| A |
|---|
| 1 |
"""
    assert floats(paper(text, front="")) == [
        ("figure", "1", "fig-one", 1, 15),
        ("table", "1", "", 5, 8),
        ("table", "2", "", 11, 8),
        ("figure", "2", "", 13, 12),
        ("figure", "3", "plot", 18, 21),
        ("figure", "4", "fig-five", 21, 6),
    ]
    assert read(paper(text, front="")).floats[-1].identifiers == {"fig-five", "fig-left"}


@pytest.mark.parametrize(
    "heading",
    ["# Items {.appendix}", "# Items {#apx-items}", "# Appendix A: Items", "# Appendix\n", "# Appendices\n\n## Items"],
)
def test_what_stands_in_an_appendix_is_numbered_by_its_letter(paper: Callable[..., Path], heading: str) -> None:
    image = "![Title](a.png)\n\n"
    text = f"{image}{heading}\n\n{image}# After\n\n{image}# More {{.appendix}}\n\n{image}"
    assert [number for _, number, *_ in floats(paper(text, front=""))] == ["1", "A1", "2", "B1"]


@pytest.mark.parametrize("heading", ["# Appendix Matters", "# Vermiform Appendix", "## Items {.appendix}"])
def test_a_heading_that_only_speaks_of_an_appendix_begins_none(paper: Callable[..., Path], heading: str) -> None:
    assert [number for _, number, *_ in floats(paper(f"{heading}\n\n![Two](b.png)\n", front=""))] == ["1"]


def test_each_heading_is_known_with_its_level_and_place(paper: Callable[..., Path]) -> None:
    text = """\
```
# No heading
```

<!--
# Nor this
-->

# *One* {#one .x}

One
===

Two *words* [a](https://x.org)
------------------------------

> # Quoted

##  Two, a note^[Here.] ##

    # code

### One
"""
    assert [(h.level, h.place.line, h.place.column) for h in read(paper(BARE + text, front="")).headings] == [
        (1, 12, 1),
        (1, 14, 1),
        (2, 17, 1),
        (2, 22, 1),
        (3, 26, 1),
    ]


def test_the_text_is_known_passage_by_passage(paper: Callable[..., Path]) -> None:
    front = "---\ntitle: T\nabstract: |\n  Abstract.\n---\n"
    text = """\
# Head

A *b*~c~^d^ [@ames2001] `code` $x$ "q" [l](https://x.org) <https://x.org>^[Note.] z.

> One.

> Two.
>
> Three.

| A |
|---|
| 1 |

: Title

Term
: Means
"""
    assert [(passage.kind, passage.text) for passage in read(paper(text, front=front)).passages] == [
        ("abstract", "Abstract."),
        ("field", "T"),
        ("heading", "Head"),
        ("text", "A \ue000b\ue001\ue002c\ue003\ue004d\ue005 @ \ufffc \ufffc “q” l \ufffc z."),
        ("note", "Note."),
        ("quotation", "One."),
        ("quoted", "Two."),
        ("quoted", "Three."),
        ("caption", "Title"),
        ("cell", "A"),
        ("cell", "1"),
        ("text", "Term"),
        ("text", "Means"),
    ]


# --- images and raw pieces --------------------------------------------------------------------------------------------


def test_each_image_is_known_with_its_place_and_its_file(paper: Callable[..., Path], tmp_path: Path) -> None:
    path = paper("![A](one%20two.png)\n\n![B](<one two.png>) ![C](https://example.org/c.png) ![D](d.png)", front="")
    assert [(image.target, image.path, image.place.line, image.place.column) for image in read(path).images] == [
        ("one%20two.png", tmp_path / "one two.png", 1, 6),
        ("one%20two.png", tmp_path / "one two.png", 3, 7),
        ("https://example.org/c.png", None, 3, 26),
        ("d.png", tmp_path / "d.png", 3, 58),
    ]


def test_each_piece_in_another_markup_is_known_with_its_place(paper: Callable[..., Path]) -> None:
    path = paper("A \\textbf{b} and \\textbf{b}.\n\n<div>\nx\n</div>\n\n`<br>`{=html}", front="")
    assert [(raw.format, raw.text, raw.place.line, raw.place.column) for raw in read(path).raws] == [
        ("tex", "\\textbf{b}", 1, 3),
        ("tex", "\\textbf{b}", 1, 18),
        ("html", "<br>", 7, 2),
    ]


def test_a_paper_without_text_is_not_handed_to_pandoc(
    paper: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading.pandoc, "parse", None)
    assert told(paper(b""))[0].startswith("paper.md:1:1: error S002: the file is empty")


def test_front_matter_without_a_field_says_nothing_for_a_supplement(paper: Callable[..., Path]) -> None:
    path = paper("Text.", front="---\n# to be written\n---\n")
    assert reading.inherited(Project(path, path.parent / "dist")) == ""
