"""Legal works as CSL: cases, statutes, hearings, bills, reports, regulations, orders, patents, constitutions, treaties.

`item` reads biblatex's and biblatex-apa's records, `mended` puts right what Zotero exports for such works. The pieces
(reporter, volume, page, court …) go to CSL's own variables, for any style. How APA prints them together (chapter 11,
after the Bluebook) goes to `legal-citation` where the pieces cannot say it. Cases and acts keep their capitals.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from citeproof.bibliography import bluebook, dates, latex, names, titles
from citeproof.bibliography.fields import Fields

if TYPE_CHECKING:
    from citeproof.bibliography.model import Item, Record

TYPES = frozenset({"constitution", "jurisdiction", "legadminmaterial", "legal", "legislation", "legmaterial", "patent"})
"""The record types that `item` reads."""

BEFORE_ARTICLE = " "
"""Stands between a constitution and its article: "S.C. Const. art. IX, § 3" (APA 11.9). biblatex-apa adds a comma."""

_CONGRESS = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th|d)\s+Cong(?:\.|ress\b)")
_REPORTED = re.compile(
    r"(?P<volume>(?:\[\d{4}\] )?\d[\d-]*) (?P<title>[A-Z].*?) (?P<page>_{2,}|\d[\d,]*)"
    r"(?:[-\u2013]\d+)?(?:, \d[\d\u2013-]*)?"
)
_CODE = re.compile(r"(?:(?P<volume>\d+[A-Z]?) )?(?P<title>[A-Z][^§]*?),? §+ ?(?P<section>.+)")
_PUBLIC_LAW = re.compile(
    r"(?P<kind>Pub(?:lic|\.) ?L(?:aw|\.)|P\. ?L\.|Priv(?:ate|\.) ?L(?:aw|\.))(?: No\.?)? ?"
    r"(?P<number>\d+ ?[-\u2013] ?\d+)",
    re.IGNORECASE,
)
_BILL = re.compile(
    r"(?:H\. ?R\.?|H\.?|S\.?) ?(?:(?:J\.|Con\.|Joint|Concurrent) ?)?(?:Res\. ?)?\d[\d,]*|(?:[A-Z]\w*\. ?)+B\. ?\d+"
)
_UNPUBLISHED = re.compile(r"\bWL\b|\bLEXIS\b|slip op|\bNo\. \S*\d", re.IGNORECASE)
_HISTORY = re.compile(
    r"(?:aff|rev)['\u2019][dg](?: (?:en banc|in part|per curiam|mem\.|sub nom\.|on other grounds|on reh['\u2019]g))*"
    r"|cert\. (?:denied|granted|dismissed|filed)|petition for cert\. filed|appeal (?:denied|dismissed|docketed|filed)"
    r"|reh['\u2019]g (?:denied|granted)(?: en banc)?|vacated(?: and remanded| in part| as moot| mem\.)?|remanded"
    r"|mandamus denied|enforced|modified|withdrawn|sub nom\."
    r"|(?:overruled|abrogated|superseded|invalidated)(?: in part)?(?: by statute)?(?: by|,)?",
    re.IGNORECASE,
)
"""How a later court dealt with a case; printed in italics (APA 11.4, Bluebook table T8)."""
_OF_A_LAW = re.compile(
    r"(?:enacted|repealed|amended|as amended|codified|superseded|expired|to be codified|current version at|vetoed"
    r"|proposed)\b",
    re.IGNORECASE,
)
_TESTIMONY = re.compile(r"\(?(?:testimony|statement|remarks) (?:of|by) (?P<who>.+?)\)?", re.IGNORECASE)
_HEARING = re.compile(r"Hearings?(?: on (?P<on>.+?))? before (?:the )?(?P<committee>.+)", re.IGNORECASE)
_COMMITTEE = re.compile(r"\b(?:Sub)?[Cc]omm(?:ittee|\.)")
_YEAR_OF_ACT = re.compile(r" (?:of )?(\d{4})(?: \([A-Z][A-Za-z]*\))?$")
_YEAR_IN_NAME = re.compile(r"(?<! of) (\d{4})(?: \([A-Z][A-Za-z]*\))?$")
"""The year that is part of the name of an act of the United Kingdom and of other countries with its tradition, where a
comma or "of" would be wrong: "Data Protection Act 2018", "Fair Work Act 2009 (Cth)"."""
_RANGE = r"[-\u2013]"
# fmt: off
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on

_BODIES = {
    "senate": "S.",
    "houseofrepresentatives": "H.R.",
    "house": "H.R.",
    "unitednations": "U.N.",
    "un": "U.N.",
    "us": "U.S.",
}
_KINDS = {
    "report": "Rep.",
    "resolution": "Res.",
    "jointresolution": "J. Res.",
    "concurrentresolution": "Con. Res.",
    "document": "Doc.",
    "execorder": "Exec. Order",
    "executiveorder": "Exec. Order",
    "proclamation": "Proclamation",
}
_SPOKEN = {
    "Rep.": "Report",
    "Res.": "Resolution",
    "J. Res.": "Joint Resolution",
    "Con. Res.": "Concurrent Resolution",
    "Doc.": "Document",
    "Exec. Order": "Executive Order",
}
_SPOKEN_BODIES = {"S.": "Senate ", "H.R.": "House of Representatives ", "": ""}
_NUMBERED_PLAINLY = frozenset({"Res.", "J. Res.", "Con. Res."})
"""Kinds of works whose number has no "No." before it."""
_PATENTS = {
    "": ("Patent", ""),
    "patent": ("Patent", ""),
    "us": ("U.S. Patent", "U.S. Patent and Trademark Office"),
    "de": ("German Patent", "German Patent and Trade Mark Office"),
    "eu": ("European Patent", "European Patent Office"),
    "fr": ("French Patent", "National Institute of Industrial Property"),
    "uk": ("U.K. Patent", "Intellectual Property Office"),
}


def item(record: Record) -> Item:
    """Read a record of one of TYPES into a CSL item."""
    kind = record.type
    made: Item
    if kind == "patent":
        made = _patent(record)
    elif kind == "constitution":
        made = _constitution(record)
    elif kind == "legal":
        made = _treaty(record)
    elif kind == "jurisdiction":
        made = _case(record)
    else:
        made = _law(record)
    made = {"id": record.key, **made}
    made["URL"] = latex.verbatim(record.text("url"))
    doi = latex.verbatim(record.text("doi"))
    made["DOI"] = re.sub(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)+", "", doi, flags=re.IGNORECASE)
    made["accessed"] = dates.date(record.text("urldate")) if made["URL"] else None
    made.setdefault("legal-narrative", _narrative(made))
    made["legal-parenthetical"] = _parenthetical(made)
    made["title-short"] = latex.rich(record.text("shorttitle")) or made.get("title-short")
    made["language"] = Fields(record).language
    made["abstract"] = latex.rich(record.text("abstract"))
    made["keyword"] = latex.plain(record.text("keywords", "keyword"))
    # A note on the work (APA 9.51), its paragraphs divided as model.py says.
    paragraphs = re.split(r"\n[ \t]*\n|\\par\b\s*", record.text("annotation", "annote"))
    made["annote"] = "\u2029".join(said for part in paragraphs if (said := latex.rich(part)))
    return {name: value for name, value in made.items() if value not in ("", None, [])}


def mended(item: Item) -> Item:
    """Put right a legal item as Zotero exports it; others come back as they are. The item itself is not changed."""
    mend = {
        "legal_case": _mended_case,
        "legislation": _mended_statute,
        "bill": _mended_bill,
        "hearing": _mended_hearing,
        "patent": _mended_patent,
        "regulation": _mended_regulation,
    }.get(str(item.get("type", "")))
    if mend is None or item.get("legal-citation"):
        return item
    made = mend(dict(item))
    made.setdefault("legal-narrative", _narrative(made))
    made["legal-parenthetical"] = _parenthetical(made)
    return {name: value for name, value in made.items() if value not in ("", None)}


# ---- Records of biblatex


def _case(record: Record) -> Item:
    """Read a court decision (APA 11.4): Name v. Name, volume reporter page (court year), history."""
    cites = [_rich(part) for part in latex.split(record.text("citation"))] or _from_pieces(record)
    courts = _annotated(record, "citeorg")
    years = _annotated(record, "citedate")
    kinds = _annotated(record, "citeinfo")
    own_court = _rich(record.text("organization", "institution", "court", "authority"))
    reporters = [found["title"] for cite in cites if (found := _REPORTED.match(_bare(cite)))]
    own_court = bluebook.court(own_court, reporters[-1] if reporters else "")
    issued, first = _date(record), _date(record, "origdate")
    parts: list[str] = []
    for place, cite in enumerate(cites, start=1):
        court, when = courts.get(place, ""), years.get(place, "")
        is_last = place == len(cites)
        if is_last and not when and not _ends_in_year(cite) and not _is_history(cite):
            court, when = court or own_court, _decided(issued, cites)
        elif court and not when and first and place < len(cites):
            when = _year(first)
        is_phrase = kinds.get(place) == "appeal" or _is_history(cite)
        parts.append(_with_parentheses(_italic(cite) if is_phrase else cite, court, when))
    if not cites:
        parts = [f"({_spaced(own_court, _full_date(issued))})"] if own_court or issued else []
    made: Item = {"type": "legal_case", "title": _title(record), "issued": issued, "original-date": first}
    made |= _decision(cites, courts, years, _year(issued), own_court)
    if cites:
        made["legal-citation"] = ", ".join(parts)
    return made


def _decision(cites: list[str], courts: dict[int, str], years: dict[int, str], year: str, own_court: str) -> Item:
    """Give the pieces of the decision of this year, else of the first: other styles print just one."""
    reported = [(place, found) for place, cite in enumerate(cites, 1) if (found := _REPORTED.match(_bare(cite)))]
    if not reported:
        number = next((cite for cite in cites if _UNPUBLISHED.search(cite)), "")
        return {
            "number": re.sub(r"^No\. ", "", _bare(number)),
            "authority": own_court or next(iter(courts.values()), ""),
        }
    dated = {len(cites): year} | years if years else {}
    place, found = next((one for one in reported if dated.get(one[0]) == year), reported[0])
    page = "" if found["page"].startswith("_") else found["page"]
    court = courts.get(place) or own_court or ("" if years else next(iter(courts.values()), ""))
    return {"volume": found["volume"], "container-title": found["title"], "page": page, "authority": court}


def _law(record: Record) -> Item:
    """Read a statute (APA 11.5), legislative material (11.6) or administrative and executive material (11.7)."""
    is_rule = record.type == "legadminmaterial"
    cites, place = _cited(record)
    genre, number = _named(record)
    made: Item = {"issued": _date(record), "original-date": _date(record, "origdate"), "publisher-place": place}
    note = _rich(record.text("note"))
    title, subtitle = latex.rich(record.text("title")), latex.rich(record.text("subtitle"))
    hearing = _HEARING.fullmatch(_bare(subtitle)) or (None if subtitle else _hearing_in(title))
    testimony = _TESTIMONY.fullmatch(_bare(note))
    is_called_hearing = "hearing" in latex.plain(record.text("type", "entrysubtype")).lower()
    is_spoken = bool(record.text("author")) and any(_COMMITTEE.search(_bare(cite)) for cite in cites)
    if title and not is_rule and (hearing or testimony or is_called_hearing or is_spoken):
        return _hearing(record, made, cites, note)
    made["title"] = _title(record)
    if made["title"]:
        made |= _act_short(_joined_title(record, with_addon=False), made["title"], made["issued"])
    made["type"] = _kind_of_law(record, cites, genre)
    made |= _law_pieces(cites, made["type"])
    if not made["title"]:
        # The style sets "No." only where no Congress stands with the number: "S. Res. 438, 114th Cong.".
        is_report = bool(genre) and _numbered(genre, number) != f"{genre} {number}"
        with_sign = is_report and made["type"] == "bill" and (made.get("chapter-number") or made.get("container-title"))
        made |= {"genre": f"{genre} No." if with_sign else genre, "number": number}
    elif number and "number" not in made and not cites:
        made |= {"genre": genre, "number": number}
    elif number and genre and not any(number in cite for cite in cites):
        cites = [_numbered(genre, number), *cites]
        made |= {"genre": genre, "number": number}
    is_proposed = is_rule and "proposed" in _keywords(record)
    if is_proposed:
        made["submitted"] = made["issued"]
    when = _law_date(made, cites, is_proposed=is_proposed)
    if note and (record.type != "legislation" or _OF_A_LAW.match(note)):
        made["status"] = note.strip("()")
    if cites:
        tail = _spaced(_in_parentheses(when), _in_parentheses(made.get("status", "")))
        made["legal-citation"] = _spaced(", ".join(cites), tail)
    elif is_proposed and when:
        made["legal-citation"] = _spaced(f"({when})", _in_parentheses(made.get("status", "")))
    return made


def _hearing(record: Record, made: Item, cites: list[str], note: str) -> Item:
    """Read a hearing before a committee, or what one person said there (APA 11.6, examples 14 and 15)."""
    title, subtitle = latex.rich(record.text("title")), latex.rich(record.text("subtitle"))
    hearing = _HEARING.fullmatch(_bare(subtitle))
    if hearing:
        name = titles.sentence_case(title)
    else:
        inside = None if subtitle else _hearing_in(title)
        name = titles.sentence_case(titles.join(title[: inside.start()] if inside else title, subtitle))
        hearing = inside
    committee = hearing["committee"].rstrip(" .") if hearing else ""
    # "Homeland Security and Governmental Affairs" without braces was taken for two places: what stands before the
    # Congress is one name.
    places = [part for cite in cites for part in re.split(r", (?=\d{1,3}(?:st|nd|rd|th|d) Cong)", cite)]
    at = next((place for place, part in enumerate(places) if _CONGRESS.match(_bare(part))), len(places))
    before, congress = " and ".join(places[:at]), ", ".join(places[at:])
    committee = committee or before
    person = _TESTIMONY.fullmatch(_bare(note))
    speakers = names.names(latex.plain(record.text("author"))) if record.text("author") else []
    if person:
        speakers = speakers or names.names(person["who"])
    made |= {"type": "hearing", "title": name, "title-short": _main_title(name), "author": speakers}
    made |= {"section": committee, "chapter-number": _bare(congress), "number": hearing["on"] if hearing else ""}
    told = note.strip("()") if note else (f"testimony of {_spoken(speakers)}" if speakers else "")
    # The title of a whole hearing has its committee in itself.
    head = ", ".join(part for part in (committee if speakers else "", congress) if part)
    if head:
        made["legal-citation"] = _spaced(head, _in_parentheses(_year(made["issued"])), _in_parentheses(told))
    return made


def _main_title(title: str) -> str:
    """Give a title up to its colon, as the text names a hearing (APA 11.6, example 14); "" if it has none."""
    main, colon, _ = title.partition(": ")
    return main if colon and main.count("<") == main.count(">") == 2 * main.count("</") else ""


def _constitution(record: Record) -> Item:
    """Read a part of a constitution or charter (APA 11.9): U.S. Const. amend. XVIII (repealed 1933)."""
    source = latex.plain(record.text("source", "institution", "organization")) or latex.plain(record.text("title"))
    kind = latex.plain(record.text("type")).lower()
    short = _BODIES.get(re.sub(r"\s", "", source).lower()) or bluebook.state(source) or source
    if "charter" in kind or short == "U.N.":
        name = f"{short} Charter"
    elif re.search(r"const", short, re.IGNORECASE):
        name = short
    else:
        name = f"{short} Const."
    labels = {"amendment": "amend.", "article": "art.", "section": "§", "part": "para.", "clause": "cl."}
    if short == "U.N.":
        labels["section"] = "para."  # the Charter's articles have paragraphs (APA 11.9, example 28)
    parts = [f"{label} {_rich(record.text(of))}" for of, label in labels.items() if record.text(of)]
    status = ""
    for word in ("repealed", "amended", "superseded"):
        if word in _keywords(record):
            status = _spaced(word, _year(_date(record, "eventdate") or _date(record)))
    before = BEFORE_ARTICLE if parts and parts[0].startswith("art.") else " "
    whole = f"{name}{before}{', '.join(parts)}" if parts else name
    body = re.sub(r"\s", "", source).lower()
    long = {"us": "U.S.", "unitednations": "United Nations", "un": "United Nations"}.get(
        body
    ) or bluebook.state_in_full(source)
    kind_of_law = "Charter" if name.endswith("Charter") else "Constitution"
    return {
        "type": "legislation",
        "title": whole,
        "status": status or _rich(record.text("note")).strip("()"),
        "legal-narrative": _spoken_part(record, f"{long} {kind_of_law}") if long and parts else "",
    }


def _spoken_part(record: Record, whole: str) -> str:
    """Name a part of a constitution in a sentence: "Article IX, Section 3, of the South Carolina Constitution"."""
    words = {
        "amendment": "Amendment",
        "article": "Article",
        "section": "Section",
        "part": "paragraph",
        "clause": "Clause",
    }
    parts = [(of, _rich(record.text(of))) for of in words if record.text(of)]
    named = [f"{words[of]}{'s' * bool(re.search(_RANGE, which))} {which}" for of, which in parts]
    link = "to" if parts[-1][0] == "amendment" else "of"
    return f"{', '.join(named)}{',' if len(named) > 1 else ''} {link} the {whole}"


def _treaty(record: Record) -> Item:
    """Read a treaty or convention (APA 11.10): name, day on which it was signed, address."""
    made: Item = {"type": "treaty", "title": _title(record), "issued": _date(record) or _date(record, "eventdate")}
    cites, place = _cited(record)
    made |= {"author": names.names(record.text("author")) if record.text("author") else [], "publisher-place": place}
    if cites:
        found = _REPORTED.fullmatch(_bare(cites[0]))
        if found and len(cites) == 1:
            made |= {"volume": found["volume"], "container-title": found["title"], "page": found["page"]}
        else:
            made["legal-citation"] = ", ".join(cites)
    return made


def _patent(record: Record) -> Item:
    """Read a patent (APA 11.8): its kind and number behind the title, the office as publisher."""
    kind = latex.plain(record.text("type"))
    number = latex.plain(record.text("number"))
    known = re.fullmatch(r"(patent|patreq)(us|de|eu|fr|uk|)", kind.lower().replace(" ", ""))
    genre, office = kind, ""
    if known or not kind:
        genre, office = _PATENTS[known[2] if known else ""]
        genre += " Application" if known and known[1] == "patreq" else ""
    elif re.match(r"U\.? ?S\.?\b", kind):
        office = _PATENTS["us"][1]
    title = Fields(record).joined("title", "subtitle")
    publisher = _rich(record.text("publisher", "institution", "organization")) or office
    return {
        "type": "patent",
        "author": names.names(record.text("author")) if record.text("author") else [],
        "title": title,
        "issued": _date(record),
        "genre": genre,
        "number": re.sub(r"^No\.? ", "", number),
        "publisher": publisher,
    }


# ---- Parts of a record


def _title(record: Record) -> str:
    return _joined_title(record, with_addon=True)


def _joined_title(record: Record, *, with_addon: bool) -> str:
    title, subtitle = latex.rich(record.text("title")), latex.rich(record.text("subtitle"))
    whole = titles.join(title, subtitle) if subtitle else title
    return _spaced(whole, latex.rich(record.text("titleaddon"))) if with_addon else whole


def _act_short(short: str, title: str, issued: Any) -> Item:
    """Name an act in the text without "of 1990" or "2018": its year stands behind it anyhow (APA 11.5, example 8)."""
    year = _YEAR_OF_ACT.search(title)
    if short != title:
        return {"title-short": short}
    return {"title-short": title[: year.start()]} if year and year[1] == _year(issued) else {}


def _is_year_in_name(title: str, issued: Any) -> bool:
    """Tell whether an act's name says its year, which the reference does not repeat: "Data Protection Act 2018, c. 12".

    APA 11.1 leaves the laws of other countries to their own form; there nothing but the name says the year.
    """
    found = _YEAR_IN_NAME.search(title)
    return found is not None and found[1] == _year(issued)


def _cited(record: Record) -> tuple[list[str], str]:
    """Give what a law is cited by, in its parts, and the place of publication if `location` holds one."""
    cites = [_rich(part) for part in latex.split(record.text("citation"))]
    where = [_rich(part) for part in latex.split(record.text("location"))]
    if cites or not where:
        return cites or _from_pieces(record), ", ".join(where)
    if any(re.search(r"\d|§|Cong\.|Comm\.|[Cc]ommittee|Const\.", part) for part in where):
        return where, ""
    return _from_pieces(record), ", ".join(where)


def _from_pieces(record: Record) -> list[str]:
    """Give what a record as reference managers write it is cited by: volume, reporter or code, page or section."""
    title = _rich(record.text("reporter", "code", "journaltitle", "journal", "booktitle"))
    volume, page = _rich(record.text("volume")), _first_page(latex.plain(record.text("pages")))
    section = _rich(record.text("section")).lstrip("§ ")
    if title:
        missing = "___" if record.type == "jurisdiction" else ""
        return [_spaced(volume, bluebook.reporter(title), _section(section) or page or missing)]
    if record.type == "jurisdiction" and (number := _rich(record.text("number"))):
        return [number if re.match(r"\D*No\b", number) else f"No. {number}"]
    if record.type == "legislation" and (number := _rich(record.text("number"))):
        law = re.fullmatch(r"(?:\D*)(\d{2,3}[-\u2013]\d+)", number)
        return [f"Pub. L. No. {law[1]}" if law else number]
    return []


def _named(record: Record) -> tuple[str, str]:
    """Give the kind and number that name a work without a title: ("S. Rep.", "114-154")."""
    source = latex.plain(record.text("source")).strip()
    kind = latex.plain(record.text("type")).strip()
    body = _BODIES.get(re.sub(r"\s", "", source).lower(), source)
    what = _KINDS.get(re.sub(r"[\s.]", "", kind).lower(), kind)
    if body == "H.R." and what == "J. Res.":
        return "H.R.J. Res.", _number(record)
    if body == "S." and what == "J. Res.":
        return "S.J. Res.", _number(record)
    if kind.lower() in {"bill", "hearing"}:
        what = ""
    return _spaced(body, what), _number(record)


def _number(record: Record) -> str:
    return re.sub(r"^No\.? ", "", latex.plain(record.text("number")))


def _numbered(genre: str, number: str) -> str:
    """Give a work's kind and number as they are printed: "S. Res. 438", "S. Rep. No. 114-154"."""
    is_plain = any(genre.endswith(kind) for kind in _NUMBERED_PLAINLY) or genre in {"S.", "H.R."}
    return f"{genre} {number}" if is_plain else f"{genre} No. {number}"


