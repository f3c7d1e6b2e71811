"""The network of a training loop, out of whatever is wrapped around it."""

import os
from typing import Any

import torch
from torch import nn

from ncviz.errors import UserError
from ncviz.language import tr
from ncviz.recording.sharded_network import is_sharded

# Modules around a network that compute what it computes, and where they keep it.
_WRAPPERS = {
    "OptimizedModule": "_orig_mod",  # torch.compile
    "DataParallel": "module",
    "DistributedDataParallel": "module",
    "AveragedModel": "module",
    "ModelEma": "ema",
    "ModelEmaV2": "module",
    "ModelEmaV3": "module",
    "DeepSpeedEngine": "module",
}


def bare(model: Any) -> nn.Module:
    """Return the network within DataParallel, torch.compile and the like, whose layers it is.

    Raises
    ------
    UserError
        If it is no module, or cannot be measured within one process.
    """
    if not isinstance(model, nn.Module):
        raise UserError(
            tr(
                "The recorder was given a {name}: give a torch.nn.Module.",
                name=type(model).__name__,
            )
        )
    network = model
    while True:
        kinds = [kind.__name__ for kind in type(network).__mro__]
        place = next((_WRAPPERS[kind] for kind in kinds if kind in _WRAPPERS), None)
        inner = getattr(network, place, None) if place else None
        if not isinstance(inner, nn.Module):
            break
        network = inner
    _refuse_what_cannot_be_measured(network)
    return network


def _refuse_what_cannot_be_measured(model: nn.Module) -> None:
    if isinstance(model, torch.jit.ScriptModule):
        raise UserError(
            tr(
                "The model is TorchScript, whose layers cannot be read: give the module that it "
                "was made of."
            )
        )
    grouped = torch.distributed.is_available() and torch.distributed.is_initialized()
    sharded = is_sharded(model)
    if (sharded and not grouped) or any(hasattr(p, "ds_id") for p in model.parameters()):
        raise UserError(
            tr(
                "The model's weights are spread over several processes (FSDP, tensor parallel, "
                "ZeRO-3), and one alone cannot run it: save whole checkpoints and record those "
                "with 'ncviz record'."
            )
        )
    if any(nn.parameter.is_lazy(p) for p in (*model.parameters(), *model.buffers())):
        raise UserError(
            tr(
                "The model has lazy layers that do not know their width yet: run it once on a "
                "batch before you hand it over."
            )
        )
    if any(p.is_meta for p in model.parameters()):
        raise UserError(tr("The model has weights on the device 'meta', which are no numbers."))


def who_writes() -> str:
    """Return why another process writes the run; empty if this one does.

    Of processes that train together the first one writes.
    """
    distributed = torch.distributed
    if distributed.is_available() and distributed.is_initialized():
        rank: Any = distributed.get_rank()
    else:  # as torchrun tells it, before the group is made
        rank = os.environ.get("RANK", "").strip() or 0
    if str(rank) == "0":
        return ""
    return tr(
        "this is process {rank} of those that train together, and the first one records", rank=rank
    )
