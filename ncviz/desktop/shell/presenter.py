"""Brings the widgets up to date with the state, once a frame."""

import time

from PyQt6.QtCore import QCoreApplication, QEvent, Qt, QTimer

from ncviz.desktop.commands.commanded_window import CommandedWindow
from ncviz.desktop.one_shot import BeforePainting, one_shot
from ncviz.desktop.plots.plot_frame import PlotFrame
from ncviz.desktop.rooms.explore.layer_list import LayerList
from ncviz.desktop.scene.scene_frame import SceneFrame
from ncviz.desktop.style.theme import is_dressing
from ncviz.errors import UserError
from ncviz.explorer.preparing import is_heavy
from ncviz.runs.run import Run
from ncviz.scenes.own_space import code_is_sought
from ncviz.scenes.palette import rgb
from ncviz.scenes.scene import Scene, one_panel
from ncviz.scenes.trails import remember_past

# Beside a training on the same processor every frame costs it a step or two.
FRAME_MILLISECONDS_TRAINING = 33
PLOT_SECONDS = 0.05  # plots follow at most twenty times a second
SHORT_PLOTS = 0.012  # in no more, picture and plots come together where a hand asks for them
PLOT_SECONDS_SELDOM = 0.14  # beside a training, and where curves grow while numbers come
LONG_SECONDS = 0.03  # of a picture: the window then sees to what else has come
IDLE_SECONDS = 0.006  # of each frame, for numbers that are still to be computed
LAYOUTS_IN_LAYOUTS = 3  # each asks the next for a place
EVERYTHING = ("scene", "moment", "series", "model")
AFTER_EXPLORER = {
    "run": ("scene", "moment", "series"),
    "epochs": ("moment", "series"),
    "view": ("scene", "moment"),
    "series": ("series",),
    "bookmarks": ("moment",),
}
FRAME_MILLISECONDS = {60: 16, 30: 33, 0: 8}


