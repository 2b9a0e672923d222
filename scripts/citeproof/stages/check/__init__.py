"""Judges a manuscript before anything is written: pure, from what was read to findings; one module for each matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.document import meta_map, meta_strings
from citeproof.findings import error, in_order, warning
from citeproof.source import may_be_cited_by_hand
from citeproof.stages.check.citations import citations
from citeproof.stages.check.cross_references import cross_references
from citeproof.stages.check.entries import entries
from citeproof.stages.check.fields import misspelt_fields
from citeproof.stages.check.headings import headings
from citeproof.stages.check.images import images
from citeproof.stages.check.quotations import quotations, quotations_without_place
from citeproof.stages.check.statistics_in_text import statistics_in_text
from citeproof.stages.check.uncited_entries import uncited_entries
from citeproof.stages.check.unseen_citations import unseen_citations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from citeproof.document import Manuscript, Raw
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
        in_columns = meta_map(manuscript.document, "apa").get("mode") == "journal"
        for image in manuscript.images:
            found += images(image, in_columns=in_columns)
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
