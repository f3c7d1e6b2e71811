"""Class numbers out of the labels of a training loop, whatever they are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import ConcatDataset, Subset

from ncviz.errors import UserError

Ints = NDArray[np.int64]

LEFT_OUT = -100  # what losses of torch ignore

_ATTRIBUTES = ("targets", "labels", "_labels", "y", "train_labels")
_PAIRS = ("samples", "_samples", "imgs")  # of files and labels
_COLUMNS = ("label", "labels", "fine_label", "target")


class ClassNumbers:
    """Turns labels into the numbers of the network's outputs.

    Parameters
    ----------
    classes : int
        K.
    names : sequence of str
        Of the classes, in the order of the outputs; empty if unknown.
    where : str
        Names the data in error messages.

    Attributes
    ----------
    notes : list of str
        What was chosen.
    """

    def __init__(self, classes: int, names: Sequence[str], where: str) -> None:
        self.classes = classes
        self._numbers = {str(name): number for number, name in enumerate(names)}
        self._where = where
        self.notes: list[str] = []

    def __call__(self, labels: Any) -> Ints:
        """Return 0…K−1, or `LEFT_OUT`, of each sample.

        Parameters
        ----------
        labels : tensor, array or list
            Whole numbers, also as floats or in a column, names, or one row a
            sample with a share for each class.

        Raises
        ------
        UserError
            If they are none of these, or out of range.
        """
        if isinstance(labels, Tensor):
            labels = labels.detach().cpu()
            # NumPy has no bfloat16.
            array = (labels.float() if labels.is_floating_point() else labels).numpy()
        else:
            try:
                array = np.asarray(labels)
            except (ValueError, TypeError, RuntimeError):
                array = np.array(None)  # such as two lists of labels and how they are mixed
        if array.dtype.kind in "SUO":
            array = self._of_names(array)
        if array.dtype.kind not in "fiub" or array.ndim not in (1, 2):
            raise self._unfit(array)
        if array.ndim == 2:
            array = array[:, 0] if array.shape[1] == 1 else self._of_rows(array)
        if array.dtype.kind == "f" and not bool((array == np.floor(array)).all()):
            raise UserError(
                f"{self._where} has labels such as {array[array != np.floor(array)][0]:g}: give "
                f"whole numbers 0 to {self.classes - 1}."
            )
        numbers: Ints = array.astype(np.int64)
        self._check(numbers[numbers != LEFT_OUT])
        if (numbers == LEFT_OUT).any():
            self._note(f"samples with the label {LEFT_OUT} are left out")
        return numbers

    def _of_names(self, array: NDArray[Any]) -> NDArray[Any]:
        words = [
            w.decode(errors="replace") if isinstance(w, bytes) else w
            for w in array.ravel().tolist()
        ]
        if not all(isinstance(word, str) for word in words):
            raise self._unfit(array)
        strange = next((word for word in words if word not in self._numbers), None)
        if strange is not None:
            known = "" if not self._numbers else ", which is none of the class names"
            raise UserError(
                f"{self._where} has labels such as {strange!r:.60}{known}: give class_names= in "
                "the order of the network's outputs."
            )
        return np.array([self._numbers[word] for word in words]).reshape(array.shape)

    def _of_rows(self, array: NDArray[Any]) -> NDArray[Any]:
        if array.shape[1] != self.classes:
            raise self._unfit(array)
        largest: Ints = array.argmax(axis=1)
        if array.dtype.kind != "f" or bool(((array == 0) | (array == 1)).all()):
            if not bool((np.count_nonzero(array, axis=1) == 1).all()):
                raise UserError(
                    f"{self._where} has samples of several classes or of none: neural collapse "
                    "asks for one class a sample."
                )
        else:
            self._note(
                "labels are shares of the classes, of which the largest is taken (samples that "
                "are mixed of two classes belong to neither: give data without mixing)"
            )
        return largest

    def _check(self, numbers: Ints) -> None:
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= self.classes):
            raise UserError(
                f"{self._where} has labels from {numbers.min()} to {numbers.max()}, and the model "
                f"tells {self.classes} classes apart: give labels 0 to {self.classes - 1}."
            )

    def _unfit(self, array: NDArray[Any]) -> UserError:
        return UserError(
            f"{self._where} has labels of shape {array.shape} and type {array.dtype}: give one "
            "label a sample, or say with unpack= where they are."
        )

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


def labels_of(dataset: Any) -> Any:
    """Return the labels of a whole data set where it tells them without its samples, else None.

    They are as the data set keeps them: whether its samples come with these
    same labels is for the caller to see.
    """
    if isinstance(dataset, Subset):
        whole = labels_of(dataset.dataset)
        if whole is None:
            return None
        array = whole.cpu().numpy() if isinstance(whole, Tensor) else np.asarray(whole)
        return array[np.asarray(dataset.indices, dtype=np.int64)]
    if isinstance(dataset, ConcatDataset):
        parts = [labels_of(part) for part in dataset.datasets]
        if any(part is None for part in parts):
            return None
        return [label for part in parts for label in part]
    tensors = getattr(dataset, "tensors", None)
    if isinstance(tensors, tuple) and len(tensors) > 1:
        return _as_long(tensors[1], dataset)
    for name in _COLUMNS if hasattr(dataset, "column_names") else ():
        if name in dataset.column_names:
            return _as_long(dataset[name][:], dataset)
    for name in _ATTRIBUTES:
        found = _as_long(getattr(dataset, name, None), dataset)
        if found is not None:
            return found
    for name in _PAIRS:
        pairs = _as_long(getattr(dataset, name, None), dataset)
        if isinstance(pairs, list) and all(isinstance(p, tuple) and len(p) == 2 for p in pairs):
            return [label for _, label in pairs]
    return None


def _as_long(labels: Any, dataset: Any) -> Any:
    """Return labels if there is one for each sample."""
    if isinstance(labels, str | bytes | Mapping) or not hasattr(labels, "__len__"):
        return None
    try:
        return labels if len(labels) == len(dataset) else None
    except TypeError:
        return None


def class_names_of(data: Any) -> tuple[str, ...]:
    """Return the class names that a data set, or a loader of one, tells; empty if none."""
    for place in (data, getattr(data, "dataset", None)):
        while place is not None:
            found = getattr(place, "classes", None)
            if isinstance(found, list | tuple) and found:
                # Those of ImageNet are several words each.
                return tuple(str(n[0] if isinstance(n, tuple) and n else n) for n in found)
            for column in _COLUMNS:
                names = getattr(_entry(getattr(place, "features", None), column), "names", None)
                if isinstance(names, list) and names:
                    return tuple(map(str, names))
            place = place.dataset if isinstance(place, Subset) else None
    return ()


def names_that_fit(names: tuple[str, ...], classes: int) -> tuple[tuple[str, ...], list[str]]:
    """Return a data set's names if there is one for each class, else none; and what to say."""
    if len(names) in (0, classes):
        return names, []
    words = f"the data set names {len(names)} classes and the model tells {classes} apart"
    return (), [f"{words}: they are numbered (class_names= names them)"]


def _entry(features: Any, name: str) -> Any:
    return features.get(name) if isinstance(features, Mapping) else None
