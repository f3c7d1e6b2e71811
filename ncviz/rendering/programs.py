"""One compiled program that several panels take turns with."""

from typing import Any

import numpy as np
from vispy import gloo

Buffers = dict[str, Any]


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
        self._buffers: Buffers = {}
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

    def draw(self, mode: str, buffers: Buffers, indices: Any) -> None:
        """Draw with the vertices of one panel.

        Parameters
        ----------
        mode : str
            'points' or 'triangles'.
        buffers : dict of str to vispy.gloo.VertexBuffer
            For each attribute; the same dictionary as before is not set again.
        indices : vispy.gloo.IndexBuffer
            Which vertices, in which order.
        """
        if buffers is not self._buffers:
            for name, buffer in buffers.items():
                self._program[name] = buffer
            self._buffers = buffers
        self._program.draw(mode, indices)


def attributes(buffer: Any) -> Buffers:
    """Return the fields of a structured vertex buffer, one for each attribute."""
    return {name: buffer[name] for name in buffer.dtype.names}
