"""Puts the fonts into the wheel, from the package that carries them, so that no font lies in the repository.

The font package names a typesetter as its dependency, which would bring thirty packages to every user for four files.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FontsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds TeX Gyre Termes and its licence to a wheel; an editable installation uses the package itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to include; `version` is hatchling's "standard" or "editable"."""
        if self.target_name != "wheel" or version == "editable":
            return
        spec = importlib.util.find_spec("rinoh_typeface_texgyretermes")
        if spec is None or not spec.submodule_search_locations:
            message = "the package rinoh-typeface-texgyretermes is missing from the build environment"
            raise RuntimeError(message)
        for path in sorted(Path(spec.submodule_search_locations[0]).iterdir()):
            if path.suffix in {".otf", ".txt"}:
                build_data["force_include"][str(path)] = f"citeproof/resources/fonts/{path.name}"
