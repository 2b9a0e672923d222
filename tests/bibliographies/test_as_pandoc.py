"""What pandoc reads is read: every entry of a random bibliography, with as many names, the same year and title."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pypandoc
import pytest

from citeproof import bibliography

HERE = Path(__file__).parent

TYPES = [
    *("article", "book", "inbook", "incollection", "inproceedings", "phdthesis", "mastersthesis", "techreport"),
    *("misc", "online", "report", "thesis", "unpublished", "manual", "proceedings", "collection", "Article", "BOOK"),
]
WORDS = [
    *("memory", "Sleep", "{PhD}", "effects", "of", r"G{\"o}del", r"\emph{Homo} sapiens", "and", "the", r"caf\'{e}"),
    *("20", r"\& more", "{DNA}", "über", "l'amour", "A", "self-report", r"\textsuperscript{2}", "--", "Zürich?"),
]
NAMES = [
    *("Lee, Ann", "de la Cruz, Maria", "King, Jr., M. L.", r"M{\"u}ller, J{\"o}rg", "{World Health Organization}"),
    *("Jean-Luc Picard", "van der Berg, Q.", "O'Neil, B.", "Søren Kierkegaard", "Plato"),
]
PAGES = ["1--9", "12-19", "e1234", "S3--S9", "iv"]
KEYS = ["", ":a", ".b", "_c", "-d", "+e", "/f"]


def entry(draw: Random, number: int) -> str:
    """Write an entry in one of the ways in which people and programs write them."""

    def value(text: str) -> str:
        return draw.choice([f"{{{text}}}", f'"{text}"']) if '"' not in text else f"{{{text}}}"

    names = " and ".join(draw.choice(NAMES) for _ in range(draw.randrange(1, 5)))
    year = draw.randrange(1900, 2026)
    fields = {
        draw.choice(["author", "AUTHOR", "Author"]): value(names),
        "title": value(" ".join(draw.choice(WORDS) for _ in range(draw.randrange(2, 9)))),
        draw.choice(["year", "date"]): draw.choice([str(year), value(str(year))]),
        draw.choice(["journal", "journaltitle", "booktitle"]): value("Journal of Things"),
        "publisher": value("Sage"),
        "pages": value(draw.choice(PAGES)),
    }
    if draw.random() < 0.3:
        fields["month"] = draw.choice(["jan", "may", "{12}", "3"])
    end, space = draw.choice([",", ""]), draw.choice([" ", "\n  ", "\n\t"])
    inside = f",{space}".join(f"{name}{draw.choice([' = ', '=', '   = '])}{text}" for name, text in fields.items())
    key = f"k{number}{draw.choice(KEYS)}"
    return f"@{draw.choice(TYPES)}{{{key},{space}{inside}{end}{draw.choice(['', chr(10)])}}}"


def letters(text: str) -> str:
    """Give the letters and digits of a title without case and markup."""
    return re.sub(r"[\W_]", "", re.sub(r"<[^>]*>", "", text)).casefold()


def known(item: dict[str, Any]) -> tuple[Any, ...]:
    """Give what any reading of a work must agree on."""
    issued = item["issued"]["date-parts"][0][0]
    return len(item.get("author", [])), int(issued), letters(item["title"])


@pytest.mark.parametrize("seed", range(4))
def test_every_entry_that_pandoc_reads_is_read_alike(seed: int) -> None:
    draw = Random(seed)  # noqa: S311  (entries, no secrets)
    between = ["\n", "\n\n", "\n% a comment\n", "\nwords between\n"]
    text = "".join(entry(draw, number) + draw.choice(between) for number in range(150))
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "biblatex", "-t", "csljson"],
        input=text.encode(),
        check=True,
        capture_output=True,
    )
    theirs = {item["id"]: item for item in json.loads(done.stdout)}
    assert len(theirs) == 150
    held = bibliography.read("references.bib", ".bib", text)
    assert list(held.items) == list(theirs)
    assert [fault for fault in held.faults if fault.hurts] == []
    assert {key: known(item) for key, item in held.items.items()} == {key: known(item) for key, item in theirs.items()}


def test_every_item_that_comes_out_is_one_that_pandoc_reads() -> None:
    draw = Random(5)  # noqa: S311
    text = "\n".join(entry(draw, number) for number in range(300))
    items = [*bibliography.read("references.bib", ".bib", text).items.values()]
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-f", "csljson", "-t", "csljson"],
        input=json.dumps(items).encode(),
        check=True,
        capture_output=True,
    )
    assert [item["id"] for item in json.loads(done.stdout)] == [item["id"] for item in items]


def spaced(item: dict[str, Any]) -> dict[str, Any]:
    """Make each white space in the texts of an item a plain one."""
    return {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in item.items()}


@pytest.mark.parametrize("file", ["biblatex.bib", "zotero.json", "order.bib"])
def test_what_was_read_is_read_again_unchanged(file: str) -> None:
    path = HERE / file
    first = bibliography.read(file, path.suffix, path.read_text("utf-8")).items
    again = bibliography.read("again.json", ".json", json.dumps([*first.values()])).items
    assert {key: spaced(item) for key, item in again.items()} == {key: spaced(item) for key, item in first.items()}
