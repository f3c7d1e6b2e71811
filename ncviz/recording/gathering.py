"""Takes a few samples of each class out of what a training loop is fed with."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.errors import UserError
from ncviz.recording.sources import collect

Ints = NDArray[np.int64]


def gather(data: Any, classes: int, per_class: int, seed: int, where: str) -> tuple[Tensor, Ints]:
    """Keep some samples of each class, sorted by class.

    Parameters
    ----------
    data : loader, data set or (images, labels)
        A loader is read only until every class has enough.
    classes : int
        K.
    per_class : int
    seed : int
        Of the choice among (images, labels).
    where : str
        Names the data in error messages.

    Returns
    -------
    tuple
        Samples, shape (N, …), on the CPU, and labels, shape (N,).

    Raises
    ------
    UserError
        If there are none, or a label is none of 0…K−1.
    """
    if isinstance(data, list | tuple) and len(data) == 2 and hasattr(data[0], "shape"):
        images, labels = collect(data, where)
        _check(labels, classes, where)
        chosen = [
            np.random.default_rng((seed, k)).permutation(np.flatnonzero(labels == k))[:per_class]
            for k in range(classes)
        ]
        indices = np.concatenate([np.sort(part) for part in chosen])
        return images[torch.from_numpy(indices)], labels[indices]
    return _first_of(data, classes, per_class, where)


def _first_of(data: Any, classes: int, per_class: int, where: str) -> tuple[Tensor, Ints]:
    kept: list[Tensor] = []
    marks: list[Ints] = []
    room = np.full(classes, per_class)
    for pair in _finite(data):
        # One batch, or one sample, at a time.
        images, labels = collect([pair], where)
        _check(labels, classes, where)
        take = np.zeros(len(labels), dtype=bool)
        for number, label in enumerate(labels):
            if room[label] > 0:
                room[label] -= 1
                take[number] = True
        if take.any():
            kept.append(images[torch.from_numpy(take)].clone())
            marks.append(labels[take])
        if not room.any():
            break
    if not kept:
        raise UserError(f"{where} held no samples.")
    labels = np.concatenate(marks)
    order = np.argsort(labels, kind="stable")
    return torch.cat(kept)[torch.from_numpy(order)], labels[order]


def _finite(data: Any) -> Any:
    """Iterate over a data set that only knows its length and its items, too."""
    if hasattr(data, "__iter__") or not hasattr(data, "__len__"):
        return data
    return (data[number] for number in range(len(data)))


def _check(labels: Ints, classes: int, where: str) -> None:
    if len(labels) and (labels.min() < 0 or labels.max() >= classes):
        raise UserError(
            f"{where} has labels from {labels.min()} to {labels.max()}, and the model tells "
            f"{classes} classes apart: give labels 0 to {classes - 1}."
        )
