"""Whole papers that must not be built: each gives its message and status, and leaves the output folder as it was.

A paper is a folder under manuscripts/broken/. Its expected.txt holds the exit status, then what is said of it. Papers
that cannot be stored (links in a circle, 5 MB of one line) and disks that refuse are made by the tests.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

BROKEN = Path(__file__).parent / "manuscripts" / "broken"
PAPER = """---
title: A Sound Paper
author: []
bibliography: references.bib
---

# Method

The sample size follows from the power [@cohen1992].
"""
BIBLIOGRAPHY = """@article{cohen1992,
  author       = {Cohen, Jacob},
  title        = {A power primer},
  journaltitle = {Psychological Bulletin},
  date         = {1992},
  volume       = {112},
  pages        = {155--159},
}
"""
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2  # linux/prctl.h, linux/capability.h


# The tests run the command in other folders: a PYTHONPATH that leads to it from here is made whole.
HERE = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(
        str(Path(part).resolve()) for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part
    ),
}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    said: str
    printed: str


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "citeproof", *map(str, arguments)]


def run(folder: Path, *arguments: str | Path, **options) -> Ended:
    options = {"env": HERE} | options
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )
    return Ended(done.returncode, done.stderr, done.stdout)


def files_in(folder: Path) -> dict[str, bytes | None]:
    """Give every file and folder below `folder`, hidden ones too, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


def is_whole(dist: Path) -> bool:
    """Tell whether the checksums, the manifest and the files agree, and nothing else is left there."""
    sums = dict(reversed(line.split("  ")) for line in (dist / "SHA256SUMS").read_text("utf-8").splitlines())
    outputs = json.loads((dist / "manifest.json").read_text("utf-8"))["outputs"]
    real = {name: hashlib.sha256((dist / name).read_bytes()).hexdigest() for name in sums}
    return (
        real == sums
        and outputs == {name: real[name] for name in real if name != "manifest.json"}
        and {path.name for path in dist.iterdir()} == {*sums, "SHA256SUMS"}
    )


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    (folder / "paper.md").write_text(PAPER, "utf-8")
    (folder / "references.bib").write_text(BIBLIOGRAPHY, "utf-8")
    ended = run(folder, "build")
    assert ended.status == 0, ended.said
    assert is_whole(folder / "dist")
    return folder


@pytest.fixture
def paper(built_once: Path, tmp_path: Path) -> Path:
    """Give a folder with a sound paper and the dist/ of a good build of it."""
    folder = tmp_path / "paper"
    shutil.copytree(built_once, folder)
    return folder


def change(folder: Path) -> None:
    """Change the paper, so that a build has something to do."""
    (folder / "paper.md").write_text(PAPER + "\nAnd @cohen1992 says so.\n", "utf-8")


def in_place_of_the_paper(folder: Path, name: str) -> None:
    """Put a broken paper where the sound one stood, dist/ kept."""
    for file in ("paper.md", "references.bib"):
        (folder / file).unlink()
    shutil.copytree(BROKEN / name, folder, dirs_exist_ok=True)
    (folder / "expected.txt").unlink()


NAMES = sorted(path.name for path in BROKEN.iterdir())


def expected(name: str) -> tuple[int, str]:
    status, _, said = (BROKEN / name / "expected.txt").read_text("utf-8").partition("\n")
    return int(status.removeprefix("exit ")), said


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_manuscript_is_told_exactly_and_the_output_folder_stays(name: str, paper: Path) -> None:
    status, said = expected(name)
    in_place_of_the_paper(paper, name)
    before = files_in(paper)
    ended = run(paper, "build")
    assert ended.said == "reading\n" + said
    assert (ended.status, ended.printed) == (status, "")
    assert files_in(paper) == before


@pytest.mark.parametrize("name", NAMES)
def test_check_says_the_same_as_build(name: str, paper: Path) -> None:
    status, said = expected(name)
    in_place_of_the_paper(paper, name)
    ended = run(paper, "check")
    assert ended.said == said.replace(": nothing was built, and what was there stays", "")
    assert ended.status == status


