"""Holds apart what APA says of a work otherwise than every other style: an item has the standard's values for those.

An item says its work in CSL's own terms, as Zotero and pandoc would; where APA calls it something else, `apa-NAME` has
APA's value of the variable NAME, and `apa-without` names the variables that it does without. The filter
reference-data.lua puts them in place for APA styles; other programs pass them over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from citeproof.bibliography.model import Item

_MARK = "apa-"
_WITHOUT = "apa-without"


def for_others(made: Item, **said: str) -> None:
    """Give variables of an item, made as APA has it, another value for other styles: "" for none.

    The names of the variables have "_" for "-". A second value for the same variable takes the place of the first.
    """
    without = str(made.get(_WITHOUT, "")).split()
    for name, value in said.items():
        variable = name.replace("_", "-")
        if f"{_MARK}{variable}" not in made and variable not in without:
            if apa := str(made.get(variable) or ""):
                made[f"{_MARK}{variable}"] = apa
            else:
                without.append(variable)
        made[variable] = value
    if without:
        made[_WITHOUT] = " ".join(without)


def page_article(made: Item, typed: str = "") -> None:
    """Give the number of an article without pages as its page, as `typed`: few styles print numbers of articles.

    APA has the number (9.27), as CSL 1.0.2 has it too.
    """
    if number := str(made.get("number") or ""):
        for_others(made, page=typed or number, number="")


def for_apa(item: Item) -> Item:
    """Give an item as APA has it; what the filter reference-data.lua does with the same variables."""
    without = str(item.get(_WITHOUT, "")).split()
    made = {name: value for name, value in item.items() if not name.startswith(_MARK) and name not in without}
    apa = {name.removeprefix(_MARK): value for name, value in item.items() if name.startswith(_MARK)}
    return {**made, **{name: value for name, value in apa.items() if name != "without"}}
