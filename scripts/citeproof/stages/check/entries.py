"""Judges the entries of the works that are cited: what they lack and what will be printed wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citeproof.bibliography import lint
from citeproof.findings import warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Manuscript
    from citeproof.findings import Finding


def entries(manuscript: Manuscript) -> Iterator[Finding]:
    """Find what is amiss in the entries of cited works (E001 to E012); `citeproof fix` judges the others, too."""
    cited = {citation.key for citation in manuscript.citations}
    for held in manuscript.held:
        for proposal in lint.lint(held, None if "*" in cited else cited):
            yield warning(proposal.code, proposal.place, proposal.what, proposal.remedy)
