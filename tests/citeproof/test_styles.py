"""Citation styles: found by name, path or address, through a dependent style; APA Style's overlay, macro by macro."""

from __future__ import annotations

import hashlib
import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from citeproof import programs, resources, styles
from citeproof.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

CSL = '<style xmlns="http://purl.org/net/xbiblio/csl"><info>{}</info></style>'


@pytest.mark.parametrize(
    ("asked", "name", "file"),
    [
        ("apa", "apa", "apa.csl"),
        ("apa.csl", "apa", "apa.csl"),
        ("http://www.zotero.org/styles/apa", "apa", "apa.csl"),
        ("https://www.zotero.org/styles/apa/", "apa", "apa.csl"),
        ("vancouver-nlm", "vancouver-nlm", "nlm-citation-sequence.csl"),
        ("psychological-bulletin", "psychological-bulletin", "apa.csl"),
        ("http://www.zotero.org/styles/psychological-bulletin", "psychological-bulletin", "apa.csl"),
    ],
)
def test_a_style_is_found_by_name_or_address_and_a_dependent_one_gives_its_parent(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    name: str,
    file: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert styles.find(asked, tmp_path) == styles.Style(name, resources.styles() / file)


def test_a_style_file_is_found_from_the_working_folder_first_then_beside_the_paper(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, paper = tmp_path / "here", tmp_path / "paper"
    for folder in (here, paper):
        folder.mkdir()
    monkeypatch.chdir(here)
    (paper / "own.csl").write_text(CSL)
    assert styles.find("own.csl", paper) == styles.Style("own", paper / "own.csl")
    (here / "own.csl").write_text(CSL)
    assert styles.find("own.csl", paper) == styles.Style("own", here / "own.csl")


def test_an_overlay_of_ours_comes_before_the_packages_style(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "csl").mkdir()
    (tmp_path / "csl" / "apa.csl").write_text(CSL)
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    assert styles.find("apa", tmp_path).path == tmp_path / "csl" / "apa.csl"


def test_an_unknown_style_is_wrong_use_with_the_nearest_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^there is no citation style named vancouvr$") as caught:
        styles.find("vancouvr", tmp_path)
    assert caught.value.hint.startswith("did you mean vancouver")
    assert caught.value.hint.endswith("?")


def test_a_style_like_no_other_is_wrong_use_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^there is no citation style named qqqqqqqqqqqqqq$") as caught:
        styles.find("qqqqqqqqqqqqqq", tmp_path)
    assert caught.value.hint == "names are those of the CSL project, for example: apa"


def test_a_dependent_style_that_names_no_parent_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dependent").mkdir()
    (tmp_path / "dependent" / "orphan.csl").write_text(CSL.format('<link rel="self" href="x"/>'))
    monkeypatch.setattr(resources, "styles", lambda: tmp_path)
    with pytest.raises(UsageError, match=r"^the style orphan names no parent style$") as caught:
        styles.find("orphan", tmp_path)
    assert caught.value.hint == "give its parent with --style"


RECORD = tomllib.loads((resources.root() / "csl" / "styles.toml").read_text("utf-8"))


@pytest.mark.parametrize("style", RECORD["style"], ids=lambda style: style["name"])
def test_each_recorded_style_is_the_file_that_is_used(tmp_path: Path, style: dict[str, str]) -> None:
    path = styles.find(style["name"], tmp_path).path
    assert hashlib.sha256(path.read_bytes()).hexdigest() == style["sha256"]
    assert f"<updated>{style['updated']}" in path.read_text("utf-8")


def test_the_recorded_release_is_the_one_installed() -> None:
    assert resources.version(RECORD["package"]["name"]) == RECORD["package"]["version"]


# Overlays -------------------------------------------------------------------------------------------------------

NAMESPACE = "{http://purl.org/net/xbiblio/csl}"
OVERLAID = [style["name"] for style in RECORD["style"] if "overlay" in style]
STYLE = (
    '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text"><info><id>theirs</id></info>'
    '<locale xml:lang="en"><terms><term name="a">A</term><term name="b">B</term></terms></locale>'
    '<macro name="one"><text value="one"/></macro><macro name="two"><text macro="one"/></macro>'
    '<citation et-al-min="3"><sort><key variable="title"/></sort><layout/></citation></style>'
)


def composed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overlay: str, style: str = STYLE) -> etree._Element:
    """Put an overlay into a style, both given as text; the record knows the style `STYLE`."""
    (tmp_path / "csl").mkdir()
    (tmp_path / "csl" / "ours.overlay.xml").write_text(
        f'<overlay xmlns="http://purl.org/net/xbiblio/csl">{overlay}</overlay>'
    )
    sha256 = hashlib.sha256(STYLE.encode()).hexdigest()
    (tmp_path / "csl" / "styles.toml").write_text(f'[[style]]\nsha256 = "{sha256}"\noverlay = "ours.overlay.xml"\n')
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    path = tmp_path / "own.csl"
    path.write_text(style)
    return etree.fromstring(styles.compose(styles.Style("own", path)))


def texts(style: etree._Element) -> dict[str, str]:
    """Give each macro's first element that says something."""
    return {
        str(macro.get("name")): str(macro[0].get("value") or macro[0].get("macro"))
        for macro in style.iter(f"{NAMESPACE}macro")
    }


def test_a_macro_of_the_overlay_takes_the_place_of_the_styles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    style = composed(tmp_path, monkeypatch, '<macro name="one"><text value="ours"/></macro>')
    assert texts(style) == {"one": "ours", "two": "one"}


def test_a_macro_may_keep_the_styles_under_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    style = composed(tmp_path, monkeypatch, '<macro name="one" keep="old"><text macro="old"/></macro>')
    assert texts(style) == {"one": "old", "old": "one", "two": "one"}
    assert not list(style.iterfind(f"{NAMESPACE}macro[@keep]"))


def test_a_new_macro_is_added_before_the_citation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    style = composed(tmp_path, monkeypatch, '<macro name="three" new="true"><text value="3"/></macro>')
    assert texts(style)["three"] == "3"
    assert [str(part.tag).removeprefix(NAMESPACE) for part in style][-2:] == ["macro", "citation"]


def test_terms_and_attributes_and_the_sorting_are_changed_and_the_rest_stays(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    overlay = (
        '<locale xml:lang="en"><terms><term name="a">ours</term><term name="a" form="short">o.</term></terms></locale>'
        '<locale xml:lang="de"><terms><term name="a">unser</term></terms></locale>'
        '<citation et-al-min="4"><sort><key variable="DOI"/></sort></citation>'
    )
    style = composed(tmp_path, monkeypatch, overlay)
    terms = [(term.get("name"), term.get("form"), term.text) for term in style.iter(f"{NAMESPACE}term")]
    assert sorted(terms, key=str) == sorted(
        [("b", None, "B"), ("a", None, "ours"), ("a", "short", "o."), ("a", None, "unser")], key=str
    )
    citation = style.find(f"{NAMESPACE}citation")
    assert citation is not None
    assert citation.get("et-al-min") == "4"
    assert [key.get("variable") for key in citation.iter(f"{NAMESPACE}key")] == ["DOI"]
    assert citation.find(f"{NAMESPACE}layout") is not None
    assert style.findtext(f"{NAMESPACE}info/{NAMESPACE}id") == "theirs"


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ('<macro name="gone"><text value="x"/></macro>', "the overlay's macro gone is not in the style"),
        ('<macro name="gone" keep="old"><text value="x"/></macro>', "the overlay's macro gone is not in the style"),
        ('<macro name="one" new="true"><text value="x"/></macro>', "the overlay's macro one is in the style already"),
        (
            '<macro name="one" keep="two"><text value="x"/></macro>',
            "the overlay would keep one as two, which is in the style already",
        ),
        ('<macro name="one"/><macro name="one"/>', "the overlay has the macro one twice"),
        ("<bibliography/>", "the style has no bibliography"),
    ],
)
def test_an_overlay_that_does_not_fit_the_style_is_our_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, overlay: str, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        composed(tmp_path, monkeypatch, overlay)


