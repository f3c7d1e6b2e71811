"""Plots over the epochs as vector graphics, drawn from the data."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from ncviz.export.end_words import EndWord, end_words
from ncviz.export.moment import Moment
from ncviz.export.plot_axes import (
    Floats,
    curve,
    logarithmic_heights,
    name_axes,
    over_epochs,
    plain_heights,
    prepare,
    with_zero,
)
from ncviz.export.styles import FigureStyle
from ncviz.runs.directions import classifier_directions, mean_directions, measure_groups
from ncviz.runs.measures import fuzziness_by_layer, measure_layer, terminal_phase
from ncviz.scenes.palette import class_color, mix, readable


@dataclass(frozen=True, eq=False)
class Line:
    """A curve over the recorded epochs.

    Parameters
    ----------
    values : sequence of float
        One an epoch; None or NaN where there is none.
    color : str
        Hex.
    name : str
        At its end; empty for none.
    dash, dots : bool
        Dashed; dashes and dots in turn.
    chip : bool
        Its hue may be too pale for words: a dot before the name has it.
    strong : bool
        Drawn wider, and named however little room there is.
    """

    values: Sequence[float | None] | Floats
    color: str
    name: str = ""
    dash: bool = False
    dots: bool = False
    chip: bool = False
    strong: bool = False


def draw_epochs(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw D over the epochs, one curve a layer, the layer in the scene strong."""
    run, theme, names = moment.run, style.theme, moment.layer_names
    table = np.array([fuzziness_by_layer(run, epoch) for epoch in run.epochs])
    lines = []
    for layer, name in enumerate(names):
        share = 0.3 + 0.7 * layer / max(1, len(names) - 1)
        strong = layer == moment.layer
        color = theme.accent if strong else mix(theme.line, theme.quiet, share)
        lines.append(Line(table[:, layer], color, name, strong=strong))
    _draw(axes, moment, style, "Separation fuzziness of each layer", "D", lines)


