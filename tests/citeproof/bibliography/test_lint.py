"""What the linter finds in entries, and what mending a file leaves alone."""

from __future__ import annotations

import json
import textwrap

import pytest

from citeproof import bibliography
from citeproof.bibliography import lint
from citeproof.findings import Place

SOUND = """\
@article{sound,
  author  = {Burin, Dalila and Kilteni, Konstantina},
  title   = {Body Ownership Increases the Interference Between Observed and Executed Movements},
  journal = {PLOS ONE},
  year    = {2019},
  volume  = {14},
  number  = {1},
  eid     = {e0209899},
  doi     = {10.1371/journal.pone.0209899}
}
"""


def found(text: str, suffix: str = ".bib", keys: set[str] | None = None) -> tuple[lint.Proposal, ...]:
    return lint.lint(bibliography.read(f"references{suffix}", suffix, text), keys)


def mended(text: str, suffix: str = ".bib") -> str:
    return lint.apply(text, found(text, suffix))[0]


def entry(kind: str = "article", key: str = "k", **fields: str) -> str:
    given = {
        "author": "Lee, Ann",
        "title": "Memory for faces",
        "journal": "Memory",
        "year": "2020",
        "volume": "3",
        "pages": "1--9",
    } | fields
    inside = "".join(f"  {name} = {{{value}}},\n" for name, value in given.items() if value)
    return f"@{kind}{{{key},\n{inside}}}\n"


def test_a_sound_entry_gives_no_alarm() -> None:
    assert found(SOUND) == ()


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        (entry(volume=""), "a volume"),
        (entry(pages=""), "pages or an article number"),
        (entry(volume="", pages=""), "a volume and pages or an article number"),
        (entry(journal=""), "the journal"),
        (entry(author=""), "an author"),
        (entry(year=""), 'a date (it is printed as "n.d.")'),
        (
            entry("incollection", journal="", volume="", booktitle="Minds", editor="Roe, J.", pages="3--9"),
            "a publisher",
        ),
        (
            entry("incollection", journal="", volume="", booktitle="Minds", publisher="Sage"),
            "the editor of the book",
        ),
        (entry("book", journal="", volume="", pages=""), "a publisher"),
        (entry("phdthesis", journal="", volume="", pages=""), "a university"),
    ],
)
def test_what_apa_needs_for_a_type_and_an_entry_lacks_is_named(text: str, lacks: str) -> None:
    (one,) = found(text)
    assert (one.code, one.key, one.place.line, one.what) == ("E001", "k", 1, f"the entry k lacks {lacks}")


@pytest.mark.parametrize(("state", "year"), [("inpress", ""), ("submitted", "2020")])
def test_a_work_not_yet_out_needs_no_volume(state: str, year: str) -> None:
    assert found(entry(volume="", pages="", year=year, pubstate=state)) == ()


@pytest.mark.parametrize(
    "text",
    [
        entry(journal="Cochrane Database of Systematic Reviews", volume="", pages="", doi="10.1002/14651858.CD000001"),
        entry("book", journal="", volume="", pages="", year="", url="https://example.org/d", urldate="2020-01-02"),
        entry("dataset", journal="", volume="", pages="", titleaddon="Unpublished raw data"),
    ],
)
def test_what_a_kind_of_work_never_has_is_not_asked_for(text: str) -> None:
    assert found(text) == ()


def test_a_work_that_nobody_could_find_is_not_asked_for_more() -> None:
    assert found(entry(volume="", pages="", keywords="unverified")) == ()
    assert [one.code for one in found(entry(volume="", pages="26-33", keywords="unverified"))] == ["E006"]


def test_only_the_works_asked_for_are_judged() -> None:
    text = entry(volume="") + entry(key="other", volume="", title="Another title altogether")
    assert [one.key for one in found(text, keys={"other"})] == ["other"]


def test_a_name_that_no_brace_protects_will_lose_its_capital() -> None:
    text = entry(title="A Likert Scale for Japanese Students of {Freud}")
    (one,) = found(text)
    assert one.code == "E002"
    assert one.what == "the title of k will lose the capital of Likert and Japanese: no braces protect it"
    assert "title = {A {Likert} Scale for {Japanese} Students of {Freud}}" in mended(text)


