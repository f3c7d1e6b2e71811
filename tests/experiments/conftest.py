"""A tiny experiment in a file of its own."""

from pathlib import Path

import pytest
from tiny_experiment import TINY


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return the file of an experiment that trains in a moment."""
    path = tmp_path / "tiny.toml"
    path.write_text(TINY, encoding="utf-8")
    return path
