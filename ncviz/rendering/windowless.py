"""A GL context without a window: through EGL, or what has been given to draw with."""

import ctypes
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from vispy import app, gloo
from vispy.gloo import gl

from ncviz.errors import UserError
from ncviz.language import tr

_EGL_DRAW, _EGL_READ = 0x3059, 0x305A


_given: list[Callable[[], Any]] = []


def draw_with(make: Callable[[], Any]) -> None:
    """Let something else than EGL, which only Linux has, give the context.

    Parameters
    ----------
    make : callable
        Returns what stands for a canvas of vispy's; called when it is first drawn.
    """
    _given[:] = [make]
    _canvas.cache_clear()


@lru_cache(maxsize=1)
def _canvas() -> Any:
    """Return the one vispy canvas of this process that needs neither window nor display."""
    if _given:
        return _given[0]()
    if sys.platform == "linux":
        return _egl_canvas()
    else:  # noqa: RET505 - mypy knows the systems by this form alone
        raise UserError(
            tr(
                "Pictures can be drawn without a window on Linux only: use the command ncviz, or "
                "export them from the window."
            )
        )


def _egl_canvas() -> Any:
    try:
        with _environment("EGL_PLATFORM", "surfaceless"):
            canvas = app.Canvas(app=app.Application("egl"), size=(1, 1))
        gl.glGetParameter(gl.GL_VERSION)  # fails now rather than later if there is no libGL
        return canvas
    except (RuntimeError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UserError(
            tr(
                "OpenGL without a window is missing here ({reason}): install Mesa's EGL, on Debian "
                "and Ubuntu with 'apt install libegl1 libgl1 libgl1-mesa-dri'.",
                reason=reason,
            )
        ) from error


@contextmanager
def windowless_context() -> Iterator[Any]:
    """Make the windowless context current, and give back what was current before.

    Qt takes for granted that its own context still is current, and GLX and
    EGL refuse to replace each other's. For the same reason Python's collector
    of cycles rests meanwhile: a closed window that it destroyed now would fail
    to make its context current.

    Yields
    ------
    vispy.app.Canvas
        Stands for the windowless context.

    Raises
    ------
    UserError
        If this computer offers no such context.
    """
    before = gloo.get_current_canvas()
    with _no_collection(), _put_away_glx(), _put_away_egl():
        try:
            canvas = _canvas()
            canvas.set_current()
            yield canvas
        finally:
            if before is not None:
                gloo.context.set_current_canvas(before)


@contextmanager
def _no_collection() -> Iterator[None]:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _put_away_glx() -> Iterator[None]:
    glx = _library("libGL.so.1")
    if glx is None or not hasattr(glx, "glXGetCurrentContext"):
        yield
        return
    context = _call(glx.glXGetCurrentContext, ctypes.c_void_p)
    if context is None:
        yield
        return
    display = _call(glx.glXGetCurrentDisplay, ctypes.c_void_p)
    draw = _call(glx.glXGetCurrentDrawable, ctypes.c_ulong)
    read = _call(glx.glXGetCurrentReadDrawable, ctypes.c_ulong)
    make_current = glx.glXMakeContextCurrent
    make_current.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p]
    make_current(display, 0, 0, None)
    try:
        yield
    finally:
        make_current(display, draw, read, context)


@contextmanager
def _put_away_egl() -> Iterator[None]:
    egl = _library("libEGL.so.1")
    if egl is None:
        yield
        return
    before = _current_egl(egl)
    make_current = egl.eglMakeCurrent
    make_current.argtypes = [ctypes.c_void_p] * 4
    try:
        yield
    finally:
        during = _current_egl(egl)
        if during is not None:
            make_current(during[0], None, None, None)
        if before is not None:
            make_current(*before)


def _current_egl(egl: ctypes.CDLL) -> tuple[int, int, int, int] | None:
    """Return display, surfaces and context as `eglMakeCurrent` takes them."""
    context = _call(egl.eglGetCurrentContext, ctypes.c_void_p)
    if context is None:
        return None
    display = _call(egl.eglGetCurrentDisplay, ctypes.c_void_p)
    draw = _call(egl.eglGetCurrentSurface, ctypes.c_void_p, _EGL_DRAW)
    read = _call(egl.eglGetCurrentSurface, ctypes.c_void_p, _EGL_READ)
    return display, draw, read, context


def _library(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


def _call(function: Any, result: Any, *arguments: int) -> Any:
    function.restype = result
    return function(*arguments)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Set an environment variable for a moment, unless the user has set it."""
    if name in os.environ:
        yield
        return
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]
