"""The modules that build the application stand beside the package, not in it."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def freeze_on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "freeze")
    yield
    for name in ("contents", "icons", "launch", "sizes"):
        sys.modules.pop(name, None)


@pytest.fixture
def root():
    return ROOT
