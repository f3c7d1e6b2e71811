"""Plots and numbers of the split that is shown."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.law import LAW_HOLDS, course
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers, numbers_in
from ncviz.charts.plot import GIST, plots
from ncviz.cli import main
from ncviz.explorer.explorer import Explorer
from ncviz.metrics.measures import measure_layer
from ncviz.parameters import changed
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.runs.splits import Split
from ncviz.scenes.view import View
from ncviz.training.recipe import Recipe
from ncviz.training.recorded_training import record

TURNED, UNKNOWN = "rotated_40", "classes_7_8_9"
# Plots whose curves name their splits, and one of what is of no samples.
OF_WEIGHTS = ("weights", "weights by layer")
NAMING = {
    "splits",
    "split collapse",
    "fuzziness of splits",
    "nc1 of splits",
    "linear probe of splits",
    "errors of classes",
    "unknown classes",
    "nc5 by layer",
    "zero sum",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Three classes, held-out images, turned ones, and three classes that are not trained on."""
    short = Recipe(images_per_class=20, epochs=2, record="all", probe_per_class=6)
    recipe = changed(
        short, depth=3, width=12, classes=(0, 1, 2), measured_on="rotated 40, classes 7 8 9"
    )
    path = tmp_path_factory.mktemp("splits") / "run"
    record(recipe, path)
    return Run(path)


def chart_of(run, name, split, epoch=2):
    view = View(epoch=epoch, split=split)
    return plots()[name].chart(numbers_in(run, view), Moment(run, epoch, view))


@pytest.mark.parametrize("split", ["train", "test", TURNED, UNKNOWN])
def test_numbers_are_those_of_the_split(run, split):
    law = chart_of(run, "law", split)
    assert law.curve("now").values.tolist() == fuzziness_by_layer(run, 2, split)
    over_time = chart_of(run, "layers", split)
    for layer, name in enumerate(("0", "1", "2")):
        own = [fuzziness_by_layer(run, epoch, split)[layer] for epoch in run.epochs]
        assert over_time.curve(name).values.tolist() == own
    collapse = chart_of(run, "collapse", split)
    for name in ("nc1", "nc2_equinorm_means", "nc2_equiangular_means", "nc3", "nc4"):
        for row, epoch in enumerate(run.epochs):
            value = measure_layer(run, epoch, 2, split)[name]
            shown = collapse.curve(name).values[row]
            assert np.isnan(shown) if value is None else shown == value


@pytest.mark.parametrize("split", ["train", "test", TURNED, UNKNOWN])
def test_cosines_and_norms_are_those_of_its_class_means(run, split):
    """Each by itself from the stored means."""
    statistics = run.snapshot(2).statistics(2, split)
    centred = statistics.means - statistics.means.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=1))
    matrix = chart_of(run, "matrix", split)
    assert isinstance(matrix, ClassMatrix)
    assert matrix.names == (run.split_named(split).class_names or run.manifest.class_names)
    for i in range(3):
        for j in range(i + 1, 3):
            cosine = centred[i] @ centred[j] / length[i] / length[j]
            assert matrix.shown("both")[i, j] == pytest.approx(cosine, abs=1e-6)
    assert matrix.has_rows == (split != UNKNOWN)
    norms = chart_of(run, "norms", split)
    for k in range(3):
        values = norms.curve(f"m{k}").values
        assert values[-1] == pytest.approx(length[k] / length.mean(), rel=1e-6)
    assert (norms.curve("w0") is None) or (
        np.isnan(norms.curve("w0").values).all() == (split == UNKNOWN)
    )


def test_every_plot_says_whose_numbers_it_shows(run):
    for name, plot in plots().items():
        if not plot.applies(run):
            continue
        assert chart_of(run, name, "").samples == ""
        for split in (TURNED, UNKNOWN):
            chart, of = chart_of(run, name, split), run.split_named(split)
            if name in OF_WEIGHTS:
                assert chart.samples == "", "they are of no samples"
            elif name in NAMING:
                assert chart.samples in ("", of.samples)
            else:
                told = getattr(chart, "nothing", "") or getattr(chart, "note", "")
                assert chart.samples == of.samples or told, (name, split)


