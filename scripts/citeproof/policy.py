"""Says how much each finding weighs: what a project and a paper decide for a code, and what its author allows.

A project decides in the table `[tool.citeproof.findings]` of a pyproject.toml, a paper in the map `citeproof` of its
front matter, which wins, and a comment beside the very thing allows that one thing, with a reason. Pure: texts and
findings in, findings out. Never lowers an error that says that a file cannot be made or is wrong.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from citeproof import source
from citeproof.allowed import Allowed
from citeproof.document import meta_value
from citeproof.findings import Place, Severity, error, in_order, warning
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from citeproof.document import Json
    from citeproof.findings import Finding
    from citeproof.places import Source

_ALL = """
    B001 B002 B003
    C001 C002 C003 C004 C005 C006 C007 C008 C009 C010 C011 C012 C013
    E001 E002 E003 E004 E005 E006 E007 E008 E009 E010 E011 E012
    F001 F002 F003 F004 F005 F006 F007
    H001 H002 H003 H004
    I001 I002 I003 I004 I005 I006
    J001 J002 J003 J004 J005 J006 J007 J008 J009 J010 J011
    L001 L002 L003 L004 L005 L006
    M001 M002 M003 M004 M005 M006 M007
    N001
    P001 P002 P003 P004
    Q001
    R001 R002 R003 R004 R005 R006 R007 R008 R009
    S001 S002 S003 S004
    V001 V002 V003 V004 V005 V006 V007 V008 V009
    X001 X002 X003 X004
"""
CODES = frozenset(_ALL.split())
"""Every code that a finding can carry: a policy that names another one is misspelt. A test keeps the list whole."""

_FAMILIES = tuple(sorted({code[0] for code in CODES}))

_LOWERED_BY_NOBODY = """
    B001 C001 C004 C005 F001 F006 I001 I002 I003 L001 M001 P002 P003 S002 S003 S004
    V001 V002 V003 V004 V005 V006 V007 V008 V009
