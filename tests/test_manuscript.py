"""The paper's own tests: every citation of the manuscript has its entry, and stands in the PDF, the DOCX and the HTML.

Whatever paper stands in manuscript/ is tested; nothing here knows which one it is.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
from lxml import etree, html

from citeproof import build as building
from citeproof import document, profiles, project, styles, submit
from citeproof.errors import CiteproofError
from citeproof.findings import Place, Severity
from citeproof.stages import check, cite, read, verify, write

if TYPE_CHECKING:
    from citeproof.document import CitedDocument, Manuscript

FOLDER = Path(__file__).resolve().parents[1] / "manuscript"
STAR = "*"
"""The key that cites every entry (pandoc manual, "Including uncited items in the bibliography")."""


def _read() -> tuple[Manuscript | None, str]:
    """Read the manuscript, or say why that cannot be done: the tests fail with it, their collection does not."""
    try:
        paper = project.find_paper(FOLDER)
        return read.read(project.Project(paper, FOLDER / "dist")), ""
    except CiteproofError as fault:
        return None, f"{fault}\n    {fault.hint}"


MANUSCRIPT, REFUSED = _read()
NOTHING = document.Citation(STAR, Place("nothing is cited"))
"""Stands for the citations of a paper that has none, or that cannot be read, so that no test is passed over."""
CITATIONS = [item for item in (MANUSCRIPT.citations if MANUSCRIPT else ()) if item.key != STAR] or [NOTHING]
PRINTED = sorted({item.key for item in CITATIONS})
each_citation = pytest.mark.parametrize(
    "citation", CITATIONS, ids=[f"@{item.key} at {item.place}" for item in CITATIONS]
)
each_key = pytest.mark.parametrize("key", PRINTED)


@dataclass(frozen=True, slots=True)
class Built:
    """The manuscript, built once: as cited, and as a reader's program sees each of the files."""

    cited: CitedDocument
    artefacts: dict[str, Path]
    text: dict[str, list[str]]
    """Format → text of its pages, folded; one page where there are none."""
    links: dict[str, set[str]]
    """Format → keys that a link leads to and whose entry stands where it leads."""


def fold(text: str) -> str:
    """Leave of a text what every format keeps: letters and digits; a hyphen may be a line's end."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def _pages(path: Path) -> list[str]:
    with pdfplumber.open(path) as opened:
        # The running head stands above the text, which begins an inch from the edge (APA 2.22).
        return [fold(page.crop((0, 66, page.width, page.height)).extract_text()) for page in opened.pages]


def _pdf_landings(path: Path, entries: dict[str, str]) -> set[str]:
    """Tell which entries begin where an inner link of the PDF leads."""
    found = set()
    with pdfplumber.open(path) as opened:
        numbers = {page.page_obj.pageid: page for page in opened.pages}
        for page in opened.pages:
            for annotation in page.annots:
                data = annotation["data"]
                goal = data.get("Dest") or (data.get("A") or {}).get("D")
                if not isinstance(goal, list):
                    continue
                target = numbers[goal[0].objid]
                top = max(float(target.height) - float(goal[3]) - 1, 0)
                below = fold(target.crop((0, top, target.width, target.height)).extract_text())
                found |= {key for key, text in entries.items() if fold(text) and below.startswith(fold(text)[:25])}
    return found


def _word(path: Path) -> tuple[str, set[str]]:
    space = {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    }
    text, linked, marked = "", set(), set()
    with zipfile.ZipFile(path) as archive:
        for name in {"word/document.xml", "word/footnotes.xml"} & set(archive.namelist()):
            root = etree.fromstring(archive.read(name))
            text += "".join(root.xpath("//w:t/text() | //m:t/text()", namespaces=space))
            linked |= set(root.xpath("//w:hyperlink/@w:anchor", namespaces=space))
            marked |= set(root.xpath("//w:bookmarkStart/@w:name", namespaces=space))
    return fold(text), linked & marked


def _page(path: Path) -> tuple[str, set[str]]:
    root = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()
    places = set(root.xpath("//@id"))
    return (
        fold(root.find("body").text_content()),
        {
            link
            for link in (href.removeprefix("#") for href in root.xpath("//a/@href[starts-with(., '#')]"))
            if link in places
        },
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the manuscript aside, and open each file with another program than the one that judges it in a build."""
    assert MANUSCRIPT is not None, REFUSED
    folder = tmp_path_factory.mktemp("manuscript")
    meant = project.Project(project.find_paper(FOLDER), folder)
    problems = [str(found) for found in check.check(MANUSCRIPT, meant.formats) if found.severity is Severity.ERROR]
    assert not problems, "\n".join(problems)
    style = building.style_of(meant, MANUSCRIPT)
    cited, remarks = cite.cite(meant, MANUSCRIPT, style, folder)
    assert not [str(found) for found in remarks if found.severity is Severity.ERROR]
    artefacts, _ = write.write(meant, cited, folder, lambda _: None, images=MANUSCRIPT.images)
    word, word_links = _word(artefacts["docx"])
    page, page_links = _page(artefacts["html"])
    return Built(
        cited,
        artefacts,
        {"pdf": _pages(artefacts["pdf"]), "docx": [word], "html": [page]},
        {
            "pdf": _pdf_landings(artefacts["pdf"], cited.references),
            "docx": {name.removeprefix("ref-") for name in word_links if name.startswith("ref-")},
            "html": {name.removeprefix("ref-") for name in page_links if name.startswith("ref-")},
        },
    )


