"""Which paper is meant, which date its files carry, and how programs are started."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from citeproof import programs, project
from citeproof.errors import MissingToolError, UsageError


def write(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("x")


def refused(path: Path) -> tuple[str, str]:
    with pytest.raises(UsageError) as caught:
        project.find_paper(path)
    return str(caught.value).replace(str(path), "PATH"), caught.value.hint


# --- the paper --------------------------------------------------------------------------------------------------------


def test_a_file_is_the_paper_itself(tmp_path: Path) -> None:
    write(tmp_path, "any.txt")
    assert project.find_paper(tmp_path / "any.txt") == tmp_path / "any.txt"


@pytest.mark.parametrize(
    ("names", "paper"),
    [
        (["paper.md", "notes.md"], "paper.md"),
        (["study.md", "README.md", "CHANGELOG.md"], "study.md"),
        (["study.markdown", ".hidden.md", "_part.md"], "study.markdown"),
        (["x.md", "data.csv"], "x.md"),
    ],
)
def test_in_a_folder_the_one_markdown_file_that_can_be_a_paper_is_meant(
    tmp_path: Path, names: list[str], paper: str
) -> None:
    write(tmp_path, *names)
    assert project.find_paper(tmp_path) == tmp_path / paper


@pytest.mark.parametrize(
    ("names", "message", "hint"),
    [
        ([], "PATH holds no Markdown file", "name the paper, or start one with: citeproof new DIR"),
        (["README.md"], "PATH holds no Markdown file", "name the paper, or start one with: citeproof new DIR"),
        (["b.md", "a.md"], "PATH holds several Markdown files: a.md, b.md", "name the one that is the paper"),
    ],
)
def test_a_folder_that_does_not_tell_its_paper_is_wrong_use(
    tmp_path: Path, names: list[str], message: str, hint: str
) -> None:
    write(tmp_path, *names)
    assert refused(tmp_path) == (message, hint)


def test_a_path_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.md") == ("PATH is not there", "name a Markdown file or a folder with one")


def test_a_link_whose_target_is_gone_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "paper.md").symlink_to("gone.md")
    assert refused(tmp_path / "paper.md") == ("PATH is not there", "it is a link whose target is gone")


def test_a_link_that_leads_back_to_itself_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "paper.md").symlink_to("other.md")
    (tmp_path / "other.md").symlink_to("paper.md")
    assert refused(tmp_path / "paper.md") == (
        "PATH cannot be followed: it is a link that leads back to itself",
        "replace the link by the file that was meant",
    )


def test_a_folder_that_may_not_be_read_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert refused(tmp_path) == ("PATH cannot be read", "check the folder's permissions")


def test_a_path_is_shown_as_the_author_would_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    meant = project.Project(tmp_path / "sub" / "paper.md", tmp_path / "dist")
    assert meant.shown(meant.paper) == "sub/paper.md"
    assert meant.folder == tmp_path / "sub"
    assert project.shown(tmp_path.parent / "x.md") == (tmp_path.parent / "x.md").as_posix()


# --- the date: SOURCE_DATE_EPOCH, else the last commit's, else a fixed one --------------------------------------------


def test_the_date_that_the_environment_tells_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "last_commit_epoch", lambda _: 1600000000)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert project.date_of(tmp_path) == 1700000000


@pytest.mark.parametrize("told", [None, ""])
def test_the_date_of_the_last_commit_comes_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str | None
) -> None:
    monkeypatch.setattr(programs, "last_commit_epoch", lambda _: 1600000000)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if told is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", told)
    assert project.date_of(tmp_path) == 1600000000


def test_a_paper_in_no_repository_carries_a_fixed_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert project.date_of(tmp_path) == 1577836800


@pytest.mark.parametrize("told", ["today", "-1", "1.5", "\uff11\uff17", "1 "])
def test_a_date_that_is_no_whole_number_is_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", told)
    with pytest.raises(UsageError) as caught:
        project.date_of(tmp_path)
    assert str(caught.value) == f"SOURCE_DATE_EPOCH is {told!r}, not a whole number of seconds"
    assert caught.value.hint == "unset it or mend it"


def test_a_date_later_than_a_docx_can_carry_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4354819198")
    assert project.date_of(tmp_path) == 4354819198
    for told in ("4354819199", "9" * 5000):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", told)
        with pytest.raises(UsageError, match=r"later than the year 2107 that a DOCX can name$"):
            project.date_of(tmp_path)


@pytest.mark.parametrize(
    ("left", "epoch"),
    [
        (programs.Result(0, b"1700000000\n", ""), 1700000000),
        (programs.Result(128, b"", "fatal: not a git repository"), None),
        (programs.Result(0, b"\n", ""), None),
    ],
)
def test_git_is_asked_for_the_date_of_the_last_commit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    left: programs.Result,
    epoch: int | None,
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> programs.Result:
        asked.append(command)
        return left

    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(shutil, "which", lambda _: "git")
    monkeypatch.setattr(programs, "run", run)
    assert programs.last_commit_epoch(tmp_path) == epoch
    assert asked == [["git", "log", "-1", "--format=%ct"]]


def test_git_is_not_asked_outside_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_DIR", raising=False)
    monkeypatch.setattr(programs, "run", lambda *_, **__: pytest.fail("a program was started"))
    assert programs.last_commit_epoch(tmp_path) is None


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert programs.last_commit_epoch(tmp_path) is None


# --- programs ---------------------------------------------------------------------------------------------------------


def test_a_program_sees_the_same_environment_on_every_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "LANG": "de_DE",
        "LC_TIME": "tr_TR",
        "TZ": "Asia/Tokyo",
        "PYTHONHASHSEED": "7",
        "ODD": "1",
    }.items():
        monkeypatch.setenv(name, value)
    done = programs.run(
        [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"], cwd=tmp_path, epoch=5
    )
    seen = json.loads(done.output)
    assert {
        name: seen.get(name)
        for name in ("LANG", "LC_ALL", "TZ", "PYTHONHASHSEED", "SOURCE_DATE_EPOCH", "ODD", "LC_TIME")
    } == {
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "5",
        "ODD": None,
        "LC_TIME": None,
    }
    assert seen["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_a_program_that_is_not_there_is_a_missing_tool(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match=r"^no-such-program could not be started$") as caught:
        programs.run(["no-such-program"], cwd=tmp_path)
    assert caught.value.hint == "install citeproof again"


def test_pandoc_is_the_one_that_its_package_carries() -> None:
    assert Path(programs.pandoc_path()).parent.name == "files"


def test_without_that_package_pandoc_is_a_missing_tool_whatever_else_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nowhere = SimpleNamespace(find_spec=lambda _: None)
    monkeypatch.setattr(programs, "importlib", SimpleNamespace(machinery=SimpleNamespace(PathFinder=nowhere)))
    with pytest.raises(MissingToolError, match=r"^pandoc is not installed$") as caught:
        programs.pandoc_path()
    assert caught.value.hint == "install it with: python -m pip install pypandoc_binary"
