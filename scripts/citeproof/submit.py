"""Makes what a journal's portal asks for: judges the paper by the journal's profile, then makes each file.

Each text of the package is a build of its own (`build.build`) of the paper or of a part of it, so that all that is
handed in has been verified as any finished file is. Builds that differ only in their part, and the judging, share one
reading and one cited document. Nothing is made of a paper that breaks a rule, unless a draft is asked for. Prints
nothing.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeproof import build, counts, document, figures, leaks, pandoc, profiles, resources
from citeproof.bibliography import written
from citeproof.errors import OutputError, UsageError
from citeproof.findings import Finding, Severity, error, has_errors
from citeproof.project import SUPPLEMENT
from citeproof.shared import Shared
from citeproof.stages import cite, preflight, write
from citeproof.stages import package as packing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from citeproof.counts import Counts
    from citeproof.document import CitedDocument, Json, Manuscript
    from citeproof.leaks import Identity
    from citeproof.policy import Policy, Ruling
    from citeproof.profiles import File, Profile
    from citeproof.project import Project
    from citeproof.reuse import Outcome

_CHOICES = {
    "mode": "mode",
    "size": "paper",
    "font": "font",
    "line-numbers": "line-numbers",
    "word-count": "word-count",
    "floats": "floats",
    "figures": "figures",
    "tables": "tables",
    "footnotes": "footnotes",
    "table-spacing": "table-spacing",
    "statements": "statements",
}
"""What a profile says of the making of the paper → the choice of the `apa:` map."""

_RAISED = frozenset({"C003", "R002", "R003", "R004", "R006"})
"""What is a warning for a draft and an error for a submission: a work that nobody can find, or that has not been looked
up as it stands. A policy of the project or of the paper that speaks of the code wins."""

_FOR_EDITORS = frozenset({"title-page", "cover-letter", "statements"})
"""Parts that name the authors in a masked package, too: reviewers do not get them."""

_BUILT = {".docx": "docx", ".pdf": "pdf", ".html": "html", ".tex": "latex", ".xml": "jats"}
"""Ending of a file → the format that is built for it."""

_EXTRACTS = frozenset(
    {"title-page", "abstract", "highlights", "impact-statement", "statements", "tables", "figure-legends"}
) | {"cover-letter", "checklist"}
"""Parts that filters/submission-part.lua takes out of the paper."""

_RESOLUTION = 300
"""Dots per inch of a figure for which the profile says nothing."""

MANIFEST = packing.MANIFEST


@dataclass(frozen=True, slots=True)
class Submission:
    """What came of it: the outcome, each rule's verdict, and the package, if one was made."""

    outcome: Outcome
    profile: Profile
    verdicts: tuple[preflight.Verdict, ...] = ()
    folder: Path | None = None
    archive: Path | None = None
    is_draft: bool = False
    """Whether the package is of a paper that breaks rules, and says so."""


def submit(
    project: Project, asked: str, tell: Callable[[str], None], *, draft: bool = False, judge_only: bool = False
) -> Submission:
    """Judge a paper by the profile of a journal, and put the package for its portal into the output folder.

    `asked` names the profile (see `profiles.find`). After an error nothing is made, and what stood in the output folder
    stands. With `draft`, the package is made although rules of the journal are broken, and its files say so; of a paper
    that cannot be built there is none. Raises UsageError for the profile, OutputError for the output folder.
    """
    import tempfile  # noqa: PLC0415  (no other command needs it)

    profile = profiles.find(asked, project.folder)
    with tempfile.TemporaryDirectory(prefix="citeproof-") as folder:
        asked_for = replace(_as_asked(project, profile), shared=Shared(Path(folder)))
        return _submitted(asked_for, profile, tell, draft=draft, judge_only=judge_only)


