import pytest
from tiny_sweep import TINY


@pytest.fixture
def written(tmp_path):
    """Write a sweep's file, and return its path."""

    def write(text=TINY, name="grid.toml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write
