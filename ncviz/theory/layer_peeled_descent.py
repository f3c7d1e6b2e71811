"""Arrays on norm budgets, and the log of the mean cross-entropy of their product.

Every budget is spent at a minimum, so that each array is a free one scaled to its
budget. Descents work on the logarithm of the objective, which keeps its digits where
the objective is minute.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.theory.losses import cross_entropy

Floats = NDArray[np.float64]

CONVERGED = 1e-4  # a residual above this is no optimum, not even a local one
AGREEING = 1e-6  # relative: objectives that are the same optimum

_ROUNDINGS = (0.1, 0.03, 0.01, 3e-3, 1e-3, 1e-4, 1e-5)


class LocalOptimum(NamedTuple):
    """A local optimum that some starts reached: its objective in nats, and how many of them."""

    objective: float
    starts: int


@dataclass(frozen=True, eq=False)
class PeeledLocalOptimum:
    """The least objective found by descent from several starts.

    Attributes
    ----------
    layers : tuple of array
        (W,), or (W_L, W_{L−1}); the classifier W or W_L has shape (K, p).
    H : array, shape (K m, p)
        Features, m of each class one after another.
    objective : float
        Mean cross-entropy in nats, with the ReLU itself.
    residual : float
        Stationarity: the largest over the arrays of its length times the
        gradient of the log objective by it along its budget, the ReLU being
        rounded by 1e-5. 0 at a local optimum; above `CONVERGED` it is none.
    objectives : array, shape (starts,)
        What each start reached, ascending.
    least : float
        No optimum at all has a lower objective; 0 where nothing is known.
    residuals : array, shape (starts,), or None
        Of what each start reached, in the order of the objectives.
    """

    layers: tuple[Floats, ...]
    H: Floats
    objective: float
    residual: float
    objectives: Floats
    least: float = 0.0
    residuals: Floats | None = None

    @property
    def optima(self) -> tuple["LocalOptimum", ...]:
        """Return the local optima that starts reached, the lowest first."""
        found: list[LocalOptimum] = []
        if self.residuals is None:
            return ()
        for objective in self.objectives[self.residuals <= CONVERGED].tolist():
            if found and objective <= found[-1].objective * (1 + AGREEING):
                found[-1] = found[-1]._replace(starts=found[-1].starts + 1)
            else:
                found.append(LocalOptimum(objective, 1))
        return tuple(found)

    @property
    def converged(self) -> bool:
        """Return whether the residual is at most `CONVERGED`."""
        return self.residual <= CONVERGED

    @property
    def agreeing(self) -> int:
        """Return how many starts reached this objective."""
        return int(np.sum(self.objectives <= self.objective * (1 + AGREEING)))

    @property
    def classifier(self) -> Floats:
        """W or W_L, shape (K, p)."""
        return self.layers[0]


class Budget(NamedTuple):
    """An array whose Σ |x|^q is held at a total.

    The free array u is made x = s sign(u) |u|^r. For q < 2 the power r = 2/q makes Σ |x|^q
    the square of a length, and smooth where u vanishes; else r = 1.
    """

    shape: tuple[int, int]
    total: float
    q: float

    def spend(self, free: Floats) -> tuple[Floats, Callable[[Floats], Floats]]:
        """Scale a free array to its budget; also return what pulls gradients back."""
        r = max(1.0, 2 / self.q)
        sizes = np.abs(free)
        bent = np.sign(free) * sizes**r
        most = float(sizes.max())  # in its units no power of a large number overflows
        shares = sizes / most
        spent = float(np.sum(shares ** (r * self.q)))
        scale = (self.total / spent) ** (1 / self.q) / most**r
        normal = r * np.sign(free) * shares ** (r * self.q - 1) / (most * spent)
        slope = r * sizes ** (r - 1)

        def pull(gradient: Floats) -> Floats:
            return np.asarray(scale * (gradient * slope - np.vdot(gradient, bent) * normal))

        return scale * bent, pull

    def free(self, values: Floats) -> Floats:
        """Return a free array that is made these values, but for a common factor."""
        return np.asarray(np.sign(values) * np.abs(values) ** (1 / max(1.0, 2 / self.q)))

    def residual(self, values: Floats, gradient: Floats) -> float:
        """Return the length of the array times that of the gradient along the budget."""
        normal = np.sign(values) * np.abs(values) ** (self.q - 1)
        multiplier = np.vdot(gradient, values) / self.total
        return float(np.linalg.norm(gradient - multiplier * normal) * np.linalg.norm(values))


class Programme:
    """The log of the mean cross-entropy, of one flat array of free numbers."""

    def __init__(
        self, sizes: Floats, copies: int, budgets: Sequence[Budget], activation: str
    ) -> None:
        self._labels = np.repeat(np.arange(len(sizes)), copies)
        self._shares = np.repeat(sizes / sizes.sum() / copies, copies)
        self.budgets = budgets
        self._rectified = activation == "relu"
        self.roundings = _ROUNDINGS if self._rectified else (0.0,)
        self._ends = np.cumsum([np.prod(budget.shape) for budget in budgets])

    def start(self, rng: np.random.Generator) -> Floats:
        """Return random free numbers to begin with."""
        return rng.standard_normal(int(self._ends[-1]))

    def arrays(self, x: Floats) -> list[tuple[Floats, Callable[[Floats], Floats]]]:
        """Return the arrays of the free numbers, and what pulls their gradients back."""
        parts = np.split(x, self._ends[:-1])
        return [b.spend(part.reshape(b.shape)) for b, part in zip(self.budgets, parts, strict=True)]

    def evaluate(self, x: Floats, rounding: float = 0.0) -> tuple[float, Floats]:
        """Return the log objective and its gradient by the free numbers."""
        values, pulls = zip(*self.arrays(x), strict=True)
        value, gradients = self.gradients(values, rounding)
        pulled = [pull(g).ravel() for pull, g in zip(pulls, gradients, strict=True)]
        return value, np.concatenate(pulled)

    def residual(self, x: Floats) -> float:
        """Return the stationarity residual, see `PeeledLocalOptimum`."""
        values = [value for value, _ in self.arrays(x)]
        gradients = self.gradients(values, self.roundings[-1])[1]
        triples = zip(self.budgets, values, gradients, strict=True)
        return max(budget.residual(value, gradient) for budget, value, gradient in triples)

    def gradients(self, values: Sequence[Floats], rounding: float) -> tuple[float, list[Floats]]:
        """Return the log objective and its gradient by each array."""
        *layers, H = values
        entering, slopes = [H], [np.ones_like(H)]
        for layer in reversed(layers[1:]):
            hidden, steepness = self._activate(entering[0] @ layer.T, rounding)
            entering.insert(0, hidden)
            slopes.insert(0, steepness)
        losses, back = cross_entropy(entering[0] @ layers[0].T, self._labels)
        objective = float(self._shares @ losses)
        back *= self._shares[:, None] / objective
        gradients = []
        for layer, features, steepness in zip(layers, entering, slopes, strict=True):
            gradients.append(back.T @ features)
            back = back @ layer * steepness
        return float(np.log(objective)), [*gradients, back]

    def _activate(self, x: Floats, rounding: float) -> tuple[Floats, Floats]:
        """Return the activation and its slope."""
        if not self._rectified:
            return x, np.ones_like(x)
        if rounding == 0:
            return np.maximum(x, 0.0), np.asarray(x > 0, dtype=np.float64)
        root = np.sqrt(x**2 + rounding**2)
        return (x + root) / 2, (1 + x / root) / 2


def checked_sizes(class_sizes: ArrayLike) -> Floats:
    """Return class sizes as floats, or refuse them."""
    sizes = np.asarray(class_sizes, dtype=np.float64).ravel()
    if len(sizes) < 2:
        raise UserError(
            tr("The number of class sizes is {count}, give at least 2.", count=len(sizes))
        )
    wrong = sizes[~(np.isfinite(sizes) & (sizes > 0))]
    if wrong.size:
        raise UserError(
            tr(
                "One class size is {wrong:g}, give a positive number for each class.",
                wrong=wrong[0],
            )
        )
    return sizes


def check_positive(**values: float) -> None:
    """Refuse what is not a positive number."""
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise UserError(
                tr(
                    "The {name} is {value:g}, give a positive number.",
                    name=name.replace("_", " "),
                    value=value,
                )
            )


def check_counts(**values: int) -> None:
    """Refuse what is not a whole number of at least 1."""
    for name, value in values.items():
        if value < 1 or value != int(value):
            raise UserError(
                tr(
                    "The number {name} is {value}, give a whole number of at least 1.",
                    name=name,
                    value=value,
                )
            )
