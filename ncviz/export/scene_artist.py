"""A 3-D scene as a part of a matplotlib figure, as vectors wherever the format has them."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import RendererPdf
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from ncviz.export.ink import PdfInk, SvgInk
from ncviz.export.styles import POINTS
from ncviz.export.vector_scene import SMALL_BALL, vector_marks
from ncviz.rendering.label_placer import leader, outward
from ncviz.rendering.offscreen import render
from ncviz.rendering.overlay import theme_of
from ncviz.rendering.placing import Wish, covered, place_words
from ncviz.rendering.typefaces import clusters
from ncviz.rendering.words import ELLIPSIS
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Label, Scene

SPILL = SMALL_BALL  # points that the balls at the border may reach beyond it
WIDEST = 0.4  # share of the scene's width that one name may take
LIFT = 0.25  # between a ball and its label, in heights of the letters
HALO, CLEAR = 0.26, 0.8  # around a label: its width in sizes of the type, its opacity


class SceneArtist(Artist):
    """Draws a scene over the whole of its axes.

    Parameters
    ----------
    scene : Scene
        Without its labels, which are text of the figure.
    camera : Camera
    transparent : bool
        For pixels: leave out the background.
    number : int
        Of the scene on its page.
    """

    def __init__(
        self,
        scene: Scene,
        camera: Camera,
        transparent: bool,
        number: int,
    ) -> None:
        super().__init__()
        self.scene, self.camera = scene, camera
        self._transparent, self._number = transparent, number

    def draw(self, renderer: Any) -> None:
        """Draw the scene with the renderer's own means."""
        axes = self.axes
        if axes is None or not self.get_visible():
            return
        box = axes.get_window_extent(renderer)
        # matplotlib wraps what writes SVG and PDF in one that can turn to pixels.
        inner: Any = getattr(renderer, "_renderer", renderer)
        svg, pdf = isinstance(inner, RendererSVG), isinstance(inner, RendererPdf)
        renderer = inner if svg or pdf else renderer
        renderer.open_group("scene", gid=self.get_gid())
        context = renderer.new_gc()
        context.set_clip_rectangle(box.padded(SPILL) if svg or pdf else box)
        if svg:
            marks = vector_marks(self.scene, self.camera, box.width, box.height)
            renderer.writer.start("g", attrib=renderer._get_clip_attrs(context))
            name = f"ball-{self._number}"
            SvgInk(renderer, box.x0, box.y0, self.scene.background, name).draw(marks)
            renderer.writer.end("g")
        elif pdf:
            marks = vector_marks(self.scene, self.camera, box.width, box.height)
            renderer.check_gc(context)
            PdfInk(renderer, box.x0, box.y0, self.scene.background).draw(marks)
        else:
            self._draw_pixels(renderer, context, box)
        context.restore()
        renderer.close_group("scene")

    def _draw_pixels(self, renderer: Any, context: Any, box: Any) -> None:
        width, height = max(round(box.width), 1), max(round(box.height), 1)
        pixels = render(
            self.scene,
            self.camera,
            width,
            height,
            transparent=self._transparent,
        ).copy()
        if not self._transparent:
            pixels[..., 3] = 255
        renderer.draw_image(
            context, round(box.x0), round(box.y0), np.ascontiguousarray(pixels[::-1])
        )