"""
FIRM = frozenset(_LOWERED_BY_NOBODY.split())
"""What no policy lowers: without what it asks for nothing can be built, or what is built is wrong."""

_FOUND_LATER = "JM"
"""Families of codes that only a submission or a masked copy finds: a comment that allows one is never out of use."""
_OFF = "off"
_VALUES = (*Severity, _OFF)
_FIRM_REMEDY = "without what it asks for no file can be made, or a wrong one: mend what it names"

Level = Severity | None
"""What a policy makes of a code; None turns it off."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """A comment that allows findings of some codes in some lines of its file."""

    place: Place
    first: int
    last: int
    codes: tuple[str, ...]
    because: str
    key: str = ""
    """The key of the entry that it stands at; "" in a text."""

    def covers(self, finding: Finding) -> bool:
        """Tell whether it is this finding that is allowed."""
        return (
            finding.code in self.codes
            and finding.place.file == self.place.file
            and self.first <= finding.place.line <= self.last
        )


@dataclass(frozen=True, slots=True)
class Ruling:
    """What has become of findings: those that are told, those that were allowed, and those that were turned off."""

    findings: tuple[Finding, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    off: tuple[Finding, ...] = ()

    def __add__(self, other: Ruling) -> Ruling:
        """Put two rulings together, each thing said once."""
        return Ruling(
            in_order([*self.findings, *other.findings]),
            tuple(sorted({*self.allowed, *other.allowed})),
            in_order([*self.off, *other.off]),
        )

    def without(self, family: str) -> Ruling:
        """Give what has become of the findings whose code begins with another letter."""
        return Ruling(
            tuple(one for one in self.findings if one.code[0] != family),
            tuple(one for one in self.allowed if one.code[0] != family),
            tuple(one for one in self.off if one.code[0] != family),
        )

    def for_manifest(self) -> dict[str, object]:
        """Give what a manifest says beside the findings: nothing if nothing was allowed or turned off."""
        told: dict[str, object] = {}
        if self.allowed:
            told["allowed"] = [one.as_dict() for one in self.allowed]
        if self.off:
            told["off"] = dict(sorted(Counter(finding.code for finding in self.off).items()))
        return told


@dataclass(frozen=True, slots=True)
class Policy:
    """What a project, a paper and their authors decided."""

    levels: Mapping[str, Level] = field(default_factory=dict)
    """Code → what is made of it; a code that is not here weighs what its check says."""
    allowances: tuple[Allowance, ...] = ()
    faults: tuple[Finding, ...] = ()
    """What is wrong with the policy itself (F006, F007)."""

    def rule(self, findings: Iterable[Finding]) -> Ruling:
        """Weigh findings. What an author allows is allowed even if the project makes an error of it."""
        told: list[Finding] = []
        allowed: list[Allowed] = []
        off: list[Finding] = []
        for finding in in_order(findings):
            allowance = self._allowance(finding)
            level = self.levels.get(finding.code, finding.severity)
            if allowance:
                allowed.append(Allowed(finding.place, finding.code, allowance.because))
            elif level is None:
                off.append(finding)
            else:
                told.append(finding if level is finding.severity else replace(finding, severity=level))
        return Ruling(tuple(told), tuple(allowed), tuple(off))

    def _allowance(self, finding: Finding) -> Allowance | None:
        if not finding.place.line:
            return None
        return next((one for one in self.allowances if one.covers(finding)), None)

    def stale(self, findings: Iterable[Finding], cited: Iterable[str]) -> Iterator[Finding]:
        """Find the allowances to which nothing among all findings of a paper belongs (F007).

        Those at entries count only where the work is `cited`: a library serves other papers, too.
        """
        found, keys = tuple(findings), frozenset(cited)
        if any(one.code[0] in "SB" or one.code == "F001" for one in found if one.severity is Severity.ERROR):
            return  # not everything was looked for
        for allowance in self.allowances:
            if allowance.key and not keys & {allowance.key, "*"}:
                continue
            met = {finding.code for finding in found if allowance.covers(finding)}
            for code in allowance.codes:
                if code not in met and code[0] not in _FOUND_LATER:
                    yield warning(
                        "F007",
                        allowance.place,
                        f"this comment allows {code}, and no {code} is found where it holds",
                        "take it out if the cause is gone; it holds for its own line, or, on a line of its own, for "
                        + ("the entry that it stands at" if allowance.key else "the block below"),
                    )


# --- what is decided for a code ---------------------------------------------------------------------------------------

_TABLE = "[tool.citeproof.findings]"
_MAP = "citeproof: {findings: …}"


def of_project(text: Source, wrong: Iterable[Finding] = ()) -> tuple[dict[str, Level], list[Finding]]:
    """Read the table of a pyproject.toml: code → level, and what is wrong with it (F006).

    `wrong` is what decoding found wrong with the file.
    """
    import tomllib  # noqa: PLC0415  (few papers have such a table)

    name = text.file.rpartition("/")[2]
    not_toml = "mend the line: a text stands in quotation marks, and a table's name in brackets"
    for one in wrong:
        return {}, [error("F006", one.place, f"{name} cannot be read: {one.message}", one.remedy)]
    try:
        whole = tomllib.loads(text.text)
    except tomllib.TOMLDecodeError as fault:
        found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", str(fault))
        said = str(fault)[: found.start()] if found else str(fault)
        last = text.place(len(text.text.rstrip("\n")))
        place = Place(text.file, int(found[1]), int(found[2])) if found and found[1] else last
        return {}, [error("F006", place, f"{name} is not TOML: {said[:1].lower()}{said[1:]}", not_toml)]
    tool = whole.get("tool")
    ours = tool.get("citeproof") if isinstance(tool, dict) else None
    start = _OURS.search(text.text)
    beginning = start.start() if start else 0

    def at(key: str) -> Place:
        found = re.compile(rf"^[^#\n]*?(?<![\w-])([\"']?){re.escape(key)}\1[ \t]*[=\].]", re.MULTILINE).search(
            text.text, beginning
        )
        return text.place(found.start(1) if found else beginning)

    return _decided(ours, at, _TABLE, "[tool.citeproof]")


_OURS = late(r"^[ \t]*\[?[ \t]*[\"']?(?=tool|citeproof)[^#\n]*?citeproof", re.MULTILINE)
"""Where a pyproject.toml begins to speak to us."""


def of_paper(meta: Json, text: Source) -> tuple[dict[str, Level], list[Finding]]:
    """Read the map in a paper's front matter: code → level, and what is wrong with it (F006)."""
    if "citeproof" not in meta:
        return {}, []
    return _decided(meta_value(meta["citeproof"]), lambda key: _place_in_front(text, key), _MAP, "citeproof")


