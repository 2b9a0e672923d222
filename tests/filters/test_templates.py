"""The parts of the reference DOCX are filled in as pandoc itself fills in a template, which is asked beside ours."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

from citeproof import programs

TEMPLATES = Path(__file__).parents[2] / "filters" / "templates"
PARTS = sorted(path.relative_to(TEMPLATES).as_posix() for path in (TEMPLATES / "docx").rglob("*") if path.is_file())
CONDITIONS = ("rtl", "journal", "turned")
SCRIPT = """
local folder, part, values = arg[1], arg[2], pandoc.json.decode(arg[3], false)
package.path = folder .. '/../?.lua;' .. package.path
local templates = require 'apa.templates'
local text = templates.read(part)
local pandocs = pandoc.layout.render(pandoc.template.apply(pandoc.template.compile(text), values))
print(pandoc.json.encode { pandocs, templates.filled(text, values) })
"""


def said(tmp_path: Path, script: str, *arguments: str) -> programs.Result:
    """Run a script in pandoc's Lua."""
    (tmp_path / "ask.lua").write_text(script, "utf-8")
    return programs.run([programs.pandoc_path(), "lua", "ask.lua", *arguments], cwd=tmp_path)


def test_there_are_parts_with_variables_and_with_conditions() -> None:
    whole = "".join((TEMPLATES / part).read_text("utf-8") for part in PARTS)
    assert len(re.findall(r"\$[\w-]+\$", whole)) > 80
    assert {name for name in CONDITIONS if f"$if({name})$" in whole} == set(CONDITIONS)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_filled_in_as_pandoc_does_it(tmp_path: Path, part: str) -> None:
    names = sorted({*re.findall(r"\$([\w-]+)\$", (TEMPLATES / part).read_text("utf-8"))} - {"else", "endif"})
    for states in itertools.product([False, True], repeat=len(CONDITIONS)):
        values = dict(zip(CONDITIONS, states, strict=True)) | {name: f"&amp;{n}" for n, name in enumerate(names)}
        done = said(tmp_path, SCRIPT, str(TEMPLATES), part, json.dumps(values))
        assert done.status == 0, done.errors
        # White space between two tags says nothing; pandoc leaves out that of a line with a condition only.
        pandocs, ours = (re.sub(r">\s+<", "><", text).strip() for text in json.loads(done.output))
        assert ours == pandocs


def test_a_name_without_a_value_is_told(tmp_path: Path) -> None:
    script = f"package.path = '{TEMPLATES.as_posix()}/../?.lua;' .. package.path\n"
    done = said(tmp_path, f"{script}require 'apa.templates'.filled('$if(a)$x$else$$size$$endif$', {{}})")
    assert done.status == 84  # pandoc manual, "Exit codes": PandocLuaError
    assert "a template asks for size" in done.errors
