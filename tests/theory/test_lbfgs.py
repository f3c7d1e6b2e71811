"""SciPy's L-BFGS: where it ends, and on how many cores."""

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from ncviz.theory.lbfgs import lbfgs


def test_it_ends_at_the_minimum_and_no_blas_has_threads_that_wait():
    center, threads = np.array([1.0, -2.0, 3.0]), set()

    def bowl(x, steep):
        threads.update(each["num_threads"] for each in blas())
        return steep * float((x - center) @ (x - center)), 2 * steep * (x - center)

    def blas():
        # Those of NumPy and SciPy: torch, where it was imported before, has one of its own.
        return [
            each
            for each in threadpool_info()
            if each["user_api"] == "blas" and any(n in each["filepath"] for n in ("numpy", "scipy"))
        ]

    with threadpool_limits(2, user_api="blas"):
        lbfgs(bowl, np.zeros(3), 1.0)  # SciPy's is loaded by now
    threads.clear()
    with threadpool_limits(2, user_api="blas"):
        assert np.allclose(lbfgs(bowl, np.zeros(3), 4.0, maxiter=50), center)
        assert threads == {1}
        assert {each["num_threads"] for each in blas()} == {2}
