"""The one module that starts programs: pandoc, git, and citeproof at a tag. Nothing else of citeproof does."""

from __future__ import annotations

import contextlib
import importlib.machinery
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from citeproof.errors import MissingToolError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence
    from typing import IO

T = TypeVar("T")

_KEPT = ("HOME", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "USERPROFILE")


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished program left: its exit status and what it wrote."""

    status: int
    output: bytes
    errors: str


def pandoc_path() -> str:
    """Find the pandoc that the package `pypandoc_binary` carries.

    Other pandocs on the machine are passed over: the filters and the figures in the manifest hold for this one.
    Raises MissingToolError if it is not there.
    """
    # pypandoc itself imports half the standard library; only the place of its files is needed.
    spec = importlib.machinery.PathFinder.find_spec("pypandoc")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for name in ("pandoc", "pandoc.exe"):
            path = Path(folder, "files", name)
            if path.is_file():
                return str(path)
    raise MissingToolError("pandoc is not installed", "install it with: python -m pip install pypandoc_binary")


class Running:
    """A program at work. It is fed while it runs, and what it complains of is collected."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: bytes, held_back: int | None) -> None:
        self._process = process
        self._held_back = held_back
        self._fed = begin(lambda: self._feed(stdin))
        self._complaints = begin(lambda: _all_of(process.stderr))

    def _feed(self, stdin: bytes) -> None:
        with contextlib.suppress(OSError), _there(self._process.stdin) as pipe:  # it may end without having read all
            pipe.write(stdin)

    def let_go(self) -> None:
        """Let a program go on that was started `held_back`."""
        if self._held_back is not None:
            with contextlib.suppress(OSError):  # it has ended
                os.write(self._held_back, b"\n")
        self._close()

    def _close(self) -> None:
        if self._held_back is not None:
            os.close(self._held_back)
            self._held_back = None

    def line(self) -> bytes:
        """Wait for a line that it writes to its standard output; gives none if it ends before that."""
        return _there(self._process.stdout).readline()

    def end(self) -> Result:
        """Wait for its end; gives what it has written behind the lines that were read. Broken off, it is stopped."""
        try:
            output = _all_of(self._process.stdout)
            self._fed()
            errors = self._complaints()
            self._process.wait()
        except BaseException:
            self.stop()
            raise
        return Result(self._process.returncode, output, errors.decode("utf-8", "replace"))

    def stop(self) -> None:
        """End it at once, whatever it is doing; one that has ended stays ended."""
        self._process.kill()
        self._process.wait()
        self._close()
        _there(self._process.stdout).close()


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101  (for the type checker: each program is started with pipes)
    return pipe


def _all_of(pipe: IO[bytes] | None) -> bytes:
    with _there(pipe) as opened:
        return opened.read()


CAN_HOLD_BACK = os.name == "posix"
"""Whether a program can be `held_back` here: on Windows no other program can open a pipe of ours by a name."""


def start(
    command: Sequence[str], *, cwd: Path, stdin: bytes | None = None, epoch: int | None = None, held_back: str = ""
) -> Running:
    """Start a program in folder `cwd`, in an environment that is the same on every machine.

    `epoch` (seconds since 1970) becomes SOURCE_DATE_EPOCH. The program sees this Python first on its PATH, so that
    a Python filter runs with the packages that citeproof runs with. `held_back` is the beginning of a last argument;
    behind it comes the name of a file in which a line stands as soon as the program is let go, and not before.
    """
    import subprocess  # noqa: PLC0415  (an unchanged paper starts no program)

    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    folders = [str(Path(sys.executable).parent), str(Path(pandoc_path()).parent), environment.get("PATH", "")]
    environment |= {
        "PATH": os.pathsep.join(folder for folder in folders if folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }
    if epoch is not None:
        environment["SOURCE_DATE_EPOCH"] = str(epoch)
    pipe = subprocess.PIPE
    line = os.pipe() if held_back else ()  # which end is read, and which written
    last = [f"{held_back}/dev/fd/{line[0]}"] if line else []
    try:
        process = subprocess.Popen(
            [*command, *last], cwd=cwd, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, pass_fds=line[:1]
        )
    except FileNotFoundError as fault:
        for end in line[1:]:
            os.close(end)
        raise MissingToolError(f"{command[0]} could not be started", "install citeproof again") from fault
    finally:
        for end in line[:1]:
            os.close(end)
    return Running(process, stdin or b"", line[1] if line else None)


def run(command: Sequence[str], *, cwd: Path, stdin: bytes | None = None, epoch: int | None = None) -> Result:
    """Run a program to its end, as `start` starts it."""
    return start(command, cwd=cwd, stdin=stdin, epoch=epoch).end()


def begin(work: Callable[[], T]) -> Callable[[], T]:
    """Begin some work that waits for a program; give a function that waits for its end and gives what came of it."""
    import threading  # noqa: PLC0415  (as above)

    done: list[T] = []
    failed: list[BaseException] = []

    def whole() -> None:
        try:
            done.append(work())
        except BaseException as fault:  # noqa: BLE001  (raised where it is waited for)
            failed.append(fault)
        finally:
            over.set()

    over = threading.Event()
    threading.Thread(target=whole).start()

    def end() -> T:
        over.wait()  # Thread.join, once broken off by the keyboard, no longer waits (Python issue 89437)
        if failed:
            raise failed[0]
        return done[0]

    return end


def last_commit_epoch(folder: Path) -> int | None:
    """Give the date of the last commit of the repository that holds `folder`, or None where there is none.

    Seconds since 1970, as `git log --format=%ct` prints it.
    """
    import shutil  # noqa: PLC0415  (as above)

    in_repository = any((above / ".git").exists() for above in (folder, *folder.parents)) or "GIT_DIR" in os.environ
    if not in_repository or shutil.which("git") is None:
        return None
    done = run(["git", "log", "-1", "--format=%ct"], cwd=folder)
    text = done.output.decode("ascii", "replace").strip()
    return int(text) if done.status == 0 and text.isdigit() else None


def git(folder: Path, *arguments: str) -> Result:
    """Run git in a folder, with the settings of the user. Raises MissingToolError if it is not there."""
    import shutil  # noqa: PLC0415  (as above)

    if shutil.which("git") is None:
        raise MissingToolError("git is not installed", "install git: a release is made from a tag of its repository")
    return run(["git", *arguments], cwd=folder)


def citeproof(package: Path, *arguments: str) -> Result:
    """Run a citeproof whose Python package is `package`, with the libraries that this one runs with.

    Python looks for a module in the working folder first: that is the package's. Paths among the arguments are whole.
    """
    return run([sys.executable, "-m", "citeproof", *arguments], cwd=package.parent)
