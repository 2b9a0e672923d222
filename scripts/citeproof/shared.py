"""Shares what several builds of one run would work out from equal values, so that it is worked out once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Shared:
    """What was made in a run, each with the values that it was made from; nobody changes what is shared."""

    def __init__(self, folder: Path) -> None:
        """Take a folder for the files of what is made; whoever opened it clears it away."""
        self._folder = folder
        self._made: list[tuple[object, Any]] = []

    def once(self, values: object, make: Callable[[Path], T]) -> T:
        """Give what was made of equal values, else make it, in a folder of its own; what raises is not kept."""
        for known, made in self._made:
            if known == values:
                return made  # type: ignore[no-any-return]  (equal values, by the same `make`)
        made = make(Path(tempfile.mkdtemp(dir=self._folder)))
        self._made.append((values, made))
        return made
