"""Moving what was built into dist/, whole or not at all; the manifest; and noticing whether anything has changed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from citeproof import resources
from citeproof.cache import Cache
from citeproof.errors import OutputError
from citeproof.stages import package

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture
def built(paper: Callable[..., Path], citeproof: Callable[..., Run]) -> Path:
    """Build a paper as a page only, the quickest; give its output folder."""
    path = paper("As @ames2001 says.")
    assert citeproof("build", "--to", "html").status == 0
    return path.parent / "dist"


def manifest(output: Path) -> dict[str, Any]:
    return json.loads((output / "manifest.json").read_text("utf-8"))


# --- what stands in dist/ ---------------------------------------------------------------------------------------------


def test_the_checksums_are_those_of_the_files_as_sha256sum_prints_them(built: Path) -> None:
    found = hashes(built)
    assert (built / "SHA256SUMS").read_bytes().decode() == (
        f"{found['manifest.json']}  manifest.json\n{found['paper.html']}  paper.html\n"
        f"{found['proof.html']}  proof.html\n{found['proof.json']}  proof.json\n"
    )


def test_nothing_but_the_result_is_left_in_the_output_folder(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == [
        *("SHA256SUMS", "manifest.json"),
        *("paper.html", "proof.html", "proof.json"),
    ]


def test_the_manifest_says_what_went_in_with_what_and_what_came_out(built: Path) -> None:
    told = manifest(built)
    assert told["papers"] == ["paper.md"]
    assert told["inputs"] == {
        name: hashlib.sha256((built.parent / name).read_bytes()).hexdigest() for name in ("paper.md", "references.bib")
    }
    assert told["outputs"] == {name: hashes(built)[name] for name in ("paper.html", "proof.html", "proof.json")}
    assert told["style"]["file"] == "apa.csl"
    assert told["versions"]["pypandoc_binary"] == resources.version("pypandoc_binary")
    assert told["choices"]["formats"] == ["html"]
    assert (told["choices"]["style"], told["style"]["name"]) == (None, "apa")
    assert told["choices"]["epoch"] == 1577836800
    assert "filters/defaults/common.yaml" in told["machinery"]
    assert any(name.startswith("fonts/") for name in told["machinery"])
    assert told["findings"] == []


def test_the_manifest_names_no_folder_of_this_machine(built: Path) -> None:
    text = (built / "manifest.json").read_text("utf-8")
    assert str(built.parent) not in text
    assert str(resources.root()) not in text


def test_finished_files_have_the_rights_that_the_umask_leaves(built: Path, citeproof: Callable[..., Run]) -> None:
    before = os.umask(0o027)
    try:
        assert citeproof("build", "--to", "html", "--force").status == 0
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in built.iterdir()} == {0o640}


# --- whether anything has changed -------------------------------------------------------------------------------------


def again(citeproof: Callable[..., Run], *arguments: str) -> str:
    found = citeproof("build", "--to", "html", *arguments)
    assert found.status == 0, found.err
    return "kept" if "nothing has changed since" in found.err else "built"


def test_a_second_build_with_nothing_changed_leaves_everything_as_it_is(
    built: Path, citeproof: Callable[..., Run]
) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in built.iterdir()}
    found = citeproof("build", "--to", "html")
    assert found.err.splitlines()[-1] == "nothing has changed since dist/paper.html dist/proof.html dist/proof.json"
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in built.iterdir()} == before


def test_a_build_can_be_forced(built: Path, citeproof: Callable[..., Run]) -> None:
    before = hashes(built)
    assert again(citeproof, "--force") == "built"
    assert hashes(built) == before


@pytest.mark.parametrize("name", ["paper.md", "references.bib"])
def test_a_changed_input_is_noticed(built: Path, citeproof: Callable[..., Run], name: str) -> None:
    with (built.parent / name).open("a") as file:
        file.write("\n")
    assert again(citeproof) == "built"


def test_a_changed_image_is_noticed(paper: Callable[..., Path], citeproof: Callable[..., Run], tmp_path: Path) -> None:
    paper("![A](a.svg)")
    for width in ("10", "20"):
        (tmp_path / "a.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="10"/>')
        assert again(citeproof) == "built"
        assert again(citeproof) == "kept"
    assert "a.svg" in manifest(tmp_path / "dist")["inputs"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path.write_bytes(path.read_bytes() + b" "), id="tampered with"),
        pytest.param(lambda path: path.unlink(), id="deleted"),
    ],
)
def test_an_output_that_was_changed_is_built_again(
    built: Path, citeproof: Callable[..., Run], change: Callable[[Path], Any]
) -> None:
    before = hashes(built)
    change(built / "paper.html")
    assert again(citeproof) == "built"
    assert hashes(built) == before


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"paper": 3}', "\x00"])
def test_a_damaged_manifest_only_means_that_the_paper_is_built_again(
    built: Path, citeproof: Callable[..., Run], text: str
) -> None:
    (built / "manifest.json").write_text(text)
    assert again(citeproof) == "built"


def test_another_style_is_noticed(built: Path, citeproof: Callable[..., Run]) -> None:
    assert again(citeproof, "--style", "american-medical-association") == "built"
    assert manifest(built)["style"]["file"] == "american-medical-association.csl"


def test_a_style_file_that_changed_under_its_name_is_noticed(built: Path, citeproof: Callable[..., Run]) -> None:
    own = built.parent / "own.csl"
    own.write_bytes((resources.styles() / "apa.csl").read_bytes())
    assert [again(citeproof, "--style", "own.csl") for _ in range(2)] == ["built", "kept"]
    own.write_bytes(own.read_bytes() + b"\n")
    assert again(citeproof, "--style", "own.csl") == "built"


def test_another_date_is_noticed(built: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert again(citeproof) == "built"
    assert manifest(built)["choices"]["epoch"] == 1700000000


def test_other_formats_are_noticed(built: Path, citeproof: Callable[..., Run]) -> None:
    assert (
        citeproof("build", "--to", "html,docx").err.splitlines()[-1]
        == "built dist/paper.docx dist/paper.html dist/proof.html dist/proof.json"
    )
    assert set(manifest(built)["outputs"]) == {"paper.docx", "paper.html", "proof.html", "proof.json"}


def test_another_version_of_a_package_is_noticed(
    built: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert built.is_dir()
    monkeypatch.setattr(package, "versions", lambda: {"typst": "99"})
    assert again(citeproof) == "built"


def test_a_changed_filter_is_noticed(
    built: Path, citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert built.is_dir()
    monkeypatch.setattr(package, "machinery", lambda _: {"filters/new.lua": "0"})
    assert again(citeproof) == "built"


def test_our_own_files_are_read_once_until_one_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "one.lua"
    file.write_text("-- one\n", "utf-8")
    monkeypatch.setattr(resources, "machinery", lambda: (file,))
    monkeypatch.setattr(resources, "root", lambda: tmp_path)
    read: list[Path] = []
    real = package.sha256
    monkeypatch.setattr(package, "sha256", lambda path: read.append(path) or real(path))
    cache = Cache(tmp_path / "cache")
    first = package.machinery(cache)
    package._digests.cache_clear()  # as for the next run
    assert first == package.machinery(cache)
    assert read.count(file) == 1
    assert first == package.machinery(Cache()) == package.machinery(Cache())  # in one run, also where nothing is kept
    assert read.count(file) == 2
    file.write_text("-- two\n", "utf-8")
    assert package.machinery(cache)["one.lua"] != first["one.lua"]
    assert package.machinery(Cache()) == package.machinery(cache)


def test_another_paper_of_the_same_name_is_noticed(built: Path, citeproof: Callable[..., Run]) -> None:
    other = built.parent / "other"
    other.mkdir()
    for name in ("paper.md", "references.bib"):
        (other / name).write_bytes((built.parent / name).read_bytes().replace(b"One thing", b"Some thing"))
    found = citeproof("build", "other", "--to", "html")
    assert "built dist/paper.html" in found.err


def test_warnings_are_said_again_though_nothing_is_built(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper("As @ames2001 says.", front="---\nauthor: D\nbibliography: references.bib\n---\n")
    first, second = (citeproof("build", "--to", "html") for _ in range(2))
    lines = [line for line in first.err.splitlines() if " warning " in line]
    assert lines
    assert [line for line in second.err.splitlines() if " warning " in line] == lines
    assert "nothing has changed since" in second.err


# --- whole or not at all ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", range(6))
def test_a_move_that_fails_halfway_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    output, folder = tmp_path / "dist", tmp_path / "dist" / ".build"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (output / name).write_text(f"old {name}")
    made = [folder / name for name in ("a", "b", "c")]
    for path in made:
        path.write_text(f"new {path.name}")
    renamed, broken = os.replace, False
    count = iter(range(100))

    def replace(source: Path, target: Path) -> None:
        nonlocal broken
        if not broken and next(count) == after:
            broken = True
            raise OSError(errno.EIO, "Input/output error")
        renamed(source, target)

    monkeypatch.setattr(os, "replace", replace)
    if after < 5:  # two renames for each file that was there, one for the new one
        with pytest.raises(OSError, match="Input/output error"):
            package._swap(made, output, folder)
        assert {path.name: path.read_text() for path in output.iterdir() if path.is_file()} == {
            "a": "old a",
            "b": "old b",
        }
    else:
        assert package._swap(made, output, folder) == [output / "a", output / "b", output / "c"]
        assert {path.name: path.read_text() for path in output.iterdir() if path.is_file()} == {
            "a": "new a",
            "b": "new b",
            "c": "new c",
        }


def test_a_build_whose_move_fails_leaves_the_folder_as_it_was(
    built: Path,
    citeproof: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, renamed = hashes(built), os.replace
    calls = iter(range(100))

    def replace(source: Path, target: Path) -> None:
        if next(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        renamed(source, target)

    (built.parent / "paper.md").write_text("---\ntitle: Other\nauthor: D\n---\n\nAs @berg2002.\n")
    monkeypatch.setattr(os, "replace", replace)
    found = citeproof("build", "--to", "html")
    assert found.status == 2
    assert found.err.splitlines()[-2:] == [
        "citeproof: error: there is no room left on the disk that holds dist/; nothing in it was changed",
        "    free some space, or build to another folder with --output",
    ]
    assert hashes(built) == before


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "there is no room left on the disk that holds dist/; nothing in it was changed"),
        (errno.EFBIG, "there is no room left on the disk that holds dist/; nothing in it was changed"),
        (errno.EACCES, "dist/ is read-only; nothing in it was changed"),
        (errno.EROFS, "dist/ is read-only; nothing in it was changed"),
        (errno.ENOTDIR, "dist is a file, not a folder"),
        (errno.EIO, "dist/ cannot be written to: Input/output error; nothing in it was changed"),
    ],
)
def test_what_a_disk_refuses_is_told_with_what_to_do(number: int, message: str) -> None:
    with pytest.raises(OutputError) as caught, package.told_as_output_error(Path("dist")):
        raise OSError(number, os.strerror(number))
    assert str(caught.value) == message
    assert caught.value.hint.endswith("with --output")


def test_a_file_in_the_output_folders_place_is_wrong_use(
    paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper("Text.")
    (path.parent / "dist").write_text("mine")
    found = citeproof("build", "--to", "html")
    assert found.status == 2
    assert found.err.endswith("citeproof: error: dist is a file, not a folder\n    name another folder with --output\n")
    assert (path.parent / "dist").read_text() == "mine"


def test_the_workshop_is_cleared_away_even_after_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with package.workshop(tmp_path / "dist") as folder:
            (folder / "part").write_text("x")
            raise KeyError

    with contextlib.suppress(KeyError):
        fail()
    assert list((tmp_path / "dist").iterdir()) == []


def test_a_build_waits_for_another_that_is_moving_its_files_and_then_gives_up(
    built: Path,
    citeproof: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from filelock import FileLock  # noqa: PLC0415

    monkeypatch.setattr(package, "_WAIT", 0.2)
    before = hashes(built)
    with FileLock(built / package._LOCK):
        found = citeproof("build", "--to", "html", "--force")
    assert found.status == 2
    assert "another build is moving its files into dist/: waiting for it\n" in found.err
    assert found.err.splitlines()[-2:] == [
        "citeproof: error: another build has held dist/ for 0.2 s; nothing in it was changed",
        "    when no other build runs, delete .citeproof.lock there and build again",
    ]
    assert {name: told for name, told in hashes(built).items() if name != package._LOCK} == before


def test_the_code_is_the_same_in_a_wheel_and_in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel carries the filters inside the package; they are told one by one, wherever they lie."""
    (tmp_path / "code.py").write_text("1\n", "utf-8")
    monkeypatch.setattr(resources, "PACKAGE", tmp_path)
    checkout = package.machinery(Cache())["citeproof"]
    (tmp_path / "resources" / "filters").mkdir(parents=True)
    (tmp_path / "resources" / "filters" / "filter.py").write_text("2\n", "utf-8")
    assert package.machinery(Cache())["citeproof"] == checkout
    (tmp_path / "code.py").write_text("3\n", "utf-8")
    assert package.machinery(Cache())["citeproof"] != checkout
