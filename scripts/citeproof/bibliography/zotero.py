"""Turns what Zotero and Better BibTeX write of their own into CSL: item types, fields, creators, lines of "Extra".

The names are those of Zotero's schema (its sections `itemTypes` and `csl`) and of Better BibTeX's table of extra
fields. Pure functions on values; dates stay as they are typed.
"""

from __future__ import annotations

import re
from typing import Any

from citeproof.bibliography import variants
from citeproof.patterns import late

Item = dict[str, Any]

TYPES = {
    "artwork": "graphic",
    "attachment": "document",
    "audioRecording": "song",
    "bill": "bill",
    "blogPost": "post-weblog",
    "book": "book",
    "bookSection": "chapter",
    "case": "legal_case",
    "computerProgram": "software",
    "conferencePaper": "paper-conference",
    "dataset": "dataset",
    "dictionaryEntry": "entry-dictionary",
    "document": "document",
    "email": "personal_communication",
    "encyclopediaArticle": "entry-encyclopedia",
    "film": "motion_picture",
    "forumPost": "post",
    "hearing": "hearing",
    "instantMessage": "personal_communication",
    "interview": "interview",
    "journalArticle": "article-journal",
    "letter": "personal_communication",
    "magazineArticle": "article-magazine",
    "manuscript": "manuscript",
    "map": "map",
    "newspaperArticle": "article-newspaper",
    "patent": "patent",
    "podcast": "broadcast",
    "preprint": "article",
    "presentation": "speech",
    "radioBroadcast": "broadcast",
    "report": "report",
    "standard": "standard",
    "statute": "legislation",
    "thesis": "thesis",
    "tvBroadcast": "broadcast",
    "videoRecording": "motion_picture",
    "webpage": "webpage",
}
"""Zotero's item types → CSL's."""

_DESCRIBED = {
    "podcast": "Audio podcast episode",
    "radioBroadcast": "Radio broadcast",
    "tvBroadcast": "TV series episode",
}
"""Item types that CSL does not tell apart → what they are."""

NOT_WORKS = frozenset({"annotation", "attachment", "note"})
"""Zotero's items that hang on a work and are none themselves."""

_TEXTS = {
    "abstract": ("abstractNote",),
    "archive": ("archive",),
    "archive_location": ("archiveLocation",),
    "authority": ("authority", "court", "legislativeBody", "issuingAuthority"),
    "call-number": ("callNumber", "applicationNumber"),
    "chapter-number": ("session",),
    "collection-number": ("seriesNumber",),
    "collection-title": ("seriesTitle", "series"),
    "container-title": (
        "publicationTitle",
        "blogTitle",
        "bookTitle",
        "dictionaryTitle",
        "encyclopediaTitle",
        "forumTitle",
        "proceedingsTitle",
        "programTitle",
        "websiteTitle",
        "reporter",
        "code",
    ),
    "container-title-short": ("journalAbbreviation",),
    "dimensions": ("artworkSize", "runningTime"),
    "DOI": ("DOI",),
    "edition": ("edition",),
    "event-place": ("place", "repositoryLocation"),
    "event-title": ("meetingName", "conferenceName"),
    "genre": (
        "type",
        "genre",
        "letterType",
        "manuscriptType",
        "mapType",
        "postType",
        "presentationType",
        "reportType",
        "thesisType",
        "websiteType",
        "programmingLanguage",
    ),
    "ISBN": ("ISBN",),
    "ISSN": ("ISSN",),
    "issue": ("issue", "priorityNumbers"),
    "keyword": ("keywords",),
    "language": ("language",),
    "license": ("rights",),
    "medium": (
        "medium",
        "artworkMedium",
        "audioFileType",
        "audioRecordingFormat",
        "interviewMedium",
        "videoRecordingFormat",
        "format",
        "system",
    ),
    "note": ("extra",),
    "number": (
        "number",
        "archiveID",
        "billNumber",
        "docketNumber",
        "documentNumber",
        "episodeNumber",
        "identifier",
        "patentNumber",
        "publicLawNumber",
        "reportNumber",
    ),
    "number-of-pages": ("numPages",),
    "number-of-volumes": ("numberOfVolumes",),
    "original-publisher": ("originalPublisher",),
    "original-publisher-place": ("originalPlace",),
    "page": ("pages", "firstPage", "codePages"),
    "part-number": ("partNumber",),
    "part-title": ("partTitle",),
    "PMCID": ("PMCID",),
    "PMID": ("PMID",),
    "publisher": (
        "publisher",
        "company",
        "distributor",
        "institution",
        "label",
        "network",
        "organization",
        "repository",
        "studio",
        "university",
    ),
    "publisher-place": ("place", "repositoryLocation"),
    "references": ("history", "references"),
    "scale": ("scale",),
    "section": ("section", "committee"),
    "source": ("libraryCatalog",),
    "status": ("status", "legalStatus"),
    "title": ("title", "caseName", "nameOfAct", "subject"),
    "title-short": ("shortTitle",),
    "URL": ("url",),
    "version": ("versionNumber",),
    "volume": ("volume", "codeNumber", "codeVolume", "reporterVolume"),
}
"""CSL's variables → the fields of Zotero that go into them, the first that is there."""

