"""What other styles than APA's print of the works of a bibliography: no less than plain pandoc makes of the file.

Where the two agree, the entries are compared letter by letter; where ours says more, what stands is from the entry.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import bibliography, programs, resources
from citeproof.bibliography import variants

if TYPE_CHECKING:
    from pathlib import Path

STYLES = [
    "american-medical-association",
    "chicago-author-date",
    "elsevier-harvard",
    "harvard-cite-them-right",
    "ieee",
    "modern-language-association",
    "nature",
    "nlm-citation-sequence",
]


PLAIN_WORDS = "markdown-bracketed_spans-native_spans-raw_html"
"""Markdown without the spans that keep letters from a change of case."""


def printed(file: Path, style: str) -> str:
    """Give the list of references as pandoc prints it from a bibliography."""
    command = [programs.pandoc_path(), "-f", "markdown", "-t", PLAIN_WORDS, "--wrap=none", "--citeproc"]
    command += ["--csl", str(resources.styles() / f"{style}.csl"), "--bibliography", str(file)]
    done = subprocess.run(command, input=b'---\nnocite: "@*"\n---\n', check=True, capture_output=True)
    return done.stdout.decode()


def both(folder: Path, entry: str, style: str) -> tuple[str, str]:
    """Give what comes of an entry by our reader, and by pandoc's."""
    (folder / "theirs.bib").write_text(entry, "utf-8")
    (folder / "ours.json").write_text(json.dumps([item(entry)]), "utf-8")
    return printed(folder / "ours.json", style), printed(folder / "theirs.bib", style)


def item(entry: str, suffix: str = ".bib") -> dict[str, Any]:
    return next(iter(bibliography.read(f"references{suffix}", suffix, entry).items.values()))


SUBMITTED = """@article{fox, author = {Fox, Ann}, title = {On waiting}, journaltitle = {Psychological Review},
  date = {2024}, pubstate = {submitted}}"""
ISSUE = """@periodical{issue, editor = {Osei, Kofi}, title = {Journal of Hills}, issuetitle = {Open slopes},
  date = {2019}, volume = {8}, number = {4}}"""
ENTRY = """@incollection{entry, author = {Cass, Cora}, title = {Consciousness}, editor = {Zalta, Edward N.},
  booktitle = {Stanford encyclopedia of philosophy}, publisher = {Metaphysics Research Lab}, date = {2014}}"""
THESIS = """@phdthesis{thesis, author = {Lamb, Lucy}, title = {On wool}, school = {Ewe University}, year = {2002}}"""
MASTER = """@mastersthesis{master, author = {Moss, Max}, title = {On stones}, school = {Rock University}, year = {2003},
  type = {MSc thesis}}"""
R = """@manual{r, title = {{R}: A language and environment for statistical computing}, author = {{R Core Team}},
  organization = {R Foundation for Statistical Computing}, address = {Vienna}, year = {2021},
  url = {https://www.r-project.org/}}"""
PART = """@article{part, author = {Noe, Leo}, title = {On parts}, journaltitle = {Tetrahedron}, volume = {42},
  part = {B}, pages = {230--265}, date = {1937}}"""
PAGED = """@article{paged, author = {Ash, Tom}, title = {On trees}, journal = {PLoS ONE}, volume = {12}, number = {3},
  pages = {e98765}, year = {2018}}"""
PLACES = """@inproceedings{places, author = {Eck, Eve}, title = {On clicks}, booktitle = {CHI 15}, publisher = {ACM},
  location = {Seoul}, address = {New York}, pages = {1--10}, year = {2015}}"""


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "entry",
    [SUBMITTED, ISSUE, ENTRY, THESIS, MASTER, R, PART, PAGED],
    ids=["submitted", "issue", "entry", "thesis", "master", "r", "part", "paged"],
)
def test_other_styles_print_of_a_work_what_plain_pandoc_prints(tmp_path: Path, entry: str, style: str) -> None:
    ours, theirs = both(tmp_path, entry, style)
    assert ours == theirs


@pytest.mark.parametrize("style", STYLES)
def test_a_submitted_manuscript_keeps_its_journal(tmp_path: Path, style: str) -> None:
    assert "Psychological Review" in both(tmp_path, SUBMITTED, style)[0]


@pytest.mark.parametrize("style", STYLES)
def test_the_number_of_an_article_is_printed_once(tmp_path: Path, style: str) -> None:
    ours, _ = both(tmp_path, PAGED.replace("pages = ", "eid = "), style)
    assert ours.count("e98765") == 1


