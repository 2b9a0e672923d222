"""Turns the works that reference managers export into CSL items: one model, which RIS, refer and EndNote XML share.

The model is EndNote's: a kind of work and fields whose meaning goes by the kind ("secondary author" is the editor of a
chapter's book and the series editor of a book). RIS took its tags from the same model. Reads no file; judges nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from citeproof.bibliography import csl_item, dates, kinds, names, variants
from citeproof.bibliography import text as texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from citeproof.bibliography.model import Item


@dataclass(frozen=True, slots=True)
class Work:
    """A work as it was exported.

    `kind` is EndNote's name of the reference type in lower case ("journal article"); `values` has the texts of each of
    EndNote's fields, in order: author, secondary-author, tertiary-author, subsidiary-author, editor, translator, title,
    secondary-title, tertiary-title, translated-title, periodical, abbreviation, short-title, year, date, access-date,
    first-page, last-page, volume, number, article-number, number-of-volumes, section, edition, place, publisher,
    original-publication, isbn, accession, doi, url, database, provider, language, work-type, reviewed-item, keyword,
    abstract, note, custom-1 … custom-8.
    """

    kind: str
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def all(self, *names: str) -> list[str]:
        """Give the values of these fields that are not empty."""
        return [value.strip() for name in names for value in self.values.get(name, ()) if value.strip()]

    def first(self, *names: str) -> str:
        """Give the first value of the first of these fields that has one, on one line; "" if none has."""
        return " ".join(next(iter(self.all(*names)), "").split())


TYPES: dict[str, tuple[str, str]] = {
    "abstract": ("article-journal", "Abstract"),
    "aggregated database": ("dataset", "Database"),
    "ancient text": ("classic", ""),
    "artwork": ("graphic", ""),
    "audiovisual material": ("motion_picture", ""),
    "bill": ("bill", ""),
    "blog": ("post-weblog", ""),
    "book": ("book", ""),
    "book section": ("chapter", ""),
    "case": ("legal_case", ""),
    "catalog": ("book", ""),
    "chart or table": ("graphic", ""),
    "classical work": ("classic", ""),
    "computer program": ("software", ""),
    "conference paper": ("paper-conference", ""),
    "conference proceedings": ("paper-conference", ""),
    "dataset": ("dataset", ""),
    "dictionary": ("entry-dictionary", ""),
    "discussion forum": ("post", "Online forum post"),
    "edited book": ("book", ""),
    "electronic article": ("article-journal", ""),
    "electronic book": ("book", ""),
    "electronic book section": ("chapter", ""),
    "encyclopedia": ("entry-encyclopedia", ""),
    "equation": ("figure", ""),
    "figure": ("figure", ""),
    "film or broadcast": ("motion_picture", ""),
    "generic": ("", ""),
    "government document": ("report", ""),
    "grant": ("report", ""),
    "hearing": ("hearing", ""),
    "in press article": ("article-journal", ""),
    "interview": ("interview", ""),
    "journal": ("periodical", ""),
    "journal article": ("article-journal", ""),
    "legal rule or regulation": ("regulation", ""),
    "magazine article": ("article-magazine", ""),
    "manuscript": ("manuscript", ""),
    "map": ("map", ""),
    "multimedia application": ("software", "Mobile app"),
    "music": ("song", ""),
    "newspaper article": ("article-newspaper", ""),
    "online database": ("dataset", "Database"),
    "online multimedia": ("webpage", ""),
    "pamphlet": ("pamphlet", ""),
    "patent": ("patent", ""),
    "personal communication": ("personal_communication", ""),
    "podcast": ("broadcast", "Audio podcast episode"),
    "preprint": ("article", ""),
    "press release": ("report", "Press release"),
    "report": ("report", ""),
    "serial": ("book", ""),
    "slide": ("speech", ""),
    "social media": ("post", ""),
    "sound recording": ("song", ""),
    "standard": ("standard", ""),
    "statute": ("legislation", ""),
    "television episode": ("broadcast", "TV series episode"),
    "thesis": ("thesis", ""),
    "unenacted bill": ("bill", ""),
    "unpublished work": ("manuscript", ""),
    "video recording": ("motion_picture", "Video"),
    "web page": ("webpage", ""),
}
"""EndNote's reference types, and those that only RIS has → CSL type, and what the work is called if it says nothing."""

