"""Other labels and other pixels: merged classes, label noise, random labels, random images."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ncviz.data.dataset import Images
from ncviz.errors import UserError
from ncviz.language import tr

Ints = NDArray[np.int64]


def merged_classes(
    names: Sequence[str], numbers: Sequence[int], groups: Sequence[Sequence[int]]
) -> tuple[Ints, tuple[str, ...]]:
    """Return which class each class becomes when some are learnt as one.

    Parameters
    ----------
    names : sequence of str, length K
        Of the classes as they are.
    numbers : sequence of int, length K
        Their numbers in the data set, by which the groups name them.
    groups : sequence of sequences of int
        What becomes one class each; the others stay alone.

    Returns
    -------
    array of int, shape (K,)
        New classes, numbered in the order in which they come first.
    tuple of str
        Their names: of several classes joined by ' + '.

    Raises
    ------
    UserError
        If a group names a class that takes no part, or fewer than two classes are left.
    """
    group_of = {number: group for group, members in enumerate(groups) for number in members}
    absent = sorted(set(group_of) - set(numbers))
    if absent:
        raise UserError(
            tr(
                "The recipe's merged names class {absent}, which takes no part: name classes "
                "among {value}.",
                absent=absent[0],
                value=", ".join(map(str, numbers)),
            )
        )
    keys = [group_of.get(number, -1 - number) for number in numbers]
    order = list(dict.fromkeys(keys))
    if len(order) < 2:
        raise UserError(tr("The recipe's merged leaves a single class: leave two at least."))
    joined = (
        " + ".join(name for name, own in zip(names, keys, strict=True) if own == key)
        for key in order
    )
    return np.array([order.index(key) for key in keys], dtype=np.int64), tuple(joined)


def noisy_labels(labels: Ints, classes: int, share: float, seed: int) -> Ints:
    """Return labels of which a share of each class goes to the others, in equal parts.

    Parameters
    ----------
    labels : array of int, shape (N,)
    classes : int
        K.
    share : float
        p, from 0 to 1: ⌊p n_k⌋ samples of class k are given the others' labels.
    seed : int
        At least 0.

    Notes
    -----
    Zhang, Wang, Su, LE-SDE (arXiv 2110.05960), label corruption. Where ⌊p n_k⌋ is no multiple of
    K − 1 the classes that follow k get the ones more.
    """
    noisy = labels.copy()
    for label in range(classes):
        indices = np.flatnonzero(labels == label)
        # The share of 0.29 × 100 is 29, though the product is less by rounding.
        count = int(share * len(indices) + 1e-9)
        chosen = np.random.default_rng((seed, label, 1)).permutation(indices)[:count]
        noisy[chosen] = (label + 1 + np.arange(count) % (classes - 1)) % classes
    return noisy


def random_labels(labels: Ints, seed: int) -> Ints:
    """Return the same labels in a random order: the classes keep their sizes."""
    return np.random.default_rng((seed, len(labels), 2)).permutation(labels)


def random_pixels(images: Images, seed: int) -> Images:
    """Return images of the same shape and labels whose pixels are drawn from 0 to 255."""
    rng = np.random.default_rng((seed, len(images), 3))
    return replace(images, pixels=rng.integers(0, 256, images.pixels.shape, dtype=np.uint8))
