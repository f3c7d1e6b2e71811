"""What a network answers for samples with several labels."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.geometry.projection import class_mean_subspace
from ncviz.measuring.measured import Loss, Measured
from ncviz.measuring.nearest import nearest_of
from ncviz.measuring.passed import Passed, share_by_class
from ncviz.measuring.tally import Tally, positions_of
from ncviz.runs.snapshot import Positions


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


def positions_with_sets(
    on: Measured, tallies: Mapping[str, Tally], rows: NDArray[np.float64] | None
) -> Positions:
    """Return where the drawn samples of all splits lie; see `positions_of`.

    Means and samples of what is drawn behind the training samples stand behind theirs, and all
    lie in the span of all of these means.
    """
    if not on.also_drawn:
        return positions_of(tallies, rows, on.foreign)
    means = [tallies[split].means for split in ("train", *on.also_drawn)]
    frame = class_mean_subspace(np.concatenate(means))
    for tally in tallies.values():
        tally.widen(frame)
    found = positions_of(tallies, rows, on.foreign)
    others, samples = dict(found.others), [found.probe]
    means = [found.means]
    for split in on.also_drawn:
        means.append(frame.coordinates(tallies[split].means))
        samples.append(others.pop(split).probe)
    return replace(found, means=np.concatenate(means), probe=np.concatenate(samples), others=others)


def answers_of(on: Measured, passed: Mapping[str, Passed]) -> dict[str, Any]:
    """Return what a snapshot holds of all drawn samples, by the names of its fields.

    The answer to a sample with several labels is the set of as many of the largest logits; its
    confidence is the softmax on these, its loss the mean over its labels.
    """
    found = [passed["train"].answers]
    for split, drawn in on.also_drawn.items():
        sets, here = on.label_sets[split], passed[split]
        logits = here.logits[torch.from_numpy(drawn)].double()
        rows = label_rows(sets, on.classes).double()
        logs = torch.log_softmax(logits, dim=1)
        # Of sets of one size the largest logits have the largest sum.
        own = rows[on.labels[split][drawn]]
        alike = rows.sum(dim=1)[None] == own.sum(dim=1)[:, None]
        best = (logits @ rows.T).masked_fill(~alike, -torch.inf).argmax(dim=1)
        tally = here.tallies[-1]
        assert tally.whole is not None  # what is drawn is held
        features = tally.whole[torch.from_numpy(drawn)]
        nearest = nearest_of(features.cpu(), tally.means, tally.present)
        found.append(
            {
                "predicted": on.classes + best.numpy(),
                "nearest": on.classes + nearest.numpy(),
                "confidence": (logs.exp() * rows[best]).sum(dim=1).numpy(),
                "losses": (-(logs * own).sum(dim=1) / own.sum(dim=1)).numpy(),
            }
        )
    return {
        name: None if value is None else np.concatenate([each[name] for each in found])
        for name, value in found[0].items()
    }