def _submitted(
    project: Project, profile: Profile, tell: Callable[[str], None], *, draft: bool, judge_only: bool
) -> Submission:
    tell("reading")
    parts, policy, ruling = build.read_parts(project)
    if has_errors(ruling.findings):
        return Submission(build.outcome_of(ruling, (), parts), profile)
    told = _told(parts[0].manuscript, profile)
    paper = replace(parts[0], project=replace(parts[0].project, told=_as_metadata(told)))
    style = build.style_of(paper.project, paper.manuscript)
    tell(f"judging by {profile.name}")
    # With tables and figures in it, wherever the journal wants them: they are to be counted.
    cited, remarks = cite.cite_only(
        paper.project, paper.manuscript, style, paper.elsewhere, {"figures": "shown", "tables": "shown"}
    )
    ruling += policy.rule(remarks)
    if has_errors(ruling.findings):
        return Submission(build.outcome_of(ruling, (), parts), profile)
    who = build.who_wrote((part.project, part.manuscript) for part in parts)
    content = _Content(project, profile, paper.manuscript, cited, counts.count(cited.parsed()), who)
    content.pictures += _pictures(paper.manuscript, cited.parsed(), profile)
    verdicts = preflight.preflight(profile, content.facts())
    ruling = _weighed(ruling + policy.rule(preflight.findings(verdicts)), policy, profile)
    is_draft = has_errors(ruling.findings)
    if judge_only or (is_draft and not draft):
        return Submission(build.outcome_of(ruling, (), parts), profile, verdicts)
    with packing.told_as_output_error(project.output), packing.workshop(project.output) as work:
        made = _make(content, work, tell, draft=is_draft)
        ruling += _as_before(_weighed(policy.rule(made.findings), policy, profile), ruling)
        if not made.is_whole:
            return Submission(build.outcome_of(ruling, (), parts), profile, verdicts)
        _seal(content, made.folder, verdicts, draft=is_draft)
        name = f"submission-{profile.identifier}"
        archive = work / f"{name}.zip"
        _zip(made.folder, archive, project.epoch)
        tell(f"moving the package into {project.output.name}/")
        folder, whole = packing.place(
            {project.output / name: made.folder, project.output / archive.name: archive}, project.output, work, tell
        )
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return Submission(build.outcome_of(ruling, [*files, whole], parts), profile, verdicts, folder, whole, is_draft)


def _as_asked(project: Project, profile: Profile) -> Project:
    """Give the project as a profile has its manuscript made; what the command line says stays.

    It is judged with its authors in it, also where the paper itself asks for a masked copy.
    """
    said = {choice: profile.choice(name) for name, choice in _CHOICES.items()}
    told = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in said.items()
        if value is not None
    }
    return replace(
        project,
        style=project.style or profile.choice("style"),
        choices=tuple((told | {"masked": "false"} | dict(project.choices)).items()),
        proof=False,
    )


def _told(paper: Manuscript, profile: Profile) -> dict[str, Any]:
    """Give what filters are told of a submission before its paper is judged, beside what the paper says."""
    told: dict[str, Any] = {
        **({} if profile.is_general else {"journal": profile.name}),
        "publisher": profile.publisher,
    }
    if checklist := _filled(paper.document, profile):
        told["checklist"] = checklist
    return told


def _as_metadata(told: Mapping[str, Any], name: str = "submission") -> str:
    """Write what filters are told of a submission as a line of YAML."""
    return json.dumps({name: told}, ensure_ascii=False) + "\n"


def _weighed(ruling: Ruling, policy: Policy, profile: Profile) -> Ruling:
    """Make errors of what may stand in a draft and not in a submission; leave out what the journal's own rule says."""
    said = {"I005"} if "figures.resolution" in profile.rules else set()
    return replace(
        ruling,
        findings=tuple(
            replace(one, severity=Severity.ERROR) if one.code in _RAISED - policy.levels.keys() else one
            for one in ruling.findings
            if one.code not in said
        ),
    )


def _as_before(later: Ruling, before: Ruling) -> Ruling:
    """Leave out what an earlier step has told already, and weighed otherwise."""
    seen = {(one.code, one.place, one.message) for one in before.findings}
    return replace(
        later, findings=tuple(one for one in later.findings if (one.code, one.place, one.message) not in seen)
    )


