"""Lets citeproc and the common filters make the one cited document that every format is written from."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from citeproof import document, pandoc, programs, shared, styles
from citeproof.abridged import JSON, Abridged
from citeproof.document import CitedDocument
from citeproof.findings import Place, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from citeproof.document import Manuscript
    from citeproof.findings import Finding
    from citeproof.leaks import Identity
    from citeproof.project import Project
    from citeproof.styles import Style

Said = tuple["pandoc.Failure | None", "list[dict[str, Any]]"]
"""What went wrong, and the log of what pandoc remarked."""


def numbers(project: Project, manuscript: Manuscript) -> dict[str, str]:
    """Give what a paper or supplement numbers, for references from the other one: identifier → "Figure S1".

    Empty if pandoc cannot read the file: reading it says so better.
    """
    options = [f"--metadata=apa-{name}={value}" for name, value in _choices(project)]
    text = manuscript.text.text if manuscript.included else None
    found = shared.once(
        project.shared,
        ("numbers", project.paper, options, text),
        lambda: pandoc.convert_to_json("numbers", project.paper.name, project.folder, options=options, text=text),
    )
    return {} if isinstance(found, pandoc.Failure) else document.meta_map(json.loads(found), "numbered")


def identity(project: Project, manuscript: Manuscript | None = None) -> Identity:
    """Give who wrote a paper, whatever shape its front matter has: what a masked copy of it must not tell.

    With its manuscript at hand, also the numbers of grants and the addresses that fields of its front matter hold, and
    who of the cited authors is not one of them.
    """
    from citeproof import leaks  # noqa: PLC0415  (only a masked copy needs it)

    options = ["--metadata", "apa-masked=false"]
    found = shared.once(
        project.shared,
        ("names", project.paper),
        lambda: pandoc.convert_to_json("names", project.paper.name, project.folder, options=options),
    )
    if isinstance(found, pandoc.Failure):
        return leaks.Identity()
    written, references = (manuscript.document, manuscript.references) if manuscript else (None, ())
    return leaks.who_wrote(json.loads(found), written, references)


@dataclass(frozen=True, slots=True)
class _Given:
    """What pandoc is given to cite a paper, wherever the files of ours lie that it reads beside the paper."""

    options: tuple[str, ...]
    """The name of one of `files` among them stands for its path."""
    files: dict[str, bytes]
    text: str | None
    """The abridged text; None for the paper as it stands on the disk."""

    def start(self, project: Project, folder: Path) -> pandoc.Conversion:
        """Start pandoc, with the files and `cited.json`, which it makes, in `folder`."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return pandoc.start(
            "common",
            project.paper.name,
            folder / _CITED,
            project.folder,
            epoch=project.epoch,
            options=[
                *(str(folder / option) if option in self.files else option for option in self.options),
                *("-t", "json"),
            ],
            text=self.text,
        )


_CITED = "cited.json"


def _given(
    project: Project, manuscript: Manuscript, style: Style, elsewhere: Mapping[str, str] | None, *, whole: bool = False
) -> _Given:
    composed = styles.compose(style)
    files = {"style.csl": composed}
    options = ["--csl", "style.csl"]
    if manuscript.bibliographies:  # in place of the paper's own, which pandoc would read in its own way
        left_out = set() if b"abstract" in composed else {"abstract"}  # the longest field, and few styles print it
        items = [{name: item[name] for name in item if name not in left_out} for item in manuscript.references]
        files["references.json"] = json.dumps(items, ensure_ascii=False).encode()
        options += ["--bibliography", "references.json"]
    if project.inherited:
        files["inherited.yaml"] = project.inherited.encode()
        options += ["--metadata-file", "inherited.yaml"]
    if project.told:
        files["told.yaml"] = project.told.encode()
        options += ["--metadata-file", "told.yaml"]
    if elsewhere:
        files["other-part.json"] = json.dumps({"other-part": dict(elsewhere)}).encode()
        options += ["--metadata-file", "other-part.json"]
    for name, value in _choices(project):
        options += ["--metadata", f"apa-{name}={value}"]
    if project.shared:
        options += ["--metadata", "parts-later=true"]
    if project.cache.folder:
        options += ["--metadata", f"kept-answers={project.cache.place('citeproc')}"]
    if b"<bibliography" not in composed:  # no reference list: there is nothing to link to
        options += ["--metadata", "link-citations=false"]
    short = manuscript.abridged
    text = short.text if short.words and not whole else manuscript.text.text if manuscript.text.pieces else None
    return _Given(tuple(options), files, text)


