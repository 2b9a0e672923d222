"""Shows a proof as one page (HTML) for an editor who has never seen this program: plain words, no script, no network.

Pure, from the plain data that `stages.prove` gives. Whatever comes from a paper, a bibliography or a registry is text
here and never markup, and links lead to web addresses and to files beside the page only.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Told = dict[str, Any]

STANDINGS = {
    "verified": ("good", "\u2713", "Verified", "A registry holds this work, and says the same of it as the entry does."),
    "accepted by a person": (
        "good", "\u2713", "Accepted by a person",
        "A person has looked the work up and vouches for the entry; the reason is given.",
    ),
    "differs": (
        "look", "\u2260", "Differs from its record",
        "The work is registered, and its record says something else than the entry; each difference is shown.",
    ),
    "other work": (
        "wrong", "\u00d7", "DOI of another work", "The identifier in the entry is registered for another work.",
    ),
    "no such DOI": ("wrong", "\u00d7", "DOI not registered", "Nobody has registered the identifier in the entry."),
    "no record found": (
        "look", "?", "No record found",
        "No registry that was asked has such a work. Not every work is registered, so that this alone proves nothing.",
    ),
    "ambiguous": ("look", "?", "May be one of several", "Several registered works fit the entry equally well."),
    "changed since": (
        "look", "\u21bb", "Entry has changed since",
        "The entry was edited after the registries had been asked; what they said was about the old one.",
    ),
    "not checked": (
        "open", "\u2013", "Not checked",
        "No registry has said anything about it: none has been asked, none answered, or none holds works of its kind.",
    ),
}  # fmt: skip
"""How a work may stand → how it is shown: its colour, sign and name, and what it means."""

_PARTS = {"paper": "paper", "supplement": "supplement"}
_FORMATS = {
    "pdf": "PDF",
    "docx": "Word document",
    "html": "web page",
    "jats": "article in XML (JATS)",
    "latex": "source for LaTeX",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_EVENTS = {
    "retracted": "This work was retracted",
    "withdrawn": "This work was withdrawn",
    "expression of concern": "An expression of concern was published about this work",
    "corrected": "A correction of this work was published",
    "reinstated": "This work was reinstated after a retraction",
    "called retracted in its title": "The title of its record calls this work retracted",
    "notice of a retraction": "This work is itself the notice of a retraction",
    "preprint with a published version": "This is a preprint; a published version exists",
}
_SERVICES = {"crossref": "Crossref", "datacite": "DataCite", "doi.org": "doi.org", "pubmed": "PubMed"}


# --- text ------------------------------------------------------------------------------------------------------------

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
"""What no page may hold (HTML, 13.2.3.5)."""


def _text(text: object) -> str:
    """Give a text as it stands in a page, between tags or in quotes."""
    return escape(_NOT_TEXT.sub("\ufffd", str(text)), quote=True)


def _own(text: object) -> str:
    """Give a text that may run in either direction, so that it does not turn its surroundings."""
    return f"<bdi>{_text(text)}</bdi>"


def _link(address: str, text: str | None = None) -> str:
    """Give a link to a web address; anything else stands as text. `text` is markup already."""
    shown = text if text is not None else _own(address)
    if re.match(r"https?://[^\s\x00-\x1f]+\Z", address, re.IGNORECASE):
        return f'<a href="{_text(address)}">{shown}</a>'
    return shown


def _beside(address: str, text: str) -> str:
    """Give a link to a file beside the page, or into one; `address` is quoted, and `text` markup already."""
    return f'<a href="{_text(address)}">{text}</a>'


def _counted(count: int, word: str, words: str = "") -> str:
    return f"{count:,} {word if count == 1 else words or f'{word}s'}"


def _date(date: str) -> str:
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", date)
    if not found or not 1 <= int(found[2]) <= len(_MONTHS):
        return _text(date)
    return f'<time datetime="{date}">{int(found[3])}&nbsp;{_MONTHS[int(found[2]) - 1]} {found[1]}</time>'


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def _language(tag: str) -> str:
    return f' lang="{tag}"' if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) else ""


# --- the page --------------------------------------------------------------------------------------------------------


def page(told: Told, data: str, style: str) -> bytes:
    """Give the page; `data` is the name of the file beside it with the same for programs, `style` the CSS of the page."""
    title = f"Proof of citations: {_text(told['title'])}" if told["title"] else "Proof of citations"
    pieces = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        '<meta name="referrer" content="no-referrer">\n',
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n",
        '<a class="skip-link" href="#main">Skip to the proof</a>\n',
        *_head(told),
        '<main id="main" tabindex="-1">\n',
        *_summary(told),
        *_chain(told),
    ]
    several = len(told["parts"]) > 1
    for part in told["parts"]:
        pieces += _works(part, told["language"], of=f" of the {_PARTS[part['part']]}" if several else "")
    for part in told["parts"]:
        pieces += _map(part, of=f" of the {_PARTS[part['part']]}" if several else "")
    pieces += [*_findings(told), *_legend(), "</main>\n", *_foot(data), "</body>\n</html>\n"]
    return "".join(pieces).encode("utf-8", "replace")


def _head(told: Told) -> Iterator[str]:
    yield '<header>\n<p class="kicker">Proof of citations</p>\n'
    yield f'<h1{_language(told["language"])} dir="auto">{_text(told["title"] or "Untitled paper")}</h1>\n'
    yield '<p class="lead">This page follows every citation of this paper from the sentence that makes it to the work that '
    yield "it means: how the work is listed, whether registries of published works know it, and whether it still stands. "
    yield "What deserves a look comes first.</p>\n"
    files = [
        _beside(
            quote(name, errors="replace"),
            f"{_FORMATS[form]}{' of the supplement' if part['part'] == 'supplement' else ''}",
        )
        for part in told["parts"]
        for form, name in part["files"].items()
    ]
    if files:
        yield f'<p class="files">The paper itself: {_listed(files)}.</p>\n'
    works = [
        f'<a href="#{_works_name(part)}">Works{" in the supplement" if part["part"] == "supplement" else ""}</a>'
        for part in told["parts"]
    ]
    places = [*works, '<a href="#chain">Seven links</a>', f'<a href="#{_map_name(told["parts"][0])}">Map</a>']
    places += ['<a href="#findings">Findings</a>', '<a href="#legend">How to read this page</a>']
    yield f'<nav aria-label="On this page"><ul>{"".join(f"<li>{place}</li>" for place in places)}</ul></nav>\n</header>\n'


def _all_works(told: Told) -> list[Told]:
    return [*{work["key"]: work for part in told["parts"] for work in part["works"]}.values()]


def _needs_a_look(work: Told) -> bool:
    return bool(work["notices"] or work["findings"]) or STANDINGS[work["standing"]][0] in {"look", "wrong"}


def _in_a_sentence(label: str) -> str:
    """Give a label as it stands within a sentence: "DOI not registered" keeps its capitals."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _summary(told: Told) -> Iterator[str]:
    totals, works = told["totals"], _all_works(told)
    yield '<section aria-labelledby="summary">\n<h2 id="summary">In short</h2>\n'
    if not works:
        yield "<p>This paper cites nothing.</p>\n</section>\n"
        return
    looks = sum(map(_needs_a_look, works))
    yield (
        f"<p>{_counted(totals['citations'], 'citation')} in {_counted(totals['places'], 'place')} of the text "
        f"{'means' if totals['citations'] == 1 else 'mean'} {_counted(totals['works'], 'work')}. "
        f"{_asked(totals)} "
    )
    yield f"<strong>{_counted(looks, 'work deserves', 'works deserve')} a look.</strong></p>\n" if looks else "</p>\n"
    figures = [
        (totals["citations"], "citations", "", ""),
        (totals["works"], "works cited", "", ""),
        *(
            (count, _in_a_sentence(STANDINGS[name][2]), STANDINGS[name][0], STANDINGS[name][1])
            for name, count in totals["standings"].items()
            if count
        ),
        *(
            [(totals["notices"], "notices of retractions, corrections and the like", "wrong", "!")]
            if totals["notices"]
            else []
        ),
        *([(totals["errors"], "errors", "wrong", "!")] if totals["errors"] else []),
        *([(totals["warnings"], "warnings", "look", "!")] if totals["warnings"] else []),
        *([(totals["never cited"], "entries never cited", "", "")] if totals["never cited"] else []),
    ]
    yield '<dl class="figures">\n'
    for count, name, colour, sign in figures:
        mark = f'<span aria-hidden="true">{sign}</span> ' if sign else ""
        yield f'<div class="{colour}"><dt>{mark}{_text(name)}</dt><dd>{count:,}</dd></div>\n'
    yield "</dl>\n</section>\n"


