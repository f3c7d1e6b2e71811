"""Pictures as PNG, JPEG and the like within files of data; decoded when they are asked for."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ncviz.arrays.stored import StoredArray
from ncviz.errors import UserError, reason
from ncviz.image_file import DAMAGED, HeldPicture, opened_image
from ncviz.language import tr

_MARKS = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")
_GREY = frozenset(("1", "L", "LA", "La"))
_PLAIN = _GREY | {"P", "PA", "RGB", "RGBA", "RGBa", "CMYK", "YCbCr"}

Fetch = Callable[[NDArray[Any]], Iterator[tuple[int, bytes]]]
"""Given ascending rows, yields each with the bytes of its picture."""


def is_picture(content: bytes) -> bool:
    """Tell whether bytes begin as a picture does."""
    numbers = content[:1] == b"P" and content[1:2] in b"123456"
    return content.startswith(_MARKS) or numbers


class PictureArray(StoredArray):
    """Pictures of N samples, as an array N×H×W or N×H×W×3 of bytes.

    Size and colours are those of the first one; whoever reads all of them is told of others.

    Parameters
    ----------
    name : str
    count : int
        N.
    fetch : callable
        See `Fetch`.
    where : callable
        Given a row, returns what it is called in messages.
    """

    def __init__(self, name: str, count: int, fetch: Fetch, where: Callable[[int], str]) -> None:
        self._fetch, self._where = fetch, where
        first = next(iter(self.held(np.arange(1))))
        with opened_image(first) as image:
            self._mode = "L" if image.mode in _GREY else "RGB"
            self._size = image.size
        width, height = self._size
        shape = (count, height, width) if self._mode == "L" else (count, height, width, 3)
        super().__init__(name, shape, np.dtype(np.uint8))

    @property
    def words(self) -> str:
        """Return how many they are, and the size of the first."""
        return tr(
            "{shape:picture|pictures}, the first of {size}×{size_2} pixels",
            shape=self.shape[0],
            size=self._size[0],
            size_2=self._size[1],
        )

    def chosen(self, rows: NDArray[Any]) -> "PictureArray":
        """Return those of some rows, given in ascending order."""
        fetch = self._fetch

        def some(wanted: NDArray[Any]) -> Iterator[tuple[int, bytes]]:
            given = (content for _, content in fetch(rows[wanted]))
            return zip(wanted.tolist(), given, strict=True)

        return PictureArray(self.name, len(rows), some, lambda row: self._where(int(rows[row])))

    def held(self, rows: NDArray[Any]) -> Iterator[HeldPicture]:
        """Yield the pictures of some rows, in ascending order, as they are in the file."""
        for row, content in self._fetch(rows):
            yield HeldPicture(self._where(row), content)

    def blocks(self, rows: int) -> Iterator[NDArray[Any]]:
        """Yield so many of them at once, in order; all must be of one size."""
        for start in range(0, self.shape[0], rows):
            yield self._decoded(np.arange(start, min(start + rows, self.shape[0])), fit=False)

    def read(self) -> NDArray[Any]:
        """Return all of them; all must be of one size."""
        return self._decoded(np.arange(self.shape[0]), fit=False)

    def take(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return some of them; those of other sizes cut and resized to that of the first."""
        return self._decoded(rows, fit=True)

    def _decoded(self, rows: NDArray[Any], *, fit: bool) -> NDArray[Any]:
        pixels = np.zeros((len(rows), *self.shape[1:]), np.uint8)
        for place, picture in enumerate(self.held(rows)):
            pixels[place] = self._one(picture, fit=fit)
        return pixels

    def _one(self, picture: HeldPicture, *, fit: bool) -> NDArray[Any]:
        with opened_image(picture) as image:
            if image.mode not in _PLAIN:
                raise UserError(
                    tr(
                        "The image {picture} has more than 8 bits a colour: save such pictures as "
                        "an array of numbers.",
                        picture=picture,
                    )
                )
            if image.size != self._size and not fit:
                width, height = self._size
                raise UserError(
                    tr(
                        "The image {picture} has {width}×{height} pixels and the first one "
                        "{width_2}×{height_2}: as features all need one size; ncviz record takes "
                        "any.",
                        picture=picture,
                        width=image.width,
                        height=image.height,
                        width_2=width,
                        height_2=height,
                    )
                )
            try:
                if image.mode in ("P", "PA") and self._mode == "RGB":
                    whole = image.convert("RGBA").convert("RGB")
                else:
                    whole = image.convert(self._mode)
            except DAMAGED as error:
                raise UserError(
                    tr(
                        "The image {picture} is damaged: {error}.",
                        picture=picture,
                        error=reason(error),
                    )
                ) from error
        if whole.size != self._size:
            whole = whole.resize(self._size, Image.Resampling.BILINEAR)
        return np.asarray(whole)
