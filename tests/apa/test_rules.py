"""Each rule of APA 7 layout holds in the specimen, in each format; and each check fails on a deliberate violation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import docx_rules  # noqa: F401  (enters its checks into the register)
import html_rules  # noqa: F401
import pdf_rules  # noqa: F401
import pytest
import rules
import shown

if TYPE_CHECKING:
    from specimen import Specimen

BROKEN = [(check, edit) for check in rules.CHECKS for edit in check.breaks]


@pytest.mark.parametrize("check", rules.CHECKS, ids=lambda check: check.name)
def test_the_rule_holds(check: rules.Check, paper: Specimen, browser: shown.Browser, record_property) -> None:
    record_property("apa", f"{check.rule} {check.format}")
    check.measure(shown.opened(paper, browser, check))


@pytest.mark.parametrize(
    ("check", "edit"), BROKEN, ids=[f"{check.name}-{number}" for number, (check, _) in enumerate(BROKEN)]
)
def test_a_violation_is_caught(
    check: rules.Check, edit: rules.Edit, paper: Specimen, browser: shown.Browser, record_property
) -> None:
    record_property("apa", f"{check.rule} {check.format}")
    broken = shown.opened(paper, browser, check, (edit,))
    with pytest.raises(AssertionError):
        check.measure(broken)


@pytest.mark.parametrize(
    ("number", "suffix"), [(number, suffix) for number, told in rules.known().items() for suffix in told["formats"]]
)
def test_every_rule_is_measured_and_its_checks_can_fail(number: str, suffix: str) -> None:
    checks = [check for check in rules.CHECKS if (check.rule, check.format) == (number, suffix)]
    assert checks, f"no check measures {number} in the {suffix.upper()}"
    assert all(check.breaks for check in checks)


def test_no_check_is_of_a_rule_that_nobody_knows() -> None:
    assert {check.rule for check in rules.CHECKS} <= set(rules.known())