def _narrative(made: Item) -> str:
    """Give what the sentence calls a work without a title: "Senate Report No. 114-154" (APA 11.6, 11.7); else ""."""
    genre, number = _text(made, "genre").removesuffix(" No."), _text(made, "number")
    if made.get("title") or made.get("type") not in {"bill", "regulation"} or not number:
        return ""
    if not genre and (found := re.fullmatch(r"(.+\.) (\d+)", number)):
        genre, number = found[1], found[2]
    body, kind = _body_and_kind(genre)
    if kind not in _SPOKEN:
        return ""
    return f"{_SPOKEN_BODIES[body]}{_SPOKEN[kind]} {'' if kind in _NUMBERED_PLAINLY else 'No. '}{number}"


def _parenthetical(made: Item) -> str:
    """Give what parentheses call a resolution without a title: "S. Resolution 438" (APA 11.6); else ""."""
    genre, number = _text(made, "genre"), _text(made, "number")
    if made.get("title") or made.get("type") != "bill" or not number:
        return ""
    if not genre and (found := re.fullmatch(r"(.+\.) (\d+)", number)):
        genre, number = found[1], found[2]
    body, kind = _body_and_kind(genre)
    return f"{body} {_SPOKEN[kind]} {number}".strip() if kind in _NUMBERED_PLAINLY else ""


