"""Opens pictures of other people: known formats alone, none of more pixels than it can hold."""

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError, reason
from ncviz.language import tr

# Pillow decides by content: a PostScript file named 'x.png' would be run by Ghostscript.
FORMATS = ("PNG", "JPEG", "BMP", "DIB", "GIF", "TIFF", "WEBP", "PPM")
MOST_PIXELS = 64_000_000  # of one image: 256 MB of memory while it is read
MOST_PIXELS_A_BYTE = 10_000  # of its file; the emptiest picture is packed to one bit of thousands

DAMAGED = (
    *(OSError, ValueError, SyntaxError, EOFError, MemoryError),
    Image.DecompressionBombError,
)
"""What Pillow raises for damaged pictures, when they are opened or when they are decoded."""


@dataclass(frozen=True)
class HeldPicture:
    """A picture within another file.

    Parameters
    ----------
    where : str
        What it is called in messages.
    content : bytes
        As a file of its own would hold it.
    """

    where: str
    content: bytes

    def __str__(self) -> str:
        return self.where


Picture = Path | HeldPicture


def _opened(picture: Picture) -> tuple[BinaryIO, int]:
    """Return a stream of a picture, and how many bytes it has."""
    if isinstance(picture, HeldPicture):
        return io.BytesIO(picture.content), len(picture.content)
    stream = open_regular(picture)
    return stream, os.fstat(stream.fileno()).st_size


@contextmanager
def opened_image(path: Picture, formats: tuple[str, ...] = FORMATS) -> Iterator[Image.Image]:
    """Open a picture; its pixels are not decoded before they are asked for.

    Parameters
    ----------
    path : Path or HeldPicture
    formats : tuple of str, optional
        Pillow's names of those that are wanted, of `FORMATS`.

    Yields
    ------
    PIL.Image.Image
        Closed at the end.

    Raises
    ------
    UserError
        If it is no picture of these formats, is damaged, or claims more pixels than it can hold.
    """
    try:
        stream, size = _opened(path)
        with stream as file, warnings.catch_warnings():
            # Of palettes with transparency, strange metadata, many pixels: told by us or harmless.
            warnings.simplefilter("ignore")
            with Image.open(file, formats=formats) as image:
                pixels = image.width * image.height
                if pixels > min(MOST_PIXELS, MOST_PIXELS_A_BYTE * max(size, 1)):
                    raise UserError(
                        tr(
                            "The image {path} claims {width:,}×{height:,} pixels in "
                            "{size:,} bytes: up to {most_pixels} million are read.",
                            path=path,
                            width=image.width,
                            height=image.height,
                            size=size,
                            most_pixels=MOST_PIXELS // 10**6,
                        )
                    )
                yield image
    except UnidentifiedImageError as error:
        known = ", ".join(formats)
        raise UserError(
            tr(
                "The image {path} cannot be read: it is none of {known}, or of an unusual kind.",
                path=path,
                known=known,
            )
        ) from error
    except DAMAGED as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else reason(error)
        raise UserError(
            tr("The image {path} cannot be read: {words}.", path=path, words=words)
        ) from error
