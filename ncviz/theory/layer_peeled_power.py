"""The Layer-Peeled Model with ‖h‖_q^q in its budget, from many starts.

For q ≠ 2 the programme can have many local optima. Below 2 each feature prefers a few axes,
above 2 all of them at equal heights, and which axes or signs belong to which class is a
matter of counting, not of descending. So it is sought from starts of four kinds: the exact
optimum for q = 2, turned at random and carried on to q in steps; classes that have an axis
of their own or share one in pairs (q < 2), or stand at random signs (q > 2); random numbers;
and the best so far with some classes or axes exchanged or begun anew.

A descent is L-BFGS on free numbers (`layer_peeled_descent`). For q near 1 most coordinates
are minute, and L-BFGS leaves them too large. There stationarity has a closed form,
h = sign(g) |g/λ|^(1/(q−1)) with g the descent and λ the multiplier of the budget, which is put
in between two descents.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ncviz.geometry.slabs import one_blas_thread
from ncviz.theory.layer_peeled_descent import Budget, Floats, PeeledLocalOptimum, Programme
from ncviz.theory.layer_peeled_general import solve_class_sizes
from ncviz.theory.lbfgs import lbfgs

_DESCENT = {"maxiter": 400, "maxfun": 800, "gtol": 1e-10, "ftol": 1e-15, "maxcor": 20}
_ON_THE_WAY = {"maxiter": 60}
_ROUNDS = 8
_STATIONARY = 1e-6
_SMALL = 0.1  # of the largest coordinate: what the closed form may set
_STEPS_TO_Q = 4
_PLAIN = 12  # starts before the best so far is changed
_LARGEST_BUDGET = 1e4  # of the exact solver


class QuestionOfPower(NamedTuple):
    """What is asked: sizes, copies m of each class's feature, p, q, E_W and E_H."""

    sizes: Floats
    copies: int
    dimension: int
    q: float
    classifier_energy: float
    feature_energy: float

    def programme(self, q: float | None = None) -> Programme:
        """Return the objective, for another q if one is given."""
        K, p, m = len(self.sizes), self.dimension, self.copies
        budgets = (
            Budget((K, p), K * self.classifier_energy, 2.0),
            Budget((K * m, p), K * m * self.feature_energy, self.q if q is None else q),
        )
        return Programme(self.sizes, m, budgets, "identity")

    def least(self) -> float:
        """Return an objective that no optimum falls below.

        Features within Σ |h|^q ≤ T lie within Σ h² ≤ T^(2/q), times (K p)^(1 − 2/q) if
        q > 2. For that budget the exact model has the least objective.
        """
        K, total = len(self.sizes), len(self.sizes) * self.feature_energy
        square = total ** (2 / self.q) * (K * self.dimension) ** max(0.0, 1 - 2 / self.q)
        budget = self.classifier_energy * square / K
        if budget > _LARGEST_BUDGET:
            return 0.0
        found = solve_class_sizes(self.sizes, budget)
        return max(0.0, found.objective - found.gap)


def search(question: QuestionOfPower, starts: int, seed: int) -> Iterator[PeeledLocalOptimum]:
    """Yield the best local optimum so far, after each start.

    Parameters
    ----------
    question : QuestionOfPower
    starts : int
        The same number of starts with the same seed gives the same optima.
    seed : int
    """
    rng = np.random.default_rng(seed)
    programme = question.programme()
    starting = _Starts(question, rng)
    least = question.least()
    logs: list[float] = []
    residuals: list[float] = []
    best: Floats | None = None
    for number in range(starts):
        with one_blas_thread():  # more only wait for each other on matrices so small
            x = _descend(programme, starting.start(number, best))
        reached = programme.evaluate(x)[0]
        if best is None or reached < min(logs):
            best = x
        logs.append(reached)
        residuals.append(programme.residual(x))
        (W, _), (H, _) = programme.arrays(best)
        order = np.argsort(logs, kind="stable")
        objectives, of_each = np.exp(logs)[order], np.array(residuals)[order]
        lowest, residual = float(objectives[0]), programme.residual(best)
        yield PeeledLocalOptimum((W,), H, lowest, residual, objectives, least, of_each)