def _body_and_kind(genre: str) -> tuple[str, str]:
    """Divide "S. Res." into the body and the kind of work."""
    body = next(short for short in _SPOKEN_BODIES if genre.startswith(short))
    return body, genre.removeprefix(body).strip()


def _kind_of_law(record: Record, cites: list[str], genre: str) -> str:
    if record.type == "legadminmaterial":
        return "regulation"
    told = " ".join(cites)
    is_law = "Stat." in told or "U.S.C" in told
    if not is_law and re.search(r"\bC\.? ?F\.? ?R\b|\bFed\. ?Reg\b|\d F\.R\. \d", told):
        return "regulation"
    is_bill = _CONGRESS.search(told) or any(_BILL.fullmatch(_bare(cite)) for cite in cites)
    return "bill" if is_bill or genre or record.type == "legmaterial" else "legislation"


def _law_pieces(cites: list[str], kind: str) -> Item:
    """Find code, volume, section, public law, bill and Congress in what a law is cited by."""
    made: Item = {}
    sessions: list[str] = []
    for cite in (part.strip() for whole in cites for part in re.split(r",\s+(?=\S)", _bare(whole))):
        if law := _PUBLIC_LAW.match(cite):
            made["number"] = re.sub(r"\s", "", law["number"])
            if law["kind"].lower().startswith("priv"):
                made["genre"] = "Priv. L."
        elif _CONGRESS.search(cite) or re.search(r"\bSess\.", cite):
            sessions.append(cite)
        elif kind == "bill" and _BILL.fullmatch(cite):
            made["number"] = cite
        elif "container-title" not in made and (found := _CODE.fullmatch(cite)):
            made |= {"volume": found["volume"] or "", "container-title": found["title"], "section": found["section"]}
        elif "container-title" not in made and (found := _REPORTED.fullmatch(cite)):
            made |= {"volume": found["volume"], "container-title": found["title"], "page": found["page"].strip("_")}
    if sessions:
        made["chapter-number"] = ", ".join(sessions)
    if not made and cites:
        made["container-title"] = _bare(", ".join(cites))
    return {name: value for name, value in made.items() if value}


