"""Makes a CSL item of JSON fit for citeproc: each variable in the form that CSL 1.0.2 gives it, nothing said twice.

What is fit already stays as it is: making an item of an item changes nothing. Knows neither files nor places.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from citeproof.bibliography import dates, names, titles, variants, zotero
from citeproof.bibliography import text as texts

if TYPE_CHECKING:
    from citeproof.bibliography.model import Item

Wrong = tuple[str, str, str]
"""The variable, what is wrong with it, and what to do."""

TYPES = frozenset(
    """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
    personal_communication post post-weblog regulation report review review-book software song speech standard thesis
    treaty webpage
    """.split()  # noqa: SIM905  (words read best as lines)
)
"""The types of CSL 1.0.2 (Appendix III)."""

_OTHER_TYPES = {
    **zotero.TYPES,
    "blog": "post-weblog",
    "book-part": "chapter",
    "book-section": "chapter",
    "component": "document",
    "conference-paper": "paper-conference",
    "database": "dataset",
    "dissertation": "thesis",
    "edited-book": "book",
    "journal": "periodical",
    "journal-article": "article-journal",
    "legal-case": "legal_case",
    "magazine-article": "article-magazine",
    "misc": "document",
    "monograph": "book",
    "motion-picture": "motion_picture",
    "musical-score": "musical_score",
    "newspaper-article": "article-newspaper",
    "online": "webpage",
    "peer-review": "review",
    "personal-communication": "personal_communication",
    "posted-content": "article",
    "preprint": "article",
    "proceedings": "book",
    "proceedings-article": "paper-conference",
    "reference-book": "book",
    "reference-entry": "entry",
    "report-component": "report",
    "video": "motion_picture",
    "web-page": "webpage",
    "website": "webpage",
}
"""Types of older CSL, Crossref, Zotero and Mendeley → CSL 1.0.2."""

_RENAMED = {
    "event": "event-title",
    "shortTitle": "title-short",
    "shorttitle": "title-short",
    "journalAbbreviation": "container-title-short",
    "short-container-title": "container-title-short",
    "archive-location": "archive_location",
    "archive-collection": "archive_collection",
    "doi": "DOI",
    "url": "URL",
    "isbn": "ISBN",
    "issn": "ISSN",
    "keywords": "keyword",
    "subtitle-short": "title-short",
    "publisher-location": "publisher-place",
    "pages": "page",
}
"""Variables of older CSL, Zotero and Crossref → CSL 1.0.2."""

_LEGAL = frozenset({"bill", "hearing", "legal_case", "legislation", "patent", "regulation", "treaty"})
_VERBATIM = frozenset({"citation-key", "language", "PMCID", "PMID", "URL", "license"})
_PASSED_OVER = frozenset({"id", "type", "custom", "categories", "itemType", "creators", "member", "reference-count"})
_PARAGRAPHS = frozenset({"abstract", "annote", "note"})
_LONG = zotero.TEXTS - _VERBATIM - _PARAGRAPHS - {"DOI", "ISBN", "ISSN", "page", "page-first"}


def made(item: Item) -> tuple[Item, list[Wrong]]:
    """Make an item fit, and tell what of it could not be used."""
    if zotero.is_item(item):
        item = zotero.csl(item)
    wrong: list[Wrong] = []
    held = _renamed({name: value for name, value in item.items() if value is not None and value not in ("", [], {})})
    if "note" in held and not isinstance(held["note"], dict):
        held["note"] = _text("note", _flat("note", held["note"]))
    held = zotero.with_extra(held)
    kind = _type(held, wrong)
    result: Item = {"id": str(held.get("id", "")).strip(), "type": kind}
    for name, value in held.items():
        if name not in _PASSED_OVER and (one := _variable(name, value, wrong)):
            result[name] = one
    _clean(result)
    result = zotero.mended(result)
    if kind.startswith("article-") and "container-title" in result:
        short = result.get("container-title-short", "")
        result["container-title"] = titles.periodical(result["container-title"], short)
    for name in ("title", "container-title"):
        if name in result:
            result[name] = _BRACKETS.sub(r'\1<span class="nodecor">\2</span>', result[name])
    return _legal(result), wrong


def _variable(name: str, value: Any, wrong: list[Wrong]) -> Any:
    """Give the value of a variable in its form; nothing if it has none."""
    if name in zotero.NAMES:
        return [_with_role(one) for one in people(value)] if name == "reviewed-author" else people(value)
    if name in zotero.DATES:
        when = date(value)
        if not when and value and not _is_undated(value):
            wrong.append((name, f"the date of {name} cannot be read", "write it as 2019-03-05, 2019-03 or 2019"))
        return when
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
        if name in zotero.TEXTS:
            wrong.append((name, f"the field {name} holds no text", "write a text in quotation marks"))
        return None
    return _text(name, _flat(name, value))


def _renamed(item: Item) -> Item:
    held: Item = {}
    for name, value in item.items():
        if name in _RENAMED:
            held.setdefault(_RENAMED[name], value) if _RENAMED[name] not in item else None
        else:
            held[name] = value
    if "reference-count" in held or "member" in held:  # A work as Crossref's API gives it.
        held = _of_crossref(held)
    return held


def _of_crossref(item: Item) -> Item:
    known = zotero.NAMES | zotero.DATES | zotero.TEXTS | {"id", "type"}
    held = {name: value for name, value in item.items() if name in known}
    for name in ("published", "published-print", "published-online"):
        if name in item and not held.get("issued"):
            held["issued"] = item[name]
    if item.get("article-number"):
        held["number"] = item["article-number"]
    title, subtitle = _flat("title", held.get("title", "")), _flat("title", item.get("subtitle", ""))
    if subtitle and subtitle.lower() not in title.lower():
        held["title"] = f"{title}{' ' if re.search('[?!]$', title) else ': '}{subtitle}"
    held.pop("source", None)
    return held


def _flat(name: str, value: Any) -> str:
    """Give a value as a text; the first of several, save keywords, of which all count."""
    if isinstance(value, list):
        words = [_flat(name, each) for each in value]
        return ", ".join(word for word in words if word) if name == "keyword" else next(iter(filter(None, words)), "")
    if isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value)


def _type(item: Item, wrong: list[Wrong]) -> str:
    stated = str(item.get("type") or "").strip()
    if stated in TYPES:
        return stated
    known = _OTHER_TYPES.get(stated) or _OTHER_TYPES.get(stated.lower().replace("_", "-").replace(" ", "-"))
    if known:
        return known
    if stated.lower() in TYPES:
        return stated.lower()
    if item.get("container-title") and (item.get("volume") or item.get("issue")):
        guess = "article-journal"
    elif item.get("container-title"):
        guess = (
            "chapter" if item.get("publisher") or item.get("editor") else "webpage" if item.get("URL") else "document"
        )
    elif item.get("publisher") and not item.get("URL"):
        guess = "book"
    else:
        guess = "webpage" if item.get("URL") and not item.get("DOI") else "document"
    what = f"CSL has no type {stated}" if stated else "it has no type"
    wrong.append(
        ("type", f"{what}; it is set as {guess}", "write the type that it has, such as article-journal or book")
    )
    return guess


# Texts


def _text(name: str, value: str) -> str:
    value = value.encode("utf-8", "replace").decode("utf-8") if _SURROGATE.search(value) else value
    value = _CONTROL.sub(" ", value)
    if name in _PARAGRAPHS:
        parts = re.split(r"\s*\n\s*\n\s*|\s*\u2029\s*" if name == "annote" else r"\s*\n\s*", value)
        kept = [part for each in parts if (part := rich(each))]
        return ("\u2029" if name == "annote" else "\n").join(kept)
    if name in _LONG:
        return rich(value)
    value = " ".join(value.split())
    if name == "DOI":
        return texts.doi(value) or value
    return value


_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def rich(value: str) -> str:
    """Give a text with HTML entities and tags as CSL's rich text, as often as it takes until nothing is left to do."""
    for _ in range(5):
        # pandoc 3.9 knows small capitals only with the semicolon.
        again = re.sub(r"font-variant:\s*small-caps;?", "font-variant:small-caps;", texts.rich(value))
        if again == value:
            break
        value = again
    return value


