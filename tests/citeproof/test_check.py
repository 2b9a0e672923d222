"""Judging a paper before anything is written: what leads nowhere, what a writer would drop, what APA has otherwise."""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from citeproof import figures, styles
from citeproof.document import Image as DocumentImage
from citeproof.findings import Place
from citeproof.project import FORMATS, Project
from citeproof.stages import check as checking
from citeproof.stages import read as reading
from citeproof.stages.check.images import coarse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def told(path: Path, formats: tuple[str, ...] = FORMATS, **options: Any) -> list[str]:
    project = Project(path, path.parent / "dist", formats)
    return [str(finding) for finding in checking.check(reading.read(project), formats, **options)]


def png() -> bytes:
    held = io.BytesIO()
    Image.effect_noise((60, 40), 50).save(held, "PNG")
    return held.getvalue()


def pdf() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(held, "PDF")
    return held.getvalue()


# --- citations --------------------------------------------------------------------------------------------------------


def test_a_paper_whose_citations_all_have_entries_has_no_finding(paper: Callable[..., Path]) -> None:
    assert told(paper("As @ames2001 says [@berg2002, p. 3].")) == []


def test_a_misspelt_key_is_an_error_with_a_suggestion(paper: Callable[..., Path]) -> None:
    assert told(paper("As @amse2001 says.")) == [
        "paper.md:7:4: error C001: @amse2001 is cited but is not in references.bib\n    did you mean @ames2001?",
    ]


def test_a_key_in_other_letters_case_is_an_error_that_says_so(paper: Callable[..., Path]) -> None:
    assert told(paper("As @Ames2001 says.")) == [
        (
            "paper.md:7:4: error C001: @Ames2001 is cited but is not in references.bib\n"
            "    did you mean @ames2001? Upper and lower case count in keys"
        ),
    ]


def test_a_key_like_no_other_is_an_error_that_says_what_an_at_sign_is(paper: Callable[..., Path]) -> None:
    assert told(paper("As @zzz says.")) == [
        (
            "paper.md:7:4: error C001: @zzz is cited but is not in references.bib\n"
            "    add the entry, or mend the key; an @ that is no citation is written \\@"
        ),
    ]


def test_a_citation_without_any_bibliography_says_how_to_name_one(paper: Callable[..., Path]) -> None:
    assert told(paper("As @zzz says.", front="---\ntitle: T\nauthor: D\n---\n", bibliography="")) == [
        (
            "paper.md:5:4: error C001: @zzz is cited but is not in any bibliography\n"
            "    name the bibliography in the front matter: bibliography: references.bib"
        ),
    ]


def test_every_bad_citation_is_told_in_one_run_in_the_order_of_the_text(paper: Callable[..., Path]) -> None:
    assert [line.split(" ")[0] for line in told(paper("@x1 [@x2; @ames2001; @x3]\n\n@x1"))] == [
        "paper.md:7:1:",
        "paper.md:7:6:",
        "paper.md:7:22:",
        "paper.md:9:1:",
    ]


def test_citing_every_entry_by_a_star_needs_no_entry_of_that_name(paper: Callable[..., Path]) -> None:
    assert told(paper("x", front="---\ntitle: T\nauthor: D\nbibliography: references.bib\nnocite: '@*'\n---\n")) == []


def test_an_unverified_work_is_a_warning_wherever_it_is_cited(paper: Callable[..., Path]) -> None:
    marked = "@book{lost2000,\n title = {T}, keywords = {unverified}}\n"
    assert told(paper("As @lost2000 says.", bibliography=marked)) == [
        (
            "paper.md:7:4: warning C003: @lost2000 is cited and marked as unverified in references.bib:1:1\n"
            "    nobody has found this work: find it and give its data, or say in the text how it is known"
        ),
    ]


def test_a_citation_of_a_hurt_entry_names_the_entry(paper: Callable[..., Path]) -> None:
    hurt = "@book{bad2000,\n title = {T}\n date = {2000}\n}\n"
    found = told(paper("As @bad2000 says.", bibliography=hurt))
    assert found[0] == (
        "paper.md:7:4: error C004: @bad2000 is cited but its entry at references.bib:1:1 cannot be read\n"
        "    mend the entry"
    )
    assert found[1].startswith("references.bib:1:1: error B002: ")


def test_an_unreadable_bibliography_is_one_error_and_not_one_for_each_citation(paper: Callable[..., Path]) -> None:
    found = told(paper("@a1 @a2 @a3", bibliography=""))
    assert len(found) == 1
    assert " error B001: " in found[0]


# --- front matter -----------------------------------------------------------------------------------------------------


def test_a_paper_without_title_and_author_is_told_both(paper: Callable[..., Path]) -> None:
    assert told(paper("Text.", front="")) == [
        (
            "paper.md:1:1: warning F002: the paper has no title\n"
            '    say it in the front matter, at the top of the file:\n    ---\n    title: "…"\n    ---'
        ),
        (
            "paper.md:1:1: warning F003: the front matter names no author\n"
            "    add author: and the names; author: [] says that there is none to name"
        ),
    ]


def test_a_paper_that_says_it_has_no_author_is_believed(paper: Callable[..., Path]) -> None:
    assert told(paper("Text.", front="---\ntitle: T\nauthor: []\n---\n")) == []


