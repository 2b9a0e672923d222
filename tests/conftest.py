"""What every test may lean on: a folder for a paper, and the command line run in this process."""

from __future__ import annotations

import atexit
import ipaddress
import json
import os
import shutil
import socket
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from citeproof import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# A slow machine is no fault of the text that was drawn. A run that others rest on draws the same texts each time.
hypothesis.settings.register_profile("citeproof", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("citeproof")

# What tests keep between runs is theirs alone, in this process and in those that it starts.
os.environ["CITEPROOF_CACHE"] = tempfile.mkdtemp(prefix="citeproof-cache-")
atexit.register(shutil.rmtree, os.environ["CITEPROOF_CACHE"], ignore_errors=True)

BIBLIOGRAPHY = """\
@article{ames2001,
  author       = {Ames, Ann},
  title        = {One thing after another},
  journaltitle = {Journal of Things},
  date         = {2001},
  volume       = {1},
  pages        = {1--2},
  doi          = {10.1000/ames},
}

@book{berg2002,
  author    = {Berg, Bo and Cole, Cy},
  title     = {Two things at once},
  publisher = {Press},
  date      = {2002},
}
"""

FRONT = """\
---
title: A Paper
author: Dee Dunn
bibliography: references.bib
---

"""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any connection fail that leaves this machine, and any name be unknown: no test asks the live services."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None) and not ipaddress.ip_address(address[0]).is_loopback:
            pytest.fail(f"a test reached for {address[0]}")
        connect(self, address)

    def known(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in {"localhost", "", None}:
            try:
                ipaddress.ip_address(host)
            except ValueError:
                raise socket.gaierror(socket.EAI_NONAME, "no test asks for names") from None
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket, "getaddrinfo", known)


@dataclass(frozen=True, slots=True)
class Run:
    """What one call of the command line left: its exit status, and what it printed where."""

    status: int
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        """What `--format json` printed."""
        return json.loads(self.out)


@pytest.fixture
def citeproof(capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run the command line in this process, in the working folder as it is."""

    def run(*arguments: str | Path) -> Run:
        capsys.readouterr()
        status = cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Run(status, said.out, said.err)

    return run


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write a paper with its bibliography and go to its folder, which stands in no repository and has no set date.

    The text stands under a front matter of six lines unless `front` gives another; bytes are written as they are.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    def write(text: str | bytes = "", *, front: str = FRONT, bibliography: str = BIBLIOGRAPHY) -> Path:
        path = tmp_path / "paper.md"
        path.write_bytes(text if isinstance(text, bytes) else (front + text).encode())
        if bibliography:
            (tmp_path / "references.bib").write_bytes(bibliography.encode())
        return path

    return write