@pytest.mark.parametrize("name", ["several-problems", "unknown-key", "latin-1"])
def test_the_same_findings_come_as_json(name: str, paper: Path) -> None:
    status, said = expected(name)
    in_place_of_the_paper(paper, name)
    before = files_in(paper)
    ended = run(paper, "build", "--format", "json")
    told = json.loads(ended.printed)
    lines = [
        f"{f['file']}:{f['line']}:{f['column']}: {f['severity']} {f['code']}: {f['message']}\n    {f['remedy']}\n"
        for f in told["findings"]
    ]
    assert "".join(lines) == said[: said.rindex("\n", 0, -1) + 1]
    assert told["status"] == ended.status == status
    assert told["outputs"] == []
    assert files_in(paper) == before


def test_a_message_names_the_paper_as_the_author_would_type_it_from_another_folder(paper: Path) -> None:
    in_place_of_the_paper(paper, "unknown-key")
    ended = run(paper.parent, "build", "paper", "--output", "paper/dist")
    assert "\npaper/paper.md:10:31: error C001: @miler1956 is cited but is not in references.bib\n" in ended.said
    assert ended.status == 1


def test_five_megabytes_of_one_line_are_an_error_within_one_message(paper: Path) -> None:
    (paper / "paper.md").write_text("x" * 5_000_000, "utf-8")
    before = files_in(paper)
    ended = run(paper, "build", timeout=60)
    assert ended.status == 1
    assert ended.said.startswith("reading\npaper.md:1:1: error S003: this line is 5,000,000 characters long\n")
    assert len(ended.said) < 500
    assert files_in(paper) == before


def test_a_paper_that_is_a_link_to_itself_is_refused(paper: Path) -> None:
    (paper / "paper.md").unlink()
    (paper / "paper.md").symlink_to("b.md")
    (paper / "b.md").symlink_to("paper.md")
    before = files_in(paper / "dist")
    for named in ("paper.md", "."):
        ended = run(paper, "build", named)
        assert ended.said == (
            "citeproof: error: paper.md cannot be followed: it is a link that leads back to itself\n"
            "    replace the link by the file that was meant\n"
        )
        assert ended.status == 2
    assert files_in(paper / "dist") == before


def test_an_image_that_is_a_link_to_itself_is_an_error_at_its_place(paper: Path) -> None:
    (paper / "paper.md").write_text(PAPER + "\n![A curve](a.png)\n", "utf-8")
    (paper / "a.png").symlink_to("b.png")
    (paper / "b.png").symlink_to("a.png")
    before = files_in(paper / "dist")
    ended = run(paper, "build")
    assert ended.said.splitlines()[1].startswith("paper.md:11:12: error I002: the image a.png cannot be read: ")
    assert ended.status == 1
    assert files_in(paper / "dist") == before


def test_a_bibliography_that_is_a_link_to_itself_is_an_error_at_its_place(paper: Path) -> None:
    (paper / "references.bib").unlink()
    (paper / "references.bib").symlink_to("references.bib")
    before = files_in(paper / "dist")
    ended = run(paper, "build")
    assert ended.said.splitlines()[1].startswith(
        "paper.md:4:15: error B001: the bibliography references.bib cannot be read: "
    )
    assert ended.status == 1
    assert files_in(paper / "dist") == before


def _without_the_right_to_write_anywhere() -> None:
    """Take from a test that runs as root what lets root pass over permissions; an ordinary user has none of it."""
    if os.geteuid() == 0:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "the capability cannot be dropped")


def test_a_read_only_output_folder_is_said_and_stays(paper: Path) -> None:
    change(paper)
    before = files_in(paper)
    (paper / "dist").chmod(0o555)
    try:
        probe = subprocess.run(
            ["/bin/sh", "-c", ": > dist/probe"],
            cwd=paper,
            check=False,
            capture_output=True,
            preexec_fn=_without_the_right_to_write_anywhere,
        )
        assert probe.returncode != 0, (
            "the folder can be written in spite of its permissions: the test would prove nothing"
        )
        ended = run(paper, "build", preexec_fn=_without_the_right_to_write_anywhere)
    finally:
        (paper / "dist").chmod(0o755)
    assert ended.said.endswith(
        "citeproof: error: dist/ is read-only; nothing in it was changed\n"
        "    allow writing to it, or build to another folder with --output\n"
    )
    assert ended.status == 2
    assert files_in(paper) == before


