"""Reads a paper: its text, pandoc's document, its bibliographies and images; judges only what cannot be read at all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from citeproof import bibliography, pandoc, source
from citeproof.document import Citation, Image, Manuscript, Raw, elements, meta_strings
from citeproof.errors import InternalError, UsageError
from citeproof.findings import Place, error

if TYPE_CHECKING:
    from citeproof.document import Entry, Json
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
    parsed = pandoc.parse(probe.text, project.folder)
    if isinstance(parsed, pandoc.Failure):
        complaint = pandoc.front_matter_fault(parsed, name)
        if complaint is None:
            raise InternalError(f"pandoc could not read {name}: {parsed.message.strip()}", "please report it")
        return Manuscript(_EMPTY, (), (), (), (), (), complaint.place, (*findings, complaint))
    probed = json.loads(parsed)
    document = json.loads(probe.restore(parsed))
    citations = _citations(probed, probe, text)
    paths, entries, faults = _bibliographies(document, project, text, cited={item.key for item in citations})
    return Manuscript(
        document,
        citations,
        entries,
        _images(document, project, text),
        _raws(document, text),
        paths,
        head,
        (*findings, *faults),
        _fields(text),
    )


_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^([\w-]+)[ \t]*:[ \t]*", re.MULTILINE)


def _fields(text: source.Source) -> dict[str, Place]:
    """Find where the value of each field of the front matter stands; empty if the front matter is not at the top."""
    block = _FRONT_MATTER.match(text.text)
    return {found[1]: text.place(found.end()) for found in _FIELD.finditer(text.text, 0, block.end(1))} if block else {}


def _citations(probed: Json, probe: source.Probe, text: source.Source) -> tuple[Citation, ...]:
    found = []
    for part in (probed["meta"], probed["blocks"]):
        for element, _ in elements(part):
            if element["t"] != "Cite":
                continue
            for item in element["c"][0]:
                key, offset = probe.keys.get(item["citationId"], (item["citationId"], -1))
                place = text.place(offset) if offset >= 0 else Place(text.file, 1, 1)
                found.append(Citation(key, place, item["citationMode"]["t"] == "AuthorInText"))
    return tuple(dict.fromkeys(found))  # a figure's caption comes twice, as its image's alternative text too


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


def _next_place(text: source.Source, needle: str, seen: dict[str, int], *, also: str = "") -> Place:
    """Give the place of the next occurrence of a piece of the text, in either form of it, in reading order."""
    first_line = needle.split("\n", 1)[0]
    start = seen.get(first_line, 0)
    hits = [
        (offset, form)
        for form in (first_line, also)
        if form and (offset := source.prose_offset(text, form, start)) is not None
    ]
    if not hits:
        return Place(text.file, 1, 1)
    offset, form = min(hits)
    seen[first_line] = offset + len(form)
    return text.place(offset)


def _images(document: Json, project: Project, text: source.Source) -> tuple[Image, ...]:
    seen: dict[str, int] = {}
    found = []
    for element, _ in elements([document["meta"], document["blocks"]]):
        if element["t"] != "Image":
            continue
        target = element["c"][2][0]
        place = _next_place(text, target, seen, also=unquote(target))
        address = bool(_ADDRESS.match(target)) and not re.match(r"^[a-z]:[\\/]", target, re.IGNORECASE)
        found.append(Image(target, None if address else _beside(project, unquote(target)), place))
    return tuple(found)


def _raws(document: Json, text: source.Source) -> tuple[Raw, ...]:
    seen: dict[str, int] = {}
    found = []
    for element, _ in elements([document["meta"], document["blocks"]]):
        if element["t"] in {"RawBlock", "RawInline"}:
            kind, content = element["c"]
            found.append(Raw(kind, content, _next_place(text, content, seen)))
    return tuple(found)
