"""The probe samples: who is drawn, and what they look like."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ncviz.arrays.array_columns import MOST_COLUMNS
from ncviz.arrays.safetensors_header import DamagedArraysError
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.runs.same_bytes import safetensors_bytes
from ncviz.runs.stored_arrays import StoredArrays
from ncviz.wording import one_line

Ints = NDArray[np.int64]

FILE_NAME = "probe.safetensors"
LARGEST_SIDE = 64  # pixels of a picture
MOST_WORDS, LONGEST_WORD = 30_000, 200
LONGEST_TEXT = 400  # characters of a text that is shown


@dataclass(frozen=True, eq=False)
class Column:
    """What is known of each probe sample beside its class.

    Parameters
    ----------
    title : str
        For people, such as 'fine class'.
    values : array, shape (P,)
        Numbers; or whole ones that count the words from 0.
    words : tuple of str
        Of a column that is no number; empty for numbers.
    """

    title: str
    values: NDArray[Any]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Probe:
    """The samples whose positions every snapshot holds.

    Parameters
    ----------
    labels : array of int, shape (P,)
        0…K−1.
    images : array of uint8, shape (P, height, width) or (P, height, width, 3), or None
        What the network saw, to show when a sample is pointed at.
    columns : tuple of Column
        What else is known of them.
    others : mapping of str to Probe
        The drawn samples of other splits, by name.
    texts : tuple of P str, or None
        What the network read, a line each of at most `LONGEST_TEXT` characters.
    """

    labels: NDArray[np.int64]
    images: NDArray[np.uint8] | None = None
    columns: tuple[Column, ...] = ()
    others: Mapping[str, "Probe"] = field(default_factory=dict)
    texts: tuple[str, ...] | None = None

    def followed_by(self, sets: "Probe", classes: int) -> "Probe":
        """Return these samples, without their columns, and behind them those of sets of labels.

        Parameters
        ----------
        sets : Probe
            Its labels count the sets from 0.
        classes : int
            K, from which they count in the whole.
        """
        both = self.images is not None and sets.images is not None
        read = None if self.texts is None or sets.texts is None else (*self.texts, *sets.texts)
        return Probe(
            np.concatenate([self.labels, classes + sets.labels]),
            np.concatenate([self.images, sets.images]) if both else None,
            texts=read,
        )

    def to_bytes(self) -> bytes:
        """Serialise as safetensors."""
        tensors: dict[str, np.ndarray] = {}
        metadata: dict[str, str] = {}
        for prefix, part in (("", self), *((f"{n}.", each) for n, each in self.others.items())):
            tensors[f"{prefix}labels"] = part.labels.astype(np.int32)
            if part.images is not None:
                tensors[f"{prefix}images"] = np.ascontiguousarray(part.images)
            if part.texts is not None:
                tensors[f"{prefix}texts"] = _written(part.texts)
            titles = {}
            for number, column in enumerate(part.columns):
                kind = np.int32 if column.words else np.float64
                values = np.ascontiguousarray(column.values.astype(kind))
                tensors[f"{prefix}column.{number}"] = values
                titles[str(number)] = {"title": column.title, "words": list(column.words)}
            if titles:
                metadata[f"{prefix}columns"] = json.dumps(titles)
        return safetensors_bytes(tensors, metadata)


def read_probe(path: Path, classes: int, others: Mapping[str, int] = MappingProxyType({})) -> Probe:
    """Read probe.safetensors.

    Parameters
    ----------
    path : Path
        The file.
    classes : int
        K of its run.
    others : mapping of str to int, optional
        How many classes other splits have, by their names; their samples are read where there
        are some.

    Raises
    ------
    UserError
        If it is absent, damaged or of another run.
    """
    try:
        stored = StoredArrays(path)
        found = {
            split: _read_part(stored, path, f"{split}.", count)
            for split, count in others.items()
            if f"{split}.labels" in stored
        }
        return replace(_read_part(stored, path, "", classes), others=found)
    except (OSError, DamagedArraysError, KeyError, MemoryError) as error:
        raise UserError(
            tr("{path} is missing or damaged: the run cannot be drawn without it.", path=path)
        ) from error


def _read_part(stored: StoredArrays, path: Path, prefix: str, classes: int) -> Probe:
    """Read the drawn samples of a split."""
    labels = stored.read(f"{prefix}labels")
    images = stored.read(f"{prefix}images") if f"{prefix}images" in stored else None
    texts = _read_texts(stored.read(f"{prefix}texts")) if f"{prefix}texts" in stored else None
    columns = _read_columns(stored, prefix)
    if not _are_labels(labels, classes) or not (images is None or _are_images(images, len(labels))):
        raise UserError(
            tr(
                "{path} is damaged: it does not fit a run of {classes} classes.",
                path=path,
                classes=classes,
            )
        )
    if texts is not None and len(texts) != len(labels):
        raise UserError(
            tr(
                "{path} is damaged: its texts do not fit its {count:,} samples.",
                path=path,
                count=len(labels),
            )
        )
    if not all(column.values.shape == labels.shape for column in columns):
        raise UserError(
            tr(
                "{path} is damaged: a column does not fit its {count:,} samples.",
                path=path,
                count=len(labels),
            )
        )
    return Probe(labels.astype(np.int64), images, columns, texts=texts)


def shown_text(text: str) -> str:
    """Return a text as it is kept and shown: one line without control characters, not too long."""
    return one_line(" ".join(text[: 8 * LONGEST_TEXT].split()), LONGEST_TEXT)


def _written(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Return texts as rows of UTF-8, filled up with zeros."""
    rows = [shown_text(text).encode("utf-8", "replace") for text in texts]
    width = max(1, *map(len, rows)) if rows else 1
    return np.frombuffer(b"".join(row.ljust(width, b"\0") for row in rows), np.uint8).reshape(
        len(rows), width
    )


