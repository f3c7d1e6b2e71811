"""What other problems come to, as ghosts in the picture of a model, and how far it is from them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.collapse import nc2_zhu
from ncviz.geometry.frames import (
    orthogonal_distance,
    seli_distance_of_classifier,
    seli_distance_of_means,
    seli_vectors,
)
from ncviz.language import tr
from ncviz.models.model import Number, Remark, RoleWords
from ncviz.models.model_parameters import control
from ncviz.scenes.ghosts import Ghost

Floats = NDArray[np.float64]

ETF, SELI, FRAME = "etf", "seli", "orthogonal"
GHOSTS = {ETF: tr("Simplex ETF"), SELI: "SELI", FRAME: tr("Orthogonal frame")}


def ghost_field() -> Any:
    """Declare which ghost is drawn."""
    return control(
        ETF,
        tr("What is drawn in green: the simplex ETF, or what another problem comes to."),
        label=tr("Ghost"),
        choices=GHOSTS,
    )


OF_BUDGET = tr(
    "SELI is what a vanishing weight decay on every sample comes to, where classes differ in "
    "size. The budget here counts classes: as it grows, the optimum comes to a simplex ETF."
)
OF_DECAY = tr("SELI is what this optimum comes to as the weight decay vanishes.")
OF_BOTH_DECAYS = tr(
    "SELI is what cross-entropy comes to as both penalties vanish, where classes differ in size."
)
_FRAME = tr("An orthogonal frame is what features that are never negative come to, seen from 0.")
NO_ROOM = tr("{frame} It takes", frame=_FRAME)
BELOW_ZERO = tr("{frame} These can be negative.", frame=_FRAME)
ABOVE_ZERO = tr(
    "{frame} These, behind the ReLU, are such, and miss it where sizes differ.", frame=_FRAME
)


def ghost_of(name: str, sizes: Sequence[float]) -> Ghost | None:
    """Return a ghost of classes of some sizes; None for the simplex ETF of every picture."""
    if name == SELI:
        rows, means = seli_vectors(tuple(map(float, sizes)))
        return Ghost("SELI", means, rows)
    if name == FRAME:
        return Ghost("orthogonal frame", np.eye(len(sizes)), about_zero=True)
    return None


def ghost_numbers(
    name: str, sizes: Sequence[float], weights: Floats, features: Floats
) -> tuple[Number, ...]:
    """Return how far classifier and features are from a ghost.

    Parameters
    ----------
    name : str
        One of `GHOSTS`.
    sizes : sequence of float
        n_k, up to a common factor.
    weights, features : array, shape (K, p)
        Row k is of class k.
    """
    counts, centered = np.array(sizes, dtype=np.float64), features - features.mean(axis=0)
    tip = tr("Distance of both matrices of products, each of length 1; 0 where they agree.")
    if name == SELI:
        return (
            Number("SELI, classifier", seli_distance_of_classifier(weights, counts), tip),
            Number("SELI, features", seli_distance_of_means(centered, counts), tip),
        )
    if name == FRAME:
        return (Number("orthogonal, features", orthogonal_distance(features), tip),)
    return (
        Number("ETF, classifier", nc2_zhu(weights), tip),
        Number("ETF, features", nc2_zhu(centered), tip),
    )


def ghost_remark(name: str, of_seli: str, of_frame: str = BELOW_ZERO) -> Remark | None:
    """Return which problem a ghost belongs to, for the panel; None of the simplex ETF."""
    if name == SELI:
        return Remark(of_seli, "SELI", of_seli, "SELI distance")
    if name == FRAME:
        return Remark(of_frame, tr("Orthogonal frame"), of_frame, "frame distance")
    return None


def ghost_role(name: str, etf: str) -> RoleWords:
    """Return the line of the legend for what is green; `etf` are the words for a simplex ETF."""
    if name == SELI:
        return RoleWords(
            "etf", tr("green: SELI, large its features, small its rows"), "SELI distance"
        )
    if name == FRAME:
        return RoleWords("etf", tr("green: orthogonal frame, seen from 0"), "frame distance")
    return RoleWords("etf", etf, "simplex ETF")
