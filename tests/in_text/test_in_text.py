"""Citations in the text follow chapter 8 of the manual: a page is a section, each of its papers one document."""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pypandoc
import pytest

from citeproof import document, styles

HERE = Path(__file__).parent
DEFAULTS = HERE.parents[1] / "filters" / "defaults" / "common.yaml"
PAGES = sorted(HERE.glob("*.toml"))


def papers() -> list[object]:
    """Give every paper of every page with its page, named for the test report."""
    found: list[object] = []
    for path in PAGES:
        page = tomllib.loads(path.read_text("utf-8"))
        found += [pytest.param(page, paper, id=f"{page['section']}: {paper['rule']}") for paper in page["paper"]]
    return found


def manuscript(paper: dict[str, Any]) -> str:
    """Give a paper's Markdown: each paragraph in a Div of its own, by which it is found again."""
    parts = [f"---\ntitle: A Paper\n{paper.get('front', '').strip()}\n---\n"]
    parts += [f"::::: {{#paragraph-{number}}}\n{text}\n:::::\n" for number, (text, _) in enumerate(paper["text"])]
    return "\n".join(parts)


@pytest.fixture(scope="session")
def style(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give APA Style as a build composes it."""
    path = tmp_path_factory.mktemp("style") / "style.csl"
    path.write_bytes(styles.compose(styles.find("apa", HERE)))
    return path


def as_read(text: str) -> str:
    """Give a text with plain spaces."""
    return " ".join(text.split())


def divs(blocks: Any) -> dict[str, Any]:
    """Give identifier → content of every Div."""
    found = {}
    for element, _ in document.elements(blocks):
        if element["t"] == "Div" and element["c"][0][0]:
            found[element["c"][0][0]] = element["c"][1]
    return found


@pytest.mark.parametrize(("page", "paper"), papers())
def test_a_citation_reads_as_its_section_says(
    page: dict[str, Any], paper: dict[str, Any], style: Path, tmp_path: Path
) -> None:
    works = [work for work in page["works"] if work["id"] in paper.get("works", [work["id"]])]
    (tmp_path / "references.json").write_text(json.dumps(works), "utf-8")
    (tmp_path / "paper.md").write_text(manuscript(paper), "utf-8")
    options = ["-d", str(DEFAULTS), "--bibliography", "references.json", "--csl", str(style), "-t", "json"]
    done = subprocess.run(
        [str(pypandoc.get_pandoc_path()), "paper.md", *options],
        cwd=tmp_path,
        env=os.environ.copy(),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    said = [line.removeprefix("[WARNING] ") for line in done.stderr.splitlines()]
    assert said == paper.get("says", [])
    cited = json.loads(done.stdout)
    found = divs(cited["blocks"])
    read = [as_read(document.plain(found[f"paragraph-{number}"], notes=True)) for number in range(len(paper["text"]))]
    assert read == [expected for _, expected in paper["text"]]
    if "list" in paper:
        entries = [as_read(document.plain(entry)) for entry in found["refs"]]
        assert [entry for entry in entries if entry] == paper["list"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_uses_every_work_that_it_has(path: Path) -> None:
    page = tomllib.loads(path.read_text("utf-8"))
    written = " ".join(text for paper in page["paper"] for text, _ in paper["text"]) + str(page["paper"])
    assert [work["id"] for work in page["works"] if f"@{work['id']}" not in written] == []
