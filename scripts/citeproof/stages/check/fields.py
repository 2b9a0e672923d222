"""Judges the names of front matter fields: what nobody knows and is spelt almost like what is known."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from citeproof.findings import Place, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Manuscript
    from citeproof.findings import Finding

_OURS = """
    title subtitle running-head short-title shorttitle author authors affiliation affiliations institute institutes
    author-note authornote citeproof abstract keywords impact-statement course course-number course-title course-name
    instructor instructors professor due-date duedate word-count wordcount bibliography csl citation-style
    references nocite lang dir apa date study-registration registration preregistration data-sharing
    data-availability data-availability-statement conflict-of-interest conflicts-of-interest competing-interests
    financial-support funding gratitude acknowledgements acknowledgments acknowledgement acknowledgment thanks
    reference-section-title mask masked-citations meta-analysis linenumbers numbered-lines line-numbering
    floatsintext documentmode classoption papersize mainfont doi license licence
"""
"""What filters/front-matter.lua, filters/apa/options.lua and the stages read."""

_OF_OTHERS = """
    abstract-title abstract-footnote annotate-references annotatebib appendix article audio-bg author-meta
    author-block authorship-agreements biblio-style biblio-title blank-lines-above-author-note block-headings
    body-classes book brand category categories center chapters citation citation-abbreviations citation-location
    citations cite-method citecolor classification code-fold code-line-numbers code-tools code-block-bg comments
    contact copyright crossref css csquotes corresponding custom-reference-section custom-reference-doc dateformat
    date-format date-modified description description-meta disclosures doc-class document-css documentclass
    donotrepeattitle draft editor email embed-resources engine equal-contributor execute fig-align fig-cap-location
    fig-dpi fig-format fig-height fig-width figsintext figurelist filters first-page floatpage float-page fontfamily
    fontsize fontenc footnotelist footer format geometry github-repo hanging-indent header header-includes
    hideauthor hide-from-toc highlight-style html html-math-method identifier image image-alt include-after
    include-after-body include-before include-before-body include-in-header indent institution institutional-logo
    ipynb journal jupyter jupytext knit knitr kernelspec language latex-engine leftheader level
    link-bibliography link-citations link-external linestretch linkcolor listings listing lof logo lot
    mainfontoptions margin margins margin-bottom margin-left margin-right margin-top math mathfont metadata-files
    meta-analysis-file monofont name nocite-all no-ampersand-parenthetical notes notes-after-punctuation note
    number-depth number-offset number-sections numbersections object order orcid order-by other other-part output
    output-dir output-file output-folder output-options page-layout pagetitle params part pdf-engine pdf-standard
    phone postal-code preprint project published publisher reference-doc reference-location repo-url resources
    revealjs review rights sansfont search secnumdepth section section-bg section-numbering self-contained series
    shift-heading-level-by shift-authors short-author shortauthor shortauthors sidebar site-url slug smart source
    standalone status status-changes strip-comments style subject subjects summary suppress-affiliation
    suppress-author suppress-author-note suppress-corresponding-author suppress-corresponding-email
    suppress-corresponding-group suppress-corresponding-paragraph suppress-impact-statement suppress-keywords
    suppress-orcid suppress-short-title suppress-status-change-paragraph suppress-title suppress-title-introduction
    suppress-title-page tables tablelist table-of-contents tabfigure tags tbl-cap-location template theme thumbnail
    title-block-banner title-meta title-prefix title-suffix titlegraphic toc toc-depth toc-expand toc-location
    toc-title toccolor tocdepth top-level-division twitter-card type url urlcolor uuid variant version volume
    website whitespace woptions write year zotero zotero-library
"""
"""What pandoc, Quarto, R Markdown, papaja, apaquarto and JOSS read; they do nothing here, and harm nothing."""

KNOWN = frozenset(_OURS.split())
_SILENT = KNOWN | frozenset(_OF_OTHERS.split())

_ALIKE = 0.82
"""Ratio of difflib from which on a name passes for another one misspelt: one letter in six."""

_SHORTEST = 4
"""Letters of a name below which likeness says nothing."""


def misspelt_fields(manuscript: Manuscript) -> Iterator[Finding]:
    """Find fields that nobody knows and that are spelt almost like one that is known (F005)."""
    for name in manuscript.document["meta"]:
        folded = name.replace("_", "-")
        if folded in _SILENT or len(name) < _SHORTEST:
            continue
        near = difflib.get_close_matches(folded.lower(), sorted(KNOWN), n=1, cutoff=_ALIKE)
        if not near or (folded.lower() != near[0] and folded.lower() in _SILENT):
            continue
        value = manuscript.fields.get(name)
        yield warning(
            "F005",
            Place(value.file, value.line, 1) if value else manuscript.head,
            f"nothing reads the field {name} of the front matter",
            f"did you mean {near[0]}?",
        )
