"""Reads a paper: its text, pandoc's document, its bibliographies and images; judges only what cannot be read at all."""

from __future__ import annotations

import contextlib
import functools
import json
import mmap
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from citeproof import abridged, bibliography, included, pandoc, places, programs, shared, source
from citeproof.bibliography import Entry
from citeproof.document import Call, Citation, Image, Manuscript, meta_map, meta_strings
from citeproof.errors import InternalError, UsageError
from citeproof.findings import Place, error, warning
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof import passages
    from citeproof.bibliography import Item
    from citeproof.document import Json
    from citeproof.findings import Finding
    from citeproof.project import Project

_EMPTY: Json = {"meta": {}, "blocks": []}
_ADDRESS = late(r"^[a-z][a-z0-9+.-]+:", re.IGNORECASE)


Foreseen = Callable[[Manuscript], "Callable[[Manuscript], None] | None"]
"""Is handed what can be foreseen of a paper, and gives what waits for the same with its works, if anything does."""


def read(
    project: Project, foreseen: Foreseen = lambda _: None, meanwhile: Callable[[], None] = lambda: None
) -> Manuscript:
    """Read everything that the paper names.

    Gives a Manuscript whose `findings` hold what could not be read; later stages may rely on the rest. `foreseen` is
    handed one before pandoc reads the paper, with no more than its front matter's plainest fields and its
    bibliographies, and what that gives one with the works, all as they seem to be. `meanwhile` is called when pandoc
    is at work. Raises UsageError if the paper itself cannot be opened.
    """
    choices = dict(project.choices)
    values = ("read", project.paper, project.inherited, project.masked, *map(choices.get, _READ_BY))
    return shared.once(project.shared, values, lambda: _read(project, foreseen, meanwhile))


_SHORT = 64 * 1024
"""Letters that pandoc reads in less time than Python needs for a bibliography."""

_READ_BY = ("masked", "part", "word-count")
"""Choices that reading asks for."""


def _read(project: Project, foreseen: Foreseen, meanwhile: Callable[[], None]) -> Manuscript:
    name = project.shown(project.paper)
    try:
        raw = project.paper.read_bytes()
    except OSError as fault:
        raise UsageError(f"{name} cannot be read: {fault.strerror}", "check the file and its permissions") from fault
    text, findings = source.decode(name, raw)
    head = Place(name, 1, 1)
    if any(finding.code in {"S002", "S003", "S004"} for finding in findings):
        return Manuscript(_EMPTY, (), (), (), (), (), head, tuple(findings))
    with_included = included.whole(text, project.paper, project.shown)
    text = with_included.text
    findings += with_included.findings
    short = _abridged(project, text)
    seen = _foreseen(project, text, short)
    wanted = foreseen(seen)  # first of all: to cite a paper takes longest
    findings += (one for one in source.stray_markup(text) if one.place not in with_included.refused)
    abridged_text = places.Source(name, short.text)
    probe = source.probe(abridged_text, short.offset)
    above = f"---\n{project.inherited}---\n\n" if project.inherited else ""  # pandoc lets the later of two blocks win
    parse = functools.partial(programs.begin, lambda: pandoc.parse(above + probe.text, project.folder))
    wait = None if wanted and len(probe.text) > _SHORT else parse()
    sought = _sought(abridged_text)
    ahead = _ahead(project, text, sought, seen.bibliographies)
    if wanted:
        wanted(_with_works(seen, project, text, ahead))
    wait = wait or parse()  # not before: what waits for works does so for this Python, and there may be two processors
    meanwhile()
    from citeproof import passages  # noqa: PLC0415  (loaded while pandoc is at work)

    parsed = wait()
    if isinstance(parsed, pandoc.Failure):
        complaint = pandoc.front_matter_fault(parsed, name, above.count("\n"))
        if complaint is None:
            raise InternalError(f"pandoc could not read {name}: {parsed.message.strip()}", "please report it")
        return Manuscript(_EMPTY, (), (), (), (), (), complaint.place, (*findings, complaint))
    document = json.loads(probe.restore(parsed))
    part = dict(project.choices).get("part") or meta_map(document, "apa").get("part")
    parts = passages.read(json.loads(parsed), probe, text, short.restore, supplement=part == "supplement")
    parts.citations += _in_tables(parts, project)
    held = _bibliographies(document, project, text, parts, ahead, sought)
    keys = {entry.key for entry in held.entries}
    findings += source.numbered_examples(text, keys, [name for name in parts.named if _CALLS.match(name)])
    citations, calls = _told_apart(parts, keys)
    return Manuscript(
        document,
        citations,
        held.entries,
        tuple(_image(picture, project) for picture in parts.pictures),
        tuple(parts.raws),
        held.paths,
        head,
        (*findings, *held.findings),
        _fields(text),
        calls,
        tuple(parts.headings),
        tuple(parts.floats),
        tuple(parts.passages),
        tuple(parts.identifiers),
        frozenset(parts.referable),
        parts.named,
        held.references,
        held.hurt,
        held.held,
        short,
        text,
        with_included.files,
        held.mentioned,
    )


