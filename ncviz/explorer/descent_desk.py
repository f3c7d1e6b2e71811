"""A model that descends, its past kept so that time runs both ways; needs no window."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from ncviz.charts.chart import Chart
from ncviz.charts.grid import Grid
from ncviz.charts.moment import Moment
from ncviz.charts.plot import Plot
from ncviz.counting import Counting
from ncviz.errors import UserError
from ncviz.explorer.descent_parts import (
    keep_descent,
    longest_mean,
    map_of,
    roles_without_target,
    seen_from_zero,
    ticks_of,
)
from ncviz.explorer.held_run import HeldRun
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.model_search import PATIENCE, AskedByName, ModelSearch
from ncviz.explorer.survey import Survey
from ncviz.geometry.slabs import one_blas_thread
from ncviz.jobs.messages import Failed, Finished
from ncviz.jobs.thread import WorkThread
from ncviz.jobs.worker import Job
from ncviz.language import tr
from ncviz.models.descent import Descended, DescentModel
from ncviz.models.descent_run import Descent
from ncviz.models.model import P, RoleWords
from ncviz.models.over_steps import StepNumbers
from ncviz.models.target import Target
from ncviz.scenes.compose import compose, compose_onto
from ncviz.scenes.layout import recorded_around
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

DESCENT_SECONDS = 0.008  # of a frame
PAUSE = 0.1  # seconds after a change until a target is sought: while a slider moves, none is
LONGEST_STRIDE = 8  # steps between two looks at the clock, of a small model
STRIDE_PRODUCTS = 400_000  # multiplications of logits between two such looks


class DescentDesk(ModelDesk[P]):
    """State of a descending model.

    The timeline runs over recorded steps. Playing and seeking forward let the
    model descend as far as that, a few steps a frame; backwards it only shows
    what was recorded.

    Listeners are called with 'problem' (another model, or it diverged),
    'ratio' (another moment), 'points' (a run was kept, or could not be).

    Attributes
    ----------
    descent : Descent
        What descends.
    trouble : str
        A sentence why the model stopped; empty while all is well.
    kept : Path, optional
        The folder of the run that was kept last.
    keep_trouble : str
        A sentence why it could not be kept.
    survey : Survey
        The cells of its map.
    left_at : float
        Where the timeline stood before the model began anew.
    """

    model: DescentModel[P]

    def __init__(self, model: DescentModel[P]) -> None:
        super().__init__(model)
        self.descent: Descent = model.descent(self.parameters)
        self.player.counting = Counting("step")
        self.left_at = 0.0
        self.trouble = ""
        self.kept: Path | None = None
        self.keep_trouble = ""
        self._worker = WorkThread(tr("keeping of a model"))
        self._keeping: Job[Any, Path] | None = None
        self._targets = ModelSearch(model.find_target)
        self.survey = Survey(model.survey)
        self._begin()
        self._seek_target()

    # What is asked

    def put(self, parameters: P) -> None:
        """Take these parameters exactly; begin anew where another model descends."""
        if parameters == self.parameters:
            return
        before, self.parameters = self.descent, parameters
        self._seek_target()
        self.descent = self.model.descent(parameters)
        if self.descent != before:
            self.restart()
        else:
            self._tell("problem")

    def toggle_playing(self) -> None:
        """Play, from the start if at the end, or pause."""
        self.player.pause() if self.player.playing else self.player.play()
        self._tell("ratio")

    def step(self, stops: int = 1) -> None:
        """Go to a neighbouring recorded step."""
        self.player.step(stops)
        self._tell("ratio")

    def restart(self) -> None:
        """Begin anew, and go on playing if it plays."""
        playing = self.player.playing
        self._begin()
        if playing:
            self.player.play()
        self._tell("problem")

    def keep(self, folder: Path) -> bool:
        """Record the model as a run on a thread, up to where it has descended.

        Parameters
        ----------
        folder : Path
            Must not yet hold anything.

        Returns
        -------
        bool
            False if another is being kept, or nothing has descended yet.
        """
        if self._keeping is not None or len(self.run.epochs) < 2:
            return False
        self.kept, self.keep_trouble = None, ""
        asked = self.model, self.parameters, folder, self.run.epochs
        self._keeping = self._worker.begin(keep_descent, *asked)
        self._tell("points")
        return True

    @property
    def keeping(self) -> bool:  # type: ignore[override]
        """Return whether a run is being written."""
        return self._keeping is not None

    def search_elsewhere(self) -> None:
        self._targets.go_elsewhere(AskedByName(self.model.name, "find_target"))
        self.survey.go_elsewhere(AskedByName(self.model.name, "survey"))

    def close(self) -> None:
        """End what runs in the background; what was written of a run stays."""
        self._targets.close()
        self.survey.close()
        self._worker.close(PATIENCE)
        self._keeping = None

    # Time

    @property
    def moving(self) -> bool:
        sought = self._targets.busy or self._until_sought > 0
        return self.player.moving or self._behind or self.keeping or sought

    def advance(self, seconds: float) -> None:
        """Let the player's time pass, and the model descend as far as that."""
        before = self.shown_step
        self.player.advance(seconds)
        if self._behind:
            self._descend(DESCENT_SECONDS)
            if self.player.playing:  # time waits for the model
                self.player.position = min(self.player.position, self.frontier)
        if self._until_sought > 0:
            self._until_sought -= seconds
            if self._until_sought <= 0:
                self._targets.ask(self.parameters)
        if self._targets.poll():
            self._tell("problem")
        elif self.shown_step != before:
            self._tell("ratio")
        self._look_after_keeping()

    @property
    def computed(self) -> float | None:
        """Return how much of the way to the timeline's moment is descended; None if all is."""
        return self.frontier / self.player.position if self._behind else None

    def stop_computing(self) -> None:
        """Stand where the model has come to."""
        self.player.pause()
        self.player.seek(self.frontier)
        self._tell("ratio")

    def follow_player(self) -> None:
        self._tell("ratio")  # the model follows with the frames to come

    @property
    def frontier(self) -> float:  # the position up to which steps are recorded
        return self.player.position_of(float(self.run.epochs[-1]))

    @property
    def shown_step(self) -> float:
        """Return the step that is seen, between two recorded ones while playing."""
        return min(self.player.value, float(self.run.epochs[-1]))

    @property
    def seen(self) -> Descended:
        """Return how far the model has descended, and which step is seen."""
        before, after, share = recorded_around(self.run.epochs, self.shown_step)
        nearest = self.run.epochs.index(before if share < 0.5 else after)
        return Descended(self.shown_step, self.run.epochs, self.history, nearest, self.target)

    @property
    def nearest_epoch(self) -> int:
        """Return the recorded step that is nearest to what is seen."""
        return self.run.epochs[self.seen.nearest]

    @property
    def series(self) -> StepNumbers:
        """Return what was measured so far."""
        return self._numbers if self.run.epochs else self._measured()

    @property
    def view(self) -> View:
        """Return what its plots are of."""
        return View(layer=self.model.layer(self.parameters))

    def chart(self, plot: Plot) -> Chart:
        return cast(Chart, plot.draw(self.series, self.charted))

    def grid(self, plot: Plot) -> Grid:
        """Return the map of one of the model's plots, as far as it is known."""
        return map_of(plot, self.parameters, self.survey, self.target)

    @property
    def charted(self) -> Moment:
        return Moment(self.run, self.nearest_epoch, self.view)

    def value(self, name: str) -> float:
        """Return a number of the recorded step nearest to what is seen."""
        return self.seen.value(name)

    @property
    def _behind(self) -> bool:
        position = self.player.position
        return not self.trouble and position > 0 and position > self.frontier

    # What is answered

    def scene(self, view: View) -> Scene:
        shown = replace(
            view,
            show_etf=view.show_etf and self.model.has_ideal(self.parameters),
            epoch=self.shown_step,
            layer=self.model.layer(self.parameters),
            classes=tuple(range(self.descent.classes)),
            hidden=(),
            pinned=(),
            hovered=None,
        )
        target, ghost = self.target, self.model.ghost(self.parameters)
        if ghost is not None:
            shown = replace(shown, show_etf=view.show_etf)
            if ghost.about_zero:
                return seen_from_zero(self.run, self.shown_step, shown, ghost)
        if target is None:
            scene = compose(self.run, shown, self.model.set_scales(self.parameters), ghost)
            return self.model.drawn(self.parameters, scene, self.run, shown)
        shown = replace(shown, show_etf=view.show_etf)
        return compose_onto(self.run, shown, target.points, target.name, target.marked)

    @property
    def target(self) -> Target | None:
        """Return what the classes are to become; None while it is sought, or for a simplex ETF."""
        return cast("Target | None", self._targets.answer_to(self.parameters))

    def roles(self) -> tuple[RoleWords, ...]:
        target, own = self.target, super().roles()
        if target is not None:
            return (*own, *target.roles)
        if self.model.has_ideal(self.parameters) or not self._seeks:
            return own
        return roles_without_target(own, self._targets.in_vain(self.parameters))

    def said(self) -> dict[str, Any]:
        return {**asdict(cast(Any, self.descent)), **super().said()}

    def moment_text(self) -> str:
        return tr("step {shown_step:,}", shown_step=round(self.shown_step))

    def longest_moment(self) -> str:
        return tr("step {steps:,}", steps=self.model.steps)

    @property
    def longest(self) -> float:
        return longest_mean(self.run, self.nearest_epoch, self.view.layer)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        return ticks_of(self.player)

    def caption(self) -> str:
        said = self._targets.in_vain(self.parameters), super().caption()
        return self.trouble or " ".join(filter(None, said))

    # The model

    def _seek_target(self) -> None:
        self._targets.ask(None)
        self._seeks = self.model.find_target(self.parameters) is not None
        self._until_sought = PAUSE if self._seeks else 0.0

    def _begin(self) -> None:
        self.trouble = ""
        stops = self.model.stops()
        self.player.pause()
        self.left_at = self.player.position
        self.player.stops = tuple(float(step) for step in stops)
        self.player.seek(0.0)
        self._run = HeldRun(
            self.model.manifest(self.parameters, stops), self.model.probe(self.parameters)
        )
        self._history: dict[str, list[float]] = {}
        self._levels: tuple[Any, Mapping[str, float]] | None = None
        self._path = self._states()

    @property
    def run(self) -> HeldRun:
        """Return the steps that were recorded, the first when they are first asked for.

        Desks of all models are made at once, and few are looked at.
        """
        if not self._run.epochs:
            self._record(next(self._path))
            self._numbers = self._measured()
        return self._run

    @property
    def history(self) -> dict[str, list[float]]:
        """Return what was measured of each of them, by name; see `DescentModel.measure`."""
        return self._history if self.run.epochs else {}

    def _measured(self) -> StepNumbers:
        def absent() -> str:
            return self.model.absent(self.parameters, self.seen)

        return StepNumbers(self._run, self._history, self._heights, absent)

    def _heights(self) -> Mapping[str, float]:
        """Return the target lines of all plots, which ask for them one after another."""
        of = self.parameters, self.target
        if self._levels is None or self._levels[0] != of:
            self._levels = of, self.model.levels(*of)
        return self._levels[1]

    def _states(self) -> Iterator[Any]:
        stride = STRIDE_PRODUCTS // self.model.products(self.parameters)
        stride = min(max(stride, 1), LONGEST_STRIDE)
        wanted = sorted({*self.model.stops(), *range(0, self.model.steps, stride)})
        return self.model.states(self.parameters, wanted)

    def _descend(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        try:
            with one_blas_thread():
                self._descend_until(end)
        except UserError as error:
            self._stop(self.model.trouble(error))

    def _descend_until(self, end: float) -> None:
        while self._behind:
            state = next(self._path)
            if state.step == self.player.stops[len(self.run.epochs)]:
                self._record(state)
            if time.perf_counter() >= end:
                return

    def _stop(self, sentence: str) -> None:
        self.trouble = sentence
        self.player.pause()
        self.player.seek(min(self.player.position, self.frontier))
        self.player.stops = tuple(float(step) for step in self.run.epochs)
        self._tell("problem")

    def _record(self, state: Any) -> None:
        snapshot = self.model.snapshot(self.parameters, state)
        measured = self.model.measure(self.parameters, state, snapshot)
        self._run.add(snapshot)
        for name, value in measured.items():
            self._history.setdefault(name, []).append(value)

    def _look_after_keeping(self) -> None:
        for end in [] if self._keeping is None else self._keeping.poll():
            self._keeping = None
            if isinstance(end, Finished):
                self.kept = end.value
            elif isinstance(end, Failed):
                self.keep_trouble = end.sentence
            self._tell("points")
