"""Judges the entries of a bibliography: what APA needs and is not there, what will be printed wrong; proposes mends.

Pure: takes what was read and gives proposals; changes nothing. What only looks odd and is printed right is passed over.
"""

from __future__ import annotations

import bisect
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from citeproof.bibliography import fields, latex, proper_nouns, text, titles, variants
from citeproof.findings import Place
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from citeproof.bibliography.model import Bibliography, Field, Item, Record


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of the decoded file, from offset to offset, and what is to stand there."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that should be otherwise in an entry, and, where it can be told, how."""

    code: str
    key: str
    place: Place
    what: str
    remedy: str
    edits: tuple[Edit, ...] = ()
    sure: bool = True
    """Whether the edits can be made unseen; a title put into sentence case may lose the capital of a name."""
    is_apas: bool = False
    """Whether only APA wants it so; other styles may print what stands there."""


@dataclass(frozen=True, slots=True)
class _Work:
    """An entry as it stands and as it was understood."""

    item: Item
    record: Record | None
    place: Place
    format: str
    names: frozenset[str]
    """Words that are proper nouns in this bibliography."""

    @property
    def key(self) -> str:
        return str(self.item["id"])

    @property
    def is_latex(self) -> bool:
        return self.format in {"bibtex", "biblatex"}

    def field(self, *named: str) -> Field | None:
        """Give the first of the fields that the entry itself has, by the names that the formats give it."""
        fields = self.record.fields if self.record else {}
        for name in named:
            if name in fields and fields[name].value:
                return fields[name]
        return None

    def at(self, *named: str) -> Place:
        """Give the place of a field, or of the entry."""
        found = self.field(*named)
        return found.place if found else self.place

    def instead(self, field: Field | None, value: str) -> tuple[Edit, ...]:
        """Propose another value for a field that stands in the file, within the delimiters that it has."""
        if field is None or field.start < 0:
            return ()
        if self.is_latex:
            return (Edit(field.start, field.end, f"{{{value}}}"),)
        if self.format == "csl-json":
            return (Edit(field.start, field.end, json.dumps(value, ensure_ascii=False)),)
        if self.format in {"ris", "refer", "pubmed", "wos"}:
            return (Edit(field.start, field.end, value),)
        return ()


def lint(held: Bibliography, keys: Collection[str] | None = None) -> tuple[Proposal, ...]:
    """Judge the entries whose keys are given, or all; in the order in which they stand.

    Codes: E001 something is missing, E002 letters whose case will be printed wrong, E003 a name in capitals, E004 "et
    al." as an author, E005 a DOI that is not bare, E006 a hyphen between pages, E007 an article number among the
    pages, E008 one work under two keys, E009 damaged letters, E010 a particle behind the given name, E011 a
    group typed as a person, E012 an unknown command of LaTeX.
    """
    records: dict[str, Record] = {}
    for record in held.records:
        records.setdefault(record.key, record)
    proper = _proper_nouns(held)
    places = {entry.key: entry.place for entry in held.entries}
    found: list[Proposal] = []
    unverified = {entry.key for entry in held.entries if entry.unverified}
    asked = [key for key in held.items if keys is None or key in keys]  # an item that is not asked for is not made
    judged = list(dict.fromkeys(str(held.items[key]["id"]) for key in asked))  # a further key (`ids`) is no other work
    items = {key: variants.for_apa(held.items[key]) for key in judged}
    for key in judged:
        work = _Work(items[key], records.get(key), places[key], held.format, proper)
        for rule in _RULES:
            if rule is not _missing or key not in unverified:  # nobody can look up what nobody has found
                found += rule(work)
    found += _same_works(items, places)
    return tuple(sorted(found, key=lambda one: (one.place, one.code)))


def apply(source: str, proposals: tuple[Proposal, ...]) -> tuple[str, tuple[Proposal, ...]]:
    """Put the proposed edits into a text; give it with the proposals that were used.

    Of two that would change the same piece the first is used. Everything else stays to the letter.
    """
    used: list[Proposal] = []
    edits: dict[Edit, None] = {}
    taken: list[tuple[int, int]] = []
    longest = 0
    for proposal in proposals:
        new = [edit for edit in proposal.edits if edit not in edits]
        if not proposal.edits or any(_overlaps(edit, taken, longest) for edit in new):
            continue
        for edit in new:
            edits[edit] = None
            bisect.insort(taken, (edit.start, edit.end))
            longest = max(longest, edit.end - edit.start)
        used.append(proposal)
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        pieces += [source[at : edit.start], _delimited(source[edit.start : edit.end], edit.new)]
        at = edit.end
    return "".join([*pieces, source[at:]]), tuple(used)


