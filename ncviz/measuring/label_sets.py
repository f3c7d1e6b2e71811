"""What a network answers for samples with several labels."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.measuring.measured import Loss, Measured
from ncviz.measuring.passed import share_by_class


def label_rows(sets: Sequence[Sequence[int]], classes: int) -> Tensor:
    """Return sets of labels as rows, shape (S, K): 1 for each label of a set, 0 for the others.

    Parameters
    ----------
    sets : sequence of sequences of int
        S of them.
    classes : int
        K.
    """
    rows = torch.zeros(len(sets), classes)
    for row, labels in zip(rows, sets, strict=True):
        row[list(labels)] = 1
    return rows


def are_right(logits: Tensor, labels: Tensor) -> Tensor:
    """Return which samples are answered with their labels, shape (N,).

    Parameters
    ----------
    logits : Tensor, shape (N, K)
    labels : Tensor, shape (N,) or (N, K)
        The label of each sample: right where its logit is the largest. Or its labels as
        `label_rows`: right where the logits of all of them are above those of all others.
    """
    if labels.ndim == 1:
        return logits.argmax(dim=1) == labels
    own = logits.masked_fill(labels == 0, torch.inf).amin(dim=1)
    return own > logits.masked_fill(labels != 0, -torch.inf).amax(dim=1)


def label_share(logits: Tensor, labels: Tensor) -> float:
    """Return which share of the softmax falls on the labels of a sample, on average.

    Parameters
    ----------
    logits : Tensor, shape (N, K)
    labels : Tensor, shape (N, K)
        As `label_rows`.
    """
    shares = torch.softmax(logits.double(), dim=1)
    return float((shares * labels).sum(dim=1).mean())


def judge_sets(
    on: Measured, split: str, logits: Tensor, loss: Loss
) -> tuple[dict[str, float], NDArray[np.float64]]:
    """Return what is measured of a split whose samples have several labels.

    Returns
    -------
    dict of str to float
        Scalars of a snapshot.
    array, shape (S,)
        Share of mistakes of each set of labels.
    """
    labels = on.labels[split]
    rows = label_rows(on.label_sets[split], on.classes)[labels]
    wrong = (~are_right(logits, rows)).numpy()
    scalars = {
        f"{split}_loss": loss(logits, rows, None),
        f"{split}_error": float(wrong.mean()),
        f"label_share_{split}": label_share(logits, rows),
    }
    return scalars, share_by_class(wrong, labels, on.classes_of(split))