def _law_date(made: Item, cites: list[str], *, is_proposed: bool) -> str:
    """Give what stands in the parentheses of the date: a year, two, or a day (APA 11.5, 11.7)."""
    issued = made["issued"]
    if (cites and _ends_in_year(cites[-1])) or _is_year_in_name(made.get("title", ""), issued):
        return ""
    if is_proposed:
        return _spaced("proposed", _full_date(issued))
    if made["type"] == "legislation":
        return _years(made["original-date"], issued)
    in_register = any(re.search(r"\bFed\. ?Reg\.|\d F\. ?R\. \d", _bare(cite)) for cite in cites)
    return _full_date(issued) if in_register else _year(issued)


def _hearing_in(title: str) -> re.Match[str] | None:
    """Find the hearing in a title that names it: "Student loans: Hearing before the U.S. Senate Committee on …"."""
    return re.compile(r"[:.,]\s+" + _HEARING.pattern, re.IGNORECASE).search(title)


def _annotated(record: Record, name: str) -> dict[int, str]:
    """Give what biblatex-apa's annotations say of the parts of `citation`: court, year, part of the history."""
    return Fields(record).annotations("citation", name)


def _keywords(record: Record) -> set[str]:
    return {word.strip().lower() for word in latex.plain(record.text("keywords", "keyword")).split(",")}


