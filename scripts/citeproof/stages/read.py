"""Reads a paper: its text, pandoc's document, its bibliographies and images; judges only what cannot be read at all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from citeproof import bibliography, pandoc, passages, source
from citeproof.document import Call, Image, Manuscript, meta_map, meta_strings
from citeproof.errors import InternalError, UsageError
from citeproof.findings import Place, error

if TYPE_CHECKING:
    from citeproof.document import Citation, Entry, Json
    from citeproof.findings import Finding
    from citeproof.project import Project

_EMPTY: Json = {"meta": {}, "blocks": []}
_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def read(project: Project) -> Manuscript:
    """Read everything that the paper names.

    Gives a Manuscript whose `findings` hold what could not be read; later stages may rely on the rest.
    Raises UsageError if the paper itself cannot be opened.
    """
    name = project.shown(project.paper)
    try:
        raw = project.paper.read_bytes()
    except OSError as fault:
        raise UsageError(f"{name} cannot be read: {fault.strerror}", "check the file and its permissions") from fault
    text, findings = source.decode(name, raw)
    head = Place(name, 1, 1)
    if any(finding.code in {"S002", "S003", "S004"} for finding in findings):
        return Manuscript(_EMPTY, (), (), (), (), (), head, tuple(findings))
    findings += source.stray_markup(text)
    probe = source.probe(text)
    above = f"---\n{project.inherited}---\n\n" if project.inherited else ""  # pandoc lets the later of two blocks win
    parsed = pandoc.parse(above + probe.text, project.folder)
    if isinstance(parsed, pandoc.Failure):
        complaint = pandoc.front_matter_fault(parsed, name, above.count("\n"))
        if complaint is None:
            raise InternalError(f"pandoc could not read {name}: {parsed.message.strip()}", "please report it")
        return Manuscript(_EMPTY, (), (), (), (), (), complaint.place, (*findings, complaint))
    document = json.loads(probe.restore(parsed))
    part = dict(project.choices).get("part") or meta_map(document, "apa").get("part")
    parts = passages.read(json.loads(parsed), probe, text, supplement=part == "supplement")
    paths, entries, faults = _bibliographies(document, project, text, cited={item.key for item in parts.citations})
    citations, calls = _told_apart(parts, {entry.key for entry in entries})
    return Manuscript(
        document,
        citations,
        entries,
        tuple(_image(picture, project) for picture in parts.pictures),
        tuple(parts.raws),
        paths,
        head,
        (*findings, *faults),
        _fields(text),
        calls,
        tuple(parts.headings),
        tuple(parts.floats),
        tuple(parts.passages),
        tuple(parts.identifiers),
        frozenset(parts.referable),
        parts.named,
    )


_INHERITED = frozenset(
    {
        *("author", "authors", "affiliation", "affiliations", "institute", "institutes"),
        *("bibliography", "csl", "citation-style", "lang", "dir", "apa", "mask"),
        *("running-head", "running_head", "shorttitle", "short-title"),
        *("course", "instructor", "due-date", "duedate"),
    }
)
"""Fields of a paper's front matter that hold for its supplement too, unless that says otherwise."""


def inherited(project: Project) -> str:
    """Give what a paper's front matter says for its supplement too, as YAML; empty if it says nothing of it."""
    text, _ = source.decode(project.shown(project.paper), project.paper.read_bytes())
    block = source.FRONT_MATTER.match(text.text)
    if not block:
        return ""
    starts = [*_FIELD.finditer(block[1])]
    ends = [*(found.start() for found in starts[1:]), len(block[1])]
    fields = [(found[1], block[1][found.start() : end]) for found, end in zip(starts, ends, strict=True)]
    return "".join(raw if raw.endswith("\n") else f"{raw}\n" for name, raw in fields if name in _INHERITED)


_FIELD = re.compile(r"^([\w-]+)[ \t]*:[ \t]*", re.MULTILINE)


def _fields(text: source.Source) -> dict[str, Place]:
    """Find where the value of each field of the front matter stands; empty if the front matter is not at the top."""
    block = source.FRONT_MATTER.match(text.text)
    return {found[1]: text.place(found.end()) for found in _FIELD.finditer(text.text, 0, block.end(1))} if block else {}


_CALLS = re.compile(r"(?:fig|tbl|eq|sec|apx)-", re.IGNORECASE)
"""How the identifiers begin that may be referred to (filters/cross-references.lua)."""


