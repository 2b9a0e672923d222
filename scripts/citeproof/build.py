"""Runs the stages in order: read, check, cite, write, verify, package. Judges nothing and prints nothing itself."""

from __future__ import annotations

import contextlib
import importlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from citeproof import programs, reuse
from citeproof import project as projects
from citeproof.errors import CiteproofError, InternalError, UsageError
from citeproof.findings import Finding, has_errors, in_order
from citeproof.project import parts_of
from citeproof.reuse import Outcome
from citeproof.stages import package as packing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path

    from citeproof.document import CitedDocument, Manuscript
    from citeproof.project import Project
    from citeproof.stages import cite
    from citeproof.stages.fix import Mended
    from citeproof.styles import Style


@dataclass(frozen=True, slots=True)
class Part:
    """The paper or its supplement, as read, and what the other one numbers: identifier → label such as "Figure S1"."""

    project: Project
    manuscript: Manuscript
    elsewhere: dict[str, str]


def _style_of(project: Project, manuscript: Manuscript) -> Style:
    from citeproof import document, styles  # noqa: PLC0415  (what is loaded here, an unchanged paper does not wait for)

    told = document.meta_strings(manuscript.document, "csl") or document.meta_strings(
        manuscript.document, "citation-style"
    )
    return styles.find(project.style or (told[0] if told else styles.DEFAULT), project.folder)


def _read(
    project: Project, foreseen: Callable[[Manuscript], None] = lambda _: None
) -> tuple[tuple[Part, ...], tuple[Finding, ...]]:
    """Read and judge the paper and its supplement, if it has one; `foreseen` as for `read.read`, of the paper."""
    from citeproof.stages import read as reading  # noqa: PLC0415

    def go_on(manuscript: Manuscript) -> None:
        foreseen(manuscript)
        _load_meanwhile(*_TO_READ)  # not before: what is foreseen waits for this Python

    paper, *others = parts_of(project)
    manuscripts = [reading.read(paper, go_on)]
    others = [replace(one, inherited=reading.inherited(paper)) for one in others]
    manuscripts += [reading.read(one) for one in others]
    from citeproof import document  # noqa: PLC0415
    from citeproof.stages import check as checking  # noqa: PLC0415

    projects = (paper, *others)
    if document.is_masked(manuscripts[0].document):
        projects = tuple(replace(one, masked=True) for one in projects)
    elsewhere: list[dict[str, str]] = [{} for _ in projects]
    if len(projects) > 1:
        from citeproof.stages import cite  # noqa: PLC0415  (only a supplement needs it before the check)

        elsewhere = [cite.numbers(one) for one in reversed(projects)]
    findings: list[Finding] = []
    try:
        style = _style_of(project, manuscripts[0])
    except UsageError:  # it is told when everything else has been
        style = None
    cited = frozenset[str]().union(*(manuscript.mentioned for manuscript in manuscripts))
    for manuscript, labels in zip(manuscripts, elsewhere, strict=True):
        findings += checking.check(manuscript, project.formats, elsewhere=labels, style=style, also_cited=cited)
    made = zip(projects, manuscripts, elsewhere, strict=True)
    return tuple(Part(*each) for each in made), in_order(findings)


def _counted(parts: tuple[Part, ...]) -> tuple[int, int]:
    """Count citations and the works that they cite."""
    citations = [item for part in parts for item in part.manuscript.citations]
    return len(citations), len({item.key for item in citations} - {"*"})


def check(project: Project) -> Outcome:
    """Read and judge the paper; write nothing."""
    parts, findings = _read(project)
    if not has_errors(findings):  # an unknown style must not hide what was found
        _style_of(project, parts[0].manuscript)
    return Outcome(findings, (), *_counted(parts))


def fix(path: Path, *, unsure: bool = False) -> tuple[Mended, ...]:
    """Say how bibliographies would be mended: `path` is one of them, or a paper, or the folder of one.

    Writes nothing. Raises UsageError if there is none.
    """
    from citeproof.stages import fix as fixing  # noqa: PLC0415  (no other command needs it)
    from citeproof.stages import read as reading  # noqa: PLC0415

    if path.is_file() and path.suffix.lower() not in {".md", ".markdown"}:
        return (fixing.mended(path, projects.shown(path.absolute()), unsure=unsure),)
    paper = projects.Project(projects.find_paper(path), path)
    named = dict.fromkeys(each for part in parts_of(paper) for each in reading.read(part).bibliographies)
    if not named:
        raise UsageError(
            f"{projects.shown(paper.paper)} names no bibliography", "name one: citeproof fix references.bib"
        )
    return tuple(fixing.mended(each, projects.shown(each), unsure=unsure) for each in named)


