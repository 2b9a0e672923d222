"""Reads what the services answer: Crossref's, DataCite's and PubMed's records as `Work`, and what a refusal means.

Pure. An answer that is no such record (a page of HTML, half a JSON, another status) counts as none at all: that a work
is not registered follows only from an answer that says so in the service's own form.
"""

from __future__ import annotations

import enum
import html
import json
import re
from typing import TYPE_CHECKING, Any

from citeproof.bibliography.text import isbn13
from citeproof.registries.model import Event, Notice, Person, Source, Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from citeproof.registries.model import Answer

Json = Any


class State(enum.Enum):
    """What an answer is good for."""

    HERE = "answered"
    ABSENT = "has none"
    NONE = "did not answer"


def state(answer: Answer) -> State:
    """Tell whether a service answered, said that it has no such thing, or did neither."""
    return _READERS[answer.question.source](answer)[0]


def works(answer: Answer) -> tuple[Work, ...]:
    """Give the works that an answer holds, the best first as the service has them; none if it did not answer."""
    return _READERS[answer.question.source](answer)[1]


def identifiers(answer: Answer) -> tuple[str, ...]:
    """Give the PubMed numbers that a search of PubMed found."""
    found = _json(answer)
    numbers = found.get("esearchresult", {}).get("idlist", []) if isinstance(found, dict) else []
    return tuple(str(number) for number in numbers if str(number).isdigit())


_Read = tuple[State, tuple[Work, ...]]


def _json(answer: Answer) -> Json:
    try:
        return json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


# --- Crossref (api.crossref.org; the fields of its REST API's "Works") -----------------------------------------------


def _crossref(answer: Answer) -> _Read:
    # Its 404 is plain text and means: not a DOI of Crossref's. A page of HTML with that status is somebody else's.
    if answer.status == _NOT_FOUND and answer.body.strip().startswith(b"Resource not found"):
        return State.ABSENT, ()
    found = _json(answer) if answer.status == _OK else None
    if not isinstance(found, dict) or found.get("status") != "ok" or not isinstance(found.get("message"), dict):
        return State.NONE, ()
    message = found["message"]
    kind = found.get("message-type")
    if kind == "work" and message.get("DOI"):
        return State.HERE, (_crossref_work(message),)
    if kind == "work-list" and isinstance(message.get("items"), list):
        items = (item for item in message["items"] if isinstance(item, dict) and item.get("DOI"))
        read = tuple(_crossref_work(item) for item in items)
        return (State.HERE if read else State.ABSENT), read
    return State.NONE, ()


_OK, _NOT_FOUND = 200, 404

_CROSSREF_TYPES = {
    "journal-article": "article-journal",
    "posted-content": "article",
    "proceedings-article": "paper-conference",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "reference-entry": "entry-encyclopedia",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "dissertation": "thesis",
    "report": "report",
    "dataset": "dataset",
    "peer-review": "review",
    "standard": "standard",
}
_EVENTS = {
    "retraction": Event.RETRACTED,
    "partial_retraction": Event.RETRACTED,
    "withdrawal": Event.WITHDRAWN,
    "removal": Event.WITHDRAWN,
    "expression_of_concern": Event.CONCERN,
    "concern": Event.CONCERN,
    "correction": Event.CORRECTED,
    "corrigendum": Event.CORRECTED,
    "erratum": Event.CORRECTED,
    "reinstatement": Event.REINSTATED,
}
"""`type` of an `update-to` or `updated-by` of Crossref's → what it means."""


def _crossref_work(item: Json) -> Work:
    doi = str(item["DOI"]).lower()
    title, subtitle = _first(item, "title"), _first(item, "subtitle")
    whole = f"{title}: {subtitle}" if subtitle and subtitle.casefold() not in title.casefold() else title
    titles = _distinct(whole, title, *_texts(item, "original-title"), *_texts(item, "short-title"))
    published = ("published-print", "issued", "published", "published-online", "posted", "accepted", "created")
    # `created` says when a record was deposited: decades later for an old article. It counts only without another.
    years = [year for name in published[:-1] for year in _years_of(item.get(name))] or _years_of(item.get("created"))
    return Work(
        Source.CROSSREF,
        doi,
        _CROSSREF_TYPES.get(str(item.get("type", "")), ""),
        titles,
        tuple(_crossref_people(item)),
        tuple(dict.fromkeys(years)),
        _distinct(
            *_texts(item, "container-title"), *_texts(item, "short-container-title"), *_texts(item, "institution")
        ),
        _text(item.get("volume", "")),
        _text(item.get("issue", "") or item.get("journal-issue", {}).get("issue", "")),
        _text(item.get("page", "")),
        _text(item.get("article-number", "")),
        tuple(str(one) for one in item.get("ISSN", [])),
        tuple(_crossref_notices(item, doi, title)),
        isbns=tuple(filter(None, (isbn13(str(one).rpartition("/")[2]) for one in item.get("ISBN", [])))),
    )


