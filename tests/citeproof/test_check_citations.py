"""Following each citation to its entry: keys that look right, typed citations, lost brackets, entries never cited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from citeproof import styles
from citeproof.project import FORMATS, Project
from citeproof.stages import check as checking
from citeproof.stages import read as reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIBRARY = r"""
@book{smith2020, author = {Smith, Ann}, title = {One thing}, publisher = {Press}, date = {2020}}
@book{lee2019, author = {Lee, Kim and Brown, Al}, title = {Two things}, publisher = {Press}, date = {2019}}
@book{garcia2018, author = {Garc{\'i}a, Ana and Ochs, Bo and Dorn, Cy}, title = {Three},
  publisher = {Press}, date = {2018}}
@book{apa2020, author = {{American Psychological Association}}, title = {Four}, publisher = {Press}, date = {2020},
  shortauthor = {APA}}
@book{cdc2017, author = {{Centers for Disease Control and Prevention}}, title = {Five}, publisher = {P}, date = {2017}}
@book{berg2001one, author = {van den Berg, Bo}, title = {Six}, publisher = {Press}, date = {2001}}
@book{berg2001two, author = {van den Berg, Bo}, title = {Seven}, publisher = {Press}, date = {2001}}
@book{undated, author = {Ohl, Uma}, title = {Eight}, publisher = {Press}}
@book{soon, author = {Fass, Pat}, title = {Nine}, publisher = {Press}, pubstate = {inpress}}
@book{freud1953, author = {Freud, Sigmund}, title = {Ten}, publisher = {Press}, date = {1953}, origdate = {1900}}
@book{edited2011, editor = {Kern, Eva}, title = {Eleven}, publisher = {Press}, date = {2011}}
"""


def told(path: Path, *codes: str, **options: Any) -> list[str]:
    """Give what is found; with codes, only what has one of them."""
    project = Project(path, path.parent / "dist", FORMATS)
    found = checking.check(reading.read(project), FORMATS, **options)
    return [str(finding) for finding in found if not codes or finding.code in codes]


@pytest.fixture
def judged(paper: Callable[..., Path]) -> Callable[..., list[str]]:
    """Write a paper with the library above, and give what its citations are told."""

    def judge(text: str | bytes, **options: Any) -> list[str]:
        path = paper(text, **{"bibliography": LIBRARY, **options})
        return told(path, "C001", "C007", "C008", "C009", "C010", "C013")

    return judge


# --- keys that only look like one -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("\u0455mith2020", "The key here has a Cyrillic letter that looks like s"),
        ("smith2\u03bf2\u03bf", "The key here has a Greek letter that looks like o"),
        ("\uff53mith2020", "The key here has a full-width s"),
        ("smi\u200bth2020", "The key here has an invisible character (U+200B)"),
        ("smith\u00ad2020", "The key here has an invisible character (U+00AD)"),
    ],
)
def test_a_key_with_a_character_that_looks_like_another_is_told_which(
    judged: Callable[..., list[str]], key: str, why: str
) -> None:
    meant = "smith2o2o" if "\u03bf" in key else "smith2020"
    library = LIBRARY.replace("smith2020", meant)
    (found,) = judged(f"As @{key} says.", bibliography=library)
    assert found.startswith("paper.md:7:4: error C001: @")
    assert found.endswith(f" is cited but is not in references.bib\n    did you mean @{meant}? {why}")


@pytest.mark.parametrize(
    ("typed", "known", "why"),
    [
        ("stei\ufb01g", "steifig", "The key here has a ligature of fi"),
        ("lee\u20112019", "lee-2019", "The key here has a hyphen of another kind (U+2011)"),
        ("lee-2019", "lee\u20132019", "The key in the bibliography has a hyphen of another kind (U+2013)"),
        ("mu\u0308ller2020", "m\u00fcller2020", "In one of the two an accent is a character of its own"),
    ],
)
def test_a_ligature_a_hyphen_and_an_accent_of_its_own_are_seen_too(
    judged: Callable[..., list[str]], typed: str, known: str, why: str
) -> None:
    held = f"@book{{{known}, author = {{Ames, Ann}}, title = {{One}}, publisher = {{P}}, date = {{2001}}}}\n"
    (found,) = judged(f"As [@{typed}] says.", bibliography=held)
    assert found.startswith("paper.md:7:5: error C001: @")
    assert f"\n    did you mean @{known}? " in found
    assert why in found


def test_a_key_of_other_letters_is_no_look_alike(judged: Callable[..., list[str]]) -> None:
    assert judged("As @sm\u00efth2020 says.") == [
        "paper.md:7:4: error C001: @sm\u00efth2020 is cited but is not in references.bib\n    did you mean @smith2020?",
    ]


# --- citations typed by hand ------------------------------------------------------------------------------------------

BY_HAND = "is typed by hand: nothing leads from it to its entry"


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("(Smith, 2020)", "[@smith2020]"),
        ("(Smith, 2020a)", "[@smith2020]"),
        ("(Smith 2020)", "[@smith2020]"),
        ("(Ann Smith, 2020)", "[@smith2020]"),
        ("(A. Smith, 2020)", "[@smith2020]"),
        ("(Smith, A., 2020)", "[@smith2020]"),
        ("[Smith, 2020]", "[@smith2020]"),
        ("(Smith, 2020, p. 3)", "[@smith2020, p. 3]"),
        ("(Smith, 2020: 34)", "[@smith2020, 34]"),
        ("(Lee & Brown, 2019)", "[@lee2019]"),
        ("(Lee and Brown, 2019)", "[@lee2019]"),
        ("(Lee & Brown, 2019, p. 3; Garc\u00eda et al., 2018)", "[@lee2019, p. 3; @garcia2018]"),
        ("(Garcia et al., 2018)", "[@garcia2018]"),
        ("(Garc\u00eda, Ochs, & Dorn, 2018)", "[@garcia2018]"),
        ("(see also Lee & Brown, 2019, for more)", "[see also @lee2019, for more]"),
        ("(cf. Smith, 2020)", "[cf. @smith2020]"),
        ("(American Psychological Association [APA], 2020)", "[@apa2020]"),
        ("(APA, 2020)", "[@apa2020]"),
        ("(Centers for Disease Control and Prevention, 2017)", "[@cdc2017]"),
        ("(van den Berg, 2001)", "[@berg2001one] or [@berg2001two], whichever is meant"),
        ("(Ohl, n.d.)", "[@undated]"),
        ("(Fass, in press)", "[@soon]"),
        ("(Freud, 1900/1953)", "[@freud1953]"),
        ("(Kern, 2011)", "[@edited2011]"),
        ("(Lee, 2019)", "[@lee2019]"),
        ("(Smith et al., 2020)", "[@smith2020]"),
        ("Smith (2020)", "@smith2020"),
        ("Lee (2019)", "@lee2019"),
        ("Lee and Brown (2019)", "@lee2019"),
        ("Lee and Brown's (2019)", "@lee2019's"),
        ("Garcia et al. (2018)", "@garcia2018"),
        ("Garcia, Ochs, and Dorn (2018)", "@garcia2018"),
        ("Smith (2020, p. 4)", "@smith2020 [p. 4]"),
        ("Smith (2020, 2023)", "@smith2020, and cite the works of the other years by key, too"),
        ("American Psychological Association (2020)", "@apa2020"),
        ("van den Berg (2001b)", "@berg2001one or @berg2001two, whichever is meant"),
    ],
)
def test_a_citation_typed_by_hand_of_a_work_at_hand_is_an_error_with_what_to_write(
    judged: Callable[..., list[str]], typed: str, due: str
) -> None:
    assert judged(f"It holds {typed} as ever.") == [
        f"paper.md:7:10: error C007: “{typed}” {BY_HAND}\n    write {due}",
    ]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("(Lee \\& Brown, 2019)", "(Lee \\& Brown, 2019)"),
        ("(Lee &amp; Brown, 2019)", "(Lee &amp; Brown, 2019)"),
        ("(Garcia *et al.*, 2018)", "(Garcia *et al.*, 2018)"),
        ("(Smith,\u00a02020)", "(Smith, 2020)"),
        ("(Smith,\n2020)", "(Smith, 2020)"),
        ("Lee and\nBrown (2019)", "Lee and Brown (2019)"),
    ],
)
def test_a_typed_citation_is_seen_however_markdown_has_it(
    judged: Callable[..., list[str]], typed: str, shown: str
) -> None:
    (found,) = judged(f"It holds {typed} as ever.")
    assert found.startswith(f"paper.md:7:10: error C007: “{shown}” {BY_HAND}\n")


def test_of_several_in_one_pair_of_parentheses_each_is_told_where_not_all_are_at_hand(
    judged: Callable[..., list[str]],
) -> None:
    assert judged("It holds (Smith, 2020; our own data; see @lee2019).") == [
        f"paper.md:7:11: error C007: “Smith, 2020” {BY_HAND}\n    write @smith2020 in place of “Smith, 2020”",
    ]


def test_words_before_a_name_are_none_of_it(judged: Callable[..., list[str]]) -> None:
    assert [line.partition(" error")[0] for line in judged("In Smith (2020). However, Lee and Brown (2019).")] == [
        "paper.md:7:4:",
        "paper.md:7:27:",
    ]


def test_a_second_year_is_a_work_of_its_own(judged: Callable[..., list[str]]) -> None:
    assert judged("@lee2019 and (Smith, 2015, 2020).") == [
        (
            "paper.md:7:15: warning C008: no entry of the bibliography is by Smith and of 2015: “Smith, 2015, 2020”\n"
            "    add the entry and cite its key; if this is no citation, let it be"
        ),
        f"paper.md:7:28: error C007: “2020” {BY_HAND}\n    write @smith2020 in place of “2020”",
    ]


@pytest.mark.parametrize(
    ("text", "place", "due"),
    [
        ("> They say (Smith, 2020) so.\n", "7:12", "[@smith2020]"),
        ("> | They say\n> | (Smith, 2020) so.\n", "8:5", "[@smith2020]"),
        ('They said "words (Smith, 2020) here" once.', "7:18", "[@smith2020]"),
        ("(Smith, 2020, as cited in Lee & Brown, 2019)", "7:1", "[@smith2020, as cited in @lee2019]"),
        ("(Wolff, 1982, as cited in Smith, 2020)", "7:27", "@smith2020 in place of “Smith, 2020”"),
    ],
)
def test_in_quoted_words_and_as_cited_in_another_work_it_is_a_warning(
    judged: Callable[..., list[str]], text: str, place: str, due: str
) -> None:
    (found,) = judged(text)
    assert found.startswith(f"paper.md:{place}: warning C007: “")
    assert found.endswith(f"\n    write {due}")


@pytest.mark.parametrize(
    "text",
    [
        "`(Smith, 2020)` and ``Smith (2020)``",
        "```\n(Smith, 2020)\n```",
        "Text.\n\n    (Smith, 2020)\n",
        "<https://x.org/(Smith,2020)> and https://x.org/Smith_(2020) and [a](https://x.org/Smith(2020))",
        "$x (Smith, 2020)$ and $$(Smith, 2020)$$",
        "<!-- (Smith, 2020) -->",
        '`(Smith, 2020)`{=html} and <span title="(Smith, 2020)">words</span>',
        "# What Smith (2020) Said\n\nText.",
        "Title of Smith (2020)\n=====\n\nText.",
        "[see @lee2019, who follow Smith, 2020]",
        "[words]{.x note='(Smith, 2020)'}",
        "Smith, A. (2020). *One thing*. Press.",
        "Smith, Ochs, and Lee (2020) and (Smith & Ochs, 2020) and (Smithers, 2020) and (smith, 2020)",
        "Smith (2021) and (Smith, 2020\u20132024) and (Smith, 12020) and (20 Smith, 20200)",
        "Smith [-@smith2020] and (Smith, [-@smith2020]) and Smith's work (@smith2020)",
        "In 2020 Smith said so (see above).",
    ],
)
def test_what_only_looks_like_a_typed_citation_of_a_work_at_hand_is_none(
    judged: Callable[..., list[str]], text: str
) -> None:
    assert [line for line in judged(text) if "C007" in line] == []


def test_works_of_the_front_matter_and_of_other_formats_are_at_hand_too(paper: Callable[..., Path]) -> None:
    front = (
        "---\ntitle: T\nauthor: D\nreferences:\n- id: own\n  type: book\n  title: One\n  author:\n"
        "  - family: Ames\n    given: Ann\n  issued: 2001\n---\n\n"
    )
    assert told(paper("It holds (Ames, 2001).", front=front, bibliography=""), "C007") == [
        f"paper.md:14:10: error C007: “(Ames, 2001)” {BY_HAND}\n    write [@own]",
    ]
    path = paper("It holds (Ames, 2001).", front="---\ntitle: T\nauthor: D\nbibliography: b.json\n---\n")
    (path.parent / "b.json").write_text(
        '[{"id": "ames", "type": "book", "title": "One", "author": [{"family": "Ames", "given": "A."}],'
        ' "issued": {"date-parts": [[2001]]}}]'
    )
    assert told(path, "C007") == [f"paper.md:6:10: error C007: “(Ames, 2001)” {BY_HAND}\n    write [@ames]"]


def test_a_typed_citation_is_found_in_a_library_of_which_only_a_part_is_read(paper: Callable[..., Path]) -> None:
    filler = "".join(
        f"@book{{filler{n}, author = {{Filler, F.}}, title = {{{'word ' * 60}}}, publisher = {{P}}, date = {{1999}}}}\n"
        for n in range(3200)
    )
    said = "As @lee2019 says (Smith, 2020), (Nobody, 2020) and (M\u00fcller, 2020) [berg2001one]"
    said = f"{said}, @ garcia2018, @[cdc2017]."
    path = paper(said, bibliography=LIBRARY + filler)
    assert path.with_name("references.bib").stat().st_size > 1_000_000
    assert [line.partition("\n")[0] for line in told(path, "C007", "C008", "C009", "C011")] == [
        f"paper.md:7:18: error C007: “(Smith, 2020)” {BY_HAND}",
        "paper.md:7:34: warning C008: no entry of the bibliography is by Nobody and of 2020: “Nobody, 2020”",
        "paper.md:7:67: error C009: berg2001one stands in brackets without an @, and is printed as it is",
        "paper.md:7:82: error C009: between @ and garcia2018 stands a space, and pandoc reads no citation there",
        "paper.md:7:96: error C009: between @ and cdc2017 stands a bracket, and pandoc reads no citation there",
    ]


# --- typed citations of works that are not there ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("Jones & Miller, 2015", "Jones and Miller and of 2015"),
        ("Jones and Miller, 2015", "Jones and Miller and of 2015"),
        ("Jones et al., 2015", "Jones et al. and of 2015"),
        ("Jones, 2015, p. 3", "Jones and of 2015"),
        ("Jones, 2015", "Jones and of 2015"),
        ("van der Horn, 2015", "van der Horn and of 2015"),
        ("O'Neil & McCrae, 2015a", "O'Neil and McCrae and of 2015"),
        ("Jones, n.d.", "Jones and without a year"),
        ("Jones, in press", "Jones and in press"),
        ("Smith, 2019", "Smith and of 2019"),
    ],
)
def test_a_typed_citation_that_no_entry_matches_is_a_warning(
    judged: Callable[..., list[str]], typed: str, who: str
) -> None:
    assert judged(f"As @lee2019 says ({typed}).") == [
        (
            f"paper.md:7:19: warning C008: no entry of the bibliography is by {who}: “{typed}”\n"
            "    add the entry and cite its key; if this is no citation, let it be"
        ),
    ]


def test_a_work_of_the_same_first_author_and_year_is_offered(judged: Callable[..., list[str]]) -> None:
    assert judged("As @smith2020 says (Lee & Miller, 2019).") == [
        (
            "paper.md:7:21: warning C008: no entry of the bibliography is by Lee and Miller and of 2019: "
            "“Lee & Miller, 2019”\n"
            "    did you mean @lee2019 (Lee & Brown)?"
        ),
    ]


@pytest.mark.parametrize(
    "inside",
    [
        *("Paris, 2019", "Vienna, 2019; Berlin, 2020", "New York, 2019", "Trinidad and Tobago, 2019", "Germany, 2018"),
        *("March, 2020", "Monday, 2020", "Spring, 2019", "M\u00e4rz, 2020", "Study 2, 2020", "Version 3, 2019"),
        *("Experiment 2, 2019", "Table 2, 2019", "Wave, 2019", "Cohort, 2012", "SPSS, 2019", "WHO, 2020"),
        *("World Health Organization, 2020", "Supreme Court, 2012", "Data Protection Act, 2018", "Brexit, 2016"),
        *(
            "*Inception*, 2010",
            "_Guernica_, 1937",
            "Roe v. Wade, 1973",
            "Jones, 2015\u20132018",
            "Jones 2015",
            "N = 20, 2019",
        ),
        *("born in Ulm, 1879", "Oxford, 1998, Hall 3", "PsychoPy, 2019", "MathWorks, 2019", "n.d.", "in press", "2019"),
        *(
            "Jones, 15",
            "Jones, 1215",
            "Jones, 2150",
            "R Core Team, 2020",
            "Nature, 2020",
            "Netflix, 2019",
            "Jones (2015)",
        ),
    ],
)
def test_places_dates_parts_and_things_before_a_year_are_no_citations(
    judged: Callable[..., list[str]], inside: str
) -> None:
    assert judged(f"As @lee2019 says ({inside}).") == []


@pytest.mark.parametrize(
    "text",
    [
        "> As @lee2019 says (Jones & Miller, 2015).",
        'They "said it (Jones & Miller, 2015)" like @lee2019.',
        "@lee2019 (Jones & Miller, 2015, as cited in Miller, 2016)",
        "# Of (Jones & Miller, 2015)\n\n@lee2019",
        "(Jones & Miller, 2015) in a paper that cites nothing by key",
    ],
)
def test_a_work_that_somebody_else_cites_may_be_unknown(judged: Callable[..., list[str]], text: str) -> None:
    assert [line for line in judged(text) if "C008" in line] == []


# --- citations that pandoc does not see -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "what", "due"),
    [
        (
            "A [@smith2020; @lee2019 says so.",
            "7:3",
            "no ] closes the bracket before @smith2020, which is printed in the sentence",
            "close it behind the citation: [@smith2020]",
        ),
        (
            "A [see also @smith2020 says so. Again [@lee2019].",
            "7:3",
            "no ] closes the bracket before @smith2020, which is printed in the sentence",
            "close it behind the citation: [@smith2020]",
        ),
        (
            "A @smith2020, p. 3] says so.",
            "7:3",
            "no [ opens the bracket behind @smith2020, which is printed in the sentence",
            "open it before the citation: [@smith2020]",
        ),
        (
            "A [@smith2020; lee2019] says so.",
            "7:16",
            "lee2019 stands in the sentence without an @, and is printed as it is",
            "write @lee2019, or [@lee2019] in parentheses",
        ),
        (
            "A [@smith2020; undated] says so.",
            "7:3",
            "pandoc reads no citation in the brackets around @smith2020, which is printed in the sentence",
            "between two semicolons there must be a key with an @ before it: [@one; see @two, p. 3]",
        ),
        (
            "A [@smith2020; ] says so.",
            "7:3",
            "pandoc reads no citation in the brackets around @smith2020, which is printed in the sentence",
            "between two semicolons there must be a key with an @ before it: [@one; see @two, p. 3]",
        ),
        (
            "A (@smith2020 says so. (More).",
            "7:3",
            "no ) closes the parenthesis before @smith2020, which is printed in the sentence",
            "write [@smith2020]: the parentheses come by themselves",
        ),
        (
            "A, see@smith2020, says so.",
            "7:7",
            "@smith2020 stands directly behind a word, and pandoc reads no citation there",
            "put a space between: see @smith2020",
        ),
        (
            "A @ smith2020 says so.",
            "7:3",
            "between @ and smith2020 stands a space, and pandoc reads no citation there",
            "write [@smith2020], or @smith2020 in the sentence",
        ),
        (
            "A @[smith2020] says so.",
            "7:3",
            "between @ and smith2020 stands a bracket, and pandoc reads no citation there",
            "write [@smith2020], or @smith2020 in the sentence",
        ),
        (
            "A @\u200bsmith2020 says so.",
            "7:3",
            "between @ and smith2020 stands an invisible character, and pandoc reads no citation there",
            "write [@smith2020], or @smith2020 in the sentence",
        ),
        (
            "A \uff20smith2020 says so.",
            "7:3",
            "the \uff20 before smith2020 is no @ but a character that looks like it",
            "write [@smith2020], or @smith2020 in the sentence",
        ),
        (
            "A [smith2020] says so.",
            "7:3",
            "smith2020 stands in brackets without an @, and is printed as it is",
            "write [@smith2020]",
        ),
        (
            "A [see smith2020, p. 3] says so.",
            "7:3",
            "smith2020 stands in brackets without an @, and is printed as it is",
            "write [@smith2020]",
        ),
        (
            "A smith2020 says so.",
            "7:3",
            "smith2020 stands in the sentence without an @, and is printed as it is",
            "write @smith2020, or [@smith2020] in parentheses",
        ),
        (
            "A smith2020's claim (lee2019x) is so.",
            "7:3",
            "smith2020 stands in the sentence without an @, and is printed as it is",
            "write @smith2020, or [@smith2020] in parentheses",
        ),
        (
            "A [smith2020, as cited in @lee2019] says so.",
            "7:4",
            "smith2020 stands in the sentence without an @, and is printed as it is",
            "write @smith2020, or [@smith2020] in parentheses",
        ),
        (
            "A [@lee2019, as cited in smith2020] says so.",
            "7:26",
            "smith2020 stands in the sentence without an @, and is printed as it is",
            "write @smith2020, or [@smith2020] in parentheses",
        ),
        (
            "A Smith -@smith2020] says so.",
            "7:10",
            "no [ opens the bracket behind @smith2020, which is printed in the sentence",
            "open it before the citation: [@smith2020]",
        ),
        (
            "A Smith [-@smith2020 says so.",
            "7:9",
            "no ] closes the bracket before @smith2020, which is printed in the sentence",
            "close it behind the citation: [@smith2020]",
        ),
        (
            "A [@smith2020, @lee2019] says so.",
            "7:16",
            "no semicolon stands between @smith2020 and @lee2019: pandoc takes the second for words behind the first",
            "write [@smith2020; @lee2019]",
        ),
        (
            "A [@smith2020 -@lee2019] says so.",
            "7:16",
            "no semicolon stands between @smith2020 and @lee2019: pandoc takes the second for words behind the first",
            "write [@smith2020; @lee2019]",
        ),
        (
            "A [@smith2020][@lee2019] says so.",
            "7:3",
            "pandoc reads no citation in the brackets around @smith2020, which is printed in the sentence",
            "between two semicolons there must be a key with an @ before it: [@one; see @two, p. 3]",
        ),
    ],
)
def test_a_citation_that_pandoc_does_not_see_as_it_is_meant_is_an_error(
    judged: Callable[..., list[str]], text: str, place: str, what: str, due: str
) -> None:
    assert judged(text) == [f"paper.md:{place}: error C009: {what}\n    {due}"]


@pytest.mark.parametrize(
    "text",
    [
        "foo@smith2020.org, me@example.org, <me@smith2020>, https://osf.io/@smith2020 and mailto:a@smith2020",
        "`see@smith2020` and ``[smith2020]`` and $a@smith2020$",
        "Text.\n\n    see@smith2020\n    [smith2020]\n",
        "\\@smith2020 and \\[@smith2020\\] and \\[smith2020\\]",
        "[smith2020](https://x.org) and [smith2020]{.x} and ![smith2020](data:image/gif;base64,AA)",
        "[smith2020]\n\n[smith2020]: https://x.org",
        "in [0, 1) as @smith2020 says\n\nin (0, 1] as @lee2019 says, (0, 1], too",
        "[@smith2020, as cited in @lee2019] and [@smith2020; @lee2019] and [see @smith2020 [p. 3]]",
        "(see @smith2020 for more; not @lee2019) and (@smith2020)",
        "[e.g., words; @smith2020] and [@smith2020; italics added] and [see Table 3 of @smith2020 and @lee2019]",
        "- [ ] @smith2020\n- [x] @lee2019",
        "^[A note on @smith2020] and [a span of @lee2019]{.x}",
        "[@smith2020]{.author-only} and @smith2020 [p. 3; see @lee2019]",
        "@smith2020 [sic] and [sic] @lee2019 and [undated]",
        "the \uff20-mark, @ the shop, and @ home, root@home and [home], @home",
        "[1], [2, 3] and [0, 1], @1",
        "smith2020.csv, data/smith2020, #smith2020, my_smith2020, smith2020/a, smith2020=1, `smith2020`, smith2020x",
        "@smith2020, x in ]0, 1[, and Smith [-@smith2020], too",
    ],
)
def test_addresses_code_and_brackets_that_are_meant_raise_no_alarm(judged: Callable[..., list[str]], text: str) -> None:
    held = LIBRARY + LIBRARY.replace("{soon,", "{home,").replace("{lee2019,", "{1,").replace("{smith2020,", "{0,")
    assert [line for line in judged(text, bibliography=held) if "C009" in line] == []


@pytest.mark.parametrize(
    "text", ["(Smith, 2020). [@smith2020]", "Smith (2020) [see @smith2020]", "(Smith, 2020) @smith2020"]
)
def test_a_typed_citation_with_its_key_behind_it_is_printed_twice(judged: Callable[..., list[str]], text: str) -> None:
    (found,) = judged(f"It holds {text}.")
    assert found.startswith("paper.md:7:10: warning C007: “")
    assert found.endswith("” is typed by hand, and @smith2020 behind it prints the same\n    take out what is typed")


def test_names_and_numbers_stand_side_by_side_in_a_style_with_numbers(paper: Callable[..., Path]) -> None:
    path = paper("As Smith (2020) says [@smith2020]. (Lee & Brown, 2019) does not.", bibliography=LIBRARY)
    found = told(path, "C007", style=styles.find("ieee", path.parent))
    assert [line.partition("\n")[0] for line in found] == [
        f"paper.md:7:36: error C007: “(Lee & Brown, 2019)” {BY_HAND}"
    ]
    assert [" ".join(line.split()[:3]) for line in told(path, "C007")] == [
        "paper.md:7:4: error C007:",
        "paper.md:7:36: error C007:",
    ]


def test_a_key_that_is_a_word_is_seen_where_it_cannot_be_one(judged: Callable[..., list[str]]) -> None:
    found = judged("As @soon says, see@soon and [@ soon]. At home@soon and @ soon and [soon].")
    assert [line.partition(": ")[0] for line in found] == ["paper.md:7:19", "paper.md:7:30"]


def test_a_month_that_is_a_name_too_is_a_warning(judged: Callable[..., list[str]]) -> None:
    held = "@book{may2020, author = {May, Rollo}, title = {One}, publisher = {Press}, date = {2020}}\n"
    assert judged("It began (May, 2020).", bibliography=held) == [
        f"paper.md:7:10: warning C007: “(May, 2020)” {BY_HAND}\n    write [@may2020]",
    ]


def test_a_command_of_latex_is_told_once_as_what_it_is(paper: Callable[..., Path]) -> None:
    found = told(paper("A \\citep{smith2020} says so.", bibliography=LIBRARY))
    assert [line.partition(":")[2].split(":")[2] for line in found] == [" error L001"]


# --- citations that are merged, places that are lost ------------------------------------------------------------------


def test_two_citations_that_become_one_are_a_warning_with_what_is_printed(judged: Callable[..., list[str]]) -> None:
    assert judged("As @smith2020 [@lee2019] says.") == [
        (
            "paper.md:7:4: warning C010: @smith2020 [@lee2019] is printed as one citation: "
            "Smith (2020; Lee & Brown, 2019)\n"
            "    for all of them in parentheses write [@smith2020; @lee2019]; "
            "for two citations put words between them, or a comma: @smith2020, [@lee2019]"
        ),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "@smith2020 [p. 3; @lee2019]",
        "@smith2020 [p. 3] and [@lee2019]",
        "@smith2020, [@lee2019]",
        "[@smith2020; @lee2019]",
        "@smith2020 says so [@lee2019]",
        "@smith2020 [as cited in @lee2019] and @smith2020 [see @lee2019]",
        "@berg2001one [@berg2001two]",
    ],
)
def test_citations_that_are_joined_on_purpose_raise_no_alarm(judged: Callable[..., list[str]], text: str) -> None:
    assert judged(text) == []


def test_a_place_that_the_style_does_not_print_is_a_warning_at_the_first(
    paper: Callable[..., Path], tmp_path: Path
) -> None:
    path = paper("As [@lee2019] says [@smith2020, p. 3; @lee2019, pp. 4-5].", bibliography=LIBRARY)
    dropping = tmp_path / "no-places.csl"
    dropping.write_text(
        '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"><info><id>no-places</id></info>'
        '<macro name="unused"><text variable="locator"/></macro>'
        '<citation><layout><if variable="locator"/><text variable="title"/></layout></citation></style>'
    )
    assert told(path, "C012", style=styles.Style("no-places", dropping)) == [
        (
            "paper.md:7:21: warning C012: the style no-places prints no places in works: "
            "“p. 3” of @smith2020 will be missing, and so will 1 other\n"
            "    say it in the sentence or in a footnote, or take a style that prints pages"
        ),
    ]
    for name in ("apa", "chicago-author-date", "ieee"):
        assert told(path, "C012", style=styles.find(name, tmp_path)) == []
    assert told(paper("As [@lee2019, for more] says."), "C012", style=styles.Style("no-places", dropping)) == []


# --- quotations -------------------------------------------------------------------------------------------------------

EIGHT = "one two three four five six seven eight"
NO_PLACE = "is quoted, and where in the work the words stand is not said"


@pytest.mark.parametrize(
    ("text", "place", "key", "due"),
    [
        (f'They say "{EIGHT}" [@smith2020].', "7:53", "smith2020", "[@smith2020, p. 3]"),
        (f'As @smith2020 says, "{EIGHT}."', "7:4", "smith2020", "@smith2020 [p. 3]"),
        (f'"{EIGHT}." [@smith2020] As @lee2019 [p. 3] says.', "7:45", "smith2020", "[@smith2020, p. 3]"),
        (f'As @lee2019 said. Still, @smith2020 says, "{EIGHT}."', "7:26", "smith2020", "@smith2020 [p. 3]"),
        (f"> {EIGHT} {EIGHT} {EIGHT} {EIGHT} {EIGHT}. [@smith2020]", "7:205", "smith2020", "[@smith2020, p. 3]"),
        (f"A note.^[They say “{EIGHT}” [@smith2020].]", "7:62", "smith2020", "[@smith2020, p. 3]"),
    ],
)
def test_a_quotation_that_does_not_say_where_it_stands_is_a_warning_at_its_citation(
    judged: Callable[..., list[str]], text: str, place: str, key: str, due: str
) -> None:
    assert judged(text) == [
        (
            f"paper.md:{place}: warning C013: @{key} {NO_PLACE}\n"
            f"    give the page, or para. 3 where there are none: {due} (APA 8.25, 8.28)"
        ),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f'They say "{EIGHT}" [@smith2020, p. 3].',
        f'They say "{EIGHT}" (@smith2020, p. 3).',
        f'They say "{EIGHT}" (@smith2020, pp. 3-4).',
        f'As @smith2020 [p. 3] says, "{EIGHT}."',
        f'As @smith2020 says, "{EIGHT}" (p. 3).',
        f'As @smith2020 says, "{EIGHT}" (para. 3).',
        f'@smith2020 says "{EIGHT}" [p. 3].',
        f'He wrote: "{EIGHT}"; see @smith2020.',
        f'They say "{EIGHT}" [@lee2019; @smith2020, p. 3].',
        'They speak of "seven words and no more of them" once [@smith2020]'.replace(" once", ""),
        'The article "A Long Title of Many Words Which Are Capitalized" [@smith2020].',
        f'One item was "{EIGHT}" [@smith2020].',
        'They were asked "How often do you feel that you are alone?" [@smith2020].',
        f'A participant said "{EIGHT}." Others did, too [@smith2020].',
        f'As @smith2020 says. "{EIGHT}," they said.',
        f"> {EIGHT}\n> --- @smith2020",
        f'# "{EIGHT}" @smith2020\n\nText.',
        f"They say 'so' and '{EIGHT}' [@smith2020].",
    ],
)
def test_a_quotation_with_a_place_a_title_and_an_item_raise_no_alarm(
    judged: Callable[..., list[str]], text: str
) -> None:
    assert [line for line in judged(text) if "C013" in line] == []


# --- entries that are never cited -------------------------------------------------------------------------------------


def entries(*keys: str, more: str = "") -> str:
    return "".join(
        f"@book{{{key}, author = {{{key.title()}, A.}}, title = {{T}}, publisher = {{P}}, date = {{2001}}{more}}}\n"
        for key in keys
    )


UNCITED = (
    "cite them or take them out (APA 8.4); works that are to be listed without a citation are named "
    "in the front matter: nocite: '@key'"
)


def test_entries_that_are_never_cited_are_told_once_at_the_first(paper: Callable[..., Path]) -> None:
    path = paper("[@a; @b; @c]", bibliography=entries("a", "d", "b", "c", "e"))
    assert told(path, "C011") == [
        f"references.bib:2:1: warning C011: 2 of the 5 entries of references.bib are never cited: d, e\n    {UNCITED}",
    ]
    path = paper("[@a; @b; @c]", bibliography=entries("a", "b", "c", "d"))
    assert told(path, "C011") == [
        f"references.bib:4:1: warning C011: 1 of the 4 entries of references.bib is never cited: d\n    {UNCITED}",
    ]


def test_of_many_entries_five_are_named(paper: Callable[..., Path]) -> None:
    keys = "abcdefghijklmno"
    path = paper("[@" + "; @".join(keys[:8]) + "]", bibliography=entries(*keys))
    assert told(path, "C011") == [
        (
            "references.bib:9:1: warning C011: 7 of the 15 entries of references.bib are never cited: "
            "i, j, k, l, m and 2 more\n"
            f"    {UNCITED}"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "front", "bibliography"),
    [
        ("[@a]", "", entries("a", "b")),
        ("No citation.", "", entries("a")),
        ("[@a; @b]", "nocite: '@*'\n", entries("a", "b", "c")),
        ("[@a; @b]", "nocite: '@c'\n", entries("a", "b", "c")),
        ("[@a; @b]\n\n![T](t.csv)", "", entries("a", "b", "c")),
        ("[@a; @b]", "", entries("c") + entries("a", "b", more=", crossref = {c}")),
        ("[@a; @b]", "", entries("c") + entries("a", "b", more=", related = {c}")),
        ("[@a; @b]", "", "@xdata{c, publisher = {P}}\n" + entries("a", "b", more=", xdata = {c}")),
        (
            "[@a; @b]",
            "apa:\n  meta-analysis: true\n",
            entries("a", "b") + entries("c", more=", keywords = {meta-analysis}"),
        ),
        ("[@a; @b]", "apa:\n  meta-analysis-studies: [c]\n", entries("a", "b", "c")),
        ("[@a; @other]", "", entries("a") + entries("b", more=", ids = {other}")),
    ],
)
def test_libraries_and_entries_of_other_use_raise_no_alarm(
    paper: Callable[..., Path], text: str, front: str, bibliography: str
) -> None:
    path = paper(
        text, front=f"---\ntitle: T\nauthor: D\nbibliography: references.bib\n{front}---\n\n", bibliography=bibliography
    )
    (path.parent / "t.csv").write_text("a,b\n[@c],2\n")
    assert told(path, "C011") == []


def test_what_the_supplement_cites_is_cited(paper: Callable[..., Path]) -> None:
    path = paper("[@a; @b]", bibliography=entries("a", "b", "c"))
    assert told(path, "C011", also_cited=frozenset({"c"})) == []


def test_paper_and_supplement_are_one_where_entries_are_counted(
    paper: Callable[..., Path], citeproof: Callable[..., Any]
) -> None:
    path = paper("[@a; @b]", bibliography=entries("a", "b", "c", "d"))
    supplement = path.with_name("supplement.md")
    supplement.write_text("---\ntitle: S\n---\n\n[@c]\n", "utf-8")
    found = [one for one in citeproof("check", "--format", "json", path).told["findings"] if one["code"] == "C011"]
    assert [one["message"] for one in found] == ["1 of the 4 entries of references.bib is never cited: d"]
    supplement.write_text("---\ntitle: S\n---\n\n[@c; @d]\n", "utf-8")
    assert "C011" not in citeproof("check", "--format", "json", path).out


# --- places -----------------------------------------------------------------------------------------------------------

EVERYWHERE = """\
---
title: A Paper
author: Dee Dunn
abstract: |
  In the abstract HERE.
bibliography: references.bib
author-note: In the note HERE.
---

In the text\tHERE.[^1]

| A | B |
|---|---|
| In a cell HERE. | 2 |

: In a title HERE. {#tbl-one}

![In a caption HERE.](a.gif){#fig-one alt="Bars"}

- In a list HERE.

  In its second paragraph HERE.

See @tbl-one and @fig-one. \u0643\u0645\u0627 \u0642\u0627\u0644 HERE \u0647\u0646\u0627.

[^1]: In a footnote HERE.

    In its second paragraph HERE.

# Items {.appendix}

In an appendix HERE.
"""


def _places(text: str) -> list[str]:
    return [
        f"paper.md:{number}:{line.index('HERE') + 1}"
        for number, line in enumerate(text.split("\n"), 1)
        if "HERE" in line
    ]


@pytest.mark.parametrize(
    ("typed", "start", "code"),
    [
        ("@smiht2020", 0, "C001"),
        ("[see @smiht2020, p. 3]", 5, "C001"),
        ("(Smith, 2020)", 0, "C007"),
        ("Lee and Brown (2019)", 0, "C007"),
        ("(e.g., Jones & Miller, 2015)", 7, "C008"),
        ("see@smith2020", 3, "C009"),
        ("[@smith2020", 0, "C009"),
        ("[smith2020]", 0, "C009"),
        ("@smith2020 [@lee2019]", 0, "C010"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_places_are_exact_wherever_a_citation_stands(
    paper: Callable[..., Path], typed: str, start: int, code: str, ends: str, mark: bytes
) -> None:
    text = EVERYWHERE.replace("HERE", typed)
    if code == "C008":
        text = text.replace("In a list", "In a list [@smith2020]")
    path = paper(mark + text.replace("\n", ends).encode(), bibliography=LIBRARY)
    (path.parent / "a.gif").write_bytes(b"GIF89a")
    shifted = EVERYWHERE.replace("In a list", "In a list [@smith2020]") if code == "C008" else EVERYWHERE
    due = [
        f"{file}:{line}:{int(column) + start}" for file, line, column in (one.split(":") for one in _places(shifted))
    ]
    assert [line.partition(": ")[0] for line in told(path, code)] == due


def test_a_citation_in_the_cell_of_a_file_has_its_place_in_that_file(paper: Callable[..., Path]) -> None:
    path = paper("See @tbl-one.\n\n![Title](tables/one.csv){#tbl-one}", bibliography=LIBRARY)
    table = path.parent / "tables" / "one.csv"
    table.parent.mkdir()
    table.write_bytes(
        '\ufeffWho,What\r\n"Ohl, Uma",[@smiht2020]\r\nx@lee2019.org,`@nobody` \\@nobody\r\n@lee2019,2\r\n'.encode()
    )
    assert told(path, "C001", "C011") == [
        (
            "tables/one.csv:2:13: error C001: @smiht2020 is cited but is not in references.bib\n"
            "    did you mean @smith2020?"
        ),
    ]


def test_places_are_exact_in_a_long_paper_of_which_pandoc_reads_an_abridged_text(paper: Callable[..., Path]) -> None:
    words = "the children slept well in the first week after the training and they did so in the second week"
    plain = f"{words}, too, and {words}.\n\n".capitalize() * 90
    text = (
        f"{plain}As {words} (Smith, 2020), {words}, as@lee2019.\n\n{plain}Since {words} Lee and Brown (2019) {words}.\n"
    )
    path = paper(text, bibliography=LIBRARY)
    manuscript = reading.read(Project(path, path.parent / "dist", FORMATS))
    assert manuscript.abridged.words
    lines = path.read_text().split("\n")
    first, second = (next(n for n, line in enumerate(lines, 1) if line.startswith(w)) for w in ("As ", "Since "))
    assert [line.partition(" error")[0] for line in told(path, "C007", "C009")] == [
        f"paper.md:{first}:{lines[first - 1].index('(Smith') + 1}:",
        f"paper.md:{first}:{lines[first - 1].index('@') + 1}:",
        f"paper.md:{second}:{lines[second - 1].index('Lee') + 1}:",
    ]