_OF_A_PART = {"extract": "whole", "figures": "shown", "tables": "shown", "line-numbers": "false"}
"""Choices that only the last common filter and layout ask for → what a document is cited with for all its parts."""

_WITH_STATEMENTS = {"statements", "cover-letter"}
"""Parts with the statements in them, which are cited with the paper only for these (filters/statements.lua)."""


def _choices(project: Project) -> list[tuple[str, str]]:
    """Give the choices that a paper is cited with; one of which parts are taken, with those that all of them share."""
    if not project.shared:
        return [*project.choices]
    given = {"extract": "whole", **dict(project.choices)}
    whole = {name: _OF_A_PART.get(name, value) for name, value in given.items()}
    return sorted({**whole, **({"extract": "statements"} if given["extract"] in _WITH_STATEMENTS else {})}.items())


class Ahead:
    """Lets a paper be cited on what can be told of it before pandoc has read it, while Python and pandoc read it.

    What comes of it counts only if it was given just what it would be given now. Leaving the context stops it and
    clears away whatever it made.
    """

    def __init__(self, project: Project, manuscript: Manuscript, style: Style) -> None:
        """Take a paper of which no more is known than its front matter and its works."""
        self._project = project
        self._given = _given(project, manuscript, style, None)
        self._folder: Path | None = None
        self._end: Callable[[], Said] | None = None

    def __enter__(self) -> Self:
        """Start pandoc, in a folder of its own."""
        import tempfile  # noqa: PLC0415

        with contextlib.suppress(OSError):  # no room there: it is cited where there is, later
            self._folder = Path(tempfile.mkdtemp(prefix="citeproof-"))
            self._conversion = self._given.start(self._project, self._folder)
            self._end = programs.begin(self._conversion.end)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop pandoc, if it has not ended."""
        if self._end:
            self._conversion.running.stop()
            with contextlib.suppress(OSError, ValueError):
                self._end()
        if self._folder:
            import shutil  # noqa: PLC0415

            shutil.rmtree(self._folder, ignore_errors=True)

    def taken(self, given: _Given) -> tuple[Said, Path] | None:
        """Give what pandoc said and the folder of what it made, if it was `given` just this and all went well."""
        if not self._end or not self._folder or self._given != given:
            return None
        try:
            said = self._end()
        except (OSError, ValueError):  # its log is not whole
            return None
        return None if said[0] else (said, self._folder)


class _Run(NamedTuple):
    """What came of a run of pandoc: what it said, the folder of what it made, and how that is abridged."""

    failure: pandoc.Failure | None
    messages: list[dict[str, Any]]
    folder: Path
    short: Abridged


def _part(whole: _Run, project: Project, folder: Path, shown: Mapping[str, str]) -> _Run:
    """Let filters/submission-part.lua take what is asked for of a whole cited document, into `folder`."""
    if whole.failure:
        return whole
    choices = {name: value for name, value in project.choices if name in _OF_A_PART} | dict(shown)
    options = ["-t", "json", *(f"--metadata=apa-{name}={value}" for name, value in choices.items())]
    if project.told_when_cited:
        told = folder / "told-when-cited.yaml"
        told.write_text(project.told_when_cited, "utf-8")
        options += ["--metadata-file", str(told)]
    source, output = str(whole.folder / _CITED), folder / _CITED
    part = pandoc.start("part", source, output, project.folder, epoch=project.epoch, options=options)
    failure, messages = part.end()
    return _Run(failure, [*whole.messages, *messages], folder, whole.short)


def cite(
    project: Project,
    manuscript: Manuscript,
    style: Style,
    folder: Path,
    elsewhere: Mapping[str, str] | None = None,
    ready: Callable[[CitedDocument], None] = lambda _: None,
    ahead: Ahead | None = None,
    shown: Mapping[str, str] | None = None,
) -> tuple[CitedDocument, list[Finding]]:
    """Run filters/defaults/common.yaml over the paper, once, into `folder`.

    `elsewhere` holds what its supplement (or, for a supplement, the paper) numbers: identifier → label. `ready` is
    handed the document with no more than the writers need, before Python looks at it. `ahead` may have begun already.
    Where builds share their citing, the paper is cited whole, and the part taken from that; `shown` are choices for the
    part that win over the project's.

    Gives the cited document and what pandoc, citeproc and the filters remarked. A reference that a citation needs and
    the list lacks is an error (C005): pandoc ends with status 0 on it. Raises InternalError if pandoc fails.
    """
    given = _given(project, manuscript, style, elsewhere)

    def run(folder: Path) -> _Run:
        (failure, messages), where = (ahead and ahead.taken(given)) or (given.start(project, folder).end(), folder)
        short = manuscript.abridged
        if short.words and (
            failure or pandoc.tells_lines(messages) or not short.fits((where / _CITED).read_text("utf-8"), JSON)
        ):
            short, where = Abridged(short.whole()), folder  # lines are told as the author has them
            failure, messages = _given(project, manuscript, style, elsewhere, whole=True).start(project, folder).end()
        return _Run(failure, messages, where, short)

    if of_several := project.shared:
        values = ("cited", given, manuscript.text.text)
        whole = shared.once(of_several, values, lambda: run(of_several.place()))
        made = _part(whole, project, folder, shown or {})
    else:
        whole = made = run(folder)
    failure, messages, where, short = made
    place = Place(manuscript.head.file)
    if failure:
        prefix = place.file[: -len(project.paper.name)]
        refused = pandoc.filter_faults(failure, place, prefix)
        if refused:
            return CitedDocument(b"", (), {}, frozenset(), ()), refused
    pandoc.expect(failure, "citing")
    raw = (where / _CITED).read_bytes()
    ready(CitedDocument(raw, (), {}, frozenset(), (), abridged=short))
    ours = {whole.folder.resolve(), where.resolve()}
    read = tuple(path for path in _files(project, messages) if path.parent not in ours)
    found = document.as_cited(raw, short, read)
    findings = pandoc.remarks(messages, place, manuscript.text)
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
            for key in sorted(cited - set(found.references) - _further_keys(manuscript))
        ]
    return found, findings


def cite_only(
    project: Project,
    manuscript: Manuscript,
    style: Style,
    elsewhere: Mapping[str, str] | None = None,
    shown: Mapping[str, str] | None = None,
) -> tuple[CitedDocument, list[Finding]]:
    """Let a paper be cited for what can be told of it; take and give what `cite` does, and keep no file."""
    import tempfile  # noqa: PLC0415  (a build has a folder of its own)

    with tempfile.TemporaryDirectory(prefix="citeproof-") as folder:
        return cite(project, manuscript, style, Path(folder), elsewhere, shown=shown)


def _further_keys(manuscript: Manuscript) -> set[str]:
    """Give the keys under which a work can be cited besides that of its entry (biblatex, 2.2.3)."""
    return {key for item in manuscript.references for key in str(item.get("other-ids", "")).split()}


def _files(project: Project, messages: list[dict[str, object]]) -> tuple[Path, ...]:
    # pandoc's log is UTF-8, whatever this system's names are written in.
    names = (os.fsdecode(name.encode("utf-8")) for name in pandoc.resources_read(messages))
    paths = {(project.folder / name).resolve() for name in names}
    return tuple(sorted(path for path in paths if path.is_file()))
