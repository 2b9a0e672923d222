"""Measures builds beside plain pandoc, in turn and in one run, and writes the figures as JSON, a table and a plot.

    python scripts/bench.py [CASE ...] [--runs N] [--output DIR]

Plain pandoc is `pandoc --citeproc` of the same pandoc, style, paper and bibliography, once for each format, one after
the other, and Typst for the PDF. Each figure is the median ratio of pairs, one build of ours and one of pandoc's, taken
in turn, so that a machine whose speed drifts harms neither; min and max say how far pairs differ. Papers are generated
from a fixed seed: no figure rests on files that are not here. Where pandoc would take longer than LONGEST, its time is
extrapolated from a smaller case by the growth that is measured in the same run, and the table says so. Nothing is
asserted: it measures.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof import programs, resources, styles

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 600
"""Seconds that plain pandoc may take for one run."""


# --- papers -----------------------------------------------------------------------------------------------------------

_SYLLABLES = (
    "ba be bi bo da de di do fa fe ga ge ka ke ki la le li lo ma me mi mo na ne no pa pe ra re ri ro sa se si so ta te"
)
_WORDS = (
    "memory sleep attention mood anxiety learning reward stress context effect trial model adults children control "
    "evidence analysis risk care the of and in to a for with on by from that this is was were has been not but or as at"
)


@dataclass(slots=True)
class Author:
    """Writes a paper of so many words that cites so many works of a library, the same one from the same seed."""

    seed: int = 1
    draw: random.Random = field(init=False)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)  # noqa: S311  (nothing secret)

    def name(self) -> str:
        """Give a made-up family name."""
        return "".join(self.draw.choice(_SYLLABLES.split()) for _ in range(self.draw.randint(2, 4))).capitalize()

    def words(self, count: int) -> str:
        """Give so many words, the first with a capital."""
        return " ".join(self.draw.choice(_WORDS.split()) for _ in range(count)).capitalize()

    def entry(self, number: int, *, abstract: int) -> tuple[str, str]:
        """Give key and BibTeX of an article whose first author no other work has."""
        first = self.name()
        while first in self.taken:
            first = self.name()
        self.taken.add(first)
        names = [first, *(self.name() for _ in range(self.draw.choice([0, 0, 1, 1, 2, 3, 5])))]
        authors = " and ".join(f"{name}, {self.name()} {self.name()[0]}." for name in names)
        key = f"{first.lower()}{number}"
        text = (
            f"@article{{{key},\n  author = {{{authors}}},\n  title = {{{self.words(9)}}},\n"
            f"  journaltitle = {{Journal of {self.name()}}},\n  volume = {{{self.draw.randint(1, 90)}}},\n"
            f"  number = {{{self.draw.randint(1, 6)}}},\n"
            f"  pages = {{{self.draw.randint(1, 400)}--{self.draw.randint(401, 800)}}},\n"
            f"  date = {{{self.draw.randint(1960, 2024)}}},\n  doi = {{10.1234/x.{number}}},\n"
            f"  abstract = {{{self.words(abstract)}}},\n}}\n"
        )
        return key, text

    def write(self, folder: Path, *, cited: int, paragraphs: int, library: int = 0) -> None:
        """Write paper.md and references.bib: each work is cited at least once, two citations to a paragraph."""
        folder.mkdir(parents=True, exist_ok=True)
        entries = [self.entry(n, abstract=150 if library else 12) for n in range(max(cited, library))]
        (folder / "references.bib").write_text("\n".join(text for _, text in entries), "utf-8")
        keys = self.draw.sample([key for key, _ in entries], cited)
        front = "title: A Paper of a Certain Length\nauthor: Ana Ruiz\nabstract: One paragraph.\nkeywords: [sleep]"
        pieces = [f"---\n{front}\nbibliography: references.bib\n---\n"]
        places = 0
        for number in range(paragraphs):
            if number % 8 == 0:
                pieces.append(f"# {self.words(3).title()}\n")
            sentences = []
            for sentence in range(5):
                text = self.words(self.draw.randint(14, 24))
                if sentence in {1, 3}:
                    key = keys[places % len(keys)]
                    places += 1
                    text = f"@{key} {text.lower()}" if self.draw.random() < 1 / 3 else f"{text} [@{key}]"
                sentences.append(f"{text}.")
            pieces.append(" ".join(sentences) + "\n")
        (folder / "paper.md").write_text("\n".join(pieces), "utf-8")


# --- running ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """What one or several processes took: seconds by the clock, and the most memory that one of them held, in MB."""

    seconds: float
    memory: float


def timed(commands: list[list[str]], cwd: Path, environment: dict[str, str] | None = None) -> Run:
    """Run programs one after the other; an exit status other than 0 or 1 ends the measurement."""
    # As at a user's, whose Python keeps the byte code of what it has loaded once.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    most = 0
    for command in commands:
        with subprocess.Popen(
            command,
            cwd=cwd,
            env=inherited | (environment or {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            _, status, used = os.wait4(process.pid, 0)  # counts the programs that it started, too
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in {0, 1}:
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
        most = max(most, used.ru_maxrss)
    return Run(time.perf_counter() - start, most / 1024)


def instructions(command: list[str], cwd: Path, environment: dict[str, str]) -> tuple[str, int] | None:
    """Count the instructions of a program without those that it starts: (what counted, how many); None if nothing can.

    Unlike seconds they are the same on a busy machine. `perf` counts on some machines; valgrind's callgrind everywhere.
    """
    counters = {
        "perf": (["perf", "stat", "--no-inherit", "-x", ",", "-e", "instructions:u"], r"^(\d+),"),
        "callgrind": (["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : (\d+)"),
    }
    for name, (counter, pattern) in counters.items():
        if shutil.which(counter[0]) is None:
            continue
        done = subprocess.run(
            [*counter, *command], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        found = re.search(pattern, done.stderr, re.MULTILINE)
        if found:
            return name, int(found[1])
    return None


_TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"


def plain(formats: str, output: Path) -> list[list[str]]:
    """Give the commands that make the formats with plain pandoc, in a paper's folder."""
    style = styles.find(styles.DEFAULT, ROOT).path
    pandoc = [programs.pandoc_path(), "--citeproc", "--csl", str(style), "--standalone", "paper.md"]
    commands = []
    for name in formats.split(","):
        written = output / f"plain.{'typ' if name == 'pdf' else name}"
        commands.append([*pandoc, "-t", "typst" if name == "pdf" else name, "-o", str(written)])
        if name == "pdf":
            commands.append([sys.executable, "-c", _TYPST, str(written), str(output / "plain.pdf")])
    return commands