def _overlaps(edit: Edit, taken: list[tuple[int, int]], longest: int) -> bool:
    """Tell whether an edit changes what is taken already: (start, end) of each, sorted, none longer than `longest`."""
    first, last = bisect.bisect_left(taken, (edit.start - longest,)), bisect.bisect_left(taken, (edit.end,))
    return any(end > edit.start for _, end in taken[first:last])


def _delimited(old: str, new: str) -> str:
    """Keep the quotation marks of a BibTeX value if what comes in allows it."""
    if old.startswith('"') and new.startswith("{") and '"' not in new:
        return f'"{new[1:-1]}"'
    return new


# What is missing (APA chapter 10) -----------------------------------------------------------------------------------

_ANY_ADDRESS = ("DOI", "URL")
_NEEDED: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "article-journal": (
        ("the journal", ("container-title",)),
        ("a volume", ("volume", "issue", "status")),
        ("pages or an article number", ("page", "number", "status")),
    ),
    "article-magazine": (("the magazine", ("container-title",)),),
    "article-newspaper": (("the newspaper", ("container-title",)),),
    "book": (("a publisher", ("publisher", *_ANY_ADDRESS)),),
    "chapter": (
        ("the book", ("container-title",)),
        ("a publisher", ("publisher",)),
        ("pages", ("page", "chapter-number", *_ANY_ADDRESS)),
    ),
    "paper-conference": (("the conference or the proceedings", ("event-title", "event", "container-title")),),
    "thesis": (("a university", ("publisher",)),),
    "report": (("a publisher", ("publisher", "author")),),
    "webpage": (("an address", ("URL", "DOI")),),
    "post": (("an address", ("URL", "DOI")),),
    "post-weblog": (("an address", ("URL", "DOI")),),
    "dataset": (("a publisher or an address", ("publisher", "archive", *_ANY_ADDRESS)),),
    "legal_case": (("a reporter or a docket number", ("container-title", "number", "legal-citation")),),
    "patent": (("a number", ("number",)),),
}
"""CSL type → what a reference to such a work must have, and the variables of which one must be there."""

_CREATORS = (
    *("author", "editor", "director", "composer", "host", "guest", "organizer", "curator", "chair", "compiler"),
    *("collection-editor", "editorial-director", "script-writer", "producer", "executive-producer", "illustrator"),
)
_HAS_NO_AUTHOR = frozenset(
    """
    legal_case legislation bill hearing regulation treaty entry-dictionary entry-encyclopedia periodical webpage
    article-newspaper article-magazine dataset software classic book standard collection map
    """.split()  # noqa: SIM905  (words read best as a line)
)
"""Types whose works often name nobody (APA 9.12)."""

_SAYS_WHAT = ("title", "genre", "medium", "reviewed-title", "legal-citation", "number")
"""Variables one of which stands where a title does (APA 9.22); a letter needs none (8.9)."""

_UNDATED = frozenset(
    """
    webpage post post-weblog entry-dictionary entry-encyclopedia software dataset map graphic
    """.split()  # noqa: SIM905  (words read best as a line)
)
_UNDATED |= _HAS_NO_AUTHOR - {"book", "periodical", "article-newspaper", "article-magazine"}


def _never_had(work: _Work) -> Iterator[str]:
    """Give what works of its kind do without."""
    item = work.item
    if work.field("publisher"):
        yield "a publisher"  # "Author", which is not printed
    if _WITHOUT_VOLUMES.search(str(item.get("container-title", ""))) or item.get("retrieval"):
        yield from ("a volume", "pages or an article number")
    if "npublished" in f"{item.get('genre', '')}{item.get('medium', '')}":
        yield from ("a publisher", "a publisher or an address")  # APA 10.9: "[Unpublished raw data]"
    if work.record and work.record.type == "inbook":
        yield "the book"  # BibTeX's title of an inbook is the book's


