"""Knows which paper is meant, where its files go and which date it carries; alone asks the environment."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof import programs
from citeproof.cache import Cache
from citeproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citeproof.shared import Shared

FORMATS = ("pdf", "docx", "html")
"""What is made unless other formats are asked for."""

FURTHER = ("jats", "latex")
"""What is made only if it is asked for: for journals, archives and preprint servers."""

_ENDINGS = {"jats": "xml", "latex": "tex"}
"""Format → the ending of its files, where it is another word."""

FIXED_EPOCH = 1577836800
"""2020-01-01T00:00:00Z, the year of the manual's seventh edition: the date of a paper that stands in no repository."""

LAST_EPOCH = 4354819198
"""2107-12-31T23:59:58Z, the last moment that the parts of a DOCX can carry (the date fields of ZIP, APPNOTE 4.4.6)."""

_NOT_A_PAPER = {"readme.md", "changelog.md", "contributing.md", "license.md", "code_of_conduct.md"}


@dataclass(frozen=True, slots=True)
class Project:
    """One paper and the choices of one run."""

    paper: Path
    """The Markdown file, absolute."""
    output: Path
    """The folder that the finished files go to, absolute."""
    formats: tuple[str, ...] = FORMATS
    style: str | None = None
    """The style asked for on the command line; None leaves it to the front matter."""
    system_fonts: bool = False
    """Whether the PDF may use the machine's own fonts; then it is the same only on machines with the same fonts."""
    choices: tuple[tuple[str, str], ...] = ()
    """What the command line says in place of the paper's `apa:` map: (name, value); read by options.lua."""
    masked: bool = False
    """Whether the copy is for a blind review (APA 8.3): no name of an author may stand in any of its files."""
    inherited: str = ""
    """What a paper says for its supplement too, outside of that one's own front matter, as YAML that ends a line."""
    told: str = ""
    """What filters are told of a submission beside what the paper says, as YAML that ends a line."""
    told_when_cited: str = ""
    """What is known of a submission once its paper is cited: for filters/submission-part.lua, as YAML."""
    shared: Shared | None = field(default=None, compare=False)
    """What the builds of a submission work out together; None for a build of its own."""
    epoch: int = FIXED_EPOCH
    """Seconds since 1970 that every artefact carries as its date."""
    proof: bool = True
    """Whether the proof is written; never for a masked copy."""
    at_once: int = len(FORMATS)
    """How many formats may be written at the same time."""
    cache: Cache = field(default_factory=Cache)
    """Where what was worked out is kept for the next run."""

    @property
    def stem(self) -> str:
        """The name of the finished files without their endings; a masked copy's tells nothing."""
        return "manuscript" if self.masked and self.paper.name != SUPPLEMENT else self.paper.stem

    def file_name(self, form: str) -> str:
        """Name the finished file of a format."""
        return f"{self.stem}.{_ENDINGS.get(form, form)}"

    @property
    def folder(self) -> Path:
        """The paper's folder: where its bibliography and figures are looked for."""
        return self.paper.parent

    def shown(self, path: Path) -> str:
        """Write a path as the author would type it: from the working folder if it lies below, else whole."""
        return shown(path)


def is_extract(project: Project) -> bool:
    """Tell whether only a part of the paper is asked for, such as its title page (filters/submission-part.lua)."""
    return dict(project.choices).get("extract", "whole") != "whole"


LEDGER = "citations.lock.json"
"""What services answered about the cited works (citeproof.registries.ledger), beside the paper."""

SUPPLEMENT = "supplement.md"
"""A file of this name beside the paper is its supplement: tables and figures S1, S2, and references of its own."""


def parts_of(project: Project) -> tuple[Project, ...]:
    """Give the project of the paper and, if there is one beside it, that of its supplement.

    Where several papers share a folder, the supplement is that of paper.md.
    """
    supplement = project.folder / SUPPLEMENT
    if project.paper.name == SUPPLEMENT or not supplement.is_file():
        return (project,)
    others = [page for page in _papers(project.folder) if page.name not in {SUPPLEMENT, project.paper.name}]
    if others and project.paper.stem != "paper":
        return (project,)
    return project, replace(project, paper=supplement, choices=(*project.choices, ("part", "supplement")))


_DECIDES = rb"""(?m)^[ \t]*(?:\[[ \t]*)?(["']?)tool\1[ \t]*(?:\.[ \t]*(["']?)citeproof\2(?![\w-])|[\]=])"""
"""What a pyproject.toml holds that may have the table `tool.citeproof`: it alone, or all tables of tools in one."""


