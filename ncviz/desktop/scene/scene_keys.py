"""What keys do to the scene: they turn it, and point where the mouse would."""

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PyQt6.QtGui import QFocusEvent, QKeyEvent
from PyQt6.QtWidgets import QWidget

from ncviz.concept import SAMPLES
from ncviz.desktop.scene.camera_control import SHARE_PER_KEY
from ncviz.desktop.scene.canvas import NAME
from ncviz.desktop.scene.canvas_mouse import NOWHERE
from ncviz.desktop.scene.scene_window import SceneWindow
from ncviz.desktop.widgets.announcing import announce, announce_at_rest
from ncviz.desktop.widgets.focus_ring import OWN_RING, FocusRing
from ncviz.desktop.widgets.key_names import with_native_keys
from ncviz.explorer.gripping import turned_by_keys
from ncviz.explorer.stepping import Pointable, number_in_scene, spots_of, stepped
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.scenes.camera import DEGREES_PER_KEY, ZOOM_PER_NOTCH, Camera
from ncviz.scenes.scene import Panel, Scene, SphereHandles
from ncviz.scenes.view import View

KEY, REASON = Qt.Key, Qt.FocusReason
ARROWS = {
    KEY.Key_Left: (-1, 0),
    KEY.Key_Right: (1, 0),
    KEY.Key_Up: (0, -1),
    KEY.Key_Down: (0, 1),
}
ZOOMS = {KEY.Key_Plus: 1, KEY.Key_Equal: 1, KEY.Key_Minus: -1}
ENTER = KEY.Key_Return, KEY.Key_Enter
BY_KEYS = REASON.TabFocusReason, REASON.BacktabFocusReason, REASON.ShortcutFocusReason
FOR_A_MOMENT = (
    REASON.ActiveWindowFocusReason,
    REASON.PopupFocusReason,
    REASON.MenuBarFocusReason,
)
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_NONE = Qt.KeyboardModifier.NoModifier