def test_a_style_of_an_authors_own_gets_no_overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = STYLE.replace("theirs", "mine")
    style = composed(tmp_path, monkeypatch, '<macro name="one"><text value="ours"/></macro>', own)
    assert texts(style) == {"one": "one", "two": "one"}


@pytest.mark.parametrize("name", ["american-medical-association", "apa-cv", "chicago-author-date", "ieee"])
def test_another_style_is_its_file(tmp_path: Path, name: str) -> None:
    style = styles.find(name, tmp_path)
    assert styles.compose(style) == style.path.read_bytes()


@pytest.mark.parametrize("name", OVERLAID)
def test_the_same_style_gives_the_same_bytes_with_its_identifier(tmp_path: Path, name: str) -> None:
    style = styles.find(name, tmp_path)
    content = styles.compose(style)
    assert content == styles.compose(style)
    assert (
        etree.fromstring(content).findtext(f"{NAMESPACE}info/{NAMESPACE}id") == f"http://www.zotero.org/styles/{name}"
    )


@pytest.mark.parametrize("name", OVERLAID)
def test_every_macro_that_is_called_is_there_and_each_of_ours_is_called(tmp_path: Path, name: str) -> None:
    style = etree.fromstring(styles.compose(styles.find(name, tmp_path)))
    there = [str(macro.get("name")) for macro in style.iter(f"{NAMESPACE}macro")]
    called = {str(element.get("macro")) for element in style.iter() if element.get("macro")}
    overlay = etree.parse(resources.root() / "csl" / "apa.overlay.xml").getroot()
    ours = {str(macro.get("name")) for macro in overlay.iter(f"{NAMESPACE}macro")}
    assert len(there) == len(set(there))
    assert called <= set(there)
    assert ours <= called


