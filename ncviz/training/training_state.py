"""What a training needs to go on as if it had never been stopped."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from ncviz.bounded_reading import check_regular
from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.runs.writer import STATE

FORMAT = "ncviz training state 1"
_NETWORK, _OPTIMIZER, _GENERATOR = tr("network."), tr("optimizer."), "generator"
_LIST, _NUMBER = "[]", "="  # of L-BFGS
_LONGEST = 1000  # list of an optimiser
_TYPES = {int: torch.int64, bool: torch.int64, float: torch.float64}


@dataclass(frozen=True, eq=False)
class TrainingState:
    """A moment between two steps of a training.

    Parameters
    ----------
    epoch : int
        The pass over the data that is under way, from 1.
    batches : int
        How many of its batches are done.
    tensors : mapping of str to tensor
        Weights and running statistics of the network, the optimiser's moments, and the
        random numbers that shuffle, as they were at the begin of the epoch.
    """

    epoch: int
    batches: int
    tensors: Mapping[str, Tensor]

    @property
    def weights(self) -> Mapping[str, Tensor]:
        """Return weights and running statistics of the network, as its `state_dict` names them."""
        return self._part(_NETWORK)

    def to_bytes(self) -> bytes:
        """Return a safetensors file: nothing in it can be run when it is read."""
        position = {"format": FORMAT, "epoch": str(self.epoch), "batches": str(self.batches)}
        return safetensors.torch.save(dict(self.tensors), position)

    def put_into(
        self, network: nn.Module, optimizer: torch.optim.Optimizer, generator: torch.Generator
    ) -> None:
        """Bring network, optimiser and random numbers to this moment.

        Raises
        ------
        RuntimeError, ValueError, KeyError
            If they are of another shape.
        """
        network.load_state_dict(self.weights)
        moments: dict[int, dict[str, Any]] = {}
        for name, tensor in self._part(_OPTIMIZER).items():
            number, _, key = name.partition(".")
            _put_moment(moments.setdefault(int(number), {}), key, tensor.clone())
        optimizer.load_state_dict(
            {"state": moments, "param_groups": optimizer.state_dict()["param_groups"]}
        )
        generator.set_state(self.tensors[_GENERATOR])

    def _part(self, prefix: str) -> dict[str, Tensor]:
        return {
            name.removeprefix(prefix): tensor
            for name, tensor in self.tensors.items()
            if name.startswith(prefix)
        }


def take_state(
    epoch: int,
    batches: int,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    shuffling: Tensor,
) -> TrainingState:
    """Return the moment a training stands at.

    Parameters
    ----------
    epoch, batches : int
        As of `TrainingState`.
    network : nn.Module
    optimizer : Optimizer
    shuffling : uint8 tensor
        The state of the random numbers at the begin of the epoch.
    """
    tensors = {f"{_NETWORK}{name}": value for name, value in network.state_dict().items()}
    for number, moments in optimizer.state_dict()["state"].items():
        for key, value in moments.items():
            for place, tensor in _moments(key, value):
                tensors[f"{_OPTIMIZER}{number}.{place}"] = tensor
    tensors[_GENERATOR] = shuffling
    held = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    return TrainingState(epoch, batches, held)


def _moments(key: str, value: Any) -> Iterator[tuple[str, Tensor]]:
    """Return what an optimiser remembers as tensors: L-BFGS keeps lists and numbers, too."""
    if isinstance(value, Tensor):
        yield key, value
    elif isinstance(value, int | float):
        yield f"{key}{_NUMBER}", torch.tensor(value, dtype=_TYPES[type(value)])
    elif isinstance(value, list):
        yield f"{key}{_LIST}", torch.tensor(len(value))
        for place, item in enumerate(value):
            yield from _moments(f"{key}{_LIST}{place}", item)
    # SGD without momentum keeps None.


def _within(number: int) -> int:
    if not 0 <= number <= _LONGEST:
        raise ValueError(tr("an optimiser has no list of {number}", number=number))
    return number


def _put_moment(moments: dict[str, Any], key: str, tensor: Tensor) -> None:
    """Put back what `_moments` gave."""
    name, found, place = key.partition(_LIST)
    if found and not place:
        count = _within(int(tensor))
        moments[name] = (moments.get(name, []) + [None] * count)[:count]
        return
    value: Any = tensor
    if key.endswith(_NUMBER):
        value = tensor.item()
    if not found:
        moments[name.removesuffix(_NUMBER)] = value
        return
    items = moments.setdefault(name, [])
    number = _within(int(place.removesuffix(_NUMBER)))
    items.extend([None] * (number + 1 - len(items)))
    items[number] = value


def read_state(run: Path) -> TrainingState:
    """Read where the training of a run stands.

    Parameters
    ----------
    run : Path
        The run's folder.

    Raises
    ------
    UserError
        If it is absent or damaged.
    """
    path = run / STATE
    if not path.is_file():
        raise UserError(
            tr(
                "{run} cannot be resumed: it has no {state}, which a training by ncviz keeps "
                "until it is finished.",
                run=run,
                state=STATE,
            )
        )
    try:
        check_regular(path)
        with safe_open(path, framework="pt") as file:
            position = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if position.get("format") != FORMAT:
            raise ValueError(tr("it is no {format}", format=json.dumps(FORMAT)))
        return TrainingState(int(position["epoch"]), int(position["batches"]), tensors)
    except (OSError, SafetensorError, ValueError, KeyError) as error:
        raise UserError(
            tr("{path} is damaged: {error}.", path=path, error=reason(error))
        ) from error
