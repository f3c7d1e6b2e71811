"""What ``ncviz import`` takes of memory and time for more and more samples.

Features of `--width` numbers around the means of `--classes` classes are written to a file of
each kind, block by block, and imported by a process of its own. Memory is the most that this
process held, also beside what an import of two samples a class holds; the features would take
N × width × 4 bytes.

    python benchmarks/importing.py [--samples 25000,100000] [--width 2048] [--classes 1000]
                                   [--kinds npy,h5] [--folder FOLDER]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROWS = 2000  # written at once
_CHILD = """
import json, sys, time
from ncviz.cli import main
began = time.process_time()
assert main(sys.argv[1:]) == 0
cpu = time.process_time() - began
# Not what getrusage says: a process inherits that of the one that began it.
most = next(x for x in open('/proc/self/status') if x.startswith('VmHWM')).split()[1]
print(json.dumps([int(most) * 1024, cpu]))
"""


def written(kind: str, samples: int, width: int, classes: int, folder: Path) -> Path:
    """Write features and labels, a block at a time."""
    rng = np.random.default_rng(0)
    labels = np.arange(samples) % classes
    means = rng.normal(size=(classes, width)).astype(np.float32)

    def blocks():
        for start in range(0, samples, ROWS):
            own = labels[start : start + ROWS]
            yield start, means[own] + rng.standard_normal((len(own), width), np.float32)

    if kind == "h5":
        import h5py

        with h5py.File(folder / "features.h5", "w") as file:
            data = file.create_dataset("features", (samples, width), "f4", chunks=(64, width))
            for start, block in blocks():
                data[start : start + len(block)] = block
            file["labels"] = labels
        return folder / "features.h5"
    path = folder / "features.npy"
    array = np.lib.format.open_memmap(path, "w+", np.float32, (samples, width))
    for start, block in blocks():
        array[start : start + len(block)] = block
    array.flush()
    np.save(folder / "labels.npy", labels)
    return path


def imported(path: Path, out: Path) -> tuple[int, float, float]:
    """Import in a process; return its memory and its seconds, by the processor and the clock."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, "import", path, "--out", out, "--probe-per-class", "3"],
        check=True,
        capture_output=True,
        text=True,
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} | dict(os.environ),
    )
    memory, cpu = json.loads(done.stdout.splitlines()[-1])
    return memory, cpu, time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", default="25000,100000")
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--kinds", default="npy")
    parser.add_argument("--folder", default=None, help="where the files are for the time")
    asked = parser.parse_args()
    for kind in asked.kinds.split(","):
        before = 0
        for samples in (2 * asked.classes, *map(int, asked.samples.split(","))):
            with tempfile.TemporaryDirectory(dir=asked.folder) as name:
                folder = Path(name)
                path = written(kind, samples, asked.width, asked.classes, folder)
                size = path.stat().st_size / 2**20
                memory, cpu, clock = imported(path, folder / "run")
            before = before or memory
            print(
                f"{kind} {samples:>9,} × {asked.width:,}, {size:,.0f} MiB in the file: "
                f"{memory / 2**20:,.0f} MiB of memory, {(memory - before) / 2**20:,.0f} more than "
                f"of the fewest; {cpu:.0f} s of the processor, {clock:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
