"""Says how far a work has come: in press, online in advance, still a manuscript (APA 9.14, 10.1, 10.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citeproof.bibliography import kinds, latex, work_type

if TYPE_CHECKING:
    from citeproof.bibliography.fields import Fields
    from citeproof.bibliography.model import Item

_STATES = {
    "inpress": "in press",
    "forthcoming": "forthcoming",
    "prepublished": "Advance online publication",
    "aheadofprint": "Advance online publication",
    "epubaheadofprint": "Advance online publication",
    "advanceonlinepublication": "Advance online publication",
    "onlinefirst": "Advance online publication",
    "earlyview": "Advance online publication",
    "retracted": "retracted",
}


def state_of(said: str) -> str:
    """Give what a text says of how far a work has come: in press, "manuscript" …; "" if it says nothing of it."""
    if not said:
        return ""
    word = kinds.squeezed(said.strip("[]()., "))
    return _STATES.get(word, "") or ("manuscript" if word in work_type.UNPUBLISHED else "")


def set_status(entry: Fields, made: Item) -> None:
    """Say that a work is still to come, or has come out in advance (APA 9.14, 10.1:7 and 8); a date goes before."""
    if made["type"] in {"article", "manuscript"}:
        return
    year = latex.plain(entry.raw("year"))
    for said in (entry.text("pubstate"), entry.text("howpublished"), entry.text("note"), year, entry.text("volume")):
        state = state_of(said)
        if state == "manuscript":
            continue
        if not state and said and said == entry.text("pubstate"):
            state = said
        is_to_come = state in {"in press", "forthcoming"}
        if state and not (is_to_come and made.get("issued")):
            made["status"] = state
            break
        if state:
            break
    if made.get("status") == "Advance online publication" and any(made.get(name) for name in ("volume", "page")):
        del made["status"]  # it has its place in an issue
    if state_of(str(made.get("volume", ""))):
        del made["volume"]
