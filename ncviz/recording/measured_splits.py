"""Samples of all splits on their way into a run: what is measured and what is drawn of them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ncviz.measuring.measured import Batches, Measured, sizes_that_weigh
from ncviz.runs.probe import Column, Probe
from ncviz.runs.splits import Split

Ints = NDArray[np.int64]


def measured_splits(
    batches: Batches,
    labels: Mapping[str, Ints],
    further: Sequence[Split],
    classes: int,
    per_class: int,
    sizes: Mapping[str, Ints],
) -> Measured:
    """Return what is measured, of which so many samples a class are drawn.

    Parameters
    ----------
    batches : callable
        See `Measured`.
    labels : mapping of split to array of int
    further : sequence of Split
        What is neither training nor held-out samples with one label.
    classes : int
        K.
    per_class : int
        Training samples of each class, and of each set of labels, that are drawn.
    sizes : mapping of split to array of int, shape (K,)
        Of the classes in the whole splits, where they are known.
    """
    order = ("train", "test", *(kind.name for kind in further))
    ordered = {split: labels[split] for split in order if split in labels}
    return Measured(
        batches,
        ordered,
        classes,
        first_of_each(ordered["train"], per_class),
        sizes_that_weigh(ordered, sizes, classes),
        foreign={kind.name: len(kind.class_names) for kind in further if kind.is_foreign},
        label_sets={kind.name: kind.label_sets for kind in further if kind.label_sets},
        also_drawn={
            kind.name: first_of_each(ordered[kind.name], per_class)
            for kind in further
            if kind.drawn
        },
    )


def drawn_rows(measured: Measured) -> dict[str, Ints]:
    """Return which samples of each split are drawn; the training samples first."""
    return {"train": measured.probe, **measured.also_drawn, **measured.drawn}


def one_probe(
    probes: Mapping[str, Probe], measured: Measured, columns: tuple[Column, ...] = ()
) -> Probe:
    """Return the drawn samples of all splits as those of a run.

    Parameters
    ----------
    probes : mapping of split to Probe
        Of each of `drawn_rows`.
    measured : Measured
    columns : tuple of Column
        Of the training samples, with one label and with several.
    """
    whole = probes["train"]
    for split in measured.also_drawn:
        whole = whole.followed_by(probes[split], measured.classes)
    others = {split: probes[split] for split in measured.drawn}
    return Probe(whole.labels, whole.images, columns, others, whole.texts)


def first_of_each(labels: Ints, many: int) -> Ints:
    """Return the places of the first samples of each class, ascending."""
    found = [np.flatnonzero(labels == number)[:many] for number in np.unique(labels)]
    return np.sort(np.concatenate(found))
