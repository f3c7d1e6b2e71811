"""What is answered to features of the last layer: the classifier's word, the nearest mean."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.collapse import nc4, nearest_class_means, predictions
from ncviz.geometry.label_sets import answered_sets, are_right, label_shares, rows_of_sets
from ncviz.geometry.row_blocks import Rows, labelled_blocks
from ncviz.runs.snapshot import Answers, Classifier
from ncviz.runs.splits import Split

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BLOCK = 2**18  # numbers that are turned to float64 at once


class Judging:
    """Answers to the features of the last layer, which come all at once or block by block.

    Parameters
    ----------
    split : Split
    labels : array of int, shape (N,)
        Of the split's classes.
    means : array, shape (K, d)
        Those class means that are compared; of samples with several labels, their own.
    present : array of bool, shape (K,)
        Which of these there are.
    classifier : Classifier or None
        Is asked where no answers are given.
    answers : array or RowBlocks, shape (N, K), or None
        Logits, or whatever grows with them.
    """

    def __init__(
        self,
        split: Split,
        labels: Ints,
        means: Floats,
        present: NDArray[np.bool_],
        classifier: Classifier | None,
        answers: Rows | None,
    ) -> None:
        self._split, self._labels = split, labels
        self._means, self._present = means, present
        self._classifier = classifier if answers is None else None
        self._seen = 0
        self._nearest: list[Ints] = []
        self._told: list[Ints] = []
        self._right: list[NDArray[np.bool_]] = []
        self._shares: list[Floats] = []
        self._sets: NDArray[np.bool_] | None = None
        if answers is not None:
            self._take_all(answers)

    def _take_all(self, answers: Rows) -> None:
        for start, block, _ in labelled_blocks(answers, self._labels):
            if not np.isfinite(block).all():
                self._told, self._right = [], []
                break
            self._take_answers(block, start)
        self._shares = []  # what is called logits may be shares already

    def add(self, rows: NDArray[Any]) -> None:
        """Take the next rows, shape (n, d)."""
        for block in _blocks(rows):
            self._nearest.append(nearest_class_means(block, self._means, self._present))
            if (classifier := self._classifier) is not None and not self._split.label_sets:
                self._told.append(predictions(block, classifier.weight, classifier.bias))
            elif classifier is not None:
                bias = 0.0 if classifier.bias is None else classifier.bias
                self._take_answers(block @ classifier.weight.T + bias, self._seen)
            self._seen += len(block)

    def _take_answers(self, given: NDArray[Any], start: int) -> None:
        if not self._split.label_sets:
            self._told.append(np.asarray(given.argmax(axis=1)))
            return
        given = np.asarray(given, dtype=np.float64)
        if self._sets is None:
            self._sets = rows_of_sets(self._split.label_sets, given.shape[1])
        labels = self._labels[start : start + len(given)]
        own = self._sets[labels]
        self._right.append(are_right(given, own))
        self._shares.append(label_shares(given, own))
        self._told.append(answered_sets(given, self._sets, labels))

    def found(self, weights: Floats | None = None) -> tuple[Answers, dict[str, float]]:
        """Return what the network says of each sample, which class mean is nearest, and shares.

        Parameters
        ----------
        weights : array, shape (N,), optional
            What each sample counts for, where they do not count alike.

        Returns
        -------
        Answers
            Of all samples; of those with several labels, numbers of sets.
        dict of str to float
            Scalars of a snapshot, such as the share of mistakes.
        """
        nearest, split = np.concatenate(self._nearest), self._split
        told: Ints | None = np.concatenate(self._told) if self._told else None
        answers = Answers(told, nearest)
        if told is None or (split.is_foreign and not split.label_sets):
            return answers, {}
        if split.label_sets:
            scalars = {f"{split.name}_error": float((~np.concatenate(self._right)).mean())}
            if self._shares:
                share = np.concatenate(self._shares).mean()
                scalars[f"label_share_{split.name}"] = float(share)
            return answers, scalars
        return answers, {
            f"{split.name}_error": float(np.average(told != self._labels, weights=weights)),
            f"nc4_{split.name}": nc4(told, nearest, weights),
        }


def _blocks(rows: NDArray[Any]) -> Iterator[Floats]:
    step = max(1, _BLOCK // max(1, rows.shape[1]))
    for start in range(0, len(rows), step):
        yield rows[start : start + step].astype(np.float64)
