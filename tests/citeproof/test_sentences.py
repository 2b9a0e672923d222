"""The sentence around a citation: cut at the ends of sentences, and never at a stop that ends none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import sentences


def around(text: str, cited: str, language: str = "en") -> tuple[str, str]:
    first = text.index(cited)
    last = first + len(cited)
    return sentences.around(text, first, last, sentences.ends(text, [(first, last, cited[0] in "([\uff08")], language))


@pytest.mark.parametrize(
    ("text", "cited", "before", "after"),
    [
        ("First one. It is so (Lee, 2001). Next one.", "(Lee, 2001)", "It is so ", "."),
        ("First! Is it so (Lee, 2001)? Next one.", "(Lee, 2001)", "Is it so ", "?"),
        ("One. As Lee et al. (2001) say, it is. Next.", "Lee et al. (2001)", "As ", " say, it is."),
        ("One. See p. 3 and cf. Berg, vs. Cole (Lee, 2001).", "(Lee, 2001)", "See p. 3 and cf. Berg, vs. Cole ", "."),
        ("One. J. S. Bach and D. Dunn agree (Lee, 2001).", "(Lee, 2001)", "J. S. Bach and D. Dunn agree ", "."),
        ("One. It grew by 3.5 points (Lee, 2001).", "(Lee, 2001)", "It grew by 3.5 points ", "."),
        ("One. “A quotation.” (Lee, 2001) Next one.", "(Lee, 2001)", "“A quotation.” ", ""),
        ("One. “Is it?” she asked (Lee, 2001). Next.", "(Lee, 2001)", "“Is it?” she asked ", "."),
        ("A block quotation, to its end. (Lee, 2001)", "(Lee, 2001)", "A block quotation, to its end. ", ""),
        ("It was seen.[1] The next.", "[1]", "It was seen.", ""),
        ("One. (It is so; Lee, 2001.) Next.", "Lee, 2001", "(It is so; ", ".)"),
        ("Lee (2001) began. Next.", "Lee (2001)", "", " began."),
        ("First.\u2029second, of another paragraph (Lee, 2001).", "(Lee, 2001)", "second, of another paragraph ", "."),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, cited: str, before: str, after: str) -> None:
    assert around(text, cited) == (before, after)


@pytest.mark.parametrize(
    ("text", "cited", "language", "before", "after"),
    [
        ("Eins. Am 3. Mai war es so (Li, 2001). Danach.", "(Li, 2001)", "de-DE", "Am 3. Mai war es so ", "."),
        ("Eins. Das ist z. B. Angst (Li, 2001).", "(Li, 2001)", "de", "Das ist z. B. Angst ", "."),
        ("Uno. ¿Es así (Li, 2001)? Dos.", "(Li, 2001)", "es", "¿Es así ", "?"),
        ("Un. Il dit « oui » (Li, 2001). Deux.", "(Li, 2001)", "fr", "Il dit « oui » ", "."),
        ("一句话。第二句\uff08李\uff0c2001\uff09。第三句。", "\uff08李\uff0c2001\uff09", "zh", "第二句", "。"),
        ("جملة أولى. هل هذا صحيح (علي، 2015)؟ جملة ثالثة.", "(علي، 2015)", "ar", "هل هذا صحيح ", "؟"),
    ],
)
def test_sentences_of_other_languages_end_where_theirs_do(
    text: str, cited: str, language: str, before: str, after: str
) -> None:
    assert around(text, cited, language) == (before, after)


def test_no_sentence_ends_within_a_citation() -> None:
    cited = "(Lee, J. Is It So? Yes. No. And More, 2001)"
    assert around(f"One. It is so {cited}. Next.", cited) == ("It is so ", ".")


def test_a_long_citation_in_a_note_takes_no_longer_to_pass() -> None:
    cited = "(" + "Lee, Ann. A title. " * 400 + ")"
    start = time.perf_counter()
    assert around(f"One. It is so.{cited} next", cited) == ("It is so.", " next")
    assert time.perf_counter() - start < 1


@given(st.text(alphabet="Aa .?!\u2029(\u3002", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_what_is_around_a_citation_stands_around_it_in_the_text(text: str, one: int, other: int) -> None:
    first, last = sorted((min(one, len(text)), min(other, len(text))))
    before, after = sentences.around(text, first, last, sentences.ends(text, [(first, last, False)]))
    assert text[:first].endswith(before)
    assert text[last:].startswith(after)
