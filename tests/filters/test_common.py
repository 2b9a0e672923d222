"""The shared step, filters/defaults/common.yaml, gives one cited document from whatever folder it is called."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAPER = """---
title: Sleep
bibliography: references.bib
---

# Introduction

@zanos [p. 3; @lee] found it. It was found [@zanos].

![A picture](figures/a.png)

![A table](tables/t.csv){#tbl-t}

# Appendix
"""

BIBLIOGRAPHY = """
@article{zanos, author={Zanos, P. and Gould, T.}, title={One}, journaltitle={J}, date={2018}}
@article{lee, author={Lee, A.}, title={Two}, journaltitle={J}, date={2020}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a folder with a paper in papers/sleep/, and what belongs to it beside it."""
    paper = tmp_path / "papers" / "sleep"
    for folder in ("figures", "tables"):
        (paper / folder).mkdir(parents=True)
    (paper / "paper.md").write_text(PAPER, encoding="utf-8")
    (paper / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    (paper / "tables" / "t.csv").write_text("Group,Source\nA,@lee\n", encoding="utf-8")
    (paper / "figures" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path


def with_python() -> dict[str, str]:
    """Give an environment in which filters find this Python first."""
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def cite(pandoc: str, filters: Path, folder: Path, paper: str, *options: str) -> str:
    """Give what the shared step writes for a paper, called from `folder`."""
    done = subprocess.run(
        [pandoc, "-d", str(filters / "defaults" / "common.yaml"), paper, *options],
        cwd=folder,
        env=with_python(),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


@pytest.mark.parametrize(
    ("folder", "paper"),
    [
        ("papers/sleep", "paper.md"),
        (".", "papers/sleep/paper.md"),
        ("papers", "sleep/paper.md"),
        ("papers/sleep/figures", "../paper.md"),
        ("papers", "{project}/papers/sleep/paper.md"),
    ],
)
def test_a_paper_builds_from_any_folder(pandoc: str, filters: Path, project: Path, folder: str, paper: str) -> None:
    text = cite(pandoc, filters, project / folder, paper.format(project=project), "-t", "plain", "--wrap=none")
    assert "Zanos and Gould (2018, p. 3; Lee, 2020) found it. It was found (Zanos & Gould, 2018)." in text
    assert "Lee (2020)" in text.split("A table")[1].split("References")[0]
    assert text.split("References")[1].split("Appendix")[0].rstrip().endswith("Zanos, P., & Gould, T. (2018). One. J.")


@pytest.mark.parametrize("absolute", [False, True])
def test_an_image_is_named_as_seen_from_the_working_folder(
    pandoc: str, filters: Path, project: Path, absolute: bool
) -> None:
    paper = "papers/sleep/paper.md"
    native = cite(pandoc, filters, project, str(project / paper) if absolute else paper, "-t", "native")
    assert '"papers/sleep/figures/a.png"' in native


def test_citations_in_what_the_author_says_within_the_list_are_cited(pandoc: str, filters: Path, project: Path) -> None:
    paper = project / "papers" / "sleep" / "paper.md"
    begun = "# References\n\n::: {#refs}\nThe first is by @lee [p. 3], and I did not read [@zanos].\n:::\n\n# Appendix"
    paper.write_text(paper.read_text("utf-8").replace("# Appendix", begun), "utf-8")
    text = cite(pandoc, filters, project, "papers/sleep/paper.md", "-t", "plain", "--wrap=none")
    assert "The first is by Lee (2020, p. 3), and I did not read (Zanos & Gould, 2018)." in text


def test_the_parts_stand_in_the_order_of_apa_2_17(pandoc: str, filters: Path, project: Path) -> None:
    document = json.loads(cite(pandoc, filters, project, "papers/sleep/paper.md", "-t", "json"))
    names = [
        block["c"][1][0] if block["t"] == "Header" else block["c"][0][0]
        for block in document["blocks"]
        if block["t"] in {"Header", "Div"}
    ]
    assert names == ["title-page", "text-title", "", "tbl-t", "references", "refs", "appendix"]


def test_every_citation_links_to_its_entry(pandoc: str, filters: Path, project: Path) -> None:
    native = cite(pandoc, filters, project, "papers/sleep/paper.md", "-t", "native")
    for key in ("lee", "zanos"):
        assert f'( "#ref-{key}" , "" )' in native
        assert f'( "ref-{key}"' in native


def test_a_style_on_the_command_line_wins(pandoc: str, filters: Path, project: Path) -> None:
    style = project / "own.csl"
    style.write_text(
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info><title>Own</title>'
        "<id>own</id><updated>2026-01-01T00:00:00+00:00</updated></info><citation><layout>"
        '<text variable="title"/></layout></citation></style>',
        encoding="utf-8",
    )
    text = cite(pandoc, filters, project, "papers/sleep/paper.md", "-t", "plain", "--csl", "own.csl")
    assert "It was found One." in text


def test_a_part_is_the_same_whether_it_is_taken_at_once_or_of_the_cited_document(
    pandoc: str, filters: Path, project: Path
) -> None:
    paper = "papers/sleep/paper.md"
    at_once = cite(pandoc, filters, project, paper, "-t", "json", "--metadata=apa-extract=tables")
    cite(pandoc, filters, project, paper, "-t", "json", "--metadata=parts-later=true", "-o", "cited.json")
    command = [pandoc, "-d", str(filters / "defaults" / "part.yaml"), "--metadata=apa-extract=tables", "-t", "json"]
    later = subprocess.run([*command, "cited.json"], cwd=project, capture_output=True, encoding="utf-8", check=True)
    assert json.loads(later.stdout) == json.loads(at_once)
    assert json.loads(at_once)["blocks"][0]["c"][0][0] == "tbl-t"


BODY = "<!-- citeproof: the body -->"
"""Stands in a page for its body."""

PAGE = """---
title: What *stands* in a page
author: Ana Ruiz
lang: he
---

# Début

Words\u00a0of 中文, עברית and 전각, $a < b$, "quoted".[^1]

```
code with blanks at its end   \t

```

| A line
|     and one further in

Term
:   What it means

[^1]: A note.

```


```
"""


def page(pandoc: str, filters: Path, folder: Path, *options: str) -> str:
    """Write the page of a paper, and give it."""
    (folder / "paper.md").write_text(PAGE, "utf-8")
    defaults = str(filters / "defaults" / "common.yaml"), str(filters / "defaults" / "html.yaml")
    command = [pandoc, "-d", defaults[0], "-d", defaults[1], "--embed-resources=false", *options, "paper.md"]
    done = subprocess.run(command, cwd=folder, env=with_python(), capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    return done.stdout.decode("utf-8")


def test_a_page_and_its_body_apart_are_the_whole_page(pandoc: str, filters: Path, tmp_path: Path) -> None:
    whole = page(pandoc, filters, tmp_path)
    frame = page(pandoc, filters, tmp_path, "-V", "body-apart=body")
    body = (tmp_path / "body").read_bytes().decode("utf-8")
    assert frame.count(BODY) == 1
    assert "<h1" in frame.split(BODY)[0]
    assert re.search(r"code with blanks at its end {4,}\n", body)
    assert frame.replace(BODY, body) == whole


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_body_that_the_disk_does_not_take_is_told(pandoc: str, filters: Path, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        page(pandoc, filters, tmp_path, "-V", "body-apart=/dev/full")
    assert b"No space left on device" in failed.value.stderr
