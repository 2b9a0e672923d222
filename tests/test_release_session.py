"""The session that makes releases: what it refuses, what it writes, and that a refusal leaves everything as it was."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import types

TOP = Path(__file__).resolve().parents[1]


def _session() -> types.ModuleType:
    """Load scripts/release.py, which is no package's; it imports its neighbour reproduce.py."""
    sys.path.insert(0, str(TOP / "scripts"))
    try:
        spec = importlib.util.spec_from_file_location("release_session", TOP / "scripts" / "release.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(TOP / "scripts"))


session = _session()
TODAY = "2026-11-27"
CHANGELOG = """\
# Changelog

For authors.

## [Unreleased]

### Added

- One thing.

## [1.1.0] - 2026-01-01

- Another thing.
"""
PROJECT = '[build-system]\nversion = "1"\n[project]\nname = "citeproof"\nversion = "1.1.0"\n[tool.x]\nversion = "2"\n'


def refusal(what: str) -> pytest.RaisesExc[Exception]:
    return pytest.raises(session.Refused, match=what)


# --- the changelog ----------------------------------------------------------------------------------------------------


def test_what_is_unreleased_goes_under_the_version_of_today() -> None:
    text, section = session.changelog_with(CHANGELOG, "1.2.0", TODAY)
    assert text == CHANGELOG.replace("## [Unreleased]\n", f"## [Unreleased]\n\n## [1.2.0] - {TODAY}\n")
    assert section == "### Added\n\n- One thing.\n"


def test_a_heading_of_today_that_is_there_already_stays() -> None:
    prepared, _ = session.changelog_with(CHANGELOG, "1.2.0", TODAY)
    assert session.changelog_with(prepared, "1.2.0", TODAY) == (prepared, "### Added\n\n- One thing.\n")


def test_a_heading_of_another_day_is_refused() -> None:
    prepared, _ = session.changelog_with(CHANGELOG, "1.2.0", "2026-11-26")
    with refusal(r"^CHANGELOG\.md dates 1\.2\.0 2026-11-26, and today is 2026-11-27 \(UTC\)$") as caught:
        session.changelog_with(prepared, "1.2.0", TODAY)
    assert caught.value.remedy == "let the heading be: ## [1.2.0] - 2026-11-27"
    with refusal(r"^CHANGELOG\.md dates 1\.2\.0 not at all, and today is"):
        session.changelog_with(prepared.replace(" - 2026-11-26", ""), "1.2.0", TODAY)


@pytest.mark.parametrize("under", ["", "\n\n### Added\n", "\n\nSoon.\n"])
def test_an_empty_changelog_is_refused(under: str) -> None:
    text = CHANGELOG.replace("\n\n### Added\n\n- One thing.\n", under)
    with refusal(r"^CHANGELOG\.md says nothing of 1\.2\.0$") as caught:
        session.changelog_with(text, "1.2.0", TODAY)
    assert caught.value.remedy == "write down what changes for an author, as a list"


def test_a_changelog_without_headings_is_refused() -> None:
    with refusal(r"^CHANGELOG\.md has no heading for 1\.2\.0, nor for what is unreleased$") as caught:
        session.changelog_with("# Changelog\n", "1.2.0", TODAY)
    assert caught.value.remedy == "add: ## [Unreleased]"


def test_the_changelog_of_this_repository_can_be_released() -> None:
    text, section = session.changelog_with((TOP / "CHANGELOG.md").read_text("utf-8"), "9999.0.0", TODAY)
    assert f"## [Unreleased]\n\n## [9999.0.0] - {TODAY}\n" in text
    assert section.startswith("### ")


# --- the version ------------------------------------------------------------------------------------------------------


def test_the_version_of_the_project_is_written_and_no_other() -> None:
    assert session.project_with(PROJECT, "1.2.0") == PROJECT.replace('version = "1.1.0"', 'version = "1.2.0"')
    text = (TOP / "pyproject.toml").read_text("utf-8")
    changed = session.project_with(text, "9999.0.0")
    pairs = zip(text.splitlines(), changed.splitlines(), strict=True)
    assert [new for old, new in pairs if old != new] == ['version = "9999.0.0"']


def test_a_project_without_a_version_is_refused() -> None:
    with refusal(r"^pyproject\.toml has no version under \[project\]$"):
        session.project_with('[project]\nname = "x"\n[tool.x]\nversion = "2"\n', "1.2.0")


@pytest.mark.parametrize("version", ["1.2", "v1.2.0", "1.2.0-rc.1", "01.2.0", "1.2.0\n", "", "--force"])
def test_what_is_no_version_is_refused(version: str) -> None:
    with refusal(r"is no version$") as caught:
        session.check_version(version, [])
    assert caught.value.remedy == "write three numbers: 1.2.0"


def test_a_version_must_be_later_than_all_that_are_released() -> None:
    tags = ["v1.9.0", "v1.10.0", "draft", "v2.0.0-rc.1"]
    session.check_version("1.10.1", tags)
    with refusal(r"^1\.10\.0 is released already: there is a tag v1\.10\.0$"):
        session.check_version("1.10.0", tags)
    with refusal(r"^1\.9\.1 is not later than 1\.10\.0, which is released$"):
        session.check_version("1.9.1", tags)


def test_a_citation_file_that_names_another_version_is_refused() -> None:
    session.check_citation("cff-version: 1.2.0\n", "1.2.0")
    session.check_citation('cff-version: 1.2.0\nversion: "1.3.0"\n', "1.3.0")
    with refusal(r"^CITATION\.cff names version 1\.1\.0$"):
        session.check_citation("cff-version: 1.2.0\nversion: 1.1.0\n", "1.2.0")


def test_files_that_differ_are_named(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "same").write_bytes(b"1")
        (folder / "other").write_bytes(folder.name.encode())
    (two / "more").write_bytes(b"")
    assert session.differing(one, two) == ["more", "other"]


# --- a repository -----------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository that holds citeproof and a short paper, as this one does."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    root = tmp_path / "repository"
    for name in ("scripts", "filters", "csl"):  # without the pins: those of building are not those of testing
        shutil.copytree(TOP / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "requirements"))
    for name in (".gitignore", "CITATION.cff"):
        shutil.copy(TOP / name, root / name)
    (root / "manuscript").mkdir()
    (root / "manuscript" / "paper.md").write_text("---\ntitle: A Paper\nauthor: Ann Lee\n---\n\nText.\n", "utf-8")
    (root / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    (root / "pyproject.toml").write_text(PROJECT, "utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "config", "user.name", "Somebody")
    git(root, "config", "user.email", "somebody@example.org")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "All of it")
    return root


def state(root: Path) -> tuple[str, ...]:
    """Give what a refusal must leave as it was."""
    return (
        git(root, "for-each-ref"),
        git(root, "rev-parse", "HEAD"),
        git(root, "status", "--porcelain", "--ignored"),
        (root / "CHANGELOG.md").read_text("utf-8"),
    )


def test_a_release_is_committed_tagged_and_made_and_nothing_is_pushed(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = git(repository, "rev-parse", "HEAD")
    session.release(repository, "1.2.0", "manuscript", dry_run=False)
    said = capfd.readouterr().out.splitlines()
    assert said[0] == f"v1.2.0 is commit {git(repository, 'rev-parse', 'HEAD')} (new: changelog and version)"
    assert said[-2] == "made twice, in two worlds: the same bytes"
    assert said[-1] == "v1.2.0 is made. To publish it: git push --atomic origin main v1.2.0"
    assert git(repository, "rev-parse", "HEAD^") == before
    assert git(repository, "log", "-1", "--format=%s") == "Release 1.2.0"
    assert git(repository, "cat-file", "-t", "v1.2.0") == "tag"  # annotated
    assert git(repository, "tag", "--list", "--format=%(contents)") == "citeproof 1.2.0\n\n### Added\n\n- One thing."
    assert git(repository, "rev-parse", "v1.2.0^{commit}") == git(repository, "rev-parse", "main")
    assert 'version = "1.2.0"' in (repository / "pyproject.toml").read_text("utf-8")
    assert "## [1.2.0] - " in (repository / "CHANGELOG.md").read_text("utf-8")
    assert git(repository, "status", "--porcelain") == ""
    names = {path.name for path in (repository / "dist" / "release-1.2.0").iterdir()}
    assert {"paper.pdf", "paper.docx", "paper.html", "proof.html", "release.json", "SHA256SUMS"} <= names
    with refusal("^1.2.0 is released already"):
        session.release(repository, "1.2.0", "manuscript", dry_run=False)


def test_a_dry_run_makes_the_files_and_changes_nothing(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = state(repository)[:2]
    session.release(repository, "1.2.0", "manuscript", dry_run=True)
    assert state(repository)[:2] == before
    assert git(repository, "status", "--porcelain") == ""
    assert (repository / "dist" / "dry-run-1.2.0" / "paper.pdf").is_file()
    assert capfd.readouterr().out.splitlines()[-1] == "a dry run: nothing was committed, and nothing tagged"


def test_a_release_that_is_prepared_gets_the_tag_and_no_commit(repository: Path) -> None:
    today = session.dt.datetime.now(session.dt.UTC).date().isoformat()
    session.prepare(repository, "1.2.0", today)
    git(repository, "tag", "--delete", "v1.2.0")
    prepared = git(repository, "rev-parse", "HEAD")
    session.release(repository, "1.2.0", "manuscript", dry_run=False)
    assert git(repository, "rev-parse", "v1.2.0^{commit}") == prepared


def test_another_branch_is_refused(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "other")
    before = state(repository)
    with refusal("^this is other, and releases are made of main$") as caught:
        session.release(repository, "1.2.0", "manuscript", dry_run=False)
    assert caught.value.remedy == "git switch main"
    git(repository, "switch", "--quiet", "--detach")
    with refusal("^this is no branch, and releases are made of main$"):
        session.release(repository, "1.2.0", "manuscript", dry_run=False)
    git(repository, "switch", "--quiet", "other")
    assert state(repository) == before


def test_changes_that_are_not_committed_are_refused(repository: Path) -> None:
    (repository / "new.txt").write_text("new", "utf-8")
    (repository / "CHANGELOG.md").write_text(CHANGELOG + "- More.\n", "utf-8")
    before = state(repository)
    with refusal(r"^not all is committed: CHANGELOG\.md, new\.txt$") as caught:
        session.release(repository, "1.2.0", "manuscript", dry_run=True)
    assert caught.value.remedy == "commit it, or put it away with: git stash -u"
    assert state(repository) == before


def test_a_paper_that_cannot_be_built_is_refused(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (repository / "manuscript" / "paper.md").write_text("---\ntitle: A Paper\n---\n\nSee [@nobody2001].\n", "utf-8")
    git(repository, "commit", "--quiet", "--all", "-m", "Broken")
    before = state(repository)
    with refusal("^the files of the release cannot be made$"):
        session.release(repository, "1.2.0", "manuscript", dry_run=False)
    assert "error C001: @nobody2001" in capfd.readouterr().err
    assert state(repository) == before


def test_files_that_differ_between_two_worlds_are_refused(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(_: Path, __: str, ___: str, world: dict[str, str], output: Path) -> None:
        output.mkdir()
        (output / "paper.pdf").write_text(world["TZ"], "utf-8")

    monkeypatch.setattr(session, "make", careless)
    before = state(repository)
    with refusal(r"^made twice, these are not the same: paper\.pdf$"):
        session.release(repository, "1.2.0", "manuscript", dry_run=False)
    assert state(repository) == before


def test_a_commit_that_came_meanwhile_is_not_passed_over(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_: Path, __: str, ___: str, ____: dict[str, str], output: Path) -> None:
        output.mkdir()
        git(repository, "commit", "--quiet", "--allow-empty", "-m", "Meanwhile")

    monkeypatch.setattr(session, "make", slow)
    with refusal("^something was committed meanwhile$"):
        session.release(repository, "1.2.0", "manuscript", dry_run=False)
    assert git(repository, "tag", "--list") == ""
    assert git(repository, "log", "-1", "--format=%s") == "Meanwhile"


def test_a_refusal_is_told_with_what_to_do(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "__file__", str(repository / "scripts" / "release.py"))
    assert session.main(["1.2"]) == 1
    assert capsys.readouterr().err == (
        "no release: 1.2 is no version\n    write three numbers: 1.2.0\nnothing was changed\n"
    )
