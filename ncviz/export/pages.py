"""Pages of figures: where scenes, plots, titles and legends stand."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ncviz.export.legend import legend_entries, write_legend
from ncviz.export.minority_plot import draw_minority
from ncviz.export.model import ratio_curve
from ncviz.export.plot_axes import logarithmic_heights, name_axes
from ncviz.export.plots import PLOTS, Moment, draw_fuzziness
from ncviz.export.scene_artist import SceneArtist, write_labels
from ncviz.export.styles import MILLIMETRES, POINTS, FigureStyle, scene_theme, style_named
from ncviz.export.typefaces import families_for, isolate_right_to_left, paint_emoji
from ncviz.rendering.typefaces import missing_glyphs_allowed
from ncviz.runs.measures import fuzziness_by_layer, law_at
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_moves import fitted
from ncviz.scenes.compose import compose, with_classes
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.palette import rgb
from ncviz.scenes.scene import Picture, Scene
from ncviz.scenes.view import View
from ncviz.wording import correlation, three_digits

if TYPE_CHECKING:
    from ncviz.export.figures import FigurePlan

Box = tuple[float, float, float, float]  # left, bottom, width, height, in millimetres
PLOT_LEFT, PLOT_RIGHT, PLOT_BOTTOM, PLOT_TOP = 5.2, 6.2, 3.6, 2.4  # in sizes of the type
SUMMARY_PLOTS = ("fuzziness", "epochs", "nc", "cosines")

_OPTIONS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "ncviz",
    "pdf.fonttype": 42,
    "text.parse_math": False,
    "axes.axisbelow": True,
    "path.simplify": False,
}


def save_page(run: Run | None, plan: "FigurePlan", canvas: Any = None) -> bytes:
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
        figure = _Page(run, plan, canvas).figure
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
    run: Run | None, plan: "FigurePlan", longest_side: int, canvas: Any = None
) -> NDArray[np.uint8]:
    """Return a figure as pixels, shape (height, width, 3)."""
    resolution = longest_side * MILLIMETRES / max(plan.width, plan.height)
    with drawing(words_of(run, plan)):
        figure = _Page(run, replace(plan, transparent=False), canvas).figure
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
    with matplotlib.rc_context(options), missing_glyphs_allowed():
        yield


def words_of(run: Run | None, plan: "FigurePlan") -> list[str]:
    """Return names and titles that a figure may write."""
    words = [plan.title]
    if run is not None:
        manifest = run.manifest
        words += [manifest.title, *manifest.class_names, *(layer.name for layer in manifest.layers)]
    panels = plan.scene.panels if isinstance(plan.scene, Picture) else ()
    words += [panel.title for panel in panels]
    scenes = [plan.scene] if isinstance(plan.scene, Scene) else [panel.scene for panel in panels]
    return words + [label.text for scene in scenes for label in scene.labels]


class _Page:
    """One matplotlib figure with everything on it."""

    def __init__(self, run: Run | None, plan: "FigurePlan", canvas: Any) -> None:
        self.run, self.plan, self._canvas = run, plan, canvas
        self.style: FigureStyle = style_named(plan.theme)
        self.figure = Figure(
            figsize=(plan.width / MILLIMETRES, plan.height / MILLIMETRES),
            facecolor=self.style.theme.background,
        )
        self.unit = self.style.size / POINTS * MILLIMETRES  # one size of the type
        self._scenes = 0
        self._fill()

    def _fill(self) -> None:
        plan = self.plan
        top = self._title()
        if plan.preset == "minority" and plan.model is not None:
            curve = ratio_curve(plan.model, self.run)
            draw_minority(self._plot((0, 0, plan.width, top), right=2.0), curve, self.style)
        elif isinstance(plan.scene, Picture):
            self._panels(plan.scene, top)
        elif plan.scene is not None:
            self._only_scene(plan.scene, top)
        elif self.run is not None and plan.preset == "scene":
            self._only_scene(compose(self.run, self._view()), top)
        elif plan.preset in ("collapse", "layers"):
            self._scenes_in_a_row(self._row_of_views(), (0, 0, plan.width, top))
        elif plan.preset == "law":
            self._law(top)
        elif plan.preset == "summary":
            self._summary(top)
        else:
            right = 1.5 if plan.preset == "heat-map" else PLOT_RIGHT
            axes = self._plot((0, 0, plan.width, top), right)
            PLOTS[plan.preset](axes, self._moment(), self.style)

    # Parts

    def _title(self) -> float:
        """Write the title; return what height is left, in millimetres."""
        if not self.plan.title:
            return self.plan.height
        self._words(
            self.plan.width / 2,
            self.plan.height - 1.1 * self.unit,
            self.plan.title,
            size=self.style.large,
            strong=True,
        )
        return self.plan.height - 2.0 * self.unit

    def _only_scene(self, scene: Scene, top: float) -> None:
        bottom = self._legend(scene)
        if scene.note:
            self._words(
                self.plan.width / 2, bottom + 0.7 * self.unit, scene.note, size=self.style.small
            )
            bottom += 1.5 * self.unit
        self._scene((0, bottom, self.plan.width, top - bottom), scene)

    def _panels(self, picture: Picture, top: float) -> None:
        """Draw scenes where their picture has them, with their titles above."""
        bottom = self._legend(picture.panels[0].scene)
        note = picture.panels[0].scene.note
        if note:
            self._words(self.plan.width / 2, bottom + 0.7 * self.unit, note, small=True)
            bottom += 1.5 * self.unit
        head = 1.8 * self.unit if any(panel.title for panel in picture.panels) else 0.0
        cameras = self.plan.cameras or (self.plan.view.camera,) * len(picture.panels)
        for panel, camera in zip(picture.panels, cameras, strict=True):
            left, width = panel.left * self.plan.width, panel.width * self.plan.width
            high = panel.height * (top - bottom)
            upper = top - panel.top * (top - bottom)
            if panel.title:
                self._words(left + width / 2, upper - 0.9 * self.unit, panel.title, strong=True)
            box = (left, upper - high, width, high - head)
            self._scene(box, panel.scene, small=len(picture.panels) > 1, camera=camera)

    def _row_of_views(self) -> list[tuple[View, str, str]]:
        """Return views with what stands above each: a name and numbers."""
        run, plan, view = self._the_run(), self.plan, self._view()
        if plan.preset == "layers":
            epoch = nearest_recorded(run.epochs, view.epoch)
            fuzziness = fuzziness_by_layer(run, epoch)
            return [
                (
                    replace(view, layer=layer),
                    run.manifest.layers[layer].name,
                    f"D = {three_digits(fuzziness[layer])}",
                )
                for layer in plan.layers
            ]
        layer = view.layer % len(run.manifest.layers)
        rows = []
        for epoch in plan.epochs:
            fuzziness = fuzziness_by_layer(run, epoch)
            rows.append((view.at(epoch), f"Epoch {epoch}", f"D = {three_digits(fuzziness[layer])}"))
        return rows

    def _scenes_in_a_row(self, views: list[tuple[View, str, str]], box: Box) -> None:
        run = self._the_run()
        left, low, width, height = box
        scenes = [compose(run, view) for view, _, _ in views]
        bottom = low + (self._legend(scenes[0]) if low == 0 else 0)
        if scenes[0].note and low == 0:
            self._words(self.plan.width / 2, bottom + 0.7 * self.unit, scenes[0].note, small=True)
            bottom += 1.5 * self.unit
        each = width / len(scenes)
        head = 2.9 * self.unit
        for number, (scene, (_, name, numbers)) in enumerate(zip(scenes, views, strict=True)):
            middle = left + (number + 0.5) * each
            top = low + height
            self._words(middle, top - 0.9 * self.unit, name, strong=True)
            self._words(middle, top - 2.1 * self.unit, numbers, small=True)
            place = (left + number * each, bottom, each, top - head - bottom)
            self._scene(place, scene, small=len(scenes) > 1)

    def _law(self, top: float) -> None:
        run, plan = self._the_run(), self.plan
        count = len(plan.epochs)
        first = PLOT_LEFT * self.unit
        gap = 1.3 * self.unit
        each = (plan.width - first - gap * count) / count
        shared: list[Axes] = []
        for number, epoch in enumerate(plan.epochs):
            box = (
                first + number * (each + gap),
                PLOT_BOTTOM * self.unit,
                each,
                top - (PLOT_BOTTOM + 3.4) * self.unit,
            )
            axes = self._axes(box)
            draw_fuzziness(axes, self._moment(epoch), self.style, ghosts=False)
            for text in list(axes.texts):
                text.remove()
            axes.set_title("", loc="left")
            law = law_at(run, epoch)
            middle = box[0] + each / 2
            numbers = f"ρ = {three_digits(law.decay_ratio)}, r = {correlation(law.pearson_r)}"
            self._words(middle, top - 1.1 * self.unit, f"Epoch {epoch}", strong=True)
            self._words(middle, top - 2.3 * self.unit, numbers, small=True)
            shared.append(axes)
        low = min(axes.get_ylim()[0] for axes in shared)
        high = max(axes.get_ylim()[1] for axes in shared)
        _share_heights(shared, low, high, self.style)

    def _summary(self, top: float) -> None:
        plan, unit = self.plan, self.unit
        run = self._the_run()
        if not plan.title:
            self._words(plan.width / 2, top - 1.1 * unit, run.manifest.title, strong=True)
            top -= 2.2 * unit
        legend = self._legend(compose(run, self._view()))
        high = 0.40 * (top - legend)
        views = self._row_of_views()
        self._scenes_in_a_row(views, (0, top - high, plan.width, high))
        rest = top - high - legend
        for number, name in enumerate(SUMMARY_PLOTS):
            column, row = number % 2, number // 2
            box = (
                column * plan.width / 2,
                legend + (1 - row) * rest / 2,
                plan.width / 2,
                rest / 2 - 0.6 * unit,
            )
            PLOTS[name](self._plot(box), self._moment(), self.style)

    # Building blocks

    def _scene(
        self, box: Box, scene: Scene, small: bool = False, camera: Camera | None = None
    ) -> None:
        axes = self._axes(box)
        axes.set_axis_off()
        camera = fitted(camera or self.plan.view.camera, box[2] / max(box[3], 1e-6))
        paper = replace(scene, background=rgb(self.style.theme.background))
        bare = replace(paper, labels=())
        artist = SceneArtist(bare, camera, self.plan.transparent, self._scenes, self._canvas)
        axes.add_artist(artist)
        self._scenes += 1
        write_labels(axes, paper, camera, self.style.small if small else self.style.size)

    def _axes(self, box: Box) -> Axes:
        left, bottom, width, height = box
        plan = self.plan
        place = (
            left / plan.width,
            bottom / plan.height,
            max(width, 1.0) / plan.width,
            max(height, 1.0) / plan.height,
        )
        axes: Axes = self.figure.add_axes(place)
        axes.set_facecolor("none")
        return axes

    def _plot(self, box: Box, right: float = PLOT_RIGHT) -> Axes:
        """Return axes with room for words around them."""
        left, bottom, width, height = box
        return self._axes(
            (
                left + PLOT_LEFT * self.unit,
                bottom + PLOT_BOTTOM * self.unit,
                width - (PLOT_LEFT + right) * self.unit,
                height - (PLOT_BOTTOM + PLOT_TOP) * self.unit,
            )
        )

    def _words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 0.0,
        strong: bool = False,
        small: bool = False,
    ) -> None:
        """Write a line, its middle at a place in millimetres."""
        style = self.style
        self.figure.text(
            x / self.plan.width,
            y / self.plan.height,
            text,
            ha="center",
            va="center",
            fontsize=size or (style.small if small else style.size),
            fontweight=600 if strong else 400,
            color=style.theme.text if strong else style.theme.quiet,
            parse_math=False,
        )

    def _legend(self, scene: Scene) -> float:
        """Write below what colours mean; return how high that is, in millimetres."""
        if not self.plan.legend:
            return 0.0
        entries = legend_entries(scene, self.run, self._view(), self.style)
        return write_legend(self.figure, entries, self.style, self.plan.width, self.plan.height)

    def _view(self) -> View:
        view = replace(self.plan.view, theme=scene_theme(self.style), hovered=None)
        return view if self.run is None else with_classes(view, self.run)

    def _moment(self, epoch: int | None = None) -> Moment:
        run, view = self._the_run(), self._view()
        shown = nearest_recorded(run.epochs, view.epoch) if epoch is None else epoch
        layer = view.layer % len(run.manifest.layers)
        return Moment(run, shown, layer, view.shown_classes(run.manifest.classes), view.palette)

    def _the_run(self) -> Run:
        assert self.run is not None
        return self.run


def _whole_pixels(side: float, plan: "FigurePlan") -> float:
    """Return the inches of a whole number of pixels: matplotlib cuts off a part of one."""
    return (round(side / MILLIMETRES * plan.resolution) + 0.01) / plan.resolution


def _share_heights(shared: list[Axes], low: float, high: float, style: FigureStyle) -> None:
    for number, axes in enumerate(shared):
        logarithmic_heights(axes, np.array([low, high]))
        axes.set_ylim(low, high)
        if number:
            axes.set_yticklabels([])
        else:
            name_axes(axes, style, "layer t", "D")