def _sought(text: places.Source) -> tuple[str, ...]:
    """Give the names of authors whose works are cited by hand: their entries are looked for."""
    if not source.may_be_cited_by_hand(text.text):
        return ()
    from citeproof import typed  # noqa: PLC0415  (few papers need it)

    return typed.sought(text)


def _abridged(project: Project, text: places.Source) -> abridged.Abridged:
    """Abridge a paper, unless a filter may have to look at all words of its text.

    filters/masked.lua looks for names in them, filters/word-count.lua counts them.
    """
    block = source.FRONT_MATTER.match(text.text)
    told = project.inherited + (block[1] if block else "")
    choices = dict(project.choices)  # they win over the front matter
    may_be_masked = project.masked or ("mask" in told and choices.get("masked") != "false")
    if may_be_masked or choices.get("word-count") == "true" or _COUNTED.search(told):
        return abridged.Abridged(text.text)
    if len(text.text) < _SHORT:
        return abridged.Abridged(text.text)
    return abridged.abridge(text.text, source.outside_code(text))


_COUNTED = late(r"word-?count(?!\W*\d)")
"""What asks for a count of the words, in front matter; a number is a count that the author gives."""

_SHORT = 15_000
"""Characters of a paper from which on it is worth the while to abridge it: some 2,000 words."""


def in_short(project: Project) -> tuple[places.Source, abridged.Abridged] | None:
    """Read and abridge the text of a paper alone; None if something is wrong with it, or if it includes files."""
    text, findings = source.decode(project.shown(project.paper), project.paper.read_bytes())
    return None if findings or included.may_include(text.text) else (text, _abridged(project, text))


def bibtex_with(manuscript: Manuscript, project: Project, word: bytes) -> Iterator[places.Source]:
    """Give the text of each BibTeX file of a manuscript in which a word stands."""
    for path, held in zip(manuscript.bibliographies, manuscript.held, strict=True):
        if held.format not in {"bibtex", "biblatex"}:
            continue
        if _holds(path, word):
            raw = path.read_bytes()
            text, wrong = source.decode(project.shown(path), raw)
            yield places.Source(text.file, source.decode_anyhow(raw)) if wrong else text


def _holds(path: Path, word: bytes) -> bool:
    """Tell whether a word stands in a file, without having all of it in memory."""
    with path.open("rb") as file:
        before = b""
        while piece := file.read(bibliography.SMALL):
            piece = before + piece
            if word in piece:
                return True
            before = piece[-len(word) :]
    return False


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
    ends = [*(found.start() for found in starts), len(block[1])][1:]
    fields = [(found[1], block[1][found.start() : end]) for found, end in zip(starts, ends, strict=True)]
    return "".join(raw if raw.endswith("\n") else f"{raw}\n" for name, raw in fields if name in _INHERITED)


_FIELD = late(r"^([\w-]+)[ \t]*:[ \t]*", re.MULTILINE)


def _fields(text: places.Source) -> dict[str, Place]:
    """Find where the value of each field of the front matter stands; empty if the front matter is not at the top."""
    block = source.FRONT_MATTER.match(text.text)
    return {found[1]: text.place(found.end()) for found in _FIELD.finditer(text.text, 0, block.end(1))} if block else {}


_CALLS = late(r"(?:fig|tbl|eq|sec|apx)-", re.IGNORECASE)
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


_IN_CELL = late(r"(?<![\w@\\])@(?:\{([^{}\s]+)\}|(\w(?:\w|[:.#$%&+?<>~/-](?=\w))*))")


def _in_tables(parts: passages.Parts, project: Project) -> Iterator[Citation]:
    """List the citations in the cells of CSV files, of which filters/csv-table.py makes tables when the paper is cited.

    A file with which something is wrong is left to that filter, which says so.
    """
    from citeproof import typed  # noqa: PLC0415  (as above)

    for path in _tables(parts, project):
        raw = path.read_bytes()
        if b"@" not in raw:
            continue
        text, wrong = source.decode(project.shown(path), raw)
        for found in _IN_CELL.finditer("" if wrong else typed.prose(text)):
            yield Citation(found[1] or found[2], text.place(found.start()))


