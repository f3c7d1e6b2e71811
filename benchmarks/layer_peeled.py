"""Time the Layer-Peeled solvers; compare with a conic solver where there is one.

    python benchmarks/layer_peeled.py [--ratios 200]

With cvxpy and Clarabel importable, every ratio is also solved as the full K×K
programme, and the time and the objectives are compared.
"""

import argparse
import importlib.util
import statistics
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
from speed_row import Row

from ncviz.theory import layer_peeled_newton
from ncviz.theory.layer_peeled import minority_cosine_curve
from ncviz.theory.layer_peeled_general import solve_class_sizes

CLASSES, MAJORITY = 10, 5
BUDGETS = (0.1, 1.0, 5.0, 25.0, 100.0)
SIZES = Row(
    "class-sizes",
    "Layer-Peeled Model of 100 class sizes, a long tail of ratio 100, the slowest of five budgets",
    floor="one singular value decomposition of the logits",
    at_most=100,
    bounded="value",
    arguments=("--speed",),
    order=73,
)
MANY = Row(
    "class-sizes-1000",
    "Layer-Peeled Model of 1,000 classes, a long tail of whole numbers of samples",
    floor="one singular value decomposition of the logits",
    at_most=10,
    bounded="value",
    unit="s",
    arguments=("--speed",),
    order=74,
)


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    work()
    return statistics.median(timed() for _ in range(repeats))


def report_curves(ratios: np.ndarray) -> None:
    print(f"{len(ratios)} ratios and the critical ratio, K = {CLASSES}, K_A = {MAJORITY}")
    for budget in BUDGETS:

        def work(budget: float = budget) -> object:
            return minority_cosine_curve(CLASSES, MAJORITY, budget, ratios)

        curve = minority_cosine_curve(CLASSES, MAJORITY, budget, ratios)
        print(
            f"  E_H E_W = {budget:<6g} {1e3 * median_seconds(work, 15):6.2f} ms   "
            f"largest gap / objective {np.max(curve.gaps / curve.objectives):.1e}   "
            f"R0 = {curve.critical_ratio:.6g}"
        )


def report_class_sizes() -> None:
    print("general class sizes, a long tail of ratio 100")
    for classes, repeats in ((10, 15), (100, 3)):
        sizes = np.geomspace(500, 5, classes)
        for budget in BUDGETS:

            def work(sizes: np.ndarray = sizes, budget: float = budget) -> object:
                return solve_class_sizes(sizes, budget)

            solution = solve_class_sizes(sizes, budget)
            print(
                f"  K = {classes:<4} E_H E_W = {budget:<6g} "
                f"{1e3 * median_seconds(work, repeats):8.1f} ms   "
                f"gap / objective {solution.gap / solution.objective:.1e}"
            )