def _asked(totals: Told) -> str:
    if totals["last asked"]:
        return f"Registries of published works were last asked about them on {_date(totals['last asked'])}."
    return (
        "Nobody has asked the registries of published works about them yet, so each of them is \u201cnot checked\u201d; "
        "an author asks with <code>citeproof verify</code>."
    )


def _chain(told: Told) -> Iterator[str]:
    yield '<section aria-labelledby="chain">\n<h2 id="chain">Seven links from a sentence to a work</h2>\n'
    yield '<div class="scroll" role="group" aria-labelledby="chain" tabindex="0"><table class="chain">\n'
    yield '<thead><tr><th scope="col">Link</th><th scope="col">What it means</th>'
    yield '<th scope="col" class="number">Citations that pass</th></tr></thead>\n<tbody>\n'
    for number, link in enumerate(told["links"], 1):
        name = link["link"][:1].upper() + link["link"][1:]
        if not link["of"]:
            passed = "none to follow"
        else:
            passed = f"{link['passed']:,} of {link['of']:,}"
            passed += f"<br><small>{link['not known']:,} not known</small>" if link["not known"] else ""
        colour = (
            "good"
            if link["passed"] == link["of"]
            else "open"
            if link["passed"] + link["not known"] == link["of"]
            else "look"
        )
        sign = {"good": "\u2713", "open": "\u2013", "look": "!"}[colour]
        yield f'<tr class="{colour}"><th scope="row"><span class="count">{number}</span> {_text(name)}</th><td>{_text(link["means"])}</td>'
        yield f'<td class="number"><span aria-hidden="true">{sign}</span> {passed}</td></tr>\n'
    yield "</tbody>\n</table></div>\n</section>\n"


