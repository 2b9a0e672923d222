"""Three files that say the same: sound ones pass, and whatever a format loses, adds, moves or changes is named."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import typst
from PIL import Image

from citeproof import document, pandoc, parity
from citeproof.document import FORMULA, CitedDocument
from citeproof.findings import Place
from citeproof.opened import open_pdf
from citeproof.project import Project
from citeproof.said import CALL, CELL, HEADING, MARK, PARAGRAPH, Due, Paper, Said
from citeproof.stages import verify, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REPORT = "this is a fault of citeproof: please report it with the paper"
FORMATS = ("pdf", "docx", "html")

# A paper as the common filters hand it on, written by hand: what is compared here does not lean on them.
PAPER = r"""---
title: "What a Paper Can Hold"
lang: en
running-head: A PAPER
author: Ann Lee
---

:::::: {#title-page .title-page}
::: title
What a Paper Can Hold
:::
::: byline
Ann Lee
:::
::: affiliation
University of Somewhere

Another Institute
:::
:::: author-note
# Author Note {#author-note .section-label .unnumbered}

Correspondence goes to nobody.
::::
::::::

:::::: {#abstract-page .abstract-page}
# Abstract {#abstract .section-label .unnumbered}

::: abstract
All that it says, said in one paragraph, with a note.^[Note of the abstract.]
:::
::: keywords
*Keywords:* one, two words
:::
::::::

# What a Paper Can Hold {#text-title .section-label .text-title .unnumbered}

First words -- with a dash, an ellipsis... and "quotes 'within' them".
The effi&shy;cient office, re&#8209;read, zero&#8203;width, x² and
10^&minus;3^,
H~2~O, [small caps]{.smallcaps}, ~~struck~~, **bold *both***, `code --y "z"`, an address <https://example.org/a_b?c=d>.

Second paragraph with a note.^[A note *with* markup.] It calls another one.[^long] See [Lee, 2001](#ref-lee2001).

[^long]: First paragraph of the note.

    Second paragraph of the note.

    - an item in it

        code in it

## Lists of Things

1. Number one
2. Number two

   with more of it

   a. nested first
   b. nested second
      - and deeper

- tight

Term
:   Its definition.

    And more of it.

### Deeper

#### Running In

Text that runs on.

##### And Deeper Yet?

Text that runs on again.

#### A Heading Alone

> Quoted in a block.
>
> Second part of the quotation.

| A verse
|   indented verse

Broken\
by hand. „Anführung“ and « guillemets ».

```python
def double(x):
    return 2 * x

print(double(4))
```

## Formulas

Inline $x^2 + \alpha$ and displayed $$\int_0^1 f(x)\,dx = 1$$ and on. It is not \$5, 50% or 5 < 6 & 7.

[$$E = mc^2$$]{#eq-one .equation number="1"}

:::::: {#tbl-one .float .table number="1" label="Table 1"}
::: float-number
Table 1
:::
::: float-title
*The Title of the Table*
:::

| A | B |
|---|--:|
| one | 1.5 |
| two ^[Note in a cell.] | $y$ |
|     | -3 |

::: float-note
*Note.* What the table means.
:::
::::::

Between table and figure.

:::::: {#fig-one .float .figure number="1" label="Figure 1"}
::: float-number
Figure 1
:::
::: float-title
*The Title of the Figure*
:::

![](dot.png){alt="A dot" width=1in}

::: float-note
*Note.* What the figure means.
:::
::::::

+-----------+-----+-----+
| Head      | Spanning  |
+===========+=====+=====+
| several   | x   | y   |
|           |     |     |
| - a       |     |     |
| - b       |     |     |
+-----------+-----+-----+
| two rows  | c   | d   |
|           +-----+-----+
|           | e   | f   |
+-----------+-----+-----+

# Method

The last words of the text.

# References {.section-label .unnumbered}

:::::: {#refs .references .csl-bib-body}
::: {#ref-lee2001 .csl-entry}
Lee, A. (2001). *One work.* <https://doi.org/10.1000/lee>
:::
::: {#ref-may2002 .csl-entry}
May, B. (2002). *Another work.* Press.
:::
::::::

# Appendix A NEWLINE The Instructions {#app-a .section-label .appendix .unnumbered}

What people were told.
"""


class Written:
    """The paper above, and the files that are written from it or from a change of it."""

    def __init__(self, folder: Path, text: str = PAPER, formats: tuple[str, ...] = FORMATS) -> None:
        self.folder = folder
        Image.new("RGB", (40, 30), "red").save(folder / "dot.png")
        (folder / "paper.md").write_text(text, "utf-8")
        parsed = pandoc.parse(text, folder)
        assert isinstance(parsed, str)
        self.document = json.loads(parsed.replace('{"t":"Str","c":"NEWLINE"}', '{"t":"LineBreak"}'))
        self.cited = self._cited(self.document)
        self._count = 0
        self.files = self.write(lambda _: None, formats) if formats else {}

    @staticmethod
    def _cited(whole: Any) -> CitedDocument:
        return CitedDocument(json.dumps(whole).encode(), (), {}, frozenset(), ())

    def write(self, change: Callable[[Any], object], formats: tuple[str, ...]) -> dict[str, Path]:
        """Write the paper in these formats after a change to it."""
        whole = copy.deepcopy(self.document)
        change(whole)
        self._count += 1
        folder = self.folder / str(self._count)
        folder.mkdir()
        project = Project(self.folder / "paper.md", folder, formats)
        files, _ = write.write(project, self._cited(whole), folder, lambda _: None)
        return files


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("parity"))


def told(cited: CitedDocument, files: dict[str, Path]) -> dict[str, list[str]]:
    """Give, for each format, the messages of V007."""
    found = verify.verify(cited, files)
    assert {finding.remedy for finding in found if finding.code == "V007"} <= {REPORT}
    return {
        name: [one.message for one in found if one.code == "V007" and one.place == Place(path.name)]
        for name, path in files.items()
    }


@pytest.mark.parametrize("name", FORMATS)
def test_a_sound_file_says_what_the_paper_says(written: Written, name: str) -> None:
    assert told(written.cited, {name: written.files[name]}) == {name: []}


# --- a file that is written from a changed paper, and judged by the first one -----------------------------------------


def _text(element: Any) -> str:
    return " ".join(document.plain(element, notes=True).split())


def _holding(whole: Any, kind: str, text: str) -> tuple[list[Any], int]:
    """Find a block of this kind that begins with a text: the list it is in, and its place there."""

    def look(node: Any) -> Any:
        if isinstance(node, list):
            for place, item in enumerate(node):
                if isinstance(item, dict) and item.get("t") == kind and _text(item).startswith(text):
                    return node, place
                found = look(item)
                if found:
                    return found
        elif isinstance(node, dict):
            return look(node.get("c") if "t" in node else list(node.values()))
        return None

    found = look(whole["blocks"])
    assert found, f"the paper has no {kind} that begins “{text}”"
    return found


def _drop(kind: str, text: str) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        blocks, place = _holding(whole, kind, text)
        del blocks[place]

    return change


def _reword(old: str, new: str) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        for element, _ in document.elements(whole["blocks"]):
            if element["t"] == "Str" and element["c"] == old:
                element["c"] = new
                return
        raise AssertionError(old)

    return change


def _drop_note(text: str) -> Callable[[Any], None]:
    return _drop("Note", text)


def _empty_cell(text: str) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        blocks, place = _holding(whole, "Plain", text)
        blocks[place]["c"] = []

    return change


def _swap(kind: str, one: str, other: str) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        blocks, first = _holding(whole, kind, one)
        others, second = _holding(whole, kind, other)
        blocks[first], others[second] = others[second], blocks[first]

    return change


def _set_level(text: str, level: int) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        blocks, place = _holding(whole, "Header", text)
        blocks[place]["c"][0] = level

    return change


def _add(kind: str, text: str, words: str) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        blocks, place = _holding(whole, kind, text)
        added = [{"t": "Str", "c": word} for word in words.split()]
        spaced = [inline for word in added for inline in ({"t": "Space"}, word)][1:]
        blocks.insert(place + 1, {"t": "Para", "c": spaced})

    return change


def _join(one: str) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        blocks, place = _holding(whole, "Para", one)
        blocks[place]["c"] += [{"t": "Space"}, *blocks.pop(place + 1)["c"]]

    return change


def _make_text(text: str) -> Callable[[Any], None]:
    def change(whole: Any) -> None:
        blocks, place = _holding(whole, "Header", text)
        blocks[place] = {"t": "Para", "c": blocks[place]["c"][2]}

    return change


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            _drop("Para", "Second paragraph with"),
            [
                "it lacks the paragraph “Second paragraph with a note.[note] It calls another one.[note] See …”",
                "it lacks the footnote “A note with markup.”",
                "it lacks the footnote “First paragraph of the note. Second paragraph of the note. …”",
            ],
            id="a paragraph is dropped",
        ),
        pytest.param(
            _drop("Para", "The last words"),
            ["it lacks the paragraph “The last words of the text.”"],
            id="the last paragraph is dropped",
        ),
        pytest.param(
            _drop_note("A note with"),
            [
                (
                    "the paragraph that should read “… paragraph with a note.[note] It calls another …” "
                    "reads “… paragraph with a note. It calls another …”"
                ),
                "it lacks the footnote “A note with markup.”",
            ],
            id="a footnote is dropped",
        ),
        pytest.param(
            _drop("Para", "Second paragraph of the note."),
            [
                (
                    "the footnote that should read “… of the note. Second paragraph of the …” "
                    "reads “… of the note. an item in it …”"
                ),
            ],
            id="a paragraph of a footnote is dropped",
        ),
        pytest.param(
            _swap("Note", "A note with", "First paragraph of"),
            [
                (
                    "the footnote “First paragraph of the note. Second paragraph of the note. …” "
                    "stands in another place than in the paper"
                ),
            ],
            id="two footnotes change places",
        ),
        pytest.param(_empty_cell("1.5"), ["it lacks the cell of a table “1.5”"], id="a cell is dropped"),
        pytest.param(_empty_cell("Spanning"), ["it lacks the cell of a table “Spanning”"], id="a head is dropped"),
        pytest.param(
            _drop("Div", "The Title of the Table"),
            ["it lacks the title “The Title of the Table”"],
            id="a title is dropped",
        ),
        pytest.param(
            _drop("Div", "Note. What the figure"),
            ["it lacks the note “Note. What the figure means.”"],
            id="a note is dropped",
        ),
        pytest.param(_drop("Div", "Figure 1"), None, id="a figure is dropped"),
        pytest.param(
            _swap("Para", "The Title of the Table", "The Title of the Figure"),
            None,
            id="two titles change places",
        ),
        pytest.param(
            _set_level("Formulas", 3),
            ["the heading “Formulas” is of level 3, not 2"],
            id="a heading changes its level",
        ),
        pytest.param(
            _set_level("Running In", 5),
            ["the heading “Running In” is of level 5, not 4"],
            id="a heading that runs in changes its level",
        ),
        pytest.param(
            _make_text("Deeper"),
            ["the heading “Deeper” is a mere paragraph in it"],
            id="a heading is a heading no more",
        ),
        pytest.param(_drop("Header", "Running In"), ["it lacks the heading “Running In”"], id="a heading is dropped"),
        pytest.param(
            _swap("Para", "First words", "Second paragraph"),
            None,
            id="two paragraphs change places",
        ),
        pytest.param(
            _swap("Para", "Between table", "The last words"),
            [
                "the paragraph “Between table and figure.” stands in another place than in the paper",
                "the paragraph “The last words of the text.” stands in another place than in the paper",
            ],
            id="two paragraphs far apart change places",
        ),
        pytest.param(
            _add("Para", "Between table", "Nobody wrote this."),
            ["it says what the paper does not: “Nobody wrote this.”"],
            id="a paragraph is added",
        ),
        pytest.param(
            _reword("figure.", "figure. Nobody wrote this."),
            ["the paragraph that should read “… table and figure.” reads “… table and figure. Nobody wrote this.”"],
            id="a sentence is added",
        ),
        pytest.param(
            _reword("Somewhere", "Elsewhere"),
            ["the part of the title page that should read “University of Somewhere” reads “University of Elsewhere”"],
            id="the title page reads otherwise",
        ),
        pytest.param(
            _drop("Div", "May, B."),
            ["it lacks the entry of the reference list “May, B. (2002). Another work. Press.”"],
            id="an entry is dropped",
        ),
        pytest.param(
            _swap("Div", "Lee, A.", "May, B."),
            None,
            id="two entries change places",
        ),
        pytest.param(
            _join("First words"),
            [
                (
                    "the paragraph “Second paragraph with a note.[note] It calls another one.[note] See …” "
                    "runs on in the piece before it"
                )
            ],
            id="two paragraphs are one",
        ),
        pytest.param(
            _drop("Plain", "and deeper"), ["it lacks the item of a list “and deeper”"], id="an item is dropped"
        ),
        pytest.param(_drop("Para", "Second part"), None, id="a part of a quotation is dropped"),
        pytest.param(_drop("CodeBlock", "def double"), None, id="program code is dropped"),
        pytest.param(_drop("Para", "E = mc"), None, id="a formula is dropped"),
        pytest.param(
            _drop("Para", "Correspondence"),
            ["it lacks the part of the title page “Correspondence goes to nobody.”"],
            id="the author note is dropped",
        ),
        pytest.param(_drop("Div", "Keywords:"), None, id="the keywords are dropped"),
        pytest.param(
            _drop("Header", "Appendix A"),
            ["it lacks the heading “Appendix A The Instructions”"],
            id="a label is dropped",
        ),
    ],
)
def test_a_difference_is_named(
    written: Written, name: str, change: Callable[[Any], None], expected: list[str] | None
) -> None:
    found = told(written.cited, written.write(change, (name,)))[name]
    assert found
    if expected is not None:
        assert found == expected


# --- papers of other kinds --------------------------------------------------------------------------------------------

ARABIC = {
    "lang: en": "lang: ar\ndir: rtl",
    "First words": "الكلمات الأولى في النص العربي، مع رقم 123 و(أقواس) وكلمة English",
    "Second paragraph with a note": "فقرة ثانية مع حاشية",
    "A note *with* markup": "حاشية بالعربية (2020)",
    "| one |": "| واحد |",
    "Number one": "بند أول",
    "## Lists of Things": "## قوائم الأشياء",
    "#### Running In": "#### عنوان جار",
    "*The Title of the Table*": "*عنوان الجدول*",
    "Lee, A. (2001). *One work.*": "لي، أ. (2001). *عمل واحد.*",
}
HEBREW = {
    "lang: en": "lang: he\ndir: rtl",
    "First words": "מילים ראשונות בטקסט, עם מספר 123, (סוגריים) ומילה English",
    "A note *with* markup": "הערה בעברית (2020)",
    "## Lists of Things": "## רשימות",
}
GERMAN = {"lang: en": "lang: de", "First words": "„Worte“, daß 1 000 und -1"}
RUSSIAN = {"lang: en": "lang: ru", "First words": "Первые слова, ё и й, ἀρχή, café, ﬂoß, ½, ™, №"}
END_NOTES = {
    "Between table and figure.": "Between table and figure.^[4](#fn-1){.footnote-call}^",
    "# References": "# Footnotes {#footnotes .section-label .unnumbered}\n\n::: {#fn-1 .footnote-entry}\n"
    "^4^ A note on a page of its own.\n:::\n\n# References",
}
OWN_MARKUP = {
    "Between table and figure.": "Between `<i>only in a page</i>`{=html}`#emph[only in a PDF]`{=typst} both.\n\n"
    "```{=html}\n<p>A paragraph only in a page.</p>\n```\n\n```{=typst}\nA paragraph only in a PDF.\n\n```"
}
ODD = {
    "Between table and figure.": r"""
- [ ] a task
- [x] a task that is done

(@) an example with <mailto:a@b.example>

::: {#inner .some .classes}
> ## Heading in a Quotation^[Note in a heading.]
>
> | a | b |
> |---|---|
> | c | d |
:::

TeX that is no formula: $\foo{x}$. An image on the web: ![an image](https://x.example/y.png). And one: ![](dot.png).

$$a$$

$$b$$

$$c$$ $$d$$

Twice.

Twice.

Two notes.^[One note.]^[Two notes.]
"""
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "changes",
    [ARABIC, HEBREW, GERMAN, RUSSIAN, END_NOTES, OWN_MARKUP, ODD],
    ids=["arabic", "hebrew", "german", "russian", "notes at the end", "own markup", "odd"],
)
def test_a_sound_file_of_another_paper_passes(tmp_path: Path, changes: dict[str, str], name: str) -> None:
    text = PAPER
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    paper = Written(tmp_path, text, (name,))
    assert told(paper.cited, paper.files) == {name: []}


def test_a_sentence_lost_from_a_paper_written_from_the_right_is_named(tmp_path: Path) -> None:
    text = PAPER
    for old, new in ARABIC.items():
        text = text.replace(old, new, 1)
    paper = Written(tmp_path, text, ())
    (found,) = told(paper.cited, paper.write(_reword("ثانية", "ثالثة"), ("pdf",)))["pdf"]
    assert found.startswith("the paragraph that should read “فقرة ثانية مع ")


def test_a_long_paper_with_a_table_over_pages_passes(tmp_path: Path) -> None:
    filler = "\n\n".join(f"Paragraph {n} of many. " + "Words that fill the page. " * 60 + "^[Note.]" for n in range(8))
    rows = "\n".join(f"| row {n} | {n}.5 |" for n in range(80))
    text = PAPER.replace("| two ^[Note in a cell.] | $y$ |", rows).replace("Between table and figure.", filler)
    paper = Written(tmp_path, text)
    assert told(paper.cited, paper.files) == {name: [] for name in FORMATS}


# --- the comparison by itself -----------------------------------------------------------------------------------------


def due(text: str, kind: str = PARAGRAPH, name: str = "paragraph", **more: Any) -> Due:
    return Due(kind, name, text, **more)


def compared(dues: list[Due], there: list[Said] | str, *, visual: bool = False, own_markup: bool = False) -> list[str]:
    said = [Said(PARAGRAPH, word) for word in there.split("|") if word] if isinstance(there, str) else there
    paper = Paper(tuple(dues), (), own_markup)
    return [found.message for found in parity.differences(paper, said, (), Place("p"), visual=visual)]


ABC = [due("First"), due("Second"), due("Third")]
TABLE = [due("Before"), due("Table 1", group=1), due("A title", group=1), due("x", CELL, group=1), due("After")]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ("First|Second|Third", []),
        (
            "First|Third|Second",
            ["the paragraph “Third” stands in another place than in the paper"],
        ),
        ("First|Third", ["it lacks the paragraph “Second”"]),
        ("First|Second|Second|Third", ["it says what the paper does not: “Second”"]),
        ("", ["it lacks the paragraph “First”", "it lacks the paragraph “Second”", "it lacks the paragraph “Third”"]),
        ("FirstSecond|Third", ["the paragraph “Second” runs on in the piece before it"]),
        ("First|Sec|ond|Third", ["the paragraph “Second” is broken in two before “ond”"]),
    ],
)
def test_each_difference_has_its_message(there: str, expected: list[str]) -> None:
    assert compared(ABC, there) == expected


def test_a_table_may_stand_elsewhere_only_as_a_whole() -> None:
    before, number, title, cell, after = (Said(one.kind, one.text) for one in TABLE)
    assert compared(TABLE, [number, title, cell, before, after]) == []
    assert compared(TABLE, [before, after, number, title, cell]) == []
    assert compared(TABLE, [number, before, title, cell, after]) == [
        "the paragraph “Table 1” stands in another place than in the paper"
    ]
    assert compared(TABLE, [before, after, number, cell, title])
    assert compared(TABLE, [before, after, number, title])


def test_what_may_run_on_or_be_broken_is_no_difference() -> None:
    assert compared([due("One"), due("Two", joins=True)], "OneTwo") == []
    assert compared([due("One"), due("Two", breaks=True), due("Three")], "One|T|wo|Three") == []


def test_the_stop_of_a_heading_that_runs_in_is_no_difference() -> None:
    heading = due("A Heading", HEADING, "heading", level=4)
    assert compared([heading], [Said(HEADING, "A Heading.", 4)]) == []
    assert compared([heading], [Said(PARAGRAPH, "A Heading.")])


def test_marks_of_lists_are_nobodys_words_but_terms_are() -> None:
    there = [Said(MARK, "1."), Said(PARAGRAPH, "First"), Said(MARK, "Term"), Said(PARAGRAPH, "Second")]
    assert compared([due("First"), due("Term", ""), due("Second")], there) == []
    assert compared([due("First"), due("Second")], there) == []
    assert compared([due("First"), due("Term", "", "term"), due("Second")], "First|Second") == [
        "it lacks the term “Term”"
    ]
    assert compared([due("1. First", breaks=True), due("Second")], [*there[:2], there[3]]) == []


def test_a_formula_may_come_as_its_tex() -> None:
    formula = due(f"So {FORMULA} is.", pattern=re.compile(rf"So(?:{FORMULA}|x\^2)is\."))
    assert compared([formula], f"So {FORMULA} is.") == []
    assert compared([formula], "So x^2 is.") == []
    assert compared([formula], "So y is.") == ["the paragraph that should read “So [formula] is.” reads “So y is.”"]


def test_where_a_footnote_is_called_is_a_part_of_the_text() -> None:
    assert compared([due(f"One.{CALL} Two.")], f"One.{CALL} Two.") == []
    assert compared([due(f"One.{CALL} Two.")], f"One. Two.{CALL}") == [
        "the paragraph that should read “One.[note] Two.” reads “One. Two.[note]”"
    ]


def test_letters_in_the_order_of_the_eye_are_compared_without_their_order() -> None:
    assert compared([due("אבג (12) דה")], "דה )12( גבא", visual=True) == []
    assert compared([due("אבג (12) דה")], "דה )12(", visual=True) != []
    assert compared([due("אבג (12) דה")], "דה )12( גבא") != []


def test_what_the_author_wrote_for_one_format_alone_is_not_asked_of_it() -> None:
    assert compared(ABC, "First|Second|Only here|Third", own_markup=True) == []
    assert compared(ABC, "First|Only here|Third", own_markup=True) != []


def test_the_title_over_the_text_may_be_left_out() -> None:
    title = due("A Title", "", "title over the text", optional=True)
    assert compared([title, due("Text")], "Text") == []
    assert compared([title, due("Text")], "Another Thing|Text") == ["it says what the paper does not: “Another Thing”"]


def test_of_many_differences_the_first_are_told() -> None:
    dues = [due(f"{n} paragraph {n}") for n in range(30)]
    found = compared(dues, "|".join(f"{n} paragraph {n}" for n in range(0, 30, 3)))
    assert len(found) == 6
    assert found[0] == "it lacks the paragraph “1 paragraph 1”"
    assert found[5] == "it differs from the paper in 15 more places"


def test_a_long_stretch_that_is_gone_is_bridged() -> None:
    dues = [due(f"Number {n}") for n in range(60)]
    there = [Said(PARAGRAPH, f"Number {n}") for n in (*range(10), *range(40, 60))]
    found = compared(dues, there)
    assert found[0] == "it lacks the paragraph “Number 10”"
    assert found[5] == "it differs from the paper in 25 more places"


# --- what a PDF declares ----------------------------------------------------------------------------------------------

DECLARING = '#set document(title: "What a Paper Can Hold")\n#set text(lang: "en")\n#title()\n= Heading\nText.'


@pytest.mark.parametrize(
    ("markup", "options", "expected"),
    [
        pytest.param(DECLARING, {"pdf_standards": "ua-1"}, [], id="sound"),
        pytest.param(
            DECLARING.replace("#title()\n", ""),
            {},
            ["the PDF does not declare that it keeps to PDF/UA-1"],
            id="no PDF/UA",
        ),
        pytest.param(
            DECLARING.replace("Can Hold", "Cannot Hold"),
            {"pdf_standards": "ua-1"},
            ["the PDF does not declare its title, What a Paper Can Hold"],
            id="another title",
        ),
        pytest.param(
            DECLARING.replace('"en"', '"de"'),
            {"pdf_standards": "ua-1"},
            ["the PDF does not declare its language, en"],
            id="another language",
        ),
        pytest.param(
            "Text.",
            {"pdf_tags": False},
            [
                "the PDF does not declare its tags",
                "the PDF does not declare its title, What a Paper Can Hold",
                "the PDF does not declare that it keeps to PDF/UA-1",
            ],
            id="nothing",
        ),
    ],
)
def test_what_a_pdf_does_not_declare_is_an_error(
    written: Written, tmp_path: Path, markup: str, options: dict[str, Any], expected: list[str]
) -> None:
    (tmp_path / "one.typ").write_text(markup, "utf-8")
    path = tmp_path / "paper.pdf"
    path.write_bytes(typst.compile(tmp_path / "one.typ", format="pdf", **options))
    found = [one for one in verify.verify(written.cited, {"pdf": path}, universal_access=True) if one.code == "V008"]
    assert [one.message for one in found] == expected
    assert {one.remedy for one in found} <= {REPORT}


def test_pdf_ua_is_asked_for_only_where_it_was_promised(written: Written) -> None:
    declared = open_pdf(written.files["pdf"], written.cited).declared
    assert declared
    assert (declared.tagged, declared.title, declared.language) == (True, "What a Paper Can Hold", "en")
    assert [one for one in verify.verify(written.cited, {"pdf": written.files["pdf"]}) if one.code == "V008"] == []
