"""A release is made of a tag and of nothing else; made again it has the same bytes, or one is told which are not."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import programs, releases, resources
from citeproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

FILES = [
    *(
        "CITATION.cff",
        "SHA256SUMS",
        "manifest.json",
        "paper.docx",
        "paper.html",
        "paper.pdf",
        "proof.html",
        "proof.json",
    ),
    *("release.json", "ro-crate-metadata.json", "sbom.cdx.json"),
]


FRONT = "---\ntitle: A Paper\nauthor: Dee Dunn\nbibliography: references.bib\n---\n\n"
BIBLIOGRAPHY = """\
@article{ames2001, author = {Ames, Ann}, title = {One thing after another}, journaltitle = {Journal of Things},
  date = {2001}, volume = {1}, pages = {1--2}, doi = {10.1000/ames}}
"""


def git(folder: Path, *arguments: str, date: str = "1700000000 +0000") -> str:
    """Run git as somebody, at a moment of its own, without the settings of this machine."""
    told = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_CONFIG_GLOBAL": os.devnull}
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=os.environ | told, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a repository with a paper and the tag v1.0.0, and the files of that release beside it; both to be copied."""
    home = tmp_path_factory.mktemp("template")
    folder = home / "repository"
    folder.mkdir()
    (folder / "paper.md").write_text(FRONT + "As @ames2001 says.", "utf-8")
    (folder / "references.bib").write_text(BIBLIOGRAPHY, "utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "The paper")
    git(folder, "tag", "--annotate", "-m", "First", "v1.0.0")
    asked = ("release", "v1.0.0", str(folder), "--output", str(home / "release"))
    assert programs.citeproof(resources.PACKAGE, *asked).status == 0
    return home


@pytest.fixture
def repository(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository with a paper and the tag v1.0.0; it is the working folder."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    folder = shutil.copytree(template / "repository", tmp_path / "repository", symlinks=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def released(template: Path, tmp_path: Path) -> Path:
    """Give the folder of the files of the release, beside the repository."""
    return shutil.copytree(template / "release", tmp_path / "downloads")


def record(folder: Path, **changed: Any) -> dict[str, Any]:
    """Read release.json, with what is changed in it written back."""
    path = folder / "release.json"
    told: dict[str, Any] = json.loads(path.read_text("utf-8")) | changed
    if changed:
        path.write_text(json.dumps(told), "utf-8")
    return told


# --- making one -------------------------------------------------------------------------------------------------------


def test_a_release_holds_the_paper_its_proof_and_what_is_said_of_it(released: Path) -> None:
    assert sorted(path.name for path in released.iterdir()) == FILES


def test_the_checksums_are_those_of_all_other_files(released: Path) -> None:
    told = dict(reversed(line.split("  ")) for line in (released / "SHA256SUMS").read_text("utf-8").splitlines())
    assert [*told] == [name for name in FILES if name != "SHA256SUMS"]
    for name, digest in told.items():
        assert hashlib.sha256((released / name).read_bytes()).hexdigest() == digest


def test_the_record_says_of_what_commit_the_files_are_and_what_made_them(repository: Path, released: Path) -> None:
    told = record(released)
    assert told["commit"] == git(repository, "rev-parse", "HEAD")
    assert (told["tag"], told["version"], told["paper"], told["epoch"]) == ("v1.0.0", "1.0.0", "paper.md", 1700000000)
    assert told["versions"]["pandoc"] == "3.9"
    assert told["versions"]["typst"] == resources.version("typst")
    assert told["choices"]["epoch"] == 1700000000  # the date of the commit, whatever the environment says


def test_the_date_is_that_of_the_commit_in_a_world_with_another_one(
    repository: Path, released: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567890")
    assert citeproof("release", "v1.0.0", repository, "--output", "again").status == 0
    for name in FILES:
        assert (repository / "again" / name).read_bytes() == (released / name).read_bytes(), name


def test_the_crate_and_the_list_of_software_tell_the_same_release(released: Path) -> None:
    crate = {one["@id"]: one for one in json.loads((released / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]}
    parts = [one["@id"] for one in crate["./"]["hasPart"]]
    assert parts == [name for name in FILES if name not in {"SHA256SUMS", "ro-crate-metadata.json"}]
    for name in parts:
        content = (released / name).read_bytes()
        assert crate[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert crate[name]["contentSize"] == str(len(content))
    materials = json.loads((released / "sbom.cdx.json").read_text("utf-8"))
    names = {one["name"].lower() for one in materials["components"]}
    assert {"pandoc", "typst", "lxml", "citeproof", "styles/apa.csl"} <= names
    assert any(name.startswith("fonts/texgyretermes") for name in names)


def test_nothing_names_this_machine(released: Path) -> None:
    here = (str(Path.home()).encode(), str(released.parent).encode(), str(resources.root()).encode())
    for path in released.iterdir():
        content = path.read_bytes()
        assert not any(place in content for place in here if len(place) > 1), path.name


def test_a_further_file_is_one_function_more(
    repository: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def package(made: releases.Made) -> dict[str, bytes]:
        return {"submission-apa.zip": made.facts.title.encode()}

    monkeypatch.setattr(releases, "MAKERS", (*releases.MAKERS, package))
    assert citeproof("release", "v1.0.0", "--output", "files").status == 0
    digest = hashlib.sha256(b"A Paper").hexdigest()
    assert f"{digest}  submission-apa.zip\n" in (repository / "files" / "SHA256SUMS").read_text("utf-8")
    graph = json.loads((repository / "files" / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    told = next(one for one in graph if one["@id"] == "submission-apa.zip")
    assert (told["sha256"], told["encodingFormat"]) == (digest, "application/zip")


PROFILE = """\
name = "Journal of Naps"
[sources.guide]
title = "Guide"
address = "https://example.org/guide"
seen = 2026-01-05
how = "read"
[limits]
words = { most = 100, of = "text", source = "guide" }
[[files]]
part = "manuscript"
name = "manuscript.docx"
[[files]]
part = "references"
name = "references.ris"
"""


def to_journal(repository: Path, words: str = "") -> None:
    """Let the paper go to a journal, and tag it v1.1.0."""
    front = FRONT.replace("author:", "journals: [naps]\nauthor:")
    (repository / "paper.md").write_text(f"{front}As @ames2001 says. {words}", "utf-8")
    (repository / "journals").mkdir()
    (repository / "journals" / "naps.toml").write_text(PROFILE, "utf-8")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "-m", "To a journal")
    git(repository, "tag", "--annotate", "-m", "Second", "v1.1.0")


def test_a_package_for_a_journal_is_released_and_verified(repository: Path, citeproof: Callable[..., Run]) -> None:
    to_journal(repository)
    assert citeproof("release", "v1.1.0", "--output", "files").status == 0
    package = repository / "files" / "submission-naps.zip"
    with zipfile.ZipFile(package) as archive:
        assert {"manuscript.docx", "references.ris"} <= set(archive.namelist())
    assert "submission-naps.zip" in (repository / "files" / "SHA256SUMS").read_text("utf-8")
    assert citeproof("verify-release", "files").status == 0
    raw = bytearray(package.read_bytes())
    raw[len(raw) // 2] ^= 1
    package.write_bytes(bytes(raw))
    found = citeproof("verify-release", package, repository / "files" / "release.json")
    assert found.status == 1
    assert "submission-naps.zip: no" in found.err


def test_a_paper_that_breaks_a_rule_of_its_journal_is_not_released(
    repository: Path, citeproof: Callable[..., Run]
) -> None:
    to_journal(repository, "word " * 100)
    found = citeproof("release", "v1.1.0", "--output", "files")
    assert found.status == 2
    assert "the paper breaks rules of Journal of Naps, and goes to it by its front matter" in found.err
    assert not (repository / "files").exists()


def test_two_files_of_one_name_are_a_fault_of_ours(
    repository: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "MAKERS", (*releases.MAKERS, lambda _: {"paper.pdf": b"%PDF"}))
    found = citeproof("release", "v1.0.0", repository, "--output", "files")
    assert found.status == 70
    assert "a release would have two files of one name: paper.pdf" in found.err
    assert not (repository / "files").exists()


def test_a_release_goes_to_dist_and_replaces_an_older_one(repository: Path, citeproof: Callable[..., Run]) -> None:
    (repository / "dist" / "release-1.0.0").mkdir(parents=True)
    (repository / "dist" / "release-1.0.0" / "release.json").write_text("{}", "utf-8")
    (repository / "dist" / "release-1.0.0" / "old.pdf").write_text("old", "utf-8")
    found = citeproof("release", "v1.0.0")
    assert found.status == 0
    assert found.err.splitlines()[-1] == f"dist/release-1.0.0: {' '.join(FILES)}"
    assert sorted(path.name for path in (repository / "dist" / "release-1.0.0").iterdir()) == FILES
    assert [path.name for path in (repository / "dist").iterdir()] == ["release-1.0.0"]


def test_a_release_that_cannot_be_put_in_place_leaves_the_older_one(
    repository: Path, released: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if self.name == "release":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    (released / "paper.pdf").write_bytes(b"the older one")
    found = citeproof("release", "v1.0.0", repository, "--output", released)
    assert found.status == 2
    assert "there is no room left on the disk that holds downloads/; nothing in it was changed" in found.err
    assert (released / "paper.pdf").read_bytes() == b"the older one"
    assert [path.name for path in released.parent.iterdir() if path.name.startswith(".")] == []


def refused(found: Run, message: str, remedy: str) -> None:
    assert found.status == 2
    assert found.err.splitlines()[-2:] == [f"citeproof: error: {message}", f"    {remedy}"]


def test_a_folder_with_other_files_is_left_alone(repository: Path, citeproof: Callable[..., Run]) -> None:
    (repository / "mine").mkdir()
    (repository / "mine" / "notes.txt").write_text("mine", "utf-8")
    refused(
        citeproof("release", "v1.0.0", "--output", "mine"),
        "mine holds files that are no release",
        "name another folder",
    )
    assert [path.name for path in (repository / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.usefixtures("repository")
def test_a_tag_that_is_not_there_is_told(citeproof: Callable[..., Run]) -> None:
    for tag in ("v2.0.0", "--upload-pack=x", "../../x", "main"):
        refused(
            citeproof("release", "--", tag),
            f"there is no tag {tag} in the repository",
            "git fetch --tags may bring it; git tag lists them",
        )


def test_only_what_is_tagged_is_released(repository: Path, citeproof: Callable[..., Run]) -> None:
    text = (repository / "paper.md").read_text("utf-8")
    (repository / "paper.md").write_text(text + "\nMore.\n", "utf-8")
    refused(
        citeproof("release", "v1.0.0"), "not all is as committed: paper.md", "commit it, or put it away with: git stash"
    )
    git(repository, "commit", "--quiet", "--all", "-m", "More")
    refused(citeproof("release", "v1.0.0"), "the tag v1.0.0 is not what is checked out", "git switch --detach v1.0.0")
    assert not (repository / "dist").exists()


def test_what_the_paper_reads_must_be_in_the_tag(repository: Path, citeproof: Callable[..., Run]) -> None:
    (repository / ".gitignore").write_text("references.bib\n", "utf-8")
    git(repository, "rm", "--quiet", "--cached", "references.bib")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "-m", "Without the bibliography")
    git(repository, "tag", "v1.0.1")
    refused(
        citeproof("release", "v1.0.1"),
        "the tag does not hold what the paper reads: references.bib",
        "commit it, and tag again",
    )
    assert not (repository / "dist" / "release-1.0.1").exists()


def test_lines_that_end_otherwise_than_in_the_tag_are_told(repository: Path, citeproof: Callable[..., Run]) -> None:
    git(repository, "config", "core.autocrlf", "true")
    (repository / "paper.md").unlink()
    git(repository, "checkout", "--", "paper.md")
    assert b"\r\n" in (repository / "paper.md").read_bytes()
    refused(
        citeproof("release", "v1.0.0"),
        "the lines do not end here as in the tag: paper.md",
        "clone the repository anew with: git clone -c core.autocrlf=false",
    )


def test_lines_that_the_repository_wants_to_end_so_are_the_same_everywhere(
    repository: Path, citeproof: Callable[..., Run]
) -> None:
    (repository / ".gitattributes").write_text("paper.md text eol=crlf\n", "utf-8")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "-m", "Line ends")
    git(repository, "tag", "v1.0.1")
    (repository / "paper.md").unlink()
    git(repository, "checkout", "--", "paper.md")
    assert b"\r\n" in (repository / "paper.md").read_bytes()
    assert citeproof("release", "v1.0.1", "--output", "files").status == 0
    assert citeproof("verify-release", "files", "-q").status == 0


@pytest.mark.parametrize("output", ["paper.md", "paper.md/inner"])
def test_an_output_that_is_a_file_is_told(repository: Path, citeproof: Callable[..., Run], output: str) -> None:
    before = (repository / "paper.md").read_bytes()
    found = citeproof("release", "v1.0.0", "--output", output)
    assert found.status == 2
    assert "is a file, not a folder" in found.err
    assert (repository / "paper.md").read_bytes() == before


def test_a_paper_in_no_repository_has_no_release(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    paper("Text.")
    found = citeproof("release", "v1.0.0")
    assert found.status == 2
    assert "stands in no repository" in found.err
    assert found.err.splitlines()[-1] == "    a release is made from a tag of a git repository"


def test_a_masked_paper_is_not_released(repository: Path, citeproof: Callable[..., Run]) -> None:
    text = (repository / "paper.md").read_text("utf-8").replace("author:", "apa: {masked: true}\nauthor:")
    (repository / "paper.md").write_text(text, "utf-8")
    git(repository, "commit", "--quiet", "--all", "-m", "Masked")
    git(repository, "tag", "v1.0.1")
    refused(citeproof("release", "v1.0.1"), "a release is never masked", "take `masked` out of the front matter")
    assert not (repository / "dist" / "release-1.0.1").exists()


def test_a_paper_with_an_error_is_not_released(repository: Path, citeproof: Callable[..., Run]) -> None:
    (repository / "paper.md").write_text((repository / "paper.md").read_text("utf-8") + "\nSee @nobody2001.\n", "utf-8")
    git(repository, "commit", "--quiet", "--all", "-m", "Wrong")
    git(repository, "tag", "v1.0.1")
    found = citeproof("release", "v1.0.1")
    assert found.status == 1
    assert "error C001: @nobody2001" in found.err
    assert not (repository / "dist" / "release-1.0.1").exists()


# --- comparing --------------------------------------------------------------------------------------------------------


def test_the_files_of_a_release_are_those_of_a_release(
    repository: Path, released: Path, citeproof: Callable[..., Run]
) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "Later")
    found = citeproof("verify-release", released)
    digests = {name: hashlib.sha256((released / name).read_bytes()).hexdigest() for name in FILES}
    assert found.err.splitlines()[2:] == [
        *(f"{released / name}: yes  {digests[name]}" for name in FILES),
        f"11 of 11 files: the bytes of v1.0.0, commit {record(released)['commit']}",
    ]
    assert found.status == 0
    assert git(repository, "worktree", "list").count("\n") == 0  # nothing was left in the repository
    assert git(repository, "status", "--porcelain") == ""


def test_one_byte_makes_the_difference(repository: Path, released: Path, citeproof: Callable[..., Run]) -> None:
    path = released / "paper.pdf"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    after = hashlib.sha256(content).hexdigest()
    found = citeproof("verify-release", path, released / "paper.docx", "--repository", repository, "-q")
    assert found.status == 1
    assert found.err.splitlines() == [f"{path}: no", f"    this file:  {after}", f"    v1.0.0: {before}"]


def test_any_byte_of_any_file_makes_it_another_one(released: Path) -> None:
    ours = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in released.iterdir()}
    for path in sorted(released.iterdir()):
        content = path.read_bytes()
        for at in {0, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert not releases.compare(path, ours).is_same, (path.name, at)
        for other in (content[:-1], content + b"\n", b""):
            path.write_bytes(other)
            assert not releases.compare(path, ours).is_same, path.name
        path.write_bytes(content)
        assert releases.compare(path, ours).is_same, path.name


@pytest.mark.usefixtures("repository")
def test_a_file_that_was_renamed_is_known_by_its_bytes(released: Path, citeproof: Callable[..., Run]) -> None:
    (released / "paper.pdf").rename(released / "paper (1).pdf")
    told = citeproof("verify-release", released / "paper (1).pdf", "--format", "json").told
    assert told["status"] == 0
    assert [(one["is"], one["same"]) for one in told["files"]] == [("paper.pdf", True)]


@pytest.mark.usefixtures("repository")
def test_a_file_of_another_name_and_other_bytes_is_none(released: Path, citeproof: Callable[..., Run]) -> None:
    (released / "extra.pdf").write_bytes(b"")
    found = citeproof("verify-release", released / "extra.pdf", "-q")
    assert found.status == 1
    assert found.err.splitlines()[0] == f"{released / 'extra.pdf'}: no"
    assert found.err.splitlines()[-1] == "    v1.0.0: has no file of this name or with these bytes"


@pytest.mark.usefixtures("repository")
def test_what_a_desktop_leaves_in_a_folder_is_passed_over(released: Path, citeproof: Callable[..., Run]) -> None:
    (released / ".DS_Store").write_bytes(b"1")
    assert citeproof("verify-release", released, "-q").status == 0


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(releases.packing, "sha256", refuse)
    with pytest.raises(UsageError, match=r"^paper\.pdf cannot be read: Permission denied$"):
        releases.compare(tmp_path / "paper.pdf", {})


@pytest.mark.usefixtures("repository")
def test_without_the_record_the_tag_is_asked_for(released: Path, citeproof: Callable[..., Run]) -> None:
    (released / "release.json").unlink()
    refused(
        citeproof("verify-release", released),
        "nothing says of which tag the files are",
        "name it with --tag, or release.json beside the files",
    )
    assert citeproof("verify-release", released, "--tag", "v1.0.0", "-q").status == 0
    (released / "paper.pdf").write_bytes(b"%PDF")
    told = citeproof("verify-release", released / "paper.pdf", "--tag", "v1.0.0", "--format", "json").told
    assert told["status"] == 2  # nothing says what made it: another Typst makes other bytes
    assert told["others"] == ["versions that nothing names: put release.json beside the files"]


def pin(repository: Path, *requirements: str) -> None:
    """Let the repository pin packages for building, in a tag v1.0.1."""
    folder = repository / "scripts" / "requirements"
    folder.mkdir(parents=True)
    (folder / "build.txt").write_text("\n".join(requirements) + "\n", "utf-8")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "-m", "Pins")
    git(repository, "tag", "v1.0.1")


def test_a_release_is_not_published_with_other_packages_than_the_tag_pins(
    repository: Path, citeproof: Callable[..., Run]
) -> None:
    here = resources.version("typst")
    pin(repository, "typst==0.14.0", f"lxml=={resources.version('lxml')}", "not-here==1.0 ; sys_platform == 'win32'")
    refused(
        citeproof("release", "v1.0.1"),
        f"the tag pins other packages than those that are here: typst 0.14.0, here {here}",
        "install what it pins, as `nox -s artefacts` does",
    )
    assert citeproof("release", "v1.0.1", "--to-compare", "--output", "files", "-q").status == 0
    names = {one["name"] for one in json.loads(Path("files", "sbom.cdx.json").read_text("utf-8"))["components"]}
    assert {"not-here", "typst", "lxml"} <= names
    Path("files", "release.json").unlink()
    Path("files", "paper.pdf").write_bytes(b"%PDF")
    told = citeproof("verify-release", "files/paper.pdf", "--tag", "v1.0.1", "--format", "json").told
    assert (told["status"], told["others"]) == (2, [f"typst 0.14.0, here {here}"])


def test_pins_that_are_as_here_make_the_answer_certain(repository: Path, citeproof: Callable[..., Run]) -> None:
    pin(repository, f"typst=={resources.version('typst')}")
    (repository / "paper.pdf").write_bytes(b"%PDF")
    assert citeproof("verify-release", "paper.pdf", "--tag", "v1.0.1", "-q").status == 1


@pytest.mark.usefixtures("repository")
def test_other_versions_than_recorded_leave_it_open(released: Path, citeproof: Callable[..., Run]) -> None:
    versions = record(released)["versions"]
    record(released, versions=versions | {"typst": "0.14.0", "gone": "1.0"})
    assert citeproof("verify-release", released / "paper.pdf", "-q").status == 0  # the same bytes are the same bytes
    (released / "paper.pdf").write_bytes(b"%PDF")
    found = citeproof("verify-release", released / "paper.pdf")
    assert found.status == 2
    assert found.err.splitlines()[2] == f"{released / 'paper.pdf'}: cannot be known"
    assert found.err.splitlines()[5:8] == [
        "made with gone 1.0, here not there",
        f"made with typst 0.14.0, here {versions['typst']}",
        "install these versions, and ask again",
    ]


@pytest.mark.usefixtures("repository")
def test_another_citeproof_than_recorded_leaves_it_open(released: Path, citeproof: Callable[..., Run]) -> None:
    record(released, machinery="0" * 64)
    told = citeproof("verify-release", released / "release.json", "--format", "json").told
    assert told["status"] == 2
    assert told["others"] == [f"citeproof {resources.version()} with other filters, styles or code than here"]


def test_a_tag_that_was_moved_is_told(repository: Path, released: Path, citeproof: Callable[..., Run]) -> None:
    old = git(repository, "rev-parse", "HEAD")
    (repository / "paper.md").write_text((repository / "paper.md").read_text("utf-8") + "\nMore.\n", "utf-8")
    git(repository, "commit", "--quiet", "--all", "-m", "Other")
    git(repository, "tag", "--force", "v1.0.0")
    found = citeproof("verify-release", released)
    assert found.status == 1
    new = git(repository, "rev-parse", "HEAD")
    assert f"the files are of commit {old}, and v1.0.0 is {new} now" in found.err.splitlines()


GOOD = {"tag": "v1.0.0", "commit": "a" * 40, "paper": "paper.md", "versions": {"typst": "0.15.2"}, "machinery": ""}


@pytest.mark.parametrize(
    "told",
    [
        *("", "{", "[]", "null", "\x00\xff", "[" * 100_000),
        *(json.dumps({name: told for name, told in GOOD.items() if name != missing}) for missing in GOOD),
        *(json.dumps(GOOD | {name: wrong}) for name in GOOD for wrong in (1, None, [])),
        *(json.dumps(GOOD | {name: "a\x1b[2Jb"}) for name in ("tag", "commit", "machinery")),
        *(json.dumps(GOOD | {"versions": wrong}) for wrong in ({"typst": 1}, {"\x1b[2J": "1"}, {"typst": "\r"})),
        json.dumps(GOOD | {"tag": "\ud800"}),
    ],
)
def test_a_damaged_record_is_told(tmp_path: Path, citeproof: Callable[..., Run], told: str) -> None:
    (tmp_path / "release.json").write_text(told, "latin-1")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")
    refused(
        citeproof("verify-release", tmp_path / "paper.pdf"),
        f"{tmp_path / 'release.json'} is damaged: it does not say which release the files are of",
        "download it again, or put it away and name the tag with --tag",
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        *((same, same) for same in ("../paper.md", "/etc/passwd", "nowhere.md", "ورقة.md")),
        ("a\0b", "a\\u0000b"),
        ("\ud800", "\\ud800"),
        ("\x1b[2J", "\\u001b[2J"),
        ("x" * 5000, "x" * 200),
    ],
)
def test_a_record_leads_to_no_paper_outside_the_tag(
    repository: Path, citeproof: Callable[..., Run], tmp_path_factory: pytest.TempPathFactory, path: str, shown: str
) -> None:
    files = tmp_path_factory.mktemp("files")
    (files / "release.json").write_text(json.dumps(GOOD | {"paper": path}), "utf-8")
    refused(
        citeproof("verify-release", files, "--repository", repository),
        f"the tag holds no paper {shown}",
        "name it with --paper, as seen from the top of the repository",
    )


@pytest.mark.usefixtures("repository")
def test_what_is_not_there_is_told(tmp_path: Path, citeproof: Callable[..., Run]) -> None:
    refused(citeproof("verify-release", "no.pdf"), "no.pdf is not there", "name the downloaded files, or their folder")
    (tmp_path / "empty").mkdir()
    refused(
        citeproof("verify-release", tmp_path / "empty"),
        "there are no files in there",
        "name the downloaded files, or their folder",
    )


def test_any_part_or_copy_of_the_repository_will_do(
    repository: Path, released: Path, citeproof: Callable[..., Run], tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("copies")
    (repository / "inner").mkdir()
    git(repository, "worktree", "add", "--quiet", "--detach", str(elsewhere / "worktree"))
    git(repository, "clone", "--quiet", "--bare", str(repository), str(elsewhere / "bare.git"))
    for place in (repository / "inner", elsewhere / "worktree", elsewhere / "bare.git"):
        assert citeproof("verify-release", released, "--repository", place, "-q").status == 0, place


def test_what_is_no_repository_is_told(
    released: Path, citeproof: Callable[..., Run], tmp_path_factory: pytest.TempPathFactory
) -> None:
    for place in (tmp_path_factory.mktemp("empty"), Path("/nowhere/at/all"), released / "paper.pdf"):
        found = citeproof("verify-release", released, "--repository", place)
        assert found.status == 2
        assert found.err.startswith(f"citeproof: error: {place} is no repository")
        assert found.err.splitlines()[-1] == "    name a clone of it with --repository"


def test_a_release_that_cannot_be_made_again_is_told(
    repository: Path, released: Path, citeproof: Callable[..., Run]
) -> None:
    (repository / "paper.md").write_text("See [@nobody2001].\n", "utf-8")
    git(repository, "commit", "--quiet", "--all", "-m", "Broken")
    git(repository, "tag", "--force", "v1.0.0")
    found = citeproof("verify-release", released)
    assert found.status == 2
    assert "citeproof: error: the release v1.0.0 cannot be made again here" in found.err
    assert "error C001: @nobody2001" in found.err


def test_a_paper_in_a_folder_with_letters_of_all_kinds(
    repository: Path, citeproof: Callable[..., Run], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = repository / "ورقة بحث é"
    folder.mkdir()
    for name in ("paper.md", "references.bib"):
        (repository / name).rename(folder / name)
    (folder / "paper.md").write_bytes(b"\xef\xbb\xbf" + (folder / "paper.md").read_bytes().replace(b"\n", b"\r\n"))
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "-m", "Moved")
    git(repository, "tag", "v2")
    output = tmp_path_factory.mktemp("elsewhere") / "release"
    assert citeproof("release", "v2", folder, "--output", output).status == 0
    assert record(output)["paper"] == "ورقة بحث é/paper.md"
    assert citeproof("verify-release", output, "-q").status == 0


def test_a_clone_without_a_history_is_enough(
    repository: Path, released: Path, citeproof: Callable[..., Run], tmp_path_factory: pytest.TempPathFactory
) -> None:
    shallow = tmp_path_factory.mktemp("shallow") / "clone"
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "Later")
    git(repository, "clone", "--quiet", "--depth=1", "--branch=v1.0.0", repository.as_uri(), str(shallow))
    assert citeproof("verify-release", released, "--repository", shallow, "-q").status == 0


def test_the_citeproof_of_the_tag_makes_its_release_again(
    repository: Path, citeproof: Callable[..., Run], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A repository that holds citeproof itself is built with that one, not with the one that asks."""
    top = repository / "scripts"
    shutil.copytree(resources.PACKAGE, top / "citeproof", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("filters", "csl"):
        shutil.copytree(resources.root() / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
    (repository / "pyproject.toml").write_text('[project]\nname = "citeproof"\nversion = "7.8.9"\n', "utf-8")
    (repository / ".gitignore").write_text("__pycache__/\n", "utf-8")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "-m", "Its own citeproof")
    git(repository, "tag", "v7.8.9")
    output = tmp_path_factory.mktemp("files") / "release"
    done = programs.citeproof(top / "citeproof", "release", "v7.8.9", str(repository), "--output", str(output), "-q")
    assert done.status == 0, done.errors
    assert record(output)["versions"]["citeproof"] == "7.8.9"
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "Later")
    found = citeproof("verify-release", output)
    assert found.status == 0, found.err


def test_git_that_is_missing_is_told(
    repository: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    refused(
        citeproof("release", "v1.0.0", repository),
        "git is not installed",
        "install git: a release is made from a tag of its repository",
    )


def test_the_help_says_what_the_exit_status_means(citeproof: Callable[..., Run], capsys: Any) -> None:
    with pytest.raises(SystemExit):
        citeproof("verify-release", "--help")
    said = re.sub(r"\s+", " ", capsys.readouterr().out)
    assert "Exit status: 0 each file is that of the release; 1 one is not; 2 it cannot be known." in said
