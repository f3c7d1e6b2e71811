"""A network whose weights are spread over processes, as a whole copy in the first of them."""

from collections import OrderedDict
from datetime import timedelta
from typing import Any

import torch
from torch import Tensor, distributed, nn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.measuring.grouped_peers import span

PATIENCE = timedelta(seconds=120)
"""How long a process waits until the others call the recorder, too."""

_HOOKS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)


def is_sharded(network: nn.Module) -> bool:
    """Tell whether weights lie in several processes: FSDP, `fully_shard`, tensor parallel."""
    kinds = {kind.__name__ for module in network.modules() for kind in type(module).__mro__}
    spread = any(hasattr(weights, "device_mesh") for weights in network.parameters())
    return spread or bool({"FullyShardedDataParallel", "FSDPModule"} & kinds)


def shards_of(network: nn.Module, out: object) -> "ShardedNetwork | None":
    """Return a network's whole copy in the first process; None if its weights are whole here.

    Parameters
    ----------
    network : nn.Module
    out : object
        The run's folder, by which the processes know that they mean the same.

    Raises
    ------
    UserError
        If not all processes call it.
    """
    if not is_sharded(network):
        return None
    shards = ShardedNetwork(network, str(out))
    if wrong := shards.gather("Recorder(…)"):
        raise UserError(f"{wrong}.")
    return shards


class ShardedNetwork:
    """Gathers the weights of all processes in the first one, where all of them ask for it.

    Parameters
    ----------
    network : nn.Module
        Within FSDP, `fully_shard` or `parallelize_module`.
    name : str
        The same in all processes, and no other network's.

    Attributes
    ----------
    copy : nn.Module or None
        The whole network in the first process, once the weights were gathered; buffers are those
        of the network itself.
    """

    def __init__(self, network: nn.Module, name: str) -> None:
        self._network, self._name = network, name
        self._turn = 0
        self._is_given_up = False
        self.copy: nn.Module | None = None
        self._weights: dict[str, Tensor] = {}
        self.is_first = distributed.get_rank() == 0

    def gather(self, call: str) -> str:
        """Bring the copy up to date.

        Parameters
        ----------
        call : str
            What all processes are to call, for people.

        Returns
        -------
        str
            What is wrong where not all have called it in time; empty if all have. From then on
            nothing is gathered any more, and nobody waits.
        """
        if self._is_given_up or not self._all_come():
            self._is_given_up = True
            size = distributed.get_world_size()
            return tr(
                "The weights are spread over {size} processes, and not all of them called {call} "
                "within {patience}: call it in every process, outside of any "
                "'if rank == 0'",
                size=size,
                call=call,
                patience=span(PATIENCE),
            )
        found = _whole_weights(self._network, keep=self.is_first)
        if not self.is_first:
            return ""
        if self.copy is None:
            self.copy = _copied(self._network, {})
            self._weights = _put(self.copy, found)
        else:
            with torch.no_grad():
                for name, weights in self._weights.items():
                    weights.copy_(found[name])
        return ""

    def _all_come(self) -> bool:
        """Wait for the others; whoever is first to decide decides for all."""
        store: Any = distributed.distributed_c10d._get_default_store()
        self._turn += 1
        key = f"ncviz/{self._name}/{self._turn}"
        if store.add(f"{key}/come", 1) == distributed.get_world_size():
            return _decided(store, key, "yes")
        try:
            store.wait([f"{key}/go"], PATIENCE)
        except RuntimeError:  # they did not come
            return _decided(store, key, "no")
        return bool(store.get(f"{key}/go") == b"yes")


def _decided(store: Any, key: str, wanted: str) -> bool:
    return bool(store.compare_set(f"{key}/go", "", wanted) == b"yes")


def _whole_weights(network: nn.Module, *, keep: bool) -> dict[str, Tensor]:
    """Return the whole weights by the names of the network within its wrappers, where kept."""
    from torch.distributed.fsdp import FullyShardedDataParallel

    found: dict[str, Tensor] = {}
    same: dict[int, Tensor] = {}

    def take() -> None:
        for name, weights in network.named_parameters(remove_duplicate=False):
            if id(weights) not in same:
                whole: Any = weights
                whole = whole.full_tensor() if hasattr(whole, "full_tensor") else whole
                same[id(weights)] = whole.detach().clone() if keep else whole
            if keep:
                found[name.replace("_fsdp_wrapped_module.", "")] = same[id(weights)]

    with torch.no_grad():
        if any(isinstance(module, FullyShardedDataParallel) for module in network.modules()):
            with FullyShardedDataParallel.summon_full_params(network, writeback=False):
                take()
        else:
            take()
    return found


def _copied(module: nn.Module, known: dict[int, nn.Module]) -> nn.Module:
    """Return a module without weights, of the class it was before it was spread."""
    inner = getattr(module, "_fsdp_wrapped_module", None)
    if isinstance(inner, nn.Module):
        return _copied(inner, known)
    if id(module) in known:
        return known[id(module)]
    kind = type(module)
    if any(base.__name__ == "FSDPModule" for base in kind.__bases__):
        kind = kind.__bases__[-1]
    copy: nn.Module = kind.__new__(kind)
    known[id(module)] = copy
    copy.__dict__.update(module.__dict__)
    for hooks in _HOOKS:
        own = getattr(module, hooks, None)
        if own:
            left = ((key, hook) for key, hook in own.items() if not _is_of_torch(hook))
            copy.__dict__[hooks] = OrderedDict(left)
    copy.__dict__["_parameters"] = {
        name: None for name, p in module._parameters.items() if p is None
    }
    copy.__dict__["_modules"] = {
        name: None if child is None else _copied(child, known)
        for name, child in module._modules.items()
    }
    return copy


def _is_of_torch(hook: Any) -> bool:
    """Tell whether a hook gathers weights, or spreads inputs, and is no part of the network."""
    function = getattr(hook, "func", hook)  # of a partial
    function = getattr(function, "__func__", function)
    return str(getattr(function, "__module__", "")).startswith("torch.distributed")


def _put(network: nn.Module, found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Give a network its weights, and return them by name; shared ones stay shared."""
    made: dict[int, nn.Parameter] = {}
    weights: dict[str, Tensor] = {}
    for name, whole in found.items():
        owner, _, own = name.rpartition(".")
        parameter = made.setdefault(id(whole), nn.Parameter(whole, requires_grad=False))
        module = network.get_submodule(owner)
        module.__dict__.pop(own, None)  # a view of flattened weights
        module._parameters[own] = parameter
        weights[name] = parameter
    return weights