def _crossref_people(item: Json) -> Iterator[Person]:
    for person in item.get("author") or item.get("editor") or []:
        if person.get("family"):
            yield Person(_text(person["family"]), _text(person.get("given", "")))
        elif person.get("name"):
            yield Person(_text(person["name"]), is_group=True)
        elif person.get("given"):
            yield Person(_text(person["given"]))


def _years_of(date: Json) -> list[int]:
    parts = date.get("date-parts", []) if isinstance(date, dict) else []
    return [part[0] for part in parts if part and isinstance(part[0], int)]


def _crossref_notices(item: Json, doi: str, title: str) -> Iterator[Notice]:
    """Tell what has befallen a work.

    `updated-by` stands on the work, `update-to` on the notice. A publisher may deposit both on both: Retraction Watch,
    whose records say `retraction-watch`, then tells which of the two is the notice. An `update-to` at the record's own
    DOI is a retraction in place.
    """
    to, by = item.get("update-to") or [], item.get("updated-by") or []
    own = [one for one in to if str(one.get("DOI", "")).lower() == doi]
    others = [one for one in to if str(one.get("DOI", "")).lower() != doi]
    retracts = [one for one in others if _event(one) in _RETRACTIONS]
    named_notice = any(one.get("source") == "retraction-watch" for one in retracts)
    named_retracted = any(
        one.get("source") == "retraction-watch" and _event(one) in _RETRACTIONS for one in [*by, *own]
    )
    is_notice = bool(retracts) and (named_notice or not by) and not named_retracted
    for one in [*by, *own]:
        event = _event(one)
        if event and not (is_notice and event in _RETRACTIONS):
            yield Notice(event, str(one.get("DOI", "")).lower(), _day(one.get("updated")), str(one.get("source", "")))
    if is_notice:
        yield Notice(Event.IS_NOTICE, str(retracts[0].get("DOI", "")).lower(), _day(retracts[0].get("updated")))
    elif _RETRACTED_TITLE.match(title):
        yield Notice(Event.CALLED_RETRACTED, doi, "", "crossref")
    relation = item.get("relation") or {}
    for one in relation.get("is-preprint-of", []) if isinstance(relation, dict) else []:
        if str(one.get("id", "")).startswith("10."):  # of another kind: an arXiv number, a journal's own
            yield Notice(Event.PUBLISHED, str(one["id"]).lower(), "", "crossref")


_RETRACTIONS = frozenset({Event.RETRACTED, Event.WITHDRAWN})
_RETRACTED_TITLE = re.compile(
    r"\W*(?:retracted|withdrawn|removed)(?: article| paper| chapter)?\W*[:\]\u2014-]", re.IGNORECASE
)


def _event(update: Json) -> Event | None:
    return _EVENTS.get(re.sub(r"[\s-]+", "_", str(update.get("type", "")).lower()))


def _day(date: Json) -> str:
    """Give a date of Crossref's as far as it is known."""
    parts = date.get("date-parts", [[]])[0] if isinstance(date, dict) else []
    return "-".join(f"{part:02d}" for part in parts if isinstance(part, int))


# --- DataCite (api.datacite.org; JSON:API, DataCite Metadata Schema 4) -----------------------------------------------