_ROLES: dict[str, dict[str, str]] = {
    "edited book": {"author": "editor", "secondary-author": "collection-editor"},
    "map": {"secondary-author": "collection-editor"},
    "report": {"tertiary-author": "collection-editor"},
    "web page": {"secondary-author": "collection-editor"},
    "film or broadcast": {"author": "director", "tertiary-author": "producer", "subsidiary-author": "performer"},
    "audiovisual material": {"secondary-author": "performer"},
    "music": {"author": "composer", "subsidiary-author": "producer"},
    "sound recording": {"secondary-author": "performer"},
    "personal communication": {"secondary-author": "recipient"},
    "interview": {"secondary-author": "interviewer"},
    "thesis": {"tertiary-author": "", "secondary-author": ""},  # advisors
    "case": {"secondary-author": "", "tertiary-author": "", "subsidiary-author": ""},  # reporter and counsel
    "statute": {"secondary-author": ""},
    "bill": {"secondary-author": "", "tertiary-author": ""},  # sponsors
    "hearing": {"secondary-author": ""},
    "patent": {"secondary-author": "", "tertiary-author": ""},
    "government document": {"secondary-author": ""},  # the department
    "dataset": {"secondary-author": "", "subsidiary-author": ""},  # producer and funding agency
    "grant": {"subsidiary-author": ""},
    "conference proceedings": {"subsidiary-author": ""},  # the sponsor
    "slide": {"secondary-author": ""},
}
"""Kind → field of people → CSL's name for them, where it is not the usual one; "" where CSL has none."""
_USUAL_ROLES = {
    "author": "author",
    "secondary-author": "editor",
    "tertiary-author": "collection-editor",
    "subsidiary-author": "translator",
    "editor": "editor",
    "translator": "translator",
}

_SERIAL = frozenset({"article-journal", "article-magazine", "article-newspaper", "post-weblog"})
_PARTS = frozenset({"chapter", "entry-dictionary", "entry-encyclopedia", "broadcast", "webpage", "post", "song"})
"""Types whose secondary title is that of the work that contains them."""


def item(work: Work, key: str, more: Mapping[str, object] = MappingProxyType({}), *, has_commas: bool = True) -> Item:
    """Make the CSL item of a work; `has_commas` says whether its file writes persons as "Family, Given".

    `more` are CSL variables that only the work's format knows of.
    """
    type_, genre = TYPES.get(work.kind, ("", ""))
    type_ = type_ or _guessed(work)
    archive = _archive(work) if type_ == "article-journal" else ""
    type_ = "article" if archive else type_
    if type_ in {"entry-dictionary", "entry-encyclopedia"} and not work.first("secondary-title", "periodical"):
        type_ = "book"
    made: Item = {"id": key, "type": type_}
    _people(made, work, has_commas=has_commas)
    _titles(made, work)
    _dates(made, work)
    _numbers(made, work)
    _addresses(made, work)
    texts_of = {
        "publisher": work.first("publisher"),
        "publisher-place": work.first("place"),
        "edition": work.first("edition"),
        "language": language(work.first("language")),
        "abstract": "\n".join(work.all("abstract")[:1]),
        "note": "\n".join(work.all("note")),
        "keyword": ", ".join(_keywords(work)),
        "source": work.first("database", "provider"),
        "number-of-volumes": work.first("number-of-volumes"),
    }
    made |= {name: value for name, value in texts_of.items() if value}
    _description(made, work, genre)
    _BY_KIND.get(work.kind, _as_it_is)(made, work)
    if archive:
        made["publisher"], made["genre"] = archive, ""
        if (number := re.search(r"\barXiv:(\S+)", work.first("periodical", "secondary-title"), re.IGNORECASE)) and not (
            made["DOI"] or made["URL"]
        ):
            made["URL"] = f"https://arxiv.org/abs/{number[1]}"
    made |= more
    fit, _ = csl_item.made({name: value for name, value in made.items() if value or name == "id"})
    return fit


def _keywords(work: Work) -> list[str]:
    words = [word.strip() for value in work.all("keyword") for word in value.split("\n")]
    return list(dict.fromkeys(word for word in words if word))


def _archive(work: Work) -> str:
    """Give the archive of a preprint that stands as a journal, as Google Scholar writes it (APA 10.8); "" for none."""
    journal = work.first("periodical", "secondary-title")
    named = re.sub(
        r"\s*(?:preprint|available at|electronic journal)\s*|\s*\barxiv:.*", "", journal, flags=re.IGNORECASE
    )
    return kinds.repository(named) if journal and not work.first("volume") else ""


def _guessed(work: Work) -> str:
    """Tell what a work that is called generic, or nothing that we know, seems to be."""
    if work.first("periodical") or (work.first("secondary-title") and work.first("volume", "number")):
        return "article-journal"
    if work.first("secondary-title") and work.first("publisher") and work.first("first-page"):
        return "chapter"
    if work.first("publisher") and not work.first("secondary-title", "url"):
        return "book"
    if work.first("url") and not work.first("publisher", "doi"):
        return "webpage"
    return "document"


