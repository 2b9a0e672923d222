"""How well entries are matched, on a set of real works, real works with wrong fields, and inventions.

The figures stand in CONTRIBUTING.md; `python tests/citeproof/registries/test_matching.py` prints them anew.
"""

from __future__ import annotations

from collections import Counter

import pytest
from matching import WORKS, Case, inventions, judged, near_misses, untouched, wrong
from services import Services

from citeproof.registries.model import Judgement, Verdict

OK = {Verdict.VERIFIED, Verdict.DIFFERS}


@pytest.fixture(scope="module")
def services() -> Services:
    return Services(WORKS)


def fields(judgement: Judgement) -> frozenset[str]:
    """Give the fields that are said to differ."""
    return frozenset(one.field for one in judgement.differences)


def shown(case: Case, judgement: Judgement) -> str:
    """Say in a line what became of a case."""
    return (
        f"{judgement.verdict.value} {sorted(fields(judgement))} instead of {sorted(case.wrong)}: "
        f"{[(one.field, one.have, one.registered) for one in judgement.differences]} {case.item}"
    )


def table(services: Services) -> tuple[Counter[tuple[str, str]], dict[str, list[str]]]:
    """Give the confusion table (kind of case, what came out), and what came out wrong of each kind."""
    counts: Counter[tuple[str, str]] = Counter()
    faults: dict[str, list[str]] = {"untouched": [], "wrong": [], "near miss": [], "invention": []}
    for case in [*untouched(), *wrong(), *near_misses(), *inventions()]:
        judgement = judged(case, services)
        counts[case.kind, judgement.verdict.value] += 1
        right = {
            "untouched": judgement.verdict is Verdict.VERIFIED,
            "wrong": judgement.verdict is Verdict.DIFFERS and fields(judgement) == case.wrong,
            "near miss": judgement.verdict is Verdict.DIFFERS and "title" in fields(judgement),
            "invention": judgement.verdict is not Verdict.VERIFIED,
        }[case.kind]
        if not right:
            faults[case.kind].append(shown(case, judgement))
    return counts, faults


@pytest.fixture(scope="module")
def measured(services: Services) -> tuple[Counter[tuple[str, str]], dict[str, list[str]]]:
    return table(services)


def test_the_set_is_large_enough() -> None:
    assert len(WORKS) >= 200
    assert len(untouched()) + len(wrong()) + len(inventions()) >= 300


def test_no_invention_is_verified(measured: tuple[Counter[tuple[str, str]], dict[str, list[str]]]) -> None:
    counts, faults = measured
    assert faults["invention"] == []
    assert counts["invention", "differs"] == 0


def test_real_works_are_found_and_the_right_fields_named(
    measured: tuple[Counter[tuple[str, str]], dict[str, list[str]]],
) -> None:
    faults = [*measured[1]["untouched"], *measured[1]["wrong"]]
    assert len(faults) <= 0.02 * (len(untouched()) + len(wrong())), "\n".join(faults)


def test_untouched_records_raise_no_alarm(measured: tuple[Counter[tuple[str, str]], dict[str, list[str]]]) -> None:
    assert len(measured[1]["untouched"]) <= 0.02 * len(untouched()), "\n".join(measured[1]["untouched"])


def test_near_misses_of_titles_are_named(measured: tuple[Counter[tuple[str, str]], dict[str, list[str]]]) -> None:
    assert len(measured[1]["near miss"]) <= 0.05 * len(near_misses()), "\n".join(measured[1]["near miss"])


if __name__ == "__main__":
    counted, found = table(Services(WORKS))
    kinds, verdicts = sorted({kind for kind, _ in counted}), [one.value for one in Verdict]
    print(f"{'':12}" + "".join(f"{one:>16}" for one in verdicts))
    for kind in kinds:
        print(f"{kind:12}" + "".join(f"{counted[kind, one]:>16}" for one in verdicts) + f"{len(found[kind]):>8} faults")
    for lines in found.values():
        print(*lines, sep="\n")
