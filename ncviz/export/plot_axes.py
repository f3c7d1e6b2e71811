"""Quiet axes for exported plots: few lines, powers of ten, layers and epochs."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    Locator,
    MaxNLocator,
    NullFormatter,
    NullLocator,
)
from numpy.typing import NDArray

from ncviz.charts.chart import Across
from ncviz.export.fitting import shortened, wrapped
from ncviz.export.scene_artist import text_width
from ncviz.export.styles import FigureStyle
from ncviz.language import tr
from ncviz.runs.layer_names import fuzziness_symbol, tick_names, ticks_that_fit
from ncviz.scenes.epoch_scale import EpochScale
from ncviz.scenes.plot_heights import FLOOR
from ncviz.wording import raised

Floats = NDArray[np.float64]

LONG = 1e6  # of a number on an axis: a power of ten from there on
LEADING = 1.4  # of lines above a plot, in sizes of the small type
LONGEST_TICK = 8.0  # of a layer's name below an axis, in sizes of the type


def prepare(axes: Axes, style: FigureStyle, title: str = "", below: str = "") -> None:
    """Draw axes as thin lines at the left and below, without a box.

    Parameters
    ----------
    axes : matplotlib Axes
    style : FigureStyle
    title : str
        Above the axes.
    below : str
        A quiet line between title and axes, for numbers.
    """
    theme = style.theme
    axes.set_facecolor("none")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(theme.quiet)
        axes.spines[side].set_linewidth(0.5 * style.line)
    axes.tick_params(
        which="both",
        color=theme.quiet,
        labelcolor=theme.quiet,
        labelsize=style.small,
        width=0.5 * style.line,
        length=0.3 * style.size,
        pad=0.3 * style.size,
    )
    lines = wrapped(below, style.room, style.small) if below else []
    if title:
        axes.set_title(
            "\n".join(wrapped(title, style.room, style.size, 600)),
            loc="left",
            linespacing=1.05,
            fontsize=style.size,
            fontweight=600,
            color=theme.text,
            pad=0.6 * style.size + (LEADING * len(lines) + 0.15 * bool(lines)) * style.small,
            parse_math=False,
        )
    if lines:
        axes.annotate(
            "\n".join(lines),
            (0, 1),
            (0, 0.6 * style.size),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=style.small,
            color=theme.quiet,
            ha="left",
            va="bottom",
            linespacing=1.0,
            parse_math=False,
        )


def name_axes(axes: Axes, style: FigureStyle, across: str = "", up: str = "") -> None:
    """Write what stands on the axes."""
    words: dict[str, Any] = {
        "fontsize": style.small,
        "color": style.theme.quiet,
        "parse_math": False,
    }
    if across:
        axes.set_xlabel(across, labelpad=0.25 * style.size, **words)
    if up:  # says so where its heights are logarithmic, as the window does
        up = tr("{up}, log", up=up) if axes.get_yscale() == "log" else up
        axes.set_ylabel(up, labelpad=0.35 * style.size, **words)


def above_floor(values: Sequence[float] | Floats, floor: float | None = None) -> Floats:
    """Return values that a logarithmic axis can show; NaN where there is none."""
    array = np.asarray(values, dtype=np.float64)
    least = FLOOR if floor is None else floor
    return np.where(np.isfinite(array), np.maximum(array, least), np.nan)


def logarithmic_heights(axes: Axes, values: Floats, zero: float | None = None) -> None:
    """Make the vertical axis logarithmic, with room around the values and few ticks.

    Parameters
    ----------
    axes : matplotlib Axes
    values : array
        All heights that are drawn.
    zero : float, optional
        Where zero is drawn; labelled as such.
    """
    known = values[np.isfinite(values) & (values > 0)]
    axes.set_yscale("log")
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    if not len(known):
        axes.set_ylim(0.1, 1.0)
        return
    low, high = math.log10(known.min()), math.log10(known.max())
    room = max(0.06 * (high - low), 0.08)
    low, high = low - room, high + room
    axes.set_ylim(10.0**low, 10.0**high)
    ticks = decades_between(low, high)
    if zero is not None:  # beside its own tick no other
        apart = (high - low) / 8
        ticks = [zero, *(t for t in ticks if math.log10(t) > math.log10(zero) + apart)]
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: "0" if value == zero else power_of_ten(value))
    )


def decades_between(low: float, high: float) -> list[float]:
    """Return values to label on a logarithmic axis, which reaches from 10^low to 10^high.

    At least two, by which it can be read: decades, parts of them, or where it is shorter than
    these are apart, equal steps.
    """
    span, within = high - low, range(math.floor(low), math.ceil(high) + 1)
    step = max(1, math.ceil(span / 5))
    found = [10.0**e for e in range(math.ceil(low), math.floor(high) + 1, step)]
    if span > 1.6 and len(found) > 1:
        return found
    finer = (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)
    for steps in finer if span > 0.5 else finer[1:]:
        values = [s * 10.0**e for e in within for s in steps]
        found = [value for value in values if 10**low <= value <= 10**high]
        if len(found) > 1:
            return found
    even = MaxNLocator(4, steps=[1, 2, 5, 10]).tick_values(10**low, 10**high)
    return [float(value) for value in even if 10**low <= value <= 10**high]


def power_of_ten(value: float) -> str:
    """Return a number of a logarithmic axis."""
    if 1e-2 <= value < 1e4:
        return f"{value:.3g}" if value < 1000 else f"{value:.0f}"
    exponent = math.floor(math.log10(value) + 1e-9)
    factor = value / 10.0**exponent
    ten = f"10{raised(exponent)}"
    return ten if abs(factor - 1) < 1e-6 else f"{factor:.2g}·{ten}"


def plain_heights(axes: Axes) -> None:
    """Give a linear vertical axis few ticks and true minus signs."""
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−")))


def layers_axis(axes: Axes, style: FigureStyle, names: Sequence[str]) -> None:
    """Put layers on the horizontal axis: layer t of the law at t, under its own name."""
    count = len(names)
    axes.set_xlim(0.6, count + 0.4)
    name_axes(axes, style, tr("layer"))
    apart = points_of(axes)[0] / count
    short = tick_names(names)
    if short[0] != fuzziness_symbol(0):
        kept = ticks_that_fit(short, apart, lambda text: text_width(text, style.small, 400))
        axes.set_xticks([k + 1.0 for k in kept], [short[k] for k in kept], parse_math=False)
        return
    # Nobody can point at a figure: other names stand there whole, or nearly so.
    step = max(1, math.ceil(1.5 * style.small / max(apart, 0.1)))
    kept = [count - 1 - k for k in range(0, count, step)]
    words = [shortened(names[k], LONGEST_TICK * style.size, style.small) for k in kept]
    axes.set_xticks([k + 1.0 for k in kept], words, parse_math=False)
    for label in axes.get_xticklabels():
        label.set(rotation=35, ha="right", rotation_mode="anchor")


def epochs_axis(axes: Axes, style: FigureStyle, scale: EpochScale) -> None:
    """Put epochs on the horizontal axis, as the timeline of the window spaces them."""
    ticks = scale.ticks()
    words = dict(ticks)
    locator = _Thinned([place for place, _ in ticks], [word for _, word in ticks], style)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _: words.get(place, "")))
    last = max(scale.places[-1], 1.0)
    axes.set_xlim(-0.02 * last, 1.02 * last)
    name_axes(axes, style, scale.title)


def ratio_axis(axes: Axes, style: FigureStyle, across: Across) -> None:
    """Put what a model is solved along on the horizontal axis."""
    low, high = across.reach or (float(across.at.min()), float(across.at.max()))
    name_axes(axes, style, across.title)
    if not across.logarithmic:
        axes.set_xlim(low, high)
        if across.whole:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        return
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_xlim(low, high)
    decades = [10.0**e for e in range(-9, 20) if low <= 10.0**e <= high]
    # So many as there is room for, a width of five figures each.
    step = max(1, round(3.5 * style.small * len(decades) / max(points_of(axes)[0], 1.0)))
    shown = decades[::step]
    axes.set_xticks(shown, [f"{v:g}" if v < LONG else power_of_ten(v) for v in shown])


class _Thinned(Locator):
    """Places with so much between them that no label meets the next; the last is labelled."""

    def __init__(self, places: Sequence[float], words: Sequence[str], style: FigureStyle) -> None:
        self._places = tuple(places)
        self._words = tuple(text_width(word, style.small, 400) for word in words)
        self._gap = 0.7 * style.small

    def __call__(self) -> list[float]:
        axes = self.axis.axes  # type: ignore[union-attr]
        low, high = axes.get_xlim()
        points = points_of(axes)[0] / (high - low)
        kept: list[int] = []
        for number in reversed(range(len(self._places))):
            if not kept or self._apart(number, kept[-1], points):
                kept.append(number)
        # The first one is where everything begins.
        if kept and kept[-1] != 0:
            if len(kept) > 1 and not self._apart(0, kept[-1], points):
                kept.pop()
            if self._apart(0, kept[-1], points):
                kept.append(0)
        return [self._places[number] for number in reversed(kept)]

    def _apart(self, first: int, second: int, points: float) -> bool:
        distance = (self._places[second] - self._places[first]) * points
        return distance >= (self._words[first] + self._words[second]) / 2 + self._gap

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        return [place for place in self() if vmin <= place <= vmax]


def points_of(axes: Axes) -> tuple[float, float]:
    """Return width and height of axes in points."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    box = axes.get_position()
    return box.width * figure.get_figwidth() * 72, box.height * figure.get_figheight() * 72


def curve(
    axes: Axes,
    style: FigureStyle,
    across: Sequence[float] | NDArray[Any],
    values: Floats,
    color: str,
    *,
    dash: bool | tuple[int, ...] = False,
    dots: bool = False,
    wide: float = 1.0,
    alpha: float = 1.0,
    marks: bool = False,
) -> None:
    """Draw a curve; gaps stay gaps, and a single value is a point."""
    marks = marks or int(np.isfinite(values).sum()) == 1
    axes.plot(
        across,
        values,
        color=color,
        alpha=alpha,
        linewidth=wide * style.line,
        linestyle=_dashes(dash, dots),
        marker="o" if marks else "none",
        markersize=style.marker,
        markeredgewidth=0,
        solid_capstyle="round",
        clip_on=not marks,
        zorder=3,
    )


def _dashes(dash: bool | tuple[int, ...], dots: bool) -> Any:
    if isinstance(dash, tuple):
        return 0, dash
    return (0, (6.0, 2.0, 1.0, 2.0)) if dots else (0, (3.2, 2.0)) if dash else "solid"
