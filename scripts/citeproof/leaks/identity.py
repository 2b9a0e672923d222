"""Who wrote a paper, and what else leads to them: what a masked copy must not tell."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name; a group has a family name only."""

    given: str
    family: str

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells who wrote a paper."""

    names: tuple[Name, ...] = ()
    emails: tuple[str, ...] = ()
    orcids: tuple[str, ...] = ()
    """ORCID iDs, as numbers or as addresses."""
    institutions: tuple[str, ...] = ()
    """Names of the institutions alone, without department and city."""
    grants: tuple[str, ...] = ()
    """Numbers of the grants and awards that paid for the work."""
    thanked: tuple[Name, ...] = ()
    """Persons whom the paper thanks."""
    thanks: tuple[str, ...] = ()
    """The sentences that thank them: a masked copy leaves them out."""
    urls: tuple[str, ...] = ()
    """Addresses of the authors' own pages, repositories and projects, without those made for masked review."""
    shared: tuple[str, ...] = ()
    """Addresses in what the paper says of its data, which may be the authors' own or somebody else's."""
    cited: tuple[Name, ...] = ()
    """Authors whose whole name a citation prints, as of Chinese names, and of whom the paper cites a work openly."""
    namesakes: tuple[Name, ...] = ()
    """Authors of cited works who share family name and initial with an author, and are somebody else."""
    uncited: tuple[Name, ...] = ()
    """Authors whose family name no writer of a work bears that the paper may cite: alone, too, it names them."""


def together(several: Iterable[Identity]) -> Identity:
    """Give all that tells who wrote any of several papers, such as a paper and its supplement.

    A family name is `uncited` only if none of them cites a writer who bears it.
    """
    known = tuple(several)
    whole = Identity(
        *(tuple(dict.fromkeys(one for who in known for one in getattr(who, field.name))) for field in fields(Identity))
    )
    return replace(whole, uncited=tuple(name for name in whole.uncited if all(name in one.uncited for one in known)))
