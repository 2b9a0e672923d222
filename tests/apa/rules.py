"""The register of rules: each check with its rule, its format, and the deliberate violations that must make it fail."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Edit:
    """A deliberate violation: in the file (from the top of the checkout), `old` becomes `new` wherever it stands."""

    file: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        """Give the text with the edit made. An edit that finds nothing to change is a fault of the test."""
        assert self.old in text, f"{self.file} no longer holds {self.old!r}"
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Check:
    """One measurement of one rule in one format."""

    rule: str
    format: str
    through: str
    """The program that shows the file: `pdf` and `docx` are read as they are; else libreoffice, chromium or print."""
    variant: str
    measure: Callable[[Any], None]
    breaks: tuple[Edit, ...]

    @property
    def name(self) -> str:
        """How the check is called in a report: P1-pdf-text_keeps_to_the_margins."""
        return f"{self.rule}-{self.format}-{self.measure.__name__}"


CHECKS: list[Check] = []


def rule(
    number: str, shown: str, *, breaks: Edit | tuple[Edit, ...], variant: str = "paper"
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Enter a measurement into the register.

    `shown` is pdf or docx (the file itself), libreoffice (the DOCX as LibreOffice prints it), chromium (the page as
    Chromium computes it for paper), screen (the same for a screen) or print (the page as Chromium prints it).
    """
    formats = {"libreoffice": "docx", "chromium": "html", "screen": "html", "print": "html"}

    def enter(measure: Callable[[Any], None]) -> Callable[[Any], None]:
        edits = breaks if isinstance(breaks, tuple) else (breaks,)
        CHECKS.append(Check(number, formats.get(shown, shown), shown, variant, measure, edits))
        return measure

    return enter


def known() -> dict[str, dict[str, Any]]:
    """Give the table of rules: id → section, what it says, formats."""
    return tomllib.loads((HERE / "rules.toml").read_text("utf-8"))
