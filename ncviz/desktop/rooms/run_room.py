"""Explore and Layers: a recorded run, one layer large or all side by side."""

from PyQt6.QtWidgets import QWidget

from ncviz.concepts import CONCEPTS
from ncviz.desktop.certain import certain
from ncviz.desktop.rooms.room import Room, SceneWords
from ncviz.desktop.rooms.rooms_window import RoomsWindow
from ncviz.desktop.timeline.timeline_slider import TimelineMark
from ncviz.errors import UserError
from ncviz.explorer.answers import NO_LIGHT, Answer, Light, of_epoch, of_layer
from ncviz.explorer.direction_facts import DirectionFacts, direction_facts
from ncviz.explorer.emphasis import emphasized, owners_of_balls
from ncviz.explorer.pointing import SampleFacts, sample_facts
from ncviz.explorer.spoken_words import say_shown
from ncviz.language import tr
from ncviz.runs.layer_names import shortened_layer
from ncviz.runs.run import Run
from ncviz.scenes.scene import Picture, Scene, one_panel
from ncviz.scenes.view import View
from ncviz.values_in_words import Facts
from ncviz.wording import upper_first

NOTHING_OPEN = tr("Open a run, or train a network, to see its geometry.")


class RunRoom(Room):
    """A room that looks at the open run; its plots are shared by all such rooms."""

    def __init__(self, window: RoomsWindow, left: QWidget, left_width: int = 272) -> None:
        super().__init__(window, left, window.plots, left_width)
        self._emphasized: tuple[int, ...] = ()
        self._light = NO_LIGHT
        self._numbers_wait = False

    def entered(self) -> None:
        self.window.framing.enter_run()

    def left_behind(self) -> None:
        super().left_behind()
        self.point_at_classes(())
        self.light(NO_LIGHT)

    @property
    def moving(self) -> bool:
        return self.window.explorer.moving

    @property
    def shows_run(self) -> bool:
        return True

    @property
    def shown_run(self) -> Run | None:
        return self.window.explorer.run

    @property
    def file_name(self) -> str:
        explorer = self.window.explorer
        if explorer.run is None:
            return "ncviz"
        counting = explorer.run.counting
        return f"{counting.unit}-{counting.text(explorer.nearest_epoch)}"

    def advance(self, seconds: float) -> None:
        self.window.explorer.advance(seconds)

    def prepare(self) -> bool:
        return self.window.explorer.prepare()

    def compute(self, seconds: float) -> bool:
        explorer = self.window.explorer
        try:
            explorer.compute(seconds)
        except UserError as error:  # the curves do without this epoch, the film goes on
            self.window.note.say_error(error)
        return explorer.series is not None and not explorer.series.complete

    def scene(self, view: View) -> Scene:
        return self.window.explorer.scene_in(view)

    def picture(self, view: View) -> Picture:
        return one_panel(self._pointed_out(self.scene(view), view))

    def _pointed_out(self, scene: Scene, view: View, panel: int = 0) -> Scene:
        run = self.window.explorer.run
        return scene if run is None else self._stands_out(scene, run, view, self._layer_of(panel))

    def _stands_out(self, scene: Scene, run: Run, view: View, layer: int) -> Scene:
        """Let what is pointed at elsewhere stand out, in the scene of a layer."""
        if self._emphasized:
            return emphasized(scene, run, view, self._emphasized)
        light = self._light
        if light.layer not in (None, layer % len(run.manifest.layers)):
            return self._of_another_layer(scene)
        return emphasized(scene, run, view, light.classes, light.roles)

    def _of_another_layer(self, scene: Scene) -> Scene:
        """Return the scene while a layer is pointed at that is not in it."""
        return scene

    def facts(self, panel: int, row: int) -> SampleFacts | None:
        seen = self.looks_at(panel)
        if seen is None:
            return None
        run, view = seen[0].drawn_of(seen[1].split), seen[1]
        known = 0 <= row < len(run.probe.labels)
        return sample_facts(run, view.epoch, view.layer, row) if known else None

    def _layer_of(self, panel: int) -> int:
        return self.window.explorer.view.layer

    def looks_at(self, panel: int) -> tuple[Run, View] | None:
        explorer = self.window.explorer
        if explorer.run is None or panel > 0:
            return None
        return explorer.run, explorer.view

    def direction_facts(self, panel: int, ball: int) -> DirectionFacts | None:
        seen = self.looks_at(panel)
        if seen is None:
            return None
        run, view = seen
        panels = self.window.canvas.picture.panels
        # While a picture is worked out that of another view is on the canvas.
        if not panel < len(panels) or not self.window.presenter.is_prepared():
            return None
        scene = panels[panel].scene
        owners = owners_of_balls(scene, view, run)
        owner = owners[ball] if 0 <= ball < len(owners) else None
        if owner is None:
            return None
        shown = view.shown_classes(run.manifest.classes)
        return direction_facts(run, view.epoch, view.layer, *owner, shown)

    def hover(self, panel: int, row: int | None) -> None:
        explorer = self.window.explorer
        explorer.hover(row)
        known = explorer.drawn is not None and explorer.view.hovered is not None
        label = (int(certain(explorer.drawn).drawn_labels[explorer.view.hovered]),) if known else ()
        classes = certain(explorer.run).manifest.classes if known else 0
        self.window.plots.point_at(tuple(k for k in label if k < classes))

    def point_at_classes(self, classes: tuple[int, ...]) -> None:
        if classes != self._emphasized:
            self._emphasized = classes
            self.window.plots.point_at(classes)
            self.window.presenter.wake("scene")

    def answer_of_moment(self) -> Answer | None:
        return of_epoch(self.window.explorer)

    def answer_of_note(self) -> Answer | None:
        explorer = self.window.explorer
        answer = of_layer(explorer, self._layer_of(0)) if explorer.run is not None else None
        return answer if answer is None or self.window.frame.tells_values else answer.untold

    def light(self, light: Light) -> None:
        if light != self._light:
            self._light = light
            self.window.plots.light(light)
            self.window.presenter.wake("scene")

    def pin(self, panel: int, row: int) -> None:
        self.window.explorer.pin(row)

    def show(self, stale: set[str], sparing: bool) -> set[str]:
        # Beside a training curves and numbers come in turn: no frame comes late, and a run whose
        # epochs come faster than the frames does not keep the numbers waiting for ever.
        if "series" in stale and not (sparing and self._numbers_wait):
            self._show_series()
            stale = (stale - {"series"}) | {"moment"}
            self._numbers_wait = sparing
            if sparing:
                return stale
        self._numbers_wait = False
        if "moment" in stale:
            self._show_moment()
        return stale & {"series"}

    def _show_moment(self) -> None:
        window, explorer = self.window, self.window.explorer
        window.timeline.show_player(
            self.player, self._readout(), recorded_only=explorer.view.recorded_only
        )
        window.timeline.show_bookmarks(explorer.bookmarks, self.player)
        window.commands["play.loop"].setChecked(self.player.looping)
        window.commands["play.follow"].setChecked(self.player.following)
        window.run_panel.show_moment()
        self._show_legend()
        if explorer.run is not None:
            self.right_column_shows()
        words = self.words()
        window.frame.show_words(
            words.moment,
            words.note,
            words.caption,
            between=explorer.between_in_words,
            also=self._who_is_shown(),
        )
        window.picture.show_card()
        window.scene_keys.say_card()

    def _who_is_shown(self) -> str:
        run, view = self.window.explorer.run, self.window.explorer.view
        if run is None:
            return ""
        drawn = view.drawn_classes(run.manifest)
        return say_shown(run.manifest.drawn_names, [k for k in drawn if k not in view.hidden])

    def right_column_shows(self) -> None:
        """Bring the plots to the moment."""
        self.window.plots.show_moment(self.window.explorer)

    def _show_legend(self) -> None:
        frame, explorer = self.window.frame, self.window.explorer
        nothing = explorer.run is None or not frame.has_scene
        manifest = None if nothing else certain(explorer.run).manifest
        frame.legend.show_view(manifest, explorer.view)
        names = manifest.class_names if manifest else ()
        shown = explorer.view.shown_classes(len(names)) if names else ()
        frame.tools.show_classes(tuple((k, names[k]) for k in shown))

    def _show_series(self) -> None:
        window = self.window
        if window.explorer.series is None:
            return
        window.plots.show_series(window.explorer)
        window.run_panel.show_series()
        if window.explorer.series.complete:
            self.show_stops()

    def _last_moment(self) -> str:
        """Return the digits of the last moment of the run; '' without one."""
        run = self.window.explorer.run
        return "" if run is None else run.counting.digits(run.manifest.epochs or run.epochs[-1])

    def _readout(self) -> str:
        run, last = self.window.explorer.run, self._last_moment()
        if run is None:
            return ""
        paused = tr(" · paused") if self.window.training.pauses(run) else ""
        self.window.timeline.reserve(f"{run.counting.name} {last}.0 / {last}{paused}")
        return f"{self.window.explorer.moment_in_words} / {last}{paused}"

    def words(self) -> SceneWords:
        """Say what is seen."""
        explorer = self.window.explorer
        if explorer.run is None or explorer.series is None:
            return SceneWords(caption=NOTHING_OPEN)
        notes = (self._place(), self._note())
        return SceneWords(
            upper_first(explorer.moment_in_words),
            " · ".join(note for note in notes if note),
            self._caption(),
        )

    def _note(self) -> str:
        return self.window.canvas.scene.note

    def _caption(self) -> str:
        return self.window.explorer.caption()

    def _place(self) -> str:
        explorer = self.window.explorer
        return shortened_layer(certain(explorer.run).manifest.layers[explorer.view.layer].name)

    def show_stops(self) -> None:
        timeline, player = self.window.timeline, self.player
        timeline.show_stops(player)
        timeline.follow.show()
        timeline.slider.set_marks(self.marks())
        run, last = self.window.explorer.run, self._last_moment()
        timeline.reserve("" if run is None else f"{run.counting.name} {last}.0 / {last}")

    def marks(self) -> tuple[TimelineMark, ...]:
        explorer = self.window.explorer
        run, series, player = explorer.run, explorer.series, explorer.player
        if run is None or series is None:
            return ()
        marks = [
            TimelineMark(
                player.position_of(drop),
                "η÷10",
                tr("The learning rate falls at {drop}.", drop=run.counting.named(drop)),
                "learning rate drop",
            )
            for drop in run.manifest.learning_rate_drops
            if drop <= player.stops[-1]
        ]
        start = series.terminal_phase()
        if start is not None:
            facts = Facts(counting=run.counting, recorded=tuple(run.epochs))
            tip = CONCEPTS["terminal phase"].sentence(start, facts)
            marks.append(TimelineMark(player.position_of(start), "TPT", tip, "terminal phase"))
        return tuple(marks)