class _Starts:
    """Makes starts of four kinds in turn."""

    def __init__(self, question: QuestionOfPower, rng: np.random.Generator) -> None:
        self._question = question
        self._rng = rng
        self._programme = question.programme()
        self._exact: tuple[Floats, Floats] | None = None

    def start(self, number: int, best: Floats | None) -> Floats:
        """Return the free numbers to begin with, given the best so far."""
        if best is not None and number >= _PLAIN and number % 2:
            return self._changed(best)
        q = self._question.q
        kind = number % 3 if q != 2 else 0
        if kind == 0:
            return self._programme.start(self._rng)
        if kind == 1:
            return self._from_square()
        return self._on_axes() if q < 2 else self._at_signs()

    def _free(self, W: Floats, H: Floats, programme: Programme | None = None) -> Floats:
        of_W, of_H = (programme or self._programme).budgets
        return np.concatenate([of_W.free(W).ravel(), of_H.free(H).ravel()])

    def _noise(self, shape: tuple[int, ...], size: float) -> Floats:
        return size * self._rng.standard_normal(shape)

    def _of_each_class(self, W: Floats, H: Floats) -> Floats:
        """Give each feature of a class the same place, nearly."""
        scale = float(np.abs(H).mean())
        H = np.repeat(H, self._question.copies, axis=0)
        return self._free(W, H + self._noise(H.shape, 1e-3 * scale))

    def _from_square(self) -> Floats:
        """Carry the exact optimum for q = 2 on to q, from a random turn of it."""
        question, rng = self._question, self._rng
        K, p = len(question.sizes), question.dimension
        if self._exact is None:
            budget = question.classifier_energy * question.feature_energy
            found = solve_class_sizes(question.sizes, min(budget, _LARGEST_BUDGET))
            self._exact = found.weights_and_features()
        frame = np.linalg.qr(rng.standard_normal((max(K, p), max(K, p))))[0][:K, :p]
        W, H = (rows @ frame for rows in self._exact)
        one = question._replace(copies=1)
        for q in np.linspace(2.0, question.q, _STEPS_TO_Q + 2)[1:-1]:
            way = one.programme(float(q))
            x = self._free(W, H + self._noise(H.shape, 1e-4), way)
            x = lbfgs(way.evaluate, x, 0.0, **_ON_THE_WAY)
            (W, _), (H, _) = way.arrays(x)
        return self._of_each_class(W, H)

    def _on_axes(self) -> Floats:
        """Let some pairs of classes share an axis, at its two ends, and others have their own."""
        rng, K, p = self._rng, len(self._question.sizes), self._question.dimension
        order, pairs = rng.permutation(K), int(rng.integers(0, K // 2 + 1))
        axes = np.concatenate([np.arange(pairs).repeat(2), np.arange(pairs, K - pairs)]) % p
        ends, either = np.resize([1.0, -1.0], K), rng.choice([-1.0, 1.0], K)
        signs = np.where(np.arange(K) < 2 * pairs, ends, either)
        H = self._noise((K, p), 1e-3)
        H[order, axes] += signs * (1 + 0.2 * rng.random(K))
        W = H - H.mean(axis=0) + self._noise((K, p), 1e-2)
        return self._of_each_class(W, H)

    def _at_signs(self) -> Floats:
        rng, K, p = self._rng, len(self._question.sizes), self._question.dimension
        H = rng.choice([-1.0, 1.0], (K, p))
        return self._of_each_class(H - H.mean(axis=0) + self._noise((K, p), 1e-2), H)

    def _changed(self, best: Floats) -> Floats:
        """Exchange two classes of the best so far, or begin two classes or axes anew."""
        rng, m = self._rng, self._question.copies
        (W, _), (H, _) = self._programme.arrays(best)
        W, H = W.copy(), H.copy().reshape(len(W), m, -1)
        K, p = W.shape
        kind = int(rng.integers(3))
        if kind == 0:
            one, other = rng.choice(K, 2, replace=False)
            W[[one, other]], H[[one, other]] = W[[other, one]], H[[other, one]]
        else:
            anew = np.zeros((K, p), dtype=bool)
            if kind == 1:
                anew[rng.choice(K, min(2, K - 1), replace=False)] = True
            else:
                anew[:, rng.choice(p, min(2, p), replace=False)] = True
            new = self._noise((K, p), 1.5)
            W = np.where(anew, new * np.abs(W).mean(), W)
            H = np.where(anew[:, None], (new * np.abs(H).mean())[:, None], H)
        return self._free(W, H.reshape(K * m, p))


def _descend(programme: Programme, x: Floats) -> Floats:
    """Descend until the residual is small, or no round helps any more."""
    last = np.inf
    for _ in range(_ROUNDS):
        x = lbfgs(programme.evaluate, x, 0.0, **_DESCENT)
        x = _settled(programme, x)
        residual = programme.residual(x)
        if residual < _STATIONARY or residual > 0.5 * last:
            break
        last = residual
    return x


def _settled(programme: Programme, x: Floats) -> Floats:
    """Put minute coordinates of the features where they are stationary."""
    of_W, of_H = programme.budgets
    if of_H.q >= 2:
        return x
    for _ in range(3):
        (W, _), (H, _) = programme.arrays(x)
        descent = -programme.gradients([W, H], 0.0)[1][1]
        multiplier = float(np.vdot(descent, H)) / of_H.total
        if multiplier <= 0:
            return x
        logs = np.log(np.maximum(np.abs(descent) / multiplier, 1e-300)) / (of_H.q - 1)
        stationary = np.sign(descent) * np.exp(np.clip(logs, -600.0, 100.0))
        small = np.maximum(np.abs(stationary), np.abs(H)) < _SMALL * np.abs(H).max()
        moved = np.concatenate(
            [of_W.free(W).ravel(), of_H.free(np.where(small, stationary, H)).ravel()]
        )
        rises = programme.evaluate(moved)[0] > programme.evaluate(x)[0] + 1e-9
        if rises or programme.residual(moved) >= programme.residual(x):
            return x
        x = moved
    return x
