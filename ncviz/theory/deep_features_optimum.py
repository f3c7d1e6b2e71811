"""What is known of the minimum of deep unconstrained features: collapse, and lower ranks.

Whatever H and W_1 … W_L give an output proportional to Y, their lengths can be shared so that all
penalties are equal. With ‖·‖ of matrices that give Y itself, an output t Y then costs

    (1 − t)²/2 + (L+1)/2 · c · t^{2/(L+1)},   c = ( λ_H ‖H‖² Π_l λ_W ‖W_l‖² )^{1/(L+1)},

and t is the larger root of t^{(L−1)/(L+1)} (1 − t) = c, or 0. At deep neural collapse all
singular values of every matrix are one, and c = K (λ_H n λ_W^L)^{1/(L+1)}. Without a ReLU nothing
is cheaper: the least penalty of an output Z is (L+1)/2 times a power of its Schatten quasi-norm,
Σ_j σ_j^{2/(L+1)}, and each singular value has a minimum of its own.

With a ReLU another solution can be: classes are edges of a graph on r vertices, and the features
of a layer the two ends of an edge, of rank r < K. One weight and one ReLU make them orthogonal at
the last layer alone. Súkeník, Mondelli, Lampert, NeurIPS 2024, with the edges of a complete graph,
whose line graph is strongly regular. It is no critical point: a descent from it goes lower still.
"""

import math
from dataclasses import dataclass

import numpy as np

from ncviz.theory.deep_features import DeepFeatures, Floats

RANK = 1e-9  # of the largest singular value: what is smaller is zero


@dataclass(frozen=True, eq=False)
class DeepSolution:
    """A critical arrangement of deep unconstrained features in closed form.

    Attributes
    ----------
    matrices : tuple of array
        H, shape (N, d), and W_1 … W_L.
    objective : float
        By the closed form; `DeepFeatures.evaluate` says the same.
    scale : float
        t of the output t Y; 0 where the penalties outweigh the loss.
    rank : int
        Of the features below the last layer; of all layers at collapse.
    """

    matrices: tuple[Floats, ...]
    objective: float
    scale: float
    rank: int


def best_scale(depth: int, price: float) -> tuple[float, float]:
    """Return the t of least (1 − t)²/2 + (L+1)/2 c t^{2/(L+1)}, and that value.

    Parameters
    ----------
    depth : int
        L.
    price : float
        c, above 0.
    """
    from scipy.optimize import brentq  # slow to import: not at the window's start

    bend = (depth - 1) / (depth + 1)
    summit = bend / (1 + bend)
    if summit**bend * (1 - summit) <= price:
        return 0.0, 0.5
    if depth == 1:
        scale = 1 - price
    else:
        scale = brentq(lambda t: t**bend * (1 - t) - price, summit, 1.0, xtol=1e-15)
    value = (1 - scale) ** 2 / 2 + (depth + 1) / 2 * price * scale ** (2 / (depth + 1))
    return (float(scale), float(value)) if value < 0.5 else (0.0, 0.5)


def collapsed(network: DeepFeatures) -> DeepSolution | None:
    """Return deep neural collapse; None where a ReLU has no room for it, d < K.

    Without a ReLU it is a global minimum: of rank min(K, d), where d < K any such subspace of the
    outputs is as good as another.
    """
    K, d = network.classes, network.width
    rank = min(K, d)
    if rank < K and not network.is_linear:
        return None
    basis = np.eye(K) if rank == K else waves(K)[:, :rank]
    shapes = [np.repeat(basis, network.samples, axis=0)]
    shapes += [np.eye(rank)] * (network.depth - 1) + [basis]
    return _shared(network, shapes, rank)


def low_rank(network: DeepFeatures) -> DeepSolution | None:
    """Return the solution by the edges of a graph; None where there is none of lower rank.

    It takes a ReLU, L ≥ 2, K ≥ 4 and d ≥ K.
    """
    K, L = network.classes, network.depth
    if network.is_linear or L < 2 or network.width < K:
        return None
    ends = graph_of(K)
    left, values, right = np.linalg.svd(ends, full_matrices=False)
    rank = int((values > RANK * values[0]).sum())
    if rank >= K:
        return None
    left, values, right = left[:, :rank], values[:rank], right[:rank]
    apart = _apart(ends)  # one row a class: 1 for its own features, at most 0 for any other
    if L == 2:
        left, values, right = np.linalg.svd(apart @ ends, full_matrices=False)
        left, values, right = left[:, :rank], values[:rank], right[:rank]
    root = np.sqrt(values)
    shapes = [np.repeat((root[:, None] * right).T, network.samples, axis=0), left * root]
    shapes += [left @ left.T] * (L - 3) + [apart] * (L > 2) + [np.eye(K)]
    return _shared(network, shapes, rank)


def graph_of(classes: int) -> Floats:
    """Return the ends of K edges of a graph of few vertices, shape (r, K).

    The complete graph where K = r (r − 1) / 2, and else a part of it, nearest neighbours first.
    """
    r = next(r for r in range(2, classes + 2) if r * (r - 1) // 2 >= classes)
    edges = [(v, (v + gap) % r) for gap in range(1, r // 2 + 1) for v in range(r)]
    edges = list(dict.fromkeys((min(edge), max(edge)) for edge in edges))[:classes]
    found = np.zeros((r, classes))
    for number, (one, other) in enumerate(edges):
        found[[one, other], number] = 1.0
    return found


def waves(count: int) -> Floats:
    """Return an orthonormal basis of R^K, the constant last and then ever slower waves first."""
    at = np.arange(count)
    rows = [part(2 * np.pi * k * at / count) for k in range(1, count // 2 + 1) for part in PARTS]
    rows = [row for row in rows if np.abs(row).max() > 1e-6][: count - 1]
    basis = np.array([*rows, np.ones(count)])
    return np.asarray((basis / np.linalg.norm(basis, axis=1, keepdims=True)).T)


PARTS = (np.cos, np.sin)


def _apart(ends: Floats) -> Floats:
    """Return the shortest rows whose products with the features of other edges are not above 0."""
    meets = (ends.T @ ends) > 0
    neighbours = (meets @ ends.T) > 0  # vertices of edges that share an end
    return np.where(ends.T > 0, 0.5, np.where(neighbours, -0.5, 0.0))


def _shared(network: DeepFeatures, shapes: list[Floats], rank: int) -> DeepSolution:
    """Return matrices that give t Y, of those that give Y, each with its share of the penalty."""
    L = network.depth
    lengths = [float(np.linalg.norm(shape)) for shape in shapes]
    costs = [decay * length**2 for decay, length in zip(network.decays, lengths, strict=True)]
    price = math.exp(sum(map(math.log, costs)) / (L + 1))
    reached = rank / network.classes if network.is_linear else 1.0  # of the loss that is fitted
    scale, value = best_scale(L, price / reached)
    share = price * scale ** (2 / (L + 1))
    scaled = [math.sqrt(share / cost) * shape for cost, shape in zip(costs, shapes, strict=True)]
    pairs = zip(scaled, network.shapes, strict=True)
    return DeepSolution(
        tuple(_widened(matrix, shape) for matrix, shape in pairs),
        reached * value + (1 - reached) / 2,
        scale,
        rank if scale > 0 else 0,
    )


def _widened(matrix: Floats, shape: tuple[int, int]) -> Floats:
    found = np.zeros(shape)
    found[: matrix.shape[0], : matrix.shape[1]] = matrix
    return found