def test_each_macro_of_an_overlay_has_a_comment_that_names_the_section() -> None:
    overlay = etree.parse(resources.root() / "csl" / "apa.overlay.xml").getroot()
    for group in overlay.iter(f"{NAMESPACE}macro"):
        before: Any = group.getprevious()
        while before is not None and before.tag == f"{NAMESPACE}macro":
            before = before.getprevious()
        assert before is not None
        assert before.tag is etree.Comment, f"{group.get('name')} has no comment"


def test_each_overlay_is_named_in_the_record() -> None:
    overlays = {path.name for path in (resources.root() / "csl").glob("*.overlay.xml")}
    assert overlays == {style["overlay"] for style in RECORD["style"] if "overlay" in style}


# What the overlay of APA Style is for ---------------------------------------------------------------------------

AUTHOR = [{"family": "Fay", "given": "C."}]
WEB = {"type": "webpage", "title": "Clock", "author": AUTHOR, "URL": "https://clock.org/"}
MADE = {"type": "motion_picture", "title": "Night", "author": AUTHOR, "issued": {"date-parts": [[2017]]}}
ROLE = {"original-author": [{"family": "Fay", "given": "C.", "suffix": "(Writer)"}]}
DAY, EARLIER = {"date-parts": [[2019, 7, 3]]}, {"date-parts": [[2019, 1, 2]]}
WIKI = {
    "type": "entry-encyclopedia",
    "title": "Dogs",
    "container-title": "Wiki",
    "issued": DAY,
    "URL": "https://w.org/",
}
CASE = {"type": "legal_case", "title": "Fay v. Gray", "volume": "3", "container-title": "U.S.", "page": "4"}
BILL = {"type": "bill", "genre": "S. Res.", "number": "438", "authority": "114th Cong.", "issued": DAY}
RULE = {"type": "regulation", "genre": "Exec. Order", "number": "13676", "container-title": "C.F.R.", "issued": DAY}
HEARING = {"type": "hearing", "title": "Dogs", "author": AUTHOR, "section": "Dog Committee", "authority": "Cong."}
PART = {"type": "chapter", "title": "Bone", "container-title": "Book", "editor": AUTHOR}
ACT = {"type": "legislation", "title": "U.S. Const. amend. XIX"}

