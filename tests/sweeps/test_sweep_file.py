import math
from itertools import pairwise

import pytest
from tiny_sweep import SOLVED, TINY

from ncviz.errors import UserError
from ncviz.sweeping.asked import read_asked, subject_of_cell
from ncviz.sweeps.grid_values import grid_values
from ncviz.sweeps.sweep import LONGEST_FOLDER, folder_of
from ncviz.sweeps.sweep_file import read_sweep
from ncviz.sweeps.sweep_lines import is_sweep


def test_a_grid_is_every_pair_but_those_excluded(written):
    sweep = read_sweep(written())
    assert [cell.folder for cell in sweep.cells] == [
        "depth=2,width=3",
        "depth=2,width=5",
        "depth=3,width=3",
    ]
    assert sweep.count == 6
    assert sweep.varied == ("depth", "width")
    assert [(t.cell.number, t.seed) for t in sweep.tasks()] == [
        (0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ([1, 2.5, "a", True], (1, 2.5, "a", True)),
        ([True, 1], (True, 1)),
        ([[10, 20], [20]], ([10, 20], [20])),
        ({"from": 2, "to": 9, "step": 3}, (2, 5, 8)),
        ({"from": 0, "to": 1, "count": 3}, (0, 1)),  # whole ends, whole values, each once
        ({"from": 0.0, "to": 0.3, "step": 0.1}, (0.0, 0.1, 0.2, 0.3)),
        ({"from": 1, "to": 1000, "count": 7, "log": True}, (1, 3, 10, 32, 100, 316, 1000)),
        (
            {"from": 0.001, "to": 0.1, "count": 5, "log": True},
            (0.001, 0.003162, 0.01, 0.03162, 0.1),
        ),
    ],
)
def test_values_of_an_axis(given, values):
    assert grid_values(given) == values


def test_a_logarithmic_range_has_equal_ratios():
    found = grid_values({"from": 0.5, "to": 40.0, "count": 9, "log": True})
    ratio = (40 / 0.5) ** (1 / 8)
    assert all(math.isclose(b / a, ratio, rel_tol=2e-3) for a, b in pairwise(found))


def test_a_folder_follows_from_values_alone():
    assert folder_of({"a": 1}) == folder_of({"a": 1.0}) == "a=1"
    assert folder_of({"a": True}) == "a=true"
    assert folder_of({"a": 1e-05, "b": [1, 2]}) == "a=1e-05,b=1+2"
    long = {"name": "x" * 300}
    assert len(folder_of(long)) <= LONGEST_FOLDER
    assert folder_of(long) != folder_of({"name": "x" * 301})
    odd = [folder_of({"name": text}) for text in ("a/b", "a b", "../../x", "ä", "名")]
    assert len(set(odd)) == 5
    assert not any("/" in each or each == ".." for each in odd)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[grid]", "[grid]\ndepht = [2]"), "line 12: [grid] depht: "),
        (("depth = [2, 3]", "depth = [0, 3]"), "line 12: [grid] depth: the recipe's depth is 0"),
        (("width = [3, 5]", "width = 5"), "line 13: [grid] width: write a list such as"),
        (("width = [3, 5]", "width = [3, 3]"), "line 13: [grid] width: it lists a value twice"),
        (("width = [3, 5]", "width = []"), "line 13: [grid] width: it lists no value"),
        (
            ("width = [3, 5]", "width = { from = 5, to = 3, count = 2 }"),
            "line 13: [grid] width: it goes from 5 to 3",
        ),
        (
            ("width = [3, 5]", "width = { from = 0, to = 3, count = 2, log = true }"),
            "line 13: [grid] width: a logarithmic range begins above 0",
        ),
        (("seeds = 2", "seeds = 0"), "line 14: [grid] seeds: it is 0"),
        (
            ("seeds = 2", "kernel = [3]"),
            "line 14: [grid] kernel: the cell depth=2,width=3,kernel=3",
        ),
        (("seeds = 2", "seed = [1]"), "line 14: [grid] seed: write seeds = 5"),
        (("width = 5\n", "width = 7\n"), "line 16: exclude 1: no cell of the grid"),
        (("width = 5\n", "wdth = 5\n"), "line 18: exclude 1 wdth: the grid varies depth, width"),
        (("epochs = 4", "epochs = 'x'"), "line 7: [base] epochs"),
        (("[base]", "[bse]"), "line 2: bse: is none of its tables"),
        (
            ("width = [3, 5]", "width = { from = 1, to = 9, step = 0.001 }"),
            "line 13: [grid] width: it has 8,001 values: 1,000 are the most",
        ),
    ],
)
def test_what_cannot_be_names_file_line_key_and_value(written, change, said):
    path = written(TINY.replace(*change))
    with pytest.raises(UserError) as caught:
        read_asked(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"The sweep {path}, line ")
    assert said in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_too_many_cells_are_told_before_any_is_made(written):
    axes = "".join(f"{name} = {{ from = 1, to = 1000, step = 1 }}\n" for name in "abcd")
    with pytest.raises(UserError, match=r"1,000,000,000,000 cells with 1 seed each are too many"):
        read_sweep(written(f"[grid]\n{axes}"))