_WITHOUT_VOLUMES = late(r"Cochrane Database|UpToDate", re.IGNORECASE)
"""Serials whose works have neither volume nor pages (APA 10.1, Examples 13 and 14)."""


def _missing(work: _Work) -> Iterator[Proposal]:
    item = work.item
    kind = str(item.get("type", ""))
    lacks = [what for what, variables in _NEEDED.get(kind, ()) if not any(item.get(variable) for variable in variables)]
    is_letter = kind == "personal_communication" or (work.record is not None and work.record.type == "letter")
    if not is_letter and not any(item.get(name) for name in _SAYS_WHAT):
        lacks.insert(0, "a title")
    if not any(item.get(name) for name in _CREATORS) and kind not in _HAS_NO_AUTHOR:
        lacks.insert(0, "an author")
    never = {*_never_had(work)}
    lacks = [what for what in lacks if what not in never]
    undated = not item.get("issued") and not item.get("status") and not work.field("year", "date", "PY", "%D")
    is_living = item.get("URL") and item.get("accessed")  # 9.16: a work without a date has one of retrieval
    if undated and not is_living and kind not in _UNDATED:
        lacks.append('a date (it is printed as "n.d.")')
    if (
        kind == "chapter"
        and "container-title" in item
        and not any(item.get(one) for one in ("editor", "container-author"))
    ):
        lacks.append("the editor of the book")
    if kind in {"article-newspaper", "article-magazine"} and len(_first_date(item)) == 1:
        lacks.append("the day or month")
    if lacks:
        yield Proposal(
            "E001",
            work.key,
            work.place,
            f"the entry {work.key} lacks {_listed(lacks)}",
            "look the work up and fill in what it has; what it has not, leave out",
        )


def _first_date(item: Item) -> list[int]:
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    return list(parts[0]) if parts else []


def _listed(pieces: list[str]) -> str:
    if len(pieces) < 3:  # noqa: PLR2004
        return " and ".join(pieces)
    return ", ".join(pieces[:-1]) + ", and " + pieces[-1]


# Titles (APA 6.17) --------------------------------------------------------------------------------------------------

_TITLES = (
    ("title", ("title", "TI", "T1", "%T", "maintitle")),
    ("container-title", ("booktitle", "container-title")),
)
_ALL_PROTECTED = late(r'<span class="nocase">((?:(?!</?span).)*)</span>', re.DOTALL)
_LONG = late(r"[^\W\d_]{4,}")
_MOST = 0.6


def _is_title_case(title: str) -> bool:
    """Tell whether most long words of a title but the first begin with a capital; of two long words, both."""
    words = _LONG.findall(title)[1:]
    capital = [word for word in words if word[0].isupper()]
    return len(capital) >= 2 and len(capital) > _MOST * len(words)  # noqa: PLR2004


def _is_english(item: Item) -> bool:
    if language := str(item.get("language", "")).lower():
        return language.startswith("en")
    return not fields.looks_german(str(item.get("title", "")))


def _case(work: _Work) -> Iterator[Proposal]:
    if not _is_english(work.item) or str(work.item.get("type")) in {"legal_case", "legislation", "bill", "treaty"}:
        return
    for variable, named in _TITLES:
        title = str(work.item.get(variable, ""))
        if not title or (
            variable == "container-title" and work.item.get("type") not in {"chapter", "paper-conference"}
        ):
            continue
        field = work.field(*named)
        place = work.at(*named)
        if work.is_latex:
            yield from _case_in_latex(work, title, field, place)
        elif _is_title_case(text.plain(title)):
            better = _in_sentence_case(title, work.names)
            if better != title:
                yield Proposal(
                    "E002",
                    work.key,
                    place,
                    f"the title of {work.key} stands in title case and will be printed so; APA wants sentence case",
                    f"write, and give back the capitals of names: {text.plain(better)}",
                    work.instead(field, better),
                    sure=False,
                    is_apas=True,
                )


def _in_sentence_case(title: str, proper: frozenset[str]) -> str:
    """Put a title into sentence case, the proper nouns that are known left alone."""
    kept = _WORD.sub(lambda found: f'<span class="nocase">{found[0]}</span>' if found[0] in proper else found[0], title)
    return (
        titles.sentence_case(kept if "<" not in title else title)
        .replace('<span class="nocase">', "")
        .replace("</span>", "")
    )


