"""Words at the ends of curves, right of the axes, none over another and none beyond the page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ncviz.export.fitting import shortened
from ncviz.export.plot_axes import points_of
from ncviz.export.styles import FigureStyle
from ncviz.scenes.palette import readable
from ncviz.scenes.plot_heights import FLOOR

READABLE = 4.5  # contrast of a word
APART = 1.12  # between two words above each other, in heights of the type


@dataclass(frozen=True)
class EndWord:
    """A word at the end of a curve.

    Parameters
    ----------
    height : float
        In data units; NaN for a curve that has no end.
    text : str
    color : str
    chip : str
        Colour of a dot before the word, for curves whose hue is too pale for text.
    kept : bool
        Stays where there is no room for all.
    """

    height: float
    text: str
    color: str
    chip: str = ""
    kept: bool = False


def end_words(
    axes: Axes, style: FigureStyle, words: Sequence[EndWord], logarithmic: bool = True
) -> None:
    """Write words right of the axes at the heights of curves, moved apart if need be.

    Parameters
    ----------
    axes : matplotlib Axes
        With its final limits and height.
    style : FigureStyle
        Its `longest` is the room that a word has.
    words : sequence of EndWord
        Where there is no room for all, those that are kept and some between them.
    logarithmic : bool
        The heights.
    """
    known = [word for word in words if math.isfinite(word.height)]
    if not known:
        return
    low, high = axes.get_ylim()
    width, height = points_of(axes)
    gap = APART * style.small / max(height, 1.0)
    shares = {
        word: math.log(max(word.height, FLOOR) / low) / math.log(high / low)
        if logarithmic
        else (word.height - low) / (high - low)
        for word in known
    }
    ordered = sorted(known, key=shares.__getitem__)
    ordered = _thinned(ordered, max(math.floor(1.0 / gap) + 1, 1))
    for share, word in zip(spread([shares[w] for w in ordered], gap), ordered, strict=True):
        left = 0.6 * style.size / max(width, 1.0)
        if word.chip:
            axes.plot(
                [1 + left],
                [share],
                "o",
                transform=axes.transAxes,
                clip_on=False,
                color=word.chip,
                markersize=style.marker,
                markeredgecolor=readable(word.chip, style.theme.background),
                markeredgewidth=0.4 * style.line,
            )
            left += 0.7 * style.size / max(width, 1.0)
        axes.text(
            1 + left,
            share,
            shortened(word.text, style.longest, style.small),
            transform=axes.transAxes,
            va="center",
            ha="left",
            fontsize=style.small,
            color=readable(word.color, style.theme.background, READABLE),
            parse_math=False,
        )


def _thinned(words: list[EndWord], most: int) -> list[EndWord]:
    """Return at most so many words: those that are kept, and others evenly among them."""
    if len(words) <= most:
        return words
    kept = [word for word in words if word.kept][:most]
    others = [word for word in words if word not in kept]
    free = most - len(kept)
    places = np.linspace(0, len(others) - 1, free).round().astype(int).tolist() if free else []
    chosen = {id(others[place]) for place in places} | {id(word) for word in kept}
    return [word for word in words if id(word) in chosen]


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
