"""Keeps what the services answered: `citations.lock.json` beside the paper, and the answers as they came beside it.

The author commits both. A build reads them and asks nobody. A verdict is never taken from the file: it follows from the
entry as it is and the answers as they came, each time anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeproof.project import LEDGER
from citeproof.registries.judge import judge
from citeproof.registries.model import Answer, Judgement, Question, Source, Verdict, digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citeproof.bibliography.model import Item

FOLDER = "citations.lock"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class ByHand:
    """A verdict that a person has made: why, where the evidence is, and when (ISO 8601)."""

    because: str
    evidence: str
    date: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one work: the digest of its entry as it was, the answers, and a person's verdict."""

    entry: str
    answers: tuple[Answer, ...] = ()
    by_hand: ByHand | None = None

    @property
    def date(self) -> str:
        """When the last answer came; "" if none did."""
        return max((answer.date for answer in self.answers), default="")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is kept of all works of a paper, by key, and what of the file could not be read."""

    kept: Mapping[str, Kept] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a cited work stands: what was judged, when it was asked for, and whether its entry has changed since."""

    judgement: Judgement
    date: str = ""
    is_stale: bool = False
    by_hand: ByHand | None = None


NOT_ASKED = Standing(Judgement(Verdict.NOT_CHECKED, "nobody has asked for it yet"))


def standing(item: Item, kept: Kept | None) -> Standing:
    """Say how a work stands by what is kept of it."""
    if kept is None:
        return NOT_ASKED
    return Standing(judge(item, kept.answers), kept.date, kept.entry != digest(item), kept.by_hand)


def read(folder: Path) -> Ledger:
    """Read the ledger in a paper's folder; an empty one if there is none. What is damaged is told and left out."""
    path = folder / LEDGER
    try:
        told = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValueError) as fault:
        return Ledger(faults=(f"it cannot be read: {fault}",))
    if not isinstance(told, dict) or told.get("version") != _VERSION or not isinstance(told.get("works"), dict):
        return Ledger(faults=("it was written by another version of citeproof",))
    kept: dict[str, Kept] = {}
    faults: list[str] = []
    for key, one in told["works"].items():
        try:
            kept[key] = _kept(one, folder / FOLDER)
        except (KeyError, TypeError, ValueError, OSError) as fault:
            faults.append(f"what it holds of @{key} cannot be used: {fault}")
    return Ledger(kept, tuple(faults))


def _kept(one: Any, bodies: Path) -> Kept:
    answers = []
    for told in one["answers"]:
        question = Question(Source(told["source"]), str(told["asked"]), str(told["accept"]))
        body = b""
        if told["sha256"]:
            body = (bodies / str(told["sha256"])[:_SHORT]).read_bytes()
            if hashlib.sha256(body).hexdigest() != told["sha256"]:
                raise ValueError("an answer is not as it came")
        headers = {str(name): str(value) for name, value in told["headers"].items()}
        fault = str(told.get("fault", ""))
        answers.append(
            Answer(question, str(told["address"]), str(told["date"]), int(told["status"]), body, headers, fault)
        )
    hand = one.get("by hand")
    by_hand = ByHand(str(hand["because"]), str(hand["evidence"]), str(hand["date"])) if hand else None
    return Kept(str(one["entry"]), tuple(answers), by_hand)


_SHORT = 16
"""Digits of a digest that name a file."""


def write(folder: Path, kept: Mapping[str, Kept], items: Mapping[str, Item]) -> Path:
    """Write the ledger of the works `items`: sorted, the same for the same answers. Raises OSError.

    Answers that nothing rests on any more are cleared away. The verdict stands in it for a reader; no build reads it.
    """
    bodies = folder / FOLDER
    works: dict[str, dict[str, Any]] = {}
    needed = set()
    for key in sorted(kept):
        one = kept[key]
        works[key] = {"entry": one.entry, "answers": [_told(answer) for answer in one.answers]}
        if key in items:
            stands = standing(items[key], one)
            works[key] |= {"verdict": stands.judgement.verdict.value, "date": one.date}
            if stands.judgement.work:
                works[key]["identifier"] = stands.judgement.work.identifier
        if one.by_hand:
            works[key]["by hand"] = {
                "because": one.by_hand.because,
                "evidence": one.by_hand.evidence,
                "date": one.by_hand.date,
            }
        for answer in one.answers:
            if answer.body:
                name = hashlib.sha256(answer.body).hexdigest()[:_SHORT]
                needed.add(name)
                if not _holds(bodies / name, answer.body):
                    bodies.mkdir(exist_ok=True)
                    _whole(bodies / name, answer.body)
    text = json.dumps({"version": _VERSION, "works": works}, indent=1, ensure_ascii=False, sort_keys=True)
    _whole(folder / LEDGER, f"{text}\n".encode())
    for path in bodies.iterdir() if bodies.is_dir() else ():
        if path.name not in needed:
            path.unlink()
    return folder / LEDGER


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def set_aside(folder: Path) -> None:
    """Keep a damaged ledger under another name, with ~ behind it: verdicts of people may be in it. Raises OSError."""
    (folder / LEDGER).replace(folder / f"{LEDGER}~")


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "source": answer.question.source.value,
        "asked": answer.question.path,
        "accept": answer.question.accept,
        "address": answer.address,
        "date": answer.date,
        "status": answer.status,
        "headers": dict(sorted(answer.headers.items())),
        "sha256": hashlib.sha256(answer.body).hexdigest() if answer.body else "",
        **({"fault": answer.fault} if answer.fault else {}),
    }


def _whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".citeproof-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
