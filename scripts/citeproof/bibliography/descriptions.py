"""Says in brackets of what kind a work is, where its place of publication does not tell (APA 9.21)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from citeproof.bibliography import containers, kinds, titles, work_type
from citeproof.patterns import late

if TYPE_CHECKING:
    from citeproof.bibliography.fields import Fields
    from citeproof.bibliography.model import Item


def describe(entry: Fields, made: Item) -> None:
    """Put what stands in brackets behind the title into genre, or into medium if there is a number (APA 9.21).

    The style prints genre together with a number, in parentheses: "(Project No. 5) [Grant]".
    """
    if made["type"] == "thesis":
        _thesis(entry, made)
        return
    kind = _type_words(entry)
    if made["type"] == "personal_communication" and (letter := _LETTER.match(entry.text("title"))):
        made["title"] = ""  # APA 9.21: what only describes stands in brackets
        made["genre"] = letter[1] if made.get("recipient") else entry.text("title")
        return
    said = _one_of(made, _own_description(entry, made), _addon(entry, made))
    if made["type"] in {"report", "document", "standard"} or entry.type == "report":
        if kind and made.get("number"):
            made["genre"] = kind
        elif kind and not said:
            said = _in_sentence_case(entry, kind)
        elif kind:
            said = f"{_in_sentence_case(entry, kind)}; {said}" if kind != said else said
    elif kind and not said:
        said = _in_sentence_case(entry, kind) if made["type"] not in {"broadcast", "interview"} else kind
    said = said or _default_description(entry, made)
    if said and made.get("number") and made["type"] != "paper-conference":
        made["medium"] = said
    else:
        made["genre"] = made.get("genre") or said


def _one_of(made: Item, own: str, addon: str) -> str:
    """Give the description of a work of what its subtype and its addon say; put the addon behind the title if both do.

    Where one begins with the other it says all: "Album", "Album recorded by …" (APA 10.13:91). What describes a work
    without a title says more than its kind (10.14:100).
    """
    short, long = sorted((own, addon), key=len)
    if not short or re.match(rf"{re.escape(short)}\b", long, re.IGNORECASE):
        return long
    if not made["title"] and made["type"] != "post":
        return addon
    made["title"] = containers.bracketed(made["title"], addon)  # APA 10.15: "[Image attached] [Tweet]"
    return own


_LETTER = late(
    r"((?:[\w-]+ )?(?:letters?|e-?mails?|postcards?|notes?|telegrams?|memos?|memorandum)) (?:to|from) ", re.IGNORECASE
)


def _thesis(entry: Fields, made: Item) -> None:
    said = _type_words(entry)
    if not said:
        said = {"mastersthesis": "Master's thesis", "phdthesis": "Doctoral dissertation"}.get(
            entry.record.type, "Thesis"
        )
    said = kinds.THESES.get(kinds.squeezed(said.replace(".", "")), said)
    said = _in_sentence_case(entry, said)
    addon = entry.titled("titleaddon")
    if kinds.squeezed(addon or entry.text("pubstate", "howpublished", "note")).strip("().") == "unpublished":
        said, addon = (
            (said if said.lower().startswith("unpublished") else f"Unpublished {said[:1].lower()}{said[1:]}"),
            "",
        )
    made["genre"], made["medium"] = said, addon


def _type_words(entry: Fields) -> str:
    """Give what the field `type` says, biblatex's own words spelt out."""
    said = entry.text("type")
    if not said and entry.record.type == "techreport" and entry.has("number") and not entry.has("series", "issue"):
        return "Technical Report"
    if entry.type == "manual" and said.lower() in {"manual", "documentation"}:
        return ""
    if kinds.is_generic(said) and not (entry.type == "report" and entry.has("number")):
        return ""
    if entry.type in {
        "article",
        "book",
        "collection",
        "inbook",
        "incollection",
        "inproceedings",
    } and not kinds.is_special(said):
        return ""
    return kinds.TYPE_STRINGS.get(said, said)


