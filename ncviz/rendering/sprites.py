"""Samples: many small lit balls, each one point sprite."""

import numpy as np
from numpy.typing import NDArray
from vispy import gloo
from vispy.gloo import gl

from ncviz.rendering.frame import Frame
from ncviz.rendering.programs import BLENDING, Program, VertexOrder, switch
from ncviz.rendering.redrawing import Buffers
from ncviz.rendering.shaders import SPRITE_FRAGMENT, SPRITE_VERTEX
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls

SAMPLE_GLOSS = 0.5
_ATTRIBUTES = {"a_position": "positions", "a_radius": "radii", "a_color": "colors"}


def sprite_program() -> Program:
    """Return a program that draws spheres as point sprites."""
    return Program(SPRITE_VERTEX, SPRITE_FRAGMENT, u_gloss=SAMPLE_GLOSS)


class Sprites:
    """Draws samples back to front.

    The order is sorted anew only when the direction of view or the positions
    change; nothing but that order is then uploaded.

    Parameters
    ----------
    program : Program
        From `sprite_program`; several collections may share it.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._order = VertexOrder()
        self._balls = Balls()
        self._buffers = Buffers()
        self._sorted_for: NDArray[np.float64] | None = None

    def set_balls(self, balls: Balls) -> None:
        """Take other samples, uploading only the arrays that are other objects than before.

        Parameters
        ----------
        balls : Balls
            The samples.
        """
        before, self._balls = self._balls, balls
        if not len(balls):
            return
        for attribute, name in _ATTRIBUTES.items():
            if getattr(balls, name) is not getattr(before, name):
                self._upload(attribute, getattr(balls, name))
        if balls.outlines is not before.outlines or len(balls) != len(before):
            none = np.zeros((len(balls), 4), dtype=np.float32)
            self._upload("a_outline", none if balls.outlines is None else balls.outlines)
        if balls.positions is not before.positions:
            self._sorted_for = None

    def sort(self, camera: Camera) -> None:
        """Sort the samples for a camera, if they must be sorted anew."""
        direction = camera.basis()[2]
        if self._sorted_for is None or not np.array_equal(self._sorted_for, direction):
            self._order.set_indices(back_to_front(self._balls.positions, camera))
            self._sorted_for = direction

    def draw(self, frame: Frame) -> None:
        """Draw the samples as sorted, blended over what is there and tested against its depth.

        Parameters
        ----------
        frame : Frame
            The picture.
        """
        if not len(self._balls):
            return
        frame.set_on(self._program)
        switch(depth_test=True, blend=True)
        gloo.set_depth_mask(True)
        # Their colours come multiplied with alpha, which costs less in software.
        gloo.set_blend_func("one", "one_minus_src_alpha")
        self._program.draw_in_order("points", self._buffers, self._order)
        gloo.set_blend_func(*BLENDING)

    def _upload(self, attribute: str, array: NDArray[np.float32]) -> None:
        if attribute not in self._buffers:
            self._buffers[attribute] = gloo.VertexBuffer()
        self._buffers[attribute].set_data(np.ascontiguousarray(array, dtype=np.float32))


def back_to_front(positions: NDArray[np.float32], camera: Camera) -> NDArray[np.uint32]:
    """Return the indices of points, the farthest first.

    Parameters
    ----------
    positions : array, shape (n, 3)
        In scene units.
    camera : Camera
        Where they are seen from.

    Returns
    -------
    array, shape (n,)
    """
    toward_eye = positions @ camera.basis()[2].astype(np.float32)
    return np.argsort(toward_eye).astype(np.uint32)


def largest_sprite(balls: Balls, camera: Camera, height: int) -> float:
    """Return the width in pixels of the largest sprite in front of the eye; 0 if there is none.

    Parameters
    ----------
    balls : Balls
        The samples.
    camera : Camera
        Where they are seen from.
    height : int
        Of the picture, in pixels.
    """
    backward = camera.basis()[2]
    depth = camera.eye() @ backward - balls.positions @ backward.astype(np.float32)
    seen = depth > camera.clipping_planes()[0]
    radii = balls.radii[seen] * camera.pixels_per_unit(height, depth[seen])
    return float(2 * radii.max(initial=-1.0) + 2)


def point_size_limit() -> float:
    """Return the width in pixels of the largest point the current GL context can draw."""
    return float(np.max(gl.glGetParameter(gl.GL_ALIASED_POINT_SIZE_RANGE)))