def test_a_name_in_braces_elsewhere_is_a_name_here_too() -> None:
    text = entry(title="The {Zorgon} Effect in Adults") + entry(
        key="b", title="Replicating the Zorgon Effect in Adults"
    )
    assert [(one.code, one.key) for one in found(text)] == [("E002", "b")]


def test_double_braces_about_a_title_in_title_case_protect_no_name() -> None:
    text = entry(title="{The Effects of Sleep on Memory in German Adults}")
    (one,) = found(text)
    assert one.what == "the title of k will lose the capital of German: no braces protect it"
    assert "title = {The Effects of Sleep on Memory in {German} Adults}" in mended(text)


def test_double_braces_about_a_title_in_sentence_case_are_fine() -> None:
    assert found(entry(title="{The effects of sleep on memory in German adults}")) == ()


def test_a_title_in_another_language_keeps_its_capitals() -> None:
    assert found(entry(title="{Die Wirkung des Schlafs auf das Gedächtnis}", langid="german")) == ()


def test_a_name_in_capitals_is_a_name_in_usual_case() -> None:
    text = entry(author="O'NEIL, Ann and MCDONALD, Joe and WHO and Lee, Bo")
    (one,) = found(text)
    assert (one.code, one.remedy) == ("E003", "write: O'Neil, McDonald")
    assert "author = {O'Neil, Ann and McDonald, Joe and WHO and Lee, Bo}" in mended(text)


@pytest.mark.parametrize("typed", ["Lee, Ann and et al.", "Lee, Ann, et al.", "Lee, Ann et al"])
def test_et_al_among_the_names_becomes_and_others(typed: str) -> None:
    text = entry(author=typed)
    assert [one.code for one in found(text)] == ["E004"]
    assert "author = {Lee, Ann and others}" in mended(text)


@pytest.mark.parametrize(
    "typed",
    [
        "https://doi.org/10.1000/xyz",
        "http://dx.doi.org/10.1000/xyz",
        "doi:10.1000/xyz",
        "https://doi.org/https://doi.org/10.1000/xyz",
        "https://doi-org.proxy.lib.example.edu/10.1000/xyz",
    ],
)
def test_a_doi_is_bare(typed: str) -> None:
    text = entry(doi=typed)
    (one,) = found(text)
    assert (one.code, one.remedy, one.place.line) == ("E005", "write only 10.1000/xyz", 8)
    assert "doi = {10.1000/xyz}" in mended(text)


def test_what_is_no_doi_is_said_to_be_none() -> None:
    (one,) = found(entry(doi="see the web page"))
    assert one.what == "the DOI of k is none: see the web page"


def test_pages_have_two_hyphens() -> None:
    text = entry(pages="26-33")
    assert [(one.code, one.remedy) for one in found(text)] == [("E006", "write 26--33")]
    assert "pages = {26--33}" in mended(text)


def test_an_article_number_is_no_page() -> None:
    (one,) = found(entry(pages="e0209899"))
    assert (one.code, one.what) == ("E007", "the pages of k are an article number: e0209899")


def test_one_work_under_two_keys_is_found_by_its_doi() -> None:
    text = entry(doi="10.1000/Xyz") + entry(key="again", title="Memory for faces: A study", doi="10.1000/xyz")
    (one,) = found(text)
    assert (one.code, one.what) == ("E008", "again is the same work as k, which stands at references.bib:1:1")


def test_one_work_under_two_keys_is_found_by_title_year_and_author() -> None:
    text = entry() + entry(key="again", title="{Memory} for Faces", author="Lée, A.")
    assert [one.code for one in found(text)] == ["E008"]
    assert found(entry() + entry(key="b", title="Memory for faces", year="2021")) == ()


def test_damaged_letters_are_mended_where_it_can_be_told() -> None:
    text = entry(author="GÃ³mez, Ana")
    assert [(one.code, one.remedy) for one in found(text)] == [("E009", "write Gómez, Ana")]
    assert "author = {Gómez, Ana}" in mended(text)


