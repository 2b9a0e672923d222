"""Judges the images of a paper: whether each is there, can be shown, is described, and has pixels enough for print."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from citeproof.findings import error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from citeproof.document import Image
    from citeproof.figures import Figure
    from citeproof.findings import Finding

_SHOWN = 60
"""Characters of a target that a message shows."""

ASKED = 300
"""Pixels per inch that journals ask of photographs and the like, at the size in which they are printed."""

COARSE = 150
"""Pixels per inch below which a draft is warned: its pixels are seen on paper. Above, it is for a journal to judge."""

_ICON = 1.0
"""Inches: what is printed smaller stands in a line of text, and has no detail."""


def images(image: Image, *, in_columns: bool = False) -> Iterator[Finding]:
    """Judge one image of a paper, all but its colours; `in_columns`: the text has two of them."""
    is_table = image.target.lower().endswith((".csv", ".tsv"))
    if not image.described and not is_table:
        yield _undescribed(image)
    if image.path is None:
        if not image.target.startswith("data:"):
            yield error(
                "I003",
                image.place,
                f"the image {image.target} is on the web",
                "download it and name the file: a build uses no network, and what is there can change",
            )
    elif not is_table and image.path.suffix.lower() not in {".csv", ".tsv"}:
        yield from _file(image, image.path, in_columns=in_columns)
    elif not image.path.is_file():
        yield error("I001", image.place, f"the table {image.target} is not there", "it is looked for beside the paper")


def _undescribed(image: Image) -> Finding:
    shown = image.target if len(image.target) <= _SHOWN else image.target[: _SHOWN - 1] + "…"
    if image.titled:
        return warning(
            "I004",
            image.place,
            f"the figure {shown} has no alternative text; its title stands in",
            f'say what it shows: ![Title]({shown}){{alt="what the picture shows"}} (WCAG 1.1.1)',
        )
    return warning(
        "I004",
        image.place,
        f"the image {shown} has no alternative text: who cannot see it learns nothing of it",
        f'say what it shows: ![]({shown}){{alt="what the picture shows"}}, or {{alt=""}} for decoration (WCAG 1.1.1)',
    )


def _file(image: Image, path: Path, *, in_columns: bool) -> Iterator[Finding]:
    from citeproof import figures  # noqa: PLC0415  (only a paper with images needs it)

    try:
        figure = figures.inspect(path)
        if figure.kind == "raster":
            figures.load(path)
    except FileNotFoundError:
        yield error("I001", image.place, f"the image {image.target} is not there", _near_files(image.target, path))
    except OSError as fault:
        yield error(
            "I002",
            image.place,
            f"the image {image.target} cannot be read: {fault.strerror}",
            "check the file and its permissions",
        )
    except figures.FigureError as fault:
        yield error("I002", image.place, f"the image {image.target} cannot be read: {fault}", fault.hint)
    else:
        yield from _shown(image, figure)
        width = figures.COLUMN_WIDTH if in_columns else figures.TEXT_WIDTH
        if found := coarse(image, figure, text_width_in=width):
            yield found


def _shown(image: Image, figure: Figure) -> Iterator[Finding]:
    """Tell what no format shows of an image, or not all.

    I006: it has several pages. I002: no program at hand opens it, or it takes parts of itself from elsewhere.
    """
    if figure.format == "EPS":
        yield error(
            "I002",
            image.place,
            f"the image {image.target} cannot be shown: it is EPS",
            "export it as PDF or SVG, which keep its lines sharp",
        )
    if figure.outside:
        yield error(
            "I002",
            image.place,
            f"the image {image.target} cannot be shown whole: {figure.outside[0]} in it is not part of the file",
            "embed it where the drawing was made, and export it again",
        )
    if figure.pages > 1:
        yield warning(
            "I006",
            image.place,
            f"the image {image.target} has {figure.pages} {'pages' if figure.kind == 'vector' else 'pictures'}; "
            "print shows the first",
            "save the one that is meant in a file of its own",
        )


def coarse(image: Image, figure: Figure, least: float = COARSE, text_width_in: float | None = None) -> Finding | None:
    """Warn of a raster with fewer than `least` pixels per inch at the size in which it is printed.

    I005: an image has too few pixels. `text_width_in` is the width of the text in inches, None: APA's. A journal asks
    with limits of its own.
    """
    from citeproof import figures  # noqa: PLC0415  (as above)

    width = figures.printed_width(dict(image.attributes), text_width_in or figures.TEXT_WIDTH, figure)
    dpi = figures.resolution(figure, width)
    if dpi is None or dpi >= least or width < _ICON:
        return None
    asked = max(ASKED, least)
    across = f"{width:.1f}".removesuffix(".0")
    return warning(
        "I005",
        image.place,
        f"the image {image.target} is {figure.width:,.0f} pixels wide, which at {across} in is {dpi:.0f} dpi; "
        f"journals ask for {asked:.0f}",
        f"export it {round(width * asked):,} pixels wide, or as SVG or PDF if it is a drawing",
    )


def _near_files(target: str, path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder {folder.name} either; it is looked for beside the paper"
    names = [each.name for each in folder.iterdir() if each.is_file()]
    near = difflib.get_close_matches(path.name, names, n=2)
    beside = target.rpartition("/")[0]
    near = [f"{beside}/{name}" if beside else name for name in near]
    return f"did you mean {' or '.join(near)}?" if near else "it is looked for beside the paper"
