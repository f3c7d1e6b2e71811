"""The anatomy of a network: its layers, stages and blocks, and its classifier."""

import fnmatch
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from ncviz.errors import UserError, reason
from ncviz.networks.inputs import Inputs, main_tensor, run
from ncviz.networks.points import INPUT, STATE, Point, Pooling, logits_of
from ncviz.networks.taps import unknown_layer

_WEIGHTED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.MultiheadAttention)
_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
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
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    is_leaf: bool
    is_weighted: bool


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

    def _ran(self, name: str, module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, list | tuple) and output:
            output = output[0]
        shape = tuple(output.shape[1:]) if isinstance(output, Tensor) else ()
        is_leaf = next(module.children(), None) is None
        self._parts.pop(name, None)  # a module that runs again ends later
        self._parts[name] = Part(
            name, type(module).__name__, shape, is_leaf, isinstance(module, _WEIGHTED)
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
        inside = classifier.rpartition(".")[0]
        kept = [p for p in found if p.module not in (classifier, inside) and p.side != INPUT]
        kept += [p for p in found if p.side == INPUT and p.module != classifier]
        kept = [p for p in kept if not self._is_after(p, classifier)]
        return (*self._sorted(kept), Point(classifier, INPUT, "features"))

    def _meant(self, word: str) -> list[Point]:
        if word == STAGES:
            return self._points(self.stages()) or self.between_weights()
        if word == BLOCKS:
            return self._points(self.blocks()) or self.between_weights()
        usable = [part.name for part in self.parts if part.shape]
        if word == ALL:
            return self._points(usable)
        matches = [name for name in usable if fnmatch.fnmatchcase(name, word)]
        if not matches:
            raise UserError(unknown_layer(word, usable))
        return self._points(matches)

    def _points(self, names: Sequence[str]) -> list[Point]:
        return [Point(name, STATE if self._adds(name) else "output") for name in names]

    def _adds(self, name: str) -> bool:
        """Tell whether a layer's output is appended to its input, as in a DenseNet."""
        return type(self._modules[name]).__name__ == "_DenseLayer"

    def _sorted(self, points: Any) -> tuple[Point, ...]:
        order = {name: number for number, name in enumerate(self._parts)}
        return tuple(sorted(points, key=lambda point: order[point.module]))

    def _is_after(self, point: Point, classifier: str) -> bool:
        order = list(self._parts)
        return order.index(point.module) > order.index(classifier)

    def blocks(self) -> list[str]:
        """Return the building blocks that repeat, such as residual blocks, in their order."""
        found = self._blocks_below("", self.network)
        return [name for name in self._parts if name in found]

    def stages(self) -> list[str]:
        """Return the groups of blocks; the blocks themselves where there is one group."""
        blocks = self.blocks()
        parents = {name.rpartition(".")[0] for name in blocks}
        groups = {p for p in parents if not any(o.startswith(f"{p}.") for o in parents)}
        groups = {p for p in groups if p in self._parts and self._parts[p].shape}
        if len(groups) < 2:
            return blocks
        alone = {name for name in blocks if name.rpartition(".")[0] not in groups}
        return [name for name in self._parts if name in groups | alone]

    def _blocks_below(self, path: str, module: nn.Module) -> set[str]:
        found: set[str] = set()
        for child, inner in module.named_children():
            name = f"{path}.{child}" if path else child
            if self._is_block(inner) and name in self._parts and self._parts[name].shape:
                found.add(name)
            else:
                found |= self._blocks_below(name, inner)
        return found

    def _is_block(self, module: nn.Module) -> bool:
        """Tell whether a module is a step of the network rather than a group of steps."""
        if not _is_composite(module):
            return False
        if isinstance(module, _CONTAINERS):
            return not any(_is_composite(child) for child in module.children())
        inner = [m for m in module.modules() if m is not module and _is_composite(m)]
        repeated = Counter(type(m) for m in inner if not _is_part_of_block(m))
        is_repeated = sum(type(m) is type(module) for m in self._modules.values()) > 1
        if _all_dense(inner) and inner:
            return False
        return is_repeated or not any(count > 1 for count in repeated.values())

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


def _is_composite(module: nn.Module) -> bool:
    """Tell whether a module is somebody's own class around two linear maps or more."""
    own = not type(module).__module__.startswith("torch.nn.")
    return own and sum(isinstance(m, _WEIGHTED) for m in module.modules()) >= 2


def _is_part_of_block(module: nn.Module) -> bool:
    return type(module).__name__ in ("SqueezeExcitation", "MLP", "MLPBlock", "Mlp")


def _all_dense(modules: Sequence[nn.Module]) -> bool:
    return all(type(module).__name__ == "_DenseLayer" for module in modules)


def _rows(module: nn.Module) -> int:
    """Return how many outputs a module has that can be a classifier; 0 for others."""
    if isinstance(module, nn.Linear):
        return module.out_features
    if isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1) and module.groups == 1:
        return module.out_channels
    return 0


def _words(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))