def decomposition_seconds(classes: int) -> float:
    Z = solve_class_sizes(np.geomspace(500, 5, min(classes, 50)), 5.0).Z
    Z = np.tile(Z, (-(-classes // len(Z)),) * 2)[:classes, :classes]
    return median_seconds(lambda: np.linalg.svd(Z), 3)


def seconds_of(sizes: np.ndarray, budget: float) -> float:
    start = time.perf_counter()
    solution = solve_class_sizes(sizes, budget)
    seconds = time.perf_counter() - start
    assert solution.gap <= 1e-8 * solution.objective  # certified, as before it was faster
    return seconds


def with_products(sizes: np.ndarray, budget: float) -> tuple[float, int, float]:
    """Return the seconds of a solution, its conjugate gradients, and the seconds of their products.

    A step takes ten products in single precision: six for the Hessian, four for what
    preconditions it, each of as many columns as there are directions left.
    """
    steps: Counter[tuple[int, int]] = Counter()
    solve = layer_peeled_newton.truncated_newton

    def counted(hessian, *others):
        def stepped(x):
            steps[hessian.__self__._W.shape] += 1
            return hessian(x)

        return solve(stepped, *others)

    layer_peeled_newton.truncated_newton = counted
    try:
        seconds = seconds_of(sizes, budget)
    finally:
        layer_peeled_newton.truncated_newton = solve
    products = 0.0
    for (groups, columns), count in steps.items():
        square = np.ones((groups, groups), np.float32)
        narrow = np.ones((groups, columns), np.float32)
        once = median_seconds(lambda a=square, b=narrow: a @ b, 3)
        products += 10 * count * once
    return seconds, sum(steps.values()), products


def report_speed() -> None:
    for classes in (100, 10, 30, 300):
        sizes = np.geomspace(500, 5, classes)
        # The slowest budget of those to 100 classes takes about as long of more.
        budgets = BUDGETS if classes <= 100 else (5.0,)
        slowest = 0.0
        for budget in budgets:
            runs = [seconds_of(sizes, budget) for _ in range(3 if classes <= 100 else 1)]
            slowest = max(slowest, min(runs))
        SIZES.point(f"K = {classes}", 1e3 * slowest, 1e3 * decomposition_seconds(classes))
    for classes in (1000, 100, 300):
        whole = np.rint(np.geomspace(500, 5, classes))
        MANY.point(f"K = {classes:,}", seconds_of(whole, 5.0), decomposition_seconds(classes))
    apart = np.geomspace(500, 5, 1000)
    seconds, steps, products = with_products(apart, 5.0)
    MANY.point("K = 1,000, no two sizes alike", seconds, decomposition_seconds(1000))
    MANY.ends(
        f"Classes of one size are one row of the programme: these 1,000 have "
        f"{len(np.unique(np.rint(apart)))} different sizes. With as many sizes as classes "
        f"{steps} steps of conjugate gradients are taken, each of ten products of up to 1,000 "
        f"rows, which alone take {products:.1f} of {seconds:.1f} s; nothing is refused."
    )


def conic_objectives(ratios: np.ndarray, budget: float) -> list[float]:
    import cvxpy as cp

    Z = cp.Variable((CLASSES, CLASSES))
    shares = cp.Parameter(CLASSES, nonneg=True)
    losses = cp.hstack([cp.log_sum_exp(Z[:, k]) - Z[k, k] for k in range(CLASSES)])
    within = cp.normNuc(Z) <= CLASSES * np.sqrt(budget)
    programme = cp.Problem(cp.Minimize(shares @ losses), [within])
    objectives = []
    for ratio in ratios:
        sizes = np.repeat([ratio, 1.0], [MAJORITY, CLASSES - MAJORITY])
        shares.value = sizes / sizes.sum()
        objectives.append(float(programme.solve(solver=cp.CLARABEL)))
    return objectives


def report_conic(ratios: np.ndarray, budget: float) -> None:
    missing = [name for name in ("cvxpy", "clarabel") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"no comparison with a conic solver: {' and '.join(missing)} not installed")
        return
    conic_objectives(ratios[:1], budget)
    start = time.perf_counter()
    conic = conic_objectives(ratios, budget)
    slow = time.perf_counter() - start
    curve = minority_cosine_curve(CLASSES, MAJORITY, budget, ratios)
    fast = median_seconds(lambda: minority_cosine_curve(CLASSES, MAJORITY, budget, ratios), 15)
    difference = float(np.max(np.abs(np.array(conic) - curve.objectives)))
    print(
        f"cvxpy + Clarabel, {len(ratios)} ratios, E_H E_W = {budget:g}: {slow:.1f} s against "
        f"{1e3 * fast:.2f} ms, {slow / fast:.0f} times; "
        f"largest difference of objectives {difference:.1e} "
        f"({'within' if difference <= 1e-7 else 'NOT within'} 1e-7)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ratios", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--speed", action="store_true", help="rows of docs/speed.md alone")
    options = parser.parse_args()
    if options.speed:
        report_speed()
        return
    ratios = np.geomspace(1, 1000, options.ratios)
    report_curves(ratios)
    report_class_sizes()
    report_conic(ratios, 5.0)


if __name__ == "__main__":
    main()
