"""A theory model brought, in whatever process exports it, to the moments that are drawn."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ncviz.charts.chart import Chart, Spot
from ncviz.charts.class_matrix import ClassMatrix
from ncviz.charts.grid import Grid
from ncviz.charts.moment import Moment
from ncviz.charts.plot import GRID, MATRIX, RATIO, Plot, PlotFigure
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.desks import desk_of
from ncviz.explorer.model_desk import FRAME, ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.export.export_messages import ExportProgress
from ncviz.export.model_plan import ModelPlan, check_model, ends
from ncviz.language import tr
from ncviz.models.model import Model, models
from ncviz.models.optimum import OptimumModel
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

MOMENTS, SEARCHED = 600, 24  # of a film; of one whose every optimum is searched
TOLD_SECONDS = 0.1  # between two looks at what is computed
PARTS = 1000  # of what is computed


@dataclass(frozen=True, eq=False)
class ModelMoment:
    """What is seen of a model at one moment.

    Parameters
    ----------
    scene : Scene
    counter : str
        Where its timeline stands.
    at : float
        The same as a number.
    spots : tuple of Spot
        Of its chart over what it is solved along.
    """

    scene: Scene
    counter: str
    at: float
    spots: tuple[Spot, ...] = ()


class ModelPath:
    """A model along the part of its timeline that a plan names; computed as it is asked for.

    Parameters
    ----------
    plan : ModelPlan
        Checked.

    Attributes
    ----------
    desk : ModelDesk
        As it is where the path was last asked to go.
    """

    def __init__(self, plan: ModelPlan) -> None:
        self.plan = plan
        self.model: Model[Any] = models()[plan.name]
        self.desk: ModelDesk[Any] = _desk_of(plan)
        self.desk.take(plan.known)
        self._seen: dict[tuple[int, View], ModelMoment] = {}

    def plot(self, name: str) -> tuple[Plot, PlotFigure]:
        """Return one of the model's plots, by default the first, and how a page has it."""
        plot = next((plot for plot in self.model.plots if plot.name == name), self.model.plots[0])
        return plot, plot.pages[0]

    @property
    def run(self) -> Run | None:
        """Return what descends, a run in memory, so far; None of what is solved."""
        return self.desk.run if isinstance(self.desk, DescentDesk) else None

    @property
    def layer(self) -> float:
        """Return which layer is seen of what descends; the last one else."""
        return float(self.desk.view.layer) if isinstance(self.desk, DescentDesk) else -1.0

    def still(self) -> ModelDesk[Any]:
        """Bring the desk to what a figure shows."""
        self.desk.put(self.plan.parameters)
        if isinstance(self.desk, DescentDesk):
            self._go(1.0)
        self.desk.finish()
        return self.desk

    def chart(self, name: str) -> tuple[Chart | ClassMatrix | Grid, Moment | None]:
        """Return the chart, or the map, of a plot in a figure, and what it is of."""
        desk, plot = self.still(), self.plot(name)[0]
        if plot.over == GRID:
            assert isinstance(desk, DescentDesk)
            desk.survey.finish()
            return desk.grid(plot), None
        chart = desk.chart(plot)
        if plot.over == MATRIX:
            return chart, desk.charted
        along = getattr(self.model, "along", "")
        if along and along not in self.plan.settings and not is_searched(self.plan):
            # Nobody asked for a moment: the curve alone is meant.
            chart = replace(chart, spots=tuple(spot for spot in chart.spots if not spot.here))
        return chart, desk.charted

    def whole_chart(self, name: str) -> tuple[Chart, Moment | None]:
        """Return the chart of a plot over all that a film passes; nothing is searched for it."""
        desk = self.desk
        if isinstance(desk, DescentDesk):
            self._go(1.0)
        curve = desk.curve if isinstance(desk, OptimumDesk) else None
        while curve is not None and not curve.complete:
            curve.advance(FRAME)
        return desk.chart(self.plot(name)[0]), desk.charted

    def moment(self, share: float, view: View) -> ModelMoment:
        """Return what is seen after about a share of the way: searches have few moments."""
        number = round(share * (self._moments - 1))
        key = number, replace(view, camera=Camera())  # which no scene depends on
        if key not in self._seen:
            self._go(number / (self._moments - 1))
            desk = self.desk
            spots = [s for p in self.model.plots if p.over == RATIO for s in desk.chart(p).spots]
            at = desk.at if isinstance(desk, OptimumDesk) else desk.seen.step
            self._seen[key] = ModelMoment(
                desk.scene(view),
                desk.moment_in_words(),
                at,
                tuple(spot for spot in spots if spot.here),
            )
        return self._seen[key]

    def computed(self, view: View) -> Iterator[ExportProgress]:
        """Compute all that a film passes, and yield meanwhile how far that is."""
        searched = is_searched(self.plan)
        count, began = self._moments if searched else 1, time.monotonic()
        for number in range(count):
            self._seek(number / (count - 1) if searched else 1.0)
            told = -TOLD_SECONDS
            for share in self.desk.computing():
                if (now := time.monotonic()) - told < TOLD_SECONDS:
                    continue
                told, done = now, (number + share) / count
                left = (now - began) / done * (1 - done) if done else math.nan
                doing = self._doing(number, count, share)
                yield ExportProgress(round(PARTS * done), PARTS, left, doing=doing)
            if searched:
                self.moment(number / (count - 1), view)

    def _doing(self, number: int, count: int, share: float) -> str:
        """Say what is computed."""
        if count > 1:
            place = f"{self.model.title}, {self.desk.moment_text()}"
            return tr(
                "search for optimum {number} of {count} ({place})",
                number=number + 1,
                count=count,
                place=place,
            )
        return tr("{title} is computed: {share:.0%}", title=self.model.title, share=share)

    @property
    def _moments(self) -> int:
        return SEARCHED if is_searched(self.plan) else MOMENTS

    def _go(self, share: float) -> None:
        self._seek(share)
        self.desk.finish()

    def _seek(self, share: float) -> None:
        first, last = self._ends()
        self.desk.player.seek(first + share * (last - first))
        self.desk.follow_player()

    def _ends(self) -> tuple[float, float]:
        """Return where on the timeline the path begins and ends."""
        desk = self.desk
        if isinstance(desk, DescentDesk):
            first, last = ends(self.plan)
            return desk.player.position_of(first), desk.player.position_of(last)
        return 0.0, desk.player.last

    def stops(self, count: int, also: float | None = None) -> tuple[float, ...]:
        """Return at most so many places on the timeline, equally far apart, ends among them.

        Parameters
        ----------
        count : int
        also : float, optional
            A place of which the nearest stop is to be among them.
        """
        first, last = self._ends()
        inner = np.linspace(first, last, count).round()
        wanted = {first, last, *inner[1:-1].tolist()}
        if also is not None:
            wanted.add(float(round(also)))
        return tuple(sorted(place for place in wanted if first <= place <= last))

    def stand(self, place: float) -> ModelDesk[Any]:
        """Bring the desk to a place on its timeline."""
        self.desk.player.seek(place)
        self.desk.follow_player()
        self.desk.finish()
        return self.desk

    def said(self, share: float | None = None) -> dict[str, Any]:
        """Return what a file says of the model in a figure, or after a share of a film's way."""
        if share is None:
            self.still()
        else:
            self._go(share)
        first, last = ends(self.plan)
        known = {"first": first, "last": last, **self.desk.beside()}
        return {"name": self.model.name, **self.desk.said(), **known}


def is_searched(plan: ModelPlan) -> bool:
    """Return whether every optimum of a model is searched for, which takes its time."""
    model = plan.model
    return isinstance(model, OptimumModel) and model.search(plan.parameters) is not None


_latest: list[ModelPath] = []


def model_path(plan: ModelPlan) -> ModelPath:
    """Return the model of a plan; what was computed for the last one is kept, if it is the same.

    Raises
    ------
    UserError
        If there is no such model.
    """
    check_model(plan)
    if not (_latest and _latest[0].plan == plan):
        _latest[:] = [ModelPath(plan)]
    else:
        _latest[0].desk.take(plan.known)
    return _latest[0]


def _desk_of(plan: ModelPlan) -> ModelDesk[Any]:
    """Return a desk: the last one where it is of the same model, which may have descended."""
    model = models()[plan.name]
    if isinstance(model, OptimumModel):
        desk: ModelDesk[Any] = OptimumDesk(model, ends(plan))
    elif _latest and (_latest[0].model, _latest[0].plan.parameters) == (model, plan.parameters):
        return _latest[0].desk
    else:
        desk = desk_of(model)
    if _latest:
        _latest[0].desk.close()
    desk.put(plan.parameters)
    return desk
