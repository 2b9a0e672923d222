"""Citation styles: found by name, by path, by address, through a dependent style, and recorded in csl/styles.toml."""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING

import pytest

from citeproof import resources, styles
from citeproof.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

CSL = '<style xmlns="http://purl.org/net/xbiblio/csl"><info>{}</info></style>'


@pytest.mark.parametrize(
    ("asked", "name", "file"),
    [
        ("apa", "apa", "apa.csl"),
        ("apa.csl", "apa", "apa.csl"),
        ("http://www.zotero.org/styles/apa", "apa", "apa.csl"),
        ("https://www.zotero.org/styles/apa/", "apa", "apa.csl"),
        ("vancouver-nlm", "vancouver-nlm", "nlm-citation-sequence.csl"),
        ("psychological-bulletin", "psychological-bulletin", "apa.csl"),
        ("http://www.zotero.org/styles/psychological-bulletin", "psychological-bulletin", "apa.csl"),
    ],
)
def test_a_style_is_found_by_name_or_address_and_a_dependent_one_gives_its_parent(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    name: str,
    file: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert styles.find(asked, tmp_path) == styles.Style(name, resources.styles() / file)


def test_a_style_file_is_found_from_the_working_folder_first_then_beside_the_paper(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, paper = tmp_path / "here", tmp_path / "paper"
    for folder in (here, paper):
        folder.mkdir()
    monkeypatch.chdir(here)
    (paper / "own.csl").write_text(CSL)
    assert styles.find("own.csl", paper) == styles.Style("own", paper / "own.csl")
    (here / "own.csl").write_text(CSL)
    assert styles.find("own.csl", paper) == styles.Style("own", here / "own.csl")


def test_an_overlay_of_ours_comes_before_the_packages_style(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "csl").mkdir()
    (tmp_path / "csl" / "apa.csl").write_text(CSL)
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    assert styles.find("apa", tmp_path).path == tmp_path / "csl" / "apa.csl"


def test_an_unknown_style_is_wrong_use_with_the_nearest_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^there is no citation style named vancouvr$") as caught:
        styles.find("vancouvr", tmp_path)
    assert caught.value.hint.startswith("did you mean vancouver")
    assert caught.value.hint.endswith("?")


def test_a_style_like_no_other_is_wrong_use_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^there is no citation style named qqqqqqqqqqqqqq$") as caught:
        styles.find("qqqqqqqqqqqqqq", tmp_path)
    assert caught.value.hint == "names are those of the CSL project, for example: apa"


def test_a_dependent_style_that_names_no_parent_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dependent").mkdir()
    (tmp_path / "dependent" / "orphan.csl").write_text(CSL.format('<link rel="self" href="x"/>'))
    monkeypatch.setattr(resources, "styles", lambda: tmp_path)
    with pytest.raises(UsageError, match=r"^the style orphan names no parent style$") as caught:
        styles.find("orphan", tmp_path)
    assert caught.value.hint == "give its parent with --style"


RECORD = tomllib.loads((resources.root() / "csl" / "styles.toml").read_text("utf-8"))


@pytest.mark.parametrize("style", RECORD["style"], ids=lambda style: style["name"])
def test_each_recorded_style_is_the_file_that_is_used(tmp_path: Path, style: dict[str, str]) -> None:
    path = styles.find(style["name"], tmp_path).path
    assert hashlib.sha256(path.read_bytes()).hexdigest() == style["sha256"]
    assert f"<updated>{style['updated']}" in path.read_text("utf-8")


def test_the_recorded_release_is_the_one_installed() -> None:
    assert resources.version(RECORD["package"]["name"]) == RECORD["package"]["version"]


def test_every_overlay_is_recorded() -> None:
    overlays = {path.stem for path in (resources.root() / "csl").glob("*.csl")}
    assert overlays == {style["name"] for style in RECORD["style"] if style.get("overlay")}
