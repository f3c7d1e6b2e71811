"""Runs the benchmarks that declare rows (benchmarks/speed_row.py), and writes docs/speed.md.

What was measured is kept in docs/speed.json, so that a row can be measured alone.
"""

import argparse
import importlib
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from math import log10
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "benchmarks"
MEASURED = ROOT / "docs" / "speed.json"
DOCUMENT = ROOT / "docs" / "speed.md"
CHARTS = ROOT / "docs" / "images" / "speed"

sys.path.insert(0, str(BENCHMARKS))
from speed_row import Row  # noqa: E402

HEAD = """# Speed

Written by `script/speed` from one run of `benchmarks/`, each row beside a floor that was measured
in the same run: what the same work costs where nothing of ncviz is in it. A ratio carries over to
other machines better than a time does. `script/speed --only NAME` measures one row again.
"""


def rows() -> dict[str, tuple[Row, str]]:
    """Return the rows that benchmarks declare, by name in the order of the page, and their files.

    Raises
    ------
    SystemExit
        If two rows have one name.
    """
    found: dict[str, tuple[Row, str]] = {}
    for path in sorted(BENCHMARKS.glob("*.py")):
        if path.stem == "speed_row" or "speed_row" not in path.read_text("utf-8"):
            continue
        for held in vars(importlib.import_module(path.stem)).values():
            for row in held if isinstance(held, list | tuple) else (held,):
                if isinstance(row, Row) and found.setdefault(row.name, (row, path.name))[0] != row:
                    raise SystemExit(f"Two rows are called {row.name}: rename one.")
    return dict(sorted(found.items(), key=lambda item: (item[1][0].order, item[0])))


def told(lines: Iterator[str]) -> dict[str, dict[str, Any]]:
    """Return what a benchmark tells of its rows; what else it says goes to the terminal."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        if not line.startswith('{"row"'):
            print(line, end="", flush=True)
            continue
        point = json.loads(line)
        row = found.setdefault(point.pop("row"), {"points": [], "ends": ""})
        if "ends" in point:
            row["ends"] = point["ends"]
        else:
            row["points"].append(point)
            print(f"  {point}", flush=True)
    return found


def measure(wanted: dict[str, tuple[Row, str]]) -> Iterator[dict[str, dict[str, Any]]]:
    """Run the benchmarks of some rows, each once, and give what each of them tells."""
    for file, arguments in dict.fromkeys((file, row.arguments) for row, file in wanted.values()):
        print(f"{file} {' '.join(arguments)}", flush=True)
        command = [sys.executable, "-u", str(BENCHMARKS / file), *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            news = told(process.stdout)
        if process.returncode:
            print(f"{file} has failed: its rows stay as they were.", file=sys.stderr)
            continue
        yield news


def machine() -> str:
    """Return the name of the processor and the number of its cores."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    return f"{name}, {os.cpu_count()} cores"


def number(value: float) -> str:
    """Return three digits of a number."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{2 if value < 10 else 1}f}" if value >= 0.1 else f"{value:.2g}"


def amount(row: Row, value: float | None) -> str:
    """Return a value of a row with its unit; a dash where there is none."""
    return "–" if value is None else f"{number(value)} {row.unit}".strip()


def ratio(point: dict[str, Any]) -> float | None:
    """Return how many times its floor a value is."""
    return point["value"] / point["floor"] if point["floor"] else None


def is_met(row: Row, point: dict[str, Any]) -> bool:
    """Tell whether a point reaches the goal of its row."""
    held = ratio(point) if row.bounded == "ratio" else point["value"]
    return held is not None and held <= row.at_most


def page(declared: dict[str, tuple[Row, str]], measured: dict[str, Any]) -> str:
    """Return the page of rows as they were measured."""
    lines = [HEAD, f"Measured on {measured.get('machine', 'no machine yet')}.", ""]
    lines += [
        "| row | measured | floor | ratio | to reach | reached |",
        "|---|---|---|---|---|---|",
    ]
    for name, (row, _) in declared.items():
        goal = f"≤ {row.at_most:g} " + ("times" if row.bounded == "ratio" else row.unit)
        points = measured["rows"].get(name, {}).get("points", [])
        cells = ["–", row.floor or "–", "–", goal.strip(), "not measured"]
        if points:
            first, times = points[0], ratio(points[0])
            floor = f"{row.floor}: {amount(row, first['floor'])}" if row.floor else "–"
            verdict = "yes" if is_met(row, first) else "**no**"
            shown = "–" if times is None else number(times)
            cells = [amount(row, first["value"]), floor, shown, goal.strip(), verdict]
        lines.append(f"| [{row.what}](#{name}) | {' | '.join(cells)} |")
    lines += ["", "## How cost grows", ""]
    lines += ["In charts blue is what was measured, grey its floor, on a logarithmic axis.", ""]
    for name, (row, file) in declared.items():
        lines += section(row, file, measured["rows"].get(name, {"points": [], "ends": ""}))
    return "\n".join(lines).rstrip() + "\n"


def section(row: Row, file: str, found: dict[str, Any]) -> list[str]:
    """Return a row's line over size, and where it breaks."""
    words = row.what[0].upper() + row.what[1:]
    lines = [f"### {row.name}", "", f"{words} (`benchmarks/{file}`).", ""]
    points = in_order(found["points"])
    if len(points) > 1:
        lines += [f"![{row.what}, over size](images/speed/{row.name}.svg)", ""]
    if points:
        lines += ["| size | measured | floor | ratio |", "|---|---|---|---|"]
    for point in points:
        times = ratio(point)
        cells = [amount(row, point["value"]), amount(row, point["floor"])]
        cells.append("–" if times is None else number(times))
        lines.append(f"| {point['size']} | {' | '.join(cells)} |")
    return [*lines, *([""] if points else []), *([found["ends"], ""] if found["ends"] else [])]


