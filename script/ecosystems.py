"""Records what other libraries save, and writes the table of docs/your-model.md.

    script/ecosystems [NAME]… [--table]

A file of script/ecosystems.d declares `MADE_BY`, what the table calls whoever saves; `NEEDS`, the
packages that it imports; and `cases()`, which returns by their names functions that are given an
empty folder and return the folder of a run in it. A new file is a new case. What came out is kept
in script/ecosystems.json; cases that are not run keep what they had.
"""

import argparse
import importlib.util
import json
import os
import re
import sys
import tempfile
import time
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

from ncviz.errors import UserError

HERE = Path(__file__).resolve().parent
CASES = HERE / "ecosystems.d"
RESULTS = HERE / "ecosystems.json"
DOCUMENT = HERE.parent / "docs" / "your-model.md"
PLACE = re.compile(
    r"(<!-- ecosystems: script/ecosystems -->\n).*?(<!-- end of ecosystems -->\n)", re.DOTALL
)
HEAD = "| saved by | network | layers | classifier | seconds |\n|---|---|---|---|--:|\n"

Row = dict[str, Any]


def case_modules() -> dict[str, ModuleType]:
    """Return the files of cases by their names."""
    sys.path.insert(0, str(CASES))  # for what they share, in files that begin with '_'
    found = {}
    for path in sorted(CASES.glob("[a-z]*.py")):
        spec = importlib.util.spec_from_file_location(f"ecosystem_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found[path.stem] = module
    return found


def recorded(make: Any) -> Row:
    """Carry a case out in a folder of its own, and return what its run says."""
    from ncviz.runs.run import Run

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(make(Path(folder)))
        manifest, seconds = run.manifest, time.perf_counter() - began
        its_own = "classifier" if run.snapshot(run.epochs[-1]).classifier() is not None else ""
        return {
            "layers": [layer.name for layer in manifest.layers],
            "classifier": manifest.recipe.get("classifier") or its_own,
            "seconds": round(seconds, 1),
        }


def run(name: str, module: ModuleType) -> list[Row] | None:
    """Return the rows of a file of cases; None where a package is missing."""
    try:
        versions = {package: version(package) for package in module.NEEDS}
    except PackageNotFoundError as error:
        print(f"{name}: left out, for {error.name} is not installed", flush=True)
        return None
    said = ", ".join(f"{package} {number}" for package, number in versions.items())
    rows = []
    for title, make in module.cases().items():
        row: Row = {"case": name, "by": module.MADE_BY, "versions": said, "network": title}
        try:
            row |= recorded(make)
            words = f"{len(row['layers'])} layers, classifier {row['classifier'] or 'none'}"
        except UserError as error:
            row["failed"] = words = str(error)
        except Exception:  # noqa: BLE001 - the others are wanted all the same
            row["failed"] = words = traceback.format_exc().strip().rpartition("\n")[2]
        print(f"{name:20} {title:24} {words}  ({row.get('seconds', '–')} s)", flush=True)
        rows.append(row)
    return rows


def table(rows: list[Row]) -> str:
    """Return the table of the document."""
    return HEAD + "".join(map(_line, rows))


def _line(row: Row) -> str:
    by, versions = row["by"], row["versions"]
    if versions:
        by = versions if versions.startswith(f"{by} ") else f"{by} ({versions})"
    if "failed" in row:
        return f"| {by} | {row['network']} | – | {row['failed']} | – |\n"
    layers, classifier = row["layers"], row["classifier"]
    shown = [f"`{name}`" for name in layers[1:]]
    first = "input" if layers[0] == "input" else f"`{layers[0]}`"  # texts have no raw input
    if len(shown) > 3:
        shown = [shown[0], "…", shown[-1]]
    words = f"{len(layers)}: {first}, {', '.join(shown)}"
    found = "none" if classifier in ("", "none") else f"`{classifier}`"
    return f"| {by} | {row['network']} | {words} | {found} | {row['seconds']:.1f} |\n"


def written(text: str, rows: list[Row]) -> str:
    """Return a document with the table in its place."""
    return PLACE.sub(lambda found: found[1] + table(rows) + found[2], text)


def main(arguments: list[str]) -> int:
    """Run the named cases, or all, and write table and results; return how many failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--table", action="store_true", help="write the table alone")
    asked = parser.parse_args(arguments)
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is downloaded
    modules = case_modules()
    rows: list[Row] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []
    failed = 0
    for name, module in modules.items():
        if asked.table or (asked.names and name not in asked.names):
            continue
        new = run(name, module)
        if new is not None:
            rows = [row for row in rows if row["case"] != name] + new
            failed += sum("failed" in row for row in new)
            _keep(rows)
    _keep([row for row in rows if row["case"] in modules])
    return failed


def _keep(rows: list[Row]) -> None:
    """Write results and table, so far as they go."""
    rows = sorted(rows, key=lambda row: row["case"])  # in one case as they were carried out
    RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8"), rows), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
