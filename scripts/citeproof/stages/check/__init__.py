"""Judges a manuscript before anything is written: pure, from what was read to findings; one module for each matter."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from citeproof.document import meta_strings
from citeproof.findings import error, in_order, warning
from citeproof.source import may_be_cited_by_hand
from citeproof.stages.check.citations import citations
from citeproof.stages.check.cross_references import cross_references
from citeproof.stages.check.entries import entries
from citeproof.stages.check.fields import misspelt_fields
from citeproof.stages.check.headings import headings
from citeproof.stages.check.quotations import quotations, quotations_without_place
from citeproof.stages.check.statistics_in_text import statistics_in_text
from citeproof.stages.check.uncited_entries import uncited_entries
from citeproof.stages.check.unseen_citations import unseen_citations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citeproof.document import Image, Manuscript, Raw
    from citeproof.findings import Finding
    from citeproof.styles import Style

_ACCEPTED = {
    "pdf": {"typst"},
    "docx": {"openxml"},
    "html": {"html", "html4", "html5"},
    "jats": {"jats"},
    "latex": {"latex", "tex"},
}
"""Output → the markup in it that its writer passes on; anything else pandoc drops without a word."""

_SHOWN = 60
"""Characters of a raw piece that a message shows."""

RUNNING_HEAD_LIMIT = 50
"""Characters, spaces counted (APA 2.18)."""


def check(
    manuscript: Manuscript,
    formats: tuple[str, ...],
    *,
    elsewhere: Mapping[str, str] | None = None,
    style: Style | None = None,
    also_cited: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Give all findings at once, in the order of their places.

    `elsewhere` holds what the paper's supplement (or, for a supplement, the paper) numbers: identifier → label, and
    `also_cited` what that one cites. `style` is the citation style, None for APA's.
    """
    found = list(manuscript.findings)
    if not any(finding.code in {"F001", "S002", "S003", "S004"} for finding in found):
        found += _front_matter(manuscript)
        found += misspelt_fields(manuscript)
        found += citations(manuscript, elsewhere or {}, style)
        found += unseen_citations(manuscript)
        found += _typed_citations(manuscript, style)
        found += uncited_entries(manuscript, also_cited)
        found += entries(manuscript, style)
        found += cross_references(manuscript, elsewhere or {})
        found += headings(manuscript)
        found += quotations(manuscript)
        found += quotations_without_place(manuscript, style)
        found += statistics_in_text(manuscript)
        for image in manuscript.images:
            found += _image(image)
        for raw in manuscript.raws:
            found += _raw(raw, formats)
    return in_order(found)


def _typed_citations(manuscript: Manuscript, style: Style | None) -> Iterator[Finding]:
    if may_be_cited_by_hand(manuscript.abridged.text):
        from citeproof.stages.check.typed_citations import typed_citations  # noqa: PLC0415  (few papers need it)

        yield from typed_citations(manuscript, style)


def _front_matter(manuscript: Manuscript) -> Iterator[Finding]:
    document = manuscript.document
    if not any(meta_strings(document, "title")):
        yield warning(
            "F002",
            manuscript.head,
            "the paper has no title",
            'say it in the front matter, at the top of the file:\n---\ntitle: "…"\n---',
        )
    if not {"author", "authors"} & set(document["meta"]):
        yield warning(
            "F003",
            manuscript.head,
            "the front matter names no author",
            "add author: and the names; author: [] says that there is none to name",
        )
    for name in ("running-head", "running_head", "short-title", "shorttitle"):
        for head in meta_strings(document, name):
            if len(head) > RUNNING_HEAD_LIMIT:
                yield error(
                    "F004",
                    manuscript.fields.get(name, manuscript.head),
                    f"the running head has {len(head)} characters; at most {RUNNING_HEAD_LIMIT} are allowed (APA 2.18)",
                    f"the first {RUNNING_HEAD_LIMIT} are: {head[:RUNNING_HEAD_LIMIT].rstrip()}",
                )