def in_order(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return points by the first number in the words of their sizes."""

    def size(point: dict[str, Any]) -> float:
        found = re.search(r"\d[\d,]*(?:\.\d+)?", point["size"])
        return float(found[0].replace(",", "")) if found else 0.0

    return sorted(points, key=size)


def chart(row: Row, points: list[dict[str, Any]]) -> str:
    """Return a row's line over size and that of its floor as SVG, on a logarithmic axis."""
    points = in_order(points)
    width, height, left, top, bottom = 420, 150, 56, 14, 24
    values = [p[kind] for p in points for kind in ("value", "floor") if p[kind]]
    low, high = log10(min(values)), log10(max(values))
    low, high = (low - 0.1, high + 0.1) if high - low < 0.2 else (low, high)

    def place(index: int, value: float) -> tuple[float, float]:
        x = left + 24 + index * (width - left - 72) / max(1, len(points) - 1)
        return x, top + (high - log10(value)) / (high - low) * (height - top - bottom)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="10" fill="#777">'
    ]
    for kind, colour in (("floor", "#999999"), ("value", "#1f77b4")):
        at = [place(i, p[kind]) for i, p in enumerate(points) if p[kind]]
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in at)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in at]
    for value in (10**low, 10**high):
        y = place(0, value)[1] + 3
        parts.append(
            f'<text x="{left}" y="{y:.0f}" text-anchor="end">{escape(amount(row, value))}</text>'
        )
    for index, point in enumerate(points):
        x, words = place(index, 10**low)[0], escape(point["size"])
        parts.append(f'<text x="{x:.0f}" y="{height - 6}" text-anchor="middle">{words}</text>')
    return "\n".join([*parts, "</svg>", ""])


def files(declared: dict[str, tuple[Row, str]], measured: dict[str, Any]) -> dict[Path, str]:
    """Return the page and its charts, as they are to be."""
    found = {DOCUMENT: page(declared, measured)}
    for name, (row, _) in declared.items():
        points = measured["rows"].get(name, {}).get("points", [])
        if len(points) > 1:
            found[CHARTS / f"{name}.svg"] = chart(row, points)
    return found


def write(declared: dict[str, tuple[Row, str]], measured: dict[str, Any]) -> None:
    """Write the page and its charts."""
    CHARTS.mkdir(parents=True, exist_ok=True)
    wanted = files(declared, measured)
    for old in set(CHARTS.glob("*.svg")) - set(wanted):
        old.unlink()
    for path, text in wanted.items():
        path.write_text(text, "utf-8")


def main() -> int:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description="Measures what docs/speed.md says.")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these rows")
    parser.add_argument("--list", action="store_true", help="names the rows")
    parser.add_argument("--page", action="store_true", help="writes the page alone")
    parser.add_argument("--check", action="store_true", help="tells whether the page is up to date")
    asked = parser.parse_args()
    declared = rows()
    if asked.list:
        for name, (row, file) in declared.items():
            print(" ".join([name, file, *row.arguments]))
        return 0
    unknown = set(asked.only or ()) - set(declared)
    if unknown:
        parser.error(
            f"no row is called {', '.join(sorted(unknown))}: there are {', '.join(declared)}"
        )
    empty: dict[str, Any] = {"machine": machine(), "rows": {}}
    measured = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else empty
    if asked.check:
        kept = {name: row for name, row in measured["rows"].items() if name in declared}
        wanted = files(declared, {**measured, "rows": kept})
        there = {DOCUMENT, *CHARTS.glob("*.svg")}
        stale = [
            p for p in {*wanted, *there} if not p.exists() or p.read_text("utf-8") != wanted.get(p)
        ]
        for path in sorted(stale):
            print(
                f"{path.relative_to(ROOT)} is not what the benchmarks declare: script/speed --page"
            )
        return 1 if stale else 0
    if not asked.page:
        for news in measure({name: declared[name] for name in asked.only or declared}):
            found = {**measured["rows"], **news}
            kept = {name: found[name] for name in declared if name in found}
            measured = {"machine": machine(), "rows": kept}
            # Of each benchmark at once: the next one may not end.
            MEASURED.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write(declared, measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