@pytest.mark.parametrize("name", ["running-head", "running_head", "short-title", "shorttitle"])
def test_a_running_head_beyond_50_characters_is_an_error_with_its_first_50(
    paper: Callable[..., Path], name: str
) -> None:
    front = f"---\ntitle: T\nauthor: D\n{name}: {'Abcdefghi ' * 5}x\n---\n"
    assert told(paper("Text.", front=front)) == [
        f"paper.md:4:{len(name) + 3}: error F004: the running head has 51 characters; "
        "at most 50 are allowed (APA 2.18)\n"
        f"    the first 50 are: {'Abcdefghi ' * 5}".rstrip(),
    ]
    assert told(paper("Text.", front=front.replace("x\n---", "\n---"))) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("runing-head", "running-head"),
        ("running_haed", "running-head"),
        ("keyword", "keywords"),
        ("abstact", "abstract"),
        ("Title", "title"),
        ("biblography", "bibliography"),
        ("affilation", "affiliation"),
    ],
)
def test_a_misspelt_field_is_a_warning_with_the_one_that_was_meant(
    paper: Callable[..., Path], typed: str, meant: str
) -> None:
    front = f"---\ntitle: T\nauthor: D\n{typed}: x\nbibliography: references.bib\n---\n"
    assert told(paper("Text.", front=front)) == [
        f"paper.md:4:1: warning F005: nothing reads the field {typed} of the front matter\n    did you mean {meant}?",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "format",
            "execute",
            "categories",
            "toc-title",
            "running_head",
            "linenumbers",
            "note",
            "institution",
            "level",
        ),
        *(
            "short-author",
            "no-ampersand-parenthetical",
            "my-own-field",
            "lab",
            "appendix",
            "documentclass",
            "citations",
        ),
    ],
)
def test_fields_of_other_programs_and_ones_own_raise_no_alarm(paper: Callable[..., Path], name: str) -> None:
    assert told(paper("Text.", front=f"---\ntitle: T\nauthor: D\n{name}: x\n---\n")) == []


def test_after_broken_front_matter_nothing_more_is_guessed(paper: Callable[..., Path]) -> None:
    (only,) = told(paper("@zzz", front="---\ntitle: One: Two\n---\n"))
    assert " error F001: " in only


# --- images -----------------------------------------------------------------------------------------------------------


def image(paper: Callable[..., Path], name: str, held: bytes | None) -> str:
    path = paper(f'![C]({name}){{alt="A curve"}}\n\nSee Figure 1, or Table 1.')
    if held is not None:
        (path.parent / name).write_bytes(held)
    return "\n".join(told(path))


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("a.png", png()),
        ("a.svg", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("b.svg", b"<svg/>"),
        ("a.pdf", pdf()),
    ],
)
def test_images_that_can_be_read_are_fine(paper: Callable[..., Path], name: str, held: bytes) -> None:
    assert image(paper, name, held) == ""


def test_a_missing_image_is_an_error_that_names_the_nearest_file(paper: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "figure1.png").write_bytes(png())
    assert image(paper, "figure2.png", None) == (
        "paper.md:7:6: error I001: the image figure2.png is not there\n    did you mean figure1.png?"
    )


def test_a_missing_image_like_no_other_says_where_it_is_looked_for(paper: Callable[..., Path]) -> None:
    assert image(paper, "zzzzz.png", None) == (
        "paper.md:7:6: error I001: the image zzzzz.png is not there\n    it is looked for beside the paper"
    )
    assert image(paper, "figs/zzzzz.png", None) == (
        "paper.md:7:6: error I001: the image figs/zzzzz.png is not there\n"
        "    there is no folder figs either; it is looked for beside the paper"
    )


@pytest.mark.parametrize(
    ("name", "held", "why"),
    [
        ("a.png", b"", "the file is empty"),
        ("a.png", b"not a picture", "it is no image of a known kind"),
        ("a.svg", b"<svg", "its XML is broken (Couldn't find end of Start Tag svg line 1, line 1, column 5)"),
        ("a.svg", b"<html/>", "it is XML, but not SVG"),
        ("a.svg", b'<svg width="0" height="10"/>', "it says that it has no width or no height"),
        ("a.pdf", b"%PDF-1.7\n", "it is damaged (Failed to load document (PDFium: Data format error).)"),
    ],
)
def test_an_image_that_cannot_be_read_is_an_error_that_says_why(
    paper: Callable[..., Path],
    name: str,
    held: bytes,
    why: str,
) -> None:
    assert image(paper, name, held) == (
        f"paper.md:7:6: error I002: the image {name} cannot be read: {why}\n"
        "    export it again, as PNG, JPEG, SVG or PDF"
    )


def test_an_image_that_is_cut_short_is_damaged(paper: Callable[..., Path]) -> None:
    assert image(paper, "a.png", png()[:700]).startswith(
        "paper.md:7:6: error I002: the image a.png cannot be read: it is damaged ("
    )


