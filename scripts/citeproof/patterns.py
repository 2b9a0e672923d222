"""Regular expressions that are compiled when they are first used: a short paper needs few of those there are."""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """Stands for a pattern; what is asked of it first makes it one."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._as_written = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python asks of any value
            raise AttributeError(name)
        compiled = re.compile(*self._as_written)
        for each in _ASKED:  # from now on these are found as fast as the pattern's own
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)


_ASKED = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


def late(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Give a pattern that is compiled when it is first used. It has a pattern's methods, and `re` does not take it."""
    return cast("re.Pattern[str]", _Late(pattern, flags))
