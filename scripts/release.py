"""Makes a release of this repository: everything but the push, and nothing at all if anything is amiss.

It works in a clone of its own: there the changelog and the version get the release's number, if they do not have it
yet, and are committed and tagged; there the files are made twice, in two worlds, and compared. Only then does the
repository get the commit and the tag. With --dry-run it does not.
Usage: python scripts/release.py VERSION [--dry-run] [--paper PATH].
Exit status 0: made; 1: refused, and nothing was changed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from reproduce import WORLDS

MAIN = "main"
"""The branch that releases are made of."""
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
"""Major, minor and patch (Semantic Versioning 2.0.0, item 2)."""
_UNRELEASED = "## [Unreleased]"
_WHO = ("user.name", "user.email", "user.signingkey", "gpg.format", "commit.gpgsign", "tag.gpgsign")
"""Settings of a repository's own that its clones do not take over: who commits, and how it is signed."""


class Refused(Exception):  # noqa: N818  (what is said, not a fault)
    """A release that is not made; what to do about it is the second part."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def changelog_with(text: str, version: str, today: str) -> tuple[str, str]:
    """Give the changelog with a heading for the version, and what stands under it.

    What is under Unreleased goes there; a heading that is there already must be of today. Refuses an empty one.
    """
    headings = [*re.finditer(r"(?m)^## \[([^\]\n]+)\](?: - (\S+))?[ \t]*$", text)]
    names = [found[1] for found in headings]
    if version in names:
        found = headings[names.index(version)]
        if found[2] != today:
            raise Refused(
                f"CHANGELOG.md dates {version} {found[2] or 'not at all'}, and today is {today} (UTC)",
                f"let the heading be: ## [{version}] - {today}",
            )
    elif "Unreleased" in names:
        found = headings[names.index("Unreleased")]
    else:
        raise Refused(f"CHANGELOG.md has no heading for {version}, nor for what is unreleased", f"add: {_UNRELEASED}")
    ends = [other.start() for other in headings if other.start() > found.start()]
    section = text[found.end() : min(ends, default=len(text))]
    if not re.search(r"(?m)^[-*] \S", section):
        raise Refused(f"CHANGELOG.md says nothing of {version}", "write down what changes for an author, as a list")
    if found[1] == "Unreleased":
        at = found.end()
        text = f"{text[:at]}\n\n## [{version}] - {today}{text[at:]}"
    return text, section.strip() + "\n"


_PROJECT_VERSION = re.compile(r'(?ms)(^\[project\]\s*?\n(?:(?!^\[).)*?^version = ")([^"\n]+)(")')


def project_with(text: str, version: str) -> str:
    """Give pyproject.toml with the version, which stands there and nowhere else."""
    made, count = _PROJECT_VERSION.subn(rf"\g<1>{version}\g<3>", text, count=1)
    if not count:
        raise Refused("pyproject.toml has no version under [project]", 'write: version = "0.0.0"')
    return made


def check_citation(text: str, version: str) -> None:
    """Refuse a CITATION.cff of the software that names another version; it need not name any."""
    found = re.search(r"(?m)^version:\s*[\"']?([^\"'\s]+)", text)
    if found and found[1] != version:
        raise Refused(
            f"CITATION.cff names version {found[1]}", "take the line out: the version stands in pyproject.toml"
        )


def check_version(version: str, tags: list[str]) -> None:
    """Refuse what is no version, one that was released, and one that is not later than all that were."""
    if not _VERSION.fullmatch(version):
        raise Refused(f"{version} is no version", "write three numbers: 1.2.0")
    released = [tag.removeprefix("v") for tag in tags if _VERSION.fullmatch(tag.removeprefix("v"))]
    if version in released:
        raise Refused(f"{version} is released already: there is a tag v{version}", "take the next number")
    latest = max(released, key=_numbers, default="")
    if latest and _numbers(version) < _numbers(latest):
        raise Refused(f"{version} is not later than {latest}, which is released", "take a later number")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def differing(one: Path, two: Path) -> list[str]:
    """Name the files that are not the same, byte for byte, in two folders."""
    names = {path.name for folder in (one, two) for path in folder.iterdir()}
    return sorted(name for name in names if _bytes(one / name) != _bytes(two / name))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _git(folder: Path, *arguments: str) -> str:
    """Run git and give what it says; what it refuses, the release refuses."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Refused(f"git {arguments[0]}: {done.stderr.strip()}", "mend that, and run again")
    return done.stdout.strip()


def check_repository(root: Path) -> None:
    """Refuse to release from another branch than the main one, or with changes that are not committed."""
    branch = _git(root, "branch", "--show-current")
    if branch != MAIN:
        raise Refused(f"this is {branch or 'no branch'}, and releases are made of {MAIN}", f"git switch {MAIN}")
    if changed := _git(root, "status", "--porcelain"):
        names = ", ".join(line.split(maxsplit=1)[1] for line in changed.splitlines()[:5])
        raise Refused(f"not all is committed: {names}", "commit it, or put it away with: git stash -u")