def test_the_one_that_is_shown_stands_before_the_one_beside_it(run):
    losses = chart_of(run, "loss", TURNED)
    keys = [curve.key for curve in losses.curves if curve.key.endswith("loss")]
    assert keys == ["further_loss", "train_loss"]
    scalars = [run.snapshot(epoch).scalars for epoch in run.epochs]
    assert losses.curve("further_loss").values.tolist() == [s[f"{TURNED}_loss"] for s in scalars]
    assert (losses.curves[0].color, losses.curves[1].color) == ("text", "quiet")
    unknown = chart_of(run, "loss", UNKNOWN)
    assert "have no loss and no error" in unknown.note
    assert unknown.curves[0].key == "train_loss"
    nearest = chart_of(run, "nearest mean", "test")
    assert [(c.key, c.color) for c in nearest.curves[:2]] == [
        ("test_nearest_mean_error", "text"),
        ("nearest_mean_error", "quiet"),
    ]
    assert nearest.curves[0].facts["samples"] == "held-out samples"


def test_the_numbers_decide_and_not_the_view(run):
    moment = Moment(run, 2, View(epoch=2))
    chart = plots()["law"].chart(Numbers(run, "test"), moment)
    assert chart.samples == "held-out samples"
    assert chart.curve("now").values.tolist() == fuzziness_by_layer(run, 2, "test")


def test_the_explorer_keeps_the_numbers_of_each_split(run):
    explorer = Explorer()
    explorer.open(run.path)
    told = []
    explorer.listen(told.append)
    first = explorer.series
    explorer.set_view(replace(explorer.view, split="test"))
    assert told == ["series", "view"]
    assert explorer.series is not first
    assert explorer.series.split == "test"
    while not explorer.series.complete:
        explorer.compute(1.0)
    assert explorer.series.fuzziness(0) == fuzziness_by_layer(run, 0, "test")
    explorer.set_view(replace(explorer.view, split=""))
    assert explorer.series is first
    explorer.set_view(replace(explorer.view, split="never"))
    assert (explorer.series, explorer.split.name) == (first, "train")


def test_a_command_measures_one_split_and_names_those_that_there_are(run, capsys, tmp_path):
    assert main(["measure", str(run.path), "--split", TURNED]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(re.search(rf"\b{TURNED}\b", line) for line in lines if re.match(r"\d", line))
    assert main(["measure", str(run.path), "--split", "tset"]) == 1
    said = capsys.readouterr().err
    assert f"was not measured on 'tset': its splits are train, test, {TURNED} and" in said
    out = tmp_path / "a.png"
    asked = ["export", "figure", str(run.path), "--preset", "nc", "--out", str(out)]
    assert main([*asked, "--split", "tset"]) == 1
    assert "its splits are train, test" in capsys.readouterr().err
    assert not out.exists()
    assert main([*asked, "--split", "test"]) == 0
    assert b"split=test" in out.read_bytes()


def test_a_split_is_called_by_its_title():
    assert Split("test", "held-out samples").samples == "held-out samples"
    assert Split("photo", "photo").samples == "samples “photo”"


def test_the_gist_of_a_plot_stands_beside_its_heading():
    told = {name: plot.gist for name, plot in plots().items() if plot.gist}
    assert len(told) > 6
    assert all(len(gist) <= GIST and not gist.endswith(".") for gist in told.values()), told


@pytest.mark.parametrize(
    ("fuzziness", "said"),
    [
        ([64, 32, 16, 8, 4], LAW_HOLDS),
        ([64, 60, 10, 4, 1], "falls, roughly geometric"),  # r = −0.978
        ([64, 60, 58, 57, 1], "falls, but not by one factor"),
        ([64, 70, 16, 8, 4], "falls, but not at 1 of 4 layers"),
        ([64, 20, 21, 22, 23], "falls, but only at 1 of 4 layers"),
        ([1, 2, 4, 8, 16], "rises at every layer"),
        ([1, 4, 2, 8, 16], "rises, but not at 1 of 4 layers"),
        ([1, 9, 8, 7, 6], "rises, but only at 1 of 4 layers"),
        ([1, 1.01, 1.02, 1.03], "flat: layers hardly change D"),
        ([1.03, 1.02, 1.01, 1], "flat: layers hardly change D"),
        ([5, 5, 5], "flat: layers hardly change D"),
        ([8, 4], ""),  # two values always lie on a line
        ([8, math.inf, 4], ""),
        ([0, 0, 0], ""),
        ([8, 4, math.nan, 1], LAW_HOLDS),
    ],
)
def test_what_stands_beside_the_law_is_so(fuzziness, said):
    assert course(fuzziness) == said
    assert len(said) <= GIST
