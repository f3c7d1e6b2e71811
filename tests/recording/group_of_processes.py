"""Processes that record together, started by a test: what each of them does."""

import os
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import distributed, multiprocessing, nn

from ncviz.measuring.grouped_peers import GroupedPeers
from ncviz.recording.plan import RecordPlan
from ncviz.recording.record_checkpoints import record_checkpoints


def small():
    """All of its layers fit the memory for features."""
    return _network(32)


def wide():
    """Its layers are measured batch by batch, where 600 samples are."""
    return _network(250)


def _network(width):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layers = nn.Flatten(), nn.Linear(64, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()
        return nn.Sequential(*layers, nn.Linear(width, 3)).double()


def save_checkpoints(folder):
    """Save two of each network."""
    for name, make in (("small", small), ("wide", wide)):
        network = make()
        for epoch in (1, 2):
            torch.save(network.state_dict(), folder / f"{name}_{epoch}.pt")
            with torch.no_grad():
                for weights in network.parameters():
                    weights.mul_(1.1)


def save_data(path, counts, test=(), sets=(), columns=None):
    """Save images of three classes, some with several labels."""
    rng = np.random.default_rng(0)
    rows = {"": [*np.repeat(np.eye(3, dtype=int), counts, axis=0), *map(list, sets)]}
    if test:
        rows["test_"] = np.repeat(np.eye(3, dtype=int), test, axis=0)
    arrays = dict(columns or {})
    for name, found in rows.items():
        marks = rng.permutation(np.array(found))
        images = (
            rng.random((len(marks), 1, 8, 8)) * 0.5 + 0.2 * marks.mean(axis=1)[:, None, None, None]
        )
        images[:, 0, 0, :3] += marks / 3
        arrays[f"{name}images"] = np.minimum(images, 1).astype(np.float32)
        arrays[f"{name}labels"] = marks if sets else marks.argmax(axis=1)
    np.savez(path, **arrays)


def plan_of(folder, network, data, **changes):
    """Return what is recorded."""
    settings = {
        "checkpoints": (str(folder / f"{network}_*.pt"),),
        "data": str(folder / data),
        **{"layers": ("all",), "memory": 1, "batch": 64, "device": "cpu", "trusted": True},
    }
    return RecordPlan(model=f"group_of_processes:{network}", **settings | changes)


@contextmanager
def _group(rank, size, meeting, patience):
    distributed.init_process_group(
        "gloo", init_method=f"file://{meeting}", rank=rank, world_size=size, timeout=patience
    )
    try:
        yield GroupedPeers(rank, size, patience)
    finally:
        distributed.destroy_process_group()


def run_together(size, folder, work, *arguments, patience=600.0):
    """Have so many processes do a work together, each given the peers and these arguments."""
    meeting = folder / f"meeting-{size}-{work.__name__}-{len(list(folder.iterdir()))}"
    multiprocessing.spawn(
        _process, (size, str(meeting), patience, work, arguments), nprocs=size, join=True
    )


def _process(rank, size, meeting, patience, work, arguments):
    torch.set_num_threads(1)
    with _group(rank, size, meeting, timedelta(seconds=patience)) as peers:
        work(peers, *arguments)
    # Threads of gloo that waited for a call that never came may abort an ordinary end.
    sys.stderr.flush()
    os._exit(0)


def record_all(peers, plans):
    """Record one run after the other."""
    for out, plan in plans:
        with peers.agreed():
            record_checkpoints(plan, Path(out), peers=peers)


def note_what_is_said(peers, plan, out, broken, folder):
    """Record a run with one process that fails, and note what each raises."""
    if peers.rank == broken["rank"]:
        os.environ["BREAKS"] = broken["how"]
    try:
        with peers.agreed():
            record_checkpoints(plan, Path(out), peers=peers)
        said = "finished"
    except Exception as error:  # noqa: BLE001 - what fails in the network comes as it is
        said = str(error)
    (Path(folder) / f"said-{broken['how']}-{peers.rank}").write_text(said)


class Breaks(nn.Module):
    """Fails in one process at a batch of one epoch."""

    def __init__(self):
        super().__init__()
        self.inner = small()
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        how = os.environ.get("BREAKS", "")
        if how == "raises" and self.calls > 12:
            raise ValueError("the disk of this computer is on fire")
        if how == "diverges" and self.calls > 12:
            return self.inner(x * torch.inf)
        if how == "dies" and self.calls > 12:
            os._exit(0)
        return self.inner(x)


def breaking():
    """A network that may fail."""
    return Breaks()


def differences(one, other):
    """Say which numbers of two runs differ by more than 1e-12 of the largest."""
    found = []
    files = sorted(path.relative_to(one) for path in one.rglob("*.safetensors"))
    assert files == sorted(path.relative_to(other) for path in other.rglob("*.safetensors"))
    for file in files:
        mine, theirs = load_file(one / file), load_file(other / file)
        assert mine.keys() == theirs.keys()
        for name, values in mine.items():
            size = max(1.0, np.abs(values[np.isfinite(values)]).max(initial=0))
            if not np.allclose(values, theirs[name], rtol=1e-12, atol=1e-12 * size, equal_nan=True):
                found.append(f"{file} {name} {np.abs(values - theirs[name]).max()}")
    return found
