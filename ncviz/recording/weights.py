"""Finds the weights in whatever people save."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from typing import Any

import torch

from ncviz.errors import UserError, reason
from ncviz.language import tr
from ncviz.recording.no_weights import content_in_words, lies_beside
from ncviz.recording.state_dicts import (
    State,
    distance_from_trained,
    is_called_trained,
    is_copy,
    without_module,
)
from ncviz.recording.stored_tensors import (
    as_tensor,
    is_tensor,
    load_tensor,
)
from ncviz.recording.weight_places import cleaned, entries_of, join, places_of, rank
from ncviz.recording.whole_models import Looks, content_of, is_network

_EPOCH_NAMES = ("epoch", "global_epoch", "current_epoch", "last_epoch")
_STEP_NAMES = (
    *("global_step", "global_steps", "step", "steps", "iteration", "iter", "iter_num"),
    *("num_updates", "iterations", "it"),
)
_ARCH_NAMES = ("arch", "architecture", "model_name", "model", "backbone")
_ARCH = re.compile(r"[A-Za-z][\w.-]{2,79}")
_SETTINGS = ("args", "hyper_parameters", "hparams", "config", "cfg")  # of a training
_META = ("__metadata__", "meta")  # dictionaries that tell the time, too
_MOST_PLACES = 1000


class BesideError(UserError):
    """A file is no checkpoint but lies beside one: the state of an optimiser and the like."""


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of one checkpoint.

    Parameters
    ----------
    tensors : dict of str to tensor
        By the names that the file gives them, wrappers' parts left out; they
        may still lie in the file.
    place : str
        Where in the file they lay, such as 'model_state_dict'; '' for all of it.
    epoch : float or None
        What the file says.
    places : tuple of str
        All entries with weights, and networks within one, the likeliest first.
    others : mapping of str to state
        What lies at the other entries, in the same order.
    step : float or None
        What the file says.
    arch : str
        What the file says that the network is, such as 'resnet18'; '' if it does not say.
    """

    tensors: State
    place: str = ""
    epoch: float | None = None
    places: tuple[str, ...] = ()
    others: Mapping[str, State] = field(default_factory=dict)
    step: float | None = None
    arch: str = ""

    def choices(self) -> Iterator["Weights"]:
        """Yield these weights, and then those at the other entries."""
        yield self
        for place, tensors in self.others.items():
            yield replace(self, tensors=tensors, place=place)

    def mark(self, where: str) -> str:
        """Return a few letters by which to know the same weights again, whatever holds them.

        Raises
        ------
        UserError
            If the file is damaged.
        """
        digest = sha256()
        for name, tensor in sorted(self.load(where).items()):
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
            flat = tensor.detach().cpu().contiguous().reshape(-1)
            digest.update(flat.view(torch.uint8).numpy().data)
        return digest.hexdigest()[:16]

    def load(self, where: str) -> State:
        """Read the tensors that still lie in the file.

        Raises
        ------
        UserError
            If it is damaged.
        """
        try:
            return {name: load_tensor(tensor) for name, tensor in self.tensors.items()}
        except UserError:
            raise
        except (OSError, ValueError, RuntimeError, MemoryError) as error:
            raise UserError(
                tr(
                    "{where} is damaged or cannot be read: {error}.",
                    where=where,
                    error=reason(error),
                )
            ) from error


def find_weights(content: Any, where: str, place: str = "") -> Weights:
    """Find the state dict in what a checkpoint holds.

    Of several networks the trained one is taken, and a copy of it, such as an
    average or a teacher, only where it is named or alone.

    Parameters
    ----------
    content : object
        A state dict; a dictionary of a training with the weights under one of
        `PLACES`; Lightning's layout; a whole network; or dictionaries and lists of
        these. Of those that are told apart by a number the last one is taken.
    where : str
        Names the file in error messages.
    place : str, optional
        Take the weights from this entry, such as 'ema', or from under this
        prefix, such as 'encoder_q'.

    Raises
    ------
    UserError
        If there are no weights in it.
    """
    fields = entries_of(content)
    if fields is None:
        raise UserError(
            tr(
                "{where} holds {content}: save model.state_dict().",
                where=where,
                content=content_in_words(content),
            )
        )
    inside = content if content_of(content) is not None else fields
    found = dict(islice(places_of(inside, Looks(where)), _MOST_PLACES))
    found = {name: cleaned(tensors) for name, tensors in found.items()}
    ranked = sorted(found, key=lambda name: rank(name, found[name]))
    found = {name: found[name] for name in ranked}
    _refuse_parts(fields, found, where)
    epoch, step = (_number(fields, names) for names in (_EPOCH_NAMES, _STEP_NAMES))
    places = tuple(name for at in found for name in (at, *_twins(at, found[at])))
    if place:
        taken, path = _named(found, place, places, where)
        return Weights(taken, path, epoch, places, step=step, arch=_arch(fields))
    if not found and is_network(content):
        raise UserError(
            tr(
                "{where} is a network without weights of its own, such as a frozen program: "
                "save model.state_dict().",
                where=where,
            )
        )
    if not found:
        if beside := lies_beside(fields):
            raise BesideError(
                tr(
                    "{where} holds {beside} and no weights: it is left aside.",
                    where=where,
                    beside=beside,
                )
            )
        raise UserError(
            tr(
                "{where} holds {content}: save model.state_dict().",
                where=where,
                content=content_in_words(content),
            )
        )
    best, *rest = found
    others = {name: found[name] for name in rest}
    if rest:
        # Parts of one network that were saved side by side.
        whole = {join(at, name): t for at, part in found.items() for name, t in part.items()}
        others.setdefault("", whole)
    return Weights(found[best], best, epoch, places, others, step, _arch(fields))


