"""The files that films are written to: MP4, GIF, a folder of PNG; there whole or not at all."""

import contextlib
import errno
import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.GifImagePlugin import getdata

from ncviz import held_files
from ncviz.errors import UserError, reason
from ncviz.export.film_plan import FilmPlan
from ncviz.export.picture import save_png
from ncviz.export.provenance import as_text
from ncviz.language import tr
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


class FilmFile:
    """Takes frames one after the other; what it makes of them is there whole or not at all.

    Parameters
    ----------
    plan : FilmPlan
    said : mapping
        How the film is made; it goes into the file.

    Raises
    ------
    UserError
        If its place cannot be written, or there is no encoder; told before anything is drawn.
    """

    faults: tuple[type[BaseException], ...] = (OSError,)  # of the place, told in a sentence
    is_folder = False

    def __init__(self, plan: FilmPlan, said: Mapping[str, Any]) -> None:
        self.plan, self.said = plan, said
        self.partial = partial_path(plan.out, os.getpid())
        self._file: Any = None
        with self.blamed("made" if self.is_folder else "written"):
            self._file = self.open()

    def open(self) -> Any:
        """Begin the file; return what `close` is to close."""
        raise NotImplementedError

    def begin(self, samples: Sequence[Pixels]) -> None:
        """See some frames of the film before it begins."""

    def write(self, frame: Pixels) -> None:
        """Add a frame, shape (height, width, 3)."""
        with self.blamed():
            self.add(frame)

    def add(self, frame: Pixels) -> None:
        """Add a frame; a fault of the place is told by `write`."""
        raise NotImplementedError

    def end(self) -> None:
        """Write what comes last."""

    def finish(self) -> None:
        """Put the whole film in its place."""
        with self.blamed():
            self.end()
            self.close()
            if not self.is_folder:
                held_files.flush(self.partial)
            held_files.replace(self.partial, self.plan.out)

    def close(self) -> None:
        """Let the file go."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def discard(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(*self.faults):
            self.close()
        held_files.remove_if_possible(self.partial)

    @contextlib.contextmanager
    def blamed(self, done: str = "written") -> Iterator[None]:
        """Say in a sentence that the place cannot be written, and leave nothing behind."""
        try:
            yield
        except self.faults as error:
            self.discard()
            raise UserError(
                tr(
                    "{out} cannot be {done}: {error}.",
                    out=self.plan.out,
                    done=done,
                    error=_why(error),
                )
            ) from error


def open_film_file(plan: FilmPlan, said: Mapping[str, Any]) -> FilmFile:
    """Return what writes a film, by its format."""
    tidy(plan.out.parent)
    return KINDS[plan.suffix](plan, said)


class _Mp4(FilmFile):
    """H.264 through PyAV."""

    def __init__(self, plan: FilmPlan, said: Mapping[str, Any]) -> None:
        try:
            import av
        except ImportError as error:
            raise _no_encoder() from error
        if ENCODER not in av.codecs_available:
            raise _no_encoder()
        self._av = av
        self._reformatter = av.video.reformatter.VideoReformatter()
        self._space = av.video.reformatter.Colorspace.ITU709
        self.faults = OSError, av.FFmpegError
        super().__init__(plan, said)

    def open(self) -> Any:
        plan = self.plan
        faststart = {"movflags": "+faststart"}
        container: Any = self._av.open(str(self.partial), "w", format="mp4", options=faststart)
        container.metadata["comment"] = as_text(self.said)
        if plan.title:
            container.metadata["title"] = plan.title
        rate = Fraction(plan.rate).limit_denominator(1001)
        stream = self._stream = container.add_stream(ENCODER, rate=rate)
        stream.width, stream.height, stream.pix_fmt = plan.width, plan.height, "yuv420p"
        stream.options = {
            "crf": QUALITY,
            "preset": "faster",
            "threads": ENCODER_THREADS,
            "x264-params": PARAMETERS,
        }
        return container

    def add(self, frame: Pixels) -> None:
        picture = self._av.VideoFrame.from_ndarray(frame, format="rgb24")
        # Of one reformatter for all frames: each new one makes its tables anew.
        encoded = self._reformatter.reformat(picture, format="yuv420p", dst_colorspace=self._space)
        self._file.mux(self._stream.encode(encoded))

    def end(self) -> None:
        self._file.mux(self._stream.encode(None))  # what the encoder still holds


class _Gif(FilmFile):
    """One palette for all frames, each of which is kept, equal ones too."""

    def open(self) -> Any:
        self._durations = iter(hundredths(self.plan.frames, self.plan.rate))
        self._palette = Image.new("P", (1, 1))
        self._shown: Pixels | None = None
        return open(self.partial, "wb")

    def begin(self, samples: Sequence[Pixels]) -> None:
        """Choose the palette; its last colour stands for what stays as it was."""
        sheet = Image.fromarray(np.concatenate(list(samples)))
        self._palette = sheet.quantize(COLORS - 1, method=Image.Quantize.MEDIANCUT)
        colors = bytes(self._palette.getpalette() or ())[: 3 * COLORS]
        said = _gif_comment(as_text(self.said).encode("ascii"))
        with self.blamed():
            head = _gif_head(self.plan.width, self.plan.height)
            self._file.write(head + colors.ljust(3 * COLORS, b"\0") + said)

    def add(self, frame: Pixels) -> None:
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
        self._file.writelines(blocks)

    def end(self) -> None:
        self._file.write(b";")


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


class _Sequence(FilmFile):
    """A folder of numbered PNG files."""

    faults = OSError, UserError  # of a file within, by a name that is not there any more
    is_folder = True

    def open(self) -> None:
        self._count = 0
        self._digits = max(4, len(str(self.plan.frames)))
        self.partial.mkdir()

    def add(self, frame: Pixels) -> None:
        self._count += 1
        name = f"frame-{self._count:0{self._digits}}.png"
        save_png(Image.fromarray(frame), self.partial / name, self.said)

    def end(self) -> None:
        said = json.dumps(self.said, indent=1, ensure_ascii=False, default=str)
        write_atomically(self.partial / "film.json", said.encode())


KINDS: Mapping[str, type[FilmFile]] = {"mp4": _Mp4, "gif": _Gif, "png": _Sequence}


def hundredths(frames: int, rate: float) -> list[int]:
    """Return how long each frame of a GIF is seen, in milliseconds.

    GIF knows hundredths of a second only: frames take turns, so that the whole
    lasts as long as it should.
    """
    ends = [round(100 * (k + 1) / rate) for k in range(frames)]
    return [10 * (end - before) for before, end in zip([0, *ends[:-1]], ends, strict=True)]


def _no_encoder() -> UserError:
    return UserError(
        tr(
            "This installation has no H.264 encoder: choose a GIF or a folder of PNG files, or "
            "install the package av."
        )
    )


def _why(error: BaseException) -> str:
    error = error.__cause__ or error if isinstance(error, UserError) else error
    if isinstance(error, OSError) and error.errno is not None:
        # What an encoder says of the disk is more than what Python says.
        return os.strerror(error.errno) if error.errno in errno.errorcode else reason(error)
    return reason(error)
