"""How much findings weigh: what a project and a paper decide, what an author allows, and what nobody can lower."""

from __future__ import annotations

import hashlib
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import build, policy, project
from citeproof.allowed import Allowed
from citeproof.cache import Cache
from citeproof.findings import Place, Severity, error, warning
from citeproof.places import Source
from citeproof.project import Project
from citeproof.source import decode
from citeproof.stages import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

FIRM = "without what it asks for no file can be made, or a wrong one: mend what it names"
VALUES = "the values are error, warning and off"
SOFT = "C002, C003, C006, C007, C008, C009, C010, C011, C012, C013"
LETTERS = "a code is a letter and three digits; the letters are B, C, E, F, H, I, J, L, M, N, P, Q, R, S, V and X"
NAME = "name those that are meant"
OTHERS_OF_M = "M002, M003, M004, M005, M006, M007"
SAVE = "the file looks like Latin-1 or Windows-1252: save the file as UTF-8"
MEND = "mend the line: a text stands in quotation marks, and a table's name in brackets"
LINES = 'write a line for each code, such as C003 = "off"'
NO_REASON = "this comment gives no reason to allow {}, and allows nothing"


def toml(text: str) -> Source:
    return Source("pyproject.toml", text)


def levels(text: str) -> dict[str, str]:
    found, faults = policy.of_project(toml(text))
    assert faults == []
    return {code: level or "off" for code, level in found.items()}


def faults(text: str | bytes) -> list[str]:
    raw = text.encode() if isinstance(text, str) else text
    found, wrong = policy.of_project(*decode("pyproject.toml", raw))
    assert all(code not in policy.FIRM or level is Severity.ERROR for code, level in found.items())
    assert all(one.code == "F006" and one.severity is Severity.ERROR for one in wrong)
    return [f"{one.place.line}:{one.place.column} {one.message} | {one.remedy}" for one in wrong]


# --- what a project decides -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("", {}),
        ("[tool.other]\nx = 1\n", {}),
        ("[tool.citeproof]\n", {}),
        ("[tool.citeproof.findings]\n", {}),
        ('[tool.citeproof.findings]\nC003 = "off"\n', {"C003": "off"}),
        ('[tool.citeproof.findings]\nC003 = " Error "\n', {"C003": "error"}),
        ("[tool.citeproof.findings]\nC003 = false\n", {"C003": "off"}),
        ('[tool.citeproof]\nfindings = {C003 = "error", N001 = "warning"}\n', {"C003": "error", "N001": "warning"}),
        ('tool.citeproof.findings.C001 = "error"\n', {"C001": "error"}),
        ('["tool"."citeproof".findings]\n"N001" = "off"\n', {"N001": "off"}),
        ('[tool.citeproof.findings]\nX = "off"\n', dict.fromkeys(("X001", "X002", "X003", "X004"), "off")),
        ('[tool.citeproof.findings]\nX002 = "error"\nX = "off"\nX001 = "warning"\n', None),
    ],
)
def test_a_project_decides_for_codes_and_for_families_of_them(text: str, decided: dict[str, str] | None) -> None:
    assert levels(text) == (
        {"X001": "warning", "X002": "error", "X003": "off", "X004": "off"} if decided is None else decided
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('C021 = "off"', "2:1 no finding has the code C021 | did you mean C013 or C012 or C011?"),
        ('c003 = "off"', "2:1 no finding has the code c003 | did you mean C003?"),
        ('M009 = "off"', "2:1 no finding has the code M009 | did you mean M007 or M006 or M005?"),
        ('N777 = "off"', "2:1 no finding has the code N777 | did you mean N001?"),
        ('V999 = "off"', "2:1 no finding has the code V999 | the codes of V are V001 to V009"),
        ('Z = "off"', f"2:1 no finding has the code Z | {LETTERS}"),
        ('  C003 = "errors"', f'2:3 C003 cannot be "errors" | did you mean error?; {VALUES}'),
        ('C003 = "ignore"', f'2:1 C003 cannot be "ignore" | {VALUES}'),
        ("C003 = true", f"2:1 C003 cannot be true | {VALUES}"),
        ("C003 = 0", f"2:1 C003 cannot be 0 | {VALUES}"),
        ("C003 = []", f"2:1 C003 cannot be a list | {VALUES}"),
        ("# C003\n[tool.citeproof.findings.C003]", f"3:26 C003 cannot be a table | {VALUES}"),
        ('C001 = "off"', f"2:1 C001 cannot be turned off | {FIRM}"),
        ('C001 = "warning"', f"2:1 C001 cannot be made a warning | {FIRM}"),
        ('V = "off"', f"2:1 V cannot be turned off | {FIRM}"),
        (
            'C = "off"',
            f"2:1 C cannot be turned off as a whole: C001, C004 and C005 stay errors | {NAME}: {SOFT}",
        ),
        (
            'M = "warning"',
            f"2:1 M cannot be made a warning as a whole: M001 stays an error | {NAME}: {OTHERS_OF_M}",
        ),
    ],
)
def test_a_line_that_cannot_be_meant_is_told_with_its_place(text: str, told: str) -> None:
    assert faults(f"[tool.citeproof.findings]\n{text}\n") == [told]


