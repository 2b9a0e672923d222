"""What is kept between runs: given back whole or not at all, bounded, safe to lose, without a say in what comes out."""

from __future__ import annotations

import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof import cache, programs
from citeproof.cache import Cache, digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "CACHEDIR.TAG")


# --- the store --------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=200), st.sampled_from(["citing", "index"]), st.text(max_size=5))
def test_what_was_put_is_given_back_under_its_own_name_alone(content: bytes, stage: str, word: str) -> None:
    kept = Cache(Path(os.environ["CITEPROOF_CACHE"], "store"))
    key = digest(word, content)
    kept.put(stage, key, content)
    assert kept.get(stage, key) == content
    assert kept.get("other", key) is None
    assert kept.get(stage, digest(key)) is None


@given(st.lists(st.text(max_size=3), max_size=4), st.lists(st.text(max_size=3), max_size=4))
def test_two_lists_of_inputs_have_one_digest_only_if_they_are_the_same(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def test_text_and_its_bytes_are_the_same_input() -> None:
    assert digest("\u00e9") == digest("\u00e9".encode())


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-1]), id="cut short"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes() + b"x"), id="longer"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes().replace(b"right", b"wrong")), id="altered"),
        pytest.param(lambda path: path.write_bytes(b"wrong"), id="something else"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), id="a folder"),
    ],
)
def test_what_was_harmed_counts_as_not_there(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    kept = Cache(tmp_path)
    kept.put("citing", digest("a"), b"right")
    (path,) = files(tmp_path)
    harm(path)
    assert kept.get("citing", digest("a")) is None


def test_an_entry_under_the_name_of_another_counts_as_not_there(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.put("citing", digest("a"), b"a")
    (path,) = files(tmp_path)
    path.rename(path.with_name(digest("b")))
    assert kept.get("citing", digest("b")) is None


def test_no_folder_keeps_nothing() -> None:
    kept = Cache()
    kept.put("citing", digest("a"), b"a")
    kept.trim()
    assert (kept.get("citing", digest("a")), kept.size(), kept.clear()) == (None, 0, 0)


def test_a_folder_that_cannot_be_written_to_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    kept = Cache(tmp_path / "file" / "cache")
    kept.put("citing", digest("a"), b"a")
    assert kept.get("citing", digest("a")) is None
    assert (tmp_path / "file").read_text() == "mine"


def test_nothing_half_written_is_left_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    kept = Cache(tmp_path)
    kept.put("citing", digest("a"), b"a")
    assert files(tmp_path) == []


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    kept = Cache(tmp_path, limit=1000)
    for number in range(20):
        kept.put("citing", digest(str(number)), bytes(100))
        path = next(path for path in files(tmp_path) if path.name == digest(str(number)))
        os.utime(path, (number, number))
    assert kept.get("citing", digest("0")) is not None  # used just now
    kept.trim()
    assert kept.size() <= 1000
    assert kept.get("citing", digest("0")) is not None
    assert kept.get("citing", digest("1")) is None
    assert kept.get("citing", digest("19")) is not None


def test_many_at_once_get_all_of_an_entry_or_nothing(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    contents = {bytes([number]) * 50_000 for number in range(8)}

    def one(content: bytes) -> bool:
        kept.put("citing", digest("same"), content)
        return kept.get("citing", digest("same")) in contents | {None}

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, [*contents] * 20))
    assert len(files(tmp_path)) == 1


def test_the_folder_is_marked_as_a_cache(tmp_path: Path) -> None:
    Cache(tmp_path).put("citing", digest("a"), b"a")
    assert (tmp_path / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_clearing_deletes_only_what_was_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    kept = Cache(tmp_path)
    kept.put("citing", digest("a"), b"abc")
    assert kept.clear() == cache._SEAL_SIZE + 3
    assert kept.size() == 0
    assert (tmp_path / "mine").read_text() == "mine"


# --- in a build -------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("CITEPROOF_CACHE", str(folder))
    return folder


TEXT = "As @ames2001 says [@berg2002, p. 3].\n\n# One Thing\n\n### Another\n"


def outputs(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def said(run: Run) -> list[str]:
    return [line for line in run.err.splitlines() if re.search("warning|    |resolves", line)]


def test_an_unchanged_paper_is_known_without_any_program(
    kept: Path, paper: Callable[..., Path], citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper(TEXT)
    first = citeproof("build", "--to", "html")
    assert first.status == 0
    assert "warning" in first.err
    assert files(kept)
    started = []
    start = programs.start
    monkeypatch.setattr(
        programs, "start", lambda command, **rest: (started.append(command[0]), start(command, **rest))[1]
    )
    second = citeproof("build", "--to", "html")
    assert [name for name in started if name != "git"] == []
    assert said(second) == said(first)
    assert second.err.splitlines()[-1] == "nothing has changed since dist/paper.html dist/proof.html dist/proof.json"


@pytest.mark.parametrize("change", ["paper.md", "references.bib"])
def test_a_changed_input_is_read_again(
    kept: Path, paper: Callable[..., Path], citeproof: Callable[..., Run], change: str
) -> None:
    path = paper(TEXT).with_name(change)
    assert citeproof("build", "--to", "html").status == 0
    assert files(kept)
    path.write_text(path.read_text().replace("says", "said").replace("Two things", "Three things"))
    assert (
        citeproof("build", "--to", "html").err.splitlines()[-1]
        == "built dist/paper.html dist/proof.html dist/proof.json"
    )


def test_messages_of_an_unchanged_paper_are_told_from_the_folder_where_one_is(
    kept: Path, paper: Callable[..., Path], citeproof: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paper(TEXT).parent
    output = folder / "out"
    found = citeproof("build", "--to", "html", "--output", output)
    assert "\npaper.md:11:1: warning H001" in found.err
    monkeypatch.chdir(folder.parent)
    found = citeproof("build", folder.name, "--to", "html", "--output", output)
    assert f"\n{folder.name}/paper.md:11:1: warning H001" in found.err
    assert "nothing has changed" in found.err
    assert files(kept)


def answers(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in files(folder) if path.parent.name == "citeproc"}


@pytest.mark.parametrize(
    ("old", "new", "asks"),
    [
        pytest.param("says", "said before", False, id="prose"),
        pytest.param("# One Thing", "# Another Thing", False, id="a heading"),
        pytest.param("title: A Paper", "title: Another Paper", False, id="the title"),
        pytest.param("As @ames2001 says", "As [@ames2001] says", False, id="the same work cited otherwise"),
        pytest.param("p. 3", "p. 4", True, id="a locator"),
        pytest.param("@ames2001", "@berg2002", True, id="another work"),
        pytest.param("title: A Paper", "title: A Paper\nlang: de-DE", True, id="another language"),
    ],
)
def test_citeproc_is_asked_again_only_where_its_answer_may_be_another(
    kept: Path, paper: Callable[..., Path], citeproof: Callable[..., Run], old: str, new: str, asks: bool
) -> None:
    path = paper(TEXT)
    assert citeproof("build", "--to", "html").status == 0
    before = answers(kept)
    assert len(before) == 1
    path.write_text(path.read_text().replace(old, new))
    assert citeproof("build", "--to", "html").status == 0
    after = answers(kept)
    assert {name: after[name] for name in before} == before
    assert len(after) == 1 + asks
    assert citeproof("build", "--to", "html", "--no-cache", "--force", "--output", "anew").status == 0
    assert outputs(path.parent / "anew") == outputs(path.parent / "dist")


def test_another_bibliography_is_asked_about_again(
    kept: Path, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper(TEXT).with_name("references.bib")
    assert citeproof("build", "--to", "html").status == 0
    path.write_text(path.read_text().replace("Two things", "Three things"))
    assert citeproof("build", "--to", "html").status == 0
    assert len(answers(kept)) == 2
    assert "Three things" in (path.parent / "dist" / "paper.html").read_text("utf-8")


def test_no_harm_to_the_cache_changes_what_comes_out(
    kept: Path, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    path = paper(TEXT)
    first = citeproof("build", "--to", "html")
    wanted, words = outputs(path.parent / "dist"), said(first)
    poison = b'{"findings": [], "citations": 99, "works": 99}'
    harms: list[Callable[[bytes], bytes]] = [
        lambda _: poison,
        lambda raw: raw[: cache._SEAL_SIZE] + poison,
        lambda _: cache._seal("outcome", "0" * 64, poison) + poison,
        lambda raw: raw[:-3],
        lambda raw: raw.swapcase(),
        lambda raw: raw.replace(b"Ames", b"Mesa"),
        lambda _: b"",
    ]
    assert files(kept)
    for harm in harms:
        for entry in files(kept):
            entry.write_bytes(harm(entry.read_bytes()))
        for options in ((), ("--force",)):
            found = citeproof("build", "--to", "html", *options)
            assert found.status == 0
            assert said(found) == words
            assert outputs(path.parent / "dist") == wanted


def test_no_cache_uses_and_keeps_nothing(kept: Path, paper: Callable[..., Path], citeproof: Callable[..., Run]) -> None:
    paper(TEXT)
    assert citeproof("build", "--to", "html", "--no-cache").status == 0
    assert files(kept) == []
    assert (
        citeproof("build", "--to", "html", "--no-cache").err.splitlines()[-1]
        == "nothing has changed since dist/paper.html dist/proof.html dist/proof.json"
    )


def test_the_command_says_how_much_is_kept_and_clears_it(
    kept: Path, paper: Callable[..., Path], citeproof: Callable[..., Run]
) -> None:
    paper(TEXT)
    citeproof("build", "--to", "html")
    assert re.fullmatch(rf"kept in {re.escape(str(kept))}: \d+\.\d MB\n", citeproof("cache").err)
    assert citeproof("cache", "clear").err.startswith(f"cleared {kept}: ")
    assert files(kept) == []
    assert citeproof("cache").err == f"kept in {kept}: 0.0 MB\n"