def _case_in_latex(work: _Work, title: str, field: Field | None, place: Place) -> Iterator[Proposal]:
    if field is None or field.start < 0:
        return
    inner = field.value[1:-1] if _WRAPPED.fullmatch(field.value) else field.value
    whole = _ALL_PROTECTED.fullmatch(title)
    if whole and _is_title_case(whole[1]) and inner != field.value:
        yield Proposal(
            "E002",
            work.key,
            place,
            f"double braces keep the title of {work.key} in title case; APA wants sentence case",
            "take the inner braces away, and put only names in braces",
            work.instead(field, _guarded(inner, work.names)),
            sure=False,
            is_apas=True,
        )
        return
    lowered = {word for word in _WORD.findall(text.plain(title)) if word.islower()}
    lost = [
        word
        for word in dict.fromkeys(_WORD.findall(latex.plain(field.value)))
        if word in work.names and word.lower() in lowered
    ]
    whose = f"the book of {work.key}" if field.name == "booktitle" else work.key
    if lost and _guarded(inner, frozenset(lost)) != inner:
        yield Proposal(
            "E002",
            work.key,
            place,
            f"the title of {whose} will lose the capital of {_listed(lost)}: no braces protect it",
            "put names in braces: " + " ".join(f"{{{word}}}" for word in lost),
            work.instead(field, _guarded(inner, frozenset(lost))),
            sure=proper_nouns.PROPER_NOUNS.issuperset(lost),
        )


_WRAPPED = late(r"\{[^{}]*\}")


_WORD = late(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


def _guarded(value: str, words: frozenset[str]) -> str:
    """Put names into braces where none are: `Freud` becomes `{Freud}`."""
    made, depth, end = [], 0, 0
    for found in re.finditer(r"\\.|[{}]|[^\W\d_]+(?:['\u2019][^\W\d_]+)*", value):
        made.append(value[end : found.start()])
        end = found.end()
        piece = found[0]
        depth += (piece == "{") - (piece == "}")
        made.append(f"{{{piece}}}" if not depth and piece in words else piece)
    return "".join(made) + value[end:]


_BRACED = late(r"(?<=[^\s:.?!\u2014}])\s+\{([A-Z][^\W\d_]*[a-z][^\W\d_]*)\}(?!\s*\{)")
"""A word in braces, none beside it: of several side by side ({European} {Conference}) each may be a common noun."""


def _proper_nouns(held: Bibliography) -> frozenset[str]:
    """Give the proper nouns that are known, and those that a title of the same bibliography has in braces."""
    if held.format not in {"bibtex", "biblatex"}:
        return proper_nouns.PROPER_NOUNS
    values = [(one, one.text(name)) for one in held.records for name in ("title", "booktitle")]
    told = [value for one, value in values if fields.without_braced_words(one, value) == value]  # else an export's
    braced = {word for value in told for word in _BRACED.findall(value)}
    braced -= {word.capitalize() for _, value in values for word in _WORD.findall(value) if word.islower()}
    return proper_nouns.PROPER_NOUNS | braced - _AFTER_A_STOP


_AFTER_A_STOP = frozenset(
    """
    A An The And Or Of In On At To For From With By As But Is Are Be How What When Where Who Why Which Lessons
    Effects Evidence Toward Towards Does Do Can Should Is Will Part Study Review Introduction Implications
    """.split()  # noqa: SIM905  (words read best as a line)
)
"""Words that stand in braces because they begin a sentence, not because they are names."""


# Names --------------------------------------------------------------------------------------------------------------

_LETTERS = 4


def _people(item: Item) -> Iterator[tuple[str, dict[str, Any]]]:
    for variable, value in item.items():
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            for name in value:
                yield variable, name


def _shouted(work: _Work) -> Iterator[Proposal]:
    loud = [
        (variable, str(name["family"]))
        for variable, name in _people(work.item)
        if str(name.get("family", "")).isupper()
        and len(re.sub(r"[\W\d_]", "", str(name["family"]))) >= _LETTERS
        and name.get("given")
    ]
    if not loud:
        return
    field = work.field(loud[0][0])
    mended = field.value if field else ""
    for _, family in loud:
        mended = mended.replace(family, _spoken(family))
    yield Proposal(
        "E003",
        work.key,
        work.at(loud[0][0], "AU", "A1", "%A"),
        f"in {work.key} a name stands in capitals: {_listed(list(dict.fromkeys(family for _, family in loud)))}",
        "write: " + ", ".join(dict.fromkeys(_spoken(family) for _, family in loud)),
        work.instead(field, mended) if work.is_latex and field and mended != field.value else (),
    )


def _spoken(family: str) -> str:
    """Put a name in capitals into usual case: O'NEIL → O'Neil, MCDONALD → McDonald, DE LA CRUZ → De la Cruz."""
    words = re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), family)
    words = re.sub(r"\bMc([a-z])", lambda found: "Mc" + found[1].upper(), words)
    return re.sub(r"(?<=\s)(?:De|La|Von|Van|Der|Den|Da|Do|Dos|Di)\b", lambda found: found[0].lower(), words)


