"""Files that a paper includes: their text is the paper's, and places in it are those in the files."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import build, included
from citeproof.cache import Cache
from citeproof.findings import Place
from citeproof.places import Piece, Source
from citeproof.project import Project
from citeproof.stages import read

if TYPE_CHECKING:
    from citeproof.reuse import Outcome

FRONT = "---\ntitle: Sleep\nauthor: Dee Dunn\nbibliography: references.bib\n---\n\n"
BIBLIOGRAPHY = """\
@book{ames2001, author = {Ames, Ann}, title = {Sleep and learning}, publisher = {North Press}, date = {2001}}
@book{berg2002, author = {Berg, Bo}, title = {Memory at night}, publisher = {South Press}, date = {2002}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "references.bib").write_text(BIBLIOGRAPHY, "utf-8")
    return tmp_path


def write(folder: Path, **files: str | bytes) -> Project:
    """Write files whose names have a _ for each slash and no .md; the one named `paper` begins with front matter."""
    for name, text in files.items():
        path = folder / f"{name.replace('_', '/')}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else ((FRONT if name == "paper" else "") + text).encode())
    return Project(folder / "paper.md", folder / "dist")


def told(project: Project) -> list[str]:
    return [str(one).replace("\n    ", " | ") for one in build.check(project).findings]


