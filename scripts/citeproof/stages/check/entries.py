"""Judges the entries of the works that are cited: what they lack and what will be printed wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citeproof import styles
from citeproof.bibliography import lint
from citeproof.findings import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Manuscript
    from citeproof.findings import Finding
    from citeproof.styles import Style


def entries(manuscript: Manuscript, style: Style | None = None) -> Iterator[Finding]:
    """Find what is amiss in the entries of cited works (E001 to E012); `citeproof fix` judges the others, too.

    `style` is the citation style, None for APA's: another says nothing of titles in APA's case, and one that gives each
    word of a title its capital nothing of capitals that are lost.
    """
    is_apa = style is None or styles.is_apa(style)
    keeps_capitals = style is not None and not is_apa and styles.sets_titles_in_title_case(style)
    cited = {citation.key for citation in manuscript.citations}
    for held in manuscript.held:
        for proposal in lint.lint(held, None if "*" in cited else cited):
            if (proposal.is_apas and not is_apa) or (proposal.code == "E002" and keeps_capitals):
                continue
            yield warning(proposal.code, proposal.place, proposal.what, proposal.remedy)
