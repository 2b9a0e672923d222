"""Finds sentences that speak of a work of the authors' own as theirs: "in our previous work (Doe, 2020)".

APA 8.3: a masked copy cites its authors' works in the third person, or masks the citation. A sentence that says "our"
without a citation of such a work tells nothing, nor does one that cites it as anybody would.
"""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

from citeproof import sentences
from citeproof.document import CITED_HERE
from citeproof.findings import Place, error
from citeproof.leaks.folding import spellings, without_accents, words
from citeproof.leaks.search import place_of, windows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from citeproof.bibliography.model import Item
    from citeproof.document import Manuscript, Passage
    from citeproof.findings import Finding
    from citeproof.leaks.identity import Identity
    from citeproof.leaks.pieces import Piece

_WORK = (
    r"(?:works?|stud(?:y|ies)|research|papers?|articles?|findings?|results?|experiments?|publications?|reports?"
    r"|investigations?|analys[ie]s|reviews?|meta[\s-]?analys[ie]s|data(?:\s?sets?)?|models?|theor(?:y|ies)|accounts?|books?"
    r"|chapters?|dissertations?|thes[ie]s|trials?|surveys?|projects?|observations?|samples?|demonstrations?|preprints?)"
)
_BEFORE = (
    r"(?:previous(?:ly)?|prior|earlier|past|recent(?:ly)?|former|preceding|own|published|unpublished|pilot|forthcoming)"
)
_TOLD = (
    r"(?:shown|showed|demonstrated|reported|argued|proposed|found|described|published|suggested|documented|established"
    r"|introduced|developed|observed|replicated|reviewed|discussed|noted|presented|summari[sz]ed|outlined|concluded"
    r"|explained|theori[sz]ed|called|termed)"
)
_LAB = r"(?:lab|laborator(?:y|ies)|group|team|research\s+group|department|institute|cent(?:re|er)|clinic|consortium)"

_WHICH = "first|second|third|last|senior|lead|present|corresponding"
_ADVERB = r"(?:\w+ly|also|already|elsewhere|thus|since|long|now|and\s+others)"
_ARBEIT = (
    r"\w*(?:arbeit|studie|untersuchung|forschung|befund|ergebnis|artikel|beitrag|publikation|experiment|analyse|daten)"
    r"\w*"
)
_FRUEHER = (
    r"(?:fruher|vorherig|vorig|eigen|bisherig|letzt|jungst|vorangegangen|vorhergehend|publiziert|veroffentlicht)\w*"
)
_BEREITS = r"(?:bereits|fruher|zuvor|kurzlich|schon|an\s+anderer\s+stelle)"
_TRAVAUX = r"(?:travaux|travail|etudes?|recherches?|articles?|resultats?|experiences?|enquetes?)"
_TRABAJOS = r"(?:trabajos?|estudios?|investigacion(?:es)?|articulos?|resultados?|hallazgos?|experimentos?)"
_ANTES = r"(?:previamente|anteriormente|recientemente|ya)"