_DATES = {
    "accessed": ("accessDate",),
    "issued": ("date", "dateDecided", "dateEnacted", "issueDate"),
    "original-date": ("originalDate",),
    "submitted": ("filingDate",),
}

_CREATORS = {
    "bookAuthor": "container-author",
    "castMember": "performer",
    "chair": "chair",
    "composer": "composer",
    "contributor": "contributor",
    "cosponsor": "",
    "counsel": "",
    "attorneyAgent": "",
    "commenter": "",
    "creator": "author",
    "director": "director",
    "editor": "editor",
    "executiveProducer": "executive-producer",
    "guest": "guest",
    "host": "host",
    "illustrator": "illustrator",
    "interviewer": "interviewer",
    "narrator": "narrator",
    "organizer": "organizer",
    "originalCreator": "original-author",
    "producer": "producer",
    "recipient": "recipient",
    "reviewedAuthor": "reviewed-author",
    "scriptwriter": "script-writer",
    "seriesCreator": "series-creator",
    "seriesEditor": "collection-editor",
    "translator": "translator",
    "wordsBy": "",
}
"""Zotero's kinds of creators → CSL's name variables; every other kind is an author, "" is not cited."""

NAMES = frozenset(
    """
    author chair collection-editor compiler composer container-author contributor curator director editor
    editor-translator editorial-director executive-producer guest host illustrator interviewer narrator organizer
    original-author performer producer recipient reviewed-author script-writer series-creator translator
    """.split()  # noqa: SIM905  (words read best as lines)
)
"""CSL's name variables (CSL 1.0.2, Appendix IV)."""

DATES = frozenset("accessed available-date event-date issued original-date submitted".split())  # noqa: SIM905  (as above)
"""CSL's date variables."""

TEXTS = frozenset(
    """
    abstract annote archive archive_collection archive_location archive-place authority call-number chapter-number
    citation-key citation-label collection-number collection-title container-title container-title-short dimensions
    division DOI edition event-place event-title genre ISBN ISSN issue jurisdiction keyword language license medium
    note number number-of-pages number-of-volumes original-publisher original-publisher-place original-title page
    page-first part-number part-title PMCID PMID printing-number publisher publisher-place references reviewed-genre
    reviewed-title scale section source status supplement-number title title-short URL version volume volume-title
    volume-title-short year-suffix
    """.split()  # noqa: SIM905  (words read best as lines)
)
"""CSL's variables that hold text or numbers."""

EXTENSIONS = frozenset(
    {
        *("author-role", "editor-role", "author-username", "shortauthor", "retrieval"),
        *("legal-citation", "legal-narrative", "legal-parenthetical"),
    }
)
"""Variables beyond the standard (citeproof.bibliography.model)."""


def is_item(item: Item) -> bool:
    """Tell whether an object is an item as Zotero's API or Better BibTeX's own JSON has it."""
    return isinstance(item.get("itemType"), str)


def key(item: Item) -> str:
    """Give the citation key of an item of Zotero, its key in the library if it has none."""
    for name in ("citationKey", "citekey", "citation-key"):
        if isinstance(item.get(name), str) and item[name].strip():
            return str(item[name]).strip()
    told = re.search(r"(?im)^\s*citation[ -]?key\s*:\s*(\S+)", str(item.get("extra") or ""))
    return told[1] if told else str(item.get("key") or item.get("itemKey") or item.get("uri") or "")