def _tables(parts: passages.Parts, project: Project) -> list[Path]:
    paths = (_beside(project, unquote(one.target)) for one in parts.pictures if not _ADDRESS.match(one.target))
    return [path for path in dict.fromkeys(paths) if path.suffix.lower() in {".csv", ".tsv"} and path.is_file()]


def _beside(project: Project, name: str) -> Path:
    """Find a file as pandoc does: from the paper's folder."""
    return project.folder / Path(name).expanduser()


@dataclass(frozen=True, slots=True)
class _Bibliographies:
    """What the bibliographies of a paper hold between them."""

    paths: tuple[Path, ...]
    entries: tuple[Entry, ...]
    references: tuple[Item, ...]
    hurt: frozenset[str]
    held: tuple[bibliography.Bibliography, ...]
    findings: tuple[Finding, ...]
    mentioned: frozenset[str]
    """Keys behind an @ anywhere; those of citations at least."""


def _bibliographies(
    document: Json,
    project: Project,
    text: places.Source,
    parts: passages.Parts,
    ahead: _Ahead,
    sought: tuple[str, ...],
) -> _Bibliographies:
    cited = {item.key for item in parts.citations}
    mentioned = _mentioned(text, parts, project, sought)
    names = meta_strings(document, "bibliography")
    if not names and (project.folder / "references.bib").is_file():
        names = ["references.bib"]
    paths: list[Path] = []
    held: list[bibliography.Bibliography] = []
    unread: list[Entry] = []
    findings: list[Finding] = []
    for name in names:
        place = text.place(max(text.text.find(name), 0))
        path, one, wrong = _bibliography(name, place, project, mentioned, unread, ahead)
        findings += wrong
        paths += [path] if path else []
        if one:
            held.append(one)
            findings += _faults(one, cited)
    findings += _doubled(held, cited)
    entries, references, hurt = _works(held, mentioned)
    if not cited <= entries.keys():  # what is not there may be misspelt
        entries |= {entry.key: entry for entry in unread if entry.key not in entries}
    inline = _inline(document["meta"].get("references", {}), text)
    return _Bibliographies(
        tuple(paths),
        (*entries.values(), *(entry for entry in inline if entry.key not in entries)),
        references,
        frozenset(hurt - {entry.key for entry in inline}),
        tuple(held),
        tuple(findings),
        mentioned.keys if mentioned else frozenset(cited),
    )


def _works(
    held: list[bibliography.Bibliography], mentioned: _Mentioned | None
) -> tuple[dict[str, Entry], tuple[Item, ...], set[str]]:
    """Give the entries of all bibliographies by key, the works that can be needed, and the keys of hurt entries."""
    entries: dict[str, Entry] = {}
    references: dict[str, Item] = {}
    hurt: set[str] = set()
    wanted = mentioned.keys | _always(held) if mentioned else None
    for one in held:
        for entry in (*one.entries, *one.hurt):
            if entry.key in entries:  # the first of all files counts
                continue
            entries[entry.key] = entry
            if entry.key not in one.items:
                hurt.add(entry.key)
            elif wanted is None or entry.key in wanted:
                item = one.items[entry.key]
                references[item["id"]] = item
    return entries, tuple(references.values()), hurt


def _bibliography(
    name: str, place: Place, project: Project, mentioned: _Mentioned | None, unread: list[Entry], ahead: _Ahead
) -> tuple[Path | None, bibliography.Bibliography | None, list[Finding]]:
    """Read the bibliography that is named at a place: its path if it is there, what it holds, and what is wrong.

    Of a large one only the entries that are `mentioned` are read; the others' keys and places go to `unread`.
    """
    path = _beside(project, name)
    shown = project.shown(path)
    try:
        held, wrong, in_part = ahead.get((path, _asked(path, mentioned))) or _open(path, shown, mentioned)
        if in_part and mentioned and not mentioned.cited <= {entry.key for entry in held.entries}:
            unread += _all_entries(path, shown)
    except OSError as fault:
        what = "is not there" if isinstance(fault, FileNotFoundError) else f"cannot be read: {fault.strerror}"
        remedy = f"it is looked for beside the paper, as {shown}"
        return None, None, [error("B001", place, f"the bibliography {name} {what}", remedy)]
    return path, held, wrong


_Opened = tuple[bibliography.Bibliography, "list[Finding]", bool]
"""What a bibliography holds, what is wrong with its encoding or size, and whether it was read in part."""

