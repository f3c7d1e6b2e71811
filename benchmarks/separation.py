"""Separation fuzziness without d×d matrices, against the textbook pseudo-inverse.

All ratios are taken in one run. The reference value is in float64, through the
d×d matrices' own eigenvectors, with the rank cut at K−1.

    python benchmarks/separation.py [--quick]
"""

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from speed_row import Row
from threadpoolctl import threadpool_info

from ncviz.geometry.collapse import cdnv, nc1, nc2_equiangular, nc2_equinorm, nc3
from ncviz.geometry.separation import fit_law, separation_fuzziness
from ncviz.geometry.slabs import one_blas_thread
from ncviz.geometry.statistics import class_statistics

CLASSES = 10
PRODUCT = "one bare matrix product over the features"
FUZZINESS = Row(
    "fuzziness",
    "separation fuzziness D of 10,000 samples of 4,096 features",
    floor=PRODUCT,
    at_most=0.75,
    arguments=("--quick",),
    order=70,
)
WIDE = Row(
    "fuzziness-wide",
    "D of 2,000 samples of 65,536 features",
    floor=PRODUCT,
    at_most=1.5,
    arguments=("--quick",),
    order=71,
)
SNAPSHOT = Row(
    "metrics",
    "all metrics of eight layers, 1,000 samples of 100 features each",
    floor="one bare matrix product over the features of each layer",
    at_most=4,
    bounded="value",
    arguments=("--quick",),
    order=72,
)


