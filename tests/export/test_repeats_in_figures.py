"""Several seeds in figures and films: an area for the range, a dotted line for the mean."""

import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from ncviz.charts.numbers import Numbers
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import make_figure, sized_figure
from ncviz.export.film_plan import FilmPlan
from ncviz.export.film_plot import FilmOverLayers, make_film_plot
from ncviz.export.pages import Page, drawing
from ncviz.export.provenance import said_by
from ncviz.runs.repeats import open_run, seed_folder
from ncviz.runs.repeats_writer import write_repeated_recipe
from ncviz.scenes.view import View


@pytest.fixture(scope="module")
def folder(make_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("repeats")
    write_repeated_recipe(folder, {"dataset": "synthetic", "seed": 0, "seeds": 3})
    for seed, spread in enumerate((1.0, 3.0, 2.0)):
        make_run(
            folder / seed_folder(seed), seed=seed, counts=(6, 6, 6), widths=(6, 4),
            epochs=(0, 1, 2), noise=lambda t, d, s=spread: s * 1.2 * 0.04 ** (t * d),
        )  # fmt: skip
    return folder


@pytest.mark.parametrize(("preset", "areas"), [("nc", 5), ("fuzziness", 1), ("loss", 2)])
def test_a_figure_has_an_area_for_each_range(folder, preset, areas):
    run = open_run(folder)
    plan = FigurePlan(Path("x.svg"), folder, View().at(2), preset)
    with drawing():
        (axes,) = Page(run, sized_figure(plan)).figure.axes
    drawn = [c for c in axes.collections if isinstance(c, PolyCollection)]
    assert len(drawn) == areas
    low, high = axes.get_ylim()
    for area in drawn:
        heights = np.concatenate([path.vertices[:, 1] for path in area.get_paths()])
        assert low <= heights.min()
        assert heights.max() <= high


def test_a_figure_says_which_seed_it_shows_and_what_the_area_is(folder, tmp_path):
    out = tmp_path / "nc.svg"
    make_figure(FigurePlan(out, folder, View().at(2), "nc"))
    median = open_run(folder).seed
    words = re.sub(r"<[^>]+>|\s+", " ", out.read_text(encoding="utf-8"))
    assert f"median of 3 seeds: seed {median}" in words
    assert "least to largest" in words
    said = said_by(out)["repeats"]
    assert (said["seeds"], said["shown"], said["median_seed"]) == ([0, 1, 2], median, median)


def test_in_a_film_the_area_goes_along_between_two_records(folder):
    run = open_run(folder)
    plan = FilmPlan(Path("x.mp4"), folder, View(), plot=True, plot_name="fuzziness")
    plot = make_film_plot(plan, run, None, (480, 320), 12)
    assert isinstance(plot, FilmOverLayers)

    def area(epoch):
        found = plot.curves(Numbers(run), epoch)
        (curve,) = (c for c in found if c.upto is not None)
        return np.stack([curve.values, curve.upto])

    between = np.exp((np.log(area(0)) + np.log(area(1))) / 2)
    np.testing.assert_allclose(area(0.5), between, rtol=1e-12)