def _image(image: Image) -> Iterator[Finding]:
    if not image.described and not image.target.lower().endswith((".csv", ".tsv")):
        yield _undescribed(image)
    if image.path is None:
        if not image.target.startswith("data:"):
            yield error(
                "I003",
                image.place,
                f"the image {image.target} is on the web",
                "download it and name the file: a build uses no network, and what is there can change",
            )
        return
    if image.path.suffix.lower() in {".csv", ".tsv"}:
        if not image.path.is_file():
            yield error(
                "I001", image.place, f"the table {image.target} is not there", "it is looked for beside the paper"
            )
        return
    try:
        with image.path.open("rb") as file:
            head = file.read(1024)
    except FileNotFoundError:
        yield error("I001", image.place, f"the image {image.target} is not there", _near_files(image))
    except OSError as fault:
        yield error(
            "I002",
            image.place,
            f"the image {image.target} cannot be read: {fault.strerror}",
            "check the file and its permissions",
        )
    else:
        wrong = _not_an_image(image, head)
        if wrong:
            yield error(
                "I002",
                image.place,
                f"the image {image.target} cannot be read: {wrong}",
                "export it again, as PNG, JPEG, SVG or PDF",
            )


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


def _near_files(image: Image) -> str:
    assert image.path is not None  # noqa: S101  (for the type checker: asked above)
    folder = image.path.parent
    if not folder.is_dir():
        return f"there is no folder {folder.name} either; it is looked for beside the paper"
    names = [path.name for path in folder.iterdir() if path.is_file()]
    near = difflib.get_close_matches(image.path.name, names, n=2)
    beside = image.target.rpartition("/")[0]
    near = [f"{beside}/{name}" if beside else name for name in near]
    return f"did you mean {' or '.join(near)}?" if near else "it is looked for beside the paper"


def _not_an_image(image: Image, head: bytes) -> str:
    """Say what is wrong with an image file, or nothing."""
    if not head:
        return "the file is empty"
    assert image.path is not None  # noqa: S101  (for the type checker: an address was told apart before)
    suffix = image.path.suffix.lower()
    if suffix == ".svg" or head.lstrip().startswith((b"<?xml", b"<svg")):
        from lxml import etree  # noqa: PLC0415  (only vector images need it)

        try:
            root = etree.parse(image.path).getroot()
        except etree.XMLSyntaxError as fault:
            return f"its XML is broken ({fault.msg})"
        return "" if etree.QName(root).localname == "svg" else "it is XML, but not SVG"
    if head.startswith(b"%PDF-"):
        return ""
    from PIL import Image as Picture  # noqa: PLC0415  (only pixel images need it)
    from PIL import UnidentifiedImageError  # noqa: PLC0415

    try:
        with Picture.open(image.path) as picture:
            picture.load()
    except UnidentifiedImageError:
        return "it is no image of a known kind"
    except (OSError, SyntaxError, ValueError, Picture.DecompressionBombError) as fault:
        return f"it is damaged ({fault})"
    return ""


_HARMLESS_HTML = re.compile(
    r"^\s*(<!--.*-->|</?(div|section|span|main|article|a)\b[^>]*>)\s*$", re.IGNORECASE | re.DOTALL
)


def _raw(raw: Raw, formats: tuple[str, ...]) -> Iterator[Finding]:
    lost = [name.upper() for name in formats if raw.format not in _ACCEPTED[name]]
    if not lost:
        return
    shown = " ".join(raw.text.split())
    shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
    where = " and ".join(lost) if len(lost) < 3 else ", ".join(lost[:-1]) + " and " + lost[-1]  # noqa: PLR2004
    if raw.format in {"tex", "latex"}:
        if re.fullmatch(
            r"\\(newpage|clearpage|pagebreak|noindent|smallskip|medskip|bigskip|vfill|centering)\s*", raw.text
        ):
            yield warning(
                "L002",
                raw.place,
                f"the LaTeX {shown} has no effect in the {where}",
                "take it out: the layout sees to pages and spaces",
            )
            return
        yield error(
            "L001",
            raw.place,
            f"the LaTeX {shown} would be missing from the {where}",
            "write it in Markdown: math between $ or $$, tables and figures in pandoc's syntax, citations as [@key]",
        )
    elif raw.format.startswith("html"):
        if _HARMLESS_HTML.match(raw.text) or raw.text.startswith("</"):
            return
        yield warning(
            "L002",
            raw.place,
            f"the HTML {shown} has no effect in the {where}",
            "write it in Markdown, which every format understands",
        )
    else:
        yield warning(
            "L002",
            raw.place,
            f"a piece of raw {raw.format} is missing from the {where}",
            "write it in Markdown, or give each format its own piece",
        )
