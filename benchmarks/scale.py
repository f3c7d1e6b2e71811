"""What measuring costs a sample and a layer, of many classes and with several processes.

Features of `--width` numbers around `--classes` means pass through two wide linear maps and a
classifier, batch by batch as checkpoints are recorded, and are never held. The time within the
measuring is divided by samples and layers; the memory is the most that a process held beyond what
it had before. With `--processes 2` each measures its share, and rank 0's numbers are compared with
those of one process.

    python benchmarks/scale.py [--classes 1000] [--width 2048] [--samples 20000] [--hidden 0]
    python benchmarks/scale.py --classes 100 --width 512 --hidden 8192 --processes 2

With `--out FOLDER` the measured snapshot becomes a run, to be opened in the window.
"""

import argparse
import itertools
import resource
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed, multiprocessing, nn

from ncviz.anatomy.points import INPUT, Point, Pooling
from ncviz.measuring.grouped_peers import GroupedPeers
from ncviz.measuring.measured import Measured
from ncviz.measuring.measurer import Measurer
from ncviz.measuring.peers import ALONE, Peers
from ncviz.measuring.taps import Taps
from ncviz.runs.manifest import Manifest
from ncviz.runs.probe import Probe
from ncviz.runs.snapshot import Snapshot
from ncviz.runs.writer import RunWriter

BATCH = 128
NOISE = 4096  # rows of noise, from which each batch takes some


class Resident(threading.Thread):
    """Watches how much memory this process holds."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.before, self.most, self._ends = _resident(), 0, threading.Event()

    def run(self) -> None:
        while not self._ends.wait(0.05):
            self.most = max(self.most, _resident())

    def end(self) -> int:
        self._ends.set()
        return max(self.most, _resident()) - self.before


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


class Stream:
    """Samples of classes around means, made again each time that they are wanted."""

    def __init__(self, classes: int, width: int, samples: int, peers: Peers) -> None:
        rng = np.random.default_rng(0)
        self.labels = np.arange(samples) % classes
        self._means = rng.normal(size=(classes, width)).astype(np.float32)
        self._noise = rng.normal(size=(NOISE, width)).astype(np.float32)
        self._peers = peers
        self.seconds = 0.0

    def _of(self, rows: np.ndarray) -> Tensor:
        began = time.process_time()
        found = self._means[self.labels[rows]] + self._noise[rows % NOISE]
        self.seconds += time.process_time() - began
        return torch.from_numpy(found)

    def first(self) -> Tensor:
        return self._of(np.arange(2))

    def batches(self, _split: str, most: int) -> Iterator[tuple[np.ndarray, Tensor]]:
        own = np.arange(len(self.labels))[self._peers.share]
        for start in range(0, len(own), min(most, BATCH)):
            rows = own[start : start + min(most, BATCH)]
            yield rows, self._of(rows)


def network(width: int, hidden: int, classes: int) -> nn.Module:
    """Return a classifier, behind wide hidden layers where they are asked for."""
    torch.manual_seed(0)
    sizes = (width, hidden, width) if hidden else (width,)
    maps = [nn.Linear(a, b) for a, b in itertools.pairwise(sizes)]
    return nn.Sequential(nn.Identity(), *maps, nn.Linear(width, classes))


def measure(asked: argparse.Namespace, peers: Peers) -> Snapshot | None:
    """Measure once, and say what it has cost."""
    stream = Stream(asked.classes, asked.width, asked.samples, peers)
    model = network(asked.width, asked.hidden, asked.classes)
    last = str(len(model) - 1)
    points = (Point("0"), Point(last, INPUT, "features"))
    probe = np.arange(min(asked.samples, 3 * asked.classes))
    watch = Resident()
    watch.start()
    began, cpu = time.perf_counter(), time.process_time()
    measurer = Measurer(
        model,
        Taps(points, Pooling(), linear=last),
        Measured(
            stream.batches, {"train": stream.labels}, asked.classes, probe, few=stream.first()
        ),
        memory=1,  # nothing is held
        batch=BATCH,
        peers=peers,
    )
    measurer._batch = BATCH  # else as few as the memory holds
    if peers.is_first:
        snapshot: Snapshot | None = measurer.snapshot(1)
    else:
        snapshot = measurer.contribute()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    layers = 1 + len(points)  # the input, too
    each = (cpu - stream.seconds) / (len(stream.labels[peers.share]) * layers) * 1e6
    print(
        f"process {peers.rank} of {peers.size}: {len(stream.labels[peers.share]):,} samples, "
        f"{layers} layers of {asked.width:,} in {asked.classes:,} classes: {wall:.1f} s, "
        f"{cpu:.1f} s of the processor ({stream.seconds:.1f} s for the samples), {each:.0f} µs a "
        f"sample and layer, at most {watch.end() / 2**20:,.0f} MiB more memory",
        flush=True,
    )
    if snapshot is not None and asked.out:
        write(asked, measurer, snapshot, probe, stream)
    return snapshot


def write(
    asked: argparse.Namespace,
    measurer: Measurer,
    snapshot: Snapshot,
    probe: np.ndarray,
    stream: Stream,
) -> None:
    """Write a run of this one snapshot."""
    names = tuple(f"class {number}" for number in range(asked.classes))
    counts = tuple(np.bincount(stream.labels).tolist())
    manifest = Manifest("Many classes", names, measurer.layers, counts, epochs=1, recorded=(1,))
    writer = RunWriter(Path(asked.out), manifest, Probe(stream.labels[probe], None))
    writer.write(snapshot)
    writer.close("finished")


def _process(rank: int, asked: argparse.Namespace, meeting: str) -> None:
    torch.set_num_threads(1)
    patience = timedelta(minutes=10)
    distributed.init_process_group(
        "gloo",
        init_method=f"file://{meeting}",
        rank=rank,
        world_size=asked.processes,
        timeout=patience,
    )
    found = measure(asked, GroupedPeers(rank, asked.processes, patience))
    if found is not None:
        asked.out = ""
        compare(found, measure(asked, ALONE))
    distributed.destroy_process_group()


def compare(one: Snapshot, other: Snapshot | None) -> None:
    """Say by how much the numbers of several processes are off those of one."""
    assert other is not None
    worst = 0.0
    for mine, theirs in zip(one.layers, other.layers, strict=True):
        a, b = mine.statistics["train"], theirs.statistics["train"]
        for name in ("means", "within_variance", "class_fuzziness"):
            x, y = getattr(a, name), getattr(b, name)
            worst = max(worst, float(np.abs(x - y).max() / np.abs(y).max()))
    print(f"largest difference to one process: {worst:.1e} of the largest number")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--hidden", type=int, default=0, help="width of a wide layer between")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", default="", help="folder of a run")
    asked = parser.parse_args()
    if asked.processes == 1:
        torch.set_num_threads(1)
        measure(asked, ALONE)
        return
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(_process, (asked, f"{folder}/meeting"), nprocs=asked.processes)


if __name__ == "__main__":
    main()