def test_a_cell_of_its_own_joins_the_grid_and_may_repeat_it(written):
    text = TINY + "[[cell]]\ndepth = 4\nwidth = 9\n[[cell]]\ndepth = 2\nwidth = 3\n"
    sweep = read_asked(written(text))
    assert [cell.folder for cell in sweep.cells][-1] == "depth=4,width=9"
    assert len(sweep.cells) == 4
    with pytest.raises(UserError, match=r"line 20: cell 1 depth: the recipe's depth is 0"):
        read_asked(written(TINY + "[[cell]]\ndepth = 0\n"))


def test_a_base_recipe_of_a_file(written, tmp_path):
    (tmp_path / "base.toml").write_text('optimizer = "sgd"\nlearning_rate = 0.25\ndepth = 5\n')
    sweep = read_asked(written('[sweep]\nrecipe = "base.toml"\n' + TINY))
    recipe = subject_of_cell(sweep, sweep.cells[0])
    assert (recipe.optimizer, recipe.learning_rate, recipe.epochs) == ("sgd", 0.25, 4)
    assert recipe.regimen.seeds == 2
    with pytest.raises(UserError, match=r"line 2: \[sweep\] recipe: .*none\.toml cannot be read"):
        read_asked(written('[sweep]\nrecipe = "none.toml"\n' + TINY))


def test_the_file_in_the_folder_says_the_same(written, tmp_path):
    for text in (TINY, SOLVED, TINY.replace("[base]", "[base]\nlearning_rate = 0.125\n")):
        sweep = read_asked(written(text))
        copy = read_asked(written(sweep.to_toml(), "sweep.toml"))
        assert [c.folder for c in copy.cells] == [c.folder for c in sweep.cells]
        for one, other in zip(sweep.cells, copy.cells, strict=True):
            assert subject_of_cell(sweep, one) == subject_of_cell(copy, other)
        assert copy.to_toml() == sweep.to_toml()


def test_what_a_parameter_is_where_it_is_not_said(written):
    sweep = read_asked(written(TINY + "[[cell]]\ndepth = 2\nwidth = 3\nlearning_rate = 0.5\n"))
    assert sweep.value(sweep.cells[0], "learning_rate") == 1e-3


def test_a_model_that_draws_nothing_has_no_seeds(written):
    with pytest.raises(UserError, match="seeds: layer-peeled draws nothing"):
        read_asked(written(SOLVED + "seeds = 3\n"))
    with pytest.raises(UserError, match=r"line 4: \[sweep\] model: there is no model"):
        read_asked(written(SOLVED.replace("layer-peeled", "peeled-onion")))


def test_a_sweep_is_told_from_a_recipe(written):
    assert is_sweep(written())
    assert not is_sweep(written("depth = 3\n"))
    assert not is_sweep(written("claim = 'x'\n[recipe]\n"))