def _date(record: Record, name: str = "date") -> dict[str, Any] | None:
    """Read a date of a record; for `date`, the fields of BibTeX too."""
    whole = record.text(name)
    if whole:
        return dates.date(whole)
    of = name.removesuffix("date")
    year = record.text(f"{of}year")
    return dates.of(year, record.text(f"{of}month"), record.text(f"{of}day")) if year else None


# ---- Items of Zotero


def _mended_case(item: Item) -> Item:
    """Write reporter, court and history of Zotero's Case as the Bluebook does; the item's own variables stay."""
    title, history = _text(item, "container-title"), _text(item, "references")
    docket, page = _text(item, "number"), _first_page(_text(item, "page"))
    if not title and not docket:
        return item
    reporter = bluebook.reporter(title)
    court = bluebook.court(_text(item, "authority"), reporter)
    if title:
        cite = _spaced(_text(item, "volume"), reporter, page or "___")
        if re.search(r"\bWL$|LEXIS$", reporter) and docket:
            cite = f"{_docket(docket)}, {cite}"
    else:
        cite = _docket(docket)
    issued = item.get("issued")
    when = _decided(issued, [cite])
    made = _with_parentheses(cite, court, when)
    item["legal-citation"] = f"{made}, {_with_history(history)}" if history else made
    return item


