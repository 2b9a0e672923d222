"""Says how many of APA's reference examples come out as printed, by section, beside plain pandoc on the same records.

    python scripts/fidelity.py [EXAMPLES.json]

Without an argument the fixtures in tests/bibliographies are measured: each `NAME.expected.yaml` says for the works of
`NAME.bib` or `NAME.json` how the manual's rules print them, and they must come out to the letter. EXAMPLES.json is a list
of maps with `key` (section:example), `entry` (one biblatex record) and `expected` (taken from a typeset page, so that white
space, hyphens, case, and the shapes of quotation marks and dashes do not count). What printed-in-error.yaml beside the
fixtures excuses, with its reason, counts as right only in the exit status: 0 if everything else is right, else 1.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from citeproof import bibliography, document, pandoc, programs, styles

if TYPE_CHECKING:
    from collections.abc import Iterable

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "bibliographies"
EXCUSED = FIXTURES / "printed-in-error.yaml"
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
        same = unset if self.typeset else str.strip
        return same(printed) == same(self.expected)


_UNIFIED = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})


def unset(text: str) -> str:
    """Take away what a typeset page adds to a text or hides of it."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_UNIFIED)
    return re.sub(r"[\s\u2010\u2011-]", "", folded)


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
        start = example.suffix + example.expected[:6].casefold()
        for paper, taken in papers:
            if start not in taken:
                paper.append(example)
                taken.add(start)
                break
        else:
            papers.append(([example], {start}))
    return [paper for paper, _ in papers]


def bibliography_of(paper: list[Example]) -> str:
    """Give the bibliography of a paper: its records, or the file that holds them all."""
    return "\n\n".join(dict.fromkeys(example.record for example in paper))


def ours(paper: list[Example]) -> dict[str, str]:
    """Print a paper's references with citeproof."""
    text = bibliography_of(paper)
    suffix = paper[0].suffix
    held = bibliography.read(f"references{suffix}", suffix, text)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "references.json").write_text(json.dumps(list(held.items.values()), ensure_ascii=False), "utf-8")
        (folder / "style.csl").write_bytes(styles.compose(styles.find(styles.DEFAULT, folder)))
        (folder / "paper.md").write_text(citing(paper), "utf-8")
        output = folder / "cited.json"
        options = ["--csl", "style.csl", "--bibliography", "references.json", "-t", "json"]
        failure, _ = pandoc.convert("common", "paper.md", output, folder, epoch=EPOCH, options=options)
        pandoc.expect(failure, "citing")
        return document.references(json.loads(output.read_bytes()))


def plain(paper: list[Example]) -> dict[str, str]:
    """Print a paper's references with pandoc alone and the same style."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"references{paper[0].suffix}").write_text(bibliography_of(paper), "utf-8")
        style = styles.find(styles.DEFAULT, folder).path
        command = [programs.pandoc_path(), "--citeproc", "--csl", str(style), "-t", "json", "-f", "markdown"]
        command += ["--bibliography", f"references{paper[0].suffix}"]
        done = programs.run(command, cwd=folder, stdin=citing(paper).encode())
        return document.references(json.loads(done.output)) if not done.status else {}


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
    counts: dict[str, list[int]] = {}
    wrong = []
    for example in examples:
        count = counts.setdefault(example.section, [0, 0, 0])
        right = example.is_met_by(printed.get(example.key, ""))
        count[0] += 1
        count[1] += right
        count[2] += example.is_met_by(bare.get(example.key, ""))
        if not right:
            wrong.append(example)
    for example in wrong:
        print(f"{example.key}\n  must be  {example.expected}\n  printed  {printed.get(example.key, '(nothing)')}")
        if example.key in excused:
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