def keep(made: Mended) -> Path:
    """Write a mended bibliography in the place of the old one; give the path of the copy of the old one."""
    from citeproof.stages import fix as fixing  # noqa: PLC0415

    return fixing.write(made)


def build(project: Project, tell: Callable[[str], None], *, force: bool = False) -> Outcome:
    """Build the paper, and its supplement if there is one, into the project's output folder.

    `tell` hears each step. An error among the findings means that nothing in the output folder was touched.
    Raises OutputError if the folder cannot take the files, InternalError for a fault of ours.
    """
    if not force and (outcome := reuse.known(project) or reuse.reworded(project, tell, _judge)):
        return outcome
    tell("reading")
    with contextlib.ExitStack() as stack:
        return _anew(project, tell, stack, force=force)


def _anew(project: Project, tell: Callable[[str], None], stack: contextlib.ExitStack, *, force: bool) -> Outcome:
    """Build from the beginning; what `stack` holds at the end is cleared away."""
    ahead: list[cite.Ahead] = []

    def foreseen(manuscript: Manuscript) -> None:
        """Let the paper be cited while it is read, where a supplement has no say in that."""
        if project.at_once > 1 and len(parts_of(project)) == 1:
            from citeproof.stages import cite  # noqa: PLC0415

            with contextlib.suppress(UsageError):  # an unknown style is told when everything else has been
                ahead.append(stack.enter_context(cite.Ahead(project, manuscript, _style_of(project, manuscript))))

    # What an author saves while a build runs is not in it: the manifest must not say that it is.
    read = packing.inputs(project, [part.paper for part in parts_of(project)])
    parts, findings = _read(project, foreseen)
    counts = _counted(parts)
    if has_errors(findings):
        return Outcome(findings, (), *counts)
    read |= packing.inputs(
        project,
        [
            path
            for part in parts
            for path in (*part.manuscript.bibliographies, *(image.path for image in part.manuscript.images))
            if path
        ],
    )
    project = parts[0].project  # it knows by now whether the copy is masked
    style = _style_of(project, parts[0].manuscript)
    if not force and (manifest := packing.unchanged(project, style)):
        # What check finds it has just found again; what the later stages remarked stands in the manifest.
        seen = {finding.code for finding in findings}
        told = [Finding.from_dict(item) for item in manifest["findings"] if item["code"] not in seen]
        outcome = Outcome(in_order([*findings, *told]), packing.standing(project, manifest), *counts, fresh=False)
        reuse.remember(project, outcome)
        return outcome
    # The later stages load what only a real build needs.
    from citeproof import leaks  # noqa: PLC0415
    from citeproof.stages import cite, write  # noqa: PLC0415

    _load_meanwhile(*_TO_WRITE)
    ours = programs.begin(lambda: packing.ours(project.cache))  # while pandoc is at work

    with packing.told_as_output_error(project.output), packing.workshop(project.output) as folder:
        files: list[Path] = []
        artefacts: list[Path] = []
        drafts = reuse.Drafts()
        for part in parts:
            tell(f"citing {counts[1]} work{'' if counts[1] == 1 else 's'}")
            cited, made, remarks = _cited_and_written(part, style, folder, tell, *ahead)
            findings = in_order([*findings, *remarks])
            if has_errors(findings):
                return Outcome(findings, (), *counts)
            if project.masked:
                findings = in_order([*findings, *leaks.leaks(made, cite.identity(part.project))])
            if has_errors(findings):
                return Outcome(findings, (), *counts)
            artefacts += made.values()
            if project.cache.folder:
                drafts.add(cited.abridged, folder, write.kept(part.project, cited.abridged, folder))
            files += cited.read
        typeface = write.typeface(project, folder)
        moved = packing.package(project, style, files, read, artefacts, findings, folder, tell, ours(), typeface)
    outcome = Outcome(findings, tuple(moved), *counts)
    reuse.remember(project, outcome)
    reuse.remember_drafts(project, drafts, outcome)
    project.cache.trim()
    return outcome