def built(project: Project) -> Outcome:
    return build.build(project, lambda _: None)


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_citation_of_an_included_file_is_told_there(folder: Path) -> None:
    project = write(
        folder,
        paper="Here @ames2001; @berg2002.\n\n{{< include parts/method.md >}}\n\nThere [@bert2002].\n",
        parts_method="# Method\n\nAs [@anes2001].\n",
    )
    assert told(project) == [
        "paper.md:11:8: error C001: @bert2002 is cited but is not in references.bib | did you mean @berg2002?",
        "parts/method.md:3:5: error C001: @anes2001 is cited but is not in references.bib | did you mean @ames2001?",
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_so_it_is_whatever_the_file_is_like(folder: Path, ends: str, mark: bytes) -> None:
    text = "# Method\n\nA\tبعد النوم [see @anes2001, p. 3].\n".replace("\n", ends)
    project = write(folder, paper="@ames2001, @berg2002\n\n{{< include parts/m.md >}}\n", parts_m=mark + text.encode())
    assert [line.partition(" error")[0] for line in told(project)] == ["parts/m.md:3:18:"]


def test_an_included_file_may_include_others(folder: Path) -> None:
    project = write(
        folder,
        paper='{{< include "parts/method.md" >}}\n\nAnd @berg2002.\n',
        parts_method="{{< include parts/people.md >}}\n\n{{< include words.md >}}\n\nThen @nobody1.\n",
        parts_people="People [@nobody2].\n",
        parts_words="Words, @ames2001; words, @nobody3.\n",
    )
    assert [line.partition(" is ")[0] for line in told(project)] == [
        "parts/method.md:5:6: error C001: @nobody1",
        "parts/people.md:1:9: error C001: @nobody2",
        "parts/words.md:1:26: error C001: @nobody3",
    ]
    assert read.read(project).included == tuple(
        folder / "parts" / name for name in ("method.md", "people.md", "words.md")
    )


def test_what_is_decided_in_an_included_file_holds_there(folder: Path) -> None:
    method = "As said (Jones & Miller, 2015). <!-- citeproof: allow C008 because it is a made-up example -->\n"
    project = write(folder, paper="@ames2001 @berg2002\n\n{{< include method.md >}}\n", method=method)
    outcome = build.check(project)
    assert outcome.findings == ()
    assert [one.place for one in outcome.allowed] == [Place("method.md", 1, 10)]


def test_what_pandoc_remarks_is_told_there_too(folder: Path) -> None:
    project = write(
        folder,
        paper="@ames2001, @berg2002[^a]\n\n[^a]: One.\n\n{{< include notes.md >}}\n",
        notes="Notes.\n\n[^a]: Two.\n",
    )
    assert [str(one) for one in built(project).findings] == ["notes.md:3:1: warning P001: Duplicate note reference 'a'"]


# --- what cannot be included ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"paper": "{{< include gone.md >}}\n"},
            (
                "paper.md:7:1: error L004: the included gone.md is not there | "
                "it is looked for beside the paper, as gone.md"
            ),
        ),
        (
            {"paper": "{{< include paper.md >}}\n"},
            "paper.md:7:1: error L004: paper.md includes itself | take this line out, or the one that leads here",
        ),
        (
            {"paper": "{{< include a.md >}}\n", "a": "A.\n\n{{< include b.md >}}\n", "b": "{{< include a.md >}}\n"},
            "b.md:1:1: error L004: a.md includes itself | take this line out, or the one that leads here",
        ),
        (
            {"paper": "{{< include a.md >}}\n", "a": "---\ntitle: A\n---\n\nText.\n"},
            (
                "a.md:1:1: error L004: a.md, which paper.md:7:1 includes, has front matter of its own | "
                "take it out: only the paper's own counts"
            ),
        ),
        (
            {"paper": "{{< include a.md >}}\n", "a": b"Caf\xe9.\n"},
            (
                "a.md:1:4: error S001: byte 0xE9 is not UTF-8 | "
                "the file looks like Latin-1 or Windows-1252: save the file as UTF-8"
            ),
        ),
        (
            {"paper": "{{< include a.md >}}\n", "a": b"A\0.\n"},
            (
                "a.md:1:2: error S004: a NUL character stands in the text | "
                "this is not a text file, or it was damaged: save it again as plain text"
            ),
        ),
        (
            {"paper": "Text {{< include a.md >}}\n", "a": "Text."},
            (
                "paper.md:7:6: error L004: the shortcode {{< include a.md >}} was not expanded | "
                "an include is followed where it stands alone in its line: {{< include FILE >}}"
            ),
        ),
        (
            {"paper": "- one\n\n  {{< include a.md >}}\n", "a": "Text."},
            (
                "paper.md:9:3: error L004: the shortcode {{< include a.md >}} was not expanded | "
                "an include is followed where it stands alone in its line: {{< include FILE >}}"
            ),
        ),
        (
            {"paper": "{{< include . >}}\n"},
            (
                "paper.md:7:1: error L004: the included . cannot be read: Is a directory | "
                "it is looked for beside the paper, as ."
            ),
        ),
        (
            {
                "paper": "{{< include p0.md >}}\n",
                **{f"p{n}": f"{{{{< include p{n + 1}.md >}}}}\n" for n in range(20)},
                "p20": "Text.",
            },
            ("p19.md:1:1: error L004: p20.md would be in 21 files at once | include it from one nearer to the paper"),
        ),
        (
            {"paper": "{{< include a.md >}}\n", "a": "{{< pagebreak >}}\n"},
            (
                "a.md:1:1: error L004: the shortcode {{< pagebreak >}} was not expanded | "
                "paste the text that it stands for, or let Quarto expand it first"
            ),
        ),
    ],
)
def test_what_cannot_be_included_is_told_where_it_stands(
    folder: Path, files: dict[str, str | bytes], expected: str
) -> None:
    assert [line for line in told(write(folder, **files)) if " C011:" not in line] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "```\n{{< include a.md >}}\n```\n",
        "<!-- {{< include a.md >}} -->\n",
        "<!--\n{{< include a.md >}}\n-->\n",
        "    `{{< include a.md >}}`\n",
    ],
)
def test_an_include_that_is_shown_is_left_alone(folder: Path, text: str) -> None:
    project = write(folder, paper=f"@ames2001 @berg2002\n\n{text}", a="Never.\n")
    assert read.read(project).included == ()
    assert told(project) == []


def test_a_link_that_leads_to_itself_is_told(folder: Path) -> None:
    (folder / "a.md").symlink_to("a.md")
    (line,) = [one for one in told(write(folder, paper="{{< include a.md >}}\n")) if " C011:" not in one]
    assert line.startswith("paper.md:7:1: error L004: the included a.md cannot be read: ")


