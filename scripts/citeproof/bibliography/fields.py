"""The fields of an entry of BibTeX or biblatex as text, titles, lists and names, whatever they are called there.

Knows aliases of fields, the markup of values and the language of the work. Decides nothing about what the work is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from citeproof.bibliography import dates, kinds, latex, names, proper_nouns, titles
from citeproof.bibliography import text as texts
from citeproof.patterns import late

if TYPE_CHECKING:
    from citeproof.bibliography.model import Record

ALIASES = {
    "journaltitle": ("journaltitle", "journal", "newspaper"),
    "location": ("location", "address"),
    "institution": ("institution", "school"),
    "eprinttype": ("eprinttype", "archiveprefix"),
    "eprintclass": ("eprintclass", "primaryclass"),
    "origdate": ("origdate", "origyear"),
    "urldate": ("urldate", "lastchecked", "accessed", "urlaccessdate", "lastaccessed"),
    "author": ("author", "groupauthor"),
    "annotation": ("annotation", "annote"),
    "doi": ("doi", "DOI"),
    "eid": ("eid", "article-number", "art_number", "articleno"),
}
"""Field of biblatex → its names, the first that is there counting."""
_MEANT = {name: field for field, names in ALIASES.items() for name in names[1:]}
"""Other name of a field → biblatex's."""

_LANGUAGES = {
    "english american usenglish usamerican british ukenglish uk us canadian australian newzealand eng en": "en",
    "german ngerman austrian naustrian swissgerman nswissgerman deutsch ger deu de": "de",
    "french francais français frenchb acadian canadien fre fra fr": "fr",
    "spanish español espanol castellano spa es": "es",
    "italian italiano ita it": "it",
    "portuguese português portuges portugues por pt": "pt",
    "brazilian brazil": "pt-BR",
    "dutch nederlands dut nld nl": "nl",
    "danish dansk dan da": "da",
    "swedish svenska swe sv": "sv",
    "norsk norwegian bokmal bokmål nob nor nb no": "nb",
    "nynorsk nno nn": "nn",
    "finnish suomi fin fi": "fi",
    "icelandic ice isl is": "is",
    "polish polski pol pl": "pl",
    "russian rus ru": "ru",
    "ukrainian ukr uk-ua": "uk",
    "czech cze ces cs": "cs",
    "slovak slo slk sk": "sk",
    "slovene slovenian slv sl": "sl",
    "croatian hrv hr": "hr",
    "serbian serbianc srp sr": "sr",
    "bulgarian bul bg": "bg",
    "romanian rum ron ro": "ro",
    "hungarian magyar hun hu": "hu",
    "greek polutonikogreek gre ell el": "el",
    "turkish tur tr": "tr",
    "hebrew heb he": "he",
    "arabic ara ar": "ar",
    "persian farsi per fas fa": "fa",
    "japanese jpn ja": "ja",
    "chinese chi zho zh": "zh",
    "korean kor ko": "ko",
    "latin lat la": "la",
    "catalan cat ca": "ca",
    "basque baq eus eu": "eu",
    "galician glg gl": "gl",
    "estonian est et": "et",
    "latvian lav lv": "lv",
    "lithuanian lit lt": "lt",
    "welsh wel cym cy": "cy",
    "irish gle ga": "ga",
    "afrikaans afr af": "af",
    "indonesian bahasa indon bahasai ind id": "id",
    "vietnamese vie vi": "vi",
    "thai tha th": "th",
    "hindi hin hi": "hi",
    "esperanto epo eo": "eo",
}
_CODES = {name: code for words, code in _LANGUAGES.items() for name in words.split()}
_REGIONS = {
    **dict.fromkeys(("american", "usenglish", "usamerican"), "en-US"),
    **dict.fromkeys(("british", "ukenglish"), "en-GB"),
    "austrian": "de-AT",
    "naustrian": "de-AT",
    "swissgerman": "de-CH",
    "nswissgerman": "de-CH",
    "canadian": "en-CA",
    "australian": "en-AU",
    "newzealand": "en-NZ",
}


_GERMAN = frozenset(
    """
    der und für zur zum eine einer eines einem nicht auf über dem durch zwischen bei ihre
    """.split()  # noqa: SIM905  (words read best as a line)
)
_ENGLISH = frozenset(
    """
    the of and for with to from by on
    """.split()  # noqa: SIM905  (words read best as a line)
)
"""Words of the two languages that stand in no title of the other."""