def _cited_and_written(
    part: Part, style: Style, folder: Path, tell: Callable[[str], None], ahead: cite.Ahead | None = None
) -> tuple[CitedDocument, dict[str, Path], list[Finding]]:
    """Let a part be cited, and be written while Python looks at what was cited; no files after an error in that."""
    from concurrent.futures import Future  # noqa: PLC0415

    from citeproof.stages import cite, write  # noqa: PLC0415

    looked_at: Future[CitedDocument] = Future()
    written: list[Callable[[], tuple[dict[str, Path], list[Finding]]]] = []

    def judge(name: str, path: Path, remarks: list[Finding]) -> list[Finding]:
        return _judge(looked_at.result(), name, path, remarks)

    def ready(document: CitedDocument) -> None:
        tell(f"writing {', '.join(part.project.formats)}")
        written.append(programs.begin(lambda: write.write(part.project, document, folder, tell, judge)))

    try:
        cited, findings = cite.cite(part.project, part.manuscript, style, folder, part.elsewhere, ready, ahead)
    except BaseException as fault:
        looked_at.set_exception(fault)
        for end in written:
            with contextlib.suppress(BaseException):
                end()
        raise
    looked_at.set_result(cited)
    for end in written:
        files, remarks = end()
        return cited, {} if has_errors(findings) else files, [*findings, *remarks]
    return cited, {}, findings


def _judge(cited: CitedDocument, name: str, path: Path, remarks: list[Finding]) -> list[Finding]:
    """Open one finished file and judge it."""
    from citeproof.stages import verify  # noqa: PLC0415

    universal = not any(finding.code == "P004" for finding in remarks)
    return verify.verify(cited, {name: path}, universal_access=universal)


def _load_meanwhile(*modules: str) -> None:
    """Load what later stages need while pandoc is at work. What cannot be loaded says so when it is used."""

    def load() -> None:
        for name in modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)

    import threading  # noqa: PLC0415

    threading.Thread(target=load).start()


_TO_READ = (
    "citeproof.bibliography.bibtex",
    "citeproof.bibliography.lint",
    "citeproof.stages.check",
    "citeproof.styles",
)
_TO_WRITE = (
    "citeproof.stages.write",
    "citeproof.leaks",
    "citeproof.stages.verify",
    "lxml.html",
    "pypdfium2.raw",
    "typst",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one paper among many: an outcome, or what stopped it."""

    paper: Path
    outcome: Outcome | None
    fault: str = ""
    """What stopped it, and how to help it; the traceback of a fault of ours."""
    status: int = 0
    """The exit status that this paper alone would end with."""


def attempt(project: Project, *, dated: bool, force: bool = False) -> Attempt:
    """Build one paper of many, and never raise for what is wrong with it: the others go on.

    A paper that is not `dated` takes its date from its own repository.
    """
    try:
        if not dated:
            project = replace(project, epoch=projects.date_of(project.folder))
        outcome = build(project, lambda _: None, force=force)
        return Attempt(project.paper, outcome, status=int(has_errors(outcome.findings)))
    except CiteproofError as fault:
        return Attempt(project.paper, None, "\n    ".join(filter(None, (str(fault), fault.hint))), fault.exit_status)
    except Exception:  # noqa: BLE001  (a fault of ours in one paper is told with that paper)
        import traceback  # noqa: PLC0415

        return Attempt(project.paper, None, traceback.format_exc(), InternalError.exit_status)


def build_all(
    papers: Iterable[Project], executor: Executor | None = None, *, dated: bool = False, force: bool = False
) -> Iterator[Attempt]:
    """Build many papers, and give what came of each, in the order in which they were given.

    `executor` is anything with the `submit` of concurrent.futures.Executor whose workers see the same files: a pool of
    processes, or the executor of a cluster (Dask's `Client.get_executor()`, Ray's `RayExecutor`). Without one, the
    papers are built here, one after the other. A paper that fails stops no other.
    """
    if executor is None:
        yield from (attempt(paper, dated=dated, force=force) for paper in papers)
        return
    waiting = [executor.submit(attempt, paper, dated=dated, force=force) for paper in papers]
    try:
        for one in waiting:
            yield one.result()
    finally:
        for one in waiting:
            one.cancel()