def test_an_empty_file_is_no_fault(folder: Path) -> None:
    assert told(write(folder, paper="@ames2001 @berg2002\n\n{{< include a.md >}}\n", a="")) == []


# --- building ---------------------------------------------------------------------------------------------------------

WORDS = "Most people slept well in the nights before the test, and some of them did not sleep at all, as they said. "


def long(project_text: str) -> str:
    """Give a text that is long enough to be abridged."""
    return project_text + "\n" + "\n\n".join([WORDS * 3] * 60) + "\n"


@pytest.mark.parametrize("lengthen", [str, long], ids=["short", "long"])
def test_it_is_built_as_if_it_stood_there(folder: Path, lengthen: object) -> None:
    assert callable(lengthen)
    method = lengthen(
        "# Method {#sec-method}\n\nAs [@ames2001; @berg2002, p. 3] did.[^1] See @sec-method.\n\n[^1]: So.\n"
    )
    apart = built(write(folder, paper="Here @ames2001.\n\n{{< include parts/m.md >}}\n\nThere.\n", parts_m=method))
    (folder / "whole").mkdir()
    (folder / "whole" / "references.bib").write_text(BIBLIOGRAPHY, "utf-8")
    whole = built(write(folder / "whole", paper=f"Here @ames2001.\n\n{method}\n\nThere.\n"))
    assert apart.findings == whole.findings == ()
    names = ["paper.docx", "paper.html", "paper.pdf"]
    for name in names:
        assert (folder / "dist" / name).read_bytes() == (folder / "whole" / "dist" / name).read_bytes(), name
    assert {path.name for path in apart.outputs} >= set(names)


def test_a_change_in_an_included_file_makes_the_paper_anew(folder: Path, tmp_path: Path) -> None:
    project = write(folder, paper="@ames2001\n\n{{< include m.md >}}\n", m=long("As @berg2002."))
    project = dataclasses.replace(project, cache=Cache(tmp_path / "cache"))
    assert built(project).fresh
    assert not built(project).fresh
    write(folder, m=long("As @berg2002.").replace("Most people", "Few people"))
    assert built(project).fresh
    assert "Few people" in (folder / "dist" / "paper.html").read_text("utf-8").replace("\n", " ")
    write(folder, m=long("As @berg2002.").replace("Most people", "All people"))
    assert built(project).fresh
    write(folder, paper="So @ames2001\n\n{{< include m.md >}}\n")
    assert built(project).fresh
    assert "All people" in (folder / "dist" / "paper.html").read_text("utf-8").replace("\n", " ")


def test_a_supplement_refers_to_what_the_paper_includes(folder: Path) -> None:
    table = "| a |\n|---|\n| b |\n\n: Scales {#tbl-scales}\n"
    project = write(folder, paper="@ames2001 @berg2002 @tbl-scales\n\n{{< include t.md >}}\n", t=table)
    (folder / "supplement.md").write_text("---\ntitle: More\n---\n\nSee @tbl-scales.\n", "utf-8")
    assert [str(one) for one in built(project).findings if one.severity == "error"] == []
    assert "Table\u00a01" in (folder / "dist" / "supplement.html").read_text("utf-8")


# --- the law of places ------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text("xy \n", max_size=12)), min_size=1, max_size=6))
def test_a_place_leads_back_to_where_it_is_of(files: list[tuple[str, str]]) -> None:
    pieces, text, lines = [], "", dict.fromkeys("abc", 1)
    for file, piece in files:
        pieces.append(Piece(len(text), Place(file, lines[file], 1)))
        text += piece + "\n"
        lines[file] += piece.count("\n") + 1
    source = Source("p", text, tuple(pieces))
    for offset in range(len(text)):
        place = source.place(offset)
        assert source.offset(place) == offset
        own = "".join(piece + "\n" for file, piece in files if file == place.file)
        assert own.split("\n")[place.line - 1][place.column - 1 :][:1] == text[offset].strip("\n")


def test_a_paper_without_includes_is_left_as_it_is() -> None:
    text = Source("p.md", "One {two} @three.\n")
    assert included.whole(text, Path("p.md"), str).text is text
