"""A submission: each rule of a journal can be broken and is then told, and the package is what the profile says."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from citeproof import build, profiles, submit
from citeproof.errors import OutputError, UsageError
from citeproof.findings import Severity
from citeproof.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

TESTS = Path(__file__).parents[1]
SOUND = TESTS / "manuscripts" / "submission"
ALL = [path.stem for path in profiles.carried()]


def copied(folder: Path, *edits: tuple[str, str], source: Path = SOUND) -> Project:
    """Copy a paper into a folder, with edits of its text."""
    shutil.copytree(source, folder / "paper", dirs_exist_ok=True)
    paper = folder / "paper" / "paper.md"
    text = paper.read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    paper.write_text(text, "utf-8")
    return Project(paper, folder / "dist")


def judged(project: Project, journal: str) -> submit.Submission:
    return submit.submit(project, journal, lambda _: None, judge_only=True)


def told(made: submit.Submission) -> list[str]:
    """Give code and message of what was found."""
    return [f"{one.code} {one.message}" for one in made.outcome.findings]


# --- statements, wherever they stand ----------------------------------------------------------------------------------

DATA = "data-availability: |\n  Data, materials and code are available at <https://osf.io/d3e4f?view_only=fedcba9876543210>.\n"
ETHICS = "ethics: The ethics committee of the university approved the study (No. 2025-17), and it followed the Declaration of Helsinki.\n"
PUBLICATION = "consent-for-publication: Not applicable.\n"
KEYWORDS = "keywords: [sleep, memory, recall, consolidation, randomized comparison]\n"


def verdict(made: submit.Submission, rule: str) -> str:
    (found,) = [one for one in made.verdicts if one.rule.name == rule]
    return found.has


def test_a_section_on_the_analysis_of_data_does_not_say_where_they_are(tmp_path: Path) -> None:
    made = judged(copied(tmp_path, (DATA, ""), ("## Analysis {", "## Data Analysis {")), "apa")
    assert told(made) == ["J006 nothing says where the data are"]


def test_statements_that_begin_paragraphs_in_bold_are_there(tmp_path: Path) -> None:
    declarations = "# Discussion {#sec-discussion}\n\n## Declarations\n\n**Consent for publication.** Not applicable.\n"
    made = judged(
        copied(tmp_path, (PUBLICATION, ""), ("# Discussion {#sec-discussion}\n", declarations)), "bmc-psychiatry"
    )
    assert told(made) == []
    assert verdict(made, "needs.consent-for-publication") == 'the paragraph "Consent for publication."'


def test_words_in_the_text_are_told_where_a_journal_wants_a_section(tmp_path: Path) -> None:
    text = ("Nobody dropped out.", "The institutional review board approved the study. Nobody dropped out.")
    project = copied(tmp_path, (ETHICS, ""), text)
    (message,) = told(judged(project, "bmc-psychiatry"))
    assert message.startswith("J006 no section says who approved the study, or that no approval was needed; ")
    assert message.endswith('all that was found is in the text: "review board approved"')
    assert told(judged(project, "collabra-psychology")) == []


@pytest.mark.parametrize("left", ["TODO", "…", "'[insert statement here]'"])
def test_a_statement_that_is_left_open_is_told(tmp_path: Path, left: str) -> None:
    made = judged(copied(tmp_path, (DATA, f"data-availability: {left}\n")), "apa")
    (fault,) = told(made)
    assert fault.startswith("J006 the field data-availability is there, and says nothing yet: ")


def test_a_section_that_is_left_empty_is_told(tmp_path: Path) -> None:
    empty = ("# Discussion {#sec-discussion}\n", "# Data Availability\n\n# Discussion {#sec-discussion}\n")
    made = judged(copied(tmp_path, (DATA, ""), empty), "apa")
    assert told(made) == ['J006 the section "Data Availability" is there, and says nothing yet']


def test_a_german_paper_is_judged_by_its_own_words(tmp_path: Path) -> None:
    said = "# Discussion {#sec-discussion}\n\n## Datenverfügbarkeit\n\nAuf OSF.\n"
    abstract = [
        ("Background:", "**Hintergrund.**"),
        ("Methods:", "**Methode.**"),
        ("Results: Those", "**Ergebnisse.** Those"),
    ]
    made = judged(
        copied(
            tmp_path,
            ("lang: en-US", "lang: de-AT"),
            (DATA, ""),
            ("# Discussion {#sec-discussion}\n", said),
            *abstract,
            ("Conclusions:", "**Schlussfolgerung.**"),
        ),
        "bmc-psychiatry",
    )
    assert [one for one in told(made) if one.startswith("J")] == []


def test_what_cannot_be_read_in_a_language_is_not_said_to_be_missing(tmp_path: Path) -> None:
    made = judged(copied(tmp_path, ("lang: en-US", "lang: fi"), (ETHICS, "")), "bmc-psychiatry")
    (finding,) = [one for one in made.outcome.findings if one.code == "J006"]
    assert finding.severity is Severity.WARNING
    assert finding.message == (
        "nothing was found that says who approved the study, or that no approval was needed; in this language (fi) "
        "only the front matter is read"
    )


def test_headings_of_an_abstract_may_stand_in_bold_without_a_colon(tmp_path: Path) -> None:
    bold = [(f"{head}: ", f"**{head}** ") for head in ("Background", "Methods", "Results", "Conclusions")]
    assert told(judged(copied(tmp_path, *bold), "bmc-psychiatry")) == []


def test_a_line_of_keywords_in_the_text_is_told_as_such(tmp_path: Path) -> None:
    line = (
        "\nWhat is learned in the evening",
        "\n**Keywords:** sleep, memory, recall\n\nWhat is learned in the evening",
    )
    made = judged(copied(tmp_path, (KEYWORDS, ""), line), "bmc-psychiatry")
    assert told(made) == [
        "J003 the keywords are a line of the text, where they are counted as text and not as keywords"
    ]


def test_nothing_is_asked_of_a_group_of_authors(tmp_path: Path) -> None:
    group = ("course: ", "  - name: {literal: The Sleep Consortium}\ncourse: ")
    assert told(judged(copied(tmp_path, group), "journal-of-affective-disorders")) == []


# --- papers that pass, and that do not --------------------------------------------------------------------------------


@pytest.mark.parametrize("journal", ALL)
def test_a_paper_that_has_all_that_is_asked_passes(tmp_path: Path, journal: str) -> None:
    made = submit.submit(copied(tmp_path), journal, lambda _: None)
    assert told(made) == []
    assert all(one.holds for one in made.verdicts)
    assert made.folder == tmp_path / "dist" / f"submission-{journal}"
    assert not made.is_draft
    assert made.archive is not None
    asked = {file.name.replace("{number}", "1") for file in profiles.find(journal, tmp_path).files}
    there = {path.name for path in made.folder.iterdir()} - {"manifest.json", "SHA256SUMS"}
    there = {name for name in there if "-image-" not in name}  # those of JATS and LaTeX lie beside them
    # The paper has no supplement, and a checklist belongs to the package wherever the journal takes one.
    assert there == {
        name for name in asked if not re.match(r"(?i)suppl|online_supp|s1_file|supporting|additional", name)
    }


WANTING: dict[str, set[str]] = {
    "addiction": {"J006"},
    "apa": {"J006"},
    "arxiv": set(),
    "bmc-psychiatry": {"C012", "J002", "J006"},
    "collabra-psychology": {"J006"},
    "journal-of-affective-disorders": {"J005", "J006", "J007", "J009"},
    "plos-one": {"C012", "J002", "J005", "J006", "J008", "J009"},
    "psyarxiv": {"J006", "J009"},
    "psychological-bulletin": {"J006", "J011"},
    "psychological-science": {"J003", "J006"},
    "student-paper": set(),
}
"""Journal → the codes of what the specimen lacks for it, worked out by hand from the paper and the profile."""


@pytest.mark.parametrize("journal", ALL)
def test_the_specimen_fails_by_what_it_lacks(tmp_path: Path, journal: str) -> None:
    made = judged(Project(TESTS / "apa" / "specimen" / "paper.md", tmp_path), journal)
    assert {one.code for one in made.outcome.findings} == WANTING[journal]


TEXT = (SOUND / "paper.md").read_text("utf-8")
ABSTRACT = TEXT[TEXT.index("abstract: |") : TEXT.index("keywords:")]
AUTHORS = TEXT[TEXT.index("author:") : TEXT.index("course:")]

BROKEN = [
    # journal, what is changed in the paper that passes, code and beginning of what must be told
    ("apa", "keywords: [sleep, memory,", "keywords: [a, b, c, sleep, memory,", "J003 the paper has 8 keywords, 3 keywords more than the 5 allowed"),
    ("apa", "keywords: [sleep, memory, recall, consolidation, randomized comparison]", "keywords: [sleep]", "J003 the paper has 1 keyword, and needs 3 at least"),
    ("apa", "the sample was young, and nobody was kept awake.", "the sample was young. " + "word " * 210, "J002 the abstract has "),
    ("apa", "    corresponding: true\n", "", "J009 no author is the corresponding one"),
    ("apa", "    email: ines.falkenrath@nowhere.example\n", "", "J009 Ines Falkenrath is the corresponding author, without an e-mail address"),
    ("apa", "    affiliation: Department of Psychology, Nowhere University\n", "", "J009 nothing says where the work was done of Ines Falkenrath"),
    ("apa", "data-availability: |\n  Data, materials and code are available at <https://osf.io/d3e4f?view_only=fedcba9876543210>.\n", "", "J006 nothing says where the data are"),
    ("apa", "ai-use: No artificial intelligence was used in writing this paper.\n", "", "J006 nothing says whether artificial intelligence was used in writing, and which"),
    ("apa", "conflicts-of-interest: The authors declare no competing interests.\n", "", "J006 nothing says what interests the authors have"),
    ("apa", "preregistration: |\n  The study was preregistered before recruitment began; an anonymous copy is at <https://osf.io/a1b2c?view_only=0123456789abcdef>.\n", "", "J006 nothing says whether the study was preregistered, and where"),
    ("psychological-bulletin", '    "17": "#sec-materials"\n', "", "J011 of the checklist jars, 1 of 30 items have no place: 17"),
    ("psychological-bulletin", "checklist:\n  jars:", "checklist:\n  strobe:", "J011 no reporting checklist (prisma, mars or jars) is filled in"),
    ("psychological-science", "transparency: |\n  The design, the hypotheses and the analyses were fixed before any data were seen. All measures and all exclusions are reported.\n", "", "J006 nothing says what is open of the research"),
    ("psychological-science", "A second night of sleep went with", "word " * 2000 + "A second night of sleep went with", "J001 the text of introduction and discussion has 2,"),
    ("journal-of-affective-disorders", "A second night of sleep went with", "word " * 5000 + "A second night of sleep went with", "J001 the text has 5,"),
    ("journal-of-affective-disorders", "  - No participant was kept awake.\n", "", "J007 the paper has 2 highlights, and needs 3 at least"),
    ("journal-of-affective-disorders", "No participant was kept awake.", "No participant of this study was kept awake for longer than they would have been awake at home.", 'J007 the highlight "No participant of this study w…" has 95 characters, 10 more than the 85 allowed'),
    ("journal-of-affective-disorders", "    roles: [formal analysis, writing – review & editing]\n", "", "J009 nothing says the part in the work (CRediT) of Tomasz Wieczorkowski"),
    ("journal-of-affective-disorders", "funding: This work was supported by the Foundation for Imagined Research, grant FIR-4711.\n", "", "J006 nothing says who paid for the work"),
    ("bmc-psychiatry", "Results: Those", "Those", "J002 the abstract has no part headed Results"),
    ("bmc-psychiatry", "ethics: The ethics committee of the university approved the study (No. 2025-17), and it followed the Declaration of Helsinki.\n", "", "J006 nothing says who approved the study, or that no approval was needed"),
    ("bmc-psychiatry", "consent-for-publication: Not applicable.\n", "", "J006 nothing says whether those shown consented to publication"),
    ("plos-one", "# Results {#sec-results}", "#### Deep\n\nText.\n\n# Results {#sec-results}", "J005 this heading is of level 4, and 3 is the deepest allowed"),
    ("plos-one", "Each participant received 40 euros.", "Each participant received 40 euros.^[About 43 dollars.]", "J005 the paper has 1 footnote, and may have none"),
    ("plos-one", "Background: Sleep after", "Background [@cohen1992]: Sleep after", "J002 the abstract cites @cohen1992"),
    ("plos-one", "width=4in", "width=2in", "J008 figure.svg (Figure 1) in print has 2 inches, and needs 2.63 at least"),
    ("plos-one", "    orcid: 0000-0002-1825-0097\n", "", "J009 nothing says the ORCID iD of Ines Falkenrath"),
    ("apa", ABSTRACT, "", "J002 the paper has no abstract"),
    ("apa", AUTHORS, "author: []\n", "J009 the paper names no author, and a journal takes none without"),
    ("apa", "keywords: [sleep, memory, recall, consolidation, randomized comparison]\n", "", "J003 the paper has no keywords"),
    ("psyarxiv", "    orcid: 0000-0001-5109-3700\n", "", "J009 nothing says the ORCID iD of Tomasz Wieczorkowski"),
    ("bmc-psychiatry", "acknowledgments: We thank Wilhelmina Achterberg for lending her beds.\n", "", "J006 nothing says whom the authors thank, or that they thank nobody"),
    ("collabra-psychology", "    roles: [", "    xroles: [", "J006 nothing says who did what"),
    ("student-paper", 'course: "PSY 7001: Writing for Journals"\n', "", "J009 the paper has no course"),
    ("student-paper", "instructor: Dr. Ingrid Solberg\n", "", "J009 the paper has no instructor"),
    ("student-paper", "due-date: November 2, 2026\n", "", "J009 the paper has no due date"),
    ("collabra-psychology", 'title: "Two Nights of Sleep', 'title: "' + "A Very Long Title " * 12 + "Two Nights of Sleep", "J004 the title has "),
    ("arxiv", "the sample was young, and nobody was kept awake.", "the sample was young. " + "words " * 320, "J002 the abstract has "),
]  # fmt: skip


@pytest.mark.parametrize(("journal", "old", "new", "message"), BROKEN)
def test_a_rule_that_is_broken_is_told(tmp_path: Path, journal: str, old: str, new: str, message: str) -> None:
    found = told(judged(copied(tmp_path, (old, new)), journal))
    assert [one for one in found if one.startswith(message)], found


def test_what_is_told_has_a_place_a_remedy_and_a_source(tmp_path: Path) -> None:
    made = judged(
        copied(tmp_path, ("keywords: [sleep, memory, recall, consolidation, randomized comparison]", "keywords: [x]")),
        "psychological-science",
    )
    (finding,) = made.outcome.findings
    assert (finding.place.line, finding.place.column) == (23, 11)
    assert finding.severity is Severity.ERROR
    assert finding.remedy == (
        "add to it\nasked by Psychological Science: Manuscript structure, style, and content guidelines, "
        "https://www.psychologicalscience.org/publications/ms-structure-guidelines, seen 2024-12-03"
    )


def test_method_and_results_do_not_count_where_a_journal_says_so(tmp_path: Path) -> None:
    made = judged(
        copied(tmp_path, ("Nobody dropped out.", "word " * 2000 + "Nobody dropped out.")), "psychological-science"
    )
    assert told(made) == []
    (verdict,) = [one for one in made.verdicts if one.rule.name == "limits.introduction-and-discussion-words"]
    # Counted apart: the two paragraphs before the method with their citation as printed, and the discussion with its heading.
    assert verdict.has == "137 words"


def test_a_picture_that_is_too_coarse_is_told(tmp_path: Path) -> None:
    project = copied(tmp_path, ("figure.svg", "figure.png"))
    Image.new("L", (400, 260), 255).save(project.folder / "figure.png")
    made = judged(project, "apa")
    assert told(made) == ["J008 figure.png (Figure 1) at its printed size has 100 dpi, and needs 300 at least"]


def test_a_limit_of_an_authors_own_profile_is_told(tmp_path: Path) -> None:
    project = copied(tmp_path)
    limits = """name = "Journal of Naps"
