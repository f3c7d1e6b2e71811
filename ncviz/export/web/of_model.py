"""The page of a theory model: its picture along its timeline, with its plots and words."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ncviz.charts.plot import EPOCHS, LAYERS, MATRIX, RATIO
from ncviz.charts.rich_text import plain
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.figures import bare_figure
from ncviz.export.first_camera import figure_from_first_camera
from ncviz.export.model_path import SEARCHED, ModelPath, is_searched, model_path
from ncviz.export.page_plan import PagePlan, bytes_in_words
from ncviz.export.picture import provenance
from ncviz.export.web import payload
from ncviz.export.web.charts import chart_of_layers, chart_of_times, matrix_of
from ncviz.export.web.model_charts import ChartThen, chart_of_span
from ncviz.export.web.packing import Packing
from ncviz.export.web.payload import LegendLine, SampleCards, SceneLook, SceneParts, Times, WebPage
from ncviz.export.web.scenes import ASPECTS, COVERED, Ints, lines_of, parts_from, state_of
from ncviz.formulas import FORMULAS
from ncviz.language import tr
from ncviz.models.model import drawn_roles
from ncviz.models.optimum import OptimumModel
from ncviz.parameters import declared
from ncviz.parameters.plain import to_text
from ncviz.scenes.camera_fit import opening_camera
from ncviz.scenes.palette import THEMES, class_color
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View
from ncviz.wording import three_digits, upper_first

Advance = Callable[[int, int], object]  # steps done and in all
MOMENTS = 81  # of a page at most
PLOTS = 2
LARGEST_SVG, DOTS = 60_000, 110  # bytes of a still picture; a pixel's size in its place, an inch
REST = 4  # steps that plots, picture and packing are worth


@dataclass(frozen=True, eq=False)
class ModelState:
    """What a page shows of a model at one place of its timeline.

    Parameters
    ----------
    place : float
        On the timeline.
    name, digits : str
        What it is called, and in short.
    scenes : mapping
        By theme.
    samples : array of int
        Whose the samples are.
    caption : str
    readings : str
        Its numbers.
    charts : tuple of ChartThen
        Its plots over what it is solved along.
    """

    place: float
    name: str
    digits: str
    scenes: dict[str, Scene]
    samples: Ints
    caption: str
    readings: str
    charts: tuple[ChartThen, ...]


@dataclass(frozen=True, eq=False)
class StatesOfModel:
    """A model at all places of its timeline that a page may hold.

    Parameters
    ----------
    path : ModelPath
    view : View
    names : tuple of str
        Of what is drawn: classes, perhaps sets of them.
    states : tuple of ModelState
    start : int
        The state to begin with.
    all_states : int
        How many there are without regard to the size.
    """

    path: ModelPath
    view: View
    names: tuple[str, ...]
    states: tuple[ModelState, ...]
    start: int
    all_states: int

    def thinned(self, count: int) -> "StatesOfModel":
        """Return at most so many of them, equally far apart, with the first one shown."""
        kept = np.linspace(0, len(self.states) - 1, max(count, 2)).round().astype(int)
        chosen = sorted({*kept.tolist(), self.start})
        states = tuple(self.states[k] for k in chosen)
        return replace(self, states=states, start=chosen.index(self.start))

    def rule(self, most_bytes: int) -> str:
        """Say what was left out, and by which rule; '' where nothing was."""
        if len(self.states) == self.all_states:
            return ""
        return tr(
            "To fit into {size} this page holds {count:,} of {all:,} moments of the timeline; "
            "between them places are interpolated.",
            size=bytes_in_words(most_bytes),
            count=len(self.states),
            all=self.all_states,
        )


def states_of(plan: PagePlan, advance: Advance) -> StatesOfModel:
    """Compute a model along its timeline.

    Parameters
    ----------
    plan : PagePlan
        With a model.
    advance : callable

    Raises
    ------
    UserError
        If there is no such model, or none of such parameters.
    """
    assert plan.model is not None
    path = model_path(plan.model)
    desk = path.still()
    start = desk.player.position
    if plan.from_first and isinstance(desk, DescentDesk):
        start = 0.0
    stops = path.stops(SEARCHED if is_searched(plan.model) else MOMENTS, start)
    states = []
    for number, place in enumerate(stops):
        states.append(_state(path.stand(place), place, plan.view))
        advance(number + 1, len(stops) + REST)
    path.stand(start)
    nearest = min(range(len(stops)), key=lambda k: abs(stops[k] - start))
    return StatesOfModel(path, plan.view, _names(desk), tuple(states), nearest, len(states))


def _state(desk: ModelDesk[Any], place: float, view: View) -> ModelState:
    scenes = {name: desk.scene(replace(view, theme=name)) for name in THEMES}
    shown = [n for n in desk.numbers() if n.value is not None and np.isfinite(n.value)]
    return ModelState(
        place,
        desk.moment_in_words(),
        _digits(desk),
        scenes,
        _labels(desk)[scenes["light"].sample_ids],
        plain(desk.caption()),
        " · ".join(f"{plain(tr(n.name))} {three_digits(n.value or 0.0)}" for n in shown),
        tuple(
            ChartThen(desk.chart(plot), _at(desk))
            for plot in desk.model.plots[:PLOTS]
            if plot.over == RATIO
        ),
    )


def _at(desk: ModelDesk[Any]) -> float:
    return desk.at if isinstance(desk, OptimumDesk) else float(desk.seen.step)


def _digits(desk: ModelDesk[Any]) -> str:
    at = _at(desk)
    return f"{round(at):,}" if isinstance(desk, DescentDesk) else three_digits(at)


def _names(desk: ModelDesk[Any]) -> tuple[str, ...]:
    if isinstance(desk, DescentDesk):
        return tuple(desk.run.manifest.drawn_names)
    assert isinstance(desk, OptimumDesk)
    return desk.model.class_names(desk.parameters)


def _labels(desk: ModelDesk[Any]) -> Ints:
    """Return whose each sample is that can be drawn."""
    if isinstance(desk, DescentDesk):
        return np.asarray(desk.run.drawn_labels, dtype=np.int64)
    assert isinstance(desk, OptimumDesk)
    samples = desk.model.samples(desk.parameters, desk.optimum)
    return np.zeros(0, np.int64) if samples is None else np.asarray(samples[1], dtype=np.int64)


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
        facts=_facts(desk),
    )


def _times(held: StatesOfModel) -> Times:
    places = np.array([state.place for state in held.states])
    model, last = held.path.model, max(float(places[-1] - places[0]), 1e-9)
    is_whole = isinstance(model, OptimumModel) and model.whole
    return Times(
        tuple(state.name for state in held.states),
        tuple(state.digits for state in held.states),
        tuple(((places - places[0]) / last).tolist()),
        model.symbol if isinstance(model, OptimumModel) else tr("step"),
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
    for plot in desk.model.plots[:PLOTS]:
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
        charts[0]["readings"] = [state.readings for state in states]
    return tuple(charts), None if matrix is None else dict(matrix)


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
    content = bare_figure(figure)
    if len(content) <= LARGEST_SVG:
        return content.decode()
    png = bare_figure(replace(figure, out=Path("scene.png"), resolution=DOTS))
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _facts(desk: ModelDesk[Any]) -> tuple[tuple[str, str], ...]:
    """Return what was asked of the model, and its formulas with their words and sources."""
    rows = [
        (item.label or name, to_text(getattr(desk.parameters, name)))
        for name, item in declared(desk.parameters).items()
        if to_text(getattr(desk.parameters, name))
    ]
    names = dict.fromkeys(key for plot in desk.model.plots[:PLOTS] for key in plot.formulas)
    for key in names:
        formula = FORMULAS[key]
        symbols = "; ".join(f"{symbol}: {words}" for symbol, words in formula.symbols)
        rows.append((formula.name, formula.sentence))
        rows.append((tr("in TeX"), "; ".join(formula.lines)))
        rows.append((tr("symbols"), symbols))
        rows.append((tr("source"), formula.source))
    return ((tr("model"), desk.model.title), *rows)
