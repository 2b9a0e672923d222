"""The files of a good paper, broken in one link of one citation at a time: each break is found, in its file, by key.

What was written is changed as a fault of a writer, or a hand, would change it: the page and the Word document in their
markup, the PDF in the markup that it is set from. The paper is that of test_broken_citations.py, with citations
wherever a paper has them.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from test_broken_citations import BIBLIOGRAPHY, PAPER

from citeproof import styles
from citeproof.findings import Place
from citeproof.project import Project
from citeproof.stages import cite, read, verify, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from citeproof.document import CitedDocument
    from citeproof.findings import Finding

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"><path d="M5 5 L80 35" stroke="black"/></svg>'

LINKS = {
    "html": re.compile(r'<a href="#ref-(?P<key>[\w-]+)"[^>]*>(?P<text>.*?)</a>', re.DOTALL),
    "docx": re.compile(r'<w:hyperlink w:anchor="ref-(?P<key>[\w-]+)">(?P<text>.*?)</w:hyperlink>', re.DOTALL),
    "pdf": re.compile(r"#link\(<ref-(?P<key>[\w-]+)>\)\[(?P<text>[^\]]*)\]"),
}
"""How the link of a citation to its entry stands in what each format is made of."""

ENTRIES = {
    "html": re.compile(r'<div id="ref-(?P<key>[\w-]+)" class="csl-entry"[^>]*>(?P<text>.*?)</div>', re.DOTALL),
    "docx": re.compile(
        r'<w:bookmarkStart w:id="\d+" w:name="ref-(?P<key>[\w-]+)"\s*/>\s*<w:p>(?P<text>.*?)</w:p>', re.DOTALL
    ),
    "pdf": re.compile(r'#reference-entry\[(?P<text>[^\n]+)\] #label\("ref-(?P<key>[\w-]+)"\)'),
}

PARTS = ("word/document.xml", "word/footnotes.xml")


@dataclass(frozen=True)
class Built:
    """The paper as it was cited and written, and the text that each format's file is made of."""

    project: Project
    cited: CitedDocument
    files: dict[str, Path]
    markup: dict[str, str]

    def told(self, name: str, markup: str, path: Path) -> list[Finding]:
        """Make a file of a changed text, and judge it."""
        if name == "html":
            path.write_text(markup, "utf-8")
        elif name == "docx":
            changed = dict(zip(PARTS, markup.split("\0"), strict=True))
            with zipfile.ZipFile(self.files["docx"]) as old, zipfile.ZipFile(path, "w") as new:
                for part in old.namelist():
                    new.writestr(part, changed.get(part, old.read(part)))
        else:
            source = self.project.output / "changed.typ"
            source.write_text(markup, "utf-8")
            assert write._pdf(self.project, source, path) == []
        return verify.verify(self.cited, {name: path}, universal_access=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("files")
    (folder / "paper.md").write_text(PAPER.replace("curve.gif", "curve.svg"), "utf-8")
    (folder / "references.bib").write_text(BIBLIOGRAPHY, "utf-8")
    (folder / "curve.svg").write_text(PICTURE, "utf-8")
    project = Project(folder / "paper.md", folder / "dist")
    project.output.mkdir()
    cited, _ = cite.cite(project, read.read(project), styles.find("apa", folder), project.output)
    files, _ = write.write(project, cited, project.output, lambda _: None)
    with zipfile.ZipFile(files["docx"]) as archive:
        word = "\0".join(archive.read(part).decode() for part in PARTS)
    markup = {
        "html": files["html"].read_text("utf-8"),
        "docx": word,
        "pdf": (project.output / "paper.typ").read_text("utf-8"),
    }
    return Built(project, cited, files, markup)


Change = tuple[int, int, str]
"""Where what is changed begins and ends in a text, and what comes in its place."""


def _unlinked(found: list[re.Match[str]], at: int) -> list[Change]:
    return [(*found[at].span(), found[at]["text"])]


def _led_elsewhere(found: list[re.Match[str]], at: int) -> list[Change]:
    other = next(one["key"] for one in found[at + 1 :] + found if one["key"] != found[at]["key"])
    return [(*found[at].span("key"), other)]


def _led_nowhere(found: list[re.Match[str]], at: int) -> list[Change]:
    return [(*found[at].span("key"), "nobody1999")]


def _of_another_year(found: list[re.Match[str]], at: int) -> list[Change]:
    text = re.sub(r"\b(19|20)(\d)(\d)\b", r"\g<1>\g<3>\g<2>", found[at]["text"], count=1)
    text = text if text != found[at]["text"] else re.sub(r"\b(19|20)\d\d\b", "1907", text, count=1)
    assert text != found[at]["text"]
    return [(*found[at].span("text"), text)]


def _dropped(found: list[re.Match[str]], at: int) -> list[Change]:
    return [(*found[at].span(), "")]


def _in_another_sentence(found: list[re.Match[str]], at: int) -> list[Change]:
    other = next(one for one in found[at + 1 :] + found if one["text"] != found[at]["text"])
    return [(*found[at].span(), other[0]), (*other.span(), found[at][0])]


def _without_name(found: list[re.Match[str]], at: int) -> list[Change]:
    return [(*found[at].span("key"), "somebody")]


def _with_name_of_next(found: list[re.Match[str]], at: int) -> list[Change]:
    other = found[at + 1 - len(found)]
    return [(*found[at].span("key"), other["key"]), (*other.span("key"), found[at]["key"])]


OF_LINKS = {
    "is no link": _unlinked,
    "leads to another entry": _led_elsewhere,
    "leads nowhere": _led_nowhere,
    "has another year": _of_another_year,
    "is dropped": _dropped,
    "stands in another sentence": _in_another_sentence,
}
OF_ENTRIES = {
    "has no name": _without_name,
    "has the name of the next": _with_name_of_next,
    "has another year": _of_another_year,
    "is dropped": _dropped,
}


def _changed(text: str, changes: list[Change]) -> str:
    for start, end, by in sorted(changes, reverse=True):
        text = text[:start] + by + text[end:]
    return text


def _unseen(
    built: Built,
    name: str,
    pattern: re.Pattern[str],
    change: Callable[[list[re.Match[str]], int], list[Change]],
    path: Path,
    every: int = 1,
) -> tuple[list[str], int]:
    """Break each thing that is found, or every second one; give those that nothing was said of, and count them all."""
    markup = built.markup[name]
    found = [one for one in pattern.finditer(markup) if one["text"].strip()]
    unseen = []
    for at in range(0, len(found), every):
        told = built.told(name, _changed(markup, change(found, at)), path)
        places = {one.place for one in told if one.severity == "error"}
        about = " ".join(one.message for one in told)
        words = re.sub(r"<[^>]*>|\W", " ", found[at]["text"]).split()
        named = f"@{found[at]['key']}" in about or any(word in about for word in words if len(word) > 1)
        if places != {Place(path.name)} or not named:
            unseen.append(f"{found[at][0]}: {[str(one) for one in told]}")
    return unseen, len(found)


@pytest.mark.parametrize("name", LINKS)
def test_the_files_as_they_were_written_are_sound(built: Built, tmp_path: Path, name: str) -> None:
    assert built.told(name, built.markup[name], tmp_path / f"paper.{name}") == []


@pytest.mark.parametrize("what", OF_LINKS)
@pytest.mark.parametrize("name", ["html", "docx"])
def test_no_citation_of_a_file_is_broken_unseen(built: Built, tmp_path: Path, name: str, what: str) -> None:
    unseen, count = _unseen(built, name, LINKS[name], OF_LINKS[what], tmp_path / f"paper.{name}")
    assert unseen == []
    assert count == LINKED


@pytest.mark.parametrize("what", [what for what in OF_LINKS if what != "leads nowhere"])  # Typst sets no such link
def test_no_citation_of_a_pdf_is_broken_unseen(built: Built, tmp_path: Path, what: str) -> None:
    unseen, count = _unseen(built, "pdf", LINKS["pdf"], OF_LINKS[what], tmp_path / "paper.pdf", every=2)
    assert unseen == []
    assert count == LINKED


@pytest.mark.parametrize("what", OF_ENTRIES)
@pytest.mark.parametrize("name", ["html", "docx"])
def test_no_entry_of_a_file_is_broken_unseen(built: Built, tmp_path: Path, name: str, what: str) -> None:
    unseen, count = _unseen(built, name, ENTRIES[name], OF_ENTRIES[what], tmp_path / f"paper.{name}")
    assert unseen == []
    assert count == LISTED


@pytest.mark.parametrize("what", ["has the name of the next", "has another year"])  # Typst sets no link without its end
def test_no_entry_of_a_pdf_is_broken_unseen(built: Built, tmp_path: Path, what: str) -> None:
    unseen, count = _unseen(built, "pdf", ENTRIES["pdf"], OF_ENTRIES[what], tmp_path / "paper.pdf")
    assert unseen == []
    assert count == LISTED


LINKED = 24
"""Citations in the paper, each work of a cluster by itself; @hahn1998, which the author has not read, has no entry."""
LISTED = 8
"""Works in its list."""
