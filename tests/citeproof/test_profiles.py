"""A journal's profile is read whole or refused with its line, and each rule names where it was learnt."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from citeproof import profiles
from citeproof.errors import UsageError
from citeproof.findings import Severity
from citeproof.stages import preflight

if TYPE_CHECKING:
    from pathlib import Path

SOUND = """name = "Journal of Naps"

[sources.guide]
title = "Guide for authors"
address = "https://example.org/guide"
seen = 2026-01-05
how = "read"

[limits]
abstract-words = { most = 120, source = "guide" }

[[files]]
part = "manuscript"
name = "paper.docx"
"""


def profile(folder: Path, text: str, name: str = "naps.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> tuple[str, str]:
    path = profile(folder, text)
    with pytest.raises(UsageError) as caught:
        profiles.read(path, folder)
    return str(caught.value).replace(f"{path.as_posix()}", "naps.toml"), caught.value.hint


def carried() -> list[profiles.Profile]:
    return [profiles.read(path, path.parent) for path in profiles.carried()]


def test_the_profiles_that_the_documentation_names_are_carried() -> None:
    publishers = {one.publisher.split(",")[0] for one in carried()}
    wanted = {"American Psychological Association", "Elsevier", "SAGE", "Springer Nature", "Wiley"}
    assert wanted <= publishers
    assert {"apa", "student-paper", "psyarxiv", "arxiv", "plos-one", "collabra-psychology"} <= {
        one.identifier for one in carried()
    }


@pytest.mark.parametrize("one", carried(), ids=lambda one: one.identifier)
def test_each_rule_that_is_carried_says_where_it_was_learnt(one: profiles.Profile) -> None:
    for rule in one.rules.values():
        assert rule.source.title
        if rule.source.how in {"read", "reported"}:
            assert rule.source.address, rule.name
        if rule.source.seen:
            assert dt.date(2020, 1, 1) <= dt.date.fromisoformat(rule.source.seen) <= dt.date(2026, 12, 31)


@pytest.mark.parametrize("one", carried(), ids=lambda one: one.identifier)
def test_each_rule_that_is_carried_is_judged_or_says_how_the_package_is_made(one: profiles.Profile) -> None:
    made = {name for name in one.rules if name.startswith("paper.")} | {"figures.formats"}
    assert one.rules.keys() - made <= preflight.JUDGED


def test_a_rule_that_no_page_of_the_journal_gives_is_a_warning_only(tmp_path: Path) -> None:
    def severity(text: str) -> Severity:
        return profiles.read(profile(tmp_path, text), tmp_path).rules["limits.abstract-words"].severity

    assert severity(SOUND) is Severity.ERROR
    assert severity(SOUND.replace('"read"', '"reported"')) is Severity.ERROR
    assert severity(SOUND.replace('"read"', '"publisher-wide"')) is Severity.WARNING
    assert severity(SOUND.replace('"read"', '"own"')) is Severity.WARNING
    assert severity(SOUND.replace("seen = 2026-01-05\n", "")) is Severity.WARNING
    assert severity(SOUND.replace('source = "guide" }', 'source = "guide", level = "warning" }')) is Severity.WARNING


def test_a_profile_takes_over_what_it_does_not_say_itself(tmp_path: Path) -> None:
    (tmp_path / "journals").mkdir()
    profile(tmp_path / "journals", SOUND, "naps.toml")
    heir = 'extends = "naps"\n' + SOUND.replace("Journal of Naps", "Journal of Short Naps").replace(
        "abstract-words = { most = 120", "keywords = { most = 3"
    ).replace('[[files]]\npart = "manuscript"\nname = "paper.docx"\n', "")
    profile(tmp_path / "journals", heir, "short-naps.toml")
    found = profiles.find("Journal of Short Naps".removeprefix("Journal of "), tmp_path)
    assert found.name == "Journal of Short Naps"
    assert found.rules["limits.abstract-words"].told["most"] == 120
    assert found.rules["limits.keywords"].told["most"] == 3
    assert [file.name for file in found.files] == ["paper.docx"]


def test_a_profile_beside_the_paper_wins_over_one_that_is_carried(tmp_path: Path) -> None:
    (tmp_path / "journals").mkdir()
    profile(tmp_path / "journals", SOUND, "apa.toml")
    assert profiles.find("apa", tmp_path).name == "Journal of Naps"


def test_line_ends_and_a_mark_of_other_systems_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "naps.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert profiles.read(path, tmp_path).name == "Journal of Naps"


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("most = 120", "mots = 120", 'naps.toml:10: nothing reads "mots"', "did you mean most?"),
        ("abstract-words", "abstract-wrods", 'naps.toml:10: nothing reads "abstract-wrods"', "did you mean abstract-words?"),
        ("[limits]", "[limit]", 'naps.toml:9: nothing reads "limit"', "did you mean limits?"),
        ('source = "guide" }', 'source = "page" }', 'naps.toml:10: the source "page" is not among its sources', "add it under [sources.…]"),
        ("most = 120, ", "", "naps.toml:10: limits.abstract-words: ", "journals/profile.schema.json says what may stand there"),
        ("most = 120", 'most = "120"', "naps.toml:10: limits.abstract-words.most: ", "journals/profile.schema.json says what may stand there"),
        ('how = "read"', 'how = "heard"', "naps.toml:7: sources.guide.how: ", "journals/profile.schema.json says what may stand there"),
        ("2026-01-05", '"soon"', "naps.toml:6: sources.guide.seen: ", "journals/profile.schema.json says what may stand there"),
        ('name = "paper.docx"', 'name = "../paper.docx"', "naps.toml:", "journals/profile.schema.json says what may stand there"),
        ("most = 120", "most = ", "naps.toml:10:27: not TOML: invalid value", "mend that line"),
        ("[limits]", 'extends = "naps"\n[limits]', 'naps.toml:9: nothing reads "extends"', "known are address, how, least, level, most, note, seen, source, title"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_meant_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, message: str, hint: str
) -> None:
    assert old in SOUND
    said, told = refused(tmp_path, SOUND.replace(old, new, 1))
    assert said.startswith(message)
    assert told == hint


def test_profiles_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "journals").mkdir()
    profile(tmp_path / "journals", 'extends = "two"\n' + SOUND, "one.toml")
    profile(tmp_path / "journals", 'extends = "one"\n' + SOUND, "two.toml")
    with pytest.raises(UsageError, match="it extends itself in the end"):
        profiles.find("one", tmp_path)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    said, _ = refused(tmp_path, SOUND + '[[files]]\npart = "supplement"\nname = "Paper.docx"\n')
    assert said == "naps.toml names the file Paper.docx twice"


def test_figures_in_a_format_that_the_journal_does_not_take_are_refused(tmp_path: Path) -> None:
    text = SOUND.replace("[limits]", '[figures]\nformats = { are = ["tiff"], source = "guide" }\n\n[limits]')
    said, _ = refused(tmp_path, text + '[[files]]\npart = "figures"\nname = "fig{number}.png"\n')
    assert said == "naps.toml:20: fig{number}.png is in none of the formats of the figures: tiff"


def test_a_name_that_no_profile_has_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        profiles.find("plos-two", tmp_path)
    assert str(caught.value) == "there is no profile of a journal named plos-two"
    assert caught.value.hint == "did you mean plos-one?; your own can be a TOML file"
    with pytest.raises(UsageError, match=r"mine\.toml is not there"):
        profiles.find("mine.toml", tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "SHA256SUMS", "CON.docx", "paper.docx."])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    what, _ = refused(tmp_path, SOUND.replace("paper.docx", name))
    assert what == f"naps.toml: no file of the package can be named {name}"


def test_a_name_that_all_figures_would_share_is_refused(tmp_path: Path) -> None:
    what, hint = refused(tmp_path, SOUND + '[[files]]\npart = "figures"\nname = "figure.tif"\n')
    assert what == "naps.toml: all figures would be named figure.tif, each in the place of the one before"
    assert hint == "write {number} where the number of the figure stands: figure-{number}.tif"


@pytest.mark.parametrize("number", ["inf", "nan", "1e999"])
def test_a_limit_without_an_end_is_refused(tmp_path: Path, number: str) -> None:
    limit = f'[figures]\nwidth = {{ most = {number}, source = "guide" }}\n[[files]]'
    what, hint = refused(tmp_path, SOUND.replace("[[files]]", limit, 1))
    assert (what, hint) == ("naps.toml: inf and nan are no limits", "write a number")
