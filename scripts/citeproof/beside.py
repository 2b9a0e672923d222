"""Says which image files lie beside a file of markup, which holds none itself, and what bytes each of them has.

JATS and LaTeX name their images. Those are put beside them, under names that tell nothing of the author's folders.
JATS takes an image as it is; pdfLaTeX takes PDF, PNG and JPEG. Writes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from citeproof.document import elements

if TYPE_CHECKING:
    from pathlib import Path

_ELSEWHERE = re.compile(r"[A-Za-z][\w+.-]+:|//")
"""How an image's target begins that is no file beside the paper."""

_TAKEN = {"jats": frozenset({"pdf", "png", "jpg", "jpeg", "svg", "tif", "tiff", "gif", "webp"})}
_TAKEN["latex"] = frozenset({"pdf", "png", "jpg", "jpeg"})
"""Format → the endings of the images that it takes as they are."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the paper, and the file in which a format finds it."""

    target: str
    """As the cited document names it."""
    path: Path
    name: str
    """Of the file beside the finished one."""


def images(document: Any, stem: str, folder: Path, form: str) -> tuple[Image, ...]:
    """List the images of a cited document that are files, each once, in order.

    `folder` is the paper's; `stem` begins the names. What pdfLaTeX does not take becomes a PDF if it is drawn (SVG),
    else a PNG.
    """
    shown = (element for element, _ in elements(document["blocks"], words=False) if element["t"] == "Image")
    found: list[Image] = []
    for target in dict.fromkeys(element["c"][2][0] for element in shown):
        path = folder / unquote(target)
        if _ELSEWHERE.match(target) or not path.is_file():
            continue
        ending = path.suffix.lower().lstrip(".")
        if ending not in _TAKEN[form]:
            ending = "pdf" if ending == "svg" else "png"
        found.append(Image(target, path, f"{stem}-image-{len(found) + 1}.{ending}"))
    return tuple(found)


def content(image: Image) -> bytes:
    """Give the bytes of the file beside the finished one. Raises FigureError if the image cannot be made another."""
    ending = image.name.rpartition(".")[2]
    if image.path.suffix.lower().lstrip(".") == ending:
        return image.path.read_bytes()
    from citeproof import figures  # noqa: PLC0415  (few papers have an image that must be another)

    return figures.made(image.path, figures.Wanted("pdf" if ending == "pdf" else "png", alpha=True))


def named(document: Any, beside: tuple[Image, ...]) -> Any:
    """Give the document with the names of its images' files in the metadata, for the layout filter of a format."""
    told = {"t": "MetaMap", "c": {image.target: {"t": "MetaString", "c": image.name} for image in beside}}
    return document | {"meta": document["meta"] | {"image-files": told}}
