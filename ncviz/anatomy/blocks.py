"""The blocks of a network: its steps, such as residual blocks or a transformer's layers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from torch import nn

WEIGHTED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.MultiheadAttention)
_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


class NamesItsBlocks(nn.Module):
    """A network that says itself which of its modules are steps, since it has none around others.

    Attributes
    ----------
    block_names, stage_names : tuple of str
        Modules after each block, and after each group of blocks; in their order.
    """

    block_names: tuple[str, ...] = ()
    stage_names: tuple[str, ...] = ()


def find_blocks(network: nn.Module) -> tuple[str, ...]:
    """Return the names of a network's blocks, as in ``network.named_modules()``.

    A block is a step: a module around two linear maps or more that stands
    alone or in a row of its like. What consists of such rows, as the stages of
    a ConvNeXt or a Swin transformer that are classes of their own, is a group
    of blocks and no block itself.

    Returns
    -------
    tuple of str
        Empty where less than half of the linear maps lie in blocks.
    """
    if isinstance(network, NamesItsBlocks):
        return network.block_names
    return _Structure(network).blocks()


class _Structure:
    """Which modules of a network are steps, and which are groups of steps."""

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        maps = {m: [w for w in m.modules() if isinstance(w, WEIGHTED)] for m in network.modules()}
        self._maps = {module: len(inside) for module, inside in maps.items()}
        # A depthwise convolution and a pointwise one are the two halves of one map.
        self._whole_maps = {
            module: sum(not _is_depthwise(linear) for linear in inside)
            for module, inside in maps.items()
        }
        steps = [module for module in network.modules() if self._is_step(module)]
        self._count = Counter(map(type, steps))
        # Of a class with a row somewhere each instance is a group, also one of a single block.
        self._groups = {type(module) for module in steps if self._consists_of_rows(module)}

    def blocks(self) -> tuple[str, ...]:
        found = dict(self._below("", self._network))
        within = sum(self._maps[module] for module in found.values())
        return tuple(found) if 2 * within >= self._maps[self._network] else ()

    def _below(self, path: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
        for child, inner in module.named_children():
            name = f"{path}.{child}" if path else child
            if self._is_block(inner) or self._is_loose_block(inner, module):
                yield name, inner
            else:
                yield from self._below(name, inner)

    def _is_step(self, module: nn.Module) -> bool:
        own = type(module) not in (*_CONTAINERS, nn.MultiheadAttention)
        return own and self._maps[module] >= 2

    def _is_block(self, module: nn.Module) -> bool:
        if not self._is_step(module) or type(module) in self._groups:
            return False
        inner = (m for m in module.modules() if m is not module)
        return self._count[type(module)] > 1 or not any(type(m) in self._groups for m in inner)

    def _consists_of_rows(self, module: nn.Module) -> bool:
        """Tell whether most linear maps of a module lie in rows of steps."""
        rows = [row for holder in _holders(module) for row in self._rows(holder)]
        rows += [row for row in self._rows(module) if len(row) == len(list(module.children()))]
        if self._count[type(module)] == 1:  # what is there once may name its steps as it likes
            inner = [child for child in module.children() if self._is_step(child)]
            like = Counter(map(type, inner))
            rows.append([child for child in inner if like[type(child)] > 1])
        within = sum(self._maps[step] for step in {step for row in rows for step in row})
        return 2 * within > self._maps[module]

    def _rows(self, holder: nn.Module) -> Iterator[Sequence[nn.Module]]:
        """Yield steps that follow one another under names that count: '0', '1' or 'block1'."""
        members = list(holder.named_children())

        def stem(member: tuple[str, nn.Module]) -> str:
            name = re.sub(r"\d+", "#", member[0])
            is_step = self._is_step(member[1]) and self._whole_maps[member[1]] >= 2
            return name if "#" in name and is_step else ""

        for name, row in groupby(members, stem):
            steps = [module for _, module in row]
            if name and (len(steps) > 1 or len(steps) == len(members)):
                yield steps

    def _is_loose_block(self, module: nn.Module, parent: nn.Module) -> bool:
        """Tell whether a list of different steps, called one by one from outside, is a block.

        Such as attention and perceptron of a layer in many a vision
        transformer: the list itself never runs.
        """
        if type(module) not in (nn.ModuleList, nn.ModuleDict):
            return False
        kinds = self._kinds(module)
        alike = sum(self._kinds(other) == kinds for other in parent.children())
        return len(set(kinds)) > 1 and alike > 1

    def _kinds(self, module: nn.Module) -> list[type]:
        return [type(child) for child in module.children() if self._is_step(child)]


def _is_depthwise(linear: nn.Module) -> bool:
    return isinstance(linear, nn.Conv2d) and 1 < linear.groups == linear.in_channels


def _holders(module: nn.Module) -> Iterator[nn.Module]:
    """Yield a module that is a container, and the containers directly within it."""
    if isinstance(module, _CONTAINERS):
        yield module
    for child in module.children():
        if type(child) in _CONTAINERS:
            yield from _holders(child)
