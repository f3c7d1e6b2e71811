"""The plot beside a film's scene: axes painted once, points and lines for each frame."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ncviz.export.film_moments import ModelPath, Shot
from ncviz.export.film_plan import FilmPlan
from ncviz.export.painted_axes import Axes
from ncviz.geometry.separation import fit_law
from ncviz.runs.measures import fuzziness_by_layer
from ncviz.runs.run import Run
from ncviz.scenes.beside import matching_epoch
from ncviz.scenes.layout import recorded_around
from ncviz.scenes.palette import THEMES, Theme

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]

FINE = 3  # drawn so many times larger, then averaged
DASH, GAP = 7.0, 4.5  # of the fitted law, in pixels of a plot of usual size


class FilmPlot:
    """Draws what moves on painted axes.

    Parameters
    ----------
    axes : Axes
    theme : Theme
    line : str
        Colour of the line; points have that of text, rings the accent.
    """

    def __init__(self, axes: Axes, theme: Theme, line: str) -> None:
        self._axes, self._ink, self._line, self._accent = axes, theme.text, line, theme.accent

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment, shape (height, width, 3)."""
        raise NotImplementedError

    def _painted(
        self,
        line: Floats,
        points: Floats,
        ring: Floats | None = None,
        onto: Pixels | None = None,
        colors: tuple[str, str] | None = None,
        dashed: bool = False,
    ) -> Pixels:
        """Return the axes with a line, points and a ring on them, places in pixels.

        `onto` is what to paint on instead of the bare axes, `colors` are those of
        the line and the points instead of the plot's own.
        """
        height, width = self._axes.picture.shape[:2]
        mask = {
            name: Image.new("L", (FINE * width, FINE * height))
            for name in ("line", "points", "ring")
        }
        unit = FINE * self._axes.unit
        pen, wide = ImageDraw.Draw(mask["line"]), max(round(2 * unit), 1)
        for part in _dashes(FINE * line, unit) if dashed else [FINE * line]:
            if len(part) > 1:
                pen.line([(float(x), float(y)) for x, y in part], 255, wide, joint="curve")
        pen = ImageDraw.Draw(mask["points"])
        for x, y in FINE * points:
            radius = 4.2 * unit
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
        if ring is not None:
            (x, y), radius = FINE * ring, 8.0 * unit
            box = x - radius, y - radius, x + radius, y + radius
            ImageDraw.Draw(mask["ring"]).ellipse(box, None, 255, max(round(2 * unit), 1))
        picture = (self._axes.picture if onto is None else onto).astype(np.float32)
        pens = (*(colors or (self._line, self._ink)), self._accent)
        for name, color in zip(("line", "points", "ring"), pens, strict=True):
            reduced = mask[name].reduce(FINE)
            cover = np.asarray(reduced, dtype=np.float32)[..., None] / 255
            rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)
            picture += cover * (rgb - picture)
        return np.rint(picture).astype(np.uint8)


def _dashes(line: Floats, unit: float) -> list[Floats]:
    """Return the dashes of a straight line from its first to its last point."""
    if len(line) < 2:
        return []
    start, way = line[0], line[-1] - line[0]
    length = float(np.hypot(*way))
    begins = np.arange(0.0, length, (DASH + GAP) * unit)
    ends = np.minimum(begins + DASH * unit, length)
    shares = np.column_stack([begins, ends]) / max(length, 1e-9)
    return [start + share[:, None] * way for share in shares]


class LawPlot(FilmPlot):
    """D_t over the layers with the law, at any moment between two records.

    A second run lies behind the first, in a quiet colour.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        run: Run,
        second: tuple[Run, float | None, str] | None = None,
    ) -> None:
        super().__init__(axes, theme, theme.quiet)
        self._run = run
        self._second = second  # with its own epoch, None while time is linked, and its colour

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment."""
        behind = None
        if self._second is not None:
            run, held, color = self._second
            epoch = matching_epoch(self._run, shot.epoch, run) if held is None else held
            epoch = min(max(epoch, run.epochs[0]), run.epochs[-1])
            line, points = self._places(fuzziness_at(run, epoch))
            behind = self._painted(line, points, None, None, (color, color), dashed=True)
        values = fuzziness_at(self._run, shot.epoch)
        line, points = self._places(values)
        return self._painted(line, points, self._ring(values, shot.layer), behind, dashed=True)

    def _ring(self, values: Floats, layer: float) -> Floats | None:
        """Return where the layer in the scene lies, on its way between two layers."""
        place = layer % len(values) if layer < 0 else layer
        low, high = math.floor(place), math.ceil(place)
        ends = values[[low, min(high, len(values) - 1)]]
        if not (np.isfinite(ends) & (ends > 0)).all():
            return None
        height = np.interp(place - low, [0.0, 1.0], np.log10(ends))
        found: Floats = self._axes.places(np.array([place + 1.0]), np.array([height]))[0]
        return found

    def _places(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the law's line and the points."""
        layers = np.arange(1, len(values) + 1, dtype=np.float64)
        law = fit_law(values)
        known = np.isfinite(values) & (values > 0)
        line = np.zeros((0, 2))
        if np.isfinite(law.decay_ratio):
            ends = np.array([layers[0], layers[-1]])
            line = self._axes.places(ends, np.log10(np.maximum(law.predict(ends), 1e-300)))
        points = self._axes.places(layers[known], np.log10(values[known]))
        return line, points


class CosinePlot(FilmPlot):
    """The minority cosine over R, with a point where the film stands."""

    def __init__(self, axes: Axes, theme: Theme, ratios: Floats, cosines: Floats) -> None:
        super().__init__(axes, theme, theme.classifier)
        self._ratios, self._cosines = ratios, cosines

    def draw(self, shot: Shot) -> Pixels:
        """Return the plot of a moment."""
        passed = self._ratios <= shot.ratio * (1 + 1e-9)
        line = self._axes.places(np.log10(self._ratios[passed]), self._cosines[passed])
        return self._painted(line, line[-1:])


def make_film_plot(
    plan: FilmPlan,
    run: Run | None,
    path: ModelPath | None,
    size: tuple[int, int],
    small: int,
    second: Run | None = None,
) -> FilmPlot:
    """Return the plot that goes with a film.

    Parameters
    ----------
    plan : FilmPlan
    run : Run or None
        None over R.
    path : ModelPath or None
        Over R.
    size : tuple of 2 int
        Width and height in pixels.
    small : int
        Size of the smallest type, in pixels.
    second : Run, optional
        Of a comparison.
    """
    from ncviz.export.film_axes import cosine_axes, law_axes  # loads matplotlib

    theme = THEMES[plan.view.theme]
    if run is None:
        assert path is not None
        axes = cosine_axes(path, theme, size, small)
        return CosinePlot(axes, theme, path.ratios, path.cosines)
    axes = law_axes((run,) if second is None else (run, second), theme, size, small)
    behind = None
    if second is not None and plan.beside is not None:
        held = None if plan.beside.linked else plan.beside.view.epoch
        behind = second, held, theme.quiet
    return LawPlot(axes, theme, run, behind)


def fuzziness_at(run: Run, epoch: float) -> Floats:
    """Return D_1 … D_m at a moment; between two records in equal ratios."""
    low, high, share = recorded_around(run.epochs, epoch)
    first = np.array(fuzziness_by_layer(run, low))
    if share == 0:
        return first
    second = np.array(fuzziness_by_layer(run, high))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.exp((1 - share) * np.log(first) + share * np.log(second)))
