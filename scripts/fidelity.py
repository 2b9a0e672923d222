"""Says how many citations and references come out as APA prints them, by section, beside plain pandoc.

    python scripts/fidelity.py [EXAMPLES.json]

Without an argument the fixtures in tests/bibliographies are measured: each `NAME.expected.yaml` says for the works of
`NAME.bib` or `NAME.json` how the manual's rules print them, and the pages in tests/in_text say so of the citations of
chapter 8; they must come out to the letter, white space aside. EXAMPLES.json is a list of maps with `key`
(section:example), `entry` (one biblatex record) and `expected` (taken from a typeset page, so that white space,
hyphens, case, and the shapes of quotation marks and dashes do not count); works that its records only refer to are
taken from supplied.bib. What printed-in-error.yaml beside the fixtures excuses, with its reason, counts as right only
in the exit status: 0 if everything else is right, else 1.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import tomllib
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from citeproof import bibliography, document, pandoc, programs, styles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TESTS = Path(__file__).resolve().parents[1] / "tests"
FIXTURES = TESTS / "bibliographies"
IN_TEXT = TESTS / "in_text"
EXCUSED = FIXTURES / "printed-in-error.yaml"
SUPPLIED = FIXTURES / "supplied.bib"
EPOCH = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A work, where the manual treats it, and how its reference is printed."""

    section: str
    key: str
    record: str
    """The text of the bibliography that holds it: one record, or a whole file of which it is one."""
    suffix: str
    expected: str
    typeset: bool
    """Whether `expected` was taken from a typeset page."""

    def is_met_by(self, printed: str) -> bool:
        """Say whether a reference is as it must be."""
        same = unset if self.typeset else spaced
        return same(printed) == same(self.expected)


_UNIFIED = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})


def unset(text: str) -> str:
    """Take away what a typeset page adds to a text or hides of it."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_UNIFIED)
    return re.sub(r"[\s\u2010\u2011-]", "", folded)


def spaced(text: str) -> str:
    """Make any white space a single space."""
    return " ".join(text.split())


def from_fixtures() -> list[Example]:
    """Read the fixtures of this project."""
    found = []
    for path in sorted(FIXTURES.glob("*.expected.yaml")):
        source = next(FIXTURES.glob(f"{path.name.removesuffix('.expected.yaml')}.[bj]*"))
        text = source.read_text("utf-8")
        for key, said in yaml.safe_load(path.read_text("utf-8")).items():
            found.append(Example(str(said["section"]), key, text, source.suffix, said["reference"], typeset=False))
    return found


def from_file(path: Path) -> list[Example]:
    """Read examples that each bring their own record."""
    return [
        Example(item["key"].split(":")[0], item["key"], item["entry"], ".bib", item["expected"], typeset=True)
        for item in json.loads(path.read_text("utf-8"))
    ]


def together(examples: Iterable[Example]) -> list[list[Example]]:
    """Put examples into papers in which no two share a beginning: such get letters after their years (APA 9.47)."""
    papers: list[tuple[list[Example], set[str]]] = []
    for example in examples:
        start = example.expected[:6].casefold()
        for paper, taken in papers:
            if start not in taken and paper[0].suffix == example.suffix:
                paper.append(example)
                taken.add(start)
                break
        else:
            papers.append(([example], {start}))
    return [paper for paper, _ in papers]


def bibliography_of(paper: list[Example]) -> str:
    """Give the bibliography of a paper: its records and what they refer to, or the file that holds them all."""
    records = list(dict.fromkeys(example.record for example in paper))
    return "\n\n".join([*records, SUPPLIED.read_text("utf-8")] if paper[0].typeset else records)


def ours(paper: list[Example]) -> dict[str, str]:
    """Print a paper's references with citeproof."""
    suffix = paper[0].suffix
    held = bibliography.read(f"references{suffix}", suffix, bibliography_of(paper))
    return document.references(cited(citing(paper), [*held.items.values()]))


def cited(text: str, items: list[bibliography.Item]) -> document.Json:
    """Cite a paper as a build does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "references.json").write_text(json.dumps(items, ensure_ascii=False), "utf-8")
        (folder / "style.csl").write_bytes(styles.compose(styles.find(styles.DEFAULT, folder)))
        (folder / "paper.md").write_text(text, "utf-8")
        output = folder / "cited.json"
        options = ["--csl", "style.csl", "--bibliography", "references.json", "-t", "json"]
        failure, _ = pandoc.start("common", "paper.md", output, folder, epoch=EPOCH, options=options).end()
        pandoc.expect(failure, "citing")
        return json.loads(output.read_bytes())


def plain(paper: list[Example]) -> dict[str, str]:
    """Print a paper's references with pandoc alone and the same style."""
    return document.references(plainly_cited(citing(paper), bibliography_of(paper), paper[0].suffix))


