"""Arrays and words in one text: what a page carries, and how a browser finds it there."""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.page_file import NOWHERE

ALIGNED = 4  # bytes: where arrays begin
KINDS = {kind: np.dtype(f"<{kind}") for kind in ("i2", "u1", "u2", "u4", "f4")}
# Places are whole numbers of this many steps to each side: a fraction of a pixel on a large
# screen, and the upper bits, which repeat, are packed better than those of all of an int16.
STEPS = 8191


class Packing:
    """Arrays, one behind the other.

    Numbers of two bytes are kept as two planes, all upper bytes after all lower ones, which are
    packed better.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, array: NDArray[Any], kind: str) -> dict[str, Any]:
        """Take an array, and return where it lies, for whoever reads it.

        Parameters
        ----------
        array : array
        kind : str
            One of `KINDS`.
        """
        exact = np.ascontiguousarray(array, dtype=KINDS[kind])
        content = exact.view(np.uint8).reshape(-1, exact.itemsize)
        planes = content.T if kind in ("i2", "u2") else content
        found = {"at": self._length, "kind": kind, "shape": list(array.shape)}
        self._append(np.ascontiguousarray(planes).tobytes())
        return found

    def _append(self, content: bytes) -> None:
        content += bytes(-len(content) % ALIGNED)
        self._parts.append(content)
        self._length += len(content)

    def packed(self, words: Mapping[str, Any]) -> str:
        """Return all arrays with what tells of them, deflated, in base64.

        The unpacked bytes are the length of the JSON (four bytes, the least first), the JSON in
        UTF-8 filled up with spaces, and the arrays.
        """
        text = json.dumps(words, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        body = text.encode("utf-8", "replace")
        body += b" " * (-len(body) % ALIGNED)
        whole = b"".join((len(body).to_bytes(4, "little"), body, *self._parts))
        return base64.b64encode(zlib.compress(whole, 9)).decode("ascii")


def unpacked(text: str) -> tuple[dict[str, Any], bytes]:
    """Return what `Packing.packed` was told, and the bytes of its arrays."""
    whole = zlib.decompress(base64.b64decode(text))
    length = int.from_bytes(whole[:4], "little")
    return json.loads(whole[4 : 4 + length]), whole[4 + length :]


def array_at(content: bytes, place: Mapping[str, Any]) -> NDArray[Any]:
    """Return an array that `Packing.add` took, as a browser reads it."""
    kind, shape = KINDS[place["kind"]], place["shape"]
    count = int(np.prod(shape)) * kind.itemsize
    part = np.frombuffer(content, np.uint8, count, place["at"])
    if place["kind"] in ("i2", "u2"):
        part = np.ascontiguousarray(part.reshape(kind.itemsize, -1).T)
    return part.reshape(-1).view(kind).reshape(shape)


def in_steps(points: NDArray[Any]) -> tuple[NDArray[np.int16], float]:
    """Return places as whole numbers, and the length of a step; rounded to the nearest.

    Parameters
    ----------
    points : array, shape (…, 3)
    """
    known = np.isfinite(points).all(axis=-1)
    most = float(np.abs(points[known]).max(initial=0.0))
    step = most / STEPS if most > 0 else 1.0
    whole = np.full(points.shape, NOWHERE, dtype=np.int16)
    whole[known] = np.round(points[known] / step).astype(np.int16)
    return whole, step
