"""The judge of the finished files: content with sound ones, it names what is broken in each kind of broken one."""

from __future__ import annotations

import copy
import json
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import document, said
from citeproof.document import Cited, CitedDocument
from citeproof.findings import Place
from citeproof.opened import OPENERS, Opened
from citeproof.stages import verify, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Example

REPORT = "this is a fault of citeproof: please report it with the paper"


def told(cited: CitedDocument, name: str, path: Path) -> list[str]:
    """Give what is found; that the words differ (V007) is the matter of test_parity.py."""
    findings = verify.verify(cited, {name: path})
    assert {finding.place for finding in findings} <= {Place(path.name)}
    return [f"{finding.code} {finding.message}" for finding in findings if finding.code != "V007"]


@pytest.mark.parametrize("name", ["pdf", "docx", "html"])
def test_a_sound_file_has_no_finding(example: Example, name: str) -> None:
    assert verify.verify(example.cited, {name: example.artefacts[name]}) == []


@pytest.mark.parametrize("name", ["pdf", "docx", "html"])
def test_what_is_looked_for_is_not_nothing(example: Example, name: str) -> None:
    opened = OPENERS[name](example.artefacts[name], example.cited)
    assert set(opened.links) == set(opened.landings) == {"ames2001", "berg2002"}
    assert len(example.cited.citations) == 4
    assert set(example.cited.references) == {"ames2001", "berg2002"}