def ours(formats: str, output: Path, *options: str) -> list[list[str]]:
    """Give the command that makes the formats with citeproof, in a paper's folder."""
    return [[*program(), "build", ".", "-q", "--to", formats, "--output", str(output), *options]]


def program() -> list[str]:
    """Give the command that an author types."""
    found = shutil.which("citeproof", path=str(Path(sys.executable).parent))
    if found is None:
        raise SystemExit("citeproof is not installed beside this Python")
    return [found]


@dataclass(slots=True)
class Figure:
    """A case, with the runs of both sides in turn."""

    name: str
    goal: str
    ours: list[Run] = field(default_factory=list)
    theirs: list[Run] = field(default_factory=list)
    note: str = ""

    def ratios(self) -> list[float]:
        """Give the ratio of each pair."""
        return [one.seconds / other.seconds for one, other in zip(self.ours, self.theirs, strict=True)]

    def row(self) -> str:
        """Give a row of the table."""
        ratios = self.ratios()
        one, other = (statistics.median(run.seconds for run in runs) for runs in (self.ours, self.theirs))
        held, theirs = (max(run.memory for run in runs) for runs in (self.ours, self.theirs))
        memory = "not run" if math.isnan(theirs) else f"{theirs:.0f} MB"
        return (
            f"| {self.name} | {statistics.median(ratios):.3f} | {min(ratios):.3f} to {max(ratios):.3f} | {self.goal} "
            f"| {one:.2f} s | {other:.2f} s | {held:.0f} MB | {memory} | {self.note} |"
        )


# --- cases ------------------------------------------------------------------------------------------------------------

