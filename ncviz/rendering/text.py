"""Words as pictures."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ncviz.assets import asset

Color = tuple[float, float, float, float]

_HALO_STRENGTH = 0.85


@lru_cache(maxsize=512)
def rasterize(
    text: str, pixels: int, color: Color, background: tuple[float, float, float]
) -> NDArray[np.uint8]:
    """Return a word as a picture with a soft halo in the colour of the background.

    Parameters
    ----------
    text : str
        One line.
    pixels : int
        Size of the type.
    color : tuple of 4 floats
        Red, green, blue, alpha in 0…1.
    background : tuple of 3 floats
        Red, green, blue in 0…1.

    Returns
    -------
    array, shape (height, width, 4)
        Premultiplied with its alpha. Every word of the same size has the same
        height unless its letters reach further.
    """
    font = _font(pixels)
    halo = max(1, round(0.11 * pixels))
    boxes = [font.getbbox(words, anchor="ls") for words in (text, "dp")]
    left, right = boxes[0][0], boxes[0][2]
    top, bottom = min(box[1] for box in boxes), max(box[3] for box in boxes)
    margin = 2 * halo
    size = int(np.ceil(right - left)) + 2 * margin, int(np.ceil(bottom - top)) + 2 * margin
    origin = margin - left, margin - top
    glow = _mask(text, size, origin, font, halo).filter(ImageFilter.GaussianBlur(0.6 * halo))
    behind = np.asarray(glow, dtype=np.float32)[..., None] / 255 * _HALO_STRENGTH
    letters = np.asarray(_mask(text, size, origin, font), dtype=np.float32)[..., None] / 255
    picture = letters * (*color[:3], 1.0) + (1 - letters) * behind * (*background, 1.0)
    rounded: NDArray[np.uint8] = np.rint(255 * color[3] * picture).astype(np.uint8)
    return rounded


@lru_cache(maxsize=8)
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    path = asset("fonts", "SourceSans3-Semibold.ttf")
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)


def _mask(
    text: str,
    size: tuple[int, int],
    origin: tuple[float, float],
    font: ImageFont.FreeTypeFont,
    stroke: int = 0,
) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).text(
        origin, text, fill=255, font=font, anchor="ls", stroke_width=stroke, stroke_fill=255
    )
    return mask