def _clean(item: Item) -> None:
    """Put right what goes by the whole item: addresses, numbers, titles, a status that stands as the date."""
    url = item.get("URL", "")
    if texts.is_doi_address(url) and (found := texts.doi(url)):
        item.setdefault("DOI", found)
        if item["DOI"].lower() == found.lower():
            del item["URL"]
    _clean_numbers(item)
    untitled = re.fullmatch(r"\[([^\[\]]+)\]", item.get("title", ""))
    if untitled and not item.get("genre") and item["type"] not in _PERIODICAL:
        item["genre"] = untitled[1]  # A description stands in place of the title (APA 9.22).
        del item["title"]
    literal = item.get("issued", {}).get("literal", "")
    if _STATUS.fullmatch(literal.strip("() .")):
        item.setdefault("status", literal.strip("() .").lower())
        del item["issued"]
    if not (item.get("keyword") or "").strip(" ,;"):
        item.pop("keyword", None)
    if "event-title" in item:
        item["event"] = item["event-title"]  # its name before CSL 1.0.2, which most styles still use


def _clean_numbers(item: Item) -> None:
    if page := item.get("page"):
        page = re.sub(r"\A(?:pp?\.?|pages?)\s*(?=[A-Za-z]?\d)", "", page, flags=re.IGNORECASE)
        item["page"] = texts.pages(page)
        found = _ARTICLE_NUMBER.fullmatch(item["page"])
        if found and item["type"] == "article-journal" and not item.get("number") and not item.get("apa-number"):
            # An article without pages: other styles print its number only as its page, as Zotero keeps it.
            page = item.pop("page")
            item["number"] = found[1] or found[2]
            variants.page_article(item, page)
            item.pop("number")
    for name in ("volume", "issue"):
        if found := _DOUBLE_NUMBER.fullmatch(item.get(name, "")):
            item[name] = f"{found[1]}\u2013{found[2]}"
    if edition := item.get("edition"):
        item["edition"] = _edition(edition)
        if item["edition"] == "1":
            del item["edition"]  # A first edition is not named (APA 9.19).
    if "ISBN" in item:
        item["ISBN"] = re.split(r"[\s,;]+", item["ISBN"])[0]


