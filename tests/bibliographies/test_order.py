"""The works of order.bib stand in the reference list as sections 9.44 to 9.49 of the Publication Manual order them.

order.yaml lists them in that order. They go through the build's own reader, filters and style.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pypandoc
import pytest
import yaml

from citeproof import bibliography, document, styles

HERE = Path(__file__).parent
COMMON = HERE.parents[1] / "filters" / "defaults" / "common.yaml"
WORKS = HERE / "order.bib"
ORDER = yaml.safe_load((HERE / "order.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=["biblatex", "csl-json"])
def listed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the reference list of a paper that cites the works in the order of their file: key → text."""
    folder = tmp_path_factory.mktemp("order")
    held = bibliography.read(WORKS.name, WORKS.suffix, WORKS.read_text(encoding="utf-8"))
    if request.param == "csl-json":
        held = bibliography.read("order.json", ".json", json.dumps(list(held.items.values())))
    (folder / "works.json").write_text(json.dumps(list(held.items.values())), encoding="utf-8")
    (folder / "apa.csl").write_bytes(styles.compose(styles.find("apa", folder)))
    (folder / "paper.md").write_text("\n\n".join(f"[@{entry.key}]" for entry in held.entries), encoding="utf-8")
    command = [str(pypandoc.get_pandoc_path()), "-d", str(COMMON), "--csl", "apa.csl", "-t", "json"]
    command += ["--bibliography", "works.json", "paper.md"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return {key: " ".join(text.split()) for key, text in document.references(json.loads(done.stdout)).items()}


def test_the_works_stand_in_the_order_of_the_manual(listed: dict[str, str]) -> None:
    assert list(listed) == [work["key"] for work in ORDER]


@pytest.mark.parametrize("work", ORDER, ids=lambda work: f"{work['section']}-{work['key']}")
def test_a_work_among_its_neighbors_reads_as_apa_prints_it(work: dict[str, str], listed: dict[str, str]) -> None:
    assert listed[work["key"]] == work["reference"]