def csl(item: Item) -> Item:
    """Turn an item of Zotero's API or of Better BibTeX's own JSON into CSL JSON as Zotero exports it."""
    made: Item = {"id": key(item), "type": TYPES.get(str(item["itemType"]), "document")}
    for variable, fields in _TEXTS.items():
        value = next((item[name] for name in fields if isinstance(item.get(name), (str, int)) and item[name] != ""), "")
        if value != "":
            made[variable] = value
    for variable, fields in _DATES.items():
        value = next((item[name] for name in fields if isinstance(item.get(name), str) and item[name]), "")
        if value:
            # An access date is a moment in UTC, 2024-05-01T10:20:30Z; the day is what is cited.
            made[variable] = re.sub(r"[T ]\d\d:\d\d.*", "", value) if variable == "accessed" else value
    creators = item.get("creators")
    for creator in creators if isinstance(creators, list) else ():
        if not isinstance(creator, dict):
            continue
        role = _CREATORS.get(str(creator.get("creatorType")), "author")
        if role and (name := _name(creator)):
            made.setdefault(role, []).append(name)
    if description := _DESCRIBED.get(str(item["itemType"])):
        _describe(made, description)
    tags = item.get("tags")
    words = (
        [str(tag.get("tag", "") if isinstance(tag, dict) else tag) for tag in tags] if isinstance(tags, list) else []
    )
    if any(words):
        made["keyword"] = ", ".join(word for word in words if word)
    return made


def _name(creator: dict[str, Any]) -> dict[str, str]:
    whole = str(creator.get("name") or "").strip()
    family = str(creator.get("lastName") or "").strip()
    given = str(creator.get("firstName") or "").strip()
    if whole or not given:
        return {"literal": whole or family} if whole or family else {}
    return {"family": family, "given": given} if family else {"literal": given}


_LABELS = {
    **{name.lower().replace("_", "-"): name for name in NAMES | DATES | TEXTS | EXTENSIONS},
    **{name.lower(): variable for variable, fields in {**_TEXTS, **_DATES}.items() for name in fields},
    **{name.lower(): variable for name, variable in _CREATORS.items() if variable},
    "citation key": "citation-key",
    "citekey": "citation-key",
    "csl type": "type",
    "type": "type",
    "event": "event-title",
    "tex.authortype": "",
    "tex.eprinttype": "",
    "tex.origdate": "original-date",
    "tex.origpublisher": "original-publisher",
    "tex.origlocation": "original-publisher-place",
    "tex.origtitle": "original-title",
    "tex.pubstate": "status",
    "tex.shortauthor": "shortauthor",
    "tex.shorttitle": "title-short",
    "tex.titleaddon": "genre",
    "tex.type": "genre",
    "tex.venue": "event-place",
    "tex.eventtitle": "event-title",
    "tex.eventdate": "event-date",
    "tex.volumetitle": "volume-title",
    "tex.related": "",
}
"""Labels in lower case as Zotero, Better BibTeX and citeproc-js take them → CSL's variables."""
for _taken in ("note", "keywords", "extra", "history", "series", "code", "label", "format", "system"):
    _LABELS.pop(_taken, None)  # Words that begin lines of plain notes.

_OVERRIDES = DATES | {"type", "citation-key"}
"""What a line of Extra says in place of the item's own field; everything else only fills gaps, as in Zotero."""

_LINE = late(r"\s*([A-Za-z][\w. -]{1,40}?)\s*[:=]\s+?(\S.*)|\s*([A-Za-z][\w.-]{1,40}?):(\S.*)")
_BRACED = late(r"\{:([A-Za-z][\w -]*?):\s*([^}]*)\}")


def variable(label: str) -> str:
    """Give the CSL variable that a label of an Extra line means ("Original Date", "original-date"); "" if none."""
    word = label.strip().lower()
    return (
        _LABELS.get(word) or _LABELS.get(re.sub(r"[\s_]+", "-", word)) or _LABELS.get(re.sub(r"[\s_-]+", "", word), "")
    )


def in_extra(note: str) -> tuple[list[tuple[str, str]], str]:
    """Take the fields out of a note: (variable, value) in order, and what is left of the note.

    A field is a line "Original Date: 1970" or "original-date: 1970", or "{:original-date: 1970}" within a line.
    """
    found: list[tuple[str, str]] = []
    left: list[str] = []

    def braced(match: re.Match[str]) -> str:
        name = variable(match[1])
        if name and name != "type":
            found.append((name, match[2].strip()))
            return ""
        if name:
            found.append(("type", match[2].strip()))
            return ""
        return match[0]

    for line in note.split("\n"):
        rest = _BRACED.sub(braced, line)
        if rest != line and not rest.strip():
            continue
        told = _LINE.fullmatch(rest.strip())
        name = variable(told[1] or told[3]) if told else ""
        if told and name:
            found.append((name, (told[2] or told[4]).strip()))
        else:
            left.append(rest.strip() if rest != line else line)
    return found, "\n".join(left).strip()


