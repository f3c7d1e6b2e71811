"""Finds the weights in whatever people save, and fits them to a network."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ncviz.errors import UserError

# Where training scripts put the weights, the likeliest first.
PLACES = (
    "state_dict",
    "model_state_dict",
    "model",
    "net",
    "network",
    "module",
    "weights",
    "params",
    "model_ema",
    "ema_state_dict",
    "ema",
    "state_dict_ema",
)
_EPOCH_NAMES = ("epoch", "global_epoch", "epochs", "current_epoch", "last_epoch")
# Parts of a name that wrappers insert; none is ever a layer's own.
_WRAPPERS = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")
_DEPTH = 3  # of dictionaries in dictionaries that are looked into
SHOWN = 3  # names in a sentence

State = dict[str, Tensor]


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of one checkpoint.

    Parameters
    ----------
    tensors : dict of str to tensor
        By the names that the file gives them, wrappers' parts left out.
    place : str
        Where in the file they lay, such as 'model_state_dict'; '' for all of it.
    epoch : int or None
        What the file says.
    places : tuple of str
        All entries with weights, the likeliest first.
    """

    tensors: State
    place: str = ""
    epoch: int | None = None
    places: tuple[str, ...] = ()


def find_weights(content: Any, where: str, place: str = "") -> Weights:
    """Find the state dict in what a checkpoint holds.

    Parameters
    ----------
    content : object
        A state dict; a dictionary of a training with the weights under one of
        `PLACES`; or Lightning's layout.
    where : str
        Names the file in error messages.
    place : str, optional
        Take the weights from this entry, such as 'ema'.

    Raises
    ------
    UserError
        If there are no weights in it.
    """
    if not isinstance(content, Mapping):
        kind = type(content).__name__
        raise UserError(f"{where} holds a {kind} and no weights: save model.state_dict().")
    epoch = _epoch(content)
    found = _places(content)
    if place:
        if place not in found:
            known = ", ".join(name or "its top" for name in found) or "none"
            raise UserError(f"{where} has no weights under {place!r}: there are some at {known}.")
        return Weights(_cleaned(found[place]), place, epoch, tuple(sorted(found, key=_rank)))
    if not found:
        raise UserError(f"{where} {_instead(content)}: save model.state_dict().")
    best = min(found, key=_rank)
    return Weights(_cleaned(found[best]), best, epoch, tuple(sorted(found, key=_rank)))


def _places(content: Mapping[Any, Any], path: str = "", depth: int = 0) -> dict[str, State]:
    tensors = _tensors(content)
    if any("." in name for name in tensors):
        return {path: tensors}
    found: dict[str, State] = {}
    for name, value in content.items():
        if isinstance(name, str) and isinstance(value, Mapping) and depth < _DEPTH:
            if "optim" in name.lower():
                continue
            found |= _places(value, f"{path}.{name}" if path else name, depth + 1)
    if not found and any(value.ndim for value in tensors.values()):
        return {path: tensors}  # of a single layer, whose names have no dots
    return found


def _tensors(content: Mapping[Any, Any]) -> State:
    return {k: v for k, v in content.items() if isinstance(k, str) and isinstance(v, Tensor)}


def _rank(place: str) -> tuple[int, int, str]:
    name = place.rpartition(".")[2]
    return (PLACES.index(name) if name in PLACES else len(PLACES), place.count("."), place)


def _epoch(content: Mapping[Any, Any]) -> int | None:
    metadata = content.get("__metadata__")
    for values in (content, metadata if isinstance(metadata, Mapping) else {}):
        for name in _EPOCH_NAMES:
            value = values.get(name)
            if isinstance(value, Tensor) and value.numel() == 1 and not value.is_floating_point():
                value = int(value)
            if type(value) is int and 0 <= value <= 999_999:
                return value
    return None


def _cleaned(tensors: State) -> State:
    return {
        ".".join(part for part in name.split(".") if part not in _WRAPPERS): value
        for name, value in tensors.items()
    }


def _instead(content: Mapping[Any, Any]) -> str:
    keys = [str(key) for key in list(content)[:50] if key != "__metadata__"]
    if any(key in ("param_groups", "state") or "optim" in key.lower() for key in keys):
        return "holds the state of an optimiser and no weights"
    return f"holds no weights (its entries are {_some(keys)})" if keys else "holds nothing"


# Fitting


@dataclass(frozen=True, eq=False)
class Misfit:
    """What keeps weights from fitting a network.

    Parameters
    ----------
    missing, unexpected : tuple of str
        Names the network or the file has alone.
    shapes : mapping of name to (shape in the file, shape in the network)
    """

    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    shapes: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)


def fit_names(tensors: State, wanted: Mapping[str, Any]) -> tuple[State, tuple[str, ...]]:
    """Take off what stands before the network's own names, such as 'module.' or 'model.'.

    Parameters
    ----------
    tensors : dict of str to tensor
        Of the file.
    wanted : mapping
        The network's names.

    Returns
    -------
    tuple
        The tensors by the network's names, and what lies outside the prefix,
        such as a loss function's weights beside a Lightning module's network.
    """
    tensors = _without_inner_module(tensors, wanted)
    prefix = _common_prefix(tensors, wanted)
    if prefix is None:
        # Or the network stands within another that the file knows nothing of.
        own = _common_prefix(wanted, tensors)
        return ({f"{own}{n}": t for n, t in tensors.items()} if own else dict(tensors)), ()
    inside = {n[len(prefix) :]: t for n, t in tensors.items() if n.startswith(prefix)}
    outside = tuple(name for name in tensors if not name.startswith(prefix))
    return inside, outside


