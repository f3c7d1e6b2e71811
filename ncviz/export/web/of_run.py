"""The page of a run: its moments, layers and classes, thinned until they fit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ncviz.charts.collapse import COLLAPSE
from ncviz.charts.law import LAW
from ncviz.charts.matrix import COSINE_MATRIX
from ncviz.charts.moment import Moment
from ncviz.charts.numbers import Numbers
from ncviz.explorer.run_caption import say_depth, say_moment
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.page_plan import PagePlan
from ncviz.export.picture import provenance, said_beside
from ncviz.export.representative_epochs import representative_epochs
from ncviz.export.web.cards import cards_of
from ncviz.export.web.charts import chart_of_layers, chart_of_times, matrix_of, numbers_at
from ncviz.export.web.of_comparison import (
    captions_of_both,
    other_run,
    side_of,
)
from ncviz.export.web.on_page import OnPage, said_of_start
from ncviz.export.web.packing import Packing
from ncviz.export.web.payload import SceneLook, Side, Times, WebPage
from ncviz.export.web.scenes import look_of, outermost_of
from ncviz.export.web.still import still_of
from ncviz.language import tr
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.run import Run
from ncviz.scenes.epoch_scale import EpochScale
from ncviz.scenes.layout import nearest_recorded
from ncviz.scenes.panel_titles import own_titles, panel_titles
from ncviz.scenes.view import View
from ncviz.wording import upper_first

Advance = Callable[[int, int], object]  # steps done and in all

MOST_RECIPE = 60  # lines of a recipe
TOLD = 4  # moments that are told in words
PICTURE = 8  # of a page's bytes, one in so many may be a still picture's
PLOTS = LAW, COLLAPSE, COSINE_MATRIX
REST = 8  # steps that plots, picture and packing are worth


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
    other, names = chosen.beside, [name for name, _ in chosen.views]
    split = run.measured_on(plan.view.split)
    numbers = numbers_at(run, epochs, split.name)
    start = epochs.index(nearest_recorded(epochs, plan.view.epoch))
    parts = len(chosen.views) * (2 if other is None else 3)
    steps = parts * len(epochs) + REST

    def part(number: int) -> Callable[[int], object]:
        return partial(_tell, advance, number * len(epochs), steps)

    looks, seen, must_know = [], [], ""
    for number, (name, view) in enumerate(chosen.views):
        also = () if other is None else other.seen_by_camera(number)
        seen.append(outermost_of(run, view, layers))
        look = look_of(run, view, epochs, layers, chosen.rows, name, part(number), also)
        looks.append(look)
    views, begun = [view for _, view in chosen.views], len(looks)
    if other is None:
        said = [
            captions_of(run, numbers, view, epochs, layers, part(begun + number))
            for number, view in enumerate(views)
        ]
    else:
        told = partial(_of_part, part, begun)
        said, must_know = captions_of_both(run, views, epochs, layers, other, told)
    looks = [replace(look, captions=rows) for look, rows in zip(looks, said, strict=True)]
    sides = [
        Side(
            times=tuple(map(run.counting.named, epochs)),
            layers=tuple(shortened_layer(run.manifest.layers[layer].name) for layer in layers),
            looks=tuple(looks),
            title="" if other is None else panel_titles(run, other.run)[0],
            name="" if other is None else own_titles(run, other.run)[0],
            cards=cards_of(run, plan.view.split, epochs, chosen.rows) if len(chosen.rows) else None,
            picture=_picture(run, plan.view, plan.most_bytes),
        )
    ]
    if other is not None:
        seen_there = replace(other.views[0], split=other.asked.view.split)
        picture = _picture(other.run, seen_there, plan.most_bytes)
        told = partial(_of_part, part, 2 * begun)
        sides.append(side_of(run, other, names, seen, picture, packing, told))
    view = views[0]
    moment = Moment(run, epochs[start], replace(view, hidden=(), layer=layers[-1]))
    beside = None if other is None else other_run(run, other)
    drawn = plan.chosen_plots(PLOTS)
    charts, matrix = [], None
    if LAW in drawn:
        charts.append(chart_of_layers(LAW, numbers, moment, epochs, layers, beside, plan.curves))
    if COLLAPSE in drawn:
        charts.append(chart_of_times(COLLAPSE, numbers, moment, epochs, beside, plan.curves))
    if COSINE_MATRIX in drawn:
        matrix = matrix_of(COSINE_MATRIX, numbers, moment, epochs, layers, packing)
    sides[0] = replace(sides[0], matrix=matrix)
    if matrix is None:
        sides = [replace(side, matrix=None) for side in sides]
    rule = chosen.rule(plan.most_bytes)
    begins = said_of_start(run, plan.view.epoch)
    shown = (must_know, begins, rule, *_left_out(chosen))
    return WebPage(
        title=plan.title or _title(chosen),
        subtitle=_subtitle(chosen),
        summary=_summary(run, numbers, view, sides[0].looks[0], chosen),
        notes=tuple(filter(None, shown)),
        times=times_of(run, epochs, start, between=not plan.view.recorded_only),
        layers=sides[0].layers,
        layer=layers.index(plan.view.layer % len(run.manifest.layers)),
        sides=tuple(sides),
        charts=tuple(chart for chart in charts if chart is not None),
        theme=plan.view.theme,
        linked=plan.beside is None or plan.beside.camera_linked,
        one_legend=other is None or other.same_classes,
        said=provenance(run, replace(plan.view, hovered=None), with_path=plan.with_path)
        | {"page": {"moments": len(epochs), "samples": chosen.placed, "rule": rule}}
        | _said_beside(plan, chosen),
        command=plan.command() if plan.with_path else _without_folders(plan).command(),
        facts=facts_of(run),
    )


def _of_part(
    part: Callable[[int], Callable[[int], object]], begun: int, look: int, done: int
) -> None:
    part(begun + look)(done)


def _said_beside(plan: PagePlan, chosen: OnPage) -> dict[str, Any]:
    """Return what the page says of the second run, so that both are brought back."""
    if plan.beside is None or chosen.beside is None:
        return {}
    asked = plan.beside
    said = said_beside(
        chosen.beside.run,
        replace(chosen.beside.views[0], epoch=chosen.beside.moments[-1])
        if asked.linked
        else replace(asked.view, hovered=None),
        linked=asked.linked,
        camera_linked=asked.camera_linked,
        with_path=plan.with_path,
    )
    return {"beside": said}


def _title(chosen: OnPage) -> str:
    run, other = chosen.run, chosen.beside
    if other is None:
        return run.manifest.title
    left, right = own_titles(run, other.run)
    return tr("{left} beside {right}", left=left, right=right)


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
        run.counting.name,
        start,
        between,
        run.counting.unit,
        tuple(map(run.counting.value, epochs)),
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
        (tr("run"), manifest.title),
        (tr("created"), manifest.created),
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
    """Say how much there is of the run; of two, of each what is not the same."""
    own = _facts_of(chosen.run, chosen.epochs, len(chosen.rows))
    if chosen.beside is None:
        return " · ".join(own)
    other = chosen.beside
    theirs = _facts_of(other.run, other.epochs, len(other.rows))
    return " · ".join(
        one if one == two else tr("left {one}, right {two}", one=one, two=two)
        for one, two in zip(own, theirs, strict=True)
    )


def _facts_of(run: Run, epochs: Sequence[int], samples: int) -> list[str]:
    first, last = run.counting.named(epochs[0]), run.counting.named(epochs[-1])
    layers = len(run.manifest.layers)
    return [
        tr("{classes:,} classes", classes=run.manifest.classes),
        tr("{layers:,} layers", layers=layers) if layers > 1 else tr("1 layer"),
        first if first == last else tr("{first} to {last}", first=first, last=last),
        tr("{samples:,} drawn samples", samples=samples) if samples != 1 else tr("1 drawn sample"),
    ]


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
    sides = [(tr("All layers"), run, numbers, view, chosen.epochs[-1])]
    if chosen.beside is not None:
        other, there = chosen.beside, chosen.beside.views[0]
        own = numbers_at(other.run, other.epochs, other.run.measured_on(there.split).name)
        sides[0] = (tr("Left, all layers"), *sides[0][1:])
        sides.append((tr("Right, all layers"), other.run, own, there, other.epochs[-1]))
    for whose, shown, known, seen, last in sides:
        depth = say_depth(shown, known, seen, last)
        if depth:
            moment = shown.counting.named(last)
            said.append(tr("{whose} at {last}: {depth}", whose=whose, last=moment, depth=depth))
    return tuple(said)


def _picture(run: Run, seen: View, most_bytes: int) -> str:
    """Return the scene of the last moment as SVG, without type: names take the page's.

    Of very many samples it is a PNG: the picture takes at most its share of the page.
    """
    view = replace(seen, hovered=None).at(run.epochs[-1])
    figure = FigurePlan(Path("scene.svg"), run.path, view=view, width=160.0, theme="light")
    return still_of(figure_from_first_camera(run, figure), most_bytes // PICTURE)


def _without_folders(plan: PagePlan) -> PagePlan:
    """Return a plan whose command names no folder: they hold people's names."""
    assert plan.run is not None
    beside = plan.beside and replace(plan.beside, run=Path(plan.beside.run.name))
    return replace(plan, out=Path(plan.out.name), run=Path(plan.run.name), beside=beside)
