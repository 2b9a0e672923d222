"""What a release says of its paper, whatever shape its front matter has: who wrote it, its title, what it cites."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Author:
    """An author as the byline has them; what the front matter does not say is empty. A group has a family name only."""

    given: str
    family: str
    suffix: str = ""
    """A generation such as Jr. or III."""
    orcid: str = ""
    """The iD in its short form, 0000-0002-1825-0097."""
    email: str = ""
    affiliations: tuple[str, ...] = ()

    def __str__(self) -> str:
        name = f"{self.given} {self.family}".strip()
        return f"{name}, {self.suffix}" if self.suffix else name


@dataclass(frozen=True, slots=True)
class Licence:
    """The terms of a paper: as the author wrote them, and the SPDX identifier and the address if those are known."""

    text: str
    spdx: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A cited work that has a DOI: the bare DOI in small letters, and the title without markup."""

    doi: str
    title: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the front matter of a paper says, as plain text."""

    title: str
    authors: tuple[Author, ...] = ()
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    doi: str = ""
    """The paper's own DOI, bare."""
    language: str = ""
    licence: Licence | None = None
    works: tuple[Work, ...] = ()
    """Those that it cites, sorted by DOI."""
    journals: tuple[str, ...] = ()
    """Those that it goes to, by the names of their profiles."""


_CC = re.compile(
    r"(?:cc|creative\s*commons|https?://creativecommons\.org/licenses/)[\s/-]*(?:licenses/)?"
    r"(by(?:-nc)?(?:-sa|-nd)?)(?:[\s/-]*v?([1-4]\.0|2\.5))?/?(?:deed(?:\.\w+)?|legalcode)?",
    re.IGNORECASE,
)
_CC0 = re.compile(
    r"cc[\s-]*0(?:[\s-]*1\.0)?|https?://creativecommons\.org/publicdomain/zero/1\.0/?(?:deed(?:\.\w+)?|legalcode)?",
    re.IGNORECASE,
)
_LATEST = "4.0"
"""The version that a licence of Creative Commons has if none is named, as Quarto reads it."""
_OTHERS = {
    name.casefold(): name
    for name in ("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "GPL-3.0-or-later", "GPL-3.0-only", "ODbL-1.0")
}


def licence(text: str, url: str = "") -> Licence | None:
    """Read the terms of a paper from what an author wrote: `CC BY`, `CC-BY-4.0`, `MIT`, an address, or a sentence.

    `url` is the address that stands beside the text. Identifiers and addresses are those of the SPDX list. None for
    nothing.
    """
    text, url = text.strip(), url.strip()
    if not text and not url:
        return None
    for told in filter(None, (text, url)):
        if _CC0.fullmatch(told):
            return Licence(text or url, "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
        if found := _CC.fullmatch(re.sub(r"(?i)(?<=[a-z])\s+(?=nc|sa|nd)", "-", told)):
            kind, version = found[1].lower(), found[2] or _LATEST
            address = f"https://creativecommons.org/licenses/{kind}/{version}/"
            return Licence(text or url, f"CC-{kind.upper()}-{version}", address)
        if name := _OTHERS.get(told.casefold()):
            return Licence(text, name, f"https://spdx.org/licenses/{name}.html")
    if re.fullmatch(r"https?://\S+", text):
        return Licence(text, url=text)
    return Licence(text or url, url=url)


_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)


def bare_doi(text: str) -> str:
    """Give a DOI without what stands before it; "" for what is none (ISO 26324: a prefix 10.…, a slash, a suffix)."""
    found = _DOI.fullmatch(text.strip())
    return found[1] if found else ""