def kind(stated: str) -> str:
    """Give EndNote's name of a reference type for what an export calls it; "generic" if it is none."""
    name = " ".join(stated.lower().replace("-", " ").split())
    name = _OTHER_NAMES.get(name, name)
    if name in TYPES:
        return name
    return "thesis" if "thesis" in name or "dissertation" in name else "generic"


_OTHER_NAMES = {
    "conference": "conference proceedings",
    "conference proceeding": "conference proceedings",
    "film": "film or broadcast",
    "government report": "government document",
    "journal": "journal article",
    "law": "statute",
    "legal rule": "legal rule or regulation",
    "magazine": "magazine article",
    "news": "newspaper article",
    "newspaper": "newspaper article",
    "online source": "web page",
    "software": "computer program",
    "tv episode": "television episode",
    "unpublished": "unpublished work",
    "video": "video recording",
    "webpage": "web page",
    "website": "web page",
}


def arrange(values: dict[str, list[str]], kind: str) -> None:
    """Settle the fields whose meaning in EndNote's own formats goes by the kind of work; changes `values`."""
    type_ = TYPES[kind][0]
    if type_ in _SERIAL:
        if article := values.pop("custom-7", None):
            values["article-number"] = article
        values.pop("edition", None)  # there the date of publication online
        if start := values.pop("section", None) if type_ == "article-journal" else None:
            if re.search(r"\d\W+\d", start[0]) and not re.search(r"\d\W+\d", values.get("first-page", [""])[0]):
                values["first-page"] = start  # there the pages are counted
            values.setdefault("first-page", start)


# Names

_GROUP_WORDS = frozenset(
    """
    academy administration agency alliance association authority bank board bureau center centre centers church club
    coalition college collaboration collaborative commission committee company congress consortium contributors
    corporation council court department federation firm foundation fund government group hospital inc initiative
    institute institutes institution international investigators laboratory library llc ltd ministry museum national
    network nations office organisation organization partnership press program programme project school secretariat
    senate service services society staff state states study survey team treasury trust union university universität
    université universidad unit workgroup world and of for the & et und für
    """.split()  # noqa: SIM905  (words read best as a line)
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?)+")


def name(value: str, *, has_commas: bool = True) -> names.Name:
    """Read a name as exports write it: "Family, Given, Suffix", "Family AB", "J. A. Family", "Group," or "Group".

    Where persons are written with commas (`has_commas`), a name without one is a group's; else a name of two or three
    words is a person's, unless one of the words is such as groups have.
    """
    text = re.sub(r"[\s,;(<]*\S+@\S*[^,]*|\s+and\Z", "", " ".join(texts.plain(value).split())).strip(" ;")
    if text.endswith(",") or "," not in text:
        return names.mended(_without_comma(text.rstrip(" ,"), is_group=text.endswith(",") or has_commas))
    family, *rest = [part.strip() for part in text.split(",")]
    rest = [part for part in rest if part]
    suffix = next((part for part in rest if _SUFFIX.fullmatch(part)), "")
    given = ", ".join(part for part in rest if part not in {suffix, "null"})
    if not family:
        return {"literal": given or suffix}
    if not given:
        return names.mended(_without_comma(family, is_group=False)) | {"suffix": suffix}
    return names.mended({"family": family, "given": _divided(given), "suffix": suffix})


def _divided(given: str) -> str:
    """Put spaces between initials with periods: J.A. is J. A."""
    return re.sub(r"(?<=[^\W\d_]\.)(?=[^\W\d_])", " ", given)


_SUFFIX = re.compile(r"(?:jr|sr)\.?|I{2,3}|IV|(?:2nd|3rd|4th)\.?", re.IGNORECASE)


def is_by_initials(value: str) -> bool:
    """Tell whether a name is written "J. A. Family", as no group's is."""
    words = value.split()
    return len(words) > 1 and "," not in value and bool(_INITIALS.fullmatch(words[0]))


_COUNTRIES = frozenset({"U.S.", "U.K.", "U.S.A.", "D.C.", "E.U.", "U.N."})


def _without_comma(text: str, *, is_group: bool) -> names.Name:
    words = text.split()
    if len(words) < 2 or any(word.lower().strip(".") in _GROUP_WORDS for word in words):  # noqa: PLR2004
        return {"literal": text}
    is_short = len(words) <= 3  # noqa: PLR2004
    initials = r"(?:[A-Z]\.-?){1,4}" if is_group else r"[A-Z]{1,3}|(?:[A-Z]\.-?){1,4}"
    if is_short and re.fullmatch(initials, words[-1]) and words[0][-1].islower() and words[-1] not in _COUNTRIES:
        return {"family": " ".join(words[:-1]), "given": _divided(words[-1])}
    has_initial = any(_INITIALS.fullmatch(word) for word in words[:-1]) and not words[-1].endswith(".")
    if has_initial or (is_short and not is_group and all(word[0].isupper() for word in words)):
        return {"family": words[-1], "given": " ".join(words[:-1])}
    return {"literal": text}