def _addon(entry: Fields, made: Item) -> str:
    """Give `titleaddon` where it describes the work, and `issuetitle` where it says what kind of issue it is."""
    if entry.type == "periodical" and entry.has("journaltitle"):
        return entry.rich("issuetitle") or entry.titled("titleaddon")
    if not entry.has("titleaddon"):
        return ""
    addon = entry.text("titleaddon")
    is_container = made.get("container-title") and entry.rich("titleaddon") == made["container-title"]
    is_program = entry.type in {"audio", "video"} and not entry.has("entrysubtype") and not kinds.describes(addon)
    if is_container or is_program or (kinds.repository(addon) and kinds.repository(addon) == made.get("publisher")):
        return ""
    by = _BY.fullmatch(entry.raw("titleaddon"))
    return entry.cased(f"{by[1]} {{{by[2]}}}") if by else entry.titled("titleaddon")


_BY = late(r"(.*\b(?:recorded|performed) by) (.*)", re.DOTALL)
"""A description that ends in the name of those who play (APA 10.13:91), whose capitals stay."""


def _own_description(entry: Fields, made: Item) -> str:
    """Give what the subtype says, with a note on the edition of a recording behind it (APA 10.12, Example 84)."""
    subtype = entry.text("entrysubtype")
    known = kinds.subtype(subtype)
    said = known.description if known else entry.rich("entrysubtype")
    if known and kinds.squeezed(subtype) == "speech" and entry.type != "audio":
        said = "Speech"
    if made["type"] == "manuscript" and not said:
        said = work_type.unpublished(entry) or _described(entry, "howpublished")
    if made["type"] == "speech":
        said = _session(entry, made) or said
    if entry.type in {"article", "inproceedings"} and known and known.type in kinds.SERIAL:
        said = ""
    note = entry.text("note")
    if said and entry.type in {"audio", "video", "image", "software", "dataset"} and _is_of_edition(note):
        said = f"{said}; {entry.rich('note')}"
    return said


_LONGEST_NOTE = 60


def _is_of_edition(note: str) -> bool:
    return 0 < len(note) <= _LONGEST_NOTE and not re.search(
        r"https?:|^\d+$|ZSCC|Citation Key|:\s|^accessed", note, re.IGNORECASE
    )


def _described(entry: Fields, name: str) -> str:
    """Give a field that says of what kind a work is, without its address and brackets."""
    said = entry.text(name).strip("[]. ")
    if not said or re.search(r"https?:|www\.|accessed|retrieved", said, re.IGNORECASE) or not kinds.describes(said):
        return ""
    return _in_sentence_case(entry, said)


def _session(entry: Fields, made: Item) -> str:
    """Give what APA calls a contribution to a conference, or the session in which it was given (APA 10.5)."""
    if made.get("container-title") and entry.has("maintitleaddon", "booktitleaddon"):
        return entry.titled("maintitleaddon") or entry.titled("booktitleaddon")
    said = entry.text("entrysubtype") or entry.text("type")
    if known := kinds.PRESENTATIONS.get(kinds.squeezed(said)):
        return known
    if not said and (found := work_type.presented(entry)):
        what = found["what"].strip().lower()
        return kinds.PRESENTATIONS.get(what, f"{what.capitalize()} presentation" if what else "Conference presentation")
    if said and kinds.subtype(said):
        return ""
    return said if entry.has("entrysubtype") else _in_sentence_case(entry, said)


def _default_description(entry: Fields, made: Item) -> str:
    if entry.type == "video" and made["type"] == "motion_picture":
        return "Film" if entry.record.type == "movie" else "Video"
    if entry.type == "audio" and made["type"] == "song" and not made.get("container-title"):
        return "Audio recording"
    if (made["type"], entry.type) in {("document", "misc"), ("pamphlet", "booklet")}:
        return _described(entry, "howpublished")
    if entry.type == "periodical" and entry.has("issuetitle"):
        return "Special issue"
    return ""


def _in_sentence_case(entry: Fields, said: str) -> str:
    return titles.sentence_case(said) if entry.is_english else said