@dataclass(slots=True)
class _Content:
    """The paper as it is judged: what was read, cited, counted and looked at."""

    project: Project
    profile: Profile
    manuscript: Manuscript
    cited: CitedDocument
    counted: Counts
    who: Identity
    """Who wrote the paper and its supplement."""
    pictures: list[_Picture] = field(default_factory=list)

    def facts(self) -> preflight.Facts:
        """Give what preflight judges by."""
        judged = tuple(one.judged for one in self.pictures)
        return preflight.Facts(self.manuscript, self.cited.parsed(), self.counted, judged, checklists())

    def has(self, part: str) -> bool:
        """Tell whether the paper has something for a part; what a journal wants and it lacks, preflight has told."""
        match part:
            case "figures" | "figure-legends":
                return bool(self.pictures)
            case "tables":
                return bool(self.counted.number_of["tables"])
            case "highlights" | "impact-statement":
                return bool(document.meta_strings(self.manuscript.document, part))
            case "statements":
                return bool(document.meta_strings(self.cited.parsed(), "stated"))
            case "checklist":
                return bool(_filled(self.manuscript.document, self.profile))
            case "supplement":
                return (self.project.folder / SUPPLEMENT).is_file()
            case "references":
                return bool(self.cited.references)
            case _:
                return True

    def told(self, *, draft: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give what filters are told of the submission beside what the paper says: to cite it, and when it is cited.

        The paper is judged under the common titles of its statements; only where sections have the journal's own is
        it cited anew.
        """
        counted = self.counted
        titles = {
            name.removeprefix("needs."): rule.told["title"]
            for name, rule in self.profile.rules.items()
            if "title" in rule.told
        }
        has_sections = self.profile.choice("statements") not in {"author-note", "apart"}
        told = _told(self.manuscript, self.profile) | ({"statement-titles": titles} if titles and has_sections else {})
        when_cited: dict[str, Any] = {
            "words": f"{counted.sums['text']:,}",
            **({"abstract-words": str(n)} if (n := counted.words[counts.Part.ABSTRACT]) else {}),
            **{name: str(counted.number_of[name]) for name in ("tables", "figures", "references")},
            "statement-titles": titles,
        }
        if draft:
            when_cited["draft"] = f"Draft, not for submission: it breaks rules of {self.profile.name}."
        return told, when_cited


# --- the reporting checklists -----------------------------------------------------------------------------------------


def checklists() -> dict[str, tuple[str, ...]]:
    """Give the reporting checklists that are carried: name → the numbers of their items."""
    return {name: tuple(items) for name, (_, items) in _checklists().items()}


def _checklists() -> dict[str, tuple[str, dict[str, str]]]:
    """Read the checklists: name → (title, number of the item → what it asks)."""
    import tomllib  # noqa: PLC0415

    found = {}
    for path in sorted((resources.PACKAGE / "checklists").glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        found[path.stem] = (data["title"], data["items"])
    return found


def _filled(paper: Json, profile: Profile) -> dict[str, Any]:
    """Give the checklist that the paper fills in, item by item, one that the journal asks for first; {} for none."""
    value = paper["meta"].get("checklist")
    given = document.meta_value(value) if value else {}
    known, rule = _checklists(), profile.rules.get("needs.checklist")
    for name in (*(rule.told["one-of"] if rule else ()), *known):
        if name in known and isinstance(given, dict) and isinstance(places := given.get(name), dict):
            title, items = known[name]
            rows = [
                {"number": number, "what": what, "where": where if isinstance(where := places.get(number), str) else ""}
                for number, what in items.items()
            ]
            return {"name": title, "items": rows}
    return {}


# --- the figures ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Picture:
    """A numbered figure: its number, its panels with their printed widths in inches, and what it is judged by."""

    number: str
    panels: tuple[tuple[Path, float], ...]
    judged: preflight.Picture


def _pictures(manuscript: Manuscript, cited: Json, profile: Profile) -> Iterator[_Picture]:
    """List the numbered figures in the order of the paper, as they are printed on the page."""
    known = {image.target: image for image in manuscript.images if image.path}
    look_at_colours = "figures.colours" in profile.rules
    for number, label, images in _figures(cited):
        there = [(known[target], attributes) for attributes, target in images if target in known]
        panels: list[tuple[Path, float]] = []
        resolutions: list[float] = []
        faults: dict[str, None] = {}
        for image, attributes in there:
            if image.path is None:
                continue
            seen = figures.inspect(image.path)
            width = figures.printed_width(dict(attributes[2]), figures.TEXT_WIDTH, seen)
            panels.append((image.path, width))
            resolutions += filter(None, [figures.resolution(seen, width)])
            if look_at_colours:
                faults |= dict.fromkeys(_colour_faults(image.path))
        if panels:
            judged = preflight.Picture(
                label,
                there[0][0].place,
                ", ".join(image.target for image, _ in there),
                min(resolutions, default=None),
                figures.joined_width([width for _, width in panels]),
                sum(path.stat().st_size for path, _ in panels) / 1_000_000,
                tuple(faults),
            )
            yield _Picture(number, tuple(panels), judged)


_READERS = {"colour-blind readers": {"protan", "deutan"}, "readers of a grey print": {"grey"}}
"""Who they are → the ways of seeing that are theirs (see `figures.colour_faults`)."""


def _colour_faults(path: Path) -> Iterator[str]:
    """Say which colours of a figure which readers cannot tell apart."""
    try:
        found = figures.colour_faults(path)
    except figures.FigureError as fault:
        yield f"its colours cannot be looked at: {fault}"
        return
    for readers, seen in _READERS.items():
        pairs = dict.fromkeys(f"{fault.first} and {fault.second}" for fault in found if fault.seen in seen)
        if pairs:
            yield f"{readers} cannot tell its colours apart: {'; '.join(pairs)}"


def _figures(cited: Json) -> Iterator[tuple[str, str, list[tuple[Json, str]]]]:
    """Give the numbered figures: number, label, and the attributes and target of each image."""
    for element, _ in document.elements(cited["blocks"], words=False):
        if element["t"] != "Div" or not {"float", "figure"} <= set(element["c"][0][1]):
            continue
        told = dict(element["c"][0][2])
        images = [
            (inner["c"][0], inner["c"][2][0])
            for inner, _in_note in document.elements(element["c"][1], words=False)
            if inner["t"] == "Image"
        ]
        if "number" in told and images:
            yield str(told["number"]), str(told.get("label", told["number"])), images


# --- the files --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Made:
    """The package as it grows."""

    folder: Path
    findings: list[Finding] = field(default_factory=list)
    is_whole: bool = True


def _make(content: _Content, work: Path, tell: Callable[[str], None], *, draft: bool) -> _Made:
    """Make every file of the package for which the paper has something; stops at what cannot be made."""
    made = _Made(work / "package")
    made.folder.mkdir()
    project, profile = content.project, content.profile
    masked = bool(profile.choice("masked"))
    told, when_cited = content.told(draft=draft)
    asked_for = replace(
        project, told=_as_metadata(told), told_when_cited=_as_metadata(when_cited, "submission-when-cited")
    )
    builds = _Builds(asked_for, work, made, masked=masked)
    for file in profile.files:
        if not content.has(file.part):
            continue
        tell("making the figures" if file.part == "figures" else f"making {file.name}")
        if file.part == "figures":
            found = list(_write_figures(file, profile, content.pictures, made.folder))
            made.findings += found
            made.is_whole = draft or not has_errors(found)
        elif file.part == "references":
            _write_references(file, content, made.folder, work, masked=masked)
        else:
            builds.take(file)
        if not made.is_whole:
            return made
    if masked:
        tell("searching the package for its authors")
        reviewed = {
            path.relative_to(made.folder).as_posix(): path
            for path in sorted(made.folder.rglob("*"))
            if path.is_file() and path.name not in builds.for_editors
        }
        drawn = [path for picture in content.pictures for path, _ in picture.panels]
        found = [*leaks.scan(reviewed, content.who), *leaks.drawings(drawn, content.who)]
        made.findings += found
        made.is_whole = not has_errors(found)
    return made


class _Builds:
    """Builds each part once in all formats that are wanted of it, and hands out the files."""

    def __init__(self, project: Project, work: Path, made: _Made, *, masked: bool) -> None:
        self._project = project
        self._work = work
        self._made = made
        self._masked = masked
        self._outputs: dict[tuple[str, str], Path] = {}
        self.for_editors: set[str] = set()

    def take(self, file: File) -> None:
        """Put one file into the package."""
        ending = Path(file.name).suffix.lower()
        name = _BUILT.get(ending)
        if name is None:
            raise UsageError(
                f"{file.name} ends in {ending or 'nothing'}, of which no text is made",
                f"the endings are {', '.join(_BUILT)}",
            )
        extract = file.part if file.part in _EXTRACTS else "whole"
        folder = self._outputs.get((extract, name)) or self._built(extract, name, file.name)
        if folder is None:
            return
        if file.part in _FOR_EDITORS:
            self.for_editors.add(file.name)
        built = replace(self._project, masked=self._is_masked(extract))
        if file.part == "supplement":
            built = replace(built, paper=built.folder / SUPPLEMENT)
        (self._made.folder / file.name).write_bytes((folder / built.file_name(name)).read_bytes())
        for image in write.images_beside(built, folder):  # markup names its images, and they lie beside it
            (self._made.folder / image.name).write_bytes(image.read_bytes())

    def _is_masked(self, extract: str) -> bool:
        return self._masked and extract not in _FOR_EDITORS

    def _built(self, extract: str, name: str, file: str) -> Path | None:
        """Build a part in one format into a folder of its own, for a file of the package; None if it cannot be."""
        masked = self._is_masked(extract)
        output = self._work / f"{extract}-{name}"
        choices = dict(self._project.choices) | {"extract": extract, "masked": str(masked).lower()}
        if extract in {"statements", "cover-letter"}:
            choices["statements"] = "apart"
        if extract != "whole" and "line-numbers" in choices:  # they are for those who review the text
            choices["line-numbers"] = "false"
        part = replace(
            self._project,
            output=output,
            formats=(name,),
            masked=masked,
            choices=tuple(choices.items()),
        )
        try:
            outcome = build.build(part, lambda _: None, force=True)
        except OutputError as fault:
            if isinstance(fault.__cause__, OSError):  # it is the package's folder that cannot take it
                raise fault.__cause__ from None
            raise
        own = part.file_name(name)
        self._made.findings += [
            replace(one, place=replace(one.place, file=file)) if one.place.file == own else one
            for one in outcome.findings
            if not masked or one.code != "M002"  # the search of the whole package tells it
        ]
        if has_errors(outcome.findings):
            self._made.is_whole = False
            return None
        self._outputs[extract, name] = output
        return output


def _write_figures(file: File, profile: Profile, pictures: Iterable[_Picture], folder: Path) -> Iterator[Finding]:
    """Write each figure as its own file in the format that the name's ending says, at its printed width.

    Gives what is amiss: I002 for a figure of which no such file can be made, J008 for a file that has become too large.
    """
    ending = Path(file.name).suffix.lower()
    if ending not in profiles.FIGURES:
        raise UsageError(
            f"{file.name} ends in {ending}, which no figure is made in",
            f"the endings are {', '.join(profiles.FIGURES)}",
        )
    rule = profile.rules.get("figures.resolution")
    wanted = figures.Wanted(
        profiles.FIGURES[ending], dpi=int(rule.told.get("least", _RESOLUTION)) if rule else _RESOLUTION
    )
    for one in pictures:
        try:
            for number, content in _figure_files(one, wanted):
                path = _file_of(file, number, folder)
                path.write_bytes(content)
                yield from _too_large(path, one.judged, profile)
        except figures.FigureError as fault:
            what = f"{one.judged.file} ({one.judged.label}) cannot be made {wanted.format.upper()}: {fault}"
            yield error("I002", one.judged.place, what, fault.hint)


def _figure_files(one: _Picture, wanted: figures.Wanted) -> Iterator[tuple[str, bytes]]:
    """Make the files of a figure: the number of each, with a letter if panels stay apart, and its bytes."""
    if len(one.panels) > 1 and wanted.format != "pdf":
        yield one.number, figures.joined(one.panels, wanted)
        return
    letters = "abcdefghijklmnopqrstuvwxyz" if len(one.panels) > 1 else [""]  # drawings cannot be put into one
    for (path, width), letter in zip(one.panels, letters, strict=False):
        yield one.number + letter, figures.made(path, replace(wanted, width_in=width))


def _too_large(path: Path, picture: preflight.Picture, profile: Profile) -> Iterator[Finding]:
    """Tell that the file of a figure is larger than the journal takes, though the author's may not be."""
    rule = profile.rules.get("figures.megabytes")
    most, has = rule.told.get("most") if rule else None, path.stat().st_size / 1_000_000
    if rule and most is not None and has > most:
        what = (
            f"{path.name}, made of {picture.file} ({picture.label}), has {has:,.1f} MB, more than the {most:,} allowed"
        )
        remedy = f"crop it, or print it smaller\nasked by {profile.name}: {rule.source}"
        yield Finding(picture.place, "J008", rule.severity, what, remedy)


def _file_of(file: File, number: str, folder: Path) -> Path:
    return folder / file.name.replace("{number}", number)


def _write_references(file: File, content: _Content, folder: Path, work: Path, *, masked: bool) -> None:
    """Write the works that the paper cites, and no others, as the name's ending says."""
    paper = content.manuscript
    hidden = set(document.meta_strings({"meta": _apa(paper.document)}, "masked-citations")) if masked else set()
    items = [item for item in paper.references if item["id"] in content.cited.references.keys() - hidden]
    ending = Path(file.name).suffix.lower()
    if ending == ".bib":
        text = pandoc.biblatex(written.csl_json(items), work)
    elif ending == ".ris":
        text = written.ris(items)
    elif ending == ".json":
        text = written.csl_json(items)
    else:
        raise UsageError(
            f"{file.name} ends in {ending}, in which no references are written", "the endings are .bib, .ris and .json"
        )
    (folder / file.name).write_text(text, encoding="utf-8", newline="")


def _apa(paper: Json) -> Json:
    value = paper["meta"].get("apa")
    return value["c"] if value and value["t"] == "MetaMap" else {}


# --- the whole --------------------------------------------------------------------------------------------------------


def _seal(content: _Content, folder: Path, verdicts: Iterable[preflight.Verdict], *, draft: bool) -> None:
    """Write the manifest and the checksums of a package; neither names an author."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    profile = content.profile
    manifest = {
        "journal": profile.name,
        "profile": {"name": profile.identifier, "sha256": packing.sha256(profile.path)},
        "draft": draft,
        "files": {name: packing.sha256(path) for name, path in files.items()},
        "rules": [{"rule": one.rule.name, "holds": one.holds, "source": str(one.rule.source)} for one in verdicts],
        "versions": packing.versions(),
        "epoch": content.project.epoch,
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    files[MANIFEST] = folder / MANIFEST
    lines = "".join(f"{packing.sha256(path)}  {name}\n" for name, path in sorted(files.items()))
    (folder / packing.SUMS).write_text(lines, encoding="utf-8", newline="\n")


def _zip(folder: Path, archive: Path, epoch: int) -> None:
    """Put a folder into an archive, the same bytes on any machine: in order, of one date, and not deflated.

    What is in it is compressed already, and another zlib would make other bytes of it. No name of a user, no comment.
    """
    import time  # noqa: PLC0415

    date = max(time.gmtime(epoch)[:6], (1980, 1, 1, 0, 0, 0))  # what ZIP can name (APPNOTE 4.4.6)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as made:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), date)
                entry.external_attr = 0o644 << 16
                entry.create_system = 3
                made.writestr(entry, path.read_bytes())
