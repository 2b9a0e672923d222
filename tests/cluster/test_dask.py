"""Papers are built on Dask's cluster by handing its executor to `citeproof.build.build_all`: the session `cluster`."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from distributed import Client, LocalCluster

from citeproof import build
from citeproof.project import Project

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = "@book{ames, author = {Ames, Ann}, title = {Things}, publisher = {Press}, date = {2001}}\n"
TEXT = "---\ntitle: On {name}\nauthor: A\nbibliography: references.bib\n---\n\nAs @{key} says.\n"


def papers(folder: Path, output: str) -> list[Project]:
    made = []
    for name, key in (("anna", "ames"), ("bob", "nobody"), ("cleo", "ames")):
        path = folder / name / "paper.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT.format(name=name, key=key))
        (path.parent / "references.bib").write_text(ENTRY)
        made.append(Project(path, folder / output / name, ("html",)))
    return made


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_papers_built_by_the_workers_of_a_cluster_are_those_built_here(tmp_path: Path) -> None:
    here = list(build.build_all(papers(tmp_path, "here"), dated=True))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        there = list(build.build_all(papers(tmp_path, "there"), client.get_executor(), dated=True))
    assert [attempt.status for attempt in there] == [attempt.status for attempt in here] == [0, 1, 0]
    assert [finding.code for finding in there[1].outcome.findings if finding.severity == "error"] == ["C001"]
    assert digests(tmp_path / "there") == digests(tmp_path / "here")
    assert sorted(digests(tmp_path / "there")) == [
        f"{name}/{file}"
        for name in ("anna", "cleo")
        for file in ("SHA256SUMS", "manifest.json", "paper.html", "proof.html", "proof.json")
    ]