def _told_apart(parts: passages.Parts, entries: set[str]) -> tuple[tuple[Citation, ...], tuple[Call, ...]]:
    """Tell citations from cross-references, which pandoc reads as citations.

    A key is a cross-reference if it names a part of the paper, or begins as such a name does and is that of no entry.
    """

    def is_call(key: str) -> bool:
        return key in parts.referable or (bool(_CALLS.match(key)) and key not in entries)

    citations = tuple(item for item in parts.citations if not is_call(item.key))
    calls = tuple(Call(item.key, item.place) for item in parts.citations if is_call(item.key))
    return citations, calls


def _beside(project: Project, name: str) -> Path:
    """Find a file as pandoc does: from the paper's folder."""
    return project.folder / Path(name).expanduser()


def _bibliographies(
    document: Json,
    project: Project,
    text: source.Source,
    cited: set[str],
) -> tuple[tuple[Path, ...], tuple[Entry, ...], list[Finding]]:
    names = meta_strings(document, "bibliography")
    if not names and (project.folder / "references.bib").is_file():
        names = ["references.bib"]
    paths: list[Path] = []
    entries: list[Entry] = []
    findings: list[Finding] = []
    taken: dict[str, Place] = {}
    for name in names:
        path = _beside(project, name)
        shown = project.shown(path)
        offset = text.text.find(name)
        place = text.place(max(offset, 0))
        try:
            raw = path.read_bytes()
        except OSError as fault:
            what = "is not there" if isinstance(fault, FileNotFoundError) else f"cannot be read: {fault.strerror}"
            findings.append(
                error(
                    "B001", place, f"the bibliography {name} {what}", f"it is looked for beside the paper, as {shown}"
                )
            )
            continue
        decoded, wrong = source.decode(shown, raw)
        wrong = [finding for finding in wrong if finding.code == "S001"]
        paths.append(path)
        findings += wrong
        if wrong:
            continue
        held = bibliography.read(shown, path.suffix.lower(), decoded.text)
        findings += _doubled(held, taken, cited)
        findings += held.findings
        entries += [*held.entries, *held.hurt]
        if not held.findings and (refused := pandoc.read_bibliography(path, project.folder)):
            findings.append(pandoc.bibliography_fault(refused, shown))
        elif not held.findings and not held.entries and path.suffix.lower() in {".bib", ".json", ".yaml"}:
            findings.append(
                error(
                    "B003",
                    Place(shown, 1, 1),
                    "the bibliography holds no entry",
                    "export it again, or name the right file under bibliography: in the front matter",
                )
            )
    inline = document["meta"].get("references", {})
    entries += _inline(inline, text)
    return tuple(paths), tuple(entries), findings


def _doubled(held: bibliography.Bibliography, taken: dict[str, Place], cited: set[str]) -> list[Finding]:
    from citeproof.findings import warning  # noqa: PLC0415  (used here only)

    findings = []
    twice = list(held.doubled)
    for entry in held.entries:
        if entry.key in taken:
            twice.append((entry, taken[entry.key]))
        taken.setdefault(entry.key, entry.place)
    for entry, first in twice:
        make = error if entry.key in cited else warning
        findings.append(
            make(
                "C002",
                entry.place,
                f"the key {entry.key} stands for a second entry; the first is at {first}",
                "give one of them another key, or delete it: which of the two is cited cannot be told",
            )
        )
    return findings


def _inline(references: Json, text: source.Source) -> list[Entry]:
    from citeproof.document import Entry, plain  # noqa: PLC0415  (used here only)

    found = []
    for item in references.get("c", []) if references.get("t") == "MetaList" else []:
        if item["t"] == "MetaMap" and "id" in item["c"]:
            value = item["c"]["id"]
            key = str(value["c"]) if value["t"] == "MetaString" else plain(value["c"]).strip()
            found.append(Entry(key, text.place(max(text.text.find(key), 0))))
    return found


def _image(picture: passages.Picture, project: Project) -> Image:
    target = picture.target
    address = bool(_ADDRESS.match(target)) and not re.match(r"^[a-z]:[\\/]", target, re.IGNORECASE)
    path = None if address else _beside(project, unquote(target))
    return Image(target, path, picture.place, picture.described, picture.titled)