@pytest.mark.parametrize("code", sorted(policy.FIRM))
@pytest.mark.parametrize("value", ["off", "warning"])
def test_what_says_that_a_file_is_wrong_cannot_be_lowered(code: str, value: str) -> None:
    (told,) = faults(f'[tool.citeproof.findings]\n{code} = "{value}"\n')
    assert told.startswith(f"2:1 {code} cannot be {'turned off' if value == 'off' else 'made a warning'} | ")


@pytest.mark.parametrize("code", sorted(policy.CODES))
def test_each_code_can_be_made_an_error(code: str) -> None:
    assert levels(f'[tool.citeproof.findings]\n{code} = "error"\n') == {code: "error"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool]\nciteproof = 3\n", f"2:1 [tool.citeproof] is 3, and no table | {LINES}"),
        (
            "[tool.citeproof]\nfindings = 'off'\n",
            f'2:1 findings in [tool.citeproof] is "off", and no table | {LINES}',
        ),
        ("[tool.citeproof]\n\nfinding=1\n", "3:1 nothing reads finding in [tool.citeproof] | did you mean findings?"),
        ("[tool.citeproof.rules]\n", "1:17 nothing reads rules in [tool.citeproof] | what stands there is findings"),
        (
            "[tool.citeproof.findings]\nC003 = off\n",
            f"2:8 pyproject.toml is not TOML: invalid value | {MEND}",
        ),
        (
            "[tool.citeproof.findings]\r\n\r\nC003 = 'off'\r\nC003 = 'off'\r\n",
            f"4:13 pyproject.toml is not TOML: cannot overwrite a value | {MEND}",
        ),
        (
            "\ufeff[tool.citeproof.findings]\nC003 = [\n",
            f"2:9 pyproject.toml is not TOML: invalid value | {MEND}",
        ),
        (
            b"[tool.citeproof.findings]\n# caf\xe9\n",
            f"2:6 pyproject.toml cannot be read: byte 0xE9 is not UTF-8 | {SAVE}",
        ),
    ],
)
def test_a_file_that_cannot_be_meant_is_told_with_its_place(text: str | bytes, told: str) -> None:
    assert faults(text) == [told]


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_byte_order_mark_and_the_ends_of_lines_of_other_systems_change_no_place(change: Callable[[str], str]) -> None:
    text = '# A comment\n[tool.citeproof.findings]\nC003 = "off"\nC999 = "off"\n'
    assert (
        faults(change(text)) == faults(text) == ["4:1 no finding has the code C999 | the codes of C are C001 to C013"]
    )


def test_the_rest_of_a_policy_holds_where_one_line_is_wrong() -> None:
    found, wrong = policy.of_project(toml('[tool.citeproof.findings]\nC999 = "off"\nC003 = "off"\n'))
    assert (found, len(wrong)) == ({"C003": None}, 1)


# --- where it is looked for -------------------------------------------------------------------------------------------

TABLE = '[tool.citeproof.findings]\nC003 = "error"\n'


@pytest.mark.parametrize(
    ("files", "repository", "expected"),
    [
        ({}, "", ""),
        ({"": "[project]\nname = 'citeproof'\n"}, "", ""),
        ({"": TABLE}, "", "pyproject.toml"),
        ({"a/b": TABLE, "": TABLE}, "", "a/b/pyproject.toml"),
        ({"a/b": "[tool.x]\n", "": TABLE}, "", ""),
        ({"a/b": "[tool.x]\n", "": TABLE}, "a", ""),
        ({"a/b": "[tool.x]\n", "a": TABLE, "": TABLE}, "a", "a/pyproject.toml"),
        ({"": TABLE}, "a/b", ""),
        ({"": TABLE.replace("\n", "\r")}, "", "pyproject.toml"),
        ({"": "\ufeff" + TABLE}, "", "pyproject.toml"),
        ({"": "[tool]\nciteproof.findings = {}\n"}, "", "pyproject.toml"),
        ({"": "['tool' . \"citeproof\"]\n"}, "", "pyproject.toml"),
        ({"": "[tool.citeproof-other]\n"}, "", ""),
        ({"": "# [tool.citeproof]\n"}, "", ""),
    ],
)
def test_the_nearest_table_up_to_the_repository_counts(
    tmp_path: Path, files: dict[str, str], repository: str, expected: str
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for folder, text in files.items():
        (tmp_path / folder / "pyproject.toml").write_bytes(text.encode())
    if repository:
        (tmp_path / repository / ".git").mkdir()
    found = project.policy_file(Project(tmp_path / "a" / "b" / "paper.md", tmp_path / "dist"))
    assert (found.relative_to(tmp_path).as_posix() if found else "") == expected


# --- what a comment in the text allows --------------------------------------------------------------------------------

ALLOW = "<!-- citeproof: allow C003 because it is so -->"


def allowed(text: str) -> list[tuple[int, int, str, str]]:
    found, wrong = policy.in_text(Source("paper.md", text))
    assert wrong == []
    return [(one.first, one.last, " ".join(one.codes), one.because) for one in found]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        (f"{ALLOW}\nOne\ntwo\n\nThree", 1, 3),
        (f"{ALLOW}\n\n\nOne\ntwo\n\nThree", 1, 5),
        (f"One\n\n  {ALLOW}  \nTwo", 3, 4),
        (f"> One\n>\n> {ALLOW}\n> two\n>\n> three", 3, 4),
        (f"One {ALLOW}\ntwo", 1, 1),
        (f"One\n{ALLOW} two\nthree", 2, 2),
        (f"- {ALLOW} One\n- two", 1, 1),
        (f"{ALLOW}\n\n```\none\n\ntwo\n```\nThree\n\nFour", 1, 8),
        (f"{ALLOW}\n::: {{#fig-a}}\n![](a.png)\n\n::: {{.b}}\nx\n:::\n\n![](b.png)\n:::\n\nTwo", 1, 10),
        (f"{ALLOW}\n\n| a |\n|---|\n| b |\n\n: Title\n\nTwo", 1, 7),
        (f"{ALLOW}\n\nTable: Title\n\n| a |\n|---|\n| b |\n\nTwo", 1, 7),
        (f"{ALLOW}\n\nTable: Title\n| a |\n|---|\n| b |\n\nTwo", 1, 6),
        (f"{ALLOW}\n<!-- another -->\n\nOne\n\nTwo", 1, 4),
        (f"{ALLOW}\n", 1, 2),
        (f"One\n{ALLOW}\ntwo\n\nthree", 2, 3),
    ],
)
def test_a_comment_holds_for_its_line_or_for_the_block_below_it(text: str, first: int, last: int) -> None:
    assert allowed(text) == [(first, last, "C003", "it is so")]