PHRASES = {
    "en": (
        rf"\b(?:my|our)\s+(?:[^\W\d_]+(?:['\u2019]s)?\s+){{0,2}}{_BEFORE}\s+(?:[^\W_]+[\s-]+){{0,3}}?{_WORK}\b",
        rf"\b(?:my|our)\s+(?:(?:19|20)\d\d|other|related)\s+{_WORK}\b",
        rf"\b{_WORK}\s+(?:\w+\s+){{0,2}}?(?:by|from|of|in|at)\s+(?:my|our)\s+(?:own\s+)?{_LAB}\b",
        rf"\b(?:we|i)\s+(?:have|had)\s+(?:{_ADVERB}\s+){{0,2}}{_TOLD}\b",
        r"\b(?:we|i)\s+(?:have\s+|had\s+)?(?:previously|earlier|recently|already|originally)\s+(?!in\b|on\b|to\b)\w+",
        rf"\b(?:we|i)\s+(?:have\s+)?{_TOLD}\s+(?:elsewhere|previously|earlier|before)\b",
        rf"\bas\s+(?:we|i)\s+(?:have\s+)?(?:\w+ly\s+)?{_TOLD}\b(?!\s+(?:above|below|here|in\s+(?:the|this|table|figure)))",
        rf"\b(?:my|our)\s+(?:own\s+)?{_LAB}\s+(?:has|have|had|recently|previously)\b",
        r"\b(?:one|some|two|three|several|most)\s+of\s+(?:us|the\s+(?:present\s+)?authors)\b",
        rf"\bthe\s+(?:(?:{_WHICH})\s+)?author(?:['\u2019]?s|s['\u2019])\s+{_BEFORE}\s+{_WORK}\b",
        r"\b(?:my\s+colleagues\s+and\s+i|we\s+and\s+(?:our\s+colleagues|others))\b",
    ),
    "de": (
        rf"\bunser(?:e|er|en|em|es)?\s+(?:\w+\s+)?{_FRUEHER}\s+(?:\w+\s+)?{_ARBEIT}",
        rf"\b(?:eigene[nr]?\s+{_ARBEIT}|unsere[nr]?\s+vorarbeit\w*)",
        rf"\b(?:wir|ich)\s+(?:habe[n]?\s+|konnten?\s+)?{_BEREITS}\b",
        rf"\b(?:haben|konnten)\s+wir\s+{_BEREITS}\b",
    ),
    "fr": (
        rf"\b(?:nos|notre|mes|mon|ma)\s+(?:\w+\s+)?{_TRAVAUX}\s+(?:\w+\s+)?(?:precedent|anterieur|recent|publie)\w*",
        rf"\b(?:nos|notre)\s+(?:precedent|recent)\w*\s+{_TRAVAUX}",
        r"\b(?:nous\s+avons|j['\u2019]ai)\s+(?:deja|precedemment|recemment|anterieurement)\b",
        r"\bcomme\s+(?:nous\s+l['\u2019]avons|je\s+l['\u2019]ai)\b",
    ),
    "es": (
        rf"\b(?:nuestr[oa]s?|mis?)\s+(?:\w+\s+)?{_TRABAJOS}\s+(?:previ|anterior|reciente|propi|publicad)\w*",
        rf"\b(?:nuestr[oa]s?|mis?)\s+(?:previ|anterior|reciente|propi)\w*\s+{_TRABAJOS}",
        rf"\b{_ANTES}\s+(?:hemos|habiamos|he)\b",
        rf"\b(?:hemos|habiamos|he)\s+(?:\w+\s+)?{_ANTES}\b",
        r"\bcomo\s+(?:ya\s+)?(?:hemos|he)\s+(?:mostrado|demostrado|senalado|descrito|argumentado|propuesto)\b",
    ),
}
"""How a text speaks of earlier works as its authors' own, by language; in small letters without accents."""

