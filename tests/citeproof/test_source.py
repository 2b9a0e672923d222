"""The manuscript's text: decoding, places, stand-ins for keys and numbers, and markup that pandoc would misread."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import pandoc, source
from citeproof.findings import Place
from citeproof.places import Source


def decoded(raw: bytes) -> list[str]:
    return [str(finding) for finding in source.decode("p.md", raw)[1]]


# --- decoding ---------------------------------------------------------------------------------------------------------


def test_a_byte_that_is_not_utf_8_is_named_with_its_place_counted_in_characters() -> None:
    assert decoded("One.\nÜber caf\xe9".encode("latin-1").replace(b"\xdc", "Ü".encode())) == [
        (
            "p.md:2:9: error S001: byte 0xE9 is not UTF-8\n"
            "    the file looks like Latin-1 or Windows-1252: save the file as UTF-8"
        ),
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_place_of_such_a_byte_holds_whatever_the_line_ends(end: bytes) -> None:
    assert decoded(b"One." + end + b"Caf\xe9")[0].startswith("p.md:2:4: error S001: ")


def test_utf_16_is_recognised_by_its_mark() -> None:
    assert decoded("Text".encode("utf-16"))[0] == (
        "p.md:1:1: error S001: byte 0xFF is not UTF-8\n"
        "    the file looks like UTF-16, as Windows' Notepad can write: save the file as UTF-8"
    )


@pytest.mark.parametrize("raw", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"\r\n"])
def test_a_file_without_text_is_said_to_be_empty(raw: bytes) -> None:
    assert decoded(raw) == [
        (
            "p.md:1:1: error S002: the file is empty\n"
            "    write the paper here, or start from one that builds: citeproof new DIR"
        ),
    ]


def test_a_line_of_a_size_that_no_paragraph_has_is_an_error() -> None:
    assert decoded(b"One.\n" + b"x" * 200_001) == [
        (
            "p.md:2:1: error S003: this line is 200,001 characters long\n"
            "    a paragraph of a paper is shorter than 200,000: "
            "was something else than the manuscript pasted or named?"
        ),
    ]
    assert decoded(b"x" * 200_000) == []


def test_a_nul_character_is_an_error_with_its_place() -> None:
    assert decoded(b"One.\nab\0c") == [
        (
            "p.md:2:3: error S004: a NUL character stands in the text\n"
            "    this is not a text file, or it was damaged: save it again as plain text"
        ),
    ]


def test_line_ends_of_every_system_and_a_byte_order_mark_are_taken_as_text_has_them() -> None:
    read, findings = source.decode("p.md", b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert read.text == "one\ntwo\nthree\n"
    assert findings == []


@given(st.binary())
def test_any_bytes_give_a_text_and_places_within_it(raw: bytes) -> None:
    read, findings = source.decode("p.md", raw)
    assert "\r" not in read.text
    lines = read.text.split("\n")
    for finding in findings:
        assert 1 <= finding.place.line <= len(lines)
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1


@given(st.text())
def test_text_in_utf_8_is_never_refused_for_its_bytes(text: str) -> None:
    assert "S001" not in {finding.code for finding in source.decode("p.md", text.encode())[1]}


# --- places -----------------------------------------------------------------------------------------------------------


@given(st.text(alphabet="a\nü"), st.data())
def test_a_place_leads_back_to_the_character(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    place = Source("p.md", text).place(offset)
    lines = text.split("\n")
    assert sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1 == offset


def test_a_piece_of_the_text_is_found_from_where_the_search_starts() -> None:
    text = Source("p.md", "one two one")
    assert source.prose_offset(text, "one") == 0
    assert source.prose_offset(text, "one", 1) == 8
    assert source.prose_offset(text, "three") is None


# --- stand-ins for keys -----------------------------------------------------------------------------------------------


@given(
    st.text()
    | st.text(alphabet="@ab1.{}* :/()-[];\n\u1401")
    | st.text(alphabet="pt@=< .019(),*_~\n\U00012400\U00010320")
)
def test_a_probe_gives_the_text_back_as_it_was(text: str) -> None:
    probe = source.probe(Source("p.md", text))
    assert probe.restore(probe.text) == text
    assert len(probe.text) == len(text)


@given(st.text(alphabet="@ab1.{} :-[];\n"))
def test_every_stand_in_names_the_place_of_its_key(text: str) -> None:
    for key, offset in source.probe(Source("p.md", text)).keys.values():
        assert text[offset] == "@"
        assert text.startswith(key, offset + 1 + (text[offset + 1] == "{"))


def test_a_text_in_syllabics_is_probed_with_other_letters() -> None:
    text = "ᐁᐂ [@smith2020]"
    probe = source.probe(Source("p.md", text))
    assert [key for key, _ in probe.keys.values()] == ["smith2020"]
    assert probe.text.startswith("ᐁᐂ [@")
    assert "\ua500" <= next(iter(probe.keys))[0] <= "\ua60b"
    assert probe.restore(probe.text) == text


def test_a_text_in_both_scripts_is_left_alone() -> None:
    probe = source.probe(Source("p.md", "\u1401\ua500 @smith"))
    assert (probe.text, probe.keys) == ("\u1401\ua500 @smith", {})
    assert probe.restore("as it is") == "as it is"


def test_a_key_of_one_letter_cited_more_often_than_there_are_letters_is_left_where_they_run_out() -> None:
    text = "@a " * 700
    probe = source.probe(Source("p.md", text))
    assert len(probe.keys) == 0x166C - 0x1401 + 1
    assert probe.restore(probe.text) == text


NUMBERS = """\
---
title: On *p* = .05
abstract: |
  As Table 1 shows, *p* = .03.
