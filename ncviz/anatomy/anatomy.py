"""The anatomy of a network: its layers, stages and blocks, and its classifier."""

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from ncviz.anatomy.blocks import WEIGHTED, NamesItsBlocks, find_blocks
from ncviz.anatomy.head import NONE, Head, find_head
from ncviz.anatomy.inputs import Inputs, main_tensor
from ncviz.anatomy.logits import choose_logits, takes_more
from ncviz.anatomy.points import INPUT, OUTPUT, STATE, Point, Pooling, channels_last, unknown_point
from ncviz.anatomy.probing import pass_twice, probed
from ncviz.anatomy.sizes import REFUSALS, not_taken
from ncviz.errors import UserError
from ncviz.language import tr

STAGES, BLOCKS, ALL = "stages", "blocks", "all"
_TOKENS = {"first": "class", "mean": "mean"}  # by what a head takes


@dataclass(frozen=True)
class ExecutedModule:
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
    sequence_first : bool
        Whether it gives (T, N, C).
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    is_leaf: bool
    is_weighted: bool
    is_appended: bool = False
    sequence_first: bool = False


class Anatomy:
    """What running a network once has shown.

    Parameters
    ----------
    network : nn.Module
        In evaluation mode; no gradient is recorded.
    images : Inputs
        A few samples, shape (n, …).
    classes : int, optional
        K, to find the logits among several outputs.

    Raises
    ------
    UserError
        If the network does not take them, or gives no logits.
    """

    def __init__(self, network: nn.Module, images: Inputs, classes: int = 0) -> None:
        self.network = network
        self._samples = len(main_tensor(images))
        self._modules = dict(network.named_modules())
        self._parts: dict[str, ExecutedModule] = {}
        try:
            passes = pass_twice(network, images, self._ran)
        except UserError:
            raise
        except REFUSALS as error:
            if isinstance(error, TypeError) and "missing" in str(error):
                raise UserError(takes_more(error)) from error
            raise UserError(not_taken(network, images, error)) from error
        self._ended = passes[0].ended
        self.place = choose_logits(*passes, classes)
        self._probed = probed(passes, self.place)
        self.logits = self._probed.logits[0]
        self.input_shape = tuple(main_tensor(images).shape[1:])

    @property
    def parts(self) -> tuple[ExecutedModule, ...]:
        """Return the modules in the order in which they ended."""
        return tuple(self._parts.values())

    def _ran(self, name: str, module: nn.Module, inputs: Any, output: Any) -> None:
        if isinstance(output, list | tuple) and output:
            output = output[0]
        shape: tuple[int, ...] = ()
        sequence_first = False
        # What has another number of samples, as windows of images, has no features of each.
        if isinstance(output, Tensor) and output.ndim:
            sequence_first = output.ndim == 3 and len(output) != self._samples
            if output.shape[int(sequence_first)] == self._samples:
                shape = tuple(n for at, n in enumerate(output.shape) if at != int(sequence_first))
        is_leaf = next(module.children(), None) is None
        self._parts.pop(name, None)  # a module that runs again ends later
        self._parts[name] = ExecutedModule(
            name,
            type(module).__name__,
            shape,
            is_leaf,
            isinstance(module, WEIGHTED),
            bool(shape) and _appends(inputs, shape),
            bool(shape) and sequence_first,
        )

    def head(self, named: str = "", weight: str = "") -> Head | None:
        """Return what gives the logits; None where that is not to be told.

        Parameters
        ----------
        named, weight : str, optional
            The layer and its matrix by the user's choice; 'none' for no
            matrix.

        Raises
        ------
        UserError
            If they do not give the logits.
        """
        if named == NONE:
            named, weight = "", NONE
        return find_head(self.network, self._probed, named, weight)

    # Choosing

    def choose(self, wanted: Sequence[str], head: Head | None) -> tuple[Point, ...]:
        """Return the points that words, names and patterns stand for, in the network's order.

        Parameters
        ----------
        wanted : sequence of str
            'stages', 'blocks', 'all', names, or patterns such as 'layer?.*'.
        head : Head or None
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
        if head is None:
            return self._sorted(found)
        kept = [p for p in found if not self._is_after(p, head)]
        return (*self._sorted(kept), head.features)

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
            raise UserError(unknown_point(word, usable))
        return [self._after(name) for name in matches]

    def _after(self, name: str) -> Point:
        part = self._parts[name]
        side = STATE if part.is_appended else OUTPUT
        return Point(name, side, sequence_first=part.sequence_first)

    def _sorted(self, points: Any) -> tuple[Point, ...]:
        order = {name: number for number, name in enumerate(self._parts)}
        return tuple(sorted(points, key=lambda point: order[point.module]))

    def _is_after(self, point: Point, head: Head) -> bool:
        """Tell whether a point is the head's input, or what comes of that."""
        if (point.module, point.side) == (head.features.module, head.features.side):
            return True
        return self._ended[point.module] > head.began

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
        if isinstance(self.network, NamesItsBlocks):
            told = [self._after(name) for name in self.network.stage_names if self._runs(name)]
            return list(self._sorted(told))
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
        return [Point(name, INPUT, tr("before {name}", name=name)) for name in weighted[1:]]

    # Shapes

    def pooling(self, maps: str, tokens: str, head: Head | None = None) -> Pooling:
        """Return how features become vectors.

        'auto' takes the class token if there is one; and what the head takes, if it is
        given tokens.
        """
        if tokens == "auto" and head is not None and head.places in _TOKENS:
            tokens = _TOKENS[head.places]
        if tokens == "auto":
            names = [name for name, _ in self.network.named_parameters()]
            has = any("class_token" in n or "cls_token" in n for n in names)
            tokens = "class" if has else "mean"
        kinds = {part.kind for part in self.parts}
        return Pooling(
            maps,
            tokens,
            channels_last=self._has_channels_last(),
            channels_first_sequences="Conv1d" in kinds and "MultiheadAttention" not in kinds,
            square=self._is_square,
        )

    @property
    def _is_square(self) -> bool:
        return len(self.input_shape) == 3 and self.input_shape[1] == self.input_shape[2]

    def _has_channels_last(self) -> bool:
        """Tell where maps have their channels whose sides do not tell: where other blocks do."""
        shapes = [self._parts[point.module].shape for point in self.blocks()]
        told = [channels_last(shape) for shape in shapes if len(shape) == 3]
        if self._is_square and any(last is not None for last in told):
            return told.count(True) > told.count(False)
        return any(part.kind.startswith("Swin") for part in self.parts)


def _appends(inputs: Any, shape: Sequence[int]) -> bool:
    """Tell whether a module was given a list of maps to which its own are appended."""
    given = inputs[0] if inputs else None
    return (
        isinstance(given, list | tuple)
        and bool(given)
        and all(isinstance(maps, Tensor) and maps.shape[2:] == shape[1:] for maps in given)
    )