_THING = (
    r"(?:works?|research|stud(?:y|ies)|theor(?:y|ies)|models?|frameworks?|scales?|questionnaires?|paradigms?|papers?"
    r"|articles?|books?|chapters?|dissertations?|thes[ie]s|meta[\s-]?analys[ie]s|reviews?|preprints?)"
)
_DIRECTLY = re.compile(
    rf"\b(?:my|our)\s+(?:[\w-]+\s+){{0,3}}{_THING}\s*[(\[]?\s*(?:see|e\.g\.,?|cf\.)?\s*$"
    rf"|\bunsere?[nrm]?\s+(?:\w+\s+)?{_ARBEIT}\s*[(\[]?\s*(?:siehe|s\.|vgl\.)?\s*$"
)
"""Right before a citation in parentheses: "our theory (Doe, 2020)". "Our results (cf. Doe, 2020)" compares."""
_PHRASE = re.compile("|".join(f"(?:{pattern})" for language in PHRASES.values() for pattern in language))
_FIRST_PERSON = re.compile(
    r"\b(?:we|our|ours|us|my|mine|i|wir|ich|unser\w*|nous|notre|nos|nosotros|nuestr[oa]s?|hemos|authors?)\b|\beigene"
)
"""Stands in each sentence that may speak so."""
_NOT_OUT = (
    r"(?:in\s+press|in\s+prep(?:aration|\.)|submitted|under\s+review|unpublished|manuscript|im\s+druck|sous\s+presse"
    r"|en\s+prensa)"
)
_REACH = 300
"""Characters behind such a phrase in which a citation in parentheses belongs to it."""
_NEAR = 40
"""Characters between the phrase and a citation that the sentence itself says."""
_SET_APART = re.compile(r"\b(?:than|unlike|contrary|in\s+contrast|by\s+others)\b")
_WE_GO_ON = re.compile(rf"[)\]]*,?\s+(?:(?:we|i)\s+(?:\w+\s+)?{_TOLD}\b|haben\s+wir\b|nous\s+avons\b|hemos\b)")
"""Behind "in Doe (2020)"."""
_REMEDY = (
    "write of the work in the third person, as of anybody's (\u201cDoe, 2020, showed\u201d),\n"
    "or add its key to `masked-citations`, so that a masked copy shows [masked] (APA 8.3)"
)
_LONGEST_SHOWN = 120


def _told(place: Place, sentence: str, where: str = "") -> Finding:
    shown = " ".join(sentence.split())
    if len(shown) > _LONGEST_SHOWN:
        shown = shown[:_LONGEST_SHOWN].rpartition(" ")[0] + " \u2026"
    at = f": {where}" if where else ""
    message = f"the sentence \u201c{shown}\u201d speaks of a work by the authors of this paper as theirs{at}"
    return error("M006", place, message, _REMEDY)


def _speaks(before: str, behind: str, not_out: str, *, in_brackets: bool) -> bool:
    """Tell whether what stands around a citation of an own work, in its sentence, makes it the authors' own.

    All in small letters without accents. `not_out`: what the citation says if the work is not published yet.
    """
    if in_brackets and re.search(_NOT_OUT, not_out) and _FIRST_PERSON.search(before + behind):
        return True
    if not in_brackets and re.search(r"\bin\s*$", before) and _WE_GO_ON.match(behind):
        return True
    if in_brackets and _DIRECTLY.search(before):
        return True
    reach = _REACH if in_brackets else _NEAR
    return any(
        len(before) - phrase.end() <= reach and not _SET_APART.search(before, phrase.end())
        for phrase in _PHRASE.finditer(before)
    )


def _cut(before: str, behind: str) -> tuple[str, str]:
    """Cut a sentence that is longer than any to what stands near the citation in it."""
    return before[-_LONGEST_SIDE:], behind[:_LONGEST_SIDE]


_LONGEST_SIDE = 1_000


def _opens(before: str) -> bool:
    """Tell whether a parenthesis is open at the end of a text."""
    return before.rfind("(") > before.rfind(")") or before.rfind("[") > before.rfind("]")


# --- in finished texts ------------------------------------------------------------------------------------------------


