"""What cites by the shorter way cites as citeproc does: the same JSON, byte for byte, in styles that tell names apart.

The bibliographies are made up from a seed, and full of what is hard: namesakes with the same and other initials, the
same authors in one year, groups, works without names, without a date or in press, names that are words of a title or of
a language ("And", "Und"), particles, names without a space between family and given name. So are the papers: clusters
with prefixes and locators, authors in the sentence, suppressed authors, notes, citations in the title, `nocite`, four
languages.
"""

from __future__ import annotations

import collections
import json
import os
import random
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import resources

if TYPE_CHECKING:
    from pathlib import Path

# Styles with a slow rule, of each kind: all names, primary names, each with initials, positions, dashes for authors.
SLOW = [
    "administrative-science-quarterly",
    "american-geophysical-union",
    "american-political-science-association",
    "antipode",
    "apa",
    "apa-6th-edition",
    "chicago-author-date",
    "chicago-author-date-16th-edition",
    "chicago-author-date-17th-edition",
    "china-national-standard-gb-t-7714-2015-author-date",
    "ergo",
    "etudes-chinoises",
    "gender-and-society",
    "harvard-leeds-beckett-university",
    "harvard-university-of-bath",
    "harvard-york-st-john-university",
    "housing-studies",
    "nlm-name-year",
    "offa",
    "organization-studies",
    "society-of-biblical-literature-author-date",
    "springer-socpsych-author-date",
    "studia-historiae-scientiarum",
    "taylor-and-francis-chicago-author-date",
    "the-botanical-review",
    "theory-culture-and-society",
    "zeitschrift-fur-soziologie",
]
# Styles that are quick, or in which namesakes change more than the works that bear the names.
WHOLE = [
    "american-mathematical-society-label",
    "american-sociological-association",
    "chicago-notes",
    "elsevier-harvard",
    "harvard-cite-them-right",
    "ieee",
    "modern-language-association",
    "oscola",
    "springer-basic-author-date",
]
SHARED = [
    *("Smith", "Lee", "Li", "Müller", "Straße", "O\u2019Neil", "van der Berg", "de Vries", "Al", "Und", "And", "Et"),
    *("Brown", "Young", "Saint-Exupéry", "王", "Nd", "Date", "Press", "D\u2019Arcy", "King"),
]
OWN = [
    first + middle + last + end
    for end in ["", "er", "ski", "son", "ova", "ez"]
    for first in ["Bar", "Col", "Dun", "Fen", "Gor", "Hal", "Jor", "Kem", "Lom", "Mar", "Nor", "Pel"]
    for middle in "aeio"
    for last in ["ber", "ston", "vik", "nagy", "rossi", "wald"]
]
GIVEN = [
    *("Anna", "Adam", "A.", "A. B.", "Ann Beth", "Bernd", "Jean-Paul", "Jean-Luc", "J.-P.", "JP", "明", "Ludwig van"),
    *("Carla M.", "C", "Philip, Jr.", ""),
]
GROUPS = ["World Health Organization", "Smith Group", "Lee", "Brown & Young Institute", "Bureau of Data"]
TITLES = [
    *("On things", "Smith and Lee", "The Young and the Brown", "Zoo", "A review", "Barber: A life", "“Quoted” words"),
    "Et al",
]
KINDS = [
    *("book", "chapter", "report", "thesis", "webpage", "personal_communication", "interview", "legal_case"),
    "entry-encyclopedia",
]


