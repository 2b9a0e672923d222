"""Lets citeproc and the common filters make the one cited document that every format is written from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from citeproof import document, pandoc
from citeproof.document import CitedDocument
from citeproof.findings import Place, error

if TYPE_CHECKING:
    from pathlib import Path

    from citeproof.document import Manuscript
    from citeproof.findings import Finding
    from citeproof.project import Project
    from citeproof.styles import Style


def cite(project: Project, manuscript: Manuscript, style: Style, folder: Path) -> tuple[CitedDocument, list[Finding]]:
    """Run filters/defaults/common.yaml over the paper, once, into `folder`.

    Gives the cited document and what pandoc, citeproc and the filters remarked. A reference that a citation needs and
    the list lacks is an error (C005): pandoc ends with status 0 on it. Raises InternalError if pandoc fails.
    """
    output = folder / "cited.json"
    options = ["--csl", str(style.path)]
    if not document.meta_strings(manuscript.document, "bibliography"):
        for path in manuscript.bibliographies:
            options += ["--bibliography", str(path)]
    if b"<bibliography" not in style.path.read_bytes():  # no reference list: there is nothing to link to
        options += ["--metadata", "link-citations=false"]
    failure, messages = pandoc.convert(
        "common", project.paper.name, output, project.folder, epoch=project.epoch, options=[*options, "-t", "json"]
    )
    place = Place(manuscript.head.file)
    if failure:
        prefix = place.file[: -len(project.paper.name)]
        refused = pandoc.filter_faults(failure, place, prefix)
        if refused:
            return CitedDocument(b"", (), {}, frozenset(), ()), refused
    pandoc.expect(failure, "citing")
    raw = output.read_bytes()
    whole = json.loads(raw)
    found = CitedDocument(
        raw,
        document.cited(whole),
        document.references(whole),
        document.letters(document.prose(whole["blocks"])),
        _files(project, messages),
    )
    findings = pandoc.remarks(messages, place)
    if found.references:
        cited = {key for item in found.citations for key in item.keys}
        places = {item.key: item.place for item in manuscript.citations}
        findings += [
            error(
                "C005",
                places.get(key, place),
                f"@{key} is cited, and the reference list lacks it",
                "its entry may be hurt: look at it in the bibliography",
            )
            for key in sorted(cited - set(found.references))
        ]
    return found, findings


def _files(project: Project, messages: list[dict[str, object]]) -> tuple[Path, ...]:
    paths = {(project.folder / name).resolve() for name in pandoc.resources_read(messages)}
    return tuple(sorted(path for path in paths if path.is_file()))
