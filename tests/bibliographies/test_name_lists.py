"""Names in the list follow APA 9.8, however many: up to 20 all, of 21 and more the first 19, an ellipsis, the last."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random

import pypandoc
import pytest

from citeproof import bibliography, document, styles

DEFAULTS = Path(__file__).parents[2] / "filters" / "defaults" / "common.yaml"
MOST = 40
GIVEN = ["Ann", "Bo Kim", "Jean-Luc", "C. D.", "Élise", "Q.", "Marie-Ève Anne"]
INITIALS = ["A.", "B. K.", "J.-L.", "C. D.", "É.", "Q.", "M.-È. A."]
PARTICLES = ["", "", "", "de ", "van der ", "von "]
SUFFIXES = ["", "", "", "", ", Jr.", ", III"]
GROUP = "Harbor Study Group"


def people(draw: Random, number: int) -> tuple[list[str], list[str]]:
    """Give names as a .bib file has them, and as 9.8 prints each; the last may be a group."""
    typed, printed = [], []
    for one in range(number):
        # Each list begins with another name, so that no letters and no further initials are called for.
        first = f"{chr(65 + number % 26)}a" + "".join("zyxwvutsrq"[int(digit)] for digit in str(number))
        family = f"N{''.join(draw.sample('abcdefgh', 4))}" if one else first
        particle = draw.choice(PARTICLES) if one else ""
        suffix = draw.choice(SUFFIXES)
        at = draw.randrange(len(GIVEN))
        if one and one == number - 1 and draw.random() < 0.2:
            typed.append(f"{{{GROUP}}}")
            printed.append(GROUP)
            continue
        typed.append(f"{particle}{family}{suffix}, {GIVEN[at]}")
        printed.append(f"{particle}{family}, {INITIALS[at]}{suffix}")
    return typed, printed


def as_of_9_8(names: list[str]) -> str:
    """Put names together as APA 9.8 says, with the period that ends the element (9.5)."""
    last = names[-1] if names[-1].endswith(".") else f"{names[-1]}."
    if len(names) == 1:
        return last
    if len(names) > 20:
        return ", ".join(names[:19]) + f", . . . {last}"
    return ", ".join(names[:-1]) + f", & {last}"


@pytest.mark.parametrize("seed", range(3))
def test_a_list_of_up_to_forty_names_is_printed_as_9_8_says(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)  # noqa: S311  (names, no secrets)
    lists = {f"work{number}": people(draw, number) for number in range(1, MOST + 1)}
    text = "\n".join(
        f"@book{{{key}, author = {{{' and '.join(typed)}}}, title = {{A book}}, date = {{2020}}, publisher = {{P}}}}"
        for key, (typed, _) in lists.items()
    )
    held = bibliography.read("references.bib", ".bib", text)
    assert held.faults == ()
    (tmp_path / "references.json").write_text(json.dumps(list(held.items.values())), "utf-8")
    (tmp_path / "style.csl").write_bytes(styles.compose(styles.find("apa", tmp_path)))
    (tmp_path / "paper.md").write_text("---\ntitle: T\nnocite: '@*'\n---\n\nText.\n", "utf-8")
    options = ["--bibliography", "references.json", "--csl", "style.csl", "-t", "json"]
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "-d", str(DEFAULTS), "paper.md", *options],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    printed = {
        key: " ".join(entry.partition(" (2020)")[0].split())
        for key, entry in document.references(json.loads(done.stdout)).items()
    }
    assert printed == {key: as_of_9_8(names) for key, (_, names) in lists.items()}