[sources.guide]
title = "Guide"
address = "https://example.org/guide"
seen = 2026-01-05
how = "read"
[limits]
running-head-characters = { most = 30, source = "guide" }
title-words = { most = 5, source = "guide" }
references = { most = 2, source = "guide" }
tables = { most = 0, source = "guide" }
figures = { least = 2, source = "guide" }
impact-statement-words = { most = 20, source = "guide" }
words = { most = 10, of = "everything", source = "guide" }
[needs]
sections = { are = ["Method", "Statement of Naps"], source = "guide" }
orcid-of-all-authors = { source = "guide" }
[figures]
width = { most = 3.5, source = "guide" }
[[files]]
part = "manuscript"
name = "paper.docx"
"""
    (project.folder / "naps.toml").write_text(limits, "utf-8")
    found = [re.sub(r"\d[\d,.]*", "#", one) for one in told(judged(project, "naps.toml"))]
    assert set(found) == {
        "J# figure.svg (Figure #) in print has # inches, # inches more than the # allowed",
        "J# the impact statement has # words, # words more than the # allowed",
        'J# the paper has no section "Statement of Naps"',
        "J# the paper has # figure, and needs # at least",
        "J# the paper has # references, # reference more than the # allowed",
        "J# the paper has # table, and may have none",
        "J# the paper has # words, # words more than the # allowed",
        "J# the running head has # characters, # characters more than the # allowed",
        "J# the title has # words, # words more than the # allowed",
    }


def coloured(folder: Path, first: str, second: str) -> list[str]:
    """Judge the paper with a figure of two areas of these colours."""
    project = copied(folder, ("figure.svg", "a.png"))
    drawing = Image.new("RGB", (1500, 1000), "white")
    drawing.paste(first, (100, 100, 600, 900))
    drawing.paste(second, (800, 100, 1300, 900))
    drawing.save(project.folder / "a.png")
    return [str(one) for one in judged(project, "apa").outcome.findings]


def test_colours_that_colour_blind_readers_cannot_tell_apart_are_a_warning(tmp_path: Path) -> None:
    found = coloured(tmp_path, "#c00000", "#008000")
    assert any(
        "warning J010: a.png (Figure 1): colour-blind readers cannot tell its colours apart: #c00000 and #008000\n"
        "    choose colours of different lightness, or tell the parts apart by shapes, patterns or labels too "
        "(APA 7.26)\n" in one
        for one in found
    ), found


def test_colours_of_one_lightness_are_told_for_a_grey_print_only(tmp_path: Path) -> None:
    # Two colours of Okabe and Ito's that differ in hue: bluish green (L* 58) and reddish purple (L* 61).
    (found,) = coloured(tmp_path, "#009e73", "#cc79a7")
    assert "a.png (Figure 1): readers of a grey print cannot tell its colours apart: #cc79a7 and #009e73" in found


def test_a_statement_is_found_in_a_section_and_in_the_text(tmp_path: Path) -> None:
    ethics = "ethics: The ethics committee of the university approved the study (No. 2025-17), and it followed the Declaration of Helsinki.\n"
    section = copied(
        tmp_path / "one", (ethics, ""), ("# Results {#sec", "# Ethics\n\nNone was needed.\n\n# Results {#sec")
    )
    assert told(judged(section, "bmc-psychiatry")) == []
    words = copied(tmp_path / "two", (ethics, ""), ("Nobody dropped out.", "The institutional review board agreed."))
    assert told(judged(words, "collabra-psychology")) == []


# --- strict, and what is decided otherwise ----------------------------------------------------------------------------


def test_an_error_makes_no_package_and_leaves_the_old_one(tmp_path: Path) -> None:
    first = submit.submit(copied(tmp_path), "plos-one", lambda _: None)
    assert first.archive is not None
    before = first.archive.read_bytes()
    made = submit.submit(copied(tmp_path, ("40 euros.", "40 euros.^[About 43 dollars.]")), "plos-one", lambda _: None)
    assert made.folder is None
    assert made.outcome.outputs == ()
    assert first.archive.read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "dist").iterdir()) == [
        "submission-plos-one",
        "submission-plos-one.zip",
    ]


def test_a_draft_is_made_all_the_same_and_says_so(tmp_path: Path) -> None:
    project = copied(tmp_path, ("40 euros.", "40 euros.^[About 43 dollars.]"))
    made = submit.submit(project, "plos-one", lambda _: None, draft=True)
    assert made.is_draft
    assert made.folder is not None
    for name in ("Manuscript.docx", "Cover_Letter.docx", "Statements_for_the_portal.docx"):
        assert "Draft, not for submission: it breaks rules of PLOS ONE." in words_of(made.folder / name), name
    assert json.loads((made.folder / "manifest.json").read_text("utf-8"))["draft"] is True


def test_a_paper_that_passes_is_no_draft_even_if_one_is_asked_for(tmp_path: Path) -> None:
    made = submit.submit(copied(tmp_path), "plos-one", lambda _: None, draft=True)
    assert not made.is_draft
    assert made.folder is not None
    assert "Draft" not in words_of(made.folder / "Manuscript.docx")


def test_a_paper_may_decide_that_a_rule_is_no_error(tmp_path: Path) -> None:
    edit = ("bibliography: references.bib\n", "bibliography: references.bib\nciteproof: {findings: {J005: warning}}\n")
    made = judged(copied(tmp_path, ("40 euros.", "40 euros.^[About 43 dollars.]"), edit), "plos-one")
    (finding,) = made.outcome.findings
    assert (finding.code, finding.severity) == ("J005", Severity.WARNING)


def test_an_unverified_work_stops_a_submission_unless_its_author_allows_it(tmp_path: Path) -> None:
    project = copied(tmp_path)
    library = project.folder / "references.bib"
    library.write_text(
        library.read_text("utf-8").replace("{Cohen, Jacob},", "{Cohen, Jacob},\n  keywords = {unverified},"), "utf-8"
    )
    (finding,) = judged(project, "apa").outcome.findings
    assert (finding.code, finding.severity) == ("C003", Severity.ERROR)
    allowing = copied(
        tmp_path / "allowed",
        ("We compared one", "<!-- citeproof: allow C003 because it is told in the text -->\nWe compared one"),
    )
    shutil.copy(library, allowing.folder / "references.bib")
    assert judged(allowing, "apa").outcome.findings == ()


# --- the package ------------------------------------------------------------------------------------------------------


def words_of(path: Path) -> str:
    """Give all words of a DOCX, headers too."""
    with zipfile.ZipFile(path) as parts:
        texts = [
            parts.read(name).decode("utf-8")
            for name in parts.namelist()
            if name.startswith("word/") and name.endswith(".xml")
        ]
    return re.sub(r"<[^>]+>", "", " ".join(re.sub(r"</w:p>", " ", text) for text in texts))


def part_of(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as parts:
        return parts.read(name).decode("utf-8")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the package of the sound paper for a journal with masked review."""
    made = submit.submit(copied(tmp_path_factory.mktemp("apa")), "apa", lambda _: None)
    assert made.folder is not None
    return made.folder


