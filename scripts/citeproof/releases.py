"""Makes the files of a release from a tag, and says whether downloaded files are those of one. Prints nothing itself.

A release is made of what its repository holds at a tag, and of nothing else, so that anyone can make it again.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeproof import build, citation_file, crate, programs, resources, sbom, submit
from citeproof import project as projects
from citeproof.cache import digest
from citeproof.errors import CiteproofError, InternalError, OutputError, UsageError
from citeproof.findings import has_errors
from citeproof.stages import package as packing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from citeproof.facts import Facts
    from citeproof.project import Project
    from citeproof.reuse import Outcome

RECORD = "release.json"
"""Says of a release which version, tag and commit it is, and what made it: all that is needed to make it again."""


class CannotTellError(CiteproofError):
    """Whether files are those of a release cannot be known here: the release cannot be made again as it was made."""


@dataclass(frozen=True, slots=True)
class Made:
    """A release on the way: what its further files are made of."""

    project: Project
    """The paper, in a checkout of the tag."""
    folder: Path
    """Where the finished files stand, and where those go that follow."""
    checkout: Path
    """The top of the checkout."""
    facts: Facts
    manifest: Mapping[str, Any]
    record: Mapping[str, Any]
    """What release.json says."""

    @property
    def date(self) -> str:
        """The day of the release in UTC (ISO 8601)."""
        return time.strftime("%Y-%m-%d", time.gmtime(self.record["epoch"]))


def _citation(made: Made) -> dict[str, str]:
    record = made.record
    return {citation_file.NAME: citation_file.text(made.facts, record["version"], made.date, record["commit"])}


def _materials(made: Made) -> dict[str, str]:
    """List what the paper was built with: the packages that the repository pins for it, if it does."""
    record, packages = made.record, _pins(made.checkout)
    return {sbom.NAME: sbom.text(made.facts.title, record["version"], record["epoch"], packages, made.manifest)}


def _packages(made: Made) -> dict[str, bytes]:
    """Make the package for each journal that the front matter names under `journals`, as an archive.

    Raises UsageError if the paper breaks a rule of one: what is released is no draft.
    """
    archives = {}
    for name in made.facts.journals:
        with tempfile.TemporaryDirectory(prefix="citeproof-") as folder:
            output = Path(folder, "dist")
            package = submit.submit(replace(made.project, output=output, formats=()), name, lambda _: None)
            if package.archive is None:
                raise UsageError(
                    f"the paper breaks rules of {package.profile.name}, and goes to it by its front matter",
                    f"citeproof submit --journal {name} says which; or take the name out of `journals`",
                )
            archives[package.archive.name] = package.archive.read_bytes()
    return archives


def _pins(checkout: Path) -> list[sbom.Pin]:
    """Read which packages a repository pins for building its paper; [] if it pins none."""
    pinned = checkout / "scripts" / "requirements" / "build.txt"
    return [*sbom.pins(pinned.read_text("utf-8"))] if pinned.is_file() else []


def _not_as_pinned(checkout: Path) -> list[str]:
    """Name the packages that are here in another version than the repository pins: "typst 0.15.1, here 0.15.2"."""
    here = {pin: resources.version(pin.name) for pin in _pins(checkout)}
    return [
        f"{pin.name} {pin.version}, here {told}" for pin, told in here.items() if told not in {pin.version, "unknown"}
    ]


MAKERS: tuple[Callable[[Made], Mapping[str, str | bytes]], ...] = (
    _citation,
    _materials,
    _packages,
)
"""What makes the files of a release beside those of the build. A further file is a function more."""


def make(
    project: Project, tag: str, output: Path, tell: Callable[[str], None], *, to_publish: bool = True
) -> tuple[Outcome, tuple[Path, ...]]:
    """Make the files of a release of the paper from the tag that is checked out, into a folder of their own.

    The paper is built as it says itself, in all formats, dated as the tagged commit is. Gives what was found, and the
    files; none after an error. An older release in `output` is replaced as a whole, anything else there refused. Raises
    UsageError if the tag is not checked out, or more than it, if it pins other packages, or if the paper is masked.
    Files that are made to be compared, and not `to_publish`, may be made with other packages.
    """
    checkout, commit, epoch = _checked_out(project.folder, tag)
    _refuse_other(output)
    if to_publish and (others := _not_as_pinned(checkout)):
        raise UsageError(
            f"the tag pins other packages than those that are here: {'; '.join(others)}",
            "install what it pins, as `nox -s artefacts` does",
        )
    with packing.told_as_output_error(output), packing.workshop(output.parent) as workshop:
        folder = workshop / "release"
        project = replace(project, output=folder, epoch=epoch, masked=False)
        outcome = build.build(project, tell, force=True)
        if has_errors(outcome.findings):
            return outcome, ()
        manifest = json.loads((folder / packing.MANIFEST).read_text("utf-8"))
        if dict(manifest["choices"]).get("masked") or not manifest["papers"]:
            raise UsageError("a release is never masked", "take `masked` out of the front matter")
        _refuse_other_bytes(checkout, project.folder, manifest["inputs"])
        record = {
            "version": tag.removeprefix("v"),
            "tag": tag,
            "commit": commit,
            "epoch": epoch,
            "paper": project.paper.relative_to(checkout).as_posix(),
            "choices": manifest["choices"],
            "versions": manifest["versions"] | {"pandoc": manifest["pandoc"]},
            "machinery": digest(packing.as_text(manifest["machinery"])),
        }
        tell("describing")
        made = Made(project, folder, checkout, build.facts(project), manifest, record)
        _put(folder, {RECORD: packing.as_text(record)})
        for maker in MAKERS:
            _put(folder, maker(made))
        files = [(path.name, packing.sha256(path), path.stat().st_size) for path in _files(folder)]
        _put(folder, {crate.NAME: crate.text(made.facts, record, manifest, files)})
        _put(folder, {packing.SUMS: packing.sums({path.name: packing.sha256(path) for path in _files(folder)})})
        _put_in_place(folder, output, workshop / "old")
    return outcome, tuple(_files(output, sums=True))


def _put_in_place(folder: Path, output: Path, old: Path) -> None:
    """Put a folder where `output` stands, which goes to `old`; if that fails (OSError), `output` stays as it was."""
    was_there = output.is_dir()
    if was_there:
        output.rename(old)
    try:
        folder.rename(output)
    except OSError:
        if was_there:
            old.rename(output)
        raise


def _put(folder: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write files into a release; only the checksums take the place of those of the build."""
    if twice := [name for name in contents if name != packing.SUMS and (folder / name).exists()]:
        raise InternalError(f"a release would have two files of one name: {', '.join(twice)}")
    packing.put(folder, {name: text.encode() if isinstance(text, str) else text for name, text in contents.items()})