def _mended_statute(item: Item) -> Item:
    """Find constitutions and regulations among Zotero's Statutes; take labels off numbers and sections."""
    code, section = _text(item, "container-title"), _text(item, "section")
    if section:
        item["section"] = section = section.lstrip("§ ")
    if re.search(r"\bConst\.?$", code):
        item["title"] = _spaced(code, section or _text(item, "page"))
        for name in ("container-title", "section", "page", "volume", "title-short"):
            item.pop(name, None)
        return item
    if re.fullmatch(r"C\. ?F\. ?R\.|Fed(?:eral|\.) ?Reg(?:ister|\.)|CFR", code):
        item["type"] = "regulation"
        return _mended_regulation(item)
    if law := _PUBLIC_LAW.match(_text(item, "number")):
        item["number"] = re.sub(r"\s", "", law["number"])
        if law["kind"].lower().startswith("priv"):
            item.setdefault("genre", "Priv. L.")
    item |= _without(_act_short(_text(item, "title"), _text(item, "title"), item.get("issued")), item)
    if cite := _statute(item, code, section):
        is_said = _is_year_in_name(_text(item, "title"), item.get("issued"))
        when = "" if is_said else _years(item.get("original-date"), item.get("issued"))
        item["legal-citation"] = _spaced(cite, _in_parentheses(when))
    return item


def _statute(item: Item, code: str, section: str) -> str:
    """Give what a statute is cited by where the style would print its number or section otherwise; "" elsewhere."""
    number, genre = _text(item, "number"), _text(item, "genre")
    where = _spaced(_text(item, "volume"), code, _section(section) or _first_page(_text(item, "page")))
    if number and not genre and not re.fullmatch(r"\d{2,3}[-\u2013]\d+", number):
        # The style calls any number a public law of the United States.
        return f"{number}, {where}" if where else number
    if number and section:
        return f"{genre or 'Pub. L.'} No. {number}, {where}"
    return where if code and section and not section.isdigit() else ""