def _datacite(answer: Answer) -> _Read:
    found = _json(answer)
    if not isinstance(found, dict):
        return State.NONE, ()
    if answer.status == _NOT_FOUND and isinstance(found.get("errors"), list):
        return State.ABSENT, ()
    data = found.get("data")
    if answer.status != _OK or not isinstance(data, dict) or not isinstance(data.get("attributes"), dict):
        return State.NONE, ()
    said = data["attributes"]
    if not said.get("doi"):
        return State.NONE, ()
    # A title that is an alternative or a translation may come before the title itself.
    titles = sorted(
        (one for one in said.get("titles") or [] if one.get("title")), key=lambda one: bool(one.get("titleType"))
    )
    main = [one for one in titles if not one.get("titleType")]
    subtitles = [one for one in titles if one.get("titleType") == "Subtitle"]
    whole = [f"{main[0]['title']}: {subtitles[0]['title']}"] if main and subtitles else []
    container = said.get("container") or {}
    first, last = str(container.get("firstPage") or ""), str(container.get("lastPage") or "")
    publisher = said.get("publisher") or ""
    publisher_name = publisher.get("name") or "" if isinstance(publisher, dict) else publisher
    years = [said.get("publicationYear"), *(str(one.get("date", ""))[:4] for one in said.get("dates") or [])]
    work = Work(
        Source.DATACITE,
        str(said["doi"]).lower(),
        _DATACITE_TYPES.get(str((said.get("types") or {}).get("resourceTypeGeneral", "")), ""),
        _distinct(*(_text(one) for one in [*whole, *(one["title"] for one in titles)])),
        tuple(_datacite_people(said)),
        tuple(dict.fromkeys(int(year) for year in years if str(year or "").isdigit())),
        _distinct(_text(container.get("title") or ""), _text(publisher_name)),
        str(container.get("volume") or ""),
        str(container.get("issue") or ""),
        f"{first}-{last}" if first and last else first,
    )
    return State.HERE, (work,)


_DATACITE_TYPES = {
    "Audiovisual": "motion_picture",
    "Book": "book",
    "BookChapter": "chapter",
    "ConferencePaper": "paper-conference",
    "Dataset": "dataset",
    "Dissertation": "thesis",
    "JournalArticle": "article-journal",
    "Preprint": "article",
    "Report": "report",
    "Software": "software",
    "Standard": "standard",
}


def _datacite_people(said: Json) -> Iterator[Person]:
    for creator in said.get("creators") or []:
        name, family = str(creator.get("name") or ""), str(creator.get("familyName") or "")
        if family:
            yield Person(_text(family), _text(str(creator.get("givenName") or "")))
        elif creator.get("nameType") == "Organizational" or "," not in name:
            yield Person(_text(name), is_group=True)
        else:
            family, _, given = name.partition(",")
            yield Person(_text(family), _text(given))


# --- doi.org (the Handle System's REST API; response codes of its "Proxy Server" documentation) ----------------------


def _doi(answer: Answer) -> _Read:
    """Read what the resolver says of a DOI: 1 and 200 are registered, only 100 is not."""
    found = _json(answer)
    if not isinstance(found, dict):
        return State.NONE, ()
    if "responseCode" in found:
        return {1: State.HERE, 200: State.HERE, 100: State.ABSENT}.get(found["responseCode"], State.NONE), ()
    # Content negotiation: CSL JSON, whichever agency registered it.
    if answer.status == _OK and found.get("DOI") and (found.get("title") or found.get("container-title")):
        listed = {name: [found[name]] for name in _LISTED if isinstance(found.get(name), str)}
        return State.HERE, (_crossref_work(found | listed),)
    return State.NONE, ()


_LISTED = ("title", "subtitle", "original-title", "short-title", "container-title", "short-container-title", "ISSN")


# --- PubMed (eutils.ncbi.nlm.nih.gov; esearch as JSON, efetch as PubmedArticleSet) -----------------------------------


def _pubmed(answer: Answer) -> _Read:
    if answer.status != _OK:
        return State.NONE, ()
    if "esearch" in answer.question.path:
        found = _json(answer)
        result = found.get("esearchresult") if isinstance(found, dict) else None
        if not isinstance(result, dict) or "idlist" not in result or "ERROR" in result:
            return State.NONE, ()
        return (State.HERE if identifiers(answer) else State.ABSENT), ()
    from lxml import etree  # noqa: PLC0415  (only PubMed answers in XML)

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(answer.body, parser)
    except etree.XMLSyntaxError:
        return State.NONE, ()
    if root.tag != "PubmedArticleSet":
        return State.NONE, ()
    read = tuple(_pubmed_work(article) for article in root.iterfind("PubmedArticle"))
    return (State.HERE if read else State.ABSENT), read