def test_two_runs_give_the_same_archive_byte_for_byte(tmp_path: Path) -> None:
    one = submit.submit(copied(tmp_path / "one"), "journal-of-affective-disorders", lambda _: None)
    other = submit.submit(copied(tmp_path / "a longer name"), "journal-of-affective-disorders", lambda _: None)
    assert one.archive is not None
    assert other.archive is not None
    assert one.archive.read_bytes() == other.archive.read_bytes()


def test_the_archive_holds_the_folder_and_carries_the_date_of_the_paper(tmp_path: Path) -> None:
    made = submit.submit(replace(copied(tmp_path), epoch=1_700_000_000), "apa", lambda _: None)
    assert made.archive is not None
    assert made.folder is not None
    with zipfile.ZipFile(made.archive) as archive:
        assert sorted(archive.namelist()) == sorted(path.name for path in made.folder.iterdir())
        assert {entry.date_time for entry in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}
        for entry in archive.infolist():
            assert archive.read(entry) == (made.folder / entry.filename).read_bytes()


def test_the_checksums_are_those_of_the_files(package: Path) -> None:
    lines = (package / "SHA256SUMS").read_text("utf-8").splitlines()
    assert {line.split("  ", 1)[1] for line in lines} == {path.name for path in package.iterdir()} - {"SHA256SUMS"}
    for line in lines:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((package / name).read_bytes()).hexdigest() == digest


