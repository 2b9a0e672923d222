"""Questions, answers, registered works and verdicts as values."""

from __future__ import annotations

import enum
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from citeproof.bibliography.model import Item


class Source(enum.StrEnum):
    """A service that is asked."""

    CROSSREF = "crossref"
    DATACITE = "datacite"
    DOI = "doi.org"
    PUBMED = "pubmed"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a service: the path and query behind its base address, and the media type that is wanted."""

    source: Source
    path: str
    accept: str = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as it came. Status 0: nothing came, and `fault` says why."""

    question: Question
    address: str
    date: str
    """ISO 8601, UTC."""
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Those that matter, names in lower case."""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """An author as registered; a group has no given name and `is_group`."""

    family: str
    given: str = ""
    is_group: bool = False

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


class Event(enum.StrEnum):
    """What has befallen a work since it was published."""

    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"
    CONCERN = "expression of concern"
    CORRECTED = "corrected"
    REINSTATED = "reinstated"
    CALLED_RETRACTED = "called retracted in its title"
    IS_NOTICE = "notice of a retraction"
    PUBLISHED = "preprint with a published version"


@dataclass(frozen=True, slots=True, order=True)
class Notice:
    """An event, the identifier of the work that tells of it, its date if known (ISO 8601), and who says so."""

    event: Event
    identifier: str = ""
    date: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A work as a service has it. Texts are plain, without markup."""

    source: Source
    identifier: str
    """A DOI in small letters, or "pmid:" and a number."""
    type: str = ""
    """As in CSL 1.0.2, Appendix III; "" if it is none of them."""
    titles: tuple[str, ...] = ()
    """The whole title first, then other forms of it: without its subtitle, in its original language."""
    authors: tuple[Person, ...] = ()
    years: tuple[int, ...] = ()
    """Every year that is registered for it, that of the issue first."""
    containers: tuple[str, ...] = ()
    """The full name of the journal or book first, then short forms."""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    number: str = ""
    """Article number."""
    issns: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    other_identifiers: tuple[str, ...] = ()
    """Others of the same work: the DOI of a PubMed record."""
    isbns: tuple[str, ...] = ()
    """Of thirteen digits each; a chapter has those of its book."""

    @property
    def title(self) -> str:
        """The whole title; "" if none is registered."""
        return self.titles[0] if self.titles else ""

    @property
    def doi(self) -> str:
        """Its DOI, "" if none is known."""
        return next((one for one in (self.identifier, *self.other_identifiers) if one.startswith("10.")), "")


class Verdict(enum.StrEnum):
    """What follows from the answers for an entry."""

    VERIFIED = "verified"
    DIFFERS = "differs"
    OTHER_WORK = "other work"
    NO_SUCH_DOI = "no such DOI"
    NOT_FOUND = "no record found"
    AMBIGUOUS = "ambiguous"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which entry and record differ: by its CSL name, what the entry has, and what is registered."""

    field: str
    have: str
    registered: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What follows from the answers: the verdict, the registered work, and all that helps to understand it."""

    verdict: Verdict
    because: str = ""
    """In a few words, for a reader."""
    work: Work | None = None
    differences: tuple[Difference, ...] = ()
    remarks: tuple[str, ...] = ()
    """What is other, and no fault."""
    candidates: tuple[Work, ...] = ()
    """The nearest works that were found, none of which is it; or, if it is ambiguous, those that it may be."""
    standing_there: Work | None = None
    """Who really stands at that journal, volume and page."""
    notices: tuple[Notice, ...] = ()
    asked: tuple[tuple[Source, str], ...] = ()
    """Service → "answered", "has none" or "did not answer"."""


def digest(item: Item) -> str:
    """Name an entry by what it says of its work, whatever its key and the layout of its file: 64 hexadecimal digits."""
    said: dict[str, Any] = {name: value for name, value in item.items() if name not in _SAYS_NOTHING}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


_SAYS_NOTHING = frozenset({"id", "keyword", "annote", "note", "abstract", "language", "other-ids", "accessed", "file"})
