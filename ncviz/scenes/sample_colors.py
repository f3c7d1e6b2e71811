"""Colours of the samples by what is known of them, and what the colours mean."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.runs.sample_columns import CLASS, RIGHT_OR_WRONG, SampleColumn, sample_column
from ncviz.scenes.cache import cache_of
from ncviz.scenes.cast import Cast
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.palette import THEMES, Theme, class_color, mix, readable, rgb
from ncviz.scenes.view import View
from ncviz.wording import three_digits

# Of even steps in lightness for all eyes: viridis of Matplotlib (CC0), at quarters.
RAMP = ("#440154", "#3B528B", "#21918C", "#5EC962", "#FDE725")
STEPS = len(RAMP) - 1
MOST_WORDS = 20  # that a legend names


def column_in_view(run: Run, view: View) -> SampleColumn | None:
    """Return what samples are coloured by at the nearest recorded moment.

    Returns
    -------
    SampleColumn or None
        None where it is one of the network's classes.
    """
    run, name = run.drawn_of(view.split), view.color_by or CLASS
    if name == CLASS and not run.drawn.is_foreign:
        return None
    epoch = nearest_recorded(run.epochs, view.epoch)
    key = ("column", epoch, name, run.probe.columns)
    return cache_of(run).recall(key, lambda: sample_column(run, epoch, name))


def colored_by_column(cast: Cast, run: Run, view: View) -> Cast:
    """Return a cast whose samples have the colours that a view asks for."""
    column = column_in_view(run, view)
    if column is None:
        return cast
    epoch = nearest_recorded(run.epochs, view.epoch)
    look = cast.classes, view.hidden, view.palette, view.theme
    key = ("painted", epoch, view.color_by, run.probe.columns, look)

    def paint() -> Cast:
        theme = THEMES[view.theme]
        hues = hues_of(column, theme, view.palette)[cast.sample_ids]
        colors = np.array([(*rgb(hue), 1.0) for hue in hues], dtype=np.float32).reshape(-1, 4)
        edges = [readable(hue, theme.background) for hue in hues]
        lines = [(*rgb(e), float(e != hue)) for e, hue in zip(edges, hues, strict=True)]
        outlines = np.array(lines, dtype=np.float32).reshape(-1, 4)
        for array in (colors, outlines):
            array.setflags(write=False)
        seen = outlines if outlines[:, 3].any() else None
        return replace(cast, samples=replace(cast.samples, colors=colors, outlines=seen))

    return cache_of(run).recall(key, paint)


def hues_of(column: SampleColumn, theme: Theme, palette: str) -> NDArray[np.str_]:
    """Return the colour of each sample, as hex, shape (P,)."""
    if column.words:
        hues = [_hue_of_word(column, k, theme, palette) for k in range(len(column.words))]
        return np.asarray(np.array(hues)[column.values])
    low, high = column.ends
    with np.errstate(invalid="ignore"):
        shares = np.clip((column.values - low) / ((high - low) or 1.0), 0, 1)
    return np.array([theme.quiet if np.isnan(s) else ramp_color(float(s)) for s in shares])


def _hue_of_word(column: SampleColumn, number: int, theme: Theme, palette: str) -> str:
    if column.words == RIGHT_OR_WRONG:
        return (mix(theme.background, theme.quiet, 0.35), theme.text)[number]
    return class_color(column.labels_of(number), theme, palette)


def ramp_color(share: float) -> str:
    """Return a colour of the ramp, 0 for its beginning and 1 for its end."""
    step = min(int(share * STEPS), STEPS - 1)
    return mix(RAMP[step], RAMP[step + 1], share * STEPS - step)


def colors_in_words(
    column: SampleColumn, theme: Theme, palette: str, shown: NDArray[np.int64]
) -> list[tuple[str, str]]:
    """Return what the colours of samples mean: words and hex.

    Parameters
    ----------
    column : SampleColumn
    theme : Theme
    palette : str
    shown : array of int, shape (n,)
        Rows of the samples that are drawn: words of others are left out. Of very many there is
        one entry, which says how many.
    """
    if column.words:
        present = np.unique(column.values[shown]).tolist() if len(shown) else []
        if len(present) > MOST_WORDS:
            return [(tr("{count:,} different", count=len(present)), theme.quiet)]
        return [(column.words[k], _hue_of_word(column, k, theme, palette)) for k in present]
    low, high = column.ends
    values = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    beyond = column.values[np.isfinite(column.values)]
    words = [three_digits(value) for value in values]
    if len(beyond) and beyond.max() > high:
        words[-1] += tr(" and more")
    return list(zip(words, RAMP, strict=True))
