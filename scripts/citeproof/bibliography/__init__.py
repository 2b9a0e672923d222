"""Reads a bibliography, whatever program wrote it: finds out the format by what stands in the file, not by its name.

Each format has a module of its own, which this one calls. Never changes a file, and never raises for what is in one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from citeproof.bibliography.model import Bibliography, Entry, Fault, Field, Item, Record
from citeproof.findings import Place

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable, Iterable, Iterator

    from citeproof.bibliography.bibtex import Dialect

__all__ = ["SMALL", "Bibliography", "Entry", "Fault", "Field", "Item", "Record", "heads", "read", "read_excerpt"]

SMALL = 1_000_000
"""Bytes of a BibTeX file up to which nothing is gained by leaving entries unread."""

_BEGINNING = 100_000
"""Bytes in which the first entry of a file is looked for, to tell its format."""

_FORMATS = {
    "bibtex": ("BibTeX", ".bib"),
    "csl-json": ("JSON", ".json"),
    "csl-yaml": ("YAML", ".yaml"),
    "ris": ("RIS", ".ris"),
    "endnote-xml": ("EndNote XML", ".xml"),
    "refer": ("EndNote's tagged format (refer)", ".enw"),
    "pubmed": ("PubMed's format", ".nbib"),
    "wos": ("Web of Science's plain text", ".ciw"),
}
"""Format → what it is called, and the ending of its files."""

_ENDINGS = {ending: format_ for format_, (_, ending) in _FORMATS.items()} | {
    ".bibtex": "bibtex",
    ".biblatex": "bibtex",
    ".yml": "csl-yaml",
    ".isi": "wos",
}

_MARKS = {
    "bibtex": re.compile(r"^[ \t\ufeff]*@[ \t]*[A-Za-z][\w-]*\s*[{(]", re.MULTILINE),
    "ris": re.compile(r"^[ \t\ufeff]*TY[ \t\u00a0]+[-\u2010-\u2015][ \t\u00a0]*[A-Z]{3,7}\b", re.MULTILINE),
    "refer": re.compile(
        r"^[ \t\ufeff]*(?:%0[ \t]+[A-Z]|%[AT][ \t]+\S.*\n(?:.*\n)?%[A-Z0-9@][ \t]|Reference Type:)", re.MULTILINE
    ),
    "pubmed": re.compile(r"^\ufeff?(?:PMID ?- ?\d|OWN ?- ?ERIC\b)", re.MULTILINE),
    "wos": re.compile(r"^\ufeff?(?:FN .*\n(?:VR .*\n)?\s*)?PT [A-Z][ \t]*$", re.MULTILINE),
    "csl-json": re.compile(r"[\s\ufeff]*(?:\[\s*(?:[{\[\]]|\Z)|\{\s*[\"}])"),
    "csl-yaml": re.compile(
        r"[\s\ufeff]*(?:%YAML.*\s+)?(?:#.*\s+)*(?:---\s[\s\S]*?)?^(?:references:|-[ \t]+[\w-]+:)", re.MULTILINE
    ),
    "endnote-xml": re.compile(r"[\s\ufeff]*<(?:\?xml[^>]*>\s*(?:<!DOCTYPE[^>]*>\s*)?<)?(?:xml|records?)\b"),
}
"""Format → how an entry or a file of it begins. Of several that a file shows, the first is its own."""
_ANYWHERE = frozenset({"bibtex", "ris", "refer", "pubmed", "wos"})
"""Formats before whose first entry other text may stand."""

_EXPORT = "export the bibliography as BibTeX, RIS or CSL JSON, or name the right file in the front matter"
_AS_A_PAGE = (
    "download the file itself and not the page that shows it (in GitHub: Raw), or export the bibliography again"
)
_XML = r"[\s\ufeff]*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*"
_PAGE = re.compile(_XML + r"<(?:!doctype html|html|head|body|script|meta|title)\b", re.IGNORECASE)
"""How a web page begins. Entries within one have its characters in them, such as &amp;."""
_OTHERS = (
    (r"PK\x03\x04", "a Word document, a spreadsheet or a ZIP archive", _EXPORT),
    (r"\xd0\xcf\x11\xe0", "a Word document", _EXPORT),
    (r"%PDF-", "a PDF", _EXPORT),
    (r"\{\\rtf", "a document in Rich Text Format", _EXPORT),
    (
        _XML + r"(?:<!DOCTYPE[^>]*>\s*)?<Pubmed",
        "PubMed's XML",
        "save the citations in the format PubMed (.nbib) instead",
    ),
    (_XML + "<mods", "MODS", _EXPORT),
    (_XML + r"<(?:b:)?Sources\b", "Word's list of sources", _EXPORT),
    (_XML + r"<Error>", "an error message", "download the bibliography again"),
    (
        r"\s*(?:(?:404|403|429)\b|(?:doi |resource |page )?not found|too many requests|access denied).{0,200}\s*\Z",
        "an error message",
        "download the bibliography again",
    ),
    (r"version https://git-lfs", "a pointer to a file that Git LFS keeps", "fetch the file itself: git lfs pull"),
    (
        r"(?:\s|#.*\n|---\n)*[\w:.-]+:[ \t]*\n[ \t]+(?:type|title|author|date): ?\S",
        "Typst's own format (Hayagriva)",
        "give the works as BibTeX, which Typst reads too",
    ),
    (
        r"(?:\s|#.*\n|---\n)*cff-version:",
        "a CITATION.cff",
        "take the BibTeX of the repository (in GitHub: Cite this repository)",
    ),
    (
        r"\ufeff?\"?Authors\"?,\"?Author(?: full names|\(s\) ID)",
        "Scopus's table (CSV)",
        "export the records from Scopus as BibTeX or RIS instead",
    ),
    (
        r"\ufeff?PT\tAU\t",
        "Web of Science's table",
        "export the records from Web of Science as a plain text file, RIS or BibTeX instead",
    ),
    (r"\ufeff?\"?PMID\"?,", "PubMed's table (CSV)", "save the citations in the format PubMed (.nbib) instead"),
    (r"\ufeff?\"?(?:Key|Authors?|Title)\"?[,;\t]\"?[A-Z]", "a table (CSV)", _EXPORT),
    (r"[^\n]{0,1000}\x00", "no text", _EXPORT),
)
"""What a file may hold that is taken for a bibliography, what it is, and what to do."""


def read(file: str, suffix: str, text: str) -> Bibliography:
    """Read a bibliography; `suffix` is its file's ending (".bib", ".json", ".ris" …).

    What the file holds counts first, and its ending where that does not tell. Gives no entries, and a fault that
    says why, if it is no bibliography.
    """
    named = _ENDINGS.get(suffix, "")
    found = _format(text)
    if wrong := _other(text, is_known=bool(found), is_named=bool(named)):
        return Bibliography(named, faults=(Fault("", Place(file, 1, 1), *wrong),))
    held = _reader(found or named, suffix)(file, text)
    faults = list(held.faults)
    if named and found and named != found:
        called, ending = _FORMATS[found]
        faults.insert(
            0,
            Fault(
                "",
                Place(file, 1, 1),
                f"this is {called}, though the file's name ends in {suffix}",
                f"name it {PurePath(file).with_suffix(ending).name}; it was read as what it is",
                hurts=False,
            ),
        )
    if not held.entries and not held.hurt and not held.faults:
        what = "the bibliography holds no entry"
        remedy = "export it again, or name the right file under bibliography: in the front matter"
        faults.append(Fault("", Place(file, 1, 1), what, remedy, code="B003"))
    return Bibliography(held.format, held.entries, held.items, held.records, held.doubled, held.hurt, tuple(faults))


def read_excerpt(
    file: str, suffix: str, raw: bytes | mmap.mmap, wanted: Iterable[str], words: Iterable[str] = ()
) -> Bibliography | None:
    """Read of a large BibTeX file only the entries under the `wanted` keys, and those in which one of `words` stands.

    What they inherit, and what they name as related, is among them. None if the file is another one, or if what is
    wanted cannot be told from its neighbours: then it is to be read whole. What is wrong elsewhere in the file is not
    seen.
    """
    from citeproof.bibliography import bibtex, excerpt  # noqa: PLC0415

    if _ENDINGS.get(suffix) != "bibtex" or _format(raw[:_BEGINNING].decode("utf-8", "ignore")) != "bibtex":
        return None
    try:
        part = excerpt.Library(raw).excerpt(wanted, words)
        text = part.raw.decode("utf-8")
    except (excerpt.DoubtError, UnicodeDecodeError):
        return None
    text = text.replace("\r\n", "\n")
    held = bibtex.read(file, text, dialect=_dialect(suffix), numbers=part.numbers)
    return (
        None if held.hurt or "\r" in text or any(fault.hurts for fault in held.faults) else replace(held, in_part=True)
    )


def heads(raw: bytes | mmap.mmap) -> Iterator[tuple[str, int, int]]:
    """List the keys of all entries of a BibTeX file that `read_excerpt` can read, each with line and column."""
    from citeproof.bibliography import excerpt  # noqa: PLC0415

    return excerpt.Library(raw).entries()


def _dialect(suffix: str) -> Dialect:
    """Tell the dialect of a file as pandoc does: the names of biblatex are more, and it knows those of BibTeX too."""
    return "bibtex" if suffix == ".bibtex" else "biblatex"


def _other(text: str, *, is_known: bool, is_named: bool) -> tuple[str, str] | None:
    """Say what a text is that is no bibliography, and what to do; None if it may be one."""
    if _PAGE.match(text):
        return "this is a web page, not a bibliography", _AS_A_PAGE
    if is_known:
        return None
    for mark, what, remedy in _OTHERS:
        if re.match(mark, text, re.IGNORECASE):
            return f"this is {what}, not a bibliography", remedy
    return None if is_named else ("this is no bibliography that can be read", _EXPORT)


def _format(text: str) -> str:
    """Tell the format of a text by how its first entry begins; "" if none does."""
    places = []
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    for format_, mark in _MARKS.items():
        found = mark.search(text) if format_ in _ANYWHERE else mark.match(text)
        if found:
            places.append((found.start(), format_))
    return min(places)[1] if places else ""


def _reader(format_: str, suffix: str) -> Callable[[str, str], Bibliography]:
    """Give the reader of a format; only what is needed is loaded."""
    if format_ == "bibtex":
        from citeproof.bibliography import bibtex  # noqa: PLC0415

        return lambda file, text: bibtex.read(file, text, dialect=_dialect(suffix))
    if format_ == "csl-json":
        from citeproof.bibliography import csl_json  # noqa: PLC0415

        return csl_json.read
    if format_ == "csl-yaml":
        from citeproof.bibliography import csl_yaml  # noqa: PLC0415

        return csl_yaml.read
    if format_ == "ris":
        from citeproof.bibliography import ris  # noqa: PLC0415

        return ris.read
    if format_ == "endnote-xml":
        from citeproof.bibliography import endnote_xml  # noqa: PLC0415

        return endnote_xml.read
    if format_ == "refer":
        from citeproof.bibliography import refer  # noqa: PLC0415

        return refer.read
    if format_ == "wos":
        from citeproof.bibliography import wos  # noqa: PLC0415

        return wos.read
    from citeproof.bibliography import pubmed  # noqa: PLC0415

    return pubmed.read