class Author:
    """Makes up a bibliography and a paper that cites it, the same for the same seed."""

    def __init__(self, seed: int, namesakes: float) -> None:
        """Take a seed, and which part of the names is drawn from those that many share."""
        self.random = random.Random(seed)  # noqa: S311  (works, no secrets)
        self.namesakes = namesakes
        self.own = OWN[:]
        self.random.shuffle(self.own)

    def happens(self, share: float) -> bool:
        """Say yes in this share of all cases."""
        return self.random.random() < share

    def name(self) -> dict[str, str]:
        """Give a name of CSL."""
        if self.happens(self.namesakes / 2):
            return {"given": self.random.choice(["Plato", "Ovid"])}
        family = self.random.choice(SHARED) if self.happens(self.namesakes) or not self.own else self.own.pop()
        name = {"family": family, "given": self.random.choice(GIVEN)}
        if self.happens(0.05):
            name["suffix"] = "Jr."
        return {part: text for part, text in name.items() if text}

    def names(self, *numbers: int) -> list[dict[str, str]]:
        """Give as many names as one of the numbers says."""
        return [self.name() for _ in range(self.random.choice(numbers))]

    def work(self, number: int, others: list[dict[str, Any]]) -> dict[str, Any]:
        """Give an item of CSL, which may have authors, date and title from another."""
        item: dict[str, Any] = {
            "id": f"w{self.random.randint(0, 9)}x{number}",
            "type": self.random.choice(KINDS) if self.happens(0.5) else "article-journal",
            "title": self.random.choice(TITLES) if self.happens(0.2) else f"On {' '.join(self.random.sample(OWN, 2))}",
            "container-title": self.random.choice(["Journal A", "Journal B"]),
            "volume": str(self.random.randint(1, 5)),
        }
        if self.happens(0.85):
            item["author"] = self.names(1, 1, 2, 3, 4, 7)
        elif self.happens(0.5):
            item["author"] = [{"literal": self.random.choice(GROUPS)}]
        if self.happens(0.12):
            item["editor"] = self.names(1, 2)
        if self.happens(0.05):
            item["translator"] = self.names(1)
        if self.happens(0.85):
            item["issued"] = {"date-parts": [[self.random.randint(2000, 2004)]]}
        elif self.happens(0.5):
            item |= {"status": "in press"} if self.happens(0.7) else {"issued": {"literal": "forthcoming"}}
        if others and self.happens(0.1 + 2 * self.namesakes):
            other = self.random.choice(others)
            taken = [part for part in ("author", "editor", "issued") if part in other and self.happens(0.85)]
            item |= {part: other[part] for part in taken}
            item |= {"title": other["title"]} if self.happens(0.2) else {}
            if "author" in item and self.happens(0.4):
                item["author"] = item["author"][:1] + [self.name() for _ in item["author"][1:]]
        return item

    def item(self, keys: list[str]) -> str:
        """Give one work of a cluster, as it is typed."""
        before = self.random.choice(["", "", "", "", "", "see ", "-"])
        behind = self.random.choice(["", "", "", f", p. {self.random.randint(1, 9)}", ", and more"])
        return f"{before}@{self.random.choice(keys)}{behind}"

    def sentence(self, key: str, keys: list[str]) -> str:
        """Give a sentence that cites a work in one of many ways."""
        return self.random.choice(
            [
                f"A claim [@{key}].",
                f"A claim [@{key}]. Again [@{key}].",
                f"As @{key} said, and @{key} [p. {self.random.randint(1, 9)}].",
                f"Years [-@{key}].",
                f"*So [see @{key}].* Again [@{key}; @{key}, p. 3].",
                f"Noted.^[A note [@{key}] of @{self.random.choice(keys)}.]",
                f"Many [@{key}; {self.item(keys)}; {self.item(keys)}].",
                f"Two [{self.item(keys)}; @{key}], so.\n\n",
            ],
        )

    def paper(self, folder: Path, works: int) -> dict[str, str]:
        """Write the bibliography, and give it with the text."""
        items: list[dict[str, Any]] = []
        for number in range(works):
            items.append(self.work(number, items))
        keys = [item["id"] for item in items if self.happens(0.92)]
        unseen = [item["id"] for item in items if item["id"] not in keys]
        meta = {"title": f"A paper on [@{keys[0]}]", "link-citations": self.happens(0.5)}
        if unseen:
            meta["nocite"] = "@*" if self.happens(0.2) else ", ".join(f"@{key}" for key in unseen)
        if self.happens(0.4):
            meta["lang"] = self.random.choice(["de", "fr", "en-GB", "zh"])
        path = folder / "bibliography.json"
        path.write_text(json.dumps(items), encoding="utf-8")
        self.random.shuffle(keys)
        text = " ".join(self.sentence(key, keys) for key in keys)
        return {"text": f"---\n{json.dumps(meta)}\n---\n\n{text}\n", "bibliography": str(path)}


