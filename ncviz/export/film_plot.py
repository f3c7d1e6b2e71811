"""The plot beside a film's scene: axes painted once, points and lines for each frame."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ncviz.export.film_moments import ModelPath, Shot
from ncviz.geometry.separation import fit_law
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.scenes.layout import recorded_around
from ncviz.scenes.palette import THEMES

if TYPE_CHECKING:
    from ncviz.export.films import FilmPlan

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]

FINE = 3  # drawn so many times larger, then averaged
FULL_HEIGHT = 290  # pixels of a plot whose type has its usual size


@dataclass(frozen=True, eq=False)
class Axes:
    """Painted axes.

    Parameters
    ----------
    picture : array, shape (height, width, 3)
    scale, origin : array, shape (2,)
        Pixel = origin + scale · value, x to the right and y down; the value is
        the logarithm where the axis is logarithmic.
    unit : float
        Pixels of what is one pixel in a plot of usual size.
    """

    picture: Pixels
    scale: Floats
    origin: Floats
    unit: float

    def places(self, x: Floats, y: Floats) -> Floats:
        """Return where values lie, shape (n, 2), in pixels."""
        return self.origin + self.scale * np.column_stack([x, y])


class FilmPlot:
    """Draws what moves on painted axes.

    Parameters
    ----------
    axes : Axes
    ink, accent : str
        Colours of points and of the line.
    """

    def __init__(self, axes: Axes, ink: str, accent: str) -> None:
        self._axes, self._ink, self._accent = axes, ink, accent

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment, shape (height, width, 3)."""
        raise NotImplementedError

    def _painted(
        self,
        line: Floats,
        points: Floats,
        large: int | None,
        onto: Pixels | None = None,
        colors: tuple[str, str] | None = None,
    ) -> Pixels:
        """Return the axes with a line and points on them, places in pixels.

        `onto` is what to paint on instead of the bare axes, `colors` are those of
        the line and the points instead of the plot's own.
        """
        height, width = self._axes.picture.shape[:2]
        mask = {name: Image.new("L", (FINE * width, FINE * height)) for name in ("line", "points")}
        unit = FINE * self._axes.unit
        if len(line) > 1:
            places = [(float(x), float(y)) for x, y in FINE * line]
            wide = max(round(2 * unit), 1)
            ImageDraw.Draw(mask["line"]).line(places, 255, wide, joint="curve")
        pen = ImageDraw.Draw(mask["points"])
        for number, (x, y) in enumerate(FINE * points):
            radius = unit * (7.0 if number == large else 4.2)
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
        picture = (self._axes.picture if onto is None else onto).astype(np.float32)
        pens = colors or (self._accent, self._ink)
        for name, color in zip(("line", "points"), pens, strict=True):
            reduced = mask[name].reduce(FINE)
            cover = np.asarray(reduced, dtype=np.float32)[..., None] / 255
            rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)
            picture += cover * (rgb - picture)
        return np.rint(picture).astype(np.uint8)


class LawPlot(FilmPlot):
    """D_t over the layers with the law, at any moment between two records.

    A second run lies behind the first, in a quiet colour.
    """

    def __init__(
        self,
        axes: Axes,
        ink: str,
        accent: str,
        run: Run,
        over_layers: bool,
        second: tuple[Run, float | None, str] | None = None,
    ) -> None:
        super().__init__(axes, ink, accent)
        self._run = run
        self._over_layers = over_layers
        self._second = second  # with its own epoch, None while time is linked, and its colour

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment."""
        behind = None
        if self._second is not None:
            run, held, color = self._second
            epoch = shot.epoch if held is None else held
            epoch = min(max(epoch, run.epochs[0]), run.epochs[-1])
            line, points, _ = self._places(fuzziness_at(run, epoch))
            behind = self._painted(line, points, None, None, (color, color))
        line, points, known = self._places(fuzziness_at(self._run, shot.epoch))
        large = round(shot.layer) if self._over_layers and known else None
        return self._painted(line, points, large, behind)

    def _places(self, values: Floats) -> tuple[Floats, Floats, bool]:
        """Return the law's line, the points, and whether all of them are known."""
        layers = np.arange(1, len(values) + 1, dtype=np.float64)
        law = fit_law(values)
        known = np.isfinite(values) & (values > 0)
        line = np.zeros((0, 2))
        if np.isfinite(law.decay_ratio):
            ends = np.array([layers[0], layers[-1]])
            line = self._axes.places(ends, np.log10(np.maximum(law.predict(ends), 1e-300)))
        points = self._axes.places(layers[known], np.log10(values[known]))
        return line, points, bool(known.all())


class CosinePlot(FilmPlot):
    """The minority cosine over R, with a point where the film stands."""

    def __init__(self, axes: Axes, ink: str, accent: str, ratios: Floats, cosines: Floats) -> None:
        super().__init__(axes, ink, accent)
        self._ratios, self._cosines = ratios, cosines

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment."""
        passed = self._ratios <= shot.ratio * (1 + 1e-9)
        line = self._axes.places(np.log10(self._ratios[passed]), self._cosines[passed])
        return self._painted(line, line[-1:], 0)


def make_film_plot(
    plan: "FilmPlan",
    run: Run | None,
    path: ModelPath | None,
    width: int,
    height: int,
    second: Run | None = None,
) -> FilmPlot:
    """Return the plot that goes with a film, in so many pixels."""
    from ncviz.export.film_axes import cosine_axes, law_axes

    theme = THEMES[plan.view.theme]
    if run is None:
        assert path is not None
        axes = cosine_axes(path, theme, width, height)
        return CosinePlot(axes, theme.classifier, theme.text, path.ratios, path.cosines)
    axes = law_axes((run,) if second is None else (run, second), theme, width, height)
    behind = None
    if second is not None and plan.beside is not None:
        held = None if plan.beside.linked else plan.beside.view.epoch
        behind = second, held, theme.quiet
    return LawPlot(axes, theme.text, theme.accent, run, plan.over == "layers", behind)


def fuzziness_at(run: Run, epoch: float) -> Floats:
    """Return D_1 … D_m at a moment; between two records in equal ratios."""
    low, high, share = recorded_around(run.epochs, epoch)
    first = np.array(fuzziness_by_layer(run, low))
    if share == 0:
        return first
    second = np.array(fuzziness_by_layer(run, high))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.exp((1 - share) * np.log(first) + share * np.log(second)))