def test_a_folder_in_an_images_place_cannot_be_read(paper: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    assert image(paper, "a.png", None) == (
        "paper.md:7:6: error I002: the image a.png cannot be read: Is a directory\n"
        "    check the file and its permissions"
    )


def test_an_image_on_the_web_is_an_error_because_a_build_uses_no_network(paper: Callable[..., Path]) -> None:
    assert image(paper, "https://example.org/a.png", None) == (
        "paper.md:7:6: error I003: the image https://example.org/a.png is on the web\n"
        "    download it and name the file: a build uses no network, and what is there can change"
    )


def test_an_image_within_the_text_needs_no_file(paper: Callable[..., Path]) -> None:
    assert image(paper, "data:image/gif;base64,R0lGODlhAQABAAAAACw=", None) == ""


def test_a_table_in_a_file_is_looked_for_but_not_opened_as_an_image(paper: Callable[..., Path]) -> None:
    assert image(paper, "t.csv", b"a,b\n") == ""
    assert image(paper, "u.csv", None) == (
        "paper.md:7:6: error I001: the table u.csv is not there\n    it is looked for beside the paper"
    )


@pytest.mark.parametrize(
    "text",
    [
        '![Title](a.png){alt="Bars"}',
        '![Title](a.png){alt="Title"}',
        '![Title](a.png){#fig-x fig-alt="Bars"}',
        '![Title](a.png){#fig-x alt="" width=5%}',
        '![](a.png){alt="Bars"}',
        '![](a.png){alt=""}',
        "In the text ![an arrow](a.png) here.",
        '![Title @ames2001](a.png){alt="Bars of @berg2002"}',
        "![Title of a table](t.csv)",
    ],
)
def test_an_image_whose_alternative_text_is_given_raises_no_alarm(paper: Callable[..., Path], text: str) -> None:
    path = paper(f"See Figure 1 and Table 1.\n\n{text}")
    (path.parent / "a.png").write_bytes(png())
    (path.parent / "t.csv").write_bytes(b"a,b\n1,2\n")
    assert told(path) == []


def test_a_figure_without_alternative_text_is_a_warning_where_its_file_is_named(paper: Callable[..., Path]) -> None:
    path = paper("See Figure 1.\n\n![A *good* title](a.png){#fig-one width=5%}")
    (path.parent / "a.png").write_bytes(png())
    assert told(path) == [
        (
            "paper.md:9:19: warning I004: the figure a.png has no alternative text; its title stands in\n"
            '    say what it shows: ![Title](a.png){alt="what the picture shows"} (WCAG 1.1.1)'
        ),
    ]


def test_an_image_with_neither_title_nor_alternative_text_is_a_warning(paper: Callable[..., Path]) -> None:
    path = paper("One ![](a.png) in the text.\n\n![](a.png)")
    (path.parent / "a.png").write_bytes(png())
    due = (
        "warning I004: the image a.png has no alternative text: who cannot see it learns nothing of it\n"
        '    say what it shows: ![](a.png){alt="what the picture shows"}, or {alt=""} for decoration (WCAG 1.1.1)'
    )
    assert told(path) == [f"paper.md:7:9: {due}", f"paper.md:9:5: {due}"]


# --- what can be shown, and how well ----------------------------------------------------------------------------------


def raster(path: Path, pixels: int, **options: Any) -> None:
    Image.new("RGB", (pixels, pixels // 2), "navy").save(path, **options)


def test_an_image_with_too_few_pixels_for_its_width_is_a_warning_with_the_figures(
    paper: Callable[..., Path], tmp_path: Path
) -> None:
    # 640 pixels on 6.5 inches are 98 for each inch, and 300 for each are 1,950.
    raster(tmp_path / "a.png", 640)
    assert told(paper('See Figure 1.\n\n![C](a.png){#fig-a alt="A" width=100%}')) == [
        (
            "paper.md:9:6: warning I005: the image a.png is 640 pixels wide, which at 6.5 in is 98 dpi; "
            "journals ask for 300\n    export it 1,950 pixels wide, or as SVG or PDF if it is a drawing"
        )
    ]


@pytest.mark.parametrize(
    ("pixels", "size"),
    [(975, "width=6.5in"), (160, "width=1in"), (40, "width=0.9in"), (640, "width=10.8cm"), (80, "")],
)
def test_an_image_of_150_pixels_for_each_inch_or_an_icon_is_fine(
    paper: Callable[..., Path], tmp_path: Path, pixels: int, size: str
) -> None:
    raster(tmp_path / "a.png", pixels, dpi=(160, 160))
    assert told(paper(f'See Figure 1.\n\n![C](a.png){{#fig-a alt="A" {size}}}')) == []


def test_an_image_in_a_column_of_a_journal_is_as_wide_as_that(tmp_path: Path) -> None:
    # 640 pixels on 3.125 inches are 205 for each.
    raster(tmp_path / "a.png", 640)
    path = tmp_path / "paper.md"
    path.write_text('---\ntitle: T\nauthor: []\napa:\n  mode: journal\n---\n\n![](a.png){alt="A"}\n', "utf-8")
    assert told(path) == []


def test_a_journal_asks_with_a_limit_of_its_own(tmp_path: Path) -> None:
    raster(tmp_path / "a.png", 1000)
    shown = DocumentImage("a.png", tmp_path / "a.png", Place("paper.md", 3), attributes=(("width", "5in"),))
    figure = figures.inspect(tmp_path / "a.png")
    assert coarse(shown, figure) is None
    assert str(coarse(shown, figure, least=600)) == (
        "paper.md:3:1: warning I005: the image a.png is 1,000 pixels wide, which at 5 in is 200 dpi; "
        "journals ask for 600\n"
        "    export it 3,000 pixels wide, or as SVG or PDF if it is a drawing"
    )


def test_eps_is_an_error_that_names_what_can_be_shown(paper: Callable[..., Path]) -> None:
    assert image(paper, "a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n") == (
        "paper.md:7:6: error I002: the image a.eps cannot be shown: it is EPS\n"
        "    export it as PDF or SVG, which keep its lines sharp"
    )


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ('<image href="photo.png" width="9" height="9"/>', "photo.png"),
        ('<image xlink:href="https://example.org/a.png" width="9" height="9"/>', "https://example.org/a.png"),
        ('<use href="symbols.svg#one"/>', "symbols.svg#one"),
    ],
)
def test_a_drawing_that_lacks_a_part_of_it_is_an_error(paper: Callable[..., Path], inside: str, outside: str) -> None:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    assert image(paper, "a.svg", f'<svg {names} width="20" height="20">{inside}</svg>'.encode()) == (
        f"paper.md:7:6: error I002: the image a.svg cannot be shown whole: {outside} in it is not part of the file\n"
        "    embed it where the drawing was made, and export it again"
    )


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="data:image/png;base64,AAAA" width="9" height="9"/>',
        '<g id="one"/><use href="#one"/>',
        '<style>@import url("https://example.org/font.css");</style>',
        "<script>alert(1)</script>",
        '<a href="https://example.org"><text>x</text></a>',
    ],
)
def test_a_drawing_that_holds_all_of_its_parts_is_fine(paper: Callable[..., Path], inside: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{inside}</svg>'
    assert image(paper, "a.svg", svg.encode()) == ""


def test_a_drawing_whose_entities_grow_without_end_is_an_error(paper: Callable[..., Path]) -> None:
    names = "abcdefghij"
    grown = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in itertools.pairwise(names))
    bomb = f'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">{grown}]><svg xmlns="http://www.w3.org/2000/svg">&j;</svg>'
    assert image(paper, "a.svg", bomb.encode()).startswith(
        "paper.md:7:6: error I002: the image a.svg cannot be read: its XML is broken (Maximum entity amplification"
    )


