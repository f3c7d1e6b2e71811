"""What is known of each sample that is drawn: its class, what the network says of it, and more."""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr
from ncviz.runs.probe import Column, Probe
from ncviz.runs.run import Run
from ncviz.wording import three_digits

CLASS, TEXT = "class", "text"
RIGHT_OR_WRONG = (tr("got right"), tr("got wrong"))  # "right" is a side
_OF_CLASSES = {"predicted": tr("predicted class"), "nearest": tr("nearest class mean")}
_OF_NUMBERS = {"confidence": tr("confidence"), "losses": tr("cross-entropy")}
BUILT_IN = (CLASS, *_OF_CLASSES.values(), tr("right or wrong"), *_OF_NUMBERS.values())
"""Titles of what ncviz knows of samples by itself."""
_LARGEST = 1e100  # of a number, so that a range of them is one
_LONGEST_NAME = 150  # characters; a view as text bounds it


@dataclass(frozen=True, eq=False)
class SampleColumn:
    """One thing that is known of each probe sample at an epoch.

    Parameters
    ----------
    title : str
    values : array, shape (P,)
        Numbers, or which of the words.
    words : tuple of str
        Empty for numbers.
    ends : tuple of 2 float
        Of the range of the numbers, which does not change from epoch to epoch; what lies beyond is
        as its end.
    first : int
        Which of the hues for classes is that of the first word.
    sets : tuple of tuples of int
        What the last ones of the words are made of, where they are sets of labels.
    """

    title: str
    values: NDArray[Any]
    words: tuple[str, ...] = ()
    ends: tuple[float, float] = (0.0, 1.0)
    first: int = 0
    sets: tuple[tuple[int, ...], ...] = ()

    def labels_of(self, number: int) -> tuple[int, ...]:
        """Return the classes that one of the words stands for: a set of labels is several."""
        plain = len(self.words) - len(self.sets)
        return (self.first + number,) if number < plain else self.sets[number - plain]

    def said(self, row: int) -> str:
        """Return what is known of a sample, for people."""
        value = self.values[row]
        if self.words:
            return self.words[int(value)]
        return three_digits(float(value)) if math.isfinite(value) else tr("unknown")


def sample_columns(run: Run) -> dict[str, str]:
    """Return the columns of a run that samples can be coloured by: titles by names.

    The names of further ones are their titles in small letters, joined by '-', behind 'own-';
    of several that are alike so, the later ones have their number behind.
    """
    snapshot = run.snapshot(run.epochs[0])
    found = {CLASS: tr("class")}
    found |= {name: t for name, t in _OF_CLASSES.items() if snapshot.probe(name) is not None}
    if "predicted" in found and not run.drawn.is_foreign:
        found["right"] = tr("right or wrong")
    numbers = _OF_NUMBERS.items()
    found |= {name: t for name, t in numbers if snapshot.probe_numbers(name) is not None}
    return found | {name: column.title for name, column in _own(run.probe).items()}


def _own(probe: Probe) -> dict[str, Column]:
    """Return the further columns by their names."""
    found: dict[str, Column] = {}
    for number, column in enumerate(probe.columns):
        title = re.sub(r"[^a-z0-9]+", "-", column.title.lower()).strip("-")[:_LONGEST_NAME]
        name = f"own-{title}"
        found[f"{name}-{number + 1}" if name in found else name] = column
    return found


def sample_column(run: Run, epoch: int, name: str) -> SampleColumn | None:
    """Return a column at a recorded epoch; None if the run has none of this name.

    Parameters
    ----------
    run : Run
    epoch : int
        A recorded one.
    name : str
        As in `sample_columns`.
    """
    classes, labels = run.manifest.drawn_names, run.probe.labels
    sets = run.manifest.label_sets
    if name == CLASS:
        if run.drawn.is_foreign:  # other hues than the network's classes, but for sets of these
            sets, first = run.drawn.label_sets, len(classes)
            return SampleColumn(CLASS, labels, run.drawn_classes, first=first, sets=sets)
        return SampleColumn(CLASS, labels, classes, sets=sets)
    if column := _own(run.probe).get(name):
        return SampleColumn(column.title, column.values, column.words, _ends(column.values))
    snapshot = run.snapshot(epoch)
    if name in _OF_CLASSES:
        found = snapshot.probe(name)
        return None if found is None else SampleColumn(_OF_CLASSES[name], found, classes, sets=sets)
    if name == "right":
        found = snapshot.probe("predicted")
        if found is None or run.drawn.is_foreign:
            return None
        return SampleColumn(tr("right or wrong"), (found != labels).astype(int), RIGHT_OR_WRONG)
    if name in _OF_NUMBERS:
        numbers = snapshot.probe_numbers(name)
        if numbers is None:
            return None
        # A network that knows nothing has the cross-entropy log K.
        top = 1.0 if name == "confidence" else math.log(run.manifest.classes)
        return SampleColumn(_OF_NUMBERS[name], numbers, (), (0.0, top))
    return None


def _ends(values: NDArray[Any]) -> tuple[float, float]:
    with np.errstate(invalid="ignore"):
        known = values[np.abs(values) <= _LARGEST]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
