"""Every plot of a run as vector graphics, drawn from the data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from ncviz.errors import UserError
from ncviz.export.plot_axes import (
    above_floor,
    beside,
    curve,
    end_words,
    logarithmic_heights,
    note,
    over_epochs,
    over_layers,
    plain_heights,
    prepare,
)
from ncviz.export.styles import FigureStyle
from ncviz.geometry.separation import fit_law
from ncviz.runs.directions import Directions, classifier_directions, mean_directions
from ncviz.runs.measures import (
    class_fuzziness_by_layer,
    fuzziness_by_layer,
    measure_layer,
    terminal_phase,
)
from ncviz.runs.run import Run
from ncviz.scenes.palette import class_color
from ncviz.wording import correlation, three_digits

Floats = NDArray[np.float64]

GHOSTS = 5  # other epochs behind the one that is shown
MOST_VALUES = 10  # classes of a heat map with numbers in it
SMALLEST_CELL = 11.0  # points: in smaller cells no number can be read


@dataclass(frozen=True)
class Moment:
    """What a plot is of.

    Parameters
    ----------
    run : Run
    epoch : int
        A recorded one.
    layer : int
        From 0.
    classes : tuple of int
        Those that are shown.
    palette : str
        Of the classes' hues.
    """

    run: Run
    epoch: int
    layer: int
    classes: tuple[int, ...]
    palette: str


def draw_fuzziness(axes: Axes, moment: Moment, style: FigureStyle, ghosts: bool = True) -> None:
    """Draw D_t over the layers with the fitted law, other epochs faint behind it."""
    run, theme = moment.run, style.theme
    prepare(axes, style, "Separation fuzziness D")
    here = above_floor(fuzziness_by_layer(run, moment.epoch))
    layers = np.arange(1, len(here) + 1)
    drawn, words = [here], []
    for epoch in _ghosts(run.epochs, moment.epoch) if ghosts else ():
        values = above_floor(fuzziness_by_layer(run, epoch))
        curve(axes, style, layers, values, theme.quiet, wide=0.7, alpha=0.45)
        drawn.append(values)
        words.append((float(values[-1]), f"{epoch}", theme.quiet))
    law = fit_law(here)
    curve(axes, style, layers, law.predict(layers), theme.accent, dash=True)
    axes.plot(layers, here, "o", color=theme.text, markersize=style.marker, mew=0, zorder=4)
    logarithmic_heights(axes, np.concatenate(drawn))
    over_layers(axes, style, len(here))
    if ghosts:
        words.append((float(here[-1]), f"epoch {moment.epoch}", theme.text))
        end_words(axes, style, words, logarithmic=True)
    numbers = f"ρ = {three_digits(law.decay_ratio)}, r = {correlation(law.pearson_r)}"
    note(axes, style, numbers, x=0.04, y=0.05)


def draw_epochs(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw D over the epochs, one curve a layer, the chosen layer dark."""
    run, theme = moment.run, style.theme
    prepare(axes, style, "Separation fuzziness D by layer")
    table = above_floor(np.array([fuzziness_by_layer(run, epoch) for epoch in run.epochs]))
    words = []
    for layer in range(table.shape[1]):
        chosen = layer == moment.layer
        color = theme.accent if chosen else theme.quiet
        curve(axes, style, run.epochs, table[:, layer], color, wide=1.4 if chosen else 0.8)
        words.append((float(table[-1, layer]), run.manifest.layers[layer].name, color))
    logarithmic_heights(axes, table)
    over_epochs(axes, style, run.epochs)
    end_words(axes, style, words, logarithmic=True)


