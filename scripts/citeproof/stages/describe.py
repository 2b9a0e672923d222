"""Reads what a release says of its paper out of its front matter. Judges nothing and writes nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from citeproof import document, facts, pandoc
from citeproof.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from citeproof.document import Json, Manuscript
    from citeproof.project import Project

_GENERATION = re.compile(r",?\s+((?:Jr|Sr)\.?|[IVX]+)$")
_PARTICLE = re.compile(r"[a-zà-ÿ]|[dDlL]['\u2019]")
_MARKUP = re.compile(r"</?\w[^<>]*>")


def describe(project: Project, manuscripts: Sequence[Manuscript], cited: Json) -> facts.Facts:
    """Give what the paper's front matter says, and which works with a DOI the paper and its supplement cite.

    `manuscripts`: the paper first; `cited` is the paper's cited document, which has the abstract as printed. Raises
    InternalError if pandoc fails on a paper that it has read before.
    """
    found = pandoc.convert_to_json("names", project.paper.name, project.folder)
    if isinstance(found, pandoc.Failure):
        raise InternalError("pandoc read the paper and now does not", found.message)
    whole = json.loads(found)
    split = dict(_names_in_parts(manuscripts[0].document["meta"]))
    return facts.Facts(
        title=_text(whole, "title"),
        authors=tuple(_authors(whole, split)),
        abstract=_abstract(cited),
        keywords=tuple(dict.fromkeys(filter(None, document.meta_strings(whole, "keywords")))),
        doi=facts.bare_doi(_text(whole, "doi") or document.meta_map(whole, "citation").get("doi", "")),
        language=_text(whole, "lang"),
        licence=_licence(whole),
        works=tuple(_works(manuscripts)),
        journals=tuple(dict.fromkeys(document.meta_strings(whole, "journals"))),
    )


def _text(whole: Json, name: str) -> str:
    return " ".join(" ".join(document.meta_strings(whole, name)).split())


def _abstract(cited: Json) -> str:
    """Give the abstract as filters/title-page.lua has set it, wherever the author wrote it; notes are left out."""
    for element, _ in document.elements(cited["blocks"], words=False):
        if element["t"] == "Div" and "abstract" in element["c"][0][1]:
            return " ".join(document.plain(element["c"][1]).split())
    return ""


def _licence(whole: Json) -> facts.Licence | None:
    """Read `license` or `licence`: a text, or a map with `text`, `type` and `url` as Quarto has it."""
    for name in ("license", "licence"):
        if name in whole["meta"]:
            told = document.meta_map(whole, name)
            if told:
                return facts.licence(told.get("text") or told.get("type", ""), told.get("url", ""))
            return facts.licence(_text(whole, name))
    return None


def _authors(whole: Json, split: dict[str, tuple[str, str, str]]) -> Iterator[facts.Author]:
    """Give the authors as filters/front-matter.lua leaves them: numbers stand for their affiliations."""
    lines = [_without_number(line["c"]) for line in whole["meta"].get("affiliation", {"c": []})["c"]]
    for each in whole["meta"].get("authors", {"c": []})["c"]:
        fields = each["c"]
        told = {name: document.meta_text(value) for name, value in fields.items()}
        numbers = [int(document.meta_text(one)) for one in fields.get("affiliations", {"c": []})["c"]]
        name = " ".join(told.get("name", "").split())
        given, family, suffix = split.get(name) or _in_parts(name)
        if name:
            yield facts.Author(
                given,
                family,
                suffix,
                told.get("orcid", ""),
                told.get("email", ""),
                tuple(lines[number - 1] for number in numbers if 0 < number <= len(lines)),
            )


def _without_number(line: Json) -> str:
    """Give an affiliation as text, without the raised number that stands before it where authors differ (APA 2.6)."""
    return document.plain(line[1:] if line[0]["t"] == "Superscript" else line).strip()


def _names_in_parts(meta: Json) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Give names that the front matter has in parts: as printed → given and family name, suffix.

    A particle stands with the family name.
    """
    for field in ("author", "authors"):
        listed = meta.get(field, {"t": ""})
        for each in listed["c"] if listed["t"] == "MetaList" else [listed]:
            told = document.meta_value(each) if each["t"] == "MetaMap" else None
            inner = told.get("name") if isinstance(told, dict) else None
            for names in (inner, told):
                if isinstance(names, dict):
                    given = _first(names, "given", "given-names", "given_names", "firstname", "first")
                    dropping = _first(names, "dropping-particle")
                    particle = _first(names, "non-dropping-particle", "particle")
                    family = _first(names, "family", "surname", "lastname", "last")
                    suffix = _first(names, "suffix")
                    printed = " ".join(filter(None, (given, dropping, particle, family)))
                    if family:
                        whole = " ".join(filter(None, (dropping, particle, family)))
                        yield (f"{printed}, {suffix}" if suffix else printed), (given, whole, suffix)


def _first(names: dict[str, object], *spellings: str) -> str:
    return next((" ".join(str(names[name]).split()) for name in spellings if names.get(name)), "")


def _in_parts(name: str) -> tuple[str, str, str]:
    """Split a name as printed: the family name begins at its first particle, else is one word; a suffix may follow.

    One word alone is a family name, so that a group of one word stays whole.
    """
    suffix = _GENERATION.search(name)
    words = (name[: suffix.start()] if suffix else name).split()
    first = next((n for n, word in enumerate(words) if n and _PARTICLE.match(word)), len(words) - 1)
    return " ".join(words[:first]), " ".join(words[first:]), suffix[1] if suffix else ""


def _works(manuscripts: Sequence[Manuscript]) -> list[facts.Work]:
    """List the cited works that have a DOI, each once, sorted by it."""
    found: dict[str, facts.Work] = {}
    for manuscript in manuscripts:
        cited = {citation.key for citation in manuscript.citations}
        for item in manuscript.references:
            doi = facts.bare_doi(str(item.get("DOI", ""))).lower()
            keys = {str(item["id"]), *str(item.get("other-ids", "")).split()}
            if doi and ("*" in cited or keys & cited):
                title = " ".join(_MARKUP.sub("", str(item.get("title", ""))).split())
                found.setdefault(doi, facts.Work(doi, title))
    return [found[doi] for doi in sorted(found)]
