"""Titles: sentence case and its exceptions, title and subtitle.

What is expected follows APA 6.17 (sentence case: the first word, the word after a colon, em dash or end punctuation,
proper nouns), 6.19 (nouns before numerals) and biblatex's manual (what stands in braces keeps its case).
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof.bibliography import latex, titles


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Getting Consistent with Consequences", "Getting consistent with consequences"),
        ("Learning as Use: A Cross-linguistic Model", "Learning as use: A cross-linguistic model"),
        ("History, theory, and Battlegrounds", "History, theory, and battlegrounds"),
        ("The {Netherlands} and the {US}: {A} Study", "The Netherlands and the US: A study"),
        ("Why? {Lessons} From the {Netherlands}", "Why? Lessons from the Netherlands"),
        ("Is It So? Effects of Face-Voice Incongruity", "Is it so? Effects of face-voice incongruity"),
        ("Comprehensive Meta-Analysis", "Comprehensive meta-analysis"),
        ("Sleep---A Review of Studies", "Sleep\u2014A review of studies"),
        ("``Quoted Words'' in the Title", "\u201cQuoted words\u201d in the title"),
        ("(Un)Known Things Again", "(Un)known things again"),
        ("Frogs Walk Instead of Hop: {h}ttps://x.example", "Frogs walk instead of hop: https://x.example"),
        (r"Learning in \emph{Drosophila} Larvae", "Learning in Drosophila larvae"),
        (r"G{\"o}del in {G}{\"o}ttingen", "Gödel in Göttingen"),
        ("The Effect of a Word: the Case", "The effect of a word: The case"),
    ],
)
def test_a_title_in_title_case_is_lowered(title: str, text: str) -> None:
    assert re.sub("<[^>]*>", "", titles.sentence_case(latex.rich(title))) == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Post-COVID Fatigue and COVID-19", "Post-COVID fatigue and COVID-19"),
        ("The DSM-5 and the MMPI-2-RF Today", "The DSM-5 and the MMPI-2-RF today"),
        ("Vaccines With mRNA and H1N1 Strains", "Vaccines with mRNA and H1N1 strains"),
        ("Public Schools in the U.S. Today", "Public schools in the U.S. today"),
        ("What I Know and Why I'm Here", "What I know and why I'm here"),
        ("Children's Use of iPads at McDonald's", "Children's use of iPads at McDonald's"),
        ("A Phase II Trial After World War II", "A Phase II trial after World War II"),
        ("Replication of Study 1 on Day 2 in Chapter 3", "Replication of Study 1 on Day 2 in Chapter 3"),
        ("Type 2 Diabetes in 2009 Samples", "Type 2 diabetes in 2009 samples"),
        ("X-Ray and E-Learning With Vitamin A in a Test", "X-ray and e-learning with vitamin A in a test"),
        ("See https://Example.org/ABC @APA_Style #DYK Now", "See https://Example.org/ABC @APA_Style #DYK now"),
        ("Things Known vs. Things Unknown", "Things known vs. things unknown"),
        ("All Ages and Races. Check Out These Steps", "All ages and races. Check out these steps"),
    ],
)
def test_capitals_that_belong_to_a_word_stay(title: str, text: str) -> None:
    assert titles.sentence_case(title) == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Memory and sleep in older adults of Berlin", "Memory and sleep in older adults of Berlin"),
        ("Memory and sleep in Berlin: a review", "Memory and sleep in Berlin: A review"),
        ("memory and sleep in young adults of Berlin", "Memory and sleep in young adults of Berlin"),
        ("mRNA vaccines are safe in Europe", "mRNA vaccines are safe in Europe"),
        ("Is it so? yes, it surely seems so", "Is it so? Yes, it surely seems so"),
    ],
)
def test_a_title_in_sentence_case_keeps_its_capitals(title: str, text: str) -> None:
    assert titles.sentence_case(title) == text


def test_a_formula_does_not_count_as_protection_but_a_word_in_braces_does() -> None:
    assert titles.sentence_case(latex.rich(r"Effects of $\alpha$ rhythms on sleep in Berlin")).endswith("Berlin")
    assert titles.sentence_case(latex.rich("Effects of {Stroop} tasks on sleep in Berlin")).endswith("berlin")


def test_a_title_in_capitals_is_lowered_but_for_what_is_protected() -> None:
    text = titles.sentence_case(latex.rich("THE EFFECTS OF SLEEP ON {ADHD}: A REVIEW"))
    assert re.sub("<[^>]*>", "", text) == "The effects of sleep on ADHD: A review"
    assert titles.sentence_case("DSM-IV-TR ADHD") == "DSM-IV-TR ADHD"


def test_tags_stay_where_they_are() -> None:
    assert titles.sentence_case("A <i>Very Long</i> Title <b>Here</b>") == "A <i>very long</i> title <b>here</b>"
    assert (
        titles.sentence_case("H<sub>2</sub>O in Cells: <i>A Review</i>") == "H<sub>2</sub>O in cells: <i>A review</i>"
    )


@pytest.mark.parametrize("title", ["", "日本語の題名", "العربية", "¿Qué es?", "10", "<i></i>", "İstanbul"])
def test_what_has_no_case_or_one_word_stays(title: str) -> None:
    assert titles.sentence_case(title) == title


WORDS = st.sampled_from(
    [
        *(
            "Sleep",
            "the",
            "of",
            "Memory",
            "NASA",
            "A",
            "I",
            "II",
            "Study",
            "1",
            "MEMORY",
            "sleep:",
            "Why?",
            "\u201cQuoted",
        ),
        *("word\u201d", "U.S.", "Face-Voice", "Mr.", "\u2014", "E-Mail", "<i>", "</i>", "https://X.org", "ß", "İx"),
        '<span class="nocase">Bo</span>',
    ]
)


@given(st.lists(WORDS).map(" ".join) | st.text())
def test_sentence_case_of_sentence_case_is_itself(title: str) -> None:
    once = titles.sentence_case(title)
    assert titles.sentence_case(once) == once


@given(st.lists(WORDS).map(" ".join) | st.text())
def test_sentence_case_changes_nothing_but_case(title: str) -> None:
    changed = titles.sentence_case(title)
    assert len(changed) == len(title)
    assert all(after in {before, before.lower(), before.upper()} for before, after in zip(title, changed, strict=True))


@pytest.mark.parametrize(
    ("title", "subtitle", "whole"),
    [
        ("Quiet", "The Power of Introverts", "Quiet: The Power of Introverts"),
        ("What Now?", "A Review", "What Now? A Review"),
        ("<i>What Now?</i>", "A Review", "<i>What Now?</i> A Review"),
        ("He Said \u201cNo!\u201d", "A Review", "He Said \u201cNo!\u201d A Review"),
        ("Sleep:", "A Review", "Sleep: A Review"),
        ("Sleep\u2014", "A Review", "Sleep\u2014A Review"),
        ("Sleep", "", "Sleep"),
        ("", "A Review", "A Review"),
    ],
)
def test_a_subtitle_follows_a_colon_or_the_title_s_own_mark(title: str, subtitle: str, whole: str) -> None:
    assert titles.join(title, subtitle) == whole


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Sleep and Memory: I. Methods and Results", "Sleep and memory: I. Methods and results"),
        ("The Letters of W. B. Yeats", "The letters of W. B. Yeats"),
        ("The Strange Case of Dr. Jekyll", "The strange case of Dr. Jekyll"),
        ("Growing Up in St. Louis", "Growing up in St. Louis"),
    ],
)
def test_a_capital_stays_after_an_initial_a_numeral_or_a_title(title: str, text: str) -> None:
    assert titles.sentence_case(title) == text


@pytest.mark.parametrize(
    ("name", "abbreviation", "printed"),
    [
        ("JOURNAL OF SLEEP AND TALK", "J. Sleep Talk", "Journal of Sleep and Talk"),
        ("IEEE TRANSACTIONS ON TALK", "IEEE Trans. Talk", "IEEE Transactions on Talk"),
        ("XYZ REVIEW", "XYZ Rev.", "XYZ Review"),
        ("REVIEW OF TALK PART B-THEORY OF TALK", "", "Review of Talk Part B-Theory of Talk"),
        ("TALK II", "", "Talk II"),
        ("A JOURNAL OF TALK", "", "A Journal of Talk"),
        ("TALK: THE JOURNAL", "", "Talk: The Journal"),
        ("PLOS ONE", "PLoS One", "PLOS ONE"),
        ("PEERJ", "PeerJ", "PeerJ"),
        ("ELIFE", "eLife", "eLife"),
        ("APPETITE", "Appetite", "Appetite"),
        ("DEUTSCHES \u00c4RZTEBLATT", "", "Deutsches \u00c4rzteblatt"),
        ("J SLEEP TALK", "J SLEEP TALK", "J Sleep Talk"),
        ("JAMA", "", "JAMA"),
        ("PAIN", "", "PAIN"),
        ("Journal of TALK", "", "Journal of TALK"),
        ("", "", ""),
    ],
)
def test_the_name_of_a_periodical_in_capitals_is_put_into_title_case(
    name: str, abbreviation: str, printed: str
) -> None:
    assert titles.periodical(name, abbreviation) == printed


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("AMER PSYCHOLOGICAL ASSOC", "American Psychological Association"),
        ("SPRINGER INTERNATIONAL PUBLISHING AG", "Springer International Publishing AG"),
        ("OXFORD UNIV PRESS", "Oxford University Press"),
        ("Guilford Press", "Guilford Press"),
    ],
)
def test_the_name_of_a_publisher_is_written_as_its_books_have_it(name: str, printed: str) -> None:
    assert titles.publisher(name) == printed


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "The Big Five and Job Performance: a meta-analysis of several studies in three countries",
            "The big five and job performance: A meta-analysis of several studies in three countries",
        ),
        (
            "The \u201cBig Five\u201d and Job Performance: A meta-analysis of the studies that were published",
            "The \u201cbig five\u201d and job performance: A meta-analysis of the studies that were published",
        ),
        (
            "Sleep and memory in older adults who live alone: A Review of Recent Longitudinal Studies",
            "Sleep and memory in older adults who live alone: A review of recent longitudinal studies",
        ),
        (
            "Sleep and memory in older adults who live alone: Lessons From Recent Longitudinal Studies",
            "Sleep and memory in older adults who live alone: Lessons from recent longitudinal studies",
        ),
    ],
)
def test_a_part_in_title_case_is_lowered_in_a_title_that_is_not(title: str, text: str) -> None:
    assert titles.sentence_case(title) == text


@pytest.mark.parametrize(
    "title",
    [
        "Sleep and memory in older adults who live alone: Results from the Berlin Aging Study",
        "Growing up abroad among many other children who often move house: Evidence from Nigeria, Ghana, and Kenya",
        "Memory in Geneva: A review of studies that nobody has ever replicated",
    ],
)
def test_the_names_in_a_part_of_a_title_in_sentence_case_keep_their_capitals(title: str) -> None:
    assert titles.sentence_case(title) == title


def test_the_names_of_those_who_made_a_work_keep_their_capitals_in_its_title() -> None:
    title = "Guide of the World Bird Union and World Bird Atlas"
    assert (
        titles.sentence_case(title, names=["World Bird Union"]) == "Guide of the World Bird Union and world bird atlas"
    )


def test_a_title_whose_words_stay_gets_no_capital_after_its_colon() -> None:
    assert titles.sentence_case("it is so: they knit socks", raises=False) == "it is so: they knit socks"
