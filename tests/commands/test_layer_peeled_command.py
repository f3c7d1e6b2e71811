import json
import math

import numpy as np
import pytest

from ncviz.cli import main
from ncviz.theory.layer_peeled import TwoGroupProblem, critical_ratio, solve_two_groups


def printed(capsys, *arguments):
    assert main(["layer-peeled", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_curve_is_that_of_the_model(capsys):
    answer = printed(capsys, "--classes", 10, "--majority", 4, "--budget", 2, "--ratio", "1:1000:7")
    np.testing.assert_allclose(answer["ratio"], np.geomspace(1, 1000, 7))
    assert answer["critical_ratio"] == critical_ratio(10, 4, 2.0)
    for index, ratio in enumerate(answer["ratio"]):
        solution = solve_two_groups(TwoGroupProblem(10, 4, ratio, 2.0))
        cosine = answer["minority_cosine"][index]
        assert cosine == pytest.approx(solution.minority_cosine, abs=1e-9)
        assert answer["objective"][index] == pytest.approx(solution.objective, rel=1e-12)


def test_one_ratio_and_what_does_not_apply(capsys):
    answer = printed(capsys, "--classes", 3, "--majority", 2, "--ratio", "10")
    assert answer["ratio"] == [10.0]
    assert answer["minority_cosine"] == [None]  # one minority class has no sibling
    assert answer["critical_ratio"] is None


def test_any_class_sizes(capsys):
    answer = printed(capsys, "--class-sizes", "100,100 100", "--budget", 3)
    expected = np.full((3, 3), -0.5) + 1.5 * np.eye(3)
    np.testing.assert_allclose(answer["classifier_cosines"], expected, atol=1e-4)
    assert answer["class_sizes"] == [100, 100, 100]


def test_another_power_says_how_sure_it_is(capsys):
    answer = printed(capsys, "--classes", 3, "--majority", 2, "--ratio", "1:100:2", "--power", 1.1)
    assert answer["minority_cosine"] == [None, None]  # one minority class, at any power
    assert answer["converged"] == [True, True]
    assert max(answer["residual"]) < 1e-4
    for least, objective in zip(answer["certainly_above"], answer["objective"], strict=True):
        assert least < objective
    sizes = printed(capsys, "--class-sizes", "3,1,1", "--power", 3)
    assert sizes["converged"]
    assert sizes["agreeing"] <= sizes["descents"]
    assert np.shape(sizes["classifier_cosines"]) == (3, 3)
    assert main(["layer-peeled", "--class-sizes", "2,1", "--power", "4"]) == 0
    assert "converged: yes\n" in capsys.readouterr().out


def test_in_words(capsys):
    assert main(["layer-peeled", "--classes", "4", "--majority", "2", "--ratio", "1"]) == 0
    lines = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
    assert float(lines["minority_cosine"]) == pytest.approx(-1 / 3, abs=1e-5)
    assert lines["classes"] == "4"
    assert main(["layer-peeled", "--class-sizes", "10,10"]) == 0
    assert "classifier_cosines:\n  1 -1\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Give --classes and --majority"),
        (["--classes", "4"], "Give --classes and --majority"),
        (["--classes", "4", "--majority", "4"], "from 1 to 3"),
        (["--classes", "1", "--majority", "1"], "at least 2"),
        (["--classes", "4", "--majority", "2", "--budget", "-1"], "budget"),
        (["--classes", "4", "--majority", "2", "--budget", "nan"], "budget"),
        (["--classes", "4", "--majority", "2", "--ratio", "0.5"], "0.5"),
        (["--classes", "4", "--majority", "2", "--ratio", "0.5", "--power", "3"], "0.5"),
        (["--classes", "4", "--majority", "2", "--power", "1"], "power q is 1"),
        (["--class-sizes", "2,1", "--power", "3", "--budget", "-1"], "budget"),
        (["--classes", "4", "--majority", "2", "--ratio", "nan"], "nan"),
        (["--classes", "4", "--majority", "2", "--ratio", "1:10"], "'1:10' is not understood"),
        (["--classes", "4", "--majority", "2", "--ratio", "1:10:2:3"], "not understood"),
        (["--classes", "4", "--majority", "2", "--ratio", "10:1:5"], "not understood"),
        (["--classes", "4", "--majority", "2", "--ratio", "1:inf:5"], "not understood"),
        (["--classes", "4", "--majority", "2", "--ratio", "1:9:1000000"], "not understood"),
        (["--class-sizes", "ten,five"], "'ten,five' are not numbers"),
        (["--class-sizes", "10"], "."),
        (["--class-sizes", "10,-5"], "-5"),
        (["--class-sizes", "10,nan"], "nan"),
    ],
)
def test_what_cannot_be_solved_is_told(fails, options, words):
    assert words in fails("layer-peeled", *options)


def test_a_long_curve_is_still_json(capsys):
    answer = printed(capsys, "--classes", 20, "--majority", 10, "--budget", 100)
    assert len(answer["ratio"]) == 41
    assert all(math.isfinite(value) for value in answer["objective"])