def _people(made: Item, work: Work, *, has_commas: bool) -> None:
    roles = _USUAL_ROLES | _ROLES.get(work.kind, {})
    if work.kind in {"book", "electronic book", "serial", "classical work"}:
        roles = roles | _roles_of_a_book(work)
    for given, role in roles.items():
        if not role:
            continue
        if given == "author" and any(_AS_EDITOR.search(value) for value in work.all(given)):
            role = "editor"  # noqa: PLW2901  (EconLit's "Takada, Mitsuo eds")
        people = [value for value in work.all(given) if given == "author" or value.count(",") < _A_LIST]
        people = [person for value in people for person in _divided_list(value)]
        found = [name(_AS_EDITOR.sub("", value), has_commas=has_commas) for value in people]
        found = [one for one in found if any(one.values())]
        known = made.get(role, [])  # some exports name the editors under two tags
        made[role] = known + [one for one in found if one not in known]


def _divided_list(value: str) -> list[str]:
    """Divide what names several people in one field: "Roe, R.; Doe, D." or "Roe, R., Doe, D., & Poe, P."."""
    text = " ".join(texts.plain(value).split())
    pieces = [piece.strip() for piece in re.split("[;\uff1b]", text) if piece.strip()]
    if len(pieces) > 1:
        return pieces
    parts = re.sub(r",?\s+(?:&|and)\s+", ", ", text).split(", ")
    initials = r"(?:[^\W\d_a-z]\.?[ -]?){1,4}"
    if len(parts) > 2 and len(parts) % 2 == 0 and all(re.fullmatch(initials, part) for part in parts[1::2]):  # noqa: PLR2004
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    return [value]


_AS_EDITOR = re.compile(r"(?<=\w)[.,]? \(?eds?\.?\)?\Z")
_A_LIST = 5
"""So many commas has no name: Ovid puts those who are cited into one field of people."""


def _roles_of_a_book(work: Work) -> dict[str, str]:
    """Tell who the further people of a book are.

    EndNote and Zotero write the series editor as the second and the editor as the third; Reference Manager, Mendeley
    and many publishers the editor as the second.
    """
    if work.first("tertiary-author"):
        return {"secondary-author": "collection-editor", "tertiary-author": "editor"}
    is_of_a_series = work.first("secondary-title", "tertiary-title") and work.first("author", "editor")
    return {"secondary-author": "collection-editor" if is_of_a_series else "editor"}


# Titles

_LAST_WORD = re.compile(r"(?<![.\s])[a-z\u00df-\u024f]{4,}(?:</\w+>)*\.\Z")


def title(value: str, *, language: str = "") -> str:
    """Give a title as rich text, without the full stop and the spaces before colons that some databases put there.

    In French such a space is right.
    """
    text = texts.rich(value)
    if not language.startswith("fr"):
        text = re.sub(r"(?<=[^\s\d])\s+:\s+(?=\S)", ": ", text)
    return text[:-1] if _LAST_WORD.search(text) and not re.search(r"\.\s*\.\s*\.\Z", text) else text


def translated(original: str, translation: str) -> str:
    """Give the title of a work in another language and its translation as one (APA 9.38)."""
    return f'{original} <span class="nodecor">[{translation}]</span>'


def _titles(made: Item, work: Work) -> None:
    own = title(work.first("title"), language=language(work.first("language")))
    if translation := title(work.first("translated-title")):
        own = translated(own, translation) if own and own != translation else translation
    short = texts.rich(work.first("short-title"))
    made["title"], made["title-short"] = own, short if short != own else ""
    second, third = texts.rich(work.first("secondary-title")), texts.rich(work.first("tertiary-title"))
    periodical = texts.rich(work.first("periodical"))
    type_ = made["type"]
    if type_ in _SERIAL or type_ == "periodical":
        _serial(made, work, max(periodical, second, key=len))
    elif type_ == "paper-conference":
        _conference(made, work, second or periodical)
        made["collection-title"] = third
    elif type_ == "article":
        made["publisher"] = work.first("publisher") or periodical
    elif type_ in _PARTS:
        made["container-title"], made["collection-title"] = second or periodical, third
    else:
        name = _SECOND_TITLES.get(type_, "collection-title")
        if name:
            made[name] = second or (third if name == "collection-title" else "")