def test_letters_of_a_field_that_no_reference_has_are_passed_over() -> None:
    exported = {"references": "G\ufffdmez (2008)", "affiliation": "G\ufffdttingen", "author_keywords": "G\ufffdze"}
    assert found(entry(**exported)) == ()


def test_the_article_number_of_an_export_of_scopus_or_acm_is_one() -> None:
    assert [one.code for one in found(entry(pages=""))] == ["E001"]
    for name in ("art_number", "articleno"):
        assert found(entry(pages="", **{name: "2327660"})) == ()


def test_letters_that_are_gone_are_to_be_typed_anew() -> None:
    (one,) = found(entry(author="G\ufffdmez, Ana"))
    assert (one.code, one.remedy, one.edits) == ("E009", "type them anew", ())


def test_a_particle_behind_the_given_name_goes_before_the_family_name() -> None:
    text = entry(author="Vries, S. A. de and Lee, Ann")
    assert [(one.code, one.remedy) for one in found(text)] == [("E010", "write: de Vries, S. A.")]
    assert "author = {de Vries, S. A. and Lee, Ann}" in mended(text)


def test_a_title_in_title_case_in_csl_json_is_told_and_not_changed_unseen() -> None:
    item = {
        "id": "k",
        "type": "article-journal",
        "title": "The Effects of Sleep on Memory in German Adults",
        "author": [{"family": "Lee", "given": "Ann"}],
        "container-title": "Sleep",
        "volume": "3",
        "page": "1-9",
        "issued": {"date-parts": [[2020]]},
    }
    text = json.dumps([item], indent=2)
    (one,) = found(text, ".json")
    assert (one.code, one.sure) == ("E002", False)
    assert json.loads(mended(text, ".json"))[0]["title"] == "The effects of sleep on memory in German adults"


def test_a_german_title_that_names_no_language_keeps_its_capitals() -> None:
    item = {"id": "k", "type": "book", "title": "Die Wirkung des Schlafs auf das Lernen", "publisher": "P"}
    item |= {"author": [{"family": "Lee", "given": "A."}], "issued": {"date-parts": [[2020]]}}
    assert found(json.dumps([item]), ".json") == ()
    assert [one.code for one in found(json.dumps([item | {"language": "en"}]), ".json")] == ["E002"]


def test_mending_keeps_comments_order_layout_and_quotation_marks() -> None:
    text = textwrap.dedent(
        """\
        % my references
        @comment{jabref-meta: grouping}

        @Article{b ,
            author="Lee, Ann", title   =  "Memory for faces",
          journal={Memory},year=2020,volume=3,
          pages = "26-33", DOI = "https://doi.org/10.1000/xyz",
        }
        and a line between
        """
    )
    expected = text.replace("26-33", "26--33").replace("https://doi.org/", "")
    assert mended(text) == expected


def codes(text: str) -> list[str]:
    return [one.code for one in found(text)]


@pytest.mark.parametrize(
    "author",
    [
        "American Psychiatric Association",
        "National Institute of Mental Health",
        "World Health Organization",
        "Department of Health",
    ],
)
def test_a_group_typed_as_a_person_is_put_in_braces(author: str) -> None:
    text = entry(author=f"{author} and Lee, Ann")
    assert codes(text) == ["E011"]
    assert f"author = {{{{{author}}} and Lee, Ann}}" in mended(text)
    assert codes(mended(text)) == []


@pytest.mark.parametrize(
    "author", ["{World Health Organization}", "Mary Ann Lee", "Ursula von der Leyen", "Center, David"]
)
def test_a_person_is_no_group(author: str) -> None:
    assert codes(entry(author=author)) == []


def test_braces_that_an_export_sets_around_each_word_teach_no_names() -> None:
    title = "The {Language} of {Mental} {Health} {Research}: {A} {Review}"
    exported = entry(key="lee_language_2020", title=title)
    assert codes(exported + entry(key="l", title="Mental Health Research Today", year="2019")) == []