def write_labels(axes: Axes, scene: Scene, camera: Camera, size: float) -> None:
    """Write the names of the classes beside their means, none over another.

    Parameters
    ----------
    axes : matplotlib Axes
        Its data coordinates become points from the lower left corner.
    scene : Scene
    camera : Camera
    size : float
        Of the type, in points.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    box = axes.get_position()
    width, height = (
        box.width * figure.get_figwidth() * POINTS,
        box.height * figure.get_figheight() * POINTS,
    )
    to_axes = Affine2D().scale(1 / width, 1 / height) + axes.transAxes
    for label, (x, y), anchor, line, clear in _placed(scene, camera, width, height, size):
        if line:
            across, down = zip(*line, strict=True)
            up = [height - one for one in down]
            hue = label.hue or theme_of(scene).quiet
            thin = Line2D(across, up, transform=to_axes, color=hue, linewidth=0.5, zorder=4)
            axes.add_artist(thin)
        if clear:
            # The halo is an outline behind the text, which stays text. It erases no sample.
            halo = PathPatch(
                _letters(label.text, size, 600),
                transform=Affine2D().translate(x, height - y) + to_axes,
                facecolor=scene.background,
                edgecolor=scene.background,
                linewidth=HALO * size,
                joinstyle="round",
                alpha=CLEAR,
                clip_on=False,
                zorder=4,
            )
            axes.add_artist(halo)
        axes.text(
            x / width,
            1 - y / height,
            label.text,
            transform=axes.transAxes,
            ha="left",
            va="baseline",
            fontsize=size,
            fontweight=600,
            color=label.color,
            parse_math=False,
            gid=anchor,
            zorder=5,
        )


def _placed(
    scene: Scene,
    camera: Camera,
    width: float,
    height: float,
    size: float,
) -> list[tuple[Label, tuple[float, float], str, list[tuple[float, float]], bool]]:
    """Return labels with the left end of their base line, in points, y down, and their names.

    Labels far from what they name come with the ends of a line that leads there; the last
    value tells whether a label covers no sample.
    """
    fine = 16
    whole = round(fine * width), round(fine * height)
    samples = camera.project(scene.samples.positions, *whole)[:, :2]
    balls = camera.project(scene.balls.positions, *whole)[:, :2]
    spared = np.concatenate([samples, balls])
    middle = camera.project([(0.0, 0.0, 0.0)], *whole)[0]
    named = camera.project([label.position for label in scene.labels] or np.empty((0, 3)), *whole)
    others = np.concatenate([balls, named[:, :2]])
    wishes, kept = [], []
    for number, given in enumerate(scene.labels):
        label = replace(given, text=short_enough(given.text, size, WIDEST * width))
        seen = named[number]
        if not np.isfinite(seen).all() or seen[2] <= 0 or not label.text:
            continue
        scale = float(camera.pixels_per_unit(whole[1], seen[2]))
        wide, high = text_width(label.text, size) * fine, 1.15 * size * fine
        lift = label.radius * scale + LIFT * size * fine
        away = outward(seen, middle, 2 * size * fine)
        own = (*label.own, len(balls) + number)
        wishes.append(Wish(float(seen[0]), float(seen[1]), lift, wide, high, None, away, own))
        kept.append(label)
    found = []
    spots = place_words(wishes, (0, 0, *whole), spared=spared, others=others)
    for label, wish, spot in zip(kept, wishes, spots, strict=True):
        if spot is not None:
            box = spot.left, spot.top, spot.left + wish.width, spot.top + wish.height
            clear = covered(box, samples) == 0
            base = (spot.top + 0.78 * wish.height) / fine
            line = leader(wish, spot) if spot.far else ()
            ends = [(x / fine, y / fine) for x, y in line]
            found.append((label, (spot.left / fine, base), f"label-{label.text}", ends, clear))
    return found


def short_enough(text: str, size: float, width: float) -> str:
    """Return a line of text, cut with an ellipsis so that it is no wider, in points."""
    if text_width(text, size) <= width:
        return text
    parts = clusters(text)
    fits, too_long = 0, len(parts)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        wide = text_width("".join(parts[:middle]) + ELLIPSIS, size)
        fits, too_long = (middle, too_long) if wide <= width else (fits, middle)
    return "".join(parts[:fits]).rstrip() + ELLIPSIS if fits else ""


def text_width(text: str, size: float, weight: int = 600) -> float:
    """Return how wide a line of text is, in points."""
    return size * _width(text, weight, tuple(matplotlib.rcParams["font.family"]))


@lru_cache(maxsize=4096)
def _width(text: str, weight: int, family: tuple[str, ...]) -> float:
    """Return the width of a line in type of size 1, in these families."""
    if not text.strip():
        return 0.0
    letters = TextPath((0, 0), text, size=1.0, prop=FontProperties(family=family, weight=weight))
    # Points that steer curves count: exact borders of letters cost a hundred times more.
    drawn = letters.codes != TextPath.CLOSEPOLY
    return float(np.ptp(letters.vertices[drawn, 0])) if drawn.any() else 0.0


def _letters(text: str, size: float, weight: int) -> TextPath:
    properties = FontProperties(family=matplotlib.rcParams["font.family"], weight=weight)
    return TextPath((0, 0), text, size=size, prop=properties, usetex=False)
