"""Deep unconstrained features: free features, and L weight matrices above them.

    min  1/(2N) ‖ W_L σ( … σ( W_1 H ) ) − Y ‖² + λ_W/2 Σ_l ‖W_l‖² + λ_H/2 ‖H‖²

with one-hot Y of K classes of n samples, σ a ReLU or nothing. Tirer & Bruna, ICML 2022, for
L = 2; Dang et al., ICML 2023, for linear layers; Súkeník, Mondelli, Lampert, NeurIPS 2023 and
2024, for a ReLU. `deep_features_optimum` has what is known of the minimum.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.language import tr

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ACTIVATIONS = ("relu", "linear")
MOMENTUM, FASTER, SLOWER = 0.9, 1.03, 0.5
_RANGES: dict[str, tuple[float, float]] = {
    "classes": (2, 200),
    "samples": (1, 10_000),
    "depth": (1, 64),
    "width": (1, 4096),
    "weight_decay": (1e-12, 1e3),
    "feature_decay": (1e-12, 1e3),
    "seed": (0, 2**31 - 1),
}
_WHOLE = ("classes", "samples", "depth", "width", "seed")


@dataclass(frozen=True)
class DeepFeatures:
    """Free features of equal classes, and the weights above them.

    Parameters
    ----------
    classes : int
        K.
    samples : int
        n of each class.
    depth : int
        L, weight matrices.
    width : int
        d, of the features and of every layer but the output.
    activation : str
        One of `ACTIVATIONS`, between the layers.
    weight_decay, feature_decay : float
        λ_W of every weight matrix and λ_H, above 0.
    seed : int
        Of a random start.

    Raises
    ------
    UserError
        Naming the first value that cannot be, and what it may be.
    """

    classes: int = 4
    samples: int = 10
    depth: int = 4
    width: int = 8
    activation: str = "relu"
    weight_decay: float = 3e-3
    feature_decay: float = 3e-4
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high or (name in _WHOLE and value != int(value)):
                kind = tr("whole number") if name in _WHOLE else tr("number")
                raise _wrong(
                    name,
                    value,
                    tr("a {kind} from {low:g} to {high:g}", kind=kind, low=low, high=high),
                )
        if self.activation not in ACTIVATIONS:
            raise _wrong(
                "activation",
                self.activation,
                tr("one of {activations}", activations=", ".join(ACTIVATIONS)),
            )

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Shapes of H, (N, d), and of W_1 … W_L."""
        d, hidden = self.width, self.depth - 1
        return (
            (self.classes * self.samples, d),
            *((d, d) for _ in range(hidden)),
            (self.classes, d),
        )

    @property
    def decays(self) -> tuple[float, ...]:
        """λ_H and λ_W, one for each matrix."""
        return (self.feature_decay, *(self.weight_decay for _ in range(self.depth)))

    @property
    def is_linear(self) -> bool:
        """Return whether nothing stands between the layers; so it is of one layer."""
        return self.activation == "linear" or self.depth == 1

    def labels(self) -> Ints:
        """Return the class of each feature, shape (N,)."""
        return np.repeat(np.arange(self.classes), self.samples)

    @cached_property
    def targets(self) -> Floats:
        """One-hot labels, shape (N, K)."""
        return np.eye(self.classes)[self.labels()]

    def start(self) -> tuple[Floats, ...]:
        """Return random H, W_1 … W_L: normal, and as large from layer to layer."""
        rng = np.random.default_rng(self.seed)
        kept = 1.0 if self.is_linear else math.sqrt(2.0)  # a ReLU lets half of the square through
        features, *weights = self.shapes
        first = rng.standard_normal(features) / math.sqrt(self.width)
        others = [kept / math.sqrt(shape[1]) * rng.standard_normal(shape) for shape in weights]
        return (first, *others)

    def layers(self, matrices: tuple[Floats, ...]) -> list[Floats]:
        """Return the features of each layer, H first, shape (N, d) each, and the output, (N, K)."""
        found = [matrices[0]]
        for number, weight in enumerate(matrices[1:], 1):
            passed = found[-1] @ weight.T
            free = self.is_linear or number == self.depth
            found.append(passed if free else np.maximum(passed, 0.0))
        return found

    def evaluate(self, matrices: tuple[Floats, ...]) -> tuple[float, float, list[Floats]]:
        """Return loss, objective and gradient of H, W_1 … W_L."""
        layers, decays, N = self.layers(matrices), self.decays, len(matrices[0])
        rest = layers[-1] - self.targets
        loss = float(np.vdot(rest, rest)) / (2 * N)
        squares = [float(np.vdot(matrix, matrix)) for matrix in matrices]
        objective = loss + 0.5 * sum(d * s for d, s in zip(decays, squares, strict=True))
        slopes, back = list[Floats](), rest / N
        for number in range(self.depth, 0, -1):
            weight, below = matrices[number], layers[number - 1]
            slopes.append(back.T @ below + decays[number] * weight)
            back = back @ weight
            if number > 1 and not self.is_linear:
                back = back * (below > 0)
        slopes.append(back + decays[0] * matrices[0])
        return loss, objective, slopes[::-1]


@dataclass(frozen=True, eq=False)
class DeepState:
    """Deep unconstrained features at one moment.

    Attributes
    ----------
    step : int
    matrices : tuple of array
        H, shape (N, d), and W_1 … W_L.
    layers : list of array
        Features of each layer, the free ones first, shape (N, d) each; without the output.
    H, W : array, shape (N, d) and (K, d)
        Features of the last layer, and the last weight matrix.
    loss, objective, gradient_norm : float
    rate : float
        Length of a step.
    """

    step: int
    matrices: tuple[Floats, ...]
    layers: list[Floats]
    H: Floats
    W: Floats
    loss: float
    objective: float
    gradient_norm: float
    rate: float


def descend_deep(
    network: DeepFeatures, start: tuple[Floats, ...], steps: Iterable[int]
) -> Iterator[DeepState]:
    """Yield the states of a descent at some steps, ascending.

    Gradient descent with momentum. A step that would raise the objective is not taken: the momentum
    is forgotten, and the next step is half as long; else it is 3 % longer. So the objective never
    rises, whatever the depth.

    Parameters
    ----------
    network : DeepFeatures
    start : tuple of array
        H, W_1 … W_L.
    steps : iterable of int

    Notes
    -----
    The restart: O'Donoghue & Candès, Foundations of Computational Mathematics 2015.
    """
    x, speeds = start, [np.zeros_like(matrix) for matrix in start]
    (loss, objective, slopes), rate, done = network.evaluate(x), 1.0, 0
    for wanted in steps:
        while done < wanted:
            faster = [MOMENTUM * v - rate * g for v, g in zip(speeds, slopes, strict=True)]
            there = tuple(m + v for m, v in zip(x, faster, strict=True))
            with np.errstate(over="ignore", invalid="ignore"):
                found = network.evaluate(there)
            if found[1] <= objective:
                x, speeds, (loss, objective, slopes) = there, faster, found
                rate *= FASTER
            else:
                speeds, rate = [np.zeros_like(v) for v in speeds], rate * SLOWER
            done += 1
        layers = network.layers(x)[:-1]
        norm = math.sqrt(sum(float(np.vdot(g, g)) for g in slopes))
        yield DeepState(wanted, x, layers, layers[-1], x[-1], loss, objective, norm, rate)


def _wrong(name: str, value: object, wanted: str) -> UserError:
    return UserError(
        tr(
            "The model's {name} is {value!r}: choose {wanted}.",
            name=name.replace("_", " "),
            value=value,
            wanted=wanted,
        )
    )
