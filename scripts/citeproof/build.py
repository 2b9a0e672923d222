"""Runs the stages in order: read, check, cite, write, verify, package. Judges nothing and prints nothing itself."""

from __future__ import annotations

import contextlib
import functools
import importlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from citeproof import programs, proving, reuse
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

    from citeproof import pandoc
    from citeproof.counts import Counts
    from citeproof.document import CitedDocument, Manuscript
    from citeproof.facts import Facts
    from citeproof.leaks import Identity
    from citeproof.opened import Opened
    from citeproof.policy import Policy, Ruling
    from citeproof.project import Project
    from citeproof.registries.ledger import ByHand, Standing
    from citeproof.stages import cite
    from citeproof.stages import read as reading
    from citeproof.stages.fix import Mended
    from citeproof.stages.prove import Draft
    from citeproof.styles import Style


@dataclass(frozen=True, slots=True)
class Part:
    """The paper or its supplement, as read, and what the other one numbers: identifier → label such as "Figure S1"."""

    project: Project
    manuscript: Manuscript
    elsewhere: dict[str, str]
    standings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is known of each of its works by what the services answered (see `registered.told`)."""


def style_of(project: Project, manuscript: Manuscript) -> Style:
    """Give the style that the command line asks for, else the paper, else APA. Raises UsageError for an unknown one."""
    from citeproof import document, styles  # noqa: PLC0415  (what is loaded here, an unchanged paper does not wait for)

    told = document.meta_strings(manuscript.document, "csl") or document.meta_strings(
        manuscript.document, "citation-style"
    )
    return styles.find(project.style or (told[0] if told else styles.DEFAULT), project.folder)


def read_parts(
    project: Project, foreseen: reading.Foreseen = lambda _: None, *, to_write: bool = False
) -> tuple[tuple[Part, ...], Policy, Ruling]:
    """Read and judge the paper and its supplement, if it has one; `foreseen` as for `read.read`, of the paper.

    Gives also the policy that holds for them, and what it makes of the findings. If they are read `to_write` them, what
    that needs is loaded, too.
    """
    from citeproof.stages import read as reading  # noqa: PLC0415

    paper, *others = parts_of(project)
    manuscripts = [reading.read(paper, foreseen, lambda: _load_meanwhile(project, to_write=to_write))]
    others = [replace(one, inherited=reading.inherited(paper), told="") for one in others]
    manuscripts += [reading.read(one) for one in others]
    from citeproof import document  # noqa: PLC0415
    from citeproof.stages import check as checking  # noqa: PLC0415

    projects = (paper, *others)
    told = dict(paper.choices).get("masked")
    if told != "false" and document.is_masked(manuscripts[0].document):
        projects = tuple(replace(one, masked=True) for one in projects)
    elsewhere: list[dict[str, str]] = [{} for _ in projects]
    if len(projects) > 1:
        from citeproof.stages import cite  # noqa: PLC0415  (only a supplement needs it before the check)

        elsewhere = [cite.numbers(*one) for one in reversed([*zip(projects, manuscripts, strict=True)])]
    findings: list[Finding] = []
    try:
        style = style_of(project, manuscripts[0])
    except UsageError:  # it is told when everything else has been
        style = None
    cited = frozenset[str]().union(*(manuscript.mentioned for manuscript in manuscripts))
    for manuscript, labels in zip(manuscripts, elsewhere, strict=True):
        findings += checking.check(manuscript, project.formats, elsewhere=labels, style=style, also_cited=cited)
    findings += _own_works(projects, manuscripts)
    found, standings = _registered(project, manuscripts)
    findings += found
    parts = tuple(Part(*each) for each in zip(projects, manuscripts, elsewhere, standings, strict=True))
    policy = _policy(parts)
    return parts, policy, policy.rule([*findings, *policy.faults, *_stale(project, parts, policy, findings)])


def who_wrote(papers: Iterable[tuple[Project, Manuscript]]) -> Identity:
    """Give who wrote a paper and its supplement: neither tells it of the other."""
    from citeproof import leaks  # noqa: PLC0415  (only a masked copy needs it)
    from citeproof.stages import cite  # noqa: PLC0415

    return leaks.together(cite.identity(*paper) for paper in papers)


def _own_works(papers: tuple[Project, ...], manuscripts: list[Manuscript]) -> Iterator[Finding]:
    """Find what a masked copy would say of works as its authors' own."""
    if not papers[0].masked:
        return
    from citeproof import leaks  # noqa: PLC0415  (only a masked copy needs it)

    who = who_wrote(zip(papers, manuscripts, strict=True))
    masked = leaks.masked_citations(manuscripts[0].document)
    for manuscript in manuscripts:
        yield from leaks.own_works(manuscript, who, masked)