_SECOND_TITLES = {
    "bill": "container-title",
    "hearing": "container-title",
    "interview": "container-title",
    "legal_case": "container-title",
    "legislation": "container-title",
    "manuscript": "archive_collection",
    "patent": "",
    "personal_communication": "",
    "regulation": "container-title",
    "speech": "event-title",
    "thesis": "",
}
"""Type → variable of the secondary title, where it is not a series; "" where CSL has none."""


_OF_A_SOCIETY = re.compile(r"official|publication of|organ of|an international|the preprint|affiliated with")
_BEHIND_A_PERIODICAL = re.compile(
    r"\s*\((?:\d{4}|\d{4}-?\d{3}[\dXx]|online|print|[A-Z][\w .]+, [A-Z][\w .:]+)\)\Z", re.IGNORECASE
)
"""What databases put behind the name of a periodical: its ISSN (EBSCO), the year of its first issue or its place."""


def periodical(name: str) -> str:
    """Give the name of a periodical without what libraries add: place, whose organ it is, its title in a language."""
    name = _BEHIND_A_PERIODICAL.sub("", name).split(" = ")[0]
    first, *rest = name.split(" : ")
    while rest and not _OF_A_SOCIETY.search(rest[0].lower()) and not re.fullmatch(r"[A-Z][a-z]*[A-Z]+", rest[0]):
        first += f": {rest.pop(0)}"
    return first


def _serial(made: Item, work: Work, full: str) -> None:
    abbreviation = texts.rich(work.first("abbreviation"))
    full = periodical(full) or abbreviation
    if made["type"] == "periodical" and not full:
        full, made["title"] = made["title"], ""
    made["container-title"] = full
    made["container-title-short"] = abbreviation if abbreviation != full else ""


def _conference(made: Item, work: Work, second: str) -> None:
    """Tell the proceedings in which a paper stands from the conference at which it was read."""
    proceedings = texts.rich(work.first("custom-3")) if work.kind == "conference proceedings" else ""
    is_published = bool(work.first("first-page", "publisher", "isbn", "volume", "doi"))
    if proceedings:
        made["container-title"], made["event-title"] = proceedings, second if second != proceedings else ""
    elif is_published:
        made["container-title"] = second
    else:
        made["event-title"] = second


# Dates

_STATUS = re.compile(
    r"in[ -]?press|forthcoming|in preparation|submitted(?: for publication)?|accepted|advance online publication",
    re.IGNORECASE,
)


def date(value: str, year: str = "") -> Item | None:
    """Read a date as exports write it: 2019, 2019/03/12/Spring, 2019-03-12, 12 Mar 2019, and with `year` also Mar 12.

    Gives {"literal": …} for what is no date, and None for nothing.
    """
    text = " ".join(value.split())
    if whole := re.search(r"(?<!\d)((?:18|19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)", text):
        text = f"{whole[1]}/{whole[2]}/{whole[3]}"  # 20190312
    if slashed := re.fullmatch(r"(\d{4})/ ?(\d{0,2})/? ?(\d{0,2})/? ?(.*)", text):
        month = slashed[2] if slashed[2].strip("0") else slashed[4]
        return dates.of(slashed[1], month, slashed[3] if slashed[2].strip("0") and slashed[3].strip("0") else "")
    if numeric := re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", text):
        first, second = int(numeric[1]), int(numeric[3])
        if second > 12 or first == second:  # noqa: PLR2004  (a month has no such number)
            first, second = second, first
        elif first <= 12 and numeric[2] == "/":  # noqa: PLR2004  (the day may be either)
            return dates.of(numeric[4])
        return dates.of(numeric[4], str(second), str(first))
    text = re.sub(r"(?<=\d{4})[a-z]\Z", "", text)
    if ends := re.fullmatch(r"(\d{4} [A-Z][a-z]{2}\w*(?: \d+)?) ?- ?(\d{4} [A-Z][a-z]{2}\w*(?: \d+)?)", text):
        first_end, last_end = dates.date(ends[1]), dates.date(ends[2])
        if first_end and last_end and "date-parts" in first_end and "date-parts" in last_end:
            return {"date-parts": [first_end["date-parts"][0], last_end["date-parts"][0]]}
    number = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    if not number:
        return dates.of(year, text) if year else dates.date(text)
    made = dates.date(text)
    return dates.of(number[0]) if made and "literal" in made else made


def _dates(made: Item, work: Work) -> None:
    year, full = work.first("year"), work.first("date")
    if _STATUS.fullmatch(year.strip(" .()")):
        made["status"] = year.strip(" .()").lower().replace("-", " ")
    elif issued := _issued(year, full):
        made["issued"] = issued
    if work.kind == "in press article" and "issued" not in made:
        made["status"] = "in press"
    accessed = date(work.first("access-date"))
    if accessed and "literal" not in accessed:
        made["accessed"] = accessed


