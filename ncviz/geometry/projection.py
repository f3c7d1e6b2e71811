"""The projection to 3-D: class-mean subspace, alignment to the fixed simplex ETF."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.etf import shadow_of_simplex, simplex_vertices
from ncviz.geometry.rounding import SUMMING, numerical_rank

Floats = NDArray[np.float64]

# Means that reach less far along a direction, as a share of the longest one, leave it open.
DETERMINED = 0.3
# How much more than such means the points that are followed have to say about it.
FOLLOWING = 3.0
# Points that spread less along a direction, as a share of their widest one, say little about it.
RIDGE = 0.05
TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class ClassMeanSubspace:
    """An orthonormal frame of the span of the centred class means.

    Parameters
    ----------
    center : array, shape (d,)
        The mean of class means.
    basis : array, shape (d, r)
        Orthonormal columns, r ≤ min(K−1, d).
    """

    center: Floats
    basis: Floats

    def coordinates(self, points: Floats) -> Floats:
        """Return points, shape (n, d), in the frame, shape (n, r)."""
        return np.asarray((points - self.center) @ self.basis)

    def directions(self, vectors: Floats) -> Floats:
        """Return vectors that need no centring, such as classifier rows, in the frame."""
        return np.asarray(vectors @ self.basis)


def class_mean_subspace(means: Floats) -> ClassMeanSubspace:
    """Find the subspace in which all pictures of chosen classes live.

    Parameters
    ----------
    means : array, shape (K, d)
        Class means μ_k.

    Notes
    -----
    The SVD of the centred class means, Papyan, Han, Donoho, PNAS 2020, Fig. 1.
    The differences of any chosen class means lie in it, so that the picture of
    any choice of classes can be made from coordinates in it alone.
    """
    return spanned(means)[0]


def spanned(means: Floats) -> tuple[ClassMeanSubspace, Floats]:
    """Return the `class_mean_subspace`, and the singular values along its directions."""
    center = means.mean(axis=0)
    _, values, vectors = np.linalg.svd(means - center, full_matrices=False)
    noise = SUMMING * float(np.linalg.norm(means, axis=1).max())
    rank = numerical_rank(values, means.shape, noise)
    return ClassMeanSubspace(center, vectors[:rank].T), values[:rank]


def into_layer(points: Floats, mean_coordinates: Floats, means: Floats) -> Floats:
    """Return points given in some frame of class means as they lie in the layer.

    Parameters
    ----------
    points : array, shape (n, r)
    mean_coordinates : array, shape (K, r)
        Class means in the frame, which is any orthonormal one about any centre.
    means : array, shape (K, d)
        The same in the layer, d ≥ r.

    Returns
    -------
    array, shape (n, d)
        Turned and shifted so that the class means come to lie where they are.
    """
    center, middle = mean_coordinates.mean(axis=0), means.mean(axis=0)
    product = (mean_coordinates - center).T @ (means - middle)
    left, _, right = np.linalg.svd(product, full_matrices=False)
    return np.asarray((points - center) @ (left @ right) + middle)


@dataclass(frozen=True, eq=False)
class Alignment:
    """A similarity that carries chosen class means onto the fixed simplex ETF.

    Parameters
    ----------
    center : array, shape (r,)
        The mean of the chosen class means.
    rotation : array, shape (r, K−1)
        Orthogonal Procrustes solution (orthonormal columns where r ≥ K−1).
    scale : float
        1 / mean_k‖m_k‖, so that the means lie about 1 from the centre.
    shadow : array, shape (K−1, 3)
        To the three dimensions that are drawn.
    """

    center: Floats
    rotation: Floats
    scale: float
    shadow: Floats

    def place(self, points: Floats) -> Floats:
        """Return points of shape (n, r) where they are drawn, shape (n, 3)."""
        return self.place_directions(points - self.center)

    def place_directions(self, vectors: Floats) -> Floats:
        """Return vectors of shape (n, r) from the centre as they are drawn, shape (n, 3)."""
        return np.asarray(self.scale * vectors @ self.rotation @ self.shadow)


@dataclass(frozen=True, eq=False)
class Guide:
    """Points, and where they lie in another picture of the same classes.

    Parameters
    ----------
    points : array, shape (n, r)
        In the frame of the means that are to be aligned.
    placed : array, shape (n, K−1)
        The same points in the other picture, from its centre, of any scale.
    """

    points: Floats
    placed: Floats


def leaves_open(mean_coordinates: Floats) -> bool:
    """Tell whether chosen class means leave a direction of their picture open.

    So they do where some coincide, as at Minority Collapse: the direction from
    one to the other is then a matter of chance, and may turn over at any epoch.

    Parameters
    ----------
    mean_coordinates : array, shape (K, r)
    """
    centered = mean_coordinates - mean_coordinates.mean(axis=0)
    values = np.linalg.svd(centered.T @ simplex_vertices(len(centered)), compute_uv=False)
    return bool(len(values) and values[-1] <= DETERMINED * values[0])


def align_to_etf(
    mean_coordinates: Floats, shadow: Floats | None = None, guide: Guide | None = None
) -> Alignment:
    """Rotate chosen class means as close as possible to the fixed simplex ETF.

    The target never moves and no sign is free, so consecutive epochs are
    aligned: motion in the picture is motion of the network. The result does
    not depend on the frame in which the coordinates are given.

    Parameters
    ----------
    mean_coordinates : array, shape (K, r)
        Means of the chosen classes, K ≥ 2.
    shadow : array, shape (K−1, 3), optional
        For K > 4 another choice of `ncviz.geometry.shadows`; an even spread of
        the vertices by default.
    guide : Guide, optional
        Decides the directions that the means leave open: the points come as
        near as they can to where they lie in its picture.

    Raises
    ------
    ValueError
        If fewer than two classes are chosen.

    Notes
    -----
    Orthogonal Procrustes (Schönemann 1966) onto `simplex_vertices(K)`. With the
    singular values σ_i of the product of means and vertices, a direction is
    open to the degree 1 − σ_i / 0.3 σ_1. Where none is open a guide changes
    nothing.
    Shadows of K > 4 classes are enlarged by √((K−1)/3), so that the vertices
    of the ETF again lie about 1 from the centre.
    """
    classes = len(mean_coordinates)
    target = simplex_vertices(classes)
    center = mean_coordinates.mean(axis=0)
    centered = mean_coordinates - center
    length = float(np.linalg.norm(centered, axis=1).mean())
    scale = 1 / length if length > 0 else 1.0
    guiding = None if guide is None else _map_of(guide)
    rotation = _rotation(centered.T @ target, guiding)
    return Alignment(center, rotation, scale, _enlarged(classes, shadow))


def _map_of(guide: Guide) -> Floats:
    """Return the linear map, shape (r, K−1), that brings points nearest to where they lay."""
    points = guide.points - guide.points.mean(axis=0)
    left, values, right = np.linalg.svd(points, full_matrices=False)
    # What the points hardly reach they cannot tell.
    damped = values / (values**2 + (RIDGE * values.max(initial=0.0)) ** 2 + TINY)
    return np.asarray((right.T * damped) @ (left.T @ guide.placed))


def _rotation(product: Floats, guiding: Floats | None) -> Floats:
    """Return the orthogonal factor of a product; another one guides what it leaves open."""
    left, values, right = np.linalg.svd(product, full_matrices=False)
    size = 0.0 if guiding is None or not guiding.size else float(np.linalg.norm(guiding, 2))
    if guiding is None or size == 0 or values[-1] > DETERMINED * values[0]:
        return np.asarray(left @ right)
    known = np.minimum(1.0, values / (DETERMINED * values[0] + TINY))
    open_left = np.eye(len(left)) - (left * known) @ left.T
    open_right = np.eye(right.shape[1]) - (right.T * known) @ right
    told = product / (values[0] + TINY)
    guided = told + FOLLOWING / size * open_left @ guiding @ open_right
    left, _, right = np.linalg.svd(guided, full_matrices=False)
    return np.asarray(left @ right)


def _enlarged(classes: int, shadow: Floats | None) -> Floats:
    chosen = shadow_of_simplex(classes) if shadow is None or classes <= 4 else shadow
    return np.asarray(chosen * max(1.0, np.sqrt((classes - 1) / 3)))
