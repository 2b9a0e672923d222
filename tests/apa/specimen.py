"""Builds the specimen, a paper with one of everything, in each variant and format, whole or with a deliberate violation."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from filelock import FileLock

from citeproof import resources, styles
from citeproof.build import read_parts
from citeproof.document import CitedDocument
from citeproof.project import Project, parts_of
from citeproof.stages import cite, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules import Edit

ROOT = Path(__file__).parents[2]
SPECIMEN = Path(__file__).parent / "specimen"

VARIANTS: dict[str, tuple[tuple[str, str], ...]] = {
    "paper": (),
    "student": (("mode", "student"),),
    "journal": (("mode", "journal"),),
    "thesis": (("mode", "thesis"),),
    "a4": (("paper", "a4"),),
    "masked": (("masked", "true"),),
    "lines": (("line-numbers", "true"),),
    "end": (("floats", "end"), ("footnotes", "end")),
    "meta-analysis": (("meta-analysis", "true"),),
    "annotated": (("annotated", "true"),),
    "supplement": (),
    **{font: (("font", font),) for font in ("Georgia", "Calibri", "Arial", "Lucida Sans Unicode", "Computer Modern")},
}
"""Name → what the command line says in place of the specimen's `apa:` map."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """The folder that finished specimens are kept in, shared by all processes of one run of the tests."""

    shelf: Path

    def built(self, variant: str, suffix: str, edits: tuple[Edit, ...] = ()) -> Path:
        """Give the file of a variant in a format (pdf, docx, html), made with the violations if there are any."""
        told = hashlib.sha256(repr((variant, edits)).encode()).hexdigest()[:12]
        folder = self.shelf / f"{variant.replace(' ', '-')}-{told}"
        path = folder / f"{'supplement' if variant == 'supplement' else 'paper'}.{suffix}"
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{suffix}.lock"):
            if not path.is_file():
                self._build(variant, suffix, edits, path)
        return path

    def _build(self, variant: str, suffix: str, edits: tuple[Edit, ...], path: Path) -> None:
        work = path.with_name(f"work-{suffix}")
        paper = work / "specimen"
        shutil.copytree(SPECIMEN, paper)
        if variant != "supplement":  # the paper refers to nothing in it, and is read sooner without it
            (paper / "supplement.md").unlink()
        with _resources(work, edits) as tree:
            for edit in edits:
                edited = (
                    work / Path(edit.file).relative_to("tests/apa") if "specimen" in edit.file else tree / edit.file
                )
                edited.write_text(edit.apply(edited.read_text("utf-8")), "utf-8")
            project = Project(
                paper / "paper.md",
                work,
                (suffix,),
                "apa",
                choices=VARIANTS[variant],
                masked=variant == "masked",
                epoch=1577836800,
            )
            part = parts_of(project)[-1]
            cited = self._cited(variant) if edits and all(map(_is_layout, edits)) else _cite(project, work)
            made, _ = write.write(replace(part, formats=(suffix,)), cited, work, lambda _: None)
        made[suffix].replace(path)
        shutil.rmtree(work)

    def _cited(self, variant: str) -> CitedDocument:
        """Give the cited document of a variant as it should be, for violations that come after citing."""
        path = self.shelf / f"{variant.replace(' ', '-')}.json"
        with FileLock(path.with_suffix(".lock")):
            if not path.is_file():
                work = path.with_suffix(".work")
                shutil.copytree(SPECIMEN, work / "specimen")
                if variant != "supplement":
                    (work / "specimen" / "supplement.md").unlink()
                paper = work / "specimen" / "paper.md"
                cited = _cite(Project(paper, work, choices=VARIANTS[variant], masked=variant == "masked"), work)
                path.write_bytes(cited.json)
                shutil.rmtree(work)
        return CitedDocument(path.read_bytes(), (), {}, frozenset(), ())

    def in_libreoffice(self, docx: Path) -> Path:
        """Give the PDF that LibreOffice prints of a DOCX."""
        path = docx.with_suffix(".libreoffice.pdf")
        with FileLock(path.with_suffix(".lock")):
            if not path.is_file():
                profile = docx.with_name("profile")
                folder = docx.with_name("printed")
                command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
                subprocess.run(
                    [*command, "--outdir", str(folder), str(docx)], check=True, capture_output=True, timeout=240
                )
                (folder / f"{docx.stem}.pdf").replace(path)
        return path


def _cite(project: Project, work: Path) -> CitedDocument:
    parts, *_ = read_parts(project)
    part = parts[-1]
    cited, findings = cite.cite(part.project, part.manuscript, styles.find("apa", project.folder), work, part.elsewhere)
    assert cited.json, findings
    return cited


def _is_layout(edit: Edit) -> bool:
    """Say whether an edit changes only what happens after citing (filters/defaults says what that is)."""
    name = Path(edit.file)
    return "templates" in name.parts or "writers" in name.parts or name.name.endswith(("-layout.lua", "fonts.lua"))


@contextlib.contextmanager
def _resources(work: Path, edits: tuple[Edit, ...]) -> Iterator[Path]:
    """Let the build take filters and templates from a copy, if one of the edits touches them."""
    if all("specimen" in edit.file for edit in edits):
        yield ROOT
        return
    resources.styles()  # is remembered, and stays that of the package
    tree = work / "tree"
    for name in ("filters", "csl"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    with mock.patch.object(resources, "root", return_value=tree):
        yield tree
