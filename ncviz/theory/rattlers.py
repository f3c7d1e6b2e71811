"""Rattlers: points of a spherical code that can move while all others are held.

A point rattles where some move of it lowers the code's margin not at all. The moves that lower
no distance that is the least make a cone, {t : g · t ≤ 0}; what is left of a direction after its
projection onto the cone of all g lies in it (Moreau 1962). Such a move is then made, and the
margin measured anew: that decides.
"""

import numpy as np
from numpy.typing import NDArray

from ncviz.theory.softmax_codes import nearest_in_hull, one_vs_rest_distance

Floats = NDArray[np.float64]

MOVE = 0.003  # radians: about 0.2°
KEPT = 1e-7  # by so much the margin may fall, which is rounding
_TIGHT = 1e-4  # above the least distance: what a move could make the least
_TOUCHING = 1e-6
_LEFT = 1e-2  # of a direction of length 1


def rattlers(vectors: Floats) -> NDArray[np.bool_]:
    """Tell which points of a code can move, all others held, and lower its margin not at all.

    Parameters
    ----------
    vectors : array, shape (K, d)
        Unit vectors with the largest one-vs-rest distance, to about 1e-7.

    Returns
    -------
    array of bool, shape (K,)
        Whether a move by `MOVE` on the sphere is found after which the margin is the same
        within `KEPT`.

    Notes
    -----
    Cohn's tables of spherical codes (2024) count as rattlers the points without a neighbour at
    the least distance; all of these can move. So can some that have one: three of five points
    in three dimensions, along their circle. Jiang et al., ICML 2024, call those rattlers whose
    own distance exceeds the margin.
    """
    margin = one_vs_rest_distance(vectors)
    normals = _normals(vectors, margin + _TIGHT)
    return np.array([_rattles(vectors, k, normals, margin) for k in range(len(vectors))])


def _normals(vectors: Floats, tight: float) -> list[tuple[int, Floats, NDArray[np.bool_]]]:
    """Return of each tight point where its distance grows, and whose hull it is held by."""
    found = []
    for k in range(len(vectors)):
        weights = nearest_in_hull(vectors, k)
        away = vectors[k] - weights @ vectors
        distance = float(np.linalg.norm(away))
        if 0 < distance <= tight:
            normal = away / distance
            touching = (vectors[k] - vectors) @ normal <= distance + _TOUCHING
            touching[k] = False
            found.append((k, normal, _holders(vectors, k, weights, touching)))
    return found


def _holders(
    vectors: Floats, k: int, weights: Floats, touching: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which points can have a weight in the hull's point that is nearest to a point."""
    from scipy.optimize import linprog  # slow to import: not at the window's start

    holders = np.asarray(weights > _TOUCHING)
    face = np.flatnonzero(touching)
    if len(face) <= np.linalg.matrix_rank(vectors[face] - vectors[face[0]], tol=1e-6) + 1:
        return holders  # the weights are the only ones
    system = np.vstack([vectors[face].T, np.ones(len(face))])
    goal = np.append(weights @ vectors, 1.0)
    goal = system @ weights[face] if weights[face].sum() > 1 - _TOUCHING else goal
    for place in np.flatnonzero(~holders[face]):
        wish = np.zeros(len(face))
        wish[place] = -1.0
        most = linprog(wish, A_eq=system, b_eq=goal)
        holders[face[place]] = most.status == 0 and -most.fun > _TOUCHING
    return holders


def _rattles(
    vectors: Floats,
    k: int,
    normals: list[tuple[int, Floats, NDArray[np.bool_]]],
    margin: float,
) -> bool:
    from scipy.optimize import nnls

    point = vectors[k]
    held = [-normal for own, normal, _ in normals if own == k]
    held += [normal for own, normal, holders in normals if own != k and holders[k]]
    tangents = np.linalg.svd(point[None])[2][1:]  # an orthonormal basis of them
    cone = np.array(held).reshape(-1, len(point)) @ tangents.T
    moves = []
    for direction in (*np.eye(len(tangents)), *-np.eye(len(tangents))):
        move = direction
        if len(cone):
            move = direction - nnls(cone.T, direction, maxiter=100 * len(cone))[0] @ cone
        moves.append((float(np.linalg.norm(move)), move))
    moved = vectors.copy()
    for length, move in sorted(moves, key=lambda found: -found[0]):
        if length < _LEFT:
            return False
        moved[k] = np.cos(MOVE) * point + np.sin(MOVE) * (move / length) @ tangents
        if one_vs_rest_distance(moved) >= margin - KEPT:
            return True
    return False