def of_supplement(meta: Json, text: Source) -> list[Finding]:
    """Say that a supplement has no policy of its own, if it has one (F006)."""
    if "citeproof" not in meta:
        return []
    return [
        error(
            "F006",
            _place_in_front(text, "citeproof"),
            "a supplement has no policy of its own",
            "say it in the front matter of the paper: it holds for both",
        )
    ]


def _place_in_front(text: Source, key: str) -> Place:
    block = source.FRONT_MATTER.match(text.text)
    ours = (
        re.compile(r"^([\"']?)citeproof\1[ \t]*:", re.MULTILINE).search(text.text, 0, block.end(1)) if block else None
    )
    if not block or not ours:
        return Place(text.file, 1, 1)
    found = re.compile(rf"^[^#\n]*?(?<![\w-])([\"']?){re.escape(key)}\1[ \t]*:", re.MULTILINE).search(
        text.text, ours.start(), block.end(1)
    )
    return text.place(found.start(1) if found else ours.start())


def _decided(
    ours: object, at: Callable[[str], Place], table: str, above: str
) -> tuple[dict[str, Level], list[Finding]]:
    """Read what stands under `citeproof`, the same in both files."""
    if ours in (None, ""):  # a name with nothing behind it decides nothing
        return {}, []
    no_table = "write a line for each code, such as " + ('C003 = "off"' if table == _TABLE else "C003: off")
    if not isinstance(ours, dict):
        return {}, [error("F006", at("citeproof"), f"{above} is {_shown(ours)}, and no table", no_table)]
    faults = [
        error(
            "F006",
            at(name),
            f"nothing reads {name} in {above}",
            _nearest(name, ["findings"]) or "what stands there is findings",
        )
        for name in ours
        if name != "findings"
    ]
    told = ours.get("findings", {})
    if told == "":
        return {}, faults
    if not isinstance(told, dict):
        return {}, [
            *faults,
            error("F006", at("findings"), f"findings in {above} is {_shown(told)}, and no table", no_table),
        ]
    levels: dict[str, Level] = {}
    for key in sorted(told, key=len):  # a family, then a code of it
        level = _level(told[key])
        fault = _fault(key, told[key], level)
        if fault:
            faults.append(error("F006", at(key), *fault))
        else:
            levels |= dict.fromkeys(_meant(key), Severity(level) if level != _OFF else None)
    return levels, faults


def _meant(key: str) -> list[str]:
    """Give the codes that a code or a family means."""
    return sorted(code for code in CODES if key in {code, code[0]})


def _level(value: object) -> str:
    """Give the level that a value means; "" for none."""
    if value is False:
        return _OFF
    said = value.strip().lower() if isinstance(value, str) else ""
    return said if said in _VALUES else ""


def _fault(key: str, value: object, level: str) -> tuple[str, str] | None:
    """Say what is wrong with a line of a policy, and what to do."""
    meant = _meant(key)
    if not meant:
        return f"no finding has the code {key}", _nearest_code(key)
    if not level:
        near = _nearest(value, _VALUES) if isinstance(value, str) else ""
        return f"{key} cannot be {_shown(value)}", "; ".join(
            filter(None, (near, "the values are error, warning and off"))
        )
    firm = sorted(FIRM.intersection(meant))
    if level == Severity.ERROR or not firm:
        return None
    what = "turned off" if level == _OFF else "made a warning"
    others = [code for code in meant if code not in FIRM]
    if not others:
        return f"{key} cannot be {what}", _FIRM_REMEDY
    stays = f"{_listed(firm)} {'stays an error' if len(firm) == 1 else 'stay errors'}"
    return f"{key} cannot be {what} as a whole: {stays}", f"name those that are meant: {', '.join(others)}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else str(value)


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else ""


