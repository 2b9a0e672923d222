"""The specimen and the browser that the rules are measured with, and the table of rules at the end of a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

for module in ("pdf_rules", "docx_rules", "html_rules"):
    pytest.register_assert_rewrite(module)

import rules
import shown
import specimen

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def paper(tmp_path_factory: pytest.TempPathFactory) -> specimen.Specimen:
    """The specimen, in a folder that all processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    return specimen.Specimen((base.parent if base.name.startswith("popen") else base) / "specimens")


@pytest.fixture(scope="session")
def browser() -> Iterator[shown.Browser]:
    """One Chromium for all pages of this process, started when a check first needs it."""
    chromium = shown.Browser()
    yield chromium
    chromium.close()


_MARKS = {"passed": "yes", "failed": "NO", "skipped": "NO"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print rule × format × pass: a rule passes in a format if all its checks do, and all their violations are caught."""
    results: dict[tuple[str, str], list[str]] = {}
    for outcome in ("passed", "failed", "skipped", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", ()):
                if name == "apa":
                    results.setdefault(tuple(value.split()), []).append(_MARKS.get(outcome, "NO"))
    if not results:
        return
    write = terminalreporter.write_line
    write("")
    write(f"{'rule':6}{'section':9}{'pdf':12}{'docx':12}{'html':12}what it asks")
    for number, told in rules.known().items():
        cells = ""
        for suffix in ("pdf", "docx", "html"):
            marks = results.get((number, suffix), [])
            cell = (
                "-" if suffix not in told["formats"] else "NO" if not marks or "NO" in marks else f"yes ({len(marks)})"
            )
            cells += f"{cell:12}"
        write(f"{number:6}{told['section']:9}{cells}{told['says']}")