WANTED: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    # What is taken out of the overlay: the works, and the lines that plain pandoc writes.
    "data set": ([MADE | {"type": "dataset"}], ["Fay, C. (2017). Night [Data set]."]),
    "film": ([MADE], ["Fay, C. (2017). Night [Film]."]),
    "author": (
        [MADE | ROLE, PART],
        ["Bone. (n.d.). In C. Fay (Ed.), Book.", "Fay, C., (Writer). (2017). Night [Film]."],
    ),
    "author-sort": (
        [MADE, MADE | ROLE | {"issued": {"date-parts": [[2001]]}}],
        ["Fay, C., (Writer). (2001). Night [Film].", "Fay, C. (2017). Night [Film]."],
    ),
    "date": ([WIKI], ["Dogs. (2019, July 3). In Wiki. https://w.org/"]),
    "date-sort": (
        [
            WIKI | {"title": "Cats", "author": AUTHOR},
            WIKI | {"author": AUTHOR, "issued": {"date-parts": [[2019, 1, 2]]}},
        ],
        [
            "Fay, C. (2019a, January 2). Dogs. In Wiki. https://w.org/",
            "Fay, C. (2019b, July 3). Cats. In Wiki. https://w.org/",
        ],
    ),
    "date-issued-month-day": (
        [WEB | {"issued": {"literal": "1990s"}, "issued-in-words": "1"}],
        ["Fay, C. (1990s). Clock. https://clock.org/"],
    ),
    "description-format": (
        [MADE | {"genre": "Film", "medium": "educational DVD"}],
        ["Fay, C. (2017). Night [Film; educational DVD]."],
    ),
    "description-song": (
        [{"type": "song", "composer": MADE["author"], "title": "Noon", "genre": "Album"}],
        ["Fay, C. (n.d.). Noon [Album]."],
    ),
    "label-version": (
        [
            MADE | {"type": "software", "version": "1.1-21"},
            MADE | {"type": "software", "title": "Noon", "version": "Mar 14 version", "version-bare": "1"},
        ],
        [
            "Fay, C. (2017a). Night (Version 1.1-21) [Computer software].",
            "Fay, C. (2017b). Noon (Mar 14 version) [Computer software].",
        ],
    ),
    "source-DOI-URL": (
        [WEB | {"issued": DAY, "accessed": {"date-parts": [[2020, 1, 2]]}, "retrieval": "1"}, WEB],
        [
            "Fay, C. (n.d.). Clock. https://clock.org/",
            "Fay, C. (2019, July 3). Clock. Retrieved January 2, 2020, from https://clock.org/",
        ],
    ),
    "bibliography": (
        [CASE | {"issued": DAY, "URL": "https://u.org/", "references": "aff\u2019d, 5 U.S. 6"}],
        ["Fay v. Gray, 3 U.S. 4 (2019), aff\u2019d, 5 U.S. 6. https://u.org/"],
    ),
    "legal-reference": (
        [CASE | {"legal-citation": "3 U.S. 4 (D. Kan. 2019)"}],
        ["Fay v. Gray, 3 U.S. 4 (D. Kan. 2019)."],
    ),
    "legal-title": ([ACT], ["U.S. Const. amend. XIX."]),
    "legal-identifier-bill-report": (
        [RULE],
        ["Exec. Order No. 13676, C.F.R. (2019)."],
    ),
    "label-number": (
        [
            MADE | {"type": "patent", "number": "9,367,592", "authority": "U.S."},
            MADE | {"type": "report", "number": "ED5", "number-bare": "1", "title": "One"},
            MADE | {"type": "report", "genre": "Project", "number": "5R-04", "number-counted": "1", "title": "Two"},
        ],
        [
            "Fay, C. (2017a). Night (U.S. Patent No. 9,367,592).",
            "Fay, C. (2017b). One (ED5).",
            "Fay, C. (2017c). Two (Project No. 5R-04).",
        ],
    ),
    "legal-source-bill": ([BILL], ["S. Res. 438, 114th Cong. (2019)."]),
    "legal-source-regulation": ([RULE], ["Exec. Order No. 13676, C.F.R. (2019)."]),
    "legal-source-hearing": (
        [HEARING | {"issued": DAY}],
        ["Dogs, Dog Committee, Cong. (2019) (testimony of C. Fay)."],
    ),
    "legal-date": (
        [
            ACT | {"issued": DAY, "original-date": {"date-parts": [[1971]]}},
            ACT | {"title": "Zoo Act 2019", "issued": DAY, "year-in-title": "1"},
        ],
        ["U.S. Const. amend. XIX (1971 & rev. 2019).", "Zoo Act 2019."],
    ),
}

