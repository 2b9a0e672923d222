"""The few ways in which citeproof stops before it can judge a manuscript; each says what to do."""

from __future__ import annotations


class CiteproofError(Exception):
    """Something outside the manuscript stops the work.

    `hint` says what the reader can do about it; `exit_status` is what the command line ends with.
    """

    exit_status = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(CiteproofError):
    """The command was called in a way that cannot be meant."""


class MissingToolError(CiteproofError):
    """A program or package that the work rests on is not there."""


class OutputError(CiteproofError):
    """The output folder cannot take the files: read-only, full, or held by another build."""


class InternalError(CiteproofError):
    """A tool failed on a manuscript that passed every check: a fault of ours."""

    exit_status = 70
