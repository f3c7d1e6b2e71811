"""Samples of one split, of which a process may hold a share, and what is seen of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ncviz.errors import UserError
from ncviz.language import named, tr
from ncviz.measuring.peers import Exchange, Peers
from ncviz.recording.taken_samples import TakenSamples

Ints = NDArray[np.int64]

_PROBE_SIDE = 64  # pixels of a kept picture, at most
_LOOKED_AT = 4096  # numbers of a sample that its mark is made of, at least


@dataclass(frozen=True, eq=False)
class SplitSamples:
    """Chosen samples of one split, sorted by class.

    Parameters
    ----------
    images : tensor, shape (n, C, H, W) or (n, …)
        uint8 pixels from 0 to 255, or float32: pixels from 0 to 1, or what was prepared.
    labels : array of int, shape (N,)
        Of all of them.
    are_pixels : bool
        Whether black and white are known.
    held : array of int, shape (n,)
        Which of the samples this process holds: all, unless others hold a share.
    """

    images: Tensor
    labels: Ints
    are_pixels: bool
    held: Ints

    def __len__(self) -> int:
        return len(self.labels)


def units(images: Tensor) -> Tensor:
    """Return pixels from 0 to 1; what is no pixel stays as it is."""
    return images.float() / 255 if images.dtype == torch.uint8 else images.float()


def kept_by_all(
    labels: Ints, taken: TakenSamples, images: Tensor, title: str, peers: Peers
) -> Ints:
    """Return which of the chosen samples could be read, by whichever process.

    Raises
    ------
    UserError
        If the processes do not have the same data.
    """
    kind = labels.tobytes(), tuple(images.shape[1:]), images.dtype, taken.are_pixels
    found = peers.known_to_all(
        (sha256(repr(kind).encode()).digest(), taken.kept),
        Exchange(named("the samples of {what}"), title),
    )
    if len({mark for mark, _ in found}) > 1:
        raise UserError(
            tr(
                "The processes find other samples in {title}: give all of them the same data.",
                title=title,
            )
        )
    return np.sort(np.concatenate([each for _, each in found])).astype(np.int64)


def mark_of(parts: Mapping[str, SplitSamples], peers: Peers) -> str:
    """Return a few letters by which to know the same samples again, whichever processes hold them.

    Of a sample of many numbers some are looked at, evenly apart. The mark is that of all samples
    in the first process alone.
    """
    sums = np.zeros(8, dtype=np.int64)  # of numbers of 32 bits: no order of processes matters
    digest = sha256()
    for split, part in parts.items():
        digest.update(f"{split} {part.images.dtype} {tuple(part.images.shape[1:])}\n".encode())
        digest.update(np.ascontiguousarray(part.labels).tobytes())
        rows = part.images.flatten(1)
        rows = rows[:, :: max(1, rows.shape[1] // _LOOKED_AT)]
        for number, row in zip(part.held.tolist(), rows, strict=True):
            own = sha256(f"{split} {number}\n".encode() + row.contiguous().numpy().tobytes())
            sums += np.frombuffer(own.digest(), dtype="<u4")
    digest.update(peers.summed(sums, Exchange(named("the marks of the samples"))).tobytes())
    return digest.hexdigest()[:16]


def moments(images: Tensor, peers: Peers) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each channel, of all processes' images."""

    def mean_of(values_of: Callable[[Tensor], Tensor]) -> Tensor:
        sums = np.zeros((2, images.shape[1]))
        for batch in torch.split(images, 256):
            values = values_of(units(batch).double())
            sums[0] += values.sum(dim=(0, *range(2, values.ndim))).numpy()
            sums[1] += values.numel() // values.shape[1]
        sums = peers.summed(sums, Exchange(named("the pixels")))
        mean = sums[0] / sums[1] if peers.is_first else None
        return torch.from_numpy(peers.told(mean, Exchange(named("the mean of the pixels"))))

    shape = (1, -1, *(1 for _ in images.shape[2:]))
    mean = mean_of(lambda values: values)
    return mean, mean_of(lambda values: (values - mean.reshape(shape)) ** 2).sqrt()


def pictures(images: Tensor, *, are_pixels: bool) -> NDArray[np.uint8] | None:
    """Return samples as pictures, shape (n, H, W) or (n, H, W, 3); None if they are no images."""
    if images.ndim == 3:
        images = images[:, None]
    if images.ndim != 4 or images.shape[1] not in (1, 3) or not are_pixels or not len(images):
        return None
    if max(images.shape[2:]) > _PROBE_SIDE:
        scale = _PROBE_SIDE / max(images.shape[2:])
        images = torch.nn.functional.interpolate(
            images, scale_factor=scale, mode="bilinear", antialias=True
        )
    images = (images * 255).round_().clamp_(0, 255).byte()
    pixels = images.movedim(1, -1).contiguous().numpy()
    return pixels[..., 0] if pixels.shape[-1] == 1 else pixels
