"""The set that matching is measured on: entries as authors have them, made from registered works by fixed rules.

`works.json` holds what Crossref has of real works, most of psychology and biomedicine, with the oddities of the records.
From each come an untouched entry, in one of the forms in which programs export it, and one with one to three fields that
are wrong; beside them stand inventions: names of real authors, a real journal, a year and pages as they may be, and no
such article.
"""

from __future__ import annotations

import copy
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services import Services

from citeproof.registries.answers import works as read_works
from citeproof.registries.judge import judge
from citeproof.registries.model import Answer, Judgement, Question, Source
from citeproof.registries.questions import next_questions

Json = Any

WORKS: list[Json] = json.loads(Path(__file__).with_name("works.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Case:
    """An entry, what it is made of, and the fields that are wrong in it."""

    kind: str
    item: Json
    work: Json | None = None
    wrong: frozenset[str] = frozenset()


def registered(work: Json) -> Any:
    """Read a work as Crossref gives it."""
    body = json.dumps({"status": "ok", "message-type": "work", "message": work}).encode()
    return read_works(Answer(Question(Source.CROSSREF, f"works/{work['DOI']}"), "", "", 200, body))[0]


def entry(work: Json, form: int) -> Json:  # noqa: C901  (six forms in one place)
    """Give an entry for a work, in one of six forms: as the agency gives it, or as other programs export it."""
    record = registered(work)
    types = {"article-journal": "article-journal", "article": "article", "chapter": "chapter"}
    names = []
    for person in record.authors:
        if person.is_group:
            names.append({"literal": person.family})
            continue
        given = person.given
        letters = [word[0] for word in re.split(r"[\s.-]+", given) if word]
        if form == 1:
            given = " ".join(f"{letter.upper()}." for letter in letters)
        elif form in {2, 4}:  # as PubMed and Web of Science have them
            given = "".join(letter.upper() for letter in letters[:3])
        names.append({"family": person.family, "given": given} if given else {"family": person.family, "given": ""})
    if form == 3 and len(names) > 3:
        names = [*names[:3], {"literal": "others"}]
    title = record.titles[0].rstrip(".")
    if form == 4:
        title = title.title()
    elif form == 5:
        title = title[:1] + title[1:].lower()
    item: Json = {
        "id": "one",
        "type": types.get(record.type, record.type),
        "title": title,
        "author": names,
        "issued": {"date-parts": [[record.years[form % len(record.years)]]]},
    }
    if record.containers:
        item["container-title"] = record.containers[-1 if form == 2 else 0]
    for name, value in (("volume", record.volume), ("issue", record.issue), ("page", record.pages)):
        if value:
            item[name] = value
    if form == 3 and (pages := re.fullmatch(r"(\d+)-(\d+)", record.pages)) and len(pages[1]) == len(pages[2]) > 1:
        shared = next(n for n in range(len(pages[1])) if pages[1][n] != pages[2][n] or n == len(pages[1]) - 1)
        item["page"] = f"{pages[1]}-{pages[2][shared:]}"
    return item


def untouched() -> list[Case]:
    """Give each work twice: with its DOI and without."""
    cases = []
    for number, work in enumerate(WORKS):
        item = entry(work, number % 6)
        cases += [Case("untouched", item, work), Case("untouched", item | {"DOI": work["DOI"]}, work)]
    return cases


_SWAPPED = ("sleep", "stress", "adults", "mice", "memory", "early", "chronic", "social", "visual", "attention")


def with_other_words(title: str, draw: random.Random, count: int) -> str:
    """Change one or two words of a title."""
    words = title.split()
    places = [n for n, word in enumerate(words) if len(re.sub(r"\W", "", word)) > 3]
    for place in draw.sample(places, min(count, len(places))):
        new = draw.choice([word for word in _SWAPPED if word not in title.lower()])
        words[place] = re.sub(r"\w[\w'\u2019-]*\w", new, words[place], count=1)
    return " ".join(words)


def wrong(seed: int = 7) -> list[Case]:
    """Give each work with one to three fields that are wrong, with its DOI or without, by turns."""
    draw = random.Random(seed)  # noqa: S311
    cases = []
    for number, work in enumerate(WORKS):
        item = copy.deepcopy(entry(work, number % 6))
        other = entry(WORKS[(number * 7 + 3) % len(WORKS)], 0)
        possible = [
            name for name in ("title", "author", "issued", "container-title", "volume", "page") if item.get(name)
        ]
        if item.get("container-title") == other.get("container-title") or "container-title" not in other:
            possible = [name for name in possible if name != "container-title"]
        if item["author"][0].get("family") == other["author"][0].get("family"):
            possible.remove("author")
        chosen = draw.sample(possible, min(len(possible), 1 + number % 3))
        for name in chosen:
            if name == "title":
                item["title"] = with_other_words(item["title"], draw, 1 + number % 2)
            elif name == "author":
                item["author"][0] = other["author"][0]
            elif name == "issued":
                item["issued"] = {"date-parts": [[item["issued"]["date-parts"][0][0] - 4]]}
            elif name == "container-title":
                item["container-title"] = other["container-title"]
            elif name == "volume":
                item["volume"] = str(900 + number)
            else:
                item["page"] = f"{7000 + number}-{7009 + number}"
        cases.append(Case("wrong", item | ({"DOI": work["DOI"]} if number % 2 else {}), work, frozenset(chosen)))
    return cases


def near_misses(seed: int = 11) -> list[Case]:
    """Give each work, with its DOI, and one or two words of its title changed."""
    draw = random.Random(seed)  # noqa: S311
    return [
        Case(
            "near miss",
            item | {"DOI": work["DOI"], "title": with_other_words(item["title"], draw, 1 + number % 2)},
            work,
        )
        for number, work in enumerate(WORKS)
        for item in [entry(work, 0)]
    ]


def inventions(seed: int = 13) -> list[Case]:
    """Give articles that are not there: half of them without a DOI, a quarter each with one of another work or of none."""
    draw = random.Random(seed)  # noqa: S311
    articles = [
        entry(work, 0) for work in WORKS if work["type"] == "journal-article" and len(work["title"][0].split()) > 5
    ]
    cases = []
    for number, base in enumerate(articles):
        one, two, three = (draw.choice(articles) for _ in range(3))
        first, second = one["title"].split(), two["title"].split()
        title = f"{' '.join(first[: len(first) // 2 + 1])} and {' '.join(second[len(second) // 2 :])}"
        item: Json = {
            "id": "one",
            "type": "article-journal",
            "title": title[:1].upper() + title[1:].lower(),
            "author": [base["author"][0], three["author"][-1]],
            "issued": base["issued"],
            "container-title": base.get("container-title", one.get("container-title", "Nature")),
            "volume": base.get("volume", "12"),
            "page": f"{draw.randint(1, 900)}-{draw.randint(901, 999)}",
        }
        if number % 4 == 1:
            item["DOI"] = f"10.1037/none{number:07d}"
        elif number % 4 == 3:
            item["DOI"] = WORKS[(number * 5 + 1) % len(WORKS)]["DOI"]
        cases.append(Case("invention", item))
    return cases


def judged(case: Case, services: Services) -> Judgement:
    """Ask all that there is to ask about an entry, and judge."""
    answers: list[Answer] = []
    while questions := next_questions(case.item, answers):
        answers += [services.answer(question) for question in questions]
    return judge(case.item, answers)