def test_an_image_of_more_pixels_than_can_be_opened_is_an_error(paper: Callable[..., Path]) -> None:
    # A PNG whose head says 20,000 by 20,000 (W3C PNG, section 11.2.2); its pixels are never unpacked.
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(99)))]
    held = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    assert image(paper, "a.png", held) == (
        "paper.md:7:6: error I002: the image a.png cannot be read: it has more pixels than citeproof opens\n"
        "    make it smaller: a page of 6.5 by 9 inches at 1,200 pixels per inch has 84 million"
    )


def test_pages_behind_the_first_are_a_warning(paper: Callable[..., Path], tmp_path: Path) -> None:
    pages = [Image.new("L", (60, 40), shade) for shade in (0, 99, 200)]
    pages[0].save(tmp_path / "a.tiff", save_all=True, append_images=pages[1:])
    assert image(paper, "a.tiff", None) == (
        "paper.md:7:6: warning I006: the image a.tiff has 3 pictures; print shows the first\n"
        "    save the one that is meant in a file of its own"
    )
    pages[0].save(tmp_path / "b.pdf", save_all=True, append_images=pages[1:])
    assert image(paper, "b.pdf", None) == (
        "paper.md:7:6: warning I006: the image b.pdf has 3 pages; print shows the first\n"
        "    save the one that is meant in a file of its own"
    )


# --- references to tables, figures, equations and sections ------------------------------------------------------------

TABLE = "| A | B |\n|---|---|\n| 1 | 2 |\n\n"


def figure(name: str = "", title: str = "A Title") -> str:
    given = f"#{name} " if name else ""
    return f'![{title}](data:image/gif;base64,R0lGODlhAQABAAAAACw=){{{given}alt="Bars"}}\n\n'


def table(name: str = "", title: str = "A Title") -> str:
    return f"{TABLE}: {title}{f' {{#{name}}}' if name else ''}\n\n"


@pytest.mark.parametrize(
    "text",
    [
        f"See @fig-one and [@fig-one], [-@fig-one].\n\n{figure('fig-one')}",
        f"See @tbl-one.\n\n{table('tbl-one')}",
        f"See @tbl-one.\n\n::: {{#tbl-one}}\n{TABLE}A title\n:::\n",
        "See @tbl-one.\n\n![Title](t.csv){#tbl-one}",
        "See @tbl-one.\n\n![](t.csv){#tbl-one}",
        f"See @plot.\n\n{figure('plot')}",
        "See @eq-sum and @eq-two.\n\n$$ a $$ {#eq-sum}\n\n[$$ b $$]{#eq-two}",
        "See @sec-method.\n\n# Method {#sec-method}",
        "See @apx-items.\n\n# Items {#apx-items}",
        "See @items and @appendix-b.\n\n# Items {#items .appendix}\n\n# More {#appendix-b}",
        f"See @fig-left.\n\n::: {{#fig-both}}\n{figure('fig-left')}{figure('fig-right')}Both\n:::",
        f"# On @tbl-one\n\nText.[^1]\n\n{table('tbl-one')}[^1]: As @tbl-one shows.\n",
    ],
)
def test_a_reference_to_what_is_in_the_paper_is_no_unknown_key(paper: Callable[..., Path], text: str) -> None:
    path = paper(text)
    (path.parent / "t.csv").write_bytes(b"a,b\n1,2\n")
    assert told(path) == []


@pytest.mark.parametrize(
    ("key", "what", "remedy"),
    [
        ("fig-plot", "a figure", "did you mean @fig-plots?"),
        ("Fig-plots", "a figure", "did you mean @fig-plots? Upper and lower case count in identifiers"),
        ("fig-zzzzz", "a figure", "give the figure that name: ![Title](file.png){#fig-zzzzz}"),
        ("tbl-zzz", "a table", "give the table that name, at the end of its title: {#tbl-zzz}"),
        ("eq-zzz", "an equation", "give the equation that name, behind its closing $$: {#eq-zzz}"),
        ("sec-zzz", "a section", "give the section that name, at the end of its heading: {#sec-zzz}"),
        ("apx-zzz", "an appendix", "give the appendix that name, at the end of its heading: {#apx-zzz}"),
    ],
)
def test_a_reference_to_what_is_not_in_the_paper_is_an_error_with_its_place(
    paper: Callable[..., Path], key: str, what: str, remedy: str
) -> None:
    due = f"error X001: @{key} refers to {what} that is not in the paper\n    {remedy}"
    text = f"See @fig-plots.\n\n{figure('fig-plots', f'As [@{key}]')}-\tA note.[^1]\r\n\r\n[^1]: See @{key}."
    assert told(paper(text)) == [f"paper.md:9:7: {due}", f"paper.md:13:11: {due}"]


