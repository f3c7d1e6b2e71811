"""Newton steps that are sought roughly, against matrices that are solved whole."""

import numpy as np

from ncviz.theory.truncated_newton import products, truncated_newton


def test_a_step_solves_the_system_as_far_as_is_asked():
    random = np.random.default_rng(0)
    root = random.normal(size=(30, 30))
    hessian = root @ root.T + np.eye(30)
    descent = random.normal(size=30)
    inverse = np.diag(1 / np.diag(hessian))
    step = truncated_newton(lambda x: hessian @ x, lambda x: inverse @ x, descent, 1e-9)
    np.testing.assert_allclose(step, np.linalg.solve(hessian, descent), rtol=1e-6)


def test_a_descent_along_negative_curvature_has_no_step():
    assert truncated_newton(lambda x: -x, lambda x: x, np.ones(3), 0.1) is None


def test_a_start_without_a_slope_has_a_step_of_zero():
    step = truncated_newton(lambda x: 2 * x, lambda x: x * 0, np.ones(3), 0.1)
    assert step is None or not step.any()


def test_products_sum_up_to_a_smooth_kernel():
    places = np.linspace(0, 3, 80)
    kernel = 1 / (1 + places[:, None] + places)
    found = list(products(kernel))
    assert len(found) < 12
    whole = sum(np.outer(column, row) for column, row in found)
    np.testing.assert_allclose(whole, kernel, atol=2e-6 * kernel.max())
    assert list(products(np.zeros((3, 3)))) == []