@pytest.mark.parametrize("name", ["pdf", "docx", "html"])
@pytest.mark.parametrize(
    "cut", [lambda _: b"", lambda raw: raw[:300], lambda _: b"\x00" * 500], ids=["empty", "cut", "zeros"]
)
def test_a_file_that_is_cut_short_is_named(
    example: Example, tmp_path: Path, name: str, cut: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"paper.{name}"
    path.write_bytes(cut(example.artefacts[name].read_bytes()))
    found = told(example.cited, name, path)
    if name == "html" and path.stat().st_size:  # what a browser opens whatever is in it: everything is missing from it
        assert {line[:4] for line in found} == {"V002", "V003", "V005"}
    else:
        assert [line[:43] for line in found] == ["V001 the finished file cannot be opened: " + found[0][41:43]]


def test_a_part_of_the_docx_that_is_damaged_is_named(example: Example, tmp_path: Path) -> None:
    raw = bytearray(example.artefacts["docx"].read_bytes())
    with zipfile.ZipFile(example.artefacts["docx"]) as archive:
        part = archive.getinfo("word/document.xml")
    start = part.header_offset + 30 + len(part.filename)
    raw[start + part.compress_size // 2] ^= 0xFF
    path = tmp_path / "paper.docx"
    path.write_bytes(raw)
    (only,) = told(example.cited, "docx", path)
    assert only.startswith("V001 the finished file cannot be opened: ")


# --- HTML -------------------------------------------------------------------------------------------------------------

AMES_LINK = r'<a href="#ref-ames2001"[^>]*>(.*?)</a>'


@pytest.mark.parametrize(
    ("pattern", "by", "expected"),
    [
        pytest.param(
            AMES_LINK,
            r"\1",
            ["V003 not all citations of @ames2001 (3) are linked to its entry"],
            id="a link is taken away",
        ),
        pytest.param(
            r'href="#ref-ames2001"',
            'href="#ref-berg2002"',
            ["V003 not all citations of @ames2001 (3) are linked to its entry"],
            id="a link leads to another entry",
        ),
        pytest.param(
            r'id="ref-berg2002"',
            'id="ref-berg"',
            ["V004 the link of @berg2002 lands nowhere"],
            id="an entry loses its name",
        ),
        pytest.param(
            r"They also end",
            '<i id="ref-berg2002"></i>They also end',
            ["V004 2 places bear the name of the entry @berg2002"],
            id="two places bear a name",
        ),
        pytest.param(
            r"Berg, B\.,",
            "Bang, B.,",
            [
                "V004 the link of @berg2002 does not land on its entry",
                "V005 the entry of @berg2002 is not in its reference list as it should read",
            ],
            id="an entry reads otherwise",
        ),
        pytest.param(
            r'(<div id="ref-berg2002"(?s:.*?))<span class="ways-back">.*?</span>',
            r"\1",
            ["V009 the entry of @berg2002 does not lead back to where it is cited"],
            id="an entry loses its way back",
        ),
        pytest.param(
            'href="#citation-1-of-berg2002"',
            'href="#citation-1-of-ames2001"',
            ["V009 the entry of @berg2002 does not lead back to where it is cited"],
            id="an entry leads back to the citation of another work",
        ),
        pytest.param(
            ' id="citation-1-of-berg2002"',
            "",
            ["V009 the entry of @berg2002 does not lead back to where it is cited"],
            id="the way back leads nowhere",
        ),
        pytest.param(
            r'(?s)<div id="ref-berg2002".*?</div>',
            "",
            [
                "V004 the link of @berg2002 lands nowhere",
                "V005 the entry of @berg2002 is not in its reference list as it should read",
            ],
            id="an entry is dropped",
        ),
        pytest.param(
            r"\(<a href=\"#ref-ames2001\"[^>]*>Ames, 2001</a>\)",
            "",
            [
                "V002 the citation (Ames, 2001) stands 0 times in it, not 1",
                "V003 not all citations of @ames2001 (3) are linked to its entry",
            ],
            id="a citation is dropped",
        ),
    ],
)
def test_a_broken_page_is_named(example: Example, tmp_path: Path, pattern: str, by: str, expected: list[str]) -> None:
    text = example.artefacts["html"].read_text("utf-8")
    broken, count = re.subn(pattern, by, text, count=1)
    assert count == 1
    path = tmp_path / "paper.html"
    path.write_text(broken, "utf-8")
    assert told(example.cited, "html", path) == expected


# --- DOCX -------------------------------------------------------------------------------------------------------------


def changed_docx(
    example: Example, path: Path, pattern: str, by: str, *, part: str = "word/document.xml", count: int = 1
) -> Path:
    with zipfile.ZipFile(example.artefacts["docx"]) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == part:
                text, found = re.subn(pattern, by, raw.decode(), count=count)
                assert found
                raw = text.encode()
            new.writestr(name, raw)
    return path


@pytest.mark.parametrize(
    ("pattern", "by", "expected"),
    [
        pytest.param(
            r'(?s)<w:hyperlink w:anchor="ref-ames2001">(.*?)</w:hyperlink>',
            r"\1",
            ["V003 not all citations of @ames2001 (3) are linked to its entry"],
            id="a link is taken away",
        ),
        pytest.param(
            r'w:anchor="ref-ames2001"',
            'w:anchor="ref-berg2002"',
            ["V003 not all citations of @ames2001 (3) are linked to its entry"],
            id="a link leads to another entry",
        ),
        pytest.param(
            r'w:name="ref-berg2002"',
            'w:name="ref-berg"',
            ["V004 the link of @berg2002 lands nowhere"],
            id="an entry loses its name",
        ),
        pytest.param(
            r"Berg, B\.",
            "Bang, B.",
            [
                "V004 the link of @berg2002 does not land on its entry",
                "V005 the entry of @berg2002 is not in its reference list as it should read",
            ],
            id="an entry reads otherwise",
        ),
        pytest.param(
            r"They also",
            r'</w:t></w:r><w:bookmarkStart w:id="999" w:name="ref-berg2002"/><w:bookmarkEnd w:id="999"/>'
            r"<w:r><w:t>They also",
            ["V004 2 places bear the name of the entry @berg2002"],
            id="two places bear a name",
        ),
    ],
)
def test_a_broken_docx_is_named(example: Example, tmp_path: Path, pattern: str, by: str, expected: list[str]) -> None:
    path = changed_docx(example, tmp_path / "paper.docx", pattern, by)
    assert told(example.cited, "docx", path) == expected


def test_a_citation_that_the_docx_lost_from_its_footnote_is_named(example: Example, tmp_path: Path) -> None:
    path = changed_docx(
        example, tmp_path / "paper.docx", r"(?s)<w:hyperlink.*?</w:hyperlink>", "", part="word/footnotes.xml"
    )
    assert told(example.cited, "docx", path) == ["V003 not all citations of @berg2002 (2) are linked to its entry"]


# --- PDF, and every format by way of a changed cited document ---------------------------------------------------------


def rewritten(example: Example, folder: Path, change: Callable[[Any], None], name: str) -> Path:
    """Write a file from the cited document after a change to it; the original is what the file is judged by."""
    whole = json.loads(example.cited.json)
    change(whole)
    folder.mkdir(exist_ok=True)
    changed = replace(example.cited, json=json.dumps(whole).encode())
    artefacts, _ = write.write(replace(example.project, formats=(name,)), changed, folder, lambda _: None)
    return artefacts[name]


def _links(whole: Any, key: str) -> list[dict[str, Any]]:
    return [
        element
        for element, _ in document.elements(whole["blocks"])
        if element["t"] == "Link" and element["c"][2][0] == f"#ref-{key}"
    ]


def _retarget(whole: Any) -> None:
    _links(whole, "ames2001")[0]["c"][2][0] = "#ref-berg2002"


def _unlink(whole: Any) -> None:
    link = _links(whole, "ames2001")[-1]
    link["t"], link["c"] = "Span", [["", [], []], link["c"][1]]


def _entries(whole: Any) -> tuple[list[Any], list[int]]:
    refs = next(
        element
        for element, _ in document.elements(whole["blocks"])
        if element["t"] == "Div" and element["c"][0][0] == "refs"
    )["c"][1]
    return refs, [n for n, block in enumerate(refs) if block["t"] == "Div" and block["c"][0][0].startswith("ref-")]


def _swap_names(whole: Any) -> None:
    refs, (one, two) = _entries(whole)
    refs[one]["c"][0][0], refs[two]["c"][0][0] = refs[two]["c"][0][0], refs[one]["c"][0][0]


def _rewrite_entry(whole: Any) -> None:
    refs, (_, last) = _entries(whole)
    refs[last]["c"][1] = [
        {"t": "Para", "c": [{"t": "Str", "c": "Something"}, {"t": "Space"}, {"t": "Str", "c": "else."}]}
    ]


def _drop_citation(whole: Any) -> None:
    cites = [element for element, _ in document.elements(whole["blocks"]) if element["t"] == "Cite"]
    cites[-1]["c"][1] = []


def _drop_text(whole: Any) -> None:
    cites = [element for element, _ in document.elements(whole["blocks"]) if element["t"] == "Cite"]
    for inner, _ in document.elements(copy.copy(cites[1]["c"][1])):
        if inner["t"] == "Str" and "2002" in inner["c"]:
            inner["c"] = inner["c"].replace("2002", "1902")


@pytest.mark.parametrize("name", ["pdf", "docx", "html"])
@pytest.mark.parametrize(
    ("change", "codes"),
    [
        pytest.param(_retarget, {"V003"}, id="a link leads to another entry"),
        pytest.param(_unlink, {"V003"}, id="a link is taken away"),
        pytest.param(_swap_names, {"V003", "V004"}, id="two entries change names"),
        pytest.param(_rewrite_entry, {"V003", "V004", "V005"}, id="an entry reads otherwise"),
        pytest.param(_drop_citation, {"V003"}, id="a citation is dropped"),
        pytest.param(_drop_text, {"V002", "V003"}, id="a citation reads otherwise"),
    ],
)
def test_a_file_written_from_a_changed_document_is_named(
    example: Example,
    tmp_path: Path,
    change: Callable[[Any], None],
    codes: set[str],
    name: str,
) -> None:
    path = rewritten(example, tmp_path / "out", change, name)
    found = {line[:4] for line in told(example.cited, name, path)}
    assert found
    assert found <= codes | {"V002"}
    assert found & codes


def test_an_unchanged_document_written_again_is_sound(example: Example, tmp_path: Path) -> None:
    for name in ("pdf", "docx", "html"):
        assert told(example.cited, name, rewritten(example, tmp_path / name, lambda _: None, name)) == []


def test_characters_that_no_font_of_the_pdf_has_are_named(example: Example) -> None:
    wanted = replace(example.cited, letters=example.cited.letters | {"漢", "字"})
    assert [str(found) for found in verify.verify(wanted, {"pdf": example.artefacts["pdf"]})] == [
        (
            "paper.pdf: error V006: the PDF cannot show 2 of the paper's characters: 字 漢\n"
            "    no built-in font has them: install one that does and add --system-fonts, "
            "or leave the PDF out: --to docx,html"
        ),
    ]
    assert told(wanted, "html", example.artefacts["html"]) == []


# --- the parts of the judge -------------------------------------------------------------------------------------------


def test_folding_leaves_what_every_format_keeps() -> None:
    assert said.fold("A\u00a0fi\u00adne\n“self-\nreport” \ufb01t\u200b") == "Afine“selfreport”fit"


def test_a_citation_that_runs_over_the_end_of_a_page_counts() -> None:
    def count(pages: tuple[str, ...], wanted: int) -> int:
        return verify._count(pages, "".join(pages), "Ames2001", wanted)

    assert count(("xxAm", "es2001yy"), 1) == 1
    assert count(("xxAm", "xxes2001"), 1) == 0
    assert count(("xxAm1", "es2001yy"), 1) == 1  # a page may end in what is no part of the text
    assert count(("Ames2001", "Ames2001"), 2) == 2


@pytest.mark.parametrize("order", ["abc", "cba", "bac", "aabbcc", "abcabc"])
def test_citations_and_entries_count_wherever_they_stand(order: str) -> None:
    texts = {key: f"({key.upper()}2001)" for key in "abc"}
    cited = CitedDocument(
        b"",
        tuple(Cited((key,), texts[key], (), in_note=False) for key in "aabc"),
        {key: f"{key.upper()}. Title {key}." for key in "abc"},
        frozenset(),
        (),
    )
    page = "".join(texts[key] for key in order) + "".join(f"{key.upper()}.Title{key}." for key in order)
    lacking = [] if order.count("a") > 1 else ["p: error V002: the citation (A2001) stands 1 times in it, not 2"]
    assert [str(found) for found in verify._judge(cited, opened(pages=(page,)), Place("p"))] == [
        f"{line}\n    {REPORT}" for line in lacking
    ]


def opened(**changes: Any) -> Opened:
    held: dict[str, Any] = {
        "pages": ("(A2001)A.B.One.",),
        "links": {"a": "A2001"},
        "landings": {"a": "A.B.One."},
        "entries": {},
    }
    return Opened(**(held | changes))


CITED = CitedDocument(
    b"", (Cited(("a",), "(A 2001)", (("A 2001", "a"),), in_note=False),), {"a": "A. B. One."}, frozenset(), ()
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"pages": ("A.B.One.",)}, ["p: error V002: the citation (A 2001) stands 0 times in it, not 1"]),
        ({"links": {}}, ["p: error V003: not all citations of @a (1) are linked to its entry"]),
        ({"landings": {}}, ["p: error V004: the link of @a lands nowhere"]),
        ({"landings": {"a": "C.D.Two."}}, ["p: error V004: the link of @a does not land on its entry"]),
        ({"landings": {"a": ""}}, ["p: error V004: the link of @a does not land on its entry"]),
        ({"entries": {"a": 2}}, ["p: error V004: 2 places bear the name of the entry @a"]),
        (
            {"pages": ("(A2001)A.B.",)},
            ["p: error V005: the entry of @a is not in its reference list as it should read"],
        ),
    ],
)
def test_each_fault_is_told_with_its_code(changes: dict[str, Any], expected: list[str]) -> None:
    assert [str(found) for found in verify._judge(CITED, opened(**changes), Place("p"))] == [
        f"{line}\n    {REPORT}" for line in expected
    ]
