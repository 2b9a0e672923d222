"""What counts as the same in names, journals, titles and numbers, and what does not: pairs seen in records and entries."""

from __future__ import annotations

import pytest

from citeproof.registries import compare
from citeproof.registries.model import Person


def person(text: str) -> Person:
    """Read "Family, Given"; a text without a comma is a group."""
    family, comma, given = text.partition(", ")
    return Person(family, given) if comma else Person(text, is_group=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zanos, P.", "Zanos, Panos"),
        ("Rossi, ME", "Rossi, Maria Elisabetta"),
        ("Rossi, M. E.", "Rossi, M"),
        ("Rossi, Maria", "Rossi, ME"),
        ("Morgan, Celia J. A.", "Morgan, C.J.A."),
        ("aan het Rot, Marije", "Rot, M."),
        ("van der Kolk, Bessel A.", "Kolk, B. A. van der"),
        ("García Márquez, Gabriel", "Garcia, G."),
        ("Müller, Anna", "Mueller, A."),
        ("M\ufffdller, Anna", "Müller, A"),
        ("MÃ¼ller, Anna", "Müller, A."),
        ("O'Brien, Conor", "O\u2019Brien, C."),
        ("Jean-Baptiste, Marie-Claire", "Jean Baptiste, M.-C."),
        ("Li, Wei", "Wei, Li"),
        ("Øverland, Simon", "Overland, S"),
        ("Smith-Jones, Ann", "Smith Jones, A."),
        ("World Health Organization", "World Health Organisation"),
        ("PRISMA Group", "The PRISMA Group"),
        ("Nguyen, Thi", "Nguyễn, Thị"),
    ],
)
def test_these_are_one_person(one: str, other: str) -> None:
    assert compare.same_person(person(one), person(other))
    assert compare.same_person(person(other), person(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zanos, P.", "Zanos, Todd"),
        ("Coyle, C.", "Doyle, C."),
        ("Morgan, Celia", "Morgan, Julia"),
        ("Curran, H. V.", "Curran, V. H."),
        ("Smith, Ann", "Smyth, Ann"),
        ("Baker, J. R.", "Baker, K. R."),
        ("American Psychological Association", "American Psychiatric Association"),
        ("Li, Wei", "Lin, Wei"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert not compare.same_person(person(one), person(other))
    assert not compare.same_person(person(other), person(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Human Psychopharmacology", "Human Psychopharmacology: Clinical and Experimental"),
        ("J. Pers. Soc. Psychol.", "Journal of Personality and Social Psychology"),
        ("J Pers Soc Psychol", "Journal of Personality & Social Psychology"),
        ("Proc Natl Acad Sci U S A", "Proceedings of the National Academy of Sciences of the United States of America"),
        ("PNAS", "Proceedings of the National Academy of Sciences"),
        ("Lancet", "The Lancet"),
        ("JAMA Psychiatry", "JAMA psychiatry"),
        ("Brain", "Brain (Oxford)"),
        ("Zeitschrift für Psychologie", "Zeitschrift fur Psychologie"),
        ("Am J Psychiatry", "American Journal of Psychiatry"),
        ("Psychol. Sci.", "Psychological Science"),
        ("BMC Public Health", "BMC Public Health"),
    ],
)
def test_these_are_one_journal(one: str, other: str) -> None:
    assert compare.same_container(one, [other])
    assert compare.same_container(other, [one])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Expert Review of Neurotherapeutics", "Human Psychopharmacology: Clinical and Experimental"),
        ("Journal of Psychopharmacology", "Journal of Psychoactive Drugs"),
        ("Psychological Science", "Psychological Review"),
        ("Journal of Anxiety Disorders", "Journal of Affective Disorders"),
        ("American Journal of Psychiatry", "American Journal of Psychology"),
        ("British Journal of Psychology", "British Journal of Psychiatry"),
        ("Nature", "Nature Neuroscience"),
        ("Psychopharmacology", "Human Psychopharmacology"),
    ],
)
def test_these_are_two_journals(one: str, other: str) -> None:
    assert not compare.same_container(one, [other])
    assert not compare.same_container(other, [one])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chronic post-traumatic stress disorder", "Chronic posttraumatic stress disorder"),
        ("Ketamine use: A review", "Ketamine use: a review"),
        ("Sleep & memory", "Sleep and memory"),
        ("β-amyloid in mice", "Beta-amyloid in mice"),
        ("One thing after another", "RETRACTED: One thing after another"),
        ("One thing after another", "One thing after another*"),
        ("The “best” of things", "The 'best' of things"),
        ("Trials of naïve mice", "Trials of naive mice"),
        ("Efficacy of it for many: A trial", "Efficacy of it for many"),
        ("Five things about two others", "5 things about 2 others"),
    ],
)
def test_these_are_one_title(one: str, other: str) -> None:
    assert compare.same_title(one, [other])


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("Sleep and memory in adults", "Sleep and memory in children", ("adults", "children")),
        ("Sleep and memory", "Sleep and working memory", ("", "working")),
        ("Effects of sleep on mood", "Effect of sleep on mood", ("Effects", "Effect")),
        ("A review", "A review and meta-analysis", ("", "and meta-analysis")),
        ("Not all of it: a trial", "All of it: a trial", ("Not", "")),
    ],
)
def test_these_are_two_titles_and_the_words_are_named(one: str, other: str, words: tuple[str, str]) -> None:
    assert not compare.same_title(one, [other])
    have, due = compare.other_words(one, [other])
    assert {have, due} >= {word for word in words if word} or (words[0] in have and words[1] in due)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("07", "7"),
        ("3-4", "3"),
        ("3/4", "3–4"),
        ("Suppl. 1", "S1"),
        ("IV", "4"),
        ("12 Suppl 2", "12(S2)"),
        ("No. 3", "3"),
    ],
)
def test_these_are_one_number(one: str, other: str) -> None:
    assert compare.same_number(one, other)


@pytest.mark.parametrize(("one", "other"), [("7", "17"), ("3", "4"), ("S1", "1"), ("30", "3"), ("IV", "6")])
def test_these_are_two_numbers(one: str, other: str) -> None:
    assert not compare.same_number(one, other)


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [
        ("801–811", "801", "811"),
        ("152-63", "152", "163"),
        ("0152-0163", "152", "163"),
        ("e12345", "e12345", ""),
        ("S12-S19", "s12", "s19"),
        ("xi-xx", "xi", "xx"),
        ("pp. 27--38", "27", "38"),
        ("681", "681", ""),
        ("", "", ""),
    ],
)
def test_pages_begin_and_end(pages: str, first: str, last: str) -> None:
    assert (compare.first_page(pages), compare.last_page(pages)) == (first, last)
