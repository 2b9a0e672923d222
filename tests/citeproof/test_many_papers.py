"""Many papers in one call: each into a folder of its own, and none stopped by what is wrong with another."""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import build, cli, project
from citeproof.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

    from citeproof.reuse import Outcome

ENTRY = "@book{ames, author = {Ames, Ann}, title = {Things}, publisher = {Press}, date = {2001}}\n"
SOUND = "---\ntitle: On {}\nauthor: A\nbibliography: references.bib\n---\n\nAs @ames says.\n"


def write(folder: Path, name: str, text: str | None = None) -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "references.bib").write_text(ENTRY)
    path = folder / name / "paper.md"
    path.write_text(SOUND.format(name) if text is None else text)
    return path


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three papers in a folder, the second of which cites what is not there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    folder = tmp_path / "papers"
    write(folder, "anna")
    write(folder, "bob", SOUND.format("bob").replace("@ames", "@nobody"))
    write(folder, "cleo")
    (folder / "figures").mkdir()
    return folder


def made(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_paper_that_fails_stops_no_other(papers: Path, citeproof: Callable[..., Run], jobs: str) -> None:
    found = citeproof("build", "papers", "--to", "html", "--jobs", jobs)
    assert found.status == 1
    assert sorted(path.name for path in (papers.parent / "dist").iterdir()) == ["anna", "cleo"]
    assert [line for line in found.err.splitlines() if not line.startswith("    ")] == [
        "papers/anna/paper.md: 1 citation of 1 work, each resolves",
        "papers/bob/paper.md:7:4: error C001: @nobody is cited but is not in references.bib",
        "papers/bob/paper.md: 1 error: nothing was built, and what was there stays",
        "papers/cleo/paper.md: 1 citation of 1 work, each resolves",
        "2 of 3 papers built",
        "failed: papers/bob/paper.md",
    ]


def test_the_files_are_those_of_each_paper_alone(papers: Path, citeproof: Callable[..., Run]) -> None:
    citeproof("build", "papers/anna", "papers/cleo", "--to", "html", "--jobs", "2")
    citeproof("build", "papers/cleo", "--to", "html", "--output", "alone")
    assert made(papers.parent / "dist" / "cleo") == made(papers.parent / "alone")


def test_as_data_each_paper_has_its_findings_and_its_status(papers: Path, citeproof: Callable[..., Run]) -> None:
    found = citeproof("build", "papers", "--to", "html", "--format", "json", "--jobs", "2")
    told = json.loads(found.out)
    assert (found.status, told["status"]) == (1, 1)
    assert [(one["paper"], one["status"], one["works"]) for one in told["papers"]] == [
        ("papers/anna/paper.md", 0, 1),
        ("papers/bob/paper.md", 1, 1),
        ("papers/cleo/paper.md", 0, 1),
    ]
    assert [one["code"] for one in told["papers"][1]["findings"] if one["severity"] == "error"] == ["C001"]
    assert papers.is_dir()


def test_all_well_ends_with_0(papers: Path, citeproof: Callable[..., Run]) -> None:
    found = citeproof("build", "papers/anna", "papers/cleo", "--to", "html", "-q")
    assert (found.status, found.err) == (0, "")
    assert papers.is_dir()


def test_a_fault_of_ours_in_one_paper_is_told_and_the_others_are_built(
    papers: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build.build

    def build_or_break(one: Project, *rest: Any, **more: Any) -> Outcome:
        if "anna" in str(one.paper):
            raise ZeroDivisionError("of all things")
        return whole(one, *rest, **more)

    monkeypatch.setattr(build, "build", build_or_break)
    found = citeproof("build", "papers/anna", "papers/cleo", "--to", "html", "--jobs", "1")
    assert found.status == cli.OUR_FAULT
    assert "papers/anna/paper.md: error: Traceback" in found.err
    assert "ZeroDivisionError: of all things" in found.err
    assert (papers.parent / "dist" / "cleo" / "paper.html").is_file()


def test_an_output_folder_that_cannot_be_used_is_that_papers_fault(papers: Path, citeproof: Callable[..., Run]) -> None:
    (papers.parent / "dist").mkdir()
    (papers.parent / "dist" / "anna").write_text("mine")
    found = citeproof("build", "papers/anna", "papers/cleo", "--to", "html")
    assert found.status == 1
    assert "papers/anna/paper.md: error: anna is a file, not a folder\n    name another folder" in found.err
    assert (papers.parent / "dist" / "cleo" / "paper.html").is_file()


# --- which papers, and their names ------------------------------------------------------------------------------------


def test_a_folder_that_holds_a_paper_is_no_folder_of_papers(papers: Path) -> None:
    (papers / "paper.md").write_text("x")
    assert project.find_papers([papers]) == [(papers / "paper.md", "papers")]


def test_a_folder_of_one_paper_is_built_as_that_paper(papers: Path, citeproof: Callable[..., Run]) -> None:
    write(papers.parent / "more", "only")
    assert citeproof("build", "more", "--to", "html").status == 0
    assert (papers.parent / "dist" / "paper.html").is_file()


def test_papers_are_named_by_their_folders_or_by_their_files(tmp_path: Path) -> None:
    for name in ("one/x", "two/x"):
        write(tmp_path, name)
    (tmp_path / "three").mkdir()
    for name in ("a.md", "X.md"):
        (tmp_path / "three" / name).write_text("x")
    found = project.find_papers([tmp_path / name for name in ("one/x", "two/x", "three/a.md", "three/X.md")])
    assert [name for _, name in found] == ["x", "two-x", "a", "three-X"]


def test_the_same_paper_twice_is_wrong_use(papers: Path, citeproof: Callable[..., Run]) -> None:
    found = citeproof("build", "papers/anna", "papers/anna/paper.md")
    assert found.status == 2
    assert found.err == "citeproof: error: papers/anna/paper.md is named twice\n    name it once\n"
    assert papers.is_dir()


@pytest.mark.parametrize("jobs", ["0", "-2"])
def test_less_than_one_job_is_wrong_use(papers: Path, citeproof: Callable[..., Run], jobs: str) -> None:
    found = citeproof("build", "papers/anna", "--jobs", jobs)
    assert (found.status, found.err) == (
        2,
        f"citeproof: error: --jobs does not know {jobs}\n    name a number from 1 on\n",
    )
    assert papers.is_dir()


# --- the executor -----------------------------------------------------------------------------------------------------


class Elsewhere(Executor):
    """An executor that does what it is handed at once, and counts."""

    def __init__(self) -> None:
        self.handed = 0

    def submit(self, function: Callable[..., Any], /, *given: Any, **more: Any) -> Future[Any]:
        self.handed += 1
        done: Future[Any] = Future()
        done.set_result(function(*given, **more))
        return done


def test_any_executor_of_concurrent_futures_will_do(papers: Path) -> None:
    projects = [
        Project(paper, papers.parent / "out" / name, ("html",)) for paper, name in project.find_papers([papers])
    ]
    one, other = Elsewhere(), ThreadPoolExecutor(2)
    found = [list(build.build_all(projects, executor)) for executor in (one, other, None)]
    assert one.handed == len(projects)
    assert [[attempt.status for attempt in attempts] for attempts in found] == [[0, 1, 0]] * 3
    assert re.fullmatch(r".*nobody.*", str(found[0][1].outcome.findings[0].message))
    other.shutdown()
