import math

import numpy as np
import pytest
from tiny_sweep import SOLVED, TINY

from ncviz.cli import main
from ncviz.sweeping.asked import read_asked
from ncviz.sweeping.carrying_out import begin_folder, carry_out_task
from ncviz.sweeps.sweep_map import map_of, spread_in_words, usual_axes


@pytest.fixture
def asked(written):
    return read_asked(written())


def test_a_map_is_the_mean_over_what_shares_a_place(asked):
    tasks = list(asked.tasks())
    values = [(task, float(task.index)) for task in tasks] + [(tasks[0], math.nan)]
    grid = map_of(asked, values, "loss", "depth", "width")
    np.testing.assert_allclose(grid.values, [[0.5, 4.5], [2.5, math.nan]])
    assert grid.counts.tolist() == [[2, 2], [2, 0]]
    np.testing.assert_allclose(grid.spreads, np.where(grid.counts > 0, math.sqrt(0.5), math.nan))
    assert grid.share(0, 0) == 0.0
    assert grid.share(0, 1) == 1.0
    assert math.isnan(grid.share(1, 1))
    assert spread_in_words(grid) == "mean of 2 runs, standard deviation 0.707 at most"
    assert grid.told(1, 1) == "Width = 5, Layers = 3: nothing yet"
    one = map_of(asked, values[:6], "loss", "width", "")
    assert one.values.tolist() == [[2.5, 2.5]]
    assert one.name_of(0, 1) == "Width = 5"


def test_colours_are_logarithmic_where_values_lie_far_apart(asked):
    tasks = list(asked.tasks())
    grid = map_of(
        asked, [(tasks[0], 0.01), (tasks[2], 1.0), (tasks[4], 0.1)], "x", "depth", "width"
    )
    assert grid.share(0, 1) == pytest.approx(0.5)


def test_usual_axes_are_those_with_the_most_values(written):
    assert usual_axes(read_asked(written(SOLVED))) == ("ratio", "majority")
    alone = read_asked(written("[grid]\nwidth = [3, 4]\n"))
    assert usual_axes(alone) == ("width", "")


def test_figures_of_a_sweep(written, tmp_path, capsys):
    asked = read_asked(written(TINY.replace("seeds = 2", "seeds = 1")))
    folder = tmp_path / "grid"
    begin_folder(asked, folder)
    for index in (0, 1):
        carry_out_task(asked, folder, asked.task(index))
    for words in (["--number", "loss"], ["--each", "law"], ["--each", "collapse"]):
        out = tmp_path / "figure.svg"
        assert main(["export", "figure", "--sweep", str(folder), "--out", str(out), *words]) == 0
        text = out.read_text()
        assert "Layers" in text
        assert "depth" not in text
    wrong = ["export", "figure", "--sweep", str(folder), "--out", str(tmp_path / "f.pdf")]
    assert main([*wrong, "--number", "gold"]) == 1
    assert "A sweep has no number 'gold'" in capsys.readouterr().err
    assert main([*wrong, "--across", "height"]) == 1
    assert "The sweep does not vary 'height'" in capsys.readouterr().err
    assert not (tmp_path / "f.pdf").exists()
