"""Lets citeproc and the common filters make the one cited document that every format is written from."""

from __future__ import annotations

import functools
import json
import os
import re
from typing import TYPE_CHECKING

from citeproof import document, pandoc, styles
from citeproof.abridged import JSON, Abridged
from citeproof.document import CitedDocument
from citeproof.findings import Place, error
from citeproof.leaks import Identity, Name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from citeproof.document import Manuscript
    from citeproof.findings import Finding
    from citeproof.project import Project
    from citeproof.styles import Style


def numbers(project: Project) -> dict[str, str]:
    """Give what a paper or supplement numbers, for references from the other one: identifier → "Figure S1".

    Empty if pandoc cannot read the file: reading it says so better.
    """
    options = [f"--metadata=apa-{name}={value}" for name, value in project.choices]
    found = pandoc.convert_to_json("numbers", project.paper.name, project.folder, options=options)
    return {} if isinstance(found, pandoc.Failure) else document.meta_map(json.loads(found), "numbered")


_PARTICLE = re.compile(r"^(?:[a-zà-ÿ]|[dDlL]['\u2019])")
_GENERATION = re.compile(r"^(?:Jr\.?|Sr\.?|[IVX]+)$")
_INSTITUTION = re.compile(
    r"universi|institut|college|colegio|collège|school|hochschule|hospital|clini|klini|academ|akadem|polytechn|laborator"
    r"|observator|centre|center|zentrum|centro|foundation|stiftung|大学|大學|研究|医院|病院|جامعة|معهد|מכון|אוניברסיט",
    re.IGNORECASE,
)


def _name(whole: str) -> Name:
    """Split a name as printed: the family name begins at its first particle, else is the last word."""
    words = [word for word in whole.replace(",", " ").split() if not _GENERATION.match(word)]
    first = next((n for n, word in enumerate(words) if n and _PARTICLE.match(word)), len(words) - 1)
    return Name(" ".join(words[:first]), " ".join(words[first:]))


def _institutions(line: str) -> list[str]:
    """Give the parts of a printed affiliation that name an institution; the whole line if none does."""
    parts = [part.strip() for part in re.split(r"[,;\uff0c\u3001]", line)]
    return [part for part in parts if _INSTITUTION.search(part) and " " in part] or [line.strip()]


def identity(project: Project) -> Identity:
    """Give who wrote a paper, whatever shape its front matter has: what a masked copy of it must not tell."""
    options = ["--metadata", "apa-masked=false"]
    found = pandoc.convert_to_json("names", project.paper.name, project.folder, options=options)
    if isinstance(found, pandoc.Failure):
        return Identity()
    whole = json.loads(found)
    authors = whole["meta"].get("authors", {"c": []})["c"]
    told = [{name: document.meta_text(value) for name, value in author["c"].items()} for author in authors]
    lines = [re.sub(r"^\d+(?=\D)", "", line) for line in document.meta_strings(whole, "affiliation")]
    return Identity(
        tuple(_name(author["name"]) for author in told if author.get("name")),
        tuple(author["email"] for author in told if author.get("email")),
        tuple(author["orcid"] for author in told if author.get("orcid")),
        tuple(dict.fromkeys(part for line in lines for part in _institutions(line))),
    )


def _options(
    project: Project, manuscript: Manuscript, style: Style, folder: Path, elsewhere: Mapping[str, str] | None
) -> list[str]:
    """Write what pandoc reads beside the paper into `folder`, and give the options that name it."""
    composed = styles.compose(style)
    (folder / "style.csl").write_bytes(composed)
    options = ["--csl", str(folder / "style.csl")]
    if manuscript.bibliographies:  # in place of the paper's own, which pandoc would read in its own way
        left_out = set() if b"abstract" in composed else {"abstract"}  # the longest field, and few styles print it
        items = [{name: item[name] for name in item if name not in left_out} for item in manuscript.references]
        (folder / "references.json").write_text(json.dumps(items, ensure_ascii=False), "utf-8")
        options += ["--bibliography", str(folder / "references.json")]
    if project.inherited:
        (folder / "inherited.yaml").write_text(project.inherited, "utf-8")
        options += ["--metadata-file", str(folder / "inherited.yaml")]
    if elsewhere:
        (folder / "other-part.json").write_text(json.dumps({"other-part": dict(elsewhere)}), "utf-8")
        options += ["--metadata-file", str(folder / "other-part.json")]
    for name, value in project.choices:
        options += ["--metadata", f"apa-{name}={value}"]
    if project.cache.folder:
        options += ["--metadata", f"kept-answers={project.cache.place('citeproc')}"]
    if b"<bibliography" not in style.path.read_bytes():  # no reference list: there is nothing to link to
        options += ["--metadata", "link-citations=false"]
    return options


def cite(
    project: Project,
    manuscript: Manuscript,
    style: Style,
    folder: Path,
    elsewhere: Mapping[str, str] | None = None,
    ready: Callable[[CitedDocument], None] = lambda _: None,
) -> tuple[CitedDocument, list[Finding]]:
    """Run filters/defaults/common.yaml over the paper, once, into `folder`.

    `elsewhere` holds what its supplement (or, for a supplement, the paper) numbers: identifier → label. `ready` is
    handed the document with no more than the writers need, before Python looks at it.

    Gives the cited document and what pandoc, citeproc and the filters remarked. A reference that a citation needs and
    the list lacks is an error (C005): pandoc ends with status 0 on it. Raises InternalError if pandoc fails.
    """
    output = folder / "cited.json"
    options = _options(project, manuscript, style, folder, elsewhere)
    run = functools.partial(
        pandoc.convert,
        "common",
        project.paper.name,
        output,
        project.folder,
        epoch=project.epoch,
        options=[*options, "-t", "json"],
    )
    short = manuscript.abridged
    failure, messages = run(text=short.text if short.words else None)
    if short.words and (failure or pandoc.tells_lines(messages) or not short.fits(output.read_text("utf-8"), JSON)):
        short = Abridged(short.whole())  # lines are told as the author has them
        failure, messages = run()
    place = Place(manuscript.head.file)
    if failure:
        prefix = place.file[: -len(project.paper.name)]
        refused = pandoc.filter_faults(failure, place, prefix)
        if refused:
            return CitedDocument(b"", (), {}, frozenset(), ()), refused
    pandoc.expect(failure, "citing")
    raw = output.read_bytes()
    ready(CitedDocument(raw, (), {}, frozenset(), (), abridged=short))
    read = tuple(path for path in _files(project, messages) if path.parent != folder.resolve())
    found = document.as_cited(raw, short, read)
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
            for key in sorted(cited - set(found.references) - _further_keys(manuscript))
        ]
    return found, findings


def _further_keys(manuscript: Manuscript) -> set[str]:
    """Give the keys under which a work can be cited besides that of its entry (biblatex, 2.2.3)."""
    return {key for item in manuscript.references for key in str(item.get("other-ids", "")).split()}


def _files(project: Project, messages: list[dict[str, object]]) -> tuple[Path, ...]:
    # pandoc's log is UTF-8, whatever this system's names are written in.
    names = (os.fsdecode(name.encode("utf-8")) for name in pandoc.resources_read(messages))
    paths = {(project.folder / name).resolve() for name in names}
    return tuple(sorted(path for path in paths if path.is_file()))
