"""Shows in the window what the steps of a lesson begin with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ncviz.desktop.rooms.compare.compare_room import CompareRoom
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.room_names import THEORY, TRAIN
from ncviz.lessons.lesson import Lesson, LessonStage
from ncviz.lessons.staging import state_of
from ncviz.models.model import models
from ncviz.parameters import from_plain
from ncviz.scenes.view_text import text_to_view
from ncviz.training.recipe_file import recipe_from_dict

if TYPE_CHECKING:
    from ncviz.desktop.rooms.theory.theory_room import TheoryRoom  # which loads solvers


class StageRooms(Protocol):
    """The rooms in which a lesson's steps stand beside those of the open run."""

    @property
    def compare(self) -> CompareRoom: ...

    @property
    def theory(self) -> "TheoryRoom": ...


class StageSetter:
    """Sets the stages of lessons.

    Parameters
    ----------
    window : RoomsWindow
    rooms : StageRooms
    model_came : callable
        Told that a model is shown, which may have waited for its solvers.
    """

    def __init__(
        self, window: RoomsWindow, rooms: StageRooms, model_came: Callable[[], object]
    ) -> None:
        self._window, self._rooms, self._model_came = window, rooms, model_came
        self._open_before: Path | None = None  # the run that a step found, to be trained anew
        self._follows_models = False

    def show(self, lesson: Lesson, stage: LessonStage) -> None:
        """Show what a step begins with.

        Raises
        ------
        UserError
            If this installation lacks a sample.
        """
        self._window.plots.keep_to(stage.curves)
        if stage.room == THEORY:
            self._set_model(stage)
        elif stage.room == TRAIN:
            if stage.run:
                self._set_run(lesson, stage)
            self._window.enter(TRAIN)
            open_run = self._window.explorer.run
            self._open_before = None if open_run is None else open_run.path
            recipe = recipe_from_dict(stage.recipe)
            self._window.training.show_recipe(recipe, "dataset")
            self._window.canvas.native.setFocus()  # a field that has it would take the keys
        else:
            self._set_run(lesson, stage)

    @property
    def is_trained_anew(self) -> bool:
        """Return whether the open run is another one than a step that trains has found."""
        run = self._window.explorer.run
        return run is not None and run.path != self._open_before

    def leave(self) -> None:
        """Let plots be as they are without a lesson."""
        self._window.plots.keep_to(())
        if self._follows_models:
            self._rooms.theory.plots.choose(())

    def choose_plots(self, stage: LessonStage) -> None:
        """Show the plots of the model that a stage names, all of any other model."""
        theory = self._rooms.theory
        theory.plots.choose(stage.plots if stage.model == theory.model else ())

    def _set_model(self, stage: LessonStage) -> None:
        window, theory = self._window, self._rooms.theory
        window.state.look(text_to_view(stage.view))
        window.enter(THEORY)
        with window.doings.one_step("theory"):
            if not self._follows_models:
                self._follows_models = True
                theory.panel.model_changed.connect(lambda _name: self._model_came())
            theory.open_model(stage.model)
            parameters = models()[stage.model].parameters()
            desk = theory.desks[stage.model]
            desk.put(from_plain(parameters, stage.settings, "model"))
        if isinstance(desk, DescentDesk):
            desk.seek(0)
            if stage.plays:
                desk.player.play()
        self.choose_plots(stage)
        window.presenter.show_all()

    def _set_run(self, lesson: Lesson, stage: LessonStage) -> None:
        window, state = self._window, state_of(lesson, stage)
        open_run = window.explorer.run
        if state.run is not None and (open_run is None or open_run.path != state.run):
            window.open(state.run, stay=True, remember=False)
        if window.explorer.run is None:
            return
        settings = window.settings
        own = {name: getattr(settings, name) for name in ("palette", "shapes", "recorded_only")}
        view = replace(state.view, **own)
        window.explorer.player.pause()
        window.explorer.go_to(view.epoch)
        second = replace(state.second, view=replace(state.second.view, **own))
        window.state.show(replace(state, view=view, second=second))
        if stage.plots:
            window.plots.arrange(state.plots)
        if stage.plays:
            window.explorer.player.play()
            window.presenter.wake("moment")