def _common_prefix(longer: Iterable[str], shorter: Iterable[str]) -> str | None:
    """Return what stands before most of the shorter names; None if none is found."""
    ends: dict[str, list[str]] = {}
    for name in shorter:
        ends.setdefault(name.rpartition(".")[2], []).append(name)
    votes: Counter[str] = Counter()
    for name in longer:
        for end in ends.get(name.rpartition(".")[2], ()):
            if name == end or name.endswith(f".{end}"):
                votes[name.removesuffix(end)] += 1
    # Between equals the shortest: a copy such as 'ema.model.' is not what was trained.
    return min(votes, key=lambda p: (-votes[p], "ema" in p, len(p), p)) if votes else None


def _without_inner_module(tensors: State, wanted: Mapping[str, Any]) -> State:
    """Drop the 'module' that DataParallel leaves within names, as in 'features.module.0'."""
    if any(".module." in f".{name}" for name in wanted):
        return tensors
    plain = {re.sub(r"(?<=\.)module\.", "", name): value for name, value in tensors.items()}
    return plain if len(plain) == len(tensors) else tensors


def misfit(tensors: State, wanted: Mapping[str, Any]) -> Misfit | None:
    """Compare weights with a network's; None if they fit.

    Parameters
    ----------
    tensors : dict of str to tensor
        From `fit_names`.
    wanted : mapping of str to tensor
        The network's state dict.
    """
    missing = tuple(
        name
        for name in wanted
        # A counter of batches that old files lack, and nothing depends on.
        if name not in tensors and not name.endswith("num_batches_tracked")
    )
    unexpected = tuple(name for name in tensors if name not in wanted)
    shapes = {
        name: (tuple(tensors[name].shape), tuple(wanted[name].shape))
        for name in wanted
        if name in tensors and tensors[name].shape != wanted[name].shape
    }
    return Misfit(missing, unexpected, shapes) if missing or unexpected or shapes else None


def describe(
    found: Misfit, tensors: State, wanted: Mapping[str, Any], where: str, model: str
) -> str:
    """Return a sentence that says what does not fit, and what the cause may be."""
    parts = []
    if found.missing:
        parts.append(f"it lacks {_some(found.missing)}")
    if found.unexpected:
        parts.append(f"it has {_some(found.unexpected)} that the model has not")
    if found.shapes:
        sides = [
            f"{name} is {_shape(a)} in the file and {_shape(b)} in the model"
            for name, (a, b) in list(found.shapes.items())[:SHOWN]
        ]
        more = len(found.shapes) - len(sides)
        parts.append(", ".join(sides) + (f", and {more} more differ" if more > 0 else ""))
    cause = _cause(found, tensors, wanted, model)
    return f"{where} does not fit {model}: {'; '.join(parts)}. {cause}"


def _cause(found: Misfit, tensors: State, wanted: Mapping[str, Any], model: str) -> str:
    common = sum(name in wanted for name in tensors)
    if not common and not _renamed(found):
        like = family_of(tensors)
        return f"Likely cause: the weights are of another model{f', {like}' if like else ''}."
    if found.missing or found.unexpected:
        renamed = _renamed(found)
        if renamed:
            return f"Likely cause: a prefix, {renamed[0]} in the file is {renamed[1]} in the model."
        share = common / max(len(tensors), len(wanted))
        if share > 0.5:
            return "Likely cause: another depth or variant of this model."
        return "Likely cause: the wrong model."
    heads = [n for n, (a, b) in found.shapes.items() if a[1:] == b[1:]]
    if len(heads) == len(found.shapes):
        name = heads[0]
        a, b = found.shapes[name]
        return f"Likely cause: another number of classes, {a[0]} in the file and {b[0]} here."
    return "Likely cause: another width or another size of the input."


def _renamed(found: Misfit) -> tuple[str, str] | None:
    """Return a name of the file and one of the model if most differ by what stands before."""
    ends: dict[str, str] = {}
    for name in found.missing:
        parts = name.split(".")
        for start in range(min(3, len(parts) - 1)):
            ends.setdefault(".".join(parts[start:]), name)
    pairs = []
    own = [name for name in found.unexpected if not name.endswith("num_batches_tracked")]
    for name in own:
        parts = name.split(".")
        tails = (".".join(parts[start:]) for start in range(len(parts) - 1))
        end = next((tail for tail in tails if tail in ends), None)
        if end is not None:
            pairs.append((name, ends[end]))
    most = max(len(own), len(found.missing))
    return pairs[0] if pairs and len(pairs) >= 0.8 * most else None


def family_of(tensors: State) -> str:
    """Return whose names these are, as far as names tell."""
    signs = {
        "layer1.0.conv1": "a ResNet by their names",
        "denseblock1": "a DenseNet by their names",
        "encoder.layers.encoder_layer_0": "a vision transformer of torchvision by their names",
        "blocks.0.attn": "a vision transformer of timm by their names",
        "features.0.": "a VGG, AlexNet or MobileNet by their names",
        "blocks.0.0.": "a network of ncviz by their names",
    }
    names = list(tensors)
    return next((like for sign, like in signs.items() if any(sign in n for n in names)), "")


def _some(names: Any) -> str:
    shown = ", ".join(str(name)[:60] for name in list(names)[:SHOWN])
    more = len(names) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if shape else "a single number"
