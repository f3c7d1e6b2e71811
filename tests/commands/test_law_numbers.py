"""What a terminal says of the law where the layers tell little of it, or nothing."""

import pytest

from ncviz.commands import law_numbers as module
from ncviz.commands.law_numbers import law_numbers
from ncviz.runs.run import Run

ZERO, NOTHING = 0.0, float("nan")


@pytest.mark.parametrize(
    ("fuzziness", "said"),
    [
        ([8.0, 4.0, 2.0], ["law r = -1.0000", "rho = 0.500", "half-life 1.00 layers"]),
        ([8.0, 4.0], ["rho = 0.500", "half-life 1.00 layers"]),
        ([8.0, NOTHING, 2.0], ["rho = 0.500", "half-life 1.00 layers"]),
        ([8.0, 4.0, ZERO], ["rho = 0.500", "half-life 1.00 layers"]),
        ([3.0, 3.0, 3.0], ["rho = 1.000", "D never halves"]),
        ([8.0], []),
        ([8.0, ZERO], []),
        ([NOTHING, NOTHING], []),
        ([float("inf"), 2.0], []),
    ],
)
def test_two_points_are_no_law_and_one_is_nothing(monkeypatch, fuzziness, said):
    monkeypatch.setattr(module, "fuzziness_by_layer", lambda *_: fuzziness)
    assert law_numbers(None, 0, with_half_life=True) == said
    assert law_numbers(None, 0) == [part for part in said if "hal" not in part]


def test_a_run_of_two_layers_and_of_one(make_run, tmp_path):
    two = make_run(tmp_path / "two", widths=(8, 6), epochs=(0,))
    (rho,) = law_numbers(Run(two.path), 0)
    assert rho.startswith("rho = ")
    one = make_run(tmp_path / "one", widths=(8,), epochs=(0,))
    assert law_numbers(Run(one.path), 0) == []
