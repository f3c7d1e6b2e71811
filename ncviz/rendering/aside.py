"""A picture that is drawn in portions out of sight, and shown once it is whole."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from vispy import gloo

from ncviz.rendering.overlay_shaders import WORD_FRAGMENT, WORD_VERTEX
from ncviz.rendering.programs import DEPTH24

_CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float32)


class Aside:
    """Draws into a texture of its own, for some milliseconds at a time.

    Make one per context, while its canvas is vispy's current canvas.

    Parameters
    ----------
    seconds : float
        Of the processor's time, about, that a portion takes.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._size = (0, 0)
        self._steps: Iterator[None] | None = None
        self._texture: Any = None
        self._frame: Any = None
        self._program: Any = gloo.Program(WORD_VERTEX, WORD_FRAGMENT)
        self._program["a_position"] = gloo.VertexBuffer(2 * _CORNERS - 1)
        self._program["a_texture"] = gloo.VertexBuffer(_CORNERS)

    @property
    def is_drawing(self) -> bool:
        """Return whether a picture is half drawn."""
        return self._steps is not None

    def begin(self, size: tuple[int, int], steps: Iterator[None]) -> None:
        """Begin with a picture.

        Parameters
        ----------
        size : tuple of 2 int
            Width and height in pixels.
        steps : iterator
            Draws into the bound framebuffer, and may be interrupted where it yields.
        """
        if size != self._size:
            self._forget()
            shape = size[::-1]
            self._texture = gloo.Texture2D((*shape, 4), interpolation="nearest")
            self._frame = gloo.FrameBuffer(self._texture, gloo.RenderBuffer(shape, DEPTH24))
            self._size = size
        self._steps = steps

    def go_on(self) -> bool:
        """Draw another portion; return whether the picture is whole."""
        assert self._steps is not None
        end = time.thread_time() + self._seconds
        with self._frame:
            for _ in self._steps:
                gloo.flush()
                if time.thread_time() > end:
                    break
            else:
                self._steps = None
            gloo.flush()
        return not self.is_drawing

    def stop(self) -> None:
        """Forget what was drawn: it is of another size, or is no longer asked for."""
        self._steps = None
        self._forget()

    def _forget(self) -> None:
        self._size = (0, 0)
        for old in (self._frame, self._texture):
            if old is not None:
                old.delete()
        self._frame = self._texture = None

    def show(self, size: tuple[int, int]) -> bool:
        """Draw the whole picture into the bound framebuffer; return whether there is one.

        Parameters
        ----------
        size : tuple of 2 int
            Width and height in pixels.
        """
        if self.is_drawing or size != self._size:
            return False
        gloo.set_viewport(0, 0, *size)
        gloo.set_state(depth_test=False, blend=False, scissor_test=False, cull_face=False)
        self._program["u_texture"] = self._texture
        self._program.draw("triangle_strip")
        return True