# --- works -----------------------------------------------------------------------------------------------------------


def _works_name(part: Told) -> str:
    return "works" if part["part"] == "paper" else "supplement-works"


def _work_name(part: Told, key: str) -> str:
    return f"work-{key}" if part["part"] == "paper" else f"supplement-work-{key}"


def _works(part: Told, language: str, *, of: str) -> Iterator[str]:
    name = _works_name(part)
    yield f'<section aria-labelledby="{name}">\n<h2 id="{name}">Works{of}</h2>\n'
    if not part["works"]:
        yield "<p>None is cited.</p>\n"
    citations = {place["id"]: place for place in part["citations"]}
    named: set[str] = set()
    for work in part["works"]:
        yield from _work(part, work, citations, named, _language(language))
    yield "</section>\n"


def _work(part: Told, work: Told, citations: Mapping[str, Told], named: set[str], language: str) -> Iterator[str]:
    colour, sign, called, _ = STANDINGS[work["standing"]]
    weight = _weight(work)
    yield f'<article class="work {weight}" id="{_text(_work_name(part, work["key"]))}">\n'
    yield f'<h3><span class="standing {colour}"><span aria-hidden="true">{sign}</span> {called}<span class="unseen">: </span></span>'
    yield f'<span class="entry"{language} dir="auto">{_entry(work)}</span></h3>\n'
    for notice in work["notices"]:
        yield f'<p class="notice {_heft(notice)}"><strong>{_EVENTS.get(notice["event"], _text(notice["event"]))}</strong>{_noticed(notice)}.</p>\n'
    yield "<dl>\n"
    for name, said in _facts(work):
        yield f"<div><dt>{name}</dt><dd>{said}</dd></div>\n"
    yield "</dl>\n"
    yield from _differences(work)
    places = [citations[one] for one in work["citations"]]
    if places:
        yield f'<h4>Cited in {_counted(len(places), "place")}</h4>\n<ol class="places">\n'
        for place in places:
            yield from _place(place, named, language, part["files"].get("pdf", ""))
        yield "</ol>\n"
    else:
        yield "<p>Listed among the references, and cited nowhere in the text.</p>\n"
    yield "</article>\n"


