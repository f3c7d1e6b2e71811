"""Pixels brought to the channels and the size that a network takes."""

from collections.abc import Callable

import torch
from torch import Tensor

from ncviz.arrays.roomy import roomy_array
from ncviz.errors import UserError
from ncviz.language import tr

AT_ONCE = 64  # images
_GREY = (0.299, 0.587, 0.114)  # ITU-R BT.601


def fitted_images(
    images: Tensor, channels: int, size: int, note: Callable[[str], object], *, exact: bool = False
) -> Tensor:
    """Give pixels the network's channels and size; leave what was prepared as it is.

    Parameters
    ----------
    images : tensor, shape (N, C, H, W) or another
    channels : int
        That the network takes; 0 for any.
    size : int
        Side in pixels; 0 for as they are.
    note : callable
        Given what was changed, in words.
    exact : bool, optional
        Whether resized bytes become numbers from 0 to 1 with their fractions.

    Raises
    ------
    UserError
        If the network takes other channels.
    """
    if images.ndim != 4:
        return images
    images = _with_channels(images, channels, note)
    if size and images.shape[2:] != (size, size):
        images = _changed(images, lambda some: _resized(some, size, exact=exact))
        note(tr("resized to {size}×{size}, bilinear", size=size))
    return images


def _changed(images: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
    """Change images some at a time, for all at once may not fit into the memory."""
    none = change(images[:1])[:0]
    found = torch.from_numpy(roomy_array((len(images), *none.shape[1:]), none.numpy().dtype))
    for start in range(0, len(images), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        found[some] = change(images[some])
    return found


def _resized(images: Tensor, size: int, *, exact: bool) -> Tensor:
    values = torch.nn.functional.interpolate(
        images.float(), size=(size, size), mode="bilinear", align_corners=False, antialias=True
    )
    if images.dtype != torch.uint8:
        return values
    return values.div_(255) if exact else values.round_().byte()


def _grey(images: Tensor) -> Tensor:
    values = (images.float() * torch.tensor(_GREY).reshape(1, 3, 1, 1)).sum(dim=1, keepdim=True)
    return values.round_().byte() if images.dtype == torch.uint8 else values


def _with_channels(images: Tensor, takes: int, note: Callable[[str], object]) -> Tensor:
    has = images.shape[1]
    if not takes or has == takes:
        return images
    if has == 1:
        note(tr("grey images repeated to {takes} channels", takes=takes))
        return images.expand(-1, takes, -1, -1)
    if has == 4 and takes in (1, 3):
        note(tr("the fourth channel, transparency, left out"))
        images, has = images[:, :3], 3
        if takes == 3:
            return images
    if has == 3 and takes == 1:
        note(tr("colours turned to grey"))
        return _changed(images, _grey)
    raise UserError(
        tr(
            "The images have {has} channels and the model takes {takes}: choose other data.",
            has=has,
            takes=takes,
        )
    )