@pytest.fixture(scope="session")
def proof(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Build the manuscript, and give the proof of the paper; a masked copy has none."""
    folder = tmp_path_factory.mktemp("proof")
    building.build(project.Project(project.find_paper(FOLDER), folder), lambda _: None)
    path = folder / "proof.json"
    part: dict[str, Any] = json.loads(path.read_text("utf-8"))["parts"][0] if path.is_file() else {}
    return part


def stands(text: str, pages: list[str]) -> bool:
    """Tell whether a text stands in the pages; it may run over the end of one."""
    if any(text in page for page in pages):
        return True
    return any(
        following.startswith(text[n:]) and text[:n] in page
        for page, following in itertools.pairwise(pages)
        for n in range(1, len(text))
    )


def test_the_manuscript_can_be_read() -> None:
    assert MANUSCRIPT is not None, REFUSED


def test_the_manuscript_has_no_error() -> None:
    assert MANUSCRIPT is not None, REFUSED
    errors = [str(found) for found in check.check(MANUSCRIPT, project.FORMATS) if found.severity is Severity.ERROR]
    assert not errors, "\n".join(errors)


def test_the_manuscripts_style_is_found() -> None:
    assert MANUSCRIPT is not None, REFUSED
    told = document.meta_strings(MANUSCRIPT.document, "csl")
    assert styles.find(told[0] if told else styles.DEFAULT, FOLDER).path.is_file()


@each_citation
def test_each_cited_key_has_an_entry(citation: document.Citation) -> None:
    assert MANUSCRIPT is not None, REFUSED
    held = {entry.key for entry in MANUSCRIPT.entries}
    assert citation.key in held or citation is NOTHING, f"{citation.place}: @{citation.key} has no entry"


@each_citation
def test_each_citation_stands_where_its_place_says(citation: document.Citation) -> None:
    assert MANUSCRIPT is not None, REFUSED
    line = project.find_paper(FOLDER).read_text("utf-8-sig").split("\n")[citation.place.line - 1]
    assert citation is NOTHING or line[citation.place.column - 1 :].lstrip("@{").startswith(citation.key)


def test_each_citation_of_the_text_is_set_once(built: Built) -> None:
    assert {key for item in built.cited.citations for key in item.keys} <= set(PRINTED) | {STAR}


@pytest.mark.parametrize("name", project.FORMATS)
@each_key
def test_the_text_of_each_citation_stands_in_every_format(built: Built, key: str, name: str) -> None:
    # A citation in a note stands in two places, the text and the note; its link and its entry are asked for below.
    missing = [
        item.text
        for item in built.cited.citations
        if key in item.keys and not item.in_note and not stands(fold(item.text), built.text[name])
    ]
    assert not missing, f"not in the {name.upper()}: {'; '.join(missing)}"


@pytest.mark.parametrize("name", project.FORMATS)
@each_key
def test_the_entry_of_each_cited_work_stands_in_every_format(built: Built, key: str, name: str) -> None:
    entry = built.cited.references.get(key)
    assert entry is None or stands(fold(entry), built.text[name]), f"not in the {name.upper()}: {entry}"
    assert entry or key == STAR or not built.cited.references, f"the reference list lacks @{key}"


@pytest.mark.parametrize("name", project.FORMATS)
@each_key
def test_a_link_leads_from_the_citations_of_each_work_to_its_entry(built: Built, key: str, name: str) -> None:
    linked = {cited for item in built.cited.citations for _, cited in item.links}
    assert key not in linked or key in built.links[name], f"no link in the {name.upper()} leads to the entry of @{key}"


@each_citation
def test_each_citation_is_in_the_proof_with_its_place_and_its_page(
    proof: dict[str, Any], built: Built, citation: document.Citation
) -> None:
    if not proof or citation is NOTHING:
        assert MANUSCRIPT is not None, REFUSED
        assert citation is NOTHING or document.is_masked(MANUSCRIPT.document)
        return
    first = citation.first or citation.place
    here = {"line": first.line, "column": first.column}
    found = [
        place
        for place in proof["citations"]
        if place["place"] and place["place"] | here == place["place"] and citation.key in place["works"]
    ]
    if not found:  # listed without being cited, under nocite
        assert citation.key not in {key for place in proof["citations"] if not place["place"] for key in place["works"]}
        assert {work["key"]: work["entry"] for work in proof["works"]}[citation.key]
        return
    (place,) = found
    pages = built.text["pdf"]
    assert not place["pages"] or (
        fold(place["sentence"]["citation"]) in "".join(pages[place["pages"][0] - 1 : place["pages"][-1]])
    )
    reads_from_the_right = any(unicodedata.bidirectional(char) in {"R", "AL"} for char in "".join(pages))
    assert place["pages"] or reads_from_the_right


@pytest.mark.parametrize("name", project.FORMATS)
def test_the_finished_file_is_judged_sound(built: Built, name: str) -> None:
    assert [str(found) for found in verify.verify(built.cited, {name: built.artefacts[name]})] == []


@pytest.mark.parametrize("journal", [path.stem for path in profiles.carried()])
def test_the_manuscript_is_judged_for_each_journal(journal: str, tmp_path: Path) -> None:
    """Whatever is in manuscript/: each rule is judged, and what is broken has a place and a remedy."""
    meant = project.Project(project.find_paper(FOLDER), tmp_path)
    made = submit.submit(meant, journal, lambda _: None, judge_only=True)
    if not any(one.severity is Severity.ERROR and one.code[0] != "J" for one in made.outcome.findings):
        assert made.verdicts
    for verdict in made.verdicts:
        assert verdict.has
        for finding in verdict.findings:
            assert finding.place.file
            assert "asked by" in finding.remedy
