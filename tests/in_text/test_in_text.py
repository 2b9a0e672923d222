"""Citations in the text follow chapter 8 of the manual: a page is a section, each of its papers one document."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pypandoc
import pytest

from citeproof import bibliography, document, styles

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


def year(date: dict[str, Any]) -> str:
    """Write a year as biblatex does (ISO 8601-2): 1 B.C.E. is the year 0."""
    number = int(date["date-parts"][0][0])
    return (f"{number:04}" if number >= 0 else f"-{-number - 1:04}") + ("~" if date.get("circa") else "")


def in_biblatex(works: list[dict[str, Any]]) -> str:
    """Write works as biblatex records: as pandoc does, with what its writer leaves out put in."""
    written = subprocess.run(
        [str(pypandoc.get_pandoc_path()), "-f", "csljson", "-t", "biblatex"],
        input=json.dumps(works).encode(),
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout.decode()
    for work in works:
        more = {"shortauthor": work.get("shortauthor"), "shorttitle": work.get("title-short")}
        if "original-date" in work:
            more["origdate"] = year(work["original-date"])
        if "literal" in work.get("issued", {}):
            more["date"] = work["issued"]["literal"]
        if work.get("status") == "in press":
            more["pubstate"] = "inpress"
        if work["type"] == "webpage":
            more["eprint"] = work.get("container-title")
        fields = "".join(f"  {name} = {{{value}}},\n" for name, value in more.items() if value)
        written = re.sub(rf"(@\w+{{{re.escape(work['id'])},\n)", lambda found, put=fields: found[1] + put, written)
    return written


NOT_IN_BIBLATEX = {
    "beau": "a particle that drops is `useprefix=false` there",
    "film": "a director is an author with a role there, which pandoc does not write",
    "user": "pandoc writes a post as a page",
}
"""Works that have another record in biblatex, with the reason: what cites them is read from CSL JSON alone."""


@pytest.mark.parametrize(("page", "paper"), papers())
@pytest.mark.parametrize("source", ["csl-json", "biblatex"])
def test_a_citation_reads_as_its_section_says(
    page: dict[str, Any], paper: dict[str, Any], source: str, style: Path, tmp_path: Path
) -> None:
    works = [work for work in page["works"] if work["id"] in paper.get("works", [work["id"]])]
    if source == "biblatex":
        works = [work for work in works if work["id"] not in NOT_IN_BIBLATEX]
        works = [*bibliography.read("references.bib", ".bib", in_biblatex(works)).items.values()]
        passages = [one for one in paper["text"] if not any(f"@{key}" in one[0] for key in NOT_IN_BIBLATEX)]
        paper = paper | {"text": passages}
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