ALL = "pdf,docx,html"
COLD = ("--force", "--no-cache")


@dataclass(slots=True)
class Bench:
    """Where papers and results lie, and how often each pair is run."""

    folder: Path
    runs: int
    slow_runs: int = 5
    """How often, where a pair takes minutes."""
    figures: list[Figure] = field(default_factory=list)
    growth: dict[int, float] = field(default_factory=dict)
    exponent: float = math.nan
    instructions: dict[str, tuple[str, int]] = field(default_factory=dict)

    def paper(self, name: str, *, cited: int, paragraphs: int, library: int = 0) -> Path:
        """Give the folder of a generated paper."""
        folder = self.folder / name
        if not folder.is_dir():
            Author().write(folder, cited=cited, paragraphs=paragraphs, library=library)
        return folder

    def cache(self) -> dict[str, str]:
        """Give the environment of a build: a cache of this run's own."""
        return {"CITEPROOF_CACHE": str(self.folder / "cache")}

    def compare(
        self,
        name: str,
        goal: str,
        paper: Path,
        formats: str,
        options: tuple[str, ...] = COLD,
        before: Callable[[int], object] = lambda _: None,
        *,
        runs: int = 0,
    ) -> Figure:
        """Run both sides in turn."""
        figure = Figure(name, goal)
        output = self.folder / "out" / paper.name
        output.mkdir(parents=True, exist_ok=True)
        timed(ours(formats, output, *options), paper, self.cache())  # to warm up
        for number in range(runs or self.runs):
            before(number)
            figure.ours.append(timed(ours(formats, output, *options), paper, self.cache()))
            figure.theirs.append(timed(plain(formats, output), paper))
        self.add(figure)
        return figure

    def add(self, figure: Figure) -> None:
        """Keep a figure, and say it."""
        self.figures.append(figure)
        print(figure.row(), flush=True)


