"""Class numbers out of the labels of a training loop, whatever they are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import ConcatDataset, Subset

from ncviz.arrays.label_sets import LabelSets, filled_up, has_several, rows_of_numbers
from ncviz.errors import UserError
from ncviz.language import tr

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
    learnt : LabelSets, optional
        The sets of labels of the training: samples with others are left out.

    Attributes
    ----------
    notes : list of str
        What was chosen.
    sets : LabelSets
        Of samples with several labels, those that occurred.
    """

    def __init__(
        self, classes: int, names: Sequence[str], where: str, learnt: LabelSets | None = None
    ) -> None:
        self.classes = classes
        self.sets = LabelSets(classes, where) if learnt is None else learnt
        self._are_known = learnt is not None
        self._numbers = {str(name): number for number, name in enumerate(names)}
        self._where = where
        self.notes: list[str] = []

    def __call__(self, labels: Any) -> Ints:
        """Return 0…K−1 of each sample, K and more of one with several labels, or `LEFT_OUT`.

        Parameters
        ----------
        labels : tensor, array or list
            Whole numbers, also as floats or in a column, names, or one row a
            sample with a share for each class, 1 for each label, or the numbers of its labels,
            filled up with −1.

        Raises
        ------
        UserError
            If they are none of these, or out of range.
        """
        labels = filled_up(labels)
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
        if has_several(array, least=1):
            return self._of_several(array)
        if array.ndim == 2:
            array = array[:, 0] if array.shape[1] == 1 else self._of_rows(array)
        if array.dtype.kind == "f" and not bool((array == np.floor(array)).all()):
            raise UserError(
                tr(
                    "{where} has labels such as {array:g}: give whole numbers 0 to {classes}.",
                    where=self._where,
                    array=array[array != np.floor(array)][0],
                    classes=self.classes - 1,
                )
            )
        numbers: Ints = array.astype(np.int64)
        self._check(numbers[numbers != LEFT_OUT])
        if (numbers == LEFT_OUT).any():
            self._note(tr("samples with the label {left_out} are left out", left_out=LEFT_OUT))
        return numbers

    def _of_several(self, array: NDArray[Any]) -> Ints:
        """Return the numbers of labels in rows, of which a sample may have several."""
        are_lists = bool((array < 0).any())
        largest = int(array.max()) if are_lists else array.shape[1] - 1
        if largest >= self.classes or (not are_lists and array.shape[1] != self.classes):
            what = (
                tr("labels up to {largest}", largest=largest)
                if are_lists
                else tr("rows of {shape} labels", shape=array.shape[1])
            )
            raise UserError(
                tr(
                    "{where} has {what}, and the model tells {classes:class|classes} apart: give "
                    "each row one number a class, 1 for each label, or the numbers of its labels, "
                    "filled up with -1.",
                    where=self._where,
                    what=what,
                    classes=self.classes,
                )
            )
        rows = rows_of_numbers(array, self.classes) if are_lists else array == 1
        numbers = self.sets.numbers(rows, known=self._are_known)
        if (~rows.any(axis=1)).any():
            self._note(tr("samples without a label are left out"))
        if ((numbers < 0) & rows.any(axis=1)).any():
            self._note(tr("samples of sets of labels that no training sample has are left out"))
        return np.where(numbers < 0, LEFT_OUT, numbers)

    def _of_names(self, array: NDArray[Any]) -> NDArray[Any]:
        words = [
            w.decode(errors="replace") if isinstance(w, bytes) else w
            for w in array.ravel().tolist()
        ]
        if not all(isinstance(word, str) for word in words):
            raise self._unfit(array)
        strange = next((word for word in words if word not in self._numbers), None)
        if strange is not None:
            known = "" if not self._numbers else tr(", which is none of the class names")
            raise UserError(
                tr(
                    "{where} has labels such as {strange!r:.60}{known}: give class_names= in "
                    "the order of the network's outputs.",
                    where=self._where,
                    strange=strange,
                    known=known,
                )
            )
        return np.array([self._numbers[word] for word in words]).reshape(array.shape)

    def _of_rows(self, array: NDArray[Any]) -> NDArray[Any]:
        if array.shape[1] != self.classes:
            raise self._unfit(array)
        largest: Ints = array.argmax(axis=1)
        if array.dtype.kind != "f" or bool(((array == 0) | (array == 1)).all()):
            if not bool(((array == 0) | (array == 1)).all()):
                strange = array[(array != 0) & (array != 1)][0]
                raise UserError(
                    tr(
                        "{where} has rows of labels with {strange:g}: write 1 for each label of "
                        "a sample and 0 for the others.",
                        where=self._where,
                        strange=strange,
                    )
                )
            if not bool(array.any(axis=1).all()):
                self._note(tr("samples without a label are left out"))
                largest = np.where(array.any(axis=1), largest, LEFT_OUT)
        else:
            self._note(
                tr(
                    "labels are shares of the classes, of which the largest is taken (samples that "
                    "are mixed of two classes belong to neither: give data without mixing)"
                )
            )
        return largest

    def _check(self, numbers: Ints) -> None:
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= self.classes):
            raise UserError(
                tr(
                    "{where} has labels from {min} to {max}, and the model tells "
                    "{classes:class|classes} apart: give labels 0 to {classes_2}.",
                    where=self._where,
                    min=numbers.min(),
                    max=numbers.max(),
                    classes=self.classes,
                    classes_2=self.classes - 1,
                )
            )

    def _unfit(self, array: NDArray[Any]) -> UserError:
        return UserError(
            tr(
                "{where} has labels of shape {shape} and type {dtype}: give one "
                "label a sample, or say with unpack= where they are.",
                where=self._where,
                shape=array.shape,
                dtype=array.dtype,
            )
        )

    def _note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)