def looks_german(title: str) -> bool:
    """Tell whether a title of a work that names no language is German, whose nouns have capitals."""
    words = re.findall(r"\w+", title)
    return any(word in _GERMAN for word in words) and not any(word.lower() in _ENGLISH for word in words)


@dataclass(frozen=True, slots=True)
class Fields:
    """An entry and what is known of it before its fields are read."""

    record: Record
    dialect: str = "biblatex"
    """Whether publishers and places are lists (biblatex) or text (bibtex)."""
    type: str = field(init=False)
    """Its type, aliases resolved."""
    language: str = field(init=False)
    """The code of the work's language; "" if the entry does not say, or in words that nobody knows."""
    is_english: bool = field(init=False)
    _said: dict[str, str] = field(init=False, repr=False, compare=False)
    """Name of a field that says something → its LaTeX, or that of the first of its aliases: most fields are not there,
    and are asked for."""

    def __post_init__(self) -> None:
        """Find what is said, type and language."""
        said_by = {name: one.value for name, one in self.record.fields.items() if one.value}
        for name in said_by.keys() & _MEANT.keys():
            meant = _MEANT[name]
            said_by[meant] = next(said_by[each] for each in ALIASES[meant] if each in said_by)
        object.__setattr__(self, "_said", said_by)
        type_ = kinds.ALIASES.get(self.record.type, self.record.type)
        if type_ == "book" and self.has("journaltitle") and re.search(r"\d\W+\d", self.text("pages")):
            type_ = "incollection"  # so Scopus writes a chapter: the book stands as its journal
        object.__setattr__(self, "type", type_)
        said = self.text("langid") or self.text("hyphenation") or self.text("language")
        code = _code(said)
        object.__setattr__(self, "language", code)
        is_german = not said and looks_german(f"{self.text('title')} {self.text('subtitle')}")
        object.__setattr__(self, "is_english", code.startswith("en") if said else not is_german)

    def raw(self, *fields: str) -> str:
        """Give the LaTeX of the first of the fields, or of their aliases, that says something."""
        said = self._said
        for name in fields:
            if name in said:
                return said[name]
        return ""

    def has(self, *fields: str) -> bool:
        """Tell whether one of the fields says something."""
        said = self._said
        for name in fields:  # noqa: SIM110  (asked some forty times of each entry, where a generator takes most of the time)
            if name in said and said[name].strip(" {}\t\n"):
                return True
        return False

    def text(self, *fields: str) -> str:
        """Give a field without markup."""
        said = self._said
        for name in fields:
            if name in said:
                return latex.plain(said[name])
        return ""

    def rich(self, *fields: str) -> str:
        """Give a field as rich text, in the case in which it is typed."""
        said = self.raw(*fields)
        return texts.apostrophes(latex.rich(unbraced(said))) if said else ""

    def verbatim(self, *fields: str) -> str:
        """Give an address or a number."""
        said = self.raw(*fields)
        return latex.verbatim(said) if said else ""

    def titled(self, name: str) -> str:
        """Give a title, in sentence case if the work is in English (APA 6.17)."""
        return self.cased(self.raw(name))

    def cased(self, value: str, *, raises: bool = True) -> str:
        """Give LaTeX as rich text, in sentence case if the work is in English; `raises` as in `titles`."""
        if not value:
            return ""
        if not self.is_english:
            return texts.apostrophes(latex.rich(unbraced(value)))
        value = without_braced_words(self.record, unbraced(value))
        return titles.sentence_case(texts.apostrophes(latex.rich(value)), raises=raises, names=self._groups())

    def _groups(self) -> list[str]:
        """Give the groups of several words that made the work: their names keep their capitals in its title."""
        author = self.raw("author")
        if "{" not in author:
            return []
        groups = [str(name["literal"]) for name in names.names(author) if "literal" in name]
        return [group for group in groups if re.search(r"[A-Z]\S*[ -].*[A-Z]", group)]

    def joined(self, title: str, subtitle: str) -> str:
        """Give a title with its subtitle."""
        return titles.join(self.titled(title), self.titled(subtitle))

    def names(self, *fields: str) -> list[dict[str, Any]]:
        """Give a list of names."""
        said = self.raw(*fields)
        found = [dict(name) for name in names.names(said)] if said else []
        for name in found:
            given = name.get("given", "")
            if given.endswith(".") and given[-2:-1].islower() and re.search(r"[a-z]{4}\.\Z", given):
                name["given"] = given.rstrip(".")  # "Alan-Louis." is no initial: citeproc would print it whole
        if self.has("options") and re.search(r"useprefix\s*=\s*false", self.raw("options")):
            for name in found:
                if particle := name.pop("non-dropping-particle", ""):
                    name["dropping-particle"] = particle
        return found

    def annotations(self, name: str, kind: str) -> dict[int, str]:
        """Give what is annotated to the names of a list: `author+an:role`."""
        value = next(
            (self.raw(f"{each}+an:{kind}") for each in ALIASES.get(name, (name,)) if self.raw(f"{each}+an:{kind}")), ""
        )
        return names.annotations(value) if value else {}

    def issued(self) -> dict[str, Any]:
        """Give the date of a work; a session's is that of the conference (APA 10.5)."""
        event = dates.date(self.raw("eventdate")) if self.has("eventdate") else None
        if self.type in {"presentation", "unpublished"} and event and "date-parts" in event:
            return event
        own = dates.date(self.raw("date")) if self.has("date") else None
        return own or dates.of(self.raw("year"), self.raw("month"), self.raw("day")) or event or {}

    def issued_by_season(self) -> dict[str, Any] | None:
        """Give the year with the season or months by which an issue is called; None if it is called otherwise."""
        issued = self.issued()
        moments = issued.get("date-parts", [])
        if len(moments) != 1 or len(moments[0]) != 1 or not _SEASON.fullmatch(self.text("issue")):
            return None
        found = dates.of(str(moments[0][0]), self.text("issue")) or {}
        return {**issued, **found} if len(found.get("date-parts", [[]])[0]) > 1 else None

    def url(self) -> str:
        """Give the first address of an entry, as it is typed, wherever an export has put it."""
        if self.has("url"):
            return re.split(r"\s*[;,]?\s+(?=https?:|ftp:|www\.)", self.verbatim("url"))[0].strip("<> ")
        for name in ("howpublished", "note"):
            said = self.raw(name)
            found = said and re.search(
                r"\\(?:url|href|path|nolinkurl)\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|(https?://[^\s{}]+)", said
            )
            if found:
                return latex.verbatim(found[1] or found[2]).rstrip(".,;)]")
        return ""

    def listed(self, name: str) -> list[str]:
        """Give a list of publishers, institutions or places: divided at "and" if the parts are wholes of their own."""
        said = self.raw(name)
        if not said:
            return []
        parts = latex.split(said) if self.dialect == "biblatex" else [said]
        whole = [latex.plain(part) for part in parts]
        made: list[str] = []
        for part in whole:
            if not part or part == "others":
                continue
            if made and _belongs(made[-1], part):
                made[-1] += f" and {part}"
            else:
                made.append(part)
        return made


