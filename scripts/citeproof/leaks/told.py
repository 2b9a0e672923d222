"""Reads who wrote a paper, who paid for it, and whom it thanks: from its front matter and its acknowledgments.

Pure, over pandoc's JSON.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from citeproof import document, sentences
from citeproof.leaks.folding import is_unspaced, words
from citeproof.leaks.identity import Identity, Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from citeproof.bibliography.model import Item
    from citeproof.document import Json

_PARTICLE = re.compile(r"^(?:[a-zà-ÿ]|[dDlL]['\u2019])")
_GENERATION = re.compile(r"^(?:Jr\.?|Sr\.?|[IVX]+)$")
_INSTITUTION = re.compile(
    r"universi|institut|college|colegio|collège|school|hochschule|hospital|clini|klini|academ|akadem|polytechn|laborator"
    r"|observator|centre|center|zentrum|centro|foundation|stiftung|大学|大學|研究|医院|病院|جامعة|معهد|מכון|אוניברסיט",
    re.IGNORECASE,
)


def name(whole: str) -> Name:
    """Split a name as printed: the family name begins at its first particle, else is the last word."""
    parts = [word for word in whole.replace(",", " ").split() if not _GENERATION.match(word)]
    first = next((n for n, word in enumerate(parts) if n and _PARTICLE.match(word)), len(parts) - 1)
    return Name(" ".join(parts[:first]), " ".join(parts[first:]))


def _institutions(line: str) -> list[str]:
    """Give the parts of a printed affiliation that name an institution; the whole line if none does."""
    parts = [part.strip() for part in re.split(r"[,;\uff0c\u3001]", line)]
    return [part for part in parts if _INSTITUTION.search(part) and " " in part] or [line.strip()]


def who_wrote(shaped: Json, written: Json | None = None, references: Sequence[Item] = ()) -> Identity:
    """Give what a masked copy must not tell.

    `shaped` is the paper as front-matter.lua leaves it; `written` the same as the author wrote it, with fields that the
    filter makes sentences of; `references` are the works that the paper may cite.
    """
    meta = shaped["meta"]
    authors = [
        {field: document.meta_text(value) for field, value in author["c"].items()}
        for author in meta.get("authors", {"c": []})["c"]
    ]
    names = tuple(name(author["name"]) for author in authors if author.get("name"))
    lines = [re.sub(r"^\d+(?=\D)", "", line) for line in document.meta_strings(shaped, "affiliation")]
    fields = {} if written is None else {key: document.meta_value(value) for key, value in written["meta"].items()}
    masked = masked_citations(written) if written else frozenset[str]()
    blocks = _acknowledgments(shaped)
    said = [document.plain(block).strip() for block in blocks]
    thanks = tuple(dict.fromkeys(sentence for text in said for sentence in _thanking(text)))
    thanked = dict.fromkeys(person for sentence in thanks for person in _persons(sentence))
    urls = [*(author.get("url", "") for author in authors), *_addresses(fields), *_kept_at(blocks)]
    grants = [*_awards(fields), *(number for text in said for number in _grants(text))]
    return Identity(
        names,
        tuple(author["email"] for author in authors if author.get("email")),
        tuple(author["orcid"] for author in authors if author.get("orcid")),
        tuple(dict.fromkeys(part for line in lines for part in _institutions(line))),
        tuple(dict.fromkeys(grants)),
        tuple(person for person in thanked if person not in names),
        thanks,
        tuple(dict.fromkeys(filter(None, urls))),
        tuple(dict.fromkeys(url for url in _kept_at([*_under(_SHARING, shaped)]) if url not in urls)),
        tuple(_cited_whole(names, [item for item in references if item["id"] not in masked])),
        tuple(_namesakes(names, references)),
        tuple(_uncited(names, references)) if written else (),
    )


def masked_citations(written: Json) -> frozenset[str]:
    """Give the keys that a masked copy shows as "[masked]": `masked-citations`, in the `apa:` map or beside it."""
    keys: set[str] = set()
    for meta in (written["meta"], written["meta"].get("apa", {"t": "", "c": {}})):
        held = meta.get("c") if meta.get("t") == "MetaMap" else meta
        value = held.get("masked-citations") if isinstance(held, dict) else None
        keys |= {
            key.removeprefix("@")
            for text in _texts(document.meta_value(value) if value else [])
            for key in re.findall(r"[^,\s]+", text)
        }
    return frozenset(keys)


# --- acknowledgments --------------------------------------------------------------------------------------------------

_HEADING = re.compile(
    r"acknowledg|funding|financial support|author note|danksagung|förderung|finanzierung|remerciement|financement"
    r"|agradecimi?ento|financia(?:ción|mento)|dankwoord|financiering",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"availability|open (?:practices|science|data)|data sharing|transparency|verfügbarkeit|disponibilit|disponibilid",
    re.IGNORECASE,
)


def _acknowledgments(shaped: Json) -> list[Json]:
    """Give the paragraphs of the author note and of sections that thank, or say who paid."""
    note = shaped["meta"].get("author-note", {"t": "MetaBlocks", "c": []})
    return [*(note["c"] if note["t"] == "MetaBlocks" else []), *_under(_HEADING, shaped)]


def _under(headings: re.Pattern[str], shaped: Json) -> Iterator[Json]:
    """Give the blocks of sections with such headings."""
    level = 0
    for block in shaped["blocks"]:
        if block["t"] == "Header" and (not level or block["c"][0] <= level):
            level = block["c"][0] if headings.search(document.plain(block["c"][2])) else 0
        elif level:
            yield block


def _kept_at(blocks: list[Json]) -> Iterator[str]:
    """Give the addresses in blocks at which materials, data and registrations are kept."""
    links = [element["c"][2][0] for element, _ in document.elements(blocks) if element["t"] == "Link"]
    typed = [url for block in blocks for url in _ADDRESS.findall(document.plain(block))]
    yield from (url for url in [*links, *typed] if _REPOSITORY.search(url))


_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"']+[^\s<>()\[\]\"'.,;:]")
_REPOSITORY = re.compile(
    r"osf\.io|github|gitlab|bitbucket|codeberg|zenodo|figshare|dataverse|dryad|mendeley\.com|psycharchives|researchbox"
    r"|aspredicted|huggingface|10\.17605|clinicaltrials|drks\.de|isrctn|prospero",
    re.IGNORECASE,
)
"""Where materials, data and registrations of a paper are kept under its authors' names."""
_FIELDS = frozenset({"url", "website", "homepage", "github", "gitlab", "osf", "repository", "code", "data", "preprint"})


