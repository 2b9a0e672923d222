"""Each work of the bibliographies beside this file reads as APA Style, 7th edition, prints it: in the list and cited.

NAME.json or NAME.bib holds the works, NAME.expected.yaml what they read like: key → section of the Publication Manual,
reference, citation in parentheses, and for some what stands in italics in the reference, stretch by stretch. All go
through the build's own reader, filters and style.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pypandoc
import pytest
import yaml

from citeproof import bibliography, document, styles

HERE = Path(__file__).parent
FILTERS = HERE.parents[1] / "filters"


@dataclass(frozen=True)
class Expected:
    """A work, and what it reads like."""

    file: Path
    key: str
    section: str
    reference: str
    parenthetical: str
    italic: tuple[str, ...] | None
    """What is in italics in the reference; None where the file does not say."""

    def __str__(self) -> str:
        return f"{self.file.stem}-{self.section}-{self.key}"


def expectations() -> list[Expected]:
    found = []
    for path in sorted(HERE.glob("*.expected.yaml")):
        (file,) = (one for one in HERE.glob(f"{path.name.removesuffix('.expected.yaml')}.*") if one != path)
        for key, said in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            italic = tuple(said["italic"]) if "italic" in said else None
            found.append(Expected(file, key, said["section"], said["reference"], said["parenthetical"], italic))
    return found


EXPECTED = expectations()
FILES = sorted({one.file for one in EXPECTED})


def apart(works: list[Expected]) -> list[list[Expected]]:
    """Divide works so that none stands beside one of the same first name, which would change how both are cited."""
    batches: list[list[Expected]] = []
    for one in works:
        first = one.reference.split()[0]
        free = (batch for batch in batches if all(other.reference.split()[0] != first for other in batch))
        batch = next(free, None)
        if batch is None:
            batches.append(batch := [])
        batch.append(one)
    return batches


@dataclass(frozen=True)
class Printed:
    """What a work reads like."""

    reference: str
    parenthetical: str
    italic: tuple[str, ...]


Rendered = dict[tuple[Path, str], Printed]


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Give, by file and key, the reference and the citation of every work."""
    folder = tmp_path_factory.mktemp("bibliographies")
    style = folder / "apa.csl"
    style.write_bytes(styles.compose(styles.find("apa", folder)))
    found: Rendered = {}
    for file in FILES:
        held = bibliography.read(file.name, file.suffix, file.read_text(encoding="utf-8"))
        works = folder / "works.json"
        works.write_text(json.dumps(list(held.items.values())), encoding="utf-8")
        for batch in apart([one for one in EXPECTED if one.file == file]):
            paper = folder / "paper.md"
            paper.write_text("\n\n".join(f"[@{{{one.key}}}]" for one in batch), encoding="utf-8")
            defaults = FILTERS / "defaults" / "common.yaml"
            command = [str(pypandoc.get_pandoc_path()), "-d", str(defaults), "--csl", str(style), "-t", "json"]
            command += ["--bibliography", str(works), str(paper)]
            done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
            cited = json.loads(done.stdout)
            listed = document.references(cited)
            said = {one.keys[0]: one.text for one in document.cited(cited)}
            italic = italics(cited)
            for one in batch:
                reference, citation = _spaced(listed.get(one.key, "")), _spaced(said.get(one.key, ""))
                found[file, one.key] = Printed(reference, citation, italic.get(one.key, ()))
    return found


def italics(cited: document.Json) -> dict[str, tuple[str, ...]]:
    """Give what is in italics in each entry of the reference list: key → stretches."""
    return {
        entry["c"][0][0].removeprefix("ref-"): tuple(
            _spaced(document.plain(element["c"]))
            for element, _ in document.elements(entry["c"][1])
            if element["t"] == "Emph"
        )
        for entry, _ in document.elements(cited["blocks"])
        if entry["t"] == "Div" and entry["c"][0][0].startswith("ref-")
    }


def _spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("one", EXPECTED, ids=str)
def test_a_work_reads_as_apa_prints_it(one: Expected, rendered: Rendered) -> None:
    printed = rendered[one.file, one.key]
    assert (printed.reference, printed.parenthetical) == (one.reference, one.parenthetical)


@pytest.mark.parametrize("one", [one for one in EXPECTED if one.italic is not None], ids=str)
def test_a_work_has_in_italics_what_apa_prints_so(one: Expected, rendered: Rendered) -> None:
    assert rendered[one.file, one.key].italic == one.italic


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_bibliography_is_read_without_a_word(file: Path) -> None:
    held = bibliography.read(file.name, file.suffix, file.read_text(encoding="utf-8"))
    assert held.faults == ()
    assert [entry.key for entry in held.entries] == [one.key for one in EXPECTED if one.file == file]