_DOUBLE_NUMBER = re.compile(r"(\d+)\s*-{1,3}\s*(\d+)")
_PERIODICAL = frozenset({"article-journal", "article-magazine", "article-newspaper", "post-weblog", "post", "review"})
_ARTICLE_NUMBER = re.compile(
    r"(?:article|art\.?)\s+(?:(?:no|number|id)\.?\s+)?([\w./-]+)|([eE]L?\d[\w.]*|\d{5,}|[A-Za-z]{1,5}\d{4,})",
    re.IGNORECASE,
)


_BRACKETS = re.compile(r"\A((?:.*\S )?)(\[[^\[\]]+\])\Z")
"""A translation behind a title, or a description in place of one: in no style in the title's italics."""

_STATUS = re.compile(
    r"(?:in press|forthcoming|in prep(?:aration|\.)|submitted(?: for publication)?|under review)", re.IGNORECASE
)
_ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),  # noqa: SIM905  (words read best as a line)
        1,
    )
}


def _edition(value: str) -> str:
    """Give "2nd ed.", "Second edition" and "2." as "2", "Revised edition" as "Rev. ed."; any other as it stands."""
    if re.fullmatch(r"rev(?:ised|\.)?(?: ed(?:ition|\.)?)?", value, re.IGNORECASE):
        return "Rev. ed."
    if re.fullmatch(r"(?:spring|summer|fall|autumn|winter) \d{4}", value, re.IGNORECASE):
        return f"{value} ed."
    found = re.fullmatch(r"(\w+?)(?:st|nd|rd|th|\.)?(?:\s+ed(?:itions?|n|\.)?\.?)?", value, re.IGNORECASE)
    if not found:
        return value
    word = found[1].lower()
    whole = re.match(r"[a-z]+", value.lower())
    return word if word.isdigit() else _ORDINALS.get(whole[0] if whole else "", value)


