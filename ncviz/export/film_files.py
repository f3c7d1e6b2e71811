"""The files that films are written to: MP4, GIF, a folder of PNG; there whole or not at all."""

import contextlib
import errno
import json
import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.GifImagePlugin import getdata

from ncviz import held_files
from ncviz.errors import UserError, reason
from ncviz.export.film_plan import FilmPlan
from ncviz.export.picture import save_png
from ncviz.export.provenance import as_text
from ncviz.runs.writer import partial_path, tidy, write_atomically

Pixels = NDArray[np.uint8]

ENCODER = "libx264"
# So many threads on every computer: the encoded bytes depend on it.
ENCODER_THREADS = "2"
QUALITY = "20"  # constant rate factor: less is better
# Without mbtree, whose vector code reads memory that nobody wrote: with it the
# same frames gave other bytes in one of three tries.
PARAMETERS = "mbtree=0:colorprim=bt709:transfer=bt709:colormatrix=bt709"
COLORS = 256


class FilmFile(Protocol):
    """Takes frames one after the other."""

    def begin(self, samples: Sequence[Pixels]) -> None:
        """See some frames of the film before it begins."""

    def write(self, frame: Pixels) -> None:
        """Add a frame, shape (height, width, 3)."""

    def finish(self) -> None:
        """Put the whole film in its place."""

    def discard(self) -> None:
        """Leave nothing behind."""


def open_film_file(plan: FilmPlan, said: Mapping[str, Any]) -> FilmFile:
    """Return what writes a film.

    Parameters
    ----------
    plan : FilmPlan
    said : mapping
        How the film is made; it goes into the file.

    Raises
    ------
    UserError
        If its place cannot be written, or there is no encoder.
    """
    kinds: dict[str, Callable[..., FilmFile]] = {"mp4": _Mp4, "gif": _Gif, "png": _Sequence}
    tidy(plan.out.parent)
    return kinds[plan.suffix](plan, said)


class _Mp4:
    """H.264 through PyAV."""

    def __init__(self, plan: FilmPlan, said: Mapping[str, Any]) -> None:
        try:
            import av
        except ImportError as error:
            raise _no_encoder() from error
        if ENCODER not in av.codecs_available:
            raise _no_encoder()
        self._av = av
        self._out = plan.out
        self._partial = partial_path(plan.out, os.getpid())
        self._container: Any = None
        with self._blamed():
            self._container = av.open(
                str(self._partial), "w", format="mp4", options={"movflags": "+faststart"}
            )
            self._container.metadata["comment"] = as_text(said)
            if plan.title:
                self._container.metadata["title"] = plan.title
            rate = Fraction(plan.rate).limit_denominator(1001)
            stream = self._container.add_stream(ENCODER, rate=rate)
            stream.width, stream.height, stream.pix_fmt = plan.width, plan.height, "yuv420p"
            stream.options = {
                "crf": QUALITY,
                "preset": "faster",
                "threads": ENCODER_THREADS,
                "x264-params": PARAMETERS,
            }
            self._stream: Any = stream

    def begin(self, samples: Sequence[Pixels]) -> None:
        """Need nothing to know."""

    def write(self, frame: Pixels) -> None:
        """Encode a frame."""
        with self._blamed():
            picture = self._av.VideoFrame.from_ndarray(frame, format="rgb24")
            encoded = picture.reformat(format="yuv420p", dst_colorspace="ITU709")
            self._container.mux(self._stream.encode(encoded))

    def finish(self) -> None:
        """Write what the encoder still holds, and put the film in its place."""
        with self._blamed():
            self._container.mux(self._stream.encode(None))
            self._container.close()
            self._container = None
            held_files.flush(self._partial)
            held_files.replace(self._partial, self._out)

    def discard(self) -> None:
        """Remove what has been written."""
        if self._container is not None:
            with contextlib.suppress(OSError, self._av.FFmpegError):
                self._container.close()
            self._container = None
        held_files.remove_if_possible(self._partial)

    @contextlib.contextmanager
    def _blamed(self) -> Iterator[None]:
        try:
            yield
        except (OSError, self._av.FFmpegError) as error:
            self.discard()
            raise UserError(f"{self._out} cannot be written: {_why(error)}.") from error


