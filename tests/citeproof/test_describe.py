"""What a release says of its paper is what the front matter says, in whatever shape it stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from citeproof import build
from citeproof.facts import Author, Facts, Licence, Work
from citeproof.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def described(path: Path) -> Facts:
    return build.facts(Project(path, path.parent / "dist"))


def authors(paper: Callable[..., Path], written: str) -> tuple[Author, ...]:
    return described(paper("Text.", front=f"---\ntitle: A Paper\n{written}\n---\n\n")).authors


def test_everything_of_a_front_matter(paper: Callable[..., Path]) -> None:
    front = """\
---
title: A *Paper*
subtitle: With Parts
author:
  - name: Ann Lee
    orcid: https://orcid.org/0000-0002-1825-0097
    email: ann@example.org
    affiliation: Example University
abstract: |
  One paragraph
  in two lines.
keywords: [sleep, memory, sleep]
doi: https://doi.org/10.1000/own
license: {type: open-access, text: CC BY, url: "https://creativecommons.org/licenses/by/4.0/"}
lang: en-GB
bibliography: references.bib
---

"""
    assert described(paper("As @ames2001 and @berg2002 say.", front=front)) == Facts(
        title="A Paper: With Parts",
        authors=(Author("Ann", "Lee", "", "0000-0002-1825-0097", "ann@example.org", ("Example University",)),),
        abstract="One paragraph in two lines.",
        keywords=("sleep", "memory"),
        doi="10.1000/own",
        language="en-GB",
        licence=Licence("CC BY", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        works=(Work("10.1000/ames", "One thing after another"),),  # the other one has no DOI
    )


def test_a_paper_that_says_little(paper: Callable[..., Path]) -> None:
    front = "---\ntitle: A Paper\nauthor: []\nbibliography: references.bib\n---\n\n"
    assert described(paper("Nothing is cited.", front=front)) == Facts("A Paper", language="en-US")


def test_the_abstract_is_told_as_it_is_printed_wherever_it_stands(paper: Callable[..., Path]) -> None:
    front = "---\ntitle: A Paper\nabstract: As *one* [@ames2001] says.^[A note.]\nbibliography: references.bib\n---\n\n"
    assert described(paper("Text.", front=front)).abstract == "As one (Ames, 2001) says."
    as_section = "# Abstract\n\nOne thing.\n\nMore of it.\n\n# Introduction\n\nText."
    assert described(paper(as_section)).abstract == "One thing. More of it."


def test_works_of_a_supplement_count_and_those_that_are_not_cited_do_not(paper: Callable[..., Path]) -> None:
    path = paper("Nothing is cited here.")
    (path.parent / "supplement.md").write_text("As @ames2001 says.\n", "utf-8")
    assert [work.doi for work in described(path).works] == ["10.1000/ames"]
    (path.parent / "supplement.md").unlink()
    assert described(path).works == ()


def test_names_in_parts_stay_as_they_are_divided(paper: Callable[..., Path]) -> None:
    written = """\
author:
  - name: {given: Mary Ann, family: Smith Jones}
  - {given: Vincent, non-dropping-particle: van, family: Gogh, suffix: Jr.}"""
    assert authors(paper, written) == (Author("Mary Ann", "Smith Jones"), Author("Vincent", "van Gogh", "Jr."))


def test_names_as_printed_are_divided_at_a_particle_or_before_the_last_word(paper: Callable[..., Path]) -> None:
    written = "author: [Mary Ann Smith, Ana de la Ruiz, 'Martin Luther King, Jr.', Plato, محمد علي]"
    assert authors(paper, written) == (
        Author("Mary Ann", "Smith"),
        Author("Ana", "de la Ruiz"),
        Author("Martin Luther", "King", "Jr."),
        Author("", "Plato"),
        Author("محمد", "علي"),
    )


def test_numbered_affiliations_go_to_whom_they_belong(paper: Callable[..., Path]) -> None:
    written = """\
author:
  - {name: Ann Lee, affiliation: [1, 2]}
  - {name: Bo Berg, affiliation: 2}
affiliations:
  - {id: 1, name: Example University, department: Psychology}
  - {id: 2, name: 2nd Institute}"""
    assert [one.affiliations for one in authors(paper, written)] == [
        ("Psychology, Example University", "2nd Institute"),
        ("2nd Institute",),
    ]
