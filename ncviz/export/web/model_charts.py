"""Charts of a model over what it is solved along, with the point at which it is seen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from ncviz.charts.chart import Across, Chart, Curve
from ncviz.charts.plot import Plot
from ncviz.charts.rich_text import plain
from ncviz.export.plot_axes import LONG, above_floor, power_of_ten
from ncviz.export.web.charts import curve_of, drawn_of, head_of, levels_of
from ncviz.export.web.heights import DIGITS, heights_of
from ncviz.scenes.view import View
from ncviz.wording import short_number

TICKS = 6


@dataclass(frozen=True, eq=False)
class ChartThen:
    """A chart as it is at one moment.

    Parameters
    ----------
    chart : Chart
    at : float
        The moment, on the chart's lower axis.
    """

    chart: Chart
    at: float


def chart_of_span(plot: Plot, drawn: Sequence[ChartThen], view: View) -> Mapping[str, Any] | None:
    """Return a plot over what a model is solved along, one frame a moment; None without values.

    Parameters
    ----------
    plot : Plot
        Over a ratio.
    drawn : sequence of ChartThen
        At each moment of the page.
    view : View
        Its palette.
    """
    charts = [each.chart for each in drawn]
    rows = [[_heights(plot, chart, c) for c in chart.curves] for chart in charts]
    room = [row for of in rows for row in of]
    spots = [np.array([spot.height for spot in chart.spots]) for chart in charts]
    last = charts[-1]
    axis = heights_of(last, [*room, *spots], None, logarithmic=plot.logarithmic)
    if axis.is_empty:
        return None
    reach = last.across.reach or (float(last.across.at.min()), float(last.across.at.max()))

    def place(value: float) -> float:
        return round(min(max(_share(value, reach, last.across), -0.01), 1.01), DIGITS)

    frames = []
    for chart, of in zip(charts, rows, strict=True):
        frame = levels_of(chart, axis, view)
        for curve, row in drawn_of(chart, of):
            across = chart.across.at if curve.at is None else curve.at
            places = list(map(place, across.tolist()))
            frame.append(curve_of(curve, places, axis.shares(row), view, chart))
        for spot in chart.spots:
            color = "accent" if spot.here else "text"
            point = Curve("", "", np.array([spot.height]), color, points="full", unnamed=True)
            shares = axis.shares(point.values)
            frame.append(curve_of(point, [place(spot.at)], shares, view, chart))
        frames.append(frame)
    words = [plain("; ".join(filter(None, (c.samples, c.note, c.gist)))) for c in charts]
    return {
        **head_of(plot, charts),
        "across": plain(last.across.title) or last.across.unit,
        "ticks": [[place(value), word] for value, word in _ticks(last.across, reach)],
        "rises": axis.ticks(),
        "frames": frames if len({repr(frame) for frame in frames}) > 1 else frames[:1],
        "over": "span",
        "here": [place(each.at) for each in drawn],
        "uprights": [[place(u.at), plain(u.word)] for u in last.uprights if math.isfinite(u.at)],
        "words": words if len(set(words)) > 1 else words[:1],
        "readings": [[]],
    }


def _heights(plot: Plot, chart: Chart, curve: Curve) -> Any:
    return above_floor(curve.values, chart.floor) if plot.logarithmic else curve.values


def _share(value: float, reach: tuple[float, float], across: Across) -> float:
    low, high = reach
    if not math.isfinite(value) or high == low:
        return 0.0
    if across.logarithmic:
        return math.log(max(value, 1e-300) / low) / math.log(high / low)
    return (value - low) / (high - low)


def _ticks(across: Across, reach: tuple[float, float]) -> list[tuple[float, str]]:
    """Return values to label on the lower axis."""
    low, high = reach
    if across.logarithmic:
        decades = [10.0**e for e in range(-9, 20) if low * 0.999 <= 10.0**e <= high * 1.001]
        shown = decades[:: max(1, math.ceil(len(decades) / TICKS))]
        if len(shown) > 1:
            return [(v, f"{v:g}" if v < LONG else power_of_ten(v)) for v in shown]
        return [(low, short_number(low)), (high, short_number(high))]
    if across.names:
        return [(at, name) for at, name in zip(across.at.tolist(), across.names, strict=False)]
    found = MaxNLocator(TICKS, integer=across.whole).tick_values(low, high)
    return [(v, f"{v:g}".replace("-", "−")) for v in found if low <= v <= high]
