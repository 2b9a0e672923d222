"""Writes findings as SARIF (OASIS, Static Analysis Results Interchange Format 2.1.0), which code hosts show in a file.

Pure. Columns count characters, as everywhere here (`columnKind`). What an author allows is there, as suppressed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from citeproof.allowed import Allowed
    from citeproof.findings import Finding, Place

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def log(findings: Iterable[Finding], allowed: Iterable[Allowed], version: str) -> dict[str, Any]:
    """Give a SARIF log of one run: a result for each finding, in order."""
    results = [
        _result(one.code, str(one.severity), "\n".join(filter(None, (one.message, one.remedy))), one.place)
        for one in findings
    ]
    results += [
        _result(one.code, "note", f"allowed because {one.because}", one.place)
        | {"suppressions": [{"kind": "inSource", "justification": one.because}]}
        for one in allowed
    ]
    codes = sorted({result["ruleId"] for result in results})
    driver = {"name": "citeproof", "version": version, "rules": [{"id": code} for code in codes]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(code: str, level: str, text: str, place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    return {
        "ruleId": code,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": physical}],
    }