def _weight(work: Told) -> str:
    """Give the colour of a work as a whole: what is said of it may weigh more than how it stands."""
    hefts = {_heft(notice) for notice in work["notices"]}
    if "wrong" in hefts or any(one["severity"] == "error" for one in work["findings"]):
        return "wrong"
    colour: str = STANDINGS[work["standing"]][0]
    return "look" if (hefts or work["findings"]) and colour in {"good", "open"} else colour


def _heft(notice: Told) -> str:
    """Give the colour of a notice: that a work was corrected, put back or published since is no fault of it."""
    return "look" if notice["event"] in {"corrected", "reinstated", "preprint with a published version"} else "wrong"


def _entry(work: Told) -> str:
    text, at, pieces = work["entry"], 0, []
    if not text:
        return f"@{_text(work['key'])}"
    for first, last in work["italics"]:
        pieces += [_text(text[at:first]), f"<i>{_text(text[first:last])}</i>"]
        at = last
    return "".join([*pieces, _text(text[at:])])


def _noticed(notice: Told) -> str:
    said = f" on {_date(notice['date'])}" if notice["date"] else ""
    said += f", as {_text(_SERVICES.get(notice['source'], notice['source']))} says" if notice["source"] else ""
    if notice["identifier"].startswith("10."):
        said += f": {_link('https://doi.org/' + quote(notice['identifier'], safe='/:()._-;', errors='replace'))}"
    elif notice["identifier"]:
        said += f": {_own(notice['identifier'])}"
    return said


def _facts(work: Told) -> Iterator[tuple[str, str]]:
    """Give what is known of a work, each with its name."""
    if work["because"] and work["standing"] != "accepted by a person":
        yield "Why", _own(work["because"])
    if by_hand := work["by hand"]:
        seen = f" Evidence: {_link(by_hand['evidence'])}." if by_hand["evidence"] else ""
        yield "Accepted", f"by a person on {_date(by_hand['date'])}: {_own(by_hand['because'])}.{seen}"
    if work["identifier"]:
        yield "Identifier", _link(work["identifier"])
    if work["registered"] and work["registered"].lower() != work["identifier"].lower():
        yield "Registered as", _link(work["registered"])
    yield from _others(work)
    if work["marked as unverified"] and not any(one["code"] == "C003" for one in work["findings"]):
        yield "Marked", "as unverified by the author: nobody has found this work"
    doi = work["registered"].removeprefix("https://doi.org/")
    yield from (("Remark", _own(remark)) for remark in work["remarks"] if not (doi and remark.endswith(f" {doi}")))
    told = {one["message"]: one for one in work["findings"] if one["code"][0] != "R" or one["severity"] == "error"}
    for message, one in told.items():  # other findings about its record say what stands here anyway
        yield one["severity"].capitalize(), f"{_own(message)} <small>({_text(one['code'])})</small>"
    if work["asked"]:
        answers = [f"{_text(_SERVICES.get(name, name))} ({_text(said)})" for name, said in work["asked"].items()]
        yield "Asked", f"{_listed(answers)}, on {_date(work['asked on'])}"
    place = f", {_source(work['place'])}" if work["place"] else ""
    listed = f"; {_beside(work['link'], 'shown in the reference list')}" if work["link"] else ""
    yield "Key", f"<code>{_own(work['key'])}</code>{place}{listed}"


