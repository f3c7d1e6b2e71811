"""A theory model at all places of its timeline that a page may hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ncviz.charts.plot import RATIO, Plot
from ncviz.charts.rich_text import plain
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.export.model_path import SEARCHED, ModelPath, is_searched, model_path
from ncviz.export.page_plan import PagePlan
from ncviz.export.web.model_charts import ChartThen
from ncviz.export.web.scenes import Ints
from ncviz.language import tr
from ncviz.models.model import Number
from ncviz.scenes.palette import THEMES
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View
from ncviz.wording import bytes_in_words, three_digits

Advance = Callable[[int, int], object]  # steps done and in all
MOMENTS = 81  # of a page at most
PLOTS = 2
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
    numbers : tuple of Number
        That have a value.
    charts : tuple of ChartThen
        Its plots over what it is solved along.
    """

    place: float
    name: str
    digits: str
    scenes: dict[str, Scene]
    samples: Ints
    caption: str
    numbers: tuple[Number, ...]
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
    plots : tuple of Plot
        That the page has.
    """

    path: ModelPath
    view: View
    names: tuple[str, ...]
    states: tuple[ModelState, ...]
    start: int
    all_states: int
    plots: tuple[Plot, ...]

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
    plots = plan.chosen_plots(desk.model.plots)[:PLOTS]
    stops = path.stops(SEARCHED if is_searched(plan.model) else MOMENTS, start)
    states = []
    for number, place in enumerate(stops):
        states.append(_state(path.stand(place), place, plan.view, plots))
        advance(number + 1, len(stops) + REST)
    path.stand(start)
    nearest = min(range(len(stops)), key=lambda k: abs(stops[k] - start))
    return StatesOfModel(path, plan.view, _names(desk), tuple(states), nearest, len(states), plots)


def _state(desk: ModelDesk[Any], place: float, view: View, plots: Sequence[Plot]) -> ModelState:
    scenes = {name: desk.scene(replace(view, theme=name)) for name in THEMES}
    shown = tuple(n for n in desk.numbers() if n.value is not None and np.isfinite(n.value))
    return ModelState(
        place,
        desk.moment_in_words(),
        _digits(desk),
        scenes,
        _labels(desk)[scenes["light"].sample_ids],
        plain(desk.caption()),
        shown,
        tuple(ChartThen(desk.chart(plot), _at(desk)) for plot in plots if plot.over == RATIO),
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
