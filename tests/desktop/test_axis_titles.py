"""Every plot of the window says what stands on its axes, in letters that fit."""

import pytest
from window_parts import settle

from ncviz.charts.plot import plots
from ncviz.desktop.plots.quiet_plot import QuietPlot
from ncviz.explorer.room_names import THEORY
from ncviz.models.model import models
from ncviz.scenes.epoch_scale import SPACINGS, EpochScale

WITH_AXES = [kind for kind in plots() if kind != "matrix"]


def titles(plot):
    return [plot.plot.axes[side].labelText for side in ("bottom", "left")]


def is_within(plot):
    """Tell whether both titles lie within the plot."""
    area = plot.plot.sceneRect()
    labels = [plot.plot.axes[side].label for side in ("bottom", "left")]
    boxes = [label.mapRectToScene(label.boundingRect()) for label in labels]
    # A title has some room of its own around its letters.
    return all(area.adjusted(-8, -8, 8, 8).contains(box) for box in boxes)


@pytest.mark.parametrize("kind", WITH_AXES)
def test_a_plot_of_a_run_names_its_axes(window, qtbot, imbalanced_run, kind):
    window.open(imbalanced_run.path, remember=False)
    window.plots.set_layout((kind,))
    settle(qtbot, window)
    plot = window.plots.plot(kind)
    across, up = titles(plot)
    assert up
    assert across == "layer" or across == "epoch, spaced as recorded"
    assert up.endswith(", log") == plot.logarithmic
    window.plots.set_layout(("law", "collapse", "loss"))


def test_the_axis_of_epochs_says_how_they_are_spaced(window, qtbot):
    plot = window.plots.plot("collapse")
    for spacing in SPACINGS:
        window.playback.set_spacing(spacing)
        settle(qtbot, window)
        assert titles(plot)[0] == EpochScale((0.0, 1.0), spacing).title
    window.playback.set_spacing("recorded")


def test_linear_heights_are_called_so_no_more(window, qtbot):
    plot = window.plots.plot("law")
    settle(qtbot, window)
    assert titles(plot) == ["layer", "D, log"]
    plot.set_logarithmic(False)
    assert titles(plot) == ["layer", "D"]
    plot.set_logarithmic(True)


@pytest.mark.parametrize("model", list(models()))
def test_a_plot_of_a_model_names_its_axes(window, qtbot, model):
    window.enter(THEORY)
    room = window.rooms[THEORY]
    room.open_model(model)
    settle(qtbot, window)
    shown = [plot for plot in room.plots.plots() if plot.isVisible()]
    assert shown
    for plot in (each for each in shown if isinstance(each, QuietPlot)):
        across, up = titles(plot)
        assert up
        said = "spaced as recorded" in across or "logarithmic" in across
        assert said or across.startswith(("layer", "depth", "t of D_t"))  # at equal distances
        assert not plot.plot.axes["left"].autoSIPrefix, "no number is shown in thousandths"
    room.open_model("layer-peeled")


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_titles_fit_in_a_small_window(window, qtbot, scale):
    window.resize(1280, 720)
    window.appearance.set("text_scale", scale)
    for layout in (("law", "collapse", "loss"), ("norms", "angles", "classes")):
        window.plots.set_layout(layout)
        settle(qtbot, window)
        plots = [window.plots.plot(kind) for kind in layout]
        assert all(isinstance(plot, QuietPlot) for plot in plots)
        qtbot.waitUntil(lambda plots=plots: all(map(is_within, plots)))
    window.plots.set_layout(("law", "collapse", "loss"))