def _mended_bill(item: Item) -> Item:
    """Put number and Congress of Zotero's Bill into form; find hearings, which Zotero called bills until 2022."""
    if re.search(r"\bcomm(?:ittee|\.)", _text(item, "section"), re.IGNORECASE) and not _BILL.match(
        _text(item, "number")
    ):
        item["type"] = "hearing"
        return _mended_hearing(item)
    # Congress.gov's pages are called "Text - H.R.3548 - 112th Congress (2011-2012): North American Energy Access Act".
    page = r"(?:[\w ]+ - )?[HS]\.[\w.]*\d+ - \d+\w\w Congress \([\d-]+\): "
    if title := _text(item, "title"):
        item["title"] = re.sub(rf"^{page}", "", title)
    congress = _congress(_text(item, "chapter-number"))
    if not congress:
        return item
    number = _bill_number(_text(item, "number"), _text(item, "authority").lower())
    genre = _text(item, "genre")
    item |= {"number": number, "chapter-number": congress}
    printed = number if not genre or number.startswith(genre) else f"{genre} {number}"
    when = _year(item.get("issued"))
    record = _spaced(_text(item, "volume"), _text(item, "container-title"), _first_page(_text(item, "page")))
    parts = [printed if item.get("title") else "", congress, record if item.get("container-title") else ""]
    item["legal-citation"] = _spaced(", ".join(part for part in parts if part), _in_parentheses(when))
    return item


def _bill_number(number: str, chamber: str) -> str:
    """Give the number of a federal bill or resolution in the Bluebook's form: "H.R.3548" → "H.R. 3548"."""
    if number.isdigit() and re.search("senate|house", chamber):
        return f"{'S.' if 'senate' in chamber else 'H.R.'} {number}"
    found = re.fullmatch(r"(H|S)\.? ?(R\.?)? ?(J\.?|Con\.?)? ?(Res\.?)? ?(\d+)", number, re.IGNORECASE)
    if not found:
        return number
    is_house, joint, resolution = found[1].upper() == "H", (found[3] or "").rstrip(".").capitalize(), bool(found[4])
    body = "H.R." if is_house else "S."
    if joint == "J":
        body += "J."
    elif joint:
        body += " Con."
    return f"{body}{' Res.' if resolution else ''} {found[5]}"


def _mended_hearing(item: Item) -> Item:
    """Put the chamber before the committee of Zotero's Hearing, the Congress behind it."""
    committee, body = _text(item, "section"), _text(item, "authority")
    chamber = re.search(r"\b(?:senate|house(?: of representatives)?)\b", body, re.IGNORECASE)
    if committee and chamber and not re.search(r"\b(?:senate|house)\b", committee, re.IGNORECASE):
        committee = f"U.S. {chamber[0].title().replace('Of', 'of')} {committee}"
    item["section"] = committee
    item |= _without({"title-short": _main_title(_text(item, "title"))}, item)
    congress = _congress(_text(item, "chapter-number"))
    if congress:
        item["chapter-number"] = congress
    speakers = item.get("author") or []
    when = _year(item.get("issued"))
    head = [committee] if speakers and committee else []
    session = congress or _spaced(body if not chamber else "", _text(item, "chapter-number"))
    head += [session] if session else []
    if head:
        told = f"(testimony of {_spoken(speakers)})" if speakers else ""
        item["legal-citation"] = _spaced(", ".join(head), _in_parentheses(when), told)
    return item


def _mended_regulation(item: Item) -> Item:
    """Take the sign off a section; know an executive order by its title."""
    section, title = _text(item, "section").lstrip("§ "), _text(item, "container-title")
    if section:
        item["section"] = section
    item |= _without(_act_short(_text(item, "title"), _text(item, "title"), item.get("issued")), item)
    if re.fullmatch(r"CFR|C\. F\. R\.", title):
        item["container-title"] = title = "C.F.R."
    if section and title and item.get("title") and not re.fullmatch(r"[\d.]+", section):
        when, status = _year(item.get("issued")), _text(item, "status")
        where = _spaced(_text(item, "volume"), title, _section(section))
        item["legal-citation"] = _spaced(where, _in_parentheses(when), _in_parentheses(status))
    order = re.fullmatch(r"Exec(?:utive|\.) Order(?: No\.?)? (\d[\d,]*)", _text(item, "title"), re.IGNORECASE)
    if order or re.fullmatch(r"exec(?:utive|\.) order", _text(item, "genre"), re.IGNORECASE):
        item["genre"] = "Exec. Order"
        number = order[1] if order else _text(item, "number")
        item["number"] = f"{int(number):,}" if number.isdigit() else number
    if order:
        item.pop("title", None)
    return item


def _mended_patent(item: Item) -> Item:
    """Make a U.S. patent with its office of Zotero's "United States" and "US9367592B2" (APA 11.8)."""
    authority, number = _text(item, "authority"), _text(item, "number")
    found = re.fullmatch(r"(US|EP|WO|DE|GB|FR)[ -]?(\d[\d,/]*)[ -]?([A-Z]\d?)?", number)
    country = found[1] if found else ""
    if re.match(r"U(?:nited|\.) ?S(?:tates|\.)|US\b|USPTO", authority):
        country = "US"
    if country != "US":
        return item
    digits = found[2] if found else number
    is_application = bool(found) and bool(re.fullmatch(r"\d{11}", digits))
    if is_application:
        item["number"] = f"{digits[:4]}/{digits[4:]}"
    elif digits.isdigit():
        item["number"] = f"{int(digits):,}"
    item["authority"] = "U.S."
    if is_application:
        item.setdefault("genre", "Patent Application")
    elif re.match(r"U\.? ?S\.? ", _text(item, "genre")):
        item.pop("authority")
    office = authority if "office" in authority.lower() else _PATENTS["us"][1]
    item.setdefault("publisher", office)
    return item


# ---- Small parts


