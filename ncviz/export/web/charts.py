"""Charts of a page: the window's own, with where everything stands on axes of 0 to 1."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.chart import Chart, Curve
from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.colors import Color, Hue, painted
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import plain
from ncviz.export.chart_plot import heights_in_time
from ncviz.export.plot_axes import above_floor
from ncviz.export.web import notions
from ncviz.export.web.heights import DIGITS, Heights, heights_of
from ncviz.export.web.other_run import OtherRun, dotted, hollow
from ncviz.export.web.packing import Packing
from ncviz.language import tr
from ncviz.runs.layer_names import tick_names
from ncviz.runs.run import Run
from ncviz.scenes.cosine_colors import cosine_colors
from ncviz.scenes.epoch_scale import EpochScale
from ncviz.scenes.palette import THEMES, readable
from ncviz.scenes.view import View
from ncviz.wording import three_digits

Floats = NDArray[np.float64]

MOST_CLASSES = 24  # of a matrix of cosines; of more some, equally far apart
COSINES = 254  # steps from −1 to 1; 255 where there is none


def chart_of_times(
    plot: Plot,
    numbers: Numbers,
    moment: Moment,
    epochs: Sequence[int],
    beside: OtherRun | None = None,
    only: Collection[str] = (),
) -> Mapping[str, Any] | None:
    """Return a plot over the moments of a page; None where it has no value.

    Parameters
    ----------
    plot : Plot
        Over epochs.
    numbers : Numbers
        With values at the moments.
    moment : Moment
    epochs : sequence of int
        The moments.
    beside : OtherRun, optional
    only : collection of str, optional
        Keys of curves: the plot shows those of these that it has; all, if it has none.
    """
    chart = plot.draw(numbers, moment)
    assert isinstance(chart, Chart)
    chart = chart.kept(only)
    if set(only) & set(plot.curves) and len(chart.curves) == 1:
        plot = replace(plot, up=plain(chart.curves[0].label))
    own, matching, whose = chart.curves, list[float](), ""
    if beside is not None:
        matching, others = beside.over_time(plot)
        keys = {c.key for c in own}
        laid = [dotted(c) for c in others.curves if c.key in keys and not c.of]
        chart = replace(chart, curves=(*own, *laid))
        whose = beside.whose(tr("full lines"), tr("dotted"))
    rows, zero = [c.values for c in chart.curves], None
    if plot.logarithmic:
        rows, zero = heights_in_time(chart, chart.curves)
    axis = heights_of(chart, rows, zero, logarithmic=plot.logarithmic)
    if axis.is_empty:
        return None
    scale = EpochScale(tuple(map(float, epochs)), moment.spacing, moment.run.counting)
    last = max(scale.places[-1], 1.0)

    def place(value: float) -> float:
        return scale.position_of(value) / last

    at = [place(value) for value in chart.across.at.tolist()]
    # As far as this timeline goes.
    within = [scale.stops[0] <= value <= scale.stops[-1] for value in matching]
    there = [place(value) for value, inside in zip(matching, within, strict=True) if inside]
    drawn = []
    for c, row in drawn_of(chart, rows):
        is_own = any(c is one for one in own)
        if not is_own and not there:
            continue
        heights = row if is_own else row[np.array(within)]
        places = at if is_own else there
        drawn.append(curve_of(c, places, axis.shares(heights), moment.view, chart))
    drawn = [*levels_of(chart, axis, moment.view), *drawn]
    return {
        **head_of(plot, [chart]),
        "across": scale.title,
        "ticks": [[round(p / last, DIGITS), words] for p, words in scale.ticks()],
        "rises": axis.ticks(),
        "frames": [drawn],
        "over": "times",
        "uprights": [[round(place(u.at), DIGITS), plain(u.word)] for u in chart.uprights],
        "words": ["; ".join(filter(None, (whose, chart.samples, chart.note)))],
        "readings": [[]],
    }


def chart_of_layers(
    plot: Plot,
    numbers: Numbers,
    moment: Moment,
    epochs: Sequence[int],
    layers: Sequence[int],
    beside: OtherRun | None = None,
    only: Collection[str] = (),
) -> Mapping[str, Any] | None:
    """Return a plot over the layers, one frame a moment of a page; None where it has no value.

    Parameters
    ----------
    plot : Plot
        Over layers.
    numbers, moment, epochs
        As of `chart_of_times`.
    layers : sequence of int
        Which the page holds.
    beside, only
        As of `chart_of_times`.
    """
    charts: list[Chart] = [plot.draw(numbers, replace(moment, epoch=e)).kept(only) for e in epochs]
    others: list[Chart] = []
    if beside is not None:
        others = [beside.over_layers(plot, number).kept(only) for number in range(len(epochs))]
    all_rows = [[_height(plot, chart, c) for c in chart.curves] for chart in charts]
    room = [
        row
        for chart, rows in zip(charts, all_rows, strict=True)
        for c, row in zip(chart.curves, rows, strict=True)
        if c.makes_room
    ]
    laid = [[hollow(c) for c in other.curves if c.beside] for other in others]
    room += [
        _height(plot, other, c)
        for other, curves in zip(others, laid, strict=True)
        for c in curves
        if c.makes_room
    ]
    axis = heights_of(charts[-1], room, None, logarithmic=plot.logarithmic)
    if axis.is_empty:
        return None
    longest = moment.layer_names
    if others and len(others[0].across.names) > len(longest):
        longest = others[0].across.names
    count = len(longest)
    at = [_layer_place(k, count) for k in range(count)]
    frames = []
    for number, (chart, rows) in enumerate(zip(charts, all_rows, strict=True)):
        kept = [(c, row) for c, row in drawn_of(chart, rows) if c.points != "ring"]
        if others:
            other = others[number]
            first = next((k for k, (c, _) in enumerate(kept) if c.beside), len(kept))
            kept[first:first] = [(c, _height(plot, other, c)) for c in laid[number]]
        curves = [curve_of(c, at, axis.shares(row), moment.view, chart) for c, row in kept]
        frames.append([*levels_of(chart, axis, moment.view), *curves])
    names = tick_names(longest)
    whose = "" if beside is None else beside.whose("●", "○")
    return {
        **head_of(plot, charts),
        "across": tr("layer"),
        "ticks": [[at[k], names[k]] for k in range(count)],
        "rises": axis.ticks(),
        "frames": frames,
        "over": "layers",
        "here": [at[k] for k in layers],
        "uprights": [],
        "words": [
            " · ".join(filter(None, (whose, chart.samples, "" if others else plain(chart.gist))))
            for chart in charts
        ],
        "readings": [
            [*_readings(chart, "● "), *_readings(others[number], "○ ")]
            if others
            else _readings(chart)
            for number, chart in enumerate(charts)
        ],
    }


def matrix_of(
    plot: Plot,
    numbers: Numbers,
    moment: Moment,
    epochs: Sequence[int],
    layers: Sequence[int],
    packing: Packing,
) -> Mapping[str, Any] | None:
    """Return the cosines between classes at all moments and layers; None where there are none.

    Parameters
    ----------
    plot : Plot
        A matrix.
    numbers, moment, epochs, layers
        As of `chart_of_layers`.
    packing : Packing
        Which takes the cosines.
    """
    tables: list[NDArray[np.uint8]] = []
    made: ClassMatrix | None = None
    of_layers: list[ClassMatrix] = []  # at the last moment
    for epoch in epochs:
        of_layers = []
        for layer in layers:
            one = replace(moment, epoch=epoch, view=replace(moment.view, layer=layer))
            made = plot.draw(numbers, one)
            assert isinstance(made, ClassMatrix)
            made = replace(made, classes=_some(made.classes))
            if len(made.classes) < 2:
                return None
            tables.append(cosines_in_steps(made.shown()))
            of_layers.append(made)
    if made is None or not any((table < 255).any() for table in tables):
        return None
    shape = len(epochs), len(layers), len(made.classes), len(made.classes)
    ideal = made.ideal
    mark = [round((ideal + 1) / 2, DIGITS), f"−1/(K−1) = {three_digits(ideal)}"]
    return {
        "title": plain(plot.heading),
        "tip": plot.tip,
        "told": notions.key_of_plot(plot),
        "notions": notions.of_plot(plot, plain(plot.heading)),
        "names": [made.names[k] for k in made.classes],
        "hues": [_both(made.hues[k], moment.view) for k in made.classes],
        "cosines": packing.add(np.array(tables).reshape(shape), "u1"),
        "ramps": {name: _ramp(name, ideal) for name in THEMES},
        "ideals": [mark if one.has_ideal and len(one.names) > 2 else None for one in of_layers],
        "words": [_matrix_in_words(one) for one in of_layers],
    }


def _matrix_in_words(made: ClassMatrix) -> str:
    """Say what a matrix is of; in a layer without room for a simplex ETF, why nothing is ideal."""
    if made.of_vectors:
        return tr("cosine of each vector with each other")
    what = tr("class means")
    if made.has_rows:
        what = tr("means above the diagonal, classifier rows below, in the last layer")
    why = made.why_no_ideal if made.is_of_classes else ""
    return " · ".join(filter(None, (made.samples, what, _of_how_many(made), why)))


def cosines_in_steps(table: Floats) -> NDArray[np.uint8]:
    """Return cosines as whole numbers from 0 (−1) to 254 (1); 255 where there is none."""
    known = np.isfinite(table)
    steps = np.round((np.clip(np.where(known, table, 0.0), -1, 1) + 1) * COSINES / 2)
    return np.where(known, steps, 255).astype(np.uint8)


def numbers_at(run: Run, epochs: Sequence[int], split: str) -> Numbers:
    """Return the numbers of a run at the moments of a page."""
    return _NumbersAt(run, epochs, split)


class _NumbersAt(Numbers):
    """Numbers at some of the recorded epochs; since when the terminal phase lasts, all say."""

    def __init__(self, run: Run, epochs: Sequence[int], split: str) -> None:
        super().__init__(run, split)
        self._all, self._kept = Numbers(run, split), tuple(epochs)

    @property
    def epochs(self) -> list[int]:
        return list(self._kept)

    def terminal_phase(self) -> int | None:
        return self._all.terminal_phase()


def head_of(plot: Plot, charts: Sequence[Chart]) -> dict[str, Any]:
    """Return what stands above a plot, and what its words mean at all moments."""
    title = plain(charts[-1].title or plot.heading)
    return {
        "name": plot.name,
        "title": title,
        "tip": plot.tip,
        "told": notions.key_of_plot(plot),
        "notions": notions.of_charts(plot, title, charts),
        "gist": plot.gist,
        "up": _up(plot),
    }


def _up(plot: Plot) -> str:
    if not plot.logarithmic:
        return plot.up
    return tr("{up}, log", up=plot.up) if plot.up else tr("log")


def _height(plot: Plot, chart: Chart, curve: Curve) -> Floats:
    return above_floor(curve.values, chart.floor) if plot.logarithmic else curve.values


def levels_of(chart: Chart, axis: Heights, view: View) -> list[dict[str, Any]]:
    """Return the levels of a chart, as curves from end to end."""
    found = []
    for level in chart.levels:
        line = Curve("", level.label, np.full(2, level.at), level.color)
        drawn = curve_of(line, (0.0, 1.0), axis.shares(line.values), view, chart)
        found.append(drawn | {"told": notions.only_key(notions.of_level(level))})
    return found


def drawn_of(chart: Chart, rows: Sequence[Floats]) -> list[tuple[Curve, Floats]]:
    """Return the curves that a page draws, with their rows of heights."""
    pairs = zip(chart.curves, rows, strict=True)
    return [(c, row) for c, row in pairs if c.upto is None and not c.page_only]


def curve_of(
    curve: Curve, at: Sequence[float], shares: list[float | None], view: View, chart: Chart
) -> dict[str, Any]:
    """Return a curve as the frame draws it: its look, and shares of both axes."""
    dash = curve.dash if isinstance(curve.dash, tuple) else (5, 3) if curve.dash else ()
    return {
        "label": plain(curve.label),
        "told": notions.only_key(notions.of_curve(curve, chart)),
        "named": bool(curve.label)
        and not (curve.unnamed or curve.faint or shares.count(None) == len(shares)),
        "color": _both(curve.color, view, line=not curve.points),
        "dash": [8, 3, 1.5, 3] if curve.dots else list(dash),
        "wide": 2.2 if curve.strong else 1 if curve.faint else 1.5,
        "points": curve.points,
        "at": [round(place, DIGITS) for place in at],
        "up": shares,
    }


def _both(color: Color, view: View, *, line: bool = False) -> dict[str, str]:
    found = {}
    for name, theme in THEMES.items():
        hue = painted(color, theme, view.palette, theme.surface)
        found[name] = readable(hue, theme.surface) if line and isinstance(color, Hue) else hue
    return found


def _readings(chart: Chart, sign: str = "") -> list[list[str]]:
    """Return the numbers above a plot, each with the key of what it is; a sign before them."""
    labels = {c.key: plain(c.label) for c in chart.curves if c.label}
    parts = [[plain(chart.lead), ""]] if chart.lead else []
    for reading in chart.readings:
        words = " ".join(filter(None, (labels.get(reading.key, ""), plain(reading.text))))
        parts.append([words, notions.only_key(notions.of_reading(reading, chart))])
    if parts:
        parts[0][0] = sign + parts[0][0]
    return parts


def _layer_place(number: int, count: int) -> float:
    """Return where a layer stands: from 0.6 to count + 0.4, as the window has it."""
    return round((number + 0.4) / (count - 0.2), DIGITS)


def _some(classes: tuple[int, ...]) -> tuple[int, ...]:
    if len(classes) <= MOST_CLASSES:
        return classes
    return tuple(
        classes[at]
        for at in np.linspace(0, len(classes) - 1, MOST_CLASSES).round().astype(int).tolist()
    )


def _of_how_many(matrix: ClassMatrix) -> str:
    shown = len(matrix.classes)
    return (
        tr("{shown:,} of {asked:,} classes", shown=shown, asked=matrix.asked)
        if shown < matrix.asked
        else ""
    )


def _ramp(theme: str, ideal: float) -> str:
    return bytes(cosine_colors(THEMES[theme], ideal).ravel()).hex()
