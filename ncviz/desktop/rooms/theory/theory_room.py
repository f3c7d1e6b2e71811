"""Theory: models of neural collapse under their sliders."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QWidget

from ncviz.desktop.rooms.room import Floats, Room
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.rooms.theory.theory_panel import TheoryPanel
from ncviz.desktop.rooms.theory.theory_plots import TheoryPlots
from ncviz.desktop.timeline.timeline_slider import TimelineMark
from ncviz.desktop.widgets.class_sizes import ClassSizesEditor
from ncviz.desktop.widgets.columns import BAR
from ncviz.desktop.widgets.slider import Slider
from ncviz.explorer.answers import NO_LIGHT, Answer, Light, about
from ncviz.explorer.by_hand_desk import ByHandDesk
from ncviz.explorer.descent_desk import DescentDesk
from ncviz.explorer.desks import make_desks
from ncviz.explorer.emphasis import lit_model
from ncviz.explorer.model_desk import ModelDesk
from ncviz.explorer.optimum_desk import OptimumDesk
from ncviz.explorer.player import Player
from ncviz.language import tr
from ncviz.models.model import drawn_roles
from ncviz.runs.folders import new_folder
from ncviz.scenes.scene import Picture, Scene, one_panel
from ncviz.scenes.unit_vectors import with_chosen
from ncviz.scenes.view import View
from ncviz.wording import upper_first

AFTER_DESK = {
    "problem": ("scene", "moment", "model"),
    "ratio": ("scene", "moment"),
    "points": ("model",),
}


class TheoryRoom(Room):
    """The models, one at a time.

    Attributes
    ----------
    desks : dict of str to ModelDesk
        By the names of the models, in order.
    """

    name = "Theory"
    clock = "theory"
    preparing = tr("The solvers of this model are being loaded: the picture follows.")

    def __init__(self, window: RoomsWindow) -> None:
        self.desks = make_desks()
        self.panel = TheoryPanel(self.desks)
        self.plots = TheoryPlots(self.desks)
        super().__init__(window, self.panel, self.plots, 288 + BAR)
        for desk in self.desks.values():
            desk.search_elsewhere()
            desk.listen(partial(self._changed, desk))
        self.panel.model_changed.connect(self._model_changed)
        self.panel.waits.connect(lambda: self.window.presenter.wake())
        self.panel.overlay_asked.connect(self.overlay_run)
        self.panel.keep_asked.connect(self.keep)
        self.plots.held.connect(lambda on: self.window.doings.hold(on))
        self._opened: set[Path] = set()
        self._light = NO_LIGHT
        self._handle: int | None = None
        self._by_time = False
        self._panel_follows = False
        self.panel.panel_made.connect(self._panel_made)
        self._panel_made(self.panel.panel_of(self.panel.model))

    def _panel_made(self, panel: QWidget) -> None:
        doings = self.window.doings
        for slider in panel.findChildren(Slider):
            slider.sliderPressed.connect(lambda: doings.hold(True))
            slider.sliderReleased.connect(lambda: doings.hold(False))
        for bars in panel.findChildren(ClassSizesEditor):
            bars.held.connect(doings.hold)
        self.window.panel_made(panel)

    @property
    def desk(self) -> ModelDesk[Any]:
        """Return the model that is seen."""
        return self.desks[self.panel.model]

    @property
    def player(self) -> Player:
        return self.desk.player

    @property
    def moving(self) -> bool:
        return self.desk.moving or self.panel.is_waiting

    @property
    def file_name(self) -> str:
        return self.desk.model.name

    @property
    def model(self) -> str:
        return self.desk.model.name

    @property
    def saved(self) -> Callable[[View], Scene | Picture]:
        return self.scene

    def said(self) -> dict[str, Any]:
        return {"model": {"name": self.model, **self.desk.said()}}

    def prepare(self) -> bool:
        return not self.panel.is_waiting

    def advance(self, seconds: float) -> None:
        with self._time():
            self.desk.advance(seconds)
        for desk in self.desks.values():
            if desk is not self.desk and desk.keeping:
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
        if self._handle is not None and scene.handles is not None:
            scene = with_chosen(scene, self._handle, view.theme)
        return one_panel(lit_model(scene, view, self._light.roles))

    def answer_of_moment(self) -> Answer | None:
        desk = self.desk
        if isinstance(desk, OptimumDesk):
            along = desk.model.along_declared
            if desk.model.concept:
                return about(desk.model.concept, desk.at)
            return Answer(upper_first(along.label), f"{desk.moment_text()}.", along.parameter.tip)
        meaning = tr("A step of the descent: features and classifier move a little down the loss.")
        return Answer(
            tr("Step"), tr("This is {moment_text}.", moment_text=self.desk.moment_text()), meaning
        )

    def light(self, light: Light) -> None:
        if light != self._light:
            self._light = light
            self.window.presenter.wake("scene")

    def drag_handle(self, handle: int, place: Floats, *, begins: bool) -> str:
        desk = self.desk
        if isinstance(desk, ByHandDesk):
            desk.drag(handle, place, begins=begins)
        return desk.caption()

    def choose_handle(self, handle: int | None) -> str:
        self._handle = handle
        self.window.presenter.wake("scene")
        return "" if handle is None else tr("vector {handle}", handle=handle + 1)

    def open_model(self, name: str) -> None:
        """Turn to one of the models, a moment later where its solvers are still to be loaded."""
        if self.panel.open_model(name):
            self._model_changed(name)

    def _model_changed(self, name: str) -> None:
        for key, desk in self.desks.items():
            if key != name:
                desk.player.pause()
        self.plots.show_model(name)
        self.window.doings.record("theory")
        self.window.framing.enter_model()
        if self.window.current is self:
            self.window.share_width()  # its panel may have been made a moment ago
            self.window.presenter.show_all()

    def keep(self) -> None:
        """Record the descending model as a run."""
        desk = self.desk
        assert isinstance(desk, DescentDesk)
        folder = new_folder(self.window.training.folder, desk.model.run_title(desk.parameters))
        if not desk.keep(folder):
            self.window.note.say(tr("A model is being kept already: wait a moment."))

    def _show_kept(self, desk: DescentDesk[Any]) -> None:
        if desk.keep_trouble:
            self.window.note.say(desk.keep_trouble)
        elif desk.kept is not None and desk.kept not in self._opened:
            self._opened.add(desk.kept)
            self.window.open(desk.kept)

    def _changed(self, desk: ModelDesk[Any], what: str) -> None:
        if what == "points" and isinstance(desk, DescentDesk):
            self._show_kept(desk)
        self._remember(desk, what)
        if desk is not self.desk or self.window.current is not self:
            return
        self._panel_follows = what == "problem"
        if self._panel_follows:  # what is dragged shows its number before there is a picture
            self.window.framing.change_model()
            self.panel.show_problem()
        self.window.presenter.wake(*AFTER_DESK.get(what, ("scene", "moment", "model")))

    def show(self, stale: set[str], sparing: bool) -> set[str]:
        follows, self._panel_follows = self._panel_follows, False
        if "model" in stale:
            if not follows or "series" in stale:  # that of runs: all is shown anew
                self.panel.show_problem()
            self.plots.show_curve()
            self.show_stops()
        elif "moment" in stale:
            self.plots.show_moment()
            self.panel.show_moment()
        if "moment" in stale:
            moment, window = self.desk.moment_text(), self.window
            window.timeline.slider.set_marks(self.marks())  # a descent comes to its marks
            window.timeline.show_player(self.player, moment)
            window.commands["play.loop"].setChecked(self.player.looping)
            window.frame.legend.show_view(None, window.explorer.view)
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
        timeline.show_stops(player, self.desk.ticks())
        timeline.slider.set_marks(self.marks())
        timeline.follow.hide()
        timeline.reserve(self.desk.longest_moment())

    def marks(self) -> tuple[TimelineMark, ...]:
        return tuple(
            TimelineMark(self.player.position_of(mark.moment), mark.text, mark.tip, mark.concept)
            for mark in self.desk.marks()
        )

    def overlay_run(self) -> None:
        """Lay the open run over the minority curve."""
        run, desk = self.window.explorer.run, self.desk
        assert isinstance(desk, OptimumDesk)
        if run is None or not desk.overlay(run):
            self.window.note.say(desk.model.no_place)
            return
        with self.window.doings.one_step("theory"):
            desk.match(run)

    def close(self) -> None:
        for desk in self.desks.values():
            desk.close()

    # Undo

    def shows_alone(self, part: str) -> bool:
        return part.startswith("theory.")

    def _remember(self, desk: ModelDesk[Any], what: str) -> None:
        """Tell what was done to a model, and what time did to it."""
        doings, model = self.window.doings, f"theory.{desk.model.name}"
        if self._by_time:
            if what == "ratio" and isinstance(desk, OptimumDesk):
                doings.model_moved(model)
        elif isinstance(desk, DescentDesk):
            if what == "problem":
                name = f"{model}.position"
                doings.model_changed(model, {name: desk.left_at}, {name: desk.player.position})
        else:
            doings.record(model)

    def parts(self, group: str = "theory") -> dict[str, object]:
        """Return what can be taken back here, by the names that `put_back` knows.

        Parameters
        ----------
        group : str
            Of one model, as in 'theory.layer-peeled'; by default of all.
        """
        parts: dict[str, object] = {"theory.model": self.panel.model}
        for name, desk in self.desks.items():
            model = f"theory.{name}"
            if group not in ("theory", model):
                continue
            values = {**desk.choices(), "speed": desk.player.speed, "at_end": desk.player.at_end}
            parts |= {f"{model}.{key}": value for key, value in values.items()}
        return parts

    def put_back(self, parts: Mapping[str, Any]) -> None:
        """Bring some of these parts back, and where a timeline stood."""
        for name, desk in self.desks.items():
            stem = f"theory.{name}."
            values = {k.removeprefix(stem): v for k, v in parts.items() if k.startswith(stem)}
            clock: dict[str, Any] = {
                key: values.pop(key) for key in ("speed", "at_end") if key in values
            }
            position = values.pop("position", None)
            if values:
                desk.put_back(values)
            if clock:
                self.window.playback.set_clock(desk.player, clock)
            if position is not None:
                desk.player.seek(position)  # what descends comes there with the next frames
                desk.follow_player()
        if "theory.model" in parts:
            self.open_model(parts["theory.model"])

    def listen(self, listener: Callable[[], None]) -> None:
        for desk in self.desks.values():
            desk.listen(lambda _what: listener())
        self.panel.model_changed.connect(lambda _name: listener())

    # Sessions

    def take_models(self, models: Mapping[str, Any]) -> None:
        self.set_parameters(models)

    def parameters(self) -> dict[str, Any]:
        """Return the state of the models as names and values that JSON can hold."""
        desks = {name: desk.plain() for name, desk in self.desks.items()}
        return {"model": self.panel.chosen, **desks}

    def set_parameters(self, parameters: Mapping[str, Any]) -> None:
        """Bring such a state back; what cannot be is left at its default, and told."""
        trouble: list[str] = []
        former = {desk.model.former: name for name, desk in self.desks.items()}
        for name, desk in self.desks.items():
            settings = parameters.get(name, parameters.get(desk.model.former, {}))
            if isinstance(settings, Mapping):
                trouble += desk.restore(settings)
            else:
                trouble.append(tr("{title}: there are no values.", title=desk.model.title))
        model = parameters.get("model", self.panel.model)
        model = former.get(model, model) if isinstance(model, str) else model
        if isinstance(model, str) and model in self.desks:
            self.open_model(model)
        else:
            trouble.append(tr("There is no model {model!r}.", model=str(model)[:60]))
        if trouble:
            wrong = trouble[0].removesuffix(".")
            self.window.note.say(
                tr("{wrong}; in this session it is left at its default.", wrong=wrong)
            )
