"""Theory: models of neural collapse under their sliders."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QWidget

from ncviz.desktop.rooms.room import Room
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.theory.theory_panel import PEELED, TITLES, TheoryPanel
from ncviz.desktop.rooms.theory.theory_plots import TheoryPlots
from ncviz.desktop.timeline.timeline import Mark
from ncviz.desktop.widgets.columns import BAR
from ncviz.desktop.widgets.slider import Slider
from ncviz.explorer.answers import NO_LIGHT, Answer, Light, about
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.emphasis import lit_model
from ncviz.explorer.feature_model_desk import FeatureModelDesk
from ncviz.explorer.model_desk import ModelDesk, drawn_roles
from ncviz.explorer.model_run import model_title
from ncviz.explorer.model_settings import (
    choices_of,
    put_choices_back,
    restore_settings,
    settings_of,
)
from ncviz.explorer.player import Player
from ncviz.explorer.square_loss_desk import SquareLossDesk
from ncviz.explorer.theory_desk import TheoryDesk
from ncviz.runs.folders import new_folder
from ncviz.scenes.palette import Theme
from ncviz.scenes.scene import Picture, Scene, one_panel
from ncviz.scenes.view import View
from ncviz.wording import listed

MARKED = {"R₀": "critical ratio", "TPT": "terminal phase"}  # what a mark is of
AFTER_DESK = {
    "problem": ("scene", "moment", "model"),
    "ratio": ("scene", "moment"),
    "points": ("model",),
}


class TheoryRoom(Room):
    """Three models, one at a time."""

    name = "Theory"
    clock = "theory"

    def __init__(self, window: RoomsWindow) -> None:
        self.peeled = TheoryDesk()
        self.features = FeatureModelDesk()
        self.square = SquareLossDesk()
        desks = self.peeled, self.features, self.square
        self.panel = TheoryPanel(*desks)
        self.plots = TheoryPlots(*desks)
        super().__init__(window, self.panel, self.plots, 288 + BAR)
        self._desks: dict[str, ModelDesk] = dict(zip(TITLES, desks, strict=True))
        for desk in desks:
            desk.listen(lambda what, desk=desk: self._changed(desk, what))
        self.panel.model_changed.connect(self._model_changed)
        self.panel.overlay_asked.connect(self.overlay_run)
        self.panel.keep_asked.connect(self.keep)
        self._opened: set[Path] = set()
        self._light = NO_LIGHT
        self._by_time = False
        self.panel.panel_made.connect(self._panel_made)
        self._panel_made(self.panel.panel_of(PEELED))
        self.panel.panel_of(PEELED).sizes.held.connect(window.doings.hold)

    def _panel_made(self, panel: QWidget) -> None:
        doings = self.window.doings
        for slider in panel.findChildren(Slider):
            slider.sliderPressed.connect(lambda: doings.hold(True))
            slider.sliderReleased.connect(lambda: doings.hold(False))
        self.window.panel_made(panel)

    @property
    def desk(self) -> ModelDesk:
        """Return the model that is seen."""
        return self._desks[self.panel.model]

    @property
    def player(self) -> Player:
        return self.desk.player

    @property
    def moving(self) -> bool:
        return self.desk.moving

    @property
    def file_name(self) -> str:
        names = {"peeled": "layer-peeled", "features": "unconstrained-features"}
        return names.get(self.panel.model, "square-loss")

    @property
    def model(self) -> object | None:
        return self.desk.provenance()

    def advance(self, seconds: float) -> None:
        with self._time():
            self.desk.advance(seconds)
        for desk in self._desks.values():
            if desk is not self.desk and getattr(desk, "keeping", False):
                desk.advance(0.0)

    def entered(self) -> None:
        self.window.framing.enter_model()

    def left_behind(self) -> None:
        super().left_behind()
        self.light(NO_LIGHT)
        self.window.frame.roles.show_roles(())
        self.window.framing.leave_model()

    def moved(self) -> None:
        with self._time():
            self.desk.follow_player()

    @contextmanager
    def _time(self) -> Iterator[None]:
        """Let what changes within be time's doing."""
        self._by_time = True
        try:
            yield
        finally:
            self._by_time = False

    def scene(self, view: View) -> Scene:
        return self.desk.scene(view)

    def picture(self, view: View) -> Picture:
        scene = self.desk.scene(view)
        return one_panel(lit_model(scene, view, self._light.roles))

    def answer_of_moment(self) -> Answer | None:
        if self.desk is self.peeled:
            return about("imbalance", self.peeled.problem.ratio)
        meaning = "A step of the descent: features and classifier move a little down the loss."
        return Answer("Step", f"This is {self.desk.moment()}.", meaning)

    def light(self, light: Light) -> None:
        if light != self._light:
            self._light = light
            self.window.presenter.wake("scene")

    def open_model(self, name: str) -> None:
        """Turn to one of the models."""
        self.panel.show_model(name)
        self.panel.show_problem()
        self._model_changed(name)

    def _model_changed(self, name: str) -> None:
        for key, desk in self._desks.items():
            if key != name:
                desk.player.pause()
        self.plots.show_model(name)
        self.window.doings.record("theory")
        self.window.framing.enter_model()
        if self.window.current is self:
            self.window.presenter.show_all()

    def keep(self) -> None:
        """Record the descending model as a run."""
        folder = new_folder(self.window.trainer.folder, model_title(self.desk.parameters))
        if not self.desk.keep(folder):
            self.window.note.say("A model is being kept already: wait a moment.")

    def _show_kept(self, desk: ModelDesk) -> None:
        kept, trouble = getattr(desk, "kept", None), getattr(desk, "keep_trouble", "")
        if trouble:
            self.window.note.say(trouble)
        elif kept is not None and kept not in self._opened:
            self._opened.add(kept)
            self.window.open(kept)

    def _changed(self, desk: ModelDesk, what: str) -> None:
        if what == "points":
            self._show_kept(desk)
        self._remember(desk, what)
        if desk is not self.desk or self.window.current is not self:
            return
        if what == "problem":
            self.panel.show_problem()
            self.show_stops()
        self.window.presenter.wake(*AFTER_DESK.get(what, ("scene", "moment", "model")))

    def show(self, stale: set[str], sparing: bool) -> set[str]:
        if "model" in stale:
            self.panel.show_problem()
            self.plots.show_curve()
            self.show_stops()
        if "moment" in stale:
            self.plots.show_moment()
            self.panel.show_moment()
            moment, window = self.desk.moment(), self.window
            window.timeline.slider.set_marks(self.marks())  # a descent comes to its marks
            window.timeline.show_player(self.player, moment)
            window.commands["play.loop"].setChecked(self.player.looping)
            window.frame.legend.show_view((), window.explorer.view)
            self._show_roles()
            window.frame.tools.show_classes(())
            window.frame.show_words(
                moment,
                window.canvas.scene.note,
                self.desk.caption(),
                also=window.frame.roles.said(),
            )
            window.framing.follow_model()
        return set()

    def _show_roles(self) -> None:
        roles = drawn_roles(self.window.explorer.view, self.desk.roles())
        self.window.frame.roles.show_roles(roles if self.window.frame.has_scene else ())

    def show_stops(self) -> None:
        timeline, player = self.window.timeline, self.player
        timeline.show_stops(player, ())
        timeline.slider.set_ticks(player.last, list(self.desk.ticks()), None)
        timeline.slider.set_marks(self.marks())
        timeline.follow.hide()
        timeline.reserve(self.desk.longest_moment())

    def marks(self) -> tuple[Mark, ...]:
        return tuple(
            Mark(mark.position, mark.text, mark.tip, MARKED.get(mark.text, ""))
            for mark in self.desk.marks()
        )

    def overlay_run(self) -> None:
        """Lay the open run over the minority curve."""
        run = self.window.explorer.run
        if run is None or not self.peeled.overlay(run):
            self.window.note.say(
                "The open run has no two minority classes to compare: train one with "
                "imbalance R above 1 and fewer majority classes than classes."
            )
            return
        with self.window.doings.one_step("theory"):
            self.peeled.match(run)

    def set_theme(self, theme: Theme, scale: float) -> None:
        self.plots.set_theme(theme, scale)

    def close(self) -> None:
        for desk in self._desks.values():
            desk.close()

    # Undo

    def _remember(self, desk: ModelDesk, what: str) -> None:
        """Tell what was done to a model, and what time did to it."""
        doings = self.window.doings
        if self._by_time:
            if what == "ratio" and desk is self.peeled:
                doings.model_moved()
        elif isinstance(desk, DescentDesk):
            if what == "problem":
                name = f"theory.{self._name_of(desk)}.position"
                doings.model_changed({name: desk.left_at}, {name: desk.player.position})
        else:
            doings.record("theory")

    def _name_of(self, desk: ModelDesk) -> str:
        return next(name for name, other in self._desks.items() if other is desk)

    def parts(self) -> dict[str, object]:
        """Return what can be taken back here, by the names that `put_back` knows."""
        parts: dict[str, object] = {"theory.model": self.panel.model}
        for name, desk in self._desks.items():
            values = {**choices_of(desk), "speed": desk.player.speed, "at_end": desk.player.at_end}
            parts |= {f"theory.{name}.{key}": value for key, value in values.items()}
        return parts

    def put_back(self, parts: Mapping[str, Any]) -> None:
        """Bring some of these parts back, and where a timeline stood."""
        for name, desk in self._desks.items():
            stem = f"theory.{name}."
            values = {k.removeprefix(stem): v for k, v in parts.items() if k.startswith(stem)}
            clock = {key: values.pop(key) for key in ("speed", "at_end") if key in values}
            position = values.pop("position", None)
            if values:
                put_choices_back(desk, values)
            if clock:
                self.window.transport.set_clock(desk.player, clock)
            if position is not None:
                desk.player.seek(position)  # what descends comes there with the next frames
                desk.follow_player()
        if "theory.model" in parts:
            self.open_model(parts["theory.model"])

    def listen(self, listener: Callable[[], object]) -> None:
        for desk in self._desks.values():
            desk.listen(lambda _what: listener())
        self.panel.model_changed.connect(lambda _name: listener())

    # Sessions

    def take_models(self, models: Mapping[str, Any]) -> None:
        self.set_parameters(models)

    def parameters(self) -> dict[str, Any]:
        """Return the state of the models as names and values that JSON can hold."""
        desks = {name: settings_of(desk) for name, desk in self._desks.items()}
        return {"model": self.panel.model, **desks}

    def set_parameters(self, parameters: Mapping[str, Any]) -> None:
        """Bring such a state back; what does not fit is left as it is, and named."""
        misfits = []
        for name, desk in self._desks.items():
            settings = parameters.get(name, {})
            if not isinstance(settings, Mapping):
                misfits.append(name)
                continue
            misfits += [f"{name}.{misfit}" for misfit in restore_settings(desk, settings)]
        model = parameters.get("model", PEELED)
        if isinstance(model, str) and model in self._desks:
            self.open_model(model)
        else:
            misfits.append("model")
        if misfits:
            self.window.note.say(
                f"The session's models hold values that cannot be: {listed(misfits)}; they are "
                "left out."
            )
