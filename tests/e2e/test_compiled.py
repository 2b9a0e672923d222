"""The source for LaTeX, compiled by the system's pdfLaTeX: every piece of the paper is in its pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from citeproof import said
from citeproof.document import FORMULA, references
from citeproof.document import cited as citations
from citeproof.opened import _inner_links, only_letters
from citeproof.project import Project, find_paper
from citeproof.said import CALL, fold
from citeproof.stages import cite, read, write
from citeproof.styles import find

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "tests" / "manuscripts" / "good"
OTHER_LETTERS = {"arabic-and-hebrew", "chinese"}
"""Papers whose letters pdfLaTeX has not; the build says so."""
PAPERS = {path.name: path for path in sorted(GOOD.iterdir()) if path.is_dir() and path.name not in OTHER_LETTERS}
PAPERS |= {"manuscript": ROOT / "manuscript", "specimen": ROOT / "tests" / "apa" / "specimen"}
HEADER = 66
"""Points from the top of a page that hold running head and page number (APA 2.18)."""


def compiled(paper: Path, folder: Path, *choices: tuple[str, str]) -> tuple[str, dict, str]:
    """Build a source and compile it; give the text of its PDF, the cited document, and what LaTeX said at last."""
    project = Project(find_paper(paper), folder, formats=("latex",), choices=choices)
    manuscript = read.read(project)
    named = manuscript.document["meta"].get("csl")
    style = find(named["c"][0]["c"] if named else "apa", project.folder)
    cited, _ = cite.cite(project, manuscript, style, folder)
    files, _ = write.write(project, cited, folder, lambda _: None)
    alone = folder / "alone"  # arXiv has nothing but the source and its images
    alone.mkdir()
    for path in (files["latex"], *write.images_beside(project, folder)):
        shutil.copy(path, alone)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", files["latex"].name]
    for _ in range(2):
        done = subprocess.run(command, cwd=alone, capture_output=True, check=False, timeout=240)
        log = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, log[log.find("\n!") :][:2000]
    with pdfium.PdfDocument(alone / f"{files['latex'].stem}.pdf") as pdf:
        pages = [
            page.get_textpage().get_text_bounded(0, 0, page.get_width(), page.get_height() - HEADER) for page in pdf
        ]
    return "".join(fold(page) for page in pages), cited.parsed(), log


MOST_PARTS = 4
"""Parts that a paragraph may come in: a page ends in it, with a footnote or a table between."""


def is_in(whole: str, text: str) -> bool:
    """Tell whether a text stands in another one, in so many parts at the most."""
    parts = 0
    while text:
        parts += 1
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if text[:middle] in whole else (low, middle - 1)
        if low == 0 or parts > MOST_PARTS:
            return False
        text = text[low:]
    return True


def lacking(whole: str, document: dict) -> list[str]:
    """List the pieces of a paper that are not in the text of a PDF; formulas and signs of notes are left out."""
    due = said.due(document, "latex")
    pieces = [piece for piece in (*due.flow, *due.notes) if not piece.optional]
    runs = [(piece.text, fold(run)) for piece in pieces for run in re.split(f"[{FORMULA}{CALL}]", piece.text)]
    return [text for text, run in runs if not is_in(whole, run)]


@pytest.mark.parametrize("name", PAPERS)
def test_a_source_compiles_by_itself_and_every_piece_is_in_its_pages(name, tmp_path):
    whole, document, log = compiled(PAPERS[name], tmp_path)
    assert lacking(whole, document) == []
    assert "undefined references" not in log
    assert "multiply defined" not in log


def landings(pdf: Path) -> list[str]:
    """List, in letters and figures, what stands where each link within a PDF leads: LaTeX sets it a line above."""
    with pdfium.PdfDocument(pdf) as document:
        pages = list(document)
        texts = [page.get_textpage() for page in pages]
        leads = [to for page in pages for _, to in _inner_links(document, page)]
        found = [texts[number].get_text_bounded(left - 1, 0, 612, top - 10) for number, top, left in leads]
    return [only_letters(fold(text)) for text in found]


LANDED = 20
"""Letters of an entry that are compared."""


def test_each_citation_leads_to_its_entry(tmp_path):
    _, document, _ = compiled(PAPERS["specimen"], tmp_path)
    leads = landings(tmp_path / "alone" / "paper.pdf")
    cited = Counter(key for item in citations(document) for _, key in item.links)
    entries = references(document)
    assert len(cited) == 31
    for key, count in cited.items():
        begins = only_letters(fold(entries[key]))[:LANDED]
        assert sum(text.startswith(begins) for text in leads) >= count, key


@pytest.mark.parametrize("mode", ["student", "journal", "thesis"])
def test_each_kind_of_paper_compiles(mode, tmp_path):
    whole, document, _ = compiled(PAPERS["specimen"], tmp_path, ("mode", mode))
    assert lacking(whole, document) == []


def test_the_other_choices_compile(tmp_path):
    choices = (("paper", "a4"), ("font", "Arial"), ("line-numbers", "true"), ("floats", "end"), ("footnotes", "end"))
    _, _, log = compiled(PAPERS["specimen"], tmp_path, *choices)
    assert "Output written" in log


def test_what_is_not_there_is_seen_to_lack(tmp_path):
    whole, document, _ = compiled(PAPERS["table-from-csv"], tmp_path)
    entry = said.due(document, "latex").flow[-1].text
    assert lacking(whole.replace(fold(entry)[10:20], ""), document) == [entry]


SIGNS = r"""---
title: "Under & Over: 100% of _it_ #1 ~ ^ {x}"
author:
  - name: {given: Ann, family: "O'Neil"}
    affiliation: {department: "R & D", name: "University of 50%"}
    corresponding: true
    email: a_b@example.org
keywords: [a & b, "c_d"]
abstract: |
  Text with & ampersand, "quotes" and a note.[^a]

  [^a]: In the abstract.
references:
  - id: "k:1/2"
    type: book
    author: [{family: "Łukasz & Sons", given: "Ž."}]
    title: "β < 5 & 5 % of *p* ≤ .05"
    issued: 2020
---

# One & {more} ~ _two_

~~gone~~ [under]{.underline} [SC]{.smallcaps} x^2^ H~2~O `code_{}\ %` $a<b$ @{k:1/2} -- a/b ~tilde~.

\^ \~ \# \$ \% \& \_ \{ \} \\ | \< \> \* \` -- −1 ≤ 2 → ½ ž ✓

| line one
|    line two

Term & more
:   def % _

~~~
code_x <b> αβ \end{verbatim} %
~~~

Text[^n].

[^n]: A note with code:

    ~~~
    x = 1 % # _
    ~~~

| A | B |
|---|---|
| `x_y` | a & b[^t] |

: Title & 100 % {#tbl-x note="Note & % _"}

[^t]: Of a table.

See @tbl-x and <https://example.org/a_b%20c?d=1&e=2#f>.

###### Level six

Run in.
"""  # noqa: RUF001


def test_every_sign_that_means_something_to_tex_is_set(tmp_path):
    paper = tmp_path / "in" / "paper.md"
    paper.parent.mkdir()
    paper.write_text(SIGNS, "utf-8")
    whole, document, _ = compiled(paper, tmp_path)
    assert lacking(whole, document) == []