_MONTH_OR_SEASON = (
    r"(?:spring|summer|autumn|fall|winter|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_SEASON = late(rf"{_MONTH_OR_SEASON}(?:\s*(?:[/&\u2013-]|\band\b)\s*{_MONTH_OR_SEASON})?", re.IGNORECASE)


def unbraced(value: str) -> str:
    """Take away braces around the whole of a longer text: exports set them, and they say nothing about its letters."""
    text = value.strip()
    while len(text.split()) > _FEW_WORDS and text.startswith("{") and text.endswith("}") and not text.endswith("\\}"):
        depth = 0
        for at, char in enumerate(text):
            if char in "{}" and (at == 0 or text[at - 1] != "\\"):
                depth += 1 if char == "{" else -1
            if not depth and at < len(text) - 1:
                return text
        text = text[1:-1].strip()
    return text


_FEW_WORDS = 3


_KEY_OF_ZOTERO = late(r"[\w-]+_[\w-]+_(?:\d{4}|nodate)(?:-\d+)?")
"""The first author, the first word of the title, and the year."""


def _is_of_zotero(record: Record) -> bool:
    """Tell whether an entry is certainly Zotero's export to BibTeX, not to biblatex, which has `date`."""
    return bool(_KEY_OF_ZOTERO.fullmatch(record.key)) and bool(record.text("year")) and not record.text("date")


def without_braced_words(record: Record, value: str) -> str:
    """Take the braces from the words of a title in title case in which an export has set them around each capital.

    So Zotero exports to BibTeX; its braces say nothing about which words are names. Those that are known as names, and
    words with capitals or numerals inside, keep theirs. In any other entry braces are an author's own and stay, as does
    a title in which a long word with a capital has none, or in which most long words begin with a small letter.
    """
    if not _is_of_zotero(record):
        return value
    braced = re.findall(r"(?<![\\{}\w])\{([A-Z][a-z]{3,})\}", value)
    free = re.findall(r"[A-Za-z]{4,}", re.sub(r"\\[A-Za-z]+|\{[^{}]*\}(?:-?\w+)?", " ", value))
    first = re.match(r"\W*([A-Z][a-z]+)", value)
    large = [word for word in free if word[0].isupper() and not (first and word == first[1])]
    small = [word for word in free if word.islower() and word not in _BETWEEN]
    if len(braced) < _EACH_WORD or large or len(small) * 2 >= len(braced):
        return value
    return re.sub(
        r"(?<![\\{}\w])\{([A-Z][a-z]*)\}",
        lambda found: found[0] if found[1] in proper_nouns.PROPER_NOUNS else found[1],
        value,
    )


_EACH_WORD = 3
_BETWEEN = frozenset(
    """
    about after among around before between from into over that their through toward towards under when where which
    with within without
    """.split()  # noqa: SIM905  (words read best as a line)
)


_GROUP_NOUN = late(
    r"\b(?:university|universit\w+|college|school|department|institute|institut\w*|cent(?:er|re)|museum|library|agency|ministry|"
    r"bureau|office|commission|association|society|archives?|gallery|council|foundation|administration|academy|laboratory|"
    r"press|publish\w+|verlag|films?|pictures|productions|studios?|records|entertainment|corporation|company|corp|inc|ltd|"
    r"service|trust|authority|fund|network|television|radio|media|group|union|federation|organization|organisation|"
    r"hospital|clinic|faculty|division|committee|board|bank|parliament|senate|court|project|consortium|alliance)\b",
    re.IGNORECASE,
)
_OF_GOVERNMENT = late(
    r"\b(?:administration|agency|commission|department|ministry|bureau|office|council|authority|services?|association|"
    r"society|institutes?|board|academy|committee)\.?\Z",
    re.IGNORECASE,
)
_ONE_HOUSE = late(
    r"(?:the )?(?:sons?|company|co|associates|schuster|row|winston|francis|littlefield|hudson|unwin|nicolson|"
    r"bacon|mifflin|hall|stoughton|windus|breach|jovanovich|noble|wesley|kegan paul|ruprecht|wilson|wilkins|budde|"
    r"spottiswoode|brothers|hopkins|faber|warburg|dunlap|wagnalls|cummings|bowman|schwartz|hilliard|wang|giroux|rinehart|"
    r"business media)\b.{0,12}",
    re.IGNORECASE,
)


_LEGAL_FORM = late(r",?\s+(?:inc|ltd|corp|co|llc)\b\.?\Z", re.IGNORECASE)


def is_group(place: str) -> bool:
    """Tell whether what stands as a place is an institution."""
    return bool(_GROUP_NOUN.search(place))


def _belongs(first: str, second: str) -> bool:
    """Tell whether "first and second" is one name: Simon and Schuster, Department of Health and Human Services."""
    if _ONE_HOUSE.fullmatch(second):
        return True
    head, comma, parent = second.partition(",")
    if comma and _GROUP_NOUN.search(parent) and not _BUSINESS.fullmatch(parent.strip()):
        second = head  # "Department of Health and Human Services, National Institutes of Health"
    if _OF_GOVERNMENT.search(second) and not _GROUP_NOUN.search(first) and not first.isupper():
        return True
    last = first.rpartition(" ")[2]
    is_open = re.search(r"\b(?:of|for|on)\s", first) and not _GROUP_NOUN.fullmatch(last)
    return bool(is_open) and not _GROUP_NOUN.search(_LEGAL_FORM.sub("", second))


_BUSINESS = late(r"(?:inc|ltd|co|corp|llc|llp|plc|gmbh)\.?", re.IGNORECASE)


def _code(said: str) -> str:
    """Give the code of a language by biblatex's, babel's or its own name, or by a code; "" if it is none of these."""
    if not said:
        return ""
    word = re.sub(r"^lang(?=[a-z]{4})", "", said.strip().lower())
    if word in _REGIONS:
        return _REGIONS[word]
    if word in _CODES:
        return _CODES[word]
    first = re.match(r"([a-z]{2,3})(?:[-_][a-z]{2,4})?\Z", word)
    if first and first[1] in _CODES:
        return word.replace("_", "-") if "-" in word or "_" in word else _CODES[first[1]]
    return next((_CODES[each] for each in re.split(r"[\s,;/]+", word) if each in _CODES), "")