def test_reviewers_get_no_name_and_editors_do(package: Path) -> None:
    for name in ("manuscript.docx", "reporting-checklist.docx"):
        assert not re.search("Falkenrath|Wieczorkowski|Nowhere|FIR-4711|Achterberg", words_of(package / name)), name
    assert "Ines Falkenrath" in words_of(package / "title-page.docx")
    assert "ines.falkenrath@nowhere.example" in words_of(package / "cover-letter.docx")
    assert "grant FIR-4711" in words_of(package / "title-page.docx")
    assert "Falkenrath" not in (package / "manifest.json").read_text("utf-8")


def test_the_title_page_holds_nothing_of_the_text(package: Path) -> None:
    words = words_of(package / "title-page.docx")
    assert "Two Nights of Sleep and the Recall of Word Pairs" in words
    assert "What is learned in the evening" not in words
    assert "Background:" not in words


def test_the_letter_tells_the_facts_of_the_paper(package: Path) -> None:
    words = words_of(package / "cover-letter.docx")
    assert "Data, materials and code are available at" in words
    assert re.search(r"The text has \d+ words and the abstract \d+, with 1 table, 1 figure, and 3 references\.", words)
    assert "All authors have approved it." in words
    # The profile speaks of many journals, and a letter to "APA journals in general" is one to nobody.
    assert re.search(r"Please consider the manuscript .Two Nights of Sleep .* for publication\.", words)
    assert "SLEEP AND THE RECALL" not in words