def _others(work: Told) -> Iterator[tuple[str, str]]:
    """Give other works that were found in its place."""
    if work["standing there"]:
        yield "At that place", f"in the same journal, volume and pages stands {_other(work['standing there'])}"
    if work["candidates"]:
        is_one = work["standing"] == "ambiguous"
        others = "".join(f"<li>{_other(one)}</li>" for one in work["candidates"])
        yield (
            "May be" if is_one else "Nearest",
            f"{'one of' if is_one else 'other works, not this one:'}<ul>{others}</ul>",
        )


def _other(work: Told) -> str:
    return f"{_own(work['work'])} {_link(work['link'])}"


def _source(place: Told) -> str:
    return (
        f"<bdi>{_text(place['file'])}:{place['line']}:{place['column']}</bdi>" if place["line"] else _own(place["file"])
    )


def _differences(work: Told) -> Iterator[str]:
    if not work["differences"]:
        return
    yield '<div class="scroll"><table class="differences"><caption>What the record says otherwise</caption>\n'
    yield '<thead><tr><th scope="col">Field</th><th scope="col">In this paper</th><th scope="col">Registered</th></tr></thead>\n<tbody>\n'
    for one in work["differences"]:
        yield f'<tr><th scope="row">{_text(one["field"])}</th><td>{_own(one["have"])}</td><td>{_own(one["registered"])}</td></tr>\n'
    yield "</tbody></table></div>\n"


def _place(place: Told, named: set[str], language: str, pdf: str) -> Iterator[str]:
    name = "" if place["id"] in named else f' id="{_text(place["id"])}"'
    named.add(place["id"])
    said = place["sentence"]
    cited = _text(said["citation"]) or "(nothing is printed here)"
    note = '<span class="in-note"> (in a note:) </span>' if place["in a note"] else ""
    yield f'<li{name}><blockquote{language} dir="auto"><p>{_text(said["before"])}{note}<mark>{cited}</mark>{_text(said["after"])}</p></blockquote>\n'
    where = [" \u203a ".join(map(_own, place["headings"]))] if place["headings"] else []
    where += [_text(place["kind"])] if place["kind"] != "text" else []
    if place["pages"]:
        numbers = "\u2013".join(map(str, place["pages"]))
        pages = f"page{'s' if len(place['pages']) > 1 else ''} {numbers} of the PDF"
        where.append(_beside(f"{quote(pdf, errors='replace')}#page={place['pages'][0]}", pages))  # RFC 8118, 3
    where += [_source(place["place"])] if place["place"] else []
    where += [_beside(_sought(place), "in the web page")] if place["link"] else []
    joined = " \u00b7 ".join(where)
    yield f'<p class="where">{joined}</p></li>\n'


def _sought(place: Told) -> str:
    """Give the address of a citation's section, and behind it the words that browsers look for there and mark.

    A browser that does not find them shows the section (URL Fragment Text Directives, WICG).
    """
    address: str = place["link"]
    said = place["sentence"]
    if "#" not in address or place["in a note"] or not said["citation"]:
        return address
    before = " ".join(said["before"].rstrip(" ").split(" ")[-_WORDS_BEFORE:])
    directive = f"{_encoded(before)}-,{_encoded(said['citation'])}" if before else _encoded(said["citation"])
    return f"{address}:~:text={directive}"


_WORDS_BEFORE = 4
"""Words before a citation that tell it from others like it."""


def _encoded(text: str) -> str:
    """Give a text as a part of a text directive, in which commas and hyphens have a meaning."""
    return quote(text, safe="", errors="replace").replace("-", "%2D")


# --- the rest --------------------------------------------------------------------------------------------------------


def _map_name(part: Told) -> str:
    return "map" if part["part"] == "paper" else "supplement-map"


