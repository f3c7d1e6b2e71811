"""Plots over the layers as vector graphics, drawn from the data."""

import numpy as np
from matplotlib.axes import Axes

from ncviz.export.end_words import EndWord, end_words
from ncviz.export.moment import Moment
from ncviz.export.plot_axes import (
    Floats,
    above_floor,
    curve,
    logarithmic_heights,
    name_axes,
    over_layers,
    prepare,
)
from ncviz.export.styles import FigureStyle
from ncviz.geometry.separation import EquiSeparationLaw, fit_law
from ncviz.runs.measures import class_fuzziness_by_layer, fuzziness_by_layer
from ncviz.scenes.layout import earlier_recorded
from ncviz.scenes.palette import class_color, mix, readable
from ncviz.wording import correlation, three_digits

GHOSTS = 7  # earlier epochs behind the one that is shown
NAMED = 6  # so many classes tell their ratio above the plot


def law_in_words(law: EquiSeparationLaw) -> str:
    """Return the numbers of a law."""
    return f"ρ = {three_digits(law.decay_ratio)}, r = {correlation(law.pearson_r)}"


def draw_fuzziness(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw D_t over the layers with the fitted law, earlier epochs faint behind it."""
    run, theme = moment.run, style.theme
    here = above_floor(fuzziness_by_layer(run, moment.epoch))
    numbers = law_in_words(fit_law(here))
    prepare(axes, style, "Separation fuzziness over layers", f"{moment.name}: {numbers}")
    layers = np.arange(1, len(here) + 1)
    drawn, words = [here], []
    for number, epoch in enumerate(earlier := earlier_recorded(run.epochs, moment.epoch, GHOSTS)):
        values = above_floor(fuzziness_by_layer(run, epoch))
        share = 0.25 + 0.6 * (number + GHOSTS - len(earlier)) / (GHOSTS - 1)
        curve(axes, style, layers, values, mix(theme.background, theme.quiet, share), wide=0.8)
        drawn.append(values)
        words.append(EndWord(float(values[-1]), run.counting.digits(epoch), theme.quiet))
    draw_law(axes, moment, style)
    logarithmic_heights(axes, np.concatenate(drawn))
    over_layers(axes, style, moment.layer_names)
    name_axes(axes, style, up="D")
    words.append(EndWord(float(here[-1]), moment.name, theme.text, kept=True))
    end_words(axes, style, words)


def draw_law(axes: Axes, moment: Moment, style: FigureStyle) -> Floats:
    """Draw the points of one epoch with the fitted law, and ring the layer in the scene.

    Returns
    -------
    array
        The heights of the points.
    """
    theme = style.theme
    here = above_floor(fuzziness_by_layer(moment.run, moment.epoch))
    layers = np.arange(1, len(here) + 1)
    curve(axes, style, layers, fit_law(here).predict(layers), theme.quiet, dash=True)
    axes.plot(
        layers,
        here,
        "o",
        color=theme.text,
        markersize=style.marker,
        markeredgewidth=0,
        clip_on=False,
        zorder=4,
    )
    axes.plot(
        layers[moment.layer],
        here[moment.layer],
        "o",
        markerfacecolor="none",
        markeredgecolor=theme.accent,
        markersize=1.9 * style.marker,
        markeredgewidth=style.line,
        clip_on=False,
        zorder=4,
    )
    return here


def draw_classes(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the law of each class that is shown: its own D over the layers."""
    run = moment.run
    table = above_floor(class_fuzziness_by_layer(run, moment.epoch))
    layers = np.arange(1, len(table) + 1)
    words, ratios = [], []
    for k in moment.classes:
        hue = class_color(k, style.theme, moment.view.palette)
        line = readable(hue, style.theme.background)
        curve(axes, style, layers, table[:, k], line)
        name = run.manifest.class_names[k]
        words.append(EndWord(float(table[-1, k]), name, style.theme.quiet, chip=hue))
        ratios.append(three_digits(fit_law(table[:, k]).decay_ratio))
    below = moment.name
    if len(ratios) <= NAMED:
        below += f", ρ = {', '.join(ratios)}"
    prepare(axes, style, "Separation fuzziness of each class", below)
    logarithmic_heights(axes, table[:, list(moment.classes)])
    over_layers(axes, style, moment.layer_names)
    name_axes(axes, style, up="D")
    end_words(axes, style, words)


def draw_held_out(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw D over the layers on the training samples and on held-out ones."""
    run, theme = moment.run, style.theme
    drawn, words, ratios = [], [], []
    for split, color in (("train", theme.text), ("test", theme.quiet)):
        values = above_floor(fuzziness_by_layer(run, moment.epoch, split))
        layers, law = np.arange(1, len(values) + 1), fit_law(values)
        curve(axes, style, layers, law.predict(layers), color, dash=True)
        axes.plot(
            layers,
            values,
            "o",
            color=color,
            markerfacecolor=color if split == "train" else theme.background,
            markersize=style.marker,
            markeredgewidth=0.8 * style.line,
            clip_on=False,
            zorder=4,
        )
        drawn.append(values)
        words.append(EndWord(float(values[-1]), split, color))
        ratios.append(f"{three_digits(law.decay_ratio)} ({split})")
    below = f"{moment.name}, ρ = {', '.join(ratios)}"
    prepare(axes, style, "Training and held-out samples", below)
    logarithmic_heights(axes, np.concatenate(drawn))
    over_layers(axes, style, moment.layer_names)
    name_axes(axes, style, up="D")
    end_words(axes, style, words)