# Networks under a prefix


def _twins(place: str, tensors: State) -> tuple[str, ...]:
    """Return prefixes under which a network and a copy of it seem to lie, the likeliest first."""
    names = [name.split(".") for name in tensors]
    shared = 0
    while names and all(len(n) > shared + 1 and n[shared] == names[0][shared] for n in names):
        shared += 1
    groups: dict[str, dict[str, tuple[int, ...]]] = {}
    for parts, tensor in zip(names, tensors.values(), strict=True):
        if len(parts) > shared + 1 and not parts[shared].isdigit() and is_tensor(tensor):
            tail = ".".join(part for part in parts[shared + 1 :] if part != "module")
            groups.setdefault(parts[shared], {})[tail] = tuple(tensor.shape)
    alike: dict[frozenset[Any], list[str]] = {}
    for name, group in groups.items():
        if sum(len(shape) > 1 for shape in group.values()) > 1:
            alike.setdefault(frozenset(group.items()), []).append(name)
    pairs = (group for group in alike.values() if any(map(is_copy, group)) and len(group) > 1)
    same = [name for group in pairs for name in group]
    start = join(place, ".".join(names[0][:shared])) if shared else place
    ranked = sorted(same, key=lambda n: (distance_from_trained(n), not is_called_trained(n), n))
    return tuple(without_module(join(start, name)) for name in ranked)


def _named(
    found: Mapping[str, State], place: str, places: Iterable[str], where: str
) -> tuple[State, str]:
    """Return the weights under an entry or a prefix, and its whole path."""
    place = place.strip(".")
    if place in found:
        return found[place], place
    place = without_module(place)
    paths: dict[str, State] = {}
    for at, tensors in found.items():
        if at.endswith(f".{place}"):
            paths[at] = tensors
        start = len(without_module(at))
        for name, tensor in tensors.items():
            path = without_module(join(at, name))
            end = f".{path}".find(f".{place}.")
            if end >= 0 and end + len(place) >= start:
                end += len(place)
                paths.setdefault(path[:end], {})[path[end + 1 :]] = tensor
    if not paths:
        # 'ema' for 'state_dict_ema', where one entry alone is called so.
        near = [at for at in found if place in re.split(r"[._]", at.rpartition(".")[2])]
        if len(near) == 1:
            return found[near[0]], near[0]
        known = ", ".join(name or tr("its top") for name in places) or tr("none")
        raise UserError(
            tr(
                "{where} has no weights under {place!r}: there are some at {known}.",
                where=where,
                place=place,
                known=known,
            )
        )
    highest = min(path.count(".") for path in paths)
    first, *more = [path for path in paths if path.count(".") == highest]
    if more:
        raise UserError(
            tr(
                "{where} has weights under {first} and {more}: name one of these.",
                where=where,
                first=first,
                more=more[0],
            )
        )
    return paths[first], first


# The rest of the file


def _number(fields: Mapping[Any, Any], names: tuple[str, ...]) -> float | None:
    """Return the first of these numbers that the file tells, whatever it is written as."""
    for values in (fields, *(content_of(fields.get(name)) or {} for name in _META)):
        for name in names:
            value = as_tensor(values.get(name))
            if is_tensor(value) and value.numel() == 1 and value.nbytes <= 16:
                value = load_tensor(value).item()
            if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
                value = int(value)
            if (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and 0 <= value < 2**53
            ):
                return value
    return None


def _arch(fields: Mapping[Any, Any]) -> str:
    """Return the name of the network that a file gives, itself or among a training's settings."""
    for values in (fields, *(content_of(fields.get(name)) or {} for name in _SETTINGS)):
        for name in _ARCH_NAMES:
            value = values.get(name)
            if isinstance(value, str) and _ARCH.fullmatch(value):
                return value
    return ""


_FLAT = tr(
    "holds weights that FSDP has flattened: save them whole, with StateDictType.FULL_STATE_DICT"
)
_ZERO = tr(
    "holds weights that DeepSpeed has parted among its processes: put them together with its "
    "script zero_to_fp32.py"
)


def _refuse_parts(fields: Mapping[Any, Any], found: Mapping[str, State], where: str) -> None:
    """Refuse weights that lost their names or their numbers to a way of training in parallel."""
    names = [name.rpartition(".")[2] for tensors in found.values() for name in tensors]
    if any(name in ("_flat_param", "flat_param") for name in names):
        raise UserError(f"{where} {_FLAT}.")
    if "module" in fields and ("ds_version" in fields or "ds_config" in fields):
        numbers = [t for tensors in found.values() for t in tensors.values() if is_tensor(t)]
        if not any(tensor.numel() for tensor in numbers):
            raise UserError(f"{where} {_ZERO}.")