_ET_AL = late(r"\s*(?:\band\s+|[,;]\s*)?\bet\.?\s*al\b\.?", re.IGNORECASE)


def _et_al(work: _Work) -> Iterator[Proposal]:
    for name in ("author", "editor", "AU", "A1", "%A", "FAU"):
        field = work.field(name)
        if field is None or not _ET_AL.search(field.value):
            continue
        yield Proposal(
            "E004",
            work.key,
            field.place,
            f'in {work.key} "et al." stands among the names: APA lists up to 20 authors (9.8)',
            'name them all; if you cannot, BibTeX says "and others"',
            work.instead(field, _ET_AL.sub(" and others", field.value).strip()) if work.is_latex else (),
        )
        return


_DEMOTED = late(
    r"(?P<family>[^\W\d_][^\s,]*(?:\s[^\W\d_][^\s,]*)?),\s*(?P<given>[^,]*?)\s+(?P<particle>(?:van|von|der|den|de|da|dos|do|di|del|della|la|le|ter|ten|zu)(?:\s(?:der|den|la|las|los|het))?)\Z"
)


_PARTICLES = frozenset("van von der den de da dos do di del della la le ter ten zu las los het".split())  # noqa: SIM905
"""The words with one of which such a name ends."""


def _demoted(work: _Work) -> Iterator[Proposal]:
    """Find "Vries, S. A. de": it is printed right, but a program that reads the file otherwise prints it wrong."""
    for name in ("author", "editor"):
        field = work.field(name)
        if field is None or not work.is_latex:
            continue
        people = latex.split(field.value)
        mended = [
            _DEMOTED.sub(lambda found: f"{found['particle']} {found['family']}, {found['given']}", one)
            if one.split()[-1] in _PARTICLES
            else one
            for one in people
        ]
        changed = [(old, new) for old, new in zip(people, mended, strict=True) if old != new]
        if changed:
            yield Proposal(
                "E010",
                work.key,
                field.place,
                f"in {work.key} a particle stands behind the given name: {_listed([old for old, _ in changed])}",
                "write: " + ", ".join(new for _, new in changed),
                work.instead(field, " and ".join(mended)),
            )


_GROUP = late(
    r"(?:[^\W\d_][^\W\d_.]+ )+(?:Academ(?:y|ies)|Administration|Agency|Alliance|Association|Authority|Bureau|"
    r"Cent(?:er|re)s?|Collaborat(?:ion|ive|ors)|Commission|Committee|Company|Consortium|Corporation|Council|Department|Federation|"
    r"Force|Foundation|Fund|Government|Group|Hospital|Institutes?|Investigators|Laborator(?:y|ies)|Ministry|Network|"
    r"Organi[sz]ation|Panel|Program(?:me)?|Project|Research|Schools?|Services?|Society|Statistics|Survey|Team|Union|"
    r"University)"
    r"|(?:[^\W\d_][^\W\d_.]+ )*(?:Academy|Administration|Agency|Association|Board|Bureau|Cent(?:er|re)s?|College|"
    r"Commission|Committee|Council|Department|Federation|Hospital|Institutes?|Ministry|Office|Organi[sz]ation|School|Society|"
    r"University) (?:of|for|on) .+"
)
"""A name, typed as a person's, that is a group's: nobody's family name is "of Health" or "Association"."""


