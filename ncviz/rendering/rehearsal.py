"""Things drawn out of sight, so that no program is used for the first time before one's eyes.

A driver compiles a program, and a software renderer translates it for the
states it is used with, when it draws first: some 60 ms during which a window
would stand still, for the first ring or the first shapes.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from vispy import gloo

from ncviz.rendering.frame import Tile
from ncviz.rendering.overlay import Overlay
from ncviz.rendering.panels import PanelStage, Programs
from ncviz.rendering.programs import BLENDING
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls, Scene, Sticks

_SIDE = 16
_AWAY = Tile(0, 0, _SIDE, _SIDE)
# Left of and below the framebuffer: all is drawn, and no pixel is left of it.
_CORNER = -2 * _SIDE, -2 * _SIDE
_RADIUS = np.full(1, 0.1, np.float32)
_COLOR = np.ones((1, 4), np.float32)
_FAINT = np.full((1, 4), 0.5, np.float32)


class Rehearsal:
    """Draws one of each kind beyond the border of the framebuffer, one kind at a time.

    Whatever states a picture is drawn with, the rehearsal has too: both go
    through `PanelStage` and `Overlay`, into the same framebuffer.

    Parameters
    ----------
    programs : Programs
        Of the stage.
    overlay : Overlay
        Of the stage; what it is to draw next must be prepared anew.
    """

    def __init__(self, programs: Programs, overlay: Overlay) -> None:
        self._programs = programs
        self._overlay = overlay
        # What is needed first comes first: a pin, then shapes, then looking closely.
        self._left: list[Callable[[], None]] = [
            self._marks,
            lambda: self._panel(_solids(), as_quads=False),
            lambda: self._panel(_samples(shapes=False), as_quads=False),
            lambda: self._panel(_samples(shapes=True), as_quads=False),
            lambda: self._panel(_samples(shapes=False), as_quads=True),
            lambda: self._panel(_samples(shapes=True), as_quads=True),
        ]

    def step(self) -> bool:
        """Draw the next kind with the bound framebuffer; return whether there are more."""
        if self._left:
            self._left.pop(0)()
        return bool(self._left)

    def _marks(self) -> None:
        self._begin()
        gloo.set_scissor(*_CORNER, _SIDE, _SIDE)
        self._overlay.rehearse(_AWAY)
        gloo.set_state(scissor_test=False)

    def _panel(self, scene: Scene, *, as_quads: bool) -> None:
        stage, camera = PanelStage(self._programs), Camera()
        stage.set_scene(scene)
        stage.prepare(camera, _SIDE, as_quads)
        frame = stage.frame(camera, _AWAY, _AWAY)
        if frame is not None:
            self._begin()
            stage.draw(replace(frame, corner=_CORNER))
            gloo.set_state(scissor_test=False)

    def _begin(self) -> None:
        gloo.set_state(cull_face=False, scissor_test=True, stencil_test=False)
        gloo.set_color_mask(True, True, True, True)
        gloo.set_depth_mask(True)
        gloo.set_depth_func("less")
        gloo.set_blend_func(*BLENDING)


def _solids() -> Scene:
    """Return a ball, a stick, an edge and a piece of a trail."""
    start, end = np.zeros((1, 3), np.float32), np.ones((1, 3), np.float32)
    stick = Sticks(start, end, _RADIUS, _COLOR)
    line = replace(stick, colors=_FAINT, lit=False)
    return Scene(balls=Balls(start, _RADIUS, _FAINT), sticks=stick, edges=line, trails=line)


def _samples(*, shapes: bool) -> Scene:
    """Return one sample."""
    kinds = np.zeros(1, np.float32) if shapes else None
    return Scene(samples=Balls(np.zeros((1, 3), np.float32), _RADIUS, _COLOR, kinds))