def _addresses(fields: dict[str, object]) -> Iterator[str]:
    """Give the addresses in fields of the front matter that hold the authors' own."""
    for field, value in fields.items():
        if field in _FIELDS:
            yield from (text for text in _texts(value) if re.search(r"\w\.\w+/\S|^https?://", text))


def _texts(value: object) -> Iterator[str]:
    """Give all texts in a value."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value.strip()


_THANKING = re.compile(
    r"\b(?:thank|grateful|gratitude|indebted|appreciat|acknowledge|dank(?:en|bar|e)?\b|remerci|reconnaissant|agradec"
    r"|gracias)",
    re.IGNORECASE,
)


def _thanking(text: str) -> Iterator[str]:
    """Give the sentences of a text that thank somebody."""
    ends = [0, *sentences.ends(text), len(text)]
    for first, last in itertools.pairwise(ends):
        sentence = text[first:last].strip()
        if _THANKING.search(sentence):
            yield sentence


_LARGE = r"[^\W\d_a-zà-öø-ÿ][\w'\u2019-]*"
_NAME = re.compile(
    rf"{_LARGE}\.?(?:\s+(?:{_LARGE}\.?|de|da|dos|do|du|del|di|della|la|le|van|der|den|de|von|zu|ten|ter|bin|ibn|al|y|e)){{1,5}}"
)
_NO_PERSON = re.compile(
    r"universi|institut|college|school|hospital|clinic|academ|laborator|cent(?:er|re)|foundation|council|ministr|agency"
    r"|national|science|research|program|fund|grant|award|department|society|association|committee|journal|office"
    r"|project|european|federal|deutsche|thank|grateful|\bwe\b|\bour\b|\bthis\b|\bthe\b",
    re.IGNORECASE,
)


def _persons(sentence: str) -> Iterator[Name]:
    """Give the persons whom a sentence names by given and family name."""
    for found in _NAME.finditer(sentence):
        whole = found[0].rstrip(".")
        last = whole.split()[-1]
        if not _NO_PERSON.search(whole) and last[0].isupper() and len(last) > 1:
            yield name(whole)


# --- grants -----------------------------------------------------------------------------------------------------------

_GRANT_FIELDS = frozenset({"funding", "financial-support", "funders", "grants", "grant", "awards", "award"})
_NUMBER_FIELD = re.compile(
    r"(?:award|grant|contract)s?(?:[-_ ]?(?:id|ids|number|numbers|no))?|number|id", re.IGNORECASE
)


def _awards(fields: dict[str, object]) -> Iterator[str]:
    """Give the numbers in `funding` and its like, where it is a list of maps with `award` (as in Quarto and JATS)."""
    for field, value in fields.items():
        if field.replace("_", "-") in _GRANT_FIELDS:
            yield from _numbered(value, field)


def _numbered(value: object, field: str) -> Iterator[str]:
    if isinstance(value, dict):
        for inner_field, inner in value.items():
            yield from _numbered(inner, inner_field)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbered(inner, field)
    elif isinstance(value, str) and _NUMBER_FIELD.fullmatch(field) and re.search(r"\d{3}", value):
        yield value.strip()


_NUMBER = r"(?=[A-Z0-9/._ -]*\d{3})[A-Z0-9]+(?:[-/._][A-Z0-9]+)*(?:\s[A-Z]{0,3}\d[A-Z0-9]*(?:[-/.][A-Z0-9]+)*)?"
_CALLED = re.compile(
    r"\b(?i:grants?|awards?|contracts?|fellowships?|förder\w*|projekt\w*|projects?|subventions?|projet|proyecto|convenio)\b"
    r"(?i:\s+(?:agreement|nos?\.?|numbers?|nr\.?|id|ref\.?|nº|n°)|\s*[#:(]|\s+to\s+[^,;.()]{1,40}\()*\s*"
    rf"({_NUMBER}(?:(?:\s*,\s*|\s+)(?:(?:and|und|et|y|&)\s+)?{_NUMBER})*)"
)
_SHAPED = re.compile(
    r"\b(?:[A-Z]\d{2}\s?-?[A-Z]{2}\s?\d{6}(?:-\d{2}[A-Z]?\d?)?|[A-Z]{2,6}[-/ ]?[A-Z]?\d{5,}(?:[-/]\d+)*"
    r"|[A-Z]{2,4}(?:-\d{4})?-[A-Z]{2,4}-\d{5,}|[A-Z]{2,3}\s\d{2,4}/\d{1,3}-\d)\b"
)
"""As the NIH, the NSF, the UK's councils, the ERC and the DFG number their grants."""
_PAID = re.compile(
    r"\b(?:support|fund|grant|award|financ|fellowship|scholarship|förder|gefördert|finanz|subvention|financ|beca|proyecto)",
    re.IGNORECASE,
)