def plainly_cited(text: str, records: str, suffix: str) -> document.Json:
    """Cite a paper with pandoc alone and the same style; an empty paper if pandoc refuses."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"references{suffix}").write_text(records, "utf-8")
        style = styles.find(styles.DEFAULT, folder).path
        command = [programs.pandoc_path(), "--citeproc", "--csl", str(style), "-t", "json", "-f", "markdown"]
        command += ["--bibliography", f"references{suffix}"]
        done = programs.run(command, cwd=folder, stdin=text.encode())
        return json.loads(done.output) if not done.status else {"meta": {}, "blocks": []}


def in_text() -> list[tuple[Example, str, str]]:
    """Cite the pages on chapter 8: each passage with what we and what plain pandoc print."""
    papers = []
    for path in sorted(IN_TEXT.glob("*.toml")):
        page = tomllib.loads(path.read_text("utf-8"))
        papers += [(re.split(r"[\s\u2013-]", page["section"])[0], page["works"], paper) for paper in page["paper"]]
    with ThreadPoolExecutor() as workers:
        return [passage for found in workers.map(lambda one: list(passages(*one)), papers) for passage in found]


def passages(section: str, works: list[Any], paper: dict[str, Any]) -> Iterator[tuple[Example, str, str]]:
    """Cite one paper of a page both ways."""
    works = [work for work in works if work["id"] in paper.get("works", [work["id"]])]
    text = f"---\ntitle: A Paper\n{paper.get('front', '').strip()}\n---\n\n" + "\n\n".join(
        f"::::: {{#paragraph-{number}}}\n{source}\n:::::" for number, (source, _) in enumerate(paper["text"])
    )
    printed = paragraphs(cited(text, works))
    bare = paragraphs(plainly_cited(text, json.dumps(works), ".json"))
    for number, (source, expected) in enumerate(paper["text"]):
        name = f"paragraph-{number}"
        example = Example(section, f"{section}: {source}", "", "", expected, typeset=False)
        yield example, printed[name], bare.get(name, "")


def paragraphs(cited_document: document.Json) -> dict[str, str]:
    """Give identifier → text of each Div that has one."""
    return {
        element["c"][0][0]: document.plain(element["c"][1], notes=True)
        for element, _ in document.elements(cited_document["blocks"])
        if element["t"] == "Div" and element["c"][0][0]
    }


def citing(paper: list[Example]) -> str:
    """Write a paper that cites each work once."""
    return "\n\n".join(f"[@{{{example.key}}}]" for example in paper)


def main(arguments: list[str]) -> int:
    """Print the table and what is not as it must be; give the exit status."""
    examples = from_file(Path(arguments[0])) if arguments else from_fixtures()
    excused: dict[str, Any] = yaml.safe_load(EXCUSED.read_text("utf-8")) or {}
    papers = together(examples)
    with ThreadPoolExecutor() as workers:
        printed = dict(pair for one in workers.map(ours, papers) for pair in one.items())
        bare = dict(pair for one in workers.map(plain, papers) for pair in one.items())
    all_of_them = [(one, printed.get(one.key, "(nothing)"), bare.get(one.key, "")) for one in examples]
    if not arguments:
        all_of_them += in_text()
    counts: dict[str, list[int]] = {}
    wrong = []
    for example, by_us, by_pandoc in all_of_them:
        count = counts.setdefault(example.section, [0, 0, 0])
        count[0] += 1
        count[1] += example.is_met_by(by_us)
        count[2] += example.is_met_by(by_pandoc)
        if not example.is_met_by(by_us):
            wrong.append(example)
            print(f"{example.key}\n  must be  {example.expected}\n  printed  {by_us}")
        if not example.is_met_by(by_us) and example.key in excused:
            print(f"  excused  {excused[example.key]}")
    print(f"{'section':<8} {'examples':>8} {'right':>6} {'plain pandoc':>13}")
    for section in sorted(counts, key=lambda name: [int(part) for part in name.split(".")]):
        total, right, of_pandoc = counts[section]
        print(f"{section:<8} {total:>8} {right:>6} {of_pandoc:>13}")
    sums = [sum(column) for column in zip(*counts.values(), strict=True)]
    print(f"{'all':<8} {sums[0]:>8} {sums[1]:>6} {sums[2]:>13}")
    return int(any(example.key not in excused for example in wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