@pytest.mark.parametrize(
    ("comment", "codes", "because"),
    [
        ("<!--citeproof:allow C003 because so-->", "C003", "so"),
        ("<!-- Citeproof : Allow C003,N001 ,  H001 because so -->", "C003 N001 H001", "so"),
        (
            "<!-- citeproof: allow C003\n     because it is\n     quoted, see above -->",
            "C003",
            "it is quoted, see above",
        ),
        ("<!-- citeproof: allow C003 because: so -->", "C003", "so"),
        ("<!-- citeproof: allow C003, C003 because because -->", "C003", "because"),
    ],
)
def test_a_comment_names_codes_and_a_reason(comment: str, codes: str, because: str) -> None:
    ((_, _, found, reason),) = allowed(f"{comment}\nOne")
    assert (found, reason) == (codes, because)


@pytest.mark.parametrize(
    "text",
    [
        "<!-- a note: citeproof: allow C003 -->",
        "`<!-- citeproof: allow C003 -->`",
        "```\n<!-- citeproof: allow C003 -->\n```",
        "<!-- <!-- citeproof: allow C003 -->",
        "% citeproof: allow C003",
    ],
)
def test_what_only_looks_like_an_allowance_is_none(text: str) -> None:
    assert allowed(text) == []


WRITE = "write <!-- citeproof: allow C003 because … -->"


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("allow C003", [(NO_REASON.format("C003"), WRITE)]),
        ("allow C003 because", [(NO_REASON.format("C003"), WRITE)]),
        ("allow C003, N001 it is so", [(NO_REASON.format("C003, N001"), WRITE)]),
        ("allow because so", [("this comment names no code to allow", WRITE)]),
        ("allow", [("this comment names no code to allow", WRITE)]),
        ("ignore C003 because so", [("citeproof does not know what this comment says", WRITE)]),
        ("", [("citeproof does not know what this comment says", WRITE)]),
        ("allow C033 because so", [("no finding has the code C033", "did you mean C013 or C003?")]),
        ("allow C because so", [("no finding has the code C", LETTERS)]),
        ("allow C001 because so", [("C001 cannot be allowed", FIRM)]),
    ],
)
def test_a_comment_that_cannot_be_meant_is_told_and_allows_nothing(comment: str, told: list[tuple[str, str]]) -> None:
    found, wrong = policy.in_text(Source("paper.md", f"One\n\nTwo <!-- citeproof: {comment} -->"))
    assert [one for allowance in found for one in allowance.codes] == []
    assert wrong == [warning("F007", Place("paper.md", 3, 5), *one) for one in told]


def test_the_codes_of_a_comment_that_are_known_hold() -> None:
    found, wrong = policy.in_text(Source("paper.md", "<!-- citeproof: allow C003, C033 because so -->\nOne"))
    assert ([one.codes for one in found], len(wrong)) == ([("C003",)], 1)


PIECES = [
    ALLOW,
    "<!--",
    "-->",
    "```",
    "~~~",
    ":::",
    "::: {.a}",
    "`",
    "\n",
    "\n\n",
    "> ",
    "- ",
    ": a",
    "| b |",
    "%",
    "word ",
    "\r",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_stands_in_a_text_an_allowance_holds_from_its_comment_on(text: str) -> None:
    written = Source("paper.md", text)
    found, _ = policy.in_text(written)
    lines = text.count("\n") + 1
    for one in found:
        assert one.place.line == one.first <= one.last <= lines
        assert text[written.offset(one.place) :].startswith("<!--")


# --- what a comment in a bibliography allows --------------------------------------------------------------------------

ONE = "@book{one,\n  title = {One},\n  date = {2001}\n}\n"
TWO = "@book{two, title = {Two % of it},\n  % a remark\n  date = {2002},\n}\n"
SAY = "% citeproof: allow E001 because it is so\n"


def allowed_in_bibtex(text: str) -> list[tuple[str, int, int]]:
    found, wrong = policy.in_bibtex(Source("references.bib", text))
    assert wrong == []
    assert all(one.codes == ("E001",) and one.because == "it is so" for one in found)
    return [(one.key, one.first, one.last) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SAY + ONE + TWO, ("one", 2, 5)),
        (ONE + SAY + TWO, ("two", 6, 9)),
        (ONE + "%" + SAY + "% another remark\n" + TWO, ("two", 7, 10)),
        (ONE + TWO.replace("  % a remark\n", f"  {SAY}"), ("two", 5, 8)),
        (ONE + TWO.replace("2002},\n", f"2002}}, {SAY}"), ("two", 5, 8)),
        (ONE + TWO.replace("@book{two, ", f"@book{{two, {SAY}"), ("two", 5, 9)),
        (ONE + SAY + "@book{two, title = {Two\n\n", ("two", 6, 7)),
    ],
)
def test_a_comment_holds_for_the_entry_that_it_stands_in_or_right_above(
    text: str, expected: tuple[str, int, int]
) -> None:
    assert allowed_in_bibtex(text) == [expected]


