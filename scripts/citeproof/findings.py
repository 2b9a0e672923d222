"""What is found in a manuscript or in its artefacts, as data: code, severity, place, message, what to do."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(enum.StrEnum):
    """How much a finding weighs: an error stops the build, a warning is said and does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position that an editor can jump to.

    `file` is the path as the author would type it; `line` and `column` count from 1, columns in characters.
    Line 0 means the file as a whole.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{max(self.column, 1)}"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is so in the manuscript, and what to do about it."""

    place: Place
    code: str
    severity: Severity = field(compare=False)
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: {self.severity} {self.code}: {self.message}"
        remedy = "".join(f"\n    {line}" for line in self.remedy.splitlines())
        return head + remedy

    def as_dict(self) -> dict[str, object]:
        """Give the finding as plain data, for `--format json` and the manifest."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "message": self.message,
            "remedy": self.remedy,
        }

    @classmethod
    def from_dict(cls, data: dict[str, object]) -> Finding:
        """Read back what `as_dict` gave."""
        line, column = data["line"], data["column"]
        return cls(
            Place(str(data["file"]), line if isinstance(line, int) else 0, column if isinstance(column, int) else 0),
            str(data["code"]),
            Severity(str(data["severity"])),
            str(data["message"]),
            str(data["remedy"]),
        )


def error(code: str, place: Place, message: str, remedy: str = "") -> Finding:
    """Make a finding that stops the build."""
    return Finding(place, code, Severity.ERROR, message, remedy)


def warning(code: str, place: Place, message: str, remedy: str = "") -> Finding:
    """Make a finding that is said and lets the build go on."""
    return Finding(place, code, Severity.WARNING, message, remedy)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether any of the findings stops the build."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by place, each said once."""
    return tuple(sorted(set(findings)))
