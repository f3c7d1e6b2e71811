"""Balls, sticks and edges: capsules of exact shape and depth, each one quad."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from ncviz.rendering.capsule_shaders import CAPSULE_FRAGMENT, CAPSULE_VERTEX
from ncviz.rendering.frame import Frame
from ncviz.rendering.programs import Program, attributes, switch
from ncviz.rendering.redrawing import Buffers
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Balls, Sticks

_VERTEX = np.dtype(
    [
        ("a_start", np.float32, 3),
        ("a_end", np.float32, 3),
        ("a_radius", np.float32),
        ("a_color", np.float32, 4),
        ("a_lit", np.float32),
        ("a_core", np.float32, 4),
        ("a_outline", np.float32, 4),
        ("a_corner", np.float32, 2),
    ]
)
_CORNERS = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], dtype=np.float32)
_TRIANGLES = np.array([0, 1, 2, 2, 1, 3], dtype=np.uint32)


def capsule_program(gloss: float) -> Program:
    """Return a program that draws capsules.

    Parameters
    ----------
    gloss : float
        How strongly the light is mirrored, 0…1.
    """
    return Program(CAPSULE_VERTEX, CAPSULE_FRAGMENT, u_gloss=gloss)


class Capsules:
    """Draws balls and sticks, solid or see-through.

    Parameters
    ----------
    program : Program
        From `capsule_program`; several collections may share it.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._buffers = Buffers()
        self._solid, self._sorted = _Selection(), _Selection()
        self._parts: tuple[Balls | Sticks, ...] = ()
        self._centers: NDArray[np.float32] = np.zeros((0, 3), dtype=np.float32)
        self._nearer: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self._opaque: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)

    def set_parts(self, *parts: Balls | Sticks) -> None:
        """Take other things to draw; does nothing if all their arrays are the same objects.

        Parameters
        ----------
        *parts : Balls or Sticks
            All of them, drawn as one sorted collection.
        """
        if _same(parts, self._parts):
            return
        self._parts = parts
        corners = np.concatenate([_vertices(part) for part in parts])
        if not len(corners):
            return
        self._buffers = attributes(gloo.VertexBuffer(corners.ravel()))
        one = corners[:, 0]
        self._centers = (one["a_start"] + one["a_end"]) / 2
        is_ball = (one["a_start"] == one["a_end"]).all(axis=1)
        # A ball is sorted by its front, so that what it encloses comes before it.
        self._nearer = np.where(is_ball, one["a_radius"], np.float32(0))
        self._opaque = one["a_color"][:, 3] > 0.999

    def sort(self, camera: Camera, *, in_two_passes: bool) -> None:
        """Sort what there is for a camera, before anything at all is drawn.

        Parameters
        ----------
        camera : Camera
            Where it is seen from.
        in_two_passes : bool
            For `draw_solid` and `draw_see_through`, instead of for `draw_sorted`.
        """
        toward_eye = self._centers @ camera.basis()[2].astype(np.float32) + self._nearer
        self._sorted.choose(np.argsort(toward_eye[: len(self)], kind="stable"))
        if in_two_passes:
            self._solid.choose(np.flatnonzero(self._opaque[: len(self)]))

    def draw_solid(self, frame: Frame) -> None:
        """Draw what hides everything behind it, without the half-covered pixels of the rims.

        Parameters
        ----------
        frame : Frame
            The picture.
        """
        switch(depth_test=True, blend=False)
        gloo.set_depth_mask(True)
        self._draw(frame, self._solid, layer=1.0)

    def draw_see_through(self, frame: Frame) -> None:
        """Draw what is translucent and the rims, back to front, blended over all the rest.

        Depth is tested but not written: a rim must not cut a hole into what
        is drawn after it and lies behind it.

        Parameters
        ----------
        frame : Frame
            The picture.
        """
        switch(depth_test=True, blend=True)
        gloo.set_depth_mask(False)
        self._draw(frame, self._sorted, layer=2.0)
        gloo.set_depth_mask(True)

    def draw_sorted(self, frame: Frame) -> None:
        """Draw everything once, back to front.

        Parameters
        ----------
        frame : Frame
            The picture.
        """
        switch(depth_test=True, blend=True)
        gloo.set_depth_mask(True)
        self._draw(frame, self._sorted, layer=0.0)

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts)

    def _draw(self, frame: Frame, selection: "_Selection", layer: float) -> None:
        if not selection.count:
            return
        frame.set_on(self._program)
        self._program.set_uniform("u_layer", layer)
        self._program.draw("triangles", self._buffers, selection.indices)


class _Selection:
    """Which quads are drawn, in which order; uploaded only if that has changed."""

    def __init__(self) -> None:
        self.indices: Any = gloo.IndexBuffer()
        self._which: NDArray[np.intp] = np.zeros(0, dtype=np.intp)

    @property
    def count(self) -> int:
        return len(self._which)

    def choose(self, which: NDArray[np.intp]) -> None:
        if not np.array_equal(which, self._which):
            self._which = which
            if len(which):
                self.indices.set_data((4 * which.astype(np.uint32)[:, None] + _TRIANGLES).ravel())


def _same(parts: tuple[Balls | Sticks, ...], others: tuple[Balls | Sticks, ...]) -> bool:
    if len(parts) != len(others):
        return False
    pairs = zip(parts, others, strict=True)
    return all(
        all(vars(one)[name] is vars(other)[name] for name in vars(one)) for one, other in pairs
    )


def _vertices(part: Balls | Sticks) -> NDArray[np.void]:
    """Return the four corners of each quad, shape (n, 4), of the structured type `_VERTEX`."""
    vertices = np.zeros((len(part), 4), dtype=_VERTEX)
    if isinstance(part, Balls):
        starts, ends, lit = part.positions, part.positions, True
        if part.cores is not None:
            vertices["a_core"] = part.cores[:, None]
        if part.outlines is not None:
            vertices["a_outline"] = part.outlines[:, None]
    else:
        starts, ends, lit = part.starts, part.ends, part.lit
    vertices["a_start"] = starts[:, None]
    vertices["a_end"] = ends[:, None]
    vertices["a_radius"] = part.radii[:, None]
    vertices["a_color"] = part.colors[:, None]
    vertices["a_lit"] = lit
    vertices["a_corner"] = _CORNERS
    return vertices
