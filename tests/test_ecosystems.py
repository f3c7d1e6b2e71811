"""The table of networks of other libraries is what was recorded, and each case is in it."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def script():
    """Return the script that records them."""
    spec = importlib.util.spec_from_file_location("ecosystems", ROOT / "script" / "ecosystems.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_table_is_what_was_recorded(script):
    rows = json.loads(script.RESULTS.read_text("utf-8"))
    text = script.DOCUMENT.read_text("utf-8")
    assert script.written(text, rows) == text, "run script/ecosystems --table"
    assert not [row["network"] for row in rows if "failed" in row]
    assert {row["case"] for row in rows} == {path.stem for path in script.CASES.glob("[a-z]*.py")}


def test_a_new_file_is_a_new_case(script, tmp_path, monkeypatch, capsys):
    code = (
        "MADE_BY = 'somebody'\nNEEDS = ('numpy',)\n"
        "def cases():\n    return {'a net': lambda folder: ASSET}\n"
        "from ncviz.assets import asset\nASSET = asset('demonstration')\n"
    )
    (tmp_path / "mine.py").write_text(code)
    (tmp_path / "other.py").write_text("MADE_BY = 'nobody'\nNEEDS = ('no-such-package',)\n")
    page = "<!-- ecosystems: script/ecosystems -->\n<!-- end of ecosystems -->\n"
    (tmp_path / "page.md").write_text(page)
    for name, value in {"CASES": "", "RESULTS": "results.json", "DOCUMENT": "page.md"}.items():
        monkeypatch.setattr(script, name, tmp_path / value)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert script.main([]) == 0
    assert "no-such-package is not installed" in capsys.readouterr().out
    (row,) = json.loads((tmp_path / "results.json").read_text())
    assert row["case"] == "mine"
    assert row["layers"][0] == "input"
    assert "| somebody (numpy " in (tmp_path / "page.md").read_text()
