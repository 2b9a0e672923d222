"""Whole papers that look suspicious and are sound: each builds in every format, with no finding at all.

A paper is a folder under manuscripts/good/. What needs many entries, or a name that some disks refuse, is
made by the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = Path(__file__).parent / "manuscripts" / "good"
NO_FONT = {"chinese"}
"""Papers in letters that no built-in font has: they build as DOCX and HTML, and for the PDF citeproof says so."""
CITATIONS = {  # name: (citations, works), counted by hand
    "arabic-and-hebrew": (4, 3),
    "at-signs-that-cite-nothing": (1, 1),
    "chinese": (3, 2),
    "citations-everywhere": (12, 5),
    "crlf-and-mark": (5, 2),
    "names-of-every-kind": (12, 4),
    "note-style": (5, 4),
    "numeric-style": (6, 5),
    "references-in-the-front-matter": (2, 2),
    "table-from-csv": (2, 2),
}

# The tests run the command in other folders: a PYTHONPATH that leads to it from here is made whole.
HERE = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(
        str(Path(part).resolve()) for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part
    ),
}

ENTRY = """@article{cohen1992,
  author       = {Cohen, Jacob},
  title        = {A power primer},
  journaltitle = {Psychological Bulletin},
  date         = {1992},
  volume       = {112},
  pages        = {155--159},
}
"""
PAPER = """---
title: A Sound Paper
author: []
bibliography: references.bib
---

