"""Passes samples through a network, and gives what passes its points to who asks."""

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn

from ncviz.anatomy.doubles import has_doubles
from ncviz.anatomy.inputs import Inputs, device_of, like_weights, run
from ncviz.anatomy.points import reading
from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.measuring.device_errors import enough_memory
from ncviz.measuring.modes import uncast
from ncviz.measuring.passed import Take
from ncviz.measuring.taps import Taps


class Forward:
    """A network with the points at which it is read.

    Parameters
    ----------
    network : nn.Module
    taps : Taps
    told : bool
        Whether it can be said what to do where the memory does not suffice.
    """

    def __init__(self, network: nn.Module, taps: Taps, *, told: bool) -> None:
        self._network, self._taps, self._told = network, taps, told

    @property
    def device(self) -> torch.device:
        """Return where the network is now."""
        return device_of(self._network)

    def enough_memory(self, what: str, remedy: str) -> AbstractContextManager[None]:
        """Say what to do where less memory can be asked for here."""
        return enough_memory(what, remedy, self.device) if self._told else nullcontext()

    def of(self, samples: int, images: Inputs, take: Take, sizes: list[int]) -> Tensor:
        """Pass samples through the network and return the logits.

        Parameters
        ----------
        samples : int
            How many they are.
        images : Inputs
        take : callable
            See `Take`.
        sizes : list of int
            Numbers a sample of each point, and of the logits, as they have to be.
        """
        now = dict.fromkeys(range(len(self._taps.points)), 0)

        def take_and_note(number: int, features: Tensor, is_view: bool) -> None:
            now[number] = features.shape[1]
            take(number, features, is_view)

        what = tr("a batch of {samples:,} samples through the network", samples=samples)
        with self.enough_memory(what, tr("take a smaller batch")):
            logits = self.run(images, take_and_note)
        self._taps.require_sizes([*now.values(), logits.shape[1]], sizes)
        return logits

    def run(self, images: Inputs, take: Take) -> Tensor:
        """Pass samples through the network, of whatever size; return the logits.

        Raises
        ------
        UserError
            If a layer did not run.
        """
        ran = set()
        # In the type in which they were computed: the statistics allow for its rounding.
        on_cpu = not has_doubles(self.device.type)

        def pool(number: int, features: Tensor) -> None:
            ran.add(number)
            pooled = self._taps.pooling(features.detach())
            pooled = pooled.cpu() if on_cpu else pooled
            same = pooled.untyped_storage().data_ptr() == features.untyped_storage().data_ptr()
            take(number, pooled, same)

        points = self._taps.points
        with (
            torch.no_grad(),
            uncast(self.device.type),
            reading(self._network, points, pool),
        ):
            logits = self._taps.logits(run(self._network, like_weights(images, self._network)))
        for number, point in enumerate(points):
            if number not in ran:
                raise UserError(
                    tr("The layer {name!r} did not run: choose one that does.", name=point.name)
                )
        return logits.detach()
