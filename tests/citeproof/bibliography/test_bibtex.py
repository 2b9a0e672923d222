"""BibTeX and biblatex: every entry that can be read is read, with exact places, and each fault names itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import source
from citeproof.bibliography import Bibliography, Record, bibtex


def bib(text: str, dialect: bibtex.Dialect = "biblatex") -> Bibliography:
    return bibtex.read("r.bib", text, dialect=dialect)


def keys(held: Bibliography) -> list[str]:
    return [entry.key for entry in held.entries]


def hurt(held: Bibliography) -> list[str]:
    return [entry.key for entry in held.hurt]


def values(record: Record) -> dict[str, str]:
    return {name: field.value for name, field in record.fields.items()}


def told(held: Bibliography) -> list[str]:
    return [f"{fault.place}: {fault.what}\n    {fault.remedy}" for fault in held.faults]


def only(text: str) -> dict[str, str]:
    """Read one entry, of which nothing is told."""
    held = bib(text)
    assert told(held) == []
    (record,) = held.records
    return values(record)


# --- entries and values ----------------------------------------------------------------------------------------------


def test_entries_are_known_by_key_and_place() -> None:
    held = bib('% note\n@article{a1,\n title = {T}\n}\n\n  @BOOK{b:2, title = "T # {and U}", year = 2001}\n')
    assert [(entry.key, str(entry.place)) for entry in held.entries] == [("a1", "r.bib:2:1"), ("b:2", "r.bib:6:3")]
    assert [(record.key, record.type) for record in held.records] == [("a1", "article"), ("b:2", "book")]
    assert list(held.items) == ["a1", "b:2"]
    assert told(held) == []


def test_strings_comments_preambles_and_text_between_are_no_entries() -> None:
    held = bib(
        '\ufeff% Encoding: UTF-8\n@string{jt = "J"}\n@comment{x}\n@preamble{"\\newcommand{\\p}{p}"}\n'
        "Some text, me@example.org (2).\n@Comment no braces here\n"
        "@comment{jabref-meta: groupstree:\n0 AllEntriesGroup:;\n}\n@book{a, title = jt}\n"
    )
    assert keys(held) == ["a"]
    assert told(held) == []


@pytest.mark.parametrize(
    "text",
    [
        "@comment{@book{z, title = {Z}}}",
        "@comment{\n@book{z,\n title = {Z}}\n@book{y, title = {Y}}\n}",
        "% @book{z, title = {Z}}",
        "%@book{z,\n% title = {Z}\n%}",
        "100% sure: @book{z, title = {Z}}",
    ],
)
def test_entries_that_are_commented_out_are_not_read(text: str) -> None:
    held = bib(f"{text}\n@book{{a, title = {{T}}}}")
    assert keys(held) == ["a"]
    assert told(held) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{T}", "T"),
        ('"T"', "T"),
        ("2001", "2001"),
        ("{ T\n }", "T"),
        ("{{T}}", "{T}"),
        ("{a {b {c {d {e {f} g}}}} h}", "a {b {c {d {e {f} g}}}} h"),
        ('"a {"b", c} d"', 'a {"b", c} d'),
        (r'"a \"u, b"', r"a \"u, b"),
        (r'{a {\"u} "b, c}', r'a {\"u} "b, c'),
        (r"{a \{ b}", r"a \{ b"),
        (r"{a \\}", r"a \\"),
        ("{C:\\files\\}", "C:\\files\\"),
        ("{a @ b, @misc{c} = d}", "a @ b, @misc{c} = d"),
        ("{a\n@user (2012), said}", "a\n@user (2012), said"),
        ("{100% of a}", "100% of a"),
        ('"a" # {b} # 3', "ab3"),
        ('JAN # "~1"', "JAN~1"),
        ("sep", "sep"),
        ('jt # " {B}"', "Journal of T {B}"),
        ("{a # b}", "a # b"),
        ("{A} # and # {B}", "A and B"),
        ("", ""),
    ],
)
def test_a_value_is_what_stands_between_its_delimiters(text: str, expected: str) -> None:
    for end in (",\n}", "}", ", note = {n},}"):
        held = bib(f'@string{{jt = "Journal " # {{of T}}}}\n@book{{a, Title = {text}{end}\n@book{{b, title = {{U}}}}')
        assert told(held) == []
        assert values(held.records[0])["title"] == expected
        assert keys(held) == ["a", "b"]


@pytest.mark.parametrize(
    "head", ["@book{a,", "@BOOK {a,", "@Book\n{a,", "@book{ a ,", "@ book{a,", "@book{a\n,", "  @book{a,% note\n"]
)
def test_the_head_of_an_entry_may_be_written_in_many_ways(head: str) -> None:
    assert only(f"{head} title = {{T}}}}") == {"title": "T"}


def test_an_entry_may_stand_in_parentheses() -> None:
    assert only('@book(a, title = {T :)}, note = "b)", year = 2000)') == {"title": "T :)", "note": "b)", "year": "2000"}
    assert values(bib("@string(x = {X})@book(a, title = x)").records[0]) == {"title": "X"}


def test_comments_within_an_entry_are_passed_over() -> None:
    assert only("@book{a, % one\n  % author = {A},\n title = {T}, % two\n year = 2000 % three\n}") == {
        "title": "T",
        "year": "2000",
    }


def test_names_of_fields_may_hold_more_than_letters() -> None:
    fields = "author+an = {1=x}, AUTHOR+an:role = {2=y}, bdsk-url-1 = {u}, a_b = {c}, foo:bar = {d}, 1a = {e}"
    assert list(only(f"@book{{a, {fields}}}")) == ["author+an", "author+an:role", "bdsk-url-1", "a_b", "foo:bar", "1a"]


@pytest.mark.parametrize(
    "key", ["müller:2000/x+y&z.a_b-c", "10.1/(SICI)1097", "o'neil", "a;b", "日本", "c%d", "é#1", "+"]
)
def test_a_key_may_hold_almost_anything(key: str) -> None:
    assert keys(bib(f"@book{{{key}, title = {{T}}}}\n@book{{b, title = {{U}}}}")) == [key, "b"]


def test_keys_that_differ_in_case_are_two() -> None:
    held = bib("@book{a, title = {T}}\n@book{A, title = {U}}")
    assert keys(held) == ["a", "A"]
    assert held.doubled == ()


def test_a_second_entry_under_a_key_is_doubled_and_the_first_is_used() -> None:
    held = bib("@book{a, title = {T}}\n@book{a, title = {U}}\n@book{b, title={V}}\n")
    assert [(entry.key, str(entry.place), str(first)) for entry, first in held.doubled] == [
        ("a", "r.bib:2:1", "r.bib:1:1")
    ]
    assert keys(held) == ["a", "b"]
    assert held.items["a"]["title"] == "T"
    assert [record.key for record in held.records] == ["a", "a", "b"]


def test_an_entry_can_be_cited_by_its_further_keys() -> None:
    held = bib("@book{a, ids = {old, b}, title = {T}}\n@book{b, title = {U}}")
    assert keys(held) == ["a", "b", "old"]
    assert held.items["old"] == held.items["a"]
    assert (held.items["a"]["id"], held.items["a"]["other-ids"]) == ("a", "old")


@pytest.mark.parametrize("keywords", ["{unverified}", "{a, Unverified }", '"x; unverified"', "{ {unverified} }"])
def test_an_author_can_mark_an_entry_as_unverified(keywords: str) -> None:
    assert bib(f"@book{{a, title = {{T}}, keywords = {keywords}}}").entries[0].unverified


@pytest.mark.parametrize("keywords", ["{}", "{verified}", "{unverified claims}", "{not unverified yet}"])
def test_other_keywords_are_no_such_mark(keywords: str) -> None:
    assert not bib(f"@book{{a, title = {{T}}, keywords = {keywords}}}").entries[0].unverified


def test_a_string_may_be_defined_after_it_is_used() -> None:
    held = bib("@book{a, title = T1}\n@string{t1 = {T}}")
    assert values(held.records[0]) == {"title": "T"}


# --- places ----------------------------------------------------------------------------------------------------------

PLACED = (
    b'\xef\xbb\xbf@string{j = {J}}\r\n@article{a,\r\n\tTitle  = {T\xc3\xa4},\r\n  author = "A, B",\r\n\r\n year=2000, '
    b"pages = {\r\n  1--2 },\r\n journal = j # {K}\r\n}\r\n"
)


def test_every_field_has_the_place_of_its_first_character_and_the_offsets_of_its_value() -> None:
    text = source.decode("r.bib", PLACED)[0].text
    (record,) = bib(text).records
    assert {name: (str(field.place), text[field.start : field.end]) for name, field in record.fields.items()} == {
        "title": ("r.bib:3:12", "{Tä}"),
        "author": ("r.bib:4:13", '"A, B"'),
        "year": ("r.bib:6:7", "2000"),
        "pages": ("r.bib:7:3", "{\n  1--2 }"),
        "journal": ("r.bib:8:12", "j # {K}"),
    }
    assert text[record.start : record.end].startswith("@article{a,")
    assert text[record.start : record.end].endswith("{K}\n}")


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_offsets_are_those_of_the_text_that_was_given(line_end: str) -> None:
    text = line_end.join(["@book{a,", " title = {T", " U},", " note = {N},,", "}", "@book{b, title = {V}}"])
    held = bib(text)
    found = [text[field.start : field.end] for record in held.records for field in record.fields.values()]
    assert found == [f"{{T{line_end} U}}", "{N}", "{V}"]
    assert [str(entry.place) for entry in held.entries] == ["r.bib:1:1", "r.bib:6:1"]


# --- what is broken --------------------------------------------------------------------------------------------------


def test_an_entry_whose_field_lacks_its_comma_is_hurt_and_the_fault_names_the_field() -> None:
    held = bib("@book{a,\n  title = {T}\n  author = {A, B},\n}\n@book{b, title = {U}}")
    assert told(held) == [
        (
            "r.bib:1:1: the entry a cannot be read: after its field title something stands that does not belong there\n"
            "    look for a missing comma at the end of that field"
        ),
    ]
    assert (hurt(held), keys(held)) == (["a"], ["b"])
    assert "a" not in held.items
    assert held.faults[0].hurts


@pytest.mark.parametrize(
    ("field", "remedy"),
    [
        ("title = {T,", "mend the entry: look for a missing brace or quotation mark in its field title, line 2"),
        ('title = "T,', "mend the entry: look for a missing brace or quotation mark in its field title, line 2"),
        ('title = "a {b",', "mend the entry: look for a missing brace or quotation mark in its field title, line 2"),
    ],
)
def test_a_value_that_is_never_closed_costs_only_its_entry(field: str, remedy: str) -> None:
    held = bib(
        f"@book{{a,\n  {field}\n  date = {{2001}},\n}}\n\n@book{{b,\n title = {{U}}}}\n@misc{{c, title = {{V}}}}"
    )
    assert told(held) == [
        f"r.bib:1:1: the entry a cannot be read: a brace or quotation mark is opened and never closed\n    {remedy}"
    ]
    assert (hurt(held), keys(held)) == (["a"], ["b", "c"])


def test_a_field_that_was_swallowed_by_the_one_before_is_told() -> None:
    held = bib("@book{a,\n title = {T,\n author = {A, B}},\n year = 2000\n}\n@book{b, title = {U}}")
    assert told(held) == [
        (
            "r.bib:1:1: the entry a cannot be read: its field title holds the field author\n"
            "    mend the entry: look for a missing brace or quotation mark in its field title, line 2"
        )
    ]
    assert (hurt(held), keys(held)) == (["a"], ["b"])


def test_an_entry_that_is_never_closed_costs_only_itself() -> None:
    held = bib("@book{a, title = {T}, year = 2000\n\n@book{b, title = {U}}\n@book{c, title = {V},\n")
    assert [line.split("\n")[0] for line in told(held)] == [
        "r.bib:1:1: the entry a cannot be read: a brace or quotation mark is opened and never closed",
        "r.bib:4:1: the entry c cannot be read: a brace or quotation mark is opened and never closed",
    ]
    assert (hurt(held), keys(held)) == (["a", "c"], ["b"])


def test_in_a_file_of_one_line_a_broken_entry_costs_only_itself_too() -> None:
    held = bib("@book{a, title={T}} @book{b, title={T, year=2000}, @book{c, title={U}} @string{x={y}}@book{d, title=x}")
    assert (hurt(held), keys(held)) == (["b"], ["a", "c", "d"])


@pytest.mark.parametrize(
    "fields",
    ["title = {T}}, year = 2000}", "title = {T},}\n year = {2000}\n}", "title = }{T},\n year = {2000}\n}"],
)
def test_an_entry_that_ends_before_its_last_field_is_hurt(fields: str) -> None:
    held = bib(f"@book{{a, {fields}\n@book{{b, title = {{U}}}}")
    assert (hurt(held), keys(held)) == (["a"], ["b"])
    assert told(held)[0].startswith("r.bib:1:1: the entry a cannot be read: it ends before ")
    assert "look for a brace too many" in told(held)[0]


def test_an_entry_without_a_key_is_told_and_costs_no_other() -> None:
    held = bib("@article{,\n title = {T}\n}\n@article{title = {T}}\n@article{b, title = {U}}")
    assert told(held) == [
        "r.bib:1:1: this @article has no key: it cannot be cited\n    give it one: @article{key,",
        (
            "r.bib:4:1: the entry (without a key) cannot be read: this @article has no key\n"
            "    give it one: @article{key,"
        ),
    ]
    assert (hurt(held), keys(held)) == ([], ["b"])


def test_an_entry_without_fields_is_hurt() -> None:
    held = bib("@book{a}\n@book{b,}\n@book{c, title = {T}}")
    assert told(held)[0] == "r.bib:1:1: the entry a is empty\n    fill it in, or take it out"
    assert (hurt(held), keys(held)) == (["a", "b"], ["c"])


def test_an_entry_whose_key_lacks_its_comma_is_hurt() -> None:
    held = bib("@book{a\n title = {T}}\n@book{{b}, title = {T}}\n@book{c, title = {U}}")
    assert told(held)[0] == (
        "r.bib:1:1: the entry a cannot be read: after its key something stands that does not belong there\n"
        "    look for a missing comma after the key"
    )
    assert (hurt(held), keys(held)) == (["a", "b"], ["c"])


def test_a_set_of_entries_cannot_be_cited() -> None:
    held = bib("@set{s, entryset = {a}}\n@book{a, title = {T}}")
    assert (hurt(held), keys(held)) == (["s"], ["a"])


def test_a_broken_string_costs_no_entry() -> None:
    held = bib("@string{x = {X}\n@book{a, title = {T}}")
    assert told(held)[0].startswith("r.bib:1:1: the @string cannot be read: a brace or quotation mark")
    assert keys(held) == ["a"]


# --- what is told and read all the same ------------------------------------------------------------------------------


def test_of_a_field_that_stands_twice_the_first_is_used() -> None:
    held = bib("@book{a,\n  title = {T},\n  Title = {U},\n}\n")
    assert told(held) == [
        (
            "r.bib:3:3: in the entry a the field title stands twice\n"
            "    take one of them out: the first, in line 2, is used"
        )
    ]
    assert (held.items["a"]["title"], held.faults[0].hurts, hurt(held)) == ("T", False, [])


def test_a_string_that_nothing_defines_is_named() -> None:
    held = bib("@article{a, title = {T}, journal = jpsp}")
    assert told(held) == [
        (
            "r.bib:1:36: in the entry a the field journal uses the @string jpsp, which nothing defines\n"
            "    define it, or put the text itself there, in braces"
        )
    ]
    assert (values(held.records[0])["journal"], held.faults[0].hurts) == ("jpsp", False)


def test_words_without_braces_are_taken_as_they_stand() -> None:
    held = bib("@book{a,\n title = The best thing,\n url = 'https://example.org/a_b',\n note = last one\n}")
    assert values(held.records[0]) == {
        "title": "The best thing",
        "url": "'https://example.org/a_b'",
        "note": "last one",
    }
    assert (
        told(held)[0]
        == "r.bib:2:10: in the entry a the value of its field title stands without braces\n    put braces around it"
    )
    assert not any(fault.hurts for fault in held.faults)


def test_a_comma_too_many_is_told() -> None:
    held = bib("@book{a,, title = {T},, year = 2000}")
    assert [str(fault.place) for fault in held.faults] == ["r.bib:1:9", "r.bib:1:23"]
    assert values(held.records[0]) == {"title": "T", "year": "2000"}


def test_number_signs_that_jabref_took_for_marks_are_put_back() -> None:
    held = bib("@book{a, author = {M&} # 252;ller, A. and Gr& # {246;n, B.}, title = {T}}\n@book{b, title = {U}}")
    assert values(held.records[0])["author"] == "Müller, A. and Grön, B."
    assert told(held) == [
        (
            "r.bib:1:19: in the entry a two number signs in its field author were taken for marks of BibTeX, "
            "as JabRef does\n"
            "    write the field as one value in braces, and a number sign in it as \\#"
        )
    ]
    assert keys(held) == ["a", "b"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (
            "smith\u20102000",
            (
                "the key smith\u20102000 is hard to cite: it holds the character U+2010 (hyphen)\n"
                "    write it as smith-2000, here and where it is cited, or cite it as @{smith\u20102000}"
            ),
        ),
        (
            r"smith\_2000",
            (
                "the key smith\\_2000 is hard to cite: it holds a backslash\n"
                "    write it as smith_2000, here and where it is cited, or cite it as @{smith\\_2000}"
            ),
        ),
        (
            "smith 2000",
            (
                "the key smith 2000 cannot be cited: it holds a space\n"
                "    write it as smith_2000, here and where it is cited"
            ),
        ),
        (
            "smith\u00a02000",
            (
                "the key smith\u00a02000 cannot be cited: it holds the character U+00A0 (no-break space)\n"
                "    write it as smith_2000, here and where it is cited"
            ),
        ),
        (
            "smith\u200b2000",
            (
                "the key smith\u200b2000 is hard to cite: it holds the character U+200B (zero width space)\n"
                "    write it as smith2000, here and where it is cited, or cite it as @{smith\u200b2000}"
            ),
        ),
    ],
)
def test_a_key_that_is_hard_to_type_is_kept_and_told(key: str, message: str) -> None:
    held = bib(f"@book{{{key}, title = {{T}}}}\n@book{{b, title = {{U}}}}")
    assert told(held) == [f"r.bib:1:1: {message}"]
    assert keys(held) == [key, "b"]
    assert not held.faults[0].hurts


def test_an_entry_that_is_quoted_in_an_abstract_is_part_of_it() -> None:
    held = bib("@book{a, abstract = {as in\n@book{x, title = {X}}\nhere}, title = {T}}\n@book{b, title = {U}}")
    assert keys(held) == ["a", "b"]
    assert told(held) == []


# --- fields of other entries -----------------------------------------------------------------------------------------


def inherited(text: str, dialect: bibtex.Dialect = "biblatex") -> dict[str, str]:
    """Give the fields of the entry c but its crossref."""
    held = bib(text, dialect)
    assert told(held) == []
    (child,) = (record for record in held.records if record.key == "c")
    assert all((field.start < 0) == (name not in text.split("@")[1]) for name, field in child.fields.items())
    return {name: value for name, value in values(child).items() if name not in {"crossref", "xdata"}}


@pytest.mark.parametrize(
    ("child", "parent", "prefix"),
    [
        ("inbook", "book", "book"),
        ("incollection", "collection", "book"),
        ("incollection", "book", "book"),
        ("inproceedings", "proceedings", "book"),
        ("article", "periodical", "journal"),
        ("book", "mvbook", "main"),
        ("inreference", "mvreference", "main"),
    ],
)
def test_a_part_takes_the_title_of_the_whole_under_another_name(child: str, parent: str, prefix: str) -> None:
    text = (
        f"@{child}{{c, crossref = {{p}}, title = {{T}}}}\n"
        f"@{parent}{{p, title = {{W}}, subtitle = {{S}}, shorttitle = {{X}}, year = 2000}}"
    )
    assert inherited(text) == {"title": "T", f"{prefix}title": "W", f"{prefix}subtitle": "S", "year": "2000"}


def test_a_chapter_takes_the_author_of_its_book_as_author_and_as_author_of_the_book() -> None:
    text = "@inbook{c, crossref = {p}, title = {T}}\n@book{p, author = {A, B}, author+an = {1=x}, title = {W}}"
    assert inherited(text) == {
        "title": "T",
        "author": "A, B",
        "bookauthor": "A, B",
        "author+an": "1=x",
        "bookauthor+an": "1=x",
        "booktitle": "W",
    }


def test_what_an_entry_has_itself_is_not_inherited() -> None:
    text = (
        "@inproceedings{c, crossref = {p}, title = {T}, booktitle = {B}, year = 1999, location = {L}}\n"
        "@proceedings{p, title = {W}, date = {2000-01}, address = {M}, editor = {E}, abstract = {no}, options = {x}}"
    )
    assert inherited(text) == {"title": "T", "booktitle": "B", "year": "1999", "location": "L", "editor": "E"}


def test_fields_come_through_several_entries() -> None:
    text = (
        "@inproceedings{c, crossref = {p}, title = {T}}\n@proceedings{p, crossref = {m}, title = {W}}\n"
        "@mvproceedings{m, title = {M}, publisher = {P}}"
    )
    assert inherited(text) == {"title": "T", "booktitle": "W", "maintitle": "M", "publisher": "P"}


def test_sets_of_fields_are_taken_as_they_are_and_are_no_works() -> None:
    text = (
        "@book{c, xdata = {p, q}, title = {T}}\n@xdata{p, publisher = {P}, xdata = {q}}\n"
        "@xdata{q, location = {L}, publisher = {Q}}"
    )
    assert inherited(text) == {"title": "T", "publisher": "P", "location": "L"}
    assert keys(bib(text)) == ["c"]


def test_bibtex_inherits_fields_under_their_own_names() -> None:
    text = "@misc{c, crossref = {p}, title = {T}}\n@book{p, author = {A}, publisher = {P}, year = 2000, title = {W}}"
    assert inherited(text, "bibtex") == {"title": "T", "author": "A", "publisher": "P", "year": "2000"}


def test_an_entry_that_is_named_and_not_there_is_told() -> None:
    held = bib("@inbook{c, crossref = {p}, title = {T}}\n@book{P, title = {W}}\n@book{d, title = {U}, xdata = {none}}")
    assert told(held) == [
        (
            "r.bib:1:24: the entry c names the entry p as its crossref, which is not in r.bib\n"
            "    did you mean P? Upper and lower case count in keys"
        ),
        (
            "r.bib:3:32: the entry d names the entry none as its xdata, which is not in r.bib\n"
            "    put that entry into the same file"
        ),
    ]
    assert keys(held) == ["c", "P", "d"]
    assert not any(fault.hurts for fault in held.faults)


def test_entries_that_name_each_other_do_not_go_on_for_ever() -> None:
    held = bib(
        "@book{a, crossref = {b}, title = {T}, note = {N}}\n@book{b, crossref = {a}, title = {U}, related = {b, a}}"
    )
    assert [sorted(values(record)) for record in held.records] == [
        ["crossref", "note", "title"],
        ["crossref", "note", "related", "title"],
    ]


def test_a_long_chain_of_entries_is_read() -> None:
    text = "\n".join(f"@book{{k{n}, title = {{T}}, crossref = {{k{n + 1}}}}}" for n in range(3000))
    assert len(keys(bib(text))) == 3000


def test_related_entries_come_with_the_entry() -> None:
    held = bib(
        "@book{a, title = {T}, related = {b,c}, relatedtype = {reprintof}}\n@inbook{b, title = {U}, crossref = {c}}\n"
        "@book{c, title = {V}}"
    )
    assert [(one.key, one.text("booktitle")) for one in held.records[0].related] == [("b", "V"), ("c", "")]
    assert held.records[1].related == ()


# --- laws ------------------------------------------------------------------------------------------------------------

KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9:_./+-]{0,8}", fullmatch=True)
TEXTS = st.recursive(
    st.text(alphabet="abc ÄB,=#%.:\n'()@", max_size=8).filter(lambda text: not text.strip().startswith("@")),
    lambda inner: st.tuples(inner, inner, inner).map(lambda parts: f"{parts[0]}{{{parts[1]}}}{parts[2]}"),
    max_leaves=6,
)


@st.composite
def entries(draw: st.DrawFn, key: str) -> str:
    """Give a sound entry in one of its many shapes."""
    opened, closed = draw(st.sampled_from(["{}", "{}", "{}", "()"]))
    lines = []
    for name in draw(
        st.lists(st.sampled_from(["title", "Author", "note", "x-y", "author+an"]), unique=True, min_size=1)
    ):
        text = draw(TEXTS)
        value = draw(st.sampled_from([f"{{{text}}}", f'"{text}"', "1999", "jan", "{a} # jt", f'jt # {{{text}}} # "b"']))
        lines.append(f"{name}{draw(st.sampled_from([' = ', '=']))}{value}")
    between = draw(st.sampled_from([",\n  ", ", ", ",", "\n, ", ", % note\n"]))
    kind = draw(st.sampled_from(["book", "ARTICLE", "misc", "own-type"]))
    space = draw(st.sampled_from(["", " "]))
    last = draw(st.sampled_from(["", ",", ",\n"]))
    return f"@{kind}{space}{opened}{key},\n{between.join(lines)}{last}{closed}"


BROKEN = (
    "@book{broken, title = {T,\n year = 2000}",
    '@book{broken, title = "T,\n year = 2000}',
    "@book{broken, title = {T}\n year = {2000}}",
    "@book{broken, title = {T}, year = 2000",
    "@book{broken, title = {T}}, year = {2000}}",
    "@book{broken, title = {T} # , year = 2000}",
    "@book{broken\n title = {T}}",
    "@article{, title = {T}}",
    "@book{broken, title {T}}",
    "@book{broken",
    "@book{",
    "@string{x = {y}",
    "@comment{never closed",
    "@Comment",
)


@given(st.lists(KEYS, unique=True, min_size=1, max_size=6), st.sampled_from(BROKEN), st.data())
def test_a_broken_entry_costs_no_other(names: list[str], broken: str, data: st.DataObject) -> None:
    sound = [data.draw(entries(key)) for key in names]
    at = data.draw(st.integers(0, len(sound)))
    before = '@string{jt = "J"}\n'
    whole, damaged = (bib(before + "\n\n".join(parts)) for parts in (sound, [*sound[:at], broken, *sound[at:]]))
    assert keys(whole) == names
    assert keys(damaged) == names
    assert hurt(damaged) in ([], ["broken"])
    assert [values(record) for record in damaged.records] == [values(record) for record in whole.records]


@given(st.lists(KEYS, unique=True, min_size=1, max_size=6), st.data())
def test_the_offsets_of_a_value_cut_it_out_of_the_text(names: list[str], data: st.DataObject) -> None:
    text = "\n".join(["@string{jt = {J}}", *(data.draw(entries(key)) for key in names)])
    lines = text.split("\n")
    for record in bib(text).records:
        assert text[record.start] == "@"
        assert text[record.end - 1] in "})"
        for field in record.fields.values():
            raw = text[field.start : field.end]
            if raw[0] in '{"' and "#" not in raw:
                assert raw[1:-1].strip() == field.value
            if field.value and raw[0] == "{":
                assert lines[field.place.line - 1][field.place.column - 1] == raw[1:].lstrip()[0]


@given(st.text() | st.text(alphabet='@{}()",=#\n bookatitle1%\\') | st.lists(st.sampled_from(BROKEN)).map("\n".join))
def test_no_text_makes_reading_fail(text: str) -> None:
    held = bib(text)
    assert [held.items[entry.key]["id"] for entry in held.entries] == keys(held)
    assert set(held.items) == set(keys(held))


@given(st.lists(KEYS, unique=True, max_size=8), st.data())
def test_entries_stand_where_they_were_written(names: list[str], data: st.DataObject) -> None:
    lines, expected = [], []
    for key in names:
        lines += [""] * data.draw(st.integers(0, 2))
        expected.append((key, len(lines) + 1))
        lines += [f"@book{{{key},", "  title = {T {U}},", "}"]
    assert [(entry.key, entry.place.line) for entry in bib("\n".join(lines)).entries] == expected


# --- what databases write --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", [" ", "\u00a0"])
def test_a_field_whose_name_holds_a_space_costs_nothing(space: str) -> None:
    held = bib(f"@article{{a,\n title = {{T}},\n funding_text{space}1={{We thank all.}},\n year = {{2020}}\n}}\n")
    assert told(held) == []
    assert values(held.records[0]) == {"title": "T", "funding_text_1": "We thank all.", "year": "2020"}


def test_a_missing_comma_is_no_space_in_a_name() -> None:
    held = bib("@article{a,\n title = {T}\n year = {2020}\n}\n")
    assert hurt(held) == ["a"]


def test_of_a_database_s_own_field_that_stands_twice_nothing_is_said() -> None:
    assert only("@article{a, title = {T}, funding_details={One}, funding_details={Two}}\n") == {
        "title": "T",
        "funding_details": "One",
    }


@pytest.mark.parametrize("abstract", ["A rate of {&lt;10 and so on.", "A rate of 10} and so on."])
def test_an_abstract_whose_braces_do_not_match_costs_no_entry(abstract: str) -> None:
    held = bib(
        f"@article{{a,\ntitle={{T}},\nabstract={{{abstract}}},\nyear={{2013}},\n}}\n\n@book{{b, title = {{U}}}}\n"
    )
    assert keys(held) == ["a", "b"]
    assert values(held.records[0]) == {"title": "T", "abstract": abstract, "year": "2013"}
    assert told(held) == [
        (
            "r.bib:3:10: in the entry a the braces of its field abstract do not match\n"
            "    take the odd one out: the field was read to the end of its line"
        )
    ]


def test_a_title_whose_braces_do_not_match_costs_its_entry() -> None:
    held = bib("@article{a,\ntitle={T {and,\nyear={2013},\n}\n\n@book{b, title = {U}}\n")
    assert (keys(held), hurt(held)) == (["b"], ["a"])
