"""Pages of figures: where scenes, plots, titles and legends stand."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray

from ncviz.charts.chart import Chart
from ncviz.explorer.optimum_desk import NUMERALS
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.model_presets import presets_of
from ncviz.export.plot_pages import draw_model_plot, draw_page
from ncviz.export.scene_pages import draw_panels, only_scene
from ncviz.export.sheet import Sheet
from ncviz.export.styles import MILLIMETRES
from ncviz.export.typefaces import families_for, isolate_right_to_left, paint_emoji
from ncviz.rendering.matplotlib_settings import default_settings
from ncviz.rendering.typefaces import missing_glyphs_allowed
from ncviz.runs.run import Run
from ncviz.scenes.scene import Picture, Scene

_OPTIONS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "ncviz",
    "pdf.fonttype": 42,
    "text.parse_math": False,
    "axes.axisbelow": True,
    "path.simplify": False,
    # Hinted letters would have other widths at each resolution.
    "text.hinting": "none",
}


def save_page(run: Run | None, plan: FigurePlan) -> bytes:
    """Return a figure's file, without what it carries.

    Parameters
    ----------
    run : Run or None
    plan : FigurePlan
        Checked, with all sizes.
    """
    nothing = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
    with drawing(words_of(run, plan)):
        figure = Page(run, plan).figure
        paint_emoji(figure)
        if plan.suffix == "svg":
            isolate_right_to_left(figure)
        if plan.suffix == "png":
            sides = _whole_pixels(plan.width, plan), _whole_pixels(plan.height, plan)
            figure.set_size_inches(sides)
        buffer = io.BytesIO()
        figure.savefig(
            buffer,
            format=plan.suffix,
            dpi=plan.resolution,
            transparent=plan.transparent,
            facecolor="none" if plan.transparent else figure.get_facecolor(),
            metadata=nothing.get(plan.suffix, {"Software": None}),
        )
    return buffer.getvalue()


def page_pixels(run: Run | None, plan: FigurePlan, longest_side: int) -> NDArray[np.uint8]:
    """Return a figure as pixels, shape (height, width, 3)."""
    resolution = longest_side * MILLIMETRES / max(plan.width, plan.height)
    with drawing(words_of(run, plan)):
        figure = Page(run, replace(plan, transparent=False)).figure
        paint_emoji(figure)
        figure.set_dpi(resolution)
        painted: Any = FigureCanvasAgg(figure)
        painted.draw()
        pixels = np.asarray(painted.buffer_rgba())[..., :3]
    return np.ascontiguousarray(pixels)


@contextmanager
def drawing(words: Iterable[str] = ()) -> Iterator[None]:
    """Let matplotlib draw with our fonts and options.

    Parameters
    ----------
    words : iterable of str
        What may be written in letters that our own fonts lack.
    """
    options = {**_OPTIONS, "font.family": families_for(words)}
    with default_settings(options), missing_glyphs_allowed():
        yield


def words_of(run: Run | None, plan: FigurePlan) -> list[str]:
    """Return names and titles that a figure may write."""
    words = [plan.title]
    if run is not None:
        manifest = run.manifest
        words += [manifest.title, *manifest.class_names, *(layer.name for layer in manifest.layers)]
    panels = plan.scene.panels if isinstance(plan.scene, Picture) else ()
    words += [panel.title for panel in panels]
    scenes = [plan.scene] if isinstance(plan.scene, Scene) else [panel.scene for panel in panels]
    if plan.model is not None:
        known = plan.model.known
        words += [*NUMERALS[: len(known.get("pins", ()))]]
        words += [point.title for point in known.get("points", ())]
    return words + [label.text for scene in scenes for label in scene.labels]


def words_of_chart(chart: Chart) -> list[str]:
    """Return what a chart may write in letters that our own fonts lack."""
    signs = [curve.sign.text for curve in chart.curves if curve.sign is not None]
    return signs + [spot.label for spot in chart.spots]


class Page(Sheet):
    """One figure with everything on it."""

    def __init__(self, run: Run | None, plan: FigurePlan) -> None:
        super().__init__(run, plan)
        top = self.title(plan.title) if plan.title else plan.height
        preset = presets_of(plan)[plan.preset]
        if isinstance(plan.scene, Picture):
            draw_panels(self, plan.scene, top)
        elif isinstance(plan.scene, Scene):
            only_scene(self, plan.scene, top)
        elif preset.draw is not None:
            preset.draw(self, top)
        elif run is not None:
            draw_page(self, plan.preset, (0, 0, plan.width, top))
        elif preset.scenes is not None:
            only_scene(self, preset.scenes(None, self.view, plan)[0], top)
        else:
            assert plan.model is not None
            draw_model_plot(self, plan.model, plan.preset, top)


def _whole_pixels(side: float, plan: FigurePlan) -> float:
    """Return the inches of a whole number of pixels: matplotlib cuts off a part of one."""
    return (round(side / MILLIMETRES * plan.resolution) + 0.01) / plan.resolution
