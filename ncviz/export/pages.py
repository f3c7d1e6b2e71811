"""Pages of figures: where scenes, plots, titles and legends stand."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from numpy.typing import NDArray

from ncviz.charts.law import LAW, law_in_words
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import MATRIX
from ncviz.export.chart_plot import draw_alone, draw_plot
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.minority_plot import draw_minority
from ncviz.export.model import ratio_curve
from ncviz.export.page_grid import (
    HEAD,
    LAW_WIDTH,
    SCENE_WIDTH,
    columns_of,
    summary_columns,
    summary_heights,
    summary_plots,
)
from ncviz.export.plot_axes import logarithmic_heights, name_axes, over_layers, prepare
from ncviz.export.plots import pages
from ncviz.export.sheet import Box, Margins, Sheet
from ncviz.export.styles import MILLIMETRES, FigureStyle
from ncviz.export.typefaces import families_for, isolate_right_to_left, paint_emoji
from ncviz.rendering.matplotlib_settings import default_settings
from ncviz.rendering.typefaces import missing_glyphs_allowed
from ncviz.runs.layer_names import fuzziness_symbol, numbers_of_layers
from ncviz.runs.measures import fuzziness_by_layer, law_at
from ncviz.runs.run import Run
from ncviz.scenes.camera_moves import fitted, holding
from ncviz.scenes.compose import compose
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.panel_fit import fit_into_panel
from ncviz.scenes.scene import Picture, Scene
from ncviz.wording import three_digits, upper_first

NAMED_WIDTH = 13.0  # sizes of the type: in narrower panels the legend alone names the classes
PLOT_LEFT, PLOT_RIGHT, PLOT_BOTTOM, PLOT_TOP = 5.2, 5.0, 3.6, 2.0  # in sizes of the type
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


def save_page(run: Run | None, plan: FigurePlan, canvas: Any = None) -> bytes:
    """Return a figure's file, without what it carries.

    Parameters
    ----------
    run : Run or None
    plan : FigurePlan
        Checked, with all sizes.
    canvas : vispy.app.Canvas, optional
        Whose OpenGL context to draw with.
    """
    nothing = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}
    with drawing(words_of(run, plan)):
        figure = Page(run, plan, canvas).figure
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


def page_pixels(
    run: Run | None, plan: FigurePlan, longest_side: int, canvas: Any = None
) -> NDArray[np.uint8]:
    """Return a figure as pixels, shape (height, width, 3)."""
    resolution = longest_side * MILLIMETRES / max(plan.width, plan.height)
    with drawing(words_of(run, plan)):
        figure = Page(run, replace(plan, transparent=False), canvas).figure
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
    return words + [label.text for scene in scenes for label in scene.labels]


class Page(Sheet):
    """One figure with everything on it."""

    def __init__(self, run: Run | None, plan: FigurePlan, canvas: Any) -> None:
        super().__init__(run, plan, canvas)
        top = self.title(plan.title) if plan.title else plan.height
        if plan.preset == "minority" and plan.model is not None:
            curve = ratio_curve(plan.model, self.run)
            self._one_plot(
                (0, 0, plan.width, top), 2.0, lambda axes, style: draw_minority(axes, curve, style)
            )
        elif isinstance(plan.scene, Picture):
            self._panels(plan.scene, top)
        elif plan.scene is not None:
            self._only_scene(plan.scene, top)
        elif plan.preset == "scene":
            self._only_scene(compose(self._the_run(), self.view), top)
        elif plan.preset in ("collapse", "layers"):
            scenes, heads = self._row()
            bottom = self.note(scenes[0].note, self.legend(scenes))
            self._scenes_side_by_side(scenes, heads, (0, bottom, plan.width, top - bottom))
        elif plan.preset == "law":
            self._law(top)
        elif plan.preset == "summary":
            self._summary(top)
        else:
            self._plot(plan.preset, (0, 0, plan.width, top))

    # Scenes

    def _only_scene(self, scene: Scene, top: float) -> None:
        bottom = self.note(scene.note, self.legend([scene]))
        camera = self.camera_for([scene], self.plan.width, top - bottom)
        self.scene((0, bottom, self.plan.width, top - bottom), scene, camera)

    def _panels(self, picture: Picture, top: float) -> None:
        """Draw scenes where their picture has them, with their titles above."""
        scenes = [panel.scene for panel in picture.panels]
        several = len(scenes) > 1
        # The run on the right of a comparison shows the same classes.
        bottom = self.note(scenes[0].note, self.legend(scenes, scenes[:1]))
        head = 1.8 * self.unit if any(panel.title for panel in picture.panels) else 0.0
        cameras = self.plan.cameras or (self.plan.view.camera,) * len(picture.panels)
        for panel, camera in zip(picture.panels, cameras, strict=True):
            left, width = panel.left * self.plan.width, panel.width * self.plan.width
            high = panel.height * (top - bottom)
            upper = top - panel.top * (top - bottom)
            box = (left, upper - high, width, high - head)
            aspect = box[2] / max(box[3], 1e-6)
            together = [panel.scene] if self.plan.cameras else scenes
            seen = holding(fitted(camera, aspect), together, aspect)
            self.scene(box, panel.scene, seen, small=several)
            if several:
                self.letter(left, upper)
            if panel.title:
                room = width - 4 * self.unit
                middle = left + width / 2
                self.words(middle, upper - 0.9 * self.unit, panel.title, room=room, strong=True)

    def _row(self) -> tuple[list[Scene], list[tuple[str, str]]]:
        """Return the scenes side by side, and what stands above each: a name and numbers."""
        run, plan, view = self._the_run(), self.plan, self.view
        if plan.preset == "layers":
            epoch = nearest_recorded(run.epochs, view.epoch)
            numbers = numbers_of_layers(fuzziness_by_layer(run, epoch))
            scenes = [
                fit_into_panel(compose(run, replace(view, layer=layer))) for layer in plan.layers
            ]
            heads = [(run.manifest.layers[layer].name, numbers[layer]) for layer in plan.layers]
            return scenes, heads
        layer = view.layer % len(run.manifest.layers)
        found = [fuzziness_by_layer(run, epoch)[layer] for epoch in plan.epochs]
        heads = [
            (self._head(epoch), f"{fuzziness_symbol(layer)} = {three_digits(value)}")
            for epoch, value in zip(plan.epochs, found, strict=True)
        ]
        return [compose(run, view.at(epoch)) for epoch in plan.epochs], heads

    def _head(self, epoch: int) -> str:
        return upper_first(self._the_run().counting.moment(epoch))

    def _scenes_side_by_side(
        self, scenes: list[Scene], heads: list[tuple[str, str]], box: Box
    ) -> None:
        """Draw scenes under one camera, in as many rows as they need."""
        left, low, width, height = box
        columns = columns_of(len(scenes), width, SCENE_WIDTH * self.unit)
        if self.plan.legend and width / columns < NAMED_WIDTH * self.unit:
            scenes = [replace(scene, labels=()) for scene in scenes]
        rows = -(-len(scenes) // columns)
        each, high, head = width / columns, height / rows, HEAD * self.unit
        camera = self.camera_for(scenes, each, high - head)
        for number, (scene, (name, numbers)) in enumerate(zip(scenes, heads, strict=True)):
            x = left + number % columns * each
            top = low + height - number // columns * high
            self.scene((x, top - high, each, high - head), scene, camera, small=len(scenes) > 1)
            if len(scenes) > 1 or self.plan.preset == "summary":
                self.letter(x, top)
            room = each - 3.2 * self.unit
            self.words(x + each / 2, top - 0.9 * self.unit, name, room=room, strong=True)
            self.words(x + each / 2, top - 2.1 * self.unit, numbers, room=each, small=True)

    # Plots

    def _law(self, top: float) -> None:
        """Draw the law at several epochs, all on the same heights."""
        run, epochs, unit = self._the_run(), self.plan.epochs, self.unit
        columns = columns_of(len(epochs), self.plan.width, LAW_WIDTH * unit)
        rows = -(-len(epochs) // columns)
        each, high, head = self.plan.width / columns, top / rows, 3.0 * unit
        boxes = [
            (n % columns * each, top - (n // columns + 1) * high, each, high - head)
            for n in range(len(epochs))
        ]
        for (left, low, _, _), epoch in zip(boxes, epochs, strict=True):
            if len(epochs) > 1:
                self.letter(left, low + high)
            middle = left + each / 2
            numbers = law_in_words(law_at(run, epoch))
            self.words(middle, low + high - 0.9 * unit, self._head(epoch), strong=True)
            self.words(middle, low + high - 2.1 * unit, numbers, room=each, small=True)

        def draw(made: list[Axes], style: FigureStyle) -> None:
            drawn = []
            for axes, epoch in zip(made, epochs, strict=True):
                prepare(axes, style)
                drawn.append(draw_alone(axes, LAW, self._moment(epoch), style, ("earlier",)))
            for number, axes in enumerate(made):
                logarithmic_heights(axes, np.concatenate(drawn))
                over_layers(axes, style, self._moment().layer_names)
                if number % columns == 0:
                    name_axes(axes, style, up="D")

        self.plots(boxes, Margins(4.0 * unit, 0.4 * unit, PLOT_BOTTOM * unit, 0.0), draw)

    def _plot(self, name: str, box: Box) -> None:
        plot, page = pages()[name]
        moment, numbers = self._moment(), Numbers(self._the_run())
        right = 1.0 if plot.over == MATRIX else PLOT_RIGHT
        self._one_plot(
            box,
            right,
            lambda axes, style: draw_plot(axes, plot, page, numbers, moment, style),
        )

    def _one_plot(self, box: Box, right: float, draw: Callable[[Axes, FigureStyle], None]) -> None:
        unit = self.unit
        margins = Margins(PLOT_LEFT * unit, right * unit, PLOT_BOTTOM * unit, PLOT_TOP * unit)
        self.plots([box], margins, lambda made, style: draw(made[0], style))

    def _summary(self, top: float) -> None:
        plan, unit = self.plan, self.unit
        if not plan.title:
            top = self.title(self._the_run().manifest.title)
        scenes, heads = self._row()
        legend = self.note(scenes[0].note, self.legend(scenes))
        slide = plan.theme == "slide"
        plots = summary_plots(self._the_run(), slide)
        columns = 2 if slide else summary_columns(plan.width, unit)
        rows = -(-len(plots) // columns)
        above, below = summary_heights(len(scenes), len(plots), plan.width, unit)
        if slide:
            above = below
        high = above / (above + below) * (top - legend)
        self._scenes_side_by_side(scenes, heads, (0, top - high, plan.width, high))
        each, rest = plan.width / columns, (top - high - legend) / rows
        for number, name in enumerate(plots):
            left = number % columns * each
            low = legend + (rows - 1 - number // columns) * rest
            self._plot(name, (left, low, each, rest - 0.4 * unit))
            self.letter(left, low + rest - 0.4 * unit)

    def _moment(self, epoch: int | None = None) -> Moment:
        run, view = self._the_run(), self.view
        shown = nearest_recorded(run.epochs, view.epoch) if epoch is None else epoch
        return Moment(run, shown, view, self.plan.spacing)

    def _the_run(self) -> Run:
        assert self.run is not None
        return self.run


def _whole_pixels(side: float, plan: FigurePlan) -> float:
    """Return the inches of a whole number of pixels: matplotlib cuts off a part of one."""
    return (round(side / MILLIMETRES * plan.resolution) + 0.01) / plan.resolution