class Presenter:
    """Collects what has changed and shows it with the next frame.

    What can be out of date: 'scene' (the 3-D picture), 'moment' (everything
    that depends on the epoch alone), 'series' (curves over epochs), 'model'
    (what is plotted of a model of the Theory room).
    """

    def __init__(self, window: CommandedWindow) -> None:
        self._window = window
        self._stale: set[str] = set()
        self._last_frame = time.perf_counter()
        self._last_plots = self._last_shown = self._plots_took = 0.0
        self._by_hand = self._ticks = False  # what is out of date; within `tick`
        self._sparing = self._put_off = self._computes = self._ended = False
        self._drawn: list[Run] = []  # whose picture is on the canvas
        self._told: Run | None = None  # of which words and numbers speak
        self._clock = QTimer(window)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.setInterval(FRAME_MILLISECONDS[window.settings.frame_limit])
        self._clock.timeout.connect(self.tick)
        # After a rest the first frame comes at once, not with the clock, and is painted together
        # with what was changed by hand.
        self._first = BeforePainting(window, self.tick)
        self._on = one_shot(window, self.tick)  # where nothing moves, no time passes unused
        # What the last frame moves on the screen is told by events that come after it.
        self._rest = one_shot(window, window.doings.rest)
        window.explorer.listen(self._explorer_changed)
        window.setUpdatesEnabled(False)  # until there is something to paint, see `tick`

    @property
    def at_rest(self) -> bool:
        """Return whether everything on the screen is up to date and nothing moves.

        A camera that turns until one stops it is no unrest.
        """
        timers = self._clock, self._first, self._on, self._rest
        cameras = self._window.canvas.cameras.used
        arrived = all(control.goal == control.camera for control in cameras)
        moves = self._window.rooms.on_the_way or any(timer.isActive() for timer in timers)
        return arrived and not moves

    @property
    def up_to_date(self) -> bool:
        """Return whether all that changed has been shown; idle work may be left."""
        return not self._stale

    @property
    def pictured(self) -> bool:
        """Return whether the canvas has been given the picture of what changed."""
        return "scene" not in self._stale

    def is_prepared(self) -> bool:
        """Return whether what is seen can be drawn at once; else it is being worked out."""
        room = self._window.current
        # Both, so that both are begun.
        sides = self._window.preparing.ready(room.seen()), room.prepare()
        return all(sides)

    def spare_the_processor(self, spare: bool) -> None:
        """Draw fewer frames while a network trains."""
        self._sparing = spare
        self.limit_frames()

    def limit_frames(self) -> None:
        """Keep to the settings' frame limit, and beside a training to fewer."""
        milliseconds = FRAME_MILLISECONDS[self._window.settings.frame_limit]
        if self._sparing:
            milliseconds = max(milliseconds, FRAME_MILLISECONDS_TRAINING)
        if self._clock.interval() != milliseconds:
            self._clock.setInterval(milliseconds)
        self._window.canvas.limit_frames(milliseconds if milliseconds > 16 else 0)

    def stop(self) -> None:
        """Show nothing any more: the window closes, and its parts that are hidden ask again."""
        self._ended = True
        self._first.stop()
        for timer in (self._clock, self._on, self._rest):
            timer.stop()
            timer.timeout.disconnect()

    def wake(self, *what: str) -> None:
        """Show with the next frame that something is out of date."""
        self._stale.update(what)
        self._by_hand |= not self._ticks
        if self._ended:
            return
        self._rest.stop()
        self._window.keeping.soon()
        if not self._clock.isActive():
            self._last_frame = time.perf_counter()
            self._clock.start()
        if not (self._sparing or self._on.isActive()):
            rested = 1000 * (time.perf_counter() - self._last_shown)
            if rested > self._clock.interval():
                self._first.start()

    def wake_series(self) -> None:
        """Show the curves anew, with numbers that were not asked for before."""
        self.wake("series", "moment")

    def show_all(self) -> None:
        """Show everything anew: another room, another theme."""
        if self._ended:
            return
        self._window.current.show_stops()
        self.wake(*EVERYTHING)

    def tick(self) -> None:
        """Let time pass and show what changed; sleep when nothing moves."""
        window = self._window
        if is_dressing():  # then all of it is shown
            return
        now = time.perf_counter()
        passed, self._last_frame = now - self._last_frame, now
        changed = bool(self._stale)
        if self._stale:
            self._last_shown = now
        self._ticks = True
        try:
            window.current.advance(passed)
            if self.is_prepared():
                window.framing.catch_up()
                self._show(now)
            elif self._stale:
                self._leave_no_other_picture()
                window.frame.caption.say(window.current.preparing)
        except UserError as error:
            window.player.pause()
            self._stale -= {"scene", "moment"}
            window.note.say_error(error)
        finally:
            self._ticks = False
            if not window.updatesEnabled():
                self._begin_painting()
        more = self._compute()
        # What has changed is to be drawn before there is time for anything else.
        busy = changed or window.current.moving or self._stale or more or window.framing.is_due
        if not busy and not self._look_back(IDLE_SECONDS):
            self._clock.stop()
            self._rest.start(0)
            self._describe()
            window.rooms.get_ready()  # the first picture is there, and nothing else to do

    def _begin_painting(self) -> None:
        """Paint the window for the first time: with its first picture, and all in its place."""
        for _ in range(LAYOUTS_IN_LAYOUTS):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self._window.setUpdatesEnabled(True)

    def _compute(self) -> bool:
        """Compute what is missing for a while; return whether more is."""
        current, begun = self._window.current, time.perf_counter()
        more = current.compute(IDLE_SECONDS)
        worked = time.perf_counter() - begun >= IDLE_SECONDS  # and waits for no thread
        if self._computes and not more:
            self._last_plots = 0.0  # the last numbers are shown at once
        self._computes = more
        if more and worked and not (current.moving or self._sparing):
            self._on.start(0)
        return more

    def _describe(self) -> None:
        # What passes by is no news to who listens: only now it rests.
        window = self._window
        described: list[SceneFrame | LayerList | PlotFrame] = [
            window.frame,
            window.run_panel.layers,
        ]
        for part in (*described, *window.current.right.findChildren(PlotFrame)):
            if part.isVisible():
                part.describe()

    def _look_back(self, seconds: float) -> bool:
        """Make the trails of samples ready that may be pinned; return whether more are left."""
        run, view = self._window.explorer.run, self._window.explorer.view
        layers = self._window.current.pinned_in
        if run is None or self._sparing or not layers:
            return False
        if is_heavy(run, view):  # whoever pins a sample waits for its trail
            return False
        try:
            return remember_past(run, view, layers, seconds)
        except UserError:  # who pins a sample will read of it
            return False

    def _explorer_changed(self, what: str) -> None:
        window, run = self._window, self._window.explorer.run
        if what == "run" and run is not None:
            try:
                window.plots.show_run(window.explorer)
            except UserError as error:  # a damaged epoch; the run is open all the same
                window.note.say_error(error)
            window.run_panel.show_run()
        if what in ("run", "epochs"):
            window.run_panel.show_facts()
            window.opening.watch_run()
            window.current.show_stops()
        if what == "epochs" and run is not None and code_is_sought(run, window.explorer.view):
            self.wake("scene")  # it has ended, and the code is drawn
        self.wake(*AFTER_EXPLORER[what])

    def _seen(self) -> list[Run]:
        return [run for run, _view in self._window.current.seen()]

    def _leave_no_other_picture(self) -> None:
        """Clear the canvas of another run or room, which would answer for this one."""
        if self._drawn != self._seen():
            self._drawn = self._seen()
            ground = rgb(self._window.theme.background)
            self._window.canvas.set_picture(one_panel(Scene(background=ground)))

    def shows_scene(self) -> bool:
        """Bring the picture up to date now, if it can be; return whether it is.

        Keys ask before they point at something in it.
        """
        if "scene" in self._stale and self.is_prepared():
            try:
                self._show_scene()
            except UserError:
                return False  # the next frame tells
        return "scene" not in self._stale

    def _show_scene(self) -> None:
        if "scene" in self._stale:
            window = self._window
            picture = window.current.picture(window.explorer.view)
            self._stale.discard("scene")
            window.canvas.set_picture(picture)
            self._drawn = self._seen()

    def _shows_picture_first(self) -> bool:
        """Bring the picture up to date; return whether plots and words have a turn of their own.

        So they have after a picture that a hand asked for, which is on the screen before them, and
        after one that took long: the window first sees to what else has come.
        """
        begun, canvas = time.perf_counter(), self._window.canvas
        asked = self._by_hand and "scene" in self._stale and not self._sparing
        self._show_scene()
        if asked and canvas.draw_at_once():
            return True
        return time.perf_counter() - begun > LONG_SECONDS or canvas.is_drawing(LONG_SECONDS)

    @property
    def _plot_seconds(self) -> float:
        if self._by_hand and self._plots_took < SHORT_PLOTS and not self._sparing:
            return 0.0
        grows = self._computes and self._stale == {"series"}  # and nothing else has changed
        return PLOT_SECONDS_SELDOM if self._sparing or grows else PLOT_SECONDS

    def _show(self, now: float) -> None:
        window, run = self._window, self._window.explorer.run
        another = run is not self._told  # words of another run would be said of this picture
        self._put_off = self._shows_picture_first() and not (self._put_off or another)
        if self._put_off:
            self._on.start(0)
            return
        if "moment" in self._stale:
            window.timeline.slider.set_position(window.player.position)
        if now - self._last_plots < self._plot_seconds and not another:
            return
        self._last_plots = now
        stale, self._stale, self._by_hand = self._stale, set(), False
        self._stale |= window.current.show(stale, self._sparing and not another)
        self._told = run
        window.teacher.refresh()
        self._plots_took = time.perf_counter() - now