def _policy(parts: tuple[Part, ...]) -> Policy:
    """Read what is decided about findings, by the project, in the front matter, and beside what is found."""
    from citeproof import places, source  # noqa: PLC0415
    from citeproof import policy as policies  # noqa: PLC0415
    from citeproof.stages import read as reading  # noqa: PLC0415

    paper = parts[0].project
    levels: dict[str, policies.Level] = {}
    allowances: list[policies.Allowance] = []
    faults: list[Finding] = []
    if path := projects.policy_file(paper):
        decided, wrong = policies.of_project(*source.decode(paper.shown(path), path.read_bytes()))
        levels |= decided
        faults += wrong
    libraries: dict[str, places.Source] = {}
    for number, part in enumerate(parts):
        manuscript = part.manuscript
        text = manuscript.text
        if number:
            faults += policies.of_supplement(manuscript.document["meta"], text)
        else:
            decided, wrong = policies.of_paper(manuscript.document["meta"], text)
            levels |= decided
            faults += wrong
        allowed, wrong = policies.in_text(text)
        allowances += allowed
        faults += wrong
        libraries |= {each.file: each for each in reading.bibtex_with(manuscript, part.project, policies.MARK)}
    for each in libraries.values():
        allowed, wrong = policies.in_bibtex(each)
        allowances += allowed
        faults += wrong
    return policies.Policy(levels, tuple(allowances), tuple(faults))


