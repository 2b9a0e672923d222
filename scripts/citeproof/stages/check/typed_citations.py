"""Judges citations that were typed by hand, "(Smith, 2020)": from these nothing leads to an entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from citeproof import styles, typed
from citeproof.findings import error, warning
from citeproof.patterns import late
from citeproof.places import Source
from citeproof.stages.check import works

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.bibliography.model import Item
    from citeproof.document import Manuscript, Passage
    from citeproof.findings import Finding, Place
    from citeproof.styles import Style
    from citeproof.typed import Typed, Work

_KINDS = frozenset({"text", "note", "abstract", "caption", "cell", "quotation", "quoted"})
"""Passages in which a work is cited. A heading or the paper's title may name one as a title does."""


def typed_citations(manuscript: Manuscript, style: Style | None = None) -> Iterator[Finding]:
    """Find citations typed by hand of works at hand (C007), and of works that no bibliography has (C008).

    A work is at hand if an entry has its first author, its year and whichever other authors are named. C007 is an
    error; a warning in quoted words, with "as cited in", where the citation may be another author's, and of names that
    are months or places, too.

    A key behind it makes it a warning in APA's style, for both are printed. In another one, such as one with numbers,
    names and a key in one paragraph are as they should be.

    C008 is told of parentheses alone, and where the form says that a citation is meant: "et al.", "&", a locator, or
    one word with a capital that is none of `_NO_NAMES`. Not told are groups, which look like places and events
    ("Supreme Court, 2012"), words in capitals ("SPSS, 2019"), what stands in italics (a film, a ship), years without a
    comma before them, and sentences ("Smith (2020) says"). Nor is a work of a hand-made reference list, "Smith, J.
    (2020)", or of a work named by its title.

    Looks at the abridged text, so that what is found stays found when only words are changed that it lacks.
    """
    if not any(held.items for held in manuscript.held) and "references" not in manuscript.document["meta"]:
        return
    text = Source(manuscript.head.file, manuscript.abridged.text)
    found = typed.citations(text)
    if found:
        judge = _Judge(manuscript, text, is_apa=style is None or styles.is_apa(style))
        for citation in found:
            yield from judge.judged(citation)


class _Judge:
    """Judges one typed citation after the other."""

    def __init__(self, manuscript: Manuscript, text: Source, *, is_apa: bool) -> None:
        self._manuscript = manuscript
        self._text = text
        self._is_apa = is_apa
        self._whole = manuscript.text
        self._library = _Library(manuscript)
        self._in_part = any(held.in_part for held in manuscript.held)
        self._sought = frozenset(typed.sought(text))

    def judged(self, as_typed: Typed) -> Iterator[Finding]:
        """Say of one typed citation what is to be said."""
        citation = self._library.understood(as_typed)
        first = citation.works[0]
        where = _passages(self._manuscript, self._text.text[first.start : first.end])
        if not where:
            return
        quoted = _is_in_block(self._text.text, citation.start) or all(_is_quoted(*one) for one in where)
        quoted = quoted or _is_doubtful(citation)
        at_hand = [self._library.of(work) for work in citation.works]
        cited = {key for passage, _ in where for _, key, _ in passage.calls}
        if not self._is_apa and all(not cited.isdisjoint(keys) for keys in at_hand):
            return
        if (behind := _KEY_BEHIND.match(self._text.text, citation.end)) and behind[1] in {*chain(*at_hand)}:
            said, place = self._said(citation.start, citation.end)
            what = f"“{said}” is typed by hand, and @{behind[1]} behind it prints the same"
            yield warning("C007", place, what, "take out what is typed")
            return
        if all(at_hand) and (citation.alone or citation.narrative):
            lenient = quoted or any(work.secondary for work in citation.works)
            said, place = self._said(citation.start, citation.end)
            yield _by_hand(said, place, _whole_remedy(citation, at_hand), strict=not lenient)
            return
        for work, keys in zip(citation.works, at_hand, strict=True):
            said, place = self._said(work.start, work.end)
            lenient = quoted or work.secondary
            if keys:
                remedy = f"write {_either([f'@{key}' for key in keys])} in place of “{said}”"
                yield _by_hand(said, place, remedy, strict=not lenient)
            elif not lenient and self._would_be_known(work) and _is_citation(work, citation):
                yield _nobodys(work, said, place, self._library)

    def _said(self, start: int, end: int) -> tuple[str, Place]:
        said = " ".join(re.sub(r"\n[ \t>]*", " ", self._text.text[start:end]).split())
        return said, self._whole.place(self._manuscript.abridged.offset(start))

    def _would_be_known(self, work: Work) -> bool:
        """Tell whether an entry of this work would have been read, and whether the paper cites by key at all."""
        return bool(self._manuscript.citations) and (not self._in_part or work.names[0].split(" ")[-1] in self._sought)


