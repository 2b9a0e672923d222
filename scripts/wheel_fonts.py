"""Puts the fonts into the wheel, from the packages that carry them, so that no font lies in the repository.

Each font package names a typesetter as its dependency, which would bring thirty packages to every user for four files.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FontsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the fonts and their licences to a wheel; an editable installation uses the packages themselves."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to include; `version` is hatchling's "standard" or "editable"."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "scripts")))
        from citeproof import resources  # noqa: PLC0415  (it lies in the checkout that the wheel is made of)

        for path in resources.font_files():
            build_data["force_include"][str(path)] = f"citeproof/resources/fonts/{path.name}"
        for folder in resources.font_folders():
            family = folder.name.removeprefix("rinoh_typeface_")
            for path in sorted(folder.glob("*LICENSE*")):
                build_data["force_include"][str(path)] = f"citeproof/resources/fonts/{family}-{path.name}"
