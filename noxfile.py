"""The sessions of citeproof: `nox -l` lists them; `nox -s build -- PATH` hands PATH on."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["build", "tests"]

ROOT = Path(__file__).parent
REQUIREMENTS = ROOT / "scripts" / "requirements"
SHOWN_ELSEWHERE = ("--ignore=tests/apa", "--ignore=tests/e2e", "--ignore=tests/cluster")
"""Tests that need LibreOffice, Chromium or Dask: sessions of their own."""


def install(session: nox.Session, group: str) -> None:
    """Install the hash-pinned packages of `group` and this checkout, unless the environment holds just these."""
    locked = REQUIREMENTS / f"{group}.txt"
    wanted = hashlib.sha256(locked.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = Path(session.virtualenv.location, "installed.sha256")
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    session.install("--no-deps", "--require-hashes", "-r", str(locked))
    session.install("--no-deps", "--no-build-isolation", "--editable", ".")
    stamp.write_text(wanted)


def need(session: nox.Session, *programs: str) -> None:
    """End the session with a word if a program of the system is not there: no check passes by being left out."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        session.error(f"this session needs {', '.join(missing)}: install it and run again")


@nox.session
def build(session: nox.Session) -> None:
    """Build the paper: dist/paper.pdf, .docx, .html and the proof (-- PATH builds another one)."""
    install(session, "build")
    session.run("citeproof", "build", *(session.posargs or ["manuscript"]))


@nox.session
def tests(session: nox.Session) -> None:
    """Test the machinery, and that every citation of the manuscript resolves."""
    install(session, "tests")
    session.run("pytest", "-n", "auto", *SHOWN_ELSEWHERE, *session.posargs)


@nox.session
def submission(session: nox.Session) -> None:
    """Make what a journal's portal asks for: -- NAME, and a PATH behind it for another paper than the manuscript."""
    install(session, "build")
    name, *path = session.posargs or session.error("name a journal: nox -s submission -- apa")
    session.run("citeproof", "submit", *(path or ["manuscript"]), "--journal", name)


@nox.session
def check(session: nox.Session) -> None:
    """Look for problems in the paper and write nothing."""
    install(session, "build")
    session.run("citeproof", "check", *(session.posargs or ["manuscript"]))


@nox.session
def verify(session: nox.Session) -> None:
    """Ask DOI registries and PubMed for each work that the paper cites."""
    install(session, "build")
    session.run("citeproof", "verify", *(session.posargs or ["manuscript"]))


@nox.session
def lint(session: nox.Session) -> None:
    """Check the code: ruff, mypy, the house's import rules, luacheck."""
    install(session, "lint")
    need(session, "luacheck")
    session.run("ruff", "check", "scripts", "tests", "filters", "noxfile.py")
    session.run("mypy")
    session.run("lint-imports")
    session.run("luacheck", "--quiet", "filters", external=True)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the tests and say which lines of scripts/citeproof no test reaches (at least 90 % must be)."""
    install(session, "tests")
    session.run(
        "pytest",
        "-n",
        "auto",
        *SHOWN_ELSEWHERE,
        "--cov",
        "--cov-report=term-missing:skip-covered",
        *session.posargs,
    )


@nox.session
def reproduce(session: nox.Session) -> None:
    """Build the paper twice, in two folders and two worlds, and compare the files byte for byte."""
    install(session, "build")
    session.run("python", "scripts/reproduce.py", *(session.posargs or ["manuscript"]))


@nox.session
def release(session: nox.Session) -> None:
    """Make a release but for the push (-- 1.2.0): changelog, version, files made twice, tag (--dry-run: no tag)."""
    install(session, "build")
    session.run("python", "scripts/release.py", *session.posargs)


@nox.session
def artefacts(session: nox.Session) -> None:
    """Make the files of a release from the tag that is checked out (-- v1.2.0 manuscript), in dist/release-1.2.0."""
    install(session, "build")
    session.run("citeproof", "release", *session.posargs)


@nox.session(name="verify-release")
def verify_release(session: nox.Session) -> None:
    """Make a release again, and say whether downloaded files are those, byte for byte (-- FILES)."""
    install(session, "build")
    session.run("citeproof", "verify-release", *session.posargs)


@nox.session
def fidelity(session: nox.Session) -> None:
    """Say how many of APA's examples come out as printed, beside plain pandoc (-- FILE: other ones)."""
    install(session, "build")
    session.run("python", "scripts/fidelity.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Time builds beside plain pandoc, in turn (-- CASE ...: some of them); figures go to bench/."""
    install(session, "build")
    session.run("python", "scripts/bench.py", *session.posargs)


@nox.session
def cluster(session: nox.Session) -> None:
    """Build papers on a cluster of Dask's on this machine, through its executor."""
    install(session, "cluster")
    session.run("pytest", "tests/cluster", *session.posargs)


@nox.session
def apa(session: nox.Session) -> None:
    """Measure every layout rule of APA 7 in a specimen's PDF, DOCX and HTML, and print the table."""
    install(session, "apa")
    need(session, "soffice")
    session.run("pytest", "tests/apa", "-n", "auto", "-q", *session.posargs)


@nox.session
def e2e(session: nox.Session) -> None:
    """Open the built paper in LibreOffice, Chromium and poppler, compile it with LaTeX, and measure what they show."""
    install(session, "apa")
    need(session, "soffice", "pdftoppm", "pdftotext", "pdflatex")
    session.run("pytest", "tests/e2e", *session.posargs)


@nox.session
def pictures(session: nox.Session) -> None:
    """Make the picture of the pages in the README from the built paper."""
    install(session, "tests")
    need(session, "pdftoppm")
    session.run("citeproof", "build", "manuscript", "--to", "pdf", "--output", session.create_tmp())
    session.run("python", "scripts/pictures.py", str(Path(session.create_tmp(), "paper.pdf")))


@nox.session
def wheel(session: nox.Session) -> None:
    """Make the wheel and prove that it builds a paper in an empty environment, far from here."""
    install(session, "tests")
    made = Path(session.create_tmp(), "wheel")
    shutil.rmtree(made, ignore_errors=True)
    session.run("python", "-m", "hatchling", "build", "-t", "wheel", "-d", str(made))
    session.run("python", "scripts/try_wheel.py", str(made), str(REQUIREMENTS / "wheel.txt"))


@nox.session(venv_backend="none")
def lock(session: nox.Session) -> None:
    """Pin every dependency with its hashes in scripts/requirements (needs uv)."""
    need(session, "uv")
    kinds = {"wheel": [], "build": ["build"], "tests": ["tests"], "apa": ["apa"]}
    kinds |= {"lint": ["apa", "lint"], "cluster": ["cluster"]}
    for name, groups in kinds.items():
        # Groups and the package's own dependencies together; hashes, and no address of an index.
        session.run(
            "uv",
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-annotate",
            "--no-header",
            "pyproject.toml",
            *[argument for group in groups for argument in ("--group", group)],
            "--output-file",
            os.fspath(REQUIREMENTS / f"{name}.txt"),
            *session.posargs,
            external=True,
        )
