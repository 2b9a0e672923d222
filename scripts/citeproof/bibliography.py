"""Looks through a bibliography for what pandoc would pass over or stumble on: faults, double keys, unverified marks.

BibTeX and biblatex are read by bibtexparser, which collects faults instead of stopping at the first; CSL JSON and
YAML by their own parsers. Reads one file; never changes it.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citeproof.document import Entry
from citeproof.findings import Place, error

if TYPE_CHECKING:
    from citeproof.findings import Finding

UNVERIFIED = "unverified"
"""The keyword with which an author says that nobody could find the work."""


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What one file holds: entries in order, further entries under a key already taken, and faults."""

    entries: tuple[Entry, ...]
    doubled: tuple[tuple[Entry, Place], ...]
    """(the later entry, the place of the first)."""
    hurt: tuple[Entry, ...]
    """Entries that could not be read, with the key that they seem to have."""
    findings: tuple[Finding, ...]


def read(file: str, suffix: str, text: str) -> Bibliography:
    """Look through the text of a bibliography; `suffix` is its file's ending (".bib", ".json", ".yaml" …)."""
    if suffix in {".bib", ".bibtex", ".biblatex"}:
        return _bibtex(file, text)
    if suffix in {".json", ".yaml", ".yml"}:
        return _csl(file, suffix, text)
    return Bibliography((), (), (), ())


_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\})*\}"
_PIECE = rf"(?:{_GROUP}|\"(?:[^\"{{}}]|{_GROUP})*\"|[^\s{{}}\"#,=]+)"
_VALUE = re.compile(rf"\s*{_PIECE}(?:\s*#\s*{_PIECE})*\s*\Z")
"""The value of a BibTeX field: groups, quoted strings, numbers and names, joined by #; braces five deep."""

_ENTRY_HEAD = re.compile(r"@[ \t]*(\w+)[ \t]*[{(][ \t]*([^\s,{}()=]*)")


def _bibtex(file: str, text: str) -> Bibliography:
    import bibtexparser  # noqa: PLC0415  (only BibTeX needs it)
    from bibtexparser.model import DuplicateBlockKeyBlock, ParsingFailedBlock  # noqa: PLC0415
    from bibtexparser.model import Entry as Parsed  # noqa: PLC0415

    entries: list[Entry] = []
    first: dict[str, Place] = {}
    doubled: list[tuple[Entry, Place]] = []
    hurt: list[Entry] = []
    findings: list[Finding] = []
    lines = text.split("\n")
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # its faults come back as findings
    for block in bibtexparser.parse_string(text, parse_stack=[]).blocks:
        start = block.start_line or 0
        raw = block.raw or ""
        place = Place(file, start + 1, _column(lines, start))
        if isinstance(block, DuplicateBlockKeyBlock):
            block = block.ignore_error_block  # noqa: PLW2901  (the entry itself)
        if isinstance(block, Parsed):
            if odd := next((field for field in block.fields if not _VALUE.match(str(field.value))), None):
                hurt.append(Entry(block.key, place))
                findings.append(
                    error(
                        "B002",
                        place,
                        f"the entry {block.key} cannot be read: after its field {odd.key} "
                        "something stands that does not belong there",
                        "look for a missing comma at the end of that field",
                    )
                )
                continue
            entry = Entry(block.key, place, _is_unverified(_field(block, "keywords")))
            if block.key in first:
                doubled.append((entry, first[block.key]))
            else:
                first[block.key] = place
                entries.append(entry)
        elif isinstance(block, ParsingFailedBlock):
            head = _ENTRY_HEAD.match(raw)
            key = head[2] if head else ""
            if key:
                hurt.append(Entry(key, place))
            why = " ".join(str(getattr(block.error, "abort_reason", block.error)).split())
            findings.append(
                error(
                    "B002",
                    place,
                    f"the entry {key or '(without a key)'} cannot be read: {_why(why)}",
                    "mend the entry: look for a missing comma, brace or quotation mark, or a field that stands twice",
                )
            )
    return Bibliography(tuple(entries), tuple(doubled), tuple(hurt), tuple(findings))


def _why(text: str) -> str:
    if "Duplicate field" in text:
        found = re.search(r"'([^']+)'", text[text.find("entry:") :])
        return f"the field {found[1]} stands twice" if found else "a field stands twice"
    if "Unexpected block start" in text or "closing" in text:
        return "a brace or quotation mark is opened and never closed"
    return "its BibTeX is broken"


def _column(lines: list[str], number: int) -> int:
    line = lines[number] if number < len(lines) else ""
    return len(line) - len(line.lstrip()) + 1


def _field(parsed: Any, name: str) -> str:
    for field in parsed.fields:
        if field.key.lower() == name:
            return str(field.value)
    return ""


def _is_unverified(keywords: str) -> bool:
    return UNVERIFIED in {word.strip(' {}"\t\n').lower() for word in re.split(r"[,;]", keywords)}


def _csl(file: str, suffix: str, text: str) -> Bibliography:
    items: Any
    if suffix == ".json":
        try:
            items = json.loads(text)
        except json.JSONDecodeError as fault:
            finding = error(
                "B002",
                Place(file, fault.lineno, fault.colno),
                f"this is not JSON: {fault.msg}",
                "export the bibliography again, or mend it here",
            )
            return Bibliography((), (), (), (finding,))
    else:
        import yaml  # noqa: PLC0415  (only YAML needs it)

        try:
            items = next(iter(yaml.safe_load_all(text)), None)
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
            what = getattr(fault, "problem", None) or "it cannot be parsed"
            finding = error(
                "B002", place, f"this is not YAML: {what}", "export the bibliography again, or mend it here"
            )
            return Bibliography((), (), (), (finding,))
    if isinstance(items, dict):
        items = items.get("references", items.get("items"))
    if not isinstance(items, list):
        finding = error(
            "B002",
            Place(file, 1, 1),
            "this is not a list of CSL items",
            "export it as CSL JSON (Zotero: \u201cCSL JSON\u201d, not \u201cBetter BibTeX JSON\u201d)",
        )
        return Bibliography((), (), (), (finding,))
    entries: list[Entry] = []
    first: dict[str, Place] = {}
    doubled: list[tuple[Entry, Place]] = []
    offset = 0
    for item in items:
        key = str(item.get("id", "")) if isinstance(item, dict) else ""
        found = re.compile(rf"[\"']?\bid[\"']?\s*:\s*[\"']?{re.escape(key)}\b").search(text, offset) if key else None
        offset = found.end() if found else offset
        before = text[: found.start()] if found else ""
        place = Place(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        keyword = str(item.get("keyword", "")) if isinstance(item, dict) else ""
        entry = Entry(key, place, _is_unverified(keyword))
        if key and key in first:
            doubled.append((entry, first[key]))
        elif key:
            first[key] = place
            entries.append(entry)
    return Bibliography(tuple(entries), tuple(doubled), (), ())