class Speaker:
    """Finds such sentences in texts in which works are cited by family name and year."""

    def __init__(self, identity: Identity) -> None:
        """Make the pattern of the citations of the authors' own works."""
        families = [spellings(name.family) for name in identity.names if name.family and name.given]
        self._hints = tuple(spelling for family in families if family for spelling in family[-1])
        one_of = "|".join(
            r"[\W_]{1,3}".join("(?:" + "|".join(map(re.escape, word)) + ")" for word in family)
            for family in families
            if family
        )
        year = rf"(?:(?:19|20)\d\d[a-z]?|{_NOT_OUT}|n\.\s?d\.)"
        others = r"(?:\s+et\s+al\.?|(?:,?\s+(?:(?:&|and|und|et|y)\s+)?\w[\w.-]*){0,8}?)"
        self._cited = re.compile(rf"(?<![^\W_])(?:{one_of})(?![^\W_]){others}[\s,(]+{year}") if one_of else None

    def findings(self, file: str, piece: Piece) -> Iterator[Finding]:
        """Find each such sentence in a piece."""
        if self._cited is None:
            return
        seen: set[Finding] = set()
        for line, window in windows(piece.text):
            for found in self._in_window(file, piece, line, window):
                if found not in seen:
                    seen.add(found)
                    yield found

    def _in_window(self, file: str, piece: Piece, lines_before: int, window: str) -> Iterator[Finding]:
        if self._cited is None:
            return
        cased = without_accents(window)
        text = cased.casefold()
        if len(text) != len(cased) or not any(hint in text for hint in self._hints):
            return
        cited = [one for one in self._cited.finditer(text) if any(map(str.isupper, cased[one.start() : one.end()]))]
        begin = sentences.ends(cased, [(*one.span(), False) for one in cited]) if cited else []
        for one in cited:
            before, behind = _cut(*sentences.around(cased, *one.span(), begin))
            if _speaks(before.casefold(), behind.casefold(), one[0], in_brackets=_opens(before)):
                line = column = 0
                if piece.lines:
                    line, column = place_of(window, text, one.start(), str, exact=True)
                    line += lines_before
                said = window if len(window) == len(cased) else cased
                sentence = said[one.start() - len(before) : one.end() + len(behind)]
                yield _told(Place(file, line, column), sentence, piece.where)


# --- in the manuscript ------------------------------------------------------------------------------------------------


def own_works(manuscript: Manuscript, identity: Identity, masked: Collection[str] = ()) -> list[Finding]:
    """Find in a manuscript the sentences that speak of a cited work as its authors' own, with their places.

    `masked` are the keys that a masked copy shows as "[masked]". M006: such a sentence.
    """
    own = {
        str(item["id"]): _not_out(item)
        for item in manuscript.references
        if item["id"] not in masked and any(_is_author(identity, writer) for writer in item.get("author", []))
    }
    narrative = frozenset(item.place for item in manuscript.citations if item.narrative)
    return [one for passage in manuscript.passages for one in _in_passage(passage, own, narrative)] if own else []


def _not_out(item: Item) -> str:
    """Give what a work says in place of a year."""
    issued = item.get("issued", {})
    return f"{item.get('status', '')} {issued.get('literal', '')} {issued.get('raw', '')}".casefold()


def _is_author(identity: Identity, writer: dict[str, str]) -> bool:
    """Tell whether the author of a work has family name and first initial of one of the paper's."""
    particles = f"{writer.get('dropping-particle', '')} {writer.get('non-dropping-particle', '')}"
    family = writer.get("family", "")
    names = (words(family), words(f"{particles} {family}"))
    initial = "".join(words(writer.get("given", "")))[:1]
    return any(
        words(name.family) in names and initial == "".join(words(name.given))[:1]
        for name in identity.names
        if name.family and name.given
    )


def _in_passage(passage: Passage, own: dict[str, str], narrative: frozenset[Place]) -> Iterator[Finding]:
    calls = [
        (at, key, place)
        for at, key, place in passage.calls
        if key in own and place and passage.text[at : at + 1] == CITED_HERE
    ]
    begin = sentences.ends(passage.text) if calls else []
    told: set[int] = set()
    for at, key, place in calls:
        number = bisect.bisect_right(begin, at)
        before, behind = _cut(*sentences.around(passage.text, at, at + 1, begin))
        around = (without_accents(before).casefold(), without_accents(behind).casefold())
        if number not in told and place and _speaks(*around, own[key], in_brackets=place not in narrative):
            told.add(number)
            yield _told(place, f"{before}@{key}{behind}")