def test_an_authors_own_letter_is_taken(tmp_path: Path) -> None:
    project = copied(tmp_path, ("lang: en-US\n", "lang: en-US\njournal: Journal of Naps\n"))
    (project.folder / "cover-letter.md").write_text(
        "To *$journal$*: *$title$*, $words$ words.\r\n", "utf-8", newline=""
    )
    made = submit.submit(project, "apa", lambda _: None)
    assert made.folder is not None
    assert re.search(
        r"To Journal of Naps: Two Nights of Sleep .*, \d+ words\.", words_of(made.folder / "cover-letter.docx")
    )


def test_the_checklist_says_where_each_item_stands(package: Path) -> None:
    words = words_of(package / "reporting-checklist.docx")
    assert "JARS-Quant" in words
    for place in ("Participants", "Materials and Procedure", "Table 1", "Not applicable: one measure, counted"):
        assert place in words
    assert "#sec" not in words


def test_line_numbers_and_a_running_head_are_where_the_journal_wants_them(tmp_path: Path) -> None:
    made = submit.submit(copied(tmp_path), "plos-one", lambda _: None)
    assert made.folder is not None
    document = part_of(made.folder / "Manuscript.docx", "word/document.xml")
    assert re.search(r'<w:lnNumType [^>]*w:countBy="1"[^>]*w:restart="continuous"', document)
    assert "SLEEP AND THE RECALL OF WORD PAIRS" in words_of(made.folder / "Manuscript.docx")