def test_a_name_of_something_that_has_no_number_cannot_be_referred_to(paper: Callable[..., Path]) -> None:
    text = "See @fig-words, @eq-words and @sec-words.\n\n[Words]{#fig-words} [words]{#eq-words} [words]{#sec-words}"
    assert [line.partition("\n")[0] for line in told(paper(text))] == [
        "paper.md:7:5: error X001: @fig-words refers to a figure that is not in the paper",
        "paper.md:7:17: error X001: @eq-words refers to an equation that is not in the paper",
        "paper.md:7:31: error X001: @sec-words refers to a section that is not in the paper",
    ]


def test_a_work_whose_key_begins_like_an_identifier_is_cited_as_any_other(paper: Callable[..., Path]) -> None:
    held = "@book{fig-leaf2001,\n title = {T}, date = {2001}, author = {Able, A.}, publisher = {P}}\n"
    assert told(paper("As @fig-leaf2001 says.", bibliography=held)) == []


def test_what_the_other_part_of_the_paper_numbers_may_be_referred_to(paper: Callable[..., Path]) -> None:
    path = paper("See @fig-more, @tbl-mroe and @plot.")
    assert told(path, elsewhere={"fig-more": "Figure S1", "tbl-more": "Table S1", "plot": "Figure S2"}) == [
        "paper.md:7:16: error X001: @tbl-mroe refers to a table that is not in the paper\n    did you mean @tbl-more?",
    ]


def test_an_identifier_given_twice_is_an_error_where_it_is_given_again(paper: Callable[..., Path]) -> None:
    remedy = "give one of them another: a reference would lead to the first, whichever was meant"
    assert told(paper(f"See @tbl-one.\n\n{table('tbl-one')}# Method {{.x #tbl-one}}\n")) == [
        (
            "paper.md:15:14: error X004: the identifier tbl-one stands for a second element; "
            f"the first is at paper.md:13:12\n    {remedy}"
        ),
    ]
    assert told(paper("# Method\n\n[Words]{#method}")) == [
        f"paper.md:9:9: error X004: the identifier method stands for a second element\n    {remedy}",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Method\n\nA.\n\n# Method\n\nB.",
        "# Table 1\n\nA.\n\n# Table 1\n\nB.",
        "[a]{#one} [b]{#two}\n\n```\n{#one}\n```\n\n<!-- {#one} --> `[c]{#one}`",
        "[a](#one) [b]{#one}",
    ],
)
def test_identifiers_that_only_look_alike_raise_no_alarm(paper: Callable[..., Path], text: str) -> None:
    assert told(paper(text)) == []


def test_a_table_that_the_text_never_mentions_is_a_warning_at_its_name_or_title(paper: Callable[..., Path]) -> None:
    assert told(paper(f"Text.\n\n{table('tbl-one')}{table(title='After @ames2001')}")) == [
        "paper.md:13:12: warning X002: Table 1 is never mentioned in the text\n    call it out: @tbl-one (APA 7.5)",
        (
            "paper.md:19:3: warning X002: Table 2 is never mentioned in the text\n"
            "    call it out: Table 2, or @tbl-name with {#tbl-name} at the end of its title (APA 7.5)"
        ),
    ]


def test_a_figure_that_only_its_own_title_mentions_is_a_warning(paper: Callable[..., Path]) -> None:
    assert told(paper(figure(title="What Figure 1 Shows") + "# More {.appendix}\n\nAs @fig-b.\n\n" + figure())) == [
        (
            "paper.md:7:24: warning X002: Figure 1 is never mentioned in the text\n"
            "    call it out: Figure 1, or @fig-name with {#fig-name} at the end of its title (APA 7.5)"
        ),
        (
            "paper.md:11:4: error X001: @fig-b refers to a figure that is not in the paper\n"
            "    give the figure that name: ![Title](file.png){#fig-b}"
        ),
        (
            "paper.md:13:12: warning X002: Figure A1 is never mentioned in the text\n"
            "    call it out: Figure A1, or @fig-name with {#fig-name} at the end of its title (APA 7.5)"
        ),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Tables 1 and 2 and Figures 1\u20133.",
        "Tables 1, 2; Figures 1, 2, and 3.",
        "See Table\n1 (and table\u00a02), Fig.\\ 1a, Fig. 2B and **Figure 3**.",
        "[Tables](#tbl-one) [that](#tbl-two) and Figures 1 to 3.",
        "Tabellen 1 und 2, Abbildungen 1 bis 3.",
        "Tableaux 1 et 2, figures 1 à 3.",
        "Tablas 1 y 2, Figuras 1 a 3.",
        "表1、表2、図1、図2、图3。",
        "كما في الجدول 1 والجدول 2، الشكل 1 والشكل 2 وشكل 3.",
    ],
)
def test_numbers_typed_in_any_way_call_tables_and_figures_out(paper: Callable[..., Path], text: str) -> None:
    floats = table("tbl-one") + table("tbl-two") + figure() + figure() + figure()
    assert told(paper(f"{text}\n\n{floats}")) == []


def test_a_table_without_title_and_identifier_has_no_number_to_be_mentioned(paper: Callable[..., Path]) -> None:
    assert told(paper(f'{TABLE}\n\n![](data:image/gif;base64,R0lGODlhAQABAAAAACw=){{alt="Bars"}}')) == []


def test_tables_of_appendices_have_numbers_of_their_own(paper: Callable[..., Path]) -> None:
    one, two = table(title="One"), table(title="Two")
    text = f"See Tables 1, A1, and B1.\n\n{one}# Appendix A: Items\n\n{one}# More {{#apx-more}}\n\n{one}{two}"
    assert told(paper(text)) == [
        (
            "paper.md:35:3: warning X002: Table B2 is never mentioned in the text\n"
            "    call it out: Table B2, or @tbl-name with {#tbl-name} at the end of its title (APA 7.5)"
        ),
    ]


