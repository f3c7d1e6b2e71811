"""What a page for a browser carries of a run, read as data: nothing of its script is run.

A page says where the samples of its picture lie, at its moments and layers, as whole numbers of
one step a moment and layer (`ncviz/export/web/packing.py`).
"""

import base64
import binascii
import json
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.stored import ALWAYS_ALLOWED, ArrayFile, HeldArray, told
from ncviz.bounded_reading import open_regular
from ncviz.errors import UserError
from ncviz.image_file import HeldPicture, opened_image
from ncviz.language import tr

FORMAT = "ncviz-page:2"  # of what a page carries
NOWHERE = -32768  # a place that is no finite number
LARGEST_PAGE = 300_000_000  # bytes of a file
MOST_UNPACKED = 2**30  # bytes of what it carries
ALWAYS_UNPACKED = 2**25  # bytes that a page of any size may carry
MOST_TIMES = 30  # its packed size, beyond that
LARGEST_WORDS = 2**26  # bytes of JSON in it
MOST_PARTS = 4_000_000  # of the JSON: each takes some 80 bytes of memory
MOST_PIXELS = 4_000_000  # of all images; pages are written with less than half of it
PIECE = 2**24  # bytes unpacked at once
MOST_STATES, MOST_LAYERS = 200_000, 10_000
LONGEST_NAME = 400  # letters of a class or a text
UNITS = {"epoch": "epochs", "step": "steps"}  # what moments count, by the array that says so

_SAID = b'<meta name="ncviz" '  # at a page's head
_BEGIN, _END = b'<script type="application/octet-stream" id="data">', b"</script>"
_KINDS = {"i2": 2, "u1": 1, "u2": 2, "u4": 4, "f4": 4}  # bytes of a number


