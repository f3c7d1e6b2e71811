"""Keeps what is drawn within the view: on opening, when other things are shown, and on demand."""

from collections.abc import Callable
from dataclasses import replace

from ncviz.desktop.scene.scene_window import SceneWindow
from ncviz.errors import UserError
from ncviz.runs.run import Run
from ncviz.scenes.camera import Camera
from ncviz.scenes.camera_fit import (
    NOTHING_COVERED,
    Covered,
    fitted_camera,
    opening_camera,
    outermost_over_time,
    shows_all,
)
from ncviz.scenes.scene import Scene
from ncviz.scenes.view import View

WIDEST, NARROWEST = 2.0, 0.5  # pictures, in width over height, that are fitted to
MOST_COVERED = 0.3  # of the picture's height, above or below: so much is kept free of a scene
USUAL = 1.1  # of a window that has not been laid out yet


class Framing:
    """Steps back where a run or a model would be cut by the edge of the picture.

    The camera comes no closer by itself, and where the user came closer it
    stays. A run is framed once for all its epochs, so that nothing pumps; for
    a few outliers among the samples it is not made smaller. From another model,
    or one with other parameters, it comes back as far as it had stepped.
    """

    def __init__(self, window: SceneWindow) -> None:
        self._window = window
        self._shown: tuple[object, ...] = ()
        self._framed: Run | None = None
        self._left_alone: Run | None = None
        self._panels: tuple[tuple[object, ...], float] = ((), Camera().distance)
        self._before_model: Camera | None = None
        self._model_seen: tuple[Camera, bool] | None = None
        self._stepped_to: Camera | None = None
        self._come_back = False
        self._due: Callable[[], None] | None = None
        window.explorer.listen(self._explorer_changed)

    def fit(self) -> None:
        """Bring all that is drawn now into view."""
        canvas = self._window.canvas
        panels = canvas.picture.panels
        for number, control in enumerate(canvas.cameras.used):
            seen = panels[number : number + 1] if canvas.cameras.apart else panels
            scenes = [panel.scene for panel in seen]
            control.go(fitted_camera(control.goal, scenes, self.aspect, covered=self.covered))
        canvas.camera_moved()

    @property
    def aspect(self) -> float:
        """Return width over height of what a camera is to show."""
        canvas = self._window.canvas
        if len(canvas.picture.panels) > 1:  # each is seen from where a square one would be
            return 1.0
        if not canvas.native.isVisible():
            return USUAL
        return min(max(canvas.aspect, NARROWEST), WIDEST)

    @property
    def covered(self) -> Covered:
        """Return what the words above and the legend below take of the picture's height."""
        canvas = self._window.canvas
        if len(canvas.picture.panels) > 1 or not canvas.native.isVisible():
            return NOTHING_COVERED
        above, below = canvas.covered
        high = max(canvas.native.height(), 1)
        return min(above / high, MOST_COVERED), min(below / high, MOST_COVERED)

    def first_view(self, camera: Camera) -> Camera:
        """Return a camera in the same direction that shows what is open from its first distance."""
        return opening_camera(camera, self._scenes(), self.aspect, covered=self.covered)

    # Runs

    def panel_distance(self, run: Run, view: View) -> float:
        """Return how far away the camera is that shows the last layer of a run for the first time.

        What panels of all layers are drawn for, see `panel_fit`.
        """
        last = View(classes=view.classes, hidden=view.hidden, shadow=replace(view.shadow, time=0.0))
        key = run, len(run.epochs), last
        if self._panels[0] != key:
            # As in the widest window: in none is the camera nearer than that.
            camera = opening_camera(Camera(), [outermost_over_time(run, last)], WIDEST)
            self._panels = key, camera.distance
        return self._panels[1]

    def _explorer_changed(self, what: str) -> None:
        window = self._window
        if what == "epochs":
            self._follow_run()
        if what not in ("run", "view") or window.explorer.run is None:
            return
        view, shown = window.explorer.view, self._shown
        classes = view.shown_classes(window.explorer.run.manifest.classes)
        self._shown = view.layer, classes, view.shadow.kind, view.shadow.toward
        if not window.current.shows_run:
            return
        if what == "run":
            self.enter_run()
        elif self._shown != shown and view.shadow.kind != "tour":
            self.step_back()

    def enter_run(self) -> None:
        """Look at a run that was just opened from where all of it is seen, with its first frame."""
        run = self._window.explorer.run
        if run is not None and run is not self._framed:
            self._due = self._frame_run

    def _frame_run(self) -> None:
        canvas, run = self._window.canvas, self._window.explorer.run
        if run is None or run is self._framed:
            return
        self._framed = run
        canvas.home = self.first_view(Camera())
        goal = canvas.control.goal
        framed = canvas.home if goal == Camera() else self.first_view(goal)
        if run is not self._left_alone and framed != goal:
            with self._window.doings.consequence():
                canvas.set_camera(framed)

    def step_back(self) -> None:
        """Look from farther away if something of what is open is out of view at some moment."""
        if self.is_due or not self._window.presenter.is_prepared():
            self._due = self._due or self.step_back
            return
        canvas = self._window.canvas
        goal, home = canvas.control.goal, canvas.home
        if goal.distance < 0.99 * home.distance or goal.target != home.target:
            return  # the user has come closer, or looks elsewhere
        scenes = self._scenes()
        if not shows_all(goal, scenes, self.aspect, self.covered):
            farther = fitted_camera(goal, scenes, self.aspect, covered=self.covered)
            canvas.home = replace(home, distance=farther.distance, target=farther.target)
            with self._window.doings.consequence():
                canvas.move_to(farther)

    @property
    def is_due(self) -> bool:
        """Return whether the camera waits for the next frame, or for pictures to be worked out."""
        return self._due is not None and self._window.current.shows_run

    def stay(self) -> None:
        """Leave the camera where it was put: it does not step back for what was shown before."""
        if self._due == self.step_back:
            self._due = None
        elif self._due is not None:
            self._left_alone = self._window.explorer.run

    def look_from(self, camera: Camera) -> None:
        """Look from where a view says, also at a run that is still being opened."""
        self._left_alone = self._window.explorer.run
        self._window.canvas.move_to(camera)
        self.stay()

    def catch_up(self) -> None:
        """Do what waited for a frame whose pictures are worked out."""
        due, self._due = self._due, None
        if due is not None and self._window.current.shows_run:
            due()

    def _follow_run(self) -> None:
        """Step back where a training has grown out of the view."""
        window = self._window
        if window.explorer.run is not None and window.current.shows_run:
            self.step_back()

    def room_changed(self) -> None:
        """Bring the first view into what is free now, unless the user looks from elsewhere."""
        window = self._window
        canvas = window.canvas
        run_seen = window.explorer.run is not None and window.current.shows_run
        one = len(canvas.picture.panels) == 1
        framed = self._framed is not None and not self.is_due
        if not (run_seen and one and framed and window.presenter.is_prepared()):
            return
        if canvas.control.goal == canvas.home:
            canvas.home = self.first_view(canvas.home)
            if canvas.home != canvas.control.goal:
                with window.doings.consequence():
                    canvas.set_camera(canvas.home)

    def _scenes(self) -> list[Scene]:
        """Return how far reaches what is open in all its time; what is drawn now of a model."""
        window = self._window
        run = window.current.shown_run
        if run is None:
            return [window.canvas.scene]
        try:
            scenes = [outermost_over_time(run, window.explorer.view)]
            if window.current.beside is not None:
                scenes.append(outermost_over_time(*window.current.beside))
        except UserError as error:  # a damaged moment: the others are shown
            window.note.say_error(error)
            return [window.canvas.scene]
        return scenes

    # Models

    def enter_model(self) -> None:
        """Look at a model from where all of it is seen."""
        self._model_seen, self._come_back = None, True

    def change_model(self) -> None:
        """Look at a model that has other parameters from no farther than it needs."""
        self._come_back = True

    def follow_model(self) -> None:
        """Step back where a model has grown out of the view in which it was whole."""
        canvas = self._window.canvas
        goal, scenes = canvas.control.goal, [canvas.scene]
        grown = self._model_seen is None or self._model_seen == (goal, True)
        if self._come_back and (back := self.without_model(goal)) != goal:
            goal, self._before_model, grown = back, None, True
        self._come_back = False
        whole = shows_all(goal, scenes, self.aspect, self.covered)
        if not whole and grown:
            if self._before_model is None:
                self._before_model = goal
            goal, whole = fitted_camera(goal, scenes, self.aspect, covered=self.covered), True
            self._stepped_to = goal
        if goal != canvas.control.goal:
            with self._window.doings.consequence():
                canvas.set_camera(goal)
        self._model_seen = goal, whole

    def without_model(self, camera: Camera) -> Camera:
        """Return a camera before it stepped back for a model, if no more than turned since."""
        before, stepped = self._before_model, self._stepped_to
        if before is None or stepped is None or _from_where(camera, stepped) != camera:
            return camera
        return _from_where(camera, before)

    def leave_model(self) -> None:
        """Go back to the distance from which the run was seen."""
        before, self._before_model = self._before_model, None
        if before is not None:
            canvas = self._window.canvas
            with self._window.doings.no_step():
                canvas.set_camera(_from_where(canvas.control.goal, before))


def _from_where(camera: Camera, other: Camera) -> Camera:
    """Return a camera that looks in its own direction from where another one does."""
    return replace(camera, distance=other.distance, target=other.target)
