"""Time the unconstrained feature model: a step, the metrics, and the way to its minimum.

python benchmarks/unconstrained_features.py [--speed]
"""

import itertools
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from speed_row import Row

from ncviz.theory.unconstrained_descent import simulate
from ncviz.theory.unconstrained_features import UnconstrainedFeatures, measure_collapse
from ncviz.theory.unconstrained_optimum import known_optimum

STEP = Row(
    "unconstrained-step",
    "a step of gradient descent of unconstrained features, K = 10, n = 100, d = 100 "
    "(99 of 100 steps)",
    floor="the three matrix products of a gradient",
    at_most=2,
    bounded="value",
    arguments=("--speed",),
    order=75,
)
SIZES = ((4, 100, 3), (4, 100, 8), (10, 100, 16), (10, 100, 100))
MODELS = {
    "free, cross-entropy": {},
    "free, label smoothing": {"loss": "label_smoothing"},
    "free, focal loss": {"loss": "focal"},
    "free, squared error, bias": {"loss": "squared_error", "bias": True},
    "fixed simplex ETF": {"classifier": "simplex_etf", "dimension": 4},
    "class means": {"classifier": "class_means"},
    "sphere": {"spherical": True},
}


def median_milliseconds(work: Callable[[], object], repeats: int) -> float:
    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    work()
    return 1e3 * statistics.median(timed() for _ in range(repeats))


def step_milliseconds(dimension: int, method: str, count: int = 300) -> list[float]:
    states = simulate(UnconstrainedFeatures(classes=10, dimension=dimension, method=method))
    next(states)
    found = []
    for _ in range(count):
        start = time.perf_counter()
        next(states)
        found.append(1e3 * (time.perf_counter() - start))
    return found


def report_speed() -> None:
    for dimension in (100, 10, 30, 300, 1000):
        rng = np.random.default_rng(0)
        H, W = rng.normal(size=(1000, dimension)), rng.normal(size=(10, dimension))
        slopes = rng.normal(size=(1000, 10))

        def products(h: Any = H, w: Any = W, s: Any = slopes) -> object:
            return h @ w.T, s @ w, s.T @ h

        floor = median_milliseconds(products, 100)
        late = float(np.percentile(step_milliseconds(dimension, "gradient_descent"), 99))
        STEP.point(f"d = {dimension:,}", late, floor)
    flow = step_milliseconds(100, "gradient_flow")
    STEP.ends(
        f"Gradient flow takes as many inner steps as its tolerance asks for: median "
        f"{np.median(flow):.1f} ms, 99 of 100 within {np.percentile(flow, 99):.1f} ms. Models of "
        f"more than 100 million numbers are refused in a sentence."
    )


def report_steps() -> None:
    print("a step and its metrics, each the median of 300")
    for (classes, samples, dimension), method in itertools.product(
        SIZES, ("gradient_descent", "gradient_flow")
    ):
        model = UnconstrainedFeatures(
            classes=classes, samples=samples, dimension=dimension, method=method
        )
        states = simulate(model)
        state = next(states)
        step = median_milliseconds(lambda states=states: next(states), 300)
        metrics = median_milliseconds(lambda m=model, s=state: measure_collapse(m, s), 300)
        print(
            f"  K = {classes:<3} n = {samples:<4} d = {dimension:<4} {method:<17}"
            f"step {step:6.3f} ms   metrics {metrics:6.3f} ms   both {step + metrics:6.3f} ms"
        )


def report_descent() -> None:
    print("4 classes of 100, 2000 steps at the default learning rate")
    for name, changes in MODELS.items():
        model = UnconstrainedFeatures(**changes)
        start = time.perf_counter()
        (state,) = simulate(model, [2000])
        seconds = time.perf_counter() - start
        excess = state.objective - known_optimum(model).objective
        collapse = measure_collapse(model, state)
        print(
            f"  {name:<27}{seconds:5.2f} s   above the minimum {excess:8.1e}   "
            f"NC1 {collapse.nc1:.1e}   NC2 {collapse.nc2_equiangular_means:.1e}   "
            f"NC3 {collapse.nc3:.1e}"
        )


if __name__ == "__main__":
    if "--speed" in sys.argv:
        report_speed()
    else:
        report_steps()
        report_descent()
