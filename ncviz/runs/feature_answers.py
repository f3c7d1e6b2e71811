"""What is answered to features of the last layer: the classifier's word, the nearest mean."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.class_statistics import ClassStatistics
from ncviz.geometry.collapse import nc4, nearest_class_means, predictions
from ncviz.geometry.label_sets import answered_sets, are_right, label_share, rows_of_sets
from ncviz.runs.snapshot import Answers, Classifier
from ncviz.runs.splits import Split

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BLOCK = 2**18  # numbers that are turned to float64 at once


def judge(
    rows: NDArray[Any],
    answers: NDArray[Any] | None,
    classifier: Classifier | None,
    statistics: ClassStatistics,
    labels: Ints,
    split: Split,
    weights: Floats | None = None,
) -> tuple[Answers, dict[str, float]]:
    """Return what the network says of each sample, which class mean is nearest, and the shares.

    Parameters
    ----------
    rows : array, shape (N, d)
        Features of the last layer.
    answers : array, shape (N, K), or None
        Logits, or whatever grows with them; else the classifier is asked.
    classifier : Classifier or None
    statistics : ClassStatistics
        Of those class means that are compared; of samples with several labels, their own.
    labels : array of int, shape (N,)
        Of the split's classes.
    split : Split
    weights : array, shape (N,), optional
        What each sample counts for, where they do not count alike.

    Returns
    -------
    Answers
        Of all samples; of those with several labels, numbers of sets.
    dict of str to float
        Scalars of a snapshot, such as the share of mistakes.
    """
    nearest, predicted, logits = [], [], []
    for block in _blocks(rows):
        nearest.append(nearest_class_means(block, statistics.means, statistics.present))
        if answers is not None or classifier is None:
            continue
        if split.label_sets:
            bias = 0.0 if classifier.bias is None else classifier.bias
            logits.append(block @ classifier.weight.T + bias)
        else:
            predicted.append(predictions(block, classifier.weight, classifier.bias))
    known = answers is not None and len(answers) and bool(np.isfinite(answers).all())
    if split.label_sets and (known or logits):
        given = np.concatenate(logits) if logits else np.asarray(answers, dtype=np.float64)
        sets = rows_of_sets(split.label_sets, given.shape[1])
        own = sets[labels]
        scalars = {f"{split.name}_error": float((~are_right(given, own)).mean())}
        if logits:  # what is called logits may be shares already
            scalars[f"label_share_{split.name}"] = label_share(given, own)
        said = answered_sets(given, sets, labels)
        return Answers(said, np.concatenate(nearest)), scalars
    told: Ints | None = np.concatenate(predicted) if predicted else None
    if known and answers is not None:
        told = np.asarray(answers.argmax(axis=1))
    found = Answers(told, np.concatenate(nearest))
    if told is None or split.is_foreign or found.nearest is None:
        return found, {}
    wrong = float(np.average(told != labels, weights=weights))
    return found, {
        f"{split.name}_error": wrong,
        f"nc4_{split.name}": nc4(told, found.nearest, weights),
    }


def _blocks(rows: NDArray[Any]) -> Iterator[Floats]:
    step = max(1, _BLOCK // max(1, rows.shape[1]))
    for start in range(0, len(rows), step):
        yield rows[start : start + step].astype(np.float64)
