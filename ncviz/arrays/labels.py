"""Labels of every kind that people save, as numbers from 0 and names of classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.label_sets import LabelSets, has_several, label_rows
from ncviz.arrays.label_values import (
    are_labelled,
    are_plus_minus,
    class_name,
    plain_labels,
    texts_of,
)
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.wording import listed

Ints = NDArray[np.int64]

NAMES_LEFT = tr("class names: left")  # how a note begins that says why
LEFT_OUT = -1


@dataclass(frozen=True, eq=False)
class Labels:
    """Whom the samples of the splits belong to.

    Parameters
    ----------
    train : array of int, shape (N,)
        0…K−1, and −1 for a sample that is left out.
    test : array of int or None
    class_names : tuple of str
        K of them.
    numbers : array of int or None
        The whole number that stood for each class, ascending; None where
        there were words.
    notes : tuple of str
        What was chosen.
    sets : tuple of tuples of int
        Of samples with several labels which classes they are of: from K on, numbers stand for
        these.
    """

    train: Ints
    test: Ints | None
    class_names: tuple[str, ...]
    numbers: Ints | None
    notes: tuple[str, ...]
    sets: tuple[tuple[int, ...], ...] = ()


def read_labels(
    train: NDArray[Any],
    test: NDArray[Any] | None = None,
    class_names: NDArray[Any] | None = None,
    where: str = tr("The labels"),
) -> Labels:
    """Give the classes numbers from 0.

    Parameters
    ----------
    train, test : array
        One label a sample: whole numbers in any type, text, bytes or truth
        values, as a list or a column; or one-hot rows. −1, −100, NaN and
        empty text stand for samples without a label. Where samples have
        several labels, rows as of `label_rows`.
    class_names : array of text, optional
        By the number of the class, from 0 or 1, or one a class that occurs.
    where : str, optional
        Names the labels in error messages.

    Raises
    ------
    UserError
        If they are no labels, or fewer than two classes occur.
    """
    notes: list[str] = []
    if has_several(train) or (test is not None and has_several(test)):
        return _with_sets(train, test, class_names, where, notes)
    values, known = plain_labels(train, where, notes)
    plus_minus = are_plus_minus(values)
    known &= are_labelled(values, plus_minus=plus_minus)
    if plus_minus:
        notes.append(tr("labels −1 and 1: taken as two classes"))
    _count(~known, "samples", notes)
    classes, found = np.unique(values[known], return_inverse=True)
    if not len(classes):
        raise UserError(
            tr(
                "{where} name no class: all are −1, NaN or empty, which stand for no label.",
                where=where,
            )
        )
    if len(classes) < 2:
        raise UserError(tr("{where} have one class only: at least two are needed.", where=where))
    if len(classes) == len(found) > 2:
        raise UserError(
            tr(
                "{where} are all different, {count:,} of them: give the class of each sample.",
                where=where,
                count=len(classes),
            )
        )
    numbers = np.full(len(values), LEFT_OUT, dtype=np.int64)
    numbers[known] = found
    held_out = None
    if test is not None:
        held_out = _held_out(test, classes, where, notes, plus_minus=plus_minus)
    words = classes.dtype.kind == "U"
    names = tuple(class_name(value, k) for k, value in enumerate(classes.tolist()))
    if class_names is not None and not words:
        names = _given_names(classes, class_names, names, notes)
    elif class_names is not None:
        ordered = texts_of(class_names)
        if ordered is None or not set(names) <= set(ordered):
            notes.append(f"{NAMES_LEFT}, {tr('the labels are names themselves')}")
        else:
            return _in_order(Labels(numbers, held_out, names, None, tuple(notes)), ordered)
    return Labels(numbers, held_out, names, None if words else classes, tuple(notes))


@dataclass(frozen=True, eq=False)
class FurtherLabels:
    """Whom the samples of a further split belong to.

    Parameters
    ----------
    labels : array of int, shape (N,)
        −1 for a sample that is left out.
    class_names : tuple of str
        Empty where its classes are those of the training.
    """

    labels: Ints
    class_names: tuple[str, ...]


def read_further_labels(
    given: NDArray[Any], names: NDArray[Any] | None, trained: Labels, where: str, notes: list[str]
) -> FurtherLabels:
    """Read the labels of samples that may be of the classes of the training, or of others.

    Parameters
    ----------
    given : array
        One label a sample, as of `read_labels`.
    names : array of text or None
        Of the classes of these samples, by their numbers.
    trained : Labels
        Of the training. Where all classes are among these, they are taken as the same.
    where : str
        Names the labels in error messages.
    notes : list of str
        What was chosen is added.

    Raises
    ------
    UserError
        If they are no labels, or of one class that is none of the training.
    """
    values, known = plain_labels(given, where, notes)
    numbers = trained.numbers
    plus_minus = numbers is not None and set(numbers.tolist()) == {-1, 1}
    known &= are_labelled(values, plus_minus=plus_minus)
    _count(~known, "samples", notes)
    classes, found = np.unique(values[known], return_inverse=True)
    own = tuple(class_name(value, k) for k, value in enumerate(classes.tolist()))
    if names is not None and classes.dtype.kind != "U" and len(classes):
        own = _given_names(classes, names, own, notes)
        places = [trained.class_names.index(n) if n in trained.class_names else -1 for n in own]
    elif numbers is not None and classes.dtype.kind != "U":
        by_number = {number: k for k, number in enumerate(numbers.tolist())}
        places = [by_number.get(number, -1) for number in classes.tolist()]
    else:
        places = [trained.class_names.index(n) if n in trained.class_names else -1 for n in own]
    is_foreign = -1 in places
    if is_foreign and numbers is None and names is None and classes.dtype.kind != "U":
        notes.append(
            tr(
                "labels that are numbers, beside words of the training, are taken as other "
                "classes; where they are the same, give the split its class_names"
            )
        )
    if not len(classes) or (is_foreign and len(classes) < 2):
        raise UserError(
            tr("{where} are of one class at most: give samples of two at least.", where=where)
        )
    labels = np.full(len(values), LEFT_OUT, dtype=np.int64)
    labels[known] = found if is_foreign else np.array(places)[found]
    return FurtherLabels(labels, own if is_foreign else ())


def _with_sets(
    train: NDArray[Any],
    test: NDArray[Any] | None,
    class_names: NDArray[Any] | None,
    where: str,
    notes: list[str],
) -> Labels:
    """Read labels of which a sample may have several."""
    rows = label_rows([train] if test is None else [train, test], where)
    classes = np.flatnonzero(rows[0].any(axis=0))
    single = rows[0][rows[0].sum(axis=1) == 1].any(axis=0)
    if single.sum() < 2:
        raise UserError(
            tr(
                "{where} have samples with one label in fewer than two classes: the picture is "
                "made of the means of these, give some in two classes at least.",
                where=where,
            )
        )
    names: tuple[str, ...] = tuple(str(k) for k in range(rows[0].shape[1]))
    if class_names is not None:
        names = texts_of(class_names) or names
        if len(names) < rows[0].shape[1]:
            raise UserError(
                tr(
                    "{where} have {shape:,} columns and there are {count:,} names of "
                    "classes: give one a column.",
                    where=where,
                    shape=rows[0].shape[1],
                    count=len(names),
                )
            )
    if absent := [names[k] for k in range(rows[0].shape[1]) if k not in set(classes.tolist())]:
        notes.append(tr("classes without samples are left out: {absent}", absent=listed(absent)))
    known = LabelSets(len(classes), where)
    numbers = known.numbers(rows[0][:, classes])
    _count(numbers < 0, "samples", notes)
    held_out = None
    if test is not None:
        of_others = rows[1][:, ~rows[0].any(axis=0)].any(axis=1)
        held_out = np.where(of_others, LEFT_OUT, known.numbers(rows[1][:, classes], known=True))
        if strange := int(((held_out < 0) & rows[1].any(axis=1)).sum()):
            notes.append(
                tr(
                    "{strange:,} held-out samples of labels that no training sample has are left "
                    "out",
                    strange=strange,
                )
            )
        _count(np.asarray(~rows[1].any(axis=1)), tr("held-out samples"), notes)
    sets, place = known.in_order()
    place = np.append(place, LEFT_OUT)  # of −1
    many = int((numbers >= len(classes)).sum())
    notes.append(
        tr(
            "{many:sample|samples} with several labels, {count:set|sets} of them",
            many=many,
            count=len(sets),
        )
    )
    test_numbers = None if held_out is None else place[held_out]
    own = tuple(names[k] for k in classes.tolist())
    return Labels(place[numbers], test_numbers, own, classes, tuple(notes), sets)


def _in_order(labels: Labels, ordered: tuple[str, ...]) -> Labels:
    """Give classes the order in which their names are given."""
    names = tuple(dict.fromkeys(name for name in ordered if name in labels.class_names))
    numbers = {name: number for number, name in enumerate(names)}
    place = np.array([numbers[name] for name in labels.class_names] + [LEFT_OUT])
    test = None if labels.test is None else place[labels.test]
    return Labels(place[labels.train], test, names, None, labels.notes)


def _held_out(
    given: NDArray[Any], classes: NDArray[Any], where: str, notes: list[str], *, plus_minus: bool
) -> Ints:
    own: list[str] = []
    values, known = plain_labels(given, where, own)
    known &= are_labelled(values, plus_minus=plus_minus)
    if (values.dtype.kind == "U") != (classes.dtype.kind == "U"):
        raise UserError(
            tr(
                "{where} are words in one split and numbers in the other: give one kind.",
                where=where,
            )
        )
    _count(~known, tr("held-out samples"), notes)
    place = np.minimum(np.searchsorted(classes, values), len(classes) - 1)
    strange = known & (classes[place] != values)
    if strange.any():
        names = [class_name(value, 0) for value in np.unique(values[strange]).tolist()]
        notes.append(
            tr(
                "{sum:,} held-out samples of classes without training samples "
                "({names}) are left out",
                sum=strange.sum(),
                names=listed(names),
            )
        )
    return np.where(known & ~strange, place, LEFT_OUT).astype(np.int64)


def _count(unlabelled: NDArray[np.bool_], what: str, notes: list[str]) -> None:
    count = int(unlabelled.sum())
    if count:
        notes.append(
            tr(
                "{count:,} of {count_2:,} {what} have no label and are left out",
                count=count,
                count_2=len(unlabelled),
                what=what,
            )
        )


def _given_names(
    numbers: Ints, given: NDArray[Any], names: tuple[str, ...], notes: list[str]
) -> tuple[str, ...]:
    texts = texts_of(given)
    low, high = int(numbers[0]), int(numbers[-1])
    if texts is None:
        notes.append(f"{NAMES_LEFT}, {tr('they are no text')}")
    elif low >= 1 and high == len(texts):
        notes.append(tr("classes are numbered from 1: the first name is of class 1"))
        return tuple(texts[number - 1] for number in numbers.tolist())
    elif low >= 0 and high < len(texts):
        if len(texts) > len(numbers):
            absent = [text for k, text in enumerate(texts) if k not in set(numbers.tolist())]
            notes.append(
                tr("classes without samples are left out: {absent}", absent=listed(absent))
            )
        return tuple(texts[number] for number in numbers.tolist())
    elif len(texts) == len(numbers):
        shown = listed([str(n) for n in numbers.tolist()])
        notes.append(tr("class names are given to {shown} in this order", shown=shown))
        return texts
    else:
        there = tr(
            "there are {count} for {count_2} classes",
            count=len(texts),
            count_2=len(numbers),
        )
        notes.append(f"{NAMES_LEFT}, {there}")
    return names
