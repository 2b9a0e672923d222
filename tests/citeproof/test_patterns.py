"""Regular expressions that are compiled when they are first used: they find what the same expressions find else."""

from __future__ import annotations

import re

import pytest

from citeproof.patterns import late


@pytest.mark.parametrize("method", ["search", "match", "fullmatch", "findall", "split"])
def test_a_late_pattern_finds_what_the_pattern_finds(method: str) -> None:
    written = r"a(B+)", re.IGNORECASE
    one, other = (getattr(pattern, method)("Abb ab") for pattern in (late(*written), re.compile(*written)))
    assert str(one) == str(other)


def test_a_late_pattern_is_compiled_once_and_not_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda pattern, flags=0: compiled.append(pattern) or real(pattern, flags))
    pattern = late("x+")
    assert not compiled
    assert pattern.sub("y", "axxb") == "ayb"
    assert [found[0] for found in pattern.finditer("xx x")] == ["xx", "x"]
    assert compiled == ["x+"]


def test_a_wrong_pattern_is_told_when_it_is_used() -> None:
    pattern = late("(")
    with pytest.raises(re.error):
        pattern.search("a")