class _Gif:
    """One palette for all frames, each of which is kept, equal ones too."""

    def __init__(self, plan: FilmPlan, said: Mapping[str, Any]) -> None:
        self._out = plan.out
        self._durations = iter(hundredths(plan.frames, plan.rate))
        self._head = _gif_head(plan.width, plan.height), _gif_comment(as_text(said).encode("ascii"))
        self._palette = Image.new("P", (1, 1))
        self._shown: Pixels | None = None
        self._partial = partial_path(plan.out, os.getpid())
        self._file: Any = None
        with self._blamed():  # an impossible place is told before anything is drawn
            self._file = open(self._partial, "wb")  # noqa: SIM115 - closed at the end of the film

    def begin(self, samples: Sequence[Pixels]) -> None:
        """Choose the palette; its last colour stands for what stays as it was."""
        sheet = Image.fromarray(np.concatenate(list(samples)))
        self._palette = sheet.quantize(COLORS - 1, method=Image.Quantize.MEDIANCUT)
        colors = bytes(self._palette.getpalette() or ())[: 3 * COLORS]
        with self._blamed():
            self._file.write(self._head[0] + colors.ljust(3 * COLORS, b"\0") + self._head[1])

    def write(self, frame: Pixels) -> None:
        """Write what changed since the frame before, in the colours of the palette."""
        image = Image.fromarray(frame)
        taken = np.asarray(image.quantize(palette=self._palette, dither=Image.Dither.NONE))
        part, corner = taken, (0, 0)
        if self._shown is not None:
            same = taken == self._shown
            top, bottom = _ends(~same.all(axis=1))
            left, right = _ends(~same.all(axis=0))
            where = slice(top, bottom), slice(left, right)
            part, corner = np.where(same[where], COLORS - 1, taken[where]), (left, top)
        self._shown = taken
        blocks = getdata(
            Image.fromarray(part.astype(np.uint8), "P"),
            corner,
            duration=next(self._durations),
            transparency=COLORS - 1,
            disposal=1,
        )
        with self._blamed():
            self._file.writelines(blocks)

    def finish(self) -> None:
        """Put the film in its place."""
        with self._blamed():
            self._file.write(b";")
            self._file.close()
            held_files.flush(self._partial)
            held_files.replace(self._partial, self._out)

    def discard(self) -> None:
        """Remove what has been written."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
        held_files.remove_if_possible(self._partial)

    @contextlib.contextmanager
    def _blamed(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.discard()
            raise UserError(f"{self._out} cannot be written: {_why(error)}.") from error


def _gif_head(width: int, height: int) -> bytes:
    """Return the header of a GIF with one palette of 256 colours."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0)


def _gif_comment(text: bytes) -> bytes:
    """Return what lets a GIF begin again at its end, and a comment."""
    blocks = (text[start : start + 255] for start in range(0, len(text), 255))
    said = b"".join(bytes([len(block)]) + block for block in blocks)
    return b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0" + b"!\xfe" + said + b"\0"


def _ends(changed: NDArray[np.bool_]) -> tuple[int, int]:
    """Return where a change begins and ends; one line where there is none."""
    places = np.flatnonzero(changed)
    return (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 1)


class _Sequence:
    """A folder of numbered PNG files."""

    def __init__(self, plan: FilmPlan, said: Mapping[str, Any]) -> None:
        self._out = plan.out
        self._said = said
        self._count = 0
        self._digits = max(4, len(str(plan.frames)))
        self._folder = partial_path(plan.out, os.getpid())
        try:
            self._folder.mkdir()
        except OSError as error:
            raise UserError(f"{self._out} cannot be made: {_why(error)}.") from error

    def begin(self, samples: Sequence[Pixels]) -> None:
        """Need nothing to know."""

    def write(self, frame: Pixels) -> None:
        """Save a frame."""
        self._count += 1
        name = f"frame-{self._count:0{self._digits}}.png"
        try:
            save_png(Image.fromarray(frame), self._folder / name, self._said)
        except UserError as error:
            cause = error.__cause__ or error
            raise UserError(f"{self._out} cannot be written: {_why(cause)}.") from error

    def finish(self) -> None:
        """Give the folder its name."""
        said = json.dumps(self._said, indent=1, ensure_ascii=False, default=str)
        write_atomically(self._folder / "film.json", said.encode())
        try:
            held_files.replace(self._folder, self._out)
        except OSError as error:
            self.discard()
            raise UserError(f"{self._out} cannot be written: {_why(error)}.") from error

    def discard(self) -> None:
        """Remove what has been written."""
        held_files.remove_if_possible(self._folder)


def hundredths(frames: int, rate: float) -> list[int]:
    """Return how long each frame of a GIF is seen, in milliseconds.

    GIF knows hundredths of a second only: frames take turns, so that the whole
    lasts as long as it should.
    """
    ends = [round(100 * (k + 1) / rate) for k in range(frames)]
    return [10 * (end - before) for before, end in zip([0, *ends[:-1]], ends, strict=True)]


def _no_encoder() -> UserError:
    return UserError(
        "This installation has no H.264 encoder: choose a GIF or a folder of PNG files, or "
        "install the package av."
    )


def _why(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        # What an encoder says of the disk is more than what Python says.
        return os.strerror(error.errno) if error.errno in errno.errorcode else reason(error)
    return reason(error)