def test_a_working_folder_that_cannot_be_written_is_said(paper: Path) -> None:
    shutil.rmtree(paper / "dist")
    before = files_in(paper)
    paper.chmod(0o555)
    try:
        ended = run(paper, "build", preexec_fn=_without_the_right_to_write_anywhere)
    finally:
        paper.chmod(0o755)
    assert "citeproof: error: dist/ is read-only" in ended.said
    assert ended.status == 2
    assert files_in(paper) == before


def _can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], check=False, capture_output=True)
    return done.returncode == 0


def _small_files_only() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))


def _noise(seed: int, size: int) -> bytes:
    """Give bytes that do not compress."""
    return b"".join(hashlib.sha256(f"{seed}-{n}".encode()).digest() for n in range(size // 32))


def _picture(side: int = 400) -> bytes:
    """Give a PNG of noise, about half a megabyte."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    rows = b"".join(b"\0" + _noise(row, side * 3 + 32)[: side * 3] for row in range(side))
    size = side.to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_full_disk_is_said_and_the_output_folder_stays(paper: Path, record_property) -> None:
    (paper / "figure.png").write_bytes(_picture())
    (paper / "paper.md").write_text(PAPER + "\n![Noise](figure.png)\n", "utf-8")
    before = files_in(paper)
    if _can_mount():
        way = "a tmpfs of 200 kB"
        # The mount is seen in its own namespace only: what stands on it is copied in, and out again for the test.
        script = (
            'mount -t tmpfs -o size=200k tmpfs dist && cp -a kept/. dist && { "$@"; status=$?; '
            "mkdir after && cp -a dist/. after && exit $status; }"
        )
        shutil.copytree(paper / "dist", paper / "kept")
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", script, "sh", *command("build")],
            cwd=paper,
            env=HERE,
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        status, said, after = done.returncode, done.stderr, files_in(paper / "after")
        shutil.rmtree(paper / "kept")
        shutil.rmtree(paper / "after")
    else:
        way = "RLIMIT_FSIZE"
        ended = run(paper, "build", preexec_fn=_small_files_only)
        status, said, after = ended.status, ended.said, files_in(paper / "dist")
    record_property("full disk", way)
    print(f"the full disk was {way}")  # noqa: T201  (shown by pytest -rP, and with a failure)
    kept = {name.removeprefix("dist/"): body for name, body in before.items() if name.startswith("dist/")}
    assert said.endswith(
        "citeproof: error: there is no room left on the disk that holds dist/; nothing in it was changed\n"
        "    free some space, or build to another folder with --output\n"
    )
    assert status == 2
    assert after == kept
    assert files_in(paper) == before


def test_a_limit_on_the_size_of_files_is_said_and_the_output_folder_stays(paper: Path) -> None:
    change(paper)
    before = files_in(paper)
    ended = run(paper, "build", preexec_fn=_small_files_only)
    assert (
        "citeproof: error: there is no room left on the disk that holds dist/; nothing in it was changed\n"
        in ended.said
    )
    assert ended.status == 2
    assert files_in(paper) == before


def test_two_builds_at_once_both_succeed_and_the_output_folder_is_whole(paper: Path) -> None:
    change(paper)
    both = [
        subprocess.Popen(
            command("build", "--force"),
            cwd=paper,
            env=HERE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    said = [build.communicate(timeout=120)[1] for build in both]
    assert [build.returncode for build in both] == [0, 0], said
    assert is_whole(paper / "dist")


def test_two_builds_of_two_papers_into_one_folder_leave_one_of_them_whole(paper: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(paper, other)
    change(other)
    both = [
        subprocess.Popen(
            command("build", folder, "--force", "--output", tmp_path / "both"),
            cwd=tmp_path,
            env=HERE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for folder in (paper, other)
    ]
    said = [build.communicate(timeout=120)[1] for build in both]
    assert [build.returncode for build in both] == [0, 0], said
    assert is_whole(tmp_path / "both")


def test_a_build_waits_for_another_that_moves_its_files_in_and_says_so(paper: Path) -> None:
    change(paper)
    lock = FileLock(paper / "dist" / ".citeproof.lock")
    lock.acquire()
    heard: list[str] = []
    with subprocess.Popen(
        command("build"), cwd=paper, env=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8"
    ) as build:
        assert build.stderr
        for line in build.stderr:
            heard.append(line)
            if "another build is moving its files into dist/: waiting for it" in line:
                lock.release()
    assert any("waiting for it" in line for line in heard), heard
    assert build.returncode == 0, heard
    assert is_whole(paper / "dist")


def test_an_output_folder_that_is_a_file_is_wrong_use(paper: Path) -> None:
    (paper / "out").write_text("kept", "utf-8")
    ended = run(paper, "build", "--output", "out")
    assert ended.said.endswith("citeproof: error: out is a file, not a folder\n    name another folder with --output\n")
    assert ended.status == 2
    assert (paper / "out").read_text("utf-8") == "kept"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--to", "pdf,rtf"],
            "citeproof: error: --to does not know rtf\n    the formats are pdf, docx, html, jats, latex\n",
        ),
        (
            ["--to", ","],
            "citeproof: error: --to does not know an empty list\n    the formats are pdf, docx, html, jats, latex\n",
        ),
        (["nowhere.md"], "citeproof: error: nowhere.md is not there\n    name a Markdown file or a folder with one\n"),
    ],
)
def test_wrong_use_is_told_and_the_output_folder_stays(arguments: list[str], said: str, paper: Path) -> None:
    before = files_in(paper)
    ended = run(paper, "build", *arguments)
    assert (ended.status, ended.said) == (2, said)
    assert files_in(paper) == before


def test_an_unknown_style_is_wrong_use_and_the_output_folder_stays(paper: Path) -> None:
    before = files_in(paper)
    ended = run(paper, "build", "--style", "apa-seventh-edition")
    assert ended.status == 2
    assert "citeproof: error: " in ended.said
    assert "apa-seventh-edition" in ended.said
    assert files_in(paper) == before


@pytest.mark.parametrize("date", ["yesterday", "-1", "1.5", "9" * 30])
def test_a_date_that_is_none_is_wrong_use(date: str, paper: Path) -> None:
    before = files_in(paper)
    ended = run(paper, "build", "--force", env={**HERE, "SOURCE_DATE_EPOCH": date})
    assert ended.status == 2, ended.said
    assert f"citeproof: error: SOURCE_DATE_EPOCH is {date!r}" in ended.said
    assert files_in(paper) == before


def test_a_folder_of_several_papers_asks_which(paper: Path) -> None:
    (paper / "paper.md").rename(paper / "one.md")
    shutil.copy(paper / "one.md", paper / "two.md")
    ended = run(paper, "build")
    assert ended.said == (
        "citeproof: error: . holds several Markdown files: one.md, two.md\n    name the one that is the paper\n"
    )
    assert ended.status == 2


def test_a_pipe_is_no_paper(paper: Path) -> None:
    os.mkfifo(paper / "pipe.md")
    ended = run(paper, "build", "pipe.md", timeout=60)
    assert ended.said == (
        "citeproof: error: pipe.md is neither a file nor a folder\n    name a Markdown file or a folder with one\n"
    )
    assert ended.status == 2


def test_every_stored_case_says_in_its_first_line_how_it_ends() -> None:
    assert len(NAMES) >= 16
    assert all(
        shlex.split((BROKEN / name / "expected.txt").read_text("utf-8").splitlines()[0]) == ["exit", "1"]
        for name in NAMES
    )