_Ahead = dict[tuple[Path, "frozenset[str] | None"], _Opened]
"""(path, what was asked for; see `_asked`) → what was read there."""


def _asked(path: Path, mentioned: _Mentioned | None) -> frozenset[str] | None:
    """Say by what a bibliography was read; None if all of it was. Raises OSError."""
    return mentioned.keys | frozenset(mentioned.words) if mentioned and _is_large(path) else None


def _is_large(path: Path) -> bool:
    return path.stat().st_size > bibliography.SMALL


def _open(path: Path, shown: str, mentioned: _Mentioned | None) -> _Opened:
    """Read a bibliography, a large one in part; raises OSError."""
    if mentioned and _is_large(path):
        # Without having all of it in memory; None if it cannot be told where an entry ends.
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            found = bibliography.read_excerpt(shown, path.suffix.lower(), mapped, mentioned.keys, mentioned.words)
        if found:
            return found, [], True
    raw = path.read_bytes()
    decoded, wrong = source.decode(shown, raw)
    wrong = [
        warning(
            "S001", one.place, f"{one.message}: such lines are read as the encoding that they seem to have", one.remedy
        )
        for one in wrong
        if one.code == "S001"
    ]
    held = bibliography.read(shown, path.suffix.lower(), source.decode_anyhow(raw) if wrong else decoded.text)
    if not held.entries and not held.hurt and not held.faults:
        remedy = "export it again, or name the right file under bibliography: in the front matter"
        wrong.append(error("B003", Place(shown, 1, 1), "the bibliography holds no entry", remedy))
    return held, wrong, False


def _all_entries(path: Path, shown: str) -> list[Entry]:
    """List the entries of a large file, of which only some have been read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        return [Entry(key, Place(shown, line, column)) for key, line, column in bibliography.heads(mapped)]


def _ahead(project: Project, text: places.Source, sought: tuple[str, ...], paths: tuple[Path, ...]) -> _Ahead:
    """Read the bibliographies that the front matter seems to name, while pandoc reads the paper.

    What is not named after all is not used, nor what was read for other keys than those that the paper mentions.
    """
    mentioned = _mentioned(text, None, project, sought)
    found: _Ahead = {}
    for path in paths:
        with contextlib.suppress(OSError, ValueError):
            opened = _open(path, project.shown(path), mentioned)
            for key in mentioned.keys if mentioned else ():
                opened[0].items.get(key)  # worked out now, and not again
            found[path, _asked(path, mentioned)] = opened
    return found


def _foreseen(project: Project, text: places.Source, short: abridged.Abridged) -> Manuscript:
    """Tell what citing a paper will take but for its works, as far as it can be told before pandoc has read it."""
    block = source.FRONT_MATTER.match(text.text)
    front = block[1] if block else ""
    field = re.search(r"^bibliography:(.*(?:\n[ \t]*-.*)*)", front, re.MULTILINE)
    names = re.findall(r"[^\s\[\],\"']+", re.sub(r"^[ \t]*- ", " ", field[1], flags=re.MULTILINE)) if field else []
    paths = dict.fromkeys(_beside(project, name) for name in names or ["references.bib"])
    fields = re.findall(r"^(csl|citation-style):[ \t]*[\"']?([^\s\"'#]+)", front, re.MULTILINE)
    return Manuscript(
        {"meta": {name: {"t": "MetaString", "c": value} for name, value in fields}, "blocks": []},
        (),
        (),
        (),
        (),
        tuple(path for path in paths if path.is_file()),
        Place(text.file),
        (),
        abridged=short,
        text=text,
    )


def _with_works(foreseen: Manuscript, project: Project, text: places.Source, ahead: _Ahead) -> Manuscript:
    """Add the works that a paper seems to need."""
    entries, references, _ = _works([held for held, _, _ in ahead.values()], _mentioned(text, None, project))
    paths = tuple(path for path, _ in ahead)
    return replace(foreseen, entries=tuple(entries.values()), bibliographies=paths, references=references)


_AT = late(r"@(?:\{([^{}]+)\}|([^\s@\[\](){};,]+))")
_NEARLY = late(
    r"[@\uff20\ufe6b][ \[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]{1,2}([^\s@\[\](){};,]+)"
    r"|[\uff20\ufe6b]([^\s@\[\](){};,]+)|\[(?:[a-z]+[.,]* )?-?(?=[^\W\d_]\S*\d)([^\s@\[\](){};,]+)"
)
"""What may be meant as a citation, though it is none: `@ key`, `@[key]`, `[key]`."""
_LAST_LETTERS = late(r"[^\W_]+\Z")
_ALWAYS = ("meta-analysis", "shortauthor")
"""What an entry may hold that concerns a paper which does not cite it (filters/included-studies.lua, 8.21)."""


@dataclass(frozen=True, slots=True)
class _Mentioned:
    """What a paper can need of its bibliographies, among the thousands of entries of its author's library."""

    keys: frozenset[str]
    cited: frozenset[str]
    """Those of them that are cited."""
    words: tuple[str, ...]
    """What stands in entries that a paper may need though it does not name them."""


