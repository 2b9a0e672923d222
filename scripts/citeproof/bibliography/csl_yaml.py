"""Reads CSL YAML, as pandoc has it in a `references:` field: its texts are Markdown, its dates may be EDTF.

Where the file cannot be parsed as a whole, its entries are parsed one by one. Never changes a file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from citeproof.bibliography import csl_json, zotero
from citeproof.bibliography.model import Bibliography, Fault, Field, Item
from citeproof.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXPORT = "export it as CSL YAML (Better BibTeX: \u201cBetter CSL YAML\u201d), or as CSL JSON"


def read(file: str, text: str) -> Bibliography:
    """Read a list of entries, bare or as the field `references`, with or without `---` fences around it."""
    try:
        nodes = [node for node in _composed(text) if node is not None]
    except yaml.YAMLError as error:
        return _one_by_one(file, text, error)
    listed = next((found for node in nodes if (found := _list(node)) is not None), None)
    if listed is None:
        fault = Fault("", Place(file, 1, 1), "this is not a list of CSL items", _EXPORT)
        return Bibliography("csl-yaml", faults=(fault,))
    reads, faults = [], []
    for node in listed.value:
        if isinstance(node, yaml.MappingNode):
            reads.append(_entry(file, text, node, 0, 0))
        else:
            place = Place(file, node.start_mark.line + 1, node.start_mark.column + 1)
            faults.append(Fault("", place, "this is no entry", "write fields such as id: and title: here", hurts=False))
    return csl_json.collected("csl-yaml", file, reads, faults, export=_EXPORT)


def _composed(text: str) -> list[Any]:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return list(yaml.compose_all(text, Loader=loader))
    except yaml.YAMLError:
        return list(yaml.compose_all(text, Loader=yaml.BaseLoader))  # Says what is wrong the same on every system.


def _list(node: Any) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return node
    for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.value in {"references", "items"} and isinstance(value, yaml.SequenceNode):
            return value
    return None


_ITEM = re.compile(r"^([ ]*)-[ ]+(?=\S)", re.MULTILINE)


def _one_by_one(file: str, text: str, error: yaml.YAMLError) -> Bibliography:
    """Read the entries of a list each for itself, and say which of them cannot be."""
    first = _ITEM.search(text)
    starts = [found.start() for found in _ITEM.finditer(text) if first and found[1] == first[1]]
    if not starts:
        place, what = _problem(file, error, 0)
        fault = Fault("", place, f"this is not YAML: {what}", "export the bibliography again, or mend it here")
        return Bibliography("csl-yaml", faults=(fault,))
    reads = []
    last_end = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE).search(text, starts[-1])
    for start, end in zip(starts, [*starts[1:], last_end.start() if last_end else len(text)], strict=True):
        piece = text[start:end]
        line = text.count("\n", 0, start)
        try:
            (node,) = next(iter(_composed(piece))).value
            reads.append(_entry(file, text, node, line, start))
        except (yaml.YAMLError, ValueError, TypeError, AttributeError) as fault:
            reads.append(_broken(file, piece, line, start, fault))
    return csl_json.collected("csl-yaml", file, reads, [], export=_EXPORT)


def _broken(file: str, piece: str, line: int, start: int, error: Exception) -> csl_json.Read:
    found = re.search(r"^[ -]*id:[ \t]*[\"']?([^\"'\n#]*[^\"'\s#])", piece, re.MULTILINE)
    key = found[1].strip() if found else ""
    place, what = _problem(file, error, line)
    fault = Fault(
        key,
        place,
        f"the entry {key or '(without a key)'} cannot be read: this is not YAML: {what}",
        "mend the entry: put a text that holds a colon, a # or quotation marks in quotation marks",
    )
    at = found.start(1) if found else 0
    before = piece[:at]
    stands = Place(file, line + 1 + before.count("\n"), len(before.rpartition("\n")[2]) + 1)
    return csl_json.Read({}, {}, stands, start, start + len(piece), key, fault)


def _problem(file: str, error: Exception, line: int) -> tuple[Place, str]:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "it cannot be parsed"
    return (Place(file, line + mark.line + 1, mark.column + 1) if mark else Place(file, line + 1, 1)), str(what)


def _entry(file: str, text: str, node: yaml.MappingNode, line: int, offset: int) -> csl_json.Read:
    fields: dict[str, Field] = {}
    data: Item = {}
    named: dict[str, Place] = {}
    for name, value in node.value:
        mark = value.start_mark
        first = offset + mark.index
        raw = text[first : offset + value.end_mark.index].rstrip()
        fields[name.value] = Field(
            name.value,
            value.value if isinstance(value, yaml.ScalarNode) else raw,
            Place(file, line + mark.line + 1, mark.column + 1),
            first,
            first + len(raw),
        )
        named[name.value] = Place(file, line + name.start_mark.line + 1, name.start_mark.column + 1)
        data[name.value] = _data(value)
    place = next((named[name] for name in ("citation-key", "id") if name in named), None)
    start, end = node.start_mark, node.end_mark
    data = {name: _as_rich(name, value) for name, value in data.items()}
    at = place or Place(file, line + start.line + 1, start.column + 1)
    return csl_json.Read(data, fields, at, offset + start.index, offset + end.index)


_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def _data(node: Any) -> Any:
    """Give a node as data; every scalar is a text, so that no date or number is read as YAML would."""
    if isinstance(node, yaml.SequenceNode):
        return [_data(each) for each in node.value]
    if isinstance(node, yaml.MappingNode):
        return {name.value: _data(value) for name, value in node.value}
    return None if node.style is None and node.value in _NULLS else node.value


def _as_rich(name: str, value: Any) -> Any:
    if name in zotero.DATES or name in {"id", "type", "DOI", "URL", "citation-key", "ISBN", "ISSN", "language"}:
        return value
    if isinstance(value, list):
        return [_as_rich(name, each) for each in value]
    if isinstance(value, dict):
        return {part: _as_rich(name, each) for part, each in value.items()}
    return rich(value) if isinstance(value, str) else value


_ADDRESS = re.compile(r"<?(?:https?|ftp)://[^\s<>]+>?|`[^`]+`|\$[^$\s](?:[^$]*[^$\s])?\$")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~ ])")
_SPAN = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\{([^{}]*)\}")
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]])*)\]\([^()\s]*\)")
_CLASSES = {
    ".nocase": '<span class="nocase">',
    ".smallcaps": '<span style="font-variant:small-caps;">',
    ".nodecor": '<span class="nodecor">',
}
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), r"<b>\1</b>"),
    (re.compile(r"(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)"), r"<b>\1</b>"),
    (re.compile(r"\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?!\*)"), r"<i>\1</i>"),
    (re.compile(r"(?<!\w)_(?=[^\s_])(.+?)(?<=[^\s_])_(?!\w)"), r"<i>\1</i>"),
    (re.compile(r"~~(?=\S)(.+?)~~"), r"\1"),
    (re.compile(r"\^(?=\S)([^\s^]+)\^"), r"<sup>\1</sup>"),
    (re.compile(r"~(?=\S)([^\s~]+)~"), r"<sub>\1</sub>"),
    (re.compile(r"(?<!-)---(?!-)"), "\u2014"),
    (re.compile(r"(?<!-)--(?!-)"), "\u2013"),
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "\u2026"),
)
_KEPT_FIRST = 0xF0000
"""Characters of Unicode's private planes stand for what is no Markdown while the rest is turned."""


def rich(value: str) -> str:
    """Turn the Markdown that a reference's text may hold into CSL's rich text; straight quotes are left to pandoc."""
    kept: list[str] = []

    def put_by(text: str) -> str:
        kept.append(text)
        return chr(_KEPT_FIRST + len(kept) - 1)

    text = _ADDRESS.sub(lambda found: put_by(found[0].strip("<>`")), _LINK.sub(r"\1", value))
    text = _ESCAPE.sub(lambda found: put_by("\u00a0" if found[1] == " " else found[1]), text)
    for span, replacement in _spans(text):
        text = text.replace(span, replacement, 1)
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    for number in range(len(kept) - 1, -1, -1):
        text = text.replace(chr(_KEPT_FIRST + number), kept[number])
    return text


def _spans(text: str) -> Iterator[tuple[str, str]]:
    for found in _SPAN.finditer(text):
        words = found[2].split()
        opening = next((_CLASSES[word] for word in words if word in _CLASSES), None)
        if opening:
            yield found[0], f"{opening}{found[1]}</span>"
        elif words and all(word[0] in ".#" or "=" in word for word in words):
            yield found[0], found[1]
