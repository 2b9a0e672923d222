"""What holds for any paper: no two works are cited alike, "et al." stands for two at least, list and text agree."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path
from typing import Any

import pypandoc
import pytest

from citeproof import document, styles

HERE = Path(__file__).parent
DEFAULTS = HERE.parents[1] / "filters" / "defaults" / "common.yaml"
WORKS = 40
FEWEST_FOR_ET_AL = 2


def work(chance: random.Random, number: int) -> dict[str, Any]:
    """Give a work by few families, in few years, so that much of it looks alike."""
    families = [{"family": name} for name in ("Ab", "Abe", "Be", "Ce")]
    families.append({"family": "Dy", "non-dropping-particle": "van"})
    people = [
        chance.choice(families) | {"given": chance.choice(["Ann", "A. B.", "Bob"])}
        for _ in range(chance.choice([1, 1, 2, 3, 3, 4, 5]))
    ]
    title = f"{chance.choice(['The ', 'A ', ''])}{chance.choice('abcdef')} {number}"
    made: dict[str, Any] = {"id": f"k{number}", "type": "book", "publisher": "P", "title": title, "author": people}
    when = chance.random()
    if when < 0.8:
        made["issued"] = {"date-parts": [[chance.choice([2001, 2002])]]}
    elif when < 0.9:
        made["status"] = "in press"
    return made


def cited(folder: Path, works: list[dict[str, Any]]) -> tuple[list[str], list[str], dict[str, str]]:
    """Cite each work in parentheses and in the sentence; give these citations and the reference list."""
    (folder / "references.json").write_text(json.dumps(works), "utf-8")
    (folder / "style.csl").write_bytes(styles.compose(styles.find("apa", folder)))
    paragraphs = [f"[@{one['id']}]\n\n@{one['id']}" for one in works]
    (folder / "paper.md").write_text("---\ntitle: A Paper\n---\n\n" + "\n\n".join(paragraphs), "utf-8")
    options = ["-d", str(DEFAULTS), "--bibliography", "references.json", "--csl", "style.csl", "-t", "json"]
    done = subprocess.run(
        [str(pypandoc.get_pandoc_path()), "paper.md", *options],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    texts = [" ".join(item.text.split()) for item in document.cited(found)]
    return texts[::2], texts[1::2], document.references(found)


def sort_key(one: dict[str, Any]) -> list[tuple[str, str]]:
    """Give what APA 9.44 and 9.46 sort a work by: its authors, one after the other, family name before initials."""
    return [
        (
            (person.get("non-dropping-particle", "") + person["family"]).lower(),
            "".join(word[0] for word in person["given"].lower().split()),
        )
        for person in one["author"]
    ]


@pytest.mark.parametrize("seed", range(4))
def test_any_works_are_told_apart_and_found_in_the_list(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (no secret hangs on it)
    works = [work(chance, number) for number in range(WORKS)]
    in_parentheses, in_sentence, listed = cited(tmp_path, works)
    assert len(set(in_parentheses)) == WORKS
    assert len(set(in_sentence)) == WORKS
    for one, text, sentence in zip(works, in_parentheses, in_sentence, strict=True):
        year = re.search(r", ((?:\d{4}|n\.d\.|in press)(?:-?[a-z])?)\)$", text)
        assert year, text
        assert f"({year[1]})" in listed[one["id"]]
        assert sentence.endswith(f" ({year[1]})")
        assert "&" not in sentence
        if " et al." in text:
            named = text[1:].split(" et al.")[0].removesuffix(",").split(", ")
            assert len(one["author"]) - len(named) >= FEWEST_FOR_ET_AL, text
    by_key = {one["id"]: one for one in works}
    keys = [sort_key(by_key[key]) for key in listed]
    assert keys == sorted(keys)
