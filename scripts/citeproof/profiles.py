"""Reads journal profiles: what a journal, a server or a course asks of a manuscript, each rule with its source.

A profile is a TOML file that `journals/profile.schema.json` describes. Those that are carried lie beside that schema;
an author's own is named by its path, or lies in a folder `journals/` beside the paper. Never judges a paper: preflight
does.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from citeproof import resources
from citeproof.errors import UsageError
from citeproof.findings import Severity
from citeproof.project import shown

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = ("paper", "limits", "abstract", "needs", "figures")
"""The tables of a profile that hold rules."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule was learnt: its title, address and day (ISO 8601), the last two "" if they are not known."""

    title: str
    how: str
    """One of read, reported, publisher-wide, own; the schema says what each means."""
    address: str = ""
    seen: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.address, self.seen and f"seen {self.seen}") if part)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a journal asks: a table of the profile such as {most = 250, source = "guide"}."""

    name: str
    """Section and name, such as limits.abstract-words."""
    told: dict[str, Any]
    source: Source

    @property
    def asks(self) -> str:
        """What is asked, in words."""
        told = self.told
        if "is" in told:
            said = {True: "yes", False: "no"}.get(told["is"], str(told["is"]))
        elif "are" in told:
            said = ", ".join(told["are"])
        elif "one-of" in told:
            said = " or ".join(told["one-of"])
        elif "most" in told and "least" in told:
            said = f"{told['least']:,} to {told['most']:,}"
        elif "most" in told:
            said = f"at most {told['most']:,}"
        elif "least" in told:
            said = f"at least {told['least']:,}"
        else:
            said = f'headed "{told["title"]}"' if "title" in told else "must be there"
        of = f" of the {told['of']}" if told.get("of", "everything") != "everything" else ""
        return f"{said}{of}" + (f"; {told['note']}" if "note" in told else "")

    @property
    def severity(self) -> Severity:
        """What breaking it weighs: a rule not known from the journal itself, with its day, is a warning only."""
        given = self.told.get("level")
        if given:
            return Severity(given)
        sure = self.source.how in {"read", "reported"} and self.source.seen
        return Severity.ERROR if sure else Severity.WARNING


@dataclass(frozen=True, slots=True)
class File:
    """A file of the package: the part of the paper that it holds, and its name, whose ending is its format."""

    part: str
    name: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What one journal asks."""

    identifier: str
    """The name of its file without the ending: what `--journal` takes."""
    name: str
    publisher: str
    rules: dict[str, Rule]
    files: tuple[File, ...]
    path: Path
    is_general: bool = False
    """Whether it speaks of many journals, so that its name is that of none."""

    def choice(self, name: str) -> Any:
        """Give what the profile says of the making of the paper, such as `masked`; None if nothing."""
        rule = self.rules.get(f"paper.{name}")
        return rule.told["is"] if rule else None


def carried() -> tuple[Path, ...]:
    """List the profiles that come with citeproof, in the order of their names."""
    return tuple(sorted((resources.PACKAGE / "journals").glob("*.toml")))


def find(asked: str, beside: Path) -> Profile:
    """Find and read the profile that an author asks for.

    `asked` is a path to a TOML file, or a name: looked for in the folder `journals` in `beside`, the paper's folder,
    then among those that are carried. Raises UsageError if there is none, or if it is not as the schema asks.
    """
    return read(_path(asked, beside), beside)