def _grants(text: str) -> Iterator[str]:
    """Give the numbers of grants that a text names, in a sentence that speaks of support."""
    text = _ADDRESS.sub(" ", text)
    if not _PAID.search(text):
        return
    for found in _CALLED.finditer(text):
        for number in re.split(r"\s*,\s*(?:and\s+)?|\s+(?:and|und|et|y|&)\s+", found[1]):
            if re.search(r"\d{3}", number) and not re.fullmatch(r"(?:19|20)\d\d", number.strip()):
                yield number.strip(" .-")
    yield from (found[0] for found in _SHAPED.finditer(text))


# --- others of the same name ------------------------------------------------------------------------------------------


def _writers(references: Iterable[Item]) -> set[Name]:
    return {
        Name(str(writer.get("given", "")), str(writer.get("family", "")))
        for item in references
        for role in ("author", "editor", "translator", "container-author")
        for writer in item.get(role, ())
        if isinstance(writer, dict)
    }


def _uncited(names: Iterable[Name], references: Iterable[Item]) -> Iterator[Name]:
    """Give the authors whose family name is in the name of no writer of a work."""
    borne = {word for writer in _writers(references) for word in words(f"{writer.given} {writer.family}")}
    yield from (one for one in names if one.given and words(one.family) and not borne.intersection(words(one.family)))


def _namesakes(names: Iterable[Name], references: Iterable[Item]) -> Iterator[Name]:
    """Give the writers of works who share family name and initial with an author, and are somebody else.

    None for an author for whom a work's writer may stand as well: then the initial may be the author's.
    """
    writers = _writers(references)
    for one in names:
        given = words(one.given)
        if not given:
            continue
        alike = [other for other in writers if words(other.family) == words(one.family) and words(other.given)]
        alike = [other for other in alike if words(other.given)[0][0] == given[0][0]]
        others = [other for other in alike if _is_other(words(other.given)[0], given[0])]
        if others and others == alike:
            yield others[0]


def _cited_whole(names: Iterable[Name], references: Iterable[Item]) -> Iterator[Name]:
    """Give the authors whose names have no spaces, so that citations print them whole, who wrote one of the works."""
    writers = {
        "".join(words(" ".join(str(writer.get(field, "")) for field in order)))
        for item in references
        for writer in item.get("author", ())
        for order in (("family", "given"), ("given", "family"), ("literal",))
    }
    yield from (one for one in names if is_unspaced(str(one)) and "".join(words(str(one))) in writers)


def _is_other(given: str, own: str) -> bool:
    """Tell two given names apart; an initial may stand for either."""
    return len(given) > 1 and len(own) > 1 and given != own
