"""Writes the artefacts from the one cited document: pandoc for each format, Typst for the PDF, side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from citeproof import pandoc, resources
from citeproof.errors import InternalError
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from citeproof.document import CitedDocument
    from citeproof.findings import Finding
    from citeproof.project import Project


def write(
    project: Project,
    cited: CitedDocument,
    folder: Path,
    tell: Callable[[str], None],
) -> tuple[dict[str, Path], list[Finding]]:
    """Write every format that the project asks for into `folder`.

    Gives format → file and what the writers remarked. Raises InternalError if a writer fails on a paper that passed
    every check, OSError if the disk does not take the files.
    """
    source = folder / "cited.json"
    source.write_bytes(cited.json)
    writers = {"pdf": _pdf, "docx": _pandoc_writer("docx"), "html": _pandoc_writer("html")}

    def one(name: str) -> tuple[str, Path, list[Finding]]:
        path = folder / f"{project.paper.stem}.{name}"
        findings = writers[name](project, source, path)
        tell(f"wrote {path.name}")
        return name, path, findings

    with ThreadPoolExecutor(max_workers=len(project.formats)) as pool:
        done = list(pool.map(one, project.formats))
    return {name: path for name, path, _ in done}, [finding for _, _, found in done for finding in found]


def _pandoc_writer(defaults: str) -> Callable[[Project, Path, Path], list[Finding]]:
    def written(project: Project, source: Path, path: Path) -> list[Finding]:
        failure, messages = pandoc.convert(
            defaults, str(source), path, project.folder, epoch=project.epoch, options=["-f", "json"]
        )
        pandoc.expect(failure, f"writing {path.name}")
        return pandoc.remarks(messages, Place(project.shown(project.paper)))

    return written


def _pdf(project: Project, source: Path, path: Path) -> list[Finding]:
    import typst  # noqa: PLC0415  (a large library that only the PDF needs)

    folder, markup = path.parent, path.with_suffix(".typ")
    # pandoc runs in the folder that Typst takes as its root, so that the images it copies there are found by name.
    failure, messages = pandoc.convert(
        "typst",
        str(source),
        markup,
        folder,
        epoch=project.epoch,
        options=["-f", "json", "--resource-path", str(project.folder), "--extract-media", "media"],
    )
    pandoc.expect(failure, f"writing {path.name}")
    try:
        compiled = typst.compile(
            markup,
            root=folder,
            font_paths=[resources.fonts()],
            ignore_system_fonts=not project.system_fonts,
            timestamp=project.epoch,
            format="pdf",
        )
    except typst.TypstError as fault:
        raise InternalError(
            f"Typst could not set the PDF: {fault.message}",
            "this is a fault of citeproof, not of the paper: please report it with the paper",
        ) from fault
    if not isinstance(compiled, bytes):
        raise InternalError("Typst gave no PDF", "please report it with the paper")
    path.write_bytes(compiled)
    return pandoc.remarks(messages, Place(project.shown(project.paper)))