_PUBMED_EVENTS = {
    "RetractionIn": Event.RETRACTED,
    "PartialRetractionIn": Event.RETRACTED,
    "ExpressionOfConcernIn": Event.CONCERN,
    "ErratumIn": Event.CORRECTED,
    "CorrectedandRepublishedIn": Event.CORRECTED,
    "RetractionOf": Event.IS_NOTICE,
}
"""`RefType` of a CommentsCorrections element (NLM's PubMed DTD) → what it means."""


def _pubmed_work(article: Json) -> Work:
    def said(path: str) -> str:
        found = article.find(f"MedlineCitation/Article/{path}")
        return "" if found is None else _text("".join(found.itertext()))

    number = "".join(article.findtext("MedlineCitation/PMID", "").split())
    journal = "MedlineCitation/Article/Journal/"
    people = []
    for person in article.iterfind("MedlineCitation/Article/AuthorList/Author"):
        if person.findtext("CollectiveName"):
            people.append(Person(_text("".join(person.find("CollectiveName").itertext())), is_group=True))
        elif person.findtext("LastName"):
            given = person.findtext("ForeName") or person.findtext("Initials") or ""
            people.append(Person(_text(person.findtext("LastName")), _text(given)))
    dates = [
        article.findtext(f"{journal}JournalIssue/PubDate/Year")
        or article.findtext(f"{journal}JournalIssue/PubDate/MedlineDate"),
        article.findtext("MedlineCitation/Article/ArticleDate/Year"),
    ]
    years = [found[0] for date in dates if date and (found := re.search(r"(?:1[5-9]|20)\d\d", date))]
    notices = []
    for note in article.iterfind("MedlineCitation/CommentsCorrectionsList/CommentsCorrections"):
        event = _PUBMED_EVENTS.get(note.get("RefType", ""))
        if event:
            notices.append(
                Notice(event, f"pmid:{note.findtext('PMID')}" if note.findtext("PMID") else "", "", "pubmed")
            )
    kinds = {kind.text for kind in article.iterfind("MedlineCitation/Article/PublicationTypeList/PublicationType")}
    if "Retracted Publication" in kinds and not any(one.event is Event.RETRACTED for one in notices):
        notices.append(Notice(Event.RETRACTED, "", "", "pubmed"))
    if "Retraction of Publication" in kinds and not any(one.event is Event.IS_NOTICE for one in notices):
        notices.append(Notice(Event.IS_NOTICE, "", "", "pubmed"))
    dois = [
        (one.text or "").strip().lower()
        for one in article.iterfind("PubmedData/ArticleIdList/ArticleId")
        if one.get("IdType") == "doi"
    ]
    title = said("ArticleTitle").removesuffix(".")
    return Work(
        Source.PUBMED,
        f"pmid:{number}",
        "article-journal",
        _distinct(title, title.strip("[]"), said("VernacularTitle").removesuffix(".")),
        tuple(people),
        tuple(dict.fromkeys(int(year) for year in years)),
        _distinct(
            said("Journal/Title"),
            said("Journal/ISOAbbreviation"),
            article.findtext("MedlineCitation/MedlineJournalInfo/MedlineTA") or "",
        ),
        said("Journal/JournalIssue/Volume"),
        said("Journal/JournalIssue/Issue"),
        said("Pagination/MedlinePgn"),
        "",
        tuple(one.text for one in article.iterfind(f"{journal}ISSN") if one.text),
        tuple(notices),
        tuple(dois),
    )


# --- texts -----------------------------------------------------------------------------------------------------------

_TAG = re.compile(r"</?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>")
_FORMULA = re.compile(r"<(?:mml:)?math\b.*?</(?:mml:)?math>", re.DOTALL)


def _text(value: Json) -> str:
    """Give a text without the markup (JATS, MathML, HTML) that publishers leave in their deposits."""
    text = _FORMULA.sub(lambda found: " ".join(_TAG.sub(" ", found[0]).split()), str(value))
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def _texts(item: Json, name: str) -> list[str]:
    value = item.get(name) or []
    if isinstance(value, list):
        return [_text(one.get("name", "") if isinstance(one, dict) else one) for one in value]
    return [_text(value)]


def _first(item: Json, name: str) -> str:
    return next((text for text in _texts(item, name) if text), "")


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


_READERS = {Source.CROSSREF: _crossref, Source.DATACITE: _datacite, Source.DOI: _doi, Source.PUBMED: _pubmed}
