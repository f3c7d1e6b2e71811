"""From images to what a network takes in."""

from dataclasses import replace

import numpy as np
import torch

from ncviz.data.dataset import Images
from ncviz.errors import UserError
from ncviz.language import tr

LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as torchvision's grey


def to_inputs(
    images: Images, size: int, mean_std: tuple[float, float] | None = None
) -> torch.Tensor:
    """Shrink or enlarge images, and standardise their pixels.

    Parameters
    ----------
    images : Images
        N images of C channels, 1 or 3.
    size : int
        The side of the resized images, in pixels; bilinear, with antialiasing.
    mean_std : tuple of float, optional
        Subtracted from and divided into the pixels, in units of the full
        range 0 to 1. Take it from the training images with `mean_and_std`, for
        the test images too. By default the pixels stay between 0 and 1.

    Returns
    -------
    float32 tensor, shape (N, C, size, size)

    Raises
    ------
    UserError
        If the size is below 1.
    """
    if size < 1:
        raise UserError(tr("The image size is {size}: choose 1 pixel or more.", size=size))
    pixels = images.pixels if images.pixels.ndim == 4 else images.pixels[..., np.newaxis]
    channels_first = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2), dtype=np.float32)
    values = torch.from_numpy(channels_first).div_(255)
    if values.shape[2:] != (size, size):
        values = torch.nn.functional.interpolate(
            values, size=(size, size), mode="bilinear", align_corners=False, antialias=True
        )
    if mean_std is not None:
        mean, std = mean_std
        values.sub_(mean).div_(std)
    return values


def mean_and_std(images: Images, size: int) -> tuple[float, float]:
    """Return the mean and standard deviation over all pixels of the resized images.

    Parameters
    ----------
    images : Images
        The training images.
    size : int
        The side of the resized images, in pixels.

    Returns
    -------
    tuple of float
        Mean and standard deviation (divisor: the number of pixels), in units
        of the full range 0 to 1.

    Raises
    ------
    UserError
        If all pixels are equal, or the size is below 1.
    """
    values = to_inputs(images, size)
    mean = values.mean(dtype=torch.float64).item()
    std = values.sub_(mean).square_().mean(dtype=torch.float64).sqrt().item()
    if std == 0:
        raise UserError(tr("All pixels of the training images are equal: choose other images."))
    return mean, std


def as_many_channels(images: Images, others: Images) -> Images:
    """Return images in grey or in colours, as others are."""
    if images.pixels.ndim == others.pixels.ndim:
        return images
    if others.pixels.ndim == 4:
        return replace(images, pixels=np.repeat(images.pixels[..., np.newaxis], 3, axis=3))
    grey = np.rint(images.pixels @ LUMA).astype(np.uint8)
    return replace(images, pixels=grey)
