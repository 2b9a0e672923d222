"""Judges a paper by what a journal asks: each rule of the profile, with what the paper has and where.

Pure: takes what was read, cited and counted; opens and writes nothing. A rule that says how the files are made is none
of its matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from citeproof.document import elements, meta_strings, meta_text, plain
from citeproof.findings import Finding, Place, Severity
from citeproof.stated import (
    ABSTRACT,
    LANGUAGES,
    STATEMENTS,
    is_left_open,
    is_title_of,
    open_sections,
    run_in_titles,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from citeproof.counts import Counts
    from citeproof.document import Json, Manuscript
    from citeproof.profiles import Profile, Rule


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure's image as the journal will get it."""

    label: str
    """Such as Figure 1."""
    place: Place
    file: str
    """The file as the author named it."""
    resolution: float | None
    """Dots per inch at the printed width; None for a drawing of lines."""
    width: float
    """The printed width in inches."""
    megabytes: float
    faults: tuple[str, ...] = ()
    """What readers may not tell apart in it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a paper is judged by."""

    manuscript: Manuscript
    cited: Json
    """The cited document as values, with all of its words."""
    counts: Counts
    pictures: tuple[Picture, ...] = ()
    checklists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Name of a reporting checklist → the numbers of its items; those that the paper may fill in."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule: what the paper has, in words, and what is amiss."""

    rule: Rule
    has: str
    findings: tuple[Finding, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is amiss."""
        return not self.findings

    def as_dict(self) -> dict[str, object]:
        """Give the verdict as plain data."""
        return {
            "rule": self.rule.name,
            "asked": {name: value for name, value in self.rule.told.items() if name not in {"source", "level"}},
            "has": self.has,
            "holds": self.holds,
            "source": str(self.rule.source),
        }


def preflight(profile: Profile, facts: Facts) -> tuple[Verdict, ...]:
    """Judge a paper by each rule that can be judged, in the order of the profile.

    J001: words over or under a limit. J002: the abstract. J003: keywords. J004: title or running head. J005: how many
    references, tables, figures, footnotes or levels of heading. J006: a section or a statement is missing.
    J007: highlights or impact statement. J008: the resolution, width or size of a figure. J009: what is said of the
    authors, or of the course. J010: colours in a figure that some readers do not tell apart. J011: the checklist.
    """
    found = []
    for name, rule in profile.rules.items():
        judge = _JUDGES.get(name)
        if judge:
            has, faults = judge(rule, facts)
            findings = tuple(_finding(rule, profile, fault) for fault in faults)
            found.append(Verdict(rule, has, findings))
    return tuple(found)


class Fault(NamedTuple):
    """One thing that is amiss."""

    code: str
    place: Place
    what: str
    remedy: str
    is_unsure: bool = False
    """Whether it may be that nothing is amiss: a warning, whatever the rule weighs."""


Judged = tuple[str, list[Fault]]
"""What the paper has, in words, and what is amiss."""


def _finding(rule: Rule, profile: Profile, fault: Fault) -> Finding:
    note = f"; {rule.told['note']}" if "note" in rule.told else ""
    asked = f"asked by {profile.name}: {rule.source}{note}"
    severity = Severity.WARNING if fault.is_unsure else rule.severity
    return Finding(fault.place, fault.code, severity, fault.what, "\n".join(filter(None, (fault.remedy, asked))))


# --- limits -----------------------------------------------------------------------------------------------------------


def _counted(count: float, word: str) -> str:
    number = f"{count:,.0f}" if float(count).is_integer() else f"{count:,.2f}"
    plural = "es" if word == "inch" else "" if word in {"dpi", "MB"} else "s"
    return f"{number} {word}{'' if count == 1 else plural}"


def _limit(rule: Rule, has: float, word: str, place: Place, whose: str, remedy: str = "", *, code: str) -> Judged:
    """Hold a number against `most` and `least`. `whose` begins the message: the abstract, the text."""
    said = _counted(has, word)
    most, least = rule.told.get("most"), rule.told.get("least")
    if most is not None and has > most:
        over = _counted(has - most, word)
        what = (
            f"{whose} has {said}, {over} more than the {most:,} allowed"
            if most
            else f"{whose} has {said}, and may have none"
        )
        return said, [Fault(code, place, what, remedy or "shorten it")]
    if least is not None and has < least:
        return said, [Fault(code, place, f"{whose} has {said}, and needs {least:,} at least", remedy or "add to it")]
    return said, []


def _at(facts: Facts, *fields: str) -> Place:
    """Give the place of the first of these fields of the front matter that is there; else where that begins."""
    places = facts.manuscript.fields
    return next((places[name] for name in fields if name in places), facts.manuscript.head)


def _words(rule: Rule, facts: Facts) -> Judged:
    of = rule.told["of"]
    place = Place(facts.manuscript.head.file)
    whose = {"text": "the text", "everything": "the paper"}.get(of, of.replace("text", "the text", 1))
    return _limit(
        rule, facts.counts.sums[of], "word", place, whose, "citeproof count shows where they are", code="J001"
    )


_INTRODUCTION_AND_DISCUSSION = re.compile(
    r"|.*\b(?:discussion|conclusions?|limitations|acknowledge?ments?|appendix)\b.*", re.IGNORECASE
)
"""Sections that count where method and results do not; "" is the introduction."""


def _words_in_sections(rule: Rule, facts: Facts) -> Judged:
    from citeproof.counts import in_sections  # noqa: PLC0415

    has = in_sections(facts.cited, lambda heading: bool(_INTRODUCTION_AND_DISCUSSION.fullmatch(heading)))
    place = Place(facts.manuscript.head.file)
    whose = "the text of introduction and discussion"
    return _limit(rule, has, "word", place, whose, "shorten them; method and results do not count", code="J001")


def _abstract_words(rule: Rule, facts: Facts) -> Judged:
    has = facts.counts.words[_part("abstract")]
    return (
        _limit(rule, has, "word", _at(facts, "abstract"), "the abstract", code="J002") if has else ("no abstract", [])
    )


def _abstract_characters(rule: Rule, facts: Facts) -> Judged:
    has = facts.counts.characters["abstract"]
    return (
        _limit(rule, has, "character", _at(facts, "abstract"), "the abstract", code="J002")
        if has
        else ("no abstract", [])
    )


def _part(name: str) -> Any:
    from citeproof.counts import Part  # noqa: PLC0415

    return Part(name)


def _abstract_text(facts: Facts) -> tuple[str, list[str]]:
    """Give the words of the abstract with a line for each paragraph, and those that are set in bold or italics."""
    lines: list[str] = []
    set_off: list[str] = []
    for element, _ in elements(facts.cited["blocks"], words=False):
        if element["t"] == "Div" and "abstract" in element["c"][0][1]:
            lines += [plain(block).strip() for block in element["c"][1]]
            set_off += [
                plain(inner["c"]).strip(" \u00a0.:")
                for inner, _in_note in elements(element["c"][1], words=False)
                if inner["t"] in {"Strong", "Emph", "SmallCaps", "Underline"}
            ]
    return "\n".join(lines), set_off


_BEGINS_A_PART = r"(?:^|[.!?]\s+|\n)(?:{})\s*(?:[:.\u2014\u2013]|-\s|\n)"
"""How a part of a structured abstract begins, whatever its heading is set in."""


def _abstract_headings(rule: Rule, facts: Facts) -> Judged:
    text, set_off = _abstract_text(facts)
    if not text:
        return "no abstract", []
    language = _language(facts)

    def is_there(head: str) -> bool:
        one = head.casefold().removesuffix("s")
        pattern = "|".join(filter(None, (f"{re.escape(one)}s?", ABSTRACT.get(one, {}).get(language))))
        begins = re.search(_BEGINS_A_PART.format(pattern), text, re.IGNORECASE)
        return bool(begins or any(re.fullmatch(pattern, words, re.IGNORECASE) for words in set_off))

    missing = [head for head in rule.told["are"] if not is_there(head)]
    if not missing:
        return "all headings", []
    wanted = ", ".join(rule.told["are"])
    return f"not {', '.join(missing)}", [
        Fault(
            "J002",
            _at(facts, "abstract"),
            f"the abstract has no part headed {_listed(missing)}",
            f"write it in parts, each beginning with its heading and a colon: {wanted}",
            language not in LANGUAGES,
        )
    ]


def _abstract_citations(_: Rule, facts: Facts) -> Judged:
    keys = []
    for element, _in_note in elements(facts.cited["blocks"], words=False):
        if element["t"] == "Div" and "abstract" in element["c"][0][1]:
            for inner, _in in elements(element["c"][1], words=False):
                if inner["t"] == "Cite":
                    keys += [one["citationId"] for one in inner["c"][0]]
    faults: list[Fault] = [
        Fault("J002", _at(facts, "abstract"), f"the abstract cites @{key}", "say it in the text, and name no work here")
        for key in dict.fromkeys(keys)
    ]
    return f"{len(keys)} citations", faults


def _keywords(rule: Rule, facts: Facts) -> Judged:
    has = facts.counts.number_of["keywords"]
    return (
        _limit(rule, has, "keyword", _at(facts, "keywords"), "the paper", code="J003") if has else ("no keywords", [])
    )


def _title_characters(rule: Rule, facts: Facts) -> Judged:
    return _limit(rule, facts.counts.characters["title"], "character", _at(facts, "title"), "the title", code="J004")


def _title_words(rule: Rule, facts: Facts) -> Judged:
    return _limit(rule, facts.counts.words[_part("title")], "word", _at(facts, "title"), "the title", code="J004")


def _running_head(rule: Rule, facts: Facts) -> Judged:
    has = facts.counts.characters["running head"]
    place = _at(facts, "running-head", "running_head", "shorttitle", "short-title", "title")
    return _limit(rule, has, "character", place, "the running head", code="J004")


def _number_of(what: str) -> Callable[[Rule, Facts], Judged]:
    def judge(rule: Rule, facts: Facts) -> Judged:
        place = Place(facts.manuscript.head.file)
        remedy = "a supplement can hold some of them" if what in {"table", "figure"} else ""
        return _limit(rule, facts.counts.number_of[f"{what}s"], what, place, "the paper", remedy, code="J005")

    return judge


def _tables_and_figures(rule: Rule, facts: Facts) -> Judged:
    tables, figures = (facts.counts.number_of[what] for what in ("tables", "figures"))
    said = f"{_counted(tables, 'table')} and {_counted(figures, 'figure')}"
    most = rule.told.get("most", tables + figures)
    if tables + figures <= most:
        return said, []
    what = f"the paper has {said}, {tables + figures - most} more than the {most} allowed together"
    return said, [Fault("J005", Place(facts.manuscript.head.file), what, "a supplement can hold some of them")]


def _heading_levels(rule: Rule, facts: Facts) -> Judged:
    most = rule.told.get("most", 5)
    deeper = [heading for heading in facts.manuscript.headings if heading.level > most]
    deepest = max((heading.level for heading in facts.manuscript.headings), default=0)
    faults: list[Fault] = [
        Fault("J005", one.place, f"this heading is of level {one.level}, and {most} is the deepest allowed", "raise it")
        for one in deeper
    ]
    return f"level {deepest} at most", faults


def _highlights(rule: Rule, facts: Facts) -> Judged:
    given = facts.manuscript.document["meta"].get("highlights", {"t": "MetaList", "c": []})
    if given["t"] != "MetaList" or any(one["t"] in {"MetaList", "MetaMap"} for one in given["c"]):
        how = "write it so: highlights: [One sentence., Another sentence.]"
        return "no list", [Fault("J007", _at(facts, "highlights"), "highlights is not a list of sentences", how)]
    has = len(meta_strings(facts.manuscript.document, "highlights"))
    return (
        _limit(rule, has, "highlight", _at(facts, "highlights"), "the paper", code="J007")
        if has
        else ("no highlights", [])
    )


def _highlight_characters(rule: Rule, facts: Facts) -> Judged:
    found = meta_strings(facts.manuscript.document, "highlights")
    most = rule.told.get("most", 0)
    faults: list[Fault] = [
        Fault(
            "J007",
            _at(facts, "highlights"),
            f'the highlight "{text[:30]}…" has {len(text)} characters, {len(text) - most} more than the {most} allowed',
            "shorten it",
        )
        for text in found
        if len(text) > most
    ]
    return f"{max(map(len, found), default=0)} characters at most", faults


def _impact_words(rule: Rule, facts: Facts) -> Judged:
    has = facts.counts.words[_part("impact statement")]
    place = _at(facts, "impact-statement")
    return _limit(rule, has, "word", place, "the impact statement", code="J007") if has else ("no impact statement", [])


# --- what must be there -----------------------------------------------------------------------------------------------


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _authors(facts: Facts) -> list[dict[str, Any]]:
    value = facts.cited["meta"].get("authors", {"c": []})
    return [one["c"] for one in value["c"]]


def _named(author: dict[str, Any]) -> str:
    return meta_text(author["name"]) if "name" in author else "an author"


def _missing(what: str, example: str, *, code: str) -> Callable[[Rule, Facts], Judged]:
    """Make a judge of a field of the front matter that must say something."""
    field_name = example.partition(":")[0]

    def judge(_: Rule, facts: Facts) -> Judged:
        there = meta_strings(facts.manuscript.document, field_name) or meta_strings(facts.cited, field_name)
        if any(text.strip() for text in there):
            return "there", []
        return "missing", [
            Fault(code, facts.manuscript.head, f"the paper has no {what}", f"add to the front matter: {example}")
        ]

    return judge


def _needs_abstract(_: Rule, facts: Facts) -> Judged:
    if facts.counts.words[_part("abstract")]:
        return "there", []
    return "missing", [
        Fault("J002", facts.manuscript.head, "the paper has no abstract", "add to the front matter: abstract: …")
    ]


_LINE_OF_KEYWORDS = re.compile(
    r"\W*(?:key ?words|index terms|Schlüsselwörter|Schlagwörter"
    r"|mots[- ]clés?|palabras clave)\W*\s*[:.\u2014\u2013-]\s*\w.*",
    re.IGNORECASE | re.DOTALL,
)


def _needs_keywords(rule: Rule, facts: Facts) -> Judged:
    example = "keywords: [one, two, three]"
    for passage in facts.manuscript.passages:
        if not facts.counts.number_of["keywords"] and _LINE_OF_KEYWORDS.match(passage.text):
            what = "the keywords are a line of the text, where they are counted as text and not as keywords"
            how = f"put them into the front matter instead: {example}"
            return "a line of the text", [
                Fault("J003", passage.place or facts.manuscript.head, what, how, is_unsure=True)
            ]
    return _missing("keywords", example, code="J003")(rule, facts)


def _needs_authors(_: Rule, facts: Facts) -> Judged:
    authors = _authors(facts)
    if authors:
        return _counted(len(authors), "author"), []
    what = "the paper names no author, and a journal takes none without"
    return "none", [Fault("J009", _at(facts, "author"), what, "add to the front matter: author: [{name: …}]")]


def _of_authors(
    name: str, what: str, example: str, *, only_corresponding: bool = False
) -> Callable[[Rule, Facts], Judged]:
    """Make a judge of what must be said of each author, or of the corresponding one; of a group nothing is asked."""

    def judge(_: Rule, facts: Facts) -> Judged:
        people = [one for one in _authors(facts) if "collaboration" not in one]
        asked = [one for one in people if not only_corresponding or "corresponding" in one]
        without = [_named(one) for one in asked if name not in one]
        if not without:
            return "there" if asked else "none to ask of", []
        return f"not of {', '.join(without)}", [
            Fault(
                "J009",
                _at(facts, "author", "authors"),
                f"nothing says {what} of {person}",
                f"add to that author: {example}",
            )
            for person in without
        ]

    return judge


def _corresponding(_: Rule, facts: Facts) -> Judged:
    authors = _authors(facts)
    chosen = [one for one in authors if "corresponding" in one]
    if not authors:
        return "no author", []
    if not chosen:
        what, how = "no author is the corresponding one", "add to one of them: corresponding: true, and email: …"
        return "none", [Fault("J009", _at(facts, "author", "authors"), what, how)]
    without = [_named(one) for one in chosen if "email" not in one]
    faults: list[Fault] = [
        Fault(
            "J009",
            _at(facts, "author", "authors"),
            f"{name} is the corresponding author, without an e-mail address",
            "add: email: …",
        )
        for name in without
    ]
    return ", ".join(map(_named, chosen)), faults


def _statement(name: str) -> Callable[[Rule, Facts], Judged]:
    """Make a judge of a statement, which looks where it is surest first."""

    def judge(rule: Rule, facts: Facts) -> Judged:
        title = rule.told.get("title", "")
        remedy = f"say it in the front matter, {name}: …, or in a section" + (f' headed "{title}"' if title else "")
        return (
            _in_the_front_matter(name, facts)
            or _under_a_title(name, title, facts)
            or _in_the_text(name, title, remedy, facts)
            or _nowhere(name, remedy, facts)
        )

    return judge


def _in_the_front_matter(name: str, facts: Facts) -> Judged | None:
    if name in meta_strings(facts.cited, "stated"):
        given = meta_strings(facts.manuscript.document, name)
        if given and all(map(is_left_open, given)):
            what = f"the field {name} is there, and says nothing yet: {given[0]}"
            return "not said yet", [Fault("J006", _at(facts, name), what, "say it")]
        return "in the front matter", []
    if name == "author-contributions" and any("roles" in author for author in _authors(facts)):
        return "the roles of the authors", []
    return None


def _under_a_title(name: str, title: str, facts: Facts) -> Judged | None:
    """Look for a section, or a paragraph that begins with a title in bold; `title` is the journal's own, or ""."""

    def is_one(said: str) -> bool:
        return said.rstrip(".: ").casefold() == title.casefold() or is_title_of(STATEMENTS[name], said)

    for heading in facts.manuscript.headings:
        said = heading.text.strip()
        if is_one(said):
            if said not in open_sections(facts.cited):
                return f'the section "{said}"', []
            what = f'the section "{said}" is there, and says nothing yet'
            return "not said yet", [Fault("J006", heading.place, what, "say it")]
    return next(((f'the paragraph "{said}"', []) for said in run_in_titles(facts.cited) if is_one(said)), None)


def _in_the_text(name: str, title: str, remedy: str, facts: Facts) -> Judged | None:
    """Look for words that say it; where the journal wants a section of its own, they may not be enough."""
    looked_for = STATEMENTS[name]
    found = next(filter(None, (words_of(looked_for, passage.text) for passage in facts.manuscript.passages)), "")
    if not found:
        return None
    if not title:
        return f'the text: "{_short(found)}"', []
    what = f'no section says {looked_for.said}; all that was found is in the text: "{_short(found)}"'
    return f'only the text: "{_short(found)}"', [Fault("J006", facts.manuscript.head, what, remedy, is_unsure=True)]


def _nowhere(name: str, remedy: str, facts: Facts) -> Judged:
    said, language, place = STATEMENTS[name].said, _language(facts), facts.manuscript.head
    if language in LANGUAGES:
        return "missing", [Fault("J006", place, f"nothing says {said}", remedy)]
    what = f"nothing was found that says {said}; in this language ({language}) only the front matter is read"
    return "not found", [Fault("J006", place, what, remedy, is_unsure=True)]


_LONGEST_QUOTED = 60


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTED else f"{text[: _LONGEST_QUOTED - 1]}…"


def _language(facts: Facts) -> str:
    """Give the language of the paper (BCP 47) without its region."""
    named = meta_strings(facts.cited, "lang")
    return re.split(r"[-_]", named[0])[0].lower() if named else "en"


def _sections(rule: Rule, facts: Facts) -> Judged:
    there = {heading.text.strip().casefold() for heading in facts.manuscript.headings}
    missing = [name for name in rule.told["are"] if name.casefold() not in there]
    place = Place(facts.manuscript.head.file)
    faults: list[Fault] = [
        Fault("J006", place, f'the paper has no section "{name}"', f"add it: # {name}") for name in missing
    ]
    return f"not {', '.join(missing)}" if missing else "there", faults


_NAMED = 8
"""Items of a checklist that a message names."""


def _checklist(rule: Rule, facts: Facts) -> Judged:
    value = facts.manuscript.document["meta"].get("checklist")
    given = (
        {
            name: {item: meta_text(where) for item, where in items["c"].items()}
            for name, items in value["c"].items()
            if items["t"] == "MetaMap"
        }
        if value and value["t"] == "MetaMap"
        else {}
    )
    wanted = rule.told["one-of"]
    chosen = [name for name in wanted if name in given]
    if not chosen:
        what = f"no reporting checklist ({_listed(wanted)}) is filled in"
        how = f"add to the front matter: checklist: {{{wanted[0]}: {{…}}}}, item by item with its place"
        return "none", [Fault("J011", _at(facts, "checklist"), what, how)]
    return ", ".join(chosen), [fault for name in chosen for fault in _faults_of(name, given[name], facts)]


def _faults_of(name: str, places: dict[str, str], facts: Facts) -> Iterator[Fault]:
    """Tell what is amiss in a checklist, of which the paper gives number and place of items."""
    at = _at(facts, "checklist")
    if name not in facts.checklists:
        what = f"the checklist {name} is not among those that are known, so no file is made of it"
        yield Fault("J011", at, what, "add a file of your own to what you hand in", is_unsure=True)
        return
    items = facts.checklists[name]
    if open_ := [item for item in items if is_left_open(places.get(item, ""))]:
        what = f"of the checklist {name}, {len(open_)} of {len(items)} items have no place: {_first(open_)}"
        yield Fault("J011", at, what, 'say where each stands, "3": "#sec-method", or why it does not apply')
    if unknown := sorted(places.keys() - set(items)):
        what = f"the checklist {name} has no item {_first(unknown)}"
        yield Fault("J011", at, what, f"its items are {_first(list(items))}")
    for item, where in places.items():
        if where.startswith("#") and where[1:] not in facts.manuscript.identifiers:
            what = f"item {item} of the checklist {name} stands at {where}, and nothing in the paper has that name"
            yield Fault("J011", at, what, "give the section that name: # Method {#sec-method}")


def _first(items: list[str]) -> str:
    return ", ".join(items[:_NAMED]) + "…" * (len(items) > _NAMED)


# --- figures ----------------------------------------------------------------------------------------------------------


_ROUND = 20
"""From here on a number is told without digits behind the point."""


def _pictures(
    value: Callable[[Picture], float | None], word: str, whose: str, remedy: str
) -> Callable[[Rule, Facts], Judged]:
    def judge(rule: Rule, facts: Facts) -> Judged:
        faults: list[Fault] = []
        said = []
        for one in facts.pictures:
            has = value(one)
            if has is None:
                said.append("lines")
                continue
            # Two digits are what is told of a width, and what it is judged by: 6.504 in are 6.5.
            rounded = round(has) if has > _ROUND else round(has, 2)
            told, found = _limit(
                rule, rounded, word, one.place, f"{one.file} ({one.label}) {whose}", remedy, code="J008"
            )
            said.append(told)
            faults += found
        return ", ".join(said) or "no figure", faults

    return judge


def _colours(_: Rule, facts: Facts) -> Judged:
    faults: list[Fault] = [
        Fault(
            "J010",
            one.place,
            f"{one.file} ({one.label}): {what}",
            "choose colours of different lightness, or tell the parts apart by shapes, patterns or labels too "
            "(APA 7.26)",
        )
        for one in facts.pictures
        for what in one.faults
    ]
    return f"{len(facts.pictures)} looked at", faults


_JUDGES: dict[str, Callable[[Rule, Facts], Judged]] = {
    "limits.words": _words,
    "limits.introduction-and-discussion-words": _words_in_sections,
    "limits.abstract-words": _abstract_words,
    "limits.abstract-characters": _abstract_characters,
    "limits.keywords": _keywords,
    "limits.title-characters": _title_characters,
    "limits.title-words": _title_words,
    "limits.running-head-characters": _running_head,
    "limits.references": _number_of("reference"),
    "limits.tables": _number_of("table"),
    "limits.figures": _number_of("figure"),
    "limits.footnotes": _number_of("footnote"),
    "limits.tables-and-figures": _tables_and_figures,
    "limits.heading-levels": _heading_levels,
    "limits.highlights": _highlights,
    "limits.highlight-characters": _highlight_characters,
    "limits.impact-statement-words": _impact_words,
    "abstract.headings": _abstract_headings,
    "abstract.citations": _abstract_citations,
    "needs.abstract": _needs_abstract,
    "needs.keywords": _needs_keywords,
    "needs.running-head": _missing("running head", "running-head: …", code="J004"),
    "needs.highlights": _missing("highlights", "highlights: [one, two, three]", code="J007"),
    "needs.impact-statement": _missing("impact statement", "impact-statement: …", code="J007"),
    "needs.authors": _needs_authors,
    "needs.affiliations": _of_authors("affiliations", "where the work was done", "affiliation: …"),
    "needs.corresponding-author": _corresponding,
    "needs.orcid-of-corresponding-author": _of_authors(
        "orcid", "the ORCID iD", "orcid: 0000-…", only_corresponding=True
    ),
    "needs.orcid-of-all-authors": _of_authors("orcid", "the ORCID iD", "orcid: 0000-…"),
    "needs.credit-roles": _of_authors("roles", "the part in the work (CRediT)", "roles: [conceptualization, …]"),
    "needs.course": _missing("course", "course: …", code="J009"),
    "needs.instructor": _missing("instructor", "instructor: …", code="J009"),
    "needs.due-date": _missing("due date", "due-date: …", code="J009"),
    "needs.sections": _sections,
    "needs.checklist": _checklist,
    **{f"needs.{name}": _statement(name) for name in STATEMENTS},
    "figures.resolution": _pictures(
        lambda one: one.resolution,
        "dpi",
        "at its printed size",
        "take a larger picture, or print it smaller: {width=3in}",
    ),
    "figures.megabytes": _pictures(lambda one: one.megabytes, "MB", "as a file", "crop it, or print it smaller"),
    "figures.width": _pictures(lambda one: one.width, "inch", "in print", "set its width: {width=6.5in}"),
    "figures.colours": _colours,
}
"""Name of a rule → who judges it."""

JUDGED = frozenset(_JUDGES)
"""The rules that are judged; the others say how the package is made."""


def without_errors(verdicts: tuple[Verdict, ...]) -> bool:
    """Tell whether no rule that weighs as an error is broken."""
    return not any(finding.severity is Severity.ERROR for one in verdicts for finding in one.findings)


def findings(verdicts: tuple[Verdict, ...]) -> Iterator[Finding]:
    """Give all that is amiss."""
    for one in verdicts:
        yield from one.findings
