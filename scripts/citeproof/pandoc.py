"""Speaks to pandoc: reading, citing, writing, and its complaints as findings; alone knows its options."""

from __future__ import annotations

import errno
import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeproof import programs, resources
from citeproof.errors import InternalError
from citeproof.findings import Place, error, warning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citeproof.findings import Finding
    from citeproof.places import Source

FILTER_ERROR = 83
"""Exit status of pandoc when a filter fails (pandoc manual, "Exit codes")."""

FROM = "markdown+autolink_bare_uris"
"""pandoc's own Markdown, as filters/defaults/common.yaml reads it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """pandoc ended with an error: its exit status (pandoc manual, "Exit codes") and what it said."""

    status: int
    message: str


def _size(path: Path) -> int:
    """Give a file's size in bytes; 0 for one that is not there, of which pandoc says so."""
    return path.stat().st_size if path.is_file() else 0


_LONG = 256 * 1024
"""Bytes of a document that is long, as a thesis is."""

_READ_AT_ONCE = 5 * 1024
"""Bytes of Markdown that pandoc reads in less than twice the room of `_reading`: it fills some 7 KiB a byte."""


def _program(size: int) -> list[str]:
    """Give pandoc's path with the room that it may fill before it clears up, for a document of `size` bytes.

    GHC's run-time system is told to use a nursery (-A) that stays in a processor's caches: with one of many megabytes,
    each object is written to memory that was never touched, and a paper takes a tenth to a fifth longer. A long paper
    wants a little more: every clearing up looks at all that Lua holds. What is long-lived is not looked through before
    there is a lot of it (-O): all of a paper is needed to the end. pandoc is built with -H64m, which would let the
    nursery grow to that size, whatever -A says. No clock ticks for threads (-V0), of which pandoc has one at work.
    """
    return _with_room(4 if size >= _LONG else 2)


def _reading(size: int) -> list[str]:
    """Give pandoc's path for reading `size` bytes of Markdown into JSON.

    The second time that GHC's run-time system clears up, it walks all of pandoc's static data, for 15 ms. A short paper
    is read before that, if there is room for half of what it fills.
    """
    return _with_room(16) if size <= _READ_AT_ONCE else _program(size)


def _with_room(mebibytes: int) -> list[str]:
    return [programs.pandoc_path(), "+RTS", "-H1m", f"-A{mebibytes}m", "-O256m", "-V0", "-RTS"]


