"""Which OpenGL this machine has for the 3-D picture."""

import os
from functools import lru_cache
from typing import Any, NamedTuple

from PyQt6.QtGui import QOffscreenSurface, QOpenGLContext
from PyQt6.QtOpenGL import QOpenGLVersionFunctionsFactory, QOpenGLVersionProfile

from ncviz.language import tr

_GL_RENDERER = 0x1F01
# Mesa's that draw with the processor, and Microsoft's.
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swr", "rasterizer", "gdi")


class OpenGL(NamedTuple):
    """What was found.

    Attributes
    ----------
    problem : str
        Why the 3-D picture cannot be drawn, in one sentence; empty if it can.
    in_software : bool
        Whether the processor draws instead of a graphics card.
    """

    problem: str = ""
    in_software: bool = False


def opengl() -> OpenGL:
    """Find out which OpenGL there is."""
    if os.environ.get("NCVIZ_NO_OPENGL"):
        return OpenGL(tr("OpenGL is switched off by NCVIZ_NO_OPENGL: plots and tables still work."))
    return _found()


@lru_cache(maxsize=1)  # each look makes a context
def _found() -> OpenGL:
    context = QOpenGLContext()
    surface = QOffscreenSurface()
    surface.create()
    if not (context.create() and surface.isValid() and context.makeCurrent(surface)):
        return OpenGL(
            tr(
                "This machine offers no usable OpenGL, so the 3-D picture is left out: "
                "plots, training and the command line still work."
            )
        )
    version, renderer = context.format().version(), _renderer(context)
    context.doneCurrent()
    if version < (2, 1):
        return OpenGL(
            tr(
                "This machine offers only OpenGL {version}.{version_2} and the 3-D picture "
                "needs 2.1: plots, training and the command line still work.",
                version=version[0],
                version_2=version[1],
            )
        )
    return OpenGL(in_software=any(name in renderer.lower() for name in _SOFTWARE))


def _renderer(context: QOpenGLContext) -> str:
    """Return the name of what draws; empty where it is not told."""
    profile = QOpenGLVersionProfile()
    profile.setVersion(2, 1)
    functions: Any = QOpenGLVersionFunctionsFactory.get(profile, context)
    return str(functions.glGetString(_GL_RENDERER) or "") if functions else ""
