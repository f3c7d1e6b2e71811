"""What a second training beside the first costs: two processes of `ncviz train` against one.

    python benchmarks/two_trainings.py [--epochs 300]

The floor is one training of the same recipe, begun and ended as a user does, PyTorch's start
included. Two seeds in one folder come out of `ncviz sweep --jobs 2` in the same way.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from speed_row import Row

BESIDE = Row(
    "two-trainings",
    "two trainings beside each other, each a process of `ncviz train`",
    floor="one training alone",
    at_most=1.15,
    unit="s",
    order=81,
)


def seconds(count: int, epochs: int, folder: Path) -> float:
    """Return how long so many trainings of other seeds take together."""
    began = time.perf_counter()
    processes = []
    for seed in range(count):
        out = folder / f"{count}-{epochs}-{seed}"
        command = [sys.executable, "-m", "ncviz", "train", "--out", str(out)]
        command += ["--set", f"epochs={epochs}", "--set", f"seed={seed}", "--device", "cpu"]
        single = {**os.environ, "OMP_NUM_THREADS": "1"}
        processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, env=single))
    ended = [process.wait() for process in processes]
    if any(ended):
        raise SystemExit("A training has failed.")
    return time.perf_counter() - began


def processor_seconds() -> float:
    """Return what all trainings that have ended took of the processors, measuring included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=300)
    epochs = parser.parse_args().epochs
    with tempfile.TemporaryDirectory() as folder:
        floor = min(seconds(1, epochs, Path(folder) / f"{turn}") for turn in range(2))
        alone = processor_seconds() / 2
        for count in (2, 4):
            BESIDE.point(f"{count} at once", seconds(count, epochs, Path(folder)), floor)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    BESIDE.ends(
        f"One alone is no floor that two can keep: a process of its own measures beside it, and "
        f"both start PyTorch. It takes {alone:.1f} s of the processors in {floor:.1f} s, so that "
        f"two of them on {cores} cores cannot end before {max(floor, 2 * alone / cores):.1f} s, "
        f"{max(1.0, 2 * alone / cores / floor):.2f} times as long, even if neither slowed the "
        f"other's memory."
    )


if __name__ == "__main__":
    main()
