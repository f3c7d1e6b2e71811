"""Which shadow of more than four classes is drawn, and what to say about it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.etf import DRAWN, shadow_of_simplex, simplex_vertices
from ncviz.geometry.shadows import best_fit_shadow, chosen_axes_shadow, grand_tour_shadow
from ncviz.language import tr
from ncviz.scenes.view import ShadowChoice

Floats = NDArray[np.float64]

SIMPLEX, BEST, AXES, TOUR = "simplex", "best", "axes", "tour"
FARTHEST_VERTEX = 2.0  # of a grand tour, in scene units
KINDS = (SIMPLEX, BEST, AXES, TOUR)


def kind_that_applies(shadow: ShadowChoice, dimensions: int) -> str:
    """Return the kind that applies to a picture of so many dimensions, the classes shown less one.

    The fixed one where there is no choice.
    """
    if dimensions <= DRAWN or shadow.kind not in KINDS:
        return SIMPLEX
    if shadow.kind == AXES and not _are_three(shadow.toward, dimensions + 1):
        return SIMPLEX
    return shadow.kind


def _are_three(toward: tuple[int, ...], classes: int) -> bool:
    return len(set(toward)) == 3 and all(0 <= k < classes for k in toward)


def drawn_shadow(
    classes: int, shadow: ShadowChoice | None = None, aligned_means: Floats | None = None
) -> Floats:
    """Return what multiplies aligned points from the right to draw them.

    Parameters
    ----------
    classes : int
        K ≥ 2.
    shadow : ShadowChoice, optional
        The fixed one by default.
    aligned_means : array, shape (n, K−1), optional
        For 'best': the means whose spread is to be kept.

    Returns
    -------
    array, shape (K−1, 3)
        Enlarged such that what it shows of the ETF lies about 1 from the centre.
    """
    kind = SIMPLEX if shadow is None else kind_that_applies(shadow, classes - 1)
    if shadow is None or kind == SIMPLEX:
        return _fixed(classes)
    if kind == TOUR:
        return _touring(classes, shadow.time)
    if kind == AXES:  # the three vertices have their full length already
        return chosen_axes_shadow(classes, shadow.toward)
    if aligned_means is None:
        return _fixed(classes)
    best = best_fit_shadow(aligned_means)
    # Which three axes is the data's choice; how they are turned is ours: as near
    # as possible to the fixed shadow, so that no sign flips from run to run.
    left, _, right = np.linalg.svd(best.T @ shadow_of_simplex(classes))
    return np.asarray(np.sqrt((classes - 1) / 3) * best @ left @ right)


@lru_cache(maxsize=64)
def _fixed(classes: int) -> Floats:
    matrix = np.asarray(shadow_of_simplex(classes) * np.sqrt(max(3, classes - 1) / 3))
    matrix.setflags(write=False)
    return matrix


@lru_cache(maxsize=4)
def _touring(classes: int, time: float) -> Floats:
    # Every layer of a picture asks for the same moment.
    matrix = np.asarray(np.sqrt((classes - 1) / 3) * grand_tour_shadow(classes, time))
    matrix.setflags(write=False)
    return matrix


def reach_of_tour(classes: int) -> float:
    """Return how far from the centre a grand tour of so many classes throws their vertices.

    The farthest that is seen now and then; a vertex that lies wholly in the
    shadow is rarer still, the more so the more classes there are.
    """
    return min(float(np.sqrt((classes - 1) / 3)), FARTHEST_VERTEX)


def vertices_in(shadow: Floats) -> Floats:
    """Return where a shadow throws the vertices of the simplex ETF, shape (K, 3)."""
    return np.asarray(simplex_vertices(len(shadow) + 1) @ shadow)


def shadow_in_words(shadow: ShadowChoice, names: tuple[str, ...], width: int | None = None) -> str:
    """Say which shadow is seen of so many classes; empty where the picture is exact.

    Parameters
    ----------
    shadow : ShadowChoice
    names : tuple of str
        Of the classes.
    width : int, optional
        Dimensions of the layer, where these may be fewer than the classes less one.
    """
    classes = len(names)
    if classes <= 4:
        return ""
    kind = kind_that_applies(shadow, classes - 1)
    first, second, third = (names[k] for k in shadow.toward) if kind == AXES else ("", "", "")
    which = {
        SIMPLEX: "",
        BEST: tr(": the widest spread of the class means"),
        AXES: tr(
            ": the space of {first}, {second} and {third}", first=first, second=second, third=third
        ),
        TOUR: tr(": grand tour"),
    }
    whole = classes - 1 if width is None else min(classes - 1, width)
    of = (
        tr("{whole} dimensions", whole=whole) if whole > 1 else tr("{whole} dimension", whole=whole)
    )
    return tr(
        "{value} of {of}{which}",
        value=tr("3-D shadow") if whole > 3 else tr("shadow"),
        of=of,
        which=which[kind],
    )