def _files(folder: Path, *, sums: bool = False) -> list[Path]:
    """List the files of a release, sorted by name; the checksums of all others only if asked for."""
    return sorted(path for path in folder.iterdir() if path.is_file() and (sums or path.name != packing.SUMS))


def _refuse_other(output: Path) -> None:
    """Refuse a folder that holds anything but a release. Raises OutputError."""
    if output.is_dir() and any(output.iterdir()) and not (output / RECORD).is_file():
        raise OutputError(f"{projects.shown(output)} holds files that are no release", "name another folder")


def _checked_out(folder: Path, tag: str) -> tuple[Path, str, int]:
    """Give the top of the checkout that holds a folder, its commit, and the commit's date in seconds since 1970.

    Raises UsageError if the tag is not what is checked out, or if anything was changed since.
    """
    top = programs.git(folder, "rev-parse", "--show-toplevel")
    if top.status:
        raise UsageError(
            f"{projects.shown(folder)} stands in no repository: {_first_line(top.errors)}",
            "a release is made from a tag of a git repository",
        )
    checkout = Path(top.output.decode().removesuffix("\n")).resolve()
    tagged = _commit_of(checkout, tag)
    head = programs.git(checkout, "rev-parse", "HEAD").output.decode().strip()
    if head != tagged:
        raise UsageError(f"the tag {tag} is not what is checked out", f"git switch --detach {tag}")
    changed = programs.git(checkout, "status", "--porcelain", "--untracked-files=no").output.decode("utf-8", "replace")
    if changed:
        names = ", ".join(line[3:] for line in changed.splitlines()[:3])
        raise UsageError(f"not all is as committed: {names}", "commit it, or put it away with: git stash")
    dated = programs.git(checkout, "log", "-1", "--format=%ct", head)
    return checkout, head, int(dated.output)