---

Figure 12 and Tab. 3, tables 4, p = .05, *t*(24)=2.10, _n_ <5 and q>3, **p**\\<.001, `n = 5`, $p = .05$, https://x.org/?p=5

+---------+----------+
| p = .05 | Table 21 |
+=========+==========+
| n = 3   | Fig. 2   |
+---------+----------+

--------- ----------
Name      Value
--------- ----------
p = .05   Table 12
          more
--------- ----------

1. p = 3
2. [p = .05](x.png?p=5)^[n = 5] and @key2020, @a:t<5

# Table 1 {#x}

```{.r}
p = 5
```

<b p=5> \\textbf{p = .05} "p = .05" and '90s n = 3 ![F = 3](p=5.png){width=5% p=5}
"""


def test_pandoc_reads_the_same_from_a_text_with_stand_ins_for_its_numbers() -> None:
    probe = source.probe(Source("p.md", NUMBERS))
    assert len(probe.numbers) > 20
    parsed, as_typed = pandoc.parse(probe.text, Path.cwd()), pandoc.parse(NUMBERS, Path.cwd())
    assert isinstance(parsed, str)
    assert probe.restore(parsed) == as_typed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See Table 12 and\nfig. 3.", [("12", "Table 12"), ("3", "fig. 3")]),
        ("(*p* < .051)", [("051", "*p* < .051")]),
        ("We found t(24)=2.10", [("10", "t(24)=2.10")]),
        ("\\**p* \\< .05", [("05", "*p* \\< .05")]),
        ("*M*~age~ = 24.3", [("24", "*M*~age~ = 24.3")]),
        ("N = 1,200", [("200", "N = 1,200")]),
        ("Vegetable 3, up = .05, --n=5, /p=.05, a.p = 3, @p=3, x = 5", []),
    ],
)
def test_a_number_that_needs_a_place_is_known_with_the_words_that_it_belongs_to(
    text: str, expected: list[tuple[str, str]]
) -> None:
    found = source.probe(Source("p.md", text)).numbers.values()
    assert [digits for digits, _ in found] == [digits for digits, _ in expected]
    assert all(text.startswith(words, offset) for (_, offset), (_, words) in zip(found, expected, strict=True))


def test_numbers_beyond_the_stand_ins_that_there_are_stay_as_they_are() -> None:
    text = "p = 5 " * 400
    probe = source.probe(Source("p.md", text))
    assert 200 < len(probe.numbers) < 400
    assert probe.restore(probe.text) == text


def test_a_numeral_of_the_authors_own_is_no_stand_in() -> None:
    text = "\U00012400 p = 5\U00012401 p = .05\U0001d2e0"
    probe = source.probe(Source("p.md", text))
    assert probe.restore(probe.text) == text
    assert list(probe.numbers_in(probe.text)) == []
    assert [
        text[at] for at, _ in probe.numbers_in(probe.text.replace("\U00012401", " ").replace("\U0001d2e0", " "))
    ] == [
        "5",
        "0",
    ]


def test_what_stands_in_code_comments_and_front_matter_is_blank_outside_code() -> None:
    text = "---\ntitle: T\n---\nA `b` c <!-- d\ne --> f\n```\ng\n```\nh\n"
    outside = source.outside_code(Source("p.md", text))
    assert outside.split() == ["A", "c", "f", "h"]
    assert len(outside) == len(text)
    assert all(kept == typed for kept, typed in zip(outside, text, strict=True) if not kept.isspace())


# --- what pandoc would misread ----------------------------------------------------------------------------------------


def stray(text: str) -> list[tuple[str, int, int]]:
    return [(found.code, found.place.line, found.place.column) for found in source.stray_markup(Source("p.md", text))]


def told(text: str) -> str:
    (finding,) = source.stray_markup(Source("p.md", text))
    return str(finding)


def test_a_chunk_of_r_markdown_is_an_error_because_code_and_prose_change_places() -> None:
    assert told("Prose.\n\n```{r plot, echo=FALSE}\nx\n```\n") == (
        "p.md:3:1: error L003: pandoc does not read {r plot, echo=FALSE} as the head of a code block: "
        "code and prose change places here\n"
        "    write ```{.r} for code to be shown, or run the paper through knitr or Quarto first "
        "and build the Markdown that comes out"
    )


@pytest.mark.parametrize(
    "head",
    [
        "{r}",
        "{r, echo=FALSE}",
        "{r setup, include=FALSE}",
        "{python}",
        '{r plot, fig.cap="One, two"}',
        "r {x, y}",
    ],
)
def test_heads_that_only_knitr_reads_are_found(head: str) -> None:
    assert stray(f"```{head}\nx\n```\n") == [("L003", 1, 1)]


@pytest.mark.parametrize(
    "head",
    [
        "",
        "r",
        "{.r}",
        "{.r #fig}",
        '{#id .r .numberLines startFrom="10"}',
        "{=html}",
        "{ .r }",
        "python {.numberLines}",
        "{.r key=value}",
        "{- .r}",
        "c++",
    ],
)
def test_heads_that_pandoc_reads_are_fine(head: str) -> None:
    assert stray(f"```{head}\nx @key {{{{< include x.md >}}}} `r 1`\n```\n") == []


def test_a_fence_that_nothing_closes_is_an_error_at_its_first_line() -> None:
    assert told("Prose.\n\n  ~~~~\nx\n~~~\n") == (
        "p.md:3:3: error L005: this code fence is never closed\n    close it with a line that says ~~~~"
    )


def test_an_include_that_no_program_expanded_is_an_error() -> None:
    assert told("Text {{< include _methods.md >}} here.") == (
        "p.md:1:6: error L004: the shortcode {{< include _methods.md >}} was not expanded\n"
        "    an include is followed where it stands alone in its line: {{< include FILE >}}"
    )


def test_so_is_any_other_shortcode() -> None:
    assert told("{{< pagebreak >}}") == (
        "p.md:1:1: error L004: the shortcode {{< pagebreak >}} was not expanded\n"
        "    paste the text that it stands for, or let Quarto expand it first"
    )


def test_inline_code_that_no_program_has_run_is_an_error() -> None:
    assert told("The mean is `r mean(x)`.") == (
        "p.md:1:13: error L006: the code `r mean(x)` was not run\n"
        "    it would be printed as it stands: run the paper through knitr or Quarto first"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<!-- ```{r x, y=z} -->",
        "`{{< include x >}}`",
        "``a `r 1` b``",
        "`r`",
        "Text ``` in `` the line.",
        "> ```\n> x\n> ```\n",
    ],
)
def test_comments_code_spans_and_quoted_fences_raise_no_false_alarm(text: str) -> None:
    assert stray(text) == []


def test_all_stray_pieces_are_told_in_one_run() -> None:
    assert stray("```{r a, b=c}\nx\n```\n\n{{< pagebreak >}} `r 1`\n\n```\nopen\n") == [
        ("L003", 1, 1),
        ("L005", 7, 1),
        ("L006", 5, 19),
        ("L004", 5, 1),
    ]


def test_the_place_of_a_finding_names_the_file() -> None:
    assert source.stray_markup(Source("sub/p.md", "{{< x >}}"))[0].place == Place("sub/p.md", 1, 1)


def examples(text: str) -> list[tuple[str, int, int]]:
    found = source.numbered_examples(Source("p.md", text), {"lee", "fay2020"})
    return [(finding.code, finding.place.line, finding.place.column) for finding in found]


def test_a_citation_that_pandoc_takes_for_a_numbered_example_is_an_error() -> None:
    (finding,) = source.numbered_examples(Source("p.md", "Text.\n\n(@lee) wrote it, and @lee knew.\n"), {"lee"})
    assert str(finding) == (
        "p.md:3:1: error C006: (@lee) at the start of a paragraph is the label of a numbered example: "
        "each @lee would become its number\n"
        "    to cite the work, write [@lee] or @{lee}; for an example, take a label that is no key"
    )


def test_so_is_a_reference_to_a_figure() -> None:
    (finding,) = source.numbered_examples(Source("p.md", "See @fig-one.\n\n@fig-one. It falls.\n"), set(), ["fig-one"])
    assert str(finding) == (
        "p.md:3:1: error C006: @fig-one. at the start of a paragraph is the label of a numbered example: "
        "each @fig-one would become its number\n"
        "    to refer to the part, write @{fig-one}; for an example, take a label that names no part"
    )


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("(@lee) x", 1),
        ("# H\n(@fay2020)\n", 1),
        ("\n> (@lee) x", 3),
        ("\n- (@lee) x", 3),
        ("\n   (@lee)\nx", 4),
        ("- @lee.\n", 3),
        ("- x\n- @lee. x", 3),
        ("@lee) x", 1),
    ],
)
def test_a_numbered_example_is_found_wherever_a_list_may_begin(text: str, column: int) -> None:
    assert [(code, found) for code, _, found in examples(text)] == [("C006", column)]


@pytest.mark.parametrize(
    "text",
    [
        "It is\n(@lee) so.",
        "It is so (@lee) here.",
        "\n(@lee), x",
        "\n(@good) An example\n\n(@) Another",
        "```\n\n(@lee) x\n```",
        "\n    (@lee) code",
        "\n(see @lee) x",
        "\n@lee.x and @lee",
        "It was\n@lee. He",
        "- It was\n@lee. He",
        "- @lee said\n- @{lee}.",
    ],
)
def test_what_pandoc_takes_for_no_example_or_is_no_key_is_none(text: str) -> None:
    assert examples(text) == []
