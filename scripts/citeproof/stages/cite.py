"""Lets citeproc and the common filters make the one cited document that every format is written from."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from citeproof import document, pandoc, programs, shared, styles
from citeproof.abridged import JSON, Abridged
from citeproof.document import CitedDocument
from citeproof.findings import Place, error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from citeproof.document import Manuscript
    from citeproof.findings import Finding
    from citeproof.leaks import Identity
    from citeproof.project import Project
    from citeproof.styles import Style


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
    following: pandoc.Following | None
    """The format that the same run goes on to write."""

    def start(self, project: Project, folder: Path, *, held_back: bool = False) -> pandoc.Conversion:
        """Start pandoc, with the files and what it makes in `folder`; `held_back` where it needs the works."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        options = [str(folder / option) if option in self.files else option for option in self.options]
        source = project.paper.name
        return _start("common", project, folder, self.following, source, options, self.text, held_back=held_back)


def _start(
    defaults: str,
    project: Project,
    folder: Path,
    following: pandoc.Following | None,
    source: str,
    options: Sequence[str],
    text: str | None = None,
    *,
    held_back: bool = False,
) -> pandoc.Conversion:
    """Start the run that makes a cited document in `folder`, and goes on to write what is `following`."""
    return pandoc.start(
        following.defaults if following else "cited",
        source,
        folder / "following",
        project.folder,
        epoch=project.epoch,
        options=[
            *options,
            *("--metadata", f"cited-document={folder / _CITED}"),
            *(following.options if following else ()),
        ],
        text=text,
        first=(defaults, "cited") if following else (defaults,),
        held_back="works-awaited" if held_back else "",
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """What came of a run of pandoc as far as it cites the paper."""

    failure: pandoc.Failure | None
    messages: list[dict[str, Any]]
    """The log of what it remarked."""
    folder: Path
    """Where the cited document lies."""
    short: Abridged
    """How that is abridged."""
    conversion: pandoc.Conversion | None = None
    """It is at work yet, on what is `following`."""
    whole: Path | None = None
    """Where the whole lies of which this is a part."""


_CITED = "cited.json"
_WORKS = "references.json"


def _given(
    project: Project,
    manuscript: Manuscript,
    style: Style,
    elsewhere: Mapping[str, str] | None = None,
    following: pandoc.Following | None = None,
    *,
    whole: bool = False,
) -> _Given:
    composed = styles.compose(style)
    files = {"style.csl": composed}
    options = ["--csl", "style.csl"]
    if manuscript.bibliographies:  # in place of the paper's own, which pandoc would read in its own way
        left_out = set() if b"abstract" in composed else {"abstract"}  # the longest field, and few styles print it
        items = [{name: item[name] for name in item if name not in left_out} for item in manuscript.references]
        files[_WORKS] = json.dumps(items, ensure_ascii=False).encode()
        options += ["--bibliography", _WORKS]
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
    return _Given(tuple(options), files, text, following)


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

    It begins before the works are known, and waits for them where it needs them. What comes of it counts only if it was
    given just what it would be given now. Leaving the context stops it and clears away whatever it made.
    """

    def __init__(
        self, project: Project, manuscript: Manuscript, style: Style, following: pandoc.Following | None
    ) -> None:
        """Take a paper of which no more is known than its front matter and which bibliographies there are."""
        self._project = project
        self._style = style
        self._given = _given(project, manuscript, style, following=following)
        self._short = manuscript.abridged
        self._folder: Path | None = None
        self._conversion: pandoc.Conversion | None = None

    def __enter__(self) -> Self:
        """Start pandoc, in a folder of its own."""
        import tempfile  # noqa: PLC0415

        with contextlib.suppress(OSError):  # no room there: it is cited where there is, later
            self._folder = Path(tempfile.mkdtemp(prefix="citeproof-"))
            if programs.CAN_HOLD_BACK:
                self._conversion = self._given.start(self._project, self._folder, held_back=True)
        return self

    def works(self, manuscript: Manuscript) -> None:
        """Hand over the works that the paper can need, now that they are known."""
        before, self._given = (
            self._given,
            _given(self._project, manuscript, self._style, following=self._given.following),
        )
        if not self._folder:
            return
        with contextlib.suppress(OSError):
            if not programs.CAN_HOLD_BACK:
                self._conversion = self._given.start(self._project, self._folder)
                return
            if self._conversion and before.options == self._given.options:
                if _WORKS in self._given.files:
                    (self._folder / _WORKS).write_bytes(self._given.files[_WORKS])
                self._conversion.running.let_go()
                return
        self._stop()

    def __exit__(self, *_: object) -> None:
        """Stop pandoc, if it has not ended."""
        self._stop()
        if self._folder:
            import shutil  # noqa: PLC0415

            shutil.rmtree(self._folder, ignore_errors=True)

    def _stop(self) -> None:
        if self._conversion:
            self._conversion.running.stop()
            self._conversion = None

    def taken(self, given: _Given) -> _Run | None:
        """Give what pandoc has made, once it has cited the paper, if it was `given` just this and all went well."""
        if not self._conversion or not self._folder or self._given != given:
            return None
        try:
            run = _cited(self._conversion, self._folder, self._short, given.following)
        except (OSError, ValueError):  # its log is not whole
            return None
        return None if run.failure else run


def _cited(conversion: pandoc.Conversion, folder: Path, short: Abridged, following: pandoc.Following | None) -> _Run:
    """Wait until pandoc has cited a paper, and to its end if no format follows."""
    messages = conversion.cited()
    if messages is not None and following:
        return _Run(None, messages, folder, short, conversion)
    failure, more = conversion.end()
    if messages is None and failure is None:
        failure = pandoc.Failure(1, "it ended before it had cited the paper")
    return _Run(failure, [*(messages or ()), *more], folder, short)


def _whole(
    project: Project,
    manuscript: Manuscript,
    style: Style,
    folder: Path,
    elsewhere: Mapping[str, str] | None,
    following: pandoc.Following | None,
    ahead: Ahead | None,
) -> _Run:
    """Let a paper be cited; one that cannot be abridged after all, once more with all of its words."""
    given = _given(project, manuscript, style, elsewhere, following)
    short = manuscript.abridged
    run = (ahead and ahead.taken(given)) or _cited(given.start(project, folder), folder, short, following)
    if short.words and (
        run.failure
        or pandoc.tells_lines(run.messages)  # they are told as the author has them
        or not short.fits((run.folder / _CITED).read_text("utf-8"), JSON)
    ):
        if run.conversion:
            run.conversion.running.stop()
        given = _given(project, manuscript, style, elsewhere, following, whole=True)
        run = _cited(given.start(project, folder), folder, Abridged(short.whole()), following)
    return run


def _part(
    whole: _Run, project: Project, folder: Path, shown: Mapping[str, str], following: pandoc.Following | None
) -> _Run:
    """Let filters/submission-part.lua take what is asked for of a whole cited document, into `folder`."""
    if whole.failure:
        return whole
    choices = {name: value for name, value in project.choices if name in _OF_A_PART} | dict(shown)
    options = [f"--metadata=apa-{name}={value}" for name, value in choices.items()]
    if project.told_when_cited:
        told = folder / "told-when-cited.yaml"
        told.write_text(project.told_when_cited, "utf-8")
        options += ["--metadata-file", str(told)]
    source = str(whole.folder / _CITED)
    taken = _start("part", project, folder, following, source, options)
    part = _cited(taken, folder, whole.short, following)
    return replace(part, messages=[*whole.messages, *part.messages], whole=whole.folder)


def cite(
    project: Project,
    manuscript: Manuscript,
    style: Style,
    folder: Path,
    elsewhere: Mapping[str, str] | None = None,
    ready: Callable[[CitedDocument, pandoc.Conversion | None], None] = lambda *_: None,
    ahead: Ahead | None = None,
    following: pandoc.Following | None = None,
    shown: Mapping[str, str] | None = None,
) -> tuple[CitedDocument, list[Finding]]:
    """Run filters/defaults/common.yaml over the paper, once, into `folder`.

    `elsewhere` holds what its supplement (or, for a supplement, the paper) numbers: identifier → label. `ready` is
    handed the document with no more than the writers need, before Python looks at it, and the run that goes on to write
    what is `following`. `ahead` may have begun already. Where builds share their citing, the paper is cited whole, and
    the part taken from that; `shown` are choices for the part that win over the project's.

    Gives the cited document and what pandoc, citeproc and the filters remarked. A reference that a citation needs and
    the list lacks is an error (C005): pandoc ends with status 0 on it. Raises InternalError if pandoc fails.
    """
    if of_several := project.shared:
        values = ("cited", _given(project, manuscript, style, elsewhere), manuscript.text.text)
        whole = shared.once(
            of_several,
            values,
            lambda: _whole(project, manuscript, style, of_several.place(), elsewhere, None, None),
        )
        run = _part(whole, project, folder, shown or {}, following)
    else:
        run = _whole(project, manuscript, style, folder, elsewhere, following, ahead)
    place = Place(manuscript.head.file)
    if run.failure:
        prefix = place.file[: -len(project.paper.name)]
        refused = pandoc.filter_faults(run.failure, place, prefix)
        if refused:
            return CitedDocument(b"", (), {}, frozenset(), ()), refused
    pandoc.expect(run.failure, "citing")
    raw, short = (run.folder / _CITED).read_bytes(), run.short
    ready(CitedDocument(raw, (), {}, frozenset(), (), abridged=short), run.conversion)
    ours = {each.resolve() for each in (run.folder, run.whole) if each}
    read = tuple(path for path in _files(project, run.messages) if path.parent not in ours)
    found = document.as_cited(raw, short, read)
    findings = pandoc.remarks(run.messages, place, manuscript.text)
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