def _refuse_other_bytes(checkout: Path, folder: Path, inputs: Mapping[str, str]) -> None:
    """Refuse a paper that reads what the tag does not hold, or not so: nobody else could make the release. UsageError.

    `git ls-files --eol` says of each file how its lines end in the tag (i/…), how here (w/…), and what is set (attr/…).
    """
    told = programs.git(checkout, "ls-files", "-z", "--eol").output.decode("utf-8", "surrogateescape").split("\0")
    tracked = {(checkout / name).resolve(): how for how, _, name in (line.partition("\t") for line in told if line)}
    read = {name: tracked.get(Path(folder, name).resolve()) for name in inputs}
    if missing := [name for name, how in read.items() if how is None]:
        raise UsageError(
            f"the tag does not hold what the paper reads: {', '.join(missing)}", "commit it, and tag again"
        )
    ends = {name: how.split() for name, how in read.items() if how and "eol=crlf" not in how}
    if turned := [name for name, (tag, here, *_) in ends.items() if tag[2:] != here[2:]]:
        raise UsageError(
            f"the lines do not end here as in the tag: {', '.join(turned)}",
            "clone the repository anew with: git clone -c core.autocrlf=false",
        )


def _commit_of(repository: Path, tag: str) -> str:
    """Give the commit that a tag names. Raises UsageError if there is no such tag."""
    found = None
    if tag.isprintable():  # what no tag can hold, no program can be asked for either
        found = programs.git(repository, "rev-parse", "--quiet", "--verify", f"refs/tags/{tag}^{{commit}}")
    if found is None or found.status:
        raise UsageError(
            f"there is no tag {tag} in the repository", "git fetch --tags may bring it; git tag lists them"
        )
    return found.output.decode().strip()


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["git says nothing"])[0]


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether one downloaded file is a file of the release, byte for byte."""

    path: Path
    name: str
    """The file of the release that it is, or that its name says it should be; "" if there is none."""
    sha256: str
    ours: str
    """The checksum of that file as it was made again; "" if there is none."""

    @property
    def is_same(self) -> bool:
        """Whether the bytes are those of the release."""
        return self.sha256 == self.ours


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of making a release again beside downloaded files."""

    tag: str
    commit: str
    files: tuple[Compared, ...]
    others: tuple[str, ...] = ()
    """What is not as it was when the release was made, so that other bytes say nothing: "typst 0.15.1, here 0.15.2"."""
    moved: str = ""
    """The commit that the files name, if the tag is another one now."""


def verify(
    paths: Sequence[Path], repository: Path, tag: str | None, tell: Callable[[str], None], paper: str | None = None
) -> Verified:
    """Make a release again from its tag, in a folder of its own, and compare files with it.

    `paths` are files, or folders of them; what release.json beside them says is the default for `tag` and `paper` (as
    seen from the top of the repository). If the tag holds citeproof itself, that one makes the files, with the
    libraries of this Python; else this one does. Raises UsageError for what cannot be meant, and CannotTellError if the
    release cannot be made again here.
    """
    files = _given(paths)
    record = _record(files)
    tag = tag or record.get("tag")
    if not tag:
        raise UsageError("nothing says of which tag the files are", f"name it with --tag, or {RECORD} beside the files")
    repository = _repository(repository)
    commit = _commit_of(repository, tag)
    with tempfile.TemporaryDirectory(prefix="citeproof-") as home:
        checkout, output = Path(home, "checkout"), Path(home, "release")
        tell(f"checking out {tag}")
        _check_out(repository, tag, checkout)
        _make_again(checkout, _paper(checkout, paper or record.get("paper")), tag, output, tell)
        ours = {path.name: packing.sha256(path) for path in _files(output, sums=True)}
        again = json.loads((output / RECORD).read_text("utf-8"))
        others = _others(record, again, _pins(checkout), its_own=_own_package(checkout) is not None)
    compared = tuple(compare(path, ours) for path in files)
    told = record.get("commit", "")
    return Verified(tag, commit, compared, others, told if told != commit else "")


def _repository(path: Path) -> Path:
    """Give the folder in which the repository of a path keeps what it holds. Raises UsageError if there is none."""
    found = None
    if path.is_dir():
        found = programs.git(path, "rev-parse", "--path-format=absolute", "--git-common-dir")
    if found is None or found.status:
        said = f": {_first_line(found.errors)}" if found else ""
        raise UsageError(f"{projects.shown(path)} is no repository{said}", "name a clone of it with --repository")
    return Path(found.output.decode().removesuffix("\n"))


def _given(paths: Sequence[Path]) -> list[Path]:
    """List the files that are meant, each once. Raises UsageError if one is not there, or there is none."""
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"{projects.shown(path)} is not there", "name the downloaded files, or their folder")
        inner = _files(path, sums=True) if path.is_dir() else [path]
        files |= dict.fromkeys(one for one in inner if one == path or not one.name.startswith("."))
    if not files:
        raise UsageError("there are no files in there", "name the downloaded files, or their folder")
    return [*files]


