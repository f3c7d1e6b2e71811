"""What the drawn samples of a training loop look like, as far as its tensors tell."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.anatomy.inputs import main_tensor
from ncviz.language import tr
from ncviz.recording.kept_samples import KeptSamples
from ncviz.runs.probe import to_pictures

Ints = NDArray[np.int64]

MOST_BYTES = 2**28  # of all pictures
_CHANNELS = (1, 3)


def pictures_of(
    kept: Mapping[str, KeptSamples], drawn: Mapping[str, Ints]
) -> tuple[dict[str, NDArray[np.uint8]], list[str]]:
    """Return the pictures of the drawn samples of each split that has images, and what is said.

    Parameters
    ----------
    kept : mapping of split to KeptSamples
    drawn : mapping of split to array of int, shape (P,)

    Notes
    -----
    Pixels from 0 to 1 or to 255 are shown as they are. Of others, such as standardised ones, black
    and white are the least and the largest of the training samples that are drawn.
    """
    images: dict[str, Tensor] = {}
    for split, rows in drawn.items():
        samples = [main_tensor(kept[split].samples[row]) for row in rows.tolist()]
        shapes = {tuple(sample.shape) for sample in samples}
        if len(shapes) == 1 and _is_image(next(iter(shapes))):
            images[split] = torch.stack(samples)
    if "train" not in images or sum(map(torch.numel, images.values())) > MOST_BYTES:
        return {}, []
    low, high = (float(each) for each in torch.aminmax(images["train"].float()))
    if images["train"].dtype == torch.uint8 or (low >= 0 and 1 < high <= 255):
        black, white = 0.0, 255.0
    elif low >= 0 and high <= 1:
        black, white = 0.0, 1.0
    else:
        black, white = low, high
    if white <= black:
        return {}, []
    notes = []
    if (black, white) == (low, high) and (low, high) != (0.0, 1.0) and high != 255.0:
        notes.append(
            tr(
                "pictures show values from {low:.3g} to {high:.3g} as black to white",
                low=low,
                high=high,
            )
        )
    found = {}
    for split, each in images.items():
        shades = ((each.float() - black) / (white - black)).clamp(0, 1).mul(255).round().byte()
        pixels = to_pictures(shades.numpy())
        if pixels is not None:
            found[split] = pixels
    return found, notes


def _is_image(shape: tuple[int, ...]) -> bool:
    return len(shape) == 3 and shape[0] in _CHANNELS and min(shape[1:]) > 1
