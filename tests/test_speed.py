"""docs/speed.md has the rows that benchmarks declare, and says of each what was measured of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "script" / "speed.py"


def _script(*arguments):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=None,
        check=False,
    )


def test_the_page_has_the_rows_that_benchmarks_declare():
    done = _script("--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_unknown_row_is_named():
    done = _script("--only", "no-such-row")
    assert done.returncode == 2
    assert "no row is called no-such-row" in done.stderr


@pytest.fixture
def speed(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPT.parent)
    monkeypatch.delitem(sys.modules, "speed", raising=False)
    import speed

    yield speed
    sys.modules.pop("speed", None)


def test_what_a_benchmark_prints_becomes_its_row(speed, capsys):
    row = speed.Row("sorting", "sorting numbers", floor="reading them", at_most=2)
    row.point("1,000 numbers", 3.0, 1.0)
    row.point("10 numbers", 0.02, 0.01)
    row.ends("At a million numbers it says so.")
    lines = ["words for people\n", *capsys.readouterr().out.splitlines(keepends=True)]
    found = speed.told(iter(lines))
    assert "words for people" in capsys.readouterr().out
    declared = {"sorting": (row, "sort.py")}
    page = speed.page(declared, {"machine": "Slow, 2 cores", "rows": found})
    assert "Measured on Slow, 2 cores." in page
    # The first point is what the goal is about; the line is in the order of sizes.
    assert "| 3.00 ms | reading them: 1.00 ms | 3.00 | ≤ 2 times | **no** |" in page
    assert page.index("| 10 numbers | 0.02 ms") < page.index("| 1,000 numbers | 3.00 ms")
    assert "At a million numbers it says so." in page
    assert speed.chart(row, found["sorting"]["points"]).count("<circle") == 4


@pytest.mark.parametrize(
    ("value", "floor", "bounded", "is_met"),
    [
        (3, 2, "ratio", True),
        (3, 1, "ratio", False),
        (3, None, "value", False),
        (2, 1, "value", True),
    ],
)
def test_goals_are_of_the_ratio_or_of_the_value(speed, value, floor, bounded, is_met):
    row = speed.Row("r", "row", floor="floor", at_most=2, bounded=bounded)
    assert speed.is_met(row, {"size": "", "value": value, "floor": floor}) is is_met


def test_a_row_that_was_not_measured_says_so(speed):
    row = speed.Row("r", "row", floor="floor", at_most=2)
    page = speed.page({"r": (row, "r.py")}, {"rows": {}})
    assert "not measured" in page


def test_what_is_kept_is_of_rows_that_there_are():
    kept = json.loads((ROOT / "docs" / "speed.json").read_text("utf-8"))["rows"]
    named = {line.split()[0] for line in _script("--list").stdout.splitlines()}
    assert set(kept) <= named