def _is_group(name: str) -> bool:
    if "," in name and " of " not in name and " for " not in name and " on " not in name:
        return False
    return bool(_GROUP.fullmatch(name))


def _groups(work: _Work) -> Iterator[Proposal]:
    """Find "American Psychiatric Association" without braces, which is printed "Association, A. P."."""
    for name in ("author", "editor"):
        field = work.field(name)
        if field is None or not work.is_latex:
            continue
        people = latex.split(field.value)
        groups = [one for one in people if _is_group(" ".join(one.split()))]
        if groups:
            yield Proposal(
                "E011",
                work.key,
                field.place,
                f"in {work.key} a group is typed as a person, and would be printed with initials: {_listed(groups)}",
                "put it in braces: " + ", ".join(f"{{{one}}}" for one in groups),
                work.instead(field, " and ".join(f"{{{one}}}" if one in groups else one for one in people)),
            )


# Numbers ------------------------------------------------------------------------------------------------------------


def _doi(work: _Work) -> Iterator[Proposal]:
    field = work.field("doi", "DOI", "DO", "%R")
    if field is not None:
        typed = latex.verbatim(field.value) if work.is_latex else field.value
        bare = text.doi(typed)
        if bare and typed.strip() != bare:
            yield Proposal(
                "E005",
                work.key,
                field.place,
                f"the DOI of {work.key} is typed as {typed.strip()}",
                f"write only {bare}",
                work.instead(field, bare),
            )
        elif not bare:
            yield Proposal(
                "E005",
                work.key,
                field.place,
                f"the DOI of {work.key} is none: {typed.strip()}",
                "a DOI begins with 10. and has a slash; an address belongs in the field url",
            )
    address = work.field("url", "URL", "UR", "%U")
    if address is not None:
        typed = latex.verbatim(address.value) if work.is_latex else address.value
        if re.search(r"//[^/\s]*(?:proxy|ezp|libproxy)[^/\s]*/", typed, re.IGNORECASE):
            yield Proposal(
                "E005",
                work.key,
                address.place,
                f"the address of {work.key} leads through a library's proxy, closed to others: {typed.strip()}",
                "give the DOI, or the address without the proxy",
            )


_HYPHENATED = late(r"\s*([A-Za-z]?\d+)\s*-\s*([A-Za-z]?\d+)\s*")


def _pages(work: _Work) -> Iterator[Proposal]:
    field = work.field("pages")
    if field is None or not work.is_latex or field.start < 0:
        return
    if found := _HYPHENATED.fullmatch(field.value):
        yield Proposal(
            "E006",
            work.key,
            field.place,
            f"the pages of {work.key} have a single hyphen between them: {field.value}",
            f"write {found[1]}--{found[2]}",
            work.instead(field, f"{found[1]}--{found[2]}"),
        )
    elif work.item.get("type") == "article-journal" and field.value.strip() == work.item.get("number"):
        yield Proposal(
            "E007",
            work.key,
            field.place,
            f"the pages of {work.key} are an article number: {field.value.strip()}",
            f"biblatex keeps it apart: eid = {{{field.value.strip()}}} in place of pages",
        )


# Letters ------------------------------------------------------------------------------------------------------------

_DAMAGED = late(
    "\ufffd|\u00c3[\u0080-\u00bf\u0192\u2013-\u203a]|\u00e2\u20ac|\u00c2[\u00a0-\u00bf]|(?<=[^\\W\\d_])\\?(?=[a-z])"
)


_NOT_PRINTED = frozenset(
    """
    abstract url file note annote annotation keywords keyword references cited-references affiliation affiliations
    author_keywords keywords-plus correspondence_address1 funding_details funding_text timestamp groups owner
    """.split()  # noqa: SIM905  (words read best as lines)
)
"""Fields, many of them of exports, whose letters stand in no reference."""


def _letters(work: _Work) -> Iterator[Proposal]:
    for field in (work.record.fields if work.record else {}).values():
        if field.start < 0 or field.name.lower() in _NOT_PRINTED:
            continue
        value = field.value
        if (value.isascii() and "?" not in value) or not _DAMAGED.search(value) or "://" in value:
            continue
        mended = _decoded_once_more(field.value)
        yield Proposal(
            "E009",
            work.key,
            field.place,
            f"letters of {work.key} are damaged: {_shown(field.value)}",
            f"write {_shown(mended)}" if mended else "type them anew",
            work.instead(field, mended) if mended else (),
        )


