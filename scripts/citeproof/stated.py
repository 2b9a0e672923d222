"""Knows how authors head and word what journals want stated: data, ethics, funding, interests and the like.

A section of its own is the surest sign, then a paragraph that begins with its title in bold, then words in the text.
The patterns know English, German, French and Spanish, the languages in which filters/statements.lua sets titles. Words
that only speak of a matter ("preregistration is becoming the norm") are meant not to count. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof.document import elements, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.document import Json

LANGUAGES = frozenset({"en", "de", "fr", "es"})
"""The languages (BCP 47) that the patterns know."""


@dataclass(frozen=True, slots=True)
class Statement:
    """How a statement is found that an author did not put into the front matter. Upper and lower case are one."""

    said: str
    """What it is, in an author's words."""
    title: str
    """The pattern of the whole title of a section that is one."""
    words: str = ""
    """The pattern of words in the text that make one; "" if only a section or a field will do."""


_MODEL = (
    r"(?:AI|artificial intelligence|(?:large )?language models?|LLMs?|ChatGPT|GPT-?\d\w*|Claude|Gemini|Copilot"
    r"|KI|künstlicher? Intelligenz|IA|intelligence artificielle|inteligencia artificial)"
)
_BOARD = r"(?:ethic\w*|IRB|review boards?|Ethik\w*|éthique|bioética|ética)"
_APPROVED = (
    r"(?:approv(?:ed|al)|exempt(?:ed|ion)?|waived|cleared|clearance|granted|permission|not (?:needed|required"
    r"|necessary)"
    r"|genehmig\w*|bewillig\w*|zugestimmt|Votum|approuvé\w*|agreed|authori[sz]ed|no objections?|unbedenklich"
    r"|accord|aprob\w*)"
)
_WORK = (
    r"(?:work|study|studies|research|project|paper|article|manuscript|trial|review|authors?"
    r"|was|were|is|are|has been|we|I)"
)

