"""Draws a Scene into an array: with or without a window, at any size."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from vispy import gloo
from vispy.gloo import gl

from ncviz.rendering.frame import Tile
from ncviz.rendering.programs import DEPTH24, RGBA8
from ncviz.rendering.stage import Stage
from ncviz.rendering.windowless import windowless_context
from ncviz.scenes.camera import Camera
from ncviz.scenes.scene import Picture, Scene, one_panel

Pixels = NDArray[np.uint8]

# Lines that are one pixel wide on a screen so high are wider in larger pictures.
_SCREEN = 900
# Of a film the framebuffer serves for all frames, up to 1920×1080: to allocate it takes longer
# than to compose a scene.
_KEPT_PIXELS = 1920 * 1080
_stages: WeakKeyDictionary[Any, Stage] = WeakKeyDictionary()
_framebuffers: "WeakKeyDictionary[Any, _Framebuffer]" = WeakKeyDictionary()


class GLDescription(NamedTuple):
    """What an OpenGL context says about itself."""

    vendor: str
    renderer: str
    version: str


def render(
    scene: Scene | Picture,
    camera: Camera,
    width: int,
    height: int,
    *,
    cameras: Sequence[Camera] | None = None,
    supersample: int = 2,
    transparent: bool = False,
    alpha: bool = True,
    canvas: Any = None,
    largest_tile: int = 4096,
    text_scale: float = 1.0,
) -> Pixels:
    """Draw a scene, or several on one picture, into an array.

    Large pictures are drawn tile by tile. Call it from one thread only, the
    one of the windows if there are any: vispy's current canvas is global.

    Parameters
    ----------
    scene : Scene or Picture
        What is drawn.
    camera : Camera
        Where it is seen from.
    width, height : int
        Of the picture, in pixels.
    cameras : sequence of Camera, optional
        One for each panel of a picture, instead of the one for all.
    supersample : int
        Draw so many times larger in both directions, and average.
    transparent : bool
        Leave out the background.
    alpha : bool
        Return how opaque each pixel is, too; without a need for it, that is read and copied
        for nothing.
    canvas : vispy.app.Canvas, optional
        Borrow the GL context of this canvas, which must have been shown,
        instead of making one without a window.
    largest_tile : int
        Draw no more than so many (supersampled) pixels squared at once.
    text_scale : float
        How much larger than usual words are.

    Returns
    -------
    array, shape (height, width, 4 or 3)
        Red, green, blue, alpha if asked for, not premultiplied, the top row first.

    Raises
    ------
    UserError
        If this computer offers no OpenGL context.
    ValueError
        If a size or `supersample` is less than 1, or a transparent picture is to have no alpha.
    """
    if transparent and not alpha:
        raise ValueError("a transparent picture has alpha")
    if min(width, height, supersample, largest_tile) < 1:
        raise ValueError("width, height, supersample and largest_tile must be at least 1")
    with _context(canvas) as current:
        stage = _stage_of(current)
        stage.set_picture(one_panel(scene) if isinstance(scene, Scene) else scene)
        stage.text_scale = text_scale
        stage.whole_samples = True
        stage.forget_labels()
        step = max(min(largest_tile, _largest_framebuffer()) // supersample, 1)
        shape = supersample * min(step, height), supersample * min(step, width)
        channels = 4 if alpha else 3
        picture = np.empty((height, width, channels), dtype=np.uint8)
        kept = current if canvas is None and shape[0] * shape[1] <= _KEPT_PIXELS else None
        with _framebuffer(shape, kept) as framebuffer:
            for tile in _tiles(width, height, step):
                fine = Tile(*(supersample * value for value in astuple(tile)))
                stage.draw(
                    camera,
                    supersample * width,
                    supersample * height,
                    cameras=cameras,
                    large_spheres_as_quads=True,
                    transparent=transparent,
                    tile=fine,
                    pixel_ratio=supersample * max(1.0, min(width, height) / _SCREEN),
                )
                pixels = framebuffer.read(crop=(0, 0, fine.width, fine.height), alpha=alpha)
                rows = slice(tile.y, tile.y + tile.height)
                columns = slice(tile.x, tile.x + tile.width)
                picture[rows, columns] = _average(pixels, supersample, transparent)
    return picture


def gl_description(canvas: Any = None) -> GLDescription:
    """Return who made the OpenGL that draws pictures, what draws them, and its version.

    Parameters
    ----------
    canvas : vispy.app.Canvas, optional
        Ask the context of this canvas instead of the one without a window.

    Raises
    ------
    UserError
        If this computer offers no OpenGL context.
    """
    with _context(canvas):
        names = (gl.GL_VENDOR, gl.GL_RENDERER, gl.GL_VERSION)
        return GLDescription(*(str(gl.glGetParameter(name)) for name in names))


@contextmanager
def _context(canvas: Any) -> Iterator[Any]:
    if canvas is None:
        with windowless_context() as own:
            yield own
    else:
        canvas.set_current()
        yield canvas


def _stage_of(canvas: Any) -> Stage:
    if canvas not in _stages:
        _stages[canvas] = Stage()
    return _stages[canvas]


def _largest_framebuffer() -> int:
    limits = (gl.GL_MAX_RENDERBUFFER_SIZE, gl.GL_MAX_VIEWPORT_DIMS)
    return int(min(np.min(gl.glGetParameter(limit)) for limit in limits))


def _tiles(width: int, height: int, step: int) -> Iterator[Tile]:
    for y in range(0, height, step):
        for x in range(0, width, step):
            yield Tile(x, y, min(step, width - x), min(step, height - y))


@contextmanager
def _framebuffer(shape: tuple[int, int], keeper: Any = None) -> Iterator[Any]:
    """Bind a framebuffer; the one of before, where the windowless context keeps it for frames."""
    before = _framebuffers.pop(keeper, None) if keeper is not None else None
    if before is not None and before.shape != shape:
        _delete(before)
        before = None
    framebuffer = before or _Framebuffer(shape)
    try:
        with framebuffer.bound:
            yield framebuffer.bound
    except BaseException:
        keeper = None
        raise
    finally:
        if keeper is None:
            _delete(framebuffer)
        else:
            _framebuffers[keeper] = framebuffer


class _Framebuffer:
    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.parts = gloo.RenderBuffer(shape, RGBA8), gloo.RenderBuffer(shape, DEPTH24)
        self.bound = gloo.FrameBuffer(*self.parts)


def _delete(framebuffer: _Framebuffer) -> None:
    for part in (framebuffer.bound, *framebuffer.parts):
        part.delete()
    gloo.flush()


def _average(pixels: Pixels, size: int, transparent: bool) -> Pixels:
    """Return the means of squares of pixels; of premultiplied ones if transparent."""
    if size == 1 and not transparent:
        return pixels
    high, wide, channels = pixels.shape
    total = np.zeros((high // size, wide // size, channels), dtype=np.float32)
    for row in range(size):
        for column in range(size):
            total += pixels[row::size, column::size]
    total /= size * size
    if transparent:
        total[..., :3] *= 255 / np.maximum(total[..., 3:], 1e-3)
    mean: Pixels = np.rint(np.clip(total, 0, 255)).astype(np.uint8)
    return mean
