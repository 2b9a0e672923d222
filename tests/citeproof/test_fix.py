"""`citeproof fix`: shows the difference, makes it, and leaves every other byte of the file alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from citeproof import bibliography, build, cli
from citeproof.bibliography import lint

FAULTY = """\
% kept
@article{k,
  author = {VRIES, S. A. de and et al.},
  title = {A Likert Scale},
  journal = {Memory},
  year = 2020,
  volume = 3,
  pages = {26-33},
  doi = {doi:10.1000/xyz}
}
"""
MENDED = """\
% kept
@article{k,
  author = {de Vries, S. A. and others},
  title = {A {Likert} Scale},
  journal = {Memory},
  year = 2020,
  volume = 3,
  pages = {26--33},
  doi = {10.1000/xyz}
}
"""


def test_several_mends_of_one_field_are_all_made_and_then_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_text(FAULTY)
    (made,) = build.fix(path)
    assert made.after == MENDED
    assert made.left == ()
    path.write_text(made.after)
    assert build.fix(path)[0].done == ()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_ends_of_lines_and_a_byte_order_mark_stay(tmp_path: Path, mark: bytes, end: str) -> None:
    path = tmp_path / "references.bib"
    before = mark + FAULTY.replace("\n", end).encode()
    path.write_bytes(before)
    assert cli.main(["fix", str(path), "-q"]) == 0
    assert path.read_bytes() == mark + MENDED.replace("\n", end).encode()
    assert (tmp_path / "references.bib~").read_bytes() == before


def test_a_dry_run_shows_the_difference_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("references.bib").write_text(FAULTY)
    assert cli.main(["fix", "references.bib", "--dry-run"]) == 0
    shown = capsys.readouterr()
    assert "\n-  pages = {26-33},\n" in shown.out
    assert "\n+  pages = {26--33},\n" in shown.out
    assert shown.out.startswith("--- references.bib\n+++ references.bib (mended)\n")
    assert shown.err == "references.bib: 6 mends, 0 left for you\n"
    assert [path.name for path in tmp_path.iterdir()] == ["references.bib"]
    assert Path("references.bib").read_text() == FAULTY


def test_what_cannot_be_mended_is_said_and_the_status_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("paper.md").write_text("---\nbibliography: references.bib\n---\n\nText.\n")
    Path("references.bib").write_text(MENDED.replace("  volume = 3,\n", ""))
    assert cli.main(["fix"]) == 1
    assert capsys.readouterr().err == (
        "references.bib:2:1: warning E001: the entry k lacks a volume\n"
        "    look the work up and fill in what it has; what it has not, leave out\n"
        "references.bib: 0 mends, 1 left for you\n"
    )


def test_a_folder_that_cannot_be_written_to_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "references.bib"
    path.write_text(FAULTY)

    def refused(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    assert cli.main(["fix", str(path), "-q"]) == 2
    assert path.read_text() == FAULTY


def test_mending_loses_no_entry_and_no_field() -> None:
    before = bibliography.read("r.bib", ".bib", FAULTY)
    after = bibliography.read("r.bib", ".bib", lint.apply(FAULTY, lint.lint(before))[0])
    assert [one.key for one in after.records] == [one.key for one in before.records]
    assert [[*one.fields] for one in after.records] == [[*one.fields] for one in before.records]
