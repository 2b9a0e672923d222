"""Mends a bibliography's file: puts in what the linter proposes and leaves every other byte as it is."""

from __future__ import annotations

import bisect
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof import bibliography, source
from citeproof.bibliography import lint
from citeproof.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from citeproof.bibliography.lint import Proposal
    from citeproof.bibliography.model import Fault

_MARK = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A bibliography before and after: its text, what was done, and what is left for its author to do."""

    path: Path
    before: str
    after: str
    done: tuple[Proposal, ...]
    left: tuple[Proposal, ...]
    faults: tuple[Fault, ...]


def mended(path: Path, shown: str, *, unsure: bool = False) -> Mended:
    """Read a bibliography and say how it would be mended; `unsure` takes in what may lose the capital of a name.

    Raises UsageError if the file cannot be read or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise UsageError(f"{shown} cannot be read: {fault.strerror}", "check the file and its permissions") from fault
    _, wrong = source.decode(shown, raw)
    if any(finding.code == "S001" for finding in wrong):
        raise UsageError(f"{shown} is not UTF-8", "save it as UTF-8; then it can be mended")
    before = after = raw.removeprefix(_MARK).decode("utf-8")
    done: list[Proposal] = []
    while True:  # of two mends in one place the second waits for the first
        decoded, _ = source.decode(shown, after.encode("utf-8"))
        held = bibliography.read(shown, path.suffix.lower(), decoded.text)
        proposals = lint.lint(held)
        place = _offsets(after)
        edits = tuple(_moved(one, place) for one in proposals if one.edits and (one.sure or unsure))
        made, used = lint.apply(after, edits)
        if made == after or len(done) > _MOST * (1 + len(proposals)):
            return Mended(path, before, after, tuple(done), proposals, held.faults)
        after = made
        done += used


_MOST = 10
"""Mends of one thing after which it is left as it is: two rules that undo each other must not go on for ever."""


def _offsets(before: str) -> Callable[[int], int]:
    """Give how an offset in the decoded text, where each line ends in one character, is found in the file's own."""
    pairs = [at - number for number, at in enumerate(_all(before, "\r\n"))]
    return lambda offset: offset + bisect.bisect_left(pairs, offset)


def _all(text: str, piece: str) -> list[int]:
    found, at = [], text.find(piece)
    while at >= 0:
        found.append(at)
        at = text.find(piece, at + len(piece))
    return found


def _moved(proposal: Proposal, place: Callable[[int], int]) -> Proposal:
    edits = (lint.Edit(place(edit.start), place(edit.end), edit.new) for edit in proposal.edits)
    return replace(proposal, edits=tuple(edits))


def write(made: Mended) -> Path:
    """Put the mended text in the place of the file, whole or not at all; give the path of the copy of the old one.

    Raises OutputError if the folder cannot be written to; the file is then as it was.
    """
    raw = made.path.read_bytes()
    mark = _MARK if raw.startswith(_MARK) else b""
    copy = made.path.with_name(f"{made.path.name}~")
    target = made.path.resolve()
    try:
        copy.write_bytes(raw)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(mark + made.after.encode("utf-8"))
            Path(name).chmod(target.stat().st_mode)
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise OutputError(
            f"{made.path.name} cannot be written: {fault.strerror}; it is as it was",
            "check the folder's permissions and the room on its disk",
        ) from fault
    return copy
