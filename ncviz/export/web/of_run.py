"""The page of a run: its moments, layers and classes, thinned until they fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ncviz.charts.collapse import COLLAPSE
from ncviz.charts.law import LAW
from ncviz.charts.matrix import COSINE_MATRIX
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.explorer.run_caption import say_depth, say_moment
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import bare_figure, check_view
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.page_plan import PagePlan, bytes_in_words
from ncviz.export.picture import provenance
from ncviz.export.representative_epochs import representative_epochs
from ncviz.export.web.cards import cards_of
from ncviz.export.web.charts import chart_of_layers, chart_of_times, matrix_of, numbers_at
from ncviz.export.web.packing import Packing
from ncviz.export.web.payload import SceneLook, Times, WebPage
from ncviz.export.web.scenes import look_of
from ncviz.export.web.thinning_rule import Thinning, first_of_each, spread_moments
from ncviz.language import tr
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.run import Run
from ncviz.scenes.compose import layers_beside, with_classes
from ncviz.scenes.epoch_scale import EpochScale
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.placements import samples_of
from ncviz.scenes.view import View
from ncviz.wording import upper_first

Ints = NDArray[np.int64]
Advance = Callable[[int, int], object]  # steps done and in all

MOST_RECIPE = 60  # lines of a recipe
TOLD = 4  # moments that are told in words
REST = 8  # steps that plots, picture and packing are worth


@dataclass(frozen=True, eq=False)
class OnPage:
    """What of a run a page holds.

    Parameters
    ----------
    run : Run
    view : View
    views : tuple of (str, View)
        With the chosen classes, and with all of them.
    epochs, layers : tuple of int
    rows : array of int
        Of the probe's samples.
    samples : int
        That there would be.
    """

    run: Run
    view: View
    views: tuple[tuple[str, View], ...]
    epochs: tuple[int, ...]
    layers: tuple[int, ...]
    rows: Ints
    samples: int

    @property
    def is_thinned(self) -> bool:
        """Return whether something was left out."""
        return len(self.epochs) < len(self.run.epochs) or len(self.rows) < self.samples

    def rule(self, most_bytes: int) -> str:
        """Say what was left out, and by which rule; '' where nothing was."""
        parts = []
        if len(self.epochs) < len(self.run.epochs):
            units = self.run.counting.units
            parts.append(
                tr(
                    "{count:,} of {count_2:,} recorded {units}, equally far "
                    "apart as recorded; between them places are interpolated",
                    count=len(self.epochs),
                    count_2=len(self.run.epochs),
                    units=units,
                )
            )
        if len(self.rows) < self.samples:
            parts.append(
                tr(
                    "{count:,} of {samples:,} drawn samples, the same share of each class",
                    count=len(self.rows),
                    samples=self.samples,
                )
            )
        size = bytes_in_words(most_bytes)
        return (
            tr("To fit into {size} this page holds {parts}.", size=size, parts="; and ".join(parts))
            if parts
            else ""
        )


def views_of(run: Run, view: View, *, chosen_only: bool) -> tuple[tuple[str, View], ...]:
    """Return the choices of classes that a page has, with their names."""
    view, count = with_classes(view, run), run.manifest.classes
    shown = view.shown_classes(count)
    own = tr("{count:,} classes", count=len(shown))
    if len(shown) == count or chosen_only:
        return ((own, view),)
    everybody = tr("all {count:,} classes", count=count)
    return (own, view), (everybody, replace(view, classes=tuple(range(count))))


def chosen_of(plan: PagePlan, run: Run, thinning: Thinning | None = None) -> OnPage:
    """Return what a page holds of a run.

    Parameters
    ----------
    plan : PagePlan
    run : Run
    thinning : Thinning, optional
        By default nothing is left out.

    Raises
    ------
    UserError
        If the view does not fit the run.
    """
    check_view(run, plan.view)
    views = views_of(run, plan.view, chosen_only=plan.chosen_only)
    start = nearest_recorded(run.epochs, plan.view.epoch)
    drawn = run.drawn_of(plan.view.split)
    wide = views[-1][1]
    rows = samples_of(drawn, wide.shown_classes(run.manifest.classes))
    if not wide.show_samples:
        rows = rows[:0]
    layers = layers_beside(len(run.manifest.layers), plan.view.layer)
    epochs, kept = run.epochs, rows
    if thinning is not None:
        epochs = spread_moments(run.epochs, thinning.moments, start)
        kept = rows[first_of_each(drawn.drawn_labels[rows], thinning.share)]
    return OnPage(run, plan.view, views, epochs, layers, kept, len(rows))


def page_of(plan: PagePlan, chosen: OnPage, packing: Packing, advance: Advance) -> WebPage:
    """Return the page of a run.

    Parameters
    ----------
    plan : PagePlan
    chosen : OnPage
    packing : Packing
        Which takes the cosines of classes.
    advance : callable

    Raises
    ------
    UserError
        If a snapshot cannot be read.
    """
    run, epochs, layers = chosen.run, chosen.epochs, chosen.layers
    split = run.measured_on(plan.view.split)
    numbers = numbers_at(run, epochs, split.name)
    start = epochs.index(nearest_recorded(epochs, plan.view.epoch))
    steps = 2 * len(chosen.views) * len(epochs) + REST
    looks = []
    for number, (name, view) in enumerate(chosen.views):
        told = partial(_tell, advance, 2 * number * len(epochs), steps)
        look = look_of(run, view, epochs, layers, chosen.rows, name, told)
        told = partial(_tell, advance, (2 * number + 1) * len(epochs), steps)
        captions = captions_of(run, numbers, view, epochs, layers, told)
        looks.append(replace(look, captions=captions))
    view = chosen.views[0][1]
    moment = Moment(run, epochs[start], replace(view, hidden=(), layer=layers[-1]))
    charts = (
        chart_of_layers(LAW, numbers, moment, epochs, layers),
        chart_of_times(COLLAPSE, numbers, moment, epochs),
    )
    rule = chosen.rule(plan.most_bytes)
    shown = (rule, *_left_out(chosen))
    return WebPage(
        title=plan.title or run.manifest.title,
        subtitle=_subtitle(chosen),
        summary=_summary(run, numbers, view, looks[0], chosen),
        notes=tuple(filter(None, shown)),
        times=times_of(run, epochs, start, between=not plan.view.recorded_only),
        layers=tuple(shortened_layer(run.manifest.layers[layer].name) for layer in layers),
        layer=layers.index(plan.view.layer % len(run.manifest.layers)),
        looks=tuple(looks),
        cards=cards_of(run, view.split, epochs, chosen.rows) if len(chosen.rows) else None,
        charts=tuple(chart for chart in charts if chart is not None),
        matrix=matrix_of(COSINE_MATRIX, numbers, moment, epochs, layers, packing),
        picture=_picture(plan, run),
        theme=plan.view.theme,
        said=provenance(run, replace(plan.view, hovered=None), with_path=plan.with_path)
        | {"page": {"moments": len(epochs), "samples": len(chosen.rows), "rule": rule}},
        command=plan.command() if plan.with_path else _without_folders(plan).command(),
        facts=facts_of(run),
    )


def _tell(advance: Advance, before: int, steps: int, done: int) -> None:
    advance(before + done, steps)


def times_of(run: Run, epochs: Sequence[int], start: int, *, between: bool) -> Times:
    """Return the timeline of some moments of a run, spaced as recorded."""
    scale = EpochScale(tuple(map(float, epochs)), "recorded", run.counting)
    last = max(scale.places[-1], 1.0)
    return Times(
        tuple(map(run.counting.named, epochs)),
        tuple(map(run.counting.digits, epochs)),
        tuple(place / last for place in scale.places),
        run.counting.unit,
        start,
        between,
    )


def captions_of(
    run: Run,
    numbers: Numbers,
    view: View,
    epochs: Sequence[int],
    layers: Sequence[int],
    advance: Callable[[int], object],
) -> tuple[tuple[str, ...], ...]:
    """Return what the window says of each moment and layer."""
    rows = []
    for done, epoch in enumerate(epochs, 1):
        one = view.at(epoch)
        rows.append(
            tuple(say_moment(run, numbers, replace(one, layer=layer), epoch) for layer in layers)
        )
        advance(done)
    return tuple(rows)


def facts_of(run: Run) -> tuple[tuple[str, str], ...]:
    """Return of what making a run tells: when, with what, by which recipe."""
    manifest = run.manifest
    recipe = provenance(run, View())["recipe"]
    lines = [(str(key), str(value)) for key, value in recipe.items() if value not in ("", None)]
    return (
        ("run", manifest.title),
        ("created", manifest.created),
        *((f"{name}", str(version)) for name, version in manifest.software.items()),
        *lines[:MOST_RECIPE],
    )


def _left_out(chosen: OnPage) -> list[str]:
    """Say what a page does not hold, whatever its size."""
    said, all_layers = [], len(chosen.run.manifest.layers)
    if len(chosen.layers) < all_layers:
        said.append(
            tr(
                "{count} of {all_layers:,} layers, equally far apart.",
                count=len(chosen.layers),
                all_layers=all_layers,
            )
        )
    return said


def _subtitle(chosen: OnPage) -> str:
    run, counting = chosen.run, chosen.run.counting
    first, last = counting.named(chosen.epochs[0]), counting.named(chosen.epochs[-1])
    times = first if first == last else tr("{first} to {last}", first=first, last=last)
    layers, samples = len(run.manifest.layers), len(chosen.rows)
    parts = [
        tr("{classes:,} classes", classes=run.manifest.classes),
        tr("{layers:,} layers", layers=layers) if layers > 1 else tr("1 layer"),
        times,
        tr("{samples:,} drawn samples", samples=samples) if samples != 1 else tr("1 drawn sample"),
    ]
    return " · ".join(parts)


def _summary(
    run: Run, numbers: Numbers, view: View, look: SceneLook, chosen: OnPage
) -> tuple[str, ...]:
    """Tell what the page shows at a few moments, in the last layer and over all of them."""
    told = [e for e in representative_epochs(run, TOLD) if e in chosen.epochs]
    told = told or [chosen.epochs[0], chosen.epochs[-1]]
    said = []
    for epoch in dict.fromkeys(told):
        name = upper_first(run.counting.named(epoch))
        layer = chosen.run.manifest.layers[chosen.layers[-1]].name
        caption = look.captions[chosen.epochs.index(epoch)][-1]
        said.append(f"{name}, {shortened_layer(layer)}: {caption}")
    last = chosen.epochs[-1]
    depth = say_depth(run, numbers, view, last)
    if depth:
        said.append(tr("All layers at {last}: {depth}", last=run.counting.named(last), depth=depth))
    return tuple(said)


def _picture(plan: PagePlan, run: Run) -> str:
    """Return the scene of the last moment as SVG, without type: names take the page's."""
    view = replace(plan.view, hovered=None).at(run.epochs[-1])
    figure = FigurePlan(Path("scene.svg"), plan.run, view=view, width=160.0, theme="light")
    return bare_figure(figure_from_first_camera(run, figure)).decode()


def _without_folders(plan: PagePlan) -> PagePlan:
    """Return a plan whose command names no folder: they hold people's names."""
    assert plan.run is not None
    return replace(plan, out=Path(plan.out.name), run=Path(plan.run.name))