_KEY_BEHIND = late(r"[\s.,;:]*(?:\[[^\[\]@]{0,20})?@\{?(\w(?:\w|[:.#$%&+?<>~/-](?=\w))*)")
"""A key that stands behind a typed citation at once."""


def _by_hand(said: str, place: Place, remedy: str, *, strict: bool) -> Finding:
    return (error if strict else warning)(
        "C007", place, f"“{said}” is typed by hand: nothing leads from it to its entry", remedy
    )


def _nobodys(work: Work, said: str, place: Place, library: _Library) -> Finding:
    near = library.near(work)
    remedy = (
        f"did you mean {_either([f'@{key} ({name})' for key, name in near])}?"
        if near
        else "add the entry and cite its key; if this is no citation, let it be"
    )
    year = "without a year" if work.year == "n.d." else work.year if work.year == "in press" else f"of {work.year}"
    return warning("C008", place, f"no entry of the bibliography is by {_named(work)} and {year}: “{said}”", remedy)


def _named(work: Work) -> str:
    if work.et_al:
        return f"{work.names[0]} et al."
    *others, last = work.names
    return f"{', '.join(others)} and {last}" if others else last


def _either(forms: list[str]) -> str:
    return forms[0] if len(forms) == 1 else f"{', '.join(forms[:-1])} or {forms[-1]}"


# --- what to write instead --------------------------------------------------------------------------------------------


def _whole_remedy(citation: Typed, at_hand: list[list[str]]) -> str:
    """Say what to write in place of the whole citation, for each way in which its works can be understood."""
    if citation.narrative:
        (work,), (keys,) = citation.works, at_hand
        if re.match(r", ?(?:1[5-9]|20)\d\d", work.rest):  # Smith (2015, 2020)
            return f"write {_either([f'@{key}' for key in keys])}, and cite the works of the other years by key, too"
        rest = re.sub(r"^[,;:]? *", "", work.rest)
        locator = f" [{rest}]" if len(rest) > 1 else ""
        forms = [f"@{key}{citation.possessive}{locator}" for key in keys]
    elif any(work.secondary for work in citation.works):
        if len(citation.works) == 1:
            return f"write {_either([f'@{key}' for key in at_hand[0]])} in place of the name and the year"
        forms = [f"[@{at_hand[0][0]}, as cited in @{key}]" for key in at_hand[1]]
    else:
        before = f"{citation.before} " if citation.before else ""
        pieces = []
        for work, keys in zip(citation.works, at_hand, strict=True):
            pieces.append([f"@{key}{_locator(work)}" for key in keys])
        first, *others = pieces
        tail = "".join(f"; {one[0]}" for one in others)
        forms = [f"[{before}{one}{tail}]" for one in first]
    which = ", whichever is meant" if len(forms) > 1 else ""
    return f"write {_either(forms)}{which}"


def _locator(work: Work) -> str:
    rest = work.rest
    rest = re.sub(r"^(?:,? *(?:(?:1[5-9]|20)\d\d[a-z]?|[a-z])(?=,|\Z))+", "", rest)
    return f", {rest.lstrip(',: ')}" if rest.strip(",: ") else ""


# --- works ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    key: str
    authors: tuple[works.Author, ...]


class _Library:
    """Finds works by their authors and years, those of a year at once."""

    def __init__(self, manuscript: Manuscript) -> None:
        self._manuscript = manuscript
        self._of_year: dict[str, list[_Held]] = {}

    def _held(self, year: str) -> list[_Held]:
        if year not in self._of_year:
            found: Iterator[tuple[str, Item]] = works.of_year(self._manuscript, year)
            self._of_year[year] = [_Held(key, works.authors(item)) for key, item in found]
        return self._of_year[year]

    def of(self, work: Work, *, exactly: bool = False) -> list[str]:
        """Give the keys of the works that are meant; none if no work has these authors and this year.

        If not `exactly`, other words may stand before the first name: "Ann Smith". One name alone, or with "et al.",
        may be the first of any number, if no work has just as many.
        """
        held = [one for year in work.year.split("/") for one in self._held(year)]
        found = [one.key for one in held if _is_by(one.authors, work, exactly=exactly)]
        if not found and len(work.names) == 1:
            found = [one.key for one in held if _is_first(one.authors, work, exactly=exactly)]
        return list(dict.fromkeys(found))

    def understood(self, citation: Typed) -> Typed:
        """Take a citation in a sentence with just the words before the year that name a work at hand."""
        if not citation.narrative:
            return citation
        for work in (*citation.works, *citation.shorter):
            if self.of(work, exactly=True):
                return replace(citation, works=(work,), start=work.start)
        return citation

    def near(self, work: Work) -> list[tuple[str, str]]:
        """Give up to three works of the same first author and year, or of all of the authors, with their authors."""
        first = works.folded(work.names[0])
        alike = [
            one
            for year in work.year.split("/")
            for one in self._held(year)
            if one.authors and first in one.authors[0].forms
        ]
        return [(one.key, " & ".join(author.name for author in one.authors[:3])) for one in alike[:3]]