@pytest.mark.parametrize("text", [SAY, ONE + SAY, SAY + "\n" + ONE, ONE + SAY + "\n" + TWO, SAY + "some words\n" + ONE])
def test_a_comment_that_stands_at_no_entry_is_told(text: str) -> None:
    found, wrong = policy.in_bibtex(Source("references.bib", text))
    assert found == []
    line = text[: text.index("%")].count("\n") + 1
    assert wrong == [
        warning(
            "F007",
            Place("references.bib", line, 1),
            "this comment stands at no entry, and allows nothing",
            "put it on the line above the entry, or into it",
        )
    ]


def test_an_allowance_in_a_bibliography_needs_a_reason_too() -> None:
    found, wrong = policy.in_bibtex(Source("references.bib", f"% citeproof: allow E001\n{ONE}"))
    assert found == []
    assert [(one.message, one.remedy) for one in wrong] == [
        (
            "this comment gives no reason to allow E001, and allows nothing",
            "write % citeproof: allow E002 because …",
        )
    ]


PARTS = [SAY, ONE, TWO, "@", "{", "}", "\n", '"', ",", "% a remark\n", "@comment{", "@string{a = {b}}\n", "words "]


@given(st.lists(st.sampled_from(PARTS), max_size=20).map("".join))
def test_whatever_stands_in_a_bibliography_an_allowance_holds_at_most_to_the_next_entry(text: str) -> None:
    found, _ = policy.in_bibtex(Source("references.bib", text))
    lines = text.count("\n") + 1
    assert all(1 <= one.first <= one.last <= lines and one.place.line <= one.last for one in found)


# --- findings, weighed ------------------------------------------------------------------------------------------------

HERE = Place("paper.md", 3, 5)


def test_findings_are_raised_lowered_turned_off_and_allowed() -> None:
    allowance = policy.Allowance(Place("paper.md", 2, 1), 2, 4, ("C003", "N001"), "it is so")
    meant = policy.Policy(
        {"C003": Severity.ERROR, "H001": Severity.ERROR, "C002": Severity.WARNING, "X001": None}, (allowance,)
    )
    away = Place("paper.md", 9, 1)
    ruling = meant.rule(
        [
            warning("C003", HERE, "allowed, though it would be an error"),
            warning("C003", away, "raised"),
            warning("C003", Place("other.md", 3, 5), "another file"),
            warning("H001", HERE, "raised"),
            error("C002", HERE, "lowered"),
            error("X001", HERE, "off"),
            error("C001", HERE, "as it was"),
            warning("N001", Place("paper.md"), "of no line"),
        ]
    )
    assert [(one.code, str(one.severity), one.message) for one in ruling.findings] == [
        ("C003", "error", "another file"),
        ("N001", "warning", "of no line"),
        ("C001", "error", "as it was"),
        ("C002", "warning", "lowered"),
        ("H001", "error", "raised"),
        ("C003", "error", "raised"),
    ]
    assert ruling.allowed == (Allowed(HERE, "C003", "it is so"),)
    assert [one.message for one in ruling.off] == ["off"]
    assert meant.rule(ruling.findings).findings == ruling.findings


def test_what_is_allowed_comes_back_from_plain_data_as_it_was() -> None:
    one = Allowed(Place("a:b/paper.md", 3, 5), "C003", "it is so")
    assert one.as_dict() == {"code": "C003", "place": "a:b/paper.md:3:5", "because": "it is so"}
    assert Allowed.from_dict(one.as_dict()) == one


# --- whole papers -----------------------------------------------------------------------------------------------------

FRONT = "---\ntitle: A Paper\nauthor: Dee Dunn\nbibliography: references.bib\n{}---\n\n"
LIBRARY = """\
@book{ames2001, author = {Ames, Ann}, title = {Things}, publisher = {Press}, date = {2001}, keywords = {unverified}}
@book{berg2002, author = {Berg, Bo}, title = {More}, publisher = {Press}, date = {2002}}
"""
ARTICLE = """\
@article{cole2003, author = {Cole, Cy}, title = {Most}, journaltitle = {Things}, date = {2003},
  doi = {https://doi.org/10.1000/most}}
"""
UNVERIFIED = "warning C003: @ames2001 is cited and marked as unverified in references.bib:1:1"