def test_a_figure_apart_leaves_its_legend_in_the_manuscript(tmp_path: Path) -> None:
    made = submit.submit(copied(tmp_path), "plos-one", lambda _: None)
    assert made.folder is not None
    assert "Mean Number of Pairs Recalled" in words_of(made.folder / "Manuscript.docx")
    with zipfile.ZipFile(made.folder / "Manuscript.docx") as parts:
        assert not [name for name in parts.namelist() if "media/" in name]


def test_a_figures_file_has_the_resolution_that_is_asked_at_its_printed_size(package: Path) -> None:
    with Image.open(package / "figure-1.tif") as picture:
        assert picture.format == "TIFF"
        assert [round(float(dpi)) for dpi in picture.info["dpi"]] == [300, 300]
        assert picture.size == (1200, 780)  # 4 inches wide, at 300; 400 by 260 is the shape of the drawing
        assert picture.info.get("compression") == "tiff_lzw"


def test_the_panels_of_a_figure_are_one_file(tmp_path: Path) -> None:
    project = Project(TESTS / "apa" / "specimen" / "paper.md", tmp_path)
    made = submit.submit(project, "apa", lambda _: None)
    assert made.folder is not None
    assert sorted(path.name for path in made.folder.glob("figure-*")) == [
        "figure-1.tif", "figure-2.tif", "figure-B1.tif",
    ]  # fmt: skip
    with Image.open(made.folder / "figure-2.tif") as picture:
        # Two drawings, 1.25 inches wide each (120 px at 96 dpi), and a tenth of an inch between them, at 300 dpi.
        assert picture.width == 375 + 30 + 375
        assert [round(float(dpi)) for dpi in picture.info["dpi"]] == [300, 300]
        between = picture.convert("L").crop((376, 0, 404, picture.height))
        assert between.getextrema() == (255, 255)


def test_the_references_are_those_that_are_cited_and_no_others(tmp_path: Path) -> None:
    project = copied(tmp_path)
    with (project.folder / "references.bib").open("a", encoding="utf-8") as library:
        library.write(
            "@book{dunn2003, author = {Dunn, Dee}, title = {Never cited}, date = {2003}, publisher = {Press}}\n"
        )
    made = submit.submit(project, "apa", lambda _: None)
    assert made.folder is not None
    text = (made.folder / "references.bib").read_text("utf-8")
    assert re.findall(r"@\w+\{(\w+),", text) == ["cohen1992", "faul2007", "simmons2011"]


def test_a_supplement_is_a_file_of_its_own(tmp_path: Path) -> None:
    project = copied(tmp_path)
    (project.folder / "supplement.md").write_text("---\ntitle: More\n---\n\nMore on sleep [@cohen1992].\n", "utf-8")
    made = submit.submit(project, "plos-one", lambda _: None)
    assert made.folder is not None
    assert "More on sleep" in words_of(made.folder / "S1_File.docx")


# --- what stands in the way -------------------------------------------------------------------------------------------


def test_a_name_left_in_a_masked_manuscript_makes_no_package(tmp_path: Path) -> None:
    project = copied(tmp_path, ("The result agrees", "Ines Falkenrath thinks that the result agrees"))
    made = submit.submit(project, "apa", lambda _: None)
    assert made.folder is None
    assert "M001" in {one.code for one in made.outcome.findings}
    assert not (tmp_path / "dist" / "submission-apa").exists()


def test_a_file_in_the_place_of_the_package_is_not_overwritten_in_part(tmp_path: Path) -> None:
    project = copied(tmp_path)
    project.output.write_text("a file")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        submit.submit(project, "apa", lambda _: None)
    assert project.output.read_text() == "a file"


def test_a_profile_that_asks_for_an_unknown_kind_of_file_is_told(tmp_path: Path) -> None:
    project = copied(tmp_path)
    own = project.folder / "mine.toml"
    own.write_text(
        'name = "M"\n[sources.g]\ntitle = "G"\nhow = "own"\n[[files]]\npart = "manuscript"\nname = "paper.odt"\n',
        "utf-8",
    )
    with pytest.raises(UsageError, match=r"paper\.odt ends in \.odt, of which no text is made"):
        submit.submit(project, "mine.toml", lambda _: None)


def test_the_command_says_how_many_rules_hold(citeproof: Callable[..., Run], tmp_path: Path) -> None:
    project = copied(tmp_path, ("40 euros.", "40 euros.^[About 43 dollars.]"))
    done = citeproof("submit", project.paper, "--journal", "plos-one", "--output", tmp_path / "dist")
    assert done.status == 1
    assert "error J005: the paper has 1 footnote, and may have none" in done.err
    assert done.err.rstrip().endswith(
        "PLOS ONE: 19 of 20 rules hold; 1 error: no package was made, and what was there stays"
    )
    done = citeproof("submit", project.paper, "--journal", "plos-one", "--format", "json", "--dry-run")
    assert done.told["journal"] == "PLOS ONE"
    (broken,) = [one for one in done.told["rules"] if not one["holds"]]
    assert (broken["rule"], broken["asked"], broken["has"]) == ("limits.footnotes", {"most": 0}, "1 footnote")