# Names

_PARTS = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal")
_SWITCHES = ("comma-suffix", "static-ordering", "parse-names")


def people(value: Any) -> list[dict[str, Any]]:
    """Give the names of a variable as CSL has them; names may stand as texts, or as one name without a list."""
    each = value if isinstance(value, list) else [value]
    found: list[dict[str, Any]] = []
    for one in each:
        found.extend(_of_text(one) if isinstance(one, str) else [one] if isinstance(one, dict) else [])
    whole = [mended for one in found if (mended := _person(one))]
    return [one for one in whole if not _is_others(one)]


def _person(name: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for part in _PARTS:
        text = name.get(part)
        if part == "literal" and not text and not name.get("family"):
            text = name.get("name") or name.get("institution")
        if isinstance(text, (str, int)) and not isinstance(text, bool) and (plain := texts.plain(str(text))):
            made[part] = _text("language", plain)
    if not made:
        return {}
    if "family" in made:
        made.pop("literal", None)
    elif set(made) == {"given"}:
        made = {"literal": made["given"]}
    made |= {part: name[part] for part in _SWITCHES if name.get(part) not in (None, "")}
    return names.mended(made)


def _is_others(name: dict[str, Any]) -> bool:
    text = str(name.get("literal") or (name.get("family") if not name.get("given") else "") or "")
    return text.lower().strip(" .") in {"others", "et al", "and others"}


def _of_text(value: str) -> list[dict[str, Any]]:
    parts = [part.strip() for part in value.split(";")] if ";" in value else re.split(r"\s+and\s+", value.strip())
    if len(parts) > 1 and ";" not in value and not all("," in part for part in parts):
        parts = [value.strip()]
    found = []
    for part in parts:
        family, comma, given = part.partition(",")
        if comma and given.strip() and re.fullmatch(r"[^,]+", given) and len(given.split()) <= 4:  # noqa: PLR2004
            found.append({"family": family.strip(), "given": given.strip()})
        elif part:
            found.append({"literal": part})
    return found


_GENERATION = re.compile(r"(?:[JS]r|[IVX]+|\d+(?:st|nd|rd|th))\.?", re.IGNORECASE)


def _with_role(name: dict[str, Any]) -> dict[str, Any]:
    """Set off the role that stands behind the given name of a reviewed work's maker ("Pete, Dir.", APA 10.7)."""
    given, suffix = str(name.get("given", "")), str(name.get("suffix", ""))
    if not suffix:
        given, suffix = (part.strip(" ,!") for part in f"{given},".split(",", maxsplit=1))
    if not name.get("family") or not given or not suffix or _GENERATION.fullmatch(suffix):
        return name
    return names.mended({**name, "given": given, "suffix": suffix, "comma-suffix": True})


# Dates

_CIRCA = re.compile(r"c\.?|ca\.?|circa|about|around|approximately", re.IGNORECASE)
_SEASONS = {"1": 21, "2": 22, "3": 23, "4": 24, "spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}


def date(value: Any) -> dict[str, Any]:
    """Give a date as CSL has it, from `date-parts`, `raw`, `literal`, a text, a year, `{year: 2019}` or two of them."""
    if isinstance(value, list) and value and all(isinstance(each, (dict, str)) for each in value):
        ends = [date(each) for each in value[:2]]
        parts = [end["date-parts"][0] for end in ends if "date-parts" in end]
        circa = {"circa": True} if any(end.get("circa") for end in ends) else {}
        return {"date-parts": parts, **circa} if parts else next((end for end in ends if end), {})
    if isinstance(value, list):
        value = {"date-parts": value if value and isinstance(value[0], list) else [value]}
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return dates.date(rich(str(value))) or {}
    if not isinstance(value, dict):
        return {}
    made = _of_parts(value)
    for name in ("raw", "literal", "edtf", "date-time"):
        if not made and isinstance(value.get(name), (str, int)):
            made = dates.date(rich(str(value[name]))) or {}
    is_circa = _is_true(value.get("circa")) or _CIRCA.fullmatch(str(value.get("season", "")).strip())
    if made and "literal" not in made and is_circa:
        made["circa"] = True
    return made


def _is_true(value: Any) -> bool:
    return value is True or str(value).lower() in {"1", "true", "yes", "circa", "ca."}


def _of_parts(value: dict[str, Any]) -> dict[str, Any]:
    given = value.get("date-parts")
    if given is None and value.get("year") is not None:
        given = [[value.get(name) for name in ("year", "month", "day")]]
    if not isinstance(given, list):
        return {}
    if given and not isinstance(given[0], list):
        given = [given]
    moments = [moment for each in given[:2] if isinstance(each, list) and (moment := _moment(each))]
    if not moments and given and isinstance(given[0], list) and all(isinstance(part, str) for part in given[0]):
        return dates.date(rich("-".join(given[0])).strip("- ")) or {}
    if not moments or all(moment == [0] for moment in moments):
        return {}
    rest = str(value.get("season", "")).lower().strip()
    if season := _SEASONS.get(rest):
        moments = [[moment[0], season] if len(moment) == 1 and moment[0] else moment for moment in moments]
    elif len(moments) == 1 and len(moments[0]) == 1 and (end := _end(rest, moments[0][0])):
        moments.append(end)
    return {"date-parts": moments}


def _end(rest: str, year: int) -> list[int]:
    """Give the end of a range of years: of "2009-2014" Zotero keeps the second as the season of the first."""
    if rest == "present":
        return [0]
    return [int(rest)] if re.fullmatch(r"[0-9]{3,4}", rest) and int(rest) > year else []


def _moment(parts: list[Any]) -> list[int]:
    numbers: list[int] = []
    for part in parts[:3]:
        text = str(part).strip() if isinstance(part, (str, int, float)) and not isinstance(part, bool) else ""
        text = text.removesuffix(".0")
        if not re.fullmatch(r"-?\d{1,9}", text):
            month = dates.of("2000", text) if numbers and len(numbers) == 1 and text else None
            if not month or len(month.get("date-parts", [[]])[0]) < 2:  # noqa: PLR2004
                break
            text = str(month["date-parts"][0][1])
        number = int(text)
        if len(numbers) == 1 and not (1 <= number <= 12 or 21 <= number <= 24):  # noqa: PLR2004
            number = number - 12 + 20 if 13 <= number <= 16 else 0  # noqa: PLR2004  (citeproc-js: 13 to 16 are seasons)
        if len(numbers) == 2 and not (1 <= number <= 31 and numbers[1] <= 12):  # noqa: PLR2004
            break
        if numbers and not number:
            break
        numbers.append(number)
    return numbers


def _is_undated(value: Any) -> bool:
    text = value.get("literal") or value.get("raw") if isinstance(value, dict) else value
    return bool(
        isinstance(text, str) and re.fullmatch(r"[\s(\[]*(?:n\.?\s*d\.?|no date|undated)?[\s)\]]*", text, re.IGNORECASE)
    )


def _legal(item: Item) -> Item:
    if item["type"] not in _LEGAL:
        return item
    try:
        from citeproof.bibliography import legal  # noqa: PLC0415
    except ImportError:
        return item
    return legal.mended(item)
