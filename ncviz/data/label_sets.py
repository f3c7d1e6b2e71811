"""Images with two labels, made of two images with one."""

from itertools import combinations

import numpy as np

from ncviz.data.dataset import Images


def pairs_of(classes: int) -> tuple[tuple[int, int], ...]:
    """Return all pairs of so many classes, in the order of their numbers."""
    return tuple(combinations(range(classes), 2))


def two_label_images(images: Images, each: int, seed: int) -> Images:
    """Return images that show one of each of two classes.

    Parameters
    ----------
    images : Images
        Of K classes, each with images.
    each : int
        How many to make of each pair of classes.
    seed : int
        At least 0.

    Returns
    -------
    Images
        Grouped by pair, in the order of `pairs_of`: the classes are the pairs. At each pixel the
        brighter one of two images, which are drawn from all of their classes.

    Notes
    -----
    Li et al., ICML 2024, lay two digits over each other in the same way.
    """
    rows = [np.flatnonzero(images.labels == k) for k in range(len(images.class_names))]
    pairs = pairs_of(len(rows))
    pixels = []
    for pair in pairs:
        chance = np.random.default_rng((seed, *pair, 5))
        first, second = (images.pixels[chance.choice(rows[k], each)] for k in pair)
        pixels.append(np.maximum(first, second))
    names = tuple(" + ".join(images.class_names[k] for k in pair) for pair in pairs)
    labels = np.repeat(np.arange(len(pairs), dtype=np.int64), each)
    return Images(np.concatenate(pixels), labels, names)