def draw_collapse(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw NC1–NC4 of the last layer over the epochs."""
    theme = style.theme
    lines = [
        Line(_measured(moment, "nc1"), theme.text, "NC1"),
        Line(_measured(moment, "nc2_equinorm_means"), theme.means, "NC2 norms"),
        Line(_measured(moment, "nc2_equiangular_means"), theme.means, "NC2 angles", dash=True),
        Line(_measured(moment, "nc3"), theme.classifier, "NC3", dots=True),
        Line(_measured(moment, "nc4"), theme.quiet, "NC4", dash=True),
    ]
    _draw(axes, moment, style, "Neural collapse, last layer", "NC1–NC4", lines)


def draw_held_out_collapse(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw NC1 and CDNV of the last layer over the epochs, training against held-out samples."""
    theme = style.theme
    lines = [
        Line(_measured(moment, "nc1"), theme.text, "NC1"),
        Line(_measured(moment, "nc1", "test"), theme.quiet, "test NC1"),
        Line(_measured(moment, "cdnv"), theme.text, "CDNV", dash=True),
        Line(_measured(moment, "cdnv", "test"), theme.quiet, "test CDNV", dash=True),
    ]
    _draw(axes, moment, style, "NC1 and CDNV, train against test", "NC1, CDNV", lines)


def draw_loss(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the loss over the epochs."""
    lines = _splits(moment, style, "loss", dash=False)
    # What a training loop handed over is of another kind, or of other samples.
    own = (("given_loss", "own loss", False), ("given_test_loss", "own test loss", True))
    found = [(_scalar(moment, key), name, dash) for key, name, dash in own]
    found = [line for line in found if np.isfinite(line[0]).any()]
    lines += [Line(values, style.theme.accent, name, dash) for values, name, dash in found]
    below = "own: as the training loop gave it; others: measured" if found else ""
    _draw(axes, moment, style, "Loss", "loss", lines, below)


def draw_error(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the share of mistakes over the epochs."""
    lines = _splits(moment, style, "error", dash=True)
    _draw(axes, moment, style, "Error", "error", lines)


def draw_norms(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw each shown class's norms over their mean: its class mean solid, its row dashed."""
    run, last = moment.run, len(moment.layer_names) - 1
    found = [(mean_directions(run, e, last), classifier_directions(run, e)) for e in run.epochs]
    ideal = np.ones(len(run.epochs))
    lines = [Line(ideal, style.theme.etf, "ETF", dash=True)]
    for k in moment.classes:
        hue = class_color(k, style.theme, moment.view.palette)
        for which, name in ((0, run.manifest.class_names[k]), (1, "")):
            both = [pair[which] for pair in found]
            values = [
                None if d is None or k >= len(d.norms) else float(d.relative_norms[k]) for d in both
            ]
            lines.append(Line(values, hue, name, dash=which == 1, chip=True))
    below = "solid: class means, dashed: classifiers"
    _draw(axes, moment, style, "Norms", "norm over mean", lines, below, logarithmic=False)


def draw_cosines(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw least, mean and largest cosine between two classes, against −1/(K − 1)."""
    run, theme, last = moment.run, style.theme, len(moment.layer_names) - 1
    ideal = -1 / (run.manifest.classes - 1)
    lines = [Line(np.full(len(run.epochs), ideal), theme.etf, "−1/(K−1)", dash=True)]
    for name, color, found in (
        ("means", theme.means, [mean_directions(run, e, last) for e in run.epochs]),
        ("classifiers", theme.classifier, [classifier_directions(run, e) for e in run.epochs]),
    ):
        ranges = np.array([(np.nan,) * 3 if d is None else d.cosine_range for d in found])
        lines += [
            Line(ranges[:, 1], color, name),
            Line(ranges[:, 0], color, dash=True),
            Line(ranges[:, 2], color, dash=True),
        ]
    below = "solid: mean, dashed: least and largest"
    _draw(axes, moment, style, "Cosines between classes", "cosine", lines, below, logarithmic=False)


def draw_groups(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the mean cosine within minority and majority classes over the epochs."""
    theme = style.theme
    found = [measure_groups(moment.run, epoch) for epoch in moment.run.epochs]
    lines = [
        Line([m.minority_cosine for m in found], theme.classifier, "minority classifiers"),
        Line([m.majority_cosine for m in found], theme.classifier, "majority classifiers", True),
        Line([m.minority_means_cosine for m in found], theme.means, "minority means"),
        Line([m.majority_means_cosine for m in found], theme.means, "majority means", True),
    ]
    title = "Cosines of minority and majority"
    _draw(axes, moment, style, title, "mean cosine", lines, logarithmic=False)


def draw_group_fuzziness(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the mean D of minority and majority classes in the last layer over the epochs."""
    theme = style.theme
    found = [measure_groups(moment.run, epoch) for epoch in moment.run.epochs]
    lines = [
        Line([m.minority_fuzziness for m in found], theme.text, "minority"),
        Line([m.majority_fuzziness for m in found], theme.quiet, "majority", dash=True),
    ]
    _draw(axes, moment, style, "Fuzziness of minority and majority", "mean D", lines)


def _measured(moment: Moment, field: str, split: str = "train") -> list[float | None]:
    last = len(moment.layer_names) - 1
    found = (measure_layer(moment.run, epoch, last, split) for epoch in moment.run.epochs)
    return [None if m is None else getattr(m, field) for m in found]


def _scalar(moment: Moment, name: str) -> list[float]:
    return [moment.run.snapshot(e).scalars.get(name, np.nan) for e in moment.run.epochs]


def _splits(moment: Moment, style: FigureStyle, name: str, dash: bool) -> list[Line]:
    both = (("train", style.theme.text), ("test", style.theme.quiet))
    return [Line(_scalar(moment, f"{s}_{name}"), color, s, dash=dash) for s, color in both]


def _draw(
    axes: Axes,
    moment: Moment,
    style: FigureStyle,
    title: str,
    up: str,
    lines: Sequence[Line],
    below: str = "",
    logarithmic: bool = True,
) -> None:
    """Draw curves as the window's plots over epochs have them."""
    scale, theme = moment.scale, style.theme
    rows = [np.array([np.nan if v is None else v for v in line.values], float) for line in lines]
    zero = None
    if logarithmic:
        rows, zero = with_zero(rows)
    start = terminal_phase(list(moment.run.epochs), _scalar(moment, "train_error"))
    if start is not None:
        dotted = f"dotted: terminal phase from {moment.run.counting.moment(start)}"
        below = f"{below}; {dotted}" if below else dotted
    prepare(axes, style, title, below)
    words = []
    for line, row in zip(lines, rows, strict=True):
        color = readable(line.color, theme.background) if line.chip else line.color
        wide = 1.6 if line.strong else 1.0
        curve(axes, style, scale.places, row, color, dash=line.dash, dots=line.dots, wide=wide)
        seen = row[np.isfinite(row)]
        if line.name and len(seen):
            ink, chip = (theme.quiet, line.color) if line.chip else (line.color, "")
            words.append(EndWord(float(seen[-1]), line.name, ink, chip, line.strong))
    if logarithmic:
        logarithmic_heights(axes, np.concatenate(rows), zero)
    else:
        axes.margins(y=0.08)
        plain_heights(axes)
    over_epochs(axes, style, scale)
    name_axes(axes, style, up=up)
    if start is not None:
        axes.axvline(
            scale.position_of(start),
            color=theme.quiet,
            linewidth=0.7 * style.line,
            linestyle=(0, (1, 2)),
            zorder=1,
        )
    end_words(axes, style, words, logarithmic)