def _text(item: Item, name: str) -> str:
    return str(item.get(name) or "").strip()


def _without(new: Item, item: Item) -> Item:
    """Give of the new variables those that the item lacks."""
    return {name: value for name, value in new.items() if not item.get(name)}


def _rich(value: str) -> str:
    """Read a value that no style changes the case of: the marks of protected letters would only be in the way."""
    kept: list[bool] = []

    def shown(tag: re.Match[str]) -> str:
        if tag[0] != "</span>":
            kept.append("nocase" not in tag[0])
            return tag[0] if kept[-1] else ""
        return tag[0] if not kept or kept.pop() else ""

    return re.sub(r"<span[^<>]*>|</span>", shown, latex.rich(value))


def _bare(rich: str) -> str:
    return re.sub(r"<[^<>]+>", "", rich)


def _spaced(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _italic(text: str) -> str:
    return text if "<i>" in text else f"<i>{text}</i>"


def _is_history(cite: str) -> bool:
    return _HISTORY.fullmatch(_bare(cite).strip()) is not None


def _with_history(history: str) -> str:
    """Set the phrases of a case's history in italics where the author has no markup."""
    text = history.strip().rstrip(".") if history.strip().endswith(").") else history.strip()
    return text if "<i>" in text else _HISTORY.sub(lambda found: f"<i>{found[0]}</i>", text)


def _ends_in_year(cite: str) -> bool:
    return re.search(r"\([^()]*\d{4}\)\s*$", _bare(cite)) is not None


def _in_parentheses(text: str) -> str:
    return f"({text})" if text else ""


def _with_parentheses(cite: str, court: str, when: str) -> str:
    return _spaced(cite, _in_parentheses(_spaced(court, when)))


def _parts(date: Any) -> list[int]:
    """Give year, month and day of a CSL date as far as it has them; of a range, of its beginning."""
    parts = date.get("date-parts") if isinstance(date, dict) else None
    return [int(part) for part in parts[0] if str(part).lstrip("-").isdigit()] if parts and parts[0] else []


def _year(date: Any) -> str:
    parts = _parts(date)
    if parts:
        return str(parts[0])
    told = str(date.get("literal") or date.get("raw") or "") if isinstance(date, dict) else ""
    year = re.search(r"\d{4}", told)
    return year[0] if year else ""


def _years(original: Any, issued: Any) -> str:
    """Give the years of a law that was revised: "1971 & rev. 2009" (APA 11.5, example 13); of another, its year."""
    first, last = _year(original), _year(issued)
    return f"{first} & rev. {last}" if first and last and first != last else first or last


def _full_date(date: Any) -> str:
    """Give a date as APA writes it in English: May 23, 2016."""
    parts = _parts(date)
    if len(parts) < 2 or not 1 <= parts[1] <= 12:  # noqa: PLR2004  (year and month)
        return _year(date)
    day = f" {parts[2]}," if len(parts) > 2 else ""  # noqa: PLR2004
    return f"{_MONTHS[parts[1] - 1]}{day} {parts[0]}"


def _decided(date: Any, cites: list[str]) -> str:
    """Give the year of a decision in a reporter, the day of one that no reporter has (APA 11.4)."""
    texts = [_bare(cite) for cite in cites]
    is_reported = any(_REPORTED.match(text) and not _UNPUBLISHED.search(text) for text in texts)
    is_unreported = not is_reported and any(_UNPUBLISHED.search(text) for text in texts)
    return _full_date(date) if is_unreported else _year(date)


def _docket(number: str) -> str:
    return number if re.match(r"[A-Za-z\[]", number) and not re.match(r"[A-Z]?\d|\d", number) else f"No. {number}"


def _first_page(pages: str) -> str:
    return re.split(r"[-\u2013]", pages)[0].strip()


def _section(section: str) -> str:
    """Set "§" before a section, "§§" before several; citeproc takes any hyphen for a range, but § 1-23-110 is one."""
    if not section:
        return ""
    several = re.search(r"\d\w*\s*(?:\u2013|,|\band\b|\bto\b)\s*\d", section) or re.fullmatch(
        r"(\d{3,})-(\d{3,})", section
    )
    return f"{'§§' if several else '§'} {section}"


def _congress(session: str) -> str:
    """Give a Congress in the Bluebook's form: "112th Congress (2011-2012)", "112" → "112th Cong."; "" if it is none."""
    found = _CONGRESS.search(session) or re.fullmatch(r"(\d{2,3})", session.strip())
    if not found:
        return ""
    number = int(found[1])
    ending = {1: "st", 2: "d", 3: "d"}.get(number % 10, "th") if number % 100 not in {11, 12, 13} else "th"
    more = re.search(r"(\d(?:st|nd|rd|th|d)) Sess(?:\.|ion\b)", session)
    return f"{number}{ending} Cong." + (f", {more[1]} Sess." if more else "")


def _spoken(people: list[dict[str, Any]]) -> str:
    """Give names in the order of speech: Norman Dong; A. Lee & B. Ruiz."""
    parts = ("given", "non-dropping-particle", "family", "suffix")
    whole = [str(person.get("literal") or _spaced(*(str(person.get(of, "")) for of in parts))) for person in people]
    return " & ".join([", ".join(whole[:-1]), whole[-1]] if len(whole) > 1 else whole)
