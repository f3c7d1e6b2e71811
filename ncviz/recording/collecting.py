"""Samples and labels out of what a function of the user's returns."""

import itertools
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.pixels import channels_first

Ints = NDArray[np.int64]

MOST_SAMPLES = 2_000_000  # that are taken out of a user's iterable


def collect(given: Any, where: str, most: int = MOST_SAMPLES) -> tuple[Tensor, Ints]:
    """Return samples and labels of a pair of arrays, a data set or a loader.

    Parameters
    ----------
    given : object
        (images, labels), or anything that yields such pairs, batched or not.
    where : str
        Names it in error messages.
    most : int, optional
        Samples to take at most.

    Raises
    ------
    UserError
        If it is none of these.
    """
    if isinstance(given, list | tuple) and len(given) == 2 and hasattr(given[0], "shape"):
        return _pair(given[0], given[1], where)
    images: list[Tensor] = []
    labels: list[Ints] = []
    count = 0
    try:
        for pair in itertools.islice(iter(given), most):
            batch, label = _pair(*_as_batch(pair[0], pair[1]), where)
            images.append(batch)
            labels.append(label)
            count += len(label)
            if count >= most:
                break
    except (TypeError, IndexError, KeyError) as error:
        raise UserError(
            tr(
                "{where} gave a {name}: give (images, labels), a data set or a "
                "loader of such pairs.",
                where=where,
                name=type(given).__name__,
            )
        ) from error
    if not images:
        raise UserError(tr("{where} gave no samples.", where=where))
    return torch.cat(images), np.concatenate(labels)


def _as_batch(image: Any, label: Any) -> tuple[Any, Any]:
    """Return a pair with an axis for the samples, whether it had one or not."""
    single = not hasattr(label, "shape") or len(label.shape) == 0
    if single:
        image = image if hasattr(image, "shape") else np.asarray(image)
        return image[None], np.asarray([int(label)])
    return image, label


def _pair(images: Any, labels: Any, where: str) -> tuple[Tensor, Ints]:
    samples = images.detach().cpu() if isinstance(images, Tensor) else torch.as_tensor(images)
    marks = labels.detach().cpu().numpy() if isinstance(labels, Tensor) else np.asarray(labels)
    if samples.ndim < 2 or marks.ndim != 1 or len(samples) != len(marks):
        raise UserError(
            tr(
                "{where} gave samples of shape {shape} and labels of shape "
                "{shape_2}: give one label a sample.",
                where=where,
                shape=tuple(samples.shape),
                shape_2=marks.shape,
            )
        )
    if marks.dtype.kind not in "iub":
        raise UserError(
            tr(
                "{where} gave labels of {dtype}: give whole numbers from 0.",
                where=where,
                dtype=marks.dtype,
            )
        )
    if samples.dtype != torch.uint8:
        samples = samples.float()
    elif samples.ndim >= 3:
        samples = channels_first(samples.numpy())
    return samples, marks.astype(np.int64)