STATEMENTS = {
    "data-availability": Statement(
        "where the data are",
        r"(?:open |research )?data(?:,? (?:and|&) [\w ,]+|, [\w ,]+)?,? (?:availability|accessib\w+|access"
        r"|sharing|deposit\w*)\b.*"
        r"|(?:availability|accessibility|sharing) of (?:the )?(?:\w+,? (?:and )?)?data\b.*|open data(?: .*)?"
        r"|data statement"
        r"|Datenverfügbarkeit.*|(?:Daten|Verfügbarkeit)\b.*\b(?:Daten|verfügbar\w*|Zugang)\b.*"
        r"|Zugänglichkeit der Daten"
        r"|(?:disponibilité|accessibilité|accès|partage)\b.*\bdonnées\b.*|disponibilidad\b.*\bdatos\b.*",
        r"\bdata(?:sets?)?\b[^.]{0,80}\b(?:available|accessible|accessed|repository|shared|archived|deposited"
        r"|posted|OSF"
        r"|found (?:at|on|in the (?:Open|OSF)|under|online|here))"
        r"|\bno (?:new )?data (?:were|was|are)\b|\bdata[^.]{0,60}osf\.io"
        r"|\bDaten\b[^.]{0,80}\b(?:verfügbar|zugänglich|hinterlegt|abrufbar|OSF|auf Anfrage)"
        r"|\bdonnées\b[^.]{0,80}\b(?:disponibles?|accessibles?|déposées?|OSF|sur demande)"
        r"|\bdatos\b[^.]{0,80}\b(?:disponibles?|accesibles?|depositados|OSF)",
    ),
    "ethics": Statement(
        "who approved the study, or that no approval was needed",
        r"(?:research )?ethics|ethic(?:s|al)\b.*\b(?:statements?|approvals?|considerations?|committee|clearance"
        r"|declarations?"
        r"|compliance|standards|aspects|information|permission|consent|review)\b.*|compliance with ethical standards"
        r"|(?:statement|declaration) (?:of|on) ethics|(?:institutional )?review board statement"
        r"|Ethik|Ethik(?:votum|erklärung|kommission)|Ethische.*|Ethik\b.*|.*\b(?:approbation|considérations"
        r"|comité)\b.*éthiques?\b.*"
        r"|éthique|(?:aprobación|consideraciones) éticas?|ética|aspectos éticos",
        rf"\b{_BOARD}\b[^.]{{0,120}}\b{_APPROVED}\b|\b{_APPROVED}\b[^.]{{0,120}}\b{_BOARD}\b"
        r"|\bDeclaration of Helsinki\b|\bDeklaration von Helsinki\b|\bDéclaration d.Helsinki\b"
        r"|\bDeclaración de Helsinki\b",
    ),
    "consent": Statement(
        "whether participants consented",
        r".*\bconsent to participate.*|(?:statement (?:of|on) )?(?:informed |patient )?consent(?: statement)?"
        r"|(?:informierte )?Einwilligung(?:serklärung)?|Einverständniserklärung|consentement(?: éclairé)?"
        r"|consentimiento(?: informado)?",
        r"\b(?:participants?|patients?|parents?|persons?|people|respondents?|students?|adults?|children"
        r"|volunteers?|women|men"
        r"|individuals?|subjects|they|all|who|everyone|guardians?)\b[^.]{0,80}\bconsent(?:ed)?\b"
        r"|\bconsent\b[^.]{0,60}\b(?:was|were) (?:obtained|given|waived|provided|sought|not)\b"
        r"|\b(?:gave|giving|obtained|provided|signed)\b[^.]{0,60}\bconsent\b"
        r"|\beingewilligt\b|\bEinverständnis\w*|\bEinwilligung\w*[^.]{0,60}\b(?:gegeben|gaben|erteilt|eingeholt|vor)"
        r"|\bconsentement (?:éclairé|écrit|libre)|\bconsentimiento (?:informado|escrito)",
    ),
    "consent-for-publication": Statement(
        "whether those shown consented to publication",
        r"(?:.*\b)?consent (?:for|to) (?:publication|publish)\b.*|Einwilligung (?:in|zur) (?:die )?Veröffentlichung"
        r"|consentement à la publication|consentimiento para la publicación",
    ),
    "preregistration": Statement(
        "whether the study was preregistered, and where",
        r"pre-?registration.*|(?:study|trial|protocol|clinical trial)(?: and \w+)? registration.*"
        r"|registration(?: and protocol)?"
        r"|Prä-?registrierung.*|pré-?enregistrement.*|pre-?r?registro.*|prerregistro.*",
        r"\b(?:we|was|were|is|are|been|not|and|our|have) (?:\w+ly |also |not |never |then )?pre-?register(?:ed)?\b"
        r"|\bpre-?registered (?:the|this|our|all|at|on|in|under|as|with|before|prior|hypothes\w+|analys\w+"
        r"|stud\w+|report)\b"
        r"|\b(?:our|the|a|this) pre-?registration\b|\bpre-?registration\b[^.]{0,40}\b(?:available|can be found"
        r"|at https?|OSF|AsPredicted)"
        r"|\bregister(?:ed)?\b[^.]{0,80}\b(?:PROSPERO|AsPredicted|OSF|Open Science Framework|ClinicalTrials|ISRCTN)"
        r"|\bAsPredicted\b[^.]{0,20}#|\bCRD\d{5,}|\bNCT\d{6,}|\bISRCTN\d{5,}|\bnot registered\b"
        r"|\bprä-?registriert\b|\bpré-?enregistrée?s?\b|\bpre-?rr?egistr(?:ado|ada|aron)\w*",
    ),
    "transparency": Statement(
        "what is open of the research",
        r"(?:research )?transparency(?: and openness)?(?: statement)?|open (?:practices?|science)(?: .*)?"
        r"|Transparenz.*|transparence.*|transparencia.*",
    ),
    "ai-use": Statement(
        "whether artificial intelligence was used in writing, and which",
        rf"(?:declarations?|statements?|disclosures?)\b.*\b{_MODEL}\b.*"
        rf"|(?:generative )?{_MODEL} (?:use|usage|assistance)"
        rf"|.*\b{_MODEL}\b.*\b(?:declarations?|statements?|disclosures?|writing|manuscript preparation)\b.*"
        rf"|use of (?:generative )?{_MODEL}(?: tools?| technolog\w+)?"
        r"(?: in (?:\w+ )?(?:writing|preparation|manuscript)\b.*)?"
        rf"|(?:Nutzung|Verwendung|Einsatz)\b.*\b{_MODEL}.*|(?:recours|utilisation|usage)\b.*{_MODEL}.*"
        rf"|uso de {_MODEL}.*",
        rf"\b(?:we|I|the authors?|nobody|no one)\b[^.]{{0,60}}\bused?\b[^.]{{0,60}}\b{_MODEL}\b"
        rf"|\b{_MODEL}\b[^.]{{0,60}}\b(?:was|were) (?:not )?used\b|\bno\b[^.]{{0,40}}\b{_MODEL}\b[^.]{{0,60}}\bused\b"
        rf"|\b{_MODEL}\b[^.]{{0,100}}\b(?:manuscript|this (?:paper|article|text|work))\b"
        rf"|\b(?:wir|die Autor\w*)\b[^.]{{0,80}}\b{_MODEL}\b|\b{_MODEL}\b[^.]{{0,60}}\b(?:genutzt|verwendet"
        rf"|eingesetzt)"
        rf"|\b{_MODEL}\b[^.]{{0,60}}\b(?:utilisée?s?|utilizad\w+)",
    ),
    "author-contributions": Statement(
        "who did what",
        r"(?:statement of )?(?:authors?.{0,2} )?contributions?(?: statement)?|authors?.{0,2} (?:roles"
        r"|contributions?)\b.*"
        r"|contributions? of (?:the |each )?authors?|contributors?(?:ship)?(?: .*)?|.*\bCRediT\b.*"
        r"|(?:Autor\w*)?beiträge?(?: der Autor\w*)?|Autor\w*beiträge|contributions? des aut.*"
        r"|contribuci(?:ón|ones) de .*autor.*",
        r"\bCRediT\b|\bcontributed equally\b|\bthese authors contributed\b",
    ),
    "conflicts-of-interest": Statement(
        "what interests the authors have",
        r".*\b(?:conflicts?|conflicting|competing|declarations?)\b.*\binterests?\b.*"
        r"|disclosures?(?: statement)?|conflicts?(?: statement)?"
        r"|(?:Offenlegung\w*.*)?Interessens?konflikte?.*|.*Interessens?konflikte?n?|.*\b(?:conflits?"
        r"|liens?)\b.*intérêts?.*"
        r"|.*conflictos? de inter.*",
        r"\b(?:no|any|none|declares?d?|disclose|reports?|potential)\b[^.]{0,60}\b(?:conflicts? of interests?"
        r"|(?:competing|conflicting) interests?)"
        r"|\b(?:conflicts? of interests?|(?:competing|conflicting) interests?)\b[^.]{0,40}\b(?:declare|disclose"
        r"|report|none|nothing)"
        r"|\bInteressens?konflikte?\b[^.]{0,60}\b(?:besteh|vorlieg|hab|kein)"
        r"|\b(?:kein\w*)\b[^.]{0,40}\bInteressens?konflikt"
        r"|\b(?:aucun|pas de|déclarent)\b[^.]{0,60}\b(?:conflits?|liens?) d.intérêts?"
        r"|\b(?:ningún|no)\b[^.]{0,60}\bconflictos? de inter",
    ),
    "funding": Statement(
        "who paid for the work",
        r"funding(?:\b.*)?|funders?|.*\b(?:of|and) (?:the )?(?:funding|funders?)\b.*|financial (?:support"
        r"|disclosures?|statement)\b.*"
        r"|grant (?:support|information)|sources? of (?:support|funding)|support"
        r"|(?:Forschungs)?förderung|Finanzierung|Mittelgeber|Förderhinweis\w*|financements?(?: .*)?|soutien financier"
        r"|financia(?:ción|miento)(?: .*)?",
        rf"\b{_WORK}\b[^.]{{0,60}}\bfunded (?:\w+ly |in part )?by\b"
        rf"|\b(?:this|the|present|our) (?:\w+ )?{_WORK}\b[^.]{{0,60}}\bsupported (?:\w+ly "
        rf"|in part )?by\b[^.]{{0,120}}"
        r"\b(?:grants?|funds?|funding|foundation|council|fellowship|scholarship|institutes?|universit\w+"
        r"|ministry|agency|award)\b"
        r"|\b(?:received|there was) no (?:\w+,? )*(?:funding|grants?|support)|\bno (?:external|specific"
        r"|outside) (?:funding|grants?)"
        r"|\breceived (?:\w+ )?(?:funding|a grant)|\bgrants? (?:no\b|numbers?\b|#|agreement)"
        r"|\b(?:gefördert|finanziert) (?:durch|von)\b|\bkeine\w* (?:\w+ )?(?:Förderung|Finanzierung|Fördermittel)"
        r"|\bfinancée? par\b|\baucun financement\b|\bfinanciad[oa] por\b|\bno recibi\w+ (?:\w+ )?financia",
    ),
    "acknowledgments": Statement(
        "whom the authors thank, or that they thank nobody",
        r"acknowledge?ments?|author'?s?.? notes? and acknowledge?ments?|thanks|Danksagung(?:en)?|Dank"
        r"|remerciements?|agradecimientos?",
        r"\b(?:we|I|the authors?) (?:are (?:very |deeply )?grateful|(?:would like to |also |wish to )?(?:thank"
        r"|acknowledge))\b"
        r"|\b(?:wir danken|ich danke|nous remercions|agradecemos)\b",
    ),
}
"""What journals want stated → how it is found."""