def features(n: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return clustered float32 features, as a trained network gives them."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, n)
    means = rng.standard_normal((CLASSES, d), dtype=np.float32)
    return means[labels] + rng.standard_normal((n, d), dtype=np.float32), labels


def best_of(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Return the least seconds of some runs, and the last result."""
    times, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def scatter(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return SSW and SSB as d×d matrices in float64, as the textbook has them."""
    x = x.astype(np.float64)
    means = np.array([x[y == k].mean(axis=0) for k in range(CLASSES)])
    shares = np.bincount(y, minlength=CLASSES) / len(y)
    within = x - means[y]
    between = means - shares @ means
    return within.T @ within / len(y), (between.T * shares) @ between


def textbook(x: np.ndarray, y: np.ndarray) -> float:
    """Return Tr(SSW pinv(SSB)) at the pseudo-inverse's own tolerance."""
    ssw, ssb = scatter(x, y)
    return float(np.trace(ssw @ np.linalg.pinv(ssb)))


def reference(x: np.ndarray, y: np.ndarray) -> float:
    """Return D in float64 with the rank of SSB cut at K−1."""
    ssw, ssb = scatter(x, y)
    values, vectors = np.linalg.eigh(ssb)
    kept = slice(len(values) - (CLASSES - 1), None)
    axes = vectors[:, kept]
    return float((np.einsum("ij,ij->j", axes, ssw @ axes) / values[kept]).sum())


def ours(x: np.ndarray, y: np.ndarray) -> float:
    """Return D from the class statistics."""
    return separation_fuzziness(class_statistics(x, y, CLASSES))


def against_textbook(n: int, d: int) -> None:
    """Print speed and accuracy at one size."""
    x, y = features(n, d)
    fast, value = best_of(lambda: ours(x, y), 5)
    slow, wrong = best_of(lambda: textbook(x, y), 1)
    exact = reference(x, y)
    product = bare_product(x, y)
    print(f"n = {n}, d = {d}")
    print(f"  ours      {fast:9.4f} s   D = {value:.10g}, error {abs(value / exact - 1):.1e}")
    print(f"  textbook  {slow:9.4f} s   D = {wrong:.10g}, error {abs(wrong / exact - 1):.1e}")
    print(f"  textbook / ours = {slow / fast:.0f}")
    print(f"  ours / one bare matrix product over the features = {fast / product:.2f}")


def bare_product(x: np.ndarray, y: np.ndarray) -> float:
    """Return the seconds of the class sums as one product of matrices, in the features' type."""
    one_hot = (y[:, None] == np.arange(CLASSES)).astype(np.float32)
    return best_of(lambda: one_hot.T @ x, 5)[0]


def over_features(row: Row, n: int, widths: tuple[int, ...]) -> float:
    """Tell what D costs beside one product, the last width first; return the ratio of that one."""
    ratios = []
    for d in (widths[-1], *widths[:-1]):
        x, y = features(n, d)
        # In turn, so that both meet what else the machine does.
        pairs = [(best_of(lambda x=x, y=y: ours(x, y), 1)[0], bare_product(x, y)) for _ in range(5)]
        seconds, product = (min(each) for each in zip(*pairs, strict=True))
        row.point(f"d = {d:,}", 1e3 * seconds, 1e3 * product)
        ratios.append(seconds / product)
    return ratios[0]


def kernel() -> str:
    """Return which routines multiply matrices here, such as 'OpenBLAS 0.3.31 for Zen'."""
    for blas in threadpool_info():
        if blas["user_api"] == "blas":
            return f"{blas['internal_api']} {blas['version']} for {blas.get('architecture', '?')}"
    return "an unknown BLAS"


def wide() -> None:
    """Print time and memory at d = 65,536."""
    x, y = features(2000, 65536)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, value = best_of(lambda: ours(x, y), 2)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    print(
        f"n = 2000, d = 65536: {seconds:.3f} s, D = {value:.6g}; "
        f"{more:.0f} MiB more than before, the features have {x.nbytes / 2**20:.0f} MiB"
    )
    WIDE.ends(
        f"{in_doubles(x)} The memory of the features is the only bound: {more:.0f} MiB are taken "
        f"beside their {x.nbytes / 2**20:.0f} MiB."
    )


def in_doubles(x: np.ndarray) -> str:
    """Return how long the bare arithmetic of D takes in double precision, in words."""
    with one_blas_thread():
        seconds, _ = best_of(lambda: bare_doubles(x), 3)
        single = best_of(lambda: np.ones((CLASSES, len(x)), np.float32) @ x, 3)[0]
    return (
        f"The floor is in single precision, with as many threads as NumPy's BLAS takes; on one "
        f"thread it takes {1e3 * single:.0f} ms. D is in double precision: to read these features "
        f"twice into it, sum them up and multiply them by K − 1 directions, and nothing else, "
        f"takes {1e3 * seconds:.0f} ms on one core."
    )


def bare_doubles(x: np.ndarray) -> None:
    """Read features twice into memory that stays in a cache, and do what no D goes without."""
    width = x.shape[1]
    directions = np.ones((width, CLASSES - 1))
    room = np.empty((max(1, min(len(x), 2**19 // width)), width))
    ones = np.ones(len(room))
    for start in range(0, len(x), len(room)):
        part = x[start : start + len(room)]
        np.copyto(room[: len(part)], part)
        ones[: len(part)] @ room[: len(part)]
    for start in range(0, len(x), len(room)):
        part = x[start : start + len(room)]
        np.copyto(room[: len(part)], part)
        room[: len(part)] @ directions, np.vecdot(room[: len(part)], room[: len(part)])


def all_metrics(layers: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Compute what a snapshot's numbers need."""
    classifier = np.random.default_rng(9).standard_normal((CLASSES, layers[0][0].shape[1]))
    values = []
    for x, y in layers:
        statistics = class_statistics(x, y, CLASSES)
        means = statistics.centered_means
        values.append(separation_fuzziness(statistics))
        nc1(statistics), cdnv(statistics), nc2_equinorm(means), nc2_equiangular(means)
    nc3(classifier, means), nc2_equinorm(classifier), nc2_equiangular(classifier)
    fit_law(values)


def whole_snapshot() -> None:
    """Print the time of all metrics of eight layers, and of more."""
    for count in (8, 1, 32, 128):
        layers = [features(1000, 100, seed) for seed in range(count)]
        seconds, _ = best_of(lambda layers=layers: all_metrics(layers), 20)
        floor = sum(bare_product(x, y) for x, y in layers)
        SNAPSHOT.point(f"{count} layers" if count > 1 else "1 layer", 1e3 * seconds, 1e3 * floor)
        if count == 8:
            least, _ = best_of(lambda layers=layers: [bare_doubles(x) for x, _ in layers], 20)
    SNAPSHOT.ends(
        f"Of eight layers the bare arithmetic in double precision (two readings, sums, a product "
        f"with K − 1 directions) takes {1e3 * least:.1f} ms; the rest is mostly calls of NumPy on "
        f"arrays of a few numbers, which a layer needs whatever its size."
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller textbook case")
    options = parser.parse_args()
    whole_snapshot()
    ratio = over_features(FUZZINESS, 10_000, (256, 1024, 4096))
    FUZZINESS.ends(
        f"The floor is of {kernel()}, and D at {ratio:.2f} of it; the goal of "
        f"{FUZZINESS.at_most} was set where such a product took longer. "
        f"{in_doubles(features(10_000, 4096)[0])}"
    )
    over_features(WIDE, 2000, (1024, 8192, 65536))
    wide()
    against_textbook(10_000, 1024 if options.quick else 4096)


if __name__ == "__main__":
    main()