def compare(
    pandoc: str,
    filters: Path,
    folder: Path,
    papers: list[dict[str, str]],
    least: int = 0,
) -> list[tuple[str, str]]:
    """Give, for each paper, the way that was gone and whether the result is citeproc's."""
    (folder / "papers.json").write_text(json.dumps(papers), encoding="utf-8")
    (folder / "empty.md").touch()
    script = filters.parent / "tests" / "filters" / "compare-disambiguation.lua"
    done = subprocess.run(
        [pandoc, "empty.md", "--lua-filter", str(script)],
        cwd=folder,
        env=os.environ | {"FILTERS": str(filters), "PAPERS": "papers.json", "LEAST": str(least)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answers = [(way, result) for way, result in (line.split("\t") for line in done.stdout.split("\n") if line)]
    assert len(answers) == len(papers)
    return answers


def in_styles(paper: dict[str, str], names: list[str]) -> list[dict[str, str]]:
    """Give the paper once in each style."""
    return [paper | {"csl": str(resources.styles() / f"{name}.csl")} for name in names]


def different(names: list[str], answers: list[tuple[str, str]]) -> list[str]:
    """Give the styles in which the result is not citeproc's."""
    return [name for name, (_, result) in zip(names, answers, strict=True) if result != "same"]


@pytest.mark.parametrize(
    ("seed", "works", "namesakes"),
    [(1, 50, 0.05), (2, 30, 0.05), (3, 40, 0.06), (4, 50, 0.08), (5, 25, 0.1)],
)
def test_a_paper_with_namesakes_is_cited_as_citeproc_does_from_two_runs(
    pandoc: str,
    filters: Path,
    tmp_path: Path,
    seed: int,
    works: int,
    namesakes: float,
) -> None:
    paper = Author(seed, namesakes).paper(tmp_path, works)
    answers = compare(pandoc, filters, tmp_path, in_styles(paper, SLOW))
    assert different(SLOW, answers) == []
    ways = collections.Counter(way for way, _ in answers)
    assert ways["parted"] >= len(SLOW) * 3 // 4, ways


def test_a_paper_without_namesakes_is_cited_as_citeproc_does_in_one_run(
    pandoc: str,
    filters: Path,
    tmp_path: Path,
) -> None:
    paper = Author(6, 0).paper(tmp_path, 50)
    answers = compare(pandoc, filters, tmp_path, in_styles(paper, SLOW))
    assert different(SLOW, answers) == []
    assert {way for way, _ in answers} == {"light"}


def test_styles_that_are_quick_or_write_notes_are_left_to_citeproc(pandoc: str, filters: Path, tmp_path: Path) -> None:
    answers = compare(pandoc, filters, tmp_path, in_styles(Author(7, 0.05).paper(tmp_path, 30), WHOLE))
    assert different(WHOLE, answers) == []
    assert {way for way, _ in answers} == {"whole"}


def test_a_short_paper_is_left_to_citeproc(pandoc: str, filters: Path, tmp_path: Path) -> None:
    papers = in_styles(Author(8, 0).paper(tmp_path, 100), ["ergo"])
    assert compare(pandoc, filters, tmp_path, papers, least=20_000_000) == [("whole", "same")]


NAMESAKES = [{"family": "Lee", "given": "Ann"}], [{"family": "Lee", "given": "Bob"}]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("One [@lee1; @own1].", "parted"),
        ("One [@lee1; @own1; @unknown].", "whole"),
        ("One [@own1; @own2; @unknown].", "parted"),
        ("One [see [@own2] and @lee1].", "whole"),
        ("# Again {.reset-citation-positions}\n\nOne [@lee1].", "whole"),
    ],
)
def test_what_would_not_be_certain_is_left_to_citeproc(
    pandoc: str,
    filters: Path,
    tmp_path: Path,
    text: str,
    way: str,
) -> None:
    authors = [*NAMESAKES, *([{"family": family}] for family in OWN[:30])]
    keys = ["lee1", "lee2", *(f"own{number}" for number in range(1, 31))]
    items = [
        {"id": key, "type": "book", "title": f"On {key}", "author": author, "issued": {"date-parts": [[2020]]}}
        for key, author in zip(keys, authors, strict=True)
    ]
    path = tmp_path / "bibliography.json"
    path.write_text(json.dumps(items), encoding="utf-8")
    paper = {"text": f"---\nnocite: '@*'\n---\n\n{text}\n", "bibliography": str(path)}
    assert compare(pandoc, filters, tmp_path, in_styles(paper, ["ergo"])) == [(way, "same")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('class="in-text"', 'class="note"'),
        ("</layout>", '<text variable="citation-number"/></layout>'),
        ('givenname-disambiguation-rule="primary-name"', 'givenname-disambiguation-rule="by-cite"'),
        (
            "<bibliography ",
            '<bibliography subsequent-author-substitute="-" subsequent-author-substitute-rule="partial-each" ',
        ),
    ],
)
def test_a_style_in_which_more_depends_on_names_is_left_to_citeproc(
    pandoc: str,
    filters: Path,
    tmp_path: Path,
    old: str,
    new: str,
) -> None:
    content = (resources.styles() / "ergo.csl").read_text(encoding="utf-8")
    assert old in content
    style = tmp_path / "other.csl"
    style.write_text(content.replace(old, new), encoding="utf-8")
    paper = Author(9, 0.02).paper(tmp_path, 30) | {"csl": str(style)}
    assert compare(pandoc, filters, tmp_path, [paper]) == [("whole", "same")]


