"""Runs the stages in order: read, check, cite, write, verify, package. Judges nothing and prints nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof import document, styles
from citeproof.findings import Finding, has_errors, in_order
from citeproof.stages import check as checking
from citeproof.stages import package as packing
from citeproof.stages import read as reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from citeproof.document import Manuscript
    from citeproof.project import Project
    from citeproof.styles import Style


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: its findings, the files that stand in dist/ (none after an error), and what it counted."""

    findings: tuple[Finding, ...]
    outputs: tuple[Path, ...] = ()
    citations: int = 0
    entries: int = 0
    fresh: bool = True
    """False if dist/ already held exactly this."""


def _style_of(project: Project, manuscript: Manuscript) -> Style:
    told = document.meta_strings(manuscript.document, "csl") or document.meta_strings(
        manuscript.document, "citation-style"
    )
    return styles.find(project.style or (told[0] if told else styles.DEFAULT), project.folder)


def check(project: Project) -> Outcome:
    """Read and judge the paper; write nothing."""
    manuscript = reading.read(project)
    findings = checking.check(manuscript, project.formats)
    if not has_errors(findings):  # an unknown style must not hide what was found
        _style_of(project, manuscript)
    return Outcome(findings, (), len(manuscript.citations), len({item.key for item in manuscript.citations}))


def build(project: Project, tell: Callable[[str], None], *, force: bool = False) -> Outcome:
    """Build the paper into the project's output folder.

    `tell` hears each step. An error among the findings means that nothing in the output folder was touched.
    Raises OutputError if the folder cannot take the files, InternalError for a fault of ours.
    """
    tell("reading")
    manuscript = reading.read(project)
    findings = checking.check(manuscript, project.formats)
    count = len(manuscript.citations)
    keys = len({item.key for item in manuscript.citations} - {"*"})
    if has_errors(findings):
        return Outcome(findings, (), count, keys)
    style = _style_of(project, manuscript)
    if not force and (manifest := packing.unchanged(project, style)):
        kept = tuple(project.output / name for name in (*sorted(manifest["outputs"]), packing.MANIFEST, packing.SUMS))
        # What check finds it has just found again; what the later stages remarked stands in the manifest.
        seen = {finding.code for finding in findings}
        told = [Finding.from_dict(item) for item in manifest["findings"] if item["code"] not in seen]
        return Outcome(in_order([*findings, *told]), kept, count, keys, fresh=False)
    # The later stages load what only a real build needs.
    from citeproof.stages import cite, verify, write  # noqa: PLC0415

    with packing.told_as_output_error(project.output), packing.workshop(project.output) as folder:
        tell(f"citing {keys} work{'' if keys == 1 else 's'}")
        cited, remarks = cite.cite(project, manuscript, style, folder)
        findings = in_order([*findings, *remarks])
        if has_errors(findings):
            return Outcome(findings, (), count, keys)
        tell(f"writing {', '.join(project.formats)}")
        artefacts, remarks = write.write(project, cited, folder, tell)
        tell("opening what was written")
        findings = in_order([*findings, *remarks, *verify.verify(cited, artefacts)])
        if has_errors(findings):
            return Outcome(findings, (), count, keys)
        files = [
            project.paper,
            *manuscript.bibliographies,
            *cited.read,
            *(image.path for image in manuscript.images if image.path),
        ]
        moved = packing.package(project, style, files, artefacts, findings, folder, tell)
    return Outcome(findings, tuple(moved), count, keys)