ABSTRACT = {
    "background": {"de": "Hintergrund", "fr": "(?:Contexte|Introduction)", "es": "(?:Antecedentes|Introducción)"},
    "objective": {"de": "(?:Ziele?|Fragestellung)", "fr": "Objectifs?", "es": "Objetivos?"},
    "method": {"de": "Methoden?(?:ik)?", "fr": "Méthodes?", "es": "(?:Métodos?|Metodología)"},
    "result": {"de": "Ergebnisse?", "fr": "Résultats?", "es": "Resultados?"},
    "conclusion": {"de": "Schlussfolgerung(?:en)?", "fr": "Conclusions?", "es": "Conclusi(?:ón|ones)"},
}
"""A part of a structured abstract in English, in small letters, in the singular → language → its heading's pattern."""


def is_title_of(statement: Statement, title: str) -> bool:
    """Tell whether a section or paragraph of this title is such a statement."""
    return re.fullmatch(statement.title, title.strip(" \u00a0.:"), re.IGNORECASE) is not None


def words_of(statement: Statement, text: str) -> str:
    """Give the words of a paragraph that make such a statement; "" if none do."""
    found = re.search(statement.words, text, re.IGNORECASE) if statement.words else None
    return " ".join(found[0].split()) if found else ""


_EMPHASES = frozenset({"Strong", "Emph", "Underline", "SmallCaps"})
_PAGES = frozenset({"title-page", "abstract-page", "refs"})