def _read_texts(rows: NDArray[Any]) -> tuple[str, ...]:
    if rows.ndim != 2 or rows.dtype != np.uint8:
        raise DamagedArraysError(tr("its texts are no rows of bytes"))
    # Beyond these bytes no letter is shown; so no row is read that claims to be longer.
    kept = np.ascontiguousarray(rows[:, : 4 * LONGEST_TEXT])
    return tuple(shown_text(row.tobytes().rstrip(b"\0").decode("utf-8", "replace")) for row in kept)


def _read_columns(stored: StoredArrays, prefix: str) -> tuple[Column, ...]:
    """Read the columns; of what describes them wrongly nothing is taken."""
    try:
        described = json.loads(stored.metadata.get(f"{prefix}columns", "{}"))
        items = list(described.items())[:MOST_COLUMNS]
    except (ValueError, RecursionError, AttributeError) as error:
        raise DamagedArraysError(tr("its columns are not JSON")) from error
    return tuple(_read_column(stored, f"{prefix}column.{key}", value) for key, value in items)


def _read_column(stored: StoredArrays, name: str, described: Any) -> Column:
    values = stored.read(name)
    if not isinstance(described, Mapping):
        raise DamagedArraysError(tr("{name} has no description", name=name))
    title, words = described.get("title"), described.get("words", [])
    fits = isinstance(words, list) and len(words) <= MOST_WORDS
    if not isinstance(title, str) or not fits or not all(isinstance(w, str) for w in words):
        raise DamagedArraysError(tr("{name} has no description", name=name))
    if words and (values.dtype.kind not in "iu" or not _are_labels(values, len(words))):
        raise DamagedArraysError(tr("{name} counts words that are not there", name=name))
    if values.dtype.kind not in "iuf":
        raise DamagedArraysError(tr("{name} holds no numbers", name=name))
    known = tuple(one_line(word, LONGEST_WORD) for word in words)
    kind = np.int64 if words else np.float64
    return Column(one_line(title, LONGEST_WORD) or name, values.astype(kind), known)


def _are_labels(labels: np.ndarray, classes: int) -> bool:
    whole = labels.ndim == 1 and labels.dtype.kind in "iu"
    return whole and bool(((labels >= 0) & (labels < classes)).all())


def _are_images(images: np.ndarray, samples: int) -> bool:
    shaped = images.ndim == 3 or (images.ndim == 4 and images.shape[3] == 3)
    return shaped and images.dtype == np.uint8 and len(images) == samples


def are_pictures(shape: Sequence[int]) -> bool:
    """Tell whether an array of this shape may hold N pictures, grey or in colours."""
    if len(shape) == 3:
        return min(shape[1:]) > 1
    return len(shape) == 4 and (shape[1] in (1, 3) or shape[3] in (1, 3)) and max(shape[1:]) > 3


def to_pictures(pixels: NDArray[Any]) -> NDArray[np.uint8] | None:
    """Return pixels of 0 to 255 in shape (N, h, w) or (N, h, w, 3), no side above 64.

    Parameters
    ----------
    pixels : array
        (N, h, w), (N, h, w, C) or (N, C, h, w), with C 1 or 3; bytes, or
        numbers from 0 to 1, or from 0 to 255.

    Returns
    -------
    array of uint8, or None
        None where the range is another one.
    """
    if pixels.ndim == 4 and pixels.shape[3] not in (1, 3):
        pixels = pixels.transpose(0, 2, 3, 1)
    if pixels.ndim == 4 and pixels.shape[3] == 1:
        pixels = pixels[..., 0]
    step = -(-max(pixels.shape[1:3]) // LARGEST_SIDE)
    pixels = pixels[:, ::step, ::step]
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels)
    values = pixels.astype(np.float64)
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > 255:
        return None
    return np.round(values * (255 if values.max() <= 1 else 1)).astype(np.uint8)


def drawn_beside(labels: Mapping[str, Ints], most: int) -> dict[str, Ints]:
    """Return which samples of other splits are drawn beside those of the training.

    Of each the same number, class by class as evenly as can be, the first ones of each: their
    order is by chance already. All together they are no more than the training samples.

    Parameters
    ----------
    labels : mapping of split to array of int, shape (N,)
        The training samples, 'train', may be among them.
    most : int
        Training samples that are drawn.
    """
    others = {split: of for split, of in labels.items() if split != "train" and len(of)}
    return {split: _even(of, most // len(others)) for split, of in others.items()}


def _even(labels: Ints, most: int) -> Ints:
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels)
    place = np.empty(len(labels), dtype=np.int64)  # of each sample within its class
    place[order] = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(np.lexsort((labels, place))[:most])
