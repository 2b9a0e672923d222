"""The workflows run sessions that there are, with actions of GitHub's own, and only one job may write."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

TOP = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((TOP / ".github" / "workflows").glob("*.yml"))
NOXFILE = (TOP / "noxfile.py").read_text("utf-8")
SESSIONS = {
    name or function
    for name, function in re.findall(r'@nox\.session(?:\((?:name="([^"]+)"|[^)]*)\))?\ndef (\w+)', NOXFILE)
}


def steps(path: Path) -> list[tuple[str, dict[str, Any]]]:
    jobs: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    return [(name, step) for name, job in jobs.items() for step in job["steps"]]


@pytest.mark.parametrize("path", [*WORKFLOWS, TOP / ".ci" / "run"], ids=lambda path: path.name)
def test_each_session_that_is_run_is_there(path: Path) -> None:
    asked = set(re.findall(r"nox -s ([\w-]+)", path.read_text("utf-8")))
    assert asked
    assert asked <= SESSIONS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_action_is_github_s_own_and_pinned(path: Path) -> None:
    for _, step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@(v\d+|[0-9a-f]{40})", step["uses"]), step["uses"]


def test_the_job_that_runs_our_code_cannot_write_to_the_repository() -> None:
    jobs = yaml.safe_load((TOP / ".github" / "workflows" / "release.yml").read_text("utf-8"))["jobs"]
    writers = {name for name, job in jobs.items() if job["permissions"].get("contents") == "write"}
    assert writers == {"publish"}
    assert not any("nox" in step.get("run", "") for step in jobs["publish"]["steps"])


def test_what_is_published_was_compared_and_signed() -> None:
    told = [step for job, step in steps(TOP / ".github" / "workflows" / "release.yml") if job == "build"]
    order = [step.get("run", step.get("uses", "")).split("@")[0] for step in told]
    made, summed, again = (
        next(n for n, what in enumerate(order) if what.startswith(start))
        for start in ("nox -s artefacts", "sha256sum --check --strict", "nox -s verify-release")
    )
    signed, kept = order.index("actions/attest-build-provenance"), order.index("actions/upload-artifact")
    assert made < summed < again < signed < kept
    assert told[signed]["with"]["subject-path"] == f"{told[kept]['with']['path']}*"
