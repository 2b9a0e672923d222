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
        self.made: list[tuple[object, Any]] = []

    def place(self) -> Path:
        """Make an empty folder that stays as long as what is shared."""
        return Path(tempfile.mkdtemp(dir=self._folder))


def once(shared: Shared | None, values: object, make: Callable[[], T]) -> T:
    """Give what was made of equal values, else make it; what raises is not kept. Without `shared` it is always made."""
    if shared is None:
        return make()
    for known, found in shared.made:
        if known == values:
            made: T = found
            return made
    made = make()
    shared.made.append((values, made))
    return made