def prepare(clone: Path, version: str, today: str) -> None:
    """Let changelog and version be those of the release in the clone, committed and tagged with an annotated tag."""
    changelog, project = clone / "CHANGELOG.md", clone / "pyproject.toml"
    text, section = changelog_with(changelog.read_text("utf-8"), version, today)
    changelog.write_text(text, "utf-8", newline="\n")
    project.write_text(project_with(project.read_text("utf-8"), version), "utf-8", newline="\n")
    citation = clone / "CITATION.cff"
    if citation.is_file():
        check_citation(citation.read_text("utf-8"), version)
    if _git(clone, "status", "--porcelain"):
        _git(clone, "commit", "--quiet", "--all", "-m", f"Release {version}")
    notes = clone / ".git" / "release-notes"
    notes.write_text(f"citeproof {version}\n\n{section}", "utf-8", newline="\n")
    _git(clone, "tag", "--annotate", "--cleanup=verbatim", f"--file={notes}", f"v{version}")


def make(clone: Path, tag: str, paper: str, world: dict[str, str | int], output: Path) -> None:
    """Let the citeproof of the clone make the files of the release, in a world of its own."""
    settings = {name: value for name, value in world.items() if isinstance(value, str)}
    kept = {name: value for name, value in os.environ.items() if name not in {"SOURCE_DATE_EPOCH", "PYTHONPATH"}}
    umask = world["umask"]
    done = subprocess.run(
        [sys.executable, "-m", "citeproof", "release", tag, str(clone / paper), "--output", str(output), "-q"],
        cwd=clone / "scripts",  # Python looks here first: the clone's citeproof, not the one that is installed
        env=kept | settings,
        umask=umask if isinstance(umask, int) else -1,
        check=False,
    )
    if done.returncode:
        raise Refused("the files of the release cannot be made", "the lines above say why")


def release(root: Path, version: str, paper: str, *, dry_run: bool) -> None:
    """Make the release. Raises Refused, and then nothing was changed, but for files in dist/."""
    check_version(version, _git(root, "tag", "--list").splitlines())
    check_repository(root)
    head = _git(root, "rev-parse", "HEAD")
    tag = f"v{version}"
    today = dt.datetime.now(dt.UTC).date().isoformat()
    with tempfile.TemporaryDirectory(prefix="release-") as home:
        clone, again = Path(home, "one"), Path(home, "another folder")
        plain = ("clone", "--quiet", "--shared", "--config", "core.autocrlf=false")
        _git(root, *plain, "--branch", MAIN, str(root), str(clone))
        for name in _WHO:
            if told := _git(root, "config", "--default", "", "--get", name):
                _git(clone, "config", name, told)
        prepare(clone, version, today)
        commit = _git(clone, "rev-parse", "HEAD")
        print(f"{tag} is commit {commit}{' (new: changelog and version)' if commit != head else ''}", flush=True)
        _git(root, *plain, "--branch", tag, str(clone), str(again))
        outputs = Path(home, "files"), Path(home, "files again")
        for place, world, output in zip((clone, again), WORLDS, outputs, strict=True):
            make(place, tag, paper, world, output)
        if wrong := differing(*outputs):
            raise Refused(f"made twice, these are not the same: {', '.join(wrong)}", "nox -s reproduce shows more")
        folder = root / "dist" / (f"dry-run-{version}" if dry_run else f"release-{version}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(exist_ok=True)
        shutil.copytree(outputs[0], folder)
        for path in sorted(folder.iterdir()):
            print(f"{path.stat().st_size:>10,}  {path.relative_to(root).as_posix()}")
        print("made twice, in two worlds: the same bytes")
        if dry_run:
            print("a dry run: nothing was committed, and nothing tagged")
            return
        _git(root, "fetch", "--quiet", "--no-tags", str(clone), f"refs/tags/{tag}")
        if _git(root, "rev-parse", "HEAD") != head:
            raise Refused("something was committed meanwhile", "run again")
        check_repository(root)
        _git(root, "merge", "--quiet", "--ff-only", commit)
        _git(root, "update-ref", f"refs/tags/{tag}", _git(clone, "rev-parse", f"refs/tags/{tag}"))
    print(f"{tag} is made. To publish it: git push --atomic origin {MAIN} {tag}")


def main(arguments: list[str]) -> int:
    """Make the release of this checkout that the command line asks for."""
    parser = argparse.ArgumentParser(prog="nox -s release --", description="Make a release: everything but the push.")
    parser.add_argument("version", metavar="VERSION", help="three numbers, such as 1.2.0")
    parser.add_argument("--dry-run", action="store_true", help="do all of it, but commit and tag nothing")
    parser.add_argument("--paper", default="manuscript", metavar="PATH", help="the paper (default: manuscript)")
    told = parser.parse_args(arguments)
    try:
        release(Path(__file__).resolve().parent.parent, told.version, told.paper, dry_run=told.dry_run)
    except Refused as refused:
        print(f"no release: {refused}\n    {refused.remedy}\nnothing was changed", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
