"""A smaller copy of a run: fewer epochs, fewer drawn samples, every statistic as it was."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.projection import class_mean_subspace
from ncviz.runs.manifest import FILE_NAME as MANIFEST
from ncviz.runs.probe import FILE_NAME as PROBE
from ncviz.runs.run import Run
from ncviz.runs.same_bytes import safetensors_bytes
from ncviz.runs.stored_arrays import StoredArrays
from ncviz.runs.writer import SNAPSHOTS, snapshot_name, write_atomically

Ints = NDArray[np.int64]

WIDE = 512  # features
_DRAWN = re.compile(r"(?:\d+\.positions\.probe|probe\.[a-z]+)(?:\.(\w+))?")
_MEANS = re.compile(r"(\d+)\.(?!positions\.)(\w+)\.means")


def thin_run(
    run: Run, path: Path, *, epochs: Collection[int], per_class: int, texts: bool = True
) -> None:
    """Write a smaller copy of a run, which every reader opens as any other.

    The means of wide layers but the last are given in an orthonormal frame of their own span, as
    the run format allows: all numbers about the middle of the means stay, those from 0 go. But
    for the last layer's, means are rounded to single precision.

    Parameters
    ----------
    run : Run
    path : Path
        The new folder, which must not be there.
    epochs : collection of int
        Those of the run that are kept.
    per_class : int
        How many drawn training samples of each class are kept, and half as many of each other
        split: the first ones, whose order is by chance.
    texts : bool, optional
        Whether what the samples read is kept: texts may be somebody's.

    Raises
    ------
    UserError
        If it cannot be written.
    """
    (path / SNAPSHOTS).mkdir(parents=True)
    probe = run.probe
    kept = {"": _first(probe.labels, per_class)}
    half = max(1, per_class // 2)
    kept |= {split: _first(other.labels, half) for split, other in probe.others.items()}
    stored = StoredArrays(run.path / PROBE)
    arrays = {}
    for name in stored:
        split = name.split(".", 1)[0] if name.split(".", 1)[0] in probe.others else ""
        if texts or name.rpartition(".")[2] != "texts":
            arrays[name] = stored.read(name)[kept[split]]
    _write(path / PROBE, arrays, stored.metadata)
    last = len(run.manifest.layers) - 1
    for epoch in sorted(epochs):
        name = snapshot_name(epoch)
        stored = StoredArrays(run.path / SNAPSHOTS / name)
        arrays = dict(_thinned(stored, kept, last))
        _write(path / SNAPSHOTS / name, arrays, stored.metadata)
    manifest = replace(run.manifest, recorded=tuple(sorted(epochs)))
    write_atomically(path / MANIFEST, manifest.to_json().encode())


def _thinned(
    stored: StoredArrays, kept: dict[str, Ints], last: int
) -> Iterator[tuple[str, NDArray[Any]]]:
    for name in stored:
        array = stored.read(name)
        drawn, means = _DRAWN.fullmatch(name), _MEANS.fullmatch(name)
        if drawn:
            array = array[kept[drawn[1] or ""]]
        elif means and int(means[1]) != last:
            if array.shape[1] > WIDE:
                array = _in_own_span(array, stored.read(f"{means[1]}.{means[2]}.counts") > 0)
            array = array.astype(np.float32)
        yield name, array


def _in_own_span(means: NDArray[Any], present: NDArray[np.bool_]) -> NDArray[Any]:
    subspace = class_mean_subspace(means[present])
    narrow = np.zeros((len(means), subspace.basis.shape[1]))
    narrow[present] = subspace.coordinates(means[present])
    return narrow


def _first(labels: Ints, per_class: int) -> Ints:
    """Return which samples are the first ones of their class, in order."""
    found = [np.flatnonzero(labels == label)[:per_class] for label in np.unique(labels)]
    return np.sort(np.concatenate(found)) if found else np.arange(0)


def _write(path: Path, arrays: dict[str, NDArray[Any]], metadata: Any) -> None:
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    content = safetensors_bytes(whole, metadata)
    write_atomically(path, content, at_once=False)