class SceneKeys(QObject):
    """Gives the scene the arrows once it is entered with Tab or F6, and says so with a ring.

    A click gives it the focus and no more: the arrows go on stepping through time and layers.

    Attributes
    ----------
    entered : bool
        Whether the arrows turn the scene.
    spot : Pointable or None
        What was pointed at last by keys.
    points : bool
        Whether it still is: the mouse takes over when it moves.
    ring : FocusRing
    """

    def __init__(self, window: SceneWindow) -> None:
        super().__init__(window)
        self._window = window
        self.entered = self.points = self._telling = False
        self._beside = 0  # of several scenes of which none is chosen
        self.spot: Pointable | None = None
        self.handle: int | None = None  # that arrows move
        self._begins = False
        canvas = window.canvas
        self.ring = FocusRing(canvas.native)
        canvas.native.setProperty(OWN_RING, True)
        canvas.native.setAccessibleName(NAME)
        if not window.frame.has_scene:
            return
        canvas.native.installEventFilter(self)
        canvas.signals.picture_changed.connect(self._picture_changed)
        canvas.signals.hovered.connect(self._mouse_points)
        canvas.signals.hovered_ball.connect(self._mouse_points)
        canvas.camera_changed.connect(self._follow)

    # Going in and out

    def toggle(self) -> None:
        """Give the scene the arrows, or give them back."""
        if self.entered:
            self.leave()
        elif not (self._window.frame.has_scene and self._native.isVisible()):
            self._window.note.say(tr("There is no scene here."))
        else:
            self._native.setFocus(REASON.ShortcutFocusReason)
            self.enter()

    def enter(self) -> None:
        """Let arrows turn the scene from now on."""
        if not self.entered:
            self.entered = True
            self._beside = 0
            self._place_ring()
            hint = self._hint()
            self._window.frame.show_hint(*hint)
            announce(self._native, hint[0], NAME)

    def leave(self) -> None:
        """Let arrows step through time and layers again; point at nothing by keys."""
        self.entered = False
        self._choose_handle(None)
        self.ring.hide()
        self._window.frame.show_hint()
        self._point_at_nothing()

    def _hint(self) -> tuple[str, ...]:
        """Say which keys the scene takes here, and the same in fewer words."""
        turns = with_native_keys(tr("Arrows turn, Shift+arrows move, + and − zoom"))
        if self._handles:
            turns = with_native_keys(tr("Tab chooses what arrows move, Shift for a little"))
        ends = tr("Esc gives the arrows back")
        several = len(self._panels) > 1
        choose = (with_native_keys(tr("Ctrl+arrows choose a scene")),) if several else ()
        seen = self._window.current.looks_at(0) is not None
        points = (tr("N and C point at samples and classes, Enter pins"),) if seen else ()
        wordings = (
            (turns, *choose, *points, ends),
            (turns, *choose, ends),
            (turns, ends),
            (tr("Arrows turn"), ends),
            (ends,),
        )
        return tuple(with_native_keys(" · ".join(parts)) for parts in wordings)

    # What the canvas goes through

    @property
    def _native(self) -> QWidget:
        return self._window.canvas.native

    @property
    def _panels(self) -> tuple[Panel, ...]:
        return tuple(self._window.canvas.picture.panels)

    @property
    def panel(self) -> int:
        """Return which of several scenes keys are for: the chosen one, if one has a frame."""
        panels = self._panels
        chosen = (number for number, panel in enumerate(panels) if panel.chosen)
        return next(chosen, min(self._beside, len(panels) - 1))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        assert event is not None
        kind = event.type() if event is not None else QEvent.Type.None_
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event)
        reason = event.reason() if isinstance(event, QFocusEvent) else None
        if kind == QEvent.Type.FocusIn and reason in BY_KEYS:
            self.enter()
        elif kind == QEvent.Type.FocusOut and reason not in FOR_A_MOMENT:
            self.leave()
        elif kind == QEvent.Type.Resize and self.entered:
            self._place_ring()
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        if not self.entered and event.key() in (KEY.Key_Tab, KEY.Key_Backtab):
            self.enter()  # where one is, is seen first; the next Tab goes on
            return True
        action = self._action(event)
        if action is not None:
            if event.isAutoRepeat():
                self._window.doings.go_on()
            self._window.frame.show_hint()
            action()
        return action is not None

    def _action(self, event: QKeyEvent) -> Callable[[], None] | None:
        """Return what a key does here; None if it is none of the scene's."""
        key = event.key()
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in ENTER and held == _NONE and (self.entered or self.points):
            return self._click
        if key == KEY.Key_Escape and held == _NONE and (self.entered or self.points):
            return self.leave
        if not self.entered:
            return None
        if key in (KEY.Key_Tab, KEY.Key_Backtab) and self._next_handle(key) is not None:
            return lambda: self._choose_handle(self._next_handle(key))
        if self.handle is not None and key in ARROWS and held in (_NONE, _SHIFT):
            degrees = DEGREES_PER_KEY / (1 if held == _NONE else 6)
            return lambda: self._turn_handle(*ARROWS[Qt.Key(key)], degrees)
        if key in ARROWS and held in (_NONE, _SHIFT, _CONTROL):
            way = ARROWS[Qt.Key(key)]
            does = {_NONE: self._turn, _SHIFT: self._pan, _CONTROL: self._choose_panel}[held]
            return lambda: does(*way)
        if key in ZOOMS and held in (_NONE, _SHIFT):
            factor = ZOOM_PER_NOTCH ** ZOOMS[Qt.Key(key)]
            return lambda: self._change(lambda camera: camera.zoom(factor))
        return None

    # The camera follows an arrow as it follows the mouse

    def _turn(self, right: int, down: int) -> None:
        across, along = -right * DEGREES_PER_KEY, down * DEGREES_PER_KEY
        self._change(lambda camera: camera.orbit(across, along))

    def _pan(self, right: int, down: int) -> None:
        across, along = right * SHARE_PER_KEY, -down * SHARE_PER_KEY
        self._change(lambda camera: camera.pan(across, along))

    def _change(self, change: Callable[[Camera], Camera]) -> None:
        control = self._window.canvas.cameras.of(self.panel)
        control.go(change(control.goal))
        self._window.canvas.camera_moved()

    # What can be dragged

    @property
    def _handles(self) -> SphereHandles | None:
        return self._window.canvas.scene.handles if len(self._panels) == 1 else None

    def _next_handle(self, key: int) -> int | None:
        """Return which handle Tab chooses; None where it goes on to what stands beside."""
        handles = self._handles
        if handles is None:
            return None
        count, back = len(handles.balls), key == KEY.Key_Backtab
        if self.handle is None:
            return None if back else 0
        after = self.handle + (-1 if back else 1)
        return after if 0 <= after < count else None

    def _choose_handle(self, handle: int | None) -> None:
        if handle != self.handle:
            self.handle, self._begins = handle, True
            announce(self._native, self._window.current.choose_handle(handle), NAME)

    def _turn_handle(self, right: int, down: int, degrees: float) -> None:
        handles, scene = self._handles, self._window.canvas.scene
        if handles is None or self.handle is None or self.handle >= len(handles.balls):
            return
        here = np.asarray(scene.balls.positions[handles.balls[self.handle]], dtype=np.float64)
        camera = self._window.canvas.camera
        place = turned_by_keys(here, handles.dimension, camera, right, down, degrees)
        begins, self._begins = self._begins, False
        said = self._window.current.drag_handle(self.handle, place, begins=begins)
        announce_at_rest(self._native, said, NAME)

    # Several scenes

    def _choose_panel(self, right: int, down: int) -> None:
        """Go to the nearest scene in a direction."""
        places = [self._place_of_panel(panel).center() for panel in self._panels]
        here = places[self.panel]

        def away(number: int) -> int:
            way = places[number] - here
            # What lies aside is farther than what lies straight ahead.
            return abs(way.x()) * (1 + 2 * abs(down)) + abs(way.y()) * (1 + 2 * abs(right))

        ahead = [
            number
            for number, place in enumerate(places)
            if (place.x() - here.x()) * right + (place.y() - here.y()) * down > 0
        ]
        if ahead:
            self._beside = min(ahead, key=away)
            self._point_at_nothing()
            self._place_ring()
            self._window.current.choose_panel(self._beside)
            announce(self._native, self._panels[self._beside].title, NAME)

    def _place_of_panel(self, panel: Panel) -> QRect:
        left, top, width, height = panel.pixels(self._native.width(), self._native.height())
        return QRect(round(left), round(top), round(width), round(height))

    def _place_ring(self) -> None:
        panel = self._panels[self.panel]
        alone = panel.chosen or len(self._panels) == 1  # its own frame says which one it is
        self.ring.stand(self._native.rect() if alone else self._place_of_panel(panel))

    # Pointing

    def step(self, step: int, *, by_class: bool = False) -> None:
        """Point at what comes next in the scene: 1 goes on, −1 back."""
        self._window.frame.show_hint()
        seen = self._seen()
        if seen is None:
            return
        found = stepped(spots_of(*seen), self.spot, step, by_class=by_class)
        if found is None:
            self._point_at_nothing()
            self._window.note.say(tr("Nothing is drawn that can be pointed at."))
            return
        if not self._native.hasFocus():  # Enter and Esc are meant for it now
            self._native.setFocus(REASON.OtherFocusReason)
        self.spot, self.points = found, True
        self._point(*seen)

    def _seen(self) -> tuple[Scene, Run, View] | None:
        """Return the scene that keys are for, its run, and how it is seen."""
        window, panel = self._window, self.panel
        if window.current.looks_at(panel) is None or not window.presenter.shows_scene():
            return None  # a model, or the picture of another view is still on the canvas
        panel = self.panel  # of the picture that is shown now
        seen = window.current.looks_at(panel)
        return None if seen is None else (self._panels[panel].scene, *seen)

    def _point(self, scene: Scene, run: Run, view: View) -> None:
        """Let the picture say of the spot what it says under the mouse."""
        number = None if self.spot is None else number_in_scene(self.spot, scene, run, view)
        if self.spot is None or number is None:
            self._point_at_nothing()
            return
        self._move_pointer()
        of_sample = self.spot.kind == SAMPLES
        self._telling = True
        row, ball = (self.spot.row, -1) if of_sample else (None, number)
        self._window.canvas.tell(self.panel, row, ball)
        self._telling = False
        if self._window.frame.card.isVisible():
            self.say_card()
        else:  # as under the mouse, there is no card where nothing is known
            announce(self._native, run.manifest.class_names[self.spot.label], NAME)

    def say_card(self) -> None:
        """Say what the card says of the spot now, once time rests."""
        if self.points and self._window.frame.card.isVisible():
            words = self._window.frame.card.words()
            if self._window.current.moving:
                announce_at_rest(self._native, words, NAME)
            else:
                announce(self._native, words, NAME)

    def _move_pointer(self) -> bool:
        """Put the pointer where the spot is drawn now; return whether it is drawn."""
        seen = self._seen()
        if self.spot is None or seen is None:
            return False
        number = number_in_scene(self.spot, *seen)
        if number is None:
            return False
        scene, canvas = seen[0], self._window.canvas
        balls = scene.samples if self.spot.kind == SAMPLES else scene.balls
        place = self._place_of_panel(self._panels[self.panel])
        camera = canvas.drawing_camera_of(self.panel)
        x, y, _ = camera.project(balls.positions[number], place.width(), place.height())[0]
        within = QRect(QPoint(0, 0), place.size())
        at = QPoint(
            min(max(round(x), within.left()), within.right()),
            min(max(round(y), within.top()), within.bottom()),
        )
        canvas.pointer = place.topLeft() + at
        return True

    def _point_at_nothing(self) -> None:
        if self.points:
            self.points = False
            self._window.canvas.tell(NOWHERE, None)
        announce(self._native, "", NAME)

    def _mouse_points(self, *_what: object) -> None:
        if not self._telling:
            self.points = False

    def _click(self) -> None:
        """Do what a click does there."""
        canvas = self._window.canvas
        if self.points and self.spot is not None and self.spot.kind == SAMPLES:
            canvas.clicked_sample.emit(self.panel, self.spot.row)
        elif len(self._panels) > 1:
            canvas.clicked_panel.emit(self.panel)

    # What changes below the pointer

    def _picture_changed(self) -> None:
        if self.entered:
            self._place_ring()
        if self.points:
            seen = self._seen()
            if seen is not None:
                self._point(*seen)

    def _follow(self) -> None:
        """Let the card go with what it tells of while the camera moves."""
        if self.points and self._move_pointer():
            self._window.picture.move_card()