def test_the_command_lists_journals_and_their_rules(citeproof: Callable[..., Run]) -> None:
    assert {line.split()[0] for line in citeproof("journals").out.splitlines()} == set(ALL)
    rules = citeproof("journals", "psychological-science").out
    assert (
        "  limits.abstract-words: at most 150\n"
        "      Manuscript structure, style, and content guidelines, https://www.psychologicalscience.org/"
    ) in rules


@pytest.mark.parametrize(
    ("letter", "message"),
    [
        (b"Dear\n$if(title)$ Editor", "it is no template of pandoc's: "),
        (b"Caf\xe9", "it is not UTF-8"),
    ],
)
def test_a_letter_that_cannot_be_read_is_told(tmp_path: Path, letter: bytes, message: str) -> None:
    project = copied(tmp_path)
    (project.folder / "cover-letter.md").write_bytes(letter)
    made = submit.submit(project, "apa", lambda _: None)
    assert made.folder is None
    (finding,) = made.outcome.findings
    assert (finding.code, Path(finding.place.file).name) == ("P003", "cover-letter.md")
    assert finding.message.startswith(message)


def test_a_paper_that_asks_for_a_masked_copy_itself_is_judged_with_its_authors(tmp_path: Path) -> None:
    masked = copied(tmp_path, ("lang: en-US\n", "lang: en-US\napa: {masked: true}\n"))
    made = submit.submit(masked, "plos-one", lambda _: None)
    assert told(made) == []
    assert made.folder is not None
    assert "Ines Falkenrath" in words_of(made.folder / "Manuscript.docx")


def test_what_only_a_journal_minds_may_be_allowed_and_a_build_does_not_mind(tmp_path: Path) -> None:
    cited = "<!-- citeproof: allow J005 because the editor wants it -->\n#### Deep\n\nText.\n\n# Results {#sec"
    levels = "## Two\n\nText.\n\n### Three\n\nText.\n\n"
    project = copied(tmp_path, ("# Results {#sec", levels + cited))
    assert told(judged(project, "plos-one")) == []
    assert [one.code for one in build.build(project, lambda _: None).findings] == []


def test_a_name_in_a_drawing_that_becomes_pixels_is_found(tmp_path: Path) -> None:
    project = copied(tmp_path)
    drawing = project.folder / "figure.svg"
    drawing.write_text(
        drawing.read_text("utf-8").replace(">One night<", "><tspan>T.</tspan> <tspan>Wieczorkowski</tspan><"), "utf-8"
    )
    profile = 'extends = "apa"\nname = "Apart"\n[sources.g]\ntitle = "G"\nhow = "own"\n[paper]\nfigures = { is = "apart", source = "g" }\n'
    (project.folder / "apart.toml").write_text(profile, "utf-8")
    made = submit.submit(project, "apart.toml", lambda _: None)
    (finding,) = made.outcome.findings
    assert (finding.code, finding.place.file) == ("M002", "figure.svg")
    drawing.write_text(drawing.read_text("utf-8").replace("T.</tspan>", "Tomasz</tspan>"), "utf-8")
    made = submit.submit(project, "apart.toml", lambda _: None)
    assert made.folder is None
    assert {(one.code, one.place.file) for one in made.outcome.findings} == {("M001", "figure.svg")}


# --- what an author's own profile, and the paper's lists, may not say --------------------------------------------------

OWN = """name = "Journal of Naps"
[sources.own]
title = "Ours"
how = "own"
[[files]]
part = "manuscript"
name = "paper.docx"
"""


def test_a_package_of_a_profile_without_rules_is_not_said_to_be_unjudged(
    tmp_path: Path, citeproof: Callable[..., Run]
) -> None:
    project = copied(tmp_path)
    (project.folder / "naps.toml").write_text(OWN, "utf-8")
    ran = citeproof("submit", project.folder, "--journal", "naps.toml", "--output", tmp_path / "dist")
    assert ran.status == 0
    assert "Journal of Naps: 0 of 0 rules hold" in ran.err
    assert "not judged" not in ran.err


def test_a_picture_that_cannot_be_another_is_told_with_its_name(tmp_path: Path) -> None:
    project = copied(tmp_path, ("figure.svg", "figure.tif"))
    Image.new("F", (1600, 1040)).save(project.folder / "figure.tif")
    (message,) = told(judged(project, "apa"))
    assert message.startswith("J010 figure.tif (Figure 1): its colours cannot be looked at: its pixels are numbers ")
    made = submit.submit(project, "apa", lambda _: None)
    assert "I002" in {one.code for one in made.outcome.findings}
    assert made.archive is None


def test_a_picture_of_too_many_pixels_is_told_with_its_name(tmp_path: Path) -> None:
    project = copied(tmp_path)
    fine = '[figures]\nresolution = { least = 100000, source = "own" }\n[[files]]\npart = "figures"\nname = "f{number}.tif"\n'
    (project.folder / "naps.toml").write_text(OWN + fine, "utf-8")
    (finding,) = submit.submit(project, "naps.toml", lambda _: None).outcome.findings
    assert finding.code == "I002"
    assert re.match(
        r"figure\.svg \(Figure 1\) cannot be made TIFF: it would have 400,000 by \d+,\d+ pixels", finding.message
    )
    assert finding.place.line