@pytest.fixture
def one(paper: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """Write a paper with a policy in its front matter, and with one of its project."""

    def write(text: str, findings: str = "", *, toml: str = "", bibliography: str = LIBRARY) -> Path:
        front = FRONT.format(f"citeproof: {{findings: {findings}}}\n" if findings else "")
        if toml:
            (tmp_path / "pyproject.toml").write_text(f"[tool.citeproof.findings]\n{toml}\n", "utf-8")
        return paper(text, front=front, bibliography=bibliography)

    return write


def said(run: Run) -> list[str]:
    return [line for line in run.err.splitlines() if ": warning " in line or ": error " in line]


@pytest.mark.parametrize(
    ("front", "toml", "expected"),
    [
        ("", "", "warning"),
        ("", 'C003 = "error"', "error"),
        ("", 'C003 = "off"', ""),
        ("{C003: error}", "", "error"),
        ("{C003: off}", "", ""),
        ('{C003: "off"}', "", ""),
        ("{C003: false}", "", ""),
        ("{C003: warning}", 'C003 = "error"', "warning"),
        ("{C003: off}", 'C003 = "error"', ""),
        ("{C003: error}", 'C003 = "off"', "error"),
        ("{C: error}", 'C003 = "off"', "error"),
        ("{C: error, C003: off}", "", ""),
        ("{C002: error}", 'C003 = "off"', ""),
    ],
)
def test_what_the_paper_says_wins_over_what_the_project_says(
    one: Callable[..., Path], citeproof: Callable[..., Run], front: str, toml: str, expected: str
) -> None:
    one("As @ames2001.", front, toml=toml)
    line = 8 if front else 7
    checked, built = citeproof("check"), citeproof("build", "--to", "html")
    assert said(checked) == said(built)
    assert said(checked) == ([f"paper.md:{line}:4: {UNVERIFIED.replace('warning', expected, 1)}"] if expected else [])
    assert checked.status == built.status == (expected == "error")
    assert (
        checked.err.splitlines()[-1]
        == {
            "error": "1 error",
            "warning": "1 citation of 1 work, each resolves; 1 warning",
            "": "1 citation of 1 work, each resolves; 1 finding turned off",
        }[expected]
    )


@pytest.mark.parametrize(
    ("front", "place", "told"),
    [
        ("citeproof: off", "5:1", "citeproof is false, and no table"),
        ("citeproof:\n  findings: off", "6:3", "findings in citeproof is false, and no table"),
        ("citeproof:\n  findings:\n    - C003", "6:3", "findings in citeproof is a list, and no table"),
        ("citeproof:\n  finding: {C003: off}", "6:3", "nothing reads finding in citeproof"),
        ("citeproof:\n  findings:\n    # C033: no\n    C033: off", "8:5", "no finding has the code C033"),
        ('citeproof: {findings: {"C001": off}}', "5:24", "C001 cannot be turned off"),
        ("citeproof: {findings: {C003: silent}}", "5:24", 'C003 cannot be "silent"'),
    ],
)
@pytest.mark.parametrize("change", [str.encode, lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()])
def test_a_front_matter_that_cannot_be_meant_is_an_error_with_its_place(
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    front: str,
    place: str,
    told: str,
    change: Callable[[str], bytes],
) -> None:
    paper(change(FRONT.format(f"{front}\n") + "As @berg2002.\n"))
    found = citeproof("check")
    assert (said(found), found.status) == ([f"paper.md:{place}: error F006: {told}"], 1)


@pytest.mark.parametrize("front", ["citeproof:", "citeproof:\n  findings:", "citeproof:\n  findings: {}"])
def test_a_front_matter_that_decides_nothing_yet_is_sound(
    paper: Callable[..., Path], citeproof: Callable[..., Run], front: str
) -> None:
    paper("As @berg2002.", front=FRONT.format(f"{front}\n"), bibliography=LIBRARY)
    assert said(citeproof("check")) == []


def test_a_pyproject_that_is_no_toml_is_an_error_only_if_it_speaks_to_us(
    one: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    one("As @berg2002.", toml="C003 = off")
    found = citeproof("check")
    assert said(found)[0] == "pyproject.toml:2:8: error F006: pyproject.toml is not TOML: invalid value"
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nx = off\n")
    assert citeproof("check").status == 0


def test_papers_of_one_project_differ_in_what_their_front_matter_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, citeproof: Callable[..., Run]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.citeproof.findings]\nC003 = "off"\n')
    for name, front in (("anna", ""), ("bob", "citeproof: {findings: {C003: error}}\n")):
        folder = tmp_path / "papers" / name
        folder.mkdir(parents=True)
        (folder / "references.bib").write_text(LIBRARY)
        (folder / "paper.md").write_text(FRONT.format(front) + "As @ames2001.\n")
    found = citeproof("build", "papers", "--to", "html")
    assert found.status == 1
    assert [line for line in found.err.splitlines() if line.startswith("papers/") and "C003" not in line] == [
        "papers/anna/paper.md: 1 citation of 1 work, each resolves; 1 finding turned off",
        "papers/bob/paper.md: 1 error: nothing was built, and what was there stays",
    ]


def test_what_is_allowed_and_turned_off_is_counted_and_told_as_data(
    one: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    one(f"As @ames2001. {ALLOW}\n\nSo @ames2001, where p=0.05.", "{N001: off}")
    for _ in range(3):
        found = citeproof("build", "--to", "html")
        assert said(found) == [f"paper.md:10:4: {UNVERIFIED}"]
        assert found.err.splitlines()[-2] == (
            "2 citations of 1 work, each resolves; 1 warning; 1 finding allowed, 1 turned off"
        )
        told = citeproof("build", "--to", "html", "--format", "json").told
        assert [(each["code"], each["severity"], each["line"]) for each in told["findings"]] == [
            ("C003", "warning", 10)
        ]
        assert told["allowed"] == [{"code": "C003", "place": "paper.md:8:4", "because": "it is so"}]
        assert told["off"] == 1
        checked = citeproof("check", "--to", "html", "--format", "json").told
        assert {name: checked[name] for name in ("findings", "allowed", "off")} == {
            name: told[name] for name in ("findings", "allowed", "off")
        }
    manifest = json.loads((tmp_path / "dist" / "manifest.json").read_text("utf-8"))
    assert [each["code"] for each in manifest["findings"]] == ["C003"]
    assert manifest["allowed"] == told["allowed"]
    assert manifest["off"] == {"N001": 1}


def test_a_manifest_names_what_was_allowed_as_seen_from_the_papers_folder(
    one: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one(f"As @ames2001. {ALLOW}")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert citeproof("build", tmp_path, "--to", "html").status == 0
    text = (tmp_path / "elsewhere" / "dist" / "manifest.json").read_text("utf-8")
    assert '"place": "paper.md:7:4"' in text
    assert str(tmp_path) not in text


def test_an_allowance_that_nothing_needs_is_told(one: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    one(f"{ALLOW}\nAs @berg2002.\n\nAs @ames2001.")
    found = citeproof("check")
    where = "it holds for its own line, or, on a line of its own, for the block below"
    assert found.err.splitlines()[:3] == [
        "paper.md:7:1: warning F007: this comment allows C003, and no C003 is found where it holds",
        f"    take it out if the cause is gone; {where}",
        f"paper.md:10:4: {UNVERIFIED}",
    ]
    assert found.status == 0
    one(f"{ALLOW}\nAs @berg2002.", "{F007: error}")
    assert said(citeproof("check"))[0].startswith("paper.md:8:1: error F007: ")
    one(f"{ALLOW}\nAs @berg2002.", "{F007: off}")
    assert said(citeproof("check")) == []


def test_what_a_run_does_not_look_for_makes_no_allowance_stale(
    one: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    raw = "<!-- citeproof: allow L002 because only the page shows it -->\n\n<mark>x</mark>, as @berg2002 says."
    one(raw)
    assert said(citeproof("check")) == []
    assert said(citeproof("check", "--to", "html")) == []
    assert said(citeproof("check", "--style", "vancouver-nlm")) == []
    one(raw, bibliography="@book{berg2002")
    assert not any("F007" in line for line in said(citeproof("check")))


def test_an_entry_is_allowed_what_its_author_says_in_the_bibliography(
    one: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    one("As @cole2003.", bibliography=ARTICLE)
    codes = sorted({line.split(": ")[1].split()[1] for line in said(citeproof("check"))})
    assert codes == ["E001", "E005"]
    comment = f"% citeproof: allow {', '.join(codes)} because it stands so in the journal\n"
    one("As @cole2003.", bibliography=comment + ARTICLE)
    found = citeproof("check")
    assert said(found) == []
    assert found.err.splitlines()[-1] == "1 citation of 1 work, each resolves; 2 findings allowed"
    assert citeproof("check", "--format", "json").told["allowed"][0]["because"] == "it stands so in the journal"


def test_an_allowance_at_an_entry_that_is_not_cited_is_not_stale(
    one: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    library = LIBRARY.replace("@book{b", "% citeproof: allow E012 because it is so\n@book{b")
    one("As @ames2001.", "{C003: off}", bibliography=library)
    assert said(citeproof("check")) == []
    one("As @berg2002.", bibliography=library)
    assert [line.split(": ", 1)[0] for line in said(citeproof("check"))] == ["references.bib:2:1"]


def test_an_allowance_in_a_large_library_holds(
    one: Callable[..., Path], citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("citeproof.bibliography.SMALL", 50)
    one("As @cole2003.", bibliography=f"{LIBRARY}% citeproof: ALLOW E005 because it is so\n{ARTICLE}")
    assert citeproof("check", "--format", "json").told["allowed"] == [
        {"code": "E005", "place": "references.bib:5:10", "because": "it is so"}
    ]


def test_a_build_that_a_raised_warning_stops_leaves_everything_as_it_was(
    one: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    one("As @ames2001.")
    assert citeproof("build", "--to", "html").status == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "dist").iterdir()}
    one("As @ames2001.", toml='C003 = "error"')
    found = citeproof("build", "--to", "html")
    assert (found.status, found.err.splitlines()[-1]) == (1, "1 error: nothing was built, and what was there stays")
    assert {path.name: path.read_bytes() for path in (tmp_path / "dist").iterdir()} == before


def test_what_a_later_stage_remarks_is_weighed_too(
    paper: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    twice = FRONT.format("title: Another\nciteproof: {{findings: {{P001: {}}}}}\n")
    paper(twice.format("warning") + "As @berg2002.", front="")
    found = citeproof("build", "--to", "html")
    assert [line.split()[:3] for line in said(found)] == [["paper.md:1:1:", "warning", "P001:"]]
    paper(twice.format("error") + "As @berg2002.", front="")
    before = {path.name: path.read_bytes() for path in (tmp_path / "dist").iterdir()}
    found = citeproof("build", "--to", "html")
    assert ([line.split()[:3] for line in said(found)], found.status) == ([["paper.md:1:1:", "error", "P001:"]], 1)
    assert {path.name: path.read_bytes() for path in (tmp_path / "dist").iterdir()} == before
    paper(twice.format("off") + "As @berg2002.", front="")
    for options in ((), (), ("--no-cache",)):
        found = citeproof("build", "--to", "html", *options)
        assert (said(found), found.status) == ([], 0)
        assert found.err.splitlines()[-2].endswith("; 1 finding turned off")


@pytest.mark.parametrize("change", [str.encode, lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()])
def test_an_allowance_holds_in_a_file_of_another_system(
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    tmp_path: Path,
    change: Callable[[str], bytes],
) -> None:
    paper(change(FRONT.format("") + f"{ALLOW}\n\nAs @ames2001\nand @cole2003.\n\nSo @ames2001.\n"))
    library = f"{LIBRARY}% Citeproof: allow E001, E005 because it is so\n{ARTICLE}"
    (tmp_path / "references.bib").write_bytes(change(library))
    found = citeproof("check", "--format", "json").told
    assert [(one["code"], one["line"]) for one in found["findings"]] == [("C003", 12), ("C011", 2)]
    assert [(one["code"], one["place"].rsplit(":", 1)[0]) for one in found["allowed"]] == [
        ("C003", "paper.md:9"),
        ("E001", "references.bib:4"),
        ("E005", "references.bib:5"),
    ]


def test_an_allowance_holds_in_the_front_matter_too(one: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = one("As @berg2002.")
    abstract = "abstract: |\n  We found p=0.05. <!-- citeproof: allow N001 because it is so -->\n\n  Then p=0.06.\n"
    path.write_text(path.read_text("utf-8").replace("bibliography", f"{abstract}bibliography", 1), "utf-8")
    assert [line.split()[:3] for line in said(citeproof("check"))] == [["paper.md:7:8:", "warning", "N001:"]]


def test_a_quotation_is_allowed_its_form_by_a_comment_within_its_line(
    one: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    quoted = " ".join(["word"] * 41)
    one(f'She said "{quoted}" (@berg2002, p. 3).')
    assert [line.split()[:3] for line in said(citeproof("check"))] == [["paper.md:7:10:", "warning", "Q001:"]]
    one(f'She said "{quoted}"<!-- citeproof: allow Q001 because the journal sets it so --> (@berg2002, p. 3).')
    assert said(citeproof("check")) == []


# --- a supplement, a masked copy --------------------------------------------------------------------------------------


def test_a_supplement_allows_what_stands_in_it_and_takes_the_papers_policy(
    one: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    one("As @berg2002.", "{N001: off}")
    supplement = f"---\ntitle: More\n---\n\n{ALLOW}\nAs @ames2001.\n\nSo @ames2001, where p=0.05.\n"
    (tmp_path / "supplement.md").write_text(supplement)
    found = citeproof("build")
    assert said(found) == [f"supplement.md:8:4: {UNVERIFIED}"]
    assert found.err.splitlines()[-2].endswith("; 1 warning; 1 finding allowed, 1 turned off")
    assert said(citeproof("check")) == said(found)


def test_a_supplement_has_no_policy_of_its_own(
    one: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    one("As @berg2002.")
    (tmp_path / "supplement.md").write_text("---\ntitle: More\nciteproof: {findings: {C003: off}}\n---\n\nText.\n")
    found = citeproof("check")
    assert found.err.splitlines()[:2] == [
        "supplement.md:3:1: error F006: a supplement has no policy of its own",
        "    say it in the front matter of the paper: it holds for both",
    ]


def test_a_masked_copy_holds_nothing_of_a_reason_that_names_the_author(
    one: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    one("<!-- citeproof: allow C003 because Dee Dunn says so -->\nAs @ames2001.", "{N001: off}", toml='C006 = "off"')
    found = citeproof("build", "--masked")
    assert (said(found), found.status) == ([], 0)
    assert found.err.splitlines()[-2].endswith("; 1 finding allowed")
    folder = tmp_path / "dist" / "masked"
    assert not any(b"Dunn" in path.read_bytes() for path in folder.iterdir())
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["inputs"], manifest["findings"], "allowed" in manifest) == ({}, [], False)


# --- a policy that changes is a new build ----------------------------------------------------------------------------


def last(run: Run) -> str:
    return run.err.splitlines()[-1].split()[0]


@pytest.mark.parametrize("options", [(), ("--no-cache",)])
def test_a_changed_policy_of_the_project_is_noticed(
    one: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path, options: tuple[str, ...]
) -> None:
    def again() -> tuple[str, int]:
        found = citeproof("build", "papers", "--to", "html", *options)
        assert found.status == 0
        return last(found), len(said(found))

    one("As @ames2001.")
    (tmp_path / "papers").mkdir()
    for name in ("paper.md", "references.bib"):
        (tmp_path / name).rename(tmp_path / "papers" / name)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert [again(), again()] == [("built", 1), ("nothing", 1)]
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'y'\n")
    assert again() == ("nothing", 1)
    (tmp_path / "pyproject.toml").write_text('[tool.citeproof.findings]\nC003 = "off"\n')
    assert [again(), again()] == [("built", 0), ("nothing", 0)]
    manifest = json.loads((tmp_path / "dist" / "manifest.json").read_text("utf-8"))
    digest = hashlib.sha256((tmp_path / "pyproject.toml").read_bytes()).hexdigest()
    assert manifest["inputs"]["../pyproject.toml"] == digest
    (tmp_path / "papers" / "pyproject.toml").write_text("[tool.citeproof]\n")
    assert [again(), again()] == [("built", 1), ("nothing", 1)]
    (tmp_path / "papers" / "pyproject.toml").unlink()
    assert [again(), again()] == [("built", 0), ("nothing", 0)]
    (tmp_path / "pyproject.toml").unlink()
    assert [again(), again()] == [("built", 1), ("nothing", 1)]


WORDS = "the children slept well in the first week after the training and they did so in the second week, too"


@pytest.fixture
def long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Write a paper that is abridged when it is read, with a policy of every kind."""
    monkeypatch.setattr(read, "_SHORT", 0)
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[tool.citeproof.findings]\nC002 = "off"\nP001 = "off"\n')
    (folder / "paper.md").write_text(
        FRONT.format("citeproof: {findings: {H003: off}}\n")
        + f"# One thing of many\n\nIndeed {WORDS}.\n\n{ALLOW}\n\nThen {WORDS}\nand {WORDS}, as @ames2001 says.\n\n"
        f"So @berg2002, and {WORDS}, p=0.05.\n\nAt the end {WORDS}. <!-- a note -->\n"
    )
    (folder / "references.bib").write_text(LIBRARY)
    return Project(folder / "paper.md", folder / "dist", cache=Cache(tmp_path / "cache"))


def outcome(meant: Project, *, force: bool = False) -> tuple[Any, list[str]]:
    steps: list[str] = []
    return build.build(meant, steps.append, force=force), steps


def test_new_words_leave_what_was_decided_and_allowed_in_force(long: Project, tmp_path: Path) -> None:
    before, _ = outcome(long)
    assert [(str(each.place.line), each.code) for each in before.findings] == [("17", "N001")]
    assert [(each.place.line, each.because) for each in before.allowed] == [(15, "it is so")]
    assert before.off == 1
    text = long.paper.read_text("utf-8")
    for old, new in (
        ("slept well in the first", "slept\nwell in the very first"),
        ("the training", "the first training"),
    ):
        text = text.replace(old, new, 1)
        long.paper.write_text(text, "utf-8")
        after, steps = outcome(long)
        assert steps[0] == "putting new words into pdf, docx, html"
        anew = build.build(Project(long.paper, tmp_path / "anew"), lambda _: None, force=True)
        assert (after.findings, after.allowed, after.off) == (anew.findings, anew.allowed, anew.off)
        for name in ("paper.pdf", "paper.docx", "paper.html"):
            assert (long.output / name).read_bytes() == (tmp_path / "anew" / name).read_bytes()
        told, expected = (
            json.loads((folder / "manifest.json").read_text("utf-8")) for folder in (long.output, tmp_path / "anew")
        )
        assert told == expected
        known, steps = outcome(long)
        assert (known.fresh, steps) == (False, [])
        assert (known.findings, known.allowed, known.off) == (after.findings, after.allowed, after.off)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pyproject.toml", "C002", "C006"),
        ("paper.md", "H003: off", "X002: error"),
        ("paper.md", "it is so", "it is not so"),
    ],
)
def test_new_words_and_a_new_policy_are_a_whole_build(long: Project, file: str, old: str, new: str) -> None:
    outcome(long)
    path = long.folder / file
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    long.paper.write_text(long.paper.read_text("utf-8").replace("slept well", "slept very well", 1), "utf-8")
    _, steps = outcome(long)
    assert steps[0] == "reading"


# --- a comment is the author's own -----------------------------------------------------------------------------------


def test_no_comment_reaches_a_finished_file(long: Project) -> None:
    found, _ = outcome(long)
    assert found.outputs
    page = (long.output / "paper.html").read_text("utf-8")
    assert not any(each in page for each in ("<!--", "it is so", "a note", "H003"))
    with zipfile.ZipFile(long.output / "paper.docx") as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(each in parts for each in (b"it is so", b"a note", b"H003", b"citeproof"))
    with pdfplumber.open(long.output / "paper.pdf") as opened:
        text = "".join(page.extract_text() for page in opened.pages)
    assert not any(each in text for each in ("it is so", "a note", "citeproof"))
    assert b"it is so" not in (long.output / "paper.pdf").read_bytes()


def test_a_comment_between_two_lists_still_keeps_them_apart(
    paper: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path
) -> None:
    paper("- One\n\n<!-- citeproof: allow -->\n\n- Two <!-- a note --> more [@ames2001]\n")
    assert citeproof("build").status == 0
    page = (tmp_path / "dist" / "paper.html").read_text("utf-8")
    assert page.count("<ul>") == 2
    assert "Two more <" in page
    assert "<!--" not in page
