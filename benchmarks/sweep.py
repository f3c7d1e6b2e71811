"""What two processes gain: a sweep with one job and with two, and that both folders are the same.

    python benchmarks/sweep.py [GRID.toml] [--epochs N] [--seeds N] [--jobs N]

By default the nine panels of the law with five seeds (docs/sweeps/law-panels.toml): an hour
or two. ``--epochs 20 --seeds 1`` is a small form. Each job takes one core, so that the machine
has to be otherwise idle.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PANELS = Path(__file__).parent.parent / "docs/sweeps/law-panels.toml"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("grid", type=Path, nargs="?", default=PANELS)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    text = asked.grid.read_text()
    if asked.epochs:
        text = re.sub(r"^(record|epochs) = .*\n", "", text, flags=re.MULTILINE)
        epochs = f'epochs = {asked.epochs}\nrecord = "0, {asked.epochs}"'
        text = text.replace("[base]", f"[base]\n{epochs}")
    if asked.seeds:
        text = re.sub(r"seeds = \d+", f"seeds = {asked.seeds}", text)
    with tempfile.TemporaryDirectory() as home:
        grid = Path(home) / "grid.toml"
        grid.write_text(text)
        one, several = (seconds(grid, Path(home) / str(jobs), jobs) for jobs in (1, asked.jobs))
        print(f"1 job: {one:.0f} s; {asked.jobs} jobs: {several:.0f} s; {several / one:.2f} of it")
        same = contents(Path(home) / "1") == contents(Path(home) / str(asked.jobs))
        print("The folders are the same." if same else "The folders differ.")
    return 0 if same else 1


def seconds(grid: Path, out: Path, jobs: int) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "ncviz", "sweep", grid, "--out", out, "--jobs", str(jobs)]
    subprocess.run(list(map(str, command)), check=True)
    return time.perf_counter() - began


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files, manifests without the moment at which they were made."""
    return {
        str(path.relative_to(folder)): re.sub(rb'"created": "[^"]*"', b"", path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


if __name__ == "__main__":
    sys.exit(main())
