"""Makes nothing twice: what stands there already, and what only some words of the text are other in.

Two steps before a build. If nothing has changed since the last one, its outcome is told again. If only words have
changed that nothing is made of (see `abridged`), what was cited and written stays, and the words are put in.
"""

from __future__ import annotations

import functools
import io
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from citeproof import project as projects
from citeproof import proving
from citeproof.cache import digest
from citeproof.findings import Finding, Severity, has_errors
from citeproof.project import parts_of
from citeproof.stages import package as packing

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from citeproof.abridged import Abridged
    from citeproof.allowed import Allowed
    from citeproof.document import CitedDocument
    from citeproof.findings import Place
    from citeproof.places import Source
    from citeproof.policy import Policy
    from citeproof.project import Project
    from citeproof.stages.prove import Draft

    Judge = Callable[[CitedDocument, str, Path, list[Finding]], list[Finding]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: its findings, the files that stand in dist/ (none after an error), and what it counted."""

    findings: tuple[Finding, ...]
    outputs: tuple[Path, ...] = ()
    citations: int = 0
    entries: int = 0
    fresh: bool = True
    """False if dist/ already held exactly this."""
    allowed: tuple[Allowed, ...] = ()
    """What was found and the author allows."""
    off: int = 0
    """How many findings a policy turned off."""


# --- nothing has changed ----------------------------------------------------------------------------------------------

_OUTCOME = "outcome"
"""The stage of the cache that holds what a build found and counted, for when it would only find the same again."""


def _key(project: Project) -> str:
    """Name an outcome by all that went into the files that stand there, and by where messages are told from."""
    manifest = (project.output / packing.MANIFEST).read_bytes()
    return digest(manifest, projects.shown(project.folder), projects.shown(project.paper))


def known(project: Project) -> Outcome | None:
    """Give the outcome of the last build without reading the paper again, if nothing has changed since."""
    if project.cache.folder is None:
        return None
    manifest = packing.unchanged(project)
    kept = project.cache.get(_OUTCOME, _key(project)) if manifest else None
    if manifest is None or kept is None:
        return None
    told = json.loads(kept)
    found = tuple(Finding.from_dict(item) for item in told["findings"])
    standing = packing.standing(project, manifest)
    allowed = _allowed(told["allowed"])
    return Outcome(found, standing, told["citations"], told["works"], fresh=False, allowed=allowed, off=told["off"])


def _allowed(told: Sequence[dict[str, str]]) -> tuple[Allowed, ...]:
    """Read back what was allowed."""
    if not told:
        return ()
    from citeproof.allowed import Allowed  # noqa: PLC0415  (most papers have none)

    return tuple(Allowed.from_dict(item) for item in told)


def remember(project: Project, outcome: Outcome) -> None:
    """Keep an outcome for `known`."""
    told = {
        "findings": [finding.as_dict() for finding in outcome.findings],
        "citations": outcome.citations,
        "works": outcome.entries,
        "allowed": [one.as_dict() for one in outcome.allowed],
        "off": outcome.off,
    }
    project.cache.put(_OUTCOME, _key(project), json.dumps(told).encode())


# --- only words have changed ------------------------------------------------------------------------------------------

_DRAFTS = "drafts"
"""The stage of the cache that holds what was written of an abridged paper."""

_TOLD = "told.json"
_NAMES_A_LINE = re.compile(r":\d|\blines? \d")
"""In a message: a place that may be another one in the new text."""


@dataclass(slots=True)
class Drafts:
    """What a build wrote of a paper and its supplement, each as it was cited: abridged, or with all of its words."""

    shorts: list[Abridged] = field(default_factory=list)
    proofs: list[Draft] = field(default_factory=list)
    """Those of each part's proof; none if there is to be none."""
    archive: io.BytesIO = field(default_factory=io.BytesIO)
    usable: bool = True

    def add(self, short: Abridged, folder: Path, files: Sequence[Path]) -> None:
        """Add what was written of one part into a folder; no files: it cannot be used again."""
        import zipfile  # noqa: PLC0415  (an unchanged paper does not wait for it)

        with zipfile.ZipFile(self.archive, "a") as archive:
            for path in files:
                archive.write(path, f"{len(self.shorts)}/{path.relative_to(folder).as_posix()}")
        self.shorts.append(short)
        self.usable = self.usable and bool(files)


def remember_drafts(project: Project, drafts: Drafts, outcome: Outcome, policy: Policy, off: Iterable[Finding]) -> None:
    """Keep drafts for `reworded`, unless what was found would have to be found anew; `policy` turned some `off`."""
    if not drafts.usable or not any(short.words for short in drafts.shorts):
        return
    import zipfile  # noqa: PLC0415

    from citeproof.places import Source  # noqa: PLC0415

    findings, allowed = [], []
    names = [project.shown(part.paper) for part in parts_of(project)]
    sources = [Source(name, short.whole()) for name, short in zip(names, drafts.shorts, strict=True)]
    for finding in outcome.findings:
        place = _place_in_short(sources, drafts.shorts, finding.place)
        if place is None or finding.code == "P004" or _NAMES_A_LINE.search(f"{finding.message} {finding.remedy}"):
            return
        findings.append({**finding.as_dict(), "part": place[0], "offset": place[1]})
    for one in outcome.allowed:
        place = _place_in_short(sources, drafts.shorts, one.place)
        if place is None:
            return
        allowed.append({"allowed": one.as_dict(), "part": place[0], "offset": place[1]})
    proofs = [proving.kept(one, functools.partial(_place_in_short, sources, drafts.shorts)) for one in drafts.proofs]
    if None in proofs:
        return
    turned_off = [finding.as_dict() for finding in off]
    if any(told["code"] == "P004" for told in turned_off):
        return
    told = {
        "findings": findings,
        "citations": outcome.citations,
        "works": outcome.entries,
        "allowed": allowed,
        "off": turned_off,
        "levels": dict(policy.levels),
        "proofs": proofs,
    }
    with zipfile.ZipFile(drafts.archive, "a") as archive:
        archive.writestr(_TOLD, json.dumps(told))
    manifest = json.loads((project.output / packing.MANIFEST).read_text("utf-8"))
    project.cache.put(_DRAFTS, _key_of_drafts(project, manifest, drafts.shorts), drafts.archive.getvalue())


def _key_of_drafts(project: Project, manifest: dict[str, Any], shorts: Sequence[Abridged]) -> str:
    """Name drafts by all that went into them: the manifest but for the papers, and these abridged."""
    papers = set(manifest["papers"])
    inputs = {name: told for name, told in manifest["inputs"].items() if name not in papers}
    found = {"findings", "outputs", "allowed", "off"}
    same = {name: told for name, told in manifest.items() if name not in found} | {"inputs": inputs}
    texts = [text for short in shorts for text in (short.text, json.dumps(short.counts))]
    return digest(json.dumps(same, sort_keys=True), projects.shown(project.paper), *texts)


def _place_in_short(sources: Sequence[Source], shorts: Sequence[Abridged], place: Place) -> tuple[int, int] | None:
    """Turn the place of a finding into (part, offset into its abridged text); part -1 for one that stays as it is."""
    for number, (source, short) in enumerate(zip(sources, shorts, strict=True)):
        if place.file == source.file and place.line:
            offset = short.offset_here(source.offset(place))
            return None if offset is None else (number, offset)
    return -1, 0


def reworded(
    project: Project, tell: Callable[[str], None], judge: Judge, pages: proving.Pages | None = None
) -> Outcome | None:
    """Build by putting words into what the last build wrote, if nothing else has changed; else None.

    `judge` is handed the cited document, and each file that is not the old one with other words; it puts the pages of
    PDFs into `pages`.
    """
    manifest = packing.reworded(project) if project.cache.folder else None
    if manifest is None:
        return None
    import zipfile  # noqa: PLC0415

    from citeproof.policy import Policy, Ruling  # noqa: PLC0415
    from citeproof.stages import read, write  # noqa: PLC0415

    paper, *others = parts_of(project)
    parts = (paper, *(replace(one, inherited=read.inherited(paper)) for one in others))
    told_of_papers = packing.inputs(project, [part.paper for part in parts])  # before they are read
    texts = [found for part in parts if (found := read.in_short(part))]
    if len(texts) != len(parts):
        return None
    key = _key_of_drafts(project, manifest, [short for _, short in texts])
    kept = project.cache.get(_DRAFTS, key)
    if kept is None:
        return None
    with packing.told_as_output_error(project.output), packing.workshop(project.output) as folder:
        artefacts: list[Path] = []
        with zipfile.ZipFile(io.BytesIO(kept)) as archive:
            told = json.loads(archive.read(_TOLD))
            remarks: list[Finding] = []
            made: list[dict[str, Path]] = []
            for number, (part, (_, short)) in enumerate(zip(parts, texts, strict=True)):
                _unpack(archive, number, folder)
                tell(f"putting new words into {', '.join(project.formats)}")
                files, said = write.rewrite(part, short, folder, tell, _judging(judge, folder, short))
                artefacts += files.values()
                made.append(files)
                remarks += said
        levels = {code: level and Severity(level) for code, level in told["levels"].items()}
        findings = [(Finding.from_dict(one), one) for one in told["findings"]]
        allowed = zip(_allowed([one["allowed"] for one in told["allowed"]]), told["allowed"], strict=True)
        ruling = Ruling(
            tuple(replace(finding, place=_placed(finding.place, one, texts)) for finding, one in findings),
            tuple(replace(known, place=_placed(known.place, one, texts)) for known, one in allowed),
            tuple(Finding.from_dict(one) for one in told["off"]),
        ) + Policy(levels).rule(remarks)
        if has_errors(ruling.findings):  # let a whole build find it
            return None
        proofs = [
            proving.known(one, lambda place, part, offset: _placed(place, {"part": part, "offset": offset}, texts))
            for one in told["proofs"]
        ]
        drafted = [*zip(proofs, (short for _, short in texts), made, strict=False)]  # a masked copy has no proof
        artefacts += proving.write(project, drafted, ruling, pages or {}, folder)
        moved = packing.package_again(
            project, manifest, told_of_papers, artefacts, ruling.findings, folder, tell, ruling.for_manifest()
        )
    outcome = Outcome(
        ruling.findings,
        tuple(moved),
        told["citations"],
        told["works"],
        allowed=ruling.allowed,
        off=len(ruling.off),
    )
    remember(project, outcome)
    return outcome


def _placed(place: Place, kept: dict[str, Any], texts: Sequence[tuple[Source, Abridged]]) -> Place:
    """Give a place in the new text for one in the old."""
    if kept["part"] < 0:
        return place
    part: int = kept["part"]
    source, short = texts[part]
    return source.place(short.offset(kept["offset"]))


def _unpack(archive: zipfile.ZipFile, part: int, folder: Path) -> None:
    """Put what was kept of one part back where it was written."""
    prefix = f"{part}/"
    for name in archive.namelist():
        if name.startswith(prefix):
            path = folder / name.removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(name))


def _judging(judge: Judge, folder: Path, short: Abridged) -> Callable[[str, Path, list[Finding]], list[Finding]]:
    """Let files be judged against the document that they were written from."""
    from citeproof import document  # noqa: PLC0415
    from citeproof.stages import write  # noqa: PLC0415

    raw = (folder / write.CITED).read_bytes() if (folder / write.CITED).is_file() else b""
    cited: list[CitedDocument] = []

    def judged(name: str, path: Path, remarks: list[Finding]) -> list[Finding]:
        if not cited:
            cited.append(document.as_cited(raw, short))
        return judge(cited[0], name, path, remarks)

    return judged