_PRINTED = frozenset(
    """
    author editor translator bookauthor holder title subtitle titleaddon booktitle booksubtitle maintitle mainsubtitle
    journal journaltitle journalsubtitle issuetitle series publisher institution school organization address location
    eventtitle venue howpublished edition volume number pages year date type shortauthor
    """.split()  # noqa: SIM905  (words read best as a line)
)


def _commands(work: _Work) -> Iterator[Proposal]:
    for field in (work.record.fields if work.record and work.is_latex else {}).values():
        if field.start < 0 or field.name not in _PRINTED or "\\" not in field.value:
            continue
        for name, at in latex.unknown(field.value):
            before = field.value[:at]
            line = field.place.line + before.count("\n")
            column = at - before.rfind("\n") if "\n" in before else field.place.column + at
            has_braces = field.value[at + 1 + len(name) :].lstrip()[:1] in {"{", "["}
            printed = "only what stands in its braces is printed" if has_braces else "it is printed by its name"
            yield Proposal(
                "E012",
                work.key,
                Place(field.place.file, line, column),
                f"the field {field.name} of {work.key} holds \\{name}, a command that is not known: {printed}",
                "write the character or the words that it stands for",
            )


def _decoded_once_more(value: str) -> str:
    """Undo a UTF-8 text that was read as Windows-1252; "" if it was damaged otherwise."""
    raw = bytearray()
    for char in value:
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            if ord(char) > 0xFF:  # noqa: PLR2004
                return ""
            raw.append(ord(char))
    try:
        mended = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return mended if mended != value and not _DAMAGED.search(mended) else ""


_LIMIT = 60


def _shown(value: str) -> str:
    one_line = " ".join(value.split())
    return one_line if len(one_line) <= _LIMIT else one_line[: _LIMIT - 1] + "\u2026"


# One work under two keys --------------------------------------------------------------------------------------------


def _folded(value: str) -> str:
    plain = text.plain(value)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
    plain = plain.casefold()
    if not plain.isascii():
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "", plain)


_DISTINCT = 10
"""Letters and digits below which a title says little: "Editorial", "Introduction" stands over many works."""


def _signatures(item: Item) -> Iterator[str]:
    """Give what two entries for one work have in common: the DOI; else title, year and first author."""
    if item.get("DOI"):
        yield f"{str(item['DOI']).casefold()}|{item.get('type')}"
    people: list[dict[str, Any]] = next((item[name] for name in _CREATORS if item.get(name)), [])
    first = people[0] if people else {}
    title = _folded(f"{item.get('title', '')}{item.get('volume-title', '')}")
    date = _first_date(item)
    if len(title) >= _DISTINCT and date and first:
        yield f"{title}|{date[0]}|{_folded(str(first.get('family', first.get('literal', ''))))}|{item.get('type')}"


_TELLS_APART = (
    *("edition", "chapter-number", "part-number", "volume", "issue", "number", "page", "genre", "container-title"),
    *("publisher", "DOI", "version", "event-title"),
)
"""Variables in which two entries for one work do not differ: parts, chapters and editions may have one title."""


def _are_two(one: Item, other: Item) -> bool:
    said = [(_folded(str(one.get(name, ""))), _folded(str(other.get(name, "")))) for name in _TELLS_APART]
    return any(first and second and first != second for first, second in said)


def _same_works(items: Mapping[str, Item], places: dict[str, Place]) -> Iterator[Proposal]:
    first: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for key, item in items.items():
        for signature in _signatures(item):
            other = first.setdefault(signature, key)
            is_doi = signature.startswith("10.")
            if other == key or (other, key) in told or (not is_doi and _are_two(items[other], item)):
                continue
            told.add((other, key))
            yield Proposal(
                "E008",
                key,
                places[key],
                f"{key} is the same work as {other}, which stands at {places[other]}",
                "cite one of them everywhere, and take the other out: else the work is listed twice, with a and b",
            )


_RULES: tuple[Callable[[_Work], Iterator[Proposal]], ...] = (
    _missing,
    _case,
    _shouted,
    _et_al,
    _demoted,
    _groups,
    _doi,
    _pages,
    _letters,
    _commands,
)