def policy_file(project: Project) -> Path | None:
    """Give the pyproject.toml that says for a paper which findings are errors, warnings or off.

    It lies in the paper's folder or above it, within the repository; where there is none, the nearest is asked.
    """
    found: list[Path] = []
    for folder in (project.folder, *project.folder.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            found.append(path)
        if (folder / ".git").exists():
            break
    else:
        found = found[:1]
    return next((path for path in found if _decides(path)), None)


def _decides(path: Path) -> bool:
    try:
        raw = path.read_bytes()
    except OSError:
        return False
    # Few files need the pattern: it is made when one does.
    return b"citeproof" in raw and bool(re.search(_DECIDES, raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")))


def shown(path: Path) -> str:
    """Write a path as seen from the working folder where it lies below it, else whole."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def find_paper(path: Path) -> Path:
    """Give the Markdown file that `path` means: itself, or the one paper in the folder.

    In a folder, paper.md is taken; else the only Markdown file that is not a README or its like, nor a supplement.
    Raises UsageError if there is none, several, or a link that leads nowhere.
    """
    try:
        whole = path.resolve(strict=True)
    except FileNotFoundError:
        hint = "it is a link whose target is gone" if path.is_symlink() else "name a Markdown file or a folder with one"
        raise UsageError(f"{shown(path)} is not there", hint) from None
    except (OSError, RuntimeError) as fault:
        raise UsageError(
            f"{shown(path)} cannot be followed: it is a link that leads back to itself",
            "replace the link by the file that was meant",
        ) from fault
    if whole.is_file():
        return whole
    if not whole.is_dir():
        raise UsageError(f"{shown(path)} is neither a file nor a folder", "name a Markdown file or a folder with one")
    try:
        pages = _papers(whole)
    except PermissionError as fault:
        raise UsageError(f"{path} cannot be read", "check the folder's permissions") from fault
    named = [page for page in pages if page.stem == "paper"]
    chosen = named or [page for page in pages if page.name != SUPPLEMENT] or pages
    if len(chosen) == 1:
        return find_paper(chosen[0])
    if not chosen:
        raise UsageError(f"{path} holds no Markdown file", "name the paper, or start one with: citeproof new DIR")
    names = ", ".join(page.name for page in chosen)
    raise UsageError(f"{path} holds several Markdown files: {names}", "name the one that is the paper")


def find_papers(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Give the papers that several paths mean, each with a name of its own for the folder of its finished files.

    A path is a paper, the folder of one, or a folder of such folders; each folder in it that holds a paper counts. A
    paper is named by its folder if that was given, or if it is paper.md; else by its own name. Raises UsageError as
    `find_paper` does, and if two paths mean the same paper.
    """
    found: dict[Path, str] = {}
    for path in paths:
        for place in _places(path):
            paper = find_paper(place)
            if paper in found:
                raise UsageError(f"{shown(paper)} is named twice", "name it once")
            named = paper.parent if place.resolve().is_dir() or paper.stem == "paper" else paper.with_suffix("")
            found[paper] = _free_name(named, {name.casefold() for name in found.values()})
    return [*found.items()]


def _places(path: Path) -> list[Path]:
    """Give the folders of papers in a folder that holds none itself; else the path as it is."""
    try:
        if not path.is_dir() or _papers(path):
            return [path]
        inner = (folder for folder in path.iterdir() if folder.is_dir() and not folder.name.startswith((".", "_")))
        return sorted(folder for folder in inner if _papers(folder)) or [path]
    except PermissionError:
        return [path]


def _free_name(path: Path, taken: set[str]) -> str:
    """Name a path by its last part, and by more of them as long as another has that name; case does not tell apart."""
    name = path.name
    for folder in path.parents:
        if name.casefold() not in taken:
            break
        name = f"{folder.name}-{name}"
    return name


def _papers(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in {".md", ".markdown"} and _is_paper(p))


def _is_paper(page: Path) -> bool:
    return page.name.lower() not in _NOT_A_PAPER and not page.name.startswith((".", "_"))


def date_of(folder: Path) -> int:
    """Give the date for everything that carries one, in seconds since 1970.

    SOURCE_DATE_EPOCH (see `told_date`), else the last commit's date, else a fixed one.
    """
    told = told_date()
    if told is not None:
        return told
    committed = programs.last_commit_epoch(folder)
    return FIXED_EPOCH if committed is None else committed


def told_date() -> int | None:
    """Give what SOURCE_DATE_EPOCH says (reproducible-builds.org), in seconds since 1970; None if it says nothing.

    Raises UsageError if it is no whole number, or one beyond LAST_EPOCH.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told:
        if not told.isascii() or not told.isdigit():
            raise UsageError(f"SOURCE_DATE_EPOCH is {told!r}, not a whole number of seconds", "unset it or mend it")
        if len(told) > len(str(LAST_EPOCH)) or int(told) > LAST_EPOCH:
            raise UsageError(f"SOURCE_DATE_EPOCH is {told!r}, later than the year 2107 that a DOCX can name", "mend it")
        return int(told)
    return None


def today() -> str:
    """Give the date of today in UTC (ISO 8601); that of SOURCE_DATE_EPOCH, if it is set."""
    told = told_date()
    return time.strftime("%Y-%m-%d", time.gmtime(told))


def is_older(date: str, days: int) -> bool:
    """Tell whether a date (ISO 8601) is more than so many days before today; what is no date is."""
    import datetime as dt  # noqa: PLC0415  (no build asks for an age)

    try:
        return (dt.date.fromisoformat(today()) - dt.date.fromisoformat(date)).days > days
    except ValueError:
        return True


def told_addresses() -> dict[str, str]:
    """Give the addresses of services that CITEPROOF_CROSSREF_URL and its like name: name in small letters → address."""
    told = {
        name: os.environ.get(f"CITEPROOF_{name.upper()}_URL", "") for name in ("crossref", "datacite", "doi", "pubmed")
    }
    return {name: f"{address.rstrip('/')}/" for name, address in told.items() if address}


def mail() -> str:
    """Give the address under which a service may write to the user, if CITEPROOF_MAIL says one."""
    return os.environ.get("CITEPROOF_MAIL", "").strip()


def cores() -> int:
    """Give the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cache() -> Cache:
    """Give the cache in the folder that CITEPROOF_CACHE names, else in the user's own for such things."""
    told = os.environ.get("CITEPROOF_CACHE")
    if told:
        return Cache(Path(told).absolute())
    import platformdirs  # noqa: PLC0415

    return Cache(platformdirs.user_cache_path("citeproof", appauthor=False))
