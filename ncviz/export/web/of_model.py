"""The page of a theory model: its picture along its timeline, with its plots and words."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.charts.plot import EPOCHS, LAYERS, MATRIX, RATIO
from ncviz.charts.rich_text import plain
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.model_path import is_searched
from ncviz.export.page_plan import PagePlan
from ncviz.export.picture import provenance
from ncviz.export.web import payload
from ncviz.export.web.charts import chart_of_layers, chart_of_times, matrix_of
from ncviz.export.web.model_charts import chart_of_span
from ncviz.export.web.model_states import ModelState, StatesOfModel
from ncviz.export.web.notions import Notion, of_words, only_key
from ncviz.export.web.packing import Packing
from ncviz.export.web.payload import LegendLine, SampleCards, SceneLook, SceneParts, Times, WebPage
from ncviz.export.web.scenes import ASPECTS, COVERED, lines_of, parts_from, state_of
from ncviz.export.web.still import still_of
from ncviz.formulas import FORMULAS
from ncviz.language import tr
from ncviz.models.model import Number, drawn_roles
from ncviz.models.optimum import OptimumModel
from ncviz.parameters import declared
from ncviz.parameters.plain import to_text
from ncviz.scenes.camera_fit import opening_camera
from ncviz.scenes.palette import THEMES, class_color
from ncviz.wording import three_digits, upper_first

LARGEST_SVG = 60_000  # bytes of a still picture


def page_of_model(plan: PagePlan, held: StatesOfModel, packing: Packing) -> WebPage:
    """Return the page of a model.

    Parameters
    ----------
    plan : PagePlan
    held : StatesOfModel
    packing : Packing
        Which takes the cosines of a matrix.
    """
    assert plan.model is not None
    model, desk, states = held.path.model, held.path.desk, held.states
    rule, look, times = held.rule(plan.most_bytes), _look(held), _times(held)
    charts, matrix = _charts(held, packing)
    seen = times.names, (model.title,), (look,)
    words = [f"{upper_first(plain(r.text))}." for r in drawn_roles(held.view, desk.roles())]
    ends = states[0].name, states[-1].name
    return WebPage(
        title=plan.title or model.title,
        subtitle=" · ".join((plain(model.lead).removesuffix("."), f"{ends[0]} – {ends[1]}")),
        summary=(plain(model.tip), *words, *_told(states)),
        notes=tuple(filter(None, (rule,))),
        times=times,
        layers=(model.title,),
        layer=0,
        sides=(payload.Side(*seen, "", "", _cards(held), matrix, _picture(plan)),),
        charts=charts,
        theme=plan.view.theme,
        said=provenance(None, replace(plan.view, hovered=None))
        | {"model": held.path.said(), "page": {"moments": len(states), "rule": rule}},
        command=replace(plan, out=Path(plan.out.name)).command(),
        facts=_facts(held),
    )


def _times(held: StatesOfModel) -> Times:
    places = np.array([state.place for state in held.states])
    model, last = held.path.model, max(float(places[-1] - places[0]), 1e-9)
    is_whole = isinstance(model, OptimumModel) and model.whole
    steps, names = isinstance(held.path.desk, DescentDesk), tuple(s.name for s in held.states)
    return Times(
        names,
        tuple(state.digits for state in held.states) if steps else names,
        tuple(((places - places[0]) / last).tolist()),
        tr("step") if steps else "",
        held.start,
        between=not is_whole and not is_searched(held.path.plan),
    )


def _look(held: StatesOfModel) -> SceneLook:
    found: dict[bytes, int] = {}
    parts: list[SceneParts] = []
    rows = []
    for state in held.states:
        made = _parts(state, held)
        if made.key not in found:
            found[made.key] = len(parts)
            parts.append(made)
        rows.append((state_of(state.scenes["light"], found[made.key]),))
    scenes = [state.scenes["light"] for state in held.states]
    cameras = tuple(
        (wide, asdict(opening_camera(held.view.camera, scenes, wide, covered=COVERED)))
        for wide in ASPECTS
    )
    return SceneLook(
        held.path.model.title,
        tuple(parts),
        tuple(rows),
        _legend(held),
        tuple((state.caption,) for state in held.states),
        (cameras,),
    )


def _parts(state: ModelState, held: StatesOfModel) -> SceneParts:
    scene, count = state.scenes["light"], len(held.names)
    sticks = len(scene.sticks)
    means = min(count, sticks) if held.view.show_means else 0
    order = (*range(means), *range(sticks - means))
    balls = (-1,) * (len(scene.balls) - sticks) + order
    links = tuple(range(count)) if len(scene.links) == count else (-1,) * len(scene.links)
    rest = sum(map(len, lines_of(scene))) - sticks - len(scene.edges) - len(links)
    lines = (*order, *(-1,) * len(scene.edges), *links, *(-1,) * rest)
    names = {name: number for number, name in enumerate(held.names)}
    owned = np.array(balls, dtype=np.int64), np.array(lines, dtype=np.int64)
    return parts_from(state.scenes, owned, state.samples, names, means)


def _legend(held: StatesOfModel) -> tuple[LegendLine, ...]:
    lines = []
    for words in drawn_roles(held.view, held.path.desk.roles()):
        if words.role in ("etf", "means", "classifier"):
            colors = {name: getattr(theme, words.role) for name, theme in THEMES.items()}
            lines.append(LegendLine(words.in_short, colors))
    labels = _label_sets(held)
    for number, name in enumerate(held.names):
        colors = {
            key: class_color(labels[number], theme, held.view.palette)
            for key, theme in THEMES.items()
        }
        lines.append(LegendLine(name, colors, number))
    return tuple(lines)


def _label_sets(held: StatesOfModel) -> Sequence[Any]:
    run = held.path.run
    count = len(held.names)
    return list(range(count)) if run is None else [run.labels_of(k) for k in range(count)]


def _charts(
    held: StatesOfModel, packing: Packing
) -> tuple[tuple[dict[str, Any], ...], dict[str, Any] | None]:
    """Return the model's first plots, and its matrix if it is among them."""
    desk, states, charts, matrix = held.path.desk, held.states, [], None
    of_span = 0
    for plot in held.plots:
        made: Any = None
        if plot.over == RATIO:
            made = chart_of_span(plot, [state.charts[of_span] for state in states], held.view)
            of_span += 1
        elif isinstance(desk, DescentDesk):
            epochs = _epochs(held)
            moment = replace(desk.charted, view=replace(held.view, layer=desk.view.layer))
            layers = (desk.view.layer,)
            if plot.over == EPOCHS:
                made = chart_of_times(plot, desk.series, moment, epochs)
            elif plot.over == LAYERS:
                made = chart_of_layers(plot, desk.series, moment, epochs, layers)
            elif plot.over == MATRIX:
                matrix = matrix_of(plot, desk.series, moment, epochs, layers, packing)
        if made is not None:
            charts.append(dict(made))
    if charts and len(charts[0]["readings"]) in (1, len(states)):
        charts[0]["readings"] = [
            [
                [f"{plain(tr(n.name))} {three_digits(n.value or 0.0)}", only_key(_notion(n))]
                for n in state.numbers
            ]
            for state in states
        ]
        for number in (number for state in states for number in state.numbers):
            charts[0]["notions"] |= _notion(number)
    return tuple(charts), None if matrix is None else dict(matrix)


