"""docs/speed.md has the rows that benchmarks declare, and says of each what was measured of it."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "script" / "speed.py"


@pytest.fixture(scope="module")
def speed():
    """The script, which imports every benchmark once."""
    before = set(sys.modules)
    sys.path.insert(0, str(SCRIPT.parent))
    import speed

    yield speed
    sys.path.remove(str(SCRIPT.parent))
    sys.path.remove(str(speed.BENCHMARKS))
    for name in {"speed", *(path.stem for path in speed.BENCHMARKS.glob("*.py"))} - before:
        sys.modules.pop(name, None)


@pytest.fixture
def script(speed, monkeypatch):
    """Call the script with words of a command line."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["speed", *words])
        return speed.main()

    return call


def test_the_page_has_the_rows_that_benchmarks_declare(script, capsys):
    assert script("--check") == 0, capsys.readouterr().out


def test_an_unknown_row_is_named(script, capsys):
    with pytest.raises(SystemExit, match="2"):
        script("--only", "no-such-row")
    assert "no row is called no-such-row" in capsys.readouterr().err


def test_what_was_measured_is_kept_when_the_next_benchmark_fails(script, speed, monkeypatch):
    kept = {}
    path = speed.MEASURED
    monkeypatch.setattr(type(path), "write_text", lambda self, text, _: kept.setdefault(self, text))

    def measured(_wanted):
        yield {"memory": {"points": [{"size": "one", "value": 1.0, "floor": 0.5}], "ends": ""}}
        raise KeyboardInterrupt

    monkeypatch.setattr(speed, "measure", measured)
    with pytest.raises(KeyboardInterrupt):
        script()
    rows = json.loads(kept[path])["rows"]
    assert rows["memory"]["points"][0]["value"] == 1.0
    assert rows.keys() >= json.loads(path.read_text("utf-8"))["rows"].keys()


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


def test_what_is_kept_is_of_rows_that_there_are(speed):
    kept = json.loads((ROOT / "docs" / "speed.json").read_text("utf-8"))["rows"]
    assert set(kept) <= set(speed.rows())
