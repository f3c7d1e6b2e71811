"""Samples of different shapes, told apart without colour: billboards lit like balls."""

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from ncviz.rendering.frame import Frame
from ncviz.rendering.programs import Program, VertexOrder, attributes, switch
from ncviz.rendering.redrawing import Buffers
from ncviz.rendering.shaders import SHAPE_FRAGMENT, shape_vertex
from ncviz.rendering.sprites import SAMPLE_GLOSS, back_to_front
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls

_VERTEX = np.dtype(
    [
        ("a_position", np.float32, 3),
        ("a_radius", np.float32),
        ("a_color", np.float32, 4),
        ("a_shape", np.float32),
        ("a_outline", np.float32, 4),
        ("a_corner", np.float32, 2),
    ]
)
_CORNERS = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], dtype=np.float32)
_TRIANGLES = np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)


def shape_programs() -> dict[bool, Program]:
    """Return programs that draw shapes, as quads and as point sprites."""
    return {
        as_quads: Program(shape_vertex(as_quads), SHAPE_FRAGMENT, u_gloss=SAMPLE_GLOSS)
        for as_quads in (True, False)
    }


class Shapes:
    """Draws samples of different shapes back to front.

    Parameters
    ----------
    programs : dict of bool to Program
        From `shape_programs`; several collections may share them.
    """

    def __init__(self, programs: dict[bool, Program]) -> None:
        self._programs = programs
        self._balls = Balls()
        self._buffers: dict[bool, Buffers] = {}
        self._order = VertexOrder()
        self._sorted_for: tuple[bool, NDArray[np.float64]] | None = None

    def set_balls(self, balls: Balls) -> None:
        """Take other samples; uploads nothing if all arrays are the same objects as before."""
        before, self._balls = self._balls, balls
        if any(vars(balls)[name] is not vars(before)[name] for name in vars(balls)):
            self._buffers = {}
            self._sorted_for = None

    def sort(self, camera: Camera, as_quads: bool) -> None:
        """Sort the samples for a camera, if they must be sorted anew.

        Parameters
        ----------
        camera : Camera
            Where they are seen from.
        as_quads : bool
            Instead of as point sprites, which have a largest size.
        """
        if not len(self._balls):
            return
        if as_quads not in self._buffers:
            self._buffers[as_quads] = self._upload(as_quads)
        direction = camera.basis()[2]
        before = self._sorted_for
        if before is None or before[0] != as_quads or not np.array_equal(before[1], direction):
            order = back_to_front(self._balls.positions, camera)
            if as_quads:
                order = (4 * order[:, None] + _TRIANGLES).ravel()
            # A batch must hold whole quads: six indices each.
            self._order.set_indices(order, 9000 if as_quads else 1500)
            self._sorted_for = as_quads, direction

    def draw(self, frame: Frame) -> None:
        """Draw the samples as sorted, blended over what is there and tested against its depth.

        Parameters
        ----------
        frame : Frame
            The picture.
        """
        if self._sorted_for is None or not len(self._balls):
            return
        as_quads = self._sorted_for[0]
        program = self._programs[as_quads]
        frame.set_on(program)
        switch(depth_test=True, blend=True)
        gloo.set_depth_mask(True)
        mode = "triangles" if as_quads else "points"
        program.draw_in_order(mode, self._buffers[as_quads], self._order)

    def _upload(self, as_quads: bool) -> Buffers:
        balls = self._balls
        vertices = np.zeros((len(balls), 4 if as_quads else 1), dtype=_VERTEX)
        vertices["a_position"] = balls.positions[:, None]
        vertices["a_radius"] = balls.radii[:, None]
        vertices["a_color"] = balls.colors[:, None]
        if balls.shapes is not None:
            vertices["a_shape"] = balls.shapes[:, None]
        if balls.outlines is not None:
            vertices["a_outline"] = balls.outlines[:, None]
        if as_quads:
            vertices["a_corner"] = _CORNERS
        buffers = attributes(gloo.VertexBuffer(vertices.ravel()))
        if not as_quads:
            del buffers["a_corner"]
        return buffers
