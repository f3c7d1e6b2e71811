"""How well NECO tells samples of unknown classes from those of the known ones."""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ncviz.anatomy.doubles import on_processor
from ncviz.geometry.out_of_distribution import area_under_curve, neco_scores

MOST_PRODUCTS = 2 * 10**10  # of the training features with each other: of more it is not counted


def neco_areas(
    features: Mapping[str, Tensor | None], foreign: Collection[str], classes: int
) -> dict[str, float]:
    """Return how often a sample of the known classes scores above one of each foreign split.

    Parameters
    ----------
    features : mapping of split to Tensor, shape (N, d), or None
        Of the last layer; None where they were not held.
    foreign : collection of str
        Splits of unknown classes. Held-out samples stand for the known ones, or the training
        samples where there are none.
    classes : int
        K: as many principal directions of the training features but one are taken.

    Returns
    -------
    dict of str
        By foreign split; empty where features were not held or are too many.
    """
    inside = "test" if "test" in features else "train"
    wanted = [name for name in ("train", inside, *foreign) if features.get(name) is not None]
    train = features.get("train")
    if not foreign or train is None or inside not in wanted:
        return {}
    if train.numel() * min(train.shape) > MOST_PRODUCTS or min(train.shape) < 2:
        return {}
    held = on_processor([whole for name in wanted if (whole := features[name]) is not None])
    rows = {name: each.double().numpy() for name, each in zip(wanted, held, strict=True)}

    def scores(name: str) -> NDArray[np.float64]:
        dimensions = min(classes - 1, *rows["train"].shape)
        # A sample of length 0 is least like those of a class.
        return np.nan_to_num(neco_scores(rows[name], rows["train"], dimensions))

    known = scores(inside)
    return {name: area_under_curve(known, scores(name)) for name in foreign if name in rows}
