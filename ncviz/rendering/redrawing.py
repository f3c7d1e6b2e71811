"""Drawing again what gloo has drawn before, without what it looks up each time.

gloo writes each attribute, each uniform and each call into a queue, reads that, and asks OpenGL for
errors before and after: with several panels that takes longer than to draw them. What it found
out in the first drawing stays true as long as the program has the same buffers.
"""

from typing import Any, NamedTuple

from vispy import gloo
from vispy.gloo import gl

_MODES = {"points": gl.GL_POINTS, "triangles": gl.GL_TRIANGLES}
_WIDTHS = {1: gl.GL_UNSIGNED_BYTE, 2: gl.GL_UNSIGNED_SHORT, 4: gl.GL_UNSIGNED_INT}


class Pointer(NamedTuple):
    """Where a program finds one attribute: in which buffer, and what OpenGL is told of it."""

    buffer: int
    attribute: int
    told: tuple[Any, ...]


class Buffers(dict[str, Any]):
    """The vertex buffers of one program, for each attribute.

    Attributes
    ----------
    pointers : tuple of Pointer
        Empty until gloo has drawn with them.
    """

    pointers: tuple[Pointer, ...] = ()


def drawn_pointers(program: Any) -> tuple[Pointer, ...]:
    """Return where a program of gloo, which has drawn just now, finds its attributes.

    Empty where that cannot be told, so that gloo draws again next time.
    """
    drawn = _parser().get_object(program.id)
    attributes = getattr(drawn, "_attributes", {}).values()
    if any(not buffer or divisor for buffer, *_, divisor in attributes):
        return ()
    found = (Pointer(buffer, place, told) for buffer, place, _, told, _ in attributes)
    return tuple(sorted(found))


def draw_again(program: Any, pointers: tuple[Pointer, ...], mode: str, indices: Any) -> None:
    """Draw as `program.draw(mode, indices)` does.

    Parameters
    ----------
    program : vispy.gloo.Program
        It has drawn before.
    pointers : tuple of Pointer
        Of the buffers that it is to draw with, from `drawn_pointers`.
    mode : str
        'points' or 'triangles'.
    indices : vispy.gloo.IndexBuffer
        Which vertices, in which order.
    """
    context = gloo.get_current_canvas().context
    context.glir.associate(indices.glir)
    context.flush_commands()
    if not indices.size:
        return
    parser = _parser()
    parser.get_object(program.id).activate()
    bound = 0
    for buffer, attribute, told in pointers:
        if buffer != bound:
            gl.glBindBuffer(gl.GL_ARRAY_BUFFER, buffer)
            bound = buffer
        gl.glEnableVertexAttribArray(attribute)
        gl.glVertexAttribPointer(attribute, *told)
    order = parser.get_object(indices.id)
    order.activate()
    gl.glDrawElements(_MODES[mode], indices.size, _WIDTHS[indices.dtype.itemsize], None)
    order.deactivate()
    gl.glBindBuffer(gl.GL_ARRAY_BUFFER, 0)


def _parser() -> Any:
    return gloo.get_current_canvas().context.shared.parser
