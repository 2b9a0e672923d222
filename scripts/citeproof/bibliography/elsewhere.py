"""Says of a work what styles other than APA's expect of its entry, where APA has it otherwise.

The values are those that biblatex's own styles print, or that Zotero and pandoc give for such a work.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import containers, kinds, numbering, titles, variants, work_type

if TYPE_CHECKING:
    from citeproof.bibliography.fields import Fields
    from citeproof.bibliography.model import Item


def say(entry: Fields, made: Item) -> None:
    """Give an item, made as APA has it, the values that other styles need."""
    for rule in (_manuscript, _issue, _preprint, _entry_of_book, _thesis, _manual, _letter, _article):
        rule(entry, made)


_STATES = {
    "Manuscript submitted for publication": "submitted",
    "Manuscript in preparation": "in preparation",
    "Unpublished manuscript": "unpublished",
}


def _manuscript(entry: Fields, made: Item) -> None:
    """Name the journal to which a manuscript was submitted, which APA does not (10.8)."""
    if made["type"] == "manuscript" and entry.type == "article" and entry.has("journaltitle"):
        state = _STATES.get(work_type.unpublished(entry), "")
        variants.for_others(
            made, type="article-journal", container_title=containers.journal(entry), status=state, genre=""
        )


def _issue(_: Fields, made: Item) -> None:
    """Give an issue of a journal as what stands in it: few styles know periodicals, and those say what an issue is."""
    if made["type"] != "periodical" or not made.get("container-title") or not made.get("title"):
        return
    variants.for_others(made, type="article-journal")
    if kinds.squeezed(str(made.get("genre", ""))) == "specialissue":
        variants.for_others(made, genre="")


def _preprint(_: Fields, made: Item) -> None:
    """Leave out the number in arXiv, which names arXiv again and stands in the address (APA 10.8 has both)."""
    if made["type"] == "article" and str(made.get("number", "")).startswith("arXiv:"):
        variants.for_others(made, number="")


def _entry_of_book(entry: Fields, made: Item) -> None:
    """Give an entry of a reference work as the chapter as which it is typed."""
    if entry.type in {"inbook", "incollection"} and str(made["type"]).startswith("entry"):
        variants.for_others(made, type="chapter")


def _thesis(entry: Fields, made: Item) -> None:
    """Call a thesis as its entry does: biblatex knows PhD, master's, bachelor's and candidate theses."""
    if made["type"] != "thesis":
        return
    said = entry.text("type") or {"mastersthesis": "mathesis", "phdthesis": "phdthesis"}.get(entry.record.type, "")
    said = {"phdthesis": "PhD thesis"}.get(said.lower(), kinds.TYPE_STRINGS.get(said, said))
    if said and said != made.get("genre"):
        variants.for_others(made, genre=said)


def _manual(entry: Fields, made: Item) -> None:
    """Give the manual of a program, as which R and its packages want to be cited, as a book."""
    if entry.type == "manual" and made["type"] == "software":
        variants.for_others(made, type="book")


def _letter(entry: Fields, made: Item) -> None:
    """Give the title of a letter, which in APA is a description (9.21)."""
    if made["type"] == "personal_communication" and entry.has("title") and not made.get("title"):
        variants.for_others(made, title=titles.join(entry.rich("title"), entry.rich("subtitle")), genre="")


def _article(entry: Fields, made: Item) -> None:
    """Put the number of an article, and the part of a volume, where every style looks: into page and volume."""
    if made["type"] in {"article-journal", "paper-conference"} and not made.get("page"):
        variants.page_article(made, numbering.pages_of(entry))
    if entry.type == "article" and made.get("volume") and re.fullmatch(r"\w{1,4}", str(made.get("part-number", ""))):
        variants.for_others(made, volume=f"{made['volume']}.{made['part-number']}", part_number="")