@dataclass(frozen=True)
class _Carried:
    """What a page carries: words, and the bytes of its arrays."""

    path: Path
    page: Any
    content: memoryview

    def words(self, place: Any, count: int, kind: str, first: int | None = None) -> NDArray[Any]:
        """Return numbers from one place on, or their first; those of two bytes lie as planes."""
        start, size = _whole(place), count * _KINDS[kind]
        if not 0 <= start <= len(self.content) - size:
            raise ValueError(tr("an array lies beyond its end"))
        planes = 2 if kind in ("i2", "u2") else 1
        part = np.frombuffer(self.content, np.uint8, size, start).reshape(planes, -1)
        if first is not None:
            part = part[:, : first * _KINDS[kind] // planes]
        return np.ascontiguousarray(part.T).reshape(-1).view(np.dtype(f"<{kind}"))

    def array(self, told_of: Any) -> NDArray[Any]:
        """Return a row of numbers that tells its own kind and length."""
        (count,) = told_of["shape"]
        return self.words(told_of["at"], _whole(count), str(told_of["kind"]))


def open_page(path: Path) -> ArrayFile:
    """Open a page as arrays: places, classes, and what else is told of its samples.

    Parameters
    ----------
    path : Path
        Made by ``ncviz export page`` of a run.

    Returns
    -------
    ArrayFile
        An array of places a layer, shape (moments, samples, 3), of the picture with which the page
        begins; of two runs that on the left.

    Raises
    ------
    UserError
        If it is no such page, is damaged, or would take too much memory.
    """
    with told(path, tr("page of ncviz")), _as_expected():
        carried = _unpacked(path)
        page = carried.page
        side = page["sides"][0]
        look, cards = side["looks"][0], side["cards"]
        layers = [_text(name) for name in page["layers"]]
        moments = page["times"]["names"]
        if not isinstance(cards, dict) or page["times"]["unit"] == "":
            raise UserError(
                tr(
                    "{path} is a page without samples of a run: there is nothing to import.",
                    path=path,
                )
            )
        if not 0 < len(layers) <= MOST_LAYERS or not 0 < len(moments) * len(layers) <= MOST_STATES:
            raise ValueError(tr("it has too many moments or none"))
        states = len(moments) * len(layers)
        parts = _same_samples(carried, look, states, len(cards["ids"]))
        owners = carried.array(parts["samples"]["owners"]).astype(np.int64)
        ids = carried.array(parts["samples"]["ids"])
        kept = np.flatnonzero(owners >= 0)
        _check_unpacked(path, states * len(ids) * 3 * 4)
        classes, labels = np.unique(owners[kept], return_inverse=True)
        arrays = _places(carried, look, layers, len(moments), kept)
        arrays["labels"] = labels
        titles = [_text(cards["titles"][str(k)]) for k in classes.tolist()]
        arrays["class_names"] = _texts(path, titles)
        arrays |= _moments(page["times"]) | _shown(path, cards, ids[kept])
        note = tr(
            "places of {samples:,} samples in the three dimensions of the page's picture: all "
            "numbers are of these, not of the network's layers",
            samples=len(kept),
        )
        return ArrayFile(
            path,
            {name: HeldArray(name, array) for name, array in arrays.items()},
            notes=[note],
            title=tr("{title} (from a page, thinned)", title=_text(page["title"])),
        )


@contextmanager
def _as_expected() -> Iterator[None]:
    """Say of words in an unexpected order that they are, rather than how Python stumbled."""
    try:
        yield
    except (TypeError, AttributeError, LookupError) as error:
        raise ValueError(tr("its parts do not fit together")) from error


def _unpacked(path: Path) -> _Carried:
    with open_regular(path) as file:
        content = file.read(LARGEST_PAGE + 1)
    if len(content) > LARGEST_PAGE:
        raise UserError(tr("{path} is too large for a page of ncviz.", path=path))
    begin = content.find(_BEGIN)
    if begin < 0:
        if _SAID in content and not content.rstrip().endswith(b"</html>"):
            raise ValueError(tr("its data are cut off or changed"))
        raise UserError(
            tr("{path} carries no data of ncviz: choose a page that ncviz exported.", path=path)
        )
    begin += len(_BEGIN)
    end = content.find(_END, begin)
    if end < 0:
        raise ValueError(tr("its data are cut off or changed"))
    try:
        packed = base64.b64decode(content[begin:end].translate(None, b" \t\r\n"), validate=True)
    except binascii.Error as error:
        raise ValueError(tr("its data are cut off or changed")) from error
    del content
    whole = _inflated(path, packed)
    length = int.from_bytes(whole[:4], "little")
    if length > min(LARGEST_WORDS, len(whole) - 4):
        raise ValueError(tr("its words are cut off"))
    words = bytes(memoryview(whole)[4 : 4 + length])
    if sum(map(words.count, (b",", b":", b"[", b"{"))) > MOST_PARTS:
        raise ValueError(tr("its words have too many parts"))
    try:
        page = json.loads(words)
    except RecursionError as error:
        raise ValueError(tr("its words lie too deep in each other")) from error
    if not isinstance(page, dict) or page.get("format") != FORMAT:
        raise UserError(
            tr(
                "{path} carries its data as another version of ncviz wrote them: export the page "
                "again.",
                path=path,
            )
        )
    return _Carried(path, page, memoryview(whole)[4 + length :])


def _inflated(path: Path, packed: bytes) -> bytearray:
    """Return what is packed, unless that is far more than a page can have."""
    most = min(MOST_UNPACKED, max(ALWAYS_UNPACKED, MOST_TIMES * len(packed)))
    stream, whole = zlib.decompressobj(), bytearray()
    try:
        while packed and not stream.eof and len(whole) <= most:
            whole += stream.decompress(packed, PIECE)
            packed = stream.unconsumed_tail
    except zlib.error as error:
        raise ValueError(tr("its data are cut off or changed")) from error
    if len(whole) > most:
        raise _too_much(path, most)
    if not stream.eof:
        raise ValueError(tr("its data are cut off or changed"))
    return whole


def _check_unpacked(path: Path, size: int) -> None:
    """Refuse arrays of so many bytes that no page of its size has them."""
    most = max(ALWAYS_ALLOWED, MOST_TIMES * path.stat().st_size)
    if size > most:
        raise _too_much(path, most)


def _too_much(path: Path, most: int) -> UserError:
    return UserError(
        tr("{path} would unpack to more than {most:,} bytes: it is no page.", path=path, most=most)
    )


def _same_samples(
    carried: _Carried, look: Mapping[str, Any], states: int, most: int
) -> Mapping[str, Any]:
    """Return the parts of all scenes; they must hold the same samples, `most` at most."""
    numbers = [_whole(number) for number in look["states"]["parts"]]
    if len(numbers) != states:
        raise ValueError(tr("it has other scenes than moments and layers"))
    used = [look["parts"][number] for number in sorted(set(numbers))]
    _check_unpacked(carried.path, len(used) * most * 4)
    if any(_whole(p["samples"]["count"]) not in range(most + 1) for p in used):
        raise ValueError(tr("it has other samples than cards"))
    first = carried.array(used[0]["samples"]["ids"])
    if any(not np.array_equal(carried.array(p["samples"]["ids"]), first) for p in used[1:]):
        raise ValueError(tr("its scenes hold different samples"))
    parts: Mapping[str, Any] = used[0]
    return parts


def _places(
    carried: _Carried,
    look: Mapping[str, Any],
    layers: Sequence[str],
    moments: int,
    kept: NDArray[np.int64],
) -> dict[str, NDArray[Any]]:
    states, found = look["states"], dict[str, NDArray[Any]]()
    for number, name in enumerate(layers):
        rows = np.empty((moments, len(kept), 3), np.float32)
        for moment in range(moments):
            state = moment * len(layers) + number
            parts = look["parts"][_whole(states["parts"][state])]
            count = 3 * _whole(parts["samples"]["count"])  # the first of all places
            points = 3 * _points_of(parts)
            whole = carried.words(states["at"][state], points, "i2", count).reshape(-1, 3)
            step = float(states["step"][state])
            if not math.isfinite(step):
                raise ValueError(tr("a step is no finite number"))
            chosen = whole[kept]
            rows[moment] = chosen * np.float32(step)
            rows[moment, (chosen == NOWHERE).any(axis=1)] = np.nan
        found[_free(f"layer.{name}", found)] = rows
    return found


def _points_of(parts: Mapping[str, Any]) -> int:
    """Return how many places a scene has: samples, balls, both ends of lines, names."""
    counts = (_whole(parts[kind]["count"]) for kind in ("samples", "balls", "lines", "lines"))
    return sum(counts) + len(parts["labels"]["texts"])


def _free(name: str, taken: Mapping[str, Any]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def _moments(times: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Return the numbers of the moments, where they count epochs or steps."""
    name = UNITS.get(times["unit"])
    if name is None:
        return {}
    return {name: np.array([float(value) for value in times["values"]])}


def _shown(path: Path, cards: Mapping[str, Any], rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return what is told of each sample: its text, its image."""
    where = {_whole(row): number for number, row in enumerate(cards["ids"])}
    order = [where[row] for row in rows.tolist()]
    found: dict[str, NDArray[Any]] = {}
    if texts := cards.get("texts"):
        found["texts"] = _texts(path, [_text(texts[number]) for number in order])
    head, _, coded = str(cards["images"]).partition(",")
    if not coded:
        return found
    wide, high = (_whole(side) for side in cards["size"])
    columns = _whole(cards["columns"])
    if not (wide > 0 and high > 0 and columns > 0):
        raise ValueError(tr("its images have no size"))
    if len(order) * wide * high > MOST_PIXELS:
        raise ValueError(tr("its images are too large"))
    picture = HeldPicture(f"{path}, {head[:40]}", base64.b64decode(coded, validate=True))
    with opened_image(picture, ("PNG", "JPEG")) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(tr("its images are too large"))
        sheet = np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))
    cut = []
    for number in order:
        top, left = number // columns * high, number % columns * wide
        one = sheet[top : top + high, left : left + wide]
        if one.shape[:2] != (high, wide):
            raise ValueError(tr("an image lies beyond its end"))
        cut.append(one)
    return found | {"images": np.stack(cut)}


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(tr("a number is no whole number"))
    return value


def _texts(path: Path, texts: Sequence[str]) -> NDArray[Any]:
    """Return texts as an array, in which each takes the room of the longest."""
    _check_unpacked(path, 4 * max(map(len, texts), default=0) * len(texts))
    return np.array(texts)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(tr("a name is no text"))
    return value[:LONGEST_NAME]