def _notion(number: Number) -> dict[str, Notion]:
    return of_words(plain(tr(number.name)), plain(number.tip))


def _epochs(held: StatesOfModel) -> tuple[int, ...]:
    """Return the recorded steps that are nearest to what is seen."""
    run = held.path.run
    assert run is not None
    stops = run.epochs
    return tuple(stops[min(round(state.place), len(stops) - 1)] for state in held.states)


def _cards(held: StatesOfModel) -> SampleCards:
    ids = held.states[0].scenes["light"].sample_ids.tolist()
    return SampleCards(
        dict(enumerate(held.names)),
        {row: tr("Sample {row}", row=row) for row in ids},
        None,
        (),
    )


def _told(states: Sequence[ModelState]) -> list[str]:
    """Tell what is seen at a few places: what is the same at several, once."""
    seen = [states[k] for k in (0, len(states) // 3, 2 * len(states) // 3, -1)]
    said = [state.caption for state in seen]
    return [f"{s.name}: {s.caption}" for k, s in enumerate(seen) if s.caption not in said[:k]]


def _picture(plan: PagePlan) -> str:
    """Return the scene as SVG, or where that would be large as the address of a PNG."""
    view = replace(plan.view, hovered=None)
    figure = figure_from_first_camera(
        None,
        FigurePlan(
            Path("scene.svg"),
            preset="scene",
            view=view,
            width=160.0,
            theme="light",
            model=plan.model,
        ),
    )
    return still_of(figure, LARGEST_SVG)


def _facts(held: StatesOfModel) -> tuple[tuple[str, str], ...]:
    """Return what was asked of the model, and its formulas with their words and sources."""
    desk = held.path.desk
    rows = [
        (item.label or name, item.choices.get(asked, asked))
        for name, item in declared(desk.parameters).items()
        if (asked := to_text(getattr(desk.parameters, name)))
    ]
    names = dict.fromkeys(key for plot in held.plots for key in plot.formulas)
    for key in names:
        formula = FORMULAS[key]
        symbols = "; ".join(f"{symbol}: {words}" for symbol, words in formula.symbols)
        rows.append((formula.name, formula.sentence))
        rows.append((tr("in TeX"), "; ".join(formula.lines)))
        rows.append((tr("symbols"), symbols))
        rows.append((tr("source"), formula.source))
    return ((tr("model"), desk.model.title), *rows)
