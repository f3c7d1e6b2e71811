"""Chosen classes and chosen numbers of images, equal or not."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ncviz.data.dataset import Images
from ncviz.errors import UserError
from ncviz.language import tr


def shuffled_indices(labels: NDArray[np.int64], label: int, seed: int) -> NDArray[np.intp]:
    """Return where the samples of one class are, in an order that the seed decides.

    The order in one class does not depend on the other classes.

    Parameters
    ----------
    labels : array of int, shape (N,)
    label : int
        The class.
    seed : int
        At least 0.
    """
    indices = np.flatnonzero(labels == label)
    return np.random.default_rng((seed, label)).permutation(indices)


def select(
    images: Images,
    classes: Sequence[int] = (),
    counts: int | Sequence[int] | None = None,
    seed: int = 0,
) -> Images:
    """Choose classes, and images at random in each.

    The same seed makes the same choice, and a larger number of images in a
    class contains the smaller one.

    Parameters
    ----------
    images : Images
        The images to choose from.
    classes : sequence of int, optional
        The classes to keep, which become 0, 1, … in this order. Empty: all.
    counts : int or sequence of int, optional
        How many images to keep in every class, or in each of `classes`. By
        default all.
    seed : int, optional
        At least 0.

    Returns
    -------
    Images
        Grouped by class.

    Raises
    ------
    UserError
        If a class does not exist or is named twice, or has too few images.
    """
    kept = tuple(classes) or tuple(range(len(images.class_names)))
    _check_classes(kept, images)
    numbers = _numbers(kept, counts, images)
    indices = [
        shuffled_indices(images.labels, label, seed)[:n]
        for label, n in zip(kept, numbers, strict=True)
    ]
    return Images(
        images.pixels[np.concatenate(indices)],
        np.repeat(np.arange(len(kept), dtype=np.int64), numbers),
        tuple(images.class_names[label] for label in kept),
    )


def _check_classes(classes: tuple[int, ...], images: Images) -> None:
    last = len(images.class_names) - 1
    for label in classes:
        if not 0 <= label <= last:
            raise UserError(
                tr("There is no class {label}: choose among 0 to {last}.", label=label, last=last)
            )
        if classes.count(label) > 1:
            raise UserError(
                tr(
                    "The class {label} ({class_names}) is chosen twice: name it once.",
                    label=label,
                    class_names=images.class_names[label],
                )
            )


def _numbers(
    classes: tuple[int, ...], counts: int | Sequence[int] | None, images: Images
) -> tuple[int, ...]:
    """Return how many images to take of each class, checked."""
    available = tuple(images.counts[label] for label in classes)
    if counts is None:
        return available
    asked = (counts,) * len(classes) if isinstance(counts, int) else tuple(counts)
    if len(asked) != len(classes):
        raise UserError(
            tr(
                "There are {count} numbers of images for {count_2} classes: "
                "give one for each class.",
                count=len(asked),
                count_2=len(classes),
            )
        )
    for label, wanted, held in zip(classes, asked, available, strict=True):
        if not 1 <= wanted <= held:
            raise UserError(
                tr(
                    "{wanted:,} images of the class {label} ({class_names}) were "
                    "asked for and {held:,} are there: ask for 1 to {held:,}.",
                    wanted=wanted,
                    label=label,
                    class_names=images.class_names[label],
                    held=held,
                )
            )
    return asked


def imbalanced_counts(
    classes: int, images_per_class: int, ratio: float, majority: int
) -> tuple[int, ...]:
    """Return class sizes of two groups: n for the majority, n/R for the minority.

    Parameters
    ----------
    classes : int
        The number of classes, K.
    images_per_class : int
        The size of a majority class, n.
    ratio : float
        The imbalance ratio R = n_A/n_B ≥ 1.
    majority : int
        The number of majority classes, K_A; they come first. Without effect
        at R = 1.

    Returns
    -------
    tuple of int, length K
        K_A times n, then K − K_A times n/R, rounded.

    Raises
    ------
    UserError
        If R < 1, if a group would be empty, or if a minority class would.

    Notes
    -----
    The set-up of Minority Collapse (Fang, He, Long, Su, PNAS 2021).
    """
    if not ratio >= 1:
        raise UserError(tr("The imbalance ratio is {ratio:g}: choose 1 or more.", ratio=ratio))
    if ratio == 1:
        return (images_per_class,) * classes
    if not 1 <= majority < classes:
        raise UserError(
            tr(
                "{majority} of {classes} classes are in the majority: choose 1 to {classes_2}.",
                majority=majority,
                classes=classes,
                classes_2=classes - 1,
            )
        )
    minority_images = round(images_per_class / ratio)
    if minority_images < 1:
        raise UserError(
            tr(
                "An imbalance ratio of {ratio:g} leaves no image of {images_per_class} in the "
                "minority classes: lower the ratio or take more images a class.",
                ratio=ratio,
                images_per_class=images_per_class,
            )
        )
    return (images_per_class,) * majority + (minority_images,) * (classes - majority)
