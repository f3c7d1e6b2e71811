"""One compiled program that several panels take turns with."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo
from vispy.gloo import gl

from ncviz.rendering.redrawing import Buffers, draw_again, drawn_pointers

# Over what is there; alpha adds up, so that a transparent picture is premultiplied.
BLENDING = "src_alpha", "one_minus_src_alpha", "one", "one_minus_src_alpha"
# gloo's own depth format has 16 bits: too few for balls that touch.
RGBA8, DEPTH24 = 0x8058, 0x81A6
# Mesa's software renderers keep all they know of a batch of points in memory
# before they fill any: so many stay in the processor's cache, and while one
# batch is filled the next is made ready.
_POINTS_OF_A_BATCH = 1500


class Program:
    """A gloo program that is told only what has changed since it was used last.

    Each uniform costs vispy about as much as a draw call does, and most are
    the same for all panels.

    Parameters
    ----------
    vertex, fragment : str
        GLSL sources.
    **uniforms : float
        Those that never change.
    """

    def __init__(self, vertex: str, fragment: str, **uniforms: float) -> None:
        self._program: Any = gloo.Program(vertex, fragment)
        self._said: dict[str, bytes] = {}
        self._buffers: Buffers | None = None
        self._declared = {name for _, _, name in self._program.variables}
        for name, value in uniforms.items():
            self.set_uniform(name, value)

    def set_uniform(self, name: str, value: Any) -> None:
        """Set a uniform, if the program declares it and its value is new."""
        if name not in self._declared:
            return
        array = np.asarray(value, dtype=np.float32)
        said = array.tobytes()
        if self._said.get(name) != said:
            self._said[name] = said
            self._program[name] = array

    def draw_in_order(self, mode: str, buffers: Buffers, order: "VertexOrder") -> None:
        """Draw with the vertices of one panel, batch by batch.

        Parameters
        ----------
        mode : str
            'points' or 'triangles'.
        buffers : Buffers
            For each attribute, always of this program.
        order : VertexOrder
            Which vertices, in which order.
        """
        for number, indices in enumerate(order.batches):
            if number:
                gloo.flush()
            self.draw(mode, buffers, indices)

    def draw(self, mode: str, buffers: Buffers, indices: Any) -> None:
        """Draw with the vertices of one panel.

        Parameters
        ----------
        mode : str
            'points' or 'triangles'.
        buffers : Buffers
            For each attribute, always of this program.
        indices : vispy.gloo.IndexBuffer
            Which vertices, in which order.
        """
        if buffers.pointers:
            draw_again(self._program, buffers.pointers, mode, indices)
            return
        if buffers is not self._buffers:
            for name, buffer in buffers.items():
                self._program[name] = buffer
            self._buffers = buffers
        self._program.draw(mode, indices)
        buffers.pointers = drawn_pointers(self._program)


class VertexOrder:
    """Which vertices are drawn, in which order.

    Attributes
    ----------
    batches : list of vispy.gloo.IndexBuffer
        To be drawn one after the other; just one, unless GL is software.
    """

    def __init__(self) -> None:
        self.batches: list[Any] = []

    def set_indices(self, indices: NDArray[np.uint32], batch: int = _POINTS_OF_A_BATCH) -> None:
        """Upload another order.

        Parameters
        ----------
        indices : array of uint32
            Of vertices.
        batch : int
            How many of them a software renderer takes at a time.
        """
        batch = batch if is_software() else max(len(indices), 1)
        starts = range(0, len(indices), batch)
        del self.batches[len(starts) :]
        self.batches += [gloo.IndexBuffer() for _ in starts[len(self.batches) :]]
        for buffer, start in zip(self.batches, starts, strict=True):
            # vispy takes what it is given later than this: a slice must be a copy.
            buffer.set_data(indices[start : start + batch].copy())


def switch(**states: bool) -> None:
    """Turn states of OpenGL on or off, such as 'depth_test'.

    What gloo's own `set_state` does beside takes longer than a draw call.
    """
    queue = gloo.wrappers.global_gloo_functions.glir
    for name, on in states.items():
        queue.command("FUNC", "glEnable" if on else "glDisable", name)


def is_software() -> bool:
    """Return whether the current GL context draws without a graphics processor."""
    renderer = str(gl.glGetParameter(gl.GL_RENDERER)).lower()
    return "llvmpipe" in renderer or "softpipe" in renderer


def attributes(buffer: Any) -> Buffers:
    """Return the fields of a structured vertex buffer, one for each attribute."""
    return Buffers({name: buffer[name] for name in buffer.dtype.names})