def _issued(year: str, full: str) -> Item | None:
    """Take the fuller of the two dates of a work, unless they differ in the year."""
    from_year = date(year)
    from_full = date(full, year) if full else None
    if not from_year or "literal" in from_year:
        return from_full if from_full and "literal" not in from_full else from_year or from_full
    if not from_full or "literal" in from_full:
        return from_year
    first, other = from_full["date-parts"][0], from_year["date-parts"][0]
    return from_full if first[0] == other[0] and len(first) >= len(other) else from_year


# Languages

_LANGUAGES = {
    "chinese": "zh", "chi": "zh", "czech": "cs", "cze": "cs", "danish": "da", "dan": "da", "dutch": "nl", "dut": "nl",
    "english": "en", "eng": "en", "finnish": "fi", "fin": "fi", "french": "fr", "fre": "fr", "fran\u00e7ais": "fr",
    "german": "de", "ger": "de", "deutsch": "de", "greek": "el", "gre": "el", "hebrew": "he", "heb": "he",
    "hungarian": "hu", "hun": "hu", "italian": "it", "ita": "it", "italiano": "it", "japanese": "ja", "jpn": "ja",
    "korean": "ko", "kor": "ko", "norwegian": "nb", "nor": "nb", "persian": "fa", "per": "fa", "polish": "pl",
    "pol": "pl", "portuguese": "pt", "por": "pt", "romanian": "ro", "rum": "ro", "russian": "ru", "rus": "ru",
    "spanish": "es", "spa": "es", "espa\u00f1ol": "es", "swedish": "sv", "swe": "sv", "turkish": "tr", "tur": "tr",
    "arabic": "ar", "ara": "ar", "croatian": "hr", "hrv": "hr", "slovak": "sk", "slo": "sk", "ukrainian": "uk",
    "ukr": "uk",
}  # fmt: skip
"""Names of languages and their codes in libraries (ISO 639-2/B) → codes that CSL takes (BCP 47)."""


