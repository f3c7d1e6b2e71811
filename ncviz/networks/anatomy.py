"""The anatomy of a network: its layers, stages and blocks, and its classifier."""

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.errors import UserError, reason
from ncviz.networks.blocks import WEIGHTED, find_blocks
from ncviz.networks.inputs import Inputs, main_tensor, run
from ncviz.networks.points import INPUT, OUTPUT, STATE, Point, Pooling, logits_of
from ncviz.networks.taps import unknown_layer

STAGES, BLOCKS, ALL = "stages", "blocks", "all"


@dataclass(frozen=True)
class Part:
    """A module that ran.

    Parameters
    ----------
    name : str
        As in ``network.named_modules()``.
    kind : str
        Its class.
    shape : tuple of int
        Of its output for one sample; empty if that is no tensor.
    is_leaf, is_weighted : bool
        Whether it has no modules of its own, and whether it is a linear map.
    is_appended : bool
        Whether its output is appended to the list that it was given, as in a DenseNet.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    is_leaf: bool
    is_weighted: bool
    is_appended: bool = False


class Anatomy:
    """What running a network once has shown.

    Parameters
    ----------
    network : nn.Module
        In evaluation mode; no gradient is recorded.
    images : Inputs
        A few samples, shape (n, …).

    Raises
    ------
    UserError
        If the network does not take them.
    """

    def __init__(self, network: nn.Module, images: Inputs) -> None:
        self.network = network
        self._samples = len(main_tensor(images))
        self._modules = dict(network.named_modules())
        self._parts: dict[str, Part] = {}
        names = {module: name for name, module in self._modules.items()}
        handles = [
            module.register_forward_hook(partial(self._ran, name))
            for module, name in names.items()
            if name
        ]
        try:
            with torch.no_grad():
                self.logits = logits_of(run(network, images))
        except UserError:
            raise
        except (RuntimeError, ValueError, TypeError, IndexError, AssertionError) as error:
            shape = main_tensor(images).shape[1:]
            raise UserError(
                f"The network does not take samples of shape {_words(shape)} "
                f"({reason(error)}): choose another size or other data."
            ) from error
        finally:
            for handle in handles:
                handle.remove()
        self.input_shape = tuple(main_tensor(images).shape[1:])

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the modules in the order in which they ended."""
        return tuple(self._parts.values())

    def _ran(self, name: str, module: nn.Module, inputs: Any, output: Any) -> None:
        if isinstance(output, list | tuple) and output:
            output = output[0]
        shape: tuple[int, ...] = ()
        # What has another number of samples, as windows of images, has no features of each.
        if isinstance(output, Tensor) and output.ndim and len(output) == self._samples:
            shape = tuple(output.shape[1:])
        is_leaf = next(module.children(), None) is None
        self._parts.pop(name, None)  # a module that runs again ends later
        self._parts[name] = Part(
            name,
            type(module).__name__,
            shape,
            is_leaf,
            isinstance(module, WEIGHTED),
            bool(shape) and _appends(inputs, shape),
        )

    # The classifier

    def classifier(self, named: str = "") -> str | None:
        """Return the name of the last linear layer, or 1×1 convolution.

        Parameters
        ----------
        named : str, optional
            The user's choice; 'none' for none.

        Raises
        ------
        UserError
            If the named one is none.
        """
        classes = self.logits.shape[1]
        if named == "none":
            return None
        if named:
            if named not in self._parts:
                raise UserError(unknown_layer(named, list(self._parts)))
            if _rows(self._modules[named]) != classes:
                raise UserError(
                    f"The layer {named!r} is no classifier of {classes} classes: "
                    "name a linear layer or a 1×1 convolution with so many outputs."
                )
            return named
        rows = ((p.name, _rows(self._modules[p.name])) for p in reversed(self.parts))
        return next((name for name, count in rows if count == classes), None)

    # Choosing

    def choose(self, wanted: Sequence[str], classifier: str | None) -> tuple[Point, ...]:
        """Return the points that words, names and patterns stand for, in the network's order.

        Parameters
        ----------
        wanted : sequence of str
            'stages', 'blocks', 'all', names, or patterns such as 'layer?.*'.
        classifier : str or None
            Its input, the last-layer features, always comes last.

        Raises
        ------
        UserError
            If a name or a pattern stands for nothing.
        """
        found: dict[Point, None] = {}
        for word in wanted:
            for point in self._meant(word):
                found[point] = None
        if classifier is None:
            return self._sorted(found)
        kept = [p for p in found if not f"{classifier}.".startswith(f"{p.module}.")]
        kept = [p for p in kept if p.side != INPUT]
        kept += [p for p in found if p.side == INPUT and p.module != classifier]
        kept = [p for p in kept if not self._is_after(p, classifier)]
        return (*self._sorted(kept), Point(classifier, INPUT, "features"))

    def _meant(self, word: str) -> list[Point]:
        if word == STAGES:
            return self.stages() or self.between_weights()
        if word == BLOCKS:
            return self.blocks() or self.between_weights()
        usable = [part.name for part in self.parts if part.shape]
        if word == ALL:
            return [self._after(name) for name in usable]
        matches = [name for name in usable if fnmatch.fnmatchcase(name, word)]
        if not matches:
            raise UserError(unknown_layer(word, usable))
        return [self._after(name) for name in matches]

    def _after(self, name: str) -> Point:
        return Point(name, STATE if self._parts[name].is_appended else OUTPUT)

    def _sorted(self, points: Any) -> tuple[Point, ...]:
        order = {name: number for number, name in enumerate(self._parts)}
        return tuple(sorted(points, key=lambda point: order[point.module]))

    def _is_after(self, point: Point, classifier: str) -> bool:
        order = list(self._parts)
        return order.index(point.module) > order.index(classifier)

    def blocks(self) -> list[Point]:
        """Return the points after the blocks, such as residual blocks, in their order."""
        found = (self._after_block(name) for name in find_blocks(self.network))
        return list(self._sorted(dict.fromkeys(point for point in found if point is not None)))

    def _after_block(self, name: str) -> Point | None:
        """Return where a block has given what it gives; None for one that did not run."""
        if self._runs(name):
            return self._after(name)
        if name in self._parts:  # on windows of the images, say: what holds it gives features
            holder = self._holder(name)
            return self._after(holder) if holder else None
        # A list of steps never runs itself: what comes after is given what it gives.
        ended = [number for number, n in enumerate(self._parts) if n.startswith(f"{name}.")]
        rest = self.parts[ended[-1] + 1 :] if ended else ()
        follower = next((part.name for part in rest if part.is_leaf), None)
        return Point(follower, INPUT, name) if follower else None

    def _runs(self, name: str) -> bool:
        return name in self._parts and bool(self._parts[name].shape)

    def _holder(self, name: str) -> str:
        """Return the nearest module around another that gives features; '' for none."""
        parts = name.split(".")
        around = [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
        return next((name for name in around if self._runs(name)), "")

    def stages(self) -> list[Point]:
        """Return the points after groups of blocks; after blocks where there is one group."""
        blocks, depth, holders = self.blocks(), 0, [""]
        groups: dict[str, list[Point]] = {}
        while len(holders) == 1:  # all in one: look into it
            depth += 1
            groups = {}
            for point in blocks:
                groups.setdefault(".".join(point.name.split(".")[:depth]), []).append(point)
            holders = [name for name, inside in groups.items() if inside[0].name != name]
        # A list of blocks never runs itself: its last block gives what the group gives.
        found = (self._after(g) if self._runs(g) else inside[-1] for g, inside in groups.items())
        return list(self._sorted(found))

    def between_weights(self) -> list[Point]:
        """Return the points before each linear map but the first, where D_t is measured.

        For networks without blocks: after normalisation, activation and
        pooling, even where those are functions and no modules.
        """
        weighted = [p.name for p in self.parts if p.is_weighted]
        return [Point(after, INPUT, f"after {before}") for before, after in pairwise(weighted)]

    # Shapes

    def pooling(self, maps: str, tokens: str) -> Pooling:
        """Return how features become vectors; 'auto' takes the class token if there is one."""
        if tokens == "auto":
            names = [name for name, _ in self.network.named_parameters()]
            has = any("class_token" in n or "cls_token" in n for n in names)
            tokens = "class" if has else "mean"
        kinds = {part.kind for part in self.parts}
        return Pooling(
            maps,
            tokens,
            channels_last=any(kind.startswith("Swin") for kind in kinds),
            channels_first_sequences="Conv1d" in kinds and "MultiheadAttention" not in kinds,
        )


def _appends(inputs: Any, shape: Sequence[int]) -> bool:
    """Tell whether a module was given a list of maps to which its own are appended."""
    given = inputs[0] if inputs else None
    return (
        isinstance(given, list | tuple)
        and bool(given)
        and all(isinstance(maps, Tensor) and maps.shape[2:] == shape[1:] for maps in given)
    )


def _rows(module: nn.Module) -> int:
    """Return how many outputs a module has that can be a classifier; 0 for others."""
    if isinstance(module, nn.Linear):
        return module.out_features
    if isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1) and module.groups == 1:
        return module.out_channels
    return 0


def _words(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))
