"""Every code that a finding can carry is produced in some test: a check that nobody tests names itself here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import citeproof
from citeproof import policy

TESTS = Path(__file__).resolve().parents[1]
PACKAGE = Path(citeproof.__file__).parent
CODE = re.compile(r"\b[A-Z]\d{3}\b")
CODES = sorted(
    {code for path in PACKAGE.rglob("*.py") for code in re.findall(r"\"([A-Z]\d{3})\"", path.read_text("utf-8"))}
)
NAMED = sorted(
    {code for path in PACKAGE.rglob("*.py") for code in CODE.findall(re.sub(r"noqa:.*", "", path.read_text("utf-8")))}
)
TOLD = "\n".join(path.read_text("utf-8") for path in sorted(TESTS.rglob("test_*.py")) if path != Path(__file__))


@pytest.mark.parametrize("code", NAMED)
def test_a_test_asks_for_each_code(code: str) -> None:
    assert re.search(rf"\b{code}\b", TOLD), f"no test under tests/ asks for {code}"


def test_each_code_that_is_described_is_one_that_can_be_given() -> None:
    assert NAMED == CODES


def test_each_code_means_one_thing() -> None:
    made = [
        code
        for path in PACKAGE.rglob("*.py")
        for code in re.findall(
            r"(?:(?:error|warning|make|Proposal|Fault|\(error if [^()]+ else warning\))\(\s*"
            r"|code: str = |code=)\"([A-Z]\d{3})\"",
            path.read_text("utf-8"),
        )
    ]
    assert set(made) == set(CODES)


def test_a_policy_knows_each_code() -> None:
    assert set(CODES) == policy.CODES