def language(value: str) -> str:
    """Give the code of a work's (first) language; "" if it is not known."""
    first = re.split(r"[;,/\s]", value.strip(), maxsplit=1)[0]
    if re.fullmatch(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?", first, re.IGNORECASE):
        return first.replace("_", "-")
    return _LANGUAGES.get(first.lower(), "")


# Numbers and addresses

_ARTICLE_NUMBER = re.compile(r"[eE][\dL]\w*|\d{5,}|[A-Za-z]{1,5}\d{4,}")
"""What stands alone as a first page and is none: PLOS's e0209899, Elsevier's 103778."""
_WORD_BEFORE_NUMBER = re.compile(r"\A(?:article|art\.?|no\.?|id)\s+(?:(?:no|id|number)\.?\s+)?", re.IGNORECASE)


_VOLUMES = 30
"""No work of psychology has more volumes than this: a higher number is that of a book in its series."""


_NLM_NUMBER = re.compile(r"(?:\w{2,3}, )?\d{7,9}(?:, \w{2,3})?")
"""The number of a journal in the National Library of Medicine, which Ovid puts where there is no issue."""


def _volume_and_number(work: Work, type_: str) -> tuple[str, str]:
    volume = re.sub(r"\A(?:v(?:ol)?\.\s*)+(?=\d)", "", work.first("volume"))
    number = work.first("number")
    both = re.fullmatch(r"(\d+)(?: ?\(([\w-]{1,9})\)| issue (\w+))", volume)
    if both and type_ in _SERIAL and not number:
        volume, number = both[1], both[2] or both[3]
    if type_ in _SERIAL and _NLM_NUMBER.fullmatch(number):
        number = ""
    return ("" if volume == "nan" else volume), ("" if number == "nan" else number)


_WHOLE = frozenset({"book", "classic", "thesis", "manuscript", "report"})


def _numbers(made: Item, work: Work) -> None:
    type_ = made["type"]
    made["volume"], number = _volume_and_number(work, type_)
    page = _page(work.first("first-page"), work.first("last-page"))
    if type_ in _SERIAL:
        article = work.first("article-number") or (page if _ARTICLE_NUMBER.fullmatch(page) else "")
        made["number"] = _WORD_BEFORE_NUMBER.sub("", article)
        if "\u2013" not in page and made["number"]:
            variants.page_article(made)
            page = made["page"]
    if type_ in _WHOLE and (count := _COUNT.fullmatch(page)) and (type_ != "report" or not page.isdigit()):
        made["number-of-pages"], page = count[1], ""
    made["page"] = page
    if type_ in _SERIAL or type_ in {"paper-conference", "periodical"}:
        made["issue"] = number
    elif type_ not in {"book", "chapter", "classic", "entry-dictionary", "entry-encyclopedia"}:
        made["number"] = number
    elif work.first("secondary-title" if type_ == "book" else "tertiary-title", "tertiary-title"):
        made["collection-number"] = number
        if not number and made["volume"].isdigit() and int(made["volume"]) > _VOLUMES:
            made["collection-number"], made["volume"] = made["volume"], ""
    _standard_numbers(made, work)


def _standard_numbers(made: Item, work: Work) -> None:
    """Tell ISBNs from ISSNs, which exports put into one field, several at a time."""
    for value in re.split(r"[;,\n]|\s+(?=\d{4}-|97[89])", "\n".join(work.all("isbn"))):
        bare = re.sub(r"\([^)]*\)|\be?IS[SB]N\b[:\s]*", "", value, flags=re.IGNORECASE).strip()
        if re.fullmatch(r"\d{4}-?\d{3}[\dXx]", bare):
            made.setdefault("ISSN", bare)
        elif re.fullmatch(r"[\d-]{9,16}[\dXx]", bare):
            made.setdefault("ISBN", bare)


_NO_PAGE = re.compile(
    r"no[-. ]*(?:pagination[-. ]*)?(?:specified)?|specified|nan|n\.? ?/?a\.?|unpaginated|none|not available|[-?]+",
    re.IGNORECASE,
)
"""What databases write where there is no page; Ovid writes "No" as the first and "Specified" as the last."""
_COUNT = re.compile(
    r"(?:[\divxlc]+(?:[-\u2013][ivxlc]+)?(?:, ?| \+ ))?(\d+) ?(?:p|pp|pages|S|Seiten)?\.?", re.IGNORECASE
)
"""How many pages a whole work has: 146p, XX, 327 S."""


def _page(first: str, last: str) -> str:
    if "://" in first:
        return ""
    first, last = ("" if _NO_PAGE.fullmatch(one) else one for one in (first, last))
    first = re.sub(r"\Ap{1,2}\. ?(?=\w*\d)", "", first)
    first = re.sub(r"\A(\w+)-\1\Z", r"\1", first)
    if re.search(r"\d\s*(?:-|[\u2010-\u2015])\s*\w*\d", first) or not last or last == first:
        return texts.pages(first or last)
    return texts.pages(f"{first}-{last}" if first else last)


def _addresses(made: Item, work: Work) -> None:
    urls = [url.strip("<>,;") for value in work.all("url") for url in re.split(r"[\s;]+(?=https?://|www\.)|\s", value)]
    urls = [url for url in urls if re.match(r"(?:https?|ftp)://\S|www\.", url, re.IGNORECASE)]
    resolvers = [url for url in urls if re.search(r"doi\.org[./]", url, re.IGNORECASE)]
    made["DOI"] = next((found for value in [*work.all("doi"), *resolvers] if (found := texts.doi(value))), "")
    is_same = texts.is_doi_address if made["DOI"] else bool
    made["URL"] = next(
        (url for url in urls if not texts.is_behind_a_login(url) and not (made["DOI"] and is_same(url))), ""
    )


# What the work is

_THESIS = r"(?:[ -]*thesis)?\.?"
_DEGREES = (
    (
        r"(?:ph\.?\s?d\.?|(?:ed|psy|d\.?n\.?p|d\.?b|sc|th)\.?\s?d\.?|d\.?n\.?p\.?|doctoral|doctorate|d\.?phil\.?)"
        + _THESIS,
        "Doctoral dissertation",
    ),
    (r"(?:ph\.?\s?d\.?|doctoral)[ -]*dissertation", "Doctoral dissertation"),
    (r"(?:master(?:\u2019?'?s)?|m\.?\s?(?:a|sc|s|phil|ed)\.?)" + _THESIS, "Master\u2019s thesis"),
)
"""Degrees as databases name them → what the thesis is called (APA 10.6)."""


_GENRES = {"editorial": "Editorial", "letter": "Letter to the editor", "letter to the editor": "Letter to the editor"}
"""What databases call a short article → what APA puts in brackets after its title (APA 10.1, example 15)."""


_NO_DESCRIPTION = frozenset(
    {"book", "chapter", "paper-conference", "entry-encyclopedia", "entry-dictionary", "article"}
)
"""Types that databases describe in words that say nothing beyond the type."""


def _description(made: Item, work: Work, genre: str) -> None:
    stated, type_ = work.first("work-type"), made["type"]
    if found := texts.doi(stated):
        made["DOI"] = made["DOI"] or found  # Reference Manager had no field of its own for it
        stated = ""
    if type_ == "thesis":
        stated = stated or work.first("volume")  # EndNote's degree
        made["volume"] = ""
        degrees = (meant for form, meant in _DEGREES if re.fullmatch(form, stated, re.IGNORECASE))
        stated = next(degrees, stated)
    elif type_ in _SERIAL:
        stated = _GENRES.get(stated.lower(), "")
    elif type_ in _NO_DESCRIPTION or re.fullmatch(r"web ?(?:page|site)|text|report", stated, re.IGNORECASE):
        stated = ""
    made["genre"] = stated or genre


def _as_it_is(made: Item, work: Work) -> None:
    """Leave a work of a kind for which there is nothing more to settle."""


def _report(made: Item, work: Work) -> None:
    """EndNote has the number of a report where others have the ISBN."""
    is_book_number = made.get("ISSN") or made.get("ISBN")
    made["number"] = "" if is_book_number else work.first("isbn")
    made["number"] = made["number"] or work.first("number")


def _grant(made: Item, work: Work) -> None:
    """Give a grant its number with the word that APA puts before it (APA 10.4, example 56)."""
    number = work.first("number", "isbn")
    made["number"] = f"Project No. {number}" if number and " " not in number else number
    made["genre"], made["medium"] = "", made["genre"] or "Grant"


def _versioned(made: Item, work: Work) -> None:
    made["version"] = re.sub(r"^v(?:ersion|er\.|\.)?\s*(?=\d)", "", work.first("edition"), flags=re.IGNORECASE)
    made.pop("edition", None)


def _proceedings(made: Item, work: Work) -> None:
    """EndNote has the place of the conference as place, and the publisher's as the first field of one's own."""
    if work.kind == "conference proceedings" and (place := work.first("custom-1")):
        made["event-place"], made["publisher-place"] = made.get("publisher-place", ""), place
    elif made.get("event-title"):
        made["event-place"] = made.pop("publisher-place", "")
    if made.get("event-title") and not made.get("container-title"):
        stated = work.first("work-type")
        made["genre"] = (
            "" if re.fullmatch("conference paper|paper|conference proceedings", stated, re.IGNORECASE) else stated
        )


def _thesis(made: Item, work: Work) -> None:
    """Give a thesis in a database of theses the number that it has there (APA 10.6, example 65)."""
    if re.search("proquest|dissertation", made.get("source", ""), re.IGNORECASE):
        made["archive"] = made["source"]
        made["number"] = work.first("number") or work.first("accession")


def _newspaper(made: Item, work: Work) -> None:
    made["section"] = work.first("section")


def _film(made: Item, work: Work) -> None:
    made["genre"] = made.get("genre") or "Film"
    made["container-title"] = made.pop("collection-title", "")
    if made["container-title"]:
        made["type"], made["genre"] = "broadcast", work.first("work-type")


def _song(made: Item, work: Work) -> None:
    if made.get("container-title") and not work.first("work-type"):
        made["genre"] = "Song"


def _case(made: Item, work: Work) -> None:
    """Zotero has the reporter as a person, EndNote as the secondary title."""
    made["container-title"] = work.first("secondary-title", "secondary-author")
    made["authority"] = made.pop("publisher", "")
    made["number"] = work.first("number", "docket")
    made.pop("edition", None)


def _law(made: Item, work: Work) -> None:
    made["section"] = work.first("section")
    made["chapter-number"] = work.first("edition")
    made["authority"] = work.first("tertiary-title")
    made["number"] = work.first("number", "isbn")
    made.pop("edition", None)


def _hearing(made: Item, work: Work) -> None:
    _law(made, work)
    made["section"], made["container-title"] = work.first("secondary-title"), ""


def _patent(made: Item, work: Work) -> None:
    made["authority"] = work.first("secondary-author", "place")
    made["number"] = work.first("isbn") or work.first("number")
    for name in ("volume", "publisher-place", "collection-title"):
        made.pop(name, None)


_BY_KIND = {
    "report": _report,
    "government document": _report,
    "standard": _report,
    "grant": _grant,
    "computer program": _versioned,
    "dataset": _versioned,
    "online database": _versioned,
    "conference proceedings": _proceedings,
    "conference paper": _proceedings,
    "slide": _proceedings,
    "thesis": _thesis,
    "newspaper article": _newspaper,
    "film or broadcast": _film,
    "music": _song,
    "sound recording": _song,
    "case": _case,
    "statute": _law,
    "bill": _law,
    "unenacted bill": _law,
    "legal rule or regulation": _law,
    "hearing": _hearing,
    "patent": _patent,
}
"""Kind → what settles the fields that mean something of their own there."""