def _stale(project: Project, parts: tuple[Part, ...], policy: Policy, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Find allowances that nothing needs, in a run that looks for all that can be found in the paper.

    What stands in the text is found by the check; no later stage finds more there that may be allowed.
    """
    if {*projects.FORMATS} <= {*project.formats} and project.style is None:
        yield from policy.stale(findings, {item.key for part in parts for item in part.manuscript.citations})


def _registered(
    project: Project, manuscripts: list[Manuscript]
) -> tuple[list[Finding], list[dict[str, dict[str, Any]]]]:
    """Judge the cited works by what the services answered when they were asked last, if they ever were.

    Gives what is amiss, and for each manuscript how its works stand.
    """
    if not (project.folder / projects.LEDGER).is_file():
        return [], [{} for _ in manuscripts]
    from citeproof.registries import ledger  # noqa: PLC0415
    from citeproof.stages import registered  # noqa: PLC0415

    kept = ledger.read(project.folder)
    judged = [registered.standings(registered.works(one), kept) for one in manuscripts]
    found = registered.findings(manuscripts, kept, project.shown(project.folder / projects.LEDGER), judged)
    told = [{key: registered.told(stands) for key, stands in works.items()} for works in judged]
    return [*found], told


def _counted(parts: tuple[Part, ...]) -> tuple[int, int]:
    """Count citations and the works that they cite."""
    citations = [item for part in parts for item in part.manuscript.citations]
    return len(citations), len({item.key for item in citations} - {"*"})


def check(project: Project) -> Outcome:
    """Read and judge the paper; write nothing."""
    parts, _, ruling = read_parts(project)
    if not has_errors(ruling.findings):  # an unknown style must not hide what was found
        style_of(project, parts[0].manuscript)
    return outcome_of(ruling, (), parts)


def count(project: Project) -> tuple[Outcome, tuple[Counts, ...]]:
    """Count the words of the paper, and of its supplement if there is one, as they are printed; write nothing.

    No counts after an error: what cannot be cited cannot be counted.
    """
    from citeproof import counts  # noqa: PLC0415  (no other command needs it)
    from citeproof.stages import cite  # noqa: PLC0415

    parts, policy, ruling = read_parts(project)
    counted: list[Counts] = []
    if not has_errors(ruling.findings):
        style = style_of(project, parts[0].manuscript)
        for part in parts:
            cited, remarks = cite.cite_only(part.project, part.manuscript, style, part.elsewhere)
            ruling += policy.rule(remarks)
            if has_errors(ruling.findings):
                break
            counted.append(counts.count(cited.parsed()))
    outcome = outcome_of(ruling, (), parts)
    return outcome, () if has_errors(outcome.findings) else tuple(counted)


def outcome_of(ruling: Ruling, outputs: Iterable[Path], parts: tuple[Part, ...], *, fresh: bool = True) -> Outcome:
    """Say what a run came to."""
    counts = _counted(parts)
    return Outcome(ruling.findings, tuple(outputs), *counts, fresh, ruling.allowed, len(ruling.off))


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks the services, and how: none of it is worked out below the command line."""

    version: str
    today: str
    is_older: Callable[[str, int], bool]
    addresses: dict[str, str]
    mail: str = ""
    max_age: int | None = None


def verify(
    project: Project, asking: Asking | None, tell: Callable[[str], None], by_hand: tuple[str, ByHand] | None = None
) -> tuple[Outcome, dict[str, Standing]]:
    """Ask the services for the cited works, unless `asking` is None, and say how each of them stands.

    `by_hand`: a key, and a person's verdict on it, which is kept before. Raises UsageError if the paper does not cite
    it, OutputError if the ledger cannot be written.
    """
    from citeproof.registries import ledger  # noqa: PLC0415  (no other command needs it)
    from citeproof.stages import registered  # noqa: PLC0415

    parts, policy, ruling = read_parts(project)
    items = registered.works(*(part.manuscript for part in parts))
    with packing.told_as_output_error(project.folder):
        if by_hand:
            if by_hand[0] not in items:
                raise UsageError(f"the paper cites no work as @{by_hand[0]}", "name the key of an entry that it cites")
            registered.accept(items, project.folder, *by_hand)
        kept = ledger.read(project.folder)
        if asking and items:
            from citeproof.registries import client  # noqa: PLC0415  (what asks is loaded only to ask)

            kept = registered.ask(
                items,
                project.folder,
                client.Client(asking.version, lambda: asking.today, client.bases(asking.addresses), asking.mail),
                asking.is_older,
                tell,
                asking.max_age,
            )
    ledger_of = project.shown(project.folder / projects.LEDGER)
    told = policy.rule(registered.findings([part.manuscript for part in parts], kept, ledger_of))
    return outcome_of(ruling.without("R") + told, (), parts), registered.standings(items, kept)


def near(stands: Standing) -> tuple[str, ...]:
    """Name the works that were found where one was looked for, and are not it."""
    from citeproof.registries.model import Verdict  # noqa: PLC0415
    from citeproof.stages import registered  # noqa: PLC0415

    return tuple(registered.near(stands)) if stands.judgement.verdict is Verdict.NOT_FOUND else ()


def doctor(asking: Asking) -> Iterator[tuple[str, str]]:
    """Ask the services for works that are known; gives what each shows, and what came otherwise ("" if nothing)."""
    from citeproof.registries import client  # noqa: PLC0415  (no other command needs it)
    from citeproof.registries import doctor as doctors  # noqa: PLC0415

    bases = client.bases(asking.addresses)
    yield from doctors.examine(client.Client(asking.version, lambda: asking.today, bases, asking.mail))


def facts(project: Project) -> Facts:
    """Give what a release says of its paper: who wrote it, what it is called, what it and its supplement cite."""
    from citeproof.stages import cite, describe  # noqa: PLC0415  (only a release needs it)

    parts, *_ = read_parts(project)
    paper = parts[0]
    style = style_of(project, paper.manuscript)
    cited, _ = cite.cite_only(paper.project, paper.manuscript, style, paper.elsewhere)
    return describe.describe(paper.project, [part.manuscript for part in parts], cited.parsed())


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
    if not force and (outcome := reuse.known(project) or _reworded(project, tell)):
        return outcome
    tell("reading")
    with contextlib.ExitStack() as stack:
        return _anew(project, tell, stack, force=force)


def _reworded(project: Project, tell: Callable[[str], None]) -> Outcome | None:
    pages: proving.Pages = {}
    return reuse.reworded(project, tell, functools.partial(_judge, pages), pages)


def _anew(project: Project, tell: Callable[[str], None], stack: contextlib.ExitStack, *, force: bool) -> Outcome:
    """Build from the beginning; what `stack` holds at the end is cleared away."""
    ahead: list[cite.Ahead] = []
    # What an author saves while a build runs is not in it: the manifest must not say that it is.
    decided = projects.policy_file(project)
    read = packing.inputs(project, [*(part.paper for part in parts_of(project)), *([decided] if decided else [])])
    parts, policy, ruling = read_parts(project, functools.partial(_foreseen, project, stack, ahead), to_write=True)
    counts = _counted(parts)
    if has_errors(ruling.findings):
        return outcome_of(ruling, (), parts)
    read |= packing.inputs(
        project,
        [
            path
            for part in parts
            for path in (
                *part.manuscript.bibliographies,
                *part.manuscript.included,
                *(image.path for image in part.manuscript.images),
            )
            if path
        ]
        + [project.folder / projects.LEDGER],
    )
    project = parts[0].project  # it knows by now whether the copy is masked
    style = style_of(project, parts[0].manuscript)
    if not force and (outcome := _known(project, style, ruling, parts)):
        return outcome
    from citeproof.stages import write  # noqa: PLC0415

    ours = programs.begin(lambda: packing.ours(project.cache))  # while pandoc is at work

    with packing.told_as_output_error(project.output), packing.workshop(project.output) as folder:
        files: list[Path] = []
        artefacts: list[Path] = []
        drafts = reuse.Drafts()
        pages: proving.Pages = {}
        proofs: list[proving.Part] = []
        proof = proving.Ahead() if project.at_once > 1 and "pdf" not in project.formats and len(parts) == 1 else None
        for part in parts[:1] if projects.is_extract(project) else parts:
            tell(f"citing {counts[1]} work{'' if counts[1] == 1 else 's'}")

            def drawn_up(draft: proving.Part, remarks: list[Finding], before: Ruling = ruling) -> None:
                if proof:
                    proof.work_out(project, [draft], before + policy.rule(remarks))

            cited, made, remarks, drafted = _cited_and_written(part, style, folder, tell, pages, drawn_up, *ahead)
            ruling += policy.rule(remarks)
            if has_errors(ruling.findings):
                return outcome_of(ruling, (), parts)
            images = write.images_beside(part.project, folder)
            if project.masked:
                ruling += policy.rule(_leaks(parts, made, images))
            if has_errors(ruling.findings):
                return outcome_of(ruling, (), parts)
            artefacts += [*made.values(), *images]
            proofs += proving.made(drafted, cited.abridged, made)
            if project.cache.folder and not project.shared:  # a file of a submission has no next run
                files_kept = [] if part.manuscript.included else write.kept(part.project, cited.abridged, folder)
                drafts.add(cited.abridged, folder, files_kept)
            files += cited.read
        artefacts += proving.write(project, proofs, ruling, pages, folder, proof)
        drafts.proofs += [drafted for drafted, _, _ in proofs]
        typeface = write.typeface(project, folder)
        told_of_policy = ruling.for_manifest()
        moved = packing.package(
            project, style, files, read, artefacts, ruling.findings, folder, tell, ours(), typeface, told_of_policy
        )
    outcome = outcome_of(ruling, moved, parts)
    reuse.remember(project, outcome)
    reuse.remember_drafts(project, drafts, outcome, policy, ruling.off)
    project.cache.trim()
    return outcome


def _foreseen(
    project: Project, stack: contextlib.ExitStack, ahead: list[cite.Ahead], manuscript: Manuscript
) -> Callable[[Manuscript], None] | None:
    """Let a paper be cited while it is read, where a supplement has no say in that: it is put into `ahead`."""
    if project.at_once > 1 and not project.shared and len(parts_of(project)) == 1:
        from citeproof.stages import cite, write  # noqa: PLC0415

        with contextlib.suppress(UsageError):  # an unknown style is told when everything else has been
            following = write.following(project, manuscript.text.text, manuscript.abridged)
            begun = cite.Ahead(project, manuscript, style_of(project, manuscript), following)
            ahead.append(stack.enter_context(begun))
            return begun.works
    return None


def _leaks(parts: tuple[Part, ...], made: dict[str, Path], images: list[Path]) -> list[Finding]:
    """Search the files of a masked copy, and the images beside them, for who wrote it."""
    from citeproof import leaks  # noqa: PLC0415  (only a masked copy needs it)

    files = made | {image.name: image for image in images}
    who = who_wrote((part.project, part.manuscript) for part in parts)
    shown = [image.path for part in parts for image in part.manuscript.images if image.path and image.path.is_file()]
    return [*leaks.leaks(files, who), *leaks.drawings(shown, who)]


def _known(project: Project, style: Style, ruling: Ruling, parts: tuple[Part, ...]) -> Outcome | None:
    """Give the outcome of a build that would only make what stands there, after the paper has been read; else None."""
    manifest = packing.unchanged(project, style)
    if not manifest:
        return None
    # What check finds it has just found again; what the later stages remarked stands in the manifest.
    seen = {finding.code for finding in ruling.findings}
    told = [Finding.from_dict(item) for item in manifest["findings"] if item["code"] not in seen]
    outcome = replace(
        outcome_of(ruling, packing.standing(project, manifest), parts, fresh=False),
        findings=in_order([*ruling.findings, *told]),
        off=sum(manifest.get("off", {}).values()),
    )
    reuse.remember(project, outcome)
    return outcome


def _cited_and_written(
    part: Part,
    style: Style,
    folder: Path,
    tell: Callable[[str], None],
    pages: proving.Pages,
    drawn_up: Callable[[proving.Part, list[Finding]], None],
    ahead: cite.Ahead | None = None,
) -> tuple[CitedDocument, dict[str, Path], list[Finding], Draft | None]:
    """Let a part be cited, and be written while Python looks at what was cited; no files after an error in that.

    Gives also the draft of its proof; a masked copy has none. `drawn_up` is handed that before the files are there, as
    if they were, and what was remarked.
    """
    from concurrent.futures import Future  # noqa: PLC0415

    from citeproof.stages import cite, write  # noqa: PLC0415

    looked_at: Future[CitedDocument] = Future()
    written: list[Callable[[], tuple[dict[str, Path], list[Finding]]]] = []

    def judge(name: str, path: Path, remarks: list[Finding]) -> list[Finding]:
        return _judge(pages, looked_at.result(), name, path, remarks)

    def ready(document: CitedDocument, begun: pandoc.Conversion | None) -> None:
        tell(f"writing {', '.join(part.project.formats)}")
        images = part.manuscript.images
        written.append(programs.begin(lambda: write.write(part.project, document, folder, tell, judge, images, begun)))

    following = write.following(part.project, part.manuscript.text.text, part.manuscript.abridged)
    try:
        cited, findings = cite.cite(
            part.project, part.manuscript, style, folder, part.elsewhere, ready, ahead, following
        )
    except BaseException as fault:
        looked_at.set_exception(fault)
        for end in written:
            with contextlib.suppress(BaseException):
                end()
        raise
    looked_at.set_result(cited)
    for end in written:
        drafted = None
        try:
            if part.project.proof and not part.project.masked and not has_errors(findings):
                drafted = proving.draft(part.project, part.manuscript, cited, part.standings)
                awaited = {name: folder / part.project.file_name(name) for name in part.project.formats}
                drawn_up((drafted, cited.abridged, awaited), findings)
        finally:
            files, remarks = end()
        return cited, {} if has_errors(findings) else files, [*findings, *remarks], drafted
    return cited, {}, findings, None


def _judge(pages: proving.Pages, cited: CitedDocument, name: str, path: Path, remarks: list[Finding]) -> list[Finding]:
    """Open one finished file and judge it; the text of a PDF's pages goes to `pages`."""
    from citeproof.stages import verify  # noqa: PLC0415

    def seen(_: str, opened: Opened) -> None:
        if name == "pdf" and not opened.visual:
            pages[path] = opened.pages

    universal = not any(finding.code == "P004" for finding in remarks)
    return verify.verify(cited, {name: path}, universal_access=universal, seen=seen)


def _load_meanwhile(project: Project, *, to_write: bool) -> None:
    """Load what later stages need while pandoc is at work. What cannot be loaded says so when it is used."""
    is_for_pdf = to_write and "pdf" in project.formats
    modules = (*_TO_READ, *(_TO_WRITE if to_write else ()), *(_TO_WRITE_PDF if is_for_pdf else ()))

    def load() -> None:
        for name in modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        if is_for_pdf:
            from citeproof.stages import write  # noqa: PLC0415

            write.fonts(system=project.system_fonts)

    programs.begin(load)  # in one thread: while two load, each waits for the other


_TO_READ = (
    "citeproof.bibliography.bibtex",
    "citeproof.bibliography.lint",
    "citeproof.policy",
    "citeproof.stages.check",
    "citeproof.styles",
)
_TO_WRITE = (
    "citeproof.stages.write",
    "citeproof.stages.prove",
    "citeproof.proof_page",
    "citeproof.stages.verify",
    "lxml.etree",
    "filelock",
)
_TO_WRITE_PDF = ("pypdfium2.raw", "typst")


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
