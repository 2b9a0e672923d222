"""Proves that a wheel works by itself: installs it into an empty environment and builds a new paper there.

Usage: python scripts/try_wheel.py FOLDER-WITH-THE-WHEEL REQUIREMENTS
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path


def main(made: str, requirements: str) -> int:
    """Install, write a paper, build it, and see that the three files are there."""
    wheel = next(Path(made).resolve().glob("*.whl"))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "env", with_pip=True)
        binaries = home / "env" / ("Scripts" if os.name == "nt" else "bin")
        python, command = str(binaries / "python"), str(binaries / "citeproof")
        environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        pip = [python, "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "-r", str(Path(requirements).resolve())], check=True, env=environment)
        subprocess.run([*pip, "--no-deps", str(wheel)], check=True, env=environment)
        empty = home / "empty"
        empty.mkdir()
        for arguments in (
            ["new", "paper"],
            ["build", "paper"],
            ["build", "paper", "--style", "apa-annotated-bibliography", "--output", "other", "--to", "html"],
            ["journals", "plos-one"],
        ):
            subprocess.run([command, *arguments], cwd=empty, check=True, env=environment)
        names = {path.name for path in (empty / "dist").iterdir()}
    wanted = {"paper.pdf", "paper.docx", "paper.html", "proof.html", "proof.json", "manifest.json", "SHA256SUMS"}
    if not wanted <= names:
        print(f"missing: {', '.join(sorted(wanted - names))}")
        return 1
    print(f"{wheel.name} builds a paper by itself: {', '.join(sorted(names))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
