"""Writes CITATION.cff of a paper: how to cite it, for people and for programs (Citation File Format 1.2.0). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from citeproof.facts import Author, Facts

NAME = "CITATION.cff"
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")
"""The DOIs that the schema takes; others are written as addresses."""
_MAIL = re.compile(r"\S+@\S+\.\S{2,}")


def text(facts: Facts, version: str, date: str, commit: str) -> str:
    """Give the file as text: the release as a data set, and within it, to be cited in its place, the paper.

    CFF 1.2.0 knows only software and data sets at the top ("type"), and has papers as `preferred-citation`. `date` is
    the day of the release (ISO 8601), `commit` what it was made of.
    """
    import yaml  # noqa: PLC0415  (only a release needs it)

    authors = _authors(facts.authors)
    abstract = {"abstract": facts.abstract} if facts.abstract else {}
    keywords = {"keywords": list(facts.keywords)} if facts.keywords else {}
    told: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "Please cite this paper as below.",
        "type": "dataset",
        "title": facts.title,
        "authors": authors,
        **abstract,
        **keywords,
        **_identifiers(facts),
        **_terms(facts),
        "version": version,
        "commit": commit,
        "date-released": date,
        "preferred-citation": {
            # A paper that has a DOI is out; one that has none is a manuscript (CFF 1.2.0, "reference", "type").
            "type": "article" if facts.doi else "unpublished",
            "title": facts.title,
            "authors": authors,
            **abstract,
            **keywords,
            **_identifiers(facts),
            **({"languages": [language]} if (language := _language(facts.language)) else {}),
            "version": version,
            "date-released": date,
            "year": int(date[:4]),
        },
    }
    return yaml.dump(told, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100)


def _dumper() -> type[Any]:
    import yaml  # noqa: PLC0415

    class Plain(yaml.SafeDumper):
        """Writes what stands twice in full, without YAML's anchors, which not every reader of such files knows."""

        def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
            return True

    return Plain


def _authors(authors: tuple[Author, ...]) -> list[dict[str, str]]:
    """Give the authors as persons; a paper that names none is by "anonymous", as CFF's own examples have it."""
    made: list[dict[str, str]] = []
    for author in authors:
        person = {"family-names": author.family} | ({"given-names": author.given} if author.given else {})
        if author.suffix:
            person["name-suffix"] = author.suffix
        if author.orcid:
            person["orcid"] = f"https://orcid.org/{author.orcid}"
        if author.affiliations:
            person["affiliation"] = "; ".join(author.affiliations)
        if _MAIL.fullmatch(author.email):
            person["email"] = author.email
        if person not in made:  # the schema wants each once
            made.append(person)
    return made or [{"name": "anonymous"}]


def _identifiers(facts: Facts) -> dict[str, str]:
    if not facts.doi:
        return {}
    return {"doi": facts.doi} if _DOI.fullmatch(facts.doi) else {"url": f"https://doi.org/{facts.doi}"}


def _terms(facts: Facts) -> dict[str, str]:
    if facts.licence is None:
        return {}
    if facts.licence.spdx:
        return {"license": facts.licence.spdx}
    return {"license-url": facts.licence.url} if facts.licence.url else {}


def _language(tag: str) -> str:
    """Give the two or three letters of a language tag (ISO 639), without the region."""
    found = re.match(r"[A-Za-z]{2,3}(?=-|\Z)", tag)
    return found[0].lower() if found else ""
