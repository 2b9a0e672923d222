"""CITATION.cff of a paper is valid by the schema of the Citation File Format 1.2.0, whatever the paper says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from citeproof import citation_file
from citeproof.facts import Author, Facts, Licence, licence

TOP = Path(__file__).resolve().parents[2]
FULL = Facts(
    "Sleep: A “Paper”",
    (
        Author("Ann", "Lee", "III", "0000-0002-1825-0097", "ann@example.org", ("Example University", "Institute")),
        Author("", "The Collaboration"),
    ),
    "One paragraph: with a colon.",
    ("sleep", "memory"),
    "10.1000/own",
    "zh-Hans-CN",
    Licence("CC BY", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
)


def schema() -> jsonschema.Draft7Validator:
    """Take the schema out of the package cffconvert, of which nothing else is needed."""
    spec = importlib.util.find_spec("cffconvert")
    assert spec
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0], "schemas", "1.2.0", "schema.json")
    return jsonschema.Draft7Validator(json.loads(path.read_text("utf-8")), format_checker=jsonschema.FormatChecker())


def made(facts: Facts) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(citation_file.text(facts, "1.2.0", "2026-11-27", "a" * 40))
    return told


def test_the_schema_refuses_what_is_wrong() -> None:
    told = made(FULL)
    assert not [*schema().iter_errors(told)]
    for name, value in {"doi": "https://doi.org/10.1000/own", "date-released": "27.11.2026", "authors": []}.items():
        assert [*schema().iter_errors(told | {name: value})], name


@pytest.mark.parametrize(
    "facts",
    [
        FULL,
        Facts("A Paper"),
        Facts("A Paper", (Author("Wei", "Wang"), Author("Wei", "Wang"))),
        Facts("A Paper", (Author("Ann", "Lee", email="ann at example.org"),)),
        Facts("A Paper", doi="10.1000/odd<suffix>#1"),
        Facts("A Paper", licence=Licence("My own terms")),
        Facts("A Paper", licence=Licence("Mine", url="https://example.org/terms")),
        Facts("- A Paper: #1 'of' \"many\"", language="x-private"),
        Facts("ورقة", (Author("محمد", "علي"),), language="ar"),
    ],
)
def test_what_is_written_is_valid(facts: Facts) -> None:
    told = made(facts)
    assert [error.message for error in schema().iter_errors(told)] == []
    assert told["title"] == facts.title


KINDS = ("BY", "BY-NC", "BY-NC-ND", "BY-NC-SA", "BY-ND", "BY-SA")
WRITTEN = [f"CC {kind} {version}" for kind in KINDS for version in ("1.0", "2.0", "2.5", "3.0", "4.0")]


@pytest.mark.parametrize(
    "written",
    [
        "CC0",
        "MIT",
        "apache-2.0",
        "bsd-2-clause",
        "bsd-3-clause",
        "gpl-3.0-only",
        "GPL-3.0-or-later",
        "odbl-1.0",
        *WRITTEN,
    ],
)
def test_each_licence_that_is_known_is_one_of_the_spdx_list(written: str) -> None:
    told = made(Facts("A Paper", licence=licence(written)))
    assert "license" in told
    assert [error.message for error in schema().iter_errors(told)] == []


def test_authors_are_persons_with_all_that_is_known_of_them() -> None:
    assert made(FULL)["authors"] == [
        {
            "family-names": "Lee",
            "given-names": "Ann",
            "name-suffix": "III",
            "orcid": "https://orcid.org/0000-0002-1825-0097",
            "affiliation": "Example University; Institute",
            "email": "ann@example.org",
        },
        {"family-names": "The Collaboration"},
    ]


def test_a_paper_without_author_is_anonymous() -> None:
    assert made(Facts("A Paper"))["authors"] == [{"name": "anonymous"}]


def test_the_release_is_told_and_the_paper_is_what_one_cites() -> None:
    told = made(FULL)
    assert (told["version"], told["date-released"], told["commit"]) == ("1.2.0", "2026-11-27", "a" * 40)
    assert (told["license"], told["doi"], told["type"]) == ("CC-BY-4.0", "10.1000/own", "dataset")
    cited = told["preferred-citation"]
    assert (cited["type"], cited["title"], cited["languages"]) == ("article", FULL.title, ["zh"])
    assert made(Facts("A Paper"))["preferred-citation"]["type"] == "unpublished"


def test_what_stands_twice_is_written_twice() -> None:
    text = citation_file.text(FULL, "1.2.0", "2026-11-27", "a" * 40)
    assert "&id" not in text
    assert "*id" not in text


def test_the_file_of_the_software_is_valid_and_leaves_the_version_to_pyproject() -> None:
    told = yaml.safe_load((TOP / "CITATION.cff").read_text("utf-8"))
    assert [error.message for error in schema().iter_errors(told)] == []
    assert "version" not in told
