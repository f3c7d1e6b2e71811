"""Reads image files of any depth and colour into one array; a bad one is left out and named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ncviz.arrays.roomy import roomy_array
from ncviz.errors import UserError, reason
from ncviz.image_file import DAMAGED, HeldPicture, Picture, opened_image
from ncviz.language import tr
from ncviz.recording.pixels import (
    Extremes,
    PixelRange,
    recognise_range,
    words_of_range,
)
from ncviz.recording.taken_samples import TakenSamples

DEFAULT_SIDE = 224  # pixels, where the images differ in size and none was asked for
MOST_HELD = 4 * 2**30  # bytes of pictures as they come, such as in a table
MOST_BYTES = 64 * 2**30  # of all that are read
NAMED = 3  # of the bad ones
_BITS, _FORMAT, _SIGNED = 258, 339, 2  # tags of TIFF, and a value of the second

_GREY = frozenset(("L", "LA", "La", "1", "F", "I", "I;16", "I;16L", "I;16B", "I;16N"))
_DEEP = "IF"  # their first letters: more than 8 bits, whose range the file does not say


@dataclass
class ImageFiles:
    """Reads images of one data set, all of them by one range.

    Parameters
    ----------
    range : PixelRange, optional
        Of images of more than 8 bits; else recognised from the first that are read, which are the
        training samples, so that held-out ones are read alike.
    """

    range: PixelRange | None = None
    _ranges: dict[str, PixelRange] = field(default_factory=dict, init=False)

    def read(self, paths: Sequence[Picture], size: int, share: slice = slice(None)) -> TakenSamples:
        """Read images, cut to squares of one size where they differ.

        Parameters
        ----------
        paths : sequence of Path or HeldPicture
        size : int
            Side in pixels; 0 for as they are if all are of one size, else `DEFAULT_SIDE`.
        share : slice, optional
            Which of them are held, as all of them have to be. All of images of more than 8 bits are
            read for that; of others not held only the beginnings of the files.

        Raises
        ------
        UserError
            If most of them cannot be read, or they take more than 64 GiB.
        """
        bad: dict[int, str] = {}
        looked = _look(paths, bad)
        _check_bad(bad, paths)
        sizes = {each.size for each in looked.values()}
        side = size or (0 if len(sizes) == 1 else DEFAULT_SIDE)
        width, height = (side, side) if side else next(iter(sizes))
        grey = all(each.mode in _GREY for each in looked.values())
        deep = [each.mode[0] if each.mode[0] in _DEEP else "" for each in looked.values()]
        mine = range(len(paths))[share]
        within = [number for number in looked if number in mine or any(deep)]
        shape = (len(within), 1 if grey else 3, height, width)
        numbers = np.dtype(np.float32 if any(deep) else np.uint8)
        if np.prod(shape, dtype=float) * numbers.itemsize > MOST_BYTES:
            raise UserError(
                tr(
                    "{count:,} images of {width}×{height} take more than 64 GiB: "
                    "lower --size or --per-class.",
                    count=len(within),
                    width=width,
                    height=height,
                )
            )
        pixels, read = roomy_array(shape, numbers), np.isin(within, mine)
        extremes: dict[str, list[Extremes]] = {}
        for row, number in enumerate(within):
            try:
                values, found = _read(paths[number], "L" if grey else "RGB", side)
                if values.shape[:2] != shape[2:]:
                    raise UserError(
                        tr("The image {paths} was changed while it was read.", paths=paths[number])
                    )
                pixels[row] = values if values.ndim == 2 else values.transpose(2, 0, 1)
                if found is not None:
                    extremes.setdefault(deep[row], []).append(found)
            except UserError as error:
                bad[number], read[row] = str(error), False
        _check_bad(bad, paths)
        notes = [*self._scale(pixels, deep, extremes), *_said(looked, bad, paths)]
        if len(sizes) > 1 or (size and sizes != {(size, size)}):
            notes.append(
                tr("the square in the middle of each image, resized to {side}×{side}", side=side)
            )
        kept = np.array([number for number in looked if number not in bad], dtype=np.intp)
        are_pixels = all(self._ranges[kind].is_known for kind in extremes)
        held = np.flatnonzero(read)
        for row, number in enumerate(held.tolist()):
            if row < number:  # one before it could not be read
                pixels[row] = pixels[number]
        images = torch.from_numpy(pixels[: len(held)])
        sentences = tuple(bad[number] for number in sorted(bad))
        return TakenSamples(images, kept, are_pixels, tuple(notes), sentences)

    def _scale(
        self, pixels: NDArray[Any], deep: Sequence[str], extremes: Mapping[str, list[Extremes]]
    ) -> list[str]:
        """Bring images of more than 8 bits, and with them all others, to units of 0 to 1."""
        notes = []
        for kind, each in extremes.items():
            found = Extremes.of_all(each)
            if kind not in self._ranges:
                numbers = np.dtype(np.int32 if found.whole else np.float32)
                self._ranges[kind] = self.range or recognise_range(found, numbers)
            notes.append(words_of_range(self._ranges[kind], found))
        if extremes:
            bytes_ = PixelRange(0, 255)
            for row, kind in enumerate(deep):
                pixels[row] = self._ranges.get(kind, bytes_).units(pixels[row])
        return notes


@dataclass(frozen=True)
class _Header:
    size: tuple[int, int]
    mode: str
    has_transparency: bool


def _look(paths: Sequence[Picture], bad: dict[int, str]) -> dict[int, _Header]:
    looked = {}
    for number, path in enumerate(paths):
        try:
            with opened_image(path) as image:
                clear = image.mode in ("LA", "La", "PA", "RGBA", "RGBa")
                clear = clear or "transparency" in image.info
                looked[number] = _Header(image.size, image.mode, clear)
        except UserError as error:
            bad[number] = str(error)
    return looked


def _read(path: Picture, mode: str, side: int) -> tuple[NDArray[Any], Extremes | None]:
    """Return one image, and the extremes of its values where it is deeper than 8 bits."""
    with opened_image(path) as image:
        found = None
        try:
            if image.mode[0] in _DEEP:
                values = _deep_values(image).astype(np.float32)
                if not np.isfinite(values).all():
                    raise UserError(tr("The image {path} holds NaN or infinite values.", path=path))
                found = Extremes.of([values])
                whole = Image.fromarray(values)
            elif image.mode == "L" and _tag(image, _FORMAT) == _SIGNED:
                whole = Image.fromarray(np.asarray(image) ^ 128).convert(mode)
            elif image.mode in ("P", "PA") and mode == "RGB":
                whole = image.convert("RGBA").convert("RGB")
            else:
                whole = image.convert(mode)
        except DAMAGED as error:
            raise UserError(
                tr("The image {path} is damaged: {error}.", path=path, error=reason(error))
            ) from error
        if side and whole.size != (side, side):
            # The largest square in its middle, as torchvision's CenterCrop after Resize.
            edge = min(whole.size)
            left, top = (whole.width - edge) // 2, (whole.height - edge) // 2
            box = (left, top, left + edge, top + edge)
            whole = whole.resize((side, side), Image.Resampling.BILINEAR, box=box)
        pixels = np.asarray(whole)
        return (pixels[..., None] if found is not None and mode == "RGB" else pixels), found


def _deep_values(image: Image.Image) -> NDArray[Any]:
    values = np.asarray(image)
    if values.dtype == np.int32 and _tag(image, _BITS) == 32 and _tag(image, _FORMAT) != _SIGNED:
        return values.view(np.uint32)  # Pillow has whole numbers with a sign only
    return values


def _tag(image: Image.Image, number: int) -> int:
    """Return a tag of the first channel of a TIFF; 0 if it, or the tag, is none."""
    found = getattr(image, "tag_v2", {}).get(number, 0)
    return int(found[0] if isinstance(found, tuple) and found else found or 0)


def _check_bad(bad: Mapping[int, str], paths: Sequence[Picture]) -> None:
    if 2 * len(bad) > len(paths) or (bad and len(paths) < 2):
        first = bad[min(bad)]
        if len(paths) == 1:
            raise UserError(first)
        raise UserError(
            tr(
                "{count:,} of {count_2:,} images cannot be read; the first: {first}",
                count=len(bad),
                count_2=len(paths),
                first=first,
            )
        )


def _said(
    looked: Mapping[int, _Header], bad: Mapping[int, str], paths: Sequence[Picture]
) -> list[str]:
    notes = []
    clear = sum(each.has_transparency for each in looked.values())
    if clear:
        notes.append(
            tr(
                "transparency is ignored, as by torchvision: some is in {clear:image|images}",
                clear=clear,
            )
        )
    if bad:
        names = ", ".join(_short(paths[n]) for n in sorted(bad)[:NAMED])
        more = tr(" and {count:,} more", count=len(bad) - NAMED) if len(bad) > NAMED else ""
        notes.append(
            tr(
                "{count:,} of {count_2:,} images cannot be read and are left out: {names}{more}",
                count=len(bad),
                count_2=len(paths),
                names=names,
                more=more,
            )
        )
    return notes


def _short(picture: Picture) -> str:
    if isinstance(picture, HeldPicture):
        return str(picture)
    return f"{picture.parent.name}/{picture.name}"
