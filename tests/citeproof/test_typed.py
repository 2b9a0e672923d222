"""Finding citations that were typed by hand in a manuscript's text: what is prose, and where each piece stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import typed
from citeproof.places import Source

PIECES = st.sampled_from(
    [
        *("(", ")", "[", "]", "@", ";", ",", ", ", " ", "\n", "\n\n", "\r", "\t", "    ", "> ", "# ", "---\n", "...\n"),
        *(
            "Smith",
            "Lee",
            "van der",
            "2020",
            "2019a",
            "n.d.",
            "in press",
            "et al.",
            " & ",
            " and ",
            "'s",
            "as cited in ",
        ),
        *(
            "`",
            "```\n",
            "$",
            "$$",
            "\\",
            "<",
            ">",
            "{",
            "}",
            "|",
            "*",
            "_",
            "“",
            "”",
            "^[",
            "](",
            "https://x.org/",
            "é",
            "中",
        ),
        *("abstract: ", "title: ", "- ", "1. ", "see ", "\u200b", "\u00a0", "\\&", "&amp;", "===\n"),
    ]
)


def source(text: str) -> Source:
    return Source("paper.md", text)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_each_letter_of_the_prose_and_each_work_stands_where_it_stood(text: str) -> None:
    assert len(typed.prose(source(text))) == len(text)
    for found in typed.citations(source(text)):
        assert 0 <= found.start < found.end <= len(text)
        for work in found.works:
            assert found.start <= work.start < work.end <= found.end
            assert work.year in {"n.d.", "in press"} or work.year[:4].isdigit()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A `(Smith, 2020)` b", "A b"),
        ("# Smith (2020)\n\nText", "Text"),
        ("Smith (2020)\n===\n\nText", "=== Text"),
        ("---\ntitle: T (2020)\nabstract: |\n  Words.\nlang: en\n---\n\nText", "| Words. Text"),
        ("---\n# nothing\n---\n\nText", "Text"),
        ("> a\n> b", "a b"),
        ("See <https://x.org/a> or https://x.org/b, [c](https://x.org/d).", "See or [c] ."),
        ("Sum $a (b)$ and $5 or $6", "Sum and $5 or $6"),
        ("Text\n\n    code\n\nMore", "Text More"),
        ("- item\n\n    more", "- item more"),
        ("a \\& b &amp; c&nbsp;d", "a & b & c d"),
    ],
)
def test_prose_is_what_a_reader_reads(text: str, left: str) -> None:
    assert " ".join(typed.prose(source(text)).split()) == left


def test_the_names_that_are_sought_are_those_that_any_format_writes_alike() -> None:
    text = "(Smith, 2020), García (2018), (Li, 2019), (van den Berg & Lee, 2001), (Smith et al., 2011)"
    assert typed.sought(source(text)) == ("Smith", "Berg")
    assert typed.sought(source("nothing")) == ()
    many = " ".join(f"(Ab{chr(97 + n)}c, 2001)" for n in range(26))
    assert len(typed.sought(source(many))) == typed.MOST_SOUGHT