def _mentioned(
    text: places.Source, parts: passages.Parts | None, project: Project, sought: tuple[str, ...] = ()
) -> _Mentioned | None:
    """Tell what a paper can need of its bibliographies; None for all of them. `parts` may not be known yet.

    `sought` are names of authors whose works are cited by hand.

    A key may stand where no citation is found, such as in a note's attribute or in the cell of a CSV file: whatever
    follows an @ anywhere is taken for one, with and without the marks at its end.
    """
    cited = frozenset(item.key for item in parts.citations) if parts else frozenset()
    if "*" in cited:
        return None
    texts = [text.text, project.inherited]
    texts += [path.read_bytes().decode("utf-8", "replace") for path in _tables(parts, project)] if parts else []
    whole = "\n".join(texts)
    alike, behind_at = _like_keys(whole)
    keys = {*cited, *alike}
    for name, is_bare in behind_at:
        key = name
        while key and key not in keys:
            keys.add(key)
            key = key[:-1] if is_bare and not key[-1].isalnum() else _LAST_LETTERS.sub("", key) if is_bare else ""
    words = [form for word in _ALWAYS[1:] for form in (word, word.upper(), word.capitalize())]
    always = (word for word in _ALWAYS[:1] if word in whole)
    return _Mentioned(frozenset(keys), cited, (*words, *always, *sought))


@functools.lru_cache(maxsize=1)  # a paper without tables is asked three times
def _like_keys(text: str) -> tuple[frozenset[str], tuple[tuple[str, bool], ...]]:
    """Find what may be keys: what nearly is a citation, and what stands behind an @, with whether it has no braces."""
    alike = {found[1] or found[2] or found[3] for found in _NEARLY.finditer(text)}
    alike |= {text[start:end] for start, end in source.words_with_year(text)}
    behind_at = ((found[1] or found[2], not found[1]) for found in _AT.finditer(text))
    return frozenset(alike), tuple(dict.fromkeys(behind_at))


def _always(held: list[bibliography.Bibliography]) -> set[str]:
    """Give the keys of the entries that concern a paper which does not name them."""
    keys = set()
    for one in held:
        for record in one.records:
            said = record.text("keywords", "keyword", "KW", "note")
            if any(word in record.fields or word in said for word in _ALWAYS):
                keys.add(record.key)
    return keys


def _faults(held: bibliography.Bibliography, cited: set[str]) -> Iterator[Finding]:
    """Weigh what is wrong in a bibliography: an error where a cited work is hurt, or where nothing could be read.

    What does not hurt is only said of works that are cited; `citeproof fix` says the rest.
    """
    for fault in held.faults:
        if fault.key and not fault.hurts and fault.key not in cited and "*" not in cited:
            continue
        lost = fault.hurts and (fault.key in cited or "*" in cited or not (held.entries or held.hurt))
        yield (error if lost else warning)(fault.code, fault.place, fault.what, fault.remedy)


def _doubled(bibliographies: list[bibliography.Bibliography], cited: set[str]) -> Iterator[Finding]:
    """Find keys that stand for two entries (C002), in one file or in two."""
    taken: dict[str, Place] = {}
    twice: list[tuple[Entry, Place]] = []
    for held in bibliographies:
        twice += held.doubled
        for entry in held.entries:
            if entry.key in taken:
                twice.append((entry, taken[entry.key]))
            taken.setdefault(entry.key, entry.place)
    for entry, first in twice:
        yield (error if entry.key in cited else warning)(
            "C002",
            entry.place,
            f"the key {entry.key} stands for a second entry; the first is at {first}",
            "give one of them another key, or delete it: which of the two is cited cannot be told",
        )


def _inline(references: Json, text: places.Source) -> list[Entry]:
    """List the entries of the front matter's own `references`, which pandoc reads itself."""
    from citeproof.document import plain  # noqa: PLC0415  (used here only)

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
    return Image(target, path, picture.place, picture.described, picture.titled, picture.attributes)
