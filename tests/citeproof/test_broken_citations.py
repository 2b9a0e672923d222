"""A good paper, broken in one link of one citation at a time: each break is found, with its code, at its very place.

And thirty papers that are sound, in which nothing is broken and nothing may be found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from citeproof.project import FORMATS, Project
from citeproof.stages import check as checking
from citeproof.stages import read as reading

if TYPE_CHECKING:
    from pathlib import Path

    from citeproof.findings import Finding

PAPER = """\
---
title: Sleep and Memory in Older Adults
author: Dee Dunn
author-note: The scale is that of Kern [-@kern2011].
abstract: |
  Sleep is said to help memory [@ames2001]. We asked whether it does so in older adults, too, and found that it does,
  as @berg2002 expected.
bibliography: references.bib
---

Sleep helps memory [@ames2001; @berg2002]. Since the first studies [see @ruiz-diaz2005, pp. 3-5], many have asked how
long the help lasts, and @falk2014 found that it lasts for weeks. @kern2011's scale is the one that most of them use.

In the words of @ames2001 [p. 7], "what is learned in the evening is there in the morning, and often a little better."
Others are less sure [e.g., @ochs2016; but see @falk2014].[^doubt] A review says so plainly:

> What the studies have in common is that the people in them knew what was expected of them, slept in a bed that was not
> their own, and were paid for it; what follows from that for sleep at home nobody has yet been able to say.
> [@ochs2016, p. 12]

# Method

We followed @berg2002 [chap. 2] in all but two points:

- the words were read aloud [@kern2011];
- nobody was woken, unlike in the work of @mora2009.

@tbl-scales names the scales, and @fig-curve shows the curve.

| Scale | Source |
|-------|--------|
| Sleep | @kern2011 |
| Words | [@mora2009, p. 4] |