def _path(asked: str, beside: Path) -> Path:
    from pathlib import Path  # noqa: PLC0415

    if asked.endswith(".toml"):
        for candidate in (Path(asked), beside / asked):
            if candidate.is_file():
                return candidate.absolute()
        raise UsageError(f"{asked} is not there", "name a profile by its path or by its name: citeproof journals")
    there = {path.stem: path for path in (*carried(), *sorted((beside / "journals").glob("*.toml")))}
    if asked in there:
        return there[asked]
    name = re.sub(r"[\W_]+", "-", asked.casefold()).strip("-")  # "Psychological Bulletin"
    if name in there:
        return there[name]
    near = difflib.get_close_matches(name, there, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "citeproof journals lists those that there are"
    raise UsageError(f"there is no profile of a journal named {asked}", f"{hint}; your own can be a TOML file")


def read(path: Path, beside: Path, heirs: tuple[Path, ...] = ()) -> Profile:
    """Read a profile, with the rules of the one that it extends; `heirs` extend it.

    Raises UsageError with file and line.
    """
    text = _text(path)
    data = _parsed(path, text)
    _validate(path, text, data)
    sources = {
        name: Source(one["title"], one["how"], one.get("address", ""), one.get("seen", ""))
        for name, one in data["sources"].items()
    }

    def source_of(told: dict[str, Any], *where: str) -> Source:
        if told["source"] not in sources:
            raise _fault(
                path, text, where, f'the source "{told["source"]}" is not among its sources', "add it under [sources.…]"
            )
        return sources[told["source"]]

    rules = {
        f"{section}.{name}": Rule(f"{section}.{name}", told, source_of(told, section, name))
        for section in SECTIONS
        for name, told in data.get(section, {}).items()
    }
    files = tuple(
        File(one["part"], one["name"], source_of(one, "files") if "source" in one else None)
        for one in data.get("files", [])
    )
    publisher = data.get("publisher", "")
    if "extends" in data:
        if path in heirs:
            raise _fault(path, text, ("extends",), "it extends itself in the end", "break the circle")
        try:
            base = read(_path(data["extends"], beside), beside, (*heirs, path))
        except UsageError as fault:
            raise _fault(path, text, ("extends",), str(fault), fault.hint) from fault
        rules = base.rules | rules
        files = files or base.files
        publisher = publisher or base.publisher
    if not files:
        raise UsageError(f"{shown(path)} names no file of the package", "add [[files]] with part and name")
    _fit_for_a_disk(path, files)
    _in_format(path, text, rules, files)
    return Profile(path.stem, data["name"], publisher, rules, files, path, data.get("general", False))


_TAKEN = frozenset({"manifest.json", "sha256sums"})
"""Files of each package that no profile names."""

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|.*[. ]", re.IGNORECASE)
"""Names that Windows gives no file."""


def _fit_for_a_disk(path: Path, files: tuple[File, ...]) -> None:
    """Refuse names that are no file's everywhere, and two files of one name, which some disks would make one."""
    seen: set[str] = set()
    for file in files:
        name = file.name.casefold()
        if name in seen:
            raise UsageError(f"{shown(path)} names the file {file.name} twice", "give each file a name of its own")
        if name in _TAKEN or _DEVICES.fullmatch(name):
            raise UsageError(f"{shown(path)}: no file of the package can be named {file.name}", "name it otherwise")
        if file.part == "figures" and "{number}" not in file.name:
            what = f"{shown(path)}: all figures would be named {file.name}, each in the place of the one before"
            raise UsageError(what, "write {number} where the number of the figure stands: figure-{number}.tif")
        seen.add(name)


FIGURES: dict[str, Literal["tiff", "png", "jpeg", "pdf"]] = {
    ".tif": "tiff",
    ".tiff": "tiff",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".pdf": "pdf",
}
"""Ending of a figure's file → its format."""


def _in_format(path: Path, text: str, rules: dict[str, Rule], files: tuple[File, ...]) -> None:
    """Refuse a file of figures in a format that the profile itself says the journal does not take."""
    rule = rules.get("figures.formats")
    for file in files:
        ending = file.name[file.name.rfind(".") :].lower()
        if rule and file.part == "figures" and FIGURES.get(ending) not in rule.told["are"]:
            what = f"{file.name} is in none of the formats of the figures: {', '.join(rule.told['are'])}"
            raise _fault(path, text, (file.name,), what, "name the files in one of them")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UsageError(f"{shown(path)} is not UTF-8", "save it as UTF-8") from fault
    except OSError as fault:
        raise UsageError(f"{shown(path)} cannot be read: {fault.strerror}", "look at its permissions") from fault


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as fault:
        found = re.search(r" \(at line (\d+), column (\d+)\)$", str(fault))
        at = f":{found[1]}:{found[2]}" if found else ""
        said = str(fault)[: found.start()] if found else str(fault)
        raise UsageError(f"{shown(path)}{at}: not TOML: {said[:1].lower()}{said[1:]}", "mend that line") from fault
    try:
        plain: dict[str, Any] = json.loads(json.dumps(data, default=str, allow_nan=False))  # days as texts
    except ValueError as fault:
        raise UsageError(f"{shown(path)}: inf and nan are no limits", "write a number") from fault
    return plain


def _validate(path: Path, text: str, data: dict[str, Any]) -> None:
    """Hold a profile against the schema. Raises UsageError for the first thing that is not as it should be."""
    import jsonschema  # noqa: PLC0415  (only a submission needs it)

    schema = json.loads((resources.PACKAGE / "journals" / "profile.schema.json").read_text("utf-8"))
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))
    faults = list(checker.iter_errors(data))
    if not faults:
        return
    for wrong in faults:  # a name that nothing reads says most of what is meant
        known = sorted({*wrong.schema.get("properties", ()), *(_OF_ALL_RULES if wrong.absolute_path else ())})
        where = tuple(str(part) for part in wrong.absolute_path)
        for name in re.findall(r"'([^']+)'(?=.*unexpected\)$)", wrong.message):
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                raise _fault(path, text, (*where, name), f'nothing reads "{name}"', hint)
    wrong = jsonschema.exceptions.best_match(faults)
    where = tuple(str(part) for part in wrong.absolute_path)
    what = f"{'.'.join(where) or 'the profile'}: {wrong.message}"
    raise _fault(path, text, where, what, "journals/profile.schema.json says what may stand there")


_OF_ALL_RULES = ("source", "level", "note", "most", "least")
"""What stands in the rules, beside what the schema says of one."""


def _fault(path: Path, text: str, where: tuple[str, ...], what: str, hint: str) -> UsageError:
    """Make the error for something in a profile; its line is that of the deepest part of `where` that can be found."""
    at, line = 0, 0
    for part in where:
        name = re.escape(part)
        in_line = rf"^[ \t]*\[*[ \t]*(?:[\w-]+\.)*{name}[ \t]*[\].=]|[{{,][ \t]*{name}[ \t]*=|[\"']{name}[\"']"
        found = re.compile(in_line, re.MULTILINE).search(text, at)
        if found:
            at = found.start()
            line = text.count("\n", 0, at) + 1
    return UsageError(f"{shown(path)}{f':{line}' if line else ''}: {what}", hint)