def _is_by(authors: tuple[works.Author, ...], work: Work, *, exactly: bool) -> bool:
    if not authors:
        return False
    if len(authors) == 1 and works.folded(work.whole) in authors[0].forms and not work.et_al:
        return True
    if not _is_first(authors, work, exactly=exactly):
        return False
    if work.et_al:
        return len(authors) > 1
    others = [author.forms for author in authors[1:]]
    if len(work.names) == 1 or not others:
        return len(work.names) == len(authors)
    return all(any(works.folded(name) in forms for forms in others) for name in work.names[1:])


def _is_first(authors: tuple[works.Author, ...], work: Work, *, exactly: bool) -> bool:
    """Tell whether the first name of a work is that of its first author."""
    return bool(authors) and any(_is_called(form, work.names[0], exactly=exactly) for form in authors[0].forms)


def _is_called(form: str, name: str, *, exactly: bool) -> bool:
    """Tell whether a name, or its last words, are a family name as Smith is of "Ann Smith"."""
    said = name.split(" ")
    return any(works.folded("".join(said[at:])) == form for at in range(1 if exactly else len(said)))


# --- where ------------------------------------------------------------------------------------------------------------

_PIECE = late(r"[^\W_]+")


def _passages(manuscript: Manuscript, piece: str) -> list[tuple[Passage, int]]:
    """Give the passages in which a piece of the text stands, and where in each; none if it is no prose."""
    chunks = _PIECE.findall(re.sub(r"&\w+;", " ", piece))
    pattern = re.compile(r"[\W_]*".join(map(re.escape, chunks)))
    last = chunks[-1]
    return [
        (passage, found.start())
        for passage in manuscript.passages
        if passage.kind in _KINDS and last in passage.text and (found := pattern.search(passage.text))
    ]


def _is_quoted(passage: Passage, at: int) -> bool:
    if passage.kind in {"quotation", "quoted"}:
        return True
    before = passage.text[:at]
    return before.count("“") + before.count("„") + before.count("«") > before.count("”") + before.count("»")


def _is_in_block(text: str, at: int) -> bool:
    return bool(re.match(r"[ ]{0,3}>", text[text.rfind("\n", 0, at) + 1 :]))


# --- what can only be a citation --------------------------------------------------------------------------------------

_PLACE_IN_WORK = late(
    r"(?:,? *(?:(?:1[5-9]|20)\d\d[a-z]?|[a-z])(?=,|\Z))*"
    r"(?:, *(?:pp?\.|paras?\.|chap(?:ter|s?\.)|ch\.|secs?\.|section|table|figure|slide|S\.|Kap\.).*)?\Z",
    re.IGNORECASE | re.DOTALL,
)

_INTRODUCING = late(
    r"(?:(?:see|also|cf|e\.g|i\.e|for|an?|example|examples|instance|review|reviews|overview|details|discussion|but|compare|as|and"
    r"|siehe|auch|vgl|z\. ?B|voir|véase)[.,:]*\s*)*\Z",
    re.IGNORECASE,
)
"""Words that introduce a citation in parentheses."""