def with_extra(item: Item) -> Item:
    """Put the fields that stand in an item's note into its variables, and what is left back into the note.

    A line "Director: Lynch || David" is one name, further lines further ones. citeproc reads some of these lines too:
    they are gone when it comes to that.
    """
    note = item.get("note")
    if not isinstance(note, str):
        return item
    found, left = in_extra(note)
    if not found:
        return item
    made = {name: value for name, value in item.items() if name != "note"}
    if left:
        made["note"] = left
    names: dict[str, list[dict[str, str]]] = {}
    for name, value in found:
        if name in NAMES:
            family, bar, given = value.partition("||")
            one = {"family": family.strip(), "given": given.strip()} if bar else {"literal": value}
            names.setdefault(name, []).append({part: text for part, text in one.items() if text})
        elif name in _OVERRIDES or not made.get(name):
            made[name] = TYPES.get(value, value) if name == "type" else value
    for name, people in names.items():
        if not made.get(name):
            made[name] = people
    return made


_VIDEO_SITES = {
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "dailymotion.com": "Dailymotion",
    "ted.com": "TED Conferences",
    "tiktok.com": "TikTok",
}
_SITE = late(r"https?://(?:[\w-]+\.)*?([\w-]+\.\w+)(?:[/:?#]|\Z)")
_ARXIV_TITLE = late(r"arXiv:?\s*((?:[\w.-]+/)?\d{4}[.\d]*\d(?:v\d+)?)?(?:\s*\[[\w., -]*\])*", re.IGNORECASE)
_ARXIV_LINE = late(r"(?im)^\s*arXiv\s*:\s*((?:[\w.-]+/)?\d{4}[.\d]*\d(?:v\d+)?)\s*(?:\[[\w., -]*\])?[ \t]*(?:\n|\Z)")


def mended(item: Item) -> Item:
    """Put right where Zotero's fields lead to variables in which no style looks for what they hold.

    An album or a podcast has only a series title in Zotero; a video of a web site has its uploader as director and the
    site as library catalogue; a tweet is a blog post; a preprint of older exports is a journal article in the journal
    "arXiv:1706.03762 [cs]".
    """
    made = dict(item)
    if made.get("type") == "broadcast":
        _mend_broadcast(made)
    if made.get("type") == "song" and made.get("collection-title") and not made.get("container-title"):
        made["container-title"] = made.pop("collection-title")
    if made.get("type") == "song" and made.get("container-title"):
        _describe(made, "Song")
    if made.get("type") == "motion_picture":
        name_site_of_video(made)
    if made.get("type") in {"article", "article-journal", "report", "manuscript"}:
        _mend_arxiv(made)
    if made.get("type") in {"post-weblog", "webpage", "post"}:
        _mend_post(made)
    _mend_manuscript(made)
    if made.get("type") == "book" and made.get("version") and not made.get("edition") and not made.get("editor"):
        made["apa-type"] = "software"  # Zotero before 6 had no other type for it; most styles set a manual as a book.
    if made.get("type") in _BRACKETED and made.get("genre") and made.get("number"):
        made["medium"] = "; ".join(filter(None, [made.pop("genre"), made.get("medium", "")]))
    if made.get("type") == "hearing" and made.get("contributor") and not made.get("author"):
        made["author"] = made.pop("contributor")  # The only people that Zotero knows of a hearing: its witnesses.
    _mend_user_names(made)
    return made


_BRACKETED = frozenset(
    {
        "article",
        "broadcast",
        "dataset",
        "graphic",
        "map",
        "motion_picture",
        "post",
        "software",
        "song",
        "speech",
        "webpage",
    }
)
"""Types whose number is not one of a series of their genre: "Data set" and "ICPSR 35531", not "Report" and "5"."""

_FILE_TYPE = late(r"(?:audio/)?(?:mp3|mpeg|mp4|m4a|m4b|aac|ogg|wav|audio|video)", re.IGNORECASE)


def _mend_broadcast(made: Item) -> None:
    """Name what was broadcast: Zotero has types for it that CSL has not, told by the fields that they alone have."""
    if made.get("collection-title") and not made.get("container-title"):
        made["container-title"] = made.pop("collection-title")
        if _FILE_TYPE.fullmatch(str(made.get("medium", ""))):
            made.pop("medium")
        _describe(made, "Audio podcast episode")
        if made.get("author"):
            made.setdefault("author-role", "; ".join("Host" for _ in made["author"]))
    writers, directors = made.get("script-writer", []), made.get("director", [])
    if writers or directors:
        if made.get("container-title"):
            _describe(made, "TV series episode")
        if writers and not made.get("author"):  # APA 9.10: the style has one role for all names of a variable.
            everyone = [*writers, *(one for one in directors if one not in writers)]
            roles = [
                " & ".join(role for role, people in (("Writer", writers), ("Director", directors)) if one in people)
                for one in everyone
            ]
            made["author"], made["author-role"] = everyone, "; ".join(roles)
            made.pop("script-writer")
            made.pop("director", None)