def version() -> str:
    """Give pandoc's own version, as `pandoc --version` prints it in its first line."""
    program = programs.pandoc_path()
    told = Path(program).stat()
    return _version(program, told.st_size, told.st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _version(program: str, *_: int) -> str:
    done = programs.run([program, "--version"], cwd=resources.PACKAGE)
    return done.output.decode().split("\n", 1)[0].removeprefix("pandoc").strip()


def parse(text: str, cwd: Path) -> str | Failure:
    """Parse Markdown into pandoc's JSON, with no filter and no citeproc."""
    raw = text.encode()
    done = programs.run([*_reading(len(raw)), "-f", FROM, "-t", "json"], cwd=cwd, stdin=raw)
    return Failure(done.status, done.errors) if done.status else done.output.decode()


@dataclass(frozen=True, slots=True)
class Following:
    """A format that the run which cites a paper goes on to write, with its defaults file and options for pandoc."""

    defaults: str
    options: tuple[str, ...] = ()


@dataclass(slots=True)
class Conversion:
    """pandoc at work with one of our defaults files."""

    running: programs.Running
    output: Path
    log: Path
    body: Path | None = None
    """Where filters/html-layout.lua puts what belongs into the page."""
    _told: int = 0
    """How much of the log has been told."""

    def cited(self) -> list[dict[str, Any]] | None:
        """Wait until filters/cited-document.lua has written the cited document; gives the log up to there.

        None if pandoc ended before that.
        """
        line = self.running.line()
        if not line.endswith(b"\n"):
            return None
        messages: list[dict[str, Any]] = json.loads(line)
        self._told = len(messages)
        return messages

    def end(self) -> tuple[Failure | None, list[dict[str, Any]]]:
        """Wait for its end, and give what went wrong, and what in its log has not been told.

        The log is the list that `--log` writes: one mapping per message, `type` and `pretty` among its fields.
        """
        done = self.running.end()
        messages: list[dict[str, Any]] = []
        if self.log.is_file():
            messages = json.loads(self.log.read_text("utf-8") or "[]")
            self.log.unlink()
        return (Failure(done.status, done.errors) if done.status else None), messages[self._told :]

    def content(self) -> bytes:
        """Give what it has written, after its end: a page with its body in it."""
        page = self.output.read_bytes()
        return page.replace(_BODY, self.body.read_bytes(), 1) if self.body and self.body.is_file() else page


NOTHING_TO_EMBED = ("--embed-resources=false",)
"""For a page that shows no file.

pandoc would read the whole page once more to find that there is nothing to take into it; and the page's body can be
written apart from its template, which takes half as long for a body as the writer.
"""

_BODY = b"<!-- citeproof: the body -->"
"""Stands in a page for its body (filters/html-layout.lua)."""


def start(
    defaults: str,
    source: str,
    output: Path,
    cwd: Path,
    *,
    epoch: int,
    options: Sequence[str] = (),
    text: str | None = None,
    first: Sequence[str] = (),
    held_back: str = "",
) -> Conversion:
    """Start pandoc with one of our defaults files on `source`.

    `text` is read in place of the file, which then lies in `cwd`; the filters of the defaults files `first` run before
    those of `defaults`. It is `held_back` by a filter that reads this field of the metadata.
    """
    log = output.with_name(f"{output.name}.log")
    names = (*first, defaults)
    command = [
        *_program(_size(cwd / source)),
        *(option for name in names for option in ("-d", str(resources.defaults(name)))),
        *options,
        "--log",
        str(log),
        "-o",
        str(output),
        source if text is None else "-",
    ]
    body = output.with_name(f"{output.name}.body") if {*NOTHING_TO_EMBED} <= {*options} else None
    if body:
        command[-1:-1] = ["--variable", f"body-apart={body}"]
    waits = f"--metadata={held_back}=" if held_back else ""
    stdin = text.encode() if text else None
    return Conversion(programs.start(command, cwd=cwd, epoch=epoch, stdin=stdin, held_back=waits), output, log, body)


def convert_to_json(
    defaults: str, source: str, cwd: Path, *, options: Sequence[str] = (), text: str | None = None
) -> str | Failure:
    """Run pandoc with one of our defaults files on `source` and give its JSON; what it remarks is passed over.

    `text` is read in place of the file, as in `start`.
    """
    program = _program(_size(cwd / source))
    command = [*program, "-d", str(resources.defaults(defaults)), *options, "-t", "json", "-" if text else source]
    done = programs.run(command, cwd=cwd, stdin=text.encode() if text else None)
    return Failure(done.status, done.errors) if done.status else done.output.decode()


def biblatex(works: str, cwd: Path) -> str:
    """Write works, which are given as CSL JSON, as biblatex. Raises InternalError if pandoc fails."""
    done = programs.run([*_program(len(works)), "-f", "csljson", "-t", "biblatex"], cwd=cwd, stdin=works.encode())
    expect(Failure(done.status, done.errors) if done.status else None, "writing the references")
    return done.output.decode()


_YAML = re.compile(
    r"Error parsing YAML metadata at .*?\(line (\d+), column \d+\):\s*"
    r"YAML parse exception at line (\d+), column (\d+)[,:]?\s*(.*)",
    re.DOTALL,
)


def front_matter_fault(failure: Failure, file: str, above: int = 0) -> Finding | None:
    """Turn pandoc's complaint about the front matter into a finding (F001); None for any other complaint.

    `above` lines that pandoc was given do not stand in the file.
    """
    found = _YAML.search(failure.message)
    if not found:
        return None
    place = Place(file, int(found[1]) + int(found[2]) - above, int(found[3]) + 1)
    what = " ".join(found[4].split()) or "it cannot be parsed"
    return error(
        "F001",
        place,
        f"the front matter is not YAML: {what}",
        'a text with a colon, a # or a quotation mark in it is written in quotation marks: title: "One: Two"',
    )


_FILTER_FAULT = re.compile(
    r"^(?P<file>[^\n:]+):(?P<line>\d+): error: (?P<what>.+)\n?(?P<remedy>(?:[ \t]+.*\n?)*)", re.MULTILINE
)


def filter_faults(failure: Failure, paper: Place, folder: str) -> list[Finding]:
    """Turn what a filter of ours refused into findings; an empty list if no filter did.

    P003: a fault with a place, such as a line of a CSV file, said as `FILE:LINE: error: WHAT` with the remedy
    indented below; `folder` is the paper's, as a prefix for messages. P002: any other refusal.
    """
    found = [
        error(
            "P003",
            Place(folder + match["file"], int(match["line"])),
            match["what"].strip(),
            "\n".join(line.strip() for line in match["remedy"].splitlines()),
        )
        for match in _FILTER_FAULT.finditer(failure.message)
    ]
    if found:
        return found
    if failure.status == FILTER_ERROR or re.match(r"[\w-]+\.(lua|py): ", failure.message):
        return [error("P002", paper, f"a filter refuses the paper: {' '.join(failure.message.split())}")]
    return []


_NAMES_LINE = re.compile(r",? at (?:\S+ )?\(?line \d+,? column \d+\)?")

_SAID_ELSEWHERE = {
    "CiteprocWarning",
    "ReferenceNotFound",
    "CouldNotFetchResource",
    "Extracting",
    "LoadedResource",
    "ScriptingInfo",
}


def remarks(messages: Sequence[dict[str, Any]], place: Place, text: Source | None = None) -> list[Finding]:
    """Turn the warnings in pandoc's log into findings (P001), but for those that a check of ours makes better.

    What names a line of `text` is told there.
    """
    found = []
    for message in messages:
        if message.get("verbosity") != "WARNING":
            continue
        kind = message.get("type")
        if kind == "CiteprocWarning" and "not found" not in str(message.get("pretty")):
            found.append(warning("P001", place, f"citeproc: {message.get('message', message.get('pretty'))}"))
        elif kind == "ScriptingWarning":  # what a filter of ours remarks, without its name and where it lies
            said = " ".join(str(message.get("message", message.get("pretty"))).split())
            found.append(warning("P001", place, re.sub(r"^[\w-]+\.(?:lua|py): ", "", said)))
        elif kind not in _SAID_ELSEWHERE:
            said = " ".join(str(message.get("pretty", "")).split())
            if text and isinstance(line := message.get("line"), int):
                at = text.place_in_line(line, int(message.get("column", 1)))
                found.append(warning("P001", at, _NAMES_LINE.sub("", said)))
            else:
                found.append(warning("P001", place, said))
        elif kind == "ScriptingInfo":
            found.append(warning("P001", place, " ".join(str(message.get("message", message.get("pretty"))).split())))
    return found


def tells_lines(messages: Sequence[dict[str, Any]]) -> bool:
    """Say whether a warning names a line of the text that was read. A filter's warning has a line of the filter."""
    return any(
        "line" in message and message.get("type") != "ScriptingWarning"
        for message in messages
        if message.get("verbosity") == "WARNING"
    )


def resources_read(messages: Sequence[dict[str, Any]]) -> list[str]:
    """List the files that pandoc says it read."""
    return [str(message["from"]) for message in messages if message.get("type") == "LoadedResource"]


_FULL = r"No space left|resource exhausted|File too large"
_TOO_LARGE = -25
"""What ends a program that writes a file larger than a limit allows: the signal SIGXFSZ."""


def expect(failure: Failure | None, doing: str) -> None:
    """Raise InternalError if pandoc failed on what had passed every check, OSError if its disk was full."""
    if failure and (failure.status == _TOO_LARGE or re.search(_FULL, failure.message)):
        raise OSError(errno.ENOSPC, "No space left on device")
    if failure:
        raise InternalError(
            f"pandoc failed while {doing} (status {failure.status}): {failure.message.strip()}",
            "this is a fault of citeproof, not of the paper: please report it with the paper",
        )