@pytest.mark.parametrize("namesakes", [0, 0.02])
def test_the_filter_alone_gives_what_plain_pandoc_gives(
    pandoc: str,
    filters: Path,
    tmp_path: Path,
    namesakes: float,
) -> None:
    paper = Author(10, namesakes).paper(tmp_path, 320)
    (tmp_path / "paper.md").write_text(paper["text"], encoding="utf-8")
    style = str(resources.styles() / "chicago-author-date-16th-edition.csl")
    assert compare(pandoc, filters, tmp_path, [paper | {"csl": style}], least=20_000_000)[0][0] != "whole"
    written = [
        subprocess.run(
            [pandoc, "paper.md", *way, "--csl", style, "--bibliography", paper["bibliography"], "-t", "json"],
            cwd=tmp_path,
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for way in (["--citeproc"], ["--lua-filter", str(filters / "in-text-citations.lua")])
    ]
    assert written[0] == written[1]


# Names alone, not in parentheses, so that a citation may end with the period of "et al.".
NAMES_ALONE = """\
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>Names</title><id>names</id></info>
<citation et-al-min="2" et-al-use-first="1" disambiguate-add-names="true" disambiguate-add-givenname="true"
 givenname-disambiguation-rule="all-names"><layout delimiter="; ">
<names variable="author"><name form="short" and="text" initialize-with=". "/></names>
</layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography>
</style>
"""


def with_authors(folder: Path, *authors: list[dict[str, str]]) -> dict[str, str]:
    """Give a paper on works of these authors, w0 and so on, and of thirty others, in a style of names alone."""
    lists = [*authors, *([{"family": family}] for family in OWN[100:130])]
    items = [{"id": f"w{number}", "type": "book", "title": "On", "author": names} for number, names in enumerate(lists)]
    (folder / "names.csl").write_text(NAMES_ALONE, encoding="utf-8")
    (folder / "bibliography.json").write_text(json.dumps(items), encoding="utf-8")
    return {
        "text": "---\nnocite: '@*'\n---\n\nSo [@w0]. And [@w1].\n",
        "bibliography": str(folder / "bibliography.json"),
        "csl": str(folder / "names.csl"),
    }


def test_names_without_a_family_name_are_namesakes(pandoc: str, filters: Path, tmp_path: Path) -> None:
    # Without regard to given names the two are one, and no name more than the first would be printed.
    first, last = {"family": "Barber"}, {"family": "Colston"}
    paper = with_authors(tmp_path, [first, {"given": "Plato"}, last], [first, {"given": "Ovid"}, last])
    assert compare(pandoc, filters, tmp_path, [paper]) == [("parted", "same")]


def test_a_period_that_comes_with_names_is_left_to_citeproc(pandoc: str, filters: Path, tmp_path: Path) -> None:
    # "So Smith and Barber." without given names; with them "So A. Smith et al.", and the sentence's period is dropped.
    paper = with_authors(
        tmp_path,
        [{"family": "Smith", "given": "Ann"}, {"family": "Barber"}],
        [{"family": "Smith", "given": "Bob"}, {"family": "Colston"}],
    )
    assert compare(pandoc, filters, tmp_path, [paper]) == [("whole", "same")]


def test_names_that_only_a_later_citation_leaves_out_count(pandoc: str, filters: Path, tmp_path: Path) -> None:
    # All three names at first, then "Barber et al." for both works. One of them has a name with a namesake.
    paper = with_authors(
        tmp_path,
        [{"family": "Barber"}, {"family": "Smith", "given": "Ann"}, {"family": "Colston"}],
        [{"family": "Barber"}, {"family": "Dunvik"}, {"family": "Fenvik"}],
        [{"family": "Smith", "given": "Bob"}],
    )
    later = 'et-al-min="6" et-al-subsequent-min="3" et-al-subsequent-use-first="1"'
    style = NAMES_ALONE.replace('et-al-min="2"', later)
    (tmp_path / "names.csl").write_text(style, encoding="utf-8")
    paper["text"] += "\nAgain [@w0] and [@w1], too.\n"
    assert compare(pandoc, filters, tmp_path, [paper]) == [("parted", "same")]