def test_a_file_that_becomes_too_large_is_told(tmp_path: Path) -> None:
    project = copied(tmp_path)
    small = (
        '[figures]\nmegabytes = { most = 0.01, source = "own" }\n[[files]]\npart = "figures"\nname = "f{number}.tif"\n'
    )
    (project.folder / "naps.toml").write_text(OWN + small, "utf-8")
    found = told(submit.submit(project, "naps.toml", lambda _: None))
    assert [one for one in found if re.match(r"J008 f1\.tif, made of figure\.svg \(Figure 1\), has \S+ MB", one)], found


def test_items_of_a_checklist_are_places_in_the_paper(tmp_path: Path) -> None:
    project = copied(
        tmp_path,
        ('    "17": "#sec-materials"\n', '    "17": ""\n    "99": "Title"\n'),
        ('    "18": "#sec-analysis"\n', '    "18": "#sec-analyses"\n'),
        ('    "19": "#sec-analysis"\n', '    "19": {page: 3}\n'),
    )
    assert set(told(judged(project, "psychological-bulletin"))) == {
        "J011 of the checklist jars, 2 of 30 items have no place: 17, 19",
        "J011 the checklist jars has no item 99",
        "J011 item 18 of the checklist jars stands at #sec-analyses, and nothing in the paper has that name",
    }


def test_a_checklist_that_is_not_carried_is_told(tmp_path: Path) -> None:
    made = judged(copied(tmp_path, ("checklist:\n  jars:", "checklist:\n  mars:")), "psychological-bulletin")
    assert told(made) == ["J011 the checklist mars is not among those that are known, so no file is made of it"]
    assert made.outcome.findings[0].severity is Severity.WARNING


@pytest.mark.parametrize("wrong", ["{a: b, c: d}", "One. Two. Three.", "[[a, b], {x: y}, c]"])
def test_highlights_that_are_no_list_are_told(tmp_path: Path, wrong: str) -> None:
    project = copied(tmp_path)
    paper = project.folder / "paper.md"
    paper.write_text(re.sub(r"highlights:\n(  - .*\n)+", f"highlights: {wrong}\n", paper.read_text("utf-8")), "utf-8")
    assert told(judged(project, "journal-of-affective-disorders")) == ["J007 highlights is not a list of sentences"]


def test_an_authors_family_name_alone_is_told_in_what_reviewers_get(tmp_path: Path) -> None:
    paper = copied(tmp_path, ('"4": "First paragraph"', '"4": "Page 3 of Falkenrath\'s draft"'))
    made = submit.submit(paper, "apa", lambda _: None)
    (finding,) = made.outcome.findings
    assert finding.code == "M002"
    assert finding.place.file.endswith("reporting-checklist.docx")
    assert finding.message.startswith(
        "the masked copy may name an author, by the family name alone (Ines Falkenrath): "
    )


def test_a_family_name_that_somebody_cited_bears_names_nobody(tmp_path: Path) -> None:
    paper = copied(
        tmp_path,
        ("name: Ines Falkenrath", "name: Ines Buchner"),
        ('"4": "First paragraph"', '"4": "After Buchner"'),
    )
    assert told(submit.submit(paper, "apa", lambda _: None)) == []


def test_the_letter_of_one_author_without_tables_says_so(tmp_path: Path) -> None:
    second = (
        "  - name: Tomasz Wieczorkowski\n    affiliation: Institute of Imagined Measures, Fictional Polytechnic\n"
        "    orcid: 0000-0001-5109-3700\n    roles: [formal analysis, writing \u2013 review & editing]\n"
    )
    project = copied(
        tmp_path,
        (second, ""),
        ("Two Nights of Sleep and the Recall of Word Pairs: A Randomized Comparison", "Does Sleep Help?"),
        ("@tbl-recall shows how many pairs were recalled, and @fig-recall", "@fig-recall"),
        (": Pairs Recalled of 40 {#tbl-recall}\n", ""),
        ('"#tbl-recall"', '"#sec-results"'),
    )
    made = submit.submit(project, "addiction", lambda _: None)
    assert made.folder is not None, told(made)
    words = words_of(made.folder / "cover-letter.docx")
    assert "Please consider the manuscript \u201cDoes Sleep Help?\u201d for publication in Addiction." in words
    assert ", with no tables, 1 figure, and 3 references." in words
    assert "All authors" not in words


def test_the_letter_and_the_statements_have_no_line_numbers(tmp_path: Path) -> None:
    made = submit.submit(copied(tmp_path), "plos-one", lambda _: None)
    assert made.folder is not None

    def numbers_lines(name: str) -> bool:
        return b"<w:lnNumType" in zipfile.ZipFile(made.folder / name).read("word/document.xml")  # type: ignore[operator]

    assert numbers_lines("Manuscript.docx")
    assert not numbers_lines("Cover_Letter.docx")
    assert not numbers_lines("Statements_for_the_portal.docx")


def test_the_letter_of_an_arabic_paper_runs_as_english_does(tmp_path: Path) -> None:
    made = submit.submit(copied(tmp_path, ("lang: en-US", "lang: ar")), "addiction", lambda _: None)
    assert made.folder is not None, told(made)

    def runs_to_the_left(name: str) -> bool:
        return b"<w:bidi" in zipfile.ZipFile(made.folder / name).read("word/document.xml")  # type: ignore[operator]

    assert runs_to_the_left("manuscript.docx")
    assert not runs_to_the_left("cover-letter.docx")