def _map(part: Told, *, of: str) -> Iterator[str]:
    name = _map_name(part)
    most = max((section["citations"] for section in part["sections"]), default=0) or 1
    yield f'<section aria-labelledby="{name}">\n<h2 id="{name}">Where the citations{of} stand</h2>\n'
    yield "<p>Each heading with the citations right below it, not those under a heading of its own.</p>\n"
    yield f'<div class="scroll" role="group" aria-labelledby="{name}" tabindex="0"><table class="map">\n'
    yield '<thead><tr><th scope="col">Section</th><th scope="col">Citations</th><th scope="col" class="number">Works</th></tr></thead>\n<tbody>\n'
    for section in part["sections"]:
        heading = _own(section["heading"])
        heading = _beside(section["link"], heading) if section["link"] else heading
        share = round(100 * section["citations"] / most)
        bar = (
            f'<span class="bar" style="inline-size:{share}%" aria-hidden="true"></span>' if section["citations"] else ""
        )
        yield f'<tr><th scope="row" style="padding-inline-start:{max(section["level"] - 1, 0)}.25em">{heading}</th>'
        yield f'<td class="bars"><span class="amount">{section["citations"]:,}</span>{bar}</td><td class="number">{section["works"]:,}</td></tr>\n'
    yield "</tbody>\n</table></div>\n</section>\n"


def _findings(told: Told) -> Iterator[str]:
    yield '<section aria-labelledby="findings">\n<h2 id="findings">Findings about citations</h2>\n'
    if not told["findings"] and not told["allowed"] and not told["turned off"]:
        yield "<p>None.</p>\n</section>\n"
        return
    counts = Counter(one["severity"] for one in told["findings"])
    said = [_counted(counts[name], name) for name in ("error", "warning") if counts[name]]
    yield f"<p>{_listed(said)}, with what can be done.</p>\n" if said else ""
    yield '<ol class="findings">\n' if said else ""
    for one in told["findings"]:
        colour, sign = ("wrong", "\u00d7") if one["severity"] == "error" else ("look", "!")
        yield f'<li class="{colour}"><p><strong><span aria-hidden="true">{sign}</span> {one["severity"].capitalize()} {_text(one["code"])}</strong> '
        yield f"{_own(one['message'])} <small>{_source(one)}</small></p>"
        yield f'<p class="remedy">{"<br>".join(map(_own, one["remedy"].splitlines()))}</p>' if one["remedy"] else ""
        yield "</li>\n"
    yield "</ol>\n" if said else ""
    yield from _passed_over(told)
    yield "</section>\n"


def _passed_over(told: Told) -> Iterator[str]:
    """Say what was found and is not told, so that nothing is hidden."""
    if told["allowed"]:
        yield "<p>The author has looked at these, and lets them stand for the reason given:</p>\n<ul>\n"
        for one in told["allowed"]:
            yield f"<li>{_text(one['code'])} at {_source(one)}: {_own(one['because'])}</li>\n"
        yield "</ul>\n"
    if told["turned off"]:
        yield f"<p>{_counted(told['turned off'], 'more finding')} of kinds that the paper or its project has turned off.</p>\n"


def _legend() -> Iterator[str]:
    yield '<section aria-labelledby="legend">\n<h2 id="legend">How to read this page</h2>\n'
    yield "<p>A <em>work</em> is what a citation means: an article, a book, a report. Its <em>entry</em> is what the author's "
    yield "bibliography says of it, and the reference list prints. Registries such as Crossref, DataCite and PubMed hold records "
    yield "of published works; the author asks them, and what they answered is kept with the paper. This page repeats it and asks "
    yield "nobody. It judges entries, not people: a work without a record may well exist.</p>\n"
    yield '<dl class="legend">\n'
    for colour, sign, called, meaning in STANDINGS.values():
        yield f'<div class="{colour}"><dt><span aria-hidden="true">{sign}</span> {called}</dt><dd>{meaning}</dd></div>\n'
    yield "</dl>\n<p>Places such as paper.md:12:5 are the file, line and column in the author's manuscript. Pages are counted from "
    yield "the first page of the PDF; where it is not certain on which page a citation stands, none is given.</p>\n</section>\n"


def _foot(data: str) -> Iterable[str]:
    return (
        f"<footer><p>Made by citeproof together with the paper's files. The same for programs: {_beside(quote(data), _text(data))}.</p></footer>\n",
    )
