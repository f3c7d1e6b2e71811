"""Lets an unconstrained feature model descend, step by step."""

import itertools
import math
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from ncviz.geometry.slabs import one_blas_thread
from ncviz.theory.diverged_descent import DivergedDescentError
from ncviz.theory.unconstrained_features import (
    FeatureModelState,
    Objective,
    UnconstrainedFeatures,
)

Floats = NDArray[np.float64]

_RELATIVE_TOLERANCE = 1e-6
_ABSOLUTE_TOLERANCE = 1e-9


def simulate(
    parameters: UnconstrainedFeatures, steps: Iterable[int] | None = None
) -> Iterator[FeatureModelState]:
    """Yield the states of a model that descends from its random start.

    Parameters
    ----------
    parameters : UnconstrainedFeatures
    steps : iterable of int, optional
        Which steps to yield, ascending, such as `range(0, 2001, 20)`. By
        default all, without end.

    Yields
    ------
    FeatureModelState
        Each with arrays of its own.

    Raises
    ------
    UserError
        If the model diverges.

    Notes
    -----
    Gradient flow is integrated by the adaptive Runge–Kutta method of Dormand &
    Prince (1980), order 5(4), to a relative tolerance of 1e-6.
    """
    objective = Objective(parameters)
    path = _flow if parameters.method == "gradient_flow" else _descend
    wanted = itertools.count() if steps is None else steps
    states = path(objective, parameters, wanted)
    while True:
        # Products of thousands of rows by a few columns gain nothing from threads of BLAS, and
        # wait for each other where something else computes.
        with one_blas_thread():
            state = next(states, None)
        if state is None:
            return
        yield state


def _descend(
    objective: Objective, parameters: UnconstrainedFeatures, steps: Iterable[int]
) -> Iterator[FeatureModelState]:
    x, done = objective.start(), 0
    velocity, found = np.zeros_like(x), objective.evaluate(x)

    @np.errstate(over="ignore", invalid="ignore")  # told as divergence
    def step_on(number: int) -> tuple[Floats, Floats]:
        _, value, gradient = found
        if not math.isfinite(value):
            raise DivergedDescentError(number)
        moving = parameters.momentum * velocity + gradient
        moved = objective.retract(x - parameters.learning_rate * moving)
        return moved, objective.tangent(moved, moving)

    for step in steps:
        for number in range(done, step):
            x, velocity = step_on(number)
            found = objective.evaluate(x)
        done = step
        yield objective.state(x, step, found)


def _flow(
    objective: Objective, parameters: UnconstrainedFeatures, steps: Iterable[int]
) -> Iterator[FeatureModelState]:
    from scipy.integrate import RK45  # slow to import: not at the window's start

    def fall(_: float, x: Floats) -> Floats:
        return -objective.evaluate(objective.retract(x))[2]

    x = objective.start()
    solver = RK45(fall, 0.0, x, np.inf, rtol=_RELATIVE_TOLERANCE, atol=_ABSOLUTE_TOLERANCE)
    for step in steps:
        time = step * parameters.learning_rate
        while solver.t < time:
            solver.step()
            if solver.status == "failed":
                raise DivergedDescentError(step)
        if solver.t > 0:
            x = objective.retract(solver.dense_output()(time))
        yield objective.state(x, step)