CITED: dict[str, tuple[dict[str, Any], str]] = {
    "title-and-descriptions-short": (ACT | {"issued": DAY}, "U.S. Const. amend. XIX (2019)"),
    "date-short": (CASE, "Fay v. Gray"),
    "author-short": (PART, "“Bone” (n.d.)"),
}


def listed(tmp_path: Path, csl: Path, *items: dict[str, Any], text: str = "") -> list[str]:
    """Give the lines of a paper that cites all the works, set by plain pandoc with this style: the text, the list."""
    works = [{"id": f"work{number}"} | item for number, item in enumerate(items)]
    (tmp_path / "works.json").write_text(json.dumps(works))
    (tmp_path / "paper.md").write_text(f"---\nnocite: '@*'\n---\n{text}\n")
    command = [programs.pandoc_path(), "paper.md", "--citeproc", "--csl", str(csl), "--bibliography", "works.json"]
    done = programs.run([*command, "--to=plain", "--wrap=none"], cwd=tmp_path)
    assert done.status == 0, done.errors
    return [line for line in done.output.decode().splitlines() if line]


def apa(tmp_path: Path, without: str = "") -> Path:
    """Write APA Style with its overlay, of which a macro or a term is left out."""
    style = styles.find("apa", tmp_path)
    path = tmp_path / f"{without or 'whole'}.csl"
    content = styles.compose(style)
    if without:
        overlay = etree.parse(resources.root() / "csl" / "apa.overlay.xml").getroot()
        for part in list(overlay.iter(f"{NAMESPACE}macro", f"{NAMESPACE}term")):
            if without in {part.get("name"), part.text}:
                parent = part.getparent()
                assert parent is not None
                parent.remove(part)
        content = styles._with_overlay(style.path.read_bytes(), etree.tostring(overlay))
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("part", WANTED)
def test_the_list_is_apas_with_the_overlay_and_not_without_one_part_of_it(tmp_path: Path, part: str) -> None:
    works, expected = WANTED[part]
    assert listed(tmp_path, apa(tmp_path), *works) == expected
    assert listed(tmp_path, apa(tmp_path, part), *works) != expected


@pytest.mark.parametrize("part", CITED)
def test_a_citation_is_apas_with_the_overlay_and_not_without_one_part_of_it(tmp_path: Path, part: str) -> None:
    work, expected = CITED[part]
    assert listed(tmp_path, apa(tmp_path), work, text="@work0")[0] == expected
    assert listed(tmp_path, apa(tmp_path, part), work, text="@work0")[0] != expected


def test_each_macro_of_the_overlay_that_changes_the_style_has_a_case_here() -> None:
    overlay = etree.parse(resources.root() / "csl" / "apa.overlay.xml").getroot()
    changed = {macro.get("name") for macro in overlay.iter(f"{NAMESPACE}macro") if not macro.get("new")}
    terms = {term.text for term in overlay.iter(f"{NAMESPACE}term")}
    assert changed | terms == WANTED.keys() | CITED.keys()
