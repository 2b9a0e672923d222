"""What the tests of the filters share: the pandoc that is meant and the folder of the filters."""

from __future__ import annotations

from pathlib import Path

import pypandoc
import pytest


@pytest.fixture(scope="session")
def pandoc() -> str:
    """Give the path of the pandoc that pypandoc carries; never the system's."""
    return str(pypandoc.get_pandoc_path())


@pytest.fixture(scope="session")
def filters() -> Path:
    """Give the folder of the filters."""
    return Path(__file__).parents[2] / "filters"