_NO_NAMES_OF_WORKS = """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    januar februar märz mai juni juli oktober dezember enero febrero marzo abril mayo junio julio agosto septiembre
    octubre noviembre diciembre janvier février mars avril juin juillet août septembre octobre novembre décembre
    monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter easter christmas ramadan
    frühjahr sommer herbst fassung stand ausgabe auflage printemps été automne hiver primavera verano otoño invierno
"""
_NO_NAMES_OF_PARTS = """
    study studies experiment version table figure appendix wave time phase model chapter volume season part section
    step year day week session trial cohort sample group class grade edition update accessed retrieved published
    updated revised copyright born died since until before after circa act law regulation directive decree amendment
    election elections census olympics note panel scale item round round stage level site lab release draft vintage
    baseline pretest posttest followup pilot replication survey dataset data series episode issue number paper poster
    report conference workshop symposium congress meeting semester quarter term studie versuch tabelle abbildung
    kapitel band teil étude tableau chapitre estudio tabla capítulo
"""
_NO_NAMES_OF_PLACES = """
    africa america asia europe australia austria belgium brazil britain bulgaria canada chile china colombia croatia
    cuba cyprus denmark egypt england estonia ethiopia finland france germany ghana greece hungary iceland india
    indonesia iran iraq ireland israel italy japan kenya korea latvia lebanon lithuania luxembourg malaysia malta mexico
    morocco nepal netherlands nigeria norway pakistan palestine peru philippines poland portugal romania russia rwanda
    scotland serbia singapore slovakia slovenia spain sweden switzerland syria taiwan tanzania thailand tunisia turkey
    uganda ukraine uruguay usa venezuela vietnam wales yemen zambia zimbabwe bosnia herzegovina trinidad tobago
    deutschland österreich schweiz frankreich españa méxico francia italia
    amsterdam athens atlanta auckland baltimore bangkok barcelona basel beijing belfast berlin bern bologna bonn boston
    brisbane brussels budapest cairo calgary cambridge chicago cologne copenhagen dallas delhi denver detroit dresden
    dubai dublin edinburgh florence frankfurt geneva ghent glasgow göttingen gothenburg graz hamburg hanover heidelberg
    helsinki houston istanbul jakarta jena jerusalem johannesburg karachi kyiv kyoto lagos leeds leiden leipzig leuven
    lima lisbon liverpool ljubljana london lyon madrid maastricht mainz manchester mannheim melbourne miami milan
    minneapolis montreal moscow mumbai munich münchen nairobi naples nijmegen osaka oslo oxford padua paris philadelphia
    pittsburgh portland prague princeton quebec reykjavik riga rome rotterdam salzburg santiago seattle seoul shanghai
    sofia stanford stockholm strasbourg stuttgart sydney taipei tallinn tokyo toronto trento tübingen turin turku
    uppsala utrecht valencia vancouver venice vienna vilnius warsaw washington wien würzburg zagreb zurich zürich
"""
_NO_NAMES_OF_THINGS = """
    brexit covid pandemic lockdown windows word excel office android python stata qualtrics mplus nvivo jasp jamovi
    lavaan matlab mathworks eprime prolific github zenodo wikipedia google facebook twitter youtube instagram netflix
    disney microsoft apple amazon adobe ikea nature science lancet cell brain cognition elsevier springer wiley sage
    routledge pearson reuters spotify telegram whatsapp tiktok zoom skype bible quran koran torah unpublished online
    internet web archived translated reprinted original emphasis author authors masked blinded redacted anonymous
"""
_NO_NAMES = frozenset(f"{_NO_NAMES_OF_WORKS} {_NO_NAMES_OF_PARTS} {_NO_NAMES_OF_PLACES} {_NO_NAMES_OF_THINGS}".split())
"""Words with a capital that stand before a year in parentheses and are no author."""


def _is_doubtful(citation: Typed) -> bool:
    """Tell whether one word stands before the year that is a month, a place or the like, if a name as well: "May"."""
    return all(len(work.names) == 1 and work.names[0].casefold() in _NO_NAMES for work in citation.works)


_PERSON = late(
    r"(?:(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|ter|ten|zu|al|el|bin) ){0,3}"
    r"(?:[dDlLO]['\u2019]|Mc|Mac|De|Di|La|Le|Van|Von)?[^\W\d_a-zß-öø-ÿ][^\W\d_A-ZÀ-ÖØ-Þ]+"
    r"(?:[-\u2010][^\W\d_a-zß-öø-ÿ][^\W\d_A-ZÀ-ÖØ-Þ]+)*"
)


def _is_citation(work: Work, citation: Typed) -> bool:
    """Tell whether the form of what stands in parentheses leaves no doubt that a work is cited (APA 8.11, 8.17)."""
    if (
        citation.narrative
        or not work.comma
        or not _PLACE_IN_WORK.match(work.rest)
        or not _INTRODUCING.match(work.before)
    ):
        return False
    if any(name.casefold() in _NO_NAMES for name in work.names):
        return False
    persons = all(_PERSON.fullmatch(name) for name in work.names)
    if work.et_al or work.joined == "&":
        return persons or bool(work.rest)
    return persons and citation.alone
