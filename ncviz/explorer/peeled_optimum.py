"""Optima of the Layer-Peeled Model in one form, whichever solver found them."""

import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.geometry.collapse import cosines
from ncviz.geometry.slabs import one_blas_thread
from ncviz.theory.layer_peeled import TwoGroupProblem, TwoGroupSolution, solve_two_groups
from ncviz.theory.layer_peeled_general import solve_class_sizes
from ncviz.theory.layer_peeled_variants import solve_q_norm

Floats = NDArray[np.float64]

VANISHED = 1e-5  # of the longest row: a classifier that is zero but for the solver's tolerance
VARIANT_STARTS = 3


@dataclass(frozen=True, eq=False)
class Optimum:
    """What is seen and read of an optimum.

    Attributes
    ----------
    weights, features : array, shape (K, p)
        Row k is of class k.
    objective : float
        Mean cross-entropy in nats.
    gap : float, optional
        Certificate: so much above the least objective at most. None where
        nothing certifies a descent.
    residual : float, optional
        Of such a descent: how nearly it is at a local optimum.
    cosine : float
        Between two minority classifiers, or those of the two smallest classes.
    largest_cosine : float
        Between two majority classifiers, or those of the two largest classes.
    directions : int
        Dimensions that the classifiers span: K − 1, less what has collapsed.
    """

    weights: Floats
    features: Floats
    objective: float
    gap: float | None
    residual: float | None
    cosine: float
    largest_cosine: float
    directions: int


@lru_cache(maxsize=256)
def solution_of_groups(problem: TwoGroupProblem) -> TwoGroupSolution:
    """Return what the solver says of two groups of classes."""
    return solve_two_groups(problem)


@lru_cache(maxsize=256)
def optimum_of_groups(problem: TwoGroupProblem) -> Optimum:
    """Return the exact optimum of two groups of classes."""
    found = solution_of_groups(problem)
    weights, features = found.weights_and_features()
    return Optimum(
        weights,
        features,
        found.objective,
        found.gap,
        None,
        found.minority_cosine,
        found.majority_cosine,
        _directions(weights),
    )


@lru_cache(maxsize=256)
def optimum_of_sizes(sizes: tuple[float, ...], budget: float) -> Optimum:
    """Return the certified optimum of any class sizes."""
    with one_blas_thread():
        found = solve_class_sizes(sizes, budget)
        weights, features = found.weights_and_features()
    return Optimum(
        weights,
        features,
        found.objective,
        found.gap,
        None,
        *_outer_cosines(weights, sizes),
        _directions(weights),
    )


def optimum_of_power(
    sizes: tuple[float, ...], budget: float, q: float, starts: int, seed: int
) -> Optimum:
    """Return a local optimum with ‖h‖_q^q in the budget, E_H = E_W."""
    energy = float(np.sqrt(budget))
    found = solve_q_norm(
        sizes,
        len(sizes),
        q,
        classifier_energy=energy,
        feature_energy=energy,
        starts=starts,
        seed=seed,
    )
    return Optimum(
        found.classifier,
        found.H,
        found.objective,
        None,
        found.residual,
        *_outer_cosines(found.classifier, sizes),
        _directions(found.classifier),
    )


def _directions(weights: Floats) -> int:
    centered = weights - weights.mean(axis=0)
    values = np.linalg.svd(centered, compute_uv=False)
    return int(np.sum(values > VANISHED * max(float(values[0]), 1e-300)))


def _outer_cosines(weights: Floats, sizes: tuple[float, ...]) -> tuple[float, float]:
    """Return the cosines of the two smallest and of the two largest classes."""
    order = np.argsort(sizes, kind="stable")
    lengths = np.linalg.norm(weights, axis=1)
    found = cosines(weights)
    # Two classifiers that vanish together are one: the limit, as in `TwoGroupSolution`.
    gone = lengths[order[:2]].max() < VANISHED * lengths.max()
    smallest = 1.0 if gone else float(found[order[0], order[1]])
    return smallest, float(found[order[-1], order[-2]])


@dataclass(frozen=True)
class PowerQuestion:
    """A model with q ≠ 2: class sizes, E_H·E_W and q."""

    sizes: tuple[float, ...]
    budget: float
    q: float


class PowerSolver:
    """Answers the newest question on a thread; older ones are dropped between two starts.

    Attributes
    ----------
    answer : Optimum, optional
        The last that was finished.
    answered : PowerQuestion, optional
        What it answers.
    failure : str
        A sentence if the last question has no answer; else empty.
    """

    def __init__(self) -> None:
        self.answer: Optimum | None = None
        self.answered: PowerQuestion | None = None
        self.failure = ""
        self._lock = threading.Lock()
        self._newest: PowerQuestion | None = None
        self._thread: threading.Thread | None = None
        self._news: tuple[PowerQuestion, Optimum | str] | None = None

    @property
    def busy(self) -> bool:
        """Return whether an answer is on its way, or has come and was not polled."""
        return self._newest is not None or self._news is not None

    def ask(self, question: PowerQuestion | None) -> None:
        """Ask another question; None calls the present one off."""
        with self._lock:
            if question is not None and question == self.answered:
                question = None
            self._newest = question
            self._news = None
            if question is not None and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="q-norm", daemon=True)
                self._thread.start()

    def poll(self) -> bool:
        """Take up an answer that has come; return whether there was one."""
        with self._lock:
            if self._news is None:
                return False
            question, found = self._news
            self._news = None
        self.answered = question
        self.failure = found if isinstance(found, str) else ""
        if isinstance(found, Optimum):
            self.answer = found
        return True

    def close(self) -> None:
        """Call off what is asked and wait for the thread."""
        self.ask(None)
        thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                question = self._newest
                if question is None:
                    self._thread = None
                    return
            found = self._solve(question)
            with self._lock:
                if found is not None and question == self._newest:
                    self._newest = None
                    self._news = question, found

    def _solve(self, question: PowerQuestion) -> Optimum | str | None:
        """Return the best of several starts, a sentence, or None if it is asked no more."""
        best: Optimum | None = None
        try:
            for seed in range(VARIANT_STARTS):
                if question != self._newest:
                    return None
                with one_blas_thread(), np.errstate(all="ignore"):
                    found = optimum_of_power(question.sizes, question.budget, question.q, 1, seed)
                if best is None or found.objective < best.objective:
                    best = found
        except (UserError, ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
            return f"No optimum was found for q = {question.q:g}: {error}."
        if best is None or not np.isfinite([best.weights, best.features]).all():
            return f"The descent for q = {question.q:g} ran away: choose a q nearer 2."
        return best