class OwnNumbers(ClassNumbers):
    """Gives classes that the network does not know numbers of their own, as they come.

    Parameters
    ----------
    classes : int
        About how many there may be.
    names : sequence of str
        By the numbers of the labels; empty if unknown.
    where : str
        Names the data in error messages.
    """

    def __init__(self, classes: int, names: Sequence[str], where: str) -> None:
        super().__init__(classes, (), where)
        self._own_names = tuple(names)
        self._found: dict[str, int] = {}

    def __call__(self, labels: Any) -> Ints:
        """Return the number of the class of each sample, from 0."""
        array = np.asarray(labels.detach().cpu() if isinstance(labels, Tensor) else labels)
        if array.ndim == 2 and array.shape[1] == 1:
            array = array[:, 0]
        if array.ndim != 1 or array.dtype.kind not in "fiubUS":
            raise self._unfit(array)
        return np.array([self._number(value) for value in array.tolist()], dtype=np.int64)

    def _number(self, value: Any) -> int:
        text = value.decode(errors="replace") if isinstance(value, bytes) else value
        if isinstance(value, int | float) and 0 <= value < len(self._own_names):
            text = self._own_names[int(value)]
        elif isinstance(value, float) and value.is_integer():
            text = int(value)
        return self._found.setdefault(str(text), len(self._found))

    @property
    def found(self) -> tuple[str, ...]:
        """Return the names of the classes that occurred, by their numbers."""
        return tuple(self._found)


def labels_of(dataset: Any) -> Any:
    """Return the labels of a whole data set where it tells them without its samples, else None.

    They are as the data set keeps them: whether its samples come with these
    same labels is for the caller to see.
    """
    if isinstance(dataset, Subset):
        whole = labels_of(dataset.dataset)
        if whole is None:
            return None
        array = whole.cpu().numpy() if isinstance(whole, Tensor) else np.asarray(filled_up(whole))
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
    words = tr(
        "the data set names {count:class|classes} and the model tells {classes} apart",
        count=len(names),
        classes=classes,
    )
    return (), [tr("{words}: they are numbered (class_names= names them)", words=words)]


def _entry(features: Any, name: str) -> Any:
    return features.get(name) if isinstance(features, Mapping) else None
