"""One small paper, built once, for the tests that look at or break what a build makes."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from citeproof import pandoc, styles
from citeproof.project import Project
from citeproof.stages import cite, read, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from citeproof.document import CitedDocument, Manuscript

BIBLIOGRAPHY = """\
@article{ames2001, author = {Ames, Ann}, title = {One thing after another}, journaltitle = {Journal of Things},
  date = {2001}, volume = {1}, pages = {1--2}, doi = {10.1000/ames}}
@book{berg2002, author = {Berg, Bo and Cole, Cy}, title = {Two things at once}, publisher = {Press}, date = {2002}}
@book{dunn2003, author = {Dunn, Dee}, title = {Three things, never cited}, publisher = {Press}, date = {2003}}
"""

TEXT = """\
---
title: A Paper
author: Eve East
bibliography: references.bib
---

As @ames2001 says, things happen [@berg2002, p. 3; @ames2001].

They also end.[^1] Again [@ames2001].

[^1]: A note cites [@berg2002].
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A paper, what citing it gave, and the three files written from that."""

    project: Project
    manuscript: Manuscript
    cited: CitedDocument
    artefacts: dict[str, Path]


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    """Build the example as far as the three files; do not change them, copy them."""
    folder = tmp_path_factory.mktemp("example")
    (folder / "paper.md").write_text(TEXT, "utf-8")
    (folder / "references.bib").write_text(BIBLIOGRAPHY, "utf-8")
    project = Project(folder / "paper.md", folder / "dist")
    project.output.mkdir()
    manuscript = read.read(project)
    cited, remarks = cite.cite(project, manuscript, styles.find("apa", folder), project.output)
    assert remarks == []
    artefacts, remarks = write.write(project, cited, project.output, lambda _: None)
    assert remarks == []
    return Example(project, manuscript, cited, artefacts)


@pytest.fixture
def pandoc_fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], None]:
    """Let every conversion fail, with this status and these words."""

    def fails(status: int, said: str) -> None:
        ended = SimpleNamespace(cited=lambda: None, end=lambda: (pandoc.Failure(status, said), []))
        monkeypatch.setattr(pandoc, "start", lambda *_, **__: ended)

    return fails