def _describe(made: Item, words: str) -> None:
    """Say what a work is where nothing says it yet, in the variable that does not go with its number."""
    if not made.get("genre") and not made.get("medium"):
        made["medium" if made.get("number") else "genre"] = words


_SOCIAL = frozenset(
    "twitter x facebook instagram reddit mastodon bluesky linkedin tumblr tiktok threads weibo".split()  # noqa: SIM905
)


def _mend_post(made: Item) -> None:
    site = str(made.get("container-title") or made.get("publisher") or "").lower().removeprefix("www.")
    is_social = site.removesuffix(".com") in _SOCIAL or str(made.get("genre", "")).lower() in {"tweet", "toot"}
    if is_social and made["type"] == "post-weblog":
        made["type"] = "post"


_MANUSCRIPTS = {
    "submitted": "Manuscript submitted for publication",
    "submitted for publication": "Manuscript submitted for publication",
    "under review": "Manuscript submitted for publication",
    "in preparation": "Manuscript in preparation",
    "in prep": "Manuscript in preparation",
    "in prep.": "Manuscript in preparation",
}
"""What a status says of a manuscript that no journal has accepted → what APA calls it (10.8)."""


def _mend_manuscript(made: Item) -> None:
    """Name no journal for APA before it accepts a manuscript (10.8); other styles name it, and say the status."""
    if made.get("apa-type") or any(made.get(name) for name in ("volume", "issue", "page", "DOI")):
        return
    said = _MANUSCRIPTS.get(str(made.get("status", "")).lower().strip("() "))
    told = str(made.get("genre", ""))
    if made["type"] == "article-journal" and said and not made.get("apa-genre"):
        made |= {"apa-type": "manuscript", "apa-genre": told or said}
    elif made["type"] != "manuscript" or told not in _MANUSCRIPTS.values():
        return
    if left_out := [name for name in ("container-title", "status") if made.get(name)]:
        made["apa-without"] = " ".join(left_out)


_USER_NAME = late(r"(.*\S)\s*\[(@?[\w.@-]+)\]")


def _mend_user_names(made: Item) -> None:
    """Part "APA Style [@APA_Style]", as Zotero saves the author of a post, into the name and the user name."""
    people = made.get("author")
    if not people or made.get("author-username"):
        return
    bare, users = [], []
    for one in people:
        part = next((name for name in ("literal", "given", "family") if one.get(name)), "literal")
        told = _USER_NAME.fullmatch(str(one.get(part, "")))
        bare.append({**one, part: told[1]} if told else one)
        users.append(told[2] if told else "")
    if any(users):
        made["author"], made["author-username"] = bare, "; ".join(users)


def name_site_of_video(made: Item) -> None:
    """Give a video of a web site the site as its publisher, and who uploaded it as its author (APA 10.12:90).

    Changes the item; a video that stands elsewhere stays as it is.
    """
    address = _SITE.match(str(made.get("URL", "")))
    site = _VIDEO_SITES.get(address[1].lower()) if address else None
    if not site:
        return
    made.setdefault("genre", "Video")
    made["publisher"] = made.get("publisher") or site
    if str(made.get("source", "")).lower() in {"youtube", "vimeo", site.lower()}:
        made.pop("source")
    for role in ("director", "contributor", "producer"):
        if made.get(role) and not made.get("author"):
            made["author"] = made.pop(role)


def _mend_arxiv(made: Item) -> None:
    journal = _ARXIV_TITLE.fullmatch(str(made.get("container-title", "")).strip())
    line = _ARXIV_LINE.search(str(made.get("note", "")))
    number = (journal and journal[1]) or (line and line[1])
    if journal and made.get("container-title"):
        made["type"] = "article"
        del made["container-title"]
    elif made.get("type") == "article-journal" and (made.get("container-title") or not line):
        return
    if not (journal or line or str(made.get("publisher", "")).lower() == "arxiv"):
        return
    made["type"] = "article"
    made.setdefault("publisher", "arXiv")
    if number and not made.get("number"):
        made["number"] = f"arXiv:{number}"
        variants.for_others(made, number="")  # the address has it; IEEE would print "arXiv: arXiv:1706.03762"
        del made["number"]
    if line:
        left = _ARXIV_LINE.sub("", made["note"]).strip()
        if left:
            made["note"] = left
        else:
            del made["note"]