: Scales, after @falk2014 {#tbl-scales}

![Forgetting over a week, redrawn from @ruiz-diaz2005](curve.gif){#fig-curve alt="A falling curve"}

# Discussion

Memory was better after sleep, by as much as earlier work had led us to expect [@who2018; @ames2001]. Write to
dee@example.org for the data, or see https://example.org/@dunn/data.

# Items {#apx-items .appendix}

The items are those of the manual [@who2018].

[^doubt]: Their doubts rest on one study [@hahn1998, as cited in @ochs2016], which @mora2009 could not repeat.

    It was small.
"""

BIBLIOGRAPHY = """\
@book{ames2001,
  author = {Ames, Ann},
  title = {Sleep and learning},
  publisher = {North Press},
  date = {2001},
}

@book{berg2002,
  author = {Berg, Bo and Cole, Cy},
  title = {Memory at night},
  publisher = {South Press},
  date = {2002},
}

@book{ruiz-diaz2005,
  author = {Ruiz-Diaz, Rosa},
  title = {The first studies of sleep},
  publisher = {East Press},
  date = {2005},
}

@book{falk2014,
  author = {Falk, Finn and Gaal, Gil and Hess, Ha},
  title = {How long it lasts},
  publisher = {West Press},
  date = {2014},
}

@book{kern2011,
  author = {Kern, Kim},
  title = {A scale of sleep},
  publisher = {North Press},
  date = {2011},
}

@book{ochs2016,
  author = {Ochs, Otto},
  title = {What sleep does not do},
  publisher = {South Press},
  date = {2016},
}

@book{mora2009,
  author = {Mora, Mia and Nell, Ned},
  title = {Waking people},
  publisher = {East Press},
  date = {2009},
}

@book{who2018,
  author = {{World Sleep Organization}},
  title = {Manual of sleep},
  publisher = {West Press},
  date = {2018},
}

@book{hahn1998,
  author = {Hahn, Hans},
  title = {A small study},
  publisher = {North Press},
  date = {1998},
}
"""

MARK = "\u2038"
"""Stands where a finding is due; taken out before the file is written."""

P, B = "paper.md", "references.bib"


@dataclass(frozen=True)
class Break:
    """One thing that an author did wrong: the code that is due, and edits as (file, before, after), with marks."""

    what: str
    code: str
    edits: tuple[tuple[str, str, str], ...]


def broken(what: str, code: str, *edits: tuple[str, str, str]) -> Break:
    return Break(what, code, edits)


MARKED_AMES = (
    (P, "memory [@ames2001].", f"memory [{MARK}@ames2001]."),
    (P, "memory [@ames2001; ", f"memory [{MARK}@ames2001; "),
    (P, "of @ames2001 [p. 7]", f"of {MARK}@ames2001 [p. 7]"),
    (P, "@who2018; @ames2001]", f"@who2018; {MARK}@ames2001]"),
)
"""Every place at which one work is cited."""

BREAKS = [
    # the key
    broken("a key misspelt in the sentence", "C001", (P, "and @falk2014 found", f"and {MARK}@flak2014 found")),
    broken("a key misspelt within brackets", "C001", (P, "; @berg2002]", f"; {MARK}@berg2020]")),
    broken("a key in capitals", "C001", (P, "see @falk2014]", f"see {MARK}@Falk2014]")),
    broken("a key with a Cyrillic letter", "C001", (P, "read aloud [@kern2011]", f"read aloud [{MARK}@k\u0435rn2011]")),
    broken("a key with a Greek letter", "C001", (P, "of @mora2009.", f"of {MARK}@m\u03bfra2009.")),
    broken("a key with a full-width letter", "C001", (P, "[see @ruiz-", f"[see {MARK}@\uff52uiz-")),
    broken("a key with an invisible space in it", "C001", (P, "manual [@who2018]", f"manual [{MARK}@who\u200b2018]")),
    broken("a key with a soft hyphen in it", "C001", (P, "expect [@who2018;", f"expect [{MARK}@who\u00ad2018;")),
    broken(
        "a key with a hyphen that does not break", "C001", (P, "[see @ruiz-diaz2005", f"[see {MARK}@ruiz\u2011diaz2005")
    ),
    broken("a key cut short", "C001", (P, "and @falk2014 found", f"and {MARK}@falk201 found")),
    broken("a key with a letter too many", "C001", (P, "see @falk2014]", f"see {MARK}@falk2014a]")),
    broken("a zero that is an O", "C001", (P, "which @mora2009 could", f"which {MARK}@mora20O9 could")),
    broken("a key misspelt in the abstract", "C001", (P, "as @berg2002 exp", f"as {MARK}@bergh2002 exp")),
    broken("a key misspelt in the author note", "C001", (P, "[-@kern2011]", f"[-{MARK}@kren2011]")),
    broken("a key misspelt in a figure's title", "C001", (P, "from @ruiz-diaz2005]", f"from {MARK}@ruizdiaz2005]")),
    broken("a key misspelt in a table's title", "C001", (P, "after @falk2014", f"after {MARK}@falk2015")),
    broken("a key misspelt in a cell", "C001", (P, "| @kern2011 |", f"| {MARK}@kern2001 |")),
    broken("a key misspelt in a footnote", "C001", (P, "study [@hahn1998,", f"study [{MARK}@hahn1989,")),
    broken("a key misspelt behind another one", "C001", (P, "as cited in @ochs2016]", f"as cited in {MARK}@ocks2016]")),
    broken("a key misspelt in a list", "C001", (P, "aloud [@kern2011]", f"aloud [{MARK}@kerm2011]")),
    broken("a key misspelt in a block quotation", "C001", (P, "[@ochs2016, p. 12]", f"[{MARK}@oachs2016, p. 12]")),
    broken("a key misspelt in an appendix", "C001", (P, "manual [@who2018]", f"manual [{MARK}@whoo2018]")),
    # what stands around it
    broken("no bracket behind", "C009", (P, "memory [@ames2001; @berg2002].", f"memory {MARK}[@ames2001; @berg2002.")),
    broken("no bracket before", "C009", (P, "memory [@ames2001; @berg2002].", f"memory {MARK}@ames2001; @berg2002].")),
    broken(
        "no bracket behind in a footnote",
        "C009",
        (P, "study [@hahn1998, as cited in @ochs2016]", f"study {MARK}[@hahn1998, as cited in @ochs2016"),
    ),
    broken("no bracket behind in a cell", "C009", (P, "| [@mora2009, p. 4] |", f"| {MARK}[@mora2009, p. 4 |")),
    broken("no @ before the second", "C009", (P, "[@ames2001; @berg2002]", f"[@ames2001; {MARK}berg2002]")),
    broken(
        "a semicolon that nothing follows", "C009", (P, "[@ames2001; @berg2002]", f"{MARK}[@ames2001; @berg2002; ]")
    ),
    broken("a comma for a semicolon", "C009", (P, "[@ames2001; @berg2002]", f"[@ames2001, {MARK}@berg2002]")),
    broken("two pairs of brackets", "C009", (P, "[@who2018; @ames2001]", f"{MARK}[@who2018][@ames2001]")),
    broken("nothing for a semicolon", "C009", (P, "[@who2018; @ames2001]", f"[@who2018 {MARK}@ames2001]")),
    broken("no space before", "C009", (P, "and @falk2014 found", f"and{MARK}@falk2014 found")),
    broken("a space behind the @", "C009", (P, "and @falk2014 found", f"and {MARK}@ falk2014 found")),
    broken("an invisible space behind the @", "C009", (P, "and @falk2014 found", f"and {MARK}@\u200bfalk2014 found")),
    broken("a full-width @", "C009", (P, "and @falk2014 found", f"and {MARK}\uff20falk2014 found")),
    broken("no @ at all", "C009", (P, "aloud [@kern2011]", f"aloud {MARK}[kern2011]")),
    broken("no @ at all in an appendix", "C009", (P, "manual [@who2018]", f"manual {MARK}[who2018]")),
    broken("no @ in the sentence", "C009", (P, "and @falk2014 found", f"and {MARK}falk2014 found")),
    broken("no @ in a cell", "C009", (P, "| @kern2011 |", f"| {MARK}kern2011 |")),
    broken("the @ before the bracket", "C009", (P, "manual [@who2018]", f"manual {MARK}@[who2018]")),
    broken("a parenthesis that is left open", "C009", (P, "manual [@who2018].", f"manual {MARK}(@who2018.")),
    broken("two that become one", "C010", (P, "@falk2014 found", f"{MARK}@falk2014 [@ochs2016] found")),
    broken("a label of an example", "C006", (P, "Memory was better", f"{MARK}(@ochs2016) Memory was better")),
    broken("LaTeX", "L001", (P, "aloud [@kern2011]", f"aloud {MARK}\\citep{{kern2011}}")),
    broken("a quotation without its page", "C013", (P, "of @ames2001 [p. 7]", f"of {MARK}@ames2001")),
    broken("a block quotation without its page", "C013", (P, "[@ochs2016, p. 12]", f"[{MARK}@ochs2016]")),
    # typed by hand
    broken("in parentheses", "C007", (P, "manual [@who2018]", f"manual {MARK}(World Sleep Organization, 2018)")),
    broken("in the sentence", "C007", (P, "and @falk2014 found", f"and {MARK}Falk et al. (2014) found")),
    broken("with its possessive", "C007", (P, "weeks. @kern2011's scale", f"weeks. {MARK}Kern's (2011) scale")),
    broken(
        "two authors and pages",
        "C007",
        (P, "memory [@ames2001; @berg2002]", f"memory {MARK}(Berg & Cole, 2002, pp. 3-5)"),
    ),
    broken("two works", "C007", (P, "[@who2018; @ames2001]", f"{MARK}(Ames, 2001; Ochs, 2016)")),
    broken("beside others", "C007", (P, "[@who2018; @ames2001]", f"(our own; {MARK}Ames, 2001)")),
    broken("in the abstract", "C007", (P, "memory [@ames2001].", f"memory {MARK}(Ames, 2001).")),
    broken("in the author note", "C007", (P, "Kern [-@kern2011]", f"{MARK}Kern (2011)")),
    broken("in a footnote", "C007", (P, "which @mora2009 could", f"which {MARK}Mora and Nell (2009) could")),
    broken("in a table's title", "C007", (P, "after @falk2014", f"after {MARK}Falk et al. (2014)")),
    broken("in a figure's title", "C007", (P, "from @ruiz-diaz2005]", f"from {MARK}Ruiz-Diaz (2005)]")),
    broken("in a cell", "C007", (P, "| @kern2011 |", f"| {MARK}Kern (2011) |")),
    broken("in an appendix", "C007", (P, "manual [@who2018]", f"manual {MARK}(Kern, 2011)")),
    broken("in a list", "C007", (P, "of @mora2009.", f"of {MARK}Mora and Nell (2009).")),
    broken("over the end of a line", "C007", (P, "[@who2018; @ames2001]", f"{MARK}(Ochs,\n2016)")),
    broken("in quoted words", "C007", (P, "and often a little", f"{MARK}(Ochs, 2016), and often a little")),
    broken("of a work that is not there", "C008", (P, "[@who2018; @ames2001]", f"({MARK}Quirk & Rolf, 2013)")),
    broken("of another year", "C008", (P, "manual [@who2018]", f"manual ({MARK}Ames, 2010)")),
    broken("of another second author", "C008", (P, "; @berg2002]", f"] ({MARK}Berg & Kohl, 2002)")),
    broken(
        "of many authors that are not there",
        "C008",
        (P, "could not repeat", f"could not repeat (see {MARK}Stern et al., 2012)"),
    ),
    # the entry
    broken("the entry is not there", "C001", (B, BIBLIOGRAPHY[: BIBLIOGRAPHY.index("@book{berg")], ""), *MARKED_AMES),
    broken("the entry's key is misspelt", "C001", (B, "{ames2001,", "{amse2001,"), *MARKED_AMES),
    broken("the entry's key has a capital", "C001", (B, "{ames2001,", "{Ames2001,"), *MARKED_AMES),
    broken("the entry's key has a Cyrillic letter", "C001", (B, "{ames2001,", "{\u0430mes2001,"), *MARKED_AMES),
    broken("the entry is commented out", "C001", (B, "@book{ames2001,", "% book{ames2001,"), *MARKED_AMES),
    broken(
        "two entries under one key",
        "C002",
        (B, "@book{berg2002,", f"{MARK}@book{{ames2001,\n  title = {{Two}},\n}}\n\n@book{{berg2002,"),
    ),
    broken("an entry that lacks a comma", "C004", (B, "{Sleep and learning},", "{Sleep and learning}"), *MARKED_AMES),
    broken("an entry that is never closed", "C004", (B, "  date = {2001},\n}", "  date = {2001},\n"), *MARKED_AMES),
    broken(
        "an entry that nobody could find",
        "C003",
        (B, "date = {2001},", "date = {2001},\n  keywords = {unverified},"),
        *MARKED_AMES,
    ),
    broken(
        "an entry without a date",
        "E001",
        (B, "@book{ames2001,", f"{MARK}@book{{ames2001,"),
        (B, "  date = {2001},\n", ""),
    ),
    broken(
        "an entry without a title",
        "E001",
        (B, "@book{ames2001,", f"{MARK}@book{{ames2001,"),
        (B, "  title = {Sleep and learning},\n", ""),
    ),
    broken(
        "an entry that is never cited",
        "C011",
        (B, "@book{kern2011", f"{MARK}@book{{extra2000,\n  title = {{Extra}},\n}}\n\n@book{{kern2011"),
    ),
    broken(
        "a citation that was taken out",
        "C011",
        (P, " [@hahn1998, as cited in @ochs2016]", ""),
        (B, "@book{hahn1998", f"{MARK}@book{{hahn1998"),
    ),
    # the bibliography
    broken(
        "a bibliography that is not there",
        "B001",
        (P, "bibliography: references.bib", f"bibliography: {MARK}reference.bib"),
    ),
    broken(
        "a bibliography that is a web page",
        "B002",
        (B, "@book{ames2001,", f"{MARK}<!doctype html><html>@book{{ames2001,"),
    ),
    broken("an empty bibliography", "B003", (B, BIBLIOGRAPHY, f"{MARK}% nothing\n")),
]


def _written(folder: Path, edits: tuple[tuple[str, str, str], ...], ends: str) -> list[str]:
    """Write the paper with edits; gives the places that are marked, as messages have them."""
    files = {P: PAPER, B: BIBLIOGRAPHY}
    for file, before, after in edits:
        assert files[file].count(before) == 1, f"{before!r} is not there once"
        files[file] = files[file].replace(before, after)
    places = []
    for file, text in files.items():
        for number, line in enumerate(text.split("\n"), 1):
            before, *behind = line.split(MARK)
            for piece in behind:
                places.append(f"{file}:{number}:{len(before) + 1}")
                before += piece
        (folder / file).write_bytes(text.replace(MARK, "").replace("\n", ends).encode())
    (folder / "curve.gif").write_bytes(b"GIF89a")
    return places


def _found(folder: Path) -> tuple[Finding, ...]:
    project = Project(folder / P, folder / "dist", FORMATS)
    found = checking.check(reading.read(project), FORMATS)
    return tuple(one for one in found if one.code != "I002")  # the picture is none


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_nothing_is_found_in_the_good_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert _written(tmp_path, (), ends) == []
    assert [str(finding) for finding in _found(tmp_path)] == []


@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("case", BREAKS, ids=[f"{one.code} {one.what}" for one in BREAKS])
def test_each_broken_link_is_found_at_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Break, ends: str
) -> None:
    monkeypatch.chdir(tmp_path)
    due = _written(tmp_path, case.edits, ends)
    found = _found(tmp_path)
    assert [str(one.place) for one in found if one.code == case.code] == due
    assert all(one.remedy for one in found)


KEYS = re.findall(r"@book\{([\w-]+),", BIBLIOGRAPHY)
CITED = [found.span() for found in re.finditer(f"@(?:{'|'.join(KEYS)})", PAPER)]


def _broken_at(start: int, end: int) -> dict[str, str]:
    """Break the citation that stands there in every way that takes no thought."""
    key = PAPER[start + 1 : end]
    before, behind = PAPER[:start], PAPER[end:]
    made = {
        "no @": f"{before}{key}{behind}",
        "two letters change places": f"{before}@{key[0]}{key[2]}{key[1]}{key[3:]}{behind}",
        "a letter less": f"{before}@{key[:-1]}{behind}",
        "a letter more": f"{before}@{key}x{behind}",
        "a capital": f"{before}@{key.capitalize()}{behind}",
        "a space": f"{before}@ {key}{behind}",
        "an invisible space behind the @": f"{before}@\u200b{key}{behind}",
        "an invisible space in it": f"{before}@{key[:3]}\u200b{key[3:]}{behind}",
        "a full-width @": f"{before}\uff20{key}{behind}",
        "no space": f"{before}x@{key}{behind}",
        "a Cyrillic letter": before + PAPER[start:end].translate(str.maketrans("aeo", "\u0430\u0435\u043e")) + behind,
    }
    opening, closing = before.rfind("["), end + behind.find("]")
    if "]" not in before[opening:] and "[" not in behind[: closing - end] and PAPER[closing + 1] != "(":
        made["no bracket before"] = PAPER[:opening] + PAPER[opening + 1 :]
        made["no bracket behind"] = PAPER[:closing] + PAPER[closing + 1 :]
        made["a semicolon too many"] = f"{PAPER[:closing]}; {PAPER[closing:]}"
    return made


@pytest.mark.parametrize(("start", "end"), CITED)
def test_no_citation_of_the_paper_can_be_broken_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: int, end: int
) -> None:
    monkeypatch.chdir(tmp_path)
    _written(tmp_path, (), "\n")
    line = PAPER.count("\n", 0, start) + 1
    for what, text in _broken_at(start, end).items():
        (tmp_path / P).write_text(text, "utf-8")
        told = [one for one in _found(tmp_path) if one.severity == "error" and one.place.line == line]
        assert told, what


def test_there_are_breaks_enough_and_no_two_are_the_same() -> None:
    assert len(BREAKS) >= 40
    assert len({one.edits for one in BREAKS}) == len(BREAKS)


# --- sound papers -----------------------------------------------------------------------------------------------------

CLEAN = {
    "a report of an experiment": """\
We tested 48 students (24 women; *M*~age~ = 21.3 years, *SD* = 2.1) in two sessions (Time 1, Time 2). In Experiment 1
(spring 2019) words were shown for 500 ms (Experiment 2, 2019: 300 ms). As @ames2001 had found, sleep helped, *t*(46) =
2.31, *p* = .025, *d* = 0.67, 95% CI [0.09, 1.24]. The effect was that of earlier work [@berg2002; see also @falk2014,
p. 12], and not that of the pilot (Study 2, 2020).
""",
    "a survey in several waves": """\
The panel was asked in three waves (Wave 1, 2012; Wave 2, 2014; Wave 3, 2016) in Berlin and Vienna (Berlin, 2012;
Vienna,
2014). Most came from two countries (Germany, 2012; Austria, 2014). Items were those of @kern2011 [items 1-9]. Data were
collected in March (March, 2012) and on one Monday (Monday, 2014).
""",
    "statistics from end to end": """\
A model with three predictors (*R*^2^ = .12, *F*(3, 96) = 4.36, *p* = .006) was better than one with two (AIC = 1,999.2;
BIC = 2,012.8). Intervals are half open, [0, 1) and (0, 1], as in @ochs2016. In the matrix $[a_{1990}, b]$ each row
is one
of `x[smith2020]` or `see@kern2011`; the seed was 2019 (R, 2019). We set $p (Ames, 2001)$ aside.
""",
    "addresses and handles": """\
Write to kern2011@example.org, dee.dunn@example.org or <me@example.com>. The lab posts as \\@ames2001 and at
https://social.example/@kern2011; the code is at <https://example.org/@ochs2016/code> and the data at
https://example.org/data_(Ames,2001). All of that is in @kern2011.
""",
    "a thesis with chapters": """\
# Introduction

This thesis (submitted in May, 2021) has four chapters. Chapter 2 (Version 3, 2019) is based on @falk2014.

# What Ames (2001) Found

The chapter retells @ames2001.

## Ames and After (2001-2010)

See [@berg2002, chap. 3].
""",
    "a case in law": """\
The rule of *Roe v. Wade* (1973) and the act that followed it (Data Protection Act, 2018) changed the practice
[@who2018].
Section 5 of the act (Sleep Act of 1987, § 5) was cited by the court (Supreme Court, 2012), and *Brown* (1954) was not.
""",
    "German": """\
---
title: Schlaf
author: Dee Dunn
lang: de-DE
bibliography: references.bib
---

Der Schlaf hilft (vgl. Abschnitt 2; Stand: März 2020). Im Winter (Winter, 2019) und in der Studie 2 (Studie 2, 2020)
zeigte
sich, was @ames2001 sagt: „Was man am Abend lernt, ist am Morgen noch da und besser“ (S. 7). Siehe [@berg2002, S. 3].
""",
    "French": """\
---
title: Le sommeil
author: Dee Dunn
lang: fr
bibliography: references.bib
---

Le sommeil aide (juillet 2019 ; Paris, 2019). Selon @ames2001 [p. 7], « ce qui est appris le soir est là le matin,
et souvent mieux encore ». Voir aussi [@berg2002].
""",
    "Spanish": """\
---
title: El sueño
author: Dee Dunn
lang: es
bibliography: references.bib
---

El sueño ayuda (Madrid, 2018; octubre de 2019). @berg2002 y @falk2014 lo niegan [véase @ochs2016, p. 3].
""",
    "Arabic": """\
---
title: النوم
author: Dee Dunn
lang: ar
bibliography: references.bib
---

كما قال @ames2001 فإن النوم مفيد (القاهرة، 2019) [@berg2002].
""",
    "Japanese": """\
---
title: 睡眠
author: Dee Dunn
lang: ja
bibliography: references.bib
---

睡眠は役に立つ、東京、2019、[@ames2001]。
""",
    "notes at the foot": """\
Sleep helps.[^one] It has long been known.[^two]

[^one]: @ames2001, and before that the almanacs (Almanac, 1750s).
[^two]: See [@berg2002, pp. 3-5]; the first print (London, 1794) has it, too.
""",
    "what a questionnaire asks": """\
The scale has nine items (e.g., "I feel that I have slept well for most of the last week") [@kern2011]. Participants
were
asked, "How often in the last month have you been awake for more than an hour?" [@kern2011]. One answered, "I do not
know
how long I was awake, for I had no clock" (Participant 12, 2020).
""",
    "interviews": """\
"I was never told what the study was about, and I did not ask anyone" (Anna, 34). "We just slept there for a few nights
and then went home" (P7, 2019). Such remarks were coded as by @ochs2016.
""",
    "words of irony and titles": """\
The "gold standard" of the field is no standard [@ochs2016]. In the article "Sleep and What It Does to Those Who
Never Get
Enough of It" [@falk2014], the "best" method is praised. The song "I Have Not Slept a Wink in All These Lonely Years"
is no
work of theirs [@mora2009].
""",
    "quotations with their places": """\
As @ames2001 [p. 7] says, "what is learned in the evening is there in the morning, and better." Others say "that nothing
of the kind has ever been shown by anyone" [@ochs2016, para. 4]. @falk2014 held that "the help lasts for weeks and
for some of them for months" (p. 3).
""",
    "a secondary source": """\
The study was small [@hahn1998, as cited in @ochs2016]. The first (Hahn, 1898, as cited in an old almanac) was smaller.
""",
    "citations of every form": """\
@ames2001 [p. 3; see @berg2002] and Berg [-@berg2002] agree [e.g., @falk2014, chap. 2; @kern2011].
[@ochs2016]{.author-only}
does not. @{kern2011}'s scale (see @mora2009 for more; not @ochs2016) is short. [-@ames2001, pp. 3-5]
""",
    "tables and figures": """\
@tbl-one shows the means (Table 1, 2020 data) and @fig-one the curve.

| Group (Year, 2019) | Source |
|--------------------|--------|
| Adults (Paris, 2019) | @ames2001 |

: Means of 2019, after @berg2002 {#tbl-one}

![A curve (Cohort, 2012), after @falk2014](curve.gif){#fig-one alt="A curve of (Ames, 2001)"}
""",
    "code and comments": """\
<!-- (Ames, 2001) and [@nobody] and see@kern2011 -->

Run `cite("(Ames, 2001)")` as in @ames2001:

```python
note = "(Ames, 2001)"  # see@kern2011 [kern2011]
```

    (Ames, 2001) [kern2011]
""",
    "links": """\
See [the page of 2001](https://example.org/Ames_(2001)), [kern2011](https://example.org), [kern2011], and @kern2011.

[kern2011]: https://example.org/kern "(Ames, 2001)"
""",
    "lists and tasks": """\
- [ ] read @ames2001
- [x] read @berg2002 [p. 3]

1. First (May, 2020).
2. Second [@falk2014].

(a) A third [sic] of [@kern2011].
""",
    "works that are made by groups": """\
The guideline of the World Sleep Organization [-@who2018] and the software (SPSS, 2019; Qualtrics, 2020; R Core Team,
2020) were used as in @who2018. The census (Census, 2011) and the ministry (Ministry of Health, 2015) gave numbers.
""",
    "historical dates": """\
Wundt (1832-1920) opened his laboratory (Leipzig, 1879). Piaget (born in Neuchâtel, 1896) did not. Between the wars
(1918-1939) and after the fire (Summer, 1950) little was done [@ames2001].
""",
    "sample sizes in parentheses": """\
Groups were of equal size (Adults, 120; Children, 118), and (*N* = 2,019) were asked in all (Total, 2,019; Lost, 14).
Two
measures (Digit Span, 1992 norms; Trails, 1958 form) were those of @kern2011.
""",
    "films and works of art": """\
People saw a scene (*Inception*, 2010), a picture (*Guernica*, 1937) and a play (*Hamlet*, 1603/1992), as in @mora2009.
""",
    "an epigraph": """\
> To sleep is to forget what one would rather not have known at all.
> --- Dee Dunn, 2019

The words fit [@ochs2016].
""",
    "a hand that writes in other signs": """\
Smith and Jones's result is that of @ames2001. In 2001 Ames said so; Ames has not said so since [@berg2002]. Kern's
scale
[-@kern2011] is in use (see above, 2.1, and below).
""",
    "a paper that cites nothing": """\
Nothing is cited here (Smith, 2020), for the works stand in a list made by hand (Jones & Miller, 2015).
""",
    "a report with conference dates": """\
An earlier version was read at a meeting (Annual Meeting, 2019), a workshop (Workshop, 2018) and in Lyon (Lyon,
2017). The
slides (Zenodo, 2019) follow @falk2014.
""",
    "appendices and cross-references": """\
The items are in @apx-items, after @kern2011, and @eq-one is from [@ochs2016, eq. 3].

$$ a = b $$ {#eq-one}

# Items {#apx-items .appendix}

Each item was read twice (Round, 2019) [@kern2011].
""",
}


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_found_in_a_sound_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    front = "---\ntitle: T\nauthor: Dee Dunn\nbibliography: references.bib\n---\n\n"
    text = CLEAN[name] if CLEAN[name].startswith("---") else front + CLEAN[name]
    (tmp_path / P).write_text(text, "utf-8")
    entries = [entry for entry in BIBLIOGRAPHY.split("\n\n") if entry[6 : entry.index(",")] in text]
    (tmp_path / B).write_text("\n\n".join(entries) or BIBLIOGRAPHY, "utf-8")
    (tmp_path / "curve.gif").write_bytes(b"GIF89a")
    found = _found(tmp_path)
    assert [str(one) for one in found if one.code.startswith("C") or one.severity == "error"] == []


def test_there_are_thirty_sound_papers() -> None:
    assert len(CLEAN) >= 30