def run_in_titles(document: Json) -> Iterator[str]:
    """Give the words in bold or italics with which paragraphs of the text begin as with a title.

    They are such if a full stop or colon ends them, or if the paragraph has no other words; so do terms of a list of
    definitions.
    """
    blocks = [one for one in document["blocks"] if one["t"] != "Div" or one["c"][0][0] not in _PAGES]
    for element, _ in elements(blocks, words=False):
        if element["t"] in {"Para", "Plain"} and element["c"] and element["c"][0]["t"] in _EMPHASES:
            first, *rest = element["c"]
            title = plain(first).strip()
            if title[-1:] in {".", ":"} or plain(rest).lstrip()[:1] in {"", ".", ":"}:
                yield title
        elif element["t"] == "DefinitionList":
            yield from (plain(term).strip() for term, _definitions in element["c"])


_NOTHING_YET = re.compile(
    r"\W*(?:to ?do|tbd|tba|tbc|fixme|x{2,}|lorem ipsum.*|insert\b.*\bhere|your text here)?\W*", re.IGNORECASE
)


def is_left_open(text: str) -> bool:
    """Tell whether a text only keeps a place for what is to be written: nothing, TODO, XXX, three dots."""
    return _NOTHING_YET.fullmatch(text) is not None


def open_sections(document: Json) -> frozenset[str]:
    """Give the titles of the sections in which nothing stands yet."""
    blocks = document["blocks"]
    found = set()
    for at, block in enumerate(blocks):
        if block["t"] == "Header":
            following = blocks[at + 1] if at + 1 < len(blocks) else None
            ends = following is None or (following["t"] == "Header" and following["c"][0] <= block["c"][0])
            is_list = following is not None and following["t"] == "Div" and following["c"][0][0] == "refs"
            keeps_a_place = (
                following is not None
                and following["t"] == "Para"
                and not any(one["t"] == "Image" for one in following["c"])
                and is_left_open(plain(following))
            )
            if ends or is_list or keeps_a_place:
                found.add(plain(block["c"][2]).strip())
    return frozenset(found)