def _nearest_code(key: str) -> str:
    if key.upper() in CODES:
        return f"did you mean {key.upper()}?"
    codes = sorted(code for code in CODES if code[0] == key[:1].upper())
    if len(key) == 1 or not codes:
        return f"a code is a letter and three digits; the letters are {_listed([*_FAMILIES])}"
    near = difflib.get_close_matches(key.upper(), codes, n=3, cutoff=0.7)
    if near or len(codes) == 1:
        return f"did you mean {' or '.join(near or codes)}?"
    return f"the codes of {codes[0][0]} are {codes[0]} to {codes[-1]}"


# --- what is allowed in one place -------------------------------------------------------------------------------------

ADDRESSED = late(r"(?:<!--|%)\s*citeproof\s*:", re.IGNORECASE)
"""How a comment begins that speaks to citeproof."""

MARK = b"iteproof"
"""What such a comment holds, with a capital or without: a library of 50 MB is searched for one word only."""

_TO_US = late(r"<!--\s*citeproof\s*:(.*)-->", re.DOTALL | re.IGNORECASE)
_BLANK = late(r"[ \t>]*")
_DIVISION = late(r"[ \t>]*:{3,}[ \t]*(\S?)")
_CAPTION = late(r"[ \t>]*(?:[Tt]able)?:(?!:)[ \t]*\S")
_ROW = late(r"[ \t>]*(?:\||\+[-=]|--)")


def in_text(text: Source) -> tuple[list[Allowance], list[Finding]]:
    """Read the comments of a manuscript that allow something, and what is wrong with them (F007).

    One on a line of its own holds for the block below, one within a line for that line. Those in code are none.
    """
    allowances: list[Allowance] = []
    faults: list[Finding] = []
    lines: list[str] = []
    fences: dict[int, int] = {}
    for comment in source.comments(text) if ADDRESSED.search(text.text) else ():
        said = _TO_US.fullmatch(comment[0])
        if not said:
            continue
        if not lines:
            lines = source.without_comments(text).split("\n")
            fences = {first: len(lines) - 1 if end is None else end for first, _, _, end in source.fences(lines)}
        place, end = text.place(comment.start()), text.place(comment.end() - 1)
        alone = all(_BLANK.fullmatch(line) for line in lines[place.line - 1 : end.line])
        last = _end_of_block(lines, fences, end.line) if alone else end.line
        codes, because, wrong = _said(said[1], place, "<!-- citeproof: allow C003 because … -->")
        faults += wrong
        if codes:
            allowances.append(Allowance(place, place.line, last, codes, because))
    return allowances, faults


def _end_of_block(lines: list[str], fences: dict[int, int], start: int) -> int:
    """Give the number of the last line of the block that begins at or after a line (counted from 0).

    `fences` say where code begins and ends. Code and divisions go on over empty lines. A table and its title are one
    block, whichever is first.
    """
    at = start
    while at < len(lines) and _BLANK.fullmatch(lines[at]):
        at += 1
    if at == len(lines):
        return at
    begin = at
    depth = 0
    while at < len(lines) and (depth or not _BLANK.fullmatch(lines[at])):
        division = _DIVISION.match(lines[at])
        if division:
            depth += 1 if division[1] else -1
        at = fences.get(at, at) + 1
        if division and depth <= 0:
            break
    is_title = _CAPTION.match(lines[begin]) and not any(_ROW.match(line) for line in lines[begin:at])
    following = next((n for n in range(at, len(lines)) if not _BLANK.fullmatch(lines[n])), None)
    if following is not None and (is_title or _CAPTION.match(lines[following])):
        while following < len(lines) and not _BLANK.fullmatch(lines[following]):
            following += 1
        return following
    return at