@pytest.mark.parametrize("style", [*STYLES, "chicago-notes-bibliography"])
def test_a_special_issue_is_called_so_once_at_most(tmp_path: Path, style: str) -> None:
    ours, _ = both(tmp_path, ISSUE, style)
    assert ours.count("pecial issue") <= 1


def test_ieee_names_arxiv_once_before_the_address(tmp_path: Path) -> None:
    entry = (
        "@misc{adam, author = {Ba, Jimmy}, title = {Adam}, year = {2014}, eprint = {1412.6980}, eprinttype = {arxiv}}"
    )
    ours, _ = both(tmp_path, entry, "ieee")
    assert ours.partition("Available")[0].count("arXiv") == 1
    assert "https://arxiv.org/abs/1412.6980" in ours


def test_ieee_takes_the_place_of_the_publisher_from_an_export_of_acm(tmp_path: Path) -> None:
    assert "New York: ACM" in both(tmp_path, PLACES, "ieee")[0]
    assert item(PLACES)["event-place"] == "Seoul"


@pytest.mark.parametrize("style", STYLES)
def test_a_publisher_typed_as_author_is_the_group(tmp_path: Path, style: str) -> None:
    entry = (
        "@book{dsm, author = {{Hill Group}}, title = {Hills}, publisher = {Author}, address = {Oslo}, year = {2013}}"
    )
    ours, _ = both(tmp_path, entry, style)
    assert ours.count("Hill Group") == 2
    assert "Author" not in ours


def test_a_letter_keeps_its_title_and_its_capitals(tmp_path: Path) -> None:
    entry = "@letter{cole, author = {Cole, Carl}, title = {Letter to Dean}, date = {1920-03-01}}"
    for style in ("elsevier-harvard", "ieee", "nature"):
        assert "Letter to Dean" in both(tmp_path, entry, style)[0]


@pytest.mark.parametrize("style", ["chicago-author-date", "modern-language-association"])
def test_a_talk_keeps_the_days_of_its_meeting(tmp_path: Path, style: str) -> None:
    entry = """@inproceedings{talk, author = {Falk, Finn}, title = {On talking}, eventtitle = {Meeting of Talkers},
      eventdate = {2019-08-08/2019-08-11}, venue = {Chicago}, date = {2019}}"""
    ours, _ = both(tmp_path, entry, style)
    assert "11" in ours.partition("Talkers")[2]
    assert "2019" in ours


# How an item holds both


def test_what_is_for_others_is_kept_for_apa() -> None:
    made = {"id": "a", "type": "manuscript", "genre": "Manuscript in preparation"}
    as_apa = dict(made)
    variants.for_others(made, type="article-journal", genre="", container_title="Mind")
    assert made == {
        "id": "a",
        "type": "article-journal",
        "apa-type": "manuscript",
        "genre": "",
        "apa-genre": "Manuscript in preparation",
        "container-title": "Mind",
        "apa-without": "container-title",
    }
    assert variants.for_apa(made) == as_apa


def test_a_second_value_for_others_leaves_that_of_apa() -> None:
    made = {"id": "a", "page": "3"}
    variants.for_others(made, page="4", volume="1")
    variants.for_others(made, page="5", volume="2")
    assert (made["page"], made["apa-page"], made["volume"], made["apa-without"]) == ("5", "3", "2", "volume")


def test_an_item_that_is_the_same_everywhere_is_apas_too() -> None:
    assert variants.for_apa({"id": "a", "type": "book", "title": "B"}) == {"id": "a", "type": "book", "title": "B"}


def test_apa_has_of_a_submitted_manuscript_no_journal_whatever_the_format() -> None:
    exported = {"id": "fox", "type": "article-journal", "title": "A", "container-title": "Psychological Review"}
    for entry, suffix in ((SUBMITTED, ".bib"), (json.dumps([exported | {"status": "Submitted"}]), ".json")):
        held = item(entry, suffix)
        assert (held["type"], held["container-title"]) == ("article-journal", "Psychological Review")
        apa = variants.for_apa(held)
        assert (apa["type"], apa["genre"]) == ("manuscript", "Manuscript submitted for publication")
        assert {"container-title", "status"}.isdisjoint(apa)


def test_an_article_in_an_issue_is_no_manuscript_whatever_its_status() -> None:
    exported = {"id": "a", "type": "article-journal", "title": "B", "container-title": "C", "status": "Submitted"}
    assert "apa-type" not in item(json.dumps([exported | {"volume": "3"}]), ".json")