def reworded(paper: Path) -> Callable[[int], None]:
    """Give a function that writes a sentence more into a paragraph in the middle of a paper."""
    path = paper / "paper.md"

    def edit(_: int) -> None:
        text = path.read_text("utf-8")
        sentence = re.compile(r"(?<=[a-z] [a-z]{2}\. )(?=[A-Z][a-z]+ [a-z]+ [a-z]+ [a-z]+ )")
        found = sentence.search(text, len(text) // 2)
        if found is None:
            raise SystemExit(f"{path} has no place for a sentence")
        more = "This sentence is new, and no work is cited in it. "
        path.write_text(text[: found.start()] + more + text[found.start() :], "utf-8")

    return edit


def extended(paper: Path) -> Callable[[int], None]:
    """Give a function that writes a paragraph more at the end of a paper, another one each time."""
    path = paper / "paper.md"

    def edit(number: int) -> None:
        path.write_text(path.read_text("utf-8") + f"\nOne more sentence, the {number}th.\n", "utf-8")

    return edit


def manuscript(bench: Bench) -> None:
    """Measure the first manuscript: built anew, and with nothing changed."""
    folder = bench.folder / "manuscript"
    if not folder.is_dir():
        shutil.copytree(ROOT / "manuscript", folder)
    bench.compare("the manuscript, three formats", "≤ 0.8", folder, ALL)
    bench.compare("the same, nothing changed", "≤ 0.15", folder, ALL, ())
    output = bench.folder / "out" / folder.name
    for name, options in (("built anew", COLD), ("nothing changed", ())):
        if counted := instructions(ours(ALL, output, *options)[0], folder, bench.cache()):
            bench.instructions[name] = counted


def thirty_pages(bench: Bench) -> None:
    """Measure a paper of usual length."""
    folder = bench.paper("30-pages", cited=100, paragraphs=90)
    bench.compare("30 pages, 100 references, three formats", "", folder, ALL)


def three_hundred_pages(bench: Bench) -> None:
    """Measure a thesis, built anew and after an edit of its prose."""
    folder = bench.paper("300-pages", cited=1000, paragraphs=1000)
    bench.compare("300 pages, 1,000 references, three formats", "≤ 0.12", folder, ALL, runs=bench.slow_runs)
    again = bench.folder / "300-pages-edited"
    shutil.copytree(folder, again, dirs_exist_ok=True)
    for change, edit in (("a sentence more in a paragraph", reworded), ("a paragraph more", extended)):
        name = f"the same, {change}, HTML"
        bench.compare(name, "≤ 0.05", again, "html", (), edit(again), runs=bench.slow_runs)


def three_thousand_references(bench: Bench) -> None:
    """Measure a handbook; plain pandoc's time is worked out from 1,000 and 2,000 works if it would be too long."""
    sizes = (1000, 2000)
    seconds = [
        timed(plain("html", bench.folder), bench.paper(f"{size}-works", cited=size, paragraphs=size)).seconds
        for size in sizes
    ]
    power = math.log(seconds[1] / seconds[0]) / math.log(2)
    folder = bench.paper("3000-works", cited=3000, paragraphs=3000)
    output = bench.folder / "out" / folder.name
    expected = seconds[1] * 1.5**power
    figure = Figure("3,000 references, HTML", "≤ 0.02", note="pandoc measured once")
    if expected <= LONGEST:
        theirs = timed(plain("html", bench.folder), folder)
    else:
        theirs = Run(expected, math.nan)
        figure.note = (
            f"pandoc extrapolated: {seconds[0]:.1f} s for 1,000, {seconds[1]:.1f} s for 2,000, so to the power of "
            f"{power:.2f}"
        )
    for _ in range(bench.slow_runs):
        figure.ours.append(timed(ours("html", output, *COLD), folder, bench.cache()))
        figure.theirs.append(theirs)
    bench.add(figure)


def library(bench: Bench) -> None:
    """Measure a paper that cites 100 works of an author's library of 40,000."""
    folder = bench.paper("library", cited=100, paragraphs=60, library=40_000)
    bench.compare("40,000 entries, 100 cited, HTML", "≤ 0.15", folder, "html")
    again = bench.folder / "library-edited"
    shutil.copytree(folder, again, dirs_exist_ok=True)
    bench.compare("the same, a sentence more in a paragraph", "≤ 0.03", again, "html", (), reworded(again))
    bench.compare("the same, a paragraph more", "≤ 0.03", again, "html", (), extended(again))
    bench.compare("the same, nothing changed", "≤ 0.03", again, "html", ())


def many_papers(bench: Bench) -> None:
    """Measure 200 small papers with one job and with two; the ratio is that of both, not of plain pandoc."""
    folder = bench.folder / "papers"
    for number in range(200):
        if not (folder / f"{number:03}").is_dir():
            Author(number).write(folder / f"{number:03}", cited=6, paragraphs=8)
    figure = Figure("200 small papers, HTML: two jobs to one", "≤ 0.556", note="the second side is one job")
    command = [*program(), "build", ".", "-q", "--to", "html", *COLD]
    output = ["--output", str(bench.folder / "out" / "papers")]
    for _ in range(bench.slow_runs):
        for jobs, runs in (("2", figure.ours), ("1", figure.theirs)):
            runs.append(timed([[*command, *output, "--jobs", jobs]], folder, bench.cache()))
    bench.add(figure)


def growth(bench: Bench) -> None:
    """Measure how the time of citing grows with the number of works, and fit the exponent."""
    for size in (125, 250, 500, 1000, 2000, 4000):
        folder = bench.paper(f"{size}-works", cited=size, paragraphs=size)
        command = ours("html", bench.folder / "out" / folder.name, *COLD)
        bench.growth[size] = timed(command, folder, bench.cache()).seconds
        print(f"{size} works: {bench.growth[size]:.2f} s", flush=True)
    bench.exponent = fitted(bench.growth)
    print(f"fitted exponent {bench.exponent:.2f}", flush=True)


def fitted(times: dict[int, float]) -> float:
    """Give the slope of the line through the logarithms of size and seconds (least squares)."""
    return statistics.linear_regression(
        [math.log(size) for size in times], [math.log(seconds) for seconds in times.values()]
    ).slope


CASES: dict[str, Callable[[Bench], None]] = {
    "manuscript": manuscript,
    "30-pages": thirty_pages,
    "300-pages": three_hundred_pages,
    "3000-references": three_thousand_references,
    "library": library,
    "many-papers": many_papers,
    "growth": growth,
}


# --- what is written --------------------------------------------------------------------------------------------------


def table(bench: Bench) -> str:
    """Give the figures as Markdown."""
    head = (
        "| case | ratio | of pairs | goal | citeproof | plain pandoc | memory | plain pandoc's | |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    text = head + "".join(f"{figure.row()}\n" for figure in bench.figures)
    if bench.instructions:
        counts = ", ".join(f"{name}: {number / 1e6:,.0f} million" for name, (_, number) in bench.instructions.items())
        counter = next(iter(bench.instructions.values()))[0]
        text += f"\nInstructions of the Python part for the manuscript ({counter}): {counts}.\n"
    if bench.growth:
        sizes = ", ".join(f"{size:,}: {seconds:.1f} s" for size, seconds in bench.growth.items())
        text += f"\nA paper of so many works, to HTML: {sizes}. Fitted, the time grows with the power "
        text += f"{bench.exponent:.2f} of their number.\n"
    return text


def plot(bench: Bench) -> str:
    """Give the ratios as a drawing (SVG): a bar for each case on a scale of powers of ten, and a mark at its goal."""
    rows = []
    for number, figure in enumerate(bench.figures):
        top = 20 + 34 * number
        ratio = statistics.median(figure.ratios())
        width = max(1, 150 * (math.log10(ratio) + 3))
        rows.append(
            f'<text x="8" y="{top}" font-size="12">{figure.name}: {ratio:.3f}</text>'
            f'<rect x="8" y="{top + 5}" width="{width:.0f}" height="12" fill="#4a6fa5"/>'
        )
        if figure.goal:
            goal = 8 + 150 * (math.log10(float(figure.goal.split()[-1])) + 3)
            rows.append(f'<rect x="{goal:.0f}" y="{top + 2}" width="2" height="18" fill="#b03a2e"/>')
    height = 30 + 34 * len(bench.figures)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="560" height="{height}" font-family="sans-serif">'
        "<title>Time of citeproof, as a ratio to plain pandoc (0.001 to 1); red: the goal</title>"
        f"{''.join(rows)}</svg>\n"
    )


def main() -> int:
    """Measure the cases that are named, or all."""
    parser = argparse.ArgumentParser(description="Measure builds beside plain pandoc.")
    parser.add_argument("cases", nargs="*", choices=[*CASES, []], help="which cases; all of them, if none is named")
    parser.add_argument("--runs", type=int, default=5, help="pairs for each case")
    parser.add_argument("--slow-runs", type=int, default=5, help="pairs for each case that takes minutes")
    parser.add_argument("--output", type=Path, default=Path("bench"), help="the folder for figures.json, .md and .svg")
    parser.add_argument("--docs", action="store_true", help="put the table into CONTRIBUTING.md, too")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="citeproof-bench-") as name:
        bench = Bench(Path(name), arguments.runs, arguments.slow_runs)
        for case in arguments.cases or CASES:
            CASES[case](bench)
    arguments.output.mkdir(parents=True, exist_ok=True)
    told = {
        "machine": {"processors": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "versions": {name: resources.version(name) for name in ("citeproof", "pypandoc_binary", "typst")},
        "figures": [asdict(figure) | {"ratio": statistics.median(figure.ratios())} for figure in bench.figures],
        "instructions": bench.instructions,
        "growth": bench.growth,
        "exponent": bench.exponent,
    }
    (arguments.output / "figures.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (arguments.output / "figures.md").write_text(table(bench), "utf-8")
    (arguments.output / "figures.svg").write_text(plot(bench), "utf-8")
    if arguments.docs:
        write_into(ROOT / "CONTRIBUTING.md", table(bench))
    print(table(bench))
    return 0


def write_into(page: Path, text: str) -> None:
    """Put a table between the marks of a page."""
    before, start, rest = page.read_text("utf-8").partition("<!-- bench -->\n")
    _, end, after = rest.partition("<!-- /bench -->")
    if not end:
        raise RuntimeError(f"{page.name} has no place for the table")
    page.write_text(f"{before}{start}\n{text}\n{end}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