def test_the_order_of_an_appendix_is_its_own(paper: Callable[..., Path]) -> None:
    text = f"See Table A1, Figure 1 and Table 1.\n\n{table()}{figure()}# Items {{.appendix}}\n\n{table()}"
    assert told(paper(text)) == []


def test_what_a_supplement_numbers_is_called_out_in_the_paper_and_not_in_itself(paper: Callable[..., Path]) -> None:
    path = paper(f"See @tbl-two before @tbl-one.\n\n{table('tbl-one')}{table('tbl-two')}{figure()}")
    project = Project(path, path.parent / "dist", FORMATS, choices=(("part", "supplement"),))
    manuscript = reading.read(project)
    assert [held.number for held in manuscript.floats] == ["S1", "S2", "S1"]
    assert checking.check(manuscript, FORMATS) == ()


ORDER = "move the {0}s or the sentences: numbers follow the order of first mention (APA 7.8)"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("See @tbl-two, then @tbl-one.", "7:5"),
        ("As in Table 2\nand Table 1.", "7:7"),
        ("As *always*,\nTable 2 and @tbl-one.", "8:1"),
        ("\tA line.\n\n-\tTables 2 and 1.", "9:3"),
    ],
)
def test_a_table_mentioned_before_the_one_ahead_of_it_is_a_warning_at_that_mention(
    paper: Callable[..., Path], text: str, place: str
) -> None:
    assert told(paper(f"{text}\n\n{table('tbl-one')}{table('tbl-two')}")) == [
        f"paper.md:{place}: warning X003: Table 2 is mentioned before Table 1\n    {ORDER.format('table')}",
    ]


def test_the_order_holds_whatever_the_line_ends_and_for_figures_too(paper: Callable[..., Path]) -> None:
    text = f"As in Figure 2.\n\nAnd Figure 1.\n\n{figure()}{figure()}"
    assert told(paper(text.replace("\n", "\r\n"))) == [
        f"paper.md:7:7: warning X003: Figure 2 is mentioned before Figure 1\n    {ORDER.format('figure')}",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "See @ames2001, Table 2; [@ames2001, Table 2]; Table 2 of Cohen (1988). Now Tables 1, 2.",
        "Their Table 2, Cohen's (1988) Table 2, and Table 2 in the supplement. Now Tables 1 and 2.",
        "In a note.^[See Table 2.] Now Tables 1 and 2.",
        "See `Table 2` and Table 22, Table 2.1 and Vegetable 2. Now Tables 1 and 2.",
        "Table 1 and 2 figures. Then Table 2.",
        "> Table 2 is in the source.\n\nNow Tables 1 and 2.",
    ],
)
def test_a_table_of_another_work_has_no_place_in_the_order(paper: Callable[..., Path], text: str) -> None:
    assert told(paper(f"{text}\n\n{table()}{table()}")) == []


# --- headings ---------------------------------------------------------------------------------------------------------


def test_a_skipped_level_is_a_warning_at_the_heading(paper: Callable[..., Path]) -> None:
    assert told(paper("# One\n\nA.\n\n### Two\n\nB.\n\n# Three\n\nTwo\n---\n\n##### Five\n")) == [
        (
            "paper.md:11:1: warning H001: this heading of level 3 follows one of level 1: level 2 is skipped\n"
            "    begin it with ## (APA 2.27)"
        ),
        (
            "paper.md:20:1: warning H001: this heading of level 5 follows one of level 2: levels 3 and 4 are skipped\n"
            "    begin it with ### (APA 2.27)"
        ),
    ]


@pytest.mark.parametrize("level", [2, 3])
def test_a_paper_that_begins_below_level_1_is_a_warning(paper: Callable[..., Path], level: int) -> None:
    assert told(paper(f"Text.\n\n{'#' * level} One\n\n{'#' * level} Two\n")) == [
        (
            f"paper.md:9:1: warning H002: the first heading has level {level}\n"
            "    begin main sections such as Method with # and their parts with ## (APA 2.27)"
        ),
    ]


def test_parts_of_the_introduction_may_come_before_the_first_main_section(paper: Callable[..., Path]) -> None:
    assert told(paper("## Theory\n\nA.\n\n### Models\n\n# Method\n\n## Participants\n")) == []


def test_a_level_beyond_the_fifth_is_a_warning(paper: Callable[..., Path]) -> None:
    assert told(paper("# A\n\n## B\n\n### C\n\n#### D\n\n##### E\n\n###### F\n\nText.")) == [
        (
            "paper.md:17:1: warning H004: this heading has level 6; there are 5\n"
            "    give it another level, or make it the first words of its paragraph (APA 2.27)"
        ),
    ]


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("Results of the second experiment", "Results of the Second Experiment"),
        ("Participants and procedure", "Participants and Procedure"),
        ("What did people say?", "What Did People Say?"),
        ("Measures: a self-report scale", "Measures: A Self-Report Scale"),
    ],
)
def test_a_heading_in_sentence_case_is_a_warning_with_its_title_case(
    paper: Callable[..., Path], typed: str, due: str
) -> None:
    message = f"warning H003: the heading “{typed}” is in sentence case\n    write it in title case: {due} (APA 6.17)"
    assert told(paper(f"```\n# {typed}\n```\n\n# {typed}\n\nText.\n")) == [f"paper.md:11:1: {message}"]
    assert told(paper(f"# {typed}\n", front="---\ntitle: T\nauthor: D\nlang: de\n---\n")) == []


@pytest.mark.parametrize(
    "heading",
    [
        "Method",
        "Study 2",
        "Results of the Second Experiment",
        "Why so?",
        "Study one",
        "Limits of iPhone Use",
        "*Drosophila melanogaster*",
        "R package lme4",
        "The work of @ames2001",
        "Values of `mean`",
        "t tests",
        "Study 1a",
        "Coping With and Without It",
    ],
)
def test_headings_that_are_as_they_should_be_raise_no_alarm(paper: Callable[..., Path], heading: str) -> None:
    assert told(paper(f"# {heading}\n\nText.\n")) == []