def _said(said: str, place: Place, example: str) -> tuple[tuple[str, ...], str, list[Finding]]:
    """Read what a comment says: codes (none if it allows nothing), the reason, and what is wrong (F007)."""
    found = re.match(
        r"\s*allow\b\s*(?:(?!because\b)([^\s,]+(?:\s*,\s*[^\s,]+)*))?\s*(.*)\Z", said, re.DOTALL | re.IGNORECASE
    )
    if not found:
        return (), "", [warning("F007", place, "citeproof does not know what this comment says", f"write {example}")]
    if not found[1]:
        return (), "", [warning("F007", place, "this comment names no code to allow", f"write {example}")]
    codes = [code.strip() for code in found[1].split(",")]
    wrong = []
    for code in codes:
        if code not in CODES:
            wrong.append(warning("F007", place, f"no finding has the code {code}", _nearest_code(code)))
        elif code in FIRM:
            wrong.append(warning("F007", place, f"{code} cannot be allowed", _FIRM_REMEDY))
    reason = re.match(r"because\b[\s:]*(.*)", found[2], re.DOTALL | re.IGNORECASE)
    because = " ".join(reason[1].split()) if reason else ""
    if not because:
        what = f"this comment gives no reason to allow {', '.join(codes)}, and allows nothing"
        return (), "", [*wrong, warning("F007", place, what, f"write {example}")]
    return tuple(code for code in dict.fromkeys(codes) if code in CODES - FIRM), because, wrong


_IN_BIBTEX = late(r"^(|[^%\n]*[,{}\"])[ \t]*(%+[ \t]*citeproof[ \t]*:(.*))$", re.MULTILINE | re.IGNORECASE)
_HEAD = late(r"^[ \t]*@[ \t]*[A-Za-z]\w*\s*[{(]", re.MULTILINE)
_COMMENTS = late(r"(?:[ \t]*%[^\n]*\n)*")


def in_bibtex(text: Source) -> tuple[list[Allowance], list[Finding]]:
    """Read the comments of a BibTeX file that allow something, and what is wrong with them (F007).

    Each holds for the entry that it stands in, or right above.
    """
    allowances: list[Allowance] = []
    faults: list[Finding] = []
    heads: list[int] = []
    for found in _IN_BIBTEX.finditer(text.text) if ADDRESSED.search(text.text) else ():
        heads = heads or [head.start() for head in _HEAD.finditer(text.text)]
        place = text.place(found.start(2))
        codes, because, wrong = _said(found[3], place, "% citeproof: allow E002 because …")
        faults += wrong
        entry = _entry(text.text, heads, found.start(2))
        if not entry:
            what = "this comment stands at no entry, and allows nothing"
            faults.append(warning("F007", place, what, "put it on the line above the entry, or into it"))
        elif codes:
            key, start, end = entry
            allowances.append(Allowance(place, text.place(start).line, text.place(end).line, codes, because, key))
    return allowances, faults


def _entry(text: str, heads: list[int], at: int) -> tuple[str, int, int] | None:
    """Find the entry that holds an offset, or that follows it after nothing but comments: key, beginning and end."""
    index = bisect_left(heads, at)
    bounds = [*heads, len(text)]
    held = _parsed(text, bounds[index - 1], bounds[index]) if index else None
    if held and at < held[2]:
        return held
    comments = _COMMENTS.match(text, text.find("\n", at) + 1)
    if index < len(heads) and comments and comments.end() == heads[index]:
        return _parsed(text, heads[index], bounds[index + 1])
    return None


def _parsed(text: str, start: int, limit: int) -> tuple[str, int, int]:
    """Read one entry: its key, and where it begins and ends. A broken one ends where the next begins."""
    from citeproof.bibliography import bibtex_entries  # noqa: PLC0415  (few bibliographies have such comments)

    found = bibtex_entries.find(text[start:limit])
    for block in found.blocks:
        return block.key, start, start + block.end - 1
    for key, _ in found.broken:
        return key, start, limit - 1
    return "", start, start