def _record(files: Sequence[Path]) -> dict[str, Any]:
    """Read release.json, which is among the files or beside one of them; {} without one. It may hold anything."""
    beside = [path for path in files if path.name == RECORD] + [path.parent / RECORD for path in files]
    found = next((path for path in beside if path.is_file()), None)
    if found is None:
        return {}
    try:
        told = json.loads(found.read_bytes())
        record = {name: told[name] for name in ("tag", "commit", "paper", "versions", "machinery")}
        versions = record["versions"].items()
        # All but the path is shown to people: nothing in it may move what a terminal shows.
        words = [record["tag"], record["commit"], record["machinery"], *(word for pair in versions for word in pair)]
        is_sound = all(word.isprintable() for word in words) and isinstance(record["paper"], str)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_sound = False
    if not is_sound:
        raise UsageError(
            f"{projects.shown(found)} is damaged: it does not say which release the files are of",
            "download it again, or put it away and name the tag with --tag",
        )
    return record


_BYTES = ("--config", "core.autocrlf=false", "--config", "core.eol=lf")
"""Lets git write files as they are committed, whatever this machine is used to."""


def _check_out(repository: Path, tag: str, checkout: Path) -> None:
    """Check a tag out into a folder of its own, as it is committed: the repository itself is only read."""
    for arguments in (
        ("clone", "--quiet", "--shared", "--no-checkout", *_BYTES, str(repository), str(checkout)),
        ("-C", str(checkout), "checkout", "--quiet", "--detach", f"refs/tags/{tag}"),
    ):
        done = programs.git(repository, *arguments)
        if done.status:
            raise CannotTellError(f"the tag {tag} cannot be checked out: {_first_line(done.errors)}")


def _paper(checkout: Path, told: str | None) -> Path:
    """Find the paper in a checkout: the one that is named, else that in manuscript/, else that at the top."""
    if told:
        path = None
        with contextlib.suppress(OSError, ValueError):  # too long for a path, or none at all
            path = (checkout / told).resolve(strict=True)
        if path is None or not path.is_relative_to(checkout.resolve()):
            shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in told[:200])
            raise UsageError(
                f"the tag holds no paper {shown}", "name it with --paper, as seen from the top of the repository"
            )
        return path
    inner = checkout / "manuscript"
    return inner if inner.is_dir() else checkout


def _own_package(checkout: Path) -> Path | None:
    """Give the package of citeproof that a checkout holds, if it is one of citeproof itself."""
    package = checkout / "scripts" / "citeproof"
    return package if (package / "releases.py").is_file() else None


def _make_again(checkout: Path, paper: Path, tag: str, output: Path, tell: Callable[[str], None]) -> None:
    """Let the citeproof of the tag make the release, or this one if the tag holds none."""
    tell("building it again")
    package = _own_package(checkout) or resources.PACKAGE
    done = programs.citeproof(package, "release", tag, str(paper), "--output", str(output), "--quiet", "--to-compare")
    if done.status or not (output / RECORD).is_file():
        said = "\n".join(done.errors.strip().splitlines()[-8:])
        raise CannotTellError(f"the release {tag} cannot be made again here", said)


def compare(path: Path, ours: Mapping[str, str]) -> Compared:
    """Compare a file with that of its name; one that was renamed is known by its bytes."""
    try:
        theirs = packing.sha256(path)
    except OSError as fault:
        raise UsageError(f"{projects.shown(path)} cannot be read: {fault.strerror}", "check its permissions") from fault
    name = path.name if path.name in ours else next((name for name, one in ours.items() if one == theirs), "")
    return Compared(path, name, theirs, ours.get(name, ""))


def _others(
    record: Mapping[str, Any], again: Mapping[str, Any], pins: Sequence[sbom.Pin], *, its_own: bool
) -> tuple[str, ...]:
    """Name what the release was made with and is not here, as its record says it, or else the pins of the tag."""
    here: dict[str, str] = again["versions"]
    pinned = {sbom.canonical(pin.name): pin.version for pin in pins}
    pinned = {name: pinned[canonical] for name in here if (canonical := sbom.canonical(name)) in pinned}
    told: dict[str, str] = record.get("versions", pinned)
    if not told:
        return (f"versions that nothing names: put {RECORD} beside the files",)
    found = [
        f"{name} {version}, here {here.get(name, 'not there')}"
        for name, version in sorted(told.items())
        if here.get(name) != version
    ]
    if not found and not its_own and record.get("machinery", again["machinery"]) != again["machinery"]:
        found.append(f"citeproof {told.get('citeproof', '')} with other filters, styles or code than here")
    return tuple(found)
