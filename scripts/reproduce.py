"""Builds a paper twice, in two folders and two worlds, and says whether the files are the same byte for byte.

The two builds differ in folder, time zone, locale, umask, PYTHONHASHSEED and the order in which formats are asked for.
Usage: python scripts/reproduce.py PATH [PATH …]. Exit status 0: all the same; 1: some differ.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WORLDS = (
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "1", "umask": 0o022},
    {
        "TZ": "America/St_Johns",
        "LC_ALL": "de_DE.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "4242",
        "umask": 0o077,
    },
)


def build(paper: Path, world: dict[str, str | int], home: Path) -> dict[str, str]:
    """Copy the paper's folder below `home`, build it there, and give name → sha256 of what came out."""
    source = paper if paper.is_dir() else paper.parent
    copy = home / "a folder" / source.resolve().name
    shutil.copytree(source, copy)
    target = copy if paper.is_dir() else copy / paper.name
    settings = {name: value for name, value in world.items() if isinstance(value, str)}
    environment = os.environ | settings | {"SOURCE_DATE_EPOCH": "1700000000"}
    umask = world["umask"]
    subprocess.run(
        [sys.executable, "-m", "citeproof", "build", str(target), "--output", str(home / "out"), "-q", "--no-cache"],
        env=environment,
        umask=umask if isinstance(umask, int) else -1,
        cwd=home,
        check=True,
    )
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((home / "out").iterdir())
        if path.is_file()
    }


def main(papers: list[str]) -> int:
    """Compare two builds of each paper and print a line per file."""
    differing = 0
    for paper in papers:
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory(prefix="another-longer-") as two:
            first, second = build(Path(paper), WORLDS[0], Path(one)), build(Path(paper), WORLDS[1], Path(two))
        for name in sorted(first.keys() | second.keys()):
            same = first.get(name) == second.get(name)
            differing += not same
            print(f"{'same' if same else 'DIFFERS':8}{name:16}{first.get(name)}")
            if not same:
                print(f"{'':24}{second.get(name)}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["manuscript"]))