The power matters [@cohen1992].
"""


def run(
    folder: Path, *arguments: str | Path, before: tuple[str, ...] = (), **options
) -> subprocess.CompletedProcess[str]:
    options = {"env": HERE, "stdin": subprocess.DEVNULL} | options
    return subprocess.run(
        [*before, sys.executable, "-m", "citeproof", *map(str, arguments)],
        cwd=folder,
        check=False,
        capture_output=True,
        encoding="utf-8",
        **options,
    )


def paper(folder: Path, text: str = PAPER, entries: str = ENTRY) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "paper.md").write_text(text, "utf-8")
    (folder / "references.bib").write_text(entries, "utf-8")
    return folder


def built(folder: Path, *arguments: str | Path, **options) -> dict:
    """Build, and give what is told as JSON; fail on any error or warning."""
    done = run(folder, "build", "--format", "json", *arguments, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert (told["status"], told["findings"]) == (0, [])
    return told


def test_every_stored_paper_is_counted() -> None:
    assert {path.name for path in GOOD.iterdir()} == set(CITATIONS)


@pytest.mark.parametrize("name", sorted(CITATIONS))
def test_a_sound_paper_builds_in_every_format_without_a_word(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(GOOD / name, folder)
    formats = ["docx", "html"] if name in NO_FONT else ["docx", "html", "pdf"]
    told = built(folder, "--to", ",".join(formats))
    assert told["outputs"][:-2] == [
        *(f"dist/paper.{ending}" for ending in formats),
        "dist/proof.html",
        "dist/proof.json",
    ]
    assert (told["citations"], told["works"]) == CITATIONS[name]
    assert all((folder / output).stat().st_size for output in told["outputs"])


@pytest.mark.parametrize("name", sorted(NO_FONT))
def test_letters_that_the_pdf_cannot_show_are_said_and_not_left_blank(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(GOOD / name, folder)
    done = run(folder, "build")
    assert done.returncode == 1
    assert "paper.pdf: error V006: the PDF cannot show " in done.stderr
    assert not any((folder / "dist").glob("*"))


def test_a_style_without_a_reference_list_builds(tmp_path: Path) -> None:
    built(paper(tmp_path), "--style", "chicago-notes")


def test_a_style_may_be_named_by_its_address(tmp_path: Path) -> None:
    told = built(paper(tmp_path, PAPER.replace("author:", "csl: https://www.zotero.org/styles/apa\nauthor:")))
    assert told["citations"] == 1


def test_a_build_uses_no_network(tmp_path: Path) -> None:
    """A user namespace without a network device; where the system has none, a proxy that leads nowhere."""
    paper(tmp_path, PAPER.replace("author:", "csl: https://www.zotero.org/styles/apa\nauthor:"))
    apart = ("unshare", "-rn")
    can = shutil.which("unshare") and subprocess.run([*apart, "true"], check=False, capture_output=True).returncode == 0
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "all")}
    built(tmp_path, before=apart if can else (), env={**HERE, **nowhere})


def test_a_path_with_blanks_quotes_and_letters_of_all_kinds_is_a_path(tmp_path: Path) -> None:
    folder = paper(tmp_path / 'it\'s a "folder" ö $x')
    told = built(folder)
    assert told["outputs"][0] == "dist/paper.docx"
    assert built(tmp_path, folder, "--output", "o u't")["outputs"][0] == "o u't/paper.docx"


def test_a_locale_without_letters_beyond_ascii_changes_nothing(tmp_path: Path) -> None:
    plain = {**HERE, "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    folder = paper(tmp_path / "Prüfung 研究")
    told = built(folder, env=plain)
    assert told["outputs"][0] == "dist/paper.docx"
    (folder / "paper.md").write_text(PAPER.replace("@cohen1992", "@müller"), "utf-8")
    done = run(folder, "build", env=plain)
    assert "paper.md:7:20: error C001: @müller is cited but is not in references.bib" in done.stderr


def test_the_output_folder_may_be_the_papers_own(tmp_path: Path) -> None:
    built(paper(tmp_path), "--output", ".")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "SHA256SUMS",
        "manifest.json",
        "paper.docx",
        "paper.html",
        "paper.md",
        "paper.pdf",
        "proof.html",
        "proof.json",
        "references.bib",
    ]
    assert (tmp_path / "paper.md").read_text("utf-8") == PAPER


def test_front_matter_may_end_with_dots(tmp_path: Path) -> None:
    built(paper(tmp_path, PAPER.replace("bib\n---", "bib\n...")))


def test_a_paper_of_front_matter_only_builds(tmp_path: Path) -> None:
    assert built(paper(tmp_path, PAPER.partition("The power")[0]))["citations"] == 0


def test_a_field_that_stands_twice_in_the_front_matter_is_a_warning(tmp_path: Path) -> None:
    done = run(paper(tmp_path, PAPER.replace("author:", "title: Another\nauthor:")), "build")
    assert done.returncode == 0
    assert "Duplicate key: .title" in done.stderr


def test_three_hundred_works_cited_nine_hundred_times_resolve(tmp_path: Path) -> None:
    works = range(300)
    entries = "\n".join(
        ENTRY.replace("cohen1992", f"work{n:03}")
        .replace("Cohen, Jacob", f"Cohen{chr(97 + n % 26)}, J.")
        .replace("power primer", f"power primer, part {n}")
        .replace("1992", str(1900 + n // 3))
        for n in works
    )
    text = "\n\n".join(f"@work{n:03} said so [@work{n * 7 % 300:03}; @work{(n * 11 + 5) % 300:03}]." for n in works)
    told = built(paper(tmp_path, PAPER.replace("The power matters [@cohen1992].", text), entries))
    assert (told["citations"], told["works"]) == (900, 300)


@pytest.mark.parametrize("key", ["doe:2001/a-b.c_d+e", "Müller2003", "DBLP:conf/x/Y12", "李2010", "2020", "a", "x.y"])
def test_a_key_may_have_any_letters_that_pandoc_reads(key: str, tmp_path: Path) -> None:
    text = PAPER.replace("@cohen1992", f"@{key}") + f"\nAnd @{key} says so.\n"
    assert built(paper(tmp_path, text, ENTRY.replace("cohen1992", key)))["citations"] == 2


def test_a_key_in_braces_may_be_a_doi(tmp_path: Path) -> None:
    key = "10.1037/0033-2909.112.1.155"
    text = PAPER.replace("@cohen1992", f"@{{{key}}}")
    assert built(paper(tmp_path, text, ENTRY.replace("cohen1992", key)))["citations"] == 1


def test_a_work_cited_by_several_of_its_keys_is_listed_once(tmp_path: Path) -> None:
    entries = ENTRY.replace("  volume ", "  ids          = {older, oldest},\n  volume ")
    text = PAPER.replace("@cohen1992].", "@cohen1992; @oldest]. @older agrees.")
    told = built(paper(tmp_path, text, entries))
    assert told["citations"] == 3
    page = (tmp_path / "dist" / "paper.html").read_text("utf-8")
    assert page.count('class="csl-entry"') == 1
    assert "1992a" not in page


def test_a_title_with_markup_is_text_in_the_page(tmp_path: Path) -> None:
    title = r'title: "A \\<script>alert(1)\\</script> & \"quoted\" $x<1$ title"'
    built(paper(tmp_path, PAPER.replace("title: A Sound Paper", title)))
    page = (tmp_path / "dist" / "paper.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "text",
    [
        "See [the work of @cohen1992](https://example.org/works) here.",
        "# The Method of @cohen1992\n\nText [@cohen1992].",
        "~~@cohen1992~~, **@cohen1992**, [@cohen1992]{.smallcaps}, “@cohen1992”, ^@cohen1992^.",
        "| a line @cohen1992\n|     and another [@cohen1992]",
        "@cohen1992 [-@cohen1992, pp. 3-5], [e.g., @cohen1992, chap. 3; but see -@cohen1992, p. 4, emphasis added]",
        "[*see* @cohen1992, “a quotation”, p. 4]",
        "@cohen1992\n\n# References\n\n::: {#refs}\n:::\n\n# Appendix\n\nMore [@cohen1992].",
    ],
    ids=["link", "heading", "markup", "lines", "locators", "prefix", "appendix"],
)
def test_a_citation_resolves_wherever_it_stands(text: str, tmp_path: Path) -> None:
    built(paper(tmp_path, PAPER.replace("The power matters [@cohen1992].", text)))


def test_works_of_one_author_in_one_year_are_told_apart(tmp_path: Path) -> None:
    entries = "".join(
        f"@article{{able{n}, author={{Able, Ann}}, title={{{title}}}, journaltitle={{{journal}}}, date={{2001}}, "
        "volume={1}, pages={1--9}}\n"
        for n, (title, journal) in enumerate([("Alpha", "J"), ("Beta", "J"), ("Alpha", "K")])
    )
    built(paper(tmp_path, PAPER.replace("@cohen1992", "@able0; @able1; @able2"), entries))


def test_entries_of_every_shape_are_found_in_the_reference_list(tmp_path: Path) -> None:
    entries = r"""@online{web, author={{World}}, title={A \$5 \& 50\% \_under\_ \#1 title with $x^2$ and
  \textit{italics} and {``quotes''}}, url={https://example.org/a_b?c=d&e=%20f#g}, date={2020-03-01}}
@book{undated, author={None, Ann}, title={No date}, publisher={P}, year={n.d.}}
@book{unsigned, title={A book that nobody wrote}, date={1999}, publisher={P}}
@article{coming, author={Press, In}, title={In press}, journaltitle={J}, pubstate={inpress}}
"""
    built(paper(tmp_path, PAPER.replace("@cohen1992", "@web; @undated; @unsigned; @coming"), entries))