def test_a_work_is_judged_once_by_whatever_key_it_is_cited() -> None:
    text = entry(ids="old, older", journal="")
    for keys in (None, {"old"}, {"k", "old"}):
        (lack,) = found(text, keys=keys)
        assert (lack.code, lack.key) == ("E001", "k")


def test_no_title_is_asked_of_a_letter() -> None:
    assert codes(entry("letter", title="", journal="", volume="", pages="")) == []


def test_a_name_that_braces_teach_is_not_put_in_braces_unseen() -> None:
    one, other = (
        entry(title="Effects of {Prozac} on mice"),
        entry(key="l", title="Prozac and the Life of Mice in Prozac Times"),
    )
    (told,) = found(one + other)
    assert (told.code, told.sure) == ("E002", False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"edition": "1"}, {"edition": "2"}),
        ({"pages": "1--9"}, {"pages": "10--19"}),
        ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}),
        ({"title": "Sleep and memory: Part I"}, {"title": "Sleep and memory: Part II"}),
        ({"title": "Correction to: Sleep and memory"}, {"title": "Sleep and memory"}),
    ],
)
def test_parts_editions_and_corrections_are_works_of_their_own(first: dict[str, str], second: dict[str, str]) -> None:
    assert codes(entry(**first) + entry(key="l", **second)) == []


def test_an_entry_that_only_says_less_is_the_same_work() -> None:
    assert "E008" in codes(entry() + entry(key="l", volume="", pages=""))


def test_an_issue_without_a_volume_is_enough() -> None:
    assert codes(entry(volume="", number="4")) == []


BY_NAME = "it is printed by its name"
BRACES = "only what stands in its braces is printed"


@pytest.mark.parametrize(
    ("value", "place", "printed"),
    [
        (r"Memory \foo for faces", "2:19", BY_NAME),
        (r"Memory \foo{for} faces", "2:19", BRACES),
        ("Memory\n    for \\foo faces", "3:9", BY_NAME),
        (r"Memory $\foo$ for faces", "2:20", BY_NAME),
    ],
)
def test_a_command_that_is_not_known_is_told_with_its_place(value: str, place: str, printed: str) -> None:
    text = f"@article{{k,\n  title = {{{value}}},\n  author = {{Lee, Ann}},\n  journal = {{Memory}},\n  year = 2020,\n"
    told = found(text + "  volume = 3,\n  pages = {1--9}\n}\n")
    assert [(one.code, str(one.place), one.what, one.remedy) for one in told if one.code == "E012"] == [
        (
            "E012",
            f"references.bib:{place}",
            f"the field title of k holds \\foo, a command that is not known: {printed}",
            "write the character or the words that it stands for",
        )
    ]


@pytest.mark.parametrize(
    "value",
    [
        r"{\"U}ber \emph{m}emory \& \v{C}apek \textgreek{a} $\alpha_{\text{x}}$ \LaTeX \o \ss",
        r"Memory \textcolor{red}{for} faces",
        r"Memory for \mbox{faces} \url{https://example.org/\foo}",
    ],
)
def test_commands_that_are_known_are_no_fault(value: str) -> None:
    assert "E012" not in codes(entry(title=value))


def test_a_command_in_an_abstract_or_an_entry_that_is_not_cited_is_no_fault() -> None:
    assert codes(entry(abstract=r"\foo")) == []
    assert found(entry(title=r"Memory \foo for faces"), keys=set()) == ()


def test_of_two_edits_of_one_piece_the_first_is_made() -> None:
    def proposal(key: str, start: int, end: int) -> lint.Proposal:
        return lint.Proposal("E001", key, Place("p", 1, 1), "", "", (lint.Edit(start, end, f"<{key}>"),))

    proposals = [("d", 8, 9), ("a", 2, 6), ("b", 0, 3), ("c", 6, 8), ("e", 3, 4), ("f", 0, 2), ("g", 5, 12)]
    made, used = lint.apply("0123456789", tuple(proposal(*one) for one in proposals))
    assert made == "<f><a><c><d>9"
    assert [one.key for one in used] == ["d", "a", "c", "f"]