def draw_classes(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the law of each class: its own D over the layers."""
    run = moment.run
    prepare(axes, style, "Separation fuzziness D by class")
    table = above_floor(class_fuzziness_by_layer(run, moment.epoch))
    layers = np.arange(1, len(table) + 1)
    words = []
    for k in range(table.shape[1]):
        color = class_color(k, moment.palette)
        curve(axes, style, layers, table[:, k], color, marks=True, wide=0.9)
        words.append((float(table[-1, k]), run.manifest.class_names[k], style.theme.quiet))
    logarithmic_heights(axes, table)
    over_layers(axes, style, len(table))
    if len(words) <= 2 * MOST_VALUES:
        hues = [class_color(k, moment.palette) for k in range(table.shape[1])]
        end_words(axes, style, words, logarithmic=True, chips=hues)


def draw_held_out(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw D over the layers on the training samples and on held-out ones."""
    run, theme = moment.run, style.theme
    prepare(axes, style, "Training and held-out samples")
    drawn, words = [], []
    for split, color, name in (("train", theme.text, "train"), ("test", theme.accent, "test")):
        values = above_floor(fuzziness_by_layer(run, moment.epoch, split))
        layers = np.arange(1, len(values) + 1)
        curve(axes, style, layers, values, color, marks=True, dash=split == "test")
        drawn.append(values)
        words.append((float(values[-1]), name, color))
    logarithmic_heights(axes, np.concatenate(drawn))
    over_layers(axes, style, len(drawn[0]))
    end_words(axes, style, words, logarithmic=True)


def draw_collapse(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw NC1–NC4 of the last layer over the epochs."""
    run, theme = moment.run, style.theme
    prepare(axes, style, "Neural collapse, last layer")
    last = len(run.manifest.layers) - 1
    measured = [measure_layer(run, epoch, last, "train") for epoch in run.epochs]
    lines = (
        ("nc1", "NC1", theme.text, False),
        ("nc2_equinorm_means", "NC2 norms", theme.means, False),
        ("nc2_equiangular_means", "NC2 angles", theme.means, True),
        ("nc3", "NC3", theme.classifier, False),
        ("nc4", "NC4", theme.quiet, True),
    )
    drawn, words = [], []
    for name, label, color, dash in lines:
        found = [np.nan if m is None else getattr(m, name) for m in measured]
        array = np.array([np.nan if v is None else v for v in found], dtype=np.float64)
        # A share of mistakes that is zero has no logarithm: the curve ends there.
        values = np.where(array > 0, array, np.nan)
        curve(axes, style, run.epochs, values, color, dash=dash)
        drawn.append(values)
        seen = values[np.isfinite(values)]
        words.append((float(seen[-1]) if len(seen) else np.nan, label, color))
    logarithmic_heights(axes, np.concatenate(drawn))
    over_epochs(axes, style, run.epochs)
    end_words(axes, style, words, logarithmic=True)


def draw_loss(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the loss over the epochs."""
    _draw_scalar(axes, moment, style, "loss", "Loss")


def draw_error(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the share of mistakes over the epochs, and where the terminal phase begins."""
    run, theme = moment.run, style.theme
    _draw_scalar(axes, moment, style, "error", "Error")
    errors = [run.snapshot(e).scalars.get("train_error", np.nan) for e in run.epochs]
    start = terminal_phase(list(run.epochs), errors)
    if start is not None:
        axes.axvline(start, color=theme.line, linewidth=style.line, zorder=1)
        beside(axes, style, f"terminal phase from epoch {start}", start, y=0.93)


def _draw_scalar(axes: Axes, moment: Moment, style: FigureStyle, name: str, title: str) -> None:
    run, theme = moment.run, style.theme
    prepare(axes, style, title)
    drawn, words = [], []
    for split, color in (("train", theme.text), ("test", theme.accent)):
        found = [run.snapshot(e).scalars.get(f"{split}_{name}", np.nan) for e in run.epochs]
        values = np.array(found, dtype=np.float64)
        curve(axes, style, run.epochs, values, color, dash=split == "test")
        drawn.append(values)
        words.append((float(values[-1]), split, color))
    known = np.concatenate(drawn)
    if name == "loss":
        logarithmic_heights(axes, known)
    else:
        finite = known[np.isfinite(known)]
        axes.set_ylim(0, 1.08 * max(float(finite.max(initial=0.0)), 0.01))
        plain_heights(axes)
    over_epochs(axes, style, run.epochs)
    end_words(axes, style, words, logarithmic=name == "loss")


def draw_norms(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the norms of class means and classifiers over their mean: from least to largest."""
    prepare(axes, style, "Norms over their mean")
    table = [
        [None if d is None else d.relative_norms for d in _directions(moment.run, epoch)]
        for epoch in moment.run.epochs
    ]
    _draw_ranges(axes, moment, style, table, 1.0)


def draw_cosines(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the cosines between classes, from least to largest, against −1/(K − 1)."""
    run = moment.run
    prepare(axes, style, "Cosines between classes")
    off = ~np.eye(run.manifest.classes, dtype=bool)
    table = [
        [None if d is None else d.cosines[off] for d in _directions(run, epoch)]
        for epoch in run.epochs
    ]
    _draw_ranges(axes, moment, style, table, -1 / (run.manifest.classes - 1))


def _draw_ranges(
    axes: Axes,
    moment: Moment,
    style: FigureStyle,
    table: list[list[Floats | None]],
    ideal: float,
) -> None:
    theme, epochs = style.theme, moment.run.epochs
    words = [(ideal, "ETF", theme.etf)]
    axes.axhline(ideal, color=theme.etf, linewidth=style.line, zorder=2)
    lines = ("means", theme.means), ("classifiers", theme.classifier)
    for number, (name, color) in enumerate(lines):
        found = [row[number] for row in table]
        known = [values for values in found if values is not None and np.isfinite(values).any()]
        if len(known) < len(found):
            continue
        low, high = (np.array([f(v) for v in known]) for f in (np.nanmin, np.nanmax))
        axes.fill_between(epochs, low, high, color=color, alpha=0.22, linewidth=0, zorder=2)
        middle = np.array([np.nanmean(v) for v in known])
        for values in (low, high):
            curve(axes, style, epochs, values, color, wide=0.6)
        words.append((float(high[-1]) if number == 0 else float(low[-1]), name, color))
        if np.ptp(middle) > 1e-9:
            curve(axes, style, epochs, middle, color)
    axes.margins(y=0.08)
    plain_heights(axes)
    over_epochs(axes, style, epochs)
    end_words(axes, style, words, logarithmic=False)


def draw_heat_map(axes: Axes, moment: Moment, style: FigureStyle) -> None:
    """Draw the cosines between classes: class means below the diagonal, classifiers above."""
    run, theme = moment.run, style.theme
    last = len(run.manifest.layers) - 1
    of_rows = moment.layer == last
    means = mean_directions(run, moment.epoch, moment.layer)
    rows = classifier_directions(run, moment.epoch) if of_rows else None
    if means is None:
        raise UserError(f"{run.path} holds no class means of its training samples.")
    count = run.manifest.classes
    table = means.cosines.copy()
    upper = np.triu_indices(count, k=1)
    if rows is not None:
        table[upper] = rows.cosines[upper]
    what = "Cosines: means below, classifiers above" if of_rows else "Cosines of the class means"
    prepare(axes, style, what)
    shown = LinearSegmentedColormap.from_list("cosine", (theme.surface, theme.accent))
    np.fill_diagonal(table, np.nan)
    axes.pcolormesh(table, cmap=shown, vmin=-0.5, vmax=1.0, edgecolors=theme.background, lw=0.5)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    names = run.manifest.class_names
    ticks = np.arange(count) + 0.5
    step = max(1, count // 12)
    axes.set_xticks(ticks[::step], [str(k) for k in range(0, count, step)])
    rows_said = [f"{names[k]}  {k}" for k in range(0, count, step)]
    axes.set_yticks(ticks[::step], rows_said, parse_math=False)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    figure = axes.get_figure(root=True)
    assert figure is not None
    box = axes.get_position()
    cell = min(box.width * figure.get_figwidth(), box.height * figure.get_figheight()) * 72 / count
    if count <= MOST_VALUES and cell > SMALLEST_CELL:
        for i, j in zip(*np.nonzero(np.isfinite(table)), strict=True):
            dark = table[i, j] > 0.45
            axes.text(
                j + 0.5,
                i + 0.5,
                _short(float(table[i, j])),
                ha="center",
                va="center",
                fontsize=min(style.small, 0.42 * cell),
                color=theme.surface if dark else theme.text,
            )


PLOTS: Mapping[str, Callable[[Axes, Moment, FigureStyle], None]] = {
    "fuzziness": draw_fuzziness,
    "epochs": draw_epochs,
    "classes": draw_classes,
    "held-out": draw_held_out,
    "nc": draw_collapse,
    "loss": draw_loss,
    "error": draw_error,
    "norms": draw_norms,
    "cosines": draw_cosines,
    "heat-map": draw_heat_map,
}


def _ghosts(epochs: tuple[int, ...], shown: int) -> list[int]:
    """Return a few other epochs, evenly among those recorded."""
    picked = np.linspace(0, len(epochs) - 1, GHOSTS + 1).round().astype(int)
    return [epochs[k] for k in dict.fromkeys(picked.tolist()) if epochs[k] != shown]


def _directions(run: Run, epoch: int) -> list[Directions | None]:
    last = len(run.manifest.layers) - 1
    return [mean_directions(run, epoch, last), classifier_directions(run, epoch)]


def _short(value: float) -> str:
    """Return a cosine with two decimals, such as '−.25'."""
    text = f"{round(value, 2) + 0.0:.2f}"
    return text.replace("-", "−").replace("0.", ".")