# --- statistics -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "what", "due"),
    [
        ("p < .05", "“p < .05” wants an italic p", "*p* < .05 (APA 6.44)"),
        ("*p*<.05", "“*p*<.05” wants spaces around <", "*p* < .05 (APA 6.45)"),
        ("*p* =.04", "“*p* =.04” wants spaces around =", "*p* = .04 (APA 6.45)"),
        ("*p* = .000", "“*p* = .000” says that a probability is zero", "*p* < .001 (APA 6.36)"),
        (
            "*p* = 0.03",
            "“*p* = 0.03” wants no zero before the point, for it cannot be greater than 1",
            "*p* = .03 (APA 6.36)",
        ),
        (
            "p=0.000",
            "“p=0.000” says that a probability is zero and wants an italic p and spaces around =",
            "*p* < .001 (APA 6.36, 6.44, 6.45)",
        ),
        (
            "p=0.03",
            "“p=0.03” wants an italic p, spaces around = and no zero before the point, for it cannot be greater than 1",
            "*p* = .03 (APA 6.36, 6.44, 6.45)",
        ),
        ("t(24) = 2.10", "“t(24) = 2.10” wants an italic t", "*t*(24) = 2.10 (APA 6.44)"),
        ("F(1, 20)=4.5", "“F(1, 20)=4.5” wants an italic F and spaces around =", "*F*(1, 20) = 4.5 (APA 6.44, 6.45)"),
        (
            "*r*(98) = \u22120.34",
            "“*r*(98) = \u22120.34” wants no zero before the point, for it cannot be greater than 1",
            "*r*(98) = \u2212.34 (APA 6.36)",
        ),
        ("R^2^ = .12", "“R^2^ = .12” wants an italic R", "*R*^2^ = .12 (APA 6.44)"),
        ("M~age~ = 24.3 years", "“M~age~ = 24.3” wants an italic M", "*M*~age~ = 24.3 (APA 6.44)"),
        ("SD = 3", "“SD = 3” wants an italic SD", "*SD* = 3 (APA 6.44)"),
        ("N = 1,200", "“N = 1,200” wants an italic N", "*N* = 1,200 (APA 6.44)"),
        (
            "\u03b1 = 0.91",
            "“\u03b1 = 0.91” wants no zero before the point, for it cannot be greater than 1",
            "\u03b1 = .91 (APA 6.36)",
        ),
        ("p \\< .05", "“p < .05” wants an italic p", "*p* < .05 (APA 6.44)"),
    ],
)
def test_a_statistic_not_written_as_apa_writes_it_is_a_warning_with_the_form_that_is_due(
    paper: Callable[..., Path], typed: str, what: str, due: str
) -> None:
    text = f"\tIt held.\n\n-\tÜber all, {typed}; so there.[^1]\n\n[^1]: {typed}, too.\n"
    message = f"warning N001: {what}\n    write {due}"
    expected = [f"paper.md:9:13: {message}", f"paper.md:11:7: {message}"]
    assert told(paper(text)) == expected
    assert told(paper(text.replace("\n", "\r\n"))) == expected


def test_a_statistic_in_the_abstract_is_judged_and_has_its_place(paper: Callable[..., Path]) -> None:
    front = "---\ntitle: T\nauthor: D\nabstract: |\n  It held, p = .03.\n---\n"
    assert told(paper("Text.", front=front)) == [
        "paper.md:5:12: warning N001: “p = .03” wants an italic p\n    write *p* = .03 (APA 6.44)",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "*t*(24) = 2.10, *p* = .046, *d* = 0.42, *F*(1, 20) = 4.50, *p* < .001, *p* > .99",
        "*M*~age~ = 24.3 years, *SD* = 0.2, *N* = 1,200, *n*s > 3, *R*^2^ = .12, η^2^ = .05, \u03b1 = .91, *z* = 0.5",
        "_p_ < .05, ***p*** < .05, *p*\u00a0=\u00a0.04, *see p < .05*, *SE* = 0.12, *b* = 0.2, β = 0.31",
        "χ^2^(2, *N* = 90) = 3.1, 95% CI [0.2, 0.4]",
        "`p=.05` and $p<.05$ and $$p=0.03$$ and <https://x.org/?p=0.05&n=5> and https://x.org/p=0.05",
        "[a link](https://x.org/?p=0.05)",
        "at time t = 0, f(x) = 3, x = 3, y = 4, z = 2.5, k = 3, b = 2, g = 9.81",
        "a distance of d = 0.5 m, r = 0.45 mm, t = 5 s, n = 5 min",
        "set.seed(n = 5), --n=5, n-back = 2, p = 3 predictors, the n = all case, p. = .05",
        "5 < 6 and 7 > 3, if 3 <5 and q >3; A = .05; up = .05; step<.05; 2 M = 3",
        'They wrote "p=0.03" there.',
        "> They wrote p=0.03 and so on, for as long as anyone could bear to read it.",
        "p = .05/3",
    ],
)
def test_what_only_looks_like_a_statistic_or_is_well_written_raises_no_alarm(
    paper: Callable[..., Path], text: str
) -> None:
    assert told(paper(f"It held: {text}.\n" if not text.startswith(">") else text)) == []


# --- quotations -------------------------------------------------------------------------------------------------------

WORDS = "one two three four five six seven eight nine ten " * 4


