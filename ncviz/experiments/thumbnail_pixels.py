"""Draws the small picture of an experiment: its scene, and the plot on which the claim is read."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray
from PIL import Image

from ncviz.charts.chart import Chart
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import numbers_in
from ncviz.charts.plot import EPOCHS, LAYERS, Plot, plots
from ncviz.errors import UserError
from ncviz.experiments.experiment import Experiment, ModelProblem, subject_of
from ncviz.experiments.finding import find_run
from ncviz.experiments.showing import HEIGHT, WIDTH, moment_shown
from ncviz.export.chart_plot import draw_curves_alone
from ncviz.export.model_path import ModelPath, model_path
from ncviz.export.model_plan import ModelPlan
from ncviz.export.plot_axes import prepare
from ncviz.export.styles import FigureStyle, style_named
from ncviz.language import tr
from ncviz.parameters import values_of
from ncviz.rendering.offscreen import render
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_fit import fitted_camera, without_outliers
from ncviz.scenes.compose import compose
from ncviz.scenes.scene import Panel, Picture, Scene
from ncviz.scenes.view import View
from ncviz.scenes.view_text import text_to_view

Pixels = NDArray[np.uint8]

MARGIN = 0.9  # that the scene takes of them
LINE, MARKER = 3.0, 8.0  # points: seen in a row of a list
EDGE = 0.09  # of the plot's place, that is left free on each side
COLOURS = 256
MOST_BESIDE = 3  # variants of a model, drawn dashed


def thumbnail(experiment: Experiment, folder: Path, form: str, seed: int, theme: str) -> bytes:
    """Return the picture of an experiment as a PNG file.

    Parameters
    ----------
    experiment : Experiment
    folder : Path
        Where the runs of experiments lie.
    form, seed
        Of the run that is shown.
    theme : str

    Raises
    ------
    UserError
        If its run is not there, or there is no OpenGL.
    """
    shown = experiment.shown
    view = replace(text_to_view(shown.view), theme=theme, show_labels=False)
    subject = subject_of(experiment.variant(shown.variant), form, seed)
    style = style_named(theme)
    if isinstance(subject, ModelProblem):
        path = model_path(_plan(subject))
        scene = path.still().scene(view)
        plot = _plot_of_models(experiment, path, form, seed, style)
        return _png(np.hstack([_scenes([scene], view.camera, WIDTH // 2), plot]))
    names = [shown.variant, *([shown.beside] if shown.beside else [])]
    paths = [find_run(folder, experiment, name, form, seed) for name in names]
    if paths[0] is None:
        raise UserError(
            tr("The run of {title} is not there any more: run it again.", title=experiment.title)
        )
    runs = [Run(path) for path in paths if path is not None]
    scenes = [compose(run, moment_shown(view, run)) for run in runs]
    curves = _plot_of_runs(experiment, runs, view, style)
    if curves is None:
        return _png(_scenes(scenes, view.camera, WIDTH))
    return _png(np.hstack([_scenes(scenes, view.camera, WIDTH // 2, upright=True), curves]))


def _scenes(scenes: list[Scene], camera: Camera, width: int, *, upright: bool = False) -> Pixels:
    """Draw scenes beside each other, or one below the other."""
    share, count = 1 / len(scenes), len(scenes)
    wide, high = (width, HEIGHT // count) if upright else (width // count, HEIGHT)
    whole = [without_outliers(scene) for scene in scenes]
    camera = fitted_camera(camera, whole, wide / high).zoom(MARGIN)
    panels = tuple(
        Panel(scene, top=share * n, height=share)
        if upright
        else Panel(scene, left=share * n, width=share)
        for n, scene in enumerate(scenes)
    )
    return render(Picture(panels), camera, width, HEIGHT)[..., :3]


def _plan(problem: ModelProblem) -> ModelPlan:
    return ModelPlan(problem.model, values_of(problem.parameters), last=problem.step)


def _plot_of_models(
    experiment: Experiment, path: ModelPath, form: str, seed: int, style: FigureStyle
) -> Pixels:
    """Draw the first plot of the model, and dashed what its other variants give."""
    plot, _ = path.plot(next(iter(experiment.shown.plots), ""))
    figure, axes = _axes(style)
    here = experiment.variant(experiment.shown.variant)
    paths = [path]
    for other in [each for each in experiment.variants if each is not here][:MOST_BESIDE]:
        problem = subject_of(other, form, seed)
        if isinstance(problem, ModelProblem) and problem.model == path.model.name:
            paths.append(model_path(_plan(problem)))
    for number, each in enumerate(paths):
        chart, moment = each.chart(plot.name)
        assert isinstance(chart, Chart)
        before = len(axes.lines)
        draw_curves_alone(axes, plot, chart, moment, _thick(style))
        _dash(axes, before if number else len(axes.lines))
        if chart.across.logarithmic:
            axes.set_xscale("log")
    return _pixels(figure, axes, plot)


def _plot_of_runs(
    experiment: Experiment, runs: list[Run], view: View, style: FigureStyle
) -> Pixels | None:
    """Draw the first plot of curves that the experiment names; None where there is none."""
    for name in experiment.shown.plots:
        plot = plots()[name]
        fitting = [run for run in runs if plot.applies(run)]
        if plot.over not in (EPOCHS, LAYERS) or not fitting:
            continue
        figure, axes = _axes(style)
        if _draw_curves(axes, plot, fitting, view, _thick(style)):
            return _pixels(figure, axes, plot)
    return None


def _draw_curves(axes: Axes, plot: Plot, runs: list[Run], view: View, style: FigureStyle) -> bool:
    """Draw the curves of all runs, of the second dashed; return whether there are any."""
    found = False
    for number, run in enumerate(runs):
        before, seen = len(axes.lines), moment_shown(view, run)
        moment = Moment(run, run.recorded(seen.epoch), seen)
        chart = plot.chart(numbers_in(run, seen), moment)
        if not isinstance(chart, Chart):
            return False
        heights = draw_curves_alone(axes, plot, chart, moment, style)
        found = found or bool(np.isfinite(heights).any())
        _dash(axes, before if number else len(axes.lines))
    return found


def _thick(style: FigureStyle) -> FigureStyle:
    return replace(style, line=LINE, marker=MARKER)


def _axes(style: FigureStyle) -> tuple[Figure, Axes]:
    figure = Figure((WIDTH / 200, HEIGHT / 100), dpi=100, facecolor=style.theme.background)
    axes = figure.add_axes((EDGE, EDGE, 1 - 2 * EDGE, 1 - 2 * EDGE))
    prepare(axes, _thick(style))
    return figure, axes


def _dash(axes: Axes, first: int) -> None:
    """Dash the lines from this one on."""
    for line in axes.lines[first:]:
        if line.get_linestyle() != "None":
            line.set_linestyle((0, (2, 1.5)))


def _pixels(figure: Figure, axes: Axes, plot: Plot) -> Pixels:
    if plot.logarithmic:
        axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(NullLocator())
        axis.set_minor_locator(NullLocator())
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels: Pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return pixels[..., :3].copy()


def _png(pixels: Pixels) -> bytes:
    """Return a small file: few pictures need more colours than a byte tells apart."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    stream = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()
