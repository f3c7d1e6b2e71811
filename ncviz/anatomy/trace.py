"""What a network computes: where its samples meet vectors, and what leaves its modules."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from ncviz.anatomy.inputs import Inputs, main_tensor, run, tensors_in
from ncviz.anatomy.pairing import Key, Meetings, Pairing, address, is_parallel

_aten = torch.ops.aten
_ENDS = {
    _aten._softmax.default: "softmax",
    _aten._log_softmax.default: "log-softmax",
    _aten.sigmoid.default: "sigmoid",
}
_SCALES = (_aten.div.Tensor, _aten.mul.Tensor)
# In which samples meet weights: what comes of them is another function of the samples.
_WEIGHED = (
    _aten.mm.default,
    _aten.addmm.default,
    _aten.mv.default,
    _aten.addmv.default,
    _aten.bmm.default,
    _aten.baddbmm.default,
    _aten.convolution.default,
    _aten._trilinear.default,
    _aten._cdist_forward.default,
    _aten._euclidean_dist.default,
)
Sources = frozenset[int]
_NOTHING: Sources = frozenset()
_ANYTHING: Sources = frozenset([-1])
_MOST_KEPT = 2**24  # numbers of all samples that are held
_MOST_PUT_OUT = 2**20  # numbers of a module's output that is held

Told = Callable[[str, nn.Module, Any, Any], None]


@dataclass(eq=False)
class RunningModule:
    """A module at work.

    Parameters
    ----------
    name : str
    given : tensor or None
        Its first input.
    began : int
        After how many operations.
    """

    name: str
    given: Tensor | None
    began: int


@dataclass(frozen=True, eq=False)
class Left:
    """What a module put out, if that may be logits, when it ran last."""

    frame: RunningModule
    output: Tensor
    ended: int


class Trace(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down the pairings of a network while it runs.

    Parameters
    ----------
    network : nn.Module
    wanted : sequence of Key, optional
        Only pairings of these kinds.
    """

    def __init__(self, network: nn.Module, wanted: Sequence[Key] | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0  # of samples
        self.time = 0
        self.pairings: deque[Pairing] = deque()
        self.left: dict[str, Left] = {}
        self.calls: dict[str, int] = {}
        self.ends: dict[int, str] = {}  # by the place in memory
        self.depth: dict[int, int] = {}  # by the tensor: how many operations one after another
        # By the place in memory: the numbers of the pairings of which a tensor is a function
        # without weights, -1 for the input and whatever else it comes of; nothing for weights.
        self.sources: dict[int, Sources] = {}
        self._wanted = wanted
        self._met = 0
        self._scaled: dict[int, Tensor] = {}
        self.stack: list[RunningModule] = []
        fixed = [*network.parameters(), *network.buffers()]
        self._fixed = {address(tensor) for tensor in fixed}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        own = _NOTHING
        for pairing, is_own in self._pairings(func, args):
            self._keep(pairing)
            own |= frozenset([pairing.number]) if is_own else _NOTHING
        sources = own or self._sources_of(func, args)
        output = func(*args, **(kwargs or {}))
        self.time += 1
        for tensor in tensors_in(output):
            self._note(func, args, tensor)
            self.sources[address(tensor)] = sources
        return output

    def end_of(self, tensor: Tensor) -> str:
        """Return 'softmax', 'log-softmax' or 'sigmoid' if that made a tensor; '' if not."""
        return self.ends.get(address(tensor), "")

    def sources_of(self, tensor: Tensor) -> Sources:
        """Return the numbers of the pairings of which a tensor is made, see `sources`."""
        return self.sources.get(address(tensor), _NOTHING)

    def _sources_of(self, func: Any, args: Any) -> Sources:
        given = [self.sources_of(tensor) for tensor in tensors_in(args)]
        if func in _WEIGHED and any(given) and not all(given):
            return _ANYTHING
        return _NOTHING.union(*given)

    def _is_met(self, operand: Tensor, args: Any) -> bool:
        """Tell whether an operand comes of samples, and all that it meets of weights alone."""
        others = [tensor for tensor in tensors_in(args) if address(tensor) != address(operand)]
        is_alone = not any(self.sources_of(tensor) for tensor in others)
        return bool(self.sources_of(operand)) and bool(others) and is_alone

    def _note(self, func: Any, args: Any, output: Tensor) -> None:
        self.depth[id(output)] = 1 + max(
            (self.depth.get(id(tensor), 0) for tensor in tensors_in(args)), default=0
        )
        given = [address(tensor) for tensor in tensors_in(args)]
        if func in _ENDS:
            self.ends[address(output)] = _ENDS[func]
        elif address(output) not in given or func._schema.is_mutable:
            self.ends.pop(address(output), None)
        self._scaled.pop(id(output), None)
        if func in _SCALES and output.ndim == 2:
            whole = (t for t in tensors_in(list(args[:2])) if t.shape == output.shape)
            first = next(whole, output)
            if first is not output:
                self._scaled[id(output)] = self._scaled.get(id(first), first)

    def _keep(self, pairing: Pairing) -> None:
        self.pairings.append(pairing)
        while sum(p.samples.numel() for p in self.pairings) > _MOST_KEPT:
            if len(self.pairings) == 1:
                break
            self.pairings.popleft()

    # What is a pairing

    def _pairings(self, func: Any, args: Any) -> Iterator[tuple[Pairing, bool]]:
        """Yield pairings, and whether their samples come of the network's input, their rows not."""
        if not self.count:
            return
        for met in Meetings(self.count, self._fixed).of(func, args):
            if self._wanted is not None and met.key not in self._wanted:
                continue
            if not met.samples.is_floating_point() or not met.rows.numel():
                continue
            frame = self._frame_of(met.samples) if self._wanted is None else None
            pairing = replace(
                met,
                samples=met.samples.detach().clone(),
                rows=met.rows.detach(),
                bias=None if met.bias is None else met.bias.detach(),
                operand=None,
                began=self.time if frame is None else frame.began,
                before=self._scaled.get(id(met.operand)),
                module="" if frame is None else frame.name,
                inside=self.stack[-1].name if self.stack else "",
                number=self._met,
            )
            self._met += 1
            yield pairing, met.operand is not None and self._is_met(met.operand, args)

    def _frame_of(self, samples: Tensor) -> RunningModule | None:
        """Return the innermost module at work whose input are these samples."""
        for frame in reversed(self.stack):
            if frame.given is not None and is_parallel(samples, frame.given):
                return frame
        return None


@dataclass(frozen=True, eq=False)
class Traced:
    """A pass through a network.

    Parameters
    ----------
    output : Any
        What the network gave.
    trace : Trace
    """

    output: Any
    trace: Trace
    ended: dict[str, int] = field(default_factory=dict)


def trace(
    network: nn.Module, inputs: Inputs, told: Told | None = None, *, with_operations: bool = True
) -> Traced:
    """Run a network once and write down what it computes.

    Parameters
    ----------
    network : nn.Module
        In evaluation mode; no gradient is recorded.
    inputs : Inputs
        A few samples.
    told : callable, optional
        Given each module as it ends: its name, itself, its arguments and its output.
    with_operations : bool, optional
        Whether operations are written down, and not modules alone.
    """
    found = Trace(network)
    first = main_tensor(inputs)
    found.count = len(first)
    found.sources = {address(tensor): _ANYTHING for tensor in tensors_in(inputs)}
    with_operations &= not first.is_meta  # which has shapes, and no numbers to compare
    ended: dict[str, int] = {}
    handles = []

    def begin(name: str, _module: nn.Module, args: Any, kwargs: Any) -> None:
        given = next(tensors_in([args, kwargs]), None)
        found.stack.append(
            RunningModule(name, None if given is None else given.clone(), found.time)
        )
        found.calls[name] = found.calls.get(name, 0) + 1

    def end(name: str, module: nn.Module, args: Any, output: Any) -> None:
        while found.stack and found.stack[-1].name != name:
            found.stack.pop()  # a module that failed, and was caught
        if not found.stack:
            return
        frame = found.stack.pop()
        ended[name] = found.time
        first = next(tensors_in(output), None)
        if first is not None and first.ndim >= 2 and first.numel() <= _MOST_PUT_OUT:
            found.left[name] = Left(frame, first.clone(), found.time)
        if told is not None:
            told(name, module, args, output)

    for name, module in network.named_modules():
        if name and not isinstance(module, torch.jit.ScriptModule):  # which takes no hooks
            before, after = partial(begin, name), partial(end, name)
            handles.append(module.register_forward_pre_hook(before, with_kwargs=True))
            handles.append(module.register_forward_hook(after))
    try:
        with torch.no_grad(), found if with_operations else nullcontext():
            output = run(network, inputs)
    finally:
        for handle in handles:
            handle.remove()
    return Traced(output, found, ended)


@contextmanager
def pairings(
    network: nn.Module, wanted: Sequence[Key], take: Callable[[list[Pairing]], None]
) -> Iterator[None]:
    """Give the pairings of some kinds to `take`, each time the network has run."""
    found = Trace(network, wanted)

    def begin(_module: nn.Module, args: Any, kwargs: Any) -> None:
        found.pairings.clear()
        found.count = len(main_tensor([args, kwargs]))

    def end(_module: nn.Module, _args: Any, _output: Any) -> None:
        take(list(found.pairings))
        found.count = 0

    handles = [
        network.register_forward_pre_hook(begin, with_kwargs=True),
        network.register_forward_hook(end),
    ]
    try:
        with found:
            yield
    finally:
        for handle in handles:
            handle.remove()
