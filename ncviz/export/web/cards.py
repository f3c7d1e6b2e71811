"""What a page says of the sample under the pointer, and the images of all of them."""

import io
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ncviz.explorer.pointing import predicted_in_words
from ncviz.export.web.payload import SampleCards
from ncviz.language import tr
from ncviz.runs.run import Run
from ncviz.runs.splits import TRAIN

LARGEST_SIDE, SMALLEST_SIDE = 56, 12  # pixels of an image
MOST_PIXELS = 1_200_000  # of all images
Ints = NDArray[np.int64]


def cards_of(run: Run, split: str, epochs: Sequence[int], rows: Ints) -> SampleCards:
    """Return what is said of samples at some moments.

    Parameters
    ----------
    run : Run
    split : str
        Whose samples.
    epochs : sequence of int
        Recorded ones.
    rows : array of int
        Of the samples.
    """
    drawn = run.drawn_of(split)
    names, labels = drawn.numbered_names, drawn.drawn_labels
    words: dict[str, int] = {}
    table = np.zeros((len(epochs), len(rows)), dtype=np.int64)
    known = len(run.manifest.drawn_names)
    for number, epoch in enumerate(epochs):
        predicted = drawn.snapshot(epoch).probe("predicted")
        for place, row in enumerate(rows.tolist()):
            given = None if predicted is None else int(predicted[row])
            label = int(labels[row])
            is_right = None if label >= known else given == label
            sentence = predicted_in_words(names, given, is_right)
            table[number, place] = words.setdefault(sentence, len(words))
    images, columns, size = _sheet(drawn.probe.images, rows)
    texts = drawn.probe.texts
    return SampleCards(
        dict(enumerate(names)),
        {row: _named(drawn, row) for row in rows.tolist()},
        table,
        tuple(words),
        images,
        columns,
        size,
        () if texts is None else tuple(texts[row] for row in rows.tolist()),
    )


def _named(drawn: Run, row: int) -> str:
    if drawn.drawn is TRAIN:
        return tr("Sample {row}", row=row)
    return tr("Sample {row} of {title}", row=row, title=drawn.drawn.title)


def image_side(count: int, largest: int) -> int:
    """Return how wide the images of so many samples are kept; 0 where there are too many."""
    side = min(largest, LARGEST_SIDE, int(math.sqrt(MOST_PIXELS / max(count, 1))))
    return side if side >= min(SMALLEST_SIDE, largest) else 0


def _sheet(images: NDArray[np.uint8] | None, rows: Ints) -> tuple[bytes, int, tuple[int, int]]:
    """Return the images of samples in one picture, how many stand in a row, and their size."""
    if images is None or not len(rows):
        return b"", 1, (0, 0)
    height, width = images.shape[1:3]
    side = image_side(len(rows), max(width, height))
    if not side:
        return b"", 1, (0, 0)
    share = side / max(width, height)
    size = max(1, round(share * width)), max(1, round(share * height))
    columns = math.ceil(math.sqrt(len(rows)))
    lines = math.ceil(len(rows) / columns)
    is_grey = images.ndim == 3
    sheet = Image.new("L" if is_grey else "RGB", (columns * size[0], lines * size[1]))
    for place, row in enumerate(rows.tolist()):
        one = Image.fromarray(images[row])
        one = one if share >= 1 else one.resize(size, Image.Resampling.BOX)
        sheet.paste(one, (place % columns * size[0], place // columns * size[1]))
    buffer = io.BytesIO()
    if is_grey:
        sheet.save(buffer, "PNG", optimize=True)
    else:
        sheet.save(buffer, "JPEG", quality=80)
    return buffer.getvalue(), columns, size