def test_a_quotation_of_40_words_in_the_text_is_a_warning_at_its_mark(paper: Callable[..., Path]) -> None:
    due = (
        "this quotation has 40 words and stands in the text\n    make it a block quotation, "
        "each line with > before it and without quotation marks: 40 words are enough (APA 8.27)"
    )
    for left, right in (('"', '"'), ("“", "”")):
        text = f"As @ames2001 says,\nthey\t{left}*{WORDS[:39]}*\n{WORDS[39:].strip()}{right} (p. 3).\n"
        assert told(paper(text)) == [f"paper.md:8:6: warning Q001: {due}"]
    assert told(paper(f'They say "{WORDS[4:].strip()}" [@ames2001, p. 3].')) == []


def test_a_short_block_quotation_is_a_warning_where_it_begins(paper: Callable[..., Path]) -> None:
    text = f"Text.\n\n> {WORDS[4:].strip()} [@ames2001, p. 3]\n"
    assert told(paper(text)) == [
        (
            "paper.md:9:1: warning Q001: this block quotation has 39 words\n"
            "    put it into the text, in quotation marks: a block has 40 words or more (APA 8.26)"
        ),
    ]
    assert told(paper(text.replace("> two", "> one two"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "> Make everything simple.\n> ---@ames2001",
        "> Make everything simple. --- [@ames2001]",
        "> Press the button when you see a light.",
        "> One.\n>\n> Two. [@ames2001]",
        "> | A line\n> | of verse [@ames2001]",
        f"It is {WORDS}, they said.",
    ],
)
def test_an_epigraph_instructions_and_verse_may_be_short(paper: Callable[..., Path], text: str) -> None:
    assert told(paper(text)) == []


def test_words_are_not_counted_where_no_spaces_stand_between_them(paper: Callable[..., Path]) -> None:
    front = "---\ntitle: T\nauthor: D\nlang: zh\nbibliography: references.bib\n---\n"
    assert told(paper("> 记忆是有限的。 [@ames2001]", front=front)) == []


# --- text that a writer of pandoc drops in silence --------------------------------------------------------------------


def test_latex_that_the_formats_would_lose_is_an_error(paper: Callable[..., Path]) -> None:
    assert told(paper("A \\textbf{bold} claim.")) == [
        (
            "paper.md:7:3: error L001: the LaTeX \\textbf{bold} would be missing from the PDF, DOCX and HTML\n"
            "    write it in Markdown: math between $ or $$, tables and figures in pandoc's syntax, citations as [@key]"
        ),
    ]


def test_only_the_formats_that_are_asked_for_count(paper: Callable[..., Path]) -> None:
    path = paper("A `#v(1em)`{=typst} space.")
    assert told(path, ("pdf",)) == []
    assert told(path, ("pdf", "docx", "html")) == [
        (
            "paper.md:7:4: warning L002: a piece of raw typst is missing from the DOCX and HTML\n"
            "    write it in Markdown, or give each format its own piece"
        ),
    ]


def test_latex_that_only_moves_things_about_is_a_warning(paper: Callable[..., Path]) -> None:
    assert told(paper("One.\n\n\\newpage\n\nTwo.")) == [
        (
            "paper.md:9:1: warning L002: the LaTeX \\newpage has no effect in the PDF, DOCX and HTML\n"
            "    take it out: the layout sees to pages and spaces"
        ),
    ]


def test_html_is_a_warning_where_it_has_no_effect(paper: Callable[..., Path]) -> None:
    path = paper("A `<br>`{=html} here.")
    assert told(path) == [
        (
            "paper.md:7:4: warning L002: the HTML <br> has no effect in the PDF and DOCX\n"
            "    write it in Markdown, which every format understands"
        ),
    ]
    assert told(path, ("html",)) == []


@pytest.mark.parametrize(
    "text", ["<!-- a note -->", '<div class="x">\n\nText.\n\n</div>', "<span>a</span>", "</b>", "$\\alpha$"]
)
def test_comments_and_bare_containers_raise_no_alarm(paper: Callable[..., Path], text: str) -> None:
    assert told(paper(text)) == []


def test_a_long_piece_is_shown_by_its_beginning(paper: Callable[..., Path]) -> None:
    (only,) = told(paper("\\footnote{" + "x" * 80 + "}"))
    assert f"the LaTeX \\footnote{{{'x' * 49}… would be missing" in only


def test_what_the_source_holds_of_knitr_and_quarto_is_part_of_the_judgement(paper: Callable[..., Path]) -> None:
    codes = [
        line.split(" ")[2] for line in told(paper("```{r a, b=c}\nx\n```\n\n{{< include x >}} `r 1`\n\n```\nopen\n"))
    ]
    assert codes == ["L003:", "L004:", "L006:", "L005:"]


# --- entries, by style ------------------------------------------------------------------------------------------------

TITLES = """\
@book{shouting, author = {Ames, Ann}, title = {{Learning Through Playing}}, publisher = {Press}, year = 2001}
@book{losing, author = {Berg, Bo}, title = {The legacy of Freud}, publisher = {Press}, year = 2002}
"""


@pytest.mark.parametrize(
    ("style", "due"),
    [
        ("apa", ["shouting", "losing"]),
        ("apa-annotated-bibliography", ["shouting", "losing"]),
        ("ieee", ["losing"]),  # in sentence case, which takes the capital of a name that no braces protect
        ("chicago-author-date", []),  # gives both titles their capitals
    ],
)
def test_the_case_of_a_title_is_judged_as_the_style_prints_it(
    paper: Callable[..., Path], style: str, due: list[str]
) -> None:
    path = paper("As @shouting and @losing say.")
    (path.parent / "references.bib").write_text(TITLES, "utf-8")
    said = told(path, style=styles.find(style, path.parent))
    assert [key for key in ("shouting", "losing") for line in said if "E002" in line and key in line] == due
