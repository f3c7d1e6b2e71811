"""Quiet axes for exported plots: few lines, powers of ten, words at the ends of curves."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator
from numpy.typing import NDArray

from ncviz.export.styles import FigureStyle
from ncviz.wording import raised

Floats = NDArray[np.float64]

FLOOR = 1e-12  # the least that a logarithmic axis shows
LONG_RUN = 50  # epochs
APART = 1.12  # between two words above each other, in heights of the type


def prepare(axes: Axes, style: FigureStyle, title: str = "") -> None:
    """Draw axes as thin lines at the left and below, without a box."""
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
    if title:
        axes.set_title(
            title,
            loc="left",
            fontsize=style.size,
            fontweight=600,
            color=theme.text,
            pad=0.6 * style.size,
            parse_math=False,
        )


def name_axes(axes: Axes, style: FigureStyle, across: str, up: str = "") -> None:
    """Write what stands on the axes."""
    words: dict[str, Any] = {
        "fontsize": style.small,
        "color": style.theme.quiet,
        "parse_math": False,
    }
    axes.set_xlabel(across, labelpad=0.25 * style.size, **words)
    if up:
        axes.set_ylabel(up, labelpad=0.35 * style.size, **words)


def above_floor(values: Sequence[float] | Floats) -> Floats:
    """Return values that a logarithmic axis can show; NaN where there is none."""
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(array), np.maximum(array, FLOOR), np.nan)


def logarithmic_heights(axes: Axes, values: Floats) -> None:
    """Make the vertical axis logarithmic, with room around the values and few ticks."""
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
    axes.yaxis.set_major_locator(FixedLocator(_decades(low, high)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: power(value)))


def _decades(low: float, high: float) -> list[float]:
    if high - low > 1.6:
        step = max(1, math.ceil((high - low) / 5))
        return [10.0**e for e in range(math.ceil(low), math.floor(high) + 1, step)]
    steps = (1, 2, 5) if high - low > 0.5 else (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)
    fine = [s * 10.0**e for e in range(math.floor(low), math.ceil(high) + 1) for s in steps]
    return [value for value in fine if 10**low <= value <= 10**high]


def power(value: float) -> str:
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


def over_layers(axes: Axes, style: FigureStyle, count: int) -> None:
    """Put layers on the horizontal axis, counted from 1."""
    axes.set_xlim(0.6, count + 0.4)
    step = max(1, math.ceil(count / 10))
    axes.xaxis.set_major_locator(FixedLocator(list(range(1, count + 1, step))))
    name_axes(axes, style, "layer t")


def over_epochs(axes: Axes, style: FigureStyle, epochs: Sequence[int]) -> None:
    """Put epochs on the horizontal axis; of a long run by their square roots."""
    last = max(epochs[-1], epochs[0] + 1)
    if last >= LONG_RUN:
        # Most happens early: on a plain axis it would hide in the first millimetre.
        axes.set_xscale("function", functions=(_root, np.square))
        wanted = last * np.array([0.0, 0.02, 0.1, 0.3, 0.6, 1.0])
        ticks = [0.0, *(float(f"{value:.1g}") for value in wanted[1:-1]), float(last)]
        axes.xaxis.set_major_locator(FixedLocator([t for t in ticks if epochs[0] <= t <= last]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_xlim(epochs[0], last)
    name_axes(axes, style, "epoch")


def _root(values: Floats) -> Floats:
    return np.sqrt(np.maximum(values, 0.0))


def curve(
    axes: Axes,
    style: FigureStyle,
    across: Sequence[float] | NDArray[Any],
    values: Floats,
    color: str,
    *,
    dash: bool = False,
    wide: float = 1.0,
    alpha: float = 1.0,
    marks: bool = False,
) -> None:
    """Draw a curve; gaps stay gaps."""
    axes.plot(
        across,
        values,
        color=color,
        alpha=alpha,
        linewidth=wide * style.line,
        linestyle=(0, (3.2, 2.0)) if dash else "solid",
        marker="o" if marks else "none",
        markersize=style.marker,
        markeredgewidth=0,
        solid_capstyle="round",
        clip_on=not marks,
        zorder=3,
    )


def end_words(
    axes: Axes,
    style: FigureStyle,
    words: Sequence[tuple[float, str, str]],
    logarithmic: bool,
    chips: Sequence[str] = (),
) -> None:
    """Write words right of the axes at the heights of curves, moved apart if need be.

    Parameters
    ----------
    axes : matplotlib Axes
        With its final limits.
    style : FigureStyle
    words : sequence of (float, str, str)
        Height in data units, text and colour.
    logarithmic : bool
    chips : sequence of str
        Colours of dots before the words, for curves whose hue is too pale for text.
    """
    chosen = [k for k, word in enumerate(words) if math.isfinite(word[0])]
    known = [words[k] for k in chosen]
    if not known:
        return
    low, high = axes.get_ylim()
    if logarithmic:
        shares = [math.log(max(h, FLOOR) / low) / math.log(high / low) for h, _, _ in known]
    else:
        shares = [(height - low) / (high - low) for height, _, _ in known]
    figure = axes.get_figure(root=True)
    assert figure is not None
    points = axes.get_position().height * figure.get_figheight() * 72
    gap = APART * style.small / max(points, 1.0)
    order = np.argsort(shares, kind="stable")
    placed = spread([shares[k] for k in order], gap)
    for share, k in zip(placed, order, strict=True):
        _, text, color = known[k]
        if chips:
            axes.plot(
                [1.035],
                [share],
                "o",
                transform=axes.transAxes,
                clip_on=False,
                color=chips[chosen[k]],
                markersize=style.marker,
                markeredgewidth=0,
            )
        axes.text(
            1.06 if chips else 1.02,
            share,
            text,
            transform=axes.transAxes,
            va="center",
            ha="left",
            fontsize=style.small,
            color=color,
            parse_math=False,
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return ascending heights in 0…1 a gap apart, as near as possible to where they were."""
    # Groups that touch share their middle.
    groups: list[tuple[float, int]] = []
    for height in heights:
        middle, count = height, 1
        while groups:
            before, size = groups[-1]
            if middle - gap * (count - 1) / 2 >= before + gap * (size - 1) / 2 + gap:
                break
            groups.pop()
            middle = (middle * count + before * size) / (count + size)
            count += size
        groups.append((middle, count))
    placed = [m + gap * (k - (n - 1) / 2) for m, n in groups for k in range(n)]
    # Not below the lower end nor above the upper one, as far as there is room.
    for k in range(len(placed)):
        placed[k] = max(placed[k], gap * k)
    for k in range(len(placed)):
        placed[-1 - k] = min(placed[-1 - k], max(1.0, gap * (len(placed) - 1)) - gap * k)
    return placed


def beside(axes: Axes, style: FigureStyle, text: str, x: float, y: float) -> None:
    """Write beside a vertical line, on the side where there is more room."""
    share = axes.transLimits.transform(axes.transScale.transform((x, 1.0)))[0]
    left = share > 0.55
    axes.annotate(
        text,
        (share, y),
        (-0.4 * style.size if left else 0.4 * style.size, 0),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=style.small,
        color=style.theme.text,
        ha="right" if left else "left",
        va="center",
        parse_math=False,
    )


def note(axes: Axes, style: FigureStyle, text: str, x: float, y: float) -> None:
    """Write a line within the axes, at a place in shares of them."""
    axes.text(
        x,
        y,
        text,
        transform=axes.transAxes,
        fontsize=style.small,
        color=style.theme.text,
        va="center",
        parse_math=False,
    )
