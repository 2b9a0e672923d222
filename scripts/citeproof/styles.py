"""Finds a CSL style by name or by path, dependent styles included, and says which file it is."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof import resources
from citeproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT = "apa"
_CSL = "{http://purl.org/net/xbiblio/csl}"


@dataclass(frozen=True, slots=True)
class Style:
    """A citation style: the name it was asked for by, and the independent CSL file that holds its rules."""

    name: str
    path: Path


def find(asked: str, beside: Path) -> Style:
    """Find the style that an author asked for.

    `asked` is a path to a .csl file (looked for in the working folder, then in `beside`, the paper's folder), a name
    such as "apa" or "journal-of-personality", or an address that ends in such a name, as Zotero writes it.
    Our overlays in csl/ come first, then the package's styles. A dependent style gives its parent's file (CSL 1.0.2,
    "File Types"). Raises UsageError for a name that no style has, with the nearest ones.
    """
    for candidate in (Path(asked), beside / asked):
        if candidate.suffix == ".csl" and candidate.is_file():
            return Style(candidate.stem, candidate.resolve())
    name = asked.rstrip("/").rsplit("/", 1)[-1].removesuffix(".csl")
    for folder in (resources.root() / "csl", resources.styles()):
        path = folder / f"{name}.csl"
        if path.is_file():
            return Style(name, path)
    dependent = resources.styles() / "dependent" / f"{name}.csl"
    if dependent.is_file():
        return Style(name, resources.styles() / f"{_parent(dependent)}.csl")
    near = difflib.get_close_matches(name, list(_names()), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "names are those of the CSL project, for example: apa"
    raise UsageError(f"there is no citation style named {asked}", hint)


def _parent(dependent: Path) -> str:
    from lxml import etree  # noqa: PLC0415  (only dependent styles need it)

    for link in etree.parse(dependent).getroot().iter(f"{_CSL}link"):
        if link.get("rel") == "independent-parent":
            return str(link.get("href")).rsplit("/", 1)[-1]
    raise UsageError(f"the style {dependent.stem} names no parent style", "give its parent with --style")


def _names() -> Iterator[str]:
    for folder in (resources.styles(), resources.styles() / "dependent"):
        yield from (path.stem for path in folder.glob("*.csl"))
